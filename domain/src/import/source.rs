//! How a file was read, in words for people.

use serde::{Deserialize, Serialize};

/// How a file was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// `CSV`, `Excel workbook` …, for people.
    pub format: String,
    /// Of text: `UTF-8`, `windows-1252` …
    pub encoding: Option<String>,
    /// Of text: what parts the cells.
    pub delimiter: Option<char>,
    /// Of a workbook: the sheet that was read, and how many more there are.
    pub sheet: Option<String>,
    pub more_sheets: usize,
    /// Of text: lines whose quotation marks stand where none may, the first few.
    pub odd_quotes: Vec<u32>,
    pub headers: Vec<String>,
    pub rows: u32,
}

impl Source {
    /// The column's header, or its place where it has none.
    pub fn column(&self, at: usize) -> String {
        match self.headers.get(at).map(|h| h.trim()) {
            Some(header) if !header.is_empty() => header.to_owned(),
            _ => format!("Column {}", at + 1),
        }
    }

    /// `UTF-8, semicolons` or `Sheet “Staff”`.
    pub fn words(&self) -> String {
        let parts = match self.delimiter {
            Some(',') => Some("commas"),
            Some(';') => Some("semicolons"),
            Some('\t') => Some("tabs"),
            Some('|') => Some("vertical bars"),
            _ => None,
        };
        let words = [
            (self.format != "CSV").then(|| self.format.clone()),
            self.sheet.as_ref().map(|s| format!("sheet “{s}”")),
            self.encoding.clone(),
            parts.map(str::to_owned),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
