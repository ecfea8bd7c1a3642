-- What stands beside a customer or a contact (their addresses, who is what where, who looks after them) is told on the record's
-- own trail, as its tags are: a timeline asks for one record. What follows from a change of the record itself (its first address,
-- its first company) that change tells; so does a merge of what it moves.
create function house.tell_beside() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  now_is jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  r jsonb := coalesce(now_is, was);
  side text;
begin
  -- Moved from one record to another.
  if tg_op = 'UPDATE' and (was ->> 'contact_id', was ->> 'customer_id', was ->> 'deal_id')
      is distinct from (now_is ->> 'contact_id', now_is ->> 'customer_id', now_is ->> 'deal_id') then
    return null;
  end if;
  foreach side in array array['contact', 'customer'] loop
    continue when r ->> (side || '_id') is null;
    insert into public.audit_events (tenant_id, at, actor, cause, address, record, record_id, action, changes)
    select
      (r ->> 'tenant_id')::uuid,
      coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
      coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
      nullif(current_setting('app.cause', true), ''),
      nullif(current_setting('app.address', true), ''),
      side || 's', (r ->> (side || '_id'))::uuid, 'update', c.changes
    from (select jsonb_object_agg(k.key, jsonb_build_array(k.old, k.new)) as changes
          from (values
            ('contact_detail', house.point_words(was), house.point_words(now_is)),
            ('with_company_id', case when side = 'contact' and tg_table_name = 'customer_contacts' then was ->> 'customer_id' end,
              case when side = 'contact' and tg_table_name = 'customer_contacts' then now_is ->> 'customer_id' end),
            ('with_contact_id', case when side = 'customer' then was ->> 'contact_id' end,
              case when side = 'customer' then now_is ->> 'contact_id' end),
            ('with_deal_id', was ->> 'deal_id', now_is ->> 'deal_id'),
            ('with_member_id', was ->> 'member_id', now_is ->> 'member_id'),
            ('role_there', was ->> 'role', now_is ->> 'role')
          ) as k (key, old, new)
          -- Whom a role is about stands beside it, although that has not changed.
          where k.old is distinct from k.new or (k.key in ('with_company_id', 'with_contact_id', 'with_deal_id') and k.new is not null)) c
    where c.changes is not null
      and (tg_table_name <> 'contact_points' or c.changes ? 'contact_detail')
      and (tg_op <> 'UPDATE' or tg_table_name = 'contact_points' or c.changes ? 'role_there');
  end loop;
  return null;
end $$;

-- An address with what is said of it, as people read it; nothing of what is none.
create function house.point_words(p jsonb) returns text language sql immutable set search_path = pg_catalog as $$
  select case when p ->> 'kind' is not null then concat_ws(', ', p ->> 'value', p ->> 'label',
    case when (p ->> 'is_first')::boolean then 'the first one' end,
    case when p ->> 'opted_out_at' is not null then 'opted out' end,
    case when p ->> 'invalid_at' is not null then 'does not reach anybody' end) end
$$;

create trigger tell_beside after insert or update or delete on contact_points for each row when (pg_trigger_depth() = 0) execute function house.tell_beside();
create trigger tell_beside after insert or update or delete on customer_contacts for each row when (pg_trigger_depth() = 0) execute function house.tell_beside();
create trigger tell_beside after insert or update or delete on deal_contacts for each row when (pg_trigger_depth() = 0) execute function house.tell_beside();
create trigger tell_beside after insert or delete on customer_team for each row when (pg_trigger_depth() = 0) execute function house.tell_beside();
