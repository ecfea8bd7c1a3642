//! Messages on their way out, one row each; the log of them, and the addresses that get no more.

mod log;
mod suppressions;

pub use domain::mail::{Reason, State};
pub use log::{Asked, Cursor, Limits, Logged, Page, limits, log};
pub use suppressions::{Stopped, bounced, lift, stopped, stopped_list, subscribe, unsubscribed, whose};

use crate::{
    IdentityTx, Result, TenantTx,
    identity::Purpose,
    support::mail::{Lost, returned},
};
use chrono::{DateTime, Utc};
use domain::{
    AccountId, ImportId, LinkId, MailId, MemberId,
    import::Target,
    mail::{Quota, Standing},
};

/// A message as its try finds it.
pub struct Outgoing<'a> {
    pub id: MailId,
    pub template: &'a str,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub message_id: &'a str,
    /// Whether one of which nobody knows is to be left alone, as it may have gone out.
    pub once: bool,
    /// About somebody's account, at their own wish: neither limits nor stopped addresses hold it up.
    pub account: bool,
    /// One may do without it, so it does not go to whoever has said that they will.
    pub optional: bool,
}

/// What a try is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Try {
    /// Send it, under this Message-ID: that of the first try.
    Send { message_id: String },
    /// Nothing: it has ended before, or ends here and now, as the row tells.
    Ended,
    /// Nothing before then: the workspace has sent as much as it may.
    Wait(DateTime<Utc>),
}

/// Begins a try: makes the row at the first, counts each. The row stays locked until the transaction ends.
pub async fn begin_try(tx: &mut TenantTx, out: &Outgoing<'_>) -> Result<Try> {
    let now = tx.now();
    let row = sqlx::query!(
        r#"insert into mails (tenant_id, id, template, recipient, subject, state, message_id, created_at, idempotency_key)
           values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8)
           on conflict (tenant_id, id) do update set template = mails.template
           returning message_id, state, not_before,
             (select s.reason || ': ' || s.answer from mail_suppressions s
              where s.email = lower($4) and ($9 or s.reason <> 'unsubscribed')) as stopped,
             not house.proven()
               and not exists (select from members m where lower(m.email) = lower($4)) as "unproven!""#,
        tx.tenant().0,
        out.id.0,
        out.template,
        out.recipient,
        out.subject,
        out.message_id,
        now,
        format!("{}/{}", out.template, out.id),
        out.optional
    )
    .fetch_one(tx.conn())
    .await?;
    match State::parse(&row.state).ok_or_else(|| crate::db::strange("state", &row.state))? {
        State::Sent | State::Bounced | State::Suppressed => return Ok(Try::Ended),
        State::Sending if out.once => {
            end_try(tx, out.id, State::Unclear, "Nobody heard the mail server's answer: its worker died.").await?;
            return Ok(Try::Ended);
        }
        State::Unclear if out.once => return Ok(Try::Ended),
        State::Queued | State::Failed | State::Sending | State::Unclear => {}
    }
    if let Some(why) = row.stopped.filter(|_| !out.account) {
        end_try(tx, out.id, State::Suppressed, &format!("Not sent. The address is stopped, {why}")).await?;
        returned(tx, out.id, Lost::Unsent, &format!("The address is stopped, {why}")).await?;
        return Ok(Try::Ended);
    }
    // A workspace is free, and the next one as well: whoever has not proven an address of their own writes to nobody else.
    if row.unproven && !out.account {
        let why = "No owner of the workspace has confirmed their address yet: nobody outside gets mail until then.";
        end_try(tx, out.id, State::Suppressed, &format!("Not sent. {why}")).await?;
        returned(tx, out.id, Lost::Unsent, why).await?;
        return Ok(Try::Ended);
    }
    if !out.account {
        let turn = match row.not_before {
            Some(turn) => turn,
            None => take_turn(tx, out.id).await?,
        };
        if turn > now {
            return Ok(Try::Wait(turn));
        }
    }
    sqlx::query!("update mails set state = 'sending', tries = tries + 1, last_at = $2 where id = $1", out.id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(Try::Send { message_id: row.message_id })
}

/// Gives a message its turn within the workspace's limit, and keeps it: who waits is not asked twice.
async fn take_turn(tx: &mut TenantTx, id: MailId) -> Result<DateTime<Utc>> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    let r = sqlx::query!(
        r#"insert into mail_quotas (tenant_id, hour, in_hour, in_day) values ($1, $2, 0, 0)
         on conflict (tenant_id) do update set hour = mail_quotas.hour
         returning per_hour, per_day, hour, in_hour, in_day, house.proven() as "proven!",
           (select created_at from tenants where id = $1) as "since!""#,
        tenant,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    let mut quota =
        Quota::new(Standing::new(r.proven, r.since, now), (r.per_hour, r.per_day), r.hour, (r.in_hour, r.in_day));
    let turn = quota.take(now);
    sqlx::query!(
        "with taken as (update mail_quotas set hour = $2, in_hour = $3, in_day = $4 where tenant_id = $5)
         update mails set not_before = $6,
           last_answer = case when $6::timestamptz > $7 then 'Waits: the workspace has sent as much as it may at a time.' else last_answer end
         where id = $1",
        id.0,
        quota.hour,
        quota.in_hour,
        quota.in_day,
        tenant,
        turn,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(turn)
}

/// Notes a try that did not come as far as to hand the message over: the server was not to be had.
pub async fn not_reached(tx: &mut TenantTx, out: &Outgoing<'_>, last: bool, answer: &str) -> Result<()> {
    let now = tx.now();
    let state = if last { State::Failed } else { State::Queued };
    sqlx::query!(
        "insert into mails (tenant_id, id, template, recipient, subject, state, tries, message_id, created_at, idempotency_key, last_at, last_answer)
         values ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9, $8, $10)
         on conflict (tenant_id, id) do update
           set tries = mails.tries + 1, last_at = $8, last_answer = $10,
               state = case when mails.state in ('queued', 'failed') then $6 else mails.state end
           where mails.state not in ('sent', 'bounced', 'suppressed')",
        tx.tenant().0,
        out.id.0,
        out.template,
        out.recipient,
        out.subject,
        state.key(),
        out.message_id,
        now,
        format!("{}/{}", out.template, out.id),
        answer
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a try with the server's last answer.
pub async fn end_try(tx: &mut TenantTx, id: MailId, state: State, answer: &str) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update mails set state = $2, last_answer = $3, last_at = $4, sent_at = case when $2 = 'sent' then $4 else sent_at end where id = $1",
        id.0,
        state.key(),
        answer,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nobody will try this one again, and its last try could not say how it ended. What was said in a ticket is told there.
pub async fn give_up(tx: &mut TenantTx, id: MailId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update mails set state = case state when 'sending' then 'unclear' else 'failed' end, last_at = $2,
           last_answer = coalesce(last_answer, 'Its last try ended without a word.')
         where id = $1 and state in ('queued', 'sending')",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    let ended = sqlx::query!("select state, last_answer from mails where id = $1", id.0);
    let (how, answer) = match ended.fetch_optional(tx.conn()).await? {
        Some(r) if r.state == State::Failed.key() => (Lost::Returned, r.last_answer),
        Some(r) if r.state == State::Unclear.key() => (Lost::Unclear, r.last_answer),
        Some(_) => return Ok(()),
        None => (Lost::Unsent, None),
    };
    returned(tx, id, how, answer.as_deref().unwrap_or("It could not be made ready.")).await
}

/// What waits to be sent is not needed any more: its row ends here, if it has one, and says why.
pub async fn drop_queued(tx: &mut TenantTx, id: MailId, why: &str) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update mails set state = 'suppressed', last_answer = 'Not sent. ' || $3, last_at = $2 where id = $1 and state = 'queued'",
        id.0,
        now,
        why
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
    let swept = sqlx::query!(
        "delete from mails where created_at < $1 and state in ('sent', 'failed', 'bounced', 'suppressed', 'unclear')",
        before
    );
    Ok(swept.execute(tx.conn()).await?.rows_affected())
}
