-- Files may bring job and pay over time.

alter table imports drop constraint imports_target_check;
alter table imports add constraint imports_target_check check (target in ('employees', 'customers', 'employee_jobs', 'employee_pay'));

create or replace function house.measure(target text) returns void
language plpgsql security definer set search_path = pg_catalog, public set lock_timeout = '2s' as $$
begin
  case target
    when 'employees' then analyze public.employees, public.employee_jobs, public.employee_pay;
    when 'customers' then analyze public.customers;
    when 'employee_jobs' then analyze public.employee_jobs;
    when 'employee_pay' then analyze public.employee_pay;
  end case;
end $$;

-- Rows that say what changes on their day; what they do not say goes on from the row before. They come in the order of
-- their days. What later rows say stays as it is.
create function house.bring_jobs(p_ids uuid[], p_employees uuid[], p_from date[], p_says jsonb[]) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  row_now public.employee_jobs;
begin
  for at in 1..cardinality(p_ids) loop
    select j.* into row_now from public.employee_jobs j where j.employee_id = p_employees[at]
    order by j.from_date > p_from[at], case when j.from_date <= p_from[at] then j.from_date end desc, j.from_date limit 1;
    row_now := jsonb_populate_record(row_now, p_says[at]);
    insert into public.employee_jobs (tenant_id, id, employee_id, from_date, job_title, department, location, manager_id,
      employment_type, fte, position_id, reason)
    values (current_setting('app.tenant_id')::uuid, p_ids[at], p_employees[at], p_from[at], row_now.job_title, row_now.department,
      row_now.location, row_now.manager_id, row_now.employment_type, coalesce(row_now.fte, 1), row_now.position_id, row_now.reason);
  end loop;
end $$;
