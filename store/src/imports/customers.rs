//! Customers in bulk.

use super::{
    attached::Follows,
    ledger::{Ledger, filled, members, plan_anew},
};
use crate::{Result, TenantTx, crm::duplicates::alike, custom_fields::by_number_or_name, db::strange};
use domain::{
    Currency, Email, ImportId, Money,
    crm::{
        customers::{Fields, Health, Lifecycle, Status},
        duplicates::Noun,
    },
    custom_fields::{Custom, Values},
    import::{Change, Customers, Known, New, Record, Standing, Wanted},
    places::Country,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

impl Ledger for Customers {
    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<Fields>> {
        let [domains, names] = &wanted.keys;
        plan_anew(tx).await?;
        let rows = sqlx::query!(
            r#"select id, version, name, domain, industry, size, country, city, owner_id, parent_id, status, lifecycle, health, health_because,
                 email, phone, revenue_minor, revenue_currency, custom, archived_at is not null as "archived!"
               from customers where merged_into is null and (domain = any($1) or lower(name) = any($2)) order by created_at, id"#,
            domains,
            names
        )
        .fetch_all(tx.conn())
        .await?;
        let mut known = Known {
            members: members(tx, &wanted.owners).await?,
            people: by_number_or_name(tx, &wanted.people).await?,
            ..Known::default()
        };
        for r in rows {
            let country = |c: String| Country::parse(&c).map_err(|_| strange("country", &c));
            let code = |c: &String| Currency::from_code(c).ok_or_else(|| strange("currency", c));
            let email = |e: String| Email::parse(&e).map_err(|_| strange("email", &e));
            let currency = r.revenue_currency.as_ref().map(code).transpose()?;
            let fields = Fields {
                name: r.name,
                domain: r.domain,
                industry: r.industry,
                size: r.size,
                country: r.country.map(country).transpose()?,
                city: r.city,
                owner: None,
                parent: None,
                status: Status::parse(&r.status).ok_or_else(|| strange("status", &r.status))?,
                lifecycle: r.lifecycle.as_deref().and_then(Lifecycle::parse),
                health: r.health.as_deref().and_then(Health::parse),
                health_because: r.health_because,
                email: r.email.map(email).transpose()?,
                phone: r.phone,
                revenue: r.revenue_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
                custom: Custom::known(Values::of(r.custom, None, None)),
            };
            let now = Standing { fields, above: r.parent_id, owner: r.owner_id };
            known.records.push(Record { id: r.id, version: r.version, archived: r.archived, now });
        }
        if wanted.lines {
            let lines = sqlx::query!(r#"select id, parent_id as "parent!" from customers where parent_id is not null"#)
                .fetch_all(tx.conn())
                .await?;
            known.lines = lines.into_iter().map(|r| (r.id, r.parent)).collect();
        }
        known.alike = alike(tx, Noun::Customers, &wanted.alike).await?;
        Ok(known)
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<Fields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let c = Columns::of(rows.iter().map(|r| &r.now));
        sqlx::query!(
            "insert into customers (tenant_id, id, created_at, updated_at, name, domain, industry, size, country, city, owner_id,
               parent_id, status, email, phone, revenue_minor, revenue_currency, custom, lifecycle, health, health_because)
             select $1, u.id, $2, $2, u.name, u.domain, u.industry, u.size, u.country, u.city, u.owner_id, u.parent_id, u.status,
               u.email, u.phone, u.revenue_minor, u.revenue_currency, u.custom, u.lifecycle, u.health, u.health_because
             from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[], $10::uuid[],
               $11::uuid[], $12::text[], $13::text[], $14::text[], $15::bigint[], $16::text[], $17::jsonb[],
               $18::text[], $19::text[], $20::text[])
               as u (id, name, domain, industry, size, country, city, owner_id, parent_id, status, email, phone,
                     revenue_minor, revenue_currency, custom, lifecycle, health, health_because)",
            tx.tenant().0,
            tx.now(),
            &ids,
            &c.name as &[&str],
            &c.domain as &[Option<&str>],
            &c.industry as &[Option<&str>],
            &c.size as &[Option<i32>],
            &c.country as &[Option<&str>],
            &c.city as &[Option<&str>],
            &c.owner as &[Option<Uuid>],
            &c.parent as &[Option<Uuid>],
            &c.status as &[&str],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.revenue_minor as &[Option<i64>],
            &c.revenue_currency as &[Option<&str>],
            &c.custom as &[Option<Value>],
            &c.lifecycle as &[Option<&str>],
            &c.health as &[Option<&str>],
            &c.health_because as &[Option<&str>]
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
            "update customers c set version = c.version + 1, updated_at = $1, name = u.name, domain = u.domain,
               industry = u.industry, size = u.size, country = u.country, city = u.city, owner_id = u.owner_id,
               parent_id = u.parent_id, status = u.status, email = u.email, phone = u.phone,
               revenue_minor = u.revenue_minor, revenue_currency = u.revenue_currency, custom = u.custom,
               lifecycle = u.lifecycle, health = u.health, health_because = u.health_because
             from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::uuid[],
               $10::uuid[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::text[], $16::int[], $17::jsonb[],
               $18::text[], $19::text[], $20::text[])
               as u (id, name, domain, industry, size, country, city, owner_id, parent_id, status, email, phone,
                     revenue_minor, revenue_currency, version, custom, lifecycle, health, health_because)
             where c.id = u.id and c.version = u.version",
            tx.now(),
            &ids,
            &c.name as &[&str],
            &c.domain as &[Option<&str>],
            &c.industry as &[Option<&str>],
            &c.size as &[Option<i32>],
            &c.country as &[Option<&str>],
            &c.city as &[Option<&str>],
            &c.owner as &[Option<Uuid>],
            &c.parent as &[Option<Uuid>],
            &c.status as &[&str],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.revenue_minor as &[Option<i64>],
            &c.revenue_currency as &[Option<&str>],
            &versions,
            &c.custom as &[Option<Value>],
            &c.lifecycle as &[Option<&str>],
            &c.health as &[Option<&str>],
            &c.health_because as &[Option<&str>]
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
            "domain": f.domain,
            "industry": f.industry,
            "size": f.size,
            "country": f.country,
            "city": f.city,
            "owner_id": s.owner,
            "parent_id": s.above,
            "status": f.status.key(),
            "lifecycle": f.lifecycle.map(Lifecycle::key),
            "health": f.health.map(Health::key),
            "health_because": f.health_because,
            "email": f.email,
            "phone": f.phone,
            "revenue_minor": f.revenue.map(|r| r.minor),
            "revenue_currency": f.revenue.map(|r| r.currency.code()),
            "custom": filled(&f.custom.values.directory),
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn called(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows =
            sqlx::query!("select id, name from customers where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows =
            sqlx::query!("select id, version from customers where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    const TABLE: &'static str = "customers";
    const FOLLOWS: &'static [Follows] = &[("contact_points", "customer_id", Some("not x.is_first"))];

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!("delete from customers where id = any($1)", records).execute(tx.conn()).await?;
        Ok(done.rows_affected())
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!(
            "with old as materialized (
               select r.* from import_changes c
               join customers e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(e) -> b.key = c.after -> b.key
                   and (b.key not in ('revenue_minor', 'revenue_currency')
                        or (to_jsonb(e) -> 'revenue_minor' = c.after -> 'revenue_minor'
                            and to_jsonb(e) -> 'revenue_currency' = c.after -> 'revenue_currency'))
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update customers e set version = e.version + 1, updated_at = $3, name = o.name, domain = o.domain,
               industry = o.industry, size = o.size, country = o.country, city = o.city, owner_id = o.owner_id,
               parent_id = o.parent_id, status = o.status, email = o.email, phone = o.phone,
               revenue_minor = o.revenue_minor, revenue_currency = o.revenue_currency, custom = o.custom,
               lifecycle = o.lifecycle, health = o.health, health_because = o.health_because
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
    domain: Vec<Option<&'a str>>,
    industry: Vec<Option<&'a str>>,
    size: Vec<Option<i32>>,
    country: Vec<Option<&'a str>>,
    city: Vec<Option<&'a str>>,
    owner: Vec<Option<Uuid>>,
    parent: Vec<Option<Uuid>>,
    status: Vec<&'a str>,
    lifecycle: Vec<Option<&'a str>>,
    health: Vec<Option<&'a str>>,
    health_because: Vec<Option<&'a str>>,
    email: Vec<Option<&'a str>>,
    phone: Vec<Option<&'a str>>,
    revenue_minor: Vec<Option<i64>>,
    revenue_currency: Vec<Option<&'a str>>,
    custom: Vec<Option<Value>>,
}

impl<'a> Columns<'a> {
    fn of(rows: impl Iterator<Item = &'a Standing<Fields>>) -> Self {
        let mut c = Self::default();
        for Standing { fields: f, above, owner } in rows {
            c.name.push(&f.name);
            c.domain.push(f.domain.as_deref());
            c.industry.push(f.industry.as_deref());
            c.size.push(f.size);
            c.country.push(f.country.as_ref().map(Country::code));
            c.city.push(f.city.as_deref());
            c.owner.push(*owner);
            c.parent.push(*above);
            c.status.push(f.status.key());
            c.lifecycle.push(f.lifecycle.map(Lifecycle::key));
            c.health.push(f.health.map(Health::key));
            c.health_because.push(f.health_because.as_deref());
            c.email.push(f.email.as_ref().map(Email::as_str));
            c.phone.push(f.phone.as_deref());
            c.revenue_minor.push(f.revenue.map(|r| r.minor));
            c.revenue_currency.push(f.revenue.map(|r| r.currency.code()));
            c.custom.push(filled(&f.custom.values.directory));
        }
        c
    }
}
