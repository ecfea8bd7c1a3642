//! Queries of documents. Every read passes through [`Eyes::narrow`], which leaves out those that the reader may not see: by
//! whose they are, by the class of their kind, and by what employees see of their own.

pub mod kinds;
mod missing;
pub mod reminders;
mod versions;

pub use missing::{Missing, missing};

use crate::{
    Error, Result, TenantTx, Version, Who, audit,
    db::{day, strange},
    events, files,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind},
    search,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Day, DocumentId, DocumentKindId, EmployeeId, FileId, MemberId,
    access::{DocumentsRead, DocumentsWrite, EmployeesPay, EmployeesPersonal, EmployeesRead, Rights, Scope, Sight},
    audit::Action,
    draft::FieldClass,
    events::Event,
    files as names,
    hr::documents::{Asked, Document, Edition, Fields, File, Filter, Order, SOON, State, Tab},
    list::{CAP, Slice, Sort, WAITING},
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

const DOCUMENTS: Kind = Kind::Documents;

/// The index's, to the letter.
const EXPIRES: &str = "case when e.expires_on is null then 'infinity' else e.expires_on end";

pub(crate) const SHAPE: Shape = Shape {
    from: "documents e",
    columns: "e.id, e.version, e.employee_id, e.employee_id = house.me() as own, e.kind_id, e.title, e.state, e.expires_on, \
        e.due_on, e.message, e.reason, e.replaces_id, e.asked_by, e.archived_at is not null as archived, e.created_at, \
        e.file_id, e.tenant_id",
    joined: "s.first_name || ' ' || s.last_name as employee_name, k.name as kind_name, k.class, k.expires as kind_expires, \
        f.name as file_name, f.media_type, f.size",
    joins: " left join employees s on s.tenant_id = p.tenant_id and s.id = p.employee_id \
         left join document_kinds k on k.tenant_id = p.tenant_id and k.id = p.kind_id \
         left join files f on f.tenant_id = p.tenant_id and f.id = p.file_id",
    counted: "e.id",
};

/// What a reader's rights open.
#[derive(Clone, Copy)]
struct Eyes {
    documents: Option<Scope>,
    personal: Option<Scope>,
    pay: Option<Scope>,
}

impl Eyes {
    fn of(rights: &Rights) -> Self {
        use domain::access::Permission;
        // A record that is not seen has no documents that are.
        let documents = rights.scope(DocumentsRead::KEY).min(rights.scope(EmployeesRead::KEY));
        let class = |key| rights.scope(key);
        Self { documents, personal: class(EmployeesPersonal::KEY), pay: class(EmployeesPay::KEY) }
    }

    /// ` and …` for the documents that they see, of the row `e`.
    fn narrow(self, q: &mut QueryBuilder<Postgres>) {
        reach::narrow(q, DOCUMENTS, self.documents);
        let kinds = |which: &str| format!("e.kind_id = any(array(select k.id from document_kinds k where {which}))");
        let all = Some(Scope::All);
        if (self.personal, self.pay) != (all, all) {
            q.push(" and (").push(kinds("k.class = 'directory'"));
            for (class, scope) in [("personal", self.personal), ("pay", self.pay)] {
                q.push(" or ").push(kinds(&format!("k.class = '{class}'"))).push(" and ");
                q.push(reach::reaches(DOCUMENTS, scope));
            }
            q.push(")");
        }
        // What is kept about somebody and not for them is not for them, whatever they may see of others.
        q.push(" and (e.employee_id is distinct from house.me() or e.state <> 'current' or ");
        q.push(kinds("k.employee_sees")).push(")");
    }
}

/// ` and …` for the documents that these rights open, of the row `e`.
pub(super) fn narrow_to(rights: &Rights, q: &mut QueryBuilder<Postgres>) {
    Eyes::of(rights).narrow(q);
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Title => ("lower(e.title)", "text"),
        Order::Expiry => (EXPIRES, "date"),
        Order::Added => ("e.created_at", "timestamptz"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of the documents that the reader may see; of what is missing, [`missing`] tells.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Document>> {
    let people = search::hits(tx, "employee", &filter.q).await?;
    let (eyes, today) = (Eyes::of(tx.rights()), tx.today());
    let conditions = move |q: &mut QueryBuilder<Postgres>| {
        eyes.narrow(q);
        on_tab(q, filter.tab(), today);
        if let Some(kind) = filter.kind() {
            q.push(" and e.kind_id = ").push_bind(kind.0);
        }
        people.narrow_to_people(q);
    };
    let page =
        list::page::<Row>(tx.conn(), &SHAPE, &conditions, &key(filter.order()), &filter.cursor(), Plan::Fresh).await?;
    let rows = page.rows.into_iter().map(Row::document).collect::<Result<_>>()?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near: page.near })
}

fn on_tab(q: &mut QueryBuilder<Postgres>, tab: Tab, today: Day) {
    q.push(if tab == Tab::Archived { " and e.archived_at is not null" } else { " and e.archived_at is null" });
    match tab {
        Tab::Waiting => q.push(" and e.state = 'waiting'"),
        Tab::Asked => q.push(" and e.state in ('asked', 'refused')"),
        Tab::Expiring => {
            q.push(" and e.state = 'current' and ").push(EXPIRES).push(" <= ");
            q.push_bind(today.0 + chrono::Duration::days(SOON))
        }
        _ => q,
    };
}

/// How many documents are on each of these tabs, counted as their lists are.
pub async fn counts(tx: &mut TenantTx, tabs: [Tab; 2]) -> Result<[i64; 2]> {
    let (eyes, today) = (Eyes::of(tx.rights()), tx.today());
    let mut q = QueryBuilder::<Postgres>::new("select ");
    for (at, tab) in tabs.into_iter().enumerate() {
        q.push(if at == 0 { "" } else { ", " }).push("(select count(*) from (select 1 from documents e where true");
        eyes.narrow(&mut q);
        on_tab(&mut q, tab, today);
        q.push(format!(" limit {}) n)", CAP + 1));
    }
    let (first, second) = q.build_query_as().persistent(false).fetch_one(tx.conn()).await?;
    Ok([first, second])
}

/// How many documents that somebody brought wait for the reader's answer; no further than one past [`WAITING`].
pub async fn waiting(tx: &mut TenantTx) -> Result<i64> {
    let mut q = QueryBuilder::<Postgres>::new(
        "select count(*) from (select 1 from documents e
         where e.state = 'waiting' and e.archived_at is null and e.employee_id is distinct from house.me()",
    );
    Eyes::of(tx.rights()).narrow(&mut q);
    reach::narrow(&mut q, DOCUMENTS, tx.scope::<DocumentsWrite>());
    q.push(format!(" limit {}) n", WAITING + 1));
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// Documents of one employee on one page.
const MOST: i64 = 300;

/// The documents of one employee that the reader may see: what there is to do first, then by kind.
pub async fn of_employee(tx: &mut TenantTx, employee: EmployeeId, archived: bool) -> Result<Vec<Document>> {
    let mut q = QueryBuilder::<Postgres>::new("select ");
    q.push(SHAPE.joined).push(", p.* from (select ").push(SHAPE.columns);
    q.push(" from documents e where e.employee_id = ").push_bind(employee.0);
    q.push(if archived { " and e.archived_at is not null" } else { " and e.archived_at is null" });
    Eyes::of(tx.rights()).narrow(&mut q);
    q.push(" order by e.created_at desc, e.id desc limit ").push_bind(MOST).push(") p").push(SHAPE.joins);
    q.push(" order by p.state = 'current', lower(k.name), lower(p.title), p.id");
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::document).collect()
}

/// One document, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: DocumentId) -> Result<Document> {
    let mut q = QueryBuilder::<Postgres>::new("select ");
    q.push(SHAPE.joined).push(", p.* from (select ").push(SHAPE.columns);
    q.push(" from documents e where e.id = ").push_bind(id.0);
    Eyes::of(tx.rights()).narrow(&mut q);
    q.push(") p").push(SHAPE.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    row.ok_or(Error::NotFound)?.document()
}

/// All files that a document has had, the newest first.
pub async fn editions(tx: &mut TenantTx, id: DocumentId) -> Result<Vec<Edition>> {
    find(tx, id).await?;
    let rows = sqlx::query!(
        r#"select v.number, v.refused, v.created_at, f.id, f.name, f.media_type, f.size, m.name as "by?"
           from document_versions v join files f on f.tenant_id = v.tenant_id and f.id = v.file_id
           left join members m on m.tenant_id = v.tenant_id and m.id = v.created_by
           where v.document_id = $1 order by v.number desc limit 200"#,
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let edition = |number, refused, at, by, file| Edition { number, refused, at, by, file };
    Ok(rows
        .into_iter()
        .map(|r| {
            let file = File { id: FileId(r.id), name: r.name, media_type: r.media_type, size: r.size };
            edition(r.number, r.refused, r.created_at, r.by, file)
        })
        .collect())
}

/// The file of a document that the reader may see. Of a class that is not everybody's, that it was opened is noted.
pub(crate) async fn open_file(tx: &mut TenantTx, id: FileId) -> Result<File> {
    let r = sqlx::query!(
        "select v.document_id, v.number, f.name, f.media_type, f.size from document_versions v
         join files f on f.tenant_id = v.tenant_id and f.id = v.file_id where v.file_id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    let document = find(tx, DocumentId(r.document_id)).await?;
    if document.class != FieldClass::Directory {
        let told = serde_json::json!({ "title": [null, document.title], "edition": [null, r.number] });
        audit::note(tx, "documents", document.id.0, Action::Downloaded, &told).await?;
    }
    Ok(File { id, name: r.name, media_type: r.media_type, size: r.size })
}

/// Whether there is such an employee, whose documents the reader may add to, and of which classes.
pub async fn hand(tx: &mut TenantTx, employee: EmployeeId) -> Result<Option<Sight>> {
    let there = sqlx::query_scalar!(r#"select exists (select from employees where id = $1) as "there!""#, employee.0);
    if !there.fetch_one(tx.conn()).await? {
        return Ok(None);
    }
    let ids = [employee.0];
    let writes = !reach::within::<DocumentsWrite>(tx, Kind::Employees, &ids).await?.is_empty();
    if !writes || reach::within::<EmployeesRead>(tx, Kind::Employees, &ids).await?.is_empty() {
        return Ok(None);
    }
    let personal = !reach::within::<EmployeesPersonal>(tx, Kind::Employees, &ids).await?.is_empty();
    let pay = !reach::within::<EmployeesPay>(tx, Kind::Employees, &ids).await?.is_empty();
    Ok(Some(Sight { terms: false, personal, pay }))
}

fn me(tx: &TenantTx) -> Option<MemberId> {
    match tx.who() {
        Who::Member(me) => Some(me),
        _ => None,
    }
}

/// Adds a document with its file. It counts at once: whoever adds it has looked at it.
pub async fn add(
    tx: &mut TenantTx,
    id: DocumentId,
    employee: EmployeeId,
    f: &Fields,
    file: &files::New,
) -> Result<DocumentId> {
    let hand = hand(tx, employee).await?.ok_or(Error::NotFound)?;
    kinds::open_to(tx, f.kind, hand).await?;
    let title = f.title.clone().unwrap_or_else(|| names::title(&file.name));
    // A form that is sent twice with one file adds once; what came the second time is swept.
    let sent = sqlx::query_scalar!(
        r#"select d.employee_id = $2 and d.kind_id = $3 and d.title = $4 and d.expires_on is not distinct from $5
             and exists (select from files f where f.id = d.file_id and f.sha256 = $6) as "same!"
           from documents d where d.id = $1"#,
        id.0,
        employee.0,
        f.kind.0,
        title,
        f.expires.map(|d| d.0),
        &file.sha256[..]
    );
    if let Some(same) = sent.fetch_optional(tx.conn()).await? {
        return if same { Ok(id) } else { Err(Error::Sent) };
    }
    files::add(tx, file).await?;
    sqlx::query!(
        "insert into documents (tenant_id, id, employee_id, kind_id, title, state, expires_on, file_id, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 'current', $6, $7, $8, $8)",
        tx.tenant().0,
        id.0,
        employee.0,
        f.kind.0,
        title,
        f.expires.map(|d| d.0),
        file.id.0,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    versions::number(tx, id, file.id).await?;
    reminders::plan(tx, id).await?;
    Ok(id)
}

/// Asks an employee for a document.
pub async fn ask(tx: &mut TenantTx, id: DocumentId, employee: EmployeeId, a: &Asked) -> Result<DocumentId> {
    let hand = hand(tx, employee).await?.ok_or(Error::NotFound)?;
    kinds::open_to(tx, a.kind, hand).await?;
    let sent = sqlx::query_scalar!(
        r#"select d.employee_id = $2 and d.kind_id = $3 and d.title = coalesce($4, k.name) and d.due_on is not distinct from $5
             and d.message is not distinct from $6 and d.replaces_id is not distinct from $7 as "same!"
           from documents d join document_kinds k on k.tenant_id = d.tenant_id and k.id = d.kind_id where d.id = $1"#,
        id.0,
        employee.0,
        a.kind.0,
        a.title,
        a.due.map(|d| d.0),
        a.message,
        a.replaces.map(|d| d.0)
    );
    if let Some(same) = sent.fetch_optional(tx.conn()).await? {
        return if same { Ok(id) } else { Err(Error::Sent) };
    }
    let replaces = match a.replaces {
        Some(old) => Some(find(tx, old).await?).filter(|d| d.employee == employee).map(|d| d.id.0),
        None => None,
    };
    let by = me(tx).map(|m| m.0);
    sqlx::query!(
        "insert into documents (tenant_id, id, employee_id, kind_id, title, state, due_on, message, asked_by, replaces_id, created_at, updated_at)
         select $1, $2, $3, $4, coalesce($5, name), 'asked', $6, $7, $8, $9, $10, $10 from document_kinds where id = $4",
        tx.tenant().0,
        id.0,
        employee.0,
        a.kind.0,
        a.title,
        a.due.map(|d| d.0),
        a.message,
        by,
        replaces,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    reminders::plan(tx, id).await?;
    events::emit(tx, Event::DocumentAsked { document: id }).await?;
    Ok(id)
}

/// Whether the reader may bring a file to this document, and whether it then counts at once.
pub async fn may_bring(tx: &mut TenantTx, document: &Document) -> Result<Option<bool>> {
    let writes = may_write(tx, document).await?;
    Ok(match (document.own, document.state) {
        _ if document.archived => None,
        (true, State::Asked | State::Refused | State::Waiting) => Some(false),
        _ if writes => Some(true),
        _ => None,
    })
}

/// Whether the reader may change it, of those that they see.
pub async fn may_write(tx: &mut TenantTx, document: &Document) -> Result<bool> {
    let reached = reach::within::<DocumentsWrite>(tx, DOCUMENTS, &[document.id.0]).await?;
    Ok(!reached.is_empty())
}

async fn hold(tx: &mut TenantTx, id: DocumentId) -> Result<Document> {
    let document = find(tx, id).await?;
    if may_write(tx, &document).await? { Ok(document) } else { Err(Error::NotFound) }
}

/// A file for a document: what was asked for, another one after a refusal, or a newer version. What the employee brings
/// themselves waits for approval.
pub async fn bring(
    tx: &mut TenantTx,
    id: DocumentId,
    expires: Option<domain::Day>,
    file: &files::New,
) -> Result<State> {
    // Of two that come at once, or of it and an answer, the second waits for the first and sees what has become of it.
    sqlx::query!("select id from documents where id = $1 for update", id.0).fetch_optional(tx.conn()).await?;
    let document = find(tx, id).await?;
    let state = match may_bring(tx, &document).await? {
        Some(true) => State::Current,
        Some(false) => State::Waiting,
        None => return Err(Error::NotFound),
    };
    if versions::came(tx, id, state, expires, file).await? {
        return Ok(state);
    }
    files::add(tx, file).await?;
    sqlx::query!(
        "update documents set state = $2, file_id = $3, expires_on = coalesce($4, expires_on), reason = null,
           updated_at = $5, version = version + 1 where id = $1",
        id.0,
        state.key(),
        file.id.0,
        expires.map(|d| d.0),
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    versions::number(tx, id, file.id).await?;
    reminders::plan(tx, id).await?;
    match state {
        State::Waiting => events::emit(tx, Event::DocumentBrought { document: id }).await?,
        _ => replace(tx, &document).await?,
    }
    Ok(state)
}

/// What it takes the place of goes to the archive.
async fn replace(tx: &mut TenantTx, document: &Document) -> Result<()> {
    if let Some(old) = document.replaces {
        let now = tx.now();
        sqlx::query!(
            "update documents set archived_at = $2, remind_on = null, updated_at = $2, version = version + 1
             where id = $1 and archived_at is null",
            old.0,
            now
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// What waits may be answered by the reader: it is of somebody else, where anybody else could answer,
/// and still what they have looked at.
async fn answers(tx: &mut TenantTx, id: DocumentId, seen: Version) -> Result<Document> {
    let document = hold(tx, id).await?;
    if document.own && reminders::keepers(tx, document.class).await? != me(tx).into_iter().collect::<Vec<_>>() {
        return Err(Error::refused("", "This is your own document: somebody else looks at it."));
    }
    if seen != document.version {
        return Err(Error::Stale);
    }
    Ok(document)
}

/// What waits is right, as it was `seen`. Gives the document as it was.
pub async fn approve(tx: &mut TenantTx, id: DocumentId, seen: Version) -> Result<Document> {
    let document = answers(tx, id, seen).await?;
    let now = tx.now();
    let done = sqlx::query!(
        "update documents set state = 'current', reason = null, updated_at = $2, version = version + 1
         where id = $1 and state = 'waiting' and archived_at is null and version = $3",
        id.0,
        now,
        document.version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    reminders::plan(tx, id).await?;
    replace(tx, &document).await?;
    events::emit(tx, Event::DocumentAnswered { document: id, approved: true }).await?;
    Ok(document)
}

/// What waits is not right: another one is to come. Gives the document as it was.
pub async fn refuse(tx: &mut TenantTx, id: DocumentId, seen: Version, reason: &str) -> Result<Document> {
    let document = answers(tx, id, seen).await?;
    let now = tx.now();
    let done = sqlx::query!(
        "update documents set state = 'refused', reason = $2, updated_at = $3, version = version + 1
         where id = $1 and state = 'waiting' and archived_at is null and version = $4",
        id.0,
        reason,
        now,
        document.version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    sqlx::query!(
        "update document_versions v set refused = $2 from documents d
         where d.id = $1 and v.document_id = d.id and v.file_id = d.file_id",
        id.0,
        reason
    )
    .execute(tx.conn())
    .await?;
    reminders::plan(tx, id).await?;
    events::emit(tx, Event::DocumentAnswered { document: id, approved: false }).await?;
    Ok(document)
}

/// Changes what it is called, what it is, and how long it is good.
pub async fn change(tx: &mut TenantTx, id: DocumentId, version: Version, f: &Fields) -> Result<()> {
    let document = hold(tx, id).await?;
    let hand = hand(tx, document.employee).await?.ok_or(Error::NotFound)?;
    if document.kind != f.kind {
        kinds::open_to(tx, f.kind, hand).await?;
    }
    let done = sqlx::query!(
        "update documents set version = version + 1, updated_at = $3, kind_id = $4, title = coalesce($5, title), expires_on = $6
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.kind.0,
        f.title,
        f.expires.map(|d| d.0),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    reminders::plan(tx, id).await
}

/// Out of the lists, with all its files.
pub async fn archive(tx: &mut TenantTx, id: DocumentId) -> Result<Document> {
    set_archived(tx, id, true).await
}

pub async fn restore(tx: &mut TenantTx, id: DocumentId) -> Result<Document> {
    set_archived(tx, id, false).await
}

async fn set_archived(tx: &mut TenantTx, id: DocumentId, archived: bool) -> Result<Document> {
    let document = hold(tx, id).await?;
    let at = archived.then(|| tx.now());
    sqlx::query!(
        "update documents set archived_at = $2, updated_at = $3, version = version + 1
         where id = $1 and (archived_at is null) = ($2::timestamptz is not null)",
        id.0,
        at,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    reminders::plan(tx, id).await?;
    Ok(document)
}

row! {
    struct Row {
        employee_name: Option<String>,
        kind_name: Option<String>,
        class: Option<String>,
        kind_expires: Option<bool>,
        file_name: Option<String>,
        media_type: Option<String>,
        size: Option<i64>,
        id: Uuid,
        version: i32,
        employee_id: Uuid,
        own: Option<bool>,
        kind_id: Uuid,
        title: String,
        state: String,
        expires_on: Option<NaiveDate>,
        due_on: Option<NaiveDate>,
        message: Option<String>,
        reason: Option<String>,
        replaces_id: Option<Uuid>,
        asked_by: Option<Uuid>,
        archived: bool,
        created_at: DateTime<Utc>,
        file_id: Option<Uuid>,
    }
}

impl Row {
    fn document(self) -> Result<Document> {
        let state = State::parse(&self.state).ok_or_else(|| strange("state", &self.state))?;
        let class = self.class.as_deref().and_then(domain::hr::documents::kinds::class);
        let file = self.file_id.zip(self.file_name).map(|(id, name)| File {
            id: FileId(id),
            name,
            media_type: self.media_type.unwrap_or_default(),
            size: self.size.unwrap_or_default(),
        });
        Ok(Document {
            id: DocumentId(self.id),
            version: self.version,
            employee: EmployeeId(self.employee_id),
            employee_name: self.employee_name.unwrap_or_default(),
            own: self.own.unwrap_or(false),
            kind: DocumentKindId(self.kind_id),
            kind_name: self.kind_name.unwrap_or_default(),
            // What has no class is closed.
            class: class.unwrap_or(FieldClass::Pay),
            kind_expires: self.kind_expires.unwrap_or(false),
            title: self.title,
            state,
            expires: day(self.expires_on),
            due: day(self.due_on),
            message: self.message,
            reason: self.reason,
            file,
            replaces: self.replaces_id.map(DocumentId),
            asked_by: self.asked_by.map(MemberId),
            archived: self.archived,
            created_at: self.created_at,
        })
    }
}
