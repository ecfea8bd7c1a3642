//! What a deal has been: each change of what sales are counted by, and how long each stage took.

use crate::{
    Day, Money, StageId,
    crm::pipelines::{Category, State},
};
use chrono::{DateTime, Duration, Utc};

/// One row of a deal's history: what it was from this moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Was {
    pub at: DateTime<Utc>,
    /// A name; nothing where nobody did it.
    pub actor: Option<String>,
    /// Keys: `stage`, `amount`, `close_on`, `owner`, `probability`, `category`.
    pub changed: Vec<String>,
    pub state: State,
    pub stage: StageId,
    pub stage_name: String,
    pub was_stage: Option<String>,
    /// How long the stage that it left had lasted.
    pub lasted: Option<Duration>,
    pub amount: Option<Money>,
    pub close_on: Option<Day>,
    pub owner: Option<String>,
    pub probability: i32,
    pub category: Category,
}

/// A stretch in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    pub stage: StageId,
    pub name: String,
    pub state: State,
    pub from: DateTime<Utc>,
    /// Nothing: it is there still.
    pub until: Option<DateTime<Utc>>,
    pub by: Option<String>,
}

impl Stay {
    pub fn lasted(&self, now: DateTime<Utc>) -> Duration {
        self.until.unwrap_or(now) - self.from
    }
}

/// The stages that a deal has been in, one after the other, from rows in the order of time.
pub fn stays(rows: &[Was]) -> Vec<Stay> {
    let mut stays: Vec<Stay> = vec![];
    for row in rows.iter().filter(|r| r.changed.iter().any(|c| c == "stage")) {
        if let Some(last) = stays.last_mut() {
            last.until = Some(row.at);
        }
        stays.push(Stay {
            stage: row.stage,
            name: row.stage_name.clone(),
            state: row.state,
            from: row.at,
            until: None,
            by: row.actor.clone(),
        });
    }
    stays
}

/// `3 days`, `5 hours`, `less than an hour`.
pub fn duration(lasted: Duration) -> String {
    let n = |n: i64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match (lasted.num_days(), lasted.num_hours()) {
        (0, ..=0) => "less than an hour".into(),
        (0, hours) => n(hours, "hour"),
        (days, _) => n(days, "day"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn stays_are_told_from_changes_of_the_stage() {
        let at = |days: i64| DateTime::from_timestamp(1_772_442_000, 0).expect("a moment") + Duration::days(days);
        let row = |days, changed: &[&str], stage: u128| Was {
            at: at(days),
            actor: None,
            changed: changed.iter().map(|c| (*c).to_owned()).collect(),
            state: State::Open,
            stage: Uuid::from_u128(stage).into(),
            stage_name: format!("Stage {stage}"),
            was_stage: None,
            lasted: None,
            amount: None,
            close_on: None,
            owner: None,
            probability: 10,
            category: Category::Pipeline,
        };
        let rows =
            [row(0, &["stage", "amount"], 1), row(1, &["amount"], 1), row(4, &["stage"], 2), row(9, &["stage"], 1)];
        let told: Vec<_> = stays(&rows)
            .into_iter()
            .map(|s| (s.name.clone(), duration(s.lasted(at(9) + Duration::hours(1)))))
            .collect();
        let told: Vec<_> = told.iter().map(|(n, d)| (n.as_str(), d.as_str())).collect();
        assert_eq!(told, [("Stage 1", "4 days"), ("Stage 2", "5 days"), ("Stage 1", "1 hour")]);
    }
}
