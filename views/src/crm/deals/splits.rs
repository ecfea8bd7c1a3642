//! Who shares in a deal: the card on its page, and the form in a dialog.

use super::Show;
use crate::ui::{Avatar, AvatarSize, Button, Card, Choice, Dialog, Field, Form, Icon};
use domain::{
    crm::deals::splits::{self, Split},
    paths,
};
use maud::{Markup, Render, html};

const DIALOG: &str = "splits";

impl Show {
    pub(super) fn splits_card(&self) -> Markup {
        let deal = &self.deal;
        let portions = deal.amount.map(|a| splits::portions(a, &self.splits)).unwrap_or_default();
        let body = html! {
            @if self.splits.is_empty() {
                p.quiet { @if let Some(owner) = &deal.owner { "All of it is " (owner.name) "’s." } @else { "Nobody shares in it." } }
            } @else {
                ul.splits {
                    @for (n, s) in self.splits.iter().enumerate() {
                        li {
                            (Avatar::new(&s.member.name).size(AvatarSize::Small))
                            span.splits-name { (s.member.name) }
                            span.splits-share { (splits::words(s.share)) }
                            span.splits-amount { @if let Some(portion) = portions.get(n) { (portion) } }
                        }
                    }
                }
            }
        };
        let may = self.record.may.write && !deal.archived;
        html! {
            (Card::new("Splits", body).actions(html! {
                @if may { (Button::new("Share").ghost().small().icon(Icon::UserShare).opens_dialog(DIALOG)) }
            }))
            @if may { (self.splits_dialog()) }
        }
    }

    fn splits_dialog(&self) -> Markup {
        let typed: Vec<(String, String)> = match &self.typed_splits {
            Some((rows, _)) => rows.clone(),
            None => self.splits.iter().map(row).collect(),
        };
        let error = self.typed_splits.as_ref().and_then(|(_, errors)| errors.of("splits"));
        let members = || self.members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)).collect::<Vec<_>>();
        let rows = (typed.len() + 2).clamp(3, splits::MOST);
        let fields = html! {
            p.quiet { "Shares are 100 % together. Leave all percentages empty to share alike; leave everybody out and all of it is the owner’s." }
            @if let Some(error) = error { p.field-error role="alert" { (error) } }
            @for n in 0..rows {
                @let (member, share) = typed.get(n).cloned().unwrap_or_default();
                div.splits-row {
                    (Field::select("member", format!("Person {}", n + 1), members()).id(format!("split-member-{n}")).empty_choice("Nobody").value(member).label_hidden())
                    (Field::text("share", format!("Share {}", n + 1)).id(format!("split-share-{n}")).value(share).label_hidden().after("%").attr("inputmode", "decimal"))
                }
            }
        };
        let form = Form::post(paths::deal_splits(&self.slug, self.deal.id), self.record.csrf.as_str())
            .hidden("was", splits::mark(self.splits.iter().map(|s| (s.member.id, s.share))))
            .body(fields)
            .actions(Button::submit("Save shares").primary().render());
        let dialog = Dialog::new(DIALOG, "Share in this deal", form.render());
        if self.typed_splits.is_some() { dialog.open().render() } else { dialog.render() }
    }
}

fn row(s: &Split) -> (String, String) {
    (s.member.id.to_string(), splits::words(s.share).trim_end_matches(" %").to_owned())
}
