-- What is known of a customer beyond its company: how far it is, how well it is, who follows it, and its files.

alter table customers
  add column lifecycle text constraint customers_lifecycle
    check (lifecycle in ('subscriber', 'lead', 'qualified', 'opportunity', 'customer', 'advocate', 'former')),
  add column health text constraint customers_health check (health in ('good', 'at_risk', 'poor')),
  add column health_because text;
create index customers_by_lifecycle on customers (tenant_id, lifecycle, name_key, id) where archived_at is null and lifecycle is not null;
create index customers_by_health on customers (tenant_id, health, name_key, id) where archived_at is null and health is not null;

-- Who wants to hear what happens to a record.
create table followers (
  tenant_id uuid not null references tenants,
  member_id uuid not null,
  customer_id uuid,
  contact_id uuid,
  deal_id uuid,
  record_id uuid not null generated always as (coalesce(customer_id, contact_id, deal_id)) stored,
  created_at timestamptz not null,
  primary key (tenant_id, record_id, member_id),
  constraint followers_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id),
  constraint followers_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint followers_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade,
  constraint followers_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint followers_one_record check (num_nonnulls(customer_id, contact_id, deal_id) = 1)
);
create index followers_by_member on followers (tenant_id, member_id, record_id);
call house.tenant_table('followers');

-- Files that belong to a record as a whole.
create table record_files (
  tenant_id uuid not null references tenants,
  file_id uuid not null,
  customer_id uuid,
  contact_id uuid,
  deal_id uuid,
  record_id uuid not null generated always as (coalesce(customer_id, contact_id, deal_id)) stored,
  created_at timestamptz not null,
  primary key (tenant_id, file_id),
  constraint record_files_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id) on delete cascade,
  constraint record_files_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint record_files_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade,
  constraint record_files_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint record_files_one_record check (num_nonnulls(customer_id, contact_id, deal_id) = 1)
);
create index record_files_of_record on record_files (tenant_id, record_id, created_at, file_id);
call house.tenant_table('record_files');
