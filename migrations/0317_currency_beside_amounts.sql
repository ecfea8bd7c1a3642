-- A quota, a price, an adjustment and a line of a quote have one currency: it stands beside their amount in the trail, changed or
-- not, so that the amount can be told.

create or replace function house.audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  row_now jsonb := case when tg_op = 'DELETE' then before else after end;
  tenant uuid := coalesce(row_now ->> 'tenant_id', row_now ->> 'id')::uuid;
  actor text := coalesce(nullif(current_setting('app.actor', true), ''), 'system');
  changes jsonb;
begin
  select coalesce(jsonb_object_agg(key, jsonb_build_array(before -> key, after -> key)), '{}') into changes
  from jsonb_object_keys(before || after) as key
  -- An amount says nothing without its currency, changed or not.
  where (before -> key is distinct from after -> key
      or (key like '%\_currency' and before -> replace(key, '_currency', '_minor') is distinct from after -> replace(key, '_currency', '_minor'))
      or (key = 'currency' and (before -> 'minor' is distinct from after -> 'minor' or before -> 'unit_minor' is distinct from after -> 'unit_minor')))
    and not (before -> key is null and after -> key = 'null'::jsonb)
    and not (after -> key is null and before -> key = 'null'::jsonb)
    and key not in ('tenant_id', 'id', 'version', 'created_at', 'updated_at', 'name_key', 'number_key', 'search_text',
                    'preferences', 'privileges_at', 'secret_hash', 'last_used_at', 'body');
  if changes = '{}' and tg_op = 'UPDATE' then
    return null;
  end if;
  -- An account is another member in each workspace.
  if coalesce(current_setting('app.account', true), '') <> '' then
    select 'member:' || m.id into actor from public.members m
    where m.tenant_id = tenant and m.account_id = current_setting('app.account')::uuid;
    actor := coalesce(actor, 'system');
  end if;
  insert into public.audit_events (tenant_id, at, actor, cause, address, record, record_id, action, changes)
  values (
    tenant,
    coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
    actor,
    nullif(current_setting('app.cause', true), ''),
    nullif(current_setting('app.address', true), ''),
    tg_table_name, (row_now ->> 'id')::uuid, lower(tg_op), changes
  );
  return null;
end $$;
