//! Departments and locations: what there is, how many people are in each, and calling one otherwise everywhere at once.

use crate::{Error, Result, TenantTx};
use domain::workspace::places::{Kind, Place};
use uuid::Uuid;

/// Those that were put on the list, and those that somebody is in; by name, with how many people are in each.
pub async fn list(tx: &mut TenantTx, kind: Kind) -> Result<Vec<Place>> {
    let rows: Vec<(String, Option<Uuid>, i64)> = match kind {
        Kind::Department => {
            sqlx::query_as(
                "select coalesce(d.name, e.name), d.id, coalesce(e.n, 0) from departments d
                 full join (select min(department) as name, count(*) as n from employees
                            where department is not null and archived_at is null group by lower(department)) e
                   on lower(e.name) = lower(d.name)
                 order by lower(coalesce(d.name, e.name)) limit 500",
            )
            .fetch_all(tx.conn())
            .await?
        }
        Kind::Location => {
            sqlx::query_as(
                "select coalesce(d.name, e.name), d.id, coalesce(e.n, 0) from locations d
                 full join (select min(location) as name, count(*) as n from employees
                            where location is not null and archived_at is null group by lower(location)) e
                   on lower(e.name) = lower(d.name)
                 order by lower(coalesce(d.name, e.name)) limit 500",
            )
            .fetch_all(tx.conn())
            .await?
        }
    };
    Ok(rows.into_iter().map(|(name, id, people)| Place { name, listed: id.is_some(), people }).collect())
}

pub async fn add(tx: &mut TenantTx, kind: Kind, id: Uuid, name: &str) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    let done = match kind {
        Kind::Department => {
            sqlx::query!(
                "insert into departments (tenant_id, id, name, created_at) values ($1, $2, $3, $4) on conflict (tenant_id, id) do nothing",
                tenant, id, name, now
            )
            .execute(tx.conn())
            .await?
        }
        Kind::Location => {
            sqlx::query!(
                "insert into locations (tenant_id, id, name, created_at) values ($1, $2, $3, $4) on conflict (tenant_id, id) do nothing",
                tenant, id, name, now
            )
            .execute(tx.conn())
            .await?
        }
    };
    if done.rows_affected() == 1 {
        return Ok(());
    }
    // The same form, sent twice.
    let made = match kind {
        Kind::Department => {
            sqlx::query_scalar!("select name from departments where id = $1", id).fetch_one(tx.conn()).await?
        }
        Kind::Location => {
            sqlx::query_scalar!("select name from locations where id = $1", id).fetch_one(tx.conn()).await?
        }
    };
    if made == name { Ok(()) } else { Err(Error::Sent) }
}

/// Calls it otherwise, in everybody's record as well; the two become one where there is one of the new name. Gives how
/// many records were changed.
pub async fn rename(tx: &mut TenantTx, kind: Kind, old: &str, new: &str) -> Result<u64> {
    let now = tx.now();
    let records = match kind {
        Kind::Department => {
            sqlx::query!("delete from departments where lower(name) = lower($1) and exists (select from departments o where lower(o.name) = lower($2)) and lower($1) <> lower($2)", old, new)
                .execute(tx.conn())
                .await?;
            sqlx::query!("update departments set name = $2 where lower(name) = lower($1)", old, new)
                .execute(tx.conn())
                .await?;
            sqlx::query!(
                "update employees set department = $2, updated_at = $3, version = version + 1 where lower(department) = lower($1) and department <> $2",
                old, new, now
            )
            .execute(tx.conn())
            .await?
        }
        Kind::Location => {
            sqlx::query!("delete from locations where lower(name) = lower($1) and exists (select from locations o where lower(o.name) = lower($2)) and lower($1) <> lower($2)", old, new)
                .execute(tx.conn())
                .await?;
            sqlx::query!("update locations set name = $2 where lower(name) = lower($1)", old, new)
                .execute(tx.conn())
                .await?;
            sqlx::query!(
                "update employees set location = $2, updated_at = $3, version = version + 1 where lower(location) = lower($1) and location <> $2",
                old, new, now
            )
            .execute(tx.conn())
            .await?
        }
    };
    Ok(records.rows_affected())
}

/// Takes one that nobody is in off the list.
pub async fn remove(tx: &mut TenantTx, kind: Kind, name: &str) -> Result<()> {
    let done = match kind {
        Kind::Department => {
            sqlx::query!(
                "delete from departments where lower(name) = lower($1)
                   and not exists (select from employees where lower(department) = lower($1) and archived_at is null)",
                name
            )
            .execute(tx.conn())
            .await?
        }
        Kind::Location => {
            sqlx::query!(
                "delete from locations where lower(name) = lower($1)
                   and not exists (select from employees where lower(location) = lower($1) and archived_at is null)",
                name
            )
            .execute(tx.conn())
            .await?
        }
    };
    match done.rows_affected() {
        0 => Err(Error::refused("", "Somebody is in it. Move them first.")),
        _ => Ok(()),
    }
}
