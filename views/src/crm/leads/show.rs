//! A lead's page: who it is, where it came from, what it has agreed to, and what it has sent.

use super::status;
use crate::{
    View,
    crm::files::Following,
    custom_fields,
    record::Record,
    ui::{Alert, Avatar, AvatarSize, Button, Card, Facts, Icon, Identity, PageHead, Time, Tone, stack},
};
use chrono::{DateTime, Utc};
use domain::{
    Slug,
    crm::{
        duplicates::Twin,
        leads::{Lead, Status, conversion::Conversion, forms::Capture, scoring::Reason},
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
    pub lead: Lead,
    /// What they have sent by forms, the newest first.
    pub captures: Vec<Capture>,
    /// The fields that the workspace has added.
    pub fields: Vec<CustomField>,
    /// Reasons of its fit, of its engagement, and when they were counted.
    pub score: Option<(Vec<Reason>, Vec<Reason>, DateTime<Utc>)>,
    /// Why it has its owner, where a rule has decided.
    pub why: Option<(String, DateTime<Utc>)>,
    pub conversion: Option<Conversion>,
    /// Contacts who are this already.
    pub known: Vec<Twin>,
    pub following: Option<Following>,
    /// Files that belong to it, where that tab is open.
    pub files: Option<Markup>,
}

impl View for Show {
    fn title(&self) -> String {
        self.lead.name.clone()
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
        let l = &self.lead;
        let lead: Vec<&str> = [l.job_title.as_deref(), l.company.as_deref()].into_iter().flatten().collect();
        PageHead::new(&l.name)
            .mark(Avatar::new(&l.name).size(AvatarSize::Large).render())
            .facts(status(l.status).render())
            .lead(html! { (lead.join(" · ")) })
    }

    /// What can be done with it, for the head.
    pub fn actions(slug: &Slug, csrf: &str, lead: &Lead, may_write: bool, may_take: bool) -> Option<Markup> {
        if lead.status == Status::Archived {
            return None;
        }
        let post = |words: &str, action: String, icon: Icon| {
            html! { form method="post" action=(action) { input type="hidden" name="_csrf" value=(csrf); (Button::submit(words).icon(icon)) } }
        };
        Some(html! {
            @if lead.owner.is_none() && lead.converted_at.is_none() && may_take { (post("Take this lead", paths::lead_taking(slug, lead.id), Icon::UserCheck)) }
            @if may_write && lead.converted_at.is_some() { (post("Undo conversion", paths::lead_conversion_reversal(slug, lead.id), Icon::ArrowBackUp)) }
            @else if may_write { (Button::link("Convert", paths::lead_conversion(slug, lead.id)).icon(Icon::ArrowRight)) }
        })
    }

    /// What became of it.
    fn became(&self, c: &Conversion) -> Markup {
        let by = c.by.as_ref().map_or("People360", |(_, name)| name.as_str());
        Card::new("Became", html! {
            ul.plain-list {
                @match &c.customer {
                    Some((id, name)) => li { (Identity::new(name).square().detail(if c.made_customer { "New customer" } else { "Customer that there was" }).href(paths::customer(&self.slug, id))) },
                    None => li.quiet { "A customer that you do not see, or that is gone" },
                }
                @if let Some((id, name)) = &c.contact { li { (Identity::new(name).detail("Contact").href(paths::contact(&self.slug, id))) } }
                @if let Some((id, name)) = &c.deal { li { (Identity::new(name).square().detail("Deal").href(paths::deal(&self.slug, id))) } }
            }
            p.quiet { "By " (by) ", " (Time::ago(&c.at.with_timezone(&self.record.moment.zone), self.record.moment.now)) }
        })
        .render()
    }

    /// What it scores, and each reason.
    fn scores(&self) -> Markup {
        let reasons = |all: &[Reason]| {
            html! {
                @if all.is_empty() { p.quiet { "Nothing speaks for it yet." } }
                ul.lead-reasons { @for r in all { li { span { (r.words) } strong { @if r.points > 0 { "+" } (r.points) } } } }
            }
        };
        let Some((fit, engagement, at)) = &self.score else {
            return html! { p.quiet { "It is counted in a moment." } };
        };
        html! {
            h3.lead-axis { "Fit " strong { (self.lead.fit) } }
            (reasons(fit))
            h3.lead-axis { "Engagement " strong { (self.lead.engagement) } }
            (reasons(engagement))
            p.quiet { "Counted " (Time::ago(&at.with_timezone(&self.record.moment.zone), self.record.moment.now)) }
        }
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
        let mut origin = Facts::new().maybe("Source", text(&l.source)).maybe("Campaign", text(&l.campaign)).fact(
            "Came in",
            Time::ago(&l.created_at.with_timezone(&self.record.moment.zone), self.record.moment.now).render(),
        );
        // What nobody has brought along is no gap to be filled.
        let utm = ["UTM source", "UTM medium", "UTM campaign", "UTM term", "UTM content"];
        for (label, value) in utm.into_iter().zip(&l.utm).filter(|(_, value)| value.is_some()) {
            origin = origin.maybe(label, text(value));
        }
        let origin = origin.columns();
        stack(html! {
            @if l.standing == Status::Disqualified {
                (Alert::new(Tone::Info, format!("No lead: {}", l.reason.as_deref().unwrap_or("no reason is told"))))
            }
            @if let Some(c) = &self.conversion { (self.became(c)) }
            @if !self.known.is_empty() {
                (Alert::new(Tone::Info, "Already a contact").text(html! {
                    ul.plain-list {
                        @for t in &self.known { li { a href=(paths::contact(&self.slug, t.id)) { (t.name) } " " span.quiet { (t.reasons.iter().map(|r| r.label().to_lowercase()).collect::<Vec<_>>().join(", ")) } } }
                    }
                }))
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
            (Card::new("Owner", html! {
                @match &l.owner {
                    Some(o) => (Identity::new(&o.name).detail(&o.email)),
                    None => p.quiet { "Nobody" },
                }
                @if let Some((why, _)) = &self.why { p.quiet { (why) } }
            }))
            (Card::new("Score", self.scores()).note(format!("{} of 200", l.score())))
            (Card::new("Consent", match &l.consent {
                Some((text, at)) => html! {
                    p { "“" (text) "”" }
                    p.quiet { "Agreed to " (Time::ago(&at.with_timezone(&self.record.moment.zone), self.record.moment.now)) }
                },
                None => html! { p.quiet { "None is on record." } },
            }))
            @if let Some(following) = &self.following { (following) }
            (self.record.lately())
        })
    }
}
