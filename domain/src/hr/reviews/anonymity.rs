//! What peers and reports said, told so that nobody can tell who said it (DOMAIN: Reviews: from three answers up).
//!
//! - **Small groups.** Each question needs as many answers as the threshold, not only the round: two texts of three peers are
//!   two texts of two peers.
//! - **One by one.** Nothing is told before the round is over, and nothing is added afterwards: a text that appears on the
//!   day on which somebody answered would be theirs.
//! - **Order.** Texts stand by their letters, each question for itself, so that no order of answering, of ids or of another
//!   question is in it. Ratings are told as a mean.
//! - **Exports.** [`Told`] is all there is: no ids, no moments, no counts below the threshold. Pages and files have the same.
//! - **Differences.** Of groups beside each other none can be got from the total and the rest ([`groups`]).
//!
//! What it cannot hide: that all of them said the same, and how somebody writes.

use super::{
    score::{mean, told},
    template::{Asks, Template},
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Answers from which on they are told; never fewer.
pub const LEAST: usize = 3;
/// People from which on an aggregate of a group is told (DOMAIN: Guard rails: k ≥ 5).
pub const LEAST_OF_GROUP: usize = 5;

/// One form that was handed in, by the keys of questions. Whose it is does not come in here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    pub ratings: BTreeMap<String, u8>,
    pub texts: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// How many answered; `None`: too few, or the round is not over.
    pub answers: Option<usize>,
    pub questions: Vec<QuestionTold>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionTold {
    pub key: String,
    /// `None`: too few.
    pub mean: Option<Decimal>,
    /// By their letters.
    pub texts: Vec<String>,
}

/// A group and the mean of it, where both can be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub name: String,
    pub told: Option<(usize, Decimal)>,
}

/// What a round came to. `least` below [`LEAST`] is [`LEAST`].
pub fn tell(template: &Template, given: &[Given], least: usize, over: bool) -> Told {
    let least = least.max(LEAST);
    if !over || given.len() < least {
        return Told { answers: None, questions: vec![] };
    }
    let questions = template.sections.iter().flat_map(|s| &s.questions).map(|question| {
        let key = question.key.clone();
        match question.asks {
            Asks::Rating => {
                let on_scale = |r: &&u8| template.scale.step(**r).is_some();
                let ratings: Vec<u8> =
                    given.iter().filter_map(|g| g.ratings.get(&key)).filter(on_scale).copied().collect();
                let mean = if ratings.len() < least { None } else { mean(&ratings).map(told) };
                QuestionTold { key, mean, texts: vec![] }
            }
            Asks::Text => {
                let said = given.iter().filter_map(|g| g.texts.get(&key)).map(|t| t.trim()).filter(|t| !t.is_empty());
                let mut texts: Vec<String> = said.map(str::to_owned).collect();
                texts.sort();
                QuestionTold { key, mean: None, texts: if texts.len() < least { vec![] } else { texts } }
            }
        }
    });
    Told { answers: Some(given.len()), questions: questions.collect() }
}

/// Means of groups beside each other and of all together, by their names. A group below `least` is not told; and if what is
/// left out is fewer people than that together, the smallest of the others is left out, too, until it is not: otherwise the
/// total less the rest would be those few.
pub fn groups(all: &[(String, Vec<u8>)], least: usize) -> (Vec<Group>, Option<(usize, Decimal)>) {
    let least = least.max(LEAST_OF_GROUP);
    let told_of = |ratings: &[u8]| mean(ratings).map(|m| (ratings.len(), told(m)));
    let mut sorted: Vec<&(String, Vec<u8>)> = all.iter().filter(|(_, ratings)| !ratings.is_empty()).collect();
    sorted.sort_by_key(|(name, ratings)| (ratings.len(), name));
    let mut hidden: BTreeSet<&str> = BTreeSet::new();
    let mut left_out = 0;
    for (name, ratings) in &sorted {
        if ratings.len() < least || (left_out > 0 && left_out < least) {
            hidden.insert(name);
            left_out += ratings.len();
        }
    }
    let mut shown: Vec<Group> = all
        .iter()
        .map(|(name, ratings)| Group {
            name: name.clone(),
            told: if hidden.contains(name.as_str()) { None } else { told_of(ratings) },
        })
        .collect();
    shown.sort_by(|a, b| a.name.cmp(&b.name));
    let together: Vec<u8> = all.iter().flat_map(|(_, ratings)| ratings).copied().collect();
    let total = if together.len() < least { None } else { told_of(&together) };
    (shown, total)
}

#[cfg(test)]
mod tests {
    use super::{super::template::sample, *};
    use proptest::prelude::*;

    fn peer(goals: u8, example: &str) -> Given {
        let ratings = [("goals".to_owned(), goals)].into();
        let texts =
            if example.is_empty() { BTreeMap::new() } else { [("example".to_owned(), example.to_owned())].into() };
        Given { ratings, texts }
    }

    fn told_texts(t: &Told) -> Vec<String> {
        t.questions.iter().flat_map(|q| q.texts.clone()).collect()
    }

    #[test]
    fn nothing_is_told_below_the_threshold_or_before_the_end() {
        let three = [peer(1, "b"), peer(2, "a"), peer(4, "c")];
        let nothing = Told { answers: None, questions: vec![] };
        assert_eq!(tell(&sample(), &three[..2], 3, true), nothing);
        assert_eq!(tell(&sample(), &three, 3, false), nothing);
        assert_eq!(tell(&sample(), &three[..2], 1, true), nothing, "nobody can set it lower");
        assert_eq!(tell(&sample(), &three, 4, true), nothing);
        let told = tell(&sample(), &three, 3, true);
        assert_eq!(told.answers, Some(3));
        assert_eq!(told.questions[0].mean.map(|m| m.to_string()).as_deref(), Some("2.33"));
        assert_eq!(told_texts(&told), ["a", "b", "c"]);
    }

    #[test]
    fn each_question_needs_enough_answers_of_its_own() {
        let told = tell(&sample(), &[peer(1, "b"), peer(2, "a"), peer(4, " ")], 3, true);
        assert_eq!(told_texts(&told), [""; 0], "two texts of three peers");
        assert!(told.questions[0].mean.is_some());
        assert!(told.questions[1].mean.is_none(), "nobody rated the second question");
    }

    #[test]
    fn a_group_cannot_be_got_from_the_total_and_the_rest() {
        let group = |name: &str, n: usize| (name.to_owned(), vec![3u8; n]);
        let hidden = |all: &[(String, Vec<u8>)]| -> Vec<String> {
            let (groups, _) = groups(all, 5);
            groups.into_iter().filter(|g| g.told.is_none()).map(|g| g.name).collect()
        };
        // Two people would be the total less the rest: the next smallest is left out with them.
        assert_eq!(hidden(&[group("A", 20), group("B", 6), group("C", 2)]), ["B", "C"]);
        // Two small ones that are five together hide each other.
        assert_eq!(hidden(&[group("A", 20), group("B", 3), group("C", 2)]), ["B", "C"]);
        assert_eq!(hidden(&[group("A", 20), group("B", 6)]), [""; 0]);
        assert_eq!(hidden(&[group("A", 8), group("B", 1)]), ["A", "B"]);
        assert_eq!(groups(&[group("A", 2), group("B", 2)], 5).1, None, "nor is a total of four told");
    }

    proptest! {
        /// The attack by order: whoever answers first, whichever ids they have, all is told alike.
        #[test]
        fn who_answered_when_changes_nothing(
            (given, turned) in prop::collection::vec((1u8..=4, "[a-c]{0,2}"), 0..7)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let of = |all: &[(u8, String)]| all.iter().map(|(r, t)| peer(*r, t)).collect::<Vec<_>>();
            prop_assert_eq!(tell(&sample(), &of(&given), 3, true), tell(&sample(), &of(&turned), 3, true));
        }

        /// The attack across questions: who knows whose one text is does not learn which other one is theirs.
        #[test]
        fn the_order_of_one_question_says_nothing_of_another(texts in prop::collection::vec(("[a-z]{1,5}", "[a-z]{1,5}"), 3..7), by in 1usize..6) {
            let with = |texts: &[(String, String)]| {
                let one = |(a, b): &(String, String)| Given {
                    ratings: BTreeMap::new(),
                    texts: [("example".to_owned(), a.clone()), ("else".to_owned(), b.clone())].into(),
                };
                tell(&sample(), &texts.iter().map(one).collect::<Vec<_>>(), 3, true)
            };
            // The second texts given to other people: it looks the same.
            let mut other = texts.clone();
            let n = texts.len();
            for (at, pair) in other.iter_mut().enumerate() {
                pair.1 = texts[(at + by) % n].1.clone();
            }
            prop_assert_eq!(with(&texts), with(&other));
        }

        /// The attack by subtraction: what is left out is nobody, or enough people.
        #[test]
        fn what_is_left_out_is_nobody_or_enough(sizes in prop::collection::vec(0usize..12, 0..8)) {
            let all: Vec<(String, Vec<u8>)> = sizes.iter().enumerate().map(|(n, size)| (format!("{n}"), vec![2; *size])).collect();
            let (groups, total) = groups(&all, 5);
            let everybody: usize = sizes.iter().sum();
            let told: usize = groups.iter().filter_map(|g| g.told).map(|(n, _)| n).sum();
            prop_assert!(groups.iter().filter_map(|g| g.told).all(|(n, _)| n >= 5));
            let hidden = everybody - told;
            prop_assert!(hidden == 0 || hidden >= 5 || told == 0);
            prop_assert_eq!(total.is_some(), everybody >= 5);
        }
    }
}
