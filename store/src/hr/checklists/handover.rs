//! What somebody who leaves still holds, and giving it to somebody else in one transaction (DOMAIN: One person, one
//! graph). A hand-over is kept with what it moved, and can be taken back.

use super::find;
use crate::{
    Error, Result, TenantTx,
    db::strange,
    events,
    hr::{employment, reporting},
    reach,
    workspace::roles,
};
use domain::{
    ChecklistId, ContactId, CustomerId, DealId, EmployeeId, HandoverId, LeadId, MemberId, TicketId,
    access::ChecklistsRead,
    events::Event,
    hr::checklists::{
        Checklist, Kind,
        handover::{Handover, Held, Holding, Moved, listed},
    },
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Where something is that changes hands by whose it is: its table, the column that says whose, and which of it does. What
/// is done, won or lost stays with whoever did it.
const fn table(held: Held) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match held {
        // Tasks of a checklist about somebody are their own to do.
        Held::Tasks => (
            "tasks",
            "assignee_id",
            "e.done_at is null and not exists (select from checklist_items i \
             join checklists c on c.tenant_id = i.tenant_id and c.id = i.checklist_id \
             join members l on l.tenant_id = c.tenant_id and l.employee_id = c.employee_id \
             where i.tenant_id = e.tenant_id and i.task_id = e.id and l.id = e.assignee_id)",
        ),
        Held::Activities => ("activities", "owner_id", "e.state = 'planned'"),
        Held::Customers => ("customers", "owner_id", "e.archived_at is null"),
        Held::Contacts => ("contacts", "owner_id", "e.archived_at is null"),
        Held::Deals => ("deals", "owner_id", "e.state = 'open' and e.archived_at is null"),
        Held::Leads => {
            ("leads", "owner_id", "e.archived_at is null and e.status in ('new', 'working', 'nurture', 'qualified')")
        }
        Held::Tickets => ("tickets", "assignee_id", "e.is_open and e.archived_at is null"),
        Held::Reports | Held::Workflows | Held::Approvals | Held::Assets => return None,
    })
}

/// Their account, and what they hold, line by line, each counted no further than a thousand and one. For whoever sees the checklist whole.
pub async fn holdings(tx: &mut TenantTx, employee: EmployeeId) -> Result<(Option<MemberId>, Vec<Holding>)> {
    let mut q = QueryBuilder::<Postgres>::new("with m as (select id from members where employee_id = ");
    q.push_bind(employee.0).push(") select (select id from m), array[");
    for (at, held) in Held::ALL.into_iter().enumerate() {
        q.push(if at == 0 { "" } else { ", " }).push("(select count(*) from (select 1 from ");
        match (held, table(held)) {
            (_, Some((table, whose, open))) => {
                q.push(format!("{table} e where e.{whose} in (select id from m) and {open}"));
            }
            (Held::Reports, _) => {
                q.push("employees where archived_at is null and manager_id = ").push_bind(employee.0);
                q.push(" and coalesce(end_date >= ").push_bind(tx.today().0).push(", true)");
            }
            (Held::Assets, _) => {
                q.push("assets where holder_id = ").push_bind(employee.0);
            }
            (Held::Workflows, _) => {
                q.push("workflows where publisher_id in (select id from m) and state <> 'draft'");
            }
            _ => {
                q.push("workflow_approvals where member_id in (select id from m) and answer is null");
            }
        }
        q.push(" limit 1001) x)");
    }
    q.push("]");
    let (member, counts): (Option<Uuid>, Vec<i64>) = q.build_query_as().fetch_one(tx.conn()).await?;
    let holdings = Held::ALL.into_iter().zip(counts).map(|(held, count)| Holding { held, count });
    Ok((member.map(MemberId), holdings.collect()))
}

/// The checklist of somebody who leaves, to whoever sees it whole.
async fn leaving(tx: &mut TenantTx, id: ChecklistId) -> Result<Checklist> {
    reach::hold::<ChecklistsRead>(tx, super::CHECKLISTS, id.0).await?;
    let checklist = find(tx, id).await?;
    if checklist.kind != Kind::Offboarding || !checklist.whole {
        return Err(Error::NotFound);
    }
    if checklist.cancelled.is_some() {
        return Err(Error::refused("to", "This checklist was called off."));
    }
    Ok(checklist)
}

/// Gives what a leaver holds of these kinds to somebody who does such work: all or nothing, and each in the trail.
pub async fn hand_over(tx: &mut TenantTx, id: ChecklistId, to: MemberId, kinds: &[Held]) -> Result<Handover> {
    let leaver = leaving(tx, id).await?.about.id;
    if kinds.is_empty() {
        return Err(Error::refused("kinds", "Choose what is handed over."));
    }
    let heir = roles::actor(tx, to).await.map_err(|e| match e {
        Error::NotFound => Error::refused("to", "This person is no member any more. Choose somebody else."),
        e => e,
    })?;
    if heir.employee == Some(leaver) {
        return Err(Error::refused("to", "This is who leaves. Choose somebody else."));
    }
    if let Some(employee) = heir.employee {
        let left = sqlx::query_scalar!(
            r#"select coalesce(end_date < $2, false) as "left!" from employees where id = $1"#,
            employee.0,
            tx.today().0
        );
        if left.fetch_one(tx.conn()).await? {
            return Err(Error::refused("to", format!("{} has left, too. Choose somebody else.", heir.name)));
        }
    }
    // Nobody is given, and told of, what is not their work.
    let closed: Vec<Held> = kinds.iter().copied().filter(|k| heir.rights.scope(k.takes()).is_none()).collect();
    if !closed.is_empty() {
        let words = format!(
            "{} does not work with {}. Choose somebody who does, or leave them out.",
            heir.name,
            listed(&closed)
        );
        return Err(Error::refused("to", words));
    }
    let from = sqlx::query_scalar!("select id from members where employee_id = $1", leaver.0)
        .fetch_optional(tx.conn())
        .await?;
    let mut moved = Moved::default();
    for &held in kinds {
        let ids = match (held, table(held), from) {
            (Held::Reports, ..) => reports(tx, leaver, heir.employee, &heir.name).await?,
            (_, Some(_), Some(from)) => give(tx, held, (from, to.0), None).await?,
            _ => vec![],
        };
        if !ids.is_empty() {
            moved.insert(held, ids);
        }
    }
    let handover: HandoverId = tx.id();
    if !moved.is_empty() {
        sqlx::query!(
            "insert into handovers (tenant_id, id, checklist_id, from_id, to_id, moved, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
            tx.tenant().0,
            handover.0,
            id.0,
            leaver.0,
            to.0,
            serde_json::to_value(&moved).map_err(|e| strange("handover", &e.to_string()))?,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    // Whoever takes over does not report to themselves.
    if let (Some(reports), Some(own)) = (moved.get_mut(&Held::Reports), heir.employee) {
        reports.retain(|id| *id != own.0);
    }
    Ok(Handover { id: handover, to: heir.name, moved })
}

/// Takes a hand-over back: whatever of it is still the heir's is the leaver's again.
pub async fn take_back(tx: &mut TenantTx, checklist: ChecklistId, id: HandoverId) -> Result<Handover> {
    let leaver = leaving(tx, checklist).await?.about;
    let r = sqlx::query!(
        r#"update handovers h set undone_at = $3 from members t
           where h.id = $1 and h.checklist_id = $2 and h.undone_at is null and t.tenant_id = h.tenant_id and t.id = h.to_id
           returning h.to_id, h.moved, t.name, t.employee_id,
             (select m.id from members m where m.tenant_id = h.tenant_id and m.employee_id = h.from_id) as from_member"#,
        id.0,
        checklist.0,
        tx.now()
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Error::refused("", "There is nothing to take back any more."))?;
    let before: Moved = serde_json::from_value(r.moved).map_err(|e| strange("handover", &e.to_string()))?;
    let mut moved = Moved::default();
    for (held, ids) in before {
        let back = match (held, r.from_member) {
            (Held::Reports, _) => reports_back(tx, leaver.id, r.employee_id, &ids).await?,
            (_, Some(from)) => give(tx, held, (r.to_id, from), Some(&ids)).await?,
            (_, None) => vec![],
        };
        if !back.is_empty() {
            moved.insert(held, back);
        }
    }
    Ok(Handover { id, to: leaver.name, moved })
}

/// Whatever of it is open and the first one's, of these alone where some are told, is the second one's from now on.
async fn give(tx: &mut TenantTx, held: Held, (from, to): (Uuid, Uuid), only: Option<&[Uuid]>) -> Result<Vec<Uuid>> {
    let Some((table, whose, open)) = table(held) else { return Ok(vec![]) };
    let mut q = QueryBuilder::<Postgres>::new(format!("update {table} e set {whose} = "));
    q.push_bind(to).push(", updated_at = ").push_bind(tx.now());
    q.push(format!(", version = version + 1 where {open} and e.{whose} = ")).push_bind(from);
    if let Some(ids) = only {
        q.push(" and e.id = any(").push_bind(ids.to_vec()).push(")");
    }
    q.push(" returning e.id");
    let ids: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    for some in ids.chunks(1_000) {
        if let Some(event) = changed(held, some) {
            events::emit(tx, event).await?;
        }
    }
    Ok(ids)
}

/// What is told of it to workflows and to whom it is now.
fn changed(held: Held, ids: &[Uuid]) -> Option<Event> {
    let fields = |whose: &str| vec![whose.to_owned()];
    Some(match held {
        Held::Customers => Event::CustomersChanged {
            customers: ids.iter().copied().map(CustomerId).collect(),
            fields: fields("owner"),
        },
        Held::Contacts => {
            Event::ContactsChanged { contacts: ids.iter().copied().map(ContactId).collect(), fields: fields("owner") }
        }
        Held::Deals => {
            Event::DealsChanged { deals: ids.iter().copied().map(DealId).collect(), fields: fields("owner") }
        }
        Held::Leads => {
            Event::LeadsChanged { leads: ids.iter().copied().map(LeadId).collect(), fields: fields("owner") }
        }
        Held::Tickets => {
            Event::TicketsChanged { tickets: ids.iter().copied().map(TicketId).collect(), fields: fields("assignee") }
        }
        _ => return None,
    })
}

/// Who reports to a leaver reports to the heir from now on, within the rules of the reporting tree.
async fn reports(tx: &mut TenantTx, leaver: EmployeeId, heir: Option<EmployeeId>, name: &str) -> Result<Vec<Uuid>> {
    let mut reports = sqlx::query_scalar!(
        "select id from employees where manager_id = $1 and archived_at is null and coalesce(end_date >= $2, true)
         order by id for update",
        leaver.0,
        tx.today().0
    )
    .fetch_all(tx.conn())
    .await?;
    if reports.is_empty() {
        return Ok(vec![]);
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
    // Whoever takes over first, so that nobody reports in a circle on the way.
    reports.sort_by_key(|r| *r != heir.0);
    for report in &reports {
        let manager = if *report == heir.0 { above } else { Some(heir.0) };
        let circle = format!(
            "{name} reports to one of the leaver’s own people, so this would be a circle. Choose somebody else."
        );
        reports_to(tx, EmployeeId(*report), manager, circle).await?;
    }
    Ok(reports)
}

/// Whoever of these still reports where a hand-over put them reports to the leaver again.
async fn reports_back(
    tx: &mut TenantTx,
    leaver: EmployeeId,
    heir: Option<Uuid>,
    reports: &[Uuid],
) -> Result<Vec<Uuid>> {
    let still = sqlx::query_scalar!(
        "select id from employees where id = any($1) and id <> $3 and (manager_id = $2
           or id = $2 and manager_id is not distinct from (select l.manager_id from employees l where l.id = $3)) order by id for update",
        reports,
        heir,
        leaver.0
    )
    .fetch_all(tx.conn())
    .await?;
    for report in &still {
        let circle = "Who leaves reports to one of them by now, so this would be a circle.".to_owned();
        reports_to(tx, EmployeeId(*report), Some(leaver.0), circle).await?;
    }
    Ok(still)
}

/// `circle`: what is said where the tree would have one.
async fn reports_to(tx: &mut TenantTx, report: EmployeeId, manager: Option<Uuid>, circle: String) -> Result<()> {
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
    let refused = |e: Error| if matches!(e, Error::Refused(_)) { Error::refused("to", circle.clone()) } else { e };
    done.map_err(Error::from).map_err(refused)?;
    // Nor on any day to come.
    employment::no_circle(tx, report).await.map_err(refused)?;
    events::emit(tx, Event::EmployeeChanged { employee: report, fields: vec!["manager".to_owned()] }).await?;
    Ok(())
}
