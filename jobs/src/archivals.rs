//! Archiving all that a list's question finds, and taking it back: in one transaction, all or nothing, in the name of
//! whoever asked. How far it is, is told by transactions beside it.

use crate::{Context, Failure, Run};
use domain::{
    MemberId,
    archival::{Archival, State},
    import::Target,
    jobs::RunArchival,
    notifications::{Kind, Notice},
    paths::Pages,
    workspace::Workspace,
};
use std::time::Duration;
use store::{Desk, TenantTx, archivals, imports::CHUNK, notifications, workspace::roles};

impl Run for RunArchival {
    const TIME_OUT: Duration = Duration::from_secs(600);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        match run(cx, &self).await {
            // Somebody has taken the number or the address meanwhile: told on the page that waits.
            Err(store::Error::Refused(errors)) => {
                let why: Vec<&str> = errors.iter().map(|(_, message)| message).collect();
                let (mut tx, _) = cx.db.begin_job(self.tenant, "run_archival").await?;
                archivals::fail(&mut tx, self.archival, &why.join(" ")).await?;
                tell_failed(&mut tx, &self, &why.join(" ")).await?;
                Ok(tx.commit().await?)
            }
            done => Ok(done?),
        }
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "run_archival").await?;
        const WHY: &str = "It was given up after several tries. Try again.";
        archivals::fail(&mut tx, self.archival, WHY).await?;
        tell_failed(&mut tx, &self, WHY).await?;
        tx.commit().await
    }
}

async fn run(cx: &Context, job: &RunArchival) -> store::Result<()> {
    let (mut tx, workspace) = cx.db.begin_job(job.tenant, "run_archival").await?;
    let (by, target) = archivals::asked_by(&mut tx, job.archival).await?;
    let desk = in_the_name_of(&mut tx, &workspace, by).await?;
    tx.commit().await?;
    let mut tx = cx.db.begin(desk).await?;
    let Some(archival) = archivals::take(&mut tx, target, job.archival, job.request).await? else { return Ok(()) };
    let (count, batch) = steps(cx, desk, &mut tx, &archival).await?;
    archivals::finish(&mut tx, &archival, count, &batch).await?;
    tell_ended(&mut tx, job, &archival, by, count).await?;
    tx.commit().await
}

/// With the rights that they have now: what they lost since they asked is not done for them any more.
pub(crate) async fn in_the_name_of(tx: &mut TenantTx, workspace: &Workspace, by: MemberId) -> store::Result<Desk> {
    match roles::actor(tx, by).await {
        Ok(actor) => Ok(Desk::of_member(&actor, workspace.zone, None)),
        Err(store::Error::NotFound) => Err(store::Error::refused("", "Whoever asked is no member any more.")),
        Err(e) => Err(e),
    }
}

async fn steps(cx: &Context, desk: Desk, tx: &mut TenantTx, archival: &Archival) -> store::Result<(usize, String)> {
    let records = archivals::records(tx, archival).await?;
    let (mut count, mut batch) = (0, archival.batch.clone());
    for (chunk, ids) in records.chunks(CHUNK).enumerate() {
        tell(cx, desk, archival, chunk * CHUNK, records.len()).await;
        let (more, in_batch) = archivals::step(tx, archival, ids).await?;
        count += more;
        if !in_batch.is_empty() {
            batch = in_batch;
        }
    }
    Ok((count, batch))
}

/// Told whoever asked: it took a while, and they may be elsewhere by now.
async fn tell_ended(
    tx: &mut TenantTx,
    job: &RunArchival,
    archival: &Archival,
    by: MemberId,
    count: usize,
) -> store::Result<()> {
    let (one, many) = archival.target.words();
    let noun = if count == 1 { one } else { many };
    let title = match archival.state {
        State::Restoring => format!("Brought back {count} {noun}"),
        _ => format!("Archived {count} {noun}"),
    };
    notifications::notify(tx, &[by], &notice(job, archival.target, title, None)).await
}

async fn tell_failed(tx: &mut TenantTx, job: &RunArchival, why: &str) -> store::Result<()> {
    let (by, target) = archivals::asked_by(tx, job.archival).await?;
    let title = format!("Could not archive or bring back {}", target.words().1);
    notifications::notify(tx, &[by], &notice(job, target, title, Some(why.to_owned()))).await
}

fn notice(job: &RunArchival, target: Target, title: String, body: Option<String>) -> Notice {
    let list = target.list();
    let path = Pages::within(list).archivals_run(job.archival);
    Notice { kind: Kind::BulkEnded, title, body, path, key: job.request.to_string() }
}

/// That it cannot be told is no reason to stop.
async fn tell(cx: &Context, desk: Desk, archival: &Archival, done: usize, total: usize) {
    let told = async {
        let mut tx = cx.db.begin(desk).await?;
        archivals::progress(&mut tx, archival.id, done, total).await?;
        tx.commit().await
    };
    if let Err(e) = told.await {
        tracing::warn!(archival = %archival.id, error = %e, "progress could not be told");
    }
}
