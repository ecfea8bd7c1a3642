-- A deal that goes to another pipeline, or goes for good, leaves a board: who looks at that one hears of it, too.

create or replace function house.ring_boards() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'UPDATE' then
    perform pg_notify('boards', b.tenant_id || '/' || b.pipeline_id)
    from (select tenant_id, pipeline_id from changed union select tenant_id, pipeline_id from gone) b;
  elsif tg_op = 'DELETE' then
    perform pg_notify('boards', b.tenant_id || '/' || b.pipeline_id) from (select distinct tenant_id, pipeline_id from gone) b;
  else
    perform pg_notify('boards', b.tenant_id || '/' || b.pipeline_id) from (select distinct tenant_id, pipeline_id from changed) b;
  end if;
  return null;
end $$;
drop trigger ring_changed on deals;
create trigger ring_changed after update on deals
  referencing old table as gone new table as changed for each statement execute function house.ring_boards();
create trigger ring_gone after delete on deals
  referencing old table as gone for each statement execute function house.ring_boards();
