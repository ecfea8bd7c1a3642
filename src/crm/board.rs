//! The board of a pipeline, the cards of a lane, the same by time, and the stream that tells of changes.

use super::deals::Deals;
use crate::{
    saved_views,
    web::{
        Allowed, Query, Record, Result, Routes, Screen,
        access::Watch,
        bells::{Ear, Heard},
        query,
    },
};
use axum::{
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use domain::{
    Day, PipelineId, StageId,
    access::{DealsRead, DealsWrite, Permission, PipelinesWrite},
    crm::{deals::Filter, pipelines::Pipeline},
    custom_fields::CustomField,
    list::Mark,
    paths,
    workspace::members::Named,
};
use futures::stream;
use std::{convert::Infallible, time::Duration};
use store::{
    TenantTx,
    crm::{deals::board, pipelines},
    workspace::members,
};
use views::{
    crm::board::{Board, Index, More, Timeline},
    saved_views::Saved,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PIPELINE, show)
        .get(paths::PIPELINE_LANE, more)
        .get(paths::PIPELINE_TIMELINE, timeline)
        .get(paths::PIPELINE_STREAM, listen)
}

/// The question of a board's address, and what its cards need to know.
pub fn of<P: Permission>(who: &Allowed<P>, screen: &Screen, back: &str, today: Day) -> (Filter, Board) {
    let filter: Filter = query::read(back.split_once('?').map_or("", |(_, asked)| asked));
    let board = Board {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        may_write: who.actor.may(DealsWrite::KEY),
        now: who.app().now(),
        today,
        back: back.to_owned(),
    };
    (filter, board)
}

/// What stands around a board.
struct Around {
    pipeline: Pipeline,
    pipelines: Vec<Pipeline>,
    members: Vec<Named>,
    tags: Vec<String>,
    fields: Vec<CustomField>,
    saved: Saved,
}

async fn around(who: &Allowed<DealsRead>, screen: &Screen, tx: &mut TenantTx, filter: &Filter) -> Result<Around> {
    let pipelines = pipelines::all(tx).await?;
    let asked = pipelines.iter().find(|p| p.id.to_string() == filter.pipeline);
    let pipeline = asked.or(pipelines.first()).cloned().ok_or(crate::web::Error::NotFound)?;
    let shows = (filter.view.as_str(), !filter.custom.is_empty());
    let (saved, fields) = saved_views::around::<Deals, _>(who, screen, tx, shows).await?;
    let members = match !screen.htmx() || !filter.owner.is_empty() {
        true => members::choices(tx).await?,
        false => vec![],
    };
    let tags = screen.for_page(store::tags::names(tx)).await?;
    Ok(Around { pipeline, pipelines, members, tags, fields, saved })
}

async fn show(who: Allowed<DealsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let Around { pipeline, pipelines, members, tags, fields, saved } = around(&who, &screen, &mut tx, &filter).await?;
    let lanes = board::lanes(&mut tx, &pipeline, &filter, who.workspace.currency).await?;
    let here = Filter { pipeline: pipeline.id.to_string(), ..filter.from_top() };
    let (_, board) = of(&who, &screen, &views::list::url(&paths::pipeline(who.slug()), &here), tx.today());
    let may_settings = who.actor.may(PipelinesWrite::KEY);
    let view = Index { board, filter, pipeline, pipelines, lanes, members, tags, fields, saved, may_settings };
    Ok(screen.show(&who, &view))
}

async fn timeline(who: Allowed<DealsRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let Around { pipeline, pipelines, members, tags, fields, saved } = around(&who, &screen, &mut tx, &filter).await?;
    let months = board::months(&mut tx, pipeline.id, &filter, who.workspace.currency).await?;
    let here = Filter { pipeline: pipeline.id.to_string(), ..filter.from_top() };
    let (_, board) = of(&who, &screen, &views::list::url(&paths::pipeline(who.slug()), &here), tx.today());
    let may_settings = who.actor.may(PipelinesWrite::KEY);
    let view = Timeline { board, filter, pipeline, pipelines, months, members, tags, fields, saved, may_settings };
    Ok(screen.show(&who, &view))
}

async fn more(
    who: Allowed<DealsRead>,
    screen: Screen,
    Record(id): Record<StageId>,
    Query(filter): Query<Filter>,
) -> Result {
    let mut tx = who.begin().await?;
    let (_, stage) = pipelines::find_stage(&mut tx, id).await?;
    let (cards, next) = board::more(&mut tx, &stage, &filter, Mark::parse(&filter.after).as_ref()).await?;
    let here = Filter { pipeline: stage.pipeline.to_string(), ..filter.from_top() };
    let (_, board) = of(&who, &screen, &views::list::url(&paths::pipeline(who.slug()), &here), tx.today());
    let part = screen.htmx();
    Ok(screen.show(&who, &More { board, filter, stage, cards, next, part }))
}

/// Longest time without a look, as for bells: whoever was let out hears no more after it.
const LOOK: Duration = Duration::from_secs(25);

/// Rings that come together are told together.
const TOGETHER: Duration = Duration::from_millis(150);

/// Rings whenever deals of a pipeline change; what changed, whoever hears it looks up by their own rights.
async fn listen(who: Allowed<DealsRead>, Record(id): Record<PipelineId>) -> Result<Response> {
    let mut tx = who.begin().await?;
    pipelines::find(&mut tx, id).await?;
    drop(tx);
    let Some(ear) = who.app().bells().join_board(who.actor.tenant, id, who.actor.member) else {
        // Which tells a browser not to come back by itself.
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let told = Told { watch: who.watch(), ear, begun: false, over: false };
    let events = stream::unfold(told, |told| async { next(told).await });
    // A proxy that gathers would tell late.
    Ok(([("x-accel-buffering", "no")], Sse::new(events)).into_response())
}

struct Told {
    watch: Watch,
    ear: Ear,
    begun: bool,
    over: bool,
}

async fn next(mut told: Told) -> Option<(Result<Event, Infallible>, Told)> {
    if told.over {
        return None;
    }
    if !std::mem::replace(&mut told.begun, true) {
        return Some((Ok(Event::default().comment("here")), told));
    }
    let heard = told.ear.wait(LOOK).await;
    if heard == Heard::Ring {
        tokio::time::sleep(TOGETHER).await;
    }
    let event = match (heard, told.watch.look().await) {
        (Heard::End, _) => return None,
        // To a browser an event without data is none.
        (_, Ok(None)) => {
            told.over = true;
            Event::default().event("over").data("over")
        }
        (Heard::Ring, Ok(Some(_))) => Event::default().event("board").data("changed"),
        (_, Ok(Some(_))) => Event::default().comment("here"),
        (_, Err(error)) => {
            tracing::debug!(%error, "a board could not be looked at");
            Event::default().comment("later")
        }
    };
    Some((Ok(event), told))
}
