//! The careers site: no session, no script. What it shows is read once for each of its editions and kept in Redis under that
//! edition, so that a change is seen at once and nothing old is ever shown; without Redis the database is asked each time.

use crate::web::{Error, Public, Query, Result, Routes, Screen, access::App};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    Slug,
    hr::careers::{Filter, Opening, Site},
    paths,
    workspace::Workspace,
};
use fred::{interfaces::KeysInterface, types::Expiration};
use store::{TenantTx, hr::careers, workspace::settings};
use views::hr::careers::{Frame, Gone, Job, List, machine};

/// In whose name the database is asked.
pub(super) const WHO: &str = "careers";
/// Seconds that an edition is kept.
const KEPT: i64 = 3_600;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::BRAND_LOGO, logo)
        .get(paths::CAREERS, list)
        .get(paths::CAREERS_SITEMAP, sitemap)
        .get(paths::CAREERS_RSS, rss)
        .get(paths::CAREERS_JSON, json)
        .get(paths::CAREERS_JOB, show)
}

/// A workspace's site as it is now, where it is open.
pub(super) struct Place {
    pub(super) workspace: Workspace,
    pub(super) site: Site,
    pub(super) tx: TenantTx,
    pub(super) handle: String,
}

impl Place {
    pub(super) async fn of(who: &Public, slug: &Slug, handle: String) -> Result<Self, Error> {
        let (mut tx, workspace) = who.begin(slug, WHO).await?;
        let edition = careers::edition(&mut tx).await?.ok_or(Error::NotFound)?;
        let key = format!("careers:{}:{edition}", workspace.id);
        let site = match kept(who.app(), &key).await {
            Some(site) => site,
            None => {
                let site = careers::site(&mut tx).await?;
                keep(who.app(), &key, &site).await;
                site
            }
        };
        Ok(Self { workspace, site, tx, handle })
    }

    pub(super) fn frame(&self, app: &App) -> Frame {
        Frame {
            slug: self.workspace.slug.clone(),
            company: self.workspace.name.clone(),
            accent: self.workspace.accent.clone(),
            logo: self.workspace.logo.clone(),
            origin: app.config().public_url.clone(),
        }
    }

    fn open(&self) -> Vec<Opening> {
        self.site.open(self.tx.today()).cloned().collect()
    }
}

async fn kept(app: &App, key: &str) -> Option<Site> {
    match app.redis().get::<Option<String>, _>(key).await {
        Ok(text) => serde_json::from_str(&text?).ok(),
        Err(error) => {
            tracing::debug!(%error, "an edition of a careers site could not be looked up");
            None
        }
    }
}

async fn keep(app: &App, key: &str, site: &Site) {
    let text = serde_json::to_string(site).unwrap_or_default();
    if let Err(error) = app.redis().set::<(), _, _>(key, text, Some(Expiration::EX(KEPT)), None, false).await {
        tracing::debug!(%error, "an edition of a careers site is not kept");
    }
}

pub(super) struct At(pub(super) Slug, pub(super) String);

impl FromRequestParts<App> for At {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let part = |name: &str| params.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v).to_owned();
        let slug = Slug::parse(&part("slug")).map_err(|_| Error::NotFound)?;
        Ok(Self(slug, part("handle")))
    }
}

/// What these have, each once and in its order.
fn distinct(openings: &[Opening], of: impl Fn(&Opening) -> Option<&String>) -> Vec<String> {
    let mut all: Vec<String> = openings.iter().filter_map(of).cloned().collect();
    all.sort_unstable_by_key(|name| name.to_lowercase());
    all.dedup();
    all
}

async fn list(who: Public, screen: Screen, At(slug, handle): At, Query(filter): Query<Filter>) -> Result {
    let place = Place::of(&who, &slug, handle).await?;
    let all = place.open();
    let view = List {
        frame: place.frame(who.app()),
        intro: place.site.intro.clone(),
        departments: distinct(&all, |o| o.department.as_ref()),
        locations: distinct(&all, |o| o.location.as_ref()),
        any: all.len() > 1,
        openings: all.into_iter().filter(|o| filter.fits(o)).collect(),
        filter,
    };
    let narrows = view.filter.narrows();
    let page = screen.show_public(&view);
    // The same jobs in another choice are no page of anybody's index.
    Ok(if narrows { unlisted(page) } else { page })
}

async fn show(who: Public, screen: Screen, At(slug, handle): At) -> Result {
    let mut place = Place::of(&who, &slug, handle).await?;
    let openings = place.open();
    let frame = place.frame(who.app());
    let Some(opening) = openings.iter().find(|o| o.handle == place.handle).cloned() else {
        let title = careers::was_open(&mut place.tx, &place.handle).await?;
        return Ok(screen.show_public_as(StatusCode::GONE, &Gone { frame, title, openings }));
    };
    let country = settings::country(&mut place.tx).await?;
    let (notice, days) = place.site.promise(opening.location.as_deref());
    let view = Job { frame, notice: notice.map(str::to_owned), days, country, opening };
    Ok(screen.show_public(&view))
}

/// For machines, who may ask again in some minutes.
fn told(kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
    ];
    (headers, text).into_response()
}

async fn sitemap(who: Public, At(slug, handle): At) -> Result {
    let place = Place::of(&who, &slug, handle).await?;
    Ok(told("application/xml; charset=utf-8", machine::sitemap(&place.frame(who.app()), &place.open())))
}

async fn rss(who: Public, At(slug, handle): At) -> Result {
    let place = Place::of(&who, &slug, handle).await?;
    Ok(told("application/rss+xml; charset=utf-8", machine::rss(&place.frame(who.app()), &place.open())))
}

async fn json(who: Public, At(slug, handle): At) -> Result {
    let place = Place::of(&who, &slug, handle).await?;
    let feed = machine::json_feed(&place.frame(who.app()), &place.open());
    Ok(told("application/feed+json; charset=utf-8", feed.to_string()))
}

/// A workspace's logo, for its public pages and for whoever shows a link to them. It was drawn anew when it was brought, and
/// its address changes with it.
async fn logo(who: Public, At(slug, _): At) -> Result {
    let (mut tx, workspace) = who.begin(&slug, WHO).await?;
    if workspace.logo.is_none() {
        return Err(Error::NotFound);
    }
    let (media_type, body) = careers::logo(&mut tx).await?;
    let media_type = if media_type == "image/png" { "image/png" } else { "image/jpeg" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"logo\"")),
    ];
    Ok((headers, body).into_response())
}

pub(super) fn unlisted(mut answer: Response) -> Response {
    answer.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    answer
}
