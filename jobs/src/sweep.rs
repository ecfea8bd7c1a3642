//! What has had its day: imported files, ended jobs, mails that went out, old one-time links and sessions.

use crate::{Context, Failure, Run, documents};
use chrono::Duration;
use domain::jobs::SweepWorkspace;
use store::{
    archivals, audit, automation, bulk, crm, crm::leads::forms, identity, imports, mails, notifications, queue,
    saved_views, sessions, support,
};

impl Run for SweepWorkspace {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "sweep_workspace").await?;
        let before = tx.now() - Duration::days(30);
        queue::sweep(&mut tx, before).await?;
        mails::sweep(&mut tx, before).await?;
        imports::sweep(&mut tx).await?;
        archivals::sweep(&mut tx).await?;
        bulk::sweep(&mut tx).await?;
        saved_views::sweep(&mut tx, before).await?;
        automation::runs::sweep(&mut tx).await?;
        notifications::sweep(&mut tx).await?;
        forms::sweep(&mut tx).await?;
        support::portal::sweep(&mut tx).await?;
        // What is old beyond undoing, however much it is, a thousand at a time.
        while crm::merges::sweep(&mut tx, 1000).await? == 1000 {}
        // Once a day, to wherever logs are kept: a trail whose end was cut off does not lead here any more.
        let head = audit::head(&mut tx).await?;
        tracing::info!(tenant = %self.tenant, %head, "the audit trail stands here");
        tx.commit().await?;
        documents::sweep(cx, self.tenant).await?;
        crate::inbound::sweep(cx, self.tenant).await?;
        // Links and sessions are no workspace's; whichever is swept first takes them along.
        let mut tx = cx.db.identity().await?;
        identity::sweep_links(&mut tx).await?;
        sessions::sweep(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}
