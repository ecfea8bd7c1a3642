//! What happened, told to whoever listens. Written in the transaction of the change.
//!
//! Names and fields outlive a deploy: add, never rename.

use crate::{
    ActivityId, ContactId, CustomerId, DealId, DocumentId, EmployeeId, ImportId, InvitationId, LeadFormId, LeadId,
    LeaveRequestId, MemberId, MessageId, NoteId, PolicyId, StageId, TagId, TaskId, TicketId, activities,
    crm::pipelines::State, import::Target, support::sla::Clock, workspace::access::Subject,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    WorkspaceCreated {
        owner: MemberId,
    },
    MemberInvited {
        invitation: InvitationId,
    },
    MemberJoined {
        member: MemberId,
    },
    EmployeeAdded {
        employee: EmployeeId,
    },
    EmployeeChanged {
        employee: EmployeeId,
        fields: Vec<String>,
    },
    /// The same of many at once.
    EmployeesChanged {
        employees: Vec<EmployeeId>,
        fields: Vec<String>,
    },
    EmployeesArchived {
        employees: Vec<EmployeeId>,
    },
    EmployeesRestored {
        employees: Vec<EmployeeId>,
    },
    CustomerAdded {
        customer: CustomerId,
    },
    CustomerChanged {
        customer: CustomerId,
        fields: Vec<String>,
    },
    CustomersChanged {
        customers: Vec<CustomerId>,
        fields: Vec<String>,
    },
    CustomersArchived {
        customers: Vec<CustomerId>,
    },
    CustomersRestored {
        customers: Vec<CustomerId>,
    },
    ContactAdded {
        contact: ContactId,
    },
    ContactChanged {
        contact: ContactId,
        fields: Vec<String>,
    },
    ContactsChanged {
        contacts: Vec<ContactId>,
        fields: Vec<String>,
    },
    ContactsArchived {
        contacts: Vec<ContactId>,
    },
    ContactsRestored {
        contacts: Vec<ContactId>,
    },
    DealAdded {
        deal: DealId,
    },
    DealChanged {
        deal: DealId,
        fields: Vec<String>,
    },
    DealsChanged {
        deals: Vec<DealId>,
        fields: Vec<String>,
    },
    /// It stands in another stage now.
    DealMoved {
        deal: DealId,
        stage: StageId,
        state: State,
    },
    DealsArchived {
        deals: Vec<DealId>,
    },
    DealsRestored {
        deals: Vec<DealId>,
    },
    LeadAdded {
        lead: LeadId,
    },
    LeadChanged {
        lead: LeadId,
        fields: Vec<String>,
    },
    LeadsChanged {
        leads: Vec<LeadId>,
        fields: Vec<String>,
    },
    LeadsArchived {
        leads: Vec<LeadId>,
    },
    LeadsRestored {
        leads: Vec<LeadId>,
    },
    /// A rule has given it to somebody.
    LeadAssigned {
        lead: LeadId,
        member: MemberId,
    },
    /// It has become a customer, and a deal if there was something to sell.
    LeadConverted {
        lead: LeadId,
        customer: CustomerId,
        deal: Option<DealId>,
    },
    /// Somebody has sent a form: of a lead that is new, or `again` of one that was open.
    LeadCaptured {
        lead: LeadId,
        form: LeadFormId,
        again: bool,
    },
    TicketAdded {
        ticket: TicketId,
    },
    TicketChanged {
        ticket: TicketId,
        fields: Vec<String>,
    },
    TicketsChanged {
        tickets: Vec<TicketId>,
        fields: Vec<String>,
    },
    TicketsArchived {
        tickets: Vec<TicketId>,
    },
    TicketsRestored {
        tickets: Vec<TicketId>,
    },
    /// Somebody of ours, or the customer, has written; `mentions`: whom a note names, who may all see it.
    TicketMessage {
        ticket: TicketId,
        message: MessageId,
        inbound: bool,
        public: bool,
        mentions: Vec<MemberId>,
    },
    /// A clock of it is late soon.
    SlaWarned {
        ticket: TicketId,
        clock: Clock,
    },
    SlaBreached {
        ticket: TicketId,
        clock: Clock,
    },
    /// `from` became a part of `into`.
    TicketsMerged {
        into: TicketId,
        from: TicketId,
    },
    Imported {
        import: ImportId,
        target: Target,
    },
    ImportUndone {
        import: ImportId,
        target: Target,
    },
    TaskAdded {
        task: TaskId,
        assignee: MemberId,
    },
    /// `assignee`: whom it was given to by this change, if it was.
    TaskChanged {
        task: TaskId,
        fields: Vec<String>,
        assignee: Option<MemberId>,
    },
    TaskDone {
        task: TaskId,
    },
    TaskReopened {
        task: TaskId,
    },
    /// `invited`: members who are to take part, where it is still to come.
    ActivityAdded {
        activity: ActivityId,
        invited: Vec<MemberId>,
    },
    /// `invited`: who was not before.
    ActivityChanged {
        activity: ActivityId,
        fields: Vec<String>,
        invited: Vec<MemberId>,
    },
    /// It was held, called off, or nobody came.
    ActivityClosed {
        activity: ActivityId,
        state: activities::State,
    },
    ActivityReopened {
        activity: ActivityId,
    },
    /// `mentions`: whom it names, who may all see it.
    NoteAdded {
        note: NoteId,
        record: Subject,
        mentions: Vec<MemberId>,
    },
    /// `mentions`: whom it did not name before.
    NoteChanged {
        note: NoteId,
        record: Subject,
        mentions: Vec<MemberId>,
    },
    DocumentAsked {
        document: DocumentId,
    },
    /// The employee has brought it.
    DocumentBrought {
        document: DocumentId,
    },
    /// What they brought was approved, or refused.
    DocumentAnswered {
        document: DocumentId,
        approved: bool,
    },
    PolicyPublished {
        policy: PolicyId,
        number: i32,
    },
    TagAdded {
        record: Subject,
        tag: TagId,
    },
    TagRemoved {
        record: Subject,
        tag: TagId,
    },
    /// Somebody asked for time off; of which kind is not told.
    LeaveRequested {
        request: LeaveRequestId,
        employee: EmployeeId,
    },
    LeaveAnswered {
        request: LeaveRequestId,
        employee: EmployeeId,
        approved: bool,
    },
    /// All of it, or the rest of it.
    LeaveCancelled {
        request: LeaveRequestId,
        employee: EmployeeId,
    },
}
