//! The form that starts a checklist for somebody.

use crate::{
    View,
    form::errors,
    ui::{Alert, Button, Choice, Field, Form, PageHead, Tone, form_page},
};
use domain::{
    Errors, Slug, draft,
    hr::checklists::{Kind, Template},
    paths,
};
use maud::{Markup, Render, html};

draft! {
    /// Who, which template, and the day if the record has none.
    Typed { employee, template, anchor, kind }
}

impl Typed {
    pub fn of(number: &str, kind: Kind) -> Self {
        Self { employee: number.to_owned(), kind: kind.key().to_owned(), ..Self::default() }
    }
}

pub struct Start {
    pub slug: Slug,
    pub csrf: String,
    pub draft: Typed,
    pub templates: Vec<Template>,
    pub may_set_up: bool,
    pub errors: Errors,
}

impl View for Start {
    fn title(&self) -> String {
        "Start a checklist".into()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let head = PageHead::new(self.title()).crumb("Onboarding and off-boarding", paths::checklists(&self.slug));
        if self.templates.is_empty() {
            let none = Alert::new(Tone::Info, "There is no template yet")
                .text(html! { "A checklist begins from a template, which says what is to be done, by whom and when." });
            let none = match self.may_set_up {
                true => {
                    none.actions(Button::link("Make one", paths::checklist_template_new(&self.slug)).small().render())
                }
                false => none,
            };
            return form_page(&head, none.render());
        }
        let fitting = |t: &&Template| d.kind.is_empty() || t.fields.kind.key() == d.kind;
        let choices = self.templates.iter().filter(fitting).map(|t| {
            Choice::new(
                t.id.to_string(),
                format!("{}: {} ({} items)", t.fields.kind.label(), t.fields.name, t.fields.items.len()),
            )
        });
        let form = Form::post(paths::checklist_new(&self.slug), &self.csrf)
            .hidden("kind", &d.kind)
            .problem(e.of(""))
            .errors(errors(e))
            .body(html! {
                (Field::text("employee", "Person").value(&d.employee).error(e.of("employee")).required()
                    .help("Type a name, and choose; or type the number.")
                    .attr("list", "managers").attr("autocomplete", "off")
                    .attr("hx-get", paths::employee_options(&self.slug)).attr("hx-trigger", "input changed delay:200ms")
                    .attr("hx-target", "#managers").attr("hx-swap", "outerHTML"))
                (crate::hr::employees::options(&[]))
                (Field::select("template", "Template", choices.collect()).value(&d.template).error(e.of("template")).required())
                (Field::date("anchor", "First or last day").value(&d.anchor).error(e.of("anchor")).optional()
                    .help("Left empty, the day of their record is taken. Dates follow the record from then on."))
            })
            .actions(html! { (Button::submit("Start").primary()) (Button::link("Cancel", paths::checklists(&self.slug))) });
        form_page(&head, form.render())
    }
}
