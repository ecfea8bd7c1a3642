//! How much work there was: numbers, weeks, whose it was, and when it comes in.

use super::reports::{Open, tabs};
use crate::{
    View, list,
    ui::{Card, Column, EmptyState, Icon, PageHead, Row, Stat, Tab, Table, Tabs, dash, dashboard_page, stack, stats},
};
use domain::{
    Day, Slug, paths,
    support::{
        reports::By,
        sla::minutes,
        tickets::Filter,
        workload::{Happened, Line, Report, SPANS, What, heat},
    },
};
use maud::{Markup, Render, html};

pub struct Workload {
    pub slug: Slug,
    pub report: Report,
    /// In weeks.
    pub span: u32,
}

impl View for Workload {
    fn title(&self) -> String {
        "Support workload".into()
    }

    fn body(&self) -> Markup {
        let r = &self.report;
        let head = PageHead::new(self.title())
            .crumb("Tickets", paths::tickets(&self.slug))
            .lead(html! { "What came in, was solved and is still open, of the tickets that you see. Numbers lead to their tickets; merged and archived ones do not count." });
        let span = |n: u32| Tab::new(format!("{n} weeks"), self.here(r.by, n), self.span == n);
        let by = |by: By| Tab::new(by.label(), self.here(by, self.span), r.by == by);
        let all = &r.all;
        let nothing = all.open + all.off == 0 && What::ALL.iter().all(|what| all.counts.of(*what).tickets == 0);
        dashboard_page(
            &head,
            stack(html! {
                (tabs(&self.slug, Open::Workload))
                (Tabs::new("Time", SPANS.map(span).to_vec()))
                @if nothing {
                    (EmptyState::new(Icon::Clock, "Nothing came in yet", "Once there are tickets, this shows how many come in, how many are solved and how long they wait."))
                } @else {
                    (stats(&self.numbers()))
                    (Card::new("By week", self.weeks()).flush())
                    (Tabs::new("By", By::ALL.map(by).to_vec()))
                    (Card::new(if r.by == By::Queue { "Which queue has how much?" } else { "Who has how much?" }, self.lines()).flush()
                        .note("Times are medians, in the promised hours, of tickets with promised times"))
                    (Card::new("When do tickets come in?", self.hours()).flush())
                }
            }),
        )
    }
}

impl Workload {
    fn here(&self, by: By, span: u32) -> String {
        format!("{}?by={}&span={span}", paths::support_workload(&self.slug), by.key())
    }

    /// The tickets behind a number: what happened, when, and whose they are; without that, what is open.
    fn to(&self, happened: Option<(What, Day, Day)>, whose: Option<&Line>) -> String {
        let mut filter = Filter::default();
        if let Some((what, from, to)) = happened {
            filter.status = "any".into();
            filter.happened = Happened { what, from, to }.to_string();
        }
        if let Some(line) = whose {
            let id = line.whose.as_ref().map(|(id, _)| id.to_string());
            match self.report.by {
                By::Queue | By::Customer => filter.queue = id.unwrap_or_default(),
                By::Agent => filter.assignee = id.unwrap_or_else(|| "nobody".into()),
            }
        }
        list::url(&paths::tickets(&self.slug), &filter)
    }

    fn numbers(&self) -> Vec<Stat> {
        let (r, all) = (&self.report, &self.report.all);
        let mut found: Vec<Stat> = What::ALL
            .into_iter()
            .map(|what| {
                let stat = Stat::new(what.label(), all.counts.of(what).tickets.to_string());
                stat.href(self.to(Some((what, r.from, r.to)), None)).note(format!("in {} weeks", self.span))
            })
            .collect();
        let open = Stat::new("Open now", all.open.to_string()).href(self.to(None, None));
        found.push(if all.off > 0 { open.note(format!("and {} put off", all.off)) } else { open });
        let time = |label: &str, n: Option<i64>| {
            Stat::new(label, n.map_or_else(|| "–".to_owned(), minutes)).note("half took no longer")
        };
        found.push(time("First answer", all.first));
        found.push(time("Solution", all.resolution));
        found
    }

    fn number(&self, n: i64, to: impl FnOnce() -> String) -> Markup {
        html! { @if n > 0 { a href=(to()) { (n) } } @else { "0" } }
    }

    fn weeks(&self) -> Markup {
        let rows = self.report.weeks.iter().map(|week| {
            let name = format!("{} to {}", week.from.short(), week.to.short());
            let mut cells = vec![html! { (name) }];
            cells.extend(What::ALL.map(|what| {
                self.number(week.counts.of(what).tickets, || self.to(Some((what, week.from, week.to)), None))
            }));
            cells.push(html! { (week.open) });
            let [came, solved] = [What::Came, What::Solved].map(|what| week.counts.of(what).tickets);
            let brief = [html! { (came) " came in, " (solved) " solved" }, html! { (week.open) " open at the end" }];
            Row::new(week.from.to_string(), name, cells).brief(brief)
        });
        let mut columns = vec![Column::new("Week")];
        columns.extend(What::ALL.map(|what| Column::new(what.label()).numeric()));
        columns.push(Column::new("Open at the end").numeric());
        Table::new("By week", columns, rows.collect()).render()
    }

    fn lines(&self) -> Markup {
        let r = &self.report;
        let time = |n: Option<i64>| n.map_or_else(dash, |n| html! { (minutes(n)) });
        let rows = r.lines.iter().map(|line| {
            let name = line.whose.as_ref().map_or("Nobody", |(_, name)| name.as_str());
            let mut cells = vec![html! { (name) }, self.number(line.open, || self.to(None, Some(line)))];
            cells.extend(What::ALL.map(|what| {
                self.number(line.counts.of(what).tickets, || self.to(Some((what, r.from, r.to)), Some(line)))
            }));
            cells.extend([time(line.first), time(line.resolution)]);
            let brief = [
                html! { (line.open) " open, " (line.counts.solved.tickets) " solved" },
                html! { "First answer " (time(line.first)) },
            ];
            let key = line.whose.as_ref().map_or_else(|| "nobody".to_owned(), |(id, _)| id.to_string());
            Row::new(key, name, cells).brief(brief)
        });
        let mut columns =
            vec![Column::new(if r.by == By::Queue { "Queue" } else { "Agent" }), Column::new("Open now").numeric()];
        columns.extend(What::ALL.map(|what| Column::new(what.label()).numeric()));
        columns.extend([Column::new("First answer").numeric(), Column::new("Solution").numeric()]);
        Table::new("By whose they are", columns, rows.collect()).render()
    }

    /// Weekdays by hours. Each cell has its number, so that nothing hangs on the colour.
    fn hours(&self) -> Markup {
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let hours = &self.report.hours;
        let most = hours.iter().flatten().copied().max().unwrap_or_default();
        html! {
            div.table-scroll tabindex="0" role="region" aria-label="Tickets by weekday and hour" {
                table.heat {
                    caption.visually-hidden { "Tickets that came in, by weekday and hour" }
                    thead { tr {
                        td {}
                        @for hour in 0..24 { th scope="col" { (hour) } }
                    } }
                    tbody {
                        @for (day, cells) in DAYS.iter().zip(hours) {
                            tr {
                                th scope="row" { (day) }
                                @for n in cells {
                                    td class={ "heat-" (heat(*n, most)) } { @if *n > 0 { (n) } @else { span.visually-hidden { "0" } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
