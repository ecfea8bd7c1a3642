//! Paths of tickets, and of the settings of support.

use super::fill;

paths! {
    TICKETS tickets(slug) = "/w/{slug}/support/tickets";
    TICKET_NEW ticket_new(slug) = "/w/{slug}/support/tickets/new";
    TICKET_COLUMNS ticket_columns(slug) = "/w/{slug}/support/tickets/columns";
    TICKET_EXPORT ticket_export(slug) = "/w/{slug}/support/tickets/export";
    TICKET_WORKBOOK ticket_workbook(slug) = "/w/{slug}/support/tickets/export/workbook";
    TICKET_IMPORTS ticket_imports(slug) = "/w/{slug}/support/tickets/imports";
    TICKET_IMPORT ticket_import(slug, id) = "/w/{slug}/support/tickets/imports/{id}";
    TICKET_IMPORT_MAPPING ticket_import_mapping(slug, id) = "/w/{slug}/support/tickets/imports/{id}/mapping";
    TICKET_IMPORT_CONFIRMATION ticket_import_confirmation(slug, id) = "/w/{slug}/support/tickets/imports/{id}/confirmation";
    TICKET_IMPORT_REVERSAL ticket_import_reversal(slug, id) = "/w/{slug}/support/tickets/imports/{id}/reversal";
    TICKET_IMPORT_REMOVAL ticket_import_removal(slug, id) = "/w/{slug}/support/tickets/imports/{id}/removal";
    TICKET_IMPORT_ERRORS ticket_import_errors(slug, id) = "/w/{slug}/support/tickets/imports/{id}/errors.csv";
    TICKET_ARCHIVALS ticket_archivals(slug) = "/w/{slug}/support/tickets/archivals";
    TICKET_ARCHIVALS_RUN ticket_archivals_run(slug, id) = "/w/{slug}/support/tickets/archivals/{id}";
    TICKET_RESTORALS ticket_restorals(slug) = "/w/{slug}/support/tickets/restorals";
    TICKET_CHANGES ticket_changes(slug) = "/w/{slug}/support/tickets/changes";
    TICKET_CHANGES_NEW ticket_changes_new(slug) = "/w/{slug}/support/tickets/changes/new";
    TICKET_CHANGE ticket_change(slug, id) = "/w/{slug}/support/tickets/changes/{id}";
    TICKET_CHANGE_REVERSAL ticket_change_reversal(slug, id) = "/w/{slug}/support/tickets/changes/{id}/reversal";
    TICKET_VIEW_NEW ticket_view_new(slug) = "/w/{slug}/support/tickets/views/new";
    TICKET_VIEW ticket_view(slug, id) = "/w/{slug}/support/tickets/views/{id}";
    TICKET_VIEW_QUESTION ticket_view_question(slug, id) = "/w/{slug}/support/tickets/views/{id}/question";
    TICKET_VIEW_OPENING ticket_view_opening(slug, id) = "/w/{slug}/support/tickets/views/{id}/opening";
    TICKET_VIEW_REMOVAL ticket_view_removal(slug, id) = "/w/{slug}/support/tickets/views/{id}/removal";
    TICKET_VIEW_RESTORAL ticket_view_restoral(slug, id) = "/w/{slug}/support/tickets/views/{id}/restoral";
    /// Contacts and customers that who asks may be.
    TICKET_OPTIONS ticket_options(slug) = "/w/{slug}/support/tickets/options";
    TICKETS_TAGS tickets_tags(slug) = "/w/{slug}/support/tickets/tags";
    TICKETS_TAGS_REMOVAL tickets_tags_removal(slug) = "/w/{slug}/support/tickets/tags/removal";
    TICKET ticket(slug, id) = "/w/{slug}/support/tickets/{id}";
    TICKET_EDIT ticket_edit(slug, id) = "/w/{slug}/support/tickets/{id}/edit";
    TICKET_TIMELINE ticket_timeline(slug, id) = "/w/{slug}/support/tickets/{id}/timeline";
    TICKETS_FIELD_FILES tickets_field_files(slug) = "/w/{slug}/support/tickets/field-files";
    TICKET_FIELD_FILES ticket_field_files(slug, id) = "/w/{slug}/support/tickets/{id}/field-files";
    TICKET_FIELD_FILES_REMOVAL ticket_field_files_removal(slug, id) = "/w/{slug}/support/tickets/{id}/field-files/removal";
    TICKET_ARCHIVAL ticket_archival(slug, id) = "/w/{slug}/support/tickets/{id}/archival";
    TICKET_RESTORAL ticket_restoral(slug, id) = "/w/{slug}/support/tickets/{id}/restoral";
    TICKET_TAGS ticket_tags(slug, id) = "/w/{slug}/support/tickets/{id}/tags";
    TICKET_TAGS_REMOVAL ticket_tags_removal(slug, id) = "/w/{slug}/support/tickets/{id}/tags/removal";
    TICKET_FOLLOWING ticket_following(slug, id) = "/w/{slug}/support/tickets/{id}/following";
    /// A reply or a note.
    TICKET_MESSAGES ticket_messages(slug, id) = "/w/{slug}/support/tickets/{id}/messages";
    /// What one has begun to write.
    TICKET_DRAFT ticket_draft(slug, id) = "/w/{slug}/support/tickets/{id}/draft";
    /// Its status, priority, queue and assignee, from its page.
    TICKET_FACTS ticket_facts(slug, id) = "/w/{slug}/support/tickets/{id}/facts";
    /// A macro, as it would be used on it: `?macro=` says which.
    TICKET_MACRO ticket_macro(slug, id) = "/w/{slug}/support/tickets/{id}/macro";
    /// A macro on many: what it would do, and doing it.
    TICKETS_MACRO_NEW tickets_macro_new(slug) = "/w/{slug}/support/tickets/macro/new";
    TICKETS_MACRO tickets_macro(slug) = "/w/{slug}/support/tickets/macro";
    /// Puts it off for a while.
    TICKET_SNOOZE ticket_snooze(slug, id) = "/w/{slug}/support/tickets/{id}/snooze";
    TICKET_SNOOZE_REMOVAL ticket_snooze_removal(slug, id) = "/w/{slug}/support/tickets/{id}/snooze/removal";
    /// Its checklist, and one point of it: done, open again, gone.
    TICKET_POINTS ticket_points(slug, id) = "/w/{slug}/support/tickets/{id}/checklist";
    TICKET_POINT ticket_point(slug, id) = "/w/{slug}/support/checklist/{id}";
    TICKET_POINT_REMOVAL ticket_point_removal(slug, id) = "/w/{slug}/support/checklist/{id}/removal";
    TICKET_TIME ticket_time(slug, id) = "/w/{slug}/support/tickets/{id}/time";
    TIME_ENTRY time_entry(slug, id) = "/w/{slug}/support/time/entries/{id}";
    TIME_ENTRY_REMOVAL time_entry_removal(slug, id) = "/w/{slug}/support/time/entries/{id}/removal";
    /// A ticket that is a part of it.
    TICKET_PARTS ticket_parts(slug, id) = "/w/{slug}/support/tickets/{id}/parts";
    TICKET_LINKS_REMOVAL ticket_links_removal(slug, id) = "/w/{slug}/support/tickets/{id}/links/removal";
    /// Others that it has to do with, by their number.
    TICKET_LINKS ticket_links(slug, id) = "/w/{slug}/support/tickets/{id}/links";
    TICKET_MERGE ticket_merge(slug, id) = "/w/{slug}/support/tickets/{id}/merge";
    TICKET_MERGE_REVERSAL ticket_merge_reversal(slug, id) = "/w/{slug}/support/tickets/{id}/merge/reversal";
    /// A message that becomes a ticket of its own.
    TICKET_SPLIT ticket_split(slug, id) = "/w/{slug}/support/tickets/{id}/split";
    /// Who else has it open.
    TICKET_PRESENCE ticket_presence(slug, id) = "/w/{slug}/support/tickets/{id}/presence";
    /// The clocks as they stand now.
    TICKET_CLOCKS ticket_clocks(slug, id) = "/w/{slug}/support/tickets/{id}/clocks";
    /// The next one of those that somebody works on.
    TICKET_NEXT ticket_next(slug, id) = "/w/{slug}/support/tickets/{id}/next";

    /// Mail to support that is in no ticket.
    SUPPORT_MAILS support_mails(slug) = "/w/{slug}/support/mail";
    /// Makes a ticket of it after all.
    SUPPORT_MAIL_ADMISSION support_mail_admission(slug, id) = "/w/{slug}/support/mail/{id}/admission";
    /// Whoever has sent it writes in no more.
    SUPPORT_MAIL_BLOCK support_mail_block(slug, id) = "/w/{slug}/support/mail/{id}/block";
    BLOCKED_SENDER_REMOVAL blocked_sender_removal(slug, id) = "/w/{slug}/support/blocked-senders/{id}/removal";

    HELP help(slug) = "/w/{slug}/support/help";
    HELP_NEW help_new(slug) = "/w/{slug}/support/help/new";
    HELP_CATEGORIES help_categories(slug) = "/w/{slug}/support/help/categories";
    HELP_CATEGORY help_category(slug, id) = "/w/{slug}/support/help/categories/{id}";
    HELP_CATEGORY_MOVE help_category_move(slug, id) = "/w/{slug}/support/help/categories/{id}/move";
    HELP_CATEGORY_REMOVAL help_category_removal(slug, id) = "/w/{slug}/support/help/categories/{id}/removal";
    HELP_ARTICLE help_article(slug, id) = "/w/{slug}/support/help/{id}";
    HELP_EDIT help_edit(slug, id) = "/w/{slug}/support/help/{id}/edit";
    /// Publishes it, takes it back, archives it.
    HELP_STATE help_state(slug, id) = "/w/{slug}/support/help/{id}/state";
    /// Takes an earlier version over.
    HELP_VERSIONS help_versions(slug, id) = "/w/{slug}/support/help/{id}/versions";
    PORTAL_SETTINGS portal_settings(slug) = "/w/{slug}/settings/portal";
    /// Ends all that a contact has open in the portal.
    CONTACT_PORTAL_END contact_portal_end(slug, id) = "/w/{slug}/crm/contacts/{id}/portal-sessions/end";

    /// Open to anybody, where the workspace has opened it.
    PUBLIC_HELP public_help(slug) = "/help/{slug}";
    PUBLIC_HELP_ARTICLE public_help_article(slug, id) = "/help/{slug}/articles/{id}";
    PUBLIC_HELP_ANSWER public_help_answer(slug, id) = "/help/{slug}/articles/{id}/answer";
    /// A customer’s own place.
    PORTAL portal(slug) = "/portal/{slug}";
    PORTAL_SIGN_IN portal_sign_in(slug) = "/portal/{slug}/sign-in";
    /// The link of a mail; only pressing its button uses it up.
    PORTAL_LINK portal_link(token) = "/portal-links/{token}";
    PORTAL_SIGN_OUT portal_sign_out(slug) = "/portal/{slug}/sign-out";
    PORTAL_NEW portal_new(slug) = "/portal/{slug}/tickets/new";
    /// Articles that may answer what somebody writes.
    PORTAL_SUGGESTIONS portal_suggestions(slug) = "/portal/{slug}/suggestions";
    PORTAL_TICKET portal_ticket(slug, id) = "/portal/{slug}/tickets/{id}";
    PORTAL_MESSAGES portal_messages(slug, id) = "/portal/{slug}/tickets/{id}/messages";
    /// Closes it, or opens it again.
    PORTAL_STATE portal_state(slug, id) = "/portal/{slug}/tickets/{id}/state";
    /// On to the question how it was.
    PORTAL_RATING portal_rating(slug, id) = "/portal/{slug}/tickets/{id}/rating";
    PORTAL_FILE portal_file(slug, id) = "/portal/{slug}/files/{id}";

    SUPPORT_QUEUES support_queues(slug) = "/w/{slug}/settings/queues";
    SUPPORT_QUEUE_NEW support_queue_new(slug) = "/w/{slug}/settings/queues/new";
    SUPPORT_QUEUE support_queue(slug, id) = "/w/{slug}/settings/queues/{id}";
    SUPPORT_QUEUE_ARCHIVAL support_queue_archival(slug, id) = "/w/{slug}/settings/queues/{id}/archival";
    /// Draws it another address for mail.
    SUPPORT_QUEUE_ROTATION support_queue_rotation(slug, id) = "/w/{slug}/settings/queues/{id}/rotation";
    SUPPORT_QUEUE_RESTORAL support_queue_restoral(slug, id) = "/w/{slug}/settings/queues/{id}/restoral";
    INBOXES inboxes(slug) = "/w/{slug}/settings/mailboxes";
    INBOX_NEW inbox_new(slug) = "/w/{slug}/settings/mailboxes/new";
    INBOX inbox(slug, id) = "/w/{slug}/settings/mailboxes/{id}";
    /// Looks into it now.
    INBOX_LOOK inbox_look(slug, id) = "/w/{slug}/settings/mailboxes/{id}/look";
    INBOX_PAUSE inbox_pause(slug, id) = "/w/{slug}/settings/mailboxes/{id}/pause";
    INBOX_REMOVAL inbox_removal(slug, id) = "/w/{slug}/settings/mailboxes/{id}/removal";
    SUPPORT_CALENDARS support_calendars(slug) = "/w/{slug}/settings/support-calendars";
    SUPPORT_CALENDAR_NEW support_calendar_new(slug) = "/w/{slug}/settings/support-calendars/new";
    SUPPORT_CALENDAR support_calendar(slug, id) = "/w/{slug}/settings/support-calendars/{id}";
    SUPPORT_CALENDAR_REMOVAL support_calendar_removal(slug, id) = "/w/{slug}/settings/support-calendars/{id}/removal";
    CANNED_REPLIES canned_replies(slug) = "/w/{slug}/settings/canned-replies";
    CANNED_REPLY_NEW canned_reply_new(slug) = "/w/{slug}/settings/canned-replies/new";
    CANNED_REPLY canned_reply(slug, id) = "/w/{slug}/settings/canned-replies/{id}";
    CANNED_REPLY_REMOVAL canned_reply_removal(slug, id) = "/w/{slug}/settings/canned-replies/{id}/removal";
    MACROS macros(slug) = "/w/{slug}/settings/macros";
    MACRO_NEW macro_new(slug) = "/w/{slug}/settings/macros/new";
    MACRO macro_page(slug, id) = "/w/{slug}/settings/macros/{id}";
    MACRO_REMOVAL macro_removal(slug, id) = "/w/{slug}/settings/macros/{id}/removal";
    /// How somebody found our help, from a link in their mail.
    TICKET_RATING ticket_rating(token) = "/ticket-ratings/{token}";
    SATISFACTION satisfaction(slug) = "/w/{slug}/support/reports/satisfaction";
    /// How much work there was.
    SUPPORT_WORKLOAD support_workload(slug) = "/w/{slug}/support/reports/workload";
    /// What was promised and what was kept.
    SLA_REPORT sla_report(slug) = "/w/{slug}/support/reports/sla";
    ROUTING_RULES routing_rules(slug) = "/w/{slug}/settings/routing";
    ROUTING_RULE_NEW routing_rule_new(slug) = "/w/{slug}/settings/routing/new";
    ROUTING_RULE routing_rule(slug, id) = "/w/{slug}/settings/routing/{id}";
    ROUTING_RULE_MOVE routing_rule_move(slug, id) = "/w/{slug}/settings/routing/{id}/move";
    ROUTING_RULE_REMOVAL routing_rule_removal(slug, id) = "/w/{slug}/settings/routing/{id}/removal";
    SLA_POLICIES sla_policies(slug) = "/w/{slug}/settings/sla";
    SLA_POLICY_NEW sla_policy_new(slug) = "/w/{slug}/settings/sla/new";
    SLA_POLICY sla_policy(slug, id) = "/w/{slug}/settings/sla/{id}";
    SLA_POLICY_MOVE sla_policy_move(slug, id) = "/w/{slug}/settings/sla/{id}/move";
    SLA_POLICY_REMOVAL sla_policy_removal(slug, id) = "/w/{slug}/settings/sla/{id}/removal";
}
