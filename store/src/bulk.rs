//! Queries of bulk changes: one field of many records at once, kept with what each of them held before.

mod change;
mod field;
mod undo;

pub use change::{Preview, change, preview};
pub use field::{Asked, fields, known_place, resolve};
pub use undo::undo;

use crate::{
    Error, Result, TenantTx,
    crm::{contacts, customers, deals, leads},
    db::strange,
    hr::employees,
    queue, reach,
    support::tickets,
};
use domain::{
    BulkId, Day, MemberId,
    access::{
        ContactsRead, CustomersRead, DealsRead, EmployeesPay, EmployeesPersonal, EmployeesRead, LeadsRead, TicketsRead,
    },
    bulk::{Bulk, Draft, Outcome, Refused, State, Step},
    draft::FieldClass,
    import::{KEPT, Target},
    jobs::RunBulk,
};
use field::kind;
use serde_json::Value as Json;
use uuid::Uuid;

/// Changes that a list shows.
const LISTED: i64 = 50;

/// Whom a change is about.
#[derive(Debug, Clone)]
pub enum Whom {
    /// With the versions that were looked at.
    These(Vec<Uuid>, Vec<i32>),
    /// All that a list's filter finds.
    All(Json),
}

/// Writes a change down under the id that was drawn with its form. `false`: it was sent before, with the same.
pub async fn start(
    tx: &mut TenantTx,
    id: BulkId,
    by: MemberId,
    asked: &Asked,
    draft: &Draft,
    whom: &Whom,
    back: &str,
) -> Result<bool> {
    let (ids, versions, question) = match whom {
        Whom::These(ids, versions) => (&ids[..], &versions[..], None),
        Whom::All(question) => (&[][..], &[][..], Some(question)),
    };
    let request: BulkId = tx.id();
    // Taken away, the value is none.
    let value = if asked.wanted.value.is_null() { "" } else { &draft.value };
    let from = asked.wanted.from.map(|d| d.0);
    let added = sqlx::query!(
        "insert into bulk_changes (tenant_id, id, target, field, value, label, words, from_date, question, ids, versions, back, state,
           request, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'changing', $13, $14, $15) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        asked.target.key(),
        asked.wanted.field.key,
        value,
        asked.wanted.field.label,
        asked.wanted.words,
        from,
        question,
        ids,
        versions,
        back,
        request.0,
        by.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        return Ok(true);
    }
    let same = sqlx::query_scalar!(
        r#"select target = $2 and field = $3 and value = $4 and from_date is not distinct from $5 and question is not distinct from $6
             and ids = $7 and created_by = $8 and state in ('changing', 'changed') as "same!" from bulk_changes where id = $1"#,
        id.0,
        asked.target.key(),
        asked.wanted.field.key,
        value,
        from,
        question,
        ids,
        by.0
    );
    // Sent again after it was undone, or to change something else, it would be answered with what it is not.
    if same.fetch_one(tx.conn()).await? { Ok(false) } else { Err(Error::Stale) }
}

/// Hands it to the worker.
pub async fn hand_over(tx: &mut TenantTx, id: BulkId) -> Result<()> {
    let request =
        sqlx::query_scalar!("select request from bulk_changes where id = $1", id.0).fetch_one(tx.conn()).await?;
    queue::push(tx, &RunBulk { tenant: tx.tenant(), change: id, request }).await
}

/// Begins its undoing, if there is anything to undo. A second click finds it begun. It runs with the rights of whoever
/// made it, so to anybody else there is none.
pub async fn begin_undo(tx: &mut TenantTx, target: Target, id: BulkId, by: MemberId) -> Result<Option<Bulk>> {
    find(tx, target, id, by).await?;
    let request: BulkId = tx.id();
    let begun = sqlx::query!(
        "update bulk_changes set state = 'undoing', request = $2, done = 0, total = 0, failure = null
         where id = $1 and created_by = $3 and state in ('changed', 'failed') and changed > 0",
        id.0,
        request.0,
        by.0
    )
    .execute(tx.conn())
    .await?;
    if begun.rows_affected() == 0 { Ok(None) } else { find(tx, target, id, by).await.map(Some) }
}

/// One of this noun and of this member.
pub async fn find(tx: &mut TenantTx, target: Target, id: BulkId, by: MemberId) -> Result<Bulk> {
    let row = sqlx::query_as!(
        Row,
        "select id, target, field, value, label, words, from_date, question, ids, versions, back, state, done, total, changed, same,
           refused, given_back, left_alone, failure, created_at
         from bulk_changes where id = $1 and target = $2 and created_by = $3",
        id.0,
        target.key(),
        by.0
    );
    row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?.bulk()
}

/// Those of a member, the newest first.
pub async fn list(tx: &mut TenantTx, target: Target, by: MemberId) -> Result<Vec<Bulk>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, target, field, value, label, words, from_date, null::jsonb as question, '{}'::uuid[] as \"ids!\",
           '{}'::int[] as \"versions!\", back, state, done, total, changed, same, refused, given_back, left_alone, failure, created_at
         from bulk_changes where created_by = $2 and target = $1 order by created_at desc, id desc limit $3",
        target.key(),
        by.0,
        LISTED
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::bulk).collect()
}

struct Row {
    id: Uuid,
    target: String,
    field: String,
    value: String,
    label: String,
    words: String,
    from_date: Option<chrono::NaiveDate>,
    question: Option<Json>,
    ids: Vec<Uuid>,
    versions: Vec<i32>,
    back: String,
    state: String,
    done: i32,
    total: i32,
    changed: i32,
    same: i32,
    refused: Json,
    given_back: i32,
    left_alone: i32,
    failure: Option<String>,
    created_at: chrono::DateTime<chrono::Utc>,
}

impl Row {
    fn bulk(self) -> Result<Bulk> {
        let refused: Vec<Refused> =
            serde_json::from_value(self.refused).map_err(|e| strange("refused", &e.to_string()))?;
        let count = |n: i32| usize::try_from(n).unwrap_or_default();
        let empty = if self.value.is_empty() { "true".to_owned() } else { String::new() };
        let from = self.from_date.map(Day);
        Ok(Bulk {
            id: BulkId(self.id),
            target: Target::parse(&self.target).ok_or_else(|| strange("target", &self.target))?,
            draft: Draft {
                field: self.field,
                value: self.value,
                empty,
                from: from.map(|d| d.to_string()).unwrap_or_default(),
            },
            label: self.label,
            words: self.words,
            from,
            question: self.question,
            ids: self.ids,
            versions: self.versions,
            back: self.back,
            state: State::parse(&self.state).ok_or_else(|| strange("state", &self.state))?,
            done: self.done,
            total: self.total,
            outcome: Outcome { changed: count(self.changed), same: count(self.same), refused },
            given_back: self.given_back,
            left_alone: self.left_alone,
            failure: self.failure,
            created_at: self.created_at,
        })
    }
}

/// Whose it is, and of which noun.
pub async fn asked_by(tx: &mut TenantTx, id: BulkId) -> Result<(MemberId, Target)> {
    let row =
        sqlx::query!("select created_by, target from bulk_changes where id = $1", id.0).fetch_one(tx.conn()).await?;
    let target = Target::parse(&row.target).ok_or_else(|| strange("target", &row.target))?;
    Ok((MemberId(row.created_by), target))
}

/// Takes it for this transaction alone, if this request is still to be done: a worker that was thought dead and comes
/// back waits here, and then finds the work done. The row stays free, so that progress can be told meanwhile.
pub async fn take(tx: &mut TenantTx, target: Target, id: BulkId, by: MemberId, request: Uuid) -> Result<Option<Bulk>> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('bulk:' || $1::text, 0))", id.to_string())
        .execute(tx.conn())
        .await?;
    let now = sqlx::query_scalar!("select request from bulk_changes where id = $1", id.0).fetch_one(tx.conn()).await?;
    let bulk = find(tx, target, id, by).await?;
    Ok((now == request && bulk.state.moves()).then_some(bulk))
}

/// The records that it is about, with the versions that were looked at, if they were.
pub async fn records(tx: &mut TenantTx, bulk: &Bulk) -> Result<Vec<(Uuid, Option<i32>)>> {
    if bulk.state == State::Undoing {
        let ids = sqlx::query_scalar!("select record_id from bulk_change_records where change_id = $1", bulk.id.0);
        return Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(|id| (id, None)).collect());
    }
    Ok(match &bulk.question {
        Some(question) => matching(tx, bulk.target, question).await?.into_iter().map(|id| (id, None)).collect(),
        None => bulk.ids.iter().copied().zip(bulk.versions.iter().copied().map(Some)).collect(),
    })
}

/// All that a list's filter finds, as it is kept.
pub async fn matching(tx: &mut TenantTx, target: Target, question: &Json) -> Result<Vec<Uuid>> {
    let wrong = |e: serde_json::Error| strange("question", &e.to_string());
    Ok(match target {
        Target::Employees => {
            let filter = serde_json::from_value(question.clone()).map_err(wrong)?;
            employees::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Customers => {
            let filter = serde_json::from_value(question.clone()).map_err(wrong)?;
            customers::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Contacts => {
            let filter = serde_json::from_value(question.clone()).map_err(wrong)?;
            contacts::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Deals => {
            let filter = serde_json::from_value(question.clone()).map_err(wrong)?;
            deals::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Leads => {
            let filter = serde_json::from_value(question.clone()).map_err(wrong)?;
            leads::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        Target::Tickets => {
            let filter = serde_json::from_value(question.clone()).map_err(wrong)?;
            tickets::matching(tx, &filter).await?.into_iter().map(Uuid::from).collect()
        }
        target @ (Target::JobHistory | Target::PayHistory | Target::Products | Target::Tasks | Target::Activities) => {
            return Err(strange("a list's noun", target.key()));
        }
    })
}

/// How far it is.
pub async fn progress(tx: &mut TenantTx, id: BulkId, done: usize, total: usize) -> Result<()> {
    sqlx::query!("update bulk_changes set done = $2, total = $3 where id = $1", id.0, int(done), int(total))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// It is done.
pub async fn finish(tx: &mut TenantTx, id: BulkId, outcome: &Outcome) -> Result<()> {
    let refused = serde_json::to_value(&outcome.refused).expect("reasons serialise");
    sqlx::query!(
        "update bulk_changes set state = 'changed', changed = $2, same = $3, refused = $4, failure = null where id = $1",
        id.0,
        int(outcome.changed),
        int(outcome.same),
        refused
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It is undone, as far as it could be.
pub async fn finish_undo(tx: &mut TenantTx, id: BulkId, given_back: usize, left_alone: usize) -> Result<()> {
    sqlx::query!(
        "update bulk_changes set state = 'undone', given_back = $2, left_alone = $3, failure = null where id = $1",
        id.0,
        int(given_back),
        int(left_alone)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It cannot be done, and nothing was changed.
pub async fn fail(tx: &mut TenantTx, id: BulkId, reason: &str) -> Result<()> {
    // What has ended meanwhile has ended well.
    sqlx::query!(
        "update bulk_changes set state = 'failed', failure = $2 where id = $1 and state in ('changing', 'undoing')",
        id.0,
        reason
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What it did to the first of them that the reader may see by name; of an undo, those that were left alone first.
pub async fn steps(tx: &mut TenantTx, bulk: &Bulk, most: i64) -> Result<Vec<Step>> {
    let kind = kind(bulk.target);
    let (scope, name) = match bulk.target {
        Target::Customers => (tx.scope::<CustomersRead>(), "e.name"),
        Target::Contacts => (tx.scope::<ContactsRead>(), "e.name"),
        Target::Deals => (tx.scope::<DealsRead>(), "e.name"),
        Target::Leads => (tx.scope::<LeadsRead>(), "e.name"),
        Target::Tickets => (tx.scope::<TicketsRead>(), "e.number || ' ' || e.name"),
        _ => (tx.scope::<EmployeesRead>(), "concat_ws(' ', e.first_name, e.last_name)"),
    };
    let known = field::known(tx, bulk.target, &bulk.draft.field).await?;
    let sees = match known.class {
        Some(FieldClass::Directory) => "true",
        Some(FieldClass::Terms) => reach::reaches(kind, crate::hr::employees::terms(tx)),
        Some(FieldClass::Personal) => reach::reaches(kind, tx.scope::<EmployeesPersonal>()),
        Some(FieldClass::Pay) => reach::reaches(kind, tx.scope::<EmployeesPay>()),
        Some(FieldClass::Health) | None => "false",
    };
    let mut q = sqlx::QueryBuilder::new("select e.id, ");
    q.push(name)
        .push(", case when ")
        .push(sees)
        .push(" then c.was end, c.left_because from bulk_change_records c join ");
    q.push(kind.table()).push(" e on e.tenant_id = c.tenant_id and e.id = c.record_id where c.change_id = ");
    q.push_bind(bulk.id.0);
    reach::narrow(&mut q, kind, scope);
    q.push(" order by c.left_because is null, 2, e.id limit ").push_bind(most);
    let rows: Vec<(Uuid, String, Option<Json>, Option<String>)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let words = known.words(tx, rows.iter().filter_map(|r| r.2.as_ref()).collect()).await?;
    let step = |(id, name, was, left): (Uuid, String, Option<Json>, Option<String>)| Step {
        id,
        name,
        was: was.map(|was| words(&was)),
        left,
    };
    Ok(rows.into_iter().map(step).collect())
}

/// Forgets those that are older than what an undo could know.
pub async fn sweep(tx: &mut TenantTx) -> Result<u64> {
    let before = tx.now() - KEPT;
    Ok(sqlx::query!("delete from bulk_changes where created_at < $1", before).execute(tx.conn()).await?.rows_affected())
}

fn int(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
