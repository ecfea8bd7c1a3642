//! Who follows a record. They are told of it for as long as they see it.

use crate::{Error, Result, TenantTx, Who, records, workspace::roles};
use domain::{MemberId, workspace::access::Subject};
use uuid::Uuid;

/// So many are told of one thing.
const MOST: i64 = 200;

/// How many follow a record that the reader sees, and whether the reader does.
pub async fn of(tx: &mut TenantTx, record: Uuid) -> Result<(i64, bool)> {
    let r = sqlx::query!(
        r#"select count(*) as "many!", coalesce(bool_or(f.member_id = $2), false) as "mine!" from followers f
           join members m on m.tenant_id = f.tenant_id and m.id = f.member_id and m.deactivated_at is null
           where f.record_id = $1"#,
        record,
        me(tx)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((r.many, r.mine))
}

/// Begins or ends to follow; again is once.
pub async fn follow(tx: &mut TenantTx, subject: Subject, on: bool) -> Result<()> {
    if !records::may_read(tx, subject).await? {
        return Err(Error::NotFound);
    }
    let Some(me) = me(tx) else { return Err(Error::NotFound) };
    if on {
        sqlx::query!(
            "insert into followers (tenant_id, member_id, customer_id, contact_id, deal_id, ticket_id, lead_id, created_at)
             values ($1, $2, $3, $4, $5, $7, $8, $6)
             on conflict (tenant_id, record_id, member_id) do nothing",
            tx.tenant().0,
            me,
            subject.customer(),
            subject.contact(),
            subject.deal(),
            tx.now(),
            subject.ticket(),
            subject.lead()
        )
        .execute(tx.conn())
        .await?;
    } else {
        sqlx::query!("delete from followers where record_id = $1 and member_id = $2", subject.id(), me)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Who follows it and still sees it, but for these.
pub async fn told(tx: &mut TenantTx, subject: Subject, but: &[MemberId]) -> Result<Vec<MemberId>> {
    let but: Vec<Uuid> = but.iter().map(|m| m.0).collect();
    let all = sqlx::query_scalar!(
        "select f.member_id from followers f
         join members m on m.tenant_id = f.tenant_id and m.id = f.member_id and m.deactivated_at is null
         where f.record_id = $1 and f.member_id <> all($2) order by f.created_at, f.member_id limit $3",
        subject.id(),
        &but,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let mut told = vec![];
    for member in all.into_iter().map(MemberId) {
        if sees(tx, member, subject).await? {
            told.push(member);
        }
    }
    Ok(told)
}

/// Whether a member sees a record.
pub async fn sees(tx: &mut TenantTx, member: MemberId, subject: Subject) -> Result<bool> {
    match roles::actor(tx, member).await {
        Err(Error::NotFound) => Ok(false),
        found => records::seen_by(tx, &found?, subject, false).await,
    }
}

fn me(tx: &TenantTx) -> Option<Uuid> {
    match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    }
}
