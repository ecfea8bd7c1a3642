//! What the sections of a digest read: through the reader's own rights, and of those whom they look after.

use crate::{
    Result, TenantTx,
    reach::{Kind, narrow, narrow_by_id},
};
use chrono::{NaiveDate, NaiveDateTime};
use domain::{
    ActivityId, CustomerId, Day, EmployeeId, ImportId, MemberId, NotificationId, TaskId,
    access::{
        ActivitiesRead, CustomersRead, CustomersWrite, EmployeesPersonal, EmployeesRead, EmployeesWrite, LeaveApprove,
        MembersInvite, Permission as _, Scope, TasksRead,
    },
    digest::{LINES, Period},
    hr::directory::rounds,
    import::Target,
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// The first of them, how many there are, and how many there were in the period before.
pub struct Found<T> {
    pub rows: Vec<T>,
    pub count: i64,
    pub before: i64,
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self { rows: vec![], count: 0, before: 0 }
    }
}

/// Where counts of people stop.
const CAP: i64 = 10_000;

/// No start date is one that never comes, as in the index of the list.
const START: &str = "(case when e.start_date is null then 'infinity' else e.start_date end)";

/// Whose people a digest tells of: everybody, for whoever looks after everybody; else those below. Never more than the
/// reader sees. `None`: nobody.
fn circle(tx: &TenantTx) -> Option<Scope> {
    let read = tx.scope::<EmployeesRead>()?;
    let after = tx.scope::<EmployeesWrite>().unwrap_or(Scope::Team).max(Scope::Team);
    Some(read.min(after))
}

fn people(q: &mut QueryBuilder<Postgres>, scope: Scope) {
    q.push(" from employees e where e.archived_at is null and e.id is distinct from house.me()");
    narrow_by_id(q, Kind::Employees, Some(scope));
}

/// Somebody with a day that matters.
#[derive(Debug, sqlx::FromRow)]
pub struct Person {
    pub id: Uuid,
    pub name: String,
    pub title: Option<String>,
    pub day: NaiveDate,
    count: i64,
    before: i64,
}

impl Person {
    pub fn employee(&self) -> EmployeeId {
        EmployeeId(self.id)
    }
}

/// Who starts in the period behind or ahead.
pub async fn joining(tx: &mut TenantTx, p: &Period) -> Result<Found<Person>> {
    moving(tx, p, "e.start_date", START).await
}

/// Whose last day is in it.
pub async fn leaving(tx: &mut TenantTx, p: &Period) -> Result<Found<Person>> {
    moving(tx, p, "e.end_date", "e.end_date").await
}

/// Whose probation ends in what lies ahead.
pub async fn probation_ends(tx: &mut TenantTx, p: &Period) -> Result<Found<Person>> {
    let Some(scope) = circle(tx) else { return Ok(Found::default()) };
    let mut q = QueryBuilder::new(
        "select e.id, e.first_name || ' ' || e.last_name as name, e.job_title as title, d.probation_end as day, \
         count(*) over () as count, 0::bigint as before from employee_details d \
         join employees e on e.tenant_id = d.tenant_id and e.id = d.id \
         where e.archived_at is null and e.id is distinct from house.me() and d.probation_end >= ",
    );
    q.push_bind(p.day.0).push(" and d.probation_end < ").push_bind(p.ahead.0);
    narrow_by_id(&mut q, Kind::Employees, Some(scope));
    q.push(" order by d.probation_end, e.id limit ").push_bind(lines());
    Ok(found(q.build_query_as::<Person>().fetch_all(tx.conn()).await?))
}

async fn moving(tx: &mut TenantTx, p: &Period, column: &str, key: &str) -> Result<Found<Person>> {
    let Some(scope) = circle(tx) else { return Ok(Found::default()) };
    let before = p.from.plus((p.from.0 - p.ahead.0).num_days()).unwrap_or(p.from);
    let mut q = QueryBuilder::new("select e.id, e.first_name || ' ' || e.last_name as name, e.job_title as title, ");
    q.push(column).push(" as day, count(*) over () as count, (select count(*)");
    people(&mut q, scope);
    q.push(" and ").push(key).push(" >= ").push_bind(before.0).push(" and ").push(key).push(" < ").push_bind(p.from.0);
    q.push(") as before");
    people(&mut q, scope);
    q.push(" and ").push(key).push(" >= ").push_bind(p.from.0).push(" and ").push(key).push(" < ").push_bind(p.ahead.0);
    q.push(" order by ").push(key).push(", e.id limit ").push_bind(lines());
    Ok(found(q.build_query_as::<Person>().fetch_all(tx.conn()).await?))
}

fn found(rows: Vec<Person>) -> Found<Person> {
    let (count, before) = rows.first().map_or((0, 0), |r| (r.count, r.before));
    Found { rows, count, before }
}

fn lines() -> i64 {
    i64::try_from(LINES).unwrap_or(i64::MAX)
}

/// Whose start, or birth, comes round in what lies ahead. `day` is the first one. Birth dates are of a class: they are
/// asked for as far as it is open of others.
pub async fn coming_round(tx: &mut TenantTx, p: &Period, births: bool) -> Result<Found<Person>> {
    let Some(mut scope) = circle(tx) else { return Ok(Found::default()) };
    let (mut column, mut of_year) = ("e.start_date", "e.start_of_year");
    if births {
        let Some(open) = tx.scope::<EmployeesPersonal>().filter(|_| tx.sight().personal) else {
            return Ok(Found::default());
        };
        (scope, column, of_year) = (scope.min(open), "e.birth_date", "e.birth_of_year");
    }
    let mut q = QueryBuilder::new("select e.id, e.first_name || ' ' || e.last_name as name, e.job_title as title, ");
    q.push(column).push(" as day, count(*) over () as count, 0::bigint as before");
    people(&mut q, scope);
    let ahead = (p.ahead.0 - p.day.0).num_days() - 1;
    let days: Vec<i16> = rounds(p.day, ahead).into_iter().filter_map(|(day, _)| i16::try_from(day).ok()).collect();
    q.push(" and ").push(of_year).push(" = any(").push_bind(days).push(") and ").push(column);
    q.push(" < ").push_bind(Day(p.day.0).first_of_month().0).push(" and coalesce(e.end_date >= ").push_bind(p.day.0);
    q.push(", true) order by ").push(of_year).push(", e.id limit ").push_bind(lines());
    Ok(found(q.build_query_as::<Person>().fetch_all(tx.conn()).await?))
}

/// How many are at work, and how many were when the period began.
pub async fn head_count(tx: &mut TenantTx, p: &Period) -> Result<(i64, i64)> {
    let Some(scope) = circle(tx) else { return Ok((0, 0)) };
    let mut q = QueryBuilder::new("select (select count(*) from (select 1");
    people(&mut q, scope);
    q.push(" and ").push(START).push(" <= ").push_bind(p.day.0).push(" and coalesce(e.end_date >= ");
    q.push_bind(p.day.0).push(", true) limit ").push_bind(CAP).push(") n), (select count(*)");
    people(&mut q, scope);
    q.push(" and ").push(START).push(" > ").push_bind(p.from.0).push(" and ").push(START).push(" <= ");
    q.push_bind(p.day.0).push(" and coalesce(e.end_date >= ").push_bind(p.day.0).push(", true)), (select count(*)");
    people(&mut q, scope);
    q.push(" and e.end_date >= ").push_bind(p.from.0).push(" and e.end_date < ").push_bind(p.day.0).push(" and ");
    q.push(START).push(" <= ").push_bind(p.from.0).push(")");
    let (now, joined, left): (i64, i64, i64) = q.build_query_as().fetch_one(tx.conn()).await?;
    Ok((now, now - joined + left))
}

/// A customer that is new, or has another status.
#[derive(Debug)]
pub struct Moved {
    pub id: CustomerId,
    pub name: String,
    /// `None`: it is new.
    pub was: Option<String>,
    pub status: String,
}

/// Events that are looked through: an import of thousands is one line, not a digest.
const EVENTS: i64 = 2_000;

/// The customers that are the reader's to look after: those that they may change.
pub async fn customers(tx: &mut TenantTx, p: &Period) -> Result<Found<Moved>> {
    let (Some(read), Some(write)) = (tx.scope::<CustomersRead>(), tx.scope::<CustomersWrite>()) else {
        return Ok(Found::default());
    };
    let mut q = QueryBuilder::new("select e.id, e.name, t.was, e.status, t.at >= ");
    q.push_bind(p.from_at).push(
        " from (select distinct on (record_id) record_id, case when action = 'update' then changes -> 'status' ->> 0 end as was, at
                from (select record_id, action, changes, at, id from audit_events where record = 'customers' and at >= ",
    );
    q.push_bind(p.before_at).push(" and at < ").push_bind(p.at);
    q.push(" and (action = 'insert' or action = 'update' and changes ? 'status') order by at desc limit ")
        .push_bind(EVENTS);
    q.push(") l order by record_id, id desc) t join customers e on e.id = t.record_id where e.archived_at is null");
    narrow(&mut q, Kind::Customers, Some(read.min(write)));
    q.push(" order by t.at desc");
    let rows: Vec<(Uuid, String, Option<String>, String, bool)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let (now, before): (Vec<_>, Vec<_>) = rows.into_iter().partition(|r| r.4);
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let (count, before) = (count(now.len()), count(before.len()));
    let moved = |(id, name, was, status, _)| Moved { id: CustomerId(id), name, was, status };
    Ok(Found { rows: now.into_iter().take(LINES).map(moved).collect(), count, before })
}

/// Invitations that nobody has answered, and until when they stand, in days.
pub async fn invitations(tx: &mut TenantTx) -> Result<Found<(String, i64)>> {
    if !tx.rights().may(MembersInvite::KEY) {
        return Ok(Found::default());
    }
    let now = tx.now();
    let rows = sqlx::query!(
        r#"select email, expires_at, count(*) over () as "count!" from invitations
           where accepted_at is null and revoked_at is null and expires_at > $1 order by expires_at, id limit $2"#,
        now,
        lines()
    )
    .fetch_all(tx.conn())
    .await?;
    let count = rows.first().map_or(0, |r| r.count);
    Ok(Found { rows: rows.into_iter().map(|r| (r.email, (r.expires_at - now).num_days())).collect(), count, before: 0 })
}

/// A file that did not go in.
pub struct FailedImport {
    pub id: ImportId,
    pub target: Target,
    pub file_name: String,
}

/// Of what the reader may import.
pub async fn failed_imports(tx: &mut TenantTx, p: &Period) -> Result<Found<FailedImport>> {
    let may = |t: &Target| tx.rights().may(t.import_right());
    let targets: Vec<String> = [Target::Employees, Target::Customers, Target::Contacts, Target::Deals, Target::Leads]
        .iter()
        .filter(|t| may(t))
        .map(|t| t.key().to_owned())
        .collect();
    if targets.is_empty() {
        return Ok(Found::default());
    }
    let rows = sqlx::query!(
        r#"select id, target, file_name, finished_at >= $3 as "now!" from imports
           where state = 'failed' and target = any($1) and finished_at >= $2 and finished_at < $4
           order by finished_at desc limit 100"#,
        &targets,
        p.before_at,
        p.from_at,
        p.at
    )
    .fetch_all(tx.conn())
    .await?;
    let (now, before): (Vec<_>, Vec<_>) = rows.into_iter().partition(|r| r.now);
    let (count, before) =
        (i64::try_from(now.len()).unwrap_or(i64::MAX), i64::try_from(before.len()).unwrap_or(i64::MAX));
    let failed = now.into_iter().take(LINES).filter_map(|r| {
        Some(FailedImport { id: ImportId(r.id), target: Target::parse(&r.target)?, file_name: r.file_name })
    });
    Ok(Found { rows: failed.collect(), count, before })
}

/// What the member chose to be told of in the digest, and has not read elsewhere.
pub async fn notices(tx: &mut TenantTx, member: MemberId, p: &Period) -> Result<Found<(NotificationId, String)>> {
    let rows = sqlx::query!(
        r#"select id, title, count(*) over () as "count!" from notifications
           where member_id = $1 and in_digest and read_at is null and created_at >= $2 and created_at < $3
           order by id desc limit $4"#,
        member.0,
        p.from_at,
        p.at,
        lines()
    )
    .fetch_all(tx.conn())
    .await?;
    let count = rows.first().map_or(0, |r| r.count);
    Ok(Found { rows: rows.into_iter().map(|r| (NotificationId(r.id), r.title)).collect(), count, before: 0 })
}

/// What the reader is asked to approve, by when an answer is due.
pub async fn approvals(tx: &mut TenantTx, member: MemberId) -> Result<Found<(String, NaiveDate)>> {
    let zone = tx.zone();
    let rows = sqlx::query!(
        r#"select question, (due_at at time zone $2)::date as "due!", count(*) over () as "count!" from workflow_approvals
           where member_id = $1 and answer is null order by due_at, id limit $3"#,
        member.0,
        zone.name(),
        lines()
    )
    .fetch_all(tx.conn())
    .await?;
    let count = rows.first().map_or(0, |r| r.count);
    Ok(Found { rows: rows.into_iter().map(|r| (r.question, r.due)).collect(), count, before: 0 })
}

/// What the reader has to do that is late, or due in what lies ahead.
pub async fn tasks(tx: &mut TenantTx, member: MemberId, p: &Period) -> Result<Found<(TaskId, String, NaiveDate)>> {
    // What is one's own is within any reach, but for whoever has no tasks at all.
    if tx.scope::<TasksRead>().is_none() {
        return Ok(Found::default());
    }
    let rows = sqlx::query!(
        r#"select id, title, due_on as "due!", count(*) over () as "count!" from tasks
           where assignee_id = $1 and done_at is null
             and case when due_on is null then 'infinity' else due_on end < $2
           order by case when due_on is null then 'infinity' else due_on end, id limit $3"#,
        member.0,
        p.ahead.0,
        lines()
    )
    .fetch_all(tx.conn())
    .await?;
    let count = rows.first().map_or(0, |r| r.count);
    Ok(Found { rows: rows.into_iter().map(|r| (TaskId(r.id), r.title, r.due)).collect(), count, before: 0 })
}

/// Calls and meetings in which the reader takes part, of what lies ahead, with their times where they are.
pub async fn meetings(
    tx: &mut TenantTx,
    member: MemberId,
    p: &Period,
) -> Result<Found<(ActivityId, String, NaiveDateTime)>> {
    if tx.scope::<ActivitiesRead>().is_none() {
        return Ok(Found::default());
    }
    let zone = tx.zone();
    let rows = sqlx::query!(
        r#"select a.id, a.subject, (a.starts_at at time zone coalesce(z.zone, $2)) as "at!", count(*) over () as "count!"
           from activities a left join house.member_zones(array[$1::uuid]) z on true
           where a.state = 'planned'
             and (a.owner_id = $1 or a.id in (select t.activity_id from activity_attendees t where t.member_id = $1))
             and a.starts_at >= $3::date::timestamp at time zone coalesce(z.zone, $2)
             and a.starts_at < $4::date::timestamp at time zone coalesce(z.zone, $2)
           order by a.starts_at, a.id limit $5"#,
        member.0,
        zone.name(),
        p.day.0,
        p.ahead.0,
        lines()
    )
    .fetch_all(tx.conn())
    .await?;
    let count = rows.first().map_or(0, |r| r.count);
    Ok(Found { rows: rows.into_iter().map(|r| (ActivityId(r.id), r.subject, r.at)).collect(), count, before: 0 })
}

/// Somebody of the reader's circle who is away in what lies ahead; of which kind their leave is, nobody is told.
#[derive(Debug, sqlx::FromRow)]
pub struct Away {
    pub id: Uuid,
    pub name: String,
    pub from_on: NaiveDate,
    pub to_on: NaiveDate,
    count: i64,
}

pub async fn away(tx: &mut TenantTx, p: &Period) -> Result<Found<Away>> {
    let Some(scope) = circle(tx) else { return Ok(Found::default()) };
    let mut q = QueryBuilder::new(
        "select e.id, e.first_name || ' ' || e.last_name as name, r.from_on, r.to_on, count(*) over () as count
         from leave_requests r join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id
         where e.archived_at is null and e.id is distinct from house.me() and r.state in ('approved', 'cancelling') and r.to_on >= ",
    );
    q.push_bind(p.day.0).push(" and r.from_on < ").push_bind(p.ahead.0);
    narrow_by_id(&mut q, Kind::Employees, Some(scope));
    q.push(" order by r.from_on, e.name_key, e.id limit ").push_bind(lines());
    let rows: Vec<Away> = q.build_query_as().fetch_all(tx.conn()).await?;
    let count = rows.first().map_or(0, |r| r.count);
    Ok(Found { rows, count, before: 0 })
}

/// Requests for leave that the reader is asked about, or that anybody of HR may answer and they are of it.
pub async fn leave_asked(tx: &mut TenantTx, member: MemberId) -> Result<Found<(Uuid, String, NaiveDate, NaiveDate)>> {
    let people = tx.scope::<LeaveApprove>() == Some(Scope::All);
    let rows = sqlx::query!(
        r#"select r.id, e.first_name || ' ' || e.last_name as "name!", r.from_on, r.to_on, count(*) over () as "count!"
           from leave_steps s
           join leave_requests r on r.tenant_id = s.tenant_id and r.id = s.request_id
           join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id
           where s.state = 'open' and e.id is distinct from house.me()
             and (s.member_id = $1 or ($2 and s.member_id is null))
           order by r.from_on, r.id limit $3"#,
        member.0,
        people,
        lines()
    )
    .fetch_all(tx.conn())
    .await?;
    let count = rows.first().map_or(0, |r| r.count);
    Ok(Found { rows: rows.into_iter().map(|r| (r.id, r.name, r.from_on, r.to_on)).collect(), count, before: 0 })
}
