//! A ticket's page, and what is written on it.

use super::{presence::Desk, tickets::Tickets};
use crate::{
    web::{Allowed, Confirmed, Incoming, Query, Record, Result, Routes, Screen, Toast, headers::pictured},
    workspace::activity::{self, Asked},
};
use axum::http::StatusCode;
use domain::{
    CannedReplyId, Errors, HelpArticleId, MessageId, TicketId,
    access::{Permission, Sight, TicketsRead, TicketsWrite},
    import::Target,
    paths,
    support::{
        canned::filled,
        help::Audience,
        messages::{Draft, Kind},
        tickets::Status,
    },
};
use serde::Deserialize;
use store::{
    custom_fields, followers,
    support::{assigning, canned, clocks, effort, help, messages, points, queues, ratings, tickets},
    workspace::keepers,
};
use views::{
    activity::Open,
    crm::files::Following,
    support::tickets::{Checklist, Clocks, Composer, Show, Spent},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::TICKET, show)
        .post(paths::TICKET_MESSAGES, add)
        .post(paths::TICKET_DRAFT, keep)
        .get(paths::TICKET_CLOCKS, look)
}

/// What was written and is shown again, or what is asked to be filled in.
#[derive(Default)]
pub(super) struct Said {
    status: StatusCode,
    /// What was refused, under which id, and why.
    refused: Option<(Draft, Option<MessageId>, Errors)>,
    canned: Option<CannedReplyId>,
    /// The help article whose link goes into the reply.
    article: Option<HelpArticleId>,
    /// The message whose pictures from elsewhere are asked for.
    pictures: Option<MessageId>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    canned: String,
    article: String,
    pictures: String,
}

async fn show(
    who: Allowed<TicketsRead>,
    screen: Screen,
    Record(id): Record<TicketId>,
    Query(wanted): Query<Wanted>,
) -> Result {
    let (canned, article) = (wanted.canned.parse().ok(), wanted.article.parse().ok());
    let said = Said { canned, article, pictures: wanted.pictures.parse().ok(), ..Said::default() };
    let elsewhere = said.pictures.is_some();
    let page = page(&who, &screen, id, Asked::overview(), said).await?;
    Ok(if elsewhere { pictured(page) } else { page })
}

pub(super) async fn page<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: TicketId,
    asked: Asked,
    said: Said,
) -> Result {
    let mut tx = who.begin().await?;
    let ticket = tickets::find(&mut tx, id).await?;
    let status = if said.refused.is_some() { said.status } else { asked.status() };
    let email = ticket.requester_email.clone();
    let mut record = activity::record::<Tickets, _>(
        &mut tx,
        (who, screen),
        (id, ticket.version, ticket.archived),
        email.as_deref(),
        Sight::DIRECTORY,
        asked,
    )
    .await?;
    // What is noted of a ticket stands in its conversation.
    record.composer = None;
    let mine = ticket.assignee.as_ref().is_some_and(|a| a.id == who.actor.member);
    record.more = Some(Show::actions(who.slug(), screen.csrf(), &ticket, mine, record.may.write));
    let mut view = Show {
        slug: who.slug().clone(),
        messages: vec![],
        clocks: None,
        pictures: said.pictures,
        rating: None,
        composers: vec![],
        canned: vec![],
        queues: vec![],
        members: vec![],
        why: None,
        following: None,
        fields: vec![],
        linked: vec![],
        articles: vec![],
        time: None,
        checklist: None,
        whole: None,
        others: vec![],
        once: [(); 3].map(|()| who.app().id::<TicketId>().to_string()),
        megabytes: who.app().config().file_bytes / (1024 * 1024),
        record,
        ticket,
    };
    if view.record.open != Open::Overview {
        return Ok(screen.show_as(status, who, &view));
    }
    view.messages = messages::of(&mut tx, id).await?;
    view.clocks = Some(Clocks {
        path: paths::ticket_clocks(who.slug(), id),
        promised: clocks::of(&mut tx, id).await?,
        moment: activity::moment(who),
    });
    view.why = assigning::why(&mut tx, id).await?;
    view.rating = ratings::of(&mut tx, id).await?;
    let (entries, total) = effort::of(&mut tx, id).await?;
    view.time = Some(Spent { entries, total, me: who.actor.member, once: tx.id() });
    view.checklist = Some(Checklist { points: points::of(&mut tx, id).await?, once: tx.id() });
    view.fields = custom_fields::list(&mut tx, Target::Tickets).await?;
    let (many, own) = followers::of(&mut tx, id.0).await?;
    let action = view.record.pages.following(id);
    view.following = Some(Following { action, csrf: screen.csrf().to_owned(), mine: own, many });
    for near in tickets::near(&mut tx, &view.ticket).await? {
        match near.how {
            tickets::Nearness::Whole => view.whole = Some((near.id, near.words)),
            tickets::Nearness::Same => view.others.push((near.id, near.words, near.status)),
            tickets::Nearness::Linked => view.linked.push((near.id, near.words, near.status, false)),
            tickets::Nearness::Part => view.linked.push((near.id, near.words, near.status, true)),
        }
    }
    let writes = view.record.may.write && !view.ticket.archived && view.ticket.merged_into.is_none();
    if writes {
        view.queues = queues::all(&mut tx).await?;
        view.members = keepers::choices::<TicketsRead>(&mut tx).await?;
        view.canned = canned::all(&mut tx).await?;
        let drafts = messages::drafts(&mut tx, id).await?;
        let chosen = said.canned.and_then(|id| view.canned.iter().find(|c| c.id == id));
        let chosen = chosen.map(|c| filled(&c.body, &view.ticket, &who.actor.name));
        if !view.ticket.status.ended() {
            view.articles = help::near(&mut tx, Audience::Internal, &view.ticket.name).await?;
        }
        let linked = match said.article {
            Some(article) => {
                let article = help::read(&mut tx, Audience::Customers, article).await?;
                let path = paths::public_help_article(who.slug(), article.id);
                Some(format!("{}\n{}{path}", article.title, who.app().config().public_url))
            }
            None => None,
        };
        let chosen = chosen.or(linked);
        let noting = said.refused.as_ref().is_some_and(|(draft, ..)| draft.kind == Kind::Note.key());
        for kind in [Kind::Reply, Kind::Note] {
            let begun = drafts.iter().find(|(k, _)| *k == kind).map(|(_, text)| text.clone()).unwrap_or_default();
            let refused = said.refused.as_ref().filter(|(draft, ..)| draft.kind == kind.key());
            let text = match (&chosen, refused) {
                (_, Some((draft, ..))) => draft.text.clone(),
                (Some(canned), None) if kind == Kind::Reply && begun.trim().is_empty() => canned.clone(),
                (Some(canned), None) if kind == Kind::Reply => format!("{}\n\n{canned}", begun.trim_end()),
                _ => begun,
            };
            let error = |field: &str| refused.and_then(|(_, _, errors)| errors.of(field)).map(str::to_owned);
            view.composers.push(Composer {
                kind,
                once: refused.and_then(|(_, once, _)| *once).unwrap_or_else(|| tx.id()),
                text,
                error: error("text").or_else(|| error("")).or_else(|| error("status")),
                wrong_file: error("file"),
                open: if noting { kind == Kind::Note } else { kind == Kind::Reply },
            });
        }
    }
    Ok(screen.show_as(status, who, &view))
}

/// Files that go with one message.
const FILES: usize = 10;

/// A reply or a note, perhaps with files, and the status that goes with it.
async fn add(who: Allowed<TicketsWrite>, screen: Screen, Record(id): Record<TicketId>, incoming: Incoming) -> Result {
    // Nothing is taken in for a ticket that is not the reader's to answer.
    store::reach::hold::<TicketsWrite>(&mut who.begin().await?, store::reach::Kind::Tickets, id.0).await?;
    let kept = incoming.keep_many(&who, FILES).await?;
    let mut draft: Draft = kept.read();
    let once: MessageId = kept.once(who.app());
    let (fields, mut errors) = draft.read();
    if Kind::parse(&draft.kind).is_none() {
        // What was typed stands where a reply is written, and nothing has been sent.
        draft.kind = Kind::Reply.key().into();
    }
    if let Some(wrong) = &kept.wrong {
        errors.add("file", wrong.clone());
    }
    let again = |status: StatusCode, once: Option<MessageId>, errors: Errors, draft: Draft| Said {
        status,
        refused: Some((draft, once, errors)),
        ..Said::default()
    };
    if !errors.is_empty() {
        let status = if kept.wrong.is_some() { kept.status } else { StatusCode::UNPROCESSABLE_ENTITY };
        return page(&who, &screen, id, Asked::overview(), again(status, Some(once), errors, draft)).await;
    }
    let mut tx = who.begin().await?;
    let stays = match messages::add(&mut tx, once, id, &fields, &kept.files()).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let said = again(StatusCode::UNPROCESSABLE_ENTITY, Some(once), errors, draft);
            return page(&who, &screen, id, Asked::overview(), said).await;
        }
        Err(store::Error::Sent) => {
            drop(tx);
            let words = "This was sent before, with other words. Send it again to say this as well.";
            let said = again(StatusCode::CONFLICT, None, Errors::one("text", words), draft);
            return page(&who, &screen, id, Asked::overview(), said).await;
        }
        done => done?,
    };
    tx.commit().await?;
    let words = match (fields.kind, fields.then) {
        _ if stays => "Sent. It stays open: the customer has written since you opened this page.",
        (Kind::Note, _) => "The note was added.",
        (Kind::Reply, Some(Status::Solved)) => "Sent, and solved.",
        (Kind::Reply, _) => "Sent.",
    };
    let mut toast = Toast::good(words);
    if fields.kind == Kind::Reply {
        toast = toast.link("Next ticket", paths::ticket_next(who.slug(), id));
    }
    screen.done(paths::ticket(who.slug(), id), toast).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Begun {
    text: String,
    kind: String,
}

/// What somebody has begun to write, kept while they write.
async fn keep(
    who: Allowed<TicketsWrite>,
    screen: Screen,
    Record(id): Record<TicketId>,
    Confirmed(begun): Confirmed<Begun>,
) -> Result {
    let mut tx = who.begin().await?;
    tickets::find(&mut tx, id).await?;
    messages::keep_draft(&mut tx, id, Kind::parse(&begun.kind).unwrap_or_default(), &begun.text).await?;
    tx.commit().await?;
    Desk::of(&who, id).writes();
    Ok(screen.kept(paths::ticket(who.slug(), id)))
}

/// The clocks as they stand now.
async fn look(who: Allowed<TicketsRead>, screen: Screen, Record(id): Record<TicketId>) -> Result {
    let mut tx = who.begin().await?;
    tickets::find(&mut tx, id).await?;
    let promised = clocks::of(&mut tx, id).await?;
    let path = paths::ticket_clocks(who.slug(), id);
    Ok(screen.show(&who, &Clocks { path, promised, moment: activity::moment(&who) }))
}
