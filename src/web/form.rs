//! Forms. A handler gets [`Valid`] fields, or it does not run: the form is shown again, with errors beside the
//! fields and what was typed kept.

use crate::web::{
    access::{App, Guard, Unforged},
    csrf,
    error::{Error, Result},
    screen::Screen,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawPathParams, Request},
    http::{StatusCode, request::Parts},
};
use domain::{Errors, ids::Id};
use serde::{Serialize, de::DeserializeOwned};
use store::TenantTx;
use uuid::Uuid;

/// A form: its draft, its rules and its page.
pub trait FormPage: Sized + Send + Sync + 'static {
    /// Who may send it.
    type Guard: Guard + FromRequestParts<App, Rejection = Error> + Send + Sync;
    /// What was typed, all strings.
    type Draft: DeserializeOwned + Clone + Default + Send + Sync;
    /// What it means.
    type Fields: Send + Sync;

    fn parse(guard: &Self::Guard, draft: &Self::Draft) -> Result<Self::Fields, Errors>;

    /// What is wrong as only other records can tell. Asked when the form is refused for whatever reason, so that all
    /// that is wrong is told at once. `own` is the record that it changes, or would make.
    fn check(_: &Self::Guard, _: &Self::Draft, _own: Uuid) -> impl Future<Output = Result<Errors>> + Send {
        async { Ok(Errors::default()) }
    }

    /// The page that holds the form, empty or filled, with errors or without.
    fn page(guard: &Self::Guard, sheet: Sheet<Self::Draft>) -> impl Future<Output = Result> + Send;
}

/// A form as it is to be shown.
pub struct Sheet<D> {
    pub screen: Screen,
    pub status: StatusCode,
    pub draft: D,
    pub errors: Errors,
    /// Drawn with the form and sent back by it: the id of what it makes, so that twice is once.
    pub once: Uuid,
    /// The version of the record that the form was filled from.
    pub version: i32,
    /// What the record was then: its draft as JSON.
    pub was: String,
    /// The record of the URL.
    pub id: Option<Uuid>,
    pub late: Option<Late>,
}

/// Why a form whose answers hold is shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// Someone else was faster: show theirs beside it.
    Stale,
    /// It was sent before with other answers, and made this record then.
    Sent(Uuid),
    /// What it would add may be there already.
    Alike,
}

impl<D: Default> Sheet<D> {
    /// An empty form.
    pub fn blank(screen: Screen, app: &App) -> Self {
        let once = app.id::<domain::MailId>().0;
        Self {
            screen,
            status: StatusCode::OK,
            draft: D::default(),
            errors: Errors::default(),
            once,
            version: 0,
            was: String::new(),
            id: None,
            late: None,
        }
    }

    /// A form filled from a record.
    pub fn filled(screen: Screen, app: &App, id: Uuid, version: i32, draft: D) -> Self
    where
        D: Serialize,
    {
        let was = json(&draft);
        Self { draft, version, was, id: Some(id), ..Self::blank(screen, app) }
    }

    /// The same with words on top where it was sent before with other answers, for pages that show no more of it.
    pub fn told_if_sent(mut self) -> Self {
        if matches!(self.late, Some(Late::Sent(_))) {
            self.errors.add("", "This form was sent before, with other answers. Send it again to add these as well.");
        }
        self
    }

    /// The same with what is wrong with another form of its page, if anything is.
    pub fn with(self, errors: Errors) -> Self {
        let status = if errors.is_empty() { self.status } else { StatusCode::UNPROCESSABLE_ENTITY };
        Self { status, errors, ..self }
    }
}

/// A draft as the form carries it with it.
pub fn json<D: Serialize>(draft: &D) -> String {
    serde_json::to_string(draft).expect("a struct of strings always serialises")
}

/// A form whose fields hold. Refused ones never reach the handler.
pub struct Valid<F: FormPage> {
    pub fields: F::Fields,
    pub draft: F::Draft,
    pub once: Uuid,
    pub version: i32,
    was: String,
    /// The record of the URL.
    pub id: Option<Uuid>,
    app: App,
    guard: F::Guard,
    screen: Screen,
}

impl<F: FormPage> Unforged for Valid<F> {}

impl<F: FormPage> FromRequest<App> for Valid<F> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let guard = F::Guard::from_request_parts(&mut parts, app).await?;
        let screen = Screen::from_request_parts(&mut parts, app).await?;
        let id = path_id(&mut parts, app).await;
        let Sent { draft, meta } = read::<F::Draft>(parts, body, app).await?;
        let once = meta.once.parse().unwrap_or_else(|_| app.id::<domain::MailId>().0);
        let Meta { version, was, .. } = meta;
        match F::parse(&guard, &draft) {
            Ok(fields) => Ok(Self { fields, draft, once, version, was, id, app: app.clone(), guard, screen }),
            Err(mut errors) => {
                errors.merge(F::check(&guard, &draft, id.unwrap_or(once)).await?);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                let sheet = Sheet { screen, status, draft, errors, once, version, was, id, late: None };
                Err(F::page(&guard, sheet).await?.into())
            }
        }
    }
}

impl<F: FormPage> Valid<F> {
    /// Commits what came of it, or shows the form again: 422 with the database's refusal beside its field, 409
    /// when the record had changed, or when the form was sent before with other answers.
    pub async fn settle<T>(&self, tx: TenantTx, done: store::Result<T>) -> Result<T> {
        let done = match done {
            Ok(value) => tx.commit().await.map(|()| value),
            Err(e) => {
                drop(tx);
                Err(e)
            }
        };
        self.accept(done).await
    }

    /// As [`settle`](Self::settle), where the transaction is over already.
    pub async fn accept<T>(&self, done: store::Result<T>) -> Result<T> {
        let sheet = match done {
            Ok(value) => return Ok(value),
            Err(store::Error::Refused(errors)) => return Err(self.again(errors).await?.into()),
            Err(store::Error::Busy) => return Err(self.again(Errors::one("", BUSY)).await?.into()),
            Err(store::Error::Stale) => Sheet { late: Some(Late::Stale), ..self.sheet(StatusCode::CONFLICT) },
            // Sent once more, it is meant: under a new id it makes another one.
            Err(store::Error::Sent) => Sheet {
                late: Some(Late::Sent(self.once)),
                once: self.app.id::<domain::MailId>().0,
                ..self.sheet(StatusCode::CONFLICT)
            },
            Err(e) => return Err(e.into()),
        };
        Err(F::page(&self.guard, sheet).await?.into())
    }

    /// Shows the form again with these errors, and with what else is wrong.
    pub async fn again(&self, mut errors: Errors) -> Result {
        errors.merge(F::check(&self.guard, &self.draft, self.id.unwrap_or(self.once)).await?);
        F::page(&self.guard, Sheet { errors, ..self.sheet(StatusCode::UNPROCESSABLE_ENTITY) }).await
    }

    /// Shows the form again as it is, for whoever thinks better of it.
    pub async fn reopen(&self) -> Result {
        F::page(&self.guard, self.sheet(StatusCode::OK)).await
    }

    /// Shows the form again, with what is like that which it would add: sent once more, it is meant.
    pub async fn alike(&self) -> Result {
        F::page(&self.guard, Sheet { late: Some(Late::Alike), ..self.sheet(StatusCode::CONFLICT) }).await
    }

    /// What the record was when the form was filled, as the form carries it.
    pub fn was(&self) -> &str {
        &self.was
    }

    fn sheet(&self, status: StatusCode) -> Sheet<F::Draft> {
        Sheet {
            screen: self.screen.clone(),
            status,
            draft: self.draft.clone(),
            errors: Errors::default(),
            once: self.once,
            version: self.version,
            was: self.was.clone(),
            id: self.id,
            late: None,
        }
    }
}

/// What is told when somebody else holds what is to be changed.
pub const BUSY: &str = "Somebody else is changing the same just now, perhaps by an import. Try again in a moment.";

/// A small form that needs no page of its own: a button, a menu, a selection.
pub struct Confirmed<T>(pub T);

/// A form of nothing but its token.
#[derive(Debug, serde::Deserialize)]
pub struct Nothing {}

/// A form of nothing but its token and the id that was drawn with it, so that one that is sent twice does once.
#[derive(Debug, serde::Deserialize)]
pub struct Drawn {
    #[serde(default, rename = "_once")]
    once: String,
}

impl Drawn {
    pub fn id<I: Id>(&self, tx: &TenantTx) -> I {
        drawn(&self.once, tx)
    }
}

/// The id that was drawn with a form, or a new one.
pub fn drawn<I: Id>(once: &str, tx: &TenantTx) -> I {
    once.parse::<Uuid>().map_or_else(|_| tx.id(), I::from)
}

impl<T> Unforged for Confirmed<T> {}

impl<T: DeserializeOwned + Send> FromRequest<App> for Confirmed<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        Ok(Self(read::<T>(parts, body, app).await?.draft))
    }
}

struct Sent<D> {
    draft: D,
    meta: Meta,
}

#[derive(serde::Deserialize, Default)]
struct Meta {
    #[serde(default, rename = "_csrf")]
    csrf: Option<String>,
    #[serde(default, rename = "_once")]
    once: String,
    #[serde(default, rename = "_version")]
    version: i32,
    #[serde(default, rename = "_was")]
    was: String,
}

async fn read<D: DeserializeOwned>(parts: Parts, body: axum::body::Body, app: &App) -> Result<Sent<D>, Error> {
    let kept = parts.clone();
    let bytes = Bytes::from_request(Request::from_parts(parts, body), app).await.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        _ => Error::Bad("The form did not arrive whole.".into()),
    })?;
    let meta: Meta =
        serde_html_form::from_bytes(&bytes).map_err(|_| Error::Bad("This is not a form of ours.".into()))?;
    csrf::check(&kept, app, meta.csrf.as_deref())?;
    let draft = serde_html_form::from_bytes(&bytes).map_err(|_| Error::Bad("This is not a form of ours.".into()))?;
    Ok(Sent { draft, meta })
}

/// The id of the record in the URL, if there is one.
async fn path_id(parts: &mut Parts, app: &App) -> Option<Uuid> {
    let params = RawPathParams::from_request_parts(parts, app).await.ok()?;
    params.iter().find(|(name, _)| *name == "id").and_then(|(_, v)| v.parse().ok())
}
