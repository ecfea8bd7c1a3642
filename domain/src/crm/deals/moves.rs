//! Moving a deal to another stage: what is asked for on the way, and what is not silently assumed.

use super::{Deal, amount, competitors, currency, email_in};
use crate::{
    Conventions, Day, Email, Errors, Money, StageId,
    crm::pipelines::{Stage, State},
    draft,
};

draft! {
    /// A move as it is typed. `asked`: somebody has seen what is asked for.
    Draft {
        stage, asked, closed_on, loss_reason, loss_note, customer, owner, amount, currency, close_on, source, next_step,
        competitors, back,
    }
}

/// What a move says of the deal besides its stage; what it says nothing of stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub close_on: Option<Day>,
    pub loss_reason: Option<String>,
    pub loss_note: Option<String>,
    pub customer: Option<String>,
    pub owner: Option<Email>,
    pub amount: Option<Money>,
    pub source: Option<String>,
    pub next_step: Option<String>,
    pub competitors: Vec<String>,
}

/// A move whose answers hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    pub stage: StageId,
    pub said: Said,
}

/// What is asked before this deal may stand in that stage: keys of fields, and at the end of a way the day and the reason.
pub fn asks(deal: &Deal, to: &Stage) -> Vec<&'static str> {
    let mut asks = vec![];
    if to.state != State::Open {
        asks.push("closed_on");
    }
    if to.state == State::Lost {
        asks.extend(["loss_reason", "loss_note"]);
    }
    // The day of a closed deal is that on which it was.
    asks.extend(deal.lacks(&to.required).into_iter().filter(|key| *key != "close_on" || to.state == State::Open));
    asks
}

impl Draft {
    /// What could be read, and what is wrong, for a move of this deal to that stage on this day. A deal is won or lost
    /// today or before, and never silently in the future.
    pub fn read(&self, deal: &Deal, to: &Stage, today: Day, c: &Conventions) -> (Said, Errors) {
        let mut e = Errors::default();
        let asks = asks(deal, to);
        let asked = |key: &str| asks.contains(&key);
        let mut said = Said::default();
        if asked("closed_on") {
            let day = e.optional("closed_on", &self.closed_on, |s| Day::parse(s, c.dates)).unwrap_or(today);
            if day > today {
                e.add("closed_on", "This day has not come yet.");
            }
            said.close_on = Some(day);
        }
        if asked("loss_reason") {
            said.loss_reason = Some(e.required("loss_reason", &self.loss_reason, 60)).filter(|r| !r.is_empty());
            said.loss_note = e.text("loss_note", &self.loss_note, 2_000);
        }
        for key in deal.lacks(&to.required) {
            if asked(key) && self.get(key).trim().is_empty() {
                e.add(key, format!("{} asks for this.", to.name));
            }
        }
        if asked("amount") {
            let currency = e.optional("currency", &self.currency, currency).unwrap_or(c.currency);
            said.amount = e.optional("amount", &self.amount, |s| amount(s, currency));
        }
        if asked("close_on") {
            said.close_on = e.optional("close_on", &self.close_on, |s| Day::parse(s, c.dates));
        }
        if asked("customer") {
            said.customer = e.line("customer", &self.customer, 200);
        }
        if asked("owner") {
            said.owner = e.optional("owner", &self.owner, |s| Email::parse(email_in(s)));
        }
        if asked("source") {
            said.source = e.line("source", &self.source, 100);
        }
        if asked("next_step") {
            said.next_step = e.line("next_step", &self.next_step, 200);
        }
        if asked("competitors") {
            said.competitors = competitors(&mut e, &self.competitors);
        }
        (said, e)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{Currency, crm::pipelines::Category, custom_fields::Values};
    use uuid::Uuid;

    pub(crate) fn deal() -> Deal {
        let at = chrono::DateTime::from_timestamp(1_772_442_000, 0).expect("a moment");
        Deal {
            id: Uuid::from_u128(1).into(),
            version: 1,
            name: "Lamps".into(),
            reference: None,
            customer: None,
            owner: None,
            pipeline: Uuid::from_u128(2).into(),
            pipeline_name: "Sales".into(),
            stage: Uuid::from_u128(3).into(),
            stage_name: "New".into(),
            state: State::Open,
            amount: None,
            close_on: None,
            probability: 10,
            probability_own: false,
            category: Category::Pipeline,
            category_own: false,
            source: None,
            next_step: None,
            next_step_on: None,
            competitors: vec![],
            loss_reason: None,
            loss_note: None,
            stage_since: at,
            rotting_days: None,
            custom: Values::default(),
            tags: vec![],
            archived: false,
            created_at: at,
            updated_at: at,
        }
    }

    fn stage(state: State, required: &[&str]) -> Stage {
        Stage {
            id: Uuid::from_u128(9).into(),
            version: 1,
            pipeline: Uuid::from_u128(2).into(),
            name: "There".into(),
            state,
            probability: state.certain().unwrap_or(50),
            category: Category::Pipeline,
            rotting_days: None,
            required: required.iter().map(|r| (*r).to_owned()).collect(),
            wip_limit: None,
        }
    }

    #[test]
    fn a_stage_asks_for_what_is_missing() {
        let full = Deal { amount: Some(Money::new(100, Currency::USD)), ..deal() };
        for (deal, to, asked) in [
            (deal(), stage(State::Open, &[]), vec![]),
            (deal(), stage(State::Open, &["amount", "close_on"]), vec!["amount", "close_on"]),
            (full.clone(), stage(State::Open, &["amount", "close_on"]), vec!["close_on"]),
            (full.clone(), stage(State::Won, &["amount", "close_on"]), vec!["closed_on"]),
            (deal(), stage(State::Lost, &["source"]), vec!["closed_on", "loss_reason", "loss_note", "source"]),
        ] {
            assert_eq!(asks(&deal, &to), asked, "{:?} {:?}", to.state, to.required);
        }
    }

    #[test]
    fn nothing_is_won_in_the_future_and_nothing_lost_without_a_reason() {
        let today = Day::new(2026, 3, 2).expect("a day");
        let c = Conventions::default();
        for (to, closed_on, reason, wrong) in [
            (State::Won, "", "", vec![]),
            (State::Won, "2026-03-02", "", vec![]),
            (State::Won, "2026-02-01", "", vec![]),
            (State::Won, "2026-03-03", "", vec!["closed_on"]),
            (State::Lost, "", "", vec!["loss_reason"]),
            (State::Lost, "", "Price", vec![]),
            (State::Lost, "tomorrow", "Price", vec!["closed_on"]),
        ] {
            let draft = Draft { closed_on: closed_on.into(), loss_reason: reason.into(), ..Draft::default() };
            let (said, errors) = draft.read(&deal(), &stage(to, &[]), today, &c);
            assert_eq!(errors.iter().map(|(f, _)| f).collect::<Vec<_>>(), wrong, "{to:?} {closed_on} {reason}");
            assert!(!errors.is_empty() || said.close_on.is_some_and(|d| d <= today));
        }
    }

    #[test]
    fn a_deal_rots_in_the_stage_that_has_a_limit() {
        let at = deal().stage_since;
        let day = chrono::Duration::days;
        for (limit, days, state, rots) in [
            (Some(7), 6, State::Open, false),
            (Some(7), 7, State::Open, true),
            (None, 700, State::Open, false),
            (Some(7), 70, State::Won, false),
        ] {
            let deal = Deal { rotting_days: limit, state, ..deal() };
            assert_eq!(deal.rots(at + day(days)), rots, "{limit:?} {days} {state:?}");
        }
    }
}
