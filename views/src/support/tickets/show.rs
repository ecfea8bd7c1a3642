//! A ticket's page: what was said, and what is known of it.

use super::{Clocks, priority, status};
use crate::{
    View,
    crm::files::Following,
    custom_fields,
    inbound::{formatted, has_elsewhere},
    notes::pieces,
    record::Record,
    ui::{
        Alert, Avatar, AvatarSize, Button, Card, Choice, Facts, Field, Form, Icon, Identity, Menu, PageHead, Time,
        Tone, field_row, menu_button, stack,
    },
};
use domain::{
    HelpArticleId, MemberId, MessageId, Slug, TicketId, TicketPointId, TimeEntryId,
    custom_fields::CustomField,
    draft::FieldClass,
    files::size as bytes,
    notes::Piece,
    paths,
    support::{
        canned::Canned,
        effort::{self, Entry},
        help::Audience,
        messages::{Author, Kind, Mailed, Message},
        points::Point,
        queues::Queue,
        ratings::{Rating, words},
        snooze::CHOICES,
        tickets::{LONGEST, Priority, Status, Ticket},
    },
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// Where something is written: a reply, or a note.
pub struct Composer {
    pub kind: Kind,
    pub once: MessageId,
    pub text: String,
    pub error: Option<String>,
    pub wrong_file: Option<String>,
    pub open: bool,
}

/// The time that was spent on it.
pub struct Spent {
    /// The newest.
    pub entries: Vec<Entry>,
    /// Minutes of all.
    pub total: i64,
    pub me: MemberId,
    /// The next one's id, so that twice is once.
    pub once: TimeEntryId,
}

/// What is to be done for it.
pub struct Checklist {
    pub points: Vec<Point>,
    /// The next one's id, so that twice is once.
    pub once: TicketPointId,
}

/// The record.
pub struct Show {
    pub slug: Slug,
    pub record: Record,
    pub ticket: Ticket,
    pub messages: Vec<Message>,
    pub clocks: Option<Clocks>,
    /// The message whose pictures from elsewhere are shown.
    pub pictures: Option<MessageId>,
    /// How its requester found it, where they were asked.
    pub rating: Option<Rating>,
    /// For whoever may answer.
    pub composers: Vec<Composer>,
    pub canned: Vec<Canned>,
    pub queues: Vec<Queue>,
    pub members: Vec<Named>,
    /// Why it has its assignee, where its queue has decided.
    pub why: Option<String>,
    pub following: Option<Following>,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
    /// Number and subject of those that it has to do with, how they are, and whether they are parts of it.
    pub linked: Vec<(TicketId, String, Status, bool)>,
    pub time: Option<Spent>,
    pub checklist: Option<Checklist>,
    /// Help that may answer it.
    pub articles: Vec<(HelpArticleId, Audience, String)>,
    /// What it is a part of, or became one of.
    pub whole: Option<(TicketId, String)>,
    /// Others of the same requester that are open.
    pub others: Vec<(TicketId, String, Status)>,
    /// Ids for a merge, for a ticket of its own and for a part, so that twice is once.
    pub once: [String; 3],
    /// The largest file that is taken.
    pub megabytes: u64,
}

impl View for Show {
    fn title(&self) -> String {
        self.ticket.title()
    }

    fn body(&self) -> Markup {
        self.record.page(self.head(), || (self.conversation(), self.side()))
    }

    fn part(&self, id: &str) -> Option<Markup> {
        match (id, &self.clocks) {
            ("clocks", Some(clocks)) => Some(clocks.render()),
            _ => self.record.part(id),
        }
    }
}

impl Show {
    fn head(&self) -> PageHead {
        let t = &self.ticket;
        PageHead::new(&t.name)
            .facts(html! { (status(t)) @if t.priority != Priority::Normal { (priority(t.priority)) } })
            .lead(html! { (t.number) " · " (t.kind.label()) " of " (t.requester()) @if let Some((id, name)) = &t.customer { ", " a href=(paths::customer(&self.slug, id)) { (name) } } })
    }

    /// What can be done with it, for the head.
    pub fn actions(slug: &Slug, csrf: &str, ticket: &Ticket, mine: bool, may_write: bool) -> Markup {
        let post = |fields: &[(&str, &str)], button: Button| {
            html! {
                form method="post" action=(paths::ticket_facts(slug, ticket.id)) {
                    input type="hidden" name="_csrf" value=(csrf);
                    @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                    (button)
                }
            }
        };
        let was = ticket.assignee.as_ref().map_or_else(|| "nobody".to_owned(), |a| a.id.to_string());
        html! {
            @if may_write && !ticket.archived && ticket.merged_into.is_none() {
                @if !mine && !ticket.status.ended() { (post(&[("assignee", "me"), ("was_assignee", &was)], Button::submit("Take it").icon(Icon::UserCheck).key("a"))) }
                @if ticket.status.ended() { (post(&[("status", "open")], Button::submit("Open again").icon(Icon::ArrowBackUp))) }
                @else { (post(&[("status", "solved")], Button::submit("Solve").icon(Icon::Check).key("s"))) }
            }
            @if may_write && !ticket.archived && ticket.merged_into.is_none() {
                (Button::link("Macros", paths::ticket_macro(slug, ticket.id)).icon(Icon::Bolt).key("m"))
            }
            (Button::link("Next", paths::ticket_next(slug, ticket.id)).ghost().icon_after(Icon::ChevronRight).key("ArrowRight"))
        }
    }

    fn conversation(&self) -> Markup {
        let t = &self.ticket;
        stack(html! {
            @if let Some((id, words)) = &self.whole {
                @let merged = t.merged_into.is_some();
                @let alert = Alert::new(Tone::Info, if merged { "This ticket became a part of another one" } else { "This ticket is a part of another one" })
                    .text(html! { a href=(paths::ticket(&self.slug, id)) { (words) } });
                @if merged && self.record.may.write {
                    @let alert = alert.actions(self.post(paths::ticket_merge_reversal(&self.slug, t.id), &[], Button::submit("Take that back").small().icon(Icon::ArrowBackUp)));
                    (alert)
                } @else { (alert) }
            }
            @if let Some((_, until)) = &t.snoozed {
                @let words = match until {
                    Some(at) => html! { "It comes back " (self.record.moment.at(*at)) ", or when the customer writes. Promised times go on." },
                    None => html! { "It comes back when the customer writes. Promised times go on." },
                };
                @let alert = Alert::new(Tone::Info, "This ticket is put off").text(words);
                @if self.composers.is_empty() { (alert) }
                @else { (alert.actions(self.post(paths::ticket_snooze_removal(&self.slug, t.id), &[], Button::submit("Bring it back").small().icon(Icon::ArrowBackUp)))) }
            }
            p.presence role="status" data-presence=(paths::ticket_presence(&self.slug, t.id)) {}
            @if self.messages.is_empty() { (Card::bare(html! { p.quiet { "No messages yet." } })) }
            @else {
                ol.conversation aria-label="Conversation" { @for message in &self.messages { (self.message(message)) } }
            }
            @if !self.composers.is_empty() {
                div.composers { @for composer in &self.composers { (self.composer(composer)) } }
            }
        })
    }

    /// A button with what it sends.
    fn post(&self, action: String, fields: &[(&str, &str)], button: Button) -> Markup {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.record.csrf);
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                (button)
            }
        }
    }

    fn message(&self, m: &Message) -> Markup {
        let (name, side, label) = match (&m.author, m.kind) {
            (Author::Customer(_, name), _) => (name.as_str(), "is-customer", "Customer"),
            (Author::Member(_, name), Kind::Note) => (name.as_str(), "is-note", "Internal note"),
            (Author::Member(_, name), Kind::Reply) => (name.as_str(), "is-reply", "Reply"),
            (Author::System, Kind::Note) => ("People360", "is-note", "Internal note"),
            (Author::System, Kind::Reply) => ("People360", "is-reply", "Automatic reply"),
        };
        html! {
            li class={ "message " (side) } id={ "message-" (m.id) } {
                (Avatar::new(name).size(AvatarSize::Medium))
                article.message-body aria-label={ (label) " of " (name) } {
                    header.message-head {
                        strong { (name) }
                        span.message-kind {
                            @if m.kind == Kind::Note { (Icon::EyeOff) "Internal note" }
                            @else if m.automatic { "Automatic" }
                            @else if side == "is-customer" { "Customer" }
                            @else { (Icon::Send) "To the customer" }
                        }
                        span.quiet { (Time::ago(&m.at.with_timezone(&self.record.moment.zone), self.record.moment.now)) }
                    }
                    @if let Some(mail) = &m.mail { (self.as_mail(m, mail)) } @else { div.message-text { (pieces(&m.pieces)) } }
                    @if !m.files.is_empty() {
                        ul.plain-list.message-files {
                            @for file in &m.files {
                                li { a href=(paths::file(&self.slug, file.id)) { (Icon::Paperclip) (file.name) } span.quiet { " " (bytes(file.size)) } }
                            }
                        }
                    }
                    @if side == "is-customer" && !self.composers.is_empty() && self.messages.len() > 1 {
                        @let id = m.id.to_string();
                        div.message-actions { (self.post(paths::ticket_split(&self.slug, self.ticket.id), &[("message", &id), ("_once", &self.once[1])], Button::submit("Make a ticket of it").ghost().small())) }
                    }
                    @if let Some(from) = m.from { p.quiet { "From " a href=(paths::ticket(&self.slug, from)) { "the ticket that was merged in" } } }
                }
            }
        }
    }

    /// What came by mail: its text, with what is quoted below it and how it was formatted folded away.
    fn as_mail(&self, m: &Message, mail: &Mailed) -> Markup {
        let empty = m.pieces.iter().all(|p| matches!(p, Piece::Text(text) if text.trim().is_empty()));
        let shown = self.pictures == Some(m.id);
        html! {
            @if empty { p.quiet { "There is no text in it." } } @else { div.message-text { (pieces(&m.pieces)) } }
            @if let Some(folded) = &mail.folded { details.mail-folded { summary { "Quotes and signature" } div.mail-text { (folded) } } }
            @if let Some(html) = &mail.html {
                details.mail-folded open[shown] {
                    summary { "As it was formatted" }
                    @if has_elsewhere(html) && !shown {
                        @let path = format!("{}?pictures={}#message-{}", paths::ticket(&self.slug, self.ticket.id), m.id, m.id);
                        p.quiet { "Pictures from elsewhere are left out: they would tell the sender that it was read. " a href=(path) { "Show them" } }
                    }
                    div.mail-html { (formatted(&self.slug, html, &mail.pictures, shown)) }
                }
            }
            @if mail.email.is_some() || mail.raw.is_some() {
                p.message-mail.quiet {
                    (Icon::Mail) span { @if let Some(email) = &mail.email { (email) } }
                    @if let Some(raw) = mail.raw { a href=(paths::file(&self.slug, raw)) { "As it came" } }
                }
            }
        }
    }

    fn composer(&self, c: &Composer) -> Markup {
        let note = c.kind == Kind::Note;
        let text = Field::textarea("text", if note { "Internal note" } else { "Reply to the customer" })
            .id(if note { "f-note" } else { "f-reply" })
            .rows(5)
            .value(&c.text)
            .error(c.error.as_deref())
            .attr("maxlength", LONGEST.to_string())
            // What is begun is kept, in case one is called away.
            .attr("hx-post", paths::ticket_draft(&self.slug, self.ticket.id))
            .attr("hx-trigger", "input changed delay:1s")
            .attr("hx-swap", "none")
            // The form sends files; this sends words alone.
            .attr("hx-encoding", "application/x-www-form-urlencoded")
            .attr("hx-include", "closest form");
        let text = match note {
            true => text
                .help("Only your team sees this. Type @ and a name to let somebody know.")
                .attr("data-mentions", paths::note_mentions(&self.slug)),
            false => text.help(format!("{} gets this by mail.", self.ticket.requester())),
        };
        let then = |status: Status, words: &'static str| {
            Button::submit(words).attr("name", "then").attr("value", status.key())
        };
        let form = Form::post(paths::ticket_messages(&self.slug, self.ticket.id), self.record.csrf.as_str())
            .multipart()
            .once(c.once.to_string())
            .hidden("kind", c.kind.key())
            // What the customer writes after it is not closed unread.
            .hidden("seen", self.ticket.asked_at.unwrap_or_default().to_rfc3339())
            .body(html! {
                @if note { div.mention-field { (text) div.menu.mention-list data-mention-list role="listbox" aria-label="People" hidden {} } }
                @else { (text) }
                details.composer-file open[c.wrong_file.is_some()] {
                    summary { (Icon::Paperclip) "Attach files" }
                    (Field::file("file", "Files", "").id(if note { "f-note-file" } else { "f-reply-file" }).attr("multiple", "").error(c.wrong_file.as_deref()).help(format!("Up to ten, each of at most {} MB.", self.megabytes)))
                }
            })
            .actions(html! {
                @if note { (Button::submit("Add note").icon(Icon::Note)) }
                @else {
                    (Button::submit("Send").primary().icon(Icon::Send))
                    (then(Status::Pending, "Send, then wait for them"))
                    (then(Status::Solved, "Send and solve"))
                    @if !self.canned.is_empty() { (self.canned_menu()) }
                }
            })
            .attr("class", "form composer")
            .attr("data-send", "true");
        html! {
            details.composer-box.is-note[note] name="composer" open[c.open] data-composer {
                summary data-key=(if note { "n" } else { "r" }) {
                    @if note { (Icon::EyeOff) "Internal note" } @else { (Icon::Send) "Reply" }
                }
                (form)
            }
        }
    }

    /// Replies that are there already: chosen, one stands in the field.
    fn canned_menu(&self) -> Markup {
        let menu = self.canned.iter().fold(Menu::new("canned"), |menu, c| {
            menu.link(None, &c.name, format!("{}?canned={}", paths::ticket(&self.slug, self.ticket.id), c.id))
        });
        menu_button(Button::new("Canned replies").ghost().icon(Icon::Copy), menu)
    }

    fn side(&self) -> Markup {
        let t = &self.ticket;
        stack(html! {
            @if let Some(clocks) = &self.clocks { (clocks) }
            @if self.record.may.write && !t.archived && t.merged_into.is_none() { (Card::new("Work", self.work())) }
            @else { (Card::new("Work", self.facts())) }
            @if !self.composers.is_empty() && t.snoozed.is_none() && !t.status.ended() { (Card::new("Put off", self.snooze())) }
            (Card::new("Requester", self.requester()))
            @if !self.articles.is_empty() { (Card::new("Help articles", self.articles())) }
            @if let Some(rating) = &self.rating { (Card::new("Satisfaction", self.rating(rating))) }
            @if !self.linked.is_empty() || !self.composers.is_empty() { (Card::new("Linked tickets", self.links())) }
            @if let Some(list) = &self.checklist { @if !list.points.is_empty() || !self.composers.is_empty() { (self.checklist(list)) } }
            @if let Some(time) = &self.time { @if !time.entries.is_empty() || !self.composers.is_empty() { (self.time(time)) } }
            @if !self.fields.is_empty() {
                @let facts = custom_fields::facts(Facts::new(), &self.fields, FieldClass::Directory, &t.custom, (&self.slug, self.record.field_files()));
                (Card::new("Details", facts.render()))
            }
            @if let Some(following) = &self.following { (following) }
            (self.record.lately())
        })
    }

    fn facts(&self) -> Markup {
        let t = &self.ticket;
        Facts::new()
            .text("Queue", &t.queue_name)
            .text("Priority", t.priority.label())
            .text("Status", t.status.label())
            .text("Assignee", t.assignee.as_ref().map_or("Nobody", |a| &a.name))
            .render()
    }

    /// What is changed most, one form of it: only what was chosen anew is changed.
    fn work(&self) -> Markup {
        let t = &self.ticket;
        let statuses = Status::ALL.map(|s| Choice::new(s.key(), s.label())).to_vec();
        let priorities = Priority::ALL.map(|p| Choice::new(p.key(), p.label())).to_vec();
        let queues = self.queues.iter().filter(|q| !q.archived || q.id == t.queue);
        let queues = queues.map(|q| Choice::new(q.id.to_string(), &q.name)).collect();
        let assignee = t.assignee.as_ref().map(|a| a.id.to_string()).unwrap_or_default();
        let mut members: Vec<Choice> = self.members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)).collect();
        if let Some(a) = t.assignee.as_ref().filter(|a| self.members.iter().all(|m| m.id != a.id)) {
            members.push(Choice::new(a.id.to_string(), format!("{} (no access any more)", a.name)));
        }
        let field = |name: &'static str, label: &'static str, choices: Vec<Choice>, value: String| {
            html! {
                input type="hidden" name={ "was_" (name) } value=(value);
                (Field::select(name, label, choices).id(format!("w-{name}")).value(value))
            }
        };
        html! {
            (Form::post(paths::ticket_facts(&self.slug, t.id), self.record.csrf.as_str())
                .body(html! {
                    (field("status", "Status", statuses, t.status.key().into()))
                    (field("priority", "Priority", priorities, t.priority.key().into()))
                    (field("queue", "Queue", queues, t.queue.to_string()))
                    input type="hidden" name="was_assignee" value=(if assignee.is_empty() { "nobody" } else { &assignee });
                    (Field::select("assignee", "Assignee", [Choice::new("nobody", "Nobody")].into_iter().chain(members).collect())
                        .id("w-assignee").value(if assignee.is_empty() { "nobody" } else { &assignee }))
                })
                .actions(Button::submit("Save").small().render())
                .attr("class", "form ticket-work"))
            @if let Some(why) = &self.why { p.quiet { (why) } }
        }
    }

    /// What may answer it; a link of what its requester may read goes into the reply.
    fn articles(&self) -> Markup {
        html! {
            ul.plain-list.ticket-list {
                @for (id, audience, title) in &self.articles {
                    li.link-row {
                        a.link-main href=(paths::help_article(&self.slug, id)) { (title) }
                        @match audience {
                            Audience::Internal => { span.quiet { "For the team" } }
                            _ => { (Button::link("Insert link", format!("{}?article={id}", paths::ticket(&self.slug, self.ticket.id))).ghost().small()) }
                        }
                    }
                }
            }
        }
    }

    fn rating(&self, r: &Rating) -> Markup {
        html! {
            @match r.answer {
                Some((score, at)) => {
                    p { strong { (words(score)) } " " span.quiet { (score) " of 5, " (self.record.moment.ago(at)) } }
                    @if let Some(comment) = &r.comment { p.message-text { (comment) } }
                }
                None => { p.quiet { "Asked " (self.record.moment.ago(r.asked)) ", not answered yet." } }
            }
        }
    }

    fn links(&self) -> Markup {
        let t = &self.ticket;
        html! {
            @if !self.linked.is_empty() {
                ul.plain-list.ticket-list {
                    @for (id, words, status, part) in &self.linked {
                        li.link-row {
                            a.link-main href=(paths::ticket(&self.slug, id)) { (words) }
                            span.quiet { @if *part { "Part, " } (status.label()) }
                            @if !self.composers.is_empty() {
                                @let other = id.to_string();
                                (self.post(paths::ticket_links_removal(&self.slug, t.id), &[("other", &other)], Button::submit(format!("Take off {words}")).ghost().small().icon_only(Icon::X)))
                            }
                        }
                    }
                }
            }
            @if !self.composers.is_empty() {
                (Form::post(paths::ticket_links(&self.slug, t.id), self.record.csrf.as_str())
                    .once(self.once[0].as_str())
                    .body(html! { (Field::text("ticket", "Number of another ticket").id("w-other").placeholder("SUP-1001").attr("maxlength", "40").attr("autocomplete", "off")) })
                    .actions(html! {
                        (Button::submit("Link").small())
                        (Button::submit("Make this a part of it").small().attr("formaction", paths::ticket_merge(&self.slug, t.id)))
                    })
                    .attr("class", "form ticket-work"))
                (Form::post(paths::ticket_parts(&self.slug, t.id), self.record.csrf.as_str())
                    .once(self.once[2].as_str())
                    .body(html! { (Field::text("name", "A part of it, for somebody else").id("w-part").placeholder("Subject").attr("maxlength", "200").attr("autocomplete", "off")) })
                    .actions(Button::submit("Open a part").small().render())
                    .attr("class", "form ticket-work"))
            }
        }
    }

    /// Out of the way for a while.
    fn snooze(&self) -> Markup {
        let choices = CHOICES.map(|(key, words)| Choice::new(key, words)).to_vec();
        html! {
            (Form::post(paths::ticket_snooze(&self.slug, self.ticket.id), self.record.csrf.as_str())
                .body(html! {
                    (Field::select("until", "Until when", choices).id("w-until"))
                    details.snooze-day {
                        summary { "A day that I choose" }
                        (field_row(html! {
                            (Field::date("day", "Day").id("w-day"))
                            (Field::time("time", "Time").id("w-time"))
                        }))
                    }
                })
                .actions(Button::submit("Put off").small().icon(Icon::Clock).render())
                .attr("class", "form ticket-work"))
        }
    }

    fn checklist(&self, list: &Checklist) -> Card {
        let writes = !self.composers.is_empty();
        let body = html! {
            @if !list.points.is_empty() {
                ul.plain-list.ticket-points { @for point in &list.points { (self.point(point, writes)) } }
            }
            @if writes {
                (Form::post(paths::ticket_points(&self.slug, self.ticket.id), self.record.csrf.as_str())
                    .once(list.once.to_string())
                    .body(html! { (Field::textarea("points", "To be done").id("w-points").rows(1).placeholder("One point a line").attr("maxlength", "25000")) })
                    .actions(Button::submit("Add to the checklist").small().render())
                    .attr("class", "form ticket-work"))
            }
        };
        let card = Card::new("Checklist", body);
        let done = list.points.iter().filter(|p| p.done.is_some()).count();
        if list.points.is_empty() { card } else { card.note(format!("{done} of {} done", list.points.len())) }
    }

    fn point(&self, point: &Point, writes: bool) -> Markup {
        let done = point.done.is_some();
        let words = match done {
            false => format!("“{}” is done", point.name),
            true => format!("“{}” is not done", point.name),
        };
        html! {
            li.ticket-point {
                @if writes {
                    form.task-tick method="post" action=(paths::ticket_point(&self.slug, point.id)) {
                        input type="hidden" name="_csrf" value=(self.record.csrf);
                        input type="hidden" name="done" value=(!done);
                        button.tick.is-done[done] type="submit" aria-label=(words) title=(if done { "Open again" } else { "Done" }) { (Icon::Check) }
                    }
                } @else { span.tick.is-done[done] { @if done { (Icon::Check) span.visually-hidden { "Done: " } } } }
                p.ticket-point-words {
                    span.task-title.is-done[done] { (point.name) }
                    @if let Some((at, by)) = &point.done { span.quiet { @if let Some(by) = by { " " (by) "," } " " (self.record.moment.ago(*at)) } }
                }
                @if writes {
                    form method="post" action=(paths::ticket_point_removal(&self.slug, point.id)) {
                        input type="hidden" name="_csrf" value=(self.record.csrf);
                        (Button::submit(format!("Remove “{}”", point.name)).icon_only(Icon::X).small().ghost())
                    }
                }
            }
        }
    }

    fn time(&self, time: &Spent) -> Card {
        let body = html! {
            @if !time.entries.is_empty() {
                ul.plain-list.time-list {
                    @for entry in &time.entries {
                        li {
                            strong { (effort::words(entry.minutes.into())) } " " (entry.name)
                            @if let Some(note) = &entry.note { ", " (note) }
                            span.quiet { ", " (self.record.moment.ago(entry.at)) }
                            @if entry.member == time.me && !self.composers.is_empty() { " " a href=(paths::time_entry(&self.slug, entry.id)) { "Change" } }
                        }
                    }
                }
            }
            @if !self.composers.is_empty() {
                (Form::post(paths::ticket_time(&self.slug, self.ticket.id), self.record.csrf.as_str())
                    .once(time.once.to_string())
                    .body(field_row(html! {
                        (Field::text("spent", "Time").id("w-spent").placeholder("20 min").attr("autocomplete", "off"))
                        (Field::text("note", "Note").id("w-time-note").attr("maxlength", "200").attr("autocomplete", "off"))
                    }))
                    .actions(Button::submit("Note time").small().render())
                    .attr("class", "form ticket-work"))
            }
        };
        let card = Card::new("Time spent", body);
        if time.total > 0 { card.note(effort::words(time.total)) } else { card }
    }

    fn requester(&self) -> Markup {
        let t = &self.ticket;
        let email = t.requester_email.as_deref().unwrap_or_default();
        html! {
            @match &t.contact {
                Some((id, name)) => (Identity::new(name).detail(email).href(paths::contact(&self.slug, id))),
                None => (Identity::new(t.requester()).detail(if t.requester_name.is_some() { email } else { "Not a contact yet" })),
            }
            @if let Some((id, name)) = &t.customer { p { "With " a href=(paths::customer(&self.slug, id)) { (name) } } }
            @else if t.customer_hidden { p.quiet { "With a customer that you do not see" } }
            @if !self.others.is_empty() {
                h3.side-head { "Their other open tickets" }
                ul.plain-list { @for (id, words, status) in &self.others { li { a href=(paths::ticket(&self.slug, id)) { (words) } span.quiet { " " (status.label()) } } } }
            }
        }
    }
}
