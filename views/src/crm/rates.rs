//! Settings of exchange rates: what each currency is worth today, its history, and adding to it.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Alert, Badge, Button, Card, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Time, Tone, field_row,
        stack,
    },
};
use domain::{
    Currency, Errors, Slug,
    access::Rights,
    crm::rates::{Draft, Lines, Rate},
    paths,
};
use maud::{Markup, Render, html};

pub struct Index {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub base: Currency,
    /// The newest of each currency.
    pub newest: Vec<Rate>,
    /// Of the currency that is looked at.
    pub history: Option<(Currency, Vec<Rate>)>,
    /// Currencies of deals without any rate.
    pub missing: Vec<String>,
    pub draft: Draft,
    pub errors: Errors,
    pub lines: Lines,
    /// What is wrong with which line.
    pub wrong: Vec<(usize, String)>,
}

impl View for Index {
    fn title(&self) -> String {
        "Exchange rates".into()
    }

    fn body(&self) -> Markup {
        let base = self.base.code();
        let head = PageHead::new(self.title()).lead(html! {
            "What one of another currency is worth in " (base) ". A rate holds from its day on, until the next one: what is open is told by today's, what is won by that of the day on which it was. Without one a deal is not priced, and listed."
        });
        let body = stack(html! {
            @if !self.missing.is_empty() {
                (Alert::new(Tone::Warning, format!("No rate for {}", self.missing.join(", ")))
                    .text(html! { "There are deals in it, which no forecast can price." }))
            }
            @if self.newest.is_empty() {
                (EmptyState::new(Icon::TrendingUp, "No rates yet", "Deals in other currencies are counted and listed, but not added up, until there is a rate for their day."))
            } @else {
                (Card::new("Today", self.today()).flush())
            }
            @if let Some((currency, history)) = &self.history {
                (Card::new(format!("{} by day", currency.code()), self.history(history)).flush().id("history"))
            }
            (Card::new("Add a rate", self.one()).note("One of the same currency and day is written over."))
            (Card::new("Add many", self.many()))
        });
        settings::page(&self.slug, &self.rights, &paths::exchange_rates(&self.slug), &head, body)
    }
}

impl Index {
    fn today(&self) -> Markup {
        let rows = self.newest.iter().map(|r| {
            let code = r.told.currency.code();
            let cells = vec![
                html! { a href={ (paths::exchange_rates(&self.slug)) "?currency=" (code) "#history" } { (code) } },
                html! { (r.told.rate) },
                Time::day(r.told.on).render(),
                html! { span.quiet { "1 " (code) " = " (r.told.rate) " " (self.base.code()) } },
            ];
            Row::new(code, code, cells).brief([html! { (r.told.rate) " since " (Time::day(r.told.on)) }])
        });
        let columns = vec![
            Column::new("Currency"),
            Column::new("Rate").numeric(),
            Column::new("Since").numeric(),
            Column::new("Means").minor(),
        ];
        Table::new("Newest rates", columns, rows.collect()).render()
    }

    fn history(&self, history: &[Rate]) -> Markup {
        let rows = history.iter().enumerate().map(|(n, r)| {
            let what = format!("{} of {}", r.told.currency.code(), r.told.on);
            let cells = vec![
                html! { (Time::day(r.told.on)) @if n == 0 { " " (Badge::new(Tone::Good, "Now")) } },
                html! { (r.told.rate) },
                html! {
                    form method="post" action=(paths::exchange_rate_removal(&self.slug, r.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit(format!("Remove {what}")).ghost().small().icon_only(Icon::X))
                    }
                },
            ];
            Row::new(r.id.to_string(), what, cells)
        });
        let columns =
            vec![Column::new("From"), Column::new("Rate").numeric(), Column::new("Remove").label_hidden().stays()];
        Table::new("Rates by day", columns, rows.collect()).render()
    }

    fn one(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        Form::post(paths::exchange_rates(&self.slug), self.csrf.as_str())
            .errors(errors(e))
            .body(field_row(html! {
                (Field::text("currency", "Currency").value(&d.currency).error(e.of("currency")).required().placeholder("EUR").attr("maxlength", "3"))
                (Field::text("rate", "Rate").value(&d.rate).error(e.of("rate")).required().attr("inputmode", "decimal").help(format!("In {}.", self.base.code())))
                (Field::date("on", "From").value(&d.on).error(e.of("on")).optional().help("Today, if you leave it out."))
            }))
            .actions(Button::submit("Add rate").icon(Icon::Plus).render())
            .render()
    }

    fn many(&self) -> Markup {
        Form::post(paths::exchange_rate_lines(&self.slug), self.csrf.as_str())
            .body(html! {
                @if !self.wrong.is_empty() {
                    (Alert::new(Tone::Bad, "Nothing was added").announce().text(html! {
                        ul { @for (line, why) in self.wrong.iter().take(50) { li { "Line " (line) ": " (why) } } }
                        @if self.wrong.len() > 50 { p { "And " (self.wrong.len() - 50) " more." } }
                    }))
                }
                (Field::textarea("lines", "Lines of a file").value(&self.lines.lines).rows(6).help("A line each: day, currency, rate. Commas, semicolons or tabs between them; a first line of headings may stay.").placeholder("2026-03-02,EUR,1.0842"))
            })
            .actions(Button::submit("Add these").icon(Icon::Upload).render())
            .render()
    }
}
