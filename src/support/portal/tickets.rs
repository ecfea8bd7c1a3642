//! A customer's tickets in the portal: the list, one of them, a new one, answers, and whether it is solved.

use super::{Customer, Place, customer::unlisted, frame};
use crate::{
    files::send,
    web::{Confirmed, Incoming, Public, Query, Record, Result, Routes, Screen},
};
use axum::http::StatusCode;
use domain::{
    Errors, FileId, MessageId, TicketId, paths,
    support::{
        help::Audience,
        portal::{Asking, FILES, Filter, words},
    },
};
use serde::Deserialize;
use store::support::{help, portal::desk, ratings};
use views::support::portal::{Fresh, List, Show, SignedOut, Suggested};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PORTAL, list)
        .get(paths::PORTAL_NEW, new)
        .post(paths::PORTAL_NEW, add)
        .get(paths::PORTAL_SUGGESTIONS, suggest)
        .get(paths::PORTAL_TICKET, show)
        .post(paths::PORTAL_MESSAGES, reply)
        .post(paths::PORTAL_STATE, settle)
        .post(paths::PORTAL_RATING, rate)
        .get(paths::PORTAL_FILE, file)
}

async fn list(_: Public, screen: Screen, who: Customer, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let (tickets, next) = desk::list(&mut tx, &who.visitor, &filter).await?;
    Ok(unlisted(screen.show_public(&List { frame: frame(&who.place, &screen), filter, tickets, next })))
}

/// Told where the same form comes again and says something else.
const SENT: &str = "This was sent before, with other words or files. Send it again to say this as well; files have to be chosen again.";

/// What was refused of a new one, and under which id.
#[derive(Default)]
struct Said {
    status: StatusCode,
    draft: Asking,
    once: Option<TicketId>,
    errors: Errors,
}

async fn form(screen: &Screen, who: &Customer, said: Said) -> Result {
    let mut tx = who.begin().await?;
    let queues = desk::choices(&mut tx).await?;
    let articles = help::near(&mut tx, Audience::Customers, &said.draft.name).await?;
    let view = Fresh {
        frame: frame(&who.place, screen),
        once: said.once.unwrap_or_else(|| tx.id()),
        draft: said.draft,
        errors: said.errors,
        queues,
        suggested: Suggested { slug: who.slug().clone(), articles },
        megabytes: who.place.app().config().file_bytes / (1024 * 1024),
    };
    Ok(unlisted(screen.show_public_as(said.status, &view)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Begun {
    name: String,
}

async fn new(_: Public, screen: Screen, who: Customer, Query(begun): Query<Begun>) -> Result {
    let draft = Asking { name: begun.name, ..Asking::default() };
    form(&screen, &who, Said { draft, ..Said::default() }).await
}

/// What may answer it already, while somebody writes.
async fn suggest(_: Public, screen: Screen, who: Customer, Query(begun): Query<Begun>) -> Result {
    let articles = help::near(&mut who.begin().await?, Audience::Customers, &begun.name).await?;
    Ok(screen.show_public(&Suggested { slug: who.slug().clone(), articles }))
}

/// Whoever was signed out while they wrote keeps what they have written.
async fn signed_out(screen: &Screen, place: &Place, action: String, incoming: Incoming) -> Result {
    let (mut fields, left_out) = incoming.typed().await?;
    fields.retain(|(name, _)| name != "_csrf");
    let view = SignedOut { frame: frame(place, screen), action, fields, left_out };
    Ok(unlisted(screen.show_public_as(StatusCode::UNAUTHORIZED, &view)))
}

async fn add(_: Public, screen: Screen, place: Place, incoming: Incoming) -> Result {
    let who = match Customer::of(place) {
        Ok(who) => who,
        Err(place) => return signed_out(&screen, &place, paths::portal_new(place.slug()), incoming).await,
    };
    who.counted().await?;
    let kept = incoming.keep_many(&who, FILES).await?;
    let draft: Asking = kept.read();
    let once: TicketId = kept.once(who.place.app());
    let again = |errors: Errors| Said {
        status: if kept.wrong.is_some() { kept.status } else { StatusCode::UNPROCESSABLE_ENTITY },
        draft: draft.clone(),
        once: Some(once),
        errors,
    };
    let mut errors = Errors::default();
    if let Some(wrong) = &kept.wrong {
        errors.add("file", wrong.clone());
    }
    let fields = match draft.read() {
        Ok(fields) if errors.is_empty() => fields,
        Ok(_) => return form(&screen, &who, again(errors)).await,
        Err(others) => {
            errors.merge(others);
            return form(&screen, &who, again(errors)).await;
        }
    };
    let mut tx = who.begin().await?;
    match desk::open(&mut tx, &who.visitor, once, &fields, &kept.files()).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            return form(&screen, &who, again(errors)).await;
        }
        Err(store::Error::Sent) => {
            drop(tx);
            let errors = Errors::one("", SENT);
            let said = Said { status: StatusCode::CONFLICT, draft: draft.clone(), once: None, errors };
            return form(&screen, &who, said).await;
        }
        done => done?,
    }
    tx.commit().await?;
    Ok(screen.go(paths::portal_ticket(who.slug(), once)))
}

/// What was refused of an answer.
#[derive(Default)]
struct Answered {
    status: StatusCode,
    text: String,
    once: Option<MessageId>,
    errors: Errors,
}

async fn page(screen: &Screen, who: &Customer, id: TicketId, said: Answered) -> Result {
    let mut tx = who.begin().await?;
    let ticket = desk::find(&mut tx, &who.visitor, id).await?;
    let messages = desk::said(&mut tx, &who.visitor, id).await?;
    let rated = ratings::of(&mut tx, id).await?.and_then(|r| r.answer).map(|(score, _)| score);
    let view = Show {
        frame: frame(&who.place, screen),
        ticket,
        messages,
        rated,
        once: said.once.unwrap_or_else(|| tx.id()),
        text: said.text,
        errors: said.errors,
        megabytes: who.place.app().config().file_bytes / (1024 * 1024),
    };
    Ok(unlisted(screen.show_public_as(said.status, &view)))
}

async fn show(_: Public, screen: Screen, who: Customer, Record(id): Record<TicketId>) -> Result {
    page(&screen, &who, id, Answered::default()).await
}

async fn reply(_: Public, screen: Screen, place: Place, Record(id): Record<TicketId>, incoming: Incoming) -> Result {
    let who = match Customer::of(place) {
        Ok(who) => who,
        Err(place) => return signed_out(&screen, &place, paths::portal_messages(place.slug(), id), incoming).await,
    };
    who.counted().await?;
    // Nothing is taken in for a ticket that is not theirs.
    desk::find(&mut who.begin().await?, &who.visitor, id).await?;
    let kept = incoming.keep_many(&who, FILES).await?;
    let typed = kept.get("text").to_owned();
    let once: MessageId = kept.once(who.place.app());
    let mut errors = Errors::default();
    let text = words(&mut errors, &typed);
    if let Some(wrong) = &kept.wrong {
        errors.add("file", wrong.clone());
    }
    if !errors.is_empty() {
        let status = if kept.wrong.is_some() { kept.status } else { StatusCode::UNPROCESSABLE_ENTITY };
        return page(&screen, &who, id, Answered { status, text: typed, once: Some(once), errors }).await;
    }
    let mut tx = who.begin().await?;
    let there = match desk::reply(&mut tx, &who.visitor, (once, id), &text, &kept.files()).await {
        Err(store::Error::Sent) => {
            drop(tx);
            let errors = Errors::one("", SENT);
            let said = Answered { status: StatusCode::CONFLICT, text: typed, once: None, errors };
            return page(&screen, &who, id, said).await;
        }
        done => done?,
    };
    tx.commit().await?;
    Ok(screen.go(paths::portal_ticket(who.slug(), there)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    to: String,
}

async fn settle(
    _: Public,
    screen: Screen,
    who: Customer,
    Record(id): Record<TicketId>,
    Confirmed(wanted): Confirmed<Wanted>,
) -> Result {
    let mut tx = who.begin().await?;
    match desk::settle(&mut tx, &who.visitor, id, wanted.to == "solved").await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let status = StatusCode::CONFLICT;
            return page(&screen, &who, id, Answered { status, errors, ..Answered::default() }).await;
        }
        done => done?,
    };
    tx.commit().await?;
    Ok(screen.go(paths::portal_ticket(who.slug(), id)))
}

/// On to the question of their mail, which is asked now where it was not before.
async fn rate(
    _: Public,
    screen: Screen,
    who: Customer,
    Record(id): Record<TicketId>,
    _: Confirmed<crate::web::form::Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let ticket = desk::find(&mut tx, &who.visitor, id).await?;
    if !ticket.asks {
        return Ok(screen.go(paths::portal_ticket(who.slug(), id)));
    }
    ratings::ask(&mut tx, id).await?;
    tx.commit().await?;
    let token = jobs::mail::ticket_rating::token(who.place.app().seal(), who.place.workspace.id, id);
    Ok(screen.go(paths::ticket_rating(token)))
}

async fn file(_: Public, who: Customer, Record(id): Record<FileId>) -> Result {
    let file = desk::file(&mut who.begin().await?, &who.visitor, id).await?;
    send(who.place.app(), who.place.workspace.id, file, false).await
}
