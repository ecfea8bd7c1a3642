//! Whose a record becomes: somebody who is here, and whose role opens such records at all.

use super::roles;
use crate::{Error, Result, TenantTx};
use domain::{
    Email, MemberId,
    access::{Permission, Rights},
    workspace::members::Named,
};
use uuid::Uuid;

/// The member with this address, who must have the right `P`. `now` has it already, and stays though they have left or may
/// not open it any more.
///
/// # Errors
/// Refused at `field`, in words.
pub(crate) async fn id<P: Permission>(
    tx: &mut TenantTx,
    field: &'static str,
    said: Option<&Email>,
    now: Option<(MemberId, &str)>,
) -> Result<Option<Uuid>> {
    let Some(email) = said else { return Ok(None) };
    if let Some((same, _)) = now.filter(|(_, address)| address.to_lowercase() == email.normal()) {
        return Ok(Some(same.0));
    }
    Ok(Some(by_address(tx, field, email.as_str(), P::KEY).await?.0))
}

/// The member with this address and their name, who must have this right.
pub(crate) async fn by_address(
    tx: &mut TenantTx,
    field: &'static str,
    email: &str,
    right: &str,
) -> Result<(Uuid, String)> {
    let row = sqlx::query!(
        r#"select m.id, m.name, m.role, m.role_id, r.grants as "grants?" from members m
           left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           where lower(m.email) = lower($1) and m.deactivated_at is null"#,
        email
    );
    let Some(r) = row.fetch_optional(tx.conn()).await? else {
        return Err(Error::refused(field, format!("Nobody with the email {email} is a member.")));
    };
    match rights(&r.role, r.role_id, r.grants.as_ref())?.may(right) {
        true => Ok((r.id, r.name)),
        false => Err(Error::refused(field, closed(&r.name))),
    }
}

/// As [`id`], of a member who is chosen from a list.
pub(crate) async fn check<P: Permission>(tx: &mut TenantTx, field: &'static str, member: MemberId) -> Result<()> {
    match roles::actor(tx, member).await {
        Ok(actor) if actor.may(P::KEY) => Ok(()),
        Ok(actor) => Err(Error::refused(field, closed(&actor.name))),
        Err(Error::NotFound) => Err(Error::refused(field, "This person is no member any more. Choose somebody else.")),
        Err(e) => Err(e),
    }
}

fn closed(name: &str) -> String {
    format!("{name} may not open it. Choose somebody else, or give them another role.")
}

fn rights(key: &str, id: Option<Uuid>, grants: Option<&serde_json::Value>) -> Result<Rights> {
    let role = roles::read(key, id)?;
    Ok(grants.map_or_else(|| role.rights(), Rights::from_json))
}

/// Everyone who may be chosen, by name.
pub async fn choices<P: Permission>(tx: &mut TenantTx) -> Result<Vec<Named>> {
    let all = everyone(tx).await?.into_iter();
    Ok(all.filter(|(_, rights)| rights.may(P::KEY)).map(|(named, _)| named).collect())
}

/// Everyone who may enter, by name, and what they may; at most a thousand.
pub(super) async fn everyone(tx: &mut TenantTx) -> Result<Vec<(Named, Rights)>> {
    let rows = sqlx::query!(
        r#"select m.id, m.name, m.email, m.role, m.role_id, r.name as "role_name?", r.grants as "grants?"
           from (select * from members where deactivated_at is null order by lower(name), id limit 1000) m
           left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           order by lower(m.name), m.id"#
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter();
    rows.map(|r| {
        let role = roles::read(&r.role, r.role_id)?;
        let rights = r.grants.as_ref().map_or_else(|| role.rights(), Rights::from_json);
        let role_name = r.role_name.unwrap_or_else(|| role.label().to_owned());
        Ok((Named { id: MemberId(r.id), name: r.name, email: r.email, role_name }, rights))
    })
    .collect()
}
