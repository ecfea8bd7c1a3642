//! What leads score: from their fields and from what they did, by the workspace's rules. The numbers follow into the lead's
//! own row by a trigger.

use super::{Row, SHAPE};
use crate::{Error, Result, TenantTx, Version, db::strange};
use chrono::{DateTime, Duration, Utc};
use domain::{
    LeadId, LeadScoringId, MailId, MemberId, TaskId,
    crm::leads::{
        conditions::Facts,
        scoring::{Act, Reason, Rules, score},
    },
};
use serde_json::json;
use sqlx::QueryBuilder;
use std::collections::HashMap;
use uuid::Uuid;

/// Leads that are scored at once.
pub const CHUNK: i64 = 500;
/// After so long points have worn off enough to be counted anew.
const WORN: Duration = Duration::hours(20);

/// How leads are scored, and who gets those that nobody else does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub version: Version,
    pub rules: Rules,
    /// The rules are those of the beginning.
    pub usual: bool,
    pub fallback: Option<MemberId>,
}

pub async fn settings(tx: &mut TenantTx) -> Result<Settings> {
    let row = sqlx::query!("select version, scoring, fallback_id from lead_settings").fetch_optional(tx.conn()).await?;
    let Some(row) = row else {
        return Ok(Settings { version: 0, rules: Rules::default(), usual: true, fallback: None });
    };
    let rules: Option<Rules> =
        row.scoring.map(serde_json::from_value).transpose().map_err(|e| strange("rules", &e.to_string()))?;
    let usual = rules.is_none();
    let fallback = row.fallback_id.map(MemberId);
    Ok(Settings { version: row.version, rules: rules.unwrap_or_default(), usual, fallback })
}

/// Sets the rules; `None`: those of the beginning.
pub async fn set_rules(tx: &mut TenantTx, version: Version, rules: Option<&Rules>) -> Result<()> {
    write(tx, version, rules.map(|r| json!(r)), None).await
}

/// Sets who gets leads for which no rule has somebody left.
pub async fn set_fallback(tx: &mut TenantTx, version: Version, member: Option<MemberId>) -> Result<()> {
    let known = match member {
        None => true,
        Some(member) => {
            let known = sqlx::query_scalar!(
                r#"select exists (select from members where id = $1 and deactivated_at is null) as "known!""#,
                member.0
            );
            known.fetch_one(tx.conn()).await?
        }
    };
    if !known {
        return Err(Error::refused("fallback", "They are no member any more. Choose somebody else."));
    }
    write(tx, version, None, Some(member.map(|m| m.0))).await
}

async fn write(
    tx: &mut TenantTx,
    version: Version,
    rules: Option<serde_json::Value>,
    fallback: Option<Option<Uuid>>,
) -> Result<()> {
    let now = settings(tx).await?;
    if now.version != version {
        return Err(Error::Stale);
    }
    let (about_rules, fallback_id) = (fallback.is_none(), fallback.flatten());
    let done = sqlx::query!(
        "insert into lead_settings as s (tenant_id, id, scoring, fallback_id, updated_at) values ($1, $1, $2, $3, $4)
         on conflict (tenant_id) do update set version = s.version + 1, updated_at = $4,
           scoring = case when $5 then $2 else s.scoring end, fallback_id = case when $5 then s.fallback_id else $3 end
         where s.version = $6",
        tx.tenant().0,
        rules,
        fallback_id,
        tx.now(),
        about_rules,
        version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// What a lead scores and why, as it was counted last: of fit, of engagement, and when.
pub async fn of(tx: &mut TenantTx, lead: LeadId) -> Result<Option<(Vec<Reason>, Vec<Reason>, DateTime<Utc>)>> {
    let row = sqlx::query!("select reasons, at from lead_scores where lead_id = $1", lead.0)
        .fetch_optional(tx.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (fit, engagement) =
        serde_json::from_value(row.reasons).map_err(|e| strange("reasons of a score", &e.to_string()))?;
    Ok(Some((fit, engagement, row.at)))
}

/// Counts these leads anew. Those that are gone, archived or closed keep what they had. Gives how many were counted.
pub async fn count(tx: &mut TenantTx, rules: &Rules, leads: &[Uuid]) -> Result<usize> {
    if leads.is_empty() {
        return Ok(0);
    }
    let mut q = QueryBuilder::new("select ");
    q.push(SHAPE.joined).push(", p.* from (select ").push(super::COLUMNS);
    q.push(" from leads e where e.archived_at is null and e.status in ('new', 'working', 'nurture', 'qualified') and e.id = any(");
    q.push_bind(leads.to_vec()).push(")) p").push(SHAPE.joins);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let did = sqlx::query!(
        r#"select l.id as "lead!", a.act as "act!", a.at as "at!" from unnest($1::uuid[]) as l (id)
           cross join lateral (
             select 'form' as act, c.at from lead_captures c where c.lead_id = l.id and c.state <> 'waiting'
             union all select 'consent', x.consent_at from leads x where x.id = l.id and x.consent_at is not null
             union all select 'note', n.created_at from notes n where n.record_id = l.id and n.deleted_at is null
             union all select 'task', t.done_at from tasks t where t.record_id = l.id and t.done_at is not null
             union all select 'bounce', s.created_at from leads x join mail_suppressions s
               on s.tenant_id = x.tenant_id and s.email = x.email_key where x.id = l.id and s.reason <> 'unsubscribed'
           ) a"#,
        leads
    )
    .fetch_all(tx.conn())
    .await?;
    let mut acts: HashMap<Uuid, Vec<(Act, DateTime<Utc>)>> = HashMap::new();
    for r in did {
        let act = Act::parse(&r.act).ok_or_else(|| strange("act", &r.act))?;
        acts.entry(r.lead).or_default().push((act, r.at));
    }
    let now = tx.now();
    let (mut ids, mut fits, mut engagements, mut reasons) = (vec![], vec![], vec![], vec![]);
    for row in rows {
        let lead = row.lead()?;
        let of = acts.get(&lead.id.0).map(Vec::as_slice).unwrap_or_default();
        let score = score(rules, &Facts::of(&lead), of, now);
        ids.push(lead.id.0);
        fits.push(score.fit);
        engagements.push(score.engagement);
        reasons.push(json!([score.fit_reasons, score.engagement_reasons]));
    }
    sqlx::query!(
        "insert into lead_scores as s (tenant_id, lead_id, fit, engagement, reasons, at)
         select $1, u.id, u.fit, u.engagement, u.reasons, $2
         from unnest($3::uuid[], $4::int[], $5::int[], $6::jsonb[]) as u (id, fit, engagement, reasons) order by u.id
         on conflict (tenant_id, lead_id) do update
           set fit = excluded.fit, engagement = excluded.engagement, reasons = excluded.reasons, at = excluded.at",
        tx.tenant().0,
        now,
        &ids,
        &fits,
        &engagements,
        &reasons
    )
    .execute(tx.conn())
    .await?;
    Ok(ids.len())
}

/// The lead that a task is about.
pub async fn of_task(tx: &mut TenantTx, task: TaskId) -> Result<Option<LeadId>> {
    let lead =
        sqlx::query_scalar!(r#"select lead_id as "lead!" from tasks where id = $1 and lead_id is not null"#, task.0);
    Ok(lead.fetch_optional(tx.conn()).await?.map(LeadId))
}

/// Counts the leads anew whose address a message went to that came back.
pub(crate) async fn came_back(tx: &mut TenantTx, mail: MailId) -> Result<()> {
    let leads = sqlx::query_scalar!(
        "select l.id from mails m join leads l on l.tenant_id = m.tenant_id and l.email_key = lower(m.recipient)
         where m.id = $1 and l.email is not null and l.archived_at is null order by l.id limit 100",
        mail.0
    )
    .fetch_all(tx.conn())
    .await?;
    if !leads.is_empty() {
        let rules = settings(tx).await?.rules;
        count(tx, &rules, &leads).await?;
    }
    Ok(())
}

/// Open leads behind this one, in the order of their ids.
pub async fn open_after(tx: &mut TenantTx, after: Uuid, most: i64) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        "select id from leads where id > $1 and archived_at is null and status in ('new', 'working', 'nurture', 'qualified')
         order by id limit $2",
        after,
        most
    );
    Ok(ids.fetch_all(tx.conn()).await?)
}

pub async fn open_count(tx: &mut TenantTx) -> Result<i32> {
    let count = sqlx::query_scalar!(
        r#"select count(*)::int as "count!" from leads
           where archived_at is null and status in ('new', 'working', 'nurture', 'qualified')"#
    );
    Ok(count.fetch_one(tx.conn()).await?)
}

/// Leads whose points have worn off since they were counted, and those that were never counted.
pub async fn worn(tx: &mut TenantTx, most: i64) -> Result<Vec<Uuid>> {
    let before = tx.now() - WORN;
    let ids = sqlx::query_scalar!(
        r#"(select s.lead_id as "id!" from lead_scores s join leads l on l.tenant_id = s.tenant_id and l.id = s.lead_id
             where s.engagement > 0 and s.at < $1 and l.archived_at is null
               and l.status in ('new', 'working', 'nurture', 'qualified') order by s.at, s.lead_id limit $2)
           union all
           (select l.id from leads l where l.archived_at is null and l.status in ('new', 'working', 'nurture', 'qualified')
              and not exists (select from lead_scores s where s.tenant_id = l.tenant_id and s.lead_id = l.id)
            order by l.created_at, l.id limit $2)
           limit $2"#,
        before,
        most
    );
    Ok(ids.fetch_all(tx.conn()).await?)
}

/// How a counting of all leads fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoring {
    pub id: LeadScoringId,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    pub leads: i32,
    pub done: i32,
    pub created_at: DateTime<Utc>,
}

/// Asks for all leads to be counted; the job does it.
pub async fn ask(tx: &mut TenantTx, id: LeadScoringId) -> Result<()> {
    let by = match tx.who() {
        crate::Who::Member(me) => Some(me.0),
        _ => None,
    };
    let leads = open_count(tx).await?;
    sqlx::query!(
        "insert into lead_scorings (tenant_id, id, state, leads, asked_by, created_at) values ($1, $2, 'waiting', $3, $4, $5)",
        tx.tenant().0,
        id.0,
        leads,
        by,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    let job = domain::jobs::ScoreLeads { tenant: tx.tenant(), scoring: Some(id), at: tx.now() };
    crate::queue::push(tx, &job).await
}

/// Tells how far a counting is; at its end `state` says how it ended.
pub async fn tell(tx: &mut TenantTx, id: LeadScoringId, done: i32, state: &str) -> Result<()> {
    let ended = matches!(state, "done" | "failed").then(|| tx.now());
    sqlx::query!(
        "update lead_scorings set done = greatest(done, $2), state = $3, ended_at = $4 where id = $1 and ended_at is null",
        id.0,
        done,
        state,
        ended
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The last counting that somebody has asked for.
pub async fn last(tx: &mut TenantTx) -> Result<Option<Scoring>> {
    let row = sqlx::query!(
        "select id, state, leads, done, created_at from lead_scorings order by created_at desc, id desc limit 1"
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Scoring {
        id: LeadScoringId(r.id),
        state: r.state,
        leads: r.leads,
        done: r.done,
        created_at: r.created_at,
    }))
}
