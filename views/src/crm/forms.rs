//! Settings of public forms: the list, one with its address and its log, and the form that makes one.

pub mod public;

use crate::{
    View,
    form::Entry,
    settings,
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, Facts, Field, Icon, PageHead, Row, Tab, Table, Tabs, Time,
        Tone, code_block, field_row, form_section, stack,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    Slug,
    access::Rights,
    crm::leads::forms::{ASKS, Capture, Draft, Dropped, Form, Look, State},
    list::grouped,
    paths,
    workspace::members::Named,
};
use maud::{Markup, Render, html};

/// All forms.
pub struct Index {
    pub slug: Slug,
    pub rights: Rights,
    pub forms: Vec<Form>,
}

impl View for Index {
    fn title(&self) -> String {
        "Forms".into()
    }

    fn body(&self) -> Markup {
        let new = || Button::link("New form", paths::lead_form_new(&self.slug)).primary().icon(Icon::Plus);
        let head = PageHead::new("Forms")
            .lead(html! { "Pages by which leads come in: linked to, or shown on your own website." })
            .actions(html! { @if !self.forms.is_empty() { (new()) } });
        let rows = self.forms.iter().map(|f| {
            let cells = vec![
                html! { a href=(paths::lead_form(&self.slug, f.id)) { (f.fields.name) } },
                html! { (paths::public_form(&self.slug, &f.fields.key)) },
                state(f.archived),
            ];
            let address = html! { (paths::public_form(&self.slug, &f.fields.key)) };
            Row::new(f.id.to_string(), &f.fields.name, cells).brief([address])
        });
        let columns = vec![Column::new("Form"), Column::new("Address").minor(), Column::new("State").stays()];
        let body = match self.forms.is_empty() {
            true => EmptyState::new(
                Icon::FileText,
                "No forms yet",
                "A form takes a minute: say what it asks, and put it on your website. What people send becomes a lead.",
            )
            .actions(new().render())
            .render(),
            false => Card::bare(Table::new("Forms", columns, rows.collect()).render()).flush().render(),
        };
        settings::page(&self.slug, &self.rights, &paths::lead_forms(&self.slug), &head, stack(body))
    }
}

fn state(archived: bool) -> Markup {
    match archived {
        true => Badge::new(Tone::Neutral, "Closed").render(),
        false => Badge::new(Tone::Good, "Open").render(),
    }
}

/// Which part of a form's page is open.
pub enum Part {
    Overview,
    Log {
        captures: Vec<Capture>,
        dropped: Vec<Dropped>,
        /// What has not been written down yet could not be asked.
        incomplete: bool,
    },
}

/// One form.
pub struct Show {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub form: Form,
    /// Its whole public address.
    pub url: String,
    /// With which a program sends it.
    pub key: Option<String>,
    pub owner: Option<String>,
    pub part: Part,
    pub now: DateTime<Utc>,
    pub zone: chrono_tz::Tz,
}

impl View for Show {
    fn title(&self) -> String {
        self.form.fields.name.clone()
    }

    fn body(&self) -> Markup {
        let f = &self.form;
        let (verb, way) = match f.archived {
            true => ("Open it again", paths::lead_form_restoral(&self.slug, f.id)),
            false => ("Close it", paths::lead_form_archival(&self.slug, f.id)),
        };
        let head = PageHead::new(&f.fields.name)
            .crumb("Forms", paths::lead_forms(&self.slug))
            .facts(state(f.archived))
            .actions(html! {
                @if !f.archived { (Button::link("See it", &self.url).icon(Icon::Eye).attr("target", "_blank").attr("rel", "noopener")) }
                (Button::link("Edit", paths::lead_form_edit(&self.slug, f.id)).icon(Icon::Pencil).key("e"))
                form method="post" action=(way) { input type="hidden" name="_csrf" value=(self.csrf); (Button::submit(verb)) }
            });
        let log = matches!(self.part, Part::Log { .. });
        let tabs = Tabs::new(
            "Of this form",
            vec![
                Tab::new("Overview", paths::lead_form(&self.slug, f.id), !log),
                Tab::new("Log", paths::lead_form_log(&self.slug, f.id), log),
            ],
        );
        let part = match &self.part {
            Part::Overview => self.overview(),
            Part::Log { captures, dropped, incomplete } => self.log(captures, dropped, *incomplete),
        };
        settings::page(&self.slug, &self.rights, &paths::lead_forms(&self.slug), &head, stack(html! { (tabs) (part) }))
    }
}

impl Show {
    fn overview(&self) -> Markup {
        let f = &self.form.fields;
        let asked = ASKS.iter().filter(|(key, _)| f.asks(key)).map(|(key, label)| match f.requires(key) {
            true => format!("{label} (required)"),
            false => (*label).to_owned(),
        });
        let asked: Vec<String> =
            ["Name (required)".to_owned(), "Email (required)".to_owned()].into_iter().chain(asked).collect();
        let facts = Facts::new()
            .fact("Asks for", html! { (asked.join(", ")) })
            .fact(
                "Consent",
                match &f.consent {
                    Some(words) => html! { "“" (words) "”" @if f.consent_required { span.quiet { " (required)" } } },
                    None => html! { "Not asked for" },
                },
            )
            .fact(
                "Confirmed by mail",
                html! { (if f.confirms { "Yes: a lead comes in when its address is confirmed" } else { "No" }) },
            )
            .maybe("Source of its leads", f.source.as_ref().map(|s| html! { (s) }))
            .maybe("Campaign of its leads", f.campaign.as_ref().map(|s| html! { (s) }))
            .fact(
                "Owner of its leads",
                html! { (self.owner.as_deref().unwrap_or("Whom the assignment rules choose; or nobody, until somebody takes them")) },
            );
        let frame = format!(
            "<iframe src=\"{}\" title=\"{}\" width=\"100%\" height=\"640\" frameborder=\"0\"></iframe>",
            self.url,
            f.title.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
        );
        html! {
            (Card::new("Address", stack(html! {
                (code_block(&self.url))
                p.quiet { "Link to it from mails and pages. What stands behind it as utm_source, utm_medium, utm_campaign, utm_term and utm_content is kept with the lead." }
            })))
            (Card::new("On your website", html! {
                @if f.origins.is_empty() {
                    p.quiet { "No site may show this form in a frame yet. " a href=(paths::lead_form_edit(&self.slug, self.form.id)) { "Add yours" } "." }
                } @else {
                    (stack(html! {
                    p { "Copy this to where the form is to stand:" }
                    (code_block(&frame))
                    p.quiet { "Shown on " (f.origins.join(", ")) ", and nowhere else." }
                    }))
                }
            }))
            (Card::new("What it does", facts.render()))
            (Card::new("From a program", self.program()))
        }
    }

    /// How a program sends it.
    fn program(&self) -> Markup {
        let renew = html! {
            form method="post" action=(paths::lead_form_key(&self.slug, self.form.id)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                (Button::submit(if self.key.is_some() { "Make a new key" } else { "Make a key" }))
            }
        };
        let Some(key) = &self.key else {
            return stack(html! {
                p.quiet { "Your own page, or another system, can send what this form asks as JSON." }
                (renew)
            });
        };
        let call = format!(
            "curl {} \\\n  -H 'Authorization: Bearer {key}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{{\"name\": \"Ada Lovelace\", \"email\": \"ada@example.com\", \"consent\": true}}'",
            self.url
        );
        stack(html! {
            (code_block(&call))
            p.quiet { "With a header Idempotency-Key the same sending is taken once. The key is as good as a password for sending this form, and for nothing else: keep it on your server." }
            (renew)
        })
    }

    fn log(&self, captures: &[Capture], dropped: &[Dropped], incomplete: bool) -> Markup {
        let ago = |at: &DateTime<Utc>| Time::ago(&at.with_timezone(&self.zone), self.now).render();
        let rows = captures.iter().map(|c| {
            let tone = match c.state {
                State::Waiting => Tone::Warning,
                State::New => Tone::Good,
                State::Again => Tone::Info,
            };
            let who = match c.lead {
                Some(lead) => html! { a href=(paths::lead(&self.slug, lead)) { (c.name) } },
                None => html! { (c.name) },
            };
            let what = html! {
                (Badge::new(tone, c.state.label()))
                @if c.unlimited { span.quiet { " Limits could not be checked" } }
            };
            let brief = [html! { (c.email) }, ago(&c.at)];
            Row::new(c.id.to_string(), &c.name, vec![who, html! { (c.email) }, ago(&c.at), what]).brief(brief)
        });
        let columns = vec![
            Column::new("Who"),
            Column::new("Email").minor(),
            Column::new("When").minor(),
            Column::new("What").stays(),
        ];
        let drops = dropped.iter().enumerate().map(|(n, d)| {
            let hour = d.hour.with_timezone(&self.zone).format("%-d %b %Y, %H:00").to_string();
            let cells = vec![html! { (d.reason.label()) }, html! { (hour) }, html! { (grouped(d.count)) }];
            Row::new(n.to_string(), d.reason.label(), cells).brief([html! { (hour) }])
        });
        let reasons = vec![Column::new("Why"), Column::new("Hour").minor(), Column::new("How many").numeric().stays()];
        html! {
            @if captures.is_empty() { (Card::new("Came in", html! { p.quiet { "Nothing has come in yet." } })) }
            @else { (Card::new("Came in", Table::new("Came in", columns, rows.collect()).render()).flush().note("The newest hundred.")) }
            @if dropped.is_empty() { (Card::new("Dropped", html! { p.quiet { "Nothing was dropped in the last thirty days." } })) }
            @else {
                (Card::new("Dropped", Table::new("Dropped", reasons, drops.collect()).render()).flush()
                    .note("Counted by the hour, for thirty days. Nothing of what was dropped is kept."))
            }
            @if incomplete { p.quiet { "What was dropped in the last minute could not be asked just now." } }
        }
    }
}

/// The form of a form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    /// Who may own its leads.
    pub members: Vec<Named>,
    /// Where its address begins.
    pub base: String,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let text =
            |name: &'static str, label: &'static str| Field::text(name, label).value(d.get(name)).error(e.of(name));
        let tick = |name: &'static str, label: &'static str| Field::checkbox(name, label).value(d.get(name));
        let ask = |key: &'static str, label: &'static str| {
            let choices = vec![
                Choice::new("", "Not asked"),
                Choice::new("optional", "Optional"),
                Choice::new("required", "Required"),
            ];
            Field::select(key, label, choices).value(d.get(key))
        };
        let owners =
            self.members.iter().map(|m| Choice::new(m.id.to_string(), format!("{} ({})", m.name, m.email))).collect();
        let looks = Look::ALL.map(|l| Choice::new(l.key(), l.label())).to_vec();
        self.entry.page(html! {
            (form_section("Form", None, html! {
                (field_row(html! {
                    (text("name", "Name").required().help("For you: visitors do not see it."))
                    (text("key", "Address").help(format!("The end of its address, behind {}. Made of the name if it is left empty.", self.base)).attr("maxlength", "40"))
                }))
            }))
            (form_section("What visitors read", None, html! {
                (text("title", "Title").optional())
                (Field::textarea("intro", "Introduction").value(&d.intro).error(e.of("intro")).optional().rows(2))
                (text("button", "Button").optional())
                (field_row(html! {
                    (text("accent", "Colour").optional().placeholder("#2f6fed"))
                    (Field::select("look", "Look", looks).empty_choice("As the visitor’s device is").value(&d.look))
                }))
                (Field::textarea("thanks", "Thanks").value(&d.thanks).error(e.of("thanks")).optional().rows(2).help("Shown when it was sent."))
            }))
            (form_section("What it asks", Some("Name and email always are. The less a form asks, the more people send it."), html! {
                @for pair in ASKS.chunks(2) { (field_row(html! { @for (key, label) in pair { (ask(key, label)) } })) }
            }))
            (form_section("Consent", None, html! {
                (Field::textarea("consent", "What they agree to").value(&d.consent).error(e.of("consent")).optional().rows(2)
                    .help("Kept with each lead as it was shown, with the time."))
                (tick("consent_required", "It cannot be sent without"))
                (tick("confirms", "Ask for a confirmation by mail").help("A lead comes in when whoever owns the address has followed the link."))
            }))
            (form_section("Its leads", None, html! {
                (field_row(html! { (text("source", "Source").optional()) (text("campaign", "Campaign").optional().help("Else the link’s utm_campaign.")) }))
                (Field::select("owner", "Owner", owners).empty_choice("Nobody").value(&d.owner).error(e.of("owner")).optional())
            }))
            (form_section("On your website", None, html! {
                (Field::textarea("origins", "Sites that may show it").value(&d.origins).error(e.of("origins")).optional().rows(3)
                    .placeholder("https://www.acme.com").help("One a line. Without any, the form is a page of its own and stands in no frame."))
            }))
        })
    }
}
