//! `/dev/gallery`: every component in every state.

use maud::{Markup, html};

use crate::View;

pub struct Gallery;

impl View for Gallery {
    fn title(&self) -> String {
        "Gallery".into()
    }

    fn body(&self) -> Markup {
        html! { h1 { "Gallery" } }
    }
}
