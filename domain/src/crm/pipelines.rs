//! Pipelines: the stages that deals go through, and why they are lost.

use crate::{Errors, LossReasonId, PipelineId, StageId, draft, text::Words};
use serde::{Deserialize, Serialize};

pub const WORDS: Words = Words { one: "pipeline", many: "pipelines" };

/// Pipelines of a workspace, and stages of a pipeline: more are no help to anybody who looks at them.
pub const MOST_PIPELINES: usize = 100;
pub const MOST_STAGES: usize = 20;
pub const MOST_REASONS: usize = 100;

/// What it means for a deal to stand in a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[default]
    Open,
    Won,
    Lost,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Open, Self::Won, Self::Lost];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Won => "Won",
            Self::Lost => "Lost",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// What such a deal is likely to bring, whatever anybody says: a lost one counts nothing (DOMAIN: Customers, leads,
    /// pipeline).
    pub const fn certain(self) -> Option<i32> {
        match self {
            Self::Open => None,
            Self::Won => Some(100),
            Self::Lost => Some(0),
        }
    }
}

/// How sure people are of a deal, for the forecast: human judgement, which a stage only begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    #[default]
    Pipeline,
    BestCase,
    Commit,
    Closed,
    Omitted,
}

impl Category {
    pub const ALL: [Self; 5] = [Self::Pipeline, Self::BestCase, Self::Commit, Self::Closed, Self::Omitted];
    /// Those that one can say of a deal that is open.
    pub const SAID: [Self; 4] = [Self::Pipeline, Self::BestCase, Self::Commit, Self::Omitted];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::BestCase => "best_case",
            Self::Commit => "commit",
            Self::Closed => "closed",
            Self::Omitted => "omitted",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Pipeline => "Pipeline",
            Self::BestCase => "Best case",
            Self::Commit => "Commit",
            Self::Closed => "Closed",
            Self::Omitted => "Omitted",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }

    pub(super) fn chosen(input: &str) -> Result<Self, &'static str> {
        let normal = crate::import::normal(input);
        let fits = |c: &Self| c.key() == input || crate::import::normal(c.label()) == normal;
        Self::SAID.into_iter().find(fits).ok_or("Use one of Pipeline, Best case, Commit, Omitted.")
    }
}

/// Fields that a stage can ask for, by key and label.
pub const REQUIRABLE: [(&str, &str); 7] = [
    ("customer", "Customer"),
    ("owner", "Owner"),
    ("amount", "Amount"),
    ("close_on", "Close date"),
    ("source", "Source"),
    ("next_step", "Next step"),
    ("competitors", "Competitors"),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    pub id: PipelineId,
    pub version: i32,
    pub name: String,
    /// In their order.
    pub stages: Vec<Stage>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    pub id: StageId,
    pub version: i32,
    pub pipeline: PipelineId,
    pub name: String,
    pub state: State,
    /// In percent.
    pub probability: i32,
    pub category: Category,
    pub rotting_days: Option<i32>,
    /// Keys of [`REQUIRABLE`].
    pub required: Vec<String>,
    pub wip_limit: Option<i32>,
}

impl Stage {
    pub fn draft(&self) -> StageDraft {
        let number = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
        StageDraft {
            name: self.name.clone(),
            kind: self.state.key().into(),
            probability: self.probability.to_string(),
            category: self.category.key().into(),
            rotting_days: number(self.rotting_days),
            wip_limit: number(self.wip_limit),
            required: self.required.clone(),
        }
    }
}

impl Pipeline {
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|s| s.id == id)
    }

    /// Where a new deal begins.
    pub fn first(&self) -> Option<&Stage> {
        self.stages.iter().find(|s| s.state == State::Open).or(self.stages.first())
    }

    pub fn first_of(&self, state: State) -> Option<&Stage> {
        self.stages.iter().find(|s| s.state == state)
    }
}

/// The stage that words name: its id, `Pipeline: Stage`, or a stage's name that one pipeline alone has, or the first
/// pipeline that has it.
pub fn stage_named<'p>(pipelines: &'p [Pipeline], words: &str, pipeline: &str) -> Option<&'p Stage> {
    let all = || pipelines.iter().flat_map(|p| p.stages.iter().map(move |s| (p, s)));
    if let Ok(id) = words.trim().parse::<StageId>() {
        return all().find(|(_, s)| s.id == id).map(|(_, s)| s);
    }
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let within = |p: &Pipeline| pipeline.trim().is_empty() || same(&p.name, pipeline);
    all().find(|(p, s)| within(p) && same(&s.name, words)).map(|(_, s)| s)
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LossReason {
    pub id: LossReasonId,
    pub name: String,
}

draft! {
    /// A pipeline's name, or a reason's.
    NameDraft { name }
}

impl NameDraft {
    pub fn parse(&self) -> Result<String, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        e.or(name)
    }
}

/// A stage as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StageDraft {
    pub name: String,
    pub kind: String,
    pub probability: String,
    pub category: String,
    pub rotting_days: String,
    pub wip_limit: String,
    pub required: Vec<String>,
}

/// What a stage is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageFields {
    pub name: String,
    pub state: State,
    pub probability: i32,
    pub category: Category,
    pub rotting_days: Option<i32>,
    pub wip_limit: Option<i32>,
    pub required: Vec<String>,
}

impl StageDraft {
    pub fn parse(&self) -> Result<StageFields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let kind = e.optional("kind", &self.kind, |k| State::parse(k).ok_or("Use one of Open, Won, Lost."));
        let state = kind.unwrap_or_default();
        let said = e.optional("probability", &self.probability, percent);
        let category = e.optional("category", &self.category, |c| Category::parse(c).ok_or("Use one of the list."));
        let rotting_days = e.optional("rotting_days", &self.rotting_days, |n| whole(n, 3_650));
        let wip_limit = e.optional("wip_limit", &self.wip_limit, |n| whole(n, 100_000));
        if state == State::Open && said.is_none() && e.of("probability").is_none() {
            e.add("probability", "Please fill this in.");
        }
        let open = state == State::Open;
        // What is closed is what it is; the rest of an open one is said.
        let category = match state {
            State::Open => category.filter(|c| Category::SAID.contains(c)).unwrap_or_default(),
            State::Won => Category::Closed,
            State::Lost => Category::Omitted,
        };
        let known = |key: &String| REQUIRABLE.iter().any(|(k, _)| k == key);
        e.or(StageFields {
            name,
            state,
            probability: state.certain().or(said).unwrap_or_default(),
            category,
            rotting_days: rotting_days.filter(|_| open),
            wip_limit: wip_limit.filter(|_| open),
            required: self.required.iter().filter(|k| known(k)).cloned().collect(),
        })
    }
}

/// `40`, `40 %` as 40.
pub fn percent(input: &str) -> Result<i32, &'static str> {
    let digits = input.trim().trim_end_matches('%').trim();
    digits.parse().ok().filter(|n| (0..=100).contains(n)).ok_or("This is not a percentage from 0 to 100.")
}

fn whole(input: &str, most: i32) -> Result<i32, String> {
    let wrong = || format!("Use a whole number from 1 to {}.", crate::list::grouped(most.into()));
    input.trim().parse().ok().filter(|n| (1..=most).contains(n)).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn stage(kind: &str, probability: &str, category: &str) -> StageDraft {
        StageDraft {
            name: "Stage".into(),
            kind: kind.into(),
            probability: probability.into(),
            category: category.into(),
            ..StageDraft::default()
        }
    }

    #[test]
    fn the_end_of_a_way_is_certain() {
        for (kind, probability, category, told) in [
            ("open", "35", "commit", Some((35, Category::Commit))),
            ("open", "35 %", "closed", Some((35, Category::Pipeline))),
            ("won", "10", "pipeline", Some((100, Category::Closed))),
            ("lost", "100", "commit", Some((0, Category::Omitted))),
            ("open", "", "", None),
            ("open", "101", "", None),
            ("open", "-1", "", None),
            ("sideways", "10", "", None),
        ] {
            let read = stage(kind, probability, category).parse().ok().map(|f| (f.probability, f.category));
            assert_eq!(read, told, "{kind} {probability} {category}");
        }
    }

    #[test]
    fn a_stage_is_found_by_what_it_is_called() {
        let id = Uuid::from_u128;
        let stage = |n: u128, pipeline: u128, name: &str| Stage {
            id: id(n).into(),
            version: 1,
            pipeline: id(pipeline).into(),
            name: name.into(),
            state: State::Open,
            probability: 10,
            category: Category::Pipeline,
            rotting_days: None,
            required: vec![],
            wip_limit: None,
        };
        let pipeline =
            |n: u128, name: &str, stages| Pipeline { id: id(n).into(), version: 1, name: name.into(), stages };
        let all = [
            pipeline(1, "Sales", vec![stage(11, 1, "New"), stage(12, 1, "Won")]),
            pipeline(2, "Renewals", vec![stage(21, 2, "New"), stage(22, 2, "Talking")]),
        ];
        for (words, within, found) in [
            ("new", "", Some(11)),
            ("New", "renewals", Some(21)),
            (" talking ", "", Some(22)),
            ("talking", "Sales", None),
            ("nothing", "", None),
            (&id(12).to_string(), "", Some(12)),
        ] {
            assert_eq!(stage_named(&all, words, within).map(|s| s.id), found.map(|n| id(n).into()), "{words} {within}");
        }
    }
}
