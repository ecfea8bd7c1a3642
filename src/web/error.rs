//! The one error type of handlers, and the one place where it becomes an answer.
//!
//! Return it with `?`. What a person can mend says how; what they cannot is logged with its cause and told
//! without it. What is not yours is [`Error::NotFound`], like what does not exist.

use crate::web::{
    access::{self, App, Greeted},
    screen::Screen,
    session,
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{any::Any, sync::Arc};
use views::problem::Problem;

pub type Result<T = Response, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not signed in")]
    SignedOut,
    #[error("not found")]
    NotFound,
    /// The workspace is closed at its one gate.
    #[error("the workspace is suspended")]
    Suspended,
    /// The workspace demands a second factor, and theirs is not set up yet.
    #[error("a second factor is demanded")]
    SecondFactor,
    /// The record was changed by somebody else, and there is no form to show both versions in.
    #[error("changed in the meantime")]
    Stale,
    /// No valid form token, or from another site.
    #[error("the form's token does not fit")]
    Forged,
    #[error("too large")]
    TooLarge,
    #[error("too many tries; again in {0} s")]
    TooMany(u64),
    /// A part that we need is gone for now.
    #[error("{0} is not available: {1}")]
    Unavailable(&'static str, String),
    /// The request makes no sense, in words for whoever sent it.
    #[error("{0}")]
    Bad(String),
    /// The answer is ready: a form that is shown again.
    #[error("answered")]
    Answer(Box<Response>),
    #[error("{0}")]
    Internal(String),
}

impl From<store::Error> for Error {
    fn from(e: store::Error) -> Self {
        match e {
            store::Error::NotFound => Self::NotFound,
            store::Error::Stale | store::Error::Sent => Self::Stale,
            store::Error::Suspended => Self::Suspended,
            store::Error::Busy => Self::Bad(super::form::BUSY.into()),
            store::Error::Refused(errors) => Self::Bad(errors.iter().map(|(_, m)| m).collect::<Vec<_>>().join(" ")),
            store::Error::Unavailable(e) => Self::Unavailable("The database", e.to_string()),
            e @ store::Error::Sql(_) => Self::Internal(e.to_string()),
        }
    }
}

impl From<tower_sessions::session::Error> for Error {
    fn from(e: tower_sessions::session::Error) -> Self {
        Self::Unavailable("The session store", e.to_string())
    }
}

impl From<fred::error::Error> for Error {
    fn from(e: fred::error::Error) -> Self {
        Self::Unavailable("The session store", e.to_string())
    }
}

impl From<Response> for Error {
    fn from(answer: Response) -> Self {
        Self::Answer(Box::new(answer))
    }
}

impl Error {
    fn problem(&self) -> (StatusCode, Problem) {
        let say =
            |title: &str, text: &str| Problem { title: title.into(), text: text.into(), retry: false, home: None };
        let again = |title: &str, text: &str| Problem { retry: true, ..say(title, text) };
        match self {
            Self::SignedOut => (StatusCode::UNAUTHORIZED, say("You are signed out", "Sign in to go on.")),
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                say("There is nothing here", "The page may have moved, or it is not yours to see."),
            ),
            Self::Suspended => (
                StatusCode::FORBIDDEN,
                say(
                    "This workspace is suspended",
                    "Nothing in it is lost. Whoever runs this installation can open it again.",
                ),
            ),
            Self::SecondFactor => (
                StatusCode::FORBIDDEN,
                say(
                    "Set up your second factor first",
                    "This workspace asks everyone for a second factor. It takes a minute: you need your phone.",
                ),
            ),
            Self::Stale => (
                StatusCode::CONFLICT,
                again(
                    "Somebody was faster",
                    "This was changed while you looked at it. Load it again to see how it stands now.",
                ),
            ),
            Self::Forged => (
                StatusCode::FORBIDDEN,
                again(
                    "This form is out of date",
                    "It was opened too long ago, or on another site. Go back, load the page again and repeat what you did.",
                ),
            ),
            Self::TooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, say("This is too large", "Send a smaller file or a shorter text."))
            }
            Self::TooMany(seconds) => (
                StatusCode::TOO_MANY_REQUESTS,
                again("Too many tries", &format!("Wait {} and try again.", wait(*seconds))),
            ),
            Self::Unavailable(what, _) => (
                StatusCode::SERVICE_UNAVAILABLE,
                again(
                    "One moment, please",
                    &format!(
                        "{what} cannot be reached right now. Nothing is lost; this page works again as soon as it is back."
                    ),
                ),
            ),
            Self::Bad(message) => (StatusCode::UNPROCESSABLE_ENTITY, say("That did not work", message)),
            Self::Answer(_) | Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                again("Something went wrong on our side", "It has been noted. Nothing of what you did was half saved."),
            ),
        }
    }
}

fn wait(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// Carried by the response to [`dress`], which knows the request.
#[derive(Clone)]
struct Undressed(Problem);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Answer(answer) = self {
            return *answer;
        }
        match &self {
            Self::Internal(_) => tracing::error!(error = %self, "request failed"),
            Self::Unavailable(..) => tracing::warn!(error = %self, "request failed"),
            _ => tracing::debug!(error = %self, "request refused"),
        }
        let (status, problem) = self.problem();
        let mut response = status.into_response();
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response.extensions_mut().insert(Undressed(problem));
        response
    }
}

/// Gives an error its face: a toast for htmx, problem+json under /api, a page otherwise; the status is the true one.
pub async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let screen = Screen::bare(&mut parts, &app);
    let greeted = Greeted::default();
    parts.extensions.insert(greeted.clone());
    let path = parts.uri.clone();
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let mut status = response.status();
    let bare = (status.is_client_error() || status.is_server_error())
        && !response.headers().contains_key(header::CONTENT_TYPE);
    let problem = match response.extensions_mut().remove::<Undressed>() {
        Some(Undressed(problem)) => problem,
        // An answer of a layer's: a method that this address does not take.
        None if bare && status == StatusCode::METHOD_NOT_ALLOWED => Error::NotFound.problem().1,
        // The session layer's: all was done but keeping the session. Sent again, a form finds what it has done.
        None if bare && status == StatusCode::INTERNAL_SERVER_ERROR => {
            let gone = Error::Unavailable("The session store", "the session could not be saved".into());
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
            let (unavailable, problem) = gone.problem();
            status = unavailable;
            problem
        }
        None => return response,
    };
    let mut dressed = if path.path().starts_with("/api/") {
        let body = serde_json::json!({ "type": "about:blank", "status": status.as_u16(), "title": problem.title, "detail": problem.text });
        ([(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    } else if screen.htmx() && status == StatusCode::UNAUTHORIZED {
        let next = screen.current_url().unwrap_or_default();
        let login = format!("{}?next={}", domain::paths::LOGIN, views::encode(&next));
        ([("hx-redirect", login)], "").into_response()
    } else if screen.htmx() {
        screen.toast_alone(session::Toast::bad(format!("{}. {}", problem.title, problem.text)))
    } else if status == StatusCode::UNAUTHORIZED {
        screen.sign_in_page(&app, &path)
    } else {
        screen.problem(problem, greeted.0.get().filter(|e| !e.suspended).map(Arc::as_ref))
    };
    *dressed.status_mut() = status;
    for (name, value) in response.headers() {
        if name == header::RETRY_AFTER || name == header::SET_COOKIE {
            dressed.headers_mut().append(name, value.clone());
        }
    }
    dressed
}

pub async fn no_such_page(State(app): State<App>, request: Request) -> Error {
    let (mut parts, _) = request.into_parts();
    access::greet(&mut parts, &app).await;
    Error::NotFound
}

#[expect(clippy::needless_pass_by_value, reason = "the layer's signature")]
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    Error::Internal(format!("a handler panicked: {}", words.unwrap_or("no words"))).into_response()
}
