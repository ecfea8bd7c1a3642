//! Links of tickets, one that becomes a part of another, and a message that becomes a ticket.

use crate::web::{Allowed, Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use domain::{MessageId, TicketId, TicketMergeId, access::TicketsWrite, paths};
use serde::Deserialize;
use store::{
    reach::{self, Kind},
    support::{merges, messages, tickets},
};
use uuid::Uuid;

pub fn routes(r: Routes) -> Routes {
    r.post(paths::TICKET_LINKS, link)
        .post(paths::TICKET_MERGE, merge)
        .post(paths::TICKET_MERGE_REVERSAL, undo)
        .post(paths::TICKET_SPLIT, split)
}

/// Another ticket by its number.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Other {
    ticket: String,
    #[serde(rename = "_once")]
    once: String,
}

const NONE: &str = "There is no ticket of this number.";

/// Back to `path` with why it was refused.
async fn refused(screen: &Screen, path: String, done: store::Error) -> Result {
    match done {
        store::Error::Refused(errors) => {
            let words = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
            screen.done(path, Toast::bad(words)).await
        }
        e => Err(e.into()),
    }
}

async fn link(
    who: Allowed<TicketsWrite>,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(other): Confirmed<Other>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<TicketsWrite>(&mut tx, Kind::Tickets, id.0).await?;
    let page = paths::ticket(who.slug(), id);
    tickets::find(&mut tx, id).await?;
    let Some(there) = merges::named(&mut tx, &other.ticket).await? else {
        return screen.done(page, Toast::bad(NONE)).await;
    };
    match messages::link(&mut tx, id, there).await {
        Ok(()) => {
            tx.commit().await?;
            screen.done(page, Toast::good("They are linked.")).await
        }
        Err(e) => refused(&screen, page, e).await,
    }
}

async fn merge(
    who: Allowed<TicketsWrite>,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(other): Confirmed<Other>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<TicketsWrite>(&mut tx, Kind::Tickets, id.0).await?;
    let page = paths::ticket(who.slug(), id);
    let now = tickets::find(&mut tx, id).await?;
    let Some(whole) = merges::named(&mut tx, &other.ticket).await? else {
        return screen.done(page, Toast::bad(NONE)).await;
    };
    let once = other.once.parse::<Uuid>().map_or_else(|_| tx.id(), TicketMergeId);
    if let Err(e) = merges::merge(&mut tx, once, id, whole).await {
        return refused(&screen, page, e).await;
    }
    tx.commit().await?;
    let toast = Toast::good(format!("{} is a part of this ticket now.", now.number));
    let toast = toast.undo(paths::ticket_merge_reversal(who.slug(), id), &[]);
    screen.done(paths::ticket(who.slug(), whole), toast).await
}

async fn undo(
    who: Allowed<TicketsWrite>,
    screen: Screen,
    Record(id): Record<TicketId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let page = paths::ticket(who.slug(), id);
    match merges::undo(&mut tx, id).await {
        Ok(_) => {
            tx.commit().await?;
            screen.done(page, Toast::good("It is a ticket of its own again.")).await
        }
        Err(e) => refused(&screen, page, e).await,
    }
}

#[derive(Deserialize)]
struct Split {
    message: MessageId,
    #[serde(default, rename = "_once")]
    once: String,
}

async fn split(
    who: Allowed<TicketsWrite>,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(wanted): Confirmed<Split>,
) -> Result {
    let mut tx = who.begin().await?;
    // The page draws one id for all of its messages: each makes a ticket of its own.
    let of_message = |once: Uuid| {
        let ((high, low), (_, message)) = (once.as_u64_pair(), wanted.message.0.as_u64_pair());
        TicketId(Uuid::from_u64_pair(high, low ^ message))
    };
    let next = wanted.once.parse::<Uuid>().map_or_else(|_| tx.id(), of_message);
    match merges::split(&mut tx, id, wanted.message, next).await {
        Ok((next, left)) => {
            tx.commit().await?;
            let toast = Toast::good("It is a ticket of its own now, linked with the one it was in.");
            // Made a part of that one, what was said is there again.
            let toast = match left {
                Some(number) => toast.undo(paths::ticket_merge(who.slug(), next), &[("ticket", number)]),
                None => toast,
            };
            screen.done(paths::ticket(who.slug(), next), toast).await
        }
        Err(e) => refused(&screen, paths::ticket(who.slug(), id), e).await,
    }
}
