//! The schedule: what is pushed to every workspace, and when (UTC).
//!
//! Which tick was handed out last stands in the database, so that two schedulers fire once, and a tick that was due
//! while nobody ran fires once, late. A cron that lives in memory does neither.

use crate::Error;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain::{
    Day, TenantId,
    jobs::{
        ClosePostings, Job, PlanDigests, PollInboxes, Remind, RemindOfDocuments, RemindOfProbations, RemindOfTasks,
        RerouteLeave, ScoreLeads, SettleLeave, SweepClocks, SweepWorkspace, TakeEffect, TakeSnapshots, TendDepartures,
        TickAutomation, WakeTickets,
    },
};
use futures::{FutureExt, future::BoxFuture};
use std::{str::FromStr, sync::Arc};
use store::{
    Db, RelayTx,
    queue::{self, Due},
};
use uuid::Uuid;

/// A line of the schedule.
#[derive(Clone)]
pub struct Entry {
    name: &'static str,
    when: cron::Schedule,
    push: Push,
}

type Push = Arc<dyn for<'a> Fn(&'a mut RelayTx, DateTime<Utc>) -> BoxFuture<'a, store::Result<u64>> + Send + Sync>;

/// All lines. Seconds first: second, minute, hour, day of month, month, day of week.
pub fn product() -> Vec<Entry> {
    vec![
        Entry::new("sweep_workspace", "0 20 3 * * *", |tenant, tick| SweepWorkspace {
            tenant,
            day: Day(tick.date_naive()),
        }),
        // What leads did counts less each day.
        Entry::new("score_leads", "0 35 2 * * *", |tenant, at| ScoreLeads { tenant, scoring: None, at }),
        // Dates come at whole hours; runs that got lost wait five minutes at most.
        Entry::only(Due::Automation, "tick_automation", "0 */5 * * * *", |tenant, tick| TickAutomation {
            tenant,
            tick,
        }),
        // From midnight on, where the workspace is.
        Entry::only(Due::Changes, "take_effect", "0 */5 * * * *", |tenant, at| TakeEffect { tenant, at }),
        Entry::only(Due::Reminders, "remind", "0 * * * * *", |tenant, at| Remind { tenant, at }),
        // Zones are a quarter of an hour apart at least; what is due while nobody looks is found by the next.
        Entry::only(Due::Digests, "plan_digests", "0 */5 * * * *", |tenant, at| PlanDigests { tenant, at }),
        // A day begins at any quarter of an hour; what is earned by it may wait for the next hour.
        Entry::only(Due::Leave, "settle_leave", "0 5 * * * *", |tenant, at| SettleLeave { tenant, at }),
        Entry::only(Due::LeaveQuestions, "reroute_leave", "0 */15 * * * *", |tenant, at| RerouteLeave { tenant, at }),
        Entry::only(Due::Documents, "remind_of_documents", "0 10 * * * *", |tenant, at| RemindOfDocuments {
            tenant,
            at,
        }),
        Entry::only(Due::Probations, "remind_of_probations", "0 25 */6 * * *", |tenant, at| RemindOfProbations {
            tenant,
            at,
        }),
        Entry::only(Due::Departures, "tend_departures", "0 */15 * * * *", |tenant, at| TendDepartures { tenant, at }),
        // As a week begins, where the workspace is.
        Entry::only(Due::Snapshots, "take_snapshots", "0 50 * * * *", |tenant, at| TakeSnapshots { tenant, at }),
        // Each has a job of its own moment; this finds those that got lost.
        Entry::only(Due::Clocks, "sweep_clocks", "0 */5 * * * *", |tenant, at| SweepClocks { tenant, at }),
        Entry::only(Due::Snoozes, "wake_tickets", "0 * * * * *", |tenant, at| WakeTickets { tenant, at }),
        Entry::only(Due::Inboxes, "poll_inboxes", "0 * * * * *", |tenant, at| PollInboxes { tenant, at }),
        // A day is over at any quarter of an hour; nobody applies meanwhile.
        Entry::only(Due::Postings, "close_postings", "0 2/15 * * * *", |tenant, at| ClosePostings { tenant, at }),
        Entry::only(Due::Tasks, "remind_of_tasks", "0 */15 * * * *", |tenant, at| RemindOfTasks { tenant, at }),
    ]
}

impl Entry {
    /// `job` makes a workspace's job of a tick; its key has to tell one tick from the next.
    pub fn new<J: Job>(name: &'static str, when: &str, job: fn(TenantId, DateTime<Utc>) -> J) -> Self {
        let push: Push = Arc::new(move |tx, tick| {
            // Nobody's: each row is given its own workspace.
            let job = job(TenantId(Uuid::nil()), tick);
            async move { queue::push_to_all(tx, &job).await }.boxed()
        });
        Self { name, when: cron::Schedule::from_str(when).expect("the schedule's expressions are tested"), push }
    }

    /// As [`new`](Self::new), only for workspaces in which something is due.
    fn only<J: Job>(due: Due, name: &'static str, when: &str, job: fn(TenantId, DateTime<Utc>) -> J) -> Self {
        let push: Push = Arc::new(move |tx, tick| {
            let job = job(TenantId(Uuid::nil()), tick);
            async move { queue::push_to_due(tx, due, &job).await }.boxed()
        });
        Self { name, when: cron::Schedule::from_str(when).expect("the schedule's expressions are tested"), push }
    }

    /// The last tick up to this moment.
    fn tick(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // The library looks back from, and not at, the second that it is given.
        self.when.after(&(now.trunc_subsecs(0) + TimeDelta::seconds(1))).next_back()
    }
}

/// Hands out what is due. Gives the names of the lines that fired.
pub async fn tick(db: &Db, entries: &[Entry]) -> Result<Vec<&'static str>, Error> {
    let mut fired = Vec::new();
    for entry in entries {
        let Some(tick) = entry.tick(db.now()) else { continue };
        let mut tx = db.relay().await?;
        if queue::take_tick(&mut tx, entry.name, tick).await? {
            (entry.push)(&mut tx, tick).await?;
            fired.push(entry.name);
        }
        tx.commit().await?;
    }
    Ok(fired)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_last_tick() {
        let now = "2026-03-01T03:20:00Z".parse().expect("a time");
        for entry in product() {
            assert!(entry.tick(now).is_some_and(|t| t <= now), "{}", entry.name);
        }
        let sweep = &product()[0];
        assert_eq!(sweep.tick(now), Some(now), "a tick counts from its own second on");
        let before = "2026-03-01T03:19:59.5Z".parse().expect("a time");
        assert_eq!(sweep.tick(before), "2026-02-28T03:20:00Z".parse().ok());
    }
}
