//! Digests: due, fan out, deliver (DOMAIN: E-mail digests). A tick of the schedule finds the workspaces in which one is
//! due; [`PlanDigests`] the members of each; [`SendDigest`] writes one, with its reader's own rights.

pub mod sections;

use crate::{Context, Failure, Run, mail};
use domain::{
    Email, MemberId, TenantId,
    digest::{Digest, Period, Schedule},
    jobs::{PlanDigests, SendDigest},
    mail::List,
    paths,
    workspace::Workspace,
};
use sections::SECTIONS;
use std::time::Duration;
use store::{
    Db, Desk, TenantTx, digests,
    notifications::{self, Address},
    workspace::roles,
};

impl Run for PlanDigests {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "plan_digests").await?;
        digests::plan(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}

impl Run for SendDigest {
    const TRIES: i32 = mail::TRIES;

    fn pause(tries: i32) -> Duration {
        mail::pause(tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let Some(written) = compose(&cx.db, self.tenant, self.member).await? else { return Ok(()) };
        let Written { workspace, desk, address, schedule } = written;
        let today = domain::Day(cx.db.now().with_timezone(&address.zone).date_naive());
        // One that is late comes on its day or not at all; one that was asked for is of now.
        if !self.asked && (today != self.day || !List::Digest.on(&address.preferences)) {
            return Ok(mail::not_needed(cx, self.tenant, self.id, "Its day is over, or they want none.").await?);
        }
        let mut period = schedule.period(self.day, address.zone, self.since);
        if self.asked {
            period.at = cx.db.now();
        }
        let mut tx = cx.db.begin(desk).await?;
        let digest = write(&mut tx, self.member, period).await?;
        drop(tx);
        if digest.blocks.is_empty() {
            return Ok(());
        }
        let base = cx.url(&paths::home(&workspace.slug));
        let unsubscribe = mail::Unsubscribe::Member(self.member, List::Digest);
        let way_out = unsubscribe.url(cx, self.tenant);
        let mail = views::mail::digest(&workspace, &address.name, &digest, &base, Some(&way_out));
        let to = Email::parse(&address.email).map_err(|e| Failure::Fail(e.to_owned()))?;
        let letter = mail::Letter {
            id: self.id,
            to,
            name: address.name,
            mail,
            delivery: mail::Delivery::AtMostOnce,
            unsubscribe: Some(unsubscribe),
        };
        mail::send(cx, self.tenant, "send_digest", letter).await
    }

    async fn given_up(self, cx: &Context) -> Result<(), store::Error> {
        mail::give_up(cx, self.tenant, self.id).await
    }
}

/// What a digest is written with.
pub struct Written {
    pub workspace: Workspace,
    pub desk: Desk,
    pub address: Address,
    pub schedule: Schedule,
}

/// The desk of a member, with the rights that they have now; `None`: they are no member any more.
pub async fn compose(db: &Db, tenant: TenantId, member: MemberId) -> Result<Option<Written>, store::Error> {
    let (mut tx, workspace) = db.begin_job(tenant, "send_digest").await?;
    let actor = match roles::actor(&mut tx, member).await {
        Err(store::Error::NotFound) => return Ok(None),
        found => found?,
    };
    let address = notifications::address(&mut tx, member).await?;
    let schedule = Schedule::of(&address.preferences, &actor.rights);
    Ok(Some(Written { desk: Desk::of_member(&actor, workspace.zone, None), workspace, address, schedule }))
}

/// What every section has to say of this period, to whoever's transaction it is. The page that previews it writes the
/// same.
pub async fn write(tx: &mut TenantTx, member: MemberId, period: Period) -> store::Result<Digest> {
    let mut blocks = vec![];
    for section in SECTIONS {
        blocks.extend((section.tell)(tx, member, period).await?);
    }
    Ok(Digest { period, blocks })
}
