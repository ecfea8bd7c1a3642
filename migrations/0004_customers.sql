-- Customers, as the second noun of the same pattern.

create table customers (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  domain text,
  industry text,
  size int check (size >= 0),
  country text check (country ~ '^[A-Z]{2}$'),
  city text,
  owner_id uuid,
  parent_id uuid,
  status text not null default 'active' check (status in ('prospect', 'active', 'inactive')),
  email text,
  phone text,
  revenue_minor bigint,
  revenue_currency text,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "und-x-icu" not null generated always as (lower(name)) stored,
  primary key (tenant_id, id),
  constraint customers_owner_fk foreign key (tenant_id, owner_id) references members (tenant_id, id),
  constraint customers_parent_fk foreign key (tenant_id, parent_id) references customers (tenant_id, id)
    on delete set null (parent_id),
  constraint customers_own_parent check (parent_id <> id),
  constraint customers_revenue_whole check ((revenue_minor is null) = (revenue_currency is null))
);
-- Two customers of one name, or one website, are one customer entered twice.
create unique index customers_name_key on customers (tenant_id, lower(name)) where archived_at is null;
create unique index customers_domain_key on customers (tenant_id, domain) where archived_at is null;
-- CASE rather than COALESCE: see employees.
create index customers_by_name on customers (tenant_id, name_key, id) include (status) where archived_at is null;
create index customers_by_industry on customers (tenant_id, (case when industry is null then '' else industry end), id) where archived_at is null;
create index customers_by_country on customers (tenant_id, (case when country is null then '' else country end), id) where archived_at is null;
create index customers_by_size on customers (tenant_id, (case when size is null then -1 else size end), id) where archived_at is null;
create index customers_by_revenue on customers (tenant_id, (case when revenue_minor is null then -1 else revenue_minor end), id) where archived_at is null;
create index customers_industry_name on customers (tenant_id, industry, name_key, id) where archived_at is null;
create index customers_by_owner on customers (tenant_id, owner_id, name_key, id) where archived_at is null;
create index customers_by_parent on customers (tenant_id, parent_id) where parent_id is not null;
create index customers_archived on customers (tenant_id, name_key, id) where archived_at is not null;
call house.tenant_table('customers');
call house.audited('customers');

-- No company is its own holding, however long the way round.
create function house.no_parent_cycle() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  above uuid := new.parent_id;
begin
  perform pg_advisory_xact_lock(hashtextextended('holding:' || new.tenant_id, 0));
  for step in 1..100 loop
    if above = new.id then
      raise exception 'a circle of parents' using errcode = 'check_violation', constraint = 'customers_no_cycle', table = 'customers';
    end if;
    select parent_id into above from public.customers where tenant_id = new.tenant_id and id = above;
    if above is null then
      return null;
    end if;
  end loop;
  raise exception 'more than 100 parents' using errcode = 'check_violation', constraint = 'customers_no_cycle', table = 'customers';
end $$;
create trigger no_parent_cycle_in after insert on customers
  for each row when (new.parent_id is not null) execute function house.no_parent_cycle();
create trigger no_parent_cycle after update of parent_id on customers
  for each row when (new.parent_id is not null and new.parent_id is distinct from old.parent_id)
  execute function house.no_parent_cycle();

create function house.index_customers() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'customer' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'customer', n.id, house.search_text(n.name, n.domain, n.email, n.industry, n.city)
    from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on customers referencing new table as new_rows
  for each statement execute function house.index_customers();
create trigger search_change after update on customers referencing new table as new_rows
  for each statement execute function house.index_customers();
create trigger search_out after delete on customers referencing old table as old_rows
  for each statement execute function house.index_customers();
