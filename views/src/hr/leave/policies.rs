//! A policy: what it gives now, what it gave before, and the form of its next version.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Badge, Button, Card, Choice, Column, Field, Form, PageHead, Row, Table, Time, Tone, field_row, form_section,
        stack,
    },
};
use domain::{
    Day, Errors, Slug,
    access::Rights,
    hr::{
        employees::EmploymentType,
        leave::{
            Type, Unit,
            forms::PolicyDraft,
            plain,
            policy::{Gain, Per, Policy, Rounding, Terms, on},
        },
    },
    paths,
};
use maud::{Markup, Render, html};

pub struct Edit {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    pub editing: Option<(Policy, i32)>,
    pub types: Vec<Type>,
    pub locations: Vec<String>,
    pub today: Day,
    pub draft: PolicyDraft,
    pub errors: Errors,
    pub stale: bool,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl View for Edit {
    fn title(&self) -> String {
        self.editing.as_ref().map_or_else(|| "New policy".into(), |(p, _)| p.name.clone())
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb("Time off", paths::leave_settings(&self.slug));
        let body = stack(html! {
            @if let Some((policy, _)) = &self.editing { (Card::new("Versions", self.versions(policy)).flush()) }
            (Card::new(if self.editing.is_some() { "From now on" } else { "Policy" }, self.form()))
        });
        settings::page(&self.slug, &self.rights, &paths::leave_settings(&self.slug), &head, body)
    }
}

impl Edit {
    fn unit(&self) -> Unit {
        let kind = self.editing.as_ref().map(|(p, _)| p.kind.to_string()).unwrap_or_else(|| self.draft.kind.clone());
        self.types.iter().find(|t| t.id.to_string() == kind).map(|t| t.unit).unwrap_or_default()
    }

    fn versions(&self, policy: &Policy) -> Markup {
        let now = on(&policy.versions, self.today).map(|v| v.from);
        let rows = policy.versions.iter().rev().map(|v| {
            let state = match (Some(v.from) == now, v.from > self.today) {
                (true, _) => Badge::new(Tone::Good, "Holds now").render(),
                (_, true) => Badge::new(Tone::Info, "To come").render(),
                _ => Badge::new(Tone::Neutral, "Held before").render(),
            };
            let gives = html! { (terms(&v.terms, self.unit())) };
            let cells = vec![Time::day(v.from).render(), gives.clone(), state];
            Row::new(v.from.to_string(), v.from.short(), cells).brief([gives])
        });
        let columns = vec![Column::new("From"), Column::new("Gives"), Column::new("State").stays()];
        Table::new("Versions", columns, rows.collect()).render()
    }

    fn form(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let (action, verb) = match &self.editing {
            Some((p, _)) => (paths::leave_policy(&self.slug, p.id), "Save"),
            None => (paths::leave_policy_new(&self.slug), "Add policy"),
        };
        let mut form = Form::post(action, &self.csrf)
            .once(&self.once)
            .errors(errors(e))
            .problem(e.of("").or(self.stale.then_some(
                "Somebody else has changed it meanwhile. This is what you typed: save it again to have it so.",
            )))
            .body(html! { (self.who()) (self.amount()) (self.bounds()) })
            .actions(
                html! { (Button::submit(verb).primary()) (Button::link("Cancel", paths::leave_settings(&self.slug))) },
            )
            .sticky()
            .guard();
        if let Some((policy, version)) = &self.editing {
            form = form
                .version(version)
                .hidden("kind", policy.kind.to_string())
                .hidden("year_month", &d.year_month)
                .hidden("year_day", &d.year_day);
        }
        form.render()
    }

    fn who(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let types = self
            .types
            .iter()
            .filter(|t| t.limited && !t.archived)
            .map(|t| Choice::new(t.id.to_string(), &t.name))
            .collect();
        let months = (1..).zip(MONTHS).map(|(n, name): (i32, _)| Choice::new(n.to_string(), name)).collect();
        let audiences = vec![
            Choice::new("everybody", "Everybody"),
            Choice::new("employment", "Those of an employment type"),
            Choice::new("location", "Those at a location"),
            Choice::new("chosen", "Only those put on it by hand"),
        ];
        let employments = EmploymentType::ALL.into_iter().map(|t| Choice::new(t.key(), t.label())).collect();
        let locations = self.locations.iter().map(|l| Choice::new(l, l)).collect();
        form_section(
            "Who and what",
            None,
            html! {
                (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "100"))
                @if self.editing.is_none() {
                    (Field::select("kind", "Kind of leave", types).value(&d.kind).error(e.of("kind")).required())
                    (field_row(html! {
                        (Field::select("year_month", "Its year begins in", months).value(&d.year_month).error(e.of("year_month")))
                        (Field::number("year_day", "On day").value(&d.year_day).error(e.of("year_day")).attr("min", "1").attr("max", "28"))
                    }))
                }
                (Field::select("audience", "Who is on it", audiences).value(&d.audience).help("Whoever is put on a policy by hand stays on it. A location’s goes before an employment type’s, and that before everybody’s."))
                (field_row(html! {
                    (Field::select("employment", "Employment type", employments).value(&d.employment).error(e.of("employment")).empty_choice("—").optional())
                    (Field::select("location", "Location", locations).value(&d.location).error(e.of("location")).empty_choice("—").optional())
                }))
            },
        )
    }

    fn amount(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let pers = Per::ALL.into_iter().map(|p| Choice::new(p.key(), p.label())).collect();
        let gains = Gain::ALL.into_iter().map(|g| Choice::new(g.key(), g.label())).collect();
        let roundings = Rounding::ALL.into_iter().map(|r| Choice::new(r.key(), r.label())).collect();
        let help = match self.editing.is_some() {
            true => "Holds from this day on. What was given before stays as it is.",
            false => "Nothing is given before this day.",
        };
        form_section(
            "How much",
            Some("Of a full year, full-time. Whoever comes, leaves or changes their hours within it gets their part."),
            html! {
                (field_row(html! {
                    (Field::date("from", "From").value(&d.from).error(e.of("from")).required().help(help))
                    (Field::text("annual", "A year").value(&d.annual).error(e.of("annual")).required().attr("inputmode", "decimal"))
                }))
                (field_row(html! {
                    (Field::select("per", "Given", pers).value(&d.per).error(e.of("per")))
                    (Field::select("gain", "When", gains).value(&d.gain).error(e.of("gain")))
                }))
                (field_row(html! {
                    (Field::select("rounding", "Rounded", roundings).value(&d.rounding).error(e.of("rounding")))
                    (Field::number("waiting", "Months of waiting").value(&d.waiting).error(e.of("waiting")).optional().help("Nothing is earned in the first months of employment."))
                }))
                (Field::textarea("milestones", "More with the years").value(&d.milestones).error(e.of("milestones")).optional().rows(3).help("A line each, like “5: 27”: after five years 27 a year."))
                (Field::checkbox("by_fte", "Part-timers get their part").value(if d.by_fte.is_empty() { "" } else { "true" }))
            },
        )
    }

    fn bounds(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let carry =
            vec![Choice::new("all", "All of it"), Choice::new("some", "Up to a limit"), Choice::new("none", "Nothing")];
        let number = |name: &'static str, label: &str, help: &str| {
            Field::text(name, label)
                .value(d.get(name))
                .error(e.of(name))
                .optional()
                .help(help)
                .attr("inputmode", "decimal")
        };
        form_section(
            "Limits",
            None,
            html! {
                (field_row(html! {
                    (Field::select("carry", "Goes over into the next year", carry).value(&d.carry))
                    (number("carry_limit", "At most", "For “up to a limit”."))
                }))
                (field_row(html! {
                    (number("carry_months", "Good for months", "Then what went over is lost. Empty: it stays good."))
                    (number("overdraft", "May go below zero by", "Empty: not at all."))
                }))
                (field_row(html! {
                    (number("balance_cap", "Highest balance", "Where it stops growing."))
                    (number("yearly_cap", "Most of one year", "Whatever else would be given."))
                }))
            },
        )
    }
}

/// Terms in a sentence or two.
pub fn terms(t: &Terms, unit: Unit) -> String {
    let mut words = format!("{} a year, {}", unit.words(t.annual), t.per.label().to_lowercase());
    if t.gain == Gain::End {
        words.push_str(", once earned");
    }
    for (years, annual) in &t.milestones {
        words.push_str(&format!("; {} after {years} years", plain(*annual)));
    }
    match (t.carry_limit, t.carry_months) {
        (None, None) => {}
        (Some(limit), _) if limit.is_zero() => words.push_str("; nothing goes over"),
        (limit, months) => {
            words.push_str(
                &limit.map_or_else(|| "; all of it goes over".to_owned(), |l| format!("; {} go over", plain(l))),
            );
            if let Some(months) = months {
                words.push_str(&format!(" for {months} months"));
            }
        }
    }
    if let Some(cap) = t.balance_cap {
        words.push_str(&format!("; no more than {} at once", plain(cap)));
    }
    if !t.overdraft.is_zero() {
        words.push_str(&format!("; down to {}", plain(-t.overdraft)));
    }
    words
}
