//! Who works on a customer beside its owner: the card, and the form in a dialog.

use super::Show;
use crate::ui::{Button, Card, Dialog, Form, Icon, Identity};
use domain::paths;
use maud::{Markup, Render, html};

const DIALOG: &str = "team";

impl Show {
    pub(super) fn team_card(&self) -> Markup {
        let may = self.record.may.write && !self.record.archived;
        let body = html! {
            @if self.team.is_empty() { p.quiet { "Nobody beside the owner." } }
            @else { ul.plain-list { @for m in &self.team { li { (Identity::new(&m.name).detail(&m.email)) } } } }
        };
        html! {
            (Card::new("Team", body).actions(html! {
                @if may { (Button::new("Choose").ghost().small().icon(Icon::Users).opens_dialog(DIALOG)) }
            }))
            @if may { (self.team_dialog()) }
        }
    }

    fn team_dialog(&self) -> Markup {
        // Who has left is still named, for as long as they are not taken off.
        let left = self.team.iter().filter(|t| self.members.iter().all(|m| m.id != t.id));
        let all = self.members.iter().map(|m| (m.id, &m.name)).chain(left.map(|t| (t.id, &t.name)));
        let fields = html! {
            fieldset.team-choices {
                legend { "Who works on " (self.customer.name) }
                @for (id, name) in all {
                    label.merge-option {
                        input type="checkbox" name="member" value=(id) checked[self.team.iter().any(|t| t.id == id)];
                        span { (name) }
                    }
                }
            }
        };
        let form = Form::post(paths::customer_team(&self.slug, self.customer.id), self.record.csrf.as_str())
            .body(fields)
            .actions(Button::submit("Save team").primary().render());
        Dialog::new(DIALOG, "Team", form.render()).render()
    }
}
