//! The local mailbox of a development server.

use crate::{
    Frame, View,
    ui::{Button, Column, EmptyState, Facts, Icon, PageHead, Row, Table, Time, code_block},
};
use chrono::{DateTime, Utc};
use domain::paths;
use maud::{Markup, Render, html};

pub struct Mailbox {
    pub lines: Vec<MailboxLine>,
    pub now: DateTime<Utc>,
}

pub struct MailboxLine {
    pub id: String,
    pub to: String,
    pub subject: String,
    pub at: DateTime<Utc>,
}

impl View for Mailbox {
    fn title(&self) -> String {
        "Local mailbox".into()
    }

    fn frame(&self) -> Frame {
        Frame::Public
    }

    fn body(&self) -> Markup {
        let head =
            PageHead::new("Local mailbox").lead(html! { "Mail that this development server kept instead of sending." });
        if self.lines.is_empty() {
            return html! { div.form-page { (head) (EmptyState::new(Icon::Mail, "No mail yet", "Sign up or invite somebody, and it lands here.")) } };
        }
        let rows = self.lines.iter().map(|l| {
            let cells = vec![
                html! { a href=(paths::mailbox_message(&l.id)) { (l.subject) } },
                html! { (l.to) },
                Time::ago(&l.at, self.now).render(),
            ];
            let brief = [html! { (l.to) }, Time::ago(&l.at, self.now).render()];
            Row::new(&l.id, &l.subject, cells).brief(brief)
        });
        let columns = vec![Column::new("Subject"), Column::new("To"), Column::new("When").numeric()];
        html! { div.list-page { (head) (Table::new("Messages", columns, rows.collect())) } }
    }
}

/// One message, as its plain-text part: the links work, nothing is loaded. Its other part is a page of its own.
pub struct Letter {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Where it is seen as mail programs show it.
    pub html: String,
    /// Its head, a line each.
    pub headers: Vec<String>,
}

impl View for Letter {
    fn title(&self) -> String {
        self.subject.clone()
    }

    fn frame(&self) -> Frame {
        Frame::Public
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(&self.subject)
            .crumb("Local mailbox", paths::mailbox())
            .actions(Button::link("See it as HTML", &self.html).icon(Icon::Eye).render());
        html! {
            div.form-page {
                (head)
                (Facts::new().text("From", &self.from).text("To", &self.to))
                @if !self.headers.is_empty() {
                    details { summary { "Headers" } (code_block(&self.headers.join("\n"))) }
                }
                p.written {
                    @for line in self.text.trim_end().lines() {
                        @let word = line.trim();
                        @if word.starts_with("http://") || word.starts_with("https://") { a href=(word) { (word) } } @else { (line) }
                        "\n"
                    }
                }
            }
        }
    }
}
