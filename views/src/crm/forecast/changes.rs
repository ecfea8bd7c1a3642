//! How what is open in a period came to be another amount, from a Monday to a later one or to now.

use super::{Around, Side, chart};
use crate::{
    View,
    ui::{Button, Card, Choice, Column, EmptyState, Field, Icon, Row, Table, dash, stack},
};
use domain::{
    crm::forecast::waterfall::{Snapshot, Step, Waterfall},
    list::grouped,
    paths,
};
use maud::{Markup, Render, html};

pub struct Changes {
    pub around: Around,
    /// The newest first.
    pub snapshots: Vec<Snapshot>,
    /// From which, and to which; `None`: now.
    pub since: Option<Snapshot>,
    pub until: Option<Snapshot>,
    pub waterfall: Waterfall,
}

impl View for Changes {
    fn title(&self) -> String {
        "What changed in the forecast".into()
    }

    fn body(&self) -> Markup {
        let a = &self.around;
        stack(html! {
            (a.head(Side::Changes))
            (a.question(&paths::forecast_changes(&a.slug), false))
            @match &self.since {
                None => { (EmptyState::new(Icon::TrendingUp, "No snapshot yet", "Each Monday all deals are written down as they are. From the second one on you see here what has changed.")) }
                Some(since) => {
                    (self.choice())
                    (Card::new("What changed, and by how much?", html! { (self.chart(since)) (self.table()) })
                        .note("In the workspace's currency, by the rates of each moment: a rate that moves shows as grown or shrunk."))
                }
            }
        })
    }
}

impl Changes {
    fn choice(&self) -> Markup {
        let a = &self.around;
        let week = |s: &Snapshot| Choice::new(s.week.to_string(), format!("Monday, {}", s.week.short()));
        let all: Vec<Choice> = self.snapshots.iter().map(week).collect();
        let chosen = |s: &Option<Snapshot>| s.map(|s| s.week.to_string()).unwrap_or_default();
        html! {
            form.report-question method="get" action=(paths::forecast_changes(&a.slug)) {
                input type="hidden" name="span" value=(a.asked.span);
                input type="hidden" name="on" value=(a.asked.on);
                input type="hidden" name="pipeline" value=(a.asked.pipeline);
                (Field::select("since", "Since", all.clone()).value(chosen(&self.since)))
                (Field::select("until", "Until", all).empty_choice("Now").value(chosen(&self.until)))
                (Button::submit("Compare"))
            }
        }
    }

    fn when(&self) -> String {
        self.until.map_or_else(|| "now".into(), |s| s.week.short())
    }

    fn chart(&self, since: &Snapshot) -> Markup {
        let a = &self.around;
        let mut at = 0i64;
        let bars: Vec<_> = self
            .waterfall
            .steps()
            .into_iter()
            .map(|(key, label, step)| {
                let (from, to) = match key {
                    "start" | "end" => (0, step.minor),
                    _ => (at, at.saturating_add(step.minor)),
                };
                at = to;
                let class = match key {
                    "start" | "end" => "is-whole",
                    "won" => "is-won",
                    _ if step.minor < 0 => "is-less",
                    _ => "is-more",
                };
                let label = label.trim_start_matches("Open at the ");
                chart::Bar { label, class, from, to }
            })
            .collect();
        let (start, end) = (self.waterfall.start.minor, self.waterfall.end.minor);
        let words = format!(
            "Open in {}: {} on {}, {} {}. Each step between is in the table.",
            a.period.name(),
            a.money(start),
            since.week.short(),
            a.money(end),
            self.when()
        );
        chart::bars("From what was open to what is", &words, &bars)
    }

    fn table(&self) -> Markup {
        let a = &self.around;
        let amount = |key: &str, s: &Step| match (key, s.minor) {
            ("start" | "end", minor) => html! { strong { (a.money(minor)) } },
            (_, 0) => dash(),
            (_, minor) => html! { (super::adjusting::signed(minor, a.base)) },
        };
        let rows = self.waterfall.steps().map(|(key, label, step)| {
            let deals = if step.deals == 0 {
                dash()
            } else {
                html! { (grouped(step.deals)) }
            };
            let brief = if step.deals == 1 { "1 deal".to_owned() } else { format!("{} deals", grouped(step.deals)) };
            Row::new(key, label, vec![html! { (label) }, deals, amount(key, &step)]).brief([html! { (brief) }])
        });
        let columns =
            vec![Column::new("Step"), Column::new("Deals").numeric(), Column::new("Amount").numeric().stays()];
        Table::new("Steps", columns, rows.into()).render()
    }
}
