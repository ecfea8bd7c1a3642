//! Opening and changing tickets. What their clocks are told, the database writes by itself.

use super::{TICKETS, find};
use crate::{
    Error, Result, TenantTx, Version,
    crm::customers,
    custom_fields, events,
    reach::{self, Kind},
    support::{
        assigning, clocks, messages, queues,
        routing::{self, Routed},
    },
    workspace::keepers,
};
use domain::{
    CustomerId, Email, Errors, MessageId, TicketId,
    access::{CustomersRead, Permission, Sight, TicketsBulk, TicketsRead, TicketsWrite},
    custom_fields::Values,
    draft::FieldClass,
    events::Event,
    import::Target,
    support::{
        queues::Queue,
        tickets::{FIELDS, Fields, Ticket},
    },
};
use uuid::Uuid;

/// What of these fields other records stand against, told all at once. `own` is the ticket's, old or new.
pub async fn check(tx: &mut TenantTx, own: TicketId, f: &Fields) -> Result<Errors> {
    let mut errors = Errors::default();
    let before = match find(tx, own).await {
        Ok(ticket) => Some(ticket),
        Err(Error::NotFound) => None,
        Err(e) => return Err(e),
    };
    let mut take = |done: Result<()>| match done {
        Err(Error::Refused(refused)) => {
            errors.merge(refused);
            Ok(())
        }
        done => done,
    };
    take(queue_of(tx, f, before.as_ref()).await.map(drop))?;
    take(customer_id(tx, f.customer.as_deref(), before.as_ref()).await.map(drop))?;
    take(
        keepers::id::<TicketsRead>(
            tx,
            "assignee",
            f.assignee.as_ref(),
            before.as_ref().and_then(|b| b.assignee.as_ref()).map(|o| (o.id, o.email.as_str())),
        )
        .await
        .map(drop),
    )?;
    errors.merge(custom_fields::check(tx, Target::Tickets, own.0, &f.custom.said).await?);
    Ok(errors)
}

/// Opens a ticket under the given id, which was drawn with the form: a form sent twice opens one, and is told apart from
/// one that says something else the second time.
pub async fn add(tx: &mut TenantTx, id: TicketId, f: &Fields) -> Result<TicketId> {
    if sqlx::query_scalar!(r#"select exists (select from tickets where id = $1) as "there!""#, id.0)
        .fetch_one(tx.conn())
        .await?
    {
        let now = find(tx, id).await?;
        let (said, _) = now.draft().read(&Default::default());
        let same =
            said.name == f.name && said.requester.map(|r| r.email) == f.requester.as_ref().map(|r| r.email.clone());
        return if same { Ok(id) } else { Err(Error::Sent) };
    }
    let queue = queue_of(tx, f, None).await?;
    let requester = f.requester.as_ref();
    let (contact, theirs) = known(tx, requester.map(|r| &r.email)).await?;
    let customer = match customer_id(tx, f.customer.as_deref(), None).await? {
        Some(customer) => Some(customer),
        None => theirs,
    };
    let assignee = keepers::id::<TicketsRead>(tx, "assignee", f.assignee.as_ref(), None).await?;
    let custom = custom_fields::delta(tx, Target::Tickets, &f.custom.said, &Values::default(), Sight::ALL).await?;
    let email = requester.map(|r| &r.email);
    let Routed { queue, priority, rule } = Box::pin(routing::route(tx, f, queue, email, customer)).await?;
    let number = queues::draw(tx, queue.id).await?;
    sqlx::query!(
        "insert into tickets (tenant_id, id, number, name, queue_id, contact_id, requester_name, requester_email, customer_id,
           priority, status, kind, assignee_id, custom, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)",
        tx.tenant().0,
        id.0,
        format!("{}-{number}", queue.prefix),
        f.name,
        queue.id.0,
        contact,
        requester.and_then(|r| r.name.as_deref()),
        requester.map(|r| r.email.as_str()),
        customer,
        priority.key(),
        f.status.key(),
        f.kind.key(),
        assignee,
        custom.put(FieldClass::Directory),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if let Some((rule, words)) = &rule {
        routing::note(tx, id, rule, words).await?;
    }
    clocks::promise(tx, id).await?;
    if let Some(text) = &f.message {
        let first = tx.id::<MessageId>();
        messages::heard(tx, first, id, text).await?;
    }
    // What waits or is over needs nobody yet.
    if assignee.is_none() && !f.status.waits() && !f.status.ended() {
        let said = format!("{} {}", f.name, f.message.as_deref().unwrap_or_default());
        // What only some tickets need is not a part of what each holds.
        Box::pin(assigning::assign(tx, id, rule.as_ref().map(|(rule, _)| rule), &queue, &said)).await?;
    }
    clocks::settle(tx, &[id]).await?;
    events::emit(tx, Event::TicketAdded { ticket: id }).await?;
    Ok(id)
}

/// Changes all fields.
pub async fn change(tx: &mut TenantTx, id: TicketId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<TicketsWrite>(tx, TICKETS, id.0).await?;
    let before = find(tx, id).await?;
    let queue = queue_of(tx, f, Some(&before)).await?;
    let requester = f.requester.as_ref();
    // Who asks stays the contact that they are, where the address stays.
    let same = requester.map(|r| r.email.normal()) == before.requester_email.as_ref().map(|e| e.to_lowercase());
    let (contact, _) = known(tx, requester.map(|r| &r.email)).await?;
    let keeps = before.customer_hidden && f.customer.is_none();
    let customer = customer_id(tx, f.customer.as_deref(), Some(&before)).await?;
    let assignee = keepers::id::<TicketsRead>(
        tx,
        "assignee",
        f.assignee.as_ref(),
        before.assignee.as_ref().map(|o| (o.id, o.email.as_str())),
    )
    .await?;
    let custom = custom_fields::delta(tx, Target::Tickets, &f.custom.said, &before.custom, Sight::ALL).await?;
    let done = sqlx::query!(
        "update tickets set version = version + 1, updated_at = $3, name = $4, queue_id = $5,
           contact_id = case when $6 then contact_id else $7 end, requester_name = case when $6 then requester_name else $8 end,
           requester_email = $9, customer_id = case when $10 then customer_id else $11 end,
           priority = $12, status = $13, kind = $14, assignee_id = $15,
           custom = nullif((coalesce(custom, '{}') || $16) - $17::text[], '{}')
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        queue.id.0,
        same,
        contact,
        requester.and_then(|r| r.name.as_deref()),
        requester.map(|r| r.email.as_str()),
        keeps,
        customer,
        f.priority.key(),
        f.status.key(),
        f.kind.key(),
        assignee,
        custom.put(FieldClass::Directory),
        &custom.unset[0],
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    told(tx, &before).await
}

/// What is different now is told, and the clocks follow.
pub(super) async fn told(tx: &mut TenantTx, before: &Ticket) -> Result<()> {
    let id = before.id;
    clocks::settle(tx, &[id]).await?;
    let after = match find(tx, id).await {
        Ok(after) => after,
        // Given to somebody else, out of one's own sight.
        Err(Error::NotFound) => {
            let row = sqlx::query!("select status, priority, queue_id from tickets where id = $1", id.0);
            let row = row.fetch_one(tx.conn()).await?;
            let same = [
                ("assignee", false),
                ("status", row.status == before.status.key()),
                ("priority", row.priority == before.priority.key()),
                ("queue", row.queue_id == before.queue.0),
            ];
            let fields = same.iter().filter(|(_, same)| !same).map(|(field, _)| (*field).to_owned()).collect();
            return events::emit(tx, Event::TicketChanged { ticket: id, fields }).await;
        }
        Err(e) => return Err(e),
    };
    let fields = FIELDS.iter().map(|f| f.key);
    let mut fields: Vec<String> = fields.filter(|f| before.cell(f) != after.cell(f)).map(str::to_owned).collect();
    fields.extend(before.custom.differing(&after.custom));
    if !fields.is_empty() {
        events::emit(tx, Event::TicketChanged { ticket: id, fields }).await?;
    }
    Ok(())
}

/// Archives those of `ids` that `P` reaches and that are not archived yet. Gives how many, and the batch by which it can
/// be undone.
pub async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[TicketId]) -> Result<(usize, String)> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, TICKETS, &ids).await?;
    let rows = sqlx::query!(
        r#"update tickets set archived_at = $2, updated_at = $2, version = version + 1
           where id = any($1) and archived_at is null returning id, pg_current_xact_id()::text as "batch!""#,
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let batch = rows.first().map(|r| r.batch.clone()).unwrap_or_default();
    let tickets: Vec<_> = rows.into_iter().map(|r| TicketId(r.id)).collect();
    let count = tickets.len();
    for tickets in tickets.chunks(events::MOST) {
        events::emit(tx, Event::TicketsArchived { tickets: tickets.to_vec() }).await?;
    }
    Ok((count, batch))
}

/// Takes those of `ids` that `P` reaches out of the archive again.
pub async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[TicketId]) -> Result<usize> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, TICKETS, &ids).await?;
    let rows = sqlx::query!(
        "update tickets set archived_at = null, updated_at = $2, version = version + 1
         where id = any($1) and archived_at is not null returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let tickets: Vec<_> = rows.into_iter().map(|r| TicketId(r.id)).collect();
    let count = tickets.len();
    for tickets in tickets.chunks(events::MOST) {
        events::emit(tx, Event::TicketsRestored { tickets: tickets.to_vec() }).await?;
    }
    Ok(count)
}

/// Undoes an archiving by its batch.
pub async fn restore_batch(tx: &mut TenantTx, batch: &str) -> Result<usize> {
    let ids = crate::activity::archived_in(tx, "tickets", batch).await?;
    restore::<TicketsBulk>(tx, &ids.into_iter().map(TicketId).collect::<Vec<_>>()).await
}

/// The contact of an address, and the company that they are with.
pub(in crate::support) async fn known(
    tx: &mut TenantTx,
    email: Option<&Email>,
) -> Result<(Option<Uuid>, Option<Uuid>)> {
    let Some(email) = email else { return Ok((None, None)) };
    let row = sqlx::query!(
        r#"select c.id, c.customer_id from contact_points p
           join contacts c on c.tenant_id = p.tenant_id and c.id = p.contact_id
           where p.kind = 'email' and p.normal = lower($1) and c.archived_at is null order by c.created_at, c.id limit 1"#,
        email.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or((None, None), |r| (Some(r.id), r.customer_id)))
}

/// The queue that is said, by name, prefix or id; else the one that it is in, or the first.
async fn queue_of(tx: &mut TenantTx, f: &Fields, before: Option<&Ticket>) -> Result<Queue> {
    let all = queues::all(tx).await?;
    let wrong = || Error::refused("queue", "There is no such queue. Choose one of the list.");
    let found = match (&f.queue, before) {
        (Some(words), _) => all.into_iter().find(|q| {
            let same = |text: &str| text.to_lowercase() == words.to_lowercase();
            (same(&q.name) || same(&q.prefix) || q.id.to_string() == *words)
                && (!q.archived || before.is_some_and(|b| b.queue == q.id))
        }),
        (None, Some(before)) => all.into_iter().find(|q| q.id == before.queue),
        (None, None) => all.into_iter().find(|q| !q.archived),
    };
    found.ok_or_else(wrong)
}

/// `before` stays what it is, though it be in the archive by now.
async fn customer_id(tx: &mut TenantTx, said: Option<&str>, before: Option<&Ticket>) -> Result<Option<Uuid>> {
    let Some(said) = said else { return Ok(None) };
    if let Some((id, _)) = before.and_then(|b| b.customer.as_ref()).filter(|(_, name)| name == said) {
        return Ok(Some(id.0));
    }
    if let Ok(id) = said.parse::<Uuid>() {
        reach::hold::<CustomersRead>(tx, Kind::Customers, id).await?;
        return Ok(Some(CustomerId(id).0));
    }
    let found = customers::named(tx, said).await?;
    found.map(|(id, _)| Some(id.0)).ok_or_else(|| Error::refused("customer", "There is no customer of this name."))
}
