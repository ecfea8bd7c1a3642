//! Mail that comes in: what came, a message, and how it stands on a record's timeline.

pub mod settings;

use crate::{
    Moment, View,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Entry, Facts, Field, Form, Icon, Menu, PageHead,
        RecordPage, Row, Table, Tone, code, dashboard_page, menu_button, stack,
    },
};
use domain::{
    FileId, Slug,
    files::size,
    inbound::{BLOCKED, Line, Mail, Mailed, Part, Party, State, Why},
    paths,
    workspace::access::Subject,
};
use maud::{Markup, PreEscaped, Render, html};
use serde::{Deserialize, Serialize};

/// The question as its form and its address have it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
}

/// What came in.
pub struct Index {
    pub slug: Slug,
    pub question: Question,
    pub lines: Vec<Line>,
    pub older: Option<String>,
    /// Everybody's, not the reader's own alone.
    pub all: bool,
    /// The address to which members send copies.
    pub copies_to: Option<String>,
    pub moment: Moment,
}

impl View for Index {
    fn title(&self) -> String {
        "Mail".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Mail")
            .lead(html! { @if self.all { "What came in for this workspace, and what was done with it." } @else { "What you have sent in, and what was done with it." } })
            .actions(html! { @if self.all { (Button::link("Addresses", paths::mail_door(&self.slug)).icon(Icon::Settings)) } });
        let clear = self.question.state.is_empty() && self.question.after.is_empty();
        let states = State::ALL.iter().map(|s| Choice::new(s.key(), s.label())).collect();
        dashboard_page(
            &head,
            stack(html! {
                @if self.lines.is_empty() && clear {
                    (Card::bare(EmptyState::new(Icon::Mail, "No mail yet", "Send a copy of what you write to customers to the address below, or pass on what they write. It lands on their contact, customer and deal.").render()))
                    @if let Some(address) = &self.copies_to { (copies(address)) }
                } @else {
                    (Form::get(paths::mails(&self.slug)).body(html! {
                        div.audit-filter {
                            (Field::select("state", "State", states).empty_choice("Any").value(&self.question.state))
                            div.audit-filter-end { (Button::submit("Show")) }
                        }
                    }))
                    @if self.lines.is_empty() {
                        (Card::bare(EmptyState::new(Icon::CircleCheck, "Nothing here", "No message is in this state.").render()))
                    } @else { (Card::bare(table(&self.slug, &self.lines, self.moment)).flush()) }
                    (self.pager())
                }
            }),
        )
    }
}

impl Index {
    fn pager(&self) -> Markup {
        let at = |after: &str| {
            crate::list::url(&paths::mails(&self.slug), &Question { after: after.to_owned(), ..self.question.clone() })
        };
        html! {
            @if !self.question.after.is_empty() || self.older.is_some() {
                nav.audit-pager aria-label="Pages" {
                    @if !self.question.after.is_empty() { (Button::link("Newest", at("")).small()) }
                    @if let Some(older) = &self.older { (Button::link("Older", at(older)).small().icon_after(Icon::ChevronRight)) }
                }
            }
        }
    }
}

/// Messages, the newest first.
pub(crate) fn table(slug: &Slug, lines: &[Line], moment: Moment) -> Markup {
    let rows = lines.iter().map(|m| {
        let name = if m.subject.is_empty() { "(no subject)" } else { &m.subject };
        let when = moment.ago(m.at).render();
        let what = html! {
            div.mail-what {
                div { a href=(paths::mail(slug, m.id)) { (name) } }
                div.quiet { (m.author) @if m.attachments > 0 { " · " (m.attachments) @if m.attachments == 1 { " file" } @else { " files" } } }
            }
        };
        let became = html! {
            div.mail-what {
                div { (badge(m.state)) }
                @if let Some(why) = m.why { div.quiet { (why.label()) } }
            }
        };
        Row::new(m.id.to_string(), name, vec![what, became.clone(), when.clone()])
            .brief([html! { (became) div.quiet { (when) } }])
    });
    let columns = vec![Column::new("Message").stays(), Column::new("What was done"), Column::new("Came in")];
    Table::new("Messages, newest first", columns, rows.collect()).render()
}

fn badge(state: State) -> Badge {
    let tone = match state {
        State::Received => Tone::Info,
        State::Filed => Tone::Good,
        State::Aside => Tone::Warning,
        State::Ignored => Tone::Neutral,
        State::Failed => Tone::Bad,
    };
    Badge::new(tone, state.label())
}

/// The card that tells where copies go.
pub fn copies(address: &str) -> Markup {
    Card::new(
        "File mail here",
        html! { p.quiet { "Put this address into Bcc, or forward a message to it." } p { (code(address)) } },
    )
    .render()
}

/// One message.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub mail: Mail,
    /// The reader decides what becomes of it.
    pub mine: bool,
    /// The reader looks after mail to support, and it is such.
    pub support: bool,
    pub may_contact: bool,
    pub may_lead: bool,
    /// Where records are looked up by their names.
    pub options: Option<String>,
    pub moment: Moment,
}

impl View for Show {
    fn title(&self) -> String {
        if self.mail.subject.is_empty() { "(no subject)".into() } else { self.mail.subject.clone() }
    }

    fn body(&self) -> Markup {
        let m = &self.mail;
        let head = PageHead::new(self.title())
            .crumb(
                if self.support { "Mail kept aside" } else { "Mail" },
                if self.support { paths::support_mails(&self.slug) } else { paths::mails(&self.slug) },
            )
            .facts(html! { (badge(m.state)) @if m.private { " " (Badge::new(Tone::Warning, "Private").icon(Icon::EyeOff)) } })
            .actions(self.actions());
        let notice = m.why.map(|why| self.notice(why));
        RecordPage { head, notice, tabs: None, main: stack(self.text()), side: Some(stack(self.side())) }.render()
    }
}

impl Show {
    fn actions(&self) -> Markup {
        let (m, csrf) = (&self.mail, self.csrf.as_str());
        let mut menu = Menu::new("more").end();
        let again = m.raw.is_some() && (m.state.is_open() || m.state == State::Ignored);
        if m.own {
            let (words, private, icon) = match m.private {
                true => ("Show it to others", "", Icon::Eye),
                false => ("Keep it private", "true", Icon::EyeOff),
            };
            menu = menu.post(
                Some(icon),
                words,
                paths::mail_privacy(&self.slug, m.id),
                csrf,
                vec![("private".into(), private.into())],
            );
        }
        let aside = self.support && m.ticket.is_none();
        if aside && m.why != Some(Why::Blocked) {
            menu = menu.post(
                Some(Icon::HandStop),
                "Block its sender",
                paths::support_mail_block(&self.slug, m.id),
                csrf,
                vec![],
            );
        }
        let decides = (self.mine || self.support) && m.state.is_open();
        if decides {
            menu = menu.post(Some(Icon::X), "Leave it alone", paths::mail_dismissal(&self.slug, m.id), csrf, vec![]);
        }
        html! {
            @if let Some(raw) = m.raw { (Button::link("As it came", paths::file(&self.slug, raw)).icon(Icon::Download)) }
            @if aside && matches!(m.state, State::Aside | State::Ignored) {
                form method="post" action=(paths::support_mail_admission(&self.slug, m.id)) {
                    input type="hidden" name="_csrf" value=(csrf);
                    (Button::submit(if m.why == Some(Why::Spam) { "Not spam" } else { "Make a ticket of it" }).primary().icon(Icon::Mail))
                }
            }
            @if (self.mine || aside) && again {
                form method="post" action=(paths::mail_retry(&self.slug, m.id)) {
                    input type="hidden" name="_csrf" value=(csrf);
                    (Button::submit("Try again").icon(Icon::Refresh))
                }
            }
            @if m.own || decides || aside && m.why != Some(Why::Blocked) { (menu_button(Button::new("More").icon_only(Icon::Dots), menu)) }
        }
    }

    fn notice(&self, why: Why) -> Markup {
        let m = &self.mail;
        let tone = if m.state.is_open() { Tone::Warning } else { Tone::Info };
        let title = match (m.state.is_open(), self.support) {
            (true, true) => "This is in no ticket",
            (true, false) => "Nobody has this on a record",
            (false, _) => m.state.label(),
        };
        Alert::new(tone, title)
            .text(html! { (why.label()) @if let Some(note) = &m.note { " " span.quiet { (note) } } })
            .render()
    }

    fn text(&self) -> Markup {
        let m = &self.mail;
        let body = html! {
            @if let Some(comment) = &m.comment { p.mail-comment { strong { (m.member.as_deref().unwrap_or("They")) " wrote above it: " } (comment) } }
            @if m.body.is_empty() { p.quiet { "There is no text in it." } } @else { div.mail-text { (m.body) } }
            @if let Some(folded) = &m.folded { details.mail-folded { summary { "Quotes and signature" } div.mail-text { (folded) } } }
        };
        html! {
            (Card::bare(body))
            @if let Some(html) = &m.html {
                (Card::bare(html! { details.mail-folded { summary { "As it was formatted" } p.quiet { "Pictures from elsewhere are left out: they would tell the sender that it was read." } div.mail-html { (formatted(&self.slug, html, &self.pictures(), false)) } } }))
            }
            @if !m.attachments.is_empty() || !m.left_out.is_empty() {
                (Card::new("Files", html! {
                    ul.plain-list.files-list {
                        @for file in &m.attachments {
                            li.link-row { (Icon::Paperclip) span.link-main { a href=(paths::file(&self.slug, file.id)) { (file.name) } span.quiet { " " (size(file.size)) } } }
                        }
                        @for left in &m.left_out {
                            li.link-row { (Icon::AlertTriangle) span.link-main { (left.name) span.quiet { " Not kept by itself; it is in the message as it came. " (left.why) } } }
                        }
                    }
                }))
            }
        }
    }

    fn pictures(&self) -> Vec<(FileId, String)> {
        self.mail.attachments.iter().filter_map(|a| Some((a.id, a.content_id.clone()?))).collect()
    }

    fn side(&self) -> Markup {
        let m = &self.mail;
        let mut facts = Facts::new();
        // Nobody in Cc is no gap to be filled.
        for (label, part) in [("From", Part::From), ("To", Part::To), ("Cc", Part::Cc), ("Bcc", Part::Bcc)] {
            if let Some(people) = people(&m.people, part) {
                facts = facts.fact(label, people);
            }
        }
        if let Some(at) = m.sent_at {
            facts = facts.fact("Sent", self.moment.at(at).render());
        }
        facts = facts.fact("Came in", self.moment.at(m.at).render());
        if let Some(name) = &m.member {
            facts = facts.fact(if m.forwarded { "Passed on by" } else { "Sent in by" }, html! { (name) });
        }
        let facts = facts.fact("Size", html! { (size(m.size)) });
        html! {
            (Card::new("Filed on", self.filed()))
            @if self.mine && !m.unknown.is_empty() { (Card::new("Nobody here has these", self.unknown())) }
            (Card::new("Message", facts.render()))
            @if !m.thread.is_empty() {
                (Card::new("Conversation", html! {
                    ul.plain-list { @for (id, at, author) in &m.thread { li { a href=(paths::mail(&self.slug, id)) { (author) } " " span.quiet { (self.moment.ago(*at)) } } } }
                }))
            }
        }
    }

    fn filed(&self) -> Markup {
        let m = &self.mail;
        html! {
            @if let Some((id, words)) = &m.ticket { p { a href=(paths::ticket(&self.slug, id)) { (words) } " " span.quiet { "Ticket" } } }
            @if m.records.is_empty() && m.ticket.is_none() { p.quiet { "On no record that you see." } }
            @if !m.records.is_empty() {
                ul.plain-list {
                    @for (subject, name) in &m.records {
                        li.link-row {
                            span.link-main { a href=(page(&self.slug, *subject)) { (name) } " " span.quiet { (kind(*subject)) } }
                            @if self.mine {
                                form method="post" action=(paths::mail_filing_removal(&self.slug, m.id)) {
                                    input type="hidden" name="_csrf" value=(self.csrf);
                                    input type="hidden" name="record" value=(subject.key());
                                    (Button::submit(format!("Take it off {name}")).ghost().small().icon_only(Icon::X))
                                }
                            }
                        }
                    }
                }
            }
            @if self.mine {
                (Form::post(paths::mail_filing(&self.slug, m.id), &self.csrf).body(html! {
                    @let help = "A contact’s email, or the name of a contact, customer, deal or lead.";
                    @match &self.options {
                        Some(options) => { (crate::tasks::about_field("Another record", "", options).help(help)) }
                        None => { (Field::text("about", "Another record").help(help)) }
                    }
                    (crate::tasks::options(&[]))
                }).actions(Button::submit("File it").small().render()))
            }
        }
    }

    fn unknown(&self) -> Markup {
        let post = |action: String, words: &str, email: &str| {
            html! {
                form method="post" action=(action) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="email" value=(email);
                    (Button::submit(words).small().attr("aria-label", format!("{words} of {email}")))
                }
            }
        };
        html! {
            ul.plain-list {
                @for email in &self.mail.unknown {
                    li.mail-unknown {
                        span { (email) }
                        @if self.may_contact { (post(paths::mail_contact(&self.slug, self.mail.id), "Make a contact", email)) }
                        @if self.may_lead { (post(paths::mail_lead(&self.slug, self.mail.id), "Make a lead", email)) }
                    }
                }
            }
        }
    }
}

/// A message as it was formatted, cleaned before it was kept. Pictures that came with it stand where it shows them; those from
/// elsewhere only where `elsewhere` says that somebody has asked for them.
pub(crate) fn formatted(slug: &Slug, html: &str, pictures: &[(FileId, String)], elsewhere: bool) -> Markup {
    let blocked = format!("src=\"{BLOCKED}");
    PreEscaped(of_pictures(html, |picture| {
        let picture = match elsewhere {
            true => picture.replace(&blocked, "referrerpolicy=\"no-referrer\" src=\""),
            false => left_out(picture, &blocked),
        };
        pictures.iter().fold(picture, |picture, (file, cid)| {
            picture.replace(&format!("src=\"cid:{cid}\""), &format!("src=\"{}?show=1\"", paths::file(slug, file)))
        })
    }))
}

/// With this done to each tag of a picture, and nothing to what only reads like one. What was cleaned has `<` in tags alone, and
/// quotes around every value.
fn of_pictures(html: &str, mut change: impl FnMut(&str) -> String) -> String {
    let (mut changed, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(at) = rest.find('<') {
        let mut quoted = false;
        let end = rest[at..].find(|c: char| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let (before, tag) = (&rest[..at], &rest[at..end.map_or(rest.len(), |end| at + end + 1)]);
        changed += before;
        match tag.starts_with("<img ") {
            true => changed += &change(tag),
            false => changed += tag,
        }
        rest = &rest[at + tag.len()..];
    }
    changed + rest
}

/// Without what begins like that, up to the end of its value: no address of a picture is told.
fn left_out(html: &str, begins: &str) -> String {
    let mut parts = html.split(begins);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |html, part| html + part.split_once('"').map_or("", |(_, rest)| rest))
}

/// Whether a message would show pictures from elsewhere.
pub(crate) fn has_elsewhere(html: &str) -> bool {
    let (blocked, mut found) = (format!("src=\"{BLOCKED}"), false);
    of_pictures(html, |picture| {
        found |= picture.contains(&blocked);
        String::new()
    });
    found
}

fn people(all: &[Party], part: Part) -> Option<Markup> {
    let of: Vec<&Party> = all.iter().filter(|p| p.part == part).collect();
    (!of.is_empty()).then(|| {
        html! {
            ul.plain-list { @for p in of { li { (p.words()) @if !p.name.is_empty() { " " span.quiet { (p.email) } } } } }
        }
    })
}

fn page(slug: &Slug, subject: Subject) -> String {
    match subject {
        Subject::Employee(id) => paths::employee(slug, id),
        Subject::Customer(id) => paths::customer(slug, id),
        Subject::Contact(id) => paths::contact(slug, id),
        Subject::Deal(id) => paths::deal(slug, id),
        Subject::Lead(id) => paths::lead(slug, id),
        Subject::Ticket(id) => paths::ticket(slug, id),
    }
}

const fn kind(subject: Subject) -> &'static str {
    match subject {
        Subject::Employee(_) => "Employee",
        Subject::Customer(_) => "Customer",
        Subject::Contact(_) => "Contact",
        Subject::Deal(_) => "Deal",
        Subject::Lead(_) => "Lead",
        Subject::Ticket(_) => "Ticket",
    }
}

/// Letters of a message that a timeline shows.
const SHOWN: usize = 1_200;

/// A message on a timeline.
pub(crate) fn entry(slug: &Slug, m: &Mailed, moment: Moment) -> Entry {
    let to = match &m.to[..] {
        [] => String::new(),
        [one] => format!(" to {one}"),
        [one, two] => format!(" to {one} and {two}"),
        [one, rest @ ..] => format!(" to {one} and {} others", rest.len()),
    };
    let what = html! {
        @if m.bounce { "told that mail came back: " } @else { "wrote" (to) ": " }
        a href=(paths::mail(slug, m.id)) { @if m.subject.is_empty() { "(no subject)" } @else { (m.subject) } }
        @if let Some(through) = &m.through { span.quiet { " (passed on by " (through) ")" } }
        @if m.private { " " (Badge::new(Tone::Warning, "Private").icon(Icon::EyeOff)) }
    };
    let long = m.body.chars().count() > SHOWN;
    let text: String = m.body.chars().take(SHOWN).collect();
    let body = html! {
        div.mail-text { (text.trim_end()) @if long { "…" } }
        @if let Some(folded) = m.folded.as_ref().filter(|_| !long) { details.mail-folded { summary { "Quotes and signature" } div.mail-text { (folded) } } }
    };
    let entry = Entry::new(&m.author, what, moment.ago(m.at)).icon(Icon::Mail).written(body);
    match m.attachments.is_empty() {
        true => entry,
        false => entry.actions(html! {
            @for (id, name) in &m.attachments { a href=(paths::file(slug, id)) { (Icon::Paperclip) " " (name) } " " }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_reads_like_a_picture_stays_as_it_is() {
        let slug = Slug::parse("acme").expect("a slug");
        let text = "<p>Write src=\"blocked:https://x.example\" or src=\"cid:a@b\".</p><b>Bold</b>";
        let file = FileId(uuid::Uuid::from_u128(7));
        let pictures = [(file, "a@b".to_owned())];
        for elsewhere in [false, true] {
            assert_eq!(formatted(&slug, text, &pictures, elsewhere).into_string(), text);
        }
        assert!(!has_elsewhere(text));
        let with = format!("{text}<img alt=\"a > b\" src=\"blocked:https://x.example/p.gif\"><img src=\"cid:a@b\">");
        assert!(has_elsewhere(&with));
        let own = paths::file(&slug, file);
        let shown = formatted(&slug, &with, &pictures, false).into_string();
        assert_eq!(shown, format!("{text}<img alt=\"a > b\" ><img src=\"{own}?show=1\">"));
        let shown = formatted(&slug, &with, &pictures, true).into_string();
        assert!(shown.starts_with(text) && shown.contains("src=\"https://x.example/p.gif\""), "{shown}");
    }
}
