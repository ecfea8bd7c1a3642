//! The clocks of tickets, looked at when one of them is to be told of, and tickets that come back when they were put off.

use crate::{Context, Failure, Run};
use domain::{
    jobs::{SweepClocks, TendClocks, WakeTickets},
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use std::time::Duration;
use store::{
    notifications,
    support::{clocks, tickets},
};

impl Run for TendClocks {
    /// What has come due by now is told once, whoever looks first; a ticket that is gone has no clocks.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "tend_clocks").await?;
        clocks::settle(&mut tx, &[self.ticket]).await?;
        Ok(tx.commit().await?)
    }
}

/// Tickets of one transaction.
const CHUNK: i64 = 200;

impl Run for SweepClocks {
    const TIME_OUT: Duration = Duration::from_secs(300);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        loop {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "sweep_clocks").await?;
            let due = clocks::due(&mut tx, CHUNK).await?;
            clocks::settle(&mut tx, &due).await?;
            tx.commit().await?;
            if (due.len() as i64) < CHUNK {
                return Ok(());
            }
        }
    }
}

impl Run for WakeTickets {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        loop {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "wake_tickets").await?;
            let woken = tickets::woken(&mut tx).await?;
            for it in &woken {
                let notice = Notice {
                    kind: Kind::TicketBack,
                    title: format!("{} {} is back", it.number, it.name),
                    body: Some("It was put off until now.".into()),
                    path: Pages::within(paths::TICKETS).record(it.ticket),
                    key: format!("{}/{}", it.ticket, self.at.timestamp()),
                };
                notifications::notify(&mut tx, it.member.as_slice(), &notice).await?;
            }
            tx.commit().await?;
            if woken.is_empty() {
                return Ok(());
            }
        }
    }
}
