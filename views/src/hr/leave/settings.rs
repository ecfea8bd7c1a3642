//! What HR sets about time off: kinds, policies, days without leave, and how many have to be there.

use super::dot;
use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Time, Tone, dash,
        field_row, form_section, stack,
    },
};
use domain::{
    Day, Errors, LeaveRuleId, Slug,
    access::Rights,
    hr::leave::{
        Colour, Type, Unit,
        forms::{BlackoutDraft, CoverDraft, STEPS, TypeDraft, steps_key},
        pattern::Pattern,
        plain,
        policy::Policy,
        requests::hours,
    },
    paths,
    workspace::settings::DAYS,
};
use maud::{Markup, Render, html};

/// A blackout: id, name, from, to, department.
pub type Blackout = (LeaveRuleId, String, Day, Day, Option<String>);
/// Cover: id, department, least, people in it.
pub type Cover = (LeaveRuleId, String, i32, i64);

/// Which of the page's forms was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    Blackout,
    Cover,
}

pub struct Overview {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    pub types: Vec<Type>,
    pub policies: Vec<Policy>,
    pub usual: Pattern,
    pub today: Day,
    pub blackouts: Vec<Blackout>,
    pub covers: Vec<Cover>,
    pub departments: Vec<String>,
    pub blackout: BlackoutDraft,
    pub cover: CoverDraft,
    pub wrong: Option<Wrong>,
    pub errors: Errors,
}

impl View for Overview {
    fn title(&self) -> String {
        "Time off".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Time off")
            .lead(html! { "Which kinds of leave there are, how much of each, and when none is given." });
        let body = stack(html! {
            (Card::new("Kinds of leave", self.types()).flush().actions(html! { (Button::link("New kind", paths::leave_type_new(&self.slug)).small().icon(Icon::Plus)) }))
            (Card::new("Policies", self.policies()).flush().actions(html! { @if !self.types.is_empty() { (Button::link("New policy", paths::leave_policy_new(&self.slug)).small().icon(Icon::Plus)) } }))
            (Card::new("Days without leave", self.blackouts()))
            (Card::new("Who has to be there", self.covers()))
            (Card::new("Working days", self.works()))
        });
        settings::page(&self.slug, &self.rights, &paths::leave_settings(&self.slug), &head, body)
    }
}

impl Overview {
    fn types(&self) -> Markup {
        if self.types.is_empty() {
            return EmptyState::new(Icon::CalendarEvent, "No kinds of leave yet", "Begin with the usual ones, like vacation and sick leave, and change them; or make your own. Each says who is asked, and whether there is a limit.")
                .actions(html! {
                    form method="post" action=(paths::leave_types_usual(&self.slug)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Begin with the usual ones").primary())
                    }
                })
                .render();
        }
        let rows = self.types.iter().map(|t| {
            let steps = STEPS.iter().find(|(key, ..)| *key == steps_key(&t.steps)).map_or("", |(_, label, _)| label);
            let limit = if t.limited { "By policy" } else { "No limit" };
            let state = html! { @if t.archived { (Badge::new(Tone::Neutral, "Not used any more")) } @else if t.paid { "Paid" } @else { "Unpaid" } };
            let cells = vec![
                html! { a href=(paths::leave_type(&self.slug, t.id)) { (dot(&t.name, t.colour)) } },
                html! { (t.unit.label()) },
                html! { (limit) },
                html! { (steps) },
                state,
            ];
            let brief = [html! { (limit) }, html! { (t.unit.label()) }, html! { (steps) }];
            Row::new(t.id.to_string(), &t.name, cells).brief(brief)
        });
        let columns = vec![
            Column::new("Kind"),
            Column::new("Counted in").minor(),
            Column::new("How much"),
            Column::new("Asks").minor(),
            Column::new("State").stays(),
        ];
        Table::new("Kinds of leave", columns, rows.collect()).render()
    }

    fn policies(&self) -> Markup {
        if self.policies.is_empty() {
            return EmptyState::new(
                Icon::ListCheck,
                "No policies yet",
                "A policy says how much of a kind somebody gets, when, and what goes over into the next year.",
            )
            .render();
        }
        let rows = self.policies.iter().map(|p| {
            let kind = self.types.iter().find(|t| t.id == p.kind);
            let now = domain::hr::leave::policy::on(&p.versions, self.today).or(p.versions.first());
            let unit = kind.map(|k| k.unit).unwrap_or_default();
            let gives = now.map_or_else(
                dash,
                |v| html! { (unit.words(v.terms.annual)) " a year, " (v.terms.per.label().to_lowercase()) },
            );
            let cells = vec![
                html! { a href=(paths::leave_policy(&self.slug, p.id)) { (p.name) } },
                kind.map_or_else(dash, |k| dot(&k.name, k.colour)),
                gives.clone(),
                html! { (p.audience.words()) },
                html! { (p.people) },
            ];
            let brief = kind.map(|k| dot(&k.name, k.colour)).into_iter();
            Row::new(p.id.to_string(), &p.name, cells).brief(brief.chain([gives, html! { (p.audience.words()) }]))
        });
        let columns = vec![
            Column::new("Policy"),
            Column::new("Kind").minor(),
            Column::new("Gives"),
            Column::new("Who").minor(),
            Column::new("People").numeric().stays(),
        ];
        Table::new("Policies", columns, rows.collect()).render()
    }

    fn departments(&self) -> Vec<Choice> {
        self.departments.iter().map(|d| Choice::new(d, d)).collect()
    }

    fn remove(&self, action: String, what: &str) -> Markup {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.csrf);
                (Button::submit("Remove").small().ghost().attr("aria-label", format!("Remove {what}")))
            }
        }
    }

    fn blackouts(&self) -> Markup {
        let none = Errors::default();
        let e = if self.wrong == Some(Wrong::Blackout) { &self.errors } else { &none };
        let d = &self.blackout;
        html! {
            @if !self.blackouts.is_empty() {
                ul.leave-rules { @for (id, name, from, to, department) in &self.blackouts {
                    li { div { strong { (name) } p.quiet { (Time::day(*from)) " – " (Time::day(*to)) ", " (department.as_deref().unwrap_or("everybody")) } } (self.remove(paths::leave_blackout_removal(&self.slug, id), name)) }
                } }
            }
            (Form::post(paths::leave_blackouts(&self.slug), &self.csrf).once(&self.once).errors(errors(e)).problem(e.of(""))
                .body(html! {
                    (field_row(html! {
                        (Field::text("name", "Why").value(&d.name).error(e.of("name")).required().placeholder("Stocktaking"))
                        (Field::select("department", "For", self.departments()).id("blackout-department").value(&d.department).empty_choice("Everybody"))
                    }))
                    (field_row(html! {
                        (Field::date("from", "First day").value(&d.from).error(e.of("from")).required())
                        (Field::date("to", "Last day").value(&d.to).error(e.of("to")).required())
                    }))
                })
                .actions(Button::submit("Add days without leave").render()))
        }
    }

    fn covers(&self) -> Markup {
        let none = Errors::default();
        let e = if self.wrong == Some(Wrong::Cover) { &self.errors } else { &none };
        html! {
            @if !self.covers.is_empty() {
                ul.leave-rules { @for (id, department, least, people) in &self.covers {
                    li { div { strong { (department) } p.quiet { "At least " (least) " of " (people) " there on each working day" } } (self.remove(paths::leave_cover_removal(&self.slug, id), department)) }
                } }
            }
            (Form::post(paths::leave_covers(&self.slug), &self.csrf).once(&self.once).errors(errors(e)).problem(e.of(""))
                .body(field_row(html! {
                    (Field::select("department", "Department", self.departments()).id("cover-department").value(&self.cover.department).error(e.of("department")).required())
                    (Field::number("least", "At least").value(&self.cover.least).error(e.of("least")).required().attr("min", "1"))
                }))
                .actions(Button::submit("Add cover").render()))
        }
    }

    fn works(&self) -> Markup {
        let days: Vec<String> = DAYS
            .iter()
            .enumerate()
            .filter(|(at, _)| self.usual.minutes[*at] > 0)
            .map(|(at, (_, day))| format!("{day} {} h", plain(hours(self.usual.minutes[at]))))
            .collect();
        html! {
            p { (days.join(", ")) }
            p.quiet { "These are everybody’s, unless something else stands on their record under “Time off”. "
                @if self.rights.may("settings.write") { a href=(paths::calendar(&self.slug)) { "Change working time and holidays" } } }
        }
    }
}

/// A kind, new or known.
pub struct EditType {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    /// The kind that is changed, and its version.
    pub editing: Option<(Type, i32)>,
    pub draft: TypeDraft,
    pub errors: Errors,
    pub stale: bool,
}

impl View for EditType {
    fn title(&self) -> String {
        self.editing.as_ref().map_or_else(|| "New kind of leave".into(), |(t, _)| t.name.clone())
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let units = Unit::ALL.into_iter().map(|u| Choice::new(u.key(), u.label())).collect();
        let colours = Colour::ALL.into_iter().map(|c| Choice::new(c.key(), c.label())).collect();
        let steps = STEPS.iter().map(|(key, label, _)| Choice::new(*key, *label)).collect();
        let check = |name: &'static str, label: &str, help: &str, on: bool| {
            Field::checkbox(name, label).value(if on { "true" } else { "" }).help(help)
        };
        let action = match &self.editing {
            Some((t, _)) => paths::leave_type(&self.slug, t.id),
            None => paths::leave_type_new(&self.slug),
        };
        let mut form = Form::post(action, &self.csrf)
            .once(&self.once)
            .errors(errors(e))
            .problem(e.of("").or(self.stale.then_some("Somebody else has changed it meanwhile. This is what you typed: save it again to have it so.")))
            .body(html! {
                (form_section("What it is", None, html! {
                    (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60"))
                    (field_row(html! {
                        (Field::select("unit", "Counted in", units).value(&d.unit).error(e.of("unit")))
                        (Field::select("colour", "Colour", colours).value(&d.colour).error(e.of("colour")))
                    }))
                    (check("paid", "Paid", "Unpaid leave will be taken off the pay.", !d.paid.is_empty()))
                    (check("limited", "By policy", "There is so much of it and no more. Otherwise what is taken is only counted, as of sick leave.", !d.limited.is_empty()))
                    (check("needs_reason", "Needs a reason", "Whoever asks has to say why.", !d.needs_reason.is_empty()))
                }))
                (form_section("Who is asked", None, html! {
                    (Field::select("steps", "Approval", steps).value(&d.steps).error(e.of("steps")))
                    (Field::number("patience", "Days to answer").value(&d.patience).error(e.of("patience")).help("After so many days the next one up is asked instead.").attr("min", "1").attr("max", "60"))
                }))
                p.quiet { "Colleagues never see of which kind somebody’s leave is: only that they are away." }
            })
            .actions(html! { (Button::submit(if self.editing.is_some() { "Save changes" } else { "Add kind" }).primary()) (Button::link("Cancel", paths::leave_settings(&self.slug))) });
        if let Some((_, version)) = &self.editing {
            form = form.version(version);
        }
        let mut head = PageHead::new(self.title()).crumb("Time off", paths::leave_settings(&self.slug));
        if let Some((t, _)) = &self.editing {
            head = head.actions(html! {
                form method="post" action=(paths::leave_type_retirement(&self.slug, t.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="retired" value=(if t.archived { "" } else { "on" });
                    (Button::submit(if t.archived { "Use it again" } else { "Stop using it" }))
                }
            });
        }
        settings::page(
            &self.slug,
            &self.rights,
            &paths::leave_settings(&self.slug),
            &head,
            Card::bare(form.render()).render(),
        )
    }
}
