//! One's own sign-in: password, second factor, address, devices.

use super::strength::new_password;
use crate::{
    Moment, View,
    form::errors,
    settings,
    ui::{Alert, Badge, Button, Card, Column, Field, Form, Icon, PageHead, Row, Table, Tone, dash, stack},
};
use domain::{Errors, SessionId, Slug, access::Rights, paths, workspace::security::Session};
use maud::{Markup, Render, html};

/// The parts of the page that have a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Password,
    Email,
    SecondFactor,
}

pub struct Security {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub moment: Moment,
    pub email: String,
    /// Whether the second factor is on, and how many recovery codes are left.
    pub on: bool,
    pub codes: i64,
    /// Whether the workspace asks everyone for one.
    pub demanded: bool,
    pub sessions: Vec<Session>,
    pub here: SessionId,
    /// What is wrong in one of the forms, and what was typed there.
    pub refused: Option<(Section, Errors, String)>,
}

impl View for Security {
    fn title(&self) -> String {
        "Password and sign-in".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).lead(html! { "How you get in, here and in your other workspaces." });
        let body = stack(html! {
            @if self.demanded && !self.on {
                (Alert::new(Tone::Warning, "Set up your second factor first")
                    .text(html! { "This workspace asks everyone for one. It takes a minute: you need your phone. Everything else opens when it is done." }))
            }
            (Card::new("Second factor", self.second_factor()))
            (Card::new("Password", self.password()))
            (Card::new("Email address", self.email()))
            (Card::new("Where you are signed in", self.devices()).actions(html! {
                form method="post" action=(paths::sessions_end(&self.slug)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Sign out everywhere else").small())
                }
            }).flush())
        });
        settings::page(&self.slug, &self.rights, &paths::security(&self.slug), &head, body)
    }
}

impl Security {
    fn wrong(&self, section: Section) -> (Errors, &str) {
        match &self.refused {
            Some((s, e, typed)) if *s == section => (e.clone(), typed),
            _ => (Errors::default(), ""),
        }
    }

    fn second_factor(&self) -> Markup {
        let (e, _) = self.wrong(Section::SecondFactor);
        if !self.on {
            let form = Form::post(paths::second_factor(&self.slug), &self.csrf)
                .errors(errors(&e))
                .body(html! {
                    p { "A code from your phone besides the password: a stolen password alone is not enough. Any app for such codes will do." }
                    (Field::password("proof", "Your password").error(e.of("proof")).required().autocomplete("current-password"))
                })
                .actions(Button::submit("Set up").primary().icon(Icon::ShieldLock).render());
            return form.render();
        }
        let few = self.codes <= 3;
        html! {
            p {
                (Badge::new(Tone::Good, "On").icon(Icon::ShieldLock)) " "
                @if few { (Badge::new(Tone::Warning, format!("{} recovery codes left", self.codes))) } @else { (self.codes) " recovery codes are left." }
            }
            div.security-pair {
                (Form::post(paths::recovery_codes(&self.slug), &self.csrf)
                    .errors(errors(&e))
                    .body(html! { (Field::password("proof", "Your password").error(e.of("proof")).required().autocomplete("current-password")) })
                    .actions(html! {
                        (Button::submit("New recovery codes"))
                        @if !self.demanded { (Button::submit("Turn off").danger().attr("formaction", paths::second_factor_removal(&self.slug))) }
                    }))
            }
        }
    }

    fn password(&self) -> Markup {
        let (e, _) = self.wrong(Section::Password);
        Form::post(paths::security_password(&self.slug), &self.csrf)
            .errors(errors(&e))
            .body(html! {
                (Field::password("current", "Current password").error(e.of("current")).required().autocomplete("current-password"))
                (new_password("New password", "10 characters or more. Every other session ends.", &e))
            })
            .actions(Button::submit("Change password").render())
            .render()
    }

    fn email(&self) -> Markup {
        let (e, typed) = self.wrong(Section::Email);
        html! {
            p { "You sign in with " strong { (self.email) } "." }
            (Form::post(paths::security_email(&self.slug), &self.csrf)
                .errors(errors(&e))
                .body(html! {
                    (Field::email("email", "New email").value(typed).error(e.of("email")).required().autocomplete("email")
                        .help("We send a link there. Until you follow it, nothing changes."))
                    (Field::password("with_password", "Your password").error(e.of("with_password")).required().autocomplete("current-password"))
                })
                .actions(Button::submit("Send the link").render()))
        }
    }

    fn devices(&self) -> Markup {
        let rows = self.sessions.iter().map(|s| {
            let here = s.id == self.here;
            let name = html! {
                span title=(s.agent) { (s.device()) }
                @if here { " " (Badge::new(Tone::Good, "This one")) }
            };
            let address = html! { @if s.address.is_empty() { (dash()) } @else { (s.address) } };
            let end = html! {
                @if !here {
                    form method="post" action=(paths::session_end(&self.slug, s.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Sign out").small().attr("aria-label", format!("Sign out {}", s.device())))
                    }
                }
            };
            let seen = self.moment.ago(s.seen).render();
            Row::new(
                s.id.to_string(),
                s.device(),
                vec![name, seen.clone(), self.moment.ago(s.since).render(), address, end],
            )
            .brief([seen])
        });
        let columns = vec![
            Column::new("Device"),
            Column::new("Last use").minor(),
            Column::new("Signed in").minor(),
            Column::new("From").minor(),
            Column::new("Actions").label_hidden().stays(),
        ];
        Table::new("Devices", columns, rows.collect()).render()
    }
}

/// The secret, to be taken over by the phone, and the code that proves that it has.
pub struct SetUp {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    /// As people type it.
    pub secret: String,
    /// The QR code: its width in modules, and which are dark.
    pub width: usize,
    pub dark: Vec<bool>,
    pub errors: Errors,
}

impl View for SetUp {
    fn title(&self) -> String {
        "Set up your second factor".into()
    }

    fn body(&self) -> Markup {
        let e = &self.errors;
        let head = PageHead::new(self.title()).crumb("Password and sign-in", paths::security(&self.slug));
        let form = Form::post(paths::second_factor_confirmation(&self.slug), &self.csrf)
            .errors(errors(e))
            .body(html! {
                (Field::text("code", "Code").error(e.of("code")).required().autocomplete("one-time-code").autofocus()
                    .attr("inputmode", "numeric").help("Six digits, as the app shows them now."))
            })
            .actions(
                html! { (Button::submit("Turn on").primary()) (Button::link("Cancel", paths::security(&self.slug))) },
            );
        let body = Card::bare(html! {
            ol.set-up {
                li {
                    p { "Scan this with an app for such codes on your phone." }
                    (self.picture())
                    details {
                        summary { "It cannot be scanned?" }
                        p { "Type this into the app, and choose codes by time:" }
                        p.set-up-secret { (self.secret) }
                    }
                }
                li { p { "Type the code that the app shows." } (form) }
            }
        });
        settings::page(&self.slug, &self.rights, &paths::security(&self.slug), &head, body.render())
    }
}

impl SetUp {
    fn picture(&self) -> Markup {
        let mut path = String::new();
        for (n, _) in self.dark.iter().enumerate().filter(|(_, dark)| **dark) {
            // Four modules of quiet around it (ISO/IEC 18004).
            path.push_str(&format!("M{} {}h1v1h-1z", n % self.width + 4, n / self.width + 4));
        }
        let side = self.width + 8;
        html! {
            svg.qr viewBox=(format!("0 0 {side} {side}")) role="img" aria-label="QR code with the secret" shape-rendering="crispEdges" {
                rect.qr-ground width=(side) height=(side) {}
                path.qr-dark d=(path) {}
            }
        }
    }
}

/// The recovery codes, shown once.
pub struct Codes {
    pub slug: Slug,
    pub rights: Rights,
    pub email: String,
    pub codes: Vec<String>,
    /// The second factor has just been turned on.
    pub first: bool,
}

impl View for Codes {
    fn title(&self) -> String {
        if self.first { "Your second factor is on".into() } else { "Your new recovery codes".into() }
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb("Password and sign-in", paths::security(&self.slug));
        let text = format!("People360 recovery codes of {}\n\n{}\n", self.email, self.codes.join("\n"));
        let file = format!("data:text/plain;charset=utf-8,{}", crate::encode(&text));
        let body = Card::new(
            "Keep these codes",
            html! {
                p { "When your phone is gone, each of them lets you in once. They are shown now and never again: print them, or keep them with your passwords." }
                ul.recovery-codes { @for code in &self.codes { li { code { (code) } } } }
                div.actions {
                    (Button::link("I have kept them", paths::security(&self.slug)).primary())
                    a.button href=(file) download="people360-recovery-codes.txt" { (Icon::Download) span { "Download" } }
                }
            },
        );
        settings::page(&self.slug, &self.rights, &paths::security(&self.slug), &head, body.render())
    }
}
