//! Converting a lead: which customer it becomes, and what there is to sell.

use crate::{
    View,
    form::errors,
    ui::{Alert, Button, Choice, Field, Form, PageHead, Tone, field_row, form_page, form_section},
};
use domain::{
    ContactId, Errors, Slug,
    crm::leads::{
        Lead,
        conversion::{Draft, Similar},
    },
    paths,
};
use maud::{Markup, Render, html};

pub struct Convert {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub lead: Lead,
    pub similar: Vec<Similar>,
    /// The contact that they are already.
    pub same: Option<(ContactId, String)>,
    pub may_contacts: bool,
    pub may_customers: bool,
    pub may_deals: bool,
    pub currency: String,
    pub draft: Draft,
    pub errors: Errors,
    pub stale: bool,
}

impl View for Convert {
    fn title(&self) -> String {
        format!("Convert {}", self.lead.name)
    }

    fn body(&self) -> Markup {
        let record = paths::lead(&self.slug, self.lead.id);
        let head = PageHead::new(self.title())
            .crumb("Leads", paths::leads(&self.slug))
            .crumb(&self.lead.name, record.clone())
            .lead(
                html! { "The lead becomes a customer with a contact, and a deal if there is something to sell. It can be undone." },
            );
        let notice = self.stale.then(|| {
            Alert::new(Tone::Warning, "Somebody has changed this lead meanwhile")
                .text(html! { "Look at it once more, and convert it again if it still fits." })
                .announce()
        });
        let form = Form::post(paths::lead_conversion(&self.slug, self.lead.id), self.csrf.as_str())
            .once(self.once.as_str())
            .version(self.lead.version)
            .problem(self.errors.of(""))
            .errors(errors(&self.errors))
            .notice(notice)
            .body(self.fields())
            .actions(html! { (Button::submit("Convert").primary()) (Button::link("Cancel", record)) });
        form_page(&head, form.render())
    }
}

impl Convert {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let text =
            |name: &'static str, label: &'static str| Field::text(name, label).value(d.get(name)).error(e.of(name));
        let mut firms: Vec<Choice> = vec![];
        if self.may_customers {
            firms.push(Choice::new("", "A new customer"));
        }
        firms
            .extend(self.similar.iter().map(|s| Choice::new(s.id.to_string(), &s.name).help(format!("It {}.", s.why))));
        html! {
            (form_section("Customer", (!self.similar.is_empty()).then_some("They may be a customer already. Choose it, so that there are not two."), html! {
                @if !self.similar.is_empty() || !self.may_customers {
                    (Field::radio("customer", "Which customer", firms).value(&d.customer).error(e.of("customer")))
                }
                @if self.may_customers {
                    (field_row(html! {
                        (text("name", "Name of a new customer"))
                        (text("domain", "Domain of a new customer").optional().placeholder("acme.com"))
                    }))
                }
            }))
            @match &self.same {
                Some((id, name)) => (form_section("Contact", None, html! {
                    p { "They are a contact already: " a href=(paths::contact(&self.slug, id)) { (name) } ". It stays as it is." }
                    input type="hidden" name="contact" value="true";
                })),
                None => {
                    @if self.may_contacts {
                        (form_section("Contact", None, html! {
                            (Field::checkbox("contact", format!("Keep {} as a contact there", self.lead.name)).value(&d.contact).error(e.of("contact")))
                        }))
                    }
                }
            }
            @if self.may_deals {
                (form_section("Deal", None, html! {
                    (Field::checkbox("deal", "There is something to sell").value(&d.deal).error(e.of("deal")))
                    (text("deal_name", "Name of the deal"))
                    (field_row(html! {
                        (Field::money("amount", "Amount", self.currency.as_str()).value(&d.amount).error(e.of("amount")).optional())
                        (Field::date("close_on", "Expected close").value(&d.close_on).error(e.of("close_on")).optional())
                    }))
                }))
            }
        }
    }
}
