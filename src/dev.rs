//! What only a development server shows: every component, and the mail that was not sent.

use crate::web::{Error, Public, Record, Result, Routes, Screen};
use axum::{http::header, response::IntoResponse};
use domain::{MailId, paths};
use views::{
    dev::{Letter, Mailbox, MailboxLine},
    gallery::Gallery,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::GALLERY, gallery)
        .get(paths::MAILBOX, mailbox)
        .get(paths::MAILBOX_MESSAGE, message)
        .get(paths::MAILBOX_HTML, html)
}

async fn gallery(_: Public, screen: Screen) -> Result {
    Ok(screen.show_public(&Gallery))
}

async fn mailbox(who: Public, screen: Screen) -> Result {
    let messages = who.app().mailbox().list().await.map_err(|e| Error::Internal(e.to_string()))?;
    let lines = messages.into_iter().take(200).map(|m| MailboxLine {
        id: m.id.to_string(),
        to: m.to,
        subject: m.subject,
        at: m.at,
    });
    Ok(screen.show_public(&Mailbox { lines: lines.collect(), now: who.app().now() }))
}

async fn message(who: Public, screen: Screen, Record(id): Record<MailId>) -> Result {
    let message =
        who.app().mailbox().find(id).await.map_err(|e| Error::Internal(e.to_string()))?.ok_or(Error::NotFound)?;
    Ok(screen.show_public(&Letter {
        from: message.from,
        to: message.to,
        subject: message.subject,
        text: message.text,
        html: paths::mailbox_html(id),
        headers: message.headers,
    }))
}

/// Mail has its styles in it, which no page of ours may: it is one of its own that may do nothing else.
const MAIL_CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; sandbox allow-popups";

async fn html(who: Public, Record(id): Record<MailId>) -> Result {
    let message =
        who.app().mailbox().find(id).await.map_err(|e| Error::Internal(e.to_string()))?.ok_or(Error::NotFound)?;
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, MAIL_CSP)];
    Ok((headers, message.html).into_response())
}
