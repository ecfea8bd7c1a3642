//! Templates of checklists as they are typed, and what that means.

use super::{FURTHEST, Item, Kind, Owner};
use crate::{ChecklistTemplateId, Errors, hr::employees::EmploymentType, tasks};
use serde::{Deserialize, Serialize};

/// Items that one template may have.
pub const ROWS: usize = 60;

/// Job titles that one template may name.
pub const TITLES: usize = 50;

/// One template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub id: ChecklistTemplateId,
    pub version: i32,
    pub fields: Fields,
    /// How many run now.
    pub running: i64,
}

/// What a template is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub kind: Kind,
    /// For these alone; none: for all.
    pub departments: Vec<String>,
    /// Job titles.
    pub titles: Vec<String>,
    /// Keys, as above.
    pub types: Vec<String>,
    /// Begun by itself for whomever it fits.
    pub automatic: bool,
    pub items: Vec<Item>,
}

/// A template as it is typed: each item is the same place in five lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub name: String,
    pub kind: String,
    pub department: Vec<String>,
    /// Job titles, one a line.
    pub titles: String,
    pub employment_type: Vec<String>,
    pub automatic: String,
    pub title: Vec<String>,
    pub note: Vec<String>,
    pub owner: Vec<String>,
    pub days: Vec<String>,
    pub blocks: Vec<String>,
    /// Pressed for a few more lines rather than to save.
    pub more: String,
}

/// What is wrong with a line: the field, and how.
pub type Wrong = (&'static str, String);

impl Draft {
    /// A form filled from a template.
    pub fn of(f: &Fields) -> Self {
        let each = |value: fn(&Item) -> String| f.items.iter().map(value).collect();
        Self {
            name: f.name.clone(),
            kind: f.kind.key().into(),
            department: f.departments.clone(),
            titles: f.titles.join("\n"),
            employment_type: f.types.clone(),
            automatic: if f.automatic { "true".into() } else { String::new() },
            title: each(|i| i.title.clone()),
            note: each(|i| i.note.clone().unwrap_or_default()),
            owner: each(|i| i.owner.key()),
            days: each(|i| i.days.to_string()),
            blocks: each(|i| if i.blocks { "yes".into() } else { String::new() }),
            more: String::new(),
        }
    }

    /// Lines that the form had.
    pub fn lines(&self) -> usize {
        self.title.len().min(ROWS)
    }

    /// The item of a line; `None` where nothing is said.
    pub fn line(&self, n: usize) -> Result<Option<Item>, Wrong> {
        let at = |list: &[String]| list.get(n).map(|s| s.trim().to_owned()).unwrap_or_default();
        let (title, note, days) = (at(&self.title), at(&self.note), at(&self.days));
        if title.is_empty() && note.is_empty() {
            return Ok(None);
        }
        let mut e = Errors::default();
        let title = e.required("title", &title, 200);
        let note = e.text("note", &note, tasks::LONGEST);
        let days = e.optional("days", &days, offset).unwrap_or_default();
        let owner = e.optional("owner", &at(&self.owner), |s| Owner::parse(s).ok_or("Choose one of them."));
        if let Some((field, words)) = e.iter().next() {
            return Err((field, words.to_owned()));
        }
        Ok(Some(Item { title, note, owner: owner.unwrap_or_default(), days, blocks: !at(&self.blocks).is_empty() }))
    }

    /// The rules of a template, with what could be read although something is wrong.
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let mut items = vec![];
        for n in 0..self.title.len().max(self.note.len()) {
            match self.line(n) {
                Ok(item) => items.extend(item),
                Err((_, words)) => {
                    if e.of("items").is_none() {
                        e.add("items", format!("Line {}: {words}", n + 1));
                    }
                }
            }
        }
        if items.is_empty() && e.is_empty() {
            e.add("items", "Say at least one thing that is to be done.");
        }
        if items.len() > ROWS {
            e.add("items", format!("A checklist has at most {ROWS} items."));
        }
        let types: Vec<String> =
            self.employment_type.iter().filter(|t| EmploymentType::parse(t).is_ok()).cloned().collect();
        let mut titles: Vec<String> = vec![];
        for title in self.titles.lines().map(str::trim).filter(|t| !t.is_empty()) {
            if !titles.iter().any(|t| t.to_lowercase() == title.to_lowercase()) {
                titles.push(title.to_owned());
            }
        }
        if titles.len() > TITLES || titles.iter().any(|t| t.chars().count() > 200) {
            e.add("titles", format!("At most {TITLES} job titles, of at most 200 characters each."));
        }
        let departments = self.department.iter().map(|d| d.trim().to_owned()).filter(|d| !d.is_empty()).collect();
        let fields = Fields {
            name: e.required("name", &self.name, 80),
            kind: e.take("kind", Kind::parse(&self.kind).ok_or("Choose one of them.")).unwrap_or_default(),
            departments,
            titles,
            types,
            automatic: !self.automatic.is_empty(),
            items,
        };
        (fields, e)
    }
}

/// `-3`, `+5`, `0`.
fn offset(text: &str) -> Result<i32, String> {
    let wrong = || format!("Type a number of days between -{FURTHEST} and {FURTHEST}: -3 is three days before.");
    let days = text.replace('\u{2212}', "-").trim_start_matches('+').parse::<i32>().map_err(|_| wrong())?;
    if days.abs() > FURTHEST { Err(wrong()) } else { Ok(days) }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Place, fits},
        *,
    };

    fn typed(lines: &[(&str, &str, &str)]) -> Draft {
        let each = |value: fn(&(&str, &str, &str)) -> String| lines.iter().map(value).collect();
        Draft {
            name: "Everybody".into(),
            kind: "onboarding".into(),
            title: each(|l| l.0.into()),
            days: each(|l| l.1.into()),
            owner: each(|l| l.2.into()),
            ..Draft::default()
        }
    }

    #[test]
    fn empty_lines_are_none_and_days_have_a_sign() {
        let (fields, errors) =
            typed(&[("Order a laptop", "-10", "hr"), ("", "", ""), ("Lunch", "+1", "manager")]).read();
        assert!(errors.is_empty(), "{errors:?}");
        let told: Vec<_> = fields.items.iter().map(|i| (i.title.as_str(), i.days, i.owner)).collect();
        assert_eq!(told, [("Order a laptop", -10, Owner::Hr), ("Lunch", 1, Owner::Manager)]);
        assert_eq!(Draft::of(&fields).read().0, fields, "a form filled from it says the same");
    }

    #[test]
    fn a_template_is_for_a_department_a_role_or_a_type_or_for_everybody() {
        let mut draft = typed(&[("Call", "0", "")]);
        draft.titles = "Sales engineer\n\n account manager \nsales Engineer".into();
        let (fields, errors) = draft.read();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(fields.titles, ["Sales engineer", "account manager"]);
        let place = |job_title| Place { department: Some("Sales"), job_title, employment_type: None };
        for (title, fits_it) in [(Some("Account Manager"), true), (Some("Driver"), false), (None, false)] {
            assert_eq!(fits(&fields, place(title)), fits_it, "{title:?}");
        }
        let fields = Fields { titles: vec![], ..fields };
        let list = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        for (departments, types, department, employment_type, is) in [
            (list(&[]), list(&[]), None, None, true),
            (list(&["Sales"]), list(&[]), Some("sales"), None, true),
            (list(&["Sales"]), list(&[]), None, Some("intern"), false),
            (list(&["Sales"]), list(&["intern"]), Some("Sales"), Some("full_time"), false),
            (list(&["Sales", "People"]), list(&["intern", "full_time"]), Some("People"), Some("full_time"), true),
        ] {
            let place = Place { department, job_title: None, employment_type };
            let fields = Fields { departments, types, ..fields.clone() };
            assert_eq!(fits(&fields, place), is, "{:?} {:?}", fields.departments, fields.types);
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line() {
        for (lines, told) in [
            (&[("Call", "soon", "")][..], "Line 1: Type a number of days"),
            (&[("Call", "0", ""), ("Write", "900", "")], "Line 2: Type a number of days"),
            (&[("Call", "0", "everybody")], "Line 1: Choose one of them."),
            (&[], "Say at least one thing"),
        ] {
            let (_, errors) = typed(lines).read();
            assert!(errors.of("items").is_some_and(|e| e.starts_with(told)), "{errors:?}");
        }
        let (_, errors) = Draft::default().read();
        assert!(errors.of("name").is_some() && errors.of("kind").is_some(), "{errors:?}");
    }
}
