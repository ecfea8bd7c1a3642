//! A customer who is signed in to a workspace's portal: by a cookie of its own, which opens nothing else.

use crate::web::{
    Brings, Error, Result,
    access::{App, Public},
    client,
    throttle::Limit,
};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use domain::{PortalSessionId, Slug, TenantId, paths, support::portal::DAYS, workspace::Workspace};
use jobs::seal::purpose;
use std::sync::{Mutex, PoisonError};
use store::{
    TenantTx,
    support::portal::{self, Visitor},
};
use uuid::Uuid;

/// In whose name the database is asked.
pub(super) const WHO: &str = "portal";

/// The workspace of a public address, where it has opened its help and its portal.
pub struct Place {
    pub workspace: Workspace,
    /// Whoever is signed in there.
    pub visitor: Option<Visitor>,
    public: Public,
    /// The transaction in which that was looked up, for a page. What changes something is read first, which may take its time.
    tx: Mutex<Option<TenantTx>>,
}

impl Place {
    pub async fn begin(&self) -> Result<TenantTx, Error> {
        let kept = self.tx.lock().unwrap_or_else(PoisonError::into_inner).take();
        match kept {
            Some(tx) => Ok(tx),
            None => Ok(self.public.begin(&self.workspace.slug, WHO).await?.0),
        }
    }

    pub fn slug(&self) -> &Slug {
        &self.workspace.slug
    }

    pub fn app(&self) -> &App {
        self.public.app()
    }

    pub fn address(&self) -> &str {
        &self.public.address
    }
}

impl FromRequestParts<App> for Place {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let looks = parts.method.is_safe();
        // A form that is not ours hears nothing of what there is.
        let wrong = || if looks { Error::NotFound } else { Error::Forged };
        let public = Public::from_request_parts(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let slug = params.iter().find(|(name, _)| *name == "slug").map_or("", |(_, v)| v);
        let slug = Slug::parse(slug).map_err(|_| wrong())?;
        // A suspended workspace has nothing open.
        let (mut tx, workspace) = match public.begin(&slug, WHO).await {
            Err(Error::Suspended) => return Err(wrong()),
            opened => opened?,
        };
        if !portal::settings(&mut tx).await?.open {
            return Err(wrong());
        }
        let session = client::cookie(&parts.headers, &cookie_name(app, &slug)).and_then(|token| read(app, token));
        let visitor = match session.filter(|(tenant, _)| *tenant == workspace.id) {
            Some((_, session)) => match portal::enter(&mut tx, session).await {
                Ok(visitor) => Some(visitor),
                Err(store::Error::NotFound) => None,
                Err(e) => return Err(e.into()),
            },
            None => None,
        };
        let tx = Mutex::new(Some(tx).filter(|_| parts.method.is_safe()));
        Ok(Self { workspace, visitor, public, tx })
    }
}

/// Somebody who is signed in; whoever is not is asked to.
pub struct Customer {
    pub place: Place,
    pub visitor: Visitor,
}

impl Customer {
    /// Whoever is signed in there; or else the place again.
    pub fn of(place: Place) -> Result<Self, Box<Place>> {
        match place.visitor.clone() {
            Some(visitor) => Ok(Self { place, visitor }),
            None => Err(Box::new(place)),
        }
    }

    pub fn slug(&self) -> &Slug {
        self.place.slug()
    }

    pub async fn begin(&self) -> Result<TenantTx, Error> {
        self.place.begin().await
    }

    /// Counts what they write, so that nobody fills the queues.
    pub async fn counted(&self) -> Result<(), Error> {
        let who = format!("{} {}", self.place.workspace.id, self.visitor.email);
        self.place.app().throttle().count(Limit::PORTAL_WRITES, &who).await
    }
}

impl FromRequestParts<App> for Customer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let place = Place::from_request_parts(parts, app).await?;
        Self::of(place).map_err(|place| Redirect::to(&paths::portal_sign_in(place.slug())).into_response().into())
    }
}

impl Brings for Customer {
    fn app(&self) -> &App {
        self.place.app()
    }

    fn tenant(&self) -> TenantId {
        self.place.workspace.id
    }

    fn begin(&self) -> impl Future<Output = Result<TenantTx, Error>> + Send {
        self.place.begin()
    }
}

/// Each workspace has its own, so that one may be a customer of several.
fn cookie_name(app: &App, slug: &Slug) -> String {
    if app.config().secure() { format!("__Host-portal-{slug}") } else { format!("portal-{slug}") }
}

fn read(app: &App, token: &str) -> Option<(TenantId, PortalSessionId)> {
    let content = app.seal().read(purpose::PORTAL_SESSION, token)?;
    let (tenant, session) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), PortalSessionId(Uuid::from_slice(session).ok()?)))
}

/// The answer, and from now on the session; `None`: no session any more.
pub(super) fn with_cookie(
    mut answer: Response,
    app: &App,
    (tenant, slug): (TenantId, &Slug),
    session: Option<PortalSessionId>,
) -> Result<Response, Error> {
    let (value, age) = match session {
        Some(id) => {
            let content = [&tenant.0.as_bytes()[..], id.0.as_bytes()].concat();
            (app.seal().sign(purpose::PORTAL_SESSION, &content), DAYS * 86_400)
        }
        None => (String::new(), 0),
    };
    let secure = if app.config().secure() { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}", cookie_name(app, slug));
    let cookie = HeaderValue::from_str(&cookie).map_err(|e| Error::Internal(e.to_string()))?;
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(answer)
}

/// An answer that no search engine keeps.
pub(super) fn unlisted(mut answer: Response) -> Response {
    answer.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex, nofollow"));
    answer
}
