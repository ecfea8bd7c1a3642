//! What somebody who leaves still holds, and the form that gives it away.

use crate::ui::{Button, Card, Field, Icon};
use domain::{
    ChecklistId, EmployeeId, MemberId, Slug,
    hr::checklists::handover::{Held, Holding},
    paths,
};
use maud::{Markup, Render, html};

/// The card of a leaver's checklist.
pub struct Handing<'a> {
    pub slug: &'a Slug,
    pub csrf: &'a str,
    pub checklist: ChecklistId,
    pub leaver: EmployeeId,
    /// Their account.
    pub member: Option<MemberId>,
    pub holdings: &'a [Holding],
    /// What the reader may open.
    pub opens: &'a [Held],
    /// Whether the reader may give it away.
    pub gives: bool,
    /// What was chosen, where that was refused; else all of it.
    pub kinds: Option<&'a [Held]>,
    pub to: &'a str,
    /// What is wrong with whom it goes to, and with what was chosen.
    pub wrong: (Option<&'a str>, Option<&'a str>),
}

impl Render for Handing<'_> {
    fn render(&self) -> Markup {
        let held: Vec<_> = self.holdings.iter().filter(|h| h.count > 0).collect();
        let (moving, staying): (Vec<&Holding>, Vec<&Holding>) = held.iter().partition(|h| self.gives && h.held.moves());
        let chosen = |held: Held| self.kinds.is_none_or(|kinds| kinds.contains(&held));
        let body = html! {
            @if held.is_empty() { p.quiet { "Nothing any more." } }
            @if !moving.is_empty() {
                form.checklist-handover method="post" action=(paths::checklist_handover(self.slug, self.checklist)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    fieldset {
                        legend.visually-hidden { "What is handed over" }
                        @for h in moving {
                            div.checklist-held {
                                label.choice { input.check type="checkbox" name="kinds" value=(h.held.key()) checked[chosen(h.held)]; span.choice-label { (words(h)) } }
                                (self.open(h.held))
                            }
                        }
                    }
                    @if let Some(wrong) = self.wrong.1 { p.field-error role="alert" { (Icon::AlertTriangle) (wrong) } }
                    (Field::text("to", "Give it to").id("f-to").value(self.to).error(self.wrong.0).attr("list", "colleagues").attr("autocomplete", "off").placeholder("Name or email")
                        .help("At once. What is left out can go to somebody else."))
                    (Button::submit("Hand over").icon(Icon::UserShare))
                }
            }
            @if !staying.is_empty() {
                ul.plain-list { @for h in staying { li.checklist-held { span { (words(h)) } (self.open(h.held)) } } }
            }
        };
        Card::new("What they still hold", body).id("handover").render()
    }
}

fn words(h: &Holding) -> String {
    let count = if h.count > 1_000 { "1,000+".to_owned() } else { h.count.to_string() };
    format!("{}: {count}", h.held.label())
}

impl Handing<'_> {
    /// The way to the list of just these, for whoever may open it.
    fn open(&self, held: Held) -> Markup {
        let theirs = |list: String, ask: &str| self.member.map(|id| format!("{list}?{ask}={id}"));
        let href = match held {
            _ if !self.opens.contains(&held) => None,
            Held::Reports => Some(format!("{}?manager={}", paths::employees(self.slug), self.leaver)),
            Held::Customers => theirs(paths::customers(self.slug), "owner_is"),
            Held::Contacts => theirs(paths::contacts(self.slug), "owner_is"),
            Held::Deals => theirs(paths::deals(self.slug), "owner"),
            Held::Leads => theirs(paths::leads(self.slug), "owner"),
            Held::Tickets => theirs(paths::tickets(self.slug), "assignee"),
            Held::Tasks => theirs(paths::tasks(self.slug), "of=all&assignee"),
            Held::Activities => theirs(paths::activities(self.slug), "of=all&owner"),
            Held::Workflows => Some(paths::automation(self.slug)),
            Held::Approvals => None,
            Held::Assets => Some(format!("{}?holder={}", paths::assets(self.slug), self.leaver)),
        };
        html! { @if let Some(href) = href { a href=(href) aria-label={ "Open: " (held.label()) } { "Open" } } }
    }
}
