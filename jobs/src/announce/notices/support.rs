//! Who is told of tickets.

use super::doer;
use domain::{
    MemberId, TicketId,
    jobs::Announce,
    notifications::{Kind, Notice},
    paths::{self, Pages},
    support::sla::Clock,
    workspace::access::Subject,
};
use store::{Error, TenantTx, followers, notifications, support::clocks};

/// Whoever has these tickets now, each once, unless they have taken them themselves.
pub(super) async fn assigned(tx: &mut TenantTx, announced: &Announce, tickets: &[TicketId]) -> Result<(), Error> {
    let by = doer(tx, announced).await?.map(|by| format!("By {by}."));
    for (member, count, name) in notifications::ticket_assignees(tx, tickets).await? {
        if Some(member) == announced.by {
            continue;
        }
        let title = match count {
            1 => format!("{name} is yours now"),
            n => format!("{name} and {} more tickets are yours now", n - 1),
        };
        let pages = Pages::within(paths::TICKETS);
        let path = match tickets {
            [one] => pages.record(one),
            _ => pages.list(),
        };
        let notice = Notice { kind: Kind::Assigned, title, body: by.clone(), path, key: announced.id.to_string() };
        notifications::notify(tx, &[member], &notice).await?;
    }
    Ok(())
}

/// Whom a note names; and of what the customer writes, whoever has the ticket or follows it.
pub(super) async fn written(
    tx: &mut TenantTx,
    announced: &Announce,
    ticket: TicketId,
    inbound: bool,
    mentions: &[MemberId],
) -> Result<(), Error> {
    let Some((assignee, number, name)) = clocks::whose(tx, ticket).await? else { return Ok(()) };
    let (path, key) = (Pages::within(paths::TICKETS).record(ticket), announced.id.to_string());
    let others: Vec<MemberId> = mentions.iter().copied().filter(|m| Some(*m) != announced.by).collect();
    if !others.is_empty() {
        let by = doer(tx, announced).await?;
        let title = format!("{} mentioned you in {number} {name}", by.as_deref().unwrap_or("A workflow"));
        let notice = Notice { kind: Kind::Mentioned, title, body: None, path: path.clone(), key: key.clone() };
        notifications::notify(tx, &others, &notice).await?;
    }
    let but: Vec<MemberId> = others.iter().copied().chain(announced.by).chain(assignee).collect();
    let mut told = followers::told(tx, Subject::Ticket(ticket), &but).await?;
    if let Some(assignee) = assignee.filter(|a| inbound && Some(*a) != announced.by) {
        told.push(assignee);
    }
    let title = match inbound {
        true => format!("The customer wrote in {number} {name}"),
        false => format!("{number} {name} was answered or noted on"),
    };
    let kind = if inbound { Kind::TicketWritten } else { Kind::Followed };
    notifications::notify(tx, &told, &Notice { kind, title, body: None, path, key }).await
}

/// Whoever has a ticket hears that it is late, or soon; of one that nobody has, whoever follows it.
pub(super) async fn pressing(
    tx: &mut TenantTx,
    announced: &Announce,
    ticket: TicketId,
    clock: Clock,
    late: bool,
) -> Result<(), Error> {
    let Some((assignee, number, name)) = clocks::whose(tx, ticket).await? else { return Ok(()) };
    let to = match assignee {
        Some(assignee) => vec![assignee],
        None => followers::told(tx, Subject::Ticket(ticket), &[]).await?,
    };
    let what = clock.label();
    let title = match late {
        true => format!("{number}: {} is late", what.to_lowercase()),
        false => format!("{number}: {} is due soon", what.to_lowercase()),
    };
    let path = Pages::within(paths::TICKETS).record(ticket);
    let notice = Notice { kind: Kind::SlaAtRisk, title, body: Some(name), path, key: announced.id.to_string() };
    notifications::notify(tx, &to, &notice).await
}
