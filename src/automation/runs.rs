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
        fields::RecordKind,
        runs::{Run, RunState, Skip, StepLog},
        steps::find,
    },
    crm::{contacts, customers, deals, leads},
    hr::employees,
    paths,
    support::tickets,
    tasks,
};
use serde::Deserialize;
use std::collections::HashMap;
use store::automation::{approvals, records, runs, workflows};
use uuid::Uuid;
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
    let mut found = runs::list(&mut tx, id, only, before, PAGE + 1).await?;
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
    let mut found = runs::skips(&mut tx, id, SKIPPED).await?;
    name_unnamed(&mut tx, &mut found).await?;
    // Of the noun that it was of, whatever the draft says today. What was posted is no record.
    let whole = |s: &Skip| s.payload.is_none() && !s.record_id.is_nil() && !s.record_name.is_empty();
    let noun = |s: &Skip| s.kind.filter(|_| whole(s));
    let record = |s: &Skip| noun(s).map(|kind| (kind, s.record_id, s.record_name.clone()));
    let names = known(&mut tx, found.iter().map(record).collect()).await?;
    let mut skips: Vec<(Skip, Known)> = found.into_iter().zip(names).collect();
    let open = close_skips(&who, &mut tx, id, &mut skips).await?;
    let frame = frame(&who, &screen, &mut tx, workflow).await?;
    Ok(screen.show(&who, &Skips { frame, skips, open }))
}

/// While all is stopped nobody reads records, so nobody has written down what they are called.
async fn name_unnamed(tx: &mut store::TenantTx, skips: &mut [Skip]) -> Result<()> {
    for kind in RecordKind::ALL {
        let unnamed = |s: &Skip| s.kind == Some(kind) && s.record_name.is_empty();
        let ids: Vec<Uuid> = skips.iter().filter(|s| unnamed(s)).map(|s| s.record_id).collect();
        if ids.is_empty() {
            continue;
        }
        let mut names = records::names(tx, kind, &ids).await?;
        for skip in skips.iter_mut().filter(|s| unnamed(s)) {
            skip.record_name = names.remove(&skip.record_id).unwrap_or_default();
        }
    }
    Ok(())
}

async fn show(who: Allowed<AutomationRead>, screen: Screen, Record(id): Record<RunId>) -> Result {
    let mut tx = who.begin().await?;
    let run = runs::find(&mut tx, id).await?;
    let (definition, publisher) = workflows::version(&mut tx, run.workflow, run.number).await?;
    let record = known(&mut tx, vec![run.record.clone()]).await?.pop().flatten();
    let open = is_open(&who, &definition, publisher, Some(&record));
    let steps = runs::steps(&mut tx, id).await?;
    let set_off = match open {
        true => change(&mut tx, &run, record.as_ref()).await?,
        false => None,
    };
    let names = names(&mut tx, &steps).await?;
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        rights: who.actor.rights,
        moment: activity::moment(&who),
        steps,
        set_off,
        names,
        questions: approvals::of_run(&mut tx, id).await?,
        run,
        record,
        definition,
        open,
    };
    Ok(screen.show(&who, &view))
}

/// The change that set a run off, as the trail has it.
async fn change(
    tx: &mut store::TenantTx,
    run: &Run,
    record: Option<&(RecordKind, Uuid, Option<String>)>,
) -> Result<Option<views::activity::Changed>> {
    let Some((kind, id, Some(_))) = record else { return Ok(None) };
    let Some(at) = run.occasion["at"].as_str().and_then(|at| at.parse().ok()) else { return Ok(None) };
    let columns: Vec<&str> =
        run.occasion["changed"].as_array().into_iter().flatten().filter_map(|c| c.as_str()).collect();
    let fields = match kind {
        RecordKind::Employee => employees::FIELDS,
        RecordKind::Customer => customers::FIELDS,
        RecordKind::Contact => contacts::FIELDS,
        RecordKind::Lead => leads::FIELDS,
        RecordKind::Deal => deals::FIELDS,
        RecordKind::Ticket => tickets::FIELDS,
        RecordKind::Task => tasks::FIELDS,
    };
    activity::change_at(tx, (*id, fields), &columns, at).await
}

/// What the records that steps have made, and the people whom they have chosen, are called, as far as the reader may
/// know: those of records that they see.
async fn names(tx: &mut store::TenantTx, steps: &[StepLog]) -> Result<HashMap<Uuid, String>> {
    let id = |v: &serde_json::Value| v.as_str().and_then(|id| id.parse::<Uuid>().ok());
    let people: Vec<Uuid> = steps.iter().filter_map(|s| id(&s.input["assignee"])).collect();
    let mut named = store::notifications::names(tx, &people).await?;
    for kind in RecordKind::ALL {
        let made = |s: &StepLog| match kind {
            RecordKind::Task => id(&s.output["task"]),
            _ => id(&s.output["id"]).filter(|_| s.output["record"] == kind.key()),
        };
        let made: Vec<Uuid> = steps.iter().filter_map(made).collect();
        named.extend(records::names(tx, kind, &made).await?);
    }
    Ok(named)
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
