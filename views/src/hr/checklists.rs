//! Checklists: who starts and leaves when and how far that is, and one person's.

mod handover;
mod show;
mod start;
mod templates;

pub use show::{Asked, Show};
pub use start::{Start, Typed};
pub use templates::{Edit, Templates};

use crate::{
    View, list,
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, Filter as Select, FilterBar, Icon, Identity, ListResults,
        PageHead, Pager, Row, Tab, Table, Tabs, Time, Tone, dash,
    },
};
use domain::{
    Day, Slug,
    hr::checklists::{About, Checklist, Filter, Kind, Progress, State},
    list::Slice,
    paths,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "checklists";

/// What the reader may do, so that no button leads nowhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct May {
    pub write: bool,
    pub run: bool,
    pub set_up: bool,
    pub handover: bool,
}

/// The list.
pub struct Index {
    pub slug: Slug,
    pub filter: Filter,
    pub page: Slice<Checklist>,
    /// Who comes or goes and has no checklist for it, and on which day.
    pub without: Vec<(Kind, About, Day)>,
    pub today: Day,
    pub may: May,
}

impl View for Index {
    fn title(&self) -> String {
        "Onboarding and off-boarding".into()
    }

    fn body(&self) -> Markup {
        let kinds = Kind::ALL.into_iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let filters = FilterBar::new(paths::checklists(&self.slug), RESULTS)
            .search("Search by name or number", &self.filter.q)
            .filter(Select::new("kind", "Kind", &self.filter.kind, kinds))
            .keep("state", &self.filter.state);
        html! {
            div.list-page {
                (self.head())
                (self.tabs())
                (filters)
                (self.results())
                @if !self.without.is_empty() { (self.without()) }
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn head(&self) -> PageHead {
        let actions = html! {
            @if self.may.set_up { (Button::link("Templates", paths::checklist_templates(&self.slug)).icon(Icon::ListCheck)) }
            @if self.may.run { (list::begin(Button::link("Start a checklist", paths::checklist_new(&self.slug)), self.page.rows.is_empty()).icon(Icon::Plus).key("c")) }
        };
        PageHead::new(self.title()).actions(actions)
    }

    fn tabs(&self) -> Tabs {
        let tab = |state: State| {
            let filter = Filter { state: state.key().to_owned(), ..self.filter.from_top() };
            Tab::new(state.label(), self.url(&filter), self.filter.state() == state)
        };
        Tabs::new("State", State::ALL.map(tab).to_vec())
    }

    fn results(&self) -> ListResults {
        let columns = vec![
            Column::new("Person"),
            Column::new("Checklist").minor(),
            Column::new("Day").numeric(),
            Column::new("Progress").stays(),
            Column::new("Looked after by").minor(),
        ];
        let rows = self.page.rows.iter().map(|c| self.row(c)).collect();
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            above: None,
            id: RESULTS.into(),
            chips: vec![],
            clear: paths::checklists(&self.slug),
            bulk: None,
            table: Table::new("Checklists", columns, rows).swaps(RESULTS),
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), "checklist", "checklists", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn row(&self, c: &Checklist) -> Row {
        let detail = c.about.job_title.clone().unwrap_or_else(|| c.about.number.clone());
        let name = Identity::new(&c.about.name).detail(detail).href(paths::checklist(&self.slug, c.id)).render();
        let day = html! { (Time::day(c.anchor)) };
        let cells = vec![
            name,
            html! { (c.kind.label()) span.quiet { " · " (c.name) } },
            day.clone(),
            progress(c),
            html! { (c.keeper.name) },
        ];
        Row::new(c.id.to_string(), &c.about.name, cells).brief([html! { (c.kind.label()) }, day])
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No checklist fits", "Nothing fits this search and these filters.")
                .actions(Button::link("Show what runs", paths::checklists(&self.slug)).render());
        }
        match self.filter.state() {
            State::Open if self.may.set_up => EmptyState::new(
                Icon::ListCheck,
                "Nobody starts or leaves just now",
                "Make a template of what is to be done for a first day or a last one. It begins by itself for whomever it fits, and everybody finds their part among their tasks.",
            )
            .actions(Button::link("Make a template", paths::checklist_templates(&self.slug)).icon(Icon::Plus).render()),
            State::Open => EmptyState::new(Icon::ListCheck, "Nothing to do here", "When somebody starts or leaves, what is yours to do for it stands here."),
            State::Done => EmptyState::new(Icon::CircleCheck, "None is done yet", "A checklist is done with its last item."),
            State::Cancelled => EmptyState::new(Icon::History, "None was called off", "What is called off is kept here, and can go on."),
        }
    }

    /// Who has a first or last day to come, and no list for it.
    fn without(&self) -> Markup {
        let body = html! {
            ul.plain-list {
                @for (kind, about, day) in &self.without {
                    li.checklist-without {
                        (Identity::new(&about.name).detail(format!("{} {}", if *kind == Kind::Onboarding { "Starts" } else { "Leaves" }, day.short())).href(paths::employee(&self.slug, about.id)))
                        (Button::link("Start one", list::url(&paths::checklist_new(&self.slug), &Typed::of(&about.number, *kind))).small().attr("aria-label", format!("Start one for {}", about.name)))
                    }
                }
            }
        };
        Card::new("Without a checklist", body).note("They start or leave, and none runs for it").render()
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::checklists(&self.slug), filter)
    }
}

/// A bar with its numbers, and what is wrong.
fn progress(c: &Checklist) -> Markup {
    if c.cancelled.is_some() {
        return Badge::new(Tone::Neutral, "Called off").render();
    }
    html! { div.checklist-progress { (bar(c.progress, &format!("Progress of {}", c.about.name))) (overdue(c.progress)) } }
}

fn bar(p: Progress, label: &str) -> Markup {
    if p.total == 0 {
        return dash();
    }
    html! {
        span.checklist-bar {
            progress value=(p.done) max=(p.total) aria-label=(label) {}
            span.checklist-count { (p.done) " of " (p.total) }
        }
    }
}

fn overdue(p: Progress) -> Markup {
    html! { @if p.overdue > 0 { (Badge::new(Tone::Bad, format!("{} overdue", p.overdue))) } }
}

/// The card on somebody's record.
pub fn card(slug: &Slug, about: &[Checklist], number: &str, may_run: bool) -> Option<Markup> {
    if about.is_empty() && !may_run {
        return None;
    }
    let body = html! {
        @if about.is_empty() { p.quiet { "No checklist is running." } }
        @else {
            ul.plain-list {
                @for c in about {
                    li {
                        a href=(paths::checklist(slug, c.id)) { (c.kind.label()) ": " (c.name) }
                        (progress(c))
                    }
                }
            }
        }
    };
    let start = list::url(&paths::checklist_new(slug), &Typed { employee: number.to_owned(), ..Default::default() });
    let card = Card::new("Checklists", body);
    Some(if may_run { card.actions(html! { a href=(start) { "Start one" } }).render() } else { card.render() })
}
