//! Queries of attendance: clocking in and out, stretches of work that are typed, weeks and their approval.

use crate::{
    Error, Result, TenantTx, Version, Who,
    db::strange,
    notifications,
    reach::{self, Kind as Noun},
    workspace::roles,
};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::{
    AttendanceId, Day, EmployeeId, MemberId, TimesheetId,
    access::{AttendanceApprove, AttendanceRead, Permission},
    hr::attendance::{Due, FORGOTTEN, Fields, Kind, Person, Press, Sheet, Span, State, week},
    list::{Mark, WAITING},
    notifications::{Kind as Notices, Notice},
    paths::{self, Pages},
};
use sqlx::{Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

const SHEETS: Noun = Noun::Timesheets;

/// Minutes that people are to work in these weeks, and how many of them fall away: what somebody's weekly hours say, or
/// their working pattern, or the workspace's; less holidays of where they are and approved time off, day by day as the
/// pattern has them.
async fn dues(tx: &mut TenantTx, weeks: &[(Uuid, Day)]) -> Result<HashMap<(Uuid, Day), Due>> {
    let (people, mondays): (Vec<Uuid>, Vec<NaiveDate>) = weeks.iter().map(|(id, week)| (*id, week.0)).unzip();
    let rows = sqlx::query!(
        r#"with usual as (
             select array(select case when d = any(t.working_days) then t.day_minutes else 0 end from generate_series(1, 7) d) as minutes,
                    (select c.id from holiday_calendars c where c.tenant_id = t.id and c.is_default) as calendar
             from tenants t where t.id = $1
           ), days as (
             select w.employee, w.week, w.week + n as day, m.minutes
             from unnest($2::uuid[], $3::date[]) as w (employee, week)
             cross join generate_series(0, 6) n
             cross join usual u
             cross join lateral (
               select (coalesce(
                 (select p.minutes from working_patterns p where p.tenant_id = $1 and p.employee_id = w.employee and p.from_on <= w.week + n
                  order by p.from_on desc limit 1),
                 u.minutes))[n + 1]::int as minutes
             ) m
           )
           select d.employee as "employee!", d.week as "week!", min(h.minutes) as own, sum(d.minutes)::bigint as "usual!",
                  sum(case when d.day < e.start_date or d.day > e.end_date then d.minutes
                        else least(d.minutes, coalesce(f.minutes, 0) + coalesce(l.minutes, 0)) end)::bigint as "off!"
           from days d
           left join employees e on e.tenant_id = $1 and e.id = d.employee
           left join weekly_hours h on h.tenant_id = $1 and h.employee_id = d.employee
           left join lateral (
             select max(case when o.half then d.minutes / 2 else d.minutes end) as minutes
             from holidays o where o.tenant_id = $1 and o.day = d.day and o.calendar_id = coalesce(
               (select p.calendar_id from locations p where p.tenant_id = $1 and lower(p.name) = lower(e.location)),
               (select calendar from usual))
           ) f on true
           left join lateral (
             select sum(x.minutes)::int as minutes from leave_requests r
             join leave_request_days x on x.tenant_id = r.tenant_id and x.request_id = r.id and x.day = d.day
             where r.tenant_id = $1 and r.employee_id = d.employee and r.state in ('approved', 'cancelling')
               and r.from_on <= d.day and r.to_on >= d.day
           ) l on true
           group by d.employee, d.week"#,
        tx.tenant().0,
        &people,
        &mondays
    )
    .fetch_all(tx.conn())
    .await?;
    let due = |usual: i64, own: Option<i32>, off: i64| Due::of(usual, own.map(i64::from), off);
    Ok(rows.into_iter().map(|r| ((r.employee, Day(r.week)), due(r.usual, r.own, r.off))).collect())
}

/// Says how many minutes somebody is to work in a week; `None`: as many as the workspace says.
pub async fn set_contracted(tx: &mut TenantTx, employee: EmployeeId, minutes: Option<i64>) -> Result<()> {
    let now = tx.now();
    match minutes.map(|m| i32::try_from(m).unwrap_or(i32::MAX)) {
        Some(minutes) => {
            sqlx::query!(
                "insert into weekly_hours (tenant_id, employee_id, minutes, updated_at) values ($1, $2, $3, $4)
                 on conflict (tenant_id, employee_id) do update set minutes = excluded.minutes, updated_at = excluded.updated_at",
                tx.tenant().0,
                employee.0,
                minutes,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        None => {
            sqlx::query!("delete from weekly_hours where employee_id = $1", employee.0).execute(tx.conn()).await?;
        }
    }
    Ok(())
}

/// The stretch that goes on, of the reader's own.
pub async fn running(tx: &mut TenantTx) -> Result<Option<Span>> {
    let Some(me) = tx.employee() else { return Ok(None) };
    let found = spans(tx, None, Some(me)).await?;
    Ok(found.into_iter().next().map(|(_, span)| span))
}

/// Stretches of these weeks; or the one of somebody that goes on.
async fn spans(tx: &mut TenantTx, sheets: Option<&[Uuid]>, running: Option<EmployeeId>) -> Result<Vec<(Uuid, Span)>> {
    let rows = sqlx::query!(
        "select id, timesheet_id, kind, from_at, until_at, rest_minutes, zone, typed, reason, forgotten from attendance
         where voided_at is null and case when $1::uuid[] is null then employee_id = $2 and until_at is null else timesheet_id = any($1) end
         order by from_at, id",
        sheets,
        running.map(|e| e.0)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let span = Span {
                id: AttendanceId(r.id),
                kind: Kind::parse(&r.kind).ok_or_else(|| strange("kind of attendance", &r.kind))?,
                from: r.from_at,
                until: r.until_at,
                rest: r.rest_minutes.into(),
                zone: r.zone.parse().map_err(|_| strange("zone", &r.zone))?,
                typed: r.typed,
                reason: r.reason,
                forgotten: r.forgotten,
            };
            Ok((r.timesheet_id, span))
        })
        .collect()
}

/// The week of a day, made if it is not there, held, and still its owner's to change.
async fn open_week(tx: &mut TenantTx, employee: EmployeeId, day: Day) -> Result<TimesheetId> {
    let (id, now, monday) = (tx.id::<TimesheetId>(), tx.now(), week(day));
    sqlx::query!(
        "insert into timesheets (tenant_id, id, employee_id, week_on, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
         on conflict on constraint timesheets_week_key do nothing",
        tx.tenant().0,
        id.0,
        employee.0,
        monday.0,
        now
    )
    .execute(tx.conn())
    .await?;
    let r = sqlx::query!(
        "select id, state from timesheets where employee_id = $1 and week_on = $2 for update",
        employee.0,
        monday.0
    )
    .fetch_one(tx.conn())
    .await?;
    match State::parse(&r.state) {
        Some(state) if state.is_theirs() => Ok(TimesheetId(r.id)),
        Some(State::Submitted) => {
            Err(Error::refused("day", "This week waits for approval. Take it back to change it."))
        }
        _ => Err(Error::refused("day", "This week is approved, and locked. Ask for it to be returned to correct it.")),
    }
}

const NOT_HERE: &str = "You did not work here on that day, by your record.";

/// Presses the one button. What somebody forgot to end is set aside for them to say when it was.
pub async fn press(tx: &mut TenantTx, press: Press, zone: Tz) -> Result<()> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    let now = tx.now();
    // Two presses at the same time are one after the other.
    let today = Day(now.with_timezone(&zone).date_naive());
    let outside = sqlx::query_scalar!(
        r#"select coalesce(start_date > $2 or end_date < $2, false) as "outside!" from employees where id = $1 for update"#,
        me.0,
        today.0
    );
    let outside = outside.fetch_one(tx.conn()).await?;
    let mut open = running(tx).await?;
    if let Some(span) = open.as_ref().filter(|s| now - s.from > FORGOTTEN) {
        sqlx::query!("update attendance set until_at = from_at, forgotten = true where id = $1", span.id.0)
            .execute(tx.conn())
            .await?;
        open = None;
    }
    if outside && press != Press::Out {
        return Err(Error::refused("", NOT_HERE));
    }
    let kind = match (press, open.as_ref().map(|s| s.kind)) {
        (Press::Work, Some(Kind::Work)) | (Press::Break, Some(Kind::Break)) | (Press::Out, None) => return Ok(()),
        (Press::Break, None) => return Err(Error::refused("", "You are not at work. Clock in first.")),
        (Press::Work, _) => Some(Kind::Work),
        (Press::Break, _) => Some(Kind::Break),
        (Press::Out, _) => None,
    };
    if let Some(span) = open {
        sqlx::query!("update attendance set until_at = $2 where id = $1", span.id.0, now).execute(tx.conn()).await?;
    }
    let Some(kind) = kind else { return Ok(()) };
    let sheet = open_week(tx, me, today).await?;
    let id = tx.id::<AttendanceId>();
    sqlx::query!(
        "insert into attendance (tenant_id, id, timesheet_id, employee_id, kind, from_at, zone, typed, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, false, $6)",
        tx.tenant().0,
        id.0,
        sheet.0,
        me.0,
        kind.key(),
        now,
        zone.name()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down a stretch of the reader's own, perhaps in place of another one, which stays as what it was.
pub async fn write(tx: &mut TenantTx, id: AttendanceId, f: &Fields, zone: Tz) -> Result<()> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    let day = Day(f.from.with_timezone(&zone).date_naive());
    let rest = i32::try_from(f.rest).unwrap_or_default();
    let r = sqlx::query!(
        r#"select (select a.from_at = $4 and a.until_at is not distinct from $5 and a.rest_minutes = $6 and a.reason is not distinct from $7
                and a.replaces_id is not distinct from $8
              from attendance a where a.id = $1 and a.employee_id = $2) as "same?",
             coalesce(e.start_date > $3 or e.end_date < $3, false) as "outside!"
           from employees e where e.id = $2"#,
        id.0,
        me.0,
        day.0,
        f.from,
        f.until,
        rest,
        f.reason,
        f.replaces.map(|r| r.0)
    )
    .fetch_one(tx.conn())
    .await?;
    if let Some(same) = r.same {
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    if r.outside {
        return Err(Error::refused("day", NOT_HERE));
    }
    let sheet = open_week(tx, me, day).await?;
    if let Some(old) = f.replaces {
        void(tx, me, old, f.reason.as_deref().unwrap_or_default()).await?;
    }
    let now = tx.now();
    let clash = sqlx::query_scalar!(
        r#"select exists (
             select from attendance where employee_id = $1 and voided_at is null and not forgotten
               and from_at < $3 and coalesce(until_at, $4) > $2 and from_at > $2::timestamptz - interval '3 days') as "clash!""#,
        me.0,
        f.from,
        f.until,
        now
    );
    if clash.fetch_one(tx.conn()).await? {
        return Err(Error::refused("from", "You have written down something else for this time."));
    }
    sqlx::query!(
        "insert into attendance (tenant_id, id, timesheet_id, employee_id, kind, from_at, until_at, rest_minutes, zone, typed, reason, replaces_id, created_at)
         values ($1, $2, $3, $4, 'work', $5, $6, $7, $8, true, $9, $10, $11)",
        tx.tenant().0,
        id.0,
        sheet.0,
        me.0,
        f.from,
        f.until,
        rest,
        zone.name(),
        f.reason,
        f.replaces.map(|r| r.0),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a stretch of somebody's out of its week, which must still be theirs to change. It stays as what was written.
async fn void(tx: &mut TenantTx, me: EmployeeId, id: AttendanceId, why: &str) -> Result<()> {
    let r = sqlx::query!(
        r#"select a.from_at, a.zone from attendance a where a.id = $1 and a.employee_id = $2 and a.voided_at is null"#,
        id.0,
        me.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    let zone: Tz = r.zone.parse().map_err(|_| strange("zone", &r.zone))?;
    open_week(tx, me, Day(r.from_at.with_timezone(&zone).date_naive())).await?;
    sqlx::query!(
        "update attendance set voided_at = $2, voided_why = $3, until_at = coalesce(until_at, $2) where id = $1",
        id.0,
        tx.now(),
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn remove(tx: &mut TenantTx, id: AttendanceId, why: &str) -> Result<()> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    void(tx, me, id, why).await
}

/// The reader's own week; empty where nothing was written in it. `None`: they are no employee here.
pub async fn own(tx: &mut TenantTx, monday: Day) -> Result<Option<Sheet>> {
    let Some(me) = tx.employee() else { return Ok(None) };
    let found =
        sqlx::query_scalar!("select id from timesheets where employee_id = $1 and week_on = $2", me.0, monday.0);
    if let Some(id) = found.fetch_optional(tx.conn()).await? {
        return Ok(Some(of(tx, &[id]).await?.remove(0)));
    }
    let r =
        sqlx::query!(r#"select first_name || ' ' || last_name as "name!", number from employees where id = $1"#, me.0)
            .fetch_one(tx.conn())
            .await?;
    let due = dues(tx, &[(me.0, monday)]).await?.remove(&(me.0, monday)).unwrap_or_default();
    Ok(Some(Sheet {
        id: None,
        person: Person { id: me, name: r.name, number: r.number },
        week: monday,
        state: State::Open,
        comment: None,
        decided_by: None,
        spans: vec![],
        due,
        version: 0,
    }))
}

/// These weeks, in the order of their ids' list; at least one must be there.
async fn of(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Sheet>> {
    let rows = sqlx::query!(
        r#"select t.id, t.employee_id, t.week_on, t.state, t.comment, t.version, t.due_minutes, t.off_minutes, m.name as "decider?", e.first_name || ' ' || e.last_name as "name!", e.number
           from timesheets t join employees e on e.tenant_id = t.tenant_id and e.id = t.employee_id
           left join members m on m.tenant_id = t.tenant_id and m.id = t.decided_by
           where t.id = any($1) order by array_position($1, t.id)"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut written: HashMap<Uuid, Vec<Span>> = HashMap::new();
    for (sheet, span) in spans(tx, Some(ids), None).await? {
        written.entry(sheet).or_default().push(span);
    }
    // Of an approved week, what was due when it was approved.
    let weeks: Vec<(Uuid, Day)> =
        rows.iter().filter(|r| r.due_minutes.is_none()).map(|r| (r.employee_id, Day(r.week_on))).collect();
    let due = if weeks.is_empty() { HashMap::new() } else { dues(tx, &weeks).await? };
    let sheets: Vec<Sheet> = rows
        .into_iter()
        .map(|r| {
            Ok(Sheet {
                id: Some(TimesheetId(r.id)),
                person: Person { id: EmployeeId(r.employee_id), name: r.name, number: r.number },
                week: Day(r.week_on),
                state: State::parse(&r.state).ok_or_else(|| strange("state of a timesheet", &r.state))?,
                comment: r.comment,
                decided_by: r.decider,
                spans: written.remove(&r.id).unwrap_or_default(),
                due: match r.due_minutes.zip(r.off_minutes) {
                    Some((contracted, off)) => Due { contracted: contracted.into(), off: off.into() },
                    None => due.get(&(r.employee_id, Day(r.week_on))).copied().unwrap_or_default(),
                },
                version: r.version,
            })
        })
        .collect::<Result<_>>()?;
    if sheets.is_empty() { Err(Error::NotFound) } else { Ok(sheets) }
}

/// Somebody's week, if `P` reaches it.
pub async fn find<P: Permission>(tx: &mut TenantTx, id: TimesheetId) -> Result<Sheet> {
    reach::hold::<P>(tx, SHEETS, id.0).await?;
    Ok(of(tx, &[id.0]).await?.remove(0))
}

/// Weeks that the reader may see of this one; and all that wait for approval, the oldest first. Those behind `after`, at
/// most `most`, and where the next ones begin.
pub async fn list(
    tx: &mut TenantTx,
    monday: Day,
    after: Option<&Mark>,
    most: usize,
) -> Result<(Vec<Sheet>, Option<Mark>)> {
    let mut q = QueryBuilder::new(
        "select e.id, e.state <> 'submitted' as answered, e.week_on from timesheets e where (e.state = 'submitted' or e.week_on = ",
    );
    q.push_bind(monday.0).push(")");
    reach::narrow(&mut q, SHEETS, tx.scope::<AttendanceRead>());
    if let Some((answered, week, id)) = after.and_then(place) {
        q.push(" and (e.state <> 'submitted', e.week_on, e.id) > (").push_bind(answered).push(", ").push_bind(week);
        q.push(", ").push_bind(id).push(")");
    }
    q.push(format!(" order by e.state <> 'submitted', e.week_on, e.id limit {}", most + 1));
    let mut rows: Vec<(Uuid, bool, NaiveDate)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().filter(|_| more);
    let next = last.map(|(id, answered, week)| Mark { value: format!("{}/{week}", u8::from(*answered)), id: *id });
    let ids: Vec<Uuid> = rows.iter().map(|(id, ..)| *id).collect();
    let sheets = if ids.is_empty() { vec![] } else { of(tx, &ids).await? };
    Ok((sheets, next))
}

/// Where a page of weeks ended; what cannot be read is the beginning.
fn place(mark: &Mark) -> Option<(bool, NaiveDate, Uuid)> {
    let (answered, week) = mark.value.split_once('/')?;
    Some((answered == "1", week.parse().ok()?, mark.id))
}

/// How many weeks wait for the reader's approval; no further than one past [`WAITING`].
pub async fn waiting(tx: &mut TenantTx) -> Result<i64> {
    let mut q = QueryBuilder::<Postgres>::new(
        "select count(*) from (select 1 from timesheets e
         where e.state = 'submitted' and e.employee_id is distinct from house.me()",
    );
    reach::narrow(&mut q, SHEETS, tx.scope::<AttendanceRead>());
    reach::narrow(&mut q, SHEETS, tx.scope::<AttendanceApprove>());
    q.push(format!(" limit {}) n", WAITING + 1));
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// Hands in the reader's own week; whoever approves it is told.
pub async fn submit(tx: &mut TenantTx, monday: Day) -> Result<()> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    let id = open_week(tx, me, monday).await?;
    let sheet = of(tx, &[id.0]).await?.remove(0);
    if sheet.spans.iter().any(|s| s.forgotten) {
        return Err(Error::refused("", "Say first when you stopped on the day on which you forgot to clock out."));
    }
    if sheet.spans.iter().any(|s| s.until.is_none()) {
        return Err(Error::refused("", "You are still at work. Clock out first."));
    }
    if sheet.spans.is_empty() {
        return Err(Error::refused("", "There is nothing in this week yet."));
    }
    sqlx::query!(
        "update timesheets set state = 'submitted', submitted_at = $2, comment = null, version = version + 1, updated_at = $2 where id = $1",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    let told = approvers(tx, me).await?;
    let now = tx.now();
    let notice = Notice {
        kind: Notices::ApprovalAsked,
        title: format!("{}’s week from {} waits for your approval", sheet.person.name, monday.short()),
        body: None,
        path: Pages::within(paths::TIMESHEETS).record(id),
        key: format!("{id}/{}", now.timestamp()),
    };
    notifications::notify(tx, &told, &notice).await
}

/// Takes the reader's own week back, as long as nobody has answered.
pub async fn withdraw(tx: &mut TenantTx, monday: Day) -> Result<()> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    let done = sqlx::query!(
        "update timesheets set state = 'open', submitted_at = null, version = version + 1, updated_at = $3
         where employee_id = $1 and week_on = $2 and state = 'submitted'",
        me.0,
        monday.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    match done.rows_affected() {
        0 => Err(Error::refused("", "This week was answered meanwhile: ask for it to be returned.")),
        _ => Ok(()),
    }
}

/// The manager of somebody, where they are a member; else whoever may approve everybody's.
async fn approvers(tx: &mut TenantTx, employee: EmployeeId) -> Result<Vec<MemberId>> {
    let boss = sqlx::query_scalar!(
        "select m.id from employees e join members m on m.tenant_id = e.tenant_id and m.employee_id = e.manager_id
         where e.id = $1 and m.deactivated_at is null",
        employee.0
    );
    let boss: Vec<MemberId> = boss.fetch_all(tx.conn()).await?.into_iter().map(MemberId).collect();
    if boss.is_empty() { roles::keepers(tx, &[AttendanceApprove::KEY]).await } else { Ok(boss) }
}

/// Approves a week, or returns it with a comment: one that waits, or one that is locked and has to be corrected. Nobody
/// decides about their own, or about what they have not looked at: `version` is of the week as it was shown.
pub async fn decide(tx: &mut TenantTx, id: TimesheetId, version: Version, comment: Option<&str>) -> Result<Sheet> {
    let sheet = find::<AttendanceApprove>(tx, id).await?;
    if tx.employee() == Some(sheet.person.id) {
        return Err(Error::refused("", "This is your own week: somebody else decides about it."));
    }
    let (state, from) = match comment {
        None => (State::Approved, &["submitted"][..]),
        Some(_) => (State::Returned, &["submitted", "approved"][..]),
    };
    let by = match tx.who() {
        Who::Member(by) => Some(by.0),
        _ => None,
    };
    let from: Vec<String> = from.iter().map(|s| (*s).to_owned()).collect();
    let kept = (state == State::Approved).then_some(sheet.due);
    let done = sqlx::query!(
        "update timesheets set state = $2, comment = $3, decided_at = $4, decided_by = $5, version = version + 1, updated_at = $4,
           due_minutes = $7, off_minutes = $8
         where id = $1 and state = any($6) and version = $9",
        id.0,
        state.key(),
        comment,
        tx.now(),
        by,
        &from,
        kept.map(|d| i32::try_from(d.contracted).unwrap_or(i32::MAX)),
        kept.map(|d| i32::try_from(d.off).unwrap_or(i32::MAX)),
        version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        let words = match version == sheet.version {
            true => "This week does not wait for an answer any more.",
            false => "This week has changed since you looked at it. Look at it again.",
        };
        return Err(Error::refused("", words));
    }
    let member = sqlx::query_scalar!(
        "select id from members where employee_id = $1 and deactivated_at is null",
        sheet.person.id.0
    );
    if let Some(member) = member.fetch_optional(tx.conn()).await? {
        let (now, said) = (tx.now(), if comment.is_some() { "was returned to you" } else { "is approved" });
        let notice = Notice {
            kind: Notices::ApprovalAnswered,
            title: format!("Your week from {} {said}", sheet.week.short()),
            body: comment.map(str::to_owned),
            path: format!("{}?week={}", Pages::within(paths::ATTENDANCE).list(), sheet.week),
            key: format!("{id}/{}", now.timestamp()),
        };
        notifications::notify(tx, &[MemberId(member)], &notice).await?;
    }
    Ok(sheet)
}

/// Approved weeks that have a day between these two, for payroll; at most so many.
pub async fn approved(tx: &mut TenantTx, from: Day, to: Day, most: i64) -> Result<Vec<Sheet>> {
    let ids = sqlx::query_scalar!(
        "select t.id from timesheets t join employees e on e.tenant_id = t.tenant_id and e.id = t.employee_id
         where t.state = 'approved' and t.week_on between $1::date - 6 and $2 order by e.number_key, t.week_on limit $3",
        from.0,
        to.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    if ids.is_empty() { Ok(vec![]) } else { of(tx, &ids).await }
}
