//! Queries of archivings of all that a question finds.

use crate::{
    Error, Result, TenantTx, activity,
    crm::{contacts, customers, deals, leads},
    db::strange,
    hr::employees,
    queue,
    support::tickets,
};
use domain::{
    ArchivalId, ContactId, CustomerId, DealId, EmployeeId, LeadId, MemberId, TicketId,
    access::{ContactsBulk, CustomersBulk, DealsBulk, EmployeesBulk, LeadsBulk, TicketsBulk},
    archival::{Archival, State},
    import::{KEPT, Target},
    jobs::RunArchival,
};
use serde_json::Value;
use uuid::Uuid;

/// Hands an archiving to the worker. The id was drawn with the form: sent twice, it is one.
pub async fn start(
    tx: &mut TenantTx,
    id: ArchivalId,
    by: MemberId,
    target: Target,
    question: Value,
    back: &str,
) -> Result<()> {
    let request: ArchivalId = tx.id();
    let added = sqlx::query!(
        "insert into archivals (tenant_id, id, target, question, back, state, request, created_by, created_at)
         values ($1, $2, $3, $4, $5, 'archiving', $6, $7, $8) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        target.key(),
        &question,
        back,
        request.0,
        by.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        let same = sqlx::query_scalar!(
            r#"select target = $2 and question = $3 and state in ('archiving', 'archived') as "same!" from archivals where id = $1"#,
            id.0,
            target.key(),
            question
        );
        // Sent again after it was undone, or with another question, it would be answered with what it is not.
        return if same.fetch_one(tx.conn()).await? { Ok(()) } else { Err(Error::Stale) };
    }
    queue::push(tx, &RunArchival { tenant: tx.tenant(), archival: id, request: request.0 }).await
}

/// Hands its undoing to the worker. A second click finds it begun, which is as well. It runs with the rights of whoever
/// began it, so to anybody else there is none.
pub async fn start_undo(tx: &mut TenantTx, target: Target, id: ArchivalId, by: MemberId) -> Result<()> {
    let archival = find(tx, target, id).await?;
    if !matches!(archival.state, State::Archived | State::Failed) || archival.batch.is_empty() {
        return Ok(());
    }
    let request: ArchivalId = tx.id();
    let begun = sqlx::query!(
        "update archivals set state = 'restoring', request = $2, done = 0, total = 0, failure = null
         where id = $1 and created_by = $3",
        id.0,
        request.0,
        by.0
    )
    .execute(tx.conn())
    .await?;
    if begun.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    queue::push(tx, &RunArchival { tenant: tx.tenant(), archival: id, request: request.0 }).await
}

/// One of this noun.
pub async fn find(tx: &mut TenantTx, target: Target, id: ArchivalId) -> Result<Archival> {
    let row = sqlx::query!(
        "select target, question, back, state, batch, done, total, failure from archivals where id = $1",
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    if row.target != target.key() {
        return Err(Error::NotFound);
    }
    let state = State::parse(&row.state).ok_or_else(|| strange("state", &row.state))?;
    let (question, back, batch, done, total) = (row.question, row.back, row.batch, row.done, row.total);
    Ok(Archival { id, target, question, back, state, batch, done, total, failure: row.failure })
}

/// Whose it is, and of which noun.
pub async fn asked_by(tx: &mut TenantTx, id: ArchivalId) -> Result<(MemberId, Target)> {
    let row = sqlx::query!("select created_by, target from archivals where id = $1", id.0).fetch_one(tx.conn()).await?;
    let target = Target::parse(&row.target).ok_or_else(|| strange("target", &row.target))?;
    Ok((MemberId(row.created_by), target))
}

/// Takes it for this transaction alone, if this request is still to be done: a worker that was thought dead and comes
/// back waits here, and then finds the work done. The row stays free, so that progress can be told meanwhile.
pub async fn take(tx: &mut TenantTx, target: Target, id: ArchivalId, request: Uuid) -> Result<Option<Archival>> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('archival:' || $1::text, 0))", id.to_string())
        .execute(tx.conn())
        .await?;
    let now = sqlx::query_scalar!("select request from archivals where id = $1", id.0).fetch_one(tx.conn()).await?;
    let archival = find(tx, target, id).await?;
    Ok((now == request && archival.state.moves()).then_some(archival))
}

/// The records that it is about.
pub async fn records(tx: &mut TenantTx, archival: &Archival) -> Result<Vec<Uuid>> {
    if archival.state == State::Restoring {
        return activity::archived_in(tx, archival.target.key(), &archival.batch).await;
    }
    let question = archival.question.clone();
    let wrong = |e: serde_json::Error| strange("question", &e.to_string());
    Ok(match archival.target {
        Target::Employees => {
            let filter = serde_json::from_value(question).map_err(wrong)?;
            employees::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Customers => {
            let filter = serde_json::from_value(question).map_err(wrong)?;
            customers::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Contacts => {
            let filter = serde_json::from_value(question).map_err(wrong)?;
            contacts::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Deals => {
            let filter = serde_json::from_value(question).map_err(wrong)?;
            deals::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Leads => {
            let filter = serde_json::from_value(question).map_err(wrong)?;
            leads::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Tickets => {
            let filter = serde_json::from_value(question).map_err(wrong)?;
            tickets::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        target @ (Target::JobHistory | Target::PayHistory | Target::Products | Target::Tasks | Target::Activities) => {
            return Err(strange("archival's target", target.key()));
        }
    })
}

/// Archives these, or brings them back. Gives how many, and the batch of an archiving.
pub async fn step(tx: &mut TenantTx, archival: &Archival, records: &[Uuid]) -> Result<(usize, String)> {
    let back = archival.state == State::Restoring;
    match archival.target {
        Target::Employees => {
            let ids: Vec<_> = records.iter().copied().map(EmployeeId).collect();
            if back {
                Ok((employees::restore::<EmployeesBulk>(tx, &ids).await?, String::new()))
            } else {
                employees::archive::<EmployeesBulk>(tx, &ids).await
            }
        }
        Target::Customers => {
            let ids: Vec<_> = records.iter().copied().map(CustomerId).collect();
            if back {
                Ok((customers::restore::<CustomersBulk>(tx, &ids).await?, String::new()))
            } else {
                customers::archive::<CustomersBulk>(tx, &ids).await
            }
        }
        Target::Contacts => {
            let ids: Vec<_> = records.iter().copied().map(ContactId).collect();
            if back {
                Ok((contacts::restore::<ContactsBulk>(tx, &ids).await?, String::new()))
            } else {
                contacts::archive::<ContactsBulk>(tx, &ids).await
            }
        }
        Target::Deals => {
            let ids: Vec<_> = records.iter().copied().map(DealId).collect();
            if back {
                Ok((deals::restore::<DealsBulk>(tx, &ids).await?, String::new()))
            } else {
                deals::archive::<DealsBulk>(tx, &ids).await
            }
        }
        Target::Leads => {
            let ids: Vec<_> = records.iter().copied().map(LeadId).collect();
            if back {
                Ok((leads::restore::<LeadsBulk>(tx, &ids).await?, String::new()))
            } else {
                leads::archive::<LeadsBulk>(tx, &ids).await
            }
        }
        Target::Tickets => {
            let ids: Vec<_> = records.iter().copied().map(TicketId).collect();
            if back {
                Ok((tickets::restore::<TicketsBulk>(tx, &ids).await?, String::new()))
            } else {
                tickets::archive::<TicketsBulk>(tx, &ids).await
            }
        }
        target @ (Target::JobHistory | Target::PayHistory | Target::Products | Target::Tasks | Target::Activities) => {
            Err(strange("archival's target", target.key()))
        }
    }
}

/// How far it is.
pub async fn progress(tx: &mut TenantTx, id: ArchivalId, done: usize, total: usize) -> Result<()> {
    sqlx::query!("update archivals set done = $2, total = $3 where id = $1", id.0, int(done), int(total))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// It is done: `count` records were archived in this batch, or brought back.
pub async fn finish(tx: &mut TenantTx, archival: &Archival, count: usize, batch: &str) -> Result<()> {
    let state = if archival.state == State::Restoring { State::Restored } else { State::Archived };
    sqlx::query!(
        "update archivals set state = $2, done = $3, total = $3, batch = $4, failure = null where id = $1",
        archival.id.0,
        state.key(),
        int(count),
        batch
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It cannot be done, and nothing was changed.
pub async fn fail(tx: &mut TenantTx, id: ArchivalId, reason: &str) -> Result<()> {
    // What has ended meanwhile has ended well.
    sqlx::query!(
        "update archivals set state = 'failed', failure = $2 where id = $1 and state in ('archiving', 'restoring')",
        id.0,
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Forgets those that are older than what an undo could know.
pub async fn sweep(tx: &mut TenantTx) -> Result<u64> {
    let before = tx.now() - KEPT;
    Ok(sqlx::query!("delete from archivals where created_at < $1", before).execute(tx.conn()).await?.rows_affected())
}

fn int(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
