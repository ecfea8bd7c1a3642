//! What stands beside customers, contacts, deals and leads: who is what to whom, who follows, and files.

use super::{contacts::Contacts, customers::Customers, deals::Deals, leads::Leads};
use crate::{
    notes::Beside,
    support::tickets::Tickets,
    web::{Allowed, Confirmed, Incoming, Query, Record, Result, Routes, Screen, Toast, noun},
    workspace::activity::Asked,
};
use axum::http::StatusCode;
use domain::{
    ContactId, CustomerId, DealId, Errors, FileId, TieId,
    access::{ContactsWrite, CustomersWrite, DealsWrite, Permission},
    paths,
    workspace::access::Subject,
};
use maud::{Markup, Render};
use serde::Deserialize;
use store::{
    TenantTx,
    crm::{contacts, customers, links},
    followers,
    reach::{self, Kind},
    record_files,
};
use uuid::Uuid;
use views::{
    activity::Open,
    crm::{
        files::{Following, Tab},
        points::{Join, Joined},
    },
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::CONTACT_COMPANIES, new_company)
        .post(paths::CONTACT_COMPANIES, add_company)
        .post(paths::CONTACT_COMPANIES_REMOVAL, remove_company)
        .get(paths::CUSTOMER_CONTACTS, new_contact)
        .post(paths::CUSTOMER_CONTACTS, add_contact)
        .post(paths::CUSTOMER_CONTACTS_REMOVAL, remove_contact)
        .get(paths::DEAL_CONTACTS, new_in_deal)
        .post(paths::DEAL_CONTACTS, add_in_deal)
        .post(paths::DEAL_CONTACTS_REMOVAL, remove_in_deal)
        .post(paths::CUSTOMER_FOLLOWING, follow::<Customers>)
        .post(paths::CONTACT_FOLLOWING, follow::<Contacts>)
        .post(paths::DEAL_FOLLOWING, follow::<Deals>)
        .post(paths::LEAD_FOLLOWING, follow::<Leads>)
        .post(paths::TICKET_FOLLOWING, follow::<Tickets>)
        .get(paths::CUSTOMER_FILES, files::<Customers>)
        .post(paths::CUSTOMER_FILES, bring::<Customers>)
        .post(paths::CUSTOMER_FILES_REMOVAL, take_away::<Customers>)
        .get(paths::CONTACT_FILES, files::<Contacts>)
        .post(paths::CONTACT_FILES, bring::<Contacts>)
        .post(paths::CONTACT_FILES_REMOVAL, take_away::<Contacts>)
        .get(paths::DEAL_FILES, files::<Deals>)
        .post(paths::DEAL_FILES, bring::<Deals>)
        .post(paths::DEAL_FILES_REMOVAL, take_away::<Deals>)
        .get(paths::LEAD_FILES, files::<Leads>)
        .post(paths::LEAD_FILES, bring::<Leads>)
        .post(paths::LEAD_FILES_REMOVAL, take_away::<Leads>)
}

/// What a form says of two records, one of which is the page's.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    customer: String,
    contact: String,
    role: String,
    first: String,
}

/// Which of them is taken away.
#[derive(Deserialize)]
struct Chosen {
    link: TieId,
}

/// What somebody is, in a line of words of their own.
fn role(typed: &Typed) -> (Option<String>, Errors) {
    let mut errors = Errors::default();
    let role = errors.line("role", &typed.role, 60);
    (role, errors)
}

/// The form, empty, or with what was refused.
async fn form<N: Beside>(
    who: &Allowed<N::Write>,
    screen: &Screen,
    tx: &mut TenantTx,
    (id, what): (N::Id, Joined),
    (typed, errors): (Typed, Errors),
) -> Result {
    reach::hold::<N::Write>(tx, N::KIND, id.into()).await?;
    let record = N::find(tx, id).await?;
    let pages = noun::pages::<N, _>(who);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (action, name) = match what {
        Joined::Company => (pages.companies(id), typed.customer),
        Joined::Contact | Joined::InDeal => (pages.contacts(id), typed.contact),
    };
    let view = Join {
        action,
        csrf: screen.csrf().to_owned(),
        what,
        options: paths::contact_options(who.slug()),
        name,
        role: typed.role,
        first: typed.first,
        errors,
        crumb: (N::WORDS.title(), pages.list()),
        record: (N::name(&record), pages.record(id)),
    };
    Ok(screen.show_as(status, who, &view))
}

async fn new_company(
    who: Allowed<ContactsWrite>,
    screen: Screen,
    Record(id): Record<ContactId>,
    Query(typed): Query<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    form::<Contacts>(&who, &screen, &mut tx, (id, Joined::Company), (typed, Errors::default())).await
}

async fn add_company(
    who: Allowed<ContactsWrite>,
    screen: Screen,
    Record(id): Record<ContactId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<ContactsWrite>(&mut tx, Kind::Contacts, id.0).await?;
    let (role, mut errors) = role(&typed);
    let company = customers::named(&mut tx, &typed.customer).await?;
    let Some((customer, name)) = company.filter(|_| errors.is_empty()) else {
        if errors.is_empty() {
            errors.add("customer", "No customer is called that. Type a name, and choose.");
        }
        return form::<Contacts>(&who, &screen, &mut tx, (id, Joined::Company), (typed, errors)).await;
    };
    links::join(&mut tx, customer, id, role.as_deref(), !typed.first.is_empty()).await?;
    tx.commit().await?;
    screen.done(paths::contact(who.slug(), id), Toast::good(format!("{name} is noted."))).await
}

async fn remove_company(
    who: Allowed<ContactsWrite>,
    screen: Screen,
    Record(id): Record<ContactId>,
    Confirmed(chosen): Confirmed<Chosen>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<ContactsWrite>(&mut tx, Kind::Contacts, id.0).await?;
    contacts::find(&mut tx, id).await?;
    let gone = links::part(&mut tx, Subject::Contact(id), chosen.link).await?;
    tx.commit().await?;
    let name = gone.map_or_else(|| "The company".into(), |(customer, _)| customer);
    screen.done(paths::contact(who.slug(), id), Toast::good(format!("{name} was removed."))).await
}

async fn new_contact(
    who: Allowed<CustomersWrite>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    Query(typed): Query<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    form::<Customers>(&who, &screen, &mut tx, (id, Joined::Contact), (typed, Errors::default())).await
}

async fn add_contact(
    who: Allowed<CustomersWrite>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<CustomersWrite>(&mut tx, Kind::Customers, id.0).await?;
    let (role, mut errors) = role(&typed);
    let named = contacts::named(&mut tx, &typed.contact).await?;
    let Some(contact) = named.filter(|_| errors.is_empty()) else {
        if errors.is_empty() {
            errors.add("contact", NOBODY);
        }
        return form::<Customers>(&who, &screen, &mut tx, (id, Joined::Contact), (typed, errors)).await;
    };
    links::join(&mut tx, id, contact, role.as_deref(), !typed.first.is_empty()).await?;
    tx.commit().await?;
    screen.done(paths::customer(who.slug(), id), Toast::good("The contact is noted.")).await
}

const NOBODY: &str = "No contact alone is called that. Type a name or an email, and choose.";

async fn remove_contact(
    who: Allowed<CustomersWrite>,
    screen: Screen,
    Record(id): Record<CustomerId>,
    Confirmed(chosen): Confirmed<Chosen>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<CustomersWrite>(&mut tx, Kind::Customers, id.0).await?;
    customers::find(&mut tx, id).await?;
    let gone = links::part(&mut tx, Subject::Customer(id), chosen.link).await?;
    tx.commit().await?;
    let name = gone.map_or_else(|| "The contact".into(), |(_, contact)| contact);
    screen.done(paths::customer(who.slug(), id), Toast::good(format!("{name} was removed from here."))).await
}

async fn new_in_deal(
    who: Allowed<DealsWrite>,
    screen: Screen,
    Record(id): Record<DealId>,
    Query(typed): Query<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    form::<Deals>(&who, &screen, &mut tx, (id, Joined::InDeal), (typed, Errors::default())).await
}

async fn add_in_deal(
    who: Allowed<DealsWrite>,
    screen: Screen,
    Record(id): Record<DealId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<DealsWrite>(&mut tx, Kind::Deals, id.0).await?;
    let (role, mut errors) = role(&typed);
    let named = contacts::named(&mut tx, &typed.contact).await?;
    let Some(contact) = named.filter(|_| errors.is_empty()) else {
        if errors.is_empty() {
            errors.add("contact", NOBODY);
        }
        return form::<Deals>(&who, &screen, &mut tx, (id, Joined::InDeal), (typed, errors)).await;
    };
    links::involve(&mut tx, id, contact, role.as_deref()).await?;
    tx.commit().await?;
    screen.done(paths::deal(who.slug(), id), Toast::good("The contact is noted.")).await
}

async fn remove_in_deal(
    who: Allowed<DealsWrite>,
    screen: Screen,
    Record(id): Record<DealId>,
    Confirmed(chosen): Confirmed<Chosen>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = links::release(&mut tx, id, chosen.link).await?.unwrap_or_else(|| "The contact".into());
    tx.commit().await?;
    screen.done(paths::deal(who.slug(), id), Toast::good(format!("{name} is out of this deal."))).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Follow {
    on: String,
}

async fn follow<N: Beside>(
    who: Allowed<N::Read>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(asked): Confirmed<Follow>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = N::name(&N::find(&mut tx, id).await?);
    let on = !asked.on.is_empty();
    followers::follow(&mut tx, N::subject(id), on).await?;
    tx.commit().await?;
    let words = if on { format!("You follow {name}.") } else { format!("You do not follow {name} any more.") };
    screen.done(noun::pages::<N, _>(&who).record(id), Toast::good(words)).await
}

/// The card that says whether one follows a record.
pub(super) async fn following(
    tx: &mut TenantTx,
    screen: &Screen,
    record: &views::record::Record,
    id: Uuid,
) -> Result<Following> {
    let (many, mine) = followers::of(tx, id).await?;
    Ok(Following { action: record.pages.following(id), csrf: screen.csrf().to_owned(), mine, many })
}

async fn files<N: Beside>(who: Allowed<N::Read>, screen: Screen, Record(id): Record<N::Id>) -> Result {
    N::page(&who, &screen, id, Asked::own("files")).await
}

/// The tab of a record's files, where it is open.
pub(super) async fn files_tab<P: Permission>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    screen: &Screen,
    record: &views::record::Record,
    (id, archived): (Uuid, bool),
    wrong: Option<&str>,
) -> Result<Option<Markup>> {
    if record.open != Open::Own("files") {
        return Ok(None);
    }
    let files = record_files::of(tx, id).await?;
    let tab = Tab {
        slug: who.slug(),
        action: record.pages.files(id),
        removal: record.pages.files_removal(id),
        csrf: screen.csrf(),
        files: &files,
        wrong,
        may: record.may.write && !archived,
        megabytes: who.app().config().file_bytes / (1024 * 1024),
        zone: who.zone,
    };
    Ok(Some(tab.render()))
}

async fn bring<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    incoming: Incoming,
) -> Result {
    // Nothing is taken in for a record that is not the reader's to change.
    record_files::hold(&mut who.begin().await?, N::subject(id)).await?;
    let kept = incoming.keep(&who).await?;
    let file = match kept.file() {
        Ok(file) => file,
        Err(wrong) => return N::page(&who, &screen, id, Asked::refused("files", kept.status, wrong)).await,
    };
    let mut tx = who.begin().await?;
    match record_files::add(&mut tx, N::subject(id), file).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let wrong = errors.of("file").unwrap_or_default().to_owned();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return N::page(&who, &screen, id, Asked::refused("files", status, wrong)).await;
        }
        done => done?,
    }
    tx.commit().await?;
    screen.done(noun::pages::<N, _>(&who).files(id), Toast::good(format!("“{}” is kept.", file.name))).await
}

#[derive(Deserialize)]
struct Gone {
    file: FileId,
}

async fn take_away<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(gone): Confirmed<Gone>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = record_files::remove(&mut tx, N::subject(id), gone.file).await?;
    tx.commit().await?;
    let words = name.map_or_else(|| "The file was removed.".into(), |name| format!("“{name}” was removed."));
    screen.done(noun::pages::<N, _>(&who).files(id), Toast::good(words)).await
}
