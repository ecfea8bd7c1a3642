//! Sessions, kept in Redis: who is signed in since when, and words for the next page.

use crate::web::{access::Public, error::Error};
use axum::http::request::Parts;
use chrono::{DateTime, Duration, Utc};
use domain::{AccountId, InvitationId, SessionId, audit::Action};
use serde::{Deserialize, Serialize};
use store::{
    accounts, audit,
    identity::{self, OpenInvitation},
    sessions::{self, Device},
};
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};
use tower_sessions_redis_store::RedisStore;

pub type Layer = SessionManagerLayer<RedisStore<fred::clients::Pool>>;

/// Days after which a cookie that nobody uses is forgotten; a workspace may have sessions end sooner.
const IDLE_DAYS: i64 = 30;

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

/// Who signed in. Whether the session still counts, the database says: see [`store::sessions`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Login {
    pub account: AccountId,
    pub session: SessionId,
    /// When the cookie got its id.
    pub stamped: DateTime<Utc>,
}

/// The session's login; `None` when nobody is signed in. Redis gone is an error of its own, never "signed out".
pub async fn login(parts: &Parts) -> Result<Option<Login>, Error> {
    let Some(session) = parts.extensions.get::<Session>() else { return Ok(None) };
    Ok(session.get::<Login>(LOGIN).await?)
}

/// Where somebody has come to who has proven to be this account's owner, by its password or by a mailed link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    In,
    /// The account asks for a second factor: it goes on at [`domain::paths::LOGIN_CODE`].
    Code,
}

/// Somebody whose second factor is still to come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pending {
    pub account: AccountId,
    pub email: String,
    pub since: DateTime<Utc>,
    /// Where to go on to.
    pub next: String,
    /// A form that came too late, sealed.
    pub resume: Option<String>,
    /// An invitation that they accept with the code, and not before.
    #[serde(default)]
    pub invitation: Option<InvitationId>,
}

/// Minutes in which the second factor must follow.
const CODE_WITHIN: i64 = 10;

const PENDING: &str = "pending";

/// Lets somebody in, or on to the second factor. The one way in: no door can forget to ask for it.
pub async fn arrive(
    session: &Session,
    who: &Public,
    account: AccountId,
    next: &str,
    resume: Option<String>,
) -> Result<Arrival, Error> {
    let mut tx = who.identity().await?;
    let known = identity::account(&mut tx, account).await?;
    let asked = accounts::has_second_factor(&mut tx, account).await?;
    drop(tx);
    if !asked {
        sign_in(session, who, account).await?;
        return Ok(Arrival::In);
    }
    let (since, next) = (who.app().now(), next.to_owned());
    wait(session, Pending { account, email: known.email, since, next, resume, invitation: None }).await?;
    Ok(Arrival::Code)
}

/// Has somebody wait for the code who accepts an invitation with it.
pub async fn arrive_invited(
    session: &Session,
    who: &Public,
    invitation: &OpenInvitation,
    account: AccountId,
) -> Result<(), Error> {
    let (email, next) = (invitation.email.to_string(), domain::paths::home(&invitation.workspace.slug));
    let since = who.app().now();
    wait(session, Pending { account, email, since, next, resume: None, invitation: Some(invitation.id) }).await
}

async fn wait(session: &Session, pending: Pending) -> Result<(), Error> {
    session.cycle_id().await?;
    Ok(session.insert(PENDING, pending).await?)
}

/// Whose second factor is waited for in this browser.
pub async fn pending(session: &Session, now: DateTime<Utc>) -> Result<Option<Pending>, Error> {
    let pending: Option<Pending> = session.get(PENDING).await?;
    Ok(pending.filter(|p| now - p.since <= Duration::minutes(CODE_WITHIN)))
}

/// Lets somebody in whose second factor fits.
pub async fn complete(session: &Session, who: &Public, pending: &Pending) -> Result<(), Error> {
    session.remove_value(PENDING).await?;
    sign_in(session, who, pending.account).await
}

/// Signs in under a new session id, so that an id planted before is worth nothing (session fixation).
async fn sign_in(session: &Session, who: &Public, account: AccountId) -> Result<(), Error> {
    let caller = &who.caller;
    let address = caller.address.map(|a| a.to_string()).unwrap_or_default();
    let mut tx = who.identity().await?;
    // Whoever signs in again here has one device, and not two.
    if let Some(before) = session.get::<Login>(LOGIN).await? {
        sessions::end(&mut tx, before.account, before.session).await?;
    }
    let device = Device { address: &address, agent: &caller.agent };
    let begun = sessions::begin(&mut tx, account, &device).await?;
    audit::note_account(&mut tx, account, &address, true, Action::SignIn, &serde_json::json!({})).await?;
    tx.commit().await?;
    session.cycle_id().await?;
    Ok(session.insert(LOGIN, Login { account, session: begun, stamped: who.app().now() }).await?)
}

/// Gives the cookie a new id, because its owner may do other things now than when it was made. Also keeps it from being
/// forgotten.
pub(super) async fn stamp(session: &Session, login: Login, now: DateTime<Utc>) -> Result<(), Error> {
    session.cycle_id().await?;
    Ok(session.insert(LOGIN, Login { stamped: now, ..login }).await?)
}

/// Keeps the cookie of somebody who is at work from being forgotten.
pub(super) async fn keep(session: &Session, login: Login) -> Result<(), Error> {
    Ok(session.insert(LOGIN, login).await?)
}

/// Signs out here.
pub async fn sign_out(session: &Session, who: &Public) -> Result<(), Error> {
    if let Some(login) = session.get::<Login>(LOGIN).await? {
        let mut tx = who.identity().await?;
        if sessions::end(&mut tx, login.account, login.session).await? {
            let address = who.caller.address.map(|a| a.to_string()).unwrap_or_default();
            let nothing = serde_json::json!({});
            audit::note_account(&mut tx, login.account, &address, true, Action::SignOut, &nothing).await?;
        }
        tx.commit().await?;
    }
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
