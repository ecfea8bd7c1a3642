//! Tickets that another one has to do with.

use super::TICKETS;
use crate::{Result, TenantTx, db::strange, reach};
use domain::{
    TicketId,
    access::TicketsRead,
    support::tickets::{Status, Ticket},
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// What it is to that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nearness {
    Linked,
    /// It is the whole of which that one is a part.
    Whole,
    /// It is a part of that one.
    Part,
    /// The same requester asks, and it is open.
    Same,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    pub how: Nearness,
    pub id: TicketId,
    /// Number and subject.
    pub words: String,
    pub status: Status,
}

/// So many of one kind are told.
const EACH: i64 = 10;

/// Those that the reader may see.
pub async fn near(tx: &mut TenantTx, ticket: &Ticket) -> Result<Vec<Near>> {
    let (scope, id) = (tx.scope::<TicketsRead>(), ticket.id.0);
    let mut q = QueryBuilder::new("");
    let begin = |q: &mut QueryBuilder<sqlx::Postgres>, how: i32| {
        q.push(if how == 0 { "(" } else { " union all (" });
        q.push(format!(
            "select {how}, e.id, e.number || ' ' || e.name, e.status from tickets e where e.archived_at is null"
        ));
        reach::narrow(q, TICKETS, scope);
    };
    let end = |q: &mut QueryBuilder<sqlx::Postgres>| {
        q.push(" order by e.created_at desc, e.id limit ").push_bind(EACH).push(")");
    };
    begin(&mut q, 0);
    q.push(" and e.id in (select l.other_id from ticket_links l where l.ticket_id = ").push_bind(id);
    q.push(" union all select l.ticket_id from ticket_links l where l.other_id = ").push_bind(id).push(")");
    end(&mut q);
    begin(&mut q, 1);
    q.push(" and e.id = any(")
        .push_bind([ticket.merged_into, ticket.parent].into_iter().flatten().map(|t| t.0).collect::<Vec<_>>());
    q.push(")");
    end(&mut q);
    begin(&mut q, 2);
    q.push(" and (e.parent_id = ").push_bind(id).push(" or e.merged_into = ").push_bind(id).push(")");
    end(&mut q);
    begin(&mut q, 3);
    q.push(" and e.is_open and e.id <> ").push_bind(id).push(" and e.requester_key = lower(");
    q.push_bind(ticket.requester_email.clone()).push(")");
    end(&mut q);
    let rows: Vec<(i32, Uuid, String, String)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    rows.into_iter()
        .map(|(how, id, words, status)| {
            let how = match how {
                0 => Nearness::Linked,
                1 => Nearness::Whole,
                2 => Nearness::Part,
                _ => Nearness::Same,
            };
            Ok(Near {
                how,
                id: TicketId(id),
                words,
                status: Status::parse(&status).ok_or_else(|| strange("status", &status))?,
            })
        })
        .collect()
}
