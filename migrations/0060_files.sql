-- Files that people bring: what they are called and what they are. Their content is in the storage, under tenant and id.

create table files (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- As it is shown and saved: never a path.
  name text not null,
  media_type text not null,
  size bigint not null check (size >= 0),
  sha256 bytea not null,
  -- Null: the system's own work made it.
  created_by uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint files_created_by_fk foreign key (tenant_id, created_by) references members (tenant_id, id)
);
call house.tenant_table('files', 'select, insert, delete');
call house.audited('files');

-- What is on its way into the storage, written down before the first byte: what never became a file is found by this and
-- removed, without looking through the whole storage.
create table file_arrivals (
  tenant_id uuid not null references tenants,
  id uuid not null,
  begun_at timestamptz not null,
  primary key (tenant_id, id)
);
create index file_arrivals_by_age on file_arrivals (tenant_id, begun_at);
call house.tenant_table('file_arrivals', 'select, insert, delete');

-- A photo of an employee, beside those of members: the digest of its content, part of its address.
alter table employees add column photo text;
