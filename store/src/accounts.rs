//! What is somebody's own in every workspace: password, second factor, address.

use crate::{Error, IdentityTx, Result, identity::Purpose, queue};
use chrono::{DateTime, Utc};
use domain::{
    AccountId, Email, LinkId, TenantId,
    jobs::{SendEmailChange, SendEmailChanged},
    language::Language,
};

/// A second factor, set up or being set up.
pub struct SecondFactor {
    /// The TOTP secret, sealed.
    pub secret: Option<Vec<u8>>,
    pub on: bool,
    /// Recovery codes that are left.
    pub codes: i64,
}

pub async fn second_factor(tx: &mut IdentityTx, account: AccountId) -> Result<SecondFactor> {
    let r = sqlx::query!(
        r#"select a.totp_secret, a.totp_since is not null as "on!",
             (select count(*) from recovery_codes c where c.account_id = a.id and c.used_at is null) as "codes!"
           from accounts a where a.id = $1"#,
        account.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(SecondFactor { secret: r.totp_secret, on: r.on, codes: r.codes })
}

/// Whether their sign-in asks for a second factor.
pub async fn has_second_factor(tx: &mut IdentityTx, account: AccountId) -> Result<bool> {
    let on = sqlx::query_scalar!(r#"select totp_since is not null as "on!" from accounts where id = $1"#, account.0);
    Ok(on.fetch_one(tx.conn()).await?)
}

/// Begins to set one up: the secret is kept, and asked for by nobody yet. One that is on stays as it is.
pub async fn prepare_second_factor(tx: &mut IdentityTx, account: AccountId, sealed: &[u8]) -> Result<()> {
    sqlx::query!(
        "update accounts set totp_secret = $2, totp_step = null where id = $1 and totp_since is null",
        account.0,
        sealed
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Turns it on, with its recovery codes. `step` is the one whose code has proven that the phone has the secret.
pub async fn turn_on(tx: &mut IdentityTx, account: AccountId, step: i64, marks: &[String]) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update accounts set totp_since = $2, totp_step = $3 where id = $1 and totp_since is null and totp_secret is not null",
        account.0,
        now,
        step
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    renew_codes(tx, account, marks).await
}

/// The workspaces of this account that demand a second factor.
pub async fn demanded_by(tx: &mut IdentityTx, account: AccountId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select t.name from members m join tenants t on t.id = m.tenant_id
         where m.account_id = $1 and m.deactivated_at is null and t.require_second_factor order by t.name limit 20",
        account.0
    )
    .fetch_all(tx.conn())
    .await?)
}

pub async fn turn_off(tx: &mut IdentityTx, account: AccountId) -> Result<()> {
    sqlx::query!(
        "update accounts set totp_secret = null, totp_since = null, totp_step = null where id = $1",
        account.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from recovery_codes where account_id = $1", account.0).execute(tx.conn()).await?;
    Ok(())
}

/// Takes the code of this time step; `false` when it was taken before, or a later one was (RFC 6238 §5.2).
pub async fn take_step(tx: &mut IdentityTx, account: AccountId, step: i64) -> Result<bool> {
    let taken = sqlx::query!(
        "update accounts set totp_step = $2 where id = $1 and totp_since is not null and (totp_step is null or totp_step < $2)",
        account.0,
        step
    )
    .execute(tx.conn())
    .await?;
    Ok(taken.rows_affected() > 0)
}

/// Takes a recovery code; `false` when there is none of this mark, or it was used.
pub async fn take_code(tx: &mut IdentityTx, account: AccountId, mark: &str) -> Result<bool> {
    let now = tx.now();
    let taken = sqlx::query!(
        "update recovery_codes set used_at = $3 where account_id = $1 and mark = $2 and used_at is null",
        account.0,
        mark,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(taken.rows_affected() > 0)
}

/// New recovery codes; the old ones are worth nothing any more.
pub async fn renew_codes(tx: &mut IdentityTx, account: AccountId, marks: &[String]) -> Result<()> {
    sqlx::query!("delete from recovery_codes where account_id = $1", account.0).execute(tx.conn()).await?;
    sqlx::query!(
        "insert into recovery_codes (account_id, mark) select $1, m from unnest($2::text[]) m",
        account.0,
        marks
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Their own zone, where they have chosen one, and their language.
pub async fn tongue(tx: &mut IdentityTx, account: AccountId) -> Result<(Option<String>, String)> {
    let r = sqlx::query!("select zone, language from accounts where id = $1", account.0).fetch_one(tx.conn()).await?;
    Ok((r.zone, r.language))
}

/// Name, zone and language; the name in each of their workspaces.
pub async fn change_profile(
    tx: &mut IdentityTx,
    account: AccountId,
    name: &str,
    zone: Option<&str>,
    language: Language,
) -> Result<()> {
    sqlx::query!(
        "update accounts set name = $2, zone = $3, language = $4 where id = $1",
        account.0,
        name,
        zone,
        language.key()
    )
    .execute(tx.conn())
    .await?;
    crate::identity::hold_memberships(tx, account).await?;
    sqlx::query!("update members set name = $2 where account_id = $1 and name <> $2", account.0, name)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Whether there is another password since then.
pub async fn password_set_since(tx: &mut IdentityTx, account: AccountId, since: DateTime<Utc>) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from members where account_id = $1 and password_set_at > $2) as "set!""#,
        account.0,
        since
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The same password, hashed with the parameters of today.
pub async fn rehash(tx: &mut IdentityTx, account: AccountId, old: &str, new: &str) -> Result<()> {
    sqlx::query!("update accounts set password_hash = $3 where id = $1 and password_hash = $2", account.0, old, new)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Asks for the proof of an address that somebody wants to change to; their own one stays until then. Links that were
/// asked for before are dead.
pub async fn ask_email(tx: &mut IdentityTx, tenant: TenantId, account: AccountId, email: &Email) -> Result<()> {
    let (now, id): (_, LinkId) = (tx.now(), tx.id());
    let purpose = Purpose::EmailChange;
    crate::identity::use_links(tx, account, &[purpose]).await?;
    sqlx::query!(
        "insert into links (id, account_id, purpose, email, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        account.0,
        purpose.key(),
        email.as_str(),
        now,
        now + purpose.life()
    )
    .execute(tx.conn())
    .await?;
    let job = SendEmailChange { tenant, id: id.0.into(), account, email: email.as_str().to_owned() };
    queue::push_from_identity(tx, &job).await
}

/// The address that a link proves, as long as it is fresh and unused.
pub async fn asked_email(tx: &mut IdentityTx, link: LinkId) -> Result<Option<(AccountId, String)>> {
    let now = tx.now();
    let row = sqlx::query!(
        r#"select account_id, email as "email!" from links
           where id = $1 and purpose = 'email_change' and used_at is null and expires_at > $2 for update"#,
        link.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (AccountId(r.account_id), r.email)))
}

/// Changes the address, in each workspace, and tells the old one. No link that was mailed before opens anything.
pub async fn change_email(tx: &mut IdentityTx, account: AccountId, email: &str) -> Result<()> {
    let now = tx.now();
    let old = crate::identity::account(tx, account).await?.email;
    let mailed = [Purpose::EmailChange, Purpose::PasswordReset, Purpose::Verification];
    crate::identity::use_links(tx, account, &mailed).await?;
    crate::identity::hold_memberships(tx, account).await?;
    sqlx::query!("update accounts set email = $2, verified_at = $3 where id = $1", account.0, email, now)
        .execute(tx.conn())
        .await?;
    let tenants = sqlx::query_scalar!(
        "update members set email = $2, verified = true where account_id = $1 returning tenant_id",
        account.0,
        email
    )
    .fetch_all(tx.conn())
    .await?;
    match tenants.first() {
        Some(tenant) => {
            let job = SendEmailChanged { tenant: TenantId(*tenant), id: tx.id(), account, old, new: email.to_owned() };
            queue::push_from_identity(tx, &job).await
        }
        None => Ok(()),
    }
}
