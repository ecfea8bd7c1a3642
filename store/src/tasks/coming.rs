//! What comes of tasks: the next one of those that come round, what is due in some days, and what is put off.

use super::{COLUMNS, DUE, Row, TASKS, shape};
use crate::{Result, TenantTx, Who, events, reach};
use domain::{
    Day, MemberId, TaskId,
    access::{TasksRead, TasksWrite},
    events::Event,
    recurrence::Repeat,
    tasks::Task,
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Makes the next one of each of these that comes round, once: a task that is done twice has one successor. In the transaction
/// that has done them.
pub(super) async fn next(tx: &mut TenantTx, done: &[TaskId]) -> Result<()> {
    let ids: Vec<Uuid> = done.iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        r#"select id, due_on as "due_on!", repeats as "repeats!", assignee_id from tasks
           where id = any($1) and repeats is not null and due_on is not null order by id"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let today = tx.today();
    for r in rows {
        let coming = Repeat::parse(&r.repeats).and_then(|rule| rule.next(Day(r.due_on), today));
        let Some((day, rule)) = coming else { continue };
        let task: TaskId = tx.id();
        let added = sqlx::query!(
            "insert into tasks (tenant_id, id, title, details, due_on, due_time, priority, assignee_id, created_by, employee_id, customer_id,
               contact_id, deal_id, lead_id, ticket_id, remind_before, repeats, follows, created_at, updated_at)
             select tenant_id, $2, title, details, $3, due_time, priority, assignee_id, created_by, employee_id, customer_id,
               contact_id, deal_id, lead_id, ticket_id, remind_before, $4, id, $5, $5 from tasks where id = $1
             on conflict on constraint tasks_follows_key do nothing",
            r.id,
            task.0,
            day.0,
            rule.text(),
            tx.now()
        )
        .execute(tx.conn())
        .await?;
        if added.rows_affected() > 0 {
            events::emit(tx, Event::TaskAdded { task, assignee: MemberId(r.assignee_id) }).await?;
        }
    }
    Ok(())
}

/// Takes the successors of these away again that nobody has touched since.
pub(super) async fn take_back(tx: &mut TenantTx, opened: &[TaskId]) -> Result<()> {
    let ids: Vec<Uuid> = opened.iter().map(|id| id.0).collect();
    if !ids.is_empty() {
        sqlx::query!("delete from tasks where follows = any($1) and version = 1 and done_at is null", &ids)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// The reader's own open tasks that are due from `from` on, or whenever, until `to`: the next due first, at most `most`.
pub async fn of_mine(tx: &mut TenantTx, from: Option<Day>, to: Day, most: i64) -> Result<Vec<Task>> {
    let Who::Member(me) = tx.who() else { return Ok(vec![]) };
    if tx.scope::<TasksRead>().is_none() {
        return Ok(vec![]);
    }
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined)
        .push(", p.* from (select ")
        .push(COLUMNS)
        .push(" from tasks e where e.done_at is null and e.assignee_id = ");
    q.push_bind(me.0).push(" and ").push(DUE).push(" <= ").push_bind(to.0);
    if let Some(from) = from {
        q.push(" and ").push(DUE).push(" >= ").push_bind(from.0);
    }
    q.push(" order by ").push(DUE).push(", e.id limit ").push_bind(most).push(") p").push(shape.joins);
    q.push(" order by p.due_on, p.due_time nulls last, p.id");
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let zone = tx.told_in();
    rows.into_iter().map(|r| r.task(zone)).collect()
}

/// Puts a task off, to another day.
pub async fn snooze(tx: &mut TenantTx, id: TaskId, to: Day) -> Result<()> {
    reach::hold::<TasksWrite>(tx, TASKS, id.0).await?;
    let done = sqlx::query!(
        "update tasks set due_on = $2, updated_at = $3, version = version + 1 where id = $1 and done_at is null and due_on is distinct from $2",
        id.0,
        to.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() > 0 {
        events::emit(tx, Event::TaskChanged { task: id, fields: vec!["due".into()], assignee: None }).await?;
    }
    Ok(())
}
