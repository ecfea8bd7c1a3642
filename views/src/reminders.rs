//! The fields by which somebody says when they want to be reminded.

use crate::ui::{Choice, Field, field_row};
use domain::{Errors, reminders::CHOICES};
use maud::{Markup, html};

/// How, and the day and time of a moment of its own.
pub fn fields(how: &str, day: &str, time: &str, e: &Errors) -> Markup {
    let choices = CHOICES.into_iter().map(|(key, words)| Choice::new(key, words)).collect();
    let own = "Where you choose a time of its own.";
    html! {
        (Field::select("remind", "Reminder", choices).empty_choice("None").value(how).error(e.of("remind")))
        (field_row(html! {
            (Field::date("remind_day", "Day of the reminder").value(day).error(e.of("remind_day")).optional().help(own))
            (Field::time("remind_time", "Time of the reminder").value(time).error(e.of("remind_time")).optional())
        }))
    }
}
