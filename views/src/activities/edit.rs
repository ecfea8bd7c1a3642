//! The form of a call or a meeting, new or filled.

use crate::{
    View,
    form::Entry,
    reminders,
    tasks::options,
    ui::{Choice, Field, field_row, form_section},
};
use domain::{
    MemberId,
    activities::{Direction, Draft, Kind, LONGEST, Outcome, State},
    workspace::members::Named,
};
use maud::{Markup, html};

pub struct Edit {
    pub entry: Entry<Draft>,
    /// Whose it may be.
    pub members: Vec<Named>,
    pub me: MemberId,
    /// Whether it is about a record that the reader may not see: it stays so unless they say another.
    pub about_hidden: bool,
    /// Where the times of the form are meant.
    pub zone: String,
}

impl View for Edit {
    fn title(&self) -> String {
        match &self.entry.editing {
            Some(_) => self.entry.title(),
            None if self.entry.draft.kind == Kind::Call.key() => "New call".into(),
            None => "New meeting".into(),
        }
    }

    fn body(&self) -> Markup {
        self.entry.page(self.fields())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let name = |m: &Named| if m.id == self.me { format!("{} (me)", m.name) } else { m.name.clone() };
        let people = self.members.iter().map(|m| Choice::new(m.id.to_string(), name(m))).collect();
        let kinds = Kind::ALL.iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let states = State::ALL.iter().map(|s| Choice::new(s.key(), s.label())).collect();
        let directions = Direction::ALL.iter().map(|x| Choice::new(x.key(), x.label())).collect();
        let outcomes = Outcome::ALL.iter().map(|o| Choice::new(o.key(), o.label())).collect();
        let about = match self.about_hidden {
            true => "It is about a record that you may not see, and stays so unless you name another.",
            false => "A person, customer, contact, deal or lead: type a name, and choose.",
        };
        let taking = "Colleagues and contacts by name or address, one on a line. Colleagues are told.";
        html! {
            input type="hidden" name="back" value=(d.back);
            (form_section("What and when", None, html! {
                (field_row(html! {
                    (Field::select("kind", "Kind", kinds).value(&d.kind).error(e.of("kind")))
                    (Field::select("state", "State", states).value(&d.state).error(e.of("state")))
                }))
                (Field::text("subject", "Subject").value(&d.subject).error(e.of("subject")).required().attr("maxlength", "200"))
                (field_row(html! {
                    (Field::date("day", "Day").value(&d.day).error(e.of("day")).required())
                    (Field::time("time", "Time").value(&d.time).error(e.of("time")).required().help(format!("In {}.", self.zone)))
                    (Field::number("minutes", "Minutes").value(&d.minutes).error(e.of("minutes")).attr("min", "0").attr("max", "1440"))
                }))
                (Field::text("place", "Place or link").value(&d.place).error(e.of("place")).optional().attr("maxlength", "500"))
            }))
            (form_section("Who and what about", None, html! {
                (field_row(html! {
                    (Field::select("owner", "Owner", people).value(&d.owner).error(e.of("owner")))
                    (Field::text("about", "About").value(&d.about).error(e.of("about")).optional().help(about)
                        .attr("list", "records").attr("autocomplete", "off")
                        .attr("hx-get", self.entry.pages.options()).attr("hx-trigger", "input changed delay:200ms")
                        .attr("hx-target", "#records").attr("hx-swap", "outerHTML"))
                }))
                (options(&[]))
                (Field::textarea("attendees", "Who takes part").value(&d.attendees).error(e.of("attendees")).optional().rows(3).help(taking))
                (Field::text("attendee", "Add somebody").value(&d.attendee).optional().help("Type a name, and choose.")
                    .attr("list", "people").attr("autocomplete", "off").attr("data-adds-to", "attendees")
                    .attr("hx-get", self.entry.pages.options()).attr("hx-trigger", "input changed delay:200ms")
                    .attr("hx-target", "#people").attr("hx-swap", "outerHTML"))
                (suggested(&[]))
                (reminders::fields(&d.remind, &d.remind_day, &d.remind_time, e))
            }))
            (form_section("How it went", Some("Direction and outcome are kept of calls."), html! {
                (field_row(html! {
                    (Field::select("direction", "Direction", directions).value(&d.direction).error(e.of("direction")))
                    (Field::select("outcome", "Outcome", outcomes).empty_choice("Not yet").value(&d.outcome).error(e.of("outcome")))
                }))
                (Field::textarea("notes", "Notes").value(&d.notes).error(e.of("notes")).optional().attr("maxlength", LONGEST.to_string()))
            }))
        }
    }
}

fn suggested(found: &[String]) -> Markup {
    html! { datalist id="people" { @for words in found { option value=(words) {} } } }
}

/// Colleagues and contacts that fit what was typed.
pub struct People(pub Vec<String>);

impl View for People {
    fn title(&self) -> String {
        "Colleagues and contacts".into()
    }

    fn body(&self) -> Markup {
        suggested(&self.0)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "people").then(|| self.body())
    }
}
