//! Somebody's time off on their record: balances, requests, policies, and how they work; and what HR does about them.

use super::{accounts, requests};
use crate::{
    View,
    form::errors,
    record::Record,
    ui::{Avatar, AvatarSize, Button, Card, Choice, Field, Form, Icon, PageHead, RecordPage, Time, field_row, stack},
};
use domain::{
    Day, Errors, LeavePolicyId, Slug,
    hr::employees::Employee,
    hr::leave::{
        Person, Type,
        forms::{AdjustmentDraft, EnrolDraft, PatternDraft},
        ledger::Account,
        pattern::{Pattern, Week},
        requests::{Request, hours},
    },
    paths,
    workspace::settings::DAYS,
};
use maud::{Markup, Render, html};

pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub person: Person,
    /// Their record, for whoever may see it.
    pub record: Option<(Employee, Record)>,
    pub today: Day,
    pub on: Day,
    /// The last day of their leave, where they are away today.
    pub away: Option<Day>,
    pub accounts: Vec<Account>,
    pub requests: Vec<Request>,
    /// Policy, from and until; the newest first.
    pub enrolled: Vec<(String, Day, Option<Day>)>,
    pub week: Week,
    pub may_request: bool,
    /// What HR may do, with what there is to choose from.
    pub adjusts: Option<Adjusts>,
}

/// The forms of HR, one of which may have been refused.
pub struct Adjusts {
    pub types: Vec<Type>,
    pub policies: Vec<(LeavePolicyId, String)>,
    pub adjustment: AdjustmentDraft,
    pub enrol: EnrolDraft,
    pub pattern: PatternDraft,
    pub wrong: Option<Wrong>,
    pub errors: Errors,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    Adjustment,
    Enrol,
    Pattern,
}

impl Adjusts {
    fn errors(&self, of: Wrong) -> Errors {
        if self.wrong == Some(of) { self.errors.clone() } else { Errors::default() }
    }
}

impl View for Show {
    fn title(&self) -> String {
        format!("Time off of {}", self.person.name)
    }

    fn body(&self) -> Markup {
        let p = &self.person;
        let lead: Vec<&str> = [&p.title, &p.department, &p.location].into_iter().filter_map(|x| x.as_deref()).collect();
        let actions = html! {
            @if self.may_request { (Button::link("Write down time off", format!("{}?employee={}", paths::leave_new(&self.slug), p.id)).small().icon(Icon::Plus)) }
        };
        let main = stack(html! {
            (accounts(&paths::employee_leave(&self.slug, p.id), &self.accounts, self.on, self.today))
            @if self.requests.is_empty() { (Card::new("Requests", html! { p.quiet { "None yet." } }).actions(actions)) }
            @else { (Card::new("Requests", requests(&self.slug, "Requests", &self.requests)).flush().actions(actions)) }
            @if let Some(adjusts) = &self.adjusts { (self.forms(adjusts)) }
        });
        let side = stack(html! {
            (Card::new("Works", pattern(self.week.on(self.today))))
            (Card::new("Policies", html! {
                @if self.enrolled.is_empty() { p.quiet { "On none yet." } }
                @else { ul.plain-list { @for (name, from, until) in &self.enrolled { li { (name) p.quiet { "from " (from.short()) @if let Some(until) = until { " until " (until.short()) } } } } } }
            }))
        });
        let away = self.away.map(|until| html! { span.badge { "Away until " (until.short()) } });
        let Some((employee, record)) = &self.record else {
            let head = PageHead::new(&p.name)
                .mark(Avatar::new(&p.name).size(AvatarSize::Large).render())
                .lead(html! { (lead.join(" · ")) });
            let head = away.into_iter().fold(head, PageHead::facts);
            return RecordPage { head, notice: None, tabs: None, main, side: Some(side) }.render();
        };
        let photo = employee.photo.as_ref().map(|p| crate::hr::employees::photo(&self.slug, p));
        let badges = html! { (crate::hr::employees::status(employee.status)) @if let Some(away) = away { (away) } };
        record.page(crate::hr::employees::head(employee, photo.as_deref()).facts(badges), || (main, side))
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == super::ACCOUNTS)
            .then(|| accounts(&paths::employee_leave(&self.slug, self.person.id), &self.accounts, self.on, self.today))
    }
}

/// A week in words: its days and hours.
fn pattern(p: &Pattern) -> Markup {
    html! {
        dl.leave-week {
            @for (at, (_, day)) in DAYS.iter().enumerate() {
                @if p.minutes[at] > 0 {
                    div { dt { (day) } dd { (domain::hr::leave::plain(hours(p.minutes[at]))) " h" @if p.half[at] { ", half a day" } } }
                }
            }
        }
    }
}

impl Show {
    fn forms(&self, a: &Adjusts) -> Markup {
        html! {
            details.leave-do open[a.wrong == Some(Wrong::Adjustment)] { summary { "Correct a balance, or pay some of it out" } (Card::bare(self.adjust(a))) }
            details.leave-do open[a.wrong == Some(Wrong::Enrol)] { summary { "Put on another policy" } (Card::bare(self.enrol(a))) }
            details.leave-do open[a.wrong == Some(Wrong::Pattern)] { summary { "Change the working days" } (Card::bare(self.works(a))) }
        }
    }

    fn adjust(&self, a: &Adjusts) -> Markup {
        let (d, e) = (&a.adjustment, a.errors(Wrong::Adjustment));
        let types = a.types.iter().filter(|t| t.limited).map(|t| Choice::new(t.id.to_string(), &t.name)).collect();
        let what = vec![Choice::new("adjustment", "Correction"), Choice::new("encashment", "Paid out")];
        Form::post(paths::employee_leave_adjustment(&self.slug, self.person.id), &self.csrf)
            .once(&self.once)
            .errors(errors(&e))
            .problem(e.of(""))
            .body(html! {
                (field_row(html! {
                    (Field::select("kind", "Kind", types).value(&d.kind).error(e.of("kind")).required())
                    (Field::select("what", "What it is", what).value(if d.what.is_empty() { "adjustment" } else { &d.what }))
                }))
                (field_row(html! {
                    (Field::text("amount", "Amount").value(&d.amount).error(e.of("amount")).required().help("Like 2.5; with a minus to take away.").attr("inputmode", "decimal"))
                    (Field::date("on", "Counts from").value(&d.on).error(e.of("on")).required())
                }))
                (Field::date("expires", "To be used by").value(&d.expires).error(e.of("expires")).optional())
                (Field::text("reason", "Reason").value(&d.reason).error(e.of("reason")).required().attr("maxlength", "300").help("It stands beside the entry, for the person as well."))
            })
            .actions(Button::submit("Write entry").render())
            .render()
    }

    fn enrol(&self, a: &Adjusts) -> Markup {
        let (d, e) = (&a.enrol, a.errors(Wrong::Enrol));
        let policies = a.policies.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        Form::post(paths::employee_leave_policy(&self.slug, self.person.id), &self.csrf)
            .errors(errors(&e))
            .problem(e.of(""))
            .body(html! {
                (field_row(html! {
                    (Field::select("policy", "Policy", policies).value(&d.policy).error(e.of("policy")).required())
                    (Field::date("from", "From").value(&d.from).error(e.of("from")).required())
                }))
            })
            .actions(Button::submit("Put on this policy").render())
            .render()
    }

    fn works(&self, a: &Adjusts) -> Markup {
        let (d, e) = (&a.pattern, a.errors(Wrong::Pattern));
        Form::post(paths::employee_leave_pattern(&self.slug, self.person.id), &self.csrf)
            .errors(errors(&e))
            .problem(e.of(""))
            .body(html! {
                (Field::date("from", "From").id("pattern-from").value(&d.from).error(e.of("from")).required())
                div.leave-pattern {
                    @for (key, day) in DAYS {
                        @let half = format!("half_{key}");
                        div {
                            (Field::text(key, day).value(d.get(key)).error(e.of(key)).optional().attr("inputmode", "decimal"))
                            label.choice { input.check type="checkbox" name=(half) value="on" checked[!d.get(&half).is_empty()]; span.choice-label { "counts as half a day" } }
                        }
                    }
                }
                p.quiet { "Hours of each day, like 8 or 7:24; empty: no working day. Leave from today on that was asked for already takes what these days say; what was taken before stays." }
            })
            .actions(Button::submit("Save working days").render())
            .render()
    }
}

/// The card on the record: what matters about their time off today.
pub struct OnRecord {
    pub slug: Slug,
    pub person: domain::EmployeeId,
    pub away: Option<Day>,
    /// They have begun, and not left.
    pub here: bool,
    /// Whether the reader may see balances and requests.
    pub may_see: bool,
}

impl Render for OnRecord {
    fn render(&self) -> Markup {
        let body = html! {
            @match self.away {
                Some(until) => { p { "Away until " (Time::day(until)) } }
                None if self.here => { p.quiet { "Here today." } }
                None => { p.quiet { "Not here today." } }
            }
        };
        let card = Card::new("Time off", body);
        match self.may_see {
            true => card
                .actions(html! { a href=(paths::employee_leave(&self.slug, self.person)) { "Balances and requests" } })
                .render(),
            false => card.render(),
        }
    }
}
