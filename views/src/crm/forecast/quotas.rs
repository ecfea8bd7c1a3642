//! The grid of quotas: people down, periods across, all in one form.

use crate::{
    View, list,
    ui::{
        Alert, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Tab, Table, Tabs, Tone,
        dash, stack,
    },
};
use domain::{
    Currency, MemberId, Money, Slug,
    crm::forecast::{
        fiscal::{Period, Span},
        quotas::{Cell, MOST, Question},
    },
    paths,
};
use maud::{Markup, Render, html};

pub struct Grid {
    pub slug: Slug,
    pub csrf: String,
    pub asked: Question,
    pub base: Currency,
    pub year: Period,
    pub periods: Vec<Period>,
    /// By name; each has a cell for each period, in their order.
    pub rows: Vec<(MemberId, String, Vec<Cell>)>,
    /// Who may be given one, and has no row yet.
    pub others: Vec<(MemberId, String)>,
    pub may_write: bool,
    /// Somebody else has set some of these meanwhile.
    pub stale: bool,
}

impl View for Grid {
    fn title(&self) -> String {
        format!("Quotas of {}", self.year.name())
    }

    fn body(&self) -> Markup {
        let path = paths::quotas(&self.slug);
        let step = |p: &Period| {
            let asked = Question { on: p.from.to_string(), add: String::new(), ..self.asked.clone() };
            list::url(&path, &asked)
        };
        let span = |s: Span| {
            let key = if s == Span::Quarter { String::new() } else { s.key().into() };
            let asked = Question { span: key, on: self.asked.on.clone(), add: String::new() };
            Tab::new(format!("By {}", s.label().to_lowercase()), list::url(&path, &asked), self.asked.span() == s)
        };
        let (before, after) = (self.year.previous(), self.year.next());
        let head = PageHead::new(self.title())
            .crumb("Forecast", paths::forecast(&self.slug))
            .lead(html! { "What is expected of each, in " (self.base.code()) ". A team's is that of its people and its manager's own together; a quarter without one has that of its months." });
        let wrong = self.rows.iter().flat_map(|(.., cells)| cells).filter(|c| c.error.is_some()).count();
        stack(html! {
            (head)
            (Tabs::new("Periods", Span::OF_QUOTAS.into_iter().rev().map(span).collect()))
            nav.forecast-steps aria-label="Fiscal year" {
                (Button::link(format!("Before: {}", before.name()), step(&before)).icon_only(Icon::ChevronLeft))
                strong { (self.year.name()) }
                (Button::link(format!("After: {}", after.name()), step(&after)).icon_only(Icon::ChevronRight))
            }
            @if self.stale {
                (Alert::new(Tone::Warning, "Somebody else has set some of these meanwhile").announce().text(html! { "Theirs stands beside each. Save again to have yours." }))
            } @else if wrong > 0 {
                (Alert::new(Tone::Bad, if wrong == 1 { "One amount needs another look".into() } else { format!("{wrong} amounts need another look") }).announce())
            }
            @if self.rows.is_empty() {
                (EmptyState::new(Icon::ListCheck, "Nobody to expect anything of yet", "Whoever owns deals stands here by themselves. Add somebody else below."))
            } @else { (self.grid()) }
            @if self.may_write { (self.more()) }
        })
    }
}

impl Grid {
    fn grid(&self) -> Markup {
        let mut columns = vec![Column::new("Person")];
        columns.extend(self.periods.iter().map(|p| Column::new(p.name()).numeric()));
        columns.push(Column::new(self.year.name()).numeric());
        let rows = self.rows.iter().map(|(id, name, cells)| {
            let mut all = vec![html! { (name) }];
            all.extend(self.periods.iter().zip(cells).map(|(p, c)| self.cell(name, p, c)));
            all.push(html! { (period(&self.year)) (self.sum(cells)) });
            Row::new(id.to_string(), name, all)
        });
        let table = html! { div.quota-grid { (Table::new(self.title(), columns, rows.collect())) } };
        if !self.may_write {
            return Card::bare(table).flush().render();
        }
        let form = Form::post(paths::quotas(&self.slug), self.csrf.as_str())
            .hidden("span", &self.asked.span)
            .hidden("on", self.year.from.to_string())
            .body(table)
            .actions(Button::submit("Save quotas").primary().render())
            .guard();
        Card::bare(form.render()).render()
    }

    fn cell(&self, name: &str, p: &Period, c: &Cell) -> Markup {
        let id = format!("{}-{}", c.member, c.from);
        if !self.may_write {
            return html! { (period(p)) @if c.typed.is_empty() { (dash()) } @else { (c.typed) } };
        }
        html! {
            (period(p))
            input type="hidden" name="cell" value={ (c.member) "/" (c.from) "/" (c.version) };
            input.input.quota-input id={ "f-" (id) } name="amount" value=(c.typed) inputmode="decimal" autocomplete="off"
                aria-label={ (name) ", " (p.name()) } aria-invalid[c.error.is_some()]
                aria-describedby=[c.error.is_some().then(|| format!("e-{id}"))];
            @if let Some(error) = &c.error { p.field-error id={ "e-" (id) } { (error) } }
        }
    }

    /// What was refused is in no sum; what somebody else has set meanwhile was not, and stands as it was typed.
    fn sum(&self, cells: &[Cell]) -> Markup {
        let minor = |c: &Cell| Money::parse(&c.typed, self.base).ok().map(|m| m.minor);
        let holds = |c: &&Cell| self.stale || c.error.is_none();
        let set: Vec<i64> = cells.iter().filter(holds).filter_map(minor).collect();
        if set.is_empty() {
            return dash();
        }
        html! { (Money::new(set.iter().fold(0, |sum, one| sum.saturating_add(*one)), self.base)) }
    }

    /// Copying a period, and somebody more.
    fn more(&self) -> Markup {
        let periods = self
            .periods
            .iter()
            .map(|p| Choice::new(p.from.to_string(), format!("{}, from {}", p.name(), p.previous().name())));
        let others = self.others.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        html! {
            (Card::new("Copy the period before", Form::post(paths::quota_copies(&self.slug), self.csrf.as_str())
                .hidden("span", &self.asked.span)
                .body(html! {
                    div.inline-add {
                        (Field::select("to", "Into", periods.collect()))
                        (Button::submit("Copy"))
                    }
                }).render()).note("Whoever has a quota there already keeps it."))
            @if !self.others.is_empty() && self.rows.len() < MOST {
                (Card::new("Somebody else", Form::get(paths::quotas(&self.slug))
                    .hidden("span", &self.asked.span)
                    .hidden("on", &self.asked.on)
                    .body(html! {
                        div.inline-add {
                            (Field::select("add", "Person", others).empty_choice("Choose"))
                            (Button::submit("Add a row"))
                        }
                    }).render()))
            }
        }
    }
}

/// Which period a cell is of, where a phone has them below each other.
fn period(p: &Period) -> Markup {
    html! { span.quota-period aria-hidden="true" { (p.name()) } }
}
