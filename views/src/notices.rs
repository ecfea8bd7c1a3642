//! What one was told: the bell, what opens below it, and the page.

use crate::{
    Moment, View,
    ui::{Button, Card, EmptyState, Icon, PageHead, Tab, Tabs, stack},
};
use domain::{
    NotificationId, Slug,
    notifications::{CAP, Notification},
    paths,
};
use maud::{Markup, Render, html};
use serde::{Deserialize, Serialize};

/// What the list below the bell is called by; htmx swaps it.
pub const PANEL: &str = "notices-panel";

/// The bell with its count. Its stream's address is there for app.js.
pub fn bell(slug: &str, unread: i64) -> Markup {
    html! {
        button.button.button-ghost.button-icon.bell type="button" popovertarget="notices" aria-label=(label(unread))
            data-bell=(paths::notices_stream(slug)) {
            (Icon::Bell)
            span.bell-count data-bell-count hidden[unread == 0] { (count(unread)) }
        }
        span.visually-hidden role="status" data-bell-said {}
        div.menu.menu-end.notices id="notices" popover data-menu {
            // The newest come when it opens; without script it leads to the page.
            div id=(PANEL) hx-get=(paths::notices_panel(slug)) hx-trigger="opened" hx-target=(format!("#{PANEL}")) hx-swap="outerHTML" data-bell-panel {
                a.menu-item href=(paths::notices(slug)) { (Icon::Bell) span.menu-label { "All notifications" } }
            }
        }
    }
}

fn count(unread: i64) -> String {
    if unread > CAP { format!("{CAP}+") } else { unread.to_string() }
}

fn label(unread: i64) -> String {
    match unread {
        0 => "Notifications".into(),
        n => format!("Notifications, {} unread", count(n)),
    }
}

/// Below the bell.
pub struct Panel {
    pub slug: Slug,
    pub csrf: String,
    pub moment: Moment,
    pub notices: Vec<Notification>,
    pub unread: i64,
}

impl View for Panel {
    fn title(&self) -> String {
        "Notifications".into()
    }

    fn body(&self) -> Markup {
        html! { (PageHead::new("Notifications")) (self.panel()) }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PANEL).then(|| self.panel())
    }
}

impl Panel {
    fn panel(&self) -> Markup {
        html! {
            div id=(PANEL) hx-get=(paths::notices_panel(&self.slug)) hx-trigger="opened" hx-target=(format!("#{PANEL}")) hx-swap="outerHTML" data-bell-panel data-unread=(self.unread) {
                div.notices-head {
                    h2 { "Notifications" }
                    @if self.unread > 0 {
                        form method="post" action=(paths::notices_reading(&self.slug)) hx-post=(paths::notices_reading(&self.slug)) hx-target=(format!("#{PANEL}")) hx-swap="outerHTML" {
                            input type="hidden" name="_csrf" value=(self.csrf);
                            (Button::submit("Mark all read").small().ghost())
                        }
                    }
                }
                @if self.notices.is_empty() {
                    p.notices-none { "Nothing yet. What concerns you is told here." }
                } @else {
                    ul.notice-list { @for n in &self.notices { li { (line(&self.slug, &self.moment, n)) } } }
                }
                div.notices-foot {
                    a href=(paths::notices(&self.slug)) { "All notifications" }
                    a href=(paths::notifications(&self.slug)) { "Settings" }
                }
            }
        }
    }
}

fn line(slug: &Slug, moment: &Moment, n: &Notification) -> Markup {
    html! {
        a.notice-line.is-unread[!n.read] href=(paths::notice(slug, n.id)) {
            span.notice-dot { @if !n.read { span.visually-hidden { "Unread: " } } }
            span.notice-words {
                span.notice-title { (n.title) }
                @if let Some(body) = &n.body { span.notice-body { (body) } }
            }
            span.notice-when { (moment.ago(n.created_at)) }
        }
    }
}

/// Which of them are asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub show: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
}

impl Asked {
    pub fn unread_only(&self) -> bool {
        self.show == "unread"
    }

    pub fn after(&self) -> Option<NotificationId> {
        self.after.parse().ok()
    }
}

/// The page.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub moment: Moment,
    pub asked: Asked,
    pub notices: Vec<Notification>,
    pub more: bool,
    pub unread: i64,
}

impl View for Index {
    fn title(&self) -> String {
        "Notifications".into()
    }

    fn body(&self) -> Markup {
        let to = |show: &str, after: &str| {
            crate::list::url(&paths::notices(&self.slug), &Asked { show: show.into(), after: after.into() })
        };
        let unread_only = self.asked.unread_only();
        let mut unread = Tab::new("Unread", to("unread", ""), unread_only);
        if self.unread > 0 {
            unread = unread.count(count(self.unread));
        }
        let head = PageHead::new("Notifications").actions(html! {
            @if self.unread > 0 {
                form method="post" action=(paths::notices_reading(&self.slug)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Mark all read").icon(Icon::Check))
                }
            }
            (Button::link("Settings", paths::notifications(&self.slug)).icon(Icon::Settings))
        });
        let older = self.notices.last().filter(|_| self.more).map(|n| to(&self.asked.show, &n.id.to_string()));
        html! {
            (head)
            (stack(html! {
                (Tabs::new("Which", vec![Tab::new("All", to("", ""), !unread_only), unread]))
                @if self.notices.is_empty() {
                    (Card::bare(self.empty(unread_only)))
                } @else {
                    (Card::bare(html! { ul.notice-list.notice-page { @for n in &self.notices { li { (line(&self.slug, &self.moment, n)) (self.mark(n)) } } } }).flush())
                }
                @if older.is_some() || !self.asked.after.is_empty() {
                    nav.audit-pager aria-label="Pages" {
                        @if !self.asked.after.is_empty() { (Button::link("Newest", to(&self.asked.show, "")).small()) }
                        @if let Some(older) = older { (Button::link("Older", older).small().icon_after(Icon::ChevronRight)) }
                    }
                }
            }))
        }
    }
}

impl Index {
    fn empty(&self, unread_only: bool) -> Markup {
        let (title, text) = if unread_only {
            ("All read", "What is new comes here first.")
        } else {
            (
                "Nothing yet",
                "When somebody mentions you, gives you something or waits for you, it is told here. It is kept for 90 days.",
            )
        };
        EmptyState::new(Icon::Bell, title, text)
            .actions(html! { (Button::link("Choose what you are told", paths::notifications(&self.slug))) })
            .render()
    }

    /// A form of one button, so that it works without script.
    fn mark(&self, n: &Notification) -> Markup {
        let (action, words, icon) = match n.read {
            true => (paths::notice_unreading(&self.slug, n.id), "Mark unread", Icon::Mail),
            false => (paths::notice_reading(&self.slug, n.id), "Mark read", Icon::MailOpened),
        };
        html! {
            form.notice-mark method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.csrf);
                (Button::submit(format!("{words}: {}", n.title)).icon_only(icon).small().ghost())
            }
        }
    }
}
