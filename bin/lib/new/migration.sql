-- Widgets: say here why they are wanted.

create table widgets (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index widgets_by_name on widgets (tenant_id, lower(name), id);
call house.tenant_table('widgets');
call house.audited('widgets');
