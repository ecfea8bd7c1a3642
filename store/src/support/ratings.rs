//! Whether those who asked were content: asked once a ticket, and what they answered.

use crate::{
    Error, Result, TenantTx,
    reach::{self, Kind},
};
use chrono::{DateTime, Utc};
use domain::{
    TicketId,
    access::TicketsRead,
    support::{
        ratings::{CONTENT, Line, OPEN, Rating, Report, Told},
        reports::By,
    },
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Lines of a report, and answers that it lists.
const LINES: i64 = 200;
const TOLD: i64 = 50;

/// Of these tickets, those whose requester is to be asked: solved, in a queue that asks, and not asked before.
pub async fn due(tx: &mut TenantTx, tickets: &[TicketId]) -> Result<Vec<TicketId>> {
    let ids: Vec<Uuid> = tickets.iter().map(|t| t.0).collect();
    let rows = sqlx::query_scalar!(
        "select t.id from tickets t join support_queues q on q.tenant_id = t.tenant_id and q.id = t.queue_id
         where t.id = any($1) and q.surveys and t.status = 'solved' and t.requester_email is not null
           and t.archived_at is null and t.merged_into is null
           and not exists (select from ticket_ratings r where r.tenant_id = t.tenant_id and r.ticket_id = t.id)
         order by t.id",
        &ids
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(TicketId).collect())
}

/// Whom to ask, and about what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub number: String,
    pub subject: String,
    pub to: String,
    pub name: Option<String>,
}

/// Notes that a requester is asked; `None`: nobody is to be, by now. Again is once, until they have answered.
pub async fn ask(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<Asked>> {
    sqlx::query!(
        "insert into ticket_ratings (tenant_id, ticket_id, asked_at, member_id, queue_id)
         select t.tenant_id, t.id, $2, t.assignee_id, t.queue_id from tickets t
         join support_queues q on q.tenant_id = t.tenant_id and q.id = t.queue_id
         where t.id = $1 and q.surveys and t.status in ('solved', 'closed') and t.requester_email is not null
           and t.archived_at is null and t.merged_into is null
         on conflict (tenant_id, ticket_id) do nothing",
        ticket.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    let row = sqlx::query!(
        r#"select t.number, t.name as subject, t.requester_email as "to!", coalesce(c.name, t.requester_name) as name
           from ticket_ratings r join tickets t on t.tenant_id = r.tenant_id and t.id = r.ticket_id
           left join contacts c on c.tenant_id = t.tenant_id and c.id = t.contact_id
           where r.ticket_id = $1 and r.score is null and t.requester_email is not null"#,
        ticket.0
    );
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.map(|r| Asked { number: r.number, subject: r.subject, to: r.to, name: r.name }))
}

/// What somebody who opens the link is asked about: number, subject, and what they have answered before.
pub async fn asked(tx: &mut TenantTx, ticket: TicketId) -> Result<(String, String, Rating)> {
    let row = sqlx::query!(
        "select t.number, t.name, r.asked_at, r.score, r.comment, r.rated_at from ticket_ratings r
         join tickets t on t.tenant_id = r.tenant_id and t.id = r.ticket_id
         where r.ticket_id = $1 and r.asked_at > $2 and t.requester_email is not null",
        ticket.0,
        tx.now() - OPEN
    );
    let r = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    Ok((r.number, r.name, rating(r.asked_at, r.score, r.rated_at, r.comment)))
}

fn rating(asked: DateTime<Utc>, score: Option<i32>, at: Option<DateTime<Utc>>, comment: Option<String>) -> Rating {
    Rating { asked, answer: score.and_then(|s| u8::try_from(s).ok()).zip(at), comment }
}

/// Keeps an answer; the last one holds.
pub async fn answer(tx: &mut TenantTx, ticket: TicketId, score: u8, comment: Option<&str>) -> Result<()> {
    let done = sqlx::query!(
        "update ticket_ratings set score = $2, comment = $3, rated_at = $4 where ticket_id = $1 and asked_at > $5
           and exists (select from tickets t where t.id = ticket_id and t.requester_email is not null)",
        ticket.0,
        i32::from(score),
        comment,
        tx.now(),
        tx.now() - OPEN
    );
    match done.execute(tx.conn()).await?.rows_affected() {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// What the requester of a ticket that the reader sees has answered.
pub async fn of(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<Rating>> {
    let row =
        sqlx::query!("select asked_at, score, comment, rated_at from ticket_ratings where ticket_id = $1", ticket.0);
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.map(|r| rating(r.asked_at, r.score, r.rated_at, r.comment)))
}

/// A line, and the same of all lines.
type Counted = (Option<String>, i64, i64, i64, i64, i64, i64, i64, i64);
type Answer = (Uuid, String, String, i32, Option<String>, DateTime<Utc>, Option<String>);

/// Of tickets that the reader sees and that were asked about since.
pub async fn report(tx: &mut TenantTx, by: By, from: DateTime<Utc>) -> Result<Report> {
    let (id, join) = match by {
        By::Queue => ("r.queue_id", "support_queues"),
        By::Agent => ("r.member_id", "members"),
        By::Customer => ("e.customer_id", "customers"),
    };
    let scope = tx.scope::<TicketsRead>();
    let mut q = QueryBuilder::new(
        "select w.name, s.asked, s.answered, s.content, s.points, (sum(s.asked) over ())::bigint, (sum(s.answered) over ())::bigint, \
         (sum(s.content) over ())::bigint, (sum(s.points) over ())::bigint from (select r.tenant_id, ",
    );
    q.push(id).push(" as whose, count(*) as asked, count(r.score) as answered, ");
    q.push("count(*) filter (where r.score >= ").push_bind(i32::from(CONTENT));
    q.push(") as content, coalesce(sum(r.score), 0)::bigint as points from ticket_ratings r ");
    q.push("join tickets e on e.tenant_id = r.tenant_id and e.id = r.ticket_id where e.archived_at is null and r.asked_at >= ");
    q.push_bind(from);
    reach::narrow(&mut q, Kind::Tickets, scope);
    q.push(" group by 1, 2) s left join ").push(join);
    q.push(" w on w.tenant_id = s.tenant_id and w.id = s.whose order by s.asked desc, lower(w.name) nulls last limit ");
    q.push_bind(LINES);
    let rows: Vec<Counted> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    // There may be more lines than are told.
    let all = rows.first().map_or((0, 0, 0, 0), |r| (r.5, r.6, r.7, r.8));
    let line = |whose, (asked, answered, content, points)| Line { whose, asked, answered, content, points };
    let lines: Vec<Line> = rows.into_iter().map(|r| line(r.0, (r.1, r.2, r.3, r.4))).collect();
    let all = line(None, all);
    let mut q = QueryBuilder::new(
        "select s.id, s.number, s.name, s.score, s.comment, s.rated_at, w.name from (select e.id, e.number, e.name, r.score, \
         r.comment, r.rated_at, r.tenant_id, r.member_id \
         from ticket_ratings r join tickets e on e.tenant_id = r.tenant_id and e.id = r.ticket_id \
         where e.archived_at is null and r.score is not null and r.asked_at >= ",
    );
    q.push_bind(from);
    reach::narrow(&mut q, Kind::Tickets, scope);
    q.push(" order by r.rated_at desc, r.ticket_id limit ").push_bind(TOLD);
    q.push(
        ") s left join members w on w.tenant_id = s.tenant_id and w.id = s.member_id order by s.rated_at desc, s.id",
    );
    let rows: Vec<Answer> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let told = rows.into_iter().map(|(ticket, number, name, score, comment, at, agent)| Told {
        ticket: TicketId(ticket),
        number,
        name,
        score: u8::try_from(score).unwrap_or_default(),
        comment,
        at,
        agent,
    });
    Ok(Report { by, all, lines, told: told.collect() })
}
