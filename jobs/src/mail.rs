//! Mail: what is sent, how, and what is written down about it.
//!
//! A message is a row in `mails` before anything goes out. SMTP cannot be exactly once: a worker that dies between the
//! server's answer and our commit leaves a row of which nobody knows. [`Delivery`] says what happens to it then.

pub mod application;
mod email_change;
pub mod form_confirmation;
mod import_report;
pub mod inbound;
mod invitation;
pub mod mailbox;
mod mailer;
mod notification;
mod password_reset;
pub mod portal_link;
pub mod report;
mod take_back;
pub mod ticket_rating;
mod ticket_reply;
pub mod unsubscribe;
mod verification;
pub(crate) mod workflow;

pub use mailer::Mailer;
pub use unsubscribe::Unsubscribe;

use crate::{Context, Failure, back_off};
use chrono::{DateTime, Utc};
use domain::{Email, MailId, TenantId, mail::no_such_address};
use mailer::Refusal;
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{
    TenantTx,
    mails::{self, Reason, State, Try},
    workspace::pictures,
};

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

/// How a letter goes on with a conversation (RFC 5322 §3.6.4), and what goes with it.
#[derive(Default)]
pub(crate) struct Thread {
    /// Message-IDs without their angles: of what it answers, and of what came before.
    pub answers: Option<String>,
    pub refs: Vec<String>,
    /// A person has written it: what answers by itself may answer them.
    pub personal: bool,
    pub files: Vec<Enclosed>,
}

/// A file that goes with a letter.
pub(crate) struct Enclosed {
    pub name: String,
    pub media_type: String,
    pub body: Vec<u8>,
}

/// A letter on its way.
pub(crate) struct Outgoing {
    pub letter: Letter,
    pub message_id: String,
    pub at: DateTime<Utc>,
    /// The address of the way out.
    pub unsubscribe: Option<String>,
    pub logo: Option<Logo>,
    /// The workspace, where mail is from it and not about an account.
    pub from: Option<String>,
    pub thread: Thread,
}

/// A picture that travels along: where it lies only members may look at it.
pub(crate) struct Logo {
    pub media_type: String,
    pub body: Vec<u8>,
}

/// Mail about an account, at its owner's wish or for their safety. It is never held up: not by a limit, and not by an
/// address that is stopped, which may be well again, and the person waits in front of the screen.
const ACCOUNT: &[&str] = &["send_verification", "send_password_reset", "send_email_change", "send_email_changed"];

/// Sends a letter and writes down how that went. `template` is the job's name. The letter's id is what makes it the
/// same as another one: twice the same id is once; see [`id_of`].
///
/// `Ok` is its end, not always its success: what bounced, is stopped or is unclear has a row that tells.
pub(crate) async fn send(
    cx: &Context,
    tenant: TenantId,
    template: &'static str,
    letter: Letter,
) -> Result<(), Failure> {
    send_on(cx, tenant, template, letter, Thread::default()).await
}

/// As [`send`], as part of a conversation.
pub(crate) async fn send_on(
    cx: &Context,
    tenant: TenantId,
    template: &'static str,
    letter: Letter,
    thread: Thread,
) -> Result<(), Failure> {
    let message_id = cx.mailer.message_id(letter.id);
    let out = mails::Outgoing {
        id: letter.id,
        template,
        recipient: letter.to.as_str(),
        subject: &letter.mail.subject,
        message_id: &message_id,
        once: letter.delivery == Delivery::AtMostOnce,
        account: ACCOUNT.contains(&template),
        optional: letter.unsubscribe.is_some(),
    };
    // A server that is not to be had is found out before the row says that the letter is with it.
    if let Err(answer) = cx.mailer.reach().await {
        let (mut tx, _) = cx.db.begin_mail(tenant, template).await?;
        mails::not_reached(&mut tx, &out, cx.last, &answer).await?;
        tx.commit().await?;
        return Err(Failure::Retry(answer));
    }
    let (mut tx, workspace) = cx.db.begin_mail(tenant, template).await?;
    let begun = mails::begin_try(&mut tx, &out).await?;
    let logo = match (&begun, letter.mail.logo) {
        (Try::Send { .. }, true) => logo(&mut tx).await?,
        _ => None,
    };
    let at = tx.now();
    tx.commit().await?;
    let message_id = match begun {
        Try::Send { message_id } => message_id,
        Try::Ended => return Ok(()),
        Try::Wait(until) => return Err(Failure::Later((until - at).to_std().unwrap_or_default())),
    };

    // A task of its own: when the database hangs up, the worker is replaced and its jobs broken off. What a server has
    // accepted meanwhile is still written down, before the job's next try asks.
    let unsubscribe = letter.unsubscribe.map(|u| u.url(cx, tenant));
    let from = Some(workspace.name).filter(|_| !ACCOUNT.contains(&template));
    let delivery =
        deliver(cx.clone(), tenant, template, Outgoing { letter, message_id, at, unsubscribe, logo, from, thread });
    tokio::spawn(delivery).await.unwrap_or_else(|e| Err(Failure::Retry(e.to_string())))
}

/// For how long, and how often, it is tried to write a server's answer down.
const WRITING: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(100);

async fn deliver(cx: Context, tenant: TenantId, template: &'static str, out: Outgoing) -> Result<(), Failure> {
    let (id, once) = (out.letter.id, out.letter.delivery == Delivery::AtMostOnce);
    let sent = cx.mailer.send(out).await;
    let (state, answer, result) = match sent {
        Ok(answer) => (State::Sent, answer, Ok(())),
        Err(Refusal::Permanent(answer)) if no_such_address(&answer) => (State::Bounced, answer, Ok(())),
        Err(Refusal::Permanent(answer)) => (State::Failed, answer.clone(), Err(Failure::Fail(answer))),
        Err(Refusal::NotYet(answer)) if cx.last => (State::Failed, answer.clone(), Err(Failure::Retry(answer))),
        Err(Refusal::NotYet(answer)) => (State::Queued, answer.clone(), Err(Failure::Retry(answer))),
        Err(Refusal::Unclear(answer)) if once => (State::Unclear, answer, Ok(())),
        Err(Refusal::Unclear(answer)) => (State::Unclear, answer.clone(), Err(Failure::Retry(answer))),
    };
    let until = tokio::time::Instant::now() + WRITING;
    loop {
        match write_down(&cx, tenant, template, id, state, &answer).await {
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
    match state {
        State::Bounced => mails::bounced(&mut tx, id, Some(Reason::Bounce), answer).await?,
        _ => mails::end_try(&mut tx, id, state, answer).await?,
    }
    tx.commit().await
}

/// The id of the message about something, the same each time: for whoever may run again and must not send again.
pub fn id_of(tenant: TenantId, key: &str) -> MailId {
    let hash = Sha256::new().chain_update(tenant.0.as_bytes()).chain_update(key.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    MailId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// For [`Run::given_up`](crate::Run::given_up) of whoever sends: its row says so.
pub(crate) async fn give_up(cx: &Context, tenant: TenantId, id: MailId) -> Result<(), store::Error> {
    let (mut tx, _) = cx.db.begin_mail(tenant, "give_up_mail").await?;
    mails::give_up(&mut tx, id).await?;
    tx.commit().await
}

/// Ends the row of a message that is not sent after all, where an earlier try has made one.
pub(crate) async fn not_needed(cx: &Context, tenant: TenantId, id: MailId, why: &str) -> Result<(), store::Error> {
    let (mut tx, _) = cx.db.begin_mail(tenant, "drop_mail").await?;
    mails::drop_queued(&mut tx, id, why).await?;
    tx.commit().await
}

/// The workspace's logo; none if it was taken away meanwhile.
async fn logo(tx: &mut TenantTx) -> Result<Option<Logo>, store::Error> {
    let tenant = tx.tenant().0;
    match pictures::find(tx, tenant).await {
        Ok((media_type, body)) => Ok(Some(Logo { media_type, body })),
        Err(store::Error::NotFound) => Ok(None),
        Err(e) => Err(e),
    }
}
