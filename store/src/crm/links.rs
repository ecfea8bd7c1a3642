//! Who is what at which company and in which deal. Each side is told to whoever sees it, and no further.

use super::rates;
use crate::{
    Error, Result, TenantTx,
    db::strange,
    reach::{self, Kind},
    records,
};
use domain::{
    ContactId, Currency, CustomerId, DealId, TieId,
    access::{ContactsRead, CustomersRead, DealsRead},
    crm::{
        deals::board::Head,
        pipelines::State,
        points::{AtCompany, Dealt, InDeal, OfContact},
    },
    workspace::access::Subject,
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// So many of them a page shows; the list has the rest.
pub const SHOWN: i64 = 50;

type Person = (Uuid, Uuid, String, Option<String>, Option<String>, Option<String>, Option<String>, bool, bool);

/// The contacts of a company, those who work there first of all before the others.
pub async fn of_customer(tx: &mut TenantTx, id: CustomerId) -> Result<Vec<AtCompany>> {
    if tx.scope::<ContactsRead>().is_none() {
        return Ok(vec![]);
    }
    let mut q = QueryBuilder::new(
        "select l.id, e.id, e.name, e.job_title, e.email, e.phone, l.role, coalesce(e.customer_id = l.customer_id, false), e.do_not_contact
         from customer_contacts l join contacts e on e.tenant_id = l.tenant_id and e.id = l.contact_id
         where e.archived_at is null and l.customer_id = ",
    );
    q.push_bind(id.0);
    reach::narrow(&mut q, Kind::Contacts, tx.scope::<ContactsRead>());
    q.push(" order by 8 desc, e.name_key, e.id limit ").push_bind(SHOWN);
    let rows: Vec<Person> = q.build_query_as().fetch_all(tx.conn()).await?;
    let told = |(link, contact, name, job_title, email, phone, role, first, do_not_contact): Person| AtCompany {
        link: TieId(link),
        contact: ContactId(contact),
        name,
        job_title,
        email,
        phone,
        role,
        first,
        do_not_contact,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// The companies of a contact, the first one first.
pub async fn of_contact(tx: &mut TenantTx, id: ContactId) -> Result<Vec<OfContact>> {
    if tx.scope::<CustomersRead>().is_none() {
        return Ok(vec![]);
    }
    let mut q = QueryBuilder::new(
        "select l.id, e.id, e.name, l.role, coalesce(k.customer_id = e.id, false)
         from customer_contacts l join customers e on e.tenant_id = l.tenant_id and e.id = l.customer_id
         join contacts k on k.tenant_id = l.tenant_id and k.id = l.contact_id where l.contact_id = ",
    );
    q.push_bind(id.0);
    reach::narrow(&mut q, Kind::Customers, tx.scope::<CustomersRead>());
    q.push(" order by 5 desc, e.name_key, e.id limit ").push_bind(SHOWN);
    let rows: Vec<(Uuid, Uuid, String, Option<String>, bool)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let told = |(link, customer, name, role, first)| OfContact {
        link: TieId(link),
        customer: CustomerId(customer),
        name,
        role,
        first,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// Puts a contact to a company, with what they are there; again, and it is that from now on. Whoever may change one of the
/// two may, if they see both.
pub async fn join(
    tx: &mut TenantTx,
    customer: CustomerId,
    contact: ContactId,
    role: Option<&str>,
    first: bool,
) -> Result<()> {
    hold(tx, Subject::Customer(customer), Subject::Contact(contact)).await?;
    sqlx::query!(
        "insert into customer_contacts (tenant_id, id, customer_id, contact_id, role, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict (tenant_id, customer_id, contact_id) do update set role = excluded.role, updated_at = excluded.updated_at
           where customer_contacts.role is distinct from excluded.role",
        tx.tenant().0,
        tx.id::<TieId>().0,
        customer.0,
        contact.0,
        role,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    // Who works nowhere yet works here first of all; so does who is told to, by whoever may change them.
    let may = records::may_change(tx, Subject::Contact(contact)).await?;
    sqlx::query!(
        "update contacts set customer_id = $2, updated_at = $3, version = version + 1
         where id = $1 and customer_id is distinct from $2 and (customer_id is null or $4)",
        contact.0,
        customer.0,
        tx.now(),
        first && may
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes somebody from a company, both of whom the reader sees and one of whom is theirs to change; where that was the
/// first one, the oldest of the others is. Gives what both are called, if they stood together.
pub async fn part(tx: &mut TenantTx, page: Subject, link: TieId) -> Result<Option<(String, String)>> {
    let row = sqlx::query!(
        r#"select l.customer_id, l.contact_id, c.name as customer, k.name as "contact!" from customer_contacts l
           join customers c on c.tenant_id = l.tenant_id and c.id = l.customer_id
           join contacts k on k.tenant_id = l.tenant_id and k.id = l.contact_id
           where l.id = $1 and $2 in (l.customer_id, l.contact_id)"#,
        link.0,
        page.id()
    )
    .fetch_optional(tx.conn())
    .await?;
    // Sent twice is once.
    let Some(row) = row else { return Ok(None) };
    let (customer, contact) = (CustomerId(row.customer_id), ContactId(row.contact_id));
    hold(tx, Subject::Customer(customer), Subject::Contact(contact)).await?;
    sqlx::query!("delete from customer_contacts where id = $1", link.0).execute(tx.conn()).await?;
    sqlx::query!(
        "update contacts set version = version + 1, updated_at = $3, customer_id =
           (select l.customer_id from customer_contacts l where l.contact_id = $1 order by l.created_at, l.id limit 1)
         where id = $1 and customer_id = $2",
        contact.0,
        customer.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(Some((row.customer, row.contact)))
}

/// Both are seen, and one of them is the reader's to change.
async fn hold(tx: &mut TenantTx, one: Subject, other: Subject) -> Result<()> {
    let seen = records::may_read(tx, one).await? && records::may_read(tx, other).await?;
    let may = seen && (records::may_change(tx, one).await? || records::may_change(tx, other).await?);
    if may { Ok(()) } else { Err(Error::NotFound) }
}

/// Who is in a deal.
pub async fn of_deal(tx: &mut TenantTx, id: DealId) -> Result<Vec<InDeal>> {
    if tx.scope::<ContactsRead>().is_none() {
        return Ok(vec![]);
    }
    let mut q = QueryBuilder::new(
        "select l.id, e.id, e.name, e.job_title, l.role from deal_contacts l
         join contacts e on e.tenant_id = l.tenant_id and e.id = l.contact_id where l.deal_id = ",
    );
    q.push_bind(id.0);
    reach::narrow(&mut q, Kind::Contacts, tx.scope::<ContactsRead>());
    q.push(" order by l.created_at, l.id limit ").push_bind(SHOWN);
    type Row = (Uuid, Uuid, String, Option<String>, Option<String>);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let told = |(link, contact, name, job_title, role): Row| InDeal {
        link: TieId(link),
        contact: ContactId(contact),
        name,
        job_title,
        role,
    };
    Ok(rows.into_iter().map(told).collect())
}

/// Puts somebody into a deal that is the reader's to change, with what they are in it.
pub async fn involve(tx: &mut TenantTx, deal: DealId, contact: ContactId, role: Option<&str>) -> Result<()> {
    if !records::may_change(tx, Subject::Deal(deal)).await? || !records::may_read(tx, Subject::Contact(contact)).await?
    {
        return Err(Error::NotFound);
    }
    sqlx::query!(
        "insert into deal_contacts (tenant_id, id, deal_id, contact_id, role, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         on conflict (tenant_id, deal_id, contact_id) do update set role = excluded.role, updated_at = excluded.updated_at
           where deal_contacts.role is distinct from excluded.role",
        tx.tenant().0,
        tx.id::<TieId>().0,
        deal.0,
        contact.0,
        role,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes somebody out of a deal again. Gives whom, if they were in it.
pub async fn release(tx: &mut TenantTx, deal: DealId, link: TieId) -> Result<Option<String>> {
    if !records::may_change(tx, Subject::Deal(deal)).await? {
        return Err(Error::NotFound);
    }
    let gone = sqlx::query_scalar!(
        r#"delete from deal_contacts l using contacts k
           where l.id = $1 and l.deal_id = $2 and k.tenant_id = l.tenant_id and k.id = l.contact_id returning k.name as "name!""#,
        link.0,
        deal.0
    );
    Ok(gone.fetch_optional(tx.conn()).await?)
}

type Sold = (Uuid, String, String, String, Option<i64>, Option<String>, Option<String>);

/// The deals that somebody is in, open ones first.
pub async fn deals_of(tx: &mut TenantTx, contact: ContactId) -> Result<Vec<Dealt>> {
    let mut q = QueryBuilder::new(
        "select e.id, e.name, s.name, e.state, e.amount_minor, e.amount_currency, l.role from deal_contacts l
         join deals e on e.tenant_id = l.tenant_id and e.id = l.deal_id
         join stages s on s.tenant_id = e.tenant_id and s.id = e.stage_id where e.archived_at is null and l.contact_id = ",
    );
    q.push_bind(contact.0);
    sold(tx, q).await
}

/// The deals of a customer, open ones first.
pub async fn deals_with(tx: &mut TenantTx, customer: CustomerId) -> Result<Vec<Dealt>> {
    let mut q = QueryBuilder::new(
        "select e.id, e.name, s.name, e.state, e.amount_minor, e.amount_currency, null::text from deals e
         join stages s on s.tenant_id = e.tenant_id and s.id = e.stage_id where e.archived_at is null and e.customer_id = ",
    );
    q.push_bind(customer.0);
    sold(tx, q).await
}

async fn sold(tx: &mut TenantTx, mut q: QueryBuilder<sqlx::Postgres>) -> Result<Vec<Dealt>> {
    if tx.scope::<DealsRead>().is_none() {
        return Ok(vec![]);
    }
    reach::narrow(&mut q, Kind::Deals, tx.scope::<DealsRead>());
    q.push(" order by e.state = 'open' desc, e.updated_at desc, e.id limit 5");
    let rows: Vec<Sold> = q.build_query_as().fetch_all(tx.conn()).await?;
    let told = |(deal, name, stage, state, minor, currency, role): Sold| {
        Ok(Dealt {
            deal: DealId(deal),
            name,
            stage,
            state: self::state(&state)?,
            amount: super::deals::money(minor, currency.as_deref())?,
            role,
        })
    };
    rows.into_iter().map(told).collect()
}

/// How many deals of a customer's are in each state, and what they come to in each currency; in `base`, too, where they are
/// open or won, by the rates of today or of the day on which they were.
pub async fn totals(tx: &mut TenantTx, customer: CustomerId, base: Currency) -> Result<Vec<(State, Head)>> {
    if tx.scope::<DealsRead>().is_none() {
        return Ok(vec![]);
    }
    let today = tx.today();
    let mut q = QueryBuilder::new("select e.state, coalesce(e.amount_currency, ''), count(*), ");
    rates::held(&mut q, "sum(e.amount_minor)");
    q.push(", ");
    rates::held(&mut q, "sum(e.base)");
    q.push(
        ", count(*) filter (where e.amount_minor is not null and e.base is null)
         from (select e.state, e.amount_minor, e.amount_currency, ",
    );
    rates::priced(&mut q, base);
    q.push(" as base from deals e");
    rates::join(&mut q, base, |q| {
        q.push("case when e.state = 'open' then ").push_bind(today.0).push(" else e.close_on end");
    });
    q.push(" where e.archived_at is null and e.customer_id = ").push_bind(customer.0);
    reach::narrow(&mut q, Kind::Deals, tx.scope::<DealsRead>());
    q.push(
        ") e group by 1, 2 order by case e.state when 'open' then 0 when 'won' then 1 else 2 end, 3 desc, 2 limit 30",
    );
    type Row = (String, String, i64, Option<i64>, Option<i64>, i64);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut totals: Vec<(State, Head)> = vec![];
    for (state, currency, deals, minor, priced, unpriced) in rows {
        let state = self::state(&state)?;
        if totals.last().is_none_or(|(last, _)| *last != state) {
            totals.push((state, Head::default()));
        }
        let Some((_, head)) = totals.last_mut() else { continue };
        match state {
            // It came to nothing: what it would have been worth is told as it stands.
            State::Lost => head.add(&currency, deals, minor),
            _ => head.add_priced(base, (&currency, deals, minor), (priced, unpriced)),
        }
    }
    Ok(totals)
}

fn state(key: &str) -> Result<State> {
    State::parse(key).ok_or_else(|| strange("state", key))
}
