//! Automation: workflows, the builder, runs, and approvals.

mod approvals;
mod builder;
mod hooks;
mod json;
pub mod manual;
mod open;
mod publication;
mod runs;
mod steps;
mod templates;
mod trial;
mod workflows;

use crate::{
    web::{Allowed, Result, Routes, Screen},
    workspace::activity,
};
use domain::{
    WorkflowId,
    access::{AutomationWrite, Permission, Scope, SettingsWrite},
    automation::{
        fields::RecordKind,
        runs::Workflow,
        workflows::{Definition, Problem},
    },
};
use std::collections::HashMap;
use store::{
    TenantTx,
    automation::{records, switch},
};
use uuid::Uuid;
use views::automation::{Frame, runs::Known};

pub fn routes(r: Routes) -> Routes {
    let r = workflows::routes(r);
    let r = templates::routes(r);
    let r = builder::routes(r);
    let r = steps::routes(r);
    let r = json::routes(r);
    let r = trial::routes(r);
    let r = publication::routes(r);
    let r = runs::routes(r);
    let r = manual::routes(r);
    let r = hooks::routes(r);
    approvals::routes(r)
}

/// Everything that stands against publishing this in the reader's name, here.
async fn check<P: Permission>(
    who: &Allowed<P>,
    tx: &mut TenantTx,
    definition: &Definition,
) -> store::Result<Vec<Problem>> {
    let mut problems = jobs::automation::check(tx, definition).await?;
    problems.extend(jobs::automation::never_called(definition, &who.app().config().outbound_allow));
    Ok(problems)
}

/// What is around each page of a workflow.
async fn frame<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    tx: &mut TenantTx,
    workflow: Workflow,
) -> Result<Frame> {
    let builds = who.actor.may(AutomationWrite::KEY);
    // What stands against it is told to whoever could mend it, as their own name would have it.
    let problems = if builds { check(who, tx, &workflow.draft).await? } else { vec![] };
    let stopped = switch::find(tx).await?.stopped.map(|(_, _, why)| why);
    Ok(Frame {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        rights: who.actor.rights,
        moment: activity::moment(who),
        workflow,
        problems,
        stopped,
    })
}

/// The address that others post to, for whoever may know it. What is posted is done in the name of whoever published the
/// workflow, so it is theirs, and of those who look after the workspace; before it is published nobody listens there.
fn hook<P: Permission>(who: &Allowed<P>, workflow: &Workflow) -> Option<String> {
    may_post(who, workflow).then(|| address(who, workflow))
}

fn may_post<P: Permission>(who: &Allowed<P>, workflow: &Workflow) -> bool {
    let theirs = workflow.publisher.as_ref().is_none_or(|(id, _)| *id == who.actor.member);
    who.actor.may(AutomationWrite::KEY) && (theirs || who.actor.may(SettingsWrite::KEY))
}

fn address<P: Permission>(who: &Allowed<P>, workflow: &Workflow) -> String {
    let path = jobs::automation::hook_path(who.app().seal(), who.actor.tenant, workflow.hook);
    format!("{}{path}", who.app().config().public_url)
}

/// Records with the names that the reader may know: of a kind that they see all of, as they were written down; of
/// others, asked for.
async fn known(tx: &mut TenantTx, all: Vec<Option<(RecordKind, Uuid, String)>>) -> Result<Vec<Known>> {
    let mut asked: HashMap<RecordKind, HashMap<Uuid, String>> = HashMap::new();
    for kind in RecordKind::ALL {
        if tx.rights().scope(kind.read()) == Some(Scope::All) {
            continue;
        }
        let ids: Vec<Uuid> = all.iter().flatten().filter(|(k, ..)| *k == kind).map(|(_, id, _)| *id).collect();
        asked.insert(kind, records::names(tx, kind, &ids).await?);
    }
    let name = |(kind, id, name): (RecordKind, Uuid, String)| match asked.get(&kind) {
        None => (kind, id, Some(name)),
        Some(names) => (kind, id, names.get(&id).cloned()),
    };
    Ok(all.into_iter().map(|r| r.map(name)).collect())
}

/// The workflow's page, with the focus where work was done.
fn at<P: Permission>(who: &Allowed<P>, id: WorkflowId, place: &str) -> String {
    format!("{}?at={}", domain::paths::workflow(who.slug(), id), views::encode(place))
}
