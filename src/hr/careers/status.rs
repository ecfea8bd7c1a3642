//! How an application stands, for whoever holds the link of its mail: the seal says whose it is, and is as good as a password
//! for that and for nothing else.

use super::public::unlisted;
use crate::web::{
    Error, Public, Result, Routes, Screen,
    access::{App, Unforged},
    path::Token,
};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{ApplicationId, TenantId, paths};
use jobs::mail::application;
use store::hr::candidates::{applications, arrivals};
use views::hr::careers::{Frame, apply::Status};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::APPLICATION_STATUS, show)
        .post(paths::APPLICATION_WITHDRAWAL, withdraw)
        .post(paths::APPLICATION_ERASURE, erase)
}

/// Whoever has the link.
struct Applied {
    tenant: TenantId,
    id: ApplicationId,
    token: String,
}

impl Unforged for Applied {}

impl FromRequestParts<App> for Applied {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let wrong = if parts.method.is_safe() { Error::NotFound } else { Error::Forged };
        let Token(token) = Token::from_request_parts(parts, app).await?;
        let (tenant, id) = application::read(app.seal(), &token).ok_or(wrong)?;
        Ok(Self { tenant, id, token })
    }
}

async fn show(who: Public, screen: Screen, it: Applied) -> Result {
    let (mut tx, workspace) = who.begin_sealed(it.tenant, super::public::WHO).await?;
    let application = applications::sealed(&mut tx, it.id).await?;
    let erasure = arrivals::erasure_asked(&mut tx, it.id).await?;
    let view = Status {
        frame: Frame {
            slug: workspace.slug.clone(),
            company: workspace.name.clone(),
            accent: workspace.accent.clone(),
            logo: workspace.logo.clone(),
            origin: who.app().config().public_url.clone(),
        },
        application,
        token: it.token,
        erasure,
        now: tx.now(),
        zone: workspace.zone,
    };
    Ok(unlisted(screen.show_public(&view)))
}

async fn withdraw(who: Public, screen: Screen, it: Applied) -> Result {
    let (mut tx, _) = who.begin_sealed(it.tenant, super::public::WHO).await?;
    arrivals::withdraw(&mut tx, it.id).await?;
    tx.commit().await?;
    Ok(screen.go(paths::application_status(&it.token)))
}

async fn erase(who: Public, screen: Screen, it: Applied) -> Result {
    let (mut tx, _) = who.begin_sealed(it.tenant, super::public::WHO).await?;
    arrivals::ask_erasure(&mut tx, it.id).await?;
    tx.commit().await?;
    Ok(screen.go(paths::application_status(&it.token)))
}
