//! Contacts: list, record, form, archive, export.

use super::links::{files_tab, following};
use crate::{
    field_files,
    notes::Beside,
    saved_views,
    support::tickets::on_record,
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
    ContactId, Conventions, CustomerId, Errors, Slug,
    access::{
        ContactsArchive, ContactsBulk, ContactsExport, ContactsImport, ContactsRead, ContactsWrite, CustomersRead,
        EmployeesRead, Permission, Sight,
    },
    cell::Cell,
    crm::{
        contacts::{COLUMNS, Contact, Draft, FIELDS, Fields, Filter, WORDS},
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
    crm::{contacts, customers, duplicates, links, points, timeline as told},
    custom_fields, exports,
    reach::Kind,
};
use views::{
    activity::{Happened, Open},
    crm::{
        contacts::{Edit, Index, Options, Show},
        timeline::Along,
    },
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Contacts;
    let r = crate::imports::contacts(r);
    r.get(paths::CONTACTS, list)
        .get(paths::CONTACT_NEW, noun::new::<N>)
        .post(paths::CONTACT_NEW, noun::add::<N>)
        .post(paths::CONTACT_COLUMNS, listed::choose_columns::<N>)
        .get(paths::CONTACT_EXPORT, exported::csv::<N>)
        .get(paths::CONTACT_WORKBOOK, exported::workbook::<N>)
        .get(paths::CONTACT_ARCHIVALS, listed::offer_all::<N>)
        .get(paths::CONTACT_ARCHIVALS_RUN, listed::watch::<N>)
        .post(paths::CONTACT_ARCHIVALS, listed::archive_many::<N>)
        .post(paths::CONTACT_RESTORALS, listed::restore_many::<N>)
        .get(paths::CONTACT_CHANGES, bulk::list::<N>)
        .post(paths::CONTACT_CHANGES, bulk::make::<N>)
        .post(paths::CONTACT_CHANGES_NEW, bulk::ask::<N>)
        .get(paths::CONTACT_CHANGE, bulk::show::<N>)
        .post(paths::CONTACT_CHANGE_REVERSAL, bulk::undo::<N>)
        .get(paths::CONTACT_OPTIONS, options)
        .get(paths::CONTACT, show)
        .get(paths::CONTACT_TIMELINE, timeline)
        .get(paths::CONTACTS_FIELD_FILES, field_files::show_many::<N>)
        .post(paths::CONTACTS_FIELD_FILES, field_files::bring_many::<N>)
        .get(paths::CONTACT_FIELD_FILES, field_files::show::<N>)
        .post(paths::CONTACT_FIELD_FILES, field_files::bring::<N>)
        .post(paths::CONTACT_FIELD_FILES_REMOVAL, field_files::remove::<N>)
        .get(paths::CONTACT_EDIT, noun::edit::<N>)
        .post(paths::CONTACT_EDIT, noun::change::<N>)
        .post(paths::CONTACT_ARCHIVAL, listed::archive::<N>)
        .post(paths::CONTACT_RESTORAL, listed::restore::<N>)
}

async fn list(who: Allowed<ContactsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let columns = listed::columns::<Contacts, _>(&who, &filter.columns);
    let custom = columns.iter().any(|c| c.starts_with(PREFIX)) || !filter.custom.is_empty();
    let around = (filter.view.as_str(), custom);
    let (saved, fields) = saved_views::around::<Contacts, _>(&who, &screen, &mut tx, around).await?;
    if let Some(view) = saved_views::opens_with(&screen, &saved).filter(|_| filter == Filter::default()) {
        return Ok(screen.go(view));
    }
    let mut page = contacts::list(&mut tx, &filter).await?;
    if columns.iter().any(|c| c == "tags") {
        contacts::tagged(&mut tx, &mut page.rows).await?;
    }
    let customer = match filter.customer.parse::<CustomerId>() {
        Ok(id) if who.actor.may(CustomersRead::KEY) => match customers::find(&mut tx, id).await {
            Ok(customer) => Some(customer.name),
            Err(store::Error::NotFound) => None,
            Err(e) => return Err(e.into()),
        },
        _ => None,
    };
    let tags = screen.for_page(store::tags::names(&mut tx)).await?;
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    let may = listed::may::<Contacts, _>(&who);
    Ok(screen.show(&who, &Index { slug, csrf, filter, page, customer, tags, columns, may, saved, fields }))
}

async fn show(who: Allowed<ContactsRead>, screen: Screen, Record(id): Record<ContactId>) -> Result {
    record(&who, &screen, id, Asked::overview()).await
}

async fn timeline(
    who: Allowed<ContactsRead>,
    screen: Screen,
    Record(id): Record<ContactId>,
    Query(before): Query<Before>,
) -> Result {
    record(&who, &screen, id, Asked::timeline(before)).await
}

async fn record<P: Permission>(who: &Allowed<P>, screen: &Screen, id: ContactId, asked: Asked) -> Result {
    let (mut tx, status, wrong) = (who.begin().await?, asked.status(), asked.refused.clone());
    let contact = contacts::find(&mut tx, id).await?;
    if let Some(survivor) = contact.merged_into {
        return Ok(screen.go(paths::contact(who.slug(), survivor)));
    }
    let mut record = activity::record::<Contacts, _>(
        &mut tx,
        (who, screen),
        (id, contact.version, contact.archived),
        contact.email.as_deref(),
        Sight::DIRECTORY,
        asked,
    )
    .await?;
    record.own = vec![("files", "Files", record.pages.files(id))];
    let overview = record.open == Open::Overview;
    let mut view = Show {
        slug: who.slug().clone(),
        files: files_tab(
            &mut tx,
            who,
            screen,
            &record,
            (id.0, contact.archived),
            wrong.as_ref().map(|(_, why)| why.as_str()),
        )
        .await?,
        record,
        contact,
        points: vec![],
        companies: vec![],
        deals: vec![],
        following: None,
        tickets: None,
        portal: None,
        fields: vec![],
    };
    if overview {
        view.points = points::of(&mut tx, id.0).await?;
        view.companies = links::of_contact(&mut tx, id).await?;
        view.deals = links::deals_of(&mut tx, id).await?;
        view.following = Some(following(&mut tx, screen, &view.record, id.0).await?);
        view.fields = custom_fields::list(&mut tx, Target::Contacts).await?;
        let theirs = Tickets { contact: id.to_string(), ..Tickets::default() };
        let asks = view.contact.email.as_ref().map(|email| format!("{} ({email})", view.contact.name));
        view.tickets = on_record(who, &mut tx, theirs, ("requester", asks.as_deref().unwrap_or_default())).await?;
        view.portal = Some(store::support::portal::of(&mut tx, id).await?).filter(|(_, last)| last.is_some());
    }
    Ok(screen.show_as(status, who, &view))
}

/// Contacts, to the handlers of all nouns.
pub struct Contacts;

impl Noun for Contacts {
    type Id = ContactId;
    type Record = Contact;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = ContactsRead;
    type Write = ContactsWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Contacts;
    const LIST: &'static str = paths::CONTACTS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, _: &Conventions) -> (Fields, Errors) {
        draft.read()
    }

    fn called(fields: &Fields) -> String {
        fields.name()
    }

    fn name(contact: &Contact) -> String {
        contact.name.clone()
    }

    fn version(contact: &Contact) -> Version {
        contact.version
    }

    fn draft(contact: &Contact) -> Draft {
        contact.draft()
    }

    async fn find(tx: &mut TenantTx, id: ContactId) -> store::Result<Contact> {
        contacts::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: ContactId, fields: &Fields) -> store::Result<Errors> {
        contacts::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: ContactId, fields: &Fields) -> store::Result<ContactId> {
        contacts::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: ContactId, version: Version, fields: &Fields) -> store::Result<()> {
        contacts::change(tx, id, version, fields).await
    }

    async fn twins(tx: &mut TenantTx, own: ContactId, fields: &Fields) -> store::Result<Vec<Twin>> {
        duplicates::contacts(tx, own.0, fields).await
    }

    async fn custom(tx: &mut TenantTx) -> store::Result<Vec<CustomField>> {
        custom_fields::list(tx, Target::Contacts).await
    }

    async fn edit(who: &Allowed<ContactsWrite>, tx: &mut TenantTx, mut entry: Entry<Draft>) -> Result<Edit> {
        // A new contact is whoever's who adds it, unless they say otherwise.
        if entry.editing.is_none() && entry.errors.is_empty() && entry.draft == Draft::default() {
            entry.draft.owner = who.email.clone();
        }
        Ok(Edit {
            entry,
            members: store::workspace::keepers::choices::<ContactsRead>(tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            people: who.actor.may(EmployeesRead::KEY).then(|| paths::employee_options(who.slug())),
        })
    }
}

impl Listed for Contacts {
    type Filter = Filter;
    type Archive = ContactsArchive;
    type Bulk = ContactsBulk;
    type Export = ContactsExport;
    type Import = ContactsImport;

    const TARGET: Target = Target::Contacts;
    const COLUMNS: &'static [(&'static str, &'static str, bool)] = COLUMNS;

    fn is_clear(filter: &Filter) -> bool {
        filter.is_clear()
    }

    async fn count(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        contacts::count::<ContactsBulk>(tx, filter, i64::from(i32::MAX)).await
    }

    async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[ContactId]) -> store::Result<(usize, String)> {
        contacts::archive::<P>(tx, ids).await
    }

    async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[ContactId]) -> store::Result<usize> {
        contacts::restore::<P>(tx, ids).await
    }

    async fn restore_batch(tx: &mut TenantTx, batch: &str) -> store::Result<usize> {
        contacts::restore_batch(tx, batch).await
    }
}

impl Exported for Contacts {
    const FIRST: &'static [&'static str] = &["first_name", "last_name"];

    fn cell<'r>(record: &'r Contact, field: &str) -> Cow<'r, str> {
        record.cell(field)
    }

    fn typed<'r>(record: &'r Contact, field: &str, kind: Option<FieldKind>) -> Cell<'r> {
        record.typed(field, kind)
    }

    fn asked(filter: &Filter) -> &[String] {
        &filter.columns
    }

    fn from_top(filter: &Filter) -> Filter {
        filter.from_top()
    }

    async fn many(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        contacts::count::<ContactsExport>(tx, filter, file::MOST).await
    }

    async fn page(
        tx: &mut TenantTx,
        filter: &Filter,
        after: Option<&Mark>,
    ) -> store::Result<(Vec<Contact>, Option<Mark>)> {
        contacts::export(tx, filter, after, exports::PAGE).await
    }
}

impl Beside for Contacts {
    fn subject(id: ContactId) -> Subject {
        Subject::Contact(id)
    }

    async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: ContactId, asked: Asked) -> Result {
        record(who, screen, id, asked).await
    }

    const PARTS: &'static [(&'static str, &'static str)] = &[("beside", "Deals and tickets")];

    async fn told_beside(
        tx: &mut TenantTx,
        slug: &Slug,
        id: ContactId,
        _: Sight,
        _: &str,
        before: Option<&Mark>,
        most: i64,
    ) -> store::Result<Vec<Happened>> {
        let told = told::of(tx, Self::subject(id), before, most).await?;
        Ok(told.into_iter().map(|told| Happened::Along(Box::new(Along { slug: slug.clone(), told }))).collect())
    }
}

impl field_files::Filed for Contacts {
    fn values(record: Contact) -> Values {
        record.custom
    }
}

impl Sought for Contacts {
    const TITLE: &'static str = "Contacts";
    const SQUARE: bool = false;

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Contact>> {
        contacts::list(tx, &Filter { q: question.to_owned(), ..Filter::default() }).await
    }

    fn id(contact: &Contact) -> ContactId {
        contact.id
    }

    fn details(contact: &Contact) -> Vec<Option<String>> {
        let firm = contact.customer.as_ref().map(|c| c.name.clone());
        vec![contact.job_title.clone(), firm, contact.email.clone()]
    }
}

/// What was typed into one of the two fields that suggest names.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    customer: String,
    contact: String,
}

async fn options(who: Allowed<ContactsRead>, screen: Screen, Query(asked): Query<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let firms = !asked.customer.trim().is_empty() && who.actor.may(CustomersRead::KEY);
    let companies = match firms {
        true => customers::options(&mut tx, &asked.customer).await?.into_iter().map(|c| c.name).collect(),
        false => vec![],
    };
    let people = match asked.contact.trim().is_empty() {
        false => contacts::options(&mut tx, &asked.contact).await?,
        true => vec![],
    };
    Ok(screen.show(&who, &Options { companies, people }))
}
