//! Help articles, for whoever reads them.

use super::Frame;
use crate::{
    Frame as Kind, View, list,
    prose::{self, Prose},
    ui::{Alert, Button, Card, EmptyState, Field, Form, Icon, PageHead, Tone},
};
use domain::{
    paths,
    support::help::{Category, Shown},
};
use maud::{Markup, Render, html};

/// All articles by category, or those that fit.
pub struct Help {
    pub frame: Frame,
    pub q: String,
    pub articles: Vec<Shown>,
    pub near: bool,
    pub categories: Vec<Category>,
}

impl View for Help {
    fn title(&self) -> String {
        format!("Help of {}", self.frame.company)
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        let slug = &self.frame.slug;
        self.frame.page(html! {
            (PageHead::new("How can we help?"))
            (Form::get(paths::public_help(slug))
                .body(Field::search("q", "Search").value(&self.q).placeholder("A question, or a few words of it").render())
                .actions(Button::submit("Search").icon(Icon::Search).render())
                .attr("class", "form help-search"))
            @if self.near { (list::near(&self.q)) }
            @if self.articles.is_empty() {
                @if self.q.is_empty() { (EmptyState::new(Icon::HelpCircle, "Nothing here yet", "Ask us, and we answer.")) }
                @else { (EmptyState::new(Icon::Search, "Nothing fits these words", "Try other ones, or ask us.")) }
            }
            @for category in &self.categories {
                @let own: Vec<&Shown> = self.articles.iter().filter(|a| a.category == category.id).collect();
                @if !own.is_empty() {
                    (Card::new(&category.name, html! {
                        ul.plain-list.help-list { @for a in own { li { a href=(paths::public_help_article(slug, a.id)) { (a.title) } } } }
                    }))
                }
            }
            p.portal-ask {
                "Not answered? "
                @if self.frame.visitor.is_some() { a href=(paths::portal_new(slug)) { "Write to us" } }
                @else { a href=(paths::portal_sign_in(slug)) { "Sign in and write to us" } }
            }
        })
    }
}

/// One of them.
pub struct Article {
    pub frame: Frame,
    pub article: Shown,
    pub category: String,
    /// What its reader has answered.
    pub answered: Option<bool>,
}

impl View for Article {
    fn title(&self) -> String {
        self.article.title.clone()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        let (slug, a) = (&self.frame.slug, &self.article);
        let blocks = prose::read(&a.body, str::to_owned);
        self.frame.page(html! {
            (PageHead::new(&a.title).crumb("Help", paths::public_help(slug)).lead(html! { (self.category) " · " (self.frame.at(a.at)) }))
            article.portal-article { (Prose(&blocks)) }
            div.portal-helped {
                @match self.answered {
                    Some(true) => (Alert::new(Tone::Good, "Thank you. Good that it helped.")),
                    Some(false) => {
                        @let path = if self.frame.visitor.is_some() { paths::portal_new(slug) } else { paths::portal_sign_in(slug) };
                        (Alert::new(Tone::Info, "Thank you for saying so").text(html! { a href=(path) { "Ask us" } ", and somebody answers." }))
                    }
                    None => {},
                }
                form.portal-answer method="post" action=(paths::public_help_answer(slug, a.id)) {
                    input type="hidden" name="_csrf" value=(self.frame.csrf);
                    span { @if self.answered.is_some() { "Another answer:" } @else { "Did this help?" } }
                    (Button::submit("Yes").small().icon(Icon::ThumbUp).attr("name", "helped").attr("value", "yes"))
                    (Button::submit("No").small().attr("name", "helped").attr("value", "no"))
                }
            }
        })
    }
}
