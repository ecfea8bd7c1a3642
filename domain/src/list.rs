//! Lists: sort, key-set pages and capped counts (DOMAIN: "Lists never run an unbounded COUNT").

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Rows of one page.
pub const PAGE: usize = 50;
/// Counts stop here and say "1,000+".
pub const CAP: i64 = 1_000;

/// A column to sort by, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort<K> {
    pub key: K,
    pub descending: bool,
}

/// A sortable column of a noun, by its name in URLs.
pub trait SortKey: Copy + PartialEq + Default + 'static {
    const ALL: &'static [Self];
    fn name(self) -> &'static str;
}

impl<K: SortKey> Sort<K> {
    /// Reads `name` or `-name`; what is unknown is the default order, so that old links keep working.
    pub fn parse(input: &str) -> Self {
        let (descending, name) = input.strip_prefix('-').map_or((false, input), |n| (true, n));
        K::ALL.iter().find(|k| k.name() == name).map_or_else(Self::default, |key| Self { key: *key, descending })
    }

    /// The URL form: `name` or `-name`.
    pub fn text(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key.name())
    }

    /// What a click on the header of `key` leads to.
    pub fn toggled(self, key: K) -> Self {
        Self { key, descending: self.key == key && !self.descending }
    }
}

/// Where a page begins: behind, or before, a row known by its sort value and id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cursor {
    #[default]
    Start,
    After(Mark),
    Before(Mark),
}

/// What waits for somebody's answer is counted no further.
pub const WAITING: i64 = 100;

/// A row's place in the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The sort value as PostgreSQL writes it.
    pub value: String,
    pub id: Uuid,
}

impl Mark {
    /// `id~value`; URL-encoded by whoever makes a link of it.
    pub fn text(&self) -> String {
        format!("{}~{}", self.id.simple(), self.value)
    }

    pub fn parse(input: &str) -> Option<Self> {
        let (id, value) = input.split_once('~')?;
        Some(Self { value: value.to_owned(), id: id.parse().ok()? })
    }
}

impl Cursor {
    /// From the `after` and `before` of a URL; anything unreadable starts at the top.
    pub fn parse(after: &str, before: &str) -> Self {
        match (Mark::parse(after), Mark::parse(before)) {
            (Some(mark), _) => Self::After(mark),
            (None, Some(mark)) => Self::Before(mark),
            _ => Self::Start,
        }
    }
}

/// How many there are, counted no further than [`CAP`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Exactly(i64),
    MoreThan(i64),
}

impl Total {
    /// From a count that was stopped one past the cap.
    pub fn capped(counted: i64) -> Self {
        Self::up_to(counted, CAP)
    }

    /// The same with a cap of its own.
    pub fn up_to(counted: i64, cap: i64) -> Self {
        if counted > cap { Self::MoreThan(cap) } else { Self::Exactly(counted) }
    }

    /// Both together, of rows that neither has in common.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exactly(a), Self::Exactly(b)) => Self::capped(a + b),
            _ => Self::MoreThan(CAP),
        }
    }
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(n) => f.write_str(&grouped(*n)),
            Self::MoreThan(n) => write!(f, "{}+", grouped(*n)),
        }
    }
}

/// `12345` as `12,345`.
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "\u{2212}" } else { "" });
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// One page of rows, and where the pages beside it begin.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    pub rows: Vec<T>,
    pub previous: Option<Mark>,
    pub next: Option<Mark>,
    pub total: Total,
    /// Nothing is exactly what was searched for; these are close to it.
    pub near: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_stop_at_the_cap() {
        assert_eq!(Total::capped(1_000).to_string(), "1,000");
        assert_eq!(Total::capped(1_001).to_string(), "1,000+");
    }

    #[test]
    fn a_mark_survives_its_url() {
        let mark = Mark { value: "o'neil~x y".into(), id: Uuid::from_u128(7) };
        assert_eq!(Mark::parse(&mark.text()), Some(mark));
        assert_eq!(Cursor::parse("junk", ""), Cursor::Start);
    }
}
