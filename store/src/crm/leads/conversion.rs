//! Converting a lead, and taking that back. One transaction makes the customer, the contact, the deal and the end of the
//! lead; another undoes what nobody has touched since, and tells what stays.

use super::{LEADS, find};
use crate::{
    Error, Result, TenantTx, Version, Who,
    crm::{contacts, customers, deals, links},
    events,
    imports::attached::{Follows, attached},
    reach::{self, Kind},
    records,
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

/// The contact that this lead is already, by any email that a contact has, if the reader sees one.
pub async fn same_contact(tx: &mut TenantTx, lead: &Lead) -> Result<Option<(ContactId, String)>> {
    let (Some(email), Some(_)) = (&lead.email, tx.scope::<ContactsRead>()) else { return Ok(None) };
    let mut q = QueryBuilder::new(
        "select e.id, e.name from contacts e where e.archived_at is null and e.id in
           (select p.contact_id from contact_points p where p.contact_id is not null and p.kind = 'email' and p.normal = lower(btrim(",
    );
    q.push_bind(email.clone()).push(")))");
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
    if let Some(known) = contact.filter(|_| !made_contact) {
        tie(tx, customer, known).await?;
    }
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
    let done = sqlx::query!(
        "update leads set status = 'converted', converted_at = $2, updated_at = $2, version = version + 1
         where id = $1 and version = $3",
        lead.0,
        tx.now(),
        version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
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

/// Whoever was a contact already works for the customer from now on, if one of the two is the reader's to change.
async fn tie(tx: &mut TenantTx, customer: CustomerId, contact: ContactId) -> Result<()> {
    let there = sqlx::query_scalar!(
        r#"select exists (select from customer_contacts where customer_id = $1 and contact_id = $2) as "there!""#,
        customer.0,
        contact.0
    );
    if there.fetch_one(tx.conn()).await? {
        return Ok(());
    }
    let may = records::may_change(tx, Subject::Customer(customer)).await?
        || records::may_change(tx, Subject::Contact(contact)).await?;
    if may { links::join(tx, customer, contact, None, false).await } else { Ok(()) }
}

/// Takes back what [`tie`] did, at that moment.
async fn untie(tx: &mut TenantTx, customer: Uuid, contact: Uuid, at: DateTime<Utc>) -> Result<()> {
    let tied = sqlx::query!(
        "delete from customer_contacts where customer_id = $1 and contact_id = $2 and role is null and created_at = $3",
        customer,
        contact,
        at
    )
    .execute(tx.conn())
    .await?;
    if tied.rows_affected() > 0 {
        sqlx::query!(
            "update contacts set version = version + 1, updated_at = $3, customer_id =
               (select l.customer_id from customer_contacts l where l.contact_id = $1 order by l.created_at, l.id limit 1)
             where id = $1 and customer_id = $2",
            contact,
            customer,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
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

/// What comes with a deal that was made of a lead, and is nobody's work.
const DEAL: &[Follows] = &[
    ("deal_history", "deal_id", None),
    ("forecast_snapshot_deals", "deal_id", None),
    ("followers", "deal_id", None),
    ("lead_conversions", "deal_id", None),
    ("notes", "deal_id", Some("x.deleted_at is null")),
    (
        "deal_contacts",
        "deal_id",
        Some(
            "not exists (select from lead_conversions v where v.tenant_id = x.tenant_id and v.deal_id = x.deal_id and v.contact_id = x.contact_id)",
        ),
    ),
];

/// The same of a contact.
const CONTACT: &[Follows] = &[
    ("followers", "contact_id", None),
    ("notes", "contact_id", Some("x.deleted_at is null")),
    ("contact_points", "contact_id", Some("not x.is_first")),
    ("lead_conversions", "contact_id", Some("x.undone_at is null and not x.made_contact")),
    (
        "customer_contacts",
        "contact_id",
        Some(
            "not exists (select from lead_conversions v where v.tenant_id = x.tenant_id and v.customer_id = x.customer_id and v.contact_id = x.contact_id and v.made_contact)",
        ),
    ),
    (
        "deal_contacts",
        "contact_id",
        Some(
            "exists (select from deals d where d.tenant_id = x.tenant_id and d.id = x.deal_id and d.archived_at is null)",
        ),
    ),
];

/// The same of a customer.
const CUSTOMER: &[Follows] = &[
    ("followers", "customer_id", None),
    ("notes", "customer_id", Some("x.deleted_at is null")),
    ("contact_points", "customer_id", Some("not x.is_first")),
    ("lead_conversions", "customer_id", Some("x.undone_at is null and not x.made_customer")),
    ("deals", "customer_id", Some("x.archived_at is null")),
    ("contacts", "customer_id", Some("x.archived_at is null")),
    (
        "customer_contacts",
        "customer_id",
        Some(
            "exists (select from contacts k where k.tenant_id = x.tenant_id and k.id = x.contact_id and k.archived_at is null)",
        ),
    ),
];

/// Puts what was made of a lead into the archive, unless it was changed or something hangs on it. Gives why it stays.
async fn put_away(tx: &mut TenantTx, kind: Kind, id: Uuid) -> Result<Option<&'static str>> {
    let (changed, follows, worked) = match kind {
        Kind::Deals => ("e.state <> 'open'", DEAL, "it was worked on."),
        Kind::Contacts => (
            "exists (select from contacts m where m.merged_into = e.id)",
            CONTACT,
            "something hangs on it, or it was changed.",
        ),
        _ => (
            "exists (select from customers m where m.parent_id = e.id or m.merged_into = e.id)",
            CUSTOMER,
            "something hangs on it, or it was changed.",
        ),
    };
    let mut q = QueryBuilder::new("select e.version > 1 or ");
    q.push(changed).push(" from ").push(kind.table()).push(" e where e.archived_at is null and e.id = ").push_bind(id);
    let changed: Option<bool> = q.build_query_scalar().fetch_optional(tx.conn()).await?;
    let Some(changed) = changed else { return Ok(None) };
    if changed || !attached(tx, kind.table(), follows, &[id]).await?.is_empty() {
        return Ok(Some(worked));
    }
    let (gone, _) = match kind {
        Kind::Deals => deals::archive::<DealsArchive>(tx, &[DealId(id)]).await?,
        Kind::Contacts => contacts::archive::<ContactsArchive>(tx, &[ContactId(id)]).await?,
        _ => customers::archive::<CustomersArchive>(tx, &[CustomerId(id)]).await?,
    };
    Ok((gone == 0).then_some("you may not archive it."))
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
    if let (Some(customer), Some(contact), false) = (row.customer_id, row.contact_id, row.made_contact) {
        untie(tx, customer, contact, row.at).await?;
    }
    // A deal is its contact's and its customer's, and a contact its customer's: what goes first holds up nothing behind it.
    let made = [
        (Kind::Deals, row.deal_id),
        (Kind::Contacts, row.contact_id.filter(|_| row.made_contact)),
        (Kind::Customers, row.customer_id.filter(|_| row.made_customer)),
    ];
    let mut stays = vec![];
    for (kind, id) in made {
        let Some(id) = id else { continue };
        if let Some(why) = put_away(tx, kind, id).await? {
            stays.push(match (kind, named(tx, kind, id).await?) {
                (Kind::Deals, Some(name)) => format!("The deal {name} stays: {why}"),
                (Kind::Contacts, Some(name)) => format!("The contact {name} stays: {why}"),
                (_, Some(name)) => format!("The customer {name} stays: {why}"),
                (Kind::Deals, None) => format!("The deal stays: {why}"),
                (Kind::Contacts, None) => format!("The contact stays: {why}"),
                (_, None) => format!("The customer stays: {why}"),
            });
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
