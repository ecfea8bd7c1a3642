//! Whom somebody means who typed a number or a name.

use super::{EMPLOYEES, list, options};
use crate::{Error, Result, TenantTx, reach};
use domain::{
    EmployeeId,
    access::{EmployeesRead, Sight},
    hr::employees::{Filter, Manager, Meant, NAMESAKES, Namesake, name_keys, number_in},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// A suggestion (`10567 · Lillian Haddadi`) or a number means whoever has it; a whole name means whoever is called so, of
/// those whom the reader may see.
pub async fn meant(tx: &mut TenantTx, typed: &str) -> Result<Meant> {
    let number = number_in(typed);
    let mut q = QueryBuilder::new(
        "select e.id, e.number, e.first_name || ' ' || e.last_name, concat_ws(', ', e.job_title, e.department, e.location) \
         from employees e where (e.number = ",
    );
    q.push_bind(number.to_owned())
        .push(" or e.archived_at is null and e.name_key = any(")
        .push_bind(name_keys(typed))
        .push(")");
    reach::narrow(&mut q, EMPLOYEES, tx.scope::<EmployeesRead>());
    // A number tells one alone, whoever has it for a name.
    q.push(") order by e.number = ")
        .push_bind(number.to_owned())
        .push(" desc, e.name_key, e.number_key limit ")
        .push_bind(MOST);
    let found: Vec<(Uuid, String, String, String)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let exact = found.first().is_some_and(|(_, has, ..)| has == number);
    let namesake = |(id, number, name, does)| Namesake { person: Manager { id: EmployeeId(id), number, name }, does };
    let mut people: Vec<Namesake> =
        found.into_iter().take(if exact { 1 } else { NAMESAKES + 1 }).map(namesake).collect();
    Ok(match people.len() {
        0 => Meant::Nobody,
        1 => people.pop().map_or(Meant::Nobody, |p| Meant::One(p.person)),
        _ => Meant::Several(people),
    })
}

/// Who is meant by what was typed, or the error beside this field.
pub(crate) async fn by_words(tx: &mut TenantTx, typed: Option<&str>, field: &'static str) -> Result<Option<Manager>> {
    let Some(typed) = typed else { return Ok(None) };
    match meant(tx, typed).await? {
        Meant::One(person) => Ok(Some(person)),
        other => Err(Error::refused(field, other.why_not(typed).unwrap_or_default())),
    }
}

/// One more than are told.
const MOST: i64 = NAMESAKES as i64 + 1;

/// Whose people the list's question asks for, where that was typed: one is put into the question by number and name; of
/// several, or of a name that is none yet, those who may be meant. `None`: it is clear.
pub async fn whose(tx: &mut TenantTx, filter: &mut Filter) -> Result<Option<Vec<Namesake>>> {
    let Some(typed) = filter.typed_manager() else { return Ok(None) };
    Ok(match meant(tx, typed).await? {
        Meant::One(manager) => {
            // Who has a number is told to whoever may see them.
            if seen(tx, manager.id).await? {
                filter.reports_to = manager.words();
            }
            None
        }
        Meant::Several(people) => Some(people),
        Meant::Nobody => {
            let like = options(tx, typed).await?.into_iter();
            Some(like.map(|person| Namesake { person, does: String::new() }).collect())
        }
    })
}

/// Whether the reader may see them.
pub(crate) async fn seen(tx: &mut TenantTx, id: EmployeeId) -> Result<bool> {
    let mut q = QueryBuilder::new("select exists (select from employees e where e.id = ");
    q.push_bind(id.0);
    reach::narrow(&mut q, EMPLOYEES, tx.scope::<EmployeesRead>());
    q.push(")");
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// Whom the reader looks for: as [`meant`], an id, or whoever fits the words first.
pub async fn named(tx: &mut TenantTx, words: &str) -> Result<Option<EmployeeId>> {
    let number = number_in(words);
    let mut q = QueryBuilder::new("select e.id from employees e where (e.number = ");
    q.push_bind(number.to_owned()).push(" or e.id = ").push_bind(number.parse::<Uuid>().ok()).push(")");
    reach::narrow(&mut q, EMPLOYEES, tx.scope::<EmployeesRead>());
    q.push(" limit 1");
    let found: Option<Uuid> = q.build_query_scalar().fetch_optional(tx.conn()).await?;
    if let Some(id) = found {
        return Ok(Some(EmployeeId(id)));
    }
    let filter = Filter { q: words.to_owned(), ..Filter::default() };
    Ok(list(tx, &filter, Sight::DIRECTORY).await?.rows.first().map(|e| e.id))
}
