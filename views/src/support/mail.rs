//! Mail to support that is in no ticket.

use crate::{
    Moment, View,
    inbound::table,
    ui::{Button, Card, EmptyState, Icon, PageHead, Tab, Tabs, dashboard_page, stack},
};
use chrono::{DateTime, Utc};
use domain::{BlockedSenderId, Slug, inbound::Line, paths};
use maud::{Markup, Render, html};
use serde::{Deserialize, Serialize};

/// The question as its address has it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// `left`: what was left alone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub show: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
}

impl Question {
    pub fn left(&self) -> bool {
        self.show == "left"
    }
}

pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub question: Question,
    pub lines: Vec<Line>,
    pub older: Option<String>,
    /// Id, address, by whom, when.
    pub blocked: Vec<(BlockedSenderId, String, Option<String>, DateTime<Utc>)>,
    pub may_set: bool,
    pub moment: Moment,
}

impl View for Index {
    fn title(&self) -> String {
        "Mail kept aside".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Mail kept aside")
            .crumb("Tickets", paths::tickets(&self.slug))
            .lead(html! { "What was sent to support and is in no ticket: spam, senders that could not be proven, what could not be read." })
            .actions(html! { @if self.may_set { (Button::link("Addresses", paths::support_queues(&self.slug)).icon(Icon::Settings)) } });
        let left = self.question.left();
        let at = |question: Question| crate::list::url(&paths::support_mails(&self.slug), &question);
        let tab = |words: &'static str, show: &str| {
            Tab::new(words, at(Question { show: show.into(), after: String::new() }), left == (show == "left"))
        };
        let tabs = vec![tab("To look at", ""), tab("Left alone", "left")];
        dashboard_page(
            &head,
            stack(html! {
                (Tabs::new("Mail kept aside", tabs))
                @if self.lines.is_empty() {
                    @let words = if left { "Automatic answers, and mail of blocked senders, would be here for ninety days." } else { "What comes in is in tickets." };
                    (Card::bare(EmptyState::new(Icon::CircleCheck, "Nothing here", words).render()))
                } @else { (Card::bare(table(&self.slug, &self.lines, self.moment)).flush()) }
                @if !self.question.after.is_empty() || self.older.is_some() {
                    nav.audit-pager aria-label="Pages" {
                        @if !self.question.after.is_empty() { (Button::link("Newest", at(Question { after: String::new(), ..self.question.clone() })).small()) }
                        @if let Some(older) = &self.older { (Button::link("Older", at(Question { after: older.clone(), ..self.question.clone() })).small().icon_after(Icon::ChevronRight)) }
                    }
                }
                @if !self.blocked.is_empty() { (Card::new("Blocked senders", self.blocked())) }
            }),
        )
    }
}

impl Index {
    fn blocked(&self) -> Markup {
        html! {
            ul.plain-list {
                @for (id, email, by, at) in &self.blocked {
                    li.link-row {
                        span.link-main { (email) " " span.quiet { @if let Some(by) = by { "by " (by) ", " } (self.moment.ago(*at)) } }
                        form method="post" action=(paths::blocked_sender_removal(&self.slug, id)) {
                            input type="hidden" name="_csrf" value=(self.csrf);
                            (Button::submit("Let in again").small().attr("aria-label", format!("Let {email} in again")))
                        }
                    }
                }
            }
        }
    }
}
