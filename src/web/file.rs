//! Tables as files to keep: CSV, and lists as workbooks, too.

use crate::web::{
    access::Allowed,
    error::{Error, Result},
    screen::Screen,
    session::Toast,
    workbook,
};
use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    access::Permission,
    cell::Cell,
    custom_fields::Kind,
    import::{Target, safe_cell},
    list::{Mark, grouped},
};
use futures::{Stream, stream};
use serde::Serialize;
use std::{borrow::Cow, future::Future, io, sync::Arc};
use store::{TenantTx, exports};

/// Rows that one file holds. More are refused before the first is written: a file that ends in the middle looks whole.
pub const MOST: i64 = 100_000;

/// Without this mark Excel takes UTF-8 for something else.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A small table; cells that would be formulas become text.
pub async fn csv(name: &str, head: Vec<String>, rows: Vec<Vec<String>>) -> Result {
    let written = tokio::task::spawn_blocking(move || {
        let mut out = csv::Writer::from_writer(MARK.to_vec());
        out.write_record(head.iter().map(|h| safe_cell(h).as_bytes().to_vec()))?;
        for row in &rows {
            write(&mut out, row.iter().map(|c| Cow::Borrowed(c.as_str())))?;
        }
        finish(out)
    });
    let bytes = written.await.map_err(|e| Error::Internal(e.to_string()))?;
    Ok(answer(name, CSV, Body::from(bytes.map_err(|e| Error::Internal(e.to_string()))?)))
}

/// The list of a noun, as a file.
pub struct List<R> {
    pub target: Target,
    /// Where the list itself is, for whoever asks for too much of it.
    pub back: String,
    pub columns: Vec<Column>,
    /// A field as text.
    pub cell: for<'r> fn(&'r R, &str) -> Cow<'r, str>,
    /// A field as what it is.
    pub typed: for<'r> fn(&'r R, &str, Option<Kind>) -> Cell<'r>,
}

/// A column of a list, in its order.
#[derive(Debug, Clone)]
pub struct Column {
    pub key: &'static str,
    pub head: String,
    /// Of a custom field.
    pub kind: Option<Kind>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Workbook,
}

/// Who asked for a file, and by which question.
pub type Asked<P, F> = Arc<(Allowed<P>, F)>;

/// Answers with the list while it is still being read: a page of rows, each in a transaction of its own, is all that is
/// held at a time, however long the list and however slow the line. Whoever changes records meanwhile may find them
/// as they were before or after. What breaks off in the middle breaks the download off, too, so that nobody takes it
/// for whole.
#[allow(clippy::too_many_arguments, reason = "one call a noun, and each of them is asked for by name")]
pub async fn list<P, F, R, Fut>(
    who: Allowed<P>,
    screen: &Screen,
    list: List<R>,
    format: Format,
    filter: F,
    mut tx: TenantTx,
    count: i64,
    page: fn(Asked<P, F>, Option<Mark>) -> Fut,
) -> Result
where
    P: Permission,
    F: Serialize + Send + Sync + 'static,
    R: Send + 'static,
    Fut: Future<Output = Result<(Vec<R>, Option<Mark>)>> + Send + 'static,
{
    let (_, many) = list.target.words();
    if count > MOST {
        let most = grouped(MOST);
        let toast = format!(
            "There are more than {most} {many} in this list, and a file holds no more. Narrow it by a search or a filter, and export the parts."
        );
        return screen.done(list.back, Toast::bad(toast)).await;
    }
    let question = serde_json::to_value(&filter).map_err(|e| Error::Internal(e.to_string()))?;
    let keys: Vec<_> = list.columns.iter().map(|c| c.key).collect();
    let kind = if format == Format::Workbook { "xlsx" } else { "csv" };
    let export = exports::Export { target: list.target, question, columns: &keys, rows: count, format: kind };
    exports::add(&mut tx, who.actor.member, &export).await?;
    tx.commit().await?;

    let asked = Arc::new((who, filter));
    let name = format!("{many}.{kind}");
    let rows = move |after| page(asked.clone(), after);
    Ok(match format {
        Format::Csv => answer(&name, CSV, Body::from_stream(as_csv(list, rows))),
        Format::Workbook => answer(&name, workbook::TYPE, Body::from_stream(workbook::stream(list, rows))),
    })
}

/// A part of the file for each page.
fn as_csv<R, Fut>(
    list: List<R>,
    page: impl Fn(Option<Mark>) -> Fut + Send + 'static,
) -> impl Stream<Item = io::Result<Vec<u8>>> + Send
where
    R: Send + 'static,
    Fut: Future<Output = Result<(Vec<R>, Option<Mark>)>> + Send,
{
    let (columns, cell) = (Arc::new(list.columns), list.cell);
    stream::try_unfold((page, Some(None)), move |(page, next)| {
        let columns = columns.clone();
        async move {
            let Some(after) = next else { return Ok(None) };
            let begins = after.is_none();
            let (rows, last) = page(after).await.map_err(broken)?;
            let part = tokio::task::spawn_blocking(move || {
                let mut out = csv::Writer::from_writer(if begins { MARK.to_vec() } else { vec![] });
                if begins {
                    out.write_record(columns.iter().map(|c| c.head.as_str()))?;
                }
                for row in &rows {
                    write(&mut out, columns.iter().map(|c| cell(row, c.key)))?;
                }
                finish(out)
            });
            let part = part.await.map_err(io::Error::other)??;
            Ok(Some((part, (page, last.map(Some)))))
        }
    })
}

pub(super) fn broken(e: Error) -> io::Error {
    tracing::error!(error = %e, "an export broke off");
    io::Error::other(e.to_string())
}

fn write<'c>(out: &mut csv::Writer<Vec<u8>>, cells: impl Iterator<Item = Cow<'c, str>>) -> csv::Result<()> {
    for cell in cells {
        out.write_field(safe_cell(&cell).as_bytes())?;
    }
    out.write_record(None::<&[u8]>)
}

fn finish(out: csv::Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    out.into_inner().map_err(|e| io::Error::other(e.to_string()))
}

const CSV: &str = "text/csv; charset=utf-8";

fn answer(name: &str, kind: &str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}
