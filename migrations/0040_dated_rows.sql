-- Job and pay as they were, are and will be: a row for each day on which they change (DOMAIN: Payroll). The columns of
-- `employees` are what holds today; history is written by them, and they by history, so that neither can be forgotten.

-- Seats that the company has decided to have.
create table positions (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  title text not null,
  department text,
  location text,
  headcount int not null constraint positions_headcount check (headcount between 1 and 10000),
  note text,
  closed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create index positions_by_title on positions (tenant_id, lower(title), id);
call house.tenant_table('positions');
call house.audited('positions');

-- A part-time contract is a part of 1; 40 hours where others have 38 are a little more.
alter table employees
  add column fte numeric(5, 4) not null default 1 constraint employees_fte check (fte > 0 and fte <= 2),
  add column position_id uuid,
  add constraint employees_position_fk foreign key (tenant_id, position_id) references positions (tenant_id, id)
    on delete set null (position_id);
create index employees_by_position on employees (tenant_id, position_id) where position_id is not null;

create table employee_jobs (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  version int not null default 1,
  employee_id uuid not null,
  -- Holds from this day until the next row's.
  from_date date not null,
  job_title text,
  department text,
  location text,
  manager_id uuid,
  employment_type text constraint employee_jobs_type check (employment_type in ('full_time', 'part_time', 'contractor', 'intern', 'temporary')),
  fte numeric(5, 4) not null default 1 constraint employee_jobs_fte check (fte > 0 and fte <= 2),
  position_id uuid,
  -- What kind of change it was: "Promotion". In people's words.
  reason text,
  -- Still to come: the employee's own columns do not say it yet.
  pending boolean not null default false,
  primary key (tenant_id, id),
  constraint employee_jobs_day_key unique (tenant_id, employee_id, from_date),
  constraint employee_jobs_own_manager check (manager_id <> employee_id),
  foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  foreign key (tenant_id, manager_id) references employees (tenant_id, id) on delete set null (manager_id),
  constraint employee_jobs_position_fk foreign key (tenant_id, position_id) references positions (tenant_id, id)
    on delete set null (position_id)
);
create index employee_jobs_by_manager on employee_jobs (tenant_id, manager_id, from_date) where manager_id is not null;
create index employee_jobs_by_position on employee_jobs (tenant_id, position_id) where position_id is not null;
create index employee_jobs_pending on employee_jobs (tenant_id, from_date) where pending;

create table employee_pay (
  tenant_id uuid not null references tenants,
  id uuid not null default gen_random_uuid(),
  version int not null default 1,
  employee_id uuid not null,
  from_date date not null,
  -- A year's pay; null: none is agreed from this day on.
  salary_minor bigint constraint employee_pay_salary check (salary_minor >= 0),
  salary_currency text,
  reason text,
  pending boolean not null default false,
  primary key (tenant_id, id),
  constraint employee_pay_day_key unique (tenant_id, employee_id, from_date),
  constraint employee_pay_whole check ((salary_minor is null) = (salary_currency is null)),
  foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade
);
create index employee_pay_pending on employee_pay (tenant_id, from_date) where pending;

-- What is there already, from the day on which they began, or were written down.
alter table employees no force row level security;
insert into employee_jobs (tenant_id, employee_id, from_date, job_title, department, location, manager_id, employment_type)
select tenant_id, id, coalesce(start_date, created_at::date), job_title, department, location, manager_id, employment_type from employees;
insert into employee_pay (tenant_id, employee_id, from_date, salary_minor, salary_currency)
select tenant_id, id, coalesce(start_date, created_at::date), salary_minor, salary_currency from employees where salary_minor is not null;
alter table employees force row level security;

call house.tenant_table('employee_jobs');
call house.tenant_table('employee_pay');
-- What the columns of `employees` write is in the trail already, as their change.
create trigger audit after insert or update or delete on employee_jobs for each row
  when (pg_trigger_depth() = 0) execute function house.audit();
create trigger audit after insert or update or delete on employee_pay for each row
  when (pg_trigger_depth() = 0) execute function house.audit();
-- The schedule asks in which workspaces a change takes effect about now, and no more.
create policy relay on employee_jobs for select to people360_relay using (pending);
create policy relay on employee_pay for select to people360_relay using (pending);
grant select (tenant_id, from_date, pending) on employee_jobs, employee_pay to people360_relay;

-- Today, where the workspace is.
create function house.today(p_tenant uuid) returns date
language sql stable set search_path = pg_catalog, public as $$
  select (coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now()) at time zone t.zone)::date
  from public.tenants t where t.id = p_tenant
$$;

-- What a job is: of a row of jobs, or of an employee.
create function house.job_of(row_now jsonb) returns jsonb
language sql immutable set search_path = pg_catalog as $$
  select jsonb_build_object('job_title', row_now -> 'job_title', 'department', row_now -> 'department', 'location', row_now -> 'location',
    'manager_id', row_now -> 'manager_id', 'employment_type', row_now -> 'employment_type', 'fte', row_now -> 'fte',
    'position_id', row_now -> 'position_id')
$$;

-- A row is all that holds from its day on. So what changes on one day has to change in the rows after it that only
-- repeat what was, up to the first that says something of its own: a new title of today must outlive next month's move.
create function house.carry_job(p_employee uuid, p_from date, p_was jsonb, p_is jsonb) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  moved jsonb;
  later public.employee_jobs;
  says jsonb;
begin
  select coalesce(jsonb_object_agg(key, value), '{}') into moved from jsonb_each(p_is) where value is distinct from p_was -> key;
  for later in
    select j.* from public.employee_jobs j where j.employee_id = p_employee and j.from_date > p_from order by j.from_date
  loop
    says := house.job_of(to_jsonb(later));
    select coalesce(jsonb_object_agg(key, value), '{}') into moved from jsonb_each(moved) where says -> key = p_was -> key;
    exit when moved = '{}';
    later := jsonb_populate_record(later, moved);
    update public.employee_jobs j
    set job_title = later.job_title, department = later.department, location = later.location, manager_id = later.manager_id,
        employment_type = later.employment_type, fte = later.fte, position_id = later.position_id
    where j.employee_id = p_employee and j.id = later.id;
  end loop;
end $$;

-- Has history say what the columns say: from the first day of somebody new, from today of whoever changes. Whoever has
-- left is put right as of their last change. Once a statement, so that an import of ten thousand pays once.
create function house.keep_dated() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  today date := house.today((select tenant_id from new_rows limit 1));
  changed record;
begin
  if tg_op = 'INSERT' then
    insert into public.employee_jobs (tenant_id, employee_id, from_date, job_title, department, location, manager_id, employment_type, fte, position_id, reason)
    select n.tenant_id, n.id, coalesce(n.start_date, today), n.job_title, n.department, n.location, n.manager_id, n.employment_type, n.fte, n.position_id, 'Hired'
    from new_rows n;
    insert into public.employee_pay (tenant_id, employee_id, from_date, salary_minor, salary_currency, reason)
    select n.tenant_id, n.id, coalesce(n.start_date, today), n.salary_minor, n.salary_currency, 'Hired'
    from new_rows n where n.salary_minor is not null;
    return null;
  end if;

  -- The first row begins with the first day: who corrects the one has corrected the other.
  for changed in
    select n.id, o.start_date as was, n.start_date as is from new_rows n join old_rows o on o.id = n.id
    where n.start_date <> o.start_date
  loop
    update public.employee_jobs j set from_date = changed.is
    where j.employee_id = changed.id and j.from_date = changed.was
      and not exists (select from public.employee_jobs e where e.employee_id = changed.id and e.from_date <> changed.was
                        and (e.from_date < changed.was or e.from_date <= changed.is));
    update public.employee_pay p set from_date = changed.is
    where p.employee_id = changed.id and p.from_date = changed.was
      and not exists (select from public.employee_pay e where e.employee_id = changed.id and e.from_date <> changed.was
                        and (e.from_date < changed.was or e.from_date <= changed.is));
  end loop;

  for changed in
    select n.id, n.tenant_id, n.start_date, n.end_date, house.job_of(to_jsonb(n)) as says, now.from_date, house.job_of(to_jsonb(now)) as said
    from new_rows n join old_rows o on o.id = n.id
    left join lateral (
      select j.* from public.employee_jobs j where j.employee_id = n.id
      order by j.from_date > greatest(today, n.start_date),
               case when j.from_date <= greatest(today, n.start_date) then j.from_date end desc, j.from_date limit 1
    ) now on true
    where (n.job_title, n.department, n.location, n.manager_id, n.employment_type, n.fte, n.position_id)
          is distinct from (o.job_title, o.department, o.location, o.manager_id, o.employment_type, o.fte, o.position_id)
      and (now.id is null or house.job_of(to_jsonb(now)) <> house.job_of(to_jsonb(n)))
  loop
    insert into public.employee_jobs as j (tenant_id, employee_id, from_date, job_title, department, location, manager_id, employment_type, fte, position_id)
    select changed.tenant_id, changed.id,
           case when changed.from_date is null then coalesce(changed.start_date, today)
                when changed.from_date > today or changed.end_date < today then changed.from_date else today end,
           r.job_title, r.department, r.location, r.manager_id, r.employment_type, r.fte, r.position_id
    from jsonb_populate_record(null::public.employee_jobs, changed.says) r
    on conflict on constraint employee_jobs_day_key do update
      set job_title = excluded.job_title, department = excluded.department, location = excluded.location,
          manager_id = excluded.manager_id, employment_type = excluded.employment_type, fte = excluded.fte, position_id = excluded.position_id;
    if changed.from_date is not null then
      perform house.carry_job(changed.id, greatest(changed.from_date, today), changed.said, changed.says);
      -- Changed and changed back on one day is no change.
      delete from public.employee_jobs j
      where j.employee_id = changed.id and j.from_date = today and j.reason is null and changed.says = (
        select house.job_of(to_jsonb(b)) from public.employee_jobs b
        where b.employee_id = changed.id and b.from_date < today order by b.from_date desc limit 1);
    end if;
  end loop;

  for changed in
    select n.id, n.tenant_id, n.start_date, n.end_date, n.salary_minor, n.salary_currency, now.from_date
    from new_rows n join old_rows o on o.id = n.id
    left join lateral (
      select p.* from public.employee_pay p where p.employee_id = n.id and p.from_date <= greatest(today, n.start_date)
      order by p.from_date desc limit 1
    ) now on true
    where (n.salary_minor, n.salary_currency) is distinct from (o.salary_minor, o.salary_currency)
      and (n.salary_minor, n.salary_currency) is distinct from (now.salary_minor, now.salary_currency)
  loop
    insert into public.employee_pay (tenant_id, employee_id, from_date, salary_minor, salary_currency)
    values (changed.tenant_id, changed.id,
            case when changed.from_date is null then coalesce(changed.start_date, today)
                 when changed.from_date > today or changed.end_date < today then changed.from_date else today end,
            changed.salary_minor, changed.salary_currency)
    on conflict on constraint employee_pay_day_key do update
      set salary_minor = excluded.salary_minor, salary_currency = excluded.salary_currency;
    delete from public.employee_pay p
    where p.employee_id = changed.id and p.from_date = today and p.reason is null and exists (
      select from (select b.salary_minor, b.salary_currency from public.employee_pay b
                   where b.employee_id = changed.id and b.from_date < today order by b.from_date desc limit 1) b
      where (b.salary_minor, b.salary_currency) is not distinct from (p.salary_minor, p.salary_currency));
  end loop;
  return null;
end $$;
create trigger keep_dated_new after insert on employees referencing new table as new_rows
  for each statement execute function house.keep_dated();
create trigger keep_dated after update on employees referencing old table as old_rows new table as new_rows
  for each statement execute function house.keep_dated();

-- And the other way round: the columns say what history says of today, and of whoever has not begun, of their first day. Gives how many were changed.
create function house.take_effect(p_employees uuid[]) returns bigint
language plpgsql set search_path = pg_catalog, public as $$
declare
  today date := house.today(current_setting('app.tenant_id')::uuid);
  at timestamptz := coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now());
  done bigint;
begin
  update public.employee_jobs set pending = from_date > today where employee_id = any(p_employees) and pending <> (from_date > today);
  update public.employee_pay set pending = from_date > today where employee_id = any(p_employees) and pending <> (from_date > today);
  update public.employees e
  set job_title = j.job_title, department = j.department, location = j.location, manager_id = j.manager_id,
      employment_type = j.employment_type, fte = j.fte, position_id = j.position_id,
      salary_minor = p.salary_minor, salary_currency = p.salary_currency, version = e.version + 1, updated_at = at
  from unnest(p_employees) as u (id)
  join public.employees b on b.id = u.id
  cross join lateral (
    select j.* from public.employee_jobs j where j.employee_id = u.id
    order by j.from_date > greatest(today, b.start_date),
             case when j.from_date <= greatest(today, b.start_date) then j.from_date end desc, j.from_date limit 1
  ) j
  left join lateral (
    select p.* from public.employee_pay p where p.employee_id = u.id and p.from_date <= greatest(today, b.start_date)
    order by p.from_date desc limit 1
  ) p on true
  where e.id = u.id
    and ((e.job_title, e.department, e.location, e.manager_id, e.employment_type, e.fte, e.position_id)
           is distinct from (j.job_title, j.department, j.location, j.manager_id, j.employment_type, j.fte, j.position_id)
         or (e.salary_minor, e.salary_currency) is distinct from (p.salary_minor, p.salary_currency));
  get diagnostics done = row_count;
  return done;
end $$;
