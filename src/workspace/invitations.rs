//! Accepting an invitation, with an account or without.

use crate::{
    web::{
        Error, FormPage, Public, Result, Routes, Screen, Sheet, Toast, Token, Valid, password::guessable, session,
        throttle::Limit,
    },
    workspace::sessions,
};
use axum::http::StatusCode;
use domain::{
    Errors, InvitationId, paths,
    workspace::{members::Accept, signup::check_password},
};
use jobs::seal::purpose;
use store::identity::{self, OpenInvitation};
use tower_sessions::Session;
use views::workspace::{members::Accepting, sessions::Note};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::INVITATION, show).post(paths::INVITATION, accept)
}

async fn find(who: &Public, screen: &Screen, token: &str) -> Result<OpenInvitation> {
    let dead = || {
        let note = Note {
            title: "This invitation is no longer valid".into(),
            text: "It was answered or taken back, is older than a week, or whoever invited you has left. Ask for a new one.".into(),
            link: ("Sign in".into(), paths::login()),
        };
        Error::from(screen.show_public_as(StatusCode::NOT_FOUND, &note))
    };
    let id = who.app().seal().open(purpose::INVITATION, token).map(InvitationId).ok_or_else(dead)?;
    let mut tx = who.identity().await?;
    match identity::invitation(&mut tx, id).await {
        Err(store::Error::NotFound) => Err(dead()),
        found => Ok(found?),
    }
}

struct Form;

impl FormPage for Form {
    type Guard = Public;
    type Draft = Accept;
    type Fields = Accept;

    /// What is asked for depends on the invitation; the handler judges it.
    fn parse(_: &Public, draft: &Accept) -> Result<Accept, Errors> {
        Ok(draft.clone())
    }

    async fn page(who: &Public, sheet: Sheet<Accept>) -> Result {
        let path = sheet.screen.path().to_owned();
        let token = path.rsplit('/').next().unwrap_or_default();
        let i = find(who, &sheet.screen, token).await?;
        let view = Accepting {
            csrf: sheet.screen.csrf().to_owned(),
            action: path.clone(),
            company: i.workspace.name,
            invited_by: i.invited_by,
            email: i.email.to_string(),
            role: i.role_name,
            known: i.account.is_some(),
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_public_as(sheet.status, &view))
    }
}

async fn show(who: Public, screen: Screen) -> Result {
    Form::page(&who, Sheet::blank(screen, who.app())).await
}

async fn accept(
    who: Public,
    screen: Screen,
    Token(token): Token,
    axum::Extension(session): axum::Extension<Session>,
    form: Valid<Form>,
) -> Result {
    let app = who.app();
    let invitation = find(&who, &screen, &token).await?;
    let typed = &form.fields;
    let mut name = String::new();
    let (account, hash) = match invitation.account {
        Some(_) => {
            app.throttle().count(Limit::SIGN_IN_ACCOUNT, invitation.email.as_str()).await?;
            app.throttle().count(Limit::SIGN_IN_ADDRESS, &who.address).await?;
            match sessions::check(&who, invitation.email.as_str(), &typed.password).await? {
                Some(account) => {
                    app.throttle().give_back(Limit::SIGN_IN_ADDRESS, &who.address).await?;
                    (Some(account), None)
                }
                None => return form.again(Errors::one("password", "This is not the password of your account.")).await,
            }
        }
        None => {
            let mut errors = Errors::default();
            name = errors.required("name", &typed.name, 100);
            check_password(
                &mut errors,
                &typed.password,
                guessable(&typed.password, &[&typed.name, invitation.email.as_str()]),
            );
            if !errors.is_empty() {
                return form.again(errors).await;
            }
            (None, Some(app.passwords().hash(&typed.password).await?))
        }
    };
    let mut tx = who.identity().await?;
    if let Some(account) = account
        && store::accounts::has_second_factor(&mut tx, account).await?
    {
        drop(tx);
        session::arrive_invited(&session, &who, &invitation, account).await?;
        return Ok(screen.go(paths::login_code()));
    }
    let account = match (account, hash) {
        (Some(account), _) => account,
        (None, hash) => {
            let made = identity::open_account(&mut tx, &invitation.email, &name, &hash.unwrap_or_default(), true).await;
            form.accept(made).await?
        }
    };
    identity::accept(&mut tx, &invitation, account).await?;
    tx.commit().await?;
    let home = paths::home(&invitation.workspace.slug);
    session::arrive(&session, &who, account, &home, None).await?;
    let toast = Toast::good(format!("Welcome to {}.", invitation.workspace.name));
    screen.done(home, toast).await
}
