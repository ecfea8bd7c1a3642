//! Which events people are told of. A listener here is a notice to members, whose key is the event's: a second try tells
//! nobody twice.

mod support;

use domain::{
    CustomerId, DealId, ImportId, LeadId, MemberId, TaskId,
    events::Event,
    import::State,
    jobs::Announce,
    notifications::{Kind, Notice},
    paths::{self, Pages},
    workspace::access::Subject,
};
use store::{Error, TenantTx, followers, mails, notifications, tasks, workspace::members};

pub(super) async fn tell(tx: &mut TenantTx, announced: &Announce) -> Result<(), Error> {
    let key = announced.id.to_string();
    match &announced.event {
        Event::Imported { import, target } | Event::ImportUndone { import, target } => {
            let report = mails::import_report(tx, *import).await?;
            let (noun, list) = (target.words().1, target.place());
            let path = format!("{}/{import}", Pages::within(list).imports());
            notifications::notify(tx, &[report.member], &import_ended(&report, noun, path, key)).await
        }
        Event::MemberJoined { member } => {
            let Some((inviter, name)) = notifications::inviter(tx, *member).await? else { return Ok(()) };
            let path = Pages::within(paths::MEMBERS).list();
            let title = format!("{name} has joined");
            let body = Some("They have accepted your invitation.".to_owned());
            notifications::notify(tx, &[inviter], &Notice { kind: Kind::MemberJoined, title, body, path, key }).await
        }
        Event::CustomerAdded { customer } => assigned(tx, announced, customer.0).await,
        Event::CustomerChanged { customer, fields } if fields.iter().any(|f| f.starts_with("owner")) => {
            assigned(tx, announced, customer.0).await
        }
        Event::CustomersChanged { customers, fields } if fields.iter().any(|f| f == "owner") => {
            many_assigned(tx, announced, customers).await
        }
        Event::DealAdded { deal } => deals_assigned(tx, announced, &[*deal]).await,
        Event::DealChanged { deal, fields } if fields.iter().any(|f| f.starts_with("owner")) => {
            deals_assigned(tx, announced, &[*deal]).await
        }
        Event::LeadAdded { lead } => leads_assigned(tx, announced, &[*lead]).await,
        Event::LeadChanged { lead, fields } => {
            if fields.iter().any(|f| f == "owner") {
                leads_assigned(tx, announced, &[*lead]).await?;
            }
            match fields.iter().any(|f| f == "status") {
                true => stands(tx, announced, *lead).await,
                false => Ok(()),
            }
        }
        Event::LeadConverted { lead, .. } => stands(tx, announced, *lead).await,
        Event::LeadsChanged { leads, fields } if fields.iter().any(|f| f == "owner") => {
            leads_assigned(tx, announced, leads).await
        }
        Event::DealsChanged { deals, fields } if fields.iter().any(|f| f == "owner") => {
            deals_assigned(tx, announced, deals).await
        }
        Event::TaskAdded { task, assignee } | Event::TaskChanged { task, assignee: Some(assignee), .. } => {
            given(tx, announced, *task, *assignee).await
        }
        Event::NoteAdded { record, mentions, .. } | Event::NoteChanged { record, mentions, .. } => {
            let by = doer(tx, announced).await?;
            let list = match record {
                Subject::Employee(_) => paths::EMPLOYEES,
                Subject::Customer(_) => paths::CUSTOMERS,
                Subject::Contact(_) => paths::CONTACTS,
                Subject::Deal(_) => paths::DEALS,
                Subject::Lead(_) => paths::LEADS,
                Subject::Ticket(_) => paths::TICKETS,
            };
            if matches!(announced.event, Event::NoteAdded { .. }) {
                let but: Vec<MemberId> = mentions.iter().copied().chain(announced.by).collect();
                let by = by.as_deref().unwrap_or("A workflow");
                followed(tx, announced, *record, &but, |name| format!("{by} wrote a note on {name}")).await?;
            }
            let others: Vec<MemberId> = mentions.iter().copied().filter(|m| Some(*m) != announced.by).collect();
            // Whoever is named may see the record: that was looked at when the note was kept.
            let name = store::activity::names(tx, &[record.id()]).await?.remove(&record.id().to_string());
            let on = name.map(|name| format!(" on {name}")).unwrap_or_default();
            let notice = Notice {
                kind: Kind::Mentioned,
                title: format!("{} mentioned you in a note{on}", by.as_deref().unwrap_or("A workflow")),
                // The note itself is read where its own rules hold.
                body: None,
                path: Pages::within(list).timeline(record.id()),
                key,
            };
            notifications::notify(tx, &others, &notice).await
        }
        Event::DealMoved { deal, .. } => moved(tx, announced, *deal).await,
        Event::TicketAdded { ticket } => support::assigned(tx, announced, &[*ticket]).await,
        Event::TicketChanged { ticket, fields } if fields.iter().any(|f| f == "assignee") => {
            support::assigned(tx, announced, &[*ticket]).await
        }
        Event::TicketsChanged { tickets, fields } if fields.iter().any(|f| f == "assignee") => {
            support::assigned(tx, announced, tickets).await
        }
        Event::TicketMessage { ticket, inbound, mentions, .. } => {
            support::written(tx, announced, *ticket, *inbound, mentions).await
        }
        Event::SlaWarned { ticket, clock } => support::pressing(tx, announced, *ticket, *clock, false).await,
        Event::SlaBreached { ticket, clock } => support::pressing(tx, announced, *ticket, *clock, true).await,
        _ => Ok(()),
    }
}

/// Whoever follows a record and still sees it.
async fn followed(
    tx: &mut TenantTx,
    announced: &Announce,
    record: Subject,
    but: &[MemberId],
    words: impl FnOnce(&str) -> String,
) -> Result<(), Error> {
    let list = match record {
        // Nobody follows people.
        Subject::Employee(_) => return Ok(()),
        Subject::Customer(_) => paths::CUSTOMERS,
        Subject::Contact(_) => paths::CONTACTS,
        Subject::Deal(_) => paths::DEALS,
        Subject::Lead(_) => paths::LEADS,
        Subject::Ticket(_) => paths::TICKETS,
    };
    let told = followers::told(tx, record, but).await?;
    if told.is_empty() {
        return Ok(());
    }
    let id = record.id();
    let Some(name) = store::activity::names(tx, &[id]).await?.remove(&id.to_string()) else { return Ok(()) };
    let path = Pages::within(list).timeline(id);
    let key = format!("{}:{id}", announced.id);
    let notice = Notice { kind: Kind::Followed, title: words(&name), body: None, path, key };
    notifications::notify(tx, &told, &notice).await
}

/// Whoever follows a deal, or the customer that it is with, hears of its new stage, once.
async fn moved(tx: &mut TenantTx, announced: &Announce, deal: DealId) -> Result<(), Error> {
    let Some((name, stage, customer)) = notifications::moved_deal(tx, deal).await? else { return Ok(()) };
    let mut but: Vec<MemberId> = announced.by.into_iter().collect();
    let of_deal = followers::told(tx, Subject::Deal(deal), &but).await?;
    but.extend(&of_deal);
    let mut of_firm = vec![];
    if let Some(customer) = customer {
        for member in followers::told(tx, Subject::Customer(customer), &but).await? {
            // Whoever follows a customer is told of those of its deals that they see.
            if followers::sees(tx, member, Subject::Deal(deal)).await? {
                of_firm.push(member);
            }
        }
    }
    let title = format!("{name} is in {stage} now");
    let body = doer(tx, announced).await?.map(|by| format!("By {by}."));
    let (path, key) = (Pages::within(paths::DEALS).record(deal), format!("{}:{deal}", announced.id));
    let notice = Notice { kind: Kind::Followed, title, body, path, key };
    notifications::notify(tx, &[of_deal, of_firm].concat(), &notice).await
}

/// Whoever follows a lead hears how it stands now.
async fn stands(tx: &mut TenantTx, announced: &Announce, lead: LeadId) -> Result<(), Error> {
    let Some(status) = notifications::lead_status(tx, lead).await? else { return Ok(()) };
    let but: Vec<MemberId> = announced.by.into_iter().collect();
    let now = status.label().to_lowercase();
    followed(tx, announced, Subject::Lead(lead), &but, |name| format!("{name} is {now} now")).await
}

/// The name of whoever it was that did it.
async fn doer(tx: &mut TenantTx, announced: &Announce) -> Result<Option<String>, Error> {
    match announced.by {
        Some(by) => notifications::name(tx, by).await,
        None => Ok(None),
    }
}

/// Whoever has a task now, unless they gave it to themselves.
async fn given(tx: &mut TenantTx, announced: &Announce, task: TaskId, to: MemberId) -> Result<(), Error> {
    if Some(to) == announced.by {
        return Ok(());
    }
    let task = match tasks::find(tx, task).await {
        Ok(task) => task,
        // Gone meanwhile.
        Err(Error::NotFound) => return Ok(()),
        Err(e) => return Err(e),
    };
    let by = doer(tx, announced).await?.map(|by| format!("From {by}"));
    let due = task.due.map(|d| format!("due {}", d.short()));
    let body = Some([by, due].into_iter().flatten().collect::<Vec<_>>().join(", ")).filter(|b| !b.is_empty());
    let path = Pages::within(paths::TASKS).record(task.id);
    let notice = Notice { kind: Kind::Assigned, title: task.title, body, path, key: announced.id.to_string() };
    notifications::notify(tx, &[to], &notice).await
}

/// Whoever owns a customer now, unless they have taken it themselves.
async fn assigned(tx: &mut TenantTx, announced: &Announce, customer: uuid::Uuid) -> Result<(), Error> {
    let Some((owner, name)) = notifications::customer_owner(tx, customer).await? else { return Ok(()) };
    if Some(owner) == announced.by {
        return Ok(());
    }
    let by = doer(tx, announced).await?.map(|by| format!("By {by}."));
    let path = Pages::within(paths::CUSTOMERS).record(customer);
    let (title, key) = (format!("{name} is yours now"), announced.id.to_string());
    notifications::notify(tx, &[owner], &Notice { kind: Kind::Assigned, title, body: by, path, key }).await
}

/// Whoever owns these deals now, each once, unless they have taken them themselves.
async fn deals_assigned(tx: &mut TenantTx, announced: &Announce, deals: &[DealId]) -> Result<(), Error> {
    let by = doer(tx, announced).await?.map(|by| format!("By {by}."));
    for (owner, count, name) in notifications::deal_owners(tx, deals).await? {
        if Some(owner) == announced.by {
            continue;
        }
        let title = match count {
            1 => format!("{name} is yours now"),
            n => format!("{name} and {} more deals are yours now", n - 1),
        };
        let pages = Pages::within(paths::DEALS);
        let path = match deals {
            [one] => pages.record(one),
            _ => pages.list(),
        };
        let notice = Notice { kind: Kind::Assigned, title, body: by.clone(), path, key: announced.id.to_string() };
        notifications::notify(tx, &[owner], &notice).await?;
    }
    Ok(())
}

/// As [`deals_assigned`], of leads.
async fn leads_assigned(tx: &mut TenantTx, announced: &Announce, leads: &[LeadId]) -> Result<(), Error> {
    let by = doer(tx, announced).await?.map(|by| format!("By {by}."));
    for (owner, count, name) in notifications::lead_owners(tx, leads).await? {
        if Some(owner) == announced.by {
            continue;
        }
        let title = match count {
            1 => format!("{name} is your lead now"),
            n => format!("{name} and {} more leads are yours now", n - 1),
        };
        let pages = Pages::within(paths::LEADS);
        let path = match leads {
            [one] => pages.record(one),
            _ => pages.list(),
        };
        let notice = Notice { kind: Kind::Assigned, title, body: by.clone(), path, key: announced.id.to_string() };
        notifications::notify(tx, &[owner], &notice).await?;
    }
    Ok(())
}

/// As [`assigned`], each new owner once, of however many.
async fn many_assigned(tx: &mut TenantTx, announced: &Announce, customers: &[CustomerId]) -> Result<(), Error> {
    let by = doer(tx, announced).await?.map(|by| format!("By {by}."));
    for (owner, count, name) in notifications::owners(tx, customers).await? {
        if Some(owner) == announced.by {
            continue;
        }
        let title = match count {
            1 => format!("{name} is yours now"),
            n => format!("{name} and {} more are yours now", n - 1),
        };
        let path = Pages::within(paths::CUSTOMERS).list();
        let notice = Notice { kind: Kind::Assigned, title, body: by.clone(), path, key: announced.id.to_string() };
        notifications::notify(tx, &[owner], &notice).await?;
    }
    Ok(())
}

fn import_ended(report: &mails::ImportReport, noun: &str, path: String, key: String) -> Notice {
    let (title, body) = match report.state {
        State::Undone => (format!("Took back an import of {noun}: {}", report.file_name), None),
        _ => {
            let told = format!(
                "{} new, {} changed, {} as they were, {} left out.",
                report.created, report.changed, report.same, report.errors
            );
            (format!("Imported {noun}: {}", report.file_name), Some(told))
        }
    };
    Notice { kind: Kind::ImportEnded, title, body, path, key }
}

/// Tells whoever brought a file that nothing of it went in.
pub(crate) async fn import_failed(tx: &mut TenantTx, import: ImportId, why: &str) -> Result<(), Error> {
    let report = mails::import_report(tx, import).await?;
    let list = report.target.place();
    let notice = Notice {
        kind: Kind::ImportEnded,
        title: format!("Could not import {}: {}", report.target.words().1, report.file_name),
        body: Some(why.to_owned()),
        path: format!("{}/{import}", Pages::within(list).imports()),
        key: format!("{import}/failed"),
    };
    notifications::notify(tx, &[report.member], &notice).await
}

/// Tells somebody that an employee record is theirs.
pub(super) async fn linked(
    tx: &mut TenantTx,
    announced: &Announce,
    member: MemberId,
    linked: bool,
) -> Result<(), Error> {
    if !linked {
        return Ok(());
    }
    let notice = Notice {
        kind: Kind::EmployeeLinked,
        title: "You are linked with your employee record".into(),
        body: Some("It has the address that you sign in with.".into()),
        path: members::find(tx, member).await?.employee.map_or_else(
            || Pages::within(paths::EMPLOYEES).list(),
            |(id, ..)| Pages::within(paths::EMPLOYEES).record(id),
        ),
        key: announced.id.to_string(),
    };
    notifications::notify(tx, &[member], &notice).await
}
