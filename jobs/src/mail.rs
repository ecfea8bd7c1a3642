//! Mail: what is sent, how, and what is written down about it.
//!
//! A message is a row in `mails` before anything goes out. SMTP cannot be exactly once: a worker that dies between the
//! server's answer and our commit leaves a row of which nobody knows. [`Delivery`] says what happens to it then.

mod email_change;
mod import_report;
mod invitation;
pub mod mailbox;
mod mailer;
mod password_reset;
pub mod unsubscribe;
mod verification;

pub use mailer::Mailer;
pub use unsubscribe::Unsubscribe;

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
    pub delivery: Delivery,
    /// For mail that one may do without: the same that its text links to.
    pub unsubscribe: Option<Unsubscribe>,
}

/// What happens to a letter of which nobody knows whether it went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It is sent again, under the same Message-ID: somebody waits for it. Invitations, resets, replies.
    AtLeastOnce,
    /// It is not, and its row says *unclear*: a second one would be worse than none. Digests, notifications.
    AtMostOnce,
}

/// A letter on its way.
pub(crate) struct Outgoing<'a> {
    pub letter: &'a Letter,
    pub message_id: &'a str,
    pub at: DateTime<Utc>,
    /// The address of the way out.
    pub unsubscribe: Option<String>,
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
    match known.state {
        State::Sent => return Ok(()),
        State::Sending | State::Unclear if letter.delivery == Delivery::AtMostOnce => {
            let (mut tx, _) = cx.db.begin_mail(tenant, template).await?;
            mails::end_try(&mut tx, letter.id, State::Unclear, "its worker died before the server's answer was kept")
                .await?;
            tx.commit().await?;
            return Ok(());
        }
        State::Queued | State::Failed | State::Sending | State::Unclear => {}
    }

    let unsubscribe = letter.unsubscribe.map(|u| u.url(cx, tenant));
    let outgoing = Outgoing { letter: &letter, message_id: &known.message_id, at, unsubscribe };
    let sent = cx.mailer.send(&outgoing).await;
    let (state, answer, result) = match sent {
        Ok(answer) => (State::Sent, answer, Ok(())),
        Err(Refusal::Permanent(answer)) => (State::Failed, answer.clone(), Err(Failure::Fail(answer))),
        Err(Refusal::NotYet(answer)) if cx.last => (State::Failed, answer.clone(), Err(Failure::Retry(answer))),
        Err(Refusal::NotYet(answer)) => (State::Queued, answer.clone(), Err(Failure::Retry(answer))),
        Err(Refusal::Unclear(answer)) if letter.delivery == Delivery::AtMostOnce => (State::Unclear, answer, Ok(())),
        Err(Refusal::Unclear(answer)) => (State::Unclear, answer.clone(), Err(Failure::Retry(answer))),
    };
    let (mut tx, _) = cx.db.begin_mail(tenant, template).await?;
    mails::end_try(&mut tx, letter.id, state, &answer).await?;
    tx.commit().await?;
    result
}
