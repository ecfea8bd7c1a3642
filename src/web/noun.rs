//! What nouns with records do alike: the form that adds and changes one, and what a list does with many. A noun's own
//! file says what is its own.

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Record, Result, Screen, Selection, Sheet, Toast, Valid,
        form::{Late, Nothing, json},
        selection::{back, were},
    },
    workspace::activity,
};
use axum::extract::FromRequestParts;
use domain::{
    Conventions, Errors,
    access::Permission,
    draft::{Answers, Field, merge},
    ids::Id,
    paths::Pages,
    text::Words,
};
use serde::{Serialize, de::DeserializeOwned};
use std::marker::PhantomData;
use store::{TenantTx, Version};
use uuid::Uuid;
use views::{
    View,
    form::{Editing, Entry},
    list::May,
};

/// A noun whose records are added and changed by a form.
pub trait Noun: Sized + Send + Sync + 'static {
    type Id: Id + Send + Sync;
    type Record: Send + Sync;
    /// What is typed of it.
    type Draft: Answers + Serialize + DeserializeOwned + Clone + Default + Send + Sync;
    /// What that means.
    type Fields: Send + Sync;
    /// The page of its form.
    type Edit: View + Send + Sync;
    type Read: Permission;
    type Write: Permission;

    const WORDS: Words;
    /// The template of the list's path; all other pages are below it.
    const LIST: &'static str;
    const FIELDS: &'static [Field];

    /// What could be read of a draft, and what is wrong with it by itself.
    fn read(draft: &Self::Draft, conventions: &Conventions) -> (Self::Fields, Errors);
    /// What a record of these fields is called.
    fn called(fields: &Self::Fields) -> String;
    fn name(record: &Self::Record) -> String;
    fn version(record: &Self::Record) -> Version;
    fn draft(record: &Self::Record) -> Self::Draft;

    fn find(tx: &mut TenantTx, id: Self::Id) -> impl Future<Output = store::Result<Self::Record>> + Send;
    /// What of these fields other records stand against.
    fn check(
        tx: &mut TenantTx,
        own: Self::Id,
        fields: &Self::Fields,
    ) -> impl Future<Output = store::Result<Errors>> + Send;
    fn add(
        tx: &mut TenantTx,
        id: Self::Id,
        fields: &Self::Fields,
    ) -> impl Future<Output = store::Result<Self::Id>> + Send;
    fn change(
        tx: &mut TenantTx,
        id: Self::Id,
        version: Version,
        fields: &Self::Fields,
    ) -> impl Future<Output = store::Result<()>> + Send;

    /// The form, with what else it offers to choose from.
    fn edit(
        who: &Allowed<Self::Write>,
        tx: &mut TenantTx,
        entry: Entry<Self::Draft>,
    ) -> impl Future<Output = Result<Self::Edit>> + Send;
}

/// A noun whose list has columns to choose, and rows to tick and archive.
pub trait Listed: Noun {
    type Filter: Serialize + DeserializeOwned + Default + Send + Sync;
    type Bulk: Permission;
    type Export: Permission;
    type Import: Permission;

    /// Key, label, and whether it is shown unless chosen otherwise.
    const COLUMNS: &'static [(&'static str, &'static str, bool)];

    /// Gives how many, and the batch by which it can be undone.
    fn archive(tx: &mut TenantTx, ids: &[Self::Id]) -> impl Future<Output = store::Result<(usize, String)>> + Send;
    fn archive_matching(
        tx: &mut TenantTx,
        filter: &Self::Filter,
    ) -> impl Future<Output = store::Result<(usize, String)>> + Send;
    fn restore(tx: &mut TenantTx, ids: &[Self::Id]) -> impl Future<Output = store::Result<usize>> + Send;
    fn restore_batch(tx: &mut TenantTx, batch: &str) -> impl Future<Output = store::Result<usize>> + Send;
}

/// Where its pages are in this workspace.
pub fn pages<N: Noun, P: Permission>(who: &Allowed<P>) -> Pages {
    Pages::of(N::LIST, who.slug())
}

/// What the reader may do, so that no button leads nowhere.
pub fn may<N: Listed, P: Permission>(who: &Allowed<P>) -> May {
    May {
        write: who.actor.may(N::Write::KEY),
        bulk: who.actor.may(N::Bulk::KEY),
        export: who.actor.may(N::Export::KEY),
        import: who.actor.may(N::Import::KEY),
    }
}

/// The columns that the reader has chosen, or the noun's own.
pub fn columns<N: Listed, P: Permission>(who: &Allowed<P>) -> Vec<String> {
    views::list::columns(N::COLUMNS, activity::preferred(&who.preferences, &preference::<N>()))
}

fn preference<N: Noun>() -> String {
    format!("{}.columns", N::WORDS.many)
}

/// The form of a record, new or known.
pub struct Form<N>(PhantomData<N>);

impl<N: Noun> FormPage for Form<N>
where
    Allowed<N::Write>: FromRequestParts<crate::web::App, Rejection = crate::web::Error>,
{
    type Guard = Allowed<N::Write>;
    type Draft = N::Draft;
    type Fields = N::Fields;

    fn parse(who: &Self::Guard, draft: &N::Draft) -> Result<N::Fields, Errors> {
        let (fields, errors) = N::read(draft, &who.workspace.conventions());
        errors.or(fields)
    }

    async fn check(who: &Self::Guard, draft: &N::Draft, own: Uuid) -> Result<Errors> {
        let (fields, _) = N::read(draft, &who.workspace.conventions());
        Ok(N::check(&mut who.begin().await?, N::Id::from(own), &fields).await?)
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<N::Draft>) -> Result {
        let mut tx = who.begin().await?;
        let pages = pages::<N, _>(who);
        let (mut conflict, mut sent) = (None, None);
        let mut editing = None;
        if let Some(id) = sheet.id {
            let now = N::find(&mut tx, N::Id::from(id)).await?;
            if sheet.late == Some(Late::Stale) {
                let theirs = N::draft(&now);
                let was = serde_json::from_str::<N::Draft>(&sheet.was).ok();
                let clashes = merge(N::FIELDS, was.as_ref(), &mut sheet.draft, &theirs);
                let told = activity::conflict(&mut tx, who, id, clashes).await?;
                for differs in &told.fields {
                    sheet.errors.add(differs.field, told.beside(differs));
                }
                conflict = Some(told);
                // Having seen theirs, who saves again means it.
                (sheet.version, sheet.was) = (N::version(&now), json(&theirs));
            }
            editing = Some(Editing { id: id.to_string(), version: sheet.version, name: N::name(&now), was: sheet.was });
        }
        if let Some(Late::Sent(id)) = sheet.late {
            let made = N::find(&mut tx, N::Id::from(id)).await?;
            sent = Some((N::name(&made), pages.record(id)));
        }
        let entry = Entry {
            words: N::WORDS,
            pages,
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing,
            draft: sheet.draft,
            errors: sheet.errors,
            conflict,
            sent,
        };
        let view = N::edit(who, &mut tx, entry).await?;
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

pub async fn new<N: Noun>(who: Allowed<N::Write>, screen: Screen) -> Result {
    Form::<N>::page(&who, Sheet::blank(screen, who.app())).await
}

pub async fn add<N: Noun>(who: Allowed<N::Write>, screen: Screen, form: Valid<Form<N>>) -> Result {
    let mut tx = who.begin().await?;
    let added = N::add(&mut tx, N::Id::from(form.once), &form.fields).await;
    let id = form.settle(tx, added).await?;
    let pages = pages::<N, _>(&who);
    let toast = Toast::good(format!("{} was added.", N::called(&form.fields))).link("Add another", pages.new_record());
    screen.done(pages.record(id), toast).await
}

pub async fn edit<N: Noun>(who: Allowed<N::Write>, screen: Screen, Record(id): Record<N::Id>) -> Result {
    let mut tx = who.begin().await?;
    let now = N::find(&mut tx, id).await?;
    drop(tx);
    Form::<N>::page(&who, Sheet::filled(screen, who.app(), id.into(), N::version(&now), N::draft(&now))).await
}

pub async fn change<N: Noun>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    form: Valid<Form<N>>,
) -> Result {
    let mut tx = who.begin().await?;
    let changed = N::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(pages::<N, _>(&who).record(id), Toast::good("Changes saved.")).await
}

pub async fn archive<N: Listed>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = N::name(&N::find(&mut tx, id).await?);
    N::archive(&mut tx, &[id]).await?;
    tx.commit().await?;
    let pages = pages::<N, _>(&who);
    let toast = Toast::good(format!("{name} was archived.")).undo(pages.restoral(id), &[]);
    screen.done(pages.list(), toast).await
}

pub async fn restore<N: Listed>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = N::name(&N::find(&mut tx, id).await?);
    N::restore(&mut tx, &[id]).await?;
    tx.commit().await?;
    screen.done(pages::<N, _>(&who).record(id), Toast::good(format!("{name} is back."))).await
}

pub async fn archive_many<N: Listed>(
    who: Allowed<N::Bulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<N::Id>>,
) -> Result {
    let mut tx = who.begin().await?;
    let (count, batch) = match selected.all() {
        Some(filter) => N::archive_matching(&mut tx, &filter).await?,
        None => N::archive(&mut tx, &selected.ids).await?,
    };
    tx.commit().await?;
    let pages = pages::<N, _>(&who);
    let toast = Toast::good(format!("{} archived.", were(count, N::WORDS)));
    let toast = match count {
        0 => toast,
        _ => toast.undo(pages.restorals(), &selected.undo(batch)),
    };
    screen.done(selected.back(pages.list()), toast).await
}

pub async fn restore_many<N: Listed>(
    who: Allowed<N::Bulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<N::Id>>,
) -> Result {
    let mut tx = who.begin().await?;
    let count = match selected.batch.is_empty() {
        true => N::restore(&mut tx, &selected.ids).await?,
        false => N::restore_batch(&mut tx, &selected.batch).await?,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} restored.", were(count, N::WORDS)));
    screen.done(selected.back(pages::<N, _>(&who).list()), toast).await
}

/// Keeps a choice of columns, of those that the list has.
pub async fn choose_columns<N: Listed>(
    who: Allowed<N::Read>,
    screen: Screen,
    Confirmed(chosen): Confirmed<activity::Columns>,
) -> Result {
    let columns = views::list::columns(N::COLUMNS, Some(chosen.columns));
    let mut tx = who.begin().await?;
    store::workspace::prefer(&mut tx, who.actor.member, &preference::<N>(), columns.into()).await?;
    tx.commit().await?;
    Ok(screen.go(back(&chosen.back, pages::<N, _>(&who).list())))
}
