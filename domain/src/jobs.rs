//! Job payloads. Their names and fields outlive a deploy: add, never rename.

use crate::{AccountId, ArchivalId, ImportId, InvitationId, MailId, MemberId, TenantId, events::Event};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Queues by kind, each with its own concurrency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    Events,
    Mail,
    Imports,
    Schedules,
}

impl Queue {
    pub const ALL: [Self; 4] = [Self::Events, Self::Mail, Self::Imports, Self::Schedules];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Mail => "mail",
            Self::Imports => "imports",
            Self::Schedules => "schedules",
        }
    }
}

/// Work for later, in one workspace. Twice the same key is once.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const NAME: &'static str;
    const QUEUE: Queue;
    fn tenant(&self) -> TenantId;
    /// What makes this job the same as another one of its name and tenant.
    fn key(&self) -> String;
}

macro_rules! jobs {
    ($($(#[$doc:meta])* $name:ident ($label:literal, $queue:ident) { $($field:ident: $type:ty),* } key $key:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Serialize, Deserialize)]
            pub struct $name { pub tenant: TenantId, $(pub $field: $type),* }
            impl Job for $name {
                const NAME: &'static str = $label;
                const QUEUE: Queue = Queue::$queue;
                fn tenant(&self) -> TenantId { self.tenant }
                fn key(&self) -> String { let f: fn(&Self) -> String = $key; f(self) }
            }
        )*
        /// Every job's name, for the test that each has a handler.
        pub const NAMES: &[&str] = &[$($label),*];
    };
}

jobs! {
    /// Tells the listeners of an event. `by`: whose doing it is, where a member did it.
    Announce("announce", Events) { id: uuid::Uuid, event: Event, by: Option<MemberId> } key |j| j.id.to_string();
    /// Asks a new account to prove its address. `id` tells one request from the next.
    SendVerification("send_verification", Mail) { id: MailId, account: AccountId } key |j| j.id.to_string();
    SendPasswordReset("send_password_reset", Mail) { id: MailId, account: AccountId } key |j| j.id.to_string();
    /// Asks the owner of an address to prove it; `id` is the link's as well.
    SendEmailChange("send_email_change", Mail) { id: MailId, account: AccountId, email: String } key |j| j.id.to_string();
    /// Tells the address that somebody had.
    SendEmailChanged("send_email_changed", Mail) { id: MailId, account: AccountId, old: String, new: String } key |j| j.id.to_string();
    SendInvitation("send_invitation", Mail) { id: MailId, invitation: InvitationId } key |j| j.id.to_string();
    /// Tells the person who started an import how it ended.
    SendImportReport("send_import_report", Mail) { id: MailId, import: ImportId } key |j| j.id.to_string();
    RunImport("run_import", Imports) { import: ImportId } key |j| j.import.to_string();
    /// `request` tells one try to undo from the next: one that was given up may be asked for again.
    UndoImport("undo_import", Imports) { import: ImportId, request: uuid::Uuid } key |j| j.request.to_string();
    /// Archives all that a question finds, or brings them back. `request` tells one from the other.
    RunArchival("run_archival", Imports) { archival: ArchivalId, request: uuid::Uuid } key |j| j.request.to_string();
    /// Mails a member the notices that wait for it: those of a few minutes, which end at `until`.
    SendNotifications("send_notifications", Mail) { id: MailId, member: MemberId, until: chrono::DateTime<chrono::Utc> } key |j| format!("{}/{}", j.member, j.until.timestamp());
    /// Looks whose digest is due in a workspace.
    PlanDigests("plan_digests", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// A member's digest of a day; `asked` tells one that they have asked for from the day's own.
    SendDigest("send_digest", Mail) { id: MailId, member: MemberId, day: crate::Day, asked: bool } key |j| if j.asked { j.id.to_string() } else { format!("{}/{}", j.member, j.day) };
    /// Removes uploaded files and one-time links that have had their day.
    SweepWorkspace("sweep_workspace", Schedules) { day: crate::Day } key |j| j.day.to_string();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_survives_its_row() {
        let job =
            SweepWorkspace { tenant: TenantId(uuid::Uuid::nil()), day: crate::Day::new(2026, 1, 2).expect("a day") };
        let json = serde_json::to_string(&job).expect("payloads serialise");
        assert_eq!(json, r#"{"tenant":"00000000-0000-0000-0000-000000000000","day":"2026-01-02"}"#);
    }
}
