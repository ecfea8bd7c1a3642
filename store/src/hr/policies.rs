//! Queries of policies: their versions, whom they are for, and who has confirmed what.

use crate::{Error, Result, TenantTx, Version, Who, db::strange, events};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Day, MemberId, PolicyId,
    events::Event,
    hr::policies::{Audience, Fields, Policy, Reader, Reading, Standing},
};
use uuid::Uuid;

struct Row {
    id: Uuid,
    version: i32,
    title: String,
    body: String,
    audience: String,
    place: Option<String>,
    due_on: Option<NaiveDate>,
    published: Option<i32>,
    published_at: Option<DateTime<Utc>>,
    changed: bool,
    archived: bool,
    readers: i64,
    confirmed: i64,
}

impl Row {
    fn standing(self) -> Result<Standing> {
        let audience =
            Audience::from_row(&self.audience, self.place).ok_or_else(|| strange("audience", &self.audience))?;
        let policy = Policy {
            id: PolicyId(self.id),
            version: self.version,
            fields: Fields { title: self.title, audience, due: self.due_on.map(Day), body: self.body },
            published: self.published,
            published_at: self.published_at,
            changed: self.changed,
            archived: self.archived,
        };
        Ok(Standing { policy, readers: self.readers, confirmed: self.confirmed })
    }
}

/// All policies with how far they are confirmed, by title. For whoever looks after them.
pub async fn list(tx: &mut TenantTx, archived: bool) -> Result<Vec<Standing>> {
    standing(tx, None, Some(archived)).await
}

pub async fn find(tx: &mut TenantTx, id: PolicyId) -> Result<Standing> {
    standing(tx, Some(id), None).await?.pop().ok_or(Error::NotFound)
}

async fn standing(tx: &mut TenantTx, id: Option<PolicyId>, archived: Option<bool>) -> Result<Vec<Standing>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select p.id, p.version, p.title, p.body, p.audience, p.place, p.due_on, p.published, p.published_at,
             coalesce((v.title, v.body) is distinct from (p.title, p.body), true) as "changed!",
             p.archived_at is not null as "archived!",
             (select count(*) from members m left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
              where m.deactivated_at is null and p.published is not null
                and house.policy_concerns(p.audience, p.place, e.department, e.location)) as "readers!",
             (select count(*) from policy_acknowledgements a
              join members m on m.tenant_id = a.tenant_id and m.id = a.member_id
              left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
              where a.policy_id = p.id and a.number = p.published and m.deactivated_at is null
                and house.policy_concerns(p.audience, p.place, e.department, e.location)) as "confirmed!"
           from policies p
           left join policy_versions v on v.tenant_id = p.tenant_id and v.policy_id = p.id and v.number = p.published
           where ($1::uuid is null or p.id = $1) and ($2::bool is null or (p.archived_at is not null) = $2)
           order by lower(p.title), p.id limit 200"#,
        id.map(|id| id.0),
        archived
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::standing).collect()
}

/// What is published for the reader, what is to be confirmed first.
pub async fn mine(tx: &mut TenantTx) -> Result<Vec<Reading>> {
    readings(tx, None).await
}

/// What waits for the reader, in one statement: versions to confirm, and documents that were asked of them.
pub async fn waits(tx: &mut TenantTx) -> Result<(usize, i64)> {
    let Who::Member(me) = tx.who() else { return Ok((0, 0)) };
    let own = tx.employee().map(|e| e.0);
    let r = sqlx::query!(
        r#"select (
             select count(*) from policies p
             left join employees e on e.tenant_id = p.tenant_id and e.id = $2
             where p.archived_at is null and p.published is not null
               and house.policy_concerns(p.audience, p.place, e.department, e.location)
               and not exists (select from policy_acknowledgements a
                 where a.tenant_id = p.tenant_id and a.policy_id = p.id and a.number = p.published and a.member_id = $1)
           ) as "policies!", (
             select count(*) from documents d
             where d.employee_id = $2 and d.archived_at is null and d.state in ('asked', 'refused')
           ) as "documents!""#,
        me.0,
        own
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((usize::try_from(r.policies).unwrap_or_default(), r.documents))
}

/// The version that counts, if it is for the reader, or they have confirmed one before.
pub async fn reading(tx: &mut TenantTx, id: PolicyId) -> Result<Reading> {
    readings(tx, Some(id.0)).await?.pop().ok_or(Error::NotFound)
}

async fn readings(tx: &mut TenantTx, id: Option<Uuid>) -> Result<Vec<Reading>> {
    let Who::Member(me) = tx.who() else { return Ok(vec![]) };
    let own = tx.employee().map(|e| e.0);
    let rows = sqlx::query!(
        r#"select p.id, v.number, v.title, v.body, p.due_on, v.published_at, a.acknowledged_at as "confirmed_at?", t.mine as "mine!"
           from policies p
           join policy_versions v on v.tenant_id = p.tenant_id and v.policy_id = p.id and v.number = p.published
           left join employees e on e.tenant_id = p.tenant_id and e.id = $2
           left join policy_acknowledgements a
             on a.tenant_id = p.tenant_id and a.policy_id = p.id and a.number = p.published and a.member_id = $1
           cross join lateral (select house.policy_concerns(p.audience, p.place, e.department, e.location) as mine) t
           where p.archived_at is null and ($3::uuid is null or p.id = $3) and (t.mine or a.id is not null)
           order by a.acknowledged_at is not null, p.due_on nulls last, lower(v.title), p.id limit 200"#,
        me.0,
        own,
        id
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Reading {
            id: PolicyId(r.id),
            number: r.number,
            title: r.title,
            body: r.body,
            due: r.due_on.map(Day),
            published_at: r.published_at,
            confirmed_at: r.confirmed_at,
            mine: r.mine,
        })
        .collect())
}

pub async fn add(tx: &mut TenantTx, id: PolicyId, f: &Fields) -> Result<PolicyId> {
    let added = sqlx::query!(
        "insert into policies (tenant_id, id, title, body, audience, place, due_on, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.title,
        f.body,
        f.audience.key(),
        f.audience.place(),
        f.due.map(|d| d.0),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && find(tx, id).await?.policy.fields != *f {
        return Err(Error::Sent);
    }
    Ok(id)
}

pub async fn change(tx: &mut TenantTx, id: PolicyId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update policies set version = version + 1, updated_at = $3, title = $4, body = $5, audience = $6, place = $7, due_on = $8
         where id = $1 and version = $2 and archived_at is null",
        id.0,
        version,
        tx.now(),
        f.title,
        f.body,
        f.audience.key(),
        f.audience.place(),
        f.due.map(|d| d.0),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Makes a version of the draft, which whoever it is for has to confirm. Gives its number.
pub async fn publish(tx: &mut TenantTx, id: PolicyId, version: Version) -> Result<i32> {
    let standing = find(tx, id).await?;
    let number = standing.policy.published.unwrap_or(0) + 1;
    let done = sqlx::query!(
        "update policies set version = version + 1, updated_at = $3, published = $4, published_at = $3
         where id = $1 and version = $2 and archived_at is null",
        id.0,
        version,
        tx.now(),
        number,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "insert into policy_versions (tenant_id, policy_id, number, title, body, published_by, published_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().0,
        id.0,
        number,
        standing.policy.fields.title,
        standing.policy.fields.body,
        by,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    events::emit(tx, Event::PolicyPublished { policy: id, number }).await?;
    Ok(number)
}

/// The reader has read this version. Twice is once. [`Error::Stale`]: there is a newer one.
pub async fn confirm(tx: &mut TenantTx, id: PolicyId, number: i32) -> Result<Reading> {
    let reading = reading(tx, id).await?;
    if !reading.mine {
        return Err(Error::NotFound);
    }
    if reading.number != number {
        return Err(Error::Stale);
    }
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    let row: Uuid = tx.id::<PolicyId>().0;
    sqlx::query!(
        "insert into policy_acknowledgements (tenant_id, id, policy_id, number, member_id, name, acknowledged_at)
         select $1, $2, $3, $4, m.id, m.name, $6 from members m where m.id = $5
         on conflict on constraint policy_acknowledgements_once do nothing",
        tx.tenant().0,
        row,
        id.0,
        number,
        me.0,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(reading)
}

/// Readers on one page.
const MOST: i64 = 1_000;

/// Whom it is for now, who has not confirmed the version that counts first; with what each has confirmed last.
pub async fn readers(tx: &mut TenantTx, id: PolicyId) -> Result<Vec<Reader>> {
    let rows = sqlx::query!(
        r#"select m.id, m.name, a.number as "number?", a.acknowledged_at as "at?"
           from policies p
           join members m on m.tenant_id = p.tenant_id and m.deactivated_at is null
           left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
           left join lateral (
             select number, acknowledged_at from policy_acknowledgements a
             where a.tenant_id = p.tenant_id and a.policy_id = p.id and a.member_id = m.id order by number desc limit 1
           ) a on true
           where p.id = $1 and house.policy_concerns(p.audience, p.place, e.department, e.location)
           order by a.number is not distinct from p.published, lower(m.name), m.id limit $2"#,
        id.0,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Reader { member: MemberId(r.id), name: r.name, number: r.number, at: r.at }).collect())
}

/// Whom it is for that work here and have no account to confirm with; no further than a thousand.
pub async fn without_account(tx: &mut TenantTx, id: PolicyId) -> Result<i64> {
    let today = tx.today().0;
    let n = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (
             select 1 from policies p
             join employees e on e.tenant_id = p.tenant_id and e.archived_at is null
               and (e.end_date is null or e.end_date >= $2)
             where p.id = $1 and p.published is not null
               and house.policy_concerns(p.audience, p.place, e.department, e.location)
               and not exists (select from members m
                 where m.tenant_id = e.tenant_id and m.employee_id = e.id and m.deactivated_at is null)
             limit $3) n"#,
        id.0,
        today,
        MOST
    );
    Ok(n.fetch_one(tx.conn()).await?)
}

/// Who has the version that counts still to confirm.
pub async fn waiting(tx: &mut TenantTx, id: PolicyId) -> Result<Vec<MemberId>> {
    let ids = sqlx::query_scalar!(
        "select m.id from policies p
         join members m on m.tenant_id = p.tenant_id and m.deactivated_at is null
         left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
         where p.id = $1 and p.archived_at is null
           and house.policy_concerns(p.audience, p.place, e.department, e.location)
           and not exists (select from policy_acknowledgements a
             where a.tenant_id = p.tenant_id and a.policy_id = p.id and a.member_id = m.id and a.number = p.published)",
        id.0
    );
    Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(MemberId).collect())
}

/// Out of sight with all that was confirmed, or back. Gives its title.
pub async fn set_archived(tx: &mut TenantTx, id: PolicyId, archived: bool) -> Result<String> {
    let (now, at) = (tx.now(), archived.then(|| tx.now()));
    let title = sqlx::query_scalar!(
        "update policies set archived_at = $2, updated_at = $3, version = version + 1
         where id = $1 and (archived_at is null) = ($2::timestamptz is not null) returning title",
        id.0,
        at,
        now
    );
    title.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}
