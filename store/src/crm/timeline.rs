//! What stands beside a customer or a contact and belongs on its timeline: tickets, deals and their quotes, workflows, and the lead
//! that it came of. One statement, paged by time and key; each part is narrowed by the right that opens it where it is kept.

use super::deals::{money, state};
use crate::{
    Result, TenantTx,
    db::strange,
    reach::{self, Kind},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{AutomationRead, DealsRead, LeadsRead, TicketsRead},
    crm::timeline::{Told, What},
    list::Mark,
    workspace::access::Subject,
};
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    what: String,
    key: Uuid,
    at: DateTime<Utc>,
    record: Uuid,
    name: String,
    more: Option<String>,
    stage: Option<String>,
    minor: Option<i64>,
    currency: Option<String>,
    /// Who did it: in the words of the trail, or as they have called themselves.
    member: Option<String>,
    who: Option<String>,
}

/// The newest of it before `before`, at most `most`.
pub async fn of(tx: &mut TenantTx, subject: Subject, before: Option<&Mark>, most: i64) -> Result<Vec<Told>> {
    let (column, deals) = match subject {
        Subject::Customer(_) => ("customer_id", "e.customer_id = w.id"),
        Subject::Contact(_) => {
            ("contact_id", "e.id in (select d.deal_id from deal_contacts d, whose w where d.contact_id = w.id)")
        }
        _ => return Ok(vec![]),
    };
    let (tickets, sold) = (tx.scope::<TicketsRead>(), tx.scope::<DealsRead>());
    let before = before.filter(|m| DateTime::parse_from_rfc3339(&m.value).is_ok());
    // Each part gives no more than a page: what a customer of ten years has seen is not gathered to show fifty of it.
    let cut = |q: &mut QueryBuilder<Postgres>, at: &str, key: &str| {
        if let Some(mark) = before {
            q.push(format!(" and ({at}, {key}) < (")).push_bind(mark.value.clone()).push("::timestamptz, ");
            q.push_bind(mark.id).push(")");
        }
        q.push(format!(" order by {at} desc, {key} desc limit ")).push_bind(most).push(")");
    };
    let mut q = QueryBuilder::<Postgres>::new("with whose as (select ");
    q.push_bind(subject.id()).push("::uuid as id) select t.*, m.name as member from (");
    for (what, at) in [("asked", "e.created_at"), ("solved", "e.solved_at")] {
        let key = format!("md5(e.id::text || '{what}')::uuid");
        let who = if what == "asked" { "coalesce(e.requester_name, e.requester_email)" } else { "null" };
        q.push(format!(
            "(select '{what}' as what, {key} as key, {at} as at, e.id as record, e.number || ' ' || e.name as name, \
             null::text as more, null::text as stage, null::bigint as minor, null::text as currency, null::text as actor, {who} as who \
             from tickets e, whose w where e.{column} = w.id and e.merged_into is null and {at} is not null"
        ));
        reach::narrow(&mut q, Kind::Tickets, tickets);
        cut(&mut q, at, &key);
        q.push(" union all ");
    }
    let key = "md5(h.deal_id::text || h.id)::uuid";
    q.push(format!(
        "(select 'deal', {key}, h.at, e.id, e.name, h.state, case when h.was_stage is not null then h.stage end, \
         h.amount_minor, h.amount_currency, h.actor, null from deals e join deal_history h on h.tenant_id = e.tenant_id and h.deal_id = e.id, whose w \
         where (h.was_stage is not null or h.was_stage_id is null) and {deals}"
    ));
    reach::narrow(&mut q, Kind::Deals, sold);
    cut(&mut q, "h.at", key);
    for (what, at, who) in [("quoted", "o.published_at", "null"), ("answered", "o.answered_at", "o.answered_by")] {
        let key = format!("md5(o.id::text || '{what}')::uuid");
        q.push(format!(
            " union all (select '{what}', {key}, {at}, o.id, e.name, o.state, null, null, null, null, {who} \
             from deals e join quotes o on o.tenant_id = e.tenant_id and o.deal_id = e.id, whose w where {at} is not null and {deals}"
        ));
        reach::narrow(&mut q, Kind::Deals, sold);
        cut(&mut q, at, &key);
    }
    if tx.scope::<AutomationRead>().is_some() {
        q.push(
            " union all (select 'ran', r.id, r.started_at, r.id, f.name, r.state, null, null, null, null, null from workflow_runs r \
             join workflows f on f.tenant_id = r.tenant_id and f.id = r.workflow_id, whose w where r.record_id = w.id",
        );
        cut(&mut q, "r.started_at", "r.id");
    }
    q.push(" union all (select 'converted', c.id, c.at, e.id, e.name, null, null, null, null, 'member:' || c.by_id, null from lead_conversions c ");
    q.push(format!("join leads e on e.tenant_id = c.tenant_id and e.id = c.lead_id, whose w where c.undone_at is null and c.{column} = w.id"));
    reach::narrow(&mut q, Kind::Leads, tx.scope::<LeadsRead>());
    cut(&mut q, "c.at", "c.id");
    q.push(") t left join members m on t.actor = 'member:' || m.id order by t.at desc, t.key desc limit ")
        .push_bind(most);
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::told).collect()
}

impl Row {
    fn told(self) -> Result<Told> {
        let amount = money(self.minor, self.currency.as_deref())?;
        let more = self.more.unwrap_or_default();
        let what = match self.what.as_str() {
            "asked" => What::Asked,
            "solved" => What::Solved,
            "deal" => match self.stage {
                None => What::Opened(amount),
                Some(stage) => What::Moved { stage, state: state(&more)?, amount },
            },
            "quoted" => What::Quoted,
            "answered" => What::Answered(more == "accepted"),
            "ran" => What::Ran(more),
            "converted" => What::Converted,
            other => return Err(strange("line of a timeline", other)),
        };
        let who = self.member.or(self.who);
        Ok(Told { key: self.key, at: self.at, who, record: self.record, name: self.name, what })
    }
}
