//! Coming in to the portal and going out: a link by mail, used up by a button and by nothing that merely looks at it.

use super::{
    Place,
    customer::{WHO, unlisted, with_cookie},
    frame,
};
use crate::web::{
    Allowed, Confirmed, Error, Public, Record, Result, Routes, Screen, Toast, access::App, form::Nothing,
    throttle::Limit,
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{StatusCode, request::Parts},
};
use domain::{ContactId, Email, MailId, TenantId, access::ContactsWrite, jobs::SendPortalLink, paths};
use serde::Deserialize;
use store::{queue, reach, support::portal};
use views::support::portal::{ComeIn, SignIn, Told};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PORTAL_SIGN_IN, ask)
        .post(paths::PORTAL_SIGN_IN, send)
        .get(paths::PORTAL_LINK, look)
        .post(paths::PORTAL_LINK, come_in)
        .post(paths::PORTAL_SIGN_OUT, leave)
        .post(paths::CONTACT_PORTAL_END, end_all)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    email: String,
}

async fn ask(_: Public, screen: Screen, place: Place) -> Result {
    if place.visitor.is_some() {
        return Ok(screen.go(paths::portal(place.slug())));
    }
    let view = SignIn { frame: frame(&place, &screen), email: String::new(), error: None };
    Ok(unlisted(screen.show_public(&view)))
}

/// The same answer whether anybody has this address or not, and as soon: who has it, a job finds out.
async fn send(_: Public, screen: Screen, place: Place, Confirmed(typed): Confirmed<Typed>) -> Result {
    let email = match Email::parse(typed.email.trim()) {
        Ok(email) => email,
        Err(wrong) => {
            let error = Some(wrong.to_owned());
            let view = SignIn { frame: frame(&place, &screen), email: typed.email, error };
            return Ok(screen.show_public_as(StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
    };
    let throttle = place.app().throttle();
    throttle.count(Limit::PORTAL, place.address()).await?;
    throttle.count(Limit::MAIL, &format!("portal {} {}", place.workspace.id, email.normal())).await?;
    let mut tx = place.begin().await?;
    let job = SendPortalLink { tenant: tx.tenant(), id: tx.id(), email: email.normal() };
    queue::push(&mut tx, &job).await?;
    tx.commit().await?;
    let view = Told {
        frame: frame(&place, &screen),
        title: "Look into your mail".into(),
        text: format!(
            "If {} knows {email}, a link is on its way there. It works for {} minutes, and once.",
            place.workspace.name,
            domain::support::portal::MINUTES
        ),
        back: Some(("Another address".into(), paths::portal_sign_in(place.slug()))),
    };
    Ok(unlisted(screen.show_public(&view)))
}

/// Whoever has the link of such a mail.
struct Linked {
    tenant: TenantId,
    link: MailId,
    token: String,
}

impl FromRequestParts<App> for Linked {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let wrong = if parts.method.is_safe() { Error::NotFound } else { Error::Forged };
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let token = params.iter().find(|(name, _)| *name == "token").map_or("", |(_, v)| v).to_owned();
        let (tenant, link) = jobs::mail::portal_link::read(app.seal(), &token).ok_or(wrong)?;
        Ok(Self { tenant, link, token })
    }
}

async fn look(who: Public, screen: Screen, it: Linked) -> Result {
    let (mut tx, workspace) = who.begin_sealed(it.tenant, WHO).await?;
    let email = portal::waiting(&mut tx, it.link).await?;
    let (csrf, company, slug) = (screen.csrf().to_owned(), workspace.name, workspace.slug);
    let status = if email.is_some() { StatusCode::OK } else { StatusCode::GONE };
    let view = ComeIn { csrf, company, accent: workspace.accent, slug, token: it.token, email };
    Ok(unlisted(screen.show_public_as(status, &view)))
}

async fn come_in(who: Public, screen: Screen, it: Linked, _: Confirmed<Nothing>) -> Result {
    let (mut tx, workspace) = who.begin_sealed(it.tenant, WHO).await?;
    let Some(session) = portal::come_in(&mut tx, it.link).await? else {
        let (csrf, company, slug) = (screen.csrf().to_owned(), workspace.name, workspace.slug);
        let view = ComeIn { csrf, company, accent: workspace.accent, slug, token: it.token, email: None };
        return Ok(unlisted(screen.show_public_as(StatusCode::GONE, &view)));
    };
    tx.commit().await?;
    let answer = screen.go(paths::portal(&workspace.slug));
    with_cookie(answer, who.app(), (it.tenant, &workspace.slug), Some(session))
}

async fn leave(_: Public, screen: Screen, place: Place, _: Confirmed<Nothing>) -> Result {
    if let Some(visitor) = &place.visitor {
        let mut tx = place.begin().await?;
        portal::leave(&mut tx, visitor.session).await?;
        tx.commit().await?;
    }
    let answer = screen.go(paths::portal_sign_in(place.slug()));
    with_cookie(answer, place.app(), (place.workspace.id, place.slug()), None)
}

/// An agent ends all that a contact has open.
async fn end_all(
    who: Allowed<ContactsWrite>,
    screen: Screen,
    Record(id): Record<ContactId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<ContactsWrite>(&mut tx, reach::Kind::Contacts, id.0).await?;
    store::crm::contacts::find(&mut tx, id).await?;
    let ended = portal::end_all(&mut tx, id).await?;
    tx.commit().await?;
    let words = match ended {
        0 => "Nothing was open.".to_owned(),
        1 => "They are signed out.".to_owned(),
        n => format!("They are signed out, at {n} places."),
    };
    screen.done(paths::contact(who.slug(), id), Toast::good(words)).await
}
