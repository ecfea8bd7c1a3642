//! Invitations: made, sent again, taken back. Accepting one is in [`crate::identity`], where whoever is invited is known.

use super::roles;
use crate::{Error, Result, TenantTx, queue};
use domain::{
    Day, Email, InvitationId, MailId, MemberId,
    access::MembersWrite,
    access::Role,
    events::Event,
    jobs::SendInvitation,
    workspace::{
        members::{INVITATION_LIFE, Invitation, InviteFields},
        settings::is_allowed,
    },
};

/// Invitations that nobody has answered yet, newest first; expired ones too, so that they can be sent again.
pub async fn open(tx: &mut TenantTx) -> Result<Vec<Invitation>> {
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

/// What came of inviting an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    Invited,
    /// A sentence that says why not.
    Refused(String),
}

/// Invites many at once, each by itself: what is wrong with one keeps no other from being invited.
pub async fn invite_all(tx: &mut TenantTx, by: MemberId, emails: &[Email], role: Role) -> Result<Vec<Sent>> {
    let addresses: Vec<String> = emails.iter().map(Email::normal).collect();
    let rows = sqlx::query!(
        r#"select a.email as "email!",
             exists (select from members m where lower(m.email) = a.email and m.deactivated_at is null) as "member!",
             exists (select from invitations i where lower(i.email) = a.email and i.accepted_at is null
                       and i.revoked_at is null and i.expires_at > $2) as "invited!"
           from unnest($1::text[]) as a (email)"#,
        &addresses,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut sent = vec![];
    for email in emails {
        let known = rows.iter().find(|r| r.email == email.normal());
        sent.push(match known {
            Some(r) if r.member => Sent::Refused("Is a member already.".into()),
            Some(r) if r.invited => Sent::Refused("Has been invited already.".into()),
            _ => {
                let id = tx.id();
                // Somebody else may invite the same address at this moment: the others still go out.
                sqlx::query("savepoint one").execute(tx.conn()).await?;
                match invite(tx, id, by, &InviteFields { email: email.clone(), role }).await {
                    Err(Error::Refused(errors)) => {
                        sqlx::query("rollback to savepoint one").execute(tx.conn()).await?;
                        Sent::Refused(errors.iter().map(|(_, m)| m).collect::<Vec<_>>().join(" "))
                    }
                    done => done.map(|()| Sent::Invited)?,
                }
            }
        });
    }
    Ok(sent)
}

/// Sends an invitation again, with a week from now and in this member's name. The link is the same one, and stands again.
pub async fn resend(tx: &mut TenantTx, id: InvitationId, by: MemberId) -> Result<String> {
    let now = tx.now();
    let email = sqlx::query_scalar!(
        "update invitations set expires_at = $2, sent_at = $3, invited_by = $4
         where id = $1 and accepted_at is null and revoked_at is null returning email",
        id.0,
        now + INVITATION_LIFE,
        now,
        by.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    let mail: MailId = tx.id();
    queue::push(tx, &SendInvitation { tenant: tx.tenant(), id: mail, invitation: id }).await?;
    Ok(email)
}

/// The role that somebody is invited as, to judge whether whoever takes it back or sends it again may.
pub async fn role(tx: &mut TenantTx, id: InvitationId) -> Result<Role> {
    let r = sqlx::query!("select role, role_id from invitations where id = $1", id.0).fetch_one(tx.conn()).await?;
    roles::read(&r.role, r.role_id)
}

/// Invites someone and asks for the mail. An expired invitation of the same address is replaced.
pub async fn invite(tx: &mut TenantTx, id: InvitationId, by: MemberId, f: &InviteFields) -> Result<()> {
    let domains = super::settings::email_domains(tx).await?;
    if !is_allowed(f.email.as_str(), &domains) {
        return Err(Error::refused("email", format!("Only addresses of {} can be invited here.", domains.join(", "))));
    }
    let known = sqlx::query!(
        r#"select (select bool_or(deactivated_at is null) from members where lower(email) = lower($1)) as active,
             (select max(end_date) from employees where lower(email) = lower($1) and archived_at is null and end_date < $2) as left_on"#,
        f.email.as_str(),
        tx.today().0
    )
    .fetch_one(tx.conn())
    .await?;
    // Their own sign-in ended with that day (DOMAIN: leaving date → access ends).
    if let Some(day) = known.left_on {
        let words =
            format!("The employee with this address left on {}. Change their last day first.", Day(day).short());
        return Err(Error::refused("email", words));
    }
    match known.active {
        Some(true) => return Err(Error::refused("email", "This person is a member already.")),
        // Who was let out is let in again by whoever may let people out.
        Some(false) if tx.scope::<MembersWrite>().is_none() => {
            let words = "This person was a member, and was let out. Ask somebody who may change members.";
            return Err(Error::refused("email", words));
        }
        _ => {}
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
        let known = sqlx::query_scalar!(
            "select lower(email) = lower($2) and role = $3 and role_id is not distinct from $4 from invitations where id = $1",
            id.0,
            f.email.as_str(),
            f.role.key(),
            f.role.id()
        );
        return if known.fetch_one(tx.conn()).await?.unwrap_or_default() { Ok(()) } else { Err(Error::Sent) };
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
