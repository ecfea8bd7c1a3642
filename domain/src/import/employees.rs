//! Employees as an import knows them: by number, else by email; the manager by number.

use super::{Noun, Target};
use crate::{
    Conventions, Errors,
    custom_fields::Custom,
    hr::employees::{Draft, Fields},
};

/// The noun of [`crate::hr::employees`].
#[derive(Debug, Clone, Copy)]
pub struct Employees;

impl Noun for Employees {
    const TARGET: Target = Target::Employees;
    const DATES: &'static [&'static str] = &["start_date", "end_date", "birth_date"];
    const AMOUNTS: &'static [&'static str] = &["salary"];
    const KEYS: [&'static str; 2] = ["number", "email"];
    /// A new number is a new person, even with the address of somebody else.
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 0;
    const ABOVE: &'static str = "manager";
    const STEPS: usize = 200;
    type Draft = Draft;
    type Fields = Fields;

    fn get<'a>(draft: &'a Draft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut Draft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(draft: &Draft, c: &Conventions) -> Result<Fields, Errors> {
        draft.parse(c)
    }

    fn draft(f: &Fields) -> Draft {
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
        }
    }

    fn keys(draft: &Draft, _: &Conventions) -> [Option<String>; 2] {
        let key = |s: &str| Some(s.trim()).filter(|s| !s.is_empty()).map(str::to_owned);
        [key(&draft.number), key(&draft.email.to_lowercase())]
    }

    fn link(draft: &Draft, c: &Conventions) -> Option<String> {
        let words = Draft { manager: draft.manager.clone(), ..named() };
        if draft.manager.trim().is_empty() { None } else { words.parse(c).ok()?.manager }
    }

    fn take(into: &mut Fields, from: &Fields, field: &str) -> bool {
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

    fn custom(fields: &mut Fields) -> &mut Custom {
        &mut fields.custom
    }

    fn title(f: &Fields) -> String {
        match &f.number {
            Some(number) => format!("{number} · {} {}", f.first_name, f.last_name),
            None => format!("{} {}", f.first_name, f.last_name),
        }
    }

    fn unknown(word: &str) -> String {
        format!("No employee has the number {word}, here or in this file. The row goes in without a manager.")
    }
}

/// The least that the rules ask for, to read one other field by them.
fn named() -> Draft {
    Draft { first_name: "-".into(), last_name: "-".into(), ..Draft::default() }
}
