//! How what is open in a period came to be another amount: from one moment to a later one, step by step, adding up exactly.

use crate::Day;

/// What a deal was at the first of two moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Was {
    /// There was none.
    Absent,
    /// Open, and to close in another period.
    Elsewhere,
    /// Open, and to close in this one.
    Inside,
    Won,
    Lost,
}

/// What it is at the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Is {
    /// Archived.
    Gone,
    /// In another period, won or open.
    Elsewhere,
    Inside,
    /// In this period.
    Won,
    Lost,
}

impl Was {
    pub const ALL: [Self; 5] = [Self::Absent, Self::Elsewhere, Self::Inside, Self::Won, Self::Lost];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Elsewhere => "elsewhere",
            Self::Inside => "inside",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.key() == key)
    }
}

impl Is {
    pub const ALL: [Self; 5] = [Self::Gone, Self::Elsewhere, Self::Inside, Self::Won, Self::Lost];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Elsewhere => "elsewhere",
            Self::Inside => "inside",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|i| i.key() == key)
    }
}

/// Deals that went the same way, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    pub was: Was,
    pub is: Is,
    pub deals: i64,
    /// What they came to at the first moment, and at the second.
    pub before: i64,
    pub after: i64,
    /// Of those that grew, by how much; and of those that shrank.
    pub up: i64,
    pub down: i64,
}

impl Group {
    pub fn of(was: Was, is: Is, before: i64, after: i64) -> Self {
        let (up, down) = ((after - before).max(0), (before - after).max(0));
        Self { was, is, deals: 1, before, after, up, down }
    }
}

/// A step, with how many deals took it and what it adds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Step {
    pub deals: i64,
    pub minor: i64,
}

impl Step {
    fn take(&mut self, deals: i64, minor: i64) {
        self.deals += deals;
        self.minor = self.minor.saturating_add(minor);
    }
}

/// What is open in a period, and what has changed it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waterfall {
    pub start: Step,
    /// That there were not before.
    pub new: Step,
    /// From another period, or open again.
    pub into: Step,
    pub up: Step,
    pub down: Step,
    pub won: Step,
    pub lost: Step,
    /// To another period, or archived.
    pub out: Step,
    pub end: Step,
}

/// Adds up the steps. A deal that is won takes with it what it was won for: what it grew by before is told as growing.
pub fn waterfall(groups: &[Group]) -> Waterfall {
    let mut w = Waterfall::default();
    for g in groups {
        if g.was == Was::Inside {
            w.start.take(g.deals, g.before);
        }
        if g.is == Is::Inside {
            w.end.take(g.deals, g.after);
        }
        match (g.was, g.is) {
            (Was::Inside, Is::Inside | Is::Won) => {
                w.up.take(if g.up > 0 { g.deals } else { 0 }, g.up);
                w.down.take(if g.down > 0 { g.deals } else { 0 }, -g.down);
            }
            (Was::Inside, Is::Lost) => w.lost.take(g.deals, -g.before),
            (Was::Inside, Is::Elsewhere | Is::Gone) => w.out.take(g.deals, -g.before),
            (Was::Absent, Is::Inside | Is::Won) => w.new.take(g.deals, g.after),
            (Was::Elsewhere | Was::Lost, Is::Inside | Is::Won) | (Was::Won, Is::Inside) => {
                w.into.take(g.deals, g.after)
            }
            _ => {}
        }
        if g.is == Is::Won && g.was != Was::Won {
            w.won.take(g.deals, -g.after);
        }
    }
    w
}

impl Waterfall {
    /// The steps by name, in the order in which they are told.
    pub fn steps(&self) -> [(&'static str, &'static str, Step); 9] {
        [
            ("start", "Open at the start", self.start),
            ("new", "New", self.new),
            ("in", "Moved in", self.into),
            ("up", "Grown", self.up),
            ("down", "Shrunk", self.down),
            ("won", "Won", self.won),
            ("lost", "Lost", self.lost),
            ("out", "Moved out", self.out),
            ("end", "Open at the end", self.end),
        ]
    }
}

/// A snapshot, by its Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    pub week: Day,
    pub deals: i32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_way_of_a_deal_is_one_step() {
        let step = |was, is, before, after| {
            let w = waterfall(&[Group::of(was, is, before, after)]);
            w.steps()[1..8].iter().filter(|(.., s)| s.minor != 0).map(|(key, _, s)| (*key, s.minor)).collect::<Vec<_>>()
        };
        assert_eq!(step(Was::Absent, Is::Inside, 0, 10), [("new", 10)]);
        assert_eq!(step(Was::Absent, Is::Won, 0, 10), [("new", 10), ("won", -10)]);
        assert_eq!(step(Was::Elsewhere, Is::Inside, 0, 10), [("in", 10)]);
        assert_eq!(step(Was::Won, Is::Inside, 0, 10), [("in", 10)]);
        assert_eq!(step(Was::Inside, Is::Inside, 10, 15), [("up", 5)]);
        assert_eq!(step(Was::Inside, Is::Inside, 10, 4), [("down", -6)]);
        assert_eq!(step(Was::Inside, Is::Won, 10, 15), [("up", 5), ("won", -15)]);
        assert_eq!(step(Was::Inside, Is::Lost, 10, 0), [("lost", -10)]);
        assert_eq!(step(Was::Inside, Is::Elsewhere, 10, 0), [("out", -10)]);
        assert_eq!(step(Was::Inside, Is::Gone, 10, 0), [("out", -10)]);
        assert_eq!(step(Was::Won, Is::Won, 0, 10), []);
        assert_eq!(step(Was::Absent, Is::Lost, 0, 0), []);
    }

    fn deal() -> impl Strategy<Value = (Was, Is, i64, i64)> {
        let (was, is) = (prop::sample::select(&Was::ALL[..]), prop::sample::select(&Is::ALL[..]));
        (was, is, 0i64..1_000_000, 0i64..1_000_000).prop_map(|(was, is, before, after)| {
            // What counts at a moment is what is open in the period then, or was won in it.
            let before = if was == Was::Inside { before } else { 0 };
            let after = if matches!(is, Is::Inside | Is::Won) { after } else { 0 };
            (was, is, before, after)
        })
    }

    proptest! {
        #[test]
        fn the_steps_lead_from_the_start_to_the_end(deals in prop::collection::vec(deal(), 0..60)) {
            // Grouped as the database groups them.
            let mut groups: Vec<Group> = vec![];
            for (was, is, before, after) in &deals {
                let one = Group::of(*was, *is, *before, *after);
                match groups.iter_mut().find(|g| g.was == *was && g.is == *is) {
                    Some(g) => {
                        g.deals += 1;
                        g.before += one.before;
                        g.after += one.after;
                        g.up += one.up;
                        g.down += one.down;
                    }
                    None => groups.push(one),
                }
            }
            let w = waterfall(&groups);
            let start: i64 = deals.iter().filter(|d| d.0 == Was::Inside).map(|d| d.2).sum();
            let end: i64 = deals.iter().filter(|d| d.1 == Is::Inside).map(|d| d.3).sum();
            let won: i64 = deals.iter().filter(|d| d.1 == Is::Won && d.0 != Was::Won).map(|d| d.3).sum();
            prop_assert_eq!((w.start.minor, w.end.minor, w.won.minor), (start, end, -won));
            let steps: i64 = w.steps()[1..8].iter().map(|(.., s)| s.minor).sum();
            prop_assert_eq!(w.start.minor + steps, w.end.minor);
            prop_assert_eq!(w, waterfall(&deals.iter().map(|d| Group::of(d.0, d.1, d.2, d.3)).collect::<Vec<_>>()).counted_as(&w));
        }
    }

    impl Waterfall {
        /// With the numbers of deals of another: grouped, who grew and who shrank is told of their group.
        fn counted_as(mut self, other: &Self) -> Self {
            (self.up.deals, self.down.deals) = (other.up.deals, other.down.deals);
            self
        }
    }
}
