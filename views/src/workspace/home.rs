//! Home: where both worlds stand, and what changed.

use crate::{
    Moment, View,
    crm::unpriced,
    hr::attendance::clock,
    ui::{Alert, Button, Card, EmptyState, Entry, Icon, PageHead, Stat, Timeline, Tone, dashboard_page, stats},
};
use chrono::{DateTime, Utc};
use domain::{
    Slug,
    crm::{
        deals::{
            UNPRICED,
            board::{Head, brief},
        },
        reports::Standing,
    },
    hr::attendance::Span,
    list::{Total, grouped},
    paths,
};
use maud::{Markup, Render, html};

pub struct Home {
    pub slug: Slug,
    pub person: String,
    pub company: String,
    pub moment: Moment,
    /// Of employees, for whoever sees others than themselves: all, and those who joined this month. Counts as words: `10,000+`.
    pub people: Option<(String, String)>,
    /// Of customers, for whoever sees any: all, and prospects.
    pub customers: Option<(String, String)>,
    /// Where deals stand, for whoever sees any; and the list of those that were won this month.
    pub sales: Option<(Standing, String)>,
    /// What the reader's clock says, and their form's token.
    pub clock: Option<(String, Option<Span>)>,
    pub recent: Vec<Happened>,
    /// Policies to confirm, and documents to bring.
    pub to_confirm: usize,
    pub to_bring: i64,
    /// For whoever looks after everybody's records.
    pub hr: Option<(&'static str, Vec<Today>)>,
    /// Steps that wait, for whoever may take them.
    pub steps_left: usize,
}

/// So many of something that waits today, and the list that has them.
pub struct Today {
    pub count: Total,
    pub one: &'static str,
    pub many: &'static str,
    pub href: String,
}

/// One thing that happened, in words.
pub struct Happened {
    pub who: String,
    /// What they did, before the link.
    pub did: String,
    pub what: String,
    pub href: Option<String>,
    /// Words after the link.
    pub more: String,
    pub when: DateTime<Utc>,
    pub by_machine: bool,
}

impl View for Home {
    fn title(&self) -> String {
        "Home".into()
    }

    fn body(&self) -> Markup {
        let s = &self.slug;
        let first = self.person.split_whitespace().next().unwrap_or(&self.person);
        let mut head = PageHead::new(format!("Good to see you, {first}")).lead(html! {
            (self.company) " at a glance."
            @match self.steps_left { 0 => {} 1 => { " 1 first step waits." } n => { " " (n) " first steps wait." } }
        });
        if self.steps_left > 0 {
            head = head.actions(Button::link("See first steps", paths::first_steps(s)).render());
        }
        let people = self.people.iter().flat_map(|(all, joined)| {
            let new = format!("{}?joined_this_month=true&sort=-start_date", paths::employees(s));
            [
                Stat::new("People", all).href(paths::employees(s)).note("here or to come"),
                Stat::new("Joined this month", joined).href(new).note("by their start date"),
            ]
        });
        let customers = self.customers.iter().flat_map(|(all, prospects)| {
            let open = format!("{}?status=prospect", paths::customers(s));
            [
                Stat::new("Customers", all).href(paths::customers(s)).note("not archived"),
                Stat::new("Prospects", prospects).href(open).note("to be won"),
            ]
        });
        let sales = self.sales.iter().flat_map(|(standing, won)| {
            [
                Stat::new("Won this month", worth(&standing.won))
                    .href(won.as_str())
                    .note(of_deals(&standing.won))
                    .left(left(&standing.won, won)),
                Stat::new("Open deals", worth(&standing.open))
                    .href(paths::deals(s))
                    .note(of_deals(&standing.open))
                    .left(left(&standing.open, &paths::deals(s))),
            ]
        });
        let numbers: Vec<Stat> = people.chain(customers).chain(sales).collect();
        let body = html! {
            @if self.to_confirm > 0 || self.to_bring > 0 { (self.waits()) }
            @if let Some((title, today)) = &self.hr { (Card::new(*title, hr(today))) }
            @if let Some((csrf, running)) = &self.clock { (Card::bare(clock(s, csrf, running.as_ref(), self.moment, &paths::home(s)))) }
            @if !numbers.is_empty() { (stats(&numbers)) }
            (Card::new("Lately", self.lately()))
        };
        dashboard_page(&head, body)
    }
}

/// What deals come to, in the workspace's currency where they have several; their number, where nobody has said what they are worth.
fn worth(head: &Head) -> String {
    match (head.converted().filter(|t| t.has_any()), head.sums.first()) {
        (Some(together), _) => brief(together.sum),
        (None, Some(sum)) => brief(*sum),
        (None, None) => grouped(head.count),
    }
}

/// `3 deals, $1,200.00 + €90.00`.
fn of_deals(head: &Head) -> String {
    let count = if head.count == 1 { "1 deal".to_owned() } else { format!("{} deals", grouped(head.count)) };
    let sums: Vec<String> = head.sums.iter().map(ToString::to_string).collect();
    let sums = (!sums.is_empty()).then(|| sums.join(" + "));
    [Some(count), sums].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What no rate prices, and its list: the same question of those alone.
fn left(head: &Head, list: &str) -> Option<(String, String)> {
    let and = if list.contains('?') { '&' } else { '?' };
    Some((head.converted().and_then(unpriced)?, format!("{list}{and}priced={UNPRICED}")))
}

/// What there is of it, each leading to its list.
fn hr(today: &[Today]) -> Markup {
    let there: Vec<&Today> = today.iter().filter(|t| t.count != Total::Exactly(0)).collect();
    html! {
        @if there.is_empty() { p.quiet { "Nothing waits for HR today: no approvals, and no days that come up." } }
        @else {
            ul.plain-list {
                @for t in there {
                    li { a href=(t.href) { (t.count) " " (if t.count == Total::Exactly(1) { t.one } else { t.many }) } }
                }
            }
        }
    }
}

impl Home {
    /// What waits for the reader.
    fn waits(&self) -> Markup {
        let policies = match self.to_confirm {
            0 => None,
            1 => Some("1 policy to read and confirm".to_owned()),
            n => Some(format!("{n} policies to read and confirm")),
        };
        let documents = match self.to_bring {
            0 => None,
            1 => Some("1 document to bring".to_owned()),
            n => Some(format!("{n} documents to bring")),
        };
        let both: Vec<String> = policies.into_iter().chain(documents).collect();
        Alert::new(Tone::Info, both.join(", "))
            .actions(Button::link("See them", paths::my_documents(&self.slug)).small().render())
            .render()
    }

    fn lately(&self) -> Markup {
        if self.recent.is_empty() {
            return EmptyState::new(
                Icon::History,
                "Nothing has happened yet",
                "Changes to people and customers show here as they are made.",
            )
            .render();
        }
        let entries = self.recent.iter().map(|h| {
            let what = html! {
                (h.did) " " @match &h.href { Some(href) => { a href=(href) { (h.what) } } None => { (h.what) } } @if !h.more.is_empty() { " " (h.more) }
            };
            let entry = Entry::new(&h.who, what, self.moment.ago(h.when));
            if h.by_machine { entry.icon(Icon::Upload) } else { entry }
        });
        Timeline::new(entries.collect()).render()
    }
}
