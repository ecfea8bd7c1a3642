//! Canned replies: written once, used often, with places for what they are about.

use crate::{
    CannedReplyId, Errors, draft,
    support::tickets::{LONGEST, Ticket},
};

/// Canned replies that a workspace may have.
pub const MOST: usize = 500;

/// Places that a reply may have: how they are written, and what stands there then.
pub const PLACES: &[(&str, &str)] = &[
    ("requester", "The requester’s name"),
    ("first_name", "Their first name"),
    ("number", "The ticket’s number"),
    ("subject", "The ticket’s subject"),
    ("customer", "The customer’s name"),
    ("agent", "Your name"),
];

draft! {
    Draft { name, body }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canned {
    pub id: CannedReplyId,
    pub version: i32,
    pub name: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub body: String,
}

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 80);
        let body = e.text("body", &self.body, LONGEST).unwrap_or_default();
        if body.is_empty() && e.of("body").is_none() {
            e.add("body", "Please fill this in.");
        }
        if let Some(place) = unknown(&body) {
            e.add("body", format!("There is no place called {{{{{place}}}}}."));
        }
        (Fields { name, body }, e)
    }
}

/// What stands between `{{` and `}}`.
fn places(body: &str) -> impl Iterator<Item = &str> {
    body.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(place, _)| place.trim())
}

/// A place that there is not.
pub fn unknown(body: &str) -> Option<&str> {
    places(body).find(|p| PLACES.iter().all(|(known, _)| known != p))
}

/// The text with its places filled in; what nothing is known of stays away.
pub fn filled(body: &str, ticket: &Ticket, agent: &str) -> String {
    let requester =
        ticket.contact.as_ref().map(|(_, n)| n.as_str()).or(ticket.requester_name.as_deref()).unwrap_or_default();
    let value = |place: &str| match place {
        "requester" => requester,
        "first_name" => requester.split_whitespace().next().unwrap_or_default(),
        "number" => &ticket.number,
        "subject" => &ticket.name,
        "customer" => ticket.customer.as_ref().map_or("", |(_, name)| name),
        "agent" => agent,
        _ => "",
    };
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        match after.split_once("}}") {
            Some((place, after)) => {
                text.push_str(value(place.trim()));
                rest = after;
            }
            None => {
                text.push_str("{{");
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}
