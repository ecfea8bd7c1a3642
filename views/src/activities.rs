//! Calls and meetings: the list, and what its pages share.

mod beside;
mod calendar;
mod edit;
mod show;

pub use beside::{CARD, OnRecord};
pub use calendar::Calendar;
pub use edit::{Edit, People};
pub use show::{Next, Show};

use crate::{
    Moment, View, list,
    saved_views::Saved,
    tasks::record,
    ui::{
        Badge, BulkBar, Button, Chip, Choice, Column, EmptyState, Filter as Select, FilterBar, Icon, ListPage,
        ListResults, PageHead, Pager, Row, Tab as Link, Table, Tabs, Tone, dash,
    },
};
use chrono::Datelike;
use domain::{
    Slug,
    activities::{ALL, Activity, Filter, Kind, Order, Outcome, State, WORDS, When},
    list::Slice,
    paths,
    reminders::clock,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
pub const RESULTS: &str = "activities";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub filter: Filter,
    pub page: Slice<Activity>,
    pub moment: Moment,
    /// The name of the record that is asked about.
    pub about: Option<String>,
    /// Whom one may ask for.
    pub members: Vec<Named>,
    pub may_write: bool,
    pub may_export: bool,
    pub saved: Saved,
}

impl View for Index {
    fn title(&self) -> String {
        "Calls and meetings".into()
    }

    fn body(&self) -> Markup {
        let path = paths::activities(&self.slug);
        let f = &self.filter;
        let kinds = Kind::ALL.iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let states = State::ALL.iter().skip(1).map(|s| Choice::new(s.key(), s.label()));
        let states = states.chain([Choice::new(ALL, "any")]).collect();
        let outcomes = Outcome::ALL.iter().map(|o| Choice::new(o.key(), o.label())).collect();
        let when = When::ALL.into_iter().map(|w| Choice::new(w.key(), w.label())).collect();
        let mut filters = FilterBar::new(&path, RESULTS)
            .search("Search calls and meetings", &f.q)
            .filter(Select::new("kind", "Kind", &f.kind, kinds))
            .filter(Select::new("when", "When", &f.when, when))
            .filter(Select::new("state", "State", &f.state, states).nothing("Planned"))
            .filter(Select::new("outcome", "Outcome", &f.outcome, outcomes));
        if f.everybodys() {
            let owners = self.members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)).collect();
            filters = filters.filter(Select::new("owner", "Owner", &f.owner, owners));
        }
        let filters = filters.keep("of", &f.of).keep("about", &f.about).keep("view", &f.view).keep("sort", &f.sort);
        ListPage { head: self.head(), tabs: Some(self.tabs()), filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn head(&self) -> PageHead {
        let to = |kind: Kind| format!("{}?kind={}", paths::activity_new(&self.slug), kind.key());
        PageHead::new(self.title()).actions(html! {
            (Button::link("Calendar", paths::activity_calendar(&self.slug)).icon(Icon::Calendar))
            @if self.may_export { (Button::link("Export", list::url(&paths::activity_export(&self.slug), &self.filter.from_top())).ghost().icon(Icon::Download)) }
            @if self.may_write {
                (Button::link("New call", to(Kind::Call)).icon(Icon::Phone))
                (Button::link("New meeting", to(Kind::Meeting)).primary().icon(Icon::Plus).key("c"))
            }
        })
    }

    fn tabs(&self) -> Tabs {
        let open = self.saved.open().is_some();
        let tab = |of: &str, label: &str| {
            // What a view asks is left behind with it.
            let asked = if open { Filter::default() } else { self.filter.from_top() };
            let view = if of.is_empty() { self.saved.everything() } else { "" };
            let filter = Filter { of: of.to_owned(), owner: String::new(), view: view.to_owned(), ..asked };
            Link::new(label, self.url(&filter), !open && self.filter.of == of)
        };
        Tabs::new("Whose", [tab("", "Mine"), tab(ALL, "All")].into_iter().chain(self.saved.tabs()).collect())
    }

    fn results(&self) -> ListResults {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let columns = vec![
            list::sorted("Subject", Order::Subject, sort, to),
            Column::new("About").minor(),
            Column::new("Owner").minor(),
            Column::new("State"),
            list::sorted("When", Order::Start, sort, to).stays(),
        ];
        let mut table =
            Table::new(self.title(), columns, self.page.rows.iter().map(|a| self.row(a)).collect()).swaps(RESULTS);
        if self.may_write {
            table = table.selectable("ids", list::selection(WORDS));
        }
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            id: RESULTS.into(),
            above: self.saved.bar(&self.filter.kept(), !self.filter.narrows() && self.filter.sort.is_empty()),
            chips: self.chips(),
            clear: paths::activities(&self.slug),
            bulk: self.may_write.then(|| self.bulk()),
            table,
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), WORDS.one, WORDS.many, self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn row(&self, a: &Activity) -> Row {
        let cells = vec![
            html! { span.activity-name { (icon(a.kind)) a href=(paths::activity(&self.slug, a.id)) { (a.subject) } } },
            a.about
                .as_ref()
                .map_or_else(dash, |named| html! { a href=(record(&self.slug, named.subject)) { (named.name) } }),
            html! { (a.owner.name) },
            state(a, self.moment),
            when(a, self.moment),
        ];
        let brief = a.about.as_ref().map(|n| html! { (n.name) }).into_iter().chain([state(a, self.moment)]);
        Row::new(a.id.to_string(), &a.subject, cells).brief(brief)
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("About", self.about.clone().unwrap_or_default(), Filter { about: String::new(), ..f.clone() }),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(label, value, self.url(&without)));
            }
        }
        chips
    }

    fn bulk(&self) -> BulkBar {
        let back = self.url(&self.filter);
        let buttons = html! {
            input type="hidden" name="back" value=(back);
            @if self.filter.state() == Some(State::Planned) {
                (Button::submit("Done").icon(Icon::Check).small().attr("formaction", paths::activity_completions(&self.slug)))
                (Button::submit("Cancel them").icon(Icon::X).small().attr("formaction", paths::activity_cancellations(&self.slug)))
            } @else {
                (Button::submit("Plan again").icon(Icon::ArrowBackUp).small().attr("formaction", paths::activity_reopenings(&self.slug)))
            }
        };
        BulkBar::new(list::selection(WORDS), self.csrf.as_str(), WORDS.many, buttons)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(
                Icon::Search,
                "Nothing fits",
                "No call or meeting fits this search and these filters.",
            )
            .actions(Button::link("Show what is planned", paths::activities(&self.slug)).render());
        }
        let text = "Calls and meetings that you plan, or are invited to, stand here until somebody says how they went. Log a call that you have made on the page of whom you called.";
        EmptyState::new(Icon::CalendarEvent, "Nothing is planned", text)
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::activities(&self.slug), filter)
    }
}

pub(crate) fn icon(kind: Kind) -> Markup {
    let icon = match kind {
        Kind::Call => Icon::Phone,
        Kind::Meeting => Icon::CalendarEvent,
    };
    html! { span.activity-icon title=(kind.label()) { (icon) span.visually-hidden { (kind.label()) ": " } } }
}

/// Day and time where the reader is; the year, where it is another one.
pub(crate) fn when(a: &Activity, moment: Moment) -> Markup {
    let start = a.starts();
    let this_year = start.year() == moment.now.with_timezone(&moment.zone).year();
    let format = if this_year { "%a, %-d %b, " } else { "%a, %-d %b %Y, " };
    html! { time datetime=(a.starts_at.to_rfc3339()) title=(a.when()) { (start.format(format).to_string()) (clock(start.time())) } }
}

pub(crate) fn state(a: &Activity, moment: Moment) -> Markup {
    let badge = match a.state {
        State::Planned if a.is_overdue(moment.now) => Badge::new(Tone::Warning, "How did it go?"),
        State::Planned => Badge::new(Tone::Info, "Planned"),
        State::Done => {
            let reached = a.outcome.is_none_or(|o| o == Outcome::Connected);
            let tone = if reached { Tone::Good } else { Tone::Neutral };
            Badge::new(tone, a.outcome.map_or("Done", Outcome::label))
        }
        State::Cancelled => Badge::new(Tone::Neutral, "Cancelled"),
        State::NoShow => Badge::new(Tone::Bad, "No-show"),
    };
    badge.render()
}
