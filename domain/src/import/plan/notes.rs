//! What is to be known about a file's cells, as it is found.

use super::{Noun, Row, Severity};
use crate::import::{Finding, Mapping, Table, told};
use std::borrow::Cow;

/// The findings of one file.
pub(super) struct Notes<'a> {
    pub(super) table: &'a Table,
    pub(super) mapping: &'a Mapping,
    pub(super) findings: Vec<Finding>,
}

impl Notes<'_> {
    pub(super) fn add(
        &mut self,
        row: &Row<'_>,
        field: &'static str,
        message: impl Into<Cow<'static, str>>,
        severity: Severity,
    ) {
        let cell = self.mapping.column_of(field).map_or("", |column| row.cell(column));
        let shown = |c: &char| !c.is_control();
        let value = told(field, cell.trim()).chars().filter(shown).take(60).collect();
        self.findings.push(Finding { line: row.line, field, value, message: message.into(), severity });
    }

    pub(super) fn circle<N: Noun>(&mut self, row: usize) {
        let row = self.table.row(row);
        let message = match N::ABOVE {
            "manager" => "This would close a circle of managers. The row goes in without a manager.",
            _ => "This would close a circle of parent companies. The row goes in without a parent company.",
        };
        self.add(&row, N::ABOVE, message, Severity::Warning);
    }
}
