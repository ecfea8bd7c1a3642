//! What a workspace has decided for itself.

use crate::{Error, Result, TenantTx, Version};
use domain::workspace::settings::{
    DAYS, General, GeneralFields, Policy, PolicyFields, Settings, WorkingTime, WorkingTimeFields,
};

pub async fn find(tx: &mut TenantTx) -> Result<Settings> {
    let r = sqlx::query!(
        "select version, name, address, country, zone, currency, date_order, fiscal_month, fiscal_day, accent, logo,
           working_days, day_minutes, week_start, require_second_factor, session_idle_minutes, session_days, email_domains
         from tenants"
    )
    .fetch_one(tx.conn())
    .await?;
    let mut working_time = WorkingTime {
        hours: format!("{}:{:02}", r.day_minutes / 60, r.day_minutes % 60).trim_end_matches(":00").to_owned(),
        week_start: r.week_start.to_string(),
        ..WorkingTime::default()
    };
    for (number, (key, _)) in (1..).zip(DAYS) {
        if r.working_days.contains(&number) {
            working_time.set(key, "on".into());
        }
    }
    Ok(Settings {
        version: r.version,
        general: General {
            name: r.name,
            address: r.address.unwrap_or_default(),
            country: r.country.unwrap_or_default(),
            zone: r.zone,
            currency: r.currency,
            date_order: r.date_order,
            fiscal_month: r.fiscal_month.to_string(),
            fiscal_day: r.fiscal_day.to_string(),
            accent: r.accent.unwrap_or_default(),
        },
        working_time,
        policy: Policy {
            second_factor: if r.require_second_factor { "true".into() } else { String::new() },
            idle: r.session_idle_minutes.to_string(),
            days: r.session_days.to_string(),
            domains: r.email_domains.join(", "),
        },
        logo: r.logo,
    })
}

fn settled(done: &sqlx::postgres::PgQueryResult) -> Result<()> {
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

pub async fn change_general(tx: &mut TenantTx, version: Version, f: &GeneralFields) -> Result<()> {
    let done = sqlx::query!(
        "update tenants set version = version + 1, name = $2, address = $3, country = $4, zone = $5, currency = $6,
           date_order = $7, fiscal_month = $8, fiscal_day = $9, accent = $10
         where version = $1",
        version,
        f.name,
        f.address,
        f.country.map(String::from),
        f.zone.name(),
        f.conventions.currency.code(),
        f.conventions.dates.key(),
        f.fiscal_month,
        f.fiscal_day,
        f.accent.map(domain::colour::Colour::hex)
    )
    .execute(tx.conn())
    .await?;
    settled(&done)
}

pub async fn change_working_time(tx: &mut TenantTx, version: Version, f: &WorkingTimeFields) -> Result<()> {
    let done = sqlx::query!(
        "update tenants set version = version + 1, working_days = $2, day_minutes = $3, week_start = $4 where version = $1",
        version,
        &f.days,
        f.minutes,
        f.week_start
    )
    .execute(tx.conn())
    .await?;
    settled(&done)?;
    // Leave that stands takes what there is to work by now.
    crate::hr::leave::refit::soon(tx, &[]).await
}

pub async fn change_policy(tx: &mut TenantTx, version: Version, f: &PolicyFields) -> Result<()> {
    let done = sqlx::query!(
        "update tenants set version = version + 1, require_second_factor = $2, session_idle_minutes = $3, session_days = $4,
           email_domains = $5
         where version = $1",
        version,
        f.second_factor,
        f.idle_minutes,
        f.days,
        &f.domains
    )
    .execute(tx.conn())
    .await?;
    settled(&done)
}

/// The domains that may be invited; empty: any.
pub async fn email_domains(tx: &mut TenantTx) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select email_domains from tenants").fetch_one(tx.conn()).await?)
}

/// Which picture is the logo; `None` takes it away.
pub async fn set_logo(tx: &mut TenantTx, digest: Option<&str>) -> Result<()> {
    sqlx::query!("update tenants set logo = $1", digest).execute(tx.conn()).await?;
    Ok(())
}

/// The country where the workspace is, by its code, if it says so.
pub async fn country(tx: &mut TenantTx) -> Result<Option<String>> {
    let row = sqlx::query_scalar!("select country from tenants");
    Ok(row.fetch_optional(tx.conn()).await?.flatten())
}
