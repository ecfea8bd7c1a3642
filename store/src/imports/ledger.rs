//! What each noun does for its imports: look up in bulk, write in bulk.

use crate::{Result, TenantTx};
use domain::{
    ImportId,
    import::{Change, Known, New, Noun, Standing, Undone, Wanted},
};
use serde_json::{Map, Value};
use std::{collections::HashMap, future::Future};
use uuid::Uuid;

/// Rows written by one statement.
pub const CHUNK: usize = 1_000;

/// A noun that files can bring, with its tables.
pub trait Ledger: Noun {
    /// What the workspace has of what the file speaks of.
    fn known(tx: &mut TenantTx, wanted: &Wanted) -> impl Future<Output = Result<Known<Self::Fields>>> + Send;

    /// Before the first row is written: gives out what the file leaves open.
    fn prepare(_: &mut TenantTx, _: &mut [New<Self::Fields>]) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Inserts up to [`CHUNK`] records.
    fn insert(tx: &mut TenantTx, rows: &[New<Self::Fields>]) -> impl Future<Output = Result<()>> + Send;

    /// Updates up to [`CHUNK`] records.
    fn update(tx: &mut TenantTx, rows: &[Change<Self::Fields>]) -> impl Future<Output = Result<()>> + Send;

    /// After the last row was written.
    fn conclude(_: &mut TenantTx) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// The record's columns that an import can write, as `to_jsonb` shows them.
    fn columns(standing: &Standing<Self::Fields>) -> Map<String, Value>;

    /// How many records that the import made, and that it changed, people have worked on since.
    fn since(tx: &mut TenantTx, id: ImportId) -> impl Future<Output = Result<(i64, i64)>> + Send;

    /// Deletes what the import made.
    fn remove(tx: &mut TenantTx, id: ImportId) -> impl Future<Output = Result<u64>> + Send;

    /// Gives these records the values from before the import, where they still have the import's.
    fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> impl Future<Output = Result<u64>> + Send;

    /// Inserts a chunk and remembers it for undo.
    fn create(tx: &mut TenantTx, id: ImportId, rows: &[New<Self::Fields>]) -> impl Future<Output = Result<()>> + Send {
        async move {
            Self::insert(tx, rows).await?;
            let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
            sqlx::query!(
                "insert into import_changes (tenant_id, import_id, record_id, version) select $1, $2, u, 1 from unnest($3::uuid[]) u",
                tx.tenant().0,
                id.0,
                &ids
            )
            .execute(tx.conn())
            .await?;
            Ok(())
        }
    }

    /// Updates a chunk and remembers it for undo.
    fn change(
        tx: &mut TenantTx,
        id: ImportId,
        rows: &[Change<Self::Fields>],
    ) -> impl Future<Output = Result<()>> + Send {
        async move {
            Self::update(tx, rows).await?;
            let (mut ids, mut versions, mut befores, mut afters) = (vec![], vec![], vec![], vec![]);
            for row in rows {
                let (mut before, mut after) = (Self::columns(&row.before), Self::columns(&row.after));
                // An amount and its currency are one value.
                let amount = |c: &str| c.ends_with("_minor") || c.ends_with("_currency");
                let paid = before.keys().any(|c| amount(c) && before[c] != after[c]);
                let same: Vec<String> = before
                    .iter()
                    .filter(|(c, value)| after[*c] == **value && !(paid && amount(c)))
                    .map(|(c, _)| c.clone())
                    .collect();
                for column in same {
                    before.remove(&column);
                    after.remove(&column);
                }
                ids.push(row.id);
                versions.push(row.version + 1);
                befores.push(Value::Object(before));
                afters.push(Value::Object(after));
            }
            sqlx::query!(
                "insert into import_changes (tenant_id, import_id, record_id, version, before, after)
                 select $1, $2, * from unnest($3::uuid[], $4::int[], $5::jsonb[], $6::jsonb[])",
                tx.tenant().0,
                id.0,
                &ids,
                &versions,
                &befores,
                &afters
            )
            .execute(tx.conn())
            .await?;
            Ok(())
        }
    }
}

/// Members by e-mail, for the fields that name one.
pub(super) async fn members(tx: &mut TenantTx, emails: &[String]) -> Result<HashMap<String, Uuid>> {
    if emails.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select id, lower(email) as "email!" from members where lower(email) = any($1) and deactivated_at is null"#,
        emails
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.email, r.id)).collect())
}

/// Takes back what the import did. What it made goes first, so that what it changed may have its old keys again.
pub(super) async fn undo<N: Ledger>(tx: &mut TenantTx, id: ImportId) -> Result<Undone> {
    let removed = N::remove(tx, id).await?;
    let changed =
        sqlx::query_scalar!("select record_id from import_changes where import_id = $1 and before is not null", id.0)
            .fetch_all(tx.conn())
            .await?;
    let (mut restored, total) = (0, changed.len());
    // All at once if the database allows, else in halves, down to those that no longer fit.
    let mut parts = vec![changed];
    while let Some(mut part) = parts.pop().filter(|p| !p.is_empty()) {
        sqlx::query("savepoint part").execute(tx.conn()).await?;
        match N::restore(tx, id, &part).await {
            Ok(count) => {
                sqlx::query("release savepoint part").execute(tx.conn()).await?;
                restored += count;
            }
            Err(e) if refused(&e) => {
                sqlx::query("rollback to savepoint part").execute(tx.conn()).await?;
                if part.len() > 1 {
                    let rest = part.split_off(part.len() / 2);
                    parts.extend([rest, part]);
                }
            }
            Err(e) => return Err(e),
        }
    }
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Undone { removed: count(removed), restored: count(restored), kept: count(total as u64 - restored) })
}

/// Whether the data stand against it, rather than the database being unwell.
fn refused(e: &crate::Error) -> bool {
    match e {
        crate::Error::Refused(_) => true,
        crate::Error::Sql(sqlx::Error::Database(d)) => d.code().is_some_and(|c| c.starts_with("23")),
        _ => false,
    }
}
