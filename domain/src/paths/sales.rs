//! Paths of deals, their pipelines, products and quotes.

use super::fill;

paths! {
    DEALS deals(slug) = "/w/{slug}/crm/deals";
    DEAL_NEW deal_new(slug) = "/w/{slug}/crm/deals/new";
    DEAL_COLUMNS deal_columns(slug) = "/w/{slug}/crm/deals/columns";
    DEAL_EXPORT deal_export(slug) = "/w/{slug}/crm/deals/export";
    DEAL_WORKBOOK deal_workbook(slug) = "/w/{slug}/crm/deals/export/workbook";
    DEAL_ARCHIVALS deal_archivals(slug) = "/w/{slug}/crm/deals/archivals";
    DEAL_ARCHIVALS_RUN deal_archivals_run(slug, id) = "/w/{slug}/crm/deals/archivals/{id}";
    DEAL_RESTORALS deal_restorals(slug) = "/w/{slug}/crm/deals/restorals";
    DEAL_CHANGES deal_changes(slug) = "/w/{slug}/crm/deals/changes";
    DEAL_CHANGES_NEW deal_changes_new(slug) = "/w/{slug}/crm/deals/changes/new";
    DEAL_CHANGE deal_change(slug, id) = "/w/{slug}/crm/deals/changes/{id}";
    DEAL_CHANGE_REVERSAL deal_change_reversal(slug, id) = "/w/{slug}/crm/deals/changes/{id}/reversal";
    DEAL_VIEW_NEW deal_view_new(slug) = "/w/{slug}/crm/deals/views/new";
    DEAL_VIEW deal_view(slug, id) = "/w/{slug}/crm/deals/views/{id}";
    DEAL_VIEW_QUESTION deal_view_question(slug, id) = "/w/{slug}/crm/deals/views/{id}/question";
    DEAL_VIEW_OPENING deal_view_opening(slug, id) = "/w/{slug}/crm/deals/views/{id}/opening";
    DEAL_VIEW_REMOVAL deal_view_removal(slug, id) = "/w/{slug}/crm/deals/views/{id}/removal";
    DEAL_VIEW_RESTORAL deal_view_restoral(slug, id) = "/w/{slug}/crm/deals/views/{id}/restoral";
    /// Customers to choose from, for whoever adds deals.
    DEAL_OPTIONS deal_options(slug) = "/w/{slug}/crm/deals/options";
    DEALS_TAGS deals_tags(slug) = "/w/{slug}/crm/deals/tags";
    DEALS_TAGS_REMOVAL deals_tags_removal(slug) = "/w/{slug}/crm/deals/tags/removal";
    DEAL_IMPORTS deal_imports(slug) = "/w/{slug}/crm/deals/imports";
    DEAL_IMPORT deal_import(slug, id) = "/w/{slug}/crm/deals/imports/{id}";
    DEAL_IMPORT_MAPPING deal_import_mapping(slug, id) = "/w/{slug}/crm/deals/imports/{id}/mapping";
    DEAL_IMPORT_CONFIRMATION deal_import_confirmation(slug, id) = "/w/{slug}/crm/deals/imports/{id}/confirmation";
    DEAL_IMPORT_REVERSAL deal_import_reversal(slug, id) = "/w/{slug}/crm/deals/imports/{id}/reversal";
    DEAL_IMPORT_REMOVAL deal_import_removal(slug, id) = "/w/{slug}/crm/deals/imports/{id}/removal";
    DEAL_IMPORT_ERRORS deal_import_errors(slug, id) = "/w/{slug}/crm/deals/imports/{id}/errors.csv";
    DEAL deal(slug, id) = "/w/{slug}/crm/deals/{id}";
    DEAL_EDIT deal_edit(slug, id) = "/w/{slug}/crm/deals/{id}/edit";
    DEAL_TIMELINE deal_timeline(slug, id) = "/w/{slug}/crm/deals/{id}/timeline";
    DEALS_FIELD_FILES deals_field_files(slug) = "/w/{slug}/crm/deals/field-files";
    DEAL_FIELD_FILES deal_field_files(slug, id) = "/w/{slug}/crm/deals/{id}/field-files";
    DEAL_FIELD_FILES_REMOVAL deal_field_files_removal(slug, id) = "/w/{slug}/crm/deals/{id}/field-files/removal";
    DEAL_ARCHIVAL deal_archival(slug, id) = "/w/{slug}/crm/deals/{id}/archival";
    DEAL_RESTORAL deal_restoral(slug, id) = "/w/{slug}/crm/deals/{id}/restoral";
    DEAL_NOTES deal_notes(slug, id) = "/w/{slug}/crm/deals/{id}/notes";
    DEAL_TAGS deal_tags(slug, id) = "/w/{slug}/crm/deals/{id}/tags";
    DEAL_TAGS_REMOVAL deal_tags_removal(slug, id) = "/w/{slug}/crm/deals/{id}/tags/removal";
    /// To another stage.
    DEAL_MOVE deal_move(slug, id) = "/w/{slug}/crm/deals/{id}/move";
    /// The same again, as a new one.
    DEAL_COPIES deal_copies(slug, id) = "/w/{slug}/crm/deals/{id}/copies";
    DEAL_SPLITS deal_splits(slug, id) = "/w/{slug}/crm/deals/{id}/splits";
    DEAL_LINES deal_lines(slug, id) = "/w/{slug}/crm/deals/{id}/lines";
    DEAL_QUOTES deal_quotes(slug, id) = "/w/{slug}/crm/deals/{id}/quotes";
    QUOTE quote(slug, id) = "/w/{slug}/crm/quotes/{id}";
    QUOTE_LINES quote_lines(slug, id) = "/w/{slug}/crm/quotes/{id}/lines";
    QUOTE_PDF quote_pdf(slug, id) = "/w/{slug}/crm/quotes/{id}/pdf";
    QUOTE_PUBLICATION quote_publication(slug, id) = "/w/{slug}/crm/quotes/{id}/publication";
    QUOTE_REVOCATION quote_revocation(slug, id) = "/w/{slug}/crm/quotes/{id}/revocation";
    QUOTE_VERSIONS quote_versions(slug, id) = "/w/{slug}/crm/quotes/{id}/versions";
    /// A quote as whoever has its link sees it.
    QUOTE_OFFER quote_offer(token) = "/quotes/{token}";
    QUOTE_OFFER_PDF quote_offer_pdf(token) = "/quotes/{token}/pdf";
    /// Deals that have ended, by whom and when.
    SALES_REPORT sales_report(slug) = "/w/{slug}/crm/reports/sales";
    PRODUCTS products(slug) = "/w/{slug}/crm/products";
    PRODUCT_NEW product_new(slug) = "/w/{slug}/crm/products/new";
    PRODUCT_IMPORTS product_imports(slug) = "/w/{slug}/crm/products/imports";
    PRODUCT_IMPORT product_import(slug, id) = "/w/{slug}/crm/products/imports/{id}";
    PRODUCT_IMPORT_MAPPING product_import_mapping(slug, id) = "/w/{slug}/crm/products/imports/{id}/mapping";
    PRODUCT_IMPORT_CONFIRMATION product_import_confirmation(slug, id) = "/w/{slug}/crm/products/imports/{id}/confirmation";
    PRODUCT_IMPORT_REVERSAL product_import_reversal(slug, id) = "/w/{slug}/crm/products/imports/{id}/reversal";
    PRODUCT_IMPORT_REMOVAL product_import_removal(slug, id) = "/w/{slug}/crm/products/imports/{id}/removal";
    PRODUCT_IMPORT_ERRORS product_import_errors(slug, id) = "/w/{slug}/crm/products/imports/{id}/errors.csv";
    PRODUCT product(slug, id) = "/w/{slug}/crm/products/{id}";
    PRODUCT_EDIT product_edit(slug, id) = "/w/{slug}/crm/products/{id}/edit";
    PRODUCT_PRICES product_prices(slug, id) = "/w/{slug}/crm/products/{id}/prices";
    PRICE_REMOVAL price_removal(slug, id) = "/w/{slug}/crm/prices/{id}/removal";
    /// The board.
    PIPELINE pipeline(slug) = "/w/{slug}/crm/pipeline";
    /// More cards of a lane.
    PIPELINE_LANE pipeline_lane(slug, id) = "/w/{slug}/crm/pipeline/lanes/{id}";
    PIPELINE_TIMELINE pipeline_timeline(slug) = "/w/{slug}/crm/pipeline/timeline";
    /// Rings when a board changes.
    PIPELINE_STREAM pipeline_stream(slug, id) = "/w/{slug}/crm/pipeline/{id}/stream";
    PIPELINES pipelines(slug) = "/w/{slug}/settings/pipelines";
    PIPELINE_SETTINGS pipeline_settings(slug, id) = "/w/{slug}/settings/pipelines/{id}";
    PIPELINE_REMOVAL pipeline_removal(slug, id) = "/w/{slug}/settings/pipelines/{id}/removal";
    STAGES stages(slug, id) = "/w/{slug}/settings/pipelines/{id}/stages";
    STAGE stage(slug, id) = "/w/{slug}/settings/stages/{id}";
    STAGE_MOVE stage_move(slug, id) = "/w/{slug}/settings/stages/{id}/move";
    STAGE_REMOVAL stage_removal(slug, id) = "/w/{slug}/settings/stages/{id}/removal";
    LOSS_REASONS loss_reasons(slug) = "/w/{slug}/settings/loss-reasons";
    LOSS_REASON_REMOVAL loss_reason_removal(slug, id) = "/w/{slug}/settings/loss-reasons/{id}/removal";
}
