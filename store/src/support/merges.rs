//! Making one ticket a part of another, and taking that back; and making a message a ticket of its own.

use super::{clocks, messages, tickets};
use crate::{
    Error, Result, TenantTx, Who,
    db::strange,
    events,
    reach::{self, Kind},
};
use domain::{
    MessageId, TicketId, TicketMergeId,
    access::{TicketsRead, TicketsWrite},
    events::Event,
    support::tickets::{Fields, Requester, Status, Ticket},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// The ticket that these words name by its number, if the reader may see it.
pub async fn named(tx: &mut TenantTx, words: &str) -> Result<Option<TicketId>> {
    let number = words.split_whitespace().next().unwrap_or_default().to_uppercase();
    let mut q = QueryBuilder::new("select e.id from tickets e where e.number = ");
    q.push_bind(number);
    reach::narrow(&mut q, Kind::Tickets, tx.scope::<TicketsRead>());
    let id: Option<Uuid> = q.build_query_scalar().fetch_optional(tx.conn()).await?;
    Ok(id.map(TicketId))
}

/// Both, held in one order, if the reader may change both.
async fn hold(tx: &mut TenantTx, one: TicketId, other: TicketId) -> Result<(Ticket, Ticket)> {
    let mut ids = [one.0, other.0];
    ids.sort_unstable();
    if reach::within::<TicketsWrite>(tx, Kind::Tickets, &ids).await?.len() < 2 {
        return Err(Error::NotFound);
    }
    sqlx::query!("select id from tickets where id = any($1) order by id for no key update", &ids[..])
        .fetch_all(tx.conn())
        .await?;
    Ok((tickets::find(tx, one).await?, tickets::find(tx, other).await?))
}

/// Makes `from` a part of `into`, under the id that was drawn with the form. What was said moves, the earliest start is kept,
/// and the part is closed.
pub async fn merge(tx: &mut TenantTx, id: TicketMergeId, from: TicketId, into: TicketId) -> Result<()> {
    let wrong = |words: &str| Err(Error::refused("ticket", words));
    if from == into {
        return wrong("That is this ticket.");
    }
    let known = sqlx::query!("select undone_at from ticket_merges where id = $1", id.0);
    let id = match known.fetch_optional(tx.conn()).await? {
        Some(known) if known.undone_at.is_none() => return Ok(()),
        // Taken back, and asked for once more from the page of before.
        Some(_) => tx.id(),
        None => id,
    };
    let (part, whole) = hold(tx, from, into).await?;
    if part.merged_into.is_some() || whole.merged_into.is_some() {
        return wrong("One of them is a part of another ticket already.");
    }
    if part.archived || whole.archived {
        return wrong("One of them is in the archive. Bring it back first.");
    }
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "insert into ticket_merges (tenant_id, id, from_id, into_id, status, by_id, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().0,
        id.0,
        from.0,
        into.0,
        part.status.key(),
        by,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    // What was a part of the part is one of the whole.
    sqlx::query!("update tickets set merged_into = $2 where merged_into = $1", from.0, into.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "update tickets set merged_into = $2, status = 'closed', version = version + 1, updated_at = $3 where id = $1",
        from.0,
        into.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update ticket_messages set ticket_id = $2, from_ticket_id = coalesce(from_ticket_id, $1) where ticket_id = $1",
        from.0,
        into.0
    )
    .execute(tx.conn())
    .await?;
    followed(tx, into).await?;
    clocks::settle(tx, &[from, into]).await?;
    events::emit(tx, Event::TicketsMerged { into, from }).await
}

/// When the whole was asked and answered last follows from what it has now.
async fn followed(tx: &mut TenantTx, ticket: TicketId) -> Result<()> {
    sqlx::query!(
        "update tickets t set asked_at = m.asked, answered_at = m.answered, version = version + 1, updated_at = $2
         from (select max(created_at) filter (where inbound) as asked, max(created_at) filter (where not inbound) as answered
               from ticket_messages where ticket_id = $1 and kind = 'reply' and not automatic) m
         where t.id = $1",
        ticket.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a merge back: what came with the part goes with it again, so do its own parts, and it is what it was; open, where its
/// customer has written meanwhile. Gives the whole.
pub async fn undo(tx: &mut TenantTx, from: TicketId) -> Result<TicketId> {
    let known = sqlx::query!(
        r#"select id, into_id, status, exists (select from ticket_messages m
             where m.tenant_id = ticket_merges.tenant_id and m.ticket_id = ticket_merges.into_id and m.from_ticket_id = $1
               and m.inbound and not m.automatic and m.created_at > ticket_merges.created_at) as "written!"
           from ticket_merges where from_id = $1 and undone_at is null for update"#,
        from.0
    );
    let known = known.fetch_optional(tx.conn()).await?;
    reach::hold::<TicketsWrite>(tx, Kind::Tickets, from.0).await?;
    tickets::find(tx, from).await?;
    let Some(known) = known else {
        return Err(Error::refused("ticket", "This ticket is no part of another one."));
    };
    let into = TicketId(known.into_id);
    let (part, _) = hold(tx, from, into).await?;
    if part.merged_into != Some(into) {
        return Err(Error::refused("ticket", "The other one became a part of a third by now. Take that back first."));
    }
    let status = Status::parse(&known.status).ok_or_else(|| strange("status", &known.status))?;
    sqlx::query!("update ticket_merges set undone_at = $2 where id = $1", known.id, tx.now())
        .execute(tx.conn())
        .await?;
    let status = match known.written && (status.waits() || status.ended()) {
        true => Status::Open,
        false => status,
    };
    // With those that were parts of it before.
    sqlx::query!(
        "with recursive parts as (
           select from_id from ticket_merges where into_id = $1 and undone_at is null
           union
           select m.from_id from ticket_merges m join parts p on m.into_id = p.from_id where m.undone_at is null
         ), said as (
           update ticket_messages set ticket_id = $1, from_ticket_id = nullif(from_ticket_id, $1)
           where ticket_id = $2 and (from_ticket_id = $1 or from_ticket_id in (select from_id from parts))
         )
         update tickets set merged_into = $1, version = version + 1, updated_at = $3
         where merged_into = $2 and id in (select from_id from parts)",
        from.0,
        into.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update tickets set merged_into = null, status = $2, version = version + 1, updated_at = $3 where id = $1",
        from.0,
        status.key(),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    followed(tx, from).await?;
    followed(tx, into).await?;
    clocks::settle(tx, &[from, into]).await?;
    events::emit(tx, Event::TicketChanged { ticket: from, fields: vec!["merged_into".into()] }).await?;
    Ok(into)
}

/// Makes a ticket of its own of something that the customer has written, linked with the one it was in: asked by whoever wrote it,
/// when they wrote it. Again is the same one. Gives it, and the number of the one that the message has left just now.
pub async fn split(
    tx: &mut TenantTx,
    from: TicketId,
    message: MessageId,
    next: TicketId,
) -> Result<(TicketId, Option<String>)> {
    let r = sqlx::query!(
        r#"select m.ticket_id, m.inbound, m.automatic, m.created_at, m.from_ticket_id, m.author_name,
             coalesce(i.author_email, case when m.contact_id is distinct from t.contact_id then c.email end) as "email?",
             exists (select from tickets k where k.id = $2 and k.merged_into is not null) as "put_back!"
           from ticket_messages m
           join tickets t on t.tenant_id = m.tenant_id and t.id = m.ticket_id
           left join inbound_mails i on i.tenant_id = m.tenant_id and i.id = m.id
           left join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
           where m.id = $1 for update of m"#,
        message.0,
        next.0
    );
    let r = r.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    let ticket = TicketId(r.ticket_id);
    // Put back, and asked for once more from the page of before.
    let next = if r.put_back { tx.id() } else { next };
    if ticket == next {
        return Ok((next, None));
    }
    if ticket != from {
        return Err(Error::NotFound);
    }
    reach::hold::<TicketsWrite>(tx, Kind::Tickets, ticket.0).await?;
    let now = tickets::find(tx, ticket).await?;
    if !r.inbound {
        return Err(Error::refused("message", "Only what the customer has written becomes a ticket of its own."));
    }
    let address = |email: Option<&str>| email.and_then(|e| domain::Email::parse(e).ok());
    let whole = address(now.requester_email.as_deref());
    let same = |email: &domain::Email| whole.as_ref().is_some_and(|whole| whole.normal() == email.normal());
    let other = address(r.email.as_deref()).filter(|email| !same(email));
    let customer = now.customer.as_ref().filter(|_| other.is_none()).map(|(id, _)| id.to_string());
    let requester = match other {
        Some(email) => Some(Requester { name: r.author_name.filter(|name| name != email.as_str()), email }),
        None => whole.map(|email| Requester { name: now.requester_name.clone(), email }),
    };
    let fields = Fields {
        name: now.name.clone(),
        requester,
        customer,
        queue: Some(now.queue.to_string()),
        priority: now.priority,
        kind: now.kind,
        ..Fields::default()
    };
    tickets::add(tx, next, &fields).await?;
    // The clocks of the first are told that nothing is asked there, those of the second since when it is.
    sqlx::query!(
        "with moved as (update ticket_messages set ticket_id = $3, from_ticket_id = null where id = $6)
         insert into ticket_clock_events (tenant_id, ticket_id, at, what, value)
         select $1, e.ticket, $4::timestamptz, e.what, case when e.what = 'opened' then $5::text end
         from (values (1, $2::uuid, 'unasked'), (2, $3::uuid, 'opened'), (3, $3::uuid, 'asked')) e (n, ticket, what)
         where not $7::boolean order by e.n",
        tx.tenant().0,
        r.from_ticket_id.unwrap_or(ticket.0),
        next.0,
        r.created_at,
        now.priority.key(),
        message.0,
        r.automatic
    )
    .execute(tx.conn())
    .await?;
    followed(tx, ticket).await?;
    followed(tx, next).await?;
    messages::link(tx, ticket, next).await?;
    clocks::settle(tx, &[ticket, next]).await?;
    Ok((next, Some(now.number)))
}

/// Opens a ticket that is a part of another: of the same requester, in the same queue. Gives it; again is the same one.
pub async fn part(tx: &mut TenantTx, whole: TicketId, next: TicketId, subject: &str) -> Result<TicketId> {
    reach::hold::<TicketsWrite>(tx, Kind::Tickets, whole.0).await?;
    let now = tickets::find(tx, whole).await?;
    if now.archived || now.merged_into.is_some() {
        return Err(Error::refused(
            "name",
            "Parts are made of a ticket that is there. This one is in the archive or merged.",
        ));
    }
    if let Ok(there) = tickets::find(tx, next).await {
        return if there.name == subject { Ok(next) } else { Err(Error::Sent) };
    }
    let email = now.requester_email.as_deref().and_then(|e| domain::Email::parse(e).ok());
    let fields = Fields {
        name: subject.to_owned(),
        requester: email.map(|email| Requester { name: now.requester_name.clone(), email }),
        customer: now.customer.as_ref().map(|(id, _)| id.to_string()),
        queue: Some(now.queue.to_string()),
        priority: now.priority,
        ..Fields::default()
    };
    tickets::add(tx, next, &fields).await?;
    sqlx::query!("update tickets set parent_id = $2 where id = $1", next.0, whole.0).execute(tx.conn()).await?;
    Ok(next)
}

/// Takes a link, or that one is a part of the other, away again.
pub async fn unlink(tx: &mut TenantTx, one: TicketId, other: TicketId) -> Result<()> {
    if reach::within::<TicketsWrite>(tx, Kind::Tickets, &[one.0, other.0]).await?.len() < 2 {
        return Err(Error::NotFound);
    }
    for ticket in [one, other] {
        tickets::find(tx, ticket).await?;
    }
    sqlx::query!(
        "delete from ticket_links where ticket_id = least($1::uuid, $2) and other_id = greatest($1::uuid, $2)",
        one.0,
        other.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update tickets set parent_id = null, version = version + 1, updated_at = $3
         where (id = $1 and parent_id = $2) or (id = $2 and parent_id = $1)",
        one.0,
        other.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
