//! What a review asks: sections with weights that are 100 together, a scale whose steps say what they mean, ratings and free
//! text. A template that is in use is a value, and is not changed.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Bounds of a template.
pub const SECTIONS: usize = 20;
pub const QUESTIONS: usize = 30;
pub const STEPS: std::ops::RangeInclusive<usize> = 2..=10;
const TITLE: usize = 200;
const ANCHOR: usize = 500;

/// All weights together, in hundredths of a percent.
pub const WHOLE: u32 = 10_000;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    pub name: String,
    pub version: u32,
    pub scale: Scale,
    pub sections: Vec<Section>,
}

/// From the lowest step to the highest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    pub steps: Vec<Step>,
}

/// A step of a scale, with what it means: without an anchor each rater has a scale of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub value: u8,
    pub label: String,
    pub anchor: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: String,
    /// In hundredths of a percent; of one that has nothing to rate, nothing.
    pub weight: u32,
    pub questions: Vec<Question>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub key: String,
    pub text: String,
    pub asks: Asks,
    pub required: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// A step of the scale.
    Rating,
    Text,
}

impl Scale {
    pub fn step(&self, value: u8) -> Option<&Step> {
        self.steps.iter().find(|s| s.value == value)
    }
}

impl Section {
    pub fn is_rated(&self) -> bool {
        self.questions.iter().any(|q| q.asks == Asks::Rating)
    }
}

impl Template {
    pub fn question(&self, key: &str) -> Option<&Question> {
        self.sections.iter().flat_map(|s| &s.questions).find(|q| q.key == key)
    }

    /// All that is wrong with it, in words.
    pub fn check(&self) -> Vec<String> {
        let mut wrong = vec![];
        let steps = &self.scale.steps;
        if !STEPS.contains(&steps.len()) {
            wrong.push(format!("A scale has {} to {} steps.", STEPS.start(), STEPS.end()));
        }
        if steps.windows(2).any(|pair| pair[0].value >= pair[1].value) {
            wrong.push("The steps of the scale rise.".into());
        }
        for step in steps.iter().filter(|s| s.label.trim().is_empty() || s.anchor.trim().is_empty()) {
            wrong.push(format!("Say what step {} is called and what it means.", step.value));
        }
        if steps.iter().any(|s| s.label.chars().count() > TITLE || s.anchor.chars().count() > ANCHOR) {
            wrong.push(format!("What a step means has at most {ANCHOR} letters."));
        }
        if self.sections.is_empty() || self.sections.len() > SECTIONS {
            wrong.push(format!("A template has 1 to {SECTIONS} sections."));
        }
        let mut keys = BTreeSet::new();
        for section in &self.sections {
            let title = &section.title;
            if title.trim().is_empty() || title.chars().count() > TITLE {
                wrong.push(format!("A section has a title of at most {TITLE} letters."));
            }
            if section.questions.is_empty() || section.questions.len() > QUESTIONS {
                wrong.push(format!("“{title}” has 1 to {QUESTIONS} questions."));
            }
            match (section.is_rated(), section.weight) {
                (true, 0) => wrong.push(format!("“{title}” is rated, and has no weight.")),
                (false, 1..) => wrong.push(format!("“{title}” has a weight, and nothing to rate.")),
                _ => {}
            }
            for question in &section.questions {
                if !keys.insert(&question.key) {
                    wrong.push(format!("Two questions are called {}.", question.key));
                }
                if question.text.trim().is_empty() {
                    wrong.push(format!("A question of “{title}” says nothing."));
                }
            }
        }
        let sum: u64 = self.sections.iter().map(|s| u64::from(s.weight)).sum();
        if sum != u64::from(WHOLE) && self.sections.iter().any(Section::is_rated) {
            wrong.push(format!("The weights are {} together, not 100.", percent(sum)));
        }
        wrong
    }
}

fn percent(hundredths: u64) -> String {
    rust_decimal::Decimal::new(i64::try_from(hundredths).unwrap_or(i64::MAX), 2).normalize().to_string()
}

#[cfg(test)]
pub(super) fn sample() -> Template {
    let step = |value: u8, label: &str| Step { value, label: label.into(), anchor: format!("What {label} means.") };
    let question = |key: &str, asks| Question { key: key.into(), text: format!("About {key}?"), asks, required: true };
    let section = |title: &str, weight, questions| Section { title: title.into(), weight, questions };
    Template {
        name: "Yearly".into(),
        version: 1,
        scale: Scale { steps: vec![step(1, "Below"), step(2, "Meets"), step(3, "Above"), step(4, "Far above")] },
        sections: vec![
            section("Results", 6_000, vec![question("goals", Asks::Rating), question("quality", Asks::Rating)]),
            section("Together", 3_000, vec![question("team", Asks::Rating), question("example", Asks::Text)]),
            section("Growth", 1_000, vec![question("learning", Asks::Rating)]),
            section("Beside", 0, vec![question("else", Asks::Text)]),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_a_hundred_together() {
        assert_eq!(sample().check(), Vec::<String>::new());
        let mut ninety_nine = sample();
        ninety_nine.sections[0].weight = 5_900;
        assert_eq!(ninety_nine.check(), ["The weights are 99 together, not 100."]);
        ninety_nine.sections[0].weight = 6_001;
        assert_eq!(ninety_nine.check(), ["The weights are 100.01 together, not 100."]);
        let mut words = sample();
        words.sections = vec![words.sections.remove(3)];
        assert_eq!(words.check(), Vec::<String>::new(), "where nothing is rated nothing is weighed");
    }

    #[test]
    fn a_step_says_what_it_means_and_steps_rise() {
        let mut template = sample();
        template.scale.steps[1].anchor = " ".into();
        template.scale.steps[2].value = 2;
        assert_eq!(template.check(), ["The steps of the scale rise.", "Say what step 2 is called and what it means."]);
        template.scale.steps.truncate(1);
        assert_eq!(template.check(), ["A scale has 2 to 10 steps."]);
    }

    #[test]
    fn what_is_rated_has_a_weight_and_each_question_its_own_name() {
        let mut template = sample();
        template.sections[2].weight = 0;
        template.sections[3].weight = 1_000;
        template.sections[3].questions[0].key = "goals".into();
        assert_eq!(
            template.check(),
            [
                "“Growth” is rated, and has no weight.",
                "“Beside” has a weight, and nothing to rate.",
                "Two questions are called goals.",
            ]
        );
        let json = serde_json::to_string(&sample()).expect("it is frozen as it is");
        assert_eq!(serde_json::from_str::<Template>(&json).expect("and read again"), sample());
    }
}
