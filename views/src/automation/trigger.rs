//! What starts a workflow, as a form: what is asked depends on the kind.

use super::builder::{Builder, PART, Ticks, swapping};
use crate::{
    View,
    ui::{Button, Choice, Confirm, Field, Width, field_row, form_section},
};
use domain::{
    automation::{
        fields::{Holds, RecordKind},
        workflows::{Every, Trigger},
    },
    paths,
};
use maud::{Markup, Render, html};

pub struct Edit {
    pub builder: Builder,
    /// The address that others post to.
    /// None: it is not for the reader.
    pub hook: Option<String>,
}

impl View for Edit {
    fn title(&self) -> String {
        "Trigger".into()
    }

    fn body(&self) -> Markup {
        let b = &self.builder;
        let page =
            b.page("Trigger", html! { "What starts " (b.name) "." }, &self.action(), self.fields(), "Save trigger");
        // Forms do not stand in forms: what draws a new address is beside.
        html! { (page) @if self.hooked() { (self.new_hook()) } }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PART).then(|| self.builder.form(&self.action(), self.fields(), "Save trigger"))
    }
}

impl Edit {
    fn action(&self) -> String {
        paths::workflow_trigger(&self.builder.slug, self.builder.id)
    }

    fn hooked(&self) -> bool {
        self.builder.typed.get("on") == "webhook" && self.hook.is_some()
    }

    fn new_hook(&self) -> Markup {
        let b = &self.builder;
        Confirm {
            id: "new-hook".into(),
            title: "Draw a new address?".into(),
            text: "Whoever posts to the old one posts to nobody from then on. Save other changes first.".into(),
            verb: "Draw a new address".into(),
            action: paths::workflow_hook(&b.slug, b.id),
            csrf: b.csrf.clone(),
            fields: vec![],
        }
        .render()
    }

    fn fields(&self) -> Markup {
        let b = &self.builder;
        let on = b.typed.get("on");
        // Of a record without a date none comes near.
        let fits = |key: &str| key != "date" || on == "date" || b.record.is_none_or(RecordKind::has_dates);
        let kinds =
            Trigger::KINDS.iter().filter(|(key, _)| fits(key)).map(|(key, label)| Choice::new(*key, *label)).collect();
        let records = RecordKind::ALL.into_iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let record = b.select("record", "Record", records).width(Width::Medium);
        let record = if matches!(on, "schedule" | "webhook") {
            record.empty_choice("No record: once each time")
        } else {
            record
        };
        html! {
            (form_section("Starts", None, html! {
                (swapping(b.select("on", "Starts when", kinds), &self.action()))
                (swapping(record, &self.action()))
                (b.go_on())
                (self.own(on))
            }))
            @if on != "webhook" || b.record.is_some() { (self.enrolment()) }
        }
    }

    /// What this kind asks for.
    fn own(&self, on: &str) -> Markup {
        let b = &self.builder;
        match on {
            "updated" => self.updated(),
            "date" => {
                let dates = b.fields(b.record, |f| f.holds == Holds::Day);
                let sides = vec![
                    Choice::new("before", "days before"),
                    Choice::new("on", "on the day"),
                    Choice::new("after", "days after"),
                ];
                html! {
                    (swapping(b.select("field", "Date", dates).empty_choice("Choose a date").width(Width::Medium), &self.action()))
                    (field_row(html! {
                        (b.number("days", "Days").attr("max", "365").help("Not counted for “on the day”."))
                        (b.select("side", "Before or after", sides))
                        (self.hour())
                    }))
                    @if b.typed.get("field") == "birth_date" {
                        p.quiet { "It comes each year; of the 29th of February, on the 28th where there is none." }
                    } @else {
                        (Field::checkbox("yearly", "Each year").value(b.typed.get("yearly")).help("From the year after on: an anniversary."))
                    }
                }
            }
            "schedule" => {
                let every = Every::ALL.into_iter().map(|(_, key, label)| Choice::new(key, label)).collect();
                html! {
                    (field_row(html! { (b.select("every", "Every", every)) (self.hour()) }))
                    @if b.record.is_some() { p.quiet { "It runs for each record that meets the conditions: once, unless the record may go through again." } }
                }
            }
            "webhook" => self.webhook(),
            "manual" => {
                html! { p.quiet { "Whoever may start workflows finds it under “Run workflow” on such a record." } }
            }
            _ => html! {},
        }
    }

    fn hour(&self) -> Field {
        let hours = (0..24).map(|h| Choice::new(h.to_string(), format!("{h:02}:00"))).collect();
        let value = self.builder.typed.get("hour");
        self.builder
            .select("hour", "At", hours)
            .value(if value.is_empty() { "8" } else { value })
            .help("Where the workspace is.")
    }

    fn updated(&self) -> Markup {
        let b = &self.builder;
        let chosen = b.typed.all("fields");
        let action = self.action();
        let watched = Ticks {
            name: "fields",
            label: "Which fields are watched",
            help: Some("None ticked: any change of the record."),
            choices: b.fields(b.record, |f| !f.columns.is_empty()),
            chosen: chosen.clone(),
            error: b.of("fields"),
            action: Some(&action),
        };
        let only = match chosen[..] {
            [only] => b.record.and_then(|k| k.field(only)),
            _ => None,
        };
        let side = |name: &'static str, label: &str| match only.map(|s| s.holds) {
            Some(Holds::Choice(choices)) => {
                let choices = choices.iter().map(|(key, label)| Choice::new(*key, *label)).collect();
                b.select(name, label, choices).empty_choice("Any value")
            }
            _ => Field::text(name, label).value(b.typed.get(name)).error(b.of(name)).placeholder("Any value"),
        };
        html! {
            (watched)
            @if only.is_some() || !b.typed.get("from").is_empty() || !b.typed.get("to").is_empty() {
                (field_row(html! { (side("from", "From")) (side("to", "To")) }))
            }
        }
    }

    fn webhook(&self) -> Markup {
        let b = &self.builder;
        let by = ["email", "number", "domain", "name"];
        let by = b.fields(b.record, |f| by.contains(&f.key));
        html! {
            div.field {
                span.field-label { "Its address" }
                @if let Some(hook) = &self.hook {
                    div.hook-address {
                        code id="hook-address" { (hook) }
                        (Button::new("Copy").small().attr("data-copy", "#hook-address").attr("hidden", "hidden"))
                        (Button::new("New address").small().ghost().opens_dialog("new-hook"))
                    }
                    p.field-help { "Forms, other systems (JSON) and mail servers (raw messages) post to it. Whoever knows the address can: keep it to yourselves." }
                } @else {
                    p.field-help { "It is shown to whoever published this, and to those who look after the workspace: what is posted is done in that name." }
                }
            }
            @if b.record.is_some() {
                (field_row(html! {
                    (b.select("find_field", "Find its record by", by).empty_choice("Choose a field"))
                    (Field::text("find_path", "Which what comes in has as").value(b.typed.get("find_path")).error(b.of("find_path")).placeholder("payload.email"))
                }))
                (Field::checkbox("find_unknown", "What fits no record goes through it all the same, without one").value(b.typed.get("find_unknown"))
                    .help("Ask in a branch whether the name is filled in. Otherwise it is told under “Not enrolled”, with what was posted."))
            }
        }
    }

    fn enrolment(&self) -> Markup {
        let b = &self.builder;
        let units = vec![Choice::new("minutes", "minutes"), Choice::new("hours", "hours"), Choice::new("days", "days")];
        let once = match b.typed.get("on") {
            "date" => "A record goes through once for each date: another date, or the next year, is another time.",
            _ => "A record goes through once, unless it may go through again.",
        };
        form_section(
            "Enrolment",
            Some(once),
            html! {
                (swapping(Field::checkbox("again", "It may go through again").value(b.typed.get("again")), &self.action()))
                @if b.typed.ticked("again") {
                    (field_row(html! {
                        (b.number("cool_down", "Not within").help("After the last time; 0 for at any time."))
                        (b.select("cool_unit", "Unit", units))
                    }))
                } @else {
                    input type="hidden" name="cool_down" value=(b.typed.get("cool_down"));
                    input type="hidden" name="cool_unit" value=(b.typed.get("cool_unit"));
                }
            },
        )
    }
}
