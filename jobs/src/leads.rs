//! Scoring and assigning leads, some at a time, each lot in a transaction of its own: a try that dies leaves what it has
//! written, and the next one goes on.

use crate::{Context, Failure, Run};
use domain::jobs::{AssignLeads, ScoreLeads};
use std::time::Duration;
use store::{
    TenantTx,
    crm::leads::{assigning, scores},
};
use uuid::Uuid;

impl Run for ScoreLeads {
    const TIME_OUT: Duration = Duration::from_secs(600);

    /// All open leads, where somebody has asked for it; else those whose points have worn off.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let begin = || cx.db.begin_job(self.tenant, "score_leads");
        let rules = scores::settings(&mut begin().await?.0).await?.rules;
        let Some(scoring) = self.scoring else {
            loop {
                let (mut tx, _) = begin().await?;
                let worn = scores::worn(&mut tx, scores::CHUNK).await?;
                scores::count(&mut tx, &rules, &worn).await?;
                tx.commit().await?;
                if (worn.len() as i64) < scores::CHUNK {
                    return Ok(());
                }
            }
        };
        let (mut after, mut done) = (Uuid::nil(), 0);
        loop {
            let (mut tx, _) = begin().await?;
            let some = scores::open_after(&mut tx, after, scores::CHUNK).await?;
            scores::count(&mut tx, &rules, &some).await?;
            done += i32::try_from(some.len()).unwrap_or_default();
            let last = (some.len() as i64) < scores::CHUNK;
            scores::tell(&mut tx, scoring, done, if last { "done" } else { "running" }).await?;
            tx.commit().await?;
            match some.last() {
                Some(id) if !last => after = *id,
                _ => return Ok(()),
            }
        }
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        let Some(scoring) = self.scoring else { return Ok(()) };
        let (mut tx, _) = cx.db.begin_job(self.tenant, "score_leads").await?;
        scores::tell(&mut tx, scoring, 0, "failed").await?;
        tx.commit().await
    }
}

/// Leads that are looked up at once.
const MOST: i64 = 100;

impl Run for AssignLeads {
    const TIME_OUT: Duration = Duration::from_secs(600);

    /// Those that nobody has, the oldest first; each by itself, so that turns go round. One that no rule fits is passed.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let begin = || cx.db.begin_job(self.tenant, "assign_leads");
        let mut after = None;
        loop {
            let waiting = assigning::waiting(&mut begin().await?.0, after, MOST).await?;
            for (_, lead) in &waiting {
                let (mut tx, _) = begin().await?;
                match assigning::assign(&mut tx, *lead).await {
                    Ok(_) => tx.commit().await?,
                    // Gone meanwhile.
                    Err(store::Error::NotFound) => {}
                    Err(e) => return Err(e.into()),
                }
            }
            match waiting.last() {
                Some(last) if waiting.len() as i64 == MOST => after = Some(*last),
                _ => return Ok(()),
            }
        }
    }
}

/// Counts these leads anew, by what has just happened to them.
pub(crate) async fn count(tx: &mut TenantTx, leads: &[domain::LeadId]) -> Result<(), store::Error> {
    if leads.is_empty() {
        return Ok(());
    }
    let rules = scores::settings(tx).await?.rules;
    let ids: Vec<Uuid> = leads.iter().map(|l| l.0).collect();
    scores::count(tx, &rules, &ids).await?;
    Ok(())
}
