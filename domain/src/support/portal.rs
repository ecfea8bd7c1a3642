//! The customers' own place: what a workspace opens of it.

use crate::{Errors, QueueId, draft};

/// Which tickets a contact sees besides their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Company {
    #[default]
    None,
    /// Whoever has one of these roles at a company: all of its tickets.
    Roles,
    All,
}

impl Company {
    pub const ALL: [Self; 3] = [Self::None, Self::Roles, Self::All];

    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Roles => "roles",
            Self::All => "all",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "Nobody: each sees their own tickets alone",
            Self::Roles => "Contacts with one of these roles at the company",
            Self::All => "Every contact of the company",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    pub version: i32,
    pub open: bool,
    pub company: Company,
    /// In small letters.
    pub roles: Vec<String>,
    /// To choose from; none: all that are in use.
    pub queues: Vec<QueueId>,
}

draft! {
    /// As typed; which queues are ticked stands apart.
    Draft { open, company, roles }
}

/// Roles that may be named.
const ROLES: usize = 20;

impl Settings {
    pub fn draft(&self) -> Draft {
        Draft {
            open: if self.open { "true".into() } else { String::new() },
            company: self.company.key().into(),
            roles: self.roles.join(", "),
        }
    }
}

impl Draft {
    pub fn read(&self, queues: &[String]) -> Result<Settings, Errors> {
        let mut e = Errors::default();
        let company = e.take("company", Company::parse(&self.company).ok_or("Choose who sees a company’s tickets."));
        let roles = e.line("roles", &self.roles, 1_000).unwrap_or_default().to_lowercase();
        let roles: Vec<String> = roles.split(',').map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned).collect();
        if roles.len() > ROLES {
            e.add("roles", format!("Use at most {ROLES} roles."));
        }
        if company == Some(Company::Roles) && roles.is_empty() && e.is_empty() {
            e.add("roles", "Name at least one role, as it stands with a contact at a company.");
        }
        let queues = queues.iter().filter_map(|q| q.parse().ok()).collect();
        let company = company.unwrap_or_default();
        e.or(Settings { version: 0, open: self.open == "true", company, roles, queues })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_a_companys_tickets_is_said() {
        let read = |company: &str, roles: &str| {
            Draft { open: "true".into(), company: company.into(), roles: roles.into() }.read(&["x".into()])
        };
        let settings = read("roles", "Billing, IT lead").expect("settings");
        assert_eq!((settings.open, settings.roles), (true, vec!["billing".to_owned(), "it lead".to_owned()]));
        assert!(read("roles", " ").is_err() && read("some", "").is_err() && read("none", "").is_ok());
    }
}
