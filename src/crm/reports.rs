//! What was sold: the report of deals that have ended.

use crate::web::{Allowed, Query, Result, Routes, Screen};
use domain::{access::DealsRead, crm::reports::Question, paths};
use store::crm::{pipelines, reports};
use views::crm::reports::Report;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SALES_REPORT, show)
}

async fn show(who: Allowed<DealsRead>, screen: Screen, Query(asked): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let sales = reports::sales(&mut tx, &asked, who.workspace.currency).await?;
    let pipelines = pipelines::all(&mut tx).await?;
    Ok(screen.show(&who, &Report { slug: who.slug().clone(), asked, sales, pipelines }))
}
