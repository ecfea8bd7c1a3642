//! What somebody who leaves still holds, and giving it to somebody else in one transaction (DOMAIN: One person, one
//! graph).

use super::find;
use crate::{Error, Result, TenantTx, hr::reporting, reach};
use domain::{
    ChecklistId, ContactId, DealId, EmployeeId, LeadId, MemberId,
    access::ChecklistsRead,
    events::Event,
    hr::checklists::{Held, Holding, Kind, Moved},
};

/// What they hold, line by line, each counted no further than a thousand and one. For whoever sees the checklist whole.
pub async fn holdings(tx: &mut TenantTx, employee: EmployeeId) -> Result<Vec<Holding>> {
    let r = sqlx::query!(
        r#"with m as (select id from members where employee_id = $1)
           select
             (select count(*) from (select 1 from employees where manager_id = $1 and archived_at is null
                and coalesce(end_date >= $2, true) limit 1001) x) as "reports!",
             (select count(*) from (select 1 from customers where owner_id in (select id from m) and archived_at is null limit 1001) x) as "customers!",
             (select count(*) from (select 1 from deals where owner_id in (select id from m) and state = 'open' and archived_at is null limit 1001) x) as "deals!",
             (select count(*) from (select 1 from contacts where owner_id in (select id from m) and archived_at is null limit 1001) x) as "contacts!",
             (select count(*) from (select 1 from leads where owner_id in (select id from m) and archived_at is null
                and status in ('new', 'working', 'nurture', 'qualified') limit 1001) x) as "leads!",
             (select count(*) from (select 1 from tasks where assignee_id in (select id from m) and done_at is null limit 1001) x) as "tasks!",
             (select count(*) from (select 1 from activities where owner_id in (select id from m) and state = 'planned' limit 1001) x) as "activities!",
             (select count(*) from (select 1 from workflows where publisher_id in (select id from m) and state <> 'draft' limit 1001) x) as "workflows!",
             (select count(*) from (select 1 from assets where holder_id = $1 limit 1001) x) as "assets!",
             (select count(*) from (select 1 from workflow_approvals where member_id in (select id from m) and answer is null limit 1001) x) as "approvals!""#,
        employee.0,
        tx.today().0
    )
    .fetch_one(tx.conn())
    .await?;
    Ok([
        (Held::Reports, r.reports),
        (Held::Customers, r.customers),
        (Held::Contacts, r.contacts),
        (Held::Deals, r.deals),
        (Held::Leads, r.leads),
        (Held::Tasks, r.tasks),
        (Held::Activities, r.activities),
        (Held::Workflows, r.workflows),
        (Held::Approvals, r.approvals),
        (Held::Assets, r.assets),
    ]
    .map(|(held, count)| Holding { held, count })
    .into())
}

/// Gives a leaver's open tasks, planned calls and meetings, customers, contacts, open deals and leads, and direct reports to somebody: all or nothing, and each in the trail. Tasks of
/// the checklist itself that are the leaver's own to do stay with them.
pub async fn hand_over(tx: &mut TenantTx, id: ChecklistId, to: MemberId) -> Result<(Moved, String)> {
    reach::hold::<ChecklistsRead>(tx, super::CHECKLISTS, id.0).await?;
    let checklist = find(tx, id).await?;
    if checklist.kind != Kind::Offboarding || !checklist.whole {
        return Err(Error::NotFound);
    }
    let leaver = checklist.about.id;
    let heir = sqlx::query!(
        r#"select m.name, m.employee_id, e.end_date as "end_date?" from members m
           left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
           where m.id = $1 and m.deactivated_at is null"#,
        to.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Error::refused("to", "This person is no member any more. Choose somebody else."))?;
    if heir.employee_id == Some(leaver.0) {
        return Err(Error::refused("to", "This is who leaves. Choose somebody else."));
    }
    if heir.end_date.is_some_and(|day| day < tx.today().0) {
        return Err(Error::refused("to", format!("{} has left, too. Choose somebody else.", heir.name)));
    }
    let from = sqlx::query_scalar!("select id from members where employee_id = $1", leaver.0)
        .fetch_optional(tx.conn())
        .await?;
    let mut moved = Moved::default();
    if let Some(from) = from {
        let tasks = sqlx::query_scalar!(
            "update tasks t set assignee_id = $2, updated_at = $3, version = version + 1
             where assignee_id = $1 and done_at is null and not exists (
               select from checklist_items i where i.tenant_id = t.tenant_id and i.task_id = t.id and i.checklist_id = $4)
             returning id",
            from,
            to.0,
            tx.now(),
            id.0
        )
        .fetch_all(tx.conn())
        .await?;
        moved.tasks = tasks.len() as u64;
        let activities = sqlx::query!(
            "update activities set owner_id = $2, updated_at = $3, version = version + 1 where owner_id = $1 and state = 'planned'",
            from,
            to.0,
            tx.now()
        );
        moved.activities = activities.execute(tx.conn()).await?.rows_affected();
        let customers = sqlx::query_scalar!(
            "update customers set owner_id = $2, updated_at = $3, version = version + 1
             where owner_id = $1 and archived_at is null returning id",
            from,
            to.0,
            tx.now()
        )
        .fetch_all(tx.conn())
        .await?;
        moved.customers = customers.len() as u64;
        for customer in customers {
            let fields = vec!["owner".to_owned()];
            crate::events::emit(tx, Event::CustomerChanged { customer: customer.into(), fields }).await?;
        }
        // What is won or lost stays with whoever has won or lost it.
        let deals = sqlx::query_scalar!(
            "update deals set owner_id = $2, updated_at = $3, version = version + 1
             where owner_id = $1 and state = 'open' and archived_at is null returning id",
            from,
            to.0,
            tx.now()
        )
        .fetch_all(tx.conn())
        .await?;
        moved.deals = deals.len() as u64;
        for some in deals.chunks(1_000) {
            let deals = some.iter().copied().map(DealId).collect();
            crate::events::emit(tx, Event::DealsChanged { deals, fields: vec!["owner".to_owned()] }).await?;
        }
        let contacts = sqlx::query_scalar!(
            "update contacts set owner_id = $2, updated_at = $3, version = version + 1
             where owner_id = $1 and archived_at is null returning id",
            from,
            to.0,
            tx.now()
        )
        .fetch_all(tx.conn())
        .await?;
        moved.contacts = contacts.len() as u64;
        for some in contacts.chunks(1_000) {
            let contacts = some.iter().copied().map(ContactId).collect();
            crate::events::emit(tx, Event::ContactsChanged { contacts, fields: vec!["owner".to_owned()] }).await?;
        }
        let leads = sqlx::query_scalar!(
            "update leads set owner_id = $2, updated_at = $3, version = version + 1
             where owner_id = $1 and archived_at is null and status in ('new', 'working', 'nurture', 'qualified') returning id",
            from,
            to.0,
            tx.now()
        )
        .fetch_all(tx.conn())
        .await?;
        moved.leads = leads.len() as u64;
        for some in leads.chunks(1_000) {
            let leads = some.iter().copied().map(LeadId).collect();
            crate::events::emit(tx, Event::LeadsChanged { leads, fields: vec!["owner".to_owned()] }).await?;
        }
    }
    moved.reports = reports(tx, leaver, heir.employee_id.map(EmployeeId), &heir.name).await?;
    Ok((moved, heir.name))
}

/// Who reports to a leaver reports to the heir from now on, within the rules of the reporting tree.
async fn reports(tx: &mut TenantTx, leaver: EmployeeId, heir: Option<EmployeeId>, name: &str) -> Result<u64> {
    let reports = sqlx::query_scalar!(
        "select id from employees where manager_id = $1 and archived_at is null and coalesce(end_date >= $2, true)
         order by id for update",
        leaver.0,
        tx.today().0
    )
    .fetch_all(tx.conn())
    .await?;
    if reports.is_empty() {
        return Ok(0);
    }
    let Some(heir) = heir else {
        let words = format!(
            "People report to who leaves, and {name} is no employee here to report to. Link them with their record first, or choose somebody else."
        );
        return Err(Error::refused("to", words));
    };
    // One of them may be who takes over: they do not report to themselves, and report to the leaver's manager.
    let above =
        sqlx::query_scalar!("select manager_id from employees where id = $1", leaver.0).fetch_one(tx.conn()).await?;
    let mut count = 0;
    // Whoever takes over first, so that nobody reports in a circle on the way.
    let mut reports: Vec<_> = reports.into_iter().map(EmployeeId).collect();
    reports.sort_by_key(|r| *r != heir);
    for report in reports {
        let manager = if report == heir { above } else { Some(heir.0) };
        reporting::gives_no_more(tx, report, manager).await.map_err(|e| match e {
            Error::Refused(errors) => {
                Error::refused("to", errors.iter().next().map(|(_, words)| words.to_owned()).unwrap_or_default())
            }
            e => e,
        })?;
        let done = sqlx::query!(
            "update employees set manager_id = $2, updated_at = $3, version = version + 1 where id = $1",
            report.0,
            manager,
            tx.now()
        )
        .execute(tx.conn())
        .await;
        match done.map_err(Error::from) {
            Err(Error::Refused(_)) => {
                let words = format!(
                    "{name} reports to one of the leaver’s own people, so this would be a circle. Choose somebody else."
                );
                return Err(Error::refused("to", words));
            }
            other => {
                other?;
            }
        }
        let fields = vec!["manager".to_owned()];
        crate::events::emit(tx, Event::EmployeeChanged { employee: report, fields }).await?;
        count += 1;
    }
    Ok(count)
}
