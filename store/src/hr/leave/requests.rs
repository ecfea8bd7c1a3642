//! Requests: what one would mean, asking, cancelling, and what its end writes into the ledger.

use super::{
    accounts::{self, New},
    calendar, facts, find_type, hold, notices, patterns, reaches, rules, steps,
};
use crate::{Error, Result, TenantTx, Who, events, reach};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Day, EmployeeId, Errors, LeavePolicyId, LeaveRequestId, LeaveTypeId,
    access::{LeaveAdjust, LeaveApprove, LeaveKind, LeaveRead, LeaveRequest, Scope},
    events::Event,
    hr::leave::{
        Person,
        forms::RequestFields,
        ledger::{Entry, Kind},
        requests::{self, Asking, DayCost, Quote, Request, Span, State},
        told_between,
    },
    list::WAITING,
};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

/// What asking for it would mean; what stands against it, beside its fields.
pub async fn quote(
    tx: &mut TenantTx,
    employee: EmployeeId,
    f: &RequestFields,
    own: LeaveRequestId,
) -> Result<Result<Quote, Errors>> {
    let kind = match find_type(tx, f.kind).await {
        Ok(kind) if !kind.archived => kind,
        Ok(_) | Err(Error::NotFound) => return Ok(Err(Errors::one("kind", "Choose what kind of leave it is."))),
        Err(e) => return Err(e),
    };
    // Everything is worked out up to that day.
    let [_, last] = told_between(tx.today());
    if f.span.to > last {
        return Ok(Err(Errors::one("to", format!("Leave can be asked for until {}.", last.short()))));
    }
    let week = patterns::of_employee(tx, employee).await?;
    let holidays = patterns::holidays(tx, employee, f.span.from, f.span.to).await?;
    let cost = match requests::cost(&f.span, kind.unit, &week, &holidays) {
        Ok(cost) => cost,
        Err(errors) => return Ok(Err(errors)),
    };
    let mut errors = Errors::default();
    if kind.needs_reason && f.reason.is_none() {
        errors.add("reason", "This kind of leave needs a reason.");
    }
    if let Some(words) = overlap(tx, employee, &f.span, own).await? {
        errors.add("from", words);
    }
    if let Some(words) = employed(tx, employee, &f.span).await? {
        errors.add("from", words);
    }
    let mut afford = None;
    if kind.limited {
        let (facts, entries) = facts::one(tx, employee, kind.id).await?;
        if facts.is_empty() && entries.is_empty() {
            errors.add("kind", "No policy gives any of it here. HR can put somebody on one.");
        } else {
            let reserved = reserved(tx, employee, kind.id, own).await?;
            let told = requests::afford(&facts, &entries, &reserved, &cost.days);
            if let Some(short) = told.short {
                errors.add("to", short.words(kind.unit));
            }
            afford = Some(told);
        }
    }
    let by_the_book = by_the_book(tx, employee).await?;
    let mut warnings = rules::against(tx, employee, &cost.days).await?;
    // Nobody sets what holds for everybody aside for themselves.
    if !warnings.is_empty() && !by_the_book {
        errors.add("from", warnings.join(" "));
        warnings.clear();
    }
    let away = calendar::with(tx, employee, &f.span).await?;
    let asked = match kind.steps.is_empty() || by_the_book {
        true => Asking::NoNeed,
        false => steps::first(tx, employee, &kind).await?.map_or(Asking::Nobody, Asking::Of),
    };
    Ok(errors.or(Quote { kind, cost, afford, away, warnings, asked }))
}

/// Whether somebody else writes it down who may correct all that is in the book: nobody has to be asked then.
async fn by_the_book(tx: &mut TenantTx, employee: EmployeeId) -> Result<bool> {
    Ok(tx.employee() != Some(employee) && reaches::<LeaveAdjust>(tx, employee).await?)
}

async fn overlap(tx: &mut TenantTx, employee: EmployeeId, span: &Span, own: LeaveRequestId) -> Result<Option<String>> {
    let rows = sqlx::query!(
        "select from_on, to_on, from_midday, to_midday, minutes from leave_requests
         where employee_id = $1 and id <> $2 and state in ('requested', 'approved', 'cancelling')
           and (from_on - $3::date) * 2 + from_midday::int < ($4::date - $3::date) * 2 + 2 - $6::int
           and (to_on - $3::date) * 2 + 2 - to_midday::int > $5::int
         order by from_on limit 1",
        employee.0,
        own.0,
        span.from.0,
        span.to.0,
        i32::from(span.from_midday),
        i32::from(span.to_midday)
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(rows.map(|r| {
        let span = span_of(r.from_on, r.to_on, (r.from_midday, r.to_midday), r.minutes);
        format!("There is leave on these days already: {}.", span.words())
    }))
}

async fn employed(tx: &mut TenantTx, employee: EmployeeId, span: &Span) -> Result<Option<String>> {
    let r = sqlx::query!("select start_date, end_date, archived_at from employees where id = $1", employee.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let before = r.start_date.filter(|s| span.from.0 < *s);
    let after = r.end_date.filter(|e| span.to.0 > *e);
    Ok(match (before, after) {
        (Some(start), _) => Some(format!("The first day of employment is {}.", Day(start).short())),
        (_, Some(end)) => Some(format!("The last day of employment is {}.", Day(end).short())),
        _ if r.archived_at.is_some() => Some("The record is archived.".into()),
        _ => None,
    })
}

/// What others of their requests have reserved, day by day.
pub(super) async fn reserved(
    tx: &mut TenantTx,
    employee: EmployeeId,
    kind: LeaveTypeId,
    own: LeaveRequestId,
) -> Result<Vec<DayCost>> {
    let rows = sqlx::query!(
        "select d.day, d.amount, d.minutes from leave_requests r
         join leave_request_days d on d.tenant_id = r.tenant_id and d.request_id = r.id
         where r.employee_id = $1 and r.type_id = $2 and r.id <> $3 and r.state = 'requested'",
        employee.0,
        kind.0,
        own.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| DayCost { day: Day(r.day), amount: r.amount, minutes: r.minutes }).collect())
}

pub(super) fn span_of(from: NaiveDate, to: NaiveDate, midday: (bool, bool), minutes: Option<i16>) -> Span {
    Span { from: Day(from), to: Day(to), from_midday: midday.0, to_midday: midday.1, minutes }
}

/// Asks for leave under the id that was drawn with the form. Its part of the balance is reserved from here on. Gives who is
/// asked now; nobody: it is approved.
pub async fn ask(tx: &mut TenantTx, id: LeaveRequestId, employee: EmployeeId, f: &RequestFields) -> Result<Asking> {
    hold::<LeaveRequest>(tx, employee).await?;
    // Two requests for the same days' balance take turns, and so do two of those who have to cover one another.
    accounts::hold(tx, employee, f.kind).await?;
    rules::take_turns(tx, employee).await?;
    if let Some(sent) = sqlx::query!("select type_id, from_on, to_on, state from leave_requests where id = $1", id.0)
        .fetch_optional(tx.conn())
        .await?
    {
        let same = (sent.type_id, sent.from_on, sent.to_on) == (f.kind.0, f.span.from.0, f.span.to.0);
        return match State::parse(&sent.state) {
            _ if !same => Err(Error::Sent),
            Some(State::Requested) => Ok(Asking::Of(String::new())),
            _ => Ok(Asking::NoNeed),
        };
    }
    let quote = quote(tx, employee, f, id).await?.map_err(Error::Refused)?;
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    let (tenant, now, span) = (tx.tenant().0, tx.now(), &f.span);
    sqlx::query!(
        "insert into leave_requests (tenant_id, id, employee_id, type_id, from_on, to_on, from_midday, to_midday, minutes, amount,
           reason, state, asked_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'requested', $12, $13, $13)",
        tenant,
        id.0,
        employee.0,
        f.kind.0,
        span.from.0,
        span.to.0,
        span.from_midday,
        span.to_midday,
        span.minutes,
        quote.cost.total,
        f.reason,
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    write_days(tx, id, &quote.cost.days).await?;
    events::emit(tx, Event::LeaveRequested { request: id, employee }).await?;
    if !matches!(quote.asked, Asking::Of(_)) || !steps::begin(tx, id, employee, false).await? {
        approve(tx, id).await?;
        // What somebody else wrote down for them, like a call in the morning, they and their manager hear of.
        if tx.employee() != Some(employee) {
            notices::written_down(tx, id, employee).await?;
        }
    }
    Ok(quote.asked)
}

pub(super) async fn write_days(tx: &mut TenantTx, id: LeaveRequestId, costs: &[DayCost]) -> Result<()> {
    let days: Vec<NaiveDate> = costs.iter().map(|d| d.day.0).collect();
    let amounts: Vec<Decimal> = costs.iter().map(|d| d.amount).collect();
    let minutes: Vec<i16> = costs.iter().map(|d| d.minutes).collect();
    let tenant = tx.tenant().0;
    sqlx::query!(
        "insert into leave_request_days (tenant_id, request_id, day, amount, minutes)
         select $1, $2, u.day, u.amount, u.minutes from unnest($3::date[], $4::numeric[], $5::smallint[]) as u (day, amount, minutes)",
        tenant,
        id.0,
        &days,
        &amounts,
        &minutes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A request whose row is held until this transaction ends.
pub(super) struct Held {
    pub version: i32,
    pub employee: EmployeeId,
    pub kind: LeaveTypeId,
    pub state: State,
    pub from: Day,
    pub back_on: Option<Day>,
}

pub(super) async fn held(tx: &mut TenantTx, id: LeaveRequestId) -> Result<Held> {
    let r = sqlx::query!(
        "select version, employee_id, type_id, state, from_on, back_on from leave_requests where id = $1 for update",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Held {
        version: r.version,
        employee: EmployeeId(r.employee_id),
        kind: LeaveTypeId(r.type_id),
        state: State::parse(&r.state).ok_or(Error::NotFound)?,
        from: Day(r.from_on),
        back_on: r.back_on.map(Day),
    })
}

/// What it is from here on; nobody asks to be back early any more.
pub(super) async fn set_state(tx: &mut TenantTx, id: LeaveRequestId, state: State) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update leave_requests set state = $2, back_on = null, version = version + 1, updated_at = $3 where id = $1",
        id.0,
        state.key(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether it may still be given: employment and balance may be others than when it was asked for.
pub(super) async fn still(tx: &mut TenantTx, request: &Request) -> Result<()> {
    let (id, employee) = (request.id, request.person.id);
    if let Some(words) = employed(tx, employee, &request.span).await? {
        return Err(Error::refused("", format!("{words} Decline it, and have it asked for anew.")));
    }
    let held = held(tx, id).await?;
    // Of two that are given at once the second sees what the first has taken.
    accounts::hold(tx, employee, held.kind).await?;
    let days = sqlx::query!("select day, amount from leave_request_days where request_id = $1 order by day", id.0)
        .fetch_all(tx.conn())
        .await?;
    let days: Vec<_> = days.into_iter().map(|d| DayCost { day: Day(d.day), amount: d.amount, minutes: 0 }).collect();
    // What was put down since: HR may set it aside, as when they write leave down.
    let against = rules::against(tx, employee, &days).await?;
    if !against.is_empty() && !by_the_book(tx, employee).await? {
        return Err(Error::refused("", format!("{} HR can approve it all the same.", against.join(" "))));
    }
    let kind = find_type(tx, held.kind).await?;
    if !kind.limited {
        return Ok(());
    }
    let (facts, entries) = facts::one(tx, employee, kind.id).await?;
    // What else waits is judged when it is answered.
    match requests::afford(&facts, &entries, &[], &days).short {
        Some(short) => {
            Err(Error::refused("", format!("The balance is another one by now. {}", short.words(kind.unit))))
        }
        None => Ok(()),
    }
}

/// It is given: each of its days is taken from the ledger, which is held since it was looked at.
pub(super) async fn approve(tx: &mut TenantTx, id: LeaveRequestId) -> Result<()> {
    let request = held(tx, id).await?;
    let days = sqlx::query!("select day, amount from leave_request_days where request_id = $1 order by day", id.0)
        .fetch_all(tx.conn())
        .await?;
    let uses: Vec<New> = days
        .into_iter()
        .map(|d| {
            let entry = Entry::new(tx.id::<LeavePolicyId>().0, Day(d.day), Kind::Use, -d.amount);
            New { request: Some(id), ..New::of(request.employee, request.kind, entry) }
        })
        .collect();
    accounts::write(tx, &uses).await?;
    set_state(tx, id, State::Approved).await?;
    accounts::look_again(tx, Some(&[request.employee]), Some(request.kind)).await?;
    events::emit(tx, Event::LeaveAnswered { request: id, employee: request.employee, approved: true }).await
}

/// Takes back what days from `back_on` on have taken; leave that ends earlier is shorter from here on.
/// Gives what it is then.
pub(super) async fn take_back(tx: &mut TenantTx, id: LeaveRequestId, back_on: Option<Day>) -> Result<State> {
    let request = held(tx, id).await?;
    accounts::hold(tx, request.employee, request.kind).await?;
    let (today, from) = (tx.today(), back_on.unwrap_or(request.from));
    let uses = sqlx::query!(
        "select u.id, u.on_day, u.amount from leave_ledger u
         where u.request_id = $1 and u.kind = 'use' and u.on_day >= $2
           and not exists (select from leave_ledger r where r.employee_id = u.employee_id and r.kind = 'reversal' and r.of_id = u.id)
         order by u.on_day",
        id.0,
        from.0
    )
    .fetch_all(tx.conn())
    .await?;
    let back: Vec<New> = uses
        .iter()
        .map(|u| {
            let on = Day(u.on_day).max(today);
            let entry =
                Entry { of: Some(u.id), ..Entry::new(tx.id::<LeavePolicyId>().0, on, Kind::Reversal, -u.amount) };
            New { request: Some(id), ..New::of(request.employee, request.kind, entry) }
        })
        .collect();
    accounts::write(tx, &back).await?;
    let (given_back, now): (Decimal, _) = (uses.iter().map(|u| -u.amount).sum(), tx.now());
    let shorter = from > request.from;
    if shorter {
        // Of what stays approved, the days that are left.
        sqlx::query!("delete from leave_request_days where request_id = $1 and day >= $2", id.0, from.0)
            .execute(tx.conn())
            .await?;
        let last = from.plus(-1).unwrap_or(from);
        sqlx::query!(
            "update leave_requests set state = 'approved', to_on = $2, to_midday = false, amount = amount - $3, back_on = null,
               version = version + 1, updated_at = $4
             where id = $1",
            id.0,
            last.0,
            given_back,
            now
        )
        .execute(tx.conn())
        .await?;
    } else {
        set_state(tx, id, State::Cancelled).await?;
    }
    accounts::look_again(tx, Some(&[request.employee]), Some(request.kind)).await?;
    events::emit(tx, Event::LeaveCancelled { request: id, employee: request.employee }).await?;
    Ok(if shorter { State::Approved } else { State::Cancelled })
}

/// Cancels leave that one may ask for. Before it begins that is done at once; afterwards somebody has to say yes
/// (DOMAIN: Leave: cancelling after the start needs approval and writes a reversal). What is only shorter stays approved.
pub async fn cancel(tx: &mut TenantTx, id: LeaveRequestId, back_on: Option<Day>) -> Result<State> {
    let request = held(tx, id).await?;
    hold::<LeaveRequest>(tx, request.employee).await?;
    let today = facts::today(tx, &[request.employee.0]).await?.remove(&request.employee.0).unwrap_or(tx.today());
    match request.state {
        State::Requested => {
            steps::withdraw(tx, id).await?;
            set_state(tx, id, State::Cancelled).await?;
            events::emit(tx, Event::LeaveCancelled { request: id, employee: request.employee }).await?;
            Ok(State::Cancelled)
        }
        State::Approved if today < request.from => take_back(tx, id, None).await,
        State::Approved => {
            let back_on = back_on.unwrap_or(today);
            let last = sqlx::query_scalar!("select to_on from leave_requests where id = $1", id.0)
                .fetch_one(tx.conn())
                .await?;
            if back_on < request.from || back_on.0 > last {
                let words = format!("A day from {} to {}.", request.from.short(), Day(last).short());
                return Err(Error::refused("back_on", words));
            }
            let now = tx.now();
            sqlx::query!(
                "update leave_requests set state = 'cancelling', back_on = $2, version = version + 1, updated_at = $3 where id = $1",
                id.0,
                back_on.0,
                now
            )
            .execute(tx.conn())
            .await?;
            let alone = by_the_book(tx, request.employee).await?;
            if alone || !steps::begin(tx, id, request.employee, true).await? {
                return take_back(tx, id, Some(back_on)).await;
            }
            Ok(State::Cancelling)
        }
        State::Cancelling => Err(Error::refused("", "Somebody is asked to cancel it already.")),
        State::Declined | State::Cancelled => Err(Error::refused("", "It does not stand any more.")),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    version: i32,
    employee_id: Uuid,
    name: String,
    job_title: Option<String>,
    department: Option<String>,
    location: Option<String>,
    type_id: Uuid,
    sees_kind: bool,
    from_on: NaiveDate,
    to_on: NaiveDate,
    from_midday: bool,
    to_midday: bool,
    minutes: Option<i16>,
    amount: Decimal,
    reason: Option<String>,
    state: String,
    back_on: Option<NaiveDate>,
    asked_by: Option<String>,
    created_at: DateTime<Utc>,
}

/// Which requests are asked for.
pub enum Which {
    One(LeaveRequestId),
    Of(EmployeeId),
    /// Those that wait for the reader, or that they may answer.
    Waiting,
}

/// Requests that the reader may know of: those of people whom `leave.read` reaches, and those that they are asked about.
pub async fn list(tx: &mut TenantTx, which: &Which, most: i64) -> Result<Vec<Request>> {
    let people = reach::Kind::Employees;
    let stands = stands(tx, "r.employee_id");
    let asked = format!(
        "(exists (select from leave_steps s where s.request_id = r.id and s.member_id = house.me_member() and s.state <> 'withdrawn') and {stands})"
    );
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new(
        "select r.id, r.version, r.employee_id, e.first_name || ' ' || e.last_name as name, e.job_title, e.department, e.location,
           r.type_id, r.from_on, r.to_on, r.from_midday, r.to_midday, r.minutes, r.amount, r.reason, r.state, r.back_on,
           m.name as asked_by, r.created_at, (",
    );
    q.push(reach::reaches(people, tx.scope::<LeaveKind>())).push(" or ").push(&asked).push(
        ") as sees_kind from leave_requests r
           join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id
           left join members m on m.tenant_id = r.tenant_id and m.id = r.asked_by where (",
    );
    match which {
        Which::Waiting => {
            // Nobody answers themselves.
            q.push("r.state in ('requested', 'cancelling') and e.id is distinct from house.me() and exists (");
            q.push("select from leave_steps s where s.request_id = r.id and s.state = 'open' and ");
            q.push(answerable(tx)).push(")");
        }
        Which::One(id) => {
            q.push(reach::reaches(people, tx.scope::<LeaveRead>())).push(" or ").push(asked);
            q.push(") and (r.id = ").push_bind(id.0);
        }
        Which::Of(employee) => {
            q.push(reach::reaches(people, tx.scope::<LeaveRead>()))
                .push(") and (r.employee_id = ")
                .push_bind(employee.0);
        }
    }
    match which {
        Which::Waiting => q.push(") order by r.from_on, r.id limit "),
        _ => q.push(") order by r.from_on desc, r.id desc limit "),
    };
    let rows: Vec<Row> = q.push_bind(most).build_query_as().fetch_all(tx.conn()).await?;
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let kinds = super::types(tx).await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut steps = steps::of(tx, &ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|r| {
            let of = kinds.iter().find(|k| k.id.0 == r.type_id);
            let unit = of.map(|k| k.unit).unwrap_or_default();
            let kind = of.filter(|_| r.sees_kind).cloned();
            let person = Person {
                id: EmployeeId(r.employee_id),
                name: r.name,
                title: r.job_title,
                department: r.department,
                location: r.location,
            };
            Some(Request {
                id: LeaveRequestId(r.id),
                version: r.version,
                person,
                kind,
                span: span_of(r.from_on, r.to_on, (r.from_midday, r.to_midday), r.minutes),
                amount: r.amount,
                unit,
                reason: r.reason.filter(|_| r.sees_kind),
                state: State::parse(&r.state)?,
                back_on: r.back_on.map(Day),
                asked_by: r.asked_by,
                asked_at: r.created_at,
                steps: steps.remove(&r.id).unwrap_or_default(),
            })
        })
        .collect())
}

/// The condition that the reader may answer the step `s`, which is open, of the employee `e`: as `steps::may_answer`.
fn answerable(tx: &TenantTx) -> String {
    let scope = tx.scope::<LeaveApprove>();
    let office = if scope == Some(Scope::All) { "" } else { "s.office <> 'people' and " };
    let people = reach::reaches(reach::Kind::Employees, scope);
    format!("(s.member_id = house.me_member() and {} or {office}{people})", stands(tx, "e.id"))
}

/// The condition that the reader is above this employee today, or stands in for somebody who is: whom else they were asked
/// about is no matter of theirs any more.
fn stands(tx: &TenantTx, employee: &str) -> String {
    format!("house.stands_above(house.me_member(), {employee}, '{}')", tx.today())
}

/// How many wait for the reader, or could be answered by them; no further than one past [`WAITING`].
pub async fn waiting(tx: &mut TenantTx) -> Result<i64> {
    let mut q: QueryBuilder<Postgres> = QueryBuilder::new(
        "select count(*) from (select 1 from leave_steps s
           join leave_requests r on r.tenant_id = s.tenant_id and r.id = s.request_id
           join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id
           where s.state = 'open' and e.id is distinct from house.me() and ",
    );
    q.push(answerable(tx)).push(format!(" limit {}) n", WAITING + 1));
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// One request, if the reader may know of it.
pub async fn find(tx: &mut TenantTx, id: LeaveRequestId) -> Result<Request> {
    list(tx, &Which::One(id), 1).await?.pop().ok_or(Error::NotFound)
}
