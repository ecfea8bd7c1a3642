//! Positions: the list, one of them, the form, closed and open again.

use crate::web::{Allowed, Confirmed, Noun, Record, Result, Routes, Screen, Toast, form::Nothing, noun};
use domain::{
    Conventions, Errors, PositionId,
    access::{EmployeesRead, OrganisationWrite, Permission},
    draft::Field,
    hr::positions::{Draft, FIELDS, Fields, Position, WORDS},
    paths,
    text::Words,
};
use store::{
    TenantTx, Version,
    hr::{employees, positions},
};
use views::{
    form::Entry,
    hr::positions::{Edit, Index, Show},
};

pub fn routes(r: Routes) -> Routes {
    type N = Positions;
    r.get(paths::POSITIONS, list)
        .get(paths::POSITION_NEW, noun::new::<N>)
        .post(paths::POSITION_NEW, noun::add::<N>)
        .get(paths::POSITION, show)
        .get(paths::POSITION_EDIT, noun::edit::<N>)
        .post(paths::POSITION_EDIT, noun::change::<N>)
        .post(paths::POSITION_CLOSING, close)
        .post(paths::POSITION_REOPENING, reopen)
}

async fn list(who: Allowed<EmployeesRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let positions = positions::list(&mut tx).await?;
    let may_write = who.actor.may(OrganisationWrite::KEY);
    Ok(screen.show(&who, &Index { slug: who.slug().clone(), positions, may_write }))
}

async fn show(who: Allowed<EmployeesRead>, screen: Screen, Record(id): Record<PositionId>) -> Result {
    let mut tx = who.begin().await?;
    let position = positions::find(&mut tx, id).await?;
    let people = employees::on_position(&mut tx, id, 100).await?;
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    let may_write = who.actor.may(OrganisationWrite::KEY);
    Ok(screen.show(&who, &Show { slug, csrf, position, people, may_write }))
}

async fn close(
    who: Allowed<OrganisationWrite>,
    screen: Screen,
    Record(id): Record<PositionId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    positions::close(&mut tx, id, true).await?;
    tx.commit().await?;
    let undo = paths::position_reopening(who.slug(), id);
    let toast = Toast::good("The position is closed.").undo(undo, &[]);
    screen.done(paths::position(who.slug(), id), toast).await
}

async fn reopen(
    who: Allowed<OrganisationWrite>,
    screen: Screen,
    Record(id): Record<PositionId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    positions::close(&mut tx, id, false).await?;
    tx.commit().await?;
    screen.done(paths::position(who.slug(), id), Toast::good("The position is open again.")).await
}

/// As in the form of an employee: a place that is not there yet is made where it is meant.
async fn known(tx: &mut TenantTx, f: &Fields) -> store::Result<()> {
    let wrong = employees::unknown_places(tx, f.department.as_deref(), f.location.as_deref(), &f.new_places).await?;
    wrong.or(()).map_err(store::Error::Refused)
}

/// Positions, to the handlers of all nouns.
pub struct Positions;

impl Noun for Positions {
    type Id = PositionId;
    type Record = Position;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = EmployeesRead;
    type Write = OrganisationWrite;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::POSITIONS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.title.clone()
    }

    fn name(position: &Position) -> String {
        position.title.clone()
    }

    fn version(position: &Position) -> Version {
        position.version
    }

    fn draft(position: &Position) -> Draft {
        position.draft()
    }

    async fn find(tx: &mut TenantTx, id: PositionId) -> store::Result<Position> {
        positions::find(tx, id).await
    }

    async fn add(tx: &mut TenantTx, id: PositionId, fields: &Fields) -> store::Result<PositionId> {
        known(tx, fields).await?;
        positions::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: PositionId, version: Version, fields: &Fields) -> store::Result<()> {
        known(tx, fields).await?;
        positions::change(tx, id, version, fields).await
    }

    async fn edit(_: &Allowed<OrganisationWrite>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        let (departments, locations) =
            (employees::places(tx, "department").await?, employees::places(tx, "location").await?);
        Ok(Edit { entry, departments, locations })
    }
}
