//! Search over both worlds: the palette's results, and a page of the same.

use crate::{
    View,
    ui::{Avatar, AvatarSize, Button, Card, EmptyState, Field, Form, Icon, Identity, PageHead, stack},
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

impl Hit {
    /// Companies have corners, as in their list.
    fn identity(&self, square: bool) -> Identity {
        let identity = Identity::new(&self.name).detail(&self.detail).href(&self.href);
        if square { identity.square() } else { identity }
    }

    fn avatar(&self, square: bool) -> Avatar {
        let avatar = Avatar::new(&self.name).size(AvatarSize::Small);
        if square { avatar.square() } else { avatar }
    }
}

impl View for Search {
    fn title(&self) -> String {
        "Search".into()
    }

    fn body(&self) -> Markup {
        let form = Form::get(paths::search(&self.slug))
            .body(Field::search("q", "Name, number, email or company").value(&self.question).autofocus().render())
            .actions(Button::submit("Search").primary().render());
        html! {
            div.form-page { (PageHead::new("Search")) (form) (self.page()) }
        }
    }

    /// The palette's own element stays; what it holds is swapped.
    fn part(&self, id: &str) -> Option<Markup> {
        (id == "palette-results").then(|| self.palette())
    }
}

impl Search {
    /// Title, hits, whether they are companies, and the list with all of them.
    fn groups(&self) -> [(&'static str, &[Hit], bool, String); 2] {
        let q = crate::encode(&self.question);
        [
            ("People", &self.people, false, format!("{}?q={q}", paths::employees(&self.slug))),
            ("Customers", &self.customers, true, format!("{}?q={q}", paths::customers(&self.slug))),
        ]
    }

    fn none(&self) -> bool {
        self.people.is_empty() && self.customers.is_empty()
    }

    fn page(&self) -> Markup {
        html! {
            @if self.question.trim().is_empty() {
                p.quiet { "People by name, number or email; customers by name, domain or city." }
            } @else if self.none() {
                (EmptyState::new(Icon::Search, "Nothing found", "Try fewer letters, a number, or part of an email address."))
            } @else {
                (stack(html! {
                    @for (title, hits, square, all) in self.groups() {
                        @if !hits.is_empty() {
                            (Card::new(title, html! {
                                ul.plain-list { @for hit in hits { li { (hit.identity(square)) } } }
                            }).actions(html! { a href=(all) { "See all" } }))
                        }
                    }
                }))
            }
        }
    }

    fn palette(&self) -> Markup {
        html! {
            @if !self.question.trim().is_empty() {
                // Which question it answers: Enter waits for the one that was typed.
                div data-answer=(self.question.trim()) {
                    @if self.none() { p.menu-head { "Nothing found" } }
                    @for (title, hits, square, _) in self.groups() {
                        @if !hits.is_empty() {
                            p.menu-head { (title) }
                            @for hit in hits {
                                a.menu-item href=(hit.href) {
                                    (hit.avatar(square))
                                    span.menu-label { (hit.name) " " span.quiet { (hit.detail) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
