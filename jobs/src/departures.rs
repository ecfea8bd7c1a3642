//! What follows from people's dates: access ends with the last day, checklists begin, move and are called off.

use crate::{Context, Failure, Run};
use domain::{
    jobs::TendDepartures,
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use std::time::Duration;
use store::{
    hr::{checklists::running, departures},
    notifications,
};

/// People whose checklists are looked at in one transaction.
const MOST: i64 = 200;

impl Run for TendDepartures {
    const TIME_OUT: Duration = Duration::from_secs(120);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "tend_departures").await?;
        let left = departures::end_access(&mut tx).await?;
        if !left.is_empty() {
            let concerned = departures::concerned(&mut tx).await?;
            for left in left {
                // Where nobody else owns the workspace, its owner stays in, and is told what to do.
                let (title, body) = match left.last_owner {
                    false => (
                        format!("{} has left: their access has ended", left.name),
                        format!("Their last day was {}. What they still hold is on their checklist.", left.day.long()),
                    ),
                    true => (
                        format!("{} has left, and is the last owner", left.name),
                        "Their access goes on until somebody else is an owner of the workspace. Make somebody one; it ends by itself then.".into(),
                    ),
                };
                let notice = Notice {
                    kind: Kind::AccessEnded,
                    title,
                    body: Some(body),
                    path: Pages::within(paths::MEMBERS).record(left.member),
                    key: format!("{}/{}/{}", left.member, left.day, left.last_owner),
                };
                notifications::notify(&mut tx, &concerned, &notice).await?;
            }
        }
        // Whose access has ended stays out, whatever becomes of the checklists.
        tx.commit().await?;
        let mut after = None;
        loop {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "tend_departures").await?;
            after = running::follow_next(&mut tx, after, MOST).await?;
            tx.commit().await?;
            if after.is_none() {
                return Ok(());
            }
        }
    }
}
