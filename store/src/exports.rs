//! Lists as files: a page at a time, and the record of who took one.

use crate::{
    Result, TenantTx,
    list::{Key, Shape, Where},
};
use domain::{MemberId, import::Target, list::Mark};
use serde_json::Value;
use sqlx::{FromRow, Postgres, QueryBuilder, postgres::PgRow};
use uuid::Uuid;

/// Rows that one statement brings: what an export holds in memory at a time.
pub const PAGE: i64 = 1_000;

/// A file that somebody takes out.
pub struct Export<'a> {
    pub target: Target,
    /// The list's question, by the names of its URL.
    pub question: Value,
    pub columns: &'a [&'static str],
    pub rows: i64,
    /// `csv`, `xlsx`.
    pub format: &'static str,
}

/// Notes who takes what; the audit trail tells of it (DOMAIN: Permissions).
pub async fn add(tx: &mut TenantTx, by: MemberId, export: &Export<'_>) -> Result<()> {
    let id: Uuid = tx.id::<domain::ImportId>().0;
    sqlx::query!(
        "insert into exports (tenant_id, id, target, question, columns, rows, created_by, created_at, format)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.tenant().0,
        id,
        export.target.key(),
        export.question,
        export.columns as &[&str],
        export.rows,
        by.0,
        tx.now(),
        export.format
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows of the question, counted no further than one past `most`.
pub(crate) async fn count(tx: &mut TenantTx, shape: &Shape, conditions: &Where<'_>, most: i64) -> Result<i64> {
    let mut q = QueryBuilder::new("select count(*) from (select 1 from ");
    q.push(shape.from).push(" where true");
    conditions(&mut q);
    q.push(" limit ").push_bind(most + 1).push(") counted");
    Ok(q.build_query_scalar().persistent(false).fetch_one(tx.conn()).await?)
}

/// The next rows of the question behind `after`, in its order, and where the last of them stands.
pub(crate) async fn page<R>(
    tx: &mut TenantTx,
    shape: &Shape,
    conditions: &Where<'_>,
    key: &Key,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<R>, Option<Mark>)>
where
    R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let (direction, than) = if key.descending { (" desc", " < (") } else { ("", " > (") };
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(shape.columns);
    q.push(", ").push(key.sql).push("::text as sort_ from ").push(shape.from).push(" where true");
    conditions(&mut q);
    if let Some(mark) = after {
        q.push(" and (").push(key.sql).push(", e.id)").push(than);
        q.push_bind(mark.value.clone()).push("::").push(key.cast).push(", ").push_bind(mark.id).push(")");
    }
    q.push(" order by ").push(key.sql).push(direction).push(", e.id").push(direction);
    q.push(" limit ").push_bind(most).push(") p").push(shape.joins);
    q.push(" order by p.sort_::").push(key.cast).push(direction).push(", p.id").push(direction);
    let found: Vec<Marked<R>> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let full = i64::try_from(found.len()).is_ok_and(|n| n == most);
    let last = found.last().filter(|_| full).map(|r| r.mark.clone());
    Ok((found.into_iter().map(|r| r.row).collect(), last))
}

struct Marked<R> {
    row: R,
    mark: Mark,
}

impl<'r, R: FromRow<'r, PgRow>> FromRow<'r, PgRow> for Marked<R> {
    fn from_row(row: &'r PgRow) -> sqlx::Result<Self> {
        use sqlx::Row;
        let value: Option<String> = row.try_get("sort_")?;
        Ok(Self { row: R::from_row(row)?, mark: Mark { value: value.unwrap_or_default(), id: row.try_get("id")? } })
    }
}
