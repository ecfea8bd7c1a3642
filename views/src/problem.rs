//! What did not work, as a page.

use crate::{
    Frame, View,
    ui::{Button, ErrorState, actions},
};
use maud::{Markup, Render, html};

#[derive(Clone, Debug)]
pub struct Problem {
    pub title: String,
    pub text: String,
    /// Whether loading the page again may help.
    pub retry: bool,
    /// Home of the workspace that it went wrong in, for those who are in it.
    pub home: Option<String>,
}

impl View for Problem {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn body(&self) -> Markup {
        let buttons = html! {
            @if self.retry { (Button::link("Try again", "").primary()) }
            @match &self.home {
                Some(home) => { (Button::link("Go to home", home)) }
                None => { (Button::link("Go to the front page", domain::paths::LANDING)) }
            }
        };
        ErrorState::new(&self.title, &self.text).actions(actions(buttons)).render()
    }

    fn frame(&self) -> Frame {
        if self.home.is_some() { Frame::App } else { Frame::Public }
    }
}
