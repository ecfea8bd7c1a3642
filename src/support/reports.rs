//! The reports of support: how much work there was, and what was promised and kept.

use crate::{
    web::{Allowed, Query, Result, Routes, Screen},
    workspace::activity::moment,
};
use chrono::{DateTime, Months, Utc};
use domain::{
    access::TicketsRead,
    calendar::week_of,
    paths,
    support::{reports::By, workload::span},
};
use serde::Deserialize;
use store::{TenantTx, hr::leave::patterns, support::reports};
use views::support::{reports::Promises, workload::Workload};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SLA_REPORT, show).get(paths::SUPPORT_WORKLOAD, workload)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    by: String,
    /// In weeks.
    span: String,
}

/// Months that are told, this one with them.
const MONTHS: u32 = 6;

/// From where on these reports tell.
pub(super) fn since(tx: &TenantTx) -> DateTime<Utc> {
    let first = tx.today().first_of_month().0;
    let first = first.checked_sub_months(Months::new(MONTHS - 1)).unwrap_or(first);
    domain::day::instant(tx.zone(), first, chrono::NaiveTime::MIN)
}

async fn show(who: Allowed<TicketsRead>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let from = since(&tx);
    let by = By::parse(&asked.by);
    let lines = reports::promises(&mut tx, by, from).await?;
    let missed = reports::missed(&mut tx, from).await?;
    Ok(screen.show(&who, &Promises { slug: who.slug().clone(), by, lines, missed, moment: moment(&who) }))
}

async fn workload(who: Allowed<TicketsRead>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let week = week_of(tx.today(), patterns::week_start(&mut tx).await?);
    let span = span(&asked.span);
    let from = week.plus(-7 * (i64::from(span) - 1)).unwrap_or(week);
    let report = store::support::workload::report(&mut tx, By::parse(&asked.by), from).await?;
    Ok(screen.show(&who, &Workload { slug: who.slug().clone(), report, span }))
}
