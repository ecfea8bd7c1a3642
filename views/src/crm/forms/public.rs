//! A form as its visitors see it: without a frame of ours, without a script, in the company's colour.

use crate::{
    Frame, View,
    form::errors,
    layout::Theme,
    ui::{Alert, Button, Field, FieldError, Tone},
};
use domain::{
    Errors,
    crm::leads::forms::{ASKS, Answers, Fields, UTM},
    paths,
    places::Country,
};
use maud::{Markup, Render, html};

/// The field that nobody sees and nobody fills in.
pub const TRAP: &str = "fax";
/// The field that says when the page was made, and for which form.
pub const STAMP: &str = "_stamp";
/// The field that says on which page the form stood.
pub const PAGE: &str = "_page";

/// The form, empty or filled.
pub struct Fill {
    pub company: String,
    /// Where it is sent.
    pub action: String,
    pub form: Fields,
    pub answers: Answers,
    pub errors: Errors,
    pub stamp: String,
    pub page: String,
}

impl View for Fill {
    fn title(&self) -> String {
        self.form.title.clone()
    }

    fn frame(&self) -> Frame {
        Frame::Bare
    }

    fn theme(&self) -> Option<Theme> {
        theme(&self.form)
    }

    fn body(&self) -> Markup {
        let f = &self.form;
        let said = |key: &str| self.answers.get(key).map(String::as_str).unwrap_or_default();
        let field = |key: &'static str, label: &'static str| {
            let field = match key {
                "email" => Field::email(key, label).autocomplete("email"),
                "phone" => Field::tel(key, label).autocomplete("tel"),
                "size" => Field::number(key, label),
                "message" => Field::textarea(key, label).rows(4),
                "name" => Field::text(key, label).autocomplete("name"),
                "company" => Field::text(key, label).autocomplete("organization"),
                "job_title" => Field::text(key, label).autocomplete("organization-title"),
                "website" => Field::text(key, label).placeholder("acme.com"),
                "country" => Field::text(key, label).autocomplete("country-name").attr("list", "countries"),
                _ => Field::text(key, label),
            };
            let field = field.value(said(key)).error(self.errors.of(key));
            if f.requires(key) { field.required() } else { field.optional() }
        };
        let asked = ASKS.iter().filter(|(key, _)| f.asks(key));
        page(
            &self.company,
            f,
            html! {
                h1 { (f.title) }
                @if let Some(intro) = &f.intro { p.lead-form-intro { (intro) } }
                form.form method="post" action=(self.action) novalidate {
                    @let wrong = errors(&self.errors);
                    @if !wrong.is_empty() { (summary(&wrong)) }
                    (field("name", "Name"))
                    (field("email", "Email"))
                    @for (key, label) in asked { (field(key, label)) }
                    @if f.asks("country") { datalist id="countries" { @for c in Country::all() { option value=(c.name()) {} } } }
                    @if let Some(words) = &f.consent {
                        @let tick = Field::checkbox("consent", words).value(said("consent")).error(self.errors.of("consent"));
                        (if f.consent_required { tick.required() } else { tick })
                    }
                    // For machines, which fill in whatever there is.
                    div.lead-form-trap aria-hidden="true" {
                        label for=(TRAP) { "Leave this empty" }
                        input type="text" id=(TRAP) name=(TRAP) tabindex="-1" autocomplete="off" value="";
                    }
                    @for key in UTM { @if !said(key).is_empty() { input type="hidden" name=(key) value=(said(key)); } }
                    input type="hidden" name=(PAGE) value=(self.page);
                    input type="hidden" name=(STAMP) value=(self.stamp);
                    div.form-actions { (Button::submit(&f.button).primary()) }
                }
            },
        )
    }
}

fn summary(wrong: &[FieldError]) -> Markup {
    let words = match wrong {
        [_] => "One answer needs another look".to_owned(),
        many => format!("{} answers need another look", many.len()),
    };
    Alert::new(Tone::Bad, words).announce().render()
}

fn theme(form: &Fields) -> Option<Theme> {
    form.look.map(|look| Theme::parse(look.key()))
}

/// The company, and what there is to read, in its colour.
fn page(company: &str, form: &Fields, body: Markup) -> Markup {
    html! {
        @if let Some(accent) = &form.accent { link rel="stylesheet" href=(paths::public_form_theme(accent.trim_start_matches('#'))); }
        div.lead-form {
            p.lead-form-company { (company) }
            (body)
        }
    }
}

/// What a visitor reads in place of the form.
pub struct Told {
    pub company: String,
    /// In whose colour; nothing where the form was not asked.
    pub form: Option<Fields>,
    pub title: String,
    pub text: String,
    /// A way on: its words and where it leads.
    pub on: Option<(String, String)>,
    /// What is sent there, where the way changes something.
    pub posts: bool,
}

impl View for Told {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn frame(&self) -> Frame {
        Frame::Bare
    }

    fn theme(&self) -> Option<Theme> {
        self.form.as_ref().and_then(theme)
    }

    fn body(&self) -> Markup {
        let body = html! {
            h1 { (self.title) }
            p { (self.text) }
            @if let Some((words, href)) = &self.on {
                @if self.posts { form method="post" action=(href) { (Button::submit(words).primary()) } }
                @else { p { a href=(href) { (words) } } }
            }
        };
        match &self.form {
            Some(form) => page(&self.company, form, body),
            None => {
                html! { div.lead-form { @if !self.company.is_empty() { p.lead-form-company { (self.company) } } (body) } }
            }
        }
    }
}
