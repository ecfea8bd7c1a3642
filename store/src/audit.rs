//! The audit trail: noting what is no change of a record, reading it, and finding whether it was tampered with.
//!
//! Changes of records are written by the trigger `house.audit`, see migrations/0012_audit_trail.sql.

use crate::{Error, IdentityTx, Result, TenantTx, activity, db::strange};
use chrono::{DateTime, Utc};
use domain::{AccountId, Day, audit::Action};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Notes in the reader's name what is no change of a row.
pub async fn note(tx: &mut TenantTx, record: &str, id: Uuid, action: Action, changes: &Value) -> Result<()> {
    sqlx::query!("select house.note($1, $2, $3, $4)", record, id, action.key(), changes).execute(tx.conn()).await?;
    Ok(())
}

/// Notes what happened to somebody's account, in each workspace that they may enter. `own`: by their own hand, as far
/// as anybody can know.
pub async fn note_account(
    tx: &mut IdentityTx,
    account: AccountId,
    address: &str,
    own: bool,
    action: Action,
    changes: &Value,
) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "select house.note_account($1, $2, $3, $4, $5, $6)",
        account.0,
        action.key(),
        changes,
        own,
        address,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A question to the trail.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `member:<id>`, `system`, or `job:` for all of them.
    pub actor: Option<String>,
    pub action: Option<Action>,
    /// The table: `employees`, `members`.
    pub record: Option<String>,
    pub record_id: Option<Uuid>,
    /// First and last day, where the workspace is.
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// Events before this one.
    pub before: Option<i64>,
}

/// One event as it stands; what of it the reader may know is for [`crate::activity`]'s rule.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    /// The member's name, if it was one.
    pub name: Option<String>,
    pub cause: Option<String>,
    pub address: Option<String>,
    pub record: String,
    pub record_id: Uuid,
    /// What the record is called, where that can be told.
    pub called: Option<String>,
    pub action: Action,
    pub changes: Value,
}

/// Events, newest first, at most `most`. Pay that some of them show was read.
pub async fn list(tx: &mut TenantTx, asked: &Asked, most: i64) -> Result<Vec<Event>> {
    let zone = tx.zone();
    // Days long ago are found by their index, and not by walking back to them from today.
    let by_day = asked.from.is_some() || asked.to.is_some();
    let mut q = QueryBuilder::<Postgres>::new(
        "select p.id, p.at, p.actor, m.name, p.cause, p.address, p.record, p.record_id,
                coalesce(e.first_name || ' ' || e.last_name, c.name, k.name, d.name, l.name, s.name, r.name, i.email), p.action, p.changes
         from (select a.* from ",
    );
    // Of all jobs: the newest events of each, which one index has, and of those the newest.
    let jobs = asked.actor.as_deref() == Some("job:");
    match &asked.actor {
        Some(_) if jobs => {
            let names: Vec<String> = domain::jobs::NAMES.iter().map(|name| format!("job:{name}")).collect();
            q.push("unnest(").push_bind(names);
            q.push(") as j (actor) cross join lateral (select * from audit_events a where a.actor = j.actor");
        }
        Some(actor) => {
            q.push("audit_events a where a.actor = ").push_bind(actor.clone());
        }
        None => {
            q.push("audit_events a where true");
        }
    }
    match asked.before {
        Some(before) if by_day => {
            q.push(" and (a.at, a.id) < (select b.at, b.id from audit_events b where b.id = ")
                .push_bind(before)
                .push(")");
        }
        Some(before) => {
            q.push(" and a.id < ").push_bind(before);
        }
        None => {}
    }
    if let Some(action) = asked.action {
        q.push(" and a.action = ").push_bind(action.key());
    }
    if let Some(record) = &asked.record {
        q.push(" and a.record = ").push_bind(record.clone());
    }
    if let Some(id) = asked.record_id {
        q.push(" and a.record_id = ").push_bind(id);
    }
    let midnight = |day: Day| day.0.and_hms_opt(0, 0, 0).unwrap_or_default();
    if let Some(from) = asked.from {
        q.push(" and a.at >= ").push_bind(midnight(from)).push(" at time zone ").push_bind(zone.name());
    }
    if let Some(to) = asked.to {
        q.push(" and a.at < (")
            .push_bind(midnight(to))
            .push("::timestamp + interval '1 day') at time zone ")
            .push_bind(zone.name());
    }
    let newest = if by_day { " order by a.at desc, a.id desc limit " } else { " order by a.id desc limit " };
    q.push(newest).push_bind(most);
    if jobs {
        q.push(") a").push(newest).push_bind(most);
    }
    q.push(
        ") p
         left join members m on m.tenant_id = p.tenant_id and p.actor = 'member:' || m.id
         left join employees e on p.record in ('employees', 'pay') and e.tenant_id = p.tenant_id and e.id = p.record_id
         left join customers c on p.record = 'customers' and c.tenant_id = p.tenant_id and c.id = p.record_id
         left join contacts k on p.record = 'contacts' and k.tenant_id = p.tenant_id and k.id = p.record_id
         left join deals d on p.record = 'deals' and d.tenant_id = p.tenant_id and d.id = p.record_id
         left join leads l on p.record = 'leads' and l.tenant_id = p.tenant_id and l.id = p.record_id
         left join members s on p.record = 'members' and s.tenant_id = p.tenant_id and s.id = p.record_id
         left join roles r on p.record = 'roles' and r.tenant_id = p.tenant_id and r.id = p.record_id
         left join invitations i on p.record = 'invitations' and i.tenant_id = p.tenant_id and i.id = p.record_id",
    );
    q.push(if by_day { " order by p.at desc, p.id desc" } else { " order by p.id desc" });
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let events: Vec<Event> = rows.into_iter().map(Row::event).collect::<Result<_>>()?;
    let sight = tx.rights().sight_of_all();
    let shows =
        |e: &&Event| e.changes.as_object().is_some_and(|c| c.keys().any(|c| activity::pay(sight, &e.record, c)));
    tx.reads_pay(events.iter().filter(shows).map(|e| e.record_id));
    Ok(events)
}

type Columns = (
    i64,
    DateTime<Utc>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    Uuid,
    Option<String>,
    String,
    Value,
);

struct Row(Columns);

impl<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> for Row {
    fn from_row(row: &'r sqlx::postgres::PgRow) -> sqlx::Result<Self> {
        Columns::from_row(row).map(Self)
    }
}

impl Row {
    fn event(self) -> Result<Event> {
        let (id, at, actor, name, cause, address, record, record_id, called, action, changes) = self.0;
        let action = Action::parse(&action).ok_or_else(|| strange("action", &action))?;
        Ok(Event { id, at, actor, name, cause, address, record, record_id, called, action, changes })
    }
}

/// Kinds of records that are in the trail, for its filter; a probe per kind.
pub async fn kinds(tx: &mut TenantTx) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"with recursive k as (
             (select record as name from audit_events order by 1 limit 1)
             union all
             select (select a.record from audit_events a where a.record > k.name order by 1 limit 1)
             from k where k.name is not null
           )
           select name as "name!" from k where name is not null limit 100"#
    )
    .fetch_all(tx.conn())
    .await?)
}

// ── the chain ────────────────────────────────────────────────────────────────────────────────────────────────────

/// Where a workspace's chain stands: what to keep elsewhere, so that an end that was cut off is missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub seals: i64,
    /// In hexadecimal.
    pub hash: String,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seals, self.hash)
    }
}

impl std::str::FromStr for Head {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once(':').and_then(|(n, hash)| Some((n.parse().ok()?, hash)));
        let (seals, hash) = parts.ok_or("a head is a number, a colon and a hash, as `audit verify` prints it")?;
        Ok(Self { seals, hash: hash.to_lowercase() })
    }
}

/// What verifying a workspace's trail has come to.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub events: i64,
    pub head: Head,
    /// What is wrong, in words; none: nothing was edited, removed, added or reordered.
    pub findings: Vec<String>,
}

/// Seals that are looked at in one statement, and events from which on it is enough: an archiving of all has as many as
/// it likes under one seal.
const STEP: i64 = 1_000;
const EVENTS: i64 = 20_000;

/// Findings that are told one by one.
const TOLD: usize = 50;

/// Computes the chain anew. `kept` is a head that was noted earlier: it must still be on the chain.
pub async fn verify(tx: &mut TenantTx, kept: Option<&Head>) -> Result<Verdict> {
    let mut verdict = Verdict { events: 0, head: Head { seals: 0, hash: String::new() }, findings: Vec::new() };
    let mut expected_seq = 1;
    loop {
        let rows = sqlx::query!(
            r#"select s.seq, s.first_id, s.last_id, s.events, encode(s.hash, 'hex') as "hash!",
                 coalesce(e.n, 0) as "found!",
                 s.hash = sha256(coalesce(
                   (select b.hash from audit_seals b where b.seq = s.seq - 1),
                   house.audit_root(s.tenant_id)) || coalesce(e.leaves, ''::bytea)) as "holds!"
               from (select * from (
                       select *, sum(events) over (order by seq) - events as earlier
                       from (select * from audit_seals where seq >= $1 order by seq limit $2) few
                     ) few where earlier < $3) s
               left join lateral (
                 select count(*) as n, string_agg(house.audit_leaf(a), ''::bytea order by a.id) as leaves
                 from audit_events a where a.batch = s.batch and a.id between s.first_id and s.last_id
               ) e on true
               order by s.seq"#,
            expected_seq,
            STEP,
            EVENTS
        )
        .fetch_all(tx.conn())
        .await?;
        let more = !rows.is_empty();
        for r in rows {
            if r.seq > expected_seq {
                let gap = if r.seq - 1 == expected_seq {
                    format!("seal {expected_seq}")
                } else {
                    format!("seals {expected_seq} to {}", r.seq - 1)
                };
                verdict.findings.push(format!("{gap} missing"));
            }
            expected_seq = r.seq + 1;
            verdict.events += r.found;
            let events = match (r.first_id, r.last_id) {
                (a, b) if a == b => format!("event {a}"),
                (a, b) => format!("events {a} to {b}"),
            };
            let sealed = i64::from(r.events);
            if r.found < sealed {
                verdict.findings.push(format!("seal {}, {events}: {} of {sealed} missing", r.seq, sealed - r.found));
            } else if r.found > sealed {
                verdict.findings.push(format!("seal {}, {events}: {} more than were sealed", r.seq, r.found - sealed));
            } else if !r.holds {
                verdict.findings.push(format!("seal {}, {events}: edited or reordered, or the seal was", r.seq));
            }
            if kept.is_some_and(|k| k.seals == r.seq && k.hash != r.hash) {
                verdict.findings.push(format!("seal {}: not the one that was kept", r.seq));
            }
            verdict.head = Head { seals: r.seq, hash: r.hash };
        }
        if !more {
            break;
        }
    }
    if let Some(kept) = kept.filter(|k| k.seals > verdict.head.seals) {
        let cut = kept.seals - verdict.head.seals;
        verdict.findings.push(format!("the end is cut off: {cut} seals fewer than were kept"));
    }
    // What was put in beside the sealer has no seal. A trail that is older than seals begins without.
    let mut from = sqlx::query_scalar!("select first_id from audit_beginnings")
        .fetch_optional(tx.conn())
        .await?
        .unwrap_or(i64::MIN);
    while verdict.findings.len() <= TOLD {
        let step = sqlx::query!(
            r#"select max(a.id) as last, coalesce(array_agg(a.id order by a.id) filter (where not a.sealed), '{}') as "unsealed!: Vec<i64>"
               from (select a.id, exists (select from audit_seals s where s.batch = a.batch and a.id between s.first_id and s.last_id) as sealed
                     from audit_events a where a.id >= $1 order by a.id limit $2) a"#,
            from,
            EVENTS
        )
        .fetch_one(tx.conn())
        .await?;
        verdict.findings.extend(step.unsealed.into_iter().map(|id| format!("event {id}: was never sealed")));
        let Some(last) = step.last else { break };
        from = last + 1;
    }
    if verdict.findings.len() > TOLD {
        let more = verdict.findings.len() - TOLD;
        verdict.findings.truncate(TOLD);
        verdict.findings.push(format!("and {more} more"));
    }
    Ok(verdict)
}

/// Where the chain stands now.
pub async fn head(tx: &mut TenantTx) -> Result<Head> {
    let row = sqlx::query!(r#"select seq, encode(hash, 'hex') as "hash!" from audit_seals order by seq desc limit 1"#)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map_or(Head { seals: 0, hash: String::new() }, |r| Head { seals: r.seq, hash: r.hash }))
}

/// The workspaces whose trail can be verified: all, or the one of this slug.
pub async fn workspaces(tx: &mut IdentityTx, slug: Option<&str>) -> Result<Vec<(domain::TenantId, String)>> {
    let rows = sqlx::query!("select id, slug from tenants where $1::text is null or slug = $1 order by slug", slug)
        .fetch_all(tx.conn())
        .await?;
    if rows.is_empty() && slug.is_some() {
        return Err(Error::NotFound);
    }
    Ok(rows.into_iter().map(|r| (domain::TenantId(r.id), r.slug)).collect())
}

// ── reads ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Whose pay a request has read. Filled by the queries themselves, written down before the answer goes out.
#[derive(Clone, Default)]
pub struct Reads(std::sync::Arc<std::sync::Mutex<Vec<Uuid>>>);

impl Reads {
    pub(crate) fn add(&self, employees: impl IntoIterator<Item = Uuid>) {
        let mut reads = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for id in employees {
            if !reads.contains(&id) {
                reads.push(id);
            }
        }
    }

    /// What was read so far; it is then forgotten.
    pub fn take(&self) -> Vec<Uuid> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

/// Employees that one event names; of more it has the number.
const NAMED: usize = 1_000;

/// Notes that the pay of these employees was read.
pub async fn note_reads(tx: &mut TenantTx, employees: &[Uuid]) -> Result<()> {
    let tenant = tx.tenant().0;
    match employees {
        [] => Ok(()),
        [one] => note(tx, "pay", *one, Action::Read, &serde_json::json!({})).await,
        many if many.len() > NAMED => {
            note(tx, "pay", tenant, Action::Read, &serde_json::json!({ "employees": [null, many.len()] })).await
        }
        many => note(tx, "pay", tenant, Action::Read, &serde_json::json!({ "employees": [null, many] })).await,
    }
}
