//! A workspace's own roles, beside the built-in ones.

use crate::{Error, Result, TenantTx, Version, db::strange};
use domain::{
    MemberId, RoleId,
    access::{Actor, Office, Rights, Role},
};
use uuid::Uuid;

/// The role behind the two columns of a member or an invitation.
pub(crate) fn read(key: &str, id: Option<Uuid>) -> Result<Role> {
    Role::from_row(key, id).ok_or_else(|| strange("role", key))
}

/// A workspace's own role, with how many hold it.
#[derive(Debug, Clone)]
pub struct Custom {
    pub id: RoleId,
    pub version: Version,
    pub office: Office,
}

/// Everything that somebody may be in this workspace: the built-in roles, then its own by name.
pub async fn offices(tx: &mut TenantTx) -> Result<Vec<Office>> {
    let own = list(tx).await?;
    Ok(Role::BUILT_IN.into_iter().map(Office::built_in).chain(own.into_iter().map(|c| c.office)).collect())
}

/// The workspace's own roles, by name.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Custom>> {
    let rows =
        sqlx::query!("select id, version, name, description, grants from roles order by lower(name), id limit 200")
            .fetch_all(tx.conn())
            .await?;
    let custom = |id, version, name, about, grants: &serde_json::Value| {
        let (id, rights) = (RoleId(id), Rights::from_json(grants));
        Custom { id, version, office: Office { role: Role::Custom(id), name, about, rights } }
    };
    Ok(rows.into_iter().map(|r| custom(r.id, r.version, r.name, r.description, &r.grants)).collect())
}

/// One of the workspace's own.
pub async fn find(tx: &mut TenantTx, id: RoleId) -> Result<Custom> {
    let r = sqlx::query!("select version, name, description, grants from roles where id = $1", id.0)
        .fetch_one(tx.conn())
        .await?;
    let office =
        Office { role: Role::Custom(id), name: r.name, about: r.description, rights: Rights::from_json(&r.grants) };
    Ok(Custom { id, version: r.version, office })
}

/// Any role with what it may do; none that another workspace has made.
pub async fn office(tx: &mut TenantTx, role: Role) -> Result<Office> {
    match role {
        Role::Custom(id) => Ok(find(tx, id).await?.office),
        role => Ok(Office::built_in(role)),
    }
}

/// What a member may do now, for work in their name that they don't wait for. [`Error::NotFound`] once they are out.
pub async fn actor(tx: &mut TenantTx, member: MemberId) -> Result<Actor> {
    let r = sqlx::query!(
        r#"select m.account_id, m.name, m.role, m.role_id, m.employee_id, r.name as "role_name?", r.grants as "grants?"
           from members m left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           where m.id = $1 and m.deactivated_at is null"#,
        member.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    let role = read(&r.role, r.role_id)?;
    Ok(Actor {
        tenant: tx.tenant(),
        member,
        account: domain::AccountId(r.account_id),
        name: r.name,
        role,
        role_name: r.role_name.unwrap_or_else(|| role.label().to_owned()),
        rights: r.grants.as_ref().map_or_else(|| role.rights(), Rights::from_json),
        employee: r.employee_id.map(domain::EmployeeId),
    })
}
