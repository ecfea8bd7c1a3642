//! Products in bulk, with what they cost from today on.

use super::{
    attached::Follows,
    ledger::{Ledger, plan_anew},
};
use crate::{Result, TenantTx, crm::products::take_back};
use domain::{
    Currency, ImportId, Money, PriceId,
    crm::products,
    custom_fields::Custom,
    import::{Change, Known, New, ProductFields, Products, Record, Standing, Wanted},
};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

impl Ledger for Products {
    const TABLE: &'static str = "products";
    /// What it costs comes with it.
    const FOLLOWS: &'static [Follows] = &[("product_prices", "product_id", None)];

    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<ProductFields>> {
        let [codes, names] = &wanted.keys;
        plan_anew(tx).await?;
        let rows = sqlx::query!(
            r#"select p.id, p.version, p.name, p.code, p.description, p.tax, p.retired,
                 array(select r.currency || ' ' || r.minor from product_prices r where r.tenant_id = p.tenant_id and r.product_id = p.id
                   and r.from_on <= $3 and (r.until_on is null or r.until_on >= $3) order by r.currency <> t.currency, r.currency) as "prices!"
               from products p join tenants t on t.id = p.tenant_id
               where lower(p.code) = any($1) or lower(p.name) = any($2) order by p.created_at, p.id"#,
            codes,
            names,
            tx.today().0
        )
        .fetch_all(tx.conn())
        .await?;
        let price = |text: &String| {
            let (code, minor) = text.split_once(' ')?;
            Some(Money::new(minor.parse().ok()?, Currency::from_code(code)?))
        };
        let mut known = Known::default();
        for r in rows {
            let product = products::Fields {
                name: r.name,
                code: r.code,
                description: r.description,
                tax: r.tax,
                retired: r.retired,
            };
            let prices = r.prices.iter().filter_map(price).collect();
            let fields = ProductFields { product, prices, custom: Custom::default() };
            let now = Standing { fields, above: None, owner: None };
            known.records.push(Record { id: r.id, version: r.version, archived: r.retired, now });
        }
        Ok(known)
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<ProductFields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let c = Columns::of(rows.iter().map(|r| &r.now.fields));
        sqlx::query!(
            "insert into products (tenant_id, id, name, code, description, tax, created_at, updated_at)
             select $1, u.id, u.name, u.code, u.description, u.tax, $2, $2
             from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::numeric[]) as u (id, name, code, description, tax)",
            tx.tenant().0,
            tx.now(),
            &ids,
            &c.name as &[&str],
            &c.code as &[Option<&str>],
            &c.description as &[Option<&str>],
            &c.tax
        )
        .execute(tx.conn())
        .await?;
        let prices = rows.iter().flat_map(|r| r.now.fields.prices.iter().map(|p| (r.id, *p))).collect();
        price(tx, prices).await
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<ProductFields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let c = Columns::of(rows.iter().map(|r| &r.after.fields));
        let done = sqlx::query!(
            "update products p set version = p.version + 1, updated_at = $1, name = u.name, code = u.code,
               description = u.description, tax = u.tax
             from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::numeric[])
               as u (id, version, name, code, description, tax)
             where p.id = u.id and p.version = u.version",
            tx.now(),
            &ids,
            &versions,
            &c.name as &[&str],
            &c.code as &[Option<&str>],
            &c.description as &[Option<&str>],
            &c.tax
        )
        .execute(tx.conn())
        .await?;
        // Somebody has changed one of them since the plan was made: nothing of theirs is written over.
        if done.rows_affected() != rows.len() as u64 {
            return Err(crate::Error::Stale);
        }
        let new = |r: &Change<ProductFields>| {
            let (id, before) = (r.id, r.before.fields.prices.clone());
            r.after.fields.prices.iter().filter(|p| !before.contains(p)).map(|p| (id, *p)).collect::<Vec<_>>()
        };
        let prices = rows.iter().flat_map(new).collect();
        price(tx, prices).await
    }

    fn columns(s: &Standing<ProductFields>) -> Map<String, Value> {
        let f = &s.fields.product;
        let prices: Vec<_> = s.fields.prices.iter().map(|p| json!([p.currency.code(), p.minor])).collect();
        let Value::Object(columns) = json!({
            "name": f.name,
            "code": f.code,
            "description": f.description,
            "tax": f.tax,
            "prices": prices,
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn called(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows =
            sqlx::query!("select id, name from products where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.name)).collect())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows =
            sqlx::query!("select id, version from products where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!("delete from products where id = any($1)", records).execute(tx.conn()).await?;
        Ok(done.rows_affected())
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        // Prices that it had put into the book and that nobody has ended since go, and what they had put aside is there again.
        let brought = sqlx::query_scalar!(
            "select p.id from import_changes c join product_prices p on p.tenant_id = c.tenant_id and p.product_id = c.record_id
             where c.import_id = $1 and c.record_id = any($2)
               and c.after -> 'prices' @> jsonb_build_array(jsonb_build_array(p.currency, p.minor))
               and not c.before -> 'prices' @> jsonb_build_array(jsonb_build_array(p.currency, p.minor))
               and (p.until_on is null or exists (select from product_prices n
                 where n.tenant_id = p.tenant_id and n.product_id = p.product_id and n.currency = p.currency
                   and n.from_on = p.until_on + 1 and n.created_at <= p.created_at))",
            id.0,
            records
        )
        .fetch_all(tx.conn())
        .await?;
        take_back(tx, &brought).await?;
        let done = sqlx::query!(
            "with old as materialized (
               select r.* from import_changes c
               join products e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select coalesce(jsonb_object_agg(b.key, b.value) filter (where to_jsonb(e) -> b.key = c.after -> b.key), '{}') as fields
                 from jsonb_each(c.before) b
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2)
             )
             update products e set version = e.version + 1, updated_at = $3, name = o.name, code = o.code,
               description = o.description, tax = o.tax
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

/// Puts prices into the book from today on: what holds today in the same currency ends yesterday, one that begins today is written
/// over, and one that is planned begins when it was planned to.
async fn price(tx: &mut TenantTx, prices: Vec<(Uuid, Money)>) -> Result<()> {
    if prices.is_empty() {
        return Ok(());
    }
    let products: Vec<Uuid> = prices.iter().map(|(id, _)| *id).collect();
    let currencies: Vec<&str> = prices.iter().map(|(_, p)| p.currency.code()).collect();
    let minors: Vec<i64> = prices.iter().map(|(_, p)| p.minor).collect();
    let ids: Vec<Uuid> = prices.iter().map(|_| tx.id::<PriceId>().0).collect();
    let (today, now) = (tx.today().0, tx.now());
    sqlx::query!(
        "delete from product_prices p using unnest($1::uuid[], $2::text[]) as u (product_id, currency)
         where p.product_id = u.product_id and p.currency = u.currency and p.from_on = $3",
        &products,
        &currencies as &[&str],
        today
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update product_prices p set until_on = $3::date - 1 from unnest($1::uuid[], $2::text[]) as u (product_id, currency)
         where p.product_id = u.product_id and p.currency = u.currency and p.from_on < $3 and (p.until_on is null or p.until_on >= $3)",
        &products,
        &currencies as &[&str],
        today
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into product_prices (tenant_id, id, product_id, currency, minor, from_on, until_on, created_at)
         select $1, u.id, u.product_id, u.currency, u.minor, $2,
           (select min(p.from_on) - 1 from product_prices p where p.product_id = u.product_id and p.currency = u.currency and p.from_on > $2), $3
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::bigint[]) as u (id, product_id, currency, minor)",
        tx.tenant().0,
        today,
        now,
        &ids,
        &products,
        &currencies as &[&str],
        &minors
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Rows turned into columns, for UNNEST.
#[derive(Default)]
struct Columns<'a> {
    name: Vec<&'a str>,
    code: Vec<Option<&'a str>>,
    description: Vec<Option<&'a str>>,
    tax: Vec<Decimal>,
}

impl<'a> Columns<'a> {
    fn of(rows: impl Iterator<Item = &'a ProductFields>) -> Self {
        let mut c = Self::default();
        for f in rows.map(|r| &r.product) {
            c.name.push(&f.name);
            c.code.push(f.code.as_deref());
            c.description.push(f.description.as_deref());
            c.tax.push(f.tax);
        }
        c
    }
}
