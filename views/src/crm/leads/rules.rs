//! Settings of leads: who gets them, and what they score.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Progress, Row, Table,
        Tone, field_row, form_section, stack,
    },
};
use domain::{
    Errors, LeadRuleId, Slug,
    access::Rights,
    crm::leads::{
        assignment::{How, Member, Rule},
        conditions::{On, Test},
        scoring::Act,
    },
    paths,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// Rules of assignment in their order, and who of their people is there.
pub struct Assignment {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub rules: Vec<Rule>,
    /// Those whom the rules name, as they are today.
    pub people: Vec<Member>,
    pub members: Vec<Named>,
    pub fallback: String,
    pub version: i32,
    /// Leads that nobody has.
    pub waiting: usize,
    pub errors: Errors,
}

impl View for Assignment {
    fn title(&self) -> String {
        "Assignment".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Assignment of leads")
            .lead(html! { "The first rule that fits, and has somebody who is there, decides. Whoever is away, has left or has enough is passed over." })
            .actions(Button::link("New rule", paths::lead_rule_new(&self.slug)).primary().icon(Icon::Plus).render());
        let body = stack(html! {
            @if let Some(problem) = self.errors.of("") { (Alert::new(Tone::Bad, problem).announce()) }
            @if self.rules.is_empty() {
                (EmptyState::new(Icon::UserCheck, "No rules yet", "Without a rule, leads wait until somebody takes them. A rule says for which leads it is, and among whom they go round."))
            } @else { (Card::new("Rules", self.table()).flush()) }
            (Card::new("When nobody is left", self.fallback()))
            @if self.waiting > 0 {
                (Card::new("Waiting leads", stack(html! {
                    p { (self.waiting) @if self.waiting == 1 { " lead has" } @else { " leads have" } " no owner. "
                        a href=(format!("{}?owner=nobody", paths::leads(&self.slug))) { "See them" } }
                    form method="post" action=(paths::lead_rules_run(&self.slug)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Assign them by these rules"))
                    }
                })))
            }
        });
        settings::page(&self.slug, &self.rights, &paths::lead_rules(&self.slug), &head, body)
    }
}

impl Assignment {
    fn table(&self) -> Markup {
        let last = self.rules.len().saturating_sub(1);
        let rows = self.rules.iter().enumerate().map(|(n, r)| {
            let when = match r.when.is_empty() {
                true => "Every lead".to_owned(),
                false => r.when.iter().map(|c| c.words()).collect::<Vec<_>>().join(", and "),
            };
            let step = |to: &'static str, label: String, icon: Icon, off: bool| {
                html! {
                    form method="post" action=(paths::lead_rule_move(&self.slug, r.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        input type="hidden" name="to" value=(to);
                        (Button::submit(label).ghost().small().icon_only(icon).disabled(off))
                    }
                }
            };
            let cells = vec![
                html! { a href=(paths::lead_rule(&self.slug, r.id)) { (r.name) } },
                html! { (when) },
                html! { (r.how.label()) },
                html! { ul.plain-list.lead-pool { @for seat in &r.pool { @if let Some(m) = self.people.iter().find(|m| m.id == seat.member) { li { (person(m, seat.most)) } } } } },
                html! { div.stage-steps {
                    (step("up", format!("Move {} up", r.name), Icon::ArrowUp, n == 0))
                    (step("down", format!("Move {} down", r.name), Icon::ArrowDown, n == last))
                } },
            ];
            Row::new(r.id.to_string(), &r.name, cells).brief([html! { (when) }])
        });
        let columns = vec![
            Column::new("Rule"),
            Column::new("For"),
            Column::new("How").minor(),
            Column::new("Among").minor(),
            Column::new("Order").label_hidden().stays(),
        ];
        Table::new("Rules", columns, rows.collect()).render()
    }

    fn fallback(&self) -> Markup {
        let members =
            self.members.iter().map(|m| Choice::new(m.id.to_string(), format!("{} ({})", m.name, m.email))).collect();
        Form::post(paths::lead_fallback(&self.slug), self.csrf.as_str())
            .version(self.version)
            .body(html! {
                div.inline-add {
                    (Field::select("fallback", "They go to", members).empty_choice("Nobody: they wait to be taken").value(&self.fallback).error(self.errors.of("fallback")))
                    (Button::submit("Save"))
                }
            })
            .render()
    }
}

pub(crate) fn person(m: &Member, most: Option<u32>) -> Markup {
    html! {
        (m.name) " "
        span.quiet { (m.open) @if let Some(most) = most { " of " (most) } " open" } " "
        @if m.deactivated { (Badge::new(Tone::Neutral, "No access")) }
        @else if let Some(until) = m.away { (Badge::new(Tone::Info, format!("Away until {}", until.short()))) }
    }
}

/// A rule of assignment as typed.
pub struct RuleForm {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    pub editing: Option<(LeadRuleId, i32)>,
    pub name: String,
    pub how: String,
    /// What to look at, how, and what stands beside it; some rows are empty.
    pub when: Vec<[String; 3]>,
    /// Member, most, words; some rows are empty.
    pub pool: Vec<[String; 3]>,
    pub members: Vec<Named>,
    pub errors: Errors,
}

impl View for RuleForm {
    fn title(&self) -> String {
        if self.editing.is_some() { format!("Rule {}", self.name) } else { "New rule".into() }
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb("Assignment of leads", paths::lead_rules(&self.slug));
        let e = &self.errors;
        let action = match &self.editing {
            Some((id, _)) => paths::lead_rule(&self.slug, id),
            None => paths::lead_rule_new(&self.slug),
        };
        let hows = How::ALL.map(|h| Choice::new(h.key(), h.label())).to_vec();
        let mut form = Form::post(action, self.csrf.as_str())
            .once(self.once.as_str())
            .problem(e.of(""))
            .errors(errors(e))
            .body(html! {
                (form_section("Rule", None, html! {
                    (Field::text("name", "Name").value(&self.name).error(e.of("name")).required().attr("maxlength", "60"))
                }))
                (form_section("For which leads", Some("All of these hold. Without any, it is for every lead."), html! {
                    @if let Some(problem) = e.of("when") { p.field-error { (problem) } }
                    @for (n, row) in self.when.iter().enumerate() { (condition(n, row, None)) }
                }))
                (form_section("Who gets them", None, html! {
                    (Field::select("how", "How one is chosen", hows).value(&self.how)
                        .help("By country: fill in countries beside each. By skill: fill in words that stand in source, campaign, job title or company, of what each knows about."))
                    @if let Some(problem) = e.of("pool") { p.field-error { (problem) } }
                    @for (n, row) in self.pool.iter().enumerate() { (self.seat(n, row)) }
                }))
            })
            .actions(html! { (Button::submit("Save rule").primary()) (Button::link("Cancel", paths::lead_rules(&self.slug))) });
        if let Some((_, version)) = &self.editing {
            form = form.version(*version);
        }
        let body = stack(html! {
            (form)
            @if let Some((id, _)) = &self.editing {
                (Card::new("Remove this rule", html! {
                    form method="post" action=(paths::lead_rule_removal(&self.slug, id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        p.quiet { "Leads that it has given somebody stay with them." }
                        (Button::submit("Remove rule").danger().icon(Icon::Trash))
                    }
                }))
            }
        });
        settings::page(&self.slug, &self.rights, &paths::lead_rules(&self.slug), &head, body)
    }
}

impl RuleForm {
    fn seat(&self, n: usize, [member, most, words]: &[String; 3]) -> Markup {
        let n = n + 1;
        let members = self.members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)).collect();
        field_row(html! {
            (Field::select("member", format!("Person {n}"), members).id(format!("member-{n}")).empty_choice("Nobody").value(member))
            (Field::number("most", format!("Open leads at most, person {n}")).id(format!("most-{n}")).value(most).optional())
            (Field::text("words", format!("Countries or words, person {n}")).id(format!("words-{n}")).value(words).optional())
        })
    }
}

/// One condition: what to look at, how, and what stands beside it; and perhaps what follows from it.
fn condition(n: usize, [on, test, value]: &[String; 3], more: Option<Field>) -> Markup {
    let n = n + 1;
    let ons = On::ALL.map(|o| Choice::new(o.key(), o.label())).to_vec();
    let tests = Test::KINDS.map(|(key, words)| Choice::new(key, words)).to_vec();
    field_row(html! {
        (Field::select("on", format!("Look at, {n}"), ons).id(format!("on-{n}")).empty_choice("Nothing").value(on))
        (Field::select("test", format!("How, {n}"), tests).id(format!("test-{n}")).value(test))
        (Field::text("value", format!("Value, {n}")).id(format!("value-{n}")).value(value).optional())
        @if let Some(more) = more { (more) }
    })
}

/// How leads score.
pub struct Scoring {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub version: i32,
    pub usual: bool,
    /// What to look at, how, what stands beside it, and the points; some rows are empty.
    pub fit: Vec<[String; 4]>,
    /// Points and cap of each act, in the order of [`Act::ALL`].
    pub acts: Vec<[String; 2]>,
    pub half_life: String,
    /// The last counting of all: its state, how many are done, of how many.
    pub last: Option<(String, i32, i32)>,
    pub errors: Errors,
}

impl View for Scoring {
    fn title(&self) -> String {
        "Scoring".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Scoring of leads")
            .lead(html! { "Two numbers from 0 to 100: how well a lead fits, by what is known of it; and how much it wants, by what it did. Each lead shows its reasons." });
        let e = &self.errors;
        let points = |n: usize, value: &str| {
            Field::number("points", format!("Points, {n}")).id(format!("points-{n}")).value(value)
        };
        let form = Form::post(paths::lead_scoring(&self.slug), self.csrf.as_str())
            .version(self.version)
            .problem(e.of(""))
            .errors(errors(e))
            .body(html! {
                (form_section("Fit", Some("Points for what is known of a lead; below zero where it speaks against it."), html! {
                    @if let Some(problem) = e.of("fit") { p.field-error { (problem) } }
                    @for (n, [on, test, value, given]) in self.fit.iter().enumerate() {
                        (condition(n, &[on.clone(), test.clone(), value.clone()], Some(points(n + 1, given))))
                    }
                }))
                (form_section("Engagement", Some("Points for what a lead does. They halve again and again; all of one kind come to no more than their cap."), html! {
                    @if let Some(problem) = e.of("acts") { p.field-error { (problem) } }
                    @for (act, [given, cap]) in Act::ALL.into_iter().zip(&self.acts) {
                        (field_row(html! {
                            (Field::number("act_points", format!("{}: points", act.label())).id(format!("act-{}", act.key())).value(given))
                            (Field::number("act_cap", format!("{}: at most", act.label())).id(format!("cap-{}", act.key())).value(cap))
                        }))
                    }
                    (Field::number("half_life", "Points halve every so many days").value(&self.half_life).error(e.of("half_life")))
                }))
            })
            .actions(html! {
                (Button::submit("Save and count all anew").primary().attr("name", "do").attr("value", "save"))
                @if !self.usual { (Button::submit("Back to the usual rules").attr("name", "do").attr("value", "reset")) }
            });
        let body = stack(html! {
            @if let Some((state, done, of)) = &self.last { (self.last(state, *done, *of)) }
            (form)
        });
        settings::page(&self.slug, &self.rights, &paths::lead_scoring(&self.slug), &head, body)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        let (state, done, of) = self.last.as_ref().filter(|_| id == "lead-scoring")?;
        Some(self.last(state, *done, *of))
    }
}

impl Scoring {
    /// How the last counting fares; it asks again while it goes on.
    fn last(&self, state: &str, done: i32, of: i32) -> Markup {
        let open = matches!(state, "waiting" | "running");
        let words = match state {
            "done" => format!("All {done} open leads were counted."),
            "failed" => "The last counting failed. Save once more to try again.".into(),
            _ => format!("{done} of {of} open leads are counted."),
        };
        let total = u64::try_from(of.max(done)).ok();
        Progress::new("lead-scoring", words, u64::try_from(done).unwrap_or_default(), total)
            .poll(open.then(|| paths::lead_scoring(&self.slug)))
            .render()
    }
}
