//! A forgotten password, and the proof of an address: links that work once.

use crate::web::{
    Allowed, Confirmed, Error, FormPage, Public, Result, Routes, Screen, Sheet, Toast, Token, Valid,
    form::Nothing,
    password::{guessable, strength},
    session::{self, Arrival},
    throttle::Limit,
};
use axum::http::StatusCode;
use domain::{
    AccountId, Email, Errors, LinkId,
    access::HomeRead,
    audit::Action,
    paths,
    workspace::signup::{Forgot, NewPassword, check_password},
};
use jobs::seal::purpose;
use std::time::Duration;
use store::{
    audit,
    identity::{self, Purpose},
};
use tokio::time::{Instant, sleep_until};
use tower_sessions::Session;
use views::workspace::{
    sessions::{Forgot as ForgotView, NewPassword as NewPasswordView, Note, Press},
    strength::Strength,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PASSWORD_RESET, forgot)
        .post(paths::PASSWORD_RESET, ask)
        .get(paths::PASSWORD_RESET_LINK, choose)
        .post(paths::PASSWORD_RESET_LINK, reset)
        .get(paths::VERIFY, verify_ask)
        .post(paths::VERIFY, verify)
        .post(paths::VERIFICATION, verification)
        .post(paths::PASSWORD_STRENGTH, how_strong)
}

/// What stands in a form with a new password.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Typed {
    password: String,
    name: String,
    email: String,
    company: String,
}

/// Tells how strong a password is while it is typed. It is looked at and forgotten.
async fn how_strong(who: Public, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    who.app().throttle().count(Limit::STRENGTH, &who.address).await?;
    let about = [typed.name.as_str(), &typed.email, &typed.company];
    let score = (!typed.password.is_empty()).then(|| strength(&typed.password, &about));
    Ok(screen.show_public(&Strength(score)))
}

struct ForgotForm;

impl FormPage for ForgotForm {
    type Guard = Public;
    type Draft = Forgot;
    type Fields = Email;

    fn parse(_: &Public, draft: &Forgot) -> Result<Email, Errors> {
        Email::parse(&draft.email).map_err(|e| Errors::one("email", e))
    }

    async fn page(_: &Public, sheet: Sheet<Forgot>) -> Result {
        let view = ForgotView {
            csrf: sheet.screen.csrf().to_owned(),
            email: sheet.draft.email,
            errors: sheet.errors,
            sent: false,
        };
        Ok(sheet.screen.show_public_as(sheet.status, &view))
    }
}

async fn forgot(who: Public, screen: Screen) -> Result {
    ForgotForm::page(&who, Sheet::blank(screen, who.app())).await
}

/// When the answer goes out, counted from the question: well after the work is done that only an account makes.
const ANSWERED_AFTER: Duration = Duration::from_millis(300);

/// The same answer, after the same time, whether or not there is such an account.
async fn ask(who: Public, screen: Screen, form: Valid<ForgotForm>) -> Result {
    let answer_at = Instant::now() + ANSWERED_AFTER;
    let email = form.fields.as_str();
    who.app().throttle().count(Limit::MAILS, &who.address).await?;
    who.app().throttle().count(Limit::MAIL, email).await?;
    let mut tx = who.identity().await?;
    identity::ask_reset(&mut tx, email).await?;
    tx.commit().await?;
    sleep_until(answer_at).await;
    let view =
        ForgotView { csrf: screen.csrf().to_owned(), email: email.to_owned(), errors: Errors::default(), sent: true };
    Ok(screen.show_public(&view))
}

/// The link's account, or the page that says why not.
async fn owner(who: &Public, screen: &Screen, token: &str, sealed_for: &str, purpose: Purpose) -> Result<AccountId> {
    let dead = || {
        let (text, link) = match purpose {
            Purpose::PasswordReset => (
                "A link to a new password works once, for an hour. Ask for another one.",
                ("Send me a new link".to_owned(), paths::password_reset()),
            ),
            Purpose::Verification | Purpose::EmailChange => (
                "It is too old, or was not copied whole. Sign in, and send yourself a new one from the top of any page.",
                ("Sign in".to_owned(), paths::workspaces()),
            ),
        };
        let note = Note { title: "This link no longer works".into(), text: text.into(), link };
        Error::from(screen.show_public_as(StatusCode::NOT_FOUND, &note))
    };
    let link = who.app().seal().open(sealed_for, token).map(LinkId).ok_or_else(dead)?;
    let mut tx = who.identity().await?;
    match identity::link_owner(&mut tx, link, purpose).await? {
        Some(account) => Ok(account),
        None if identity::is_proven(&mut tx, link).await? => {
            let text = "This link has done its work. There is nothing left to do.";
            Err(Error::from(screen.show_public(&confirmed(text))))
        }
        None => Err(dead()),
    }
}

/// The end of proving an address.
fn confirmed(text: &str) -> Note {
    Note {
        title: "Your address is confirmed".into(),
        text: text.into(),
        link: ("Go to your workspaces".into(), paths::workspaces()),
    }
}

struct ResetForm;

impl FormPage for ResetForm {
    type Guard = Public;
    type Draft = NewPassword;
    type Fields = String;

    fn parse(_: &Public, draft: &NewPassword) -> Result<String, Errors> {
        let mut errors = Errors::default();
        check_password(&mut errors, &draft.password, guessable(&draft.password, &[]));
        errors.or(draft.password.clone())
    }

    async fn page(_: &Public, sheet: Sheet<NewPassword>) -> Result {
        let action = sheet.screen.path().to_owned();
        let view = NewPasswordView { csrf: sheet.screen.csrf().to_owned(), action, errors: sheet.errors };
        Ok(sheet.screen.show_public_as(sheet.status, &view))
    }
}

async fn choose(who: Public, screen: Screen, Token(token): Token) -> Result {
    owner(&who, &screen, &token, purpose::PASSWORD_RESET, Purpose::PasswordReset).await?;
    ResetForm::page(&who, Sheet::blank(screen, who.app())).await
}

async fn reset(
    who: Public,
    screen: Screen,
    Token(token): Token,
    axum::Extension(session): axum::Extension<Session>,
    form: Valid<ResetForm>,
) -> Result {
    let app = who.app();
    let account = owner(&who, &screen, &token, purpose::PASSWORD_RESET, Purpose::PasswordReset).await?;
    let hash = app.passwords().hash(&form.fields).await?;
    let mut tx = who.identity().await?;
    // Asked again inside the transaction: two clicks at once use it once.
    let link = app.seal().open(purpose::PASSWORD_RESET, &token).map(LinkId).ok_or(Error::NotFound)?;
    identity::link_owner(&mut tx, link, Purpose::PasswordReset).await?.ok_or(Error::NotFound)?;
    identity::set_password(&mut tx, account, &hash, None).await?;
    let address = who.caller.address.map(|a| a.to_string()).unwrap_or_default();
    let nothing = serde_json::json!({});
    audit::note_account(&mut tx, account, &address, true, Action::PasswordChanged, &nothing).await?;
    // Following the mailed link has proven the address as well.
    identity::verify(&mut tx, account).await?;
    tx.commit().await?;
    let place = match session::arrive(&session, &who, account, "/", None).await? {
        Arrival::Code => paths::login_code(),
        Arrival::In => crate::workspace::sessions::first_place(&who, account).await?,
    };
    screen.done(place, Toast::good("Your new password is set. Every other session has ended.")).await
}

async fn verify_ask(who: Public, screen: Screen, Token(token): Token) -> Result {
    owner(&who, &screen, &token, purpose::VERIFICATION, Purpose::Verification).await?;
    Ok(screen.show_public(&Press {
        csrf: screen.csrf().to_owned(),
        title: "Confirm your address".into(),
        text: "One press, and we know where to reach you.".into(),
        action: paths::verify(token),
        button: "Confirm".into(),
    }))
}

async fn verify(who: Public, screen: Screen, Token(token): Token, _: Confirmed<Nothing>) -> Result {
    let account = owner(&who, &screen, &token, purpose::VERIFICATION, Purpose::Verification).await?;
    let mut tx = who.identity().await?;
    identity::verify(&mut tx, account).await?;
    tx.commit().await?;
    Ok(screen.show_public(&confirmed("Thank you. That is all.")))
}

/// Sends the verification mail again.
async fn verification(who: Allowed<HomeRead>, screen: Screen, _: Confirmed<Nothing>) -> Result {
    who.app().throttle().count(Limit::MAIL, &who.email).await?;
    let mut tx = who.begin().await?;
    let job = domain::jobs::SendVerification { tenant: tx.tenant(), id: tx.id(), account: who.actor.account };
    store::queue::push(&mut tx, &job).await?;
    tx.commit().await?;
    screen.done(paths::home(who.slug()), Toast::good(format!("A new link is on its way to {}.", who.email))).await
}
