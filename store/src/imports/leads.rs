//! Leads in bulk.

use super::{
    attached::Follows,
    ledger::{Ledger, filled, members, plan_anew},
};
use crate::{Result, TenantTx, crm::duplicates::alike, custom_fields::by_number_or_name, db::strange};
use domain::{
    Email, ImportId,
    crm::{
        duplicates::Noun,
        leads::{Fields, Status},
    },
    custom_fields::{Custom, Values},
    import::{Change, Known, Leads, New, Record, Standing, Wanted},
    places::Country,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

impl Ledger for Leads {
    const TABLE: &'static str = "leads";
    // What it scores, and to whom the rules gave it, are nobody's work.
    const FOLLOWS: &'static [Follows] = &[("lead_scores", "lead_id", None), ("lead_assignments", "lead_id", None)];

    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<Fields>> {
        let [emails, names] = &wanted.keys;
        plan_anew(tx).await?;
        let rows = sqlx::query!(
            r#"select id, version, name, email, phone, company, job_title, website, size, country, source, campaign,
              utm_source, utm_medium, utm_campaign, utm_term, utm_content, owner_id, status, reason, custom,
                 archived_at is not null as "archived!"
               from leads where converted_at is null and merged_into is null and (email_key = any($1) or (email is null and name_key = any($2)))
               order by created_at, id"#,
            emails,
            names
        )
        .fetch_all(tx.conn())
        .await?;
        let mut known = Known {
            members: members(tx, &wanted.owners).await?,
            people: by_number_or_name(tx, &wanted.people).await?,
            alike: alike(tx, Noun::Leads, &wanted.alike).await?,
            ..Known::default()
        };
        for r in rows {
            let country = |c: String| Country::parse(&c).map_err(|_| strange("country", &c));
            let email = |e: String| Email::parse(&e).map_err(|_| strange("email", &e));
            let fields = Fields {
                name: r.name,
                email: r.email.map(email).transpose()?,
                size: r.size,
                country: r.country.map(country).transpose()?,
                owner: None,
                status: Status::parse(&r.status).ok_or_else(|| strange("status", &r.status))?,
                phone: r.phone,
                company: r.company,
                job_title: r.job_title,
                website: r.website,
                source: r.source,
                campaign: r.campaign,
                utm_source: r.utm_source,
                utm_medium: r.utm_medium,
                utm_campaign: r.utm_campaign,
                utm_term: r.utm_term,
                utm_content: r.utm_content,
                reason: r.reason,
                custom: Custom::known(Values::of(r.custom, None, None)),
            };
            let now = Standing { fields, above: None, owner: r.owner_id };
            known.records.push(Record { id: r.id, version: r.version, archived: r.archived, now });
        }
        Ok(known)
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<Fields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let c = Columns::of(rows.iter().map(|r| &r.now));
        sqlx::query!(
            "insert into leads (tenant_id, id, created_at, updated_at, name, email, phone, company, job_title, website,
              size, country, source, campaign, utm_source, utm_medium, utm_campaign, utm_term, utm_content, owner_id,
              status, reason, custom)
             select $1, u.id, $2, $2, u.name, u.email, u.phone, u.company, u.job_title, u.website, u.size, u.country,
               u.source, u.campaign, u.utm_source, u.utm_medium, u.utm_campaign, u.utm_term, u.utm_content, u.owner_id,
               u.status, u.reason, u.custom
             from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::int[],
               $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
               $19::uuid[], $20::text[], $21::text[], $22::jsonb[])
               as u (id, name, email, phone, company, job_title, website, size, country, source, campaign, utm_source,
                 utm_medium, utm_campaign, utm_term, utm_content, owner_id, status, reason, custom)",
            tx.tenant().0,
            tx.now(),
            &ids,
            &c.name as &[&str],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.company as &[Option<&str>],
            &c.job_title as &[Option<&str>],
            &c.website as &[Option<&str>],
            &c.size as &[Option<i32>],
            &c.country as &[Option<&str>],
            &c.source as &[Option<&str>],
            &c.campaign as &[Option<&str>],
            &c.utm_source as &[Option<&str>],
            &c.utm_medium as &[Option<&str>],
            &c.utm_campaign as &[Option<&str>],
            &c.utm_term as &[Option<&str>],
            &c.utm_content as &[Option<&str>],
            &c.owner as &[Option<Uuid>],
            &c.status as &[&str],
            &c.reason as &[Option<&str>],
            &c.custom as &[Option<Value>]
        )
        .execute(tx.conn())
        .await?;
        Ok(())
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<Fields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let c = Columns::of(rows.iter().map(|r| &r.after));
        let done = sqlx::query!(
            "update leads l set version = l.version + 1, updated_at = $1, name = u.name, email = u.email, phone = u.phone,
              company = u.company, job_title = u.job_title, website = u.website, size = u.size, country = u.country,
              source = u.source, campaign = u.campaign, utm_source = u.utm_source, utm_medium = u.utm_medium,
              utm_campaign = u.utm_campaign, utm_term = u.utm_term, utm_content = u.utm_content, owner_id = u.owner_id,
              status = u.status, reason = u.reason, custom = u.custom
             from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[],
               $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
               $18::uuid[], $19::text[], $20::text[], $21::jsonb[], $22::int[])
               as u (id, name, email, phone, company, job_title, website, size, country, source, campaign, utm_source,
                 utm_medium, utm_campaign, utm_term, utm_content, owner_id, status, reason, custom, version)
             where l.id = u.id and l.version = u.version",
            tx.now(),
            &ids,
            &c.name as &[&str],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.company as &[Option<&str>],
            &c.job_title as &[Option<&str>],
            &c.website as &[Option<&str>],
            &c.size as &[Option<i32>],
            &c.country as &[Option<&str>],
            &c.source as &[Option<&str>],
            &c.campaign as &[Option<&str>],
            &c.utm_source as &[Option<&str>],
            &c.utm_medium as &[Option<&str>],
            &c.utm_campaign as &[Option<&str>],
            &c.utm_term as &[Option<&str>],
            &c.utm_content as &[Option<&str>],
            &c.owner as &[Option<Uuid>],
            &c.status as &[&str],
            &c.reason as &[Option<&str>],
            &c.custom as &[Option<Value>],
            &versions
        )
        .execute(tx.conn())
        .await?;
        // Somebody has changed one of them since the plan was made: nothing of theirs is written over.
        if done.rows_affected() == rows.len() as u64 { Ok(()) } else { Err(crate::Error::Stale) }
    }

    fn columns(s: &Standing<Fields>) -> Map<String, Value> {
        let f = &s.fields;
        let Value::Object(columns) = json!({
            "name": f.name,
            "email": f.email,
            "phone": f.phone,
            "company": f.company,
            "job_title": f.job_title,
            "website": f.website,
            "size": f.size,
            "country": f.country,
            "source": f.source,
            "campaign": f.campaign,
            "utm_source": f.utm_source,
            "utm_medium": f.utm_medium,
            "utm_campaign": f.utm_campaign,
            "utm_term": f.utm_term,
            "utm_content": f.utm_content,
            "owner_id": s.owner,
            "status": f.status.key(),
            "reason": f.reason,
            "custom": filled(&f.custom.values.directory),
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn called(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows = sqlx::query!("select id, name from leads where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows =
            sqlx::query!("select id, version from leads where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!("delete from leads where id = any($1)", records).execute(tx.conn()).await?;
        Ok(done.rows_affected())
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!(
            "with old as materialized (
               select r.* from import_changes c
               join leads e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(e) -> b.key = c.after -> b.key
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update leads e set version = e.version + 1, updated_at = $3, name = o.name, email = o.email, phone = o.phone,
               company = o.company, job_title = o.job_title, website = o.website, size = o.size, country = o.country,
               source = o.source, campaign = o.campaign, utm_source = o.utm_source, utm_medium = o.utm_medium,
               utm_campaign = o.utm_campaign, utm_term = o.utm_term, utm_content = o.utm_content, owner_id = o.owner_id,
               status = o.status, reason = o.reason, custom = o.custom
             from old o where e.tenant_id = o.tenant_id and e.id = o.id",
            id.0,
            records,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
        Ok(done.rows_affected())
    }
}

/// Rows turned into columns, for UNNEST.
#[derive(Default)]
struct Columns<'a> {
    name: Vec<&'a str>,
    email: Vec<Option<&'a str>>,
    phone: Vec<Option<&'a str>>,
    company: Vec<Option<&'a str>>,
    job_title: Vec<Option<&'a str>>,
    website: Vec<Option<&'a str>>,
    size: Vec<Option<i32>>,
    country: Vec<Option<&'a str>>,
    source: Vec<Option<&'a str>>,
    campaign: Vec<Option<&'a str>>,
    utm_source: Vec<Option<&'a str>>,
    utm_medium: Vec<Option<&'a str>>,
    utm_campaign: Vec<Option<&'a str>>,
    utm_term: Vec<Option<&'a str>>,
    utm_content: Vec<Option<&'a str>>,
    owner: Vec<Option<Uuid>>,
    status: Vec<&'a str>,
    reason: Vec<Option<&'a str>>,
    custom: Vec<Option<Value>>,
}

impl<'a> Columns<'a> {
    fn of(rows: impl Iterator<Item = &'a Standing<Fields>>) -> Self {
        let mut c = Self::default();
        for Standing { fields: f, owner, .. } in rows {
            c.name.push(&f.name);
            c.email.push(f.email.as_ref().map(Email::as_str));
            c.size.push(f.size);
            c.country.push(f.country.as_ref().map(Country::code));
            c.owner.push(*owner);
            c.status.push(f.status.key());
            c.phone.push(f.phone.as_deref());
            c.company.push(f.company.as_deref());
            c.job_title.push(f.job_title.as_deref());
            c.website.push(f.website.as_deref());
            c.source.push(f.source.as_deref());
            c.campaign.push(f.campaign.as_deref());
            c.utm_source.push(f.utm_source.as_deref());
            c.utm_medium.push(f.utm_medium.as_deref());
            c.utm_campaign.push(f.utm_campaign.as_deref());
            c.utm_term.push(f.utm_term.as_deref());
            c.utm_content.push(f.utm_content.as_deref());
            c.reason.push(f.reason.as_deref());
            c.custom.push(filled(&f.custom.values.directory));
        }
        c
    }
}
