-- Tickets: what customers ask, what is answered, and the clocks that run until then.

create table tickets (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  -- Its queue's prefix and a number, as it was when it came in.
  number text not null,
  -- What it is about.
  name text not null,
  queue_id uuid not null,
  contact_id uuid,
  -- Who asks, where no contact is known by this address.
  requester_name text,
  requester_email text,
  customer_id uuid,
  priority text not null default 'normal'
    constraint tickets_priority check (priority in ('low', 'normal', 'high', 'urgent')),
  status text not null default 'new'
    constraint tickets_status check (status in ('new', 'open', 'pending', 'on_hold', 'solved', 'closed')),
  kind text not null default 'question'
    constraint tickets_kind check (kind in ('question', 'problem', 'incident', 'task')),
  assignee_id uuid,
  parent_id uuid constraint tickets_own_parent check (parent_id <> id),
  -- Which one it became a part of.
  merged_into uuid,
  custom jsonb,
  -- What follows from its messages and clocks.
  asked_at timestamptz,
  answered_at timestamptz,
  due_at timestamptz,
  solved_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  is_open boolean not null generated always as (status in ('new', 'open', 'pending', 'on_hold')) stored,
  urgency int not null generated always as
    (case priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end) stored,
  requester_key text generated always as (lower(requester_email)) stored,
  search_text text collate "C" not null generated always as
    (house.search_text(number, name, requester_name, requester_email)) stored,
  primary key (tenant_id, id),
  constraint tickets_number_key unique (tenant_id, number),
  constraint tickets_queue_fk foreign key (tenant_id, queue_id) references support_queues (tenant_id, id),
  constraint tickets_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete set null (contact_id),
  constraint tickets_customer_fk foreign key (tenant_id, customer_id) references customers (tenant_id, id) on delete set null (customer_id),
  constraint tickets_assignee_fk foreign key (tenant_id, assignee_id) references members (tenant_id, id),
  constraint tickets_parent_fk foreign key (tenant_id, parent_id) references tickets (tenant_id, id) on delete set null (parent_id),
  constraint tickets_merged_fk foreign key (tenant_id, merged_into) references tickets (tenant_id, id) on delete set null (merged_into)
);
create index tickets_by_created on tickets (tenant_id, created_at, id) include (is_open) where archived_at is null;
create index tickets_open on tickets (tenant_id, created_at, id) where archived_at is null and is_open;
-- CASE rather than COALESCE: see employees.
create index tickets_by_due on tickets (tenant_id, (case when due_at is null then 'infinity' else due_at end), id) where archived_at is null and is_open;
create index tickets_by_urgency on tickets (tenant_id, urgency, id) where archived_at is null and is_open;
create index tickets_by_assignee on tickets (tenant_id, assignee_id, created_at, id) where archived_at is null and is_open;
create index tickets_by_queue on tickets (tenant_id, queue_id, created_at, id);
create index tickets_by_customer on tickets (tenant_id, customer_id, created_at, id) where customer_id is not null;
create index tickets_by_contact on tickets (tenant_id, contact_id, created_at, id) where contact_id is not null;
create index tickets_by_requester on tickets (tenant_id, requester_key, created_at, id) where requester_email is not null;
create index tickets_by_parent on tickets (tenant_id, parent_id) where parent_id is not null;
create index tickets_by_merged on tickets (tenant_id, merged_into) where merged_into is not null;
create index tickets_archived on tickets (tenant_id, created_at, id) where archived_at is not null;
call house.tenant_table('tickets');
-- What follows from messages and clocks is written by triggers and tells no change of anybody's.
create trigger audit after insert or update or delete on tickets for each row
  when (pg_trigger_depth() = 0) execute function house.audit();

create table ticket_messages (
  tenant_id uuid not null references tenants,
  id uuid not null,
  ticket_id uuid not null,
  -- Where a merge has moved it from.
  from_ticket_id uuid,
  -- A note is for the team alone.
  kind text not null constraint ticket_messages_kind check (kind in ('reply', 'note')),
  -- Whether the customer wrote it.
  inbound boolean not null default false,
  -- A machine's answer: it stops no clock.
  automatic boolean not null default false,
  author_id uuid,
  contact_id uuid,
  author_name text,
  body text not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint ticket_messages_inbound check (not (inbound and kind = 'note')),
  constraint ticket_messages_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_messages_from_fk foreign key (tenant_id, from_ticket_id) references tickets (tenant_id, id) on delete set null (from_ticket_id),
  constraint ticket_messages_author_fk foreign key (tenant_id, author_id) references members (tenant_id, id),
  constraint ticket_messages_contact_fk foreign key (tenant_id, contact_id) references contacts (tenant_id, id) on delete set null (contact_id)
);
create index ticket_messages_of_ticket on ticket_messages (tenant_id, ticket_id, created_at, id);
create index ticket_messages_by_contact on ticket_messages (tenant_id, contact_id) where contact_id is not null;
create index ticket_messages_by_author on ticket_messages (tenant_id, author_id) where author_id is not null;
create index ticket_messages_from on ticket_messages (tenant_id, from_ticket_id) where from_ticket_id is not null;
call house.tenant_table('ticket_messages', 'select, insert, update');

-- Files that came with a message.
create table ticket_files (
  tenant_id uuid not null references tenants,
  file_id uuid not null,
  message_id uuid not null,
  primary key (tenant_id, file_id),
  constraint ticket_files_file_fk foreign key (tenant_id, file_id) references files (tenant_id, id) on delete cascade,
  constraint ticket_files_message_fk foreign key (tenant_id, message_id) references ticket_messages (tenant_id, id) on delete cascade
);
create index ticket_files_of_message on ticket_files (tenant_id, message_id);
call house.tenant_table('ticket_files');

-- What somebody has begun to write.
create table ticket_drafts (
  tenant_id uuid not null references tenants,
  ticket_id uuid not null,
  member_id uuid not null,
  kind text not null constraint ticket_drafts_kind check (kind in ('reply', 'note')),
  body text not null,
  updated_at timestamptz not null,
  primary key (tenant_id, ticket_id, member_id, kind),
  constraint ticket_drafts_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_drafts_member_fk foreign key (tenant_id, member_id) references members (tenant_id, id) on delete cascade
);
call house.tenant_table('ticket_drafts');

-- Two that have to do with one another. The lesser id stands first, so that each pair is there once.
create table ticket_links (
  tenant_id uuid not null references tenants,
  id uuid not null,
  ticket_id uuid not null,
  other_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, ticket_id, other_id),
  constraint ticket_links_order check (ticket_id < other_id),
  constraint ticket_links_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_links_other_fk foreign key (tenant_id, other_id) references tickets (tenant_id, id) on delete cascade
);
create index ticket_links_of_other on ticket_links (tenant_id, other_id);
call house.tenant_table('ticket_links');
call house.audited('ticket_links');

-- Why a ticket has the assignee that it has, where its queue has decided.
create table ticket_assignments (
  tenant_id uuid not null references tenants,
  ticket_id uuid not null,
  at timestamptz not null,
  member_id uuid,
  why text not null,
  primary key (tenant_id, ticket_id),
  constraint ticket_assignments_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade
);
call house.tenant_table('ticket_assignments');

-- What happened to a ticket, for its clocks: only ever added to.
create table ticket_clock_events (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity,
  ticket_id uuid not null,
  at timestamptz not null,
  what text not null
    constraint ticket_clock_events_what check (what in ('opened', 'asked', 'answered', 'status', 'priority', 'withdrawn', 'returned')),
  value text,
  primary key (tenant_id, id),
  constraint ticket_clock_events_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade
);
create index ticket_clock_events_of_ticket on ticket_clock_events (tenant_id, ticket_id, at, id);
call house.tenant_table('ticket_clock_events', 'select, insert');

-- What was promised of a ticket when it came in, and when to look at its clocks next.
create table ticket_promises (
  tenant_id uuid not null references tenants,
  ticket_id uuid not null,
  policy_id uuid,
  policy text not null,
  promise jsonb not null,
  next_at timestamptz,
  primary key (tenant_id, ticket_id),
  constraint ticket_promises_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_promises_policy_fk foreign key (tenant_id, policy_id) references sla_policies (tenant_id, id) on delete set null (policy_id)
);
create index ticket_promises_due on ticket_promises (tenant_id, next_at) where next_at is not null;
create index ticket_promises_by_policy on ticket_promises (tenant_id, policy_id) where policy_id is not null;
call house.tenant_table('ticket_promises');
create policy relay on ticket_promises for select to people360_relay using (true);
grant select (tenant_id, next_at) on ticket_promises to people360_relay;

-- The clocks as they stand by those events: computed, and never the other way round.
create table ticket_clocks (
  tenant_id uuid not null references tenants,
  ticket_id uuid not null,
  clock text not null constraint ticket_clocks_clock check (clock in ('first', 'next', 'resolution')),
  -- The how manieth of its kind.
  nth int not null,
  began_at timestamptz not null,
  -- Of the calendar's own time, as what stands behind them.
  target_minutes int not null,
  used_minutes int not null,
  paused_minutes int not null,
  -- None while it is held.
  due_at timestamptz,
  warn_at timestamptz,
  ended_at timestamptz,
  held boolean not null,
  late boolean not null,
  -- It ended without anybody's doing, when its ticket became a part of another.
  withdrawn boolean not null,
  -- Whose the ticket was when it ended, or was late first.
  member_id uuid,
  warned_at timestamptz,
  breached_at timestamptz,
  primary key (tenant_id, ticket_id, clock, nth),
  constraint ticket_clocks_ticket_fk foreign key (tenant_id, ticket_id) references tickets (tenant_id, id) on delete cascade
);
create index ticket_clocks_by_end on ticket_clocks (tenant_id, ended_at, ticket_id) where ended_at is not null;
create index ticket_clocks_late on ticket_clocks (tenant_id, breached_at, ticket_id) where breached_at is not null;
call house.tenant_table('ticket_clocks');

-- What happens to a ticket's row is told by the row itself, whichever path has written it.
create function house.tell_ticket() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if tg_op = 'INSERT' then
    insert into public.ticket_clock_events (tenant_id, ticket_id, at, what, value)
    values (new.tenant_id, new.id, new.created_at, 'opened', new.priority);
    if new.status <> 'new' then
      insert into public.ticket_clock_events (tenant_id, ticket_id, at, what, value)
      values (new.tenant_id, new.id, new.created_at, 'status', new.status);
    end if;
    return null;
  end if;
  if new.priority <> old.priority then
    insert into public.ticket_clock_events (tenant_id, ticket_id, at, what, value)
    values (new.tenant_id, new.id, new.updated_at, 'priority', new.priority);
  end if;
  if new.status <> old.status then
    insert into public.ticket_clock_events (tenant_id, ticket_id, at, what, value)
    values (new.tenant_id, new.id, new.updated_at, 'status', new.status);
  end if;
  if (new.merged_into is null) <> (old.merged_into is null) then
    insert into public.ticket_clock_events (tenant_id, ticket_id, at, what)
    values (new.tenant_id, new.id, new.updated_at, case when new.merged_into is null then 'returned' else 'withdrawn' end);
  end if;
  return null;
end $$;
create trigger tell after insert or update on tickets for each row execute function house.tell_ticket();

-- When it was solved follows from its status.
create function house.keep_ticket() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.status in ('solved', 'closed') then
    new.solved_at := coalesce(new.solved_at, new.updated_at);
  else
    new.solved_at := null;
  end if;
  return new;
end $$;
create trigger keep before insert or update on tickets for each row execute function house.keep_ticket();

create function house.tell_message() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.kind = 'note' or new.automatic then
    return null;
  end if;
  insert into public.ticket_clock_events (tenant_id, ticket_id, at, what)
  values (new.tenant_id, new.ticket_id, new.created_at, case when new.inbound then 'asked' else 'answered' end);
  update public.tickets set
    asked_at = case when new.inbound then greatest(asked_at, new.created_at) else asked_at end,
    answered_at = case when new.inbound then answered_at else greatest(answered_at, new.created_at) end
  where tenant_id = new.tenant_id and id = new.ticket_id;
  return null;
end $$;
create trigger tell after insert on ticket_messages for each row execute function house.tell_message();

-- What comes next of a ticket stands in its own row, for lists.
create function house.take_clock() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  t record := case when tg_op = 'DELETE' then old else new end;
begin
  update public.tickets k set due_at = d.due_at
  from (select min(c.due_at) as due_at from public.ticket_clocks c
        where c.tenant_id = t.tenant_id and c.ticket_id = t.ticket_id and c.ended_at is null) d
  where k.tenant_id = t.tenant_id and k.id = t.ticket_id and k.due_at is distinct from d.due_at;
  return null;
end $$;
create trigger take after insert or update or delete on ticket_clocks for each row execute function house.take_clock();

create function house.index_tickets() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    delete from public.search_documents d using old_rows o
    where d.tenant_id = o.tenant_id and d.kind = 'ticket' and d.record_id = o.id;
  else
    insert into public.search_documents (tenant_id, kind, record_id, body)
    select n.tenant_id, 'ticket', n.id, n.search_text from new_rows n
    on conflict (tenant_id, kind, record_id) do update set body = excluded.body where search_documents.body <> excluded.body;
  end if;
  return null;
end $$;
create trigger search_in after insert on tickets referencing new table as new_rows
  for each statement execute function house.index_tickets();
create trigger search_change after update on tickets referencing new table as new_rows
  for each statement execute function house.index_tickets();
create trigger search_out after delete on tickets referencing old table as old_rows
  for each statement execute function house.index_tickets();
