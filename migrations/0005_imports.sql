-- Imports: a file on its way in, what was found in it, and what it changed, so that it can be undone.

create table imports (
  tenant_id uuid not null references tenants,
  id uuid not null,
  target text not null check (target in ('employees', 'customers')),
  state text not null check (state in ('ready', 'running', 'done', 'failed', 'undoing', 'undone')),
  file_name text not null,
  -- How the file was read: {"format", "encoding", "delimiter", "sheet", "headers": [...], "rows"}
  source jsonb not null,
  -- Field key or null per column.
  mapping jsonb not null,
  -- What was done: {"rows", "create", "change", "same", "error", "warning"}
  counts jsonb not null default '{}',
  -- What the undo did: {"removed", "restored", "kept"}
  undone jsonb,
  failure text,
  -- The job that undoes it, the newest if several were asked for.
  undo_request uuid,
  created_by uuid not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references members (tenant_id, id)
);
create index imports_recent on imports (tenant_id, target, created_at desc);
call house.tenant_table('imports');
call house.audited('imports');

-- How far a running import is. A table of its own, because it is written while the import's own transaction holds
-- the row in imports, and because nobody audits a progress bar.
create table import_progress (
  tenant_id uuid not null,
  import_id uuid not null,
  done int not null default 0,
  total int not null default 0,
  primary key (tenant_id, import_id),
  foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
call house.tenant_table('import_progress');

-- The file itself; swept a month after the import.
create table import_files (
  tenant_id uuid not null,
  import_id uuid not null,
  body bytea not null,
  primary key (tenant_id, import_id),
  foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
call house.tenant_table('import_files');

create table import_findings (
  tenant_id uuid not null,
  import_id uuid not null,
  place int not null,
  line int not null,
  -- The field's key; empty for the row as a whole.
  field text not null,
  value text not null,
  message text not null,
  severity text not null check (severity in ('error', 'warning')),
  primary key (tenant_id, import_id, place),
  foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
call house.tenant_table('import_findings');

-- What the import did to each record: the columns that it changed with their values before and after, nulls for a
-- record that it made; and the version it left, by which is told who was edited since.
create table import_changes (
  tenant_id uuid not null,
  import_id uuid not null,
  record_id uuid not null,
  version int not null,
  before jsonb,
  after jsonb,
  primary key (tenant_id, import_id, record_id),
  foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
call house.tenant_table('import_changes');

-- After thousands of rows came at once, the planner thinks the table as small as it was and joins by nested loops: an
-- export took 39 s until autovacuum came by, a minute later. ANALYZE is its owner's work, hence SECURITY DEFINER; it
-- is told one of two names and gives nothing back.
create function house.measure(target text) returns void
language plpgsql security definer set search_path = pg_catalog, public set lock_timeout = '2s' as $$
begin
  case target
    when 'employees' then analyze public.employees;
    when 'customers' then analyze public.customers;
  end case;
end $$;
revoke all on function house.measure from public;
grant execute on function house.measure to people360_app;
