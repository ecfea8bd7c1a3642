//! What the records of all nouns share: their tabs, the way into the archive and out of it, and the timeline.

use crate::{
    Moment,
    activity::{self, Changed, Open},
    list::May,
    ui::{Alert, Button, Card, Icon, Menu, PageHead, RecordPage, Tab, Tabs, Tone, menu_button},
    workspace::mail::StoppedNotice,
};
use domain::{paths::Pages, text::Words};
use maud::{Markup, Render, html};

/// A record's page, all but what is the noun's own.
pub struct Record {
    pub words: Words,
    pub pages: Pages,
    pub csrf: String,
    pub id: String,
    pub archived: bool,
    /// The state that is shown; archiving another one is refused.
    pub version: i32,
    pub changes: Vec<Changed>,
    /// The address of older changes.
    pub older: Option<String>,
    pub open: Open,
    pub moment: Moment,
    pub may: May,
    /// What else can be done with it.
    pub more: Option<Markup>,
    /// Where mail to its address is stopped.
    pub stopped: Option<StoppedNotice>,
}

impl Record {
    /// The page below this head; `overview` is the main column and the side one.
    pub fn page(&self, head: PageHead, overview: impl FnOnce() -> (Markup, Markup)) -> Markup {
        let tabs = Tabs::new(
            "Sections",
            vec![
                Tab::new("Overview", self.pages.record(&self.id), self.open == Open::Overview),
                Tab::new("Timeline", self.pages.timeline(&self.id), self.open == Open::Timeline),
            ],
        );
        let (main, side) = match self.open {
            Open::Overview => {
                let (main, side) = overview();
                (main, Some(side))
            }
            Open::Timeline => (Card::bare(self.timeline()).render(), None),
        };
        let archived = self.archived.then(|| {
            Alert::new(Tone::Warning, "Archived")
                .text(html! { "This " (self.words.one) " is out of all lists. Nothing of the record is lost." })
        });
        let notice = (archived.is_some() || self.stopped.is_some()).then(|| {
            html! {
                @if let Some(archived) = &archived { (archived) }
                @if let Some(stopped) = &self.stopped { (stopped) }
            }
        });
        let head = head.crumb(self.words.title(), self.pages.list()).actions(self.actions());
        RecordPage { head, notice, tabs: Some(tabs), main, side }.render()
    }

    pub fn part(&self, id: &str) -> Option<Markup> {
        (id == activity::PART).then(|| self.timeline())
    }

    /// The newest changes, for the side column.
    pub fn lately(&self) -> Card {
        let newest = &self.changes[..self.changes.len().min(4)];
        Card::new("Lately", activity::timeline(newest, self.words.one, self.moment, None))
            .actions(html! { a href=(self.pages.timeline(&self.id)) { "Timeline" } })
    }

    fn timeline(&self) -> Markup {
        activity::timeline(&self.changes, self.words.one, self.moment, self.older.clone())
    }

    fn actions(&self) -> Markup {
        let (action, words, icon) = match self.archived {
            true => (self.pages.restoral(&self.id), "Restore", Icon::ArrowBackUp),
            false => (self.pages.archival(&self.id), "Archive", Icon::Archive),
        };
        html! {
            @if let Some(more) = &self.more { (more) }
            @if self.may.write { (Button::link("Edit", self.pages.edit(&self.id)).primary().icon(Icon::Pencil).key("e")) }
            @if self.may.archive {
                @let more = Menu::new("more").end().post(Some(icon), words, action, self.csrf.as_str(), vec![("version".into(), self.version.to_string())]);
                (menu_button(Button::new("More").icon_only(Icon::Dots), more))
            }
        }
    }
}
