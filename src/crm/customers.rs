//! Customers: list, record, form, archive, export.

use super::links::{files_tab, following};
use crate::{
    field_files,
    notes::Beside,
    saved_views,
    support::tickets::on_record,
    web::{
        Allowed, Confirmed, Listed, Noun, Query, Record, Result, Routes, Screen, Toast, bulk,
        exported::{self, Exported},
        file,
        listed::{self, Sought},
        noun,
    },
    workspace::activity::{self, Asked, Before},
};
use domain::{
    Conventions, CustomerId, Errors, MemberId, Slug,
    access::{
        ContactsRead, CustomersArchive, CustomersBulk, CustomersExport, CustomersImport, CustomersRead, CustomersWrite,
        DealsRead, DealsWrite, EmployeesRead, Permission, Sight,
    },
    cell::Cell,
    crm::{
        customers::{COLUMNS, Customer, Draft, FIELDS, Fields, Filter, Status, WORDS},
        duplicates::Twin,
    },
    custom_fields::{CustomField, Kind as FieldKind, PREFIX, Values},
    draft::Field,
    import::Target,
    list::{Mark, Slice},
    paths,
    support::tickets::Filter as Tickets,
    text::Words,
    workspace::access::Subject,
};
use serde::Deserialize;
use std::borrow::Cow;
use store::{
    TenantTx, Version,
    crm::{customers, duplicates, links, points, timeline as told},
    custom_fields, exports,
    reach::Kind,
};
use views::{
    activity::{Happened, Open},
    crm::{
        customers::{Edit, Index, Options, Show},
        timeline::Along,
    },
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Customers;
    let r = crate::imports::customers(r);
    r.get(paths::CUSTOMERS, list)
        .get(paths::CUSTOMER_NEW, noun::new::<N>)
        .post(paths::CUSTOMER_NEW, noun::add::<N>)
        .post(paths::CUSTOMER_COLUMNS, listed::choose_columns::<N>)
        .get(paths::CUSTOMER_EXPORT, exported::csv::<N>)
        .get(paths::CUSTOMER_WORKBOOK, exported::workbook::<N>)
        .get(paths::CUSTOMER_ARCHIVALS, listed::offer_all::<N>)
        .get(paths::CUSTOMER_ARCHIVALS_RUN, listed::watch::<N>)
        .post(paths::CUSTOMER_ARCHIVALS, listed::archive_many::<N>)
        .post(paths::CUSTOMER_RESTORALS, listed::restore_many::<N>)
        .get(paths::CUSTOMER_CHANGES, bulk::list::<N>)
        .post(paths::CUSTOMER_CHANGES, bulk::make::<N>)
        .post(paths::CUSTOMER_CHANGES_NEW, bulk::ask::<N>)
        .get(paths::CUSTOMER_CHANGE, bulk::show::<N>)
        .post(paths::CUSTOMER_CHANGE_REVERSAL, bulk::undo::<N>)
        .get(paths::CUSTOMER_OPTIONS, options)
        .get(paths::CUSTOMER, show)
        .get(paths::CUSTOMER_TIMELINE, timeline)
        .get(paths::CUSTOMERS_FIELD_FILES, field_files::show_many::<N>)
        .post(paths::CUSTOMERS_FIELD_FILES, field_files::bring_many::<N>)
        .get(paths::CUSTOMER_FIELD_FILES, field_files::show::<N>)
        .post(paths::CUSTOMER_FIELD_FILES, field_files::bring::<N>)
        .post(paths::CUSTOMER_FIELD_FILES_REMOVAL, field_files::remove::<N>)
        .get(paths::CUSTOMER_EDIT, noun::edit::<N>)
        .post(paths::CUSTOMER_EDIT, noun::change::<N>)
        .post(paths::CUSTOMER_TEAM, set_team)
        .post(paths::CUSTOMER_ARCHIVAL, listed::archive::<N>)
        .post(paths::CUSTOMER_RESTORAL, listed::restore::<N>)
}

async fn list(who: Allowed<CustomersRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let columns = listed::columns::<Customers, _>(&who, &filter.columns);
    let custom = columns.iter().any(|c| c.starts_with(PREFIX)) || !filter.custom.is_empty();
    let around = (filter.view.as_str(), custom);
    let (saved, fields) = saved_views::around::<Customers, _>(&who, &screen, &mut tx, around).await?;
    if let Some(view) = saved_views::opens_with(&screen, &saved).filter(|_| filter == Filter::default()) {
        return Ok(screen.go(view));
    }
    let mut page = customers::list(&mut tx, &filter).await?;
    if columns.iter().any(|c| c == "tags") {
        customers::tagged(&mut tx, &mut page.rows).await?;
    }
    let tags = screen.for_page(store::tags::names(&mut tx)).await?;
    let industries = screen.for_page(customers::industries(&mut tx)).await?;
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    let may = listed::may::<Customers, _>(&who);
    Ok(screen.show(&who, &Index { slug, csrf, filter, page, industries, tags, columns, may, saved, fields }))
}

async fn show(who: Allowed<CustomersRead>, screen: Screen, Record(id): Record<CustomerId>) -> Result {
    record(&who, &screen, id, Asked::overview()).await
}

async fn timeline(
    who: Allowed<CustomersRead>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    Query(before): Query<Before>,
) -> Result {
    record(&who, &screen, id, Asked::timeline(before)).await
}

async fn record<P: Permission>(who: &Allowed<P>, screen: &Screen, id: CustomerId, asked: Asked) -> Result {
    let (mut tx, status, wrong) = (who.begin().await?, asked.status(), asked.refused.clone());
    let customer = customers::find(&mut tx, id).await?;
    if let Some(survivor) = customer.merged_into {
        return Ok(screen.go(paths::customer(who.slug(), survivor)));
    }
    let archived = customer.status == Status::Archived;
    let mut record = activity::record::<Customers, _>(
        &mut tx,
        (who, screen),
        (id, customer.version, archived),
        customer.email.as_deref(),
        Sight::DIRECTORY,
        asked,
    )
    .await?;
    record.own = vec![("files", "Files", record.pages.files(id))];
    let wrong = wrong.as_ref().map(|(_, why)| why.as_str());
    let overview = record.open == Open::Overview;
    let mut view = Show {
        slug: who.slug().clone(),
        files: files_tab(&mut tx, who, screen, &record, (id.0, archived), wrong).await?,
        record,
        customer,
        subsidiaries: vec![],
        points: vec![],
        people: vec![],
        deals: vec![],
        totals: vec![],
        team: vec![],
        members: vec![],
        following: None,
        tickets: None,
        may_deal: who.actor.may(DealsWrite::KEY),
        sees: (who.actor.may(ContactsRead::KEY), who.actor.may(DealsRead::KEY)),
        fields: vec![],
    };
    if overview {
        view.subsidiaries = customers::subsidiaries(&mut tx, id, 50).await?;
        view.points = points::of(&mut tx, id.0).await?;
        view.people = links::of_customer(&mut tx, id).await?;
        view.deals = links::deals_with(&mut tx, id).await?;
        view.totals = links::totals(&mut tx, id, who.workspace.currency).await?;
        view.team = customers::team(&mut tx, id).await?;
        if view.record.may.write {
            view.members = store::workspace::keepers::choices::<CustomersRead>(&mut tx).await?;
        }
        view.following = Some(following(&mut tx, screen, &view.record, id.0).await?);
        view.fields = custom_fields::list(&mut tx, Target::Customers).await?;
        let theirs = Tickets { customer: id.to_string(), ..Tickets::default() };
        let name = view.customer.name.clone();
        view.tickets = on_record(who, &mut tx, theirs, ("customer", &name)).await?;
    }
    Ok(screen.show_as(status, who, &view))
}

/// Who is ticked.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Team {
    member: Vec<MemberId>,
}

async fn set_team(
    who: Allowed<CustomersWrite>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    Confirmed(team): Confirmed<Team>,
) -> Result {
    let mut tx = who.begin().await?;
    let done = match customers::set_team(&mut tx, id, &team.member).await {
        Err(store::Error::Refused(errors)) => Err(errors.iter().map(|(_, why)| why).collect::<Vec<_>>().join(" ")),
        done => {
            done?;
            tx.commit().await?;
            Ok(())
        }
    };
    let toast = done.map_or_else(Toast::bad, |()| Toast::good("Team saved."));
    screen.done(paths::customer(who.slug(), id), toast).await
}

/// Customers, to the handlers of all nouns.
pub struct Customers;

impl Noun for Customers {
    type Id = CustomerId;
    type Record = Customer;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = CustomersRead;
    type Write = CustomersWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Customers;
    const LIST: &'static str = paths::CUSTOMERS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(customer: &Customer) -> String {
        customer.name.clone()
    }

    fn version(customer: &Customer) -> Version {
        customer.version
    }

    fn draft(customer: &Customer) -> Draft {
        customer.draft()
    }

    async fn find(tx: &mut TenantTx, id: CustomerId) -> store::Result<Customer> {
        customers::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: CustomerId, fields: &Fields) -> store::Result<Errors> {
        customers::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: CustomerId, fields: &Fields) -> store::Result<CustomerId> {
        customers::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: CustomerId, version: Version, fields: &Fields) -> store::Result<()> {
        customers::change(tx, id, version, fields).await
    }

    async fn twins(tx: &mut TenantTx, own: CustomerId, fields: &Fields) -> store::Result<Vec<Twin>> {
        duplicates::customers(tx, own.0, fields).await
    }

    async fn custom(tx: &mut TenantTx) -> store::Result<Vec<CustomField>> {
        custom_fields::list(tx, Target::Customers).await
    }

    async fn edit(who: &Allowed<CustomersWrite>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        Ok(Edit {
            entry,
            industries: customers::industries(tx).await?,
            members: store::workspace::keepers::choices::<CustomersRead>(tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            people: who.actor.may(EmployeesRead::KEY).then(|| paths::employee_options(who.slug())),
        })
    }
}

impl Listed for Customers {
    type Filter = Filter;
    type Archive = CustomersArchive;
    type Bulk = CustomersBulk;
    type Export = CustomersExport;
    type Import = CustomersImport;

    const TARGET: Target = Target::Customers;
    const COLUMNS: &'static [(&'static str, &'static str, bool)] = COLUMNS;

    fn is_clear(filter: &Filter) -> bool {
        filter.is_clear()
    }

    async fn count(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        customers::count::<CustomersBulk>(tx, filter, i64::from(i32::MAX)).await
    }

    async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[CustomerId]) -> store::Result<(usize, String)> {
        customers::archive::<P>(tx, ids).await
    }

    async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[CustomerId]) -> store::Result<usize> {
        customers::restore::<P>(tx, ids).await
    }

    async fn restore_batch(tx: &mut TenantTx, batch: &str) -> store::Result<usize> {
        customers::restore_batch(tx, batch).await
    }
}

impl Exported for Customers {
    fn cell<'r>(record: &'r Customer, field: &str) -> Cow<'r, str> {
        record.cell(field)
    }

    fn typed<'r>(record: &'r Customer, field: &str, kind: Option<FieldKind>) -> Cell<'r> {
        record.typed(field, kind)
    }

    fn asked(filter: &Filter) -> &[String] {
        &filter.columns
    }

    fn from_top(filter: &Filter) -> Filter {
        filter.from_top()
    }

    async fn many(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        customers::count::<CustomersExport>(tx, filter, file::MOST).await
    }

    async fn page(
        tx: &mut TenantTx,
        filter: &Filter,
        after: Option<&Mark>,
    ) -> store::Result<(Vec<Customer>, Option<Mark>)> {
        customers::export(tx, filter, after, exports::PAGE).await
    }
}

impl Beside for Customers {
    fn subject(id: CustomerId) -> Subject {
        Subject::Customer(id)
    }

    async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: CustomerId, asked: Asked) -> Result {
        record(who, screen, id, asked).await
    }

    const PARTS: &'static [(&'static str, &'static str)] = &[("beside", "Deals and tickets")];

    async fn told_beside(
        tx: &mut TenantTx,
        slug: &Slug,
        id: CustomerId,
        _: Sight,
        _: &str,
        before: Option<&Mark>,
        most: i64,
    ) -> store::Result<Vec<Happened>> {
        let told = told::of(tx, Self::subject(id), before, most).await?;
        Ok(told.into_iter().map(|told| Happened::Along(Box::new(Along { slug: slug.clone(), told }))).collect())
    }
}

impl field_files::Filed for Customers {
    fn values(record: Customer) -> Values {
        record.custom
    }
}

impl Sought for Customers {
    const TITLE: &'static str = "Customers";
    const SQUARE: bool = true;

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Customer>> {
        customers::list(tx, &Filter { q: question.to_owned(), ..Filter::default() }).await
    }

    fn id(customer: &Customer) -> CustomerId {
        customer.id
    }

    fn details(customer: &Customer) -> Vec<Option<String>> {
        vec![customer.industry.clone(), customer.city.clone(), customer.country.map(|c| c.name().to_owned())]
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    parent: String,
}

async fn options(who: Allowed<CustomersRead>, screen: Screen, Query(asked): Query<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let companies = customers::options(&mut tx, &asked.parent).await?;
    Ok(screen.show(&who, &Options(companies)))
}
