//! Holiday calendars: made, filled by hand or from an .ics file, and one of them everybody's.

use crate::web::{Allowed, Confirmed, Error, Record, Result, Routes, Screen, Toast, Upload, form::Nothing};
use domain::{
    Day, Errors, MailId,
    access::SettingsWrite,
    draft, paths,
    workspace::holidays::{Brought, MOST},
};
use icalendar::{Calendar, CalendarDateTime, Component, DatePerhapsTime};
use std::str::FromStr;
use store::workspace::holidays;
use views::workspace::holidays::Days;

pub fn routes(r: Routes) -> Routes {
    r.post(paths::HOLIDAY_CALENDARS, add)
        .get(paths::HOLIDAY_CALENDAR, show)
        .post(paths::HOLIDAY_CALENDAR, add_day)
        .post(paths::HOLIDAY_CALENDAR_DEFAULT, make_default)
        .post(paths::HOLIDAY_CALENDAR_FILE, bring)
        .post(paths::HOLIDAY_CALENDAR_REMOVAL, remove)
        .post(paths::HOLIDAY_REMOVAL, remove_day)
}

draft! {
    /// A calendar's name, or a day of it.
    Typed { name, day, half }
}

type Calendars = Allowed<SettingsWrite>;

async fn add(who: Calendars, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut errors = Errors::default();
    let name = errors.required("name", &typed.name, 60);
    if let Some(words) = errors.of("name") {
        return screen.done(paths::calendar(who.slug()), Toast::bad(format!("The calendar’s name: {words}"))).await;
    }
    let mut tx = who.begin().await?;
    let id: MailId = tx.id();
    holidays::add_calendar(&mut tx, id.0, &name).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("The calendar {name} is there. Now its days."));
    screen.done(paths::holiday_calendar(who.slug(), id), toast).await
}

async fn show(who: Calendars, screen: Screen, Record(id): Record<MailId>) -> Result {
    page(&who, &screen, id, Typed::default(), Errors::default()).await
}

async fn page(who: &Calendars, screen: &Screen, id: MailId, typed: Typed, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let calendars = holidays::calendars(&mut tx).await?;
    let calendar = calendars.into_iter().find(|c| c.id == id.0).ok_or(Error::NotFound)?;
    let from = tx.today().first_of_month();
    let days = holidays::days(&mut tx, id.0, from).await?;
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
    Record(id): Record<MailId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut errors = Errors::default();
    let name = errors.required("name", &typed.name, 100);
    let day = errors.take("day", Day::parse(&typed.day, who.workspace.dates));
    let Some(day) = day.filter(|_| errors.is_empty()) else { return page(&who, &screen, id, typed, errors).await };
    let mut tx = who.begin().await?;
    match holidays::add_day(&mut tx, id.0, day, &name, !typed.half.is_empty()).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            return page(&who, &screen, id, typed, errors).await;
        }
        done => done?,
    }
    tx.commit().await?;
    screen.done(paths::holiday_calendar(who.slug(), id), Toast::good(format!("{name} is a day off."))).await
}

async fn make_default(who: Calendars, screen: Screen, Record(id): Record<MailId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    holidays::make_default(&mut tx, id.0).await?;
    tx.commit().await?;
    screen.done(paths::calendar(who.slug()), Toast::good("This calendar is everybody’s from now on.")).await
}

async fn remove(who: Calendars, screen: Screen, Record(id): Record<MailId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    holidays::remove_calendar(&mut tx, id.0).await?;
    tx.commit().await?;
    screen.done(paths::calendar(who.slug()), Toast::good("The calendar is gone.")).await
}

async fn remove_day(who: Calendars, screen: Screen, Record(id): Record<MailId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = holidays::remove_day(&mut tx, id.0).await?;
    tx.commit().await?;
    let back = screen.current_url().unwrap_or_else(|| paths::calendar(who.slug()));
    screen.done(back, Toast::good(format!("{name} is a working day again."))).await
}

async fn bring(who: Calendars, screen: Screen, Record(id): Record<MailId>, upload: Upload) -> Result {
    let there = paths::holiday_calendar(who.slug(), id);
    let Some(file) = upload.file else { return screen.done(there, Toast::bad("Choose an .ics file first.")).await };
    let read =
        tokio::task::spawn_blocking(move || read(&file.bytes)).await.map_err(|e| Error::Internal(e.to_string()))?;
    let days = match read {
        Ok(days) => days,
        Err(why) => return screen.done(there, Toast::bad(why)).await,
    };
    let mut tx = who.begin().await?;
    let new = holidays::bring(&mut tx, id.0, &days).await?;
    tx.commit().await?;
    let known = u64::try_from(days.len()).unwrap_or(new).saturating_sub(new);
    let toast = match known {
        0 => format!("{new} days are in the calendar."),
        _ => format!("{new} days are new in the calendar; {known} were there already."),
    };
    screen.done(there, Toast::good(toast)).await
}

/// The days of an iCalendar file (RFC 5545): each day that an event of whole days covers. Or a sentence that says why not.
fn read(bytes: &[u8]) -> Result<Vec<Brought>, String> {
    const WRONG: &str = "This is no calendar file. Export your holidays as .ics and bring that.";
    if bytes.len() > 2 * 1024 * 1024 {
        return Err("This file is larger than 2 MB. A calendar of holidays is much smaller.".into());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| WRONG)?;
    if !text.contains("BEGIN:VCALENDAR") {
        return Err(WRONG.into());
    }
    let calendar = Calendar::from_str(text).map_err(|_| WRONG)?;
    let mut days: Vec<Brought> = vec![];
    for event in calendar.components.iter().filter_map(|c| c.as_event()) {
        let date = |when: DatePerhapsTime| match when {
            DatePerhapsTime::Date(day) => day,
            DatePerhapsTime::DateTime(CalendarDateTime::Floating(t)) => t.date(),
            DatePerhapsTime::DateTime(CalendarDateTime::Utc(t)) => t.date_naive(),
            DatePerhapsTime::DateTime(CalendarDateTime::WithTimezone { date_time, .. }) => date_time.date(),
        };
        let Some(first) = event.get_start().map(date) else { continue };
        // DTEND is the day behind the last one (RFC 5545 §3.6.1).
        let end = event.get_end().map(date).filter(|end| *end > first).unwrap_or(first + chrono::Duration::days(1));
        let name = event.get_summary().unwrap_or("Holiday").trim().chars().take(100).collect::<String>();
        let mut day = first;
        while day < end && day < first + chrono::Duration::days(31) {
            if !days.iter().any(|d| d.day.0 == day) {
                days.push(Brought { day: Day(day), name: name.clone() });
            }
            day += chrono::Duration::days(1);
            if days.len() > MOST {
                return Err(format!("This file has more than {MOST} days. Bring the years that you need."));
            }
        }
    }
    match days.is_empty() {
        true => Err("There is no day in this file.".into()),
        false => Ok(days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_file_is_read_day_by_day() {
        let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n\
            BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20270101\r\nSUMMARY:New Year\\, the first\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:3\r\nSUMMARY:No day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let days = read(file.as_bytes()).unwrap_or_else(|e| panic!("{e}"));
        let told: Vec<_> = days.iter().map(|d| (d.day.to_string(), d.name.as_str())).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(
            (told[0].0.as_str(), told[1].0.as_str(), told[2].0.as_str()),
            ("2026-12-25", "2026-12-26", "2027-01-01")
        );
        assert!(told[2].1.starts_with("New Year"), "{told:?}");
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        for bad in [&b""[..], b"\xff\xfe", b"name,day\nx,y", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
