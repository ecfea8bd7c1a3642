//! How those who asked found it: the page behind the links of their mail, and the report.

use crate::{
    web::{Allowed, Confirmed, Error, Public, Query, Result, Routes, Screen, access::App},
    workspace::activity::moment,
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{StatusCode, request::Parts},
};
use domain::{
    Errors, TenantId, TicketId,
    access::{CustomersRead, Scope, TicketsRead},
    paths,
    support::{ratings::Draft, reports::By},
};
use serde::Deserialize;
use store::support::ratings;
use views::support::ratings::{Ask, Satisfaction};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::TICKET_RATING, ask).post(paths::TICKET_RATING, answer).get(paths::SATISFACTION, report)
}

/// In whose name the database is asked.
const WHO: &str = "ticket_rating";

/// Whoever has the link of such a mail.
struct Rater {
    tenant: TenantId,
    ticket: TicketId,
    token: String,
}

impl FromRequestParts<App> for Rater {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let wrong = if parts.method.is_safe() { Error::NotFound } else { Error::Forged };
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let token = params.iter().find(|(name, _)| *name == "token").map_or("", |(_, v)| v).to_owned();
        let (tenant, ticket) = jobs::mail::ticket_rating::read(app.seal(), &token).ok_or(wrong)?;
        Ok(Self { tenant, ticket, token })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Chosen {
    score: String,
}

/// Looking at the link answers nothing: mail scanners look at every one.
async fn ask(who: Public, screen: Screen, it: Rater, Query(chosen): Query<Chosen>) -> Result {
    let draft = Draft { score: chosen.score, ..Draft::default() };
    page(&who, &screen, it, draft, Errors::default()).await
}

async fn page(who: &Public, screen: &Screen, it: Rater, mut draft: Draft, errors: Errors) -> Result {
    let (mut tx, workspace) = who.begin_sealed(it.tenant, WHO).await?;
    let (number, subject, rating) = ratings::asked(&mut tx, it.ticket).await?;
    if let (Some((score, _)), true) = (rating.answer, draft.score.is_empty()) {
        draft.score = score.to_string();
        draft.comment = rating.comment.clone().unwrap_or_default();
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let csrf = screen.csrf().to_owned();
    let answered = rating.answer.map(|(score, _)| score);
    let (company, accent, slug) = (workspace.name, workspace.accent, workspace.slug);
    let view = Ask { token: it.token, csrf, company, accent, slug, number, subject, answered, draft, errors };
    Ok(screen.show_public_as(status, &view))
}

async fn answer(who: Public, screen: Screen, it: Rater, Confirmed(draft): Confirmed<Draft>) -> Result {
    let (score, comment) = match draft.read() {
        Ok(said) => said,
        Err(errors) => return page(&who, &screen, it, draft, errors).await,
    };
    let (mut tx, _) = who.begin_sealed(it.tenant, WHO).await?;
    ratings::answer(&mut tx, it.ticket, score, comment.as_deref()).await?;
    tx.commit().await?;
    Ok(screen.go(paths::ticket_rating(&it.token)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    by: String,
}

async fn report(who: Allowed<TicketsRead>, screen: Screen, Query(wanted): Query<Wanted>) -> Result {
    let mut tx = who.begin().await?;
    let since = super::reports::since(&tx);
    // Whose name may be told to whoever sees all customers.
    let by = By::parse_of_ratings(&wanted.by);
    let by = if by == By::Customer && tx.scope::<CustomersRead>() != Some(Scope::All) { By::default() } else { by };
    let report = ratings::report(&mut tx, by, since).await?;
    Ok(screen.show(&who, &Satisfaction { slug: who.slug().clone(), report, moment: moment(&who) }))
}
