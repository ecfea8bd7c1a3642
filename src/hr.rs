//! People: routes of the department.

pub mod assets;
pub mod attendance;
pub mod candidates;
pub mod careers;
pub mod change_requests;
pub mod checklists;
pub mod details;
pub mod directory;
pub mod documents;
pub mod employees;
pub mod employment;
pub mod leave;
pub mod letters;
pub mod openings;
pub mod organisation;
mod photo;
pub mod policies;
pub mod positions;
pub mod postings;
pub mod profile;

use crate::{
    web::{Allowed, Routes, Screen},
    workspace::activity::{self, Asked},
};
use domain::{
    EmployeeId, MemberId,
    access::{DocumentsRead, LeaveRead, MembersWrite, Permission},
    hr::employees::{Employee, Status},
};
use store::{TenantTx, hr::leave as leaves};
use views::{hr::employees::Beside, record::Record};

/// The reader, where they may say themselves which record is theirs.
fn may_link<P: Permission>(who: &Allowed<P>) -> Option<MemberId> {
    who.actor.may(MembersWrite::KEY).then_some(who.actor.member)
}

pub fn routes(r: Routes) -> Routes {
    let r = employees::routes(r);
    let r = photo::routes(r);
    let r = details::routes(r);
    let r = directory::routes(r);
    let r = profile::routes(r);
    let r = change_requests::routes(r);
    let r = checklists::routes(r);
    let r = assets::routes(r);
    let r = attendance::routes(r);
    let r = employment::routes(r);
    let r = leave::routes(r);
    let r = organisation::routes(r);
    let r = positions::routes(r);
    let r = postings::routes(r);
    let r = careers::routes(r);
    let r = candidates::routes(r);
    let r = openings::routes(r);
    let r = documents::routes(r);
    let r = letters::routes(r);
    let r = policies::routes(r);
    let r = crate::imports::job_history(r);
    crate::imports::pay_history(r)
}

/// The record around a tab of its own: the same head, tabs and actions on each of them.
pub(crate) async fn record<P: Permission>(
    tx: &mut TenantTx,
    (who, screen): (&Allowed<P>, &Screen),
    employee: &Employee,
    tab: &'static str,
) -> crate::web::Result<Record> {
    let archived = employee.status == Status::Archived;
    let of = (employee.id, employee.version, archived);
    let asked = Asked::own(tab);
    let mut record =
        activity::record::<employees::Employees, _>(tx, (who, screen), of, None, employee.sight, asked).await?;
    let tabs = beside(tx, employee.id).await?;
    record.own = views::hr::employees::tabs(who.slug(), employee.id, tabs);
    Ok(record)
}

/// Which of the pages beside somebody's record the reader may see.
pub(crate) async fn beside(tx: &mut TenantTx, id: EmployeeId) -> store::Result<Beside> {
    let leave = leaves::reaches::<LeaveRead>(tx, id).await?;
    // Rights of one reach reach the same people.
    let documents = match tx.scope::<DocumentsRead>() {
        None => false,
        scope if scope == tx.scope::<LeaveRead>() => leave,
        Some(_) => leaves::reaches::<DocumentsRead>(tx, id).await?,
    };
    Ok(Beside { leave, documents })
}
