//! One question of a form: label above, control, help below, error beside.

use maud::{Markup, Render, html};

use super::{Attrs, Icon, element, void_element};

/// One answer of a select or radio group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub help: Option<String>,
    pub disabled: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), help: None, disabled: false }
    }

    /// A second line, shown in radio groups.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

#[derive(Clone, Debug)]
enum Kind {
    Input(&'static str),
    Password,
    Money(String),
    Select { choices: Vec<Choice>, empty: Option<String> },
    Textarea { rows: u8 },
    Checkbox,
    Radio(Vec<Choice>),
    File { accept: String },
}

/// How much of the column the control takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    #[default]
    Full,
    /// About 20 characters: dates, phone numbers.
    Medium,
    /// About 10 characters: amounts, numbers.
    Narrow,
}

/// A labelled control. Its element's id is `f-{name}`, which error summaries link to.
#[derive(Clone, Debug)]
pub struct Field {
    kind: Kind,
    name: String,
    id: String,
    label: String,
    value: String,
    help: Option<String>,
    error: Option<String>,
    optional: bool,
    required: bool,
    disabled: bool,
    label_hidden: bool,
    width: Width,
    before: Option<String>,
    after: Option<String>,
    attrs: Attrs,
}

impl Field {
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("text"), name, label)
    }

    pub fn email(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("email"), name, label).attr("inputmode", "email").attr("spellcheck", "false")
    }

    /// With a button that reveals what was typed. Never put a value back.
    pub fn password(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Password, name, label)
    }

    pub fn tel(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("tel"), name, label)
    }

    pub fn url(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("url"), name, label)
    }

    pub fn search(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("search"), name, label)
    }

    pub fn number(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("number"), name, label).width(Width::Narrow)
    }

    /// An amount beside its currency: text with decimal keys, since number inputs eat separators.
    pub fn money(name: impl Into<String>, label: impl Into<String>, currency: impl Into<String>) -> Self {
        Self::of(Kind::Money(currency.into()), name, label).width(Width::Medium)
    }

    /// ISO day in and out.
    pub fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("date"), name, label).width(Width::Medium)
    }

    /// A time of day, as a clock on the wall shows it.
    pub fn time(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Input("time"), name, label).width(Width::Medium)
    }

    pub fn select(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::of(Kind::Select { choices, empty: None }, name, label)
    }

    pub fn textarea(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Textarea { rows: 4 }, name, label)
    }

    /// Sends `true` when ticked and nothing otherwise; `.value("true")` ticks it.
    pub fn checkbox(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::of(Kind::Checkbox, name, label)
    }

    pub fn radio(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self::of(Kind::Radio(choices), name, label)
    }

    /// A place to drop or choose a file; `accept` as in HTML: ".csv,.xlsx".
    pub fn file(name: impl Into<String>, label: impl Into<String>, accept: impl Into<String>) -> Self {
        Self::of(Kind::File { accept: accept.into() }, name, label)
    }

    fn of(kind: Kind, name: impl Into<String>, label: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            kind,
            id: format!("f-{name}"),
            name,
            label: label.into(),
            value: String::new(),
            help: None,
            error: None,
            optional: false,
            required: false,
            disabled: false,
            label_hidden: false,
            width: Width::default(),
            before: None,
            after: None,
            attrs: Attrs::new(),
        }
    }

    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong with the answer, if anything is.
    pub fn error(mut self, error: Option<impl Into<String>>) -> Self {
        self.error = error.map(Into::into);
        self
    }

    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Says "optional" beside the label, for forms in which most answers are required.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// Keeps the label for screen readers only, where a table head already says it.
    pub fn label_hidden(mut self) -> Self {
        self.label_hidden = true;
        self
    }

    pub fn width(mut self, width: Width) -> Self {
        self.width = width;
        self
    }

    /// The first, empty answer of a select: "No manager".
    pub fn empty_choice(mut self, label: impl Into<String>) -> Self {
        if let Kind::Select { empty, .. } = &mut self.kind {
            *empty = Some(label.into());
        }
        self
    }

    /// Lines a textarea shows at first.
    pub fn rows(mut self, lines: u8) -> Self {
        if let Kind::Textarea { rows } = &mut self.kind {
            *rows = lines;
        }
        self
    }

    /// Fixed text inside the control's frame, before or after what is typed: "people360.example/w/".
    pub fn before(mut self, text: impl Into<String>) -> Self {
        self.before = Some(text.into());
        self
    }

    pub fn after(mut self, text: impl Into<String>) -> Self {
        self.after = Some(text.into());
        self
    }

    pub fn placeholder(self, text: impl Into<String>) -> Self {
        self.attr("placeholder", text)
    }

    pub fn autocomplete(self, token: &'static str) -> Self {
        self.attr("autocomplete", token)
    }

    pub fn autofocus(mut self) -> Self {
        self.attrs = self.attrs.flag("autofocus", true);
        self
    }

    /// Another id than `f-{name}`, when one page asks the same twice.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Any other attribute of the control: `hx-*`, `data-*`, `min`, `max`, `step`, `maxlength`, `pattern`, `list`.
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs = self.attrs.set(name, value);
        self
    }

    fn described_by(&self) -> Option<String> {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("{}-error", self.id));
        }
        if self.help.is_some() {
            ids.push(format!("{}-help", self.id));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn control_attrs(&self) -> Attrs {
        Attrs::new()
            .set("id", &self.id)
            .set("name", &self.name)
            .flag("required", self.required)
            .flag("disabled", self.disabled)
            .maybe("aria-invalid", self.error.as_ref().map(|_| "true"))
            .maybe("aria-describedby", self.described_by())
    }

    fn control(&self) -> Markup {
        let attrs = self.control_attrs();
        match &self.kind {
            Kind::Input(kind) => {
                let attrs = attrs.set("class", "input").set("type", *kind).set("value", &self.value).and(&self.attrs);
                self.framed(void_element("input", &attrs))
            }
            Kind::Money(currency) => {
                let attrs = attrs
                    .set("class", "input input-number")
                    .set("type", "text")
                    .set("inputmode", "decimal")
                    .set("autocomplete", "off")
                    .set("value", &self.value)
                    .and(&self.attrs);
                html! {
                    div.input-group {
                        span.input-affix { (currency) }
                        (void_element("input", &attrs))
                    }
                }
            }
            Kind::Password => {
                let attrs = attrs.set("class", "input").set("type", "password").and(&self.attrs);
                html! {
                    div.input-group {
                        (void_element("input", &attrs))
                        // Shown by app.js: without it there is nothing the button could do.
                        button.input-reveal type="button" data-reveal=(self.id) aria-label="Show password" aria-pressed="false" hidden {
                            (Icon::Eye) (Icon::EyeOff)
                        }
                    }
                }
            }
            Kind::Select { choices, empty } => {
                let options = html! {
                    @if let Some(label) = empty { option value="" selected[self.value.is_empty()] { (label) } }
                    @for choice in choices {
                        option value=(choice.value) selected[choice.value == self.value] disabled[choice.disabled] { (choice.label) }
                    }
                };
                html! {
                    div.select {
                        (element("select", &attrs.set("class", "input").and(&self.attrs), options))
                        (Icon::ChevronDown)
                    }
                }
            }
            Kind::Textarea { rows } => {
                let attrs = attrs.set("class", "input").set("rows", rows.to_string()).and(&self.attrs);
                // The first newline after the tag is swallowed by HTML.
                element("textarea", &attrs, html! { "\n" (self.value) })
            }
            Kind::Checkbox | Kind::Radio(_) => html! {},
            Kind::File { accept } => {
                let attrs = attrs
                    .set("class", "file-input")
                    .set("type", "file")
                    .maybe("accept", (!accept.is_empty()).then_some(accept))
                    .and(&self.attrs);
                html! {
                    label.file-drop data-drop for=(self.id) {
                        span.file-icon { (Icon::Upload) }
                        span.file-words {
                            span.file-lead { "Drop a file here, or " span.link { "choose one" } }
                            span.file-names data-names aria-live="polite" {
                                @if !accept.is_empty() { (accept.replace(['.'], "").replace(',', ", ").to_uppercase()) }
                            }
                        }
                        (void_element("input", &attrs))
                    }
                }
            }
        }
    }

    fn framed(&self, input: Markup) -> Markup {
        if self.before.is_none() && self.after.is_none() {
            return input;
        }
        html! {
            div.input-group {
                @if let Some(text) = &self.before { span.input-affix { (text) } }
                (input)
                @if let Some(text) = &self.after { span.input-affix { (text) } }
            }
        }
    }

    fn mark(&self) -> Markup {
        html! {
            @if self.required { span.field-required aria-hidden="true" title="Required" { "*" } }
            @if self.optional { span.field-optional { "optional" } }
        }
    }

    fn notes(&self) -> Markup {
        html! {
            @if let Some(error) = &self.error {
                p.field-error id={ (self.id) "-error" } { (Icon::AlertCircle) span { (error) } }
            }
            @if let Some(help) = &self.help {
                p.field-help id={ (self.id) "-help" } { (help) }
            }
        }
    }

    fn ticked(&self) -> bool {
        matches!(self.value.as_str(), "true" | "on" | "1" | "yes")
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        let width = match self.width {
            Width::Full => "",
            Width::Medium => " field-medium",
            Width::Narrow => " field-narrow",
        };
        let state = if self.error.is_some() { " is-wrong" } else { "" };
        let class = format!("field{width}{state}");
        match &self.kind {
            Kind::Checkbox => {
                let attrs = self
                    .control_attrs()
                    .set("type", "checkbox")
                    .set("value", "true")
                    .set("class", "check")
                    .flag("checked", self.ticked())
                    .and(&self.attrs);
                html! {
                    div class=(class) {
                        label.choice {
                            (void_element("input", &attrs))
                            span.choice-text { span.choice-label { (self.label) (self.mark()) } }
                        }
                        div.choice-notes { (self.notes()) }
                    }
                }
            }
            Kind::Radio(choices) => html! {
                fieldset class=(class) aria-describedby=[self.described_by()] id=(self.id) tabindex="-1" {
                    legend.field-label { (self.label) (self.mark()) }
                    div.choices {
                        @for choice in choices {
                            label.choice {
                                input.check type="radio" name=(self.name) value=(choice.value) checked[choice.value == self.value]
                                    required[self.required] disabled[self.disabled || choice.disabled];
                                span.choice-text {
                                    span.choice-label { (choice.label) }
                                    @if let Some(help) = &choice.help { span.choice-help { (help) } }
                                }
                            }
                        }
                    }
                    (self.notes())
                }
            },
            _ => html! {
                div class=(class) {
                    label class={ "field-label" @if self.label_hidden { " visually-hidden" } } for=(self.id) { (self.label) (self.mark()) }
                    (self.control())
                    (self.notes())
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_tied_to_its_control() {
        let out = Field::email("email", "Work email")
            .value("x\"")
            .required()
            .help("For signing in")
            .error(Some("Not an address"))
            .render()
            .0;
        assert!(out.contains(r#"for="f-email""#));
        assert!(out.contains(r#"aria-describedby="f-email-error f-email-help""#));
        assert!(out.contains(r#"aria-invalid="true""#));
        assert!(out.contains(r#"value="x&quot;""#));
    }

    #[test]
    fn passwords_are_never_put_back() {
        let out = Field::password("password", "Password").value("hunter2").render().0;
        assert!(!out.contains("hunter2"));
    }
}
