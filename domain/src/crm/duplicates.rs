//! Records that may be one: what speaks for it, and what a merge takes from which.

use crate::{MemberId, MergeId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// For so long a merge can be undone.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// The nouns whose records are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noun {
    Customers,
    Contacts,
    Leads,
}

impl Noun {
    pub const ALL: [Self; 3] = [Self::Customers, Self::Contacts, Self::Leads];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Leads => "leads",
        }
    }

    /// One of them.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Customers => "customer",
            Self::Contacts => "contact",
            Self::Leads => "lead",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|n| n.key() == key)
    }
}

/// What speaks for two records being one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    Email,
    Domain,
    Phone,
    /// Alike as they sound, without accents and legal forms.
    Name,
    /// Only close, as a search takes it.
    Close,
}

impl Reason {
    const ALL: [Self; 5] = [Self::Email, Self::Domain, Self::Phone, Self::Name, Self::Close];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Domain => "domain",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Close => "close",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "Same email",
            Self::Domain => "Same domain",
            Self::Phone => "Same number",
            Self::Name => "Same name",
            Self::Close => "Similar name",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }
}

/// A record that one which is about to be added may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    /// What it is: somebody who is about to be a lead may be a contact already.
    pub noun: Noun,
    pub id: Uuid,
    pub name: String,
    pub reasons: Vec<Reason>,
}

/// One of two, as a list of pairs shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    pub id: Uuid,
    pub name: String,
    /// What tells it from namesakes.
    pub detail: String,
}

/// Two records that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub one: Side,
    pub other: Side,
    pub reasons: Vec<Reason>,
}

/// A merge that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub id: MergeId,
    pub noun: Noun,
    pub survivor: Uuid,
    pub gone: Uuid,
    pub survivor_name: String,
    pub gone_name: String,
    pub at: DateTime<Utc>,
    pub by: Option<(MemberId, String)>,
    pub undone: bool,
    /// What its undo could not give back.
    pub kept: Vec<String>,
}

impl Merged {
    /// Whether it can be undone at this moment.
    pub fn undoable(&self, now: DateTime<Utc>) -> bool {
        !self.undone && now - self.at < KEPT
    }
}

/// Whether one name is the other with a slip of the pen: a letter or two of many, and no number.
pub fn close(one: &str, other: &str) -> bool {
    let signs = |name: &str| name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<Vec<_>>();
    let digits = |name: &[char]| name.iter().copied().filter(char::is_ascii_digit).collect::<Vec<_>>();
    let (one, other) = (signs(one), signs(other));
    let (short, long) = (one.len().min(other.len()), one.len().max(other.len()));
    let slips = 1 + short / 10;
    short >= 5 && long - short <= slips && digits(&one) == digits(&other) && distance(&one, &other) <= slips
}

/// Signs that are put in, left out or exchanged (Levenshtein).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let exchanged = before + usize::from(a != b);
            before = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(before + 1);
        }
    }
    row[other.len()]
}

/// What an undo says that it could not do.
pub fn kept(changed: i64, refused: i64, fields: &[String], archived: bool) -> Vec<String> {
    let rows = |n: i64, what: &str| match n {
        1 => format!("One {what}"),
        n => format!("{n} {what}s"),
    };
    let mut kept = vec![];
    if changed > 0 {
        kept.push(format!("{} changed hands or went since, and stayed.", rows(changed, "thing")));
    }
    if refused > 0 {
        kept.push(format!("{} could not go back, because its place is taken.", rows(refused, "thing")));
    }
    if !fields.is_empty() {
        kept.push(format!("Changed since, and left as it is: {}.", fields.join(", ")));
    }
    if archived {
        kept.push("The other record stays in the archive: its name or domain is taken by now.".into());
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_close_and_another_number_is_not() {
        for (one, other, is) in [
            ("Globex Lamps", "Globex Lamp", true),
            ("Globex Lamps", "Glowex Lamps", true),
            ("Globex 12", "Globex 13", false),
            ("Anna", "Anne", false),
            ("Müller & Söhne", "Muller & Sohne", true),
            ("Harbour Hotels", "Harbour Motors", false),
            ("العلي محمد", "العلي محمد", true),
        ] {
            assert_eq!(close(one, other), is, "{one} {other}");
            assert_eq!(close(other, one), is, "{other} {one}");
        }
    }

    #[test]
    fn an_undo_says_what_it_could_not() {
        assert!(kept(0, 0, &[], false).is_empty());
        let told = kept(1, 2, &["City".into(), "Phone".into()], true).join(" ");
        assert_eq!(
            told,
            "One thing changed hands or went since, and stayed. 2 things could not go back, because its place is taken. \
             Changed since, and left as it is: City, Phone. The other record stays in the archive: its name or domain is taken by now."
        );
    }
}
