//! Files going out: by their id, through the door of what they belong to, and with headers that let nothing in them run.

use crate::web::{Allowed, Error, Query, Record, Result, Routes, access::App};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{FileId, TenantId, access::HomeRead, files as names, hr::documents::File, paths};
use jobs::storage::Fault;
use serde::Deserialize;
use store::files;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::FILE, open)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct How {
    /// Anything: to be looked at in the browser, where that is safe.
    show: String,
}

/// Nothing of a picture or a text runs, whatever is in it.
const SANDBOX: &str = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'";
/// A browser's own viewer of PDFs refuses to work in a sandbox; it runs nothing in the page's name.
const VIEWER: &str = "default-src 'none'; object-src 'self'; img-src 'self' data: blob:; style-src 'unsafe-inline'";

/// Whoever may enter may ask; whether the file is theirs to see, what it belongs to says.
async fn open(who: Allowed<HomeRead>, Record(id): Record<FileId>, Query(how): Query<How>) -> Result<Response> {
    let mut tx = who.begin().await?;
    let file = files::open(&mut tx, id).await?;
    // That it was opened is kept before the first byte goes out.
    tx.commit().await?;
    send(who.app(), who.workspace.id, file, !how.show.is_empty()).await
}

/// The file itself, to whoever was found to see it.
pub(crate) async fn send(app: &App, tenant: TenantId, file: File, show: bool) -> Result<Response> {
    let id = file.id;
    let content = app.storage().stream(tenant, id).await.map_err(|fault| match fault {
        Fault::Lost => Error::Unavailable("This file", format!("{id} is not in the storage")),
        Fault::Unavailable(why) => Error::Unavailable("The storage of files", why),
    })?;
    let pdf = file.media_type == jobs::storage::PDF.name;
    let inline = show && (pdf || matches!(&*file.media_type, "image/png" | "image/jpeg" | "image/webp"));
    let text = file.media_type.starts_with("text/");
    let kind = if text { format!("{}; charset=utf-8", file.media_type) } else { file.media_type };
    let value = |text: String| HeaderValue::from_str(&text).map_err(|e| Error::Internal(e.to_string()));
    let headers = [
        (header::CONTENT_TYPE, value(kind)?),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, value(names::disposition(&file.name, inline))?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(if inline && pdf { VIEWER } else { SANDBOX })),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        // As it is: most of it is packed already.
        (header::CONTENT_ENCODING, HeaderValue::from_static("identity")),
    ];
    Ok((headers, Body::from_stream(content)).into_response())
}
