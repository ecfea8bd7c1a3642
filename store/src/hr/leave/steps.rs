//! Who is asked about a request, their answers, and what happens when nobody answers.

use super::{notices, reaches, requests};
use crate::{Error, Result, TenantTx, Who, events};
use domain::{
    Day, EmployeeId, LeaveRequestId, LeaveStepId, MemberId,
    access::{LeaveApprove, Permission, Scope},
    events::Event,
    hr::leave::{
        Office, Type,
        approvals::{Asked, Desk, ask},
        requests::{Answer, Request, State, Step},
    },
    notifications::Kind,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Members of HR who are told of one request at most.
const MOST_TOLD: usize = 20;

/// The line above somebody: each with their account, their absence, and who stands in for them. Hours and half a day are no
/// absence: a question can wait for those.
async fn line(tx: &mut TenantTx, employee: EmployeeId, passed: &[Uuid]) -> Result<Vec<Desk>> {
    let today = tx.today().0;
    let rows = sqlx::query!(
        r#"with recursive above (id, depth) as (
             select e.manager_id, 1 from employees e where e.id = $1 and e.manager_id is not null
             union all
             select e.manager_id, a.depth + 1 from above a join employees e on e.id = a.id
             where e.manager_id is not null and a.depth < 50)
           select e.first_name || ' ' || e.last_name as "name!", m.id as "member?",
             (m.deactivated_at is null and e.archived_at is null) as "active?",
             (select max(r.to_on) from leave_requests r where r.employee_id = e.id and r.state in ('approved', 'cancelling')
                and r.minutes is null and r.from_on + r.from_midday::int <= $2 and r.to_on - r.to_midday::int >= $2) as away,
             d.id as "delegate?", d.name as "delegate_name?", (d.deactivated_at is null) as "delegate_active?",
             (select max(r.to_on) from leave_requests r where r.employee_id = d.employee_id and r.state in ('approved', 'cancelling')
                and r.minutes is null and r.from_on + r.from_midday::int <= $2 and r.to_on - r.to_midday::int >= $2) as delegate_away
           from above a
           join employees e on e.id = a.id
           left join members m on m.tenant_id = e.tenant_id and m.employee_id = e.id
           left join leave_delegates g on g.tenant_id = m.tenant_id and g.id = m.id
             and (g.from_on is null or g.from_on <= $2) and (g.until_on is null or g.until_on >= $2)
           left join members d on d.tenant_id = g.tenant_id and d.id = g.delegate_id
           order by a.depth"#,
        employee.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let has_passed = |member: Option<Uuid>| member.is_some_and(|m| passed.contains(&m));
    Ok(rows
        .into_iter()
        .map(|r| {
            let delegate = r.delegate.zip(r.delegate_name).map(|(id, name)| Desk {
                name,
                member: Some(MemberId(id)),
                active: r.delegate_active.unwrap_or(false),
                away: r.delegate_away.map(Day),
                delegate: None,
                passed: has_passed(Some(id)),
            });
            Desk {
                name: r.name,
                member: r.member.map(MemberId),
                active: r.active.unwrap_or(false),
                away: r.away.map(Day),
                delegate: delegate.map(Box::new),
                passed: has_passed(r.member),
            }
        })
        .collect())
}

/// Whoever is this employee here.
pub(super) async fn member_of(tx: &mut TenantTx, employee: EmployeeId) -> Result<Option<MemberId>> {
    Ok(sqlx::query_scalar!("select id from members where employee_id = $1", employee.0)
        .fetch_optional(tx.conn())
        .await?
        .map(MemberId))
}

/// Members who may approve everybody's, but for this one.
pub(super) async fn people(tx: &mut TenantTx, but: Option<MemberId>) -> Result<Vec<MemberId>> {
    let all = crate::workspace::roles::with_rights(tx, &[LeaveApprove::KEY]).await?;
    // Whose work it is before whose workspace it is.
    let rank = |role| u8::from(matches!(role, domain::access::Role::Owner | domain::access::Role::Admin));
    let found: Vec<(u8, MemberId)> =
        all.into_iter().filter(|(id, _)| but != Some(*id)).map(|(id, role)| (rank(role), id)).collect();
    let first = found.iter().map(|(rank, _)| *rank).min();
    Ok(found.into_iter().filter(|(rank, _)| Some(*rank) == first).map(|(_, id)| id).take(MOST_TOLD).collect())
}

/// Who is to answer in this office, and how they are called; `passed` had it and did not answer.
pub(super) async fn whom(
    tx: &mut TenantTx,
    employee: EmployeeId,
    office: Office,
    passed: &[Uuid],
) -> Result<(Asked, String)> {
    let mut line = match office {
        Office::People => vec![],
        Office::Manager | Office::Above => line(tx, employee, passed).await?,
    };
    if office == Office::Above && !line.is_empty() {
        line.remove(0);
    }
    let asker = member_of(tx, employee).await?;
    let asked = ask(&line, asker);
    let name = match &asked {
        Asked::One { name, .. } => name.clone(),
        Asked::People { .. } => Office::People.label().to_owned(),
    };
    Ok((asked, name))
}

/// Who is to answer in this office, how they are called, and all who are told: nobody, if there is nobody in it.
async fn there(tx: &mut TenantTx, employee: EmployeeId, office: Office) -> Result<(Asked, String, Vec<MemberId>)> {
    let (asked, name) = whom(tx, employee, office, &[]).await?;
    let told = match &asked {
        Asked::One { member, .. } => vec![*member],
        Asked::People { .. } => {
            let asker = member_of(tx, employee).await?;
            people(tx, asker).await?
        }
    };
    Ok((asked, name, told))
}

/// Who would be asked first about leave of this kind; nobody: there is nobody in the whole company who could be.
pub(super) async fn first(tx: &mut TenantTx, employee: EmployeeId, kind: &Type) -> Result<Option<String>> {
    for office in &kind.steps {
        let (_, name, told) = there(tx, employee, *office).await?;
        if !told.is_empty() {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Asks the first office of a request's kind. `false`: there is nobody in the whole company who could be asked.
pub(super) async fn begin(
    tx: &mut TenantTx,
    request: LeaveRequestId,
    employee: EmployeeId,
    cancels: bool,
) -> Result<bool> {
    open(tx, request, employee, cancels, 0).await
}

/// Asks the office at this place; `false`: there is none, or nobody in it.
async fn open(
    tx: &mut TenantTx,
    request: LeaveRequestId,
    employee: EmployeeId,
    cancels: bool,
    mut place: usize,
) -> Result<bool> {
    let held = requests::held(tx, request).await?;
    let kind = super::find_type(tx, held.kind).await?;
    // Of a kind for which nobody is asked, the manager is asked whether it may be cancelled after it has begun.
    let offices = if cancels && kind.steps.is_empty() { vec![Office::Manager] } else { kind.steps.clone() };
    while let Some(office) = offices.get(place) {
        let (asked, _, told) = there(tx, employee, *office).await?;
        let before = sqlx::query!(
            "select member_id, place from leave_steps where request_id = $1 and about = $2 and state = 'approved'
             order by answered_at desc, place desc",
            request.0,
            if cancels { "cancel" } else { "leave" }
        )
        .fetch_all(tx.conn())
        .await?;
        // Whoever has said yes is not asked again, HR neither; where nobody is, the next office is asked. Of the answers those
        // of this round count, each of a place before the last one's: what was cancelled in part may be cancelled once more.
        let (member, _) = parts(&asked);
        let mut next = i32::try_from(place).unwrap_or_default();
        let mut round = before.iter().take_while(|b| b.place < std::mem::replace(&mut next, b.place));
        let again = round.any(|b| b.member_id == member);
        if told.is_empty() || again {
            place += 1;
            continue;
        }
        let step = write(tx, request, &kind, (*office, place, cancels), &asked).await?;
        notices::tell(tx, (request, step), &told, cancels).await?;
        return Ok(true);
    }
    Ok(false)
}

async fn write(
    tx: &mut TenantTx,
    request: LeaveRequestId,
    kind: &Type,
    (office, place, cancels): (Office, usize, bool),
    asked: &Asked,
) -> Result<LeaveStepId> {
    let (tenant, now, id) = (tx.tenant().0, tx.now(), tx.id::<LeaveStepId>());
    let (member, because) = parts(asked);
    sqlx::query!(
        "insert into leave_steps (tenant_id, id, request_id, about, place, office, member_id, because, asked_at, due_at, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open')",
        tenant,
        id.0,
        request.0,
        if cancels { "cancel" } else { "leave" },
        i32::try_from(place).unwrap_or_default(),
        office.key(),
        member,
        because,
        now,
        now + chrono::Duration::days(i64::from(kind.patience))
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

fn parts(asked: &Asked) -> (Option<Uuid>, Option<&str>) {
    match asked {
        Asked::One { member, because, .. } => (Some(member.0), because.as_deref()),
        Asked::People { because } => (None, because.as_deref()),
    }
}

/// The steps of these requests, by request, in their order.
pub(super) async fn of(tx: &mut TenantTx, requests: &[Uuid]) -> Result<HashMap<Uuid, Vec<Step>>> {
    let rows = sqlx::query!(
        r#"select s.id, s.request_id, s.about, s.place, s.office, s.member_id, m.name as "member?", s.because, s.asked_at, s.due_at,
             s.state, b.name as "answered_by?", s.answered_at, s.note
           from leave_steps s
           left join members m on m.tenant_id = s.tenant_id and m.id = s.member_id
           left join members b on b.tenant_id = s.tenant_id and b.id = s.answered_by
           where s.request_id = any($1) order by s.about desc, s.place, s.asked_at, s.id"#,
        requests
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<Uuid, Vec<Step>> = HashMap::new();
    for r in rows {
        found.entry(r.request_id).or_default().push(Step {
            id: LeaveStepId(r.id),
            cancels: r.about == "cancel",
            place: r.place,
            office: Office::parse(&r.office).unwrap_or(Office::People),
            member: r.member_id.map(MemberId).zip(r.member),
            because: r.because,
            asked_at: r.asked_at,
            due_at: r.due_at,
            answer: Answer::parse(&r.state).unwrap_or(Answer::Withdrawn),
            answered_by: r.answered_by,
            answered_at: r.answered_at,
            note: r.note,
        });
    }
    Ok(found)
}

/// Whether the reader may answer what is asked of a request now: it is asked of them, or they may approve this person's.
/// What HR is asked, only who may approve everybody's. Never their own.
pub async fn may_answer(tx: &mut TenantTx, request: &Request) -> Result<bool> {
    let Who::Member(me) = tx.who() else { return Ok(false) };
    let Some(step) = request.open_step() else { return Ok(false) };
    if tx.employee() == Some(request.person.id) {
        return Ok(false);
    }
    if step.member.as_ref().is_some_and(|(m, _)| *m == me) && stands_above(tx, me, request.person.id).await? {
        return Ok(true);
    }
    match (step.office, tx.scope::<LeaveApprove>()) {
        (Office::People, Some(Scope::All)) => Ok(true),
        (Office::People, _) => Ok(false),
        (Office::Manager | Office::Above, _) => reaches::<LeaveApprove>(tx, request.person.id).await,
    }
}

/// Whether a member is above somebody today, or stands in for one who is.
async fn stands_above(tx: &mut TenantTx, member: MemberId, employee: EmployeeId) -> Result<bool> {
    let today = tx.today().0;
    let above =
        sqlx::query_scalar!(r#"select house.stands_above($1, $2, $3) as "above!""#, member.0, employee.0, today);
    Ok(above.fetch_one(tx.conn()).await?)
}

/// Says yes or no to the step that the reader has before them: an answer sent twice is no answer to the step after it. Of
/// two who answer at the same time the first one counts, and the second is told so. Gives the request, and its state now.
pub async fn answer(tx: &mut TenantTx, step: LeaveStepId, yes: bool, note: &str) -> Result<(LeaveRequestId, State)> {
    let asked = sqlx::query_scalar!("select request_id from leave_steps where id = $1", step.0);
    let id = LeaveRequestId(asked.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?);
    Ok((id, answer_of(tx, id, step, yes, note).await?))
}

async fn answer_of(tx: &mut TenantTx, id: LeaveRequestId, shown: LeaveStepId, yes: bool, note: &str) -> Result<State> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    let held = requests::held(tx, id).await?;
    let request = requests::find(tx, id).await?;
    let Some(step) = request.open_step().filter(|open| open.id == shown) else {
        let last = request.steps.iter().find(|s| s.id == shown).filter(|s| s.answered_by.is_some());
        // Whoever might have answered is told; to anybody else there is nothing.
        let asked = request.steps.iter().any(|s| s.member.as_ref().is_some_and(|(m, _)| *m == me));
        if tx.employee() == Some(request.person.id)
            || !(asked || reaches::<LeaveApprove>(tx, request.person.id).await?)
        {
            return Err(Error::NotFound);
        }
        let words = match last {
            Some(step) => {
                let verb = if step.answer == Answer::Declined { "declined" } else { "approved" };
                format!("{} has {verb} this already.", step.answered_by.as_deref().unwrap_or("Somebody"))
            }
            None => "This is not asked any more.".to_owned(),
        };
        return Err(Error::refused("", words));
    };
    if !may_answer(tx, &request).await? {
        return Err(Error::NotFound);
    }
    let now = tx.now();
    sqlx::query!(
        "update leave_steps set state = $2, answered_by = $3, answered_at = $4, note = $5 where id = $1 and state = 'open'",
        step.id.0,
        if yes { "approved" } else { "declined" },
        me.0,
        now,
        note
    )
    .execute(tx.conn())
    .await?;
    read(tx, id).await?;
    let (cancels, place, employee) = (step.cancels, usize::try_from(step.place).unwrap_or_default(), held.employee);
    let state = match (yes, cancels) {
        (true, _) if open(tx, id, employee, cancels, place + 1).await? => return Ok(held.state),
        (true, false) => {
            requests::still(tx, &request).await?;
            requests::approve(tx, id).await?;
            State::Approved
        }
        (true, true) => requests::take_back(tx, id, held.back_on).await?,
        (false, false) => {
            requests::set_state(tx, id, State::Declined).await?;
            events::emit(tx, Event::LeaveAnswered { request: id, employee, approved: false }).await?;
            State::Declined
        }
        (false, true) => {
            requests::set_state(tx, id, State::Approved).await?;
            State::Approved
        }
    };
    let title = match (yes, cancels, state) {
        (true, false, _) => "Your time off is approved",
        (false, false, _) => "Your time off is declined",
        (true, true, State::Approved) => "Your leave ends earlier",
        (true, true, _) => "Your leave is cancelled",
        (false, true, _) => "Your leave is not cancelled",
    };
    notices::told(tx, id, employee, title, note).await?;
    Ok(state)
}

/// What was told of a request counts as read once it is answered.
async fn read(tx: &mut TenantTx, id: LeaveRequestId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update notifications set read_at = $3 where kind = $2 and read_at is null and starts_with(key, $1::text || '/')",
        id.to_string(),
        Kind::LeaveAsked.key(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whoever was asked need not answer any more.
pub(super) async fn withdraw(tx: &mut TenantTx, id: LeaveRequestId) -> Result<()> {
    sqlx::query!("update leave_steps set state = 'withdrawn' where request_id = $1 and state = 'open'", id.0)
        .execute(tx.conn())
        .await?;
    read(tx, id).await
}

/// Questions whose time is up, or whose approver is away, gone or not above them any more, are asked of somebody else, with the reason. Gives how many.
pub async fn reroute(tx: &mut TenantTx, most: i64) -> Result<u64> {
    let (now, today) = (tx.now(), tx.today().0);
    let rows = sqlx::query!(
        r#"select s.id, s.request_id, s.office, s.member_id as "member!", s.passed, s.about, s.due_at <= $1 as "late!", r.employee_id,
             t.patience
           from leave_steps s
           join leave_requests r on r.tenant_id = s.tenant_id and r.id = s.request_id
           join leave_types t on t.tenant_id = r.tenant_id and t.id = r.type_id
           join members m on m.tenant_id = s.tenant_id and m.id = s.member_id
           where s.state = 'open' and (s.due_at <= $1 or m.deactivated_at is not null
             or not house.stands_above(m.id, r.employee_id, $2) or exists (
             select from leave_requests a where a.employee_id = m.employee_id and a.state in ('approved', 'cancelling')
               and a.minutes is null and a.from_on + a.from_midday::int <= $2 and a.to_on - a.to_midday::int >= $2) or exists (
             select from employees a where a.id = m.employee_id and a.archived_at is not null))
           order by s.asked_at limit $3"#,
        now,
        today,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let mut moved = 0;
    for r in rows {
        // The request before its steps, as whoever answers holds them. Whoever does so now is asked no more.
        let open = sqlx::query_scalar!(
            "select 1 from leave_requests r where r.id = $1 and exists (
               select from leave_steps s where s.id = $2 and s.state = 'open' and s.member_id = $3)
             for update skip locked",
            r.request_id,
            r.id,
            r.member
        );
        if open.fetch_optional(tx.conn()).await?.is_none() {
            continue;
        }
        let employee = EmployeeId(r.employee_id);
        let mut passed = r.passed;
        if r.late {
            passed.push(r.member);
        }
        let office = Office::parse(&r.office).unwrap_or(Office::People);
        let (asked, _) = whom(tx, employee, office, &passed).await?;
        let (member, because) = parts(&asked);
        if member == Some(r.member) {
            continue;
        }
        sqlx::query!(
            "update leave_steps set member_id = $2, because = $3, passed = $4, asked_at = $5, due_at = $6 where id = $1",
            r.id,
            member,
            because,
            &passed,
            now,
            now + chrono::Duration::days(i64::from(r.patience))
        )
        .execute(tx.conn())
        .await?;
        let request = LeaveRequestId(r.request_id);
        read(tx, request).await?;
        // Another key than the last one's of this step: it is told anew.
        sqlx::query!("update leave_requests set version = version + 1 where id = $1", request.0)
            .execute(tx.conn())
            .await?;
        let asker = member_of(tx, employee).await?;
        let to = match &asked {
            Asked::One { member, .. } => vec![*member],
            Asked::People { .. } => people(tx, asker).await?,
        };
        notices::tell(tx, (request, LeaveStepId(r.id)), &to, r.about == "cancel").await?;
        moved += 1;
    }
    Ok(moved)
}

/// Who answers for a member while they are away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegate {
    pub member: MemberId,
    pub name: String,
    pub from: Option<Day>,
    pub until: Option<Day>,
}

pub async fn delegate(tx: &mut TenantTx, member: MemberId) -> Result<Option<Delegate>> {
    let r = sqlx::query!(
        "select d.delegate_id, m.name, d.from_on, d.until_on from leave_delegates d
         join members m on m.tenant_id = d.tenant_id and m.id = d.delegate_id where d.id = $1",
        member.0
    )
    .fetch_optional(tx.conn())
    .await?;
    let one = |id, name, from: Option<_>, until: Option<_>| Delegate {
        member: MemberId(id),
        name,
        from: from.map(Day),
        until: until.map(Day),
    };
    Ok(r.map(|r| one(r.delegate_id, r.name, r.from_on, r.until_on)))
}

/// Says who answers for the reader while they are away; nobody: it goes to whoever is next.
pub async fn hand_over(
    tx: &mut TenantTx,
    member: MemberId,
    to: Option<(MemberId, Option<Day>, Option<Day>)>,
) -> Result<()> {
    let Some((delegate, from, until)) = to else {
        sqlx::query!("delete from leave_delegates where id = $1", member.0).execute(tx.conn()).await?;
        return Ok(());
    };
    let (tenant, now) = (tx.tenant().0, tx.now());
    let there = sqlx::query_scalar!("select 1 from members where id = $1 and deactivated_at is null", delegate.0);
    if there.fetch_optional(tx.conn()).await?.is_none() {
        return Err(Error::refused("to", "Choose somebody who is a member."));
    }
    sqlx::query!(
        "insert into leave_delegates (tenant_id, id, delegate_id, from_on, until_on, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, id) do update set delegate_id = $3, from_on = $4, until_on = $5",
        tenant,
        member.0,
        delegate.0,
        from.map(|d| d.0),
        until.map(|d| d.0),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
