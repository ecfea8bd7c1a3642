//! Paths of leads and of the forms by which they come in.

use super::fill;

paths! {
    LEADS leads(slug) = "/w/{slug}/crm/leads";
    LEAD_NEW lead_new(slug) = "/w/{slug}/crm/leads/new";
    LEAD_COLUMNS lead_columns(slug) = "/w/{slug}/crm/leads/columns";
    LEAD_EXPORT lead_export(slug) = "/w/{slug}/crm/leads/export";
    LEAD_WORKBOOK lead_workbook(slug) = "/w/{slug}/crm/leads/export/workbook";
    LEAD_ARCHIVALS lead_archivals(slug) = "/w/{slug}/crm/leads/archivals";
    LEAD_ARCHIVALS_RUN lead_archivals_run(slug, id) = "/w/{slug}/crm/leads/archivals/{id}";
    LEAD_RESTORALS lead_restorals(slug) = "/w/{slug}/crm/leads/restorals";
    LEAD_CHANGES lead_changes(slug) = "/w/{slug}/crm/leads/changes";
    LEAD_CHANGES_NEW lead_changes_new(slug) = "/w/{slug}/crm/leads/changes/new";
    LEAD_CHANGE lead_change(slug, id) = "/w/{slug}/crm/leads/changes/{id}";
    LEAD_CHANGE_REVERSAL lead_change_reversal(slug, id) = "/w/{slug}/crm/leads/changes/{id}/reversal";
    LEAD_VIEW_NEW lead_view_new(slug) = "/w/{slug}/crm/leads/views/new";
    LEAD_VIEW lead_view(slug, id) = "/w/{slug}/crm/leads/views/{id}";
    LEAD_VIEW_QUESTION lead_view_question(slug, id) = "/w/{slug}/crm/leads/views/{id}/question";
    LEAD_VIEW_OPENING lead_view_opening(slug, id) = "/w/{slug}/crm/leads/views/{id}/opening";
    LEAD_VIEW_REMOVAL lead_view_removal(slug, id) = "/w/{slug}/crm/leads/views/{id}/removal";
    LEAD_VIEW_RESTORAL lead_view_restoral(slug, id) = "/w/{slug}/crm/leads/views/{id}/restoral";
    /// Customers that a company may be.
    LEAD_OPTIONS lead_options(slug) = "/w/{slug}/crm/leads/options";
    LEADS_TAGS leads_tags(slug) = "/w/{slug}/crm/leads/tags";
    LEADS_TAGS_REMOVAL leads_tags_removal(slug) = "/w/{slug}/crm/leads/tags/removal";
    LEAD_IMPORTS lead_imports(slug) = "/w/{slug}/crm/leads/imports";
    LEAD_IMPORT lead_import(slug, id) = "/w/{slug}/crm/leads/imports/{id}";
    LEAD_IMPORT_MAPPING lead_import_mapping(slug, id) = "/w/{slug}/crm/leads/imports/{id}/mapping";
    LEAD_IMPORT_CONFIRMATION lead_import_confirmation(slug, id) = "/w/{slug}/crm/leads/imports/{id}/confirmation";
    LEAD_IMPORT_REVERSAL lead_import_reversal(slug, id) = "/w/{slug}/crm/leads/imports/{id}/reversal";
    LEAD_IMPORT_REMOVAL lead_import_removal(slug, id) = "/w/{slug}/crm/leads/imports/{id}/removal";
    LEAD_IMPORT_ERRORS lead_import_errors(slug, id) = "/w/{slug}/crm/leads/imports/{id}/errors.csv";
    LEAD lead(slug, id) = "/w/{slug}/crm/leads/{id}";
    LEAD_EDIT lead_edit(slug, id) = "/w/{slug}/crm/leads/{id}/edit";
    LEAD_TIMELINE lead_timeline(slug, id) = "/w/{slug}/crm/leads/{id}/timeline";
    LEADS_FIELD_FILES leads_field_files(slug) = "/w/{slug}/crm/leads/field-files";
    LEAD_FIELD_FILES lead_field_files(slug, id) = "/w/{slug}/crm/leads/{id}/field-files";
    LEAD_FIELD_FILES_REMOVAL lead_field_files_removal(slug, id) = "/w/{slug}/crm/leads/{id}/field-files/removal";
    LEAD_ARCHIVAL lead_archival(slug, id) = "/w/{slug}/crm/leads/{id}/archival";
    LEAD_RESTORAL lead_restoral(slug, id) = "/w/{slug}/crm/leads/{id}/restoral";
    LEAD_NOTES lead_notes(slug, id) = "/w/{slug}/crm/leads/{id}/notes";
    LEAD_TAGS lead_tags(slug, id) = "/w/{slug}/crm/leads/{id}/tags";
    LEAD_TAGS_REMOVAL lead_tags_removal(slug, id) = "/w/{slug}/crm/leads/{id}/tags/removal";
    LEAD_CONVERSION lead_conversion(slug, id) = "/w/{slug}/crm/leads/{id}/conversion";
    LEAD_CONVERSION_REVERSAL lead_conversion_reversal(slug, id) = "/w/{slug}/crm/leads/{id}/conversion/reversal";
    /// Somebody takes one that nobody has.
    LEAD_TAKING lead_taking(slug, id) = "/w/{slug}/crm/leads/{id}/taking";
    LEAD_DUPLICATES lead_duplicates(slug) = "/w/{slug}/crm/duplicates/leads";
    LEAD_MERGE lead_merge(slug, id) = "/w/{slug}/crm/leads/{id}/merge";
    LEAD_MERGE_REVERSAL lead_merge_reversal(slug, id) = "/w/{slug}/crm/leads/merges/{id}/reversal";
    LEAD_RULES lead_rules(slug) = "/w/{slug}/settings/lead-rules";
    LEAD_RULE_NEW lead_rule_new(slug) = "/w/{slug}/settings/lead-rules/new";
    LEAD_RULES_RUN lead_rules_run(slug) = "/w/{slug}/settings/lead-rules/run";
    LEAD_RULE lead_rule(slug, id) = "/w/{slug}/settings/lead-rules/{id}";
    LEAD_RULE_MOVE lead_rule_move(slug, id) = "/w/{slug}/settings/lead-rules/{id}/move";
    LEAD_RULE_REMOVAL lead_rule_removal(slug, id) = "/w/{slug}/settings/lead-rules/{id}/removal";
    LEAD_FALLBACK lead_fallback(slug) = "/w/{slug}/settings/lead-fallback";
    LEAD_SCORING lead_scoring(slug) = "/w/{slug}/settings/lead-scoring";
    LEAD_FORMS lead_forms(slug) = "/w/{slug}/settings/lead-forms";
    LEAD_FORM_NEW lead_form_new(slug) = "/w/{slug}/settings/lead-forms/new";
    LEAD_FORM lead_form(slug, id) = "/w/{slug}/settings/lead-forms/{id}";
    LEAD_FORM_EDIT lead_form_edit(slug, id) = "/w/{slug}/settings/lead-forms/{id}/edit";
    LEAD_FORM_LOG lead_form_log(slug, id) = "/w/{slug}/settings/lead-forms/{id}/log";
    /// A key with which a program sends it.
    LEAD_FORM_KEY lead_form_key(slug, id) = "/w/{slug}/settings/lead-forms/{id}/key";
    LEAD_FORM_ARCHIVAL lead_form_archival(slug, id) = "/w/{slug}/settings/lead-forms/{id}/archival";
    LEAD_FORM_RESTORAL lead_form_restoral(slug, id) = "/w/{slug}/settings/lead-forms/{id}/restoral";
    /// A form as anybody sees it.
    PUBLIC_FORM public_form(slug, key) = "/forms/{slug}/{key}";
    /// The colour of a form.
    PUBLIC_FORM_THEME public_form_theme(accent) = "/form-themes/{accent}";
    /// The link in the mail by which a lead says that it was them.
    PUBLIC_FORM_CONFIRMATION public_form_confirmation(token) = "/form-confirmations/{token}";
}
