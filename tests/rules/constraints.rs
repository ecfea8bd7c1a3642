//! The rules that the database keeps, and the words that people get for them.

use crate::support::TestApp;
use sqlx::Row;
use store::CONSTRAINTS;

/// Rules that no form can break, and why. An error of ours breaks them, and is told as one.
const INTERNAL: &[(&str, &str)] = &[
    ("customers_merged_away", "written together, and brought back together"),
    ("contacts_merged_away", "written together, and brought back together"),
    ("leads_merged_away", "written together, and brought back together"),
    ("not_duplicates_pair", "said again is said once"),
    ("not_duplicates_order", "written in that order"),
    ("merges_noun", "the keys of an enum"),
    ("contacts_language_check", "the codes of a list"),
    ("contact_points_kind_check", "the keys of an enum"),
    ("contact_points_one_record", "of a customer or a contact by its type"),
    ("contact_points_reasons", "a reason is written with its time"),
    ("contact_points_first_key", "one that becomes the first takes the place of the other"),
    ("customer_team_one", "somebody twice in a team is there once"),
    ("customer_contacts_one", "noted again is noted once"),
    ("deal_contacts_one", "noted again is noted once"),
    ("customers_lifecycle", "the keys of an enum"),
    ("customers_health", "the keys of an enum"),
    ("followers_one_record", "of one record by its type"),
    ("record_files_one_record", "of one record by its type"),
    ("stages_kind", "the keys of an enum"),
    ("stages_probability", "a draft becomes a percentage in its bounds, or has an error"),
    ("stages_category", "the keys of an enum"),
    ("stages_rotting", "a draft becomes a number in its bounds, or has an error"),
    ("stages_wip", "a draft becomes a number in its bounds, or has an error"),
    ("stages_of_pipeline", "what a deal's reference to its stage stands on"),
    ("leads_size", "a draft becomes a number of people, or has an error"),
    ("leads_country", "a draft becomes a country, or has an error"),
    ("leads_status", "the keys of an enum"),
    ("leads_fit", "computed within its bounds"),
    ("leads_engagement", "computed within its bounds"),
    ("lead_rules_how", "the keys of an enum"),
    ("lead_settings_one", "written over"),
    ("lead_scorings_state", "the keys of an enum"),
    ("lead_captures_state", "the keys of an enum"),
    ("deals_state_check", "the keys of an enum, kept by a trigger"),
    ("deals_amount", "a draft becomes an amount that is not negative, or has an error"),
    ("deals_probability", "a draft becomes a percentage in its bounds, or has an error"),
    ("deals_category_check", "the keys of an enum"),
    ("deals_amount_whole", "an amount has its currency by its type"),
    ("deal_splits_share", "shares are read in their bounds, or have an error"),
    ("deal_splits_one", "somebody named twice has an error"),
    ("deal_totals_key", "added to what is there"),
    ("products_tax", "a draft becomes a percentage in its bounds, or has an error"),
    ("product_prices_minor", "a draft becomes an amount that is not negative, or has an error"),
    ("quotes_state_check", "the keys of an enum"),
    ("quotes_answered", "both are written together"),
    ("quotes_number_key", "drawn from a counter, or counted on while the quote is held"),
    ("sales_lines_quantity", "a draft becomes more than nothing, or has an error"),
    ("sales_lines_unit", "a draft becomes an amount that is not negative, or has an error"),
    ("sales_lines_discount", "a draft becomes a percentage in its bounds, or has an error"),
    ("sales_lines_tax", "a draft becomes a percentage in its bounds, or has an error"),
    ("sales_lines_one", "lines are of a deal or a quote by their type"),
    ("bank_accounts_end", "the last four signs of a number, cut by us"),
    ("change_requests_class_check", "the keys of an enum"),
    ("change_requests_decided", "a state and its time are written together"),
    ("change_requests_state_check", "the keys of an enum"),
    ("automation_settings_own", "the row is the workspace's own"),
    ("automation_settings_per_minute_check", "set by no form"),
    ("happenings_action_check", "written by its trigger"),
    ("workflow_approvals_answer_check", "the keys of an enum"),
    ("workflow_approvals_tenant_id_run_id_round_step_member_id_key", "asked twice is once, and no error"),
    ("workflow_runs_once", "enrolled twice is once, and the log says so"),
    ("workflow_runs_state_check", "the keys of an enum"),
    ("workflow_steps_state_check", "the keys of an enum"),
    ("workflows_hook_key", "drawn at random"),
    ("workflows_published_whole", "publishing writes all of it"),
    ("workflows_state_check", "the keys of an enum"),
    ("calendar_feeds_what_check", "the keys of an enum"),
    ("leave_covers_least_check", "a draft becomes a number in its bounds, or has an error"),
    ("leave_enrolments_days", "ends the day before the next one begins"),
    ("leave_ledger_kind_check", "the keys of an enum"),
    ("leave_ledger_once", "accrued twice is once, and no error: who writes holds the account"),
    ("leave_policies_audience_check", "the keys of an enum"),
    ("leave_policies_year_day_check", "a draft becomes a number in its bounds, or has an error"),
    ("leave_policies_year_month_check", "a draft becomes a number in its bounds, or has an error"),
    ("leave_requests_state_check", "the keys of an enum"),
    ("leave_steps_about_check", "one of two words of ours"),
    ("leave_steps_answered", "both are written together"),
    ("leave_steps_open_key", "who asks holds the request"),
    ("leave_steps_state_check", "the keys of an enum"),
    ("leave_types_patience_check", "a draft becomes a number in its bounds, or has an error"),
    ("leave_types_unit_check", "the keys of an enum"),
    ("working_patterns_day_key", "written twice for a day, the second one counts"),
    ("working_patterns_whole", "written from an array of seven"),
    ("document_kinds_class_check", "the keys of an enum"),
    ("document_versions_file_key", "a file is drawn for one document"),
    ("documents_state_check", "the keys of an enum"),
    ("documents_whole", "a state has its file by how it comes about"),
    ("files_size_check", "counted by us"),
    ("policies_audience_check", "the keys of an enum"),
    ("policies_place_whole", "an audience has its place by its type"),
    ("policy_acknowledgements_once", "confirmed twice is once, and no error"),
    ("asset_loans_given_condition_check", "the keys of an enum"),
    ("asset_loans_returned_condition_check", "the keys of an enum"),
    ("asset_loans_returned_whole", "both are written together"),
    ("assets_condition_check", "the keys of an enum"),
    ("assets_status_check", "the keys of an enum"),
    ("assets_value_minor_check", "a draft becomes an amount that is not negative, or has an error"),
    ("assets_value_whole", "an amount has its currency by its type"),
    ("attendance_kind_check", "the keys of an enum"),
    ("attendance_rest_minutes_check", "a draft becomes minutes that are not negative, or has an error"),
    ("attendance_times", "a draft becomes times in their order, or has an error"),
    ("attendance_voided_whole", "both are written together"),
    ("timesheets_monday", "a week is told by its Monday"),
    ("timesheets_state_check", "the keys of an enum"),
    ("timesheets_week_key", "twice the same week is one, and no error"),
    ("weekly_hours_minutes_check", "a draft becomes hours of a week, or has an error"),
    ("checklist_items_skipped_whole", "both are written together"),
    ("checklist_items_task_key", "drawn with the item"),
    ("checklist_templates_kind_check", "the keys of an enum"),
    ("checklists_cancelled_whole", "both are written together"),
    ("checklists_kind_check", "the keys of an enum"),
    ("archivals_state_check", "the workers' own book"),
    ("archivals_target_check", "the keys of an enum"),
    ("bulk_changes_state_check", "the workers' own book"),
    ("bulk_changes_target_check", "the keys of an enum"),
    ("exports_format_check", "the keys of an enum"),
    ("exports_target_check", "the keys of an enum"),
    ("imports_amounts", "the keys of an enum"),
    ("audit_events_action_check", "written by its trigger"),
    ("customers_country_check", "a draft becomes a country of ISO 3166, or has an error"),
    ("customers_revenue_whole", "an amount has its currency by its type"),
    ("customers_size_check", "a draft becomes a number that is not negative, or has an error"),
    ("customers_status_check", "the keys of an enum"),
    ("employees_employment_type_check", "the keys of an enum"),
    ("employees_fte", "a draft becomes a part in its bounds, or has an error"),
    ("employee_jobs_fte", "a draft becomes a part in its bounds, or has an error"),
    ("employee_jobs_own_manager", "the store refuses it in the words of the record's own rule"),
    ("employee_jobs_type", "the keys of an enum"),
    ("employee_pay_salary", "a draft becomes an amount that is not negative, or has an error"),
    ("employee_pay_whole", "an amount has its currency by its type"),
    ("positions_headcount", "a draft becomes a number in its bounds, or has an error"),
    ("employees_salary_minor_check", "a draft becomes an amount that is not negative, or has an error"),
    ("employees_salary_whole", "an amount has its currency by its type"),
    ("import_findings_severity_check", "the keys of an enum"),
    ("holiday_calendars_default_key", "the old one is unset in the same transaction"),
    ("pictures_media_type_check", "written by whoever encodes them"),
    ("imports_state_check", "the keys of an enum"),
    ("imports_target_check", "the keys of an enum"),
    ("invitations_role_check", "the keys of an enum"),
    ("invitations_role_whole", "a role has its id by its type"),
    ("job_runs_state_check", "the workers' own book"),
    ("links_purpose_check", "the keys of an enum"),
    ("mail_quotas_per_day_check", "set by no form"),
    ("mail_quotas_per_hour_check", "set by no form"),
    ("mail_suppressions_email_key", "twice stopped is once, and no error"),
    ("mail_suppressions_reason_check", "the keys of an enum"),
    ("inbound_mails_message_key", "the same message twice is looked for first, one after the other"),
    ("inbound_mails_state", "the keys of an enum"),
    ("mail_doors_one", "a second row is the first one, changed"),
    ("mail_records_one_record", "a message is filed on a record by its type"),
    ("mails_idempotency_key", "made of the id, which is the row's"),
    ("mails_state_check", "the keys of an enum"),
    ("notes_one_record", "a note belongs to a record by its type"),
    ("notes_private", "only a form of an employee offers it, and the store refuses it elsewhere"),
    ("members_role_check", "the keys of an enum"),
    ("members_role_whole", "a role has its id by its type"),
    ("notifications_once", "told twice is told once, and no error"),
    ("outbox_once", "the same job twice is once, and no error"),
    ("custom_fields_class", "the keys of a list"),
    ("custom_fields_key_shape", "a draft's key is checked, or made of its name"),
    ("custom_fields_kind", "the keys of an enum"),
    ("custom_fields_noun", "the keys of an enum"),
    ("saved_views_noun", "the keys of an enum"),
    ("saved_views_opens_key", "the one that opened the list until now does no more, in the same transaction"),
    ("saved_views_opens_shared", "a draft that opens the list is shared, or has an error"),
    ("record_tags_one_record", "a tag belongs to a record by its type"),
    ("tags_colour_check", "the keys of an enum"),
    ("tasks_done_whole", "both are written together"),
    ("tasks_one_record", "a task is about one record or none by its type"),
    ("tasks_priority_check", "the keys of an enum"),
    ("roles_grants_check", "written from a map"),
    ("tenants_accent_check", "a colour is read into six digits, or has an error"),
    ("tenants_country_check", "a country of ISO 3166, or has an error"),
    ("tenants_date_order_check", "the keys of an enum"),
    ("tenants_day_minutes_check", "a draft becomes a number in its bounds, or has an error"),
    ("tenants_fiscal_day_check", "a draft becomes a number in its bounds, or has an error"),
    ("tenants_fiscal_month_check", "a draft becomes a number in its bounds, or has an error"),
    ("tenants_session_days_check", "a draft becomes a number in its bounds, or has an error"),
    ("tenants_session_idle_minutes_check", "a draft becomes a number in its bounds, or has an error"),
    ("tenants_week_start_check", "a choice of three"),
    ("tenants_status_check", "chosen by no form"),
];

async fn found(app: &TestApp, sql: &'static str) -> Vec<String> {
    let mut owner = app.catalogue().await;
    let rows = sqlx::raw_sql(sql).fetch_all(&mut owner).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.iter().map(|r| r.get::<String, _>(0)).collect()
}

/// Unique, check and exclusion constraints, and unique indexes; primary keys are ids, which nobody types.
const RULES: &str = "
    select conname::text from pg_constraint where connamespace = 'public'::regnamespace and contype in ('u', 'c', 'x')
    union
    select i.indexrelid::regclass::text from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'public'::regnamespace and i.indisunique and not i.indisprimary
    order by 1";

const REFERENCES: &str =
    "select conname::text from pg_constraint where connamespace = 'public'::regnamespace and contype = 'f'";

/// What a trigger refuses in the name of a constraint: `raise exception … using constraint = '…'`.
const RAISED: &str = "
    select distinct m[1] from pg_proc p, regexp_matches(p.prosrc, $$constraint = '(\\w+)'$$, 'g') as m
    where p.pronamespace = 'house'::regnamespace";

#[tokio::test]
async fn every_rule_has_words_or_a_reason_to_have_none() {
    let app = TestApp::new().await;
    let (rules, references) = (found(&app, RULES).await, found(&app, REFERENCES).await);
    let raised = found(&app, RAISED).await;
    assert!(raised.len() > 1 && rules.len() > 10, "the catalogue shows {raised:?} {rules:?}");
    let worded = |name: &str| CONSTRAINTS.iter().any(|(c, _, _)| *c == name);
    let internal = |name: &str| INTERNAL.iter().any(|(c, _)| *c == name);

    let mute: Vec<_> = rules.iter().chain(&raised).filter(|r| !worded(r) && !internal(r)).collect();
    assert_eq!(mute, [""; 0], "give them words in store/src/error.rs, or say here why no form can break them");
    let known = |name: &str| [&rules, &references, &raised].iter().any(|all| all.iter().any(|r| r == name));
    let gone: Vec<_> = CONSTRAINTS.iter().map(|(c, _, _)| *c).filter(|c| !known(c)).collect();
    assert_eq!(gone, [""; 0], "words in store/src/error.rs for what is no constraint any more");
    for (name, why) in INTERNAL {
        assert!(rules.iter().any(|r| r == name), "{name} ({why}) is gone: take it off the list");
        assert!(!worded(name), "{name} ({why}) has words: take it off the list");
    }
    for (at, (name, _, told)) in CONSTRAINTS.iter().enumerate() {
        assert!(told.ends_with('.') || told.contains(". "), "{name}: {told:?} is no sentence");
        assert!(CONSTRAINTS[..at].iter().all(|(c, _, _)| c != name), "{name} is there twice");
    }
}
