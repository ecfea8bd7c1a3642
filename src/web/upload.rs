//! One file from a form, read within a limit.

use crate::web::{
    access::{App, Unforged},
    csrf,
    error::Error,
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
};
use std::time::Duration;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

/// What the form brought. A file that is too large was read to its end and thrown away, so that the browser hears
/// the answer instead of a broken connection.
pub struct Upload {
    pub file: Option<File>,
    pub too_large: bool,
    /// Kept as long as the file is in memory.
    _place: SemaphorePermit<'static>,
}

/// Files that are held in memory at a time, each of at most `MAX_BYTES`.
static PLACES: Semaphore = Semaphore::const_new(6);
/// How long somebody waits for a place.
const WAIT: Duration = Duration::from_secs(30);

pub struct File {
    pub name: String,
    pub bytes: Bytes,
}

/// Bytes of a body that are read at all.
const PATIENCE: usize = 512 * 1024 * 1024;

const FULL: &str = "Many files are on their way here just now. Try again in a minute.";

impl Unforged for Upload {}

impl FromRequest<App> for Upload {
    type Rejection = Error;

    /// The token comes first, as a header or as the form's first field: nothing of a forged upload is kept.
    async fn from_request(mut request: Request, app: &App) -> Result<Self, Error> {
        DefaultBodyLimit::max(PATIENCE).apply(&mut request);
        let (parts, body) = request.into_parts();
        let kept = parts.clone();
        let broken = |_| Error::Bad("The file did not arrive whole. Try again.".into());
        let mut form = Multipart::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|_| Error::Bad("This is not a form with a file.".into()))?;
        let mut trusted = csrf::check(&kept, app, None).is_ok();
        let place = timeout(WAIT, PLACES.acquire()).await.map_err(|_| Error::Bad(FULL.into()))?;
        let _place = place.expect("nobody closes it");
        let mut upload = Self { file: None, too_large: false, _place };
        while let Some(mut part) = form.next_field().await.map_err(broken)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "_csrf" {
                csrf::check(&kept, app, Some(&part.text().await.map_err(broken)?))?;
                trusted = true;
                continue;
            }
            if !trusted {
                return Err(Error::Forged);
            }
            let file_name = part.file_name().map(str::to_owned);
            // What is no file of ours is read and thrown away.
            let limit = if file_name.is_some() && upload.file.is_none() { domain::import::MAX_BYTES } else { 0 };
            let mut bytes = Vec::new();
            let mut over = false;
            while let Some(chunk) = part.chunk().await.map_err(broken)? {
                over |= bytes.len() + chunk.len() > limit;
                if over {
                    bytes = Vec::new();
                } else {
                    bytes.extend_from_slice(&chunk);
                }
            }
            match file_name {
                Some(_) if over => upload.too_large = true,
                Some(file) if !file.is_empty() => upload.file = Some(File { name: file, bytes: bytes.into() }),
                _ => {}
            }
        }
        if trusted { Ok(upload) } else { Err(Error::Forged) }
    }
}
