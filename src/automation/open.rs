//! What of runs, and of those who were left out, a reader may know: judged by what the version saw that wrote it down,
//! and by the reader's rights of today. Having published it opens nothing that their rights do not.

use crate::web::{Allowed, Result};
use domain::{
    MemberId, WorkflowId,
    access::{AutomationWrite, Permission, Scope},
    automation::{
        runs::{Run, Skip},
        workflows::Definition,
    },
};
use store::{TenantTx, automation::workflows};
use views::automation::runs::Known;

/// What stands in the place of a reason that is closed.
pub(super) const CLOSED: &str = "Not open to you";

/// Whether what this definition has written down is open: the reader may hold any field that it reads or sets, of any
/// record of its nouns. Of records that they see themselves, whoever published it knows no less than their workflow.
/// What was posted has no class of its own, so it is for those who build workflows.
pub(super) fn is_open<P: Permission>(
    who: &Allowed<P>,
    definition: &Definition,
    publisher: MemberId,
    record: Option<&Known>,
) -> bool {
    let rights = &who.actor.rights;
    let seen = record.is_none_or(|r| r.as_ref().is_none_or(|(.., name)| name.is_some()));
    let own = publisher == who.actor.member && seen;
    let reaches = |scope: Option<Scope>| if own { scope.is_some() } else { scope == Some(Scope::All) };
    definition.kinds().into_iter().all(|kind| reaches(rights.scope(kind.read())))
        && definition.within(rights.sight_of_all())
        && (!definition.trigger.has_payload() || rights.may(AutomationWrite::KEY))
}

/// Takes out of these runs what is closed: why they ended as they did.
pub(super) async fn close_runs<P: Permission>(
    who: &Allowed<P>,
    tx: &mut TenantTx,
    id: WorkflowId,
    runs: &mut [(Run, Known)],
) -> Result<()> {
    let numbers: Vec<i32> = runs.iter().map(|(r, _)| r.number).collect();
    let versions = workflows::these(tx, id, &numbers).await?;
    for (run, record) in runs {
        let open = versions.get(&run.number).is_some_and(|(d, by)| is_open(who, d, *by, Some(record)));
        if !open {
            run.error = None;
        }
    }
    Ok(())
}

/// Takes out of these reasons what is closed; gives whether all of them are open.
pub(super) async fn close_skips<P: Permission>(
    who: &Allowed<P>,
    tx: &mut TenantTx,
    id: WorkflowId,
    skips: &mut [(Skip, Known)],
) -> Result<bool> {
    let numbers: Vec<i32> = skips.iter().filter_map(|(s, _)| s.number).collect();
    let versions = workflows::these(tx, id, &numbers).await?;
    let mut all = true;
    for (skip, record) in skips {
        let version = skip.number.and_then(|n| versions.get(&n));
        if !version.is_some_and(|(d, by)| is_open(who, d, *by, Some(record))) {
            CLOSED.clone_into(&mut skip.reason);
            skip.payload = None;
            all = false;
        }
    }
    Ok(all)
}
