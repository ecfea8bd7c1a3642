//! Tickets of a customer or a contact, on its page.

use super::{due, status};
use crate::ui::{Button, Card, Icon};
use chrono::{DateTime, Utc};
use domain::{Slug, paths, support::tickets::Ticket};
use maud::{Markup, Render, html};

pub struct OnRecord {
    pub slug: Slug,
    /// The newest of them.
    pub rows: Vec<Ticket>,
    /// The list that has them all.
    pub all: String,
    /// The form of the next one, for whoever may write.
    pub new: Option<String>,
    pub now: DateTime<Utc>,
}

impl Render for OnRecord {
    fn render(&self) -> Markup {
        let body = html! {
            @if self.rows.is_empty() { p.quiet { "They have asked nothing yet." } }
            @else {
                ul.plain-list.ticket-list {
                    @for t in &self.rows {
                        li.link-row {
                            a.link-main href=(paths::ticket(&self.slug, t.id)) { (t.number) " " (t.name) }
                            @if t.due_at.is_some() && !t.status.ended() { (due(t.due_at, self.now)) }
                            (status(t))
                        }
                    }
                }
            }
        };
        let actions = html! {
            @if !self.rows.is_empty() { a href=(self.all) { "All tickets" } }
            @if let Some(new) = &self.new { (Button::link("New ticket", new.as_str()).ghost().small().icon(Icon::Plus)) }
        };
        Card::new("Tickets", body).actions(actions).render()
    }
}
