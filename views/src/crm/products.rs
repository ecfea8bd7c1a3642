//! Products and the price book: the list, a product with its prices, the form.

use crate::{
    View,
    form::{Entry, errors},
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, ErrorSummary, Facts, Field, Form, Icon, PageHead, RecordPage,
        Row, Table, Time, Tone, dash, field_row, stack,
    },
};
use domain::{
    Day, Errors, Slug,
    crm::{
        products::{Draft, PriceDraft, Product},
        quotes::number,
    },
    list::grouped,
    paths,
};
use maud::{Markup, Render, html};

/// The list.
pub struct Index {
    pub slug: Slug,
    pub products: Vec<Product>,
    /// As many as are shown; there may be more.
    pub cut: bool,
    pub today: Day,
    pub may_write: bool,
}

impl View for Index {
    fn title(&self) -> String {
        "Products".into()
    }

    fn body(&self) -> Markup {
        let new = || Button::link("New product", paths::product_new(&self.slug)).primary().icon(Icon::Plus);
        let bring = || Button::link("Import", paths::product_imports(&self.slug)).icon(Icon::Upload);
        let empty = self.products.is_empty();
        let head = PageHead::new(self.title())
            .lead(html! { "What you sell, and what it costs on which day." })
            .actions(html! { @if self.may_write && !empty { (bring()) (new()) } });
        let rows = self.products.iter().map(|p| {
            let name = html! {
                a href=(paths::product(&self.slug, p.id)) { (p.name) } @if p.retired { " " (Badge::new(Tone::Neutral, "Not offered")) }
            };
            let now = prices_now(p, self.today);
            let cells = vec![
                name,
                p.code.as_ref().map_or_else(dash, |c| html! { (c) }),
                if now.is_empty() { dash() } else { html! { (now) } },
                html! { (number(p.tax)) " %" },
            ];
            Row::new(p.id.to_string(), &p.name, cells).brief([html! { (prices_now(p, self.today)) }])
        });
        let columns = vec![
            Column::new("Name"),
            Column::new("Code").minor(),
            Column::new("Price today").numeric(),
            Column::new("Tax").numeric().minor(),
        ];
        stack(html! {
            (head)
            @if empty {
                (EmptyState::new(Icon::Tag, "No products yet", "Add what you sell once, with its price in each currency: deals and quotes take it from here.")
                    .actions(html! { @if self.may_write { (new()) (bring()) } }))
            } @else {
                @if self.cut { p.quiet { "These are the first " (grouped(self.products.len() as i64)) " by name. Deals and quotes keep what others they have." } }
                (Table::new("Products", columns, rows.collect()))
            }
        })
    }
}

/// Today's price in each currency.
fn prices_now(p: &Product, today: Day) -> String {
    let mut now: Vec<_> = p.prices.iter().map(|x| x.amount.currency).collect();
    now.dedup();
    let now: Vec<String> = now.into_iter().filter_map(|c| p.price(c, today)).map(|m| m.to_string()).collect();
    now.join(" · ")
}

/// A product with its prices.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub product: Product,
    pub today: Day,
    pub may_write: bool,
    pub typed: PriceDraft,
    pub errors: Errors,
    pub currency: String,
}

impl View for Show {
    fn title(&self) -> String {
        self.product.name.clone()
    }

    fn body(&self) -> Markup {
        let p = &self.product;
        let head = PageHead::new(&p.name)
            .crumb("Products", paths::products(&self.slug))
            .facts(html! { @if p.retired { (Badge::new(Tone::Neutral, "Not offered")) } })
            .actions(html! { @if self.may_write { (Button::link("Edit", paths::product_edit(&self.slug, p.id)).primary().icon(Icon::Pencil).key("e")) } });
        let facts = Facts::new()
            .maybe("Code", p.code.as_ref().map(|c| html! { (c) }))
            .fact("Tax", html! { (number(p.tax)) " %" })
            .maybe("Description", p.description.as_ref().map(|d| html! { (d) }));
        let main = stack(html! {
            (Card::new("Product", facts.columns().render()))
            (Card::new("Prices", self.prices()).flush())
            @if self.may_write { (Card::new("Add a price", self.form())) }
        });
        RecordPage { head, notice: None, tabs: None, main, side: None }.render()
    }
}

impl Show {
    fn prices(&self) -> Markup {
        if self.product.prices.is_empty() {
            return EmptyState::new(Icon::Tag, "No price yet", "Without one, each line says what it costs.").render();
        }
        let rows = self.product.prices.iter().map(|p| {
            let holds = self.product.price(p.amount.currency, self.today) == Some(p.amount) && p.from <= self.today;
            let cells = vec![
                html! { (p.amount) @if holds && p.until.is_none_or(|u| u >= self.today) { " " (Badge::new(Tone::Good, "Now")) } },
                Time::day(p.from).render(),
                p.until.map_or_else(dash, |d| Time::day(d).render()),
                html! {
                    @if self.may_write {
                        form method="post" action=(paths::price_removal(&self.slug, p.id)) {
                            input type="hidden" name="_csrf" value=(self.csrf);
                            (Button::submit(format!("Remove {}", p.amount)).ghost().small().icon_only(Icon::X))
                        }
                    }
                },
            ];
            Row::new(p.id.to_string(), p.amount.to_string(), cells)
        });
        let columns = vec![
            Column::new("Price"),
            Column::new("From").numeric(),
            Column::new("Until").numeric().minor(),
            Column::new("Remove").label_hidden().stays(),
        ];
        Table::new("Prices", columns, rows.collect()).render()
    }

    fn form(&self) -> Markup {
        let (d, e) = (&self.typed, &self.errors);
        let currency = if d.currency.is_empty() { self.currency.as_str() } else { &d.currency };
        let from = if d.from.is_empty() { self.today.0.to_string() } else { d.from.clone() };
        let summary = errors(e);
        Form::post(paths::product_prices(&self.slug, self.product.id), self.csrf.as_str())
            .body(html! {
                (ErrorSummary(&summary))
                (field_row(html! {
                    (Field::money("amount", "Price", currency).value(&d.amount).error(e.of("amount")).required())
                    (Field::text("currency", "Currency").value(currency).error(e.of("currency")).attr("maxlength", "3"))
                }))
                (field_row(html! {
                    (Field::date("from", "From").value(from).error(e.of("from")))
                    (Field::date("until", "Until").value(&d.until).error(e.of("until")).optional())
                }))
                p.quiet { "A price without an end in the same currency ends the day before." }
            })
            .actions(Button::submit("Add price").icon(Icon::Plus).render())
            .render()
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let offered = vec![Choice::new("true", "Not offered any more")];
        self.entry.page(html! {
            (Field::text("name", "Name").value(&d.name).error(e.of("name")).required())
            (field_row(html! {
                (Field::text("code", "Code").value(&d.code).error(e.of("code")).optional())
                (Field::text("tax", "Tax, %").value(&d.tax).error(e.of("tax")).optional().attr("inputmode", "decimal"))
            }))
            (Field::textarea("description", "Description").value(&d.description).error(e.of("description")).optional())
            @if self.entry.editing.is_some() {
                (Field::select("retired", "Offer", offered).empty_choice("Offered").value(&d.retired))
            }
        })
    }
}
