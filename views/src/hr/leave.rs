//! Time off: what its pages share, and one's own.

pub mod approvals;
pub mod calendar;
pub mod person;
pub mod policies;
pub mod requests;
pub mod settings;

use super::unlinked;
use crate::{
    View,
    form::errors,
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Tab, Table, Tabs, Time,
        Tone, dash, field_row, stack,
    },
};
use domain::{
    Day, Errors, MemberId, Slug,
    hr::leave::{
        Colour, Type,
        forms::DelegateDraft,
        ledger::{Account, Kind},
        requests::{Request, State},
        signed,
    },
    list::{Total, WAITING},
    paths,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The accounts, which change with the day that is asked about.
pub const ACCOUNTS: &str = "leave-accounts";

/// Where one is among the pages of time off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Mine,
    Calendar,
    Approvals,
}

/// The pages of time off; `waiting`: requests that wait for the reader, where they may be asked.
pub fn tabs(slug: &Slug, place: Place, waiting: Option<usize>) -> Tabs {
    let mut tabs = vec![
        Tab::new("My time off", paths::leave(slug), place == Place::Mine),
        Tab::new("Calendar", paths::leave_calendar(slug), place == Place::Calendar),
    ];
    if let Some(waiting) = waiting {
        let tab = Tab::new("To approve", paths::leave_approvals(slug), place == Place::Approvals);
        let count = Total::up_to(i64::try_from(waiting).unwrap_or(i64::MAX), WAITING);
        tabs.push(if waiting > 0 { tab.count(count) } else { tab });
    }
    Tabs::new("Time off", tabs)
}

/// A kind with its colour; to whom it is closed: that somebody is away.
pub fn kind(kind: Option<&Type>) -> Markup {
    match kind {
        Some(kind) => dot(&kind.name, kind.colour),
        None => html! { span.leave-kind { "Away" } },
    }
}

pub fn dot(name: &str, colour: Colour) -> Markup {
    html! { span.leave-kind { span class={ "leave-dot is-" (colour.key()) } aria-hidden="true" {} (name) } }
}

pub fn state(state: State) -> Badge {
    let tone = match state {
        State::Requested | State::Cancelling => Tone::Warning,
        State::Approved => Tone::Good,
        State::Declined => Tone::Bad,
        State::Cancelled => Tone::Neutral,
    };
    Badge::new(tone, state.label())
}

/// One account as a card: the number, what of it is spoken for, and the lines behind it.
pub fn account(a: &Account) -> Markup {
    let unit = a.kind.unit;
    let s = &a.spoken;
    html! {
        section.leave-account aria-label=(a.kind.name) {
            h3 { (dot(&a.kind.name, a.kind.colour)) }
            @if a.kind.limited {
                p.leave-figure { span.leave-number { (domain::hr::leave::plain(a.balance)) } " " (noun(unit.words(a.balance))) }
                ul.leave-facts {
                    @if !s.booked.is_zero() { li { (unit.words(s.booked)) " booked" } }
                    @if !s.reserved.is_zero() { li { (unit.words(s.reserved)) " asked for" } }
                    @if !s.booked.is_zero() || !s.reserved.is_zero() { li { (unit.words(s.left)) " left" @if let Some(day) = s.least_on { " on " (day.short()) } } }
                    @if let Some((day, amount)) = a.expiring { li { (unit.words(amount)) " to be used by " (day.short()) } }
                    li { (unit.words(s.taken)) " taken this year" }
                    @if let Some(policy) = a.policy.as_ref().filter(|p| **p != a.kind.name) { li { (policy) } }
                    @if !a.kind.paid { li { "unpaid" } }
                }
            } @else {
                p.leave-figure { span.leave-number { (domain::hr::leave::plain(s.taken)) } " " (noun(unit.words(s.taken))) " taken" }
                ul.leave-facts {
                    li { "this year; there is no limit" }
                    @if !a.kind.paid { li { "unpaid" } }
                    @if !s.reserved.is_zero() { li { (unit.words(s.reserved)) " asked for" } }
                }
            }
            @if !a.lines.is_empty() { details.leave-lines { summary { "What it is made of" } (lines(a)) } }
        }
    }
}

/// "12.5 days" without its number.
fn noun(words: String) -> String {
    words.split_once(' ').map_or(words.clone(), |(_, noun)| noun.to_owned())
}

/// The entries behind a balance, the newest first.
pub fn lines(a: &Account) -> Markup {
    let limited = a.kind.limited;
    html! {
        div.table-scroll {
            table.table.leave-ledger {
                caption.visually-hidden { "Entries of " (a.kind.name) }
                thead { tr { th scope="col" { "Day" } th scope="col" { "What" } th.is-numeric scope="col" { "Amount" } @if limited { th.is-numeric scope="col" { "Balance" } } } }
                tbody {
                    @for (line, sum) in a.lines.iter().take(60) {
                        tr {
                            td { (Time::day(line.entry.on)) }
                            td {
                                (line.entry.kind.label())
                                @if let Some(x) = line.entry.expires { span.quiet { ", until " (x.short()) } }
                                @if line.entry.kind == Kind::Accrual && line.entry.earned.is_some_and(|e| e != line.entry.amount) { span.quiet { ", capped" } }
                                @if let Some(reason) = &line.reason { p.quiet { (reason) @if let Some(by) = &line.by { " · " (by) } } }
                            }
                            td.is-numeric { (signed(line.entry.amount)) }
                            @if limited { td.is-numeric { (domain::hr::leave::plain(*sum)) } }
                        }
                    }
                }
            }
            @if a.lines.len() > 60 { p.quiet.leave-more { "The newest 60 of " (a.lines.len()) "." } }
        }
    }
}

/// The accounts as of a day that may be chosen. `action`: the page that shows them.
pub fn accounts(action: &str, all: &[Account], on: Day, today: Day) -> Markup {
    let [first, last] = domain::hr::leave::told_between(today);
    html! {
        div id=(ACCOUNTS) {
            form.leave-as-of method="get" action=(action) hx-get=(action) hx-target={ "#" (ACCOUNTS) } hx-swap="outerHTML" hx-trigger="change, submit" hx-push-url="true" {
                label for="as-of" { "Balances as of" }
                input.input id="as-of" type="date" name="on" value=(on) min=(first) max=(last);
                (Button::submit("Show").small())
                @if on != today { a href=(action) { "Today" } }
                @if on == first || on == last { span.quiet { "Balances are told for three years back and ahead." } }
                @else if on > today { span.quiet { "With what is earned and over by then." } }
            }
            @if all.is_empty() {
                p.quiet { "There is no policy yet that gives any leave here." }
            } @else {
                div.leave-accounts { @for a in all { (account(a)) } }
            }
        }
    }
}

/// Requests as a table.
pub fn requests(slug: &Slug, caption: &str, all: &[Request]) -> Markup {
    let rows = all.iter().map(|r| {
        let unit = r.kind.as_ref().map(|k| k.unit).unwrap_or_default();
        let who = r.open_step().map_or_else(dash, |s| html! { (s.whose()) });
        let cells = vec![
            html! { a href=(paths::leave_request(slug, r.id)) { (r.span.words()) } },
            kind(r.kind.as_ref()),
            html! { (unit.words(r.amount)) },
            who,
            state(r.state).render(),
        ];
        Row::new(r.id.to_string(), r.span.words(), cells).brief([kind(r.kind.as_ref())])
    });
    let columns = vec![
        Column::new("When"),
        Column::new("Kind"),
        Column::new("Takes").numeric(),
        Column::new("Waits for").minor(),
        Column::new("State").stays(),
    ];
    Table::new(caption, columns, rows.collect()).render()
}

/// One's own time off.
pub struct Mine {
    pub slug: Slug,
    pub csrf: String,
    pub today: Day,
    pub on: Day,
    /// None: the reader is no employee here.
    pub accounts: Option<Vec<Account>>,
    pub requests: Vec<Request>,
    pub waiting: Option<usize>,
    /// Who answers for the reader while they are away.
    pub delegate: Option<(MemberId, String)>,
    pub colleagues: Vec<Named>,
    /// The reader, where they may say which record is theirs.
    pub may_link: Option<MemberId>,
    /// Whether the reader makes kinds and policies.
    pub may_set: bool,
    pub draft: DelegateDraft,
    pub errors: Errors,
    /// Addresses of the reader's calendars, by `own` and `team`.
    pub feeds: Vec<(&'static str, String)>,
}

impl View for Mine {
    fn title(&self) -> String {
        "Time off".into()
    }

    fn body(&self) -> Markup {
        let actions = html! {
            @if self.may_set { (Button::link("Kinds and policies", paths::leave_settings(&self.slug)).icon(Icon::Settings)) }
            @if self.accounts.is_some() { (Button::link("Ask for time off", paths::leave_new(&self.slug)).primary().icon(Icon::Plus).key("c")) }
        };
        let head = PageHead::new("Time off").actions(actions);
        html! {
            div.leave-page {
                (head)
                (tabs(&self.slug, Place::Mine, self.waiting))
                (stack(html! {
                    @match &self.accounts {
                        None => { (unlinked(Icon::CalendarEvent, &self.slug, self.may_link, "Then your balances and requests stand here.")) }
                        Some(accounts) => {
                            (self::accounts(&paths::leave(&self.slug), accounts, self.on, self.today))
                            @if self.requests.is_empty() {
                                (EmptyState::new(Icon::CalendarEvent, "No time off yet", "Ask for some: you see at once how many days it takes, what is left, and who else is away.")
                                    .actions(Button::link("Ask for time off", paths::leave_new(&self.slug)).render()))
                            } @else {
                                (Card::new("My requests", requests(&self.slug, "My requests", &self.requests)).flush())
                            }
                        }
                    }
                    div.leave-side-by-side {
                        (Card::new("While I am away", self.delegation()))
                        @if self.accounts.is_some() { (Card::new("In my own calendar", self.subscriptions())) }
                    }
                }))
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        let accounts = self.accounts.as_ref().filter(|_| id == ACCOUNTS)?;
        Some(self::accounts(&paths::leave(&self.slug), accounts, self.on, self.today))
    }
}

impl Mine {
    fn delegation(&self) -> Markup {
        let people = self.colleagues.iter().map(|m| Choice::new(m.id.to_string(), &m.name)).collect();
        let chosen = match (&self.delegate, self.draft.to.is_empty()) {
            (Some((id, _)), true) => id.to_string(),
            _ => self.draft.to.clone(),
        };
        Form::post(paths::leave_delegate(&self.slug), &self.csrf)
            .errors(errors(&self.errors))
            .problem(self.errors.of(""))
            .body(html! {
                (Field::select("to", "Requests for leave go to", people).value(chosen).empty_choice("Whoever is next above me").error(self.errors.of("to"))
                    .help("They answer in your place while you are away. Without anybody, the next one up is asked."))
                (field_row(html! {
                    (Field::date("from", "From").value(&self.draft.from).error(self.errors.of("from")).optional())
                    (Field::date("until", "Until").value(&self.draft.until).error(self.errors.of("until")).optional())
                }))
            })
            .actions(Button::submit("Save").render())
            .render()
    }

    fn subscriptions(&self) -> Markup {
        let action = paths::leave_feeds(&self.slug);
        let one = |what: &'static str, title: &'static str, about: &'static str| {
            let url = self.feeds.iter().find(|(w, _)| *w == what).map(|(_, url)| url.as_str());
            crate::feeds::subscription(&action, &self.csrf, what, (title, about), url)
        };
        html! {
            (one("own", "My leave", "Whatever you have asked for and been given."))
            (one("team", "My team", "That your colleagues are away, never of which kind it is."))
            (crate::feeds::warning())
        }
    }
}
