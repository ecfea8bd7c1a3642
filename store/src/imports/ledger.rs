//! What each noun does for its imports: look up in bulk, write in bulk.

use super::attached::{Follows, attached};
use crate::{Result, TenantTx};
use domain::{
    ImportId,
    import::{Change, Known, New, Noun, Since, Standing, Undone, Wanted},
};
use serde_json::{Map, Value};
use std::{collections::HashMap, future::Future};
use uuid::Uuid;

/// Rows written by one statement.
pub const CHUNK: usize = 1_000;

/// Names that are offered for one that leads nowhere.
pub const NAMES: i64 = 2_000;

/// Whoever has the key of what is kept encrypted.
pub trait Vault: Send + Sync {
    fn hide_iban(&self, employee: Uuid, iban: &str) -> Vec<u8>;
    /// Nothing, where it was kept under another key.
    fn show_iban(&self, employee: Uuid, kept: &[u8]) -> Option<String>;
    /// A file as it is kept, and as it came.
    fn hide_file(&self, import: ImportId, body: &[u8]) -> Vec<u8>;
    fn show_file(&self, import: ImportId, kept: &[u8]) -> Option<Vec<u8>>;
}

/// A noun that files can bring, with its tables.
pub trait Ledger: Noun {
    /// Opens what of a record is kept encrypted, to be compared with what a file says.
    fn opened(_: &mut Self::Fields, _record: Uuid, _: &dyn Vault) {}

    /// Encrypts it, before it is written.
    fn closed(_: &mut Self::Fields, _record: Uuid, _: &dyn Vault) {}

    /// What the workspace has of what the file speaks of.
    fn known(tx: &mut TenantTx, wanted: &Wanted) -> impl Future<Output = Result<Known<Self::Fields>>> + Send;

    /// What words of this field may be meant: the names that there are, at most [`NAMES`].
    fn names(_: &mut TenantTx, _field: &'static str) -> impl Future<Output = Result<Vec<String>>> + Send {
        async { Ok(vec![]) }
    }

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

    /// Columns that the database alone knows, as these records have them now: what names records of other kinds, and what
    /// follows from that.
    fn led(
        _: &mut TenantTx,
        _records: &[Uuid],
    ) -> impl Future<Output = Result<HashMap<Uuid, Map<String, Value>>>> + Send {
        async { Ok(HashMap::new()) }
    }

    /// By what others name these records, for people: their numbers, or their names.
    fn called(tx: &mut TenantTx, records: &[Uuid]) -> impl Future<Output = Result<HashMap<Uuid, String>>> + Send;

    /// The versions that these records have now; those that are gone are left out.
    fn versions(tx: &mut TenantTx, records: &[Uuid]) -> impl Future<Output = Result<Vec<(Uuid, i32)>>> + Send;

    /// The table whose records they are, and what of what references it comes by itself.
    const TABLE: &'static str;
    const FOLLOWS: &'static [Follows] = &[];

    /// Deletes these records.
    fn remove(tx: &mut TenantTx, records: &[Uuid]) -> impl Future<Output = Result<u64>> + Send;

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
            let all: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
            let mut was = Self::led(tx, &all).await?;
            Self::update(tx, rows).await?;
            let mut is = Self::led(tx, &all).await?;
            let (mut ids, mut versions, mut befores, mut afters) = (vec![], vec![], vec![], vec![]);
            for row in rows {
                let (mut before, mut after) = (Self::columns(&row.before), Self::columns(&row.after));
                if let Some((was, is)) = was.remove(&row.id).zip(is.remove(&row.id)) {
                    before.extend(was);
                    after.extend(is);
                }
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

/// A column of custom fields as a record has it: nothing rather than an empty one.
pub(super) fn filled(values: &Map<String, Value>) -> Option<Value> {
    (!values.is_empty()).then(|| Value::Object(values.clone()))
}

/// Has the planner look at the arrays that this transaction asks for. What it thinks of a table that was filled a
/// moment ago is wrong: joins to ten thousand keys took seconds where `= any` of a known array takes none, but a
/// kept plan does not know the array.
pub(super) async fn plan_anew(tx: &mut TenantTx) -> Result<()> {
    sqlx::query("set local plan_cache_mode = force_custom_plan").execute(tx.conn()).await?;
    Ok(())
}

/// Members by email, and by a name that only one has, for the fields that name one.
pub(super) async fn members(tx: &mut TenantTx, words: &[String]) -> Result<HashMap<String, Uuid>> {
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select id as "id!", lower(email) as "word!" from members where lower(email) = any($1) and deactivated_at is null
           union all
           select (array_agg(id))[1], lower(name) from members where lower(name) = any($1) and deactivated_at is null
           group by lower(name) having count(*) = 1"#,
        words
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.word, r.id)).collect())
}

/// What the import did, record by record: which one, the version it left, and whether it made it.
async fn touched(tx: &mut TenantTx, id: ImportId) -> Result<Vec<(Uuid, i32, bool)>> {
    let rows = sqlx::query!(
        r#"select record_id, version, before is null as "made!" from import_changes where import_id = $1 order by record_id"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.record_id, r.version, r.made)).collect())
}

/// What people have worked on since.
pub(super) async fn since<N: Ledger>(tx: &mut TenantTx, id: ImportId) -> Result<Since> {
    plan_anew(tx).await?;
    let touched = touched(tx, id).await?;
    let ids: Vec<Uuid> = touched.iter().map(|(id, ..)| *id).collect();
    let now: HashMap<Uuid, i32> = N::versions(tx, &ids).await?.into_iter().collect();
    let made: Vec<Uuid> = touched.iter().filter(|(.., made)| *made).map(|(id, ..)| *id).collect();
    let stay = attached(tx, N::TABLE, N::FOLLOWS, &made).await?;
    let mut since = Since { stay: u32::try_from(stay.len()).unwrap_or(u32::MAX), ..Since::default() };
    for (id, version, made) in touched {
        if stay.contains(&id) {
            continue;
        }
        if now.get(&id).is_some_and(|now| *now != version) {
            *(if made { &mut since.created } else { &mut since.changed }) += 1;
        }
    }
    Ok(since)
}

/// Takes back what the import did. What it made goes first, so that what it changed may have its old keys again; but for
/// records on which something hangs by now.
pub(super) async fn undo<N: Ledger>(tx: &mut TenantTx, id: ImportId) -> Result<Undone> {
    plan_anew(tx).await?;
    // A hundred thousand records go in one statement, or whoever reports to a deleted one would be changed before
    // being deleted, too. The job has a limit of its own.
    sqlx::query("set local statement_timeout = '9min'").execute(tx.conn()).await?;
    let (made, changed): (Vec<_>, Vec<_>) = touched(tx, id).await?.into_iter().partition(|(_, _, made)| *made);
    let ids = |all: Vec<(Uuid, i32, bool)>| all.into_iter().map(|(id, ..)| id).collect::<Vec<_>>();
    let (mut made, changed) = (ids(made), ids(changed));
    let stay = attached(tx, N::TABLE, N::FOLLOWS, &made).await?;
    made.retain(|id| !stay.contains(id));
    let removed = N::remove(tx, &made).await?;
    // The same for the joins of `restore`: a nested loop over both tables would take minutes.
    sqlx::query("set local enable_nestloop = off").execute(tx.conn()).await?;
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
    Ok(Undone {
        removed: count(removed),
        restored: count(restored),
        kept: count((stay.len() + total) as u64 - restored),
    })
}

/// Whether the data stand against it, rather than the database being unwell.
fn refused(e: &crate::Error) -> bool {
    match e {
        crate::Error::Refused(_) => true,
        crate::Error::Sql(sqlx::Error::Database(d)) => d.code().is_some_and(|c| c.starts_with("23")),
        _ => false,
    }
}
