//! The record of the URL. What is no id is not found, like a record that is not yours.

use crate::web::{access::App, error::Error};
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::ids::Id;
use uuid::Uuid;

/// The `{id}` of the path.
pub struct Record<I>(pub I);

impl<I: Id> FromRequestParts<App> for Record<I> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let id = params.iter().find(|(name, _)| *name == "id").and_then(|(_, v)| v.parse::<Uuid>().ok());
        id.map(|id| Self(I::from(id))).ok_or(Error::NotFound)
    }
}

/// The `{field}` of the path: which one of a record's.
pub struct Field(pub String);

impl FromRequestParts<App> for Field {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let field = params.iter().find(|(name, _)| *name == "field").map(|(_, v)| v.to_owned());
        field.map(Self).ok_or(Error::NotFound)
    }
}

/// The `{token}` of the path: a one-time link.
pub struct Token(pub String);

impl FromRequestParts<App> for Token {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let params = RawPathParams::from_request_parts(parts, app).await.map_err(|_| Error::NotFound)?;
        let token = params.iter().find(|(name, _)| *name == "token").map(|(_, v)| v.to_owned());
        token.map(Self).ok_or(Error::NotFound)
    }
}
