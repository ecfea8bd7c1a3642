//! To whom a lead goes: rules in order, each with its conditions and its way to choose. Whoever is away, gone or full is
//! passed over, and what was decided says why (DOMAIN: One person, one graph, presence-aware routing). Pure.

use super::conditions::{Condition, Facts};
use crate::{Day, Errors, LeadRuleId, MemberId};
use serde::{Deserialize, Serialize};

/// Rules that a workspace may have.
pub const RULES: usize = 200;
/// People that one rule chooses from.
pub const POOL: usize = 50;

/// How one of several is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Each in their turn.
    #[default]
    RoundRobin,
    /// Whoever has the fewest open leads.
    LeastLoaded,
    /// Whoever has the lead's country; of several the one with the fewest open leads.
    Territory,
    /// Whoever has one of its words; of several the one with the fewest open leads.
    Skill,
    /// The first of them who is there.
    Person,
}

impl How {
    pub const ALL: [Self; 5] = [Self::RoundRobin, Self::LeastLoaded, Self::Territory, Self::Skill, Self::Person];

    pub const fn key(self) -> &'static str {
        match self {
            Self::RoundRobin => "round_robin",
            Self::LeastLoaded => "least_loaded",
            Self::Territory => "territory",
            Self::Skill => "skill",
            Self::Person => "person",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::RoundRobin => "In turns",
            Self::LeastLoaded => "Fewest open leads",
            Self::Territory => "By country",
            Self::Skill => "By skill",
            Self::Person => "The first who is there",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|h| h.key() == key)
    }

    /// Whether each of the people has words of their own.
    pub const fn asks_words(self) -> bool {
        matches!(self, Self::Territory | Self::Skill)
    }
}

/// Somebody whom a rule chooses from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub member: MemberId,
    /// Open leads that they have at most.
    #[serde(default)]
    pub most: Option<u32>,
    /// Countries, or words of a lead, in small letters.
    #[serde(default)]
    pub words: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: LeadRuleId,
    pub version: i32,
    pub name: String,
    /// All of them hold; none: it is for every lead.
    pub when: Vec<Condition>,
    pub how: How,
    pub pool: Vec<Seat>,
    /// Whose turn was the last one.
    pub last: Option<MemberId>,
}

/// Three columns of a form, row by row.
pub fn rows(a: &[String], b: &[String], c: &[String]) -> Vec<[String; 3]> {
    let at = |of: &[String], n: usize| of.get(n).cloned().unwrap_or_default();
    (0..a.len().max(b.len()).max(c.len()).min(POOL)).map(|n| [at(a, n), at(b, n), at(c, n)]).collect()
}

/// Reads the people of a form: a member, how many they take at most, and their words, row by row.
pub fn seats(e: &mut Errors, how: Option<How>, rows: &[[String; 3]]) -> Vec<Seat> {
    let mut pool: Vec<Seat> = vec![];
    for [member, most, words] in rows.iter().filter(|row| !row[0].is_empty()).take(POOL) {
        let member = e.take("pool", member.parse::<MemberId>().map_err(|_| "Choose members."));
        let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n <= 10_000).ok_or("At most is a whole number.");
        let most = match most.trim() {
            "" => None,
            text => e.take("pool", number(text)),
        };
        let words = words.split(',').map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty());
        let words: Vec<String> = words.map(|w| w.chars().take(60).collect()).take(30).collect();
        if how.is_some_and(How::asks_words) && words.is_empty() && e.of("pool").is_none() {
            e.add("pool", "Fill in countries or words for each person.");
        }
        if let Some(member) = member.filter(|m| pool.iter().all(|seat| seat.member != *m)) {
            pool.push(Seat { member, most, words });
        }
    }
    pool
}

/// What is known of a member at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub name: String,
    /// Open leads that they have.
    pub open: u32,
    pub deactivated: bool,
    /// The last day on which they are away; not why.
    pub away: Option<Day>,
}

/// What was decided, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub member: Option<MemberId>,
    /// The rule by which it was.
    pub rule: Option<LeadRuleId>,
    pub why: String,
}

/// Decides by the first rule that fits and has somebody left; else for the fallback, else for nobody.
pub fn decide(rules: &[Rule], facts: &Facts, members: &[Member], fallback: Option<MemberId>) -> Decision {
    let known = |id: MemberId| members.iter().find(|m| m.id == id);
    let mut passed: Vec<String> = vec![];
    for rule in rules.iter().filter(|rule| rule.when.iter().all(|c| c.holds(facts))) {
        let mut left: Vec<(&Seat, &Member)> = vec![];
        let mut fits = 0;
        for seat in rule.pool.iter().filter(|seat| suits(rule.how, seat, facts)) {
            fits += 1;
            let Some(member) = known(seat.member) else { continue };
            match absent(seat, member, "leads") {
                None => left.push((seat, member)),
                Some(why) if !passed.contains(&why) => passed.push(why),
                Some(_) => {}
            }
        }
        let Some((_, chosen)) = choose(rule.how, &rule.pool, rule.last, &left) else {
            if fits == 0 {
                passed.push(format!("Nobody of “{}” has what it asks for", rule.name));
            }
            continue;
        };
        let why = format!("By “{}” ({}): {}.", rule.name, rule.how.label().to_lowercase(), chosen.name);
        return Decision { member: Some(chosen.id), rule: Some(rule.id), why: told(why, &passed) };
    }
    let last = fallback.and_then(known).filter(|m| !m.deactivated);
    let why = match last {
        Some(member) => format!("No rule had somebody left, so it went to {}.", member.name),
        None if rules.is_empty() => "There are no rules of assignment yet.".into(),
        None => "Nobody was left, so it waits for somebody to take it.".into(),
    };
    Decision { member: last.map(|m| m.id), rule: None, why: told(why, &passed) }
}

/// Who is asked for by something that has one pool and no rules: a queue of tickets.
#[derive(Debug, Clone, Copy)]
pub struct Among<'a> {
    pub name: &'a str,
    pub how: How,
    pub pool: &'a [Seat],
    /// Whose turn was the last one.
    pub last: Option<MemberId>,
    /// What they have of it: `tickets`.
    pub what: &'a str,
    /// What it is about, for those who are chosen by their words.
    pub said: &'a str,
}

/// One of a pool, and why: those who are away, gone or full are passed over as they are for leads.
pub fn among(asked: &Among<'_>, members: &[Member]) -> (Option<MemberId>, String) {
    let mut passed: Vec<String> = vec![];
    let mut left: Vec<(&Seat, &Member)> = vec![];
    let said = asked.said.to_lowercase();
    let knows = |seat: &&Seat| !asked.how.asks_words() || seat.words.iter().any(|w| said.contains(w.as_str()));
    for seat in asked.pool.iter().filter(knows) {
        let Some(member) = members.iter().find(|m| m.id == seat.member) else { continue };
        match absent(seat, member, asked.what) {
            None => left.push((seat, member)),
            Some(why) if !passed.contains(&why) => passed.push(why),
            Some(_) => {}
        }
    }
    let how = match asked.how {
        How::LeastLoaded => format!("fewest open {}", asked.what),
        how => how.label().to_lowercase(),
    };
    match choose(asked.how, asked.pool, asked.last, &left) {
        Some((_, chosen)) => (Some(chosen.id), told(format!("By “{}” ({how}): {}.", asked.name, chosen.name), &passed)),
        None => {
            let nobody = format!("Nobody of “{}” was left, so it waits for somebody to take it.", asked.name);
            (None, told(nobody, &passed))
        }
    }
}

fn told(why: String, passed: &[String]) -> String {
    if passed.is_empty() { why } else { format!("{why} {}.", passed.join(". ")) }
}

/// Whether somebody may get this lead by their words.
fn suits(how: How, seat: &Seat, facts: &Facts) -> bool {
    match how {
        How::RoundRobin | How::LeastLoaded | How::Person => true,
        How::Territory => facts.country.is_some_and(|country| {
            let (name, code) = (country.name().to_lowercase(), country.code().to_lowercase());
            seat.words.iter().any(|word| *word == name || *word == code)
        }),
        How::Skill => {
            let said = [&facts.source, &facts.campaign, &facts.job_title, &facts.company];
            let said: Vec<String> = said.into_iter().flatten().map(|text| text.to_lowercase()).collect();
            seat.words.iter().any(|word| said.iter().any(|text| text.contains(word.as_str())))
        }
    }
}

/// Why somebody is passed over.
fn absent(seat: &Seat, member: &Member, what: &str) -> Option<String> {
    let name = &member.name;
    if member.deactivated {
        return Some(format!("{name} has no access any more"));
    }
    if let Some(until) = member.away {
        return Some(format!("{name} is away until {}", until.short()));
    }
    let most = seat.most.filter(|most| member.open >= *most)?;
    Some(format!("{name} has {most} open {what}, as many as they take"))
}

/// One of those who are left.
fn choose<'m>(
    how: How,
    pool: &[Seat],
    last: Option<MemberId>,
    left: &[(&'m Seat, &'m Member)],
) -> Option<(&'m Seat, &'m Member)> {
    match how {
        How::Person => left.first().copied(),
        How::RoundRobin => {
            // Behind whoever had the last turn, in the order of the pool, also where they are not there today.
            let last = pool.iter().position(|seat| Some(seat.member) == last);
            let place = |member: MemberId| pool.iter().position(|seat| seat.member == member).unwrap_or_default();
            let behind = left.iter().filter(|(_, m)| last.is_none_or(|last| place(m.id) > last));
            behind.copied().next().or_else(|| left.first().copied())
        }
        // Of those with as few, the first of the pool.
        How::LeastLoaded | How::Territory | How::Skill => left.iter().min_by_key(|(_, m)| m.open).copied(),
    }
}

#[cfg(test)]
#[path = "assignment_tests.rs"]
mod tests;
