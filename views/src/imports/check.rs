//! What a file would do, before it does it: counts, findings, columns, the first rows.

use super::{LISTED, PART, Place, alert, findings_table, number, rows, summary};
use crate::{
    View,
    hr::employees::{options, suggested},
    ui::{
        Button, Card, Choice, Column, Density, Field, Form, Icon, Row, Tab, Table, Tabs, Tone, actions, dash,
        wizard_page,
    },
};
use domain::{
    Dates, Errors,
    access::Sight,
    import::{Amounts, Counts, Finding, Import, Lost, Outcome, Severity, Table as File, likely, told, twins},
    paths,
};
use maud::{Markup, Render, html};
use std::{borrow::Cow, collections::HashMap};

/// What one types to have a cell left out.
pub const LEFT_OUT: &str = "Leave it out";

/// Words that lead nowhere, and names that are offered for them, on one page.
const WORDS: usize = 30;
const OFFERED: usize = 500;

/// New names that are told one by one.
const NEW: usize = 20;

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Rows that a preview shows of one kind.
const SHOWN: usize = 50;

/// The plan of a file, and the columns that it was made by.
pub struct Check {
    pub place: Place,
    pub import: Import,
    pub sight: Sight,
    pub table: File,
    pub counts: Counts,
    pub findings: Vec<Finding>,
    /// Words that lead nowhere, and by field the names that they may mean.
    pub lost: Vec<Lost>,
    pub names: HashMap<&'static str, Vec<String>>,
    pub outcomes: Vec<Outcome>,
    pub dates: Vec<Option<Dates>>,
    /// By line: the fields that would change, before and after. An empty after is as the file says.
    pub changes: HashMap<u32, Vec<(&'static str, String, String)>>,
    /// Departments and locations that the import would make.
    pub new_places: Vec<(&'static str, String)>,
    /// Whether to ask what amounts are counted in: they are small, or it was said before.
    pub small_amounts: bool,
    /// Which rows to show; the first kind of which there are some, if none was chosen.
    pub shown: Option<Outcome>,
    /// Another import of the noun that is being worked on.
    pub other: Option<Import>,
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
            (self.words())
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
        let (goes, same) = (c.writes(), c.same);
        let many = self.place.target.words().1;
        let go = |n: u32| if n == 1 { "goes" } else { "go" };
        let stay = |n: u32| if n == 1 { "stays" } else { "stay" };
        let already = html! { @if same > 0 { " " (rows(same)) " " (if same == 1 { "says" } else { "say" }) " what is so already." } };
        match () {
            () if goes == 0 && c.error == 0 => {
                alert(Tone::Good, title, html! { "There is nothing to do: all " (many) " are as the file says." })
            }
            () if goes == 0 => alert(
                Tone::Bad,
                title,
                html! { "Nothing can go in as it stands. Look at the columns and at what is wrong below." (already) },
            ),
            () if c.error > 0 => alert(
                Tone::Warning,
                title,
                html! { (rows(goes)) " " (go(goes)) " in, " (number(c.error)) " " (stay(c.error)) " out. You get a file with those, to put right and bring again." (already) },
            ),
            () if c.warning > 0 => alert(
                Tone::Warning,
                title,
                html! { (rows(goes)) " " (go(goes)) " in, without the cells that have a warning." (already) },
            ),
            () => alert(
                Tone::Good,
                title,
                html! { "Nothing is changed until you say so, and all of it can be undone." (already) },
            ),
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
        if let [first, rest @ ..] = &source.odd_quotes[..] {
            let lines: String = rest.iter().map(|line| format!(", {}", number(*line))).collect();
            let word = if rest.is_empty() { "Line" } else { "Lines" };
            notes.push(format!(
                "{word} {}{lines}: a quotation mark within quotation marks is not doubled. Look whether these cells say what they should.",
                number(*first)
            ));
        }
        for (column, dates) in self.dates.iter().enumerate() {
            notes.extend(dates.as_ref().and_then(|d| date_note(&source.column(column), d)));
        }
        if mapping.amounts != Amounts::Units {
            notes.push(format!("Amounts are read as {}.", mapping.amounts.key()));
        }
        for (field, many) in [("department", "departments"), ("location", "locations")] {
            let new: Vec<&str> =
                self.new_places.iter().filter(|(of, _)| *of == field).map(|(_, n)| n.as_str()).collect();
            let more = new.len().saturating_sub(NEW);
            let first = new.iter().take(NEW).copied().collect::<Vec<_>>().join(", ");
            match (new.len(), more) {
                (0, _) => {}
                (1, _) => notes.push(format!("A new {field} will be made: {first}.")),
                (n, 0) => notes.push(format!("{n} new {many} will be made: {first}.")),
                (n, more) => notes.push(format!(
                    "{} new {many} will be made: {first} and {} more.",
                    number(count(n)),
                    number(count(more))
                )),
            }
        }
        if self.counts.change + self.counts.same > 0 {
            notes.push(format!("Rows of {many} that are here already change them. Empty cells change nothing."));
        }
        if target == domain::import::Target::Employees && !mapping.has("number") && !mapping.has("email") {
            notes.push("No column gives a number or an email, so nobody is recognised: each import of this file adds everybody anew.".into());
        }
        let missing = mapping.missing_words(target).filter(|_| self.counts.error > 0);
        html! {
            @if let Some(other) = &self.other {
                (alert(Tone::Info, format!("Another import of {many} is running"), html! {
                    a href=(self.place.import(other.id)) { (other.file_name) } " is being worked on. What stands here may change with it: look again when it has ended."
                }))
            }
            @if let Some(missing) = missing {
                (alert(Tone::Bad, missing, html! { a href="#columns" { "Choose the column" } " that holds it, or add one to the file." }))
            }
            @if !notes.is_empty() {
                (alert(Tone::Info, "How this file is read", html! { ul { @for note in &notes { li { (note) } } } }))
            }
        }
    }

    fn buttons(&self) -> Markup {
        let (goes, out, id) = (self.counts.writes(), self.counts.error, self.import.id);
        let label = match out {
            0 => format!("Import {}", rows(goes)),
            out => format!("Import {}, leave out {}", rows(goes), number(out)),
        };
        let discard = Form::post(self.place.removal(id), &self.place.csrf)
            .actions(html! { (Button::submit("Discard this file").ghost().icon(Icon::Trash)) });
        html! {
            div.import-actions {
                @if goes > 0 {
                    (Form::post(self.place.confirmation(id), &self.place.csrf)
                        .actions(html! { (Button::submit(label).primary().icon(Icon::Check).attr("id", "import-now")) }))
                }
                (actions(html! { (Button::link("Choose another file", self.place.imports()).icon(Icon::Upload)) }))
                (discard)
            }
        }
    }

    fn problems(&self) -> Markup {
        if self.findings.is_empty() {
            return html! {};
        }
        // What no column gives is told above, once for all rows.
        let missing = self.import.mapping.missing_words(self.place.target);
        let told = |f: &&Finding| f.field.is_empty() && missing.as_deref() == Some(f.message.as_ref());
        let (errors, warnings): (Vec<_>, Vec<_>) =
            self.findings.iter().filter(|f| !told(f)).cloned().partition(|f| f.severity == Severity::Error);
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
        let label = |label: &str, needed| if needed { format!("{label} *") } else { label.to_owned() };
        let fields = self.import.mapping.choices(self.place.target, self.sight).into_iter();
        let choices: Vec<Choice> = fields.map(|(key, words, needed)| Choice::new(key, label(words, needed))).collect();
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
        let amounts = Amounts::ALL.map(|a| Choice::new(a.key(), a.key())).to_vec();
        let problem = self.refused.as_ref().and_then(|(_, errors)| errors.iter().next()).map(|(_, m)| m.to_owned());
        let mends = self.import.mapping.mends();
        // What is chosen here is checked at once, and nothing is imported before it is.
        let form = Form::post(self.place.mapping(id), &self.place.csrf)
            .attr("data-recheck", "#import-now")
            .problem(problem)
            .body(html! {
                @for m in mends { (hidden_mend(&m.field, &m.from, if m.to.is_empty() { LEFT_OUT } else { &m.to })) }
                div.import-columns { (Table::new("Columns", head, rows)) }
                @if self.small_amounts || self.import.mapping.amounts != Amounts::Units {
                    div.import-amounts {
                        (Field::select("amounts", "Amounts are in", amounts).value(self.import.mapping.amounts.key())
                            .help("Tables of companies often count in thousands or millions."))
                    }
                }
            })
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

    /// Words that mean nothing here, each with what it may mean; and those that were told to mean something else.
    fn words(&self) -> Markup {
        let mapping = &self.import.mapping;
        let mended = mapping.mends();
        if self.lost.is_empty() && mended.is_empty() {
            return html! {};
        }
        let label = |field: &str| match mapping.column_of(field) {
            Some(column) => self.import.source.column(column),
            None => field.to_owned(),
        };
        let none = vec![];
        let names = |field: &str| self.names.get(field).unwrap_or(&none);
        let input = |n: usize, field: &str, word: &str, value: &str| {
            html! {
                input type="hidden" name="mend_field" value=(field);
                input type="hidden" name="mend_from" value=(word);
                @let to = Field::text("mend_to", format!("Read {} as", if word.is_empty() { "empty cells" } else { word }))
                    .id(format!("mend-{n}")).label_hidden().value(value)
                    .placeholder(match (word.is_empty(), field) { (true, _) => "Nothing", (_, "manager") => "Name or number", _ => "As it stands" });
                @if field == "manager" { (suggested(to, paths::employee_options(&self.place.slug))) }
                @else { (to.attr("list", format!("names-{field}")).attr("autocomplete", "off")) }
            }
        };
        let said = |word: &str| html! { @if word.is_empty() { span.quiet { "empty cells" } } @else { "“" (word) "”" } };
        let told = mended.iter().enumerate().map(|(n, m)| {
            let to = if m.to.is_empty() { LEFT_OUT } else { &m.to };
            let cells = vec![html! { (label(&m.field)) }, said(&m.from), dash(), input(n, &m.field, &m.from, to)];
            Row::new(format!("mend-{n}"), m.from.clone(), cells)
        });
        let lost = self.lost.iter().take(WORDS).enumerate().map(|(n, l)| {
            let n = n + mended.len();
            let offered = likely(&l.word, names(l.field)).unwrap_or_default();
            let cells = vec![
                html! { (label(l.field)) },
                said(&l.word),
                html! { (number(l.rows)) },
                input(n, l.field, &l.word, offered),
            ];
            Row::new(format!("mend-{n}"), l.word.clone(), cells)
        });
        let head = vec![
            Column::new("Column").minor(),
            Column::new("In the file"),
            Column::new("Rows").numeric(),
            Column::new("Read it as"),
        ];
        let rows: Vec<Row> = told.chain(lost).collect();
        let mut lists: Vec<_> = self.names.iter().collect();
        lists.sort();
        let form = Form::post(self.place.mapping(self.import.id), &self.place.csrf)
            .body(html! {
                @for column in 0..self.import.source.headers.len() {
                    input type="hidden" name="column" value=(mapping.columns().get(column).copied().flatten().unwrap_or_default());
                }
                input type="hidden" name="amounts" value=(mapping.amounts.key());
                (options(&[]))
                @for (field, names) in &lists {
                    datalist id={ "names-" (field) } {
                        option value=(LEFT_OUT) {}
                        @for name in names.iter().take(OFFERED) { option value=(name) {} }
                    }
                }
                div.import-columns { (Table::new("Words", head, rows)) }
            })
            .actions(html! { (Button::submit("Use these words").icon(Icon::Refresh)) });
        let more = self.lost.len() > WORDS;
        let card = Card::new("Words that are not known here", form.render()).id("words").note(format!(
            "What they are like is offered. “{LEFT_OUT}” leaves the cell out; an empty box leaves things as they are."
        ));
        let card = if more {
            card.note(format!("The {WORDS} that stand in most rows. Put these right first, and the next ones come."))
        } else {
            card
        };
        card.render()
    }

    /// The first different words of a column.
    fn samples(&self, column: usize) -> Vec<Cow<'_, str>> {
        let field = self.import.mapping.columns().get(column).copied().flatten().unwrap_or_default();
        let mut samples: Vec<Cow<'_, str>> = vec![];
        for row in self.table.rows().take(50) {
            let cell = told(field, row.cell(column).trim());
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
        let shown = self.shown.unwrap_or_else(|| {
            let some = [Outcome::Create, Outcome::Change, Outcome::Error].into_iter().find(|o| self.counts.of(*o) > 0);
            some.unwrap_or(Outcome::Same)
        });
        let mapped: Vec<(usize, &'static str)> =
            self.import.mapping.columns().iter().enumerate().filter_map(|(i, f)| f.map(|f| (i, f))).collect();
        let mut by_cell: HashMap<(u32, &str), &Finding> = HashMap::new();
        for f in self.findings.iter().rev() {
            by_cell.insert((f.line, f.field), f);
        }
        let of_kind = (0..self.table.len()).filter(|at| self.outcomes.get(*at) == Some(&shown)).take(SHOWN);
        let rows = of_kind.map(|at| {
            let row = self.table.row(at);
            let changes = self.changes.get(&row.line);
            let mut cells = vec![html! {
                (number(row.line))
                @if let Some(f) = by_cell.get(&(row.line, "")) { " " (note(f)) }
            }];
            for (column, field) in &mapped {
                let change = changes.and_then(|c| c.iter().find(|(f, ..)| f == field));
                let change = change.map(|(_, before, after)| (before.as_str(), after.as_str()));
                cells.push(cell(
                    &told(field, row.cell(*column).trim()),
                    by_cell.get(&(row.line, *field)).copied(),
                    change,
                ));
            }
            Row::new(row.line.to_string(), format!("line {}", row.line), cells)
        });
        let labels = mapped.iter().map(|(_, f)| self.import.mapping.label(self.place.target, f).unwrap_or_default());
        let columns = ["Line"].into_iter().chain(labels).map(Column::new).collect();
        let (word, all) = (word(shown), self.counts.of(shown));
        let table = Table::new(format!("{word} rows"), columns, rows.collect()).density(Density::Compact);
        let here = self.place.import(self.import.id);
        let tab = |o: Outcome| {
            let href = format!("{here}?rows={}#rows", o.key());
            Tab::new(self::word(o), href, o == shown).count(number(self.counts.of(o)))
        };
        let none = html! { p.import-none { "No row is one of these." } };
        let card = Card::new(
            "Rows",
            html! {
                div.import-tabs { (Tabs::new("Rows", Outcome::ALL.map(tab).to_vec())) }
                @if all > 0 { div.import-rows { (table) } } @else { (none) }
            },
        );
        let more = usize::try_from(all).is_ok_and(|all| all > SHOWN);
        let card = if more { card.note(format!("The first {SHOWN} of {}.", number(all))) } else { card };
        card.id("rows").flush().render()
    }
}

/// One word that was told to mean something else, on its way with another form.
fn hidden_mend(field: &str, from: &str, to: &str) -> Markup {
    html! {
        input type="hidden" name="mend_field" value=(field);
        input type="hidden" name="mend_from" value=(from);
        input type="hidden" name="mend_to" value=(to);
    }
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Create => "New",
        Outcome::Change => "Changed",
        Outcome::Same => "Unchanged",
        Outcome::Error => "Errors",
    }
}

/// How the doubtful dates of a column are read, and why; nothing where none is doubtful.
fn date_note(column: &str, dates: &Dates) -> Option<String> {
    let (first, example) = (dates.order.first(), &dates.example);
    let how = match dates.doubtful {
        0 => return None,
        1 => format!("The date {example} in “{column}” could be read two ways; it is read with the {first} first"),
        n => format!(
            "{} dates in “{column}”, like {example}, could be read two ways; they are read with the {first} first",
            number(n)
        ),
    };
    Some(match &dates.told_by {
        Some(by) => format!("{how}, as {by} in the same column tells."),
        None => format!("{how}, as dates are written in this workspace."),
    })
}

fn note(f: &Finding) -> Markup {
    html! { span.quiet { (f.message) } }
}

/// A cell as it stands in the file, with what is wrong with it or what it changes.
fn cell(text: &str, finding: Option<&Finding>, change: Option<(&str, &str)>) -> Markup {
    match (finding, change) {
        (Some(f), _) => {
            let tone = if f.severity == Severity::Error { Tone::Bad } else { Tone::Warning };
            html! { span class={ "import-cell " (tone.class()) } title=(f.message) { (tone.icon()) span { @if text.is_empty() { "empty" } @else { (text) } } span.visually-hidden { ": " (f.message) } } }
        }
        (None, Some((before, after))) => html! {
            span.import-change {
                @if before.is_empty() { span.quiet { "empty" } } @else { del { (before) } }
                " → "
                ins { (if after.is_empty() { text } else { after }) }
            }
        },
        (None, None) => html! { @if text.is_empty() { (dash()) } @else { (text) } },
    }
}
