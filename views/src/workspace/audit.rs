//! The audit trail: who did what, when, from where.

use crate::{
    Moment, View, settings,
    ui::{Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone, dash, stack},
};
use chrono::{DateTime, Utc};
use domain::{
    Slug,
    access::{AuditExport, Permission, Rights},
    audit::Action,
    paths,
};
use maud::{Markup, Render, html};
use serde::{Deserialize, Serialize};

/// The question as its form and its address have it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub who: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub action: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub record: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

/// One event in words.
pub struct Told {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub who: String,
    pub action: Action,
    /// "Employee", and what it is called and where it is.
    pub kind: String,
    pub called: Option<String>,
    pub href: Option<String>,
    pub address: Option<String>,
    /// Why, where it was not the actor's own hand.
    pub cause: Option<String>,
    /// Field, old, new; `None` for both: hidden from this reader.
    pub fields: Vec<(String, Shown)>,
}

/// A field's change as the reader may know it.
pub enum Shown {
    Hidden,
    Values(Option<String>, Option<String>),
}

pub struct Audit {
    pub slug: Slug,
    pub rights: Rights,
    pub moment: Moment,
    pub question: Question,
    /// Value and words of whoever can be asked for.
    pub people: Vec<(String, String)>,
    /// Table and words of the kinds of records.
    pub kinds: Vec<(String, String)>,
    pub events: Vec<Told>,
    /// What is wrong with a date of the question.
    pub problem: Option<(&'static str, String)>,
    pub older: Option<i64>,
}

impl View for Audit {
    fn title(&self) -> String {
        "Audit trail".into()
    }

    fn body(&self) -> Markup {
        let export =
            crate::list::url(&paths::audit_export(&self.slug), &Question { before: None, ..self.question.clone() });
        let head = PageHead::new("Audit trail")
            .lead(html! { "Every change, every sign-in, every look at pay. It is only added to, and sealed." })
            .actions(html! {
                @if self.rights.may(AuditExport::KEY) { (Button::link("Export", export).icon(Icon::Download)) }
            });
        let body = stack(html! {
            (self.filter())
            @if self.events.is_empty() {
                (Card::bare(EmptyState::new(Icon::History, "Nothing fits", "Nothing of this has happened. Ask for less at a time.").render()))
            } @else {
                (Card::bare(self.table()).flush())
            }
            @if self.question.before.is_some() || self.older.is_some() { (self.pager()) }
        });
        settings::page(&self.slug, &self.rights, &paths::audit(&self.slug), &head, body)
    }
}

impl Audit {
    fn filter(&self) -> Markup {
        let choices =
            |pairs: &[(String, String)]| pairs.iter().map(|(v, words)| Choice::new(v, words)).collect::<Vec<_>>();
        let actions = Action::ALL.iter().map(|a| Choice::new(a.key(), a.label())).collect();
        let q = &self.question;
        let error = |field: &str| self.problem.as_ref().filter(|(f, _)| *f == field).map(|(_, words)| words.clone());
        let mut form = Form::get(paths::audit(&self.slug));
        if !q.id.is_empty() {
            form = form.hidden("id", &q.id);
        }
        let form = form.body(html! {
            div.audit-filter {
                (Field::select("who", "Who", choices(&self.people)).empty_choice("Anybody").value(&q.who))
                (Field::select("action", "What", actions).empty_choice("Anything").value(&q.action))
                (Field::select("record", "Of", choices(&self.kinds)).empty_choice("All records").value(&q.record))
                (Field::date("from", "From").value(&q.from).error(error("from")))
                (Field::date("to", "To").value(&q.to).error(error("to")))
                div.audit-filter-end {
                    (Button::submit("Show"))
                    @if !crate::list::pairs(q).is_empty() { (Button::link("Clear", paths::audit(&self.slug)).ghost()) }
                }
            }
        });
        form.render()
    }

    fn table(&self) -> Markup {
        let rows = self.events.iter().map(|e| {
            let when = self.moment.at(e.at).render();
            let tone = match e.action {
                Action::SignInFailed => Tone::Warning,
                Action::Delete | Action::SecondFactorOff => Tone::Bad,
                _ => Tone::Neutral,
            };
            let what = html! {
                (Badge::new(tone, e.action.label()).plain()) " " (e.kind)
                @if let Some(called) = &e.called {
                    " " @match &e.href { Some(href) => a href=(href) { (called) }, None => (called) }
                }
                @if let Some(cause) = &e.cause { " " span.quiet { (cause) } }
                @if !e.fields.is_empty() { (details(&e.fields)) }
            };
            let from = html! { @match &e.address { Some(a) => span.audit-address { (a) }, None => (dash()) } };
            Row::new(
                e.id.to_string(),
                &e.who,
                vec![html! { (e.who) }, html! { div.audit-what { (what) } }, when.clone(), from],
            )
            .brief([when])
        });
        let columns =
            vec![Column::new("Who"), Column::new("What").stays(), Column::new("When"), Column::new("From").minor()];
        Table::new("Events, newest first", columns, rows.collect()).render()
    }

    fn pager(&self) -> Markup {
        let at = |before| crate::list::url(&paths::audit(&self.slug), &Question { before, ..self.question.clone() });
        html! {
            nav.audit-pager aria-label="Pages" {
                @if self.question.before.is_some() { (Button::link("Newest", at(None)).small()) }
                @if let Some(older) = self.older { (Button::link("Older", at(Some(older))).small().icon_after(Icon::ChevronRight)) }
            }
        }
    }
}

fn details(fields: &[(String, Shown)]) -> Markup {
    html! {
        details.audit-details {
            summary { (Icon::ChevronRight) @if fields.len() == 1 { "1 field" } @else { (fields.len()) " fields" } }
            dl {
                @for (field, shown) in fields {
                    div {
                        dt { (field) }
                        dd {
                            @match shown {
                                Shown::Hidden => span.quiet { (Icon::EyeOff) " hidden from your role" },
                                Shown::Values(old, new) => {
                                    @if let Some(old) = old { del { (old) } " → " }
                                    @match new { Some(new) => ins { (new) }, None => span.quiet { "empty" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
