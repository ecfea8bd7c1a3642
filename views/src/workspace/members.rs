//! Members and invitations.

use super::strength::new_password;
use crate::{
    Frame, Moment, View,
    form::errors,
    hr::employees::picker,
    list, settings,
    ui::{
        Alert, Avatar, AvatarSize, Badge, Button, Card, Choice, Column, Confirm, Conflict, EmptyState, Facts, Field,
        Form, Icon, Identity, PageHead, Row, Table, Tone, auth_page, form_page, form_section, stack,
    },
    workspace::roles::changed,
};
use domain::{
    Errors, Slug,
    access::{AuditRead, EmployeesRead, Office, Permission, Rights, Role, RolesRead},
    paths,
    workspace::{
        members::{Accept, Draft, Found, Invitation, Invite, InviteMany, Member as Person, Question, State},
        roles::Change,
    },
};
use maud::{Markup, Render, html};

pub struct Members {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    pub moment: Moment,
    pub question: Question,
    pub found: Found,
    pub invitations: Vec<Invitation>,
    /// Roles that the reader may hand out; empty: they may not invite.
    pub may_grant: Vec<Office>,
    /// Value and name of every role, to ask for one.
    pub roles: Vec<(String, String)>,
    /// Whether the reader has proven their address; until then they invite nobody.
    pub verified: bool,
    pub draft: Invite,
    pub many: InviteMany,
    pub errors: Errors,
}

impl View for Members {
    fn title(&self) -> String {
        "Members".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Members").lead(html! { "Who may enter this workspace, and as what." });
        // An address from a record is no search.
        let searched = Question { after: String::new(), invite: String::new(), ..self.question.clone() };
        let asked = !list::pairs(&searched).is_empty();
        let body = stack(html! {
            @if !self.may_grant.is_empty() && !asked && self.question.after.is_empty() { (self.invite()) }
            @if !self.invitations.is_empty() && !asked { (self.open()) }
            (self.filter())
            @if self.found.members.is_empty() {
                (Card::bare(EmptyState::new(Icon::Users, "No member found", "No member matches this search and role.").render()))
            } @else {
                (Card::new(self.count(), self.table()).flush())
            }
        });
        settings::page(&self.slug, &self.rights, &paths::members(&self.slug), &head, body)
    }
}

impl Members {
    fn count(&self) -> String {
        match (self.found.counted, self.question.state()) {
            (1, State::Active) => "1 member".into(),
            (n, State::Active) if n > 1000 => "1,000+ members".into(),
            (n, State::Active) => format!("{n} members"),
            (n, State::Deactivated) => format!("{n} deactivated"),
        }
    }

    fn filter(&self) -> Markup {
        let roles = self.roles.iter().map(|(value, name)| Choice::new(value, name)).collect();
        let states = vec![Choice::new("", "Active"), Choice::new("deactivated", "Deactivated")];
        Form::get(paths::members(&self.slug))
            .body(html! {
                div.audit-filter {
                    (Field::search("q", "Search").value(&self.question.q))
                    (Field::select("role", "Has the role", roles).id("filter-role").empty_choice("Any").value(&self.question.role))
                    (Field::select("state", "State", states).value(&self.question.state))
                    div.audit-filter-end {
                        (Button::submit("Show"))
                        @if !list::pairs(&self.question).is_empty() { (Button::link("Clear", paths::members(&self.slug)).ghost()) }
                    }
                }
            })
            .render()
    }

    fn table(&self) -> Markup {
        let rows = self.found.members.iter().map(|m| {
            let state = state(m);
            let href = paths::member(&self.slug, m.id);
            let cells = vec![
                Identity::new(&m.name).detail(&m.email).href(href).photo(self.photo(m)).render(),
                html! { (m.role_name) },
                state.render(),
                self.moment.ago(m.joined_at).render(),
            ];
            Row::new(m.id.to_string(), &m.name, cells).brief([html! { (m.role_name) }])
        });
        let columns =
            vec![Column::new("Name"), Column::new("Role"), Column::new("State").minor(), Column::new("Joined").minor()];
        let at = |after: String| list::url(&paths::members(&self.slug), &Question { after, ..self.question.clone() });
        html! {
            (Table::new("Members", columns, rows.collect()))
            @if self.found.next.is_some() || !self.question.after.is_empty() {
                nav.audit-pager aria-label="Pages" {
                    @if !self.question.after.is_empty() { (Button::link("First", at(String::new())).small()) }
                    @if let Some(next) = &self.found.next { (Button::link("Next", at(next.clone())).small().icon_after(Icon::ChevronRight)) }
                }
            }
        }
    }

    fn photo(&self, m: &Person) -> Option<String> {
        m.photo.as_ref().map(|digest| paths::picture_of(&self.slug, m.id, digest))
    }

    fn roles(&self) -> Vec<Choice> {
        self.may_grant.iter().map(|o| Choice::new(o.role.value(), &o.name)).collect()
    }

    fn invite(&self) -> Markup {
        if !self.verified {
            let text =
                "An invitation goes out in your name. Follow the link that we sent to you, and you can invite here.";
            return Card::new("Invite a colleague", html! { p.quiet { (text) } }).render();
        }
        let chosen = |role: &str| if role.is_empty() { Role::Employee.key().to_owned() } else { role.to_owned() };
        let e = &self.errors;
        let one = Form::post(paths::invitations(&self.slug), &self.csrf)
            .once(&self.once)
            .errors(if self.many.emails.is_empty() { errors(e) } else { vec![] })
            .problem(e.of("").filter(|_| self.many.emails.is_empty()))
            .body(html! {
                div.invite-row {
                    (Field::email("email", "Work email").value(&self.draft.email).error(e.of("email")).required().autocomplete("off"))
                    (Field::select("role", "Role", self.roles()).value(chosen(&self.draft.role)).error(e.of("role")))
                }
            })
            .actions(html! {
                (Button::submit("Send invitation").primary())
                @if self.rights.may(RolesRead::KEY) { (Button::link("What each role may do", paths::roles(&self.slug)).ghost()) }
            });
        let many = Form::post(paths::invitation_list(&self.slug), &self.csrf)
            .once(&self.once)
            .errors(if self.many.emails.is_empty() { vec![] } else { errors(e) })
            .body(html! {
                (Field::textarea("emails", "Addresses").value(&self.many.emails).error(e.of("emails")).rows(5)
                    .help("One a line, or parted by commas. “Ada Lovelace <ada@acme.com>” is fine."))
                (Field::select("role", "As", self.roles()).id("many-role").value(chosen(&self.many.role)).error(e.of("many_role")))
            })
            .actions(Button::submit("Invite them all").render());
        Card::new(
            "Invite a colleague",
            html! {
                (one)
                details.invite-many open[!self.many.emails.is_empty() || e.of("emails").is_some()] {
                    summary { "Invite many at once" }
                    (many)
                }
            },
        )
        .render()
    }

    fn open(&self) -> Markup {
        let rows = self.invitations.iter().map(|i| {
            let expired = i.expires_at <= self.moment.now;
            let state = if expired { Badge::new(Tone::Warning, "Expired") } else { Badge::new(Tone::Info, "Waiting") };
            let press = |action: String, label: &str| {
                html! {
                    form method="post" action=(action) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit(label).small())
                    }
                }
            };
            let actions = html! {
                @if !self.may_grant.is_empty() {
                    div.invite-actions {
                        (press(paths::invitation_resending(&self.slug, i.id), "Send again"))
                        (press(paths::invitation_revocation(&self.slug, i.id), "Take back"))
                    }
                }
            };
            let until = self.moment.ago(i.expires_at).render();
            let cells = vec![
                html! { (i.email) },
                html! { (i.role_name) },
                state.render(),
                html! { (i.invited_by) div.quiet { "until " (until) } },
                actions,
            ];
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

fn state(m: &Person) -> Badge {
    match (m.deactivated_at, m.verified) {
        (Some(_), _) => Badge::new(Tone::Neutral, "Deactivated"),
        (None, true) => Badge::new(Tone::Good, "Active"),
        (None, false) => Badge::new(Tone::Info, "Address not confirmed"),
    }
}

/// What came of inviting one address.
pub struct Outcome {
    pub address: String,
    pub invited: bool,
    pub words: String,
}

/// What came of inviting many.
pub struct Answered {
    pub slug: Slug,
    pub rights: Rights,
    pub outcomes: Vec<Outcome>,
}

impl View for Answered {
    fn title(&self) -> String {
        match self.outcomes.iter().filter(|o| o.invited).count() {
            1 => "1 invitation is on its way".into(),
            n => format!("{n} invitations are on their way"),
        }
    }

    fn body(&self) -> Markup {
        let left = self.outcomes.iter().filter(|o| !o.invited).count();
        let head = PageHead::new(self.title())
            .crumb("Members", paths::members(&self.slug))
            .lead(html! { @if left == 0 { "All of them." } @else { (left) " were left out, and why is below." } })
            .actions(Button::link("Back to members", paths::members(&self.slug)).primary().render());
        let rows = self.outcomes.iter().map(|o| {
            let state =
                if o.invited { Badge::new(Tone::Good, "Invited") } else { Badge::new(Tone::Warning, "Left out") };
            let words = html! { @if !o.invited { (o.words) } };
            Row::new(&o.address, &o.address, vec![html! { (o.address) }, state.render(), words])
        });
        let columns = vec![Column::new("Address"), Column::new("State").stays(), Column::new("Why").stays()];
        let table = Table::new("What came of each address", columns, rows.collect());
        settings::page(
            &self.slug,
            &self.rights,
            &paths::members(&self.slug),
            &head,
            Card::bare(table.render()).flush().render(),
        )
    }
}

/// One member: their role, who they are, and the way out.
pub struct Member {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub version: i32,
    pub was: String,
    pub moment: Moment,
    /// It is the reader.
    pub own: bool,
    /// Whether the reader may change this member: nobody touches who may more than they.
    pub may_touch: bool,
    pub offices: Vec<Office>,
    /// Customers that they own, and people who report to them.
    pub holdings: (i64, i64),
    /// Where mail to their address is stopped.
    pub stopped: Option<super::mail::StoppedNotice>,
    pub member: Person,
    pub draft: Draft,
    pub errors: Errors,
    pub conflict: Option<Conflict>,
}

impl View for Member {
    fn title(&self) -> String {
        self.member.name.clone()
    }

    fn body(&self) -> Markup {
        let m = &self.member;
        let head = PageHead::new(&m.name)
            .crumb("Members", paths::members(&self.slug))
            .mark(Avatar::new(&m.name).size(AvatarSize::Large).render())
            .facts(html! { (state(m)) " " (m.email) })
            .actions(html! {
                @if self.may_touch && !self.own { (self.way_out()) }
                @if self.rights.may(AuditRead::KEY) {
                    (Button::link("What they did", format!("{}?who=member:{}", paths::audit(&self.slug), m.id)).ghost())
                    (Button::link("History", format!("{}?record=members&id={}", paths::audit(&self.slug), m.id)).icon(Icon::History))
                }
                @if self.rights.may(RolesRead::KEY) && m.deactivated_at.is_none() {
                    (Button::link("Effective access", format!("{}?member={}", paths::access(&self.slug), m.id)).icon(Icon::ShieldLock))
                }
            });
        let body = stack(html! {
            @if let (false, Some(problem)) = (self.may_touch, self.errors.of("")) { (Alert::new(Tone::Bad, problem).announce()) }
            @if let Some(stopped) = &self.stopped { (stopped) }
            @if self.may_touch { (Card::new("Role", self.form())) } @else { (Card::new("Role", self.facts())) }
            (Card::new("What they hold", self.holds()))
        });
        settings::page(&self.slug, &self.rights, &paths::members(&self.slug), &head, body)
    }
}

impl Member {
    fn way_out(&self) -> Markup {
        let m = &self.member;
        if m.deactivated_at.is_some() {
            return html! {
                form method="post" action=(paths::member_reactivation(&self.slug, m.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Let in again").primary())
                }
            };
        }
        let ask = Confirm {
            id: "deactivate".into(),
            title: format!("Deactivate {}?", m.name),
            text: "They are out with their next click, on every device, and can be let in again at any time. What they own stays theirs.".into(),
            verb: "Deactivate".into(),
            action: paths::member_deactivation(&self.slug, m.id),
            csrf: self.csrf.clone(),
            fields: vec![],
        };
        html! { (Button::new("Deactivate").danger().opens_dialog("deactivate")) (ask) }
    }

    fn facts(&self) -> Markup {
        let m = &self.member;
        Facts::new()
            .text("Role", &m.role_name)
            .maybe(
                "Employee",
                m.employee.as_ref().map(|(id, number, name)| {
                    html! {
                        a href=(paths::employee(&self.slug, id)) { (name) } " " span.quiet { (number) }
                    }
                }),
            )
            .fact("Joined", self.moment.ago(m.joined_at).render())
            .render()
    }

    fn form(&self) -> Markup {
        let roles = self.offices.iter().map(|o| Choice::new(o.role.value(), &o.name)).collect();
        let (d, e) = (&self.draft, &self.errors);
        let options = paths::employee_options(&self.slug);
        Form::post(paths::member(&self.slug, self.member.id), &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .errors(errors(e))
            .problem(e.of(""))
            .conflict(self.conflict.clone())
            .body(html! {
                (Field::select("role", "Role", roles).value(&d.role).error(e.of("role")))
                (picker(Field::text("employee", "Employee").value(&d.employee).error(e.of("employee")).optional()
                    .help("Who they are in People, by name or number: from there it is told what is theirs, and who is in their team."),
                    options))
            })
            .actions(Button::submit("Save").primary().render())
            .render()
    }

    fn holds(&self) -> Markup {
        let (customers, reports) = self.holdings;
        let number = |n: i64| if n > 1000 { "1,000+".to_owned() } else { n.to_string() };
        html! {
            @if customers == 0 && reports == 0 {
                p.quiet { "No customers are theirs, and nobody reports to them." }
            } @else {
                p {
                    (number(customers)) " " @if customers == 1 { "customer is" } @else { "customers are" } " theirs, and "
                    (number(reports)) " " @if reports == 1 { "person reports" } @else { "people report" } " to them."
                    @if let (Some((id, _, _)), true) = (&self.member.employee, self.rights.may(EmployeesRead::KEY)) {
                        " " a href=(paths::employee(&self.slug, id)) { "Open their record" }
                    }
                }
                @if self.member.deactivated_at.is_some() { p.quiet { "It is still theirs: give it to others where it needs somebody." } }
            }
        }
    }
}

/// What a member gains and loses, before their role is changed.
pub struct Review {
    pub slug: Slug,
    pub csrf: String,
    pub version: i32,
    pub was: String,
    /// The roles by name.
    pub before: String,
    pub after: String,
    pub member: Person,
    pub draft: Draft,
    pub changes: Vec<Change>,
}

impl View for Review {
    fn title(&self) -> String {
        format!("{}: from {} to {}", self.member.name, self.before, self.after)
    }

    fn body(&self) -> Markup {
        let (gains, losses): (Vec<_>, Vec<_>) = self.changes.iter().partition(|c| c.is_gain());
        let head = PageHead::new(self.title())
            .crumb("Members", paths::members(&self.slug))
            .crumb(&self.member.name, paths::member(&self.slug, self.member.id))
            .lead(html! { "This is what it means. It holds with their next click." });
        let form = Form::post(paths::member(&self.slug, self.member.id), &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .hidden("role", &self.draft.role)
            .hidden("employee", &self.draft.employee)
            .body(html! {
                @if !gains.is_empty() { (form_section("They gain", None, changed(&gains))) }
                @if !losses.is_empty() { (form_section("They lose", None, changed(&losses))) }
            })
            .actions(html! {
                (Button::submit("Change role").primary().attr("name", "reviewed").attr("value", "yes"))
                (Button::submit("Back to the form").attr("name", "reviewed").attr("value", "back"))
            });
        form_page(&head, form.render())
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
                    (new_password("Choose a password", "10 characters or more.", e))
                }
            })
            .actions(Button::submit(format!("Join {}", self.company)).primary().wide().render());
        let lead =
            html! { strong { (self.invited_by) } " invites you to " strong { (self.company) } " as " (self.role) "." };
        auth_page(&format!("Join {}", self.company), Some(lead), form.render(), None)
    }
}
