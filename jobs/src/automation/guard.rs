//! What keeps the pump going whatever stands in one workspace: a panic or an error there is caught, what cannot be
//! looked at is set aside with its reason in the log, and no batch takes longer than others can wait.

use super::{
    enrol::not,
    pump::{self, BATCH},
};
use domain::{TenantId, automation::workflows::MOST_TESTS};
use futures::FutureExt;
use std::{
    any::Any,
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};
use store::{
    Db, Error,
    automation::{
        happenings::{self, Happening},
        workflows::{self, Active},
    },
};

/// What the log says of a workflow whose conditions could not be weighed. It is an error of ours.
pub(super) const UNWEIGHED: &str = "Its conditions could not be weighed. Please change and publish it anew.";

/// What the log says of a change that could not be looked at, though it was tried several times.
const SET_ASIDE: &str = "This change could not be looked at, though it was tried several times";

/// Questions weighed in one transaction: some tenths of a second.
const WEIGHED: usize = 100_000;

/// How long a batch may take, with its waiting for the database.
const LONGEST: Duration = Duration::from_secs(30);

/// So often is a batch tried whole, then change by change; a change that fails so often by itself is set aside.
const TRIES: u32 = 3;

/// Weighs something of the workspace's own; `None`: it panicked.
pub(super) fn weighed<T>(weigh: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(weigh))
        .inspect_err(|e| tracing::error!(why = words(&**e), "a condition panicked"))
        .ok()
}

/// What a future comes to; or what it said when it panicked.
pub(super) async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|e| words(&*e))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".into())
}

/// A batch of one workspace, which neither panics nor takes for ever.
pub(super) async fn guarded(db: &Db, tenant: TenantId, most: i64) -> Result<usize, Error> {
    match tokio::time::timeout(LONGEST, caught(pump::some(db, tenant, most))).await {
        Ok(Ok(looked)) => looked,
        Ok(Err(panic)) => Err(Error::refused("", format!("it panicked: {panic}"))),
        Err(_) => Err(Error::refused("", "it took too long")),
    }
}

/// How many changes may be weighed at once, by how much is asked of each.
pub(super) fn bounded(all: &[Active]) -> i64 {
    let asked: usize = all.iter().map(|w| 1 + w.definition.conditions.tests().len()).sum();
    let most = BATCH.min(i64::try_from(WEIGHED / asked.max(1)).unwrap_or(BATCH));
    most.max(i64::try_from(MOST_TESTS).unwrap_or(1) / 5)
}

/// Workspaces whose changes could not be looked at.
#[derive(Debug, Default)]
pub(super) struct Troubles(HashMap<TenantId, Trouble>);

#[derive(Debug, Default)]
struct Trouble {
    /// How often in a row.
    failed: u32,
    /// Changes that were looked at one by one since.
    single: i64,
}

impl Troubles {
    /// How many changes to take: where it went wrong several times, one, so that the others are not held up by it.
    pub fn batch(&self, tenant: TenantId) -> i64 {
        if self.0.get(&tenant).is_some_and(|t| t.failed >= TRIES) { 1 } else { BATCH }
    }

    /// It went well; a single change says nothing of those behind it.
    pub fn well(&mut self, tenant: TenantId, most: i64) {
        if let Some(trouble) = self.0.get_mut(&tenant) {
            trouble.single += 1;
            trouble.failed = trouble.failed.min(TRIES);
            if most > 1 || trouble.single >= BATCH {
                self.0.remove(&tenant);
            }
        }
    }

    /// It will be tried again for as long as it takes, but soon change by change.
    pub fn later(&mut self, tenant: TenantId) {
        let trouble = self.0.entry(tenant).or_default();
        trouble.failed = (trouble.failed + 1).min(TRIES);
    }

    /// It went wrong; whether the next change is to be set aside.
    pub fn again(&mut self, tenant: TenantId) -> bool {
        let trouble = self.0.entry(tenant).or_default();
        trouble.failed += 1;
        let enough = trouble.failed >= 2 * TRIES;
        if enough {
            self.0.remove(&tenant);
        }
        enough
    }
}

/// Takes a workspace's next change out without looking at it, with the reason in the log of each workflow of its noun;
/// gives how many there were.
pub(super) async fn set_aside(db: &Db, tenant: TenantId) -> Result<usize, Error> {
    let (mut tx, _) = db.begin_job(tenant, "automation").await?;
    let news = happenings::take(&mut tx, 1).await?;
    // Where even this fails, the trace of the change is all that is left.
    let told = caught(async {
        let all = workflows::active(&mut tx, &["created", "updated", "date"]).await?;
        let of = |h: &Happening, w: &&Active| w.definition.record == Some(h.kind);
        let told: Vec<_> = news
            .iter()
            .flat_map(|h| all.iter().filter(move |w| of(h, w)).map(|w| not((w.id, w.number), h.record, "", SET_ASIDE)))
            .collect();
        happenings::skip(&mut tx, &told).await
    })
    .await;
    for h in &news {
        tracing::error!(%tenant, kind = h.kind.key(), record = %h.record, "a change was set aside");
    }
    if !matches!(told, Ok(Ok(()))) {
        drop(tx);
        let (mut tx, _) = db.begin_job(tenant, "automation").await?;
        happenings::take(&mut tx, 1).await?;
        tx.commit().await?;
        return Ok(news.len());
    }
    tx.commit().await?;
    Ok(news.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_again_and_again_is_tried_change_by_change_and_then_set_aside() {
        let (mut troubles, tenant) = (Troubles::default(), TenantId(uuid::Uuid::nil()));
        let tried: Vec<(i64, bool)> = (0..6).map(|_| (troubles.batch(tenant), troubles.again(tenant))).collect();
        let (whole, single) = ((BATCH, false), (1, false));
        assert_eq!(tried, [whole, whole, whole, single, single, (1, true)]);
        assert_eq!(troubles.batch(tenant), BATCH, "without it the others go on at once");
        (0..3).for_each(|_| assert!(!troubles.again(tenant)));
        (0..BATCH - 1).for_each(|_| troubles.well(tenant, 1));
        assert_eq!(troubles.batch(tenant), 1);
        troubles.well(tenant, 1);
        assert_eq!(troubles.batch(tenant), BATCH);
        (0..9).for_each(|_| troubles.later(tenant));
        assert_eq!(troubles.batch(tenant), 1);
        assert!(!troubles.again(tenant), "what only waits for the database is not given up");
    }

    #[tokio::test]
    async fn a_panic_is_caught_and_says_what_it_was() {
        let work = async { panic!("no such {}", "day") };
        assert_eq!(caught::<()>(work).await, Err("no such day".into()));
        assert_eq!(weighed(|| -> i32 { panic!("never") }), None);
        assert_eq!(weighed(|| 7), Some(7));
    }
}
