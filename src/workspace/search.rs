//! Search over people, customers, contacts, leads, deals, tickets, calls, meetings and tasks at once.

use crate::{
    activities::Activities,
    crm::{contacts::Contacts, customers::Customers, deals::Deals, leads::Leads},
    hr::employees::Employees,
    support::tickets::Tickets,
    tasks::Tasks,
    web::{Allowed, Query, Result, Routes, Screen, listed::found},
};
use domain::{access::HomeRead, paths};
use serde::Deserialize;
use views::workspace::search::Search;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SEARCH, search)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

/// Hits of each noun that are shown.
const EACH: usize = 6;

async fn search(who: Allowed<HomeRead>, screen: Screen, Query(Asked { q }): Query<Asked>) -> Result {
    let mut groups = vec![];
    if !q.trim().is_empty() {
        let mut tx = who.begin().await?;
        groups.push(found::<Employees, _>(&who, &mut tx, &q, EACH).await?);
        groups.push(found::<Customers, _>(&who, &mut tx, &q, EACH).await?);
        groups.push(found::<Contacts, _>(&who, &mut tx, &q, EACH).await?);
        groups.push(found::<Leads, _>(&who, &mut tx, &q, EACH).await?);
        groups.push(found::<Deals, _>(&who, &mut tx, &q, EACH).await?);
        groups.push(found::<Tickets, _>(&who, &mut tx, &q, EACH).await?);
        groups.push(found::<Activities, _>(&who, &mut tx, &q, EACH).await?);
        groups.push(found::<Tasks, _>(&who, &mut tx, &q, EACH).await?);
    }
    Ok(screen.show(&who, &Search { slug: who.slug().clone(), question: q, groups }))
}
