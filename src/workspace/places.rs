//! Departments and locations: the lists that everybody's record draws from.

use crate::web::{Allowed, Confirmed, FormPage, Result, Routes, Screen, Sheet, Toast, Valid};
use domain::{
    Errors,
    access::SettingsWrite,
    paths,
    workspace::places::{Draft, Kind},
};
use serde::Deserialize;
use store::{hr::leave::patterns, workspace::places};
use views::workspace::places::Places;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PLACES, list)
        .post(paths::PLACES, add)
        .post(paths::PLACE_NAME, rename)
        .post(paths::PLACE_REMOVAL, remove)
        .post(paths::PLACE_CALENDAR, choose_calendar)
}

async fn list(who: Allowed<SettingsWrite>, screen: Screen) -> Result {
    PlaceForm::page(&who, Sheet::blank(screen, who.app())).await
}

struct PlaceForm;

impl FormPage for PlaceForm {
    type Guard = Allowed<SettingsWrite>;
    type Draft = Draft;
    type Fields = (Kind, String);

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Self::Fields, Errors> {
        draft.parse()
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let sheet = sheet.told_if_sent();
        let mut tx = who.begin().await?;
        let view = Places {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            departments: places::list(&mut tx, Kind::Department).await?,
            locations: places::list(&mut tx, Kind::Location).await?,
            calendar_of: patterns::calendars_of_places(&mut tx).await?,
            calendars: store::workspace::holidays::calendars(&mut tx).await?,
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn add(who: Allowed<SettingsWrite>, screen: Screen, form: Valid<PlaceForm>) -> Result {
    let (kind, name) = &form.fields;
    let mut tx = who.begin().await?;
    let added = places::add(&mut tx, *kind, form.once, name).await;
    form.settle(tx, added).await?;
    screen.done(paths::places(who.slug()), Toast::good(format!("{name} is on the list."))).await
}

/// Calls one otherwise, in everybody's record as well.
async fn rename(who: Allowed<SettingsWrite>, screen: Screen, form: Valid<PlaceForm>) -> Result {
    let (kind, name) = &form.fields;
    let mut tx = who.begin().await?;
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let taken = places::list(&mut tx, *kind).await?.iter().any(|p| same(&p.name, name)) && !same(name, &form.draft.old);
    // Two that become one are never parted again: that is asked for twice.
    if taken && form.draft.merge != *name {
        drop(tx);
        let words =
            format!("There is one called {name}. Press again to make them one; its people stay together from then on.");
        return form.again(Errors::one("name", words)).await;
    }
    let renamed = places::rename(&mut tx, *kind, &form.draft.old, name).await;
    let people = form.settle(tx, renamed).await?;
    let toast = match people {
        0 => format!("{} is {name} from now on.", form.draft.old),
        1 => format!("{} is {name} from now on, in 1 person’s record as well.", form.draft.old),
        n => format!("{} is {name} from now on, in {n} people’s records as well.", form.draft.old),
    };
    screen.done(paths::places(who.slug()), Toast::good(toast)).await
}

async fn remove(who: Allowed<SettingsWrite>, screen: Screen, Confirmed(draft): Confirmed<Draft>) -> Result {
    let kind = Kind::parse(&draft.kind).ok_or(crate::web::Error::NotFound)?;
    let mut tx = who.begin().await?;
    places::remove(&mut tx, kind, &draft.old).await?;
    tx.commit().await?;
    screen.done(paths::places(who.slug()), Toast::good(format!("{} is off the list.", draft.old))).await
}

#[derive(Deserialize)]
struct Holidays {
    #[serde(default)]
    place: String,
    #[serde(default)]
    calendar: String,
}

/// Which holidays hold at a location: what leave there costs follows from them.
async fn choose_calendar(who: Allowed<SettingsWrite>, screen: Screen, Confirmed(form): Confirmed<Holidays>) -> Result {
    let calendar = match form.calendar.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| crate::web::Error::NotFound)?),
    };
    let mut tx = who.begin().await?;
    patterns::choose_calendar(&mut tx, &form.place, calendar).await?;
    tx.commit().await?;
    screen.done(paths::places(who.slug()), Toast::good(format!("{} has these holidays from now on.", form.place))).await
}
