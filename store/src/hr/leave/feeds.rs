//! Calendars that other programs read: of leave, and of calls and meetings.

use super::calendar;
use crate::{Result, TenantTx};
use domain::{Day, FeedId, MemberId, hr::leave::calendar::Absence};

/// What a feed has: one's own leave, one's team's, or one's own calls and meetings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Own,
    Team,
    /// Calls, meetings and what is due.
    Activities,
}

impl What {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::Activities => "activities",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Own, Self::Team, Self::Activities].into_iter().find(|w| w.key() == key)
    }
}

/// A member's feeds that are in use.
pub async fn of_member(tx: &mut TenantTx, member: MemberId) -> Result<Vec<(FeedId, What)>> {
    let rows = sqlx::query!(
        "select id, what from calendar_feeds where member_id = $1 and revoked_at is null order by created_at, id limit 20",
        member.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().filter_map(|r| Some((FeedId(r.id), What::parse(&r.what)?))).collect())
}

/// Makes a feed; the one of its sort that there was is gone with it.
pub async fn make(tx: &mut TenantTx, id: FeedId, member: MemberId, what: What) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    sqlx::query!(
        "update calendar_feeds set revoked_at = $3 where member_id = $1 and what = $2 and revoked_at is null and id <> $4",
        member.0,
        what.key(),
        now,
        id.0
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into calendar_feeds (tenant_id, id, member_id, what, created_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, id) do nothing",
        tenant,
        id.0,
        member.0,
        what.key(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes one's own feeds of a sort back: their addresses answer nobody any more.
pub async fn revoke(tx: &mut TenantTx, member: MemberId, what: What) -> Result<u64> {
    let now = tx.now();
    let done = sqlx::query!(
        "update calendar_feeds set revoked_at = $3 where member_id = $1 and what = $2 and revoked_at is null",
        member.0,
        what.key(),
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Whose feed this is, if it is in use and they are a member still.
pub async fn open(tx: &mut TenantTx, id: FeedId) -> Result<Option<(MemberId, What)>> {
    let today = tx.today().0;
    // Whoever's last day is over is out, whether a worker has come round or not; owners are looked after by that alone, for
    // the last of them stays in.
    let r = sqlx::query!(
        "select f.member_id, f.what from calendar_feeds f
         join members m on m.tenant_id = f.tenant_id and m.id = f.member_id and m.deactivated_at is null
         where f.id = $1 and f.revoked_at is null
           and (m.role = 'owner' or not exists (select from departures d
                           where d.tenant_id = m.tenant_id and d.employee_id = m.employee_id
                             and d.ended_at is null and d.ends_on < $2))",
        id.0,
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(r.and_then(|r| Some((MemberId(r.member_id), What::parse(&r.what)?))))
}

/// What is in it, as its owner sees it: the reader of this transaction.
pub async fn entries(tx: &mut TenantTx, what: What, from: Day, to: Day) -> Result<Vec<Absence>> {
    match what {
        What::Own => calendar::own(tx, from, to).await,
        What::Team => calendar::team(tx, from, to).await,
        What::Activities => Ok(vec![]),
    }
}
