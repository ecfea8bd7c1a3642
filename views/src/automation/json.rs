//! A workflow's definition as JSON.

use super::{Frame, Open};
use crate::{
    View,
    ui::{Alert, Button, Card, Conflict, Field, Form, Tone, code_block},
};
use domain::{Errors, automation::workflows::Problem, paths};
use maud::{Markup, Render, html};

pub struct Json {
    pub frame: Frame,
    pub version: i32,
    pub was: String,
    pub text: String,
    pub errors: Errors,
    /// What stands against what was typed.
    pub problems: Vec<Problem>,
    pub conflict: Option<Conflict>,
}

impl View for Json {
    fn title(&self) -> String {
        format!("{}, JSON", self.frame.workflow.name)
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let main = match f.may_write() {
            true => self.form(),
            false => Card::bare(code_block(&self.text)).render(),
        };
        f.page(Open::Json, main, None)
    }
}

impl Json {
    fn form(&self) -> Markup {
        let f = &self.frame;
        let lines = self.text.lines().count().clamp(16, 40);
        let told = (!self.problems.is_empty()).then(|| {
            Alert::new(Tone::Bad, "This is not saved yet: it could not run")
                .text(html! { ul.json-problems { @for p in &self.problems { li { code { (p.place) } " " (p.message) } } } })
                .announce()
        });
        Form::post(paths::workflow_json(&f.slug, f.workflow.id), &f.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .problem(self.errors.of(""))
            .conflict(self.conflict.clone())
            .notice(told)
            .attr("class", "json-form")
            .body(html! {
                (Field::textarea("json", "Definition").value(&self.text).error(self.errors.of("json")).rows(u8::try_from(lines).unwrap_or(40))
                    .help("The same definition that the cards show. Steps have ids of your choice, each once; fields are called as in conditions.")
                    .attr("spellcheck", "false").attr("autocomplete", "off").attr("autocapitalize", "off"))
            })
            .actions(html! { (Button::submit("Save JSON").primary()) (Button::link("Cancel", paths::workflow(&f.slug, f.workflow.id))) })
            .sticky()
            .guard()
            .render()
    }
}
