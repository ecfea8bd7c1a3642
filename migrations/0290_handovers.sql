-- What somebody who leaves has handed over, so that it can be taken back.

create table handovers (
  tenant_id uuid not null references tenants,
  id uuid not null,
  checklist_id uuid not null,
  from_id uuid not null,
  to_id uuid not null,
  -- Ids by what they are: {"deals": [...], "reports": [...]}. Read and written as one.
  moved jsonb not null,
  created_at timestamptz not null,
  undone_at timestamptz,
  primary key (tenant_id, id),
  constraint handovers_checklist_fk foreign key (tenant_id, checklist_id) references checklists (tenant_id, id) on delete cascade,
  constraint handovers_from_fk foreign key (tenant_id, from_id) references employees (tenant_id, id) on delete cascade,
  constraint handovers_to_fk foreign key (tenant_id, to_id) references members (tenant_id, id)
);
create index handovers_by_checklist on handovers (tenant_id, checklist_id);
create index handovers_by_from on handovers (tenant_id, from_id);
create index handovers_by_to on handovers (tenant_id, to_id);
call house.tenant_table('handovers');
call house.audited('handovers');
