//! Small pictures: a workspace's logo, and everybody's photo.

use crate::{
    Error, IdentityTx, Result, TenantTx,
    reach::{self, Kind},
};
use domain::{
    AccountId, EmployeeId,
    access::{EmployeesRead, EmployeesWrite},
};
use uuid::Uuid;

/// A picture as it is kept, made anew from what somebody brought.
pub struct Picture {
    pub digest: String,
    pub media_type: &'static str,
    pub body: Vec<u8>,
}

/// One of the workspace's pictures: its type and content. An employee's for whoever sees the employee; a member's and
/// the workspace's own for every member.
pub async fn find(tx: &mut TenantTx, id: Uuid) -> Result<(String, Vec<u8>)> {
    let seen = reach::reaches(Kind::Employees, tx.scope::<EmployeesRead>());
    let mut q = sqlx::QueryBuilder::<sqlx::Postgres>::new("select p.media_type, p.body from pictures p where p.id = ");
    q.push_bind(id).push(" and (not exists (select from employees e where e.id = ").push_bind(id);
    q.push(") or exists (select from employees e where e.id = ").push_bind(id).push(" and ").push(seen).push("))");
    q.build_query_as().fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// The employee, if the reader may change them; else there is none.
pub async fn hold_employee(tx: &mut TenantTx, employee: EmployeeId) -> Result<()> {
    reach::hold::<EmployeesWrite>(tx, Kind::Employees, employee.0).await?;
    let there = sqlx::query_scalar!(r#"select exists (select from employees where id = $1) as "there!""#, employee.0);
    if there.fetch_one(tx.conn()).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// An employee's photo, beside those of members; `None` takes it away. Whoever may change the employee may.
pub async fn set_employee_photo(tx: &mut TenantTx, employee: EmployeeId, picture: Option<&Picture>) -> Result<()> {
    hold_employee(tx, employee).await?;
    let (tenant, now) = (tx.tenant().0, tx.now());
    let digest = picture.map(|p| p.digest.as_str());
    let changed = sqlx::query!(
        "update employees set photo = $2, updated_at = $3, version = version + 1 where id = $1 and photo is distinct from $2",
        employee.0,
        digest,
        now
    );
    if changed.execute(tx.conn()).await?.rows_affected() == 0 {
        return Ok(());
    }
    match picture {
        Some(p) => {
            sqlx::query!(
                "insert into pictures (tenant_id, id, digest, media_type, body, created_at) values ($1, $2, $3, $4, $5, $6)
                 on conflict (tenant_id, id) do update set digest = excluded.digest, media_type = excluded.media_type, body = excluded.body",
                tenant,
                employee.0,
                p.digest,
                p.media_type,
                p.body,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        None => {
            sqlx::query!("delete from pictures where id = $1", employee.0).execute(tx.conn()).await?;
        }
    }
    Ok(())
}

/// The workspace's logo; `None` takes it away.
pub async fn set_logo(tx: &mut TenantTx, picture: Option<&Picture>) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    match picture {
        Some(p) => {
            sqlx::query!(
                "insert into pictures (tenant_id, id, digest, media_type, body, created_at) values ($1, $1, $2, $3, $4, $5)
                 on conflict (tenant_id, id) do update set digest = excluded.digest, media_type = excluded.media_type, body = excluded.body",
                tenant,
                p.digest,
                p.media_type,
                p.body,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        None => {
            sqlx::query!("delete from pictures where id = $1", tenant).execute(tx.conn()).await?;
        }
    }
    super::settings::set_logo(tx, picture.map(|p| p.digest.as_str())).await
}

/// Somebody's photo, in each of their workspaces; `None` takes it away.
pub async fn set_photo(tx: &mut IdentityTx, account: AccountId, picture: Option<&Picture>) -> Result<()> {
    let now = tx.now();
    crate::identity::hold_memberships(tx, account).await?;
    match picture {
        Some(p) => {
            sqlx::query!(
                "insert into pictures (tenant_id, id, digest, media_type, body, created_at)
                 select tenant_id, id, $2, $3, $4, $5 from members where account_id = $1 order by tenant_id
                 on conflict (tenant_id, id) do update set digest = excluded.digest, media_type = excluded.media_type, body = excluded.body",
                account.0,
                p.digest,
                p.media_type,
                p.body,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        None => {
            sqlx::query!(
                "delete from pictures p using members m where m.account_id = $1 and p.tenant_id = m.tenant_id and p.id = m.id",
                account.0
            )
            .execute(tx.conn())
            .await?;
        }
    }
    sqlx::query!("update members set photo = $2 where account_id = $1", account.0, picture.map(|p| p.digest.clone()))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Takes somebody's photo along into a workspace that they join.
pub(crate) async fn take_along(tx: &mut IdentityTx, account: AccountId) -> Result<()> {
    sqlx::query!(
        "with photo as (
           select p.digest, p.media_type, p.body, p.created_at from members m
           join pictures p on p.tenant_id = m.tenant_id and p.id = m.id where m.account_id = $1
           order by m.tenant_id limit 1
         ), taken as (
           insert into pictures (tenant_id, id, digest, media_type, body, created_at)
           select m.tenant_id, m.id, p.digest, p.media_type, p.body, p.created_at
           from members m, photo p where m.account_id = $1
           on conflict (tenant_id, id) do nothing
         )
         update members set photo = (select digest from photo) where account_id = $1 and photo is null",
        account.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
