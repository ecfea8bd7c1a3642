//! Members and invitations.

use crate::{
    Frame, Moment, View,
    form::errors,
    settings,
    ui::{
        Avatar, Badge, Button, Card, Choice, Column, Field, Form, Identity, PageHead, Row, Table, Tone, auth_page,
        stack,
    },
};
use domain::{
    Errors, Slug,
    access::{Office, Rights, Role},
    paths,
    workspace::members::{Accept, Invitation, Invite, Member},
};
use maud::{Markup, Render, html};

pub struct Members {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    pub moment: Moment,
    pub members: Vec<Member>,
    pub invitations: Vec<Invitation>,
    /// Roles that the reader may hand out; empty: they may not invite.
    pub may_grant: Vec<Office>,
    /// Whether the reader has proven their address; until then they invite nobody.
    pub verified: bool,
    pub draft: Invite,
    pub errors: Errors,
}

impl View for Members {
    fn title(&self) -> String {
        "Members".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Members").lead(html! { "Who may enter this workspace, and as what." });
        let rows = self.members.iter().map(|m| {
            let state = if m.verified {
                Badge::new(Tone::Good, "Active")
            } else {
                Badge::new(Tone::Info, "Address not confirmed")
            };
            let cells = vec![
                Identity::new(&m.name).detail(&m.email).render(),
                html! { (m.role_name) },
                state.render(),
                self.moment.ago(m.joined_at).render(),
            ];
            Row::new(m.id.to_string(), &m.name, cells)
        });
        let columns =
            vec![Column::new("Name"), Column::new("Role"), Column::new("State").minor(), Column::new("Joined").minor()];
        let table = Table::new("Members", columns, rows.collect());
        let body = stack(html! {
            @if !self.may_grant.is_empty() { (self.invite()) }
            @if !self.invitations.is_empty() { (self.open()) }
            (Card::new(format!("{} {}", self.members.len(), if self.members.len() == 1 { "member" } else { "members" }), table.render()).flush())
        });
        settings::page(&self.slug, &self.rights, &paths::members(&self.slug), &head, body)
    }
}

impl Members {
    fn invite(&self) -> Markup {
        if !self.verified {
            let text =
                "An invitation goes out in your name. Follow the link that we sent to you, and you can invite here.";
            return Card::new("Invite a colleague", html! { p.quiet { (text) } }).render();
        }
        let roles = self.may_grant.iter().map(|o| Choice::new(o.role.value(), &o.name).help(&o.about)).collect();
        let role = if self.draft.role.is_empty() { Role::Employee.key() } else { &self.draft.role };
        let form = Form::post(paths::invitations(&self.slug), &self.csrf)
            .once(&self.once)
            .errors(errors(&self.errors))
            .body(html! {
                (Field::email("email", "Work email").value(&self.draft.email).error(self.errors.of("email")).required().autocomplete("off"))
                (Field::radio("role", "Role", roles).value(role).error(self.errors.of("role")))
            })
            .actions(Button::submit("Send invitation").primary().render());
        Card::new("Invite a colleague", form.render()).render()
    }

    fn open(&self) -> Markup {
        let rows = self.invitations.iter().map(|i| {
            let expired = i.expires_at <= self.moment.now;
            let state = if expired { Badge::new(Tone::Warning, "Expired") } else { Badge::new(Tone::Info, "Waiting") };
            let revoke = html! {
                @if !self.may_grant.is_empty() {
                    form method="post" action=(paths::invitation_revocation(&self.slug, i.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Take back").small())
                    }
                }
            };
            let cells =
                vec![html! { (i.email) }, html! { (i.role_name) }, state.render(), html! { (i.invited_by) }, revoke];
            Row::new(i.id.to_string(), &i.email, cells).brief([html! { (i.role_name) }, state.render()])
        });
        let columns = vec![
            Column::new("Email"),
            Column::new("Role"),
            Column::new("State"),
            Column::new("Invited by").minor(),
            Column::new("Actions").label_hidden().stays(),
        ];
        Card::new("Invited", Table::new("Open invitations", columns, rows.collect()).render()).flush().render()
    }
}

/// What the invited person sees behind the link.
pub struct Accepting {
    pub csrf: String,
    pub action: String,
    pub company: String,
    pub invited_by: String,
    pub email: String,
    pub role: String,
    /// The address has an account: its password is asked for, not chosen.
    pub known: bool,
    pub draft: Accept,
    pub errors: Errors,
}

impl View for Accepting {
    fn title(&self) -> String {
        format!("Join {}", self.company)
    }

    fn frame(&self) -> Frame {
        Frame::Auth
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let form = Form::post(&self.action, &self.csrf)
            .errors(errors(e))
            .problem(e.of(""))
            .body(html! {
                p.auth-who { (Avatar::new(&self.email)) span { (self.email) } }
                @if self.known {
                    (Field::password("password", "Your password").error(e.of("password")).required().autocomplete("current-password").autofocus())
                } @else {
                    (Field::text("name", "Your name").value(&d.name).error(e.of("name")).required().autocomplete("name").autofocus())
                    (Field::password("password", "Choose a password").error(e.of("password")).required().autocomplete("new-password")
                        .help("10 characters or more."))
                }
            })
            .actions(Button::submit(format!("Join {}", self.company)).primary().wide().render());
        let lead =
            html! { strong { (self.invited_by) } " invites you to " strong { (self.company) } " as " (self.role) "." };
        auth_page(&format!("Join {}", self.company), Some(lead), form.render(), None)
    }
}
