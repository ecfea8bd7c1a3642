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
    /// One a noun.
    pub groups: Vec<Group>,
}

pub struct Group {
    pub title: &'static str,
    /// Whether they are companies.
    pub square: bool,
    /// Nothing is exactly so; these are close.
    pub near: bool,
    pub hits: Vec<Hit>,
    /// The address of all hits.
    pub all: String,
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
    /// Those with hits; what is only close, where nothing else is.
    fn groups(&self) -> impl Iterator<Item = &Group> {
        let exactly = self.groups.iter().any(|group| !group.hits.is_empty() && !group.near);
        self.groups.iter().filter(move |group| !group.hits.is_empty() && (!exactly || !group.near))
    }

    fn near(&self) -> bool {
        self.groups().any(|group| group.near)
    }

    fn none(&self) -> bool {
        self.groups().next().is_none()
    }

    fn page(&self) -> Markup {
        html! {
            @if self.question.trim().is_empty() {
                p.quiet { "People by name, number or email; customers by name, domain or city." }
            } @else if self.none() {
                (EmptyState::new(Icon::Search, "Nothing found", "Try fewer letters, a number, or part of an email address."))
            } @else {
                @if self.near() { (crate::list::near(&self.question)) }
                (stack(html! {
                    @for group in self.groups() {
                        (Card::new(group.title, html! {
                            ul.plain-list { @for hit in &group.hits { li { (hit.identity(group.square)) } } }
                        }).actions(html! { a href=(group.all) { "See all" } }))
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
                    @if self.near() { p.menu-head { "No exact match. These are close." } }
                    @for group in self.groups() {
                        p.menu-head { (group.title) }
                        @for hit in &group.hits {
                            a.menu-item href=(hit.href) {
                                (hit.avatar(group.square))
                                span.menu-label { (hit.name) " " span.quiet { (hit.detail) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
