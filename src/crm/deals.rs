//! Deals: list, record, form, archive, export, copies and shares.

use super::links::{files_tab, following};
use crate::{
    field_files,
    notes::Beside,
    saved_views,
    web::{
        Allowed, Confirmed, Listed, Noun, Query, Record, Result, Routes, Screen, Toast, bulk,
        exported::{self, Exported},
        file::{self, Format},
        form::Drawn,
        listed::{self, Sought},
        noun,
    },
    workspace::activity::{self, Asked, Before},
};
use axum::http::StatusCode;
use domain::{
    Conventions, DealId, Errors,
    access::{
        DealsArchive, DealsBulk, DealsExport, DealsImport, DealsRead, DealsWrite, EmployeesRead, Permission, Sight,
    },
    cell::Cell,
    crm::{
        deals::{COLUMNS, Deal, Draft, FIELDS, Fields, Filter, WORDS, splits},
        pipelines::Pipeline,
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
    crm::{deals, links, pipelines, quotes},
    custom_fields, exports,
    reach::{self, Kind},
    workspace::{keepers, members},
};
use views::{
    activity::Open,
    crm::deals::{Edit, Index, Options, Show},
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Deals;
    let r = crate::imports::deals(r);
    r.get(paths::DEALS, list)
        .get(paths::DEAL_NEW, noun::new::<N>)
        .post(paths::DEAL_NEW, noun::add::<N>)
        .post(paths::DEAL_COLUMNS, listed::choose_columns::<N>)
        .get(paths::DEAL_EXPORT, exported::csv::<N>)
        .get(paths::DEAL_WORKBOOK, exported::workbook::<N>)
        .get(paths::DEAL_ARCHIVALS, listed::offer_all::<N>)
        .get(paths::DEAL_ARCHIVALS_RUN, listed::watch::<N>)
        .post(paths::DEAL_ARCHIVALS, listed::archive_many::<N>)
        .post(paths::DEAL_RESTORALS, listed::restore_many::<N>)
        .get(paths::DEAL_CHANGES, bulk::list::<N>)
        .post(paths::DEAL_CHANGES, bulk::make::<N>)
        .post(paths::DEAL_CHANGES_NEW, bulk::ask::<N>)
        .get(paths::DEAL_CHANGE, bulk::show::<N>)
        .post(paths::DEAL_CHANGE_REVERSAL, bulk::undo::<N>)
        .get(paths::DEAL_OPTIONS, options)
        .get(paths::DEAL, show)
        .get(paths::DEAL_TIMELINE, timeline)
        .get(paths::DEALS_FIELD_FILES, field_files::show_many::<N>)
        .post(paths::DEALS_FIELD_FILES, field_files::bring_many::<N>)
        .get(paths::DEAL_FIELD_FILES, field_files::show::<N>)
        .post(paths::DEAL_FIELD_FILES, field_files::bring::<N>)
        .post(paths::DEAL_FIELD_FILES_REMOVAL, field_files::remove::<N>)
        .get(paths::DEAL_EDIT, noun::edit::<N>)
        .post(paths::DEAL_EDIT, noun::change::<N>)
        .post(paths::DEAL_ARCHIVAL, listed::archive::<N>)
        .post(paths::DEAL_RESTORAL, listed::restore::<N>)
        .post(paths::DEAL_COPIES, copy)
        .post(paths::DEAL_SPLITS, share)
}

async fn list(who: Allowed<DealsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let columns = listed::columns::<Deals, _>(&who, &filter.columns);
    let custom = columns.iter().any(|c| c.starts_with(PREFIX)) || !filter.custom.is_empty();
    let around = (filter.view.as_str(), custom);
    let (saved, fields) = saved_views::around::<Deals, _>(&who, &screen, &mut tx, around).await?;
    if let Some(view) = saved_views::opens_with(&screen, &saved).filter(|_| filter == Filter::default()) {
        return Ok(screen.go(view));
    }
    let mut page = deals::list(&mut tx, &filter).await?;
    if columns.iter().any(|c| c == "tags") {
        deals::tagged(&mut tx, &mut page.rows).await?;
    }
    let tags = screen.for_page(store::tags::names(&mut tx)).await?;
    let chips = !filter.owner.is_empty() || !filter.stage.is_empty();
    let members = match !screen.htmx() || chips {
        true => members::choices(&mut tx).await?,
        false => vec![],
    };
    let pipelines = match !screen.htmx() || chips {
        true => pipelines::all(&mut tx).await?,
        false => vec![],
    };
    let (slug, csrf, today) = (who.slug().clone(), screen.csrf().to_owned(), tx.today());
    let may = listed::may::<Deals, _>(&who);
    let view = Index { slug, csrf, filter, page, pipelines, members, tags, columns, may, saved, fields, today };
    Ok(screen.show(&who, &view))
}

async fn show(who: Allowed<DealsRead>, screen: Screen, Record(id): Record<DealId>) -> Result {
    record(&who, &screen, id, Asked::overview(), None).await
}

async fn timeline(
    who: Allowed<DealsRead>,
    screen: Screen,
    Record(id): Record<DealId>,
    Query(before): Query<Before>,
) -> Result {
    record(&who, &screen, id, Asked::timeline(before), None).await
}

/// Stages that a page tells of one deal.
const HISTORY: i64 = 200;

async fn record<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: DealId,
    asked: Asked,
    typed_splits: Option<(Vec<(String, String)>, Errors)>,
) -> Result {
    let (mut tx, mut status, wrong) = (who.begin().await?, asked.status(), asked.refused.clone());
    if typed_splits.is_some() {
        status = StatusCode::UNPROCESSABLE_ENTITY;
    }
    let deal = deals::find(&mut tx, id).await?;
    let mut record = activity::record::<Deals, _>(
        &mut tx,
        (who, screen),
        (id, deal.version, deal.archived),
        None,
        Sight::DIRECTORY,
        asked,
    )
    .await?;
    let pipeline = pipelines::find(&mut tx, deal.pipeline).await?;
    let (slug, csrf) = (who.slug(), screen.csrf());
    let once = tx.id::<DealId>().to_string();
    record.more = Show::actions(slug, csrf, &once, &deal, &pipeline, record.may.write);
    record.own = vec![("files", "Files", record.pages.files(id))];
    let overview = record.open == Open::Overview;
    let wrong = wrong.as_ref().map(|(_, why)| why.as_str());
    let mut view = Show {
        slug: slug.clone(),
        files: files_tab(&mut tx, who, screen, &record, (id.0, deal.archived), wrong).await?,
        record,
        deal,
        pipeline,
        splits: vec![],
        typed_splits,
        members: vec![],
        history: vec![],
        fields: vec![],
        today: tx.today(),
        below: None,
        people: vec![],
        following: None,
    };
    if overview {
        view.splits = deals::splits(&mut tx, id).await?;
        let lines = quotes::deal_lines(&mut tx, id).await?;
        let offers = quotes::of_deal(&mut tx, id).await?;
        let around = (tx.today(), view.record.may.write);
        let cards = views::crm::quotes::cards(slug, (csrf, &once), &view.deal, (&lines, &offers), around);
        view.below = Some(cards);
        view.people = links::of_deal(&mut tx, id).await?;
        view.following = Some(following(&mut tx, screen, &view.record, id.0).await?);
        view.history = deals::history(&mut tx, id, HISTORY).await?;
        view.fields = custom_fields::list(&mut tx, Target::Deals).await?;
        if view.record.may.write {
            view.members = keepers::choices::<DealsRead>(&mut tx).await?;
        }
    }
    Ok(screen.show_as(status, who, &view))
}

async fn copy(
    who: Allowed<DealsWrite>,
    screen: Screen,
    Record(id): Record<DealId>,
    Confirmed(drawn): Confirmed<Drawn>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<DealsWrite>(&mut tx, Kind::Deals, id.0).await?;
    let new = drawn.id(&tx);
    let new = deals::copy(&mut tx, id, new).await?;
    tx.commit().await?;
    screen.done(paths::deal(who.slug(), new), Toast::good("This is the copy.")).await
}

/// Members and their shares, row by row.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    member: Vec<String>,
    share: Vec<String>,
    /// How it was shared when the form was shown.
    was: String,
}

async fn share(
    who: Allowed<DealsWrite>,
    screen: Screen,
    Record(id): Record<DealId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let rows: Vec<(String, String)> = typed.member.into_iter().zip(typed.share).take(50).collect();
    let mut tx = who.begin().await?;
    let done = match splits::read(&rows) {
        Ok(shares) if typed.was.is_empty() => deals::set_splits(&mut tx, id, &shares).await,
        Ok(shares) => deals::set_splits_as_shown(&mut tx, id, &shares, &typed.was).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    let done = match done {
        Ok(()) => tx.commit().await,
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    match done {
        Err(store::Error::Refused(errors)) => record(&who, &screen, id, Asked::overview(), Some((rows, errors))).await,
        done => {
            done?;
            screen.done(paths::deal(who.slug(), id), Toast::good("Shares saved.")).await
        }
    }
}

/// Deals, to the handlers of all nouns.
pub struct Deals;

impl Noun for Deals {
    type Id = DealId;
    type Record = Deal;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = DealsRead;
    type Write = DealsWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Deals;
    const LIST: &'static str = paths::DEALS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(deal: &Deal) -> String {
        deal.name.clone()
    }

    fn version(deal: &Deal) -> Version {
        deal.version
    }

    fn draft(deal: &Deal) -> Draft {
        deal.draft()
    }

    async fn find(tx: &mut TenantTx, id: DealId) -> store::Result<Deal> {
        deals::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: DealId, fields: &Fields) -> store::Result<Errors> {
        deals::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: DealId, fields: &Fields) -> store::Result<DealId> {
        deals::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: DealId, version: Version, fields: &Fields) -> store::Result<()> {
        deals::change(tx, id, version, fields).await
    }

    async fn custom(tx: &mut TenantTx) -> store::Result<Vec<CustomField>> {
        custom_fields::list(tx, Target::Deals).await
    }

    async fn edit(who: &Allowed<DealsWrite>, tx: &mut TenantTx, mut entry: Entry<Draft>) -> Result<Edit> {
        let pipelines = pipelines::all(tx).await?;
        let own = entry.editing.as_ref().and_then(|e| e.id.parse::<DealId>().ok());
        let stage = match own {
            Some(id) => {
                let deal = deals::find(tx, id).await?;
                pipelines.iter().find_map(|p: &Pipeline| p.stage(deal.stage)).cloned()
            }
            None => None,
        };
        // A new deal is whoever's who adds it, unless they say otherwise.
        if own.is_none() && entry.errors.is_empty() && entry.draft == Draft::default() {
            entry.draft.owner = who.email.clone();
        }
        Ok(Edit {
            entry,
            pipelines,
            reasons: pipelines::loss_reasons(tx).await?,
            members: keepers::choices::<DealsRead>(tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            stage,
            people: who.actor.may(EmployeesRead::KEY).then(|| paths::employee_options(who.slug())),
        })
    }
}

impl Listed for Deals {
    type Filter = Filter;
    type Archive = DealsArchive;
    type Bulk = DealsBulk;
    type Export = DealsExport;
    type Import = DealsImport;

    const TARGET: Target = Target::Deals;
    const COLUMNS: &'static [(&'static str, &'static str, bool)] = COLUMNS;

    fn is_clear(filter: &Filter) -> bool {
        filter.is_clear()
    }

    async fn count(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        deals::count::<DealsBulk>(tx, filter, i64::from(i32::MAX)).await
    }

    async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[DealId]) -> store::Result<(usize, String)> {
        deals::archive::<P>(tx, ids).await
    }

    async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[DealId]) -> store::Result<usize> {
        deals::restore::<P>(tx, ids).await
    }

    async fn restore_batch(tx: &mut TenantTx, batch: &str) -> store::Result<usize> {
        deals::restore_batch(tx, batch).await
    }
}

impl Exported for Deals {
    fn cell<'r>(record: &'r Deal, field: &str) -> Cow<'r, str> {
        record.cell(field)
    }

    fn typed<'r>(record: &'r Deal, field: &str, kind: Option<FieldKind>) -> Cell<'r> {
        record.typed(field, kind)
    }

    /// An amount in a file says in which currency it is.
    fn with(column: &str, format: Format) -> Option<&'static str> {
        (column == "amount" && format == Format::Csv).then_some("currency")
    }

    fn asked(filter: &Filter) -> &[String] {
        &filter.columns
    }

    fn from_top(filter: &Filter) -> Filter {
        filter.from_top()
    }

    async fn many(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        deals::count::<DealsExport>(tx, filter, file::MOST).await
    }

    async fn page(
        tx: &mut TenantTx,
        filter: &Filter,
        after: Option<&Mark>,
    ) -> store::Result<(Vec<Deal>, Option<Mark>)> {
        deals::export(tx, filter, after, exports::PAGE).await
    }
}

impl Beside for Deals {
    fn subject(id: DealId) -> Subject {
        Subject::Deal(id)
    }

    async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: DealId, asked: Asked) -> Result {
        record(who, screen, id, asked, None).await
    }
}

impl field_files::Filed for Deals {
    fn values(record: Deal) -> Values {
        record.custom
    }
}

impl Sought for Deals {
    const TITLE: &'static str = "Deals";
    const SQUARE: bool = true;

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Deal>> {
        let filter = Filter { q: question.to_owned(), status: "all".into(), ..Filter::default() };
        deals::list(tx, &filter).await
    }

    fn id(deal: &Deal) -> DealId {
        deal.id
    }

    fn details(deal: &Deal) -> Vec<Option<String>> {
        let customer = deal.customer.as_ref().map(|c| c.name.clone());
        vec![customer, deal.amount.map(|a| a.to_string()), Some(deal.stage_name.clone())]
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asking {
    customer: String,
}

async fn options(who: Allowed<DealsWrite>, screen: Screen, Query(asked): Query<Asking>) -> Result {
    let mut tx = who.begin().await?;
    let names = deals::customer_options(&mut tx, &asked.customer).await?;
    Ok(screen.show(&who, &Options(names)))
}
