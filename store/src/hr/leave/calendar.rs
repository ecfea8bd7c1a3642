//! Who is away when, of those whom the reader may see: that they are away, and the kind only to whom its class is open.

use super::{TypeRow, requests::span_of};
use crate::{Result, TenantTx, reach};
use chrono::NaiveDate;
use domain::{
    Day, EmployeeId, LeaveRequestId,
    access::{EmployeesRead, LeaveKind, LeaveRead},
    hr::leave::{
        Colour, Person,
        calendar::{Absence, Filter, Off},
        requests::{Beside, Request, Span},
    },
    list::Mark,
};
use sqlx::{Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// People and their leave that one page shows.
pub const MOST: i64 = 200;
/// Leaves that one page of a month shows.
const LEAVES: i64 = MOST * 5;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    employee_id: Uuid,
    name: String,
    job_title: Option<String>,
    department: Option<String>,
    location: Option<String>,
    from_on: NaiveDate,
    to_on: NaiveDate,
    from_midday: bool,
    to_midday: bool,
    minutes: Option<i16>,
    days: Vec<NaiveDate>,
    waiting: bool,
    kind: Option<String>,
    colour: Option<String>,
    name_key: String,
}

impl Row {
    fn absence(self) -> Absence {
        let colour = self.colour.as_deref().and_then(Colour::parse).unwrap_or_default();
        Absence {
            request: LeaveRequestId(self.id),
            person: Person {
                id: EmployeeId(self.employee_id),
                name: self.name,
                title: self.job_title,
                department: self.department,
                location: self.location,
            },
            span: span_of(self.from_on, self.to_on, (self.from_midday, self.to_midday), self.minutes),
            days: self.days.into_iter().map(Day).collect(),
            waiting: self.waiting,
            kind: self.kind.map(|name| (name, colour)),
        }
    }
}

/// Whom a calendar is about.
enum Circle<'a> {
    Asked(&'a Filter),
    /// These people.
    Of(Vec<Uuid>),
    Own,
    Team,
}

/// Of one's own team: those with the same manager, the manager, and those who report to one.
const TEAM: &str = " and (e.manager_id = house.me() or e.id = house.me() \
    or e.manager_id = (select s.manager_id from employees s where s.id = house.me()) \
    or e.id = (select s.manager_id from employees s where s.id = house.me()))";

/// Those whose name has what was typed.
fn named(q: &mut QueryBuilder<Postgres>, filter: &Filter) {
    let typed = filter.q.trim().to_lowercase();
    if !typed.is_empty() {
        q.push(" and strpos(lower(e.first_name || ' ' || e.last_name), ").push_bind(typed).push(") > 0");
    }
}

/// Of the leave `r` of the employee `e`, what the reader may know of: that of people whom they see; and what waits for an
/// answer only whoever may see requests.
fn told(q: &mut QueryBuilder<Postgres>, tx: &TenantTx) {
    let people = reach::Kind::Employees;
    q.push(" and (r.state <> 'requested' or ").push(reach::reaches(people, tx.scope::<LeaveRead>())).push(")");
    reach::narrow(q, people, tx.scope::<EmployeesRead>());
}

/// Leave by name, and where the next page begins: of people that are chosen there is one page.
async fn absences(tx: &mut TenantTx, circle: Circle<'_>, from: Day, to: Day) -> Result<(Vec<Absence>, Option<Mark>)> {
    let people = reach::Kind::Employees;
    let kind = reach::reaches(people, tx.scope::<LeaveKind>());
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new(
        "select r.id, r.employee_id, e.first_name || ' ' || e.last_name as name, e.job_title, e.department, e.location,
           r.from_on, r.to_on, r.from_midday, r.to_midday, r.minutes, r.state = 'requested' as waiting,
           e.name_key::text as name_key, ",
    );
    q.push("case when ")
        .push(kind)
        .push(" then t.name end as kind, case when ")
        .push(kind)
        .push(" then t.colour end as colour, ");
    match circle {
        Circle::Asked(_) => {
            q.push("array(select d.day from leave_request_days d where d.request_id = r.id and d.day between ");
            q.push_bind(from.0).push(" and ").push_bind(to.0).push(") as days")
        }
        Circle::Of(_) | Circle::Own | Circle::Team => q.push("'{}'::date[] as days"),
    };
    q.push(
        " from leave_requests r
           join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id
           join leave_types t on t.tenant_id = r.tenant_id and t.id = r.type_id
           where r.state in ('requested', 'approved', 'cancelling') and r.to_on >= ",
    );
    q.push_bind(from.0).push(" and r.from_on <= ").push_bind(to.0).push(" and e.archived_at is null");
    told(&mut q, tx);
    match circle {
        Circle::Own => {
            q.push(" and e.id = house.me()");
        }
        Circle::Team => {
            q.push(TEAM);
        }
        Circle::Of(ids) => {
            q.push(" and e.id = any(").push_bind(ids).push(")");
        }
        Circle::Asked(filter) => {
            if let Some(mark) = filter.after() {
                q.push(" and (e.name_key, r.id) > (").push_bind(mark.value).push(", ").push_bind(mark.id).push(")");
            }
            if !filter.department.is_empty() {
                q.push(" and lower(e.department) = lower(").push_bind(filter.department.clone()).push(")");
            }
            if filter.team == "mine" {
                q.push(TEAM);
            }
            named(&mut q, filter);
        }
    }
    q.push(" order by e.name_key, r.id limit ").push_bind(LEAVES + 1);
    let mut rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let most = usize::try_from(LEAVES).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().filter(|_| more).map(|r| Mark { value: r.name_key.clone(), id: r.id });
    Ok((rows.into_iter().map(Row::absence).collect(), last))
}

/// Leave within some days, by name, and where the next page of it begins.
pub async fn between(tx: &mut TenantTx, filter: &Filter, from: Day, to: Day) -> Result<(Vec<Absence>, Option<Mark>)> {
    absences(tx, Circle::Asked(filter), from, to).await
}

/// The leave of these people within some days.
pub async fn of_people(tx: &mut TenantTx, people: &[Person], from: Day, to: Day) -> Result<Vec<Absence>> {
    let ids = people.iter().map(|p| p.id.0).collect();
    Ok(absences(tx, Circle::Of(ids), from, to).await?.0)
}

pub(super) async fn own(tx: &mut TenantTx, from: Day, to: Day) -> Result<Vec<Absence>> {
    Ok(absences(tx, Circle::Own, from, to).await?.0)
}

pub(super) async fn team(tx: &mut TenantTx, from: Day, to: Day) -> Result<Vec<Absence>> {
    Ok(absences(tx, Circle::Team, from, to).await?.0)
}

/// The people whom the timeline has a row for: those who fit, whether or not they are away. And where the next page begins.
pub async fn people(tx: &mut TenantTx, filter: &Filter, on: Day) -> Result<(Vec<Person>, Option<Mark>)> {
    #[derive(sqlx::FromRow)]
    struct One {
        id: Uuid,
        name: String,
        job_title: Option<String>,
        department: Option<String>,
        location: Option<String>,
        name_key: String,
    }
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new(
        "select e.id, e.first_name || ' ' || e.last_name as name, e.job_title, e.department, e.location, e.name_key::text as name_key
         from employees e
         where e.archived_at is null and (e.end_date is null or e.end_date >= ",
    );
    q.push_bind(on.0).push(")");
    reach::narrow(&mut q, reach::Kind::Employees, tx.scope::<EmployeesRead>());
    if !filter.department.is_empty() {
        q.push(" and lower(e.department) = lower(").push_bind(filter.department.clone()).push(")");
    }
    if filter.team == "mine" {
        q.push(TEAM);
    }
    named(&mut q, filter);
    if let Some(mark) = filter.after() {
        q.push(" and (e.name_key, e.id) > (").push_bind(mark.value).push(", ").push_bind(mark.id).push(")");
    }
    q.push(" order by e.name_key, e.id limit ").push_bind(MOST + 1);
    let mut rows: Vec<One> = q.build_query_as().fetch_all(tx.conn()).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|r| Mark { value: r.name_key.clone(), id: r.id });
    let one = |r: One| Person {
        id: EmployeeId(r.id),
        name: r.name,
        title: r.job_title,
        department: r.department,
        location: r.location,
    };
    Ok((rows.into_iter().map(one).collect(), next))
}

/// The days off within some days, by the location they hold at, in small letters; without one: everywhere else.
pub async fn days_off(tx: &mut TenantTx, from: Day, to: Day) -> Result<HashMap<Option<String>, Vec<Off>>> {
    let rows = sqlx::query!(
        r#"select p.place as "place?", h.id, h.day, h.name, h.half from (
             select null::text as place, c.id as calendar_id from holiday_calendars c where c.is_default
             union all select lower(l.name), l.calendar_id from locations l where l.calendar_id is not null) p
           join holidays h on h.calendar_id = p.calendar_id
           where h.day between $1 and $2 order by h.day"#,
        from.0,
        to.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<Option<String>, Vec<Off>> = HashMap::new();
    // A location with a calendar that has nothing here is off on no day, and not on everybody else's.
    let places = sqlx::query_scalar!(r#"select lower(name) as "name!" from locations where calendar_id is not null"#)
        .fetch_all(tx.conn())
        .await?;
    places.into_iter().for_each(|p| drop(found.insert(Some(p), vec![])));
    for r in rows {
        let off = Off { id: r.id.into(), day: Day(r.day), name: r.name, half: r.half };
        found.entry(r.place).or_default().push(off);
    }
    Ok(found)
}

/// Who of somebody's team is away at the same time, as far as the reader sees them; what waits for an answer, as in
/// [`absences`].
pub async fn with(tx: &mut TenantTx, employee: EmployeeId, span: &Span) -> Result<Vec<Beside>> {
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new(BESIDE);
    q.push(" from (select ").push_bind(Uuid::nil()).push(" as id, ").push_bind(employee.0).push(" as employee_id, ");
    q.push_bind(span.from.0).push("::date as from_on, ").push_bind(span.to.0).push("::date as to_on) w").push(OTHERS);
    told(&mut q, tx);
    q.push(" order by r.from_on, e.name_key limit 10");
    let rows: Vec<Found> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(Found::told).map(|(_, one)| one).collect())
}

/// The same for several requests, by request.
pub async fn with_each(tx: &mut TenantTx, requests: &[Request]) -> Result<HashMap<LeaveRequestId, Vec<Beside>>> {
    if requests.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = requests.iter().map(|r| r.id.0).collect();
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new(BESIDE);
    q.push(" from (select id, employee_id, from_on, to_on from leave_requests where id = any(")
        .push_bind(ids)
        .push(")) w")
        .push(OTHERS);
    told(&mut q, tx);
    q.push(" order by r.from_on, e.name_key limit 500");
    let rows: Vec<Found> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found: HashMap<LeaveRequestId, Vec<Beside>> = HashMap::new();
    for (request, one) in rows.into_iter().map(Found::told) {
        found.entry(request).or_default().push(one);
    }
    Ok(found)
}

const BESIDE: &str = "select w.id as request, e.first_name || ' ' || e.last_name as name, r.from_on, r.to_on, r.from_midday, \
    r.to_midday, r.minutes, r.state = 'requested' as asked";

/// Those with the same manager, and those who report to them.
const OTHERS: &str = " join employees me on me.id = w.employee_id \
    join employees e on e.tenant_id = me.tenant_id and e.id <> me.id and e.archived_at is null \
      and (e.manager_id = me.manager_id or e.manager_id = me.id) \
    join leave_requests r on r.tenant_id = e.tenant_id and r.employee_id = e.id and r.state in ('requested', 'approved', 'cancelling') \
      and r.from_on <= w.to_on and r.to_on >= w.from_on where true";

#[derive(sqlx::FromRow)]
struct Found {
    request: Uuid,
    name: String,
    from_on: NaiveDate,
    to_on: NaiveDate,
    from_midday: bool,
    to_midday: bool,
    minutes: Option<i16>,
    asked: bool,
}

impl Found {
    fn told(self) -> (LeaveRequestId, Beside) {
        let span = span_of(self.from_on, self.to_on, (self.from_midday, self.to_midday), self.minutes);
        (LeaveRequestId(self.request), Beside { name: self.name, span, asked: self.asked })
    }
}

/// Until when somebody is away today: what everybody may know who sees them.
pub async fn away_until(tx: &mut TenantTx, employee: EmployeeId) -> Result<Option<Day>> {
    let today = tx.today().0;
    Ok(sqlx::query_scalar!(
        "select max(to_on) from leave_requests where employee_id = $1 and state in ('approved', 'cancelling') and from_on <= $2 and to_on >= $2",
        employee.0,
        today
    )
    .fetch_one(tx.conn())
    .await?
    .map(Day))
}

/// The kinds that a calendar explains: those that are in use.
pub async fn kinds(tx: &mut TenantTx) -> Result<Vec<(String, Colour)>> {
    let rows = sqlx::query_as!(
        TypeRow,
        r#"select id, version, name, unit, paid, colour, needs_reason, limited, steps, patience, false as "archived!"
           from leave_types where archived_at is null order by not limited, lower(name), id limit 20"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| r.kind()).map(|k| (k.name, k.colour)).collect())
}
