-- Contacts: the people one deals with at customers, how they are reached, and what they are to companies and deals.

create table contacts (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- One of the two is enough: of many people no more is known.
  first_name text not null default '',
  last_name text not null default '',
  name text not null generated always as (btrim(first_name || ' ' || last_name)) stored,
  job_title text,
  -- Where they work first of all; a row of customer_contacts stands beside it.
  customer_id uuid,
  -- The first of each that they are reached by; rows of contact_points follow.
  email text,
  phone text,
  language text check (language ~ '^[a-z]{2}$'),
  owner_id uuid,
  do_not_contact boolean not null default false,
  custom jsonb,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  name_key text collate "und-x-icu" not null generated always as (lower(btrim(last_name || ' ' || first_name))) stored,
  search_text text collate "C" not null generated always as
    (house.search_text(first_name, last_name, email, phone, job_title)) stored,
  primary key (tenant_id, id),
  constraint contacts_named check (first_name <> '' or last_name <> ''),
  constraint contacts_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id)
    on delete set null (customer_id),
  constraint contacts_owner_fk foreign key (tenant_id, owner_id) references members (tenant_id, id)
);
-- Not unique: two may share a mailbox. Whoever adds the second is told of the first.
create index contacts_by_email on contacts (tenant_id, lower(email)) where email is not null;
-- CASE rather than COALESCE: see employees.
create index contacts_by_name on contacts (tenant_id, name_key, id) where archived_at is null;
create index contacts_by_title on contacts (tenant_id, (case when job_title is null then '' else job_title end), id) where archived_at is null;
create index contacts_by_created on contacts (tenant_id, created_at, id) where archived_at is null;
create index contacts_by_owner on contacts (tenant_id, owner_id, name_key, id) where archived_at is null;
create index contacts_by_customer on contacts (tenant_id, customer_id, name_key, id) where customer_id is not null;
create index contacts_archived on contacts (tenant_id, name_key, id) where archived_at is not null;
call house.tenant_table('contacts');
call house.audited('contacts');

create function house.index_contacts() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'contact' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'contact', n.id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on contacts referencing new table as new_rows
  for each statement execute function house.index_contacts();
create trigger search_change after update on contacts referencing new table as new_rows
  for each statement execute function house.index_contacts();
create trigger search_out after delete on contacts referencing old table as old_rows
  for each statement execute function house.index_contacts();
-- Called by triggers alone.
revoke all on function house.index_contacts from public;

-- Tasks, notes and tags of contacts: 0132 left them their place.
do $$
declare
  t text;
  others text;
begin
  foreach t in array array['tasks', 'notes', 'record_tags'] loop
    execute format('alter table %I add column contact_id uuid', t);
    select string_agg(column_name::text, ', ' order by ordinal_position) into others from information_schema.columns
    where table_schema = 'public' and table_name = t and column_name in ('employee_id', 'customer_id', 'contact_id', 'deal_id');
    execute format('alter table %I drop constraint %I', t, t || '_one_record');
    execute format('alter table %I add constraint %I check (num_nonnulls(%s) %s 1)', t, t || '_one_record', others,
      case when t = 'tasks' then '<=' else '=' end);
    execute format('alter table %I add constraint %I foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete %s',
      t, t || '_contact_fk', case when t = 'tasks' then 'set null (contact_id)' else 'cascade' end);
  end loop;
end $$;

-- A number as two people write it differently: its last eight digits, without an extension. Country and trunk prefixes
-- come before those; what is too short to be somebody's alone is no key.
create function house.phone_key(number text) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
  select case when length(d) >= 6 then right(d, 8) end
  from (select regexp_replace(regexp_replace(lower(number), '(x|ext).*$', ''), '[^0-9]', '', 'g')) as k (d)
$$;

-- How somebody is reached, each with what stands against it. The first of a kind is a column of the record itself.
create table contact_points (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  version int not null default 1,
  contact_id uuid,
  customer_id uuid,
  record_id uuid not null generated always as (coalesce(contact_id, customer_id)) stored,
  kind text not null check (kind in ('email', 'phone', 'address')),
  -- Work, mobile, home, billing, …
  label text,
  value text not null,
  -- What two that are the same have alike, however they are written.
  normal text generated always as
    (case kind when 'email' then lower(btrim(value)) when 'phone' then house.phone_key(value) end) stored,
  is_first boolean not null default false,
  -- They do not want to be reached there.
  opted_out_at timestamptz,
  opted_out_because text,
  -- Nobody is reached there.
  invalid_at timestamptz,
  invalid_because text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint contact_points_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade,
  constraint contact_points_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint contact_points_one_record check (num_nonnulls(contact_id, customer_id) = 1),
  constraint contact_points_reasons check ((opted_out_at is not null or opted_out_because is null) and (invalid_at is not null or invalid_because is null))
);
create unique index contact_points_value_key on contact_points (tenant_id, record_id, kind, lower(value));
create unique index contact_points_first_key on contact_points (tenant_id, record_id, kind) where is_first;
create index contact_points_by_normal on contact_points (tenant_id, kind, normal, record_id) where normal is not null;
call house.tenant_table('contact_points');

-- Whichever way a record's address changes, its points follow. One that is first no more stays beside it.
create function house.keep_points() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  r jsonb := to_jsonb(new);
  was jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) else '{}'::jsonb end;
  k text;
  moment timestamptz := coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());
begin
  foreach k in array array['email', 'phone'] loop
    continue when lower(r ->> k) is not distinct from lower(was ->> k);
    if was ->> k is not null then
      update public.contact_points set is_first = false, updated_at = moment, version = version + 1
      where tenant_id = new.tenant_id and record_id = new.id and kind = k and is_first;
    end if;
    if r ->> k is not null then
      insert into public.contact_points (tenant_id, contact_id, customer_id, kind, value, is_first, created_at, updated_at)
      values (new.tenant_id, case when tg_table_name = 'contacts' then new.id end, case when tg_table_name = 'customers' then new.id end,
        k, r ->> k, true, moment, moment)
      on conflict (tenant_id, record_id, kind, lower(value))
        do update set is_first = true, value = excluded.value, updated_at = moment, version = contact_points.version + 1;
    end if;
  end loop;
  return null;
end $$;
create trigger points_in after insert on contacts for each row
  when (new.email is not null or new.phone is not null) execute function house.keep_points();
create trigger points after update on contacts for each row
  when (new.email is distinct from old.email or new.phone is distinct from old.phone) execute function house.keep_points();
create trigger points_in after insert on customers for each row
  when (new.email is not null or new.phone is not null) execute function house.keep_points();
create trigger points after update on customers for each row
  when (new.email is distinct from old.email or new.phone is distinct from old.phone) execute function house.keep_points();

-- Of customers there are already. The owner sees no rows: for this transaction alone they do.
alter table customers no force row level security;
alter table contact_points no force row level security;
insert into contact_points (tenant_id, customer_id, kind, value, is_first, created_at, updated_at)
select c.tenant_id, c.id, v.kind, v.value, true, c.created_at, c.updated_at
from customers c cross join lateral (values ('email', c.email), ('phone', c.phone)) as v (kind, value) where v.value is not null;
alter table customers force row level security;
alter table contact_points force row level security;
call house.audited('contact_points');

-- Who is what at which company.
create table customer_contacts (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  customer_id uuid not null,
  contact_id uuid not null,
  -- Decision maker, billing, technical, …: words of their own.
  role text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint customer_contacts_one unique (tenant_id, customer_id, contact_id),
  constraint customer_contacts_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete cascade,
  constraint customer_contacts_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade
);
create index customer_contacts_by_contact on customer_contacts (tenant_id, contact_id, customer_id);
call house.tenant_table('customer_contacts');
call house.audited('customer_contacts');

create function house.keep_company() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  moment timestamptz := coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());
begin
  insert into public.customer_contacts (tenant_id, customer_id, contact_id, created_at, updated_at)
  values (new.tenant_id, new.customer_id, new.id, moment, moment) on conflict (tenant_id, customer_id, contact_id) do nothing;
  return null;
end $$;
create trigger company_in after insert on contacts for each row when (new.customer_id is not null) execute function house.keep_company();
create trigger company after update on contacts for each row
  when (new.customer_id is not null and new.customer_id is distinct from old.customer_id) execute function house.keep_company();

-- Who is what in which deal.
create table deal_contacts (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  deal_id uuid not null,
  contact_id uuid not null,
  -- Champion, decision maker, blocker, user, …
  role text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint deal_contacts_one unique (tenant_id, deal_id, contact_id),
  constraint deal_contacts_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete cascade,
  constraint deal_contacts_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade
);
create index deal_contacts_by_contact on deal_contacts (tenant_id, contact_id, deal_id);
call house.tenant_table('deal_contacts');
call house.audited('deal_contacts');
