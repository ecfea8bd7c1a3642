//! What people are told of requests. Of which kind it is stands on the page, behind its rights, and in no mail.

use super::{requests, steps};
use crate::{Result, TenantTx, notifications};
use domain::{
    EmployeeId, LeaveRequestId, LeaveStepId, MemberId,
    notifications::{Kind, Notice},
    paths,
};

/// Tells whoever is asked by this step.
pub(super) async fn tell(
    tx: &mut TenantTx,
    (request, step): (LeaveRequestId, LeaveStepId),
    to: &[MemberId],
    cancels: bool,
) -> Result<()> {
    let r = sqlx::query!(
        r#"select e.first_name || ' ' || e.last_name as "name!", r.from_on, r.to_on, r.from_midday, r.to_midday, r.minutes, r.version
           from leave_requests r join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id where r.id = $1"#,
        request.0
    )
    .fetch_one(tx.conn())
    .await?;
    let span = requests::span_of(r.from_on, r.to_on, (r.from_midday, r.to_midday), r.minutes);
    let what = if cancels { "asks to cancel leave" } else { "asks for time off" };
    let path = paths::LEAVE_REQUEST.replace("/w/{slug}", "").replace("{id}", &request.to_string());
    // Of which kind it is stands on the page, behind its rights, and in no mail.
    let notice = Notice {
        kind: Kind::LeaveAsked,
        title: format!("{} {what}", r.name),
        body: Some(span.words()),
        path,
        key: format!("{request}/{step}/{}", r.version),
    };
    notifications::notify(tx, to, &notice).await
}

/// Tells somebody, and their manager, of time off that was written down for them. Of which kind it is, nobody is told here.
pub(super) async fn written_down(tx: &mut TenantTx, request: LeaveRequestId, employee: EmployeeId) -> Result<()> {
    told(tx, request, employee, "Time off was written down for you", "").await?;
    let r = sqlx::query!(
        r#"select e.first_name || ' ' || e.last_name as "name!", r.from_on, r.to_on, r.from_midday, r.to_midday, r.minutes, r.version,
             (select m.id from members m where m.employee_id = e.manager_id and m.deactivated_at is null) as manager
           from leave_requests r join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id where r.id = $1"#,
        request.0
    )
    .fetch_one(tx.conn())
    .await?;
    let Some(manager) = r.manager.map(MemberId) else { return Ok(()) };
    let span = requests::span_of(r.from_on, r.to_on, (r.from_midday, r.to_midday), r.minutes);
    let notice = Notice {
        kind: Kind::LeaveAnswered,
        title: format!("{} is away", r.name),
        body: Some(span.words()),
        path: paths::LEAVE_REQUEST.replace("/w/{slug}", "").replace("{id}", &request.to_string()),
        key: format!("{request}/{}/manager", r.version),
    };
    notifications::notify(tx, &[manager], &notice).await
}

/// Tells whoever asked what became of it.
pub(super) async fn told(
    tx: &mut TenantTx,
    request: LeaveRequestId,
    employee: EmployeeId,
    title: &str,
    note: &str,
) -> Result<()> {
    let r = sqlx::query!(
        "select from_on, to_on, from_midday, to_midday, minutes, version, asked_by from leave_requests where id = $1",
        request.0
    )
    .fetch_one(tx.conn())
    .await?;
    let span = requests::span_of(r.from_on, r.to_on, (r.from_midday, r.to_midday), r.minutes);
    let path = paths::LEAVE_REQUEST.replace("/w/{slug}", "").replace("{id}", &request.to_string());
    let notice = Notice {
        kind: Kind::LeaveAnswered,
        title: title.to_owned(),
        body: Some(if note.is_empty() { span.words() } else { format!("{}: “{note}”", span.words()) }),
        path,
        key: format!("{request}/{}", r.version),
    };
    let mut to: Vec<MemberId> = steps::member_of(tx, employee).await?.into_iter().collect();
    to.extend(r.asked_by.map(MemberId));
    notifications::notify(tx, &to, &notice).await
}

/// Tells HR that approved leave falls away because somebody comes later or leaves earlier.
pub(super) async fn fell_away(
    tx: &mut TenantTx,
    request: LeaveRequestId,
    employee: EmployeeId,
    lost: &str,
) -> Result<()> {
    let r = sqlx::query!(
        r#"select e.first_name || ' ' || e.last_name as "name!", r.version
           from leave_requests r join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id where r.id = $1"#,
        request.0
    )
    .fetch_one(tx.conn())
    .await?;
    let asker = steps::member_of(tx, employee).await?;
    let to = steps::people(tx, asker).await?;
    let notice = Notice {
        kind: Kind::LeaveAnswered,
        title: format!("{lost} of approved leave of {} fall away", r.name),
        body: Some("Days outside of employment do not count.".into()),
        path: paths::LEAVE_REQUEST.replace("/w/{slug}", "").replace("{id}", &request.to_string()),
        key: format!("{request}/{}/fell-away", r.version),
    };
    notifications::notify(tx, &to, &notice).await
}
