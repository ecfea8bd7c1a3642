//! Sessions, kept in Redis: who is signed in since when, and words for the next page.

use crate::web::error::Error;
use axum::http::request::Parts;
use chrono::{DateTime, Duration, Utc};
use domain::AccountId;
use serde::{Deserialize, Serialize};
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};
use tower_sessions_redis_store::RedisStore;

pub type Layer = SessionManagerLayer<RedisStore<fred::clients::Pool>>;

/// Days after which a session that nobody uses is over.
const IDLE_DAYS: i64 = 14;
/// Days after which any session is over.
const ABSOLUTE_DAYS: i64 = 30;

const LOGIN: &str = "login";
const TOASTS: &str = "toasts";

pub fn layer(redis: fred::clients::Pool, secure: bool) -> Layer {
    SessionManagerLayer::new(RedisStore::new(redis))
        .with_name(if secure { "__Host-people360" } else { "people360" })
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(secure)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::days(IDLE_DAYS)))
}

/// Who signed in, and when.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Login {
    pub account: AccountId,
    pub since: DateTime<Utc>,
    /// Last use, noted no more than once an hour: a write to Redis for each page would buy nothing.
    seen: DateTime<Utc>,
}

/// The session's login; `None` when nobody is signed in. Redis gone is an error of its own, never "signed out".
pub async fn login(parts: &Parts, now: DateTime<Utc>) -> Result<Option<Login>, Error> {
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    let Some(login) = session.get::<Login>(LOGIN).await? else { return Ok(None) };
    if now - login.since > Duration::days(ABSOLUTE_DAYS) || now - login.seen > Duration::days(IDLE_DAYS) {
        session.flush().await?;
        return Ok(None);
    }
    if now - login.seen > Duration::hours(1) {
        session.insert(LOGIN, Login { seen: now, ..login }).await?;
    }
    Ok(Some(login))
}

/// Signs in under a new session id, so that an id planted before is worth nothing (session fixation).
pub async fn sign_in(session: &Session, account: AccountId, now: DateTime<Utc>) -> Result<(), Error> {
    session.cycle_id().await?;
    session.insert(LOGIN, Login { account, since: now, seen: now }).await?;
    Ok(())
}

pub async fn sign_out(session: &Session) -> Result<(), Error> {
    Ok(session.flush().await?)
}

/// A notice for the next page, with a way to take back what was done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Toast {
    pub text: String,
    pub good: bool,
    /// Path and fields of the form that undoes it.
    pub undo: Option<(String, Vec<(String, String)>)>,
    /// Words and path of a link to the next step.
    pub link: Option<(String, String)>,
}

impl Toast {
    pub fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), good: true, undo: None, link: None }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self { good: false, ..Self::good(text) }
    }

    #[must_use]
    pub fn undo(mut self, path: String, fields: &[(&str, String)]) -> Self {
        self.undo = Some((path, fields.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect()));
        self
    }

    #[must_use]
    pub fn link(mut self, words: &str, path: String) -> Self {
        self.link = Some((words.to_owned(), path));
        self
    }
}

pub async fn leave_toast(session: &Session, toast: Toast) -> Result<(), Error> {
    let mut toasts: Vec<Toast> = session.get(TOASTS).await?.unwrap_or_default();
    toasts.push(toast);
    // Who never looks at a page does not fill our memory with what it would say.
    let old = toasts.len().saturating_sub(5);
    toasts.drain(..old);
    Ok(session.insert(TOASTS, toasts).await?)
}

/// Takes the notices that wait; writes to the session only when there are some.
pub async fn take_toasts(session: &Session) -> Result<Vec<Toast>, Error> {
    let toasts: Option<Vec<Toast>> = session.get(TOASTS).await?;
    if toasts.is_some() {
        session.remove_value(TOASTS).await?;
    }
    Ok(toasts.unwrap_or_default())
}

/// A pool of connections to Redis that comes up by itself, now or later. While Redis is gone, a command fails after
/// a second instead of waiting for ever.
pub fn connect(url: &str) -> Result<fred::clients::Pool, String> {
    use fred::{prelude::*, types::config::ReconnectPolicy};
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = Config::from_url(url).map_err(|e| format!("REDIS_URL is no Redis URL: {e}"))?;
    let pool = Builder::from_config(config)
        .with_performance_config(|p| p.default_command_timeout = std::time::Duration::from_secs(1))
        .with_connection_config(|c| {
            c.connection_timeout = std::time::Duration::from_secs(2);
            c.max_command_attempts = 1;
        })
        .set_policy(ReconnectPolicy::new_constant(0, 500))
        .build_pool(4)
        .map_err(|e| e.to_string())?;
    // It goes on by itself; whoever needs it meets the error.
    drop(pool.connect());
    Ok(pool)
}
