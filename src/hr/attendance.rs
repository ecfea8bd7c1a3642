//! Attendance: the clock, one's own week, weeks of others and their approval, the file for payroll.

use crate::{
    hr::checklists::person,
    web::{Allowed, Confirmed, Error, Query, Record, Result, Routes, Screen, Toast, file, selection::back},
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    AttendanceId, Day, Errors, TimesheetId,
    access::{
        AttendanceApprove, AttendanceExport, AttendanceRead, AttendanceSetUp, AttendanceWrite, Permission, Scope,
    },
    audit::Action,
    hr::attendance::{Draft, Press, REASON, State, week, weekly},
    list::Mark,
    paths,
    workspace::access::Subject,
};
use serde::Deserialize;
use store::{TenantTx, audit, hr::attendance, reach};
use views::hr::attendance::{Asked, Own, Show, Team};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::ATTENDANCE, own)
        .post(paths::ATTENDANCE_CLOCK, press)
        .post(paths::ATTENDANCE_ENTRIES, write)
        .post(paths::ATTENDANCE_REMOVAL, remove)
        .post(paths::ATTENDANCE_SUBMISSION, submit)
        .post(paths::ATTENDANCE_WITHDRAWAL, take_back)
        .get(paths::ATTENDANCE_EXPORT, export)
        .post(paths::ATTENDANCE_HOURS, set_hours)
        .get(paths::TIMESHEETS, team)
        .get(paths::TIMESHEET, show)
        .post(paths::TIMESHEET_APPROVAL, approve)
        .post(paths::TIMESHEET_RETURN, return_)
}

/// A week by one of its days, as links write it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Which {
    week: String,
    /// Where a page of weeks goes on.
    after: String,
}

impl Which {
    /// Not one that is still to come.
    fn monday(&self, today: Day) -> Day {
        let asked = self.week.parse().map_or(today, Day);
        week(asked.min(today))
    }
}

impl Which {
    /// The week that a form means: one that has begun, and no other in its place.
    fn meant(&self, today: Day) -> Result<Day, Error> {
        let day = self.week.parse().ok().map(Day).filter(|day| *day <= today);
        day.map(week).ok_or_else(|| Error::Bad("Which week is meant? Open it again.".into()))
    }
}

/// Today where the reader is.
fn today<P: Permission>(who: &Allowed<P>) -> Day {
    Day(who.app().now().with_timezone(&who.zone).date_naive())
}

/// What was refused on a page, and what was typed.
#[derive(Default)]
struct Refused {
    draft: Draft,
    asked: Asked,
    errors: Errors,
    once: Option<AttendanceId>,
}

async fn own(who: Allowed<AttendanceRead>, screen: Screen, Query(which): Query<Which>) -> Result {
    let monday = which.monday(today(&who));
    page(&who, &screen, monday, Refused::default()).await
}

async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, monday: Day, refused: Refused) -> Result {
    let mut tx = who.begin().await?;
    let sheet = attendance::own(&mut tx, monday).await?;
    let running = attendance::running(&mut tx).await?;
    let today = today(who);
    let view = Own {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        once: refused.once.unwrap_or_else(|| tx.id()),
        sheet,
        running,
        week: monday,
        this_week: week(today),
        today,
        moment: moment(who),
        may_write: who.actor.may(AttendanceWrite::KEY),
        may_link: super::may_link(who),
        may_see_others: who.actor.rights.scope(AttendanceRead::KEY) > Some(Scope::Own),
        draft: refused.draft,
        asked: refused.asked,
        errors: refused.errors,
    };
    let status = if view.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(screen.show_as(status, who, &view))
}

/// Whoever is no employee has no days to write down.
fn employed<P: Permission>(who: &Allowed<P>) -> Result<()> {
    if who.actor.employee.is_none() { Err(Error::Bad(NOBODY.into())) } else { Ok(()) }
}

const NOBODY: &str = "You have no employee record here, so there are no days of yours to write down.";

#[derive(Deserialize)]
struct Pressed {
    to: Press,
    #[serde(default)]
    back: String,
}

async fn press(who: Allowed<AttendanceWrite>, screen: Screen, Confirmed(pressed): Confirmed<Pressed>) -> Result {
    employed(&who)?;
    let mut tx = who.begin().await?;
    match attendance::press(&mut tx, pressed.to, who.zone).await {
        Ok(()) => tx.commit().await?,
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let words = errors.iter().next().map(|(_, words)| words.to_owned()).unwrap_or_default();
            let refused = Refused { errors: Errors::one("", words), ..Refused::default() };
            return page(&who, &screen, week(today(&who)), refused).await;
        }
        Err(e) => return Err(e.into()),
    }
    let toast = Toast::good(match pressed.to {
        Press::Work => "You are at work.",
        Press::Break => "Enjoy your break.",
        Press::Out => "You have clocked out.",
    });
    screen.done(back(&pressed.back, paths::attendance(who.slug())), toast).await
}

#[derive(Deserialize)]
struct Written {
    #[serde(rename = "_once")]
    once: Option<AttendanceId>,
    #[serde(flatten)]
    draft: Draft,
}

async fn write(
    who: Allowed<AttendanceWrite>,
    screen: Screen,
    Confirmed(Written { once, draft }): Confirmed<Written>,
) -> Result {
    employed(&who)?;
    let mut tx = who.begin().await?;
    let id = once.unwrap_or_else(|| tx.id());
    let read = draft.read(who.workspace.dates, who.zone, tx.now());
    let day = Day::parse(&draft.day, who.workspace.dates).unwrap_or(today(&who));
    let done = match read {
        Ok(fields) => attendance::write(&mut tx, id, &fields, who.zone).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    let monday = week(day.min(today(&who)));
    match done {
        Ok(()) => {
            tx.commit().await?;
            let path = format!("{}?week={monday}", paths::attendance(who.slug()));
            screen.done(path, Toast::good(format!("{} is written down.", day.short()))).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            page(&who, &screen, monday, Refused { draft, errors, once: Some(id), ..Refused::default() }).await
        }
        Err(store::Error::Sent) => {
            drop(tx);
            let words = "This was sent before, with other times. Send it again to write this down as well.";
            let errors = Errors::one("from", words);
            page(&who, &screen, monday, Refused { draft, errors, ..Refused::default() }).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn remove(
    who: Allowed<AttendanceWrite>,
    screen: Screen,
    Record(id): Record<AttendanceId>,
    Confirmed(asked): Confirmed<Asked>,
) -> Result {
    let mut errors = Errors::default();
    let why = errors.required("why", &asked.why, REASON);
    let mut tx = who.begin().await?;
    let done = match tx.employee() {
        None => Err(store::Error::NotFound),
        Some(_) if !errors.is_empty() => Err(store::Error::Refused(errors)),
        Some(_) => attendance::remove(&mut tx, id, &why).await,
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            let back = screen.current_url().unwrap_or_else(|| paths::attendance(who.slug()));
            screen.done(back, Toast::good("It is taken out.")).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            page(&who, &screen, week(today(&who)), Refused { asked, errors, ..Refused::default() }).await
        }
        Err(e) => Err(e.into()),
    }
}

async fn submit(who: Allowed<AttendanceWrite>, screen: Screen, Confirmed(which): Confirmed<Which>) -> Result {
    employed(&who)?;
    let monday = which.meant(today(&who))?;
    let mut tx = who.begin().await?;
    let done = attendance::submit(&mut tx, monday).await;
    told(&who, &screen, tx, monday, done, "The week is handed in.").await
}

async fn take_back(who: Allowed<AttendanceWrite>, screen: Screen, Confirmed(which): Confirmed<Which>) -> Result {
    employed(&who)?;
    let monday = which.meant(today(&who))?;
    let mut tx = who.begin().await?;
    let done = attendance::withdraw(&mut tx, monday).await;
    told(&who, &screen, tx, monday, done, "The week is yours again. Hand it in when it is done.").await
}

/// The week after it was handed in or taken back, or why it was not.
async fn told(
    who: &Allowed<AttendanceWrite>,
    screen: &Screen,
    tx: TenantTx,
    monday: Day,
    done: store::Result<()>,
    words: &str,
) -> Result {
    match done {
        Ok(()) => {
            tx.commit().await?;
            let path = format!("{}?week={monday}", paths::attendance(who.slug()));
            screen.done(path, Toast::good(words)).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let words = errors.iter().next().map(|(_, words)| words.to_owned()).unwrap_or_default();
            page(who, screen, monday, Refused { errors: Errors::one("", words), ..Refused::default() }).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Weeks on one page.
const MOST: usize = 100;

async fn team(who: Allowed<AttendanceRead>, screen: Screen, Query(which): Query<Which>) -> Result {
    let monday = which.monday(today(&who));
    team_page(&who, &screen, (monday, Mark::parse(&which.after)), Asked::default(), Errors::default()).await
}

async fn team_page<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    (monday, after): (Day, Option<Mark>),
    asked: Asked,
    errors: Errors,
) -> Result {
    let mut tx = who.begin().await?;
    let (sheets, next) = attendance::list(&mut tx, monday, after.as_ref(), MOST).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let today = today(who);
    let view = Team {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        week: monday,
        this_week: week(today),
        sheets,
        from_top: after.is_none(),
        next: next.map(|mark| mark.text()),
        moment: moment(who),
        today,
        may_export: who.actor.may(AttendanceExport::KEY),
        may_set_up: who.actor.may(AttendanceSetUp::KEY),
        asked,
        errors,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn set_hours(who: Allowed<AttendanceSetUp>, screen: Screen, Confirmed(asked): Confirmed<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let mut errors = Errors::default();
    let minutes = errors.optional("hours", &asked.hours, weekly);
    let employee = match person(&mut tx, &asked.employee).await? {
        Some(Subject::Employee(id)) => Some(id),
        _ => {
            errors.add("employee", "No person alone is called so. Type a name, and choose.");
            None
        }
    };
    let (Some(employee), true) = (employee, errors.is_empty()) else {
        drop(tx);
        return team_page(&who, &screen, (week(today(&who)), None), asked, errors).await;
    };
    attendance::set_contracted(&mut tx, employee, minutes).await?;
    tx.commit().await?;
    let words = match minutes {
        Some(minutes) => {
            let hours = domain::hr::attendance::hours(minutes);
            format!("{hours} hours a week, in each week that is not approved yet.")
        }
        None => "The workspace’s working time counts for them.".into(),
    };
    screen.done(paths::timesheets(who.slug()), Toast::good(words)).await
}

async fn show(who: Allowed<AttendanceRead>, screen: Screen, Record(id): Record<TimesheetId>) -> Result {
    sheet(&who, &screen, id, Asked::default(), Errors::default()).await
}

async fn sheet<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: TimesheetId,
    asked: Asked,
    errors: Errors,
) -> Result {
    let mut tx = who.begin().await?;
    let sheet = attendance::find::<AttendanceRead>(&mut tx, id).await?;
    let within = reach::within::<AttendanceApprove>(&mut tx, reach::Kind::Timesheets, &[id.0]).await?;
    let may_decide = !within.is_empty() && who.actor.employee != Some(sheet.person.id);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show_as(status, who, &Show { slug, csrf, sheet, moment: moment(who), may_decide, asked, errors }))
}

async fn approve(
    who: Allowed<AttendanceApprove>,
    screen: Screen,
    Record(id): Record<TimesheetId>,
    Confirmed(asked): Confirmed<Asked>,
) -> Result {
    decide(&who, &screen, id, asked, State::Approved).await
}

async fn return_(
    who: Allowed<AttendanceApprove>,
    screen: Screen,
    Record(id): Record<TimesheetId>,
    Confirmed(asked): Confirmed<Asked>,
) -> Result {
    decide(&who, &screen, id, asked, State::Returned).await
}

async fn decide(who: &Allowed<AttendanceApprove>, screen: &Screen, id: TimesheetId, asked: Asked, to: State) -> Result {
    let mut errors = Errors::default();
    let comment = match to {
        State::Returned => Some(errors.required("comment", &asked.comment, REASON)),
        _ => None,
    };
    if !errors.is_empty() {
        return sheet(who, screen, id, asked, errors).await;
    }
    let mut tx = who.begin().await?;
    match attendance::decide(&mut tx, id, asked.version.parse().unwrap_or_default(), comment.as_deref()).await {
        Ok(sheet) => {
            tx.commit().await?;
            let did = if to == State::Approved { "is approved" } else { "was returned" };
            let toast = Toast::good(format!("The week of {} {did}.", sheet.person.name));
            screen.done(paths::timesheets(who.slug()), toast).await
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            self::sheet(who, screen, id, asked, errors).await
        }
        Err(e) => Err(e.into()),
    }
}

/// Weeks that one file holds: it is made as a whole.
const WEEKS: i64 = 10_000;

async fn export(who: Allowed<AttendanceExport>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let day = |text: &str, usual: Day| if text.is_empty() { Ok(usual) } else { Day::parse(text, who.workspace.dates) };
    let today = today(&who);
    let (Ok(from), Ok(to)) = (day(&asked.from, today.first_of_month()), day(&asked.to, today)) else {
        let words = "It is not clear which days are meant. Choose them once more.";
        return screen.done(paths::timesheets(who.slug()), Toast::bad(words)).await;
    };
    let mut tx = who.begin().await?;
    let sheets = attendance::approved(&mut tx, from, to, WEEKS + 1).await?;
    if i64::try_from(sheets.len()).unwrap_or(i64::MAX) > WEEKS {
        let words = "These are more than 10,000 weeks, and a file holds no more. Choose fewer days.";
        return screen.done(paths::timesheets(who.slug()), Toast::bad(words)).await;
    }
    let rows = rows(&tx, &sheets, from, to);
    let noted = serde_json::json!({ "days": [null, [from, to]], "rows": [null, rows.len()] });
    audit::note(&mut tx, "timesheets", who.actor.tenant.0, Action::Exported, &noted).await?;
    tx.commit().await?;
    let head = ["Employee number", "Day", "Minutes worked", "Overtime minutes"].map(str::to_owned).to_vec();
    file::csv("attendance.csv", head, rows).await
}

/// A row for each day with work on it.
fn rows(tx: &TenantTx, sheets: &[domain::hr::attendance::Sheet], from: Day, to: Day) -> Vec<Vec<String>> {
    let mut rows = vec![];
    for sheet in sheets {
        let (minutes, over) = (sheet.minutes(tx.now()), sheet.overtime(tx.now()));
        for (n, day) in sheet.week.0.iter_days().take(7).enumerate() {
            if minutes[n] > 0 && (from.0..=to.0).contains(&day) {
                let cells = [sheet.person.number.clone(), day.to_string(), minutes[n].to_string(), over[n].to_string()];
                rows.push(cells.to_vec());
            }
        }
    }
    rows
}
