//! Bring a file, and find those that came before.

use super::{PART, Place, state_badge, summary};
use crate::{
    View,
    ui::{Badge, Button, Card, Column, EmptyState, Field, FieldError, Form, Icon, Row, Table, nothing, wizard_page},
};
use domain::{
    import::{Import, MAX_BYTES, MAX_ROWS, State, Target},
    list::grouped,
    paths,
};
use maud::{Markup, Render, html};

/// The upload form and the imports so far.
pub struct Index {
    pub place: Place,
    pub imports: Vec<Import>,
    /// The file that could not be read, and why.
    pub refused: Option<(String, String)>,
}

impl View for Index {
    fn title(&self) -> String {
        self.place.title()
    }

    fn body(&self) -> Markup {
        html! {
            div.import-page id=(PART) {
                (wizard_page(&self.place.head(), &self.place.steps(0), html! { (self.form()) (self.earlier()) }))
            }
        }
    }
}

impl Index {
    fn form(&self) -> Markup {
        let error = self.refused.as_ref().map(|(name, why)| match name.as_str() {
            "" => why.clone(),
            name => format!("{name}: {why}"),
        });
        let errors = error.iter().map(|e| FieldError::new("file", e)).collect();
        let limits = format!(
            "CSV or an Excel workbook (XLSX), up to {} rows and {} MB. The first line names the columns.",
            grouped(MAX_ROWS as i64),
            MAX_BYTES / 1024 / 1024
        );
        let field = Field::file("file", "File", ".csv,.xlsx,.tsv,.txt").required().help(limits).error(error);
        let form = Form::post(self.place.imports(), &self.place.csrf)
            .multipart()
            .errors(errors)
            .body(html! {
                (field)
                p.quiet { "Nothing is changed yet: next you see what the file would do." }
                @if self.place.target == Target::Employees {
                    p.quiet {
                        "How jobs and pay have changed over the years comes by files of its own: "
                        a href=(paths::job_imports(&self.place.slug)) { "job changes" } ", "
                        a href=(paths::pay_imports(&self.place.slug)) { "pay changes" } "."
                    }
                }
                @if self.place.target.has_fields() {
                    p.quiet { "Files for fields of your own come " a href=(self.place.many_field_files()) { "by their names" } ", many at once." }
                }
                @if matches!(self.place.target, Target::JobHistory | Target::PayHistory) {
                    p.quiet { "One row for each day on which something changes: the employee’s number, the day from which on it holds, and what is new. What a row does not say goes on as it was." }
                }
            })
            .actions(html! { (Button::submit("Check the file").primary().icon_after(Icon::ArrowRight)) });
        Card::bare(form.render()).render()
    }

    fn earlier(&self) -> Markup {
        if self.imports.is_empty() {
            let many = self.place.target.words().1;
            return EmptyState::new(
                Icon::FileImport,
                "No imports yet",
                format!(
                    "Files that bring {many} in stand here: how they went, what was wrong, and how to take them back."
                ),
            )
            .render();
        }
        let columns = vec![
            Column::new("File"),
            Column::new("State").stays(),
            Column::new("What it did"),
            Column::new("When").minor(),
            Column::new("By").minor(),
        ];
        let rows = self.imports.iter().map(|i| self.row(i)).collect();
        Card::new("Earlier imports", Table::new("Earlier imports", columns, rows).render()).flush().render()
    }

    fn row(&self, import: &Import) -> Row {
        let (tone, word) = state_badge(import.state);
        let did = match import.state {
            State::Done | State::Undone if import.counts.rows > 0 => html! { (summary(&import.counts)) },
            State::Failed => html! { (import.failure.as_deref().unwrap_or_default()) },
            _ => nothing(),
        };
        let ago = html! { (self.place.moment.ago(import.created_at)) };
        let ended = matches!(import.state, State::Done | State::Undone | State::Failed).then(|| did.clone());
        let cells = vec![
            html! { a href=(self.place.import(import.id)) { (import.file_name) } },
            html! { (Badge::new(tone, word)) },
            did,
            ago.clone(),
            html! { (import.by) },
        ];
        Row::new(import.id.to_string(), &import.file_name, cells).brief(ended.into_iter().chain([ago]))
    }
}
