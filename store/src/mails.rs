//! Messages on their way out, one row each.

use crate::{Result, TenantTx};
use domain::MailId;

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
    pub tries: i32,
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
           returning message_id, tries, coalesce((select state from before), 'queued') as "state!""#,
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
    Ok(Try { message_id: r.message_id, state: r.state, tries: r.tries })
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
