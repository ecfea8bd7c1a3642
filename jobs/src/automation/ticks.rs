//! What time starts: dates that come, schedules that are due; and runs that should have moved by now.

use super::enrol::{Candidate, Publishers, admit, facts_for, meets, not, orphan};
use crate::{Context, Failure, Run};
use chrono::{DateTime, Duration, TimeDelta, TimeZone, Timelike, Utc};
use domain::{
    Day, TenantId,
    access::Actor,
    automation::{
        fields::{Fact, Facts, RecordKind},
        workflows::Trigger,
    },
    jobs::{AdvanceRun, TickAutomation},
};
use serde_json::json;
use store::{
    Desk, TenantTx,
    automation::{
        records, runs, switch,
        workflows::{self, Active},
    },
    queue,
};
use uuid::Uuid;

/// After so long without a move, a run is told to go on once more.
const QUIET: Duration = Duration::minutes(2);

/// How many days that were missed are looked at late.
const LATE: i64 = 3;

/// Records that a workflow goes through in one transaction.
const PAGE: i64 = 500;

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
        let waiting = workflows::active(&mut tx, &["date", "schedule", "updated"]).await?;
        tx.commit().await?;
        super::watch::look(cx, self.tenant).await?;
        for w in waiting {
            look(cx, self.tenant, &w).await?;
        }
        Ok(())
    }
}

/// At which hour a workflow looks at a day, if it does; and whether at each day that was missed.
fn hour(w: &Active) -> Option<(u8, bool)> {
    match &w.definition.trigger {
        Trigger::Date { hour, .. } => Some((*hour, true)),
        Trigger::Schedule { hour, .. } => Some((*hour, false)),
        _ if w.definition.turns_by_date() => Some((0, true)),
        _ => None,
    }
}

/// Looks at the days of a workflow that have come since it was looked at last. Records are taken a page at a time, each
/// in a transaction of its own; who dies in the middle begins the day anew, and finds who is enrolled already.
async fn look(cx: &Context, tenant: TenantId, w: &Active) -> Result<(), store::Error> {
    let Some((hour, each)) = hour(w) else { return Ok(()) };
    let (mut tx, workspace) = cx.db.begin_job(tenant, "tick_automation").await?;
    let local = tx.now().with_timezone(&tx.zone());
    // Before its hour the last day that is due is yesterday's. Compared by the hour of the day, so that no change of the
    // clocks leaves a day out or has one twice.
    let today = Day(local.date_naive());
    let due = if local.hour() >= u32::from(hour) { today } else { Day(today.0 - TimeDelta::days(1)) };
    let first = match workflows::looked_at(&mut tx, w.id).await? {
        Some(last) if last >= due => return Ok(()),
        // Missed days are looked at late, but not those of long ago.
        Some(last) => Day((last.0 + TimeDelta::days(1)).max(due.0 - TimeDelta::days(LATE))),
        // It begins with the first hour that comes after it was published; who has another status since midnight had it
        // before.
        None if due < today || w.definition.turns_by_date() => {
            workflows::look_at(&mut tx, w.id, due).await?;
            return tx.commit().await;
        }
        None => due,
    };
    let actor = match Publishers::default().of(&mut tx, w).await? {
        Ok(actor) => actor,
        Err(why) => {
            orphan(&mut tx, &workspace, &w.into(), &why).await?;
            return tx.commit().await;
        }
    };
    drop(tx);
    let looking = Looking { cx, tenant, w, actor: &actor };
    let mut day = first;
    while day <= due {
        // A schedule that was missed is made up for once, with its last day.
        if each || day == due {
            looking.at(day).await?;
        }
        day = Day(day.0 + TimeDelta::days(1));
    }
    let (mut tx, _) = cx.db.begin_job(tenant, "tick_automation").await?;
    workflows::look_at(&mut tx, w.id, due).await?;
    tx.commit().await
}

/// A workflow that looks at a day, with its publisher's eyes.
struct Looking<'a> {
    cx: &'a Context,
    tenant: TenantId,
    w: &'a Active,
    actor: &'a Actor,
}

impl Looking<'_> {
    async fn at(&self, day: Day) -> store::Result<()> {
        let w = self.w;
        match (&w.definition.trigger, w.definition.record) {
            (Trigger::Schedule { every, .. }, _) if !every.is(day) => Ok(()),
            (Trigger::Schedule { .. }, None) => {
                let occasion = json!({ "on": "schedule", "day": day });
                let (mut tx, _) = self.cx.db.begin_job(self.tenant, "tick_automation").await?;
                admit(&mut tx, vec![Candidate::of(w, None, &day.to_string(), occasion, 0)], vec![]).await?;
                tx.commit().await
            }
            (_, Some(kind)) => {
                let mut after = None;
                loop {
                    let (mut tx, _) = self.cx.db.begin_job(self.tenant, "tick_automation").await?;
                    let ids = self.page(&mut tx, kind, day, after).await?;
                    let Some(last) = ids.last().copied() else { return Ok(()) };
                    after = Some(last);
                    self.enrol(&mut tx, kind, &ids, day).await?;
                    tx.commit().await?;
                }
            }
            _ => Ok(()),
        }
    }

    /// Records that this day is about, in the order of their ids.
    async fn page(
        &self,
        tx: &mut TenantTx,
        kind: RecordKind,
        day: Day,
        after: Option<Uuid>,
    ) -> store::Result<Vec<Uuid>> {
        let system = tx.sit(Desk::of_member(self.actor, tx.zone(), None)).await?;
        let ids = match &self.w.definition.trigger {
            Trigger::Date { field, days, .. } => {
                let (wanted, yearly) = (before(day, *days), self.w.definition.trigger.yearly());
                records::with_date(tx, kind, field, (wanted, yearly), after, PAGE).await?
            }
            Trigger::Updated { .. } => records::turned(tx, kind, day, after, PAGE).await?,
            _ => records::page(tx, kind, after, PAGE).await?,
        };
        tx.sit(system).await?;
        Ok(ids)
    }

    /// Enrols those of these records that meet the conditions; once for this occasion.
    async fn enrol(&self, tx: &mut TenantTx, kind: RecordKind, ids: &[Uuid], day: Day) -> store::Result<()> {
        let w = self.w;
        let facts = facts_for(tx, self.actor, kind, ids).await?;
        let today = tx.today();
        let (mut candidates, mut skipped) = (vec![], vec![]);
        for (id, (name, facts)) in &facts {
            let occasion = match &w.definition.trigger {
                Trigger::Date { days, .. } => before(day, *days),
                Trigger::Updated { .. } if !w.definition.turns(facts, day) => continue,
                _ => day,
            };
            let schedule = matches!(w.definition.trigger, Trigger::Schedule { .. });
            match meets(w, facts, today, 0) {
                // A schedule asks everybody, each time.
                Ok(()) => candidates.push(Candidate { quiet: schedule, ..dated(w, (kind, *id, name), occasion, 0) }),
                // Most are not meant.
                Err(_) if schedule => {}
                Err(why) => skipped.push(not(w.id, *id, name, why)),
            }
        }
        admit(tx, candidates, skipped).await.map(drop)
    }
}

/// The date that a day is `days` behind.
pub(super) fn before(day: Day, days: i32) -> Day {
    Day(day.0 - TimeDelta::days(days.into()))
}

/// Somebody for whom this day has come.
pub(super) fn dated(w: &Active, (kind, id, name): (RecordKind, Uuid, &str), day: Day, depth: i16) -> Candidate {
    let told = json!({ "on": w.definition.trigger.key(), "day": day });
    let candidate = Candidate::of(w, Some((kind, id, name.to_owned())), &day.to_string(), told, depth);
    match w.definition.trigger {
        // Another date is another occasion: probation begins anew with another first day, and a birthday comes each year.
        Trigger::Date { .. } => Candidate { once: format!("{id}/{day}"), ..candidate },
        _ => candidate,
    }
}

/// Days that a date is told to have been entered too late; of older ones nobody would think that they were meant.
const TOLD: i64 = 31;

/// How a date that is entered stands to the day that a workflow waits for.
pub(super) enum Entered {
    /// That day is looked at later, or never was to come.
    InTime,
    /// That day has been looked at, but the date itself is to come, or today is the day.
    JustLate(Day),
    TooLate(String),
}

/// Whether a date that was just entered would be passed over: its day was looked at `looked`.
pub(super) fn entered(w: &Active, facts: &Facts, looked: Option<Day>, today: Day) -> Entered {
    let (Trigger::Date { field, days, .. }, Some(looked)) = (&w.definition.trigger, looked) else {
        return Entered::InTime;
    };
    let Some(Fact::Day(date)) = facts.get(field).cloned() else { return Entered::InTime };
    let due = before(date, -days);
    if w.definition.trigger.yearly() {
        let wanted = before(today, *days);
        return match looked >= today && date < wanted && wanted.anniversaries().contains(&date.of_year()) {
            true => Entered::JustLate(wanted),
            // It comes next year.
            false => Entered::InTime,
        };
    }
    match () {
        () if due > looked => Entered::InTime,
        () if due == today || date >= today => Entered::JustLate(date),
        () if (today.0 - due.0).num_days() > TOLD => Entered::InTime,
        () => {
            let label = w.definition.record.and_then(|k| k.field(field)).map_or(field.as_str(), |f| f.label);
            Entered::TooLate(format!("{label} was entered after the day, {}, had passed", due.short()))
        }
    }
}

/// The moment so many days before or after a date, at eight in the morning where the workspace is.
pub(super) fn morning(tx: &TenantTx, fact: &Fact, days: i32) -> Option<DateTime<Utc>> {
    let Fact::Day(day) = fact else { return None };
    let local = (day.0 + TimeDelta::days(days.into())).and_hms_opt(8, 0, 0)?;
    // Eight in the morning is there everywhere, unless a whole day is left out; then it is the next day's.
    let zone = tx.zone();
    let found = zone.from_local_datetime(&local).earliest();
    found.or_else(|| zone.from_local_datetime(&(local + TimeDelta::days(1))).earliest()).map(|at| at.to_utc())
}
