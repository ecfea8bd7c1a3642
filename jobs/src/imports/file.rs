//! Reading a file that somebody brought: what kind it is, how its text is written, where its cells end.

use super::workbook;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use domain::import::{MAX_ROWS, Mapping, Source, Table, Target, is_header};
use domain::{access::Sight, list::grouped};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// A file that was read.
#[derive(Debug)]
pub struct Sheet {
    pub table: Table,
    pub source: Source,
}

/// Why a file cannot be read, in words for whoever brought it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

pub(super) fn unreadable<T>(why: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable(why.into()))
}

/// Columns that one file may have.
pub(super) const MAX_COLUMNS: usize = 500;
/// Letters that one cell may have, as in a spreadsheet. A longer one is a quotation mark that was never closed.
pub(super) const MAX_CELL: usize = 32_767;
/// Bytes of cells that one file may have, unpacked.
const MAX_CELLS: usize = 96 * 1024 * 1024;

/// Reads the whole file. It is CPU's work: call it off the async threads.
pub fn read(bytes: &[u8], target: Target) -> Result<Sheet, Unreadable> {
    let sheet = match Kind::of(bytes) {
        Kind::Empty => return unreadable("This file is empty."),
        Kind::Other(what) => return unreadable(format!("This is {what}. Bring a CSV file or an Excel workbook.")),
        Kind::Workbook => workbook::read(bytes, target)?,
        Kind::OldWorkbook => workbook::read_old(bytes)?,
        Kind::Text => read_text(bytes, target)?,
    };
    if sheet.table.is_empty() {
        return unreadable("This file has a header and no rows below it.");
    }
    Ok(sheet)
}

enum Kind {
    Empty,
    Text,
    /// A ZIP archive, as newer workbooks are.
    Workbook,
    /// A compound file, as older workbooks and locked ones are.
    OldWorkbook,
    Other(&'static str),
}

impl Kind {
    /// By what the file holds: its name may say anything.
    fn of(bytes: &[u8]) -> Self {
        const MARKS: &[(&[u8], &str)] = &[
            (b"%PDF", "a PDF document"),
            (b"\x89PNG", "a picture"),
            (b"\xff\xd8\xff", "a picture"),
            (b"GIF8", "a picture"),
            (b"RIFF", "a picture or a sound"),
            (b"II*\0", "a picture"),
            (b"MM\0*", "a picture"),
            (b"<!DOCTYPE", "a web page"),
            (b"<!doctype", "a web page"),
            (b"<html", "a web page"),
            (b"%!PS", "a document for a printer"),
            (b"SQLite format 3", "a database"),
            (b"\x1f\x8b", "a compressed file"),
            (b"7z\xbc\xaf", "a compressed file"),
            (b"Rar!", "a compressed file"),
            (b"{\\rtf", "a text document with formats"),
            (b"\x7fELF", "a program"),
            (b"MZ\x90", "a program"),
        ];
        let blank = bytes.iter().all(|b| b.is_ascii_whitespace() || matches!(b, 0xef | 0xbb | 0xbf | 0xff | 0xfe | 0));
        match bytes {
            _ if blank => Self::Empty,
            [b'P', b'K', 3, 4, ..] => Self::Workbook,
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Self::OldWorkbook,
            _ => {
                MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map_or(Self::Text, |(_, what)| Self::Other(what))
            }
        }
    }
}

fn read_text(bytes: &[u8], target: Target) -> Result<Sheet, Unreadable> {
    let (text, encoding) = decode(bytes);
    if !is_text(&text) {
        return unreadable(
            "This is no table: a picture, a document or a program, perhaps. Bring a CSV file or an Excel workbook.",
        );
    }
    if let Some(at) = text.find('\0') {
        let line = 1 + text[..at].matches('\n').count();
        return unreadable(format!(
            "Line {} holds a letter that no text has (a NUL byte): the file is damaged there. Save it anew as CSV.",
            grouped(line as i64)
        ));
    }
    let (named, skip) = separator_line(&text);
    let body = &text[skip..];
    let delimiter = named.unwrap_or_else(|| delimiter(body, target));

    let mut lines = Lines { bytes: body.as_bytes(), at: 0, line: if skip > 0 { 2 } else { 1 } };
    let mut rows = reader(body, delimiter);
    let mut record = csv::StringRecord::new();
    let wrong = |e: csv::Error| Unreadable(format!("This file cannot be read as CSV: {e}."));
    let headers = loop {
        if !rows.read_record(&mut record).map_err(wrong)? {
            return unreadable("This file is empty.");
        }
        if record.iter().any(|c| !c.trim().is_empty()) {
            break record.iter().map(|c| c.trim().to_owned()).collect::<Vec<_>>();
        }
    };
    let mut table = begin(headers, target)?;
    let mut odd_quotes = vec![];
    while rows.read_record(&mut record).map_err(wrong)? {
        let at = record.position().map_or(0, csv::Position::byte);
        let line = lines.at(usize::try_from(at).unwrap_or(usize::MAX));
        let end = usize::try_from(rows.position().byte()).unwrap_or(usize::MAX).min(body.len());
        if rows.is_done() || end == body.len() {
            never_closed(&body[usize::try_from(at).unwrap_or(end).min(end)..end], line)?;
        }
        if odd_quotes.len() < ODD_LINES
            && odd_quote(&body.as_bytes()[usize::try_from(at).unwrap_or(end).min(end)..end], delimiter)
        {
            odd_quotes.push(line);
        }
        push(&mut table, line, record.iter())?;
    }
    let source = Source {
        odd_quotes,
        format: "CSV".into(),
        encoding: Some(encoding.to_owned()),
        delimiter: Some(char::from(delimiter)),
        headers: table.headers.clone(),
        rows: u32::try_from(table.len()).unwrap_or(u32::MAX),
        ..Source::default()
    };
    Ok(Sheet { table, source })
}

/// A table with this header, if it is one.
pub(super) fn begin(mut headers: Vec<String>, target: Target) -> Result<Table, Unreadable> {
    while headers.last().is_some_and(String::is_empty) && headers.len() > 1 {
        headers.pop();
    }
    if headers.len() > MAX_COLUMNS {
        return Err(too_wide());
    }
    if !is_header(&headers, target) {
        return unreadable(
            "This file has no header. Its first line must name the columns, like “First name” or “Email”.",
        );
    }
    Ok(Table::new(headers))
}

pub(super) fn long_cell(line: u32) -> Unreadable {
    Unreadable(format!(
        "A cell of line {} is longer than {} characters. Perhaps a quotation mark there is never closed.",
        grouped(line.into()),
        grouped(MAX_CELL as i64)
    ))
}

/// A quotation mark that is never closed takes all lines after it into one cell, and they would be lost without a word.
/// Only the last record can have one; within a line of its own, like the inches of `5" pipe`, it harms nobody.
fn never_closed(last: &str, line: u32) -> Result<(), Unreadable> {
    let lines = last.trim_end().lines().count();
    if lines < 2 || last.matches('"').count().is_multiple_of(2) {
        return Ok(());
    }
    unreadable(format!(
        "A quotation mark in line {} is never closed, so the {} after it would be lost. Close it there, or save the file anew \
         as CSV.",
        grouped(line.into()),
        match lines - 1 {
            1 => "line".to_owned(),
            n => format!("{} lines", grouped(n as i64)),
        }
    ))
}

/// Lines with odd quotation marks that are told.
const ODD_LINES: usize = 5;

/// Whether a cell in quotation marks has another one within that is not doubled, `"Ann "the" Boss"`: where it ends, and what
/// it says, is a guess.
fn odd_quote(record: &[u8], delimiter: u8) -> bool {
    let (mut at, mut quoted, mut begins) = (0, false, true);
    while let Some(&byte) = record.get(at) {
        let next = record.get(at + 1);
        match (quoted, byte) {
            (false, b'"') if begins => quoted = true,
            (true, b'"') if next == Some(&b'"') => at += 1,
            (true, b'"') => match next {
                None | Some(b'\r' | b'\n') => quoted = false,
                Some(next) if *next == delimiter => quoted = false,
                Some(_) => return true,
            },
            _ => {}
        }
        begins = !quoted && (byte == delimiter || matches!(byte, b'\r' | b'\n'));
        at += 1;
    }
    false
}

pub(super) fn too_wide() -> Unreadable {
    Unreadable(format!("This file has more than {MAX_COLUMNS} columns."))
}

/// Adds a row within the limits of a file.
pub(super) fn push<'a>(
    table: &mut Table,
    line: u32,
    cells: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Unreadable> {
    if cells.clone().any(|c| c.len() > MAX_CELL && c.chars().count() > MAX_CELL) {
        return Err(long_cell(line));
    }
    table.push(line, cells);
    if table.len() > MAX_ROWS {
        return unreadable(format!(
            "This file has more than {} rows. Split it and bring the parts one by one.",
            grouped(MAX_ROWS as i64)
        ));
    }
    if table.bytes() > MAX_CELLS {
        return unreadable("This file holds too much text. Split it and bring the parts one by one.");
    }
    Ok(())
}

/// The text, and what its encoding is called.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return (encoding.decode_without_bom_handling(&bytes[mark..]).0, words(encoding));
    }
    if let Some(encoding) = wide(bytes) {
        return (encoding.decode_without_bom_handling(bytes).0, words(encoding));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.into(), words(UTF_8));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    (encoding.decode_without_bom_handling(bytes).0, words(encoding))
}

fn words(encoding: &'static Encoding) -> &'static str {
    match encoding.name() {
        "windows-1252" => "Windows-1252",
        "UTF-16LE" | "UTF-16BE" => "UTF-16",
        name => name,
    }
}

/// UTF-16 without a mark: in a table most letters are Latin, so every other byte is zero.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    match () {
        () if half > 0 && odd * 10 > half * 7 && even * 10 < half => Some(UTF_16LE),
        () if half > 0 && even * 10 > half * 7 && odd * 10 < half => Some(UTF_16BE),
        () => None,
    }
}

/// Letters of no text that even the shortest file may have.
const FEW: usize = 3;

/// Whether people wrote this: hardly a letter in it controls a machine or could not be read.
fn is_text(text: &str) -> bool {
    let sample = text.chars().take(65_536);
    let strange = |c: &char| (c.is_control() && !matches!(c, '\t' | '\r' | '\n')) || *c == char::REPLACEMENT_CHARACTER;
    let (mut all, mut odd) = (0, 0);
    for c in sample {
        all += 1;
        odd += usize::from(strange(&c));
    }
    odd <= FEW || odd * 100 <= all
}

/// Excel's own first line, `sep=;`: the delimiter, and where the table begins.
fn separator_line(text: &str) -> (Option<u8>, usize) {
    let first = text.lines().next().unwrap_or_default();
    let mark = first.get(..4).filter(|m| m.eq_ignore_ascii_case("sep=")).map(|_| first[4..].trim_end_matches('\r'));
    match mark.map(str::as_bytes) {
        Some([mark]) => {
            (Some(*mark), text.len().min(first.len() + text[first.len()..].find('\n').map_or(0, |n| n + 1)))
        }
        _ => (None, 0),
    }
}

/// What parts the cells: whatever gives the header most fields that are known, then most columns that the rows below
/// have as well.
fn delimiter(text: &str, target: Target) -> u8 {
    let mut end = text.len().min(128 * 1024);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let score = |delimiter: u8| {
        let mut records = reader(&text[..end], delimiter).into_records().map_while(Result::ok).take(100);
        let header: Vec<String> = records.next().map(|r| r.iter().map(str::to_owned).collect()).unwrap_or_default();
        if header.len() > MAX_COLUMNS {
            // Refused in a moment: nobody looks for fields in so many.
            return (0, header.len());
        }
        let (mut rows, mut fitting) = (0, 0);
        for record in records {
            rows += 1;
            fitting += usize::from(record.len() == header.len());
        }
        let known = Mapping::guess(&header, target, Sight::ALL).columns().iter().flatten().count();
        let even = if header.len() > 1 && fitting * 2 >= rows { header.len() } else { 0 };
        (known, even)
    };
    // Of equals the first wins, and `max_by_key` takes the last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|d| score(*d)).unwrap_or(b',')
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Counts lines up to places that only move on; line ends may be `\n`, `\r\n` or `\r`.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line of the first word at or behind `place`.
    fn at(&mut self, place: usize) -> u32 {
        let blank = |b: Option<&u8>| matches!(b, Some(b'\n' | b'\r'));
        while self.at < place.min(self.bytes.len()) || blank(self.bytes.get(self.at)) {
            let ends = match self.bytes[self.at] {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += u32::from(ends);
            self.at += 1;
        }
        self.line
    }
}
