//! Queries of macros, and using one: all that it does in one transaction.

use super::{messages, points, tickets};
use crate::{Error, Result, TenantTx, Version, Who, db::strange, reach, tags};
use domain::{
    MacroId, MemberId, MessageId, TicketId,
    access::{TicketsSettings, TicketsWrite},
    support::{
        canned::filled,
        macros::{Assignee, Does, Fields, MOST, Macro},
        messages::{Fields as Said, Kind},
        tickets::{Status, Ticket},
    },
    workspace::access::Subject,
};
use serde_json::{Value, json};

fn read(id: uuid::Uuid, version: i32, name: String, of: Option<uuid::Uuid>, does: Value) -> Result<Macro> {
    let does: Does = serde_json::from_value(does).map_err(|e| strange("does", &e.to_string()))?;
    Ok(Macro { id: MacroId(id), version, name, of: of.map(MemberId), does })
}

/// Everybody's and the reader's own, by name.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Macro>> {
    let rows = sqlx::query!(
        "select id, version, name, member_id, does from ticket_macros where member_id is null or member_id = $1
         order by lower(name), id limit $2",
        me(tx).map(|m| m.0),
        MOST
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    rows.into_iter().map(|r| read(r.id, r.version, r.name, r.member_id, r.does)).collect()
}

/// One that the reader may use.
pub async fn find(tx: &mut TenantTx, id: MacroId) -> Result<Macro> {
    let row = sqlx::query!(
        "select id, version, name, member_id, does from ticket_macros where id = $1 and (member_id is null or member_id = $2)",
        id.0,
        me(tx).map(|m| m.0)
    );
    let r = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    read(r.id, r.version, r.name, r.member_id, r.does)
}

fn me(tx: &TenantTx) -> Option<MemberId> {
    match tx.who() {
        Who::Member(me) => Some(me),
        _ => None,
    }
}

/// Whose it becomes: everybody's is for those who keep the settings.
fn owner(tx: &TenantTx, shared: bool) -> Result<Option<MemberId>> {
    match (shared, tx.scope::<TicketsSettings>()) {
        (true, None) => Err(Error::refused("shared", "You may not keep what everybody uses. Make it your own.")),
        (true, Some(_)) => Ok(None),
        (false, _) => me(tx).map(Some).ok_or(Error::NotFound),
    }
}

/// Adds one under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: MacroId, f: &Fields) -> Result<()> {
    let of = owner(tx, f.shared)?;
    let done = sqlx::query!(
        "insert into ticket_macros (tenant_id, id, name, member_id, does, created_at, updated_at)
         select $1, $2, $3, $4, $5, $6, $6 where (select count(*) from ticket_macros) < $7
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        of.map(|m| m.0),
        json!(f.does),
        tx.now(),
        MOST
    );
    if done.execute(tx.conn()).await?.rows_affected() > 0 {
        return Ok(());
    }
    match find(tx, id).await {
        Ok(there) if there.name == f.name && there.of == of && there.does == f.does => Ok(()),
        Ok(_) => Err(Error::Sent),
        Err(_) => Err(Error::refused("name", format!("There are {MOST} macros already. Change one of them."))),
    }
}

pub async fn change(tx: &mut TenantTx, id: MacroId, version: Version, f: &Fields) -> Result<()> {
    editable(tx, id).await?;
    let of = owner(tx, f.shared)?;
    let done = sqlx::query!(
        "update ticket_macros set version = version + 1, updated_at = $3, name = $4, member_id = $5, does = $6
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        of.map(|m| m.0),
        json!(f.does)
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Takes one away. Gives its name.
pub async fn remove(tx: &mut TenantTx, id: MacroId) -> Result<String> {
    let it = editable(tx, id).await?;
    sqlx::query!("delete from ticket_macros where id = $1", id.0).execute(tx.conn()).await?;
    Ok(it.name)
}

async fn editable(tx: &mut TenantTx, id: MacroId) -> Result<Macro> {
    let it = find(tx, id).await?;
    match it.of.is_some() || tx.scope::<TicketsSettings>().is_some() {
        true => Ok(it),
        false => Err(Error::refused("", "This is everybody’s. Ask whoever keeps the settings of support.")),
    }
}

/// Does all of it with one ticket; `text` in place of its own, where it says something. `id` is that of the message, so that
/// twice is once. Gives the ticket as it was before.
pub async fn run(
    tx: &mut TenantTx,
    id: MessageId,
    ticket: TicketId,
    it: &Macro,
    text: Option<&str>,
    agent: &str,
) -> Result<Ticket> {
    reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, ticket.0).await?;
    let now = tickets::find(tx, ticket).await?;
    if now.merged_into.is_some() {
        return Err(Error::refused("", "It became a part of another ticket. Use the macro there."));
    }
    let d = &it.does;
    let mut puts = vec![];
    let who = match d.assignee {
        None => None,
        Some(Assignee::Me) => Some(me(tx)),
        Some(Assignee::Nobody) => Some(None),
        Some(Assignee::Member(id)) => Some(Some(id)),
    };
    puts.extend(who.map(tickets::Put::Assignee));
    puts.extend(d.queue.map(tickets::Put::Queue));
    puts.extend(d.priority.map(tickets::Put::Priority));
    let says = d.says();
    // A reply opens what is new; what the macro says of the status comes after it.
    let opens = matches!(says, Some((Kind::Reply, _))) && now.status == Status::New;
    puts.extend(d.status.or(opens.then_some(Status::Open)).map(tickets::Put::Status));
    // What is said comes first, so that solving ends what it answers.
    if let Some((kind, body)) = says {
        let body = text.map_or_else(|| filled(body, &now, agent), str::to_owned);
        let said = Said { text: body, kind, then: Some(now.status), seen: None };
        messages::add(tx, id, ticket, &said, &[]).await?;
    }
    let before = match puts.is_empty() {
        true => now,
        false => tickets::put_all(tx, ticket, &puts).await?,
    };
    let subject = Subject::Ticket(ticket);
    for tag in &d.tags {
        tags::add(tx, subject, tag).await?;
    }
    for tag in &d.untags {
        tags::remove(tx, subject, tag).await?;
    }
    points::put(tx, ticket, &d.points).await?;
    Ok(before)
}
