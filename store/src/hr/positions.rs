//! Queries of positions: the seats that the company has decided to have, and who sits on them.

use crate::{Error, Result, TenantTx, Version};
use domain::{
    PositionId,
    access::{EmployeesRead, Scope},
    hr::positions::{Fields, Position},
};

/// Positions that one workspace may have.
const MOST: i64 = 2_000;

/// All of them, the open ones first; whoever sees everybody, with how many seats are taken today.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Position>> {
    some(tx, None).await
}

async fn some(tx: &mut TenantTx, only: Option<PositionId>) -> Result<Vec<Position>> {
    let today = tx.today().0;
    let rows = sqlx::query!(
        r#"select p.*, coalesce(f.filled, 0) as "filled!"
           from (select * from positions where $3::uuid is null or id = $3 order by closed_at is not null, lower(title), id limit $2) p
           left join (
             select position_id, count(*) as filled from employees
             where position_id is not null and archived_at is null and coalesce(end_date >= $1, true) and coalesce(start_date <= $1, true)
             group by position_id
           ) f on f.position_id = p.id
           order by p.closed_at is not null, lower(p.title), p.id"#,
        today,
        MOST,
        only.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let all = tx.scope::<EmployeesRead>() == Some(Scope::All);
    Ok(rows
        .into_iter()
        .map(|r| Position {
            id: PositionId(r.id),
            version: r.version,
            title: r.title,
            department: r.department,
            location: r.location,
            headcount: r.headcount,
            note: r.note,
            closed: r.closed_at.is_some(),
            filled: all.then_some(r.filled),
        })
        .collect())
}

pub async fn find(tx: &mut TenantTx, id: PositionId) -> Result<Position> {
    some(tx, Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// Id and title of those that are open, for choosing one.
pub async fn open(tx: &mut TenantTx) -> Result<Vec<(PositionId, String)>> {
    let rows = sqlx::query!(
        "select id, title, department from positions where closed_at is null order by lower(title), id limit $1",
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let words = |title: String, department: Option<String>| match department {
        Some(department) => format!("{title}, {department}"),
        None => title,
    };
    Ok(rows.into_iter().map(|r| (PositionId(r.id), words(r.title, r.department))).collect())
}

/// Adds one under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: PositionId, f: &Fields) -> Result<PositionId> {
    let added = sqlx::query!(
        "insert into positions (tenant_id, id, title, department, location, headcount, note, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.title,
        f.department,
        f.location,
        f.headcount,
        f.note,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && find(tx, id).await?.title != f.title {
        return Err(Error::Sent);
    }
    Ok(id)
}

pub async fn change(tx: &mut TenantTx, id: PositionId, version: Version, f: &Fields) -> Result<()> {
    let done = sqlx::query!(
        "update positions set title = $3, department = $4, location = $5, headcount = $6, note = $7, version = version + 1, updated_at = $8
         where id = $1 and version = $2",
        id.0,
        version,
        f.title,
        f.department,
        f.location,
        f.headcount,
        f.note,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Closes one, or opens it again: nobody new is put on a closed one, and who sits there stays.
pub async fn close(tx: &mut TenantTx, id: PositionId, closed: bool) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update positions set closed_at = case when $2 then coalesce(closed_at, $3) end, version = version + 1, updated_at = $3 where id = $1",
        id.0,
        closed,
        now
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}
