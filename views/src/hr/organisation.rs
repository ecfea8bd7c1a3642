//! The organisation: the chart of people, the chart of departments, and the list of departments.

use crate::{
    View,
    form::errors,
    hr::employees::options,
    list,
    ui::{
        Avatar, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Tab, Table, Tabs,
        Tone, form_page, stack,
    },
};
use domain::{
    Day, EmployeeId, Errors, Slug,
    hr::{
        employees::{Filter, Manager},
        organisation::{Draft, Node, SEATS, Seat},
    },
    list::Total,
    paths::{self, Pages},
};
use maud::{Markup, Render, html};
use serde::{Deserialize, Serialize};

/// What of the organisation is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Chart,
    Departments,
    Positions,
}

/// The tabs of the organisation's pages.
pub fn tabs(slug: &Slug, open: Open) -> Tabs {
    Tabs::new(
        "Organisation",
        vec![
            Tab::new("Chart", paths::organisation(slug), open == Open::Chart),
            Tab::new("Departments", paths::departments(slug), open == Open::Departments),
            Tab::new("Positions", paths::positions(slug), open == Open::Positions),
        ],
    )
}

/// What the chart is asked, as its URL has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `departments`; else people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub on: String,
    /// Whom to look for: a number, or what a suggestion says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub find: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zoom: String,
    /// `all`: every branch.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub open: String,
}

/// Sizes of the chart, in hundredths.
const ZOOMS: [u8; 4] = [50, 75, 100, 125];

impl Asked {
    pub fn by_departments(&self) -> bool {
        self.by == "departments"
    }

    fn zoom(&self) -> Option<u8> {
        self.zoom.parse().ok().filter(|z| ZOOMS.contains(z))
    }
}

/// One person of the chart, and whoever is shown below them.
pub struct Branch {
    pub seat: Seat,
    /// `None`: not asked for yet.
    pub below: Option<Vec<Branch>>,
}

/// The chart.
pub struct Chart {
    pub slug: Slug,
    pub company: String,
    pub asked: Asked,
    pub today: Day,
    pub on: Day,
    pub tops: Vec<Branch>,
    /// How many are in no branch.
    pub apart: Total,
    pub departments: Vec<Node>,
    pub focus: Option<EmployeeId>,
    /// Nobody of that name or number.
    pub lost: bool,
    /// All was to be opened, and there are too many.
    pub too_many: bool,
}

impl View for Chart {
    fn title(&self) -> String {
        "Organisation".into()
    }

    fn body(&self) -> Markup {
        let a = &self.asked;
        let all = a.open == "all";
        let opens = self.url(&Asked { open: if all { String::new() } else { "all".into() }, ..a.clone() });
        let head = PageHead::new("Organisation").actions(html! {
            @if !a.by_departments() && !self.tops.is_empty() { (Button::link(if all { "Close all" } else { "Open all" }, opens).icon(Icon::Sitemap)) }
            (Button::new("Print").icon(Icon::Printer).attr("data-print", ""))
        });
        html! {
            (head)
            (tabs(&self.slug, Open::Chart))
            (self.bar())
            p.org-printed { (self.company) ", " (self.on.long()) }
            @if self.too_many { p.org-lost role="status" { "There are too many people to open all at once. Find somebody, and open what is below them." } }
            @if self.lost { p.org-lost role="status" { "Nobody of that name or number is in the chart on this day." } }
            @if !self.asked.by_departments() && !self.tops.is_empty() && self.apart != Total::Exactly(0) {
                p.quiet {
                    @if self.apart == Total::Exactly(1) { "1 person reports to nobody, and nobody to them" }
                    @else { (self.apart) " people report to nobody, and nobody to them" }
                    ": they are in no branch. " a href=(paths::employees(&self.slug)) { "Give them a manager" } "."
                }
            }
            div.org-chart.{ "is-" (self.zoom()) } tabindex="0" role="region" aria-label="Chart of the organisation" {
                @if self.asked.by_departments() { (self.by_departments()) } @else { (self.people()) }
            }
        }
    }
}

impl Chart {
    fn url(&self, asked: &Asked) -> String {
        list::url(&paths::organisation(&self.slug), asked)
    }

    /// As it was asked; else so that it can be read: whoever was looked for in full, a wide row a little smaller.
    fn zoom(&self) -> u8 {
        let across: usize = self.tops.iter().map(wide).sum();
        self.asked.zoom().unwrap_or(if self.focus.is_some() || across <= 6 { 100 } else { 75 })
    }

    fn bar(&self) -> Markup {
        let a = &self.asked;
        let step = |by: i8| {
            let at = ZOOMS.iter().position(|z| *z == self.zoom()).and_then(|i| i.checked_add_signed(isize::from(by)));
            at.and_then(|i| ZOOMS.get(i)).map(|z| self.url(&Asked { zoom: z.to_string(), ..a.clone() }))
        };
        let zoom = |icon: Icon, words: &str, href: Option<String>| match href {
            Some(href) => Button::link(words, href).icon_only(icon).small().ghost(),
            None => Button::new(words).icon_only(icon).small().ghost().disabled(true),
        };
        let by = |words: &str, key: &str| {
            let now = a.by_departments() == (key == "departments");
            Tab::new(words, self.url(&Asked { by: key.to_owned(), find: String::new(), ..a.clone() }), now)
        };
        html! {
            div.org-bar {
                (Tabs::new("Chart of", vec![by("People", ""), by("Departments", "departments")]))
                form.org-ask method="get" action=(paths::organisation(&self.slug)) {
                    @if a.by_departments() { input type="hidden" name="by" value="departments"; }
                    @if !a.zoom.is_empty() { input type="hidden" name="zoom" value=(a.zoom); }
                    @if !a.by_departments() {
                        (Field::search("find", "Find somebody").value(&a.find).placeholder("Name or number").attr("list", "managers").attr("autocomplete", "off")
                            .attr("hx-get", Pages::of(paths::EMPLOYEES, &self.slug).options()).attr("hx-trigger", "input changed delay:200ms")
                            .attr("hx-target", "#managers").attr("hx-swap", "outerHTML"))
                        (options(&[]))
                    }
                    (Field::date("on", "As of").value(self.on.to_string()))
                    (Button::submit("Show").small())
                    @if self.on != self.today { a href=(self.url(&Asked { on: String::new(), ..a.clone() })) { "Today" } }
                }
                div.org-zoom role="group" aria-label="Size" {
                    (zoom(Icon::ZoomOut, "Smaller", step(-1)))
                    span.quiet { (self.zoom()) " %" }
                    (zoom(Icon::ZoomIn, "Larger", step(1)))
                }
            }
        }
    }

    fn people(&self) -> Markup {
        if self.tops.is_empty() {
            return EmptyState::new(
                Icon::Sitemap,
                "Nobody reports to anybody yet",
                "Give somebody a manager, and the chart draws itself. An imported file may bring managers, too.",
            )
            .actions(Button::link("Employees", paths::employees(&self.slug)).render())
            .render();
        }
        let below = Below {
            slug: self.slug.clone(),
            on: self.on,
            today: self.today,
            focus: self.focus,
            of: None,
            branches: vec![],
        };
        html! { ul.org-tree { (below.row(None, &self.tops)) } }
    }

    fn by_departments(&self) -> Markup {
        if self.departments.is_empty() {
            return EmptyState::new(
                Icon::Building,
                "No departments yet",
                "Add one under Settings → Departments and locations, or write one into somebody’s record.",
            )
            .render();
        }
        html! { ul.org-tree { @for node in &self.departments { (self.department(node)) } } }
    }

    fn department(&self, node: &Node) -> Markup {
        let d = &node.department;
        let people =
            list::url(&paths::employees(&self.slug), &Filter { department: vec![d.name.clone()], ..Filter::default() });
        html! {
            li.org-node {
                div.org-card {
                    div.org-text {
                        a.org-name href=(people) { (d.name) }
                        @if let Some(head) = &d.head { span.org-title { (headed(&self.slug, head, d.counted.is_some())) } }
                        @if let Some(c) = d.counted {
                            span.org-facts {
                                (people_words(c.people))
                                @if node.in_all != c.people { ", " (node.in_all) " with those below" }
                                @if c.vacant > 0 { " · " (c.vacant) " open" }
                            }
                        }
                    }
                }
                @if !node.below.is_empty() { ul.org-below { @for below in &node.below { (self.department(below)) } } }
            }
        }
    }
}

/// How many cards stand side by side below one, all levels together: whoever leads somebody, and a column for the others.
fn wide(b: &Branch) -> usize {
    let below = b.below.as_deref().unwrap_or_default();
    let (leads, others): (Vec<_>, Vec<_>) = below.iter().partition(|b| b.seat.reports > 0);
    let across: usize = leads.into_iter().map(wide).sum();
    (across + usize::from(!others.is_empty())).max(1)
}

/// The name of who heads a department; a link for whoever may open everybody's record.
fn headed(slug: &Slug, head: &Manager, opens: bool) -> Markup {
    html! { @if opens { a href=(paths::employee(slug, head.id)) { (head.name) } } @else { (head.name) } }
}

fn people_words(n: i64) -> String {
    if n == 1 { "1 person".to_owned() } else { format!("{n} people") }
}

/// Who is below one person: what htmx asks for when a branch is opened.
pub struct Below {
    pub slug: Slug,
    pub on: Day,
    pub today: Day,
    pub focus: Option<EmployeeId>,
    /// Whom they report to; nobody's, at the top.
    pub of: Option<EmployeeId>,
    pub branches: Vec<Branch>,
}

impl View for Below {
    fn title(&self) -> String {
        "Reports".into()
    }

    fn body(&self) -> Markup {
        html! { ul.org-tree { (self.row(self.of, &self.branches)) } }
    }

    /// Whatever element asked gets the row.
    fn part(&self, id: &str) -> Option<Markup> {
        id.starts_with("below-").then(|| self.row(self.of, &self.branches))
    }
}

impl Below {
    /// Those who lead somebody side by side, the others in one column.
    fn row(&self, of: Option<EmployeeId>, branches: &[Branch]) -> Markup {
        let most = SEATS;
        let shown = &branches[..branches.len().min(most)];
        let (leads, others): (Vec<_>, Vec<_>) = shown.iter().partition(|b| b.seat.reports > 0);
        html! {
            @for b in leads { (self.branch(b)) }
            @if !others.is_empty() {
                li.org-node.is-column { ul.org-column { @for b in others { li { (self.card(&b.seat)) } } } }
            }
            @if branches.len() > most {
                @let rest = list::url(&paths::employees(&self.slug), &Filter { manager: of, ..Filter::default() });
                li.org-node { a href=(rest) { "See all of them in the list" } }
            }
        }
    }

    fn branch(&self, b: &Branch) -> Markup {
        let id = b.seat.id;
        let asked = |find: String| Asked { find, on: self.day(), ..Asked::default() };
        let more = list::url(&paths::organisation_below(&self.slug, id), &Asked { on: self.day(), ..Asked::default() });
        html! {
            li.org-node {
                (self.card(&b.seat))
                details.org-more open[b.below.is_some()] {
                    // The first click opens it, and asks; the element that is asked for is below.
                    summary hx-get=[b.below.is_none().then_some(more.as_str())] hx-trigger=[b.below.is_none().then_some("click once")]
                        hx-target={ "#below-" (id) } hx-swap="innerHTML" { (b.seat.reports) " " (if b.seat.reports == 1 { "report" } else { "reports" }) span.visually-hidden { " of " (b.seat.name) } }
                    @match &b.below {
                        Some(below) => ul.org-below { (self.row(Some(id), below)) },
                        None => {
                            ul.org-below id={ "below-" (id) } {
                                li.org-node { noscript { a href=(list::url(&paths::organisation(&self.slug), &asked(id.to_string()))) { "Show them" } } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn day(&self) -> String {
        if self.on == self.today { String::new() } else { self.on.to_string() }
    }

    fn card(&self, seat: &Seat) -> Markup {
        html! {
            div.org-card.is-focus[self.focus == Some(seat.id)] id=[(self.focus == Some(seat.id)).then_some("found")] {
                (Avatar::new(&seat.name))
                div.org-text {
                    a.org-name href=(paths::employee(&self.slug, seat.id)) { (seat.name) }
                    @if let Some(title) = &seat.job_title { span.org-title { (title) } }
                    @if let Some(department) = &seat.department { span.org-facts { (department) } }
                }
            }
        }
    }
}

/// The list of departments.
pub struct Departments {
    pub slug: Slug,
    pub nodes: Vec<Node>,
    pub may_write: bool,
    /// Whether the reader may add, rename and remove them, under Settings.
    pub sets_up: bool,
}

impl View for Departments {
    fn title(&self) -> String {
        "Departments".into()
    }

    fn body(&self) -> Markup {
        let mut rows = vec![];
        self.rows(&self.nodes, 0, &mut rows);
        let mut columns = vec![Column::new("Department"), Column::new("Head")];
        if self.nodes.iter().any(|n| n.department.counted.is_some()) {
            columns.extend([
                Column::new("People").numeric().stays(),
                Column::new("With those below").numeric(),
                Column::new("Open seats").numeric(),
            ]);
        }
        let table = match rows.is_empty() {
            true => EmptyState::new(
                Icon::Building,
                "No departments yet",
                "Add one under Settings → Departments and locations, or write one into somebody’s record.",
            )
            .render(),
            false => Table::new("Departments", columns, rows).render(),
        };
        html! {
            (PageHead::new("Departments").lead(html! {
                "What is below what, and who heads it. "
                @if self.sets_up { "They are added, renamed and removed under " a href=(paths::places(&self.slug)) { "Settings" } "." }
                @else if self.may_write { "A new one is made where it is first written into a record." }
            }))
            (tabs(&self.slug, Open::Departments))
            (Card::bare(table).flush())
        }
    }
}

impl Departments {
    fn rows(&self, nodes: &[Node], depth: usize, rows: &mut Vec<Row>) {
        for node in nodes {
            let d = &node.department;
            let filter = Filter { department: vec![d.name.clone()], ..Filter::default() };
            let people = list::url(&paths::employees(&self.slug), &filter);
            let name = html! {
                span.tree-name.{ "is-deep-" (depth.min(6)) } {
                    @if self.may_write { a href=(edit(&self.slug, &d.name)) { (d.name) } } @else { (d.name) }
                }
            };
            let head = html! {
                @match &d.head {
                    Some(head) => (headed(&self.slug, head, d.counted.is_some())),
                    None => span.quiet { "nobody" },
                }
            };
            let number = |n: i64| html! { @if n == 0 { span.quiet { "0" } } @else { (n) } };
            let brief = d.head.is_some().then(|| head.clone());
            let mut cells = vec![name, head];
            if let Some(c) = d.counted {
                cells.extend([
                    html! { @if c.people > 0 { a href=(people) { (c.people) } } @else { span.quiet { "0" } } },
                    number(node.in_all),
                    html! { @if c.vacant > 0 { (Badge::new(Tone::Info, c.vacant.to_string())) } @else { span.quiet { "0" } } },
                ]);
            }
            rows.push(Row::new(&d.name, &d.name, cells).brief(brief));
            self.rows(&node.below, depth + 1, rows);
        }
    }
}

/// The form of one department.
pub fn edit(slug: &Slug, name: &str) -> String {
    list::url(&paths::department_edit(slug), &[("name", name)])
}

pub struct EditDepartment {
    pub slug: Slug,
    pub csrf: String,
    pub draft: Draft,
    pub errors: Errors,
    /// Names of all, to stand below.
    pub names: Vec<String>,
}

impl View for EditDepartment {
    fn title(&self) -> String {
        self.draft.name.clone()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let back = paths::departments(&self.slug);
        let head = PageHead::new(&d.name).crumb("Departments", &back);
        let parents = self.names.iter().filter(|n| n.to_lowercase() != d.name.to_lowercase());
        let parents: Vec<Choice> = parents.map(|n| Choice::new(n, n)).collect();
        let form = Form::post(paths::department_edit(&self.slug), &self.csrf)
            .hidden("name", &d.name)
            .problem(e.of("").or(e.of("name")))
            .errors(errors(e))
            .body(stack(html! {
                (Field::select("parent", "Below", parents).empty_choice("Nothing: at the top").value(&d.parent).error(e.of("parent")).optional())
                (Field::text("head", "Head").value(&d.head).error(e.of("head")).optional()
                    .help("Type a name, and choose; or type the number.")
                    .attr("list", "managers").attr("autocomplete", "off")
                    .attr("hx-get", Pages::of(paths::EMPLOYEES, &self.slug).options()).attr("hx-trigger", "input changed delay:200ms")
                    .attr("hx-target", "#managers").attr("hx-swap", "outerHTML"))
                (options(&[]))
            }))
            .actions(html! { (Button::submit("Save").primary()) (Button::link("Cancel", back)) })
            .guard();
        form_page(&head, form.render())
    }
}
