//! Personal API tokens.

use crate::{
    Moment, View,
    form::errors,
    settings,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone,
        code_block, dash, stack,
    },
};
use domain::{
    Errors, Slug,
    access::Rights,
    paths,
    workspace::tokens::{Draft, LIVES, Token},
};
use maud::{Markup, Render, html};

pub struct Tokens {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    pub moment: Moment,
    pub tokens: Vec<Token>,
    pub draft: Draft,
    pub errors: Errors,
}

impl View for Tokens {
    fn title(&self) -> String {
        "API tokens".into()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let head = PageHead::new(self.title())
            .lead(html! { "For programs that act in your name here, with no more rights than yours at that moment. The API itself comes later." });
        let lives = LIVES.iter().map(|(days, words)| Choice::new(days.to_string(), *words)).collect();
        let life = if d.expires.is_empty() { "90" } else { &d.expires };
        let form = Form::post(paths::tokens(&self.slug), &self.csrf)
            .once(&self.once)
            .errors(errors(e))
            .body(html! {
                div.invite-row {
                    (Field::text("name", "What it is for").value(&d.name).error(e.of("name")).required().placeholder("Payroll export"))
                    (Field::select("expires", "Ends after", lives).value(life).error(e.of("expires")))
                }
                (Field::checkbox("read_only", "It may only read").value(if d.read_only.is_empty() { "" } else { "true" }))
            })
            .actions(Button::submit("Make a token").primary().render());
        let body = stack(html! {
            (Card::new("New token", form.render()))
            @if self.tokens.is_empty() {
                (Card::bare(EmptyState::new(Icon::ShieldLock, "No tokens yet", "Make one for each program, so that each can be taken back alone.").render()))
            } @else {
                (Card::new("Your tokens", self.table()).flush())
            }
        });
        settings::page(&self.slug, &self.rights, &paths::tokens(&self.slug), &head, body)
    }
}

impl Tokens {
    fn table(&self) -> Markup {
        let rows = self.tokens.iter().map(|t| {
            let over = t.expires_at.is_some_and(|at| at <= self.moment.now);
            let state = match (t.revoked_at, over) {
                (Some(_), _) => Badge::new(Tone::Neutral, "Taken back"),
                (None, true) => Badge::new(Tone::Neutral, "Expired"),
                (None, false) => Badge::new(Tone::Good, if t.read_only { "Reads" } else { "Reads and writes" }),
            };
            let used =
                html! { @match t.last_used_at { Some(at) => (self.moment.ago(at)), None => span.quiet { "never" } } };
            let ends = html! {
                @match t.expires_at {
                    Some(at) => (at.with_timezone(&self.moment.zone).format("%-d %b %Y").to_string()),
                    None => (dash())
                }
            };
            let revoke = html! {
                @if t.revoked_at.is_none() && !over {
                    form method="post" action=(paths::token_revocation(&self.slug, t.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Take back").small().attr("aria-label", format!("Take back {}", t.name)))
                    }
                }
            };
            Row::new(t.id.to_string(), &t.name, vec![html! { (t.name) }, state.render(), used, ends, revoke])
                .brief([state.render()])
        });
        let columns = vec![
            Column::new("Name"),
            Column::new("State"),
            Column::new("Last use").minor(),
            Column::new("Ends").minor(),
            Column::new("Actions").label_hidden().stays(),
        ];
        Table::new("Your tokens", columns, rows.collect()).render()
    }
}

/// A token that was just made: shown now, and never again.
pub struct Made {
    pub slug: Slug,
    pub rights: Rights,
    pub name: String,
    pub token: String,
    pub read_only: bool,
}

impl View for Made {
    fn title(&self) -> String {
        format!("The token {}", self.name)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb("API tokens", paths::tokens(&self.slug));
        let body = Card::bare(html! {
            (Alert::new(Tone::Warning, "It is shown now, and never again").text(html! {
                "Copy it to where the program finds it. Whoever has it may " @if self.read_only { "read" } @else { "do" } " what you may."
            }))
            div.token-made {
                (code_block(&self.token))
                button.button.button-sm type="button" hidden data-copy=".token-made code" { "Copy" }
            }
            (Button::link("I have kept it", paths::tokens(&self.slug)).primary())
        });
        settings::page(&self.slug, &self.rights, &paths::tokens(&self.slug), &head, body.render())
    }
}
