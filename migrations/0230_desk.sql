-- The agent's desk: macros, tickets that are put off for a while, and the time that is spent on them.

-- Several changes at once, by name. `does` is read by the rules of the domain.
create table ticket_macros (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  -- Whose own it is; null: everybody's.
  member_id uuid,
  does jsonb not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint ticket_macros_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create unique index ticket_macros_name_key on ticket_macros
  (tenant_id, coalesce(member_id, '00000000-0000-0000-0000-000000000000'), lower(name));
create index ticket_macros_by_member on ticket_macros (tenant_id, member_id) where member_id is not null;
call house.tenant_table('ticket_macros');
call house.audited('ticket_macros');

-- Put off: out of the way until a moment, or until the customer writes. No clock is held by it.
alter table tickets
  add column snoozed_at timestamptz,
  -- Null: until the customer writes.
  add column snoozed_until timestamptz,
  add column snoozed_by uuid,
  add constraint tickets_snoozed_fk foreign key (tenant_id, snoozed_by) references members (tenant_id, id),
  add constraint tickets_snooze check (snoozed_at is not null or (snoozed_until is null and snoozed_by is null));
create index tickets_snoozed on tickets (tenant_id, snoozed_until, id) where snoozed_at is not null;
create policy relay on tickets for select to people360_relay using (snoozed_until is not null);
grant select (tenant_id, snoozed_until) on tickets to people360_relay;

-- What is solved waits for nothing any more, whichever path has solved it.
create or replace function house.keep_ticket() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.status in ('solved', 'closed') then
    new.solved_at := coalesce(new.solved_at, new.updated_at);
    new.snoozed_at := null;
    new.snoozed_until := null;
    new.snoozed_by := null;
  else
    new.solved_at := null;
  end if;
  return new;
end $$;

-- Whatever the customer writes brings a ticket back.
create or replace function house.tell_message() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.kind = 'note' or new.automatic then
    return null;
  end if;
  insert into public.ticket_clock_events (tenant_id, ticket_id, at, what)
  values (new.tenant_id, new.ticket_id, new.created_at, case when new.inbound then 'asked' else 'answered' end);
  update public.tickets set
    asked_at = case when new.inbound then greatest(asked_at, new.created_at) else asked_at end,
    answered_at = case when new.inbound then answered_at else greatest(answered_at, new.created_at) end,
    snoozed_at = case when new.inbound then null else snoozed_at end,
    snoozed_until = case when new.inbound then null else snoozed_until end,
    snoozed_by = case when new.inbound then null else snoozed_by end
  where tenant_id = new.tenant_id and id = new.ticket_id;
  return null;
end $$;

-- Minutes that somebody has worked on a ticket.
create table ticket_time (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  ticket_id uuid not null,
  member_id uuid not null,
  minutes int not null constraint ticket_time_minutes check (minutes between 1 and 1440),
  note text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint ticket_time_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_time_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index ticket_time_of_ticket on ticket_time (tenant_id, ticket_id, created_at, id);
create index ticket_time_by_member on ticket_time (tenant_id, member_id, created_at);
call house.tenant_table('ticket_time');
call house.audited('ticket_time');
