//! Moving a deal: where to, what is asked for on the way, and what a board is answered.

use crate::{
    View,
    crm::board::{Board, card, head_of},
    form::errors,
    ui::{Alert, Button, Choice, Dialog, ErrorSummary, Field, Form, PageHead, Toast, Tone, form_page},
};
use domain::{
    Day, Errors, Slug,
    crm::{
        deals::{
            Deal, Filter,
            board::Lane,
            moves::{Draft, asks},
        },
        pipelines::{LossReason, Pipeline, Stage, State},
    },
    paths,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// What a board asks for when it has moved a card.
pub const ANSWER: &str = "board-answer";

/// The question of a move: to which stage, or what is needed for one.
pub struct Ask {
    pub slug: Slug,
    pub csrf: String,
    pub deal: Deal,
    pub pipeline: Pipeline,
    pub to: Option<Stage>,
    pub draft: Draft,
    pub errors: Errors,
    pub reasons: Vec<LossReason>,
    pub members: Vec<Named>,
    pub today: Day,
    pub currency: String,
    /// Somebody was faster, in these words.
    pub late: Option<String>,
}

impl View for Ask {
    fn title(&self) -> String {
        match &self.to {
            Some(to) if to.state == State::Won => format!("{} is won", self.deal.name),
            Some(to) if to.state == State::Lost => format!("{} is lost", self.deal.name),
            Some(to) => format!("Move {} to {}", self.deal.name, to.name),
            None => format!("Move {}", self.deal.name),
        }
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Deals", paths::deals(&self.slug))
            .crumb(&self.deal.name, paths::deal(&self.slug, self.deal.id));
        form_page(&head, html! { (self.told()) (self.form(true)) })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == ANSWER).then(|| {
            let body = html! { (self.told()) (self.form(false)) };
            html! { div data-asks { (Dialog::new("move-dialog", self.title(), body)) } }
        })
    }
}

impl Ask {
    fn told(&self) -> Markup {
        html! {
            @if let Some(late) = &self.late { (Alert::new(Tone::Warning, late).announce()) }
        }
    }

    fn form(&self, page: bool) -> Markup {
        let action = paths::deal_move(&self.slug, self.deal.id);
        let form = Form::post(action, self.csrf.as_str()).version(self.deal.version).hidden("back", &self.draft.back);
        let Some(to) = &self.to else {
            let stages = html! {
                fieldset.move-stages {
                    legend.visually-hidden { "Stage" }
                    @for stage in &self.pipeline.stages {
                        @let here = stage.id == self.deal.stage;
                        button.button type="submit" name="stage" value=(stage.id) disabled[here] {
                            span.button-label { (stage.name) @if here { " (here)" } }
                        }
                    }
                }
            };
            return form.body(stages).render();
        };
        let verb = match to.state {
            State::Open => format!("Move to {}", to.name),
            State::Won => "Mark as won".to_owned(),
            State::Lost => "Mark as lost".to_owned(),
        };
        let summary = errors(&self.errors);
        form.hidden("stage", to.id.to_string())
            .hidden("asked", "true")
            .problem(self.errors.of(""))
            .body(html! { @if page { (ErrorSummary(&summary)) } (self.fields(to)) })
            .actions(html! {
                (Button::submit(verb).primary())
                (Button::link("Cancel", paths::deal(&self.slug, self.deal.id)).attr("data-close", ""))
            })
            .render()
    }

    fn fields(&self, to: &Stage) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let members = || self.members.iter().map(|m| Choice::new(&m.email, &m.name)).collect();
        let reasons = || self.reasons.iter().map(|r| Choice::new(&r.name, &r.name)).collect();
        let currency = if d.currency.is_empty() { self.currency.as_str() } else { &d.currency };
        let today = self.today.0.to_string();
        let day = if d.closed_on.is_empty() { today.as_str() } else { &d.closed_on };
        html! {
            @for key in asks(&self.deal, to) {
                @match key {
                    "closed_on" => {
                        (Field::date("closed_on", if to.state == State::Won { "Won on" } else { "Lost on" }).value(day).error(e.of("closed_on")).required().attr("max", &today))
                    }
                    "loss_reason" => (Field::select("loss_reason", "Why", reasons()).empty_choice("Choose a reason").value(&d.loss_reason).error(e.of("loss_reason")).required()),
                    "loss_note" => (Field::textarea("loss_note", "What happened").value(&d.loss_note).error(e.of("loss_note")).optional().rows(3)),
                    "amount" => {
                        (Field::money("amount", "Amount", currency).value(&d.amount).error(e.of("amount")).required())
                        input type="hidden" name="currency" value=(currency);
                    }
                    "close_on" => (Field::date("close_on", "Expected close").value(&d.close_on).error(e.of("close_on")).required()),
                    "owner" => (Field::select("owner", "Owner", members()).empty_choice("Choose somebody").value(&d.owner).error(e.of("owner")).required()),
                    "customer" => (Field::text("customer", "Customer").value(&d.customer).error(e.of("customer")).required()),
                    "source" => (Field::text("source", "Source").value(&d.source).error(e.of("source")).required()),
                    "next_step" => (Field::text("next_step", "Next step").value(&d.next_step).error(e.of("next_step")).required()),
                    "competitors" => (Field::text("competitors", "Competitors").value(&d.competitors).error(e.of("competitors")).required()),
                    _ => {}
                }
            }
        }
    }
}

/// What a board is told after a move: heads and the card as they are now, and what happened.
pub struct Answer {
    pub board: Board,
    /// What the board asks.
    pub filter: Filter,
    /// The lanes whose heads are different, without their cards.
    pub lanes: Vec<Lane>,
    /// Nothing where the reader does not see it any more.
    pub deal: Option<Deal>,
    pub toast: Toast,
    /// Somebody was faster: the card goes where it is.
    pub late: bool,
}

impl View for Answer {
    fn title(&self) -> String {
        "Moved".into()
    }

    fn body(&self) -> Markup {
        html! {
            div data-moved data-late[self.late] {
                @for lane in &self.lanes { (head_of(&self.board, &self.filter, lane)) }
                @if let Some(deal) = &self.deal { div data-lane=(deal.stage) { (card(&self.board, deal)) } }
                div data-toasts { (self.toast) }
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == ANSWER).then(|| self.body())
    }
}
