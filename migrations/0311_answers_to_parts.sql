-- What a customer answers to a ticket that became a part of another is the part's own: it goes with it again when that is undone,
-- and so does what its clocks are told.

create or replace function house.tell_message() returns trigger language plpgsql set search_path = pg_catalog, public as $$
begin
  if new.kind = 'note' or new.automatic then
    return null;
  end if;
  insert into public.ticket_clock_events (tenant_id, ticket_id, at, what)
  values (new.tenant_id, coalesce(new.from_ticket_id, new.ticket_id), new.created_at, case when new.inbound then 'asked' else 'answered' end);
  update public.tickets set
    asked_at = case when new.inbound then greatest(asked_at, new.created_at) else asked_at end,
    answered_at = case when new.inbound then answered_at else greatest(answered_at, new.created_at) end,
    snoozed_at = case when new.inbound then null else snoozed_at end,
    snoozed_until = case when new.inbound then null else snoozed_until end,
    snoozed_by = case when new.inbound then null else snoozed_by end
  where tenant_id = new.tenant_id and id = new.ticket_id;
  return null;
end $$;
