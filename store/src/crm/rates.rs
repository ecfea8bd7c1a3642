//! Exchange rates, and amounts in the workspace's currency by them.

use crate::{Error, Result, TenantTx};
use domain::{
    Currency, Day, ExchangeRateId,
    crm::rates::{Fields, Rate, factor},
};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Days of one currency that a page shows.
pub const MOST: i64 = 200;

/// The newest rate of each currency, by its code.
pub async fn newest(tx: &mut TenantTx, base: Currency) -> Result<Vec<Rate>> {
    let rows = sqlx::query!(
        "select distinct on (currency) id, currency, on_day, rate from exchange_rates where base = $1 order by currency, on_day desc",
        base.code()
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|r| rate(base, r.id, &r.currency, Day(r.on_day), r.rate)).collect())
}

/// All of one currency, the newest first.
pub async fn of(tx: &mut TenantTx, base: Currency, currency: Currency) -> Result<Vec<Rate>> {
    let rows = sqlx::query!(
        "select id, currency, on_day, rate from exchange_rates where base = $1 and currency = $2 order by on_day desc limit $3",
        base.code(),
        currency.code(),
        MOST
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|r| rate(base, r.id, &r.currency, Day(r.on_day), r.rate)).collect())
}

fn rate(base: Currency, id: Uuid, currency: &str, on: Day, rate: Decimal) -> Option<Rate> {
    let currency = Currency::from_code(currency)?;
    Some(Rate { id: ExchangeRateId(id), base, told: Fields { currency, on, rate: rate.normalize() } })
}

/// Currencies of deals for which no rate is told.
pub async fn missing(tx: &mut TenantTx, base: Currency) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select distinct t.currency from deal_totals t where t.deals > 0 and t.currency not in ('', $1)
           and not exists (select from exchange_rates r where r.tenant_id = t.tenant_id and r.base = $1 and r.currency = t.currency)
         order by 1",
        base.code()
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Writes rates down; one of the same day is written over. Gives how many are new or different.
pub async fn write(tx: &mut TenantTx, base: Currency, rates: &[Fields]) -> Result<u64> {
    let ids: Vec<Uuid> = rates.iter().map(|_| tx.id::<ExchangeRateId>().0).collect();
    let currencies: Vec<String> = rates.iter().map(|r| r.currency.code().to_owned()).collect();
    let days: Vec<_> = rates.iter().map(|r| r.on.0).collect();
    let told: Vec<Decimal> = rates.iter().map(|r| r.rate).collect();
    let factors: Vec<Decimal> = rates.iter().map(|r| factor(r.rate, r.currency, base)).collect();
    let done = sqlx::query!(
        "insert into exchange_rates (tenant_id, id, base, currency, on_day, rate, factor, created_at, updated_at)
         select $1, u.id, $2, u.currency, u.on_day, u.rate, u.factor, $8, $8
         from unnest($3::uuid[], $4::text[], $5::date[], $6::numeric[], $7::numeric[]) as u (id, currency, on_day, rate, factor)
         on conflict on constraint exchange_rates_day_key
           do update set rate = excluded.rate, factor = excluded.factor, version = exchange_rates.version + 1, updated_at = $8
           where exchange_rates.rate <> excluded.rate",
        tx.tenant().0,
        base.code(),
        &ids,
        &currencies,
        &days,
        &told,
        &factors,
        tx.now()
    );
    Ok(done.execute(tx.conn()).await?.rows_affected())
}

pub async fn remove(tx: &mut TenantTx, id: ExchangeRateId) -> Result<(String, Day)> {
    let row = sqlx::query!("delete from exchange_rates where id = $1 returning currency, on_day", id.0);
    row.fetch_optional(tx.conn()).await?.map(|r| (r.currency, Day(r.on_day))).ok_or(Error::NotFound)
}

/// A sum, held within what a `bigint` holds; null stays null, as one without a rate is. `least` would take the bound for it.
pub(super) fn held(q: &mut QueryBuilder<Postgres>, sum: &str) {
    q.push("(case when ")
        .push(sum)
        .push(" > 9000000000000000000 then 9000000000000000000 else ")
        .push(sum)
        .push(" end)::bigint");
}

/// What the columns of an amount on the row `e` are in the base's smallest part, rounded half up; null where no rate of this
/// day, or of an earlier one, is told. `priced` is joined for it: see [`join`]. A rate that is mistyped makes of one no more than
/// a `bigint` holds.
pub(super) fn priced(q: &mut QueryBuilder<Postgres>, base: Currency) {
    q.push("case when e.amount_currency = ").push_bind(base.code());
    q.push(" then e.amount_minor::numeric when priced.factor is not null");
    q.push(" then least(round(e.amount_minor * priced.factor), 9000000000000000000) end");
}

/// ` left join lateral …` for the rate of the row `e` on a day, which is an expression.
pub(super) fn join(q: &mut QueryBuilder<Postgres>, base: Currency, day: impl FnOnce(&mut QueryBuilder<Postgres>)) {
    q.push(" left join lateral (select r.factor from exchange_rates r where r.tenant_id = e.tenant_id and r.base = ");
    q.push_bind(base.code()).push(" and r.currency = e.amount_currency and r.on_day <= ");
    day(q);
    q.push(" order by r.on_day desc limit 1) priced on e.amount_currency <> ").push_bind(base.code());
}

/// ` and …` for deals `e` that are open or won and worth something in another currency, for which no rate is told: [`join`]
/// finds none for them, by today or by the day on which they were won.
pub(super) fn narrow_to_unpriced(q: &mut QueryBuilder<Postgres>, today: Day) {
    q.push(" and e.state <> 'lost' and e.amount_minor is not null and e.amount_currency <> (select t.currency from tenants t where t.id = e.tenant_id)");
    q.push(" and not exists (select from exchange_rates r where r.tenant_id = e.tenant_id and r.currency = e.amount_currency");
    q.push(" and r.base = (select t.currency from tenants t where t.id = e.tenant_id) and r.on_day <= case when e.state = 'open' then ");
    q.push_bind(today.0).push("::date else e.close_on end)");
}

/// What a sum of one currency comes to in the base's smallest part by the rate of this day: both are expressions. Null where
/// there is no rate.
pub(super) fn priced_sum(q: &mut QueryBuilder<Postgres>, base: Currency, (currency, minor): (&str, &str), on: Day) {
    q.push("case when ").push(currency).push(" = ").push_bind(base.code()).push(" then ").push(minor);
    q.push(" else round(").push(minor).push(" * (select r.factor from exchange_rates r where r.base = ");
    q.push_bind(base.code()).push(" and r.currency = ").push(currency).push(" and r.on_day <= ").push_bind(on.0);
    q.push(" order by r.on_day desc limit 1)) end");
}
