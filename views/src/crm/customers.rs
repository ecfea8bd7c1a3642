//! Customers: the list, the record, the form.

mod team;

use crate::{
    View,
    crm::{files::Following, points},
    custom_fields::{self, Inputs},
    form::Entry,
    list::{self, May},
    record::Record,
    saved_views::Saved,
    tags,
    ui::{
        Avatar, AvatarSize, Badge, BulkBar, Button, Card, Chip, Choice, Column, EmptyState, Facts, Field,
        Filter as Select, FilterBar, Icon, Identity, ListPage, ListResults, PageHead, Pager, Row, Tab, Table, Tabs,
        Tone, dash, field_row, form_section, stack,
    },
};
use domain::{
    Slug,
    access::Sight,
    crm::{
        customers::{COLUMNS, Customer, Draft, Filter, Health, Lifecycle, Order, Owner, Parent, Status, WORDS},
        deals::board::Head,
        pipelines::State,
        points::{AtCompany, Dealt, Point},
    },
    custom_fields::CustomField,
    draft::FieldClass,
    list::Slice,
    paths::{self, Pages},
    places::Country,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "customers";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub filter: Filter,
    pub page: Slice<Customer>,
    pub industries: Vec<String>,
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
        "Customers".into()
    }

    fn body(&self) -> Markup {
        let path = paths::customers(&self.slug);
        let industries = self.industries.iter().map(|i| Choice::new(i, i)).collect();
        let mine = vec![Choice::new("true", "mine")];
        let filters = FilterBar::new(&path, RESULTS)
            .search("Search by name, domain or city", &self.filter.q)
            .filter(Select::new("industry", "Industry", one(&self.filter.industry), industries))
            .filter(Select::new("lifecycle", "Lifecycle", &self.filter.lifecycle, lifecycles()))
            .filter(Select::new("health", "Health", &self.filter.health, healths()))
            .filter(Select::new("mine", "Owner", if self.filter.mine { "true" } else { "" }, mine))
            .filter(tags::filter(&self.tags, &self.filter.tag))
            .more(custom_fields::filters(&self.fields, Sight::ALL, &self.filter.custom))
            .keep("status", &self.filter.status)
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
            @if self.may.import { (Button::link("Import", paths::customer_imports(&self.slug)).icon(Icon::Upload)) }
            @if self.may.write { (list::begin(Button::link("New customer", paths::customer_new(&self.slug)), self.nothing_yet()).icon(Icon::Plus)) }
        };
        PageHead::new("Customers").actions(actions)
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
        tabs.extend(Status::CHOICES.into_iter().chain([Status::Archived]).map(|s| tab(s.label(), s.key())));
        tabs.extend(self.saved.tabs());
        Tabs::new("Views", tabs)
    }

    fn after(&self) -> Markup {
        let back = vec![("back".into(), self.url(&self.filter))];
        html! {
            (list::chooser(paths::customer_columns(&self.slug), self.csrf.as_str(), &self.columns(), &self.columns, back))
            @if self.may.export {
                (list::exports(&Pages::of(paths::CUSTOMERS, &self.slug), &self.filter.from_top(), self.may))
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
                "industry" => list::sorted(label, Order::Industry, sort, to),
                "country" => list::sorted(label, Order::Country, sort, to),
                "size" => list::sorted(label, Order::Size, sort, to),
                "revenue" => list::sorted(label, Order::Revenue, sort, to),
                _ => Column::new(*label),
            };
            let number = matches!(*key, "size" | "revenue") || custom_fields::numeric(&self.fields, key);
            let column = if number { column.numeric() } else { column };
            match *key {
                "country" | "size" | "owner" => column.minor(),
                "status" => column.stays(),
                _ => column,
            }
        }));
        let rows = self.page.rows.iter().map(|c| {
            let mut cells = vec![Identity::new(&c.name).square().href(paths::customer(&self.slug, c.id)).render()];
            cells.extend(shown.iter().map(|(key, _, _)| self.cell(c, key)));
            let has = |key| self.columns.iter().any(|c| c == key);
            let industry = c.industry.as_ref().filter(|_| has("industry")).map(|i| html! { (i) });
            let country = c.country.filter(|_| has("country")).map(|c| html! { (c.name()) });
            let told: (&[&str], &str) = (&["industry", "country"], "status");
            let brief = list::brief([industry, country], told, &shown, |key| self.cell(c, key));
            Row::new(c.id.to_string(), &c.name, cells).brief(brief)
        });
        let mut table = Table::new("Customers", columns, rows.collect()).swaps(RESULTS);
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
            pager: Pager::new(list::count(self.page.total), "customer", "customers", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn cell(&self, c: &Customer, key: &str) -> Markup {
        let text = |t: &Option<String>| t.as_ref().map_or_else(dash, |t| html! { (t) });
        match key {
            "domain" => text(&c.domain),
            "industry" => text(&c.industry),
            "size" => text(&c.size_text()),
            "country" => c.country.map_or_else(dash, |c| html! { (c.name()) }),
            "city" => text(&c.city),
            "owner" => c.owner.as_ref().map_or_else(dash, |o| html! { (o.name) }),
            "parent" => c
                .parent
                .as_ref()
                .map_or_else(dash, |p| html! { a href=(paths::customer(&self.slug, p.id)) { (p.name) } }),
            "email" => text(&c.email),
            "phone" => text(&c.phone),
            "revenue" => c.revenue.map_or_else(dash, |r| html! { (r) }),
            "lifecycle" => c.lifecycle.map_or_else(dash, |l| html! { (l.label()) }),
            "health" => c.health.map_or_else(dash, |h| health(h).render()),
            "health_because" => text(&c.health_because),
            "tags" => tags::cell(&c.tags),
            custom => custom_fields::cell(&self.fields, custom, &c.custom).unwrap_or_else(|| status(c.status).render()),
        }
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let mine = if f.mine { "me".to_owned() } else { String::new() };
        let owner = self.page.rows.iter().find_map(|c| c.owner.as_ref());
        let whose = || owner.map_or_else(|| "one member".to_owned(), |o| o.name.clone());
        let whose = f.owner_is.map(|_| whose()).unwrap_or_default();
        let countries: Vec<_> = f.country.iter().map(|c| Country::parse(c).map_or(c.as_str(), |c| c.name())).collect();
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("Industry", f.industry.join(", "), Filter { industry: vec![], ..f.clone() }),
            ("Country", countries.join(", "), Filter { country: vec![], ..f.clone() }),
            (
                "Lifecycle",
                Lifecycle::parse(&f.lifecycle).map_or("", Lifecycle::label).to_owned(),
                Filter { lifecycle: String::new(), ..f.clone() },
            ),
            (
                "Health",
                Health::parse(&f.health).map_or("", Health::label).to_owned(),
                Filter { health: String::new(), ..f.clone() },
            ),
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
        let archived = self.filter.status() == Some(Status::Archived);
        let pages = Pages::of(paths::CUSTOMERS, &self.slug);
        let more = self.may.write.then(|| tags::bulk(&pages, &paths::tag_options(&self.slug)));
        list::bulk(WORDS, &pages, &self.csrf, &self.page, &self.url(&self.filter), archived, more)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No customer fits", "Nothing fits this search and these filters.")
                .actions(Button::link("Show all", self.everything()).render());
        }
        EmptyState::new(Icon::Building, "Your customers go here", "Import a spreadsheet as it is, or begin with one company. Contacts and deals find their place on it.")
            .actions(html! {
                @if self.may.import { (Button::link("Import a file", paths::customer_imports(&self.slug)).primary().icon(Icon::Upload)) }
                @if self.may.write { (Button::link("Add a customer", paths::customer_new(&self.slug)).icon(Icon::Plus)) }
            })
    }

    /// The list without any question.
    fn everything(&self) -> String {
        self.url(&Filter { view: self.saved.everything().to_owned(), ..Filter::default() })
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::customers(&self.slug), filter)
    }
}

fn lifecycles() -> Vec<Choice> {
    Lifecycle::ALL.into_iter().map(|l| Choice::new(l.key(), l.label())).collect()
}

fn healths() -> Vec<Choice> {
    Health::ALL.into_iter().map(|h| Choice::new(h.key(), h.label())).collect()
}

fn one(values: &[String]) -> String {
    values.first().cloned().unwrap_or_default()
}

/// The status with its colour and word.
pub fn status(status: Status) -> Badge {
    let tone = match status {
        Status::Active => Tone::Good,
        Status::Prospect => Tone::Info,
        Status::Inactive | Status::Archived => Tone::Neutral,
    };
    Badge::new(tone, status.label())
}

/// The health with its colour and word.
pub fn health(health: Health) -> Badge {
    let tone = match health {
        Health::Good => Tone::Good,
        Health::AtRisk => Tone::Warning,
        Health::Poor => Tone::Bad,
    };
    Badge::new(tone, health.label())
}

/// The record.
pub struct Show {
    pub slug: Slug,
    pub record: Record,
    pub customer: Customer,
    /// The companies that belong to it.
    pub subsidiaries: Vec<Parent>,
    pub points: Vec<Point>,
    pub people: Vec<AtCompany>,
    pub deals: Vec<Dealt>,
    pub totals: Vec<(State, Head)>,
    /// Who works on it beside its owner, and who may be chosen.
    pub team: Vec<Owner>,
    pub members: Vec<Named>,
    pub following: Option<Following>,
    pub tickets: Option<crate::support::tickets::OnRecord>,
    /// Whether the reader adds deals, and whether they see contacts and deals.
    pub may_deal: bool,
    pub sees: (bool, bool),
    /// Files that belong to it, where that tab is open.
    pub files: Option<Markup>,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
}

impl View for Show {
    fn title(&self) -> String {
        self.customer.name.clone()
    }

    fn body(&self) -> Markup {
        self.record.page(self.head(), || match &self.files {
            Some(files) => (files.clone(), html! {}),
            None => (self.overview(), self.side()),
        })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        self.record.part(id)
    }
}

impl Show {
    fn head(&self) -> PageHead {
        let c = &self.customer;
        let lead = [c.industry.as_deref(), c.city.as_deref(), c.country.map(|c| c.name())];
        let lead: Vec<&str> = lead.into_iter().flatten().collect();
        PageHead::new(&c.name)
            .mark(Avatar::new(&c.name).square().size(AvatarSize::Large).render())
            .facts(
                html! { (status(c.status)) @if let Some(h) = c.health.filter(|h| *h != Health::Good) { (health(h)) } },
            )
            .lead(html! { (lead.join(" · ")) })
    }

    fn overview(&self) -> Markup {
        let c = &self.customer;
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let company = Facts::new()
            .maybe(
                "Domain",
                c.domain
                    .as_ref()
                    .map(|d| html! { a href={ "https://" (d) } rel="noreferrer noopener" target="_blank" { (d) } }),
            )
            .maybe("Industry", text(&c.industry))
            .maybe("Employees", text(&c.size_text()))
            .maybe("Revenue, a year", c.revenue.map(|r| html! { (r) }))
            .maybe("City", text(&c.city))
            .maybe("Country", c.country.map(|c| html! { (c.name()) }))
            .columns();
        let relation = Facts::new()
            .maybe("Lifecycle", c.lifecycle.map(|l| html! { (l.label()) }))
            .maybe(
                "Health",
                c.health.map(|h| html! { (health(h)) @if let Some(why) = &c.health_because { " " (why) } }),
            )
            .columns();
        let may = self.record.may.write && c.status != Status::Archived;
        let around = (&self.record.pages, self.record.id.as_str(), self.record.csrf.as_str(), may);
        stack(html! {
            (Card::new("Company", company.render()))
            (Card::new("Relationship", relation.render()))
            @if self.sees.0 { (points::people(&self.slug, around, &self.people, 50)) }
            @if self.sees.1 { (points::deals_with(&self.slug, (&self.record.id, &self.customer.name), &self.deals, &self.totals, self.may_deal)) }
            @if let Some(tickets) = &self.tickets { (tickets) }
            (points::card(around, &self.points))
            @if !self.fields.is_empty() {
                @let facts = custom_fields::facts(Facts::new(), &self.fields, FieldClass::Directory, &c.custom, (&self.slug, self.record.field_files()));
                (Card::new("Details", facts.columns().render()))
            }
        })
    }

    fn side(&self) -> Markup {
        let c = &self.customer;
        let company = |p: &Parent| Identity::new(&p.name).square().href(paths::customer(&self.slug, p.id)).render();
        stack(html! {
            (Card::new("Owner", c.owner.as_ref().map_or_else(|| html! { p.quiet { "Nobody" } }, |o| Identity::new(&o.name).detail(&o.email).render())))
            (self.team_card())
            @if let Some(parent) = &c.parent { (Card::new("Belongs to", company(parent))) }
            @if !self.subsidiaries.is_empty() {
                (Card::new("Subsidiaries", html! { ul.plain-list { @for s in &self.subsidiaries { li { (company(s)) } } } }))
            }
            @if let Some(following) = &self.following { (following) }
            (self.record.lately())
        })
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub industries: Vec<String>,
    /// Who may own a customer.
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
        let status = if d.status.is_empty() { Status::default().key() } else { &d.status };
        let owners = self.members.iter().map(|m| Choice::new(&m.email, format!("{} ({})", m.name, m.email))).collect();
        let custom = Inputs {
            fields: &self.entry.custom,
            said: &d.custom,
            errors: e,
            currency: &self.currency,
            people: self.people.clone(),
        };
        html! {
            (form_section("Company", None, html! {
                (Field::text("name", "Name").value(&d.name).error(e.of("name")).required())
                (field_row(html! {
                    (text("domain", "Domain").placeholder("acme.com"))
                    (text("industry", "Industry").attr("list", "industries"))
                }))
                datalist id="industries" { @for name in &self.industries { option value=(name) {} } }
                (field_row(html! {
                    (Field::number("size", "Employees").value(&d.size).error(e.of("size")).optional())
                    (Field::money("revenue", "Revenue, a year", self.currency.as_str()).value(&d.revenue).error(e.of("revenue")).optional())
                }))
                (field_row(html! {
                    (text("city", "City"))
                    (text("country", "Country").attr("list", "countries"))
                }))
                datalist id="countries" { @for country in Country::all() { option value=(country.name()) {} } }
            }))
            (form_section("Relationship", None, html! {
                (field_row(html! {
                    (Field::select("status", "Status", Status::CHOICES.into_iter().map(|s| Choice::new(s.key(), s.label())).collect()).value(status).error(e.of("status")))
                    (Field::select("owner", "Owner", owners).empty_choice("Nobody").value(&d.owner).error(e.of("owner")).optional())
                }))
                (field_row(html! {
                    (Field::select("lifecycle", "Lifecycle", lifecycles()).empty_choice("Not said").value(&d.lifecycle).error(e.of("lifecycle")).optional())
                    (Field::select("health", "Health", healths()).empty_choice("Not said").value(&d.health).error(e.of("health")).optional())
                }))
                (text("health_because", "Reason for the health"))
                (text("parent", "Parent company").help("Type a name, and choose.")
                    .attr("list", "parents").attr("autocomplete", "off")
                    .attr("hx-get", self.entry.pages.options()).attr("hx-trigger", "input changed delay:200ms")
                    .attr("hx-target", "#parents").attr("hx-swap", "outerHTML"))
                (options(&[]))
            }))
            (form_section("Contact", None, html! {
                (field_row(html! {
                    (Field::email("email", "Email").value(&d.email).error(e.of("email")).optional().autocomplete("off"))
                    (Field::tel("phone", "Phone").value(&d.phone).error(e.of("phone")).optional())
                }))
            }))
            @if custom.any(FieldClass::Directory) {
                (form_section("Details", None, html! { (custom.of(FieldClass::Directory)) (custom_fields::people(&self.entry.custom)) }))
            }
        }
    }
}

/// Suggestions for the parent field.
pub fn options(companies: &[Parent]) -> Markup {
    html! { datalist id="parents" { @for c in companies { option value=(c.name) {} } } }
}

/// The same, as the view that answers htmx.
pub struct Options(pub Vec<Parent>);

impl View for Options {
    fn title(&self) -> String {
        "Parent companies".into()
    }

    fn body(&self) -> Markup {
        options(&self.0)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "parents").then(|| self.body())
    }
}
