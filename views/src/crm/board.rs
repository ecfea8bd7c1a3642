//! The board: lanes with count and sum, cards that are dragged, moved by keys, or by a page of their own.

use crate::{
    View,
    crm::{
        deals::{asked, chips, closes},
        unpriced,
    },
    list,
    saved_views::Saved,
    ui::{
        Alert, Avatar, AvatarSize, Badge, Button, EmptyState, FilterBar, Icon, Menu, PageHead, Tab, Tabs, Tone,
        chips as chip_row, kbd, menu_button, stack,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    Day, Money, Slug,
    crm::{
        deals::{
            Deal, Filter,
            board::{Head, Lane, Month, brief},
        },
        pipelines::{Pipeline, Stage},
    },
    custom_fields::CustomField,
    list::Mark,
    paths,
    workspace::members::Named,
};
use maud::{Markup, html};

/// The part that a search, or a ring, swaps.
pub const BOARD: &str = "board";

/// What each card needs to know.
#[derive(Clone)]
pub struct Board {
    pub slug: Slug,
    pub csrf: String,
    pub may_write: bool,
    pub now: DateTime<Utc>,
    pub today: Day,
    /// The board's own address, to come back to.
    pub back: String,
}

/// The page.
pub struct Index {
    pub board: Board,
    pub filter: Filter,
    pub pipeline: Pipeline,
    pub pipelines: Vec<Pipeline>,
    pub lanes: Vec<Lane>,
    pub members: Vec<Named>,
    pub tags: Vec<String>,
    pub fields: Vec<CustomField>,
    pub saved: Saved,
    pub may_settings: bool,
}

impl View for Index {
    fn title(&self) -> String {
        "Pipeline".into()
    }

    fn body(&self) -> Markup {
        let slug = &self.board.slug;
        let bar = FilterBar::new(paths::pipeline(slug), BOARD).keep("pipeline", self.pipeline.id.to_string());
        let bar = asked(bar, (&self.filter, &self.members, &self.tags, &self.fields)).after(html! {
            span.board-keys { "Move a card with " (kbd("Space")) " and the arrows" }
        });
        board_page(html! {
            (head(&self.board, &self.filter, (&self.pipeline, &self.pipelines), self.may_settings))
            (tabs(slug, &self.filter, &self.pipeline, Shown::Board, &self.saved))
            (bar)
            (self.board())
        })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == BOARD).then(|| self.board())
    }
}

fn board_page(body: Markup) -> Markup {
    html! { div.board-page { (body) } }
}

/// Which of the views of one question is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Board,
    Timeline,
}

fn head(board: &Board, filter: &Filter, (pipeline, all): (&Pipeline, &[Pipeline]), may_settings: bool) -> PageHead {
    let slug = &board.slug;
    let mut menu = Menu::new("pipelines").head("Pipelines");
    for p in all {
        let to = Filter { pipeline: p.id.to_string(), stage: String::new(), ..filter.from_top() };
        menu = menu.choice(&p.name, list::url(&paths::pipeline(slug), &to), p.id == pipeline.id);
    }
    if may_settings {
        menu = menu.line().link(Some(Icon::Settings), "Change stages", paths::pipeline_settings(slug, pipeline.id));
    }
    PageHead::new("Pipeline").facts(menu_button(Button::new(&pipeline.name).small().icon_after(Icon::ChevronDown), menu)).actions(
        html! { @if board.may_write { (Button::link("New deal", paths::deal_new(slug)).primary().icon(Icon::Plus).key("c")) } },
    )
}

/// The same question as a board, as a list, and by time; and its saved views.
fn tabs(slug: &Slug, filter: &Filter, pipeline: &Pipeline, shown: Shown, saved: &Saved) -> Tabs {
    let same = Filter { pipeline: pipeline.id.to_string(), ..filter.from_top() };
    let mut tabs = vec![
        Tab::new("Board", list::url(&paths::pipeline(slug), &same), shown == Shown::Board),
        Tab::new("List", list::url(&paths::deals(slug), &same), false),
        Tab::new("Timeline", list::url(&paths::pipeline_timeline(slug), &same), shown == Shown::Timeline),
    ];
    tabs.extend(saved.views.iter().map(|v| {
        let and = if v.question.is_empty() { "" } else { "&" };
        let href = format!("{}?{}{and}view={}", paths::pipeline(slug), v.question, v.id);
        Tab::new(&v.name, href, false).fixed(true)
    }));
    Tabs::new("Views", tabs)
}

impl Index {
    fn board(&self) -> Markup {
        let slug = &self.board.slug;
        let here = |f: &Filter| {
            list::url(&paths::pipeline(slug), &Filter { pipeline: self.pipeline.id.to_string(), ..f.clone() })
        };
        let everything =
            list::url(&paths::pipeline(slug), &Filter { pipeline: self.pipeline.id.to_string(), ..Filter::default() });
        let empty = self.lanes.iter().all(|l| l.head.count == 0);
        let plain = !Filter { pipeline: String::new(), ..self.filter.clone() }.narrows();
        html! {
            div.board-box id=(BOARD) {
                (chip_row(&chips(&self.filter, (&self.members, &[], &self.fields), here), &everything, BOARD))
                @if empty && plain {
                    (EmptyState::new(Icon::Columns3, "Your deals go here", "Each lane is a stage. Add a deal, and move it along as it grows.")
                        .actions(html! { @if self.board.may_write { (Button::link("Add a deal", paths::deal_new(slug)).primary().icon(Icon::Plus)) } }))
                }
                div.board data-board=(paths::pipeline_stream(slug, self.pipeline.id)) data-url=(self.board.back) data-csrf=(self.board.csrf)
                    data-may-move[self.board.may_write] {
                    @for lane in &self.lanes { (self.lane(lane)) }
                }
                p.visually-hidden data-board-said role="status" aria-live="assertive" {}
            }
        }
    }

    fn lane(&self, lane: &Lane) -> Markup {
        html! {
            section.lane data-lane=(lane.stage.id) data-name=(lane.stage.name) data-state=(lane.stage.state.key()) aria-labelledby={ "lane-" (lane.stage.id) } {
                (head_of(&self.board, &self.filter, lane))
                div.lane-cards data-cards role="list" aria-label=(lane.stage.name) { (self.cards(&lane.stage, &lane.cards, lane.next.as_ref())) }
            }
        }
    }

    fn cards(&self, stage: &Stage, deals: &[Deal], next: Option<&Mark>) -> Markup {
        cards(&self.board, &self.filter, stage, deals, next)
    }
}

/// Cards, and the way to the next ones.
fn cards(board: &Board, filter: &Filter, stage: &Stage, deals: &[Deal], next: Option<&Mark>) -> Markup {
    html! {
        @for deal in deals { (card(board, deal)) }
        @if let Some(mark) = next {
            @let asked = Filter { pipeline: stage.pipeline.to_string(), after: mark.text(), ..filter.from_top() };
            @let href = list::url(&paths::pipeline_lane(&board.slug, stage.id), &asked);
            // Comes by itself when it is scrolled to; without script it is a page of its own.
            a.lane-more href=(href) hx-get=(href) hx-trigger="intersect once" hx-target="this" hx-swap="outerHTML" { "More" }
        }
    }
}

/// The head of a lane, which is told anew when a card moves.
pub fn head_of(board: &Board, filter: &Filter, lane: &Lane) -> Markup {
    let sums = &lane.head.sums;
    let (pipeline, stage) = (lane.stage.pipeline.to_string(), lane.stage.id.to_string());
    let here = Filter { pipeline, stage, ..filter.unpriced() };
    html! {
        header.lane-head id={ "head-" (lane.stage.id) } data-head=(lane.stage.id) {
            h2.lane-name id={ "lane-" (lane.stage.id) } { (lane.stage.name) }
            span.lane-count .is-over[lane.over()] title=[lane.stage.wip_limit.map(|n| format!("At most {n}"))] {
                (lane.head.total()) @if let Some(limit) = lane.stage.wip_limit { " / " (limit) }
                @if lane.over() { span.visually-hidden { " (too many)" } }
            }
            p.lane-sum {
                @if sums.is_empty() { span.quiet { "No amounts" } }
                @for (n, sum) in sums.iter().take(3).enumerate() { @if n > 0 { " · " } (short(*sum)) }
                @if sums.len() > 3 { " · " (sums.len() - 3) " more" }
                (together(&lane.head, &list::url(&paths::deals(&board.slug), &here)))
            }
        }
    }
}

/// What currencies beside each other come to in one, in few signs; what no rate prices leads to its list.
fn together(head: &Head, list: &str) -> Markup {
    html! {
        @if let Some(t) = head.converted() {
            span.lane-together {
                @if t.has_any() { "≈ " (short(t.sum)) " together" }
                @if let Some(left) = unpriced(t) { @if t.has_any() { ", " } a href=(list) { (left) } }
            }
        }
    }
}

/// A sum in few signs, exact on hover.
fn short(sum: Money) -> Markup {
    html! { span title=(sum) { (brief(sum)) } }
}

/// A card: five facts at most.
pub fn card(board: &Board, deal: &Deal) -> Markup {
    let rots = deal.rots(board.now);
    let sort = deal.close_on.map_or_else(|| "9999-12-31".to_owned(), |d| d.0.to_string());
    let name = format!("deal-{}", deal.id);
    html! {
        article.deal-card .is-rotting[rots] role="listitem" id=(name) tabindex="0" data-deal=(deal.id) data-version=(deal.version)
            data-sort=(sort) data-move=(paths::deal_move(&board.slug, deal.id)) draggable=[board.may_write.then_some("true")]
            aria-labelledby={ (name) "-name" } {
            h3.deal-name { a id={ (name) "-name" } href=(paths::deal(&board.slug, deal.id)) draggable="false" { (deal.name) } }
            @if let Some(customer) = &deal.customer { p.deal-customer { (customer.name) } }
            div.deal-facts {
                span.deal-amount { @if let Some(amount) = deal.amount { (amount) } @else { span.quiet { "No amount" } } }
                @if let Some(day) = deal.close_on { span.deal-close { (closes(deal, day, board.today)) } }
            }
            div.deal-foot {
                @if let Some(owner) = &deal.owner { span.deal-owner title=(owner.name) { (Avatar::new(&owner.name).size(AvatarSize::Small)) span.visually-hidden { (owner.name) } } }
                @if rots { (Badge::new(Tone::Warning, format!("{} days here", deal.days_in_stage(board.now))).icon(Icon::Clock)) }
                @if board.may_write {
                    a.deal-move href=(format!("{}?back={}", paths::deal_move(&board.slug, deal.id), crate::encode(&board.back))) data-move-menu
                        draggable="false" title="Move to …" { (Icon::ArrowRight) span.visually-hidden { "Move " (deal.name) " to …" } }
                }
            }
        }
    }
}

/// More cards of a lane: as htmx asks for them, or as a page of their own.
pub struct More {
    pub board: Board,
    pub filter: Filter,
    pub stage: Stage,
    pub cards: Vec<Deal>,
    pub next: Option<Mark>,
    /// htmx asked for what comes in place of its link, whatever that is called.
    pub part: bool,
}

impl View for More {
    fn title(&self) -> String {
        self.stage.name.clone()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(&self.stage.name).crumb("Pipeline", self.board.back.clone());
        stack(html! {
            (head)
            div.board { section.lane { div.lane-cards { (cards(&self.board, &self.filter, &self.stage, &self.cards, self.next.as_ref())) } } }
        })
    }

    fn part(&self, _: &str) -> Option<Markup> {
        self.part.then(|| cards(&self.board, &self.filter, &self.stage, &self.cards, self.next.as_ref()))
    }
}

/// Open deals by the month in which they are to close.
pub struct Timeline {
    pub board: Board,
    pub filter: Filter,
    pub pipeline: Pipeline,
    pub pipelines: Vec<Pipeline>,
    pub months: Vec<Month>,
    pub members: Vec<Named>,
    pub tags: Vec<String>,
    pub fields: Vec<CustomField>,
    pub saved: Saved,
    pub may_settings: bool,
}

/// The part that a search swaps.
const MONTHS: &str = "months";

impl View for Timeline {
    fn title(&self) -> String {
        "Pipeline by time".into()
    }

    fn body(&self) -> Markup {
        let slug = &self.board.slug;
        let bar = FilterBar::new(paths::pipeline_timeline(slug), MONTHS).keep("pipeline", self.pipeline.id.to_string());
        board_page(html! {
            (head(&self.board, &self.filter, (&self.pipeline, &self.pipelines), self.may_settings))
            (tabs(slug, &self.filter, &self.pipeline, Shown::Timeline, &self.saved))
            (asked(bar, (&self.filter, &self.members, &self.tags, &self.fields)))
            (self.months())
        })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == MONTHS).then(|| self.months())
    }
}

impl Timeline {
    fn months(&self) -> Markup {
        let slug = &self.board.slug;
        html! {
            div.board-box id=(MONTHS) {
                @if self.months.is_empty() {
                    (Alert::new(Tone::Info, "No open deal fits").text(html! { "What is to be sold, and when, stands here by month." }))
                }
                div.board {
                    @for month in &self.months {
                        @let asked = Filter { pipeline: self.pipeline.id.to_string(), ..month.asked(&self.filter.from_top(), self.board.today) };
                        section.lane aria-label=(month.title()) {
                            header.lane-head {
                                h2.lane-name { (month.title()) }
                                span.lane-count { (month.head.total()) }
                                p.lane-sum {
                                    @if month.head.sums.is_empty() { span.quiet { "No amounts" } }
                                    @for (n, sum) in month.head.sums.iter().take(3).enumerate() { @if n > 0 { " · " } (short(*sum)) }
                                    (together(&month.head, &list::url(&paths::deals(slug), &asked.unpriced())))
                                }
                            }
                            div.lane-cards {
                                @for deal in &month.cards { (card(&Board { may_write: false, ..self.board.clone() }, deal)) }
                                @if month.head.count > i64::try_from(month.cards.len()).unwrap_or(0) {
                                    a.lane-more href=(list::url(&paths::deals(slug), &asked)) { "All of them" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
