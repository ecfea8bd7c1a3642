//! Addresses of calendars that other programs read: made, shown, taken back.

use crate::ui::Button;
use maud::{Markup, html};

/// One of them. `url`: the address, where there is one.
pub fn subscription(action: &str, csrf: &str, what: &str, (title, about): (&str, &str), url: Option<&str>) -> Markup {
    let form = |verb: &str, does: &str, label: &str| {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="_csrf" value=(csrf);
                input type="hidden" name="what" value=(what);
                input type="hidden" name="do" value=(does);
                (Button::submit(verb).small().attr("aria-label", label))
            }
        }
    };
    html! {
        section.leave-feed {
            h3 { (title) }
            p.quiet { (about) }
            @match url {
                Some(url) => {
                    input.input type="text" readonly value=(url) aria-label=(format!("Address of {title}"));
                    div.actions { (form("New address", "make", &format!("New address for {title}"))) (form("Take it back", "revoke", &format!("Take back the address of {title}"))) }
                }
                None => { (form("Make an address", "make", &format!("Make an address for {title}"))) }
            }
        }
    }
}

/// What such an address is worth.
pub fn warning() -> Markup {
    html! { p.quiet { "Add such an address to your calendar program. Whoever knows it can read it, so take it back when it got out." } }
}
