//! What the rules of accrual need to know of people, many at once.

use super::policies;
use crate::{Result, TenantTx};
use domain::{
    Day, EmployeeId, LeaveTypeId,
    hr::leave::{
        accrual::Facts,
        ledger::{Entry, Kind},
    },
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// Whose ledger, and of which kind.
pub(super) type Of = (Uuid, Uuid);

/// The policies that these people are or were on, by person and kind; and those that their ledgers name though they are on
/// them in no period any more, so that what those gave is taken back.
pub(super) async fn of(tx: &mut TenantTx, people: &[Uuid]) -> Result<HashMap<Of, Vec<Facts>>> {
    let zone = tx.zone();
    let rows = sqlx::query!(
        r#"select n.employee_id as "employee_id!", n.type_id as "type_id!", n.policy_id as "policy_id!", n.from_on as "from_on?",
             n.until_on as "until_on?", p.year_month, p.year_day, e.start_date,
             least(e.end_date, (e.archived_at at time zone $2)::date) as leaves
           from (select tenant_id, employee_id, type_id, policy_id, from_on, until_on from leave_enrolments where employee_id = any($1)
                 union all
                 select distinct l.tenant_id, l.employee_id, l.type_id, l.policy_id, null::date, null::date from leave_ledger l
                 where l.employee_id = any($1) and l.earned is not null
                   and not exists (select from leave_enrolments o where o.employee_id = l.employee_id and o.policy_id = l.policy_id)) n
           join leave_policies p on p.tenant_id = n.tenant_id and p.id = n.policy_id
           join employees e on e.tenant_id = n.tenant_id and e.id = n.employee_id
           order by n.from_on"#,
        people,
        zone.name()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut ids: Vec<Uuid> = rows.iter().map(|r| r.policy_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let versions = policies::versions(tx, &ids).await?;
    let ftes = fte(tx, people).await?;
    let mut found: HashMap<Of, Vec<Facts>> = HashMap::new();
    for r in rows {
        let all = found.entry((r.employee_id, r.type_id)).or_default();
        let span = r.from_on.map(|from| (Day(from), r.until_on.map(Day)));
        let fte = ftes.get(&r.employee_id).cloned().unwrap_or_default();
        match all.iter_mut().find(|f| f.policy == r.policy_id) {
            Some(facts) => facts.spans.extend(span),
            None => all.push(Facts {
                policy: r.policy_id,
                year: policies::year(r.year_month, r.year_day),
                versions: versions.get(&r.policy_id).cloned().unwrap_or_default(),
                // Nobody knows since when somebody without a first day is here: they are given as much as who came long ago. (The
                // day of their first job is the one on which they were written down, as of those who come in by an import.)
                hired: r.start_date.map(Day),
                leaves: r.leaves.map(Day),
                spans: span.into_iter().collect(),
                fte,
            }),
        }
    }
    Ok(found)
}

/// How much of full-time each works, by dated rows; without any: all. The one place that knows where it is kept.
async fn fte(tx: &mut TenantTx, people: &[Uuid]) -> Result<HashMap<Uuid, Vec<(Day, Decimal)>>> {
    let rows = sqlx::query!(
        "select employee_id, from_date, fte from employee_jobs where employee_id = any($1) and not refused
         order by employee_id, from_date",
        people
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<Uuid, Vec<(Day, Decimal)>> = HashMap::new();
    for r in rows {
        found.entry(r.employee_id).or_default().push((Day(r.from_date), r.fte));
    }
    Ok(found)
}

/// What day it is where each of them is: by their own zone, or the workspace's.
pub(super) async fn today(tx: &mut TenantTx, people: &[Uuid]) -> Result<HashMap<Uuid, Day>> {
    let now = tx.now();
    let rows = sqlx::query!(
        r#"select m.employee_id as "employee!", z.zone as "zone!" from members m
           join house.member_zones(array(select o.id from members o where o.employee_id = any($1))) z on z.member_id = m.id
           where m.employee_id = any($1) and z.zone is not null"#,
        people
    )
    .fetch_all(tx.conn())
    .await?;
    let local = |zone: &str| zone.parse::<chrono_tz::Tz>().ok().map(|z| Day(now.with_timezone(&z).date_naive()));
    Ok(rows.into_iter().filter_map(|r| Some((r.employee, local(&r.zone)?))).collect())
}

/// The ledgers of these people, by person and kind, in no order.
pub(super) async fn ledgers(tx: &mut TenantTx, people: &[Uuid]) -> Result<HashMap<Of, Vec<Entry>>> {
    let rows = sqlx::query!(
        "select employee_id, type_id, id, on_day, kind, amount, expires_on, of_id, policy_id, period, earned
         from leave_ledger where employee_id = any($1)",
        people
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<Of, Vec<Entry>> = HashMap::new();
    for r in rows {
        let Some(kind) = Kind::parse(&r.kind) else { continue };
        found.entry((r.employee_id, r.type_id)).or_default().push(Entry {
            id: r.id,
            on: Day(r.on_day),
            kind,
            amount: r.amount,
            expires: r.expires_on.map(Day),
            of: r.of_id,
            policy: r.policy_id,
            period: r.period.map(Day),
            earned: r.earned,
        });
    }
    Ok(found)
}

/// One person's, of one kind.
pub(super) async fn one(
    tx: &mut TenantTx,
    employee: EmployeeId,
    kind: LeaveTypeId,
) -> Result<(Vec<Facts>, Vec<Entry>)> {
    let of_it = (employee.0, kind.0);
    let facts = of(tx, &[employee.0]).await?.remove(&of_it).unwrap_or_default();
    let entries = ledgers(tx, &[employee.0]).await?.remove(&of_it).unwrap_or_default();
    Ok((facts, entries))
}
