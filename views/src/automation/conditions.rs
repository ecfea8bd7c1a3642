//! Conditions as a form: rows in groups, two levels deep.

use super::builder::{Builder, PART, row_button, swapping};
use crate::{
    View,
    ui::{Alert, Button, Choice, Field, Icon, Tone},
};
use domain::{
    automation::{
        conditions::Op,
        fields::Holds,
        typed::{Group, Row, Rows, joint, name},
    },
    paths,
};
use maud::{Markup, Render, html};

pub struct Edit {
    pub builder: Builder,
    /// Groups stand deeper than a form shows.
    pub deep: bool,
}

impl View for Edit {
    fn title(&self) -> String {
        "Conditions".into()
    }

    fn body(&self) -> Markup {
        let b = &self.builder;
        let lead =
            html! { "Only records for which this holds go through " (b.name) ". Without conditions, every one does." };
        b.page("Conditions", lead, &self.action(), self.fields(), "Save conditions")
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == PART).then(|| self.builder.form(&self.action(), self.fields(), "Save conditions"))
    }
}

impl Edit {
    fn action(&self) -> String {
        paths::workflow_conditions(&self.builder.slug, self.builder.id)
    }

    fn fields(&self) -> Markup {
        if self.deep { deeper(&self.builder) } else { rows(&self.builder, &self.action()) }
    }
}

/// What is said where the form does not reach.
pub fn deeper(b: &Builder) -> Markup {
    Alert::new(Tone::Info, "These conditions stand deeper than this form shows")
        .text(html! { "Groups in groups of groups are edited as JSON." })
        .actions(Button::link("Open the JSON", paths::workflow_json(&b.slug, b.id)).small().render())
        .render()
}

/// The rows of a form that has conditions among its questions.
pub fn rows(b: &Builder, action: &str) -> Markup {
    let rows = Rows::read(&b.typed);
    // What was added last has the focus.
    let new = match b.typed.act().split_once(':') {
        Some(("row", g)) => g.parse().ok(),
        _ if b.typed.act() == "group" => Some(rows.groups.len() - 1),
        _ => None,
    };
    html! {
        div.conditions id="f-value" tabindex="-1" {
            @for (g, group) in rows.groups.iter().enumerate() {
                @if g == 0 { (self::group(b, action, g, group, new, rows.groups.len())) }
                @else {
                    fieldset.condition-group {
                        legend.visually-hidden { "Group " (g) }
                        (self::group(b, action, g, group, new, 0))
                    }
                }
            }
            @if let Some(message) = b.errors.of("value").filter(|_| b.wrong.is_empty()) {
                p.field-error id="f-value-error" { (Icon::AlertCircle) span { (message) } }
            }
            (b.go_on())
        }
    }
}

fn group(b: &Builder, action: &str, g: usize, group: &Group, new: Option<usize>, groups: usize) -> Markup {
    let several = if g == 0 { group.rows.len() + groups - 1 > 1 } else { group.rows.len() > 1 };
    let choices = vec![Choice::new("all", "All of these hold"), Choice::new("any", "One of these is enough")];
    html! {
        div.condition-head {
            @if several {
                (Field::select(joint(g), "How they are joined", choices).label_hidden().value(if group.any { "any" } else { "all" }))
            } @else {
                input type="hidden" name=(joint(g)) value=(if group.any { "any" } else { "all" });
                @if g > 0 { p.quiet { "Group" } }
            }
            @if g > 0 { (row_button("Remove this group", Icon::Trash, true, action, &format!("less:{g}"))) }
        }
        @for (r, row) in group.rows.iter().enumerate() {
            (self::row(b, action, (g, r), row, new == Some(g) && r + 1 == group.rows.len()))
        }
        @if g == 0 && group.rows.is_empty() && groups == 1 { p.condition-none { "Nothing is asked yet." } }
        div.actions {
            (row_button("Add a condition", Icon::Plus, false, action, &format!("row:{g}")))
            @if g == 0 { (row_button("Add a group", Icon::Plus, false, action, "group")) }
        }
    }
}

fn row(b: &Builder, action: &str, (g, r): (usize, usize), row: &Row, new: bool) -> Markup {
    let (field, is) = (name(g, r, "field"), name(g, r, "is"));
    let op = row.op(b.record);
    let choose = match b.payload || b.record.is_none() {
        // What a hook brings is not known before it comes.
        true => Field::text(&field, "Field").attr("list", "condition-fields").placeholder("payload.email"),
        false => Field::select(&field, "Field", b.fields(b.record, |_| true)).empty_choice("Choose a field"),
    };
    let choose = swapping(choose.label_hidden().value(&row.field).error(b.of(&field)), action);
    let choose = if new { choose.attr("data-focus", "true") } else { choose };
    let ops = row.ops(b.record).iter().map(|o| Choice::new(o.key(), o.label())).collect();
    html! {
        div.condition-row {
            (choose)
            @if row.field.is_empty() {
                input type="hidden" name=(is) value=(row.is);
                span {}
                span {}
            } @else {
                (swapping(Field::select(&is, "Question", ops).label_hidden().value(op.key()), action))
                (value(b, (g, r), row, op))
            }
            (row_button("Remove this condition", Icon::X, true, action, &format!("less:{g}:{r}")))
        }
        @if g == 0 && r == 0 && (b.payload || b.record.is_none()) {
            datalist id="condition-fields" {
                @for choice in b.fields(b.record, |_| true) { option value=(choice.value) { (choice.label) } }
            }
        }
    }
}

fn value(b: &Builder, (g, r): (usize, usize), row: &Row, op: Op) -> Markup {
    let name = name(g, r, "value");
    if !op.compares() {
        return html! { span {} };
    }
    let first = row.values.first().map_or("", String::as_str);
    let holds = b.record.and_then(|k| k.field(&row.field)).map(|s| s.holds);
    let several = matches!(op, Op::OneOf | Op::NoneOf);
    if let (Some(Holds::Choice(choices)), true) = (holds, several) {
        let chosen: Vec<&str> = row.values.iter().map(String::as_str).collect();
        let choices = choices.iter().map(|(key, label)| Choice::new(*key, *label)).collect();
        let ticks = super::builder::Ticks {
            name: &name,
            label: "Values",
            help: None,
            choices,
            chosen,
            error: b.of(&name),
            action: None,
        };
        return html! { div.condition-ticks { (ticks) } };
    }
    let field = match (holds, op) {
        (_, Op::WithinNext | Op::WithinLast) => {
            Field::number(&name, "Days").value(first).after("days").attr("min", "0")
        }
        (Some(Holds::Choice(choices)), _) => {
            let choices = choices.iter().map(|(key, label)| Choice::new(*key, *label)).collect();
            Field::select(&name, "Value", choices).empty_choice("Choose").value(first)
        }
        (Some(Holds::Day), _) => Field::date(&name, "Value").value(first),
        (Some(Holds::Number), _) => Field::text(&name, "Value").attr("inputmode", "decimal").value(first),
        (Some(Holds::Money), _) => Field::text(&name, "Value").placeholder("1000, or 1000 EUR").value(first),
        _ if several => Field::text(&name, "Values").value(row.values.join(", ")).placeholder("One, another"),
        _ => Field::text(&name, "Value").value(first),
    };
    field.label_hidden().error(b.of(&name)).attr("autocomplete", "off").render()
}
