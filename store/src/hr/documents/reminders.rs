//! Whom of a document's days is told.

use super::{Row, SHAPE};
use crate::{Result, TenantTx, workspace::roles};
use domain::{
    Day, DocumentId, MemberId,
    access::{DocumentsRead, DocumentsWrite, EmployeesPay, EmployeesPersonal, LeaveKind, Permission},
    draft::FieldClass,
    hr::documents::{Document, State, next_reminder},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Documents of which somebody is to be told today. Only by the schedule.
pub async fn due(tx: &mut TenantTx, most: i64) -> Result<Vec<Document>> {
    let mut q = QueryBuilder::<Postgres>::new("select ");
    q.push(SHAPE.joined).push(", p.* from (select ").push(SHAPE.columns);
    q.push(" from documents e where e.remind_on <= ").push_bind(tx.today().0);
    q.push(" and e.archived_at is null order by e.remind_on, e.id limit ")
        .push_bind(most)
        .push(") p")
        .push(SHAPE.joins);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::document).collect()
}

/// They were told; the next time is the next of its days.
pub async fn told(tx: &mut TenantTx, id: DocumentId) -> Result<()> {
    let today = tx.today();
    plan_after(tx, id, today).await
}

/// Sets when somebody is told next: today at the soonest.
pub(super) async fn plan(tx: &mut TenantTx, id: DocumentId) -> Result<()> {
    let yesterday = Day(tx.today().0 - chrono::Duration::days(1));
    plan_after(tx, id, yesterday).await
}

async fn plan_after(tx: &mut TenantTx, id: DocumentId, after: Day) -> Result<()> {
    let r = sqlx::query!(
        r#"select d.state, d.expires_on, d.due_on, d.remind_on, d.archived_at is not null as "archived!", k.remind_days
           from documents d join document_kinds k on k.tenant_id = d.tenant_id and k.id = d.kind_id where d.id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let state = State::parse(&r.state).unwrap_or(State::Waiting);
    let next = match r.archived {
        true => None,
        false => next_reminder(state, r.expires_on.map(Day), r.due_on.map(Day), &r.remind_days, Some(after)),
    };
    if next.map(|d| d.0) != r.remind_on {
        sqlx::query!("update documents set remind_on = $2 where id = $1", id.0, next.map(|d| d.0))
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Who looks after documents of this class.
pub async fn keepers(tx: &mut TenantTx, class: FieldClass) -> Result<Vec<MemberId>> {
    let own = match class {
        FieldClass::Directory | FieldClass::Terms => DocumentsRead::KEY,
        FieldClass::Personal => EmployeesPersonal::KEY,
        FieldClass::Pay => EmployeesPay::KEY,
        FieldClass::Health => LeaveKind::KEY,
    };
    roles::holding(tx, &[DocumentsRead::KEY, DocumentsWrite::KEY, own]).await
}

/// A document for whoever tells others of it, whatever they themselves may see; and whether the employee sees it.
pub async fn told_of(tx: &mut TenantTx, id: DocumentId) -> Result<Option<Document>> {
    let mut q = QueryBuilder::<Postgres>::new("select ");
    q.push(SHAPE.joined).push(", p.* from (select ").push(SHAPE.columns);
    q.push(" from documents e where e.id = ").push_bind(id.0).push(") p").push(SHAPE.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    row.map(Row::document).transpose()
}

/// Which of these kinds an employee sees of their own.
pub async fn employee_sees(tx: &mut TenantTx, kinds: &[Uuid]) -> Result<Vec<Uuid>> {
    let seen = sqlx::query_scalar!("select id from document_kinds where id = any($1) and employee_sees", kinds);
    Ok(seen.fetch_all(tx.conn()).await?)
}
