//! What somebody sees who has sent a form of a website to a workflow's address.

use crate::{Frame, View, ui::auth_page};
use maud::{Markup, html};

pub struct Thanks {
    pub workspace: String,
    /// The site that the form stands on.
    pub back: Option<String>,
}

impl View for Thanks {
    fn title(&self) -> String {
        "Thank you".into()
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let lead = html! { "What you sent has reached " (self.workspace) "." };
        let site = |site: &str| site.split_once("://").map_or(site, |(_, host)| host).to_owned();
        let foot = self.back.as_ref().map(|back| html! { a href=(back) { "Back to " (site(back)) } });
        auth_page("Thank you", Some(lead), html! {}, foot)
    }
}
