//! Queries of notes. Who may see a record may read its notes, but for the private ones, which are for whoever may change
//! the record and never for whom it is about.

use crate::{
    Error, Result, TenantTx, Version, Who, events,
    reach::{Kind, reaches, reaches_record},
    records,
    workspace::roles,
};
use chrono::{DateTime, Utc};
use domain::{
    MemberId, NoteId, RunId,
    access::{NotesModerate, NotesWrite, Scope},
    events::Event,
    list::Mark,
    notes::{self, Fields, Named, Note},
    workspace::access::Subject,
};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// Whether the reader, who may see the record, may write here: for everyone who sees it, and for those alone who may
/// change it.
pub async fn may_add(tx: &mut TenantTx, subject: Subject) -> Result<(bool, bool)> {
    let (open, hidden) = scopes(tx, subject);
    let hidden = hidden.filter(|_| !is_own(tx, subject));
    // The record was found: where a right reaches all of them there is nothing to ask.
    let mut may = [false; 2];
    for (may, scope) in may.iter_mut().zip([open, hidden]) {
        *may = match scope {
            None => false,
            Some(Scope::All) => true,
            Some(_) => reaches_record(tx, subject, scope).await?,
        };
    }
    Ok((may[0], may[0] && may[1]))
}

/// How far one writes where everyone reads it, and where only those do who may change the record.
fn scopes(tx: &TenantTx, subject: Subject) -> (Option<Scope>, Option<Scope>) {
    // What stands on a ticket is part of the work on it.
    let there = match subject.ticket() {
        Some(_) => records::to_change(tx.rights(), subject),
        None => records::to_read(tx.rights(), subject),
    };
    let open = tx.scope::<NotesWrite>().min(there);
    let hidden = subject.employee().and(open.min(records::to_change(tx.rights(), subject)));
    (open, hidden)
}

fn is_own(tx: &TenantTx, subject: Subject) -> bool {
    subject.employee().is_some_and(|id| tx.employee().is_some_and(|own| own.0 == id))
}

async fn hold(tx: &mut TenantTx, subject: Subject, private: bool) -> Result<()> {
    let (open, hidden) = scopes(tx, subject);
    if !reaches_record(tx, subject, open).await? {
        return Err(Error::NotFound);
    }
    if private && (is_own(tx, subject) || !reaches_record(tx, subject, hidden).await?) {
        let words = "You may not write here for others alone: take the tick away, or leave the note.";
        return Err(Error::refused("private", words));
    }
    Ok(())
}

/// Adds a note under the given id, which was drawn with the form. Whom it names must be able to see it.
pub async fn add(tx: &mut TenantTx, id: NoteId, subject: Subject, f: &Fields) -> Result<NoteId> {
    hold(tx, subject, f.private).await?;
    let (body, mentions) = named(tx, subject, f, &[]).await?;
    let added = sqlx::query!(
        "insert into notes (tenant_id, id, employee_id, customer_id, contact_id, deal_id, lead_id, ticket_id, body, private, author_id, created_at, updated_at, run_id)
         values ($1, $2, $3, $4, $5, $6, $7, $12, $8, $9, $10, $11, $11, nullif(current_setting('app.run', true), '')::uuid) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        subject.employee(),
        subject.customer(),
        subject.contact(),
        subject.deal(),
        subject.lead(),
        body,
        f.private,
        me(tx).map(|m| m.0),
        tx.now(),
        subject.ticket()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        events::emit(tx, Event::NoteAdded { note: id, record: subject, mentions }).await?;
        return Ok(id);
    }
    let same = sqlx::query_scalar!(
        r#"select exists (select from notes where id = $1 and body = $2 and private = $3 and record_id = $4) as "same!""#,
        id.0,
        body,
        f.private,
        subject.id()
    );
    if same.fetch_one(tx.conn()).await? { Ok(id) } else { Err(Error::Sent) }
}

/// Changes what one has written oneself.
pub async fn change(tx: &mut TenantTx, id: NoteId, version: Version, f: &Fields) -> Result<Subject> {
    let note = find(tx, id).await?;
    if !note.own {
        return Err(Error::NotFound);
    }
    hold(tx, note.subject, f.private).await?;
    let known = note.mentions();
    let (body, mentions) = named(tx, note.subject, f, &known).await?;
    let done = sqlx::query!(
        "update notes set body = $3, private = $4, version = version + 1, updated_at = $5,
           edited_at = case when body = $3 then edited_at else $5 end
         where id = $1 and version = $2 and deleted_at is null",
        id.0,
        version,
        body,
        f.private,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    let mentions = mentions.into_iter().filter(|m| !known.contains(m)).collect();
    events::emit(tx, Event::NoteChanged { note: id, record: note.subject, mentions }).await?;
    Ok(note.subject)
}

/// Deletes what one has written oneself, or, with the right to, what others have.
pub async fn remove(tx: &mut TenantTx, id: NoteId) -> Result<Subject> {
    let note = find(tx, id).await?;
    if !note.own && tx.scope::<NotesModerate>().is_none() {
        return Err(Error::NotFound);
    }
    sqlx::query!(
        "update notes set deleted_at = $2, deleted_by = $3, updated_at = $2, version = version + 1
         where id = $1 and deleted_at is null",
        id.0,
        tx.now(),
        me(tx).map(|m| m.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(note.subject)
}

/// Takes back a deletion of one's own.
pub async fn restore(tx: &mut TenantTx, id: NoteId) -> Result<Subject> {
    let me = me(tx).map(|m| m.0);
    let row = sqlx::query!(
        "update notes set deleted_at = null, deleted_by = null, updated_at = $2, version = version + 1
         where id = $1 and deleted_at is not null and deleted_by is not distinct from $3
         returning employee_id, customer_id, contact_id, deal_id, lead_id, ticket_id",
        id.0,
        tx.now(),
        me
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    // Whoever may not see it any more does not bring it back.
    find(tx, id).await?;
    Subject::of(row.employee_id, row.customer_id, row.contact_id, row.deal_id, row.lead_id, row.ticket_id)
        .ok_or(Error::NotFound)
}

/// The notes of a record that the reader may see, newest first, those before `before`, at most `most`.
pub async fn of(tx: &mut TenantTx, subject: Subject, before: Option<&Mark>, most: i64) -> Result<Vec<Note>> {
    let mut q = select();
    q.push(" and n.record_id = ").push_bind(subject.id());
    narrow(tx, &mut q);
    if let Some((at, id)) = before.and_then(|m| Some((m.value.parse::<DateTime<Utc>>().ok()?, m.id))) {
        q.push(" and (n.created_at, n.id) < (").push_bind(at).push(", ").push_bind(id).push(")");
    }
    q.push(" order by n.created_at desc, n.id desc limit ").push_bind(most);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    told(tx, rows).await
}

/// One note, if the reader may see it and its record.
pub async fn find(tx: &mut TenantTx, id: NoteId) -> Result<Note> {
    let mut q = select();
    q.push(" and n.id = ").push_bind(id.0);
    narrow(tx, &mut q);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let note = told(tx, rows).await?.pop().ok_or(Error::NotFound)?;
    match records::may_read(tx, note.subject).await? {
        true => Ok(note),
        false => Err(Error::NotFound),
    }
}

/// Members whose name or address begins so, for naming one.
pub async fn nameable(tx: &mut TenantTx, beginning: &str, most: i64) -> Result<Vec<Named>> {
    let rows = sqlx::query!(
        "select id, name, email from members
         where deactivated_at is null
           and (starts_with(lower(name), lower($1)) or starts_with(lower(email), lower($1)) or lower(name) like $2)
         order by not starts_with(lower(name), lower($1)), lower(name), id limit $3",
        beginning.trim(),
        format!("% {}%", escaped(beginning.trim())),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Named { id: MemberId(r.id), name: r.name, email: r.email }).collect())
}

fn escaped(text: &str) -> String {
    text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The text as it is kept, and whom it names; refused when somebody of them could not see it. `known` were named before
/// and may have left since.
pub(crate) async fn named(
    tx: &mut TenantTx,
    subject: Subject,
    f: &Fields,
    known: &[MemberId],
) -> Result<(String, Vec<MemberId>)> {
    let candidates = notes::candidates(&f.text);
    let ids: Vec<Uuid> = known.iter().map(|m| m.0).collect();
    let members = match candidates.is_empty() {
        true => vec![],
        false => sqlx::query!(
            "select id, name, email from members m
             where (deactivated_at is null or id = any($2)) and exists (
               select from unnest($1::text[]) as c (text)
               where starts_with(c.text, lower(m.name)) or starts_with(c.text, lower(m.email)))",
            &candidates as &[String],
            &ids
        )
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(|r| Named { id: MemberId(r.id), name: r.name, email: r.email })
        .collect(),
    };
    let (body, mentions) = notes::keep(&f.text, &members).map_err(Error::Refused)?;
    let (mut blind, me) = (vec![], me(tx));
    for member in mentions.iter().filter(|m| Some(**m) != me) {
        let actor = match roles::actor(tx, *member).await {
            Ok(actor) => actor,
            // Somebody who has left since they were named is told nothing.
            Err(Error::NotFound) => continue,
            Err(e) => return Err(e),
        };
        if !records::seen_by(tx, &actor, subject, f.private).await? {
            blind.push(actor.name);
        }
    }
    if !blind.is_empty() {
        let what = if f.private { "a private note here" } else { "this record" };
        return Err(Error::refused("text", format!("{} may not see {what}. Leave their @ away.", list(&blind))));
    }
    Ok((body, mentions))
}

/// `Ada, Ben and Cleo`.
fn list(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn me(tx: &TenantTx) -> Option<MemberId> {
    match tx.who() {
        Who::Member(me) => Some(me),
        _ => None,
    }
}

type Row = (
    Uuid,
    Version,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    Option<Uuid>,
    String,
    bool,
    Option<Uuid>,
    Option<String>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<Uuid>,
    Option<String>,
);

fn select() -> QueryBuilder<Postgres> {
    QueryBuilder::new(
        "select n.id, n.version, n.employee_id, n.customer_id, n.contact_id, n.deal_id, n.lead_id, n.ticket_id, n.body, n.private, n.author_id, m.name, n.created_at, n.edited_at,
           n.run_id, w.name
         from notes n left join members m on m.tenant_id = n.tenant_id and m.id = n.author_id
         left join workflow_runs r on r.tenant_id = n.tenant_id and r.id = n.run_id
         left join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id where n.deleted_at is null",
    )
}

/// ` and …` for those that are not private, or not from this reader.
fn narrow(tx: &TenantTx, q: &mut QueryBuilder<Postgres>) {
    let change = reaches(Kind::Employees, records::to_change(tx.rights(), Subject::Employee(Uuid::nil().into())));
    q.push(" and (not n.private or exists (select from employees e where e.tenant_id = n.tenant_id and e.id = n.employee_id and e.id is distinct from house.me() and ");
    q.push(change).push("))");
}

async fn told(tx: &mut TenantTx, rows: Vec<Row>) -> Result<Vec<Note>> {
    let ids: Vec<Uuid> = rows.iter().flat_map(|r| notes::ids(&r.8)).map(|m| m.0).collect();
    let members: Vec<Named> = match ids.is_empty() {
        true => vec![],
        false => sqlx::query!("select id, name, email from members where id = any($1)", &ids)
            .fetch_all(tx.conn())
            .await?
            .into_iter()
            .map(|r| Named { id: MemberId(r.id), name: r.name, email: r.email })
            .collect(),
    };
    let me = me(tx);
    let note = |row: Row| {
        let (
            id,
            version,
            employee,
            customer,
            contact,
            deal,
            lead,
            ticket,
            body,
            private,
            author,
            name,
            created_at,
            edited_at,
            run,
            workflow,
        ) = row;
        let author = author.map(MemberId);
        Some(Note {
            id: NoteId(id),
            version,
            subject: Subject::of(employee, customer, contact, deal, lead, ticket)?,
            pieces: notes::pieces(&body, &members),
            private,
            author,
            author_name: name.unwrap_or_else(|| "People360".into()),
            created_at,
            edited_at,
            own: author.is_some() && author == me,
            run: run.map(|run| (RunId(run), workflow)),
        })
    };
    Ok(rows.into_iter().filter_map(note).collect())
}
