//! Candidates: the pool, one of them with their applications, and the board of a job.

use crate::{
    Moment, View, list,
    ui::{
        Alert, Avatar, AvatarSize, Badge, Button, Card, Chip, Choice, Column, Dialog, EmptyState, ErrorSummary, Facts,
        Field, Filter as Select, FilterBar, Form, Icon, ListPage, ListResults, PageHead, Pager, RecordPage, Row, Table,
        Tone, dash, stack,
    },
};
use domain::{
    ApplicationId, CandidateId, Errors, FileId, Slug,
    hr::{
        candidates::{Application, Candidate, DELAYS, Filter, Lane, Order, Rejection, Source, Step},
        postings::{Posting, Stage, StageKind},
    },
    list::{Mark, Slice},
    paths,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "candidates";
/// The part that a move swaps.
pub const BOARD: &str = "board";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub filter: Filter,
    pub page: Slice<Candidate>,
    pub moment: Moment,
}

impl View for Index {
    fn title(&self) -> String {
        "Candidates".into()
    }

    fn body(&self) -> Markup {
        let sources = Source::ALL.iter().map(|s| Choice::new(s.key(), s.label())).collect();
        let ratings = (1..=5).map(|n| Choice::new(n.to_string(), format!("{n} or more"))).collect();
        let filters = FilterBar::new(paths::candidates(&self.slug), RESULTS)
            .search("Search by name, address, or words of a CV", &self.filter.q)
            .filter(Select::new("source", "Source", &self.filter.source, sources))
            .filter(Select::new("rating", "Rating", &self.filter.rating, ratings))
            .keep("sort", &self.filter.sort);
        let head = PageHead::new(self.title()).lead(html! { "Everybody who has applied, whatever became of it." });
        ListPage { head, tabs: None, filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn results(&self) -> ListResults {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let columns = vec![
            list::sorted("Name", Order::Name, sort, to),
            Column::new("Latest application"),
            Column::new("Stage").stays(),
            Column::new("Rating").minor(),
            Column::new("Source").minor(),
            list::sorted("Since", Order::Created, sort, to).numeric().minor(),
        ];
        let rows = self.page.rows.iter().map(|c| self.row(c)).collect();
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            above: self.page.near.then(|| list::near(&self.filter.q)),
            id: RESULTS.into(),
            chips: self.chips(),
            clear: paths::candidates(&self.slug),
            bulk: None,
            table: Table::new("Candidates", columns, rows).swaps(RESULTS),
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), "candidate", "candidates", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn row(&self, c: &Candidate) -> Row {
        let (posting, stage) = match &c.latest {
            Some((id, title, stage)) => {
                (html! { a href=(paths::posting_applications(&self.slug, id)) { (title) } }, html! { (stage) })
            }
            None => (dash(), dash()),
        };
        let cells = vec![
            html! { a href=(paths::candidate(&self.slug, c.id)) { (c.name) } @if c.erasure_asked_at.is_some() { " " (Badge::new(Tone::Warning, "Wants to be removed")) } },
            posting,
            stage,
            c.rating.map_or_else(dash, stars),
            html! { (c.source.label()) },
            self.moment.ago(c.created_at).render(),
        ];
        let brief = c.latest.as_ref().map(|(_, title, _)| html! { (title) });
        Row::new(c.id.to_string(), &c.name, cells).brief(brief)
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            (
                "Source",
                f.source().map(|s| s.label().to_owned()).unwrap_or_default(),
                Filter { source: String::new(), ..f.clone() },
            ),
            (
                "Rating",
                f.rating().map(|r| format!("{r} or more")).unwrap_or_default(),
                Filter { rating: String::new(), ..f.clone() },
            ),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(label, value, self.url(&without)));
            }
        }
        chips
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "Nobody fits", "No candidate fits this search and these filters.")
                .actions(Button::link("Show all", paths::candidates(&self.slug)).render());
        }
        EmptyState::new(
            Icon::Users,
            "Nobody has applied yet",
            "Whoever applies on the careers site stands here, with their CV to be searched.",
        )
        .actions(Button::link("Look at the jobs", paths::postings(&self.slug)).render())
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::candidates(&self.slug), filter)
    }
}

fn stars(rating: i32) -> Markup {
    html! { span title=(format!("{rating} of 5")) { (rating) " / 5" } }
}

/// One of them.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub candidate: Candidate,
    pub applications: Vec<Application>,
    /// Stages of the postings of those.
    pub stages: Vec<Vec<Stage>>,
    pub steps: Vec<Step>,
    /// Files besides CVs, with what was asked for.
    pub files: Vec<(ApplicationId, String, FileId, String)>,
    pub alike: Vec<(CandidateId, String)>,
    pub moment: Moment,
    pub may_write: bool,
    pub may_erase: bool,
    /// What was typed to turn down one of them, and what is wrong with it.
    pub refused: Option<(ApplicationId, Rejection, Errors)>,
}

impl View for Show {
    fn title(&self) -> String {
        self.candidate.name.clone()
    }

    fn body(&self) -> Markup {
        let c = &self.candidate;
        let head = PageHead::new(&c.name)
            .crumb("Candidates", paths::candidates(&self.slug))
            .mark(Avatar::new(&c.name).size(AvatarSize::Large).render())
            .facts(html! { @if let Some(r) = c.rating { (Badge::new(Tone::Info, format!("{r} of 5"))) } });
        let main = stack(html! {
            @if let Some((_, _, errors)) = &self.refused { (ErrorSummary(&crate::form::errors(errors))) @if let Some(w) = errors.of("") { (Alert::new(Tone::Bad, w)) } }
            @for (a, stages) in self.applications.iter().zip(&self.stages) { (self.application(a, stages)) }
        });
        let side = stack(html! { (Card::new("About", self.facts())) @if self.may_write { (self.rating()) } });
        RecordPage { head, notice: self.notice(), tabs: None, main, side: Some(side) }.render()
    }
}

impl Show {
    fn post(&self, action: &str, fields: &[(&str, String)], body: Markup) -> Markup {
        html! {
            form.inline-form method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.csrf);
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                (body)
            }
        }
    }

    fn notice(&self) -> Option<Markup> {
        let c = &self.candidate;
        if c.erasure_asked_at.is_some() {
            let button = self.post(
                &paths::candidate_erasure(&self.slug, c.id),
                &[],
                Button::submit(format!("Remove {} and all that they sent", c.name)).danger().render(),
            );
            let alert = Alert::new(Tone::Warning, format!("{} has asked to be removed", c.name))
                .text(html! { "What they have sent is gone then, and cannot be brought back." });
            return Some(if self.may_erase { alert.actions(button).render() } else { alert.render() });
        }
        (!self.alike.is_empty()).then(|| {
            let links =
                html! { @for (id, name) in &self.alike { a href=(paths::candidate(&self.slug, id)) { (name) } " " } };
            Alert::new(Tone::Info, "Perhaps the same person").text(links).render()
        })
    }

    fn facts(&self) -> Markup {
        let c = &self.candidate;
        Facts::new()
            .maybe("Email", c.email.as_ref().map(|e| html! { a href=(format!("mailto:{e}")) { (e) } }))
            .maybe("Phone", c.phone.as_ref().map(|p| html! { (p) }))
            .maybe(
                "Colleague",
                c.employee.map(|id| html! { a href=(paths::employee(&self.slug, id)) { "Employee record" } }),
            )
            .text("Source", c.source.label())
            .fact("Since", self.moment.ago(c.created_at).render())
            .maybe("Agreed", c.consented_at.map(|at| self.moment.ago(at).render()))
            .text("Kept for", format!("{} days after the answer", c.days))
            .render()
    }

    fn rating(&self) -> Markup {
        let c = &self.candidate;
        let choices = (1..=5).map(|n| Choice::new(n.to_string(), format!("{n} of 5"))).collect();
        let rating = c.rating.map(|r| r.to_string()).unwrap_or_default();
        let form = Form::post(paths::candidate_rating(&self.slug, c.id), self.csrf.as_str())
            .version(c.version)
            .body(Field::select("rating", "Rating", choices).empty_choice("None").value(rating).render())
            .actions(Button::submit("Save rating").small().render());
        Card::new("Rating", form.render()).render()
    }

    fn application(&self, a: &Application, stages: &[Stage]) -> Markup {
        let link = html! { a href=(paths::posting_applications(&self.slug, a.posting)) { "Board" } };
        let body = html! {
            p {
                (stage(a)) " since " (self.moment.ago(a.entered_at))
                @if a.knocked_out { " " (Badge::new(Tone::Warning, "Probably not qualified")) }
            }
            @if let Some(reason) = &a.reason { p { "Turned down: " (reason) } }
            (self.mail(a))
            (self.moves(a, stages))
            @if let Some((id, name)) = &a.cv { p { "CV: " a href=(format!("{}?show=1", paths::file(&self.slug, id))) { (name) } } }
            @for (_, question, id, name) in self.files.iter().filter(|f| f.0 == a.id) { p { (question) ": " a href=(paths::file(&self.slug, id)) { (name) } } }
            @if let Some(letter) = &a.letter { h3 { "Letter" } p.application-letter { (letter) } }
            @if !a.answers.is_empty() {
                h3 { "Answers" }
                dl.application-answers { @for x in &a.answers { dt { (x.question) } dd { (x.answer) @if x.out { " " (Badge::new(Tone::Warning, "Rules out")) } } } }
            }
            h3 { "How it went" }
            ul.plain-list {
                @for s in self.steps.iter().filter(|s| s.application == a.id) {
                    li { (s.stage) span.quiet { " · " (self.moment.ago(s.at)) @if let Some(by) = &s.by { ", " (by) } } }
                }
            }
        };
        let body = stack(body);
        Card::new(format!("{} · {}", a.title, a.source.label()), body).actions(link).render()
    }

    fn mail(&self, a: &Application) -> Markup {
        html! {
            @match (a.mail_at, a.mailed_at) {
                (_, Some(at)) => { p.quiet { "Told by mail " (self.moment.ago(at)) } }
                (Some(at), None) => {
                    p.quiet { "A mail goes out " (self.moment.at(at)) }
                    @if self.may_write { (self.post(&paths::application_mail(&self.slug, a.id), &[], Button::submit("Do not send it").small().render())) }
                }
                _ => {},
            }
        }
    }

    fn moves(&self, a: &Application, stages: &[Stage]) -> Markup {
        if !self.may_write || a.withdrawn_at.is_some() {
            return html! {};
        }
        let choices = stages
            .iter()
            .filter(|s| s.kind != StageKind::Rejected)
            .filter_map(|s| Some(Choice::new(s.id?.to_string(), &s.name)))
            .collect();
        let (typed, errors) = match &self.refused {
            Some((id, typed, errors)) if *id == a.id => (typed.clone(), errors.clone()),
            _ => (Rejection { mail: "24".into(), ..Rejection::default() }, Errors::default()),
        };
        let delays = DELAYS.iter().map(|(hours, words)| Choice::new(hours.to_string(), *words)).collect();
        let id = |name: &str| format!("{name}-{}", a.id);
        html! {
            (self.post(&paths::application_move(&self.slug, a.id), &[("_version", a.version.to_string())], html! {
                (Field::select("stage", "Stage", choices).id(id("stage")).value(a.stage.to_string()))
                (Button::submit("Move").small())
            }))
            @if a.kind != StageKind::Rejected {
                details open[!errors.is_empty()] {
                    summary { "Turn down" }
                    (Form::post(paths::application_rejection(&self.slug, a.id), self.csrf.as_str()).version(a.version)
                        .body(html! {
                            (Field::text("reason", "Why").id(id("reason")).value(&typed.reason).error(errors.of("reason")).required().attr("maxlength", "200").help("For your team; they do not see it."))
                            (Field::select("mail", "Mail to them", delays).id(id("mail")).empty_choice("None").value(&typed.mail).error(errors.of("mail")))
                        })
                        .actions(Button::submit("Turn down").danger().render()))
                }
            }
        }
    }
}

/// The stage with its colour and word.
fn stage(a: &Application) -> Badge {
    let tone = match a.kind {
        _ if a.withdrawn_at.is_some() => return Badge::new(Tone::Neutral, "Withdrawn"),
        StageKind::Hired => Tone::Good,
        StageKind::Rejected => Tone::Neutral,
        _ => Tone::Info,
    };
    Badge::new(tone, &a.stage_name)
}

/// The board of a job.
pub struct Board {
    pub slug: Slug,
    pub csrf: String,
    pub posting: Posting,
    pub lanes: Vec<Lane>,
    pub may_write: bool,
    pub moment: Moment,
}

impl View for Board {
    fn title(&self) -> String {
        format!("Applications: {}", self.posting.title)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Applications")
            .crumb("Jobs", paths::postings(&self.slug))
            .crumb(&self.posting.title, paths::posting(&self.slug, self.posting.id));
        html! { div.board-page { (head) (self.board()) } }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == BOARD).then(|| self.board())
    }
}

impl Board {
    fn board(&self) -> Markup {
        let here = paths::posting_applications(&self.slug, self.posting.id);
        html! {
            div.board-box id=(BOARD) {
                @if self.lanes.iter().all(|l| l.count == 0) {
                    (EmptyState::new(Icon::Columns3, "Applications go here", "Each lane is a stage of this job. Whoever applies stands in the first one."))
                }
                div.board data-board="" data-url=(here) data-csrf=(self.csrf) data-may-move[self.may_write] {
                    @for lane in &self.lanes {
                        section.lane data-lane=(lane.stage) data-name=(lane.name) data-state="open" aria-labelledby={ "lane-" (lane.stage) } {
                            (head_of(lane))
                            div.lane-cards data-cards role="list" aria-label=(lane.name) {
                                @for a in &lane.cards { (card(&self.slug, a, self.may_write, self.moment)) }
                                @if (lane.cards.len() as i64) < lane.count {
                                    @if let Some(last) = lane.cards.last() { (more(&self.slug, lane.stage, &Mark { value: last.entered_at.to_rfc3339(), id: last.id.0 })) }
                                }
                            }
                        }
                    }
                }
                p.visually-hidden data-board-said role="status" aria-live="assertive" {}
            }
        }
    }
}

fn head_of(lane: &Lane) -> Markup {
    html! {
        header.lane-head id={ "head-" (lane.stage) } data-head=(lane.stage) {
            h2.lane-name id={ "lane-" (lane.stage) } { (lane.name) }
            span.lane-count { (lane.count) }
        }
    }
}

/// The way to the next cards: it comes by itself when it is scrolled to.
fn more(slug: &Slug, stage: domain::PostingStageId, after: &Mark) -> Markup {
    let href = format!("{}?after={}", paths::posting_lane(slug, stage), crate::encode(&after.text()));
    html! { a.lane-more href=(href) hx-get=(href) hx-trigger="intersect once" hx-target="this" hx-swap="outerHTML" { "More" } }
}

fn card(slug: &Slug, a: &Application, may_move: bool, moment: Moment) -> Markup {
    let name = format!("application-{}", a.id);
    html! {
        article.deal-card role="listitem" id=(name) tabindex="0" data-deal=(a.id) data-version=(a.version) data-sort=(a.entered_at.to_rfc3339())
            data-move=(paths::application_move(slug, a.id)) draggable=[may_move.then_some("true")] aria-labelledby={ (name) "-name" } {
            h3.deal-name { a id={ (name) "-name" } href=(paths::candidate(slug, a.candidate)) draggable="false" { (a.name) } }
            div.deal-facts { span.quiet { (moment.ago(a.entered_at)) } @if let Some(r) = a.rating { (stars(r)) } }
            @if a.knocked_out { (Badge::new(Tone::Warning, "Probably not qualified")) }
        }
    }
}

/// More cards of a lane: as htmx asks for them, or as a page of their own.
pub struct More {
    pub slug: Slug,
    pub stage: domain::PostingStageId,
    pub cards: Vec<Application>,
    pub next: Option<Mark>,
    pub may_write: bool,
    pub moment: Moment,
    pub part: bool,
}

impl View for More {
    fn title(&self) -> String {
        "Applications".into()
    }

    fn body(&self) -> Markup {
        stack(html! { (PageHead::new(self.title())) div.board { section.lane { div.lane-cards { (self.cards()) } } } })
    }

    fn part(&self, _: &str) -> Option<Markup> {
        self.part.then(|| self.cards())
    }
}

impl More {
    fn cards(&self) -> Markup {
        html! {
            @for a in &self.cards { (card(&self.slug, a, self.may_write, self.moment)) }
            @if let Some(next) = &self.next { (more(&self.slug, self.stage, next)) }
        }
    }
}

/// What came of a move, for the board.
pub struct Moved {
    pub slug: Slug,
    pub application: Application,
    /// The two lanes.
    pub lanes: Vec<Lane>,
    pub moment: Moment,
}

/// Where it is put.
pub const ANSWER: &str = "board-answer";

impl View for Moved {
    fn title(&self) -> String {
        self.application.name.clone()
    }

    fn body(&self) -> Markup {
        html! {
            div data-moved {
                @for lane in &self.lanes { (head_of(lane)) }
                div data-lane=(self.application.stage) { (card(&self.slug, &self.application, true, self.moment)) }
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == ANSWER).then(|| self.body())
    }
}

/// A question of the board: why somebody is turned down.
pub struct Ask {
    pub slug: Slug,
    pub csrf: String,
    pub application: Application,
}

impl View for Ask {
    fn title(&self) -> String {
        format!("Turn down {}", self.application.name)
    }

    fn body(&self) -> Markup {
        stack(html! { (PageHead::new(self.title()).crumb("Candidates", paths::candidates(&self.slug))) (self.form()) })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == ANSWER).then(|| html! { div data-asks { (Dialog::new("move-dialog", self.title(), self.form())) } })
    }
}

impl Ask {
    fn form(&self) -> Markup {
        let delays = DELAYS.iter().map(|(hours, words)| Choice::new(hours.to_string(), *words)).collect();
        Form::post(paths::application_rejection(&self.slug, self.application.id), self.csrf.as_str())
            .version(self.application.version)
            .hidden("back", "board")
            .body(html! {
                (Field::text("reason", "Why").required().attr("maxlength", "200").help("For your team; they do not see it."))
                (Field::select("mail", "Mail to them", delays).empty_choice("None").value("24"))
            })
            .actions(html! { (Button::submit("Turn down").danger()) (Button::link("Cancel", paths::posting_applications(&self.slug, self.application.posting)).attr("data-close", "")) })
            .render()
    }
}
