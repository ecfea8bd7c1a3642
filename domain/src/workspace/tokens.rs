//! Personal API tokens.

use crate::{Errors, draft};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

#[derive(Debug, Clone)]
pub struct Token {
    pub id: Uuid,
    pub name: String,
    pub read_only: bool,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

draft! {
    /// A new token.
    Draft { name, expires, read_only }
}

/// After how many days a token ends, and how that is called; 0: never.
pub const LIVES: [(i64, &str); 4] = [(30, "30 days"), (90, "90 days"), (365, "1 year"), (0, "Never")];

pub struct Fields {
    pub name: String,
    pub life: Option<Duration>,
    pub read_only: bool,
}

impl Draft {
    pub fn parse(&self) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let days = self.expires.trim().parse().ok().filter(|d| LIVES.iter().any(|(l, _)| l == d));
        let days = e.take("expires", days.ok_or("Choose one of them.")).unwrap_or_default();
        let life = (days > 0).then(|| Duration::days(days));
        e.or(Fields { name, life, read_only: !self.read_only.is_empty() })
    }
}
