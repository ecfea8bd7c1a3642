//! Macros: the settings, and using one on a ticket or on many.

use super::settings::{drawn, pressed, sent, settle, status};
use crate::web::{
    Allowed, Confirmed, Error, Query, Record, Result, Routes, Screen, Toast,
    form::Nothing,
    selection::{back, were},
};
use axum::http::StatusCode;
use domain::{
    Errors, MacroId, MessageId, TicketId,
    access::{Permission, TicketsBulk, TicketsSettings, TicketsWrite},
    paths,
    support::{
        canned::filled,
        macros::{AT_ONCE, Draft},
        tickets::WORDS,
    },
};
use serde::Deserialize;
use store::{
    reach::{self, Kind},
    support::{macros, queues, tickets},
    workspace::members,
};
use views::support::{
    macros::{Chosen, MacroForm, Macros, Use, UseMany},
    settings::Frame,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::TICKET_MACRO, choose)
        .post(paths::TICKET_MACRO, run)
        .post(paths::TICKETS_MACRO_NEW, choose_for_many)
        .post(paths::TICKETS_MACRO, run_on_many)
        .get(paths::MACROS, list)
        .get(paths::MACRO_NEW, new)
        .post(paths::MACRO_NEW, add)
        .get(paths::MACRO, edit)
        .post(paths::MACRO, change)
        .post(paths::MACRO_REMOVAL, remove)
}

type Agent = Allowed<TicketsWrite>;

pub(super) fn frame<P: Permission>(who: &Allowed<P>, screen: &Screen, errors: Errors) -> Frame {
    Frame { slug: who.slug().clone(), rights: who.actor.rights, csrf: screen.csrf().to_owned(), errors }
}

async fn list(who: Agent, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let macros = macros::all(&mut tx).await?;
    let (queues, members) = (queues::all(&mut tx).await?, members::choices(&mut tx).await?);
    Ok(screen.show(&who, &Macros { frame: frame(&who, &screen, Errors::default()), macros, queues, members }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    draft: Draft,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: String,
}

async fn form(who: &Agent, screen: &Screen, editing: Option<(MacroId, i32)>, typed: Typed, errors: Errors) -> Result {
    let once = if typed.once.is_empty() || sent(&errors) { who.app().id::<MacroId>().to_string() } else { typed.once };
    let mut tx = who.begin().await?;
    let (queues, members) = (queues::all(&mut tx).await?, members::choices(&mut tx).await?);
    let shown = status(&errors);
    let may_share = who.actor.may(TicketsSettings::KEY);
    let frame = frame(who, screen, errors);
    let view = MacroForm { frame, once, editing, draft: typed.draft, queues, members, may_share };
    Ok(screen.show_as(shown, who, &view))
}

async fn new(who: Agent, screen: Screen) -> Result {
    form(&who, &screen, None, Typed::default(), Errors::default()).await
}

async fn add(who: Agent, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = drawn::<MacroId>(&typed.once, &tx);
    let (fields, errors) = typed.draft.read();
    let done = match errors.or(fields) {
        Ok(fields) => macros::add(&mut tx, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors).await,
        None => screen.done(paths::macros(who.slug()), Toast::good("The macro is there.")).await,
    }
}

async fn edit(who: Agent, screen: Screen, Record(id): Record<MacroId>) -> Result {
    let it = macros::find(&mut who.begin().await?, id).await?;
    let typed = Typed { draft: it.draft(), ..Typed::default() };
    form(&who, &screen, Some((id, it.version)), typed, Errors::default()).await
}

async fn change(who: Agent, screen: Screen, Record(id): Record<MacroId>, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let now = macros::find(&mut tx, id).await?;
    let version = typed.version.parse().unwrap_or_default();
    let (fields, errors) = typed.draft.read();
    let done = match errors.or(fields) {
        Ok(fields) => macros::change(&mut tx, id, version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, Some((id, now.version)), typed, errors).await,
        None => screen.done(paths::macros(who.slug()), Toast::good("Changes saved.")).await,
    }
}

async fn remove(who: Agent, screen: Screen, Record(id): Record<MacroId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = macros::remove(&mut tx, id).await;
    pressed(&screen, paths::macros(who.slug()), tx, done, "was removed.").await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    #[serde(rename = "macro")]
    it: String,
}

/// All of them, or what one of them will do.
async fn choose(who: Agent, screen: Screen, Record(id): Record<TicketId>, Query(wanted): Query<Wanted>) -> Result {
    page(&who, &screen, id, wanted.it.parse().ok(), None).await
}

/// `refused`: the text that was typed, its id, and what is wrong.
async fn page(
    who: &Agent,
    screen: &Screen,
    id: TicketId,
    it: Option<MacroId>,
    refused: Option<(String, MessageId, String)>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<TicketsWrite>(&mut tx, Kind::Tickets, id.0).await?;
    let ticket = tickets::find(&mut tx, id).await?;
    let (queues, members) = (queues::all(&mut tx).await?, members::choices(&mut tx).await?);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (chosen, macros) = match it {
        Some(it) => {
            let it = macros::find(&mut tx, it).await?;
            let text = filled(&it.does.body, &ticket, &who.actor.name);
            let (text, once, error) = match refused {
                Some((text, once, error)) => (text, once, Some(error)),
                None => (text, tx.id(), None),
            };
            (Some(Chosen { it, text, once, error }), vec![])
        }
        None => (None, macros::all(&mut tx).await?),
    };
    let (slug, csrf, title) = (who.slug().clone(), screen.csrf().to_owned(), ticket.title());
    let view = Use { slug, csrf, ticket: id, title, macros, queues, members, chosen };
    Ok(screen.show_as(status, who, &view))
}

#[derive(Deserialize)]
struct Doing {
    #[serde(rename = "macro")]
    it: MacroId,
    text: Option<String>,
    #[serde(default, rename = "_once")]
    once: String,
}

async fn run(who: Agent, screen: Screen, Record(id): Record<TicketId>, Confirmed(doing): Confirmed<Doing>) -> Result {
    let mut tx = who.begin().await?;
    let it = macros::find(&mut tx, doing.it).await?;
    let once = drawn::<MessageId>(&doing.once, &tx);
    let (mut errors, typed) = (Errors::default(), doing.text.is_some());
    let text = doing.text.unwrap_or_default();
    let said = errors.text("text", &text, domain::support::tickets::LONGEST);
    // Whoever took its words out does not mean to say them.
    if typed && said.is_none() && it.does.says().is_some() {
        errors.add("text", "Say something: this macro writes a message.");
    }
    let done = match errors.or(said) {
        Ok(text) => macros::run(&mut tx, once, id, &it, text.as_deref(), &who.actor.name).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Ok(_) => {
            tx.commit().await?;
            let toast = Toast::good(format!("{} is done.", it.name));
            let toast = toast.link("Next ticket", paths::ticket_next(who.slug(), id));
            screen.done(paths::ticket(who.slug(), id), toast).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let words = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
            page(&who, &screen, id, Some(it.id), Some((text, once, words))).await
        }
        Err(store::Error::Sent) => {
            drop(tx);
            let words = "This was sent before, with other words. Send it again to say this as well.".to_owned();
            let again = who.app().id();
            page(&who, &screen, id, Some(it.id), Some((text, again, words))).await
        }
        Err(e) => Err(e.into()),
    }
}

#[derive(Deserialize)]
struct Ticked {
    #[serde(default = "Vec::new")]
    ids: Vec<TicketId>,
    #[serde(default, rename = "macro")]
    it: String,
    #[serde(default)]
    back: String,
}

/// What each would do with the tickets that are ticked.
async fn choose_for_many(who: Allowed<TicketsBulk>, screen: Screen, Confirmed(ticked): Confirmed<Ticked>) -> Result {
    many(&who, &screen, ticked, None).await
}

async fn many(who: &Allowed<TicketsBulk>, screen: &Screen, ticked: Ticked, error: Option<String>) -> Result {
    let mut tx = who.begin().await?;
    let macros = macros::all(&mut tx).await?;
    let (queues, members) = (queues::all(&mut tx).await?, members::choices(&mut tx).await?);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (slug, csrf, back) =
        (who.slug().clone(), screen.csrf().to_owned(), back(&ticked.back, paths::tickets(who.slug())));
    let view = UseMany { slug, csrf, ids: ticked.ids, back, macros, queues, members, error };
    Ok(screen.show_as(status, who, &view))
}

/// All or none, in one transaction.
async fn run_on_many(who: Allowed<TicketsBulk>, screen: Screen, Confirmed(ticked): Confirmed<Ticked>) -> Result {
    let Ok(it) = ticked.it.parse::<MacroId>() else {
        return many(&who, &screen, ticked, Some("Choose a macro first.".into())).await;
    };
    if ticked.ids.len() > AT_ONCE {
        return Err(Error::Bad(format!("Choose at most {AT_ONCE} tickets at a time.")));
    }
    let to = back(&ticked.back, paths::tickets(who.slug()));
    let mut tx = who.begin().await?;
    let it = macros::find(&mut tx, it).await?;
    let ids: Vec<_> = ticked.ids.iter().map(|id| id.0).collect();
    let within = reach::within::<TicketsBulk>(&mut tx, Kind::Tickets, &ids).await?;
    let mut done = 0;
    for id in within {
        let message = tx.id();
        match macros::run(&mut tx, message, TicketId(id), &it, None, &who.actor.name).await {
            Ok(_) => done += 1,
            Err(store::Error::Refused(errors)) => {
                let words = errors.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ");
                let number = tickets::find(&mut tx, TicketId(id)).await?.number;
                drop(tx);
                return many(&who, &screen, ticked, Some(format!("Nothing was done. {number}: {words}"))).await;
            }
            // Not the reader's to change.
            Err(store::Error::NotFound) => {}
            Err(e) => return Err(e.into()),
        }
    }
    tx.commit().await?;
    screen.done(to, Toast::good(format!("{} done by {}.", were(done, WORDS), it.name))).await
}
