//! What managers think of forecasts. Whoever may adjust somebody's sees what was adjusted of it; nothing is deleted.

use crate::{
    Error, Result, TenantTx, Who,
    db::strange,
    reach::{self, Kind},
};
use chrono::{DateTime, Utc};
use domain::{
    AdjustmentId, Currency, MemberId, Money,
    access::ForecastAdjust,
    crm::{
        forecast::adjustments::{About, Adjusted, Adjustment, Fields},
        forecast::fiscal::Period,
    },
};
use sqlx::{FromRow, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// Adjustments of one period that a page shows.
const MOST: i64 = 200;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    member_id: Uuid,
    name: String,
    line: String,
    minor: i64,
    reason: String,
    author: String,
    created_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
    withdrawn_by: Option<String>,
}

/// The adjustments of a period, the newest first.
pub async fn of(tx: &mut TenantTx, period: &Period, base: Currency) -> Result<Vec<Adjustment>> {
    let scope = tx.scope::<ForecastAdjust>();
    if scope.is_none() {
        return Ok(vec![]);
    }
    let mut q = QueryBuilder::new(
        "select a.id, a.member_id, e.name, a.line, a.minor, a.reason, b.name as author, a.created_at, a.withdrawn_at, w.name as withdrawn_by
         from forecast_adjustments a join members e on e.id = a.member_id join members b on b.id = a.author_id
         left join members w on w.id = a.withdrawn_by where a.span = ",
    );
    q.push_bind(period.span.key()).push(" and a.from_on = ").push_bind(period.from.0);
    q.push(" and a.currency = ").push_bind(base.code());
    reach::narrow(&mut q, Kind::Members, scope);
    q.push(" order by a.created_at desc, a.id desc limit ").push_bind(MOST);
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    rows.into_iter()
        .map(|r| {
            Ok(Adjustment {
                id: AdjustmentId(r.id),
                member: MemberId(r.member_id),
                name: r.name,
                about: About::parse(&r.line).ok_or_else(|| strange("line", &r.line))?,
                amount: Money::new(r.minor, base),
                reason: r.reason,
                author: r.author,
                at: r.created_at,
                withdrawn: r.withdrawn_by.zip(r.withdrawn_at),
            })
        })
        .collect()
}

/// Active members whose forecast the reader may adjust, by name.
pub async fn people(tx: &mut TenantTx) -> Result<Vec<(MemberId, String)>> {
    let mut q = QueryBuilder::new("select e.id, e.name from members e where e.deactivated_at is null");
    reach::narrow(&mut q, Kind::Members, tx.scope::<ForecastAdjust>());
    q.push(" order by lower(e.name), e.id limit 500");
    let rows: Vec<(Uuid, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id, name)| (MemberId(id), name)).collect())
}

/// What those that stand come to, by whose forecast they are about: of these, or of all where these are as many as a page
/// shows.
pub async fn sums(
    tx: &mut TenantTx,
    period: &Period,
    base: Currency,
    shown: &[Adjustment],
) -> Result<HashMap<MemberId, Adjusted>> {
    let mut sums: HashMap<MemberId, Adjusted> = HashMap::new();
    if (shown.len() as i64) < MOST {
        for a in shown.iter().filter(|a| a.withdrawn.is_none()) {
            sums.entry(a.member).or_default().add(a.about, a.amount.minor);
        }
        return Ok(sums);
    }
    let mut q = QueryBuilder::new(
        "select a.member_id, a.line, greatest(least(sum(a.minor), 9000000000000000000), -9000000000000000000)::bigint
         from forecast_adjustments a join members e on e.id = a.member_id where a.withdrawn_at is null and a.span = ",
    );
    q.push_bind(period.span.key()).push(" and a.from_on = ").push_bind(period.from.0);
    q.push(" and a.currency = ").push_bind(base.code());
    let scope = tx.scope::<ForecastAdjust>();
    reach::narrow(&mut q, Kind::Members, scope);
    q.push(" group by a.member_id, a.line");
    let rows: Vec<(Uuid, String, i64)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    for (member, line, minor) in rows {
        let about = About::parse(&line).ok_or_else(|| strange("line", &line))?;
        sums.entry(MemberId(member)).or_default().add(about, minor);
    }
    Ok(sums)
}

/// Adds one under the given id, which was drawn with the form: sent twice, it counts once.
pub async fn add(tx: &mut TenantTx, id: AdjustmentId, period: &Period, f: &Fields) -> Result<()> {
    let Who::Member(author) = tx.who() else { return Err(Error::NotFound) };
    if reach::within::<ForecastAdjust>(tx, Kind::Members, &[f.member.0]).await?.is_empty() {
        return Err(Error::refused("member", "Choose somebody whose forecast you look after."));
    }
    let added = sqlx::query!(
        "insert into forecast_adjustments (tenant_id, id, member_id, span, from_on, line, minor, currency, reason, author_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.member.0,
        period.span.key(),
        period.from.0,
        f.about.key(),
        f.amount.minor,
        f.amount.currency.code(),
        f.reason,
        author.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        return Ok(());
    }
    let same = sqlx::query_scalar!(
        r#"select exists (select from forecast_adjustments where id = $1 and member_id = $2 and span = $3 and from_on = $4
             and line = $5 and minor = $6 and reason = $7) as "same!""#,
        id.0,
        f.member.0,
        period.span.key(),
        period.from.0,
        f.about.key(),
        f.amount.minor,
        f.reason
    );
    if same.fetch_one(tx.conn()).await? { Ok(()) } else { Err(Error::Sent) }
}

/// Takes one back; it stays to be read. Gives the span and the day of its period. Twice is once.
pub async fn withdraw(tx: &mut TenantTx, id: AdjustmentId) -> Result<(String, domain::Day)> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    let row = sqlx::query!("select member_id, span, from_on from forecast_adjustments where id = $1", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    reach::hold::<ForecastAdjust>(tx, Kind::Members, row.member_id).await?;
    sqlx::query!(
        "update forecast_adjustments set withdrawn_at = $2, withdrawn_by = $3 where id = $1 and withdrawn_at is null",
        id.0,
        tx.now(),
        me.0
    )
    .execute(tx.conn())
    .await?;
    Ok((row.span, domain::Day(row.from_on)))
}
