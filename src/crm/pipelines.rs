//! Settings of pipelines, stages and reasons for a loss.

use crate::web::{Allowed, Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use axum::http::StatusCode;
use domain::{
    Errors, LossReasonId, PipelineId, StageId,
    access::PipelinesWrite,
    crm::pipelines::{NameDraft, StageDraft},
    paths,
};
use serde::Deserialize;
use store::crm::pipelines;
use views::crm::pipelines::{Edit, Index, Show};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PIPELINES, list)
        .post(paths::PIPELINES, add)
        .get(paths::PIPELINE_SETTINGS, show)
        .post(paths::PIPELINE_SETTINGS, rename)
        .post(paths::STAGES, add_stage)
        .get(paths::STAGE, edit_stage)
        .post(paths::STAGE, change_stage)
        .post(paths::STAGE_MOVE, move_stage)
        .post(paths::STAGE_REMOVAL, remove_stage)
        .post(paths::PIPELINE_REMOVAL, remove)
        .post(paths::LOSS_REASONS, add_reason)
        .post(paths::LOSS_REASON_REMOVAL, remove_reason)
}

type Setter = Allowed<PipelinesWrite>;

fn status(errors: &Errors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

async fn list(who: Setter, screen: Screen) -> Result {
    index(&who, &screen, (String::new(), String::new()), Errors::default()).await
}

/// The list again, with the name of a pipeline or a reason that was refused.
async fn index(who: &Setter, screen: &Screen, (name, reason): (String, String), errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let status = status(&errors);
    let view = Index {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        pipelines: pipelines::all(&mut tx).await?,
        reasons: pipelines::loss_reasons(&mut tx).await?,
        about_reason: !reason.is_empty(),
        name,
        reason,
        errors,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn add(who: Setter, screen: Screen, Confirmed(draft): Confirmed<NameDraft>) -> Result {
    let mut tx = who.begin().await?;
    let id = tx.id();
    let done = match draft.parse() {
        Ok(name) => pipelines::add(&mut tx, id, &name).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            index(&who, &screen, (draft.name, String::new()), errors).await
        }
        done => {
            done?;
            tx.commit().await?;
            let toast = Toast::good(format!("{} is there. Make its stages your own.", draft.name.trim()));
            screen.done(paths::pipeline_settings(who.slug(), id), toast).await
        }
    }
}

async fn add_reason(who: Setter, screen: Screen, Confirmed(draft): Confirmed<NameDraft>) -> Result {
    let mut tx = who.begin().await?;
    let id = tx.id();
    let done = match draft.parse() {
        Ok(name) => pipelines::add_loss_reason(&mut tx, id, &name).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let typed = if draft.name.is_empty() { " ".to_owned() } else { draft.name };
            index(&who, &screen, (String::new(), typed), errors).await
        }
        done => {
            done?;
            tx.commit().await?;
            screen.done(paths::pipelines(who.slug()), Toast::good("The reason can be chosen now.")).await
        }
    }
}

async fn remove_reason(who: Setter, screen: Screen, Record(id): Record<LossReasonId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = pipelines::remove_loss_reason(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::pipelines(who.slug()), Toast::good(format!("“{name}” is out of use."))).await
}

/// What was typed of one pipeline and refused.
#[derive(Default)]
struct Refused {
    name: Option<(String, i32)>,
    stage: Option<StageDraft>,
    errors: Errors,
}

async fn show(who: Setter, screen: Screen, Record(id): Record<PipelineId>) -> Result {
    pipeline(&who, &screen, id, Refused::default()).await
}

async fn pipeline(who: &Setter, screen: &Screen, id: PipelineId, refused: Refused) -> Result {
    let mut tx = who.begin().await?;
    let pipeline = pipelines::find(&mut tx, id).await?;
    let others = pipelines::all(&mut tx).await?.into_iter().filter(|p| p.id != id).collect();
    let stages: Vec<StageId> = pipeline.stages.iter().map(|s| s.id).collect();
    let deals = pipelines::deals_in(&mut tx, &stages).await?;
    let status = status(&refused.errors);
    let (name, version) = refused.name.unwrap_or_else(|| (pipeline.name.clone(), pipeline.version));
    let view = Show {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        pipeline,
        others,
        deals,
        version,
        name,
        about_stage: refused.stage.is_some(),
        draft: refused.stage.unwrap_or_default(),
        errors: refused.errors,
    };
    Ok(screen.show_as(status, who, &view))
}

/// A name, with the version of what has it.
#[derive(Deserialize)]
struct Renamed {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "_version")]
    version: i32,
}

async fn rename(
    who: Setter,
    screen: Screen,
    Record(id): Record<PipelineId>,
    Confirmed(typed): Confirmed<Renamed>,
) -> Result {
    let draft = NameDraft { name: typed.name };
    let mut tx = who.begin().await?;
    let before = pipelines::find(&mut tx, id).await?;
    let done = match draft.parse() {
        Ok(name) => pipelines::rename(&mut tx, id, typed.version, &name).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    let again = |errors, version| Refused { name: Some((draft.name.clone(), version)), errors, ..Refused::default() };
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            pipeline(&who, &screen, id, again(errors, typed.version)).await
        }
        Err(store::Error::Stale) => {
            drop(tx);
            let words = format!("Somebody else has called it {} meanwhile. Save again to rename it.", before.name);
            pipeline(&who, &screen, id, again(Errors::one("name", words), before.version)).await
        }
        done => {
            done?;
            tx.commit().await?;
            screen.done(paths::pipeline_settings(who.slug(), id), Toast::good("Changes saved.")).await
        }
    }
}

/// Where deals go.
#[derive(Deserialize)]
struct Goes {
    #[serde(default)]
    to: String,
}

async fn remove(
    who: Setter,
    screen: Screen,
    Record(id): Record<PipelineId>,
    Confirmed(goes): Confirmed<Goes>,
) -> Result {
    let mut tx = who.begin().await?;
    match pipelines::remove(&mut tx, id, goes.to.parse().ok()).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            pipeline(&who, &screen, id, Refused { errors, ..Refused::default() }).await
        }
        done => {
            done?;
            tx.commit().await?;
            screen.done(paths::pipelines(who.slug()), Toast::good("The pipeline is gone; no deal is.")).await
        }
    }
}

async fn add_stage(
    who: Setter,
    screen: Screen,
    Record(id): Record<PipelineId>,
    Confirmed(draft): Confirmed<StageDraft>,
) -> Result {
    let mut tx = who.begin().await?;
    let stage = tx.id();
    let done = match draft.parse() {
        Ok(fields) => pipelines::add_stage(&mut tx, stage, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            pipeline(&who, &screen, id, Refused { stage: Some(draft), errors, name: None }).await
        }
        done => {
            done?;
            tx.commit().await?;
            let toast = Toast::good(format!("{} was added.", draft.name.trim()));
            screen.done(paths::pipeline_settings(who.slug(), id), toast).await
        }
    }
}

async fn edit_stage(who: Setter, screen: Screen, Record(id): Record<StageId>) -> Result {
    stage(&who, &screen, id, None, Errors::default(), false).await
}

async fn stage(
    who: &Setter,
    screen: &Screen,
    id: StageId,
    typed: Option<(StageDraft, i32)>,
    errors: Errors,
    stale: bool,
) -> Result {
    let mut tx = who.begin().await?;
    let (pipeline, stage) = pipelines::find_stage(&mut tx, id).await?;
    let status = if stale { StatusCode::CONFLICT } else { status(&errors) };
    let (draft, version) = typed.unwrap_or_else(|| (stage.draft(), stage.version));
    let view = Edit {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        pipelines: pipelines::all(&mut tx).await?,
        deals: pipelines::deals_in(&mut tx, &[id]).await?,
        pipeline,
        version: if stale { stage.version } else { version },
        stage,
        draft,
        errors,
        stale,
    };
    Ok(screen.show_as(status, who, &view))
}

/// A stage, with the version of it that was changed. All in one: flattened, one value of a list would be no list.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Changed {
    name: String,
    kind: String,
    probability: String,
    category: String,
    rotting_days: String,
    wip_limit: String,
    required: Vec<String>,
    #[serde(rename = "_version")]
    version: String,
}

impl Changed {
    fn draft(self) -> (StageDraft, i32) {
        let Self { name, kind, probability, category, rotting_days, wip_limit, required, version } = self;
        let draft = StageDraft { name, kind, probability, category, rotting_days, wip_limit, required };
        (draft, version.parse().unwrap_or_default())
    }
}

async fn change_stage(
    who: Setter,
    screen: Screen,
    Record(id): Record<StageId>,
    Confirmed(typed): Confirmed<Changed>,
) -> Result {
    let (draft, version) = typed.draft();
    let mut tx = who.begin().await?;
    let done = match draft.parse() {
        Ok(fields) => pipelines::change_stage(&mut tx, id, version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match done {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            stage(&who, &screen, id, Some((draft, version)), errors, false).await
        }
        Err(store::Error::Stale) => {
            drop(tx);
            stage(&who, &screen, id, Some((draft, version)), Errors::default(), true).await
        }
        done => {
            let pipeline = done?;
            tx.commit().await?;
            screen.done(paths::pipeline_settings(who.slug(), pipeline), Toast::good("Changes saved.")).await
        }
    }
}

/// `up` or `down`.
#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    to: String,
}

async fn move_stage(
    who: Setter,
    screen: Screen,
    Record(id): Record<StageId>,
    Confirmed(step): Confirmed<Step>,
) -> Result {
    let mut tx = who.begin().await?;
    let pipeline = pipelines::move_stage(&mut tx, id, step.to == "up").await?;
    tx.commit().await?;
    Ok(screen.go(paths::pipeline_settings(who.slug(), pipeline)))
}

async fn remove_stage(
    who: Setter,
    screen: Screen,
    Record(id): Record<StageId>,
    Confirmed(goes): Confirmed<Goes>,
) -> Result {
    let mut tx = who.begin().await?;
    match pipelines::remove_stage(&mut tx, id, goes.to.parse().ok()).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            stage(&who, &screen, id, None, errors, false).await
        }
        done => {
            let pipeline = done?;
            tx.commit().await?;
            screen
                .done(paths::pipeline_settings(who.slug(), pipeline), Toast::good("The stage is gone; no deal is."))
                .await
        }
    }
}
