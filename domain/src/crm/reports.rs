//! What was sold: deals that are won and lost, by whom and when. Won is counted by the actual day (DOMAIN: Customers, leads,
//! pipeline: won by actual date, lost counts 0).

use super::deals::{Filter, board::Head};
use crate::{Day, MemberId};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Rows of people, and months, that one report has at most.
pub const MOST: usize = 200;

/// The report's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Days, both of them among it; empty: without an end.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// The id of a pipeline; empty: all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pipeline: String,
}

impl Question {
    /// The deals behind a number of it, as the list asks for them.
    pub fn deals(&self, status: &str, owner: Option<MemberId>, month: Option<Day>) -> Filter {
        let last = |month: Day| (month.0 + chrono::Months::new(1)).pred_opt().map(|d| d.to_string());
        let within = |own: &str, of: Option<String>, later: bool| match of {
            Some(of) if own.is_empty() || (later == (of.as_str() > own)) => of,
            _ => own.to_owned(),
        };
        Filter {
            status: status.to_owned(),
            owner: owner.map(|m| m.to_string()).unwrap_or_default(),
            pipeline: self.pipeline.clone(),
            close_from: within(&self.from, month.map(|m| m.0.to_string()), true),
            close_to: within(&self.to, month.and_then(last), false),
            ..Filter::default()
        }
    }
}

/// Deals that have ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ended {
    pub won: Head,
    pub lost: i64,
}

impl Ended {
    /// Of a hundred that have ended, how many were won; to a tenth. None has ended: nothing to tell.
    pub fn rate(&self) -> Option<Decimal> {
        let all = self.won.count + self.lost;
        let part = Decimal::from(self.won.count * 100).checked_div(Decimal::from(all))?;
        Some(part.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
    }
}

/// Where deals stand today: what is open, and what was won this month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub open: Head,
    pub won: Head,
}

/// The report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sales {
    pub all: Ended,
    /// By whose they are, those with most won deals first; `None`: nobody's.
    pub people: Vec<(Option<(MemberId, String)>, Ended)>,
    /// By the month in which they ended, the newest first.
    pub months: Vec<(Day, Ended)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_win_rate_is_of_those_that_have_ended() {
        for (won, lost, rate) in [(0, 0, None), (1, 2, Some("33.3")), (2, 1, Some("66.7")), (4238, 2473, Some("63.2"))]
        {
            let ended = Ended { won: Head { count: won, ..Head::default() }, lost };
            assert_eq!(ended.rate(), rate.map(|r| r.parse().expect("a number")), "{won} {lost}");
        }
    }

    #[test]
    fn the_list_behind_a_month_stays_within_the_question() {
        let month = Day::new(2017, 3, 1);
        let asked = Question { from: "2017-03-10".into(), to: "2017-12-31".into(), pipeline: String::new() };
        let filter = asked.deals("won", None, month);
        assert_eq!((filter.close_from.as_str(), filter.close_to.as_str()), ("2017-03-10", "2017-03-31"));
        let filter = Question::default().deals("lost", None, month);
        assert_eq!((filter.close_from.as_str(), filter.close_to.as_str()), ("2017-03-01", "2017-03-31"));
    }
}
