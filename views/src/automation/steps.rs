//! A step as a form, and the choice of what a new one does.

use super::{
    builder::{Builder, Colleagues, PART, Ticks, persons, row_button, swapping},
    conditions, step_icon, step_path, step_tone,
};
use crate::{
    View,
    ui::{Choice, Field, Icon, PageHead, Width, field_row, form_section},
};
use domain::{
    Slug, WorkflowId,
    automation::{
        fields::{Holds, RecordKind},
        forms::{set_name, set_rows},
        steps::{Action, Choose, label_of},
    },
    paths,
};
use maud::{Markup, Render, html};

/// What a new step does: the kinds there are.
pub struct Kinds {
    pub slug: Slug,
    pub id: WorkflowId,
    pub name: String,
    pub place: String,
}

/// The kinds in the order of what people look for, under headings.
const FAMILIES: &[(&str, &[&str])] = &[
    ("Tell", &["email", "notify"]),
    ("Do", &["create_task", "update", "assign", "tag", "note", "create_record", "webhook"]),
    ("Steer", &["wait", "branch", "approval", "stop"]),
];

impl View for Kinds {
    fn title(&self) -> String {
        "Add a step".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Add a step")
            .crumb("Workflows", paths::automation(&self.slug))
            .crumb(&self.name, paths::workflow(&self.slug, self.id))
            .lead(html! { "What shall it do?" });
        html! {
            div.kinds-page {
                (head)
                @for (family, kinds) in FAMILIES {
                    section {
                        h2.template-department { (family) }
                        ul.kind-grid {
                            @for (key, label, about) in Action::KINDS.iter().filter(|(key, ..)| kinds.contains(key)) {
                                li { (self.kind(key, label, about)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Kinds {
    fn kind(&self, key: &str, label: &str, about: &str) -> Markup {
        let path = paths::workflow_step_new(&self.slug, self.id);
        html! {
            a.kind href={ (path) "?place=" (crate::encode(&self.place)) "&kind=" (key) } {
                span class={ "flow-icon " (step_tone(key)) } { (step_icon(key)) }
                span.kind-text {
                    span.kind-name { (label) }
                    @if !about.is_empty() { span.kind-about { (about) } }
                }
            }
        }
    }
}

/// The form of a step, new or known.
pub struct Edit {
    pub builder: Builder,
    /// None: a new one.
    pub step: Option<String>,
    pub colleagues: Colleagues,
    /// Its conditions stand deeper than a form shows.
    pub deep: bool,
}

impl View for Edit {
    fn title(&self) -> String {
        label_of(self.builder.typed.get("kind")).into()
    }

    fn body(&self) -> Markup {
        let kind = self.builder.typed.get("kind");
        let about = Action::KINDS.iter().find(|(key, ..)| *key == kind).map_or("", |(.., about)| *about);
        self.builder.page(&self.title(), html! { (about) }, &self.action(), self.fields(), self.save())
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PART).then(|| self.builder.form(&self.action(), self.fields(), self.save()))
    }
}

impl Edit {
    fn action(&self) -> String {
        let b = &self.builder;
        match &self.step {
            Some(step) => step_path(&b.slug, b.id, step),
            None => paths::workflow_step_new(&b.slug, b.id),
        }
    }

    fn save(&self) -> &'static str {
        if self.step.is_some() { "Save step" } else { "Add step" }
    }

    fn fields(&self) -> Markup {
        let b = &self.builder;
        html! {
            input type="hidden" name="kind" value=(b.typed.get("kind"));
            @match &self.step {
                Some(step) => { input type="hidden" name="step" value=(step); }
                None => { input type="hidden" name="place" value=(b.typed.get("place")); }
            }
            (self.own(b.typed.get("kind")))
        }
    }

    fn own(&self, kind: &str) -> Markup {
        let b = &self.builder;
        match kind {
            "email" => self.email(),
            "notify" => html! {
                (self.several("to", "To", "Each is told as they have chosen to be."))
                (b.text("title", "Title").required())
                (b.area("body", "Text", 3).optional())
                (b.merge_chips())
            },
            "create_task" => self.task(),
            "update" => html! { (self.set(b.record)) (b.merge_chips()) },
            "create_record" => {
                let kinds = [
                    RecordKind::Employee,
                    RecordKind::Customer,
                    RecordKind::Contact,
                    RecordKind::Lead,
                    RecordKind::Deal,
                    RecordKind::Ticket,
                ]
                .map(|k| Choice::new(k.key(), k.label()));
                let made = RecordKind::parse(b.typed.get("record"));
                html! {
                    (swapping(b.select("record", "What is made", kinds.to_vec()).width(Width::Medium), &self.action()))
                    (self.set(made))
                    (b.merge_chips())
                }
            }
            "assign" => {
                let one = b.typed.get("by") == Choose::Person.key();
                let by = Choose::ALL.into_iter().map(|c| Choice::new(c.key(), c.label())).collect();
                html! {
                    (swapping(b.select("by", "How somebody is chosen", by).width(Width::Medium), &self.action()))
                    (b.go_on())
                    @if one { (self.only("among", "Person", "A record stays whose it is while they are deactivated.")) }
                    @else { (self.several("among", "People", "Whoever is deactivated is passed over.")) }
                }
            }
            "tag" => {
                let what = vec![Choice::new("false", "Add it"), Choice::new("true", "Remove it")];
                html! {
                    (b.text("name", "Tag").required().attr("maxlength", "50").width(Width::Medium))
                    (Field::radio("remove", "What happens to it", what).value(b.typed.get("remove")))
                }
            }
            "note" => html! { (b.area("text", "Text", 4).required()) (b.merge_chips()) },
            "webhook" => html! {
                (Field::url("url", "Address").value(b.typed.get("url")).error(b.of("url")).required().placeholder("https://example.com/hook")
                    .help("The record’s directory fields are posted to it as JSON. Private addresses are refused."))
            },
            "wait" => self.wait(),
            "branch" => html! {
                (form_section("If", Some("Then it goes one way, otherwise the other. What is done on each is added on the workflow’s page."), self.conditions()))
            },
            "approval" => self.approval(),
            _ => html! { p.quiet { "The run ends here, as stopped. What was done stays done." } },
        }
    }

    fn conditions(&self) -> Markup {
        if self.deep { conditions::deeper(&self.builder) } else { conditions::rows(&self.builder, &self.action()) }
    }

    /// Several people: those whom a record has and colleagues as ticks, others by address.
    fn several(&self, name: &'static str, label: &str, help: &str) -> Markup {
        let b = &self.builder;
        let chosen = b.typed.all(name);
        let choices = persons(b.record, &self.colleagues, &chosen);
        let more = format!("{name}_more");
        let ticks = Ticks { name, label, help: Some(help), choices, chosen, error: b.of(name), action: None };
        html! {
            (ticks)
            @if self.colleagues.len() >= domain::automation::MOST_OFFERED || !b.typed.get(&more).is_empty() {
                (Field::text(&more, "Others of the workspace").value(b.typed.get(&more)).help("Their addresses, separated by commas.").optional())
            }
        }
    }

    /// One of those whom [`several`](Self::several) offers.
    fn only(&self, name: &'static str, label: &str, help: &str) -> Markup {
        let b = &self.builder;
        let now = b.typed.get(name);
        let choices = persons(b.record, &self.colleagues, &[now]);
        b.select(name, label, choices).empty_choice("Choose somebody").help(help).required().render()
    }

    fn one(&self, name: &'static str, label: &str, outside: bool) -> Markup {
        let b = &self.builder;
        let now = b.typed.get(name);
        let mut choices = persons(b.record, &self.colleagues, &[now]);
        if outside {
            choices.push(Choice::new("address", "Another address…"));
        }
        let select = b.select(name, label, choices).empty_choice("Choose somebody").required();
        let address = format!("{name}_address");
        html! {
            @if outside { (swapping(select, &self.action())) (b.go_on()) } @else { (select) }
            @if outside && now == "address" {
                (Field::text(&address, "Address").value(b.typed.get(&address)).attr("data-merge", "true")
                    .placeholder("ada@example.com").help("It may have places for fields, like {{email}}."))
            }
        }
    }

    fn email(&self) -> Markup {
        let b = &self.builder;
        html! {
            (self.one("to", "To", true))
            (b.text("subject", "Subject").required())
            (b.area("body", "Text", 8).required().help("Empty lines make paragraphs. Your workspace’s name and logo are put around it."))
            (b.merge_chips())
        }
    }

    fn task(&self) -> Markup {
        let b = &self.builder;
        let priorities = vec![Choice::new("high", "High"), Choice::new("normal", "Normal"), Choice::new("low", "Low")];
        let priority = b.typed.get("priority");
        html! {
            (b.text("title", "Title").required())
            (b.area("details", "Details", 3).optional())
            (self.one("assignee", "For", false))
            (field_row(html! {
                (b.number("due_in_days", "Due in").after("days").attr("max", "365").optional())
                (b.select("priority", "Priority", priorities).value(if priority.is_empty() { "normal" } else { priority }))
            }))
            (b.merge_chips())
        }
    }

    /// Rows of fields and what they are set to.
    fn set(&self, of: Option<RecordKind>) -> Markup {
        let b = &self.builder;
        let rows = set_rows(&b.typed);
        let added = b.typed.act().starts_with("set:");
        html! {
            fieldset.field.set-rows id="f-set" tabindex="-1" {
                legend.field-label { "Fields" }
                @for (r, (field, value)) in rows.iter().enumerate() {
                    @let choose = Field::select(set_name(r, "field"), "Field", b.fields(of, |f| f.writable)).empty_choice("Choose a field").label_hidden().value(field);
                    @let choose = swapping(choose, &self.action());
                    div.condition-row.is-set {
                        @if added && r + 1 == rows.len() { (choose.attr("data-focus", "true")) } @else { (choose) }
                        (self.set_value(of, r, field, value))
                        (row_button("Remove this field", Icon::X, true, &self.action(), &format!("unset:{r}")))
                    }
                }
                @if let Some(message) = b.of("set") { p.field-error id="f-set-error" { (Icon::AlertCircle) span { (message) } } }
                div.actions {
                    (row_button("Add a field", Icon::Plus, false, &self.action(), "set:more"))
                    (b.go_on())
                }
            }
        }
    }

    fn set_value(&self, of: Option<RecordKind>, r: usize, field: &str, value: &str) -> Field {
        let name = set_name(r, "value");
        let holds = of.and_then(|k| k.field(field)).map(|s| s.holds);
        let control = match holds {
            // A place for another field may stand where a choice does.
            Some(Holds::Choice(choices)) if !value.contains("{{") => {
                let choices = choices.iter().map(|(key, label)| Choice::new(*key, *label)).collect();
                Field::select(&name, "Value", choices).empty_choice("Choose")
            }
            Some(Holds::Day) => Field::text(&name, "Value").placeholder("2026-01-31 or {{start_date}}"),
            _ => Field::text(&name, "Value").placeholder("Empty: the field is emptied"),
        };
        control.label_hidden().value(value).attr("data-merge", "true").attr("autocomplete", "off")
    }

    fn wait(&self) -> Markup {
        let b = &self.builder;
        let mut lengths = vec![
            Choice::new("minutes", "For minutes"),
            Choice::new("hours", "For hours"),
            Choice::new("days", "For days"),
        ];
        if b.record.is_some() {
            if b.record.is_some_and(RecordKind::has_dates) {
                lengths.push(Choice::new("date", "Until a date of the record"));
            }
            lengths.push(Choice::new("until", "Until something holds"));
        }
        let length = b.typed.get("length");
        html! {
            (swapping(b.select("length", "How long", lengths).error(None::<&str>).width(Width::Medium), &self.action()))
            (b.go_on())
            @match length {
                "date" => {
                    @let sides = vec![Choice::new("before", "days before"), Choice::new("on", "on the day"), Choice::new("after", "days after")];
                    (b.select("field", "Date", b.fields(b.record, |f| f.holds == Holds::Day)).empty_choice("Choose a date").width(Width::Medium))
                    (field_row(html! { (b.number("days", "Days")) (b.select("side", "Before or after", sides).help("At eight in the morning where the workspace is.")) }))
                }
                "until" => {
                    (form_section("Until this holds", None, self.conditions()))
                    (b.number("amount", "At most").error(b.of("days")).after("days").help("Then it goes on all the same."))
                }
                unit => { (b.number("amount", "How many").error(b.of("length")).after(unit)) }
            }
            @if b.record.is_some() {
                (Field::checkbox("recheck", "Go on only if the workflow’s conditions still hold then").value(b.typed.get("recheck")))
            }
        }
    }

    fn approval(&self) -> Markup {
        let b = &self.builder;
        let many =
            vec![Choice::new("false", "The first answer counts"), Choice::new("true", "All of them have to say yes")];
        let late = vec![Choice::new("rejected", "Counts as rejected"), Choice::new("approved", "Counts as approved")];
        html! {
            (b.text("question", "Question").required().help("Like: Shall the contract of {{name}} go on?"))
            (self.several("from", "Who is asked", "Each finds it under Approvals, and can hand it over."))
            (Field::radio("all", "If several are asked", many).value(b.typed.get("all")))
            (field_row(html! {
                (b.number("days", "Time to answer").after("days").attr("max", "90"))
                (b.select("late", "Without an answer by then", late))
            }))
            (b.merge_chips())
        }
    }
}
