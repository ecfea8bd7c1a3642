//! What happened, newest first.

use maud::{Markup, Render, html};

use super::{Avatar, AvatarSize, Icon, Time};

/// One change of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

impl Change {
    pub fn new(field: impl Into<String>, old: Option<String>, new: Option<String>) -> Self {
        Self { field: field.into(), old, new }
    }
}

/// Who did what when; `what` continues the name: "changed 2 fields".
#[derive(Clone, Debug)]
pub struct Entry {
    who: String,
    what: Markup,
    when: Time,
    icon: Option<Icon>,
    changes: Vec<Change>,
    note: Option<Markup>,
    actions: Option<Markup>,
}

impl Entry {
    pub fn new(who: impl Into<String>, what: Markup, when: Time) -> Self {
        Self { who: who.into(), what, when, icon: None, changes: Vec::new(), note: None, actions: None }
    }

    /// Stands in for the person's initials when no person did it: an import, a rule.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    pub fn changes(mut self, changes: Vec<Change>) -> Self {
        self.changes = changes;
        self
    }

    /// Words of their own: a comment.
    pub fn note(self, note: impl Into<String>) -> Self {
        self.written(html! { (note.into()) })
    }

    /// As [`note`](Self::note), with links in it.
    pub fn written(mut self, note: Markup) -> Self {
        self.note = Some(note);
        self
    }

    /// What can be done with it.
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = Some(actions);
        self
    }
}

/// Entries on a line.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    entries: Vec<Entry>,
    older: Option<String>,
}

impl Timeline {
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, older: None }
    }

    /// Where the older ones are.
    pub fn older(mut self, href: Option<String>) -> Self {
        self.older = href;
        self
    }
}

impl Render for Timeline {
    fn render(&self) -> Markup {
        html! {
            ol.timeline {
                @for entry in &self.entries {
                    li.entry {
                        span.entry-mark {
                            @match entry.icon {
                                Some(icon) => { span.entry-icon { (icon) } }
                                None => { (Avatar::new(&entry.who).size(AvatarSize::Medium)) }
                            }
                        }
                        div.entry-body {
                            p.entry-line { strong { (entry.who) } " " (entry.what) " " span.entry-when { (entry.when) } }
                            @if !entry.changes.is_empty() {
                                ul.entry-changes {
                                    @for change in &entry.changes {
                                        li {
                                            span.entry-field { (change.field) }
                                            @match (&change.old, &change.new) {
                                                (Some(old), Some(new)) => { del { (old) } span.entry-arrow { (Icon::ArrowRight) span.visually-hidden { "became" } } ins { (new) } }
                                                (None, Some(new)) => { ins { (new) } }
                                                (Some(old), None) => { del { (old) } span.quiet { "removed" } }
                                                (None, None) => { span.quiet { "changed" } }
                                            }
                                        }
                                    }
                                }
                            }
                            @if let Some(note) = &entry.note { blockquote.entry-note { (note) } }
                            @if let Some(actions) = &entry.actions { div.entry-actions { (actions) } }
                        }
                    }
                }
            }
            @if let Some(href) = &self.older { p.timeline-older { a href=(super::safe_href(href)) { "Older changes" } } }
        }
    }
}
