-- One field of many records changed at once: what was asked, how far it is, and what each record held before, so that it
-- can be given back. And a list leaves as a workbook, too.

alter table exports add column format text not null default 'csv' check (format in ('csv', 'xlsx'));

create table bulk_changes (
  tenant_id uuid not null references tenants,
  id uuid not null,
  target text not null check (target in ('employees', 'customers')),
  -- The field's key, and what was typed: of a person the number, of a tag its name.
  field text not null,
  value text not null,
  -- As whoever looks at it later reads both.
  label text not null,
  words text not null,
  -- What is dated holds from this day on.
  from_date date,
  -- The list's filter; null: single records were ticked, and these with the version that was looked at.
  question jsonb,
  ids uuid[] not null default '{}',
  versions int[] not null default '{}',
  -- The list's address, to go back to.
  back text not null,
  state text not null check (state in ('changing', 'changed', 'undoing', 'undone', 'failed')),
  -- The job that is at it.
  request uuid not null,
  -- Records so far, written beside the job's own transaction.
  done int not null default 0,
  total int not null default 0,
  -- What came of it: changed, the same already, and why others were not: how many of each reason, some with their names.
  changed int not null default 0,
  same int not null default 0,
  refused jsonb not null default '[]',
  -- Of its undoing: given back, and left alone because somebody has changed them since.
  given_back int not null default 0,
  left_alone int not null default 0,
  failure text,
  created_by uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, created_by) references members (tenant_id, id)
);
create index bulk_changes_recent on bulk_changes (tenant_id, created_by, created_at desc, id);
create index bulk_changes_old on bulk_changes (tenant_id, created_at);
call house.tenant_table('bulk_changes');

-- What a bulk change did to a record. `was` and `is` are the field's values as its column has them; `rows` are the rows of
-- employee_jobs that it changed, and `made` the one that it made.
create table bulk_change_records (
  tenant_id uuid not null references tenants,
  change_id uuid not null,
  record_id uuid not null,
  was jsonb not null,
  is_now jsonb not null,
  made uuid,
  rows uuid[] not null default '{}',
  -- After an undo: null where it has been given back, and why not elsewhere.
  left_because text,
  primary key (tenant_id, change_id, record_id),
  foreign key (tenant_id, change_id) references bulk_changes (tenant_id, id) on delete cascade
);
call house.tenant_table('bulk_change_records');

-- One field of the jobs of these people from a day on: a row of that day, and those behind it that only repeat what was
-- (as house.carry_job of one person). Gives what it did to each, so that it can be taken back to the letter.
create function house.change_jobs(p_employees uuid[], p_from date, p_field text, p_value jsonb)
returns table (employee_id uuid, was jsonb, made uuid, rows uuid[])
language plpgsql set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
  says jsonb := jsonb_build_object(p_field, p_value);
begin
  return query
  with holds as (
    select distinct on (j.employee_id) j.*, to_jsonb(j) -> p_field as said
    from public.employee_jobs j where j.employee_id = any(p_employees) and j.from_date <= p_from
    order by j.employee_id, j.from_date desc
  ), behind as (
    select j.employee_id, j.id,
           bool_and(to_jsonb(j) -> p_field = h.said) over (partition by j.employee_id order by j.from_date) as repeats
    from public.employee_jobs j join holds h on h.employee_id = j.employee_id where j.from_date > p_from
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
    returning j.employee_id, j.id
  )
  select h.employee_id, h.said, b.id, coalesce((select array_agg(c.id) from changed c where c.employee_id = h.employee_id), '{}')
  from holds h left join begun b on b.employee_id = h.employee_id;
end $$;

-- Takes that back where the field still is what it was changed to, on that day and now. Gives whom it was given back.
create function house.unchange_jobs(p_change uuid, p_employees uuid[], p_from date, p_field text) returns setof uuid
language plpgsql set search_path = pg_catalog, public as $$
declare
  today date := house.today(current_setting('app.tenant_id')::uuid);
  able uuid[];
begin
  select array_agg(c.record_id) into able
  from public.bulk_change_records c
  where c.change_id = p_change and c.record_id = any(p_employees)
    and (select to_jsonb(j) -> p_field from public.employee_jobs j
         where j.employee_id = c.record_id and j.from_date <= p_from order by j.from_date desc limit 1) = c.is_now
    and (select to_jsonb(j) -> p_field from public.employee_jobs j
         where j.employee_id = c.record_id and j.from_date <= greatest(p_from, today) order by j.from_date desc limit 1) = c.is_now
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
      where b.employee_id = j.employee_id and b.from_date < j.from_date order by b.from_date desc limit 1);
  return query select unnest(able);
end $$;
