//! What answers come to: Σ(w·r)/Σw over the parts that are present. A missing part is flagged, never zero (DOMAIN: Reviews;
//! hrms#2023). Exact until the end, where it is rounded once.

use super::template::{Asks, Template};
use crate::hr::payroll::exact::Ratio;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Places of a score.
const PLACES: u32 = 2;

/// The score of one form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// `None`: nothing was rated.
    pub value: Option<Decimal>,
    pub sections: Vec<SectionScore>,
    /// Keys of questions that were to be rated and were not.
    pub missing: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionScore {
    pub title: String,
    pub weight: u32,
    pub value: Option<Decimal>,
}

/// One part of a review: the manager's form, the peers', the goals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// In hundredths of a percent.
    pub weight: u32,
    /// `None`: missing.
    pub value: Option<Ratio>,
}

/// A section is the mean of its ratings, the whole that of its sections by weight. Ratings that are not on the scale count as
/// missing.
pub fn score(template: &Template, ratings: &BTreeMap<String, u8>) -> Score {
    let mut missing = vec![];
    let mut parts = vec![];
    for section in template.sections.iter().filter(|s| s.is_rated()) {
        let mut given = vec![];
        for question in section.questions.iter().filter(|q| q.asks == Asks::Rating) {
            match ratings.get(&question.key).filter(|r| template.scale.step(**r).is_some()) {
                Some(rating) => given.push(*rating),
                None => missing.push(question.key.clone()),
            }
        }
        parts.push(Part { name: section.title.clone(), weight: section.weight, value: mean(&given) });
    }
    let section = |p: &Part| SectionScore { title: p.name.clone(), weight: p.weight, value: p.value.map(told) };
    Score { value: together(&parts).0.map(told), sections: parts.iter().map(section).collect(), missing }
}

/// Parts by their weights, exact; and which of them are missing, by their names. Without any part there is no value.
pub fn together(parts: &[Part]) -> (Option<Ratio>, Vec<&str>) {
    let missing = parts.iter().filter(|p| p.value.is_none()).map(|p| p.name.as_str()).collect();
    let present = parts.iter().filter_map(|p| Some((i64::from(p.weight), p.value?)));
    let sum = present.clone().try_fold(Ratio::ZERO, |sum, (w, value)| sum.plus(value.times(Ratio::whole(w))?));
    let weights = present.map(|(weight, _)| weight).sum();
    (sum.and_then(|s| s.by(Ratio::whole(weights))), missing)
}

/// The mean of ratings; of none there is none.
pub fn mean(ratings: &[u8]) -> Option<Ratio> {
    let sum: i128 = ratings.iter().map(|r| i128::from(*r)).sum();
    Ratio::new(sum, i128::try_from(ratings.len()).ok()?)
}

/// Rounded half up, at the end.
pub fn told(exact: Ratio) -> Decimal {
    exact.decimal().round_dp_with_strategy(PLACES, RoundingStrategy::MidpointAwayFromZero).normalize()
}

#[cfg(test)]
mod tests {
    use super::{super::template::sample, *};
    use proptest::prelude::*;

    fn rated(all: &[(&str, u8)]) -> Score {
        score(&sample(), &all.iter().map(|(key, r)| ((*key).to_owned(), *r)).collect())
    }

    #[test]
    fn scores_worked_out_by_hand() {
        // Weights 60, 30 and 10.
        for (ratings, wanted, missing) in [
            // (3 + 4)/2 × 60 + 2 × 30 + 4 × 10 = 310, by 100.
            (&[("goals", 3), ("quality", 4), ("team", 2), ("learning", 4)][..], Some("3.1"), &[][..]),
            // Growth is missing: (210 + 60)/90 = 3; with a zero it would be 2.7.
            (&[("goals", 3), ("quality", 4), ("team", 2)], Some("3"), &["learning"]),
            // Half of a section is its other half: 4 × 60 + 1 × 30, by 90 = 3.
            (&[("quality", 4), ("team", 1)], Some("3"), &["goals", "learning"]),
            // (2 × 60 + 3 × 30 + 3 × 10)/100 = 2.4; a 9 is on no scale.
            (&[("goals", 2), ("quality", 9), ("team", 3), ("learning", 3)], Some("2.4"), &["quality"]),
            // 1 × 30 + 2 × 10, by 40 = 1.25.
            (&[("team", 1), ("learning", 2)], Some("1.25"), &["goals", "quality"]),
            (&[], None, &["goals", "quality", "team", "learning"]),
        ] {
            let score = rated(ratings);
            assert_eq!(score.value, wanted.map(|w| w.parse().expect("a number")), "{ratings:?}");
            assert_eq!(score.missing, missing, "{ratings:?}");
        }
    }

    #[test]
    fn a_part_that_is_missing_is_told_and_no_zero() {
        let part = |name: &str, weight, ratings: &[u8]| Part { name: name.into(), weight, value: mean(ratings) };
        let parts = [part("Manager", 7_000, &[3]), part("Peers", 3_000, &[]), part("Goals", 1_000, &[1, 2])];
        // (3 × 70 + 1.5 × 10)/80 = 2.8125; with a zero for the peers it would be 2.05.
        let (value, missing) = together(&parts);
        assert_eq!((value.map(told), missing), (Some("2.81".parse().expect("a number")), vec!["Peers"]));
        assert_eq!(together(&parts[1..2]), (None, vec!["Peers"]));
    }

    #[test]
    fn it_is_rounded_at_the_end_only() {
        // Three raters: 1, 1 and 2 are 1.333…; by thirds, rounded first, three of them would be 3.99.
        let third = mean(&[1, 1, 2]).expect("a mean");
        assert_eq!(told(third).to_string(), "1.33");
        let three = [third; 3].into_iter().try_fold(Ratio::ZERO, |sum, t| sum.plus(t)).expect("a sum");
        assert_eq!(told(three).to_string(), "4");
    }

    proptest! {
        #[test]
        fn a_score_lies_within_its_ratings(ratings in prop::collection::btree_map(
            prop::sample::select(vec!["goals", "quality", "team", "learning"]), 1u8..=4, 0..5,
        )) {
            let score = score(&sample(), &ratings.iter().map(|(k, r)| ((*k).to_owned(), *r)).collect());
            prop_assert_eq!(score.missing.len(), 4 - ratings.len());
            match score.value {
                None => prop_assert!(ratings.is_empty()),
                Some(value) => {
                    let (least, most) = (ratings.values().min().expect("one"), ratings.values().max().expect("one"));
                    prop_assert!(Decimal::from(*least) <= value && value <= Decimal::from(*most));
                }
            }
        }
    }
}
