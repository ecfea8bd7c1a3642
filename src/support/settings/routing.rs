//! Routing: the rules in their order, and one of them.

use super::{Setter, drawn, frame, pressed, sent, settle, status};
use crate::web::{Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use domain::{
    Errors, MemberId, RoutingRuleId,
    crm::leads::assignment::rows,
    paths,
    support::routing::{Draft, Rule},
};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::{
    crm::leads::assigning,
    support::{queues, routing},
    workspace::members,
};
use views::support::routing::{Index, RuleForm};

pub(super) fn routes(r: Routes) -> Routes {
    r.get(paths::ROUTING_RULES, list)
        .get(paths::ROUTING_RULE_NEW, new)
        .post(paths::ROUTING_RULE_NEW, add)
        .get(paths::ROUTING_RULE, edit)
        .post(paths::ROUTING_RULE, change)
        .post(paths::ROUTING_RULE_MOVE, move_one)
        .post(paths::ROUTING_RULE_REMOVAL, remove)
}

async fn list(who: Setter, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let rules = routing::all(&mut tx).await?;
    let asked: BTreeSet<MemberId> = rules.iter().flat_map(|r| r.then.pool.iter().map(|s| s.member)).collect();
    let asked: Vec<MemberId> = asked.into_iter().collect();
    let view = Index {
        frame: frame(&who, &screen, Errors::default()),
        people: assigning::members(&mut tx, &asked, assigning::Load::Tickets).await?,
        queues: queues::all(&mut tx).await?,
        rules,
    };
    Ok(screen.show(&who, &view))
}

/// A rule as typed, its people row by row.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    channel: String,
    queue: String,
    kind: String,
    domains: String,
    tag: String,
    health: String,
    words: String,
    language: String,
    to_queue: String,
    priority: String,
    how: String,
    member: Vec<String>,
    most: Vec<String>,
    skills: Vec<String>,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: i32,
}

/// Rows beyond those that are filled in.
const SPARE: usize = 2;

impl Typed {
    fn draft(&self) -> Draft {
        let mut draft = Draft::default();
        for (field, value) in [
            ("name", &self.name),
            ("channel", &self.channel),
            ("queue", &self.queue),
            ("kind", &self.kind),
            ("domains", &self.domains),
            ("tag", &self.tag),
            ("health", &self.health),
            ("words", &self.words),
            ("language", &self.language),
            ("to_queue", &self.to_queue),
            ("priority", &self.priority),
            ("how", &self.how),
        ] {
            draft.set(field, value.clone());
        }
        draft
    }

    fn pool(&self) -> Vec<[String; 3]> {
        rows(&self.member, &self.most, &self.skills)
    }

    fn of(rule: &Rule) -> Self {
        let d = rule.draft();
        let pool = &rule.then.pool;
        Self {
            name: d.name,
            channel: d.channel,
            queue: d.queue,
            kind: d.kind,
            domains: d.domains,
            tag: d.tag,
            health: d.health,
            words: d.words,
            language: d.language,
            to_queue: d.to_queue,
            priority: d.priority,
            how: d.how,
            member: pool.iter().map(|s| s.member.to_string()).collect(),
            most: pool.iter().map(|s| s.most.map(|n| n.to_string()).unwrap_or_default()).collect(),
            skills: pool.iter().map(|s| s.words.join(", ")).collect(),
            once: String::new(),
            version: rule.version,
        }
    }
}

async fn form(who: &Setter, screen: &Screen, editing: Option<RoutingRuleId>, typed: Typed, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let mut pool = typed.pool();
    pool.retain(|row| !row[0].is_empty());
    pool.resize((pool.len() + SPARE).max(3), Default::default());
    let once =
        if typed.once.is_empty() || sent(&errors) { tx.id::<RoutingRuleId>().to_string() } else { typed.once.clone() };
    let shown = status(&errors);
    let view = RuleForm {
        frame: frame(who, screen, errors),
        once,
        editing: editing.map(|id| (id, typed.version)),
        draft: typed.draft(),
        pool,
        queues: queues::all(&mut tx).await?,
        tags: store::tags::names(&mut tx).await?,
        members: members::choices(&mut tx).await?,
    };
    Ok(screen.show_as(shown, who, &view))
}

async fn new(who: Setter, screen: Screen) -> Result {
    form(&who, &screen, None, Typed::default(), Errors::default()).await
}

async fn add(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = drawn::<RoutingRuleId>(&typed.once, &tx);
    let done = match typed.draft().read(&typed.pool()) {
        Ok(fields) => routing::add(&mut tx, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors).await,
        None => screen.done(paths::routing_rules(who.slug()), Toast::good("The rule is in force.")).await,
    }
}

async fn edit(who: Setter, screen: Screen, Record(id): Record<RoutingRuleId>) -> Result {
    let rule = routing::find(&mut who.begin().await?, id).await?;
    form(&who, &screen, Some(id), Typed::of(&rule), Errors::default()).await
}

async fn change(
    who: Setter,
    screen: Screen,
    Record(id): Record<RoutingRuleId>,
    Confirmed(mut typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = routing::find(&mut tx, id).await?;
    let done = match typed.draft().read(&typed.pool()) {
        Ok(fields) => routing::change(&mut tx, id, typed.version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => {
            // Having seen that, who saves again means it.
            typed.version = now.version;
            form(&who, &screen, Some(id), typed, errors).await
        }
        None => screen.done(paths::routing_rules(who.slug()), Toast::good("Changes saved.")).await,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Way {
    to: String,
}

async fn move_one(
    who: Setter,
    screen: Screen,
    Record(id): Record<RoutingRuleId>,
    Confirmed(way): Confirmed<Way>,
) -> Result {
    let mut tx = who.begin().await?;
    routing::move_one(&mut tx, id, way.to == "up").await?;
    tx.commit().await?;
    Ok(screen.go(paths::routing_rules(who.slug())))
}

async fn remove(who: Setter, screen: Screen, Record(id): Record<RoutingRuleId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = routing::remove(&mut tx, id).await;
    pressed(&screen, paths::routing_rules(who.slug()), tx, done, "was removed.").await
}
