//! Asking for time off, with what it means while it is typed; and a request on its own page.

use super::{super::unlinked, kind, state};
use crate::{
    Moment, View,
    form::errors,
    ui::{
        Alert, Badge, Button, Card, Choice, Confirm, EmptyState, Facts, Field, FieldError, Form, Icon, PageHead,
        RecordPage, Time, Tone, field_row, form_page, stack,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    Day, Errors, MemberId, Slug,
    hr::leave::{
        Type,
        forms::RequestDraft,
        ledger::Account,
        requests::{Answer, Asking, Beside, Quote, Request, State, Step},
    },
    paths,
};
use maud::{Markup, Render, html};

/// What asking would mean, as it is typed.
pub const QUOTE: &str = "leave-quote";

/// What becomes of a request that only whoever asks could answer: before it is sent, and after.
pub const NOBODY_ELSE: &str = "There is nobody else who could be asked, so it is approved at once.";

/// The form, new or filled.
pub struct New {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    /// For whom, if not for the reader.
    pub person: Option<String>,
    pub types: Vec<Type>,
    pub accounts: Vec<Account>,
    pub draft: RequestDraft,
    pub errors: Errors,
    /// There is nobody to ask for: the reader is no employee here; and who they are, where they may mend that.
    pub nobody: Option<Option<MemberId>>,
    /// The reader may make kinds of time off.
    pub may_make: bool,
    /// What it would mean; none while it cannot be told yet.
    pub quote: Option<Result<Quote, Errors>>,
}

impl View for New {
    fn title(&self) -> String {
        match &self.person {
            Some(name) => format!("Time off for {name}"),
            None => "Ask for time off".into(),
        }
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb("Time off", paths::leave(&self.slug));
        if let Some(nothing) = self.nothing() {
            return form_page(&head, nothing.render());
        }
        let (d, e) = (&self.draft, &self.errors);
        let types = self.types.iter().map(|t| Choice::new(t.id.to_string(), self.called(t))).collect();
        let check = |name: &'static str, label: &str, value: &str| {
            Field::checkbox(name, label).value(if value.is_empty() { "" } else { "true" }).error(e.of(name))
        };
        let fields = html! {
            div id="leave-fields" {
                input type="hidden" name="employee" value=(d.employee);
                (Field::select("kind", "Kind", types).value(&d.kind).error(e.of("kind")).required())
                (field_row(html! {
                    (Field::date("from", "First day").value(&d.from).error(e.of("from")).required())
                    (Field::date("to", "Last day").value(&d.to).error(e.of("to")).optional().help("Empty: one day."))
                }))
                div.leave-halves {
                    (check("from_midday", "The first day begins at midday", &d.from_midday))
                    (check("to_midday", "The last day ends at midday", &d.to_midday))
                }
                (Field::text("hours", "Hours").value(&d.hours).error(e.of("hours")).optional().help("Only some hours of one day, like 2 or 1:30.").attr("inputmode", "decimal"))
                (Field::textarea("reason", "Reason").value(&d.reason).error(e.of("reason")).optional().rows(2).help("Seen by whoever approves it and by HR, never by colleagues."))
            }
        };
        let form = Form::post(paths::leave_new(&self.slug), &self.csrf)
            .attr("id", "leave-form")
            .once(&self.once)
            .errors(named(e))
            .problem(e.of(""))
            .body(html! { (fields) (self.asks()) })
            .actions(html! {
                (Button::submit(if self.person.is_some() { "Write it down" } else { "Ask for it" }).primary())
                (Button::link("Cancel", paths::leave(&self.slug)))
            })
            .guard();
        form_page(&head, form.render())
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == QUOTE).then(|| self.told())
    }
}

/// For the summary on top; halves are told by what they are called.
fn named(e: &Errors) -> Vec<FieldError> {
    let called = |field: &'static str| match field {
        "from" => "First day",
        "to" => "Last day",
        "from_midday" => "First day at midday",
        "to_midday" => "Last day at midday",
        _ => "",
    };
    let mut all = errors(e);
    for error in &mut all {
        if let Some((field, message)) = e.iter().find(|(field, _)| error.field == *field && !called(field).is_empty()) {
            *error = FieldError::new(field, format!("{}: {message}", called(field)));
        }
    }
    all
}

impl New {
    /// Why nothing can be asked for.
    fn nothing(&self) -> Option<EmptyState> {
        if let Some(own) = self.nobody {
            return Some(unlinked(Icon::CalendarEvent, &self.slug, own, "Then you can ask for time off."));
        }
        let text = match self.person {
            Some(_) => "There is no kind of time off that they have: make one, or put them on a policy.",
            None => {
                "There is no kind of time off that you have. HR makes kinds, and policies that say who has how much."
            }
        };
        let nothing = EmptyState::new(Icon::CalendarEvent, "Nothing to ask for yet", text);
        let nothing = match self.may_make {
            true => nothing.actions(Button::link("Kinds and policies", paths::leave_settings(&self.slug)).render()),
            false => nothing,
        };
        self.types.is_empty().then_some(nothing)
    }

    /// "Vacation · 12.5 days left".
    fn called(&self, t: &Type) -> String {
        match self.accounts.iter().find(|a| a.kind.id == t.id).filter(|_| t.limited) {
            Some(a) => format!("{} · {} left", t.name, t.unit.words(a.spoken.left)),
            None => t.name.clone(),
        }
    }

    /// Asks again whenever something is typed: the last word counts, whatever is under way. It stays; what it tells is swapped.
    fn asks(&self) -> Markup {
        html! {
            div hx-get=(paths::leave_quote(&self.slug)) hx-trigger="change from:#leave-fields, input from:#leave-fields delay:300ms"
                hx-include="#leave-fields [name]" hx-target={ "#" (QUOTE) } hx-swap="outerHTML" hx-sync="this:replace" {
                (self.told())
            }
        }
    }

    fn told(&self) -> Markup {
        html! {
            div.leave-quote id=(QUOTE) aria-live="polite" {
                @match &self.quote {
                    None => { p.quiet { "Choose a kind and the days: then it stands here what it takes." } }
                    Some(Err(errors)) => { ul.leave-against { @for (_, words) in errors.iter() { li { (Icon::AlertTriangle) span { (words) } } } } }
                    Some(Ok(quote)) => { (quoted(quote)) }
                }
            }
        }
    }
}

/// What it takes, what is left, and who else is away.
fn quoted(q: &Quote) -> Markup {
    let unit = q.kind.unit;
    html! {
        p.leave-cost { "This takes " strong { (unit.words(q.cost.total)) } "." }
        @if let Some(afford) = &q.afford {
            p {
                (unit.words(afford.before)) " before it, " strong { (unit.words(afford.after)) } " after"
                @if afford.meanwhile.is_sign_positive() && !afford.meanwhile.is_zero() { ", with " (unit.words(afford.meanwhile)) " that come in meanwhile" }
                @if afford.meanwhile.is_sign_negative() && !afford.meanwhile.is_zero() { ", without " (unit.words(-afford.meanwhile)) " that are over meanwhile" }
                "."
                @if afford.lowest < afford.after { " With what is booked later " strong { (unit.words(afford.lowest)) } " are left." }
            }
        }
        @if !q.cost.holidays.is_empty() {
            p.quiet { "Holidays within it: " @for (n, (day, h)) in q.cost.holidays.iter().enumerate() { @if n > 0 { ", " } (h.name) " (" (day.short()) @if h.half { ", half a day" } ")" } "." }
        }
        @if q.away.is_empty() { p.quiet { "Nobody else of the team is away then." } }
        @else { p.quiet { "Away then as well: " @for (n, beside) in q.away.iter().enumerate() { @if n > 0 { "; " } (beside.name) " (" (beside.when()) ")" } "." } }
        @for words in &q.warnings { p.leave-warning { (Icon::AlertTriangle) (words) } }
        @match &q.asked {
            Asking::Of(name) => { p.quiet { (name) " is asked." } }
            Asking::NoNeed => { p.quiet { "Nobody has to be asked." } }
            Asking::Nobody => { p.quiet { (NOBODY_ELSE) } }
        }
    }
}

/// A request.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub request: Request,
    pub today: Day,
    pub moment: Moment,
    pub may_answer: bool,
    pub may_cancel: bool,
    /// What else is known to whoever answers: the balance, and who is away.
    pub account: Option<Account>,
    pub away: Vec<Beside>,
    /// From a mail: what the link said, to be confirmed here.
    pub meant: Option<bool>,
    /// What was wrong with a cancellation, and what was typed.
    pub errors: Errors,
    pub back_on: String,
    /// Who cancelled it, and when.
    pub cancelled: Option<(Option<String>, DateTime<Utc>)>,
}

impl View for Show {
    fn title(&self) -> String {
        format!("{}, {}", self.request.person.name, self.request.span.words())
    }

    fn body(&self) -> Markup {
        let r = &self.request;
        let begun = r.state == State::Approved && self.today >= r.span.from;
        let actions = html! {
            @if self.may_cancel && r.state.stands() && r.state != State::Cancelling && !begun {
                @let (open, title, text, verb) = match r.state {
                    State::Approved => ("Cancel this leave", "Cancel this leave?", "Its days come back to the balance.", "Cancel leave"),
                    _ => ("Take it back", "Take this request back?", "Nobody is asked any more.", "Take it back"),
                };
                (Button::new(open).opens_dialog("cancel"))
                (Confirm { id: "cancel".into(), title: title.into(), text: text.into(), verb: verb.into(),
                    action: paths::leave_cancellation(&self.slug, r.id), csrf: self.csrf.clone(), fields: vec![] })
            }
        };
        let head = PageHead::new(&r.person.name)
            .crumb("Time off", paths::leave(&self.slug))
            .facts(state(r.state).render())
            .lead(html! { (r.words()) })
            .actions(actions);
        let unit = r.unit;
        let mut facts = Facts::new()
            .fact(
                "Who",
                html! {
                    a href=(paths::employee(&self.slug, r.person.id)) { (r.person.name) }
                    @if let Some(d) = &r.person.department { span.quiet { " · " (d) } }
                },
            )
            .fact("Kind", kind(r.kind.as_ref()))
            .text("When", r.span.words())
            .text("Takes", unit.words(r.amount));
        if let Some(reason) = &r.reason {
            facts = facts.fact("Reason", html! { span.written { (reason) } });
        }
        if let Some(day) = r.back_on {
            facts = facts.fact("To be back on", Time::day(day).render());
        }
        let by = r.asked_by.as_ref().filter(|by| **by != r.person.name);
        let cancelled = self.cancelled.as_ref().map(|(by, at)| {
            html! { (self.moment.ago(*at)) @if let Some(by) = by { " by " (by) } }
        });
        let facts = facts.fact("Asked", html! { (self.moment.ago(r.asked_at)) @if let Some(by) = by { " by " (by) } });
        // Of what stands there is nothing to say.
        let facts = match cancelled {
            Some(cancelled) => facts.fact("Cancelled", cancelled),
            None => facts,
        };
        let facts = facts.columns();
        let main = stack(html! {
            @if self.may_answer { (Card::new("Your answer", self.answer())) }
            (Card::new("Request", facts.render()))
            @if self.may_cancel && begun { (Card::new("Back earlier", self.earlier())) }
        });
        let side = stack(html! {
            (Card::new("Who is asked", self.steps()))
            @if self.may_answer || !self.away.is_empty() {
                (Card::new("Away at the same time", html! {
                    @if self.away.is_empty() { p.quiet { "Nobody else of the team." } }
                    @else { ul.plain-list { @for beside in &self.away { li { (beside.name) p.quiet { (beside.when()) } } } } }
                }))
            }
        });
        RecordPage { head, notice: None, tabs: None, main, side: Some(side) }.render()
    }
}

impl Show {
    fn answer(&self) -> Markup {
        let r = &self.request;
        let step = r.open_step();
        let cancels = step.is_some_and(|s| s.cancels);
        let unit = r.unit;
        let (yes, no) = (
            Button::submit("Approve").icon(Icon::Check).attr("name", "answer").attr("value", "yes"),
            Button::submit("Decline").icon(Icon::X).attr("name", "answer").attr("value", "no"),
        );
        let (yes, no) = match self.meant {
            Some(false) => (yes, no.primary()),
            _ => (yes.primary(), no),
        };
        html! {
            @if let Some(meant) = self.meant { p { "You came from a mail to " strong { @if meant { "approve" } @else { "decline" } } " this. Press the button to do it." } }
            @if cancels { p { "This leave has begun. " (r.person.name) " asks to be back on " @if let Some(d) = r.back_on { (d.short()) } "; what is left of it comes back to the balance." } }
            @else if let Some(a) = &self.account { p { (r.person.name) " has " strong { (unit.words(a.spoken.left)) } " of " (a.kind.name) " left after it, with all that is booked and asked for." } }
            form.leave-answer method="post" action=(paths::leave_answer(&self.slug, r.id)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                @if let Some(step) = step { input type="hidden" name="step" value=(step.id); }
                (Field::text("note", "Comment").optional().attr("maxlength", "500").placeholder("Told to whoever asked"))
                div.actions { (yes) (no) }
            }
        }
    }

    fn steps(&self) -> Markup {
        html! {
            @if self.request.steps.is_empty() { p.quiet { "Nobody had to be asked." } }
            ol.leave-steps { @for s in &self.request.steps { (self.step(s)) } }
        }
    }

    fn step(&self, s: &Step) -> Markup {
        let badge = match s.answer {
            Answer::Open => Badge::new(Tone::Warning, "Waits"),
            Answer::Approved => Badge::new(Tone::Good, "Approved"),
            Answer::Declined => Badge::new(Tone::Bad, "Declined"),
            Answer::Withdrawn => Badge::new(Tone::Neutral, "Not asked any more"),
        };
        html! {
            li {
                div.leave-step-head { strong { (s.answered_by.as_deref().unwrap_or(s.whose())) } (badge) }
                @if s.cancels { p.quiet { "About cancelling it" } }
                @if let Some(because) = &s.because { p.quiet { (because) } }
                @if !s.note.is_empty() { p.written { "“" (s.note) "”" } }
                p.quiet {
                    @match s.answered_at {
                        Some(at) => { (self.moment.ago(at)) }
                        // What HR is asked stays with HR.
                        None if s.answer == Answer::Open => {
                            "asked " (self.moment.ago(s.asked_at))
                            @if s.member.is_some() { ", goes on to the next one " (self.moment.at(s.due_at)) }
                        }
                        None => {}
                    }
                }
            }
        }
    }

    fn earlier(&self) -> Markup {
        let r = &self.request;
        Form::post(paths::leave_cancellation(&self.slug, r.id), &self.csrf)
            .errors(errors(&self.errors))
            .notice(Some(Alert::new(Tone::Info, "It has begun").text(html! { "Somebody has to say yes to cancelling what is left of it. Its days come back to the balance then." })))
            .body(html! {
                (Field::date("back_on", "Back at work on").value(&self.back_on).error(self.errors.of("back_on")).required())
            })
            .actions(Button::submit("Ask to end it").render())
            .render()
    }
}
