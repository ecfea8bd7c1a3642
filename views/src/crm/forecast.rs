//! The forecast: a period's numbers by rep or by team, each leading to the deals behind it.

pub mod accuracy;
pub mod changes;
pub mod deals;
pub mod quotas;

mod adjusting;
mod chart;

use crate::{
    View, list,
    ui::{
        Alert, Button, Card, Choice, Column, EmptyState, Field, Icon, PageHead, Row, Stat, Tab, Table, Tabs, Tone,
        dash, stack, stats,
    },
};
use domain::{
    Currency, Errors, MemberId, Money, Slug,
    crm::{
        forecast::{
            Figures, Forecast, Line, NOBODY, Of, Question,
            adjustments::{About, Adjustment, Draft},
            fiscal::{Period, Span},
            tree::Node,
        },
        pipelines::{Category, Pipeline},
    },
    list::grouped,
    paths,
};
use maud::{Markup, html};

/// What the reader may do beside looking.
#[derive(Debug, Clone, Copy)]
pub struct May {
    pub quotas: bool,
    /// Sees the quotas of all whose deals they see.
    pub every_quota: bool,
    pub adjust: bool,
    pub rates: bool,
}

/// What all pages of a forecast have in common.
pub struct Around {
    pub slug: Slug,
    pub asked: Question,
    pub period: Period,
    pub base: Currency,
    pub pipelines: Vec<Pipeline>,
    pub may: May,
}

/// The sides of a forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Now,
    Changes,
    Accuracy,
}

pub struct Index {
    pub around: Around,
    pub csrf: String,
    /// An adjustment's id.
    pub once: String,
    pub forecast: Forecast,
    /// By the reporting tree, where that is asked.
    pub nodes: Option<Vec<Node>>,
    pub adjustments: Vec<Adjustment>,
    /// Whose forecast may be adjusted.
    pub people: Vec<(MemberId, String)>,
    pub typed: Draft,
    pub errors: Errors,
}

/// Columns of numbers that are made of deals.
const SUMS: [Of; 6] = [
    Of::Won,
    Of::Category(Category::Commit),
    Of::Category(Category::BestCase),
    Of::Category(Category::Pipeline),
    Of::Category(Category::Omitted),
    Of::Weighted,
];

impl View for Index {
    fn title(&self) -> String {
        "Forecast".into()
    }

    fn body(&self) -> Markup {
        let a = &self.around;
        let none = self.forecast.lines.is_empty();
        stack(html! {
            (a.head(Side::Now))
            (a.question(&paths::forecast(&a.slug), true))
            (self.beside())
            @if none {
                (EmptyState::new(Icon::TrendingUp, format!("Nothing is to close in {}", a.period.name()), "A deal is in the forecast of the period in which its close date lies. Choose another one, or give your open deals a close date."))
            } @else {
                (self.numbers())
                (Card::new(if a.asked.by_team() { "By team" } else { "By rep" }, self.table()).flush()
                    .note("Weighted goes by probability, the categories by what people say. Numbers lead to the deals that they are made of."))
            }
            @if a.may.adjust { (self.adjusting()) }
        })
    }
}

impl Around {
    fn money(&self, minor: i64) -> String {
        Money::new(minor, self.base).to_string()
    }

    fn head(&self, side: Side) -> Markup {
        let p = &self.period;
        let tab =
            |label: &str, path: String, at: Side| Tab::new(label, list::url(&path, &self.asked.plain()), side == at);
        let tabs = Tabs::new(
            "Forecast",
            vec![
                tab("Forecast", paths::forecast(&self.slug), Side::Now),
                tab("What changed", paths::forecast_changes(&self.slug), Side::Changes),
                tab("Accuracy", paths::forecast_accuracy(&self.slug), Side::Accuracy),
            ],
        );
        let head = PageHead::new("Forecast")
            .crumb("Deals", paths::deals(&self.slug))
            .lead(html! { (p.name()) ", " (p.days()) })
            .actions(html! {
                @if self.may.quotas { (Button::link("Quotas", paths::quotas(&self.slug)).icon(Icon::ListCheck)) }
            });
        html! { (head) (tabs) }
    }

    /// Which period, of which pipeline, by whom.
    fn question(&self, path: &str, by: bool) -> Markup {
        let spans = Span::ALL.map(|s| Choice::new(s.key(), s.label())).to_vec();
        let pipelines: Vec<Choice> =
            self.pipelines.iter().map(|p| Choice::new(p.id.to_string(), p.name.as_str())).collect();
        let step = |p: &Period| list::url(path, &self.asked.at(p));
        let (before, after) = (self.period.previous(), self.period.next());
        html! {
            div.forecast-question {
                nav.forecast-steps aria-label="Period" {
                    (Button::link(format!("Before: {}", before.name()), step(&before)).icon_only(Icon::ChevronLeft))
                    strong { (self.period.name()) }
                    (Button::link(format!("After: {}", after.name()), step(&after)).icon_only(Icon::ChevronRight))
                }
                form.report-question method="get" action=(path) {
                    input type="hidden" name="on" value=(self.asked.on);
                    (Field::select("span", "Period", spans).value(self.period.span.key()))
                    @if pipelines.len() > 1 {
                        (Field::select("pipeline", "Pipeline", pipelines).empty_choice("All pipelines").value(&self.asked.pipeline))
                    }
                    @if by {
                        (Field::select("by", "By", vec![Choice::new("team", "Team")]).empty_choice("Rep").value(&self.asked.by))
                    }
                    (Button::submit("Show"))
                }
            }
        }
    }

    fn deals(&self, question: Question) -> String {
        list::url(&paths::forecast_deals(&self.slug), &question)
    }
}

impl Index {
    fn all(&self) -> Figures {
        let mut all = Figures::default();
        self.forecast.lines.iter().for_each(|l| all += l.figures);
        all.sums = self.forecast.total;
        all.unseen |= !self.around.may.every_quota;
        all
    }

    /// What is in none of the numbers, or may be missed in them.
    fn beside(&self) -> Markup {
        let (a, b) = (&self.around, &self.forecast.beside);
        let deals = |n: i64, of: Of, words: &str| {
            let question = Question { of: of.key().into(), ..a.asked.plain() };
            html! { a href=(a.deals(question)) { (grouped(n)) @if n == 1 { " deal" } @else { " deals" } } " " (words) }
        };
        html! {
            @if b.unpriced > 0 {
                (Alert::new(Tone::Warning, format!("Not priced: no rate for {}", b.currencies.join(", ")))
                    .text(html! { (deals(b.unpriced, Of::Unpriced, "in no sum, since no exchange rate of their day is known.")) })
                    .actions(html! { @if a.may.rates { (Button::link("Exchange rates", paths::exchange_rates(&a.slug)).small()) } }))
            }
            @if b.blank > 0 || b.undated > 0 {
                p.quiet {
                    @if b.blank > 0 { (deals(b.blank, Of::Blank, "without an amount. ")) }
                    @if b.undated > 0 { (grouped(b.undated)) " open without a close date, in no period." }
                }
            }
        }
    }

    fn numbers(&self) -> Markup {
        let (a, all) = (&self.around, self.all());
        let stat = |label: &str, of: Of| {
            let question = Question { of: of.key().into(), ..a.asked.plain() };
            Stat::new(label, a.money(all.sums.of(of))).href(a.deals(question))
        };
        let mut row =
            vec![stat("Won", Of::Won), stat("Commit", Of::Category(Category::Commit)), stat("Weighted", Of::Weighted)];
        if let Some(capacity) = all.capacity {
            row.push(Stat::new("By days to sell on", a.money(capacity)).note("Weighted, less leave and holidays"));
        }
        if let Some(quota) = all.expected() {
            let stat = Stat::new("Quota", a.money(quota));
            row.push(match all.attainment() {
                Some(part) => stat.note(format!("{part:.1} % attained")),
                None => stat,
            });
        }
        stats(&row)
    }

    fn table(&self) -> Markup {
        let a = &self.around;
        let all = self.all();
        let (quotas, adjusted) =
            (all.quota.is_some(), self.forecast.lines.iter().any(|l| !l.figures.adjusted.is_none()));
        let mut rows: Vec<Row> = match &self.nodes {
            Some(nodes) => nodes.iter().map(|n| self.node(n, all, (quotas, adjusted))).collect(),
            None => self.forecast.lines.iter().map(|l| self.line(l, 0, all, (quotas, adjusted))).collect(),
        };
        rows.push(self.row(("All together", 0, true), &all, a.asked.plain(), None, all, (quotas, adjusted)));
        let mut columns = vec![Column::new(if a.asked.by_team() { "Team" } else { "Rep" })];
        columns.extend(SUMS.map(|of| {
            let column = Column::new(of.label()).numeric();
            if of == Of::Category(Category::Omitted) { column.minor() } else { column }
        }));
        if all.capacity.is_some() {
            columns.push(Column::new("By days to sell on").numeric());
        }
        if quotas {
            columns.extend([
                Column::new("Quota").numeric(),
                Column::new("Attained").numeric().stays(),
                Column::new("Gap").numeric(),
                Column::new("Coverage").numeric(),
            ]);
        }
        if adjusted {
            columns.push(Column::new("Adjusted by managers").numeric());
        }
        html! { div.forecast-table { (Table::new(format!("Forecast of {}", a.period.name()), columns, rows)) } }
    }

    fn node(&self, n: &Node, all: Figures, shown: (bool, bool)) -> Row {
        match (&n.line, n.team) {
            (Some(line), _) => self.line(line, n.depth, all, shown),
            (None, team) => {
                let team = team.map(|t| t.to_string()).unwrap_or_default();
                let question = Question { team, ..self.around.asked.plain() };
                self.row((&format!("Team of {}", n.name), n.depth, true), &n.figures, question, None, all, shown)
            }
        }
    }

    fn line(&self, l: &Line, depth: usize, all: Figures, shown: (bool, bool)) -> Row {
        let (id, name) = match &l.member {
            Some((id, name)) => (id.to_string(), name.as_str()),
            None => (NOBODY.to_owned(), "Nobody"),
        };
        let question = Question { member: id, ..self.around.asked.plain() };
        self.row((name, depth, false), &l.figures, question, Some(l), all, shown)
    }

    fn row(
        &self,
        (name, depth, several): (&str, usize, bool),
        f: &Figures,
        question: Question,
        line: Option<&Line>,
        all: Figures,
        (quotas, adjusted): (bool, bool),
    ) -> Row {
        let a = &self.around;
        let money = |minor: Option<i64>| minor.map_or_else(dash, |m| html! { (a.money(m)) });
        let key = format!("{}{}", question.member, question.team);
        let depth = format!("forecast-name is-depth-{}", depth.min(5));
        let mut cells = vec![html! { span class=(depth) { @if several { strong { (name) } } @else { (name) } } }];
        cells.extend(SUMS.map(|of| match f.sums.of(of) {
            0 => dash(),
            minor => {
                let question = Question { of: of.key().into(), ..question.clone() };
                html! { a href=(a.deals(question)) { (a.money(minor)) } }
            }
        }));
        if all.capacity.is_some() {
            cells.push(html! {
                (money(f.capacity))
                @if let Some(days) = line.and_then(|l| l.days) { span.forecast-days { (days.words()) " days" } }
            });
        }
        let attained = f.attainment().map(|part| format!("{part:.1} %"));
        if quotas {
            let coverage = match f.coverage() {
                Some(times) => html! { (format!("{times:.1}")) " ×" },
                None if f.gap() == Some(0) => html! { "Met" },
                None => dash(),
            };
            cells.extend([
                money(f.expected()),
                attained.as_ref().map_or_else(dash, |part| html! { (part) }),
                money(f.gap()),
                coverage,
            ]);
        }
        if adjusted {
            cells.push(self.adjusted(f));
        }
        let brief = html! { (a.money(f.sums.won)) " won, " (a.money(f.sums.weighted)) " weighted" };
        Row::new(key, name, cells).brief([brief])
    }

    /// `+$5,000.00 commit`, and what that makes of it.
    fn adjusted(&self, f: &Figures) -> Markup {
        let a = &self.around;
        let own = |about: About| match about {
            About::Commit => f.sums.commit,
            About::BestCase => f.sums.best_case,
            About::Weighted => f.sums.weighted,
        };
        if f.adjusted.is_none() {
            return dash();
        }
        html! {
            @for about in About::ALL {
                @let by = f.adjusted.of(about);
                @if by != 0 {
                    span.forecast-adjusted {
                        (adjusting::signed(by, a.base)) " " (about.label().to_lowercase()) ": " (a.money(own(about).saturating_add(by)))
                    }
                }
            }
        }
    }
}
