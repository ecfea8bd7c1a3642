//! Documents: the list of all, and what is missing.

pub mod kinds;
pub mod mine;
pub mod person;
pub mod show;

use crate::{
    View, list,
    ui::{
        Badge, Button, Chip, Choice, Column, EmptyState, Filter as Select, FilterBar, Icon, Identity, ListPage,
        ListResults, PageHead, Pager, Row, Tab as Link, Table, Tabs, Time, Tone, dash,
    },
};
use domain::{
    Day, DocumentKindId, EmployeeId, Slug,
    hr::documents::{Document, Expiry, File, Filter, Order, State, Tab, kinds::Kind},
    list::Slice,
    paths,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "documents";

/// What a form's file field takes.
pub const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,.webp,.heic,.docx,.xlsx,.odt,.ods,.txt,.csv";

/// Somebody without a document that everybody needs.
pub struct Missing {
    pub employee: EmployeeId,
    pub name: String,
    pub number: String,
    pub kinds: Vec<(DocumentKindId, String)>,
}

pub enum Rows {
    Documents(Slice<Document>),
    Missing(Slice<Missing>),
}

/// The list.
pub struct Index {
    pub slug: Slug,
    pub filter: Filter,
    pub rows: Rows,
    pub kinds: Vec<Kind>,
    pub today: Day,
    pub may_write: bool,
    pub may_settle: bool,
    pub may_publish: bool,
}

impl View for Index {
    fn title(&self) -> String {
        "Documents".into()
    }

    fn body(&self) -> Markup {
        let kinds = self.kinds.iter().map(|k| Choice::new(k.id.to_string(), &k.fields.name)).collect();
        let filters = FilterBar::new(paths::documents(&self.slug), RESULTS)
            .search("Search by employee", &self.filter.q)
            .filter(Select::new("kind", "Kind", &self.filter.kind, kinds))
            .keep("show", &self.filter.show)
            .keep("sort", &self.filter.sort);
        ListPage { head: self.head(), tabs: Some(self.tabs()), filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn head(&self) -> PageHead {
        PageHead::new("Documents").actions(html! {
            (Button::link("Policies", paths::policies(&self.slug)).icon(Icon::Certificate))
            @if self.may_settle {
                (Button::link("Templates", paths::letters(&self.slug)).icon(Icon::FileText))
                (Button::link("Kinds", paths::document_kinds(&self.slug)).icon(Icon::Settings))
            }
        })
    }

    fn tabs(&self) -> Tabs {
        let tab = |tab: Tab| {
            let filter = Filter { show: tab.key().to_owned(), sort: String::new(), ..self.filter.from_top() };
            Link::new(tab.label(), self.url(&filter), self.filter.tab() == tab)
        };
        Tabs::new("Which", Tab::ALL.map(tab).to_vec())
    }

    fn results(&self) -> ListResults {
        let (table, pager) = match &self.rows {
            Rows::Documents(page) => (self.documents(page), self.pager(page, "document", "documents")),
            Rows::Missing(page) => (self.missing(page), self.pager(page, "person", "people")),
        };
        ListResults {
            above: None,
            id: RESULTS.into(),
            chips: self.chips(),
            clear: self.url(&Filter::of(self.filter.tab())),
            bulk: None,
            table,
            empty: self.empty(),
            pager,
        }
    }

    fn pager<T>(&self, page: &Slice<T>, one: &'static str, many: &'static str) -> Pager {
        let (previous, next) = list::beside(
            page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        Pager::new(list::count(page.total), one, many, page.rows.len()).previous(previous).next(next).swaps(RESULTS)
    }

    fn documents(&self, page: &Slice<Document>) -> Table {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let columns = vec![
            list::sorted("Document", Order::Title, sort, to),
            Column::new("Employee"),
            Column::new("Kind").minor(),
            Column::new("Status").stays(),
            list::sorted(UNTIL, Order::Expiry, sort, to),
            list::sorted("Added", Order::Added, sort, to).minor(),
        ];
        let row = |d: &Document| {
            let cells = vec![
                html! { a href=(paths::document(&self.slug, d.id)) { (d.title) } },
                html! { a href=(paths::employee_documents(&self.slug, d.employee)) { (d.employee_name) } },
                html! { (d.kind_name) },
                state(d).render(),
                until(d, self.today),
                Time::day(Day(d.created_at.date_naive())).render(),
            ];
            Row::new(d.id.to_string(), &d.title, cells)
                .brief([html! { (d.employee_name) }, html! { (d.kind_name) }].into_iter().chain(brief_until(d)))
        };
        Table::new("Documents", columns, page.rows.iter().map(row).collect()).swaps(RESULTS)
    }

    fn missing(&self, page: &Slice<Missing>) -> Table {
        let columns = vec![Column::new("Employee"), Column::new("Missing"), Column::new("Ask").label_hidden().stays()];
        let row = |m: &Missing| {
            let there = paths::employee_documents(&self.slug, m.employee);
            let names: Vec<&str> = m.kinds.iter().map(|(_, name)| name.as_str()).collect();
            let first = m.kinds.first().map(|(id, _)| id.to_string()).unwrap_or_default();
            let cells = vec![
                Identity::new(&m.name).detail(&m.number).href(there.clone()).render(),
                html! { (names.join(", ")) },
                html! { @if self.may_write { (Button::link("Ask for it", format!("{there}?ask={first}#ask")).small()) } },
            ];
            Row::new(m.employee.to_string(), &m.name, cells).brief([html! { (names.join(", ")) }])
        };
        Table::new("People with missing documents", columns, page.rows.iter().map(row).collect()).swaps(RESULTS)
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        match f.q.is_empty() {
            true => vec![],
            false => vec![Chip::new("Search", f.q.clone(), self.url(&Filter { q: String::new(), ..f }))],
        }
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No document fits", "Nothing fits this search and these filters.")
                .actions(Button::link("Show all", self.url(&Filter::of(self.filter.tab()))).render());
        }
        if self.kinds.is_empty() {
            return EmptyState::new(
                Icon::FileText,
                "First say what kinds of documents there are",
                "A contract, an identity document, a certificate: each kind says who sees it, whether it runs out, and whether everybody needs one.",
            )
            .actions(html! { @if self.may_settle { (Button::link("Choose the kinds", paths::document_kinds(&self.slug)).primary()) } });
        }
        let (title, text) = match self.filter.tab() {
            Tab::All => (
                "No documents yet",
                "Open somebody’s record and its tab Documents, to add a file, to ask for one, or to write a letter.",
            ),
            Tab::Waiting => ("Nothing waits", "What employees bring stands here until somebody has looked at it."),
            Tab::Asked => {
                ("Nothing is asked for", "What you ask employees for stands here until they have brought it.")
            }
            Tab::Expiring => {
                ("Nothing runs out", "Documents that run out within 60 days stand here, and those that have.")
            }
            Tab::Missing => {
                ("Nothing is missing", "Everybody has, or was asked for, a document of each kind that everybody needs.")
            }
            Tab::Archived => ("The archive is empty", "What was archived can be brought back from here."),
        };
        EmptyState::new(Icon::FileText, title, text)
            .actions(html! { @if self.filter.tab() == Tab::All { (Button::link("Employees", paths::employees(&self.slug)).icon(Icon::Users)) } })
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::documents(&self.slug), filter)
    }
}

/// How a document stands, in colour and words.
pub fn state(d: &Document) -> Badge {
    if d.archived {
        return Badge::new(Tone::Neutral, "Archived");
    }
    let tone = match d.state {
        State::Asked => Tone::Info,
        State::Waiting => Tone::Warning,
        State::Refused => Tone::Bad,
        State::Current => Tone::Good,
    };
    Badge::new(tone, d.state.label())
}

/// The same where a phone has room for a few words.
fn brief_until(d: &Document) -> Option<Markup> {
    let (words, day) = if d.state.open() { ("due", d.due) } else { ("until", d.expires) };
    day.map(|day| html! { (words) " " (Time::day(day)) })
}

/// What the column of [`until`] is called, which holds either day.
pub const UNTIL: &str = "Until or due";

/// By when what is asked for is due; `word`: what stands before the day where nothing else says which day it is.
pub fn due(d: &Document, today: Day, word: &str) -> Markup {
    let Some(due) = d.due else { return dash() };
    html! {
        span.task-due {
            span { (word) (Time::day(due)) }
            @if due < today { (Badge::new(Tone::Bad, "Overdue")) }
        }
    }
}

/// Its last day, and what that means today; of what is asked for, by when it is due.
pub fn until(d: &Document, today: Day) -> Markup {
    if d.state.open() {
        return due(d, today, "due ");
    }
    let Some(day) = d.expires else { return dash() };
    html! {
        span.task-due {
            (Time::day(day))
            @match d.expiry(today) {
                Expiry::Over => { (Badge::new(Tone::Bad, "Run out")) }
                Expiry::Soon => { (Badge::new(Tone::Warning, "Soon")) }
                Expiry::Never | Expiry::Far => {}
            }
        }
    }
}

/// A file with its name and size, to look at and to take along.
pub fn file(slug: &Slug, f: &File) -> Markup {
    let path = paths::file(slug, f.id);
    let shown = matches!(&*f.media_type, "application/pdf" | "image/png" | "image/jpeg" | "image/webp");
    html! {
        span.file-link {
            (Icon::Paperclip)
            a href=(path) { (f.name) }
            span.quiet { (domain::files::size(f.size)) }
            @if shown { a.quiet href={ (path) "?show=1" } target="_blank" rel="noopener" aria-label=(format!("Look at {}", f.name)) { "View" } }
        }
    }
}

/// The field of a file and what is said of it, in a form that shows how far it is.
pub fn file_field(error: Option<&str>, megabytes: u64) -> Markup {
    html! {
        (crate::ui::Field::file("file", "File", ACCEPT).error(error)
            .help(format!("PDF, pictures, Word, Excel or plain text, up to {megabytes} MB.")))
        progress.upload-progress max="100" value="0" data-upload-progress hidden aria-label="How much of the file has arrived" {}
        p.field-error data-upload-said role="status" hidden {}
    }
}
