//! Fields of a ticket, as its page and macros change them: all of them in one change.

use super::{TICKETS, change::told, find};
use crate::{
    Error, Result, TenantTx, reach,
    support::{assigning, queues},
    workspace::keepers,
};
use domain::{
    MemberId, QueueId, TicketId,
    access::{TicketsRead, TicketsWrite},
    support::tickets::{Priority, Status, Ticket},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Status(Status),
    Priority(Priority),
    /// `None`: nobody's.
    Assignee(Option<MemberId>),
    Queue(QueueId),
}

/// Gives a ticket this one. What it was before is given back.
pub async fn put(tx: &mut TenantTx, id: TicketId, what: Put) -> Result<Ticket> {
    put_all(tx, id, &[what]).await
}

/// Gives a ticket all of these in one change. What it was before is given back.
pub async fn put_all(tx: &mut TenantTx, id: TicketId, all: &[Put]) -> Result<Ticket> {
    reach::hold::<TicketsWrite>(tx, TICKETS, id.0).await?;
    // Two who change it wait for one another.
    sqlx::query!("select id from tickets where id = $1 for no key update", id.0).fetch_optional(tx.conn()).await?;
    let before = find(tx, id).await?;
    if before.archived {
        return Err(Error::refused("", "It is in the archive. Bring it back first."));
    }
    if before.merged_into.is_some() {
        return Err(Error::refused("", "It became a part of another ticket. Change that one."));
    }
    let had = before.assignee.as_ref().map(|a| a.id);
    let (mut status, mut priority, mut queue, mut assignee) = (before.status, before.priority, before.queue, had);
    for what in all {
        match *what {
            Put::Status(to) => status = to,
            Put::Priority(to) => priority = to,
            Put::Assignee(to) => assignee = to,
            Put::Queue(to) => queue = to,
        }
    }
    if (status, priority, queue, assignee) == (before.status, before.priority, before.queue, had) {
        return Ok(before);
    }
    if let Some(member) = assignee.filter(|_| assignee != had) {
        keepers::check::<TicketsRead>(tx, "assignee", member).await?;
    }
    let moved = match queue == before.queue {
        true => None,
        false => Some(queues::find(tx, queue).await?),
    };
    if moved.as_ref().is_some_and(|q| q.archived) {
        return Err(Error::refused("queue", "This queue is in the archive. Choose another one."));
    }
    sqlx::query!(
        "update tickets set status = $2, priority = $3, queue_id = $4, assignee_id = $5, version = version + 1, updated_at = $6
         where id = $1",
        id.0,
        status.key(),
        priority.key(),
        queue.0,
        assignee.map(|m| m.0),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    // A queue gives it to somebody where nobody has it; not what is over, and not where nobody is to have it.
    let nobody = all.contains(&Put::Assignee(None));
    if let Some(queue) = moved.filter(|_| assignee.is_none() && !nobody && !status.ended()) {
        assigning::assign(tx, id, None, &queue, &before.name).await?;
    }
    told(tx, &before).await?;
    Ok(before)
}
