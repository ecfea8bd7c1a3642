//! Queries of leads. Every read passes through [`COLUMNS`].

pub mod assigning;
mod change;
pub mod conversion;
pub mod forms;
pub mod scores;

pub use change::{add, archive, change, check, restore, restore_batch};

use crate::{
    Error, Result, TenantTx, Who, custom_fields,
    db::strange,
    exports,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind},
    search, tags,
};
use chrono::{DateTime, Utc};
use domain::{
    LeadId, MemberId,
    access::{CustomersRead, LeadsBulk, LeadsExport, LeadsRead, Permission, Scope},
    crm::{
        customers::Owner,
        leads::{Filter, Lead, Order, Status},
    },
    custom_fields::Values,
    import::Target,
    list::{Mark, Slice, Sort},
    places::Country,
};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

const LEADS: Kind = Kind::Leads;

const COLUMNS: &str = "e.id, e.version, e.name, e.email, e.phone, e.company, e.job_title, e.website, e.size, e.country, e.source, \
    e.campaign, e.utm_source, e.utm_medium, e.utm_campaign, e.utm_term, e.utm_content, e.owner_id, e.status, e.reason, e.consent, \
    e.consent_at, e.fit, e.engagement, e.converted_at, e.archived_at, e.merged_into, e.created_at, e.updated_at, e.custom, e.tenant_id";

const SHAPE: Shape = Shape {
    from: "leads e",
    columns: COLUMNS,
    joined: "o.name as owner_name, o.email as owner_email",
    joins: " left join members o on o.tenant_id = p.tenant_id and o.id = p.owner_id",
    counted: "e.created_at",
};

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Created => ("e.created_at", "timestamptz"),
        Order::Name => ("e.name_key", "text collate \"und-x-icu\""),
        Order::Company => ("case when e.company is null then '' else lower(e.company) end", "text"),
        Order::Score => ("e.score", "int"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of the leads that the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Lead>> {
    let asked = asked(tx, filter, true).await?;
    let near = asked.near;
    let (who, scope) = (tx.who(), tx.scope::<LeadsRead>());
    let plan = plan(filter, &asked.hits, scope);
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let page = list::page::<Row>(tx.conn(), &SHAPE, &conditions, &key(filter.order()), &filter.cursor(), plan).await?;
    let mut rows: Vec<Lead> = page.rows.into_iter().map(Row::lead).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|l| &mut l.custom)).await?;
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
    let custom = custom_fields::conditions(tx, Target::Leads, &filter.custom).await?;
    let (hits, near) = match near {
        true => search::hits_or_near(tx, "lead", &filter.q).await?,
        false => (search::hits(tx, "lead", &filter.q).await?, false),
    };
    Ok(Asked { hits, near, custom })
}

/// The usual questions have their index: all, or one status, in some order.
fn plan(filter: &Filter, hits: &search::Hits, scope: Option<Scope>) -> Plan {
    if matches!(hits, search::Hits::These(_)) {
        return Plan::Found;
    }
    let usual = !Filter { status: String::new(), ..filter.clone() }.narrows() && matches!(hits, search::Hits::All);
    if usual && filter.status.is_empty() && scope == Some(Scope::All) { Plan::Kept } else { Plan::Fresh }
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, asked: &Asked, who: Who, scope: Option<Scope>) {
    reach::narrow(q, LEADS, scope);
    match filter.status() {
        Some(Status::Archived) => q.push(" and e.archived_at is not null and e.merged_into is null"),
        None => q.push(" and e.archived_at is null"),
        Some(status) => q.push(" and e.archived_at is null and e.status = ").push_bind(status.key()),
    };
    if !filter.source.is_empty() {
        q.push(" and e.source = any(").push_bind(filter.source.clone()).push(")");
    }
    match (filter.owner.as_str(), who) {
        ("me", Who::Member(me)) => {
            q.push(" and e.owner_id = ").push_bind(me.0);
        }
        ("nobody", _) => {
            q.push(" and e.owner_id is null");
        }
        (id, _) => {
            if let Ok(id) = id.parse::<Uuid>() {
                q.push(" and e.owner_id = ").push_bind(id);
            }
        }
    }
    tags::narrow(q, &filter.tag);
    asked.custom.iter().for_each(|condition| condition.narrow(q));
    asked.hits.narrow(q);
}

/// How many leads the filter finds, counted no further than one past `most`.
///
/// `P` is what is to be done with them.
pub async fn count<P: Permission>(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    // A file has what the list shows; what changes records takes none for another.
    let asked = asked(tx, filter, P::KEY == LeadsExport::KEY).await?;
    let (who, scope) = (tx.who(), reach::lower::<P, LeadsRead>(tx.rights()));
    exports::count(tx, &SHAPE, &|q| narrow(q, filter, &asked, who, scope), most).await
}

/// The leads of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Lead>, Option<Mark>)> {
    let asked = asked(tx, filter, true).await?;
    let (who, key) = (tx.who(), key(filter.order()));
    let scope = reach::lower::<LeadsExport, LeadsRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let (rows, next) = exports::page::<Row>(tx, &SHAPE, &conditions, &key, after, most).await?;
    let mut rows: Vec<Lead> = rows.into_iter().map(Row::lead).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|l| &mut l.custom)).await?;
    tagged(tx, &mut rows).await?;
    Ok((rows, next))
}

/// Puts their tags to records that the reader may see.
pub async fn tagged(tx: &mut TenantTx, rows: &mut [Lead]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let mut found = tags::of(tx, &ids).await?;
    for row in rows {
        row.tags = found.remove(&row.id.0).unwrap_or_default();
    }
    Ok(())
}

/// One lead, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: LeadId) -> Result<Lead> {
    let mut q = QueryBuilder::new("select ");
    q.push(SHAPE.joined).push(", p.* from (select ").push(COLUMNS).push(" from leads e where e.id = ").push_bind(id.0);
    reach::narrow(&mut q, LEADS, tx.scope::<LeadsRead>());
    q.push(") p").push(SHAPE.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let mut lead = row.ok_or(Error::NotFound)?.lead()?;
    custom_fields::name_people(tx, [&mut lead.custom]).await?;
    Ok(lead)
}

/// All that the filter finds, for changing many at once.
pub async fn matching(tx: &mut TenantTx, filter: &Filter) -> Result<Vec<LeadId>> {
    let asked = asked(tx, filter, false).await?;
    let (who, scope) = (tx.who(), reach::lower::<LeadsBulk, LeadsRead>(tx.rights()));
    let mut q = QueryBuilder::new("select e.id from leads e where true");
    narrow(&mut q, filter, &asked, who, scope);
    let ids: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(LeadId).collect())
}

/// Customers whose name fits what was typed, for the company of a lead.
pub async fn company_options(tx: &mut TenantTx, question: &str) -> Result<Vec<String>> {
    if tx.scope::<CustomersRead>().is_none() {
        return Ok(vec![]);
    }
    let options = super::customers::options(tx, question).await?;
    Ok(options.into_iter().map(|c| c.name).collect())
}

/// Sources of the newest leads that the reader may see, for a filter and for forms.
pub async fn sources(tx: &mut TenantTx) -> Result<Vec<String>> {
    let mut q = QueryBuilder::new(
        "select distinct s.source from (select e.source from leads e where e.archived_at is null and e.source > ''",
    );
    reach::narrow(&mut q, LEADS, tx.scope::<LeadsRead>());
    q.push(" order by e.created_at desc, e.id desc limit 2000) s order by 1 limit 100");
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

row! {
    struct Row {
        owner_name: Option<String>,
        owner_email: Option<String>,
        id: Uuid,
        version: i32,
        name: String,
        email: Option<String>,
        phone: Option<String>,
        company: Option<String>,
        job_title: Option<String>,
        website: Option<String>,
        size: Option<i32>,
        country: Option<String>,
        source: Option<String>,
        campaign: Option<String>,
        utm_source: Option<String>,
        utm_medium: Option<String>,
        utm_campaign: Option<String>,
        utm_term: Option<String>,
        utm_content: Option<String>,
        owner_id: Option<Uuid>,
        status: String,
        reason: Option<String>,
        consent: Option<String>,
        consent_at: Option<DateTime<Utc>>,
        fit: i32,
        engagement: i32,
        converted_at: Option<DateTime<Utc>>,
        archived_at: Option<DateTime<Utc>>,
        merged_into: Option<Uuid>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        custom: Option<Value>,
    }
}

impl Row {
    fn lead(self) -> Result<Lead> {
        let country = self.country.map(|c| Country::parse(&c).map_err(|_| strange("country", &c))).transpose()?;
        let status = Status::parse(&self.status).ok_or_else(|| strange("status", &self.status))?;
        let owner = self.owner_id.map(MemberId).zip(self.owner_name.zip(self.owner_email));
        Ok(Lead {
            id: LeadId(self.id),
            version: self.version,
            name: self.name,
            email: self.email,
            phone: self.phone,
            company: self.company,
            job_title: self.job_title,
            website: self.website,
            size: self.size,
            country,
            source: self.source,
            campaign: self.campaign,
            utm: [self.utm_source, self.utm_medium, self.utm_campaign, self.utm_term, self.utm_content],
            owner: owner.map(|(id, (name, email))| Owner { id, name, email }),
            merged_into: self.merged_into.map(LeadId),
            status: if self.archived_at.is_some() { Status::Archived } else { status },
            standing: status,
            reason: self.reason,
            consent: self.consent.zip(self.consent_at),
            fit: self.fit,
            engagement: self.engagement,
            converted_at: self.converted_at,
            custom: Values::of(self.custom, None, None),
            tags: vec![],
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
