//! Contacts: the list, the record, the form.

mod show;

pub use show::Show;

use crate::{
    View,
    custom_fields::{self, Inputs},
    form::Entry,
    list::{self, May},
    saved_views::Saved,
    tags,
    ui::{
        Badge, BulkBar, Button, Chip, Choice, Column, EmptyState, Field, Filter as Select, FilterBar, Icon, Identity,
        ListPage, ListResults, PageHead, Pager, Row, Tab, Table, Tabs, Tone, dash, field_row, form_section,
    },
};
use domain::{
    Slug,
    access::Sight,
    crm::contacts::{ARCHIVED, COLUMNS, Contact, Draft, Filter, LANGUAGES, Order, REACHED, WORDS, language},
    custom_fields::CustomField,
    draft::FieldClass,
    list::Slice,
    paths::{self, Pages},
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "contacts";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub filter: Filter,
    pub page: Slice<Contact>,
    /// The customer that the question names, as the reader sees it.
    pub customer: Option<String>,
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
        "Contacts".into()
    }

    fn body(&self) -> Markup {
        let path = paths::contacts(&self.slug);
        let mine = vec![Choice::new("true", "mine")];
        let pairs = |all: &[(&str, &str)]| all.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
        let filters = FilterBar::new(&path, RESULTS)
            .search("Search by name, email, phone or title", &self.filter.q)
            .filter(Select::new("reached", "Reached", &self.filter.reached, pairs(REACHED)))
            .filter(Select::new("mine", "Owner", if self.filter.mine { "true" } else { "" }, mine))
            .filter(Select::new("language", "Language", &self.filter.language, pairs(LANGUAGES)))
            .filter(tags::filter(&self.tags, &self.filter.tag))
            .more(custom_fields::filters(&self.fields, Sight::ALL, &self.filter.custom))
            .keep("status", &self.filter.status)
            .keep("customer", &self.filter.customer)
            .keep("owner_is", self.filter.owner_is.map(|m| m.to_string()).unwrap_or_default())
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
            @if self.may.import { (Button::link("Import", paths::contact_imports(&self.slug)).icon(Icon::Upload)) }
            @if self.may.write { (list::begin(Button::link("New contact", paths::contact_new(&self.slug)), self.nothing_yet()).icon(Icon::Plus)) }
        };
        PageHead::new("Contacts").actions(actions)
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
        let mut tabs = vec![tab("All", ""), tab("Archived", ARCHIVED)];
        tabs.extend(self.saved.tabs());
        Tabs::new("Views", tabs)
    }

    fn after(&self) -> Markup {
        let back = vec![("back".into(), self.url(&self.filter))];
        html! {
            (list::chooser(paths::contact_columns(&self.slug), self.csrf.as_str(), &self.columns(), &self.columns, back))
            @if self.may.export {
                (list::exports(&Pages::of(paths::CONTACTS, &self.slug), &self.filter.from_top(), self.may))
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
                "job_title" => list::sorted(label, Order::Title, sort, to),
                _ => Column::new(*label),
            };
            let column = if custom_fields::numeric(&self.fields, key) { column.numeric() } else { column };
            match *key {
                "phone" | "owner" | "language" => column.minor(),
                _ => column,
            }
        }));
        let rows = self.page.rows.iter().map(|c| {
            let mut cells = vec![Identity::new(&c.name).href(paths::contact(&self.slug, c.id)).render()];
            cells.extend(shown.iter().map(|(key, _, _)| self.cell(c, key)));
            let has = |key| self.columns.iter().any(|c| c == key);
            let title = c.job_title.as_ref().filter(|_| has("job_title")).map(|t| html! { (t) });
            let firm = c.customer.as_ref().filter(|_| has("customer")).map(|f| html! { (f.name) });
            let told: (&[&str], &str) = (&["job_title", "customer"], "");
            Row::new(c.id.to_string(), &c.name, cells)
                .brief(list::brief([title, firm], told, &shown, |key| self.cell(c, key)))
        });
        let mut table = Table::new("Contacts", columns, rows.collect()).swaps(RESULTS);
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
            pager: Pager::new(list::count(self.page.total), "contact", "contacts", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn cell(&self, c: &Contact, key: &str) -> Markup {
        let text = |t: &Option<String>| t.as_ref().map_or_else(dash, |t| html! { (t) });
        match key {
            "job_title" => text(&c.job_title),
            "customer" => c
                .customer
                .as_ref()
                .map_or_else(dash, |f| html! { a href=(paths::customer(&self.slug, f.id)) { (f.name) } }),
            "email" => text(&c.email),
            "phone" => text(&c.phone),
            "language" => c.language.as_ref().map_or_else(dash, |l| html! { (language(l)) }),
            "owner" => c.owner.as_ref().map_or_else(dash, |o| html! { (o.name) }),
            "do_not_contact" => do_not_contact(c).map_or_else(dash, |badge| badge.render()),
            "tags" => tags::cell(&c.tags),
            custom => custom_fields::cell(&self.fields, custom, &c.custom).unwrap_or_else(dash),
        }
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let mine = if f.mine { "me".to_owned() } else { String::new() };
        let owner = self.page.rows.iter().find_map(|c| c.owner.as_ref());
        let whose = || owner.map_or_else(|| "one member".to_owned(), |o| o.name.clone());
        let whose = f.owner_is.map(|_| whose()).unwrap_or_default();
        let reached = REACHED.iter().find(|(key, _)| *key == f.reached).map_or("", |(_, label)| *label).to_owned();
        let firm = match f.customer.is_empty() {
            true => String::new(),
            false => self.customer.clone().unwrap_or_else(|| "one that you do not see".into()),
        };
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("Company", firm, Filter { customer: String::new(), ..f.clone() }),
            ("Reached", reached, Filter { reached: String::new(), ..f.clone() }),
            ("Language", language(&f.language).to_owned(), Filter { language: String::new(), ..f.clone() }),
            ("Owner", mine, Filter { mine: false, ..f.clone() }),
            ("Owner", whose, Filter { owner_is: None, ..f.clone() }),
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
        let pages = Pages::of(paths::CONTACTS, &self.slug);
        let more = self.may.write.then(|| tags::bulk(&pages, &paths::tag_options(&self.slug)));
        list::bulk(WORDS, &pages, &self.csrf, &self.page, &self.url(&self.filter), self.filter.archived(), more)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No contact fits", "Nobody fits this search and these filters.")
                .actions(Button::link("Show all", self.everything()).render());
        }
        EmptyState::new(
            Icon::Users,
            "The people you deal with go here",
            "Who decides, who pays the bills, whom to call: bring them in from a file, or begin with one person.",
        )
        .actions(html! {
            @if self.may.import { (Button::link("Import a file", paths::contact_imports(&self.slug)).primary().icon(Icon::Upload)) }
            @if self.may.write { (Button::link("Add a contact", paths::contact_new(&self.slug)).icon(Icon::Plus)) }
        })
    }

    /// The list without any question.
    fn everything(&self) -> String {
        self.url(&Filter { view: self.saved.everything().to_owned(), ..Filter::default() })
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::contacts(&self.slug), filter)
    }
}

/// That they have asked to be left alone.
pub(super) fn do_not_contact(c: &Contact) -> Option<Badge> {
    c.do_not_contact.then(|| Badge::new(Tone::Warning, "Do not contact"))
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    /// Who may own a contact.
    pub members: Vec<Named>,
    pub currency: String,
    /// Where people are suggested for fields that name one, to whoever may see them.
    pub people: Option<String>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        self.entry.page(self.fields())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let text = |name: &'static str, label: &'static str| {
            Field::text(name, label).value(d.get(name)).error(e.of(name)).optional()
        };
        let owners = self.members.iter().map(|m| Choice::new(&m.email, format!("{} ({})", m.name, m.email))).collect();
        let languages = LANGUAGES.iter().map(|(code, name)| Choice::new(*code, *name)).collect();
        let custom = Inputs {
            fields: &self.entry.custom,
            said: &d.custom,
            errors: e,
            currency: &self.currency,
            people: self.people.clone(),
        };
        html! {
            (form_section("Person", None, html! {
                (field_row(html! {
                    (Field::text("first_name", "First name").value(&d.first_name).error(e.of("first_name")))
                    (Field::text("last_name", "Last name").value(&d.last_name).error(e.of("last_name")).help("One of the two is enough."))
                }))
                (field_row(html! {
                    (text("job_title", "Job title"))
                    (company("customer", "Company", &d.customer, &self.entry.pages.options()).error(e.of("customer")).optional())
                }))
                (options(COMPANIES, &[]))
            }))
            (form_section("How they are reached", Some("More addresses, and what stands against one, have their place on the contact’s page."), html! {
                (field_row(html! {
                    (Field::email("email", "Email").value(&d.email).error(e.of("email")).optional().autocomplete("off"))
                    (Field::tel("phone", "Phone").value(&d.phone).error(e.of("phone")).optional())
                }))
                (Field::select("language", "Language", languages).empty_choice("Not known").value(&d.language).error(e.of("language")).optional())
                (Field::checkbox("do_not_contact", "Do not contact: they have asked to be left alone").value(&d.do_not_contact).error(e.of("do_not_contact")))
            }))
            (form_section("Relationship", None, html! {
                (Field::select("owner", "Owner", owners).empty_choice("Nobody").value(&d.owner).error(e.of("owner")).optional())
            }))
            @if custom.any(FieldClass::Directory) {
                (form_section("Details", None, html! { (custom.of(FieldClass::Directory)) (custom_fields::people(&self.entry.custom)) }))
            }
        }
    }
}

/// Ids of the lists that suggest companies, and contacts.
pub const COMPANIES: &str = "companies";
pub const PEOPLE: &str = "contact-names";

/// A field that suggests companies by their names.
pub(super) fn company(name: &str, label: &str, value: &str, options: &str) -> Field {
    suggesting(Field::text(name, label), value, options, COMPANIES)
}

/// A field that suggests contacts by their names.
pub(super) fn contact(name: &str, label: &str, value: &str, options: &str) -> Field {
    suggesting(Field::text(name, label), value, options, PEOPLE)
}

fn suggesting(field: Field, value: &str, options: &str, list: &str) -> Field {
    field
        .value(value)
        .help("Type a name, and choose.")
        .attr("list", list)
        .attr("autocomplete", "off")
        .attr("hx-get", options)
        .attr("hx-trigger", "input changed delay:200ms")
        .attr("hx-target", format!("#{list}"))
        .attr("hx-swap", "outerHTML")
}

/// Suggestions for such a field.
pub fn options(list: &str, names: &[String]) -> Markup {
    html! { datalist id=(list) { @for name in names { option value=(name) {} } } }
}

/// The same, as the view that answers htmx: of the list that it asks for.
pub struct Options {
    pub companies: Vec<String>,
    pub people: Vec<String>,
}

impl View for Options {
    fn title(&self) -> String {
        "Suggestions".into()
    }

    fn body(&self) -> Markup {
        html! { (options(COMPANIES, &self.companies)) (options(PEOPLE, &self.people)) }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        match id {
            COMPANIES => Some(options(COMPANIES, &self.companies)),
            PEOPLE => Some(options(PEOPLE, &self.people)),
            _ => None,
        }
    }
}
