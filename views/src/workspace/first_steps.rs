//! What to do first in a new workspace.

use crate::{
    View,
    ui::{Badge, Button, Icon, PageHead, Tone, stack},
};
use domain::{Slug, paths};
use maud::{Markup, html};

pub struct FirstSteps {
    pub slug: Slug,
    pub company: String,
    pub person: String,
    pub employees: bool,
    pub customers: bool,
    pub colleagues: bool,
}

impl View for FirstSteps {
    fn title(&self) -> String {
        "First steps".into()
    }

    fn body(&self) -> Markup {
        let first = self.person.split_whitespace().next().unwrap_or(&self.person);
        let all = self.employees && self.customers && self.colleagues;
        let head = PageHead::new(format!("Welcome, {first}")).lead(html! {
            @if all { "All three steps are done: " (self.company) "'s people, customers and colleagues are here." }
            @else { (self.company) "'s workspace is ready. Three steps bring it to life; do them in any order, or later." }
        });
        let s = &self.slug;
        // The one step that the eye is led to: the first that waits.
        let next = [self.employees, self.customers, self.colleagues].iter().position(|done| !done);
        html! {
            div.form-page {
                (head)
                (stack(html! {
                    (step(Icon::Users, "Bring in your people", "Import a spreadsheet as it is: columns are found by their names, and you see what would change before anything goes in.",
                        self.employees, next == Some(0), &[("Import employees", paths::employee_imports(s)), ("Add one by hand", paths::employee_new(s))]))
                    (step(Icon::Building, "Bring in your customers", "The same import, with parent companies and owners put together for you.",
                        self.customers, next == Some(1), &[("Import customers", paths::customer_imports(s)), ("Add one by hand", paths::customer_new(s))]))
                    (step(Icon::UserPlus, "Invite a colleague", "In the role that fits them. Pay and personal data stay with those whose role opens them.",
                        self.colleagues, next == Some(2), &[("Invite someone", paths::members(s))]))
                }))
                @if all { div.actions { (Button::link("Go to home", paths::home(s)).primary().icon_after(Icon::ArrowRight)) } }
                @else { p { a href=(paths::home(s)) { "Skip, and go to home" } } }
            }
        }
    }
}

fn step(icon: Icon, title: &str, text: &str, done: bool, next: bool, ways: &[(&str, String)]) -> Markup {
    html! {
        section.card.step-card {
            span.step-icon { (icon) }
            div.step-text {
                h2.card-title { (title) @if done { " " (Badge::new(Tone::Good, "Done")) } }
                p.quiet { (text) }
                div.actions {
                    @for (i, (words, path)) in ways.iter().enumerate() {
                        @if i == 0 && next { (Button::link(*words, path).primary()) } @else { (Button::link(*words, path)) }
                    }
                }
            }
        }
    }
}
