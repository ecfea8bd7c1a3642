//! Archiving all that a list's question finds: the offer with its number, and how far it is.

use crate::{
    View,
    ui::{Button, Card, Form, Icon, PageHead, Progress, form_page, stack},
};
use domain::{
    ArchivalId,
    archival::{Archival, State},
    list::grouped,
    paths::Pages,
    text::Words,
};
use maud::{Markup, Render, html};

/// The place in the bulk bar that the offer comes to.
pub const OFFER: &str = "archive-all";

/// Asked for when a whole page is ticked and there are more.
pub struct Offer {
    pub words: Words,
    pub pages: Pages,
    pub csrf: String,
    /// The archiving that it would be: pressed twice, it is one.
    pub once: ArchivalId,
    /// The list's address.
    pub question: String,
    pub count: i64,
}

impl View for Offer {
    fn title(&self) -> String {
        format!("Archive {}", self.words.many)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb(self.words.title(), self.pages.list());
        let form = Form::post(self.pages.archivals(), self.csrf.as_str())
            .hidden("back", self.question.as_str())
            .hidden("archival", self.once.to_string())
            .actions(html! { (self.button()) (self.change()) (Button::link("Cancel", self.question.as_str())) });
        form_page(&head, form.render())
    }

    fn part(&self, id: &str) -> Option<Markup> {
        let button = || {
            html! {
                input type="hidden" name="archival" value=(self.once);
                (self.change().small().ghost()) (self.button().small().ghost())
            }
        };
        (id == OFFER).then(button)
    }
}

impl Offer {
    fn change(&self) -> Button {
        Button::submit(format!("Change all {} that fit…", grouped(self.count)))
            .icon(Icon::Pencil)
            .attr("name", "all")
            .attr("value", self.question.as_str())
            .attr("formaction", self.pages.changes_new())
    }

    fn button(&self) -> Button {
        Button::submit(format!("Archive all {} that fit", grouped(self.count)))
            .icon(Icon::Archive)
            .attr("name", "all")
            .attr("value", self.question.as_str())
            .attr("formaction", self.pages.archivals())
    }
}

/// The worker has it. Asks for itself each second; without JavaScript the browser loads it again.
pub struct Moving {
    pub words: Words,
    pub pages: Pages,
    pub archival: Archival,
}

impl View for Moving {
    fn title(&self) -> String {
        let what = if self.archival.state == State::Restoring { "Restoring" } else { "Archiving" };
        format!("{what} {}", self.words.many)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb(self.words.title(), self.pages.list());
        let body = stack(html! {
            (Card::bare(self.progress()))
            p.quiet { "You can leave this page: it goes on without you." }
            noscript {
                meta http-equiv="refresh" content="2";
                p { a href=(self.here()) { "Refresh" } " to see how far it is." }
            }
        });
        form_page(&head, body)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "progress").then(|| self.progress())
    }
}

impl Moving {
    fn here(&self) -> String {
        self.pages.archivals_run(self.archival.id)
    }

    fn progress(&self) -> Markup {
        let number = |n: i32| u64::try_from(n).unwrap_or_default();
        let (done, total) = (self.archival.done, self.archival.total);
        let detail = match total {
            0 => "Looking who is meant".to_owned(),
            _ => format!("{} of {} {}", grouped(done.into()), grouped(total.into()), self.words.many),
        };
        let total = (total > 0).then(|| number(total));
        Progress::new("progress", self.title(), number(done), total).detail(detail).poll(Some(self.here())).render()
    }
}
