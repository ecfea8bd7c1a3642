//! A company signs up: workspace, account and first member at once.

use crate::{
    web::{
        App, Error, FormPage, Public, Query, Result, Routes, Screen, Sheet, SignedIn, Valid,
        password::guessable,
        session::{self, Arrival},
        throttle::Limit,
    },
    workspace::sessions,
};
use domain::{
    Errors, Slug, TenantId, paths,
    workspace::signup::{Another, Company, Draft, Fields},
};
use tower_sessions::Session;
use views::workspace::signup::{NewWorkspace, SignUp, SlugAnswer};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SIGNUP, new)
        .post(paths::SIGNUP, add)
        .get(paths::SIGNUP_SLUG, slug)
        .get(paths::NEW_WORKSPACE, another)
        .post(paths::NEW_WORKSPACE, add_another)
}

struct Form;

impl FormPage for Form {
    type Guard = Public;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Public, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse(guessable(&draft.password, &[&draft.company, &draft.name, &draft.email]))
    }

    async fn page(who: &Public, sheet: Sheet<Draft>) -> Result {
        let host = host(who.app());
        let (csrf, once) = (sheet.screen.csrf().to_owned(), sheet.once.to_string());
        Ok(sheet
            .screen
            .show_public_as(sheet.status, &SignUp { csrf, once, host, draft: sheet.draft, errors: sheet.errors }))
    }
}

/// Where workspaces are, for the field of their address.
fn host(app: &App) -> String {
    let url = &app.config().public_url;
    url.split_once("://").map_or(url.as_str(), |(_, host)| host).to_owned()
}

async fn new(who: Public, screen: Screen) -> Result {
    let blank = Sheet::blank(screen, who.app());
    Form::page(&who, blank).await
}

async fn add(
    who: Public,
    screen: Screen,
    axum::Extension(session): axum::Extension<Session>,
    form: Valid<Form>,
) -> Result {
    let app = who.app();
    app.throttle().count(Limit::SIGN_UP, &who.address).await?;
    let hash = app.passwords().hash(&form.fields.password).await?;
    let mut tx = who.identity().await?;
    let done = store::identity::sign_up(&mut tx, TenantId(form.once), &form.fields, &hash).await;
    if done.as_ref().is_err_and(store::Error::is_duplicate_id) {
        // The button was pressed twice and the first one made it: sign in with what was typed.
        drop(tx);
        // It is a sign-in now, and is slowed down as one.
        app.throttle().count(Limit::SIGN_IN_ADDRESS, &who.address).await?;
        app.throttle().count(Limit::SIGN_IN_ACCOUNT, form.fields.email.as_str()).await?;
        return match sessions::check(&who, form.fields.email.as_str(), &form.fields.password).await? {
            Some(account) => {
                let next = paths::first_steps(&form.fields.company.slug);
                match session::arrive(&session, &who, account, &next, None).await? {
                    Arrival::Code => Ok(screen.go(paths::login_code())),
                    Arrival::In => Ok(screen.go(next)),
                }
            }
            None => Err(Error::Bad("This form was used already. Sign in, or load the page again.".into())),
        };
    }
    let done = match done {
        Ok(account) => tx.commit().await.map(|()| account),
        Err(e) => Err(e),
    };
    let account = form.accept(done).await?;
    // A new account, which asks for no second factor yet.
    session::arrive(&session, &who, account, "/", None).await?;
    Ok(screen.go(paths::first_steps(&form.fields.company.slug)))
}

struct AnotherForm;

impl FormPage for AnotherForm {
    type Guard = SignedIn;
    type Draft = Another;
    type Fields = Company;

    fn parse(_: &SignedIn, draft: &Another) -> Result<Company, Errors> {
        draft.parse()
    }

    async fn page(who: &SignedIn, sheet: Sheet<Another>) -> Result {
        let view = NewWorkspace {
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            host: host(who.app()),
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_signed_in_as(sheet.status, who, &view))
    }
}

async fn another(who: SignedIn, screen: Screen) -> Result {
    let blank = Sheet::blank(screen, who.app());
    AnotherForm::page(&who, blank).await
}

/// Another workspace, of an account that is there.
async fn add_another(who: SignedIn, screen: Screen, form: Valid<AnotherForm>) -> Result {
    who.app().throttle().count(Limit::SIGN_UP, &who.account.to_string()).await?;
    let mut tx = who.identity().await?;
    let made = store::identity::found(&mut tx, TenantId(form.once), who.account, &form.fields).await;
    let twice = made.as_ref().is_err_and(store::Error::is_duplicate_id);
    if !twice {
        let made = match made {
            Ok(()) => tx.commit().await,
            Err(e) => Err(e),
        };
        form.accept(made).await?;
    }
    Ok(screen.go(paths::first_steps(&form.fields.slug)))
}

/// Suggests and checks the slug while it is typed.
async fn slug(who: Public, screen: Screen, Query(draft): Query<Draft>) -> Result {
    let typed =
        if draft.slug.trim().is_empty() { Slug::suggest(&draft.company).ok_or("") } else { Slug::parse(&draft.slug) };
    let answer = match typed {
        Err("") => None,
        Err(why) => Some((false, why.to_owned())),
        Ok(slug) => {
            who.app().throttle().count(Limit::SLUG, &who.address).await?;
            let mut tx = who.identity().await?;
            let free = store::identity::slug_is_free(&mut tx, slug.as_str()).await?;
            let words = if free { format!("/w/{slug} is free.") } else { format!("/w/{slug} is taken.") };
            Some((free, words))
        }
    };
    Ok(screen.show_public(&SlugAnswer(answer)))
}
