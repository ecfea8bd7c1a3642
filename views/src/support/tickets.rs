//! Tickets: the list.

mod beside;
mod clocks;
mod edit;
mod show;

pub use beside::OnRecord;
pub use clocks::Clocks;
pub use edit::{Edit, Options};
pub use show::{Checklist, Composer, Show, Spent};

use crate::{
    View, custom_fields,
    list::{self, May},
    saved_views::Saved,
    tags,
    ui::{
        Badge, BulkBar, Button, Chip, Choice, Column, EmptyState, Filter as Select, FilterBar, Icon, ListPage,
        ListResults, PageHead, Pager, Row, Tab, Table, Tabs, Time, Tone, dash,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    Slug,
    access::Sight,
    custom_fields::CustomField,
    list::Slice,
    paths::{self, Pages},
    support::{
        queues::Queue,
        tickets::{COLUMNS, Filter, Kind, Order, Priority, Shown, Status, Ticket, WORDS},
        workload::Happened,
    },
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "tickets";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub now: DateTime<Utc>,
    pub filter: Filter,
    pub page: Slice<Ticket>,
    pub queues: Vec<Queue>,
    pub members: Vec<Named>,
    /// Names of all tags.
    pub tags: Vec<String>,
    /// Keys of the columns shown, in order.
    pub columns: Vec<String>,
    pub may: May,
    pub saved: Saved,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
}

impl View for Index {
    fn title(&self) -> String {
        "Tickets".into()
    }

    fn body(&self) -> Markup {
        let f = &self.filter;
        let queues = self.queues.iter().filter(|q| !q.archived || q.id.to_string() == f.queue);
        let queues = queues.map(|q| Choice::new(q.id.to_string(), &q.name)).collect();
        let mut assignees = vec![Choice::new("me", "Me"), Choice::new("nobody", "Nobody")];
        assignees.extend(self.members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)));
        let priorities = Priority::ALL.into_iter().rev().map(|p| Choice::new(p.key(), p.label())).collect();
        let kinds = Kind::ALL.map(|k| Choice::new(k.key(), k.label())).to_vec();
        let filters = FilterBar::new(paths::tickets(&self.slug), RESULTS)
            .search("Search number, subject, requester", &f.q)
            .filter(Select::new("queue", "Queue", &f.queue, queues))
            .filter(Select::new("priority", "Priority", &f.priority, priorities))
            .filter(Select::new("assignee", "Assignee", &f.assignee, assignees))
            .filter(Select::new("kind", "Type", &f.kind, kinds))
            .filter(tags::filter(&self.tags, &f.tag))
            .more(custom_fields::filters(&self.fields, Sight::ALL, &f.custom))
            .keep("status", &f.status)
            .keep("sla", &f.sla)
            .keep("customer", &f.customer)
            .keep("contact", &f.contact)
            .keep("clock", &f.clock)
            .keep("by", &f.by)
            .keep("happened", &f.happened)
            .keep("sort", &f.sort)
            .keep("view", &f.view)
            .keep_all("columns", &f.columns)
            .after(self.after());
        ListPage { head: self.head(), tabs: Some(self.tabs()), filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn head(&self) -> PageHead {
        let actions = html! {
            @if self.may.write { (Button::link("Mail kept aside", paths::support_mails(&self.slug)).icon(Icon::Mail)) }
            @if self.may.import { (Button::link("Import", paths::ticket_imports(&self.slug)).icon(Icon::Upload)) }
            (Button::link("Reports", paths::support_workload(&self.slug)).icon(Icon::TrendingUp))
            @if self.may.write { (list::begin(Button::link("New ticket", paths::ticket_new(&self.slug)), self.nothing_yet()).icon(Icon::Plus)) }
        };
        PageHead::new("Tickets").actions(actions)
    }

    /// None at all, so that the page says how to begin.
    fn nothing_yet(&self) -> bool {
        self.page.rows.is_empty() && !self.filter.narrows()
    }

    fn tabs(&self) -> Tabs {
        let open = self.saved.open().is_some();
        let f = &self.filter;
        let tab = |label: &str, status: &str, assignee: &str, sla: &str| {
            // What a view asks is left behind with it.
            let asked = if open { Filter::default() } else { f.from_top() };
            let plain = status.is_empty() && assignee.is_empty() && sla.is_empty();
            let filter = Filter {
                status: status.into(),
                assignee: assignee.into(),
                sla: sla.into(),
                clock: String::new(),
                by: String::new(),
                happened: String::new(),
                view: if plain { self.saved.everything().to_owned() } else { String::new() },
                ..asked
            };
            let here = f.status == status
                && f.assignee == assignee
                && f.sla == sla
                && f.clock.is_empty()
                && f.happened.is_empty();
            Tab::new(label, self.url(&filter), !open && here).fixed(open)
        };
        let mut tabs = vec![
            tab("Open", "", "", ""),
            tab("Mine", "", "me", ""),
            tab("Unassigned", "", "nobody", ""),
            tab("Due soon or late", "", "", "soon"),
        ];
        tabs.extend(
            [Status::Pending, Status::OnHold, Status::Solved, Status::Closed].map(|s| tab(s.label(), s.key(), "", "")),
        );
        tabs.push(tab("Put off", "snoozed", "", ""));
        tabs.extend([tab("All", "any", "", ""), tab("Archived", "archived", "", "")]);
        tabs.extend(self.saved.tabs());
        Tabs::new("Views", tabs)
    }

    fn after(&self) -> Markup {
        let back = vec![("back".into(), self.url(&self.filter))];
        html! {
            (list::chooser(paths::ticket_columns(&self.slug), self.csrf.as_str(), &self.columns(), &self.columns, back))
            @if self.may.export { (list::exports(&Pages::of(paths::TICKETS, &self.slug), &self.filter.from_top(), self.may)) }
        }
    }

    fn columns(&self) -> Vec<(&'static str, &str, bool)> {
        custom_fields::columns(COLUMNS, &self.fields, Sight::ALL)
    }

    /// What is said of the question as a whole.
    fn above(&self) -> Markup {
        let shown = self.columns().into_iter().map(|(key, ..)| key.to_owned()).filter(|key| self.columns.contains(key));
        let now = self.filter.kept(&shown.collect::<Vec<_>>());
        let plain = !self.filter.narrows() && self.filter.sort.is_empty();
        html! {
            @if let Some(bar) = self.saved.bar(&now, plain) { (bar) }
            @if self.page.near { (list::near(&self.filter.q)) }
        }
    }

    fn results(&self) -> ListResults {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let shown: Vec<_> =
            self.columns().into_iter().filter(|(key, _, _)| self.columns.iter().any(|c| c == key)).collect();
        let mut columns = vec![Column::new("Ticket")];
        columns.extend(shown.iter().map(|(key, label, _)| {
            let column = match *key {
                "due" => list::sorted(label, Order::Due, sort, to),
                "priority" => list::sorted(label, Order::Priority, sort, to),
                "created" => list::sorted(label, Order::Created, sort, to),
                _ => Column::new(*label),
            };
            match *key {
                "customer" | "assignee" | "created" | "queue" => column.minor(),
                "status" => column.stays(),
                _ if custom_fields::numeric(&self.fields, key) => column.numeric(),
                _ => column,
            }
        }));
        let rows = self.page.rows.iter().map(|t| {
            let mut cells = vec![self.name(t)];
            cells.extend(shown.iter().map(|(key, _, _)| self.cell(t, key)));
            let has = |key| self.columns.iter().any(|c| c == key);
            let own = [
                has("requester").then(|| html! { (t.requester()) }),
                t.due_at.filter(|_| has("due")).map(|_| self.cell(t, "due")),
            ];
            let told: (&[&str], &str) = (&["requester", "due"], "status");
            let brief = list::brief(own, told, &shown, |key| self.cell(t, key));
            Row::new(t.id.to_string(), t.title(), cells).brief(brief)
        });
        let mut table = Table::new("Tickets", columns, rows.collect()).swaps(RESULTS);
        if self.may.bulk {
            table = table.selectable("ids", list::selection(WORDS));
        }
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            id: RESULTS.into(),
            above: Some(self.above()),
            chips: self.chips(),
            clear: self.everything(),
            bulk: self.may.bulk.then(|| self.bulk()),
            table,
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), "ticket", "tickets", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    /// The link, and whether the customer waits.
    fn name(&self, t: &Ticket) -> Markup {
        let waits = t.unanswered() && !t.status.ended();
        html! {
            span.ticket-name {
                a.ticket-link.is-waiting[waits] href=(paths::ticket(&self.slug, t.id)) {
                    span.ticket-number { (t.number) } " " span.ticket-subject title=(t.name) { (t.name) }
                }
                @if waits { span.visually-hidden { "The customer waits for an answer" } }
            }
        }
    }

    fn cell(&self, t: &Ticket, key: &str) -> Markup {
        let at = |at: Option<DateTime<Utc>>| at.map_or_else(dash, |at| Time::ago(&at, self.now).render());
        match key {
            "requester" => html! { span.ticket-who title=(t.requester()) { (t.requester()) } },
            "customer" => match &t.customer {
                Some((id, name)) => {
                    html! { a.ticket-who href=(paths::customer(&self.slug, id)) title=(name) { (name) } }
                }
                None => dash(),
            },
            "queue" => html! { (t.queue_name) },
            "priority" => priority(t.priority).render(),
            "kind" => html! { (t.kind.label()) },
            "assignee" => t.assignee.as_ref().map_or_else(|| html! { span.quiet { "Nobody" } }, |a| html! { (a.name) }),
            "due" => due(t.due_at.filter(|_| !t.status.ended()), self.now),
            "asked" => at(t.asked_at),
            "answered" => at(t.answered_at),
            "solved" => at(t.solved_at),
            "created" => at(Some(t.created_at)),
            "tags" => tags::cell(&t.tags),
            custom => custom_fields::cell(&self.fields, custom, &t.custom).unwrap_or_else(|| status(t).render()),
        }
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let who =
            |id: &str| self.members.iter().find(|m| m.id.to_string() == id).map_or(id, |m| m.name.as_str()).to_owned();
        let queue =
            self.queues.iter().find(|q| q.id.to_string() == f.queue).map(|q| q.name.clone()).unwrap_or_default();
        let label = |found: Option<&'static str>| found.unwrap_or_default().to_owned();
        let with = |id: &str, name: Option<&String>| {
            if id.is_empty() { String::new() } else { name.cloned().unwrap_or_else(|| "one".into()) }
        };
        let first = self.page.rows.first();
        let clock = f.clock().map(|(clock, late, (year, month))| {
            format!("{} {} in {year}-{month:02}", clock.label(), if late { "late" } else { "kept" })
        });
        let happened = Happened::parse(&f.happened);
        let happened = happened.map(|h| format!("{} {} to {}", h.what.label(), h.from.short(), h.to.short()));
        let mut chips = vec![];
        for (name, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("Queue", queue, Filter { queue: String::new(), ..f.clone() }),
            (
                "Priority",
                label(Priority::parse(&f.priority).map(Priority::label)),
                Filter { priority: String::new(), ..f.clone() },
            ),
            ("Assignee", who(&f.assignee), Filter { assignee: String::new(), ..f.clone() }),
            ("Type", label(Kind::parse(&f.kind).map(Kind::label)), Filter { kind: String::new(), ..f.clone() }),
            (
                "Customer",
                with(&f.customer, first.and_then(|t| t.customer.as_ref()).map(|(_, n)| n)),
                Filter { customer: String::new(), ..f.clone() },
            ),
            (
                "Requester",
                with(&f.contact, first.and_then(|t| t.contact.as_ref()).map(|(_, n)| n)),
                Filter { contact: String::new(), ..f.clone() },
            ),
            ("Promise", clock.unwrap_or_default(), Filter { clock: String::new(), by: String::new(), ..f.clone() }),
            ("By", who(&f.by), Filter { by: String::new(), ..f.clone() }),
            ("When", happened.unwrap_or_default(), Filter { happened: String::new(), ..f.clone() }),
            ("Tag", f.tag.join(", "), Filter { tag: vec![], ..f.clone() }),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(name, value, self.url(&without)));
            }
        }
        let without = |custom| self.url(&Filter { custom, ..f.clone() });
        chips.extend(custom_fields::chips(&self.fields, &f.custom, without));
        chips
    }

    fn bulk(&self) -> BulkBar {
        let archived = self.filter.shown() == Shown::Archived;
        let pages = Pages::of(paths::TICKETS, &self.slug);
        let more = self.may.write.then(|| html! {
            (tags::bulk(&pages, &paths::tag_options(&self.slug)))
            (Button::submit("Macro…").icon(Icon::Bolt).small().attr("formaction", paths::tickets_macro_new(&self.slug)))
        });
        list::bulk(WORDS, &pages, &self.csrf, &self.page, &self.url(&self.filter), archived, more)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No ticket fits", "Nothing fits this search and these filters.")
                .actions(Button::link("Show all that are open", self.everything()).render());
        }
        EmptyState::new(Icon::Mail, "Nothing to answer", "What customers ask becomes a ticket: with what was said, who looks after it, and by when somebody answers. Those that are solved are under Solved.")
            .actions(html! {
                @if self.may.write { (Button::link("Open a ticket", paths::ticket_new(&self.slug)).primary().icon(Icon::Plus)) }
            })
    }

    /// The list without any question.
    fn everything(&self) -> String {
        self.url(&Filter { view: self.saved.everything().to_owned(), ..Filter::default() })
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::tickets(&self.slug), filter)
    }
}

/// The status with its colour and word.
pub fn status(ticket: &Ticket) -> Badge {
    if ticket.merged_into.is_some() {
        return Badge::new(Tone::Neutral, "Merged");
    }
    if ticket.archived {
        return Badge::new(Tone::Neutral, "Archived");
    }
    if ticket.snoozed.is_some() {
        return Badge::new(Tone::Neutral, format!("{}, put off", ticket.status.label())).icon(Icon::Clock);
    }
    let tone = match ticket.status {
        Status::New => Tone::Info,
        Status::Open => Tone::Bad,
        Status::Pending | Status::OnHold => Tone::Warning,
        Status::Solved => Tone::Good,
        Status::Closed => Tone::Neutral,
    };
    Badge::new(tone, ticket.status.label())
}

/// How soon it is to be done; what is as usual is quiet.
pub fn priority(priority: Priority) -> Badge {
    match priority {
        Priority::Urgent => Badge::new(Tone::Bad, priority.label()).icon(Icon::AlertTriangle),
        Priority::High => Badge::new(Tone::Warning, priority.label()).icon(Icon::ArrowUp),
        Priority::Normal => Badge::new(Tone::Neutral, priority.label()).plain(),
        Priority::Low => Badge::new(Tone::Neutral, priority.label()).icon(Icon::ArrowDown),
    }
}

/// When the next clock is late: in words, and marked where it is or soon will be.
pub fn due(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Markup {
    let Some(at) = at else { return dash() };
    let minutes = (at - now).num_minutes();
    let words = match minutes.abs() {
        m @ ..60 => format!("{m} min"),
        m @ 60..2880 => format!("{} h", m / 60),
        m => format!("{} days", m / 1440),
    };
    let exact = at.format("%Y-%m-%d %H:%M UTC").to_string();
    let (tone, words) = match at <= now {
        true => (Tone::Bad, format!("{words} late")),
        false if minutes <= domain::support::tickets::SOON * 60 => (Tone::Warning, format!("in {words}")),
        false => return html! { span title=(exact) { "in " (words) } },
    };
    html! { span title=(exact) { (Badge::new(tone, words).icon(Icon::Clock)) } }
}
