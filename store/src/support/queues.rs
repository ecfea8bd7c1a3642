//! Queries of queues, and the numbers that tickets get in them.

use crate::{Error, Result, TenantTx, Version, db::strange};
use domain::{
    QueueId, SupportCalendarId,
    crm::leads::assignment::{How, Seat},
    support::queues::{Fields, MOST, Queue},
};
use serde_json::{Value, json};
use uuid::Uuid;

struct Row {
    id: Uuid,
    version: i32,
    name: String,
    prefix: String,
    calendar_id: Uuid,
    how: String,
    pool: Value,
    reopen_days: i32,
    acknowledges: bool,
    surveys: bool,
    mail_round: i32,
    archived: bool,
}

impl Row {
    fn queue(self) -> Result<Queue> {
        Ok(Queue {
            id: QueueId(self.id),
            version: self.version,
            name: self.name,
            prefix: self.prefix,
            calendar: SupportCalendarId(self.calendar_id),
            how: How::parse(&self.how),
            pool: serde_json::from_value::<Vec<Seat>>(self.pool).map_err(|e| strange("pool", &e.to_string()))?,
            reopen_days: self.reopen_days,
            acknowledges: self.acknowledges,
            surveys: self.surveys,
            mail_round: self.mail_round,
            archived: self.archived,
        })
    }
}

/// All in their order, those in the archive last.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Queue>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, version, name, prefix, calendar_id, how, pool, reopen_days, acknowledges, surveys, mail_round,
             archived_at is not null as "archived!"
           from support_queues order by archived_at is not null, place, id limit 200"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::queue).collect()
}

pub async fn find(tx: &mut TenantTx, id: QueueId) -> Result<Queue> {
    all(tx).await?.into_iter().find(|q| q.id == id).ok_or(Error::NotFound)
}

/// Adds a queue behind the others, under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: QueueId, f: &Fields) -> Result<()> {
    let all = all(tx).await?;
    if let Some(there) = all.iter().find(|q| q.id == id) {
        let same = there.name == f.name
            && there.prefix == f.prefix
            && there.calendar == f.calendar
            && there.how == f.how
            && there.pool == f.pool
            && there.reopen_days == f.reopen_days
            && there.acknowledges == f.acknowledges
            && there.surveys == f.surveys;
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    if all.len() >= MOST {
        return Err(Error::refused("name", format!("There are {MOST} queues already. Change one of them.")));
    }
    sqlx::query!(
        "insert into support_queues (tenant_id, id, name, prefix, calendar_id, how, pool, reopen_days, acknowledges, surveys, place,
           created_at, updated_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce(max(place), 0) + 1, $11, $11 from support_queues",
        tx.tenant().0,
        id.0,
        f.name,
        f.prefix,
        f.calendar.0,
        f.how.map_or("none", How::key),
        json!(f.pool),
        f.reopen_days,
        f.acknowledges,
        f.surveys,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    count_behind(tx, id, &f.prefix).await
}

/// A number is one ticket's in the whole workspace: those that another queue has given under this prefix are given no more.
async fn count_behind(tx: &mut TenantTx, id: QueueId, prefix: &str) -> Result<()> {
    sqlx::query!(
        "insert into support_turns (tenant_id, queue_id, last_number)
         select $1, $2, max(substring(t.number from '[0-9]+$')::int) from tickets t where t.number ~ ('^' || $3::text || '-[0-9]{1,8}$')
         having max(substring(t.number from '[0-9]+$')::int) is not null
         on conflict (tenant_id, queue_id) do update
           set last_number = greatest(support_turns.last_number, excluded.last_number)",
        tx.tenant().0,
        id.0,
        prefix
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn change(tx: &mut TenantTx, id: QueueId, version: Version, f: &Fields) -> Result<()> {
    let before = find(tx, id).await?;
    let done = sqlx::query!(
        "update support_queues set version = version + 1, updated_at = $3, name = $4, prefix = $5, calendar_id = $6, how = $7,
           pool = $8, reopen_days = $9, acknowledges = $10, surveys = $11
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.prefix,
        f.calendar.0,
        f.how.map_or("none", How::key),
        json!(f.pool),
        f.reopen_days,
        f.acknowledges,
        f.surveys
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    match before.prefix == f.prefix {
        true => Ok(()),
        false => count_behind(tx, id, &f.prefix).await,
    }
}

/// Takes a queue out of use, or back into it; what is in it stays. The last one stays. Gives its name.
pub async fn archive(tx: &mut TenantTx, id: QueueId, away: bool) -> Result<String> {
    let open = sqlx::query!("select id from support_queues where archived_at is null order by id for update");
    let open = open.fetch_all(tx.conn()).await?;
    if away && open.len() == 1 && open[0].id == id.0 {
        return Err(Error::refused("", "This is the last queue. Tickets need one."));
    }
    let name = sqlx::query_scalar!(
        "update support_queues set archived_at = case when $2 then coalesce(archived_at, $3) end, updated_at = $3, version = version + 1
         where id = $1 returning name",
        id.0,
        away,
        tx.now()
    );
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// The next number of a queue: two that come at once wait for each other here.
pub(super) async fn draw(tx: &mut TenantTx, id: QueueId) -> Result<i32> {
    let number = sqlx::query_scalar!(
        "insert into support_turns (tenant_id, queue_id, last_number) values ($1, $2, 1001)
         on conflict (tenant_id, queue_id) do update set last_number = support_turns.last_number + 1 returning last_number",
        tx.tenant().0,
        id.0
    );
    Ok(number.fetch_one(tx.conn()).await?)
}
