//! The audit trail's words: what is noted that is no change of a record.

/// What happened, as the trail keeps it. Names outlive a deploy: add, never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Insert,
    Update,
    Delete,
    SignIn,
    SignInFailed,
    SignOut,
    /// Sessions were ended from afar.
    SessionsEnded,
    PasswordChanged,
    EmailChanged,
    SecondFactorOn,
    SecondFactorOff,
    RecoveryCodeUsed,
    RecoveryCodesRenewed,
    /// Their own zone or language; a name is told as a change of the member.
    ProfileChanged,
    /// A record's pay was looked at.
    Read,
    /// The trail itself was taken out as a file.
    Exported,
    /// A dead job is tried again, by hand.
    JobRetried,
    /// A job is done without, by hand.
    JobDiscarded,
    /// A workflow was started on a record, by hand.
    RunStarted,
    /// A run of a workflow goes on from a step, by hand.
    RunRetried,
    RunCancelled,
    /// A document of a class was taken out as a file.
    Downloaded,
    /// A bank account's whole number was looked at.
    Revealed,
}

impl Action {
    pub const ALL: [Self; 23] = [
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::SignIn,
        Self::SignInFailed,
        Self::SignOut,
        Self::SessionsEnded,
        Self::PasswordChanged,
        Self::EmailChanged,
        Self::SecondFactorOn,
        Self::SecondFactorOff,
        Self::RecoveryCodeUsed,
        Self::RecoveryCodesRenewed,
        Self::ProfileChanged,
        Self::Read,
        Self::Exported,
        Self::JobRetried,
        Self::JobDiscarded,
        Self::RunStarted,
        Self::RunRetried,
        Self::RunCancelled,
        Self::Downloaded,
        Self::Revealed,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::SignIn => "sign_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignOut => "sign_out",
            Self::SessionsEnded => "sessions_ended",
            Self::PasswordChanged => "password_changed",
            Self::EmailChanged => "email_changed",
            Self::SecondFactorOn => "second_factor_on",
            Self::SecondFactorOff => "second_factor_off",
            Self::RecoveryCodeUsed => "recovery_code_used",
            Self::RecoveryCodesRenewed => "recovery_codes_renewed",
            Self::ProfileChanged => "profile_changed",
            Self::Read => "read",
            Self::Exported => "exported",
            Self::JobRetried => "job_retried",
            Self::JobDiscarded => "job_discarded",
            Self::RunStarted => "run_started",
            Self::RunRetried => "run_retried",
            Self::RunCancelled => "run_cancelled",
            Self::Downloaded => "downloaded",
            Self::Revealed => "revealed",
        }
    }

    /// As people read it, behind who did it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Insert => "Added",
            Self::Update => "Changed",
            Self::Delete => "Deleted",
            Self::SignIn => "Signed in",
            Self::SignInFailed => "Sign-in failed",
            Self::SignOut => "Signed out",
            Self::SessionsEnded => "Ended sessions",
            Self::PasswordChanged => "Changed their password",
            Self::EmailChanged => "Changed their email",
            Self::SecondFactorOn => "Turned the second factor on",
            Self::SecondFactorOff => "Turned the second factor off",
            Self::RecoveryCodeUsed => "Used a recovery code",
            Self::RecoveryCodesRenewed => "Made new recovery codes",
            Self::ProfileChanged => "Changed their profile",
            Self::Read => "Looked at pay",
            Self::Exported => "Exported the audit trail",
            Self::JobRetried => "Retried",
            Self::JobDiscarded => "Discarded",
            Self::RunStarted => "Started by hand",
            Self::RunRetried => "Retried a run of",
            Self::RunCancelled => "Cancelled a run of",
            Self::Downloaded => "Opened a document",
            Self::Revealed => "Looked at a whole account number",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }
}

/// What the records of each table are called in the trail.
const NOUNS: &[(&str, &str)] = &[
    ("employees", "Employee"),
    ("pay", "Pay of"),
    ("customers", "Customer"),
    ("members", "Member"),
    ("invitations", "Invitation"),
    ("roles", "Role"),
    ("tenants", "Workspace"),
    ("exports", "Export"),
    ("imports", "Import"),
    ("audit", "Audit trail"),
    ("api_tokens", "API token"),
    ("departments", "Department"),
    ("locations", "Location"),
    ("holidays", "Holidays"),
    ("holiday_calendars", "Holidays"),
    ("mail_suppressions", "Stopped address"),
    ("pictures", "Picture"),
    ("job_runs", "Job"),
    ("workflows", "Workflow"),
    ("workflow_approvals", "Approval"),
    ("automation_settings", "Automation"),
    ("tasks", "Task"),
    ("attendance", "Attendance"),
    ("timesheets", "Timesheet"),
    ("weekly_hours", "Weekly hours of"),
    ("employee_details", "Details of"),
    ("bank_accounts", "Bank account of"),
    ("change_requests", "Change request"),
    ("assets", "Equipment"),
    ("asset_loans", "Handing out of equipment"),
    ("checklists", "Checklist"),
    ("checklist_items", "Item of a checklist"),
    ("checklist_templates", "Template of checklists"),
    ("notes", "Note"),
    ("tags", "Tag"),
    ("custom_fields", "Custom field"),
    ("saved_views", "Saved view"),
    ("calendar_feeds", "Calendar address"),
    ("document_kinds", "Kind of document"),
    ("documents", "Document"),
    ("files", "File"),
    ("contacts", "Contact"),
    ("contact_points", "Address of a customer or contact"),
    ("customer_contacts", "Contact of a customer"),
    ("customer_team", "Somebody in the team of a customer"),
    ("merges", "Merge"),
    ("not_duplicates", "Two that are not one"),
    ("deal_contacts", "Contact in a deal"),
    ("deals", "Deal"),
    ("leads", "Lead"),
    ("tickets", "Ticket"),
    ("ticket_links", "Link of two tickets"),
    ("ticket_merges", "Merge of a ticket"),
    ("ticket_messages", "Message of a ticket"),
    ("support_calendars", "Calendar of support"),
    ("support_queues", "Queue"),
    ("sla_policies", "Promised times"),
    ("canned_replies", "Canned reply"),
    ("lead_forms", "Form for leads"),
    ("lead_rules", "Rule of assignment"),
    ("lead_settings", "Scoring of leads"),
    ("lead_conversions", "Conversion of a lead"),
    ("deal_splits", "Share in a deal"),
    ("pipelines", "Pipeline"),
    ("stages", "Stage"),
    ("loss_reasons", "Reason for a loss"),
    ("products", "Product"),
    ("product_prices", "Price of a product"),
    ("quotes", "Quote"),
    ("sales_lines", "Line of a deal or quote"),
    ("employee_jobs", "Job"),
    ("employee_pay", "Pay"),
    ("leave_enrolments", "Policy of time off of somebody"),
    ("leave_ledger", "Balance of time off"),
    ("record_tags", "Tag on a record"),
    ("leave_blackouts", "Days without time off"),
    ("leave_covers", "Minimum cover"),
    ("leave_delegates", "Delegate"),
    ("leave_policies", "Policy of time off"),
    ("leave_policy_versions", "Terms of a policy of time off"),
    ("leave_requests", "Request for time off"),
    ("leave_steps", "Answer about time off"),
    ("leave_types", "Kind of time off"),
    ("letters", "Letter template"),
    ("policies", "Policy"),
    ("policy_acknowledgements", "Confirmation of a policy"),
    ("positions", "Position"),
    ("working_patterns", "Working pattern"),
];

/// What the records of a table are called in the trail.
pub fn noun(table: &str) -> Option<&'static str> {
    NOUNS.iter().find(|(t, _)| *t == table).map(|(_, noun)| *noun)
}
