//! The bell, its page, and its stream.

use crate::web::{
    Allowed, Confirmed, Query, Record, Result, Routes, Screen, Toast,
    access::Watch,
    bells::{Ear, Heard},
    form::Nothing,
};
use axum::{
    http::StatusCode,
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, Sse},
    },
};
use domain::{
    NotificationId,
    access::{HomeRead, Permission},
    paths,
};
use futures::stream;
use std::{convert::Infallible, time::Duration};
use store::notifications::{self, Question};
use views::{
    Moment,
    notices::{Asked, Index, Panel},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::NOTICES, list)
        .get(paths::NOTICES_PANEL, panel)
        .get(paths::NOTICES_STREAM, listen)
        .post(paths::NOTICES_READING, read_all)
        .get(paths::NOTICE, open)
        .post(paths::NOTICE_READING, read)
        .post(paths::NOTICE_UNREADING, unread)
}

/// On a page, and below the bell.
const PAGE: usize = 50;
const NEWEST: usize = 8;

fn moment<P: Permission>(who: &Allowed<P>) -> Moment {
    Moment { now: who.app().now(), zone: who.zone }
}

async fn list(who: Allowed<HomeRead>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let q = Question { unread_only: asked.unread_only(), after: asked.after(), most: PAGE };
    let (notices, more) = notifications::list(&mut tx, who.actor.member, q).await?;
    let csrf = screen.csrf().to_owned();
    let (slug, unread, moment) = (who.slug().clone(), who.unread, moment(&who));
    Ok(screen.show(&who, &Index { slug, csrf, moment, asked, notices, more, unread }))
}

async fn panel(who: Allowed<HomeRead>, screen: Screen) -> Result {
    newest(&who, &screen, who.unread).await
}

async fn newest(who: &Allowed<HomeRead>, screen: &Screen, unread: i64) -> Result {
    let mut tx = who.begin().await?;
    let q = Question { most: NEWEST, ..Question::default() };
    let (notices, _) = notifications::list(&mut tx, who.actor.member, q).await?;
    let view = Panel { slug: who.slug().clone(), csrf: screen.csrf().to_owned(), moment: moment(who), notices, unread };
    Ok(screen.show(who, &view))
}

/// Marks it read and goes to what it is about.
async fn open(who: Allowed<HomeRead>, Record(id): Record<NotificationId>) -> Result<Response> {
    let mut tx = who.begin().await?;
    let path = notifications::mark(&mut tx, who.actor.member, id, true).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("{}{path}", paths::home(who.slug()))).into_response())
}

async fn read(who: Allowed<HomeRead>, screen: Screen, id: Record<NotificationId>, _: Confirmed<Nothing>) -> Result {
    mark(&who, &screen, id, true).await
}

async fn unread(who: Allowed<HomeRead>, screen: Screen, id: Record<NotificationId>, _: Confirmed<Nothing>) -> Result {
    mark(&who, &screen, id, false).await
}

async fn mark(who: &Allowed<HomeRead>, screen: &Screen, Record(id): Record<NotificationId>, read: bool) -> Result {
    let mut tx = who.begin().await?;
    notifications::mark(&mut tx, who.actor.member, id, read).await?;
    tx.commit().await?;
    Ok(screen.go(screen.current_url().unwrap_or_else(|| paths::notices(who.slug()))))
}

async fn read_all(who: Allowed<HomeRead>, screen: Screen, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    notifications::mark_all(&mut tx, who.actor.member).await?;
    tx.commit().await?;
    match screen.htmx() {
        true => newest(&who, &screen, 0).await,
        false => screen.done(paths::notices(who.slug()), Toast::good("All read.")).await,
    }
}

/// Longest time without a look: whose session has ended, or who was let out, hears no more after it, and a ring that got
/// lost is made up for.
const LOOK: Duration = Duration::from_secs(25);

/// Rings that come together are told together.
const TOGETHER: Duration = Duration::from_millis(100);

/// Tells how many are unread, now and whenever that changes.
async fn listen(who: Allowed<HomeRead>) -> Result<Response> {
    let Some(ear) = who.app().bells().join(who.actor.tenant, who.actor.member) else {
        // Which tells a browser not to come back by itself.
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let told = Told { watch: who.watch(), ear, last: None, over: false };
    let events = stream::unfold(told, |told| async { next(told).await });
    // A proxy that gathers would tell late.
    Ok(([("x-accel-buffering", "no")], Sse::new(events)).into_response())
}

struct Told {
    watch: Watch,
    ear: Ear,
    last: Option<(i64, bool)>,
    over: bool,
}

async fn next(mut told: Told) -> Option<(Result<Event, Infallible>, Told)> {
    if told.over {
        return None;
    }
    if told.last.is_some() {
        match told.ear.wait(LOOK).await {
            Heard::End => return None,
            Heard::Ring => tokio::time::sleep(TOGETHER).await,
            Heard::Nothing => {}
        }
    }
    let event = match told.watch.look().await {
        Ok(Some(unread)) => {
            let now = (unread, told.ear.live());
            if told.last == Some(now) {
                Event::default().comment("here")
            } else {
                told.last = Some(now);
                let data = serde_json::json!({ "unread": unread, "live": now.1 });
                Event::default().event("bell").data(data.to_string())
            }
        }
        Ok(None) => {
            told.over = true;
            Event::default().event("over").data("over")
        }
        Err(error) => {
            tracing::debug!(%error, "a bell could not be looked at");
            told.last = Some(told.last.unwrap_or((-1, false)));
            Event::default().comment("later")
        }
    };
    Some((Ok(event), told))
}
