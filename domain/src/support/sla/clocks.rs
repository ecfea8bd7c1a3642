//! The three clocks of a ticket, as a fold over what happened to it. What happened is never changed, so the clocks can be
//! told anew at any time, and say the same.
//!
//! First response: from the opening until somebody of ours answers in public. Next response: from the oldest message of the
//! customer that nobody has answered. Resolution: from the opening until it is solved; opened again, it goes on, and the
//! time in between counts as a pause. Waiting for the customer, or for somebody else, holds the last two. Solving ends all.

use super::Calendar;
use crate::{
    SlaPolicyId,
    support::tickets::{Priority, Status},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    First,
    Next,
    Resolution,
}

impl Clock {
    pub const ALL: [Self; 3] = [Self::First, Self::Next, Self::Resolution];

    pub const fn key(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Next => "next",
            Self::Resolution => "resolution",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::First => "First response",
            Self::Next => "Next response",
            Self::Resolution => "Resolution",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// Minutes by priority, of each of the three clocks in their order; `None`: none is promised.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Targets {
    pub low: [Option<u32>; 3],
    pub normal: [Option<u32>; 3],
    pub high: [Option<u32>; 3],
    pub urgent: [Option<u32>; 3],
}

impl Targets {
    pub fn of(&self, priority: Priority) -> [Option<u32>; 3] {
        match priority {
            Priority::Low => self.low,
            Priority::Normal => self.normal,
            Priority::High => self.high,
            Priority::Urgent => self.urgent,
        }
    }

    pub fn of_mut(&mut self, priority: Priority) -> &mut [Option<u32>; 3] {
        match priority {
            Priority::Low => &mut self.low,
            Priority::Normal => &mut self.normal,
            Priority::High => &mut self.high,
            Priority::Urgent => &mut self.urgent,
        }
    }

    fn get(&self, priority: Priority, clock: Clock) -> Option<Duration> {
        self.of(priority)[clock as usize].map(|m| Duration::minutes(m.into()))
    }
}

/// What is promised of one ticket: the policy and the calendar as they were when it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub policy: SlaPolicyId,
    pub name: String,
    pub calendar: Calendar,
    pub targets: Targets,
    /// At how much of the time somebody is warned, in percent.
    pub warn: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Opened(Priority),
    /// The customer has written.
    Asked,
    /// What they wrote at this moment is no part of the ticket any more.
    Unasked,
    /// One of us has written to the customer: no note, and no machine.
    Answered,
    Status(Status),
    Priority(Priority),
    /// It became a part of another ticket.
    Withdrawn,
    /// That was undone.
    Returned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub what: What,
}

/// One run of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub clock: Clock,
    /// The how manieth of its kind, from 1.
    pub nth: i32,
    pub began: DateTime<Utc>,
    pub target: Duration,
    /// Time at work that has gone by on it, without pauses.
    pub used: Duration,
    pub paused: Duration,
    /// When it is late; not while it is held.
    pub due: Option<DateTime<Utc>>,
    /// When somebody is warned of that.
    pub warn: Option<DateTime<Utc>>,
    pub ended: Option<DateTime<Utc>>,
    /// It waits for the customer, or for somebody else.
    pub held: bool,
    pub late: bool,
    /// It ended without a result.
    pub withdrawn: bool,
}

impl Run {
    pub fn met(&self) -> bool {
        self.ended.is_some() && !self.late && !self.withdrawn
    }

    /// Time at work that is left; less than none where it is late.
    pub fn left(&self) -> Duration {
        self.target - self.used
    }
}

/// A clock as it runs while events are told.
struct Going {
    clock: Clock,
    nth: i32,
    began: DateTime<Utc>,
    priority: Priority,
    pauses: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    held: Option<DateTime<Utc>>,
    ended: Option<DateTime<Utc>>,
    withdrawn: bool,
}

impl Going {
    fn new(clock: Clock, nth: i32, began: DateTime<Utc>, priority: Priority) -> Self {
        Self { clock, nth, began, priority, pauses: vec![], held: None, ended: None, withdrawn: false }
    }

    fn hold(&mut self, at: DateTime<Utc>) {
        if self.clock != Clock::First && self.ended.is_none() && self.held.is_none() {
            self.held = Some(at);
        }
    }

    fn go_on(&mut self, at: DateTime<Utc>) {
        if let Some(from) = self.held.take() {
            self.pauses.push((from, at));
        }
    }

    fn end(&mut self, at: DateTime<Utc>) {
        if self.ended.is_none() {
            self.go_on(at);
            self.ended = Some(at);
        }
    }

    fn run(&self, promise: &Promise, now: DateTime<Utc>) -> Option<Run> {
        let calendar = &promise.calendar;
        let target = promise.targets.get(self.priority, self.clock)?;
        let paused = self.pauses.iter().fold(Duration::zero(), |sum, (from, to)| sum + calendar.elapsed(*from, *to));
        let until = self.ended.or(self.held).unwrap_or(now);
        let due = calendar.add(self.began, target + paused);
        let warn = calendar.add(self.began, target * i32::from(promise.warn) / 100 + paused);
        // What is held is late if it was so before; while it is held, it becomes no later.
        let late = !self.withdrawn && due.is_some_and(|due| until > due || self.ended.is_none() && until == due);
        let runs = self.ended.is_none() && self.held.is_none();
        Some(Run {
            clock: self.clock,
            nth: self.nth,
            began: self.began,
            target,
            used: calendar.elapsed(self.began, until) - paused,
            paused,
            due: due.filter(|_| runs || self.ended.is_some()),
            warn: warn.filter(|_| runs),
            ended: self.ended,
            held: self.held.is_some(),
            late,
            withdrawn: self.withdrawn,
        })
    }
}

/// The clocks of a ticket as they stand, in the order in which they began. Clocks that nothing is promised of are not told.
/// What is ended keeps the priority that it ended with; what runs has the present one from its beginning.
pub fn fold(promise: &Promise, events: &[Event], now: DateTime<Utc>) -> Vec<Run> {
    let mut all: Vec<Going> = vec![];
    let (mut status, mut priority, mut apart) = (Status::New, Priority::Normal, true);
    for Event { at, what } in events.iter().copied() {
        match what {
            What::Opened(first) if all.is_empty() => {
                priority = first;
                all.push(Going::new(Clock::First, 1, at, priority));
                all.push(Going::new(Clock::Resolution, 1, at, priority));
            }
            // A part of it that was a ticket of its own.
            What::Opened(_) => {}
            What::Asked => {
                let answered = all.iter().any(|g| g.clock == Clock::First && g.ended.is_some() && !g.withdrawn);
                let waits = all.iter().any(|g| g.clock == Clock::Next && (g.ended.is_none() || g.withdrawn));
                if answered && !waits {
                    let nth = all.iter().filter(|g| g.clock == Clock::Next).count() + 1;
                    let mut next = Going::new(Clock::Next, i32::try_from(nth).unwrap_or(i32::MAX), at, priority);
                    if status.waits() {
                        next.hold(at);
                    }
                    // It runs in the whole, and here from then on once it is a ticket of its own again.
                    if !apart {
                        next.end(at);
                        next.withdrawn = true;
                    }
                    all.push(next);
                }
            }
            What::Unasked => all.retain(|g| g.clock != Clock::Next || g.began != at),
            What::Answered => all.iter_mut().filter(|g| g.clock != Clock::Resolution).for_each(|g| g.end(at)),
            What::Priority(new) => {
                priority = new;
                all.iter_mut().filter(|g| g.ended.is_none()).for_each(|g| g.priority = new);
            }
            What::Status(new) => {
                match (status.ended(), new.ended()) {
                    (false, true) => all.iter_mut().for_each(|g| g.end(at)),
                    (true, false) => reopen(&mut all, at, priority),
                    _ => {}
                }
                match new.waits() {
                    true => all.iter_mut().for_each(|g| g.hold(at)),
                    false => all.iter_mut().for_each(|g| g.go_on(at)),
                }
                status = new;
            }
            What::Withdrawn => {
                apart = false;
                for going in all.iter_mut().filter(|g| g.ended.is_none()) {
                    going.end(at);
                    going.withdrawn = true;
                }
            }
            What::Returned => {
                apart = true;
                for going in all.iter_mut().filter(|g| g.withdrawn) {
                    (going.ended, going.withdrawn) = (None, false);
                }
                if status.waits() {
                    all.iter_mut().for_each(|g| g.hold(at));
                }
            }
        }
    }
    all.iter().filter_map(|going| going.run(promise, now)).collect()
}

/// What was solved goes on: the time in between is a pause.
fn reopen(all: &mut [Going], at: DateTime<Utc>, priority: Priority) {
    for going in all.iter_mut().filter(|g| g.clock == Clock::Resolution && !g.withdrawn) {
        if let Some(ended) = going.ended.take() {
            going.pauses.push((ended, at));
            going.priority = priority;
        }
    }
}

#[cfg(test)]
#[path = "clocks_tests.rs"]
mod tests;
