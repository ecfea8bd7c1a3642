//! Mail: what is sent, how, and what is written down about it.
//!
//! A message is a row in `mails` before anything goes out. These kinds are sent at least once: when a try ends
//! without a clear answer, the next one sends again, under the same Message-ID.

mod email_change;
mod import_report;
mod invitation;
pub mod mailbox;
mod mailer;
mod password_reset;
mod verification;

pub use mailer::Mailer;

use crate::{Context, Failure, back_off};
use chrono::{DateTime, Utc};
use domain::{Email, MailId, TenantId};
use mailer::Refusal;
use std::time::Duration;
use store::mails::{self, State};

/// A day and a bit: servers are gone for hours, and mail waits for them.
pub(crate) const TRIES: i32 = 56;

pub(crate) fn pause(tries: i32) -> Duration {
    back_off(Duration::from_secs(10), Duration::from_secs(1800), tries)
}

/// A message with its envelope.
pub struct Letter {
    pub id: MailId,
    pub to: Email,
    /// Empty if unknown.
    pub name: String,
    pub mail: views::mail::Mail,
}

/// A letter on its way.
pub(crate) struct Outgoing<'a> {
    pub letter: &'a Letter,
    pub message_id: &'a str,
    pub at: DateTime<Utc>,
}

/// Sends a letter and writes down how that went. `template` is the job's name.
pub(crate) async fn send(
    cx: &Context,
    tenant: TenantId,
    template: &'static str,
    letter: Letter,
) -> Result<(), Failure> {
    let message_id = cx.mailer.message_id(letter.id);
    let (mut tx, _) = cx.db.begin_mail(tenant, template).await?;
    let known =
        mails::begin_try(&mut tx, letter.id, template, letter.to.as_str(), &letter.mail.subject, &message_id).await?;
    let at = tx.now();
    tx.commit().await?;
    if known.state == "sent" {
        return Ok(());
    }

    // A task of its own: when the database hangs up, the worker is replaced and its jobs broken off. What a server has
    // accepted meanwhile is still written down, before the job's next try asks.
    let delivery = deliver(cx.clone(), tenant, template, letter, known.message_id, at);
    tokio::spawn(delivery).await.unwrap_or_else(|e| Err(Failure::Retry(e.to_string())))
}

/// For how long, and how often, it is tried to write a server's answer down.
const WRITING: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(100);

async fn deliver(
    cx: Context,
    tenant: TenantId,
    template: &'static str,
    letter: Letter,
    message_id: String,
    at: DateTime<Utc>,
) -> Result<(), Failure> {
    let outgoing = Outgoing { letter: &letter, message_id: &message_id, at };
    let sent = cx.mailer.send(&outgoing).await;
    let (state, answer, result) = match sent {
        Ok(answer) => (State::Sent, answer, Ok(())),
        Err(Refusal::Permanent(answer)) => (State::Failed, answer.clone(), Err(Failure::Fail(answer))),
        Err(Refusal::NotYet(answer)) if cx.last => (State::Failed, answer.clone(), Err(Failure::Retry(answer))),
        Err(Refusal::NotYet(answer)) => (State::Queued, answer.clone(), Err(Failure::Retry(answer))),
        Err(Refusal::Unclear(answer)) => (State::Unclear, answer.clone(), Err(Failure::Retry(answer))),
    };
    let until = tokio::time::Instant::now() + WRITING;
    loop {
        match write_down(&cx, tenant, template, letter.id, state, &answer).await {
            Err(store::Error::Unavailable(_)) if tokio::time::Instant::now() < until => tokio::time::sleep(AGAIN).await,
            written => {
                written?;
                return result;
            }
        }
    }
}

async fn write_down(
    cx: &Context,
    tenant: TenantId,
    template: &'static str,
    id: MailId,
    state: State,
    answer: &str,
) -> Result<(), store::Error> {
    let (mut tx, _) = cx.db.begin_mail(tenant, template).await?;
    mails::end_try(&mut tx, id, state, answer).await?;
    tx.commit().await
}
