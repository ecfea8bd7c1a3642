//! Queries of imports: the file, its findings, what it changed, and the way back.

pub(crate) mod attached;
mod beside;
mod contacts;
mod customers;
mod deals;
mod employees;
mod history;
mod leads;
mod ledger;
mod products;
mod tickets;

pub use ledger::{CHUNK, Ledger, Vault};

use crate::{Error, Result, TenantTx, custom_fields, db::strange, events, queue};
use chrono::{DateTime, Utc};
use domain::{
    ImportId, MemberId,
    access::Sight,
    custom_fields::{CustomField, Kind, PREFIX},
    events::Event,
    import::{
        Amounts, Contacts, Counts, Customers, Deals, Employees, Finding, Import, JobHistory, KEPT, Leads, Mapping,
        PayHistory, Products, Severity, Since, Source, State, Target, Tickets, Undone,
    },
    jobs::{RunImport, UndoImport},
};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A file that was read and understood.
pub struct File<'a> {
    pub name: &'a str,
    pub source: &'a Source,
    pub mapping: &'a Mapping,
    pub body: &'a [u8],
}

/// Keeps an uploaded file, waiting for a person to say yes; encrypted, for whatever it may hold.
pub async fn add(
    tx: &mut TenantTx,
    id: ImportId,
    by: MemberId,
    target: Target,
    file: &File<'_>,
    vault: &dyn Vault,
) -> Result<()> {
    let body = vault.hide_file(id, file.body);
    sqlx::query!(
        "with import as (
           insert into imports (tenant_id, id, target, state, file_name, source, mapping, amounts, mends, created_by, created_at)
           values ($1, $2, $3, 'ready', $4, $5, $6, $10, $11, $7, $8)
         ), progress as (
           insert into import_progress (tenant_id, import_id) values ($1, $2)
         )
         insert into import_files (tenant_id, import_id, body, sealed) values ($1, $2, $9, true)",
        tx.tenant().0,
        id.0,
        target.key(),
        file.name,
        json(file.source),
        json(file.mapping.columns()),
        by.0,
        tx.now(),
        body,
        file.mapping.amounts.key(),
        json(file.mapping.mends())
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The last file with just these columns that went in: what was chosen for it is meant for the next one, too.
pub async fn last_like(tx: &mut TenantTx, target: Target, headers: &[String]) -> Result<Option<Import>> {
    let id = sqlx::query_scalar!(
        "select id from imports where target = $1 and state = 'done' and source -> 'headers' = $2 order by created_at desc limit 1",
        target.key(),
        json(headers)
    )
    .fetch_optional(tx.conn())
    .await?;
    match id {
        Some(id) => Ok(Some(any(tx, ImportId(id)).await?)),
        None => Ok(None),
    }
}

/// The newest imports of a noun.
pub async fn list(tx: &mut TenantTx, target: Target, most: i64) -> Result<Vec<Import>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select i.id, i.target, i.state, i.file_name, i.source, i.mapping, i.amounts, i.mends, i.counts, i.undone, i.failure,
                  i.created_at, i.finished_at, m.name as "by?", p.done as "done?", p.total as "total?"
           from (select * from imports where target = $1 order by created_at desc, id desc limit $2) i
           left join members m on m.tenant_id = i.tenant_id and m.id = i.created_by
           left join import_progress p on p.tenant_id = i.tenant_id and p.import_id = i.id
           order by i.created_at desc, i.id desc"#,
        target.key(),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| row.import(vec![])).collect()
}

/// One import of this noun.
pub async fn find(tx: &mut TenantTx, target: Target, id: ImportId) -> Result<Import> {
    let import = any(tx, id).await?;
    if import.target == target { Ok(import) } else { Err(Error::NotFound) }
}

/// One import, whatever it is about.
pub async fn any(tx: &mut TenantTx, id: ImportId) -> Result<Import> {
    let row = sqlx::query_as!(
        Row,
        r#"select i.id, i.target, i.state, i.file_name, i.source, i.mapping, i.amounts, i.mends, i.counts, i.undone, i.failure,
                  i.created_at, i.finished_at, m.name as "by?", p.done as "done?", p.total as "total?"
           from imports i
           left join members m on m.tenant_id = i.tenant_id and m.id = i.created_by
           left join import_progress p on p.tenant_id = i.tenant_id and p.import_id = i.id
           where i.id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let own = row.mapping.as_array().into_iter().flatten().filter_map(Value::as_str).any(|f| f.starts_with(PREFIX));
    let target = Target::parse(&row.target).ok_or_else(|| strange("target", &row.target))?;
    let custom = if own { custom_fields::list(tx, target).await? } else { vec![] };
    row.import(custom)
}

/// The member who asked for what is going on: that the file goes in, or comes out again.
pub async fn asked_by(tx: &mut TenantTx, id: ImportId) -> Result<MemberId> {
    let by = sqlx::query_scalar!(
        r#"select case when state = 'undoing' then coalesce(undone_by, started_by, created_by) else coalesce(started_by, created_by) end as "by!"
           from imports where id = $1"#,
        id.0
    );
    Ok(MemberId(by.fetch_one(tx.conn()).await?))
}

/// Which noun it brings.
pub async fn target(tx: &mut TenantTx, id: ImportId) -> Result<Target> {
    let key = sqlx::query_scalar!("select target from imports where id = $1", id.0).fetch_one(tx.conn()).await?;
    Target::parse(&key).ok_or_else(|| strange("target", &key))
}

/// The file as it came; not found once it has been swept.
pub async fn file(tx: &mut TenantTx, id: ImportId, vault: &dyn Vault) -> Result<Vec<u8>> {
    let kept = sqlx::query!("select body, sealed from import_files where import_id = $1", id.0);
    let kept = kept.fetch_one(tx.conn()).await?;
    match kept.sealed {
        true => vault.show_file(id, &kept.body).ok_or_else(|| strange("file", "that this key does not open")),
        false => Ok(kept.body),
    }
}

/// Keeps which column holds which field, what amounts are counted in and what words mean, as long as nothing has begun.
pub async fn map(tx: &mut TenantTx, id: ImportId, mapping: &Mapping) -> Result<()> {
    let done = sqlx::query!(
        "update imports set mapping = $2, amounts = $3, mends = $4 where id = $1 and state = 'ready'",
        id.0,
        json(mapping.columns()),
        mapping.amounts.key(),
        json(mapping.mends())
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Hands the import to the worker. A second click finds it begun, which is as well.
pub async fn start(tx: &mut TenantTx, id: ImportId, by: MemberId) -> Result<()> {
    let done = sqlx::query!(
        "update imports set state = 'running', started_at = $2, started_by = $3 where id = $1 and state = 'ready'",
        id.0,
        tx.now(),
        by.0
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 {
        queue::push(tx, &RunImport { tenant: tx.tenant(), import: id }).await?;
    }
    Ok(())
}

/// Forgets an import of which nothing went in, its file with it.
pub async fn remove(tx: &mut TenantTx, id: ImportId) -> Result<()> {
    let done = sqlx::query!("delete from imports where id = $1 and state in ('ready', 'failed')", id.0)
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Another import of the noun that is being worked on just now.
pub async fn moving(tx: &mut TenantTx, target: Target) -> Result<Option<Import>> {
    let id = sqlx::query_scalar!(
        "select id from imports where target = $1 and state in ('running', 'undoing') order by created_at limit 1",
        target.key()
    )
    .fetch_optional(tx.conn())
    .await?;
    match id {
        Some(id) => any(tx, ImportId(id)).await.map(Some),
        None => Ok(None),
    }
}

/// Hands a finished import to the worker to be undone.
///
/// After a month what the records were before is not known any more, and there is nothing to undo.
pub async fn start_undo(tx: &mut TenantTx, id: ImportId, by: MemberId) -> Result<()> {
    let kept = tx.now() - KEPT;
    let request: domain::MailId = tx.id();
    let done = sqlx::query!(
        "update imports set state = 'undoing', undo_request = $3, undone_by = $4 where id = $1 and state = 'done' and created_at > $2",
        id.0,
        kept,
        request.0,
        by.0
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 {
        queue::push(tx, &UndoImport { tenant: tx.tenant(), import: id, request: request.0 }).await?;
    }
    Ok(())
}

/// Takes the import for this transaction alone, if it stands where `state` says; a worker that was thought dead and
/// comes back waits here, and then finds it elsewhere. Keys stay free, so that progress can be told meanwhile.
pub async fn take(tx: &mut TenantTx, id: ImportId, state: State) -> Result<Option<Import>> {
    let now = sqlx::query_scalar!("select state from imports where id = $1 for no key update", id.0)
        .fetch_optional(tx.conn())
        .await?;
    if now.as_deref() == Some(state.key()) { Ok(Some(any(tx, id).await?)) } else { Ok(None) }
}

/// Tells how far it is; from a transaction of its own.
pub async fn progress(tx: &mut TenantTx, id: ImportId, done: u32, total: u32) -> Result<()> {
    sqlx::query!(
        "update import_progress set done = $2, total = $3 where import_id = $1",
        id.0,
        done.cast_signed(),
        total.cast_signed()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Everything is in.
pub async fn finish(tx: &mut TenantTx, import: &Import, counts: &Counts, findings: &[Finding]) -> Result<()> {
    keep_findings(tx, import.id, findings).await?;
    sqlx::query!(
        "update imports set state = 'done', counts = $2, finished_at = $3 where id = $1",
        import.id.0,
        json(counts),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    events::emit(tx, Event::Imported { import: import.id, target: import.target }).await
}

/// Nothing of it went in, or nothing of it was undone: `to` says which, `reason` tells people why. Gives whether that
/// is news: one that has ended stays as it is.
pub async fn fail(tx: &mut TenantTx, id: ImportId, to: State, reason: &str) -> Result<bool> {
    let done = sqlx::query!(
        "update imports set state = $2, failure = $3, finished_at = $4 where id = $1 and state in ('running', 'undoing')",
        id.0,
        to.key(),
        reason,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Has the planner look at the noun's table again, after many rows came or went.
pub async fn measure(tx: &mut TenantTx, target: Target) -> Result<()> {
    sqlx::query!("select house.measure($1)", target.key()).execute(tx.conn()).await?;
    Ok(())
}

/// Everything is out again.
pub async fn finish_undo(tx: &mut TenantTx, import: &Import, undone: &Undone) -> Result<()> {
    sqlx::query!(
        "update imports set state = 'undone', undone = $2, failure = null, finished_at = $3 where id = $1",
        import.id.0,
        json(undone),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    events::emit(tx, Event::ImportUndone { import: import.id, target: import.target }).await
}

async fn keep_findings(tx: &mut TenantTx, id: ImportId, findings: &[Finding]) -> Result<()> {
    for (part, findings) in findings.chunks(5_000).enumerate() {
        let place = |i: usize| i32::try_from(part * 5_000 + i).unwrap_or(i32::MAX);
        let places: Vec<i32> = (0..findings.len()).map(place).collect();
        let lines: Vec<i32> = findings.iter().map(|f| f.line.cast_signed()).collect();
        let fields: Vec<&str> = findings.iter().map(|f| f.field).collect();
        let values: Vec<&str> = findings.iter().map(|f| f.value.as_str()).collect();
        let messages: Vec<&str> = findings.iter().map(|f| f.message.as_ref()).collect();
        let severities: Vec<&str> = findings.iter().map(|f| f.severity.key()).collect();
        sqlx::query!(
            "insert into import_findings (tenant_id, import_id, place, line, field, value, message, severity)
             select $1, $2, * from unnest($3::int[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[])",
            tx.tenant().0,
            id.0,
            &places,
            &lines,
            &fields as &[&str],
            &values as &[&str],
            &messages as &[&str],
            &severities as &[&str]
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// What was found, in the file's order, at most `most` of one severity.
pub async fn findings(tx: &mut TenantTx, import: &Import, severity: Severity, most: i64) -> Result<Vec<Finding>> {
    let rows = sqlx::query!(
        "select line, field, value, message from import_findings where import_id = $1 and severity = $2 order by place limit $3",
        import.id.0,
        severity.key(),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let finding = |(line, field, value, message): (i32, String, String, String)| Finding {
        line: line.cast_unsigned(),
        field: import.mapping.key(import.target, &field).unwrap_or_default(),
        value,
        message: message.into(),
        severity,
    };
    Ok(rows.into_iter().map(|r| finding((r.line, r.field, r.value, r.message))).collect())
}

/// What people have worked on since, that an undo would touch.
pub async fn since(tx: &mut TenantTx, import: &Import) -> Result<Since> {
    match import.target {
        Target::Employees => ledger::since::<Employees>(tx, import.id).await,
        Target::Customers => ledger::since::<Customers>(tx, import.id).await,
        Target::JobHistory => ledger::since::<JobHistory>(tx, import.id).await,
        Target::PayHistory => ledger::since::<PayHistory>(tx, import.id).await,
        Target::Contacts => ledger::since::<Contacts>(tx, import.id).await,
        Target::Deals => ledger::since::<Deals>(tx, import.id).await,
        Target::Leads => ledger::since::<Leads>(tx, import.id).await,
        Target::Products => ledger::since::<Products>(tx, import.id).await,
        Target::Tickets => ledger::since::<Tickets>(tx, import.id).await,
        Target::Tasks | Target::Activities => Err(strange("import's target", import.target.key())),
    }
}

/// The emails of these members, for people to know an owner by.
pub async fn owners(tx: &mut TenantTx, members: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = sqlx::query!("select id, email from members where id = any($1)", members).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.email)).collect())
}

/// Takes back what the import did: what it made goes, what it changed gets its earlier values where they still are
/// the import's. Records whose earlier values no longer fit (their number went to somebody else) stay as they are.
pub async fn undo(tx: &mut TenantTx, import: &Import) -> Result<Undone> {
    match import.target {
        Target::Employees => ledger::undo::<Employees>(tx, import.id).await,
        Target::Customers => ledger::undo::<Customers>(tx, import.id).await,
        Target::JobHistory => ledger::undo::<JobHistory>(tx, import.id).await,
        Target::PayHistory => ledger::undo::<PayHistory>(tx, import.id).await,
        Target::Contacts => ledger::undo::<Contacts>(tx, import.id).await,
        Target::Deals => ledger::undo::<Deals>(tx, import.id).await,
        Target::Leads => ledger::undo::<Leads>(tx, import.id).await,
        Target::Products => ledger::undo::<Products>(tx, import.id).await,
        Target::Tickets => ledger::undo::<Tickets>(tx, import.id).await,
        Target::Tasks | Target::Activities => Err(strange("import's target", import.target.key())),
    }
}

/// Removes files, findings and undo data that have had their month, and uploads that nobody ran.
pub async fn sweep(tx: &mut TenantTx) -> Result<u64> {
    let before = tx.now() - KEPT;
    let mut swept = 0;
    for statement in [
        "delete from imports where created_at < $1 and state = 'ready'",
        "delete from import_files f using imports i where i.tenant_id = f.tenant_id and i.id = f.import_id
           and i.created_at < $1 and i.state not in ('running', 'undoing')",
        "delete from import_findings f using imports i where i.tenant_id = f.tenant_id and i.id = f.import_id
           and i.created_at < $1 and i.state not in ('running', 'undoing')",
        "delete from import_changes c using imports i where i.tenant_id = c.tenant_id and i.id = c.import_id
           and i.created_at < $1 and i.state not in ('running', 'undoing')",
    ] {
        swept += sqlx::query(statement).bind(before).execute(tx.conn()).await?.rows_affected();
    }
    Ok(swept)
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> Value {
    serde_json::to_value(value).expect("these have string keys")
}

struct Row {
    id: Uuid,
    target: String,
    state: String,
    file_name: String,
    source: Value,
    mapping: Value,
    amounts: String,
    mends: Value,
    counts: Value,
    undone: Option<Value>,
    failure: Option<String>,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    by: Option<String>,
    done: Option<i32>,
    total: Option<i32>,
}

impl Row {
    /// `custom` are the workspace's own fields, where some of its columns hold them.
    fn import(self, custom: Vec<CustomField>) -> Result<Import> {
        let target = Target::parse(&self.target).ok_or_else(|| strange("target", &self.target))?;
        let source: Source = read(self.source, "source")?;
        let choices: Vec<Option<String>> = read(self.mapping, "mapping")?;
        // A field that is gone since is not imported any more.
        let own = |c: &str| custom.iter().find(|f| f.name == c && f.kind != Kind::File).map(|f| f.name);
        let known =
            |c: Option<String>| c.and_then(|c| target.field(&c).map(|f| f.key).or_else(|| own(&c))).unwrap_or_default();
        let amounts = Amounts::parse(&self.amounts).ok_or_else(|| strange("amounts", &self.amounts))?;
        let choices: Vec<&str> = choices.into_iter().map(known).collect();
        Ok(Import {
            id: ImportId(self.id),
            target,
            state: State::parse(&self.state).ok_or_else(|| strange("state", &self.state))?,
            file_name: self.file_name,
            source,
            mapping: Mapping::chosen(&choices, amounts, target, custom, Sight::ALL)
                .map_err(|_| strange("mapping", "of an import"))?
                .with_mends(read(self.mends, "mends")?),
            counts: read(self.counts, "counts")?,
            progress: self.done.zip(self.total).map(|(d, t)| (d.cast_unsigned(), t.cast_unsigned())),
            undone: self.undone.map(|u| read(u, "undone")).transpose()?,
            failure: self.failure,
            by: self.by.unwrap_or_default(),
            created_at: self.created_at,
            finished_at: self.finished_at,
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(value: Value, what: &str) -> Result<T> {
    serde_json::from_value(value).map_err(|_| strange(what, "of an import"))
}
