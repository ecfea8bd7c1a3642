//! A table as a CSV file to keep.

use crate::web::error::{Error, Result};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use domain::import::safe_cell;

/// Rows that one export holds; longer ones are for the API.
pub const MOST: i64 = 100_000;

/// Writes it with a byte order mark, without which Excel takes UTF-8 for something else; cells that would be
/// formulas become text.
pub fn csv<R: AsRef<[String]>>(name: &str, head: &[&str], rows: impl IntoIterator<Item = R>) -> Result<Response> {
    let wrong = |e: csv::Error| Error::Internal(e.to_string());
    let mut out = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    out.write_record(head).map_err(wrong)?;
    for row in rows {
        out.write_record(row.as_ref().iter().map(|c| safe_cell(c).into_owned())).map_err(wrong)?;
    }
    let bytes = out.into_inner().map_err(|e| Error::Internal(e.to_string()))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    Ok((headers, bytes).into_response())
}
