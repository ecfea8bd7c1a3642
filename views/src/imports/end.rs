//! While an import moves, how it ended, and taking it back.

use super::{LISTED, PART, Place, alert, findings_table, number, summary};
use crate::{
    View,
    ui::{Alert, Button, Card, Form, Icon, Progress, Stat, Tone, actions, stats, wizard_page},
};
use domain::import::{Finding, Import, Severity, Since, State};
use maud::{Markup, Render, html};

/// The worker has it. Asks for itself each second; without JavaScript the browser loads it again.
pub struct Moving {
    pub place: Place,
    pub import: Import,
}

impl View for Moving {
    fn title(&self) -> String {
        self.place.title()
    }

    fn body(&self) -> Markup {
        self.page()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PART).then(|| self.page())
    }
}

impl Moving {
    fn page(&self) -> Markup {
        let here = self.place.import(self.import.id);
        let undoing = self.import.state == State::Undoing;
        let (done, total) = self.import.progress.unwrap_or_default();
        let total = (total > 0 && !undoing).then_some(total);
        let words = if undoing { "Taking it back" } else { "Importing" };
        let detail = match total {
            _ if undoing => "Removing what came in".to_owned(),
            Some(total) => format!("{} of {} written", number(done), self.place.count(total)),
            None => "Reading the file".to_owned(),
        };
        let progress = Progress::new("progress", words, done.into(), total.map(u64::from)).detail(detail);
        let body = html! {
            (Card::bare(progress.render()))
            p.quiet { "You can leave this page: it goes on without you, and you find it under " a href=(self.place.imports()) { "Imports" } "." }
            noscript {
                meta http-equiv="refresh" content="2";
                p { a href=(here) { "Refresh" } " to see how far it is." }
            }
        };
        html! {
            div.import-page id=(PART) hx-get=(here) hx-trigger="every 1s" hx-swap="outerMorph" {
                (wizard_page(&self.place.head_of(&self.import), &self.place.steps(2), body))
            }
        }
    }
}

/// What came of it: done, failed, or taken back.
pub struct Ended {
    pub place: Place,
    pub import: Import,
    /// The first errors, then the first warnings.
    pub findings: Vec<Finding>,
}

impl View for Ended {
    fn title(&self) -> String {
        self.place.title()
    }

    fn body(&self) -> Markup {
        self.page()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PART).then(|| self.page())
    }
}

impl Ended {
    fn page(&self) -> Markup {
        let body = html! { (self.verdict()) (self.numbers()) (self.buttons()) (self.problems()) };
        let steps = self.place.steps(if self.import.state == State::Failed { 2 } else { 3 });
        html! { div.import-page id=(PART) { (wizard_page(&self.place.head_of(&self.import), &steps, body)) } }
    }

    fn verdict(&self) -> Markup {
        let c = &self.import.counts;
        match self.import.state {
            State::Failed => alert(
                Tone::Bad,
                "Nothing was imported",
                html! { (self.import.failure.as_deref().unwrap_or("Something went wrong on our side.")) },
            ),
            State::Undone => {
                let undone = self.import.undone.unwrap_or_default();
                let mut words = vec![format!("{} removed", self.place.count(undone.removed))];
                if undone.restored > 0 {
                    words.push(format!("{} put back as before", self.place.count(undone.restored)));
                }
                if undone.kept > 0 {
                    words.push(format!("{} left, as something hangs on them by now", self.place.count(undone.kept)));
                }
                alert(Tone::Good, "This import was undone", html! { (words.join(", ")) "." })
            }
            _ => html! {
                @if let Some(failure) = &self.import.failure {
                    (alert(Tone::Bad, "It could not be undone", html! { (failure) }))
                }
                @if c.error > 0 && self.is_kept() {
                    (Alert::new(Tone::Warning, summary(c))
                        .text(html! { "The wrong rows stayed out. Put them right in their file, and bring that one in." })
                        .actions(html! { (Button::link("Wrong rows as a file", self.place.errors(self.import.id)).icon(Icon::Download)) }))
                } @else if c.error > 0 {
                    (alert(Tone::Warning, summary(c), html! { "The wrong rows stayed out. Their file is not kept any more." }))
                } @else if c.warning > 0 {
                    (alert(Tone::Warning, summary(c), html! { "All rows are in, without the cells that had a warning." }))
                } @else {
                    (alert(Tone::Good, summary(c), html! { "Everything is in." }))
                }
            },
        }
    }

    fn is_kept(&self) -> bool {
        self.import.is_kept(self.place.moment.now)
    }

    fn numbers(&self) -> Markup {
        let c = &self.import.counts;
        if self.import.state != State::Done {
            return html! {};
        }
        stats(&[
            Stat::new("New", number(c.create)),
            Stat::new("Changed", number(c.change)),
            Stat::new("Unchanged", number(c.same)),
            Stat::new("Left out", number(c.error)),
        ])
    }

    fn buttons(&self) -> Markup {
        let id = self.import.id;
        let noun = self.place.target.words().1;
        let writes = self.import.counts.writes();
        let undo = self.import.state == State::Done && writes > 0 && self.is_kept();
        html! {
            div.import-actions {
                (actions(html! {
                    (Button::link(format!("See all {noun}"), self.place.noun()).primary())
                    (Button::link("Import another file", self.place.imports()).icon(Icon::Upload))
                    @if undo {
                        (Button::link("Undo this import", self.place.reversal(id)).ghost().icon(Icon::ArrowBackUp))
                    }
                }))
                @if self.import.state == State::Failed {
                    (Form::post(self.place.removal(id), &self.place.csrf)
                        .actions(html! { (Button::submit("Discard this file").ghost().icon(Icon::Trash)) }))
                }
            }
        }
    }

    fn problems(&self) -> Markup {
        let (errors, warnings): (Vec<_>, Vec<_>) =
            self.findings.iter().cloned().partition(|f| f.severity == Severity::Error);
        let card = |title: &str, findings: &[Finding]| {
            let columns = self.import.mapping.columns();
            let card = Card::new(title, findings_table(findings, self.place.target, &self.import.source, columns));
            let more = findings.len() >= LISTED;
            if more { card.note(format!("The first {LISTED}.")) } else { card }.flush().render()
        };
        html! {
            @if !errors.is_empty() { (card("Left out", &errors)) }
            @if !warnings.is_empty() { (card("Warnings", &warnings)) }
        }
    }
}

/// Before an import is taken back: what that does, and to whose work.
pub struct Undo {
    pub place: Place,
    pub import: Import,
    pub since: Since,
}

impl View for Undo {
    fn title(&self) -> String {
        format!("Undo: {}", self.place.title())
    }

    fn body(&self) -> Markup {
        let (c, since, here) = (&self.import.counts, self.since, self.place.import(self.import.id));
        let goes = c.create.saturating_sub(since.stay);
        let does = match (goes, c.change) {
            (made, 0) => format!("Remove {}", self.place.count(made)),
            (0, changed) => format!("Put back {}", self.place.count(changed)),
            (made, changed) => format!("Remove {}, put back {}", self.place.count(made), number(changed)),
        };
        let were = |n: u32| if n == 1 { "was" } else { "were" };
        let form = Form::post(self.place.reversal(self.import.id), &self.place.csrf)
            .body(html! {
                @if since != Since::default() {
                    (Alert::new(Tone::Warning, "Some of these have changed since").text(html! { ul {
                        @if since.stay > 0 { li {
                            (self.place.count(since.stay)) " that this import made " (if since.stay == 1 { "has" } else { "have" })
                            " notes, tasks, documents, leave or people who report to them by now, and " (if since.stay == 1 { "stays" } else { "stay" }) ". Archive "
                            (if since.stay == 1 { "it" } else { "them" }) " instead."
                        } }
                        @if since.created > 0 { li {
                            (self.place.count(since.created)) " that this import made " (were(since.created)) " worked on since, and "
                            (if since.created == 1 { "is" } else { "are" }) " removed all the same."
                        } }
                        @if since.changed > 0 { li {
                            (self.place.count(since.changed)) " that it changed " (were(since.changed)) " worked on since: only what still is as imported goes back."
                        } }
                    } }))
                }
                ul {
                    @if goes > 0 { li { (self.place.count(goes)) " that this import made " (if goes == 1 { "is" } else { "are" }) " removed for good." } }
                    @if c.change > 0 { li { (self.place.count(c.change)) " that it changed " (if c.change == 1 { "gets" } else { "get" }) " the earlier values again." } }
                }
            })
            .actions(html! {
                (Button::submit(does).danger().icon(Icon::ArrowBackUp))
                (Button::link("Keep it", here).ghost())
            });
        let body = Card::new("Undo this import", form.render()).render();
        html! { div.import-page id=(PART) { (wizard_page(&self.place.head_of(&self.import), &self.place.steps(3), body)) } }
    }
}
