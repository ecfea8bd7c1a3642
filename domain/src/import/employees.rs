//! Employees as an import knows them: by number, else by email; the manager by number, or by a name that one alone has.

use super::{
    Noun, Target,
    beside::{Beside, is_beside},
};
use crate::{
    Conventions, Errors,
    custom_fields::Custom,
    hr::{
        details,
        employees::{Draft, Fields, name_keys},
    },
};

/// One row as it was read. Most files say nothing of what stands beside.
#[derive(Debug, Clone, Default)]
pub struct PersonDraft {
    own: Draft,
    beside: Option<Box<details::Draft>>,
}

/// One employee with what a file says, or the workspace knows, beside their own row.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub own: Fields,
    pub beside: Option<Box<Beside>>,
}

/// The noun of [`crate::hr::employees`].
#[derive(Debug, Clone, Copy)]
pub struct Employees;

impl Noun for Employees {
    const TARGET: Target = Target::Employees;
    const DATES: &'static [&'static str] = &["start_date", "end_date", "birth_date", "probation_end"];
    const AMOUNTS: &'static [&'static str] = &["salary"];
    const KEYS: [&'static str; 2] = ["number", "email"];
    /// A new number is a new person, even with the address of somebody else.
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 0;
    const ABOVE: &'static str = "manager";
    const BY_NAME: bool = true;
    const STEPS: usize = 200;
    const SECOND_HAND: &'static [&'static str] = &["salary", "account_holder", "iban", "bic"];
    type Draft = PersonDraft;
    type Fields = Person;

    fn get<'a>(draft: &'a PersonDraft, field: &str) -> &'a str {
        match is_beside(field) {
            true => draft.beside.as_ref().map_or("", |beside| beside.get(field)),
            false => draft.own.get(field),
        }
    }

    fn set(draft: &mut PersonDraft, field: &str, value: String) {
        match is_beside(field) {
            true => draft.beside.get_or_insert_default().set(field, value),
            false => draft.own.set(field, value),
        }
    }

    fn parse(draft: &PersonDraft, c: &Conventions) -> Result<Person, Errors> {
        let (own, mut errors) = draft.own.read(c);
        let mut beside = None;
        if let Some(draft) = &draft.beside {
            let name = format!("{} {}", own.first_name, own.last_name);
            let (read, told) = Beside::read(draft, &name, c);
            errors.merge(told);
            beside = Some(Box::new(read));
        }
        errors.or(Person { own, beside })
    }

    fn draft(person: &Person) -> PersonDraft {
        let beside = person.beside.as_ref().map(|b| Box::new(b.fields.draft()));
        PersonDraft { own: own(&person.own), beside }
    }

    fn keys(PersonDraft { own: draft, .. }: &PersonDraft, _: &Conventions) -> [Option<String>; 2] {
        let key = |s: &str| Some(s.trim()).filter(|s| !s.is_empty()).map(str::to_owned);
        [key(&draft.number), key(&draft.email.to_lowercase())]
    }

    fn link(PersonDraft { own: draft, .. }: &PersonDraft, c: &Conventions) -> Option<String> {
        let words = Draft { manager: draft.manager.clone(), ..named() };
        if draft.manager.trim().is_empty() { None } else { words.parse(c).ok()?.manager }
    }

    fn namings(word: &str) -> Vec<String> {
        name_keys(word)
    }

    fn naming(PersonDraft { own, .. }: &PersonDraft) -> Option<String> {
        Some(format!("{} {}", own.last_name, own.first_name).to_lowercase())
    }

    fn take(into: &mut Person, from: &Person, field: &str) -> bool {
        if is_beside(field) {
            let Some(from) = &from.beside else { return false };
            return into.beside.get_or_insert_default().take(from, field);
        }
        let (into, from) = (&mut into.own, &from.own);
        macro_rules! take {
            ($($name:ident),*) => { match field {
                $(stringify!($name) => {
                    let differs = into.$name != from.$name;
                    if differs { into.$name = from.$name.clone(); }
                    differs
                })*
                custom => into.custom.take(&from.custom, custom),
            } };
        }
        take!(
            number,
            first_name,
            last_name,
            email,
            phone,
            department,
            location,
            job_title,
            employment_type,
            fte,
            start_date,
            end_date,
            birth_date,
            salary
        )
    }

    fn places(person: &Person) -> Vec<(&'static str, &str)> {
        let own = &person.own;
        let named = [("department", &own.department), ("location", &own.location)];
        named.into_iter().filter_map(|(field, name)| Some((field, name.as_deref()?))).collect()
    }

    fn custom(person: &mut Person) -> &mut Custom {
        &mut person.own.custom
    }

    fn title(Person { own: f, .. }: &Person) -> String {
        match &f.number {
            Some(number) => format!("{number} · {} {}", f.first_name, f.last_name),
            None => format!("{} {}", f.first_name, f.last_name),
        }
    }

    fn unknown(word: &str) -> String {
        match word.chars().any(|c| c.is_ascii_digit()) {
            true => {
                format!("No employee has the number {word}, here or in this file. The row goes in without a manager.")
            }
            false => format!("Nobody is called {word}, here or in this file. The row goes in without a manager."),
        }
    }
}

/// The record's own fields as a form shows them.
fn own(f: &Fields) -> Draft {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let day = |d: Option<crate::Day>| d.map(|d| d.to_string()).unwrap_or_default();
    Draft {
        number: text(&f.number),
        first_name: f.first_name.clone(),
        last_name: f.last_name.clone(),
        email: f.email.as_ref().map(|e| e.as_str().to_owned()).unwrap_or_default(),
        phone: text(&f.phone),
        department: text(&f.department),
        location: text(&f.location),
        job_title: text(&f.job_title),
        manager: text(&f.manager),
        employment_type: f.employment_type.map(|t| t.key().to_owned()).unwrap_or_default(),
        fte: f.fte.words(),
        start_date: day(f.start_date),
        end_date: day(f.end_date),
        birth_date: day(f.birth_date),
        salary: f.salary.map(|s| s.decimal().to_string()).unwrap_or_default(),
        custom: f.custom.values.answered(),
        ..Draft::default()
    }
}

/// The least that the rules ask for, to read one other field by them.
fn named() -> Draft {
    Draft { first_name: "-".into(), last_name: "-".into(), ..Draft::default() }
}
