//! The door for mail that comes in: a raw message (RFC 5322) as it is, or as a field of a form. The address is as good as a
//! password. What came goes straight on into the storage; it is there, and a job waits for it, before it is answered.

use crate::web::{
    Error, Public, Result, Routes,
    access::{App, Unforged},
    throttle::Limit,
};
use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequest, Multipart, RawPathParams, Request, multipart::Field},
    http::{StatusCode, header},
    response::IntoResponse,
};
use domain::{
    FileId, InboundId, TenantId,
    inbound::{Letter, MOST, Meant, meant},
    paths,
};
use futures::StreamExt;
use jobs::storage::{Arrival, Fault};
use serde_json::json;
use std::time::Duration;
use store::{TenantTx, files, inbound};
use tokio::{sync::Semaphore, time::timeout};

pub fn routes(r: Routes) -> Routes {
    r.post(paths::INBOUND_MAIL, take)
}

/// In whose name the database is asked.
const WHO: &str = "inbound_mail";
/// Messages on their way in at a time, each with a few megabytes in memory.
static PLACES: Semaphore = Semaphore::const_new(8);
const WAIT: Duration = Duration::from_secs(20);
/// Bytes of a body that are read at all.
const PATIENCE: usize = 200 * 1024 * 1024;
/// Bytes of a form in one line, which is read whole: as large as a message may be, and what its signs take in it.
const LINE: usize = 64 * 1024 * 1024;
/// Bytes of the beginning in which its head is looked for.
const HEAD: usize = 64 * 1024;
/// Fields in which mail services have the raw message, and the address that it was sent to.
const RAW: [&str; 6] = ["email", "body-mime", "message", "raw", "mime", "rfc822"];
const TO: [&str; 4] = ["recipient", "to", "envelope_to", "rcpt_to"];

/// Whose door it is.
enum Whose {
    Workspace(TenantId, i32),
    /// The whole domain's: the message says which workspace.
    All,
}

struct Posted {
    whose: Whose,
    /// The address that it was sent to, where the service tells.
    recipient: Option<String>,
    body: Brought,
}

enum Brought {
    Raw(Body),
    Form(Multipart),
    /// A form whose fields are in one line.
    Line(Body),
}

impl Unforged for Posted {}

impl FromRequest<App> for Posted {
    type Rejection = Error;

    async fn from_request(mut request: Request, app: &App) -> Result<Self, Error> {
        DefaultBodyLimit::max(PATIENCE).apply(&mut request);
        let (mut parts, body) = request.into_parts();
        let params = axum::RequestPartsExt::extract::<RawPathParams>(&mut parts).await.map_err(|_| Error::Forged)?;
        let secret = params.iter().find(|(name, _)| *name == "secret").map_or("", |(_, v)| v);
        let whose = match jobs::inbound::read_url_secret(app.seal(), secret) {
            Some((tenant, round)) => Whose::Workspace(tenant, round),
            None if jobs::inbound::is_whole_secret(app.seal(), secret) => Whose::All,
            None => return Err(Error::Forged),
        };
        let query: Vec<(String, String)> =
            serde_html_form::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default();
        let recipient = query.into_iter().find(|(name, _)| TO.contains(&name.as_str())).map(|(_, value)| value);
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let body = match kind.starts_with("multipart/form-data") {
            true => {
                let form = Multipart::from_request(Request::from_parts(parts, body), app).await;
                Brought::Form(form.map_err(|_| Error::Bad("This is not a form.".into()))?)
            }
            false if kind.starts_with("application/x-www-form-urlencoded") => Brought::Line(body),
            false => Brought::Raw(body),
        };
        Ok(Self { whose, recipient: recipient.and_then(address), body })
    }
}

/// One address, if it may be one.
fn address(text: String) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>']).to_owned();
    (text.contains('@') && text.len() <= 254 && !text.chars().any(char::is_control)).then_some(text)
}

const BROKEN: &str = "The message did not arrive whole.";
const NO_FIELD: &str = "The form has no field with a raw message: call it message.";

/// A message's bytes, whichever way they come.
enum Source<'a> {
    Raw(axum::body::BodyDataStream),
    Field(Box<Field<'a>>),
    Whole(Bytes),
}

impl Source<'_> {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        match self {
            Self::Raw(stream) => stream.next().await.transpose().map_err(|_| Error::Bad(BROKEN.into())),
            Self::Field(field) => field.chunk().await.map_err(|_| Error::Bad(BROKEN.into())),
            Self::Whole(bytes) if bytes.is_empty() => Ok(None),
            Self::Whole(bytes) => Ok(Some(bytes.split_to(bytes.len().min(HEAD)))),
        }
    }
}

/// Says 202: it is kept. A server that is told otherwise brings it again.
async fn take(who: Public, posted: Posted) -> Result {
    let Posted { whose, mut recipient, body } = posted;
    let place = timeout(WAIT, PLACES.acquire()).await.map_err(|_| Error::TooMany(30))?;
    let _place = place.expect("nobody closes it");
    match body {
        Brought::Raw(body) => receive(&who, &whose, recipient, Source::Raw(body.into_data_stream())).await,
        Brought::Form(mut form) => {
            while let Some(field) = form.next_field().await.map_err(|_| Error::Bad(BROKEN.into()))? {
                let name = field.name().unwrap_or_default().to_lowercase();
                if RAW.contains(&name.as_str()) {
                    return receive(&who, &whose, recipient, Source::Field(Box::new(field))).await;
                }
                if TO.contains(&name.as_str()) && recipient.is_none() {
                    let mut source = Source::Field(Box::new(field));
                    let mut text = Vec::new();
                    while let Some(chunk) = source.next().await? {
                        text.extend_from_slice(&chunk[..chunk.len().min(1_024usize.saturating_sub(text.len()))]);
                    }
                    recipient = String::from_utf8(text).ok().and_then(address);
                }
            }
            Err(Error::Bad(NO_FIELD.into()))
        }
        Brought::Line(body) => {
            let mut source = Source::Raw(body.into_data_stream());
            let mut line = Vec::new();
            while let Some(chunk) = source.next().await? {
                if line.len() + chunk.len() > LINE {
                    return Err(Error::TooLarge);
                }
                line.extend_from_slice(&chunk);
            }
            // Programs that say nothing of what they send call it a form as well.
            if !is_line(&line) {
                return receive(&who, &whose, recipient, Source::Whole(line.into())).await;
            }
            let (mut to, mut raw) = (None, None);
            for (name, value) in fields(&line) {
                if raw.is_none() && RAW.contains(&name.as_str()) {
                    raw = Some(decoded(value));
                } else if to.is_none() && TO.contains(&name.as_str()) {
                    to = String::from_utf8(decoded(value)).ok().and_then(address);
                }
            }
            drop(line);
            let raw = raw.ok_or_else(|| Error::Bad(NO_FIELD.into()))?;
            receive(&who, &whose, recipient.or(to), Source::Whole(raw.into())).await
        }
    }
}

/// Whether it begins as a form does, `name=`, and not as a message does, `Name:`.
fn is_line(bytes: &[u8]) -> bool {
    let name = bytes.iter().position(|b| *b == b'=').map_or(&[][..], |at| &bytes[..at]);
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.%".contains(b))
}

/// The names in small letters, and the values as they came.
fn fields(line: &[u8]) -> impl Iterator<Item = (String, &[u8])> {
    line.split(|b| *b == b'&').filter_map(|pair| {
        let at = pair.iter().position(|b| *b == b'=')?;
        Some((String::from_utf8(decoded(&pair[..at])).ok()?.to_lowercase(), &pair[at + 1..]))
    })
}

/// The bytes that a field stands for: a message need not be text.
fn decoded(value: &[u8]) -> Vec<u8> {
    let hex = |b: u8| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let (mut bytes, mut rest) = (Vec::with_capacity(value.len()), value);
    while let [first, tail @ ..] = rest {
        let coded = match (first, tail) {
            (b'%', [a, b, ..]) => hex(*a).zip(hex(*b)).map(|(a, b)| a * 16 + b),
            _ => None,
        };
        let (byte, after) = match coded {
            Some(byte) => (byte, &tail[2..]),
            None => (if *first == b'+' { b' ' } else { *first }, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    bytes
}

async fn receive(who: &Public, whose: &Whose, recipient: Option<String>, mut source: Source<'_>) -> Result {
    let mut head = Vec::new();
    while head.len() < HEAD {
        let Some(chunk) = source.next().await? else { break };
        head.extend_from_slice(&chunk);
    }
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(Error::Bad("There is no message.".into()));
    }
    let (mut tx, tenant) = enter(who, whose, recipient.as_deref(), &head).await?;
    let (id, file): (InboundId, FileId) = (tx.id(), tx.id());
    files::expect(&mut tx, file).await?;
    tx.commit().await?;
    let away = |fault: Fault| Error::Unavailable("The storage of files", fault.to_string());
    let mut arrival = Some(who.app().storage().receive(tenant, file).map_err(away)?);
    let (mut next, mut size, beginning) = (Some(Bytes::from(head.clone())), 0_u64, head);
    while let Some(bytes) = next {
        size += bytes.len() as u64;
        if size > MOST {
            if let Some(arrival) = arrival.take() {
                arrival.abandon().await;
            }
            if size > PATIENCE as u64 {
                return Err(Error::TooLarge);
            }
        }
        if let Some(open) = &mut arrival
            && let Err(fault) = open.take(bytes).await
        {
            abandon(arrival).await;
            return Err(away(fault));
        }
        next = match source.next().await {
            Ok(next) => next,
            Err(e) => {
                abandon(arrival).await;
                return Err(e);
            }
        };
    }
    let (mut tx, _) = who.begin_sealed(tenant, WHO).await?;
    let Some(arrival) = arrival else {
        // Kept is who sent it, so that somebody can ask for it another way.
        let letter = jobs::inbound::read(&beginning).map(|read| read.letter);
        inbound::too_large(&mut tx, id, size, letter.as_ref(), None).await?;
        let letter = letter.unwrap_or_default();
        belongs(who, &mut tx, tenant, id, &letter, recipient.as_deref()).await?;
        files::forget(&mut tx, file).await?;
        tx.commit().await?;
        // It is noted: whoever brings it is not to try again.
        return Ok(
            (StatusCode::ACCEPTED, axum::Json(json!({ "accepted": false, "id": id.to_string() }))).into_response()
        );
    };
    let stored = arrival.end().await.map_err(away)?;
    let raw = files::New {
        id: file,
        name: "message.eml".into(),
        media_type: "message/rfc822",
        size: stored.size,
        sha256: stored.sha256,
    };
    inbound::receive(&mut tx, id, &raw, recipient.as_deref(), None).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(json!({ "accepted": true, "id": id.to_string() }))).into_response())
}

/// Notes for which queue of tickets it was, for whoever looks after that.
async fn belongs(
    who: &Public,
    tx: &mut TenantTx,
    tenant: TenantId,
    id: InboundId,
    letter: &Letter,
    recipient: Option<&str>,
) -> Result<(), store::Error> {
    let app = who.app();
    let queues = jobs::inbound::queue_addresses(tx, app.seal()).await?;
    let slug = store::workspace::find(tx).await?.slug;
    let ours = inbound::Ours {
        slug: &slug,
        domain: super::domain_of(app),
        tag: "",
        closed: true,
        sender: "",
        queues: &queues,
        inboxes: &[],
        reply_mark: &|ticket| jobs::inbound::reply_mark(app.seal(), tenant, ticket),
    };
    let meant = inbound::filing::addressed(letter, recipient, &ours);
    store::support::mail::belongs(tx, id, &meant, None, &ours).await
}

async fn abandon(arrival: Option<Arrival>) {
    if let Some(arrival) = arrival {
        arrival.abandon().await;
    }
}

/// The workspace that it is for. A suspended one is closed.
async fn enter(who: &Public, whose: &Whose, recipient: Option<&str>, head: &[u8]) -> Result<(TenantTx, TenantId)> {
    let (mut tx, workspace) = match whose {
        Whose::Workspace(tenant, _) => who.begin_sealed(*tenant, WHO).await.map_err(|e| match e {
            Error::NotFound => Error::Forged,
            e => e,
        })?,
        Whose::All => {
            let meant = named(who.app(), recipient, head)
                .ok_or_else(|| Error::Bad("No address of this message belongs to a workspace.".into()))?;
            who.begin(meant.slug(), WHO).await?
        }
    };
    if let Whose::Workspace(_, round) = whose
        && inbound::door(&mut tx).await?.url_round != *round
    {
        return Err(Error::Forged);
    }
    match who.app().throttle().count(Limit::INBOUND, &workspace.id.to_string()).await {
        Ok(()) => {}
        Err(e @ Error::TooMany(_)) => return Err(e),
        // What is not counted is taken: mail must not be lost because something else is away.
        Err(e) => tracing::warn!(error = %e, "mail that comes in could not be counted"),
    }
    Ok((tx, workspace.id))
}

/// The first address of ours that a message was sent to.
fn named(app: &App, recipient: Option<&str>, head: &[u8]) -> Option<Meant> {
    let domain = super::domain_of(app)?;
    if let Some(meant) = recipient.and_then(|r| meant(r, domain)) {
        return Some(meant);
    }
    let letter = jobs::inbound::read(head)?.letter;
    let people = letter.people.iter().map(|p| p.email.as_str());
    letter.delivered.iter().map(String::as_str).chain(people).find_map(|email| meant(email, domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_in_one_line_is_told_from_a_message() {
        assert!(is_line(b"recipient=a%40b.example&message=From%3A+x") && is_line(b"body-mime=x"));
        for raw in [&b"From: a=b\r\n\r\nx"[..], b"Return-Path: <a@b>\r\nX: y=z", b"=x", b"", b"no sign of it"] {
            assert!(!is_line(raw), "{}", String::from_utf8_lossy(raw));
        }
        let all: Vec<_> = fields(b"A=1&x&b%2Dc=a%FC+b%2&").map(|(n, v)| (n, decoded(v))).collect();
        assert_eq!(all, [("a".to_owned(), b"1".to_vec()), ("b-c".to_owned(), b"a\xFC b%2".to_vec())]);
    }
}
