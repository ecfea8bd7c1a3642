//! Members of a workspace, and those invited to become one.

use crate::{Email, Errors, InvitationId, MemberId, access::Role, draft};
use chrono::{DateTime, Duration, Utc};

/// How long an invitation stands.
pub const INVITATION_LIFE: Duration = Duration::days(7);

draft! {
    /// The invitation form.
    Invite { email, role }
}

draft! {
    /// What someone without an account fills in to accept.
    Accept { name, password }
}

pub struct InviteFields {
    pub email: Email,
    pub role: Role,
}

impl Invite {
    /// Whether whoever invites may give the role, the workspace says.
    pub fn parse(&self) -> Result<InviteFields, Errors> {
        let mut e = Errors::default();
        let email = e.take("email", Email::parse(&self.email));
        let role = Role::parse(&self.role);
        let role = e.take("role", role.ok_or("Choose a role."));
        match (email, role) {
            (Some(email), Some(role)) => e.or(InviteFields { email, role }),
            _ => Err(e),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Member {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub role_name: String,
    pub verified: bool,
    pub joined_at: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    pub role_name: String,
    pub invited_by: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}
