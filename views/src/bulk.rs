//! One field of many records changed at once: what is asked, what would come of it, and what has.

use crate::{
    Moment, View,
    hr::employees::new_place,
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, Field, Form as UiForm, Icon, PageHead, Progress, Row, Stat,
        Table, Time, Tone, dash, form_page, stack, stats,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    BulkId, Day, Errors,
    bulk::{Ask, Bulk, Draft, Field as Asked, Outcome, State, Step},
    list::grouped,
    paths::Pages,
    text::Words,
};
use maud::{Markup, Render, html};
use uuid::Uuid;

/// The part that asks for itself while it moves.
pub const PROGRESS: &str = "progress";
/// The part that a choice of the field swaps.
const FORM: &str = "change-form";

/// Whom it is about: records, or all that a question finds.
pub struct Whom {
    pub ids: Vec<Uuid>,
    pub all: String,
    pub back: String,
}

impl Whom {
    fn fields(&self, mut form: UiForm) -> UiForm {
        for id in &self.ids {
            form = form.hidden("ids", id.to_string());
        }
        form.hidden("all", self.all.as_str()).hidden("back", self.back.as_str())
    }

    fn back(&self, pages: &Pages) -> String {
        if self.back.is_empty() { pages.list() } else { self.back.clone() }
    }
}

fn of(count: usize, words: Words) -> String {
    let noun = if count == 1 { words.one } else { words.many };
    format!("{} {noun}", grouped(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn head(title: &str, words: Words, pages: &Pages) -> PageHead {
    PageHead::new(title).crumb(words.title(), pages.list()).crumb("Bulk changes", pages.changes())
}

/// Which field, and what it is to be.
pub struct Form {
    pub words: Words,
    pub pages: Pages,
    pub csrf: String,
    pub whom: Whom,
    pub fields: Vec<Asked>,
    pub chosen: Option<usize>,
    pub draft: Draft,
    pub errors: Errors,
    /// What the field offers to choose from: value and label.
    pub offered: Vec<(String, String)>,
    pub today: Day,
    pub currency: String,
    /// Where people are suggested.
    pub people: Option<String>,
}

impl View for Form {
    fn title(&self) -> String {
        match self.whom.all.is_empty() {
            true => format!("Change {}", of(self.whom.ids.len(), self.words)),
            false => format!("Change all {} that fit", self.words.many),
        }
    }

    fn body(&self) -> Markup {
        form_page(&head(&self.title(), self.words, &self.pages), self.form())
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == FORM).then(|| self.form())
    }
}

impl Form {
    fn form(&self) -> Markup {
        let fields = self.fields.iter().map(|f| Choice::new(f.key, &f.label)).collect();
        let chosen = self.chosen.map(|at| &self.fields[at]);
        let form = self.whom.fields(UiForm::post(self.pages.changes_new(), self.csrf.as_str()));
        let form = form
            .hidden("shown", chosen.map_or("", |f| f.key))
            .problem(self.errors.of(""))
            .body(html! {
                (Field::select("field", "What to change", fields).empty_choice("Choose a field").value(&self.draft.field)
                    .error(self.errors.of("field")).required()
                    .attr("hx-post", self.pages.changes_new()).attr("hx-trigger", "change").attr("hx-target", format!("#{FORM}"))
                    .attr("hx-swap", "outerHTML"))
                @if let Some(field) = chosen { (self.value(field)) }
            })
            .actions(html! {
                @match chosen {
                    Some(_) => { (Button::submit("See what would change").primary().attr("name", "look").attr("value", "yes")) }
                    None => { (Button::submit("Next").primary()) }
                }
                (Button::link("Cancel", self.whom.back(&self.pages)))
            });
        html! { div id=(FORM) { (form) } }
    }

    fn value(&self, field: &Asked) -> Markup {
        let label = match field.ask {
            Ask::Tag => "Tag".to_owned(),
            _ => format!("New {}", lower(&field.label)),
        };
        let input = |input: Field| input.value(&self.draft.value).error(self.errors.of("value"));
        let choices = |all: &[(String, String)]| all.iter().map(|(v, l)| Choice::new(v, l)).collect::<Vec<_>>();
        let text = || Field::text("value", &label).attr("maxlength", "500").attr("autocomplete", "off");
        let value = match &field.ask {
            Ask::Line => text(),
            Ask::Department | Ask::Location | Ask::Tag => text().attr("list", "offered"),
            Ask::Part => text().placeholder("100 %").help("A part of a full-time job, like 80 %."),
            Ask::Amount => Field::money("value", &label, self.currency.as_str()),
            Ask::Date => Field::date("value", &label),
            Ask::Choice(all) => Field::select("value", &label, choices(all)).empty_choice("Choose one"),
            Ask::Member => Field::select("value", &label, choices(&self.offered)).empty_choice("Choose one"),
            Ask::Person => self.person(text().help("Type a name, and choose; or type the number.")),
        };
        html! {
            div.field-with {
                (input(value))
                @if matches!(field.ask, Ask::Department | Ask::Location) {
                    @let known: Vec<&str> = self.offered.iter().map(|(name, _)| name.as_str()).collect();
                    (new_place("new_place", &lower(&field.label), &self.draft.value, &known, self.errors.of("value")))
                }
            }
            @if matches!(field.ask, Ask::Department | Ask::Location | Ask::Tag) {
                datalist id="offered" { @for (value, _) in &self.offered { option value=(value) {} } }
            }
            @if field.ask == Ask::Person { (crate::hr::employees::options(&[])) }
            @if field.optional {
                (Field::checkbox("empty", "Take the value away instead").value(&self.draft.empty))
            }
            @if field.dated {
                @let day = if self.draft.from.is_empty() { self.today.to_string() } else { self.draft.from.clone() };
                (Field::date("from", "From").value(day).error(self.errors.of("from"))
                    .help("The day from which it holds. A later day is planned, and takes effect by itself."))
            }
        }
    }

    fn person(&self, field: Field) -> Field {
        match &self.people {
            Some(people) => crate::hr::employees::suggested(field, people.as_str()),
            None => field,
        }
    }
}

/// `Job title` as `job title`; what is an abbreviation stays.
fn lower(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(label.chars().skip(1)).collect()
        }
        _ => label.to_owned(),
    }
}

/// What would come of it.
pub struct Preview {
    pub words: Words,
    pub pages: Pages,
    pub csrf: String,
    /// The change that it would be: pressed twice, it is one.
    pub once: BulkId,
    pub whom: Whom,
    pub versions: Vec<i32>,
    pub draft: Draft,
    /// A place that is to be made with it.
    pub new_place: String,
    pub label: String,
    pub new: String,
    pub from: Option<Day>,
    pub outcome: Outcome,
    pub first: Vec<Step>,
}

impl View for Preview {
    fn title(&self) -> String {
        format!("{} of {}", self.label, self.words.many)
    }

    fn body(&self) -> Markup {
        let count = self.outcome.changed;
        let mut form = self.whom.fields(UiForm::post(self.pages.changes(), self.csrf.as_str()));
        for version in &self.versions {
            form = form.hidden("versions", version.to_string());
        }
        let form = form
            .hidden("once", self.once.to_string())
            .hidden("field", &self.draft.field)
            .hidden("shown", &self.draft.field)
            .hidden("value", &self.draft.value)
            .hidden("empty", &self.draft.empty)
            .hidden("new_place", &self.new_place)
            .hidden("from", self.from.map(|d| d.to_string()).unwrap_or_default())
            .actions(html! {
                @if count > 0 { (Button::submit(format!("Change {}", of(count, self.words))).primary()) }
                (Button::submit("Back").attr("formaction", self.pages.changes_new()))
                (Button::link("Cancel", self.whom.back(&self.pages)))
            });
        let body = stack(html! {
            p { (lead(&self.label, &self.new, self.from)) " Nothing is changed yet." }
            (numbers(&self.outcome, "Will change"))
            @if !self.first.is_empty() {
                (table(&self.pages, &self.first, &self.new))
                @if count > self.first.len() {
                    p.quiet { "The first " (self.first.len()) " of " (of(count, self.words)) "." }
                }
            }
            (left_out(&self.outcome))
            (form)
        });
        form_page(&head(&self.title(), self.words, &self.pages), body)
    }
}

/// `Location becomes Berlin from 2 Mar 2026 on.`
fn lead(label: &str, new: &str, from: Option<Day>) -> Markup {
    html! {
        strong { (label) } @match label { "Add a tag" | "Take a tag off" => ": ", _ => " becomes " } strong { (new) }
        @if let Some(from) = from { " from " (Time::day(from)) " on" } "."
    }
}

fn numbers(outcome: &Outcome, changed: &str) -> Markup {
    let number = |n: usize| grouped(i64::try_from(n).unwrap_or(i64::MAX));
    stats(&[
        Stat::new(changed, number(outcome.changed)),
        Stat::new("Have it already", number(outcome.same)),
        Stat::new("Left out", number(outcome.left_out())),
    ])
}

fn left_out(outcome: &Outcome) -> Markup {
    html! {
        @if !outcome.refused.is_empty() {
            (Card::new("Left out, and why", html! {
                ul.plain-list {
                    @for r in &outcome.refused {
                        li {
                            strong { (r.count) } ": " (r.why)
                            span.quiet { " (" (r.names.join(", ")) @if r.count > r.names.len() { ", …" } ")" }
                        }
                    }
                }
            }))
        }
    }
}

fn table(pages: &Pages, steps: &[Step], new: &str) -> Markup {
    let left = steps.iter().any(|s| s.left.is_some());
    let mut columns = vec![Column::new("Name"), Column::new("Before"), Column::new("After")];
    if left {
        columns.push(Column::new("Left alone"));
    }
    let rows = steps.iter().map(|s| {
        let was = match s.was.as_deref() {
            Some("") | None => dash(),
            Some(was) => html! { (was) },
        };
        let brief = html! { (was) " → " (new) };
        let why = s.left.as_ref().map(|why| html! { (why) });
        let mut cells = vec![html! { a href=(pages.record(s.id)) { (s.name) } }, was, html! { (new) }];
        if left {
            cells.push(why.clone().unwrap_or_else(dash));
        }
        Row::new(s.id.to_string(), &s.name, cells).brief(std::iter::once(brief).chain(why))
    });
    Card::bare(Table::new("Records", columns, rows.collect()).render()).render()
}

/// One change: how far it is, what came of it, and the way back.
pub struct Show {
    pub words: Words,
    pub pages: Pages,
    pub csrf: String,
    pub change: Bulk,
    pub steps: Vec<Step>,
    pub moment: Moment,
}

impl View for Show {
    fn title(&self) -> String {
        format!("{} of {}", self.change.label, self.words.many)
    }

    fn body(&self) -> Markup {
        let c = &self.change;
        let page = head(&self.title(), self.words, &self.pages).facts(badge(c).render());
        if c.state.moves() {
            let here = self.pages.change(c.id);
            let body = stack(html! {
                (Card::bare(self.progress()))
                p.quiet { "You can leave this page: it goes on without you, and you find it under " a href=(self.pages.changes()) { "Bulk changes" } "." }
                noscript {
                    meta http-equiv="refresh" content="2";
                    p { a href=(here) { "Refresh" } " to see how far it is." }
                }
            });
            return form_page(&page, body);
        }
        let undoes = c.outcome.changed > 0 && matches!(c.state, State::Changed | State::Failed);
        let undo = UiForm::post(self.pages.change_reversal(c.id), self.csrf.as_str()).actions(html! {
            (Button::submit("Undo").icon(Icon::ArrowBackUp)) (Button::link("Back to the list", c.back.as_str()))
        });
        let body = stack(html! {
            p { (lead(&c.label, &c.words, c.from)) " " span.quiet { "Asked for " (self.moment.at(c.created_at)) "." } }
            @if let Some(why) = &c.failure { p role="alert" { "Nothing was changed. " (why) } }
            (numbers(&c.outcome, "Changed"))
            @if c.state == State::Undone {
                p role="status" {
                    (of(usize::try_from(c.given_back).unwrap_or_default(), self.words)) " have what they had before."
                    @if c.left_alone > 0 { " " (grouped(c.left_alone.into())) " were left alone." }
                }
            }
            @if undoes {
                (undo)
                p.quiet { "Each gets back what it had, unless somebody has changed that field since." }
            } @else {
                p { (Button::link("Back to the list", c.back.as_str())) }
            }
            @if !self.steps.is_empty() {
                (table(&self.pages, &self.steps, &c.words))
                @if c.outcome.changed > self.steps.len() { p.quiet { "The first " (self.steps.len()) " of " (of(c.outcome.changed, self.words)) "." } }
            }
            (left_out(&c.outcome))
        });
        form_page(&page, body)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PROGRESS).then(|| self.progress())
    }
}

impl Show {
    fn progress(&self) -> Markup {
        let number = |n: i32| u64::try_from(n).unwrap_or_default();
        let (done, total) = (self.change.done, self.change.total);
        let title = if self.change.state == State::Undoing { "Giving back what they had" } else { "Changing" };
        let detail = match total {
            0 => "Looking who is meant".to_owned(),
            _ => format!("{} of {} {}", grouped(done.into()), grouped(total.into()), self.words.many),
        };
        let here = self.pages.change(self.change.id);
        let total = (total > 0).then(|| number(total));
        Progress::new(PROGRESS, title, number(done), total).detail(detail).poll(Some(here)).render()
    }
}

fn badge(change: &Bulk) -> Badge {
    match change.state {
        State::Changing => Badge::new(Tone::Info, "Changing"),
        State::Changed => Badge::new(Tone::Good, "Changed"),
        State::Undoing => Badge::new(Tone::Info, "Undoing"),
        State::Undone => Badge::new(Tone::Neutral, "Undone"),
        State::Failed => Badge::new(Tone::Bad, "Failed"),
    }
}

/// The changes so far.
pub struct Index {
    pub words: Words,
    pub pages: Pages,
    pub changes: Vec<Bulk>,
    pub now: DateTime<Utc>,
}

impl View for Index {
    fn title(&self) -> String {
        "Bulk changes".into()
    }

    fn body(&self) -> Markup {
        let page = PageHead::new(self.title()).crumb(self.words.title(), self.pages.list());
        if self.changes.is_empty() {
            let text = format!(
                "Tick {} in the list and choose “Change…”. What you have changed stands here for 30 days, with the way back.",
                self.words.many
            );
            let empty = EmptyState::new(Icon::Pencil, "No bulk changes yet", text)
                .actions(Button::link("Open the list", self.pages.list()).render());
            return form_page(&page, empty.render());
        }
        let columns = vec![
            Column::new("Change"),
            Column::new("Records").numeric().minor(),
            Column::new("When").minor(),
            Column::new("State").stays(),
        ];
        let rows = self.changes.iter().map(|c| {
            let what = format!("{}: {}", c.label, c.words);
            let cells = vec![
                html! { a href=(self.pages.change(c.id)) { (what) } },
                html! { (grouped(i64::try_from(c.outcome.changed).unwrap_or(i64::MAX))) },
                Time::ago(&c.created_at, self.now).render(),
                badge(c).render(),
            ];
            Row::new(c.id.to_string(), what, cells)
        });
        form_page(&page, Card::bare(Table::new("Bulk changes", columns, rows.collect()).render()).flush().render())
    }
}
