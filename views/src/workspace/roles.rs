//! Roles: what there is, what each may do, and the matrix in which one is made.

use crate::{
    View,
    form::Entry,
    settings,
    ui::{
        Badge, Button, Card, Column, Confirm, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone, dash,
        form_page, form_section, stack,
    },
};
use domain::{
    MemberId, Slug,
    access::{Office, Permission, Resource, Right, Rights, Role, RolesWrite, Scope},
    draft::{Answers, FieldClass},
    paths,
    workspace::roles::{Change, Draft, choosable},
};
use maud::{Markup, Render, html};

/// All roles of a workspace.
pub struct Index {
    pub slug: Slug,
    pub rights: Rights,
    /// Each role with how many hold it; the built-in ones first.
    pub offices: Vec<(Office, i64)>,
}

impl View for Index {
    fn title(&self) -> String {
        "Roles".into()
    }

    fn body(&self) -> Markup {
        let may = self.rights.may(RolesWrite::KEY);
        let head = PageHead::new("Roles")
            .lead(html! { "What members may do here. Whatever a role does not list is denied." })
            .actions(html! { @if may { (Button::link("New role", paths::role_new(&self.slug)).primary().icon(Icon::Plus)) } });
        let (own, built_in): (Vec<_>, Vec<_>) =
            self.offices.iter().partition(|(office, _)| matches!(office.role, Role::Custom(_)));
        let none = EmptyState::new(
            Icon::UserCheck,
            "No roles of your own yet",
            "When none of the roles below fits, begin with the one that is closest and change what differs.",
        );
        let body = stack(html! {
            @if own.is_empty() {
                (Card::new("Your own", none.render()))
            } @else {
                (Card::new("Your own", self.table("Your own roles", &own)).flush())
            }
            (Card::new("In every workspace", self.table("Built-in roles", &built_in)).flush())
        });
        settings::page(&self.slug, &self.rights, &paths::roles(&self.slug), &head, body)
    }
}

impl Index {
    fn table(&self, caption: &str, offices: &[&(Office, i64)]) -> Markup {
        let row = |(office, held): &&(Office, i64)| {
            let name = html! { a href=(paths::role(&self.slug, office.role.value())) { (office.name) } };
            let about = html! { @if office.about.is_empty() { (dash()) } @else { (office.about) } };
            let held = html! { @if *held == 0 { span.quiet { "nobody" } } @else { (held) } };
            Row::new(office.role.value(), &office.name, vec![name, about, held.clone()]).brief([held])
        };
        let columns =
            vec![Column::new("Role"), Column::new("What it is for").minor(), Column::new("Members").numeric()];
        Table::new(caption, columns, offices.iter().map(row).collect()).render()
    }
}

/// One role.
pub struct Show {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub office: Office,
    /// The first few who hold it, and how many do.
    pub holders: Vec<(MemberId, String)>,
    pub held: i64,
    /// Whether the reader may change it: it is the workspace's own, and gives nothing that they have not.
    pub may_change: bool,
}

impl View for Show {
    fn title(&self) -> String {
        self.office.name.clone()
    }

    fn body(&self) -> Markup {
        let value = self.office.role.value();
        let copy = format!("{}?from={value}", paths::role_new(&self.slug));
        let remove = Confirm {
            id: "remove".into(),
            title: format!("Delete {}?", self.office.name),
            text: "Nobody holds this role. It cannot be brought back, but made again.".into(),
            verb: "Delete role".into(),
            action: paths::role_removal(&self.slug, &value),
            csrf: self.csrf.clone(),
            fields: vec![],
        };
        let head = PageHead::new(&self.office.name)
            .crumb("Roles", paths::roles(&self.slug))
            .lead(html! { @if self.office.about.is_empty() { "A role of your own." } @else { (self.office.about) } })
            .actions(html! {
                @if self.may_change {
                    (Button::link("Edit", paths::role_edit(&self.slug, &value)).primary().icon(Icon::Pencil).key("e"))
                }
                @if self.rights.may(RolesWrite::KEY) { (Button::link("Copy as a new role", copy).icon(Icon::Plus)) }
                @if self.may_change && self.held == 0 { (Button::new("Delete").danger().opens_dialog("remove")) (remove) }
            });
        let body = stack(html! {
            (Card::new(holders_title(self.held), html! {
                (self.holders())
                @if self.may_change && self.held > 0 { p.quiet { "Give them another role, and this one can be deleted." } }
            }))
            @for resource in Resource::ALL {
                @let rights: Vec<_> = self.office.rights.iter().filter(|(right, _)| right.resource == resource).collect();
                (Card::new(resource.label(), reaches(resource, &rights)).flush())
            }
        });
        settings::page(&self.slug, &self.rights, &paths::roles(&self.slug), &head, body)
    }
}

impl Show {
    fn holders(&self) -> Markup {
        let more = self.held - i64::try_from(self.holders.len()).unwrap_or_default();
        html! {
            @if self.held == 0 {
                p.quiet { "Whoever is given this role may do what is below." }
            } @else {
                p {
                    @for (n, (_, name)) in self.holders.iter().enumerate() { @if n > 0 { ", " } (name) }
                    @if more > 0 { " and " (more) " more" }
                    "."
                }
            }
        }
    }
}

fn holders_title(held: i64) -> String {
    match held {
        0 => "Nobody holds it".into(),
        1 => "1 member holds it".into(),
        n => format!("{n} members hold it"),
    }
}

/// A role's rights over one resource, to be read.
fn reaches(resource: Resource, rights: &[(&'static Right, Option<Scope>)]) -> Markup {
    let row = |(right, scope): &(&'static Right, Option<Scope>)| {
        Row::new(right.key, right.label, vec![right_name(right), reach(right, *scope)])
    };
    let columns = vec![Column::new("Right"), Column::new("Reaches").stays()];
    html! { div.rights { (Table::new(format!("Rights: {}", resource.label()), columns, rights.iter().map(row).collect())) } }
}

/// How far a right reaches, as people read it.
pub fn reach(right: &Right, scope: Option<Scope>) -> Markup {
    match scope {
        None => html! { span.quiet { "No" } },
        Some(_) if !right.scoped => Badge::new(Tone::Good, "Yes").icon(Icon::Check).render(),
        Some(Scope::All) => Badge::new(Tone::Good, "All").icon(Icon::Check).render(),
        Some(Scope::Team) => Badge::new(Tone::Info, "Team and own").icon(Icon::Users).render(),
        Some(Scope::Own) => Badge::new(Tone::Neutral, "Own").icon(Icon::Check).render(),
    }
}

fn right_name(right: &Right) -> Markup {
    html! {
        (right.label)
        @match right.class {
            Some(FieldClass::Personal) => { " " span.quiet { "birth date" } }
            Some(FieldClass::Pay) => { " " span.quiet { "salary" } }
            Some(FieldClass::Health) => { " " span.quiet { "sick or on holiday" } }
            _ => {}
        }
    }
}

/// The form of a role: a matrix of rights by how far they reach.
pub struct Edit {
    pub entry: Entry<Draft>,
    /// What whoever fills it in may do: nobody gives more than they have.
    pub rights: Rights,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        self.entry.page(self.fields())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        html! {
            (form_section("Role", None, html! {
                (Field::text("name", "Name").value(&d.name).error(e.of("name")).required())
                (Field::text("description", "What it is for").value(&d.description).error(e.of("description")).optional())
            }))
            @for resource in Resource::ALL {
                @let rights: Vec<_> = choosable().filter(|right| right.resource == resource).collect();
                @if !rights.is_empty() { (form_section(resource.label(), about(resource), self.matrix(resource, &rights))) }
            }
        }
    }

    fn matrix(&self, resource: Resource, rights: &[&'static Right]) -> Markup {
        let scoped = rights.iter().any(|right| right.scoped);
        html! {
            div.table-scroll {
                table.matrix {
                    caption.visually-hidden { (resource.label()) }
                    thead {
                        tr {
                            th scope="col" { "Right" }
                            th scope="col" { "No" }
                            @if scoped { th scope="col" { "Own" } th scope="col" { "Team" } }
                            th scope="col" { @if scoped { "All" } @else { "Yes" } }
                        }
                    }
                    tbody { @for right in rights { (self.row(right, scoped)) } }
                }
            }
        }
    }

    fn row(&self, right: &'static Right, scoped: bool) -> Markup {
        let (chosen, error) = (self.entry.draft.get(right.key), self.entry.errors.of(right.key));
        let note = format!("e-{}", right.key);
        let cell = |value: &str, label: &str, beyond: bool| {
            html! {
                td {
                    label.matrix-choice {
                        input type="radio" name=(right.key) value=(value) checked[chosen == value] disabled[beyond && chosen != value]
                            id=[(value.is_empty()).then(|| format!("f-{}", right.key))]
                            aria-label={ (right.label) ": " (label) } aria-describedby=[error.map(|_| note.as_str())] aria-invalid=[error.map(|_| "true")];
                    }
                }
            }
        };
        let beyond = |scope: Scope| self.rights.scope(right.key) < Some(scope);
        html! {
            tr.is-wrong[error.is_some()] {
                th scope="row" {
                    (right_name(right))
                    @if let Some(error) = error { p.field-error id=(note) { (error) } }
                }
                (cell("", "no", false))
                @if scoped {
                    @if right.scoped {
                        (cell("own", "own", beyond(Scope::Own)))
                        (cell("team", "team", beyond(Scope::Team)))
                    } @else {
                        td {} td {}
                    }
                }
                (cell("all", if scoped { "all" } else { "yes" }, beyond(Scope::All)))
            }
        }
    }
}

const fn about(resource: Resource) -> Option<&'static str> {
    match resource {
        Resource::Employees => Some(
            "Own is their own record. Team is everyone below them in the reporting tree as well. What a field class holds is seen by those alone who are given it.",
        ),
        Resource::Customers => {
            Some("Own are the customers that they own. Team are those of everyone below them as well.")
        }
        _ => None,
    }
}

/// Who gains and who loses what, before a role is changed.
pub struct Review {
    pub slug: Slug,
    pub csrf: String,
    pub id: String,
    pub version: i32,
    pub once: String,
    pub was: String,
    pub draft: Draft,
    pub changes: Vec<Change>,
    pub holders: Vec<(MemberId, String)>,
    pub held: i64,
}

impl View for Review {
    fn title(&self) -> String {
        format!("Change {}", self.draft.name)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Roles", paths::roles(&self.slug))
            .lead(html! { "This is what it means. It holds with their next click." });
        let mut form = Form::post(paths::role_edit(&self.slug, &self.id), &self.csrf)
            .version(self.version)
            .once(&self.once)
            .hidden("_was", &self.was)
            .hidden("name", &self.draft.name)
            .hidden("description", &self.draft.description);
        for right in choosable() {
            form = form.hidden(right.key, self.draft.get(right.key));
        }
        let form = form.body(self.summary()).actions(html! {
            (Button::submit("Save role").primary().attr("name", "reviewed").attr("value", "yes"))
            (Button::submit("Back to the form").attr("name", "reviewed").attr("value", "back"))
        });
        form_page(&head, form.render())
    }
}

impl Review {
    fn summary(&self) -> Markup {
        let (gains, losses): (Vec<_>, Vec<_>) = self.changes.iter().partition(|c| c.is_gain());
        let more = self.held - i64::try_from(self.holders.len()).unwrap_or_default();
        html! {
            (form_section(&holders_title(self.held), None, html! {
                p {
                    @for (n, (_, name)) in self.holders.iter().enumerate() { @if n > 0 { ", " } (name) }
                    @if more > 0 { " and " (more) " more" }
                    "."
                }
            }))
            @if !gains.is_empty() { (form_section("They gain", None, changed(&gains))) }
            @if !losses.is_empty() { (form_section("They lose", None, changed(&losses))) }
        }
    }
}

/// Rights that change, from how far to how far.
pub fn changed(changes: &[&Change]) -> Markup {
    html! {
        ul.changes {
            @for change in changes {
                li {
                    span { (change.right.resource.label()) ": " (change.right.label) }
                    span.changes-reach { (reach(change.right, change.before)) " " (Icon::ArrowRight) " " (reach(change.right, change.after)) }
                }
            }
        }
    }
}
