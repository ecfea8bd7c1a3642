//! Queries of pipelines, their stages, and reasons for a loss. There are few of them, so all are read at once.

use crate::{Error, Result, TenantTx, Version, db::strange, events};
use domain::{
    DealId, LossReasonId, PipelineId, StageId,
    crm::pipelines::{
        Category, LossReason, MOST_PIPELINES, MOST_REASONS, MOST_STAGES, Pipeline, Stage, StageFields, State,
    },
    events::Event,
};
use uuid::Uuid;

/// All pipelines with their stages, in their order.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Pipeline>> {
    let rows = sqlx::query!(
        r#"select p.id, p.version, p.name, s.id as "stage?", s.version as "stage_version?", s.name as "stage_name?", s.kind as "kind?",
             s.probability as "probability?", s.category as "category?", s.rotting_days, s.required as "required?", s.wip_limit
           from pipelines p left join stages s on s.tenant_id = p.tenant_id and s.pipeline_id = p.id
           order by p.place, p.id, s.place, s.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    let mut pipelines: Vec<Pipeline> = vec![];
    for r in rows {
        if pipelines.last().is_none_or(|p| p.id.0 != r.id) {
            pipelines.push(Pipeline { id: PipelineId(r.id), version: r.version, name: r.name, stages: vec![] });
        }
        let (Some(id), Some(pipeline)) = (r.stage, pipelines.last_mut()) else { continue };
        let (kind, category) = (r.kind.unwrap_or_default(), r.category.unwrap_or_default());
        pipeline.stages.push(Stage {
            id: StageId(id),
            version: r.stage_version.unwrap_or_default(),
            pipeline: pipeline.id,
            name: r.stage_name.unwrap_or_default(),
            state: State::parse(&kind).ok_or_else(|| strange("kind of stage", &kind))?,
            probability: r.probability.unwrap_or_default(),
            category: Category::parse(&category).ok_or_else(|| strange("category", &category))?,
            rotting_days: r.rotting_days,
            required: r.required.unwrap_or_default(),
            wip_limit: r.wip_limit,
        });
    }
    Ok(pipelines)
}

pub async fn find(tx: &mut TenantTx, id: PipelineId) -> Result<Pipeline> {
    all(tx).await?.into_iter().find(|p| p.id == id).ok_or(Error::NotFound)
}

/// A stage with the pipeline that it is of.
pub async fn find_stage(tx: &mut TenantTx, id: StageId) -> Result<(Pipeline, Stage)> {
    let pipeline = all(tx).await?.into_iter().find(|p| p.stage(id).is_some()).ok_or(Error::NotFound)?;
    let stage = pipeline.stage(id).cloned().ok_or(Error::NotFound)?;
    Ok((pipeline, stage))
}

/// Adds a pipeline under the given id, with the stages of the first one, to be changed.
pub async fn add(tx: &mut TenantTx, id: PipelineId, name: &str) -> Result<()> {
    let pipelines = all(tx).await?;
    if pipelines.iter().any(|p| p.id == id) {
        return Ok(());
    }
    if pipelines.len() >= MOST_PIPELINES {
        return Err(Error::refused("name", format!("There are {MOST_PIPELINES} pipelines already.")));
    }
    sqlx::query!(
        "insert into pipelines (tenant_id, id, name, place, created_at, updated_at)
         select $1, $2, $3, coalesce(max(place), 0) + 1, $4, $4 from pipelines",
        tx.tenant().0,
        id.0,
        name,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    for (n, stage) in pipelines.iter().take(1).flat_map(|p| p.stages.iter()).enumerate() {
        let (stage_id, fields) = (tx.id(), fields_of(stage));
        insert_stage(tx, stage_id, id, &fields, i32::try_from(n).unwrap_or(i32::MAX)).await?;
    }
    Ok(())
}

fn fields_of(s: &Stage) -> StageFields {
    StageFields {
        name: s.name.clone(),
        state: s.state,
        probability: s.probability,
        category: s.category,
        rotting_days: s.rotting_days,
        wip_limit: s.wip_limit,
        required: s.required.clone(),
    }
}

pub async fn rename(tx: &mut TenantTx, id: PipelineId, version: Version, name: &str) -> Result<()> {
    let done = sqlx::query!(
        "update pipelines set name = $3, updated_at = $4, version = version + 1 where id = $1 and version = $2",
        id.0,
        version,
        name,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// How many deals stand in each of these stages, archived ones among them: nothing is lost with a stage.
pub async fn deals_in(tx: &mut TenantTx, stages: &[StageId]) -> Result<i64> {
    let ids: Vec<Uuid> = stages.iter().map(|s| s.0).collect();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (select from deals where stage_id = any($1) limit 1001) d"#,
        &ids
    );
    Ok(count.fetch_one(tx.conn()).await?)
}

/// Removes a pipeline; its deals go to `to`, a stage of another one. The last one stays.
pub async fn remove(tx: &mut TenantTx, id: PipelineId, to: Option<StageId>) -> Result<()> {
    lock(tx).await?;
    let pipelines = all(tx).await?;
    let pipeline = pipelines.iter().find(|p| p.id == id).ok_or(Error::NotFound)?;
    if pipelines.len() == 1 {
        return Err(Error::refused("", "This is the last pipeline. Deals need one: change it instead."));
    }
    let stages: Vec<StageId> = pipeline.stages.iter().map(|s| s.id).collect();
    let to = match to {
        None => None,
        Some(to) => {
            let mut others = pipelines.iter().filter(|p| p.id != id);
            let (other, to) = others.find_map(|p| p.stage(to).map(|s| (p, s))).ok_or(Error::NotFound)?;
            if to.state != State::Open {
                return Err(Error::refused(
                    "to",
                    "Choose an open stage. What is won or lost goes where it is that, too.",
                ));
            }
            let end = |state| other.first_of(state).map_or(to.id, |s| s.id);
            Some(Goes { pipeline: other.id, open: to.id, won: end(State::Won), lost: end(State::Lost) })
        }
    };
    empty(tx, &stages, to).await?;
    sqlx::query!("delete from pipelines where id = $1", id.0).execute(tx.conn()).await?;
    Ok(())
}

/// One pipeline is left, and each way has its ends, whoever takes some away at the same moment.
async fn lock(tx: &mut TenantTx) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('pipelines:' || $1::text, 0))",
        tx.tenant().0.to_string()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Where what stands in a stage goes, by whether it is open, won or lost.
struct Goes {
    pipeline: PipelineId,
    open: StageId,
    won: StageId,
    lost: StageId,
}

/// Moves what stands in these stages: what is open stays open, and what has ended, ended as it did.
async fn empty(tx: &mut TenantTx, stages: &[StageId], to: Option<Goes>) -> Result<()> {
    let Some(to) = to else {
        return match deals_in(tx, stages).await? {
            0 => Ok(()),
            _ => Err(Error::refused("to", "There are deals here. Choose where they go.")),
        };
    };
    let ids: Vec<Uuid> = stages.iter().map(|s| s.0).collect();
    let moved = sqlx::query_scalar!(
        "update deals set pipeline_id = $2,
           stage_id = case state when 'won' then $3::uuid when 'lost' then $4::uuid else $5::uuid end,
           probability_own = false, category_own = false, updated_at = $6, version = version + 1
         where stage_id = any($1) returning id",
        &ids,
        to.pipeline.0,
        to.won.0,
        to.lost.0,
        to.open.0,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    for deals in moved.chunks(events::MOST) {
        let deals = deals.iter().copied().map(DealId).collect();
        events::emit(tx, Event::DealsChanged { deals, fields: vec!["stage".into()] }).await?;
    }
    Ok(())
}

/// Adds a stage behind the open ones, or at the end.
pub async fn add_stage(tx: &mut TenantTx, id: StageId, pipeline: PipelineId, f: &StageFields) -> Result<()> {
    let now = find(tx, pipeline).await?;
    if now.stage(id).is_some() {
        return Ok(());
    }
    if now.stages.len() >= MOST_STAGES {
        return Err(Error::refused("name", format!("A pipeline has at most {MOST_STAGES} stages.")));
    }
    let open = now.stages.iter().filter(|s| s.state == State::Open).count();
    let at = if f.state == State::Open { open } else { now.stages.len() };
    insert_stage(tx, id, pipeline, f, i32::MAX).await?;
    let mut order: Vec<Uuid> = now.stages.iter().map(|s| s.id.0).collect();
    order.insert(at, id.0);
    put_in_order(tx, &order).await
}

async fn insert_stage(tx: &mut TenantTx, id: StageId, pipeline: PipelineId, f: &StageFields, place: i32) -> Result<()> {
    sqlx::query!(
        "insert into stages (tenant_id, id, pipeline_id, name, kind, probability, category, rotting_days, required, wip_limit, place,
           created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        tx.tenant().0,
        id.0,
        pipeline.0,
        f.name,
        f.state.key(),
        f.probability,
        f.category.key(),
        f.rotting_days,
        &f.required,
        f.wip_limit,
        place,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Places count from one; those that stand where they did are not written.
async fn put_in_order(tx: &mut TenantTx, order: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update stages s set place = o.place::int from unnest($1::uuid[]) with ordinality as o (id, place)
         where s.id = o.id and s.place <> o.place",
        order
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// One place nearer to the beginning, or to the end.
pub async fn move_stage(tx: &mut TenantTx, id: StageId, up: bool) -> Result<PipelineId> {
    lock(tx).await?;
    let (pipeline, _) = find_stage(tx, id).await?;
    let mut order: Vec<Uuid> = pipeline.stages.iter().map(|s| s.id.0).collect();
    let at = order.iter().position(|s| *s == id.0).ok_or(Error::NotFound)?;
    let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < order.len()) };
    if let Some(to) = to {
        order.swap(at, to);
        put_in_order(tx, &order).await?;
    }
    Ok(pipeline.id)
}

/// Changes a stage; what its deals have from it follows. One that would leave its pipeline without an open stage, or turn
/// deals that stand in it into won or lost ones, is refused.
pub async fn change_stage(tx: &mut TenantTx, id: StageId, version: Version, f: &StageFields) -> Result<PipelineId> {
    lock(tx).await?;
    let (pipeline, before) = find_stage(tx, id).await?;
    if before.state != f.state {
        if deals_in(tx, &[id]).await? > 0 {
            return Err(Error::refused("kind", "Deals stand here. Move them first, or make another stage."));
        }
        ends(&pipeline, id, Some(f.state)).map_err(|why| Error::refused("kind", why))?;
    }
    let done = sqlx::query!(
        "update stages set name = $3, kind = $4, probability = $5, category = $6, rotting_days = $7, required = $8, wip_limit = $9,
           updated_at = $10, version = version + 1
         where id = $1 and version = $2",
        id.0,
        version,
        f.name,
        f.state.key(),
        f.probability,
        f.category.key(),
        f.rotting_days,
        &f.required,
        f.wip_limit,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    if before.probability != f.probability || before.category != f.category {
        sqlx::query!(
            "update deals set updated_at = $2, version = version + 1
             where stage_id = $1 and not (probability_own and category_own)",
            id.0,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(pipeline.id)
}

/// Removes a stage; its deals go to another one of any pipeline.
pub async fn remove_stage(tx: &mut TenantTx, id: StageId, to: Option<StageId>) -> Result<PipelineId> {
    lock(tx).await?;
    let (pipeline, stage) = find_stage(tx, id).await?;
    ends(&pipeline, id, None).map_err(|why| Error::refused("", why))?;
    let to = match to.filter(|to| *to != id) {
        Some(to) => Some(find_stage(tx, to).await?.1),
        None => None,
    };
    if to.as_ref().is_some_and(|to| to.state != stage.state) {
        let words = format!("Choose a stage of the kind {}: deals stay what they are.", stage.state.label());
        return Err(Error::refused("to", words));
    }
    let to = to.map(|to| Goes { pipeline: to.pipeline, open: to.id, won: to.id, lost: to.id });
    empty(tx, &[id], to).await?;
    sqlx::query!("delete from stages where id = $1", id.0).execute(tx.conn()).await?;
    Ok(pipeline.id)
}

/// A way has an open stage, one where deals are won, and one where they are lost, whatever becomes of this stage.
fn ends(pipeline: &Pipeline, id: StageId, becomes: Option<State>) -> Result<(), String> {
    let others = pipeline.stages.iter().filter(|s| s.id != id).map(|s| s.state);
    let left: Vec<State> = others.chain(becomes).collect();
    match State::ALL.into_iter().find(|state| !left.contains(state)) {
        Some(state) => Err(format!("A pipeline needs a stage of the kind {}.", state.label())),
        None => Ok(()),
    }
}

/// The reasons that are in use, in their order.
pub async fn loss_reasons(tx: &mut TenantTx) -> Result<Vec<LossReason>> {
    let rows = sqlx::query!("select id, name from loss_reasons where removed_at is null order by place, id")
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| LossReason { id: LossReasonId(r.id), name: r.name }).collect())
}

pub async fn add_loss_reason(tx: &mut TenantTx, id: LossReasonId, name: &str) -> Result<()> {
    if loss_reasons(tx).await?.len() >= MOST_REASONS {
        return Err(Error::refused("name", format!("There are {MOST_REASONS} reasons already.")));
    }
    sqlx::query!(
        "insert into loss_reasons (tenant_id, id, name, place, created_at)
         select $1, $2, $3, coalesce(max(place), 0) + 1, $4 from loss_reasons on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        name,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a reason out of use; deals keep it.
pub async fn remove_loss_reason(tx: &mut TenantTx, id: LossReasonId) -> Result<String> {
    let name = sqlx::query_scalar!(
        "update loss_reasons set removed_at = $2 where id = $1 and removed_at is null returning name",
        id.0,
        tx.now()
    );
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// The reason of this name, whatever its case.
pub(crate) async fn loss_reason(tx: &mut TenantTx, name: &str) -> Result<LossReasonId> {
    let id =
        sqlx::query_scalar!("select id from loss_reasons where removed_at is null and lower(name) = lower($1)", name);
    let wrong = || Error::refused("loss_reason", "Choose one of the reasons.");
    Ok(LossReasonId(id.fetch_optional(tx.conn()).await?.ok_or_else(wrong)?))
}
