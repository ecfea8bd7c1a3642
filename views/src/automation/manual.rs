//! Workflows that somebody starts by hand on a record.

use crate::{
    View,
    ui::{Button, EmptyState, Icon, Menu, PageHead, form_page, menu_button},
};
use domain::{Slug, WorkflowId, automation::fields::RecordKind, paths};
use maud::{Markup, html};
use uuid::Uuid;

/// The id of what is loaded when the menu of a record opens.
pub const PART: &str = "manual-workflows";

/// The menu of a record: what is in it comes when it is opened, so that no page asks for it. Without script, a link to
/// the page of the same.
pub fn menu(slug: &Slug, kind: RecordKind, id: impl std::fmt::Display) -> Markup {
    let path = paths::record_workflows(slug, kind.key(), id);
    let menu = Menu::new("run-workflow").end().other(html! {
        div id=(PART) hx-get=(path) hx-trigger="toggle from:#run-workflow once" hx-target=(format!("#{PART}")) hx-swap="outerHTML" {
            noscript { a.menu-item href=(path) { "Choose a workflow" } }
        }
    });
    menu_button(Button::new("Run workflow").icon(Icon::Bolt), menu)
}

/// What can be started on a record.
pub struct Manual {
    pub slug: Slug,
    pub csrf: String,
    pub kind: RecordKind,
    pub id: Uuid,
    pub name: String,
    /// Its page.
    pub record: String,
    pub workflows: Vec<(WorkflowId, String)>,
}

impl View for Manual {
    fn title(&self) -> String {
        format!("Run a workflow on {}", self.name)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb(
                format!("{}s", self.kind.label()),
                match self.kind {
                    RecordKind::Employee => paths::employees(&self.slug),
                    RecordKind::Customer => paths::customers(&self.slug),
                    RecordKind::Contact => paths::contacts(&self.slug),
                    RecordKind::Lead => paths::leads(&self.slug),
                    RecordKind::Deal => paths::deals(&self.slug),
                    RecordKind::Ticket => paths::tickets(&self.slug),
                    RecordKind::Task => paths::tasks(&self.slug),
                },
            )
            .crumb(&self.name, &self.record);
        form_page(
            &head,
            html! {
                @if self.workflows.is_empty() {
                    (EmptyState::new(Icon::Bolt, "None to start by hand", "A workflow whose trigger is “Somebody presses a button on the record” stands here when it is published."))
                } @else {
                    ul.manual-list { @for (id, name) in &self.workflows { li { (self.form(*id, name, "button")) } } }
                }
            },
        )
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PART).then(|| {
            html! {
                div id=(PART) {
                    @if self.workflows.is_empty() { p.menu-head { "None to start by hand here" } }
                    @for (id, name) in &self.workflows { (self.form(*id, name, "menu-item")) }
                }
            }
        })
    }
}

impl Manual {
    fn form(&self, workflow: WorkflowId, name: &str, class: &str) -> Markup {
        html! {
            form method="post" action=(paths::record_workflows(&self.slug, self.kind.key(), self.id)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name="workflow" value=(workflow);
                button class=(class) type="submit" { (Icon::PlayerPlay) span.menu-label { (name) } }
            }
        }
    }
}
