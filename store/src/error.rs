//! What can go wrong below a handler, and the one place where a constraint becomes a field's error.

use domain::Errors;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such record for this reader; also another tenant's.
    #[error("not found")]
    NotFound,
    /// Somebody changed the record since it was read.
    #[error("the record was changed in the meantime")]
    Stale,
    /// The form was sent before, with other answers, and made a record then.
    #[error("the form was sent before with other answers")]
    Sent,
    /// The input broke a rule that the database keeps; shown beside the field.
    #[error("refused: {0:?}")]
    Refused(Errors),
    /// The workspace is closed at its one gate (DOMAIN: Tenancy).
    #[error("the workspace is suspended")]
    Suspended,
    /// Somebody else holds what is to be changed, and does not let go of it in time.
    #[error("somebody else is changing the same")]
    Busy,
    /// The database cannot be reached, or has no connection to spare in time.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    #[error(transparent)]
    Sql(sqlx::Error),
}

/// Constraint, field, and what to tell. A test holds it against the catalogue.
pub const CONSTRAINTS: &[(&str, &str, &str)] = &[
    ("tenants_slug_key", "slug", "This address is taken. Choose another one."),
    ("accounts_email_key", "email", "There is an account with this email already. Sign in instead."),
    ("members_employee_key", "employee", "Another member is this employee."),
    ("members_last_owner", "role", "A workspace needs an owner. Make somebody else one first."),
    ("members_role_fk", "role", "Somebody still has this role. Give them another one first."),
    ("invitations_role_fk", "role", "Somebody is invited as this. Take the invitation back first."),
    ("departments_name_key", "name", "There is a department with this name already."),
    ("locations_name_key", "name", "There is a location with this name already."),
    ("holiday_calendars_name_key", "name", "There is a calendar with this name already."),
    ("holidays_day_key", "day", "There is a holiday on this day already."),
    ("workflows_name_key", "name", "There is a workflow with this name already."),
    ("roles_name_key", "name", "There is a role with this name already."),
    ("members_account_key", "email", "This person is a member already."),
    ("invitations_open_key", "email", "This person has been invited already."),
    ("employees_number_key", "number", "Another employee has this number."),
    ("employees_email_key", "email", "Another employee has this email."),
    ("employees_own_manager", "manager", "Nobody is their own manager."),
    (
        "employees_no_cycle",
        "manager",
        "This would be a circle: that person reports to this one, directly or over others.",
    ),
    ("employees_dates", "end_date", "The end date is before the start date."),
    ("customers_name_key", "name", "There is a customer with this name already."),
    ("customers_domain_key", "domain", "There is a customer with this domain already."),
    ("career_notices_location_key", "notices", "A location is there twice."),
    ("applications_stage_fk", "stages", "There are applications in a stage that you take away. Move them first."),
    ("posting_team_once", "team", "Everybody hires as one thing."),
    ("posting_team_member_fk", "team", "Somebody of them was just removed."),
    ("assets_tag_key", "tag", "Another piece of equipment has this tag."),
    ("assets_holder_fk", "employee", "That employee was just removed."),
    ("attendance_running", "", "You are at work already. Load the page again."),
    ("asset_loans_dates", "day", "It came back before it went out."),
    ("asset_loans_open", "employee", "Somebody has it already. Take it back first."),
    ("asset_loans_ended", "", "What has come back is history, and is not changed."),
    ("checklist_templates_name_key", "name", "There is a template with this name already."),
    ("checklists_once", "template", "They have this checklist already."),
    (
        "custom_fields_key_key",
        "key",
        "There is or was a field of this key. Choose another one, or bring that one back.",
    ),
    ("custom_fields_label_key", "label", "There is a field of this name already."),
    ("saved_views_name_key", "name", "You have a view of this name already."),
    ("saved_views_shared_key", "name", "There is a shared view of this name already."),
    ("tags_name_key", "tag", "There is a tag with this name already."),
    ("document_kinds_name_key", "name", "There is a kind with this name already."),
    ("letters_name_key", "name", "There is a template with this name already."),
    ("policies_title_key", "title", "There is a policy with this title already."),
    (
        "documents_employee_fk",
        "",
        "Somebody has documents by now, which must not get lost. Archive the employee instead.",
    ),
    (
        "employee_details_employee_fk",
        "",
        "Somebody has personal details by now, which must not get lost. Archive the employee instead.",
    ),
    ("bank_accounts_employee_fk", "", "Somebody has a bank account by now. Archive the employee instead."),
    ("change_requests_employee_fk", "", "Somebody has asked for changes by now. Archive the employee instead."),
    ("change_requests_open", "", "The same was just asked for. Look at what waits."),
    ("tasks_assignee_fk", "assignee", "That member was just removed."),
    ("tasks_employee_fk", "about", "That employee was just removed."),
    ("tasks_customer_fk", "about", "That customer was just removed."),
    ("notes_employee_fk", "text", "That employee was just removed."),
    ("notes_customer_fk", "text", "That customer was just removed."),
    ("record_tags_employee_fk", "tag", "That employee was just removed."),
    ("record_tags_customer_fk", "tag", "That customer was just removed."),
    ("leave_types_name_key", "name", "There is a kind of leave with this name already."),
    ("leave_policies_name_key", "name", "There is a policy with this name already."),
    ("leave_policies_type_fk", "kind", "That kind of leave was just removed."),
    ("leave_policy_versions_day_key", "from", "There is a version from this day on already. Choose a later day."),
    ("leave_enrolments_one", "from", "They are on a policy of this kind then already."),
    ("leave_requests_no_overlap", "from", "There is leave on these days already."),
    ("leave_requests_days", "to", "The last day is before the first one."),
    ("leave_requests_type_fk", "kind", "That kind of leave was just removed."),
    ("leave_delegates_other", "to", "Nobody stands in for themselves."),
    ("leave_delegates_days", "until", "The last day is before the first one."),
    ("leave_blackouts_days", "to", "The last day is before the first one."),
    ("leave_covers_department_key", "department", "There is a rule for this department already. Take it away first."),
    ("leave_accounts_type_fk", "kind", "Choose what kind of leave it is."),
    ("tasks_contact_fk", "about", "That contact was just removed."),
    ("notes_contact_fk", "text", "That contact was just removed."),
    ("record_tags_contact_fk", "tag", "That contact was just removed."),
    ("contacts_named", "last_name", "Write a first or a last name."),
    ("contacts_customer_fk", "company", "That company was just removed."),
    ("contacts_owner_fk", "owner", "That member was just removed."),
    ("contact_points_value_key", "value", "This is there already."),
    ("contact_points_contact_fk", "value", "That contact was just removed."),
    ("contact_points_customer_fk", "value", "That customer was just removed."),
    ("customer_team_customer_fk", "member", "That customer was just removed."),
    ("customer_team_member_fk", "member", "That member was just removed."),
    ("customer_contacts_customer_fk", "company", "That company was just removed."),
    ("customer_contacts_contact_fk", "contact", "That contact was just removed."),
    ("deal_contacts_deal_fk", "contact", "That deal was just removed."),
    ("deal_contacts_contact_fk", "contact", "That contact was just removed."),
    ("followers_member_fk", "", "That member was just removed."),
    ("followers_customer_fk", "", "That customer was just removed."),
    ("followers_contact_fk", "", "That contact was just removed."),
    ("followers_deal_fk", "", "That deal was just removed."),
    ("record_files_customer_fk", "file", "That customer was just removed."),
    ("record_files_contact_fk", "file", "That contact was just removed."),
    ("record_files_deal_fk", "file", "That deal was just removed."),
    ("record_files_lead_fk", "file", "That lead was just removed."),
    ("followers_lead_fk", "", "That lead was just removed."),
    ("tasks_deal_fk", "about", "That deal was just removed."),
    ("notes_deal_fk", "text", "That deal was just removed."),
    ("record_tags_deal_fk", "tag", "That deal was just removed."),
    ("tasks_lead_fk", "about", "That lead was just removed."),
    ("notes_lead_fk", "text", "That lead was just removed."),
    ("record_tags_lead_fk", "tag", "That lead was just removed."),
    ("tasks_ticket_fk", "about", "That ticket was just removed."),
    ("notes_ticket_fk", "text", "That ticket was just removed."),
    ("record_tags_ticket_fk", "tag", "That ticket was just removed."),
    ("followers_ticket_fk", "", "That ticket was just removed."),
    ("tickets_queue_fk", "queue", "That queue was just removed."),
    ("tickets_contact_fk", "requester", "That contact was just removed."),
    ("tickets_customer_fk", "customer", "That customer was just removed."),
    ("tickets_assignee_fk", "assignee", "That member was just removed."),
    ("support_calendars_name_key", "name", "There is a calendar with this name already."),
    ("support_queues_name_key", "name", "There is a queue with this name already."),
    ("support_queues_prefix_key", "prefix", "Another queue has this prefix."),
    ("tickets_reference_key", "reference", "There is a ticket with this reference already."),
    ("support_inboxes_address_key", "address", "This mailbox is there already."),
    ("support_inboxes_folder_key", "folder", "This folder is read already."),
    ("support_inboxes_queue_fk", "queue", "That queue was just removed."),
    ("support_queues_calendar_fk", "calendar", "That calendar was just removed."),
    ("sla_policies_name_key", "name", "There is a policy with this name already."),
    ("help_categories_name_key", "name", "There is a category with this name already."),
    ("ticket_macros_name_key", "name", "There is a macro with this name already."),
    ("canned_replies_name_key", "name", "There is a reply with this name already."),
    ("leads_owner_fk", "owner", "That member was just removed."),
    ("routing_rules_name_key", "name", "There is a rule with this name already."),
    ("lead_rules_name_key", "name", "There is a rule with this name already."),
    ("lead_settings_fallback_fk", "fallback", "That member was just removed."),
    ("lead_conversions_one", "", "Somebody has converted this lead meanwhile."),
    ("lead_forms_key_key", "key", "Another form has this address."),
    ("activities_owner_fk", "owner", "That member was just removed."),
    ("activities_employee_fk", "about", "That employee was just removed."),
    ("activities_customer_fk", "about", "That customer was just removed."),
    ("activities_contact_fk", "about", "That contact was just removed."),
    ("activities_deal_fk", "about", "That deal was just removed."),
    ("activities_lead_fk", "about", "That lead was just removed."),
    ("activity_attendees_member_fk", "attendees", "That member was just removed."),
    ("activity_attendees_contact_fk", "attendees", "That contact was just removed."),
    ("activity_attendees_activity_fk", "", "This was just removed."),
    ("tasks_follows_fk", "", "The task before it was just removed."),
    ("pipelines_name_key", "name", "There is a pipeline with this name already."),
    ("stages_name_key", "name", "There is a stage with this name already."),
    ("stages_pipeline_fk", "name", "That pipeline was just removed."),
    ("loss_reasons_name_key", "name", "There is a reason with this name already."),
    ("deals_reference_key", "reference", "Another deal has this reference."),
    ("deals_customer_fk", "customer", "That customer was just removed."),
    ("deals_owner_fk", "owner", "That member was just removed."),
    ("deals_stage_fk", "stage", "That stage was just removed."),
    ("deals_loss_reason_fk", "loss_reason", "That reason was just removed."),
    ("products_name_key", "name", "There is a product with this name already."),
    ("products_code_key", "code", "Another product has this code."),
    ("product_prices_one", "from", "There is a price in this currency on these days already."),
    ("product_prices_days", "until", "The last day is before the first one."),
    ("product_prices_product_fk", "amount", "That product was just removed."),
    ("quotes_deal_fk", "", "That deal was just removed."),
    ("sales_lines_deal_fk", "lines", "That deal was just removed."),
    ("sales_lines_product_fk", "lines", "That product was just removed."),
    ("exchange_rates_other", "currency", "This is the workspace's own, which is always worth one."),
    ("quotas_member_fk", "", "That member was just removed."),
    ("forecast_adjustments_member_fk", "member", "That member was just removed."),
    ("deal_splits_whole", "splits", "Shares are 100 % together."),
    ("deal_splits_member_fk", "splits", "That member was just removed."),
    ("customers_parent_fk", "parent", "That company was just removed."),
    ("customers_owner_fk", "owner", "That member was just removed."),
    ("employees_manager_fk", "manager", "That employee was just removed."),
    ("employee_jobs_day_key", "from", "Something changes on this day already. Change that row, or choose another day."),
    ("employee_pay_day_key", "from", "The pay changes on this day already. Change that row, or choose another day."),
    ("employee_jobs_position_fk", "position", "That position was just removed."),
    ("departments_no_cycle", "parent", "This would be a circle: that department is below this one already."),
    ("departments_own_parent", "parent", "A department is not below itself."),
    ("customers_own_parent", "parent", "A company is not its own parent."),
    (
        "customers_no_cycle",
        "parent",
        "This would be a circle: that company belongs to this one, directly or over others.",
    ),
];

impl Error {
    /// Whether the other end of the connection is gone.
    pub(crate) fn hung_up(&self) -> bool {
        match self {
            Self::Unavailable(sqlx::Error::Io(_)) => true,
            Self::Unavailable(sqlx::Error::Database(d)) => d.code().is_some_and(|code| code.starts_with("57P")),
            _ => false,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        match &e {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Tls(_) => Self::Unavailable(e),
            // It fell while it was greeted, and its last word was none.
            sqlx::Error::Protocol(words) if words.contains("SSLRequest") => Self::Unavailable(e),
            sqlx::Error::Database(d) => {
                let rule = d.constraint().and_then(|name| CONSTRAINTS.iter().find(|(c, _, _)| *c == name));
                match (rule, d.code().as_deref()) {
                    (Some((_, field, message)), _) => Self::Refused(Errors::one(field, *message)),
                    // Shutting down, starting up, too many connections, connection failures.
                    (None, Some(code))
                        if code.starts_with("57P") || code.starts_with("08") || code.starts_with("53") =>
                    {
                        Self::Unavailable(e)
                    }
                    (None, Some("55P03")) => Self::Busy,
                    // Waited too long for an answer, or lost to another transaction: later it may go.
                    (None, Some("57014" | "40P01" | "40001")) => Self::Unavailable(e),
                    // A value that no such column can hold: a NUL byte, a day that is none.
                    (None, Some(code)) if code.starts_with("22") => {
                        Self::refused("", "This holds something that cannot be stored or looked for.")
                    }
                    _ => Self::Sql(e),
                }
            }
            _ => Self::Sql(e),
        }
    }
}

impl Error {
    /// A refusal beside one field.
    pub fn refused(field: &'static str, message: impl Into<String>) -> Self {
        Self::Refused(Errors::one(field, message))
    }

    /// Where and how a broken constraint is told, for who looks before the database does.
    pub(crate) fn told(constraint: &str) -> (&'static str, &'static str) {
        let rule = CONSTRAINTS.iter().find(|(c, _, _)| *c == constraint);
        rule.map(|(_, field, message)| (*field, *message)).expect("the constraint is in the table")
    }

    /// Whether `constraint` is what the database objected to.
    pub fn is_duplicate_id(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(d)) if d.is_unique_violation() && d.constraint().is_some_and(|c| c.ends_with("_pkey")))
    }
}
