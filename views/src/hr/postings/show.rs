//! One job: what it says, who hires for it, whether it was approved, and what is done next.

use super::{May, badges, parts};
use crate::{
    Moment, View, activity,
    activity::Happened,
    prose::{self, Prose},
    ui::{Alert, Button, Card, EmptyState, Facts, Field, Form, Icon, PageHead, RecordPage, Time, Tone, dash, stack},
};
use domain::{
    Day, Errors, Slug,
    hr::postings::{Approval, Posting, Question, Stage, State, TeamMember, WORDS},
    paths,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub posting: Posting,
    pub team: Vec<TeamMember>,
    pub questions: Vec<Question>,
    pub stages: Vec<Stage>,
    /// To put on the team, for whoever may.
    pub members: Vec<Named>,
    pub history: Vec<Happened>,
    pub moment: Moment,
    pub today: Day,
    pub may: May,
    /// Whether the reader asked for it, and somebody else is to decide.
    pub own: bool,
    /// Its public address, where anybody can read it.
    pub public: Option<String>,
    /// Whether the careers site is open at all.
    pub site: bool,
    pub errors: Errors,
}

impl View for Show {
    fn title(&self) -> String {
        self.posting.title.clone()
    }

    fn body(&self) -> Markup {
        let p = &self.posting;
        let department = p.department.as_ref().map(|d| format!(" · {d}")).unwrap_or_default();
        let head = PageHead::new(&p.title)
            .crumb("Jobs", paths::postings(&self.slug))
            .facts(badges(p))
            .lead(html! { (p.place()) (department) " · " (p.employment.label()) })
            .actions(html! { @if self.may.write { (self.actions()) } });
        let blocks = prose::read(&p.description, str::to_owned);
        let main = stack(html! {
            (self.problems())
            (self.approval())
            (Card::new("Description", html! { article.portal-article { (Prose(&blocks)) } }))
            (self.questions())
            (self.stages())
        });
        let side = stack(html! {
            (Card::new("About", self.facts()))
            (parts::team(&self.slug, &self.csrf, (p.id, p.version), (&self.team, &self.members), &self.errors, self.may.write))
            (Card::new("History", activity::timeline(&self.history, WORDS.one, self.moment, None)))
        });
        RecordPage { head, notice: self.notice(), tabs: None, main, side: Some(side) }.render()
    }
}

impl Show {
    fn post(&self, action: &str, fields: &[(&str, &str)], button: Button) -> Markup {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.csrf);
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                (button)
            }
        }
    }

    fn actions(&self) -> Markup {
        let p = &self.posting;
        let ways = p.state.ways(p.approved(), p.over(self.today));
        let state = paths::posting_state(&self.slug, p.id);
        let to = |to: State, label: &str| self.post(&state, &[("to", to.key())], Button::submit(label));
        let publish = if p.published_at.is_some() { "Publish again" } else { "Publish" };
        let asks = matches!(p.state, State::Draft | State::Closed)
            && matches!(p.approval, Approval::None | Approval::Declined);
        html! {
            (Button::link("Edit", paths::posting_edit(&self.slug, p.id)).icon(Icon::Pencil).key("e"))
            (self.post(&paths::posting_copies(&self.slug, p.id), &[], Button::submit("Copy").icon(Icon::Copy)))
            @if p.published_at.is_some() { (Button::link("Applications", paths::posting_applications(&self.slug, p.id)).icon(Icon::Columns3)) }
            @if ways.contains(&State::OnHold) { (to(State::OnHold, "Put on hold")) }
            @if ways.contains(&State::Filled) { (to(State::Filled, "Mark as filled")) }
            @if ways.contains(&State::Closed) { (to(State::Closed, "Close")) }
            @if ways.contains(&State::Published) { (self.post(&state, &[("to", "published")], Button::submit(publish).primary())) }
            @if asks { (self.post(&paths::posting_approval(&self.slug, p.id), &[], Button::submit("Ask for approval").primary().icon(Icon::Send))) }
        }
    }

    fn notice(&self) -> Option<Markup> {
        let p = &self.posting;
        if let Some(url) = &self.public {
            let words = html! { "Anybody can read it at " a href=(url) { (url) } "." };
            return Some(Alert::new(Tone::Info, "On the careers site").text(words).render());
        }
        if p.state == State::Published && !p.internal && !self.site {
            let words = "The careers site is closed, so nobody outside sees this job. Whoever looks after recruiting opens it in the settings.";
            return Some(Alert::new(Tone::Warning, "Not to be seen yet").text(html! { (words) }).render());
        }
        None
    }

    fn problems(&self) -> Markup {
        html! { @if let Some(words) = self.errors.of("") { (Alert::new(Tone::Bad, words).announce()) } }
    }

    fn approval(&self) -> Markup {
        let p = &self.posting;
        let said = |by: &Option<String>, at| match (by, at) {
            (Some(name), Some(at)) => html! { (name) ", " (self.moment.ago(at)) },
            _ => dash(),
        };
        let facts = Facts::new()
            .text("People wanted", p.headcount.to_string())
            .maybe("Why", p.reason.as_ref().map(|r| html! { (r) }))
            .text("Approval", p.approval.label())
            .maybe("Asked for by", p.asked_by.as_ref().map(|_| said(&p.asked_by, p.asked_at)))
            .maybe("Decided by", p.decided_by.as_ref().map(|_| said(&p.decided_by, p.decided_at)))
            .maybe("Answer", p.decision.as_ref().map(|d| html! { (d) }));
        let waits = p.approval == Approval::Asked;
        let form = || {
            Form::post(paths::posting_decision(&self.slug, p.id), self.csrf.as_str())
                .body(
                    Field::text("decision", "Answer")
                        .error(self.errors.of("decision"))
                        .optional()
                        .attr("maxlength", "500")
                        .help("Where you decline, say why.")
                        .render(),
                )
                .actions(html! {
                    (Button::submit("Approve").primary().icon(Icon::Check).attr("name", "to").attr("value", "approve"))
                    (Button::submit("Decline").attr("name", "to").attr("value", "decline"))
                })
        };
        Card::new("Request", html! {
            (facts.columns())
            @if waits && self.may.decide {
                @if self.own { p.quiet { "You have asked for it yourself, so somebody else decides." } } @else { (form()) }
            }
        })
        .render()
    }

    fn facts(&self) -> Markup {
        let p = &self.posting;
        let shown = |shown: bool| if shown { ", shown to everybody" } else { ", not shown" };
        Facts::new()
            .text("Place", p.place())
            .maybe("Department", p.department.as_ref().map(|d| html! { (d) }))
            .text("Employment", p.employment.label())
            .maybe("Salary", p.salary.map(|s| html! { (s.words()) span.quiet { (shown(s.shown)) } }))
            .maybe("Last day to apply", p.closes_on.map(|d| Time::day(d).render()))
            .text("For", if p.internal { "Colleagues only" } else { "Everybody" })
            .maybe("Published", p.published_at.map(|at| self.moment.ago(at).render()))
            .maybe("Ended", p.ended_at.map(|at| self.moment.ago(at).render()))
            .render()
    }

    fn questions(&self) -> Markup {
        let edit = paths::posting_questions(&self.slug, self.posting.id);
        let actions =
            html! { @if self.may.write { (Button::link("Change questions", edit).small().icon(Icon::Pencil)) } };
        let body = html! {
            @if self.questions.is_empty() {
                (EmptyState::new(Icon::HelpCircle, "No questions", "Name, email address and CV are asked of everybody who applies. Ask here what you want to know besides."))
            } @else {
                ol.posting-questions {
                    @for q in &self.questions {
                        li {
                            (q.question)
                            span.quiet {
                                " · " (q.kind.label())
                                @if q.required { ", required" }
                                @if let Some(out) = q.knock_out { ", “" (out.label()) "” rules out" }
                            }
                        }
                    }
                }
            }
        };
        Card::new("Questions", body).actions(actions).render()
    }

    fn stages(&self) -> Markup {
        let edit = paths::posting_stages(&self.slug, self.posting.id);
        let actions = html! { @if self.may.write { (Button::link("Change stages", edit).small().icon(Icon::Pencil)) } };
        let body = html! { ol.posting-stages { @for s in &self.stages { li { (s.name) } } } };
        Card::new("Stages", body).actions(actions).render()
    }
}
