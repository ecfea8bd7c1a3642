//! One field of a ticket, as its page changes it.

use super::{TICKETS, change::told, find};
use crate::{
    Error, Result, TenantTx, reach,
    support::{assigning, queues},
};
use domain::{
    MemberId, QueueId, TicketId,
    access::TicketsWrite,
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
    reach::hold::<TicketsWrite>(tx, TICKETS, id.0).await?;
    // Two who change it wait for one another.
    sqlx::query!("select id from tickets where id = $1 for no key update", id.0).fetch_optional(tx.conn()).await?;
    let before = find(tx, id).await?;
    if before.archived {
        return Err(Error::refused("", "It is in the archive. Bring it back first."));
    }
    let now = tx.now();
    let same = match what {
        Put::Status(status) => before.status == status,
        Put::Priority(priority) => before.priority == priority,
        Put::Assignee(member) => before.assignee.as_ref().map(|a| a.id) == member,
        Put::Queue(queue) => before.queue == queue,
    };
    if same {
        return Ok(before);
    }
    match what {
        Put::Status(status) => {
            sqlx::query!(
                "update tickets set status = $2, version = version + 1, updated_at = $3 where id = $1",
                id.0,
                status.key(),
                now
            )
            .execute(tx.conn())
            .await?;
        }
        Put::Priority(priority) => {
            sqlx::query!(
                "update tickets set priority = $2, version = version + 1, updated_at = $3 where id = $1",
                id.0,
                priority.key(),
                now
            )
            .execute(tx.conn())
            .await?;
        }
        Put::Assignee(member) => {
            let there = sqlx::query_scalar!(
                r#"select exists (select from members where id = $1 and deactivated_at is null) as "there!""#,
                member.map(|m| m.0)
            );
            if member.is_some() && !there.fetch_one(tx.conn()).await? {
                return Err(Error::refused("assignee", "This person is no member any more. Choose somebody else."));
            }
            sqlx::query!(
                "update tickets set assignee_id = $2, version = version + 1, updated_at = $3 where id = $1",
                id.0,
                member.map(|m| m.0),
                now
            )
            .execute(tx.conn())
            .await?;
        }
        Put::Queue(queue) => {
            let queue = queues::find(tx, queue).await?;
            if queue.archived {
                return Err(Error::refused("queue", "This queue is in the archive. Choose another one."));
            }
            sqlx::query!(
                "update tickets set queue_id = $2, version = version + 1, updated_at = $3 where id = $1",
                id.0,
                queue.id.0,
                now
            )
            .execute(tx.conn())
            .await?;
            if before.assignee.is_none() {
                assigning::assign(tx, id, None, &queue, &before.name).await?;
            }
        }
    }
    told(tx, &before).await?;
    Ok(before)
}
