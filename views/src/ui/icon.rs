//! Icons from the sprite. The enum is made by `build.rs` out of `assets/vendor/icons`.

use maud::{Markup, Render, html};

use crate::assets::ICONS_SVG;
pub use crate::assets::Icon;

/// An icon says nothing to a screen reader: the word beside it does.
impl Render for Icon {
    fn render(&self) -> Markup {
        html! {
            svg.icon aria-hidden="true" { use href={ (ICONS_SVG) "#" (self.name()) } {} }
        }
    }
}
