//! What customers see of support, at the workspace's public address: help, and their own tickets.

mod customer;
mod help;
mod settings;
mod tickets;
mod visits;

pub use customer::{Customer, Place};

use crate::web::{Routes, Screen};
use views::support::portal::Frame;

pub fn routes(r: Routes) -> Routes {
    let r = settings::routes(r);
    let r = help::routes(r);
    let r = visits::routes(r);
    tickets::routes(r)
}

/// What every page of it has.
fn frame(place: &Place, screen: &Screen) -> Frame {
    Frame {
        slug: place.slug().clone(),
        company: place.workspace.name.clone(),
        accent: place.workspace.accent.clone(),
        visitor: place.visitor.as_ref().map(|v| v.name.clone()),
        csrf: screen.csrf().to_owned(),
        zone: place.workspace.zone,
        now: place.app().now(),
    }
}
