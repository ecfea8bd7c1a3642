//! Queries of the organisation: departments as a tree, and the reporting tree as it was, is or will be on a day.

use crate::{
    Error, Result, TenantTx,
    hr::employees,
    reach::{self, Kind},
};
use domain::{
    Day, EmployeeId,
    access::{EmployeesRead, Scope},
    hr::{
        employees::Manager,
        organisation::{Counted, Department, Fields, SEATS, Seat},
    },
};
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

/// Departments that are shown.
const MOST: i64 = 1_000;

/// All departments that are listed, that somebody is in on that day, or that a seat is open in, by name. Counted for whoever sees everybody.
pub async fn list(tx: &mut TenantTx, on: Day) -> Result<Vec<Department>> {
    let rows = sqlx::query!(
        r#"with at as (
             select distinct on (j.employee_id) j.employee_id, j.department, j.position_id from employee_jobs j
             where j.from_date <= $1 and not j.refused order by j.employee_id, j.from_date desc
           ), used as (
             select min(i.name) as name, sum(i.people)::bigint as people from (
               select a.department as name, 1 as people from at a join employees e on e.id = a.employee_id
               where a.department is not null and e.archived_at is null
                 and coalesce(e.start_date <= $1, true) and coalesce(e.end_date >= $1, true)
               union all
               select p.department, 0 from positions p where p.closed_at is null and p.department is not null
             ) i group by lower(i.name)
           ), seats as (
             select lower(p.department) as name, sum(greatest(p.headcount - coalesce(f.filled, 0), 0))::bigint as vacant
             from positions p
             left join (select a.position_id, count(*) as filled from at a join employees e on e.id = a.employee_id
                        where a.position_id is not null and e.archived_at is null
                          and coalesce(e.start_date <= $1, true) and coalesce(e.end_date >= $1, true) group by a.position_id) f
               on f.position_id = p.id
             where p.closed_at is null and p.department is not null group by 1
           )
           select coalesce(d.name, u.name) as "name!", a.name as "parent?", coalesce(u.people, 0) as "people!",
                  coalesce(s.vacant, 0) as "vacant!", h.id as "head?", h.number as "head_number?",
                  h.first_name as "first?", h.last_name as "last?"
           from departments d
           full join used u on lower(u.name) = lower(d.name)
           left join departments a on a.id = d.parent_id
           left join employees h on h.id = d.head_id
           left join seats s on s.name = lower(coalesce(d.name, u.name))
           order by lower(coalesce(d.name, u.name)) limit $2"#,
        on.0,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let all = tx.scope::<EmployeesRead>() == Some(Scope::All);
    Ok(rows
        .into_iter()
        .map(|r| {
            let head = match (r.head, r.head_number, r.first, r.last) {
                (Some(id), Some(number), Some(first), Some(last)) => {
                    Some(Manager { id: EmployeeId(id), number, name: format!("{first} {last}") })
                }
                _ => None,
            };
            let counted = all.then_some(Counted { people: r.people, vacant: r.vacant });
            Department { name: r.name, parent: r.parent, head, counted }
        })
        .collect())
}

/// Says where a department stands and who heads it; one that was only used in records is put on the list.
pub async fn place(tx: &mut TenantTx, old: &str, f: &Fields) -> Result<()> {
    let head = match &f.head {
        None => None,
        Some(typed) => employees::by_words(tx, Some(typed), "head").await?.map(|p| p.id.0),
    };
    let (tenant, now) = (tx.tenant().0, tx.now());
    for name in [Some(old), f.parent.as_deref()].into_iter().flatten() {
        let id: domain::PlaceId = tx.id();
        sqlx::query!(
            "insert into departments (tenant_id, id, name, created_at) values ($1, $2, $3, $4)
             on conflict (tenant_id, lower(name)) do nothing",
            tenant,
            id.0,
            name,
            now
        )
        .execute(tx.conn())
        .await?;
    }
    let done = sqlx::query!(
        "update departments d set head_id = $3, parent_id = (select p.id from departments p where lower(p.name) = lower($2))
         where lower(d.name) = lower($1)",
        old,
        f.parent,
        head
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

#[derive(FromRow)]
struct SeatRow {
    id: Uuid,
    first_name: String,
    last_name: String,
    job_title: Option<String>,
    department: Option<String>,
    reports: i64,
}

impl SeatRow {
    fn seat(self) -> Seat {
        Seat {
            id: EmployeeId(self.id),
            name: format!("{} {}", self.first_name, self.last_name),
            job_title: self.job_title,
            department: self.department,
            reports: self.reports,
        }
    }
}

/// The row of jobs `j` holds on the day `$1`, and its person is there.
const HOLDS: &str = "j.from_date <= $1 and not j.refused and not exists (
       select from employee_jobs k where k.employee_id = j.employee_id and k.from_date > j.from_date and k.from_date <= $1
         and not k.refused)
     and e.archived_at is null and coalesce(e.start_date <= $1, true) and coalesce(e.end_date >= $1, true)";

/// Who reports to somebody on that day, those with most reports first; at most [`SEATS`], and one more if there are more.
pub async fn below(tx: &mut TenantTx, manager: EmployeeId, on: Day) -> Result<Vec<Seat>> {
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new("");
    seats(&mut q, on, "j.manager_id = $2", Some(manager.0), tx.scope::<EmployeesRead>());
    rows(tx, q).await
}

/// Who reports to nobody on that day and leads somebody; of whoever sees only a team, the reader.
pub async fn top(tx: &mut TenantTx, on: Day) -> Result<Vec<Seat>> {
    let scope = tx.scope::<EmployeesRead>();
    let which = match scope {
        Some(Scope::All) => {
            "j.manager_id is null and j.employee_id in (
               select k.manager_id from employee_jobs k where k.from_date <= $1 and k.manager_id is not null and not k.refused) and $2::uuid is null"
        }
        _ => "j.employee_id = house.me() and $2::uuid is null",
    };
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new("");
    seats(&mut q, on, which, None, scope);
    rows(tx, q).await
}

/// How many are in no branch: they report to nobody on that day, and nobody has reported to them; counted as lists are.
pub async fn apart(tx: &mut TenantTx, on: Day) -> Result<i64> {
    if tx.scope::<EmployeesRead>() != Some(Scope::All) {
        return Ok(0);
    }
    // The day is bound first, so that the text may speak of it by number.
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new("with asked as (select ");
    q.push_bind(on.0).push(
        "::date as day) select count(*) from (
           select 1 from employee_jobs j join employees e on e.id = j.employee_id
           where j.manager_id is null and not exists (
             select from employee_jobs k where k.manager_id = j.employee_id and k.from_date <= $1 and not k.refused) and ",
    );
    q.push(HOLDS).push(format!(" limit {}) n", domain::list::CAP + 1));
    Ok(q.build_query_scalar().persistent(false).fetch_one(tx.conn()).await?)
}

/// People whose branches are all opened at once.
const AT_ONCE: i64 = 1_000;

/// Everybody who reports to somebody on that day, with whom to: those with most reports first; nothing where they are too
/// many for one page.
pub async fn everybody(tx: &mut TenantTx, on: Day) -> Result<Option<Vec<(Seat, EmployeeId)>>> {
    #[derive(FromRow)]
    struct Reporting {
        #[sqlx(flatten)]
        seat: SeatRow,
        manager_id: Uuid,
    }
    // The day is bound first, so that the text may speak of it by number.
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new("with asked as (select ");
    q.push_bind(on.0).push(
        "::date as day), found as (
           select e.id, e.first_name, e.last_name, e.name_key, j.job_title, j.department, j.manager_id
           from employee_jobs j join employees e on e.id = j.employee_id where j.manager_id is not null and ",
    );
    q.push(HOLDS);
    reach::narrow(&mut q, Kind::Employees, tx.scope::<EmployeesRead>());
    q.push(format!(" limit {})", AT_ONCE + 1)).push(
        " select f.id, f.first_name, f.last_name, f.job_title, f.department, f.manager_id,
             (select count(*) from found b where b.manager_id = f.id) as reports
           from found f order by reports desc, f.name_key, f.id",
    );
    let rows: Vec<Reporting> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    if i64::try_from(rows.len()).is_ok_and(|n| n > AT_ONCE) {
        return Ok(None);
    }
    Ok(Some(rows.into_iter().map(|r| (r.seat.seat(), EmployeeId(r.manager_id))).collect()))
}

/// One person of the chart, if the reader may see them.
pub async fn seat(tx: &mut TenantTx, id: EmployeeId, on: Day) -> Result<Option<Seat>> {
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new("");
    seats(&mut q, on, "j.employee_id = $2", Some(id.0), tx.scope::<EmployeesRead>());
    Ok(rows(tx, q).await?.pop())
}

/// Everybody above somebody on that day, the topmost first, with them at the end.
pub async fn line(tx: &mut TenantTx, id: EmployeeId, on: Day) -> Result<Vec<EmployeeId>> {
    let ids = sqlx::query_scalar!(
        r#"with recursive above (id, step) as (
             select $1::uuid, 1
             union all
             select j.manager_id, a.step + 1 from above a
             cross join lateral (
               select j.manager_id from employee_jobs j where j.employee_id = a.id and j.from_date <= $2 and not j.refused
               order by j.from_date desc limit 1
             ) j where j.manager_id is not null and a.step < 50
           )
           select id as "id!" from above order by step desc"#,
        id.0,
        on.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(EmployeeId).collect())
}

/// `$1` is the day, `$2` whom it is about.
fn seats(q: &mut QueryBuilder<Postgres>, on: Day, which: &str, about: Option<Uuid>, scope: Option<Scope>) {
    // The two are bound first, so that the text may speak of them by number.
    q.push("with asked as (select ").push_bind(on.0).push("::date as day, ").push_bind(about).push(
        "::uuid as about), found as (
           select e.id, e.first_name, e.last_name, e.name_key, j.job_title, j.department
           from employee_jobs j join employees e on e.id = j.employee_id where ",
    );
    q.push(which).push(" and ").push(HOLDS);
    reach::narrow(q, Kind::Employees, scope);
    q.push(
        ") select f.id, f.first_name, f.last_name, f.job_title, f.department, (
             select count(*) from employee_jobs j join employees e on e.id = j.employee_id where j.manager_id = f.id and ",
    );
    q.push(HOLDS)
        .push(format!(") as reports from found f order by reports desc, f.name_key, f.id limit {}", SEATS + 1));
}

async fn rows(tx: &mut TenantTx, mut q: QueryBuilder<Postgres>) -> Result<Vec<Seat>> {
    let rows: Vec<SeatRow> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(SeatRow::seat).collect())
}
