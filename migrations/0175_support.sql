-- Support: when a team is at work, the queues that tickets wait in, and what is promised of them.

-- Hours by weekday, and the days that are unlike it, as the rules of the domain read them.
create table support_calendars (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  hours jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index support_calendars_name_key on support_calendars (tenant_id, lower(name));
call house.tenant_table('support_calendars');

create table support_queues (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  -- What its tickets' numbers begin with: SUP of SUP-1042.
  prefix text not null constraint support_queues_prefix check (prefix ~ '^[A-Z][A-Z0-9]{0,7}$'),
  calendar_id uuid not null,
  -- To whom a new ticket goes.
  how text not null default 'none' constraint support_queues_how check (how in ('none', 'round_robin', 'least_loaded')),
  pool jsonb not null default '[]',
  -- Days after solving within which an answer opens the ticket again.
  reopen_days int not null default 14 constraint support_queues_reopen check (reopen_days between 0 and 365),
  place int not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint support_queues_calendar_fk foreign key (tenant_id, calendar_id) references support_calendars (tenant_id, id)
);
create unique index support_queues_name_key on support_queues (tenant_id, lower(name));
create unique index support_queues_prefix_key on support_queues (tenant_id, prefix);
create index support_queues_by_calendar on support_queues (tenant_id, calendar_id);
call house.tenant_table('support_queues');

-- The last number that was drawn, and whose turn was the last one.
create table support_turns (
  tenant_id uuid not null references tenants,
  queue_id uuid not null,
  last_number int not null default 1000,
  member_id uuid,
  primary key (tenant_id, queue_id),
  constraint support_turns_queue_fk foreign key (tenant_id, queue_id) references support_queues (tenant_id, id) on delete cascade
);
call house.tenant_table('support_turns');

-- What is promised: in order, the first that fits a ticket is its own.
create table sla_policies (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  place int not null,
  conditions jsonb not null default '{}',
  -- Minutes by priority, of each of the three clocks.
  targets jsonb not null,
  -- At how much of the time somebody is warned, in percent.
  warn int not null default 80 constraint sla_policies_warn check (warn between 10 and 99),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index sla_policies_name_key on sla_policies (tenant_id, lower(name));
create index sla_policies_in_order on sla_policies (tenant_id, place, id);
call house.tenant_table('sla_policies');

-- Answers that are written once and used often.
create table canned_replies (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  body text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index canned_replies_name_key on canned_replies (tenant_id, lower(name));
call house.tenant_table('canned_replies');
call house.audited('canned_replies');

-- What a workspace begins with is nobody's change.
create trigger audit after insert or update or delete on support_calendars for each row
  when (pg_trigger_depth() = 0) execute function house.audit();
create trigger audit after insert or update or delete on support_queues for each row
  when (pg_trigger_depth() = 0) execute function house.audit();
create trigger audit after insert or update or delete on sla_policies for each row
  when (pg_trigger_depth() = 0) execute function house.audit();

-- A new workspace begins with one queue, with working hours where it is, and with times that most can keep. Signing up runs
-- in the identity role, which sees no table of a tenant's.
create policy founder on support_calendars for insert to current_user with check (true);
create policy founder on support_queues for insert to current_user with check (true);
create policy founder on sla_policies for insert to current_user with check (true);
create function house.found_support(p_tenant uuid, p_zone text, p_at timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  calendar uuid := gen_random_uuid();
begin
  insert into public.support_calendars (tenant_id, id, name, hours, created_at, updated_at)
  values (p_tenant, calendar, 'Working hours', jsonb_build_object(
    'zone', p_zone,
    'week', '[[{"from":540,"to":1020}],[{"from":540,"to":1020}],[{"from":540,"to":1020}],[{"from":540,"to":1020}],[{"from":540,"to":1020}],[],[]]'::jsonb,
    'days', '[]'::jsonb), p_at, p_at);
  insert into public.support_queues (tenant_id, id, name, prefix, calendar_id, place, created_at, updated_at)
  values (p_tenant, gen_random_uuid(), 'Support', 'SUP', calendar, 1, p_at, p_at);
  insert into public.sla_policies (tenant_id, id, name, place, targets, created_at, updated_at)
  values (p_tenant, gen_random_uuid(), 'Standard', 1,
    '{"low":[960,960,4800],"normal":[480,480,2400],"high":[240,240,960],"urgent":[60,60,480]}', p_at, p_at);
end $$;
revoke all on function house.found_support from public;
create function house.begin_support() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform house.found_support(new.id, new.zone, new.created_at);
  return null;
end $$;
revoke all on function house.begin_support from public;
create trigger begin_support after insert on tenants for each row execute function house.begin_support();
select house.found_support(id, zone, created_at) from tenants;
