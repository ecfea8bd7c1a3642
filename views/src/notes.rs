//! Notes: where one is written, how it reads, and whom an `@` could mean.

use crate::{
    View,
    form::errors,
    ui::{Alert, Avatar, Button, Field, Form, PageHead, Tone, form_page},
};
use domain::{
    Errors, NoteId,
    notes::{Draft, LONGEST, Named, Piece},
};
use maud::{Markup, Render, html};

/// A note as it reads: names stand out.
pub fn pieces(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @match piece {
                Piece::Text(text) => { (text) }
                Piece::Mention(named) => { span.mention title=(named.email) { "@" (named.name) } }
            }
        }
    }
}

/// Where a note is written.
pub struct Composer {
    pub action: String,
    /// Where it asks whom an `@` means.
    pub mentions: String,
    pub csrf: String,
    pub once: NoteId,
    pub draft: Draft,
    pub errors: Errors,
    /// Whether one may write for those alone who may change the record.
    pub may_private: bool,
}

impl Render for Composer {
    fn render(&self) -> Markup {
        Form::post(&self.action, self.csrf.as_str())
            .once(self.once.to_string())
            .problem(self.errors.of(""))
            .body(fields(&self.draft, &self.errors, &self.mentions, self.may_private, false))
            .actions(Button::submit("Add note").primary().render())
            .guard()
            .attr("class", "form composer")
            .render()
    }
}

/// `begins`: whether one is led into the field, and not past it.
fn fields(draft: &Draft, e: &Errors, mentions: &str, may_private: bool, begins: bool) -> Markup {
    let text = Field::textarea("text", "Note");
    let text = if begins { text.attr("data-focus", "true") } else { text };
    html! {
        div.mention-field {
            (text.rows(3).value(&draft.text).error(e.of("text"))
                .help("Type @ and a name to let somebody know.")
                .attr("maxlength", LONGEST.to_string()).attr("data-mentions", mentions).attr("autocomplete", "off"))
            div.menu.mention-list data-mention-list role="listbox" aria-label="People" hidden {}
        }
        @if may_private || draft.private == "true" {
            (Field::checkbox("private", "Private: only for those who may change this record, and never for the person themselves")
                .value(&draft.private).error(e.of("private")))
        }
    }
}

/// A note that is changed.
pub struct Edit {
    pub action: String,
    pub mentions: String,
    pub csrf: String,
    pub version: i32,
    pub draft: Draft,
    pub errors: Errors,
    pub may_private: bool,
    /// Somebody, or oneself elsewhere, was faster.
    pub stale: bool,
    /// The record's name, and its timeline.
    pub record: String,
    pub back: String,
}

impl View for Edit {
    fn title(&self) -> String {
        "Edit note".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb(&self.record, &self.back);
        let stale = self.stale.then(|| {
            Alert::new(Tone::Warning, "This note was changed meanwhile")
                .text(html! { "Below is what you typed. Save again to keep it." })
                .announce()
        });
        let form = Form::post(&self.action, self.csrf.as_str())
            .version(self.version)
            .problem(self.errors.of(""))
            .errors(errors(&self.errors))
            .notice(stale)
            .body(fields(
                &self.draft,
                &self.errors,
                &self.mentions,
                self.may_private,
                self.errors.is_empty() && !self.stale,
            ))
            .actions(html! { (Button::submit("Save changes").primary()) (Button::link("Cancel", self.back.as_str())) })
            .guard();
        form_page(&head, form.render())
    }
}

/// Members that an `@` could mean, as the list below the field has them.
pub struct Mentions(pub Vec<Named>);

impl View for Mentions {
    fn title(&self) -> String {
        "People".into()
    }

    fn body(&self) -> Markup {
        let twice =
            |named: &Named| self.0.iter().filter(|n| n.name.to_lowercase() == named.name.to_lowercase()).count() > 1;
        html! {
            div id="mentions" {
                @for named in &self.0 {
                    button.menu-item type="button" role="option" tabindex="-1"
                        data-mention=(if twice(named) { &named.email } else { &named.name }) {
                        (Avatar::new(&named.name))
                        span.menu-label { (named.name) " " span.quiet { (named.email) } }
                    }
                }
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "mentions").then(|| self.body())
    }
}
