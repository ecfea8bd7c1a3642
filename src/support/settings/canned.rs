//! Canned replies.

use super::{Setter, drawn, frame, pressed, sent, settle, status};
use crate::web::{Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use domain::{CannedReplyId, Errors, paths, support::canned::Draft};
use serde::Deserialize;
use store::support::canned;
use views::support::settings::{CannedForm, CannedReplies};

pub(super) fn routes(r: Routes) -> Routes {
    r.get(paths::CANNED_REPLIES, list)
        .get(paths::CANNED_REPLY_NEW, new)
        .post(paths::CANNED_REPLY_NEW, add)
        .get(paths::CANNED_REPLY, edit)
        .post(paths::CANNED_REPLY, change)
        .post(paths::CANNED_REPLY_REMOVAL, remove)
}

async fn list(who: Setter, screen: Screen) -> Result {
    let canned = canned::all(&mut who.begin().await?).await?;
    Ok(screen.show(&who, &CannedReplies { frame: frame(&who, &screen, Errors::default()), canned }))
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

fn form(who: &Setter, screen: &Screen, editing: Option<(CannedReplyId, i32)>, typed: Typed, errors: Errors) -> Result {
    let once =
        if typed.once.is_empty() || sent(&errors) { who.app().id::<CannedReplyId>().to_string() } else { typed.once };
    let shown = status(&errors);
    let view = CannedForm { frame: frame(who, screen, errors), once, editing, draft: typed.draft };
    Ok(screen.show_as(shown, who, &view))
}

async fn new(who: Setter, screen: Screen) -> Result {
    form(&who, &screen, None, Typed::default(), Errors::default())
}

async fn add(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = drawn::<CannedReplyId>(&typed.once, &tx);
    let (fields, errors) = typed.draft.read();
    let done = match errors.or(fields) {
        Ok(fields) => canned::add(&mut tx, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors),
        None => screen.done(paths::canned_replies(who.slug()), Toast::good("The reply is there.")).await,
    }
}

async fn edit(who: Setter, screen: Screen, Record(id): Record<CannedReplyId>) -> Result {
    let c = canned::find(&mut who.begin().await?, id).await?;
    let typed = Typed { draft: Draft { name: c.name, body: c.body }, ..Typed::default() };
    form(&who, &screen, Some((id, c.version)), typed, Errors::default())
}

async fn change(
    who: Setter,
    screen: Screen,
    Record(id): Record<CannedReplyId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = canned::find(&mut tx, id).await?;
    let version = typed.version.parse().unwrap_or_default();
    let (fields, errors) = typed.draft.read();
    let done = match errors.or(fields) {
        Ok(fields) => canned::change(&mut tx, id, version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, Some((id, now.version)), typed, errors),
        None => screen.done(paths::canned_replies(who.slug()), Toast::good("Changes saved.")).await,
    }
}

async fn remove(who: Setter, screen: Screen, Record(id): Record<CannedReplyId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = canned::remove(&mut tx, id).await;
    pressed(&screen, paths::canned_replies(who.slug()), tx, done, "was removed.").await
}
