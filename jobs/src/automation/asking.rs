//! Who may be asked instead of somebody else, and who is when somebody is no member any more.

use domain::{
    MemberId,
    access::{AutomationWrite, Permission, Scope},
    automation::{
        fields::RecordKind,
        merge,
        runs::Question,
        steps::{self, Action},
    },
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use store::{
    Error, TenantTx,
    automation::{approvals, records, runs, workflows},
    notifications,
    workspace::roles,
};

/// Refuses to ask somebody who may not know what the question says: they see the record and every field in its words,
/// whoever's they are, and it is not about them.
pub(super) async fn may_be_asked(tx: &mut TenantTx, question: &Question, to: MemberId) -> store::Result<()> {
    let refused = |why: &str| Err(Error::refused("to", why));
    let asked = roles::actor(tx, to).await?;
    if let Some((kind, record, _)) = &question.record {
        if *kind == RecordKind::Employee && asked.employee.is_some_and(|e| e.0 == *record) {
            return refused("It is about them: somebody else has to answer.");
        }
        if records::facts_as(tx, &asked, *kind, &[*record]).await?.is_empty() {
            return refused("They may not see what it is about.");
        }
    }
    let run = runs::find(tx, question.run).await?;
    let (definition, _) = workflows::version(tx, run.workflow, run.number).await?;
    let action = steps::find(&definition.steps, &question.step).map(|s| &s.action);
    let places = match action {
        Some(Action::Approval(approval)) => merge::places(&approval.question),
        // Whatever it says then, it says no more than the workflow reads.
        _ => definition.reads(),
    };
    let posted = places.iter().any(|p| p.starts_with("payload."));
    let sight = asked.rights.sight_of_all();
    let sees = places.iter().filter_map(|p| definition.record?.field(p)).all(|f| sight.sees(f.class));
    // What was posted is as closed as what is made of it, and for those who build workflows.
    let takes = !posted
        || definition.within(sight)
            && asked.may(AutomationWrite::KEY)
            && definition.kinds().into_iter().all(|k| asked.rights.scope(k.read()) == Some(Scope::All));
    match sees && takes {
        true => Ok(()),
        false => refused("They may not see what its words say."),
    }
}

/// Questions looked at at once.
const ORPHANS: i64 = 200;

/// Has whoever published a workflow answer what it asks of somebody who is no member any more, and tells them. Where they
/// were asked themselves, or are out as well, the time for an answer runs out.
pub(super) async fn adopt(tx: &mut TenantTx) -> store::Result<()> {
    for orphan in approvals::orphans(tx, ORPHANS).await? {
        let notice = Notice {
            kind: Kind::ApprovalAsked,
            title: orphan.question,
            body: Some(format!("{} was asked, who is no member any more.", orphan.member)),
            path: Pages::within(paths::APPROVALS).list(),
            key: format!("{}/{}", orphan.id, orphan.run),
        };
        approvals::give(tx, orphan.id, orphan.publisher).await?;
        notifications::notify(tx, &[orphan.publisher], &notice).await?;
    }
    Ok(())
}
