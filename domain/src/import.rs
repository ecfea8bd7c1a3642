//! Importing files: which column means which field, what would become of each row, and where an import stands.
//!
//! A [`Table`] of text and a [`Mapping`] meet what the workspace has already ([`Known`]) in [`plan`], which answers
//! with a [`Plan`]: rows to create, records to change, and findings by row and cell. It is pure, so the preview and
//! the job ask the same function, and a plan is never kept: the job makes it anew from what is true by then.
//!
//! Words of the file that lead nowhere are told once a word (`mends.rs`), and what a person says that they mean is kept with
//! the mapping and read in place of them: the file itself stays as it came.
//!
//! **One more noun** takes four steps: a variant of [`Target`] with its fields; an `impl Noun` beside
//! `import/employees.rs` (its draft's keys, its date fields, the field that names another record of its own kind);
//! an `impl Ledger` in `store/src/imports/` (look up, insert and update in bulk, undo); its paths, and one line in
//! each `match` on `Target`, which the compiler will ask for.

mod beside;
mod cells;
mod contacts;
mod customers;
mod deals;
mod employees;
mod history;
#[cfg(test)]
mod import_tests;
mod leads;
mod mends;
mod plan;
#[cfg(test)]
mod plan_tests;
mod products;
mod source;
mod table;
mod tickets;
mod words;

pub use beside::{Beside, is_bank, is_beside, told};
pub use contacts::Contacts;
pub use customers::Customers;
pub use deals::{Deals, place as stage_place};
pub use employees::{Employees, Person};
pub use history::{JobFields, JobHistory, PayFields, PayHistory};
pub use leads::Leads;
pub use mends::{Lost, Mend, likely};
pub use plan::{Change, Counts, Known, New, Noun, Outcome, Plan, Record, Standing, Wanted, plan};
pub use products::{ProductDraft, ProductFields, Products};
pub use source::Source;
pub use table::{Row, Table};
pub use tickets::{TicketDraft, TicketFields, Tickets, asks};

use crate::{
    Conventions, ImportId,
    access::{
        ActivitiesWrite, ContactsImport, CustomersImport, DealsImport, EmployeesImport, LeadsImport, Permission,
        PipelinesWrite, Sight, TasksWrite, TicketsSettings,
    },
    custom_fields::{self, CustomField, Kind, Values},
    draft::{Errors, Field},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::HashMap};
use uuid::Uuid;

/// Rows that one file may have.
pub const MAX_ROWS: usize = 100_000;
/// Bytes that one file may have.
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// How long a file and its findings are kept after it came in; what it changed is kept for as long.
pub const KEPT: chrono::Duration = chrono::Duration::days(30);

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
    JobHistory,
    PayHistory,
    Contacts,
    Deals,
    Leads,
    Products,
    Tickets,
    /// No file brings these in yet.
    Tasks,
    Activities,
}

impl Target {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Employees => "employees",
            Self::Customers => "customers",
            Self::JobHistory => "employee_jobs",
            Self::PayHistory => "employee_pay",
            Self::Contacts => "contacts",
            Self::Deals => "deals",
            Self::Leads => "leads",
            Self::Products => "products",
            Self::Tickets => "tickets",
            Self::Tasks => "tasks",
            Self::Activities => "activities",
        }
    }

    /// Whether workspaces give its records fields of their own.
    pub const fn has_fields(self) -> bool {
        matches!(self, Self::Employees | Self::Customers | Self::Contacts | Self::Deals | Self::Leads | Self::Tickets)
    }

    pub const ALL: [Self; 11] = [
        Self::Employees,
        Self::Customers,
        Self::JobHistory,
        Self::PayHistory,
        Self::Contacts,
        Self::Deals,
        Self::Leads,
        Self::Products,
        Self::Tickets,
        Self::Tasks,
        Self::Activities,
    ];

    /// Whether a workspace may add fields of its own.
    pub const fn has_own_fields(self) -> bool {
        matches!(self, Self::Employees | Self::Customers | Self::Contacts | Self::Deals | Self::Leads | Self::Tickets)
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.key() == key)
    }

    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Employees => &beside::FIELDS,
            Self::Customers => crate::crm::customers::FIELDS,
            Self::JobHistory => history::JOB_FIELDS,
            Self::PayHistory => history::PAY_FIELDS,
            Self::Contacts => crate::crm::contacts::FIELDS,
            Self::Deals => crate::crm::deals::FIELDS,
            Self::Leads => crate::crm::leads::FIELDS,
            Self::Products => products::FIELDS,
            Self::Tickets => tickets::FIELDS,
            // Neither files nor people add any, and what their columns may tell is said elsewhere.
            Self::Tasks | Self::Activities => &[],
        }
    }

    /// The template below which its imports are.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Employees => crate::paths::EMPLOYEES,
            Self::Customers => crate::paths::CUSTOMERS,
            Self::JobHistory => "/w/{slug}/hr/job-history",
            Self::PayHistory => "/w/{slug}/hr/pay-history",
            Self::Contacts => crate::paths::CONTACTS,
            Self::Deals => crate::paths::DEALS,
            Self::Leads => crate::paths::LEADS,
            Self::Products => crate::paths::PRODUCTS,
            Self::Tickets => crate::paths::TICKETS,
            Self::Tasks => crate::paths::TASKS,
            Self::Activities => crate::paths::ACTIVITIES,
        }
    }

    /// The list of the records that it is about.
    pub const fn list(self) -> &'static str {
        match self {
            Self::Customers => crate::paths::CUSTOMERS,
            Self::Contacts => crate::paths::CONTACTS,
            Self::Deals => crate::paths::DEALS,
            Self::Leads => crate::paths::LEADS,
            Self::Products => crate::paths::PRODUCTS,
            Self::Tickets => crate::paths::TICKETS,
            Self::Tasks => crate::paths::TASKS,
            Self::Activities => crate::paths::ACTIVITIES,
            _ => crate::paths::EMPLOYEES,
        }
    }

    /// The right to bring in a file of them.
    pub const fn import_right(self) -> &'static str {
        match self {
            Self::Employees | Self::JobHistory | Self::PayHistory => EmployeesImport::KEY,
            Self::Customers => CustomersImport::KEY,
            Self::Contacts => ContactsImport::KEY,
            Self::Deals => DealsImport::KEY,
            Self::Leads => LeadsImport::KEY,
            Self::Products => PipelinesWrite::KEY,
            Self::Tickets => TicketsSettings::KEY,
            Self::Tasks => TasksWrite::KEY,
            Self::Activities => ActivitiesWrite::KEY,
        }
    }

    pub fn field(self, key: &str) -> Option<&'static Field> {
        self.fields().iter().find(|f| f.key == key)
    }

    /// What its records are called: one, and several.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Employees => (crate::hr::employees::WORDS.one, crate::hr::employees::WORDS.many),
            Self::Customers => (crate::crm::customers::WORDS.one, crate::crm::customers::WORDS.many),
            Self::JobHistory => (history::JOB_WORDS.one, history::JOB_WORDS.many),
            Self::PayHistory => (history::PAY_WORDS.one, history::PAY_WORDS.many),
            Self::Contacts => (crate::crm::contacts::WORDS.one, crate::crm::contacts::WORDS.many),
            Self::Deals => (crate::crm::deals::WORDS.one, crate::crm::deals::WORDS.many),
            Self::Leads => (crate::crm::leads::WORDS.one, crate::crm::leads::WORDS.many),
            Self::Products => (crate::crm::products::WORDS.one, crate::crm::products::WORDS.many),
            Self::Tickets => (crate::support::tickets::WORDS.one, crate::support::tickets::WORDS.many),
            Self::Tasks => (crate::tasks::WORDS.one, crate::tasks::WORDS.many),
            Self::Activities => (crate::activities::WORDS.one, crate::activities::WORDS.many),
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line of the file, the header being 1.
    pub line: u32,
    /// The field's key; empty for the row as a whole.
    pub field: &'static str,
    /// What the cell says, shortened.
    pub value: String,
    pub message: Cow<'static, str>,
    pub severity: Severity,
}

impl Severity {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What a file counts its amounts in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Amounts {
    #[default]
    Units,
    Thousands,
    Millions,
}

impl Amounts {
    pub const ALL: [Self; 3] = [Self::Units, Self::Thousands, Self::Millions];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Thousands => "thousands",
            Self::Millions => "millions",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }

    pub const fn times(self) -> u32 {
        match self {
            Self::Units => 1,
            Self::Thousands => 1_000,
            Self::Millions => 1_000_000,
        }
    }
}

/// Which field each column holds, by its key, and how amounts are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    columns: Vec<Option<&'static str>>,
    pub amounts: Amounts,
    mends: Vec<Mend>,
    /// The fields that the workspace has added and a file may bring.
    custom: Vec<CustomField>,
}

impl Mapping {
    /// What the headers tell by themselves, of the fields that the reader's classes open.
    pub fn guess(headers: &[String], target: Target, sight: Sight) -> Self {
        let open: Vec<Field> = target.fields().iter().filter(|f| sight.sees(f.class)).copied().collect();
        Self { columns: map_columns(headers, &open), ..Self::default() }
    }

    /// The same with the workspace's own fields, as far as a file may bring them: a column that is called like one is
    /// it, before it is taken for something that other systems call so.
    #[must_use]
    pub fn with_custom(mut self, headers: &[String], target: Target, fields: Vec<CustomField>, sight: Sight) -> Self {
        self.custom = importable(fields, sight);
        for (column, header) in headers.iter().enumerate() {
            let header = normal(header);
            let called = |f: &&CustomField| normal(&f.label) == header || normal(f.key()) == header;
            let Some(found) = self.custom.iter().find(called).map(|f| f.name).filter(|_| !header.is_empty()) else {
                continue;
            };
            let sure = self.columns.get(column).copied().flatten().and_then(|key| target.field(key));
            let sure = sure.is_some_and(|f| normal(f.label) == header || normal(f.key) == header);
            if !sure && !self.columns.contains(&Some(found)) {
                self.columns[column] = Some(found);
            }
        }
        self
    }

    /// What a person chose, column by column; empty is "not imported". The errors are beside `column-{n}`.
    pub fn chosen<S: AsRef<str>>(
        choices: &[S],
        amounts: Amounts,
        target: Target,
        custom: Vec<CustomField>,
        sight: Sight,
    ) -> Result<Self, Errors> {
        let custom = importable(custom, sight);
        let mut map: Vec<Option<&'static str>> = Vec::with_capacity(choices.len());
        let mut errors = Errors::default();
        for key in choices.iter().map(AsRef::as_ref) {
            let field = target.field(key).filter(|f| sight.sees(f.class)).map(|f| (f.key, f.label));
            let own = || custom.iter().find(|f| f.name == key).map(|f| (f.name, f.label.as_str()));
            let field = field.or_else(own);
            match field {
                Some((key, label)) if map.contains(&Some(key)) => {
                    errors.add(key, format!("{label} is chosen for two columns. Choose one of them."));
                }
                None if !key.is_empty() => errors.add("", "This field cannot be chosen."),
                _ => {}
            }
            map.push(field.map(|(key, _)| key));
        }
        errors.or(Self { columns: map, amounts, custom, mends: vec![] })
    }

    /// Key, label and whether a new record needs it, of all that a column may hold.
    pub fn choices(&self, target: Target, sight: Sight) -> Vec<(&'static str, &str, bool)> {
        let fields = target.fields().iter().filter(|f| sight.sees(f.class)).map(|f| (f.key, f.label, f.required));
        fields.chain(self.custom.iter().map(|f| (f.name, f.label.as_str(), false))).collect()
    }

    /// What a field is called.
    pub fn label(&self, target: Target, key: &str) -> Option<&str> {
        let own = || self.custom_field(key).map(|f| f.label.as_str());
        target.field(key).map(|f| f.label).or_else(own)
    }

    /// The key as fields are named by it.
    pub fn key(&self, target: Target, key: &str) -> Option<&'static str> {
        target.field(key).map(|f| f.key).or_else(|| self.custom_field(key).map(|f| f.name))
    }

    pub(crate) fn custom_field(&self, name: &str) -> Option<&CustomField> {
        self.custom.iter().find(|f| f.name == name)
    }

    /// Those of the workspace's own fields in a column that name an employee, by number.
    pub(crate) fn naming(&self) -> impl Iterator<Item = &'static str> {
        self.custom.iter().filter(|f| f.kind == Kind::Person && self.has(f.name)).map(|f| f.name)
    }

    /// What a row says of the workspace's own fields; `people` are those that it names, by number.
    pub(crate) fn custom_of<'d>(
        &self,
        said: impl Fn(&str) -> &'d str,
        people: &HashMap<String, Uuid>,
        c: &Conventions,
    ) -> Values {
        let mut values = Values::default();
        for field in self.custom.iter().filter(|f| self.has(f.name)) {
            // What cannot be read has kept its row out.
            let Ok(Some(value)) = field.read(said(field.name), c) else { continue };
            let value = match field.kind {
                Kind::Person => match value.as_str().and_then(|number| people.get(number)) {
                    Some(id) => custom_fields::person(*id),
                    None => continue,
                },
                _ => value,
            };
            values.class_mut(field.class).insert(field.key().to_owned(), value);
        }
        values
    }

    pub fn columns(&self) -> &[Option<&'static str>] {
        &self.columns
    }

    pub fn column_of(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|f| *f == Some(field))
    }

    pub fn has(&self, field: &str) -> bool {
        self.column_of(field).is_some()
    }

    /// Fields that a new record must have and no column gives.
    pub fn missing(&self, target: Target) -> Vec<&'static Field> {
        // A deal without a name is called by what it is about.
        let called = target == Target::Deals && ["product", "customer", "reference"].iter().any(|f| self.has(f));
        let needed = |f: &&Field| f.required && !self.has(f.key) && !(called && f.key == "name");
        target.fields().iter().filter(needed).collect()
    }

    /// `No column gives First name and Last name, which a new employee needs.`
    pub fn missing_words(&self, target: Target) -> Option<String> {
        let labels: Vec<&str> = self.missing(target).into_iter().map(|f| f.label).collect();
        let words = match &labels[..] {
            [] => return None,
            [one] => (*one).to_owned(),
            [some @ .., last] => format!("{} and {last}", some.join(", ")),
        };
        Some(format!("No column gives {words}, which a new {} needs.", target.words().0))
    }
}

/// Those that a file may bring: it has no files in it.
fn importable(mut fields: Vec<CustomField>, sight: Sight) -> Vec<CustomField> {
    fields.retain(|f| sight.sees(f.class) && !f.archived && f.kind != Kind::File);
    fields
}

/// One file on its way in, as its page shows it.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: ImportId,
    pub target: Target,
    pub state: State,
    pub file_name: String,
    pub source: Source,
    pub mapping: Mapping,
    /// What the plan found; of a finished import, what was done.
    pub counts: Counts,
    /// Rows written so far, and of how many; told while it moves.
    pub progress: Option<(u32, u32)>,
    pub undone: Option<Undone>,
    /// Why it failed.
    pub failure: Option<String>,
    /// The member who brought the file.
    pub by: String,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

impl Import {
    /// Whether its file, and what undoing needs, are still there.
    pub fn is_kept(&self, now: DateTime<Utc>) -> bool {
        self.created_at > now - KEPT
    }
}

/// What an undo did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Undone {
    /// Records that the import had made, and are gone.
    pub removed: u32,
    /// Records that have their earlier values again.
    pub restored: u32,
    /// Records that stay as they are: those that the import had changed, because people changed the same fields since, and
    /// those that it had made on which something hangs by now.
    pub kept: u32,
}

/// What an undo would touch that people have worked on since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since {
    /// Made by the import, with something that hangs on them by now: notes, documents, leave. An undo leaves them alone.
    pub stay: u32,
    /// Made by the import and edited since; an undo removes them all the same.
    pub created: u32,
    /// Changed by the import and edited since; an undo puts back the fields that still hold the imported value.
    pub changed: u32,
}

/// Headers that more than one column has, each once.
pub fn twins(headers: &[String]) -> Vec<&str> {
    let mut twins: Vec<&str> = vec![];
    for (i, header) in headers.iter().enumerate() {
        let same = |h: &String| !normal(h).is_empty() && normal(h) == normal(header);
        if headers[..i].iter().any(same) && !twins.iter().any(|t| normal(t) == normal(header)) {
            twins.push(header);
        }
    }
    twins
}

/// Whether these are words over columns, and not a row of data: a number, a date or an address in a first row of
/// which no word is known tells that the header is missing.
pub fn is_header(cells: &[String], target: Target) -> bool {
    let data = |c: &str| {
        let c = c.trim();
        let digits = c.chars().filter(char::is_ascii_digit).count();
        digits * 2 >= c.chars().count() || c.contains('@')
    };
    let mut words = cells.iter().filter(|c| !c.trim().is_empty()).peekable();
    words.peek().is_some()
        && (Mapping::guess(cells, target, Sight::ALL).columns.iter().any(Option::is_some) || !words.any(|c| data(c)))
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
    // Beside a street, a town is where somebody lives, and not where they work.
    let at_home = normals.iter().any(|h| words::STREETS.iter().any(|street| h.contains(street)));
    // Whether it is known where somebody lives, and not only where they work.
    let homes = fields.iter().any(|f| f.key == "street");
    let own = |f: &Field, h: &str| normal(f.key) == h || normal(f.label) == h;
    let known = |f: &Field, h: &str| f.aliases.contains(&h) || words::known(f.key, h);
    let near = |f: &Field, h: &str| {
        // A customer's age is no customer: a word more is another thing.
        let more = |a: &str| h.strip_prefix(a).is_some_and(|rest| rest.chars().count() > 2);
        let all = f.aliases.iter().copied().chain([f.key]).map(normal);
        h.len() > 4 && all.into_iter().any(|a| strsim::jaro_winkler(&a, h) > 0.94 && !more(&a))
    };
    for fits in [&own as &dyn Fn(&Field, &str) -> bool, &known, &near] {
        for (column, header) in normals.iter().enumerate() {
            if map[column].is_none() && !header.is_empty() {
                let town = words::TOWNS.contains(&header.as_str());
                let home = |f: &Field| !homes || at_home || !beside::is_of_a_home(f.key, header);
                let meant = |f: &Field| home(f) && (!(at_home && town) || homes && f.key == "city");
                let free = fields.iter().find(|f| meant(f) && fits(f, header) && !map.contains(&Some(f.key)));
                map[column] = free.map(|f| f.key);
            }
        }
    }
    map
}

/// A cell as a spreadsheet will take it for text: one that begins like a formula gets an apostrophe
/// (OWASP: CSV injection). Negative numbers are numbers and stay.
pub fn safe_cell(cell: &str) -> std::borrow::Cow<'_, str> {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
        && cell.trim_start_matches('-').parse::<f64>().is_err();
    let phone =
        cell.strip_prefix('+').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || " ()/.-".contains(c)));
    if formula && !phone { format!("'{cell}").into() } else { cell.into() }
}
