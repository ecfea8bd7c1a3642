//! Queries of the careers site: what it shows, and what opens it.

use super::postings::{employment, read_salary, workplace};
use crate::{Error, Result, TenantTx, Version};
use domain::{
    CareerNoticeId, Day, PostingId,
    hr::careers::{Notice, Opening, SHOWN, Settings, Site},
};
use uuid::Uuid;

/// Without a row it is closed.
pub async fn settings(tx: &mut TenantTx) -> Result<Settings> {
    let row = sqlx::query!("select version, open, intro, notice, retention_days from career_settings");
    let Some(r) = row.fetch_optional(tx.conn()).await? else { return Ok(Settings::default()) };
    Ok(Settings { version: r.version, open: r.open, intro: r.intro, notice: r.notice, days: r.retention_days })
}

/// `version`: of those that were looked at; zero where there were none.
pub async fn change(tx: &mut TenantTx, version: Version, s: &Settings) -> Result<()> {
    let done = sqlx::query!(
        "insert into career_settings (tenant_id, id, open, intro, notice, retention_days, created_at, updated_at)
         values ($1, $1, $2, $3, $4, $5, $6, $6)
         on conflict (tenant_id) do update set open = excluded.open, intro = excluded.intro, notice = excluded.notice,
           retention_days = excluded.retention_days, version = career_settings.version + 1, updated_at = excluded.updated_at
         where career_settings.version = $7",
        tx.tenant().0,
        s.open,
        s.intro,
        s.notice,
        s.days,
        tx.now(),
        version
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// By location.
pub async fn notices(tx: &mut TenantTx) -> Result<Vec<Notice>> {
    let rows = sqlx::query!(
        "select id, location, notice, retention_days from career_notices order by lower(location) limit 100"
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let notice = |id, location, notice, days| Notice { id: Some(CareerNoticeId(id)), location, notice, days };
    Ok(rows.into_iter().map(|r| notice(r.id, r.location, r.notice, r.retention_days)).collect())
}

/// These, and no others.
pub async fn set_notices(tx: &mut TenantTx, notices: &[Notice]) -> Result<()> {
    let kept: Vec<Uuid> = notices.iter().filter_map(|n| n.id.map(|id| id.0)).collect();
    sqlx::query!("delete from career_notices where id <> all($1)", &kept).execute(tx.conn()).await?;
    for n in notices {
        let row = n.id.unwrap_or_else(|| tx.id());
        sqlx::query!(
            "insert into career_notices (tenant_id, id, location, notice, retention_days, created_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (tenant_id, id) do update set location = excluded.location, notice = excluded.notice,
               retention_days = excluded.retention_days",
            tx.tenant().0,
            row.0,
            n.location,
            n.notice,
            n.days,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// Which edition of the site it is; `None`: it is closed.
pub async fn edition(tx: &mut TenantTx) -> Result<Option<i64>> {
    let row = sqlx::query_scalar!(
        "select e.number from career_settings s join career_editions e on e.tenant_id = s.tenant_id where s.open"
    );
    Ok(row.fetch_optional(tx.conn()).await?)
}

/// All that it shows, where it is open.
pub async fn site(tx: &mut TenantTx) -> Result<Site> {
    let settings = settings(tx).await?;
    if !settings.open {
        return Err(Error::NotFound);
    }
    shown(tx, settings, false).await
}

/// As colleagues see it, whether it is open or not: with what is for them alone.
pub async fn for_colleagues(tx: &mut TenantTx) -> Result<Site> {
    let settings = settings(tx).await?;
    shown(tx, settings, true).await
}

async fn shown(tx: &mut TenantTx, settings: Settings, internal: bool) -> Result<Site> {
    let notices = notices(tx).await?;
    let rows = sqlx::query!(
        r#"select id, handle, title, department, location, workplace, employment, description, salary_shown,
             case when salary_shown then salary_from end as salary_from, case when salary_shown then salary_to end as salary_to,
             case when salary_shown then salary_currency end as salary_currency,
             case when salary_shown then salary_per end as salary_per, closes_on, published_at as "published_at!", updated_at
           from postings where state = 'published' and (not internal or $2) order by published_at desc, id desc limit $1"#,
        SHOWN,
        internal
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let openings = rows.into_iter().map(|r| {
        let of = r.salary_currency.as_deref().zip(r.salary_per.as_deref());
        Ok(Opening {
            id: PostingId(r.id),
            handle: r.handle,
            title: r.title,
            department: r.department,
            location: r.location,
            workplace: workplace(&r.workplace)?,
            employment: employment(&r.employment)?,
            description: r.description,
            salary: read_salary((r.salary_from, r.salary_to), of, r.salary_shown)?,
            closes_on: r.closes_on.map(Day),
            published_at: r.published_at,
            updated_at: r.updated_at,
        })
    });
    let openings = openings.collect::<Result<_>>()?;
    Ok(Site { intro: settings.intro, notice: settings.notice, days: settings.days, notices, openings })
}

/// What a job that was open for everybody once is called: there is nothing to apply for any more.
pub async fn was_open(tx: &mut TenantTx, handle: &str) -> Result<String> {
    let row = sqlx::query_scalar!(
        "select title from postings where handle = $1 and published_at is not null and not internal",
        handle
    );
    row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// The workspace's logo: its type and content. It is theirs to show to anybody.
pub async fn logo(tx: &mut TenantTx) -> Result<(String, Vec<u8>)> {
    let row = sqlx::query!("select media_type, body from pictures where id = $1", tx.tenant().0);
    row.fetch_optional(tx.conn()).await?.map(|r| (r.media_type, r.body)).ok_or(Error::NotFound)
}
