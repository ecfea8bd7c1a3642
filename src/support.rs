//! Support: routes of the department.

mod desk;
mod help;
mod macros;
mod mail;
mod merges;
mod messages;
mod portal;
mod presence;
mod ratings;
mod reports;
pub(crate) mod settings;
pub mod tickets;

use crate::web::Routes;

pub fn routes(r: Routes) -> Routes {
    let r = tickets::routes(r);
    let r = messages::routes(r);
    let r = mail::routes(r);
    let r = macros::routes(r);
    let r = desk::routes(r);
    let r = help::routes(r);
    let r = portal::routes(r);
    let r = merges::routes(r);
    let r = presence::routes(r);
    let r = ratings::routes(r);
    let r = settings::routes(r);
    reports::routes(r)
}
