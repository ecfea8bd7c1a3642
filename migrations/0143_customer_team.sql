-- Who works on a customer beside its owner. A right to what one owns, or one's team does, follows the owner alone.

create table customer_team (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  customer_id uuid not null,
  member_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint customer_team_one unique (tenant_id, customer_id, member_id),
  constraint customer_team_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint customer_team_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index customer_team_by_member on customer_team (tenant_id, member_id, customer_id);
call house.tenant_table('customer_team');
call house.audited('customer_team');
