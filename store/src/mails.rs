//! Messages on their way out, one row each.

use crate::{IdentityTx, Result, TenantTx, identity::Purpose};
use chrono::{DateTime, Utc};
use domain::{AccountId, ImportId, LinkId, MailId, MemberId, import::Target};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued,
    /// Handed to the server; a worker that dies now leaves this, and nobody knows.
    Sending,
    Sent,
    Failed,
    Unclear,
}

impl State {
    const fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unclear => "unclear",
        }
    }
}

/// What the row knew before this try.
pub struct Try {
    pub message_id: String,
    pub state: String,
}

/// Begins a try: makes the row at the first, counts it at each. The Message-ID stays that of the first.
pub async fn begin_try(
    tx: &mut TenantTx,
    id: MailId,
    template: &str,
    recipient: &str,
    subject: &str,
    message_id: &str,
) -> Result<Try> {
    let now = tx.now();
    let r = sqlx::query!(
        r#"with before as (select state from mails where id = $2)
           insert into mails (tenant_id, id, template, recipient, subject, state, tries, message_id, created_at)
           values ($1, $2, $3, $4, $5, 'sending', 1, $6, $7)
           on conflict (tenant_id, id) do update
             set tries = mails.tries + 1, state = case when mails.state = 'sent' then 'sent' else 'sending' end
           returning message_id, coalesce((select state from before), 'queued') as "state!""#,
        tx.tenant().0,
        id.0,
        template,
        recipient,
        subject,
        message_id,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Try { message_id: r.message_id, state: r.state })
}

/// Ends a try with the server's last answer.
pub async fn end_try(tx: &mut TenantTx, id: MailId, state: State, answer: &str) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update mails set state = $2, last_answer = $3, sent_at = case when $2 = 'sent' then $4 else sent_at end where id = $1",
        id.0,
        state.key(),
        answer,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The one-time link of this message. Its id is the message's, so that each try sends the same link.
pub async fn link(tx: &mut IdentityTx, mail: MailId, account: AccountId, purpose: Purpose) -> Result<LinkId> {
    let now = tx.now();
    sqlx::query!(
        "insert into links (id, account_id, purpose, created_at, expires_at) values ($1, $2, $3, $4, $5)
         on conflict (id) do nothing",
        mail.0,
        account.0,
        purpose.key(),
        now,
        now + purpose.life()
    )
    .execute(tx.conn())
    .await?;
    Ok(LinkId(mail.0))
}

/// What the person who started an import is told.
pub struct ImportReport {
    /// They have said that they do not want to be told.
    pub unwanted: bool,
    pub member: MemberId,
    pub name: String,
    pub email: String,
    pub target: Target,
    pub state: domain::import::State,
    pub file_name: String,
    pub failure: Option<String>,
    /// Rows made, changed, as they were already, and left out.
    pub created: i64,
    pub changed: i64,
    pub same: i64,
    pub errors: i64,
}

pub async fn import_report(tx: &mut TenantTx, import: ImportId) -> Result<ImportReport> {
    let r = sqlx::query!(
        r#"select m.id as member, m.name, m.email, m.preferences -> 'mail.imports' = 'false' as unwanted, i.target, i.state, i.file_name, i.failure,
                  coalesce((i.counts ->> 'create')::bigint, 0) as "created!",
                  coalesce((i.counts ->> 'change')::bigint, 0) as "changed!",
                  coalesce((i.counts ->> 'same')::bigint, 0) as "same!",
                  coalesce((i.counts ->> 'error')::bigint, 0) as "errors!"
           from imports i join members m on m.tenant_id = i.tenant_id and m.id = i.created_by
           where i.id = $1"#,
        import.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(ImportReport {
        target: Target::parse(&r.target).ok_or_else(|| crate::db::strange("target", &r.target))?,
        state: domain::import::State::parse(&r.state).ok_or_else(|| crate::db::strange("state", &r.state))?,
        member: MemberId(r.member),
        name: r.name,
        email: r.email,
        unwanted: r.unwanted.unwrap_or(false),
        file_name: r.file_name,
        failure: r.failure,
        created: r.created,
        changed: r.changed,
        same: r.same,
        errors: r.errors,
    })
}

/// A message as its row knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub template: String,
    pub recipient: String,
    pub subject: String,
    pub state: String,
    pub tries: i32,
    pub last_answer: Option<String>,
    pub message_id: String,
}

pub async fn find(tx: &mut TenantTx, id: MailId) -> Result<Mail> {
    Ok(sqlx::query_as!(
        Mail,
        "select template, recipient, subject, state, tries, last_answer, message_id from mails where id = $1",
        id.0
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Forgets mails of before that whose end is known.
pub async fn sweep(tx: &mut TenantTx, before: DateTime<Utc>) -> Result<u64> {
    let swept =
        sqlx::query!("delete from mails where created_at < $1 and state in ('sent', 'failed', 'unclear')", before);
    Ok(swept.execute(tx.conn()).await?.rows_affected())
}
