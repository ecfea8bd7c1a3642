//! Signing in and out, choosing a workspace, and how pages look.

use crate::web::{
    App, Confirmed, Error, Public, Query, Result, Routes, Screen, SignedIn,
    client::safe_next,
    form::Nothing,
    password::is_old,
    resume,
    second_factor::{self, Verdict},
    session::{self, Arrival},
    throttle::Limit,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{AccountId, audit::Action, paths, workspace::security::Code};
use serde::Deserialize;
use store::{accounts, audit};
use tower_sessions::Session;
use views::workspace::sessions::{EnterCode, SignIn, Workspaces};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LOGIN, new)
        .post(paths::LOGIN, add)
        .get(paths::LOGIN_CODE, code)
        .post(paths::LOGIN_CODE, enter_code)
        .post(paths::LOGOUT, remove)
        .get(paths::WORKSPACES, workspaces)
        .post(paths::PREFERENCES, prefer)
}

/// Where to go on to.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Next {
    next: String,
}

async fn new(_: Public, screen: Screen, Query(Next { next }): Query<Next>) -> Result {
    Ok(screen.show_public(&view(&screen, "", None, &next, None)))
}

fn view(screen: &Screen, email: &str, problem: Option<&str>, next: &str, resume: Option<String>) -> SignIn {
    let (csrf, email, problem) = (screen.csrf().to_owned(), email.to_owned(), problem.map(str::to_owned));
    SignIn { csrf, email, problem, next: safe_next(next).to_owned(), resume }
}

/// In place of a page that somebody must be signed in for.
pub fn sign_in_view(_: &App, screen: &Screen, next: String) -> SignIn {
    view(screen, "", None, &next, None)
}

/// In place of the answer to a form whose session had ended.
pub fn sign_in_to_resume(_: &App, screen: &Screen, sealed: String) -> SignIn {
    view(screen, "", None, "", Some(sealed))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Login {
    email: String,
    password: String,
    next: String,
    resume: Option<String>,
}

/// The same words whether it was the address or the password.
const WRONG: &str = "Email or password is wrong.";

async fn add(
    who: Public,
    screen: Screen,
    axum::Extension(session): axum::Extension<Session>,
    Confirmed(login): Confirmed<Login>,
) -> Result {
    let app = who.app();
    app.throttle().count(Limit::SIGN_IN_ADDRESS, &who.address).await?;
    app.throttle().count(Limit::SIGN_IN_ACCOUNT, &login.email).await?;
    let (account, fits) = known(&who, &login.email, &login.password).await?;
    let Some(account) = account.filter(|_| fits) else {
        if let Some(account) = account {
            app.note_failed_sign_in(account, &who.caller);
        }
        let again = view(&screen, &login.email, Some(WRONG), &login.next, login.resume);
        return Ok(screen.show_public_as(StatusCode::UNPROCESSABLE_ENTITY, &again));
    };
    app.throttle().forget(Limit::SIGN_IN_ACCOUNT, &login.email).await?;
    app.throttle().give_back(Limit::SIGN_IN_ADDRESS, &who.address).await?;
    match session::arrive(&session, &who, account, safe_next(&login.next), login.resume.clone()).await? {
        Arrival::Code => Ok(screen.go(paths::login_code())),
        Arrival::In => go_on(&who, &screen, account, &login.next, login.resume).await,
    }
}

/// To what was typed, to what was asked for, or home.
async fn go_on(who: &Public, screen: &Screen, account: AccountId, next: &str, resume: Option<String>) -> Result {
    if let Some(kept) = resume.and_then(|sealed| resume::open(who.app(), screen.csrf(), account, &sealed)) {
        return resume::page(who, screen, &kept);
    }
    match safe_next(next) {
        "/" => Ok(screen.go(first_place(who, account).await?)),
        next => Ok(screen.go(next)),
    }
}

// ── the second factor ────────────────────────────────────────────────────────────────────────────────────────────

async fn code(who: Public, screen: Screen, axum::Extension(session): axum::Extension<Session>) -> Result {
    match session::pending(&session, who.app().now()).await? {
        Some(pending) => Ok(screen.show_public(&code_view(&screen, &pending.email, None))),
        None => Ok(screen.go(paths::login())),
    }
}

fn code_view(screen: &Screen, email: &str, problem: Option<String>) -> EnterCode {
    EnterCode { csrf: screen.csrf().to_owned(), email: email.to_owned(), problem }
}

async fn enter_code(
    who: Public,
    screen: Screen,
    axum::Extension(session): axum::Extension<Session>,
    Confirmed(typed): Confirmed<Code>,
) -> Result {
    let app = who.app();
    let Some(pending) = session::pending(&session, app.now()).await? else {
        // It took too long, or another tab is in already.
        return Ok(screen.go(paths::login()));
    };
    let key = pending.account.to_string();
    app.throttle().count(Limit::CODE, &key).await?;
    let address = who.caller.address.map(|a| a.to_string()).unwrap_or_default();
    let nothing = serde_json::json!({});
    let mut tx = who.identity().await?;
    // A password that was changed meanwhile is asked for first.
    if accounts::password_set_since(&mut tx, pending.account, pending.since).await? {
        return Ok(screen.go(paths::login()));
    }
    let factor = accounts::second_factor(&mut tx, pending.account).await?;
    let secret = factor.secret.and_then(|s| app.seal().show(&second_factor::purpose(pending.account), &s));
    let verdict = secret.map_or(Verdict::Wrong, |s| second_factor::check(&s, &typed.code, app.now()));
    let problem = match verdict {
        Verdict::Fits(step) => match accounts::take_step(&mut tx, pending.account, step).await? {
            true => None,
            false => Some("This code was used already. Wait for the next one.".to_owned()),
        },
        verdict => {
            let mark = second_factor::mark(app.seal(), pending.account, &typed.code);
            match verdict == Verdict::Wrong && accounts::take_code(&mut tx, pending.account, &mark).await? {
                true => {
                    let used = Action::RecoveryCodeUsed;
                    audit::note_account(&mut tx, pending.account, &address, true, used, &nothing).await?;
                    None
                }
                // Codes of the phone have six digits.
                false if typed.code.chars().filter(|c| c.is_alphanumeric()).count() > 6 => {
                    Some("This recovery code does not fit, or was used already. Each of them works once.".to_owned())
                }
                false => Some(super::security::told(verdict)),
            }
        }
    };
    if let Some(problem) = problem {
        audit::note_account(&mut tx, pending.account, &address, false, Action::SignInFailed, &nothing).await?;
        tx.commit().await?;
        let again = code_view(&screen, &pending.email, Some(problem));
        return Ok(screen.show_public_as(StatusCode::UNPROCESSABLE_ENTITY, &again));
    }
    tx.commit().await?;
    app.throttle().forget(Limit::CODE, &key).await?;
    if let Some(id) = pending.invitation {
        let mut tx = who.identity().await?;
        let accepted = match store::identity::invitation(&mut tx, id).await {
            Ok(invitation) => store::identity::accept(&mut tx, &invitation, pending.account).await,
            Err(e) => Err(e),
        };
        match accepted {
            Ok(_) => tx.commit().await?,
            // Taken back meanwhile, or of an address that they gave up: it is signing in and no more.
            Err(store::Error::NotFound) => {}
            Err(e) => return Err(e.into()),
        }
    }
    session::complete(&session, &who, &pending).await?;
    go_on(&who, &screen, pending.account, &pending.next, pending.resume.clone()).await
}

/// Whose email and password these are. Takes the same time for any wrong answer.
pub async fn check(who: &Public, email: &str, password: &str) -> Result<Option<AccountId>> {
    let (account, fits) = known(who, email, password).await?;
    Ok(account.filter(|_| fits))
}

/// Whose email this is, and whether this is their password.
async fn known(who: &Public, email: &str, password: &str) -> Result<(Option<AccountId>, bool)> {
    let mut tx = who.identity().await?;
    let account = store::identity::by_email(&mut tx, email).await?;
    drop(tx);
    let (id, hash) = account.map(|a| (a.id, a.password_hash)).unzip();
    let fits = who.app().passwords().verify(password, hash.clone()).await?;
    // Parameters rise with the years, and hashes with them, one sign-in at a time.
    if let (true, Some(id), Some(old)) = (fits, id, hash.filter(|h| is_old(h))) {
        let new = who.app().passwords().hash(password).await?;
        let mut tx = who.identity().await?;
        accounts::rehash(&mut tx, id, &old, &new).await?;
        tx.commit().await?;
    }
    Ok((id, fits))
}

/// The only workspace, or the choice of several.
pub async fn first_place(who: &Public, account: AccountId) -> Result<String> {
    let mut tx = who.identity().await?;
    let workspaces = store::identity::workspaces(&mut tx, account).await?;
    Ok(match &workspaces[..] {
        [(only, _)] => paths::home(&only.slug),
        _ => paths::workspaces(),
    })
}

async fn remove(
    who: Public,
    screen: Screen,
    axum::Extension(session): axum::Extension<Session>,
    _: Confirmed<Nothing>,
) -> Result {
    session::sign_out(&session, &who).await?;
    Ok(screen.go(paths::landing()))
}

/// The workspace that the switcher was opened in.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Within {
    r#in: Option<String>,
}

async fn workspaces(who: SignedIn, screen: Screen, Query(Within { r#in: within }): Query<Within>) -> Result {
    let mut tx = who.identity().await?;
    let workspaces = store::identity::workspaces(&mut tx, who.account).await?;
    Ok(screen.show_signed_in(&who, &Workspaces { csrf: screen.csrf().to_owned(), workspaces, within }))
}

/// How pages look on this device; kept in cookies of their own, because it holds before signing in, too.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Look {
    theme: Option<String>,
    density: Option<String>,
    next: String,
}

async fn prefer(_: Public, screen: Screen, Confirmed(look): Confirmed<Look>) -> Result<Response> {
    let mut response = screen.go(safe_next(&look.next));
    let theme = look.theme.map(|t| ("theme", views::layout::Theme::parse(&t).as_str()));
    let density = look.density.map(|d| ("density", views::layout::Density::parse(&d).as_str()));
    for (name, value) in theme.into_iter().chain(density) {
        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax");
        let cookie = HeaderValue::from_str(&cookie).map_err(|e| Error::Internal(e.to_string()))?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
