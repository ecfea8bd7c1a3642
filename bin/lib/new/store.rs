//! Queries of widgets.

use crate::{Error, Result, TenantTx, Version};
use domain::{
    WidgetId,
    department::widgets::{Fields, Widget},
    list::PAGE,
};

/// The first page of widgets, by name.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Widget>> {
    let most = i64::try_from(PAGE).expect("a page is small");
    let rows = sqlx::query!("select id, version, name from widgets order by lower(name), id limit $1", most)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| Widget { id: WidgetId(r.id), version: r.version, name: r.name }).collect())
}

/// One widget, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: WidgetId) -> Result<Widget> {
    let row = sqlx::query!("select version, name from widgets where id = $1", id.0).fetch_optional(tx.conn()).await?;
    row.map(|r| Widget { id, version: r.version, name: r.name }).ok_or(Error::NotFound)
}

/// Adds a widget under the given id, which was drawn with the form: a form sent twice adds once, and is told apart from
/// one that says something else the second time.
pub async fn add(tx: &mut TenantTx, id: WidgetId, f: &Fields) -> Result<WidgetId> {
    let added = sqlx::query!(
        "insert into widgets (tenant_id, id, name, created_at, updated_at) values ($1, $2, $3, $4, $4)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && !find(tx, id).await?.is(f) {
        return Err(Error::Sent);
    }
    Ok(id)
}

/// Changes all fields, unless somebody else was faster.
pub async fn change(tx: &mut TenantTx, id: WidgetId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update widgets set version = version + 1, updated_at = $3, name = $4 where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}
