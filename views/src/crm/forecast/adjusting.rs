//! What managers have added to a forecast or taken away, and doing so.

use super::Index;
use crate::{
    form::errors,
    ui::{Badge, Button, Card, Choice, Column, Field, Form, Icon, Row, Table, Time, Tone, field_row},
};
use domain::{
    Currency, Money,
    crm::forecast::adjustments::{About, Adjustment},
    paths,
};
use maud::{Markup, Render, html};

/// With a plus or a minus.
pub(super) fn signed(minor: i64, base: Currency) -> String {
    let sign = if minor > 0 { "+" } else { "" };
    format!("{sign}{}", Money::new(minor, base))
}

impl Index {
    pub(super) fn adjusting(&self) -> Markup {
        let (a, d, e) = (&self.around, &self.typed, &self.errors);
        let people = self.people.iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        let numbers = About::ALL.map(|about| Choice::new(about.key(), about.label())).to_vec();
        let form = Form::post(paths::forecast_adjustments(&a.slug), self.csrf.as_str())
            .once(&self.once)
            .hidden("span", a.period.span.key())
            .hidden("on", a.period.from.to_string())
            .errors(errors(e))
            .body(html! {
                (field_row(html! {
                    (Field::select("member", "Whose forecast", people).empty_choice("Choose").value(&d.member).error(e.of("member")).required())
                    (Field::select("about", "Which number", numbers).value(&d.about).error(e.of("about")).required())
                    (Field::money("amount", "Up or down", a.base.code()).value(&d.amount).error(e.of("amount")).required().placeholder("-5,000").help("A minus takes away."))
                }))
                (Field::textarea("reason", "Why").value(&d.reason).error(e.of("reason")).required().rows(2))
            })
            .actions(Button::submit("Add adjustment").icon(Icon::Plus).render());
        html! {
            @if !self.adjustments.is_empty() {
                (Card::new("Adjustments", self.adjustments()).flush().note("Beside what reps say, and never in it. One that is withdrawn stays to be read."))
            }
            @if !self.people.is_empty() { (Card::new(format!("Adjust {}", a.period.name()), form.render())) }
        }
    }

    fn adjustments(&self) -> Markup {
        let columns = vec![
            Column::new("Whose"),
            Column::new("Number"),
            Column::new("Amount").numeric().stays(),
            Column::new("Why").minor(),
            Column::new("By").minor(),
            Column::new("Withdraw").label_hidden().stays(),
        ];
        Table::new("Adjustments", columns, self.adjustments.iter().map(|x| self.adjustment(x)).collect()).render()
    }

    fn adjustment(&self, x: &Adjustment) -> Row {
        let a = &self.around;
        let by = html! { (x.author) ", " (Time::at(&x.at)) };
        let cells = vec![
            html! { (x.name) },
            html! { (x.about.label()) },
            html! { (signed(x.amount.minor, a.base)) },
            html! { (x.reason) },
            by.clone(),
            match &x.withdrawn {
                Some((who, at)) => {
                    html! { (Badge::new(Tone::Neutral, "Withdrawn")) " " span.quiet { (who) ", " (Time::at(at)) } }
                }
                None => html! {
                    form method="post" action=(paths::forecast_withdrawal(&a.slug, x.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Withdraw").ghost().small())
                    }
                },
            },
        ];
        Row::new(x.id.to_string(), &x.name, cells).brief([html! { (x.reason) }, by])
    }
}
