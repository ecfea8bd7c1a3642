//! Holiday calendars: made, filled by hand or from an .ics file, and one of them everybody's.

use crate::web::{Allowed, Confirmed, Error, Record, Result, Routes, Screen, Toast, Upload, form::Nothing};
use chrono::{Datelike, NaiveDate};
use domain::{
    CalendarId, Day, Errors, HolidayId,
    access::SettingsWrite,
    draft, paths,
    workspace::holidays::{Brought, MOST},
};
use icalendar::{Calendar, Component, DatePerhapsTime, EventLike};
use std::str::FromStr;
use store::workspace::holidays;
use views::workspace::holidays::Days;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::HOLIDAY_CALENDAR, show)
        .post(paths::HOLIDAY_CALENDAR, add_day)
        .post(paths::HOLIDAY_CALENDAR_DEFAULT, make_default)
        .post(paths::HOLIDAY_CALENDAR_FILE, bring)
        .post(paths::HOLIDAY_CALENDAR_REMOVAL, remove)
        .post(paths::HOLIDAY_REMOVAL, remove_day)
}

draft! {
    Typed { name, day, half }
}

type Calendars = Allowed<SettingsWrite>;

async fn show(who: Calendars, screen: Screen, Record(id): Record<CalendarId>) -> Result {
    page(&who, &screen, id, Typed::default(), Errors::default()).await
}

async fn page(who: &Calendars, screen: &Screen, id: CalendarId, typed: Typed, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let calendars = holidays::calendars(&mut tx).await?;
    let calendar = calendars.into_iter().find(|c| c.id == id).ok_or(Error::NotFound)?;
    let from = tx.today().first_of_month();
    let days = holidays::days(&mut tx, id, from).await?;
    let status =
        if errors.is_empty() { axum::http::StatusCode::OK } else { axum::http::StatusCode::UNPROCESSABLE_ENTITY };
    let view = Days {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        calendar,
        days,
        name: typed.name,
        day: typed.day,
        half: !typed.half.is_empty(),
        errors,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn add_day(
    who: Calendars,
    screen: Screen,
    Record(id): Record<CalendarId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut errors = Errors::default();
    let name = errors.required("name", &typed.name, 100);
    let day = errors.take("day", Day::parse(&typed.day, who.workspace.dates));
    let Some(day) = day.filter(|_| errors.is_empty()) else { return page(&who, &screen, id, typed, errors).await };
    let mut tx = who.begin().await?;
    match holidays::add_day(&mut tx, id, day, &name, !typed.half.is_empty()).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            return page(&who, &screen, id, typed, errors).await;
        }
        done => done?,
    }
    tx.commit().await?;
    screen.done(paths::holiday_calendar(who.slug(), id), Toast::good(format!("{name} is a day off."))).await
}

async fn make_default(who: Calendars, screen: Screen, Record(id): Record<CalendarId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    holidays::make_default(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::calendar(who.slug()), Toast::good("This calendar is everybody’s from now on.")).await
}

async fn remove(who: Calendars, screen: Screen, Record(id): Record<CalendarId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    holidays::remove_calendar(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::calendar(who.slug()), Toast::good("The calendar is gone.")).await
}

async fn remove_day(who: Calendars, screen: Screen, Record(id): Record<HolidayId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = holidays::remove_day(&mut tx, id).await?;
    tx.commit().await?;
    let back = screen.current_url().unwrap_or_else(|| paths::calendar(who.slug()));
    screen.done(back, Toast::good(format!("{name} is a working day again."))).await
}

async fn bring(who: Calendars, screen: Screen, Record(id): Record<CalendarId>, upload: Upload) -> Result {
    let this_year = who.app().now().date_naive().year();
    let read = tokio::task::spawn_blocking(move || read(upload, this_year)).await;
    let Read { days, timed } = match read.map_err(|e| Error::Internal(e.to_string()))? {
        Ok(read) => read,
        Err(why) => return page(&who, &screen, id, Typed::default(), Errors::one("file", why)).await,
    };
    let mut tx = who.begin().await?;
    let new = holidays::bring(&mut tx, id, &days).await?;
    tx.commit().await?;
    let known = u64::try_from(days.len()).unwrap_or(new).saturating_sub(new);
    let mut toast = match known {
        0 => format!("{new} days are in the calendar."),
        _ => format!("{new} days are new in the calendar; {known} were there already."),
    };
    if timed > 0 {
        toast.push_str(&format!(" Entries of the file that are no whole days were left out: {timed}."));
    }
    screen.done(paths::holiday_calendar(who.slug(), id), Toast::good(toast)).await
}

/// Years, from this one on, for which days that come again each year are written down.
const YEARS: i32 = 5;
/// Times that the rules of a file are followed at most, all together.
const STEPS: usize = 50_000;
const WRONG: &str = "This is no calendar file. Export your holidays as .ics and bring that.";

/// What a file has: days, and how many entries of it are none because they begin at an hour.
pub(crate) struct Read {
    pub days: Vec<Brought>,
    timed: usize,
}

/// The file's days, or a sentence that says why not.
fn read(upload: Upload, year: i32) -> Result<Read, String> {
    match upload.file {
        _ if upload.too_large => Err("This file is too large to be a calendar of holidays.".into()),
        None => Err("Choose an .ics file first.".into()),
        Some(file) if file.bytes.len() > 2 * 1024 * 1024 => {
            Err("This file is larger than 2 MB. A calendar of holidays is much smaller.".into())
        }
        Some(file) => days(&file.bytes, year),
    }
}

/// Each day that an event of whole days covers (RFC 5545), those that come again in `year` and the next ones.
pub(crate) fn days(bytes: &[u8], year: i32) -> Result<Read, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| WRONG)?;
    if !text.contains("BEGIN:VCALENDAR") {
        return Err(WRONG.into());
    }
    let calendar = Calendar::from_str(text).map_err(|_| WRONG)?;
    let (mut read, mut steps) = (Read { days: vec![], timed: 0 }, STEPS);
    for event in calendar.components.iter().filter_map(|c| c.as_event()) {
        let Some(DatePerhapsTime::Date(first)) = event.get_start() else {
            read.timed += 1;
            continue;
        };
        // DTEND is the day behind the last one (RFC 5545 §3.6.1).
        let length = match event.get_end() {
            Some(DatePerhapsTime::Date(end)) => (end - first).num_days().clamp(1, 31),
            _ => 1,
        };
        let name = event.get_summary().unwrap_or("Holiday").trim().chars().take(100).collect::<String>();
        for first in
            starts(event, first, year, &mut steps).map_err(|()| format!("When “{name}” comes again cannot be read."))?
        {
            for day in first.iter_days().take(usize::try_from(length).unwrap_or(1)) {
                if !read.days.iter().any(|d| d.day.0 == day) {
                    read.days.push(Brought { day: Day(day), name: name.clone() });
                }
            }
            if read.days.len() > MOST {
                return Err(format!("This file has more than {MOST} days. Bring the years that you need."));
            }
        }
    }
    match read.days.is_empty() {
        true => Err("There is no whole day in this file.".into()),
        false => Ok(read),
    }
}

/// The days on which an event begins: one, or those of its rule from `year` on.
fn starts(event: &icalendar::Event, first: NaiveDate, year: i32, steps: &mut usize) -> Result<Vec<NaiveDate>, ()> {
    if event.property_value("RRULE").is_none() {
        return Ok(vec![first]);
    }
    let rule = event.get_recurrence().map_err(|_| ())?;
    let mut days = vec![];
    for day in rule.into_iter().map(|t| t.date_naive()).take_while(|d| d.year() < year + YEARS) {
        *steps = steps.checked_sub(1).ok_or(())?;
        if day.year() >= year {
            days.push(day);
        }
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: &str) -> (Vec<(String, String)>, usize) {
        let read = days(file.as_bytes(), 2026).unwrap_or_else(|e| panic!("{e}"));
        (read.days.iter().map(|d| (d.day.to_string(), d.name.clone())).collect(), read.timed)
    }

    #[test]
    fn a_calendar_file_is_read_day_by_day() {
        let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n\
            BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:New Year\\, the first\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:3\r\nSUMMARY:No day\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:4\r\nDTSTART:20270102T090000Z\r\nSUMMARY:A meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let (days, timed) = told(file);
        assert_eq!(
            days.iter().map(|(day, _)| day.as_str()).collect::<Vec<_>>(),
            ["2026-12-25", "2026-12-26", "2027-01-01"]
        );
        assert!(days[2].1.starts_with("New Year"), "{days:?}");
        assert_eq!(timed, 2, "what has no day, or an hour, is no holiday");
    }

    #[test]
    fn a_day_that_comes_again_is_written_down_for_five_years() {
        let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:19491003\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:Unity\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20201126\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20271231\r\nSUMMARY:Thanks\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let (days, _) = told(file);
        let of = |name: &str| days.iter().filter(|(_, n)| n == name).map(|(d, _)| d.as_str()).collect::<Vec<_>>();
        assert_eq!(of("Unity"), ["2026-10-03", "2027-10-03", "2028-10-03", "2029-10-03", "2030-10-03"]);
        assert_eq!(of("Thanks"), ["2026-11-26", "2027-11-25"]);
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        let nonsense = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261003\r\nRRULE:FREQ=NOW\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        for bad in [&b""[..], b"\xff\xfe", b"name,day\nx,y", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", nonsense] {
            assert!(days(bad, 2026).is_err(), "{bad:?}");
        }
    }
}
