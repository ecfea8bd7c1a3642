//! To whom leads go: the rules of a workspace, and what is known of its people today.

use super::find;
use crate::{Error, Result, TenantTx, Version, db::strange, events, hr::leave::calendar, list::moved};
use chrono::{DateTime, Utc};
use domain::{
    Day, LeadId, LeadRuleId, MemberId,
    crm::leads::{
        assignment::{Decision, How, Member, RULES, Rule, Seat, decide},
        conditions::{Condition, Facts, On},
    },
    events::Event,
};
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The rules in their order.
pub async fn rules(tx: &mut TenantTx) -> Result<Vec<Rule>> {
    let rows = sqlx::query!(
        r#"select r.id, r.version, r.name, r.conditions, r.how, r.pool, t.member_id as "last?" from lead_rules r
           left join lead_turns t on t.tenant_id = r.tenant_id and t.rule_id = r.id order by r.place, r.id limit 200"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let wrong = |e: serde_json::Error| strange("rule of assignment", &e.to_string());
            Ok(Rule {
                id: LeadRuleId(r.id),
                version: r.version,
                name: r.name,
                when: serde_json::from_value::<Vec<Condition>>(r.conditions).map_err(wrong)?,
                how: How::parse(&r.how).ok_or_else(|| strange("how", &r.how))?,
                pool: serde_json::from_value::<Vec<Seat>>(r.pool).map_err(wrong)?,
                last: r.last.map(MemberId),
            })
        })
        .collect()
}

pub async fn rule(tx: &mut TenantTx, id: LeadRuleId) -> Result<Rule> {
    rules(tx).await?.into_iter().find(|r| r.id == id).ok_or(Error::NotFound)
}

/// What a rule is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFields {
    pub name: String,
    pub when: Vec<Condition>,
    pub how: How,
    pub pool: Vec<Seat>,
}

/// Adds a rule behind the others, under the id that was drawn with its form.
pub async fn add_rule(tx: &mut TenantTx, id: LeadRuleId, f: &RuleFields) -> Result<()> {
    let all = rules(tx).await?;
    if all.iter().any(|r| r.id == id) {
        return Ok(());
    }
    if all.len() >= RULES {
        return Err(Error::refused("name", format!("There are {RULES} rules already. Change one of them.")));
    }
    sqlx::query!(
        "insert into lead_rules (tenant_id, id, name, place, conditions, how, pool, created_at, updated_at)
         select $1, $2, $3, coalesce(max(place), 0) + 1, $4, $5, $6, $7, $7 from lead_rules",
        tx.tenant().0,
        id.0,
        f.name,
        json!(f.when),
        f.how.key(),
        json!(f.pool),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn change_rule(tx: &mut TenantTx, id: LeadRuleId, version: Version, f: &RuleFields) -> Result<()> {
    rule(tx, id).await?;
    let done = sqlx::query!(
        "update lead_rules set version = version + 1, updated_at = $3, name = $4, conditions = $5, how = $6, pool = $7
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        json!(f.when),
        f.how.key(),
        json!(f.pool),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// One place up or down among the others.
pub async fn move_rule(tx: &mut TenantTx, id: LeadRuleId, up: bool) -> Result<()> {
    sqlx::query!("select id from lead_rules for update").fetch_all(tx.conn()).await?;
    let order: Vec<Uuid> = rules(tx).await?.into_iter().map(|r| r.id.0).collect();
    let Some(order) = moved(order, id.0, up)? else { return Ok(()) };
    sqlx::query!(
        "update lead_rules r set place = u.place, updated_at = $2
         from unnest($1::uuid[]) with ordinality as u (id, place) where r.id = u.id and r.place <> u.place",
        &order,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a rule away. Gives its name.
pub async fn remove_rule(tx: &mut TenantTx, id: LeadRuleId) -> Result<String> {
    let name = sqlx::query_scalar!("delete from lead_rules where id = $1 returning name", id.0);
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Of what it is counted how much somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    Leads,
    Tickets,
}

/// What is known of these members today: whether they are here, and how many open leads or tickets they have.
pub async fn members(tx: &mut TenantTx, ids: &[MemberId], load: Load) -> Result<Vec<Member>> {
    let (ids, today): (Vec<Uuid>, Day) = (ids.iter().map(|id| id.0).collect(), tx.today());
    let rows = sqlx::query!(
        r#"select m.id, m.name, m.deactivated_at is not null or coalesce(e.end_date < $2, false) as "gone!", lower(e.location) as location,
             case when $3 then (select count(*) from (select from tickets t where t.assignee_id = m.id and t.archived_at is null
                and t.is_open limit 10000) c)
             else (select count(*) from (select from leads l where l.owner_id = m.id and l.archived_at is null
                and l.status in ('new', 'working', 'nurture', 'qualified') limit 10000) c) end as "open!",
             (select max(r.to_on) from leave_requests r where r.employee_id = m.employee_id
                and r.state in ('approved', 'cancelling') and r.from_on <= $2 and r.to_on >= $2) as away
           from members m left join employees e on e.tenant_id = m.tenant_id and e.id = m.employee_id
           where m.id = any($1)"#,
        &ids,
        today.0,
        load == Load::Tickets
    )
    .fetch_all(tx.conn())
    .await?;
    let off = calendar::days_off(tx, today, today).await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            let here = off.get(&r.location).or_else(|| off.get(&None)).into_iter().flatten();
            let holiday = here.into_iter().any(|day| !day.half).then_some(today);
            Member {
                id: MemberId(r.id),
                name: r.name,
                open: u32::try_from(r.open).unwrap_or(u32::MAX),
                deactivated: r.gone,
                away: r.away.map(Day).max(holiday),
            }
        })
        .collect())
}

/// Gives a lead without an owner to whom the rules say, and keeps why. One that has an owner keeps it.
pub async fn assign(tx: &mut TenantTx, lead: LeadId) -> Result<Option<Decision>> {
    // Two leads that come at once take turns.
    sqlx::query!("select id from lead_rules order by id for update").fetch_all(tx.conn()).await?;
    let mut now = find(tx, lead).await?;
    if now.owner.is_some() || !now.status.open() {
        return Ok(None);
    }
    let (rules, settings) = (rules(tx).await?, super::scores::settings(tx).await?);
    // A new one is counted by what listens, which comes later.
    if rules.iter().any(|r| r.when.iter().any(|c| c.on == On::Score)) {
        super::scores::count(tx, &settings.rules, &[lead.0]).await?;
        now = find(tx, lead).await?;
    }
    let fallback = settings.fallback;
    let asked: BTreeSet<MemberId> =
        rules.iter().flat_map(|r| r.pool.iter().map(|seat| seat.member)).chain(fallback).collect();
    let members = members(tx, &asked.into_iter().collect::<Vec<_>>(), Load::Leads).await?;
    let decision = decide(&rules, &Facts::of(&now), &members, fallback);
    if let Some(member) = decision.member {
        let given = sqlx::query!(
            "update leads set owner_id = $2, version = version + 1, updated_at = $3
             where id = $1 and owner_id is null and archived_at is null and converted_at is null",
            lead.0,
            member.0,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
        // Somebody has taken it meanwhile.
        if given.rows_affected() == 0 {
            return Ok(None);
        }
    }
    sqlx::query!(
        "insert into lead_assignments (tenant_id, lead_id, at, member_id, rule_id, why) values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, lead_id) do update
           set at = excluded.at, member_id = excluded.member_id, rule_id = excluded.rule_id, why = excluded.why",
        tx.tenant().0,
        lead.0,
        tx.now(),
        decision.member.map(|m| m.0),
        decision.rule.map(|r| r.0),
        decision.why
    )
    .execute(tx.conn())
    .await?;
    let Some(member) = decision.member else { return Ok(Some(decision)) };
    if let Some(rule) = decision.rule {
        sqlx::query!(
            "insert into lead_turns (tenant_id, rule_id, member_id) values ($1, $2, $3)
             on conflict (tenant_id, rule_id) do update set member_id = excluded.member_id",
            tx.tenant().0,
            rule.0,
            member.0
        )
        .execute(tx.conn())
        .await?;
    }
    events::emit(tx, Event::LeadAssigned { lead, member }).await?;
    Ok(Some(decision))
}

/// Leads that wait for an owner, the oldest first, behind this one.
pub async fn waiting(
    tx: &mut TenantTx,
    after: Option<(DateTime<Utc>, LeadId)>,
    most: i64,
) -> Result<Vec<(DateTime<Utc>, LeadId)>> {
    let rows = sqlx::query!(
        "select created_at, id from leads where owner_id is null and archived_at is null
           and status in ('new', 'working', 'nurture', 'qualified') and ($1::timestamptz is null or (created_at, id) > ($1, $2::uuid))
         order by created_at, id limit $3",
        after.map(|(at, _)| at),
        after.map(|(_, id)| id.0),
        most
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|r| (r.created_at, LeadId(r.id))).collect())
}

/// Why a lead has its owner, or none, where the rules have decided: the words, when, and whether it still is as they said.
pub async fn why(tx: &mut TenantTx, lead: LeadId) -> Result<Option<(String, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "select a.why, a.at from lead_assignments a join leads l on l.tenant_id = a.tenant_id and l.id = a.lead_id
         where a.lead_id = $1 and l.owner_id is not distinct from a.member_id",
        lead.0
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|r| (r.why, r.at)))
}

/// Somebody takes a lead that nobody has.
pub async fn take(tx: &mut TenantTx, lead: LeadId) -> Result<()> {
    let crate::Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    find(tx, lead).await?;
    let done = sqlx::query!(
        "update leads set owner_id = $2, version = version + 1, updated_at = $3
         where id = $1 and owner_id is null and archived_at is null and converted_at is null",
        lead.0,
        me.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    events::emit(tx, Event::LeadChanged { lead, fields: vec!["owner".into()] }).await
}
