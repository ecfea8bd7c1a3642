//! The kinds of page, each once: every noun's view is one of these with its own words in it.

use maud::{Markup, Render, html};

use super::{Breadcrumbs, BulkBar, Chip, EmptyState, FilterBar, Pager, Stepper, Table, Tabs, chips, safe_href};

/// Breadcrumb, the one `h1`, and what can be done here at its right.
#[derive(Clone, Debug)]
pub struct PageHead {
    title: String,
    crumbs: Breadcrumbs,
    lead: Option<Markup>,
    mark: Option<Markup>,
    facts: Option<Markup>,
    actions: Option<Markup>,
}

impl PageHead {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), crumbs: Breadcrumbs::new(), lead: None, mark: None, facts: None, actions: None }
    }

    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs = self.crumbs.to(label, href);
        self
    }

    /// A sentence under the heading.
    pub fn lead(mut self, lead: Markup) -> Self {
        self.lead = Some(lead);
        self
    }

    /// Before the heading: an avatar.
    pub fn mark(mut self, mark: Markup) -> Self {
        self.mark = Some(mark);
        self
    }

    /// After the heading, on its line: status badges.
    pub fn facts(mut self, facts: Markup) -> Self {
        self.facts = Some(facts);
        self
    }

    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }
}

impl Render for PageHead {
    fn render(&self) -> Markup {
        html! {
            header.page-head {
                (self.crumbs)
                div.page-head-row {
                    @if let Some(mark) = &self.mark { (mark) }
                    div.page-head-text {
                        div.page-title { h1 { (self.title) } @if let Some(facts) = &self.facts { (facts) } }
                        @if let Some(lead) = &self.lead { div.page-lead { (lead) } }
                    }
                    @if let Some(actions) = &self.actions { div.actions { (actions) } }
                }
            }
        }
    }
}

/// *List*: head, views, filters, and the results, which alone are swapped (part id = `id`).
#[derive(Clone, Debug)]
pub struct ListPage {
    pub head: PageHead,
    pub tabs: Option<Tabs>,
    pub filters: FilterBar,
    pub results: ListResults,
}

impl Render for ListPage {
    fn render(&self) -> Markup {
        html! {
            div.list-page {
                (self.head)
                @if let Some(tabs) = &self.tabs { (tabs) }
                (self.filters)
                (self.results)
            }
        }
    }
}

/// What a search changes: chips, bulk bar, table, footer. `View::part(id)` answers with this alone.
#[derive(Clone, Debug)]
pub struct ListResults {
    pub id: String,
    /// What is said of the question as a whole, before its filters.
    pub above: Option<Markup>,
    pub chips: Vec<Chip>,
    /// The list's address with no filter on.
    pub clear: String,
    pub bulk: Option<BulkBar>,
    pub table: Table,
    /// Shown instead of the table when it has no rows.
    pub empty: EmptyState,
    pub pager: Pager,
}

impl Render for ListResults {
    fn render(&self) -> Markup {
        html! {
            div.list-results id=(self.id) {
                @if let Some(above) = &self.above { (above) }
                (chips(&self.chips, &self.clear, &self.id))
                @if self.table.is_empty() {
                    (self.empty)
                } @else {
                    @if let Some(bulk) = &self.bulk { (bulk) }
                    (self.table)
                    (self.pager)
                }
            }
        }
    }
}

/// *Record*: head with status and actions, tabs, a main column and a side column.
#[derive(Clone, Debug)]
pub struct RecordPage {
    pub head: PageHead,
    /// Above everything: archived, conflicts.
    pub notice: Option<Markup>,
    pub tabs: Option<Tabs>,
    pub main: Markup,
    pub side: Option<Markup>,
}

impl Render for RecordPage {
    fn render(&self) -> Markup {
        html! {
            div.record-page {
                (self.head)
                @if let Some(notice) = &self.notice { (notice) }
                @if let Some(tabs) = &self.tabs { (tabs) }
                div class={ "record-columns" @if self.side.is_none() { " is-single" } } {
                    div.record-main { (self.main) }
                    @if let Some(side) = &self.side { aside.record-side { (side) } }
                }
            }
        }
    }
}

/// *Form*: head and one column.
pub fn form_page(head: &PageHead, form: Markup) -> Markup {
    html! { div.form-page { (head) (form) } }
}

/// *Wizard*: head, steps on top, then the step.
pub fn wizard_page(head: &PageHead, steps: &Stepper, body: Markup) -> Markup {
    html! { div.wizard-page { (head) (steps) div.wizard-body { (body) } } }
}

/// *Dashboard*: head, then whatever stands in a grid.
pub fn dashboard_page(head: &PageHead, body: Markup) -> Markup {
    html! { div.dashboard-page { (head) (body) } }
}

/// Subjects of one kind, under their heading: label, href, current.
pub type Subjects = (&'static str, Vec<(&'static str, String, bool)>);

/// *Settings*: a side list of subjects, one subject a page.
pub fn settings_page(head: &PageHead, groups: &[Subjects], body: Markup) -> Markup {
    html! {
        div.settings-page {
            (head)
            div.settings-columns {
                nav.settings-nav aria-label="Settings" {
                    @for (heading, subjects) in groups {
                        @if !subjects.is_empty() {
                            p.settings-heading { (heading) }
                            @for (label, href, current) in subjects { a href=(safe_href(href)) aria-current=[current.then_some("page")] { (label) } }
                        }
                    }
                }
                div.settings-main { (body) }
            }
        }
    }
}

/// *Auth* (sign-up, login, reset): heading, a sentence, the form, and the way elsewhere under it.
pub fn auth_page(title: &str, lead: Option<Markup>, form: Markup, foot: Option<Markup>) -> Markup {
    html! {
        div.auth-card {
            h1 { (title) }
            @if let Some(lead) = lead { p.auth-lead { (lead) } }
            (form)
        }
        @if let Some(foot) = foot { div.auth-foot { (foot) } }
    }
}

/// Things side by side, as many as fit.
pub fn columns(body: Markup) -> Markup {
    html! { div.columns { (body) } }
}

/// Things one under the other with the page's gap.
pub fn stack(body: Markup) -> Markup {
    html! { div.stack { (body) } }
}
