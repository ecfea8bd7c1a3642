//! Whose digest is due, and what its sections read.

pub mod sections;

use crate::{Result, TenantTx, db::strange};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{Day, MailId, MemberId, access::Rights, digest::Schedule, jobs::SendDigest, mail::List};
use uuid::Uuid;

/// Members that one look takes; what is more is due at the next.
const MOST: i64 = 2_000;

struct Candidate {
    member: Uuid,
    schedule: Schedule,
    zone: Tz,
    since: DateTime<Utc>,
    last: Option<Day>,
}

/// Hands out what is due now, and notes when to look at each again, all in this transaction: a digest of a day is
/// handed out once, however many look. Gives how many.
pub async fn plan(tx: &mut TenantTx) -> Result<usize> {
    let now = tx.now();
    let candidates = candidates(tx).await?;
    let (mut members, mut nexts, mut lasts, mut jobs) = (vec![], vec![], vec![], vec![]);
    for c in candidates {
        let due = c.schedule.due(c.zone, now, c.since, c.last);
        members.push(c.member);
        nexts.push(due.next);
        lasts.push(due.send.or(c.last).map(|d| d.0));
        if let Some(day) = due.send {
            let (id, member): (MailId, _) = (tx.id(), MemberId(c.member));
            jobs.push((SendDigest { tenant: tx.tenant(), id, member, day, asked: false, since: c.last }, now));
        }
    }
    sqlx::query!(
        "update digests d set next_at = p.next_at, last_on = p.last_on
         from unnest($1::uuid[], $2::timestamptz[], $3::date[]) as p(member_id, next_at, last_on)
         where d.member_id = p.member_id",
        &members,
        &nexts as &[Option<DateTime<Utc>>],
        &lasts as &[Option<chrono::NaiveDate>]
    )
    .execute(tx.conn())
    .await?;
    let sent = jobs.len();
    crate::queue::push_many_at(tx, &jobs).await?;
    Ok(sent)
}

/// Those to look at. A second one who looks waits, and then finds none of them.
async fn candidates(tx: &mut TenantTx) -> Result<Vec<Candidate>> {
    let (now, usual) = (tx.now(), tx.zone());
    let rows = sqlx::query!(
        r#"select d.member_id, d.since, d.last_on, m.preferences as "preferences!", m.role as "role!", m.role_id, m.deactivated_at,
             r.grants as "grants?", z.zone as "zone?"
           from digests d join members m on m.tenant_id = d.tenant_id and m.id = d.member_id
           left join roles r on r.tenant_id = m.tenant_id and r.id = m.role_id
           left join house.member_zones(array(select member_id from digests where next_at <= $1)) z on z.member_id = m.id
           where d.next_at <= $1 order by d.next_at, d.member_id limit $2 for update of d"#,
        now,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let mut candidates = Vec::with_capacity(rows.len());
    for r in rows {
        let rights = match &r.grants {
            Some(grants) => Rights::from_json(grants),
            None => crate::workspace::roles::read(&r.role, r.role_id)?.rights(),
        };
        let wanted = r.deactivated_at.is_none() && List::Digest.on(&r.preferences);
        let schedule = if wanted { Schedule::of(&r.preferences, &rights) } else { Schedule::OFF };
        let zone = match r.zone {
            Some(z) => z.parse().map_err(|_| strange("zone", &z))?,
            None => usual,
        };
        candidates.push(Candidate { member: r.member_id, schedule, zone, since: r.since, last: r.last_on.map(Day) });
    }
    Ok(candidates)
}
