//! Reading workbooks: the first sheet with something in it, its typed cells as the text that a CSV would hold.

use super::file::{MAX_CELL, MAX_COLUMNS, Sheet, Unreadable, begin, long_cell, push, too_wide, unreadable};
use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use domain::import::{Source, Table, Target};
use std::{
    io::{Cursor, Read},
    time::{Duration, Instant},
};

/// Bytes that a workbook may unpack to.
const MAX_UNPACKED: u64 = 128 * 1024 * 1024;
/// Bytes that its table of texts may unpack to, which is read whole before the first row.
const MAX_TEXTS: u64 = 32 * 1024 * 1024;

/// Sheets that are looked at for one with something in it: a directory may name one sheet a thousand times.
const MAX_SHEETS: usize = 20;
/// How long reading may take. No honest workbook comes near.
const MAX_TIME: Duration = Duration::from_secs(60);

const OTHER: &str = "Only Excel's .xlsx and CSV are read. Save it as one of them and bring it again.";

const LOCKED: &str = "This workbook is locked by a password. Save it without one and bring it again.";
const BROKEN: &str = "This workbook cannot be read. Open it in your spreadsheet and save it anew, or as CSV.";
const NOTHING: &str = "This workbook has nothing in it.";

/// A workbook that is a ZIP archive: XLSX alone. The formats of others are read whole before anything of them can be
/// refused: 768 bytes of ODS that repeat one cell took 6 GB.
pub(super) fn read(bytes: &[u8], target: Target) -> Result<Sheet, Unreadable> {
    let Some(names) = unpacks(bytes, MAX_UNPACKED)? else { return unreadable(BROKEN) };
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("xl/workbook.xml") {
        read_xlsx(bytes, target)
    } else if has("xl/workbook.bin") || (has("content.xml") && has("META-INF/manifest.xml")) {
        unreadable(OTHER)
    } else if has("word/document.xml") {
        unreadable("This is a text document. Bring a CSV file or an Excel workbook.")
    } else {
        unreadable("This is an archive. Unpack it and bring the table in it.")
    }
}

/// The names in the archive, once it was seen not to burst: what its directory says of sizes may be a lie.
pub(super) fn unpacks(bytes: &[u8], most: u64) -> Result<Option<Vec<String>>, Unreadable> {
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let mut left = most;
    let mut names = Vec::new();
    for i in 0..zip.len() {
        let Ok(part) = zip.by_index(i) else { return Ok(None) };
        let Ok(name) = part.name().map(|n| n.into_owned()) else { return Ok(None) };
        names.push(name);
        let texts = names.last().is_some_and(|n| n.eq_ignore_ascii_case("xl/sharedStrings.xml"));
        let room = if texts { left.min(MAX_TEXTS) } else { left };
        let Ok(size) = std::io::copy(&mut part.take(room + 1), &mut std::io::sink()) else { return Ok(None) };
        if size > room {
            return unreadable("This workbook is too large when unpacked. Save the sheet as CSV and bring that.");
        }
        left -= size;
    }
    Ok(Some(names))
}

fn read_xlsx(bytes: &[u8], target: Target) -> Result<Sheet, Unreadable> {
    let broken = |e: XlsxError| Unreadable(if matches!(e, XlsxError::Password) { LOCKED } else { BROKEN }.into());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let (sheets, began) = (book.sheet_names(), Instant::now());
    for (at, name) in sheets.iter().enumerate().take(MAX_SHEETS) {
        if began.elapsed() > MAX_TIME {
            return unreadable("This workbook takes too long to read. Save the sheet as CSV and bring that.");
        }
        // Charts are sheets, too, and hold no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(name) else { continue };
        let mut rows = Rows::new(target);
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (row, column) = cell.get_position();
            // Before it is copied: a thousand cells may share one text of 30 MB.
            if let DataRef::SharedString(text) = cell.get_value()
                && text.len() > 4 * MAX_CELL
            {
                return Err(long_cell(row + 1));
            }
            rows.cell(row, column, text_of(&Data::from(cell.get_value().clone())))?;
        }
        if let Some(table) = rows.table()? {
            return Ok(sheet(table, "Excel workbook", name, sheets.len() - at - 1));
        }
    }
    unreadable(NOTHING)
}

/// A compound file: an XLSX under a password, or a workbook of the old kind.
pub(super) fn read_old(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    unreadable(if bytes.windows(locked.len()).any(|w| w == locked) { LOCKED } else { OTHER })
}

fn sheet(table: Table, format: &str, name: &str, more_sheets: usize) -> Sheet {
    let source = Source {
        format: format.to_owned(),
        sheet: Some(name.to_owned()),
        more_sheets,
        headers: table.headers.clone(),
        rows: u32::try_from(table.len()).unwrap_or(u32::MAX),
        ..Source::default()
    };
    Sheet { table, source }
}

/// Cells that come one by one, put together to rows; a row is as wide as the header or as its last cell.
struct Rows {
    target: Target,
    table: Option<Table>,
    row: u32,
    cells: Vec<String>,
}

impl Rows {
    fn new(target: Target) -> Self {
        Self { target, table: None, row: 0, cells: vec![] }
    }

    fn cell(&mut self, row: u32, column: u32, text: String) -> Result<(), Unreadable> {
        if row != self.row {
            self.end()?;
            self.row = row;
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if text.is_empty() || column >= 16_384 {
            return Ok(());
        }
        if self.table.is_none() && column >= MAX_COLUMNS {
            return Err(too_wide());
        }
        // One cell past the header tells that the row is too long; where the others are, nobody asks.
        let column = self.table.as_ref().map_or(column, |t| column.min(t.headers.len()));
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    fn end(&mut self) -> Result<(), Unreadable> {
        let mut cells = std::mem::take(&mut self.cells);
        if cells.iter().all(|c| c.trim().is_empty()) {
            return Ok(());
        }
        match &mut self.table {
            None => {
                let headers = cells.iter().map(|c| c.trim().to_owned()).collect();
                self.table = Some(begin(headers, self.target)?);
            }
            Some(table) => {
                cells.resize(cells.len().max(table.headers.len()), String::new());
                push(table, self.row + 1, cells.iter().map(String::as_str))?;
            }
        }
        Ok(())
    }

    fn table(mut self) -> Result<Option<Table>, Unreadable> {
        self.end()?;
        Ok(self.table)
    }
}

/// Three decimals could be thousands, where somebody has typed them; a number of a workbook is not.
fn decimals(number: String) -> String {
    match number.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => number + "0",
        _ => number,
    }
}

/// As a person would type it: dates as ISO, whole numbers without decimals, and no more digits than a spreadsheet shows.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(s) | Data::DateTimeIso(s) | Data::DurationIso(s) => s.clone(),
        Data::Int(n) => n.to_string(),
        Data::Float(f) => decimals(format!("{f:.14e}").parse::<f64>().unwrap_or(*f).to_string()),
        Data::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
        Data::Error(e) => e.to_string(),
        Data::DateTime(d) if d.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = d.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}:{second:02}") }
        }
        Data::DateTime(d) => d.as_f64().to_string(),
    }
}
