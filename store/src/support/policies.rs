//! Queries of what is promised.

use crate::{Error, Result, TenantTx, Version, db::strange, list::moved};
use domain::{
    SlaPolicyId,
    support::policies::{Fields, MOST, Policy},
};
use serde_json::json;
use uuid::Uuid;

/// The policies in their order.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Policy>> {
    let rows = sqlx::query!(
        "select id, version, name, conditions, targets, warn from sla_policies order by place, id limit 100"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let wrong = |e: serde_json::Error| strange("policy", &e.to_string());
            Ok(Policy {
                id: SlaPolicyId(r.id),
                version: r.version,
                name: r.name,
                when: serde_json::from_value(r.conditions).map_err(wrong)?,
                targets: serde_json::from_value(r.targets).map_err(wrong)?,
                warn: r.warn,
            })
        })
        .collect()
}

pub async fn find(tx: &mut TenantTx, id: SlaPolicyId) -> Result<Policy> {
    all(tx).await?.into_iter().find(|p| p.id == id).ok_or(Error::NotFound)
}

/// Adds a policy before the others, which its conditions make narrower than, under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: SlaPolicyId, f: &Fields) -> Result<()> {
    let all = all(tx).await?;
    if let Some(there) = all.iter().find(|p| p.id == id) {
        let same = there.name == f.name && there.when == f.when && there.targets == f.targets && there.warn == f.warn;
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    if all.len() >= MOST {
        return Err(Error::refused("name", format!("There are {MOST} policies already. Change one of them.")));
    }
    sqlx::query!(
        "insert into sla_policies (tenant_id, id, name, place, conditions, targets, warn, created_at, updated_at)
         select $1, $2, $3, coalesce(min(place), 1) - 1, $4, $5, $6, $7, $7 from sla_policies",
        tx.tenant().0,
        id.0,
        f.name,
        json!(f.when),
        json!(f.targets),
        f.warn,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn change(tx: &mut TenantTx, id: SlaPolicyId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update sla_policies set version = version + 1, updated_at = $3, name = $4, conditions = $5, targets = $6, warn = $7
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        json!(f.when),
        json!(f.targets),
        f.warn
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// One place up or down among the others.
pub async fn move_one(tx: &mut TenantTx, id: SlaPolicyId, up: bool) -> Result<()> {
    sqlx::query!("select id from sla_policies order by id for update").fetch_all(tx.conn()).await?;
    let order: Vec<Uuid> = all(tx).await?.into_iter().map(|p| p.id.0).collect();
    let Some(order) = moved(order, id.0, up)? else { return Ok(()) };
    sqlx::query!(
        "update sla_policies p set place = u.place, updated_at = $2
         from unnest($1::uuid[]) with ordinality as u (id, place) where p.id = u.id and p.place <> u.place",
        &order,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a policy away; tickets keep what they were promised. Gives its name.
pub async fn remove(tx: &mut TenantTx, id: SlaPolicyId) -> Result<String> {
    let name = sqlx::query_scalar!("delete from sla_policies where id = $1 returning name", id.0);
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}
