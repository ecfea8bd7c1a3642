//! What a file would do, before it does it: counts, findings, columns, the first rows.

use super::{LISTED, PART, Place, alert, findings_table, number, summary};
use crate::{
    View,
    ui::{
        Badge, Button, Card, Choice, Column, Density, Field, Form, Icon, Row, Tab, Table, Tabs, Tone, actions, dash,
        wizard_page,
    },
};
use domain::{
    DateOrder, Errors,
    access::Sight,
    import::{Counts, Finding, Import, Outcome, Severity, Table as File, twins},
};
use maud::{Markup, Render, html};
use std::collections::HashMap;

/// Rows that a preview shows.
const SHOWN: usize = 20;

/// The plan of a file, and the columns that it was made by.
pub struct Check {
    pub place: Place,
    pub import: Import,
    pub sight: Sight,
    pub table: File,
    pub counts: Counts,
    pub findings: Vec<Finding>,
    pub outcomes: Vec<Outcome>,
    pub orders: Vec<Option<DateOrder>>,
    /// By line: fields that would change, and what they say now.
    pub was: HashMap<u32, Vec<(&'static str, String)>>,
    /// Show the wrong rows only.
    pub only_wrong: bool,
    /// What was chosen for the columns, where that could not be taken, and why.
    pub refused: Option<(Vec<String>, Errors)>,
}

impl View for Check {
    fn title(&self) -> String {
        self.place.title()
    }

    fn body(&self) -> Markup {
        let body = html! {
            (self.verdict())
            (self.notices())
            (self.buttons())
            (self.problems())
            (self.columns())
            (self.rows())
        };
        html! { div.import-page id=(PART) { (wizard_page(&self.place.head_of(&self.import), &self.place.steps(1), body)) } }
    }
}

impl Check {
    fn verdict(&self) -> Markup {
        let c = &self.counts;
        let title = summary(c);
        let many = self.place.target.words().1;
        match () {
            () if c.writes() == 0 && c.error == 0 => {
                alert(Tone::Good, title, html! { "There is nothing to do: all " (many) " are as the file says." })
            }
            () if c.writes() == 0 && c.same == 0 => alert(
                Tone::Bad,
                title,
                html! { "Nothing can go in as it stands. Look at the columns and the findings below." },
            ),
            () if c.error > 0 => alert(
                Tone::Warning,
                title,
                html! { "Wrong rows stay out; the other " (number(c.rows - c.error)) " go in. You get a file with the wrong ones, to put right and bring again." },
            ),
            () if c.warning > 0 => {
                alert(Tone::Warning, title, html! { "Every row goes in. Cells with a warning stay out of it." })
            }
            () => {
                alert(Tone::Good, title, html! { "Nothing is changed until you say so, and all of it can be undone." })
            }
        }
    }

    /// What is true of the file as a whole.
    fn notices(&self) -> Markup {
        let (source, mapping, target) = (&self.import.source, &self.import.mapping, self.place.target);
        let many = target.words().1;
        let mut notes: Vec<String> = vec![];
        for twin in twins(&source.headers) {
            notes.push(format!(
                "Several columns are called “{twin}”. The first that fits is taken; choose for the others yourself."
            ));
        }
        if source.more_sheets > 0 {
            let sheet = source.sheet.as_deref().unwrap_or_default();
            notes.push(format!("The workbook has more sheets. Only “{sheet}” is read."));
        }
        for (column, order) in self.orders.iter().enumerate() {
            let words = match order {
                Some(DateOrder::Dmy) => "day first, like 31/12/2024",
                Some(DateOrder::Mdy) => "month first, like 12/31/2024",
                None => continue,
            };
            notes.push(format!("Dates in “{}” are read {words}.", source.column(column)));
        }
        if self.counts.change + self.counts.same > 0 {
            notes.push(format!("Rows of {many} that are here already change them. Empty cells change nothing."));
        }
        if target == domain::import::Target::Employees && !mapping.has("number") && !mapping.has("email") {
            notes.push("No column gives a number or an email, so nobody is recognised: each import of this file adds everybody anew.".into());
        }
        let missing: Vec<&str> = mapping.missing(target).into_iter().map(|f| f.label).collect();
        html! {
            @if !missing.is_empty() && self.counts.error > 0 {
                (alert(Tone::Bad, format!("No column gives {}", missing.join(" and ")), html! {
                    "Whoever is new needs it. " a href="#columns" { "Choose its column" } "."
                }))
            }
            @if !notes.is_empty() {
                (alert(Tone::Info, "How this file is read", html! { ul { @for note in &notes { li { (note) } } } }))
            }
        }
    }

    fn buttons(&self) -> Markup {
        let (writes, id) = (self.counts.writes(), self.import.id);
        let run = Button::submit(format!("Import {}", self.place.count(writes))).primary().icon(Icon::Check);
        let back = Button::link("Choose another file", self.place.imports()).ghost();
        if writes == 0 {
            return actions(html! { (Button::link("Choose another file", self.place.imports()).icon(Icon::Upload)) });
        }
        Form::post(self.place.run(id), &self.place.csrf).actions(html! { (run) (back) }).render()
    }

    fn problems(&self) -> Markup {
        if self.findings.is_empty() {
            return html! {};
        }
        let (errors, warnings): (Vec<_>, Vec<_>) =
            self.findings.iter().cloned().partition(|f| f.severity == Severity::Error);
        let columns = self.import.mapping.columns();
        let card = |title: &str, findings: &[Finding], download: bool| {
            let all = findings.len();
            let mut card =
                Card::new(title, findings_table(findings, self.place.target, &self.import.source, columns)).flush();
            if all > LISTED {
                card = card.note(format!("The first {LISTED} of {}.", number(u32::try_from(all).unwrap_or(u32::MAX))));
            }
            if download {
                let file = Button::link("Wrong rows as a file", self.place.errors(self.import.id));
                card = card.actions(html! { (file.small().icon(Icon::Download)) });
            }
            card.render()
        };
        html! {
            @if !errors.is_empty() { (card("Wrong cells", &errors, true)) }
            @if !warnings.is_empty() { (card("Warnings", &warnings, false)) }
        }
    }

    fn columns(&self) -> Markup {
        let (source, id) = (&self.import.source, self.import.id);
        let given = self.import.mapping.columns().iter().flatten().count();
        let label = |f: &domain::draft::Field| if f.required { format!("{} *", f.label) } else { f.label.to_owned() };
        let fields = self.place.target.fields().iter().filter(|f| self.sight.sees(f.class));
        let choices: Vec<Choice> = fields.map(|f| Choice::new(f.key, label(f))).collect();
        let chosen = |column: usize| match &self.refused {
            Some((chosen, _)) => chosen.get(column).cloned().unwrap_or_default(),
            None => self.import.mapping.columns().get(column).copied().flatten().unwrap_or_default().to_owned(),
        };
        let row = |column: usize| {
            let (name, key) = (source.column(column), chosen(column));
            let error = self.refused.as_ref().and_then(|(_, errors)| errors.of(&key)).filter(|_| !key.is_empty());
            let samples = self.samples(column);
            let select = Field::select("column", format!("What {name} holds"), choices.clone())
                .id(format!("column-{column}"))
                .label_hidden()
                .empty_choice("Not imported")
                .value(key)
                .error(error);
            Row::new(
                column.to_string(),
                &name,
                vec![
                    html! { span.import-header { (name) } },
                    html! { @if samples.is_empty() { (dash()) } @else { span.quiet { (samples.join(", ")) } } },
                    select.render(),
                ],
            )
        };
        let head =
            vec![Column::new("Column in the file"), Column::new("Its first cells").minor(), Column::new("Becomes")];
        let rows = (0..source.headers.len()).map(row).collect();
        let problem = self.refused.as_ref().and_then(|(_, errors)| errors.iter().next()).map(|(_, m)| m.to_owned());
        let form = Form::post(self.place.mapping(id), &self.place.csrf)
            .problem(problem)
            .body(html! { div.import-columns { (Table::new("Columns", head, rows)) } })
            .actions(html! { (Button::submit("Use these columns").icon(Icon::Refresh)) });
        Card::new("Columns", form.render())
            .id("columns")
            .note(format!(
                "{given} of {} are imported. * A new {} needs it.",
                source.headers.len(),
                self.place.target.words().0
            ))
            .render()
    }

    /// The first different words of a column.
    fn samples(&self, column: usize) -> Vec<&str> {
        let mut samples: Vec<&str> = vec![];
        for row in self.table.rows().take(50) {
            let cell = row.cell(column).trim();
            if !cell.is_empty() && !samples.contains(&cell) {
                samples.push(cell);
            }
            if samples.len() == 3 {
                break;
            }
        }
        samples
    }

    fn rows(&self) -> Markup {
        let mapped: Vec<(usize, &'static str)> =
            self.import.mapping.columns().iter().enumerate().filter_map(|(i, f)| f.map(|f| (i, f))).collect();
        let mut by_cell: HashMap<(u32, &str), &Finding> = HashMap::new();
        for f in self.findings.iter().rev() {
            by_cell.insert((f.line, f.field), f);
        }
        let wanted = |at: &usize| !self.only_wrong || self.outcomes.get(*at) == Some(&Outcome::Error);
        let shown = (0..self.table.len()).filter(wanted).take(SHOWN);
        let rows = shown.map(|at| {
            let row = self.table.row(at);
            let was = self.was.get(&row.line);
            let (tone, word) = match self.outcomes.get(at) {
                Some(Outcome::Create) => (Tone::Good, "New"),
                Some(Outcome::Change) => (Tone::Accent, "Changed"),
                Some(Outcome::Same) => (Tone::Neutral, "Unchanged"),
                Some(Outcome::Error) | None => (Tone::Bad, "Wrong"),
            };
            let mut cells = vec![
                html! { (number(row.line)) },
                html! {
                    (Badge::new(tone, word))
                    @if let Some(f) = by_cell.get(&(row.line, "")) { " " (note(f)) }
                },
            ];
            for (column, field) in &mapped {
                let was = was.and_then(|w| w.iter().find(|(f, _)| f == field)).map(|(_, was)| was);
                cells.push(cell(row.cell(*column).trim(), by_cell.get(&(row.line, *field)).copied(), was));
            }
            Row::new(row.line.to_string(), format!("line {}", row.line), cells)
        });
        let labels = mapped.iter().map(|(_, f)| self.place.target.field(f).map_or("", |f| f.label));
        let columns = ["Line", "Becomes"].into_iter().chain(labels).map(Column::new).collect();
        let table = Table::new("First rows", columns, rows.collect()).density(Density::Compact);
        let here = self.place.import(self.import.id);
        let tabs = (self.counts.error > 0).then(|| {
            Tabs::new(
                "Rows",
                vec![
                    Tab::new("First rows", here.clone(), !self.only_wrong),
                    Tab::new("Wrong rows", format!("{here}?rows=wrong"), self.only_wrong)
                        .count(number(self.counts.error)),
                ],
            )
        });
        let title = if self.only_wrong { "Wrong rows" } else { "First rows" };
        Card::new(
            title,
            html! {
                @if let Some(tabs) = tabs { div.import-tabs { (tabs) } }
                div.import-rows { (table) }
            },
        )
        .id("rows")
        .flush()
        .render()
    }
}

fn note(f: &Finding) -> Markup {
    html! { span.quiet { (f.message) } }
}

/// A cell as it stands in the file, with what is wrong with it or what it changes.
fn cell(text: &str, finding: Option<&Finding>, was: Option<&String>) -> Markup {
    let shown = html! { @if text.is_empty() { (dash()) } @else { (text) } };
    match (finding, was) {
        (Some(f), _) => {
            let tone = if f.severity == Severity::Error { Tone::Bad } else { Tone::Warning };
            html! { span class={ "import-cell " (tone.class()) } title=(f.message) { (tone.icon()) span { @if text.is_empty() { "empty" } @else { (text) } } span.visually-hidden { ": " (f.message) } } }
        }
        (None, Some(was)) => html! {
            span.import-change {
                @if was.is_empty() { span.visually-hidden { "was empty, becomes " } } @else { del { (was) } " " }
                ins { (text) }
            }
        },
        (None, None) => shown,
    }
}
