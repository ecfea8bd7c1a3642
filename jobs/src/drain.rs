//! Everything that waits, run here and now: for tests, which want the work done when they look.

use crate::{Context, attempt::attempt, automation};
use std::collections::HashSet;
use store::{Error, queue};

/// Runs what waits in the outbox, delayed or not, and what that pushes in turn; no job twice in one call, so one that
/// failed waits for the next call. Gives how many ran. Not beside a worker on the same database.
pub async fn drain(cx: &Context) -> Result<usize, Error> {
    let (mut ran, mut seen) = (0, HashSet::new());
    loop {
        while automation::pump::round(cx).await? > 0 {}
        let mut tx = cx.db.relay().await?;
        let parcels = queue::take_all(&mut tx).await?;
        tx.commit().await?;
        let mut later = Vec::new();
        let mut progress = false;
        for parcel in parcels {
            if !seen.insert((parcel.tenant, parcel.name.clone(), parcel.key.clone())) {
                later.push((parcel, cx.db.now()));
                continue;
            }
            progress = true;
            ran += 1;
            if let Some(run_at) = attempt(cx, &parcel, None, std::future::pending()).await? {
                later.push((parcel, run_at));
            }
        }
        let mut tx = cx.db.relay().await?;
        for (parcel, run_at) in &later {
            queue::put_back(&mut tx, parcel, *run_at).await?;
        }
        tx.commit().await?;
        if !progress {
            return Ok(ran);
        }
    }
}

/// As [`drain`], again and again until nothing waits: each job ends done or dead.
pub async fn drain_all(cx: &Context) -> Result<usize, Error> {
    let mut ran = 0;
    loop {
        match drain(cx).await? {
            0 => return Ok(ran),
            n => ran += n,
        }
    }
}
