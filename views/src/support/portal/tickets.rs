//! A customer's requests: their list, one of them, and a new one.

use super::Frame;
use crate::{
    Frame as Kind, View, list,
    ui::{
        Alert, Avatar, AvatarSize, Badge, Button, Card, Choice, EmptyState, Field, FieldError, Form, Icon, PageHead,
        Tab, Tabs, Tone, stack,
    },
};
use domain::{
    Errors, HelpArticleId, MessageId, QueueId, Slug, TicketId,
    files::size as bytes,
    paths,
    support::{
        help::Audience,
        portal::{Asking, Filter, From, Said, Ticket, standing},
        ratings::words,
        tickets::{LONGEST, Status},
    },
};
use maud::{Markup, Render, html};

/// What needs another look, called as its labels call it.
fn wrong(e: &Errors) -> Vec<FieldError> {
    let called = |field: &str| match field {
        "name" => "What it is about",
        "queue" => "Whom it is for",
        _ => "Your words",
    };
    e.iter()
        .filter(|(field, _)| !matches!(*field, "" | "file"))
        .map(|(field, message)| FieldError::new(field, format!("{}: {message}", called(field))))
        .collect()
}

fn state(status: Status) -> Badge {
    let tone = match status {
        Status::New | Status::Open | Status::OnHold => Tone::Info,
        Status::Pending => Tone::Warning,
        Status::Solved => Tone::Good,
        Status::Closed => Tone::Neutral,
    };
    Badge::new(tone, standing(status))
}

/// Their requests.
pub struct List {
    pub frame: Frame,
    pub filter: Filter,
    pub tickets: Vec<Ticket>,
    /// Where the next page begins.
    pub next: Option<TicketId>,
}

impl View for List {
    fn title(&self) -> String {
        "My requests".into()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        let slug = &self.frame.slug;
        let to = |filter: Filter| list::url(&paths::portal(slug), &filter);
        let all = self.filter.all;
        let tabs = Tabs::new(
            "Which",
            vec![
                Tab::new("Open", to(Filter::default()), !all),
                Tab::new("All", to(Filter { all: true, before: None }), all),
            ],
        );
        let new = || Button::link("New request", paths::portal_new(slug)).primary().icon(Icon::Plus);
        self.frame.page(stack(html! {
            (PageHead::new(self.title()).actions(new().render()))
            (tabs)
            @if self.tickets.is_empty() {
                (EmptyState::new(Icon::Mail, if all { "You have not asked anything yet" } else { "Nothing is open" }, "What you ask us stands here, with our answers."))
            } @else {
                (Card::bare(html! {
                    ul.plain-list.portal-list {
                        @for t in &self.tickets {
                            li.link-row {
                                a.link-main href=(paths::portal_ticket(slug, t.id)) { (t.name) }
                                span.quiet { (t.number) @if let Some(name) = &t.requester { ", " (name) } ", " (self.frame.at(t.at)) }
                                (state(t.status))
                            }
                        }
                    }
                }))
            }
            @if let Some(next) = self.next { p { a href=(to(Filter { all, before: Some(next) })) { "Earlier ones" } } }
        }))
    }
}

/// Articles that may answer it already.
pub struct Suggested {
    pub slug: Slug,
    pub articles: Vec<(HelpArticleId, Audience, String)>,
}

/// The part that is asked for while somebody writes.
const SUGGESTED: &str = "suggested";

impl View for Suggested {
    fn title(&self) -> String {
        "What may help".into()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        self.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == SUGGESTED).then(|| self.render())
    }
}

impl Render for Suggested {
    fn render(&self) -> Markup {
        html! {
            div id=(SUGGESTED) aria-live="polite" {
                @if !self.articles.is_empty() {
                    (Alert::new(Tone::Info, "This may help").text(html! {
                        ul { @for (id, _, title) in &self.articles { li { a href=(paths::public_help_article(&self.slug, id)) { (title) } } } }
                    }))
                }
            }
        }
    }
}

/// A new request.
pub struct Fresh {
    pub frame: Frame,
    pub once: TicketId,
    pub draft: Asking,
    pub errors: Errors,
    pub queues: Vec<(QueueId, String)>,
    pub suggested: Suggested,
    /// The largest file that is taken.
    pub megabytes: u64,
}

impl View for Fresh {
    fn title(&self) -> String {
        "New request".into()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        let (slug, d, e) = (&self.frame.slug, &self.draft, &self.errors);
        let queues: Vec<Choice> = self.queues.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        let form = Form::post(paths::portal_new(slug), self.frame.csrf.as_str())
            .multipart()
            .once(self.once.to_string())
            .problem(e.of(""))
            .errors(wrong(e))
            .body(html! {
                (Field::text("name", "What is it about?").value(&d.name).error(e.of("name")).required().attr("maxlength", "200")
                    .attr("hx-get", paths::portal_suggestions(slug))
                    .attr("hx-trigger", "input changed delay:500ms")
                    .attr("hx-target", format!("#{SUGGESTED}"))
                    .attr("hx-swap", "outerHTML"))
                (self.suggested)
                @if queues.len() > 1 { (Field::select("queue", "Whom is it for?", queues).value(&d.queue).error(e.of("queue"))) }
                (Field::textarea("text", "Your question").rows(8).value(&d.text).error(e.of("text")).required().attr("maxlength", LONGEST.to_string()))
                (files(e, self.megabytes))
            })
            .actions(html! { (Button::submit("Send").primary().icon(Icon::Send)) (Button::link("Cancel", paths::portal(slug))) });
        self.frame.page(html! {
            (PageHead::new(self.title()).crumb("My requests", paths::portal(slug)))
            (Card::bare(form.render()))
        })
    }
}

fn files(e: &Errors, megabytes: u64) -> Field {
    Field::file("file", "Files", "")
        .attr("multiple", "")
        .error(e.of("file"))
        .optional()
        .help(format!("Up to five, each of at most {megabytes} MB."))
}

/// One of their requests.
pub struct Show {
    pub frame: Frame,
    pub ticket: Ticket,
    pub messages: Vec<Said>,
    /// What they have answered to how it was.
    pub rated: Option<u8>,
    pub once: MessageId,
    pub text: String,
    pub errors: Errors,
    pub megabytes: u64,
}

impl View for Show {
    fn title(&self) -> String {
        self.ticket.name.clone()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        let (slug, t, e) = (&self.frame.slug, &self.ticket, &self.errors);
        let to = |what: &str, words: &'static str, icon: Icon| {
            html! {
                form method="post" action=(paths::portal_state(slug, t.id)) {
                    input type="hidden" name="_csrf" value=(self.frame.csrf);
                    input type="hidden" name="to" value=(what);
                    (Button::submit(words).icon(icon))
                }
            }
        };
        let actions = html! {
            @if t.reopens { (to("open", "Open again", Icon::ArrowBackUp)) }
            @if !t.status.ended() { (to("solved", "It is solved", Icon::Check)) }
        };
        let label = if t.follows { "Write a new request about it" } else { "Your answer" };
        let form = Form::post(paths::portal_messages(slug, t.id), self.frame.csrf.as_str())
            .multipart()
            .once(self.once.to_string())
            .problem(e.of(""))
            .errors(wrong(e))
            .body(html! {
                (Field::textarea("text", label).rows(6).value(&self.text).error(e.of("text")).required().attr("maxlength", LONGEST.to_string())
                    .help(match (t.reopens, t.follows) {
                        (true, _) => "It is opened again by it.",
                        (_, true) => "This one is over; what you write becomes a request of its own, linked with it.",
                        _ => "We get it at once.",
                    }))
                (files(e, self.megabytes))
            })
            .actions(Button::submit("Send").primary().icon(Icon::Send).render());
        self.frame.page(stack(html! {
            (PageHead::new(&t.name)
                .crumb("My requests", paths::portal(slug))
                .facts(state(t.status).render())
                .lead(html! { (t.number) @if let Some(name) = &t.requester { ", asked by " (name) } ", " (self.frame.at(t.created)) })
                .actions(actions))
            @if t.asks { (self.question()) }
            ol.conversation aria-label="Conversation" { @for m in &self.messages { (self.message(m)) } }
            (Card::bare(form.render()))
        }))
    }
}

impl Show {
    fn question(&self) -> Markup {
        let action = paths::portal_rating(&self.frame.slug, self.ticket.id);
        html! {
            form.portal-answer method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.frame.csrf);
                @match self.rated {
                    Some(score) => { span { "You have answered: " (words(score).to_lowercase()) } (Button::submit("Change my answer").small()) }
                    None => { span { "How was our help?" } (Button::submit("Tell us").small()) }
                }
            }
        }
    }

    fn message(&self, m: &Said) -> Markup {
        let company = &self.frame.company;
        let (name, side) = match &m.from {
            From::Customer(name) => (name.clone(), "is-customer"),
            From::Us(Some(agent)) => (format!("{agent}, {company}"), "is-reply"),
            From::Us(None) => (company.clone(), "is-reply"),
        };
        html! {
            li class={ "message " (side) } id={ "message-" (m.id) } {
                (Avatar::new(&name).size(AvatarSize::Medium))
                article.message-body aria-label={ "Message of " (name) } {
                    header.message-head { strong { (name) } @if m.automatic { span.quiet { "Automatic" } } span.quiet { (self.frame.at(m.at)) } }
                    div.message-text { (m.text) }
                    @if !m.files.is_empty() {
                        ul.plain-list.message-files {
                            @for file in &m.files {
                                li { a href=(paths::portal_file(&self.frame.slug, file.id)) { (Icon::Paperclip) (file.name) } span.quiet { " " (bytes(file.size)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
