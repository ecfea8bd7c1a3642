//! Queries of products and their prices.

use crate::{Error, Result, TenantTx, Version};
use domain::{
    Currency, Day, Money, PriceId, ProductId,
    crm::products::{Fields, Price, Product},
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// Products of a workspace that are listed, and offered to choose from.
pub const MOST: i64 = 1_000;

/// Products by name, those that are offered first, with their prices; at most [`MOST`].
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Product>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, version, name, code, description, tax, retired from products order by retired, lower(name), id limit $1",
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    priced(tx, rows).await
}

/// These products with their prices, wherever they stand among the others.
pub async fn some(tx: &mut TenantTx, ids: &[ProductId]) -> Result<Vec<Product>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        "select id, version, name, code, description, tax, retired from products where id = any($1) order by lower(name), id",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    priced(tx, rows).await
}

pub async fn find(tx: &mut TenantTx, id: ProductId) -> Result<Product> {
    some(tx, &[id]).await?.pop().ok_or(Error::NotFound)
}

struct Row {
    id: Uuid,
    version: i32,
    name: String,
    code: Option<String>,
    description: Option<String>,
    tax: Decimal,
    retired: bool,
}

async fn priced(tx: &mut TenantTx, rows: Vec<Row>) -> Result<Vec<Product>> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let told = sqlx::query!(
        "select id, product_id, currency, minor, from_on, until_on from product_prices
         where product_id = any($1) order by currency, from_on desc, id",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut prices: HashMap<Uuid, Vec<Price>> = HashMap::new();
    for r in told {
        let Some(currency) = Currency::from_code(&r.currency) else { continue };
        prices.entry(r.product_id).or_default().push(Price {
            id: PriceId(r.id),
            amount: Money::new(r.minor, currency),
            from: Day(r.from_on),
            until: r.until_on.map(Day),
        });
    }
    Ok(rows
        .into_iter()
        .map(|r| Product {
            id: ProductId(r.id),
            version: r.version,
            name: r.name,
            code: r.code,
            description: r.description,
            tax: r.tax,
            retired: r.retired,
            prices: prices.remove(&r.id).unwrap_or_default(),
        })
        .collect())
}

/// Adds a product under the given id, which was drawn with the form.
pub async fn add(tx: &mut TenantTx, id: ProductId, f: &Fields) -> Result<ProductId> {
    let added = sqlx::query!(
        "insert into products (tenant_id, id, name, code, description, tax, retired, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.code,
        f.description,
        f.tax as Decimal,
        f.retired,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && !find(tx, id).await?.is(f) {
        return Err(Error::Sent);
    }
    Ok(id)
}

pub async fn change(tx: &mut TenantTx, id: ProductId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update products set version = version + 1, updated_at = $3, name = $4, code = $5, description = $6, tax = $7, retired = $8
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.code,
        f.description,
        f.tax as Decimal,
        f.retired
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Adds a price. One that holds on without an end in the same currency ends the day before, where it began earlier.
pub async fn add_price(
    tx: &mut TenantTx,
    product: ProductId,
    (amount, from, until): (Money, Day, Option<Day>),
) -> Result<()> {
    find(tx, product).await?;
    sqlx::query!(
        "update product_prices set until_on = $3::date - 1
         where product_id = $1 and currency = $2 and until_on is null and from_on < $3",
        product.0,
        amount.currency.code(),
        from.0
    )
    .execute(tx.conn())
    .await?;
    let id: PriceId = tx.id();
    sqlx::query!(
        "insert into product_prices (tenant_id, id, product_id, currency, minor, from_on, until_on, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().0,
        id.0,
        product.0,
        amount.currency.code(),
        amount.minor,
        from.0,
        until.map(|d| d.0),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a price out of the book. Gives the product, and whether the price before it holds on in its place.
pub async fn remove_price(tx: &mut TenantTx, id: PriceId) -> Result<(ProductId, bool)> {
    let product = sqlx::query_scalar!("select product_id from product_prices where id = $1", id.0);
    let product = product.fetch_optional(tx.conn()).await?.map(ProductId).ok_or(Error::NotFound)?;
    let back = take_back(tx, &[id.0]).await?;
    Ok((product, back > 0))
}

/// Takes prices out of the book and gives back what each had put aside when it came: the one before it holds until the day
/// until which it held then, and one of the same day, which it was written over, is there again. The trail knows both. Gives
/// how many are back.
pub(crate) async fn take_back(tx: &mut TenantTx, ids: &[Uuid]) -> Result<u64> {
    let over = sqlx::query!(
        r#"select d.record_id, p.product_id, p.currency, (d.changes -> 'minor' ->> 0)::bigint as "minor!", p.from_on,
             (d.changes -> 'until_on' ->> 0)::date as until_on
           from product_prices p
           join audit_events b on b.tenant_id = p.tenant_id and b.record_id = p.id and b.action = 'insert' and b.record = 'product_prices'
           join audit_events d on d.tenant_id = b.tenant_id and d.batch = b.batch and d.action = 'delete' and d.record = 'product_prices'
             and d.changes -> 'product_id' ->> 0 = p.product_id::text and d.changes -> 'currency' ->> 0 = p.currency
             and d.changes -> 'from_on' ->> 0 = p.from_on::text
           where p.id = any($1)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let held = sqlx::query!(
        "with born as materialized (
           select p.id, p.product_id, p.currency, p.from_on, b.batch from product_prices p
           left join audit_events b on b.tenant_id = p.tenant_id and b.record_id = p.id and b.action = 'insert' and b.record = 'product_prices'
           where p.id = any($1)
         ), gone as (delete from product_prices p using born b where p.id = b.id returning b.*)
         update product_prices p set until_on = least((a.changes -> 'until_on' ->> 0)::date,
           (select min(n.from_on) - 1 from product_prices n
            where n.product_id = g.product_id and n.currency = g.currency and n.from_on > g.from_on))
         from gone g
         join audit_events a on a.batch = g.batch and a.record = 'product_prices' and a.action = 'update' and a.changes ? 'until_on'
         where p.id = a.record_id and p.product_id = g.product_id and p.currency = g.currency and p.until_on = g.from_on - 1",
        ids
    )
    .execute(tx.conn())
    .await?;
    for o in &over {
        sqlx::query!(
            "insert into product_prices (tenant_id, id, product_id, currency, minor, from_on, until_on, created_at)
             select $1, $2, $3, $4, $5, $6, least($7::date, (select min(n.from_on) - 1 from product_prices n
               where n.product_id = $3 and n.currency = $4 and n.from_on > $6)), $8",
            tx.tenant().0,
            o.record_id,
            o.product_id,
            o.currency,
            o.minor,
            o.from_on,
            o.until_on,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(held.rows_affected() + over.len() as u64)
}
