//! Search over both worlds: the palette's results, and a page of the same.

use crate::{
    View,
    ui::{Button, EmptyState, Field, Form, Icon, Identity, PageHead},
};
use domain::{Slug, paths};
use maud::{Markup, Render, html};

pub struct Search {
    pub slug: Slug,
    pub question: String,
    pub people: Vec<Hit>,
    pub customers: Vec<Hit>,
}

pub struct Hit {
    pub name: String,
    pub detail: String,
    pub href: String,
}

impl View for Search {
    fn title(&self) -> String {
        "Search".into()
    }

    fn body(&self) -> Markup {
        let form = Form::get(paths::search(&self.slug))
            .body(Field::search("q", "Name, number, e-mail or company").value(&self.question).autofocus().render())
            .actions(Button::submit("Search").primary().render());
        html! {
            div.form-page { (PageHead::new("Search")) (form) (self.results()) }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "palette-results").then(|| self.results())
    }
}

impl Search {
    fn results(&self) -> Markup {
        html! {
            div id="palette-results" role="status" {
                @if self.question.trim().is_empty() {
                } @else if self.people.is_empty() && self.customers.is_empty() {
                    (EmptyState::new(Icon::Search, "Nothing found", "Try fewer letters, a number, or part of an e-mail address."))
                } @else {
                    (group("People", &self.people, &format!("{}?q={}", paths::employees(&self.slug), crate::encode(&self.question))))
                    (group("Customers", &self.customers, &format!("{}?q={}", paths::customers(&self.slug), crate::encode(&self.question))))
                }
            }
        }
    }
}

fn group(title: &str, hits: &[Hit], all: &str) -> Markup {
    html! {
        @if !hits.is_empty() {
            section.hits {
                h2.hits-title { (title) " " a href=(all) { "See all" } }
                ul { @for hit in hits { li { (Identity::new(&hit.name).detail(&hit.detail).href(&hit.href)) } } }
            }
        }
    }
}
