//! The clocks of a ticket, as they stand when they are looked at.

use crate::{
    Moment, View,
    ui::{Badge, Card, Icon, Time, Tone, stack},
};
use chrono::Duration;
use domain::support::sla::{Run, minutes};
use maud::{Markup, Render, html};

/// The part that is asked for again.
pub const PART: &str = "clocks";

pub struct Clocks {
    /// Where they are asked for again.
    pub path: String,
    /// The policy, and the clocks by it.
    pub promised: Option<(String, Vec<Run>)>,
    pub moment: Moment,
}

impl View for Clocks {
    fn title(&self) -> String {
        "Promised times".into()
    }

    fn body(&self) -> Markup {
        self.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PART).then(|| self.render())
    }
}

impl Render for Clocks {
    fn render(&self) -> Markup {
        let runs = self.promised.as_ref().is_some_and(|(_, runs)| runs.iter().any(|r| r.ended.is_none()));
        let body = match &self.promised {
            None => html! { p.quiet { "No time was promised of this ticket." } },
            Some((_, runs)) if runs.is_empty() => html! { p.quiet { "No time is promised at this priority." } },
            Some((_, runs)) => {
                stack(html! { ul.plain-list.clock-list { @for run in shown(runs) { li { (self.line(run)) } } } })
            }
        };
        let mut card = Card::new("Promised times", body);
        if let Some((policy, _)) = &self.promised {
            card = card.note(policy.as_str());
        }
        // Each minute, while one of them runs.
        html! {
            div id=(PART) hx-get=[runs.then_some(self.path.as_str())] hx-trigger=[runs.then_some("every 60s")] hx-swap=[runs.then_some("outerHTML")] { (card) }
        }
    }
}

impl Clocks {
    fn line(&self, run: &Run) -> Markup {
        let zoned = |at: chrono::DateTime<chrono::Utc>| Time::at(&at.with_timezone(&self.moment.zone));
        let of = minutes(run.target.num_minutes());
        let over = |by: Duration| minutes((-by).num_minutes().max(0));
        let (tone, word, icon) = match run {
            r if r.withdrawn => (Tone::Neutral, "Merged".to_owned(), Icon::Minus),
            r if r.late && r.ended.is_some() => (Tone::Bad, format!("{} late", over(r.left())), Icon::AlertCircle),
            r if r.late => (Tone::Bad, format!("Late by {}", over(r.left())), Icon::AlertCircle),
            r if r.ended.is_some() => (Tone::Good, "Kept".to_owned(), Icon::CircleCheck),
            r if r.held => {
                (Tone::Neutral, format!("Held, {} left", minutes(r.left().num_minutes().max(0))), Icon::PlayerPause)
            }
            r => {
                let close = r.warn.is_some_and(|at| at <= self.moment.now);
                let tone = if close { Tone::Warning } else { Tone::Info };
                (tone, format!("{} left", minutes(r.left().num_minutes().max(0))), Icon::Clock)
            }
        };
        html! {
            div.clock {
                span.clock-name { (run.clock.label()) }
                (Badge::new(tone, word).icon(icon))
                p.quiet {
                    @match (run.ended, run.due) {
                        (Some(ended), _) => { "Took " (minutes(run.used.num_minutes())) " of " (of) ", ended " (zoned(ended)) },
                        (None, Some(due)) => { "Due " (zoned(due)) ", of " (of) },
                        (None, None) => { (minutes(run.used.num_minutes())) " of " (of) " gone" },
                    }
                    @if run.paused > Duration::zero() { "; held for " (minutes(run.paused.num_minutes())) }
                }
            }
        }
    }
}

/// All that run, and the last of each kind that has ended.
fn shown(runs: &[Run]) -> impl Iterator<Item = &Run> {
    runs.iter()
        .filter(|run| run.ended.is_none() || !runs.iter().any(|other| other.clock == run.clock && other.nth > run.nth))
}
