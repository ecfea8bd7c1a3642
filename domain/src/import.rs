//! Importing files: which column means which field, and where an import stands.

use crate::draft::Field;
use serde::{Deserialize, Serialize};

/// Rows that one file may have.
pub const MAX_ROWS: usize = 100_000;
/// Bytes that one file may have.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Where an import stands. A file is uploaded, its plan confirmed by a person, run by a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waiting for a person to look at the preview and say yes.
    Ready,
    Running,
    Done,
    /// Nothing of it went in; the reason is told.
    Failed,
    Undoing,
    Undone,
}

impl State {
    pub const ALL: [Self; 6] = [Self::Ready, Self::Running, Self::Done, Self::Failed, Self::Undoing, Self::Undone];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    pub const fn moves(self) -> bool {
        matches!(self, Self::Running | Self::Undoing)
    }
}

/// Which noun a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Employees,
    Customers,
}

impl Target {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Employees => "employees",
            Self::Customers => "customers",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Employees, Self::Customers].into_iter().find(|t| t.key() == key)
    }

    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Employees => crate::hr::employees::FIELDS,
            Self::Customers => crate::crm::customers::FIELDS,
        }
    }
}

/// What a cell's finding means for its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row stays out.
    Error,
    /// The row goes in without this cell.
    Warning,
}

/// Something about a cell that a person should know before, and after, the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Line of the file, the header being 1.
    pub line: u32,
    /// The field's key; empty for the row as a whole.
    pub field: String,
    /// What the cell says, shortened.
    pub value: String,
    pub message: String,
    pub severity: Severity,
}

/// A header in the form in which `Hire Date`, `hire_date` and `HireDate` are one.
pub fn normal(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Guesses which column holds which field: own name first, then what other systems call it, then a
/// near miss. A field is given once, to the first column that asks for it.
pub fn map_columns(headers: &[String], fields: &[Field]) -> Vec<Option<&'static str>> {
    let normals: Vec<String> = headers.iter().map(|h| normal(h)).collect();
    let mut map: Vec<Option<&'static str>> = vec![None; headers.len()];
    let own = |f: &Field, h: &str| normal(f.key) == h || normal(f.label) == h;
    let known = |f: &Field, h: &str| f.aliases.contains(&h);
    let near = |f: &Field, h: &str| {
        h.len() > 4 && f.aliases.iter().copied().chain([f.key]).any(|a| strsim::jaro_winkler(&normal(a), h) > 0.94)
    };
    for fits in [&own as &dyn Fn(&Field, &str) -> bool, &known, &near] {
        for (column, header) in normals.iter().enumerate() {
            if map[column].is_none() && !header.is_empty() {
                let free = fields.iter().find(|f| fits(f, header) && !map.contains(&Some(f.key)));
                map[column] = free.map(|f| f.key);
            }
        }
    }
    map
}

/// A cell as a spreadsheet will take it for text: one that begins like a formula gets an apostrophe
/// (OWASP: CSV injection). Negative numbers are numbers and stay.
pub fn safe_cell(cell: &str) -> std::borrow::Cow<'_, str> {
    let formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.trim_start_matches('-').parse::<f64>().is_err();
    let phone =
        cell.strip_prefix('+').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || " ()/.-".contains(c)));
    if formula && !phone { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{crm::customers, hr::employees};

    fn mapped(headers: &str, fields: &[Field]) -> Vec<&'static str> {
        let headers: Vec<String> = headers.split(',').map(str::to_owned).collect();
        map_columns(&headers, fields).into_iter().map(|f| f.unwrap_or("-")).collect()
    }

    #[test]
    fn columns_of_other_systems_are_known() {
        assert_eq!(
            mapped(
                "employee_number,first_name,last_name,birth_date,gender,hire_date,leave_date,department,job_title,annual_salary,manager_number",
                employees::FIELDS
            ),
            [
                "number",
                "first_name",
                "last_name",
                "birth_date",
                "-",
                "start_date",
                "end_date",
                "department",
                "job_title",
                "salary",
                "manager"
            ]
        );
        assert_eq!(
            mapped(
                "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
                customers::FIELDS
            ),
            ["name", "industry", "-", "revenue", "size", "country", "parent"]
        );
        assert_eq!(
            mapped("Firstname,Nick,Departement,E-Mail", employees::FIELDS),
            ["first_name", "-", "department", "email"]
        );
    }

    #[test]
    fn a_field_is_given_once() {
        assert_eq!(mapped("Email,email", employees::FIELDS), ["email", "-"]);
    }

    #[test]
    fn a_formula_is_text_in_a_file() {
        for (cell, safe) in [
            ("=cmd()", "'=cmd()"),
            ("@x", "'@x"),
            ("-5.20", "-5.20"),
            ("+49 30 123", "+49 30 123"),
            ("-x", "'-x"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(safe_cell(cell), safe);
        }
    }
}
