//! Many employees at once: into the archive, out of it, and all that a question finds.

use super::{EMPLOYEES, asked, narrow};
use crate::{Result, TenantTx, events, reach};
use domain::{
    EmployeeId,
    access::{EmployeesBulk, EmployeesRead, Permission},
    events::Event,
    hr::employees::Filter,
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Archives those of `ids` that `P` reaches and that are not archived yet. Gives how many, and the batch by which it can
/// be undone.
pub async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[EmployeeId]) -> Result<(usize, String)> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, EMPLOYEES, &ids).await?;
    let rows = sqlx::query!(
        r#"update employees set archived_at = $2, updated_at = $2, version = version + 1
           where id = any($1) and archived_at is null returning id, pg_current_xact_id()::text as "batch!""#,
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let batch = rows.first().map(|r| r.batch.clone()).unwrap_or_default();
    let employees: Vec<_> = rows.into_iter().map(|r| EmployeeId(r.id)).collect();
    let count = employees.len();
    for employees in employees.chunks(events::MOST) {
        events::emit(tx, Event::EmployeesArchived { employees: employees.to_vec() }).await?;
    }
    Ok((count, batch))
}

/// All that the filter finds, for changing many at once.
pub async fn matching(tx: &mut TenantTx, filter: &Filter) -> Result<Vec<EmployeeId>> {
    let asked = asked(tx, filter, false).await?;
    let (today, scope) = (tx.today(), reach::lower::<EmployeesBulk, EmployeesRead>(tx.rights()));
    let mut q = QueryBuilder::new("select e.id from employees e where true");
    narrow(&mut q, filter, &asked, today, scope);
    let ids: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(EmployeeId).collect())
}

/// Takes those of `ids` that `P` reaches out of the archive again.
pub async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[EmployeeId]) -> Result<usize> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, EMPLOYEES, &ids).await?;
    let rows = sqlx::query!(
        "update employees set archived_at = null, updated_at = $2, version = version + 1
         where id = any($1) and archived_at is not null returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let employees: Vec<_> = rows.into_iter().map(|r| EmployeeId(r.id)).collect();
    let count = employees.len();
    for employees in employees.chunks(events::MOST) {
        events::emit(tx, Event::EmployeesRestored { employees: employees.to_vec() }).await?;
    }
    Ok(count)
}

/// Undoes an archiving by its batch.
pub async fn restore_batch(tx: &mut TenantTx, batch: &str) -> Result<usize> {
    let ids = crate::activity::archived_in(tx, "employees", batch).await?;
    restore::<EmployeesBulk>(tx, &ids.into_iter().map(EmployeeId).collect::<Vec<_>>()).await
}
