//! Employees: the list and the record.

mod asked;
pub mod cells;
mod form;

pub use form::{Edit, Options, new_place, options, picker, place, suggested};

use crate::{
    View, custom_fields,
    hr::{details::Cards, leave::person::OnRecord as OnLeave},
    list::{self, May},
    record::Record,
    saved_views::Saved,
    tags,
    ui::{
        Alert, Avatar, AvatarSize, Badge, BulkBar, Button, Card, Chip, Choice, Column, EmptyState, Facts, Field,
        Filter as Select, FilterBar, Form, Icon, Identity, ListPage, ListResults, PageHead, Pager, Row, Tab, Table,
        Tabs, Time, Tone, dash, stack,
    },
};
use domain::{
    Day, Slug,
    access::Sight,
    custom_fields::CustomField,
    draft::FieldClass,
    hr::details::{Details, Section},
    hr::employees::{
        CELLS, COLUMNS, Employee, EmploymentType, Filter, Manager, Namesake, Order, Photo, Status, WORDS, class,
        is_beside,
    },
    list::{Slice, Total},
    paths::{self, Pages},
    workspace::members::Account,
};
use maud::{Markup, Render, html};
use std::collections::HashSet;

/// The part that a search swaps.
const RESULTS: &str = "employees";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub filter: Filter,
    pub page: Slice<Employee>,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
    /// Names of all tags.
    pub tags: Vec<String>,
    /// Keys of the columns shown, in order.
    pub columns: Vec<String>,
    pub sight: Sight,
    pub may: May,
    /// Whom the reader may change.
    pub writes: HashSet<domain::EmployeeId>,
    pub saved: Saved,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
    /// Who may be meant by the manager that was typed, where that is nobody alone.
    pub whose: Option<Vec<Namesake>>,
}

impl View for Index {
    fn title(&self) -> String {
        "Employees".into()
    }

    fn body(&self) -> Markup {
        let path = paths::employees(&self.slug);
        let filters = FilterBar::new(&path, RESULTS)
            .search("Search by name, number or email", &self.filter.q)
            .filter(Select::new("department", "Department", one(&self.filter.department), same(&self.departments)))
            .filter(Select::new("employment_type", "Type", one(&self.filter.employment_type), types()))
            .filter(tags::filter(&self.tags, &self.filter.tag))
            .more(Some(asked::more(
                &self.fields,
                self.sight,
                &self.filter,
                (&paths::employee_options(&self.slug), &self.locations),
            )))
            .keep("status", &self.filter.status)
            .keep("manager", self.filter.manager.map(|m| m.to_string()).unwrap_or_default())
            .keep("joined_this_month", if self.filter.joined_this_month { "true" } else { "" })
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
            @if self.may.import { (Button::link("Import", paths::employee_imports(&self.slug)).icon(Icon::Upload)) }
            @if self.may.write { (list::begin(Button::link("New employee", paths::employee_new(&self.slug)), self.nothing_yet()).icon(Icon::Plus)) }
        };
        PageHead::new("Employees").actions(actions)
    }

    /// Nobody at all, so that the page says how to begin.
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
        let mut tabs = vec![tab("Everyone", "")];
        tabs.extend(Status::ALL.map(|s| tab(s.label(), s.key())));
        tabs.extend(self.saved.tabs());
        Tabs::new("Views", tabs)
    }

    fn after(&self) -> Markup {
        let all: Vec<_> = self.columns();
        let chooser = list::chooser(
            paths::employee_columns(&self.slug),
            self.csrf.as_str(),
            &all,
            &self.columns,
            vec![("back".into(), self.url(&self.filter))],
        );
        html! {
            (chooser)
            @if self.may.export {
                (list::exports(&Pages::of(paths::EMPLOYEES, &self.slug), &self.filter.from_top(), self.may))
            }
        }
    }

    /// The columns that the reader's classes open.
    fn columns(&self) -> Vec<(&'static str, &str, bool)> {
        let all = custom_fields::columns(COLUMNS, &self.fields, self.sight).into_iter();
        all.filter(|(key, ..)| class(key).is_none_or(|class| self.sight.sees(class))).collect()
    }

    /// What is said of the question as a whole.
    fn above(&self) -> Markup {
        let shown = self.columns().into_iter().map(|(key, ..)| key.to_owned()).filter(|key| self.columns.contains(key));
        let now = self.filter.kept(&shown.collect::<Vec<_>>());
        let plain = !self.filter.narrows() && self.filter.sort.is_empty();
        html! {
            @if let Some(bar) = self.saved.bar(&now, plain) { (bar) }
            @if self.page.near { (list::near(&self.filter.q)) }
            @if let Some(whose) = &self.whose { (asked::choose(&self.filter, whose, |filter| self.url(filter))) }
            @if self.filter.below && self.filter.manager.is_none() && self.filter.typed_manager().is_none() {
                p.list-near role="status" { "“And everybody below” says below whom: type a name under Filters → Reports to." }
            }
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
                "number" => list::sorted(label, Order::Number, sort, to),
                "job_title" => list::sorted(label, Order::JobTitle, sort, to),
                "department" => list::sorted(label, Order::Department, sort, to),
                "start_date" => list::sorted(label, Order::StartDate, sort, to),
                _ => Column::new(*label),
            };
            let number = matches!(*key, "start_date" | "end_date" | "birth_date" | "probation_end" | "salary" | "fte");
            let column = if number || custom_fields::numeric(&self.fields, key) { column.numeric() } else { column };
            match *key {
                "manager" | "number" | "start_date" => column.minor(),
                "status" => column.stays(),
                _ => column,
            }
        }));
        let rows = self.page.rows.iter().map(|e| {
            let face = e.photo.as_ref().map(|p| photo(&self.slug, p));
            let mut cells = vec![Identity::new(e.name()).href(paths::employee(&self.slug, e.id)).photo(face).render()];
            cells.extend(shown.iter().map(|(key, _, _)| self.cell(e, key)));
            let has = |key| self.columns.iter().any(|c| c == key);
            let title = e.job_title.as_ref().filter(|_| has("job_title")).map(|t| html! { (t) });
            let start = e.start_date.filter(|_| has("start_date")).map(|d| Time::day(d).render());
            let told: (&[&str], &str) = (&["job_title", "start_date"], "status");
            let brief = list::brief([start, title], told, &shown, |key| self.value(e, key));
            let row = Row::new(e.id.to_string(), e.name(), cells).brief(brief);
            match self.writes.contains(&e.id) {
                true => row.attr("data-edit", paths::employee_edit(&self.slug, e.id)),
                false => row,
            }
        });
        let mut table = Table::new("Employees", columns, rows.collect()).swaps(RESULTS);
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
            pager: Pager::new(list::count(self.page.total), "employee", "employees", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn cell(&self, e: &Employee, key: &str) -> Markup {
        if let Some(key) = CELLS.iter().find(|cell| **cell == key)
            && self.writes.contains(&e.id)
            && e.status != Status::Archived
        {
            let label = COLUMNS.iter().find(|(column, ..)| column == key).map_or("", |(_, label, _)| label);
            return cells::editable(&self.slug, e, (key, label), false);
        }
        self.value(e, key)
    }

    /// What a cell says, without the way to change it.
    fn value(&self, e: &Employee, key: &str) -> Markup {
        let text = |t: &Option<String>| t.as_ref().map_or_else(dash, |t| html! { (t) });
        let day = |d: Option<Day>| d.map_or_else(dash, |d| Time::day(d).render());
        match key {
            "number" => html! { (e.number) },
            "job_title" => text(&e.job_title),
            "department" => text(&e.department),
            "location" => text(&e.location),
            "email" => text(&e.email),
            "phone" => text(&e.phone),
            "manager" => e
                .manager
                .as_ref()
                .map_or_else(dash, |m| html! { a href=(paths::employee(&self.slug, m.id)) { (m.name) } }),
            "employment_type" => e.employment_type.map_or_else(dash, |t| html! { (t.label()) }),
            "fte" => html! { (e.fte) },
            "start_date" => day(e.start_date),
            "end_date" => day(e.end_date),
            "birth_date" => day(e.birth_date),
            "salary" => e.salary.map_or_else(dash, |s| html! { (s) }),
            "tags" => tags::cell(&e.tags),
            "probation_end" => day(e.details.as_ref().and_then(|d| d.probation_end)),
            beside if is_beside(beside) => text(&e.details.as_ref().and_then(|d| d.cell(beside))),
            custom => custom_fields::cell(&self.fields, custom, &e.custom).unwrap_or_else(|| status(e.status).render()),
        }
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("Department", f.department.join(", "), Filter { department: vec![], ..f.clone() }),
            ("Location", f.location.join(", "), Filter { location: vec![], ..f.clone() }),
            ("Type", type_words(&f.employment_type), Filter { employment_type: vec![], ..f.clone() }),
            (
                if f.below { "Below" } else { "Reports of" },
                f.manager.map(|_| self.manager_name()).unwrap_or_default(),
                Filter { manager: None, below: false, ..f.clone() },
            ),
            (
                "Joined",
                if f.joined_this_month { "this month".to_owned() } else { String::new() },
                Filter { joined_this_month: false, ..f.clone() },
            ),
            ("Tag", f.tag.join(", "), Filter { tag: vec![], ..f.clone() }),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(label, value, self.url(&without)));
            }
        }
        chips.extend(asked::chips(&f, self.sight, |without| self.url(without)));
        let without = |custom| self.url(&Filter { custom, ..f.clone() });
        chips.extend(custom_fields::chips(&self.fields, &f.custom, without));
        chips
    }

    fn manager_name(&self) -> String {
        let manager = self.page.rows.iter().find_map(|e| e.manager.as_ref());
        manager.map_or_else(|| "one person".to_owned(), |m| m.name.clone())
    }

    fn bulk(&self) -> BulkBar {
        let archived = self.filter.status() == Some(Status::Archived);
        let pages = Pages::of(paths::EMPLOYEES, &self.slug);
        let more = self.may.write.then(|| tags::bulk(&pages, &paths::tag_options(&self.slug)));
        list::bulk(WORDS, &pages, &self.csrf, &self.page, &self.url(&self.filter), archived, more)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "Nobody fits", "No employee fits this search and these filters.")
                .actions(Button::link("Show everyone", self.everything()).render());
        }
        EmptyState::new(Icon::Users, "Your people go here", "Import a spreadsheet as it is, or begin with one person. They can look after customers, too.")
            .actions(html! {
                @if self.may.import { (Button::link("Import a file", paths::employee_imports(&self.slug)).primary().icon(Icon::Upload)) }
                @if self.may.write { (Button::link("Add an employee", paths::employee_new(&self.slug)).icon(Icon::Plus)) }
            })
    }

    /// The list without any question.
    fn everything(&self) -> String {
        self.url(&Filter { view: self.saved.everything().to_owned(), ..Filter::default() })
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::employees(&self.slug), filter)
    }
}

fn one(values: &[String]) -> String {
    values.first().cloned().unwrap_or_default()
}

fn same(values: &[String]) -> Vec<Choice> {
    values.iter().map(|v| Choice::new(v, v)).collect()
}

pub(super) fn types() -> Vec<Choice> {
    EmploymentType::ALL.into_iter().map(|t| Choice::new(t.key(), t.label())).collect()
}

fn type_words(keys: &[String]) -> String {
    let words = keys.iter().map(|k| EmploymentType::parse(k).map_or(k.as_str(), |t| t.label()));
    words.collect::<Vec<_>>().join(", ")
}

/// The status with its colour and word.
pub fn status(status: Status) -> Badge {
    let tone = match status {
        Status::Active => Tone::Good,
        Status::Upcoming => Tone::Info,
        Status::Left | Status::Archived => Tone::Neutral,
    };
    Badge::new(tone, status.label())
}

/// The record.
pub struct Show {
    pub slug: Slug,
    pub record: Record,
    pub employee: Employee,
    /// The first few, and how many there are.
    pub reports: Vec<Manager>,
    pub reports_in_all: Total,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
    /// On the overview.
    pub leave: Option<OnLeave>,
    /// Cards of other nouns about this person.
    pub cards: Vec<Markup>,
    /// What is wrong with a picture that was brought.
    pub wrong: Option<String>,
    /// On the overview, with those of its sections that the reader may change.
    pub details: Option<(Details, Vec<Section>)>,
    /// For whoever may invite, or change members.
    pub account: Option<Account>,
    /// On the overview: how many changes that they asked for wait, and whether the reader is who asked.
    pub waits: Option<(i64, bool)>,
    /// Whether the reader may change members.
    pub links: bool,
}

/// The address of a photo.
pub fn photo(slug: &Slug, photo: &Photo) -> String {
    paths::picture_of(slug, photo.of, &photo.digest)
}

/// The head of an employee's pages.
pub fn head(e: &Employee, photo: Option<&str>) -> PageHead {
    let lead = [e.job_title.as_deref(), e.department.as_deref(), e.location.as_deref()];
    let lead: Vec<&str> = lead.into_iter().flatten().collect();
    let avatar = Avatar::new(e.name()).size(AvatarSize::Large);
    let avatar = match photo {
        Some(href) => avatar.photo(href),
        None => avatar,
    };
    let last = e.end_date.filter(|_| e.sight.terms && e.status == Status::Active);
    let facts = html! { (status(e.status)) @if let Some(day) = last { (Badge::new(Tone::Warning, format!("Last day {}", day.short()))) } };
    PageHead::new(e.name()).mark(avatar.render()).facts(facts).lead(html! { (lead.join(" · ")) })
}

impl View for Show {
    fn title(&self) -> String {
        self.employee.name()
    }

    fn body(&self) -> Markup {
        self.record.page(self.head(), || (self.overview(), self.side()))
    }

    fn part(&self, id: &str) -> Option<Markup> {
        self.record.part(id)
    }
}

/// What of somebody the reader may see on pages beside the record.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    pub leave: bool,
    pub documents: bool,
}

/// The tabs of an employee's record beside the usual ones, in their order.
pub fn tabs(slug: &Slug, id: domain::EmployeeId, beside: Beside) -> Vec<(&'static str, &'static str, String)> {
    let mut tabs = vec![(super::employment::TAB, "Job and pay", paths::employee_history(slug, id))];
    if beside.leave {
        tabs.push(("leave", "Time off", paths::employee_leave(slug, id)));
    }
    if beside.documents {
        tabs.push(("documents", "Documents", paths::employee_documents(slug, id)));
    }
    tabs
}

impl Show {
    fn head(&self) -> PageHead {
        head(&self.employee, self.photo().as_deref())
    }

    /// The address of their picture.
    fn photo(&self) -> Option<String> {
        self.employee.photo.as_ref().map(|p| photo(&self.slug, p))
    }

    /// Whether they sign in here, and the way to have them do so.
    fn account(&self, account: &Account) -> Card {
        let left = self.employee.end_date.filter(|_| self.employee.status == Status::Left);
        Card::new(
            "Account",
            match (account, &self.employee.email) {
                (Account::Member(member), _) => {
                    html! { p.quiet { "Signs in here. " a href=(paths::member(&self.slug, member)) { "Open the member" } } }
                }
                (Account::Invited(until), _) => html! {
                    p.quiet { "Is invited, and has not answered yet. The link holds until " (self.record.moment.at(*until)) ". " a href=(paths::members(&self.slug)) { "Send it again or take it back" } }
                },
                (Account::Unlinked(member, name), _) => html! {
                    p.quiet { a href=(paths::member(&self.slug, member)) { (name) } " signs in here with this address. "
                        @if self.links { "Linked, this is their own record: their profile, time off and documents." }
                        @else { "Ask somebody who may change members to link them to this record." } }
                    @if self.links {
                        (Form::post(paths::employee_account(&self.slug, self.employee.id), &self.record.csrf)
                            .hidden("member", member.to_string())
                            .actions(Button::submit("Link to this member").icon(Icon::UserCheck).small().render()))
                    }
                },
                (Account::Another(member, name), _) => html! {
                    p.quiet { a href=(paths::member(&self.slug, member)) { (name) } " signs in here with this address, and is another employee." }
                },
                (Account::None, _) if left.is_some() => html! {
                    p.quiet { "Does not sign in here, and has left" @if let Some(day) = left { " on " (day.short()) } "." }
                },
                (Account::None, Some(email)) => html! {
                    p.quiet { "Does not sign in here yet. Whoever accepts an invitation to the address of a record is that employee." }
                    (Button::link("Invite", format!("{}?invite={}", paths::members(&self.slug), crate::encode(email))).icon(Icon::Send).small())
                },
                (Account::None, None) => {
                    html! { p.quiet { "Does not sign in here. With a work email in the record they can be invited." } }
                }
            },
        )
    }

    /// The picture that the record has, and another one.
    fn picture(&self) -> Markup {
        let id = self.employee.id;
        let own = self.employee.photo.as_ref().is_some_and(|p| p.of == id.0);
        let wrong = self.wrong.as_deref();
        html! {
            details.photo-change open[wrong.is_some()] {
                summary { (Icon::Photo) @if own { "Change the photo" } @else { "Add a photo" } }
                (Form::post(paths::employee_photo(&self.slug, id), &self.record.csrf).multipart()
                    .body(html! { (Field::file("file", "Picture", ".png,.jpg,.jpeg,.webp").error(wrong).help("PNG, JPEG or WebP, up to 8 MB. A square is cut from the middle; where and when it was taken is not kept.")) })
                    .actions(Button::submit("Use this picture").icon(Icon::Upload).render()))
                @if own {
                    form.picture-away method="post" action=(paths::employee_photo_removal(&self.slug, id)) {
                        input type="hidden" name="_csrf" value=(self.record.csrf);
                        (Button::submit("Take the photo away").small().ghost())
                    }
                }
            }
        }
    }

    fn overview(&self) -> Markup {
        let e = &self.employee;
        let day = |d: Option<Day>| d.map(|d| Time::day(d).render());
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let job = Facts::new()
            .text("Number", &e.number)
            .maybe("Job title", text(&e.job_title))
            .maybe(
                "Department",
                e.department.as_ref().map(|d| {
                    let filter = Filter { department: vec![d.clone()], ..Filter::default() };
                    html! { a href=(list::url(&paths::employees(&self.slug), &filter)) { (d) } }
                }),
            )
            .maybe("Location", text(&e.location))
            .maybe("Employment type", e.employment_type.map(|t| html! { (t.label()) }))
            .maybe("Start date", day(e.start_date))
            .where_open(e.sight.terms, "End date", day(e.end_date))
            .fact("FTE", html! { (e.fte) })
            .columns();
        let contact = Facts::new()
            .maybe("Email", e.email.as_ref().map(|m| html! { a href={ "mailto:" (m) } { (m) } }))
            .maybe("Phone", e.phone.as_ref().map(|p| html! { a href={ "tel:" (p.replace(' ', "")) } { (p) } }))
            .columns();
        html! {
            (stack(html! {
                @if let Some((waiting @ 1.., own)) = self.waits { (self.asked(waiting, own)) }
                (Card::new("Job", job.render()))
                (Card::new("Contact", contact.render()))
                @if self.fields.iter().any(|f| f.class == FieldClass::Directory) {
                    (Card::new("Details", self.custom(Facts::new(), FieldClass::Directory).columns().render()))
                }
                @if let Some((details, editable)) = &self.details {
                    @let facts = Facts::new().maybe("Birth date", day(e.birth_date));
                    @let personal = self.custom(facts, FieldClass::Personal);
                    @let (slug, csrf) = (&self.slug, self.record.csrf.as_str());
                    (Cards { slug, csrf, employee: e, details, editable, personal }.render())
                }
                @if self.employee.sight.pay {
                    @let facts = Facts::new().maybe("Salary, a year", e.salary.map(|s| html! { (s) }));
                    (Card::new("Pay", self.custom(facts, FieldClass::Pay).columns().render()).note("Seen by those whose role opens pay"))
                }
            }))
        }
    }

    /// That changes which they have asked for wait.
    fn asked(&self, waiting: i64, own: bool) -> Alert {
        let changes = if waiting == 1 { "1 change".to_owned() } else { format!("{waiting} changes") };
        let waits = if waiting == 1 { "waits" } else { "wait" };
        let (title, go, href) = match own {
            true => {
                (format!("{changes} that you asked for {waits} for an answer"), "See", paths::my_profile(&self.slug))
            }
            false => {
                let first = &self.employee.first_name;
                let title = format!("{changes} that {first} asked for {waits} for an answer");
                (title, "Answer", paths::change_requests(&self.slug))
            }
        };
        Alert::new(Tone::Info, title).actions(html! { (Button::link(go, href).small()) })
    }

    fn custom(&self, facts: Facts, class: FieldClass) -> Facts {
        let bring = self.record.field_files();
        custom_fields::facts(facts, &self.fields, class, &self.employee.custom, (&self.slug, bring))
    }

    fn side(&self) -> Markup {
        let e = &self.employee;
        let person =
            |m: &Manager| Identity::new(&m.name).detail(&m.number).href(paths::employee(&self.slug, m.id)).render();
        let all = list::url(&paths::employees(&self.slug), &Filter { manager: Some(e.id), ..Filter::default() });
        stack(html! {
            (Card::new("Reports to", e.manager.as_ref().map_or_else(|| html! { p.quiet { "Nobody" } }, person)))
            @if !self.reports.is_empty() {
                @let card = Card::new("Direct reports", html! { ul.plain-list { @for r in &self.reports { li { (person(r)) } } } });
                @if self.reports_in_all == Total::Exactly(self.reports.len() as i64) { (card) }
                @else { (card.actions(html! { a href=(all) { "See all " (self.reports_in_all) } })) }
            }
            @if let (Some(account), false) = (&self.account, self.record.archived) { (self.account(account)) }
            @if let Some(leave) = &self.leave { (leave) }
            @if self.record.may.write && !self.record.archived { (Card::bare(self.picture())) }
            @for card in &self.cards { (card) }
            (self.record.lately())
        })
    }
}
