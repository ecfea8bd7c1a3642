//! The workspace a transaction is in, its members and their invitations.

pub mod access;
pub mod roles;

use crate::{
    Error, Result, TenantTx,
    db::{self, Look},
    queue,
    reach::{Kind, reaches},
};
use domain::{
    InvitationId, MailId, MemberId,
    access::{CustomersRead, EmployeesRead},
    events::Event,
    jobs::SendInvitation,
    workspace::{
        Workspace,
        members::{INVITATION_LIFE, Invitation, InviteFields, Member},
    },
};

pub async fn find(tx: &mut TenantTx) -> Result<Workspace> {
    let r = sqlx::query!("select id, slug, name, zone, currency, date_order, accent, logo from tenants")
        .fetch_one(tx.conn())
        .await?;
    let look = Look { accent: r.accent, logo: r.logo };
    db::workspace(r.id, &r.slug, r.name, &r.zone, &r.currency, &r.date_order, look)
}

/// Everyone who may enter, owners first.
pub async fn members(tx: &mut TenantTx) -> Result<Vec<Member>> {
    let rows = sqlx::query!(
        r#"select m.id, m.name, m.email, m.role, m.role_id, r.name as "role_name?", m.verified, m.joined_at
           from (select * from members where deactivated_at is null
                 order by case role when 'owner' then 0 when 'admin' then 1 else 2 end, lower(name), id limit 1000) m
           left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           order by case m.role when 'owner' then 0 when 'admin' then 1 else 2 end, lower(m.name), m.id"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let role = roles::read(&r.role, r.role_id)?;
            Ok(Member {
                id: MemberId(r.id),
                name: r.name,
                email: r.email,
                role,
                role_name: r.role_name.unwrap_or_else(|| role.label().to_owned()),
                verified: r.verified,
                joined_at: r.joined_at,
            })
        })
        .collect()
}

/// Invitations that nobody has answered yet, newest first; expired ones too, so that they can be sent again.
pub async fn open_invitations(tx: &mut TenantTx) -> Result<Vec<Invitation>> {
    let rows = sqlx::query!(
        r#"select i.id, i.email, i.role, i.role_id, r.name as "role_name?", i.created_at, i.expires_at, m.name as invited_by
           from (select * from invitations where accepted_at is null and revoked_at is null
                 order by created_at desc limit 1000) i
           join members m on m.tenant_id = i.tenant_id and m.id = i.invited_by
           left join roles r on r.tenant_id = i.tenant_id and r.id = i.role_id
           order by i.created_at desc"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let role = roles::read(&r.role, r.role_id)?;
            Ok(Invitation {
                id: InvitationId(r.id),
                email: r.email,
                role,
                role_name: r.role_name.unwrap_or_else(|| role.label().to_owned()),
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
        "insert into invitations (tenant_id, id, email, role, role_id, invited_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.email.as_str(),
        f.role.key(),
        f.role.id(),
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
    const START: &str = "case when e.start_date is null then 'infinity' else e.start_date end";
    let (today, month, cap) = (tx.today().0, tx.today().first_of_month().0, HOME_CAP + 1);
    let people = reaches(Kind::Employees, tx.scope::<EmployeesRead>());
    let companies = reaches(Kind::Customers, tx.scope::<CustomersRead>());
    let mut q = sqlx::QueryBuilder::new(
        "select (select count(*) from (select 1 from employees e where e.archived_at is null and ",
    );
    q.push(people).push(" and coalesce(e.end_date >= ").push_bind(today).push(", true) limit ").push_bind(cap);
    q.push(") e), (select count(*) from (select 1 from employees e where e.archived_at is null and ").push(people);
    q.push(" and (")
        .push(START)
        .push(") >= ")
        .push_bind(month)
        .push(" and (")
        .push(START)
        .push(") <= ")
        .push_bind(today);
    q.push(" limit ").push_bind(cap);
    q.push(") e), (select count(*) from (select 1 from customers e where e.archived_at is null and ").push(companies);
    q.push(" limit ").push_bind(cap);
    q.push(") c), (select count(*) from (select 1 from customers e where e.archived_at is null and ").push(companies);
    q.push(" and e.status = 'prospect' limit ").push_bind(cap).push(") c)");
    let (employees, joined_this_month, customers, prospects) = q.build_query_as().fetch_one(tx.conn()).await?;
    Ok(Counts { employees, joined_this_month, customers, prospects })
}
