//! Notes on records: writing, changing, deleting, and whom an `@` could mean.

use crate::{
    crm::{contacts::Contacts, customers::Customers, deals::Deals, leads::Leads},
    hr::employees::Employees,
    web::{
        Allowed, Confirmed, FormPage, Listed, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::{Late, Nothing},
    },
    workspace::activity::Asked,
};
use axum::http::StatusCode;
use domain::{
    Errors, NoteId, Slug,
    access::{NotesWrite, Permission, Sight},
    list::Mark,
    notes::{Draft, Fields},
    paths,
    workspace::access::Subject,
};
use serde::Deserialize;
use std::marker::PhantomData;
use store::{TenantTx, notes, records};
use uuid::Uuid;
use views::{
    activity::Happened,
    notes::{Edit, Mentions},
};

pub fn routes(r: Routes) -> Routes {
    r.post(paths::EMPLOYEE_NOTES, add::<Employees>)
        .post(paths::CUSTOMER_NOTES, add::<Customers>)
        .post(paths::CONTACT_NOTES, add::<Contacts>)
        .post(paths::DEAL_NOTES, add::<Deals>)
        .post(paths::LEAD_NOTES, add::<Leads>)
        .get(paths::NOTE_MENTIONS, mentions)
        .get(paths::NOTE_EDIT, edit)
        .post(paths::NOTE_EDIT, change)
        .post(paths::NOTE_REMOVAL, remove)
        .post(paths::NOTE_RESTORAL, restore)
}

/// A noun whose records have notes, tags and tasks beside them.
pub trait Beside: Listed {
    fn subject(id: Self::Id) -> Subject;
    /// The record's page.
    fn page<P: Permission>(
        who: &Allowed<P>,
        screen: &Screen,
        id: Self::Id,
        asked: Asked,
    ) -> impl Future<Output = Result> + Send;
    /// The parts of what stands beside the record, by which its timeline can be asked: key and words.
    const PARTS: &'static [(&'static str, &'static str)] = &[];
    /// What else of a record belongs on its timeline: the newest before the mark, as far as the reader may know of it; of one
    /// part, or of all.
    fn told_beside(
        _: &mut TenantTx,
        _: &Slug,
        _: Self::Id,
        _: Sight,
        _part: &str,
        _before: Option<&Mark>,
        _most: i64,
    ) -> impl Future<Output = store::Result<Vec<Happened>>> + Send {
        async { Ok(vec![]) }
    }
}

fn timeline(slug: &Slug, subject: Subject) -> String {
    match subject {
        Subject::Employee(id) => paths::employee_timeline(slug, id),
        Subject::Customer(id) => paths::customer_timeline(slug, id),
        Subject::Contact(id) => paths::contact_timeline(slug, id),
        Subject::Deal(id) => paths::deal_timeline(slug, id),
        Subject::Lead(id) => paths::lead_timeline(slug, id),
        Subject::Ticket(id) => paths::ticket_timeline(slug, id),
    }
}

/// The field above a timeline.
pub struct Compose<N>(PhantomData<N>);

impl<N: Beside> FormPage for Compose<N> {
    type Guard = Allowed<NotesWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Allowed<NotesWrite>, draft: &Draft) -> Result<Fields, Errors> {
        let (fields, errors) = draft.read();
        errors.or(fields)
    }

    async fn page(who: &Allowed<NotesWrite>, sheet: Sheet<Draft>) -> Result {
        let sheet = sheet.told_if_sent();
        let id = sheet.id.ok_or(crate::web::Error::NotFound)?;
        let screen = sheet.screen.clone();
        N::page(who, &screen, N::Id::from(id), Asked::again(sheet)).await
    }
}

async fn add<N: Beside>(
    who: Allowed<NotesWrite>,
    screen: Screen,
    Record(id): Record<N::Id>,
    form: Valid<Compose<N>>,
) -> Result {
    let subject = N::subject(id);
    let mut tx = who.begin().await?;
    let added = notes::add(&mut tx, NoteId(form.once), subject, &form.fields).await;
    form.settle(tx, added).await?;
    screen.done(timeline(who.slug(), subject), Toast::good("The note was added.")).await
}

/// The form of a note of one's own.
struct Change;

impl FormPage for Change {
    type Guard = Allowed<NotesWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Allowed<NotesWrite>, draft: &Draft) -> Result<Fields, Errors> {
        let (fields, errors) = draft.read();
        errors.or(fields)
    }

    async fn page(who: &Allowed<NotesWrite>, sheet: Sheet<Draft>) -> Result {
        let id = NoteId(sheet.id.ok_or(crate::web::Error::NotFound)?);
        let mut tx = who.begin().await?;
        let note = notes::find(&mut tx, id).await?;
        if !note.own {
            return Err(crate::web::Error::NotFound);
        }
        let (_, may_private) = notes::may_add(&mut tx, note.subject).await?;
        let stale = sheet.late == Some(Late::Stale);
        let view = Edit {
            action: paths::note_edit(who.slug(), id),
            mentions: paths::note_mentions(who.slug()),
            csrf: sheet.screen.csrf().to_owned(),
            version: if stale { note.version } else { sheet.version },
            draft: sheet.draft,
            errors: sheet.errors,
            may_private,
            stale,
            record: records::words(&mut tx, note.subject).await?.unwrap_or_default(),
            back: timeline(who.slug(), note.subject),
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn edit(who: Allowed<NotesWrite>, screen: Screen, Record(id): Record<NoteId>) -> Result {
    let mut tx = who.begin().await?;
    let note = notes::find(&mut tx, id).await?;
    drop(tx);
    Change::page(&who, Sheet::filled(screen, who.app(), id.0, note.version, note.draft())).await
}

async fn change(who: Allowed<NotesWrite>, screen: Screen, Record(id): Record<NoteId>, form: Valid<Change>) -> Result {
    let mut tx = who.begin().await?;
    let changed = notes::change(&mut tx, id, form.version, &form.fields).await;
    let subject = form.settle(tx, changed).await?;
    screen.done(timeline(who.slug(), subject), Toast::good("Changes saved.")).await
}

async fn remove(
    who: Allowed<NotesWrite>,
    screen: Screen,
    Record(id): Record<NoteId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let subject = notes::remove(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good("The note was deleted.").undo(paths::note_restoral(who.slug(), id), &[]);
    screen.done(timeline(who.slug(), subject), toast).await
}

async fn restore(
    who: Allowed<NotesWrite>,
    screen: Screen,
    Record(id): Record<NoteId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let subject = notes::restore(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(timeline(who.slug(), subject), Toast::good("The note is back.")).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    q: String,
}

async fn mentions(who: Allowed<NotesWrite>, screen: Screen, Query(typed): Query<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let found = notes::nameable(&mut tx, &typed.q, 6).await?;
    Ok(screen.show(&who, &Mentions(found)))
}

/// What a composer is shown with.
pub struct Written {
    pub status: StatusCode,
    pub draft: Draft,
    pub errors: Errors,
    pub once: Uuid,
}
