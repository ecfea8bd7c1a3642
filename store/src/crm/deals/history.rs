//! What a deal has been. The database writes it, by a trigger that no change goes round.

use super::{category, money, state};
use crate::{Result, TenantTx, activity::actor_words, db::day};
use chrono::{DateTime, Duration, Utc};
use domain::{DealId, StageId, crm::deals::history::Was};

/// All that a deal that the reader sees has been, in the order of time; of a very long history the newest `most`.
pub async fn of(tx: &mut TenantTx, id: DealId, most: i64) -> Result<Vec<Was>> {
    let rows = sqlx::query!(
        r#"select h.at, h.actor, m.name as "member?", h.changed, h.state, h.stage_id, h.stage, h.was_stage, h.lasted, h.amount_minor,
             h.amount_currency, h.close_on, o.name as "owner?", h.probability, h.category
           from (select * from deal_history where deal_id = $1 order by at desc, id desc limit $2) h
           left join members m on m.tenant_id = h.tenant_id and h.actor = 'member:' || m.id
           left join members o on o.tenant_id = h.tenant_id and o.id = h.owner_id
           order by h.at, h.id"#,
        id.0,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Was {
                at: r.at,
                actor: r.member.or_else(|| Some(actor_words(&r.actor))),
                changed: r.changed,
                state: state(&r.state)?,
                stage: StageId(r.stage_id),
                stage_name: r.stage,
                was_stage: r.was_stage,
                lasted: r.lasted.map(Duration::seconds),
                amount: money(r.amount_minor, r.amount_currency.as_deref())?,
                close_on: day(r.close_on),
                owner: r.owner,
                probability: r.probability,
                category: category(&r.category)?,
            })
        })
        .collect()
}

/// From here on this transaction tells deals' changes of another moment: what is brought from the past.
pub async fn at(tx: &mut TenantTx, moment: DateTime<Utc>) -> Result<()> {
    sqlx::query("select set_config('app.deal_at', $1, true)").bind(moment.to_rfc3339()).execute(tx.conn()).await?;
    Ok(())
}
