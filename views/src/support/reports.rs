//! What was promised and what was kept, by month.

use crate::{
    Moment, View, list,
    ui::{Card, Column, EmptyState, Icon, PageHead, Row, Tab, Table, Tabs, Time, dash, stack},
};
use domain::{
    Slug, paths,
    support::{
        reports::{By, Line, Missed},
        sla::Clock,
        tickets::Filter,
    },
};
use maud::{Markup, Render, html};

pub struct Promises {
    pub slug: Slug,
    pub by: By,
    pub lines: Vec<Line>,
    pub missed: Vec<Missed>,
    pub moment: Moment,
}

impl View for Promises {
    fn title(&self) -> String {
        "Promises kept".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Promises kept")
            .crumb("Tickets", paths::tickets(&self.slug))
            .lead(html! { "Which promised times were kept and which were not, in the last six months. Each number leads to its tickets." });
        let tab = |by: By| {
            let href = if by == By::default() {
                paths::sla_report(&self.slug)
            } else {
                format!("{}?by={}", paths::sla_report(&self.slug), by.key())
            };
            Tab::new(by.label(), href, self.by == by)
        };
        html! {
            div.list-page {
                (head)
                (tabs(&self.slug, Open::Promises))
                (Tabs::new("By", By::ALL.map(tab).to_vec()))
                @if self.lines.is_empty() { (EmptyState::new(Icon::Clock, "No clock has ended yet", "Once tickets with promised times are answered and solved, this shows which were in time.")) }
                @else {
                    (stack(html! {
                        (Card::new("By month", self.table()).flush())
                        @if !self.missed.is_empty() { (Card::new("The last that were late, and why", self.reasons()).flush()) }
                    }))
                }
            }
        }
    }
}

/// The reports of support.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    Workload,
    Promises,
    Satisfaction,
}

/// They stand side by side.
pub(super) fn tabs(slug: &Slug, open: Open) -> Tabs {
    let each = vec![
        Tab::new("Workload", paths::support_workload(slug), open == Open::Workload),
        Tab::new("Promises kept", paths::sla_report(slug), open == Open::Promises),
        Tab::new("Satisfaction", paths::satisfaction(slug), open == Open::Satisfaction),
    ];
    Tabs::new("Reports", each)
}

impl Promises {
    fn table(&self) -> Markup {
        // One row for each month and whose it is, a column for each clock.
        let mut rows: Vec<Row> = vec![];
        let mut rest = self.lines.as_slice();
        while let Some(first) = rest.first() {
            let same = |l: &Line| l.month == first.month && l.queue == first.queue && l.agent == first.agent;
            let many = rest.iter().take_while(|l| same(l)).count();
            let (here, after) = rest.split_at(many);
            rest = after;
            let month = format!("{}-{:02}", first.month.0, first.month.1);
            let whose = first.queue.as_ref().map(|(_, n)| n.as_str()).or(first.agent.as_ref().map(|(_, n)| n.as_str()));
            let whose = whose.unwrap_or("Nobody").to_owned();
            let day = chrono::NaiveDate::from_ymd_opt(first.month.0, first.month.1, 1);
            let shown = day.map_or_else(|| month.clone(), |d| d.format("%b %Y").to_string());
            let mut cells = vec![html! { (shown) }, html! { (whose) }];
            cells.extend(Clock::ALL.map(|clock| match here.iter().find(|l| l.clock == clock) {
                Some(line) => self.numbers(line, &month),
                None => dash(),
            }));
            let told = here.iter().map(|l| html! { (l.clock.label()) ": " (self.numbers(l, &month)) });
            let brief: Vec<Markup> = std::iter::once(html! { (whose) }).chain(told).collect();
            rows.push(Row::new(format!("{month}-{whose}"), format!("{whose}, {shown}"), cells).brief(brief));
        }
        let whose = if self.by == By::Queue { "Queue" } else { "Agent" };
        let mut columns = vec![Column::new("Month"), Column::new(whose)];
        columns.extend(Clock::ALL.map(|c| Column::new(c.label()).numeric()));
        Table::new("Promises kept by month", columns, rows).render()
    }

    fn numbers(&self, line: &Line, month: &str) -> Markup {
        let to = |how: &str| {
            let filter = Filter {
                status: "any".into(),
                clock: format!("{}:{how}:{month}", line.clock.key()),
                queue: line.queue.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default(),
                by: match (self.by, &line.agent) {
                    (By::Queue | By::Customer, _) => String::new(),
                    (By::Agent, Some((id, _))) => id.to_string(),
                    (By::Agent, None) => "nobody".into(),
                },
                ..Filter::default()
            };
            list::url(&paths::tickets(&self.slug), &filter)
        };
        html! {
            @if let Some(kept) = line.kept() { strong { (kept) " %" } " " }
            span.quiet {
                a href=(to("met")) { (line.met) " kept" } ", "
                @if line.late > 0 { a href=(to("late")) { (line.late) " late" } } @else { "none late" }
            }
        }
    }

    fn reasons(&self) -> Markup {
        let rows = self.missed.iter().map(|m| {
            let cells = vec![
                html! { a href=(paths::ticket(&self.slug, m.ticket)) { (m.number) " " (m.name) } },
                html! { (m.clock.label()) },
                html! { (m.why()) },
                Time::at(&m.at.with_timezone(&self.moment.zone)).render(),
            ];
            Row::new(format!("{}-{}", m.ticket, m.clock.key()), &m.number, cells)
                .brief([html! { (m.clock.label()) }, html! { (m.why()) }])
        });
        let columns = vec![
            Column::new("Ticket"),
            Column::new("Clock"),
            Column::new("Why").minor(),
            Column::new("Late since").minor(),
        ];
        Table::new("What was late", columns, rows.collect()).render()
    }
}
