//! The directory: queries of their own, which read what everybody may know of whoever is here, and no other column. They
//! ask for no right to records, and know none.

use crate::{
    Result, TenantTx,
    db::day,
    list::{self, Key, Plan, Shape, row},
    search::{self, Hits},
};
use chrono::NaiveDate;
use domain::{
    Day, EmployeeId,
    hr::{
        directory::{AHEAD, Coming, Filter, NEW, Occasion, Person, rounds},
        employees::Photo,
    },
    list::Slice,
};
use sqlx::{Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

const SHAPE: Shape = Shape {
    from: "employees e",
    columns: "e.id, e.first_name, e.last_name, e.job_title, e.department, e.location, e.email, e.phone, e.photo, e.manager_id, e.tenant_id",
    joined: "d.preferred_name, coalesce(md.preferred_name, m.first_name) as manager_first, m.last_name as manager_last, \
        a.id as member_id, a.photo as member_photo",
    joins: " left join employee_details d on d.tenant_id = p.tenant_id and d.id = p.id \
        left join employees m on m.tenant_id = p.tenant_id and m.id = p.manager_id \
        left join employee_details md on md.tenant_id = p.tenant_id and md.id = p.manager_id \
        left join members a on a.tenant_id = p.tenant_id and a.employee_id = p.id and a.photo is not null",
    counted: "e.name_key",
};

const BY_NAME: Key = Key { sql: "e.name_key", cast: "text collate \"und-x-icu\"", descending: false };

row! {
    struct Row {
        preferred_name: Option<String>,
        manager_first: Option<String>,
        manager_last: Option<String>,
        member_id: Option<Uuid>,
        member_photo: Option<String>,
        id: Uuid,
        first_name: String,
        last_name: String,
        job_title: Option<String>,
        department: Option<String>,
        location: Option<String>,
        email: Option<String>,
        phone: Option<String>,
        photo: Option<String>,
        manager_id: Option<Uuid>,
    }
}

impl Row {
    fn person(self) -> Person {
        let manager = match (self.manager_id, self.manager_first, self.manager_last) {
            (Some(id), Some(first), Some(last)) => Some((EmployeeId(id), format!("{first} {last}"))),
            _ => None,
        };
        Person {
            id: EmployeeId(self.id),
            name: called(self.preferred_name, &self.first_name, &self.last_name),
            job_title: self.job_title,
            department: self.department,
            location: self.location,
            email: self.email,
            phone: self.phone,
            photo: photo(self.id, self.photo, self.member_id, self.member_photo),
            manager,
            away: false,
        }
    }
}

fn called(preferred: Option<String>, first: &str, last: &str) -> String {
    format!("{} {last}", preferred.as_deref().unwrap_or(first))
}

fn photo(id: Uuid, own: Option<String>, member: Option<Uuid>, members: Option<String>) -> Option<Photo> {
    own.map(|digest| (id, digest)).or(member.zip(members)).map(|(of, digest)| Photo { of, digest })
}

/// Those who are here today: they have begun, and not left.
fn here(q: &mut QueryBuilder<Postgres>, today: Day) {
    q.push(" and e.archived_at is null and coalesce(e.end_date >= ").push_bind(today.0);
    q.push(", true) and coalesce(e.start_date <= ").push_bind(today.0).push(", true)");
}

/// One page of whoever is here.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Person>> {
    let (mut hits, near) = search::hits_or_near(tx, "employee", &filter.q).await?;
    if let Hits::These(ids) = &mut hits {
        ids.extend(called_so(tx, &filter.q).await?);
    }
    let today = tx.today();
    let conditions = |q: &mut QueryBuilder<Postgres>| {
        here(q, today);
        for (column, wanted) in [(" and e.department = ", &filter.department), (" and e.location = ", &filter.location)]
        {
            if !wanted.is_empty() {
                q.push(column).push_bind(wanted.clone());
            }
        }
        hits.narrow(q);
    };
    let plan = if matches!(hits, Hits::These(_)) { Plan::Found } else { Plan::Fresh };
    let page = list::page::<Row>(tx.conn(), &SHAPE, &conditions, &BY_NAME, &filter.cursor(), plan).await?;
    let mut rows: Vec<Person> = page.rows.into_iter().map(Row::person).collect();
    away(tx, &mut rows).await?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near })
}

/// Who would be called by this name, which the search of records does not know.
async fn called_so(tx: &mut TenantTx, question: &str) -> Result<Vec<Uuid>> {
    let word = question.trim().to_lowercase();
    if word.is_empty() {
        return Ok(vec![]);
    }
    let found = sqlx::query_scalar!(
        "select d.id from employee_details d join employees e on e.tenant_id = d.tenant_id and e.id = d.id
         where d.preferred_name is not null
           and (starts_with(lower(d.preferred_name || ' ' || e.last_name), $1) or starts_with(lower(e.last_name || ' ' || d.preferred_name), $1))
         order by lower(d.preferred_name) limit 100",
        word
    );
    Ok(found.fetch_all(tx.conn()).await?)
}

/// Says of each whether they are away today.
async fn away(tx: &mut TenantTx, people: &mut [Person]) -> Result<()> {
    let ids: Vec<Uuid> = people.iter().map(|p| p.id.0).collect();
    let today = tx.today().0;
    let away = sqlx::query_scalar!(
        "select employee_id from leave_requests
         where employee_id = any($1) and state in ('approved', 'cancelling') and from_on <= $2 and to_on >= $2",
        &ids,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    people.iter_mut().for_each(|p| p.away = away.contains(&p.id.0));
    Ok(())
}

/// The departments and the locations that a filter offers, from their indexes, a probe per value.
pub async fn choices(tx: &mut TenantTx) -> Result<(Vec<String>, Vec<String>)> {
    let rows = sqlx::query!(
        r#"with recursive d as (
             (select department as name from employees where archived_at is null and department > '' order by 1 limit 1)
             union all
             select (select e.department from employees e
                     where e.archived_at is null and e.department > d.name order by 1 limit 1)
             from d where d.name is not null
           ), l as (
             (select location as name from employees where location > '' order by 1 limit 1)
             union all
             select (select e.location from employees e where e.location > l.name order by 1 limit 1)
             from l where l.name is not null
           )
           (select name as "name!", false as "location!" from d where name is not null limit 200)
           union all (select name, true from l where name is not null limit 200)"#
    )
    .fetch_all(tx.conn())
    .await?;
    let named = |location: bool| rows.iter().filter(move |r| r.location == location).map(|r| r.name.clone()).collect();
    Ok((named(false), named(true)))
}

/// How many of each occasion are told.
const MOST: i64 = 6;

/// Whose birthday and whose anniversary come up, and who is new or to come: the next few of each. Of a birthday the year
/// is not read.
pub async fn coming(tx: &mut TenantTx) -> Result<Vec<Coming>> {
    let today = tx.today();
    let days = rounds(today, AHEAD);
    let of_year: Vec<i16> = days.iter().filter_map(|(d, _)| i16::try_from(*d).ok()).collect();
    let by_day: HashMap<i16, Day> = days.into_iter().filter_map(|(d, on)| Some((i16::try_from(d).ok()?, on))).collect();
    let span = |n: i64| today.plus(n).unwrap_or(today).0;
    let rows = sqlx::query!(
        r#"select f.what as "what!", f.of_year, f.began, e.id, e.first_name, e.last_name, d.preferred_name, e.photo,
             a.id as "member_id?", a.photo as member_photo
           from (
             (select 'birthday' as what, b.of_year, null::date as began, b.id, u.n
              from unnest($1::smallint[]) with ordinality u (of_year, n)
              cross join lateral (
                select e.id, e.birth_of_year as of_year from employees e
                left join employee_details d on d.tenant_id = e.tenant_id and d.id = e.id
                where e.birth_of_year = u.of_year and e.archived_at is null and not coalesce(d.hides_birthday, false)
                  and coalesce(e.end_date >= $2, true) and coalesce(e.start_date <= $2, true)
                order by e.name_key limit $5) b
              order by u.n limit $5)
             union all
             (select 'anniversary', b.of_year, b.start_date, b.id, u.n
              from unnest($1::smallint[]) with ordinality u (of_year, n)
              cross join lateral (
                select e.id, e.start_of_year as of_year, e.start_date from employees e
                where e.start_of_year = u.of_year and e.archived_at is null
                  and coalesce(e.end_date >= $2, true) and e.start_date < $3
                order by e.name_key limit $5) b
              order by u.n limit $5)
             union all
             (select 'joins', null, e.start_date, e.id, row_number() over (order by e.start_date desc, e.name_key) from employees e
              where e.archived_at is null and case when e.start_date is null then 'infinity' else e.start_date end between $3 and $4
                and coalesce(e.end_date >= $2, true)
              order by e.start_date desc, e.name_key limit $5)
           ) f
           join employees e on e.id = f.id
           left join employee_details d on d.tenant_id = e.tenant_id and d.id = e.id
           left join members a on a.tenant_id = e.tenant_id and a.employee_id = e.id and a.photo is not null
           order by f.what, f.n, e.name_key"#,
        &of_year,
        today.0,
        span(-NEW),
        span(AHEAD),
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let told = rows.into_iter().filter_map(|r| {
        let round = r.of_year.and_then(|d| by_day.get(&d).copied());
        let (occasion, on) = match (&*r.what, day(r.began)) {
            ("birthday", _) => (Occasion::Birthday, round?),
            ("anniversary", Some(began)) => {
                let on = round?;
                (Occasion::Anniversary(on.year() - began.year()), on)
            }
            (_, began) => (Occasion::Joins, began?),
        };
        Some(Coming {
            id: EmployeeId(r.id),
            name: called(r.preferred_name, &r.first_name, &r.last_name),
            photo: photo(r.id, r.photo, r.member_id, r.member_photo),
            occasion,
            on,
        })
    });
    Ok(told.filter(|c| !matches!(c.occasion, Occasion::Anniversary(..1))).collect())
}

/// A probation that ends soon, and who leads whoever is on it.
#[derive(Debug, Clone)]
pub struct Probation {
    pub employee: EmployeeId,
    pub name: String,
    pub ends: NaiveDate,
    /// The manager's own account, where they have one.
    pub manager: Option<Uuid>,
    /// Of whoever is on it: nobody is told of their own.
    pub member: Option<Uuid>,
}

/// Probations that end within these days. Only by the schedule.
pub async fn probations(tx: &mut TenantTx, within: i64, most: i64) -> Result<Vec<Probation>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"select e.id, coalesce(d.preferred_name, e.first_name) || ' ' || e.last_name as "name!", d.probation_end as "ends!",
             m.id as "manager?", o.id as "member?"
           from employee_details d
           join employees e on e.tenant_id = d.tenant_id and e.id = d.id
           left join members m on m.tenant_id = e.tenant_id and m.employee_id = e.manager_id and m.deactivated_at is null
           left join members o on o.tenant_id = e.tenant_id and o.employee_id = e.id and o.deactivated_at is null
           where d.probation_end >= $1 and d.probation_end <= $2 and e.archived_at is null and coalesce(e.end_date >= $1, true)
           order by d.probation_end, e.id limit $3"#,
        today.0,
        today.plus(within).unwrap_or(today).0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let one = |id, name, ends, manager, member| Probation { employee: EmployeeId(id), name, ends, manager, member };
    Ok(rows.into_iter().map(|r| one(r.id, r.name, r.ends, r.manager, r.member)).collect())
}
