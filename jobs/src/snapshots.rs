//! Writing down each week what deals are.

use crate::{Context, Failure, Run};
use domain::jobs::TakeSnapshots;
use std::time::Duration;
use store::crm::forecast::snapshots;

impl Run for TakeSnapshots {
    const TIME_OUT: Duration = Duration::from_secs(900);

    /// What is there already is left as it is, so a second try takes none.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "take_snapshots").await?;
        snapshots::catch_up(&mut tx, workspace.currency).await?;
        tx.commit().await?;
        Ok(())
    }
}
