//! Converting a lead, and taking that back. One transaction makes the customer, the contact, the deal and the end of the
//! lead; another undoes what nobody has touched since, and tells what stays.

use super::{LEADS, find};
use crate::{
    Error, Result, TenantTx, Version, Who,
    crm::{contacts, customers, deals, links},
    events,
    reach::{self, Kind},
};
use chrono::{DateTime, Utc};
use domain::{
    ContactId, CustomerId, DealId, LeadConversionId, LeadId, MemberId,
    access::{
        ContactsArchive, ContactsRead, ContactsWrite, CustomersArchive, CustomersRead, CustomersWrite, DealsArchive,
        DealsRead, DealsWrite, LeadsWrite,
    },
    crm::leads::{
        Lead, Status,
        conversion::{Conversion, Fields, Firm, Similar},
    },
    events::Event,
    workspace::access::Subject,
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Customers that this lead may be already, as far as the reader sees them: by its website, the domain of its email, its
/// company's name, or one that is close.
pub async fn similar(tx: &mut TenantTx, lead: &Lead, most: usize) -> Result<Vec<Similar>> {
    if tx.scope::<CustomersRead>().is_none() {
        return Ok(vec![]);
    }
    let mail = lead.email.as_ref().and_then(|e| e.rsplit_once('@')).map(|(_, domain)| domain.to_lowercase());
    let mut q = QueryBuilder::new("select e.id, e.name, case when e.domain = ");
    q.push_bind(lead.website.clone()).push(" then 'website' when e.domain = ").push_bind(mail.clone());
    q.push(" then 'email' else 'name' end from customers e where e.archived_at is null and (e.domain = ");
    q.push_bind(lead.website.clone()).push(" or e.domain = ").push_bind(mail).push(" or lower(e.name) = lower(");
    q.push_bind(lead.company.clone()).push("))");
    reach::narrow(&mut q, Kind::Customers, tx.scope::<CustomersRead>());
    q.push(" order by e.name_key, e.id limit 10");
    let rows: Vec<(Uuid, String, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found: Vec<Similar> = rows
        .into_iter()
        .map(|(id, name, why)| {
            let why = match why.as_str() {
                "website" => "has the same website",
                "email" => "has the domain of their email",
                _ => "has the same name",
            };
            Similar { id: CustomerId(id), name, why }
        })
        .collect();
    if let Some(company) = lead.company.as_deref().filter(|c| c.chars().count() >= 3) {
        for near in customers::options(tx, company).await? {
            if !found.iter().any(|known| known.id == near.id) {
                found.push(Similar { id: near.id, name: near.name, why: "has a name that is close" });
            }
        }
    }
    found.truncate(most);
    Ok(found)
}

/// The contact that this lead is already, by its email, if the reader sees one.
pub async fn same_contact(tx: &mut TenantTx, lead: &Lead) -> Result<Option<(ContactId, String)>> {
    let (Some(email), Some(_)) = (&lead.email, tx.scope::<ContactsRead>()) else { return Ok(None) };
    let mut q = QueryBuilder::new(
        "select e.id, e.name from contacts e where e.archived_at is null and lower(e.email) = lower(",
    );
    q.push_bind(email.clone()).push(")");
    reach::narrow(&mut q, Kind::Contacts, tx.scope::<ContactsRead>());
    q.push(" order by e.created_at, e.id limit 1");
    let found: Option<(Uuid, String)> = q.build_query_as().fetch_optional(tx.conn()).await?;
    Ok(found.map(|(id, name)| (ContactId(id), name)))
}

/// Converts a lead under the id that was drawn with the form: sent twice, it is once.
pub async fn convert(
    tx: &mut TenantTx,
    id: LeadConversionId,
    (lead, version): (LeadId, Version),
    f: &Fields,
) -> Result<LeadConversionId> {
    reach::hold::<LeadsWrite>(tx, LEADS, lead.0).await?;
    let known = sqlx::query_scalar!("select lead_id from lead_conversions where id = $1", id.0);
    match known.fetch_optional(tx.conn()).await? {
        Some(of) if of == lead.0 => return Ok(id),
        Some(_) => return Err(Error::Sent),
        None => {}
    }
    let before = find(tx, lead).await?;
    if before.standing == Status::Converted {
        return Err(Error::refused("", "Somebody has converted this lead meanwhile."));
    }
    if before.status == Status::Archived {
        return Err(Error::refused("", "This lead is archived. Restore it first."));
    }
    if before.version != version {
        return Err(Error::Stale);
    }
    let (customer, made_customer) = match &f.firm {
        Firm::Known(customer) => {
            if reach::within::<CustomersRead>(tx, Kind::Customers, &[customer.0]).await?.is_empty() {
                return Err(Error::refused("customer", "There is no such customer any more."));
            }
            (*customer, false)
        }
        Firm::New(fields) => {
            if tx.scope::<CustomersWrite>().is_none() {
                return Err(Error::refused("customer", "You may not add customers. Choose one that there is."));
            }
            let wrong = customers::check(tx, CustomerId(Uuid::nil()), fields).await?;
            wrong.or(()).map_err(Error::Refused)?;
            let customer = tx.id();
            (customers::add(tx, customer, fields).await?, true)
        }
    };
    let name = customers::find(tx, customer).await?.name;
    let (contact, made_contact) = match &f.contact {
        None => (None, false),
        Some(fields) => match same_contact(tx, &before).await? {
            Some((known, _)) => (Some(known), false),
            None if tx.scope::<ContactsWrite>().is_none() => {
                return Err(Error::refused("contact", "You may not add contacts. Take the tick away."));
            }
            None => {
                let fields = domain::crm::contacts::Fields { customer: Some(name.clone()), ..(**fields).clone() };
                let new = tx.id();
                (Some(contacts::add(tx, new, &fields).await?), true)
            }
        },
    };
    let deal = match &f.deal {
        None => None,
        Some(_) if tx.scope::<DealsWrite>().is_none() => {
            return Err(Error::refused("deal", "You may not add deals. Take the tick away."));
        }
        Some(fields) => {
            let new = tx.id();
            Some(deals::add(tx, new, &deals_fields(fields, name)).await?)
        }
    };
    if let Some((deal, contact)) = deal.zip(contact) {
        links::involve(tx, deal, contact, None).await?;
    }
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "insert into lead_conversions (tenant_id, id, lead_id, at, by_id, status, customer_id, made_customer, deal_id,
           contact_id, made_contact)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tx.tenant().0,
        id.0,
        lead.0,
        tx.now(),
        by,
        before.standing.key(),
        customer.0,
        made_customer,
        deal.map(|d| d.0),
        contact.map(|c| c.0),
        made_contact
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update leads set status = 'converted', converted_at = $2, updated_at = $2, version = version + 1 where id = $1",
        lead.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    let made = [(made_customer, Subject::Customer(customer))];
    let made = deal.map(|d| (true, Subject::Deal(d))).into_iter().chain(made);
    let made = made.chain(contact.map(|c| (made_contact, Subject::Contact(c))));
    if let Some((_, to)) = made.into_iter().find(|(new, _)| *new) {
        hand_on(tx, lead, to).await?;
    }
    events::emit(tx, Event::LeadConverted { lead, customer, deal }).await?;
    Ok(id)
}

/// The lead's files go on with what was made of it, and so does whoever follows it.
async fn hand_on(tx: &mut TenantTx, lead: LeadId, to: Subject) -> Result<()> {
    sqlx::query!(
        "update record_files set lead_id = null, deal_id = $2, customer_id = $3, contact_id = $4 where lead_id = $1",
        lead.0,
        to.deal(),
        to.customer(),
        to.contact()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into followers (tenant_id, member_id, customer_id, contact_id, deal_id, created_at)
         select tenant_id, member_id, $2, $3, $4, $5 from followers where lead_id = $1
         on conflict (tenant_id, record_id, member_id) do nothing",
        lead.0,
        to.customer(),
        to.contact(),
        to.deal(),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Files that had come with the lead go back to it; those that were brought later stay where they are.
async fn hand_back(tx: &mut TenantTx, lead: LeadId, from: &[Uuid], at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update record_files set lead_id = $1, deal_id = null, customer_id = null, contact_id = null
         where record_id = any($2) and created_at <= $3",
        lead.0,
        from,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn deals_fields(fields: &domain::crm::deals::Fields, customer: String) -> domain::crm::deals::Fields {
    domain::crm::deals::Fields { customer: Some(customer), ..fields.clone() }
}

/// What became of a lead, as far as the reader sees it.
pub async fn of(tx: &mut TenantTx, lead: LeadId) -> Result<Option<Conversion>> {
    let row = sqlx::query!(
        r#"select c.id, c.at, c.by_id, m.name as "by_name?", c.customer_id, c.made_customer, c.contact_id, c.deal_id
           from lead_conversions c
           left join members m on m.tenant_id = c.tenant_id and m.id = c.by_id
           where c.lead_id = $1 and c.undone_at is null"#,
        lead.0
    );
    let Some(r) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let customer = match r.customer_id {
        Some(id) => named(tx, Kind::Customers, id).await?.map(|name| (CustomerId(id), name)),
        None => None,
    };
    let contact = match r.contact_id {
        Some(id) => named(tx, Kind::Contacts, id).await?.map(|name| (ContactId(id), name)),
        None => None,
    };
    let deal = match r.deal_id {
        Some(id) => named(tx, Kind::Deals, id).await?.map(|name| (DealId(id), name)),
        None => None,
    };
    Ok(Some(Conversion {
        id: LeadConversionId(r.id),
        at: r.at,
        by: r.by_id.map(MemberId).zip(r.by_name),
        customer,
        made_customer: r.made_customer,
        contact,
        deal,
    }))
}

/// The name of a customer, a contact or a deal, if the reader sees it.
async fn named(tx: &mut TenantTx, kind: Kind, id: Uuid) -> Result<Option<String>> {
    let scope = match kind {
        Kind::Deals => tx.scope::<DealsRead>(),
        Kind::Contacts => tx.scope::<ContactsRead>(),
        _ => tx.scope::<CustomersRead>(),
    };
    let mut q = QueryBuilder::new("select e.name from ");
    q.push(kind.table()).push(" e where e.id = ").push_bind(id);
    reach::narrow(&mut q, kind, scope);
    Ok(q.build_query_scalar().fetch_optional(tx.conn()).await?)
}

/// Takes a conversion back: the lead is what it was, and what was made for it goes into the archive, unless something hangs
/// on it. Gives what stays, and why.
pub async fn undo(tx: &mut TenantTx, lead: LeadId) -> Result<Vec<String>> {
    reach::hold::<LeadsWrite>(tx, LEADS, lead.0).await?;
    find(tx, lead).await?;
    let row = sqlx::query!(
        "select id, at, status, customer_id, made_customer, contact_id, made_contact, deal_id from lead_conversions
         where lead_id = $1 and undone_at is null for update",
        lead.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::Stale)?;
    let made =
        [row.deal_id, row.customer_id.filter(|_| row.made_customer), row.contact_id.filter(|_| row.made_contact)];
    hand_back(tx, lead, &made.into_iter().flatten().collect::<Vec<_>>(), row.at).await?;
    let mut stays = vec![];
    if let Some(deal) = row.deal_id {
        let touched = sqlx::query!(
            r#"select name, version > 1 or state <> 'open'
                 or exists (select from notes where record_id = $1 and deleted_at is null)
                 or exists (select from tasks where record_id = $1) or exists (select from record_tags where record_id = $1)
                 or exists (select from record_files where record_id = $1)
                 or exists (select from quotes where deal_id = $1) or exists (select from sales_lines where deal_id = $1)
                 or exists (select from deal_splits where deal_id = $1) as "touched!"
               from deals where id = $1 and archived_at is null"#,
            deal
        );
        if let Some(d) = touched.fetch_optional(tx.conn()).await? {
            match d.touched {
                true => stays.push(format!("The deal {} stays: it was worked on.", d.name)),
                false => {
                    let (gone, _) = deals::archive::<DealsArchive>(tx, &[DealId(deal)]).await?;
                    if gone == 0 {
                        stays.push(format!("The deal {} stays: you may not archive it.", d.name));
                    }
                }
            }
        }
    }
    if let Some(contact) = row.contact_id.filter(|_| row.made_contact) {
        let touched = sqlx::query!(
            r#"select name as "name!", version > 1
                 or exists (select from notes where record_id = $1 and deleted_at is null)
                 or exists (select from tasks where record_id = $1) or exists (select from record_tags where record_id = $1)
                 or exists (select from record_files where record_id = $1)
                 or exists (select from deal_contacts c join deals d on d.tenant_id = c.tenant_id and d.id = c.deal_id
                            where c.contact_id = $1 and d.archived_at is null)
                 or exists (select from contacts where merged_into = $1) as "touched!"
               from contacts where id = $1 and archived_at is null"#,
            contact
        );
        if let Some(c) = touched.fetch_optional(tx.conn()).await? {
            match c.touched {
                true => stays.push(format!("The contact {} stays: something hangs on it, or it was changed.", c.name)),
                false => {
                    let (gone, _) = contacts::archive::<ContactsArchive>(tx, &[ContactId(contact)]).await?;
                    if gone == 0 {
                        stays.push(format!("The contact {} stays: you may not archive it.", c.name));
                    }
                }
            }
        }
    }
    if let Some(customer) = row.customer_id.filter(|_| row.made_customer) {
        let touched = sqlx::query!(
            r#"select name, version > 1
                 or exists (select from notes where record_id = $1 and deleted_at is null)
                 or exists (select from tasks where record_id = $1) or exists (select from record_tags where record_id = $1)
                 or exists (select from record_files where record_id = $1)
                 or exists (select from deals where customer_id = $1 and archived_at is null)
                 or exists (select from customers where parent_id = $1 or merged_into = $1)
                 or exists (select from customer_contacts l join contacts c on c.tenant_id = l.tenant_id and c.id = l.contact_id
                            where l.customer_id = $1 and c.archived_at is null)
                 or exists (select from lead_conversions where customer_id = $1 and id <> $2 and undone_at is null) as "touched!"
               from customers where id = $1 and archived_at is null"#,
            customer,
            row.id
        );
        if let Some(c) = touched.fetch_optional(tx.conn()).await? {
            match c.touched {
                true => stays.push(format!("The customer {} stays: something hangs on it, or it was changed.", c.name)),
                false => {
                    let (gone, _) = customers::archive::<CustomersArchive>(tx, &[CustomerId(customer)]).await?;
                    if gone == 0 {
                        stays.push(format!("The customer {} stays: you may not archive it.", c.name));
                    }
                }
            }
        }
    }
    sqlx::query!("update lead_conversions set undone_at = $2 where id = $1", row.id, tx.now())
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "update leads set status = $2, converted_at = null, updated_at = $3, version = version + 1 where id = $1",
        lead.0,
        row.status,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    events::emit(tx, Event::LeadChanged { lead, fields: vec!["status".into()] }).await?;
    Ok(stays)
}
