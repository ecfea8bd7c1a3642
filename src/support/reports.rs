//! What was promised and what was kept.

use crate::{
    web::{Allowed, Query, Result, Routes, Screen},
    workspace::activity::moment,
};
use chrono::{DateTime, Months, Utc};
use domain::{access::TicketsRead, paths, support::reports::By};
use serde::Deserialize;
use store::{TenantTx, support::reports};
use views::support::reports::Promises;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SLA_REPORT, show)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    by: String,
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
