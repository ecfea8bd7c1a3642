//! Mail that comes in: read, its files kept, and filed. And the secrets of the addresses by which it comes.

mod clean;
#[cfg(test)]
mod fuzz_tests;
mod read;
#[cfg(test)]
mod sample_tests;

pub use read::{Read, read};

use crate::{
    Context, Failure, Run, Seal,
    seal::purpose,
    storage::{Bytes, HEAD, sniff},
};
use domain::{
    FileId, InboundId, QueueId, TenantId, TicketId, files as names,
    inbound::{LeftOut, Letter, State, Why},
    jobs::TakeMail,
};
use std::time::Duration;
use store::{
    TenantTx, files,
    inbound::{self, Ours, filing},
    support::mail::Address,
};
use uuid::Uuid;

/// Messages that are forgotten at a time.
const BATCH: i64 = 100;
/// Files of one message that are kept.
const FILES: usize = 50;

/// The address's secret part to which a mail service brings what comes in for a workspace.
pub fn url_secret(seal: &Seal, tenant: TenantId, round: i32) -> String {
    seal.sign(purpose::INBOUND, &[&tenant.0.as_bytes()[..], &round.to_be_bytes()].concat())
}

/// The workspace of such a secret, and which of its rounds it is of.
pub fn read_url_secret(seal: &Seal, secret: &str) -> Option<(TenantId, i32)> {
    let content = seal.read(purpose::INBOUND, secret)?;
    let (tenant, round) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), i32::from_be_bytes(round.try_into().ok()?)))
}

/// The same for the whole installation: whoever runs it has one address for the whole domain.
pub fn whole_secret(seal: &Seal) -> String {
    seal.mark(purpose::INBOUND, b"whole")
}

pub fn is_whole_secret(seal: &Seal, secret: &str) -> bool {
    seal.is_mark(purpose::INBOUND, b"whole", secret)
}

/// Letters of a mail address that tell nothing apart by their case or their look.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of the secret in the address to which members send copies: fifty bits.
const TAG: usize = domain::inbound::MARK;

/// The secret part of the drop address.
pub fn drop_tag(seal: &Seal, tenant: TenantId, round: i32) -> String {
    letters(&seal.mark(purpose::DROP, format!("{tenant}/{round}").as_bytes()))
}

/// The secret part of a queue's address.
pub fn queue_tag(seal: &Seal, tenant: TenantId, queue: QueueId, round: i32) -> String {
    letters(&seal.mark(purpose::QUEUE, format!("{tenant}/{queue}/{round}").as_bytes()))
}

/// The mark in the address for answers to a ticket, which nobody else can make.
pub fn reply_mark(seal: &Seal, tenant: TenantId, ticket: TicketId) -> String {
    letters(&seal.mark(purpose::TICKET, format!("{tenant}/{ticket}").as_bytes()))
}

fn letters(mark: &str) -> String {
    even(mark.as_bytes()).iter().take(TAG).map(|b| char::from(LETTERS[usize::from(b & 31)])).collect()
}

/// The queues of a workspace with the secrets of their addresses.
pub async fn queue_addresses(tx: &mut TenantTx, seal: &Seal) -> Result<Vec<Address>, store::Error> {
    let tenant = tx.tenant();
    let rounds = store::support::mail::rounds(tx).await?.into_iter();
    let tag = |queue, round| queue_tag(seal, tenant, queue, round);
    Ok(rounds.map(|(queue, prefix, round)| Address { queue, prefix, tag: tag(queue, round) }).collect())
}

/// Bytes of a mark that are drawn evenly; its letters alone are not.
fn even(mark: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(mark).into()
}

impl Run for TakeMail {
    const TIME_OUT: Duration = Duration::from_secs(120);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "take_mail").await?;
        let Some(waiting) = inbound::waiting(&mut tx, self.mail).await? else { return Ok(()) };
        let door = inbound::door(&mut tx).await?;
        let queues = queue_addresses(&mut tx, &cx.seal).await?;
        let inboxes = store::support::inboxes::addresses(&mut tx).await?;
        drop(tx);
        let raw = cx.storage.read(self.tenant, waiting.raw).await.map_err(|e| Failure::Retry(e.to_string()))?;
        // Off the threads on which others wait: a message may be large, and its HTML strange.
        let read = tokio::task::spawn_blocking(move || read(&raw));
        let read = read.await.map_err(|e| Failure::Retry(format!("reading it broke: {e}")))?;
        let (mut tx, _) = cx.db.begin_job(self.tenant, "take_mail").await?;
        let tag = drop_tag(&cx.seal, self.tenant, door.drop_round);
        let ours = Ours {
            slug: &workspace.slug,
            domain: cx.inbound_domain.as_deref(),
            tag: &tag,
            closed: door.closed,
            sender: cx.mailer.address(),
            queues: &queues,
            inboxes: &inboxes,
            reply_mark: &|ticket| reply_mark(&cx.seal, self.tenant, ticket),
        };
        let Some(read) = read else {
            let nothing = Letter::default();
            let meant = filing::addressed(&nothing, waiting.recipient.as_deref(), &ours);
            store::support::mail::belongs(&mut tx, self.mail, &meant, waiting.inbox, &ours).await?;
            inbound::settle(&mut tx, self.mail, State::Failed, Some(Why::Unreadable), None).await?;
            return Ok(tx.commit().await?);
        };
        // What nothing is done with keeps no files.
        let addresses = filing::addressed(&read.letter, waiting.recipient.as_deref(), &ours);
        let it = (self.mail, waiting.inbox);
        let wanted = waiting.admitted || inbound::first_look(&mut tx, it, &read.letter, &addresses).await?;
        let kept = match wanted && !waiting.read {
            true => {
                drop(tx);
                let kept = keep(cx, self.tenant, read.files).await?;
                (tx, _) = cx.db.begin_job(self.tenant, "take_mail").await?;
                kept
            }
            false => Kept::default(),
        };
        let Some(_) = inbound::waiting(&mut tx, self.mail).await? else { return Ok(()) };
        write(&mut tx, self.mail, &read.letter, kept, &ours).await?;
        tx.commit().await?;
        // By itself: should this go wrong for good, what was read is there for whoever looks after it.
        let (mut tx, _) = cx.db.begin_job(self.tenant, "take_mail").await?;
        let Some(_) = inbound::waiting(&mut tx, self.mail).await? else { return Ok(()) };
        tx.because(&format!("mail:{}", self.mail)).await?;
        filing::decide(&mut tx, self.mail, &read.letter, &ours).await?;
        Ok(tx.commit().await?)
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        let (mut tx, _) = cx.db.begin_mail(self.tenant, "take_mail").await?;
        inbound::settle(&mut tx, self.mail, State::Failed, Some(Why::Broken), None).await?;
        tx.commit().await
    }
}

/// Forgets what nothing was done with for months, a hundred at a time. A storage that is away has the rest removed later:
/// what a row does not name any more is noted as lost.
pub(crate) async fn sweep(cx: &Context, tenant: TenantId) -> Result<(), Failure> {
    loop {
        let (mut tx, _) = cx.db.begin_job(tenant, "sweep_mail").await?;
        let (many, files) = inbound::sweep(&mut tx, BATCH).await?;
        for file in &files {
            files::expect(&mut tx, *file).await?;
        }
        tx.commit().await?;
        if many < BATCH {
            return Ok(());
        }
    }
}

/// Writes what was read of a message, its files, and for which queue it is.
async fn write(
    tx: &mut TenantTx,
    mail: InboundId,
    letter: &Letter,
    kept: Kept,
    ours: &Ours<'_>,
) -> Result<(), store::Error> {
    inbound::write(tx, mail, letter, &kept.left_out).await?;
    for (place, (file, content_id)) in kept.files.iter().enumerate() {
        inbound::attach(tx, mail, file, content_id.as_deref(), place).await?;
    }
    filing::belongs(tx, mail, letter, ours).await
}

/// Files of a message that are in the storage, and those that are not kept.
#[derive(Default)]
struct Kept {
    files: Vec<(files::New, Option<String>)>,
    left_out: Vec<LeftOut>,
}

async fn keep(cx: &Context, tenant: TenantId, given: Vec<read::File>) -> Result<Kept, Failure> {
    let mut kept = Kept::default();
    for file in given {
        let head = &file.bytes[..file.bytes.len().min(HEAD)];
        let kind = match sniff(head, &file.name) {
            Ok(kind) if kept.files.len() < FILES && file.bytes.len() as u64 <= names::MOST => kind,
            Ok(_) => {
                kept.left_out
                    .push(LeftOut { name: file.name, why: format!("At most {FILES} files of 25 MB each are kept.") });
                continue;
            }
            Err(why) => {
                kept.left_out.push(LeftOut { name: file.name, why: why.to_owned() });
                continue;
            }
        };
        let (mut tx, _) = cx.db.begin_job(tenant, "take_mail").await?;
        let id: FileId = tx.id();
        files::expect(&mut tx, id).await?;
        tx.commit().await?;
        let stored = cx
            .storage
            .keep(tenant, id, Bytes::from(file.bytes))
            .await
            .map_err(|e| Failure::Retry(format!("a file could not be kept: {e}")))?;
        let name = names::name(&file.name, |ending| kind.fits(ending), kind.extension);
        let new = files::New { id, name, media_type: kind.name, size: stored.size, sha256: stored.sha256 };
        kept.files.push((new, file.content_id));
    }
    kept.left_out.truncate(FILES);
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_its_workspace_and_round() {
        let (seal, tenant) = (Seal::new("secret"), TenantId(Uuid::from_u128(1)));
        let secret = url_secret(&seal, tenant, 3);
        assert_eq!(read_url_secret(&seal, &secret), Some((tenant, 3)));
        assert_eq!(read_url_secret(&Seal::new("another"), &secret), None);
        assert_eq!(read_url_secret(&seal, &whole_secret(&seal)), None);
        assert!(is_whole_secret(&seal, &whole_secret(&seal)) && !is_whole_secret(&seal, &secret));
        let tags: Vec<_> = (1..=3).map(|round| drop_tag(&seal, tenant, round)).collect();
        assert!(tags.iter().all(|t| t.len() == TAG && t.chars().all(|c| c.is_ascii_alphanumeric())));
        assert!(tags[0] != tags[1] && tags[1] != tags[2]);
    }
}
