//! Settings of custom fields: which there are of each noun, and the form of one.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Tab, Table, Tabs,
        Tone, code, form_section, stack,
    },
};
use domain::{
    Errors, Slug,
    access::Rights,
    custom_fields::{CLASSES, CustomField, Draft, Kind, MOST},
    import::Target,
    paths,
};
use maud::{Markup, Render, html};

/// The fields of one noun.
pub struct Index {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub noun: Target,
    /// Those in use first, in their order.
    pub fields: Vec<CustomField>,
}

fn capital(noun: Target) -> &'static str {
    match noun {
        Target::Customers => "Customers",
        Target::Contacts => "Contacts",
        Target::Deals => "Deals",
        Target::Leads => "Leads",
        Target::Tickets => "Tickets",
        _ => "Employees",
    }
}

impl View for Index {
    fn title(&self) -> String {
        "Custom fields".into()
    }

    fn body(&self) -> Markup {
        let (used, archived): (Vec<_>, Vec<_>) = self.fields.iter().partition(|f| !f.archived);
        let add = format!("{}?noun={}", paths::custom_field_new(&self.slug), self.noun.key());
        let head = PageHead::new(self.title())
            .lead(html! { "What your company keeps of its people and customers beyond the usual: in forms, lists, filters, imports and files." })
            .actions(Button::link("Add a field", add.as_str()).primary().icon(Icon::Plus).render());
        let tab = |noun: Target| {
            let href = format!("{}?noun={}", paths::custom_fields(&self.slug), noun.key());
            Tab::new(capital(noun), href, noun == self.noun)
        };
        let body = stack(html! {
            (Tabs::new("Fields of", vec![tab(Target::Employees), tab(Target::Customers), tab(Target::Contacts), tab(Target::Leads), tab(Target::Deals), tab(Target::Tickets)]))
            @if used.is_empty() {
                (EmptyState::new(Icon::LayoutList, "No fields of your own yet",
                    "Desk number, T-shirt size, languages: whatever you need to know of everybody, and want to find them by.")
                    .actions(Button::link("Add a field", add).icon(Icon::Plus).render()))
            } @else {
                (Card::new("In use", self.table(&used)).flush().note(format!("{} of at most {MOST}.", used.len())))
            }
            @if !archived.is_empty() {
                (Card::new("Archived", self.table(&archived)).flush()
                    .note("Shown nowhere. What records hold in them is kept, and comes back with them."))
            }
        });
        settings::page(&self.slug, &self.rights, &paths::custom_fields(&self.slug), &head, body)
    }
}

impl Index {
    fn table(&self, fields: &[&CustomField]) -> Markup {
        let columns = vec![
            Column::new("Field"),
            Column::new("Kind"),
            Column::new("Seen by").minor(),
            Column::new("Key").minor(),
            Column::new("Actions").label_hidden().stays(),
        ];
        let last = fields.len().saturating_sub(1);
        let rows = fields.iter().enumerate().map(|(at, f)| {
            let name = html! {
                a href=(paths::custom_field(&self.slug, f.id)) { (f.label) }
                @if f.required { " " (Badge::new(Tone::Neutral, "Required")) }
            };
            let class = CLASSES.iter().find(|(c, ..)| *c == f.class).map_or("", |(.., words)| words);
            let actions = html! {
                div.field-actions {
                    @if f.archived {
                        (self.post("Restore", Icon::ArrowBackUp, paths::custom_field_restoral(&self.slug, f.id), &f.label, None))
                    } @else {
                        @if at > 0 { (self.post("Up", Icon::ArrowUp, paths::custom_field_move(&self.slug, f.id), &f.label, Some("up"))) }
                        @if at < last { (self.post("Down", Icon::ArrowDown, paths::custom_field_move(&self.slug, f.id), &f.label, Some("down"))) }
                        (self.post("Archive", Icon::Archive, paths::custom_field_archival(&self.slug, f.id), &f.label, None))
                    }
                }
            };
            let brief = [html! { (f.kind.label()) }, html! { (class) }, code(f.key())];
            let cells = vec![name, html! { (f.kind.label()) }, html! { (class) }, code(f.key()), actions];
            Row::new(f.id.to_string(), &f.label, cells).brief(brief)
        });
        Table::new("Fields", columns, rows.collect()).render()
    }

    fn post(&self, verb: &str, icon: Icon, action: String, label: &str, to: Option<&str>) -> Markup {
        html! {
            form method="post" action=(action) {
                input type="hidden" name="_csrf" value=(self.csrf);
                @if let Some(to) = to { input type="hidden" name="to" value=(to); }
                (Button::submit(format!("{verb}: {label}")).small().ghost().icon_only(icon))
            }
        }
    }
}

/// The form of a field, new or known.
pub struct Edit {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    /// The field that is changed, and the version that is changed.
    pub editing: Option<(CustomField, i32)>,
    /// Somebody else was faster.
    pub stale: bool,
    pub draft: Draft,
    pub errors: Errors,
}

impl View for Edit {
    fn title(&self) -> String {
        match &self.editing {
            Some((field, _)) => format!("Field “{}”", field.label),
            None => "Add a field".into(),
        }
    }

    fn body(&self) -> Markup {
        let list = format!("{}?noun={}", paths::custom_fields(&self.slug), self.draft.noun);
        let head = PageHead::new(self.title()).crumb("Custom fields", list.as_str());
        let (action, save) = match &self.editing {
            Some((field, _)) => (paths::custom_field(&self.slug, field.id), "Save changes"),
            None => (paths::custom_field_new(&self.slug), "Add field"),
        };
        let stale = self.stale.then(|| {
            Alert::new(Tone::Warning, "Somebody else has changed this field meanwhile")
                .text(html! { "What you typed is below. Save again, and it counts." })
                .announce()
        });
        let mut form = Form::post(action, self.csrf.as_str())
            .once(self.once.as_str())
            .errors(errors(&self.errors))
            .problem(self.errors.of(""))
            .notice(stale)
            .body(self.fields())
            .actions(html! { (Button::submit(save).primary()) (Button::link("Cancel", list)) });
        if let Some((_, version)) = &self.editing {
            form = form.version(version);
        }
        settings::page(&self.slug, &self.rights, &paths::custom_fields(&self.slug), &head, form.render())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let known = self.editing.as_ref().map(|(field, _)| field);
        let nouns =
            [Target::Employees, Target::Customers, Target::Contacts, Target::Leads, Target::Deals, Target::Tickets]
                .map(|n| Choice::new(n.key(), capital(n)))
                .to_vec();
        let kinds = Kind::ALL.map(|k| Choice::new(k.key(), k.label())).to_vec();
        let classes = CLASSES.map(|(_, key, words)| Choice::new(key, words)).to_vec();
        let chosen =
            |value: &str, usual: &'static str| if value.is_empty() { usual.to_owned() } else { value.to_owned() };
        // What a disabled select shows is not sent.
        let fixed = |name: &'static str, value: &str| html! { @if known.is_some() { input type="hidden" name=(name) value=(value); } };
        let offers = known.is_none_or(|f| f.kind == Kind::Choice);
        html! {
            (form_section("What it is", known.map(|_| "What a field is of, its kind, its key and who sees it stay: records have values of it. Archive it and add another one instead."), html! {
                (Field::select("noun", "Of", nouns).value(chosen(&d.noun, "employees")).error(e.of("noun")).disabled(known.is_some()))
                (fixed("noun", &d.noun))
                (Field::text("label", "Name").value(&d.label).error(e.of("label")).required().attr("maxlength", "60").placeholder("T-shirt size"))
                (Field::select("kind", "Kind", kinds).value(chosen(&d.kind, "text")).error(e.of("kind")).disabled(known.is_some()))
                (fixed("kind", &d.kind))
                @if offers {
                    (Field::textarea("options", "Options").value(&d.options).error(e.of("options")).rows(5)
                        .help("For a choice from a list: one on each line. Records keep an option that is offered no more."))
                }
                (Field::select("class", "Seen by", classes).value(chosen(&d.class, "directory")).error(e.of("class")).disabled(known.is_some())
                    .help("Whoever lacks the right finds nothing of it: not on records, in lists, files or the trail."))
                (fixed("class", &d.class))
            }))
            (form_section("How it is asked", None, html! {
                (Field::text("help", "Help").value(&d.help).error(e.of("help")).optional().attr("maxlength", "200").help("A sentence below the field."))
                (Field::checkbox("required", "Required").value(d.required.as_str()).error(e.of("required"))
                    .help("Forms are not saved without it. Files may leave it empty."))
                (Field::text("key", "Key").value(&d.key).error(e.of("key")).disabled(known.is_some()).optional()
                    .help("For programs and files. Left empty, it is made of the name."))
                (fixed("key", &d.key))
            }))
        }
    }
}
