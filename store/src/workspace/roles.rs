//! A workspace's own roles, beside the built-in ones.

use super::members::{beyond_reach, gained};
use crate::{Error, Result, TenantTx, Version, Who, db::strange};
use domain::{
    MemberId, RoleId,
    access::{Actor, Office, Rights, Role, Scope},
    workspace::roles::Fields,
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

/// Who holds a role: the first few by name, and how many there are. Those who are invited as it are not among them.
pub async fn holders(tx: &mut TenantTx, role: Role, most: i64) -> Result<(Vec<(MemberId, String)>, i64)> {
    let rows = sqlx::query!(
        r#"select id, name, count(*) over () as "counted!" from members
           where role = $1 and role_id is not distinct from $2 and deactivated_at is null order by lower(name), id limit $3"#,
        role.key(),
        role.id(),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let counted = rows.first().map_or(0, |r| r.counted);
    Ok((rows.into_iter().map(|r| (MemberId(r.id), r.name)).collect(), counted))
}

/// How many hold each role that somebody holds.
pub async fn counts(tx: &mut TenantTx) -> Result<Vec<(Role, i64)>> {
    let rows = sqlx::query!(
        r#"select role, role_id, count(*) as "counted!" from members where deactivated_at is null group by role, role_id"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|r| Ok((read(&r.role, r.role_id)?, r.counted))).collect()
}

/// Nobody hands out more than they have, and nobody takes from those who have more.
pub(crate) fn within_own(tx: &TenantTx, rights: &Rights) -> Result<()> {
    let beyond: Vec<&str> = rights
        .iter()
        .filter(|(right, scope)| *scope > tx.rights().scope(right.key))
        .map(|(right, _)| right.label)
        .collect();
    match beyond.is_empty() {
        true => Ok(()),
        false => {
            Err(Error::refused("", format!("You do not have all of these rights yourself: {}.", beyond.join(", "))))
        }
    }
}

/// Makes a role under the given id, which was drawn with the form: a form sent twice makes one.
pub async fn add(tx: &mut TenantTx, id: RoleId, f: &Fields) -> Result<RoleId> {
    within_own(tx, &f.rights)?;
    let added = sqlx::query!(
        "insert into roles (tenant_id, id, name, description, grants, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.about,
        grants(&f.rights),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 {
        let made = find(tx, id).await?.office;
        if (&made.name, &made.about, made.rights) != (&f.name, &f.about, f.rights) {
            return Err(Error::Sent);
        }
    }
    Ok(id)
}

/// Changes a role for all who hold it, with their next request.
pub async fn change(tx: &mut TenantTx, id: RoleId, version: Version, f: &Fields) -> Result<()> {
    // As for a member: whoever is given this role meanwhile waits for what it becomes.
    sqlx::query!("select 1 as one from roles where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    let before = find(tx, id).await?;
    within_own(tx, &before.office.rights)?;
    within_own(tx, &f.rights)?;
    if let Err(beyond) = beyond_reach(tx, "", gained(&before.office.rights, &f.rights)) {
        let held = sqlx::query_scalar!(
            r#"select exists (select from members where role_id = $1 and employee_id is not null) as "held!""#,
            id.0
        );
        if held.fetch_one(tx.conn()).await? {
            return Err(beyond);
        }
    }
    let now = tx.now();
    let done = sqlx::query!(
        "update roles set version = version + 1, updated_at = $3, name = $4, description = $5, grants = $6
         where id = $1 and version = $2",
        id.0,
        version,
        now,
        f.name,
        f.about,
        grants(&f.rights)
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    if before.office.rights != f.rights {
        sqlx::query!("update members set privileges_at = $2 where role_id = $1", id.0, now).execute(tx.conn()).await?;
    }
    Ok(())
}

/// Removes a role that nobody holds any more, and nobody is invited as.
pub async fn remove(tx: &mut TenantTx, id: RoleId) -> Result<String> {
    let role = find(tx, id).await?;
    within_own(tx, &role.office.rights)?;
    // What was invited and answered, or taken back, holds nothing open; its trail keeps what it was.
    sqlx::query!(
        "update invitations set role = 'employee', role_id = null where role_id = $1 and (accepted_at is not null or revoked_at is not null)",
        id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from roles where id = $1", id.0).execute(tx.conn()).await?;
    Ok(role.office.name)
}

fn grants(rights: &Rights) -> serde_json::Value {
    rights
        .to_map()
        .into_iter()
        .map(|(key, scope)| (key.to_owned(), scope.key().into()))
        .collect::<serde_json::Map<_, _>>()
        .into()
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

/// Members who have all of these rights for everybody's records, the longest-standing first: at most a thousand.
pub async fn holding(tx: &mut TenantTx, rights: &[&str]) -> Result<Vec<MemberId>> {
    Ok(with_rights(tx, rights).await?.into_iter().map(|(member, _)| member).collect())
}

/// Whether nobody but the reader holds all of these for everybody's records. Then they decide about themselves, as somebody
/// else would otherwise.
pub async fn alone_with(tx: &mut TenantTx, rights: &[&str]) -> Result<bool> {
    let Who::Member(me) = tx.who() else { return Ok(false) };
    Ok(holding(tx, rights).await? == [me])
}

/// Of those who hold these rights, whose work it is before whose workspace it is: owners and administrators only where
/// nobody else does.
pub async fn keepers(tx: &mut TenantTx, rights: &[&str]) -> Result<Vec<MemberId>> {
    let all = with_rights(tx, rights).await?;
    let whose_work = |role: &Role| !matches!(role, Role::Owner | Role::Admin);
    let any = all.iter().any(|(_, role)| whose_work(role));
    Ok(all.into_iter().filter(|(_, role)| !any || whose_work(role)).map(|(member, _)| member).collect())
}

/// As [`holding`], with their roles.
pub async fn with_rights(tx: &mut TenantTx, rights: &[&str]) -> Result<Vec<(MemberId, Role)>> {
    let built_in: Vec<String> = Role::BUILT_IN
        .into_iter()
        .filter(|role| rights.iter().all(|key| role.rights().scope(key) == Some(Scope::All)))
        .map(|role| role.key().to_owned())
        .collect();
    let rights: Vec<String> = rights.iter().map(|key| (*key).to_owned()).collect();
    let rows = sqlx::query!(
        r#"select m.id, m.role, m.role_id from members m left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           where m.deactivated_at is null
             and (m.role = any($1) or (select bool_and(r.grants ->> k = 'all') from unnest($2::text[]) k))
           order by m.id limit 1000"#,
        &built_in,
        &rights
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|r| Ok((MemberId(r.id), read(&r.role, r.role_id)?))).collect()
}
