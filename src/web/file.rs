//! Tables as CSV files to keep.

use crate::web::{
    access::Allowed,
    error::{Error, Result},
    screen::Screen,
    session::Toast,
};
use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    access::Permission,
    import::{Target, safe_cell},
    list::{Mark, grouped},
};
use futures::stream;
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
    Ok(answer(name, Body::from(bytes.map_err(|e| Error::Internal(e.to_string()))?)))
}

/// The list of a noun, as a file.
pub struct List<R> {
    pub target: Target,
    /// Where the list itself is, for whoever asks for too much of it.
    pub back: String,
    pub keys: Vec<&'static str>,
    pub head: Vec<String>,
    pub cell: for<'r> fn(&'r R, &str) -> Cow<'r, str>,
}

/// Who asked for a file, and by which question.
pub type Asked<P, F> = Arc<(Allowed<P>, F)>;

/// Answers with the list while it is still being read: a page of rows, each in a transaction of its own, is all that is
/// held at a time, however long the list and however slow the line. Whoever changes records meanwhile may find them
/// as they were before or after. What breaks off in the middle breaks the download off, too, so that nobody takes it
/// for whole.
pub async fn list<P, F, R, Fut>(
    who: Allowed<P>,
    screen: &Screen,
    list: List<R>,
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
    let export = exports::Export { target: list.target, question, columns: &list.keys, rows: count };
    exports::add(&mut tx, who.actor.member, &export).await?;
    tx.commit().await?;

    let asked = Arc::new((who, filter));
    let (head, keys, cell) = (list.head, Arc::new(list.keys), list.cell);
    let body = stream::try_unfold(Some((None, Some(head))), move |next| {
        let (asked, keys) = (asked.clone(), keys.clone());
        async move {
            let Some((after, head)) = next else { return Ok(None) };
            let (rows, last) = page(asked, after).await.map_err(broken)?;
            let part = tokio::task::spawn_blocking(move || {
                let mut out = csv::Writer::from_writer(if head.is_some() { MARK.to_vec() } else { vec![] });
                if let Some(head) = head {
                    out.write_record(head)?;
                }
                for row in &rows {
                    write(&mut out, keys.iter().map(|key| cell(row, key)))?;
                }
                finish(out)
            });
            let part = part.await.map_err(io::Error::other)??;
            Ok::<_, io::Error>(Some((part, last.map(|mark| (Some(mark), None)))))
        }
    });
    Ok(answer(&format!("{many}.csv"), Body::from_stream(body)))
}

fn broken(e: Error) -> io::Error {
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

fn answer(name: &str, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, body).into_response()
}
