//! The workspace a transaction is in, its members and their invitations.

use crate::{Error, Result, TenantTx, db, queue};
use domain::{
    InvitationId, MailId, MemberId,
    access::Role,
    events::Event,
    jobs::SendInvitation,
    workspace::{
        Workspace,
        members::{INVITATION_LIFE, Invitation, InviteFields, Member},
    },
};

pub async fn find(tx: &mut TenantTx) -> Result<Workspace> {
    let r = sqlx::query!("select id, slug, name, zone, currency, date_order from tenants").fetch_one(tx.conn()).await?;
    db::workspace(r.id, &r.slug, r.name, &r.zone, &r.currency, &r.date_order)
}

/// Everyone who may enter, owners first.
pub async fn members(tx: &mut TenantTx) -> Result<Vec<Member>> {
    let rows = sqlx::query!(
        "select id, name, email, role, verified, joined_at from members where deactivated_at is null
         order by case role when 'owner' then 0 when 'admin' then 1 when 'manager' then 2 else 3 end, lower(name), id limit 1000"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let role = role(&r.role)?;
            Ok(Member {
                id: MemberId(r.id),
                name: r.name,
                email: r.email,
                role,
                verified: r.verified,
                joined_at: r.joined_at,
            })
        })
        .collect()
}

/// Invitations that nobody has answered yet, newest first; expired ones too, so that they can be sent again.
pub async fn open_invitations(tx: &mut TenantTx) -> Result<Vec<Invitation>> {
    let rows = sqlx::query!(
        "select i.id, i.email, i.role, i.created_at, i.expires_at, m.name as invited_by
         from invitations i join members m on m.tenant_id = i.tenant_id and m.id = i.invited_by
         where i.accepted_at is null and i.revoked_at is null order by i.created_at desc limit 1000"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Invitation {
                id: InvitationId(r.id),
                email: r.email,
                role: role(&r.role)?,
                invited_by: r.invited_by,
                created_at: r.created_at,
                expires_at: r.expires_at,
            })
        })
        .collect()
}

/// Invites someone and asks for the mail. An expired invitation of the same address is replaced.
pub async fn invite(tx: &mut TenantTx, id: InvitationId, by: MemberId, f: &InviteFields) -> Result<()> {
    let member = sqlx::query_scalar!(
        "select id from members where lower(email) = lower($1) and deactivated_at is null",
        f.email.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    if member.is_some() {
        return Err(Error::refused("email", "This person is a member already."));
    }
    let now = tx.now();
    sqlx::query!(
        "update invitations set revoked_at = $2
         where lower(email) = lower($1) and accepted_at is null and revoked_at is null and expires_at <= $2",
        f.email.as_str(),
        now
    )
    .execute(tx.conn())
    .await?;
    let made = sqlx::query!(
        "insert into invitations (tenant_id, id, email, role, invited_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.email.as_str(),
        f.role.key(),
        by.0,
        now,
        now + INVITATION_LIFE
    )
    .execute(tx.conn())
    .await?;
    if made.rows_affected() == 0 {
        // The same form, sent twice.
        return Ok(());
    }
    let mail: MailId = tx.id();
    queue::push(tx, &SendInvitation { tenant: tx.tenant(), id: mail, invitation: id }).await?;
    crate::events::emit(tx, Event::MemberInvited { invitation: id }).await
}

/// Takes an invitation back.
pub async fn revoke(tx: &mut TenantTx, id: InvitationId) -> Result<()> {
    let done = sqlx::query!(
        "update invitations set revoked_at = $2 where id = $1 and accepted_at is null and revoked_at is null",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Keeps a choice of the member's, such as the columns of a list.
pub async fn prefer(tx: &mut TenantTx, member: MemberId, key: &str, value: serde_json::Value) -> Result<()> {
    sqlx::query!(
        "update members set preferences = jsonb_set(preferences, array[$2], $3) where id = $1",
        member.0,
        key,
        value
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The first steps of a new workspace, and which are done.
pub struct Steps {
    pub employees: bool,
    pub customers: bool,
    pub colleagues: bool,
}

pub async fn steps(tx: &mut TenantTx) -> Result<Steps> {
    let r = sqlx::query!(
        r#"select exists (select 1 from employees) as "employees!", exists (select 1 from customers) as "customers!",
             exists (select 1 from invitations) or (select count(*) > 1 from (select 1 from members limit 2) m) as "colleagues!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Steps { employees: r.employees, customers: r.customers, colleagues: r.colleagues })
}

/// Counts of home: people and customers, no further than ten thousand and one.
pub struct Counts {
    pub employees: i64,
    pub joined_this_month: i64,
    pub customers: i64,
    pub prospects: i64,
}

/// Where the numbers of home stop.
pub const HOME_CAP: i64 = 10_000;

pub async fn counts(tx: &mut TenantTx) -> Result<Counts> {
    let (today, month) = (tx.today().0, tx.today().first_of_month().0);
    let r = sqlx::query!(
        r#"select
             (select count(*) from (select 1 from employees where archived_at is null and coalesce(end_date >= $2, true) limit $1) e) as "employees!",
             (select count(*) from (select 1 from employees where archived_at is null
                and (case when start_date is null then 'infinity' else start_date end) >= $3 and (case when start_date is null then 'infinity' else start_date end) <= $2 limit $1) e) as "joined!",
             (select count(*) from (select 1 from customers where archived_at is null limit $1) c) as "customers!",
             (select count(*) from (select 1 from customers where archived_at is null and status = 'prospect' limit $1) c) as "prospects!""#,
        HOME_CAP + 1,
        today,
        month
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Counts { employees: r.employees, joined_this_month: r.joined, customers: r.customers, prospects: r.prospects })
}

fn role(key: &str) -> Result<Role> {
    Role::parse(key).ok_or_else(|| db::strange("role", key))
}
