-- Workflows: what they are, what happened that may start one, their runs step by step, and what holds them back.

create table workflows (
  tenant_id uuid not null references tenants,
  id uuid not null,
  version int not null default 1,
  name text not null,
  description text not null default '',
  state text not null default 'draft' check (state in ('draft', 'active', 'paused')),
  -- Why it is paused, where nobody's hand did it.
  paused_because text,
  draft jsonb not null,
  -- Of the published version: its number, in whose name its steps run, and what the database has to listen to.
  published int,
  publisher_id uuid,
  record text,
  starts text,
  -- Sealed, it is the address that others post to; drawn anew, the old address is nobody's.
  hook uuid not null default gen_random_uuid(),
  template text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  constraint workflows_published_whole check (state = 'draft' or (published is not null and publisher_id is not null)),
  constraint workflows_publisher_fk foreign key (tenant_id, publisher_id) references members (tenant_id, id)
);
create unique index workflows_name_key on workflows (tenant_id, lower(name));
create unique index workflows_hook_key on workflows (tenant_id, hook);
create index workflows_active on workflows (tenant_id, record, starts) where state = 'active';
call house.tenant_table('workflows');
call house.audited('workflows');

-- A version is never changed: a run ends on the one it began with.
create table workflow_versions (
  tenant_id uuid not null references tenants,
  workflow_id uuid not null,
  number int not null,
  definition jsonb not null,
  published_by uuid not null,
  published_at timestamptz not null,
  primary key (tenant_id, workflow_id, number),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id) on delete cascade
);
call house.tenant_table('workflow_versions', 'select, insert, delete');

create table workflow_runs (
  tenant_id uuid not null references tenants,
  id uuid not null,
  workflow_id uuid not null,
  number int not null,
  -- What makes it the same as another: the record alone, or the occasion as well. DOMAIN: enrol once.
  once text not null,
  record text,
  record_id uuid,
  record_name text not null default '',
  state text not null check (state in ('running', 'waiting', 'asking', 'done', 'stopped', 'failed', 'cancelled')),
  -- The step that it stands before; none: it is through.
  step text,
  -- How often it was told to go on: each telling is a job of its own.
  turn int not null default 1,
  -- Goes up when somebody has it try again, so that what was done then is not done twice by mistake, nor hidden.
  round int not null default 1,
  occasion jsonb not null default '{}',
  depth smallint not null default 0,
  wake_at timestamptz,
  -- Whether it waits for the record to change.
  watching boolean not null default false,
  error text,
  started_by uuid,
  started_at timestamptz not null,
  -- When it last moved.
  moved_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id),
  constraint workflow_runs_once unique (tenant_id, workflow_id, once),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id) on delete cascade
);
create index workflow_runs_newest on workflow_runs (tenant_id, workflow_id, started_at desc, id desc);
create index workflow_runs_record on workflow_runs (tenant_id, record_id, workflow_id, started_at desc) where record_id is not null;
-- The reconciler's question, and who waits for a record.
create index workflow_runs_open on workflow_runs (tenant_id, moved_at) where state in ('running', 'waiting', 'asking');
create index workflow_runs_watching on workflow_runs (tenant_id, record, record_id) where watching;
call house.tenant_table('workflow_runs');

-- What each step did. One row a step and round: the row is the step's receipt, written with its effect.
create table workflow_steps (
  tenant_id uuid not null references tenants,
  run_id uuid not null,
  round int not null,
  step text not null,
  place int not null,
  kind text not null,
  state text not null check (state in ('done', 'waiting', 'failed')),
  input jsonb not null default '{}',
  output jsonb not null default '{}',
  error text,
  tries int not null default 1,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, run_id, round, step),
  foreign key (tenant_id, run_id) references workflow_runs (tenant_id, id) on delete cascade
);
call house.tenant_table('workflow_steps');

-- Why a record was not enrolled: the last reason, and how often there was one.
create table workflow_skips (
  tenant_id uuid not null references tenants,
  workflow_id uuid not null,
  record_id uuid not null,
  record_name text not null default '',
  reason text not null,
  times int not null default 1,
  at timestamptz not null,
  primary key (tenant_id, workflow_id, record_id),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id) on delete cascade
);
create index workflow_skips_newest on workflow_skips (tenant_id, workflow_id, at desc, record_id);
call house.tenant_table('workflow_skips');

create table workflow_approvals (
  tenant_id uuid not null references tenants,
  id uuid not null,
  run_id uuid not null,
  round int not null,
  step text not null,
  member_id uuid not null,
  question text not null,
  asked_at timestamptz not null,
  due_at timestamptz not null,
  answer text check (answer in ('approved', 'rejected', 'withdrawn', 'expired')),
  answered_at timestamptz,
  answered_by uuid,
  note text not null default '',
  primary key (tenant_id, id),
  unique (tenant_id, run_id, round, step, member_id),
  foreign key (tenant_id, run_id) references workflow_runs (tenant_id, id) on delete cascade,
  foreign key (tenant_id, member_id) references members (tenant_id, id)
);
create index workflow_approvals_open on workflow_approvals (tenant_id, member_id, due_at) where answer is null;
call house.tenant_table('workflow_approvals');
call house.audited('workflow_approvals');

-- Whose turn it is, of a step that gives records out in turn. And how often in a row a workflow has failed.
create table workflow_turns (
  tenant_id uuid not null references tenants,
  workflow_id uuid not null,
  step text not null,
  turn int not null,
  primary key (tenant_id, workflow_id, step),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id) on delete cascade
);
call house.tenant_table('workflow_turns');
-- The day up to which a workflow that waits for days has been looked at: one that was missed is looked at late.
create table workflow_days (
  tenant_id uuid not null references tenants,
  workflow_id uuid not null,
  day date not null,
  primary key (tenant_id, workflow_id),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id) on delete cascade
);
call house.tenant_table('workflow_days');
create table workflow_health (
  tenant_id uuid not null references tenants,
  workflow_id uuid not null,
  failures int not null default 0,
  primary key (tenant_id, workflow_id),
  foreign key (tenant_id, workflow_id) references workflows (tenant_id, id) on delete cascade
);
call house.tenant_table('workflow_health');

-- The workspace's kill switch, and how many runs it may start a minute.
create table automation_settings (
  tenant_id uuid not null references tenants,
  id uuid not null,
  stopped_at timestamptz,
  stopped_by uuid,
  stopped_because text not null default '',
  per_minute int not null default 600 check (per_minute between 1 and 60000),
  primary key (tenant_id),
  constraint automation_settings_own check (id = tenant_id)
);
call house.tenant_table('automation_settings');
call house.audited('automation_settings');
create table automation_buckets (
  tenant_id uuid not null references tenants,
  tokens numeric not null,
  filled_at timestamptz not null,
  primary key (tenant_id)
);
call house.tenant_table('automation_buckets');

-- ── what happened ──────────────────────────────────────────────────────────────────────────────────────────────

-- Changes of records that some workflow listens to, written in the transaction of the change by whatever changes them
-- (a form, an import, another workflow), until they are looked at. Old and new values stand in here for as long.
create table happenings (
  tenant_id uuid not null references tenants,
  id bigint generated always as identity,
  at timestamptz not null,
  record text not null,
  record_id uuid not null,
  action text not null check (action in ('created', 'updated')),
  -- {"column": [old, new]}
  changes jsonb not null default '{}',
  depth smallint not null default 0,
  run_id uuid,
  primary key (tenant_id, id)
);
call house.tenant_table('happenings');
-- The pump asks which tenants have any, and sees no more of them.
create policy relay on happenings for select to people360_relay using (true);
grant select (tenant_id, id) on happenings to people360_relay;
create trigger ring after insert on happenings for each statement execute function house.ring();

-- By statement, so that an import of ten thousand rows asks once whether anybody listens.
create function house.happened() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
  now timestamptz := coalesce(nullif(current_setting('app.now', true), '')::timestamptz, clock_timestamp());
  depth smallint := coalesce(nullif(current_setting('app.depth', true), ''), '0')::smallint;
  run uuid := nullif(current_setting('app.run', true), '')::uuid;
begin
  if not exists (select from public.workflows w where w.state = 'active' and w.record = tg_argv[0] and w.starts in ('created', 'updated'))
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

create procedure house.watched(name regclass, kind text)
language plpgsql as $$
begin
  execute format('create trigger happened_new after insert on %s referencing new table as new_rows for each statement execute function house.happened(%L)', name, kind);
  execute format('create trigger happened_again after update on %s referencing old table as old_rows new table as new_rows for each statement execute function house.happened(%L)', name, kind);
end $$;
call house.watched('employees', 'employee');
call house.watched('customers', 'customer');
call house.watched('tasks', 'task');
