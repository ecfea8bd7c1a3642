//! Leads: list, record, form, archive, export.

use super::links::{files_tab, following};
use crate::{
    field_files,
    notes::Beside,
    saved_views,
    web::{
        Allowed, Listed, Noun, Query, Record, Result, Routes, Screen, bulk,
        exported::{self, Exported},
        file,
        listed::{self, Sought},
        noun,
    },
    workspace::activity::{self, Asked, Before},
};
use domain::{
    Conventions, Errors, LeadId,
    access::{
        EmployeesRead, LeadsArchive, LeadsBulk, LeadsExport, LeadsImport, LeadsRead, LeadsWrite, Permission, Sight,
    },
    cell::Cell,
    crm::{
        duplicates::Twin,
        leads::{COLUMNS, Draft, FIELDS, Fields, Filter, Lead, Status, WORDS},
    },
    custom_fields::{CustomField, Kind as FieldKind, PREFIX, Values},
    draft::Field,
    import::Target,
    list::{Mark, Slice},
    paths,
    text::Words,
    workspace::access::Subject,
};
use serde::Deserialize;
use std::borrow::Cow;
use store::{
    TenantTx, Version,
    crm::{duplicates, leads},
    custom_fields, exports,
    reach::Kind,
    workspace::{keepers, members},
};
use views::{
    activity::Open,
    crm::leads::{Edit, Index, Options, Show},
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Leads;
    let r = crate::imports::leads(r);
    r.get(paths::LEADS, list)
        .get(paths::LEAD_NEW, noun::new::<N>)
        .post(paths::LEAD_NEW, noun::add::<N>)
        .post(paths::LEAD_COLUMNS, listed::choose_columns::<N>)
        .get(paths::LEAD_EXPORT, exported::csv::<N>)
        .get(paths::LEAD_WORKBOOK, exported::workbook::<N>)
        .get(paths::LEAD_ARCHIVALS, listed::offer_all::<N>)
        .get(paths::LEAD_ARCHIVALS_RUN, listed::watch::<N>)
        .post(paths::LEAD_ARCHIVALS, listed::archive_many::<N>)
        .post(paths::LEAD_RESTORALS, listed::restore_many::<N>)
        .get(paths::LEAD_CHANGES, bulk::list::<N>)
        .post(paths::LEAD_CHANGES, bulk::make::<N>)
        .post(paths::LEAD_CHANGES_NEW, bulk::ask::<N>)
        .get(paths::LEAD_CHANGE, bulk::show::<N>)
        .post(paths::LEAD_CHANGE_REVERSAL, bulk::undo::<N>)
        .get(paths::LEAD_OPTIONS, options)
        .get(paths::LEAD, show)
        .get(paths::LEAD_TIMELINE, timeline)
        .get(paths::LEADS_FIELD_FILES, field_files::show_many::<N>)
        .post(paths::LEADS_FIELD_FILES, field_files::bring_many::<N>)
        .get(paths::LEAD_FIELD_FILES, field_files::show::<N>)
        .post(paths::LEAD_FIELD_FILES, field_files::bring::<N>)
        .post(paths::LEAD_FIELD_FILES_REMOVAL, field_files::remove::<N>)
        .get(paths::LEAD_EDIT, noun::edit::<N>)
        .post(paths::LEAD_EDIT, noun::change::<N>)
        .post(paths::LEAD_ARCHIVAL, listed::archive::<N>)
        .post(paths::LEAD_RESTORAL, listed::restore::<N>)
}

async fn list(who: Allowed<LeadsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let columns = listed::columns::<Leads, _>(&who, &filter.columns);
    let custom = columns.iter().any(|c| c.starts_with(PREFIX)) || !filter.custom.is_empty();
    let around = (filter.view.as_str(), custom);
    let (saved, fields) = saved_views::around::<Leads, _>(&who, &screen, &mut tx, around).await?;
    if let Some(view) = saved_views::opens_with(&screen, &saved).filter(|_| filter == Filter::default()) {
        return Ok(screen.go(view));
    }
    let mut page = leads::list(&mut tx, &filter).await?;
    if columns.iter().any(|c| c == "tags") {
        leads::tagged(&mut tx, &mut page.rows).await?;
    }
    let tags = screen.for_page(store::tags::names(&mut tx)).await?;
    let sources = screen.for_page(leads::sources(&mut tx)).await?;
    let members = match !screen.htmx() || !filter.owner.is_empty() {
        true => members::choices(&mut tx).await?,
        false => vec![],
    };
    let (slug, csrf, now) = (who.slug().clone(), screen.csrf().to_owned(), tx.now());
    let may = listed::may::<Leads, _>(&who);
    Ok(screen.show(&who, &Index { slug, csrf, now, filter, page, sources, members, tags, columns, may, saved, fields }))
}

async fn show(who: Allowed<LeadsRead>, screen: Screen, Record(id): Record<LeadId>) -> Result {
    record(&who, &screen, id, Asked::overview()).await
}

async fn timeline(
    who: Allowed<LeadsRead>,
    screen: Screen,
    Record(id): Record<LeadId>,
    Query(before): Query<Before>,
) -> Result {
    record(&who, &screen, id, Asked::timeline(before)).await
}

/// Sendings of forms that a lead's page tells of.
const CAPTURES: i64 = 20;

async fn record<P: Permission>(who: &Allowed<P>, screen: &Screen, id: LeadId, asked: Asked) -> Result {
    let (mut tx, status, wrong) = (who.begin().await?, asked.status(), asked.refused.clone());
    let lead = leads::find(&mut tx, id).await?;
    if let Some(survivor) = lead.merged_into {
        return Ok(screen.go(paths::lead(who.slug(), survivor)));
    }
    let archived = lead.status == Status::Archived;
    let mut record = activity::record::<Leads, _>(
        &mut tx,
        (who, screen),
        (id, lead.version, archived),
        lead.email.as_deref(),
        Sight::DIRECTORY,
        asked,
    )
    .await?;
    let (slug, csrf, me) = (who.slug(), screen.csrf(), who.actor.may(LeadsWrite::KEY));
    record.more = Show::actions(slug, csrf, &lead, record.may.write, me);
    record.own = vec![("files", "Files", record.pages.files(id))];
    let wrong = wrong.as_ref().map(|(_, why)| why.as_str());
    let files = files_tab(&mut tx, who, screen, &record, (id.0, archived), wrong).await?;
    let (fields, captures) = match record.open {
        Open::Overview => {
            (custom_fields::list(&mut tx, Target::Leads).await?, leads::forms::of_lead(&mut tx, id, CAPTURES).await?)
        }
        _ => (vec![], vec![]),
    };
    let (mut score, mut why, mut conversion, mut known, mut followed) = (None, None, None, vec![], None);
    if record.open == Open::Overview {
        followed = Some(following(&mut tx, screen, &record, id.0).await?);
        score = leads::scores::of(&mut tx, id).await?;
        why = leads::assigning::why(&mut tx, id).await?;
        if lead.converted_at.is_some() {
            conversion = leads::conversion::of(&mut tx, id).await?;
        } else {
            known = duplicates::known(&mut tx, &lead).await?;
        }
    }
    let (slug, following) = (slug.clone(), followed);
    let view = Show { slug, record, lead, captures, fields, score, why, conversion, known, following, files };
    Ok(screen.show_as(status, who, &view))
}

/// Leads, to the handlers of all nouns.
pub struct Leads;

impl Noun for Leads {
    type Id = LeadId;
    type Record = Lead;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = LeadsRead;
    type Write = LeadsWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Leads;
    const LIST: &'static str = paths::LEADS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(lead: &Lead) -> String {
        lead.name.clone()
    }

    fn version(lead: &Lead) -> Version {
        lead.version
    }

    fn draft(lead: &Lead) -> Draft {
        lead.draft()
    }

    async fn find(tx: &mut TenantTx, id: LeadId) -> store::Result<Lead> {
        leads::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: LeadId, fields: &Fields) -> store::Result<Errors> {
        leads::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: LeadId, fields: &Fields) -> store::Result<LeadId> {
        leads::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: LeadId, version: Version, fields: &Fields) -> store::Result<()> {
        leads::change(tx, id, version, fields).await
    }

    async fn twins(tx: &mut TenantTx, own: LeadId, fields: &Fields) -> store::Result<Vec<Twin>> {
        duplicates::leads(tx, own.0, fields).await
    }

    async fn custom(tx: &mut TenantTx) -> store::Result<Vec<CustomField>> {
        custom_fields::list(tx, Target::Leads).await
    }

    async fn edit(who: &Allowed<LeadsWrite>, tx: &mut TenantTx, mut entry: Entry<Draft>) -> Result<Edit> {
        // A new lead is whoever's who adds it, unless they say otherwise.
        if entry.editing.is_none() && entry.errors.is_empty() && entry.draft == Draft::default() {
            entry.draft.owner = who.email.clone();
        }
        Ok(Edit {
            entry,
            sources: leads::sources(tx).await?,
            members: keepers::choices::<LeadsRead>(tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            people: who.actor.may(EmployeesRead::KEY).then(|| paths::employee_options(who.slug())),
        })
    }
}

impl Listed for Leads {
    type Filter = Filter;
    type Archive = LeadsArchive;
    type Bulk = LeadsBulk;
    type Export = LeadsExport;
    type Import = LeadsImport;

    const TARGET: Target = Target::Leads;
    const COLUMNS: &'static [(&'static str, &'static str, bool)] = COLUMNS;

    fn is_clear(filter: &Filter) -> bool {
        filter.is_clear()
    }

    async fn count(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        leads::count::<LeadsBulk>(tx, filter, i64::from(i32::MAX)).await
    }

    async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[LeadId]) -> store::Result<(usize, String)> {
        leads::archive::<P>(tx, ids).await
    }

    async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[LeadId]) -> store::Result<usize> {
        leads::restore::<P>(tx, ids).await
    }

    async fn restore_batch(tx: &mut TenantTx, batch: &str) -> store::Result<usize> {
        leads::restore_batch(tx, batch).await
    }
}

impl Exported for Leads {
    fn cell<'r>(record: &'r Lead, field: &str) -> Cow<'r, str> {
        record.cell(field)
    }

    fn typed<'r>(record: &'r Lead, field: &str, kind: Option<FieldKind>) -> Cell<'r> {
        record.typed(field, kind)
    }

    fn asked(filter: &Filter) -> &[String] {
        &filter.columns
    }

    fn from_top(filter: &Filter) -> Filter {
        filter.from_top()
    }

    async fn many(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        leads::count::<LeadsExport>(tx, filter, file::MOST).await
    }

    async fn page(
        tx: &mut TenantTx,
        filter: &Filter,
        after: Option<&Mark>,
    ) -> store::Result<(Vec<Lead>, Option<Mark>)> {
        leads::export(tx, filter, after, exports::PAGE).await
    }
}

impl Beside for Leads {
    fn subject(id: LeadId) -> Subject {
        Subject::Lead(id)
    }

    async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: LeadId, asked: Asked) -> Result {
        record(who, screen, id, asked).await
    }
}

impl field_files::Filed for Leads {
    fn values(record: Lead) -> Values {
        record.custom
    }
}

impl Sought for Leads {
    const TITLE: &'static str = "Leads";
    const SQUARE: bool = false;

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Lead>> {
        leads::list(tx, &Filter { q: question.to_owned(), ..Filter::default() }).await
    }

    fn id(lead: &Lead) -> LeadId {
        lead.id
    }

    fn details(lead: &Lead) -> Vec<Option<String>> {
        vec![lead.company.clone(), lead.email.clone(), Some(lead.status.label().to_owned())]
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asking {
    company: String,
}

async fn options(who: Allowed<LeadsWrite>, screen: Screen, Query(asked): Query<Asking>) -> Result {
    let mut tx = who.begin().await?;
    let companies = leads::company_options(&mut tx, &asked.company).await?;
    Ok(screen.show(&who, &Options(companies)))
}
