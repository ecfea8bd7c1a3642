//! A lead's page: who it is, where it came from, what it has agreed to, and what it has sent.

use super::status;
use crate::{
    View, custom_fields,
    record::Record,
    ui::{Alert, Avatar, AvatarSize, Card, Facts, Identity, PageHead, Time, Tone, stack},
};
use domain::{
    Slug,
    crm::leads::{Lead, Status, forms::Capture},
    custom_fields::CustomField,
    draft::FieldClass,
};
use maud::{Markup, Render, html};

/// The record.
pub struct Show {
    pub slug: Slug,
    pub record: Record,
    pub lead: Lead,
    /// What they have sent by forms, the newest first.
    pub captures: Vec<Capture>,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
}

impl View for Show {
    fn title(&self) -> String {
        self.lead.name.clone()
    }

    fn body(&self) -> Markup {
        self.record.page(self.head(), || (self.overview(), self.side()))
    }

    fn part(&self, id: &str) -> Option<Markup> {
        self.record.part(id)
    }
}

impl Show {
    fn head(&self) -> PageHead {
        let l = &self.lead;
        let lead: Vec<&str> = [l.job_title.as_deref(), l.company.as_deref()].into_iter().flatten().collect();
        PageHead::new(&l.name)
            .mark(Avatar::new(&l.name).size(AvatarSize::Large).render())
            .facts(status(l.status).render())
            .lead(html! { (lead.join(" · ")) })
    }

    fn overview(&self) -> Markup {
        let l = &self.lead;
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let person = Facts::new()
            .maybe("Email", l.email.as_ref().map(|m| html! { a href={ "mailto:" (m) } { (m) } }))
            .maybe("Phone", l.phone.as_ref().map(|p| html! { a href={ "tel:" (p.replace(' ', "")) } { (p) } }))
            .maybe("Job title", text(&l.job_title))
            .maybe("Company", text(&l.company))
            .maybe(
                "Website",
                l.website
                    .as_ref()
                    .map(|d| html! { a href={ "https://" (d) } rel="noreferrer noopener" target="_blank" { (d) } }),
            )
            .maybe("Employees", text(&l.size_text()))
            .maybe("Country", l.country.map(|c| html! { (c.name()) }))
            .columns();
        let [utm_source, utm_medium, utm_campaign, utm_term, utm_content] = l.utm.each_ref().map(text);
        let origin = Facts::new()
            .maybe("Source", text(&l.source))
            .maybe("Campaign", text(&l.campaign))
            .maybe("UTM source", utm_source)
            .maybe("UTM medium", utm_medium)
            .maybe("UTM campaign", utm_campaign)
            .maybe("UTM term", utm_term)
            .maybe("UTM content", utm_content)
            .fact(
                "Came in",
                Time::ago(&l.created_at.with_timezone(&self.record.moment.zone), self.record.moment.now).render(),
            )
            .columns();
        stack(html! {
            @if l.standing == Status::Disqualified {
                (Alert::new(Tone::Info, format!("No lead: {}", l.reason.as_deref().unwrap_or("no reason is told"))))
            }
            (Card::new("Person", person.render()))
            (Card::new("Where they came from", origin.render()))
            @if !self.captures.is_empty() { (Card::new("What they sent", self.sent())) }
            @if !self.fields.is_empty() {
                @let facts = custom_fields::facts(Facts::new(), &self.fields, FieldClass::Directory, &l.custom, (&self.slug, self.record.field_files()));
                (Card::new("Details", facts.columns().render()))
            }
        })
    }

    /// Each sending of a form, as it came.
    fn sent(&self) -> Markup {
        html! {
            ul.plain-list.lead-captures {
                @for c in &self.captures {
                    li {
                        p.quiet { (c.form_name) " · " (Time::ago(&c.at.with_timezone(&self.record.moment.zone), self.record.moment.now)) }
                        @if let Some(message) = &c.message { p.lead-message { (message) } }
                        @if c.page.is_some() || !c.utm.is_empty() {
                            p.quiet {
                                @if let Some(page) = &c.page { "From " (page) ". " }
                                @for (name, value) in &c.utm { (name) ": " (value) ". " }
                            }
                        }
                    }
                }
            }
        }
    }

    fn side(&self) -> Markup {
        let l = &self.lead;
        stack(html! {
            (Card::new("Owner", l.owner.as_ref().map_or_else(|| html! { p.quiet { "Nobody" } }, |o| Identity::new(&o.name).detail(&o.email).render())))
            (Card::new("Consent", match &l.consent {
                Some((text, at)) => html! {
                    p { "“" (text) "”" }
                    p.quiet { "Agreed to " (Time::ago(&at.with_timezone(&self.record.moment.zone), self.record.moment.now)) }
                },
                None => html! { p.quiet { "None is on record." } },
            }))
            (self.record.lately())
        })
    }
}
