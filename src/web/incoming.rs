//! A form with a file, which goes straight on into the storage: no more of it is in memory than is on its way.
//!
//! Fields come before the file, as our forms have them. A file that is not taken is read to its end and thrown away, so
//! that the browser hears the answer instead of a broken connection; what was typed is there whatever became of the file.

use crate::web::{
    access::{Allowed, App, Unforged},
    csrf,
    error::Error,
};
use axum::{
    body::Bytes,
    extract::{
        DefaultBodyLimit, FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header, request::Parts},
};
use domain::{FileId, TenantId, access::Permission, files as names};
use jobs::storage::{Arrival, Fault, HEAD, MediaType, sniff};
use serde::de::DeserializeOwned;
use std::time::Duration;
use store::{TenantTx, files};
use tokio::{sync::Semaphore, time::timeout};

/// A form that has shown its token and nothing else yet.
pub struct Incoming {
    form: Multipart,
    parts: Parts,
    /// Bytes that it says it has.
    length: u64,
    /// Bytes that a file of it may have; none: what the installation says.
    most: Option<u64>,
}

/// What a form brought.
pub struct Kept {
    typed: Vec<(String, String)>,
    /// In the storage, and no file yet: the transaction of what it belongs to makes it one.
    pub file: Option<files::New>,
    /// Those that came with it, where a form takes several.
    pub more: Vec<files::New>,
    /// What came in fields of other names (`q-…`), or why it did not.
    others: Vec<(String, Result<files::New, String>)>,
    /// Why there is none, for the field `file`.
    pub wrong: Option<String>,
    pub status: StatusCode,
}

/// Files on their way in at a time, each with a few megabytes in memory.
static PLACES: Semaphore = Semaphore::const_new(12);
/// How long somebody waits for a place.
const WAIT: Duration = Duration::from_secs(30);
/// Bytes of a body that are read at all.
const PATIENCE: usize = 512 * 1024 * 1024;
/// Bytes of a typed field, and how many there may be.
const FIELD: usize = 128 * 1024;
const FIELDS: usize = 40;
/// Files in fields of other names.
const OTHERS: usize = 5;
/// What a form has besides its file.
const AROUND: u64 = 256 * 1024;

const BROKEN: &str = "The file did not arrive whole. Try again.";
const FULL: &str = "Many files are on their way here just now. Try again in a minute.";
pub const AWAY: &str = "Files cannot be kept right now: the storage is not available. Nothing was saved, and what you typed is still here. Choose the file again and send it in a moment.";

impl Unforged for Incoming {}

impl FromRequest<App> for Incoming {
    type Rejection = Error;

    /// The token comes first, as a header or as the form's first field: nothing of a forged upload is kept.
    async fn from_request(mut request: Request, app: &App) -> Result<Self, Error> {
        DefaultBodyLimit::max(PATIENCE).apply(&mut request);
        let (parts, body) = request.into_parts();
        let kept = parts.clone();
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse().ok());
        let mut form = Multipart::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|_| Error::Bad("This is not a form with a file.".into()))?;
        if csrf::check(&kept, app, None).is_err() {
            let first = form.next_field().await.map_err(broken)?.filter(|f| f.name() == Some("_csrf"));
            let token = text(first.ok_or(Error::Forged)?).await?;
            csrf::check(&kept, app, Some(&token))?;
        }
        Ok(Self { form, parts: kept, length: length.unwrap_or_default(), most: None })
    }
}

fn broken(_: MultipartError) -> Error {
    Error::Bad(BROKEN.into())
}

async fn text(mut field: Field<'_>) -> Result<String, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > FIELD {
            return Err(Error::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Error::Bad("The form holds something that is no text.".into()))
}

/// Whoever brings a file: what is needed of them to take it in.
pub trait Brings: Sync {
    fn app(&self) -> &App;
    fn tenant(&self) -> TenantId;
    fn begin(&self) -> impl Future<Output = Result<TenantTx, Error>> + Send;
}

impl<P: Permission> Brings for Allowed<P> {
    fn app(&self) -> &App {
        Allowed::app(self)
    }

    fn tenant(&self) -> TenantId {
        self.workspace.id
    }

    fn begin(&self) -> impl Future<Output = Result<TenantTx, Error>> + Send {
        Allowed::begin(self)
    }
}

impl Incoming {
    /// No file of it may be larger.
    pub fn at_most(self, bytes: u64) -> Self {
        Self { most: Some(bytes), ..self }
    }

    /// What was typed into a form whose files nobody takes in, and whether there were any.
    pub async fn typed(mut self) -> Result<(Vec<(String, String)>, bool), Error> {
        let (mut typed, mut files) = (vec![], false);
        while let Some(field) = self.form.next_field().await.map_err(broken)? {
            match field.file_name().map(|file| !file.is_empty()) {
                None if typed.len() < FIELDS => {
                    let name = field.name().unwrap_or_default().to_owned();
                    typed.push((name, text(field).await?));
                }
                None => return Err(Error::TooLarge),
                Some(brought) => {
                    files |= brought;
                    discard(field).await?;
                }
            }
        }
        Ok((typed, files))
    }

    /// Reads the form, its file into the storage.
    pub async fn keep<B: Brings>(self, who: &B) -> Result<Kept, Error> {
        self.keep_many(who, 1).await
    }

    /// As [`keep`](Self::keep), of a form that takes several files.
    pub async fn keep_many<B: Brings>(mut self, who: &B, files: usize) -> Result<Kept, Error> {
        let most = self.most.unwrap_or(who.app().config().file_bytes);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let mut kept = Kept { typed: vec![], file: None, more: vec![], others: vec![], wrong: None, status };
        while let Some(field) = self.form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            match field.file_name().map(str::to_owned) {
                None if kept.typed.len() < FIELDS => kept.typed.push((name, text(field).await?)),
                None => return Err(Error::TooLarge),
                Some(file) if name == "file" && kept.wrong.is_none() => {
                    let many = kept.more.len() + usize::from(kept.file.is_some());
                    if many >= files && files > 1 {
                        kept.wrong = Some(format!("At most {files} files go with one message."));
                    }
                    if many >= files {
                        discard(field).await?;
                        continue;
                    }
                    // Told before the first byte of it is kept.
                    match self.most.is_none() && self.length > most * files as u64 + AROUND {
                        true => {
                            kept.wrong = Some(too_large(most));
                            discard(field).await?;
                        }
                        false => take(who, field, &file, most, &mut kept).await?,
                    }
                }
                Some(file) if name.starts_with("q-") && kept.others.len() < OTHERS => {
                    // Taken in as one of its own.
                    let mut own = Kept { typed: vec![], file: None, more: vec![], others: vec![], wrong: None, status };
                    take(who, field, &file, most, &mut own).await?;
                    if let Some(came) = own.wrong.map(Err).or(own.file.map(Ok)) {
                        kept.others.push((name, came));
                    }
                }
                Some(_) => discard(field).await?,
            }
        }
        drop(self.parts);
        Ok(kept)
    }
}

async fn discard(mut field: Field<'_>) -> Result<(), Error> {
    while field.chunk().await.map_err(broken)?.is_some() {}
    Ok(())
}

fn too_large(most: u64) -> String {
    format!("This file is larger than {} MB. Send a smaller one, or the parts of it.", most / (1024 * 1024))
}

/// One file: looked at by its first bytes, then handed on.
async fn take<B: Brings>(who: &B, mut field: Field<'_>, given: &str, most: u64, kept: &mut Kept) -> Result<(), Error> {
    let mut head = Vec::new();
    while head.len() < HEAD {
        let Some(chunk) = field.chunk().await.map_err(broken)? else { break };
        head.extend_from_slice(&chunk);
    }
    if head.is_empty() && given.is_empty() {
        // The field was left alone.
        return Ok(());
    }
    let kind = match sniff(&head, given) {
        Ok(kind) => kind,
        Err(wrong) => {
            kept.wrong = Some(wrong.to_owned());
            return discard(field).await;
        }
    };
    let _place = match timeout(WAIT, PLACES.acquire()).await {
        Ok(place) => place.expect("nobody closes it"),
        Err(_) => return Err(Error::Bad(FULL.into())),
    };
    let id = {
        let mut tx = who.begin().await?;
        let id = tx.id::<FileId>();
        files::expect(&mut tx, id).await?;
        tx.commit().await?;
        id
    };
    let end = match who.app().storage().receive(who.tenant(), id) {
        Ok(arrival) => stream(arrival, Bytes::from(head), &mut field, most).await?,
        Err(fault) => End::Fault(fault),
    };
    match end {
        End::Whole(stored) => match &kept.file {
            None => kept.file = Some(file(id, given, kind, &stored)),
            Some(_) => kept.more.push(file(id, given, kind, &stored)),
        },
        End::TooLarge => {
            kept.wrong = Some(too_large(most));
            discard(field).await?;
        }
        End::Fault(fault) => {
            tracing::warn!(error = %fault, "a file could not be kept");
            kept.wrong = Some(AWAY.to_owned());
            kept.status = StatusCode::SERVICE_UNAVAILABLE;
            discard(field).await?;
        }
    }
    Ok(())
}

enum End {
    Whole(jobs::storage::Stored),
    TooLarge,
    Fault(Fault),
}

async fn stream(mut arrival: Arrival, head: Bytes, field: &mut Field<'_>, most: u64) -> Result<End, Error> {
    let mut next = Some(head);
    while let Some(bytes) = next {
        if arrival.size() + bytes.len() as u64 > most {
            arrival.abandon().await;
            return Ok(End::TooLarge);
        }
        if let Err(fault) = arrival.take(bytes).await {
            arrival.abandon().await;
            return Ok(End::Fault(fault));
        }
        next = match field.chunk().await {
            Ok(chunk) => chunk,
            Err(e) => {
                arrival.abandon().await;
                return Err(broken(e));
            }
        };
    }
    Ok(match arrival.end().await {
        Ok(stored) => End::Whole(stored),
        Err(fault) => End::Fault(fault),
    })
}

fn file(id: FileId, given: &str, kind: MediaType, stored: &jobs::storage::Stored) -> files::New {
    let name = names::name(given, |ending| kind.fits(ending), kind.extension);
    files::New { id, name, media_type: kind.name, size: stored.size, sha256: stored.sha256 }
}

impl Kept {
    /// What was typed.
    pub fn read<D: DeserializeOwned + Default>(&self) -> D {
        let text = serde_html_form::to_string(&self.typed).unwrap_or_default();
        serde_html_form::from_str(&text).unwrap_or_default()
    }

    /// All of it, by field.
    pub fn typed(&self) -> &[(String, String)] {
        &self.typed
    }

    /// The file of a field of another name, or why there is none.
    pub fn named(&self, field: &str) -> Option<Result<files::New, String>> {
        self.others.iter().find(|(name, _)| name == field).map(|(_, came)| came.clone())
    }

    /// The value of one field.
    pub fn get(&self, field: &str) -> &str {
        self.typed.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    /// The id that was drawn with the form, so that twice is once.
    pub fn once<I: domain::ids::Id>(&self, app: &App) -> I {
        self.get("_once").parse::<uuid::Uuid>().map_or_else(|_| app.id(), I::from)
    }

    /// All of them.
    pub fn files(&self) -> Vec<files::New> {
        self.file.iter().chain(&self.more).cloned().collect()
    }

    /// The file, or what to say beside its field.
    pub fn file(&self) -> Result<&files::New, String> {
        match (&self.file, &self.wrong) {
            (_, Some(wrong)) => Err(wrong.clone()),
            (Some(file), None) => Ok(file),
            (None, None) => Err("Choose a file first.".into()),
        }
    }
}
