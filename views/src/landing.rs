//! `/`: what this is.

use maud::{Markup, html};

use crate::{Frame, View};

/// The landing page; (workspace name, slug) when signed in.
pub struct Landing {
    pub signed_in: Option<(String, String)>,
}

impl View for Landing {
    fn title(&self) -> String {
        "People and customers in one place".into()
    }

    fn frame(&self) -> Frame {
        Frame::Public
    }

    fn body(&self) -> Markup {
        html! { h1 { "People360" } }
    }
}
