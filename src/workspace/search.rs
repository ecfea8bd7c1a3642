//! Search over people and customers at once.

use crate::web::{Allowed, Query, Result, Routes, Screen};
use domain::{
    access::{CustomersRead, EmployeesRead, HomeRead, Permission},
    crm::customers,
    hr::employees,
    paths,
};
use serde::Deserialize;
use views::workspace::search::{Hit, Search};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SEARCH, search)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
}

/// Hits of each world that are shown.
const EACH: usize = 6;

async fn search(who: Allowed<HomeRead>, screen: Screen, Query(Asked { q }): Query<Asked>) -> Result {
    let slug = who.slug();
    let (mut people, mut companies) = (vec![], vec![]);
    if !q.trim().is_empty() {
        let mut tx = who.begin().await?;
        if who.actor.may(EmployeesRead::KEY) {
            let filter = employees::Filter { q: q.clone(), ..Default::default() };
            people = store::hr::employees::list(&mut tx, &filter).await?.rows;
        }
        if who.actor.may(CustomersRead::KEY) {
            let filter = customers::Filter { q: q.clone(), ..Default::default() };
            companies = store::crm::customers::list(&mut tx, &filter).await?.rows;
        }
    }
    let person = |e: employees::Employee| {
        let detail = [Some(e.number.clone()), e.job_title.clone(), e.department.clone()];
        let detail = detail.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Hit { name: e.name(), detail, href: paths::employee(slug, e.id) }
    };
    let company = |c: customers::Customer| {
        let detail = [c.industry, c.city, c.country.map(|c| c.name().to_owned())];
        let detail = detail.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Hit { name: c.name, detail, href: paths::customer(slug, c.id) }
    };
    let people = people.into_iter().take(EACH).map(person).collect();
    let customers = companies.into_iter().take(EACH).map(company).collect();
    Ok(screen.show(&who, &Search { slug: slug.clone(), question: q, people, customers }))
}
