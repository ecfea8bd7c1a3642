//! What nouns with records do alike: the form that adds and changes one. A noun's own file says what is its own. What
//! lists do is in [`crate::web::listed`].

use crate::{
    web::{
        Allowed, FormPage, Query, Record, Result, Screen, Sheet, Toast, Valid,
        form::{Late, json},
    },
    workspace::activity,
};
use axum::extract::FromRequestParts;
use domain::{
    Conventions, Errors,
    access::Permission,
    crm::duplicates::Twin,
    custom_fields::CustomField,
    draft::{Answers, Field, merge, merge_named},
    ids::Id,
    paths::Pages,
    text::Words,
};
use serde::{Serialize, de::DeserializeOwned};
use std::marker::PhantomData;
use store::{
    TenantTx, Version,
    reach::{self, Kind},
};
use uuid::Uuid;
use views::{
    View,
    form::{Editing, Entry},
};

/// A noun whose records are added and changed by a form.
pub trait Noun: Sized + Send + Sync + 'static {
    type Id: Id + Send + Sync;
    type Record: Send + Sync + 'static;
    /// What is typed of it.
    type Draft: Answers + Serialize + DeserializeOwned + Clone + Default + Send + Sync;
    /// What that means.
    type Fields: Send + Sync;
    /// The page of its form.
    type Edit: View + Send + Sync;
    type Read: Permission;
    type Write: Permission;

    const WORDS: Words;
    /// Whose its records are.
    const KIND: Kind = Kind::Whole;
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
    fn check(_: &mut TenantTx, _own: Self::Id, _: &Self::Fields) -> impl Future<Output = store::Result<Errors>> + Send {
        async { Ok(Errors::default()) }
    }
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

    /// Records that one of these fields may be already.
    fn twins(
        _: &mut TenantTx,
        _own: Self::Id,
        _: &Self::Fields,
    ) -> impl Future<Output = store::Result<Vec<Twin>>> + Send {
        async { Ok(vec![]) }
    }

    /// The fields that the workspace has added to it.
    fn custom(_: &mut TenantTx) -> impl Future<Output = store::Result<Vec<CustomField>>> + Send {
        async { Ok(vec![]) }
    }

    /// The form, with what else it offers to choose from.
    fn edit(
        who: &Allowed<Self::Write>,
        tx: &mut TenantTx,
        entry: Entry<Self::Draft>,
    ) -> impl Future<Output = Result<Self::Edit>> + Send;
}

/// Where its pages are in this workspace.
pub fn pages<N: Noun, P: Permission>(who: &Allowed<P>) -> Pages {
    Pages::of(N::LIST, who.slug())
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
        let (mut editing, mut twins) = (None, vec![]);
        let custom = N::custom(&mut tx).await?;
        if let Some(id) = sheet.id {
            reach::hold::<N::Write>(&mut tx, N::KIND, id).await?;
            let now = N::find(&mut tx, N::Id::from(id)).await?;
            if sheet.late == Some(Late::Stale) {
                let theirs = N::draft(&now);
                let was = serde_json::from_str::<N::Draft>(&sheet.was).ok();
                let mut clashes = merge(N::FIELDS, was.as_ref(), &mut sheet.draft, &theirs);
                let added = custom.iter().map(|f| (f.name, f.label.as_str()));
                clashes.extend(merge_named(added, was.as_ref(), &mut sheet.draft, &theirs));
                let told = activity::conflict(&mut tx, who, id, clashes).await?;
                for differs in &told.fields {
                    sheet.errors.add(differs.field, told.beside(differs));
                }
                conflict = Some(told);
                // Having seen theirs, who saves again means it.
                (sheet.version, sheet.was) = (N::version(&now), json(&theirs));
            }
            editing = Some(Editing {
                id: id.to_string(),
                version: sheet.version,
                name: N::name(&now),
                was: std::mem::take(&mut sheet.was),
            });
        }
        if sheet.late == Some(Late::Alike) {
            let (fields, _) = N::read(&sheet.draft, &who.workspace.conventions());
            twins = N::twins(&mut tx, N::Id::from(sheet.once), &fields).await?;
            // Having seen them, who saves again means it.
            sheet.was = twins.iter().map(|t| t.id.to_string()).collect::<Vec<_>>().join(" ");
        }
        if let Some(Late::Sent(id)) = sheet.late {
            let made = N::find(&mut tx, N::Id::from(id)).await?;
            sent = Some((N::name(&made), pages.record(id)));
        }
        let seen = if sheet.id.is_none() { std::mem::take(&mut sheet.was) } else { String::new() };
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
            twins,
            seen,
            custom,
        };
        let view = N::edit(who, &mut tx, entry).await?;
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

/// A new one's form, filled in as far as the link says: `?customer=Acme`.
pub async fn new<N: Noun>(who: Allowed<N::Write>, screen: Screen, Query(draft): Query<N::Draft>) -> Result {
    Form::<N>::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

pub async fn add<N: Noun>(who: Allowed<N::Write>, screen: Screen, form: Valid<Form<N>>) -> Result {
    let mut tx = who.begin().await?;
    let twins = N::twins(&mut tx, N::Id::from(form.once), &form.fields).await?;
    let unseen = twins.iter().any(|t| !form.was().contains(&t.id.to_string()));
    // What cannot be is told first.
    if unseen && N::check(&mut tx, N::Id::from(form.once), &form.fields).await?.is_empty() {
        drop(tx);
        return form.alike().await;
    }
    let added = N::add(&mut tx, N::Id::from(form.once), &form.fields).await;
    let id = form.settle(tx, added).await?;
    let pages = pages::<N, _>(&who);
    let toast = Toast::good(format!("{} was added.", N::called(&form.fields))).link("Add another", pages.new_record());
    screen.done(pages.record(id), toast).await
}

pub async fn edit<N: Noun>(who: Allowed<N::Write>, screen: Screen, Record(id): Record<N::Id>) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<N::Write>(&mut tx, N::KIND, id.into()).await?;
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
