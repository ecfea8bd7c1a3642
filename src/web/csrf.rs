//! Whether a form was ours: its Origin, and a token that only our pages know.
//!
//! The token is an HMAC over a random cookie (a signed double submit, OWASP CSRF cheat sheet). It holds before
//! and after signing in, so that a form whose session ended can still be recognised. Behind a dot a member's form
//! carries the mark of its author, so that what was typed comes back to nobody else.

use crate::{
    config::Config,
    web::{access::App, client, error::Error},
};
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{AccountId, paths};
use std::sync::Arc;
use store::Entry;

/// The visitor's random cookie.
#[derive(Clone)]
struct Visitor(Arc<str>);

/// Makes sure that each visitor has a cookie for their forms' tokens.
pub async fn visitor(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let name = cookie_name(&app);
    let known = client::cookie(request.headers(), name).filter(|v| v.len() == 32 && v.is_ascii()).map(Arc::from);
    let fresh = known.is_none();
    let value: Arc<str> =
        known.unwrap_or_else(|| rand::random::<u128>().to_be_bytes().map(|b| format!("{b:02x}")).concat().into());
    request.extensions_mut().insert(Visitor(value.clone()));
    let mut response = next.run(request).await;
    if fresh {
        let secure = if app.config().secure() { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}");
        response
            .headers_mut()
            .append(header::SET_COOKIE, HeaderValue::from_str(&cookie).expect("hex is a header value"));
    }
    response
}

fn cookie_name(app: &App) -> &'static str {
    if app.config().secure() { "__Host-visitor" } else { "visitor" }
}

/// The token for this visitor's forms, with the mark of the member whom the door has let in.
pub(crate) fn token(parts: &Parts, app: &App) -> String {
    let token = visitors(parts, app);
    match parts.extensions.get::<Arc<Entry>>() {
        Some(entry) => format!("{token}.{}", author(app, &token, entry.actor.account)),
        None => token,
    }
}

/// What a form of this account carries in the browser with this token.
pub(crate) fn author(app: &App, visitors: &str, account: AccountId) -> String {
    app.seal().mark("author", format!("{visitors}\n{account}").as_bytes())
}

/// The visitor's own part of the token; empty outside of [`visitor`].
fn visitors(parts: &Parts, app: &App) -> String {
    let visitor = parts.extensions.get::<Visitor>().map(|v| v.0.to_string());
    let visitor = visitor.or_else(|| client::cookie(&parts.headers, cookie_name(app)).map(str::to_owned));
    visitor.map(|v| app.seal().mark("form", v.as_bytes())).unwrap_or_default()
}

/// Compares what a form, or htmx's header, brought.
pub(crate) fn check(parts: &Parts, app: &App, field: Option<&str>) -> Result<(), Error> {
    let expected = visitors(parts, app);
    let header = parts.headers.get("x-csrf-token").and_then(|v| v.to_str().ok());
    let given = field.or(header).unwrap_or_default();
    let given = given.split_once('.').map_or(given, |(visitors, _)| visitors);
    // The token is an HMAC; comparing all of its bytes tells nothing about where it differs.
    let same =
        given.len() == expected.len() && given.bytes().zip(expected.bytes()).fold(0, |d, (a, b)| d | (a ^ b)) == 0;
    if same && !expected.is_empty() { Ok(()) } else { Err(Error::Forged) }
}

/// Addresses that are as good as a password by themselves, and are posted to from anywhere: a form on somebody's website,
/// a mail program's page; and a public form, whose own stamp says that it was ours, in a frame of whatever site.
const FROM_ANYWHERE: &[&str] = &[paths::HOOK, paths::UNSUBSCRIBE, paths::PUBLIC_FORM];

/// Refuses what another site sends: by Origin where there is one, by Sec-Fetch-Site where there is not.
pub async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let open = request.extensions().get::<MatchedPath>().is_some_and(|p| FROM_ANYWHERE.contains(&p.as_str()));
    if safe || open || ours(request.headers(), app.config()) {
        next.run(request).await
    } else {
        Error::Forged.into_response()
    }
}

fn ours(headers: &HeaderMap, config: &Config) -> bool {
    let text = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok());
    match text(header::ORIGIN) {
        Some(origin) if origin == config.public_url => true,
        // In development we are reached by 127.0.0.1 and localhost alike. Elsewhere a Host is whatever a name points
        // to us that somebody else owns.
        Some(origin) => {
            let host = text(header::HOST).unwrap_or_default();
            let reached = origin.split_once("://").is_some_and(|(_, o)| o == host);
            if reached && !config.development() {
                tracing::warn!(
                    origin,
                    public_url = config.public_url,
                    "a form was refused: PUBLIC_URL is another place"
                );
            }
            reached && config.development()
        }
        None => {
            text(header::HeaderName::from_static("sec-fetch-site")).is_none_or(|s| matches!(s, "same-origin" | "none"))
        }
    }
}
