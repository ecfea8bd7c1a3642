//! Employees to choose from: for a filter, a field, a search by name.

use super::EMPLOYEES;
use crate::{Error, Result, TenantTx, Version, reach};
use domain::{
    EmployeeId, Errors, PositionId,
    access::{EmployeesRead, Sight},
    hr::employees::{Fields, Filter, Manager, Status},
    import::likely,
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// The values that a filter offers, from the index, a probe per value; of those whom the reader may see.
pub async fn departments(tx: &mut TenantTx) -> Result<Vec<String>> {
    if let Some(condition) = EMPLOYEES.condition(tx.scope::<EmployeesRead>()) {
        let mut q = QueryBuilder::new(
            "select distinct e.department from employees e where e.archived_at is null and e.department > '' and ",
        );
        q.push(condition).push(" order by 1 limit 200");
        return Ok(q.build_query_scalar().fetch_all(tx.conn()).await?);
    }
    Ok(sqlx::query_scalar!(
        r#"with recursive d as (
             (select department as name from employees where archived_at is null and department > '' order by 1 limit 1)
             union all
             select (select e.department from employees e
                     where e.archived_at is null and e.department > d.name order by 1 limit 1)
             from d where d.name is not null
           )
           select name as "name!" from d where name is not null limit 200"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// The departments and the locations that the list's filters offer, as [`departments`] does, in one statement.
pub async fn offered(tx: &mut TenantTx) -> Result<(Vec<String>, Vec<String>)> {
    if let Some(condition) = EMPLOYEES.condition(tx.scope::<EmployeesRead>()) {
        let mut q = QueryBuilder::new("select ");
        for (at, column) in ["department", "location"].into_iter().enumerate() {
            q.push(if at == 0 { "array(" } else { ", array(" });
            q.push(format!(
                "select distinct e.{column} from employees e where e.archived_at is null and e.{column} > '' and "
            ));
            q.push(condition).push(" order by 1 limit 200)");
        }
        return Ok(q.build_query_as().fetch_one(tx.conn()).await?);
    }
    let r = sqlx::query!(
        r#"with recursive d as (
             (select department as name from employees where archived_at is null and department > '' order by 1 limit 1)
             union all
             select (select e.department from employees e
                     where e.archived_at is null and e.department > d.name order by 1 limit 1)
             from d where d.name is not null
           ), l as (
             (select location as name from employees where archived_at is null and location > '' order by 1 limit 1)
             union all
             select (select e.location from employees e
                     where e.archived_at is null and e.location > l.name order by 1 limit 1)
             from l where l.name is not null
           )
           select array(select name from d where name is not null limit 200) as "departments!: Vec<String>",
             array(select name from l where name is not null limit 200) as "locations!: Vec<String>""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((r.departments, r.locations))
}

/// Locations of those whom the reader may see.
pub async fn locations(tx: &mut TenantTx) -> Result<Vec<String>> {
    let mut q = QueryBuilder::new(
        "select distinct e.location from employees e where e.archived_at is null and e.location > ''",
    );
    reach::narrow(&mut q, EMPLOYEES, tx.scope::<EmployeesRead>());
    q.push(" order by 1 limit 200");
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// Names of all departments, or of all locations, that there are: most have a row of their own, and some only people.
pub async fn places(tx: &mut TenantTx, field: &str) -> Result<Vec<String>> {
    const MOST: i64 = 2_000;
    let found = match field {
        "department" => {
            sqlx::query_scalar!(
                r#"select name as "name!" from departments union select department from employees where department > '' order by 1 limit $1"#,
                MOST
            )
            .fetch_all(tx.conn())
            .await?
        }
        _ => {
            sqlx::query_scalar!(
                r#"select name as "name!" from locations union select location from employees where location > '' order by 1 limit $1"#,
                MOST
            )
            .fetch_all(tx.conn())
            .await?
        }
    };
    Ok(found)
}

/// Refuses a department or location that is not there, and never was, unless it is meant to be new: a slip would make another one.
/// Of a record that somebody was faster with, that is told first.
pub async fn known_places(tx: &mut TenantTx, held: Option<(EmployeeId, Version)>, f: &Fields) -> Result<()> {
    let errors = unknown_places(tx, f.department.as_deref(), f.location.as_deref(), &f.new_places).await?;
    if let (false, Some((id, seen))) = (errors.is_empty(), held) {
        let now = sqlx::query!("select id, version from employees where id = any($1)", &[id.0]);
        if now.fetch_one(tx.conn()).await?.version != seen {
            return Err(Error::Stale);
        }
    }
    errors.or(()).map_err(Error::Refused)
}

/// What is wrong with names of places that are in no list and no record, but for those that are `meant` to be made.
pub async fn unknown_places(
    tx: &mut TenantTx,
    department: Option<&str>,
    location: Option<&str>,
    meant: &[String],
) -> Result<Errors> {
    let mut errors = Errors::default();
    if department.is_none() && location.is_none() {
        return Ok(errors);
    }
    let found = sqlx::query!(
        r#"select $1::text is null or exists (select from departments where name = $1)
               or exists (select from employees where department = $1)
               or exists (select from employee_jobs where department = $1) as "department!",
             $2::text is null or exists (select from locations where name = $2)
               or exists (select from employees where location = $2)
               or exists (select from employee_jobs where location = $2) as "location!""#,
        department,
        location
    )
    .fetch_one(tx.conn())
    .await?;
    for (field, name, known) in [("department", department, found.department), ("location", location, found.location)] {
        let Some(name) = name.filter(|name| !known && !meant.iter().any(|m| m == name)) else { continue };
        let names = places(tx, field).await?;
        let like = likely(name, &names).map(|like| format!(" Did you mean “{like}”?")).unwrap_or_default();
        errors.add(field, format!("There is no {field} “{name}” yet.{like}"));
    }
    Ok(errors)
}

/// People whose name or number fits what was typed, for the manager field.
pub async fn options(tx: &mut TenantTx, question: &str) -> Result<Vec<Manager>> {
    let filter = Filter { q: question.to_owned(), status: Status::Active.key().to_owned(), ..Filter::default() };
    let page = super::list_with(tx, &filter, Sight::DIRECTORY, false).await?;
    Ok(page.rows.into_iter().take(10).map(|e| Manager { id: e.id, name: e.name(), number: e.number }).collect())
}

/// Who holds a position today, by name, at most `most`.
pub async fn on_position(tx: &mut TenantTx, id: PositionId, most: i64) -> Result<Vec<Manager>> {
    let mut q =
        QueryBuilder::new("select e.id, e.number, e.first_name, e.last_name from employees e where e.position_id = ");
    q.push_bind(id.0).push(" and e.archived_at is null and coalesce(e.end_date >= ").push_bind(tx.today().0);
    q.push(", true) and coalesce(e.start_date <= ").push_bind(tx.today().0).push(", true)");
    reach::narrow(&mut q, EMPLOYEES, tx.scope::<EmployeesRead>());
    q.push(" order by e.name_key, e.id limit ").push_bind(most);
    let rows: Vec<(Uuid, String, String, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let person = |(id, number, first, last)| Manager { id: EmployeeId(id), number, name: format!("{first} {last}") };
    Ok(rows.into_iter().map(person).collect())
}
