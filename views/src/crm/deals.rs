//! Deals: the list and the form.

pub mod moves;
mod show;
mod splits;

pub use show::Show;

use crate::{
    View,
    custom_fields::{self, Inputs},
    form::Entry,
    list::{self, May},
    saved_views::Saved,
    tags,
    ui::{
        Badge, BulkBar, Button, Chip, Choice, Column, EmptyState, Field, Filter as Select, FilterBar, Icon, ListPage,
        ListResults, PageHead, Pager, Row, Tab, Table, Tabs, Time, Tone, dash, field_row, form_section,
    },
};
use domain::{
    Day, Slug,
    access::Sight,
    crm::{
        deals::{COLUMNS, Deal, Draft, Filter, Order, Status, WORDS},
        pipelines::{Category, LossReason, Pipeline, Stage, State},
    },
    custom_fields::CustomField,
    draft::FieldClass,
    list::Slice,
    paths::{self, Pages},
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "deals";

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub filter: Filter,
    pub page: Slice<Deal>,
    pub pipelines: Vec<Pipeline>,
    /// Who may own a deal.
    pub members: Vec<Named>,
    /// Names of all tags.
    pub tags: Vec<String>,
    /// Keys of the columns shown, in order.
    pub columns: Vec<String>,
    pub may: May,
    pub saved: Saved,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
    pub today: Day,
}

impl View for Index {
    fn title(&self) -> String {
        "Deals".into()
    }

    fn body(&self) -> Markup {
        let filters = asked(
            FilterBar::new(paths::deals(&self.slug), RESULTS),
            (&self.filter, &self.members, &self.tags, &self.fields),
        )
        .filter(Select::new("pipeline", "Pipeline", self.filter.pipeline.clone(), pipelines(&self.pipelines)))
        .keep("status", &self.filter.status)
        .keep("stage", &self.filter.stage)
        .keep("sort", &self.filter.sort)
        .keep_all("columns", &self.filter.columns)
        .after(self.after());
        ListPage { head: self.head(), tabs: Some(self.tabs()), filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

fn pipelines(all: &[Pipeline]) -> Vec<Choice> {
    all.iter().map(|p| Choice::new(p.id.to_string(), &p.name)).collect()
}

/// What lists and boards are asked alike: words, owner, category, tag, and the workspace's own fields.
pub(super) fn asked(
    bar: FilterBar,
    (filter, members, tags, fields): (&Filter, &[Named], &[String], &[CustomField]),
) -> FilterBar {
    let mut owners = vec![Choice::new("me", "me")];
    owners.extend(members.iter().map(|m| Choice::new(m.id.to_string(), &m.name)));
    let categories = Category::ALL.into_iter().map(|c| Choice::new(c.key(), c.label())).collect();
    bar.search("Search by deal, customer or next step", &filter.q)
        .filter(Select::new("owner", "Owner", filter.owner.clone(), owners))
        .filter(Select::new("category", "Category", filter.category.clone(), categories))
        .filter(tags::filter(tags, &filter.tag))
        .more(custom_fields::filters(fields, Sight::ALL, &filter.custom))
        .keep("customer", &filter.customer)
        .keep("priced", &filter.priced)
        .keep("close_from", &filter.close_from)
        .keep("close_to", &filter.close_to)
        .keep("view", &filter.view)
}

/// The filters that are on, each with the question without it.
pub(super) fn chips(
    f: &Filter,
    (members, pipelines, fields): (&[Named], &[Pipeline], &[CustomField]),
    url: impl Fn(&Filter) -> String,
) -> Vec<Chip> {
    let f = f.from_top();
    let owner = match f.owner.as_str() {
        "me" => "me".to_owned(),
        id => members.iter().find(|m| m.id.to_string() == id).map_or_else(String::new, |m| m.name.clone()),
    };
    let stage = pipelines.iter().flat_map(|p| &p.stages).find(|s| s.id.to_string() == f.stage);
    let day = |d: Option<Day>| d.map(|d| d.short()).unwrap_or_default();
    let (from, to) = f.closes();
    let customer = if f.customer.is_empty() { "" } else { "one" };
    let mut chips = vec![];
    for (label, value, without) in [
        ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
        ("Stage", stage.map(|s| s.name.clone()).unwrap_or_default(), Filter { stage: String::new(), ..f.clone() }),
        ("Owner", owner, Filter { owner: String::new(), ..f.clone() }),
        ("Customer", customer.to_owned(), Filter { customer: String::new(), ..f.clone() }),
        (
            "Category",
            f.category().map(|c| c.label().to_owned()).unwrap_or_default(),
            Filter { category: String::new(), ..f.clone() },
        ),
        (
            "Rate",
            if f.is_of_unpriced() { "Not priced".to_owned() } else { String::new() },
            Filter { priced: String::new(), ..f.clone() },
        ),
        ("Closes from", day(from), Filter { close_from: String::new(), ..f.clone() }),
        ("Closes until", day(to), Filter { close_to: String::new(), ..f.clone() }),
        ("Tag", f.tag.join(", "), Filter { tag: vec![], ..f.clone() }),
    ] {
        if !value.is_empty() {
            chips.push(Chip::new(label, value, url(&without)));
        }
    }
    let without = |custom| url(&Filter { custom, ..f.clone() });
    chips.extend(custom_fields::chips(fields, &f.custom, without));
    chips
}

impl Index {
    fn head(&self) -> PageHead {
        let board = list::url(
            &paths::pipeline(&self.slug),
            &Filter { pipeline: self.filter.pipeline.clone(), ..Filter::default() },
        );
        let actions = html! {
            (Button::link("Board", board).icon(Icon::Columns3))
            @if self.may.import { (Button::link("Import", paths::deal_imports(&self.slug)).icon(Icon::Upload)) }
            @if self.may.write { (list::begin(Button::link("New deal", paths::deal_new(&self.slug)), self.nothing_yet()).icon(Icon::Plus)) }
        };
        PageHead::new("Deals").actions(actions)
    }

    /// None at all, so that the page says how to begin.
    fn nothing_yet(&self) -> bool {
        self.page.rows.is_empty() && !self.filter.narrows()
    }

    fn tabs(&self) -> Tabs {
        let open = self.saved.open().is_some();
        let tab = |status: Status| {
            // What a view asks is left behind with it.
            let asked = if open { Filter::default() } else { self.filter.from_top() };
            let view = if status.key().is_empty() { self.saved.everything() } else { "" };
            let filter =
                Filter { status: status.key().to_owned(), stage: String::new(), view: view.to_owned(), ..asked };
            Tab::new(status.label(), self.url(&filter), !open && self.filter.status == status.key()).fixed(open)
        };
        let mut tabs: Vec<Tab> = Status::ALL.into_iter().map(tab).collect();
        tabs.extend(self.saved.tabs());
        Tabs::new("Views", tabs)
    }

    fn after(&self) -> Markup {
        let back = vec![("back".into(), self.url(&self.filter))];
        html! {
            (list::chooser(paths::deal_columns(&self.slug), self.csrf.as_str(), &self.columns(), &self.columns, back))
            @if self.may.export {
                (list::exports(&Pages::of(paths::DEALS, &self.slug), &self.filter.from_top(), self.may))
            }
        }
    }

    fn columns(&self) -> Vec<(&'static str, &str, bool)> {
        custom_fields::columns(COLUMNS, &self.fields, Sight::ALL)
    }

    /// What is said of the question as a whole.
    fn above(&self) -> Markup {
        let shown = self.columns().into_iter().map(|(key, ..)| key.to_owned()).filter(|key| self.columns.contains(key));
        let now = self.filter.kept(&shown.collect::<Vec<_>>());
        let plain = !self.filter.narrows() && self.filter.sort.is_empty();
        html! {
            @if let Some(bar) = self.saved.bar(&now, plain) { (bar) }
            @if self.page.near { (list::near(&self.filter.q)) }
        }
    }

    fn results(&self) -> ListResults {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let shown: Vec<_> =
            self.columns().into_iter().filter(|(key, _, _)| self.columns.iter().any(|c| c == key)).collect();
        let mut columns = vec![list::sorted("Name", Order::Name, sort, to)];
        columns.extend(shown.iter().map(|(key, label, _)| {
            let column = match *key {
                "amount" => list::sorted(label, Order::Amount, sort, to),
                "close_on" => list::sorted(label, Order::Close, sort, to),
                _ => Column::new(*label),
            };
            let number = matches!(*key, "amount" | "close_on" | "probability" | "next_step_on")
                || custom_fields::numeric(&self.fields, key);
            let column = if number { column.numeric() } else { column };
            match *key {
                "customer" | "owner" | "probability" => column.minor(),
                "stage" => column.stays(),
                _ => column,
            }
        }));
        let rows = self.page.rows.iter().map(|d| {
            let mut cells = vec![html! { a href=(paths::deal(&self.slug, d.id)) { (d.name) } }];
            cells.extend(shown.iter().map(|(key, _, _)| self.cell(d, key)));
            let customer = d.customer.as_ref().map(|c| html! { (c.name) });
            let amount = d.amount.map(|a| html! { (a) });
            let told: (&[&str], &str) = (&["customer", "amount"], "stage");
            let brief = list::brief([customer, amount], told, &shown, |key| self.cell(d, key));
            Row::new(d.id.to_string(), &d.name, cells).brief(brief)
        });
        let mut table = Table::new("Deals", columns, rows.collect()).swaps(RESULTS);
        if self.may.bulk {
            table = table.selectable("ids", list::selection(WORDS));
        }
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            id: RESULTS.into(),
            above: Some(self.above()),
            chips: chips(&self.filter, (&self.members, &self.pipelines, &self.fields), |f| self.url(f)),
            clear: self.everything(),
            bulk: self.may.bulk.then(|| self.bulk()),
            table,
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), "deal", "deals", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn cell(&self, d: &Deal, key: &str) -> Markup {
        let text = |t: &Option<String>| t.as_ref().map_or_else(dash, |t| html! { (t) });
        match key {
            "customer" => d
                .customer
                .as_ref()
                .map_or_else(dash, |c| html! { a href=(paths::customer(&self.slug, c.id)) { (c.name) } }),
            "stage" => stage_badge(d).render(),
            "amount" => d.amount.map_or_else(dash, |a| html! { (a) }),
            "close_on" => d.close_on.map_or_else(dash, |day| closes(d, day, self.today)),
            "probability" => html! { (d.probability) " %" },
            "category" => html! { (d.category.label()) },
            "owner" => d.owner.as_ref().map_or_else(dash, |o| html! { (o.name) }),
            "pipeline" => html! { (d.pipeline_name) },
            "next_step" => text(&d.next_step),
            "next_step_on" => d.next_step_on.map_or_else(dash, |d| Time::day(d).render()),
            "source" => text(&d.source),
            "competitors" if d.competitors.is_empty() => dash(),
            "competitors" => html! { (d.competitors.join(", ")) },
            "reference" => text(&d.reference),
            "loss_reason" => d.loss_reason.as_ref().map_or_else(dash, |(_, name)| html! { (name) }),
            "tags" => tags::cell(&d.tags),
            custom => custom_fields::cell(&self.fields, custom, &d.custom).unwrap_or_else(|| state(d).render()),
        }
    }

    fn bulk(&self) -> BulkBar {
        let archived = self.filter.status() == Some(Status::Archived);
        let pages = Pages::of(paths::DEALS, &self.slug);
        let more = self.may.write.then(|| tags::bulk(&pages, &paths::tag_options(&self.slug)));
        list::bulk(WORDS, &pages, &self.csrf, &self.page, &self.url(&self.filter), archived, more)
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "No deal fits", "Nothing fits this search and these filters.")
                .actions(Button::link("Show open deals", self.everything()).render());
        }
        EmptyState::new(
            Icon::Briefcase,
            "Your deals go here",
            "What you may sell, to whom, and how far it is. Add the first one, or import a spreadsheet as it is.",
        )
        .actions(html! {
            @if self.may.write { (Button::link("Add a deal", paths::deal_new(&self.slug)).primary().icon(Icon::Plus)) }
            @if self.may.import { (Button::link("Import a file", paths::deal_imports(&self.slug)).icon(Icon::Upload)) }
        })
    }

    /// The list without any question.
    fn everything(&self) -> String {
        self.url(&Filter { view: self.saved.everything().to_owned(), ..Filter::default() })
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::deals(&self.slug), filter)
    }
}

/// Whether it is open, won or lost, with its colour and word.
pub fn state(deal: &Deal) -> Badge {
    match deal.state {
        _ if deal.archived => Badge::new(Tone::Neutral, "Archived"),
        State::Open => Badge::new(Tone::Info, "Open"),
        State::Won => Badge::new(Tone::Good, "Won"),
        State::Lost => Badge::new(Tone::Bad, "Lost"),
    }
}

/// The stage, in the colour of what it means.
fn stage_badge(deal: &Deal) -> Badge {
    let tone = match deal.state {
        State::Open => Tone::Info,
        State::Won => Tone::Good,
        State::Lost => Tone::Bad,
    };
    Badge::new(tone, &deal.stage_name).plain()
}

/// The close date; one of an open deal that has passed is told to have.
pub(super) fn closes(deal: &Deal, day: Day, today: Day) -> Markup {
    let late = deal.state == State::Open && day < today;
    html! { span.deal-late[late] { (Time::day(day)) @if late { span.visually-hidden { " (overdue)" } } } }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub pipelines: Vec<Pipeline>,
    pub reasons: Vec<LossReason>,
    /// Who may own a deal.
    pub members: Vec<Named>,
    pub currency: String,
    /// The stage that the record stands in, if there is a record.
    pub stage: Option<Stage>,
    /// Where people are suggested for fields that name one, to whoever may see them.
    pub people: Option<String>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        self.entry.page(self.fields())
    }
}

impl Edit {
    /// The stages that a form offers: open ones, and the one that it is. Won and lost are said where they are asked about.
    fn stages(&self) -> Vec<Choice> {
        let several = self.pipelines.len() > 1;
        let now = self.stage.as_ref().map(|s| s.id);
        let mut choices = vec![];
        for pipeline in &self.pipelines {
            for stage in pipeline.stages.iter().filter(|s| s.state == State::Open || Some(s.id) == now) {
                let label = if several { format!("{}: {}", pipeline.name, stage.name) } else { stage.name.clone() };
                choices.push(Choice::new(stage.id.to_string(), label));
            }
        }
        choices
    }

    fn fields(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let text = |name: &'static str, label: &'static str| {
            Field::text(name, label).value(d.get(name)).error(e.of(name)).optional()
        };
        let owners = self.members.iter().map(|m| Choice::new(&m.email, format!("{} ({})", m.name, m.email))).collect();
        let first = self.pipelines.iter().find_map(Pipeline::first).map(|s| s.id.to_string()).unwrap_or_default();
        let stage = if d.stage.is_empty() { first } else { d.stage.clone() };
        let currency = if d.currency.is_empty() { self.currency.clone() } else { d.currency.clone() };
        let state = self.stage.as_ref().map_or(State::Open, |s| s.state);
        let categories = Category::SAID.into_iter().map(|c| Choice::new(c.key(), c.label())).collect();
        let usual = self.stage.as_ref().map_or_else(
            || "Left empty, the stage says it.".to_owned(),
            |s| format!("Left empty, the stage says it: {} %.", s.probability),
        );
        let reasons = self.reasons.iter().map(|r| Choice::new(&r.name, &r.name));
        // A reason out of use stays with the deal that has it.
        let kept = (!self.reasons.iter().any(|r| r.name == d.loss_reason))
            .then(|| Choice::new(&d.loss_reason, &d.loss_reason));
        let custom = Inputs {
            fields: &self.entry.custom,
            said: &d.custom,
            errors: e,
            currency: &self.currency,
            people: self.people.clone(),
        };
        html! {
            (form_section("Deal", None, html! {
                (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().placeholder("200 desk lamps"))
                (field_row(html! {
                    (text("customer", "Customer").help("Type a name, and choose.")
                        .attr("list", "deal-customers").attr("autocomplete", "off")
                        .attr("hx-get", self.entry.pages.options()).attr("hx-trigger", "input changed delay:200ms")
                        .attr("hx-target", "#deal-customers").attr("hx-swap", "outerHTML"))
                    (Field::select("owner", "Owner", owners).empty_choice("Nobody").value(&d.owner).error(e.of("owner")).optional())
                }))
                (options(&[]))
                (field_row(html! {
                    (Field::money("amount", "Amount", currency.as_str()).value(&d.amount).error(e.of("amount")).optional())
                    (Field::text("currency", "Currency").value(&currency).error(e.of("currency")).attr("list", "currencies").attr("maxlength", "3"))
                }))
                datalist id="currencies" { @for c in ["EUR", "USD", "GBP", "CHF", "DKK", "SEK", "NOK", "PLN", "JPY"] { option value=(c) {} } }
            }))
            (form_section("Where it stands", None, html! {
                (field_row(html! {
                    (Field::select("stage", "Stage", self.stages()).value(stage).error(e.of("stage")))
                    (Field::date("close_on", if state == State::Open { "Expected close" } else { "Closed on" }).value(&d.close_on).error(e.of("close_on")).optional())
                }))
                @if state == State::Open {
                    (field_row(html! {
                        (Field::number("probability", "Probability, %").value(&d.probability).error(e.of("probability")).optional().help(usual).attr("min", "0").attr("max", "100"))
                        (Field::select("category", "Forecast category", categories).empty_choice("As the stage says").value(&d.category).error(e.of("category")).optional())
                    }))
                }
                @if state == State::Lost {
                    (Field::select("loss_reason", "Lost because of", reasons.chain(kept).collect()).value(&d.loss_reason).error(e.of("loss_reason")).required())
                    (Field::textarea("loss_note", "About the loss").value(&d.loss_note).error(e.of("loss_note")).optional())
                }
                (field_row(html! {
                    (text("next_step", "Next step").placeholder("Send the offer"))
                    (Field::date("next_step_on", "On").value(&d.next_step_on).error(e.of("next_step_on")).optional())
                }))
            }))
            (form_section("Background", None, html! {
                (field_row(html! {
                    (text("source", "Source").placeholder("Trade fair"))
                    (text("reference", "Reference").help("As another system calls it."))
                }))
                (text("competitors", "Competitors").help("Names, with commas between them."))
            }))
            @if custom.any(FieldClass::Directory) {
                (form_section("Details", None, html! { (custom.of(FieldClass::Directory)) (custom_fields::people(&self.entry.custom)) }))
            }
        }
    }
}

/// Suggestions for the customer.
pub fn options(names: &[String]) -> Markup {
    html! { datalist id="deal-customers" { @for name in names { option value=(name) {} } } }
}

/// The same, as the view that answers htmx.
pub struct Options(pub Vec<String>);

impl View for Options {
    fn title(&self) -> String {
        "Customers".into()
    }

    fn body(&self) -> Markup {
        options(&self.0)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "deal-customers").then(|| self.body())
    }
}
