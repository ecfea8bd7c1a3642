//! How hard a new password is to guess, told while it is typed.

use crate::{View, ui::Field};
use domain::{Errors, paths};
use maud::{Markup, html};

const ID: &str = "password-strength";
const WORDS: [&str; 5] =
    ["Very easy to guess", "Easy to guess", "Could be guessed", "Hard to guess", "Very hard to guess"];

/// The field for a new password, and below it how strong it is. Without a script the answer comes with the form's.
pub fn new_password(label: &str, help: &str, e: &Errors) -> Markup {
    html! {
        (Field::password("password", label).error(e.of("password")).required().autocomplete("new-password").help(help)
            .attr("hx-post", paths::PASSWORD_STRENGTH).attr("hx-trigger", "input changed delay:300ms")
            .attr("hx-include", "closest form").attr("hx-target", format!("#{ID}")).attr("hx-swap", "outerHTML"))
        (Strength(None).body())
    }
}

/// From 0 to 4; `None` as long as nothing was typed.
pub struct Strength(pub Option<u8>);

impl View for Strength {
    fn title(&self) -> String {
        "Strength of a password".into()
    }

    fn body(&self) -> Markup {
        html! {
            p.strength id=(ID) role="status" data-score=[self.0] {
                @if let Some(score) = self.0 {
                    span.strength-bars aria-hidden="true" { @for n in 1..=4 { span.is-on[n <= score] {} } }
                    (WORDS[usize::from(score.min(4))])
                }
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == ID).then(|| self.body())
    }
}
