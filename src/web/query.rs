//! The query string as a noun's filter. One that cannot be read is as good as none: an old link shows a list, not an
//! error. What leaves the house or changes many records asks for [`Strictly`].

use crate::web::{Error, access::App, selection::unclear};
use axum::{extract::FromRequestParts, http::request::Parts};
use serde::{Serialize, de::DeserializeOwned};

pub struct Query<F>(pub F);

impl<F: DeserializeOwned + Default> FromRequestParts<App> for Query<F> {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(read(parts.uri.query().unwrap_or_default())))
    }
}

/// A question that is understood to the letter; of any other nobody could say whom it means.
pub struct Strictly<F>(pub F);

impl<F: DeserializeOwned + Serialize> FromRequestParts<App> for Strictly<F> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        strictly(parts.uri.query().unwrap_or_default()).map(Self).ok_or_else(unclear)
    }
}

/// As [`read`], for what must be understood to the letter: all of the question is, or there is none.
pub fn strictly<F: DeserializeOwned + Serialize>(query: &str) -> Option<F> {
    let pairs = |query: &str| {
        let mut pairs: Vec<(String, String)> = serde_html_form::from_str(query).ok()?;
        pairs.retain(|(_, value)| !value.is_empty());
        pairs.sort();
        Some(pairs)
    };
    let asked = pairs(query)?;
    let filter: F = serde_html_form::from_str(&serde_html_form::to_string(&asked).ok()?).ok()?;
    (pairs(&serde_html_form::to_string(&filter).ok()?)? == asked).then_some(filter)
}

/// An empty select sends `department=`; it asks for nothing.
pub fn read<F: DeserializeOwned + Default>(query: &str) -> F {
    let asked: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.ends_with('=')).collect();
    serde_html_form::from_str(&asked.join("&")).unwrap_or_default()
}
