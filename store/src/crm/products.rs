//! Queries of products and their prices.

use crate::{Error, Result, TenantTx, Version};
use domain::{
    Currency, Day, Money, PriceId, ProductId,
    crm::products::{Fields, Price, Product},
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// Products of a workspace that are offered to choose from.
const MOST: i64 = 1_000;

/// All products by name, those that are offered first, with their prices.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Product>> {
    let rows = sqlx::query!(
        "select id, version, name, code, description, tax, retired from products order by retired, lower(name), id limit $1",
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let mut prices = prices(tx, None).await?;
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

async fn prices(tx: &mut TenantTx, of: Option<Uuid>) -> Result<HashMap<Uuid, Vec<Price>>> {
    let rows = sqlx::query!(
        "select id, product_id, currency, minor, from_on, until_on from product_prices
         where $1::uuid is null or product_id = $1 order by currency, from_on desc, id",
        of
    )
    .fetch_all(tx.conn())
    .await?;
    let mut prices: HashMap<Uuid, Vec<Price>> = HashMap::new();
    for r in rows {
        let Some(currency) = Currency::from_code(&r.currency) else { continue };
        prices.entry(r.product_id).or_default().push(Price {
            id: PriceId(r.id),
            amount: Money::new(r.minor, currency),
            from: Day(r.from_on),
            until: r.until_on.map(Day),
        });
    }
    Ok(prices)
}

pub async fn find(tx: &mut TenantTx, id: ProductId) -> Result<Product> {
    let row = sqlx::query!("select version, name, code, description, tax, retired from products where id = $1", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let prices = prices(tx, Some(id.0)).await?.remove(&id.0).unwrap_or_default();
    Ok(Product {
        id,
        version: row.version,
        name: row.name,
        code: row.code,
        description: row.description,
        tax: row.tax,
        retired: row.retired,
        prices,
    })
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

pub async fn remove_price(tx: &mut TenantTx, id: PriceId) -> Result<ProductId> {
    let product = sqlx::query_scalar!("delete from product_prices where id = $1 returning product_id", id.0);
    product.fetch_optional(tx.conn()).await?.map(ProductId).ok_or(Error::NotFound)
}
