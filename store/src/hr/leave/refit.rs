//! Leave that stands, made to fit again where employment, working patterns or holidays are others than when it was asked
//! for (DOMAIN: Leave: days come from the person's working pattern and holiday calendar on those dates). What was worked or
//! taken before today stays as it was; days outside of employment are given back whenever they were.

use super::{
    accounts::{self, New},
    facts, notices, requests, steps,
};
use crate::{Result, TenantTx, events, queue};
use chrono::NaiveDate;
use domain::{
    Day, EmployeeId, LeavePolicyId, LeaveRequestId, LeaveTypeId,
    events::Event,
    hr::leave::{
        Unit,
        ledger::{Entry, Kind},
        pattern::{Holiday, Holidays, Week},
        requests::{DayCost, Span, State, recount},
    },
    jobs::RefitLeave,
};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// Requests that are looked at together.
pub const BATCH: i64 = 200;

/// Has the leave of these people looked at soon; of nobody in particular: everybody's.
pub async fn soon(tx: &mut TenantTx, people: &[EmployeeId]) -> Result<()> {
    let id = tx.id::<LeavePolicyId>().0;
    queue::push(tx, &RefitLeave { tenant: tx.tenant(), id, people: people.to_vec() }).await
}

/// Looks at standing requests of these people (None: of everybody) behind `after`, in the order of their ids. Gives those
/// that do not fit, and the last one, unless it was the last of all.
pub async fn misfits(
    tx: &mut TenantTx,
    people: Option<&[EmployeeId]>,
    after: LeaveRequestId,
) -> Result<(Vec<LeaveRequestId>, Option<LeaveRequestId>)> {
    let standing = standing(tx, Which::Of(people, after)).await?;
    let last = standing.last().map(|s| s.id);
    let full = i64::try_from(standing.len()).is_ok_and(|n| n == BATCH);
    let misfits = fittings(tx, &standing).await?.into_iter().map(|(s, ..)| s.id).collect();
    Ok((misfits, last.filter(|_| full)))
}

/// Makes this one fit, if it does not. In a transaction of its own: whoever answers meanwhile waits for one request.
pub async fn fit(tx: &mut TenantTx, id: LeaveRequestId) -> Result<()> {
    let standing = standing(tx, Which::One(id)).await?;
    for (s, fits, today) in fittings(tx, &standing).await? {
        write(tx, s, &fits, today).await?;
    }
    Ok(())
}

enum Which<'a> {
    /// Of these people, or of everybody, behind one.
    Of(Option<&'a [EmployeeId]>, LeaveRequestId),
    One(LeaveRequestId),
}

/// How those would be that are not as they should be, and what day it is for each.
async fn fittings<'a>(tx: &mut TenantTx, standing: &'a [Standing]) -> Result<Vec<(&'a Standing, Fits, Day)>> {
    let of: Vec<Uuid> = standing.iter().map(|s| s.employee.0).collect();
    let (weeks, today) = (super::patterns::of_employees(tx, &of).await?, facts::today(tx, &of).await?);
    let holidays = holidays(tx, standing).await?;
    let (none, mut found) = (Holidays::new(), vec![]);
    for s in standing {
        let today = today.get(&s.employee.0).copied().unwrap_or(tx.today());
        let Some(week) = weeks.get(&s.employee.0) else { continue };
        let free = s.calendar.and_then(|c| holidays.get(&c)).unwrap_or(&none);
        found.extend(s.fitting(week, free, today).map(|fits| (s, fits, today)));
    }
    Ok(found)
}

/// A request that stands, with what it was asked for and what holds of its person.
struct Standing {
    id: LeaveRequestId,
    version: i32,
    employee: EmployeeId,
    kind: LeaveTypeId,
    unit: Unit,
    state: State,
    span: Span,
    back_on: Option<Day>,
    taken: Vec<DayCost>,
    first: Option<Day>,
    last: Option<Day>,
    calendar: Option<Uuid>,
}

/// What is left of it: nothing, where its days are empty.
struct Fits {
    span: Span,
    days: Vec<DayCost>,
    /// It is others because of employment, and not because of what there is to work.
    outside: bool,
}

impl Standing {
    /// How it would be, if that is not how it is.
    fn fitting(&self, week: &Week, holidays: &Holidays, today: Day) -> Option<Fits> {
        let mut span = self.span;
        if let Some(first) = self.first.filter(|first| *first > span.from) {
            (span.from, span.from_midday) = (first, false);
        }
        if let Some(last) = self.last.filter(|last| *last < span.to) {
            (span.to, span.to_midday) = (last, false);
        }
        let employed: Vec<_> = self.taken.iter().filter(|d| (span.from..=span.to).contains(&d.day)).copied().collect();
        let outside = employed.len() < self.taken.len();
        let days = match span.from <= span.to {
            true => recount(&span, self.unit, week, holidays, &employed, today),
            false => vec![],
        };
        (days != self.taken).then_some(Fits { span, days, outside })
    }
}

async fn standing(tx: &mut TenantTx, which: Which<'_>) -> Result<Vec<Standing>> {
    let today = tx.today().0;
    let (people, after, one) = match which {
        Which::Of(people, after) => (people, after, None),
        Which::One(id) => (None, LeaveRequestId(Uuid::nil()), Some(id.0)),
    };
    let rows = sqlx::query!(
        r#"select r.id, r.version, r.employee_id, r.type_id, t.unit, r.state, r.from_on, r.to_on, r.from_midday, r.to_midday, r.minutes, r.back_on,
             e.start_date, e.end_date, coalesce(l.calendar_id, (select c.id from holiday_calendars c where c.is_default)) as calendar,
             coalesce(d.days, '{}') as "days!: Vec<NaiveDate>", coalesce(d.amounts, '{}') as "amounts!: Vec<Decimal>",
             coalesce(d.minutes, '{}') as "of_minutes!: Vec<i16>"
           from (select * from leave_requests
                 where id > $2 and ($5::uuid is null or id = $5) and state in ('requested', 'approved', 'cancelling') and ($1::uuid[] is null or employee_id = any($1))
                   and (to_on >= $3 or exists (
                     select from employees e where e.tenant_id = leave_requests.tenant_id and e.id = leave_requests.employee_id
                       and (e.end_date < to_on or e.start_date > from_on)))
                 order by id limit $4) r
           join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id
           join leave_types t on t.tenant_id = r.tenant_id and t.id = r.type_id
           left join locations l on l.tenant_id = e.tenant_id and lower(l.name) = lower(e.location)
           left join lateral (
             select array_agg(day order by day) as days, array_agg(amount order by day) as amounts, array_agg(minutes order by day) as minutes
             from leave_request_days where request_id = r.id) d on true
           order by r.id"#,
        super::ids(people) as _,
        after.0,
        today,
        BATCH,
        one
    )
    .fetch_all(tx.conn())
    .await?;
    let standing = rows.into_iter().filter_map(|r| {
        let taken = r.days.into_iter().zip(r.amounts).zip(r.of_minutes);
        Some(Standing {
            id: LeaveRequestId(r.id),
            version: r.version,
            employee: EmployeeId(r.employee_id),
            kind: LeaveTypeId(r.type_id),
            unit: Unit::parse(&r.unit)?,
            state: State::parse(&r.state)?,
            span: requests::span_of(r.from_on, r.to_on, (r.from_midday, r.to_midday), r.minutes),
            back_on: r.back_on.map(Day),
            taken: taken.map(|((day, amount), minutes)| DayCost { day: Day(day), amount, minutes }).collect(),
            first: r.start_date.map(Day),
            last: r.end_date.map(Day),
            calendar: r.calendar,
        })
    });
    Ok(standing.collect())
}

/// The holidays of the calendars that these have, on their days.
async fn holidays(tx: &mut TenantTx, standing: &[Standing]) -> Result<HashMap<Uuid, Holidays>> {
    let (Some(from), Some(to)) = (standing.iter().map(|s| s.span.from).min(), standing.iter().map(|s| s.span.to).max())
    else {
        return Ok(HashMap::new());
    };
    let rows =
        sqlx::query!("select calendar_id, day, name, half from holidays where day between $1 and $2", from.0, to.0)
            .fetch_all(tx.conn())
            .await?;
    let mut found: HashMap<Uuid, Holidays> = HashMap::new();
    for r in rows {
        found.entry(r.calendar_id).or_default().insert(Day(r.day), Holiday { name: r.name, half: r.half });
    }
    Ok(found)
}

async fn write(tx: &mut TenantTx, s: &Standing, fits: &Fits, today: Day) -> Result<()> {
    // Whoever answers, cancels or shortens it meanwhile was faster; this is looked at again with the next change.
    let held = requests::held(tx, s.id).await?;
    if held.version != s.version {
        return Ok(());
    }
    accounts::hold(tx, s.employee, s.kind).await?;
    let given = s.state != State::Requested;
    if fits.days.is_empty() {
        steps::withdraw(tx, s.id).await?;
        if given {
            let was: Vec<Day> = s.taken.iter().map(|d| d.day).collect();
            give_back(tx, s, &was, today).await?;
        }
        requests::set_state(tx, s.id, State::Cancelled).await?;
        events::emit(tx, Event::LeaveCancelled { request: s.id, employee: s.employee }).await?;
    } else {
        let kept = |d: &&DayCost| !fits.days.contains(d);
        let was: Vec<Day> = s.taken.iter().filter(kept).map(|d| d.day).collect();
        let new: Vec<DayCost> = fits.days.iter().filter(|d| !s.taken.contains(d)).copied().collect();
        if given {
            give_back(tx, s, &was, today).await?;
            let uses: Vec<New> = new
                .iter()
                .map(|d| {
                    let entry = Entry::new(tx.id::<LeavePolicyId>().0, d.day, Kind::Use, -d.amount);
                    New { request: Some(s.id), ..New::of(s.employee, s.kind, entry) }
                })
                .collect();
            accounts::write(tx, &uses).await?;
        }
        replace_days(tx, s, fits, &was, &new).await?;
    }
    accounts::look_again(tx, Some(&[s.employee]), Some(s.kind)).await?;
    let total: Decimal = fits.days.iter().map(|d| d.amount).sum();
    let title = match fits.days.is_empty() {
        true => "Your time off is cancelled".to_owned(),
        false => format!("Your time off takes {} now", s.unit.words(total)),
    };
    let why = match fits.outside {
        true => "Days outside of employment do not count.",
        false => "Working days or holidays have changed.",
    };
    notices::told(tx, s.id, s.employee, &title, why).await?;
    let lost = s.taken.iter().map(|d| d.amount).sum::<Decimal>() - total;
    if given && fits.outside && lost > Decimal::ZERO {
        notices::fell_away(tx, s.id, s.employee, &s.unit.words(lost)).await?;
    }
    Ok(())
}

/// Writes reversals of what these days of it have taken.
async fn give_back(tx: &mut TenantTx, s: &Standing, days: &[Day], today: Day) -> Result<()> {
    let days: Vec<NaiveDate> = days.iter().map(|d| d.0).collect();
    let uses = sqlx::query!(
        "select u.id, u.on_day, u.amount from leave_ledger u
         where u.request_id = $1 and u.kind = 'use' and u.on_day = any($2)
           and not exists (select from leave_ledger r where r.employee_id = u.employee_id and r.kind = 'reversal' and r.of_id = u.id)",
        s.id.0,
        &days
    )
    .fetch_all(tx.conn())
    .await?;
    let back: Vec<New> = uses
        .iter()
        .map(|u| {
            let id = tx.id::<LeavePolicyId>().0;
            let entry = Entry { of: Some(u.id), ..Entry::new(id, Day(u.on_day).max(today), Kind::Reversal, -u.amount) };
            New { request: Some(s.id), ..New::of(s.employee, s.kind, entry) }
        })
        .collect();
    accounts::write(tx, &back).await
}

async fn replace_days(tx: &mut TenantTx, s: &Standing, fits: &Fits, was: &[Day], new: &[DayCost]) -> Result<()> {
    let gone: Vec<NaiveDate> = was.iter().map(|d| d.0).collect();
    sqlx::query!("delete from leave_request_days where request_id = $1 and day = any($2)", s.id.0, &gone)
        .execute(tx.conn())
        .await?;
    requests::write_days(tx, s.id, new).await?;
    // Who asked to be back on a day that is none of it any more asks for nothing.
    let over = s.back_on.is_some_and(|back| back > fits.span.to);
    if over {
        steps::withdraw(tx, s.id).await?;
    }
    let (total, now): (Decimal, _) = (fits.days.iter().map(|d| d.amount).sum(), tx.now());
    sqlx::query!(
        "update leave_requests set from_on = $2, to_on = $3, from_midday = $4, to_midday = $5, amount = $6, version = version + 1,
           updated_at = $7, state = case when $8 then 'approved' else state end, back_on = case when $8 then null else back_on end
         where id = $1",
        s.id.0,
        fits.span.from.0,
        fits.span.to.0,
        fits.span.from_midday,
        fits.span.to_midday,
        total,
        now,
        over
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
