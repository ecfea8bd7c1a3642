//! Queries of contacts. Every read passes through [`COLUMNS`], and names a company to nobody who may not see that.

mod change;

pub use change::{add, archive, change, check, restore, restore_batch};

use crate::{
    Error, Result, TenantTx, Who, custom_fields, exports,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind, reaches},
    records::CONTACT,
    search, tags,
};
use chrono::{DateTime, Utc};
use domain::{
    ContactId, CustomerId, MemberId,
    access::{ContactsBulk, ContactsExport, ContactsRead, CustomersRead, Permission, Scope},
    crm::contacts::{Company, Contact, Filter, Order, Owner},
    custom_fields::Values,
    import::Target,
    list::{Mark, Slice, Sort},
};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use std::sync::LazyLock;
use uuid::Uuid;

const CONTACTS: Kind = Kind::Contacts;

const COLUMNS: &str = "e.id, e.version, e.first_name, e.last_name, e.name, e.job_title, e.customer_id, e.email, e.phone, \
    e.language, e.owner_id, e.do_not_contact, e.custom, e.archived_at, e.merged_into, e.created_at, e.updated_at, e.tenant_id";

const JOINED: &str = "o.name as owner_name, o.email as owner_email, c.name as customer_name";

/// By how far the reader sees customers: nothing, own, team, all.
static JOINS: LazyLock<[String; 4]> = LazyLock::new(|| {
    [None, Some(Scope::Own), Some(Scope::Team), Some(Scope::All)].map(|firms| {
        let firms = reaches(Kind::Customers, firms);
        format!(
            " left join members o on o.tenant_id = p.tenant_id and o.id = p.owner_id \
              left join lateral (select e.name from customers e \
                where e.tenant_id = p.tenant_id and e.id = p.customer_id and {firms}) c on true"
        )
    })
});

fn shape(tx: &TenantTx) -> Shape {
    let joins = &JOINS[tx.scope::<CustomersRead>().map_or(0, |s| s as usize + 1)];
    Shape { from: "contacts e", columns: COLUMNS, joined: JOINED, joins, counted: "e.name_key" }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Name => ("e.name_key", "text collate \"und-x-icu\""),
        Order::Title => ("case when e.job_title is null then '' else e.job_title end", "text"),
        Order::Added => ("e.created_at", "timestamptz"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of the contacts that the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Contact>> {
    let asked = asked(tx, filter, true).await?;
    let near = asked.near;
    let (who, scope, shape) = (tx.who(), tx.scope::<ContactsRead>(), shape(tx));
    let plan = plan(filter, &asked.hits, scope);
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), plan).await?;
    let mut rows: Vec<Contact> = page.rows.into_iter().map(Row::contact).collect();
    custom_fields::name_people(tx, rows.iter_mut().map(|c| &mut c.custom)).await?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near })
}

/// What a question asks that other tables answer.
struct Asked {
    hits: search::Hits,
    /// They are only close.
    near: bool,
    custom: Vec<custom_fields::Condition>,
}

/// `near`: whether what is only close to the words will do, where nothing is exactly so.
async fn asked(tx: &mut TenantTx, filter: &Filter, near: bool) -> Result<Asked> {
    let custom = custom_fields::conditions(tx, Target::Contacts, &filter.custom).await?;
    let (hits, near) = match near {
        true => search::hits_or_near(tx, "contact", &filter.q).await?,
        false => (search::hits(tx, "contact", &filter.q).await?, false),
    };
    Ok(Asked { hits, near, custom })
}

/// The usual questions have their index: all, in some order.
fn plan(filter: &Filter, hits: &search::Hits, scope: Option<Scope>) -> Plan {
    if matches!(hits, search::Hits::These(_)) {
        return Plan::Found;
    }
    let elsewhere = !filter.customer.is_empty()
        || !filter.language.is_empty()
        || !filter.reached.is_empty()
        || filter.mine
        || filter.owner_is.is_some()
        || !filter.custom.is_empty()
        || !filter.tag.is_empty();
    let usual = !elsewhere && matches!(hits, search::Hits::All);
    if usual && scope == Some(Scope::All) { Plan::Kept } else { Plan::Fresh }
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, asked: &Asked, who: Who, scope: Option<Scope>) {
    reach::narrow(q, CONTACTS, scope);
    match filter.archived() {
        // What was merged into another one is found there.
        true => q.push(" and e.archived_at is not null and e.merged_into is null"),
        false => q.push(" and e.archived_at is null"),
    };
    if let Ok(customer) = filter.customer.parse::<Uuid>() {
        q.push(" and e.id in (select l.contact_id from customer_contacts l where l.customer_id = ")
            .push_bind(customer)
            .push(")");
    }
    if !filter.language.is_empty() {
        q.push(" and e.language = ").push_bind(filter.language.clone());
    }
    match filter.reached.as_str() {
        "email" => q.push(" and e.email is not null and not e.do_not_contact"),
        "phone" => q.push(" and e.phone is not null and not e.do_not_contact"),
        "nobody" => q.push(" and (e.do_not_contact or (e.email is null and e.phone is null))"),
        _ => q,
    };
    if let (true, Who::Member(me)) = (filter.mine, who) {
        q.push(" and e.owner_id = ").push_bind(me.0);
    }
    if let Some(owner) = filter.owner_is {
        q.push(" and e.owner_id = ").push_bind(owner.0);
    }
    tags::narrow(q, &filter.tag);
    asked.custom.iter().for_each(|condition| condition.narrow(q));
    asked.hits.narrow(q);
}

/// How many contacts the filter finds, counted no further than one past `most`.
///
/// `P` is what is to be done with them.
pub async fn count<P: Permission>(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    // A file has what the list shows; what changes records takes none for another.
    let asked = asked(tx, filter, P::KEY == ContactsExport::KEY).await?;
    let (who, shape) = (tx.who(), shape(tx));
    let scope = reach::lower::<P, ContactsRead>(tx.rights());
    exports::count(tx, &shape, &|q| narrow(q, filter, &asked, who, scope), most).await
}

/// The contacts of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Contact>, Option<Mark>)> {
    let asked = asked(tx, filter, true).await?;
    let (who, key, shape) = (tx.who(), key(filter.order()), shape(tx));
    let scope = reach::lower::<ContactsExport, ContactsRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key, after, most).await?;
    let mut rows: Vec<Contact> = rows.into_iter().map(Row::contact).collect();
    custom_fields::name_people(tx, rows.iter_mut().map(|c| &mut c.custom)).await?;
    tagged(tx, &mut rows).await?;
    Ok((rows, next))
}

/// Puts their tags to records that the reader may see.
pub async fn tagged(tx: &mut TenantTx, rows: &mut [Contact]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let mut found = tags::of(tx, &ids).await?;
    for row in rows {
        row.tags = found.remove(&row.id.0).unwrap_or_default();
    }
    Ok(())
}

/// One contact, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: ContactId) -> Result<Contact> {
    let mut q = QueryBuilder::new("select ");
    let shape = shape(tx);
    q.push(shape.joined)
        .push(", p.* from (select ")
        .push(COLUMNS)
        .push(" from contacts e where e.id = ")
        .push_bind(id.0);
    reach::narrow(&mut q, CONTACTS, tx.scope::<ContactsRead>());
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let mut contact = row.ok_or(Error::NotFound)?.contact();
    custom_fields::name_people(tx, [&mut contact.custom]).await?;
    Ok(contact)
}

/// All that the filter finds, for changing many at once.
pub async fn matching(tx: &mut TenantTx, filter: &Filter) -> Result<Vec<ContactId>> {
    let asked = asked(tx, filter, false).await?;
    let (who, scope) = (tx.who(), reach::lower::<ContactsBulk, ContactsRead>(tx.rights()));
    let mut q = QueryBuilder::new("select e.id from contacts e where true");
    narrow(&mut q, filter, &asked, who, scope);
    let ids: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(ContactId).collect())
}

/// Contacts whose words fit, as a field suggests them: with the address that tells namesakes apart.
pub async fn options(tx: &mut TenantTx, question: &str) -> Result<Vec<String>> {
    let hits = search::hits(tx, "contact", question).await?;
    let mut q = QueryBuilder::new("select ");
    q.push(CONTACT).push(" from contacts e where e.archived_at is null");
    reach::narrow(&mut q, CONTACTS, tx.scope::<ContactsRead>());
    hits.narrow(&mut q);
    q.push(" order by e.name_key, e.id limit 10");
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// The contact that these words name, if they name one alone that the reader may see: an address, alone or in brackets
/// behind a name, or a name.
pub async fn named(tx: &mut TenantTx, words: &str) -> Result<Option<ContactId>> {
    let words = words.trim();
    let address = words.strip_suffix(')').and_then(|w| w.rsplit_once('(')).map_or(words, |(_, address)| address.trim());
    let mut q = QueryBuilder::new("select e.id, case when lower(e.email) = lower(");
    q.push_bind(address)
        .push(") then 1 else 2 end from contacts e where e.archived_at is null and (lower(e.email) = lower(");
    q.push_bind(address).push(") or lower(e.name) = lower(").push_bind(words).push("))");
    reach::narrow(&mut q, CONTACTS, tx.scope::<ContactsRead>());
    q.push(" order by 2, 1 limit 3");
    let mut found: Vec<(Uuid, i32)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let best = found.first().map(|(_, by)| *by);
    found.retain(|(_, by)| Some(*by) == best);
    match found[..] {
        [(id, _)] => Ok(Some(ContactId(id))),
        _ => Ok(None),
    }
}

row! {
    struct Row {
        owner_name: Option<String>,
        owner_email: Option<String>,
        customer_name: Option<String>,
        id: Uuid,
        version: i32,
        first_name: String,
        last_name: String,
        name: String,
        job_title: Option<String>,
        customer_id: Option<Uuid>,
        email: Option<String>,
        phone: Option<String>,
        language: Option<String>,
        owner_id: Option<Uuid>,
        do_not_contact: bool,
        custom: Option<Value>,
        archived_at: Option<DateTime<Utc>>,
        merged_into: Option<Uuid>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    }
}

impl Row {
    fn contact(self) -> Contact {
        Contact {
            id: ContactId(self.id),
            version: self.version,
            first_name: self.first_name,
            last_name: self.last_name,
            name: self.name,
            job_title: self.job_title,
            customer: self.customer_id.map(CustomerId).zip(self.customer_name).map(|(id, name)| Company { id, name }),
            email: self.email,
            phone: self.phone,
            language: self.language,
            owner: self
                .owner_id
                .map(MemberId)
                .zip(self.owner_name.zip(self.owner_email))
                .map(|(id, (name, email))| Owner { id, name, email }),
            do_not_contact: self.do_not_contact,
            archived: self.archived_at.is_some(),
            custom: Values::of(self.custom, None, None),
            tags: vec![],
            merged_into: self.merged_into.map(ContactId),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
