//! Applying on one page, and the page that tells how an application stands: as anybody sees them.

use super::Frame;
use crate::{
    Frame as Kind, View,
    prose::{self, Prose},
    ui::{Alert, Button, Card, Choice, Facts, Field, FieldError, Form, PageHead, Tone, form_section},
};
use chrono::{DateTime, Utc};
use domain::{
    hr::{
        candidates::{Answers, Application, CV_BYTES, field},
        careers::Opening,
        postings::{Question, QuestionKind, YesNo},
    },
    paths,
};
use maud::{Markup, Render, html};
use std::collections::BTreeMap;

/// A field that no person sees.
pub const TRAP: &str = "website";
/// What the page was made with.
pub const STAMP: &str = "_stamp";
/// The CV that came with an earlier sending.
pub const CV: &str = "_cv";

/// What CVs may be.
const ACCEPT: &str = ".pdf,.docx,.txt";

/// The page.
pub struct Apply {
    pub frame: Frame,
    pub csrf: String,
    pub opening: Opening,
    pub questions: Vec<Question>,
    pub notice: Option<String>,
    pub days: i32,
    pub typed: Answers,
    /// By the names of fields.
    pub wrong: BTreeMap<String, String>,
    pub stamp: String,
    /// A CV that has come already: its seal, and what it is called.
    pub cv: Option<(String, String)>,
    /// Where it is sent: another place for colleagues.
    pub action: String,
    /// A colleague, who is known already.
    pub known: Option<(String, String)>,
}

impl View for Apply {
    fn title(&self) -> String {
        format!("Apply: {}", self.opening.title)
    }

    fn frame(&self) -> Kind {
        if self.known.is_some() { Kind::App } else { Kind::Bare }
    }

    fn body(&self) -> Markup {
        let back = paths::careers_job(&self.frame.slug, &self.opening.handle);
        let head = PageHead::new(self.title()).lead(html! { (self.opening.place()) });
        match self.known {
            Some(_) => html! { div.stack { (head) (self.form()) } },
            None => self.frame.page(html! { (head.crumb(&self.opening.title, back)) (self.form()) }),
        }
    }
}

impl Apply {
    fn said(&self, name: &str) -> &str {
        self.typed.get(name).map(String::as_str).unwrap_or_default()
    }

    fn of(&self, name: &str) -> Option<&str> {
        self.wrong.get(name).map(String::as_str)
    }

    fn form(&self) -> Markup {
        let told: Vec<FieldError> = self.wrong.iter().map(|(field, words)| FieldError::new(field, words)).collect();
        Form::post(&self.action, self.csrf.as_str())
            .multipart()
            .hidden(STAMP, &self.stamp)
            .errors(told)
            .body(html! {
                @if let Some((token, _)) = &self.cv { input type="hidden" name=(CV) value=(token); }
                (self.who())
                @if !self.questions.is_empty() { (form_section("Questions", None, html! { @for q in &self.questions { (self.question(q)) } })) }
                (self.privacy())
                div.lead-form-trap aria-hidden="true" {
                    label for=(TRAP) { "Leave this empty" }
                    input type="text" id=(TRAP) name=(TRAP) tabindex="-1" autocomplete="off" value="";
                }
            })
            .actions(Button::submit("Send application").primary().render())
            .render()
    }

    fn who(&self) -> Markup {
        let letter = Field::textarea("letter", "What you want to tell us")
            .rows(6)
            .value(self.said("letter"))
            .error(self.of("letter"))
            .optional()
            .attr("maxlength", "10000");
        let megabytes = CV_BYTES / (1024 * 1024);
        let cv = Field::file("file", "CV", ACCEPT)
            .error(self.of("file"))
            .help(format!("PDF, Word (DOCX) or text, at most {megabytes} MB."));
        form_section(
            "About you",
            None,
            html! {
                @match &self.known {
                    Some((name, email)) => { (Facts::new().text("Name", name).text("Email", email)) }
                    None => {
                        (Field::text("name", "Name").value(self.said("name")).error(self.of("name")).required().autocomplete("name").attr("maxlength", "120"))
                        (Field::email("email", "Email").value(self.said("email")).error(self.of("email")).required().autocomplete("email"))
                    }
                }
                (Field::tel("phone", "Phone").value(self.said("phone")).error(self.of("phone")).optional().autocomplete("tel"))
                @match &self.cv {
                    Some((_, name)) => {
                        (Alert::new(Tone::Info, format!("Your CV is here: {name}")).text(html! { "Choose another file to send that in its place." }))
                        (cv.optional())
                    }
                    None if self.known.is_some() => { (cv.optional()) }
                None => { (cv.required()) }
                }
                (letter)
            },
        )
    }

    fn question(&self, q: &Question) -> Markup {
        let name = field(q);
        let field = match q.kind {
            QuestionKind::Text => Field::textarea(&name, &q.question).rows(3),
            QuestionKind::Choice => {
                Field::select(&name, &q.question, q.options.iter().map(|o| Choice::new(o, o)).collect())
                    .empty_choice("Choose one")
            }
            QuestionKind::YesNo => {
                Field::radio(&name, &q.question, YesNo::ALL.iter().map(|k| Choice::new(k.key(), k.label())).collect())
            }
            QuestionKind::File => Field::file(name.clone(), &q.question, ""),
        };
        let field = if q.kind == QuestionKind::File { field } else { field.value(self.said(&name)) };
        let field = field.error(self.of(&name));
        if q.required { field.required().render() } else { field.optional().render() }
    }

    fn privacy(&self) -> Markup {
        let blocks = self.notice.as_deref().map(|t| prose::read(t, str::to_owned));
        form_section(
            "Your data",
            None,
            html! {
                @if let Some(blocks) = &blocks { div.portal-article { (Prose(blocks)) } }
                p { "What you send is kept for " (self.days) " days after the answer." }
                (Field::checkbox("consent", "I agree that my data are kept and used for this application").value(self.said("consent")).error(self.of("consent")).required())
            },
        )
    }
}

/// Something that is only told.
pub struct Told {
    pub frame: Frame,
    pub title: String,
    pub text: String,
    pub back: Option<(String, String)>,
}

impl View for Told {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        self.frame.page(html! {
            (PageHead::new(&self.title))
            p { (self.text) }
            @if let Some((words, path)) = &self.back { p { a href=(path) { (words) } } }
        })
    }
}

/// How an application stands, for whoever holds the link of the mail.
pub struct Status {
    pub frame: Frame,
    pub application: Application,
    pub token: String,
    pub erasure: bool,
    pub now: DateTime<Utc>,
    pub zone: chrono_tz::Tz,
}

impl View for Status {
    fn title(&self) -> String {
        format!("Your application: {}", self.application.title)
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        let a = &self.application;
        let sent = crate::Moment { now: self.now, zone: self.zone }.ago(a.created_at);
        let post = |action: String, button: Button| html! { form method="post" action=(action) { (button) } };
        self.frame.page(html! {
            (PageHead::new(self.title()).lead(html! { "Sent " (sent) }))
            (Card::new("Where it stands", html! { p { (a.told().words()) } }))
            @if !a.told().ended() {
                (Card::new("You want it no more?", html! {
                    p { "Nobody looks at it any further then." }
                    (post(paths::application_withdrawal(&self.token), Button::submit("Withdraw my application")))
                }))
            }
            @if self.erasure {
                (Alert::new(Tone::Good, "You have asked us to remove your data").text(html! { "Somebody looks after it." }))
            } @else {
                (Card::new("Your data", html! {
                    p { "We remove all that you have sent us, for every job, when you ask us to. An application that is open ends with it." }
                    (post(paths::application_erasure(&self.token), Button::submit("Ask to remove my data").danger()))
                }))
            }
        })
    }
}
