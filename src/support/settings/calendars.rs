//! Calendars of support: when a team is at work.

use super::{Setter, drawn, frame, pressed, sent, settle, status};
use crate::web::{Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use domain::{Errors, SupportCalendarId, paths, support::calendars::Draft};
use serde::Deserialize;
use store::support::calendars;
use views::support::settings::{CalendarForm, Calendars};

pub(super) fn routes(r: Routes) -> Routes {
    r.get(paths::SUPPORT_CALENDARS, list)
        .get(paths::SUPPORT_CALENDAR_NEW, new)
        .post(paths::SUPPORT_CALENDAR_NEW, add)
        .get(paths::SUPPORT_CALENDAR, edit)
        .post(paths::SUPPORT_CALENDAR, change)
        .post(paths::SUPPORT_CALENDAR_REMOVAL, remove)
}

async fn list(who: Setter, screen: Screen) -> Result {
    let calendars = calendars::all(&mut who.begin().await?).await?;
    Ok(screen.show(&who, &Calendars { frame: frame(&who, &screen, Errors::default()), calendars }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    draft: Draft,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: String,
}

impl Typed {
    fn version(&self) -> i32 {
        self.version.parse().unwrap_or_default()
    }
}

fn form(
    who: &Setter,
    screen: &Screen,
    editing: Option<(SupportCalendarId, i32)>,
    typed: Typed,
    errors: Errors,
) -> Result {
    let once = if typed.once.is_empty() || sent(&errors) {
        who.app().id::<SupportCalendarId>().to_string()
    } else {
        typed.once
    };
    let shown = status(&errors);
    let view = CalendarForm { frame: frame(who, screen, errors), once, editing, draft: typed.draft };
    Ok(screen.show_as(shown, who, &view))
}

async fn new(who: Setter, screen: Screen) -> Result {
    let draft = Draft { zone: who.workspace.zone.name().to_owned(), ..Draft::default() };
    form(&who, &screen, None, Typed { draft, ..Typed::default() }, Errors::default())
}

async fn add(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = drawn::<SupportCalendarId>(&typed.once, &tx);
    let done = match typed.draft.read(who.workspace.conventions().dates) {
        Ok((name, calendar)) => calendars::add(&mut tx, id, &name, &calendar).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors),
        None => screen.done(paths::support_calendars(who.slug()), Toast::good("The calendar is there.")).await,
    }
}

async fn edit(who: Setter, screen: Screen, Record(id): Record<SupportCalendarId>) -> Result {
    let c = calendars::find(&mut who.begin().await?, id).await?;
    let typed = Typed { draft: Draft::of(&c.name, &c.calendar), ..Typed::default() };
    form(&who, &screen, Some((id, c.version)), typed, Errors::default())
}

async fn change(
    who: Setter,
    screen: Screen,
    Record(id): Record<SupportCalendarId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = calendars::find(&mut tx, id).await?;
    let done = match typed.draft.read(who.workspace.conventions().dates) {
        Ok((name, calendar)) => calendars::change(&mut tx, id, typed.version(), &name, &calendar).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, Some((id, now.version)), typed, errors),
        None => screen.done(paths::support_calendars(who.slug()), Toast::good("Changes saved.")).await,
    }
}

async fn remove(who: Setter, screen: Screen, Record(id): Record<SupportCalendarId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = calendars::remove(&mut tx, id).await;
    pressed(&screen, paths::support_calendars(who.slug()), tx, done, "was removed.").await
}
