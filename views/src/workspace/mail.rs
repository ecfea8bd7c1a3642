//! The log of the workspace's mail, and the addresses that get no more.

use crate::{
    Moment, View, settings,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Stat, Tab, Table,
        Tabs, Tone, stack, stats,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    MailId, Slug, SuppressionId,
    access::Rights,
    mail::{Reason, State},
    paths,
};
use maud::{Markup, Render, html};
use serde::{Deserialize, Serialize};

/// The question as its form and its address have it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// A part of the address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// One message.
pub struct Line {
    pub id: MailId,
    pub template: String,
    pub recipient: String,
    pub subject: String,
    pub state: State,
    pub tries: i32,
    pub answer: Option<String>,
    pub at: DateTime<Utc>,
    pub last_at: Option<DateTime<Utc>>,
    /// The turn that it waits for.
    pub not_before: Option<DateTime<Utc>>,
}

pub struct Limits {
    pub per_hour: i32,
    pub per_day: i32,
    pub this_hour: i32,
    pub today: i32,
    /// Until when turns are given out already.
    pub until: Option<DateTime<Utc>>,
    /// Counted to a hundred and one.
    pub stopped: i64,
}

pub struct Log {
    pub slug: Slug,
    pub rights: Rights,
    pub moment: Moment,
    pub question: Question,
    pub limits: Limits,
    pub lines: Vec<Line>,
    pub older: Option<String>,
}

impl View for Log {
    fn title(&self) -> String {
        "Mail".into()
    }

    fn body(&self) -> Markup {
        let asked = !self.question.state.is_empty() || !self.question.to.is_empty();
        let body = stack(html! {
            (tabs(&self.slug, true, Some(self.limits.stopped)))
            @if let Some(until) = self.limits.until {
                (Alert::new(Tone::Info, "This workspace has sent as much as it may at a time")
                    .text(html! { "Nothing is lost: what comes now goes out from " (self.moment.at(until)) " on, in its order. Links that people ask for themselves, as for a new password, do not wait." }))
            }
            (self.numbers())
            (filter(&self.slug, true, &self.question))
            @if self.lines.is_empty() {
                @let (title, text) = if asked { ("Nothing fits", "No message of this kind was sent.") } else { ("No mail yet", "Whatever this workspace sends is listed here, with what became of it.") };
                (Card::bare(EmptyState::new(Icon::Mail, title, text).render()))
            } @else {
                (Card::bare(self.table()).flush())
            }
            (pager(&paths::mail_log(&self.slug), &self.question, self.older.as_deref()))
        });
        page(&self.slug, &self.rights, body)
    }
}

impl Log {
    fn numbers(&self) -> Markup {
        let l = &self.limits;
        let of = |most: i32| format!("at most {}", grouped(most));
        stats(&[
            Stat::new("Sent this hour", grouped(l.this_hour)).note(of(l.per_hour)),
            Stat::new("Sent today", grouped(l.today)).note(of(l.per_day)),
            Stat::new("Stopped addresses", counted(l.stopped)).href(paths::mail_stopped(&self.slug)),
        ])
    }

    fn table(&self) -> Markup {
        let rows = self.lines.iter().map(|m| {
            let when = self.moment.ago(m.at).render();
            let (tone, words) = state(m.state);
            let badge = Badge::new(tone, words);
            let what = html! {
                div.mail-what {
                    div { (m.subject) }
                    div.quiet { (kind(&m.template)) " to " span.mail-to { (m.recipient) } }
                }
            };
            let became = html! {
                div.mail-what {
                    div {
                        (badge)
                        @if m.tries > 1 {
                            " " span.quiet { (m.tries) " tries" @if let Some(at) = m.last_at { ", the last " (self.moment.ago(at)) } }
                        }
                    }
                    @if let Some(turn) = m.not_before { div.quiet { "from " (self.moment.at(turn)) " on" } }
                    @if let Some(answer) = &m.answer { div.quiet.mail-answer { (answer) } }
                }
            };
            Row::new(m.id.to_string(), &m.subject, vec![what, became.clone(), when.clone()]).brief([html! { (became) div.quiet { (when) } }])
        });
        let columns = vec![Column::new("Message").stays(), Column::new("What became of it"), Column::new("Asked for")];
        Table::new("Messages, newest first", columns, rows.collect()).render()
    }
}

/// An address that gets no more.
pub struct StoppedLine {
    pub id: SuppressionId,
    pub email: String,
    pub reason: Reason,
    pub answer: String,
    pub at: DateTime<Utc>,
}

pub struct Stopped {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub moment: Moment,
    pub question: Question,
    pub lines: Vec<StoppedLine>,
    pub older: Option<String>,
}

impl View for Stopped {
    fn title(&self) -> String {
        "Stopped addresses".into()
    }

    fn body(&self) -> Markup {
        let body = stack(html! {
            (tabs(&self.slug, false, None))
            @if self.lines.is_empty() && self.question.to.is_empty() && self.question.after.is_empty() {
                (Card::bare(EmptyState::new(Icon::CircleCheck, "No address is stopped", "When mail to somebody comes back for good, or somebody calls it spam, their address lands here and gets no more, until you lift that.").render()))
            } @else {
                (filter(&self.slug, false, &self.question))
                @if self.lines.is_empty() {
                    (Card::bare(EmptyState::new(Icon::Mail, "Nothing fits", "No such address is stopped.").render()))
                } @else {
                    (Card::bare(self.table()).flush())
                }
                (pager(&paths::mail_stopped(&self.slug), &self.question, self.older.as_deref()))
            }
        });
        page(&self.slug, &self.rights, body)
    }
}

impl Stopped {
    fn table(&self) -> Markup {
        let rows = self.lines.iter().map(|s| {
            let badge = Badge::new(Tone::Warning, reason(s.reason)).render();
            let why = html! { div.mail-what { div { (badge) } div.quiet.mail-answer { (s.answer) } } };
            let lift = html! {
                form method="post" action=(paths::mail_lifting(&self.slug, s.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Lift").small().attr("aria-label", format!("Let {} have mail again", s.email)))
                }
            };
            let at = self.moment.ago(s.at).render();
            Row::new(s.id.to_string(), &s.email, vec![html! { (s.email) }, why.clone(), at.clone(), lift])
                .brief([html! { (why) div.quiet { (at) } }])
        });
        let columns = vec![
            Column::new("Address").stays(),
            Column::new("Why"),
            Column::new("Since"),
            Column::new("Lift").label_hidden().stays(),
        ];
        Table::new("Stopped addresses, newest first", columns, rows.collect()).render()
    }
}

/// What a record's page says of its address.
pub struct StoppedNotice {
    pub email: String,
    pub reason: Reason,
    pub at: DateTime<Utc>,
    pub moment: Moment,
    /// Where it can be lifted, for whoever may.
    pub href: Option<String>,
}

impl Render for StoppedNotice {
    fn render(&self) -> Markup {
        let (title, text) = match self.reason {
            Reason::Bounce => ("Mail to this address comes back", "does not exist, its mail server says"),
            Reason::Complaint => ("Mail to this address was called spam", "wants no more mail"),
            Reason::Unsubscribed => ("Unsubscribed", "wants no mail of workflows"),
        };
        let alert = Alert::new(Tone::Warning, title).text(html! {
            (self.email) " " (text) " (" (self.moment.ago(self.at)) "). "
            @if self.reason == Reason::Unsubscribed { "Workflows send nothing more there." } @else { "This workspace sends nothing more there." }
        });
        match &self.href {
            Some(href) => alert.actions(Button::link("Look", href).small().render()).render(),
            None => alert.render(),
        }
    }
}

fn page(slug: &Slug, rights: &Rights, body: Markup) -> Markup {
    let head =
        PageHead::new("Mail").lead(html! { "What this workspace sends, what became of it, and who gets no more." });
    settings::page(slug, rights, &paths::mail_log(slug), &head, body)
}

fn tabs(slug: &Slug, log: bool, stopped: Option<i64>) -> Tabs {
    let mut second = Tab::new("Stopped addresses", paths::mail_stopped(slug), !log);
    if let Some(stopped) = stopped.filter(|n| *n > 0) {
        second = second.count(counted(stopped));
    }
    Tabs::new("Mail", vec![Tab::new("Messages", paths::mail_log(slug), log), second])
}

fn filter(slug: &Slug, log: bool, q: &Question) -> Markup {
    let path = if log { paths::mail_log(slug) } else { paths::mail_stopped(slug) };
    let states = State::ALL.iter().map(|s| Choice::new(s.key(), state(*s).1)).collect();
    Form::get(path.clone())
        .body(html! {
            div.audit-filter {
                @if log { (Field::select("state", "State", states).empty_choice("Any").value(&q.state)) }
                (Field::text("to", if log { "To" } else { "Address" }).value(&q.to).placeholder("Part of the address"))
                div.audit-filter-end {
                    (Button::submit("Show"))
                    @if !crate::list::pairs(q).is_empty() { (Button::link("Clear", path).ghost()) }
                }
            }
        })
        .render()
}

fn pager(path: &str, q: &Question, older: Option<&str>) -> Markup {
    let at = |after: &str| crate::list::url(path, &Question { after: after.to_owned(), ..q.clone() });
    html! {
        @if !q.after.is_empty() || older.is_some() {
            nav.audit-pager aria-label="Pages" {
                @if !q.after.is_empty() { (Button::link("Newest", at("")).small()) }
                @if let Some(older) = older { (Button::link("Older", at(older)).small().icon_after(Icon::ChevronRight)) }
            }
        }
    }
}

fn state(state: State) -> (Tone, &'static str) {
    match state {
        State::Queued => (Tone::Info, "Waiting"),
        State::Sending => (Tone::Info, "Being sent"),
        State::Sent => (Tone::Good, "Sent"),
        State::Failed => (Tone::Bad, "Failed"),
        State::Bounced => (Tone::Bad, "Came back"),
        State::Suppressed => (Tone::Warning, "Not sent"),
        State::Unclear => (Tone::Warning, "Unclear"),
    }
}

const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Bounce => "Came back",
        Reason::Complaint => "Called spam",
        Reason::Unsubscribed => "Unsubscribed",
    }
}

/// `send_import_report` as "Import report".
fn kind(template: &str) -> String {
    let words = template.strip_prefix("send_").unwrap_or(template).replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn counted(n: i64) -> String {
    if n > 100 { "100+".into() } else { n.to_string() }
}

/// 5000 as 5,000.
fn grouped(n: i32) -> String {
    crate::mail::number(n.into())
}
