//! Moving deals from stage to stage: from a board, by a menu, or from their page.

use super::board::of;
use crate::{
    web::{Allowed, Confirmed, Error, Query, Record, Result, Routes, Screen, Toast, selection::back},
    workspace::activity,
};
use axum::http::StatusCode;
use domain::{
    DealId, Errors, StageId,
    access::DealsWrite,
    crm::{
        deals::{
            Deal,
            moves::{Draft, Move, asks},
        },
        pipelines::{Pipeline, Stage},
    },
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx, Version,
    crm::{deals, pipelines},
    reach::{self, Kind},
    workspace::members,
};
use views::crm::deals::moves::{ANSWER, Answer, Ask};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::DEAL_MOVE, ask).post(paths::DEAL_MOVE, go)
}

type Mover = Allowed<DealsWrite>;

/// A deal that the reader may move, the pipeline that it is in, and the stage that is meant, of any pipeline.
async fn found(tx: &mut TenantTx, id: DealId, to: &str) -> Result<(Deal, Pipeline, Option<Stage>)> {
    reach::hold::<DealsWrite>(tx, Kind::Deals, id.0).await?;
    let deal = deals::find(tx, id).await?;
    let all = pipelines::all(tx).await?;
    let stage = to.parse::<StageId>().ok().and_then(|to| all.iter().find_map(|p| p.stage(to)).cloned());
    let pipeline = all.into_iter().find(|p| p.id == deal.pipeline).ok_or(Error::NotFound)?;
    Ok((deal, pipeline, stage))
}

async fn ask(who: Mover, screen: Screen, Record(id): Record<DealId>, Query(draft): Query<Draft>) -> Result {
    let mut tx = who.begin().await?;
    let found = found(&mut tx, id, &draft.stage).await?;
    question(&who, &screen, &mut tx, found, (draft, Errors::default(), None), StatusCode::OK).await
}

async fn question(
    who: &Mover,
    screen: &Screen,
    tx: &mut TenantTx,
    (deal, pipeline, to): (Deal, Pipeline, Option<Stage>),
    (draft, errors, late): (Draft, Errors, Option<String>),
    status: StatusCode,
) -> Result {
    let view = Ask {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        deal,
        pipeline,
        to,
        draft,
        errors,
        reasons: pipelines::loss_reasons(tx).await?,
        members: members::choices(tx).await?,
        today: tx.today(),
        currency: who.workspace.currency.code().to_owned(),
        late,
    };
    Ok(screen.show_as(status, who, &view))
}

/// What is sent: the move, and the version of the deal that was looked at.
#[derive(Deserialize)]
struct Sent {
    #[serde(flatten)]
    draft: Draft,
    #[serde(default, rename = "_version")]
    version: String,
}

async fn go(
    who: Mover,
    screen: Screen,
    Record(id): Record<DealId>,
    Confirmed(Sent { draft, version }): Confirmed<Sent>,
) -> Result {
    let version: Version = version.parse().unwrap_or_default();
    let mut tx = who.begin().await?;
    let (deal, pipeline, to) = found(&mut tx, id, &draft.stage).await?;
    let Some(to) = to else {
        let found = (deal, pipeline, None);
        return question(&who, &screen, &mut tx, found, (draft, Errors::default(), None), StatusCode::OK).await;
    };
    if deal.stage == to.id {
        return told(
            &who,
            &screen,
            tx,
            &draft,
            (&deal, &to),
            Toast::good(format!("{} is in {}.", deal.name, to.name)),
            false,
        )
        .await;
    }
    if deal.version != version || deal.archived {
        return late(&who, &screen, tx, draft, (deal, pipeline, to)).await;
    }
    let (said, errors) = draft.read(&deal, &to, tx.today(), &who.workspace.conventions());
    if (draft.asked.is_empty() && !asks(&deal, &to).is_empty()) || !errors.is_empty() {
        // Nobody is told of what they have not been asked for yet.
        let errors = if draft.asked.is_empty() { Errors::default() } else { errors };
        let found = (deal, pipeline, Some(to));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return question(&who, &screen, &mut tx, found, (draft, errors, None), status).await;
    }
    let moved = deals::move_to(&mut tx, id, version, &Move { stage: to.id, said }).await;
    let moved = match moved {
        Ok(()) => tx.commit().await,
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    let mut tx = who.begin().await?;
    match moved {
        Ok(()) => {
            let toast = Toast::good(format!("{} is in {}.", deal.name, to.name));
            told(&who, &screen, tx, &draft, (&deal, &to), toast, false).await
        }
        Err(store::Error::Stale) => {
            let (deal, pipeline, _) = found(&mut tx, id, "").await?;
            late(&who, &screen, tx, draft, (deal, pipeline, to)).await
        }
        Err(store::Error::Refused(errors)) => {
            let found = (deal, pipeline, Some(to));
            question(&who, &screen, &mut tx, found, (draft, errors, None), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Somebody was faster: says who, and shows the card where it is now.
async fn late(
    who: &Mover,
    screen: &Screen,
    mut tx: TenantTx,
    draft: Draft,
    (deal, pipeline, to): (Deal, Pipeline, Stage),
) -> Result {
    let conflict = activity::conflict(&mut tx, who, deal.id.0, vec![]).await?;
    let by = conflict.who.unwrap_or_else(|| "You".into());
    let did = if deal.archived { "archived it" } else { "changed it" };
    let words =
        format!("{by} {did} {}. {} is in {} now, so it was not moved.", conflict.when, deal.name, deal.stage_name);
    if screen.wants(ANSWER) {
        let stage = pipeline.stage(deal.stage).cloned().ok_or(Error::NotFound)?;
        return told(who, screen, tx, &draft, (&deal, &stage), Toast::bad(words), true).await;
    }
    let found = (deal, pipeline, Some(to));
    question(who, screen, &mut tx, found, (draft, Errors::default(), Some(words)), StatusCode::CONFLICT).await
}

/// What came of it: to a board what is different on it now, to anybody else the place that they came from.
async fn told(
    who: &Mover,
    screen: &Screen,
    mut tx: TenantTx,
    draft: &Draft,
    (before, to): (&Deal, &Stage),
    toast: Toast,
    late: bool,
) -> Result {
    let there = back(&draft.back, paths::deal(who.slug(), before.id));
    if !screen.wants(ANSWER) {
        return screen.done(there, toast).await;
    }
    let (filter, board) = of(who, screen, &there, tx.today());
    let deal = match deals::find(&mut tx, before.id).await {
        Ok(deal) => Some(deal),
        Err(store::Error::NotFound) => None,
        Err(e) => return Err(e.into()),
    };
    let pipeline = pipelines::find(&mut tx, before.pipeline).await?;
    let mut lanes = deals::board::lanes(&mut tx, &pipeline, &filter, who.workspace.currency).await?;
    lanes.retain(|l| late || l.stage.id == before.stage || l.stage.id == to.id);
    let toast = if toast.good { views::ui::Toast::good(toast.text) } else { views::ui::Toast::bad(toast.text) };
    let status = if late { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok(screen.show_as(status, who, &Answer { board, filter, lanes, deal, toast, late }))
}
