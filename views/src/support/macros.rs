//! Macros: the settings, and what one would do before it is used.

use super::settings::Frame;
use crate::{
    Moment, View,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone,
        field_row, stack,
    },
};
use domain::{
    MacroId, MessageId, Slug, TicketId, paths,
    support::{
        canned::PLACES,
        macros::{Draft, Macro},
        messages::Kind,
        queues::Queue,
        tickets::{LONGEST, Priority, Status, WORDS},
    },
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// Everybody's macros, and one's own.
pub struct Macros {
    pub frame: Frame,
    pub macros: Vec<Macro>,
    pub queues: Vec<Queue>,
    pub members: Vec<Named>,
}

impl View for Macros {
    fn title(&self) -> String {
        "Macros".into()
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let new = Button::link("New macro", paths::macro_new(&f.slug)).primary().icon(Icon::Plus);
        let head = PageHead::new("Macros")
            .lead(html! { "Several changes at once. Whoever answers a ticket chooses one, sees what it will do, and does it by one click." })
            .actions(new.render());
        let rows = self.macros.iter().map(|m| {
            let whose = match m.of {
                None => Badge::new(Tone::Info, "Everybody"),
                Some(_) => Badge::new(Tone::Neutral, "My own"),
            };
            let words = m.does.words(&self.queues, &self.members).join("; ");
            let cells = vec![
                html! { a href=(paths::macro_page(&f.slug, m.id)) { (m.name) } },
                html! { (words) },
                whose.render(),
            ];
            Row::new(m.id.to_string(), &m.name, cells).brief([html! { (words) }])
        });
        let columns = vec![Column::new("Macro"), Column::new("What it does").minor(), Column::new("Whose").stays()];
        let body = stack(html! {
            (f.problem())
            @if self.macros.is_empty() { (EmptyState::new(Icon::Bolt, "No macros yet", "What you do again and again, such as asking for a photo, waiting for it and marking the ticket, is one click as a macro.")) }
            @else { (Card::new("Macros", Table::new("Macros", columns, rows.collect()).render()).flush()) }
        });
        f.page(&paths::macros(&f.slug), &head, body)
    }
}

/// A macro as typed.
pub struct MacroForm {
    pub frame: Frame,
    pub once: String,
    pub editing: Option<(MacroId, i32)>,
    pub draft: Draft,
    pub queues: Vec<Queue>,
    pub members: Vec<Named>,
    /// Whether the reader keeps what everybody uses.
    pub may_share: bool,
}

impl View for MacroForm {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Macro {}", self.draft.name) } else { "New macro".into() }
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let head = PageHead::new(self.title()).crumb("Macros", paths::macros(&f.slug));
        let action = match self.editing {
            Some((id, _)) => paths::macro_page(&f.slug, id),
            None => paths::macro_new(&f.slug),
        };
        let statuses = Status::ALL.map(|s| Choice::new(s.key(), s.label())).to_vec();
        let priorities = Priority::ALL.map(|p| Choice::new(p.key(), p.label())).to_vec();
        let queues = self.queues.iter().filter(|q| !q.archived || q.id.to_string() == d.queue);
        let queues = queues.map(|q| Choice::new(q.id.to_string(), &q.name)).collect();
        let mut people = vec![Choice::new("me", "Whoever uses it"), Choice::new("nobody", "Nobody")];
        people.extend(self.members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)));
        let kinds = vec![
            Choice::new(Kind::Reply.key(), "A reply to the customer"),
            Choice::new(Kind::Note.key(), "An internal note"),
        ];
        let stays = |field: Field| field.empty_choice("Stays as it is").optional();
        let form = f
            .form(action, &self.once, self.editing.map(|(_, version)| version))
            .body(html! {
                (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "80"))
                @if self.may_share {
                    (Field::checkbox("shared", "Everybody may use it").value(&d.shared).error(e.of("shared")))
                }
                (field_row(html! {
                    (stays(Field::select("status", "Status", statuses)).value(&d.status).error(e.of("status")))
                    (stays(Field::select("priority", "Priority", priorities)).value(&d.priority).error(e.of("priority")))
                }))
                (field_row(html! {
                    (stays(Field::select("queue", "Queue", queues)).value(&d.queue).error(e.of("queue")))
                    (stays(Field::select("assignee", "Assignee", people)).value(&d.assignee).error(e.of("assignee")))
                }))
                (field_row(html! {
                    (Field::text("tags", "Puts these tags on").value(&d.tags).error(e.of("tags")).optional().help("Between commas."))
                    (Field::text("untags", "Takes these tags off").value(&d.untags).error(e.of("untags")).optional())
                }))
                (Field::textarea("points", "Puts on the checklist").rows(3).value(&d.points).error(e.of("points")).optional().help("One point a line."))
                (Field::radio("kind", "What it writes is", kinds).value(if d.kind.is_empty() { Kind::Reply.key() } else { &d.kind }).error(e.of("kind")))
                (Field::textarea("body", "Text").rows(8).value(&d.body).error(e.of("body")).optional()
                    .attr("maxlength", LONGEST.to_string()).attr("data-merge", "true"))
                div.merge-places {
                    p.quiet { "Places that are filled in:" }
                    @for (place, words) in PLACES {
                        (Button::new(*words).small().ghost().attr("data-insert", format!("{{{{{place}}}}}")).attr("title", format!("{{{{{place}}}}}")))
                    }
                }
            })
            .actions(html! { (Button::submit("Save macro").primary()) (Button::link("Cancel", paths::macros(&f.slug))) });
        let body = stack(html! {
            (form)
            @if let Some((id, _)) = self.editing {
                (Card::new("Remove this macro", f.post(paths::macro_removal(&f.slug, id), Button::submit("Remove macro").danger().icon(Icon::Trash))))
            }
        });
        f.page(&paths::macros(&f.slug), &head, body)
    }
}

/// One that is chosen for a ticket: what it will do, and its text, to be changed before it goes out.
pub struct Chosen {
    pub it: Macro,
    pub text: String,
    pub once: MessageId,
    pub error: Option<String>,
}

/// The macros that a ticket may have used on it.
pub struct Use {
    pub slug: Slug,
    pub csrf: String,
    pub ticket: TicketId,
    pub title: String,
    pub macros: Vec<Macro>,
    pub queues: Vec<Queue>,
    pub members: Vec<Named>,
    pub chosen: Option<Chosen>,
}

impl View for Use {
    fn title(&self) -> String {
        match &self.chosen {
            Some(c) => c.it.name.clone(),
            None => "Macros".into(),
        }
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(View::title(self)).crumb(&self.title, paths::ticket(&self.slug, self.ticket));
        let page = paths::ticket_macro(&self.slug, self.ticket);
        stack(html! {
            (head)
            @match &self.chosen {
                Some(c) => (self.chosen(c, page)),
                None => {
                    @if self.macros.is_empty() { (none(&self.slug)) }
                    @else {
                        (Card::bare(html! {
                            ul.plain-list.macro-list {
                                @for m in &self.macros {
                                    li.link-row {
                                        a.link-main href=(format!("{page}?macro={}", m.id)) { (m.name) }
                                        span.quiet { (m.does.words(&self.queues, &self.members).join("; ")) }
                                    }
                                }
                            }
                        }))
                    }
                }
            }
        })
    }
}

impl Use {
    fn chosen(&self, c: &Chosen, page: String) -> Markup {
        let form = Form::post(page, self.csrf.as_str())
            .once(c.once.to_string())
            .hidden("macro", c.it.id.to_string())
            .problem(c.error.as_deref())
            .body(html! {
                (does(&c.it, &self.queues, &self.members))
                @if let Some((kind, _)) = c.it.does.says() {
                    @let label = if kind == Kind::Note { "Internal note" } else { "Reply to the customer" };
                    (Field::textarea("text", label).rows(8).value(&c.text).attr("maxlength", LONGEST.to_string()).required())
                }
            })
            .actions(html! {
                (Button::submit("Do it").primary().icon(Icon::Bolt))
                (Button::link("Another macro", paths::ticket_macro(&self.slug, self.ticket)))
                (Button::link("Cancel", paths::ticket(&self.slug, self.ticket)))
            })
            .attr("data-send", "true");
        Card::new("It will", form.render()).render()
    }
}

/// What one does, line by line.
fn does(it: &Macro, queues: &[Queue], members: &[Named]) -> Markup {
    html! { ul.does-list { @for line in it.does.words(queues, members) { li { (line) } } } }
}

fn none(slug: &Slug) -> EmptyState {
    EmptyState::new(
        Icon::Bolt,
        "No macros yet",
        "A macro does several things at once: a reply, a status, an assignee, tags.",
    )
    .actions(Button::link("New macro", paths::macro_new(slug)).primary().icon(Icon::Plus).render())
}

/// A macro for many tickets: each is told with what it does.
pub struct UseMany {
    pub slug: Slug,
    pub csrf: String,
    pub ids: Vec<TicketId>,
    pub back: String,
    pub macros: Vec<Macro>,
    pub queues: Vec<Queue>,
    pub members: Vec<Named>,
    pub error: Option<String>,
}

impl View for UseMany {
    fn title(&self) -> String {
        let n = self.ids.len();
        format!("A macro for {n} {}", if n == 1 { WORDS.one } else { WORDS.many })
    }

    fn body(&self) -> Markup {
        let n = self.ids.len();
        let choices = self.macros.iter();
        let choices = choices
            .map(|m| Choice::new(m.id.to_string(), &m.name).help(m.does.words(&self.queues, &self.members).join("; ")));
        let mut form = Form::post(paths::tickets_macro(&self.slug), self.csrf.as_str())
            .problem(self.error.as_deref())
            .hidden("back", self.back.as_str());
        for id in &self.ids {
            form = form.hidden("ids", id.to_string());
        }
        let form = form
            .body(html! { (Field::radio("macro", "Macro", choices.collect()).required()) })
            .actions(html! {
                (Button::submit(format!("Do it with {n} {}", if n == 1 { WORDS.one } else { WORDS.many })).primary().icon(Icon::Bolt))
                (Button::link("Cancel", self.back.as_str()))
            });
        stack(html! {
            (PageHead::new(self.title()).crumb("Tickets", paths::tickets(&self.slug)))
            @if self.ids.is_empty() { (Alert::new(Tone::Warning, "No ticket is ticked").text(html! { a href=(self.back) { "Back to the list" } })) }
            @else if self.macros.is_empty() { (none(&self.slug)) }
            @else { (Card::bare(form.render())) }
        })
    }
}

/// Time of the reader's own, as it is changed.
pub struct TimeForm {
    pub frame: Frame,
    pub entry: domain::support::effort::Entry,
    /// Number and subject.
    pub ticket: String,
    pub draft: domain::support::effort::Draft,
    pub moment: Moment,
}

impl View for TimeForm {
    fn title(&self) -> String {
        "Time spent".into()
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let back = paths::ticket(&f.slug, self.entry.ticket);
        let form = f
            .form(paths::time_entry(&f.slug, self.entry.id), "", Some(self.entry.version))
            .body(html! {
                p.quiet { "Noted " (self.moment.ago(self.entry.at)) }
                (field_row(html! {
                    (Field::text("spent", "Time").value(&d.spent).error(e.of("spent")).required().help("20 min, or 1:30"))
                    (Field::text("note", "Note").value(&d.note).error(e.of("note")).optional().attr("maxlength", "200"))
                }))
            })
            .actions(html! { (Button::submit("Save time").primary()) (Button::link("Cancel", back.as_str())) });
        stack(html! {
            (PageHead::new(self.title()).crumb(&self.ticket, back.as_str()))
            (Card::bare(form.render()))
            (Card::new("Remove this entry", f.post(paths::time_entry_removal(&f.slug, self.entry.id), Button::submit("Remove time").danger().icon(Icon::Trash))))
        })
    }
}
