//! What stands beside an employee's record, as lines of its timeline.

use crate::{
    Moment,
    ui::{Entry, Icon},
};
use domain::{
    AssetId, ChecklistId, Day, DocumentId, EmployeeId, LeaveRequestId, Slug,
    hr::{
        leave::requests::State,
        timeline::{Told, What},
    },
    paths,
};
use maud::{Markup, html};

/// One line, of somebody's record.
#[derive(Clone, Debug)]
pub struct Beside {
    pub slug: Slug,
    pub employee: EmployeeId,
    pub name: String,
    pub told: Told,
}

pub fn entry(beside: &Beside, moment: Moment) -> Entry {
    let Beside { slug, employee, name, told } = beside;
    let link = |href: String, words: &str| html! { @if told.open { a href=(href) { (words) } } @else { (words) } };
    let history = || paths::employee_history(slug, *employee);
    let (icon, what) = match &told.what {
        What::Job { title, place } => {
            let job = title.as_deref().unwrap_or("without a job title");
            let place = place.as_ref().map(|p| format!(" ({p})"));
            (Icon::Briefcase, html! { "has this job: " (link(history(), job)) @if let Some(place) = place { (place) } })
        }
        What::Pay(Some(salary)) => {
            (Icon::TrendingUp, html! { "has this pay: " (link(history(), &format!("{salary} a year"))) })
        }
        What::Pay(None) => (Icon::TrendingUp, html! { "has " (link(history(), "no pay agreed")) }),
        What::Leave { from, to, state } => {
            let words = span(*from, *to);
            let state = State::parse(state).map_or("", State::label).to_lowercase();
            let href = paths::leave_request(slug, LeaveRequestId(told.id));
            (Icon::CalendarEvent, html! { "asked for " (link(href, &format!("time off, {words}"))) ": " (state) })
        }
        What::Cancelled { from, to } => {
            let href = paths::leave_request(slug, LeaveRequestId(told.id));
            let own = told.by.as_ref().is_none_or(|by| by == name);
            let whose = if own { "cancelled their ".to_owned() } else { format!("cancelled {name}’s ") };
            (Icon::CalendarEvent, html! { (whose) (link(href, &format!("time off, {}", span(*from, *to)))) })
        }
        What::Corrected { kind, unit, amount, paid } => {
            let href = paths::employee_leave(slug, *employee);
            let words = match (*paid, amount.is_sign_negative()) {
                (true, _) => format!("{} of {kind} paid out", unit.words(amount.abs())),
                (false, true) => format!("{} of {kind} taken off", unit.words(amount.abs())),
                (false, false) => format!("{} of {kind} added", unit.words(*amount)),
            };
            (Icon::CalendarEvent, html! { "corrected the book of time off: " (link(href, &words)) })
        }
        What::Document { title, state, expires } => {
            let did = match state.as_str() {
                "asked" => "is asked for the document ",
                "waiting" => "has brought the document ",
                "refused" => "is to bring again the document ",
                _ => "has the document ",
            };
            let until = expires.map(|day| format!(", good until {}", day.short()));
            let href = paths::document(slug, DocumentId(told.id));
            (Icon::FileText, html! { (did) (link(href, title)) @if let Some(until) = until { (until) } })
        }
        What::Given { name, tag, asset } => {
            (Icon::DeviceDesktop, html! { "was given " (equipment(beside, name, (tag, *asset))) })
        }
        What::Returned { name, tag, asset } => {
            (Icon::DeviceDesktop, html! { "has given back " (equipment(beside, name, (tag, *asset))) })
        }
        What::Checklist { name, state } => {
            let href = paths::checklist(slug, ChecklistId(told.id));
            let state = match state.as_str() {
                "finished" => ": done",
                "cancelled" => ": called off",
                _ => "",
            };
            (Icon::ListCheck, html! { "has the checklist " (link(href, name)) (state) })
        }
    };
    let who = told.by.as_ref().unwrap_or(name);
    Entry::new(who, what, moment.ago(told.at)).icon(icon)
}

/// `3 Mar 2026`, or `3 Mar 2026 to 5 Mar 2026`.
fn span(from: Day, to: Day) -> String {
    if from == to { from.short() } else { format!("{} to {}", from.short(), to.short()) }
}

fn equipment(beside: &Beside, name: &str, (tag, asset): (&str, AssetId)) -> Markup {
    html! {
        @if beside.told.open { a href=(paths::asset(&beside.slug, asset)) { (name) } } @else { (name) }
        " (" (tag) ")"
    }
}
