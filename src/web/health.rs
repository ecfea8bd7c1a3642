//! Whether we live, and whether we can work.

use crate::web::access::{Public, Routes};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use fred::interfaces::ClientLike;

pub fn routes(r: Routes) -> Routes {
    r.get("/healthz", live).get("/readyz", ready)
}

async fn live(_: Public) -> &'static str {
    "ok\n"
}

/// 200 when PostgreSQL and Redis answer, else 503 and which does not.
async fn ready(who: Public) -> Response {
    let (database, sessions) = tokio::join!(who.app().ping(), who.app().redis().ping::<()>(None));
    let word = |ok: bool| if ok { "ok" } else { "gone" };
    let status = if database.is_ok() && sessions.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, format!("database: {}\nsessions: {}\n", word(database.is_ok()), word(sessions.is_ok()))).into_response()
}
