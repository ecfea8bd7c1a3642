-- What was done and what is to be done: audit events, the outbox, runs of jobs, mails, schedules.

-- One row per changed record, written by a trigger in the transaction of the change. The app may read it only:
-- nothing but the trigger writes, nothing changes or deletes.
create table audit_events (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity,
  at timestamptz not null,
  -- All changes of one transaction share it.
  batch xid8 not null default pg_current_xact_id(),
  -- `member:<id>`, `job:<name>` or `system`.
  actor text not null,
  -- Why it changed, where that is not the actor's own hand: `import:<id>`, `undo:<id>`.
  cause text,
  record text not null,
  record_id uuid not null,
  action text not null check (action in ('insert', 'update', 'delete')),
  -- {"field": [old, new]}
  changes jsonb not null,
  primary key (tenant_id, id)
);
create index audit_events_record on audit_events (tenant_id, record_id, id desc);
-- Undo of a bulk action asks for its batch; home shows the newest.
create index audit_events_batch on audit_events (tenant_id, batch, id);
call house.tenant_table('audit_events', 'select');
create policy writer on audit_events for insert to current_user with check (true);

-- SECURITY DEFINER so that the app role needs no right to write the trail that tells on it.
create function house.audit() returns trigger
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
    and key not in ('tenant_id', 'id', 'version', 'created_at', 'updated_at', 'name_key', 'number_key', 'preferences');
  if changes = '{}' and tg_op = 'UPDATE' then
    return null;
  end if;
  insert into public.audit_events (tenant_id, at, actor, cause, record, record_id, action, changes)
  values (
    (row_now ->> 'tenant_id')::uuid,
    coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp()),
    coalesce(nullif(current_setting('app.actor', true), ''), 'system'),
    nullif(current_setting('app.cause', true), ''),
    tg_table_name, (row_now ->> 'id')::uuid, lower(tg_op), changes
  );
  return null;
end $$;

create procedure house.audited(name regclass)
language plpgsql as $$
begin
  execute format('create trigger audit after insert or update or delete on %s for each row execute function house.audit()', name);
end $$;

call house.audited('members');
call house.audited('invitations');

-- Work and events on their way to the queues, written in the transaction of the change.
create table outbox (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity primary key,
  queue text not null,
  name text not null,
  key text not null,
  body jsonb not null,
  run_at timestamptz,
  constraint outbox_once unique (tenant_id, name, key)
);
-- The relay steps from tenant to tenant of one queue.
create index outbox_fair on outbox (queue, tenant_id, id);
call house.tenant_table('outbox', 'select, insert');
create policy relay on outbox to people360_relay using (true) with check (true);
grant select, insert, update, delete on outbox to people360_relay;
-- Signing up and resetting a password write mail before any tenant transaction exists.
create policy identity on outbox for insert to people360_identity with check (true);
create policy identity_sees on outbox for select to people360_identity using (true);
grant select, insert on outbox to people360_identity;

-- Wakes the relays when a transaction with work commits; many rows of one transaction are one ring.
create function house.ring() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('outbox', '');
  return null;
end $$;
create trigger ring after insert on outbox for each statement execute function house.ring();

-- One row per job that was taken: how often it was tried, how it ended. Attempts are counted here, before the
-- work begins, because a job that kills its worker comes back without the queue having counted.
create table job_runs (
  tenant_id uuid not null references tenants,
  name text not null,
  key text not null,
  queue text not null,
  state text not null check (state in ('running', 'waiting', 'done', 'dead')),
  attempts int not null default 0,
  -- How many of them ended without a word: the worker was killed, perhaps by this very job.
  lost int not null default 0,
  error text,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant_id, name, key)
);
create index job_runs_ended on job_runs (tenant_id, last_at);
call house.tenant_table('job_runs');

-- One row per message: queued, sending, then sent, failed, or unclear when nobody can know.
create table mails (
  tenant_id uuid not null references tenants,
  id uuid not null,
  template text not null,
  recipient text not null,
  subject text not null,
  state text not null check (state in ('queued', 'sending', 'sent', 'failed', 'unclear')),
  tries int not null default 0,
  last_answer text,
  -- The same for all tries (RFC 5322 §3.6.4), so that a second copy can be recognised.
  message_id text not null,
  created_at timestamptz not null,
  sent_at timestamptz,
  primary key (tenant_id, id)
);
create index mails_recent on mails (tenant_id, created_at desc);
call house.tenant_table('mails');

-- The schedule's memory: which tick was last handed out. No tenant's; only the relay role sees it.
create table schedules (
  name text primary key,
  last_tick timestamptz not null
);
grant select, insert, update on schedules to people360_relay;
