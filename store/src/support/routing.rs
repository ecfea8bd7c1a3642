//! Rules by which new tickets go somewhere, and what they have decided.

use super::queues;
use crate::{Error, Result, TenantTx, Version, db::strange, list::moved};
use domain::{
    Email, MemberId, RoutingRuleId, TicketId,
    crm::customers::Health,
    support::{
        language::language,
        queues::Queue,
        routing::{Channel, Facts, Fields, MOST, Rule, matched},
        tickets::{self, Priority},
    },
};
use serde_json::json;
use uuid::Uuid;

/// The rules in their order.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Rule>> {
    let rows = sqlx::query!(
        r#"select r.id, r.version, r.name, r.conditions, r.outcome, t.member_id as "last?" from routing_rules r
           left join routing_turns t on t.tenant_id = r.tenant_id and t.rule_id = r.id order by r.place, r.id limit 200"#
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let wrong = |e: serde_json::Error| strange("rule of routing", &e.to_string());
            Ok(Rule {
                id: RoutingRuleId(r.id),
                version: r.version,
                name: r.name,
                when: serde_json::from_value(r.conditions).map_err(wrong)?,
                then: serde_json::from_value(r.outcome).map_err(wrong)?,
                last: r.last.map(MemberId),
            })
        })
        .collect()
}

pub async fn find(tx: &mut TenantTx, id: RoutingRuleId) -> Result<Rule> {
    all(tx).await?.into_iter().find(|r| r.id == id).ok_or(Error::NotFound)
}

/// Adds a rule behind the others, under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: RoutingRuleId, f: &Fields) -> Result<()> {
    let all = all(tx).await?;
    if let Some(there) = all.iter().find(|r| r.id == id) {
        let same = there.name == f.name && there.when == f.when && there.then == f.then;
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    if all.len() >= MOST {
        return Err(Error::refused("name", format!("There are {MOST} rules already. Change one of them.")));
    }
    sqlx::query!(
        "insert into routing_rules (tenant_id, id, name, place, conditions, outcome, created_at, updated_at)
         select $1, $2, $3, coalesce(max(place), 0) + 1, $4, $5, $6, $6 from routing_rules",
        tx.tenant().0,
        id.0,
        f.name,
        json!(f.when),
        json!(f.then),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn change(tx: &mut TenantTx, id: RoutingRuleId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update routing_rules set version = version + 1, updated_at = $3, name = $4, conditions = $5, outcome = $6
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        json!(f.when),
        json!(f.then)
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// One place up or down among the others.
pub async fn move_one(tx: &mut TenantTx, id: RoutingRuleId, up: bool) -> Result<()> {
    sqlx::query!("select id from routing_rules order by id for update").fetch_all(tx.conn()).await?;
    let order: Vec<Uuid> = all(tx).await?.into_iter().map(|r| r.id.0).collect();
    let Some(order) = moved(order, id.0, up)? else { return Ok(()) };
    sqlx::query!(
        "update routing_rules r set place = u.place, updated_at = $2
         from unnest($1::uuid[]) with ordinality as u (id, place) where r.id = u.id and r.place <> u.place",
        &order,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a rule away. Gives its name.
pub async fn remove(tx: &mut TenantTx, id: RoutingRuleId) -> Result<String> {
    let name = sqlx::query_scalar!("delete from routing_rules where id = $1 returning name", id.0);
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Where a new ticket goes.
pub(super) struct Routed {
    pub queue: Queue,
    pub priority: Priority,
    /// The rule that fits it, and what it has decided, in words.
    pub rule: Option<(Rule, String)>,
}

/// Asks the rules of a ticket that is about to be opened. What one of us has chosen stays; of what a customer
/// chooses the rules are asked.
pub(super) async fn route(
    tx: &mut TenantTx,
    f: &tickets::Fields,
    queue: Queue,
    email: Option<&Email>,
    customer: Option<Uuid>,
) -> Result<Routed> {
    let mut routed = Routed { queue, priority: f.priority, rule: None };
    let rules = all(tx).await?;
    if rules.is_empty() {
        return Ok(routed);
    }
    let (health, tags) = match customer {
        Some(customer) => known(tx, customer).await?,
        None => (None, vec![]),
    };
    let said = format!("{} {}", f.name, f.message.as_deref().unwrap_or_default());
    let facts = Facts {
        channel: f.channel,
        queue: routed.queue.id,
        kind: f.kind,
        email: email.map(|e| e.normal()),
        tags,
        health,
        subject: f.name.clone(),
        language: language(&said),
    };
    let Some(rule) = matched(&rules, &facts) else { return Ok(routed) };
    let free = f.channel != Channel::Desk;
    let mut done = vec![];
    if let Some(to) = rule.then.queue.filter(|to| *to != routed.queue.id && (free || f.queue.is_none())) {
        let to = queues::find(tx, to).await?;
        if !to.archived {
            done.push(format!("queue {}", to.name));
            routed.queue = to;
        }
    }
    if let Some(to) = rule.then.priority.filter(|_| free) {
        done.push(format!("priority {}", to.label().to_lowercase()));
        routed.priority = to;
    }
    let words = match done.is_empty() {
        true => format!("Routed by “{}”.", rule.name),
        false => format!("Routed by “{}”: {}.", rule.name, done.join(", ")),
    };
    routed.rule = Some((rule.clone(), words));
    Ok(routed)
}

async fn known(tx: &mut TenantTx, customer: Uuid) -> Result<(Option<Health>, Vec<String>)> {
    let row = sqlx::query!(
        r#"select c.health, array(select g.name from record_tags r join tags g on g.tenant_id = r.tenant_id and g.id = r.tag_id
             where r.tenant_id = c.tenant_id and r.customer_id = c.id) as "tags!: Vec<String>"
           from customers c where c.id = $1"#,
        customer
    );
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.map_or((None, vec![]), |r| (r.health.as_deref().and_then(Health::parse), r.tags)))
}

/// Keeps by which rule a ticket went where it is.
pub(super) async fn note(tx: &mut TenantTx, ticket: TicketId, rule: &Rule, words: &str) -> Result<()> {
    sqlx::query!(
        "insert into ticket_routings (tenant_id, ticket_id, at, rule_id, words) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, ticket_id) do nothing",
        tx.tenant().0,
        ticket.0,
        tx.now(),
        rule.id.0,
        words
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
