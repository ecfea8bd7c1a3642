//! Runs: those of a workflow, one of them, and why records were not enrolled.

use super::{
    frame, known,
    open::{close_runs, close_skips, is_open},
};
use crate::{
    web::{Allowed, Confirmed, Query, Record, Result, Routes, Screen, Toast, form::Nothing},
    workspace::activity,
};
use domain::{
    RunId, WorkflowId,
    access::{AutomationRead, AutomationRun},
    automation::{
        runs::{Run, RunState, Skip},
        steps::find,
    },
    paths,
};
use serde::Deserialize;
use store::automation::{approvals, runs, workflows};
use views::automation::runs::{Known, Runs, Show, Skips};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WORKFLOW_RUNS, list)
        .get(paths::WORKFLOW_SKIPS, skips)
        .get(paths::AUTOMATION_RUN, show)
        .post(paths::RUN_RETRY, retry)
        .post(paths::RUN_CANCELLATION, cancel)
}

/// Runs on one page.
const PAGE: i64 = 50;
/// Records that were not enrolled, on their one page.
const SKIPPED: i64 = 200;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Which {
    state: String,
    before: Option<RunId>,
}

async fn list(
    who: Allowed<AutomationRead>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    Query(Which { state, before }): Query<Which>,
) -> Result {
    let mut tx = who.begin().await?;
    let workflow = workflows::find(&mut tx, id).await?;
    let only = RunState::parse(&state);
    let mut found = runs::list(&mut tx, Some(id), None, only, before, PAGE + 1).await?;
    let more = i64::try_from(found.len()).is_ok_and(|n| n > PAGE);
    found.truncate(usize::try_from(PAGE).unwrap_or_default());
    let path = paths::workflow_runs(who.slug(), id);
    let state = only.map(|s| format!("&state={}", s.key())).unwrap_or_default();
    let older = found.last().filter(|_| more).map(|r| format!("{path}?before={}{state}", r.id));
    let records = known(&mut tx, found.iter().map(|r: &Run| r.record.clone()).collect()).await?;
    let mut runs: Vec<(Run, Known)> = found.into_iter().zip(records).collect();
    close_runs(&who, &mut tx, id, &mut runs).await?;
    let frame = frame(&who, &screen, &mut tx, workflow).await?;
    Ok(screen.show(&who, &Runs { frame, runs, only, older, deeper: before.is_some() }))
}

async fn skips(who: Allowed<AutomationRead>, screen: Screen, Record(id): Record<WorkflowId>) -> Result {
    let mut tx = who.begin().await?;
    let workflow = workflows::find(&mut tx, id).await?;
    let found = runs::skips(&mut tx, id, SKIPPED).await?;
    // Of the noun that it was of, whatever the draft says today.
    let noun = |s: &Skip| s.kind.filter(|_| !s.record_id.is_nil());
    let record = |s: &Skip| noun(s).map(|kind| (kind, s.record_id, s.record_name.clone()));
    let names = known(&mut tx, found.iter().map(record).collect()).await?;
    let mut skips: Vec<(Skip, Known)> = found.into_iter().zip(names).collect();
    let open = close_skips(&who, &mut tx, id, &mut skips).await?;
    let frame = frame(&who, &screen, &mut tx, workflow).await?;
    Ok(screen.show(&who, &Skips { frame, skips, open }))
}

async fn show(who: Allowed<AutomationRead>, screen: Screen, Record(id): Record<RunId>) -> Result {
    let mut tx = who.begin().await?;
    let run = runs::find(&mut tx, id).await?;
    let (definition, publisher) = workflows::version(&mut tx, run.workflow, run.number).await?;
    let record = known(&mut tx, vec![run.record.clone()]).await?.pop().flatten();
    let open = is_open(&who, &definition, publisher, Some(&record));
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        rights: who.actor.rights,
        moment: activity::moment(&who),
        steps: runs::steps(&mut tx, id).await?,
        questions: approvals::of_run(&mut tx, id).await?,
        run,
        record,
        definition,
        open,
    };
    Ok(screen.show(&who, &view))
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    step: String,
}

async fn retry(
    who: Allowed<AutomationRun>,
    screen: Screen,
    Record(id): Record<RunId>,
    Confirmed(From { step }): Confirmed<From>,
) -> Result {
    let mut tx = who.begin().await?;
    let run = runs::find(&mut tx, id).await?;
    let (definition, _) = workflows::version(&mut tx, run.workflow, run.number).await?;
    let page = paths::automation_run(who.slug(), id);
    let Some(step) = find(&definition.steps, &step) else {
        return screen.done(page, Toast::bad("Its version has no such step.")).await;
    };
    match jobs::automation::retry(&mut tx, id, &step.id).await {
        Ok(()) => {}
        Err(store::Error::Refused(e)) => {
            return screen.done(page, Toast::bad(e.of("").unwrap_or("It cannot go on from there."))).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    screen.done(page, Toast::good(format!("It goes on with “{}”.", step.action.label()))).await
}

async fn cancel(
    who: Allowed<AutomationRun>,
    screen: Screen,
    Record(id): Record<RunId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    runs::find(&mut tx, id).await?;
    let why = format!("{} cancelled it.", who.actor.name);
    let toast = match jobs::automation::cancel(&mut tx, id, &why).await? {
        true => Toast::good("The run is cancelled. What it has done stays done."),
        false => Toast::bad("It has ended already."),
    };
    tx.commit().await?;
    screen.done(paths::automation_run(who.slug(), id), toast).await
}
