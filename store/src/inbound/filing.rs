//! Where a message belongs: decided once it is read, in the transaction that writes it. A member's own is filed on those
//! whom it was to or from, as far as the member sees them; what somebody else sent is set aside.

use super::{Ours, settle};
use crate::{
    Error, Result, TenantTx,
    crm::{leads::forms, points},
    records,
    support::mail as support,
    workspace::roles,
};
use chrono::Duration;
use domain::{
    CaptureId, ContactId, CustomerId, DealId, InboundId, InboxId, LeadId, MemberId,
    access::Actor,
    inbound::{
        AN_HOUR, AN_HOUR_OF_A_MEMBER, Bounce, Found, Letter, Meant, Part, State, Story, Why, answered, everybody,
        meant, normal, story, unplussed,
    },
    workspace::access::Subject,
};
use serde_json::json;
use uuid::Uuid;

/// Addresses that one message is filed by.
const PEOPLE: usize = 50;

/// Decides what becomes of a message that was read and waits.
pub async fn decide(tx: &mut TenantTx, id: InboundId, letter: &Letter, ours: &Ours<'_>) -> Result<()> {
    let leave = |why| (State::Ignored, why);
    let aside = |why| (State::Aside, why);
    let key = sqlx::query!("select message_key, recipient, admitted, inbox_id from inbound_mails where id = $1", id.0);
    let row = key.fetch_one(tx.conn()).await?;
    let sender = letter.sender();
    let (state, why) = if row.message_key.is_none() {
        leave(Why::Duplicate)
    } else if is_own(&sender, ours) {
        leave(Why::Own)
    } else {
        let addresses = addressed(letter, row.recipient.as_deref(), ours);
        let form = addresses.iter().find_map(|m| match m {
            Meant::Form { key, .. } => Some(key),
            _ => None,
        });
        let drop = addresses.iter().find_map(|m| match m {
            Meant::Drop { tag, deal, .. } => Some((tag, deal.as_deref())),
            _ => None,
        });
        let holds = drop.is_none_or(|(tag, _)| tag == ours.tag);
        let member = member(tx, &sender).await?;
        let inbox = row.inbox_id.map(InboxId).or_else(|| inbox_of(letter, row.recipient.as_deref(), &addresses, ours));
        if drop.is_none()
            && let Some(place) = support::place(tx, &addresses, inbox, ours).await?
        {
            let too_many = too_many(tx, id, &sender, member.is_some()).await?;
            let forged = member.is_some() && (letter.unproven || letter.unvouched);
            let member = member.filter(|_| !forged);
            let known = support::Known { admitted: row.admitted, member, forged, too_many };
            return Box::pin(support::take(tx, id, letter, place, &known, ours)).await;
        }
        // Anybody may write to a form's address, or to one that they have made up: nobody's address is marked by that.
        let trusted =
            holds && form.is_none() && (drop.is_some() || !at_our_domain(letter, row.recipient.as_deref(), ours));
        if let Some(bounce) = letter.bounce.as_ref().filter(|_| trusted) {
            return came_back(tx, id, bounce).await;
        }
        if letter.automatic || letter.bulk || letter.bounce.is_some() {
            leave(Why::Automatic)
        } else if too_many(tx, id, &sender, member.is_some()).await? {
            aside(Why::TooMany)
        } else if let (Some(key), None) = (form, drop) {
            return lead(tx, id, letter, key).await;
        } else if !holds {
            aside(Why::WrongAddress)
        } else if ours.closed {
            aside(Why::Closed)
        } else if let Some(member) = member {
            if letter.unproven || letter.unvouched {
                aside(Why::Unproven)
            } else {
                return file(tx, id, letter, ours, member, drop.and_then(|(_, deal)| deal)).await;
            }
        } else {
            aside(Why::Stranger)
        }
    };
    settle(tx, id, state, Some(why), None).await
}

fn is_own(sender: &str, ours: &Ours<'_>) -> bool {
    sender == normal(ours.sender)
        || ours.domain.is_some_and(|d| sender.ends_with(&format!("@{d}")))
        || ours.inboxes.iter().any(|i| i.address == sender)
}

/// Notes for which queue a message is that was read, before anything is decided: whoever looks after support finds it, should
/// deciding go wrong. What is a member's own copy is nothing of theirs.
pub async fn belongs(tx: &mut TenantTx, id: InboundId, letter: &Letter, ours: &Ours<'_>) -> Result<()> {
    let row =
        sqlx::query!("select recipient, inbox_id from inbound_mails where id = $1 and message_key is not null", id.0);
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(()) };
    let addresses = addressed(letter, row.recipient.as_deref(), ours);
    if is_own(&letter.sender(), ours) || addresses.iter().any(|m| matches!(m, Meant::Drop { .. })) {
        return Ok(());
    }
    support::belongs(tx, id, &addresses, row.inbox_id.map(InboxId), ours).await
}

/// Where it was sent to, as far as it tells.
fn sent_to<'a>(letter: &'a Letter, recipient: Option<&'a str>) -> impl Iterator<Item = &'a str> {
    let people = letter.people.iter().filter(|p| p.part != Part::From).map(|p| p.email.as_str());
    recipient.into_iter().chain(letter.delivered.iter().map(String::as_str)).chain(people)
}

fn at_our_domain(letter: &Letter, recipient: Option<&str>, ours: &Ours<'_>) -> bool {
    let Some(domain) = ours.domain else { return false };
    sent_to(letter, recipient).any(|email| normal(email).ends_with(&format!("@{domain}")))
}

/// Which addresses of this workspace it was sent to.
pub fn addressed(letter: &Letter, recipient: Option<&str>, ours: &Ours<'_>) -> Vec<Meant> {
    let meant = |email: &str| {
        let by_inbox = ours.inboxes.iter().find_map(|i| answered(email, &i.address, ours.slug));
        by_inbox.or_else(|| meant(email, ours.domain?))
    };
    sent_to(letter, recipient).filter_map(meant).filter(|m| m.slug() == ours.slug).collect()
}

/// The mailbox of ours that it was sent to, where no address says more: its mail may come by the door as well.
fn inbox_of(letter: &Letter, recipient: Option<&str>, addresses: &[Meant], ours: &Ours<'_>) -> Option<InboxId> {
    let by_mailbox = |email: &str| ours.inboxes.iter().find(|i| i.address == unplussed(&normal(email)));
    let plain = addresses.iter().all(|m| matches!(m, Meant::Reply { .. }));
    sent_to(letter, recipient).find_map(by_mailbox).filter(|_| plain).map(|i| i.id)
}

/// The member whose address this is, and who has proven it.
async fn member(tx: &mut TenantTx, sender: &str) -> Result<Option<MemberId>> {
    let id = sqlx::query_scalar!(
        "select id from members where lower(email) = $1 and verified and deactivated_at is null",
        sender
    );
    Ok(id.fetch_optional(tx.conn()).await?.map(MemberId))
}

/// Whether a sender has sent more in this hour than people do.
async fn too_many(tx: &mut TenantTx, id: InboundId, sender: &str, is_member: bool) -> Result<bool> {
    let most = if is_member { AN_HOUR_OF_A_MEMBER } else { AN_HOUR };
    let many = sqlx::query_scalar!(
        r#"select count(*) as "many!" from (select from inbound_mails where sender_key = $1 and at > $2 and id <> $3 limit $4) m"#,
        unplussed(sender),
        tx.now() - Duration::hours(1),
        id.0,
        most
    );
    Ok(many.fetch_one(tx.conn()).await? >= most)
}

/// A server says that an address takes no mail.
async fn came_back(tx: &mut TenantTx, id: InboundId, bounce: &Bounce) -> Result<()> {
    let Some(recipient) = bounce.recipient.as_deref().filter(|_| bounce.hard) else {
        return settle(tx, id, State::Ignored, Some(Why::SoftBounce), Some(&bounce.answer)).await;
    };
    let marked = points::came_back(tx, recipient, &bounce.answer).await?;
    if marked.is_empty() {
        return settle(tx, id, State::Ignored, Some(Why::Bounce), Some(&format!("{recipient}: {}", bounce.answer)))
            .await;
    }
    for subject in marked {
        put(tx, id, subject).await?;
    }
    settle(tx, id, State::Filed, Some(Why::Bounce), Some(&format!("{recipient}: {}", bounce.answer))).await
}

/// Makes a lead by the gate through which forms go.
async fn lead(tx: &mut TenantTx, id: InboundId, letter: &Letter, key: &str) -> Result<()> {
    let form = match forms::open(tx, key).await {
        Err(Error::NotFound) => return settle(tx, id, State::Aside, Some(Why::NoForm), None).await,
        found => found?,
    };
    let Some(from) = letter.from().cloned() else {
        return settle(tx, id, State::Aside, Some(Why::NoLead), None).await;
    };
    let text = domain::inbound::fold(&letter.text).fresh;
    let message = format!("{}\n\n{text}", letter.subject);
    let Ok(sent) = form.fields.by_mail(&from.name, &from.email, &message) else {
        return settle(tx, id, State::Aside, Some(Why::NoLead), None).await;
    };
    let capture = CaptureId(id.0);
    forms::take(tx, &forms::Came { id: capture, form: &form, sent: &sent, page: None, unlimited: false }).await?;
    let lead = sqlx::query_scalar!("select lead_id from lead_captures where id = $1", capture.0);
    if let Some(lead) = lead.fetch_one(tx.conn()).await? {
        put(tx, id, Subject::Lead(LeadId(lead))).await?;
    }
    settle(tx, id, State::Filed, Some(Why::Lead), None).await
}

/// Files what a member wrote, or has passed on.
async fn file(
    tx: &mut TenantTx,
    id: InboundId,
    letter: &Letter,
    ours: &Ours<'_>,
    member: MemberId,
    deal: Option<&str>,
) -> Result<()> {
    let inside = sqlx::query_scalar!(
        r#"select lower(email) as "email!" from members where lower(email) = any($1)"#,
        &everybody(letter)
    );
    let inside = inside.fetch_all(tx.conn()).await?;
    let at_ours = |email: &str| ours.domain.is_some_and(|d| email.ends_with(&format!("@{d}")));
    let told = story(letter, |email| at_ours(email) || inside.iter().any(|i| i == email));
    let actor = roles::actor(tx, member).await?;
    let found = find(tx, id, &actor, &told, deal).await?;
    tell(tx, id, member, &told, &found.unknown).await?;
    let subjects = found.subjects();
    for subject in &subjects {
        put(tx, id, *subject).await?;
    }
    let (state, why) = match (subjects.is_empty(), told.others.is_empty()) {
        (false, _) => (State::Filed, None),
        (true, true) => (State::Aside, Some(Why::Nobody)),
        (true, false) => (State::Aside, Some(Why::Unknown)),
    };
    settle(tx, id, state, why, None).await
}

async fn tell(tx: &mut TenantTx, id: InboundId, member: MemberId, told: &Story, unknown: &[String]) -> Result<()> {
    sqlx::query!(
        "update inbound_mails set member_id = $2, forwarded = $3, comment = $4, author_name = $5, author_email = $6, people = $7,
           subject = $8, body = $9, folded = $10, unknown = $11
         where id = $1",
        id.0,
        member.0,
        told.forwarded,
        told.comment,
        told.author.as_ref().map(|a| a.name.as_str()),
        told.author.as_ref().map(|a| a.email.as_str()),
        json!(told.people),
        told.subject,
        told.body,
        told.folded,
        unknown
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The records that a member's message belongs to, of those that they see.
async fn find(tx: &mut TenantTx, id: InboundId, actor: &Actor, told: &Story, deal: Option<&str>) -> Result<Found> {
    let emails: Vec<String> = told.others.iter().take(PEOPLE).cloned().collect();
    let mut found = Found::default();
    let mut known: Vec<String> = vec![];
    let rows = sqlx::query!(
        r#"select p.normal as "email!", p.contact_id, coalesce(p.customer_id, c.customer_id) as customer_id
           from contact_points p
           left join contacts c on c.tenant_id = p.tenant_id and c.id = p.contact_id
           left join customers f on f.tenant_id = p.tenant_id and f.id = coalesce(p.customer_id, c.customer_id)
           where p.kind = 'email' and p.normal = any($1) and (p.contact_id is null or c.archived_at is null)
             and (p.customer_id is null or f.archived_at is null)
           order by p.record_id limit 200"#,
        &emails
    )
    .fetch_all(tx.conn())
    .await?;
    for row in rows {
        let contact = row.contact_id.map(ContactId);
        let customer = row.customer_id.map(CustomerId);
        if let Some(contact) = contact
            && sees(tx, actor, Subject::Contact(contact)).await?
        {
            known.push(row.email.clone());
            add(&mut found.contacts, contact);
        }
        if let Some(customer) = customer
            && sees(tx, actor, Subject::Customer(customer)).await?
        {
            known.push(row.email);
            add(&mut found.customers, customer);
        }
    }
    let leads = sqlx::query!(
        r#"select id, email_key as "email!" from leads
           where email_key = any($1) and archived_at is null and converted_at is null order by id limit 50"#,
        &emails
    )
    .fetch_all(tx.conn())
    .await?;
    for row in leads {
        if sees(tx, actor, Subject::Lead(LeadId(row.id))).await? {
            known.push(row.email);
            add(&mut found.leads, LeadId(row.id));
        }
    }
    for deal in deals(tx, id, deal, &found).await? {
        if sees(tx, actor, Subject::Deal(deal)).await? {
            add(&mut found.deals, deal);
        }
    }
    found.unknown = emails.into_iter().filter(|e| !known.contains(e)).collect();
    Ok(found)
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

async fn sees(tx: &mut TenantTx, actor: &Actor, subject: Subject) -> Result<bool> {
    records::seen_by(tx, actor, subject, false).await
}

/// The deal that its address names; those of its conversation; or the only one that is open with these people.
async fn deals(tx: &mut TenantTx, id: InboundId, tag: Option<&str>, found: &Found) -> Result<Vec<DealId>> {
    if let Some(tag) = tag {
        let named = sqlx::query_scalar!("select id from deals where right(id::text, 12) = $1 limit 2", tag);
        if let [deal] = named.fetch_all(tx.conn()).await?[..] {
            return Ok(vec![DealId(deal)]);
        }
    }
    let thread = sqlx::query_scalar!(
        r#"select distinct r.deal_id as "deal!" from inbound_mails m
           join inbound_mails o on o.tenant_id = m.tenant_id and o.thread_id = m.thread_id and o.id <> m.id
           join mail_records r on r.tenant_id = o.tenant_id and r.mail_id = o.id
           where m.id = $1 and r.deal_id is not null limit 5"#,
        id.0
    );
    let thread = thread.fetch_all(tx.conn()).await?;
    if !thread.is_empty() {
        return Ok(thread.into_iter().map(DealId).collect());
    }
    let contacts: Vec<Uuid> = found.contacts.iter().map(|c| c.0).collect();
    let customers: Vec<Uuid> = found.customers.iter().map(|c| c.0).collect();
    let theirs = sqlx::query_scalar!(
        "select d.id from deals d where d.state = 'open' and d.archived_at is null and exists (
           select from deal_contacts l where l.tenant_id = d.tenant_id and l.deal_id = d.id and l.contact_id = any($1))
         order by d.id limit 2",
        &contacts
    )
    .fetch_all(tx.conn())
    .await?;
    let open = match theirs.is_empty() {
        false => theirs,
        true => {
            sqlx::query_scalar!(
                "select id from deals where customer_id = any($1) and state = 'open' and archived_at is null order by id limit 2",
                &customers
            )
            .fetch_all(tx.conn())
            .await?
        }
    };
    Ok(match open[..] {
        [deal] => vec![DealId(deal)],
        _ => vec![],
    })
}

/// Puts it on a record's timeline; again is once.
pub(super) async fn put(tx: &mut TenantTx, id: InboundId, subject: Subject) -> Result<()> {
    sqlx::query!(
        "insert into mail_records (tenant_id, mail_id, contact_id, customer_id, deal_id, lead_id, at)
         select tenant_id, id, $2, $3, $4, $5, coalesce(sent_at, at) from inbound_mails where id = $1
         on conflict (tenant_id, mail_id, record_id) do nothing",
        id.0,
        subject.contact(),
        subject.customer(),
        subject.deal(),
        subject.lead()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
