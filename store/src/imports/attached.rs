//! What hangs on records that an import made, or a conversion. Undoing takes a record away with all that belongs to it, so one
//! on which somebody has put something since is left alone.

use crate::{Result, TenantTx};
use sqlx::QueryBuilder;
use std::collections::HashSet;
use uuid::Uuid;

/// A reference to the noun's table that does not count, or only where a condition holds of its row `x`: what comes with a
/// record by itself is nobody's work. Whatever else references the table counts, so that a table that comes later does.
pub type Follows = (&'static str, &'static str, Option<&'static str>);

/// Those of `ids`, records of `table`, on which something hangs.
pub(crate) async fn attached(
    tx: &mut TenantTx,
    table: &str,
    follows: &[Follows],
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let references = sqlx::query!(
        r#"select c.conrelid::regclass::text as "table!", a.attname::text as "column!"
           from pg_constraint c
           cross join lateral unnest(c.conkey, c.confkey) k (own, theirs)
           join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
           join pg_attribute t on t.attrelid = c.confrelid and t.attnum = k.theirs
           where c.contype = 'f' and c.confrelid = $1::text::regclass and c.conrelid <> c.confrelid and t.attname = 'id'
           order by 1, 2"#,
        table
    )
    .fetch_all(tx.conn())
    .await?;
    // Bound once: a hundred thousand ids for each of thirty references would be a hundred megabytes.
    let mut q = QueryBuilder::new("select id from (select u as id from unnest(");
    q.push_bind(ids.to_vec()).push("::uuid[]) u where false");
    for r in references {
        let known = follows.iter().find(|(table, column, _)| (*table, *column) == (&*r.table, &*r.column));
        let condition = match known {
            Some((.., None)) => continue,
            Some((.., Some(condition))) => condition,
            None => "true",
        };
        let (table, column) = (&r.table, &r.column);
        q.push(format!(" union all select x.{column} from {table} x where x.{column} = any($1) and ({condition})"));
    }
    q.push(") found");
    let found: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(found.into_iter().collect())
}
