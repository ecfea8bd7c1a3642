//! Templates of checklists, and the form of one.

use crate::{
    View,
    form::errors,
    ui::{
        Alert, Badge, Button, Choice, Column, Confirm, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone,
        field_row, form_page, form_section,
    },
};
use domain::{
    ChecklistTemplateId, Errors, Slug,
    hr::{
        checklists::{Draft, Kind, Owner, Template},
        employees::EmploymentType,
    },
    paths,
    workspace::members,
};
use maud::{Markup, Render, html};

pub struct Templates {
    pub slug: Slug,
    pub templates: Vec<Template>,
}

impl View for Templates {
    fn title(&self) -> String {
        "Checklist templates".into()
    }

    fn body(&self) -> Markup {
        let new =
            Button::link("New template", paths::checklist_template_new(&self.slug)).primary().icon(Icon::Plus).key("c");
        let head = PageHead::new(self.title())
            .crumb("Onboarding and off-boarding", paths::checklists(&self.slug))
            .actions(new.render());
        if self.templates.is_empty() {
            let empty = EmptyState::new(
                Icon::ListCheck,
                "What is to be done each time",
                "A template says what a first or a last day needs, who does it and how many days before or after. Several may fit one person: one for everybody, one for a department.",
            );
            return html! { div.list-page { (head) (empty) } };
        }
        let rows = self.templates.iter().map(|t| {
            let f = &t.fields;
            let whom: Vec<String> = f.departments.iter().chain(&f.titles).cloned().chain(f.types.iter().map(|t| type_words(t))).collect();
            let cells = vec![
                html! { a href=(paths::checklist_template(&self.slug, t.id)) { (f.name) } },
                html! { (f.kind.label()) },
                html! { @if whom.is_empty() { "Everybody" } @else { (whom.join(", ")) } },
                html! { (f.items.len()) },
                html! { @if f.automatic { (Badge::new(Tone::Good, "By itself")) } @else { (Badge::new(Tone::Neutral, "By hand")) } },
                html! { (t.running) },
            ];
            Row::new(t.id.to_string(), &f.name, cells).brief([html! { (f.kind.label()) }])
        });
        let columns = vec![
            Column::new("Template"),
            Column::new("For"),
            Column::new("Whom").minor(),
            Column::new("Items").numeric().minor(),
            Column::new("Begins").stays(),
            Column::new("Running").numeric().minor(),
        ];
        html! { div.list-page { (head) (Table::new("Templates", columns, rows.collect())) } }
    }
}

fn type_words(key: &str) -> String {
    EmploymentType::parse(key).map_or_else(|_| key.to_owned(), |t| t.label().to_owned())
}

/// The form, new or filled.
pub struct Edit {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    /// The template with its version and name; none: a new one.
    pub editing: Option<(ChecklistTemplateId, i32, String)>,
    pub draft: Draft,
    pub errors: Errors,
    pub departments: Vec<String>,
    pub members: Vec<members::Named>,
    /// Somebody else was faster.
    pub stale: bool,
}

/// Empty lines below those that are filled.
const SPARE: usize = 3;

impl View for Edit {
    fn title(&self) -> String {
        self.editing.as_ref().map_or_else(|| "New template".into(), |(_, _, name)| name.clone())
    }

    fn body(&self) -> Markup {
        let e = &self.errors;
        let list = paths::checklist_templates(&self.slug);
        let mut head = PageHead::new(self.title())
            .crumb("Onboarding and off-boarding", paths::checklists(&self.slug))
            .crumb("Templates", list.clone());
        let action = match &self.editing {
            Some((id, ..)) => paths::checklist_template(&self.slug, id),
            None => paths::checklist_template_new(&self.slug),
        };
        if let Some((id, _, name)) = &self.editing {
            let remove = Confirm {
                id: "remove".into(),
                title: format!("Delete {name}?"),
                text: "Checklists that run go on. It begins for nobody any more.".into(),
                verb: "Delete template".into(),
                action: paths::checklist_template_removal(&self.slug, id),
                csrf: self.csrf.clone(),
                fields: vec![],
            };
            head = head.actions(html! { (Button::new("Delete").danger().opens_dialog("remove")) (remove) });
        }
        let stale = self.stale.then(|| {
            Alert::new(Tone::Warning, "Somebody has changed this template meanwhile")
                .text(html! { "What you typed is below. Saved again, it takes the place of theirs." })
                .announce()
        });
        let mut form = Form::post(action, &self.csrf)
            .once(self.once.as_str())
            .problem(e.of(""))
            .errors(errors(e))
            .notice(stale)
            .body(self.fields())
            .actions(html! {
                (Button::submit("Save template").primary())
                (Button::submit("More lines").attr("name", "more").attr("value", "yes"))
                (Button::link("Cancel", list))
            })
            .sticky()
            .guard();
        if let Some((_, version, _)) = &self.editing {
            form = form.version(version);
        }
        form_page(&head, form.render())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let kinds = Kind::ALL.into_iter().map(|k| Choice::new(k.key(), k.label())).collect();
        let kind = if d.kind.is_empty() { Kind::default().key() } else { &d.kind };
        let lines = (d.lines() + SPARE).min(domain::hr::checklists::ROWS);
        html! {
            (form_section("Template", None, html! {
                (field_row(html! {
                    (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "80"))
                    (Field::select("kind", "For a first or a last day", kinds).value(kind).error(e.of("kind")))
                }))
                (Field::checkbox("automatic", "Begin by itself").value(if d.automatic.is_empty() { "" } else { "true" })
                    .help("For everybody whom it fits, as soon as their first day to come, or their last one, is known. Once for each person."))
            }))
            (form_section("Whom it fits", Some("None ticked is all of them. Several templates may fit the same person."), html! {
                @if !self.departments.is_empty() {
                    (ticks("Departments", "department", self.departments.iter().map(|d| (d.clone(), d.clone())), &d.department))
                }
                (Field::textarea("titles", "Job titles").value(&d.titles).error(e.of("titles")).optional()
                    .help("One a line, as records have them: “Sales engineer”. None is all of them."))
                (ticks("Employment types", "employment_type", EmploymentType::ALL.into_iter().map(|t| (t.key().to_owned(), t.label().to_owned())), &d.employment_type))
            }))
            (form_section("What is to be done", Some("Days are told from the first or the last day: -3 is three days before it, 0 the day itself. Lines without words are left out."), html! {
                @if let Some(words) = e.of("items") { p.field-error id="f-items" tabindex="-1" { (words) } }
                ol.checklist-lines { @for n in 0..lines { li { (self.line(n)) } } }
            }))
        }
    }

    fn line(&self, n: usize) -> Markup {
        let d = &self.draft;
        let at = |list: &[String]| list.get(n).cloned().unwrap_or_default();
        let wrong = if self.errors.is_empty() { None } else { d.line(n).err() };
        let error = |field: &str| wrong.as_ref().filter(|(f, _)| *f == field).map(|(_, words)| words.clone());
        let mut owners: Vec<Choice> = Owner::ROLES
            .into_iter()
            .map(|o| Choice::new(o.key(), o.label(Kind::parse(&d.kind).unwrap_or_default())))
            .collect();
        owners.extend(self.members.iter().map(|m| Choice::new(m.id.to_string(), m.name.as_str())));
        let owner = if at(&d.owner).is_empty() { Owner::Hr.key() } else { at(&d.owner) };
        let id = |field: &str| format!("f-{field}-{n}");
        html! {
            fieldset.checklist-line {
                legend.visually-hidden { "Item " (n + 1) }
                (Field::text("title", "What").id(id("title")).value(at(&d.title)).error(error("title")).attr("maxlength", "200"))
                (Field::select("owner", "Who", owners).id(id("owner")).value(owner).error(error("owner")))
                (Field::text("days", "Days").id(id("days")).value(if at(&d.title).is_empty() && at(&d.days).is_empty() { "0".to_owned() } else { at(&d.days) }).error(error("days")).attr("inputmode", "numeric").attr("size", "5"))
                (Field::select("blocks", "Must be done", vec![Choice::new("", "No"), Choice::new("yes", "Yes")]).id(id("blocks")).value(at(&d.blocks)))
                (Field::text("note", "Note").id(id("note")).value(at(&d.note)).error(error("note")))
            }
        }
    }
}

fn ticks(label: &str, name: &str, all: impl Iterator<Item = (String, String)>, ticked: &[String]) -> Markup {
    html! {
        fieldset.field {
            legend.field-label { (label) }
            div.checklist-ticks {
                @for (value, words) in all {
                    label.choice { input.check type="checkbox" name=(name) value=(value) checked[ticked.contains(&value)]; span.choice-label { (words) } }
                }
            }
        }
    }
}
