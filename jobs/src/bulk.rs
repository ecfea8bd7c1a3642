//! Bulk changes and their undoing: in one transaction, all or nothing, in the name of whoever asked. How far it is, is
//! told by transactions beside it.

use crate::{Context, Failure, Run, archivals::in_the_name_of};
use domain::{
    BulkId,
    bulk::{Bulk, Outcome, State},
    import::Target,
    jobs::RunBulk,
    notifications::{Kind, Notice},
    paths::Pages,
};
use std::time::Duration;
use store::{Desk, TenantTx, bulk, imports::CHUNK, notifications};

impl Run for RunBulk {
    const TIME_OUT: Duration = Duration::from_secs(600);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        match run(cx, &self).await {
            // The field is gone meanwhile, or the new manager: told on the page that waits.
            Err(store::Error::Refused(errors)) => {
                let why: Vec<&str> = errors.iter().map(|(_, message)| message).collect();
                Ok(failed(cx, &self, &why.join(" ")).await?)
            }
            done => Ok(done?),
        }
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        failed(cx, &self, "It was given up after several tries. Try again.").await
    }
}

async fn failed(cx: &Context, job: &RunBulk, why: &str) -> Result<(), store::Error> {
    let (mut tx, _) = cx.db.begin_job(job.tenant, "run_bulk").await?;
    bulk::fail(&mut tx, job.change, why).await?;
    let (by, target) = bulk::asked_by(&mut tx, job.change).await?;
    let title = format!("Could not change {}", target.words().1);
    notifications::notify(&mut tx, &[by], &notice(job, target, title, Some(why.to_owned()))).await?;
    tx.commit().await
}

async fn run(cx: &Context, job: &RunBulk) -> store::Result<()> {
    let (mut tx, workspace) = cx.db.begin_job(job.tenant, "run_bulk").await?;
    let (by, target) = bulk::asked_by(&mut tx, job.change).await?;
    let desk = in_the_name_of(&mut tx, &workspace, by).await?;
    tx.commit().await?;
    let mut tx = cx.db.begin(desk).await?;
    let Some(change) = bulk::take(&mut tx, target, job.change, by, job.request).await? else { return Ok(()) };
    let title = match change.state {
        State::Undoing => undo(cx, desk, &mut tx, &change).await?,
        _ => make(cx, desk, &mut tx, &change).await?,
    };
    notifications::notify(&mut tx, &[by], &notice(job, target, title, None)).await?;
    tx.commit().await
}

async fn make(cx: &Context, desk: Desk, tx: &mut TenantTx, change: &Bulk) -> store::Result<String> {
    let asked = bulk::resolve(tx, change.target, &change.draft).await?;
    let records = bulk::records(tx, change).await?;
    let mut outcome = Outcome::default();
    for (chunk, some) in records.chunks(CHUNK).enumerate() {
        tell(cx, desk, change.id, chunk * CHUNK, records.len()).await;
        outcome.add(bulk::change(tx, change.id, &asked, some).await?);
    }
    bulk::finish(tx, change.id, &outcome).await?;
    Ok(format!("Changed {}", of(outcome.changed, change.target)))
}

async fn undo(cx: &Context, desk: Desk, tx: &mut TenantTx, change: &Bulk) -> store::Result<String> {
    let records: Vec<_> = bulk::records(tx, change).await?.into_iter().map(|(id, _)| id).collect();
    let (mut given_back, mut left_alone) = (0, 0);
    for (chunk, ids) in records.chunks(CHUNK).enumerate() {
        tell(cx, desk, change.id, chunk * CHUNK, records.len()).await;
        let (given, left) = bulk::undo(tx, change, ids).await?;
        (given_back, left_alone) = (given_back + given, left_alone + left);
    }
    bulk::finish_undo(tx, change.id, given_back, left_alone).await?;
    Ok(format!("Gave {} back what they had", of(given_back, change.target)))
}

fn of(count: usize, target: Target) -> String {
    let (one, many) = target.words();
    format!("{count} {}", if count == 1 { one } else { many })
}

fn notice(job: &RunBulk, target: Target, title: String, body: Option<String>) -> Notice {
    let path = Pages::within(target.list()).change(job.change);
    Notice { kind: Kind::BulkEnded, title, body, path, key: job.request.to_string() }
}

/// That it cannot be told is no reason to stop.
async fn tell(cx: &Context, desk: Desk, id: BulkId, done: usize, total: usize) {
    let told = async {
        let mut tx = cx.db.begin(desk).await?;
        bulk::progress(&mut tx, id, done, total).await?;
        tx.commit().await
    };
    if let Err(e) = told.await {
        tracing::warn!(change = %id, error = %e, "progress could not be told");
    }
}
