//! Who may call what. A handler says so with its first argument, or it is no handler.

mod anybody;
mod watch;

pub use watch::Watch;

use crate::{
    config::Config,
    web::{
        bells::Bells,
        error::Error,
        headers::{Address, Caller},
        password::Passwords,
        path::Token,
        session::{self, Login},
        throttle::Throttle,
    },
};
use axum::{
    Router,
    extract::FromRequestParts,
    handler::Handler,
    http::{Method, request::Parts},
    response::{IntoResponse, Redirect},
    routing::{MethodFilter, on},
};
use chrono::Duration;
use domain::{
    AccountId, SessionId, Slug,
    access::{Actor, Permission, ProfileWrite},
    audit::Action,
    workspace::Workspace,
};
use std::{
    marker::PhantomData,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use store::{Db, Desk, Entry, IdentityTx, Policy, Seat, Seen, TenantTx, audit::Reads};
use tower_sessions::Session;

/// Shared by all requests. `db` is private to this file: [`Allowed::begin`] is a handler's way to data.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    config: Config,
    redis: fred::clients::Pool,
    passwords: Passwords,
    seal: jobs::Seal,
    mailbox: jobs::Mailbox,
    storage: jobs::Storage,
    bells: Bells,
}

impl App {
    pub fn new(config: Config, db: Db, redis: fred::clients::Pool) -> Self {
        let seal = jobs::Seal::new(&config.secret_key);
        let mailbox = jobs::Mailbox::new(config.home.join("mailbox"));
        let bells = Bells::new(&config.redis_url);
        let storage = jobs::Storage::new(&config.storage);
        Self(Arc::new(Inner { db, redis, passwords: Passwords::default(), seal, mailbox, storage, bells, config }))
    }

    pub fn config(&self) -> &Config {
        &self.0.config
    }

    pub fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub fn throttle(&self) -> Throttle<'_> {
        Throttle::new(&self.0.redis)
    }

    pub fn redis(&self) -> &fred::clients::Pool {
        &self.0.redis
    }

    /// Opens and seals the tokens of one-time links and forms.
    pub fn seal(&self) -> &jobs::Seal {
        &self.0.seal
    }

    /// Mail that a development server keeps instead of sending.
    pub fn mailbox(&self) -> &jobs::Mailbox {
        &self.0.mailbox
    }

    /// Where the content of files is kept.
    pub fn storage(&self) -> &jobs::Storage {
        &self.0.storage
    }

    /// Who listens for what they are told.
    pub fn bells(&self) -> &Bells {
        &self.0.bells
    }

    pub fn sessions(&self) -> session::Layer {
        session::layer(self.0.redis.clone(), self.0.config.secure())
    }

    /// Whether the database answers; for `/readyz`.
    pub async fn ping(&self) -> store::Result<()> {
        self.0.db.ping().await
    }

    /// Writes down whose pay was read for this answer; without that there is none.
    pub(super) async fn note(&self, reading: &Reading) -> Result<(), Error> {
        let (read, desk) = (reading.reads.take(), reading.desk.get());
        let (false, Some(desk)) = (read.is_empty(), desk) else { return Ok(()) };
        let mut tx = self.0.db.begin(*desk).await?;
        store::audit::note_reads(&mut tx, &read).await?;
        Ok(tx.commit().await?)
    }

    /// Notes that somebody did not get in. Behind the answer's back: writing takes time, which would tell that there is
    /// such an account.
    pub fn note_failed_sign_in(&self, account: AccountId, caller: &Caller) {
        let (app, caller) = (self.clone(), caller.clone());
        tokio::spawn(async move {
            let noted = async {
                let mut tx = app.0.db.identity().await?;
                let address = caller.address.map(|a| a.to_string()).unwrap_or_default();
                let nothing = serde_json::json!({});
                let failed = Action::SignInFailed;
                store::audit::note_account(&mut tx, account, &address, false, failed, &nothing).await?;
                tx.commit().await
            };
            if let Err(e) = noted.await {
                tracing::warn!(error = %e, "a failed sign-in could not be noted");
            }
        });
    }

    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.db.now()
    }

    pub fn id<I: domain::ids::Id>(&self) -> I {
        self.0.db.id()
    }
}

/// What a request has read, and from which desk.
#[derive(Clone, Default)]
pub struct Reading {
    reads: Reads,
    desk: Arc<OnceLock<Desk>>,
}

/// Somebody who may do `P` in the workspace of the URL, and the door to its data.
///
/// Not signed in: 401. No member here, or without the permission: 404, as if there were nothing. Suspended: 403. Where
/// the workspace demands a second factor and theirs is not set up: on to where it is.
pub struct Allowed<P> {
    pub actor: Actor,
    pub workspace: Arc<Workspace>,
    pub email: String,
    pub verified: bool,
    pub preferences: serde_json::Value,
    /// The digest of their photo.
    pub photo: Option<String>,
    /// In which they are told the time.
    pub zone: chrono_tz::Tz,
    pub second_factor: bool,
    /// Notifications that they have not read, no further than a hundred.
    pub unread: i64,
    /// What the workspace demands of whoever is signed in.
    pub policy: Policy,
    pub session: SessionId,
    pub caller: Caller,
    reading: Reading,
    seat: Mutex<Option<Seat>>,
    app: App,
    permission: PhantomData<P>,
}

impl<P: Permission> Allowed<P> {
    /// Opens the workspace's transaction, in one round trip.
    pub async fn begin(&self) -> Result<TenantTx, Error> {
        let desk = Desk::of_member(&self.actor, self.workspace.zone, self.caller.address).told_in(self.zone);
        let seat = self.seat.lock().unwrap_or_else(PoisonError::into_inner).take();
        // The same each time.
        let _known_already = self.reading.desk.set(desk);
        Ok(self.app.0.db.begin_seated(seat, desk).await?.telling(self.reading.reads.clone()))
    }

    /// Opens a transaction over accounts, for what is the reader's own: their account is [`Actor::account`].
    pub async fn identity(&self) -> Result<IdentityTx, Error> {
        Ok(self.app.0.db.identity_of(self.actor.account, self.caller.address).await?)
    }

    /// The workspace's part of every URL.
    pub fn slug(&self) -> &domain::Slug {
        &self.workspace.slug
    }

    pub fn app(&self) -> &App {
        &self.app
    }
}

impl<P: Permission> FromRequestParts<App> for Allowed<P> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let (entry, seat) = entry(parts, app).await?;
        if !entry.actor.may(P::KEY) {
            return Err(Error::NotFound);
        }
        if entry.suspended {
            return Err(Error::Suspended);
        }
        if entry.policy.second_factor && !entry.second_factor && P::KEY != ProfileWrite::KEY {
            // Whoever looks for a page is led to where it is set up.
            let page = parts.method == Method::GET && !parts.headers.contains_key("hx-request");
            let there = domain::paths::security(&entry.workspace.slug);
            return Err(if page { Redirect::to(&there).into_response().into() } else { Error::SecondFactor });
        }
        let session = session::login(parts).await?.ok_or(Error::SignedOut)?.session;
        Ok(Self {
            actor: entry.actor.clone(),
            workspace: Arc::new(entry.workspace.clone()),
            email: entry.email.clone(),
            verified: entry.verified,
            preferences: entry.preferences.clone(),
            photo: entry.photo.clone(),
            zone: entry.zone,
            second_factor: entry.second_factor,
            unread: entry.unread,
            policy: entry.policy,
            session,
            caller: caller(parts),
            reading: parts.extensions.get::<Reading>().cloned().unwrap_or_default(),
            // A page begins at once. What changes something is read first, and that may take its time.
            seat: Mutex::new(seat.filter(|_| parts.method.is_safe())),
            app: app.clone(),
            permission: PhantomData,
        })
    }
}

/// Who was recognised at the door, left for [`crate::web::error::dress`]: an error inside one's own workspace keeps
/// its shell.
#[derive(Clone, Default)]
pub struct Greeted(pub Arc<OnceLock<Arc<Entry>>>);

/// Recognises whoever asks for a page that does not exist.
pub(crate) async fn greet(parts: &mut Parts, app: &App) {
    // Whoever cannot be recognised is a stranger, who gets the public page.
    let _stranger = entry(parts, app).await.is_err();
}

/// Asks the door once a request; what it answered is kept for the extractors that come after.
async fn entry(parts: &mut Parts, app: &App) -> Result<(Arc<Entry>, Option<Seat>), Error> {
    if let Some(known) = parts.extensions.get::<Arc<Entry>>() {
        return Ok((known.clone(), None));
    }
    let login = session::login(parts).await?.ok_or(Error::SignedOut)?;
    // From the path itself: a page that does not exist belongs to its workspace as well.
    let slug = parts.uri.path().strip_prefix("/w/").and_then(|p| p.split('/').next()).unwrap_or_default();
    let slug = Slug::parse(slug).map_err(|_| Error::NotFound)?;
    let Some((entry, seat)) = app.0.db.enter_seated(slug.as_str(), login.account, Some(login.session)).await? else {
        // No member here. Whoever is none anywhere any more, or was signed out from afar, is a stranger.
        let mut tx = app.0.db.identity().await?;
        let counts = store::sessions::find(&mut tx, login.account, login.session).await?.is_some();
        let anywhere = store::identity::is_member_anywhere(&mut tx, login.account).await?;
        if counts && !anywhere {
            store::sessions::end(&mut tx, login.account, login.session).await?;
            tx.commit().await?;
            if let Some(session) = parts.extensions.get::<Session>() {
                session.flush().await?;
            }
        }
        return Err(if counts && anywhere { Error::NotFound } else { Error::SignedOut });
    };
    alive(parts, app, login, entry.session, entry.policy).await?;
    if entry.privileges_at.is_some_and(|at| at > login.stamped)
        && let Some(session) = parts.extensions.get::<Session>()
    {
        session::stamp(session, login, app.now()).await?;
    }
    let entry = Arc::new(entry);
    if let Some(Greeted(greeted)) = parts.extensions.get() {
        // Set once a request; a second one would say the same.
        let _known_already = greeted.set(entry.clone());
    }
    parts.extensions.insert(entry.clone());
    Ok((entry, Some(seat)))
}

/// What sessions may be where no workspace is asked: the longest that any may allow. Each says for itself when one is
/// entered.
const POLICY: Policy = Policy { second_factor: false, idle: Duration::days(30), longest: Duration::days(90) };

/// Whether the session still counts; then notes its use, from time to time.
async fn alive(parts: &Parts, app: &App, login: Login, seen: Option<Seen>, policy: Policy) -> Result<(), Error> {
    let now = app.now();
    let session = parts.extensions.get::<Session>().ok_or(Error::SignedOut)?;
    let Some(seen) = seen.filter(|s| now - s.since <= policy.longest && now - s.seen <= policy.idle) else {
        if seen.is_some() {
            let mut tx = app.0.db.identity().await?;
            store::sessions::end(&mut tx, login.account, login.session).await?;
            tx.commit().await?;
        }
        session.flush().await?;
        return Err(Error::SignedOut);
    };
    // Where sessions are short, minutes count.
    if now - seen.seen >= store::sessions::NOTED.min(policy.idle / 15) {
        let caller = caller(parts);
        let address = caller.address.map(|a| a.to_string()).unwrap_or_default();
        let mut tx = app.0.db.identity().await?;
        store::sessions::see(&mut tx, login.session, &address).await?;
        tx.commit().await?;
        session::keep(session, login).await?;
    }
    Ok(())
}

fn caller(parts: &Parts) -> Caller {
    parts.extensions.get::<Caller>().cloned().unwrap_or_default()
}

/// Somebody with an account, in no particular workspace.
pub struct SignedIn {
    pub account: AccountId,
    pub session: SessionId,
    caller: Caller,
    app: App,
}

impl SignedIn {
    pub async fn identity(&self) -> Result<IdentityTx, Error> {
        Ok(self.app.0.db.identity_from(self.caller.address).await?)
    }

    pub fn app(&self) -> &App {
        &self.app
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let login = session::login(parts).await?.ok_or(Error::SignedOut)?;
        let mut tx = app.0.db.identity().await?;
        let seen = store::sessions::find(&mut tx, login.account, login.session).await?;
        drop(tx);
        alive(parts, app, login, seen, POLICY).await?;
        Ok(Self { account: login.account, session: login.session, caller: caller(parts), app: app.clone() })
    }
}

/// Anybody. What such a handler reads of accounts, it reads in the identity role.
pub struct Public {
    /// Who calls, for throttles.
    pub address: String,
    pub caller: Caller,
    app: App,
}

impl Public {
    pub async fn identity(&self) -> Result<IdentityTx, Error> {
        Ok(self.app.0.db.identity_from(self.caller.address).await?)
    }

    pub fn app(&self) -> &App {
        &self.app
    }
}

impl Public {
    /// What a workspace is called, for whoever holds a sealed address of it.
    pub async fn called(&self, tenant: domain::TenantId) -> Result<String, Error> {
        Ok(self.app.0.db.begin_job(tenant, "webhook").await?.1.name)
    }
}

impl FromRequestParts<App> for Public {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let address = parts.extensions.get::<Address>().map(|a| a.0.clone()).unwrap_or_default();
        Ok(Self { address, caller: caller(parts), app: app.clone() })
    }
}

/// Whoever holds the link at the end of some mail: its seal says of whom, where and what, and is as good as a form's
/// token, which nobody else can have either.
pub struct Unsubscriber {
    pub of: jobs::mail::Unsubscribe,
    pub token: String,
    tenant: domain::TenantId,
    caller: Caller,
    app: App,
}

impl Unsubscriber {
    /// Opens their workspace's transaction, in their name and for their preferences only. A suspended workspace lets
    /// them go as well.
    pub async fn begin(&self) -> Result<TenantTx, Error> {
        let (rights, address) = (domain::access::Rights::NONE, self.caller.address);
        let who = match self.of {
            jobs::mail::Unsubscribe::Member(member, _) => store::Who::Member(member),
            jobs::mail::Unsubscribe::Address(_) => store::Who::Job("unsubscribe"),
        };
        let zone = chrono_tz::Tz::UTC;
        Ok(self
            .app
            .0
            .db
            .begin(Desk { tenant: self.tenant, zone, told_in: zone, who, rights, employee: None, address })
            .await?)
    }
}

impl Unforged for Unsubscriber {}

impl FromRequestParts<App> for Unsubscriber {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let wrong = if parts.method.is_safe() { Error::NotFound } else { Error::Forged };
        let Token(token) = Token::from_request_parts(parts, app).await?;
        let (tenant, of) = jobs::mail::unsubscribe::read(app.seal(), &token).ok_or(wrong)?;
        Ok(Self { of, token, tenant, caller: caller(parts), app: app.clone() })
    }
}

/// Whoever holds the address of a calendar: its owner, as far as their rights reach now. The address is as good as a
/// password for what is in it, and for nothing else.
pub struct Subscriber {
    pub what: store::hr::leave::feeds::What,
    pub workspace: Workspace,
    /// The owner's own transaction, which only reads.
    pub tx: TenantTx,
}

impl FromRequestParts<App> for Subscriber {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Token(token) = Token::from_request_parts(parts, app).await?;
        let (tenant, feed) = jobs::leave::read_feed(app.seal(), &token).ok_or(Error::NotFound)?;
        let (mut tx, workspace) = app.0.db.begin_job(tenant, "calendar_feed").await?;
        let open = store::hr::leave::feeds::open(&mut tx, feed).await?;
        let (member, what) = open.ok_or(Error::NotFound)?;
        let actor = store::workspace::roles::actor(&mut tx, member).await?;
        tx.sit(Desk::of_member(&actor, workspace.zone, None)).await?;
        Ok(Self { what, workspace, tx })
    }
}

/// Whoever has the link of a quote, which is as good as a password for it, and for nothing else.
pub struct Buyer {
    pub tx: TenantTx,
    pub quote: domain::QuoteId,
    /// Who offers it, and their colour.
    pub company: String,
    pub accent: Option<String>,
    pub token: String,
}

impl FromRequestParts<App> for Buyer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Token(token) = Token::from_request_parts(parts, app).await?;
        let wrong = if parts.method.is_safe() { Error::NotFound } else { Error::Forged };
        let (tenant, quote) = jobs::quotes::read(app.seal(), &token).ok_or(wrong)?;
        let (tx, workspace) = app.0.db.begin_job(tenant, "quote").await?;
        Ok(Self { tx, quote, company: workspace.name, accent: workspace.accent, token })
    }
}

/// A first argument that says who may call.
///
/// ```
/// use people360::web::{Public, Result, Routes, Screen};
/// async fn door(_: Public, screen: Screen) -> Result { Ok(screen.go("/")) }
/// Routes::default().get("/door", door);
/// ```
///
/// Without one, a handler is none, and one that changes something must have seen the form's token:
///
/// ```compile_fail,E0277
/// use people360::web::{Result, Routes, Screen};
/// async fn door(screen: Screen) -> Result { Ok(screen.go("/")) }
/// Routes::default().get("/door", door);
/// ```
///
/// ```compile_fail,E0277
/// use people360::web::{Public, Result, Routes, Screen};
/// async fn door(_: Public, screen: Screen) -> Result { Ok(screen.go("/")) }
/// Routes::default().post("/door", door);
/// ```
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    label = "the first argument is `{Self}`",
    note = "make `Allowed<SomePermission>`, `SignedIn` or `Public` its first argument"
)]
pub trait Guard {
    const KEY: &'static str;
}

impl<P: Permission> Guard for Allowed<P> {
    const KEY: &'static str = P::KEY;
}

impl Guard for SignedIn {
    const KEY: &'static str = "signed in";
}

impl Guard for Public {
    const KEY: &'static str = "public";
}

/// A last argument that has seen the form's token.
#[diagnostic::on_unimplemented(
    message = "this handler changes something and checks no form token",
    label = "the last argument is `{Self}`",
    note = "make `Valid<SomeForm>`, `Confirmed<Fields>` or `Upload` its last argument"
)]
pub trait Unforged {}

/// The argument types of a handler, told apart by axum's own marker.
pub trait Guarded {
    const KEY: &'static str;
}

/// As [`Guarded`], and its last argument is [`Unforged`].
pub trait GuardedForm: Guarded {}

macro_rules! guarded {
    ($(($($t:ident),*) $last:ident;)*) => {$(
        impl<M, G: Guard, $($t,)* $last> Guarded for (M, G, $($t,)* $last,) { const KEY: &'static str = G::KEY; }
        impl<M, G: Guard, $($t,)* $last: Unforged> GuardedForm for (M, G, $($t,)* $last,) {}
    )*};
}

impl<M, G: Guard> Guarded for (M, G) {
    const KEY: &'static str = G::KEY;
}

guarded! { () A; (A) B; (A, B) C; (A, B, C) D; (A, B, C, D) E; }

/// One line of the route table.
pub struct Line {
    pub method: Method,
    pub path: &'static str,
    pub permission: &'static str,
}

/// The router and its table, which are written together or not at all.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<Line>,
}

impl Routes {
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: Guarded + 'static,
    {
        self.add(Method::GET, MethodFilter::GET, path, handler)
    }

    /// A route that changes something: its last argument has checked the form's token.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: GuardedForm + 'static,
    {
        self.add(Method::POST, MethodFilter::POST, path, handler)
    }

    fn add<H, T>(mut self, method: Method, filter: MethodFilter, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: Guarded + 'static,
    {
        self.table.push(Line { method, path, permission: T::KEY });
        self.router = self.router.route(path, on(filter, handler));
        self
    }

    pub fn finish(self) -> (Router<App>, Vec<Line>) {
        (self.router, self.table)
    }
}
