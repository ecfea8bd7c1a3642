//! Signing up a company.

use super::strength::new_password;
use crate::{
    Frame, View,
    form::errors,
    ui::{Button, Choice, Field, Form, auth_page},
};
use domain::{
    Errors, paths,
    places::Country,
    workspace::signup::{Another, Draft},
};
use maud::{Markup, Render, html};

pub struct SignUp {
    pub csrf: String,
    pub once: String,
    /// Host before the slug: `people360.example`.
    pub host: String,
    pub draft: Draft,
    pub errors: Errors,
}

impl View for SignUp {
    fn title(&self) -> String {
        "Create your workspace".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let fields = html! {
            (company([&d.company, &d.slug, &d.country, &d.zone], e, &self.host))
            (Field::text("name", "Your name").value(&d.name).error(e.of("name")).required().autocomplete("name"))
            (Field::email("email", "Work email").value(&d.email).error(e.of("email")).required().autocomplete("email"))
            (new_password("Password", "10 characters or more. A few unrelated words are easy to keep and hard to guess.", e))
        };
        let form = Form::post(paths::SIGNUP, &self.csrf)
            .once(&self.once)
            .errors(errors(e))
            .body(fields)
            .actions(Button::submit("Create workspace").primary().wide().render());
        let lead = html! { "Free to try. No card, no call: your workspace is ready in a minute." };
        let foot = html! { "Have an account? " a href=(paths::LOGIN) { "Sign in" } };
        auth_page("Create your workspace", Some(lead), form.render(), Some(foot))
    }
}

/// What is asked of a workspace to be, in whose browser it may be.
fn company([company, slug, country, zone]: [&str; 4], e: &Errors, host: &str) -> Markup {
    html! {
        // Filled by the browser, which knows where it is.
        input type="hidden" name="zone" value=(zone) data-zone;
        (Field::text("company", "Company name").value(company).error(e.of("company")).required().autocomplete("organization").autofocus()
                .attr("data-slug-from", "slug"))
            (Field::text("slug", "Workspace address").value(slug).error(e.of("slug")).optional()
                .before(format!("{}/w/", host)).autocomplete("off")
                .help("Where your company will find its workspace. Left empty, it is made from the company's name.")
                .attr("data-slug", "company").attr("spellcheck", "false")
                .attr("hx-get", paths::SIGNUP_SLUG).attr("hx-trigger", "change, input changed delay:300ms")
                .attr("hx-target", "#slug-answer").attr("hx-swap", "outerHTML"))
            (slug_answer(None))
            (Field::select("country", "Country", countries()).empty_choice("Not chosen: US dollars").value(country).error(e.of("country")).optional()
                .help("What your money is in, and how your dates are written.").autocomplete("country"))
    }
}

/// Another workspace, for somebody who has an account.
pub struct NewWorkspace {
    pub csrf: String,
    pub once: String,
    pub host: String,
    pub draft: Another,
    pub errors: Errors,
}

impl View for NewWorkspace {
    fn title(&self) -> String {
        "Create another workspace".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let form = Form::post(paths::NEW_WORKSPACE, &self.csrf)
            .once(&self.once)
            .errors(errors(e))
            .problem(e.of(""))
            .body(company([&d.company, &d.slug, &d.country, &d.zone], e, &self.host))
            .actions(Button::submit("Create workspace").primary().wide().render());
        let lead = html! { "You are its owner, with the account that you have." };
        let foot = html! { a href=(paths::WORKSPACES) { "Back to your workspaces" } };
        auth_page("Create another workspace", Some(lead), form.render(), Some(foot))
    }
}

fn countries() -> Vec<Choice> {
    let mut all: Vec<_> = Country::all().collect();
    all.sort_by_key(Country::name);
    all.iter().map(|c| Choice::new(c.code(), c.name())).collect()
}

/// Whether an address is free, told while it is typed: (free, words).
pub fn slug_answer(answer: Option<(bool, String)>) -> Markup {
    html! {
        p.field-answer.is-good[answer.as_ref().is_some_and(|a| a.0)].is-bad[answer.as_ref().is_some_and(|a| !a.0)]
            id="slug-answer" role="status" { @if let Some((_, words)) = &answer { (words) } }
    }
}

/// The same, as the view that answers htmx.
pub struct SlugAnswer(pub Option<(bool, String)>);

impl View for SlugAnswer {
    fn title(&self) -> String {
        "Workspace address".into()
    }

    fn body(&self) -> Markup {
        slug_answer(self.0.clone())
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "slug-answer").then(|| self.body())
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }
}
