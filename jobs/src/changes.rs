//! Planned changes of job and pay take effect from midnight on, where the workspace is.

use crate::{Context, Failure, Run};
use chrono::TimeDelta;
use domain::{
    EmployeeId, TenantId,
    jobs::TakeEffect,
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use store::{Error, hr::employment, notifications, queue, workspace::members};

/// People whose changes one job takes; whoever is left has the next.
const MOST: i64 = 500;

impl Run for TakeEffect {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "take_effect").await?;
        let due = employment::due(&mut tx, MOST).await?;
        if due.len() as i64 == MOST {
            queue::push(&mut tx, &Self { at: self.at + TimeDelta::seconds(1), ..self.clone() }).await?;
        }
        tx.commit().await?;
        // One by one: what the records of one stand against holds up nobody else.
        for id in due {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "take_effect").await?;
            match employment::settle_today(&mut tx, id).await {
                Ok(()) => tx.commit().await?,
                Err(Error::Refused(errors)) => {
                    drop(tx);
                    let why: Vec<&str> = errors.iter().map(|(_, words)| words).collect();
                    set_aside(cx, self.tenant, id, &why.join(" ")).await?;
                }
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }
}

async fn set_aside(cx: &Context, tenant: TenantId, id: EmployeeId, why: &str) -> Result<(), Failure> {
    let (mut tx, _) = cx.db.begin_job(tenant, "take_effect").await?;
    employment::set_aside(&mut tx, id).await?;
    let name = store::hr::employees::find(&mut tx, id).await?.name();
    let notice = Notice {
        kind: Kind::PlanRefused,
        title: format!("A planned change of {name} could not take effect"),
        body: Some(why.to_owned()),
        path: format!("{}/history", Pages::within(paths::EMPLOYEES).record(id)),
        key: format!("{id}/{}", tx.today()),
    };
    let owners = members::owners(&mut tx).await?;
    notifications::notify(&mut tx, &owners, &notice).await?;
    Ok(tx.commit().await?)
}
