-- Checklists: what is to be done when somebody starts or leaves; and whose access ends when.

create table checklist_templates (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  kind text not null check (kind in ('onboarding', 'offboarding')),
  -- For these alone; none: for all.
  departments text[] not null default '{}',
  employment_types text[] not null default '{}',
  -- Begun by itself for whomever it fits.
  automatic boolean not null,
  -- Read and written as one: nobody asks for a single item of a template.
  items jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index checklist_templates_name_key on checklist_templates (tenant_id, kind, lower(name));
call house.tenant_table('checklist_templates');
call house.audited('checklist_templates');

create table checklists (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  template_id uuid,
  kind text not null check (kind in ('onboarding', 'offboarding')),
  name text not null,
  employee_id uuid not null,
  -- The first or the last day, from which its dates are told.
  anchor_on date not null,
  -- Who looks after it, and stands in for whoever is not there yet.
  keeper_id uuid not null,
  -- Null: it began by itself.
  created_by uuid,
  finished_at timestamptz,
  cancelled_at timestamptz,
  cancelled_why text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  -- Once for each template and person, whoever begins it, however often dates change.
  constraint checklists_once unique (tenant_id, template_id, employee_id),
  constraint checklists_template_fk foreign key (tenant_id, template_id) references checklist_templates (tenant_id, id)
    on delete set null (template_id),
  constraint checklists_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade,
  constraint checklists_keeper_fk foreign key (tenant_id, keeper_id) references members (tenant_id, id),
  constraint checklists_created_by_fk foreign key (tenant_id, created_by) references members (tenant_id, id),
  constraint checklists_cancelled_whole check ((cancelled_at is null) = (cancelled_why is null))
);
create index checklists_open on checklists (tenant_id, anchor_on, id) where finished_at is null and cancelled_at is null;
create index checklists_ended on checklists (tenant_id, anchor_on, id) where finished_at is not null or cancelled_at is not null;
create index checklists_by_employee on checklists (tenant_id, employee_id);
call house.tenant_table('checklists');
call house.audited('checklists');

-- An item is a task. Its title, day, owner and end stand there alone; here is what the checklist knows besides.
create table checklist_items (
  tenant_id uuid not null references tenants,
  id uuid not null,
  checklist_id uuid not null,
  task_id uuid not null,
  place int not null,
  -- 'hr', 'manager', 'person', or a member's id.
  owner text not null,
  -- From the anchor; null: added by hand.
  days int,
  blocks boolean not null,
  -- The keeper has it in place of somebody who is not there yet.
  stands_in boolean not null default false,
  -- Skipped is: ended at this very moment. Opened again, wherever that is, it is skipped no more.
  skipped_at timestamptz,
  skipped_why text,
  primary key (tenant_id, id),
  constraint checklist_items_task_key unique (tenant_id, task_id),
  constraint checklist_items_checklist_fk foreign key (tenant_id, checklist_id) references checklists (tenant_id, id) on delete cascade,
  constraint checklist_items_task_fk foreign key (tenant_id, task_id) references tasks (tenant_id, id) on delete cascade,
  constraint checklist_items_skipped_whole check ((skipped_at is null) = (skipped_why is null))
);
create index checklist_items_by_checklist on checklist_items (tenant_id, checklist_id, place);
call house.tenant_table('checklist_items');
call house.audited('checklist_items');

-- A checklist is finished with its last item, wherever that is ticked. The row is held first: of two last ones, ticked at
-- the same time, the second sees the first.
create function house.checklist_ticked() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  of uuid;
begin
  select checklist_id into of from public.checklist_items where tenant_id = new.tenant_id and task_id = new.id;
  if of is null then
    return null;
  end if;
  perform from public.checklists where tenant_id = new.tenant_id and id = of for update;
  if new.done_at is null then
    update public.checklists set finished_at = null where tenant_id = new.tenant_id and id = of and finished_at is not null;
  elsif not exists (
    select from public.checklist_items i join public.tasks t on t.tenant_id = i.tenant_id and t.id = i.task_id
    where i.tenant_id = new.tenant_id and i.checklist_id = of and t.done_at is null
  ) then
    update public.checklists set finished_at = new.done_at where tenant_id = new.tenant_id and id = of and finished_at is null;
  end if;
  return null;
end $$;
create trigger checklist_ticked after update of done_at on tasks
  for each row when (old.done_at is distinct from new.done_at) execute function house.checklist_ticked();

-- Whose last day is known, and whether their access has been looked at since. A row for everybody with an end date,
-- however that came into their record, so that a day that comes while nobody runs is not missed.
create table departures (
  tenant_id uuid not null references tenants,
  employee_id uuid not null,
  ends_on date not null,
  ended_at timestamptz,
  primary key (tenant_id, employee_id),
  constraint departures_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id) on delete cascade
);
create index departures_due on departures (tenant_id, ends_on) where ended_at is null;
call house.tenant_table('departures');
-- The schedule asks which workspaces have a last day that is over, and no more.
create policy relay on departures for select to people360_relay using (true);
grant select (tenant_id, ends_on, ended_at) on departures to people360_relay;

create function house.keep_departures() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    insert into public.departures (tenant_id, employee_id, ends_on)
    select n.tenant_id, n.id, n.end_date from new_rows n where n.end_date is not null;
    return null;
  end if;
  delete from public.departures d using new_rows n
  where d.tenant_id = n.tenant_id and d.employee_id = n.id and n.end_date is null;
  insert into public.departures (tenant_id, employee_id, ends_on)
  select n.tenant_id, n.id, n.end_date from new_rows n
  join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id
  where n.end_date is not null and n.end_date is distinct from o.end_date
  on conflict (tenant_id, employee_id) do update set ends_on = excluded.ends_on, ended_at = null;
  return null;
end $$;
create trigger departures_in after insert on employees referencing new table as new_rows
  for each statement execute function house.keep_departures();
create trigger departures_change after update on employees referencing old table as old_rows new table as new_rows
  for each statement execute function house.keep_departures();

-- Whoever has left before this came is left as they are: somebody has decided about their access by hand.
alter table employees no force row level security;
alter table departures no force row level security;
insert into departures (tenant_id, employee_id, ends_on, ended_at)
select tenant_id, id, end_date, case when end_date < current_date then now() end from employees where end_date is not null;
alter table departures force row level security;
alter table employees force row level security;
