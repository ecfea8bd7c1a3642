//! From what happened to who is enrolled, a batch of one workspace's changes at a time, in one transaction: a worker
//! that dies in the middle has done nothing, and one that commits has done it once.

use super::{
    enrol::{Candidate, Publishers, admit, facts_for, meets, not, orphan},
    ticks::{Entered, dated, entered},
};
use crate::Context;
use domain::{
    Day, TenantId,
    access::Scope,
    automation::{
        fields::{Facts, RecordKind},
        workflows::{Trigger, archived},
    },
    jobs::AdvanceRun,
};
use futures::StreamExt;
use serde_json::json;
use std::{
    collections::{HashMap, HashSet},
    future::Future,
    sync::Arc,
    time::Duration,
};
use store::{
    Db, Error, TenantTx,
    automation::{
        happenings::{self, Happening},
        runs, switch,
        workflows::{self, Active},
    },
    queue,
};
use tokio::sync::Notify;
use uuid::Uuid;

/// Changes looked at in one transaction.
const BATCH: i64 = 500;

/// Workspaces served at once by one process.
const AT_ONCE: usize = 4;

/// How often to look without having been rung.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until `stop`. Workspaces take turns: one batch each a round.
pub(crate) async fn run(cx: Context, bell: Arc<Notify>, stop: impl Future<Output = ()>) {
    let pump = async {
        loop {
            match round(&cx).await {
                Ok(0) => {
                    tokio::select! {
                        () = bell.notified() => {}
                        () = tokio::time::sleep(LOOK) => {}
                    }
                }
                Ok(_) => {}
                Err(e) => {
                    tracing::warn!(error = %e, "the pump will try again");
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
    };
    tokio::select! {
        () = pump => {}
        () = stop => {}
    }
}

/// One batch of each workspace that has something; gives how many changes were looked at.
pub(crate) async fn round(cx: &Context) -> Result<usize, Error> {
    let (mut looked, mut after) = (0, None);
    loop {
        let mut tx = cx.db.relay().await?;
        let tenants = happenings::tenants(&mut tx, after, 200).await?;
        tx.commit().await?;
        let Some(last) = tenants.last().copied() else { return Ok(looked) };
        after = Some(last);
        let mut batches = futures::stream::iter(tenants)
            .map(|tenant| async move { (tenant, pump(&cx.db, tenant).await) })
            .buffer_unordered(AT_ONCE);
        while let Some((tenant, batch)) = batches.next().await {
            match batch {
                Ok(n) => looked += n,
                Err(Error::Suspended) => {}
                Err(e @ Error::Unavailable(_)) => return Err(e),
                // Others go on meanwhile.
                Err(e) => tracing::error!(%tenant, error = %e, "a batch of changes could not be looked at"),
            }
        }
    }
}

/// Looks at a workspace's next changes; gives how many there were.
pub async fn pump(db: &Db, tenant: TenantId) -> store::Result<usize> {
    let (mut tx, workspace) = db.begin_job(tenant, "automation").await?;
    let news = happenings::take(&mut tx, BATCH).await?;
    if news.is_empty() {
        return Ok(0);
    }
    let all = workflows::active(&mut tx, &["created", "updated", "date"]).await?;
    let stopped = switch::stopped(&mut tx).await?;
    let (mut candidates, mut skipped) = (vec![], vec![]);
    let mut known = Known::default();
    let mut orphans = vec![];
    for w in &all {
        let asked: Vec<&Happening> = news.iter().filter(|h| fits(w, h)).collect();
        if asked.is_empty() {
            continue;
        }
        let refuse = |h: &Happening, name: &str, why: &str| not(w.id, h.record, name, why);
        if stopped {
            skipped.extend(asked.iter().map(|h| refuse(h, "", "All automation was stopped")));
            continue;
        }
        let facts = match known.of(&mut tx, w, &asked).await? {
            Ok(facts) => facts,
            Err(why) => {
                skipped.extend(asked.iter().map(|h| refuse(h, "", &why)));
                orphans.push((w, why));
                continue;
            }
        };
        let (today, looked) = (tx.today(), last_look(&mut tx, w).await?);
        for h in asked {
            let Some((name, facts)) = facts.get(&h.record) else {
                skipped.push(refuse(h, "", "The record is gone, or whoever published it may not see it"));
                continue;
            };
            if let Trigger::Date { .. } = w.definition.trigger {
                match entered(w, facts, looked, today) {
                    Entered::InTime => {}
                    Entered::TooLate(why) => skipped.push(refuse(h, name, &why)),
                    Entered::JustLate(date) => match meets(w, facts, today, h.depth) {
                        Ok(()) => candidates.push(dated(w, (h.kind, h.record, name), date, h.depth)),
                        Err(why) => skipped.push(refuse(h, name, &why)),
                    },
                }
                continue;
            }
            if !h.created && !w.definition.trigger.hears(h.kind, &h.changes, Some((facts, today))) {
                continue;
            }
            if let Err(why) = meets(w, facts, today, h.depth) {
                skipped.push(refuse(h, name, &why));
                continue;
            }
            let mut occasion = json!({ "on": w.definition.trigger.key(), "changed": columns(h), "at": h.at });
            if archived(facts) {
                occasion["archived"] = true.into();
            }
            let record = Some((h.kind, h.record, name.clone()));
            candidates.push(Candidate::of(w, record, &h.id.to_string(), occasion, h.depth));
        }
    }
    // Workflows are held before runs, wherever both are.
    for (w, why) in &orphans {
        orphan(&mut tx, &workspace, &(*w).into(), why).await?;
    }
    wake(&mut tx, &news).await?;
    admit(&mut tx, candidates, skipped).await?;
    tx.commit().await?;
    Ok(news.len())
}

/// Records of one kind, with their names.
type Records = HashMap<Uuid, (String, Facts)>;

/// What publishers know of the records of this batch, read once for all who see everything.
#[derive(Default)]
struct Known {
    publishers: Publishers,
    facts: HashMap<(RecordKind, Option<Uuid>), Arc<Records>>,
}

impl Known {
    async fn of(
        &mut self,
        tx: &mut TenantTx,
        w: &Active,
        asked: &[&Happening],
    ) -> store::Result<Result<Arc<Records>, String>> {
        let actor = match self.publishers.of(tx, w).await? {
            Ok(actor) => actor,
            Err(why) => return Ok(Err(why)),
        };
        let Some(kind) = w.definition.record else { return Ok(Ok(Arc::default())) };
        let whole = actor.rights.scope(kind.read()) == Some(Scope::All);
        let key = (kind, (!whole).then_some(w.publisher.0));
        let ids: HashSet<Uuid> = asked.iter().map(|h| h.record).collect();
        let there = self.facts.entry(key).or_default();
        let missing: Vec<Uuid> = ids.into_iter().filter(|id| !there.contains_key(id)).collect();
        if !missing.is_empty() {
            let more = facts_for(tx, &actor, kind, &missing).await?;
            Arc::make_mut(there).extend(more);
        }
        Ok(Ok(there.clone()))
    }
}

/// Whether a change may be what a workflow waits for.
fn fits(w: &Active, h: &Happening) -> bool {
    if w.definition.record != Some(h.kind) {
        return false;
    }
    match &w.definition.trigger {
        Trigger::Created => h.created,
        Trigger::Date { field, .. } => h.created || h.kind.field(field).is_some_and(|f| f.changed(&h.changes)),
        watched => !h.created && watched.hears(h.kind, &h.changes, None),
    }
}

/// The day up to which a workflow that waits for days has been looked at.
async fn last_look(tx: &mut TenantTx, w: &Active) -> store::Result<Option<Day>> {
    match w.definition.trigger {
        Trigger::Date { .. } => workflows::looked_at(tx, w.id).await,
        _ => Ok(None),
    }
}

fn columns(h: &Happening) -> Vec<&String> {
    h.changes.as_object().map(|c| c.keys().collect()).unwrap_or_default()
}

/// Has runs look again that wait for one of these records.
async fn wake(tx: &mut TenantTx, news: &[Happening]) -> store::Result<()> {
    let tenant = tx.tenant();
    for kind in RecordKind::ALL {
        let ids: Vec<Uuid> = news.iter().filter(|h| h.kind == kind && !h.created).map(|h| h.record).collect();
        if ids.is_empty() {
            continue;
        }
        let woken = runs::watching(tx, kind, &ids).await?;
        let jobs: Vec<AdvanceRun> = woken.into_iter().map(|(run, turn)| AdvanceRun { tenant, run, turn }).collect();
        queue::push_many(tx, &jobs).await?;
    }
    Ok(())
}
