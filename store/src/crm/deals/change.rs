//! Adding, changing and moving deals. What follows from a stage, and the history, the database keeps by itself.

use super::{DEALS, find};
use crate::{
    Error, Result, TenantTx, Version,
    crm::pipelines::{self, loss_reason},
    custom_fields, events,
    reach::{self, Kind},
    workspace::keepers,
};
use domain::{
    CustomerId, Day, DealId, Errors,
    access::{CustomersRead, DealsBulk, DealsRead, DealsWrite, Permission, Sight},
    crm::{
        deals::{Customer, Deal, FIELDS, Fields, moves::Move},
        pipelines::{Pipeline, Stage, State, stage_named},
    },
    custom_fields::Values,
    draft::FieldClass,
    events::Event,
    import::Target,
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// What of these fields other records stand against, told all at once. `own` is the deal's, old or new.
pub async fn check(tx: &mut TenantTx, own: DealId, f: &Fields) -> Result<Errors> {
    let mut errors = Errors::default();
    let before = match find(tx, own).await {
        Ok(deal) => Some(deal),
        Err(Error::NotFound) => None,
        Err(e) => return Err(e),
    };
    let mut take = |done: Result<()>| match done {
        Err(Error::Refused(refused)) => {
            errors.merge(refused);
            Ok(())
        }
        done => done,
    };
    let all = pipelines::all(tx).await?;
    take(customer_id(tx, f.customer.as_deref(), before.as_ref().and_then(|b| b.customer.as_ref())).await.map(drop))?;
    take(
        keepers::id::<DealsRead>(
            tx,
            "owner",
            f.owner.as_ref(),
            before.as_ref().and_then(|b| b.owner.as_ref()).map(|o| (o.id, o.email.as_str())),
        )
        .await
        .map(drop),
    )?;
    take(placed(&all, f, before.as_ref(), tx.today()).map(drop))?;
    errors.merge(custom_fields::check(tx, Target::Deals, own.0, &f.custom.said).await?);
    Ok(errors)
}

/// Where these fields put it, and on which day it closes. A stage may ask for fields; what is closed was so on a day that
/// has come.
fn placed<'p>(all: &'p [Pipeline], f: &Fields, before: Option<&Deal>, today: Day) -> Result<(&'p Stage, Option<Day>)> {
    let wrong = |field, words: &str| Error::refused(field, words);
    let stage = match (&f.stage, before) {
        (Some(words), _) => {
            let found = stage_named(all, words, f.pipeline.as_deref().unwrap_or_default());
            found.ok_or_else(|| wrong("stage", "There is no such stage. Choose one of the list."))?
        }
        (None, Some(deal)) => {
            all.iter().find_map(|p| p.stage(deal.stage)).ok_or_else(|| wrong("stage", "Choose a stage."))?
        }
        (None, None) => {
            let named = |p: &&Pipeline| f.pipeline.as_ref().is_none_or(|n| n.to_lowercase() == p.name.to_lowercase());
            let pipeline = all.iter().find(named).ok_or_else(|| wrong("pipeline", "There is no such pipeline."))?;
            pipeline.first().ok_or_else(|| wrong("stage", "This pipeline has no stage."))?
        }
    };
    let mut errors = Errors::default();
    let moved = before.is_none_or(|deal| deal.stage != stage.id);
    if moved {
        for key in f.lacks(&stage.required).into_iter().filter(|k| *k != "close_on" || stage.state == State::Open) {
            errors.add(key, format!("{} asks for this.", stage.name));
        }
        if stage.state == State::Lost && f.loss_reason.is_none() {
            errors.add("loss_reason", "Say why it was lost.");
        }
    }
    let close_on = match stage.state {
        State::Open => f.close_on,
        _ => Some(f.close_on.unwrap_or(today)),
    };
    if stage.state != State::Open && close_on > Some(today) && before.is_none_or(|d| moved || d.close_on != close_on) {
        errors.add("close_on", "A deal that is won or lost was so on a day that has come.");
    }
    errors.or((stage, close_on)).map_err(Error::Refused)
}

/// Adds a deal under the given id, which was drawn with the form: a form sent twice adds once, and is told apart from one
/// that says something else the second time.
pub async fn add(tx: &mut TenantTx, id: DealId, f: &Fields) -> Result<DealId> {
    let all = pipelines::all(tx).await?;
    let (stage, close_on) = placed(&all, f, None, tx.today())?;
    let (customer, owner) = (
        customer_id(tx, f.customer.as_deref(), None).await?,
        keepers::id::<DealsRead>(tx, "owner", f.owner.as_ref(), None).await?,
    );
    let reason = reason_id(tx, stage, f.loss_reason.as_deref(), None).await?;
    let custom = custom_fields::delta(tx, Target::Deals, &f.custom.said, &Values::default(), Sight::ALL).await?;
    let added = sqlx::query!(
        "insert into deals (tenant_id, id, name, reference, customer_id, owner_id, pipeline_id, stage_id, amount_minor,
           amount_currency, close_on, probability, probability_own, category, category_own, source, next_step, next_step_on,
           competitors, loss_reason_id, loss_note, custom, stage_since, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12, 0), $13, coalesce($14, 'pipeline'), $15, $16, $17,
           $18, $19, $20, $21, $22, coalesce(house.deal_moment(), $23), $23, $23)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.reference,
        customer,
        owner,
        stage.pipeline.0,
        stage.id.0,
        f.amount.map(|a| a.minor),
        f.amount.map(|a| a.currency.code()),
        close_on.map(|d| d.0),
        f.probability,
        f.probability.is_some(),
        f.category.map(|c| c.key()),
        f.category.is_some(),
        f.source,
        f.next_step,
        f.next_step_on.map(|d| d.0),
        &f.competitors,
        reason,
        f.loss_note,
        custom.first(FieldClass::Directory),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    if reach::within::<DealsWrite>(tx, DEALS, &[id.0]).await?.is_empty() {
        return Err(Error::refused("owner", "You may add your own deals only. Choose yourself as the owner."));
    }
    if added.rows_affected() > 0 {
        events::emit(tx, Event::DealAdded { deal: id }).await?;
    } else {
        let (now, mut said) = (find(tx, id).await?, custom.set);
        custom_fields::name_people(tx, [&mut said]).await?;
        if !now.is(f) || said.answered() != now.custom.answered() {
            return Err(Error::Sent);
        }
    }
    Ok(id)
}

/// Changes all fields.
pub async fn change(tx: &mut TenantTx, id: DealId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<DealsWrite>(tx, DEALS, id.0).await?;
    let before = find(tx, id).await?;
    let all = pipelines::all(tx).await?;
    let (stage, close_on) = placed(&all, f, Some(&before), tx.today())?;
    let customer = customer_id(tx, f.customer.as_deref(), before.customer.as_ref()).await?;
    // A customer whom the reader may not see they cannot have taken away.
    let hidden = before.customer.is_none() && f.customer.is_none();
    let owner = keepers::id::<DealsRead>(
        tx,
        "owner",
        f.owner.as_ref(),
        before.owner.as_ref().map(|o| (o.id, o.email.as_str())),
    )
    .await?;
    let reason = reason_id(tx, stage, f.loss_reason.as_deref(), Some(&before)).await?;
    let custom = custom_fields::delta(tx, Target::Deals, &f.custom.said, &before.custom, Sight::ALL).await?;
    let done = sqlx::query!(
        "update deals set version = version + 1, updated_at = $3, name = $4, reference = $5,
           customer_id = case when $6 then customer_id else $7 end, owner_id = $8, pipeline_id = $9, stage_id = $10,
           amount_minor = $11, amount_currency = $12, close_on = $13, probability = coalesce($14, probability), probability_own = $15,
           category = coalesce($16, category), category_own = $17, source = $18, next_step = $19, next_step_on = $20,
           competitors = $21, loss_reason_id = $22, loss_note = $23,
           custom = nullif((coalesce(custom, '{}') || $24) - $25::text[], '{}')
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.reference,
        hidden,
        customer,
        owner,
        stage.pipeline.0,
        stage.id.0,
        f.amount.map(|a| a.minor),
        f.amount.map(|a| a.currency.code()),
        close_on.map(|d| d.0),
        f.probability,
        f.probability.is_some(),
        f.category.map(|c| c.key()),
        f.category.is_some(),
        f.source,
        f.next_step,
        f.next_step_on.map(|d| d.0),
        &f.competitors,
        reason,
        f.loss_note,
        custom.put(FieldClass::Directory),
        &custom.unset[0],
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    tell(tx, &before).await
}

/// Tells whoever listens what is different now.
async fn tell(tx: &mut TenantTx, before: &Deal) -> Result<()> {
    let after = match find(tx, before.id).await {
        Ok(after) => after,
        // Given to somebody else, out of one's own sight.
        Err(Error::NotFound) => {
            return events::emit(tx, Event::DealChanged { deal: before.id, fields: vec!["owner".into()] }).await;
        }
        Err(e) => return Err(e),
    };
    let fields = FIELDS.iter().map(|f| f.key);
    let mut fields: Vec<String> = fields.filter(|f| before.cell(f) != after.cell(f)).map(str::to_owned).collect();
    fields.extend(before.custom.differing(&after.custom));
    if after.stage != before.stage {
        let (deal, stage, state) = (after.id, after.stage, after.state);
        events::emit(tx, Event::DealMoved { deal, stage, state }).await?;
    }
    if !fields.is_empty() {
        events::emit(tx, Event::DealChanged { deal: before.id, fields }).await?;
    }
    Ok(())
}

/// Moves a deal to another stage, with what the move says of it. One that has changed since it was looked at is
/// [`Error::Stale`]; one that stands there already stays.
pub async fn move_to(tx: &mut TenantTx, id: DealId, version: Version, m: &Move) -> Result<()> {
    reach::hold::<DealsWrite>(tx, DEALS, id.0).await?;
    let before = find(tx, id).await?;
    if before.version != version || before.archived {
        return Err(Error::Stale);
    }
    let (_, stage) = pipelines::find_stage(tx, m.stage).await?;
    if before.stage == stage.id {
        return Ok(());
    }
    let said = &m.said;
    let customer = customer_id(tx, said.customer.as_deref(), before.customer.as_ref()).await?;
    let owner = keepers::id::<DealsRead>(
        tx,
        "owner",
        said.owner.as_ref(),
        before.owner.as_ref().map(|o| (o.id, o.email.as_str())),
    )
    .await?;
    let reason = reason_id(tx, &stage, said.loss_reason.as_deref(), None).await?;
    let competitors = Some(&said.competitors).filter(|c| !c.is_empty());
    let done = sqlx::query!(
        "update deals set version = version + 1, updated_at = $3, pipeline_id = $4, stage_id = $5, probability_own = false,
           category_own = false, close_on = coalesce($6, close_on), loss_reason_id = $7, loss_note = $8,
           customer_id = coalesce($9, customer_id), owner_id = coalesce($10, owner_id),
           amount_minor = coalesce($11, amount_minor), amount_currency = coalesce($12, amount_currency),
           source = coalesce($13, source), next_step = coalesce($14, next_step), competitors = coalesce($15, competitors)
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        stage.pipeline.0,
        stage.id.0,
        said.close_on.map(|d| d.0),
        reason,
        said.loss_note,
        customer,
        owner,
        said.amount.map(|a| a.minor),
        said.amount.map(|a| a.currency.code()),
        said.source,
        said.next_step,
        competitors.map(Vec::as_slice),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    tell(tx, &before).await
}

/// The same deal once more, at the beginning of its pipeline, as the reader's own where they may have no other; under the
/// given id, which was drawn with the button: pressed twice, it is one copy.
pub async fn copy(tx: &mut TenantTx, from: DealId, id: DealId) -> Result<DealId> {
    let deal = find(tx, from).await?;
    let first = pipelines::find(tx, deal.pipeline).await?.first().cloned().ok_or(Error::NotFound)?;
    let own = match tx.who() {
        crate::Who::Member(me) => Some(me.0),
        _ => None,
    };
    let copied = sqlx::query!(
        "insert into deals (tenant_id, id, name, customer_id, owner_id, pipeline_id, stage_id, amount_minor, amount_currency, source,
           competitors, custom, stage_since, created_at, updated_at)
         select tenant_id, $2, left(name, 193) || ' (copy)', customer_id, case when $3 then owner_id else $4 end, $5, $6,
           amount_minor, amount_currency, source, competitors, custom, $7, $7, $7
         from deals where id = $1
         on conflict (tenant_id, id) do nothing",
        from.0,
        id.0,
        tx.scope::<DealsWrite>() == Some(domain::access::Scope::All),
        own,
        first.pipeline.0,
        first.id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if copied.rows_affected() > 0 {
        events::emit(tx, Event::DealAdded { deal: id }).await?;
    }
    Ok(id)
}

/// Archives those of `ids` that `P` reaches and that are not archived yet. Gives how many, and the batch by which it can be
/// undone.
pub async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[DealId]) -> Result<(usize, String)> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, DEALS, &ids).await?;
    let rows = sqlx::query!(
        r#"update deals set archived_at = $2, updated_at = $2, version = version + 1
           where id = any($1) and archived_at is null returning id, pg_current_xact_id()::text as "batch!""#,
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let batch = rows.first().map(|r| r.batch.clone()).unwrap_or_default();
    let deals: Vec<_> = rows.into_iter().map(|r| DealId(r.id)).collect();
    let count = deals.len();
    for deals in deals.chunks(events::MOST) {
        events::emit(tx, Event::DealsArchived { deals: deals.to_vec() }).await?;
    }
    Ok((count, batch))
}

/// Takes those of `ids` that `P` reaches out of the archive again.
pub async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[DealId]) -> Result<usize> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, DEALS, &ids).await?;
    let rows = sqlx::query!(
        "update deals set archived_at = null, updated_at = $2, version = version + 1
         where id = any($1) and archived_at is not null returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let deals: Vec<_> = rows.into_iter().map(|r| DealId(r.id)).collect();
    let count = deals.len();
    for deals in deals.chunks(events::MOST) {
        events::emit(tx, Event::DealsRestored { deals: deals.to_vec() }).await?;
    }
    Ok(count)
}

/// Undoes an archiving by its batch.
pub async fn restore_batch(tx: &mut TenantTx, batch: &str) -> Result<usize> {
    let ids = crate::activity::archived_in(tx, "deals", batch).await?;
    restore::<DealsBulk>(tx, &ids.into_iter().map(DealId).collect::<Vec<_>>()).await
}

/// A customer that the reader may see; `now` stays what it is, though it be archived.
async fn customer_id(tx: &mut TenantTx, said: Option<&str>, now: Option<&Customer>) -> Result<Option<Uuid>> {
    let Some(name) = said else { return Ok(None) };
    if let Some(same) = now.filter(|c| c.name.to_lowercase() == name.to_lowercase()) {
        return Ok(Some(same.id.0));
    }
    let mut q =
        QueryBuilder::new("select e.id from customers e where e.archived_at is null and lower(e.name) = lower(");
    q.push_bind(name.to_owned()).push(")");
    reach::narrow(&mut q, Kind::Customers, tx.scope::<CustomersRead>());
    let id: Option<Uuid> = q.build_query_scalar().fetch_optional(tx.conn()).await?;
    let wrong = || Error::refused("customer", format!("No customer is called {name}."));
    id.map(|id| Some(CustomerId(id).0)).ok_or_else(wrong)
}

/// Why it was lost, where it was; a reason out of use stays with the deal that has it.
async fn reason_id(tx: &mut TenantTx, to: &Stage, said: Option<&str>, before: Option<&Deal>) -> Result<Option<Uuid>> {
    let Some(name) = said.filter(|_| to.state == State::Lost) else { return Ok(None) };
    let same = before.and_then(|b| b.loss_reason.as_ref()).filter(|(_, n)| n.to_lowercase() == name.to_lowercase());
    match same {
        Some((id, _)) => Ok(Some(id.0)),
        None => Ok(Some(loss_reason(tx, name).await?.0)),
    }
}
