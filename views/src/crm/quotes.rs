//! Lines of deals and quotes, quotes, and what whoever has a quote's link sees.

use crate::{
    Frame, View,
    form::errors,
    prose::{Block, Run},
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, ErrorSummary, Field, Form, Icon, Menu, PageHead,
        RecordPage, Row, Table, Time, Tone, code, field_row, form_page, menu_button, stack,
    },
};
use chrono_tz::Tz;
use domain::{
    Day, Errors, Slug,
    crm::{
        deals::Deal,
        products::Product,
        quotes::{Answer, Line, LinesDraft, Quote, State, Totals, number},
    },
    paths,
};
use maud::{Markup, Render, html};

/// Lines with what each comes to, and the totals of what is shown.
fn lines_table(lines: &[Line], totals: Option<Totals>) -> Markup {
    let rows = lines.iter().enumerate().map(|(n, l)| {
        let money = |m: Option<domain::Money>| m.map_or_else(String::new, |m| m.to_string());
        let cells = vec![
            html! { (l.name) },
            html! { (number(l.quantity)) },
            html! { (l.unit) },
            html! { @if !l.discount.is_zero() { (number(l.discount)) " %" } },
            html! { (number(l.tax)) " %" },
            html! { (money(l.net())) },
        ];
        // On a phone as well it adds up.
        let times = html! { (number(l.quantity)) " × " (l.unit) };
        let discount = (!l.discount.is_zero()).then(|| html! { "less " (number(l.discount)) " %" });
        let tax = (!l.tax.is_zero()).then(|| html! { (number(l.tax)) " % tax" });
        Row::new(n.to_string(), &l.name, cells).brief(std::iter::once(times).chain(discount).chain(tax))
    });
    let columns = vec![
        Column::new("Product"),
        Column::new("Quantity").numeric().minor(),
        Column::new("Price").numeric().minor(),
        Column::new("Discount").numeric().minor(),
        Column::new("Tax").numeric().minor(),
        Column::new("Net").numeric().stays(),
    ];
    html! {
        (Table::new("Lines", columns, rows.collect()))
        @if let Some(t) = totals {
            dl.line-totals {
                div { dt { "Net" } dd { (t.net) } }
                div { dt { "Tax" } dd { (t.tax) } }
                div.is-total { dt { "Total" } dd { (t.gross) } }
            }
        }
    }
}

fn state(quote: &Quote, today: Day) -> Badge {
    let tone = match quote.state {
        _ if quote.expired(today) => return Badge::new(Tone::Warning, "Expired"),
        State::Draft | State::Replaced | State::Revoked => Tone::Neutral,
        State::Open => Tone::Info,
        State::Accepted => Tone::Good,
        State::Declined => Tone::Bad,
    };
    Badge::new(tone, quote.state.label())
}

/// The cards of a deal's page: its lines, and its quotes.
pub fn cards(
    slug: &Slug,
    (csrf, once): (&str, &str),
    deal: &Deal,
    (lines, quotes): (&[Line], &[Quote]),
    (today, may_write): (Day, bool),
) -> Markup {
    let totals = lines.first().and_then(|l| domain::crm::quotes::totals(lines, l.unit.currency));
    let body = html! {
        @if lines.is_empty() { p.quiet.card-quiet { "Say what the deal is made of: products, how many, at which price." } }
        @else { (lines_table(lines, totals)) }
    };
    let may = may_write && !deal.archived;
    let rows = quotes.iter().map(|q| {
        let cells = vec![
            html! { a href=(paths::quote(slug, q.id)) { (q.called()) } },
            state(q, today).render(),
            html! { @if let Some(t) = q.totals() { (t.gross) } },
            Time::day(q.expires_on).render(),
        ];
        Row::new(q.id.to_string(), q.called(), cells)
    });
    let columns = vec![
        Column::new("Quote"),
        Column::new("Status").stays(),
        Column::new("Total").numeric(),
        Column::new("Until").numeric().minor(),
    ];
    let lines_card = Card::new("Products", body).actions(html! {
        @if may { a href=(paths::deal_lines(slug, deal.id)) { @if lines.is_empty() { "Add products" } @else { "Change" } } }
    });
    let quotes_body = html! {
        @if quotes.is_empty() { p.quiet.card-quiet { "None yet. A quote has a link by which it is accepted, and wins the deal." } }
        @else { (Table::new("Quotes", columns, rows.collect())) }
    };
    html! {
        (if lines.is_empty() { lines_card } else { lines_card.flush() })
        @let card = Card::new("Quotes", quotes_body).actions(html! {
            @if may {
                form method="post" action=(paths::deal_quotes(slug, deal.id)) {
                    input type="hidden" name="_csrf" value=(csrf);
                    input type="hidden" name="_once" value=(once);
                    (Button::submit("New quote").ghost().small().icon(Icon::Plus))
                }
            }
        });
        (if quotes.is_empty() { card } else { card.flush() })
    }
}

/// The form of lines: of a deal, or of a quote that was not sent yet.
pub struct Lines {
    pub slug: Slug,
    pub csrf: String,
    pub deal: Deal,
    pub quote: Option<Quote>,
    pub products: Vec<Product>,
    pub version: i32,
    pub draft: LinesDraft,
    pub errors: Errors,
    pub currency: String,
    pub today: Day,
}

impl View for Lines {
    fn title(&self) -> String {
        match &self.quote {
            Some(quote) => format!("Edit {}", quote.called()),
            None => format!("Products of {}", self.deal.name),
        }
    }

    fn body(&self) -> Markup {
        let mut head = PageHead::new(self.title())
            .crumb("Deals", paths::deals(&self.slug))
            .crumb(&self.deal.name, paths::deal(&self.slug, self.deal.id));
        let mut back = paths::deal(&self.slug, self.deal.id);
        let mut action = paths::deal_lines(&self.slug, self.deal.id);
        if let Some(quote) = &self.quote {
            back = paths::quote(&self.slug, quote.id);
            action = paths::quote_lines(&self.slug, quote.id);
            head = head.crumb(quote.called(), back.clone());
        }
        let summary = errors(&self.errors);
        let form = Form::post(action, self.csrf.as_str())
            .version(self.version)
            .problem(self.errors.of(""))
            .body(html! { (ErrorSummary(&summary)) (self.fields()) })
            .actions(html! { (Button::submit("Save").primary()) (Button::link("Cancel", back)) })
            .sticky()
            .guard();
        html! { div.lines-page { (form_page(&head, form.render())) } }
    }
}

impl Lines {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let currency = if d.currency.is_empty() { self.currency.as_str() } else { &d.currency };
        let offered = self.products.iter().filter(|p| !p.retired || d.product.contains(&p.id.to_string()));
        let choices: Vec<Choice> = offered.map(|p| Choice::new(p.id.to_string(), &p.name)).collect();
        let rows = d.rows() + 3;
        let cell = |name: &'static str, label: &str, row: usize| {
            Field::text(name, format!("{label}, line {}", row + 1))
                .id(format!("{name}-{row}"))
                .value(d.cell(name, row))
                .label_hidden()
        };
        html! {
            (Field::text("currency", "Currency").value(currency).error(e.of("currency")).attr("maxlength", "3"))
            div.lines-rows role="group" aria-label="Lines" {
                div.lines-head aria-hidden="true" {
                    span { "Product" } span { "Or in words" } span { "Quantity" } span { "Price of one" } span { "Discount, %" } span { "Tax, %" }
                }
                @for row in 0..rows.min(domain::crm::quotes::MOST) {
                    div.lines-row {
                        (Field::select("product", format!("Product, line {}", row + 1), choices.clone()).id(format!("product-{row}")).empty_choice("–").value(d.cell("product", row)).label_hidden())
                        (cell("name", "Name", row))
                        (cell("quantity", "Quantity", row).attr("inputmode", "decimal").placeholder("1"))
                        (cell("unit", "Price", row).attr("inputmode", "decimal"))
                        (cell("discount", "Discount", row).attr("inputmode", "decimal"))
                        (cell("tax", "Tax", row).attr("inputmode", "decimal"))
                    }
                }
            }
            p.quiet { "Left empty, a product’s name, price and tax are those of the price book. An empty line is none; save to have more lines." }
            @if self.quote.is_some() {
                (field_row(html! {
                    (Field::date("expires_on", "Stands until").value(&d.expires_on).error(e.of("expires_on")).required())
                }))
                (Field::textarea("note", "Words to the customer").value(&d.note).error(e.of("note")).optional())
            } @else {
                (Field::checkbox("sets_amount", "The deal is worth what its lines come to").value(&d.sets_amount))
            }
        }
    }
}

/// A quote.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    /// A new version's id.
    pub once: String,
    pub deal: Deal,
    pub quote: Quote,
    /// Other versions of it, the latest first.
    pub versions: Vec<Quote>,
    /// Where it is answered, while it may be.
    pub link: Option<String>,
    pub today: Day,
    /// The reader's.
    pub zone: Tz,
    pub may_write: bool,
    pub problem: Option<String>,
}

/// A mail with the link, in the sender's own mail program.
fn mail_with(quote: &str, link: &str) -> String {
    format!("mailto:?subject={}&body={}", crate::encode(quote), crate::encode(link))
}

impl View for Show {
    fn title(&self) -> String {
        self.quote.called()
    }

    fn body(&self) -> Markup {
        let q = &self.quote;
        let draft = q.state == State::Draft;
        let pdf = Button::link("PDF", paths::quote_pdf(&self.slug, q.id)).icon(Icon::Download);
        let form = |action: String, label: &str, icon, primary: bool| {
            let button = Button::submit(label).icon(icon);
            html! {
                form method="post" action=(action) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (if primary { button.primary() } else { button })
                }
            }
        };
        let mut more = Menu::new("quote-more").end();
        more = more.post(
            Some(Icon::Copy),
            "New version",
            paths::quote_versions(&self.slug, q.id),
            self.csrf.as_str(),
            vec![("_once".into(), self.once.clone())],
        );
        if matches!(q.state, State::Open | State::Draft) {
            more = more.danger(
                Some(Icon::X),
                "Withdraw",
                paths::quote_revocation(&self.slug, q.id),
                self.csrf.as_str(),
                vec![],
            );
        }
        let head = PageHead::new(q.called())
            .crumb("Deals", paths::deals(&self.slug))
            .crumb(&self.deal.name, paths::deal(&self.slug, self.deal.id))
            .facts(state(q, self.today).render())
            .actions(html! {
                (pdf)
                @if self.may_write && draft {
                    (Button::link("Edit", paths::quote_lines(&self.slug, q.id)).icon(Icon::Pencil))
                    (form(paths::quote_publication(&self.slug, q.id), "Publish", Icon::Send, true))
                }
                @if self.may_write { (menu_button(Button::new("More").icon_only(Icon::Dots), more)) }
            });
        let notice = self.problem.as_ref().map(|p| Alert::new(Tone::Bad, p).announce().render());
        let main = stack(html! {
            @if let Some((at, name)) = &q.answered {
                (Alert::new(if q.state == State::Accepted { Tone::Good } else { Tone::Bad }, format!("{} by {name}", q.state.label()))
                    .text(html! { (Time::at(&at.with_timezone(&self.zone))) @if let Some(note) = &q.answer_note { p { (note) } } }))
            }
            @if let Some(link) = &self.link {
                (Card::new("Link for the customer", html! {
                    p.quiet { "Whoever has it may accept or decline. Withdraw the quote, and it opens nothing." }
                    p id="quote-link" { (code(link)) }
                    div.copy-line {
                        button.button type="button" data-copy="#quote-link" hidden { span.button-label { "Copy" } }
                        (Button::link("Write a mail with it", mail_with(&q.called(), link)).icon(Icon::Mail))
                    }
                }))
            }
            (Card::new("Lines", if q.lines.is_empty() { EmptyState::new(Icon::Tag, "Nothing is offered yet", "Add lines, then publish it.").render() } else { lines_table(&q.lines, q.totals()) }).flush())
            @if let Some(note) = &q.note { (Card::new("Words to the customer", html! { p { (note) } })) }
        });
        let side = stack(html! {
            (Card::new("Stands until", html! { (Time::day(q.expires_on)) }))
            @if self.versions.len() > 1 {
                (Card::new("Versions", html! { ul.plain-list { @for v in &self.versions { li {
                    @if v.id == q.id { strong { (v.called()) } } @else { a href=(paths::quote(&self.slug, v.id)) { (v.called()) } }
                    " " (state(v, self.today))
                } } } }))
            }
        });
        RecordPage { head, notice, tabs: None, main, side: Some(side) }.render()
    }
}

/// What whoever has the link sees.
pub struct Offer {
    pub token: String,
    pub csrf: String,
    pub company: String,
    pub accent: Option<String>,
    pub customer: Option<String>,
    pub quote: Quote,
    pub today: Day,
    /// The company's.
    pub zone: Tz,
    pub draft: Answer,
    pub errors: Errors,
}

impl View for Offer {
    fn title(&self) -> String {
        format!("Quote {} from {}", self.quote.called(), self.company)
    }

    fn frame(&self) -> Frame {
        Frame::Bare
    }

    fn body(&self) -> Markup {
        let q = &self.quote;
        let lead = html! {
            @if let Some(customer) = &self.customer { "For " (customer) ". " }
            "It stands until " (q.expires_on.short()) "."
        };
        html! {
            @if let Some(accent) = &self.accent { link rel="stylesheet" href=(paths::public_form_theme(accent.trim_start_matches('#'))); }
            div.offer {
                header.offer-head { (self.company) }
                (PageHead::new(self.title()).lead(lead).actions(Button::link("PDF", paths::quote_offer_pdf(&self.token)).icon(Icon::Download).render()))
                @if let Some(note) = &q.note { p { (note) } }
                (Card::new("What is offered", lines_table(&q.lines, q.totals())).flush())
                (self.answer())
            }
        }
    }
}

impl Offer {
    fn answer(&self) -> Markup {
        let q = &self.quote;
        if let Some((at, name)) = &q.answered {
            let tone = if q.state == State::Accepted { Tone::Good } else { Tone::Info };
            return Alert::new(tone, format!("{} by {name}", q.state.label()))
                .text(html! { (Time::at(&at.with_timezone(&self.zone))) ". " (self.company) " has been told." })
                .render();
        }
        if q.state == State::Replaced {
            return Alert::new(Tone::Info, "There is a later version of this quote")
                .text(html! { "Ask " (self.company) " for its link." })
                .render();
        }
        if q.expired(self.today) {
            return Alert::new(Tone::Warning, "This quote has expired")
                .text(html! { "Ask " (self.company) " for a new one." })
                .render();
        }
        if let Some(why) = self.errors.of("") {
            return Alert::new(Tone::Warning, why).announce().render();
        }
        let (d, e) = (&self.draft, &self.errors);
        let form = Form::post(paths::quote_offer(&self.token), self.csrf.as_str())
            .problem(e.of(""))
            .body(html! {
                (Field::text("name", "Your name").value(&d.name).error(e.of("name")).required().autocomplete("name"))
                (Field::textarea("note", "Anything to add").value(&d.note).error(e.of("note")).optional().rows(3))
            })
            .actions(html! {
                (Button::submit("Accept this quote").primary().icon(Icon::Check).attr("name", "answer").attr("value", "accept"))
                (Button::submit("Decline").attr("name", "answer").attr("value", "decline"))
            });
        Card::new("Your answer", form.render()).note("Your name and the time are kept with it.").render()
    }
}

fn run(text: impl Into<String>, bold: bool) -> Run {
    Run { text: text.into(), bold, ..Run::default() }
}

/// The quote on paper.
pub fn document(quote: &Quote, company: &str, customer: Option<&str>) -> Vec<Block> {
    let paragraph = |text: String| Block::Paragraph(vec![run(text, false)]);
    let mut blocks = vec![Block::Heading(1, vec![run(format!("Quote {}", quote.called()), true)])];
    if let Some(customer) = customer {
        blocks.push(paragraph(format!("For {customer}")));
    }
    blocks.push(paragraph(format!("From {company}. It stands until {}.", quote.expires_on.long())));
    if let Some(note) = &quote.note {
        blocks.push(paragraph(note.clone()));
    }
    for line in &quote.lines {
        let amount = line.net().map(|m| m.to_string()).unwrap_or_default();
        blocks.push(Block::Amount(vec![run(line.name.clone(), true)], amount));
        let mut words = format!("{} × {}", number(line.quantity), line.unit);
        if !line.discount.is_zero() {
            words.push_str(&format!(", less {} %", number(line.discount)));
        }
        words.push_str(&format!(", tax {} %", number(line.tax)));
        blocks.push(paragraph(words));
    }
    blocks.push(Block::Rule);
    if let Some(t) = quote.totals() {
        blocks.push(Block::Amount(vec![run("Net", false)], t.net.to_string()));
        blocks.push(Block::Amount(vec![run("Tax", false)], t.tax.to_string()));
        blocks.push(Block::Amount(vec![run("Total", true)], t.gross.to_string()));
    }
    if let Some((at, name)) = &quote.answered {
        blocks.push(paragraph(format!("{} by {name} on {}.", quote.state.label(), at.format("%-d %b %Y, %H:%M UTC"))));
    }
    blocks
}
