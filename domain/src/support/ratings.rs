//! How those who asked found it: asked once after a ticket was solved, answered by a link from their mail.

use super::reports::By;
use crate::{Errors, TicketId, draft};
use chrono::{DateTime, Utc};

/// How long after solving it is asked: who opens the ticket again within it has an answer to wait for.
pub const AFTER_MINUTES: i64 = 60;
/// Letters of a comment.
pub const COMMENT: usize = 2_000;

/// Each score with its words, the best first.
pub const SCORES: [(u8, &str); 5] = [(5, "Very good"), (4, "Good"), (3, "Fair"), (2, "Bad"), (1, "Very bad")];
/// Days for which the link of such a question opens.
pub const DAYS: i64 = 30;
pub const OPEN: chrono::TimeDelta = chrono::TimeDelta::days(DAYS);
/// From here on somebody is content.
pub const CONTENT: u8 = 4;

pub fn words(score: u8) -> &'static str {
    SCORES.iter().find(|(n, _)| *n == score).map_or("", |(_, words)| words)
}

draft! {
    /// An answer as typed.
    Draft { score, comment }
}

impl Draft {
    pub fn read(&self) -> Result<(u8, Option<String>), Errors> {
        let mut e = Errors::default();
        let known = |text: &str| text.parse().ok().filter(|n| SCORES.iter().any(|(score, _)| score == n));
        let score = e.take("score", known(&self.score).ok_or("Choose how it was."));
        let comment = e.text("comment", &self.comment, COMMENT);
        match score {
            Some(score) => e.or((score, comment.filter(|c| !c.is_empty()))),
            None => Err(e),
        }
    }
}

/// What somebody was asked, and has answered perhaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    pub asked: DateTime<Utc>,
    pub answer: Option<(u8, DateTime<Utc>)>,
    pub comment: Option<String>,
}

/// Of one queue or agent, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub whose: Option<String>,
    pub asked: i64,
    pub answered: i64,
    /// Those who are content.
    pub content: i64,
    /// All scores together.
    pub points: i64,
}

impl Line {
    /// Of a hundred who were asked, those who answered.
    pub fn rate(&self) -> Option<i64> {
        (self.asked > 0).then(|| (self.answered * 100 + self.asked / 2) / self.asked)
    }

    /// Of a hundred who answered, those who are content.
    pub fn share(&self) -> Option<i64> {
        (self.answered > 0).then(|| (self.content * 100 + self.answered / 2) / self.answered)
    }

    /// The mean in tenths: 42 is 4.2.
    pub fn mean(&self) -> Option<i64> {
        (self.answered > 0).then(|| (self.points * 10 + self.answered / 2) / self.answered)
    }
}

/// An answer as the report lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub ticket: TicketId,
    pub number: String,
    pub name: String,
    pub score: u8,
    pub comment: Option<String>,
    pub at: DateTime<Utc>,
    pub agent: Option<String>,
}

/// What is asked of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub by: By,
    pub all: Line,
    pub lines: Vec<Line>,
    pub told: Vec<Told>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_of_five_with_words_perhaps() {
        let read = |score: &str, comment: &str| Draft { score: score.into(), comment: comment.into() }.read();
        assert_eq!(read("4", " "), Ok((4, None)));
        assert_eq!(read("1", "Slow"), Ok((1, Some("Slow".into()))));
        for wrong in ["", "0", "6", "-1", "4.5", "good"] {
            assert!(read(wrong, "").is_err(), "{wrong}");
        }
        assert!(read("5", &"x".repeat(COMMENT + 1)).is_err());
    }

    #[test]
    fn shares_are_of_those_who_answered() {
        let line = Line { whose: None, asked: 8, answered: 3, content: 2, points: 12 };
        assert_eq!((line.rate(), line.share(), line.mean()), (Some(38), Some(67), Some(40)));
        let none = Line { whose: None, asked: 0, answered: 0, content: 0, points: 0 };
        assert_eq!((none.rate(), none.share(), none.mean()), (None, None, None));
    }
}
