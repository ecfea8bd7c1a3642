//! On whose behalf a transaction works, and what the door answers.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    EmployeeId, MemberId, TenantId,
    access::{Actor, Rights},
    workspace::Workspace,
};
use std::{fmt, net::IpAddr};

/// On whose behalf a transaction works; the audit trail names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Member(MemberId),
    Job(&'static str),
    System,
    /// Whoever runs the installation, from there: `cli`, `console`.
    Platform(&'static str),
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id) => write!(f, "member:{id}"),
            Self::Job(name) => write!(f, "job:{name}"),
            Self::System => f.write_str("system"),
            Self::Platform(from) => write!(f, "platform:{from}"),
        }
    }
}

/// A place to work at: which workspace, in whose name, and what may be seen and done from it.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    pub tenant: TenantId,
    pub zone: Tz,
    /// In which whoever works is told the time: their own zone, or the workspace's.
    pub told_in: Tz,
    pub who: Who,
    pub rights: Rights,
    /// Their own employee record, from which "own" and "team" are told.
    pub employee: Option<EmployeeId>,
    /// Where they call from, for the audit trail.
    pub address: Option<IpAddr>,
}

impl Desk {
    /// For work of the system's own, which is bound by its workspace and by nothing else.
    pub const fn of_system(tenant: TenantId, zone: Tz, who: Who) -> Self {
        Self { tenant, zone, told_in: zone, who, rights: Rights::ALL, employee: None, address: None }
    }

    /// A member's own.
    pub fn of_member(actor: &Actor, zone: Tz, address: Option<IpAddr>) -> Self {
        let (who, rights) = (Who::Member(actor.member), actor.rights);
        Self { tenant: actor.tenant, zone, told_in: zone, who, rights, employee: actor.employee, address }
    }

    /// The same, told the time in this zone.
    pub const fn told_in(self, zone: Tz) -> Self {
        Self { told_in: zone, ..self }
    }
}

/// What the door answers: the workspace, and who one is in it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub workspace: Workspace,
    /// Their own zone, or the workspace's: in which they are told the time.
    pub zone: Tz,
    pub suspended: bool,
    pub actor: Actor,
    pub email: String,
    /// The digest of their photo, where there is one.
    pub photo: Option<String>,
    pub verified: bool,
    pub preferences: serde_json::Value,
    /// When their rights last changed.
    pub privileges_at: Option<DateTime<Utc>>,
    /// Whether their account asks for a second factor.
    pub second_factor: bool,
    /// Notifications that they have not read, no further than a hundred.
    pub unread: i64,
    /// What the workspace demands of a session.
    pub policy: Policy,
    /// The session that was asked about; `None`: it has been ended, or never was.
    pub session: Option<Seen>,
}

/// What a workspace demands of those who are signed in.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    pub second_factor: bool,
    /// After how long without use a session is over.
    pub idle: chrono::Duration,
    /// After how long any session is over.
    pub longest: chrono::Duration,
}

/// A session as it was last seen.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub since: DateTime<Utc>,
    pub seen: DateTime<Utc>,
}
