//! Where a new ticket goes: rules in order, of which the first that fits says its queue, its priority and who gets it. Pure.

use super::{
    language::Language,
    tickets::{Kind, Priority},
};
use crate::{
    Errors, MemberId, QueueId, RoutingRuleId,
    crm::{
        customers::Health,
        leads::assignment::{How, Seat, seats},
    },
    draft,
};
use serde::{Deserialize, Serialize};

/// Rules that a workspace may have.
pub const MOST: usize = 200;
/// Words and domains of one rule.
const WORDS: usize = 50;

/// Ways to choose somebody; without one the queue decides.
pub const HOWS: [How; 4] = [How::RoundRobin, How::LeastLoaded, How::Skill, How::Person];

/// By which way a ticket comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Somebody here has opened it.
    #[default]
    Desk,
    Mail,
    /// The customer has written it in the portal.
    Portal,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Mail, Self::Portal, Self::Desk];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Mail => "mail",
            Self::Portal => "portal",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Desk => "Opened here",
            Self::Mail => "By mail",
            Self::Portal => "In the portal",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// For which tickets a rule is: all that is filled in holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct When {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The requester's address is at one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// A tag of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// One of these stands in the subject.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
}

/// What follows; what is not said stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Then {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<How>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pool: Vec<Seat>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub id: RoutingRuleId,
    pub version: i32,
    pub name: String,
    pub when: When,
    pub then: Then,
    /// Whose turn was the last one.
    pub last: Option<MemberId>,
}

/// What of a ticket rules ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub channel: Channel,
    pub queue: QueueId,
    pub kind: Kind,
    pub email: Option<String>,
    /// Names of the customer's tags.
    pub tags: Vec<String>,
    pub health: Option<Health>,
    pub subject: String,
    pub language: Option<Language>,
}

impl When {
    pub fn holds(&self, f: &Facts) -> bool {
        let small = |text: &str| text.to_lowercase();
        let subject = small(&f.subject);
        let at = f.email.as_deref().and_then(|e| e.rsplit_once('@')).map(|(_, domain)| small(domain));
        let within =
            |domain: &String| at.as_ref().is_some_and(|at| at == domain || at.ends_with(&format!(".{domain}")));
        self.channel.is_none_or(|c| c == f.channel)
            && self.queue.is_none_or(|q| q == f.queue)
            && self.kind.is_none_or(|k| k == f.kind)
            && (self.domains.is_empty() || self.domains.iter().any(within))
            && self.tag.as_ref().is_none_or(|t| f.tags.iter().any(|own| small(own) == small(t)))
            && self.health.is_none_or(|h| f.health == Some(h))
            && (self.words.is_empty() || self.words.iter().any(|w| subject.contains(w.as_str())))
            && self.language.is_none_or(|l| f.language == Some(l))
    }
}

/// The first that fits.
pub fn matched<'r>(rules: &'r [Rule], facts: &Facts) -> Option<&'r Rule> {
    rules.iter().find(|r| r.when.holds(facts))
}

draft! {
    /// A rule as typed; its people come row by row.
    Draft { name, channel, queue, kind, domains, tag, health, words, language, to_queue, priority, how }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub when: When,
    pub then: Then,
}

impl Draft {
    /// `rows`: member, how many open tickets they take at most, and their words.
    pub fn read(&self, rows: &[[String; 3]]) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let when = When {
            channel: e.optional("channel", &self.channel, |s| Channel::parse(s).ok_or("Choose a way.")),
            queue: e.optional("queue", &self.queue, |s| s.parse().map_err(|_| "Choose a queue.")),
            kind: e.optional("kind", &self.kind, |s| Kind::parse(s).ok_or("Choose a type.")),
            domains: list(&self.domains).into_iter().map(|d| d.trim_start_matches('@').to_owned()).collect(),
            tag: e.line("tag", &self.tag, 50),
            health: e.optional("health", &self.health, |s| Health::parse(s).ok_or("Choose how the customer is.")),
            words: list(&self.words),
            language: e.optional("language", &self.language, |s| Language::parse(s).ok_or("Choose a language.")),
        };
        if when.domains.iter().any(|d| !d.contains('.') || d.contains(char::is_whitespace) || d.contains('@')) {
            e.add("domains", "Write domains, like lamps.example, with commas between them.");
        }
        let how = e.optional("how", &self.how, |s| How::parse(s).filter(|h| HOWS.contains(h)).ok_or("Choose how."));
        let pool = seats(&mut e, how, rows);
        let then = Then {
            queue: e.optional("to_queue", &self.to_queue, |s| s.parse().map_err(|_| "Choose a queue.")),
            priority: e.optional("priority", &self.priority, |s| Priority::parse(s).ok_or("Choose a priority.")),
            how,
            pool: if how.is_some() { pool } else { vec![] },
        };
        if e.is_empty() && how.is_some() && then.pool.is_empty() {
            e.add("pool", "Choose at least one person, or leave it to the queue.");
        }
        if e.is_empty() && then == Then::default() {
            e.add("to_queue", "Say what follows: a queue, a priority, or who gets it.");
        }
        e.or(Fields { name, when, then })
    }
}

/// Words with commas between them, in small letters.
fn list(text: &str) -> Vec<String> {
    let words = text.split([',', '\n']).map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty());
    words.map(|w| w.chars().take(100).collect()).take(WORDS).collect()
}

impl Rule {
    pub fn draft(&self) -> Draft {
        let (w, t) = (&self.when, &self.then);
        let text = |key: Option<&str>| key.unwrap_or_default().to_owned();
        Draft {
            name: self.name.clone(),
            channel: text(w.channel.map(Channel::key)),
            queue: w.queue.map(|q| q.to_string()).unwrap_or_default(),
            kind: text(w.kind.map(Kind::key)),
            domains: w.domains.join(", "),
            tag: w.tag.clone().unwrap_or_default(),
            health: text(w.health.map(Health::key)),
            words: w.words.join(", "),
            language: text(w.language.map(Language::key)),
            to_queue: t.queue.map(|q| q.to_string()).unwrap_or_default(),
            priority: text(t.priority.map(Priority::key)),
            how: text(t.how.map(How::key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn facts() -> Facts {
        Facts {
            channel: Channel::Mail,
            queue: QueueId(Uuid::from_u128(1)),
            kind: Kind::Question,
            email: Some("ada@eu.Lamps.example".into()),
            tags: vec!["Gold".into()],
            health: Some(Health::AtRisk),
            subject: "Our INVOICE 7 is wrong".into(),
            language: Some(Language::English),
        }
    }

    #[test]
    fn all_that_is_filled_in_holds() {
        let read = |fields: &[(&str, &str)]| {
            let mut draft = Draft { name: "R".into(), priority: "urgent".into(), ..Draft::default() };
            fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
            draft.read(&[]).unwrap_or_else(|e| panic!("{fields:?}: {e:?}")).when
        };
        for (fields, holds) in [
            (&[][..], true),
            (&[("channel", "mail"), ("domains", "other.example, @lamps.example"), ("tag", "gold")], true),
            (&[("channel", "desk")], false),
            (&[("domains", "amps.example")], false),
            (&[("words", "refund, invoice"), ("language", "english"), ("health", "at_risk")], true),
            (&[("words", "refund")], false),
            (&[("language", "german")], false),
            (&[("words", "invoice"), ("kind", "incident")], false),
        ] {
            assert_eq!(read(fields).holds(&facts()), holds, "{fields:?}");
        }
    }

    #[test]
    fn a_rule_says_what_follows_and_among_whom() {
        let draft = |how: &str| Draft { name: "R".into(), how: how.into(), ..Draft::default() };
        let none: &[[String; 3]] = &[];
        assert!(draft("").read(none).expect_err("nothing follows").of("to_queue").is_some());
        assert!(draft("round_robin").read(none).expect_err("nobody").of("pool").is_some());
        let one = [[Uuid::from_u128(7).to_string(), "5".to_owned(), String::new()]];
        assert_eq!(draft("round_robin").read(&one).expect("a rule").then.pool.len(), 1);
        assert!(draft("skill").read(&one).is_err(), "no words");
        assert!(draft("territory").read(&one).is_err());
        let wrong = Draft { domains: "lamps".into(), ..draft("round_robin") };
        assert!(wrong.read(&one).expect_err("no domain").of("domains").is_some());
    }
}
