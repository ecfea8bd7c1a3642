//! What customers see at a workspace's public address: in its name and colour, without a script. And what opens it.

mod help;
mod tickets;

pub use help::{Article, Help};
pub use tickets::{Fresh, List, Show, Suggested};

use super::settings;
use crate::{
    Frame as Kind, View,
    ui::{Alert, Badge, Button, Card, Choice, Field, Form, PageHead, Tone, form_section, stack},
};
use chrono::{DateTime, Utc};
use domain::{
    Slug, paths,
    support::{
        portal::{Company, Draft, MINUTES},
        queues::Queue,
    },
};
use maud::{Markup, Render, html};

/// What every page of it has.
pub struct Frame {
    pub slug: Slug,
    pub company: String,
    pub accent: Option<String>,
    /// Whoever is signed in.
    pub visitor: Option<String>,
    pub csrf: String,
    pub zone: chrono_tz::Tz,
    pub now: DateTime<Utc>,
}

impl Frame {
    pub(super) fn page(&self, body: Markup) -> Markup {
        html! {
            @if let Some(accent) = &self.accent { link rel="stylesheet" href=(paths::public_form_theme(accent.trim_start_matches('#'))); }
            div.portal {
                header.portal-head {
                    a.portal-company href=(paths::public_help(&self.slug)) { (self.company) }
                    nav.portal-nav aria-label="Portal" {
                        a href=(paths::public_help(&self.slug)) { "Help" }
                        @match &self.visitor {
                            Some(name) => {
                                a href=(paths::portal(&self.slug)) { "My requests" }
                                form method="post" action=(paths::portal_sign_out(&self.slug)) {
                                    input type="hidden" name="_csrf" value=(self.csrf);
                                    (Button::submit("Sign out").ghost().small().attr("title", format!("Signed in as {name}")))
                                }
                            }
                            None => { a href=(paths::portal_sign_in(&self.slug)) { "Sign in" } }
                        }
                    }
                }
                div.portal-body { (body) }
            }
        }
    }

    pub(super) fn at(&self, at: DateTime<Utc>) -> crate::ui::Time {
        crate::ui::Time::ago(&at.with_timezone(&self.zone), self.now)
    }
}

/// Where somebody asks for a link.
pub struct SignIn {
    pub frame: Frame,
    pub email: String,
    pub error: Option<String>,
}

impl View for SignIn {
    fn title(&self) -> String {
        "Sign in".into()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        self.frame.page(html! {
            (PageHead::new(self.title()).lead(html! { "See what you have asked " (self.frame.company) ", and ask again. There is no password: we send you a link." }))
            (Card::bare(Form::post(paths::portal_sign_in(&self.frame.slug), self.frame.csrf.as_str())
                .body(Field::email("email", "Your email address").value(&self.email).error(self.error.as_deref()).required().autocomplete("email")
                    .help("The one that you write to us from.").render())
                .actions(Button::submit("Send me a link").primary().render())
                .render()))
        })
    }
}

/// What somebody wrote whose session ended meanwhile: it waits here until they are in again.
pub struct SignedOut {
    pub frame: Frame,
    pub action: String,
    pub fields: Vec<(String, String)>,
    /// There were files with it, which are not kept.
    pub left_out: bool,
}

impl View for SignedOut {
    fn title(&self) -> String {
        "You are signed out".into()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        let shown = self.fields.iter().filter(|(name, _)| matches!(name.as_str(), "name" | "text"));
        let mut form = Form::post(&self.action, self.frame.csrf.as_str()).multipart();
        for (name, value) in &self.fields {
            form = form.hidden(name, value);
        }
        self.frame.page(html! {
            (PageHead::new(self.title()).lead(html! {
                "Nothing of what you wrote is lost. "
                a href=(paths::portal_sign_in(&self.frame.slug)) target="_blank" rel="noopener" { "Sign in in another tab" }
                ", then send it from here."
            }))
            (Card::bare(form
                .body(html! {
                    @for (_, value) in shown { div.message-text { (value) } }
                    @if self.left_out { p.quiet { "The files that were with it are not kept. Add them with an answer, once this is sent." } }
                })
                .actions(Button::submit("Send").primary().render())
                .render()))
        })
    }
}

/// Something that is only told.
pub struct Told {
    pub frame: Frame,
    pub title: String,
    pub text: String,
    pub back: Option<(String, String)>,
}

impl View for Told {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        self.frame.page(html! {
            (PageHead::new(&self.title))
            p { (self.text) }
            @if let Some((words, path)) = &self.back { p { a href=(path) { (words) } } }
        })
    }
}

/// Behind the link of a mail: a button, so that whoever only looks at links signs nobody in.
pub struct ComeIn {
    pub csrf: String,
    pub company: String,
    pub accent: Option<String>,
    pub slug: Slug,
    pub token: String,
    /// Whose it is; `None`: it was used, or is too old.
    pub email: Option<String>,
}

impl View for ComeIn {
    fn title(&self) -> String {
        if self.email.is_some() { "Sign in".into() } else { "This link works no more".into() }
    }

    fn frame(&self) -> Kind {
        Kind::Bare
    }

    fn body(&self) -> Markup {
        html! {
            @if let Some(accent) = &self.accent { link rel="stylesheet" href=(paths::public_form_theme(accent.trim_start_matches('#'))); }
            div.portal {
                header.portal-head { span.portal-company { (self.company) } }
                div.portal-body {
                    (PageHead::new(self.title()))
                    @match &self.email {
                        Some(email) => {
                            (Card::bare(Form::post(paths::portal_link(&self.token), self.csrf.as_str())
                                .body(html! { p { "You come in as " strong { (email) } "." } })
                                .actions(Button::submit("Sign in").primary().render())
                                .render()))
                        }
                        None => {
                            p { "A link works once, and for " (MINUTES) " minutes." }
                            p { a href=(paths::portal_sign_in(&self.slug)) { "Send me another one" } }
                        }
                    }
                }
            }
        }
    }
}

/// The settings: what is open, and for whom.
pub struct Opening {
    pub frame: settings::Frame,
    pub version: i32,
    pub draft: Draft,
    pub queues: Vec<Queue>,
    /// Ids of queues to choose from.
    pub ticked: Vec<String>,
    /// Of the help, and of the portal.
    pub addresses: [String; 2],
    pub open: bool,
}

impl View for Opening {
    fn title(&self) -> String {
        "Customer portal".into()
    }

    fn body(&self) -> Markup {
        let (f, d, e) = (&self.frame, &self.draft, &self.frame.errors);
        let state = if self.open { Badge::new(Tone::Good, "Open") } else { Badge::new(Tone::Neutral, "Closed") };
        let head = PageHead::new(self.title())
            .facts(state.render())
            .lead(html! { "Customers read help articles, see what they have asked, and ask again. They sign in by a link that comes by mail." });
        let companies = Company::ALL.map(|c| Choice::new(c.key(), c.label())).to_vec();
        let form = f
            .form(paths::portal_settings(&f.slug), "", Some(self.version))
            .body(html! {
                (Field::checkbox("open", "Help and portal are open").value(&d.open).error(e.of("open")))
                (form_section("A company’s tickets", Some("Each contact sees their own tickets. Of the companies that they belong to, all tickets are seen by:"), html! {
                    (Field::radio("company", "Who sees them", companies).value(&d.company).error(e.of("company")))
                    (Field::text("roles", "Roles").value(&d.roles).error(e.of("roles")).optional().help("Between commas, as they stand with contacts at a company: IT lead, Billing."))
                }))
                (form_section("Queues to choose from", Some("Without any, all that are in use."), html! {
                    div.choices {
                        @for q in self.queues.iter().filter(|q| !q.archived) {
                            @let id = q.id.to_string();
                            label.choice { input.check type="checkbox" name="queues" value=(id) checked[self.ticked.contains(&id)]; span { (q.name) } }
                        }
                    }
                }))
            })
            .actions(Button::submit("Save portal").primary().render());
        let [help, portal] = &self.addresses;
        let body = stack(html! {
            (f.problem())
            @if self.open {
                (Alert::new(Tone::Info, "Where it is").text(html! { "Help: " a href=(help) { (help) } ". Requests: " a href=(portal) { (portal) } "." }))
            }
            (form)
        });
        f.page(&paths::portal_settings(&f.slug), &head, body)
    }
}
