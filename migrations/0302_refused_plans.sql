-- A planned change of job that its day refuses is set aside for good: it stands in the rows for somebody to put right, and
-- nothing takes it for what holds. (But for that, the functions are as in 0301, 0040, 0042 and 0100.)

alter table employee_jobs add column refused boolean not null default false;

create or replace function house.carry_job(p_employee uuid, p_from date, p_was jsonb, p_is jsonb) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  moved jsonb;
  later public.employee_jobs;
  says jsonb;
  part jsonb;
begin
  select coalesce(jsonb_object_agg(key, value), '{}') into moved from jsonb_each(p_is) where value is distinct from p_was -> key;
  for later in
    select j.* from public.employee_jobs j where j.employee_id = p_employee and j.from_date > p_from order by j.from_date
  loop
    says := house.job_of(to_jsonb(later));
    select coalesce(jsonb_object_agg(key, value), '{}') into part from jsonb_each(moved) where says -> key = p_was -> key;
    -- What never took effect goes along, and is the end of nothing.
    if not later.refused then
      moved := part;
      exit when moved = '{}';
    end if;
    continue when part = '{}';
    later := jsonb_populate_record(later, part);
    update public.employee_jobs j
    set version = j.version + 1, job_title = later.job_title, department = later.department, location = later.location, manager_id = later.manager_id,
        employment_type = later.employment_type, fte = later.fte, position_id = later.position_id
    where j.employee_id = p_employee and j.id = later.id;
  end loop;
end $$;

create or replace function house.keep_dated() returns trigger
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
    select n.id, n.start_date as is,
           coalesce(o.start_date, (select min(j.from_date) from public.employee_jobs j where j.employee_id = n.id)) as was
    from new_rows n join old_rows o on o.id = n.id
    where n.start_date is not null and n.start_date is distinct from o.start_date
  loop
    update public.employee_jobs j set version = j.version + 1, from_date = changed.is
    where j.employee_id = changed.id and j.from_date = changed.was
      and not exists (select from public.employee_jobs e where e.employee_id = changed.id and e.from_date <> changed.was
                        and (e.from_date < changed.was or e.from_date <= changed.is));
    update public.employee_pay p set version = p.version + 1, from_date = changed.is
    where p.employee_id = changed.id and p.from_date = changed.was
      and not exists (select from public.employee_pay e where e.employee_id = changed.id and e.from_date <> changed.was
                        and (e.from_date < changed.was or e.from_date <= changed.is));
  end loop;

  for changed in
    select n.id, n.tenant_id, n.start_date, n.end_date, house.job_of(to_jsonb(n)) as says, now.from_date, house.job_of(to_jsonb(now)) as said
    from new_rows n join old_rows o on o.id = n.id
    left join lateral (
      select j.* from public.employee_jobs j where j.employee_id = n.id and not j.refused
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
      set version = j.version + 1, job_title = excluded.job_title, department = excluded.department, location = excluded.location,
          manager_id = excluded.manager_id, employment_type = excluded.employment_type, fte = excluded.fte, position_id = excluded.position_id,
          refused = false;
    if changed.from_date is not null then
      perform house.carry_job(changed.id, greatest(changed.from_date, today), changed.said, changed.says);
      -- Changed and changed back on one day is no change.
      delete from public.employee_jobs j
      where j.employee_id = changed.id and j.from_date = today and j.reason is null and changed.says = (
        select house.job_of(to_jsonb(b)) from public.employee_jobs b
        where b.employee_id = changed.id and b.from_date < today and not b.refused order by b.from_date desc limit 1);
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
    insert into public.employee_pay as p (tenant_id, employee_id, from_date, salary_minor, salary_currency)
    values (changed.tenant_id, changed.id,
            case when changed.from_date is null then coalesce(changed.start_date, today)
                 when changed.from_date > today or changed.end_date < today then changed.from_date else today end,
            changed.salary_minor, changed.salary_currency)
    on conflict on constraint employee_pay_day_key do update
      set version = p.version + 1, salary_minor = excluded.salary_minor, salary_currency = excluded.salary_currency;
    delete from public.employee_pay p
    where p.employee_id = changed.id and p.from_date = today and p.reason is null and exists (
      select from (select b.salary_minor, b.salary_currency from public.employee_pay b
                   where b.employee_id = changed.id and b.from_date < today order by b.from_date desc limit 1) b
      where (b.salary_minor, b.salary_currency) is not distinct from (p.salary_minor, p.salary_currency));
  end loop;
  return null;
end $$;

create or replace function house.take_effect(p_employees uuid[]) returns bigint
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
    select j.* from public.employee_jobs j where j.employee_id = u.id and not j.refused
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

create or replace function house.bring_jobs(p_ids uuid[], p_employees uuid[], p_from date[], p_says jsonb[]) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  row_now public.employee_jobs;
begin
  for at in 1..cardinality(p_ids) loop
    select j.* into row_now from public.employee_jobs j where j.employee_id = p_employees[at] and not j.refused
    order by j.from_date > p_from[at], case when j.from_date <= p_from[at] then j.from_date end desc, j.from_date limit 1;
    row_now := jsonb_populate_record(row_now, p_says[at]);
    insert into public.employee_jobs (tenant_id, id, employee_id, from_date, job_title, department, location, manager_id,
      employment_type, fte, position_id, reason)
    values (current_setting('app.tenant_id')::uuid, p_ids[at], p_employees[at], p_from[at], row_now.job_title, row_now.department,
      row_now.location, row_now.manager_id, row_now.employment_type, coalesce(row_now.fte, 1), row_now.position_id, row_now.reason);
  end loop;
end $$;

create or replace function house.change_jobs(p_employees uuid[], p_from date, p_field text, p_value jsonb)
returns table (employee_id uuid, was jsonb, made uuid, rows uuid[])
language plpgsql set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
  says jsonb := jsonb_build_object(p_field, p_value);
begin
  return query
  with holds as (
    select distinct on (j.employee_id) j.*, to_jsonb(j) -> p_field as said
    from public.employee_jobs j where j.employee_id = any(p_employees) and j.from_date <= p_from and not j.refused
    order by j.employee_id, j.from_date desc
  ), behind as (
    select j.employee_id, j.id,
           bool_and(to_jsonb(j) -> p_field = h.said) over (partition by j.employee_id order by j.from_date) as repeats
    from public.employee_jobs j join holds h on h.employee_id = j.employee_id where j.from_date > p_from and not j.refused
  ), touched as (
    select h.employee_id, h.id from holds h where h.from_date = p_from
    union all select b.employee_id, b.id from behind b where b.repeats
  ), changed as (
    update public.employee_jobs j
    set version = j.version + 1, job_title = n.job_title, department = n.department, location = n.location,
        manager_id = n.manager_id, employment_type = n.employment_type, fte = n.fte
    from touched t join public.employee_jobs o on o.employee_id = t.employee_id and o.id = t.id
    cross join lateral jsonb_populate_record(o, says) n
    where j.employee_id = t.employee_id and j.id = t.id
    returning j.employee_id, j.id
  ), begun as (
    insert into public.employee_jobs as j (tenant_id, employee_id, from_date, job_title, department, location, manager_id,
      employment_type, fte, position_id)
    select h.tenant_id, h.employee_id, p_from, n.job_title, n.department, n.location, n.manager_id, n.employment_type, n.fte, h.position_id
    from holds h cross join lateral jsonb_populate_record(null::public.employee_jobs, house.job_of(to_jsonb(h)) || says) n
    where h.from_date < p_from
    on conflict on constraint employee_jobs_day_key do update
      set version = j.version + 1, job_title = excluded.job_title, department = excluded.department, location = excluded.location,
          manager_id = excluded.manager_id, employment_type = excluded.employment_type, fte = excluded.fte,
          position_id = excluded.position_id, refused = false
    returning j.employee_id, j.id
  )
  select h.employee_id, h.said, b.id, coalesce((select array_agg(c.id) from changed c where c.employee_id = h.employee_id), '{}')
  from holds h left join begun b on b.employee_id = h.employee_id;
end $$;

create or replace function house.unchange_jobs(p_change uuid, p_employees uuid[], p_from date, p_field text) returns setof uuid
language plpgsql set search_path = pg_catalog, public as $$
declare
  today date := house.today(current_setting('app.tenant_id')::uuid);
  able uuid[];
begin
  select array_agg(c.record_id) into able
  from public.bulk_change_records c
  where c.change_id = p_change and c.record_id = any(p_employees)
    and (select to_jsonb(j) -> p_field from public.employee_jobs j
         where j.employee_id = c.record_id and j.from_date <= p_from and not j.refused order by j.from_date desc limit 1) = c.is_now
    and (select to_jsonb(j) -> p_field from public.employee_jobs j
         where j.employee_id = c.record_id and j.from_date <= greatest(p_from, today) and not j.refused order by j.from_date desc limit 1) = c.is_now
    and exists (select from public.employee_jobs j
                where j.employee_id = c.record_id and j.from_date = p_from and (j.id = c.made or j.id = any(c.rows)));
  update public.employee_jobs j
  set version = j.version + 1, job_title = n.job_title, department = n.department, location = n.location,
      manager_id = n.manager_id, employment_type = n.employment_type, fte = n.fte
  from public.bulk_change_records c
  join public.employee_jobs o on o.employee_id = c.record_id and (o.id = c.made or o.id = any(c.rows))
  cross join lateral jsonb_populate_record(o, jsonb_build_object(p_field, c.was)) n
  where c.change_id = p_change and c.record_id = any(able) and to_jsonb(o) -> p_field = c.is_now
    and j.employee_id = o.employee_id and j.id = o.id;
  -- A row that says nothing of its own any more is none.
  delete from public.employee_jobs j using public.bulk_change_records c
  where c.change_id = p_change and c.record_id = any(able) and j.employee_id = c.record_id and j.id = c.made and j.reason is null
    and house.job_of(to_jsonb(j)) = (
      select house.job_of(to_jsonb(b)) from public.employee_jobs b
      where b.employee_id = j.employee_id and b.from_date < j.from_date and not b.refused order by b.from_date desc limit 1);
  return query select unnest(able);
end $$;
