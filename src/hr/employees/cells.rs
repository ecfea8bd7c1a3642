//! A cell of the list of employees, changed where it stands. What it means is what the record's own form means by it.

use crate::web::{
    Allowed, Confirmed, Result, Screen, Toast,
    error::Error,
    path::{Field, Record},
    query::Query,
    selection,
};
use axum::http::StatusCode;
use domain::{
    EmployeeId, Errors,
    access::EmployeesWrite,
    hr::employees::{CELLS, Draft, Employee, Fields, Status},
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    hr::employees,
    reach::{self, Kind},
};
use views::hr::employees::cells::{Asking, Cell};

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Shown {
    /// Not empty: the cell as it is, for whoever thinks better of it.
    plain: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    value: String,
    #[serde(rename = "_version")]
    version: i32,
    /// The list that an undoing comes back to.
    back: String,
}

/// The cell's own small form.
pub async fn edit(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Field(field): Field,
    Query(shown): Query<Shown>,
) -> Result {
    let mut tx = who.begin().await?;
    let (key, label) = known(&field)?;
    let employee = held(&mut tx, id).await?;
    let value = employee.draft().get(key).to_owned();
    let asking = match shown.plain.is_empty() {
        true => Some(Asking { value, version: employee.version, error: None, offered: offered(&mut tx, key).await? }),
        false => None,
    };
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show(&who, &Cell { slug, csrf, employee, key, label, asking, focus: true }))
}

/// Saves it by the function of the form; what is wrong stands beside it, with what was typed.
pub async fn change(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Field(field): Field,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let (key, label) = known(&field)?;
    let before = held(&mut tx, id).await?;
    let mut draft: Draft = before.draft();
    draft.set(key, typed.value.clone());
    let (mut fields, errors) = draft.read(&who.workspace.conventions());
    // What the form would not say anew stays as it is, to the letter.
    fields.salary = before.salary;
    fields.custom = Default::default();
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    let (status, error) = match wrong(key, &errors) {
        Some(why) => (StatusCode::UNPROCESSABLE_ENTITY, why),
        None => match save(&mut tx, id, typed.version, &fields).await {
            Ok(()) => {
                let employee = employees::find(&mut tx, id).await?;
                tx.commit().await?;
                let there = paths::employee(who.slug(), id);
                let back = screen.current_url().unwrap_or_default();
                let was = [
                    ("value", before.draft().get(key).to_owned()),
                    ("_version", employee.version.to_string()),
                    ("back", selection::back(&back, there.clone())),
                ];
                let words = format!("{label} of {} saved.", employee.name());
                let toast = match typed.back.is_empty() {
                    true => Toast::good(words).undo(paths::employee_cell(who.slug(), id, key), &was),
                    false => Toast::good(words),
                };
                let there = selection::back(&typed.back, there);
                let cell = Cell { slug, csrf, employee, key, label, asking: None, focus: true };
                return screen.changed(&cell, there, toast).await;
            }
            Err(store::Error::Stale) => {
                let now = before.shown(key);
                let now = if now.is_empty() { "empty".into() } else { now };
                (StatusCode::CONFLICT, format!("Changed meanwhile: now {now}. Save again to keep yours."))
            }
            Err(store::Error::Refused(errors)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, wrong(key, &errors).unwrap_or_else(|| ELSEWHERE.to_owned()))
            }
            Err(e) => return Err(e.into()),
        },
    };
    // A statement that was refused has ended its transaction.
    drop(tx);
    let mut tx = who.begin().await?;
    let employee = held(&mut tx, id).await?;
    let offered = offered(&mut tx, key).await?;
    let asking = Asking { value: typed.value, version: employee.version, error: Some(error), offered };
    Ok(screen.show_as(status, &who, &Cell { slug, csrf, employee, key, label, asking: Some(asking), focus: true }))
}

/// As the form does; what is new is begun there.
async fn save(tx: &mut TenantTx, id: EmployeeId, version: i32, fields: &Fields) -> store::Result<()> {
    employees::known_places(tx, Some((id, version)), fields).await?;
    employees::change(tx, id, version, fields).await
}

const ELSEWHERE: &str = "Something else of this record has to be put right first: open its form.";

fn wrong(key: &str, errors: &Errors) -> Option<String> {
    let other = || (!errors.is_empty()).then(|| ELSEWHERE.to_owned());
    errors.of(key).map(str::to_owned).or_else(other)
}

/// A field that is changed in its cell, by key and label.
fn known(field: &str) -> Result<(&'static str, &'static str)> {
    let key = CELLS.iter().find(|key| **key == field).ok_or(Error::NotFound)?;
    let label = domain::hr::employees::FIELDS.iter().find(|f| f.key == *key).map_or("", |f| f.label);
    Ok((key, label))
}

/// Somebody whom the reader may change, and who is not in the archive.
async fn held(tx: &mut TenantTx, id: EmployeeId) -> Result<Employee> {
    reach::hold::<EmployeesWrite>(tx, Kind::Employees, id.0).await?;
    let employee = employees::find(tx, id).await?;
    if employee.status == Status::Archived { Err(Error::NotFound) } else { Ok(employee) }
}

async fn offered(tx: &mut TenantTx, key: &str) -> Result<Vec<String>> {
    Ok(match key {
        "department" => employees::departments(tx).await?,
        "location" => employees::locations(tx).await?,
        _ => vec![],
    })
}
