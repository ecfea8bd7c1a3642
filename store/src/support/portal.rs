//! The customers' own place: whether it is open, who is in it, and what they see.

pub mod desk;
mod visitors;

pub use visitors::{Visitor, come_in, end_all, enter, leave, link, of, sweep, waiting};

use crate::{Error, Result, TenantTx, Version, db::strange};
use domain::{
    QueueId,
    support::portal::{Company, Settings},
};
use uuid::Uuid;

/// Without a row it is closed.
pub async fn settings(tx: &mut TenantTx) -> Result<Settings> {
    let row = sqlx::query!("select version, open, company, roles, queues from portal_settings");
    let Some(r) = row.fetch_optional(tx.conn()).await? else { return Ok(Settings::default()) };
    Ok(Settings {
        version: r.version,
        open: r.open,
        company: Company::parse(&r.company).ok_or_else(|| strange("company", &r.company))?,
        roles: r.roles,
        queues: r.queues.into_iter().map(QueueId).collect(),
    })
}

/// `version`: of those that were looked at; zero where there were none.
pub async fn change(tx: &mut TenantTx, version: Version, s: &Settings) -> Result<()> {
    let queues: Vec<Uuid> = s.queues.iter().map(|q| q.0).collect();
    let done = sqlx::query!(
        "insert into portal_settings (tenant_id, id, open, company, roles, queues, created_at, updated_at)
         values ($1, $1, $2, $3, $4, $5, $6, $6)
         on conflict (tenant_id) do update set open = excluded.open, company = excluded.company, roles = excluded.roles,
           queues = excluded.queues, version = portal_settings.version + 1, updated_at = excluded.updated_at
         where portal_settings.version = $7",
        tx.tenant().0,
        s.open,
        s.company.key(),
        &s.roles,
        &queues,
        tx.now(),
        version
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}
