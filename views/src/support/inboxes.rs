//! Mailboxes that are read: the list with how each fares, and the form.

use super::settings::Frame;
use crate::{
    Moment, View,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Icon, PageHead, Row, Table, Tone, field_row,
        form_section, stack,
    },
};
use domain::{
    paths,
    support::{
        inboxes::{After, Draft, Inbox, Security},
        queues::Queue,
    },
};
use maud::{Markup, Render, html};

/// How many messages there are, or why it does not work.
pub type Tried = Result<u32, String>;

/// All of them.
pub struct Inboxes {
    pub frame: Frame,
    pub inboxes: Vec<Inbox>,
    pub queues: Vec<Queue>,
    pub moment: Moment,
}

impl View for Inboxes {
    fn title(&self) -> String {
        "Mailboxes".into()
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let head = PageHead::new("Mailboxes")
            .lead(
                html! { "What comes into a mailbox of yours becomes a ticket. People360 looks every minute, by IMAP." },
            )
            .actions(Button::link("New mailbox", paths::inbox_new(&f.slug)).primary().icon(Icon::Plus).render());
        let queue = |i: &Inbox| self.queues.iter().find(|q| q.id == i.fields.queue).map_or("", |q| q.name.as_str());
        let rows = self.inboxes.iter().map(|i| {
            let cells = vec![
                html! { a href=(paths::inbox(&f.slug, i.id)) { (i.fields.address) } },
                html! { (queue(i)) },
                html! { (i.fields.account.host) },
                html! { (i.state.taken) },
                html! { (state(i)) " " (told(i, self.moment)) },
            ];
            Row::new(i.id.to_string(), i.fields.address.as_str(), cells).brief([html! { (queue(i)) }])
        });
        let columns = vec![
            Column::new("Mailbox"),
            Column::new("Queue"),
            Column::new("Server").minor(),
            Column::new("Messages").numeric().minor(),
            Column::new("State").stays(),
        ];
        let body = stack(html! {
            (f.problem())
            @for i in self.inboxes.iter().filter(|i| i.state.problem.is_some()) { (problem(i, self.moment)) }
            @if self.inboxes.is_empty() {
                (EmptyState::new(Icon::Mail, "No mailbox is read yet", "Add the one that customers write to, like support@your-company. Without one, mail comes in by the addresses of queues.")
                    .actions(Button::link("New mailbox", paths::inbox_new(&f.slug)).icon(Icon::Plus).render()))
            } @else {
                (Card::new("Mailboxes", Table::new("Mailboxes", columns, rows.collect()).render()).flush())
            }
        });
        f.page(&paths::inboxes(&f.slug), &head, body)
    }
}

fn state(inbox: &Inbox) -> Badge {
    match &inbox.state {
        _ if inbox.paused => Badge::new(Tone::Neutral, "Paused"),
        s if s.down_since.is_some() => Badge::new(Tone::Bad, "Down"),
        s if s.problem.is_some() => Badge::new(Tone::Warning, "Read, with a problem"),
        s if s.checked_at.is_some() => Badge::new(Tone::Good, "Read"),
        _ => Badge::new(Tone::Neutral, "Not looked into yet"),
    }
}

fn told(inbox: &Inbox, moment: Moment) -> Markup {
    html! {
        @if inbox.paused {}
        @else if let Some(since) = inbox.state.down_since { span.quiet { "since " (moment.at(since)) } }
        @else if let Some(at) = inbox.state.checked_at { span.quiet { (moment.ago(at)) } }
    }
}

/// What is wrong, and what happens next.
fn problem(inbox: &Inbox, moment: Moment) -> Markup {
    let (address, words) = (&inbox.fields.address, inbox.state.problem.as_deref().unwrap_or_default());
    match inbox.state.down_since {
        Some(since) => Alert::new(Tone::Bad, format!("{address} cannot be read"))
            .text(html! { "Down since " (moment.at(since)) ". " (words) " It is tried again by itself, a quarter of an hour apart at most. Mail waits there until then." })
            .render(),
        None => Alert::new(Tone::Warning, format!("{address} is read, but not all works")).text(html! { (words) }).render(),
    }
}

/// A mailbox as typed.
pub struct InboxForm {
    pub frame: Frame,
    pub once: String,
    pub editing: Option<Inbox>,
    pub draft: Draft,
    /// A password that was typed, hidden.
    pub kept: String,
    pub tried: Option<Tried>,
    pub queues: Vec<Queue>,
    pub moment: Moment,
}

impl View for InboxForm {
    fn title(&self) -> String {
        match &self.editing {
            Some(inbox) => format!("Mailbox {}", inbox.fields.address),
            None => "New mailbox".into(),
        }
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let head = PageHead::new(self.title()).crumb("Mailboxes", paths::inboxes(&f.slug));
        let action = match &self.editing {
            Some(inbox) => paths::inbox(&f.slug, inbox.id),
            None => paths::inbox_new(&f.slug),
        };
        let queues = self.queues.iter().filter(|q| !q.archived || q.id.to_string() == d.queue);
        let queues: Vec<Choice> = queues.map(|q| Choice::new(q.id.to_string(), &q.name)).collect();
        let securities = Security::ALL.map(|s| Choice::new(s.key(), s.label())).to_vec();
        let afters = After::CHOICES.map(|(key, label)| Choice::new(key, label)).to_vec();
        let kept = self.editing.is_some();
        let password = Field::password("password", "Password").error(e.of("password")).autocomplete("off");
        let password = match kept {
            _ if !self.kept.is_empty() => password.help("The one that you typed is remembered until you save. Type another one to use that instead."),
            true => password.help("Leave it empty to keep the one that is there. It is kept encrypted and shown to nobody."),
            false => password.required().help("Many services want a password for programs, made in their own settings. It is kept encrypted and shown to nobody."),
        };
        let form = f
            .form(action, &self.once, self.editing.as_ref().map(|i| i.version))
            .body(html! {
                @if !self.kept.is_empty() { input type="hidden" name="kept" value=(self.kept); }
                (form_section("Mailbox", None, html! {
                    (field_row(html! {
                        (Field::email("address", "Address").value(&d.address).error(e.of("address")).required().help("What customers write to."))
                        (Field::select("queue", "Queue", queues).value(&d.queue).error(e.of("queue")).help("Where its mail becomes tickets."))
                    }))
                    (Field::checkbox("plus", "It takes mail to name+anything@").value(&d.plus).help("Most services do. Then answers carry a signed address, and come to their ticket whatever else a mail program leaves out."))
                }))
                (form_section("Server", Some("IMAP, always encrypted. Your mail service tells these."), html! {
                    (field_row(html! {
                        (Field::text("host", "Server").value(&d.host).error(e.of("host")).required().placeholder("imap.example.com").attr("maxlength", "253").attr("autocapitalize", "none").attr("spellcheck", "false"))
                        (Field::select("security", "Secured by", securities).value(&d.security).error(e.of("security")))
                    }))
                    (field_row(html! {
                        (Field::text("username", "User").value(&d.username).error(e.of("username")).required().autocomplete("off").attr("maxlength", "200").attr("autocapitalize", "none").attr("spellcheck", "false"))
                        (password)
                    }))
                    (field_row(html! {
                        (Field::number("port", "Port").value(&d.port).error(e.of("port")).optional().help("Empty: the usual one."))
                        (Field::text("folder", "Folder").value(&d.folder).error(e.of("folder")).optional().help("Empty: INBOX."))
                    }))
                }))
                (form_section("Messages that were taken in", None, html! {
                    (field_row(html! {
                        (Field::select("after", "What is done with them", afters).value(&d.after).error(e.of("after")))
                        (Field::text("move_to", "Folder to move them to").value(&d.move_to).error(e.of("move_to")).optional().attr("maxlength", "200"))
                    }))
                    @if !kept { (Field::checkbox("backlog", "Also take in what is there already").value(&d.backlog).help("Without it only what comes from now on becomes tickets.")) }
                    @else if d.backlog == "true" { input type="hidden" name="backlog" value="true"; }
                }))
            })
            .actions(html! {
                (Button::submit("Save mailbox").primary())
                (Button::submit("Test the connection").attr("name", "act").attr("value", "try"))
                (Button::link("Cancel", paths::inboxes(&f.slug)))
            });
        let body = stack(html! {
            (self.told())
            (form)
            @if let Some(inbox) = &self.editing { (self.around(inbox)) }
        });
        f.page(&paths::inboxes(&f.slug), &head, body)
    }
}

impl InboxForm {
    fn told(&self) -> Markup {
        match (&self.tried, &self.editing) {
            (Some(Ok(many)), _) => {
                let many = if *many == 1 { "1 message is".into() } else { format!("{many} messages are") };
                Alert::new(Tone::Good, "The connection works")
                    .text(html! { (many) " in the folder. Nothing was changed there. Save it to have it read." })
                    .announce()
                    .render()
            }
            (Some(Err(words)), _) => {
                Alert::new(Tone::Bad, "The connection does not work").text(html! { (words) }).announce().render()
            }
            (None, Some(inbox)) if inbox.state.problem.is_some() => problem(inbox, self.moment),
            _ => html! {},
        }
    }

    fn around(&self, inbox: &Inbox) -> Markup {
        let f = &self.frame;
        let flag = |value: &str, button: Button| {
            html! {
                form method="post" action=(paths::inbox_pause(&f.slug, inbox.id)) {
                    input type="hidden" name="_csrf" value=(f.csrf);
                    input type="hidden" name="paused" value=(value);
                    (button)
                }
            }
        };
        html! {
            (Card::new("Reading it", html! {
                p { (state(inbox)) " " (told(inbox, self.moment)) }
                p.quiet { (inbox.state.taken) " taken in" @if let Some(at) = inbox.state.taken_at { ", the last one " (self.moment.ago(at)) } "." }
                @if inbox.paused { (flag("", Button::submit("Read it again").icon(Icon::Refresh))) }
                @else {
                    (crate::ui::actions(html! {
                        (f.post(paths::inbox_look(&f.slug, inbox.id), Button::submit("Look now").icon(Icon::Refresh)))
                        (flag("true", Button::submit("Pause")))
                    }))
                }
            }))
            (Card::new("Remove this mailbox", html! {
                p.quiet { "Its password is forgotten, and it is not read any more. The tickets that came by it stay." }
                (f.post(paths::inbox_removal(&f.slug, inbox.id), Button::submit("Remove mailbox").danger().icon(Icon::Trash)))
            }))
        }
    }
}
