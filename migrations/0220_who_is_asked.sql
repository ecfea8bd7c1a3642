-- Whether a member stands above somebody today, themselves or in place of one who does: whoever was asked about leave and does
-- not any more, because either was moved or the time of standing in is over, answers it no more.
create function house.stands_above(p_member uuid, p_employee uuid, p_today date) returns boolean
language sql stable set search_path = pg_catalog, public as $$
  with recursive above (id, depth) as (
    select e.manager_id, 1 from public.employees e where e.id = p_employee and e.manager_id is not null
    union all
    select e.manager_id, a.depth + 1 from above a join public.employees e on e.id = a.id
    where e.manager_id is not null and a.depth < 50)
  select exists (
    select from above a
    join public.members m on m.employee_id = a.id
    left join public.leave_delegates g on g.tenant_id = m.tenant_id and g.id = m.id and g.delegate_id = p_member
      and (g.from_on is null or g.from_on <= p_today) and (g.until_on is null or g.until_on >= p_today)
    where m.id = p_member or g.delegate_id is not null)
$$;
