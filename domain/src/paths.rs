//! Every path of the product: the router's template and the function that fills it in.

mod pages;

pub use pages::Pages;
use std::fmt::Display;

macro_rules! paths {
    ($($(#[$doc:meta])* $const:ident $name:ident($($part:ident),*) = $template:literal;)*) => {$(
        $(#[$doc])*
        pub const $const: &str = $template;
        #[doc = concat!("`", $template, "`")]
        pub fn $name($($part: impl std::fmt::Display),*) -> String {
            fill($template, &[$((stringify!($part), &$part as &dyn std::fmt::Display)),*])
        }
    )*};
}

/// Puts the parts into `{their places}`. A list calls this several times a row, so it walks the template once.
fn fill(template: &str, parts: &[(&str, &dyn std::fmt::Display)]) -> String {
    let mut path = String::with_capacity(template.len() + 40 * parts.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        path.push_str(before);
        if let Some((_, part)) = parts.iter().find(|(known, _)| *known == name) {
            // Writing to a String does not fail.
            let _never = std::fmt::Write::write_fmt(&mut path, format_args!("{part}"));
        }
        rest = after;
    }
    path.push_str(rest);
    path
}

mod activities;
mod contacts;
mod forecast;
mod inbound;
mod leads;
mod recruiting;
pub use activities::*;
pub use forecast::*;
pub use leads::*;
pub use recruiting::*;
mod support;
pub use support::*;
mod sales;
pub use contacts::*;
pub use inbound::*;
pub use sales::*;

paths! {
    LANDING landing() = "/";
    SIGNUP signup() = "/signup";
    SIGNUP_SLUG signup_slug() = "/signup/slug";
    LOGIN login() = "/login";
    LOGOUT logout() = "/logout";
    PASSWORD_RESET password_reset() = "/password-reset";
    /// The link in a reset mail.
    PASSWORD_RESET_LINK password_reset_link(token) = "/password-reset/{token}";
    /// The link in a verification mail.
    VERIFY verify(token) = "/verify/{token}";
    /// The link in an invitation.
    INVITATION invitation(token) = "/invitations/{token}";
    /// The link in a mail to somebody's new address.
    EMAIL_CHANGE email_change(token) = "/email/{token}";
    /// The link, and the header, of mail that one may do without.
    UNSUBSCRIBE unsubscribe(token) = "/unsubscribe/{token}";
    UNSUBSCRIBE_REVERSAL unsubscribe_reversal(token) = "/unsubscribe/{token}/reversal";
    /// Where mail servers bring what bounced, and complaints.
    BOUNCES bounces(secret) = "/inbound/bounces/{secret}";
    /// The second factor, behind the password.
    LOGIN_CODE login_code() = "/login/code";
    WORKSPACES workspaces() = "/workspaces";
    NEW_WORKSPACE new_workspace() = "/workspaces/new";
    PASSWORD_STRENGTH password_strength() = "/password-strength";
    PREFERENCES preferences() = "/preferences";
    GALLERY gallery() = "/dev/gallery";
    AUTOMATION_RUN automation_run(slug, id) = "/w/{slug}/automation/runs/{id}";
    APPROVALS approvals(slug) = "/w/{slug}/approvals";
    /// What others post to start a workflow.
    HOOK hook(token) = "/hooks/{token}";
    MAILBOX mailbox() = "/dev/mailbox";
    MAILBOX_MESSAGE mailbox_message(id) = "/dev/mailbox/{id}";
    MAILBOX_HTML mailbox_html(id) = "/dev/mailbox/{id}/html";

    HOME home(slug) = "/w/{slug}";
    FIRST_STEPS first_steps(slug) = "/w/{slug}/first-steps";
    VERIFICATION verification(slug) = "/w/{slug}/verification";
    SEARCH search(slug) = "/w/{slug}/search";
    SETTINGS settings(slug) = "/w/{slug}/settings";
    PROFILE profile(slug) = "/w/{slug}/settings/profile";
    /// Password, second factor, sessions: one's own.
    SECURITY security(slug) = "/w/{slug}/settings/security";
    SECURITY_PASSWORD security_password(slug) = "/w/{slug}/settings/security/password";
    MAIL_LOG mail_log(slug) = "/w/{slug}/settings/mail";
    MAIL_STOPPED mail_stopped(slug) = "/w/{slug}/settings/mail/stopped";
    MAIL_LIFTING mail_lifting(slug, id) = "/w/{slug}/settings/mail/stopped/{id}/lifting";
    SECURITY_EMAIL security_email(slug) = "/w/{slug}/settings/security/email";
    SECOND_FACTOR second_factor(slug) = "/w/{slug}/settings/security/second-factor";
    SECOND_FACTOR_CONFIRMATION second_factor_confirmation(slug) = "/w/{slug}/settings/security/second-factor/confirmation";
    SECOND_FACTOR_REMOVAL second_factor_removal(slug) = "/w/{slug}/settings/security/second-factor/removal";
    RECOVERY_CODES recovery_codes(slug) = "/w/{slug}/settings/security/recovery-codes";
    SESSION_END session_end(slug, id) = "/w/{slug}/settings/security/sessions/{id}/end";
    SESSIONS_END sessions_end(slug) = "/w/{slug}/settings/security/sessions/end";
    NOTIFICATIONS notifications(slug) = "/w/{slug}/settings/notifications";
    DIGEST digest(slug) = "/w/{slug}/settings/notifications/digest";
    DIGEST_SENDING digest_sending(slug) = "/w/{slug}/settings/notifications/digest/sending";
    /// What one was told, and the bell's own.
    NOTICES notices(slug) = "/w/{slug}/notifications";
    NOTICES_PANEL notices_panel(slug) = "/w/{slug}/notifications/panel";
    NOTICES_STREAM notices_stream(slug) = "/w/{slug}/notifications/stream";
    NOTICES_READING notices_reading(slug) = "/w/{slug}/notifications/reading";
    /// Marks it read and leads to what it is about.
    NOTICE notice(slug, id) = "/w/{slug}/notifications/{id}";
    NOTICE_READING notice_reading(slug, id) = "/w/{slug}/notifications/{id}/reading";
    NOTICE_UNREADING notice_unreading(slug, id) = "/w/{slug}/notifications/{id}/unreading";
    TOKENS tokens(slug) = "/w/{slug}/settings/tokens";
    GENERAL general(slug) = "/w/{slug}/settings/general";
    LOGO logo(slug) = "/w/{slug}/settings/general/logo";
    LOGO_REMOVAL logo_removal(slug) = "/w/{slug}/settings/general/logo/removal";
    /// A workspace's colours, under an address that changes with them.
    THEME theme(slug, accent) = "/w/{slug}/theme/{accent}";
    /// A logo or a photo.
    PICTURE picture(slug, id) = "/w/{slug}/pictures/{id}";
    PHOTO photo(slug) = "/w/{slug}/settings/profile/photo";
    PHOTO_REMOVAL photo_removal(slug) = "/w/{slug}/settings/profile/photo/removal";
    TOKEN_REVOCATION token_revocation(slug, id) = "/w/{slug}/settings/tokens/{id}/revocation";
    PLACE_NAME place_name(slug) = "/w/{slug}/settings/places/name";
    PLACE_REMOVAL place_removal(slug) = "/w/{slug}/settings/places/removal";
    HOLIDAY_CALENDARS holiday_calendars(slug) = "/w/{slug}/settings/calendar/calendars";
    HOLIDAY_CALENDAR holiday_calendar(slug, id) = "/w/{slug}/settings/calendar/calendars/{id}";
    HOLIDAY_CALENDAR_DEFAULT holiday_calendar_default(slug, id) = "/w/{slug}/settings/calendar/calendars/{id}/default";
    HOLIDAY_CALENDAR_FILE holiday_calendar_file(slug, id) = "/w/{slug}/settings/calendar/calendars/{id}/file";
    HOLIDAY_CALENDAR_REMOVAL holiday_calendar_removal(slug, id) = "/w/{slug}/settings/calendar/calendars/{id}/removal";
    HOLIDAY_REMOVAL holiday_removal(slug, id) = "/w/{slug}/settings/calendar/holidays/{id}/removal";
    CUSTOM_FIELDS custom_fields(slug) = "/w/{slug}/settings/fields";
    CUSTOM_FIELD_NEW custom_field_new(slug) = "/w/{slug}/settings/fields/new";
    CUSTOM_FIELD custom_field(slug, id) = "/w/{slug}/settings/fields/{id}";
    CUSTOM_FIELD_MOVE custom_field_move(slug, id) = "/w/{slug}/settings/fields/{id}/move";
    CUSTOM_FIELD_ARCHIVAL custom_field_archival(slug, id) = "/w/{slug}/settings/fields/{id}/archival";
    CUSTOM_FIELD_RESTORAL custom_field_restoral(slug, id) = "/w/{slug}/settings/fields/{id}/restoral";
    PLACES places(slug) = "/w/{slug}/settings/places";
    CALENDAR calendar(slug) = "/w/{slug}/settings/calendar";
    /// What the workspace demands of everyone's sign-in.
    POLICY policy(slug) = "/w/{slug}/settings/policy";
    ROLES roles(slug) = "/w/{slug}/settings/roles";
    ROLE_NEW role_new(slug) = "/w/{slug}/settings/roles/new";
    ROLE role(slug, id) = "/w/{slug}/settings/roles/{id}";
    ROLE_EDIT role_edit(slug, id) = "/w/{slug}/settings/roles/{id}/edit";
    ROLE_REMOVAL role_removal(slug, id) = "/w/{slug}/settings/roles/{id}/removal";
    ACCESS access(slug) = "/w/{slug}/settings/access";
    AUDIT audit(slug) = "/w/{slug}/settings/audit";
    AUDIT_EXPORT audit_export(slug) = "/w/{slug}/settings/audit/export";
    DANGER danger(slug) = "/w/{slug}/settings/danger";
    MEMBERS members(slug) = "/w/{slug}/settings/members";
    MEMBER member(slug, id) = "/w/{slug}/settings/members/{id}";
    MEMBER_DEACTIVATION member_deactivation(slug, id) = "/w/{slug}/settings/members/{id}/deactivation";
    MEMBER_REACTIVATION member_reactivation(slug, id) = "/w/{slug}/settings/members/{id}/reactivation";
    INVITATION_LIST invitation_list(slug) = "/w/{slug}/settings/invitations/list";
    INVITATION_RESENDING invitation_resending(slug, id) = "/w/{slug}/settings/invitations/{id}/resending";
    INVITATIONS invitations(slug) = "/w/{slug}/settings/invitations";
    INVITATION_REVOCATION invitation_revocation(slug, id) = "/w/{slug}/settings/invitations/{id}/revocation";

    TASKS tasks(slug) = "/w/{slug}/tasks";
    TASK_NEW task_new(slug) = "/w/{slug}/tasks/new";
    TASK_OPTIONS task_options(slug) = "/w/{slug}/tasks/options";
    TASK_COMPLETIONS task_completions(slug) = "/w/{slug}/tasks/completions";
    TASK_REOPENINGS task_reopenings(slug) = "/w/{slug}/tasks/reopenings";
    TASK_VIEW_NEW task_view_new(slug) = "/w/{slug}/tasks/views/new";
    TASK_VIEW task_view(slug, id) = "/w/{slug}/tasks/views/{id}";
    TASK_VIEW_QUESTION task_view_question(slug, id) = "/w/{slug}/tasks/views/{id}/question";
    TASK_VIEW_OPENING task_view_opening(slug, id) = "/w/{slug}/tasks/views/{id}/opening";
    TASK_VIEW_REMOVAL task_view_removal(slug, id) = "/w/{slug}/tasks/views/{id}/removal";
    TASK_VIEW_RESTORAL task_view_restoral(slug, id) = "/w/{slug}/tasks/views/{id}/restoral";
    TASK task(slug, id) = "/w/{slug}/tasks/{id}";
    TASK_EDIT task_edit(slug, id) = "/w/{slug}/tasks/{id}/edit";
    TASK_COMPLETION task_completion(slug, id) = "/w/{slug}/tasks/{id}/completion";
    TASK_REOPENING task_reopening(slug, id) = "/w/{slug}/tasks/{id}/reopening";
    NOTE_EDIT note_edit(slug, id) = "/w/{slug}/notes/{id}/edit";
    NOTE_REMOVAL note_removal(slug, id) = "/w/{slug}/notes/{id}/removal";
    NOTE_RESTORAL note_restoral(slug, id) = "/w/{slug}/notes/{id}/restoral";
    NOTE_MENTIONS note_mentions(slug) = "/w/{slug}/notes/mentions";
    TAG_OPTIONS tag_options(slug) = "/w/{slug}/tags/options";

    EMPLOYEES employees(slug) = "/w/{slug}/hr/employees";
    EMPLOYEE_NEW employee_new(slug) = "/w/{slug}/hr/employees/new";
    EMPLOYEE_COLUMNS employee_columns(slug) = "/w/{slug}/hr/employees/columns";
    EMPLOYEE_EXPORT employee_export(slug) = "/w/{slug}/hr/employees/export";
    EMPLOYEE_WORKBOOK employee_workbook(slug) = "/w/{slug}/hr/employees/export/workbook";
    EMPLOYEE_ARCHIVALS employee_archivals(slug) = "/w/{slug}/hr/employees/archivals";
    EMPLOYEE_ARCHIVALS_RUN employee_archivals_run(slug, id) = "/w/{slug}/hr/employees/archivals/{id}";
    EMPLOYEE_CHANGES employee_changes(slug) = "/w/{slug}/hr/employees/changes";
    EMPLOYEE_CHANGES_NEW employee_changes_new(slug) = "/w/{slug}/hr/employees/changes/new";
    EMPLOYEE_CHANGE employee_change(slug, id) = "/w/{slug}/hr/employees/changes/{id}";
    EMPLOYEE_CHANGE_REVERSAL employee_change_reversal(slug, id) = "/w/{slug}/hr/employees/changes/{id}/reversal";
    EMPLOYEE_RESTORALS employee_restorals(slug) = "/w/{slug}/hr/employees/restorals";
    EMPLOYEE_VIEW_NEW employee_view_new(slug) = "/w/{slug}/hr/employees/views/new";
    EMPLOYEE_VIEW employee_view(slug, id) = "/w/{slug}/hr/employees/views/{id}";
    EMPLOYEE_VIEW_QUESTION employee_view_question(slug, id) = "/w/{slug}/hr/employees/views/{id}/question";
    EMPLOYEE_VIEW_OPENING employee_view_opening(slug, id) = "/w/{slug}/hr/employees/views/{id}/opening";
    EMPLOYEE_VIEW_REMOVAL employee_view_removal(slug, id) = "/w/{slug}/hr/employees/views/{id}/removal";
    EMPLOYEE_VIEW_RESTORAL employee_view_restoral(slug, id) = "/w/{slug}/hr/employees/views/{id}/restoral";
    EMPLOYEE_OPTIONS employee_options(slug) = "/w/{slug}/hr/employees/options";
    EMPLOYEES_TAGS employees_tags(slug) = "/w/{slug}/hr/employees/tags";
    EMPLOYEES_TAGS_REMOVAL employees_tags_removal(slug) = "/w/{slug}/hr/employees/tags/removal";
    EMPLOYEE_IMPORTS employee_imports(slug) = "/w/{slug}/hr/employees/imports";
    EMPLOYEE_IMPORT employee_import(slug, id) = "/w/{slug}/hr/employees/imports/{id}";
    EMPLOYEE_IMPORT_MAPPING employee_import_mapping(slug, id) = "/w/{slug}/hr/employees/imports/{id}/mapping";
    EMPLOYEE_IMPORT_CONFIRMATION employee_import_confirmation(slug, id) = "/w/{slug}/hr/employees/imports/{id}/confirmation";
    EMPLOYEE_IMPORT_REVERSAL employee_import_reversal(slug, id) = "/w/{slug}/hr/employees/imports/{id}/reversal";
    EMPLOYEE_IMPORT_REMOVAL employee_import_removal(slug, id) = "/w/{slug}/hr/employees/imports/{id}/removal";
    EMPLOYEE_IMPORT_ERRORS employee_import_errors(slug, id) = "/w/{slug}/hr/employees/imports/{id}/errors.csv";
    JOB_IMPORTS job_imports(slug) = "/w/{slug}/hr/job-history/imports";
    JOB_IMPORT job_import(slug, id) = "/w/{slug}/hr/job-history/imports/{id}";
    JOB_IMPORT_MAPPING job_import_mapping(slug, id) = "/w/{slug}/hr/job-history/imports/{id}/mapping";
    JOB_IMPORT_CONFIRMATION job_import_confirmation(slug, id) = "/w/{slug}/hr/job-history/imports/{id}/confirmation";
    JOB_IMPORT_REVERSAL job_import_reversal(slug, id) = "/w/{slug}/hr/job-history/imports/{id}/reversal";
    JOB_IMPORT_REMOVAL job_import_removal(slug, id) = "/w/{slug}/hr/job-history/imports/{id}/removal";
    JOB_IMPORT_ERRORS job_import_errors(slug, id) = "/w/{slug}/hr/job-history/imports/{id}/errors.csv";
    PAY_IMPORTS pay_imports(slug) = "/w/{slug}/hr/pay-history/imports";
    PAY_IMPORT pay_import(slug, id) = "/w/{slug}/hr/pay-history/imports/{id}";
    PAY_IMPORT_MAPPING pay_import_mapping(slug, id) = "/w/{slug}/hr/pay-history/imports/{id}/mapping";
    PAY_IMPORT_CONFIRMATION pay_import_confirmation(slug, id) = "/w/{slug}/hr/pay-history/imports/{id}/confirmation";
    PAY_IMPORT_REVERSAL pay_import_reversal(slug, id) = "/w/{slug}/hr/pay-history/imports/{id}/reversal";
    PAY_IMPORT_REMOVAL pay_import_removal(slug, id) = "/w/{slug}/hr/pay-history/imports/{id}/removal";
    PAY_IMPORT_ERRORS pay_import_errors(slug, id) = "/w/{slug}/hr/pay-history/imports/{id}/errors.csv";
    EMPLOYEE employee(slug, id) = "/w/{slug}/hr/employees/{id}";
    EMPLOYEE_EDIT employee_edit(slug, id) = "/w/{slug}/hr/employees/{id}/edit";
    EMPLOYEES_FIELD_FILES employees_field_files(slug) = "/w/{slug}/hr/employees/field-files";
    EMPLOYEE_FIELD_FILES employee_field_files(slug, id) = "/w/{slug}/hr/employees/{id}/field-files";
    EMPLOYEE_FIELD_FILES_REMOVAL employee_field_files_removal(slug, id) = "/w/{slug}/hr/employees/{id}/field-files/removal";
    EMPLOYEE_TIMELINE employee_timeline(slug, id) = "/w/{slug}/hr/employees/{id}/timeline";
    /// Job and pay over time.
    EMPLOYEE_HISTORY employee_history(slug, id) = "/w/{slug}/hr/employees/{id}/history";
    EMPLOYEE_JOB_NEW employee_job_new(slug, id) = "/w/{slug}/hr/employees/{id}/jobs/new";
    EMPLOYEE_PAY_NEW employee_pay_new(slug, id) = "/w/{slug}/hr/employees/{id}/pay/new";
    /// One row of them.
    JOB_ROW job_row(slug, id) = "/w/{slug}/hr/job-rows/{id}";
    JOB_ROW_REMOVAL job_row_removal(slug, id) = "/w/{slug}/hr/job-rows/{id}/removal";
    PAY_ROW pay_row(slug, id) = "/w/{slug}/hr/pay-rows/{id}";
    PAY_ROW_REMOVAL pay_row_removal(slug, id) = "/w/{slug}/hr/pay-rows/{id}/removal";
    /// The chart, by people or by departments.
    ORGANISATION organisation(slug) = "/w/{slug}/hr/organisation";
    ORGANISATION_BELOW organisation_below(slug, id) = "/w/{slug}/hr/organisation/people/{id}";
    DEPARTMENTS departments(slug) = "/w/{slug}/hr/departments";
    DEPARTMENT_EDIT department_edit(slug) = "/w/{slug}/hr/departments/edit";
    POSITIONS positions(slug) = "/w/{slug}/hr/positions";
    POSITION_NEW position_new(slug) = "/w/{slug}/hr/positions/new";
    POSITION position(slug, id) = "/w/{slug}/hr/positions/{id}";
    POSITION_EDIT position_edit(slug, id) = "/w/{slug}/hr/positions/{id}/edit";
    POSITION_CLOSING position_closing(slug, id) = "/w/{slug}/hr/positions/{id}/closing";
    POSITION_REOPENING position_reopening(slug, id) = "/w/{slug}/hr/positions/{id}/reopening";
    EMPLOYEE_CELL employee_cell(slug, id, field) = "/w/{slug}/hr/employees/{id}/cells/{field}";
    EMPLOYEE_ARCHIVAL employee_archival(slug, id) = "/w/{slug}/hr/employees/{id}/archival";
    EMPLOYEE_RESTORAL employee_restoral(slug, id) = "/w/{slug}/hr/employees/{id}/restoral";
    EMPLOYEE_NOTES employee_notes(slug, id) = "/w/{slug}/hr/employees/{id}/notes";
    EMPLOYEE_TAGS employee_tags(slug, id) = "/w/{slug}/hr/employees/{id}/tags";
    EMPLOYEE_TAGS_REMOVAL employee_tags_removal(slug, id) = "/w/{slug}/hr/employees/{id}/tags/removal";

    EMPLOYEE_LEAVE employee_leave(slug, id) = "/w/{slug}/hr/employees/{id}/time-off";
    EMPLOYEE_LEAVE_ADJUSTMENT employee_leave_adjustment(slug, id) = "/w/{slug}/hr/employees/{id}/time-off/adjustment";
    EMPLOYEE_LEAVE_POLICY employee_leave_policy(slug, id) = "/w/{slug}/hr/employees/{id}/time-off/policy";
    EMPLOYEE_LEAVE_PATTERN employee_leave_pattern(slug, id) = "/w/{slug}/hr/employees/{id}/time-off/pattern";

    /// One's own time off.
    LEAVE leave(slug) = "/w/{slug}/hr/leave";
    LEAVE_NEW leave_new(slug) = "/w/{slug}/hr/leave/new";
    /// What a request would take, while it is typed.
    LEAVE_QUOTE leave_quote(slug) = "/w/{slug}/hr/leave/quote";
    LEAVE_REQUEST leave_request(slug, id) = "/w/{slug}/hr/leave/requests/{id}";
    LEAVE_CANCELLATION leave_cancellation(slug, id) = "/w/{slug}/hr/leave/requests/{id}/cancellation";
    LEAVE_ANSWER leave_answer(slug, id) = "/w/{slug}/hr/leave/requests/{id}/answer";
    LEAVE_APPROVALS leave_approvals(slug) = "/w/{slug}/hr/leave/approvals";
    LEAVE_ANSWERS leave_answers(slug) = "/w/{slug}/hr/leave/approvals/answers";
    LEAVE_CALENDAR leave_calendar(slug) = "/w/{slug}/hr/leave/calendar";
    LEAVE_DELEGATE leave_delegate(slug) = "/w/{slug}/hr/leave/delegate";
    LEAVE_FEEDS leave_feeds(slug) = "/w/{slug}/hr/leave/feeds";
    /// The link in a mail: it opens a page, and the page asks who is there.
    LEAVE_MAIL_ANSWER leave_mail_answer(slug, token) = "/w/{slug}/hr/leave/answers/{token}";
    /// What a calendar program reads.
    CALENDAR_FEED calendar_feed(token) = "/calendars/{token}";
    LEAVE_SETTINGS leave_settings(slug) = "/w/{slug}/settings/leave";
    LEAVE_TYPE_NEW leave_type_new(slug) = "/w/{slug}/settings/leave/types/new";
    LEAVE_TYPES_USUAL leave_types_usual(slug) = "/w/{slug}/settings/leave/types/usual";
    LEAVE_TYPE leave_type(slug, id) = "/w/{slug}/settings/leave/types/{id}";
    LEAVE_TYPE_RETIREMENT leave_type_retirement(slug, id) = "/w/{slug}/settings/leave/types/{id}/retirement";
    LEAVE_POLICY_NEW leave_policy_new(slug) = "/w/{slug}/settings/leave/policies/new";
    LEAVE_POLICY leave_policy(slug, id) = "/w/{slug}/settings/leave/policies/{id}";
    LEAVE_BLACKOUTS leave_blackouts(slug) = "/w/{slug}/settings/leave/blackouts";
    LEAVE_BLACKOUT_REMOVAL leave_blackout_removal(slug, id) = "/w/{slug}/settings/leave/blackouts/{id}/removal";
    LEAVE_COVERS leave_covers(slug) = "/w/{slug}/settings/leave/covers";
    LEAVE_COVER_REMOVAL leave_cover_removal(slug, id) = "/w/{slug}/settings/leave/covers/{id}/removal";
    PLACE_CALENDAR place_calendar(slug) = "/w/{slug}/settings/places/calendar";
    /// What is known of somebody beside the record's own row, a form for each section.
    EMPLOYEE_DETAILS employee_details(slug, id) = "/w/{slug}/hr/employees/{id}/details";
    EMPLOYEE_PERSONAL employee_personal(slug, id) = "/w/{slug}/hr/employees/{id}/personal";
    EMPLOYEE_EMERGENCY employee_emergency(slug, id) = "/w/{slug}/hr/employees/{id}/emergency";
    EMPLOYEE_BANK employee_bank(slug, id) = "/w/{slug}/hr/employees/{id}/bank";
    /// One look at the whole number of the account.
    EMPLOYEE_BANK_REVELATION employee_bank_revelation(slug, id) = "/w/{slug}/hr/employees/{id}/bank/revelation";
    DIRECTORY directory(slug) = "/w/{slug}/hr/directory";
    /// One's own record, and what one asks to have changed of it.
    MY_PROFILE my_profile(slug) = "/w/{slug}/hr/my-profile";
    MY_CHANGES my_changes(slug) = "/w/{slug}/hr/my-profile/changes";
    MY_CHANGE_WITHDRAWAL my_change_withdrawal(slug, id) = "/w/{slug}/hr/my-profile/changes/{id}/withdrawal";
    MY_BIRTHDAY my_birthday(slug) = "/w/{slug}/hr/my-profile/birthday";
    CHANGE_REQUESTS change_requests(slug) = "/w/{slug}/hr/change-requests";
    EMPLOYEE_ACCOUNT employee_account(slug, id) = "/w/{slug}/hr/employees/{id}/account";
    EMPLOYEE_PHOTO employee_photo(slug, id) = "/w/{slug}/hr/employees/{id}/photo";
    EMPLOYEE_PHOTO_REMOVAL employee_photo_removal(slug, id) = "/w/{slug}/hr/employees/{id}/photo/removal";
    EMPLOYEE_DOCUMENTS employee_documents(slug, id) = "/w/{slug}/hr/employees/{id}/documents";
    EMPLOYEE_DOCUMENT_REQUESTS employee_document_requests(slug, id) = "/w/{slug}/hr/employees/{id}/documents/requests";
    /// A letter of an employee's, filled in and not kept yet.
    EMPLOYEE_LETTERS employee_letters(slug, id) = "/w/{slug}/hr/employees/{id}/letters";

    DOCUMENTS documents(slug) = "/w/{slug}/hr/documents";
    /// One's own.
    MY_DOCUMENTS my_documents(slug) = "/w/{slug}/hr/my-documents";
    DOCUMENT_KINDS document_kinds(slug) = "/w/{slug}/hr/documents/kinds";
    DOCUMENT_KINDS_USUAL document_kinds_usual(slug) = "/w/{slug}/hr/documents/kinds/usual";
    DOCUMENT_KIND_NEW document_kind_new(slug) = "/w/{slug}/hr/documents/kinds/new";
    DOCUMENT_KIND_EDIT document_kind_edit(slug, id) = "/w/{slug}/hr/documents/kinds/{id}/edit";
    DOCUMENT_KIND document_kind(slug, id) = "/w/{slug}/hr/documents/kinds/{id}";
    DOCUMENT_KIND_ARCHIVAL document_kind_archival(slug, id) = "/w/{slug}/hr/documents/kinds/{id}/archival";
    DOCUMENT_KIND_RESTORAL document_kind_restoral(slug, id) = "/w/{slug}/hr/documents/kinds/{id}/restoral";
    DOCUMENT document(slug, id) = "/w/{slug}/hr/documents/{id}";
    DOCUMENT_EDIT document_edit(slug, id) = "/w/{slug}/hr/documents/{id}/edit";
    DOCUMENT_VERSIONS document_versions(slug, id) = "/w/{slug}/hr/documents/{id}/versions";
    DOCUMENT_APPROVAL document_approval(slug, id) = "/w/{slug}/hr/documents/{id}/approval";
    DOCUMENT_REFUSAL document_refusal(slug, id) = "/w/{slug}/hr/documents/{id}/refusal";
    DOCUMENT_ARCHIVAL document_archival(slug, id) = "/w/{slug}/hr/documents/{id}/archival";
    DOCUMENT_RESTORAL document_restoral(slug, id) = "/w/{slug}/hr/documents/{id}/restoral";
    /// A file's content, by its id and through the door of what it belongs to.
    FILE file(slug, id) = "/w/{slug}/files/{id}";
    LETTERS letters(slug) = "/w/{slug}/hr/letters";
    LETTERS_USUAL letters_usual(slug) = "/w/{slug}/hr/letters/usual";
    LETTER_NEW letter_new(slug) = "/w/{slug}/hr/letters/new";
    LETTER letter(slug, id) = "/w/{slug}/hr/letters/{id}";
    LETTER_EDIT letter_edit(slug, id) = "/w/{slug}/hr/letters/{id}/edit";
    LETTER_ARCHIVAL letter_archival(slug, id) = "/w/{slug}/hr/letters/{id}/archival";
    LETTER_RESTORAL letter_restoral(slug, id) = "/w/{slug}/hr/letters/{id}/restoral";
    POLICIES policies(slug) = "/w/{slug}/hr/policies";
    POLICY_NEW policy_new(slug) = "/w/{slug}/hr/policies/new";
    READING reading(slug, id) = "/w/{slug}/hr/policies/{id}";
    POLICY_EDIT policy_edit(slug, id) = "/w/{slug}/hr/policies/{id}/edit";
    POLICY_PUBLICATION policy_publication(slug, id) = "/w/{slug}/hr/policies/{id}/publication";
    POLICY_CONFIRMATION policy_confirmation(slug, id) = "/w/{slug}/hr/policies/{id}/confirmation";
    POLICY_REMINDERS policy_reminders(slug, id) = "/w/{slug}/hr/policies/{id}/reminders";
    POLICY_ARCHIVAL policy_archival(slug, id) = "/w/{slug}/hr/policies/{id}/archival";
    POLICY_RESTORAL policy_restoral(slug, id) = "/w/{slug}/hr/policies/{id}/restoral";
    CHECKLISTS checklists(slug) = "/w/{slug}/hr/checklists";
    CHECKLIST_NEW checklist_new(slug) = "/w/{slug}/hr/checklists/new";
    CHECKLIST_TEMPLATES checklist_templates(slug) = "/w/{slug}/hr/checklists/templates";
    CHECKLIST_TEMPLATE_NEW checklist_template_new(slug) = "/w/{slug}/hr/checklists/templates/new";
    CHECKLIST_TEMPLATE checklist_template(slug, id) = "/w/{slug}/hr/checklists/templates/{id}";
    CHECKLIST_TEMPLATE_REMOVAL checklist_template_removal(slug, id) = "/w/{slug}/hr/checklists/templates/{id}/removal";
    CHECKLIST_ITEM_COMPLETION checklist_item_completion(slug, id) = "/w/{slug}/hr/checklists/items/{id}/completion";
    CHECKLIST_ITEM_REOPENING checklist_item_reopening(slug, id) = "/w/{slug}/hr/checklists/items/{id}/reopening";
    CHECKLIST_ITEM_SKIP checklist_item_skip(slug, id) = "/w/{slug}/hr/checklists/items/{id}/skip";
    CHECKLIST_ITEM_ASSIGNEE checklist_item_assignee(slug, id) = "/w/{slug}/hr/checklists/items/{id}/assignee";
    CHECKLIST checklist(slug, id) = "/w/{slug}/hr/checklists/{id}";
    CHECKLIST_ITEMS checklist_items(slug, id) = "/w/{slug}/hr/checklists/{id}/items";
    CHECKLIST_CANCELLATION checklist_cancellation(slug, id) = "/w/{slug}/hr/checklists/{id}/cancellation";
    CHECKLIST_RESUMPTION checklist_resumption(slug, id) = "/w/{slug}/hr/checklists/{id}/resumption";
    CHECKLIST_HANDOVER checklist_handover(slug, id) = "/w/{slug}/hr/checklists/{id}/handover";
    CHECKLIST_HANDOVER_REVERSAL checklist_handover_reversal(slug, id) = "/w/{slug}/hr/checklists/{id}/handover/reversal";

    ASSETS assets(slug) = "/w/{slug}/hr/assets";
    ASSET_NEW asset_new(slug) = "/w/{slug}/hr/assets/new";
    ASSET_EXPORT asset_export(slug) = "/w/{slug}/hr/assets/export";
    ASSET asset(slug, id) = "/w/{slug}/hr/assets/{id}";
    ASSET_EDIT asset_edit(slug, id) = "/w/{slug}/hr/assets/{id}/edit";
    /// Somebody says that they have it.
    ASSET_RECEIPT asset_receipt(slug, id) = "/w/{slug}/hr/assets/{id}/receipt";
    /// It goes out, and comes back.
    ASSET_LOAN asset_loan(slug, id) = "/w/{slug}/hr/assets/{id}/loan";
    ASSET_RETURN asset_return(slug, id) = "/w/{slug}/hr/assets/{id}/return";

    ATTENDANCE attendance(slug) = "/w/{slug}/hr/attendance";
    ATTENDANCE_CLOCK attendance_clock(slug) = "/w/{slug}/hr/attendance/clock";
    ATTENDANCE_ENTRIES attendance_entries(slug) = "/w/{slug}/hr/attendance/entries";
    ATTENDANCE_REMOVAL attendance_removal(slug, id) = "/w/{slug}/hr/attendance/entries/{id}/removal";
    ATTENDANCE_SUBMISSION attendance_submission(slug) = "/w/{slug}/hr/attendance/submission";
    ATTENDANCE_WITHDRAWAL attendance_withdrawal(slug) = "/w/{slug}/hr/attendance/withdrawal";
    ATTENDANCE_EXPORT attendance_export(slug) = "/w/{slug}/hr/attendance/export";
    ATTENDANCE_HOURS attendance_hours(slug) = "/w/{slug}/hr/attendance/hours";
    TIMESHEETS timesheets(slug) = "/w/{slug}/hr/attendance/sheets";
    TIMESHEET timesheet(slug, id) = "/w/{slug}/hr/attendance/sheets/{id}";
    TIMESHEET_APPROVAL timesheet_approval(slug, id) = "/w/{slug}/hr/attendance/sheets/{id}/approval";
    TIMESHEET_RETURN timesheet_return(slug, id) = "/w/{slug}/hr/attendance/sheets/{id}/return";

    CUSTOMERS customers(slug) = "/w/{slug}/crm/customers";
    CUSTOMER_NEW customer_new(slug) = "/w/{slug}/crm/customers/new";
    CUSTOMER_COLUMNS customer_columns(slug) = "/w/{slug}/crm/customers/columns";
    CUSTOMER_EXPORT customer_export(slug) = "/w/{slug}/crm/customers/export";
    CUSTOMER_WORKBOOK customer_workbook(slug) = "/w/{slug}/crm/customers/export/workbook";
    CUSTOMER_ARCHIVALS customer_archivals(slug) = "/w/{slug}/crm/customers/archivals";
    CUSTOMER_ARCHIVALS_RUN customer_archivals_run(slug, id) = "/w/{slug}/crm/customers/archivals/{id}";
    CUSTOMER_CHANGES customer_changes(slug) = "/w/{slug}/crm/customers/changes";
    CUSTOMER_CHANGES_NEW customer_changes_new(slug) = "/w/{slug}/crm/customers/changes/new";
    CUSTOMER_CHANGE customer_change(slug, id) = "/w/{slug}/crm/customers/changes/{id}";
    CUSTOMER_CHANGE_REVERSAL customer_change_reversal(slug, id) = "/w/{slug}/crm/customers/changes/{id}/reversal";
    CUSTOMER_RESTORALS customer_restorals(slug) = "/w/{slug}/crm/customers/restorals";
    CUSTOMER_VIEW_NEW customer_view_new(slug) = "/w/{slug}/crm/customers/views/new";
    CUSTOMER_VIEW customer_view(slug, id) = "/w/{slug}/crm/customers/views/{id}";
    CUSTOMER_VIEW_QUESTION customer_view_question(slug, id) = "/w/{slug}/crm/customers/views/{id}/question";
    CUSTOMER_VIEW_OPENING customer_view_opening(slug, id) = "/w/{slug}/crm/customers/views/{id}/opening";
    CUSTOMER_VIEW_REMOVAL customer_view_removal(slug, id) = "/w/{slug}/crm/customers/views/{id}/removal";
    CUSTOMER_VIEW_RESTORAL customer_view_restoral(slug, id) = "/w/{slug}/crm/customers/views/{id}/restoral";
    CUSTOMER_OPTIONS customer_options(slug) = "/w/{slug}/crm/customers/options";
    CUSTOMERS_TAGS customers_tags(slug) = "/w/{slug}/crm/customers/tags";
    CUSTOMERS_TAGS_REMOVAL customers_tags_removal(slug) = "/w/{slug}/crm/customers/tags/removal";
    CUSTOMER_IMPORTS customer_imports(slug) = "/w/{slug}/crm/customers/imports";
    CUSTOMER_IMPORT customer_import(slug, id) = "/w/{slug}/crm/customers/imports/{id}";
    CUSTOMER_IMPORT_MAPPING customer_import_mapping(slug, id) = "/w/{slug}/crm/customers/imports/{id}/mapping";
    CUSTOMER_IMPORT_CONFIRMATION customer_import_confirmation(slug, id) = "/w/{slug}/crm/customers/imports/{id}/confirmation";
    CUSTOMER_IMPORT_REVERSAL customer_import_reversal(slug, id) = "/w/{slug}/crm/customers/imports/{id}/reversal";
    CUSTOMER_IMPORT_REMOVAL customer_import_removal(slug, id) = "/w/{slug}/crm/customers/imports/{id}/removal";
    CUSTOMER_IMPORT_ERRORS customer_import_errors(slug, id) = "/w/{slug}/crm/customers/imports/{id}/errors.csv";
    CUSTOMER customer(slug, id) = "/w/{slug}/crm/customers/{id}";
    CUSTOMER_EDIT customer_edit(slug, id) = "/w/{slug}/crm/customers/{id}/edit";
    CUSTOMERS_FIELD_FILES customers_field_files(slug) = "/w/{slug}/crm/customers/field-files";
    CUSTOMER_FIELD_FILES customer_field_files(slug, id) = "/w/{slug}/crm/customers/{id}/field-files";
    CUSTOMER_FIELD_FILES_REMOVAL customer_field_files_removal(slug, id) = "/w/{slug}/crm/customers/{id}/field-files/removal";
    CUSTOMER_TIMELINE customer_timeline(slug, id) = "/w/{slug}/crm/customers/{id}/timeline";
    CUSTOMER_ARCHIVAL customer_archival(slug, id) = "/w/{slug}/crm/customers/{id}/archival";
    CUSTOMER_RESTORAL customer_restoral(slug, id) = "/w/{slug}/crm/customers/{id}/restoral";
    CUSTOMER_NOTES customer_notes(slug, id) = "/w/{slug}/crm/customers/{id}/notes";
    CUSTOMER_TAGS customer_tags(slug, id) = "/w/{slug}/crm/customers/{id}/tags";
    CUSTOMER_TAGS_REMOVAL customer_tags_removal(slug, id) = "/w/{slug}/crm/customers/{id}/tags/removal";

    AUTOMATION automation(slug) = "/w/{slug}/automation";
    /// Everything is stopped, or goes on.
    AUTOMATION_STANDSTILL automation_standstill(slug) = "/w/{slug}/automation/standstill";
    AUTOMATION_STANDSTILL_END automation_standstill_end(slug) = "/w/{slug}/automation/standstill/end";
    WORKFLOW_TEMPLATES workflow_templates(slug) = "/w/{slug}/automation/templates";
    /// The workflows that somebody may start by hand on a record.
    RECORD_WORKFLOWS record_workflows(slug, kind, id) = "/w/{slug}/automation/records/{kind}/{id}";
    WORKFLOW workflow(slug, id) = "/w/{slug}/automation/workflows/{id}";
    WORKFLOW_NAME workflow_name(slug, id) = "/w/{slug}/automation/workflows/{id}/name";
    WORKFLOW_TRIGGER workflow_trigger(slug, id) = "/w/{slug}/automation/workflows/{id}/trigger";
    WORKFLOW_CONDITIONS workflow_conditions(slug, id) = "/w/{slug}/automation/workflows/{id}/conditions";
    WORKFLOW_STEP_NEW workflow_step_new(slug, id) = "/w/{slug}/automation/workflows/{id}/new-step";
    WORKFLOW_STEP_RETURN workflow_step_return(slug, id) = "/w/{slug}/automation/workflows/{id}/returned-step";
    WORKFLOW_STEP workflow_step(slug, id, step) = "/w/{slug}/automation/workflows/{id}/steps/{step}";
    WORKFLOW_STEP_MOVE workflow_step_move(slug, id, step) = "/w/{slug}/automation/workflows/{id}/steps/{step}/move";
    WORKFLOW_STEP_COPY workflow_step_copy(slug, id, step) = "/w/{slug}/automation/workflows/{id}/steps/{step}/copy";
    WORKFLOW_STEP_REMOVAL workflow_step_removal(slug, id, step) = "/w/{slug}/automation/workflows/{id}/steps/{step}/removal";
    WORKFLOW_JSON workflow_json(slug, id) = "/w/{slug}/automation/workflows/{id}/json";
    WORKFLOW_TRIAL workflow_trial(slug, id) = "/w/{slug}/automation/workflows/{id}/trial";
    WORKFLOW_PUBLICATION workflow_publication(slug, id) = "/w/{slug}/automation/workflows/{id}/publication";
    WORKFLOW_DISCARD workflow_discard(slug, id) = "/w/{slug}/automation/workflows/{id}/discard";
    WORKFLOW_PAUSE workflow_pause(slug, id) = "/w/{slug}/automation/workflows/{id}/pause";
    WORKFLOW_RESUMPTION workflow_resumption(slug, id) = "/w/{slug}/automation/workflows/{id}/resumption";
    WORKFLOW_COPY workflow_copy(slug, id) = "/w/{slug}/automation/workflows/{id}/copy";
    WORKFLOW_REMOVAL workflow_removal(slug, id) = "/w/{slug}/automation/workflows/{id}/removal";
    /// Another address for others to post to.
    WORKFLOW_HOOK workflow_hook(slug, id) = "/w/{slug}/automation/workflows/{id}/hook";
    WORKFLOW_RUNS workflow_runs(slug, id) = "/w/{slug}/automation/workflows/{id}/runs";
    WORKFLOW_SKIPS workflow_skips(slug, id) = "/w/{slug}/automation/workflows/{id}/not-enrolled";
    WORKFLOW_VERSIONS workflow_versions(slug, id) = "/w/{slug}/automation/workflows/{id}/versions";
    WORKFLOW_VERSION workflow_version(slug, id, number) = "/w/{slug}/automation/workflows/{id}/versions/{number}";
    RUN_RETRY run_retry(slug, id) = "/w/{slug}/automation/runs/{id}/retry";
    RUN_CANCELLATION run_cancellation(slug, id) = "/w/{slug}/automation/runs/{id}/cancellation";
    APPROVAL_ANSWER approval_answer(slug, id) = "/w/{slug}/approvals/{id}/answer";
    APPROVAL_HANDOVER approval_handover(slug, id) = "/w/{slug}/approvals/{id}/handover";
}

/// The address of a picture of this content: another picture has another one.
pub fn picture_of(slug: impl Display, id: impl Display, digest: &str) -> String {
    format!("{}?v={digest}", picture(slug, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_its_template_filled_in() {
        assert_eq!(employee("acme", 7), "/w/acme/hr/employees/7");
    }

    #[test]
    fn the_pages_of_a_noun_are_the_routers() {
        let (people, companies) = (Pages::of(EMPLOYEES, "a"), Pages::of(CUSTOMERS, "a"));
        for (pages, routed) in [
            (
                people,
                [
                    employees("a"),
                    employee_new("a"),
                    employee_columns("a"),
                    employee_export("a"),
                    employee_workbook("a"),
                    employee_options("a"),
                    employee_imports("a"),
                    employee_archivals("a"),
                    employee_restorals("a"),
                    employee_changes("a"),
                    employee_changes_new("a"),
                    employee_change("a", 1),
                    employee_change_reversal("a", 1),
                    employee("a", 1),
                    employee_edit("a", 1),
                    employee_timeline("a", 1),
                    employee_archivals_run("a", 1),
                    employee_archival("a", 1),
                    employee_restoral("a", 1),
                    employees_tags("a"),
                    employees_tags_removal("a"),
                    employee_notes("a", 1),
                    employee_tags("a", 1),
                    employee_tags_removal("a", 1),
                ],
            ),
            (
                companies,
                [
                    customers("a"),
                    customer_new("a"),
                    customer_columns("a"),
                    customer_export("a"),
                    customer_workbook("a"),
                    customer_options("a"),
                    customer_imports("a"),
                    customer_archivals("a"),
                    customer_restorals("a"),
                    customer_changes("a"),
                    customer_changes_new("a"),
                    customer_change("a", 1),
                    customer_change_reversal("a", 1),
                    customer("a", 1),
                    customer_edit("a", 1),
                    customer_timeline("a", 1),
                    customer_archivals_run("a", 1),
                    customer_archival("a", 1),
                    customer_restoral("a", 1),
                    customers_tags("a"),
                    customers_tags_removal("a"),
                    customer_notes("a", 1),
                    customer_tags("a", 1),
                    customer_tags_removal("a", 1),
                ],
            ),
        ] {
            let p = &pages;
            let ours = [
                p.list(),
                p.new_record(),
                p.columns(),
                p.export(),
                p.workbook(),
                p.options(),
                p.imports(),
                p.archivals(),
                p.restorals(),
                p.changes(),
                p.changes_new(),
                p.change(1),
                p.change_reversal(1),
                p.record(1),
                p.edit(1),
                p.timeline(1),
                p.archivals_run(1),
                p.archival(1),
                p.restoral(1),
                p.all_tags(),
                p.all_tags_removal(),
                p.notes(1),
                p.tags(1),
                p.tags_removal(1),
            ];
            assert_eq!(ours, routed);
        }
    }
}
