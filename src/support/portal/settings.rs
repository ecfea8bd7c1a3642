//! What a workspace opens to its customers.

use crate::web::{Allowed, Confirmed, Result, Routes, Screen, Toast};
use axum::http::StatusCode;
use domain::{Errors, access::TicketsSettings, paths, support::portal::Draft};
use serde::Deserialize;
use store::support::{portal, queues};
use views::support::{portal::Opening, settings::Frame};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PORTAL_SETTINGS, show).post(paths::PORTAL_SETTINGS, change)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    open: String,
    company: String,
    roles: String,
    queues: Vec<String>,
    #[serde(rename = "_version")]
    version: String,
}

impl Typed {
    fn draft(&self) -> Draft {
        Draft { open: self.open.clone(), company: self.company.clone(), roles: self.roles.clone() }
    }
}

type Setter = Allowed<TicketsSettings>;

async fn page(who: &Setter, screen: &Screen, typed: Option<Typed>, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let now = portal::settings(&mut tx).await?;
    let queues = queues::all(&mut tx).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = Frame { slug: who.slug().clone(), rights: who.actor.rights, csrf: screen.csrf().to_owned(), errors };
    let (draft, ticked) = match typed {
        Some(typed) => (typed.draft(), typed.queues),
        None => (now.draft(), now.queues.iter().map(ToString::to_string).collect()),
    };
    let url = &who.app().config().public_url;
    let addresses = [paths::public_help(who.slug()), paths::portal(who.slug())].map(|path| format!("{url}{path}"));
    let view = Opening { frame, version: now.version, draft, queues, ticked, addresses, open: now.open };
    Ok(screen.show_as(status, who, &view))
}

async fn show(who: Setter, screen: Screen) -> Result {
    page(&who, &screen, None, Errors::default()).await
}

async fn change(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let settings = match typed.draft().read(&typed.queues) {
        Ok(settings) => settings,
        Err(errors) => return page(&who, &screen, Some(typed), errors).await,
    };
    let mut tx = who.begin().await?;
    match portal::change(&mut tx, typed.version.parse().unwrap_or_default(), &settings).await {
        Ok(()) => tx.commit().await?,
        Err(store::Error::Stale) => {
            drop(tx);
            let stale = "Somebody else has changed this meanwhile. Save again to have it as it is here.";
            return page(&who, &screen, Some(typed), Errors::one("", stale)).await;
        }
        Err(e) => return Err(e.into()),
    }
    screen.done(paths::portal_settings(who.slug()), Toast::good("Changes saved.")).await
}
