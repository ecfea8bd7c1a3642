//! Addresses that get no more mail of a workspace, and what came back from them.

use super::{Reason, State, end_try};
use crate::{
    Error, IdentityTx, Result, TenantTx,
    support::mail::{Lost, returned},
};
use chrono::{DateTime, Duration, Utc};
use domain::{MailId, SuppressionId, TenantId};
use uuid::Uuid;

/// An address that gets no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stopped {
    pub id: SuppressionId,
    pub email: String,
    pub reason: Reason,
    /// What the other side said.
    pub answer: String,
    pub at: DateTime<Utc>,
}

/// How long a server takes at most to send a message back without naming it.
const NAMELESS: Duration = Duration::days(5);

/// Whose message it is that a server sent back: by one of these ids, which its Message-ID may have, or else the newest
/// to that address.
pub async fn whose(
    tx: &mut IdentityTx,
    candidates: &[MailId],
    recipient: Option<&str>,
) -> Result<Option<(TenantId, MailId)>> {
    let ids: Vec<Uuid> = candidates.iter().map(|m| m.0).collect();
    let since = tx.now() - NAMELESS;
    let row = sqlx::query!(
        r#"select tenant_id as "tenant!", mail_id as "mail!" from house.whose_mail($1, $2, $3)"#,
        &ids,
        recipient,
        since
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (TenantId(r.tenant), MailId(r.mail))))
}

/// A message came back. With a reason, its address gets no more from now on; a complaint outweighs a bounce.
pub async fn bounced(tx: &mut TenantTx, mail: MailId, reason: Option<Reason>, answer: &str) -> Result<()> {
    // Somebody who complains has got it.
    if reason != Some(Reason::Complaint) {
        end_try(tx, mail, State::Bounced, answer).await?;
    }
    let how = if reason.is_some() { Lost::Stopped } else { Lost::Returned };
    returned(tx, mail, how, answer).await?;
    let Some(reason) = reason else { return Ok(()) };
    if reason == Reason::Bounce {
        let recipient = sqlx::query_scalar!("select recipient from mails where id = $1", mail.0);
        if let Some(recipient) = recipient.fetch_optional(tx.conn()).await? {
            crate::crm::points::came_back(tx, &recipient, answer).await?;
        }
    }
    let (tenant, now, id) = (tx.tenant().0, tx.now(), tx.id::<SuppressionId>());
    sqlx::query!(
        "insert into mail_suppressions (tenant_id, id, email, reason, answer, mail_id, created_at)
         select $1, $2, lower(recipient), $3, $4, id, $5 from mails where id = $6
         on conflict on constraint mail_suppressions_email_key do update
           set reason = excluded.reason, answer = excluded.answer, mail_id = excluded.mail_id
           where mail_suppressions.reason = 'unsubscribed'
              or mail_suppressions.reason <> 'complaint' and excluded.reason = 'complaint'",
        tenant,
        id.0,
        reason.key(),
        answer,
        now,
        mail.0
    )
    .execute(tx.conn())
    .await?;
    crate::crm::leads::scores::came_back(tx, mail).await
}

/// Whether this address gets no more, and why.
pub async fn stopped(tx: &mut TenantTx, email: &str) -> Result<Option<Stopped>> {
    let row = sqlx::query!(
        "select id, email, reason, answer, created_at from mail_suppressions where email = lower($1)",
        email
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        let reason = reason(&r.reason)?;
        Ok(Stopped { id: SuppressionId(r.id), email: r.email, reason, answer: r.answer, at: r.created_at })
    })
    .transpose()
}

/// Those that get no more, the newest first, behind `after`; `search` is a part of the address.
pub async fn stopped_list(
    tx: &mut TenantTx,
    search: &str,
    after: Option<(DateTime<Utc>, Uuid)>,
    most: i64,
) -> Result<Vec<Stopped>> {
    let (at, id) = after.unzip();
    let rows = sqlx::query!(
        "select id, email, reason, answer, created_at from mail_suppressions
         where ($1 = '' or strpos(email, lower($1)) > 0)
           and ($2::timestamptz is null or (created_at, id) < ($2, $3))
         order by created_at desc, id desc limit $4",
        search,
        at,
        id,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let reason = reason(&r.reason)?;
            Ok(Stopped { id: SuppressionId(r.id), email: r.email, reason, answer: r.answer, at: r.created_at })
        })
        .collect()
}

fn reason(key: &str) -> Result<Reason> {
    Reason::parse(key).ok_or_else(|| crate::db::strange("reason", key))
}

/// Lets an address have mail again, and tells which.
pub async fn lift(tx: &mut TenantTx, id: SuppressionId) -> Result<String> {
    let lifted = sqlx::query_scalar!("delete from mail_suppressions where id = $1 returning email", id.0);
    lifted.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// The address that a message went to, and whether it wants no more such mail. [`Error::NotFound`]: there is no such
/// message any more.
pub async fn unsubscribed(tx: &mut TenantTx, mail: MailId) -> Result<(String, bool)> {
    let row = sqlx::query!(
        r#"select lower(m.recipient) as "email!", s.id is not null as "stopped!" from mails m
           left join mail_suppressions s on s.tenant_id = m.tenant_id and s.email = lower(m.recipient)
           where m.id = $1"#,
        mail.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.email, row.stopped))
}

/// Ends mail that one may do without to the address that a message went to, or lets it come again. What a server or a
/// complaint has stopped stays so.
pub async fn subscribe(tx: &mut TenantTx, mail: MailId, wanted: bool) -> Result<()> {
    let (tenant, now, id) = (tx.tenant().0, tx.now(), tx.id::<SuppressionId>());
    if wanted {
        sqlx::query!(
            "delete from mail_suppressions
             where reason = 'unsubscribed' and email = (select lower(recipient) from mails where id = $1)",
            mail.0
        )
        .execute(tx.conn())
        .await?;
        return Ok(());
    }
    sqlx::query!(
        "insert into mail_suppressions (tenant_id, id, email, reason, answer, mail_id, created_at)
         select $1, $2, lower(recipient), 'unsubscribed', 'by the link in a mail', id, $3 from mails where id = $4
         on conflict on constraint mail_suppressions_email_key do nothing",
        tenant,
        id.0,
        now,
        mail.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
