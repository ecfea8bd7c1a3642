//! One's own documents: what is asked of one, what is to be confirmed, and what is there.

use super::{super::unlinked, file, state, until};
use crate::{
    View,
    ui::{Badge, Button, Card, Column, EmptyState, Icon, PageHead, Row, Table, Time, Tone, dash, stack},
};
use domain::{
    Day, MemberId, Slug,
    hr::{documents::Document, policies::Reading},
    paths,
};
use maud::{Markup, Render, html};

pub struct Mine {
    pub slug: Slug,
    pub today: Day,
    /// Whether the reader is linked with an employee record at all.
    pub linked: bool,
    /// The reader, where they may say which record is theirs.
    pub may_link: Option<MemberId>,
    pub documents: Vec<Document>,
    pub policies: Vec<Reading>,
}

impl View for Mine {
    fn title(&self) -> String {
        "My documents".into()
    }

    fn body(&self) -> Markup {
        let (open, rest): (Vec<_>, Vec<_>) = self.documents.iter().partition(|d| d.state.open());
        let (unread, read): (Vec<_>, Vec<_>) = self.policies.iter().partition(|r| r.confirmed_at.is_none());
        html! {
            (PageHead::new("My documents").lead(html! { "What the company keeps about you and shows you, and what is asked of you." }))
            (stack(html! {
                @if !open.is_empty() || !unread.is_empty() { (Card::new("To do", self.to_do(&open, &unread))) }
                (Card::new("Documents", self.table(&rest)).flush())
                @if !read.is_empty() { (Card::new("Policies", self.policies(&read))) }
            }))
        }
    }
}

impl Mine {
    fn to_do(&self, open: &[&Document], unread: &[&Reading]) -> Markup {
        html! {
            ul.own-list {
                @for d in open {
                    li {
                        div {
                            a href=(paths::document(&self.slug, d.id)) { "Bring: " (d.title) }
                            p.quiet { (d.kind_name) @if let Some(reason) = &d.reason { " · " (reason) } @else if let Some(message) = &d.message { " · " (message) } }
                        }
                        (until(d, self.today))
                        (Button::link("Upload", paths::document(&self.slug, d.id)).small().icon(Icon::Upload))
                    }
                }
                @for r in unread {
                    li {
                        div {
                            a href=(paths::reading(&self.slug, r.id)) { "Read and confirm: " (r.title) }
                            p.quiet { "Version " (r.number) }
                        }
                        @if let Some(due) = r.due { span { "by " (Time::day(due)) @if due < self.today { " " (Badge::new(Tone::Bad, "Overdue")) } } }
                        (Button::link("Read", paths::reading(&self.slug, r.id)).small())
                    }
                }
            }
        }
    }

    fn table(&self, documents: &[&Document]) -> Markup {
        if documents.is_empty() {
            let text = "Your contract, certificates and letters stand here once they are added.";
            return match self.linked {
                true => EmptyState::new(Icon::FileText, "No documents", text),
                false => unlinked(Icon::FileText, &self.slug, self.may_link, "Then your documents stand here."),
            }
            .render();
        }
        let columns = vec![
            Column::new("Document"),
            Column::new("Kind").minor(),
            Column::new("Status").stays(),
            Column::new(super::UNTIL),
            Column::new("File").minor(),
        ];
        let row = |d: &&Document| {
            let cells = vec![
                html! { a href=(paths::document(&self.slug, d.id)) { (d.title) } },
                html! { (d.kind_name) },
                state(d).render(),
                until(d, self.today),
                d.file.as_ref().map_or_else(dash, |f| file(&self.slug, f)),
            ];
            Row::new(d.id.to_string(), &d.title, cells)
                .brief([html! { (d.kind_name) }].into_iter().chain(super::brief_until(d)))
        };
        Table::new("My documents", columns, documents.iter().map(row).collect()).render()
    }

    fn policies(&self, read: &[&Reading]) -> Markup {
        html! {
            ul.own-list {
                @for r in read {
                    li {
                        a href=(paths::reading(&self.slug, r.id)) { (r.title) }
                        @if let Some(at) = r.confirmed_at { span.quiet { "Version " (r.number) ", confirmed " (Time::day(Day(at.date_naive()))) } }
                    }
                }
            }
        }
    }
}
