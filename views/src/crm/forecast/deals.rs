//! The deals behind a number of a forecast. What they come to is that number.

use super::Around;
use crate::{
    View, list,
    ui::{Badge, Button, Card, Column, EmptyState, Icon, PageHead, Row, Table, Time, Tone, dash, stack},
};
use domain::{
    crm::{
        deals::splits,
        forecast::{Of, Part, Parts, Question},
        pipelines::State,
    },
    list::grouped,
    paths,
};
use maud::{Markup, Render, html};

pub struct Deals {
    pub around: Around,
    pub parts: Parts,
    /// Whose they are, where that is asked.
    pub whose: Option<String>,
}

impl View for Deals {
    fn title(&self) -> String {
        let of = Of::parse(&self.around.asked.of);
        match &self.whose {
            Some(name) => format!("{}, {}: {name}", of.label(), self.around.period.name()),
            None => format!("{}, {}", of.label(), self.around.period.name()),
        }
    }

    fn body(&self) -> Markup {
        let (a, p) = (&self.around, &self.parts);
        let of = Of::parse(&a.asked.of);
        let counted = match p.count {
            1 => "1 part of a deal".to_owned(),
            n => format!("{} deals and parts of deals", grouped(n)),
        };
        let head = PageHead::new(self.title())
            .crumb("Forecast", list::url(&paths::forecast(&a.slug), &a.asked.plain()))
            .lead(html! { (counted) @if !matches!(of, Of::Unpriced | Of::Blank) { ", together " strong { (a.money(p.total)) } } });
        if p.rows.is_empty() {
            let none = EmptyState::new(
                Icon::Briefcase,
                "No deals here",
                "Nothing that you can see is counted by this number now.",
            );
            return stack(html! { (head) (none) });
        }
        let next = p.next.as_ref().map(|after| {
            let question = Question { after: after.clone(), ..a.asked.clone() };
            Button::link("Next deals", list::url(&paths::forecast_deals(&a.slug), &question))
                .icon_after(Icon::ChevronRight)
        });
        let first = (!a.asked.after.is_empty()).then(|| {
            let question = Question { after: String::new(), ..a.asked.clone() };
            Button::link("From the top", list::url(&paths::forecast_deals(&a.slug), &question))
        });
        let columns = vec![
            Column::new("Deal"),
            Column::new("Whose").minor(),
            Column::new("Stage").minor(),
            Column::new("Closes").numeric(),
            Column::new("Amount").numeric(),
            Column::new("Share").numeric().minor(),
            Column::new(format!("In {}", a.base.code())).numeric().stays(),
            Column::new("Probability").numeric().minor(),
            Column::new("Weighted").numeric(),
        ];
        let rows = p.rows.iter().map(|part| self.row(part)).collect();
        stack(html! {
            (head)
            (Card::bare(html! { div.forecast-deals { (Table::new("Deals", columns, rows)) } }).flush())
            @if next.is_some() || first.is_some() {
                div.actions { @if let Some(first) = &first { (first) } @if let Some(next) = &next { (next) } }
            }
        })
    }
}

impl Deals {
    fn row(&self, p: &Part) -> Row {
        let a = &self.around;
        let open = p.state == State::Open;
        let customer = p.customer.as_ref().map_or("", |c| &c.name);
        let counts = match (p.counts, p.amount) {
            (Some(minor), _) => html! { (a.money(minor)) },
            (None, Some(_)) => Badge::new(Tone::Warning, "Not priced").render(),
            (None, None) => dash(),
        };
        let cells = vec![
            html! { a href=(paths::deal(&a.slug, p.deal)) { (p.name) } @if !customer.is_empty() { " " span.quiet { (customer) } } },
            p.member.as_ref().map_or_else(dash, |m| html! { (m) }),
            html! { (p.stage) @if open { " " span.quiet { (p.category.label()) } } },
            p.close_on.map_or_else(dash, |d| Time::day(d).render()),
            p.amount.map_or_else(dash, |m| html! { (m) }),
            html! { (splits::words(p.share.unsigned_abs())) },
            counts,
            if open {
                html! { (p.probability) " %" }
            } else {
                dash()
            },
            p.weighted.filter(|_| open).map_or_else(dash, |w| html! { (a.money(w)) }),
        ];
        let brief = html! { (p.stage) @if let Some(day) = p.close_on { ", " (Time::day(day)) } };
        Row::new(p.deal.to_string(), &p.name, cells).brief([brief])
    }
}
