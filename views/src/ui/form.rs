//! A form: what is wrong on top, sections, and the buttons where the hand is.

use maud::{Markup, Render, html};

use super::{Alert, Attrs, Icon, Tone, element};

/// What is wrong with one field; `field` is its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A field that someone else changed while this form was open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differs {
    pub field: &'static str,
    pub label: String,
    pub yours: String,
    pub now: String,
}

/// A stale write: who was faster, when, and which fields both changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// None: oneself, in another tab.
    pub who: Option<String>,
    pub when: String,
    pub fields: Vec<Differs>,
}

impl Conflict {
    /// What stands beside the field itself.
    pub fn beside(&self, differs: &Differs) -> String {
        let word = |text: &str| if text.is_empty() { "empty".to_owned() } else { text.to_owned() };
        let whose = if self.who.is_some() { "Theirs" } else { "In the other tab" };
        format!("{whose}: {}. Yours: {}.", word(&differs.now), word(&differs.yours))
    }
}

impl Render for Conflict {
    fn render(&self) -> Markup {
        html! {
            div class={ "alert conflict " (Tone::Warning.class()) } role="alert" id="conflict" tabindex="-1" data-focus {
                (Icon::AlertTriangle)
                div.alert-text {
                    p.alert-title {
                        @match &self.who {
                            Some(who) => { (who) " changed this " (self.when) ", while you were editing" }
                            None => { "You, in another tab, changed this " (self.when) }
                        }
                    }
                    @if self.fields.is_empty() {
                        p { "No field was changed by both: the form below has all changes. Save again to keep them." }
                    } @else {
                        p { "Nothing of yours is lost: it is still in the form below. Saving again keeps your answers." }
                        div.table-scroll {
                            table.conflict-table {
                                thead { tr { th scope="col" { "Field" } th scope="col" { "Yours" } th scope="col" { "Now" } } }
                                tbody {
                                    @for field in &self.fields {
                                        tr {
                                            th scope="row" { a href={ "#f-" (field.field) } { (field.label) } }
                                            td { (or_dash(&field.yours)) }
                                            td { (or_dash(&field.now)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn or_dash(text: &str) -> Markup {
    html! { @if text.is_empty() { span.quiet { "empty" } } @else { (text) } }
}

/// A form that works without JavaScript and better with it.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    get: bool,
    hidden: Vec<(String, String)>,
    errors: Vec<FieldError>,
    problem: Option<String>,
    conflict: Option<Conflict>,
    notice: Option<Alert>,
    body: Markup,
    actions: Option<Markup>,
    sticky: bool,
    attrs: Attrs,
}

impl Form {
    /// A form that changes something; `csrf` is the session's token.
    pub fn post(action: impl Into<String>, csrf: impl Into<String>) -> Self {
        Self::of(action, false).hidden("_csrf", csrf)
    }

    /// A form that only asks.
    pub fn get(action: impl Into<String>) -> Self {
        Self::of(action, true)
    }

    fn of(action: impl Into<String>, get: bool) -> Self {
        Self {
            action: action.into(),
            get,
            hidden: Vec::new(),
            errors: Vec::new(),
            problem: None,
            conflict: None,
            notice: None,
            body: html! {},
            actions: None,
            sticky: false,
            attrs: Attrs::new(),
        }
    }

    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    /// The version of the record being changed: a stale write is a 409.
    pub fn version(self, version: impl ToString) -> Self {
        self.hidden("_version", version.to_string())
    }

    /// A key that makes the second of two clicks harmless.
    pub fn once(self, key: impl Into<String>) -> Self {
        self.hidden("_once", key)
    }

    /// What is wrong, listed on top with links to the fields.
    pub fn errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// What is wrong with the whole, tied to no field: "Email or password is wrong".
    pub fn problem(mut self, problem: Option<impl Into<String>>) -> Self {
        self.problem = problem.map(Into::into);
        self
    }

    pub fn conflict(mut self, conflict: Option<Conflict>) -> Self {
        self.conflict = conflict;
        self
    }

    /// What is to be known before it is sent again.
    pub fn notice(mut self, notice: Option<Alert>) -> Self {
        self.notice = notice;
        self
    }

    pub fn body(mut self, body: Markup) -> Self {
        self.body = body;
        self
    }

    /// The buttons at its end.
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }

    /// Keeps the buttons in view while a long form scrolls.
    pub fn sticky(mut self) -> Self {
        self.sticky = true;
        self
    }

    /// Asks before unsaved answers are left behind.
    pub fn guard(mut self) -> Self {
        self.attrs = self.attrs.flag("data-guard", true);
        self
    }

    /// Sends files.
    pub fn multipart(self) -> Self {
        self.attr("enctype", "multipart/form-data")
    }

    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs = self.attrs.set(name, value);
        self
    }
}

impl Render for Form {
    fn render(&self) -> Markup {
        let attrs = Attrs::new()
            .set("class", "form")
            .set("method", if self.get { "get" } else { "post" })
            .set("action", &self.action)
            .flag("novalidate", !self.get)
            .and(&self.attrs);
        let inside = html! {
            @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
            @if let Some(notice) = &self.notice { (notice) }
            @if let Some(problem) = &self.problem { (Alert::new(Tone::Bad, problem).announce()) }
            // Fields in conflict are listed by it.
            @match &self.conflict {
                Some(conflict) => { (conflict) }
                None => { (ErrorSummary(&self.errors)) }
            }
            (self.body)
            @if let Some(actions) = &self.actions {
                div class={ "form-actions" @if self.sticky { " is-sticky" } } { (actions) }
            }
        };
        element("form", &attrs, inside)
    }
}

/// "2 answers need another look", with a link to each.
pub struct ErrorSummary<'a>(pub &'a [FieldError]);

impl Render for ErrorSummary<'_> {
    fn render(&self) -> Markup {
        let n = self.0.len();
        html! {
            @if n > 0 {
                div class={ "alert error-summary " (Tone::Bad.class()) } role="alert" tabindex="-1" data-focus {
                    (Icon::AlertCircle)
                    div.alert-text {
                        p.alert-title { @if n == 1 { "One answer needs another look" } @else { (n) " answers need another look" } }
                        ul {
                            @for error in self.0 { li { a href={ "#f-" (error.field) } { (error.message) } } }
                        }
                    }
                }
            }
        }
    }
}

/// Fields that belong together, under a heading.
pub fn form_section(title: &str, help: Option<&str>, body: Markup) -> Markup {
    html! {
        section.form-section {
            div.form-section-head {
                h2 { (title) }
                @if let Some(help) = help { p.quiet { (help) } }
            }
            div.form-section-body { (body) }
        }
    }
}

/// Two short fields side by side where there is room.
pub fn field_row(fields: Markup) -> Markup {
    html! { div.field-row { (fields) } }
}
