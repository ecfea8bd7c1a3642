//! Ids are UUIDv7, one type a noun, so that a customer is never mistaken for an employee.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Any id of ours. New ones come from the transaction (`TenantTx::id`), whose clock is passed in.
pub trait Id: Copy + From<Uuid> + Into<Uuid> + fmt::Display {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Uuid { id.0 } }
        impl fmt::Display for $name { fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) } }
        impl std::str::FromStr for $name { type Err = uuid::Error; fn from_str(s: &str) -> Result<Self, Self::Err> { s.parse().map(Self) } }
        impl Id for $name {}
    )*};
}

ids! {
    /// A workspace: one company's walled-off data.
    TenantId,
    /// A person's sign-in, which may belong to several workspaces.
    AccountId,
    /// One account's place in one workspace.
    MemberId,
    /// A role that a workspace has made for itself.
    RoleId,
    /// A device on which somebody is signed in.
    SessionId,
    /// An invitation that has not been accepted yet.
    InvitationId,
    /// A one-time link sent by mail.
    LinkId,
    EmployeeId,
    /// A row of somebody's job, or of their pay.
    JobRowId,
    PayRowId,
    /// A seat that the company has decided to have.
    PositionId,
    CustomerId,
    /// One uploaded file on its way in.
    ImportId,
    /// One archiving of all that a question finds.
    ArchivalId,
    /// One field of many records changed at once.
    BulkId,
    /// One message on its way out.
    MailId,
    /// An address that gets no more mail.
    SuppressionId,
    /// A member's photo or the workspace's logo: as its owner's.
    PictureId,
    /// A personal API token.
    TokenId,
    /// A holiday calendar.
    CalendarId,
    /// A day of a holiday calendar.
    HolidayId,
    /// A department or a location.
    PlaceId,
    /// Something that one member was told of.
    NotificationId,
    WorkflowId,
    /// One record on its way through a workflow.
    RunId,
    /// One person's answer that a run waits for.
    ApprovalId,
    TaskId,
    /// A call or a meeting.
    ActivityId,
    /// Somebody who takes part in one.
    AttendeeId,
    /// A file that somebody has brought.
    FileId,
    /// A document of an employee, or one that is asked for.
    DocumentId,
    DocumentKindId,
    /// A template that is filled from a record.
    LetterId,
    /// Something to read and to confirm.
    PolicyId,
    /// What somebody wrote beside a record.
    NoteId,
    TagId,
    /// A kind of leave.
    LeaveTypeId,
    LeavePolicyId,
    LeaveRequestId,
    /// One answer that a request waits for.
    LeaveStepId,
    /// Something about leave that HR has put down: a pattern, a blackout, a cover.
    LeaveRuleId,
    /// A calendar that another program reads.
    FeedId,
    /// A checklist as it is kept for the next person.
    ChecklistTemplateId,
    /// One person's.
    ChecklistId,
    ChecklistItemId,
    /// What a leaver has handed over at once.
    HandoverId,
    /// A piece of equipment.
    AssetId,
    /// A job to fill.
    PostingId,
    PostingStageId,
    /// Somebody who has applied.
    CandidateId,
    ApplicationId,
    PostingQuestionId,
    /// What applicants at one location are promised.
    CareerNoticeId,
    /// Somebody having it.
    AssetLoanId,
    /// A stretch of work or of a break.
    AttendanceId,
    /// One person's week.
    TimesheetId,
    /// What another currency is worth from a day on.
    ExchangeRateId,
    /// What is expected of somebody in a period.
    QuotaId,
    /// An amount that somebody is given or charged beside what they are paid by rule.
    PayAdjustmentId,
    /// A loan, an advance, or what somebody was paid too much.
    PayDebtId,
    /// What somebody has spent for the company.
    ReimbursementId,
    /// Something that a company, a team or a person wants to reach.
    GoalId,
    /// What a manager thinks of a forecast.
    AdjustmentId,
    /// A saved view of a list.
    ViewId,
    /// A field that a workspace has added.
    CustomFieldId,
    /// A field that somebody asks to have changed of their own record.
    ChangeRequestId,
    PipelineId,
    StageId,
    LossReasonId,
    DealId,
    ContactId,
    /// One message that came in.
    InboundId,
    /// An address whose mail makes no tickets.
    BlockedSenderId,
    /// One way in which somebody is reached.
    PointId,
    /// What a contact is to a company or in a deal.
    TieId,
    LeadId,
    /// A public form by which leads come in.
    LeadFormId,
    /// A rule by which leads get their owner.
    LeadRuleId,
    /// A counting of all leads anew.
    LeadScoringId,
    LeadConversionId,
    /// One sending of such a form.
    CaptureId,
    /// Two records that were made one.
    MergeId,
    ProductId,
    PriceId,
    QuoteId,
    TicketId,
    /// A reply to a customer, what they wrote, or a note about it.
    MessageId,
    QueueId,
    /// When a team is at work.
    SupportCalendarId,
    SlaPolicyId,
    /// A rule by which new tickets go somewhere.
    RoutingRuleId,
    CannedReplyId,
    /// A mailbox elsewhere that is read.
    InboxId,
    TicketLinkId,
    HelpArticleId,
    HelpCategoryId,
    /// Whoever is signed in to a portal, at one browser.
    PortalSessionId,
    /// Several changes of a ticket at once.
    MacroId,
    /// Time that somebody has spent on a ticket.
    TimeEntryId,
    /// What is to be done for a ticket.
    TicketPointId,
    /// One ticket that became a part of another.
    TicketMergeId,
}
