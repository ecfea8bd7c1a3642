//! Whose last day is over: their access ends with it.

use crate::{
    Error, Result, TenantTx,
    workspace::{members, roles},
};
use domain::{
    Day, EmployeeId, ImportId, MemberId,
    access::{EmployeesArchive, MembersWrite, Permission as _, Rights},
};

/// A member whose last day was this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub member: MemberId,
    pub name: String,
    pub day: Day,
    /// Nobody else owns the workspace: they are let in as before, until somebody does.
    pub last_owner: bool,
}

/// Lets out whoever has left, from the day after their last one where the workspace is. The last owner stays in, and is
/// looked at again. Only by work of the system's own.
pub async fn end_access(tx: &mut TenantTx) -> Result<Vec<Left>> {
    let (now, today) = (tx.now(), tx.today().0);
    let rows = sqlx::query!(
        r#"with gone as (
             update departures set ended_at = $1 where ended_at is null and ends_on < $2 returning tenant_id, employee_id, ends_on
           )
           select m.id, m.name, m.role, g.ends_on from gone g
           join members m on m.tenant_id = g.tenant_id and m.employee_id = g.employee_id
           where m.deactivated_at is null order by m.id"#,
        now,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let mut left = vec![];
    for r in rows {
        let member = MemberId(r.id);
        let last_owner = r.role == "owner" && members::owners(tx).await? == [member];
        match last_owner {
            true => {
                sqlx::query!(
                    "update departures d set ended_at = null from members m
                     where m.id = $1 and d.tenant_id = m.tenant_id and d.employee_id = m.employee_id",
                    r.id
                )
                .execute(tx.conn())
                .await?;
            }
            false => drop(members::deactivate(tx, member).await?),
        }
        left.push(Left { member, name: r.name, day: Day(r.ends_on), last_owner });
    }
    Ok(left)
}

/// Access ends with the last day, at once where it is over: nobody shuts somebody out so whose rights are beyond their own.
/// `field` is where the day was typed.
pub(super) async fn shuts_out(
    tx: &mut TenantTx,
    id: EmployeeId,
    (was, end): (Option<Day>, Option<Day>),
    field: &'static str,
) -> Result<()> {
    let over = end.is_some_and(|end| end < tx.today());
    if !over || end == was || tx.scope::<MembersWrite>().is_some() {
        return Ok(());
    }
    let member = sqlx::query_scalar!("select id from members where employee_id = $1 and deactivated_at is null", id.0);
    let Some(member) = member.fetch_optional(tx.conn()).await? else { return Ok(()) };
    let theirs = roles::actor(tx, MemberId(member)).await?;
    match roles::within_own(tx, &theirs.rights).is_err() {
        true => Err(Error::refused(
            field,
            format!(
                "{} signs in here with rights that you do not have, and this day is over: it would end their access at once. Ask whoever looks after members, or name today.",
                theirs.name
            ),
        )),
        false => Ok(()),
    }
}

/// Whom an import, or its undoing, has shut out at once though their rights are beyond those of whoever asked for it, by name.
pub async fn shut_out(tx: &mut TenantTx, by: &Rights, import: ImportId) -> Result<Option<String>> {
    if by.may(MembersWrite::KEY) {
        return Ok(None);
    }
    let today = tx.today().0;
    let rows = sqlx::query!(
        r#"select m.name, m.role, m.role_id, r.grants as "grants?"
           from members m
           join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
           join import_changes c on c.tenant_id = e.tenant_id and c.import_id = $1 and c.record_id = e.id
           left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           where m.deactivated_at is null and e.end_date < $2
             and c.before is not null and c.before -> 'end_date' is distinct from c.after -> 'end_date'
           order by m.name, m.id"#,
        import.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    for r in rows {
        let role = roles::read(&r.role, r.role_id)?;
        let theirs = r.grants.as_ref().map_or_else(|| role.rights(), Rights::from_json);
        if !by.cover(&theirs) {
            return Ok(Some(r.name));
        }
    }
    Ok(None)
}

/// Who is to know of it: whoever may put anybody's record away.
pub async fn concerned(tx: &mut TenantTx) -> Result<Vec<MemberId>> {
    roles::holding(tx, &[EmployeesArchive::KEY]).await
}
