//! Settings of leads: rules by which they get their owner, and rules by which they score.

use crate::web::{Allowed, Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use axum::http::StatusCode;
use domain::{
    Errors, LeadRuleId, LeadScoringId, MemberId,
    access::LeadsSettings,
    crm::leads::{
        assignment::{How, rows, seats},
        conditions::Condition,
        scoring::{Act, ActRule, FitRule, RULES, Rules},
    },
    paths,
};
use serde::Deserialize;
use std::collections::BTreeSet;
use store::{
    crm::leads::{assigning, scores},
    queue,
    workspace::members,
};
use uuid::Uuid;
use views::crm::leads::rules::{Assignment, RuleForm, Scoring};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LEAD_RULES, list)
        .post(paths::LEAD_FALLBACK, set_fallback)
        .post(paths::LEAD_RULES_RUN, run)
        .get(paths::LEAD_RULE_NEW, new)
        .post(paths::LEAD_RULE_NEW, add)
        .get(paths::LEAD_RULE, edit)
        .post(paths::LEAD_RULE, change)
        .post(paths::LEAD_RULE_MOVE, move_rule)
        .post(paths::LEAD_RULE_REMOVAL, remove)
        .get(paths::LEAD_SCORING, scoring)
        .post(paths::LEAD_SCORING, set_scoring)
}

type Setter = Allowed<LeadsSettings>;

/// Conditions of a rule that the form has room for.
const CONDITIONS: usize = 4;
/// Rows beyond those that are filled in.
const SPARE: usize = 2;
/// Leads without an owner that are counted.
const COUNTED: i64 = 1_000;

fn status(errors: &Errors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

async fn list(who: Setter, screen: Screen) -> Result {
    index(&who, &screen, None, Errors::default()).await
}

async fn index(who: &Setter, screen: &Screen, typed: Option<String>, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let (rules, settings) = (assigning::rules(&mut tx).await?, scores::settings(&mut tx).await?);
    let asked: BTreeSet<MemberId> = rules.iter().flat_map(|r| r.pool.iter().map(|s| s.member)).collect();
    let view = Assignment {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        people: assigning::members(&mut tx, &asked.into_iter().collect::<Vec<_>>(), assigning::Load::Leads).await?,
        rules,
        members: members::choices(&mut tx).await?,
        fallback: typed.unwrap_or_else(|| settings.fallback.map(|m| m.to_string()).unwrap_or_default()),
        version: settings.version,
        waiting: assigning::waiting(&mut tx, None, COUNTED).await?.len(),
        errors: errors.clone(),
    };
    Ok(screen.show_as(status(&errors), who, &view))
}

#[derive(Deserialize)]
struct Fallback {
    #[serde(default)]
    fallback: String,
    #[serde(default, rename = "_version")]
    version: i32,
}

async fn set_fallback(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Fallback>) -> Result {
    let mut tx = who.begin().await?;
    let member = typed.fallback.parse().ok();
    match scores::set_fallback(&mut tx, typed.version, member).await {
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            index(&who, &screen, Some(typed.fallback), errors).await
        }
        Err(store::Error::Stale) => {
            drop(tx);
            let words = "Somebody else has changed this meanwhile. Save again to have it as it is here.";
            index(&who, &screen, Some(typed.fallback), Errors::one("", words)).await
        }
        done => {
            done?;
            tx.commit().await?;
            screen.done(paths::lead_rules(who.slug()), Toast::good("Saved.")).await
        }
    }
}

/// Assigns what waits, by a job.
async fn run(who: Setter, screen: Screen, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let job = domain::jobs::AssignLeads { tenant: tx.tenant(), at: tx.now() };
    queue::push(&mut tx, &job).await?;
    tx.commit().await?;
    screen.done(paths::lead_rules(who.slug()), Toast::good("They are being assigned.")).await
}

/// A rule as typed, row by row.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    how: String,
    on: Vec<String>,
    test: Vec<String>,
    value: Vec<String>,
    member: Vec<String>,
    most: Vec<String>,
    words: Vec<String>,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: i32,
}

impl Typed {
    fn read(&self) -> Result<assigning::RuleFields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let how = e.take("how", How::parse(&self.how).ok_or("Choose how.")).unwrap_or_default();
        let mut when = vec![];
        for [on, test, value] in rows(&self.on, &self.test, &self.value).iter().filter(|row| !row[0].is_empty()) {
            when.extend(e.take("when", Condition::read(on, test, value)));
        }
        let pool = seats(&mut e, Some(how), &rows(&self.member, &self.most, &self.words));
        if pool.is_empty() && e.of("pool").is_none() {
            e.add("pool", "Choose at least one person.");
        }
        e.or(assigning::RuleFields { name, when, how, pool })
    }

    fn of(rule: &domain::crm::leads::assignment::Rule) -> Self {
        let column = |pick: fn(&Condition) -> String| rule.when.iter().map(pick).collect();
        Self {
            name: rule.name.clone(),
            how: rule.how.key().into(),
            on: column(|c| c.on.key().into()),
            test: column(|c| c.test.kind().into()),
            value: column(|c| c.test.value()),
            member: rule.pool.iter().map(|s| s.member.to_string()).collect(),
            most: rule.pool.iter().map(|s| s.most.map(|n| n.to_string()).unwrap_or_default()).collect(),
            words: rule.pool.iter().map(|s| s.words.join(", ")).collect(),
            version: rule.version,
            once: String::new(),
        }
    }
}

async fn form(who: &Setter, screen: &Screen, editing: Option<LeadRuleId>, typed: Typed, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let mut when = rows(&typed.on, &typed.test, &typed.value);
    let mut pool = rows(&typed.member, &typed.most, &typed.words);
    when.retain(|row| !row[0].is_empty());
    pool.retain(|row| !row[0].is_empty());
    when.resize(CONDITIONS.max(when.len()), Default::default());
    pool.resize((pool.len() + SPARE).max(3), Default::default());
    let once = if typed.once.is_empty() { tx.id::<LeadRuleId>().to_string() } else { typed.once };
    let view = RuleForm {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        once,
        editing: editing.map(|id| (id, typed.version)),
        name: typed.name,
        how: typed.how,
        when,
        pool,
        members: members::choices(&mut tx).await?,
        errors: errors.clone(),
    };
    Ok(screen.show_as(status(&errors), who, &view))
}

async fn new(who: Setter, screen: Screen) -> Result {
    form(&who, &screen, None, Typed::default(), Errors::default()).await
}

async fn add(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = typed.once.parse::<Uuid>().map_or_else(|_| tx.id(), LeadRuleId);
    let done = match typed.read() {
        Ok(fields) => assigning::add_rule(&mut tx, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    let done = match done {
        Ok(()) => tx.commit().await,
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    match done {
        Err(store::Error::Refused(errors)) => form(&who, &screen, None, typed, errors).await,
        done => {
            done?;
            screen.done(paths::lead_rules(who.slug()), Toast::good("The rule is in force.")).await
        }
    }
}

async fn edit(who: Setter, screen: Screen, Record(id): Record<LeadRuleId>) -> Result {
    let mut tx = who.begin().await?;
    let rule = assigning::rule(&mut tx, id).await?;
    drop(tx);
    form(&who, &screen, Some(id), Typed::of(&rule), Errors::default()).await
}

async fn change(
    who: Setter,
    screen: Screen,
    Record(id): Record<LeadRuleId>,
    Confirmed(mut typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = assigning::rule(&mut tx, id).await?;
    let done = match typed.read() {
        Ok(fields) => assigning::change_rule(&mut tx, id, typed.version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    let done = match done {
        Ok(()) => tx.commit().await,
        Err(e) => {
            drop(tx);
            Err(e)
        }
    };
    match done {
        Err(store::Error::Refused(errors)) => form(&who, &screen, Some(id), typed, errors).await,
        Err(store::Error::Stale) => {
            typed.version = now.version;
            let words = "Somebody else has changed this rule meanwhile. Save again to have it as it is here.";
            form(&who, &screen, Some(id), typed, Errors::one("", words)).await
        }
        done => {
            done?;
            screen.done(paths::lead_rules(who.slug()), Toast::good("Changes saved.")).await
        }
    }
}

#[derive(Deserialize)]
struct Way {
    #[serde(default)]
    to: String,
}

async fn move_rule(
    who: Setter,
    screen: Screen,
    Record(id): Record<LeadRuleId>,
    Confirmed(way): Confirmed<Way>,
) -> Result {
    let mut tx = who.begin().await?;
    assigning::move_rule(&mut tx, id, way.to == "up").await?;
    tx.commit().await?;
    Ok(screen.go(paths::lead_rules(who.slug())))
}

async fn remove(who: Setter, screen: Screen, Record(id): Record<LeadRuleId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = assigning::remove_rule(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::lead_rules(who.slug()), Toast::good(format!("“{name}” is gone."))).await
}

/// Rules of scoring as typed, row by row.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Points {
    on: Vec<String>,
    test: Vec<String>,
    value: Vec<String>,
    points: Vec<String>,
    act_points: Vec<String>,
    act_cap: Vec<String>,
    half_life: String,
    #[serde(rename = "do")]
    what: String,
    #[serde(rename = "_version")]
    version: i32,
}

impl Points {
    fn of(rules: &Rules, version: i32) -> Self {
        let column = |pick: fn(&FitRule) -> String| rules.fit.iter().map(pick).collect();
        let act = |act: Act, pick: fn(&ActRule) -> i32| {
            rules.acts.iter().find(|r| r.act == act).map(|r| pick(r).to_string()).unwrap_or_default()
        };
        Self {
            on: column(|r| r.when.on.key().into()),
            test: column(|r| r.when.test.kind().into()),
            value: column(|r| r.when.test.value()),
            points: column(|r| r.points.to_string()),
            act_points: Act::ALL.map(|a| act(a, |r| r.points)).to_vec(),
            act_cap: Act::ALL.map(|a| act(a, |r| r.cap)).to_vec(),
            half_life: rules.half_life.to_string(),
            what: String::new(),
            version,
        }
    }

    fn fit(&self) -> Vec<[String; 4]> {
        let at = |of: &[String], n: usize| of.get(n).cloned().unwrap_or_default();
        let rows = (0..self.on.len().min(RULES))
            .map(|n| [at(&self.on, n), at(&self.test, n), at(&self.value, n), at(&self.points, n)]);
        rows.filter(|row| !row[0].is_empty()).collect()
    }

    fn read(&self) -> Result<Rules, Errors> {
        let mut e = Errors::default();
        let number = |text: &str, least: i32, most: i32| {
            text.trim()
                .parse::<i32>()
                .ok()
                .filter(|n| (least..=most).contains(n))
                .ok_or(format!("Points are whole numbers from {least} to {most}."))
        };
        let mut fit = vec![];
        for [on, test, value, points] in &self.fit() {
            let when = e.take("fit", Condition::read(on, test, value));
            let points = e.take("fit", number(points, -100, 100));
            if when.as_ref().is_some_and(|w| w.on == domain::crm::leads::conditions::On::Score) {
                e.add("fit", "A score does not ask for itself.");
            }
            fit.extend(when.zip(points).map(|(when, points)| FitRule { when, points }));
        }
        let mut acts = vec![];
        for (n, act) in Act::ALL.into_iter().enumerate() {
            let at = |of: &[String]| of.get(n).cloned().unwrap_or_default();
            let (points, cap) = (at(&self.act_points), at(&self.act_cap));
            if points.trim().is_empty() {
                continue;
            }
            let points = e.take("acts", number(&points, -100, 100));
            let cap = e.take("acts", number(if cap.trim().is_empty() { "100" } else { &cap }, 0, 100));
            acts.extend(points.zip(cap).map(|(points, cap)| ActRule { act, points, cap }));
        }
        let days = self.half_life.trim().parse::<u16>().ok().filter(|d| (1..=3_650).contains(d));
        let half_life = e.take("half_life", days.ok_or("Write a number of days, like 30.")).unwrap_or(30);
        e.or(Rules { fit, acts, half_life })
    }
}

async fn scoring(who: Setter, screen: Screen) -> Result {
    let settings = scores::settings(&mut who.begin().await?).await?;
    points(&who, &screen, Points::of(&settings.rules, settings.version), settings.usual, Errors::default()).await
}

async fn points(who: &Setter, screen: &Screen, typed: Points, usual: bool, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let last = scores::last(&mut tx).await?;
    let mut fit = typed.fit();
    fit.resize((fit.len() + SPARE).min(RULES), ["", "one_of", "", ""].map(str::to_owned));
    let act = |n: usize| [&typed.act_points, &typed.act_cap].map(|of| of.get(n).cloned().unwrap_or_default());
    let view = Scoring {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        version: typed.version,
        usual,
        acts: (0..Act::ALL.len()).map(act).collect(),
        fit,
        half_life: typed.half_life,
        last: last.map(|l| (l.state, l.done, l.leads)),
        errors: errors.clone(),
    };
    Ok(screen.show_as(status(&errors), who, &view))
}

async fn set_scoring(who: Setter, screen: Screen, Confirmed(mut typed): Confirmed<Points>) -> Result {
    let rules = match typed.what.as_str() {
        "reset" => None,
        _ => match typed.read() {
            Ok(rules) => Some(rules),
            Err(errors) => return points(&who, &screen, typed, false, errors).await,
        },
    };
    let mut tx = who.begin().await?;
    match scores::set_rules(&mut tx, typed.version, rules.as_ref()).await {
        Err(store::Error::Stale) => {
            typed.version = scores::settings(&mut tx).await?.version;
            drop(tx);
            let words = "Somebody else has changed these rules meanwhile. Save again to have them as they are here.";
            points(&who, &screen, typed, false, Errors::one("", words)).await
        }
        done => {
            done?;
            let id = tx.id::<LeadScoringId>();
            scores::ask(&mut tx, id).await?;
            tx.commit().await?;
            screen.done(paths::lead_scoring(who.slug()), Toast::good("Saved. All open leads are counted anew.")).await
        }
    }
}
