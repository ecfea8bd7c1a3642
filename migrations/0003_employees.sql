-- Employees, their numbers, and the search table that serves every noun.

create table counters (
  tenant_id uuid not null references tenants,
  name text not null,
  value bigint not null,
  primary key (tenant_id, name)
);
call house.tenant_table('counters');

create table employees (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  number text not null,
  first_name text not null,
  last_name text not null,
  email text,
  phone text,
  department text,
  location text,
  job_title text,
  manager_id uuid,
  employment_type text check (employment_type in ('full_time', 'part_time', 'contractor', 'intern', 'temporary')),
  start_date date,
  end_date date,
  birth_date date,
  salary_minor bigint check (salary_minor >= 0),
  salary_currency text,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- What lists sort by: as people read names, whatever the case; numbers as numbers.
  name_key text collate "und-x-icu" not null generated always as (lower(last_name || ' ' || first_name)) stored,
  number_key text collate "C" not null generated always as
    (case when number ~ '^[0-9]+$' then lpad(number, 20, '0') else number end) stored,
  primary key (tenant_id, id),
  constraint employees_number_key unique (tenant_id, number),
  constraint employees_manager_fk foreign key (tenant_id, manager_id) references employees (tenant_id, id)
    on delete set null (manager_id),
  constraint employees_own_manager check (manager_id <> id),
  constraint employees_dates check (end_date >= start_date),
  constraint employees_salary_whole check ((salary_minor is null) = (salary_currency is null))
);
create unique index employees_email_key on employees (tenant_id, lower(email)) where archived_at is null;
-- One index per order of the list, led by the tenant; partial on what the list shows by default. CASE, where COALESCE
-- would say the same: the planner takes COALESCE for something that might leak, and then row-level security keeps a
-- comparison with it out of the index, so that a deep page reads all pages before it.
create index employees_by_name on employees (tenant_id, name_key, id) include (start_date, end_date) where archived_at is null;
-- Whole: the next free number is asked of everyone who ever had one.
create index employees_by_number on employees (tenant_id, number_key, id);
create index employees_by_title on employees (tenant_id, (case when job_title is null then '' else job_title end), id) where archived_at is null;
create index employees_by_department on employees (tenant_id, (case when department is null then '' else department end), id) where archived_at is null;
create index employees_by_start on employees (tenant_id, (case when start_date is null then 'infinity' else start_date end), id) where archived_at is null;
-- The usual question, "this department by start date", without a sort.
create index employees_department_start on employees (tenant_id, department, (case when start_date is null then 'infinity' else start_date end), id) where archived_at is null;
create index employees_department_name on employees (tenant_id, department, name_key, id) where archived_at is null;
create index employees_by_manager on employees (tenant_id, manager_id) where manager_id is not null;
create index employees_by_location on employees (tenant_id, location) where location is not null;
create index employees_archived on employees (tenant_id, name_key, id) where archived_at is not null;
call house.tenant_table('employees');
call house.audited('employees');

-- Nobody manages themselves, however long the way round (DOMAIN: the reporting tree scopes permissions).
create function house.no_reporting_cycle() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  above uuid := new.manager_id;
begin
  -- Two managers moved at the same time could close a circle that neither sees.
  perform pg_advisory_xact_lock(hashtextextended('reporting:' || new.tenant_id, 0));
  for step in 1..200 loop
    if above = new.id then
      raise exception 'a reporting cycle' using errcode = 'check_violation', constraint = 'employees_no_cycle', table = 'employees';
    end if;
    select manager_id into above from public.employees where tenant_id = new.tenant_id and id = above;
    if above is null then
      return null;
    end if;
  end loop;
  raise exception 'a reporting line of more than 200 steps' using errcode = 'check_violation', constraint = 'employees_no_cycle', table = 'employees';
end $$;
create trigger no_reporting_cycle_in after insert on employees
  for each row when (new.manager_id is not null) execute function house.no_reporting_cycle();
create trigger no_reporting_cycle after update of manager_id on employees
  for each row when (new.manager_id is not null and new.manager_id is distinct from old.manager_id)
  execute function house.no_reporting_cycle();

-- Search. Trigram operators are not leakproof, so under row-level security their index would go unused; the app
-- role therefore cannot read this table at all and asks house.search, which carries the tenant in its own words.
create table search_documents (
  tenant_id uuid not null,
  kind text not null,
  record_id uuid not null,
  -- Small letters, words parted and led by one blank, so that '% geo%' finds words that begin so.
  body text not null,
  primary key (tenant_id, kind, record_id)
);
alter table search_documents enable row level security;
alter table search_documents force row level security;
create policy owner on search_documents to current_user using (true) with check (true);
create index search_documents_body on search_documents using gin (tenant_id, kind, body gin_trgm_ops);

create function house.search_text(variadic parts text[]) returns text
language sql immutable parallel safe set search_path = pg_catalog as $$
  select ' ' || lower(regexp_replace(array_to_string(parts, ' '), '[^[:alnum:]@.+-]+', ' ', 'g')) || ' '
$$;

-- Ids of one kind whose text holds every word of the question: a word of three letters or more anywhere, a
-- shorter one at the beginning of a word. At most `most`: who gets that many has asked too broadly.
create function house.search(p_kind text, p_words text[], most int) returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, public rows 100 as $$
declare
  patterns text[] := array(
    select case when length(w) < 3 then '% ' else '%' end || replace(replace(replace(w, '\', '\\'), '%', '\%'), '_', '\_') || '%'
    from unnest(p_words) as w
  );
begin
  -- A condition per word, and the plan made for these words: neither `like all (…)` nor a plan kept for any words
  -- would ask the trigram index.
  return query execute
    'select d.record_id from public.search_documents d where d.tenant_id = $1 and d.kind = $2'
      || (select coalesce(string_agg(format(' and d.body like $3[%s]', n), ''), '') from generate_subscripts(patterns, 1) as n)
      || ' limit $4'
    using current_setting('app.tenant_id')::uuid, p_kind, patterns, most;
end $$;
revoke all on function house.search from public;
grant execute on function house.search to people360_app;

-- Keeps the search table in step, a statement at a time. SECURITY DEFINER: the app role may not write there.
create function house.index_employees() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'employee' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'employee', n.id,
           house.search_text(n.number, n.first_name, n.last_name, n.email, n.job_title, n.department)
    from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on employees referencing new table as new_rows
  for each statement execute function house.index_employees();
create trigger search_change after update on employees referencing new table as new_rows
  for each statement execute function house.index_employees();
create trigger search_out after delete on employees referencing old table as old_rows
  for each statement execute function house.index_employees();
