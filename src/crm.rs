//! Customers, contacts, leads and deals: routes of the department.

mod board;
pub mod contacts;
mod conversion;
pub mod customers;
pub mod deals;
mod duplicates;
mod forecast;
mod forms;
mod lead_rules;
pub mod leads;
mod links;
mod moves;
mod pipelines;
mod points;
mod products;
mod quotas;
mod quotes;
mod rates;
mod reports;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    let r = customers::routes(r);
    let r = contacts::routes(r);
    let r = points::routes(r);
    let r = links::routes(r);
    let r = duplicates::routes(r);
    let r = deals::routes(r);
    let r = leads::routes(r);
    let r = forms::routes(r);
    let r = conversion::routes(r);
    let r = lead_rules::routes(r);
    let r = moves::routes(r);
    let r = board::routes(r);
    let r = pipelines::routes(r);
    let r = products::routes(r);
    let r = quotes::routes(r);
    let r = rates::routes(r);
    let r = forecast::routes(r);
    let r = quotas::routes(r);
    reports::routes(r)
}
