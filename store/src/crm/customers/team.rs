//! Who works on a customer beside its owner.

use super::CUSTOMERS;
use crate::{Error, Result, TenantTx, reach};
use domain::{CustomerId, MemberId, access::CustomersWrite, crm::customers::Owner};
use uuid::Uuid;

/// So many work on one.
pub const MOST: usize = 50;

/// The team of a customer that the reader sees, by name.
pub async fn team(tx: &mut TenantTx, id: CustomerId) -> Result<Vec<Owner>> {
    let rows = sqlx::query!(
        "select m.id, m.name, m.email from customer_team t join members m on m.tenant_id = t.tenant_id and m.id = t.member_id
         where t.customer_id = $1 order by lower(m.name), m.id",
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Owner { id: MemberId(r.id), name: r.name, email: r.email }).collect())
}

/// Puts these members in place of those that are. Who has left stays, and is not chosen anew.
pub async fn set_team(tx: &mut TenantTx, id: CustomerId, members: &[MemberId]) -> Result<()> {
    reach::hold::<CustomersWrite>(tx, CUSTOMERS, id.0).await?;
    super::find(tx, id).await?;
    let mut members: Vec<Uuid> = members.iter().map(|m| m.0).collect();
    members.sort_unstable();
    members.dedup();
    if members.len() > MOST {
        return Err(Error::refused("member", format!("At most {MOST} people work on one customer.")));
    }
    let known = sqlx::query_scalar!(
        r#"select count(*) as "known!" from members m where m.id = any($1)
             and (m.deactivated_at is null or exists (select from customer_team t where t.customer_id = $2 and t.member_id = m.id))"#,
        &members,
        id.0
    );
    if known.fetch_one(tx.conn()).await? != i64::try_from(members.len()).unwrap_or(i64::MAX) {
        return Err(Error::refused("member", "One of them is no member any more."));
    }
    sqlx::query!("delete from customer_team where customer_id = $1 and member_id <> all($2)", id.0, &members)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into customer_team (tenant_id, customer_id, member_id, created_at) select $1, $2, m, $4 from unnest($3::uuid[]) m
         on conflict (tenant_id, customer_id, member_id) do nothing",
        tx.tenant().0,
        id.0,
        &members,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
