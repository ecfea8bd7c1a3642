//! What time starts: dates that come, schedules that are due; and runs that should have moved by now.

use super::enrol::{Candidate, Publishers, admit, facts_for, meets, not};
use crate::{Context, Failure, Run};
use chrono::{DateTime, Duration, TimeDelta, TimeZone, Timelike, Utc};
use domain::{
    Day, TenantId,
    access::Actor,
    automation::{
        fields::{Fact, RecordKind},
        workflows::Trigger,
    },
    jobs::{AdvanceRun, TickAutomation},
};
use serde_json::json;
use store::{
    Desk, TenantTx,
    automation::{
        happenings, records, runs, switch,
        workflows::{self, Active},
    },
    queue,
};
use uuid::Uuid;

/// After so long without a move, a run is told to go on once more.
const QUIET: Duration = Duration::minutes(2);

/// How many days that were missed are looked at late.
const LATE: i64 = 3;

/// Records that one workflow goes through a day, and how many at once.
const MOST: usize = 10_000;
const PAGE: usize = 500;

impl Run for TickAutomation {
    const TIME_OUT: std::time::Duration = std::time::Duration::from_secs(300);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "tick_automation").await?;
        if switch::stopped(&mut tx).await? {
            return Ok(());
        }
        let stuck = runs::stuck(&mut tx, QUIET, 1_000).await?;
        let (tenant, found) = (self.tenant, stuck.len());
        let jobs: Vec<AdvanceRun> = stuck.into_iter().map(|(run, turn)| AdvanceRun { tenant, run, turn }).collect();
        queue::push_many(&mut tx, &jobs).await?;
        if found > 0 {
            tracing::warn!(%tenant, found, "runs that had not moved were told again");
        }
        super::asking::adopt(&mut tx).await?;
        let waiting = workflows::active(&mut tx, &["date", "schedule"]).await?;
        tx.commit().await?;
        for w in waiting {
            look(cx, self.tenant, &w).await?;
        }
        Ok(())
    }
}

/// Looks at the days of a workflow that have come since it was looked at last.
async fn look(cx: &Context, tenant: TenantId, w: &Active) -> Result<(), store::Error> {
    let (hour, is_date) = match &w.definition.trigger {
        Trigger::Date { hour, .. } => (*hour, true),
        Trigger::Schedule { hour, .. } => (*hour, false),
        _ => return Ok(()),
    };
    let (mut tx, _) = cx.db.begin_job(tenant, "tick_automation").await?;
    let local = tx.now().with_timezone(&tx.zone());
    // Before its hour the last day that is due is yesterday's. Compared by the hour of the day, so that no change of the
    // clocks leaves a day out or has one twice.
    let today = Day(local.date_naive());
    let due = if local.hour() >= u32::from(hour) { today } else { Day(today.0 - TimeDelta::days(1)) };
    let first = match workflows::looked_at(&mut tx, w.id).await? {
        Some(last) if last >= due => return Ok(()),
        // Missed days are looked at late, but not those of long ago.
        Some(last) => Day((last.0 + TimeDelta::days(1)).max(due.0 - TimeDelta::days(LATE))),
        // It begins with the first hour that comes after it was published.
        None if due < today => {
            workflows::look_at(&mut tx, w.id, due).await?;
            return tx.commit().await;
        }
        None => due,
    };
    let actor = match Publishers::default().of(&mut tx, w).await? {
        Ok(actor) => actor,
        Err(why) => {
            workflows::pause(&mut tx, w.id, Some(&format!("{why}."))).await?;
            return tx.commit().await;
        }
    };
    let mut day = first;
    while day <= due {
        // A schedule that was missed is made up for once, with its last day.
        if is_date || day == due {
            at(cx, &mut tx, w, &actor, day).await?;
        }
        day = Day(day.0 + TimeDelta::days(1));
    }
    workflows::look_at(&mut tx, w.id, due).await?;
    tx.commit().await
}

async fn at(cx: &Context, tx: &mut TenantTx, w: &Active, actor: &Actor, day: Day) -> store::Result<()> {
    let most = |n: usize| i64::try_from(n).expect("a small number");
    match (&w.definition.trigger, w.definition.record) {
        (Trigger::Date { field, days, .. }, Some(kind)) => {
            let wanted = Day(day.0 - TimeDelta::days((*days).into()));
            let mut own = cx.db.begin(Desk::of_member(actor, tx.zone(), None)).await?;
            let ids = records::with_date(&mut own, kind, field, wanted, most(MOST)).await?;
            drop(own);
            for ids in ids.chunks(PAGE) {
                enrol(cx, tx, w, actor, kind, ids, &wanted.to_string()).await?;
            }
        }
        (Trigger::Schedule { every, .. }, _) if !every.is(day) => {}
        (Trigger::Schedule { .. }, Some(kind)) => {
            let (mut after, mut seen) = (None, 0);
            while seen < MOST {
                let mut own = cx.db.begin(Desk::of_member(actor, tx.zone(), None)).await?;
                let ids = records::page(&mut own, kind, after, most(PAGE)).await?;
                drop(own);
                let Some(last) = ids.last().copied() else { break };
                (after, seen) = (Some(last), seen + ids.len());
                enrol(cx, tx, w, actor, kind, &ids, &day.to_string()).await?;
            }
        }
        (Trigger::Schedule { .. }, None) => {
            let occasion = json!({ "on": "schedule", "day": day });
            admit(tx, vec![Candidate::of(w, None, &day.to_string(), occasion, 0)]).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Enrols those of these records that meet the conditions; once for this occasion.
async fn enrol(
    cx: &Context,
    tx: &mut TenantTx,
    w: &Active,
    actor: &Actor,
    kind: RecordKind,
    ids: &[Uuid],
    occasion: &str,
) -> store::Result<()> {
    let facts = facts_for(&cx.db, tx, actor, kind, ids).await?;
    let today = tx.today();
    let (mut candidates, mut skipped) = (vec![], vec![]);
    for (id, (name, facts)) in &facts {
        match meets(w, facts, today, 0) {
            Ok(()) => {
                let told = json!({ "on": w.definition.trigger.key(), "day": occasion });
                let mut candidate = Candidate::of(w, Some((kind, *id, name.clone())), occasion, told, 0);
                // Another date is another occasion: probation begins anew with another first day.
                candidate.once = format!("{id}/{occasion}");
                candidates.push(candidate);
            }
            Err(why) if matches!(w.definition.trigger, Trigger::Date { .. }) => {
                skipped.push(not((w.id, w.number), *id, name, why))
            }
            // A schedule asks everybody, and most are not meant.
            Err(_) => {}
        }
    }
    happenings::skip(tx, &skipped).await?;
    admit(tx, candidates).await.map(drop)
}

/// The moment so many days before or after a date, at eight in the morning where the workspace is.
pub(super) fn morning(tx: &TenantTx, fact: &Fact, days: i32) -> Option<DateTime<Utc>> {
    let Fact::Day(day) = fact else { return None };
    let local = day.0.checked_add_signed(TimeDelta::days(days.into()))?.and_hms_opt(8, 0, 0)?;
    // Eight in the morning is there everywhere, unless a whole day is left out; then it is the next day's.
    let zone = tx.zone();
    let found = zone.from_local_datetime(&local).earliest();
    found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::days(1))).earliest()).map(|at| at.to_utc())
}
