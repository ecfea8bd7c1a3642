//! Job payloads. Their names and fields outlive a deploy: add, never rename.

use crate::{
    AccountId, ArchivalId, BulkId, CaptureId, ImportId, InboundId, InboxId, InvitationId, LeadScoringId, MailId,
    MemberId, MessageId, RunId, TenantId, TicketId, WorkflowId, events::Event,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// Queues by kind, each with its own concurrency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    Events,
    Mail,
    /// Runs of workflows, a step at a time.
    Automation,
    /// Calls to other systems, which may take their time.
    Outside,
    /// Files that come in or go out, and whatever else goes through thousands of records.
    Imports,
    Schedules,
    /// What is computed from records: scores, snapshots, statistics.
    Insight,
}

impl Queue {
    pub const ALL: [Self; 7] =
        [Self::Events, Self::Mail, Self::Automation, Self::Outside, Self::Imports, Self::Schedules, Self::Insight];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Mail => "mail",
            Self::Automation => "automation",
            Self::Outside => "outside",
            Self::Imports => "imports",
            Self::Schedules => "schedules",
            Self::Insight => "insight",
        }
    }
}

/// Which of a workspace's own jobs go first, within one queue. Between workspaces turns decide, and no hurry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Somebody waits for it: a link to sign in with, "send me one now".
    Urgent,
    Normal,
    /// One of very many that were asked for at once.
    Bulk,
}

impl Priority {
    /// As it stands in the outbox; the lesser goes first.
    pub const fn rank(self) -> i16 {
        self as i16
    }
}

/// Work for later, in one workspace. Twice the same key is once.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    const NAME: &'static str;
    const QUEUE: Queue;
    /// What most jobs of this kind are; [`priority`](Self::priority) may say otherwise of a single one.
    const PRIORITY: Priority = Priority::Normal;
    fn priority(&self) -> Priority {
        Self::PRIORITY
    }
    fn tenant(&self) -> TenantId;
    /// What makes this job the same as another one of its name and tenant.
    fn key(&self) -> String;
}

macro_rules! jobs {
    ($($(#[$doc:meta])* $name:ident ($label:literal, $queue:ident $(, $priority:ident)?) { $($(#[$attribute:meta])* $field:ident: $type:ty),* } key $key:expr;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Serialize, Deserialize)]
            pub struct $name { pub tenant: TenantId, $($(#[$attribute])* pub $field: $type),* }
            impl Job for $name {
                const NAME: &'static str = $label;
                const QUEUE: Queue = Queue::$queue;
                $(const PRIORITY: Priority = Priority::$priority;)?
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
    SendVerification("send_verification", Mail, Urgent) { id: MailId, account: AccountId } key |j| j.id.to_string();
    SendPasswordReset("send_password_reset", Mail, Urgent) { id: MailId, account: AccountId } key |j| j.id.to_string();
    /// Asks the owner of an address to prove it; `id` is the link's as well.
    SendEmailChange("send_email_change", Mail, Urgent) { id: MailId, account: AccountId, email: String } key |j| j.id.to_string();
    /// Tells the address that somebody had.
    SendEmailChanged("send_email_changed", Mail) { id: MailId, account: AccountId, old: String, new: String } key |j| j.id.to_string();
    /// Asks whoever sent a form whether it was them.
    SendFormConfirmation("send_form_confirmation", Mail, Urgent) { id: MailId, capture: CaptureId } key |j| j.id.to_string();
    /// Brings a link into the portal to whoever has this address, if anybody has.
    SendPortalLink("send_portal_link", Mail, Urgent) { id: MailId, email: String } key |j| j.id.to_string();
    /// Counts what leads score: all that are open, where somebody has asked for it, or those whose points have worn off.
    ScoreLeads("score_leads", Insight) { scoring: Option<LeadScoringId>, at: chrono::DateTime<chrono::Utc> } key |j| j.scoring.map_or_else(|| j.at.timestamp().to_string(), |s| s.to_string());
    /// Writes down what deals are on each Monday, of this week and of those that nobody ran for.
    TakeSnapshots("take_snapshots", Insight) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Gives leads that nobody has to whom the rules say.
    AssignLeads("assign_leads", Automation) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp_micros().to_string();
    /// Brings the customer what was answered in a ticket.
    SendTicketReply("send_ticket_reply", Mail) { id: MailId, message: MessageId } key |j| j.id.to_string();
    /// Asks whoever had a ticket how they found it; `id` is the ticket's own, so that it is once.
    AskRating("ask_rating", Mail) { id: MailId, ticket: TicketId } key |j| j.ticket.to_string();
    /// Looks at a ticket's clocks at the moment at which one of them is to be told of.
    TendClocks("tend_clocks", Schedules) { ticket: TicketId, at: chrono::DateTime<chrono::Utc> } key |j| format!("{}/{}", j.ticket, j.at.timestamp_micros());
    /// Looks at all clocks that are due, should one of the former have got lost.
    SweepClocks("sweep_clocks", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Brings back tickets that were put off until now.
    WakeTickets("wake_tickets", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Reads what a CV says, for the search.
    ReadCv("read_cv", Imports) { candidate: crate::CandidateId, file: crate::FileId } key |j| j.file.to_string();
    /// Tells whoever has applied that it came in, or that it had before.
    SendApplication("send_application", Mail) { id: MailId, application: crate::ApplicationId, again: bool } key |j| j.id.to_string();
    /// Tells somebody that they were turned down; `at`: when that was meant to go out, which tells one decision from the next.
    SendRejection("send_rejection", Mail) { id: MailId, application: crate::ApplicationId, at: chrono::DateTime<chrono::Utc> } key |j| format!("{}/{}", j.application, j.at.timestamp_micros());
    /// Closes jobs whose last day is over, where the workspace is.
    ClosePostings("close_postings", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Has all mailboxes looked into whose time has come.
    PollInboxes("poll_inboxes", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Takes in what has come into a mailbox.
    PollInbox("poll_inbox", Outside) { inbox: InboxId, at: chrono::DateTime<chrono::Utc> } key |j| format!("{}/{}", j.inbox, j.at.timestamp_micros());
    SendInvitation("send_invitation", Mail) { id: MailId, invitation: InvitationId } key |j| j.id.to_string();
    /// Tells the person who started an import how it ended.
    SendImportReport("send_import_report", Mail) { id: MailId, import: ImportId } key |j| j.id.to_string();
    /// Notes that a message came back. `hard`: its address will never take one. `complaint`: somebody called it spam.
    TakeBack("take_back", Mail) { mail: MailId, hard: bool, complaint: bool, answer: String } key |j| format!("{}/{}", j.mail, if j.complaint { "complaint" } else { "bounce" });
    /// Looks at a message that came in; `turn` tells one look from the next.
    TakeMail("take_mail", Mail) { mail: InboundId, turn: i32 } key |j| format!("{}/{}", j.mail, j.turn);
    RunImport("run_import", Imports) { import: ImportId } key |j| j.import.to_string();
    /// `request` tells one try to undo from the next: one that was given up may be asked for again.
    UndoImport("undo_import", Imports) { import: ImportId, request: uuid::Uuid } key |j| j.request.to_string();
    /// Archives all that a question finds, or brings them back. `request` tells one from the other.
    RunArchival("run_archival", Imports) { archival: ArchivalId, request: uuid::Uuid } key |j| j.request.to_string();
    /// Changes a field of many records, or gives them back what they had. `request` tells one from the other.
    RunBulk("run_bulk", Imports) { change: BulkId, request: uuid::Uuid } key |j| j.request.to_string();
    /// Mails a member the notices that wait for it: those of a few minutes, which end at `until`.
    SendNotifications("send_notifications", Mail) { id: MailId, member: MemberId, until: chrono::DateTime<chrono::Utc> } key |j| format!("{}/{}", j.member, j.until.timestamp());
    /// Tells those whose tasks are due today, and who have their morning.
    RemindOfTasks("remind_of_tasks", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Tells of tasks, calls and meetings whose reminder has come.
    Remind("remind", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Has planned changes of job and pay take effect whose day has come.
    TakeEffect("take_effect", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Writes what has come due into the ledgers of leave: what accrues, what is over, what is carried over.
    SettleLeave("settle_leave", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Has leave that stands follow what has changed of these people, or of whoever it is; `id` tells one from the next.
    RefitLeave("refit_leave", Schedules) { id: uuid::Uuid, people: Vec<crate::EmployeeId> } key |j| j.id.to_string();
    /// Asks somebody else about requests for leave whose approver does not answer, is away or is gone.
    RerouteLeave("reroute_leave", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp_micros().to_string();
    /// Tells of documents that run out and of what is due, in workspaces that have any such day.
    RemindOfDocuments("remind_of_documents", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Tells managers of probations that end soon.
    RemindOfProbations("remind_of_probations", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// Ends the access of whoever has left, and begins and moves checklists that follow from people's dates.
    TendDepartures("tend_departures", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp_micros().to_string();
    /// Looks whose digest is due in a workspace.
    PlanDigests("plan_digests", Schedules) { at: chrono::DateTime<chrono::Utc> } key |j| j.at.timestamp().to_string();
    /// A member's digest of a day; `asked` tells one that they have asked for from the day's own; `since`: the day of the
    /// one before.
    SendDigest("send_digest", Mail) { id: MailId, member: MemberId, day: crate::Day, asked: bool, since: Option<crate::Day> } key |j| if j.asked { j.id.to_string() } else { format!("{}/{}", j.member, j.day) };
    /// Has a run of a workflow go on; `turn` tells one telling from the next.
    AdvanceRun("advance_run", Automation) { run: RunId, turn: i32 } key |j| format!("{}/{}", j.run, j.turn);
    /// Has all runs that are open look how things stand, some at a time: those behind `after` in the order of their ids.
    /// `at`: when automation went on.
    ResumeRuns("resume_runs", Automation) { at: chrono::DateTime<chrono::Utc>, after: RunId } key |j| format!("{}/{}", j.at.timestamp_micros(), j.after);
    /// Posts what a step has to an address outside.
    CallWebhook("call_webhook", Outside) { run: RunId, round: i32, step: String, url: String, body: serde_json::Value } key |j| format!("{}/{}/{}", j.run, j.round, j.step);
    /// What somebody posted to a workflow’s address. `depth`: how far down a chain of workflows it comes from.
    TakeHook("take_hook", Automation) { hook: uuid::Uuid, payload: serde_json::Value, key: String, #[serde(default)] depth: i16 } key |j| format!("{}/{}", j.hook, j.key);
    /// The mail of a step.
    SendWorkflowMail("send_workflow_mail", Mail) { id: MailId, run: RunId, to: String, name: String, member: Option<MemberId>, subject: String, body: String } key |j| j.id.to_string();
    /// Removes a workflow whose many runs would keep somebody waiting. `by`: whose doing it is.
    RemoveWorkflow("remove_workflow", Automation) { workflow: WorkflowId, by: MemberId, at: chrono::DateTime<chrono::Utc> } key |j| format!("{}/{}", j.workflow, j.at.timestamp_micros());
    /// Looks for dates that have come, schedules that are due, and runs that are stuck.
    TickAutomation("tick_automation", Schedules) { tick: chrono::DateTime<chrono::Utc> } key |j| j.tick.timestamp().to_string();
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
