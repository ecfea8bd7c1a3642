//! Where you are and what is beside it: breadcrumbs, tabs, steps.

use maud::{Markup, Render, html};

use super::{Icon, safe_href};

/// The way back up. The last crumb is the page itself and is left out: the heading says it.
#[derive(Clone, Debug, Default)]
pub struct Breadcrumbs(Vec<(String, String)>);

impl Breadcrumbs {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn to(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.0.push((label.into(), href.into()));
        self
    }
}

impl Render for Breadcrumbs {
    fn render(&self) -> Markup {
        html! {
            @if !self.0.is_empty() {
                nav.crumbs aria-label="Breadcrumb" {
                    ol { @for (label, href) in &self.0 { li { a href=(safe_href(href)) { (label) } (Icon::ChevronRight) } } }
                }
            }
        }
    }
}

/// One tab; a link, since every tab has an address.
#[derive(Clone, Debug)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
    pub count: Option<String>,
    /// Whether its address stays as it is, whatever is asked beside it.
    pub fixed: bool,
}

impl Tab {
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Self { label: label.into(), href: href.into(), current, count: None, fixed: false }
    }

    pub fn fixed(mut self, fixed: bool) -> Self {
        self.fixed = fixed;
        self
    }

    pub fn count(mut self, count: impl ToString) -> Self {
        self.count = Some(count.to_string());
        self
    }
}

/// Saved views of a list, or sides of a record.
#[derive(Clone, Debug)]
pub struct Tabs {
    label: String,
    tabs: Vec<Tab>,
}

impl Tabs {
    /// `label` says aloud what is chosen between: "Views", "Employee".
    pub fn new(label: impl Into<String>, tabs: Vec<Tab>) -> Self {
        Self { label: label.into(), tabs }
    }
}

impl Render for Tabs {
    fn render(&self) -> Markup {
        html! {
            nav.tabs aria-label=(self.label) {
                @for tab in &self.tabs {
                    a.tab href=(safe_href(&tab.href)) aria-current=[tab.current.then_some("page")] data-fixed[tab.fixed] {
                        (tab.label)
                        @if let Some(count) = &tab.count { span.tab-count { (count) } }
                    }
                }
            }
        }
    }
}

/// Steps of a wizard: done ones are links back, the current one is marked.
#[derive(Clone, Debug)]
pub struct Stepper {
    steps: Vec<(String, Option<String>)>,
    current: usize,
}

impl Stepper {
    /// `current` counts from 0; equal to the number of steps when all is done.
    pub fn new(steps: &[&str], current: usize) -> Self {
        Self { steps: steps.iter().map(|s| ((*s).to_owned(), None)).collect(), current }
    }

    /// A done step that can be gone back to.
    pub fn link(mut self, step: usize, href: impl Into<String>) -> Self {
        if let Some(slot) = self.steps.get_mut(step) {
            slot.1 = Some(href.into());
        }
        self
    }
}

impl Render for Stepper {
    fn render(&self) -> Markup {
        html! {
            ol.stepper aria-label="Steps" {
                @for (i, (label, href)) in self.steps.iter().enumerate() {
                    @let done = i < self.current;
                    li.step.is-done[done] aria-current=[(i == self.current).then_some("step")] {
                        span.step-mark aria-hidden="true" { @if done { (Icon::Check) } @else { (i + 1) } }
                        @match href {
                            Some(href) if done => { a.step-label href=(safe_href(href)) { (label) } }
                            _ => { span.step-label { (label) @if done { span.visually-hidden { " (done)" } } } }
                        }
                    }
                }
            }
        }
    }
}
