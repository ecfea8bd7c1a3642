//! Tags on records, one at a time or on many.

use crate::{
    crm::{contacts::Contacts, customers::Customers, deals::Deals, leads::Leads},
    hr::employees::Employees,
    notes::Beside,
    support::tickets::Tickets,
    web::{
        Allowed, Confirmed, Error, Record, Result, Routes, Screen, Toast, noun,
        selection::{back, were},
    },
};
use domain::{access::HomeRead, paths};
use serde::Deserialize;
use store::tags;
use views::tags::Options;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::TAG_OPTIONS, options)
        .post(paths::EMPLOYEES_TAGS, add_many::<Employees>)
        .post(paths::EMPLOYEES_TAGS_REMOVAL, remove_many::<Employees>)
        .post(paths::EMPLOYEE_TAGS, add::<Employees>)
        .post(paths::EMPLOYEE_TAGS_REMOVAL, remove::<Employees>)
        .post(paths::CUSTOMERS_TAGS, add_many::<Customers>)
        .post(paths::CUSTOMERS_TAGS_REMOVAL, remove_many::<Customers>)
        .post(paths::CUSTOMER_TAGS, add::<Customers>)
        .post(paths::CUSTOMER_TAGS_REMOVAL, remove::<Customers>)
        .post(paths::CONTACTS_TAGS, add_many::<Contacts>)
        .post(paths::CONTACTS_TAGS_REMOVAL, remove_many::<Contacts>)
        .post(paths::CONTACT_TAGS, add::<Contacts>)
        .post(paths::CONTACT_TAGS_REMOVAL, remove::<Contacts>)
        .post(paths::DEALS_TAGS, add_many::<Deals>)
        .post(paths::DEALS_TAGS_REMOVAL, remove_many::<Deals>)
        .post(paths::DEAL_TAGS, add::<Deals>)
        .post(paths::DEAL_TAGS_REMOVAL, remove::<Deals>)
        .post(paths::LEADS_TAGS, add_many::<Leads>)
        .post(paths::LEADS_TAGS_REMOVAL, remove_many::<Leads>)
        .post(paths::LEAD_TAGS, add::<Leads>)
        .post(paths::LEAD_TAGS_REMOVAL, remove::<Leads>)
        .post(paths::TICKETS_TAGS, add_many::<Tickets>)
        .post(paths::TICKETS_TAGS_REMOVAL, remove_many::<Tickets>)
        .post(paths::TICKET_TAGS, add::<Tickets>)
        .post(paths::TICKET_TAGS_REMOVAL, remove::<Tickets>)
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    tag: String,
}

async fn add<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let page = noun::pages::<N, _>(&who).record(id);
    let mut tx = who.begin().await?;
    // Several at once, as people write them.
    let names: Vec<&str> = match typed.tag.split(',').map(str::trim).filter(|n| !n.is_empty()).collect::<Vec<_>>() {
        none if none.is_empty() => vec![""],
        names => names,
    };
    for name in names {
        if let Err(e) = tags::add(&mut tx, N::subject(id), name).await {
            return told(&screen, page, e).await;
        }
    }
    tx.commit().await?;
    Ok(screen.go(page))
}

async fn remove<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let pages = noun::pages::<N, _>(&who);
    let mut tx = who.begin().await?;
    if let Err(e) = tags::remove(&mut tx, N::subject(id), &typed.tag).await {
        return told(&screen, pages.record(id), e).await;
    }
    tx.commit().await?;
    let toast = Toast::good(format!("{} was taken off.", typed.tag)).undo(pages.tags(id), &[("tag", typed.tag)]);
    screen.done(pages.record(id), toast).await
}

#[derive(Deserialize)]
struct Ticked<I> {
    #[serde(default = "Vec::new")]
    ids: Vec<I>,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    back: String,
}

async fn add_many<N: Beside>(
    who: Allowed<N::Bulk>,
    screen: Screen,
    Confirmed(ticked): Confirmed<Ticked<N::Id>>,
) -> Result {
    let pages = noun::pages::<N, _>(&who);
    let to = back(&ticked.back, pages.list());
    let subjects: Vec<_> = ticked.ids.iter().map(|id| N::subject(*id)).collect();
    let mut tx = who.begin().await?;
    let marked = match tags::add_many(&mut tx, &subjects, &ticked.tag).await {
        Ok(marked) => marked,
        Err(e) => return told(&screen, to, e).await,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} tagged {}.", were(marked.len(), N::WORDS), ticked.tag));
    if marked.is_empty() {
        return screen.done(to, toast).await;
    }
    let mut undo: Vec<_> = marked.iter().map(|s| ("ids", s.id().to_string())).collect();
    undo.extend([("tag", ticked.tag), ("back", to.clone())]);
    screen.done(to, toast.undo(pages.all_tags_removal(), &undo)).await
}

async fn remove_many<N: Beside>(
    who: Allowed<N::Bulk>,
    screen: Screen,
    Confirmed(ticked): Confirmed<Ticked<N::Id>>,
) -> Result {
    let pages = noun::pages::<N, _>(&who);
    let to = back(&ticked.back, pages.list());
    let subjects: Vec<_> = ticked.ids.iter().map(|id| N::subject(*id)).collect();
    let mut tx = who.begin().await?;
    let unmarked = match tags::remove_many(&mut tx, &subjects, &ticked.tag).await {
        Ok(unmarked) => unmarked,
        Err(e) => return told(&screen, to, e).await,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} was taken off {}.", ticked.tag, of(unmarked.len(), N::WORDS)));
    if unmarked.is_empty() {
        return screen.done(to, toast).await;
    }
    let mut undo: Vec<_> = unmarked.iter().map(|s| ("ids", s.id().to_string())).collect();
    undo.extend([("tag", ticked.tag), ("back", to.clone())]);
    screen.done(to, toast.undo(pages.all_tags(), &undo)).await
}

fn of(count: usize, words: domain::text::Words) -> String {
    if count == 1 { format!("1 {}", words.one) } else { format!("{count} {}", words.many) }
}

/// A field so small has no page of its own to be shown again on: what is wrong is told in a notice.
async fn told(screen: &Screen, page: String, e: store::Error) -> Result {
    match e {
        store::Error::Refused(errors) => {
            let words = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
            screen.done(page, Toast::bad(words)).await
        }
        e => Err(Error::from(e)),
    }
}

async fn options(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let tags = tags::all(&mut tx).await?;
    Ok(screen.show(&who, &Options(tags)))
}
