//! A deal's page: where it stands, what it is worth, who shares in it, and the stages that it has been in.

use super::{closes, state};
use crate::{
    View,
    crm::{files::Following, points},
    custom_fields,
    record::Record,
    ui::{
        Alert, Avatar, AvatarSize, Badge, Button, Card, Column, Facts, Icon, Identity, Menu, PageHead, Row, Table,
        Time, Tone, menu_button, stack,
    },
};
use domain::{
    Day, Errors, Slug,
    crm::{
        deals::{
            Deal,
            history::{Was, duration, stays},
            splits::Split,
            weighted,
        },
        pipelines::{Pipeline, Stage, State},
        points::InDeal,
    },
    custom_fields::CustomField,
    draft::FieldClass,
    paths,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The record.
pub struct Show {
    pub slug: Slug,
    pub record: Record,
    pub deal: Deal,
    pub pipeline: Pipeline,
    pub splits: Vec<Split>,
    /// Shares that were refused, with what is wrong.
    pub typed_splits: Option<(Vec<(String, String)>, Errors)>,
    pub members: Vec<Named>,
    pub history: Vec<Was>,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
    pub today: Day,
    /// What stands below the facts: lines and quotes.
    pub below: Option<Markup>,
    /// Who is in it.
    pub people: Vec<InDeal>,
    pub following: Option<Following>,
    /// Files that belong to it, where that tab is open.
    pub files: Option<Markup>,
}

impl View for Show {
    fn title(&self) -> String {
        self.deal.name.clone()
    }

    fn body(&self) -> Markup {
        self.record.page(self.head(), || match &self.files {
            Some(files) => (files.clone(), html! {}),
            None => (self.overview(), self.side()),
        })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        self.record.part(id)
    }
}

impl Show {
    fn head(&self) -> PageHead {
        let d = &self.deal;
        PageHead::new(&d.name)
            .mark(Avatar::new(d.customer.as_ref().map_or(&d.name, |c| &c.name)).square().size(AvatarSize::Large).render())
            .facts(html! {
                (state(d))
                @if d.rots(self.record.moment.now) { (Badge::new(Tone::Warning, format!("{} days in {}", d.days_in_stage(self.record.moment.now), d.stage_name)).icon(Icon::Clock)) }
            })
            .lead(html! {
                @if let Some(c) = &d.customer { a href=(paths::customer(&self.slug, c.id)) { (c.name) } " · " }
                @if let Some(a) = d.amount { strong.deal-amount { (a) } } @else { "No amount yet" }
                @if let Some(o) = &d.owner { " · " (o.name) }
            })
    }

    /// The ways to the end of the deal, or back from it, for the head.
    pub fn actions(
        slug: &Slug,
        csrf: &str,
        once: &str,
        deal: &Deal,
        pipeline: &Pipeline,
        may_write: bool,
    ) -> Option<Markup> {
        if !may_write || deal.archived {
            return None;
        }
        let to = |stage: &Stage| format!("{}?stage={}", paths::deal_move(slug, deal.id), stage.id);
        let copy = Menu::new("deal-more").end().post(
            Some(Icon::Copy),
            "Make a copy",
            paths::deal_copies(slug, deal.id),
            csrf,
            vec![("_once".into(), once.into())],
        );
        Some(html! {
            @if deal.state == State::Open {
                @if let Some(won) = pipeline.first_of(State::Won) { (Button::link("Won", to(won)).icon(Icon::Check)) }
                @if let Some(lost) = pipeline.first_of(State::Lost) { (Button::link("Lost", to(lost)).icon(Icon::X)) }
            } @else if let Some(open) = pipeline.first_of(State::Open) {
                (Button::link("Reopen", to(open)).icon(Icon::ArrowBackUp))
            }
            (menu_button(Button::new("More about this deal").icon_only(Icon::ChevronDown), copy))
        })
    }

    fn overview(&self) -> Markup {
        let d = &self.deal;
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let own = |own: bool| html! { @if own { span.quiet { " (said of this deal)" } } };
        let facts = Facts::new()
            .maybe("Amount", d.amount.map(|a| html! { (a) }))
            .maybe(
                "Weighted",
                d.amount.filter(|_| d.state == State::Open).map(|a| html! { (weighted(a, d.probability)) }),
            )
            .maybe(
                if d.state == State::Open { "Expected close" } else { "Closed on" },
                d.close_on.map(|day| closes(d, day, self.today)),
            )
            .fact("Probability", html! { (d.probability) " %" (own(d.probability_own)) })
            .fact("Forecast category", html! { (d.category.label()) (own(d.category_own)) })
            .maybe("Source", text(&d.source))
            .maybe("Competitors", (!d.competitors.is_empty()).then(|| html! { (d.competitors.join(", ")) }))
            .maybe("Reference", text(&d.reference))
            .columns();
        let outcome = (d.state == State::Lost).then(|| {
            let why = d.loss_reason.as_ref().map_or("No reason is told", |(_, name)| name.as_str());
            let alert = Alert::new(Tone::Bad, format!("Lost: {why}"));
            match &d.loss_note {
                Some(note) => alert.text(html! { (note) }),
                None => alert,
            }
        });
        let may = self.record.may.write && !d.archived;
        let around = (&self.record.pages, self.record.id.as_str(), self.record.csrf.as_str(), may);
        stack(html! {
            (self.path())
            @if let Some(outcome) = outcome { (outcome) }
            (Card::new("Deal", facts.render()))
            @if let Some(below) = &self.below { (below) }
            (points::in_deal(&self.slug, around, &self.people))
            (self.splits_card())
            @if !self.fields.is_empty() {
                @let facts = custom_fields::facts(Facts::new(), &self.fields, FieldClass::Directory, &d.custom, (&self.slug, self.record.field_files()));
                (Card::new("Details", facts.columns().render()))
            }
            (self.stages())
        })
    }

    /// The stages in their order; a click moves it there.
    fn path(&self) -> Markup {
        let d = &self.deal;
        let may = self.record.may.write && !d.archived;
        let at = self.pipeline.stages.iter().position(|s| s.id == d.stage);
        let shown = self.pipeline.stages.iter().enumerate().filter(|(_, s)| s.state == State::Open || s.id == d.stage);
        html! {
            nav.stage-path aria-label={ "Stages of " (self.pipeline.name) } {
                ol {
                    @for (n, stage) in shown {
                        @let here = stage.id == d.stage;
                        @let done = at.is_some_and(|at| n < at) && d.state != State::Lost;
                        li.is-done[done] .is-here[here] .is-won[here && d.state == State::Won] .is-lost[here && d.state == State::Lost]
                            aria-current=[here.then_some("step")] {
                            @if may && !here {
                                form method="post" action=(paths::deal_move(&self.slug, d.id)) {
                                    input type="hidden" name="_csrf" value=(self.record.csrf);
                                    input type="hidden" name="_version" value=(d.version);
                                    input type="hidden" name="stage" value=(stage.id);
                                    button type="submit" title={ "Move to " (stage.name) } { (stage.name) }
                                }
                            } @else { span { (stage.name) } }
                        }
                    }
                }
            }
        }
    }

    fn stages(&self) -> Markup {
        let now = self.record.moment.now;
        let rows = stays(&self.history).into_iter().rev().enumerate().map(|(n, s)| {
            let cells = vec![
                html! { (s.name) @if s.until.is_none() && s.state == State::Open { span.quiet { " (now)" } } },
                Time::ago(&s.from.with_timezone(&self.record.moment.zone), now).render(),
                html! { @if s.state == State::Open || s.until.is_some() { (duration(s.lasted(now))) } },
                html! { (s.by.clone().unwrap_or_default()) },
            ];
            Row::new(n.to_string(), &s.name, cells).brief([html! { (duration(s.lasted(now))) }])
        });
        let columns = vec![
            Column::new("Stage"),
            Column::new("Since").minor(),
            Column::new("Lasted").numeric().stays(),
            Column::new("Moved by").minor(),
        ];
        Card::new("Stage history", Table::new("Stage history", columns, rows.collect()).render())
            .flush()
            .note(format!("Open for {}", duration(self.open_for())))
            .render()
    }

    /// From the first entry to its end, or until now.
    fn open_for(&self) -> chrono::Duration {
        let now = self.record.moment.now;
        let stays = stays(&self.history);
        let from = stays.first().map_or(now, |s| s.from);
        let until = stays.last().filter(|s| s.state != State::Open).map_or(now, |s| s.from);
        until - from
    }

    /// Whether an open deal has neither a task nor a call or meeting that the reader sees.
    fn nothing_open(&self) -> bool {
        self.deal.state == State::Open
            && self.record.tasks.as_ref().is_some_and(|t| t.tasks.rows.is_empty())
            && self.record.activities.as_ref().is_some_and(|a| a.planned.is_empty())
    }

    fn side(&self) -> Markup {
        let d = &self.deal;
        stack(html! {
            (Card::new("Next step", match &d.next_step {
                Some(step) => html! { p { (step) } @if let Some(on) = d.next_step_on { p.quiet { (Time::day(on)) } } },
                None => html! { p.quiet { "Nothing is planned." } @if self.nothing_open() { p { (Badge::new(Tone::Warning, "No open activity").icon(Icon::Clock)) } } },
            }))
            (Card::new("Owner", d.owner.as_ref().map_or_else(|| html! { p.quiet { "Nobody" } }, |o| Identity::new(&o.name).detail(&o.email).render())))
            @if let Some(c) = &d.customer { (Card::new("Customer", Identity::new(&c.name).square().href(paths::customer(&self.slug, c.id)).render())) }
            @if let Some(following) = &self.following { (following) }
            (self.record.lately())
        })
    }
}
