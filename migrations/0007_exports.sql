-- Exports: who took which list out as a file, for the audit trail; the file itself is not kept.

create table exports (
  tenant_id uuid not null references tenants,
  id uuid not null,
  target text not null check (target in ('employees', 'customers')),
  -- The list's question, by the names of its URL: {"q": "ada", "department": ["Sales"]}
  question jsonb not null,
  columns text[] not null,
  rows bigint not null,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint exports_created_by_fk foreign key (tenant_id, created_by) references members (tenant_id, id)
);
call house.tenant_table('exports', 'select, insert');
call house.audited('exports');
