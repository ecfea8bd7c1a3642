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
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration};
use domain::AccountId;
use futures::{StreamExt, stream};
use std::{
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};
use tokio::time::timeout;

/// Longest form that is carried.
const LONGEST: usize = 64 * 1024;
/// How long it opens.
const LIFE: Duration = Duration::days(1);
/// Bytes of files that are read past, so that the browser hears the answer, and how long they may take.
const PAST: usize = 16 * 1024 * 1024;
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// What was sent: where to, and the fields.
#[derive(Clone)]
pub struct Kept {
    pub path: String,
    pub body: Bytes,
    pub files: Files,
}

/// Whether the form takes files, which are never carried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Files {
    /// It takes none.
    No,
    Takes,
    /// There were some, which are left out.
    Brought,
}

impl Files {
    const ALL: [(Self, &str); 3] = [(Self::No, "n"), (Self::Takes, "t"), (Self::Brought, "b")];

    fn key(self) -> &'static str {
        Self::ALL.into_iter().find(|(files, _)| *files == self).map_or("n", |(_, key)| key)
    }

    fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == key).map(|(files, _)| files)
    }
}

/// Keeps a copy of each short form while it is answered, in case the answer is "signed out".
pub async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is = |wanted: &[u8]| kind.is_some_and(|t| t.as_bytes().starts_with(wanted));
    let posts = request.method() == Method::POST;
    let (is_form, with_files) =
        (posts && is(b"application/x-www-form-urlencoded"), posts && is(b"multipart/form-data"));
    let path = request.uri().path();
    // Passwords and codes are not carried about, sealed or not.
    let carried = path.starts_with("/w/") && !path.contains("/settings/security");
    if with_files && carried {
        return keep_typed(app, request, next).await;
    }
    if !is_form || !carried {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let bytes = match Bytes::from_request(Request::from_parts(parts.clone(), body), &app).await {
        Ok(bytes) => bytes,
        Err(e) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => return Error::TooLarge.into_response(),
        Err(_) => return Error::Bad("The form did not arrive whole.".into()).into_response(),
    };
    let kept = Kept { path: parts.uri.path().to_owned(), body: bytes.clone(), files: Files::No };
    let screen = Screen::bare(&mut parts, &app);
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    if response.status() != StatusCode::UNAUTHORIZED || screen.htmx() || kept.body.len() > LONGEST {
        return response;
    }
    let Some(author) = author(screen.csrf(), &kept.body) else { return response };
    let view = crate::workspace::sessions::sign_in_to_resume(&app, &screen, seal(&app, &author, &kept));
    screen.show_public_as(StatusCode::UNAUTHORIZED, &view)
}

/// As [`keep`], of a form with files: it goes by unread. Who is signed out is told so before any of it is read, and what
/// was typed stands in it still.
async fn keep_typed(app: App, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let again = parts.clone();
    let screen = Screen::bare(&mut parts, &app);
    let unread = Arc::new(Mutex::new(Some(body.into_data_stream())));
    let passed = unread.clone();
    let body = Body::from_stream(stream::poll_fn(move |cx| {
        match passed.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(stream) => stream.poll_next_unpin(cx),
            None => Poll::Ready(None),
        }
    }));
    let response = next.run(Request::from_parts(parts, body)).await;
    if response.status() != StatusCode::UNAUTHORIZED || screen.htmx() {
        return response;
    }
    let Some(rest) = unread.lock().unwrap_or_else(PoisonError::into_inner).take() else { return response };
    let path = again.uri.path().to_owned();
    let read = timeout(PATIENCE, typed(&app, again, Body::from_stream(rest), screen.csrf())).await;
    let Ok(Some((author, body, files))) = read else { return response };
    let sealed = seal(&app, &author, &Kept { path, body, files });
    let view = crate::workspace::sessions::sign_in_to_resume(&app, &screen, sealed);
    screen.show_public_as(StatusCode::UNAUTHORIZED, &view)
}

/// Whose a form with files is, what was typed into it, and whether files were with it. `None`: it is not ours, nothing was
/// typed, or more than is carried.
async fn typed(app: &App, parts: Parts, body: Body, visitors: &str) -> Option<(String, Bytes, Files)> {
    let mut request = Request::from_parts(parts, body);
    DefaultBodyLimit::max(PAST + 2 * LONGEST).apply(&mut request);
    let mut form = Multipart::from_request(request, app).await.ok()?;
    let mut whose: Option<String> = None;
    let (mut fields, mut files) = (vec![], Files::Takes);
    let (mut size, mut past) = (0_usize, 0_usize);
    'form: while let Ok(Some(mut field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name() {
            // Only behind the token: nothing is read for a form that is not ours.
            whose.as_ref()?;
            if !file.is_empty() {
                files = Files::Brought;
            }
            while let Ok(Some(chunk)) = field.chunk().await {
                past += chunk.len();
                if past > PAST {
                    break 'form;
                }
            }
            continue;
        }
        let mut value = Vec::new();
        while let Some(chunk) = field.chunk().await.ok()? {
            size += chunk.len();
            if size > LONGEST {
                return None;
            }
            value.extend_from_slice(&chunk);
        }
        let value = String::from_utf8(value).ok()?;
        if name == "_csrf" {
            whose = own(visitors, &value);
        }
        whose.as_ref()?;
        fields.push((name, value));
    }
    if !fields.iter().any(|(name, value)| !name.starts_with('_') && !value.trim().is_empty()) {
        return None;
    }
    let body = serde_html_form::to_string(&fields).ok().filter(|body| body.len() <= 2 * LONGEST)?;
    Some((whose?, body.into(), files))
}

/// The mark of whoever had the form open in this browser; none for a form of another one's.
fn author(visitors: &str, body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Token {
        #[serde(rename = "_csrf")]
        csrf: String,
    }
    let token: Token = serde_html_form::from_bytes(body).ok()?;
    own(visitors, &token.csrf)
}

fn own(visitors: &str, token: &str) -> Option<String> {
    token.split_once('.').filter(|(own, _)| *own == visitors).map(|(_, author)| author.to_owned())
}

/// The form as a text that only we can have written: mark, time, author, path, fields, files.
fn seal(app: &App, author: &str, kept: &Kept) -> String {
    let (path, body) = (URL_SAFE_NO_PAD.encode(&kept.path), URL_SAFE_NO_PAD.encode(&kept.body));
    let text = format!("{}.{author}.{path}.{body}.{}", app.now().timestamp(), kept.files.key());
    format!("{}.{text}", app.seal().mark("resume", text.as_bytes()))
}

/// The form again, if it is one of ours, not too old, and this account's in the browser with this token.
pub fn open(app: &App, visitors: &str, account: AccountId, sealed: &str) -> Option<Kept> {
    let (mark, text) = sealed.split_once('.')?;
    let parts: [&str; 5] = text.split('.').collect::<Vec<_>>().try_into().ok()?;
    let [at, author, path, body, files] = parts;
    let at = DateTime::from_timestamp(at.parse().ok()?, 0)?;
    let own = csrf::author(app, visitors, account) == author;
    let path = String::from_utf8(URL_SAFE_NO_PAD.decode(path).ok()?).ok()?;
    let body = URL_SAFE_NO_PAD.decode(body).ok()?.into();
    let opens = app.seal().is_mark("resume", text.as_bytes(), mark) && own && app.now() - at <= LIFE;
    let files = Files::parse(files)?;
    (opens && client::safe_next(&path) == path).then_some(Kept { path, body, files })
}

/// The page after signing in: what was typed, and the button that sends it.
pub fn page(_: &Public, screen: &Screen, kept: &Kept) -> Result {
    let pairs: Vec<(String, String)> =
        serde_html_form::from_bytes(&kept.body).map_err(|_| Error::Bad("The kept form cannot be read.".into()))?;
    let fields = pairs.into_iter().filter(|(name, _)| name != "_csrf").collect();
    let (action, csrf) = (kept.path.clone(), screen.csrf().to_owned());
    let (multipart, left_out) = (kept.files != Files::No, kept.files == Files::Brought);
    let view = views::workspace::sessions::Resume { action, fields, csrf, multipart, left_out };
    Ok(screen.show_public(&view))
}
