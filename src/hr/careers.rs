//! The careers site's settings, and the workspace's logo for anybody. What anybody reads is in [`public`].

pub(crate) mod apply;
mod public;
mod status;

use crate::{
    support::settings::settle,
    web::{Allowed, Confirmed, Result, Routes, Screen, Toast},
};
use axum::http::StatusCode;
use domain::{
    Errors,
    access::RecruitingSettings,
    hr::careers::{Draft, Typed},
    paths,
};
use serde::Deserialize;
use store::hr::{careers, employees};
use views::hr::careers::{Notices, Setting};

pub fn routes(r: Routes) -> Routes {
    let r = public::routes(r);
    let r = apply::routes(r);
    let r = status::routes(r);
    r.get(paths::CAREER_SETTINGS, show)
        .post(paths::CAREER_SETTINGS, change)
        .get(paths::CAREER_NOTICES, notices)
        .post(paths::CAREER_NOTICES, set_notices)
}

type Setter = Allowed<RecruitingSettings>;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Sent {
    #[serde(flatten)]
    draft: Draft,
    #[serde(rename = "_version")]
    version: String,
}

async fn page(who: &Setter, screen: &Screen, typed: Option<Sent>, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let now = careers::settings(&mut tx).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = Setting {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        errors,
        version: now.version,
        draft: typed.map_or_else(|| now.draft(), |t| t.draft),
        open: now.open,
        address: format!("{}{}", who.app().config().public_url, paths::careers(who.slug())),
        notices: careers::notices(&mut tx).await?,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn show(who: Setter, screen: Screen) -> Result {
    page(&who, &screen, None, Errors::default()).await
}

async fn change(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Sent>) -> Result {
    let mut tx = who.begin().await?;
    let done = match typed.draft.read() {
        Ok(settings) => careers::change(&mut tx, typed.version.parse().unwrap_or_default(), &settings).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => page(&who, &screen, Some(typed), errors).await,
        None => screen.done(paths::career_settings(who.slug()), Toast::good("The careers site is saved.")).await,
    }
}

async fn promises(who: &Setter, screen: &Screen, typed: Option<Typed>, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let typed = match typed {
        Some(typed) => typed,
        None => Typed::of(&careers::notices(&mut tx).await?),
    };
    let view = Notices {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        errors,
        typed,
        locations: employees::places(&mut tx, "location").await?,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn notices(who: Setter, screen: Screen) -> Result {
    promises(&who, &screen, None, Errors::default()).await
}

async fn set_notices(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let done = match typed.read() {
        Ok(notices) => careers::set_notices(&mut tx, &notices).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => promises(&who, &screen, Some(typed), errors).await,
        None => screen.done(paths::career_settings(who.slug()), Toast::good("The promises are saved.")).await,
    }
}
