//! One person's checklist: its items, and for a leaver what they still hold.

use super::{May, bar, handover::Handing, overdue};
use crate::{
    Moment, View,
    form::errors,
    ui::{
        Alert, Avatar, AvatarSize, Badge, Button, Card, Confirm, EmptyState, ErrorSummary, Facts, Field, Icon,
        PageHead, RecordPage, Time, Tone, stack,
    },
};
use domain::{
    ChecklistItemId, Day, Errors, MemberId, Slug, draft,
    hr::checklists::{
        Added, Checklist, Kind, Owner, Step,
        handover::{Held, Holding},
        when,
    },
    paths,
    tasks::When,
};
use maud::{Markup, Render, html};

draft! {
    /// What the small forms of the page ask.
    Asked { why, to }
}

pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub once: ChecklistItemId,
    pub checklist: Checklist,
    pub steps: Vec<Step>,
    /// What a leaver still holds; empty for whoever may not know.
    pub holdings: Vec<Holding>,
    /// Name and address of those who can be given something.
    pub colleagues: Vec<(String, String)>,
    pub today: Day,
    pub moment: Moment,
    pub may: May,
    pub added: Added,
    pub asked: Asked,
    /// The item that a refused form was about.
    pub of: Option<ChecklistItemId>,
    pub errors: Errors,
    /// The leaver's account.
    pub leaver: Option<MemberId>,
    /// Of what they hold, what the reader may open.
    pub opens: Vec<Held>,
    /// What was chosen to be handed over, where that was refused.
    pub kinds: Option<Vec<Held>>,
}

impl View for Show {
    fn title(&self) -> String {
        format!("{} of {}", self.checklist.kind.label(), self.checklist.about.name)
    }

    fn body(&self) -> Markup {
        let c = &self.checklist;
        let notice = c.cancelled.as_ref().map(|(at, why)| {
            Alert::new(Tone::Warning, "Called off").text(html! { (why) " " (self.moment.ago(*at)) }).render()
        });
        RecordPage { head: self.head(), notice, tabs: None, main: self.main(), side: Some(self.side()) }.render()
    }
}

impl Show {
    fn head(&self) -> PageHead {
        let c = &self.checklist;
        let state = match (&c.cancelled, c.progress.is_done() && c.progress.total > 0) {
            (Some(_), _) => Badge::new(Tone::Neutral, "Called off"),
            (None, true) => Badge::new(Tone::Good, "Done"),
            (None, false) => Badge::new(Tone::Info, "Running"),
        };
        let cancel = Confirm {
            id: "call-off".into(),
            title: "Call this checklist off?".into(),
            text: "What is open in it leaves everybody’s tasks. It can go on later, as it was.".into(),
            verb: "Call off".into(),
            action: paths::checklist_cancellation(&self.slug, c.id),
            csrf: self.csrf.clone(),
            fields: vec![],
        };
        let actions = html! {
            @if self.may.run && c.whole {
                @if c.cancelled.is_none() { (Button::new("Call off").opens_dialog("call-off")) (cancel) }
                @else { (self.small(&paths::checklist_resumption(&self.slug, c.id), Button::submit("Let it go on").primary().icon(Icon::ArrowBackUp))) }
            }
        };
        let lead = html! {
            @if c.kind == Kind::Onboarding { "First day " } @else { "Last day " }
            (Time::day(c.anchor)) " · " (away(c.anchor, self.today))
        };
        PageHead::new(self.title())
            .crumb("Onboarding and off-boarding", paths::checklists(&self.slug))
            .mark(Avatar::new(&c.about.name).size(AvatarSize::Large).render())
            .facts(state.render())
            .lead(lead)
            .actions(actions)
    }

    fn small(&self, action: &str, button: Button) -> Markup {
        html! { form method="post" action=(action) { input type="hidden" name="_csrf" value=(self.csrf); (button) } }
    }

    fn main(&self) -> Markup {
        let c = &self.checklist;
        let p = c.progress;
        let words = if c.whole { "Done so far" } else { "Your part of it" };
        let group = |title: &str, is: &dyn Fn(&Step) -> bool| {
            let steps: Vec<_> = self.steps.iter().filter(|s| is(s)).collect();
            html! {
                @if !steps.is_empty() {
                    (Card::new(title, html! { ul.checklist-steps { @for step in steps { (self.step(step)) } } }).flush())
                }
            }
        };
        let anchor = c.anchor;
        stack(html! {
            @if !self.errors.is_empty() && self.of.is_none() { (ErrorSummary(&errors(&self.errors))) }
            (Card::new(words, html! {
                div.checklist-progress { (bar(p, "Progress")) (overdue(p))
                    @if p.blocking > 0 && c.cancelled.is_none() { (Badge::new(Tone::Warning, format!("{} must be done", p.blocking))) }
                }
            }))
            @if self.steps.is_empty() { (EmptyState::new(Icon::ListCheck, "Nothing to do", "This checklist has no items. Add one below.")) }
            (group(&format!("Before the {}", c.kind.anchor()), &|s| s.due.is_some_and(|d| d < anchor)))
            (group(&format!("On the {}", c.kind.anchor()), &|s| s.due == Some(anchor)))
            (group(&format!("After the {}", c.kind.anchor()), &|s| s.due.is_some_and(|d| d > anchor)))
            (group("Whenever", &|s| s.due.is_none()))
            @if self.may.run && c.whole && c.cancelled.is_none() { (Card::new("Add an item", self.add())) }
            datalist id="colleagues" { @for (name, email) in &self.colleagues { option value={ (name) " · " (email) } {} } }
        })
    }

    fn step(&self, s: &Step) -> Markup {
        let c = &self.checklist;
        let (done, open) = (s.done_at.is_some(), c.cancelled.is_none());
        let (action, label) = match done {
            false => (paths::checklist_item_completion(&self.slug, s.id), format!("Mark “{}” done", s.title)),
            true => (paths::checklist_item_reopening(&self.slug, s.id), format!("Open “{}” again", s.title)),
        };
        html! {
            li.checklist-step id={ "item-" (s.id) } {
                @if self.may.write && open {
                    form.task-tick method="post" action=(action) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        button.tick.is-done[done] type="submit" aria-label=(label) title=(if done { "Open again" } else { "Done" }) { (Icon::Check) }
                    }
                } @else { span.tick.is-done[done] { @if done { (Icon::Check) } } }
                div.checklist-words {
                    p { span.task-title.is-done[done] { (s.title) } " " (self.due(s)) @if s.blocks && !done { " " (Badge::new(Tone::Warning, "Must be done").plain()) } }
                    @if let Some(note) = &s.note { p.quiet.written { (note) } }
                    p.quiet {
                        (s.assignee.name)
                        @if s.stands_in && !done { " for " (in_place_of(s.owner, c.kind)) ", until they are there" }
                        @if let Some(days) = s.days { " · " (when(c.kind, days)) }
                        @if let Some(why) = &s.skipped { " · Skipped: " (why) }
                        @else if let (Some(at), Some(by)) = (s.done_at, &s.done_by) { " · " (by) ", " (self.moment.ago(at)) }
                    }
                }
                @if self.may.write && open && !done { (self.more(s)) }
            }
        }
    }

    fn due(&self, s: &Step) -> Markup {
        html! {
            @if let Some(day) = s.due {
                span.task-due {
                    (Time::day(day))
                    @match s.when(self.today) {
                        When::Overdue => { (Badge::new(Tone::Bad, "Overdue")) }
                        When::Today => { (Badge::new(Tone::Info, "Today")) }
                        When::Whenever => {}
                    }
                }
            }
        }
    }

    /// Pass on, skip.
    fn more(&self, s: &Step) -> Markup {
        let here = self.of == Some(s.id);
        let typed = |value: &str| if here { value.to_owned() } else { String::new() };
        let wrong = |field: &str| self.errors.of(field).filter(|_| here).map(str::to_owned);
        let id = |field: &str| format!("f-{field}-{}", s.id);
        html! {
            details.checklist-more open[here] {
                summary { "Change" span.visually-hidden { " “" (s.title) "”" } }
                form method="post" action=(paths::checklist_item_assignee(&self.slug, s.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Field::text("to", "Give it to").id(id("to")).value(typed(&self.asked.to)).error(wrong("to")).attr("list", "colleagues").attr("autocomplete", "off").placeholder("Name or email"))
                    (Button::submit("Give").small())
                }
                form method="post" action=(paths::checklist_item_skip(&self.slug, s.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Field::text("why", "Why it is not needed").id(id("why")).value(typed(&self.asked.why)).error(wrong("why")).attr("maxlength", "300"))
                    (Button::submit("Skip").small())
                }
                a href=(paths::task(&self.slug, s.task)) { "Open the task" }
            }
        }
    }

    fn add(&self) -> Markup {
        let (d, e) = (&self.added, &self.errors);
        let own = |field: &str| e.of(field).filter(|_| self.of.is_none()).map(str::to_owned);
        html! {
            form.checklist-add method="post" action=(paths::checklist_items(&self.slug, self.checklist.id)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name="_once" value=(self.once);
                (Field::text("title", "What").value(&d.title).error(own("title")).attr("maxlength", "200"))
                (Field::date("due", "Due").value(&d.due).error(own("due")))
                (Field::text("assignee", "Who").value(&d.assignee).error(own("assignee")).attr("list", "colleagues").attr("autocomplete", "off").placeholder(&self.checklist.keeper.name))
                (Button::submit("Add item").icon(Icon::Plus))
            }
        }
    }

    fn side(&self) -> Markup {
        let c = &self.checklist;
        let facts = Facts::new()
            .fact("Person", html! { a href=(paths::employee(&self.slug, c.about.id)) { (c.about.name) } })
            .text("Number", &c.about.number)
            .maybe("Job title", c.about.job_title.as_ref().map(|t| html! { (t) }))
            .maybe("Department", c.about.department.as_ref().map(|t| html! { (t) }))
            .text("Checklist", &c.name)
            .text("Looked after by", &c.keeper.name);
        stack(html! {
            (Card::new("About", facts.render()))
            @if c.kind == Kind::Offboarding && c.whole { (self.handover()) }
            @if c.kind == Kind::Offboarding {
                (Card::new("Access", match c.about.ends {
                    Some(day) => html! { p.quiet { "Their sign-in here ends by itself on the day after " (day.short()) "." } },
                    None => html! {
                        p { "Their record has no end date, so their sign-in goes on. " a href=(paths::employee_edit(&self.slug, c.about.id)) { "Set it" } "." }
                    },
                }))
            }
        })
    }

    /// What they still hold, and giving it away.
    fn handover(&self) -> Markup {
        let wrong = |field| self.errors.of(field).filter(|_| self.of.is_none());
        Handing {
            slug: &self.slug,
            csrf: &self.csrf,
            checklist: self.checklist.id,
            leaver: self.checklist.about.id,
            member: self.leaver,
            holdings: &self.holdings,
            opens: &self.opens,
            gives: self.may.handover && self.checklist.cancelled.is_none(),
            kinds: self.kinds.as_deref(),
            to: if self.of.is_none() { self.asked.to.as_str() } else { "" },
            wrong: (wrong("to"), wrong("kinds")),
        }
        .render()
    }
}

fn in_place_of(owner: Owner, kind: Kind) -> String {
    match owner {
        Owner::Manager => "their manager".into(),
        Owner::Person if kind == Kind::Onboarding => "the new person".into(),
        Owner::Person => "the leaver".into(),
        Owner::Hr | Owner::Member(_) => "somebody else".into(),
    }
}

/// `in 3 days`, `today`, `2 days ago`.
fn away(day: Day, today: Day) -> String {
    match (day.0 - today.0).num_days() {
        0 => "today".into(),
        1 => "tomorrow".into(),
        -1 => "yesterday".into(),
        n if n > 0 => format!("in {n} days"),
        n => format!("{} days ago", -n),
    }
}
