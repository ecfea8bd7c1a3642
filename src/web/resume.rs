//! A session that ends while somebody types loses nothing: the form that came too late is carried through signing
//! in, sealed, and sent again by its owner's hand.

use crate::web::{
    access::{App, Public},
    client,
    error::{Error, Result},
    screen::Screen,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Longest form that is carried.
const LONGEST: usize = 64 * 1024;

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
    let in_workspace = request.uri().path().starts_with("/w/");
    if !is_form || !in_workspace {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, crate::web::FORM_BYTES).await else { return Error::TooLarge.into_response() };
    let kept = Kept { path: parts.uri.path().to_owned(), body: bytes.clone() };
    let screen = Screen::bare(&mut parts, &app);
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if response.status() != StatusCode::UNAUTHORIZED || screen.htmx() || kept.body.len() > LONGEST {
        return response;
    }
    let view = crate::workspace::sessions::sign_in_to_resume(&app, &screen, seal(&app, &kept));
    screen.show_public_as(StatusCode::UNAUTHORIZED, &view)
}

/// The form as a text that only we can have written.
fn seal(app: &App, kept: &Kept) -> String {
    let body = URL_SAFE_NO_PAD.encode(&kept.body);
    let mark = app.seal().mark("resume", format!("{}\n{body}", kept.path).as_bytes());
    format!("{mark}.{}.{body}", URL_SAFE_NO_PAD.encode(&kept.path))
}

/// The form again, if it is one of ours.
pub fn open(app: &App, sealed: &str) -> Option<Kept> {
    let mut parts = sealed.splitn(3, '.');
    let (mark, path, body) = (parts.next()?, parts.next()?, parts.next()?);
    let path = String::from_utf8(URL_SAFE_NO_PAD.decode(path).ok()?).ok()?;
    let same = app.seal().is_mark("resume", format!("{path}\n{body}").as_bytes(), mark);
    let body = URL_SAFE_NO_PAD.decode(body).ok()?.into();
    (same && client::safe_next(&path) == path).then_some(Kept { path, body })
}

/// The page after signing in: what was typed, and the button that sends it.
pub fn page(_: &Public, screen: &Screen, kept: &Kept) -> Result {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_bytes(&kept.body).map_err(|_| Error::Bad("The kept form cannot be read.".into()))?;
    let fields = pairs.into_iter().filter(|(name, _)| name != "_csrf").collect();
    let view = views::workspace::sessions::Resume { action: kept.path.clone(), fields, csrf: screen.csrf().to_owned() };
    Ok(screen.show_public(&view))
}
