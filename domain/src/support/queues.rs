//! Queues: where tickets wait, how they are numbered, and to whom they go.

use crate::{
    Errors, QueueId, SupportCalendarId,
    crm::leads::assignment::{How, Seat, seats},
    draft,
};

pub const MOST: usize = 500;

/// Ways in which a queue gives its tickets to somebody; without one they wait to be taken.
pub const HOWS: [How; 2] = [How::RoundRobin, How::LeastLoaded];

draft! {
    /// A queue as typed; its people come row by row.
    Draft { name, prefix, calendar, how, reopen_days, acknowledges, surveys }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    pub id: QueueId,
    pub version: i32,
    pub name: String,
    /// What its tickets' numbers begin with.
    pub prefix: String,
    pub calendar: SupportCalendarId,
    /// `None`: tickets wait to be taken.
    pub how: Option<How>,
    pub pool: Vec<Seat>,
    /// Days after solving within which an answer opens a ticket again.
    pub reopen_days: i32,
    /// Whoever writes in is told that it arrived.
    pub acknowledges: bool,
    /// Whoever had a ticket is asked how they found it.
    pub surveys: bool,
    /// Which of its addresses for mail holds.
    pub mail_round: i32,
    pub archived: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub prefix: String,
    pub calendar: SupportCalendarId,
    pub how: Option<How>,
    pub pool: Vec<Seat>,
    pub reopen_days: i32,
    pub acknowledges: bool,
    pub surveys: bool,
}

impl Draft {
    /// `rows`: member and how many open tickets they take at most, row by row.
    pub fn read(&self, rows: &[[String; 2]]) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let prefix = self.prefix.trim().to_uppercase();
        let begins = prefix.chars().next().is_some_and(|c| c.is_ascii_uppercase());
        if !begins || prefix.len() > 8 || !prefix.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) {
            e.add("prefix", "Use one to eight letters and digits, like SUP.");
        }
        let calendar = e.take("calendar", self.calendar.parse().map_err(|_| "Choose a calendar."));
        let how = match self.how.as_str() {
            "" | "none" => None,
            key => e.take("how", How::parse(key).filter(|h| HOWS.contains(h)).ok_or("Choose how.")),
        };
        let days =
            |text: &str| text.parse().ok().filter(|n| (0..=365).contains(n)).ok_or("Use a number of days up to 365.");
        let reopen_days = e.optional("reopen_days", &self.reopen_days, days).unwrap_or(14);
        let rows: Vec<[String; 3]> =
            rows.iter().map(|[member, most]| [member.clone(), most.clone(), String::new()]).collect();
        let pool = seats(&mut e, how, &rows);
        if how.is_some() && pool.is_empty() && e.of("pool").is_none() {
            e.add("pool", "Choose at least one person, or let tickets wait to be taken.");
        }
        match calendar {
            Some(calendar) => {
                let (acknowledges, surveys) = (self.acknowledges == "true", self.surveys == "true");
                e.or(Fields { name, prefix, calendar, how, pool, reopen_days, acknowledges, surveys })
            }
            None => Err(e),
        }
    }
}

fn ticked(yes: bool) -> String {
    if yes { "true".into() } else { String::new() }
}

impl Queue {
    pub fn draft(&self) -> Draft {
        Draft {
            name: self.name.clone(),
            prefix: self.prefix.clone(),
            calendar: self.calendar.to_string(),
            how: self.how.map(|h| h.key().to_owned()).unwrap_or_default(),
            reopen_days: self.reopen_days.to_string(),
            acknowledges: ticked(self.acknowledges),
            surveys: ticked(self.surveys),
        }
    }

    pub fn how_words(&self) -> &'static str {
        match self.how {
            None => "They wait to be taken",
            Some(How::RoundRobin) => "In turns",
            Some(_) => "Fewest open tickets",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_gives_out_has_people() {
        let id = uuid::Uuid::from_u128(7).to_string();
        let draft = |how: &str, prefix: &str| Draft {
            name: "Support".into(),
            prefix: prefix.into(),
            calendar: id.clone(),
            how: how.into(),
            ..Draft::default()
        };
        let none: &[[String; 2]] = &[];
        assert_eq!(draft("", "sup").read(none).expect("a queue").prefix, "SUP");
        assert!(draft("round_robin", "SUP").read(none).expect_err("nobody").of("pool").is_some());
        let one = [[id.clone(), "5".to_owned()], [id.clone(), String::new()]];
        assert_eq!(draft("least_loaded", "SUP").read(&one).expect("a queue").pool.len(), 1);
        for prefix in ["", "1A", "TOO-LONG", "ÄB", "ABCDEFGHI"] {
            assert!(draft("", prefix).read(none).expect_err(prefix).of("prefix").is_some());
        }
        assert!(draft("territory", "SUP").read(&one).is_err());
    }
}
