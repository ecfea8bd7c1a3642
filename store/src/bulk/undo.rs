//! Taking it back: each record gets what it had, unless somebody has changed that field since.

use super::{
    change::{ARCHIVED, CLOSED, Look, NO_RIGHT, closed, people, rows, subject, tell, unmanageable},
    field::{Asked, Place, kind},
};
use crate::{Error, Result, TenantTx, hr::employment, tags};
use domain::{bulk::Bulk, import::Target};
use sqlx::QueryBuilder;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Gives these records of the change back what they had. Gives how many, and how many were left alone, which are told
/// with the reason.
pub async fn undo(tx: &mut TenantTx, bulk: &Bulk, ids: &[Uuid]) -> Result<(usize, usize)> {
    let (place, field) = Asked::place_of(tx, bulk.target, &bulk.draft).await?;
    let look = Look { target: bulk.target, place: &place, class: field.class, from: bulk.from };
    let found = rows(tx, look, ids, None, true).await?;
    let mut left: HashMap<Uuid, String> = ids.iter().map(|id| (*id, NO_RIGHT.to_owned())).collect();
    let mut able = vec![];
    for f in &found {
        match (f.archived, f.writes) {
            (true, _) => drop(left.insert(f.id, ARCHIVED.to_owned())),
            (false, false) => {}
            (false, true) => {
                left.remove(&f.id);
                able.push(f.id);
            }
        }
    }
    if let (Place::Job("manager_id"), Some(from)) = (&place, bulk.from) {
        let wrong = former_managers(tx, bulk, &able, from).await?;
        able.retain(|id| !wrong.contains_key(id));
        left.extend(wrong);
    }
    if bulk.target == Target::Deals {
        let closed = closed(tx, &place, &able).await?;
        able.retain(|id| !closed.contains(id));
        left.extend(closed.into_iter().map(|id| (id, CLOSED.to_owned())));
    }
    let given = give_back(tx, bulk, &place, &able).await?;
    let since = "changed since";
    left.extend(able.into_iter().filter(|id| !given.contains(id)).map(|id| (id, since.to_owned())));
    let given: Vec<Uuid> = given.into_iter().collect();
    if !given.is_empty() && !matches!(place, Place::Tag(..)) && bulk.from.is_none_or(|from| from <= tx.today()) {
        tell(tx, bulk.target, &given, &field).await?;
    }
    let (ids, why): (Vec<Uuid>, Vec<String>) = left.into_iter().unzip();
    sqlx::query!(
        "update bulk_change_records c set left_because = u.why from unnest($2::uuid[], $3::text[]) as u (id, why)
         where c.change_id = $1 and c.record_id = u.id",
        bulk.id.0,
        &ids,
        &why
    )
    .execute(tx.conn())
    .await?;
    Ok((given.len(), ids.len()))
}

/// Whom their former manager may not be given any more: the tree has changed since.
async fn former_managers(
    tx: &mut TenantTx,
    bulk: &Bulk,
    ids: &[Uuid],
    from: domain::Day,
) -> Result<HashMap<Uuid, String>> {
    let rows = sqlx::query!(
        "select record_id, was from bulk_change_records where change_id = $1 and record_id = any($2)",
        bulk.id.0,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut by_manager: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for r in rows {
        if let Some(manager) = r.was.as_str().and_then(|id| id.parse().ok()) {
            by_manager.entry(manager).or_default().push(r.record_id);
        }
    }
    let mut wrong = HashMap::new();
    for (manager, ids) in by_manager {
        wrong.extend(unmanageable(tx, &ids, manager, from).await?);
    }
    Ok(wrong)
}

async fn give_back(tx: &mut TenantTx, bulk: &Bulk, place: &Place, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let given: Vec<Uuid> = match (place, bulk.from) {
        (Place::Job(column), Some(from)) => {
            let given = sqlx::query_scalar!(
                r#"select u as "id!" from house.unchange_jobs($1, $2, $3, $4) u"#,
                bulk.id.0,
                ids,
                from.0,
                *column
            )
            .fetch_all(tx.conn())
            .await?;
            employment::take_effect(tx, &people(&given)).await?;
            given
        }
        (Place::Tag(added, Some(_)), _) => {
            let subjects: Vec<_> = ids.iter().map(|id| subject(bulk.target, *id)).collect();
            let name = &bulk.draft.value;
            let given = match added {
                true => tags::remove_many(tx, &subjects, name).await?,
                false => tags::add_many(tx, &subjects, name).await?,
            };
            given.into_iter().map(|s| s.id()).collect()
        }
        (Place::Tag(_, None), _) => vec![],
        (Place::Own(column), _) => {
            let of_type = match column {
                c if c.ends_with("_id") => "::uuid",
                c if c.ends_with("_on") => "::date",
                _ => "",
            };
            restored(tx, bulk, ids, column, &format!("(c.was #>> '{{}}'){of_type}"), &format!("to_jsonb(e.{column})"))
                .await?
        }
        (Place::Custom(column, key), _) => {
            // A key has letters, digits and lines alone (`is_key` in the domain).
            let put = format!(
                "nullif((coalesce(e.{column}, '{{}}') - '{key}') || case when c.was = 'null' then '{{}}' else jsonb_build_object('{key}', c.was) end, '{{}}')"
            );
            restored(tx, bulk, ids, column, &put, &format!("e.{column} -> '{key}'")).await?
        }
        (Place::Job(_), None) => return Err(Error::NotFound),
    };
    Ok(given.into_iter().collect())
}

/// Those whose value is still what the change made of it.
async fn restored(
    tx: &mut TenantTx,
    bulk: &Bulk,
    ids: &[Uuid],
    column: &str,
    put: &str,
    now: &str,
) -> Result<Vec<Uuid>> {
    let mut q = QueryBuilder::new("update ");
    q.push(kind(bulk.target).table()).push(" e set version = e.version + 1, updated_at = ").push_bind(tx.now());
    q.push(format!(
        ", {column} = {put} from bulk_change_records c where c.tenant_id = e.tenant_id and c.record_id = e.id"
    ));
    q.push(" and c.change_id = ").push_bind(bulk.id.0).push(" and e.id = any(").push_bind(ids.to_vec());
    q.push(format!(") and coalesce({now}, 'null') = c.is_now returning e.id"));
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}
