//! What a row's cells mean: dates and amounts as their column tells, words as they stand.

use super::{Amounts, Mapping, Noun, Row, Table};
use crate::{
    Conventions, Dates, Day, Money,
    custom_fields::{Custom, Kind, text},
    hr::details::MASK,
};
use std::collections::HashMap;
use uuid::Uuid;

/// How each column that holds dates is meant.
pub(super) fn dates<N: Noun>(table: &Table, mapping: &Mapping, c: &Conventions) -> Vec<Option<Dates>> {
    let dates = |(column, field): (usize, &Option<&'static str>)| {
        field.filter(|f| N::DATES.contains(f) || mapping.custom_field(f).is_some_and(|c| c.kind == Kind::Date))?;
        Some(Dates::of(table.rows().map(|r| r.cell(column)), c.dates))
    };
    mapping.columns().iter().enumerate().map(dates).collect()
}

/// The row's cells as a draft, its dates and amounts in the form in which they can be read only one way; and the cells
/// that contradict how their column is read.
pub(super) fn cells<N: Noun>(
    row: &Row<'_>,
    mapping: &Mapping,
    dates: &[Option<Dates>],
    c: Conventions,
) -> (N::Draft, Vec<(&'static str, String)>) {
    let (mut draft, mut misread) = (N::Draft::default(), vec![]);
    for (column, field) in mapping.columns().iter().enumerate() {
        let Some(field) = field else { continue };
        let cell = mapping.mended(field, plain(row.cell(column).trim()));
        let cell = cell.as_ref();
        // As we show what is kept hidden: such a cell says nothing, and what is kept stays.
        if cell.is_empty() || cell.starts_with(MASK) {
            continue;
        }
        let read = match dates.get(column).and_then(Option::as_ref) {
            Some(dates) => date(cell, dates),
            None if mapping.amounts != Amounts::Units && N::AMOUNTS.contains(field) => {
                let amount = Money::parse_times(cell, mapping.amounts.times(), c.currency);
                amount.map(|m| m.decimal().to_string()).map_err(str::to_owned)
            }
            None => Ok(cell.to_owned()),
        };
        let read = read.and_then(|cell| match mapping.custom_field(field) {
            Some(custom) => Ok(custom.read(&cell, &c)?.as_ref().map(text).unwrap_or_default()),
            None => Ok(cell),
        });
        match read {
            Ok(text) => N::set(&mut draft, field, text),
            Err(why) => misread.push((*field, why)),
        }
    }
    (draft, misread)
}

/// Leaves out whom custom fields name that there is not, and says so.
pub(super) fn nobody<N: Noun>(
    draft: &mut N::Draft,
    mapping: &Mapping,
    people: &HashMap<String, Uuid>,
) -> Vec<(&'static str, String)> {
    let mut lost = vec![];
    for field in mapping.naming() {
        let number = N::get(draft, field).to_owned();
        if !number.is_empty() && !people.contains_key(&number) {
            let why = "The row goes in without them: bring the file again afterwards.";
            let lacks = match number.contains(char::is_whitespace) {
                true => format!("No employee alone is called {number} yet."),
                false => format!("No employee has the number {number} yet."),
            };
            lost.push((field, format!("{lacks} {why}")));
            N::set(draft, field, String::new());
        }
    }
    lost
}

/// The same with what the row says of the fields that the workspace has added, and nothing else of them.
pub(super) fn own<N: Noun>(
    mut fields: N::Fields,
    draft: &N::Draft,
    mapping: &Mapping,
    people: &HashMap<String, Uuid>,
    c: &Conventions,
) -> N::Fields {
    *N::custom(&mut fields) = Custom::known(mapping.custom_of(|field| N::get(draft, field), people, c));
    fields
}

/// A date as ISO. One that is none stays as it is: the rules of its field say what is wrong with it.
fn date(cell: &str, dates: &Dates) -> Result<String, String> {
    let (order, other) = (dates.order, dates.order.other());
    match (Day::parse(cell, order), Day::parse(cell, other)) {
        (Ok(day), _) => Ok(day.to_string()),
        (Err(_), Ok(_)) => {
            let (this, others) = (other.first(), order.first());
            Err(format!("This date has the {this} first; the column is read with the {others} first."))
        }
        (Err(_), Err(_)) => Ok(cell.to_owned()),
    }
}

/// Without the apostrophe by which files of ours, and spreadsheets, make text of a formula ([`super::safe_cell`]).
fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}
