//! The seams that every handler stands on, and the layers around the router.

pub mod access;
pub mod assets;
pub mod bearer;
pub mod bells;
pub mod bulk;
pub mod client;
pub mod csrf;
pub mod error;
pub mod exported;
pub mod file;
pub mod form;
pub mod headers;
pub mod health;
pub mod incoming;
pub mod listed;
pub mod noun;
pub mod password;
pub mod path;
pub mod patience;
pub mod picture;
pub mod query;
pub mod reads;
pub mod resume;
pub mod screen;
pub mod second_factor;
pub mod selection;
pub mod serve;
pub mod session;
pub mod throttle;
pub mod upload;
pub mod workbook;

pub use access::{Allowed, App, Public, Routes, SignedIn};
pub use error::{Error, Result};
pub use form::{Confirmed, FormPage, Sheet, Valid};
pub use incoming::{Brings, Incoming};
pub use listed::Listed;
pub use noun::Noun;
pub use path::{Record, Token};
pub use query::Query;
pub use screen::Screen;
pub use selection::Selection;
pub use session::Toast;
pub use upload::Upload;

use axum::{Router, extract::DefaultBodyLimit, middleware};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    trace::{DefaultOnFailure, TraceLayer},
};

/// Bodies of forms; uploads have their own limit.
const FORM_BYTES: usize = 1024 * 1024;

/// Wraps the router, outermost first: what must hold even when the rest breaks comes first.
pub fn layers(router: Router<App>, app: App) -> Router {
    let inside = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(app.clone(), headers::secure))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        // Before errors are dressed: the sign-in page in place of another one has a form, too.
        .layer(middleware::from_fn_with_state(app.clone(), csrf::visitor))
        .layer(middleware::from_fn_with_state(app.clone(), error::dress))
        .layer(CatchPanicLayer::custom(error::panicked))
        .layer(middleware::from_fn_with_state(patience::USUAL, patience::limit))
        .layer(middleware::from_fn_with_state(app.clone(), csrf::same_origin))
        .layer(app.sessions())
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), resume::keep))
        .layer(middleware::from_fn_with_state(app.clone(), reads::note));
    let pages = router.fallback(error::no_such_page).layer(inside);
    // Assets need no session, no cookie and no second compression.
    let assets = assets::router().layer(middleware::from_fn_with_state(app.clone(), headers::secure));
    let trace = TraceLayer::new_for_http().on_failure(DefaultOnFailure::new());
    assets.merge(pages).layer(trace).with_state(app)
}
