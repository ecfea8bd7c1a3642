//! Signing in and out, choosing a workspace, and how pages look.

use crate::web::{
    App, Confirmed, Error, Public, Query, Result, Routes, Screen, SignedIn, client::safe_next, form::Nothing, resume,
    session, throttle::Limit,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{AccountId, paths};
use serde::Deserialize;
use tower_sessions::Session;
use views::workspace::sessions::{SignIn, Workspaces};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LOGIN, new)
        .post(paths::LOGIN, add)
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
    session::sign_in(&session, &who, account).await?;
    if let Some(kept) = login.resume.and_then(|sealed| resume::open(app, screen.csrf(), account, &sealed)) {
        return resume::page(&who, &screen, &kept);
    }
    match safe_next(&login.next) {
        "/" => Ok(screen.go(first_place(&who, account).await?)),
        next => Ok(screen.go(next)),
    }
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
    let fits = who.app().passwords().verify(password, hash).await?;
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

async fn workspaces(who: SignedIn, screen: Screen) -> Result {
    let mut tx = who.identity().await?;
    let workspaces = store::identity::workspaces(&mut tx, who.account).await?;
    Ok(screen.show_signed_in(&who, &Workspaces { csrf: screen.csrf().to_owned(), workspaces }))
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
