//! What people note about each other between cycles: notes of a 1:1, shared or one's own; feedback; praise. Who may read what
//! is said here, and nowhere else; a role that sees all reviews sees nothing of one's own notes.

use crate::EmployeeId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Letters of a note.
pub const LONGEST: usize = 5_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Of a 1:1, and the author's alone.
    OwnNote,
    /// Of a 1:1, for both.
    SharedNote,
    /// For the person it is about.
    Feedback,
    /// For the person and whoever manages them.
    FeedbackToBoth,
    /// For everybody.
    Praise,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub kind: Kind,
    pub author: EmployeeId,
    /// Whom it is about; of a 1:1, the other one.
    pub about: EmployeeId,
}

/// Whoever reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub me: EmployeeId,
    /// Those who report to them now, themselves.
    pub reports: BTreeSet<EmployeeId>,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::OwnNote, Self::SharedNote, Self::Feedback, Self::FeedbackToBoth, Self::Praise];

    pub const fn key(self) -> &'static str {
        match self {
            Self::OwnNote => "own_note",
            Self::SharedNote => "shared_note",
            Self::Feedback => "feedback",
            Self::FeedbackToBoth => "feedback_to_both",
            Self::Praise => "praise",
        }
    }

    /// What whoever writes is told.
    pub const fn audience(self) -> &'static str {
        match self {
            Self::OwnNote => "Only you read this.",
            Self::SharedNote => "Both of you read this.",
            Self::Feedback => "Only they read this.",
            Self::FeedbackToBoth => "They and whoever manages them read this.",
            Self::Praise => "Everybody reads this.",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

impl Note {
    /// Whether somebody may read it.
    pub fn is_open_to(&self, reader: &Reader) -> bool {
        let (author, about) = (reader.me == self.author, reader.me == self.about);
        match self.kind {
            Kind::OwnNote => author,
            Kind::SharedNote | Kind::Feedback => author || about,
            Kind::FeedbackToBoth => author || about || reader.reports.contains(&self.about),
            Kind::Praise => true,
        }
    }

    /// Whether it goes into the export of somebody's own data: what they wrote, and what is about them and open to them.
    pub fn is_exported_to(&self, me: EmployeeId) -> bool {
        let of_mine = self.author == me || self.about == me;
        of_mine && self.is_open_to(&Reader { me, reports: BTreeSet::new() })
    }
}

/// Whether two people have a 1:1: one reports to the other.
pub fn is_one_to_one(a: &Reader, b: &Reader) -> bool {
    a.me != b.me && (a.reports.contains(&b.me) || b.reports.contains(&a.me))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> EmployeeId {
        EmployeeId(Uuid::from_u128(n))
    }

    fn reader(n: u128, reports: &[u128]) -> Reader {
        Reader { me: id(n), reports: reports.iter().map(|r| id(*r)).collect() }
    }

    #[test]
    fn who_reads_what() {
        // 1 writes about 2; 3 manages 2; 4 manages 3; 5 is somebody else.
        let readers = [reader(1, &[]), reader(2, &[]), reader(3, &[2]), reader(4, &[3]), reader(5, &[])];
        for (kind, wanted) in [
            (Kind::OwnNote, [true, false, false, false, false]),
            (Kind::SharedNote, [true, true, false, false, false]),
            (Kind::Feedback, [true, true, false, false, false]),
            (Kind::FeedbackToBoth, [true, true, true, false, false]),
            (Kind::Praise, [true; 5]),
        ] {
            let note = Note { kind, author: id(1), about: id(2) };
            assert_eq!(readers.clone().map(|r| note.is_open_to(&r)), wanted, "{kind:?}");
            let exported = readers.clone().map(|r| note.is_exported_to(r.me));
            assert_eq!(exported, [true, kind != Kind::OwnNote, false, false, false], "{kind:?}");
            assert_eq!(Kind::parse(kind.key()), Some(kind));
        }
    }

    #[test]
    fn a_manager_s_own_note_is_not_open_to_whom_it_is_about() {
        let note = Note { kind: Kind::OwnNote, author: id(3), about: id(2) };
        assert!(note.is_open_to(&reader(3, &[2])) && !note.is_open_to(&reader(2, &[])));
        assert!(!note.is_open_to(&reader(4, &[3, 2])), "nor to the manager after them");
    }

    #[test]
    fn a_one_to_one_is_of_a_manager_and_a_report() {
        assert!(is_one_to_one(&reader(1, &[2]), &reader(2, &[])));
        assert!(is_one_to_one(&reader(2, &[]), &reader(1, &[2])));
        assert!(!is_one_to_one(&reader(2, &[]), &reader(3, &[])));
        assert!(!is_one_to_one(&reader(2, &[2]), &reader(2, &[2])));
    }
}
