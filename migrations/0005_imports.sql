-- Imports: a file on its way in, what was found in it, and what it changed, so that it can be undone.

create table imports (
  tenant_id uuid not null references tenants,
  id uuid not null,
  target text not null check (target in ('employees', 'customers')),
  state text not null check (state in ('ready', 'running', 'done', 'failed', 'undoing', 'undone')),
  file_name text not null,
  -- How the file was read: {"encoding", "delimiter", "sheet", "headers": [...]}
  source jsonb not null,
  -- Field key or null per column.
  mapping jsonb not null,
  -- What the plan found: {"rows", "create", "change", "same", "error", "warning"}
  counts jsonb not null default '{}',
  progress int not null default 0,
  failure text,
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
  line int not null,
  field text not null,
  value text not null,
  message text not null,
  severity text not null check (severity in ('error', 'warning')),
  foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
create index import_findings_by_line on import_findings (tenant_id, import_id, line);
call house.tenant_table('import_findings');

-- What each record was before the import; null for one that the import made.
create table import_changes (
  tenant_id uuid not null,
  import_id uuid not null,
  record_id uuid not null,
  before jsonb,
  after jsonb,
  primary key (tenant_id, import_id, record_id),
  foreign key (tenant_id, import_id) references imports (tenant_id, id) on delete cascade
);
call house.tenant_table('import_changes');
