//! What the schedule pushes to many workspaces at once, and which of its ticks it has handed out.

use crate::{RelayTx, Result};
use chrono::{DateTime, Utc};
use domain::jobs::Job;

/// The same job for every active workspace. `job` is one workspace's, as an example of the others'.
pub async fn push_to_all<J: Job>(tx: &mut RelayTx, job: &J) -> Result<u64> {
    let body = serde_json::to_value(job).expect("payloads serialise");
    let now = tx.now();
    let done = sqlx::query!(
        "insert into outbox (tenant_id, queue, name, key, body, priority, pushed_at)
         select id, $1, $2, $3, jsonb_set($4, '{tenant}', to_jsonb(id)), $5, $6 from tenants where status = 'active'
         on conflict on constraint outbox_once do nothing",
        J::QUEUE.key(),
        J::NAME,
        job.key(),
        body,
        job.priority().rank(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// What a workspace has to have for [`push_to_due`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Somebody's digest is to be looked at.
    Digests,
    /// A task is due today, wherever its owner may be.
    Tasks,
    /// A reminder has come.
    Reminders,
    /// A planned change of job or pay comes about now.
    Changes,
    /// A document runs out soon, or is due.
    Documents,
    /// A probation ends soon.
    Probations,
    /// Somebody's last day is over.
    Departures,
    /// A workflow waits for days to come, or a run goes on.
    Automation,
    /// Somebody's ledger of leave is to be looked at, where it is that day already.
    Leave,
    /// A request for leave waits for somebody.
    LeaveQuestions,
    /// No snapshot of deals was taken since Monday, where the workspace is.
    Snapshots,
    /// A clock of a ticket is to be told of.
    Clocks,
    /// A ticket was put off until now.
    Snoozes,
    /// A mailbox is to be looked into.
    Inboxes,
    /// The last day of a job is over somewhere.
    Postings,
}

impl Due {
    const fn key(self) -> &'static str {
        match self {
            Self::Digests => "digests",
            Self::Tasks => "tasks",
            Self::Reminders => "reminders",
            Self::Changes => "changes",
            Self::Documents => "documents",
            Self::Probations => "probations",
            Self::Departures => "departures",
            Self::Automation => "automation",
            Self::Leave => "leave",
            Self::LeaveQuestions => "leave_questions",
            Self::Snapshots => "snapshots",
            Self::Clocks => "clocks",
            Self::Snoozes => "snoozes",
            Self::Inboxes => "inboxes",
            Self::Postings => "postings",
        }
    }
}

/// The same job for every active workspace in which something is due.
pub async fn push_to_due<J: Job>(tx: &mut RelayTx, due: Due, job: &J) -> Result<u64> {
    let now = tx.now();
    let body = serde_json::to_value(job).expect("payloads serialise");
    let done = sqlx::query!(
        "insert into outbox (tenant_id, queue, name, key, body, priority, pushed_at)
         select t.id, $1, $2, $3, jsonb_set($4, '{tenant}', to_jsonb(t.id)), $6, $5 from tenants t
         where t.status = 'active' and case $7
           when 'tasks' then exists (
             select from tasks k where k.tenant_id = t.id and k.done_at is null
               and case when k.due_on is null then 'infinity' else k.due_on end
                   between ($5 at time zone 'UTC')::date - 1 and ($5 at time zone 'UTC')::date + 1)
           when 'reminders' then exists (select from reminders r where r.tenant_id = t.id and r.at <= $5)
           when 'changes' then exists (
             select from employee_jobs j where j.tenant_id = t.id and j.pending and j.from_date <= ($5 at time zone 'UTC')::date + 1)
             or exists (
             select from employee_pay p where p.tenant_id = t.id and p.pending and p.from_date <= ($5 at time zone 'UTC')::date + 1)
           when 'leave' then exists (
             select from leave_accounts a where a.tenant_id = t.id
               and a.next_on <= ($5 at time zone 'Pacific/Kiritimati')::date)
           when 'leave_questions' then exists (select from leave_steps s where s.tenant_id = t.id and s.state = 'open')
           when 'documents' then exists (
             select from documents d where d.tenant_id = t.id and d.remind_on <= ($5 at time zone 'UTC')::date + 1)
           when 'probations' then exists (
             select from employee_details d where d.tenant_id = t.id
               and d.probation_end between ($5 at time zone 'UTC')::date - 1 and ($5 at time zone 'UTC')::date + 15)
           when 'departures' then exists (
             select from departures d where d.tenant_id = t.id and d.ended_at is null
               and d.ends_on < ($5 at time zone 'UTC')::date + 1)
           when 'snapshots' then not exists (
             select from forecast_snapshots s where s.tenant_id = t.id and s.week >= date_trunc('week', $5 at time zone t.zone)::date)
           when 'clocks' then exists (select from ticket_promises p where p.tenant_id = t.id and p.next_at <= $5)
           when 'snoozes' then exists (select from tickets k where k.tenant_id = t.id and k.snoozed_until <= $5)
           when 'inboxes' then exists (select from support_inbox_states i where i.tenant_id = t.id and i.next_at <= $5)
           when 'postings' then exists (
             select from postings p where p.tenant_id = t.id and p.state = 'published' and p.closes_on < ($5 at time zone 'Pacific/Kiritimati')::date)
           when 'automation' then exists (
             select from workflows w where w.tenant_id = t.id and w.state = 'active'
               and (w.starts in ('date', 'schedule') or w.starts = 'updated' and w.record = 'employee'))
             or exists (select from workflow_runs r where r.tenant_id = t.id and r.state in ('running', 'waiting', 'asking'))
           else t.id in (select d.tenant_id from digests d where d.next_at <= $5) end
         on conflict on constraint outbox_once do nothing",
        J::QUEUE.key(),
        J::NAME,
        job.key(),
        body,
        now,
        job.priority().rank(),
        due.key()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Whether a tick of the schedule is still to be handed out, and if so, that it is now. The first tick ever seen only
/// starts the count: a new installation has missed nothing.
pub async fn take_tick(tx: &mut RelayTx, schedule: &str, tick: DateTime<Utc>) -> Result<bool> {
    let before = sqlx::query_scalar!("select last_tick from schedules where name = $1 for update", schedule)
        .fetch_optional(tx.conn())
        .await?;
    if before.is_some_and(|last| last >= tick) {
        return Ok(false);
    }
    // Two that see no row both come here: the second waits for the first and changes nothing.
    sqlx::query!(
        "insert into schedules (name, last_tick) values ($1, $2)
         on conflict (name) do update set last_tick = excluded.last_tick where schedules.last_tick < excluded.last_tick",
        schedule,
        tick
    )
    .execute(tx.conn())
    .await?;
    Ok(before.is_some())
}
