//! How customers and contacts are reached, and what people are to companies and deals: the cards, and the forms behind them.

use crate::{
    View,
    crm::{
        contacts::{COMPANIES, PEOPLE, company, contact, options},
        sums,
    },
    form::errors,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, Field, Form, Icon, Identity, Menu, PageHead, Row, Table, Tone,
        field_row, form_page, menu_button,
    },
};
use domain::{
    Errors, Slug,
    crm::{
        deals::{Filter, Status, board::Head},
        pipelines::State,
        points::{Against, AtCompany, COMPANY_ROLES, DEAL_ROLES, Dealt, Draft, InDeal, Kind, LABELS, OfContact, Point},
    },
    paths::{self, Pages},
};
use maud::{Markup, Render, html};

/// The record that a card belongs to: its noun's pages, its id, the form's token, and whether it may be changed.
pub type Around<'a> = (&'a Pages, &'a str, &'a str, bool);

/// All addresses of a record, those that are usable first of each kind.
pub fn card((pages, id, csrf, may): Around<'_>, all: &[Point]) -> Markup {
    let body = html! {
        @if all.is_empty() { p.quiet { "No address is known." } }
        @else {
            ul.points {
                @for p in all {
                    li.point.is-against[!p.good()] {
                        span.point-kind { (icon(p.kind)) span.visually-hidden { (p.kind.label()) } }
                        span.point-value {
                            (value(p))
                            @if let Some(label) = &p.label { span.quiet { " " (label) } }
                        }
                        span.point-marks {
                            @if p.first && all.iter().filter(|o| o.kind == p.kind).count() > 1 { (Badge::new(Tone::Neutral, "First")) }
                            @if let Some(a) = &p.opted_out { (mark("Opted out", a)) }
                            @if let Some(a) = &p.invalid { (mark("Invalid", a)) }
                        }
                        @if may { (menu(pages, csrf, p)) }
                    }
                }
            }
        }
    };
    Card::new("Contact details", body)
        .actions(html! { @if may { (Button::link("Add", pages.points(id)).ghost().small().icon(Icon::Plus)) } })
        .render()
}

fn icon(kind: Kind) -> Icon {
    match kind {
        Kind::Email => Icon::Mail,
        Kind::Phone => Icon::Phone,
        Kind::Address => Icon::Building,
    }
}

/// A link where somebody may be reached; only words where they may not.
fn value(p: &Point) -> Markup {
    match p.kind {
        Kind::Address => html! { span.point-lines { (p.value) } },
        _ if !p.good() => html! { s { (p.value) } },
        Kind::Email => html! { a href={ "mailto:" (p.value) } { (p.value) } },
        Kind::Phone => html! { a href={ "tel:" (p.value.replace(' ', "")) } { (p.value) } },
    }
}

fn mark(words: &str, against: &Against) -> Markup {
    let since = against.since.format("%-d %b %Y");
    html! {
        (Badge::new(Tone::Warning, words.to_owned()))
        span.quiet.point-why { "since " (since) @if let Some(why) = &against.because { ": " (why) } }
    }
}

fn menu(pages: &Pages, csrf: &str, p: &Point) -> Markup {
    let mut menu = Menu::new(format!("point-{}", p.id)).end().link(Some(Icon::Pencil), "Edit", pages.point(p.id));
    if !p.first {
        menu = menu.post(Some(Icon::ArrowUp), "Use first", pages.point_first(p.id), csrf, vec![]);
    }
    let menu = menu.danger(Some(Icon::Trash), "Remove", pages.point_removal(p.id), csrf, vec![]);
    menu_button(Button::new(format!("More about {}", p.value)).ghost().small().icon_only(Icon::Dots), menu)
}

/// The companies of a contact.
pub fn companies(slug: &Slug, (pages, id, csrf, may): Around<'_>, all: &[OfContact]) -> Markup {
    let form = pages.companies(id);
    let body = html! {
        @if all.is_empty() { p.quiet { "At no company yet." } }
        @else {
            ul.plain-list {
                @for c in all {
                    li.link-row {
                        (Identity::new(&c.name).square().href(paths::customer(slug, c.customer)).detail(c.role.clone().unwrap_or_default()))
                        @if c.first && all.len() > 1 { (Badge::new(Tone::Neutral, "First")) }
                        @if may {
                            @let edit = format!("{form}?{}", query(&[("customer", &c.name), ("role", c.role.as_deref().unwrap_or_default())]));
                            @let mut menu = Menu::new(format!("link-{}", c.link)).end().link(Some(Icon::Pencil), "Edit the role", edit);
                            @if !c.first { @let () = { menu = menu.post(Some(Icon::ArrowUp), "Make it the first", form.clone(), csrf, first(c)); }; }
                            (menu_button(Button::new(format!("More about {}", c.name)).ghost().small().icon_only(Icon::Dots),
                                menu.danger(Some(Icon::Trash), "Remove", pages.companies_removal(id), csrf, vec![("link".into(), c.link.to_string())])))
                        }
                    }
                }
            }
        }
    };
    Card::new("Companies", body)
        .actions(html! { @if may { (Button::link("Add", form.clone()).ghost().small().icon(Icon::Plus)) } })
        .render()
}

fn first(c: &OfContact) -> Vec<(String, String)> {
    vec![
        ("customer".into(), c.name.clone()),
        ("role".into(), c.role.clone().unwrap_or_default()),
        ("first".into(), "true".into()),
    ]
}

fn query(pairs: &[(&str, &str)]) -> String {
    serde_html_form::to_string(pairs).unwrap_or_default()
}

/// The contacts of a customer.
pub fn people(slug: &Slug, (pages, id, csrf, may): Around<'_>, all: &[AtCompany], most: usize) -> Markup {
    let form = pages.contacts(id);
    let rows = all.iter().map(|c| {
        let edit = format!("{form}?{}", query(&[("contact", &words(c)), ("role", c.role.as_deref().unwrap_or_default())]));
        let menu = Menu::new(format!("link-{}", c.link)).end().link(Some(Icon::Pencil), "Edit the role", edit).danger(
            Some(Icon::Trash),
            "Remove from here",
            pages.contacts_removal(id),
            csrf,
            vec![("link".into(), c.link.to_string())],
        );
        let cells = vec![
            Identity::new(&c.name)
                .href(paths::contact(slug, c.contact))
                .detail(c.job_title.clone().unwrap_or_default())
                .render(),
            html! {
                @if let Some(role) = &c.role { (role) }
                @if !c.first { @if c.role.is_some() { " " } span.quiet { "works elsewhere" } }
            },
            html! {
                @if c.do_not_contact { (Badge::new(Tone::Warning, "Do not contact")) }
                @else if let Some(email) = &c.email { a href={ "mailto:" (email) } { (email) } }
                @else if let Some(phone) = &c.phone { a href={ "tel:" (phone.replace(' ', "")) } { (phone) } }
            },
            html! { @if may { (menu_button(Button::new(format!("More about {}", c.name)).ghost().small().icon_only(Icon::Dots), menu)) } },
        ];
        let role = (c.role.is_some() || !c.first).then(|| cells[1].clone());
        let reached =
            (c.do_not_contact || c.email.is_some() || c.phone.is_some()).then(|| cells[2].clone());
        Row::new(c.contact.to_string(), &c.name, cells).brief(role.into_iter().chain(reached))
    });
    let columns = vec![
        Column::new("Name"),
        Column::new("Role"),
        Column::new("Reached"),
        Column::new("Actions").label_hidden().stays(),
    ];
    let body = html! {
        @if all.is_empty() { p.quiet.card-pad { "Nobody is known here yet." } }
        @else { (Table::new("Contacts", columns, rows.collect())) }
        @if all.len() >= most { p.card-pad { a href={ (paths::contacts(slug)) "?customer=" (id) } { "All contacts of this customer" } } }
    };
    Card::new("Contacts", body)
        .flush()
        .actions(html! { @if may {
            (Button::link("Add", form.clone()).ghost().small().icon(Icon::Plus))
        } })
        .render()
}

fn words(c: &AtCompany) -> String {
    match &c.email {
        Some(email) => format!("{} ({email})", c.name),
        None => c.name.clone(),
    }
}

/// The people in a deal.
pub fn in_deal(slug: &Slug, (pages, id, csrf, may): Around<'_>, all: &[InDeal]) -> Markup {
    let form = pages.contacts(id);
    let body = html! {
        @if all.is_empty() { p.quiet { "Nobody is named yet: who is for it, who decides, who is against it?" } }
        @else {
            ul.plain-list {
                @for c in all {
                    li.link-row {
                        (Identity::new(&c.name).href(paths::contact(slug, c.contact)).detail(c.job_title.clone().unwrap_or_default()))
                        @if let Some(role) = &c.role { (Badge::new(role_tone(role), role.clone())) }
                        @if may {
                            @let menu = Menu::new(format!("link-{}", c.link)).end()
                                .danger(Some(Icon::Trash), "Take out of the deal", pages.contacts_removal(id), csrf, vec![("link".into(), c.link.to_string())]);
                            (menu_button(Button::new(format!("More about {}", c.name)).ghost().small().icon_only(Icon::Dots), menu))
                        }
                    }
                }
            }
        }
    };
    Card::new("Contacts", body)
        .actions(html! { @if may { (Button::link("Add", form.clone()).ghost().small().icon(Icon::Plus)) } })
        .render()
}

fn role_tone(role: &str) -> Tone {
    match role.to_lowercase().as_str() {
        "champion" => Tone::Good,
        "blocker" => Tone::Bad,
        _ => Tone::Neutral,
    }
}

/// The deals that somebody is in.
pub fn deals_of(slug: &Slug, all: &[Dealt]) -> Markup {
    html! { @if !all.is_empty() { (Card::new("Deals", deals(slug, all))) } }
}

/// The deals of a customer with what they come to.
pub fn deals_with(
    slug: &Slug,
    (customer, name): (&str, &str),
    all: &[Dealt],
    totals: &[(State, Head)],
    may_add: bool,
) -> Markup {
    let list = format!("{}?status=all&customer={customer}", paths::deals(slug));
    let unpriced = |state: State| {
        let status = Status::Of(state).key().to_owned();
        let theirs = Filter { customer: customer.to_owned(), status, ..Filter::default() };
        crate::list::url(&paths::deals(slug), &theirs.unpriced())
    };
    let body = html! {
        @if all.is_empty() { p.quiet { "No deal yet." } }
        @else {
            dl.deal-totals {
                @for (state, head) in totals {
                    div { dt { (state.label()) " (" (head.count) ")" } dd { @if head.sums.is_empty() { "No amount" } @else { (sums(head, &unpriced(*state))) } } }
                }
            }
            (deals(slug, all))
            p { a href=(list) { "All deals of this customer" } }
        }
    };
    Card::new("Deals", body)
        .actions(html! { @if may_add { (Button::link("New deal", format!("{}?customer={}", paths::deal_new(slug), crate::encode(name))).ghost().small().icon(Icon::Plus)) } })
        .render()
}

fn deals(slug: &Slug, all: &[Dealt]) -> Markup {
    html! {
        ul.plain-list {
            @for d in all {
                li.link-row {
                    span.link-main {
                        a href=(paths::deal(slug, d.deal)) { (d.name) }
                        span.quiet { " " (d.stage) @if let Some(role) = &d.role { " · " (role) } }
                    }
                    @if let Some(amount) = d.amount { span.link-amount { (amount) } }
                    @if d.state != State::Open { (Badge::new(if d.state == State::Won { Tone::Good } else { Tone::Neutral }, d.state.label())) }
                }
            }
        }
    }
}

/// The form of an address, new or known.
pub struct Edit {
    pub action: String,
    pub csrf: String,
    pub once: String,
    pub version: i32,
    pub editing: bool,
    pub draft: Draft,
    pub errors: Errors,
    /// Somebody was faster.
    pub stale: bool,
    /// The noun's list, the record's name and its page.
    pub crumb: (String, String),
    pub record: (String, String),
}

impl View for Edit {
    fn title(&self) -> String {
        if self.editing { "Edit contact detail".into() } else { "New contact detail".into() }
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let head =
            PageHead::new(self.title()).crumb(&self.crumb.0, &self.crumb.1).crumb(&self.record.0, &self.record.1);
        let kinds = Kind::ALL.map(|k| Choice::new(k.key(), k.label())).to_vec();
        let kind = Kind::parse(&d.kind).unwrap_or(Kind::Email);
        let field = match (self.editing, kind) {
            (true, Kind::Email) => Field::email("value", "Email"),
            (true, Kind::Phone) => Field::tel("value", "Phone"),
            // Of which kind it will be, is chosen beside it.
            _ => Field::textarea("value", if self.editing { kind.label() } else { "Address or number" }).rows(2),
        };
        let fields = html! {
            @if self.editing { input type="hidden" name="kind" value=(kind.key()); }
            @else { (Field::radio("kind", "Kind", kinds).value(kind.key()).error(e.of("kind"))) }
            (field.value(&d.value).error(e.of("value")).required().autocomplete("off"))
            (Field::text("label", "Label").value(&d.label).error(e.of("label")).optional().attr("list", "labels"))
            (options("labels", &LABELS.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>()))
            fieldset.point-against {
                legend { "What stands against it" }
                (field_row(html! {
                    (Field::checkbox("opted_out", "Opted out: they do not want to be reached here").value(&d.opted_out))
                    (Field::text("opted_out_because", "Why they opted out").value(&d.opted_out_because).error(e.of("opted_out_because")).optional())
                }))
                (field_row(html! {
                    (Field::checkbox("invalid", "Invalid: nobody is reached here").value(&d.invalid))
                    (Field::text("invalid_because", "Why it is invalid").value(&d.invalid_because).error(e.of("invalid_because")).optional())
                }))
            }
        };
        let stale = self.stale.then(|| {
            Alert::new(Tone::Warning, "This was changed meanwhile")
                .text(html! { "Below is what you typed. Save again to keep it." })
                .announce()
        });
        let form = Form::post(&self.action, self.csrf.as_str())
            .version(self.version)
            .once(self.once.as_str())
            .problem(e.of(""))
            .errors(errors(e))
            .notice(stale)
            .body(fields)
            .actions(html! {
                (Button::submit(if self.editing { "Save changes" } else { "Add contact detail" }).primary())
                (Button::link("Cancel", self.record.1.as_str()))
            })
            .guard();
        form_page(&head, form.render())
    }
}

/// The form that puts two records together, with what the one is to the other.
pub struct Join {
    pub action: String,
    pub csrf: String,
    pub what: Joined,
    /// Where names are suggested.
    pub options: String,
    pub name: String,
    pub role: String,
    pub first: String,
    pub errors: Errors,
    pub crumb: (String, String),
    pub record: (String, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// A company to a contact.
    Company,
    /// A contact to a company.
    Contact,
    /// A contact to a deal.
    InDeal,
}

impl View for Join {
    fn title(&self) -> String {
        match self.what {
            Joined::Company => "Add a company".into(),
            Joined::Contact | Joined::InDeal => "Add a contact".into(),
        }
    }

    fn body(&self) -> Markup {
        let e = &self.errors;
        let head =
            PageHead::new(self.title()).crumb(&self.crumb.0, &self.crumb.1).crumb(&self.record.0, &self.record.1);
        let roles = if self.what == Joined::InDeal { DEAL_ROLES } else { COMPANY_ROLES };
        let roles: Vec<String> = roles.iter().map(|r| (*r).to_owned()).collect();
        let (named, list) = match self.what {
            Joined::Company => {
                (company("customer", "Company", &self.name, &self.options).error(e.of("customer")), COMPANIES)
            }
            _ => (contact("contact", "Contact", &self.name, &self.options).error(e.of("contact")), PEOPLE),
        };
        let label = if self.what == Joined::InDeal { "Role in the deal" } else { "Role there" };
        let fields = html! {
            (named.required())
            (options(list, &[]))
            (Field::text("role", label).value(&self.role).error(e.of("role")).optional().attr("list", "roles").help("Choose one, or write your own."))
            (options("roles", &roles))
            @if self.what != Joined::InDeal {
                (Field::checkbox("first", if self.what == Joined::Company { "They work here first of all" } else { "They work for this company first of all" }).value(&self.first))
            }
        };
        let form = Form::post(&self.action, self.csrf.as_str())
            .problem(e.of(""))
            .errors(errors(e))
            .body(fields)
            .actions(html! { (Button::submit("Save").primary()) (Button::link("Cancel", self.record.1.as_str())) });
        form_page(&head, form.render())
    }
}
