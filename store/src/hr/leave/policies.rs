//! Policies with their dated versions, and who is on which.

use super::{accounts, there};
use crate::{Error, Result, TenantTx, Version};
use chrono::NaiveDate;
use domain::{
    Day, EmployeeId, LeavePolicyId, LeaveTypeId,
    hr::leave::{
        forms::PolicyFields,
        policy::{self, Audience, Policy, Terms},
    },
};
use std::collections::HashMap;
use uuid::Uuid;

/// All policies with their versions and how many are on each.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Policy>> {
    some(tx, None).await
}

/// All of them by name, to choose one.
pub async fn choices(tx: &mut TenantTx) -> Result<Vec<(LeavePolicyId, String)>> {
    let rows = sqlx::query!("select id, name from leave_policies order by lower(name), id limit 200");
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| (LeavePolicyId(r.id), r.name)).collect())
}

/// All that a page shows, or this one.
async fn some(tx: &mut TenantTx, only: Option<LeavePolicyId>) -> Result<Vec<Policy>> {
    let today = tx.today().0;
    let rows = sqlx::query!(
        r#"select p.id, p.version, p.name, p.type_id, p.year_month, p.year_day, p.audience, p.audience_value,
             (select count(*) from leave_enrolments n where n.policy_id = p.id and n.from_on <= $1 and (n.until_on is null or n.until_on >= $1)) as "people!"
           from leave_policies p where $2::uuid is null or p.id = $2 order by p.created_at, p.id limit 200"#,
        today,
        only.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut versions = versions(tx, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|r| Policy {
            id: LeavePolicyId(r.id),
            version: r.version,
            name: r.name,
            kind: LeaveTypeId(r.type_id),
            year: year(r.year_month, r.year_day),
            audience: Audience::of(&r.audience, &r.audience_value).unwrap_or_default(),
            versions: versions.remove(&r.id).unwrap_or_default(),
            people: r.people,
        })
        .collect())
}

pub(super) fn year(month: i32, day: i32) -> (u32, u32) {
    (u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

/// The versions of these policies, by their days.
pub(super) async fn versions(tx: &mut TenantTx, policies: &[Uuid]) -> Result<HashMap<Uuid, Vec<policy::Version>>> {
    let zone = tx.zone();
    let rows = sqlx::query!(
        r#"select policy_id, from_on, (created_at at time zone $2)::date as "known!", terms from leave_policy_versions
           where policy_id = any($1) order by from_on"#,
        policies,
        zone.name()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<Uuid, Vec<policy::Version>> = HashMap::new();
    for r in rows {
        let terms =
            serde_json::from_value::<Terms>(r.terms).map_err(|e| crate::db::strange("terms", &e.to_string()))?;
        let of_it = found.entry(r.policy_id).or_default();
        let (from, known) = (Day(r.from_on), Day(r.known));
        of_it.push(policy::Version { from, known: if of_it.is_empty() { from } else { known }, terms });
    }
    Ok(found)
}

pub async fn find(tx: &mut TenantTx, id: LeavePolicyId) -> Result<Policy> {
    some(tx, Some(id)).await?.pop().ok_or(Error::NotFound)
}

/// Adds a policy with its first version, and puts those on it whom its rule means.
pub async fn add(tx: &mut TenantTx, id: LeavePolicyId, f: &PolicyFields) -> Result<()> {
    super::find_type(tx, f.kind).await.map_err(|_| Error::refused("kind", "Choose a kind of leave."))?;
    let (tenant, now, (audience, value)) = (tx.tenant().0, tx.now(), f.audience.key());
    let added = sqlx::query!(
        "insert into leave_policies (tenant_id, id, name, type_id, year_month, year_day, audience, audience_value, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) on conflict (tenant_id, id) do nothing",
        tenant,
        id.0,
        f.name,
        f.kind.0,
        i32::try_from(f.year.0).unwrap_or(1),
        i32::try_from(f.year.1).unwrap_or(1),
        audience,
        value,
        now
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        return if find(tx, id).await?.name == f.name { Ok(()) } else { Err(Error::Sent) };
    }
    write_version(tx, id, f.from, &f.terms).await?;
    enrol_by_rule(tx, None).await?;
    Ok(())
}

async fn write_version(tx: &mut TenantTx, policy: LeavePolicyId, from: Day, terms: &Terms) -> Result<()> {
    let (tenant, now, id) = (tx.tenant().0, tx.now(), tx.id::<LeavePolicyId>().0);
    sqlx::query!(
        "insert into leave_policy_versions (tenant_id, id, policy_id, from_on, terms, created_at) values ($1, $2, $3, $4, $5, $6)",
        tenant,
        id,
        policy.0,
        from.0,
        serde_json::to_value(terms).expect("terms serialise"),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Calls it otherwise or means others, and where it gives something else, writes that as a version from its day on: what was
/// given before stays (DOMAIN: Leave: policy changes are dated and never rewrite history).
pub async fn amend(tx: &mut TenantTx, id: LeavePolicyId, version: Version, f: &PolicyFields) -> Result<()> {
    let (before, now, (audience, value)) = (find(tx, id).await?, tx.now(), f.audience.key());
    let done = sqlx::query!(
        "update leave_policies set version = version + 1, updated_at = $3, name = $4, audience = $5, audience_value = $6
         where id = $1 and version = $2",
        id.0,
        version,
        now,
        f.name,
        audience,
        value
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    if policy::on(&before.versions, f.from).map(|v| &v.terms) != Some(&f.terms) {
        if before.versions.last().is_some_and(|v| f.from < v.from) {
            let last = before.versions.last().map_or(f.from, |v| v.from);
            return Err(Error::refused(
                "from",
                format!("There is a version from {} on already. Begin after it.", last.short()),
            ));
        }
        write_version(tx, id, f.from, &f.terms).await?;
    }
    enrol_by_rule(tx, None).await?;
    // Everybody's ledger is looked at soon.
    accounts::look_again(tx, None, Some(before.kind)).await
}

/// Puts people on the policies whose rules mean them: those of one person, or of all. What was said by hand stays. The
/// narrowest rule counts: a location's before an employment type's before everybody's.
pub async fn enrol_by_rule(tx: &mut TenantTx, only: Option<&[EmployeeId]>) -> Result<()> {
    let (tenant, now, today) = (tx.tenant().0, tx.now(), tx.today().0);
    let only = super::ids(only);
    // A first day that is an earlier one now: what has begun with the other one begins with it.
    sqlx::query!(
        "update leave_enrolments n set from_on = w.first, updated_at = $2
         from (select o.id, greatest(e.start_date, v.first) as first
               from leave_enrolments o
               join employees e on e.tenant_id = o.tenant_id and e.id = o.employee_id
               cross join lateral (select min(v.from_on) as first from leave_policy_versions v where v.policy_id = o.policy_id) v
               where not o.by_hand and e.archived_at is null and ($1::uuid[] is null or e.id = any($1))) w
         where n.id = w.id and n.from_on > w.first
           and not exists (select from leave_enrolments o
                           where o.employee_id = n.employee_id and o.type_id = n.type_id and o.from_on < n.from_on)",
        &only as _,
        now
    )
    .execute(tx.conn())
    .await?;
    // Who is meant by another rule than the one they are on, or by none any more. What has not begun yet never was.
    sqlx::query!(
        "with meant as (
           select distinct on (e.id, p.type_id) e.id as employee_id, p.type_id, p.id as policy_id
           from employees e join leave_policies p on p.audience = 'everybody'
             or (p.audience = 'employment' and p.audience_value = e.employment_type)
             or (p.audience = 'location' and lower(p.audience_value) = lower(e.location))
           where e.archived_at is null and ($1::uuid[] is null or e.id = any($1))
           order by e.id, p.type_id, array_position(array['location', 'employment', 'everybody'], p.audience), p.created_at, p.id),
         stray as (
           select n.id, n.from_on from leave_enrolments n join employees e on e.id = n.employee_id
           where not n.by_hand and n.until_on is null and e.archived_at is null and ($1::uuid[] is null or e.id = any($1))
             and not exists (select from meant m where m.employee_id = n.employee_id and m.policy_id = n.policy_id)),
         gone as (delete from leave_enrolments n using stray s where n.id = s.id and s.from_on >= $2)
         update leave_enrolments n set until_on = $2::date - 1, updated_at = $3
         from stray s where n.id = s.id and s.from_on < $2",
        &only as _,
        today,
        now
    )
    .execute(tx.conn())
    .await?;
    // From when their policy or their employment begins; who was on another one before, from the day after it.
    let rows = sqlx::query!(
        r#"select m.employee_id as "employee!", m.type_id as "kind!", m.policy_id as "policy!", m.from_on as "from!" from (
           select distinct on (e.id, p.type_id) e.id as employee_id, p.type_id, p.id as policy_id,
             greatest(
               coalesce(e.start_date, v.first), v.first,
               (select max(n.until_on) + 1 from leave_enrolments n where n.employee_id = e.id and n.type_id = p.type_id)) as from_on
           from employees e
           join leave_policies p on p.audience = 'everybody'
             or (p.audience = 'employment' and p.audience_value = e.employment_type)
             or (p.audience = 'location' and lower(p.audience_value) = lower(e.location))
           join lateral (select min(from_on) as first from leave_policy_versions v where v.policy_id = p.id) v on v.first is not null
           where e.archived_at is null and ($1::uuid[] is null or e.id = any($1))
             and (e.end_date is null or e.end_date >= v.first)
           order by e.id, p.type_id, array_position(array['location', 'employment', 'everybody'], p.audience), p.created_at, p.id) m
         where not exists (
           select from leave_enrolments n
           where n.employee_id = m.employee_id and n.type_id = m.type_id and (n.until_on is null or n.until_on >= $2))"#,
        &only as _,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = rows.iter().map(|_| tx.id::<LeavePolicyId>().0).collect();
    let (mut employees, mut kinds, mut policies, mut froms): (Vec<Uuid>, Vec<Uuid>, Vec<Uuid>, Vec<NaiveDate>) =
        Default::default();
    for r in rows {
        employees.push(r.employee);
        kinds.push(r.kind);
        policies.push(r.policy);
        froms.push(r.from);
    }
    sqlx::query!(
        "insert into leave_enrolments (tenant_id, id, employee_id, policy_id, type_id, from_on, by_hand, created_at, updated_at)
         select $1, u.id, u.employee, u.policy, u.kind, u.day, false, $2, $2
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::date[]) as u (id, employee, policy, kind, day)",
        tenant,
        now,
        &ids,
        &employees,
        &policies,
        &kinds,
        &froms
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into leave_accounts (tenant_id, employee_id, type_id, next_on)
         select $1, u.employee, u.kind, $4 from unnest($2::uuid[], $3::uuid[]) as u (employee, kind)
         on conflict (tenant_id, employee_id, type_id) do update set next_on = $4",
        tenant,
        &employees,
        &kinds,
        accounts::soon(tx)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Puts somebody on a policy from a day on, by hand; what they were on ends the day before.
pub async fn enrol(tx: &mut TenantTx, employee: EmployeeId, policy: LeavePolicyId, from: Day) -> Result<()> {
    there(tx, employee).await?;
    let policy = find(tx, policy).await.map_err(|_| Error::refused("policy", "There is no such policy any more."))?;
    let (tenant, now, id) = (tx.tenant().0, tx.now(), tx.id::<LeavePolicyId>().0);
    let (kind, eve) = (policy.kind.0, from.plus(-1).unwrap_or(from).0);
    // Whoever was on none has no account yet, and nobody would look at it.
    accounts::hold(tx, employee, policy.kind).await?;
    sqlx::query!(
        "delete from leave_enrolments where employee_id = $1 and type_id = $2 and from_on >= $3",
        employee.0,
        kind,
        from.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update leave_enrolments set until_on = $3, updated_at = $4
         where employee_id = $1 and type_id = $2 and (until_on is null or until_on > $3)",
        employee.0,
        kind,
        eve,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into leave_enrolments (tenant_id, id, employee_id, policy_id, type_id, from_on, by_hand, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, true, $7, $7)",
        tenant,
        id,
        employee.0,
        policy.id.0,
        kind,
        from.0,
        now
    )
    .execute(tx.conn())
    .await?;
    accounts::look_again(tx, Some(&[employee]), Some(policy.kind)).await?;
    accounts::settle(tx, &[(employee, policy.kind)]).await
}

/// Somebody's policies: name, from and until, the newest first.
pub async fn of_employee(
    tx: &mut TenantTx,
    employee: EmployeeId,
) -> Result<Vec<(LeaveTypeId, String, Day, Option<Day>)>> {
    let rows = sqlx::query!(
        "select n.type_id, p.name, n.from_on, n.until_on from leave_enrolments n
         join leave_policies p on p.tenant_id = n.tenant_id and p.id = n.policy_id
         where n.employee_id = $1 order by n.from_on desc, p.name limit 50",
        employee.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (LeaveTypeId(r.type_id), r.name, Day(r.from_on), r.until_on.map(Day))).collect())
}
