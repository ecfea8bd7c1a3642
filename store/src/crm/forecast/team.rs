//! The reporting tree of those who have part in a forecast: they, and whoever is above them.

use crate::{Result, TenantTx};
use domain::{EmployeeId, MemberId, crm::forecast::tree::Person};
use uuid::Uuid;

/// The people of these members and their managers, by name.
pub async fn people(tx: &mut TenantTx, members: &[MemberId]) -> Result<Vec<Person>> {
    let members: Vec<Uuid> = members.iter().map(|m| m.0).collect();
    let rows = sqlx::query!(
        r#"with recursive up (id, manager_id) as (
             select e.id, e.manager_id from members m join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
             where m.id = any($1)
             union
             select e.id, e.manager_id from up join employees e on e.id = up.manager_id
           )
           select u.id as "id!", u.manager_id, e.first_name || ' ' || e.last_name as "name!", m.id as "member?"
           from up u join employees e on e.id = u.id left join members m on m.employee_id = u.id
           order by e.name_key, e.id"#,
        &members
    )
    .fetch_all(tx.conn())
    .await?;
    let person = |r: (Uuid, Option<Uuid>, String, Option<Uuid>)| Person {
        id: EmployeeId(r.0),
        name: r.2,
        manager: r.1.map(EmployeeId),
        member: r.3.map(MemberId),
    };
    Ok(rows.into_iter().map(|r| person((r.id, r.manager_id, r.name, r.member))).collect())
}
