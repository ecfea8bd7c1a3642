//! What an agent does with a ticket besides answering: puts it off, keeps its checklist, notes the time, makes parts of it.

use super::{
    macros::frame,
    settings::{drawn, settle, status},
};
use crate::{
    web::{Allowed, Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing},
    workspace::activity::moment,
};
use domain::{
    Errors, TicketId, TicketPointId, TimeEntryId,
    access::TicketsWrite,
    paths,
    support::{effort, points, snooze},
};
use serde::Deserialize;
use store::support::{effort as entries, merges, points as checklist, tickets};
use views::support::macros::TimeForm;

pub fn routes(r: Routes) -> Routes {
    r.post(paths::TICKET_SNOOZE, put_off)
        .post(paths::TICKET_SNOOZE_REMOVAL, bring_back)
        .post(paths::TICKET_POINTS, add_points)
        .post(paths::TICKET_POINT, tick_point)
        .post(paths::TICKET_POINT_REMOVAL, remove_point)
        .post(paths::TICKET_TIME, note_time)
        .get(paths::TIME_ENTRY, entry)
        .post(paths::TIME_ENTRY, change_entry)
        .post(paths::TIME_ENTRY_REMOVAL, remove_entry)
        .post(paths::TICKET_PARTS, part)
        .post(paths::TICKET_LINKS_REMOVAL, unlink)
}

type Agent = Allowed<TicketsWrite>;

/// Back to the ticket with what is wrong.
async fn wrong(screen: &Screen, page: String, errors: &Errors) -> Result {
    let words = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
    screen.done(page, Toast::bad(words)).await
}

async fn put_off(
    who: Agent,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(draft): Confirmed<snooze::Draft>,
) -> Result {
    let mut tx = who.begin().await?;
    let page = paths::ticket(who.slug(), id);
    let until = match draft.read(who.zone, who.workspace.dates, tx.now()) {
        Ok(until) => until,
        Err(errors) => return wrong(&screen, page, &errors).await,
    };
    let ticket = match tickets::snooze(&mut tx, id, until).await {
        Err(store::Error::Refused(errors)) => return wrong(&screen, page, &errors).await,
        done => done?,
    };
    tx.commit().await?;
    let when = match until {
        Some(at) => format!("until {}", at.with_timezone(&who.zone).format("%Y-%m-%d %H:%M")),
        None => "until the customer writes".to_owned(),
    };
    let toast = Toast::good(format!("{} is put off {when}.", ticket.number));
    let toast = toast.undo(paths::ticket_snooze_removal(who.slug(), id), &[]);
    screen.done(page, toast.link("Next ticket", paths::ticket_next(who.slug(), id))).await
}

async fn bring_back(who: Agent, screen: Screen, Record(id): Record<TicketId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let ticket = tickets::wake(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::ticket(who.slug(), id), Toast::good(format!("{} is back.", ticket.number))).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Points {
    #[serde(flatten)]
    draft: points::Draft,
    #[serde(rename = "_once")]
    once: String,
}

async fn add_points(
    who: Agent,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(typed): Confirmed<Points>,
) -> Result {
    let page = paths::ticket(who.slug(), id);
    let mut tx = who.begin().await?;
    tickets::find(&mut tx, id).await?;
    let names = match typed.draft.read() {
        Ok(names) => names,
        Err(errors) => return wrong(&screen, page, &errors).await,
    };
    let first = drawn::<TicketPointId>(&typed.once, &tx);
    match checklist::add(&mut tx, first, id, &names).await {
        Err(store::Error::Refused(errors)) => return wrong(&screen, page, &errors).await,
        done => done?,
    }
    tx.commit().await?;
    let told = if names.len() == 1 {
        "It is on the checklist.".to_owned()
    } else {
        format!("{} points are on the checklist.", names.len())
    };
    screen.done(page, Toast::good(told)).await
}

#[derive(Deserialize)]
struct Tick {
    done: bool,
}

async fn tick_point(
    who: Agent,
    screen: Screen,
    Record(id): Record<TicketPointId>,
    Confirmed(tick): Confirmed<Tick>,
) -> Result {
    let mut tx = who.begin().await?;
    let ticket = checklist::tick(&mut tx, id, tick.done).await?;
    tx.commit().await?;
    let toast = Toast::good(if tick.done { "The point is done." } else { "The point is open again." });
    let back = [("done", (!tick.done).to_string())];
    screen.done(paths::ticket(who.slug(), ticket), toast.undo(paths::ticket_point(who.slug(), id), &back)).await
}

async fn remove_point(who: Agent, screen: Screen, Record(id): Record<TicketPointId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let (ticket, name) = checklist::remove(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good("The point was removed.");
    let toast = toast.undo(paths::ticket_points(who.slug(), ticket), &[("points", name)]);
    screen.done(paths::ticket(who.slug(), ticket), toast).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    draft: effort::Draft,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: String,
}

async fn note_time(
    who: Agent,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let page = paths::ticket(who.slug(), id);
    let (fields, errors) = typed.draft.read();
    if !errors.is_empty() {
        return wrong(&screen, page, &errors).await;
    }
    let mut tx = who.begin().await?;
    let once = drawn::<TimeEntryId>(&typed.once, &tx);
    entries::add(&mut tx, once, id, &fields).await?;
    tx.commit().await?;
    screen.done(page, Toast::good(format!("{} was noted.", effort::words(fields.minutes.into())))).await
}

async fn form(who: &Agent, screen: &Screen, id: TimeEntryId, draft: Option<effort::Draft>, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let entry = entries::own(&mut tx, id).await?;
    let ticket = tickets::find(&mut tx, entry.ticket).await?.title();
    let shown = status(&errors);
    let draft = draft.unwrap_or_else(|| entry.draft());
    let view = TimeForm { frame: frame(who, screen, errors), entry, ticket, draft, moment: moment(who) };
    Ok(screen.show_as(shown, who, &view))
}

async fn entry(who: Agent, screen: Screen, Record(id): Record<TimeEntryId>) -> Result {
    form(&who, &screen, id, None, Errors::default()).await
}

async fn change_entry(
    who: Agent,
    screen: Screen,
    Record(id): Record<TimeEntryId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let (fields, errors) = typed.draft.read();
    let mut tx = who.begin().await?;
    let ticket = entries::own(&mut tx, id).await?.ticket;
    let version = typed.version.parse().unwrap_or_default();
    let done = match errors.or(fields) {
        Ok(fields) => entries::change(&mut tx, id, version, &fields).await.map(drop),
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, id, Some(typed.draft), errors).await,
        None => screen.done(paths::ticket(who.slug(), ticket), Toast::good("Changes saved.")).await,
    }
}

async fn remove_entry(who: Agent, screen: Screen, Record(id): Record<TimeEntryId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let ticket = entries::remove(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::ticket(who.slug(), ticket), Toast::good("The time was removed.")).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Part {
    name: String,
    #[serde(rename = "_once")]
    once: String,
}

async fn part(who: Agent, screen: Screen, Record(id): Record<TicketId>, Confirmed(part): Confirmed<Part>) -> Result {
    let page = paths::ticket(who.slug(), id);
    let mut errors = Errors::default();
    let name = errors.required("name", &part.name, 200);
    if !errors.is_empty() {
        return screen.done(page, Toast::bad("Say what the part is about.")).await;
    }
    let mut tx = who.begin().await?;
    let next = drawn::<TicketId>(&part.once, &tx);
    let next = match merges::part(&mut tx, id, next, &name).await {
        Err(store::Error::Refused(errors)) => return wrong(&screen, page, &errors).await,
        done => done?,
    };
    tx.commit().await?;
    screen.done(paths::ticket(who.slug(), next), Toast::good("The part is a ticket of its own now.")).await
}

#[derive(Deserialize)]
struct Other {
    other: TicketId,
}

async fn unlink(who: Agent, screen: Screen, Record(id): Record<TicketId>, Confirmed(it): Confirmed<Other>) -> Result {
    let mut tx = who.begin().await?;
    merges::unlink(&mut tx, id, it.other).await?;
    tx.commit().await?;
    screen.done(paths::ticket(who.slug(), id), Toast::good("They have nothing to do with one another any more.")).await
}
