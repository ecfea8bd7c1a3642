//! Who looked at pay is in the audit trail before they see it: the queries tell what they have read, and this layer writes
//! it down while the answer waits. No handler can forget it.

use crate::web::access::{App, Reading};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

pub async fn note(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let reading = Reading::default();
    request.extensions_mut().insert(reading.clone());
    let response = next.run(request).await;
    // Whoever is sent on has seen nothing; what they see there is told there.
    if response.status().is_redirection() {
        return response;
    }
    match app.note(&reading).await {
        Ok(()) => response,
        Err(e) => e.into_response(),
    }
}
