//! The addresses by which mail comes in.

use super::table;
use crate::{
    Moment, View, settings,
    ui::{Alert, Button, Card, Facts, PageHead, Tone, code, code_block, stack},
};
use domain::{
    Slug,
    access::{Permission, Rights, TicketsSettings},
    inbound::Line,
    paths,
};
use maud::{Markup, Render, html};

pub struct Settings {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    /// Where a mail service brings what comes in.
    pub url: String,
    /// Of all addresses; without one there are none.
    pub domain: Option<String>,
    /// The secret address; see `closed`.
    pub drop: Option<String>,
    pub closed: bool,
    /// Forms and the addresses that make leads by them.
    pub forms: Vec<(String, String)>,
    /// To be looked at.
    pub open: Vec<Line>,
    pub lately: Vec<Line>,
    pub moment: Moment,
}

impl View for Settings {
    fn title(&self) -> String {
        "Mail that comes in".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Mail that comes in")
            .lead(html! { "By which addresses mail lands on contacts, customers, deals and leads." });
        let body = stack(html! {
            @if self.domain.is_none() {
                (Alert::new(Tone::Warning, "No domain for mail yet").text(html! {
                    "Whoever runs People360 sets " (code("INBOUND_MAIL_DOMAIN")) " to a domain whose mail a mail service takes in and posts to the address below. Until then there is no address to which copies can be sent; what is posted there is looked at all the same."
                }))
            }
            @if !self.open.is_empty() {
                (Alert::new(Tone::Warning, "Messages wait for somebody to look").actions(Button::link("Look", paths::mails(&self.slug) + "?state=aside").small().render()))
            }
            @if let Some(drop) = &self.drop { (self.secret(drop)) }
            @if self.domain.is_some() { (self.leads()) (self.tickets()) }
            (self.service())
            @if !self.lately.is_empty() {
                (Card::new("Lately", table(&self.slug, &self.lately, self.moment)).actions(html! { a href=(paths::mails(&self.slug)) { "All" } }).flush())
            }
        });
        settings::page(&self.slug, &self.rights, &paths::mail_door(&self.slug), &head, body)
    }
}

impl Settings {
    fn post(&self, action: String, (name, value): (&str, &str), words: &str) -> Markup {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name=(name) value=(value);
                (Button::submit(words).small())
            }
        }
    }

    fn secret(&self, drop: &str) -> Markup {
        let (closes, words) = if self.closed { ("", "Open it") } else { ("true", "Close it") };
        let body = html! {
            p { "Members put it into Bcc, or forward messages to it. What they send lands on the contacts that it is to or from, on their customer, and on the deal. Deals show an address of their own." }
            @if self.closed { (Alert::new(Tone::Warning, "It is closed").text(html! { "Mail to it is kept and set aside." })) }
            @else { p { (code(drop)) } }
            p.quiet { "Only mail from a member’s confirmed address is filed. Everything else is set aside for somebody to look at." }
        };
        Card::new("Secret address for copies", stack(body))
            .actions(html! {
                (self.post(paths::mail_door_rotation(&self.slug), ("what", "drop"), "New address"))
                (self.post(paths::mail_door_closure(&self.slug), ("closed", closes), words))
            })
            .render()
    }

    fn leads(&self) -> Markup {
        let body = html! {
            p { "What somebody sends to a form’s address becomes a lead, as if they had filled it in." }
            @if self.forms.is_empty() { p.quiet { "There is no open form. " a href=(paths::lead_forms(&self.slug)) { "Make one" } } }
            @else { (self.forms.iter().fold(Facts::new(), |facts, (name, address)| facts.fact(name, code(address)))) }
        };
        Card::new("Leads by mail", stack(body)).render()
    }

    fn tickets(&self) -> Markup {
        let body = html! {
            p { "Each queue of support has an address of its own: what somebody sends there becomes a ticket." }
            @if self.rights.may(TicketsSettings::KEY) { p { a href=(paths::support_queues(&self.slug)) { "Queues and their addresses" } } }
        };
        Card::new("Tickets by mail", stack(body)).render()
    }

    fn service(&self) -> Markup {
        let body = html! {
            p { "Your mail service posts each raw message here (message/rfc822, or a form with the field " (code("message")) "). Whoever knows the address can bring mail in: keep it secret." }
            (code_block(&self.url))
        };
        Card::new("For your mail service", stack(body))
            .actions(self.post(paths::mail_door_rotation(&self.slug), ("what", "url"), "New address"))
            .render()
    }
}
