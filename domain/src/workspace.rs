//! Workspaces: sign-up, members, and what a company has decided for itself.

pub mod access;
pub mod holidays;
pub mod members;
pub mod places;
pub mod roles;
pub mod security;
pub mod settings;
pub mod signup;
pub mod tokens;

use crate::{Conventions, Currency, DateOrder, Slug, TenantId};
use chrono_tz::Tz;

/// What every page and job needs to know of the workspace it works in.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub id: TenantId,
    pub slug: Slug,
    pub name: String,
    pub zone: Tz,
    pub currency: Currency,
    pub dates: DateOrder,
    /// `#rrggbb`, where the company has chosen one.
    pub accent: Option<String>,
    /// The digest of its logo's picture, where there is one.
    pub logo: Option<String>,
}

impl Workspace {
    pub fn conventions(&self) -> Conventions {
        Conventions { currency: self.currency, dates: self.dates }
    }
}
