//! Queries of candidates: the pool, one of them, and the words that a search finds them by. Their applications are in
//! [`applications`], what comes in from outside is in [`arrivals`].

pub mod applications;
pub mod arrivals;

use crate::{
    Error, Result, TenantTx, Version,
    db::strange,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind},
    search::{self, Hits},
};
use chrono::{DateTime, Utc};
use domain::{
    CandidateId, EmployeeId, FileId, PostingId,
    access::{CandidatesRead, CandidatesWrite, Scope},
    hr::candidates::{CV_LETTERS, Candidate, Filter, Order, Source},
    list::{Slice, Sort},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

const COLUMNS: &str = "e.id, e.version, e.name, e.email, e.phone, e.employee_id, e.source, e.rating, e.retention_days, \
    e.consented_at, e.erasure_asked_at, e.created_at, e.tenant_id";

/// Of their applications that the reader sees: how many, and the latest.
fn shape(scope: Option<Scope>) -> Shape {
    let joins = match scope {
        Some(Scope::All) => concat!(
            " left join lateral (select count(*) as applications from applications a where a.tenant_id = p.tenant_id and a.candidate_id = p.id) n on true",
            " left join lateral (select a.posting_id, o.title, s.name as stage from applications a",
            " join postings o on o.tenant_id = a.tenant_id and o.id = a.posting_id",
            " join posting_stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id",
            " where a.tenant_id = p.tenant_id and a.candidate_id = p.id order by a.created_at desc, a.id desc limit 1) l on true"
        ),
        _ => concat!(
            " left join lateral (select count(*) as applications from applications a where a.tenant_id = p.tenant_id and a.candidate_id = p.id",
            " and a.posting_id in (select t.posting_id from posting_team t where t.member_id = house.me_member())) n on true",
            " left join lateral (select a.posting_id, o.title, s.name as stage from applications a",
            " join postings o on o.tenant_id = a.tenant_id and o.id = a.posting_id",
            " join posting_stages s on s.tenant_id = a.tenant_id and s.id = a.stage_id",
            " where a.tenant_id = p.tenant_id and a.candidate_id = p.id",
            " and a.posting_id in (select t.posting_id from posting_team t where t.member_id = house.me_member())",
            " order by a.created_at desc, a.id desc limit 1) l on true"
        ),
    };
    Shape {
        from: "candidates e",
        columns: COLUMNS,
        joined: "n.applications, l.posting_id, l.title, l.stage",
        joins,
        counted: "e.created_at",
    }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Created => ("e.created_at", "timestamptz"),
        Order::Name => ("lower(e.name)", "text"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of what the reader may see; and whether they are only close to the words.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Candidate>> {
    let scope = tx.scope::<CandidatesRead>();
    let (hits, near) = search::hits_or_near(tx, "candidate", &filter.q).await?;
    let shape = shape(scope);
    let conditions = |q: &mut QueryBuilder<Postgres>| {
        reach::narrow(q, Kind::CandidatesSeen, scope);
        match &hits {
            Hits::All => {}
            Hits::These(ids) => {
                q.push(" and e.id = any(").push_bind(ids.clone()).push(")");
            }
            Hits::Broad(patterns) => {
                for pattern in patterns {
                    q.push(" and exists (select from candidate_words w where w.tenant_id = e.tenant_id and w.candidate_id = e.id and w.search_text like ");
                    q.push_bind(pattern.clone()).push(")");
                }
            }
        }
        if let Some(source) = filter.source() {
            q.push(" and e.source = ").push_bind(source.key());
        }
        if let Some(rating) = filter.rating() {
            q.push(" and e.rating >= ").push_bind(rating);
        }
    };
    let page =
        list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), Plan::Fresh).await?;
    let rows = page.rows.into_iter().map(Row::candidate).collect::<Result<_>>()?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near })
}

/// One of them, if the reader may see them.
pub async fn find(tx: &mut TenantTx, id: CandidateId) -> Result<Candidate> {
    let scope = tx.scope::<CandidatesRead>();
    let shape = shape(scope);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS).push(" from candidates e where e.id = ");
    q.push_bind(id.0);
    reach::narrow(&mut q, Kind::CandidatesSeen, scope);
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    row.ok_or(Error::NotFound)?.candidate()
}

/// Others who may be the same person: by name, which is all that two addresses leave.
pub async fn alike(tx: &mut TenantTx, of: &Candidate) -> Result<Vec<(CandidateId, String)>> {
    let mut q = QueryBuilder::new("select e.id, e.name from candidates e where e.id <> ");
    q.push_bind(of.id.0).push(" and (lower(e.name) = lower(").push_bind(of.name.clone());
    q.push(") or e.phone = ").push_bind(of.phone.clone()).push(")");
    reach::narrow(&mut q, Kind::CandidatesSeen, tx.scope::<CandidatesRead>());
    q.push(" order by e.created_at desc, e.id limit 5");
    let rows: Vec<(Uuid, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id, name)| (CandidateId(id), name)).collect())
}

/// How good somebody seems, from one to five; none: nobody has said.
pub async fn rate(tx: &mut TenantTx, id: CandidateId, version: Version, rating: Option<i32>) -> Result<()> {
    reach::hold::<CandidatesWrite>(tx, Kind::Candidates, id.0).await?;
    let done = sqlx::query!(
        "update candidates set rating = $3, version = version + 1, updated_at = $4 where id = $1 and version = $2",
        id.0,
        version,
        rating,
        tx.now()
    );
    if done.execute(tx.conn()).await?.rows_affected() > 0 {
        return Ok(());
    }
    find(tx, id).await?;
    Err(Error::Stale)
}

/// Keeps what a CV says, for the search.
pub async fn keep_words(tx: &mut TenantTx, id: CandidateId, cv: &str) -> Result<()> {
    let cv: String = cv.chars().take(CV_LETTERS).collect();
    sqlx::query!("update candidate_words set cv = $2 where candidate_id = $1", id.0, cv).execute(tx.conn()).await?;
    Ok(())
}

/// What kind of file it is, while it is there.
pub async fn media_type(tx: &mut TenantTx, file: FileId) -> Result<Option<String>> {
    let row = sqlx::query_scalar!("select media_type from files where id = $1", file.0);
    Ok(row.fetch_optional(tx.conn()).await?)
}

row! {
    struct Row {
        applications: Option<i64>,
        posting_id: Option<Uuid>,
        title: Option<String>,
        stage: Option<String>,
        id: Uuid,
        version: i32,
        name: String,
        email: Option<String>,
        phone: Option<String>,
        employee_id: Option<Uuid>,
        source: String,
        rating: Option<i32>,
        retention_days: i32,
        consented_at: Option<DateTime<Utc>>,
        erasure_asked_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
    }
}

impl Row {
    fn candidate(self) -> Result<Candidate> {
        let latest = match (self.posting_id, self.title, self.stage) {
            (Some(id), Some(title), Some(stage)) => Some((PostingId(id), title, stage)),
            _ => None,
        };
        Ok(Candidate {
            id: CandidateId(self.id),
            version: self.version,
            name: self.name,
            email: self.email,
            phone: self.phone,
            employee: self.employee_id.map(EmployeeId),
            source: source(&self.source)?,
            rating: self.rating,
            days: self.retention_days,
            consented_at: self.consented_at,
            erasure_asked_at: self.erasure_asked_at,
            created_at: self.created_at,
            applications: self.applications.unwrap_or_default(),
            latest,
        })
    }
}

fn source(key: &str) -> Result<Source> {
    Source::parse(key).ok_or_else(|| strange("source", key))
}
