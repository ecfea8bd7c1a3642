//! What one is told, how, and when: the settings page, and the digest before it is sent.

use crate::{
    View,
    form::errors,
    settings,
    ui::{Alert, Button, Card, Choice, EmptyState, Field, Form, Icon, PageHead, Tone, field_row, stack},
};
use domain::{
    Errors, Slug,
    access::Rights,
    digest::{Block, Digest, Rhythm, Schedule, Trend, WEEKDAYS},
    mail::List,
    notifications::{Choices, Kind},
    paths,
};
use maud::{Markup, Render, html};

pub struct Notifications {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub email: String,
    /// In which hours are meant.
    pub zone: String,
    pub choices: Choices,
    pub schedule: Schedule,
    /// As typed.
    pub quiet_from: String,
    pub quiet_until: String,
    pub errors: Errors,
}

impl View for Notifications {
    fn title(&self) -> String {
        "Notifications".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .lead(html! { "What you are told in this workspace, and what is sent to " (self.email) "." });
        let form = Form::post(paths::notifications(&self.slug), &self.csrf)
            .errors(errors(&self.errors))
            .body(html! {
                (Card::new("What and where", html! { div.channel-fields { (self.matrix()) } }).note("The bell is on top of every page. Several mails of the same minutes come as one."))
                (Card::new("Quiet hours", html! { div.channel-fields { (self.quiet()) } }).note(format!("Mails wait until they are over; the bell and the digest do not. In your time zone, {}.", self.zone)))
                (Card::new("Digest", html! { div.channel-fields { (self.digest()) } }).note("One mail with what has changed and what waits. With nothing to say, none is sent."))
            })
            .actions(Button::submit("Save changes").primary().render())
            .guard();
        let body = stack(html! {
            (form)
            (Card::new("Always", html! { p { "Links that you ask for, invitations, and word that your address was changed." } }))
        });
        settings::page(&self.slug, &self.rights, &paths::notifications(&self.slug), &head, body)
    }
}

impl Notifications {
    fn matrix(&self) -> Markup {
        let mails = self.choices.on(List::Notifications);
        html! {
            @if !mails {
                (Alert::new(Tone::Warning, "Mails of notifications are off").text(html! { "You ended them, perhaps with the link in one. What is ticked under Email waits until you want them again." }))
            }
            (Field::checkbox("mails", "Send me mails of notifications").value(if mails { "true" } else { "" }))
            (Field::checkbox("workflow_mails", "Send me what workflows write to me").value(if self.choices.on(List::Workflows) { "true" } else { "" }))
            div.table-scroll {
                table.channels {
                    thead { tr { th scope="col" { "When" } th scope="col" { "Bell" } th scope="col" { "Email" } th scope="col" { "Digest" } } }
                    tbody {
                        @for kind in Kind::ALL {
                            @let on = self.choices.chosen(*kind);
                            // Its list is its mail's only switch.
                            @let mail = if kind.mailed_as_notice() { on.mail } else { on.mail && self.choices.on(List::Imports) };
                            tr {
                                th scope="row" { span.channel-label { (kind.label()) } span.channel-help { (kind.help()) } }
                                @for (channel, word, ticked) in [("app", "bell", on.app), ("mail", "email", mail), ("digest", "digest", on.digest)] {
                                    td.is-notice-mail[channel == "mail" && kind.mailed_as_notice()] { label.channel-box { input.check type="checkbox" name=(format!("{}-{channel}", kind.key())) value="true" checked[ticked]; span.visually-hidden { (kind.label()) ": " (word) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn quiet(&self) -> Markup {
        let e = &self.errors;
        let quiet = self.choices.quiet;
        html! {
            (Field::checkbox("quiet", "Send no mails in these hours").value(if quiet.is_some() { "true" } else { "" }))
            (field_row(html! {
                (Field::text("quiet_from", "Quiet from").value(&self.quiet_from).error(e.of("quiet_from")).attr("type", "time"))
                (Field::text("quiet_until", "Quiet until").value(&self.quiet_until).error(e.of("quiet_until")).attr("type", "time"))
            }))
            (Field::checkbox("quiet_weekends", "And all day on Saturdays and Sundays").value(if quiet.is_some_and(|q| q.weekends) { "true" } else { "" }))
        }
    }

    fn digest(&self) -> Markup {
        let on = self.choices.on(List::Digest);
        let rhythm = if on { self.schedule.rhythm } else { Rhythm::Off };
        let rhythms = Rhythm::ALL.iter().map(|r| Choice::new(r.key(), r.label())).collect();
        let days = (1u8..).zip(WEEKDAYS).map(|(n, day)| Choice::new(n.to_string(), day)).collect();
        let hours = (0..24).map(|h| Choice::new(h.to_string(), format!("{h:02}:00"))).collect();
        html! {
            @if !on { (Alert::new(Tone::Warning, "Your digest is off").text(html! { "You ended it, perhaps with the link in one. Choose when it comes to have it again." })) }
            (Field::select("rhythm", "How often", rhythms).value(rhythm.key()))
            (field_row(html! {
                (Field::select("weekday", "Day, if once a week", days).value(self.schedule.weekday.to_string()))
                (Field::select("hour", "Time", hours).value(self.schedule.hour.to_string()).help(format!("In your time zone, {}.", self.zone)))
            }))
            p { (Button::link("Preview my digest", paths::digest(&self.slug)).icon(Icon::Eye)) }
        }
    }
}

/// The digest as it would be now.
pub struct Preview {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub email: String,
    pub subject: String,
    pub digest: Digest,
    /// The mail's own plain text.
    pub text: String,
}

impl View for Preview {
    fn title(&self) -> String {
        "Your digest".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Notifications", paths::notifications(&self.slug))
            .lead(html! { "As it would be sent to " (self.email) " now. " (self.digest.period.words()) "." })
            .actions(html! {
                @if !self.digest.blocks.is_empty() {
                    form method="post" action=(paths::digest_sending(&self.slug)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Send me one now").primary().icon(Icon::Mail))
                    }
                }
            });
        let body = stack(html! {
            @if self.digest.blocks.is_empty() {
                (Card::bare(EmptyState::new(Icon::Mail, "Nothing to say", "Then no mail is sent. New and leaving people, invitations, customers and what you chose for the digest come in here.").render()))
            } @else {
                (Card::new(self.subject.clone(), html! { @for block in &self.digest.blocks { (self.block(block)) } }))
                (Card::new("The same as plain text", html! { pre.digest-text { (self.text) } }))
            }
        });
        settings::page(&self.slug, &self.rights, &paths::notifications(&self.slug), &head, body)
    }
}

impl Preview {
    fn block(&self, block: &Block) -> Markup {
        let at = |path: &str| format!("{}{path}", paths::home(&self.slug));
        let more = block.count - i64::try_from(block.lines.len()).unwrap_or(i64::MAX);
        html! {
            section.digest-block {
                header.digest-head {
                    h3 { a href=(at(&block.path)) { (block.title) } }
                    span.digest-count { (block.count) }
                    @match block.trend() {
                        Some(Trend::Up(n)) => { span.digest-trend { (Icon::TrendingUp) (n) " more than before" } }
                        Some(Trend::Down(n)) => { span.digest-trend { (Icon::TrendingDown) (n) " fewer than before" } }
                        Some(Trend::Same) => { span.digest-trend { (Icon::Minus) "as before" } }
                        None => {}
                    }
                }
                @if !block.lines.is_empty() {
                    ul.digest-lines {
                        @for line in &block.lines { li { a href=(at(&line.path)) { (line.text) } @if !line.detail.is_empty() { " " span.quiet { (line.detail) } } } }
                        @if more > 0 { li { a href=(at(&block.path)) { "And " (more) " more" } } }
                    }
                }
            }
        }
    }
}
