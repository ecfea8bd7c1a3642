-- Archivings of all that a list's question finds, and their undoing: too many records for one request, so a job does
-- them, and this tells how far it is and what there is to undo.

create table archivals (
  tenant_id uuid not null references tenants,
  id uuid not null,
  target text not null check (target in ('employees', 'customers')),
  -- The list's filter.
  question jsonb not null,
  -- The list's address, to go back to.
  back text not null,
  state text not null check (state in ('archiving', 'archived', 'restoring', 'restored', 'failed')),
  -- The job that is at it.
  request uuid not null,
  -- The audit trail's, by which it is undone.
  batch text not null default '',
  -- Records so far, written beside the job's own transaction; at the end, all that were archived or restored.
  done int not null default 0,
  total int not null default 0,
  failure text,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references members (tenant_id, id)
);
create index archivals_recent on archivals (tenant_id, created_at);
call house.tenant_table('archivals');
