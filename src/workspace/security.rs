//! One's own sign-in: password, second factor, address, and the devices on which one is signed in.

use crate::{
    web::{
        Allowed, Confirmed, Error, FormPage, Public, Record, Result, Routes, Screen, Sheet, Toast, Token, Valid,
        form::Nothing,
        password::guessable,
        second_factor::{self, Verdict},
        throttle::Limit,
    },
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    Email, Errors, LinkId, SessionId,
    access::ProfileWrite,
    audit::Action,
    paths,
    workspace::{
        security::{ChangeEmail, ChangePassword, Code, Proof},
        signup::check_password,
    },
};
use jobs::seal::purpose;
use serde_json::json;
use store::{IdentityTx, accounts, audit, identity, sessions};
use views::workspace::{
    security::{Codes, Section, Security, SetUp},
    sessions::{Note, Press},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SECURITY, show)
        .post(paths::SECURITY_PASSWORD, change_password)
        .post(paths::SECURITY_EMAIL, ask_email)
        .get(paths::EMAIL_CHANGE, email_ask)
        .post(paths::EMAIL_CHANGE, email_change)
        .post(paths::SECOND_FACTOR, prepare)
        .get(paths::SECOND_FACTOR, set_up)
        .post(paths::SECOND_FACTOR_CONFIRMATION, turn_on)
        .post(paths::SECOND_FACTOR_REMOVAL, turn_off)
        .post(paths::RECOVERY_CODES, renew)
        .post(paths::SESSION_END, end)
        .post(paths::SESSIONS_END, end_others)
}

type Own = Allowed<ProfileWrite>;

async fn show(who: Own, screen: Screen) -> Result {
    page(&who, &screen, StatusCode::OK, None).await
}

/// The page; `refused` is what is wrong, in which of its forms, and what was typed there.
async fn page(who: &Own, screen: &Screen, status: StatusCode, refused: Option<(Section, Errors, String)>) -> Result {
    let mut tx = who.identity().await?;
    let factor = accounts::second_factor(&mut tx, who.actor.account).await?;
    let sessions = sessions::list(&mut tx, who.actor.account).await?;
    drop(tx);
    let view = Security {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        moment: moment(who),
        email: who.email.clone(),
        on: factor.on,
        codes: factor.codes,
        demanded: who.policy.second_factor,
        sessions,
        here: who.session,
        refused,
    };
    Ok(screen.show_as(status, who, &view))
}

/// Notes in each of one's workspaces what one did to one's account.
async fn note(tx: &mut IdentityTx, who: &Own, action: Action) -> Result<()> {
    let address = who.caller.address.map(|a| a.to_string()).unwrap_or_default();
    Ok(audit::note_account(tx, who.actor.account, &address, true, action, &json!({})).await?)
}

/// Whether this is their password. Slowed down as a sign-in: an open screen is no way to guess it.
async fn proves(who: &Own, password: &str) -> Result<bool> {
    let app = who.app();
    app.throttle().count(Limit::SIGN_IN_ACCOUNT, &who.email).await?;
    let mut tx = who.identity().await?;
    let account = identity::account(&mut tx, who.actor.account).await?;
    drop(tx);
    let fits = app.passwords().verify(password, Some(account.password_hash)).await?;
    if fits {
        app.throttle().forget(Limit::SIGN_IN_ACCOUNT, &who.email).await?;
    }
    Ok(fits)
}

/// Beside the field of the current password.
const NOT_YOURS: &str = "This is not your password.";

fn refused(
    section: Section,
    field: &'static str,
    words: impl Into<String>,
    typed: &str,
) -> Option<(Section, Errors, String)> {
    Some((section, Errors::one(field, words), typed.to_owned()))
}

const AGAIN: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

// ── password and address ─────────────────────────────────────────────────────────────────────────────────────────

async fn change_password(who: Own, screen: Screen, Confirmed(typed): Confirmed<ChangePassword>) -> Result {
    let mut errors = Errors::default();
    check_password(&mut errors, &typed.password, guessable(&typed.password, &[&who.actor.name, &who.email]));
    if !errors.is_empty() {
        return page(&who, &screen, AGAIN, Some((Section::Password, errors, String::new()))).await;
    }
    if !proves(&who, &typed.current).await? {
        return page(&who, &screen, AGAIN, refused(Section::Password, "current", NOT_YOURS, "")).await;
    }
    if typed.current == typed.password {
        let words = "This is the password that you have. Choose another one.";
        return page(&who, &screen, AGAIN, refused(Section::Password, "password", words, "")).await;
    }
    let hash = who.app().passwords().hash(&typed.password).await?;
    let mut tx = who.identity().await?;
    identity::set_password(&mut tx, who.actor.account, &hash, Some(who.session)).await?;
    note(&mut tx, &who, Action::PasswordChanged).await?;
    tx.commit().await?;
    let toast = Toast::good("Your new password is set. Every other session has ended.");
    screen.done(paths::security(who.slug()), toast).await
}

/// Sends a link to the new address. What is told is the same whether somebody has it already or not.
async fn ask_email(who: Own, screen: Screen, Confirmed(typed): Confirmed<ChangeEmail>) -> Result {
    let email = match Email::parse(&typed.email) {
        Ok(email) if email.as_str().to_lowercase() != who.email.to_lowercase() => email,
        Ok(_) => {
            return page(
                &who,
                &screen,
                AGAIN,
                refused(Section::Email, "email", "This is the address that you have.", &typed.email),
            )
            .await;
        }
        Err(e) => return page(&who, &screen, AGAIN, refused(Section::Email, "email", e, &typed.email)).await,
    };
    if !proves(&who, &typed.with_password).await? {
        return page(&who, &screen, AGAIN, refused(Section::Email, "with_password", NOT_YOURS, &typed.email)).await;
    }
    who.app().throttle().count(Limit::MAIL, email.as_str()).await?;
    let mut tx = who.identity().await?;
    accounts::ask_email(&mut tx, who.actor.tenant, who.actor.account, &email).await?;
    tx.commit().await?;
    let toast = format!("A link is on its way to {email}. Until you follow it, nothing changes.");
    screen.done(paths::security(who.slug()), Toast::good(toast)).await
}

fn dead(screen: &Screen) -> Error {
    let note = Note {
        title: "This link no longer works".into(),
        text:
            "It was used, is older than a day, or you have asked for another one since. Ask again from your settings."
                .into(),
        link: ("Sign in".into(), paths::login()),
    };
    screen.show_public_as(StatusCode::NOT_FOUND, &note).into()
}

async fn email_ask(who: Public, screen: Screen, Token(token): Token) -> Result {
    let link = who.app().seal().open(purpose::EMAIL_CHANGE, &token).map(LinkId).ok_or_else(|| dead(&screen))?;
    let mut tx = who.identity().await?;
    let (_, email) = accounts::asked_email(&mut tx, link).await?.ok_or_else(|| dead(&screen))?;
    Ok(screen.show_public(&Press {
        csrf: screen.csrf().to_owned(),
        title: "Use this address?".into(),
        text: format!("From then on you sign in with {email}."),
        action: paths::email_change(token),
        button: "Use this address".into(),
    }))
}

async fn email_change(who: Public, screen: Screen, Token(token): Token, _: Confirmed<Nothing>) -> Result {
    let link = who.app().seal().open(purpose::EMAIL_CHANGE, &token).map(LinkId).ok_or_else(|| dead(&screen))?;
    let mut tx = who.identity().await?;
    let (account, email) = accounts::asked_email(&mut tx, link).await?.ok_or_else(|| dead(&screen))?;
    let changed = accounts::change_email(&mut tx, account, &email).await;
    if let Err(store::Error::Refused(_)) = changed {
        let note = Note {
            title: "This address is taken".into(),
            text: format!("Somebody signs in with {email} already. Yours stays as it is."),
            link: ("Sign in".into(), paths::login()),
        };
        return Ok(screen.show_public_as(StatusCode::CONFLICT, &note));
    }
    changed?;
    let address = who.caller.address.map(|a| a.to_string()).unwrap_or_default();
    audit::note_account(&mut tx, account, &address, true, Action::EmailChanged, &json!({})).await?;
    tx.commit().await?;
    let note = Note {
        title: "Your address is changed".into(),
        text: format!("You sign in with {email} from now on."),
        link: ("Go to your workspaces".into(), paths::workspaces()),
    };
    Ok(screen.show_public(&note))
}

// ── second factor ────────────────────────────────────────────────────────────────────────────────────────────────

/// Draws a secret, and goes on to where it is shown.
async fn prepare(who: Own, screen: Screen, Confirmed(typed): Confirmed<Proof>) -> Result {
    // Whoever sits at a screen that was left open must not lock its owner out.
    if !proves(&who, &typed.proof).await? {
        return page(&who, &screen, AGAIN, refused(Section::SecondFactor, "proof", NOT_YOURS, "")).await;
    }
    let sealed = who.app().seal().hide(&second_factor::purpose(who.actor.account), &second_factor::new_secret());
    let mut tx = who.identity().await?;
    accounts::prepare_second_factor(&mut tx, who.actor.account, &sealed).await?;
    tx.commit().await?;
    Ok(screen.go(paths::second_factor(who.slug())))
}

/// The secret that is being set up; `None` when there is none, or it is on already.
async fn secret(who: &Own) -> Result<Option<Vec<u8>>> {
    let mut tx = who.identity().await?;
    let factor = accounts::second_factor(&mut tx, who.actor.account).await?;
    let sealed = factor.secret.filter(|_| !factor.on);
    Ok(sealed.and_then(|s| who.app().seal().show(&second_factor::purpose(who.actor.account), &s)))
}

async fn set_up(who: Own, screen: Screen) -> Result {
    CodeForm::page(&who, Sheet::blank(screen, who.app())).await
}

struct CodeForm;

impl FormPage for CodeForm {
    type Guard = Own;
    type Draft = Code;
    type Fields = String;

    fn parse(_: &Own, draft: &Code) -> Result<String, Errors> {
        Ok(draft.code.clone())
    }

    async fn page(who: &Own, sheet: Sheet<Code>) -> Result {
        let Some(secret) = secret(who).await? else { return Ok(sheet.screen.go(paths::security(who.slug()))) };
        let (width, dark) = second_factor::picture(&second_factor::url(&secret, &who.email));
        let view = SetUp {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            secret: second_factor::words(&secret),
            width,
            dark,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn turn_on(who: Own, screen: Screen, form: Valid<CodeForm>) -> Result {
    who.app().throttle().count(Limit::CODE, &who.actor.account.to_string()).await?;
    let Some(secret) = secret(&who).await? else { return Err(Error::Stale) };
    let step = match second_factor::check(&secret, &form.fields, who.app().now()) {
        Verdict::Fits(step) => step,
        verdict => return form.again(Errors::one("code", told(verdict))).await,
    };
    who.app().throttle().forget(Limit::CODE, &who.actor.account.to_string()).await?;
    let mut tx = who.identity().await?;
    let codes = codes(&who);
    accounts::turn_on(&mut tx, who.actor.account, step, &codes.1).await?;
    note(&mut tx, &who, Action::SecondFactorOn).await?;
    sessions::end_all(&mut tx, who.actor.account, Some(who.session)).await?;
    tx.commit().await?;
    show_codes(&who, &screen, codes.0, true)
}

/// New codes, and what of them is kept.
fn codes(who: &Own) -> (Vec<String>, Vec<String>) {
    let codes = second_factor::new_codes();
    let marks = codes.iter().map(|c| second_factor::mark(who.app().seal(), who.actor.account, c)).collect();
    (codes, marks)
}

/// They are shown this once.
fn show_codes(who: &Own, screen: &Screen, codes: Vec<String>, first: bool) -> Result {
    let view = Codes { slug: who.slug().clone(), rights: who.actor.rights, email: who.email.clone(), codes, first };
    Ok(screen.show(who, &view))
}

/// Beside a code that does not fit.
pub(super) fn told(verdict: Verdict) -> String {
    match verdict {
        Verdict::ClockOff(seconds) => format!(
            "This code is from a clock that is {} seconds {}. Let your phone set its time by itself, and take the next code.",
            seconds.abs(),
            if seconds < 0 { "behind" } else { "ahead" }
        ),
        _ => "This code does not fit. Codes change every 30 seconds: take the one that is shown now.".into(),
    }
}

async fn turn_off(who: Own, screen: Screen, Confirmed(typed): Confirmed<Proof>) -> Result {
    let mut tx = who.identity().await?;
    let demanded = accounts::demanded_by(&mut tx, who.actor.account).await?;
    drop(tx);
    if !demanded.is_empty() {
        let words = format!("Everybody needs a second factor at {}.", demanded.join(", "));
        return page(&who, &screen, AGAIN, refused(Section::SecondFactor, "proof", words, "")).await;
    }
    if !proves(&who, &typed.proof).await? {
        return page(&who, &screen, AGAIN, refused(Section::SecondFactor, "proof", NOT_YOURS, "")).await;
    }
    let mut tx = who.identity().await?;
    accounts::turn_off(&mut tx, who.actor.account).await?;
    note(&mut tx, &who, Action::SecondFactorOff).await?;
    tx.commit().await?;
    screen.done(paths::security(who.slug()), Toast::good("Your second factor is off.")).await
}

async fn renew(who: Own, screen: Screen, Confirmed(typed): Confirmed<Proof>) -> Result {
    if !proves(&who, &typed.proof).await? {
        return page(&who, &screen, AGAIN, refused(Section::SecondFactor, "proof", NOT_YOURS, "")).await;
    }
    let mut tx = who.identity().await?;
    if !accounts::has_second_factor(&mut tx, who.actor.account).await? {
        return Err(Error::Stale);
    }
    let codes = codes(&who);
    accounts::renew_codes(&mut tx, who.actor.account, &codes.1).await?;
    note(&mut tx, &who, Action::RecoveryCodesRenewed).await?;
    tx.commit().await?;
    show_codes(&who, &screen, codes.0, false)
}

// ── sessions ─────────────────────────────────────────────────────────────────────────────────────────────────────

async fn end(who: Own, screen: Screen, Record(id): Record<SessionId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.identity().await?;
    if !sessions::end(&mut tx, who.actor.account, id).await? {
        return Err(Error::NotFound);
    }
    note(&mut tx, &who, Action::SessionsEnded).await?;
    tx.commit().await?;
    screen.done(paths::security(who.slug()), Toast::good("That device is signed out.")).await
}

async fn end_others(who: Own, screen: Screen, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.identity().await?;
    let ended = sessions::end_all(&mut tx, who.actor.account, Some(who.session)).await?;
    note(&mut tx, &who, Action::SessionsEnded).await?;
    tx.commit().await?;
    let toast = match ended {
        0 => "You are signed in here alone.".to_owned(),
        1 => "1 other device is signed out.".to_owned(),
        n => format!("{n} other devices are signed out."),
    };
    screen.done(paths::security(who.slug()), Toast::good(toast)).await
}
