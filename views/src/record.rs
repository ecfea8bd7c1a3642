//! What the records of all nouns share: their tabs, the way into the archive and out of it, and the timeline.

use crate::{
    Moment, View,
    activities::OnRecord as Activities,
    activity::{self, Happened, Open},
    inbound,
    list::May,
    notes::Composer,
    tags::OnRecord as Tags,
    tasks::OnRecord as Tasks,
    ui::{Alert, Button, Card, EmptyState, Icon, Menu, PageHead, RecordPage, Tab, Tabs, Tone, menu_button, stack},
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
    pub happened: Vec<Happened>,
    /// What the timeline can be asked for, where it is open: words, address, and whether it is.
    pub kinds: Vec<(&'static str, String, bool)>,
    /// What one may write, on the timeline.
    pub composer: Option<Composer>,
    /// On the overview; tasks for whoever may see any.
    pub tags: Option<Tags>,
    pub tasks: Option<Tasks>,
    pub activities: Option<Activities>,
    /// The address of older entries.
    pub older: Option<String>,
    pub open: Open,
    /// The noun's own tabs: key, words, address.
    pub own: Vec<(&'static str, &'static str, String)>,
    pub moment: Moment,
    pub may: May,
    /// What else can be done with it.
    pub more: Option<Markup>,
    /// The address by which mail is filed on it.
    pub copies_to: Option<String>,
    /// Where mail to its address is stopped.
    pub stopped: Option<StoppedNotice>,
}

impl Record {
    /// Where files of custom fields are brought, for whoever may change the record.
    pub fn field_files(&self) -> Option<String> {
        (self.may.write && !self.archived).then(|| self.pages.field_files(&self.id))
    }

    /// The page below this head; `overview` is the main column and the side one, which a tab of the noun's own may leave empty.
    pub fn page(&self, head: PageHead, overview: impl FnOnce() -> (Markup, Markup)) -> Markup {
        let tabs = tabs(&self.pages, &self.id, &self.own, self.open);
        let (main, side) = match self.open {
            Open::Overview => {
                let (main, side) = overview();
                (main, Some(side))
            }
            // What stands beside it there, where anything does.
            Open::Own(_) => {
                let (main, side) = overview();
                (main, (!side.0.is_empty()).then_some(side))
            }
            Open::Timeline => {
                let main = html! {
                    @if let Some(composer) = &self.composer { (Card::bare(composer.render())) }
                    @let kinds = self.kinds.iter().map(|(words, href, now)| Tab::new(*words, href, *now)).collect();
                    @if self.kinds.len() > 2 { (Tabs::new("What is told", kinds)) }
                    (Card::bare(self.timeline()))
                };
                (stack(main), None)
            }
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
        let tasks = || self.tasks.as_ref().and_then(|tasks| tasks.part(id));
        if id == activity::PART { Some(self.timeline()) } else { tasks() }
    }

    /// What is marked, to be done, and the newest of what happened, for the side column.
    pub fn lately(&self) -> Markup {
        let newest = &self.happened[..self.happened.len().min(4)];
        let lately = Card::new("Lately", activity::timeline(newest, self.words.one, self.moment, None))
            .actions(html! { @if self.composer.is_some() { a href={ (self.pages.timeline(&self.id)) "#f-text" } { "Write a note" } }
                @else { a href=(self.pages.timeline(&self.id)) { "Timeline" } } });
        html! {
            @if let Some(tags) = &self.tags { (tags) }
            @if let Some(tasks) = &self.tasks { (tasks.body()) }
            @if let Some(activities) = &self.activities { (activities.body()) }
            @if let Some(address) = &self.copies_to { (inbound::copies(address)) }
            (lately)
        }
    }

    fn timeline(&self) -> Markup {
        let alone = self.kinds.iter().skip(1).find(|(.., now)| *now);
        if let (true, Some((words, ..))) = (self.happened.is_empty(), alone) {
            let text = format!("Of this {} nothing of this kind is told.", self.words.one);
            return html! { div id=(activity::PART) { (EmptyState::new(Icon::History, format!("{words}: nothing yet"), text)) } };
        }
        activity::timeline(&self.happened, self.words.one, self.moment, self.older.clone())
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

/// The tabs of a record: overview, those of the noun's own (key, words, address), timeline.
pub fn tabs(pages: &Pages, id: &str, own: &[(&'static str, &'static str, String)], open: Open) -> Tabs {
    let own = own.iter().map(|(key, words, href)| Tab::new(*words, href, open == Open::Own(key)));
    let first = Tab::new("Overview", pages.record(id), open == Open::Overview);
    let last = Tab::new("Timeline", pages.timeline(id), open == Open::Timeline);
    Tabs::new("Sections", [first].into_iter().chain(own).chain([last]).collect())
}
