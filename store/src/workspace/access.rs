//! Why somebody can see something: how near a record is to a member, by the very conditions that their reads carry.

use crate::{
    Result, TenantTx,
    reach::{Kind, reaches},
};
use domain::{
    MemberId,
    access::{Actor, Scope},
    workspace::access::{Near, Record, Subject},
};
use uuid::Uuid;

/// How near the record is to this member; not found is one that the reader themselves may not see.
pub async fn near(tx: &mut TenantTx, actor: &Actor, subject: Subject) -> Result<(Record, Near)> {
    let (kind, id) = match subject {
        Subject::Employee(id) => (Kind::Employees, id.0),
        Subject::Customer(id) => (Kind::Customers, id.0),
        Subject::Contact(id) => (Kind::Contacts, id.0),
        Subject::Deal(id) => (Kind::Deals, id.0),
        Subject::Lead(id) => (Kind::Leads, id.0),
        Subject::Ticket(id) => (Kind::Tickets, id.0),
    };
    let record = record(tx, subject).await?;
    as_if(tx, Some(actor)).await?;
    let mut q = sqlx::QueryBuilder::new("select coalesce(");
    q.push(reaches(kind, Some(Scope::Own))).push(", false), coalesce(").push(reaches(kind, Some(Scope::Team)));
    q.push(", false) from ").push(kind.table()).push(" e where e.id = ").push_bind(id);
    let asked = q.build_query_as::<(bool, bool)>().fetch_one(tx.conn()).await;
    as_if(tx, None).await?;
    let (own, team) = asked?;
    let scope = match (own, team) {
        (true, _) => Scope::Own,
        (false, true) => Scope::Team,
        (false, false) => Scope::All,
    };
    let person = match subject {
        Subject::Employee(id) => Some(id.0),
        _ => record.owner,
    };
    let chain = if scope == Scope::Team { chain(tx, actor, person).await? } else { vec![] };
    Ok((record, Near { scope, chain }))
}

/// The record's name and owner, as far as the reader may see it.
async fn record(tx: &mut TenantTx, subject: Subject) -> Result<Record> {
    match subject {
        Subject::Employee(id) => {
            let employee = crate::hr::employees::find(tx, id).await?;
            Ok(Record { subject, name: employee.name(), owner: None, owned_by: None })
        }
        Subject::Customer(id) => {
            let customer = crate::crm::customers::find(tx, id).await?;
            let employee = employee(tx, customer.owner.as_ref().map(|o| o.id)).await?;
            Ok(Record { subject, name: customer.name, owner: employee, owned_by: customer.owner.map(|o| o.name) })
        }
        Subject::Contact(id) => {
            let contact = crate::crm::contacts::find(tx, id).await?;
            let employee = employee(tx, contact.owner.as_ref().map(|o| o.id)).await?;
            Ok(Record { subject, name: contact.name, owner: employee, owned_by: contact.owner.map(|o| o.name) })
        }
        Subject::Deal(id) => {
            let deal = crate::crm::deals::find(tx, id).await?;
            let employee = employee(tx, deal.owner.as_ref().map(|o| o.id)).await?;
            Ok(Record { subject, name: deal.name, owner: employee, owned_by: deal.owner.map(|o| o.name) })
        }
        Subject::Lead(id) => {
            let lead = crate::crm::leads::find(tx, id).await?;
            let employee = employee(tx, lead.owner.as_ref().map(|o| o.id)).await?;
            Ok(Record { subject, name: lead.name, owner: employee, owned_by: lead.owner.map(|o| o.name) })
        }
        Subject::Ticket(id) => {
            let ticket = crate::support::tickets::find(tx, id).await?;
            let employee = employee(tx, ticket.assignee.as_ref().map(|o| o.id)).await?;
            Ok(Record { subject, name: ticket.title(), owner: employee, owned_by: ticket.assignee.map(|o| o.name) })
        }
    }
}

/// The employee that an owner is.
async fn employee(tx: &mut TenantTx, owner: Option<MemberId>) -> Result<Option<Uuid>> {
    let Some(owner) = owner else { return Ok(None) };
    Ok(sqlx::query_scalar!("select employee_id from members where id = $1", owner.0).fetch_one(tx.conn()).await?)
}

/// Makes the settings those of `actor`, or again the reader's own.
pub(crate) async fn as_if(tx: &mut TenantTx, actor: Option<&Actor>) -> Result<()> {
    let text = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let (employee, member) = match (actor, tx.who()) {
        (Some(actor), _) => (text(actor.employee.map(|e| e.0)), actor.member.to_string()),
        (None, crate::Who::Member(me)) => (text(tx.employee().map(|e| e.0)), me.to_string()),
        (None, _) => (text(tx.employee().map(|e| e.0)), String::new()),
    };
    sqlx::query("select set_config('app.employee', $1, true), set_config('app.member', $2, true)")
        .bind(employee)
        .bind(member)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The reporting line from somebody up to the member, by name, the member left out.
async fn chain(tx: &mut TenantTx, actor: &Actor, from: Option<Uuid>) -> Result<Vec<String>> {
    let (Some(from), Some(top)) = (from, actor.employee) else { return Ok(vec![]) };
    let names = sqlx::query_scalar!(
        r#"with recursive line as (
             select id, manager_id, first_name || ' ' || last_name as name, 1 as step from employees where id = $1
             union all
             select e.id, e.manager_id, e.first_name || ' ' || e.last_name, step + 1
             from line l join employees e on e.id = l.manager_id where l.id <> $2 and step < 200
           )
           select name as "name!" from line where id <> $2 order by step"#,
        from,
        top.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(names)
}
