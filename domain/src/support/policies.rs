//! What is promised: policies in order, each for some tickets, with times by priority. The first that fits is a ticket's own
//! and stays so.

use crate::{
    CustomerId, Errors, QueueId, SlaPolicyId,
    crm::customers::Health,
    draft,
    support::{
        sla::{Clock, Targets},
        tickets::{Kind, Priority},
    },
};
use serde::{Deserialize, Serialize};

pub const MOST: usize = 500;

/// For which tickets a policy is: all that is filled in holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conditions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// How well the customer is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// A tag of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
}

/// What of a ticket policies ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub queue: QueueId,
    pub priority: Priority,
    pub kind: Kind,
    pub customer: Option<CustomerId>,
    pub health: Option<Health>,
    /// Names of the customer's tags.
    pub tags: Vec<String>,
}

impl Conditions {
    pub fn hold(&self, f: &Facts) -> bool {
        self.queue.is_none_or(|q| q == f.queue)
            && self.priority.is_none_or(|p| p == f.priority)
            && self.kind.is_none_or(|k| k == f.kind)
            && self.health.is_none_or(|h| f.health == Some(h))
            && self.tag.as_ref().is_none_or(|t| f.tags.iter().any(|own| own.to_lowercase() == t.to_lowercase()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub id: SlaPolicyId,
    pub version: i32,
    pub name: String,
    pub when: Conditions,
    pub targets: Targets,
    pub warn: i32,
}

/// The first that fits.
pub fn matched<'p>(policies: &'p [Policy], facts: &Facts) -> Option<&'p Policy> {
    policies.iter().find(|p| p.when.hold(facts))
}

draft! {
    /// A policy as typed. Times are hours, `1.5`, or `1:30`, or `90 min`; empty: none is promised.
    Draft { name, queue, priority, kind, health, tag, warn,
        low_first, low_next, low_resolution, normal_first, normal_next, normal_resolution,
        high_first, high_next, high_resolution, urgent_first, urgent_next, urgent_resolution }
}

/// Names of the fields of times, of each priority by clock.
pub const TIMES: [(Priority, [&str; 3]); 4] = [
    (Priority::Urgent, ["urgent_first", "urgent_next", "urgent_resolution"]),
    (Priority::High, ["high_first", "high_next", "high_resolution"]),
    (Priority::Normal, ["normal_first", "normal_next", "normal_resolution"]),
    (Priority::Low, ["low_first", "low_next", "low_resolution"]),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub when: Conditions,
    pub targets: Targets,
    pub warn: i32,
}

impl Draft {
    pub fn read(&self) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let when = Conditions {
            queue: e.optional("queue", &self.queue, |s| s.parse().map_err(|_| "Choose a queue.")),
            priority: e.optional("priority", &self.priority, |s| Priority::parse(s).ok_or("Choose a priority.")),
            kind: e.optional("kind", &self.kind, |s| Kind::parse(s).ok_or("Choose a type.")),
            health: e.optional("health", &self.health, |s| Health::parse(s).ok_or("Choose how the customer is.")),
            tag: e.line("tag", &self.tag, 50),
        };
        let mut targets = Targets::default();
        for (priority, names) in TIMES {
            for (n, field) in names.into_iter().enumerate() {
                targets.of_mut(priority)[n] = e.optional(field, self.get(field), time);
            }
        }
        if e.is_empty() && targets == Targets::default() {
            e.add("urgent_first", "Promise at least one time.");
        }
        let percent = |s: &str| {
            s.trim_end_matches(['%', ' ']).parse().ok().filter(|n| (10..=99).contains(n)).ok_or("Use 10 to 99.")
        };
        let warn = e.optional("warn", &self.warn, percent).unwrap_or(80);
        e.or(Fields { name, when, targets, warn })
    }
}

impl Policy {
    pub fn draft(&self) -> Draft {
        let mut draft = Draft {
            name: self.name.clone(),
            queue: self.when.queue.map(|q| q.to_string()).unwrap_or_default(),
            priority: self.when.priority.map(|p| p.key().to_owned()).unwrap_or_default(),
            kind: self.when.kind.map(|k| k.key().to_owned()).unwrap_or_default(),
            health: self.when.health.map(|h| h.key().to_owned()).unwrap_or_default(),
            tag: self.when.tag.clone().unwrap_or_default(),
            warn: self.warn.to_string(),
            ..Draft::default()
        };
        for (priority, names) in TIMES {
            for (field, minutes) in names.into_iter().zip(self.targets.of(priority)) {
                draft.set(field, minutes.map(hours).unwrap_or_default());
            }
        }
        draft
    }

    /// What it promises of a priority, clock by clock.
    pub fn words(&self, priority: Priority) -> String {
        let each = Clock::ALL.iter().zip(self.targets.of(priority));
        let told = each.filter_map(|(clock, m)| Some(format!("{} {}", clock.label().to_lowercase(), hours(m?))));
        told.collect::<Vec<_>>().join(", ")
    }
}

/// `1.5`, `1:30`, `90 min`, `8 h`, in minutes.
pub(super) fn time(text: &str) -> Result<u32, String> {
    let wrong = || "Write hours, like 8 or 1:30, or minutes, like 90 min.".to_owned();
    let text = text.trim().to_lowercase();
    let minutes = if let Some(minutes) = text.strip_suffix("min").or(text.strip_suffix('m')) {
        minutes.trim().parse().map_err(|_| wrong())?
    } else {
        let hours = text.strip_suffix("hours").or(text.strip_suffix('h')).unwrap_or(&text).trim();
        match (hours.split_once(':'), hours.split_once(['.', ','])) {
            (Some((h, m)), _) => {
                let (h, m): (u32, u32) = (h.parse().map_err(|_| wrong())?, m.parse().map_err(|_| wrong())?);
                if m > 59 {
                    return Err(wrong());
                }
                h.checked_mul(60).and_then(|h| h.checked_add(m)).ok_or_else(wrong)?
            }
            (None, Some((h, part))) => {
                let h: u32 = h.parse().map_err(|_| wrong())?;
                let digits = u32::try_from(part.len()).unwrap_or(9);
                let part: u32 = part.parse().ok().filter(|_| (1..=3).contains(&digits)).ok_or_else(wrong)?;
                h.checked_mul(60).and_then(|h| h.checked_add(part * 60 / 10_u32.pow(digits))).ok_or_else(wrong)?
            }
            (None, None) => hours.parse::<u32>().ok().and_then(|h| h.checked_mul(60)).ok_or_else(wrong)?,
        }
    };
    if (1..=60_000).contains(&minutes) {
        Ok(minutes)
    } else {
        Err("Use a minute at least, and a thousand hours at most.".into())
    }
}

fn hours(minutes: u32) -> String {
    super::sla::minutes(minutes.into()).replace(" h ", ":").replace(" min", if minutes < 60 { " min" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, minutes) in
            [("8", 480), ("1:30", 90), ("1.5", 90), ("0,25", 15), ("90 min", 90), ("2 h", 120), ("15m", 15)]
        {
            assert_eq!(time(text), Ok(minutes), "{text}");
        }
        for wrong in ["", "soon", "1:75", "-3", "0", "1.2345", "99999999999"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
        for minutes in [1, 45, 60, 90, 605, 6_000] {
            assert_eq!(time(&hours(minutes)), Ok(minutes), "{}", hours(minutes));
        }
    }

    #[test]
    fn the_first_that_fits_is_the_tickets_own() {
        let queue = QueueId(uuid::Uuid::from_u128(1));
        let policy = |name: &str, when: Conditions| Policy {
            id: SlaPolicyId(uuid::Uuid::nil()),
            version: 1,
            name: name.into(),
            when,
            targets: Targets::default(),
            warn: 80,
        };
        let all = [
            policy("Gold", Conditions { tag: Some("gold".into()), ..Conditions::default() }),
            policy(
                "Urgent",
                Conditions { priority: Some(Priority::Urgent), queue: Some(queue), ..Conditions::default() },
            ),
            policy("Rest", Conditions::default()),
        ];
        let facts = |priority, tags: &[&str]| Facts {
            queue,
            priority,
            kind: Kind::Question,
            customer: None,
            health: None,
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
        };
        let name = |facts: Facts| matched(&all, &facts).map(|p| p.name.clone()).unwrap_or_default();
        assert_eq!(name(facts(Priority::Urgent, &["Gold"])), "Gold");
        assert_eq!(name(facts(Priority::Urgent, &[])), "Urgent");
        assert_eq!(name(facts(Priority::Low, &["silver"])), "Rest");
        assert_eq!(matched(&all[..2], &facts(Priority::Low, &[])), None);
    }
}
