//! Queries of tags. Whoever may change a record may mark it; a tag that is not there yet takes a right of its own.

use crate::{
    Error, Result, TenantTx,
    db::strange,
    events,
    reach::{self, Kind},
    records,
};
use domain::{
    TagId,
    access::{ContactsBulk, CustomersBulk, DealsBulk, EmployeesBulk, LeadsBulk, Scope, TagsWrite, TicketsBulk},
    events::Event,
    tags::{self, Colour, Tag},
    workspace::access::Subject,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Tags that a workspace may have, so that its lists stay lists.
const MOST: i64 = 1_000;
/// Tags that one record may have.
const EACH: i64 = 30;

/// All tags by name.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Tag>> {
    let rows = sqlx::query!("select id, name, colour from tags order by lower(name) limit $1", MOST)
        .fetch_all(tx.conn())
        .await?;
    rows.into_iter().map(|r| tag(r.id, r.name, &r.colour)).collect()
}

/// The names of all tags.
pub async fn names(tx: &mut TenantTx) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select name from tags order by lower(name) limit $1", MOST).fetch_all(tx.conn()).await?)
}

/// The tags of these records, each one's by name. Whether the reader may see the records is for the caller to know.
pub async fn of(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, Vec<Tag>>> {
    let mut found: HashMap<Uuid, Vec<Tag>> = HashMap::new();
    if records.is_empty() {
        return Ok(found);
    }
    let rows = sqlx::query!(
        r#"select r.record_id as "record_id!", t.id, t.name, t.colour
           from record_tags r join tags t on t.tenant_id = r.tenant_id and t.id = r.tag_id
           where r.record_id = any($1) order by lower(t.name)"#,
        records
    )
    .fetch_all(tx.conn())
    .await?;
    for r in rows {
        found.entry(r.record_id).or_default().push(tag(r.id, r.name, &r.colour)?);
    }
    Ok(found)
}

/// Marks a record that the reader may change. A tag that is not there yet is made, if they may.
pub async fn add(tx: &mut TenantTx, subject: Subject, name: &str) -> Result<TagId> {
    if !records::may_change(tx, subject).await? {
        return Err(Error::NotFound);
    }
    let tag = named_or_new(tx, name).await?;
    let others = sqlx::query_scalar!(
        r#"select count(*) as "n!" from record_tags where record_id = $1 and tag_id <> $2"#,
        subject.id(),
        tag.0
    )
    .fetch_one(tx.conn())
    .await?;
    if others >= EACH {
        return Err(Error::refused("tag", format!("A record has at most {EACH} tags. Take one away first.")));
    }
    mark(tx, &[subject], tag).await?;
    Ok(tag)
}

/// Takes a tag off a record that the reader may change; one that it does not have is none to take off.
pub async fn remove(tx: &mut TenantTx, subject: Subject, name: &str) -> Result<()> {
    if !records::may_change(tx, subject).await? {
        return Err(Error::NotFound);
    }
    if let Some(tag) = named(tx, name).await? {
        unmark(tx, &[subject], tag).await?;
    }
    Ok(())
}

/// Marks those of these records that the reader may change many of at once. Gives those that were not marked before.
pub async fn add_many(tx: &mut TenantTx, subjects: &[Subject], name: &str) -> Result<Vec<Subject>> {
    let within = many(tx, subjects).await?;
    let tag = named_or_new(tx, name).await?;
    mark(tx, &within, tag).await
}

/// Takes a tag off those of these records that the reader may change many of at once. Gives those that had it.
pub async fn remove_many(tx: &mut TenantTx, subjects: &[Subject], name: &str) -> Result<Vec<Subject>> {
    let within = many(tx, subjects).await?;
    match named(tx, name).await? {
        Some(tag) => unmark(tx, &within, tag).await,
        None => Ok(vec![]),
    }
}

/// Which of these records have as many tags as a record can have.
pub async fn full(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let full = sqlx::query_scalar!(
        r#"select record_id as "id!" from record_tags where record_id = any($1) group by record_id having count(*) >= $2"#,
        ids,
        EACH
    );
    Ok(full.fetch_all(tx.conn()).await?)
}

/// The tag of this name, whatever its case.
pub async fn named(tx: &mut TenantTx, name: &str) -> Result<Option<TagId>> {
    let name = tags::name(name).map_err(Error::Refused)?;
    let id = sqlx::query_scalar!("select id from tags where lower(name) = lower($1)", name);
    Ok(id.fetch_optional(tx.conn()).await?.map(TagId))
}

async fn named_or_new(tx: &mut TenantTx, name: &str) -> Result<TagId> {
    if let Some(tag) = named(tx, name).await? {
        return Ok(tag);
    }
    let name = tags::name(name).map_err(Error::Refused)?;
    if tx.scope::<TagsWrite>().is_none() {
        return Err(Error::refused("tag", format!("There is no tag called {name}, and you may not make new ones.")));
    }
    let id: TagId = tx.id();
    // Somebody else may make the same one in this moment; then theirs is as good.
    let made = sqlx::query_scalar!(
        "insert into tags (tenant_id, id, name, colour, created_at)
         select $1, $2, $3, $4, $5 where (select count(*) from tags) < $6
         on conflict (tenant_id, lower(name)) do update set name = tags.name returning id",
        tx.tenant().0,
        id.0,
        name,
        Colour::of(&name).key(),
        tx.now(),
        MOST
    )
    .fetch_optional(tx.conn())
    .await?;
    made.map(TagId).ok_or_else(|| Error::refused("tag", format!("There are {MOST} tags already. Use one of them.")))
}

/// Those that are within the right to change many, and to change at all.
async fn many(tx: &mut TenantTx, subjects: &[Subject]) -> Result<Vec<Subject>> {
    let people: Vec<Uuid> = subjects.iter().filter_map(|s| s.employee()).collect();
    let firms: Vec<Uuid> = subjects.iter().filter_map(|s| s.customer()).collect();
    let contacts: Vec<Uuid> = subjects.iter().filter_map(|s| s.contact()).collect();
    let deals: Vec<Uuid> = subjects.iter().filter_map(|s| s.deal()).collect();
    let people = many_of::<EmployeesBulk>(tx, Kind::Employees, &people).await?;
    let firms = many_of::<CustomersBulk>(tx, Kind::Customers, &firms).await?;
    let contacts = many_of::<ContactsBulk>(tx, Kind::Contacts, &contacts).await?;
    let deals = many_of::<DealsBulk>(tx, Kind::Deals, &deals).await?;
    let leads: Vec<Uuid> = subjects.iter().filter_map(|s| s.lead()).collect();
    let leads = many_of::<LeadsBulk>(tx, Kind::Leads, &leads).await?;
    let leads = leads.into_iter().map(|id| Subject::Lead(id.into()));
    let tickets: Vec<Uuid> = subjects.iter().filter_map(|s| s.ticket()).collect();
    let tickets = many_of::<TicketsBulk>(tx, Kind::Tickets, &tickets).await?;
    let leads = leads.chain(tickets.into_iter().map(|id| Subject::Ticket(id.into())));
    let people = people.into_iter().map(|id| Subject::Employee(id.into()));
    let deals = deals.into_iter().map(|id| Subject::Deal(id.into()));
    let deals = contacts.into_iter().map(|id| Subject::Contact(id.into())).chain(deals);
    Ok(people.chain(firms.into_iter().map(|id| Subject::Customer(id.into()))).chain(deals).chain(leads).collect())
}

async fn many_of<P: domain::access::Permission>(tx: &mut TenantTx, kind: Kind, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    let Some(first) = ids.first() else { return Ok(vec![]) };
    let subject = match kind {
        Kind::Employees => Subject::Employee((*first).into()),
        Kind::Contacts => Subject::Contact((*first).into()),
        Kind::Deals => Subject::Deal((*first).into()),
        Kind::Leads => Subject::Lead((*first).into()),
        Kind::Tickets => Subject::Ticket((*first).into()),
        _ => Subject::Customer((*first).into()),
    };
    let scope: Option<Scope> = records::to_change(tx.rights(), subject).min(tx.scope::<P>());
    let mut q = sqlx::QueryBuilder::new("select e.id from ");
    q.push(kind.table()).push(" e where e.id = any(").push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, kind, scope);
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

async fn mark(tx: &mut TenantTx, subjects: &[Subject], tag: TagId) -> Result<Vec<Subject>> {
    let people: Vec<Option<Uuid>> = subjects.iter().map(|s| s.employee()).collect();
    let firms: Vec<Option<Uuid>> = subjects.iter().map(|s| s.customer()).collect();
    let contacts: Vec<Option<Uuid>> = subjects.iter().map(|s| s.contact()).collect();
    let deals: Vec<Option<Uuid>> = subjects.iter().map(|s| s.deal()).collect();
    let leads: Vec<Option<Uuid>> = subjects.iter().map(|s| s.lead()).collect();
    let tickets: Vec<Option<Uuid>> = subjects.iter().map(|s| s.ticket()).collect();
    let rows = sqlx::query!(
        "insert into record_tags (tenant_id, tag_id, employee_id, customer_id, contact_id, deal_id, lead_id, ticket_id, created_at)
         select $1, $2, s.employee, s.customer, s.contact, s.deal, s.lead, s.ticket, $8
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $9::uuid[])
           as s (employee, customer, contact, deal, lead, ticket)
         on conflict do nothing returning employee_id, customer_id, contact_id, deal_id, lead_id, ticket_id",
        tx.tenant().0,
        tag.0,
        &people as &[Option<Uuid>],
        &firms as &[Option<Uuid>],
        &contacts as &[Option<Uuid>],
        &deals as &[Option<Uuid>],
        &leads as &[Option<Uuid>],
        tx.now(),
        &tickets as &[Option<Uuid>]
    )
    .fetch_all(tx.conn())
    .await?;
    let marked: Vec<_> = rows
        .into_iter()
        .filter_map(|r| Subject::of(r.employee_id, r.customer_id, r.contact_id, r.deal_id, r.lead_id, r.ticket_id))
        .collect();
    let told = marked.iter().map(|record| Event::TagAdded { record: *record, tag }).collect();
    events::emit_many(tx, told).await?;
    Ok(marked)
}

async fn unmark(tx: &mut TenantTx, subjects: &[Subject], tag: TagId) -> Result<Vec<Subject>> {
    let ids: Vec<Uuid> = subjects.iter().map(|s| s.id()).collect();
    let rows = sqlx::query!(
        "delete from record_tags where tag_id = $1 and record_id = any($2)
         returning employee_id, customer_id, contact_id, deal_id, lead_id, ticket_id",
        tag.0,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let unmarked: Vec<_> = rows
        .into_iter()
        .filter_map(|r| Subject::of(r.employee_id, r.customer_id, r.contact_id, r.deal_id, r.lead_id, r.ticket_id))
        .collect();
    let told = unmarked.iter().map(|record| Event::TagRemoved { record: *record, tag }).collect();
    events::emit_many(tx, told).await?;
    Ok(unmarked)
}

/// ` and …` for the records that have one of these tags.
pub(crate) fn narrow(q: &mut sqlx::QueryBuilder<sqlx::Postgres>, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let names: Vec<String> = names.iter().map(|n| n.to_lowercase()).collect();
    q.push(" and e.id in (select r.record_id from record_tags r where r.tag_id = any(array(select t.id from tags t where lower(t.name) = any(");
    q.push_bind(names).push("))))");
}

fn tag(id: Uuid, name: String, colour: &str) -> Result<Tag> {
    let colour = Colour::parse(colour).ok_or_else(|| strange("colour", colour))?;
    Ok(Tag { id: TagId(id), name, colour })
}
