//! Lists as Excel workbooks: cells are what they are, numbers, days and amounts, and text is text whatever it begins
//! with. Rows go to a temporary file as they come, so that a page of them is all that is held, as of CSV; a workbook
//! has its table of contents at its end, so the file is sent once it is whole.

use crate::web::{
    error::Result,
    file::{Column, List, broken},
};
use chrono::Datelike;
use domain::{Money, cell::Cell, custom_fields::Kind, list::Mark};
use futures::{Stream, stream};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek},
};

pub const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Bytes that are sent at a time.
const PART: usize = 64 * 1024;

/// The whole workbook, written first and sent then.
pub(super) fn stream<R, Fut>(
    list: List<R>,
    page: impl Fn(Option<Mark>) -> Fut + Send + 'static,
) -> impl Stream<Item = io::Result<Vec<u8>>> + Send
where
    R: Send + 'static,
    Fut: Future<Output = Result<(Vec<R>, Option<Mark>)>> + Send,
{
    let whole = async move {
        let (_, many) = list.target.words();
        let (columns, typed) = (list.columns, list.typed);
        let mut sheet = aside(move || Sheet::begin(many, columns)).await?;
        let mut after = None;
        loop {
            let (rows, last) = page(after).await.map_err(broken)?;
            sheet = aside(move || {
                rows.iter().try_for_each(|row| sheet.row(|column| typed(row, column.key, column.kind)))?;
                Ok(sheet)
            })
            .await?;
            match last {
                None => break,
                last => after = last,
            }
        }
        aside(move || sheet.finish()).await
    };
    stream::try_unfold(Step::Writing(Box::pin(whole)), async |step| {
        let mut file = match step {
            Step::Writing(whole) => whole.await?,
            Step::Sending(file) => file,
        };
        let (part, file) = aside(move || {
            let mut part = Vec::with_capacity(PART);
            (&mut file).take(PART as u64).read_to_end(&mut part)?;
            Ok((part, file))
        })
        .await?;
        Ok((!part.is_empty()).then_some((part, Step::Sending(file))))
    })
}

enum Step<F> {
    Writing(F),
    Sending(File),
}

/// What waits for a disk does not hold a worker up.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

struct Sheet {
    book: Workbook,
    columns: Vec<Column>,
    next: u32,
    day: Format,
    part: Format,
    number: Format,
    /// By currency and its decimals.
    money: HashMap<String, Format>,
}

impl Sheet {
    fn begin(name: &str, columns: Vec<Column>) -> io::Result<Self> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet_with_constant_memory().map_err(wrong)?;
        let head = Format::new().set_bold();
        let begun = (|| {
            sheet.set_name(name)?.set_freeze_panes(1, 0)?;
            for (at, column) in (0..).zip(&columns) {
                sheet.set_column_width(at, width(column))?;
            }
            for (at, column) in (0..).zip(&columns) {
                sheet.write_string_with_format(0, at, &column.head, &head)?;
            }
            Ok(())
        })();
        begun.map_err(wrong)?;
        Ok(Self {
            book,
            columns,
            next: 1,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            part: Format::new().set_num_format("0.##%"),
            number: Format::new().set_num_format("#,##0.#########"),
            money: HashMap::new(),
        })
    }

    fn row<'c>(&mut self, cell: impl Fn(&Column) -> Cell<'c>) -> io::Result<()> {
        let row = self.next;
        for (at, column) in (0..).zip(&self.columns) {
            let sheet = self.book.worksheet_from_index(0).map_err(wrong)?;
            let written = match cell(column) {
                Cell::Text(text) if text.is_empty() => continue,
                Cell::Text(text) => sheet.write_string(row, at, text).map(drop),
                Cell::Number(n) if n.is_integer() => sheet.write_number(row, at, float(n)).map(drop),
                Cell::Number(n) => number(sheet, row, at, n, &self.number),
                Cell::Part(n) => number(sheet, row, at, n, &self.part),
                Cell::Money(m) => {
                    let as_money = || Format::new().set_num_format(pattern(m));
                    let format = self.money.entry(m.currency.code().to_owned()).or_insert_with(as_money);
                    number(sheet, row, at, m.decimal(), format)
                }
                Cell::Day(day) => {
                    let date = u16::try_from(day.0.year())
                        .ok()
                        .and_then(|year| ExcelDateTime::from_ymd(year, day.0.month() as u8, day.0.day() as u8).ok());
                    match date {
                        Some(date) => sheet.write_datetime_with_format(row, at, date, &self.day).map(drop),
                        // Before 1900 Excel knows no days.
                        None => sheet.write_string(row, at, day.to_string()).map(drop),
                    }
                }
            };
            written.map_err(wrong)?;
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<File> {
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&file).map_err(wrong)?;
        file.rewind()?;
        Ok(file)
    }
}

fn number(sheet: &mut Worksheet, row: u32, at: u16, n: Decimal, format: &Format) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, at, float(n), format).map(drop)
}

/// Excel's numbers are of this kind.
fn float(n: Decimal) -> f64 {
    n.to_f64().unwrap_or_default()
}

/// `#,##0.00 "EUR"`
fn pattern(money: Money) -> String {
    let decimals = money.decimal().scale() as usize;
    let places = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals)) };
    format!("#,##0{places} \"{}\"", money.currency.code())
}

/// In letters, by what such columns hold.
fn width(column: &Column) -> f64 {
    let by_kind = match (column.kind, column.key) {
        (Some(Kind::Date | Kind::YesNo | Kind::Number), _) | (_, "number" | "fte" | "size" | "status") => 12.0,
        (_, "start_date" | "end_date" | "birth_date") => 12.0,
        (_, "email" | "tags" | "job_title" | "name" | "parent") => 30.0,
        _ => 20.0,
    };
    f64::max(by_kind, column.head.chars().count() as f64 + 2.0)
}

fn wrong(e: XlsxError) -> io::Error {
    io::Error::other(e)
}
