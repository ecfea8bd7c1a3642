-- What the workflow engine asks often, and what holds back what it sends out.

-- Runs that wait for something to hold are told to look, those first that have not looked for the longest.
create index workflow_runs_looking on workflow_runs (tenant_id, moved_at) where watching;

-- The sweep's question.
create index workflow_runs_ended on workflow_runs (tenant_id, ended_at) where ended_at is not null;
create index workflow_skips_old on workflow_skips (tenant_id, at);

-- The list of workflows counts the runs of each: from the index alone.
drop index workflow_runs_newest;
create index workflow_runs_newest on workflow_runs (tenant_id, workflow_id, started_at desc, id desc) include (state);

-- Whose record is meant by an address, however it is written. A function like lower() would be kept out of an index by
-- row-level security; comparing in a collation is not.
create collation house.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
create index customers_by_email on customers (tenant_id, email collate house.caseless) where archived_at is null and email is not null;
create index employees_by_email on employees (tenant_id, email collate house.caseless) where archived_at is null and email is not null;

-- Calls to the outside that a workspace may still make at once (DESIGN: Calls to the outside: a budget per tenant).
create table outbound_buckets (
  tenant_id uuid not null references tenants,
  tokens numeric not null,
  filled_at timestamptz not null,
  primary key (tenant_id)
);
call house.tenant_table('outbound_buckets');

-- The schedule asks which workspaces have workflows that wait for days, or runs that go on, and no more.
create policy relay on workflows for select to people360_relay using (true);
grant select (tenant_id, state, starts, record) on workflows to people360_relay;
create policy relay on workflow_runs for select to people360_relay using (true);
grant select (tenant_id, state) on workflow_runs to people360_relay;

-- Workflows that wait for a date listen as well: a date that is entered after its day was looked at is not passed over
-- in silence.
create or replace function house.happened() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  now timestamptz := coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());
  depth smallint := coalesce(nullif(current_setting('app.depth', true), ''), '0')::smallint;
  run uuid := nullif(current_setting('app.run', true), '')::uuid;
begin
  if not exists (select from public.workflows w where w.state = 'active' and w.record = tg_argv[0] and w.starts in ('created', 'updated', 'date'))
     and not exists (select from public.workflow_runs r where r.watching and r.record = tg_argv[0]) then
    return null;
  end if;
  if tg_op = 'INSERT' then
    insert into public.happenings (tenant_id, at, record, record_id, action, depth, run_id)
    select n.tenant_id, now, tg_argv[0], n.id, 'created', depth, run from new_rows n;
  else
    insert into public.happenings (tenant_id, at, record, record_id, action, changes, depth, run_id)
    select n.tenant_id, now, tg_argv[0], n.id, 'updated', c.changes, depth, run
    from new_rows n
    join old_rows o on o.tenant_id = n.tenant_id and o.id = n.id
    cross join lateral (
      select jsonb_object_agg(f.key, jsonb_build_array(to_jsonb(o) -> f.key, f.value)) as changes
      from jsonb_each(to_jsonb(n)) f
      where to_jsonb(o) -> f.key is distinct from f.value
        and f.key not in ('version', 'updated_at', 'name_key', 'number_key', 'search_text', 'record_id')
    ) c
    where c.changes is not null;
  end if;
  return null;
end $$;
