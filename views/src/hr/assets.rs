//! Equipment: the list, one piece with who had it, the form, and the card on somebody's record.

use crate::{
    Moment, View, activity,
    activity::Happened,
    form::{Entry, errors},
    list,
    ui::{
        Alert, Badge, Button, Card, Chip, Choice, Column, EmptyState, ErrorSummary, Facts, Field, Filter as Select,
        FilterBar, Icon, ListPage, ListResults, PageHead, Pager, RecordPage, Row, Table, Time, Tone, dash, field_row,
        form_section, stack,
    },
};
use domain::{
    Day, EmployeeId, Errors, Slug,
    hr::assets::{Asset, Condition, Draft, Filter, Handing, Loan, Order, Status, WORDS},
    list::Slice,
    paths,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "assets";

/// What the reader may do.
#[derive(Debug, Clone, Copy, Default)]
pub struct May {
    pub write: bool,
    pub value: bool,
    pub export: bool,
}

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub filter: Filter,
    pub page: Slice<Asset>,
    pub kinds: Vec<String>,
    /// What the reader has been given and has not said yet that they have.
    pub unconfirmed: Vec<Asset>,
    pub may: May,
}

impl View for Index {
    fn title(&self) -> String {
        "Equipment".into()
    }

    fn body(&self) -> Markup {
        let statuses = Status::ALL.into_iter().map(|s| Choice::new(s.key(), s.label())).collect();
        let kinds = self.kinds.iter().map(|k| Choice::new(k, k)).collect();
        let filters = FilterBar::new(paths::assets(&self.slug), RESULTS)
            .search("Search by name, tag, serial number or person", &self.filter.q)
            .filter(Select::new("status", "Status", &self.filter.status, statuses))
            .filter(Select::new("kind", "Kind", &self.filter.kind, kinds))
            .keep("holder", self.filter.holder.map(|h| h.to_string()).unwrap_or_default())
            .keep("sort", &self.filter.sort)
            .after(html! {
                @if self.may.export { (Button::link("Export", list::url(&paths::asset_export(&self.slug), &self.filter.from_top())).ghost().icon(Icon::Download)) }
            });
        ListPage { head: self.head(), tabs: None, filters, results: self.results() }.render()
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results().render())
    }
}

impl Index {
    fn head(&self) -> PageHead {
        let nothing = self.page.rows.is_empty() && !self.filter.narrows();
        let actions = html! {
            @if self.may.write { (list::begin(Button::link("Add equipment", paths::asset_new(&self.slug)), nothing).icon(Icon::Plus).key("c")) }
        };
        let head = PageHead::new(self.title()).actions(actions);
        match self.unconfirmed.is_empty() {
            true => head,
            false => head.lead(html! { @for a in &self.unconfirmed { (receipt(&self.slug, &self.csrf, a)) } }),
        }
    }

    fn results(&self) -> ListResults {
        let sort = self.filter.order();
        let to = |s: String| self.url(&Filter { sort: s, ..self.filter.from_top() });
        let mut columns = vec![
            list::sorted("Tag", Order::Tag, sort, to),
            list::sorted("Name", Order::Name, sort, to),
            list::sorted("Kind", Order::Kind, sort, to).minor(),
            Column::new("Assigned to"),
            Column::new("Since").numeric().minor(),
            Column::new("Condition").minor(),
            Column::new("Status").stays(),
        ];
        if self.may.value {
            columns.push(Column::new("Value").numeric().minor());
        }
        let rows = self.page.rows.iter().map(|a| self.row(a)).collect();
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        ListResults {
            above: None,
            id: RESULTS.into(),
            chips: self.chips(),
            clear: paths::assets(&self.slug),
            bulk: None,
            table: Table::new("Equipment", columns, rows).swaps(RESULTS),
            empty: self.empty(),
            pager: Pager::new(list::count(self.page.total), "piece", "pieces", self.page.rows.len())
                .previous(previous)
                .next(next)
                .swaps(RESULTS),
        }
    }

    fn row(&self, a: &Asset) -> Row {
        let holder =
            a.holder.as_ref().map_or_else(dash, |h| html! { a href=(paths::employee(&self.slug, h.id)) { (h.name) } });
        let mut cells = vec![
            html! { a href=(paths::asset(&self.slug, a.id)) { (a.tag) } },
            html! { (a.name) },
            html! { (a.kind) },
            holder,
            a.since.map_or_else(dash, |d| Time::day(d).render()),
            html! { (a.condition.label()) },
            status(a.status).render(),
        ];
        if self.may.value {
            cells.push(a.value.map_or_else(dash, |v| html! { (v) }));
        }
        let held = a.holder.as_ref().map(|h| html! { (h.name) });
        Row::new(a.id.to_string(), &a.name, cells).brief([Some(html! { (a.name) }), held].into_iter().flatten())
    }

    fn chips(&self) -> Vec<Chip> {
        let f = self.filter.from_top();
        let holder = f.holder.map(|_| {
            let name = self.page.rows.iter().find_map(|a| a.holder.as_ref());
            name.map_or_else(|| "one person".to_owned(), |h| h.name.clone())
        });
        let mut chips = vec![];
        for (label, value, without) in [
            ("Search", f.q.clone(), Filter { q: String::new(), ..f.clone() }),
            ("Assigned to", holder.unwrap_or_default(), Filter { holder: None, ..f.clone() }),
        ] {
            if !value.is_empty() {
                chips.push(Chip::new(label, value, self.url(&without)));
            }
        }
        chips
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            return EmptyState::new(Icon::Search, "Nothing fits", "No equipment fits this search and these filters.")
                .actions(Button::link("Show all", paths::assets(&self.slug)).render());
        }
        match self.may.write {
            true => EmptyState::new(
                Icon::DeviceDesktop,
                "Laptops, phones, keys",
                "Note what the company owns and who has it. What somebody still has stands on their checklist when they leave.",
            )
            .actions(Button::link("Add equipment", paths::asset_new(&self.slug)).icon(Icon::Plus).render()),
            false => EmptyState::new(Icon::DeviceDesktop, "You have no equipment", "What you are given stands here, until you bring it back."),
        }
    }

    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::assets(&self.slug), filter)
    }
}

/// The status with its colour and word.
fn status(status: Status) -> Badge {
    let tone = match status {
        Status::InStock => Tone::Good,
        Status::Assigned => Tone::Info,
        Status::InRepair => Tone::Warning,
        Status::Retired => Tone::Neutral,
        Status::Lost => Tone::Bad,
    };
    Badge::new(tone, status.label())
}

/// "You were given …", with the button that says yes.
fn receipt(slug: &Slug, csrf: &str, a: &Asset) -> Markup {
    let button = html! {
        form method="post" action=(paths::asset_receipt(slug, a.id)) {
            input type="hidden" name="_csrf" value=(csrf);
            (Button::submit("I have it").small().icon(Icon::Check).attr("aria-label", format!("I have {}", a.name)))
        }
    };
    Alert::new(Tone::Info, format!("You were given {} ({})", a.name, a.tag)).actions(button).render()
}

/// One piece, with who has it and who had it.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub asset: Asset,
    pub loans: Vec<Loan>,
    pub history: Vec<Happened>,
    pub moment: Moment,
    pub today: Day,
    /// The reader's own employee record.
    pub me: Option<EmployeeId>,
    pub may: May,
    pub typed: Handing,
    pub errors: Errors,
}

impl View for Show {
    fn title(&self) -> String {
        self.asset.name.clone()
    }

    fn body(&self) -> Markup {
        let a = &self.asset;
        let edit = html! { @if self.may.write { (Button::link("Edit", paths::asset_edit(&self.slug, a.id)).icon(Icon::Pencil).key("e")) } };
        let head = PageHead::new(&a.name)
            .crumb("Equipment", paths::assets(&self.slug))
            .facts(status(a.status).render())
            .lead(html! { (a.kind) " · " (a.tag) })
            .actions(edit);
        let own = a.holder.as_ref().is_some_and(|h| Some(h.id) == self.me) && !a.confirmed;
        let notice = own.then(|| receipt(&self.slug, &self.csrf, a));
        let facts = Facts::new()
            .text("Tag", &a.tag)
            .maybe("Serial number", a.serial.as_ref().map(|s| html! { (s) }))
            .maybe("Bought on", a.bought_on.map(|d| Time::day(d).render()))
            .text("Condition", a.condition.label())
            .maybe("Note", a.note.as_ref().map(|n| html! { (n) }));
        let facts = if self.may.value { facts.maybe("Value", a.value.map(|v| html! { (v) })) } else { facts };
        let main = stack(html! {
            @if !self.errors.is_empty() { (ErrorSummary(&errors(&self.errors))) @if let Some(words) = self.errors.of("") { (Alert::new(Tone::Bad, words)) } }
            @if self.may.write { @if a.holder.is_some() { (self.back()) } @else { (self.out()) } }
            (Card::new("Who has it, and who had it", self.loans()).flush())
        });
        let side = stack(html! {
            (Card::new("About", facts.render()))
            @if self.may.write { (Card::new("History", activity::timeline(&self.history, WORDS.one, self.moment, None))) }
        });
        RecordPage { head, notice, tabs: None, main, side: Some(side) }.render()
    }
}

impl Show {
    fn small(&self, action: &str, title: &str, body: Markup) -> Markup {
        Card::new(title, html! {
            form.asset-form method="post" action=(action) { input type="hidden" name="_csrf" value=(self.csrf); (body) }
        })
        .render()
    }

    fn common(&self) -> Markup {
        let (d, e) = (&self.typed, &self.errors);
        let conditions = Condition::ALL.into_iter().map(|c| Choice::new(c.key(), c.label())).collect();
        let condition = if d.condition.is_empty() { self.asset.condition.key() } else { &d.condition };
        let day = if d.day.is_empty() { self.today.to_string() } else { d.day.clone() };
        html! {
            (field_row(html! {
                (Field::date("day", "On").value(day).error(e.of("day")))
                (Field::select("condition", "Condition", conditions).value(condition).error(e.of("condition")))
            }))
            (Field::text("note", "Note").value(&d.note).error(e.of("note")).optional().attr("maxlength", "500"))
        }
    }

    fn out(&self) -> Markup {
        let (d, e) = (&self.typed, &self.errors);
        let body = html! {
            (Field::text("employee", "To").value(&d.employee).error(e.of("employee")).required()
                .help("Type a name, and choose; or type the number.")
                .attr("list", "managers").attr("autocomplete", "off")
                .attr("hx-get", paths::employee_options(&self.slug)).attr("hx-trigger", "input changed delay:200ms")
                .attr("hx-target", "#managers").attr("hx-swap", "outerHTML"))
            (super::employees::options(&[]))
            (self.common())
            (Button::submit("Hand out").primary().icon(Icon::UserShare))
        };
        self.small(&paths::asset_loan(&self.slug, self.asset.id), "Hand it out", body)
    }

    fn back(&self) -> Markup {
        let (d, e) = (&self.typed, &self.errors);
        let statuses = Status::SAID.into_iter().map(|s| Choice::new(s.key(), s.label())).collect();
        let then = if d.then.is_empty() { Status::InStock.key() } else { &d.then };
        let body = html! {
            (self.common())
            (Field::select("then", "Then it is", statuses).value(then).error(e.of("then")))
            (Button::submit("Take back").primary().icon(Icon::ArrowBackUp))
        };
        self.small(&paths::asset_return(&self.slug, self.asset.id), "Take it back", body)
    }

    fn loans(&self) -> Markup {
        if self.loans.is_empty() {
            return EmptyState::new(
                Icon::History,
                "Nobody yet",
                "Each stretch of somebody having it is kept here, and never changed.",
            )
            .render();
        }
        let rows = self.loans.iter().map(|l| {
            let till = match &l.returned {
                Some(r) => html! { (Time::day(r.on)) },
                None if l.confirmed_at.is_some() => Badge::new(Tone::Good, "Has it").render(),
                None => Badge::new(Tone::Warning, "Not confirmed").render(),
            };
            let looked = match &l.returned {
                Some(r) => format!("{} → {}", l.given.label(), r.condition.label()),
                None => l.given.label().to_owned(),
            };
            let notes = [l.note.as_deref(), l.returned.as_ref().and_then(|r| r.note.as_deref())];
            let notes: Vec<&str> = notes.into_iter().flatten().collect();
            let by = [l.given_by.as_deref(), l.returned.as_ref().and_then(|r| r.by.as_deref())];
            let by: Vec<&str> = by.into_iter().flatten().collect();
            let cells = vec![
                html! { a href=(paths::employee(&self.slug, l.holder.id)) { (l.holder.name) } },
                Time::day(l.from).render(),
                till.clone(),
                html! { (looked) },
                html! { (by.join(", ")) @if !notes.is_empty() { p.quiet { (notes.join(" · ")) } } },
            ];
            Row::new(l.id.to_string(), &l.holder.name, cells).brief([Time::day(l.from).render()])
        });
        let columns = vec![
            Column::new("Person"),
            Column::new("From").numeric(),
            Column::new("Until").stays(),
            Column::new("Condition").minor(),
            Column::new("By").minor(),
        ];
        Table::new("Who had it", columns, rows.collect()).render()
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub kinds: Vec<String>,
    pub currency: String,
    pub value: bool,
    /// Somebody has it: where it is, is told by that.
    pub assigned: bool,
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
    fn fields(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let conditions = Condition::ALL.into_iter().map(|c| Choice::new(c.key(), c.label())).collect();
        let condition = if d.condition.is_empty() { Condition::default().key() } else { &d.condition };
        let statuses = Status::SAID.into_iter().map(|s| Choice::new(s.key(), s.label())).collect();
        let status = if d.status.is_empty() { Status::default().key() } else { &d.status };
        html! {
            (form_section("Equipment", None, html! {
                (field_row(html! {
                    (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().help("As people call it: MacBook Pro 14.").attr("maxlength", "120"))
                    (Field::text("kind", "Kind").value(&d.kind).error(e.of("kind")).required().attr("list", "kinds").attr("maxlength", "60"))
                }))
                datalist id="kinds" { @for kind in &self.kinds { option value=(kind) {} } }
                (field_row(html! {
                    (Field::text("tag", "Tag").value(&d.tag).error(e.of("tag")).optional().help("Left empty, the next one is taken."))
                    (Field::text("serial", "Serial number").value(&d.serial).error(e.of("serial")).optional())
                }))
                (field_row(html! {
                    (Field::select("condition", "Condition", conditions).value(condition).error(e.of("condition")))
                    @if !self.assigned { (Field::select("status", "Status", statuses).value(status).error(e.of("status"))) }
                }))
                (Field::textarea("note", "Note").value(&d.note).error(e.of("note")).optional())
            }))
            (form_section("Purchase", None, html! {
                (field_row(html! {
                    (Field::date("bought_on", "Bought on").value(&d.bought_on).error(e.of("bought_on")).optional())
                    @if self.value { (Field::money("value", "Value", self.currency.as_str()).value(&d.value).error(e.of("value")).optional()) }
                }))
            }))
        }
    }
}

/// The card on somebody's record.
pub fn card(slug: &Slug, csrf: &str, held: &[Asset], employee: EmployeeId, own: bool) -> Option<Markup> {
    if held.is_empty() {
        return None;
    }
    let body = html! {
        ul.plain-list {
            @for a in held {
                li {
                    a href=(paths::asset(slug, a.id)) { (a.name) } span.quiet { " · " (a.tag) @if let Some(since) = a.since { ", since " (since.short()) } }
                    @if !a.confirmed { @if own { (receipt(slug, csrf, a)) } @else { " " (Badge::new(Tone::Warning, "Not confirmed")) } }
                }
            }
        }
    };
    let all = list::url(&paths::assets(slug), &Filter { holder: Some(employee), ..Filter::default() });
    Some(Card::new("Equipment", body).actions(html! { a href=(all) { "All" } }).render())
}
