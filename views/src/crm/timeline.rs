//! What stands beside a customer or a contact, as lines of its timeline.

use crate::{
    Moment,
    ui::{Entry, Icon},
};
use domain::{
    DealId, LeadId, QuoteId, RunId, Slug, TicketId,
    crm::{
        pipelines::State,
        timeline::{Told, What},
    },
    paths,
};
use maud::html;

/// One line of it, in the workspace whose pages show it.
#[derive(Clone, Debug)]
pub struct Along {
    pub slug: Slug,
    pub told: Told,
}

pub fn entry(along: &Along, moment: Moment) -> Entry {
    let Along { slug, told } = along;
    let link = |href: String| html! { a href=(href) { (told.name) } };
    let deal = || link(paths::deal(slug, DealId(told.record)));
    let ticket = || link(paths::ticket(slug, TicketId(told.record)));
    let quote = || link(paths::quote(slug, QuoteId(told.record)));
    let (icon, usual, what) = match &told.what {
        What::Asked => (Icon::Mail, "Somebody", html! { "asked: " (ticket()) }),
        What::Solved => (Icon::CircleCheck, "The ticket", html! { (ticket()) " was solved" }),
        What::Opened(amount) => {
            (Icon::Briefcase, "People360", html! { "opened the deal " (deal()) @if let Some(a) = amount { ", " (a) } })
        }
        What::Moved { stage, state, amount } => {
            let did = match state {
                State::Open => "moved the deal ",
                State::Won => "won the deal ",
                State::Lost => "lost the deal ",
            };
            let what = html! {
                (did) (deal())
                @match state {
                    State::Open => { " to " (stage) }
                    _ => { @if let Some(a) = amount { ", " (a) } }
                }
            };
            (Icon::Briefcase, "People360", what)
        }
        What::Quoted => (Icon::FileText, "A quote", html! { "went out for " (quote()) }),
        What::Answered(true) => (Icon::FileText, "Somebody", html! { "accepted the quote for " (quote()) }),
        What::Answered(false) => (Icon::FileText, "Somebody", html! { "declined the quote for " (quote()) }),
        What::Ran(state) => {
            let run = link(paths::automation_run(slug, RunId(told.record)));
            let end = match state.as_str() {
                "failed" => ", which failed",
                "running" | "waiting" | "asking" => ", which still runs",
                "cancelled" | "stopped" => ", which was stopped",
                _ => "",
            };
            (Icon::Bolt, "A workflow", html! { "ran: " (run) (end) })
        }
        What::Converted => {
            let lead = link(paths::lead(slug, LeadId(told.record)));
            (Icon::Filter, "People360", html! { "made this of the lead " (lead) })
        }
    };
    Entry::new(told.who.as_deref().unwrap_or(usual), what, moment.ago(told.at)).icon(icon)
}
