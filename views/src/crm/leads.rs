//! Leads: the list, the record, the form.

mod convert;
mod edit;
pub mod rules;
mod show;

pub use convert::Convert;
pub use edit::{Edit, Options};
pub use show::Show;

use crate::{
    View, custom_fields,
    list::{self, May},
    saved_views::Saved,
    tags,
    ui::{
        Badge, BulkBar, Button, Chip, Choice, Column, EmptyState, Filter as Select, FilterBar, Icon, Identity,
        ListPage, ListResults, PageHead, Pager, Row, Tab, Table, Tabs, Time, Tone, dash,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    Slug,
    access::Sight,
    crm::leads::{COLUMNS, Filter, Lead, Order, Status, WORDS},
    custom_fields::CustomField,
    list::Slice,
    paths::{self, Pages},
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "leads";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub now: DateTime<Utc>,
    pub filter: Filter,
    pub page: Slice<Lead>,
    /// What sources to choose from.
    pub sources: Vec<String>,
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
        "Leads".into()
    }

    fn body(&self) -> Markup {
        let path = paths::leads(&self.slug);
        let sources = self.sources.iter().map(|s| Choice::new(s, s)).collect();
        let mut owners = vec![Choice::new("me", "Me"), Choice::new("nobody", "Nobody")];
        owners.extend(self.members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)));
        let filters = FilterBar::new(&path, RESULTS)
            .search("Search name, company, email", &self.filter.q)
            .filter(Select::new("source", "Source", one(&self.filter.source), sources))
            .filter(Select::new("owner", "Owner", &self.filter.owner, owners))
            .filter(tags::filter(&self.tags, &self.filter.tag))
            .more(custom_fields::filters(&self.fields, Sight::ALL, &self.filter.custom))
            .keep("status", &self.filter.status)
            .keep("sort", &self.filter.sort)
            .keep("view", &self.filter.view)
            .keep_all("columns", &self.filter.columns)
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
            @if self.may.import { (Button::link("Import", paths::lead_imports(&self.slug)).icon(Icon::Upload)) }
            @if self.may.write { (list::begin(Button::link("New lead", paths::lead_new(&self.slug)), self.nothing_yet()).icon(Icon::Plus)) }
        };
        PageHead::new("Leads").actions(actions)
    }

    /// None at all, so that the page says how to begin.
    fn nothing_yet(&self) -> bool {
        self.page.rows.is_empty() && !self.filter.narrows()
    }

    fn tabs(&self) -> Tabs {
        let open = self.saved.open().is_some();
        let tab = |label: &str, status: &str| {
            // What a view asks is left behind with it.
            let asked = if open { Filter::default() } else { self.filter.from_top() };
            let view = if status.is_empty() { self.saved.everything() } else { "" };
            let filter = Filter { status: status.to_owned(), view: view.to_owned(), ..asked };
            Tab::new(label, self.url(&filter), !open && self.filter.status == status).fixed(open)
        };
        let mut tabs = vec![tab("All", "")];
        tabs.extend(Status::ALL.into_iter().chain([Status::Archived]).map(|s| tab(s.label(), s.key())));
        tabs.extend(self.saved.tabs());
        Tabs::new("Views", tabs)
    }

    fn after(&self) -> Markup {
        let back = vec![("back".into(), self.url(&self.filter))];
        html! {
            (list::chooser(paths::lead_columns(&self.slug), self.csrf.as_str(), &self.columns(), &self.columns, back))
            @if self.may.export {
                (list::exports(&Pages::of(paths::LEADS, &self.slug), &self.filter.from_top(), self.may))
            }
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
        let mut columns = vec![list::sorted("Name", Order::Name, sort, to)];
        columns.extend(shown.iter().map(|(key, label, _)| {
            let column = match *key {
                "company" => list::sorted(label, Order::Company, sort, to),
                "score" => list::sorted(label, Order::Score, sort, to),
                "created" => list::sorted(label, Order::Created, sort, to),
                _ => Column::new(*label),
            };
            let number = matches!(*key, "size" | "score") || custom_fields::numeric(&self.fields, key);
            let column = if number { column.numeric() } else { column };
            match *key {
                "email" | "source" | "owner" | "created" => column.minor(),
                "status" => column.stays(),
                _ => column,
            }
        }));
        let rows = self.page.rows.iter().map(|l| {
            let mut cells = vec![Identity::new(&l.name).href(paths::lead(&self.slug, l.id)).render()];
            cells.extend(shown.iter().map(|(key, _, _)| self.cell(l, key)));
            let has = |key| self.columns.iter().any(|c| c == key);
            let company = l.company.as_ref().filter(|_| has("company")).map(|c| html! { (c) });
            let source = l.source.as_ref().filter(|_| has("source")).map(|s| html! { (s) });
            let told: (&[&str], &str) = (&["company", "source"], "status");
            Row::new(l.id.to_string(), &l.name, cells)
                .brief(list::brief([company, source], told, &shown, |key| self.cell(l, key)))
        });
        let mut table = Table::new("Leads", columns, rows.collect()).swaps(RESULTS);
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
            pager: Pager::new(list::count(self.page.total), "lead", "leads", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn cell(&self, l: &Lead, key: &str) -> Markup {
        let text = |t: &Option<String>| t.as_ref().map_or_else(dash, |t| html! { (t) });
        match key {
            "company" => text(&l.company),
            "email" => text(&l.email),
            "phone" => text(&l.phone),
            "job_title" => text(&l.job_title),
            "website" => text(&l.website),
            "size" => text(&l.size_text()),
            "country" => l.country.map_or_else(dash, |c| html! { (c.name()) }),
            "source" => text(&l.source),
            "campaign" => text(&l.campaign),
            "utm_source" => text(&l.utm[0]),
            "utm_medium" => text(&l.utm[1]),
            "utm_campaign" => text(&l.utm[2]),
            "utm_term" => text(&l.utm[3]),
            "utm_content" => text(&l.utm[4]),
            "reason" => text(&l.reason),
            "owner" => l.owner.as_ref().map_or_else(dash, |o| html! { (o.name) }),
            "score" => html! { (l.score()) },
            "created" => Time::ago(&l.created_at, self.now).render(),
            "tags" => tags::cell(&l.tags),
            custom => custom_fields::cell(&self.fields, custom, &l.custom).unwrap_or_else(|| status(l.status).render()),
        }
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let owner = match f.owner.as_str() {
            "me" => "me".to_owned(),
            id => self.members.iter().find(|m| m.id.to_string() == id).map_or(id, |m| m.name.as_str()).to_owned(),
        };
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("Source", f.source.join(", "), Filter { source: vec![], ..f.clone() }),
            ("Owner", owner, Filter { owner: String::new(), ..f.clone() }),
            ("Tag", f.tag.join(", "), Filter { tag: vec![], ..f.clone() }),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(label, value, self.url(&without)));
            }
        }
        let without = |custom| self.url(&Filter { custom, ..f.clone() });
        chips.extend(custom_fields::chips(&self.fields, &f.custom, without));
        chips
    }

    fn bulk(&self) -> BulkBar {
        let archived = self.filter.status() == Some(Status::Archived);
        let pages = Pages::of(paths::LEADS, &self.slug);
        let more = self.may.write.then(|| tags::bulk(&pages, &paths::tag_options(&self.slug)));
        list::bulk(WORDS, &pages, &self.csrf, &self.page, &self.url(&self.filter), archived, more)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No lead fits", "Nothing fits this search and these filters.")
                .actions(Button::link("Show all", self.everything()).render());
        }
        EmptyState::new(Icon::UserPlus, "Your leads go here", "Whoever shows an interest: by a form on your website, from a spreadsheet, or written down after a fair. What becomes of them is a customer, a contact and a deal.")
            .actions(html! {
                @if self.may.import { (Button::link("Import a file", paths::lead_imports(&self.slug)).primary().icon(Icon::Upload)) }
                @if self.may.write { (Button::link("Add a lead", paths::lead_new(&self.slug)).icon(Icon::Plus)) }
            })
    }

    /// The list without any question.
    fn everything(&self) -> String {
        self.url(&Filter { view: self.saved.everything().to_owned(), ..Filter::default() })
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::leads(&self.slug), filter)
    }
}

fn one(values: &[String]) -> String {
    values.first().cloned().unwrap_or_default()
}

/// The status with its colour and word.
pub fn status(status: Status) -> Badge {
    let tone = match status {
        Status::New => Tone::Info,
        Status::Working => Tone::Warning,
        Status::Qualified | Status::Converted => Tone::Good,
        Status::Nurture | Status::Disqualified | Status::Archived => Tone::Neutral,
    };
    Badge::new(tone, status.label())
}
