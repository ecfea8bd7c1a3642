//! A session that ends while somebody types loses nothing: the form that came too late is carried through signing
//! in, sealed, and sent again by its author's hand. To whoever else signs in there, it does not open.

use crate::web::{
    access::{App, Public},
    client, csrf,
    error::{Error, Result},
    screen::Screen,
};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration};
use domain::AccountId;

/// Longest form that is carried.
const LONGEST: usize = 64 * 1024;
/// How long it opens.
const LIFE: Duration = Duration::days(1);

/// What was sent: where to, and the fields.
#[derive(Clone)]
pub struct Kept {
    pub path: String,
    pub body: Bytes,
}

/// Keeps a copy of each short form while it is answered, in case the answer is "signed out".
pub async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_form = request.method() == Method::POST
        && request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|t| t.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let path = request.uri().path();
    // Passwords and codes are not carried about, sealed or not.
    let carried = path.starts_with("/w/") && !path.contains("/settings/security");
    if !is_form || !carried {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let bytes = match Bytes::from_request(Request::from_parts(parts.clone(), body), &app).await {
        Ok(bytes) => bytes,
        Err(e) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => return Error::TooLarge.into_response(),
        Err(_) => return Error::Bad("The form did not arrive whole.".into()).into_response(),
    };
    let kept = Kept { path: parts.uri.path().to_owned(), body: bytes.clone() };
    let screen = Screen::bare(&mut parts, &app);
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if response.status() != StatusCode::UNAUTHORIZED || screen.htmx() || kept.body.len() > LONGEST {
        return response;
    }
    let Some(author) = author(screen.csrf(), &kept.body) else { return response };
    let view = crate::workspace::sessions::sign_in_to_resume(&app, &screen, seal(&app, &author, &kept));
    screen.show_public_as(StatusCode::UNAUTHORIZED, &view)
}

/// The mark of whoever had the form open in this browser; none for a form of another one's.
fn author(visitors: &str, body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Token {
        #[serde(rename = "_csrf")]
        csrf: String,
    }
    let token: Token = serde_html_form::from_bytes(body).ok()?;
    token.csrf.split_once('.').filter(|(own, _)| *own == visitors).map(|(_, author)| author.to_owned())
}

/// The form as a text that only we can have written: mark, time, author, path, fields.
fn seal(app: &App, author: &str, kept: &Kept) -> String {
    let (path, body) = (URL_SAFE_NO_PAD.encode(&kept.path), URL_SAFE_NO_PAD.encode(&kept.body));
    let text = format!("{}.{author}.{path}.{body}", app.now().timestamp());
    format!("{}.{text}", app.seal().mark("resume", text.as_bytes()))
}

/// The form again, if it is one of ours, not too old, and this account's in the browser with this token.
pub fn open(app: &App, visitors: &str, account: AccountId, sealed: &str) -> Option<Kept> {
    let (mark, text) = sealed.split_once('.')?;
    let parts: [&str; 4] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
    let [at, author, path, body] = parts;
    let at = DateTime::from_timestamp(at.parse().ok()?, 0)?;
    let own = csrf::author(app, visitors, account) == author;
    let path = String::from_utf8(URL_SAFE_NO_PAD.decode(path).ok()?).ok()?;
    let body = URL_SAFE_NO_PAD.decode(body).ok()?.into();
    let opens = app.seal().is_mark("resume", text.as_bytes(), mark) && own && app.now() - at <= LIFE;
    (opens && client::safe_next(&path) == path).then_some(Kept { path, body })
}

/// The page after signing in: what was typed, and the button that sends it.
pub fn page(_: &Public, screen: &Screen, kept: &Kept) -> Result {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_bytes(&kept.body).map_err(|_| Error::Bad("The kept form cannot be read.".into()))?;
    let fields = pairs.into_iter().filter(|(name, _)| name != "_csrf").collect();
    let view = views::workspace::sessions::Resume { action: kept.path.clone(), fields, csrf: screen.csrf().to_owned() };
    Ok(screen.show_public(&view))
}
