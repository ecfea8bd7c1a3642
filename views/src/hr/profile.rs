//! One's own record: what is known of one, what one has asked to have changed, and the form that asks.

use super::{
    details::{self, Cards},
    unlinked,
};
use crate::{
    Moment, View,
    ui::{
        Alert, Badge, Button, Card, EmptyState, Facts, Field, Form, Icon, PageHead, Time, Tone, columns,
        dashboard_page, field_row, form_page, form_section, stack,
    },
};
use domain::{
    Errors, MemberId, Slug,
    hr::{
        change_requests::{Line, State},
        details::{Details, Draft, Section},
        employees::Employee,
    },
    paths,
};
use maud::{Markup, Render, html};

/// What is shown of somebody to themselves.
pub struct Own {
    pub employee: Employee,
    pub details: Details,
    pub lines: Vec<Line>,
}

pub struct MyProfile {
    pub slug: Slug,
    pub csrf: String,
    pub moment: Moment,
    /// `None`: the reader is linked with no record, or their role does not open it.
    pub own: Option<Own>,
    pub linked: bool,
    /// The reader, where they may say which record is theirs.
    pub may_link: Option<MemberId>,
    pub documents: bool,
    pub leave: bool,
    pub tasks: bool,
}

impl View for MyProfile {
    fn title(&self) -> String {
        "My profile".into()
    }

    fn body(&self) -> Markup {
        let Some(own) = &self.own else { return self.nothing() };
        let e = &own.employee;
        let photo = e.photo.as_ref().map(|p| super::employees::photo(&self.slug, p));
        let head = super::employees::head(e, photo.as_deref()).actions(html! {
            (Button::link("Full record", paths::employee(&self.slug, e.id)))
            (Button::link("Ask for changes", paths::my_changes(&self.slug)).primary().icon(Icon::Pencil))
        });
        dashboard_page(&head, columns(html! { (self.main(own)) (self.side(own)) }))
    }
}

impl MyProfile {
    fn nothing(&self) -> Markup {
        let words = "Your role does not open your own record. Ask whoever gives out roles.";
        let nothing = match self.linked {
            true => EmptyState::new(Icon::UserCheck, "There is no record of yours here", words)
                .actions(Button::link("Name, photo and time zone", paths::profile(&self.slug)).render()),
            false => unlinked(Icon::UserCheck, &self.slug, self.may_link, "Then it stands here."),
        };
        dashboard_page(&PageHead::new("My profile"), nothing.render())
    }

    fn main(&self, own: &Own) -> Markup {
        let e = &own.employee;
        let day = |d: Option<domain::Day>| d.map(|d| Time::day(d).render());
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let job = Facts::new()
            .text("Number", &e.number)
            .maybe("Job title", text(&e.job_title))
            .maybe("Department", text(&e.department))
            .maybe("Location", text(&e.location))
            .maybe("Reports to", e.manager.as_ref().map(|m| html! { (m.name) }))
            .maybe("Start date", day(e.start_date))
            .maybe("Email", text(&e.email))
            .maybe("Phone", text(&e.phone))
            .columns();
        let cards = Cards {
            slug: &self.slug,
            csrf: &self.csrf,
            employee: e,
            details: &own.details,
            editable: &[],
            personal: Facts::new().maybe("Birth date", day(e.birth_date)),
        };
        let (open, answered): (Vec<&Line>, Vec<&Line>) = own.lines.iter().partition(|l| l.state == State::Open);
        stack(html! {
            @if !open.is_empty() { (Card::new("Waiting for an answer", self.waiting(&open)).id("waiting")) }
            (Card::new("Job", job.render()))
            (cards.render())
            @if e.sight.pay {
                (Card::new("Pay", Facts::new().maybe("Salary, a year", e.salary.map(|s| html! { (s) })).render()))
            }
            @if !answered.is_empty() { (Card::new("Answered lately", answers(&answered))) }
        })
    }

    fn waiting(&self, lines: &[&Line]) -> Markup {
        html! {
            ul.own-list {
                @for l in lines {
                    li {
                        div { (change(l)) p.quiet { "Asked on " (self.moment.at(l.asked_at)) } }
                        form method="post" action=(paths::my_change_withdrawal(&self.slug, l.id)) {
                            input type="hidden" name="_csrf" value=(self.csrf);
                            (Button::submit("Withdraw").small().attr("aria-label", format!("Withdraw: {}", l.label())))
                        }
                    }
                }
            }
        }
    }

    fn side(&self, own: &Own) -> Markup {
        let hidden = own.details.hides_birthday;
        stack(html! {
            (Card::new("Yours", html! {
                ul.plain-list {
                    @if self.leave { li { a href=(paths::leave(&self.slug)) { "My time off" } } }
                    @if self.documents { li { a href=(paths::my_documents(&self.slug)) { "My documents" } } }
                    @if self.tasks { li { a href=(paths::tasks(&self.slug)) { "My tasks" } } }
                    li { a href=(paths::profile(&self.slug)) { "Name, photo and time zone" } }
                }
            }))
            (Card::new("Birthday", html! {
                p.quiet {
                    @if hidden { "Colleagues do not see your birthday." }
                    @else { "Colleagues see day and month of your birthday in the directory, never the year." }
                }
                form method="post" action=(paths::my_birthday(&self.slug)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="hidden" value=(if hidden { "no" } else { "yes" });
                    (Button::submit(if hidden { "Show it" } else { "Hide it" }).small())
                }
            }))
        })
    }
}

/// A field with what it was and what it is to be.
pub fn change(line: &Line) -> Markup {
    html! {
        span.change-field { (line.label()) }
        span.change-values {
            span.change-old { (line.words(line.was.as_deref())) }
            span aria-hidden="true" { "→" } span.visually-hidden { "to" }
            span.change-new { (line.words(line.wanted.as_deref())) }
        }
    }
}

fn answers(lines: &[&Line]) -> Markup {
    html! {
        ul.own-list {
            @for l in lines {
                @let tone = match l.state { State::Approved => Tone::Good, State::Rejected => Tone::Bad, _ => Tone::Neutral };
                li {
                    div {
                        (change(l))
                        p.quiet {
                            @if let Some(by) = &l.decided_by { (by) }
                            @if let Some(on) = l.decided_on { @if l.decided_by.is_some() { ", " } (Time::day(on)) }
                            @if let Some(reason) = &l.reason { ": " (reason) }
                        }
                    }
                    (Badge::new(tone, l.state.label()))
                }
            }
        }
    }
}

/// The form that asks for changes, with what holds now.
pub struct Ask {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub details: Details,
    pub draft: Draft,
    pub errors: Errors,
    pub waiting: Vec<Line>,
    pub was: String,
}

impl View for Ask {
    fn title(&self) -> String {
        "Ask for changes".into()
    }

    fn body(&self) -> Markup {
        let back = paths::my_profile(&self.slug);
        let head = PageHead::new("Ask for changes")
            .crumb("My profile", back.clone())
            .lead(html! { "Change what is not right. Each field that you change is looked at by whoever looks after records; you are told what becomes of it." });
        let form = Form::post(paths::my_changes(&self.slug), self.csrf.as_str())
            .once(&self.once)
            .hidden("_was", &self.was)
            .problem(self.errors.of(""))
            .errors(details::summary(&self.errors))
            .body(self.fields())
            .actions(html! { (Button::submit("Ask for these changes").primary()) (Button::link("Cancel", back)) })
            .sticky()
            .guard();
        form_page(&head, html! { (self.open()) (form) })
    }
}

impl Ask {
    fn open(&self) -> Markup {
        html! {
            @if !self.waiting.is_empty() {
                (Alert::new(Tone::Info, "Some fields wait for an answer").text(html! {
                    ul { @for l in &self.waiting { li { (change(l)) } } }
                    p { "Asking for one of them anew takes the place of that." }
                }))
            }
        }
    }

    fn fields(&self) -> Markup {
        let (d, e, sight) = (&self.draft, &self.errors, self.details.sight);
        let of = |name: &'static str, label: &str| Field::text(name, label).value(d.get(name)).error(e.of(name));
        let four = self.details.bank.last_four.as_deref();
        html! {
            (form_section("Name and phone", None, html! {
                (field_row(html! { (of("first_name", "First name").required()) (of("last_name", "Last name").required()) }))
                (field_row(html! {
                    (of("preferred_name", "Preferred name").optional().help("What colleagues call you. Everybody sees it."))
                    (Field::tel("phone", "Work phone").value(&d.phone).error(e.of("phone")).optional())
                }))
            }))
            @if sight.personal {
                (form_section("Personal details and address", None, details::fields(Section::Personal, d, e, None)))
                (form_section("Emergency contacts", None, details::fields(Section::Emergency, d, e, None)))
            }
            @if sight.pay { (form_section("Bank account", Some("Where your pay goes."), details::fields(Section::Bank, d, e, four))) }
        }
    }
}
