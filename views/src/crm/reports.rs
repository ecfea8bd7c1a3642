//! What was sold: in all, by whom, by month.

use crate::{
    View,
    crm::sums,
    list,
    ui::{Button, Card, Choice, Column, EmptyState, Facts, Field, Icon, PageHead, Row, Table, dash, stack},
};
use domain::{
    Day, MemberId, Slug,
    crm::{
        deals::board::Head,
        pipelines::Pipeline,
        reports::{Ended, Question, Sales},
    },
    list::grouped,
    paths,
};
use maud::{Markup, Render, html};

pub struct Report {
    pub slug: Slug,
    pub asked: Question,
    pub sales: Sales,
    pub pipelines: Vec<Pipeline>,
}

impl View for Report {
    fn title(&self) -> String {
        "Sales report".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Deals", paths::deals(&self.slug))
            .lead(html! { "Deals that are won and lost, by the day on which they ended." });
        let s = &self.sales;
        if s.people.is_empty() {
            let none = EmptyState::new(
                Icon::TrendingUp,
                "Nothing has ended in these days",
                "A deal that is won or lost is counted here. Choose other days, or bring past deals from a file.",
            );
            return stack(html! { (head) (self.question()) (none) });
        }
        let people = s.people.iter().map(|(whose, ended)| {
            let (id, name) = match whose {
                Some((id, name)) => (Some(*id), name.as_str()),
                None => (None, "Nobody"),
            };
            self.row(name, name.to_owned(), ended, id, None)
        });
        let months = s.months.iter().map(|(month, ended)| {
            let name = month.0.format("%B %Y").to_string();
            self.row(&name, month.0.to_string(), ended, None, Some(*month))
        });
        let table = |name: &str, first: &'static str, rows: Vec<Row>| {
            let columns = vec![
                Column::new(first),
                Column::new("Won").numeric(),
                Column::new("Lost").numeric(),
                Column::new("Win rate").numeric(),
                Column::new("Closed revenue").numeric().stays(),
            ];
            Table::new(name.to_owned(), columns, rows).render()
        };
        stack(html! {
            (head)
            (self.question())
            (Card::new("In all", self.all()))
            (Card::new("By owner", table("Sales by owner", "Owner", people.collect())).flush())
            (Card::new("By month", table("Sales by month", "Month", months.collect())).flush())
        })
    }
}

impl Report {
    fn question(&self) -> Markup {
        let pipelines = self.pipelines.iter().map(|p| Choice::new(p.id.to_string(), p.name.as_str())).collect();
        html! {
            form.report-question method="get" action=(paths::sales_report(&self.slug)) {
                (Field::date("from", "Ended from").value(&self.asked.from))
                (Field::date("to", "Until").value(&self.asked.to))
                @if self.pipelines.len() > 1 {
                    (Field::select("pipeline", "Pipeline", pipelines).empty_choice("All pipelines").value(&self.asked.pipeline))
                }
                (Button::submit("Show"))
            }
        }
    }

    fn all(&self) -> Markup {
        let all = &self.sales.all;
        Facts::new()
            .fact("Closed revenue", self.revenue(&all.won, None, None))
            .fact("Won", self.count(all.won.count, "won", None, None))
            .fact("Lost", self.count(all.lost, "lost", None, None))
            .fact("Win rate", rate(all))
            .columns()
            .render()
    }

    /// A number, and the list behind it.
    fn count(&self, n: i64, status: &str, owner: Option<MemberId>, month: Option<Day>) -> Markup {
        if n == 0 {
            return dash();
        }
        let filter = self.asked.deals(status, owner, month);
        html! { a href=(list::url(&paths::deals(&self.slug), &filter)) { (grouped(n)) } }
    }

    fn revenue(&self, won: &Head, owner: Option<MemberId>, month: Option<Day>) -> Markup {
        let list = list::url(&paths::deals(&self.slug), &self.asked.deals("won", owner, month).unpriced());
        if won.sums.is_empty() { dash() } else { sums(won, &list) }
    }

    fn row(&self, name: &str, key: String, ended: &Ended, owner: Option<MemberId>, month: Option<Day>) -> Row {
        // Those of nobody have no list of their own.
        let linked = owner.is_some() || month.is_some();
        let count = |n: i64, status| {
            if linked {
                self.count(n, status, owner, month)
            } else {
                html! { (grouped(n)) }
            }
        };
        let sums = self.revenue(&ended.won, owner, month);
        let cells = vec![html! { (name) }, count(ended.won.count, "won"), count(ended.lost, "lost"), rate(ended), sums];
        Row::new(key, name, cells).brief([html! { (grouped(ended.won.count)) " won, " (grouped(ended.lost)) " lost" }])
    }
}

fn rate(ended: &Ended) -> Markup {
    ended.rate().map_or_else(dash, |rate| html! { (format!("{rate:.1}")) " %" })
}
