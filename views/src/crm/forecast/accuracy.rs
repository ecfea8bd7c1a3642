//! What each week of a period said would be won, beside what was.

use super::{Around, Side, chart};
use crate::{
    View,
    ui::{Card, Column, EmptyState, Icon, Row, Table, Time, dash, stack},
};
use domain::{
    crm::forecast::accuracy::{Accuracy as Said, Week, off},
    paths,
};
use maud::{Markup, Render, html};

pub struct Accuracy {
    pub around: Around,
    pub said: Said,
}

impl View for Accuracy {
    fn title(&self) -> String {
        "Forecast accuracy".into()
    }

    fn body(&self) -> Markup {
        let a = &self.around;
        let none = self.said.weeks.is_empty();
        stack(html! {
            (a.head(Side::Accuracy))
            (a.question(&paths::forecast_accuracy(&a.slug), false))
            @if none {
                (EmptyState::new(Icon::TrendingUp, format!("No week has said anything of {}", a.period.name()), "Each Monday all deals are written down as they are. From then on you see here what was said and what came."))
            } @else {
                (Card::new(if self.said.over { "What did each week say, and what came?" } else { "What has each week said so far?" }, html! { (self.chart()) (self.table()) })
                    .note("Committed is what was won by then and what people committed to; weighted is what was won by then and what was open, by its probability."))
            }
        })
    }
}

impl Accuracy {
    fn came(&self) -> &'static str {
        if self.said.over { "Won in the end" } else { "Won so far" }
    }

    fn chart(&self) -> Markup {
        let (a, s) = (&self.around, &self.said);
        let names: Vec<String> = s.weeks.iter().map(|w| w.week.0.format("%-d %b").to_string()).collect();
        let series = [
            chart::Series { label: "Committed", class: "is-first", points: s.weeks.iter().map(Week::said).collect() },
            chart::Series {
                label: "Weighted",
                class: "is-second",
                points: s.weeks.iter().map(Week::expected).collect(),
            },
        ];
        let last = s.weeks.last().map(|w| (a.money(w.said()), a.money(w.expected()))).unwrap_or_default();
        let words = format!(
            "{}: {}. The last of {} weeks said {} by commitments and {} by weight.",
            self.came(),
            a.money(s.won),
            s.weeks.len(),
            last.0,
            last.1
        );
        chart::lines(&format!("Forecasts of {}", a.period.name()), &words, &names, &series, (self.came(), s.won))
    }

    fn table(&self) -> Markup {
        let (a, s) = (&self.around, &self.said);
        let by = |said: i64| match off(said, s.won).filter(|_| s.over) {
            Some(by) => {
                html! { @if by.is_sign_positive() && !by.is_zero() { "+" } (format!("{by:.1}").replace('-', "−")) " %" }
            }
            None => dash(),
        };
        let rows = s.weeks.iter().map(|w| {
            let cells = vec![
                Time::day(w.week).render(),
                html! { (a.money(w.sums.won)) },
                html! { (a.money(w.said())) },
                by(w.said()),
                html! { (a.money(w.expected())) },
                by(w.expected()),
            ];
            let brief = html! { "Weighted " (a.money(w.expected())) };
            Row::new(w.week.to_string(), w.week.short(), cells).brief([brief])
        });
        let columns = vec![
            Column::new("Monday"),
            Column::new("Won by then").numeric(),
            Column::new("Committed").numeric().stays(),
            Column::new("Off by").numeric(),
            Column::new("Weighted").numeric(),
            Column::new("Off by, weighted").numeric(),
        ];
        html! {
            (Table::new("Weeks", columns, rows.collect()))
            p.quiet { (self.came()) ": " strong { (a.money(s.won)) } }
        }
    }
}
