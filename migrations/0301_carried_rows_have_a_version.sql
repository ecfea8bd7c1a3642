-- Rows of job and pay that a change of another row, or of the record, carries on have another version then: whoever has one of
-- them open is told, and writes nothing over. (The rest of both functions is as in 0040 and 0110.)

create or replace function house.carry_job(p_employee uuid, p_from date, p_was jsonb, p_is jsonb) returns void
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
      set version = j.version + 1, job_title = excluded.job_title, department = excluded.department, location = excluded.location,
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
