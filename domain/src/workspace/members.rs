//! Members of a workspace, and those invited to become one.

use crate::{
    Email, EmployeeId, Errors, InvitationId, MemberId,
    access::Role,
    draft,
    draft::{Field, FieldClass},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    pub version: i32,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub role_name: String,
    pub verified: bool,
    pub joined_at: DateTime<Utc>,
    pub deactivated_at: Option<DateTime<Utc>>,
    /// The digest of their photo.
    pub photo: Option<String>,
    /// Who they are as an employee: id, number, name.
    pub employee: Option<(EmployeeId, String, String)>,
}

/// Whether an employee signs in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// As this member.
    Member(MemberId),
    /// Not yet: an invitation to the record's address is open until this moment.
    Invited(DateTime<Utc>),
    /// Somebody signs in with the record's address, and nobody has said yet that they are this employee.
    Unlinked(MemberId, String),
    /// The same, who is another employee.
    Another(MemberId, String),
    None,
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

/// A member to choose from a list.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role_name: String,
}

/// Which members are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub role: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// Behind whom: id and name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// An address that the form is to have, from a record.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub invite: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    Deactivated,
}

impl Question {
    pub fn state(&self) -> State {
        if self.state == "deactivated" { State::Deactivated } else { State::Active }
    }

    /// Name and id of the last one on the page before.
    pub fn after(&self) -> Option<(String, Uuid)> {
        let (id, name) = self.after.split_once(':')?;
        Some((name.to_owned(), id.parse().ok()?))
    }
}

/// One page of members.
#[derive(Debug, Clone)]
pub struct Found {
    pub members: Vec<Member>,
    /// No further than a thousand and one.
    pub counted: i64,
    /// What the next page begins behind.
    pub next: Option<String>,
}

draft! {
    /// A member's form: their role, and which employee they are.
    Draft { role, employee, reviewed }
}

/// What of it two people may change at the same time.
pub const FIELDS: &[Field] = &[
    Field { key: "role", label: "Role", class: FieldClass::Directory, aliases: &[], required: true },
    Field { key: "employee", label: "Employee", class: FieldClass::Directory, aliases: &[], required: false },
];

impl Member {
    pub fn draft(&self) -> Draft {
        let employee = self.employee.as_ref().map(|(_, number, name)| format!("{number} · {name}"));
        Draft { role: self.role.value(), employee: employee.unwrap_or_default(), reviewed: String::new() }
    }
}

draft! {
    /// Many addresses at once, pasted from wherever they are.
    InviteMany { emails, role }
}

/// Addresses that one paste may hold.
pub const MOST: usize = 200;

/// The addresses of a pasted text: one a line, or parted by commas or semicolons; `Ada <ada@acme.com>` as well. Each as
/// it stands there, with the address in it, or what is wrong. An address that is there twice is there once.
pub fn addresses(text: &str) -> Vec<(String, Result<Email, String>)> {
    let mut found: Vec<(String, Result<Email, String>)> = vec![];
    // A comma within quotes parts nobody: "Cole, Ben" <ben@acme.com>.
    let mut quoted = false;
    let parts = text.split(|c| {
        quoted ^= c == '"';
        matches!(c, '\n' | '\r') || !quoted && matches!(c, ',' | ';')
    });
    for piece in parts.map(str::trim).filter(|p| !p.is_empty()) {
        let inner = piece.rsplit_once('<').map_or(piece, |(_, rest)| rest.trim_end_matches('>').trim());
        let email = Email::parse(inner).map_err(|e| e.to_string());
        let same = |other: &Result<Email, String>| {
            email.as_ref().is_ok_and(|e| other.as_ref().is_ok_and(|o| o.normal() == e.normal()))
        };
        if !found.iter().any(|(_, other)| same(other)) {
            found.push((piece.to_owned(), email));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_list_is_read_however_it_was_written() {
        let text = "ada@acme.com, \"Cole, Ben\" <ben@acme.com>;\nADA@acme.com\n\nCy <cy@acme.com>\nnot an address";
        let told: Vec<String> =
            addresses(text).into_iter().map(|(piece, e)| e.map_or(piece, |e| e.as_str().to_owned())).collect();
        assert_eq!(told, ["ada@acme.com", "ben@acme.com", "cy@acme.com", "not an address"]);
        assert!(addresses("not an address")[0].1.is_err());
        assert!(addresses(" ,;\n").is_empty());
    }
}
