//! What stands where content would be: nothing yet, something wrong, not here yet.

use maud::{Markup, Render, html};

use super::{Icon, Tone};

/// What this place is for and the two ways to begin.
#[derive(Clone, Debug)]
pub struct EmptyState {
    icon: Icon,
    title: String,
    text: String,
    actions: Option<Markup>,
}

impl EmptyState {
    pub fn new(icon: Icon, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { icon, title: title.into(), text: text.into(), actions: None }
    }

    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }
}

impl Render for EmptyState {
    fn render(&self) -> Markup {
        html! {
            div.empty {
                span.empty-icon { (self.icon) }
                h2.empty-title { (self.title) }
                p.empty-text { (self.text) }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
            }
        }
    }
}

/// What went wrong, whether anything was lost, what to do now.
#[derive(Clone, Debug)]
pub struct ErrorState {
    code: Option<String>,
    title: String,
    text: String,
    reference: Option<String>,
    actions: Option<Markup>,
}

impl ErrorState {
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { code: None, title: title.into(), text: text.into(), reference: None, actions: None }
    }

    /// The HTTP status, shown small.
    pub fn code(mut self, code: impl ToString) -> Self {
        self.code = Some(code.to_string());
        self
    }

    /// What to quote to support.
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = Some(reference.into());
        self
    }

    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }
}

impl Render for ErrorState {
    fn render(&self) -> Markup {
        html! {
            div.empty.error-state {
                span class={ "empty-icon " (Tone::Bad.class()) } { (Icon::AlertTriangle) }
                @if let Some(code) = &self.code { p.error-code { "Error " (code) } }
                h1.empty-title { (self.title) }
                p.empty-text { (self.text) }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
                @if let Some(reference) = &self.reference { p.error-reference { "Reference " code { (reference) } } }
            }
        }
    }
}

/// The shape of rows that are on their way.
pub fn skeleton_rows(rows: usize) -> Markup {
    html! {
        div.skeleton role="status" {
            span.visually-hidden { "Loading" }
            @for i in 0..rows {
                div.skeleton-row aria-hidden="true" {
                    span.skeleton-dot {}
                    span class={ "skeleton-bar " "skeleton-w" (i % 4) } {}
                    span class={ "skeleton-bar " "skeleton-w" ((i + 2) % 4) } {}
                    span class={ "skeleton-bar " "skeleton-w" ((i + 1) % 4) } {}
                }
            }
        }
    }
}

/// Turns while something runs; `label` is said aloud.
pub fn spinner(label: &str) -> Markup {
    html! { span.spinner role="status" { span.visually-hidden { (label) } } }
}

/// How far a long job is. Give it `poll` while it runs and the fragment replaces itself each second.
#[derive(Clone, Debug)]
pub struct Progress {
    id: String,
    label: String,
    done: u64,
    total: Option<u64>,
    detail: Option<String>,
    poll: Option<String>,
}

impl Progress {
    /// `total` is None while it isn't known.
    pub fn new(id: impl Into<String>, label: impl Into<String>, done: u64, total: Option<u64>) -> Self {
        Self { id: id.into(), label: label.into(), done, total, detail: None, poll: None }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The address that answers with this element anew; leave it out when the job has ended.
    pub fn poll(mut self, href: Option<impl Into<String>>) -> Self {
        self.poll = href.map(Into::into);
        self
    }
}

impl Render for Progress {
    fn render(&self) -> Markup {
        let percent = self.total.filter(|t| *t > 0).map(|t| (self.done.min(t) * 100) / t);
        html! {
            div.progress id=(self.id) hx-get=[self.poll.as_ref()] hx-trigger=[self.poll.as_ref().map(|_| "every 1s")]
                hx-swap=[self.poll.as_ref().map(|_| "outerMorph")] {
                p.progress-head {
                    label for={ (self.id) "-bar" } { (self.label) }
                    @if let Some(percent) = percent { span.progress-percent { (percent) " %" } }
                }
                @match self.total {
                    Some(total) => { progress id={ (self.id) "-bar" } value=(self.done.min(total)) max=(total) {} }
                    None => { progress id={ (self.id) "-bar" } {} }
                }
                @if let Some(detail) = &self.detail { p.progress-detail { (detail) } }
            }
        }
    }
}
