//! Paths of contacts, and of what stands beside customers, contacts and deals.

use super::fill;

paths! {
    CONTACTS contacts(slug) = "/w/{slug}/crm/contacts";
    CONTACT_NEW contact_new(slug) = "/w/{slug}/crm/contacts/new";
    CONTACT_COLUMNS contact_columns(slug) = "/w/{slug}/crm/contacts/columns";
    CONTACT_EXPORT contact_export(slug) = "/w/{slug}/crm/contacts/export";
    CONTACT_WORKBOOK contact_workbook(slug) = "/w/{slug}/crm/contacts/export/workbook";
    CONTACT_ARCHIVALS contact_archivals(slug) = "/w/{slug}/crm/contacts/archivals";
    CONTACT_ARCHIVALS_RUN contact_archivals_run(slug, id) = "/w/{slug}/crm/contacts/archivals/{id}";
    CONTACT_RESTORALS contact_restorals(slug) = "/w/{slug}/crm/contacts/restorals";
    CONTACT_CHANGES contact_changes(slug) = "/w/{slug}/crm/contacts/changes";
    CONTACT_CHANGES_NEW contact_changes_new(slug) = "/w/{slug}/crm/contacts/changes/new";
    CONTACT_CHANGE contact_change(slug, id) = "/w/{slug}/crm/contacts/changes/{id}";
    CONTACT_CHANGE_REVERSAL contact_change_reversal(slug, id) = "/w/{slug}/crm/contacts/changes/{id}/reversal";
    CONTACT_VIEW_NEW contact_view_new(slug) = "/w/{slug}/crm/contacts/views/new";
    CONTACT_VIEW contact_view(slug, id) = "/w/{slug}/crm/contacts/views/{id}";
    CONTACT_VIEW_QUESTION contact_view_question(slug, id) = "/w/{slug}/crm/contacts/views/{id}/question";
    CONTACT_VIEW_OPENING contact_view_opening(slug, id) = "/w/{slug}/crm/contacts/views/{id}/opening";
    CONTACT_VIEW_REMOVAL contact_view_removal(slug, id) = "/w/{slug}/crm/contacts/views/{id}/removal";
    CONTACT_VIEW_RESTORAL contact_view_restoral(slug, id) = "/w/{slug}/crm/contacts/views/{id}/restoral";
    /// Contacts to choose from.
    CONTACT_OPTIONS contact_options(slug) = "/w/{slug}/crm/contacts/options";
    CONTACTS_TAGS contacts_tags(slug) = "/w/{slug}/crm/contacts/tags";
    CONTACTS_TAGS_REMOVAL contacts_tags_removal(slug) = "/w/{slug}/crm/contacts/tags/removal";
    CONTACT_IMPORTS contact_imports(slug) = "/w/{slug}/crm/contacts/imports";
    CONTACT_IMPORT contact_import(slug, id) = "/w/{slug}/crm/contacts/imports/{id}";
    CONTACT_IMPORT_MAPPING contact_import_mapping(slug, id) = "/w/{slug}/crm/contacts/imports/{id}/mapping";
    CONTACT_IMPORT_CONFIRMATION contact_import_confirmation(slug, id) = "/w/{slug}/crm/contacts/imports/{id}/confirmation";
    CONTACT_IMPORT_REVERSAL contact_import_reversal(slug, id) = "/w/{slug}/crm/contacts/imports/{id}/reversal";
    CONTACT_IMPORT_REMOVAL contact_import_removal(slug, id) = "/w/{slug}/crm/contacts/imports/{id}/removal";
    CONTACT_IMPORT_ERRORS contact_import_errors(slug, id) = "/w/{slug}/crm/contacts/imports/{id}/errors.csv";
    CONTACT contact(slug, id) = "/w/{slug}/crm/contacts/{id}";
    CONTACT_EDIT contact_edit(slug, id) = "/w/{slug}/crm/contacts/{id}/edit";
    CONTACT_TIMELINE contact_timeline(slug, id) = "/w/{slug}/crm/contacts/{id}/timeline";
    CONTACTS_FIELD_FILES contacts_field_files(slug) = "/w/{slug}/crm/contacts/field-files";
    CONTACT_FIELD_FILES contact_field_files(slug, id) = "/w/{slug}/crm/contacts/{id}/field-files";
    CONTACT_FIELD_FILES_REMOVAL contact_field_files_removal(slug, id) = "/w/{slug}/crm/contacts/{id}/field-files/removal";
    CONTACT_ARCHIVAL contact_archival(slug, id) = "/w/{slug}/crm/contacts/{id}/archival";
    CONTACT_RESTORAL contact_restoral(slug, id) = "/w/{slug}/crm/contacts/{id}/restoral";
    CONTACT_NOTES contact_notes(slug, id) = "/w/{slug}/crm/contacts/{id}/notes";
    CONTACT_TAGS contact_tags(slug, id) = "/w/{slug}/crm/contacts/{id}/tags";
    CONTACT_TAGS_REMOVAL contact_tags_removal(slug, id) = "/w/{slug}/crm/contacts/{id}/tags/removal";
    /// How they are reached.
    CONTACT_POINTS contact_points(slug, id) = "/w/{slug}/crm/contacts/{id}/points";
    CONTACT_POINT contact_point(slug, id) = "/w/{slug}/crm/contacts/points/{id}";
    CONTACT_POINT_FIRST contact_point_first(slug, id) = "/w/{slug}/crm/contacts/points/{id}/first";
    CONTACT_POINT_REMOVAL contact_point_removal(slug, id) = "/w/{slug}/crm/contacts/points/{id}/removal";
    CUSTOMER_POINTS customer_points(slug, id) = "/w/{slug}/crm/customers/{id}/points";
    CUSTOMER_POINT customer_point(slug, id) = "/w/{slug}/crm/customers/points/{id}";
    CUSTOMER_POINT_FIRST customer_point_first(slug, id) = "/w/{slug}/crm/customers/points/{id}/first";
    CUSTOMER_POINT_REMOVAL customer_point_removal(slug, id) = "/w/{slug}/crm/customers/points/{id}/removal";
    /// Companies of a contact, and contacts of a company.
    CONTACT_COMPANIES contact_companies(slug, id) = "/w/{slug}/crm/contacts/{id}/companies";
    CONTACT_COMPANIES_REMOVAL contact_companies_removal(slug, id) = "/w/{slug}/crm/contacts/{id}/companies/removal";
    CUSTOMER_CONTACTS customer_contacts(slug, id) = "/w/{slug}/crm/customers/{id}/contacts";
    CUSTOMER_CONTACTS_REMOVAL customer_contacts_removal(slug, id) = "/w/{slug}/crm/customers/{id}/contacts/removal";
    /// Who is what in a deal.
    DEAL_CONTACTS deal_contacts(slug, id) = "/w/{slug}/crm/deals/{id}/contacts";
    DEAL_CONTACTS_REMOVAL deal_contacts_removal(slug, id) = "/w/{slug}/crm/deals/{id}/contacts/removal";
    /// Pairs that may be one: of customers, and of contacts.
    DUPLICATES duplicates(slug) = "/w/{slug}/crm/duplicates";
    CONTACT_DUPLICATES contact_duplicates(slug) = "/w/{slug}/crm/duplicates/contacts";
    CUSTOMER_MERGE customer_merge(slug, id) = "/w/{slug}/crm/customers/{id}/merge";
    CUSTOMER_MERGE_REVERSAL customer_merge_reversal(slug, id) = "/w/{slug}/crm/customers/merges/{id}/reversal";
    CONTACT_MERGE contact_merge(slug, id) = "/w/{slug}/crm/contacts/{id}/merge";
    CONTACT_MERGE_REVERSAL contact_merge_reversal(slug, id) = "/w/{slug}/crm/contacts/merges/{id}/reversal";
    CUSTOMER_TEAM customer_team(slug, id) = "/w/{slug}/crm/customers/{id}/team";
    CUSTOMER_FOLLOWING customer_following(slug, id) = "/w/{slug}/crm/customers/{id}/following";
    CONTACT_FOLLOWING contact_following(slug, id) = "/w/{slug}/crm/contacts/{id}/following";
    DEAL_FOLLOWING deal_following(slug, id) = "/w/{slug}/crm/deals/{id}/following";
    LEAD_FOLLOWING lead_following(slug, id) = "/w/{slug}/crm/leads/{id}/following";
    CUSTOMER_FILES customer_files(slug, id) = "/w/{slug}/crm/customers/{id}/files";
    CUSTOMER_FILES_REMOVAL customer_files_removal(slug, id) = "/w/{slug}/crm/customers/{id}/files/removal";
    CONTACT_FILES contact_files(slug, id) = "/w/{slug}/crm/contacts/{id}/files";
    CONTACT_FILES_REMOVAL contact_files_removal(slug, id) = "/w/{slug}/crm/contacts/{id}/files/removal";
    DEAL_FILES deal_files(slug, id) = "/w/{slug}/crm/deals/{id}/files";
    DEAL_FILES_REMOVAL deal_files_removal(slug, id) = "/w/{slug}/crm/deals/{id}/files/removal";
    LEAD_FILES lead_files(slug, id) = "/w/{slug}/crm/leads/{id}/files";
    LEAD_FILES_REMOVAL lead_files_removal(slug, id) = "/w/{slug}/crm/leads/{id}/files/removal";
}
