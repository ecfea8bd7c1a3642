//! Customers and deals: routes of the department.

mod board;
pub mod customers;
pub mod deals;
mod moves;
mod pipelines;
mod products;
mod quotes;
mod reports;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    let r = customers::routes(r);
    let r = deals::routes(r);
    let r = moves::routes(r);
    let r = board::routes(r);
    let r = pipelines::routes(r);
    let r = products::routes(r);
    let r = quotes::routes(r);
    reports::routes(r)
}
