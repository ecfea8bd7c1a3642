//! Templates of checklists.

use crate::{Error, Result, TenantTx, Version, db::strange, queue};
use domain::{
    ChecklistTemplateId,
    hr::checklists::{Fields, Item, Kind, Template},
    jobs::TendDepartures,
};
use serde_json::Value;

fn items(value: Value) -> Result<Vec<Item>> {
    serde_json::from_value(value).map_err(|e| strange("items of a template", &e.to_string()))
}

/// All of them, onboarding first, by name.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Template>> {
    some(tx, None).await
}

/// All that a page shows, or this one.
async fn some(tx: &mut TenantTx, only: Option<ChecklistTemplateId>) -> Result<Vec<Template>> {
    let rows = sqlx::query!(
        r#"select id, version, name, kind, departments, job_titles, employment_types, automatic, items,
             (select count(*) from checklists c where c.template_id = t.id and c.finished_at is null and c.cancelled_at is null) as "running!"
           from checklist_templates t where $1::uuid is null or id = $1 order by kind desc, lower(name), id limit 200"#,
        only.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Template {
                id: r.id.into(),
                version: r.version,
                fields: Fields {
                    name: r.name,
                    kind: Kind::parse(&r.kind).ok_or_else(|| strange("kind of checklist", &r.kind))?,
                    departments: r.departments,
                    titles: r.job_titles,
                    types: r.employment_types,
                    automatic: r.automatic,
                    items: items(r.items)?,
                },
                running: r.running,
            })
        })
        .collect()
}

pub async fn find(tx: &mut TenantTx, id: ChecklistTemplateId) -> Result<Template> {
    some(tx, Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// Whoever has a date already is looked at, when a template is to begin by itself.
async fn look(tx: &mut TenantTx, f: &Fields) -> Result<()> {
    if !f.automatic {
        return Ok(());
    }
    let job = TendDepartures { tenant: tx.tenant(), at: tx.now() };
    queue::push(tx, &job).await
}

/// Adds a template under the given id: a form sent twice adds once.
pub async fn add(tx: &mut TenantTx, id: ChecklistTemplateId, f: &Fields) -> Result<()> {
    let added = sqlx::query!(
        "insert into checklist_templates (tenant_id, id, name, kind, departments, employment_types, automatic, items, created_at, updated_at, job_titles)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.kind.key(),
        &f.departments,
        &f.types,
        f.automatic,
        serde_json::to_value(&f.items).expect("items serialise"),
        tx.now(),
        &f.titles
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && find(tx, id).await?.fields != *f {
        return Err(Error::Sent);
    }
    look(tx, f).await
}

/// Changes all of a template. Checklists that run stay as they began.
pub async fn change(tx: &mut TenantTx, id: ChecklistTemplateId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update checklist_templates set version = version + 1, name = $3, kind = $4, departments = $5, employment_types = $6,
           automatic = $7, items = $8, updated_at = $9, job_titles = $10
         where id = $1 and version = $2",
        id.0,
        version,
        f.name,
        f.kind.key(),
        &f.departments,
        &f.types,
        f.automatic,
        serde_json::to_value(&f.items).expect("items serialise"),
        tx.now(),
        &f.titles
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    look(tx, f).await
}

/// Removes a template; what began from it goes on.
pub async fn remove(tx: &mut TenantTx, id: ChecklistTemplateId) -> Result<String> {
    sqlx::query_scalar!("delete from checklist_templates where id = $1 returning name", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}
