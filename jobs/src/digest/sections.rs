//! The sections of a digest, in its order. A module's own is a line of [`SECTIONS`] and a function; it reads through
//! the transaction of the digest's reader, and has nothing to say by `None`.

use chrono::{NaiveDate, NaiveDateTime};
use domain::{
    ActivityId, Day, MemberId, TaskId,
    digest::{Block, Line, Period},
    import::Target,
    paths::{self, Pages},
};
use futures::{FutureExt, future::BoxFuture};
use std::cmp::Ordering;
use store::{
    Result, TenantTx,
    digests::sections::{self as read, Found, Person},
};

/// One section.
pub struct Section {
    pub name: &'static str,
    pub tell: for<'a> fn(&'a mut TenantTx, MemberId, Period) -> Telling<'a>,
}

type Telling<'a> = BoxFuture<'a, Result<Option<Block>>>;

macro_rules! sections {
    ($($name:ident),* $(,)?) => {
        &[$(Section { name: stringify!($name), tell: |tx, member, period| $name(tx, member, period).boxed() }),*]
    };
}

/// Deals and tickets come in here with their modules: what waits for the reader first, what has changed then.
pub const SECTIONS: &[Section] = sections![
    approvals,
    leave_asked,
    tasks,
    meetings,
    notices,
    invitations,
    failed_imports,
    away,
    joining,
    leaving,
    probation_ends,
    head_count,
    anniversaries,
    birthdays,
    customers
];

fn here(path: &str) -> String {
    path.strip_prefix("/w/{slug}").unwrap_or(path).to_owned()
}

async fn approvals(tx: &mut TenantTx, member: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::approvals(tx, member).await?;
    let line = |(question, due): (String, NaiveDate)| {
        let detail =
            if due <= period.day.0 { "until today".to_owned() } else { format!("until {}", day_words(due, false)) };
        Line { text: question, detail, path: here(paths::APPROVALS) }
    };
    block("Waiting for your approval", here(paths::APPROVALS), found, false, line)
}

async fn leave_asked(tx: &mut TenantTx, member: MemberId, _: Period) -> Result<Option<Block>> {
    let found = read::leave_asked(tx, member).await?;
    let line = |(id, name, from, to): (uuid::Uuid, String, NaiveDate, NaiveDate)| Line {
        text: name,
        detail: if from == to { Day(from).short() } else { format!("{} – {}", Day(from).short(), Day(to).short()) },
        path: here(paths::LEAVE_REQUEST).replace("{id}", &id.to_string()),
    };
    block("Time off to approve", here(paths::LEAVE_APPROVALS), found, false, line)
}

async fn away(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::away(tx, &period).await?;
    let line = |a: read::Away| {
        let detail = match a.from_on > period.day.0 {
            true => format!("away from {} until {}", Day(a.from_on).short(), Day(a.to_on).short()),
            false => format!("away until {}", Day(a.to_on).short()),
        };
        Line { text: a.name, detail, path: Pages::within(paths::EMPLOYEES).record(a.id) }
    };
    block("Away", here(paths::LEAVE_CALENDAR), found, false, line)
}

async fn tasks(tx: &mut TenantTx, member: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::tasks(tx, member, &period).await?;
    let pages = Pages::within(paths::TASKS);
    let line = |(id, title, due): (TaskId, String, NaiveDate)| {
        let detail = match due.cmp(&period.day.0) {
            Ordering::Less => format!("overdue since {}", Day(due).short()),
            Ordering::Equal => "today".to_owned(),
            Ordering::Greater => day_words(due, false),
        };
        Line { text: title, detail, path: pages.record(id) }
    };
    block("Tasks of yours that are due", pages.list(), found, false, line)
}

async fn meetings(tx: &mut TenantTx, member: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::meetings(tx, member, &period).await?;
    let pages = Pages::within(paths::ACTIVITIES);
    let line = |(id, subject, at): (ActivityId, String, NaiveDateTime)| {
        let time = at.format("%H:%M");
        let detail = match at.date() == period.day.0 {
            true => format!("today, {time}"),
            false => format!("{}, {time}", day_words(at.date(), false)),
        };
        Line { text: subject, detail, path: pages.record(id) }
    };
    block("Your calls and meetings", here(paths::ACTIVITY_CALENDAR), found, false, line)
}

async fn notices(tx: &mut TenantTx, member: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::notices(tx, member, &period).await?;
    let line =
        |(id, text)| Line { text, detail: String::new(), path: here(&paths::NOTICE.replace("{id}", &format!("{id}"))) };
    block("Notifications", here(paths::NOTICES), found, false, line)
}

async fn invitations(tx: &mut TenantTx, _: MemberId, _: Period) -> Result<Option<Block>> {
    let found = read::invitations(tx).await?;
    let line = |(email, days): (String, i64)| {
        let detail = match days {
            0 => "ends today".to_owned(),
            1 => "ends tomorrow".to_owned(),
            n => format!("ends in {n} days"),
        };
        Line { text: email, detail, path: here(paths::MEMBERS) }
    };
    block("Invitations without an answer", here(paths::MEMBERS), found, false, line)
}

async fn failed_imports(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::failed_imports(tx, &period).await?;
    let list = Target::place;
    let path = found.rows.first().map_or_else(String::new, |f| Pages::within(list(f.target)).imports());
    let line = |f: read::FailedImport| {
        let path = format!("{}/{}", Pages::within(list(f.target)).imports(), f.id);
        Line { text: f.file_name, detail: f.target.words().1.to_owned(), path }
    };
    block("Imports that failed", path, found, true, line)
}

async fn joining(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::joining(tx, &period).await?;
    let line = |p: Person| {
        let verb = if p.day < period.day.0 { "started" } else { "starts" };
        person(p, verb, period)
    };
    block("New people", Pages::within(paths::EMPLOYEES).list(), found, true, line)
}

async fn leaving(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::leaving(tx, &period).await?;
    let line = |p: Person| {
        let verb = if p.day < period.day.0 { "last day was" } else { "last day" };
        person(p, verb, period)
    };
    block("Leaving people", Pages::within(paths::EMPLOYEES).list(), found, true, line)
}

async fn probation_ends(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::probation_ends(tx, &period).await?;
    block("Probations that end", Pages::within(paths::EMPLOYEES).list(), found, true, |p| person(p, "ends", period))
}

async fn anniversaries(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::coming_round(tx, &period, false).await?;
    let line = |p: Person| {
        let years = years(&p, period);
        let words = if years == 1 { "one year".to_owned() } else { format!("{years} years") };
        person(p, &format!("{words} on"), period)
    };
    block("Work anniversaries", Pages::within(paths::EMPLOYEES).list(), found, false, line)
}

async fn birthdays(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::coming_round(tx, &period, true).await?;
    // Who they are and which day; how old they become is nobody's business.
    block("Birthdays", Pages::within(paths::EMPLOYEES).list(), found, false, |p| person(p, "on", period))
}

async fn head_count(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let (count, before) = read::head_count(tx, &period).await?;
    let path = Pages::within(paths::EMPLOYEES).list();
    // That it is as it was is no news.
    Ok((count != before).then(|| Block { title: "People at work", path, count, before: Some(before), lines: vec![] }))
}

async fn customers(tx: &mut TenantTx, _: MemberId, period: Period) -> Result<Option<Block>> {
    let found = read::customers(tx, &period).await?;
    let pages = Pages::within(paths::CUSTOMERS);
    let line = |c: read::Moved| {
        let detail = match &c.was {
            None => "new".to_owned(),
            Some(was) => format!("{was} → {}", c.status),
        };
        Line { text: c.name, detail, path: pages.record(c.id) }
    };
    block("New customers and changes of status", pages.list(), found, true, line)
}

/// A section of what was found; of nothing there is none.
fn block<T>(
    title: &'static str,
    path: String,
    found: Found<T>,
    trend: bool,
    line: impl Fn(T) -> Line,
) -> Result<Option<Block>> {
    let Found { rows, count, before } = found;
    let lines: Vec<Line> = rows.into_iter().map(line).collect();
    Ok((count > 0).then(|| Block { title, path, count, before: trend.then_some(before), lines }))
}

fn person(p: Person, verb: &str, period: Period) -> Line {
    let day = this_year(&p, period);
    let title = p.title.as_deref().map(|t| format!("{t}, ")).unwrap_or_default();
    let words = if verb.ends_with("on") { day_words(day, false) } else { day_words(day, true) };
    let path = Pages::within(paths::EMPLOYEES).record(p.employee());
    Line { text: p.name, detail: format!("{title}{verb} {words}"), path }
}

fn day_words(day: chrono::NaiveDate, with_year: bool) -> String {
    day.format(if with_year { "%-d %b %Y" } else { "%A, %-d %B" }).to_string()
}

/// The day as it comes round in what lies ahead; a day of this time stays what it is.
fn this_year(p: &Person, period: Period) -> chrono::NaiveDate {
    use chrono::Datelike;
    if p.day >= period.from.0 && p.day < period.ahead.0 {
        return p.day;
    }
    let same = |d: &chrono::NaiveDate| (d.month(), d.day()) == (p.day.month(), p.day.day());
    let ahead = || period.day.0.iter_days().take_while(|d| *d < period.ahead.0);
    // The 29th of February is kept on the 28th where there is none.
    let eve = |d: &chrono::NaiveDate| (d.month(), d.day()) == (2, 28) && (p.day.month(), p.day.day()) == (2, 29);
    ahead().find(same).or_else(|| ahead().find(eve)).unwrap_or(p.day)
}

fn years(p: &Person, period: Period) -> i32 {
    use chrono::Datelike;
    this_year(p, period).year() - p.day.year()
}
