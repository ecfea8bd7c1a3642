-- Calls and meetings: what is agreed or has been, about a record or none, who takes part, and reminders of it and of tasks.

create table activities (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  kind text not null constraint activities_kind check (kind in ('call', 'meeting')),
  subject text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- Where it is: a room, an address, a link.
  place text,
  direction text constraint activities_direction check (direction in ('out', 'in')),
  outcome text constraint activities_outcome
    check (outcome in ('connected', 'no_answer', 'left_message', 'busy', 'wrong_number')),
  state text not null default 'planned' constraint activities_state check (state in ('planned', 'done', 'cancelled', 'no_show')),
  notes text,
  owner_id uuid not null,
  -- Null: the system's own work made it.
  created_by uuid,
  -- The record that it is about, as of tasks.
  employee_id uuid,
  customer_id uuid,
  contact_id uuid,
  deal_id uuid,
  lead_id uuid,
  record_id uuid,
  -- Minutes before it begins, or a moment of its own.
  remind_before int constraint activities_remind_before check (remind_before between 0 and 40320),
  remind_at timestamptz,
  -- When it was said to be over, called off or not to have been.
  closed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  search_text text collate "C" not null generated always as (house.search_text(subject, place, notes)) stored,
  primary key (tenant_id, id),
  constraint activities_owner_fk foreign key (tenant_id, owner_id) references members (tenant_id, id),
  constraint activities_created_by_fk foreign key (tenant_id, created_by) references members (tenant_id, id),
  constraint activities_employee_fk foreign key (tenant_id, employee_id) references employees (tenant_id, id)
    on delete cascade,
  constraint activities_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id)
    on delete set null (customer_id),
  constraint activities_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id)
    on delete set null (contact_id),
  constraint activities_deal_fk foreign key (tenant_id, deal_id) references deals (tenant_id, id) on delete set null (deal_id),
  constraint activities_lead_fk foreign key (tenant_id, lead_id) references leads (tenant_id, id) on delete set null (lead_id),
  constraint activities_one_record check (num_nonnulls(employee_id, customer_id, contact_id, deal_id, lead_id) <= 1),
  constraint activities_times check (ends_at >= starts_at),
  constraint activities_of_calls check (kind = 'call' or (direction is null and outcome is null)),
  constraint activities_one_reminder check (num_nonnulls(remind_before, remind_at) <= 1),
  constraint activities_closed check ((state = 'planned') = (closed_at is null))
);
create index activities_by_start on activities (tenant_id, starts_at, id);
create index activities_by_owner on activities (tenant_id, owner_id, starts_at, id);
create index activities_by_record on activities (tenant_id, record_id, starts_at, id) where record_id is not null;
create trigger record before insert or update on activities for each row execute function house.tell_record();
call house.tenant_table('activities');
call house.audited('activities');

create function house.index_activities() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'activity' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'activity', n.id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
revoke all on function house.index_activities from public;
create trigger search_in after insert on activities referencing new table as new_rows
  for each statement execute function house.index_activities();
create trigger search_change after update on activities referencing new table as new_rows
  for each statement execute function house.index_activities();
create trigger search_out after delete on activities referencing old table as old_rows
  for each statement execute function house.index_activities();

-- Who takes part beside the owner: a colleague, or somebody from outside.
create table activity_attendees (
  tenant_id uuid not null references tenants,
  id uuid not null,
  activity_id uuid not null,
  member_id uuid,
  contact_id uuid,
  primary key (tenant_id, id),
  constraint activity_attendees_activity_fk foreign key (tenant_id, activity_id) references activities (tenant_id, id) on delete cascade,
  constraint activity_attendees_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id),
  constraint activity_attendees_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete cascade,
  constraint activity_attendees_one check (num_nonnulls(member_id, contact_id) = 1),
  constraint activity_attendees_member_once unique (tenant_id, activity_id, member_id),
  constraint activity_attendees_contact_once unique (tenant_id, activity_id, contact_id)
);
create index activity_attendees_by_member on activity_attendees (tenant_id, member_id, activity_id) where member_id is not null;
create index activity_attendees_by_contact on activity_attendees (tenant_id, contact_id, activity_id) where contact_id is not null;
call house.tenant_table('activity_attendees');
call house.audited('activity_attendees');

-- A task may be due at a time of its day, and one may be reminded of it.
alter table tasks
  add column due_time time,
  add column remind_before int constraint tasks_remind_before check (remind_before between 0 and 40320),
  add column remind_at timestamptz,
  add constraint tasks_time_of_a_day check (due_time is null or due_on is not null),
  add constraint tasks_one_reminder check (num_nonnulls(remind_before, remind_at) <= 1);

-- Reminders that are still to come, one of a task, a call or a meeting. They follow from those, whatever changes them.
create table reminders (
  tenant_id uuid not null references tenants,
  id uuid not null,
  task_id uuid,
  activity_id uuid,
  at timestamptz not null,
  primary key (tenant_id, id),
  constraint reminders_task_fk foreign key (tenant_id, task_id) references tasks (tenant_id, id) on delete cascade,
  constraint reminders_activity_fk foreign key (tenant_id, activity_id) references activities (tenant_id, id) on delete cascade,
  constraint reminders_one check (num_nonnulls(task_id, activity_id) = 1)
);
create index reminders_by_time on reminders (tenant_id, at);
create index reminders_of_tasks on reminders (tenant_id, task_id) where task_id is not null;
create index reminders_of_activities on reminders (tenant_id, activity_id) where activity_id is not null;
call house.tenant_table('reminders');
-- The schedule asks which workspaces have any that are due, and no more.
create policy relay on reminders for select to people360_relay using (true);
grant select (tenant_id, at) on reminders to people360_relay;

-- One that would have been long ago is not caught up: a task that is opened again reminds nobody of last week.
create function house.keep_reminder(of_tenant uuid, of_task uuid, of_activity uuid, due timestamptz) returns void
language plpgsql set search_path = pg_catalog, public as $$
begin
  if due > coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()) - interval '1 hour' then
    insert into reminders (tenant_id, id, task_id, activity_id, at)
    values (of_tenant, coalesce(of_task, of_activity), of_task, of_activity, due)
    on conflict (tenant_id, id) do update set at = excluded.at;
  else
    delete from reminders where tenant_id = of_tenant and id = coalesce(of_task, of_activity);
  end if;
end $$;

revoke all on function house.keep_reminder from public;
grant execute on function house.keep_reminder to people360_app;

-- A task's day and time are those of whoever is to do it. One without a time is for the morning.
create function house.keep_task_reminder() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  zone text;
  due timestamptz;
begin
  if tg_op = 'INSERT' then
    if new.remind_before is null and new.remind_at is null then
      return null;
    end if;
  elsif (new.due_on, new.due_time, new.remind_before, new.remind_at, new.assignee_id, new.done_at)
    is not distinct from (old.due_on, old.due_time, old.remind_before, old.remind_at, old.assignee_id, old.done_at) then
    return null;
  end if;
  if new.done_at is null then
    due := new.remind_at;
    if new.remind_before is not null and new.due_on is not null then
      zone := coalesce((select z.zone from house.member_zones(array[new.assignee_id]) z),
        (select t.zone from tenants t where t.id = new.tenant_id));
      due := (new.due_on + coalesce(new.due_time, time '09:00')) at time zone zone - make_interval(mins => new.remind_before);
    end if;
  end if;
  perform house.keep_reminder(new.tenant_id, new.id, null, due);
  return null;
end $$;
create trigger reminder after insert or update on tasks for each row execute function house.keep_task_reminder();

create function house.keep_activity_reminder() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    if new.remind_before is null and new.remind_at is null then
      return null;
    end if;
  elsif (new.starts_at, new.remind_before, new.remind_at, new.state)
    is not distinct from (old.starts_at, old.remind_before, old.remind_at, old.state) then
    return null;
  end if;
  perform house.keep_reminder(new.tenant_id, null, new.id, case
    when new.state <> 'planned' then null
    when new.remind_at is not null then new.remind_at
    else new.starts_at - make_interval(mins => new.remind_before) end);
  return null;
end $$;
create trigger reminder after insert or update on activities for each row execute function house.keep_activity_reminder();
