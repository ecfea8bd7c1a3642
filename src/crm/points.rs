//! How customers and contacts are reached: adding, changing and removing addresses, the same for both.

use super::{contacts::Contacts, customers::Customers};
use crate::{
    notes::Beside,
    web::{
        Allowed, Confirmed, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::{Late, Nothing},
        noun,
    },
};
use axum::extract::FromRequestParts;
use domain::{
    Errors, PointId,
    crm::points::{Draft, Fields},
    paths,
    workspace::access::Subject,
};
use std::marker::PhantomData;
use store::{crm::points, reach, record_files};
use views::crm::points::Edit;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::CONTACT_POINTS, new::<Contacts>)
        .post(paths::CONTACT_POINTS, add::<Contacts>)
        .get(paths::CONTACT_POINT, edit::<Contacts>)
        .post(paths::CONTACT_POINT, change::<Contacts>)
        .post(paths::CONTACT_POINT_FIRST, promote::<Contacts>)
        .post(paths::CONTACT_POINT_REMOVAL, remove::<Contacts>)
        .get(paths::CUSTOMER_POINTS, new::<Customers>)
        .post(paths::CUSTOMER_POINTS, add::<Customers>)
        .get(paths::CUSTOMER_POINT, edit::<Customers>)
        .post(paths::CUSTOMER_POINT, change::<Customers>)
        .post(paths::CUSTOMER_POINT_FIRST, promote::<Customers>)
        .post(paths::CUSTOMER_POINT_REMOVAL, remove::<Customers>)
}

/// The form of a new address of a record.
struct New<N>(PhantomData<N>);

impl<N: Beside> FormPage for New<N>
where
    Allowed<N::Write>: FromRequestParts<crate::web::App, Rejection = crate::web::Error>,
{
    type Guard = Allowed<N::Write>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        let (fields, errors) = draft.read();
        errors.or(fields)
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let sheet = sheet.told_if_sent();
        let id = sheet.id.ok_or(crate::web::Error::NotFound)?;
        let mut tx = who.begin().await?;
        reach::hold::<N::Write>(&mut tx, N::KIND, id).await?;
        let record = N::find(&mut tx, N::Id::from(id)).await?;
        let pages = noun::pages::<N, _>(who);
        let view = Edit {
            action: pages.points(id),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            version: 0,
            editing: false,
            draft: sheet.draft,
            errors: sheet.errors,
            stale: false,
            crumb: (N::WORDS.title(), pages.list()),
            record: (N::name(&record), pages.record(id)),
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

/// The form of an address that there is.
struct Change<N>(PhantomData<N>);

impl<N: Beside> FormPage for Change<N>
where
    Allowed<N::Write>: FromRequestParts<crate::web::App, Rejection = crate::web::Error>,
{
    type Guard = Allowed<N::Write>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        let (fields, errors) = draft.read();
        errors.or(fields)
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let id = PointId(sheet.id.ok_or(crate::web::Error::NotFound)?);
        let mut tx = who.begin().await?;
        let (point, subject) = points::find(&mut tx, id).await?;
        let own = own::<N>(subject)?;
        let record = N::find(&mut tx, own).await?;
        let pages = noun::pages::<N, _>(who);
        let stale = sheet.late == Some(Late::Stale);
        let view = Edit {
            action: pages.point(id),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            version: if stale { point.version } else { sheet.version },
            editing: true,
            draft: sheet.draft,
            errors: sheet.errors,
            stale,
            crumb: (N::WORDS.title(), pages.list()),
            record: (N::name(&record), pages.record(own)),
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

/// The record, if it is of this noun: an address of another one has no page here.
fn own<N: Beside>(subject: Subject) -> Result<N::Id> {
    let id = N::Id::from(subject.id());
    if N::subject(id) == subject { Ok(id) } else { Err(crate::web::Error::NotFound) }
}

async fn new<N: Beside>(who: Allowed<N::Write>, screen: Screen, Record(id): Record<N::Id>) -> Result
where
    Allowed<N::Write>: FromRequestParts<crate::web::App, Rejection = crate::web::Error>,
{
    let blank = Sheet::blank(screen, who.app());
    New::<N>::page(&who, Sheet { id: Some(id.into()), ..blank }).await
}

async fn add<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<N::Id>,
    form: Valid<New<N>>,
) -> Result
where
    Allowed<N::Write>: FromRequestParts<crate::web::App, Rejection = crate::web::Error>,
{
    let mut tx = who.begin().await?;
    record_files::hold(&mut tx, N::subject(id)).await?;
    let added = points::add(&mut tx, PointId(form.once), N::subject(id), &form.fields).await;
    form.settle(tx, added).await?;
    let toast = Toast::good(format!("{} was added.", form.fields.value));
    screen.done(noun::pages::<N, _>(&who).record(id), toast).await
}

async fn edit<N: Beside>(who: Allowed<N::Write>, screen: Screen, Record(id): Record<PointId>) -> Result
where
    Allowed<N::Write>: FromRequestParts<crate::web::App, Rejection = crate::web::Error>,
{
    let mut tx = who.begin().await?;
    let (point, subject) = points::find(&mut tx, id).await?;
    own::<N>(subject)?;
    drop(tx);
    Change::<N>::page(&who, Sheet::filled(screen, who.app(), id.0, point.version, point.draft())).await
}

async fn change<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<PointId>,
    form: Valid<Change<N>>,
) -> Result
where
    Allowed<N::Write>: FromRequestParts<crate::web::App, Rejection = crate::web::Error>,
{
    let mut tx = who.begin().await?;
    own::<N>(points::find(&mut tx, id).await?.1)?;
    let changed = points::change(&mut tx, id, form.version, &form.fields).await;
    let subject = form.settle(tx, changed).await?;
    screen.done(noun::pages::<N, _>(&who).record(subject.id()), Toast::good("Changes saved.")).await
}

async fn promote<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<PointId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    own::<N>(points::find(&mut tx, id).await?.1)?;
    let (point, subject) = points::promote(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} comes first now.", point.value));
    screen.done(noun::pages::<N, _>(&who).record(subject.id()), toast).await
}

async fn remove<N: Beside>(
    who: Allowed<N::Write>,
    screen: Screen,
    Record(id): Record<PointId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    own::<N>(points::find(&mut tx, id).await?.1)?;
    let (point, subject) = points::remove(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} was removed.", point.value));
    screen.done(noun::pages::<N, _>(&who).record(subject.id()), toast).await
}
