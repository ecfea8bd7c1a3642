//! Workflows started by hand on a record.

use crate::web::{Allowed, Confirmed, Error, Result, Routes, Screen, Toast};
use axum::extract::RawPathParams;
use domain::{
    WorkflowId,
    access::{AutomationRun, Permission},
    automation::fields::RecordKind,
    ids::Id,
    paths,
};
use maud::Markup;
use serde::Deserialize;
use store::{
    TenantTx,
    automation::{records, workflows},
};
use uuid::Uuid;
use views::automation::{self, manual::Manual};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::RECORD_WORKFLOWS, list).post(paths::RECORD_WORKFLOWS, start)
}

/// The menu on a record's page, for whoever may start workflows. What is in it is asked for when it opens.
pub fn menu<P: Permission>(who: &Allowed<P>, table: &str, id: impl Id) -> Option<Markup> {
    let kind = RecordKind::of_table(table)?;
    who.actor.may(AutomationRun::KEY).then(|| automation::manual::menu(who.slug(), kind, id))
}

/// The record of the path, by its name; one that the reader does not see is none.
async fn record(tx: &mut TenantTx, params: &RawPathParams) -> Result<(RecordKind, Uuid, String)> {
    let part = |name: &str| params.iter().find(|(n, _)| *n == name).map(|(_, v)| v);
    let kind = part("kind").and_then(RecordKind::parse).ok_or(Error::NotFound)?;
    let id: Uuid = part("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
    let name = records::names(tx, kind, &[id]).await?.remove(&id).ok_or(Error::NotFound)?;
    Ok((kind, id, name))
}

async fn list(who: Allowed<AutomationRun>, screen: Screen, params: RawPathParams) -> Result {
    let mut tx = who.begin().await?;
    let (kind, id, name) = record(&mut tx, &params).await?;
    let view = Manual {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        kind,
        id,
        name,
        record: automation::record_path(who.slug(), kind, id),
        workflows: workflows::manual(&mut tx, kind.key()).await?,
    };
    Ok(screen.show(&who, &view))
}

#[derive(Deserialize)]
struct Which {
    workflow: Option<WorkflowId>,
}

async fn start(
    who: Allowed<AutomationRun>,
    screen: Screen,
    params: RawPathParams,
    Confirmed(Which { workflow }): Confirmed<Which>,
) -> Result {
    let mut tx = who.begin().await?;
    let (kind, id, name) = record(&mut tx, &params).await?;
    let back = automation::record_path(who.slug(), kind, id);
    let workflow = workflow.ok_or(Error::NotFound)?;
    match jobs::automation::start(&mut tx, workflow, id).await {
        Ok(run) => {
            tx.commit().await?;
            let toast = Toast::good(format!("{name} goes through it now."))
                .link("See the run", paths::automation_run(who.slug(), run));
            screen.done(back, toast).await
        }
        Err(store::Error::Refused(e)) => {
            screen.done(back, Toast::bad(e.of("").unwrap_or("It cannot be started."))).await
        }
        Err(e) => Err(e.into()),
    }
}
