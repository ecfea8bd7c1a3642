//! The door for what mail servers bring back: bounces (RFC 3464) and complaints (RFC 5965), as raw messages.

use crate::web::{
    Error, Public, Result, Routes,
    access::{App, Unforged},
};
use axum::{
    body::Bytes,
    extract::{FromRequest, RawPathParams, Request},
    http::StatusCode,
    response::IntoResponse,
};
use domain::{jobs::TakeBack, paths};
use jobs::{
    mail::report::{self, Kind},
    seal::purpose,
};
use store::{mails, queue};

pub fn routes(r: Routes) -> Routes {
    r.post(paths::BOUNCES, take)
}

/// A raw message from whoever knows the address of this door, which is as good as a password. See
/// [`crate::cli::bounces`].
struct Returned(Bytes);

impl Unforged for Returned {}

/// The part of the address that nobody guesses.
pub(crate) fn secret(seal: &jobs::Seal) -> String {
    seal.mark(purpose::BOUNCES, b"inbound")
}

impl FromRequest<App> for Returned {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (mut parts, body) = request.into_parts();
        let params = axum::RequestPartsExt::extract::<RawPathParams>(&mut parts).await.map_err(|_| Error::Forged)?;
        let given = params.iter().find(|(name, _)| *name == "secret").map_or("", |(_, v)| v);
        if !app.seal().is_mark(purpose::BOUNCES, b"inbound", given) {
            return Err(Error::Forged);
        }
        match Bytes::from_request(Request::from_parts(parts, body), app).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(e) if e.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Error::TooLarge),
            Err(_) => Err(Error::Bad("The message did not arrive whole.".into())),
        }
    }
}

/// Says 200 to whatever is a message: a server that is told otherwise brings it again and again.
async fn take(who: Public, Returned(raw): Returned) -> Result {
    let told = |words: &'static str| Ok((StatusCode::OK, words).into_response());
    let Some(report) = report::read(&raw) else { return told("nothing to note\n") };
    let mut tx = who.identity().await?;
    // Whose mail somebody calls spam must be certain; that a message came back is noted by its recipient, too.
    let recipient = report.recipient.as_deref().filter(|_| report.kind != Kind::Complaint);
    let Some((tenant, mail)) = mails::whose(&mut tx, &report.candidates, recipient).await? else {
        tracing::info!(answer = report.answer, "mail came back that is none of ours");
        return told("none of our messages\n");
    };
    let (hard, complaint) = match report.kind {
        // Whoever may write to this door can name an address: only what carries the id of our message stops anything.
        Kind::Bounce { hard } => (hard && report.candidates.contains(&mail), false),
        Kind::Complaint => (false, true),
    };
    let job = TakeBack { tenant, mail, hard, complaint, answer: report.answer };
    queue::push_from_identity(&mut tx, &job).await?;
    tx.commit().await?;
    told("noted\n")
}
