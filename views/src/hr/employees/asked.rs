//! What is asked less often of the list of employees: whose people they are, and their days.

use crate::{
    custom_fields,
    ui::{Chip, Field, Icon},
};
use domain::{
    access::Sight,
    custom_fields::CustomField,
    hr::employees::{Ask, Filter, NAMESAKES, Namesake},
};
use maud::{Markup, html};

/// Behind the button: managers, days of the classes that are open, and the workspace's own fields.
pub fn more(fields: &[CustomField], sight: Sight, filter: &Filter, (people, locations): (&str, &[String])) -> Markup {
    let f = filter;
    let on = usize::from(!f.reports_to.is_empty())
        + usize::from(!f.location.is_empty())
        + f.days().iter().filter(|(_, _, text, _)| !text.is_empty()).count()
        + f.custom.names().len();
    let place = f.location.first().map_or("", String::as_str);
    let body = html! {
        div.filter-field {
            label for="filter-location" { "Location" }
            div.select {
                select.input id="filter-location" name="location" {
                    option value="" { "Any" }
                    @if !place.is_empty() && locations.iter().all(|l| l != place) { option value=(place) selected { (place) } }
                    @for location in locations { option value=(location) selected[location == place] { (location) } }
                }
                (Icon::ChevronDown)
            }
        }
        fieldset.filter-field {
            legend { "Manager" }
            (super::picker(Field::text("reports_to", "Reports to").value(&f.reports_to).id("filter-reports-to").placeholder("Name or number"), people))
            label.choice { input.check type="checkbox" name="below" value="true" checked[f.below]; span.choice-label { "And everybody below" } }
        }
        (days("First day", "started", (&f.started_from, &f.started_to), Some(("starts_within", "Starts", &f.starts_within))))
        (years(f))
        @if sight.terms {
            (days("End of probation", "probation", (&f.probation_from, &f.probation_to), Some(("probation_within", "Ends", &f.probation_within))))
        }
        @if sight.personal { (birthdays(f)) }
        (within("anniversary_within", "Work anniversary", &f.anniversary_within))
        @if let Some(inputs) = custom_fields::inputs(fields, sight, &f.custom) { (inputs) }
    };
    custom_fields::more_filters(on, &body)
}

type Within<'a> = (&'static str, &'static str, &'a str);

fn days(label: &str, name: &str, (from, to): (&str, &str), ahead: Option<Within<'_>>) -> Markup {
    let end = |end: &str, value: &str| {
        html! {
            label { span.visually-hidden { (label) " " } (end) " "
                input.input type="date" name={ (name) "_" (end) } value=(value) autocomplete="off"; }
        }
    };
    html! {
        fieldset.filter-field { legend { (label) } div.filter-range { (end("from", from)) (end("to", to)) } }
        @if let Some((name, words, value)) = ahead { (within(name, &format!("{label}: {}", words.to_lowercase()), value)) }
    }
}

/// Days from today on that are offered.
const AHEAD: [(&str, &str); 4] = [
    ("7", "in the next 7 days"),
    ("30", "in the next 30 days"),
    ("90", "in the next 90 days"),
    ("365", "within a year"),
];

fn ahead(value: &str) -> String {
    let known = AHEAD.iter().find(|(key, _)| *key == value).map(|(_, words)| (*words).to_owned());
    known.unwrap_or_else(|| match value {
        "0" => "today".into(),
        days => format!("in the next {days} days"),
    })
}

fn select(name: &str, label: &str, value: &str, choices: &[(&str, &str)]) -> Markup {
    let id = format!("filter-{name}");
    html! {
        div.filter-field {
            label for=(id) { (label) }
            div.select {
                select.input id=(id) name=(name) {
                    option value="" { "Any" }
                    @if !value.is_empty() && choices.iter().all(|(key, _)| *key != value) { option value=(value) selected { (ahead(value)) } }
                    @for (key, words) in choices { option value=(key) selected[*key == value] { (words) } }
                }
                (Icon::ChevronDown)
            }
        }
    }
}

fn within(name: &str, label: &str, value: &str) -> Markup {
    select(name, label, value, &AHEAD)
}

const MONTHS: [(&str, &str); 12] = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
];

fn birthdays(f: &Filter) -> Markup {
    html! {
        (select("birthday_month", "Birthday in the month", &f.birthday_month, &MONTHS))
        (within("birthday_within", "Birthday", &f.birthday_within))
    }
}

fn years(f: &Filter) -> Markup {
    let end = |name: &str, words: &str, value: &str| {
        html! {
            label { span.visually-hidden { "Years here, " } (words) " "
                input.input type="text" inputmode="numeric" name=(name) value=(value) autocomplete="off"; }
        }
    };
    html! {
        fieldset.filter-field { legend { "Years here" } div.filter-range {
            (end("tenure_from", "at least", &f.tenure_from)) (end("tenure_below", "fewer than", &f.tenure_below))
        } }
    }
}

/// Of several whom the name may mean, whose people are asked for; or that it means nobody.
pub fn choose(filter: &Filter, whose: &[Namesake], url: impl Fn(&Filter) -> String) -> Markup {
    let to = |n: &Namesake| Filter { reports_to: n.person.words(), ..filter.from_top() };
    let typed = filter.reports_to.trim();
    if whose.is_empty() {
        return html! { p.list-near role="status" { "Nobody is called “" (typed) "”, and nobody has that number." } };
    }
    html! {
        div.list-near role="status" {
            p { "Whose people? Nobody alone is called “" (typed) "”:" }
            ul.plain-list {
                @for n in whose.iter().take(NAMESAKES) {
                    li {
                        a href=(url(&to(n))) { (n.person.words()) }
                        @if !n.does.is_empty() { " " span.quiet { (n.does) } }
                    }
                }
            }
            @if whose.len() > NAMESAKES { p.quiet { "And more: type the number of whom you mean." } }
        }
    }
}

/// What of it is on, each with a way out. Of a class that is closed nothing is on.
pub fn chips(filter: &Filter, sight: Sight, url: impl Fn(&Filter) -> String) -> Vec<Chip> {
    let f = filter.from_top();
    let mut chips = vec![];
    if f.typed_manager().is_some() {
        let label = if f.below { "Below" } else { "Reports to" };
        let without = Filter { reports_to: String::new(), below: false, ..f.clone() };
        chips.push(Chip::new(label, &f.reports_to, url(&without)));
    }
    for (key, label, text, ask) in f.days() {
        let Some(ask) = ask.filter(|ask| sight.sees(ask.class())) else { continue };
        let words = match ask {
            Ask::StartedFrom(day) | Ask::StartedTo(day) | Ask::ProbationFrom(day) | Ask::ProbationTo(day) => {
                day.short()
            }
            Ask::BirthdayMonth(_) => MONTHS.iter().find(|(n, _)| *n == text).map_or(text, |(_, name)| name).to_owned(),
            Ask::TenureFrom(_) | Ask::TenureBelow(_) => text.to_owned(),
            Ask::StartsWithin(_) | Ask::ProbationWithin(_) | Ask::BirthdayWithin(_) | Ask::AnniversaryWithin(_) => {
                ahead(text)
            }
        };
        chips.push(Chip::new(label, words, url(&f.without_day(key))));
    }
    chips
}
