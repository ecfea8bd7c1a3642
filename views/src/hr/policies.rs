//! Policies: the list, one to read and confirm, who has, and the form.

use crate::{
    Moment, View,
    form::Entry,
    prose::{Block, Prose},
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Facts, Field, Form, Icon, Menu, PageHead, RecordPage,
        Row, Table, Time, Tone, dash, field_row, form_section, menu_button, stack,
    },
};
use domain::{
    Day, Slug,
    hr::policies::{Draft, Policy, Reader, Reading, Standing},
    paths,
};
use maud::{Markup, Render, html};

/// The list: what is for the reader, and for whoever looks after policies all of them.
pub struct Index {
    pub slug: Slug,
    pub today: Day,
    pub mine: Vec<Reading>,
    /// `None`: the reader does not look after them.
    pub all: Option<Vec<Standing>>,
    pub archived: Vec<Standing>,
}

impl View for Index {
    fn title(&self) -> String {
        "Policies".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Policies").actions(html! {
            @if self.all.is_some() { (Button::link("New policy", paths::policy_new(&self.slug)).primary().icon(Icon::Plus).key("c")) }
        });
        html! {
            (head)
            (stack(html! {
                (Card::new("For you", self.mine()).flush())
                @if let Some(all) = &self.all { (Card::new("All policies", self.all(all)).flush()) }
                @if !self.archived.is_empty() {
                    details.archived-documents {
                        summary { "Archived (" (self.archived.len()) ")" }
                        (Card::bare(self.all(&self.archived)).flush())
                    }
                }
            }))
        }
    }
}

impl Index {
    fn mine(&self) -> Markup {
        if self.mine.is_empty() {
            return EmptyState::new(
                Icon::Certificate,
                "Nothing to read",
                "Policies that the company publishes for you stand here.",
            )
            .render();
        }
        let columns = vec![
            Column::new("Policy"),
            Column::new("Confirm by"),
            Column::new("Confirmed on"),
            Column::new("Status").stays(),
        ];
        let row = |r: &Reading| {
            let due = r.due.filter(|_| r.confirmed_at.is_none()).map(Time::day);
            let on = r.confirmed_at.map(|at| Time::day(Day(at.date_naive())));
            let brief = [due.as_ref().map(|d| html! { "by " (d) }), on.as_ref().map(|d| html! { "on " (d) })];
            let cells = vec![
                html! { a href=(paths::reading(&self.slug, r.id)) { (r.title) } },
                due.map_or_else(dash, |d| d.render()),
                on.map_or_else(dash, |d| d.render()),
                confirmed(r, self.today).render(),
            ];
            Row::new(r.id.to_string(), &r.title, cells).brief(brief.into_iter().flatten())
        };
        Table::new("Policies for you", columns, self.mine.iter().map(row).collect()).render()
    }

    fn all(&self, all: &[Standing]) -> Markup {
        if all.is_empty() {
            return EmptyState::new(
                Icon::Certificate,
                "No policies yet",
                "Write one, publish it to everyone, a department or a location, and see who has read it.",
            )
            .render();
        }
        let columns = vec![
            Column::new("Policy"),
            Column::new("For").minor(),
            Column::new("Version"),
            Column::new("Confirmed").numeric().stays(),
        ];
        let row = |s: &Standing| {
            let p = &s.policy;
            let cells = vec![
                html! { a href=(paths::reading(&self.slug, p.id)) { (p.fields.title) } },
                html! { (p.fields.audience.words()) },
                version(p),
                html! { @if p.published.is_some() { (s.confirmed) " of " (s.readers) } @else { (dash()) } },
            ];
            let said = html! { @if p.published.is_some() { "Version " } (version(p)) };
            Row::new(p.id.to_string(), &p.fields.title, cells).brief([html! { (p.fields.audience.words()) }, said])
        };
        Table::new("All policies", columns, all.iter().map(row).collect()).render()
    }
}

fn version(p: &Policy) -> Markup {
    match p.published {
        None => Badge::new(Tone::Neutral, "Draft").render(),
        Some(n) if p.changed => html! { (n) " " (Badge::new(Tone::Info, "Changes not published")) },
        Some(n) => html! { (n) },
    }
}

fn confirmed(r: &Reading, today: Day) -> Badge {
    match r.confirmed_at {
        Some(_) => Badge::new(Tone::Good, "Confirmed"),
        None if r.due.is_some_and(|d| d < today) => Badge::new(Tone::Bad, "Overdue"),
        None => Badge::new(Tone::Warning, "To confirm"),
    }
}

/// One policy.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub today: Day,
    pub moment: Moment,
    /// As it is for the reader, if it is published and for them.
    pub reading: Option<Reading>,
    pub blocks: Vec<Block>,
    /// For whoever looks after it.
    pub keeper: Option<Keeper>,
}

pub struct Keeper {
    pub standing: Standing,
    pub readers: Vec<Reader>,
    /// People whom it is for and who have no account to confirm with; no further than a thousand.
    pub without_account: i64,
}

impl View for Show {
    fn title(&self) -> String {
        match (&self.keeper, &self.reading) {
            (Some(k), _) => k.standing.policy.fields.title.clone(),
            (None, Some(r)) => r.title.clone(),
            (None, None) => "Policy".into(),
        }
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb("Policies", paths::policies(&self.slug)).actions(self.actions());
        let main = stack(html! {
            div.paper { (Prose(&self.blocks)) }
            @if let Some(r) = &self.reading { (self.confirm(r)) }
        });
        let side = self.keeper.as_ref().map(|k| self.side(k));
        RecordPage { head, notice: self.notice(), tabs: None, main, side }.render()
    }
}

impl Show {
    fn actions(&self) -> Markup {
        let Some(Keeper { standing, .. }) = &self.keeper else { return html! {} };
        let p = &standing.policy;
        if p.archived {
            return html! {
                form method="post" action=(paths::policy_restoral(&self.slug, p.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Restore").icon(Icon::ArrowBackUp))
                }
            };
        }
        let menu = Menu::new("more").end().post(
            Some(Icon::Archive),
            "Archive",
            paths::policy_archival(&self.slug, p.id),
            self.csrf.as_str(),
            vec![],
        );
        html! {
            (Button::link("Edit", paths::policy_edit(&self.slug, p.id)).icon(Icon::Pencil).key("e"))
            @if p.changed {
                form method="post" action=(paths::policy_publication(&self.slug, p.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="version" value=(p.version);
                    (Button::submit(format!("Publish version {}", p.published.unwrap_or(0) + 1)).primary().icon(Icon::Send))
                }
            }
            (menu_button(Button::new("More").icon_only(Icon::Dots), menu))
        }
    }

    fn notice(&self) -> Option<Markup> {
        let p = &self.keeper.as_ref()?.standing.policy;
        let alert = match (p.archived, p.published, p.changed) {
            (true, ..) => Alert::new(Tone::Warning, "Archived").text(html! { "Nobody is asked to read it any more. What was confirmed is kept." }),
            (false, None, _) => Alert::new(Tone::Info, "A draft").text(html! { "Nobody sees it before it is published; whoever it is for is told then." }),
            (false, Some(_), true) => Alert::new(Tone::Info, "Changes that are not published").text(html! { "This is the text as it will be. Publishing it makes a new version, which everybody confirms anew." }),
            _ => return None,
        };
        Some(alert.render())
    }

    fn confirm(&self, r: &Reading) -> Markup {
        if let Some(at) = r.confirmed_at {
            return Alert::new(Tone::Good, format!("You have confirmed version {}", r.number))
                .text(html! { (self.moment.ago(at)) })
                .render();
        }
        if !r.mine {
            return html! {};
        }
        // What is shown to whoever looks after it may be a draft; what is confirmed is what is published.
        let differs = self.keeper.as_ref().is_some_and(|k| k.standing.policy.changed);
        if differs {
            return html! {};
        }
        Form::post(paths::policy_confirmation(&self.slug, r.id), &self.csrf)
            .hidden("number", r.number.to_string())
            .body(html! { p { "Version " (r.number) @if let Some(due) = r.due { ", to be confirmed by " (Time::day(due)) } "." } })
            .actions(Button::submit("I have read and understood this").primary().icon(Icon::Check).render())
            .render()
    }

    fn side(&self, k: &Keeper) -> Markup {
        let Standing { policy: p, readers, confirmed } = &k.standing;
        let facts = Facts::new()
            .text("For", p.fields.audience.words())
            .fact("Version", version(p))
            .maybe("Published", p.published_at.map(|at| self.moment.ago(at).render()))
            .maybe("Confirm by", p.fields.due.map(|d| Time::day(d).render()));
        stack(html! {
            (Card::new("About", facts.render()))
            @if let Some(number) = p.published {
                (Card::new(format!("Confirmed by {confirmed} of {readers}"), self.readers(k, number))
                    .actions(html! {
                        @if confirmed < readers && !p.archived {
                            form method="post" action=(paths::policy_reminders(&self.slug, p.id)) {
                                input type="hidden" name="_csrf" value=(self.csrf);
                                (Button::submit("Remind the rest").small().icon(Icon::Bell))
                            }
                        }
                    }))
            }
        })
    }

    fn readers(&self, k: &Keeper, number: i32) -> Markup {
        html! {
            @match k.without_account {
                0 => {}
                1 => { p.quiet { "One more person it is for has no account to confirm with. Invite them from their record." } }
                n => { p.quiet { @if n < 1_000 { (n) } @else { "1,000 or more" } " more people it is for have no account to confirm with. Invite them from their records." } }
            }
            ul.own-list {
                @for r in &k.readers {
                    li {
                        span { (r.name) }
                        span.quiet {
                            @match (r.number, r.at) {
                                (Some(n), Some(at)) if n == number => { "version " (n) ", " (self.moment.ago(at)) }
                                (Some(n), _) => { "only version " (n) }
                                _ => { "not yet" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let audience = if d.audience.is_empty() { "everyone" } else { &d.audience };
        let choices = vec![
            Choice::new("everyone", "Everyone"),
            Choice::new("department", "A department"),
            Choice::new("location", "A location"),
        ];
        let options =
            |id: &str, names: &[String]| html! { datalist id=(id) { @for name in names { option value=(name) {} } } };
        self.entry.page(html! {
            (form_section("Policy", None, html! {
                (Field::text("title", "Title").value(&d.title).error(e.of("title")).required().attr("maxlength", "150"))
                (Field::textarea("body", "Text").value(&d.body).error(e.of("body")).rows(18).required()
                    .help("# and ## begin headings, - a list, **bold**, *italic*."))
            }))
            (form_section("Who reads it", None, html! {
                (Field::select("audience", "For", choices).value(audience).error(e.of("audience")))
                (field_row(html! {
                    (Field::text("department", "Department").value(&d.department).error(e.of("department")).optional().attr("list", "departments"))
                    (Field::text("location", "Location").value(&d.location).error(e.of("location")).optional().attr("list", "locations"))
                }))
                (options("departments", &self.departments))
                (options("locations", &self.locations))
                (Field::date("due", "To be confirmed by").value(&d.due).error(e.of("due")).optional())
            }))
        })
    }
}
