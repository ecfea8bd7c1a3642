-- The audit trail says from where, tells what is no change of a record (sign-ins, reads of pay), and cannot be rewritten
-- unseen: each transaction's events are sealed into a chain of hashes, one chain a workspace.

alter table audit_events add column address text;
alter table audit_events drop constraint audit_events_action_check;
alter table audit_events add constraint audit_events_action_check check (action ~ '^[a-z_]{2,40}$');
-- The page's filters: by action, by who, by kind of record.
create index audit_events_action on audit_events (tenant_id, action, id desc);
create index audit_events_actor on audit_events (tenant_id, actor, id desc);
create index audit_events_kind on audit_events (tenant_id, record, id desc);
-- What is sealed is read by the sealer, which runs as the owner.
create policy sealer on audit_events for select to current_user using (true);

-- As before; a workspace's own row is a record of its own, where somebody calls from is told, and what is secret or is
-- only a mark of time is not.
create or replace function house.audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) end;
  after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) end;
  row_now jsonb := case when tg_op = 'DELETE' then before else after end;
  changes jsonb;
begin
  select coalesce(jsonb_object_agg(key, jsonb_build_array(before -> key, after -> key)), '{}') into changes
  from jsonb_object_keys(before || after) as key
  -- An amount says nothing without its currency, changed or not.
  where (before -> key is distinct from after -> key
      or (key like '%\_currency' and before -> replace(key, '_currency', '_minor') is distinct from after -> replace(key, '_currency', '_minor')))
    and not (before -> key is null and after -> key = 'null'::jsonb)
    and not (after -> key is null and before -> key = 'null'::jsonb)
    and key not in ('tenant_id', 'id', 'version', 'created_at', 'updated_at', 'name_key', 'number_key', 'search_text',
                    'preferences', 'privileges_at', 'secret_hash', 'last_used_at', 'body');
  if changes = '{}' and tg_op = 'UPDATE' then
    return null;
  end if;
  insert into public.audit_events (tenant_id, at, actor, cause, address, record, record_id, action, changes)
  values (
    coalesce(row_now ->> 'tenant_id', row_now ->> 'id')::uuid,
    coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
    coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
    nullif(current_setting('app.cause', true), ''),
    nullif(current_setting('app.address', true), ''),
    tg_table_name, (row_now ->> 'id')::uuid, lower(tg_op), changes
  );
  return null;
end $$;
call house.audited('tenants');

-- Notes what is no change of a row, in the reader's own name: that pay was read. SECURITY DEFINER, as the trigger; it
-- cannot tell of a change that never was.
create function house.note(p_record text, p_record_id uuid, p_action text, p_changes jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if p_action in ('insert', 'update', 'delete') then
    raise exception 'a change is noted by its trigger alone';
  end if;
  insert into public.audit_events (tenant_id, at, actor, cause, address, record, record_id, action, changes)
  values (
    current_setting('app.tenant_id')::uuid,
    coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
    coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
    nullif(current_setting('app.cause', true), ''),
    nullif(current_setting('app.address', true), ''),
    p_record, p_record_id, p_action, p_changes
  );
end $$;
revoke all on function house.note from public;
grant execute on function house.note to people360_app;

-- Notes what happened to somebody's account, in each workspace that they may enter. In their order, so that two such
-- transactions seal their workspaces in one order.
create function house.note_account(p_account uuid, p_action text, p_changes jsonb, p_own boolean, p_address text, p_now timestamptz)
returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if p_action in ('insert', 'update', 'delete') then
    raise exception 'a change is noted by its trigger alone';
  end if;
  insert into public.audit_events (tenant_id, at, actor, address, record, record_id, action, changes)
  select m.tenant_id, p_now, case when p_own then 'member:' || m.id else 'system' end, nullif(p_address, ''),
         'members', m.id, p_action, p_changes
  from public.members m where m.account_id = p_account and m.deactivated_at is null order by m.tenant_id;
end $$;
revoke all on function house.note_account from public;
grant execute on function house.note_account to people360_identity;

-- ── the chain ──────────────────────────────────────────────────────────────────────────────────────────────────

-- The events of one transaction, sealed with all that came before: hash = sha256(the hash before, each event's hash).
create table audit_seals (
  tenant_id uuid not null references tenants,
  seq bigint not null,
  batch xid8 not null,
  first_id bigint not null,
  last_id bigint not null,
  events int not null,
  hash bytea not null,
  primary key (tenant_id, seq)
);
create index audit_seals_batch on audit_seals (tenant_id, batch, last_id);
call house.tenant_table('audit_seals', 'select');
create policy sealer on audit_seals to current_user using (true) with check (true);

-- One event's hash. Moments in microseconds and jsonb's own text: nothing in it depends on a session's settings.
create function house.audit_leaf(e audit_events) returns bytea
language sql immutable set search_path = pg_catalog as $$
  select sha256(convert_to(jsonb_build_array(
    e.tenant_id, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.batch::text, e.actor, e.cause, e.address,
    e.record, e.record_id, e.action, e.changes)::text, 'UTF8'))
$$;

-- Where a workspace's chain begins.
create function house.audit_root(p_tenant uuid) returns bytea
language sql immutable set search_path = pg_catalog as $$
  select sha256(convert_to(p_tenant::text, 'UTF8'))
$$;

-- Seals at the end of the transaction, so that the workspace's chain is held for that moment alone and an import of
-- minutes holds up nobody. The first event seals all that its transaction has written; should a later statement write
-- more, they get a seal of their own.
create function house.seal() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  before record;
  sealed bigint;
begin
  select max(last_id) into sealed from public.audit_seals where tenant_id = new.tenant_id and batch = new.batch;
  if sealed >= new.id then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('audit:' || new.tenant_id, 0));
  select seq, hash into before from public.audit_seals where tenant_id = new.tenant_id order by seq desc limit 1;
  insert into public.audit_seals (tenant_id, seq, batch, first_id, last_id, events, hash)
  select new.tenant_id, coalesce(before.seq, 0) + 1, new.batch, min(e.id), max(e.id), count(*),
         sha256(coalesce(before.hash, house.audit_root(new.tenant_id)) || string_agg(house.audit_leaf(e), ''::bytea order by e.id))
  from public.audit_events e
  where e.tenant_id = new.tenant_id and e.batch = new.batch and e.id > coalesce(sealed, 0);
  return null;
end $$;
create constraint trigger seal after insert on audit_events deferrable initially deferred
  for each row execute function house.seal();

-- Nothing of the trail is changed or removed, not by the owner either.
create function house.append_only() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  raise exception '% is only added to', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on audit_events for each row execute function house.append_only();
create trigger append_only before update or delete on audit_seals for each row execute function house.append_only();
create trigger append_only_all before truncate on audit_events for each statement execute function house.append_only();
create trigger append_only_all before truncate on audit_seals for each statement execute function house.append_only();
