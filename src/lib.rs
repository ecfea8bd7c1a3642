//! The web app and the command line of People360.
//!
//! Begin at [`routes`]: every path, its handler, and who may call it.

mod activities;
mod automation;
pub mod cli;
pub mod config;
mod crm;
mod custom_fields;
mod demo;
mod dev;
mod field_files;
mod files;
mod hr;
mod imports;
mod inbound;
mod landing;
mod my_day;
mod notes;
mod saved_views;
mod support;
mod tags;
mod tasks;
pub mod web;
mod workspace;

use web::access::{App, Routes};

/// Every route of the product. The table is asserted against a committed snapshot.
pub fn routes(development: bool) -> Routes {
    let r = Routes::default();
    let r = web::health::routes(r);
    let r = landing::routes(r);
    let r = workspace::routes(r);
    let r = tasks::routes(r);
    let r = activities::routes(r);
    let r = my_day::routes(r);
    let r = notes::routes(r);
    let r = tags::routes(r);
    let r = saved_views::routes(r);
    let r = custom_fields::routes(r);
    let r = hr::routes(r);
    let r = files::routes(r);
    let r = crm::routes(r);
    let r = support::routes(r);
    let r = automation::routes(r);
    let r = inbound::routes(r);
    if development { dev::routes(r) } else { r }
}

/// The whole app, ready to be served.
pub fn router(app: App) -> axum::Router {
    let (router, _) = routes(app.config().development()).finish();
    web::layers(router, app)
}
