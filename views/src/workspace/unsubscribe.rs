//! The page behind the link in mail that one may do without.

use crate::{
    Frame, View,
    ui::{Button, Form, auth_page},
};
use domain::{Slug, paths};
use maud::{Markup, Render, html};

/// What is ended.
pub enum About {
    /// A member's mail of a list: see [`domain::mail::List::about`].
    Member(&'static str),
    /// What somebody outside gets at this address and may do without.
    Address(String),
}

pub struct Unsubscribe {
    pub workspace: String,
    pub about: About,
    pub token: String,
    pub csrf: String,
    pub slug: Slug,
    /// Whether they get such mail as things are.
    pub wanted: bool,
    /// Whether this very request has made it so.
    pub changed: bool,
}

impl View for Unsubscribe {
    fn title(&self) -> String {
        match (self.wanted, self.changed) {
            (true, false) => "Unsubscribe",
            (true, true) => "You get this mail again",
            (false, _) => "You are unsubscribed",
        }
        .into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let what = match &self.about {
            About::Member(about) => html! { " about " (about) },
            About::Address(email) => html! { " at " (email) },
        };
        let lead = match (self.wanted, self.changed) {
            (true, false) => html! { "Get no more mail from " (self.workspace) (what) "?" },
            (true, true) => html! { (self.workspace) " writes to you again" (what) "." },
            (false, _) => html! { (self.workspace) " writes to you no more" (what) "." },
        };
        let (action, button) = if self.wanted {
            (paths::unsubscribe(&self.token), Button::submit("Unsubscribe"))
        } else {
            (paths::unsubscribe_reversal(&self.token), Button::submit("Undo: write to me again"))
        };
        let button = if self.wanted && !self.changed { button.primary() } else { button };
        let form = Form::post(action, &self.csrf).actions(button.wide().render()).render();
        let member = matches!(self.about, About::Member(_));
        let foot = html! { a href=(paths::notifications(&self.slug)) { "Choose what else you get" } };
        auth_page(&self.title(), Some(lead), form, Some(foot).filter(|_| member))
    }
}
