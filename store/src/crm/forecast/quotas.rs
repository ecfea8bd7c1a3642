//! Queries of quotas. Each reads and writes those of people whom the right reaches.

use crate::{
    Error, Result, TenantTx,
    db::strange,
    reach::{self, Kind},
};
use chrono::NaiveDate;
use domain::{
    Currency, Day, MemberId, Money, QuotaId,
    access::{QuotasRead, QuotasWrite},
    crm::forecast::{
        fiscal::{Fiscal, Period, Span},
        quotas::{MOST, Quota, Set},
    },
};
use sqlx::{FromRow, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    member_id: Uuid,
    name: String,
    span: Option<String>,
    from_on: Option<NaiveDate>,
    minor: Option<i64>,
    version: Option<i32>,
}

impl Row {
    fn quota(&self, base: Currency) -> Result<Option<Quota>> {
        let (Some(span), Some(from), Some(minor)) = (&self.span, self.from_on, self.minor) else { return Ok(None) };
        Ok(Some(Quota {
            member: MemberId(self.member_id),
            span: Span::parse(span).ok_or_else(|| strange("span", span))?,
            from: Day(from),
            amount: Money::new(minor, base),
            version: self.version.unwrap_or_default(),
        }))
    }
}

/// Somebody, and what is expected of them.
pub type Of = (MemberId, String, Vec<Quota>);

fn gathered(rows: Vec<Row>, base: Currency) -> Result<Vec<Of>> {
    let mut all: Vec<Of> = vec![];
    for row in rows {
        let quota = row.quota(base)?;
        if all.last().is_none_or(|(id, ..)| id.0 != row.member_id) {
            all.push((MemberId(row.member_id), row.name, vec![]));
        }
        if let Some((.., quotas)) = all.last_mut() {
            quotas.extend(quota);
        }
    }
    Ok(all)
}

/// What is set for a period and for those within it.
pub async fn within(tx: &mut TenantTx, period: &Period, base: Currency) -> Result<Vec<Of>> {
    let scope = tx.scope::<QuotasRead>();
    if scope.is_none() {
        return Ok(vec![]);
    }
    let mut q = QueryBuilder::new(
        "select e.id as member_id, e.name, q.span, q.from_on, q.minor, q.version from quotas q join members e on e.id = q.member_id where q.from_on between ",
    );
    q.push_bind(period.from.0).push(" and ").push_bind(period.to.0).push(" and q.currency = ").push_bind(base.code());
    reach::narrow(&mut q, Kind::Members, scope);
    q.push(" order by e.id, q.from_on limit 20000");
    let rows = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    gathered(rows, base)
}

/// The grid of a fiscal year: whoever owns deals or has a quota in it, and `add`.
pub async fn grid(
    tx: &mut TenantTx,
    year: &Period,
    span: Span,
    add: Option<MemberId>,
    base: Currency,
) -> Result<Vec<Of>> {
    let mut q = QueryBuilder::new(
        "select m.id as member_id, m.name, q.span, q.from_on, q.minor, q.version from (select e.id, e.name from members e where (e.id = ",
    );
    q.push_bind(add.map(|m| m.0))
        .push(" or exists (select from quotas q where q.member_id = e.id and q.from_on between ");
    q.push_bind(year.from.0).push(" and ").push_bind(year.to.0);
    q.push(") or e.deactivated_at is null and exists (select from deals d where d.tenant_id = e.tenant_id and d.owner_id = e.id and d.archived_at is null))");
    reach::narrow(&mut q, Kind::Members, tx.scope::<QuotasRead>());
    q.push(format!(
        " order by lower(e.name), e.id limit {MOST}) m left join quotas q on q.member_id = m.id and q.span = "
    ));
    q.push_bind(span.key()).push(" and q.currency = ").push_bind(base.code()).push(" and q.from_on between ");
    q.push_bind(year.from.0).push(" and ").push_bind(year.to.0).push(" order by lower(m.name), m.id, q.from_on");
    let rows = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    gathered(rows, base)
}

/// Active members of whom something may be expected, by name.
pub async fn people(tx: &mut TenantTx) -> Result<Vec<(MemberId, String)>> {
    let mut q = QueryBuilder::new("select e.id, e.name from members e where e.deactivated_at is null");
    reach::narrow(&mut q, Kind::Members, tx.scope::<QuotasWrite>());
    q.push(" order by lower(e.name), e.id limit 500");
    let rows: Vec<(Uuid, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id, name)| (MemberId(id), name)).collect())
}

/// What came of setting them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// So many are different now.
    Set(u64),
    /// Others have set these meanwhile: theirs, by member and day.
    Stale(Vec<(MemberId, Day, Option<Money>, i32)>),
}

/// Sets what is different from what there is; all or nothing.
pub async fn set(tx: &mut TenantTx, fiscal: Fiscal, span: Span, base: Currency, sets: &[Set]) -> Result<Done> {
    let mut members: Vec<Uuid> = sets.iter().map(|s| s.member.0).collect();
    members.sort_unstable();
    members.dedup();
    let mut reached = reach::within::<QuotasWrite>(tx, Kind::Members, &members).await?;
    reached.sort_unstable();
    // A day that begins no period is none of ours.
    if reached != members || sets.iter().any(|s| fiscal.period(span, s.from).from != s.from) {
        return Err(Error::NotFound);
    }
    let days: Vec<NaiveDate> = sets.iter().map(|s| s.from.0).collect();
    let rows = sqlx::query!(
        "select member_id, from_on, minor, currency, version from quotas
         where member_id = any($1) and span = $2 and from_on = any($3) order by member_id, from_on for update",
        &members,
        span.key(),
        &days
    )
    .fetch_all(tx.conn())
    .await?;
    let now: HashMap<(Uuid, NaiveDate), (i64, bool, i32)> =
        rows.into_iter().map(|r| ((r.member_id, r.from_on), (r.minor, r.currency == base.code(), r.version))).collect();
    let (mut write, mut clear, mut stale): (Vec<&Set>, Vec<&Set>, Vec<_>) = Default::default();
    for s in sets {
        let there = now.get(&(s.member.0, s.from.0));
        let theirs = there.filter(|(_, own, _)| *own).map(|(minor, ..)| Money::new(*minor, base));
        if theirs == s.amount {
            continue;
        }
        match (there.map_or(0, |(.., version)| *version), s.amount) {
            (version, _) if version != s.version => stale.push((s.member, s.from, theirs, version)),
            (_, Some(_)) => write.push(s),
            (_, None) => clear.push(s),
        }
    }
    if !stale.is_empty() {
        return Ok(Done::Stale(stale));
    }
    let columns = |sets: &[&Set]| -> (Vec<Uuid>, Vec<NaiveDate>) {
        (sets.iter().map(|s| s.member.0).collect(), sets.iter().map(|s| s.from.0).collect())
    };
    let (of, on) = columns(&clear);
    let gone = sqlx::query!(
        "delete from quotas q using unnest($1::uuid[], $2::date[]) as u (member_id, from_on)
         where q.member_id = u.member_id and q.from_on = u.from_on and q.span = $3",
        &of,
        &on,
        span.key()
    )
    .execute(tx.conn())
    .await?;
    let (of, on) = columns(&write);
    let ids: Vec<Uuid> = write.iter().map(|_| tx.id::<QuotaId>().0).collect();
    let amounts: Vec<i64> = write.iter().filter_map(|s| s.amount).map(|a| a.minor).collect();
    let set = sqlx::query!(
        "insert into quotas (tenant_id, id, member_id, span, from_on, minor, currency, created_at, updated_at)
         select $1, u.id, u.member_id, $2, u.from_on, u.minor, $3, $4, $4
         from unnest($5::uuid[], $6::uuid[], $7::date[], $8::bigint[]) as u (id, member_id, from_on, minor)
         on conflict on constraint quotas_one
           do update set minor = excluded.minor, currency = excluded.currency, version = quotas.version + 1, updated_at = $4",
        tx.tenant().0,
        span.key(),
        base.code(),
        tx.now(),
        &ids,
        &of,
        &on,
        &amounts
    )
    .execute(tx.conn())
    .await?;
    Ok(Done::Set(gone.rows_affected() + set.rows_affected()))
}

/// Gives each who has none in this period what they had in the one before.
pub async fn copy(tx: &mut TenantTx, to: &Period, base: Currency) -> Result<u64> {
    let from = to.previous();
    let mut q = QueryBuilder::new(
        "insert into quotas (tenant_id, id, member_id, span, from_on, minor, currency, created_at, updated_at)
         select q.tenant_id, gen_random_uuid(), q.member_id, q.span, ",
    );
    q.push_bind(to.from.0).push(", q.minor, q.currency, ").push_bind(tx.now()).push(", ").push_bind(tx.now());
    q.push(" from quotas q join members e on e.id = q.member_id where e.deactivated_at is null and q.span = ");
    q.push_bind(from.span.key()).push(" and q.from_on = ").push_bind(from.from.0);
    q.push(" and q.currency = ").push_bind(base.code());
    reach::narrow(&mut q, Kind::Members, tx.scope::<QuotasWrite>());
    q.push(" on conflict on constraint quotas_one do nothing");
    Ok(q.build().persistent(false).execute(tx.conn()).await?.rows_affected())
}
