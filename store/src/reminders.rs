//! Reminders whose moment has come. What there is to come follows from tasks, calls and meetings, by triggers.

use crate::{Result, TenantTx};
use chrono::{DateTime, Utc};
use domain::{ActivityId, MemberId, TaskId};
use uuid::Uuid;

/// What somebody wanted to be reminded of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub of: Of,
    pub at: DateTime<Utc>,
    pub title: String,
    /// Who is told.
    pub members: Vec<MemberId>,
    /// When a call or meeting begins.
    pub starts_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Task(TaskId),
    Activity(ActivityId),
}

/// Takes those whose moment has come, at most `most`: in this transaction they are told, or stay. One for nobody who is still
/// here is taken as well, and gone.
pub async fn take(tx: &mut TenantTx, most: i64) -> Result<Vec<Due>> {
    let now = tx.now();
    let rows = sqlx::query!(
        r#"with due as (
             delete from reminders where (tenant_id, id) in (
               select tenant_id, id from reminders where at <= $1 order by at, id limit $2 for update skip locked)
             returning tenant_id, task_id, activity_id, at)
           select d.task_id, d.activity_id, d.at as "at!", coalesce(t.title, a.subject) as "title!", a.starts_at as "starts_at?",
             array(select m.id from members m where m.deactivated_at is null and (m.id = t.assignee_id or m.id = a.owner_id
               or m.id in (select x.member_id from activity_attendees x where x.activity_id = a.id))) as "members!: Vec<Uuid>"
           from due d
           left join tasks t on t.tenant_id = d.tenant_id and t.id = d.task_id
           left join activities a on a.tenant_id = d.tenant_id and a.id = d.activity_id
           order by d.at"#,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let due = |task: Option<Uuid>, activity: Option<Uuid>| {
        task.map(|id| Of::Task(id.into())).or(activity.map(|id| Of::Activity(id.into())))
    };
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            Some(Due {
                of: due(r.task_id, r.activity_id)?,
                at: r.at,
                title: r.title,
                members: r.members.into_iter().map(MemberId).collect(),
                starts_at: r.starts_at,
            })
        })
        .collect())
}
