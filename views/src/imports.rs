//! Imports, the same for every noun: bring a file, look at what it would do, watch it, see the result, take it back.

mod check;
mod end;
mod index;

pub use check::{Check, LEFT_OUT};
pub use end::{Ended, Moving, Undo};
pub use index::Index;

use crate::{
    Moment,
    ui::{Alert, Column, Density, PageHead, Row, Stepper, Table, Tone},
};
use domain::{
    ImportId, Slug,
    import::{Counts, Finding, Import, Severity, Source, State, Target},
    list::grouped,
    paths::Pages,
};
use maud::{Markup, Render, html};
use std::collections::{HashMap, hash_map::Entry};

/// The part that is swapped: the whole wizard below the frame.
const PART: &str = "import";
const STEPS: &[&str] = &["File", "Check", "Import"];
/// Findings that a page lists; the file of wrong rows has all.
pub const LISTED: usize = 100;

/// Where an import's pages are, and for whom.
#[derive(Debug, Clone)]
pub struct Place {
    pub slug: Slug,
    pub csrf: String,
    pub target: Target,
    pub moment: Moment,
}

impl Place {
    pub fn imports(&self) -> String {
        Pages::of(self.target.place(), &self.slug).imports()
    }

    fn many_field_files(&self) -> String {
        Pages::of(self.target.place(), &self.slug).many_field_files()
    }

    pub fn import(&self, id: ImportId) -> String {
        format!("{}/{id}", self.imports())
    }

    fn mapping(&self, id: ImportId) -> String {
        format!("{}/mapping", self.import(id))
    }

    fn confirmation(&self, id: ImportId) -> String {
        format!("{}/confirmation", self.import(id))
    }

    fn reversal(&self, id: ImportId) -> String {
        format!("{}/reversal", self.import(id))
    }

    fn removal(&self, id: ImportId) -> String {
        format!("{}/removal", self.import(id))
    }

    fn errors(&self, id: ImportId) -> String {
        format!("{}/errors.csv", self.import(id))
    }

    fn noun(&self) -> String {
        Pages::of(self.target.list(), &self.slug).list()
    }

    /// `Import employees`
    fn title(&self) -> String {
        format!("Import {}", self.target.words().1)
    }

    fn head(&self) -> PageHead {
        let label = match self.target {
            Target::Employees | Target::JobHistory | Target::PayHistory => "Employees",
            Target::Customers => "Customers",
            Target::Contacts => "Contacts",
            Target::Deals => "Deals",
            Target::Leads => "Leads",
            Target::Products => "Products",
            Target::Tickets => "Tickets",
            Target::Tasks => "Tasks",
            Target::Activities => "Calls and meetings",
        };
        PageHead::new(self.title()).crumb(label, self.noun())
    }

    /// The head of one import's pages.
    fn head_of(&self, import: &Import) -> PageHead {
        let how = import.source.words();
        self.head().crumb("Imports", self.imports()).lead(html! {
            span { (import.file_name) }
            span { (rows(import.source.rows)) }
            @if !how.is_empty() { span { (how) } }
        })
    }

    fn steps(&self, current: usize) -> Stepper {
        Stepper::new(STEPS, current).link(0, self.imports())
    }

    /// `1 employee`, `9,960 employees`.
    fn count(&self, n: u32) -> String {
        let (one, many) = self.target.words();
        format!("{} {}", number(n), if n == 1 { one } else { many })
    }
}

fn number(n: u32) -> String {
    grouped(n.into())
}

fn rows(n: u32) -> String {
    if n == 1 { "1 row".into() } else { format!("{} rows", number(n)) }
}

/// `10,000 rows: 9,960 new, 40 wrong. 1 warning.`
pub fn summary(c: &Counts) -> String {
    let parts = [(c.create, "new"), (c.change, "changed"), (c.same, "unchanged"), (c.error, "wrong")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{} {word}", number(n))).collect();
    let warnings = match c.warning {
        0 => String::new(),
        1 => " 1 warning.".into(),
        n => format!(" {} warnings.", number(n)),
    };
    format!("{}: {}.{warnings}", rows(c.rows), parts.join(", "))
}

fn state_badge(state: State) -> (Tone, &'static str) {
    match state {
        State::Ready => (Tone::Accent, "Waiting for you"),
        State::Running => (Tone::Info, "Importing"),
        State::Done => (Tone::Good, "Imported"),
        State::Failed => (Tone::Bad, "Failed"),
        State::Undoing => (Tone::Info, "Undoing"),
        State::Undone => (Tone::Neutral, "Undone"),
    }
}

/// Findings as a table: where, what the cell says, what is wrong with it.
fn findings_table(findings: &[Finding], target: Target, source: &Source, columns: &[Option<&'static str>]) -> Markup {
    let label = |field: &str| match columns.iter().position(|c| *c == Some(field)) {
        Some(column) => source.column(column),
        None => target.field(field).map_or("Whole row".into(), |f| f.label.to_owned()),
    };
    let line = |(f, lines): &(&Finding, Vec<u32>)| {
        let tone = if f.severity == Severity::Error { Tone::Bad } else { Tone::Warning };
        Row::new(
            f.line.to_string(),
            format!("line {}", f.line),
            vec![
                html! { (number(f.line)) @if let Some(more) = also(lines) { span.quiet { (more) } } },
                html! {
                    (label(f.field))
                    @if !f.field.is_empty() {
                        span.import-value { (if f.value.is_empty() { "empty" } else { &f.value }) }
                    }
                },
                html! { span class={ "import-note " (tone.class()) } { (tone.icon()) span { (f.message) } } },
            ],
        )
    };
    let columns = vec![Column::new("Line"), Column::new("Cell"), Column::new("What is wrong")];
    html! { div.import-findings {
        (Table::new("What is wrong", columns, alike(findings).iter().map(line).collect()).density(Density::Compact))
    } }
}

/// What is wrong in the same way with the same words in many lines is told once, with the other lines it is in.
fn alike(findings: &[Finding]) -> Vec<(&Finding, Vec<u32>)> {
    let mut all: Vec<(&Finding, Vec<u32>)> = vec![];
    let mut at = HashMap::new();
    for f in findings.iter().take(LISTED) {
        match at.entry((f.field, &f.value, &f.message)) {
            Entry::Vacant(new) => {
                new.insert(all.len());
                all.push((f, vec![]));
            }
            Entry::Occupied(known) => all[*known.get()].1.push(f.line),
        }
    }
    all
}

/// Lines that are written out behind the first.
const WRITTEN: usize = 3;

/// `, 14, 15 and 40 more`
fn also(lines: &[u32]) -> Option<String> {
    let written: String = lines.iter().take(WRITTEN).map(|line| format!(", {}", number(*line))).collect();
    Some(match lines.len().checked_sub(WRITTEN) {
        _ if lines.is_empty() => return None,
        None | Some(0) => written,
        Some(more) => format!("{written} and {more} more"),
    })
}

fn alert(tone: Tone, title: impl Into<String>, text: Markup) -> Markup {
    Alert::new(tone, title).text(text).render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_told_in_words() {
        let counts = Counts { rows: 10_000, create: 9_960, error: 40, warning: 1, ..Counts::default() };
        assert_eq!(summary(&counts), "10,000 rows: 9,960 new, 40 wrong. 1 warning.");
        let counts = Counts { rows: 1, same: 1, ..Counts::default() };
        assert_eq!(summary(&counts), "1 row: 1 unchanged.");
    }

    #[test]
    fn what_is_wrong_in_the_same_way_is_told_once() {
        let finding = |line, value: &str| Finding {
            line,
            field: "manager",
            value: value.into(),
            message: "Nobody has this number.".into(),
            severity: Severity::Warning,
        };
        let findings = [finding(2, "7"), finding(3, "8"), finding(4, "7"), finding(9, "7"), finding(12, "7")];
        let told: Vec<_> = alike(&findings).into_iter().map(|(f, lines)| (f.line, also(&lines))).collect();
        assert_eq!(told, [(2, Some(", 4, 9, 12".into())), (3, None)]);
        assert_eq!(also(&[1, 2, 3, 1_400, 5]).as_deref(), Some(", 1, 2, 3 and 2 more"));
    }
}
