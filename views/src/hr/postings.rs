//! Jobs to fill: the list and the form. One job is in [`show`], what belongs to it in [`parts`].

mod parts;
mod show;

pub use parts::{Questions, Stages};
pub use show::Show;

use crate::{
    View,
    form::Entry,
    list,
    ui::{
        Badge, Button, Chip, Choice, Column, EmptyState, Field, Filter as Select, FilterBar, Icon, ListPage,
        ListResults, PageHead, Pager, Row, Table, Time, Tone, dash, field_row, form_section,
    },
};
use domain::{
    Day, Slug,
    hr::postings::{Approval, Draft, Employment, Filter, LONGEST, Order, Per, Posting, State, Workplace},
    list::Slice,
    paths,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "jobs";

/// What the reader may do.
#[derive(Debug, Clone, Copy, Default)]
pub struct May {
    pub write: bool,
    pub decide: bool,
    pub pay: bool,
    pub export: bool,
    /// Whether they see every job, not only those for which they hire.
    pub all: bool,
}

/// The list.
pub struct Index {
    pub slug: Slug,
    pub filter: Filter,
    pub page: Slice<Posting>,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
    pub may: May,
}

impl View for Index {
    fn title(&self) -> String {
        "Jobs".into()
    }

    fn body(&self) -> Markup {
        let states = State::ALL.iter().map(|s| Choice::new(s.key(), s.label())).collect();
        let approvals = Approval::ALL.iter().map(|s| Choice::new(s.key(), s.label())).collect();
        let choices = |all: &[String]| all.iter().map(|k| Choice::new(k, k)).collect::<Vec<_>>();
        let filters = FilterBar::new(paths::postings(&self.slug), RESULTS)
            .search("Search by title, place or description", &self.filter.q)
            .filter(Select::new("state", "State", &self.filter.state, states))
            .filter(Select::new("approval", "Approval", &self.filter.approval, approvals))
            .filter(Select::new("department", "Department", &self.filter.department, choices(&self.departments)))
            .filter(Select::new("location", "Location", &self.filter.location, choices(&self.locations)))
            .keep("sort", &self.filter.sort)
            .after(html! {
                @if self.may.export { (Button::link("Export", list::url(&paths::posting_export(&self.slug), &self.filter.from_top())).ghost().icon(Icon::Download)) }
            });
        ListPage { head: self.head(), tabs: None, filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn head(&self) -> PageHead {
        let nothing = self.page.rows.is_empty() && !self.filter.narrows();
        let actions = html! {
            (Button::link("Open jobs", paths::openings(&self.slug)).icon(Icon::Eye))
            @if self.may.write { (list::begin(Button::link("New job", paths::posting_new(&self.slug)), nothing).icon(Icon::Plus).key("c")) }
        };
        let head = PageHead::new(self.title()).actions(actions);
        if self.may.all { head } else { head.lead(html! { "Those for which you hire, or which you have asked for." }) }
    }

    fn results(&self) -> ListResults {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let mut columns = vec![
            list::sorted("Title", Order::Title, sort, to),
            Column::new("Department").minor(),
            Column::new("Place").minor(),
            Column::new("Wanted").numeric().minor(),
            Column::new("State").stays(),
            Column::new("Last day").numeric().minor(),
            list::sorted("Added", Order::Created, sort, to).numeric().minor(),
        ];
        if self.may.pay {
            columns.push(Column::new("Salary").minor());
        }
        let rows = self.page.rows.iter().map(|p| self.row(p)).collect();
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            above: None,
            id: RESULTS.into(),
            chips: self.chips(),
            clear: paths::postings(&self.slug),
            bulk: None,
            table: Table::new("Jobs", columns, rows).swaps(RESULTS),
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), "job", "jobs", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn row(&self, p: &Posting) -> Row {
        let mut cells = vec![
            html! { a href=(paths::posting(&self.slug, p.id)) { (p.title) } },
            p.department.as_ref().map_or_else(dash, |d| html! { (d) }),
            html! { (p.place()) },
            html! { (p.headcount) },
            badges(p),
            p.closes_on.map_or_else(dash, |d| Time::day(d).render()),
            Time::day(Day(p.created_at.date_naive())).render(),
        ];
        if self.may.pay {
            cells.push(p.salary.map_or_else(dash, |s| html! { (s.words()) }));
        }
        Row::new(p.id.to_string(), &p.title, cells).brief([html! { (p.place()) }])
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            (
                "State",
                f.state().map(|s| s.label().to_owned()).unwrap_or_default(),
                Filter { state: String::new(), ..f.clone() },
            ),
            (
                "Approval",
                f.approval().map(|s| s.label().to_owned()).unwrap_or_default(),
                Filter { approval: String::new(), ..f.clone() },
            ),
            ("Department", f.department.clone(), Filter { department: String::new(), ..f.clone() }),
            ("Location", f.location.clone(), Filter { location: String::new(), ..f.clone() }),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(label, value, self.url(&without)));
            }
        }
        chips
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "Nothing fits", "No job fits this search and these filters.")
                .actions(Button::link("Show all", paths::postings(&self.slug)).render());
        }
        match self.may.write {
            true => EmptyState::new(
                Icon::Briefcase,
                "Whom do you look for?",
                "Write down a job, have it approved, and publish it on your careers site.",
            )
            .actions(Button::link("New job", paths::posting_new(&self.slug)).icon(Icon::Plus).render()),
            false => EmptyState::new(
                Icon::Briefcase,
                "You hire for no job at the moment",
                "When somebody puts you on the hiring team of a job, it stands here.",
            ),
        }
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::postings(&self.slug), filter)
    }
}

/// How far it is, in colours and words.
fn badges(p: &Posting) -> Markup {
    let tone = match p.state {
        State::Draft => Tone::Neutral,
        State::Published => Tone::Good,
        State::OnHold => Tone::Warning,
        State::Closed | State::Filled => Tone::Info,
    };
    html! {
        (Badge::new(tone, p.state.label()))
        @if p.state == State::Draft {
            @match p.approval {
                Approval::Asked => { " " (Badge::new(Tone::Warning, p.approval.label())) }
                Approval::Approved => { " " (Badge::new(Tone::Good, p.approval.label())) }
                Approval::Declined => { " " (Badge::new(Tone::Bad, p.approval.label())) }
                Approval::None => {}
            }
        }
        @if p.internal { " " (Badge::new(Tone::Neutral, "Colleagues only")) }
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
    pub currency: String,
    pub pay: bool,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        self.entry.page(html! { (self.job()) (self.words()) @if self.pay { (self.salary()) } (self.request()) })
    }
}

impl Edit {
    fn job(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let text =
            |name: &'static str, label: &'static str| Field::text(name, label).value(d.get(name)).error(e.of(name));
        let workplaces = Workplace::ALL.iter().map(|w| Choice::new(w.key(), w.label())).collect();
        let kinds = Employment::ALL.iter().map(|w| Choice::new(w.key(), w.label())).collect();
        let or = |typed: &str, usual: &str| if typed.is_empty() { usual.to_owned() } else { typed.to_owned() };
        form_section(
            "Job",
            None,
            html! {
                (text("title", "Title").required().attr("maxlength", "120").help("As somebody who looks for it would call it."))
                (field_row(html! {
                    (text("department", "Department").optional().attr("list", "departments"))
                    (text("location", "Location").attr("list", "locations").help("A city or a site. Empty for remote work from anywhere."))
                }))
                datalist id="departments" { @for name in &self.departments { option value=(name) {} } }
                datalist id="locations" { @for name in &self.locations { option value=(name) {} } }
                (field_row(html! {
                    (Field::select("workplace", "Workplace", workplaces).value(or(&d.workplace, "on_site")).error(e.of("workplace")))
                    (Field::select("employment", "Employment", kinds).value(or(&d.employment, "full_time")).error(e.of("employment")))
                }))
                (field_row(html! {
                    (Field::date("closes_on", "Last day to apply").value(&d.closes_on).error(e.of("closes_on")).optional().help("After it the job closes by itself."))
                    (Field::checkbox("internal", "For colleagues only").value(&d.internal).error(e.of("internal")).help("Not on the careers site."))
                }))
            },
        )
    }

    fn words(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        form_section(
            "What it is about",
            None,
            html! {
                (Field::textarea("description", "Description").rows(16).value(&d.description).error(e.of("description")).required().attr("maxlength", LONGEST.to_string())
                    .help("# makes a heading, - an item of a list, 1. a numbered one, **bold**, *italic*."))
            },
        )
    }

    fn salary(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let pers = Per::ALL.iter().map(|p| Choice::new(p.key(), p.label())).collect();
        let currency = if d.currency.is_empty() { self.currency.as_str() } else { &d.currency };
        let per = if d.per.is_empty() { Per::Year.key() } else { &d.per };
        form_section(
            "Salary",
            Some("Seen by those alone who may see salaries of jobs, unless it is shown to everybody."),
            html! {
                (field_row(html! {
                    (Field::money("salary_from", "From", currency).value(&d.salary_from).error(e.of("salary_from")).optional())
                    (Field::money("salary_to", "To", currency).value(&d.salary_to).error(e.of("salary_to")).optional())
                }))
                (field_row(html! {
                    (Field::text("currency", "Currency").value(currency).error(e.of("currency")).attr("maxlength", "3"))
                    (Field::select("per", "For", pers).value(per).error(e.of("per")))
                }))
                (Field::checkbox("shown", "Show it to everybody who reads the job").value(&d.shown).error(e.of("shown")))
            },
        )
    }

    fn request(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let headcount = if d.headcount.is_empty() { "1" } else { &d.headcount };
        form_section(
            "For whoever approves it",
            None,
            html! {
                (Field::number("headcount", "People wanted").value(headcount).error(e.of("headcount")).required())
                (Field::textarea("reason", "Why").value(&d.reason).error(e.of("reason")).optional().help("Somebody leaves, the team grows. Applicants do not see it."))
            },
        )
    }
}
