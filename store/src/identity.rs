//! Accounts, one-time links, memberships across workspaces: what is known before a tenant is.

use crate::{
    Error, IdentityTx, Result,
    db::{Look, workspace},
    queue,
};
use chrono::Duration;
use domain::{
    AccountId, Email, InvitationId, LinkId, MailId, MemberId, SessionId, TenantId,
    access::{MembersWrite, Permission, Rights, Role},
    events::Event,
    jobs::{Announce, SendPasswordReset, SendVerification},
    workspace::{Workspace, signup},
};

pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub email: String,
    pub password_hash: String,
    pub verified: bool,
}

/// What a one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Verification,
    PasswordReset,
    /// Another address, proven by its owner.
    EmailChange,
}

impl Purpose {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Verification => "verification",
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
        }
    }

    /// How long such a link opens something.
    pub const fn life(self) -> Duration {
        match self {
            Self::Verification => Duration::days(3),
            Self::PasswordReset => Duration::hours(1),
            Self::EmailChange => Duration::days(1),
        }
    }
}

/// Makes an account, its workspace and its first member, all or nothing. `tenant` was drawn when the form was, so
/// that a form sent twice is known: then [`Error::is_duplicate_id`] holds.
pub async fn sign_up(
    tx: &mut IdentityTx,
    tenant: TenantId,
    f: &signup::Fields,
    password_hash: &str,
) -> Result<AccountId> {
    let owner = build(tx, tenant, &f.company).await?;
    let account = open_account(tx, &f.email, &f.name, password_hash, false).await?;
    own(tx, tenant, owner, account, &f.name, f.email.as_str(), false).await?;
    let mail = tx.id::<MailId>();
    queue::push_from_identity(tx, &SendVerification { tenant, id: mail, account }).await?;
    Ok(account)
}

/// Makes a workspace, and this account its owner. `tenant` was drawn with the form, see [`sign_up`].
pub async fn found(tx: &mut IdentityTx, tenant: TenantId, account: AccountId, f: &signup::Company) -> Result<()> {
    let owner = build(tx, tenant, f).await?;
    let who = self::account(tx, account).await?;
    own(tx, tenant, owner, account, &who.name, &who.email, who.verified).await?;
    crate::workspace::pictures::take_along(tx, account).await
}

/// The workspace comes first: its id was drawn with the form. It is its owner's own doing, who will have the id given.
async fn build(tx: &mut IdentityTx, tenant: TenantId, f: &signup::Company) -> Result<MemberId> {
    let (owner, now): (MemberId, _) = (tx.id(), tx.now());
    sqlx::query!(
        "insert into tenants (id, slug, name, zone, currency, date_order, country, created_at)
         select $1, $2, $3, $4, $5, $6, $7, $8 from (select set_config('app.actor', 'member:' || $9::uuid, true)) as actor",
        tenant.0,
        f.slug.as_str(),
        f.name,
        f.zone.name(),
        f.conventions.currency.code(),
        f.conventions.dates.key(),
        f.country.map(|c| c.code().to_owned()),
        now,
        owner.0
    )
    .execute(tx.conn())
    .await?;
    Ok(owner)
}

async fn own(
    tx: &mut IdentityTx,
    tenant: TenantId,
    owner: MemberId,
    account: AccountId,
    name: &str,
    email: &str,
    verified: bool,
) -> Result<()> {
    hold_memberships(tx, account).await?;
    let owner = join_as(tx, owner, tenant, account, name, email, Role::Owner, verified).await?;
    let event = tx.id::<MailId>();
    queue::push_from_identity(
        tx,
        &Announce { tenant, id: event.0, event: Event::WorkspaceCreated { owner }, by: Some(owner) },
    )
    .await
}

/// Makes an account alone.
pub async fn open_account(
    tx: &mut IdentityTx,
    email: &Email,
    name: &str,
    password_hash: &str,
    verified: bool,
) -> Result<AccountId> {
    let (id, now): (AccountId, _) = (tx.id(), tx.now());
    sqlx::query!(
        "insert into accounts (id, email, name, password_hash, verified_at, created_at) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        email.as_str(),
        name,
        password_hash,
        verified.then_some(now),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Makes an account a member of a workspace; again, if they were let out of it.
pub async fn join(
    tx: &mut IdentityTx,
    tenant: TenantId,
    account: AccountId,
    name: &str,
    email: &str,
    role: Role,
    verified: bool,
) -> Result<MemberId> {
    let id = tx.id();
    join_as(tx, id, tenant, account, name, email, role, verified).await
}

#[expect(clippy::too_many_arguments, reason = "a row of a table, each of its columns once")]
async fn join_as(
    tx: &mut IdentityTx,
    id: MemberId,
    tenant: TenantId,
    account: AccountId,
    name: &str,
    email: &str,
    role: Role,
    verified: bool,
) -> Result<MemberId> {
    let now = tx.now();
    let joined = sqlx::query_scalar!(
        "insert into members (tenant_id, id, account_id, name, email, role, role_id, verified, joined_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict on constraint members_account_key do update
           set role = excluded.role, role_id = excluded.role_id, verified = members.verified or excluded.verified,
             deactivated_at = null, deactivated_by = null, privileges_at = $9, version = members.version + 1
           where members.deactivated_at is not null
         returning id",
        tenant.0,
        id.0,
        account.0,
        name,
        email,
        role.key(),
        role.id(),
        verified,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    joined.map(MemberId).ok_or_else(|| {
        let (field, message) = Error::told("members_account_key");
        Error::refused(field, message)
    })
}

pub async fn slug_is_free(tx: &mut IdentityTx, slug: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select not exists (select 1 from tenants where slug = $1) as "free!""#, slug)
        .fetch_one(tx.conn())
        .await?)
}

/// The workspace of this address.
pub async fn tenant_of(tx: &mut IdentityTx, slug: &str) -> Result<Option<TenantId>> {
    let id = sqlx::query_scalar!("select id from tenants where slug = $1", slug).fetch_optional(tx.conn()).await?;
    Ok(id.map(TenantId))
}

pub async fn by_email(tx: &mut IdentityTx, email: &str) -> Result<Option<Account>> {
    let row = sqlx::query!(
        "select id, name, email, password_hash, verified_at from accounts where lower(email) = lower($1)",
        email.trim()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Account {
        id: AccountId(r.id),
        name: r.name,
        email: r.email,
        password_hash: r.password_hash,
        verified: r.verified_at.is_some(),
    }))
}

pub async fn account(tx: &mut IdentityTx, id: AccountId) -> Result<Account> {
    let r = sqlx::query!("select id, name, email, password_hash, verified_at from accounts where id = $1", id.0)
        .fetch_one(tx.conn())
        .await?;
    Ok(Account {
        id: AccountId(r.id),
        name: r.name,
        email: r.email,
        password_hash: r.password_hash,
        verified: r.verified_at.is_some(),
    })
}

/// The workspaces that the account may enter, by name, with what it is there.
pub async fn workspaces(tx: &mut IdentityTx, account: AccountId) -> Result<Vec<(Workspace, String)>> {
    let rows = sqlx::query!(
        "select t.id, t.slug, t.name, t.zone, t.currency, t.date_order, t.accent, t.logo, m.role, m.role_id, r.name as \"role_name?\"
         from members m join tenants t on t.id = m.tenant_id left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
         where m.account_id = $1 and m.deactivated_at is null order by lower(t.name), t.id limit 100",
        account.0
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let role = crate::workspace::roles::read(&r.role, r.role_id)?;
            let look = Look { accent: r.accent, logo: r.logo };
            let workspace = workspace(r.id, &r.slug, r.name, &r.zone, &r.currency, &r.date_order, look)?;
            Ok((workspace, r.role_name.unwrap_or_else(|| role.label().to_owned())))
        })
        .collect()
}

/// Whether the account may enter any workspace.
pub async fn is_member_anywhere(tx: &mut IdentityTx, account: AccountId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from members where account_id = $1 and deactivated_at is null) as "is!""#,
        account.0
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Whose link this is, as long as it is fresh and unused.
pub async fn link_owner(tx: &mut IdentityTx, link: LinkId, purpose: Purpose) -> Result<Option<AccountId>> {
    let now = tx.now();
    let owner = sqlx::query_scalar!(
        "select account_id from links where id = $1 and purpose = $2 and used_at is null and expires_at > $3 for update",
        link.0,
        purpose.key(),
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(owner.map(AccountId))
}

/// Whether the address that a verification link was sent to is proven already, so that there is nothing left to do.
pub async fn is_proven(tx: &mut IdentityTx, link: LinkId) -> Result<bool> {
    let proven = sqlx::query_scalar!(
        r#"select a.verified_at is not null as "proven!" from links l join accounts a on a.id = l.account_id
           where l.id = $1 and l.purpose = $2"#,
        link.0,
        Purpose::Verification.key()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(proven.unwrap_or(false))
}

/// Marks every link of these purposes as used: a second mail's link is dead as well.
pub(crate) async fn use_links(tx: &mut IdentityTx, account: AccountId, purposes: &[Purpose]) -> Result<()> {
    let now = tx.now();
    let keys: Vec<String> = purposes.iter().map(|p| p.key().to_owned()).collect();
    sqlx::query!(
        "update links set used_at = $3 where account_id = $1 and purpose = any($2) and used_at is null",
        account.0,
        &keys,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn verify(tx: &mut IdentityTx, account: AccountId) -> Result<()> {
    let now = tx.now();
    use_links(tx, account, &[Purpose::Verification]).await?;
    sqlx::query!("update accounts set verified_at = coalesce(verified_at, $2) where id = $1", account.0, now)
        .execute(tx.conn())
        .await?;
    hold_memberships(tx, account).await?;
    sqlx::query!("update members set verified = true where account_id = $1 and not verified", account.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Holds somebody's memberships in the order of their workspaces, in which their trails are sealed as well: two people of
/// the same workspaces do not wait for one another. What changes from here on is told as this account's own doing: by
/// its password, or by a link that was mailed to it.
pub(crate) async fn hold_memberships(tx: &mut IdentityTx, account: AccountId) -> Result<()> {
    sqlx::query!(
        "select set_config('app.account', $1::uuid::text, true),
           (select count(*) from (select id from members where account_id = $1 order by tenant_id for update) held)",
        account.0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(())
}

/// Sets a new password and ends every session but the one that is kept. Links that were asked for by whoever had the old
/// one open nothing any more. The audit trail of each of the account's workspaces tells it.
pub async fn set_password(
    tx: &mut IdentityTx,
    account: AccountId,
    password_hash: &str,
    kept: Option<SessionId>,
) -> Result<()> {
    let now = tx.now();
    use_links(tx, account, &[Purpose::PasswordReset, Purpose::EmailChange]).await?;
    sqlx::query!("update accounts set password_hash = $2 where id = $1", account.0, password_hash)
        .execute(tx.conn())
        .await?;
    crate::sessions::end_all(tx, account, kept).await?;
    hold_memberships(tx, account).await?;
    sqlx::query!(
        "update members set password_set_at = $2 where account_id = $1 and deactivated_at is null",
        account.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Asks for a reset mail, if the address is somebody's who has a workspace to go to.
pub async fn ask_reset(tx: &mut IdentityTx, email: &str) -> Result<()> {
    let Some(account) = by_email(tx, email).await? else { return Ok(()) };
    let id = tx.id();
    match newest_workspace(tx, account.id).await? {
        Some(tenant) => queue::push_from_identity(tx, &SendPasswordReset { tenant, id, account: account.id }).await,
        None => Ok(()),
    }
}

async fn newest_workspace(tx: &mut IdentityTx, account: AccountId) -> Result<Option<TenantId>> {
    let id = sqlx::query_scalar!(
        "select tenant_id from members where account_id = $1 and deactivated_at is null order by joined_at desc limit 1",
        account.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(id.map(TenantId))
}

/// An invitation as the invited person sees it.
pub struct OpenInvitation {
    pub id: InvitationId,
    pub workspace: Workspace,
    pub email: Email,
    pub role: Role,
    pub role_name: String,
    pub invited_by: String,
    /// Whoever invited, to answer to.
    pub inviter_email: String,
    /// Whether the address has an account already.
    pub account: Option<AccountId>,
    /// What whoever invited may do now.
    inviter: Rights,
}

/// An invitation that still stands: whoever made it is still here and has all that it gives, and its address may still be
/// invited.
pub async fn invitation(tx: &mut IdentityTx, id: InvitationId) -> Result<OpenInvitation> {
    let now = tx.now();
    let r = sqlx::query!(
        r#"select i.email, i.role, i.role_id, r.name as "role_name?", m.name as invited_by, m.email as by_email, a.id as "account?", t.id as tenant, t.slug, t.name, t.zone, t.currency, t.date_order, t.accent, t.logo,
             r.grants as "grants?", m.role as by_role, m.role_id as by_role_id, b.grants as "by_grants?"
           from invitations i
           join tenants t on t.id = i.tenant_id and t.status = 'active'
           join members m on m.tenant_id = i.tenant_id and m.id = i.invited_by and m.deactivated_at is null
           left join roles r on r.tenant_id = i.tenant_id and r.id = i.role_id
           left join roles b on b.tenant_id = m.tenant_id and b.id = m.role_id
           left join accounts a on lower(a.email) = lower(i.email)
           where i.id = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > $2
             and (t.email_domains = '{}' or lower(split_part(i.email, '@', 2)) = any(t.email_domains))"#,
        id.0,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    let role = crate::workspace::roles::read(&r.role, r.role_id)?;
    let rights =
        |role: Role, grants: Option<&serde_json::Value>| grants.map_or_else(|| role.rights(), Rights::from_json);
    let by = crate::workspace::roles::read(&r.by_role, r.by_role_id)?;
    let inviter = rights(by, r.by_grants.as_ref());
    // Whoever was demoted meanwhile gives no more than they have.
    if !inviter.cover(&rights(role, r.grants.as_ref())) {
        return Err(Error::NotFound);
    }
    let look = Look { accent: r.accent, logo: r.logo };
    Ok(OpenInvitation {
        id,
        workspace: workspace(r.tenant, &r.slug, r.name, &r.zone, &r.currency, &r.date_order, look)?,
        email: Email::parse(&r.email).map_err(|_| crate::db::strange("email", &r.email))?,
        role,
        role_name: r.role_name.unwrap_or_else(|| role.label().to_owned()),
        invited_by: r.invited_by,
        inviter_email: r.by_email,
        account: r.account.map(AccountId),
        inviter,
    })
}

/// Accepts an invitation for this account, whose address must be the one that was invited. Following the mailed link
/// proved it.
pub async fn accept(tx: &mut IdentityTx, invitation: &OpenInvitation, account: AccountId) -> Result<MemberId> {
    let now = tx.now();
    let who = self::account(tx, account).await?;
    if who.email.to_lowercase() != invitation.email.normal() {
        return Err(Error::NotFound);
    }
    hold_memberships(tx, account).await?;
    // Whoever was let out comes in by nobody who may not let people out, whatever address they have now.
    let out = sqlx::query_scalar!(
        r#"select exists (select from members where tenant_id = $1 and account_id = $2 and deactivated_at is not null) as "out!""#,
        invitation.workspace.id.0,
        account.0
    );
    if out.fetch_one(tx.conn()).await? && !invitation.inviter.may(MembersWrite::KEY) {
        return Err(Error::NotFound);
    }
    let taken = sqlx::query!(
        "update invitations set accepted_at = $3 where tenant_id = $1 and id = $2 and accepted_at is null and revoked_at is null",
        invitation.workspace.id.0,
        invitation.id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    if taken.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    // Following the mailed link proved the address.
    verify(tx, account).await?;
    let tenant = invitation.workspace.id;
    let member = join(tx, tenant, account, &who.name, &who.email, invitation.role, true).await?;
    crate::workspace::pictures::take_along(tx, account).await?;
    let id = tx.id::<MailId>().0;
    queue::push_from_identity(tx, &Announce { tenant, id, event: Event::MemberJoined { member }, by: Some(member) })
        .await?;
    Ok(member)
}

/// Removes links that opened nothing for a month.
pub async fn sweep_links(tx: &mut IdentityTx) -> Result<u64> {
    let before = tx.now() - Duration::days(30);
    Ok(sqlx::query!("delete from links where expires_at < $1", before).execute(tx.conn()).await?.rows_affected())
}
