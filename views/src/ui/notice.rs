//! What the page has to say: alerts in the page, toasts over it.

use maud::{Markup, Render, html};

use super::{Icon, Tone};

/// A line or two about the page, with a tone and its icon.
#[derive(Clone, Debug)]
pub struct Alert {
    tone: Tone,
    title: String,
    text: Option<Markup>,
    actions: Option<Markup>,
    announce: bool,
}

impl Alert {
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self { tone, title: title.into(), text: None, actions: None, announce: false }
    }

    pub fn text(mut self, text: Markup) -> Self {
        self.text = Some(text);
        self
    }

    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }

    /// Reads itself aloud and takes the focus: what someone did has failed.
    pub fn announce(mut self) -> Self {
        self.announce = true;
        self
    }
}

impl Render for Alert {
    fn render(&self) -> Markup {
        html! {
            div class={ "alert " (self.tone.class()) } role=[self.announce.then_some("alert")]
                tabindex=[self.announce.then_some("-1")] data-focus[self.announce] {
                (self.tone.icon())
                div.alert-text {
                    p.alert-title { (self.title) }
                    @if let Some(text) = &self.text { div { (text) } }
                }
                @if let Some(actions) = &self.actions { div.actions { (actions) } }
            }
        }
    }
}

/// The way back: a POST to `action` with these fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    pub action: String,
    pub csrf: String,
    pub fields: Vec<(String, String)>,
}

/// What just happened, in the corner, with a way back where there is one.
#[derive(Clone, Debug)]
pub struct Toast {
    tone: Tone,
    text: String,
    undo: Option<Undo>,
    link: Option<(String, String)>,
}

impl Toast {
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), undo: None, link: None }
    }

    pub fn good(text: impl Into<String>) -> Self {
        Self::new(Tone::Good, text)
    }

    /// Stays until it is put away.
    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(Tone::Bad, text)
    }

    pub fn undo(mut self, action: impl Into<String>, csrf: impl Into<String>, fields: Vec<(String, String)>) -> Self {
        self.undo = Some(Undo { action: action.into(), csrf: csrf.into(), fields });
        self
    }

    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.link = Some((label.into(), href.into()));
        self
    }

    /// For an htmx answer: joins the toasts that are up, wherever the rest of the answer goes.
    pub fn out_of_band(&self) -> Markup {
        html! { div hx-swap-oob="beforeend:#toasts" { (self) } }
    }
}

impl Render for Toast {
    fn render(&self) -> Markup {
        // What failed, or can be undone, stays long enough to be read and acted on.
        let seconds = match (self.tone, &self.undo) {
            (Tone::Bad, _) => None,
            (_, Some(_)) => Some("12"),
            _ => Some("6"),
        };
        html! {
            div class={ "toast " (self.tone.class()) } data-toast=[seconds] role=[(self.tone == Tone::Bad).then_some("alert")] {
                (self.tone.icon())
                p.toast-text { (self.text) }
                @if let Some((label, href)) = &self.link { a.button.button-plain.button-sm href=(super::safe_href(href)) { (label) } }
                @if let Some(undo) = &self.undo {
                    form method="post" action=(undo.action) {
                        input type="hidden" name="_csrf" value=(undo.csrf);
                        @for (name, value) in &undo.fields { input type="hidden" name=(name) value=(value); }
                        button.button.button-sm type="submit" { (Icon::ArrowBackUp) span.button-label { "Undo" } }
                    }
                }
                button.toast-close type="button" data-toast-close aria-label="Put away" { (Icon::X) }
            }
        }
    }
}

/// Where toasts come up; a live region, so it must be in the page from the start.
pub fn toast_region(toasts: &[Toast]) -> Markup {
    html! {
        div.toasts id="toasts" role="status" aria-live="polite" { @for toast in toasts { (toast) } }
    }
}
