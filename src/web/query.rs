//! The query string as a noun's filter. What cannot be read is left at its default: an old link shows a list, not
//! an error.

use crate::web::access::App;
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

pub struct Query<F>(pub F);

impl<F: DeserializeOwned + Default> FromRequestParts<App> for Query<F> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(read(parts.uri.query().unwrap_or_default())))
    }
}

/// An empty select sends `department=`; it asks for nothing.
pub fn read<F: DeserializeOwned + Default>(query: &str) -> F {
    let asked: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.ends_with('=')).collect();
    serde_html_form::from_str(&asked.join("&")).unwrap_or_default()
}
