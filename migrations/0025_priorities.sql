-- Jobs with priorities and for later, a waiting room that stays fast with a hundred thousand of them, dead ones that can be
-- tried again, and a console over all of it.

-- 0 urgent, 1 normal, 2 bulk (`Priority` in domain/src/jobs.rs).
alter table outbox add column priority smallint not null default 1;
-- Since when a row waits; one with a `run_at` waits since then.
alter table outbox add column pushed_at timestamptz not null default now();

-- The relay steps from tenant to tenant and from priority to priority of one queue; in each it takes what may run at
-- once in its order, and what has come due in the order of its time. What is for later is never walked over.
create index outbox_turns on outbox (queue, tenant_id, priority, run_at, id);
drop index outbox_fair;
-- Whether a queue has anything due, since when, and how much is for later. An expression, so that the steps above, which
-- do not have it, can never be taken along this index instead, one tenant's rows picked out of everybody's: what the
-- planner knows of a table that fills and empties is mostly wrong.
create index outbox_due on outbox (queue, coalesce(run_at, '-infinity'::timestamptz), id);
-- Rows come and go: what is left of them is cleared away before the steps notice.
alter table outbox set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- A waiting job may be withdrawn by whoever asked for it. The policy is `tenant`.
grant delete on outbox to people360_app;

-- What a dead job was about, so that it can be tried again; of no other is it kept.
alter table job_runs add column body jsonb;
alter table job_runs add column priority smallint not null default 1;

-- The console counts over all workspaces: what was done lately, what is dead or fails.
create index job_runs_lately on job_runs (queue, state, last_at);
-- Its role may see how jobs fare, and never what they are about.
create policy relay on job_runs for select to people360_relay using (true);
grant select (tenant_id, name, key, queue, state, attempts, lost, error, first_at, last_at) on job_runs to people360_relay;
grant select (slug) on tenants to people360_relay;

-- One that somebody has decided to do without.
alter table job_runs drop constraint job_runs_state_check;
alter table job_runs add constraint job_runs_state_check
  check (state in ('running', 'waiting', 'done', 'dead', 'discarded'));
