//! Files of a customer, a contact, a deal or a lead, and following it.

use crate::ui::{Button, Card, EmptyState, Field, Form, Icon, Menu, Time, menu_button, stack};
use chrono_tz::Tz;
use domain::{Slug, crm::points::Attached, files::size as bytes, paths};
use maud::{Markup, Render, html};

/// Whether one follows a record, and how many do.
pub struct Following {
    pub action: String,
    pub csrf: String,
    pub mine: bool,
    pub many: i64,
}

impl Render for Following {
    fn render(&self) -> Markup {
        let others = self.many - i64::from(self.mine);
        let words = match (self.mine, others) {
            (true, 0) => "You are told of notes, and of what moves.".to_owned(),
            (true, 1) => "You and somebody else are told of notes, and of what moves.".to_owned(),
            (true, n) => format!("You and {n} others are told of notes, and of what moves."),
            (false, 0) => "Nobody follows this yet.".to_owned(),
            (false, 1) => "Somebody follows this.".to_owned(),
            (false, n) => format!("{n} people follow this."),
        };
        let body = html! {
            p.quiet { (words) }
            form method="post" action=(self.action) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name="on" value=(if self.mine { "" } else { "true" });
                (Button::submit(if self.mine { "Unfollow" } else { "Follow" }).small().icon(Icon::Bell))
            }
        };
        Card::new("Following", body).render()
    }
}

/// The tab of a record's files.
pub struct Tab<'a> {
    pub slug: &'a Slug,
    /// Where files are brought, and taken away.
    pub action: String,
    pub removal: String,
    pub csrf: &'a str,
    pub files: &'a [Attached],
    /// What is wrong with one that was brought.
    pub wrong: Option<&'a str>,
    pub may: bool,
    /// The largest file that is taken.
    pub megabytes: u64,
    pub zone: Tz,
}

impl Render for Tab<'_> {
    fn render(&self) -> Markup {
        let list = html! {
            ul.plain-list.files-list {
                @for f in self.files {
                    li.link-row {
                        (Icon::Paperclip)
                        span.link-main {
                            a href=(paths::file(self.slug, f.id)) { (f.name) }
                            span.quiet { " " (bytes(i64::try_from(f.size).unwrap_or(i64::MAX))) @if let Some(by) = &f.by { " · " (by) } " · " (Time::at(&f.at.with_timezone(&self.zone))) }
                        }
                        @if self.may {
                            @let menu = Menu::new(format!("file-{}", f.id)).end()
                                .danger(Some(Icon::Trash), "Remove the file", self.removal.as_str(), self.csrf, vec![("file".into(), f.id.to_string())]);
                            (menu_button(Button::new(format!("More about {}", f.name)).ghost().small().icon_only(Icon::Dots), menu))
                        }
                    }
                }
            }
        };
        let bring = || {
            Form::post(&self.action, self.csrf)
                .multipart()
                .body(html! { (Field::file("file", "File", "").error(self.wrong).help(format!("At most {} MB.", self.megabytes))) })
                .actions(Button::submit("Add this file").icon(Icon::Upload).render())
        };
        stack(html! {
            @if self.may { (Card::new("Add a file", bring().render())) }
            @if self.files.is_empty() {
                (EmptyState::new(Icon::Paperclip, "No files yet", "Contracts, plans, letters: whatever belongs to the record as a whole."))
            } @else { (Card::new("Files", list)) }
        })
    }
}
