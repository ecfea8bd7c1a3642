-- Tickets that became a part of another one, and how that is taken back.

create table ticket_merges (
  tenant_id uuid not null references tenants,
  -- Drawn with the form, so that twice is once.
  id uuid not null,
  from_id uuid not null,
  into_id uuid not null,
  -- What it was before.
  status text not null,
  by_id uuid,
  created_at timestamptz not null,
  undone_at timestamptz,
  primary key (tenant_id, id),
  constraint ticket_merges_other check (from_id <> into_id),
  constraint ticket_merges_from_fk foreign key (tenant_id, from_id) references tickets (tenant_id, id) on delete cascade,
  constraint ticket_merges_into_fk foreign key (tenant_id, into_id) references tickets (tenant_id, id) on delete cascade
);
create unique index ticket_merges_one on ticket_merges (tenant_id, from_id) where undone_at is null;
create index ticket_merges_by_into on ticket_merges (tenant_id, into_id);
call house.tenant_table('ticket_merges');
call house.audited('ticket_merges');

-- That it became a part of another comes before what its status is then: its clocks end without a result.
create or replace function house.tell_ticket() returns trigger language plpgsql set search_path = pg_catalog, public as $$
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
  if (new.merged_into is null) <> (old.merged_into is null) then
    insert into public.ticket_clock_events (tenant_id, ticket_id, at, what)
    values (new.tenant_id, new.id, new.updated_at, case when new.merged_into is null then 'returned' else 'withdrawn' end);
  end if;
  if new.priority <> old.priority then
    insert into public.ticket_clock_events (tenant_id, ticket_id, at, what, value)
    values (new.tenant_id, new.id, new.updated_at, 'priority', new.priority);
  end if;
  if new.status <> old.status then
    insert into public.ticket_clock_events (tenant_id, ticket_id, at, what, value)
    values (new.tenant_id, new.id, new.updated_at, 'status', new.status);
  end if;
  return null;
end $$;
