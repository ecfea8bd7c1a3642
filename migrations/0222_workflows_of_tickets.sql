-- How it stands with what was promised of a ticket, by the clocks that run: workflows begin as it comes near its end, or is
-- late.
alter table tickets add column promise text not null default 'none'
  constraint tickets_promise check (promise in ('none', 'kept', 'near', 'late'));

create or replace function house.take_clock() returns trigger language plpgsql set search_path = pg_catalog, public as $$
declare
  t record := case when tg_op = 'DELETE' then old else new end;
begin
  update public.tickets k set due_at = d.due_at, promise = d.promise
  from (select min(c.due_at) as due_at,
          case when count(*) = 0 then 'none' when bool_or(c.breached_at is not null) then 'late'
            when bool_or(c.warned_at is not null) then 'near' else 'kept' end as promise
        from public.ticket_clocks c
        where c.tenant_id = t.tenant_id and c.ticket_id = t.ticket_id and c.ended_at is null) d
  where k.tenant_id = t.tenant_id and k.id = t.ticket_id and (k.due_at is distinct from d.due_at or k.promise <> d.promise);
  return null;
end $$;

call house.watched('tickets', 'ticket');
