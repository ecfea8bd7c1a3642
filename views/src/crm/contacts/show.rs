//! A contact's page: who they are, how they are reached, and what they are to companies and deals.

use super::do_not_contact;
use crate::{
    View,
    crm::{files::Following, points},
    custom_fields,
    record::Record,
    ui::{Alert, Avatar, AvatarSize, Button, Card, Facts, Icon, Identity, PageHead, Tone, stack},
};
use chrono::{DateTime, Utc};
use domain::{
    Slug,
    crm::{
        contacts::{Contact, language},
        points::{Dealt, OfContact, Point},
    },
    custom_fields::CustomField,
    draft::FieldClass,
    paths,
};
use maud::{Markup, Render, html};

/// The record.
pub struct Show {
    pub slug: Slug,
    pub record: Record,
    pub contact: Contact,
    pub points: Vec<Point>,
    pub companies: Vec<OfContact>,
    pub deals: Vec<Dealt>,
    pub following: Option<Following>,
    pub tickets: Option<crate::support::tickets::OnRecord>,
    /// Where they are signed in to the portal now, and when they last came in; nothing where they never did.
    pub portal: Option<(i64, Option<DateTime<Utc>>)>,
    /// Files that belong to it, where that tab is open.
    pub files: Option<Markup>,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
}

impl View for Show {
    fn title(&self) -> String {
        self.contact.name.clone()
    }

    fn body(&self) -> Markup {
        self.record.page(self.head(), || match &self.files {
            Some(files) => (files.clone(), html! {}),
            None => (self.overview(), self.side()),
        })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        self.record.part(id)
    }
}

impl Show {
    fn head(&self) -> PageHead {
        let c = &self.contact;
        PageHead::new(&c.name)
            .mark(Avatar::new(&c.name).size(AvatarSize::Large).render())
            .facts(html! { @if let Some(badge) = do_not_contact(c) { (badge) } })
            .lead(html! {
                @if let Some(title) = &c.job_title { (title) }
                @if let Some(firm) = &c.customer {
                    @if c.job_title.is_some() { " · " }
                    a href=(paths::customer(&self.slug, firm.id)) { (firm.name) }
                }
            })
    }

    fn portal(&self, open: i64, last: Option<DateTime<Utc>>) -> Card {
        let body = html! {
            @if let Some(last) = last { p { "Last signed in " (self.record.moment.ago(last)) } }
            p.quiet { @match open { 0 => "They are signed in nowhere.", 1 => "They are signed in at one browser.", n => { "They are signed in at " (n) " browsers." } } }
            @if open > 0 && self.record.may.write {
                form method="post" action=(paths::contact_portal_end(&self.slug, self.contact.id)) {
                    input type="hidden" name="_csrf" value=(self.record.csrf);
                    (Button::submit("Sign out everywhere").small().icon(Icon::Logout))
                }
            }
        };
        Card::new("Customer portal", body)
    }

    fn overview(&self) -> Markup {
        let c = &self.contact;
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let person = Facts::new()
            .maybe("Job title", text(&c.job_title))
            .maybe("Language", c.language.as_ref().map(|l| html! { (language(l)) }))
            .columns();
        let may = self.record.may.write && !c.archived;
        let around = (&self.record.pages, self.record.id.as_str(), self.record.csrf.as_str(), may);
        stack(html! {
            @if c.do_not_contact {
                (Alert::new(Tone::Warning, "Do not contact").text(html! { "They have asked to be left alone." }))
            }
            (points::card(around, &self.points))
            (points::companies(&self.slug, around, &self.companies))
            (points::deals_of(&self.slug, &self.deals))
            @if let Some(tickets) = &self.tickets { (tickets) }
            @if let Some((open, last)) = &self.portal { (self.portal(*open, *last)) }
            (Card::new("Person", person.render()))
            @if !self.fields.is_empty() {
                @let facts = custom_fields::facts(Facts::new(), &self.fields, FieldClass::Directory, &c.custom, (&self.slug, self.record.field_files()));
                (Card::new("Details", facts.columns().render()))
            }
        })
    }

    fn side(&self) -> Markup {
        let c = &self.contact;
        stack(html! {
            (Card::new("Owner", c.owner.as_ref().map_or_else(|| html! { p.quiet { "Nobody" } }, |o| Identity::new(&o.name).detail(&o.email).render())))
            @if let Some(following) = &self.following { (following) }
            (self.record.lately())
        })
    }
}
