//! Mailboxes that are read: what has come into them is taken in as what a mail service brings is, once each, and in order.
//!
//! That a message is taken in and how far the mailbox is read stand in one transaction, so a worker that dies in between takes
//! in nothing twice. Where its server numbers messages anew, those of the last days are looked at again, and what came in
//! before is known by its Message-ID.

use crate::{
    Context, Failure, Run,
    imap::{Found, Opened, Trouble},
    seal,
    storage::Bytes,
};
use chrono::Days;
use domain::{
    FileId, InboundId, InboxId, TenantId,
    access::{Permission, TicketsSettings},
    inbound::MOST,
    jobs::{PollInbox, PollInboxes},
    notifications::{Kind, Notice},
    paths::{self, Pages},
    support::inboxes::{After, BATCH},
};
use std::time::Duration;
use store::{
    TenantTx, files, inbound, notifications,
    support::inboxes::{self, Cursor},
    workspace::roles,
};
use tokio::time::Instant;

/// In whose name the database is asked.
const WHO: &str = "poll_inbox";
/// Time after which the rest waits for the next look.
const ENOUGH: Duration = Duration::from_secs(120);
/// Looks at which a message is not to be had until those behind it are taken in without it: an hour and a half.
const STUCK: i32 = 10;
/// Days before its last look from which a mailbox is read again that was numbered anew.
const AGAIN: Days = Days::new(2);

impl Run for PollInboxes {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "poll_inboxes").await?;
        inboxes::fan_out(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

impl Run for PollInbox {
    const TIME_OUT: Duration = Duration::from_secs(300);
    /// The next look comes by itself.
    const TRIES: i32 = 1;

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, WHO).await?;
        let Some(cursor) = inboxes::cursor(&mut tx, self.inbox).await? else { return Ok(()) };
        drop(tx);
        match look(cx, self.tenant, cursor).await {
            Ok(Looked { problem, more }) => {
                let (mut tx, _) = cx.db.begin_job(self.tenant, WHO).await?;
                inboxes::well(&mut tx, self.inbox, problem.as_deref(), more).await?;
                Ok(tx.commit().await?)
            }
            Err(Ended::Away(Trouble(words))) => {
                let (mut tx, _) = cx.db.begin_job(self.tenant, WHO).await?;
                tell(&mut tx, self.inbox, &words).await?;
                Ok(tx.commit().await?)
            }
            Err(Ended::Ours(failure)) => Err(failure),
        }
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, WHO).await?;
        tell(&mut tx, self.inbox, "Reading it went wrong here. It is tried again.").await?;
        tx.commit().await
    }
}

/// Notes that it cannot be read, and tells whoever looks after it once that has gone on for a while.
async fn tell(tx: &mut TenantTx, inbox: InboxId, words: &str) -> Result<(), store::Error> {
    let Some(since) = inboxes::unwell(tx, inbox, words).await? else { return Ok(()) };
    let address = inboxes::find(tx, inbox).await?.fields.address;
    let notice = Notice {
        kind: Kind::MailboxDown,
        title: format!("{address} cannot be read"),
        body: Some(format!("{words} What comes there becomes no ticket until it can be read again; nothing is lost.")),
        path: Pages::within(paths::INBOXES).record(inbox),
        key: format!("{inbox}/{}", since.timestamp()),
    };
    let keepers = roles::keepers(tx, &[TicketsSettings::KEY]).await?;
    notifications::notify(tx, &keepers, &notice).await
}

/// How a look ends that does not go well.
enum Ended {
    /// The mailbox cannot be read.
    Away(Trouble),
    /// Something of ours is away; nothing is wrong with the mailbox.
    Ours(Failure),
}

impl From<Trouble> for Ended {
    fn from(trouble: Trouble) -> Self {
        Self::Away(trouble)
    }
}

impl From<store::Error> for Ended {
    fn from(e: store::Error) -> Self {
        Self::Ours(e.into())
    }
}

struct Looked {
    /// What was taken in, and could not be put where it belongs.
    problem: Option<String>,
    /// There is more than one look takes.
    more: bool,
}

async fn look(cx: &Context, tenant: TenantId, cursor: Cursor) -> Result<Looked, Ended> {
    let inbox = &cursor.inbox;
    let password = cx.seal.show(&seal::purpose::inbox(inbox.id.0), &cursor.sealed);
    let password = password.and_then(|p| String::from_utf8(p).ok());
    let password =
        password.ok_or_else(|| Trouble("Its password cannot be read here any more. Enter it again.".into()))?;
    let mut opened = cx.imap.open(&inbox.fields.account, &password).await?;
    let last = begin(cx, tenant, &cursor, &mut opened).await?;
    let waiting = opened.behind(last).await?;
    let (began, mut problem, mut done) = (Instant::now(), None, 0);
    for uid in &waiting {
        if done >= BATCH || began.elapsed() > ENOUGH {
            break;
        }
        done += 1;
        if !take(cx, tenant, inbox.id, &mut opened, *uid).await? {
            // Somebody else is at it.
            return Ok(Looked { problem: None, more: false });
        }
        if inbox.fields.after != After::Nothing
            && let Err(Trouble(words)) = opened.settle(*uid, &inbox.fields.after).await
        {
            problem = Some(words);
        }
    }
    let more = done < waiting.len();
    opened.close().await;
    Ok(Looked { problem, more })
}

/// Behind which message there is something new.
async fn begin(cx: &Context, tenant: TenantId, cursor: &Cursor, opened: &mut Opened) -> Result<u32, Ended> {
    let inbox = &cursor.inbox;
    let last = match (cursor.uid_validity, inbox.state.checked_at) {
        (Some(validity), _) if validity == opened.validity => return Ok(cursor.last_uid),
        (Some(_), Some(checked)) => {
            let day = (checked - AGAIN).date_naive();
            let first = opened.since(day).await?.first().copied();
            first.unwrap_or_else(|| opened.next.unwrap_or(1)).saturating_sub(1)
        }
        _ if inbox.fields.backlog => 0,
        _ => match opened.next {
            Some(next) => next.saturating_sub(1),
            None => opened.behind(0).await?.last().copied().unwrap_or_default(),
        },
    };
    let (mut tx, _) = cx.db.begin_job(tenant, WHO).await?;
    inboxes::begin_at(&mut tx, inbox.id, opened.validity, last).await?;
    tx.commit().await?;
    Ok(last)
}

/// Takes one in. `false`: it is taken in already.
async fn take(cx: &Context, tenant: TenantId, inbox: InboxId, opened: &mut Opened, uid: u32) -> Result<bool, Ended> {
    let found = match opened.fetch(uid, MOST).await {
        Ok(found) => found,
        Err(Trouble(words)) => {
            let (mut tx, _) = cx.db.begin_job(tenant, WHO).await?;
            if inboxes::stuck(&mut tx, inbox, opened.validity, uid).await? >= STUCK
                && inboxes::step(&mut tx, inbox, opened.validity, uid, false).await?
            {
                let id: InboundId = tx.id();
                inbound::not_given(&mut tx, id, inbox, &words).await?;
            }
            tx.commit().await?;
            return Err(Trouble(words).into());
        }
    };
    match found {
        Found::Gone => {
            let (mut tx, _) = cx.db.begin_job(tenant, WHO).await?;
            let first = inboxes::step(&mut tx, inbox, opened.validity, uid, false).await?;
            tx.commit().await?;
            Ok(first)
        }
        Found::TooLarge(size, head) => {
            let letter = crate::inbound::read(&head).map(|read| read.letter);
            let (mut tx, _) = cx.db.begin_job(tenant, WHO).await?;
            let id: InboundId = tx.id();
            let first = inboxes::step(&mut tx, inbox, opened.validity, uid, true).await?;
            if first {
                inbound::too_large(&mut tx, id, size, letter.as_ref(), Some(inbox)).await?;
                tx.commit().await?;
            }
            Ok(first)
        }
        Found::Whole(bytes) => {
            let (mut tx, _) = cx.db.begin_job(tenant, WHO).await?;
            let (id, file): (InboundId, FileId) = (tx.id(), tx.id());
            files::expect(&mut tx, file).await?;
            tx.commit().await?;
            let stored = cx.storage.keep(tenant, file, Bytes::from(bytes)).await;
            let stored =
                stored.map_err(|e| Ended::Ours(Failure::Retry(format!("a message could not be kept: {e}"))))?;
            let raw = files::New {
                id: file,
                name: "message.eml".into(),
                media_type: "message/rfc822",
                size: stored.size,
                sha256: stored.sha256,
            };
            let (mut tx, _) = cx.db.begin_job(tenant, WHO).await?;
            let first = inboxes::step(&mut tx, inbox, opened.validity, uid, true).await?;
            if first {
                inbound::receive(&mut tx, id, &raw, None, Some(inbox)).await?;
                tx.commit().await?;
            }
            Ok(first)
        }
    }
}
