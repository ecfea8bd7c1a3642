//! A request for leave: what it costs, whether it is covered, and what becomes of it (DOMAIN: Leave).

use super::{
    Office, Person, Type, Unit,
    accrual::{Facts, settle},
    ledger::{self, Entry, Kind},
    pattern::{Holiday, Holidays, Portion, Week, portion},
    policy::on,
};
use crate::{Day, Errors, LeaveRequestId, LeaveStepId, MemberId};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

/// The longest that one request may be, in days: longer leave is two.
pub const LONGEST: i64 = 400;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Requested,
    Approved,
    /// Approved, begun, and asked to be cancelled.
    Cancelling,
    Declined,
    Cancelled,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Requested, Self::Approved, Self::Cancelling, Self::Declined, Self::Cancelled];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Cancelling => "cancelling",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Requested => "Waiting",
            Self::Approved => "Approved",
            Self::Cancelling => "Waiting to be cancelled",
            Self::Declined => "Declined",
            Self::Cancelled => "Cancelled",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Whether it still stands for leave, asked for or given.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Requested | Self::Approved | Self::Cancelling)
    }
}

/// From when to when. A half is that of the day at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: Day,
    pub to: Day,
    /// The first day begins at midday.
    pub from_midday: bool,
    /// The last day ends at midday.
    pub to_midday: bool,
    /// Some minutes of one day.
    pub minutes: Option<i16>,
}

impl Span {
    pub fn whole(from: Day, to: Day) -> Self {
        Self { from, to, from_midday: false, to_midday: false, minutes: None }
    }

    /// "3 Aug 2026", "3 Aug 2026, afternoon", "3 Aug – 7 Aug 2026", "2 hours on 3 Aug 2026".
    pub fn words(&self) -> String {
        let midday = |day: Day, half: bool, part: &str| {
            if half { format!("{}, {part}", day.short()) } else { day.short() }
        };
        match self.minutes {
            Some(minutes) => format!("{} on {}", Unit::Hours.words(hours(minutes)), self.from.short()),
            None if self.from == self.to && self.to_midday => midday(self.from, true, "morning"),
            None if self.from == self.to => midday(self.from, self.from_midday, "afternoon"),
            None => format!(
                "{} – {}",
                midday(self.from, self.from_midday, "from midday"),
                midday(self.to, self.to_midday, "until midday")
            ),
        }
    }
}

/// Minutes as hours, to the ten-thousandth.
pub fn hours(minutes: i16) -> Decimal {
    (Decimal::from(minutes) / Decimal::from(60)).round_dp(4).normalize()
}

/// What one day of it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCost {
    pub day: Day,
    /// In the unit of its type.
    pub amount: Decimal,
    pub minutes: i16,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cost {
    /// Days that take something, in their order.
    pub days: Vec<DayCost>,
    pub total: Decimal,
    /// Holidays within it.
    pub holidays: Vec<(Day, Holiday)>,
    /// Days within it on which the person does not work anyway.
    pub off: i64,
}

/// What a request takes, by the working pattern and the holidays of its own dates.
pub fn cost(span: &Span, unit: Unit, week: &Week, holidays: &Holidays) -> Result<Cost, Errors> {
    if span.to < span.from {
        return Err(Errors::one("to", "The last day is before the first one."));
    }
    if (span.to.0 - span.from.0).num_days() >= LONGEST {
        return Err(Errors::one("to", "This is longer than 400 days. Ask for it in parts."));
    }
    let day_off = |day: Day| {
        let why = holidays.get(&day).filter(|h| !h.half).map_or_else(
            || format!("{} is no working day here.", day.long()),
            |h| format!("{} is {}, a day off anyway.", day.long(), h.name),
        );
        format!("{why} There is no half of it to take.")
    };
    let mut cost = Cost::default();
    let (mut errors, mut day) = (Errors::default(), span.from);
    if span.from == span.to && span.from_midday && span.to_midday {
        errors.add("to_midday", "It begins at midday and ends at midday of the same day. Choose one of them.");
    }
    while day <= span.to {
        if let Some(holiday) = holidays.get(&day) {
            cost.holidays.push((day, holiday.clone()));
        }
        let works = portion(week, holidays, day);
        if works.is_none() {
            if day == span.from && span.from_midday {
                errors.add("from_midday", day_off(day));
            }
            if day == span.to && span.to_midday {
                errors.add("to_midday", day_off(day));
            }
            cost.off += i64::from(!holidays.contains_key(&day));
        } else if span.minutes.is_some_and(|asked| asked > works.minutes) {
            let words = format!("There are {} to work that day.", Unit::Hours.words(hours(works.minutes)));
            errors.add("hours", words);
        }
        cost.days.extend(day_cost(span, unit, works, day));
        let Some(next) = day.plus(1) else { break };
        day = next;
    }
    if cost.days.is_empty() && errors.is_empty() {
        errors.add("from", "There is no working day in it: nothing has to be asked for.");
    }
    cost.total = cost.days.iter().map(|d| d.amount).sum();
    errors.or(cost)
}

/// What leave that stands takes by the pattern and the holidays as they are now: nothing on days that became free, and no
/// more than there is to work on the others. Days before `from` are as they were taken.
pub fn recount(
    span: &Span,
    unit: Unit,
    week: &Week,
    holidays: &Holidays,
    taken: &[DayCost],
    from: Day,
) -> Vec<DayCost> {
    let gone = taken.iter().filter(|d| d.day < from && (span.from..=span.to).contains(&d.day)).copied();
    let mut days: Vec<DayCost> = gone.collect();
    let mut next = Some(from.max(span.from));
    while let Some(day) = next.filter(|day| *day <= span.to) {
        days.extend(day_cost(span, unit, portion(week, holidays, day), day));
        next = day.plus(1);
    }
    days
}

/// What one day of it takes of what there is to work on that day.
fn day_cost(span: &Span, unit: Unit, works: Portion, day: Day) -> Option<DayCost> {
    if works.is_none() {
        return None;
    }
    let half = (day == span.from && span.from_midday) || (day == span.to && span.to_midday);
    let (days, minutes) = match span.minutes.map(|asked| asked.min(works.minutes)) {
        // Hours of a kind that is counted in days are their part of that day.
        Some(asked) if works.minutes > 0 => {
            ((works.days * Decimal::from(asked) / Decimal::from(works.minutes)).round_dp(4).normalize(), asked)
        }
        Some(asked) => (works.days, asked),
        // Half of a day that is half already is all that there is of it.
        None if half => (works.days.min(Decimal::new(5, 1)), works.minutes.min(whole_minutes(works) / 2)),
        None => (works.days, works.minutes),
    };
    let amount = match unit {
        Unit::Days => days,
        Unit::Hours => hours(minutes),
    };
    Some(DayCost { day, amount, minutes })
}

/// Of a portion of a day, what the whole of it has.
fn whole_minutes(works: Portion) -> i16 {
    let whole = Decimal::from(works.minutes) / works.days.max(Decimal::new(25, 2));
    whole.try_into().unwrap_or(works.minutes)
}

/// Why a balance does not cover a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Short {
    pub day: Day,
    /// What there is on that day without it.
    pub has: Decimal,
    /// What it has taken by then.
    pub takes: Decimal,
    /// How far below zero a balance may go.
    pub overdraft: Decimal,
}

impl Short {
    pub fn words(&self, unit: Unit) -> String {
        let left = self.has - self.takes;
        let least = match self.overdraft {
            o if o.is_zero() => String::new(),
            o => format!(" (it may go down to {})", super::plain(-o)),
        };
        format!(
            "This takes {} by {}, and there are {} on that day: {} would be left{least}.",
            unit.words(self.takes),
            self.day.short(),
            unit.words(self.has),
            unit.words(left),
        )
    }
}

/// What a balance comes to with a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Afford {
    /// On the day before it, with what else is asked for and given.
    pub before: Decimal,
    /// At its last day.
    pub after: Decimal,
    /// What comes in, or is over, on its own days by itself: `after` has it.
    pub meanwhile: Decimal,
    /// The lowest that it comes to from then on, with all that is booked and asked for later: at most `after`.
    pub lowest: Decimal,
    pub short: Option<Short>,
}

/// Whether what will be there on its days covers a request: with what accrues and expires until then, and with what waits
/// for an answer, which reserves its part (DOMAIN: Leave: a pending request reserves balance).
pub fn afford(all: &[Facts], entries: &[Entry], reserved: &[DayCost], days: &[DayCost]) -> Afford {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Afford::default() };
    let mut n = 0_u128;
    // Only to tell them apart, behind all that are written; nothing of this is.
    let mut id = || {
        n += 1;
        Uuid::from_u128((u128::MAX >> 1) + n)
    };
    let uses = |days: &[DayCost], id: &mut dyn FnMut() -> Uuid| -> Vec<Entry> {
        days.iter().map(|d| Entry::new(id(), d.day, Kind::Use, -d.amount)).collect()
    };
    let mut without = entries.to_vec();
    without.extend(uses(reserved, &mut id));
    let mut with = without.clone();
    with.extend(uses(days, &mut id));
    // What is given already after it must stay covered, too.
    let until = with.iter().filter(|e| e.kind == Kind::Use).map(|e| e.on).max().unwrap_or(last.day).max(last.day);
    without.extend(settle(all, &without, until, &mut id).entries);
    with.extend(settle(all, &with, until, &mut id).entries);
    let overdraft = |day: Day| {
        let terms = all.iter().filter(|f| f.spans.iter().any(|(s, e)| *s <= day && e.is_none_or(|e| day <= e)));
        terms.filter_map(|f| on(&f.versions, day)).map(|v| v.terms.overdraft).max().unwrap_or_default()
    };
    let mut looked: Vec<Day> = with.iter().filter(|e| e.kind == Kind::Use && e.on >= first.day).map(|e| e.on).collect();
    looked.sort_unstable();
    looked.dedup();
    let short = looked.iter().find_map(|&day| {
        let (left, has) = (ledger::balance(&with, day), ledger::balance(&without, day));
        let overdraft = overdraft(day);
        (left < -overdraft && left < has).then(|| Short { day, has, takes: has - left, overdraft })
    });
    let after = ledger::balance(&with, last.day);
    let later = looked.iter().filter(|day| **day > last.day).map(|day| ledger::balance(&with, *day));
    let lowest = later.fold(after, Decimal::min);
    let eve = first.day.plus(-1).unwrap_or(first.day);
    let by_itself = |e: &&Entry| (first.day..=last.day).contains(&e.on) && !e.is_of_leave();
    let meanwhile = with.iter().filter(by_itself).map(|e| e.amount).sum();
    Afford { before: ledger::balance(&without, eve), after, meanwhile, lowest, short }
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Open,
    Approved,
    Declined,
    Withdrawn,
}

impl Answer {
    pub const ALL: [Self; 4] = [Self::Open, Self::Approved, Self::Declined, Self::Withdrawn];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }
}

/// One question about a request, and who was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: LeaveStepId,
    /// Whether it is about cancelling leave that has begun.
    pub cancels: bool,
    pub place: i32,
    pub office: Office,
    /// None: anybody who may approve everybody's.
    pub member: Option<(MemberId, String)>,
    pub because: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub answer: Answer,
    pub answered_by: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
    pub note: String,
}

impl Step {
    /// Who has it: "Mona Manager", "HR".
    pub fn whose(&self) -> &str {
        // Where nobody by name is asked, all of HR are.
        self.member.as_ref().map_or(Office::People.label(), |(_, name)| name.as_str())
    }
}

/// A request as its reader may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: LeaveRequestId,
    pub version: i32,
    pub person: Person,
    /// The kind, for whom that class is open; of the others they know that somebody is away.
    pub kind: Option<Type>,
    pub span: Span,
    pub amount: Decimal,
    /// What the amount is told in, to whoever may not see the kind as well.
    pub unit: Unit,
    pub reason: Option<String>,
    pub state: State,
    /// Asked to be cancelled from this day on.
    pub back_on: Option<Day>,
    pub asked_by: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub steps: Vec<Step>,
}

impl Request {
    pub fn open_step(&self) -> Option<&Step> {
        self.steps.iter().find(|s| s.answer == Answer::Open)
    }

    /// "Vacation, 3 Aug – 7 Aug 2026", or without the kind.
    pub fn words(&self) -> String {
        let kind = self.kind.as_ref().map_or("Away", |k| k.name.as_str());
        format!("{kind}, {}", self.span.words())
    }
}

/// Who is asked about it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asking {
    /// It is of a kind for which nobody is, or is written down by whoever may.
    NoNeed,
    /// Somebody would be, and there is nobody but whoever asks: it is approved at once.
    Nobody,
    Of(String),
}

/// Somebody of the same team who is away at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub name: String,
    pub span: Span,
    /// Nobody has answered yet.
    pub asked: bool,
}

impl Beside {
    /// `2 to 4 March`, `2 to 4 March, not decided yet`
    pub fn when(&self) -> String {
        let when = self.span.words();
        if self.asked { format!("{when}, not decided yet") } else { when }
    }
}

/// What asking for it would mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub kind: Type,
    pub cost: Cost,
    /// Of a limited kind.
    pub afford: Option<Afford>,
    /// Who of the same team is away then, and when.
    pub away: Vec<Beside>,
    /// What stands against it, for whom it is only a warning.
    pub warnings: Vec<String>,
    pub asked: Asking,
}

#[cfg(test)]
mod tests {
    use super::super::{pattern::Pattern, policy::*};
    use super::*;

    fn day(m: u32, d: u32) -> Day {
        Day::new(2026, m, d).expect("a day")
    }

    fn d(s: &str) -> Decimal {
        s.parse().expect("a number")
    }

    fn week() -> Week {
        Week { usual: Pattern::even(&[1, 2, 3, 4, 5], 480), from: vec![] }
    }

    fn holidays() -> Holidays {
        let off = |name: &str, half| Holiday { name: name.into(), half };
        Holidays::from([
            (day(4, 3), off("Good Friday", false)),
            (day(4, 6), off("Easter Monday", false)),
            (day(12, 24), off("Christmas Eve", true)),
        ])
    }

    #[test]
    fn days_come_from_the_pattern_and_the_holidays_on_those_dates() {
        let span = |from, to| Span::whole(from, to);
        for (span, unit, total) in [
            (span(day(4, 1), day(4, 7)), Unit::Days, "3"),
            (span(day(4, 1), day(4, 7)), Unit::Hours, "24"),
            (span(day(12, 24), day(12, 24)), Unit::Days, "0.5"),
            (span(day(12, 24), day(12, 24)), Unit::Hours, "4"),
            (Span { from_midday: true, ..span(day(4, 1), day(4, 2)) }, Unit::Days, "1.5"),
            (Span { to_midday: true, ..span(day(4, 1), day(4, 1)) }, Unit::Days, "0.5"),
            (Span { to_midday: true, ..span(day(12, 24), day(12, 24)) }, Unit::Days, "0.5"),
            (Span { minutes: Some(90), ..span(day(4, 1), day(4, 1)) }, Unit::Hours, "1.5"),
            // Two hours of a day of eight; two of Christmas Eve, which has four and is half a day.
            (Span { minutes: Some(120), ..span(day(4, 1), day(4, 1)) }, Unit::Days, "0.25"),
            (Span { minutes: Some(120), ..span(day(12, 24), day(12, 24)) }, Unit::Days, "0.25"),
            // The night in which clocks go forward, and the one in which they go back, are days like others.
            (span(day(3, 27), day(3, 30)), Unit::Hours, "16"),
            (span(day(10, 23), day(10, 26)), Unit::Days, "2"),
        ] {
            let cost = cost(&span, unit, &week(), &holidays()).unwrap_or_else(|e| panic!("{span:?}: {e:?}"));
            assert_eq!(cost.total, d(total), "{span:?}");
        }
        let easter = cost(&span(day(4, 1), day(4, 7)), Unit::Days, &week(), &holidays()).expect("a cost");
        assert_eq!((easter.holidays.len(), easter.off), (2, 2));
    }

    #[test]
    fn a_span_that_makes_no_sense_is_refused_beside_its_field() {
        let half = |from: Day| Span { from_midday: true, ..Span::whole(from, from) };
        for (span, field) in [
            (Span::whole(day(4, 2), day(4, 1)), "to"),
            (half(day(4, 5)), "from_midday"),
            (half(day(4, 3)), "from_midday"),
            (Span { to_midday: true, ..Span::whole(day(4, 1), day(4, 4)) }, "to_midday"),
            (Span { to_midday: true, ..half(day(4, 1)) }, "to_midday"),
            (Span::whole(day(4, 4), day(4, 5)), "from"),
            (Span { minutes: Some(600), ..Span::whole(day(4, 1), day(4, 1)) }, "hours"),
            (Span::whole(day(1, 1), Day::new(2028, 1, 1).expect("a day")), "to"),
        ] {
            let refused = cost(&span, Unit::Days, &week(), &holidays()).expect_err("it makes no sense");
            assert!(refused.of(field).is_some(), "{span:?}: {refused:?}");
        }
        let told = cost(&half(day(4, 3)), Unit::Days, &week(), &holidays()).expect_err("a holiday");
        assert!(told.of("from_midday").is_some_and(|w| w.contains("Good Friday")), "{told:?}");
    }

    #[test]
    fn leave_that_stands_takes_what_there_is_to_work_by_now() {
        let span = Span::whole(day(4, 1), day(4, 7));
        let asked = cost(&span, Unit::Days, &week(), &Holidays::new()).expect("a cost").days;
        assert_eq!(asked.len(), 5);
        let recount = |week: &Week, holidays: &Holidays, from| {
            let days = recount(&span, Unit::Days, week, holidays, &asked, from);
            (days.len(), days.iter().map(|d| d.amount).sum::<Decimal>())
        };
        assert_eq!(recount(&week(), &Holidays::new(), day(3, 1)), (5, d("5")), "nothing has changed");
        assert_eq!(recount(&week(), &holidays(), day(3, 1)), (3, d("3")), "Easter came onto the calendar");
        assert_eq!(recount(&week(), &holidays(), day(4, 4)), (4, d("4")), "what is past is as it was taken");
        let short = Week { usual: Pattern::even(&[1, 2, 3], 480), from: vec![] };
        assert_eq!(recount(&short, &Holidays::new(), day(3, 1)), (3, d("3")), "Thursdays and Fridays are free now");
        let half = Span { from_midday: true, ..Span::whole(day(4, 3), day(4, 7)) };
        let days = super::recount(&half, Unit::Days, &week(), &holidays(), &[], day(3, 1));
        assert_eq!(days.iter().map(|d| d.day).collect::<Vec<_>>(), [day(4, 7)], "the half day is a holiday now");
    }

    fn facts(overdraft: &str) -> Facts {
        let terms =
            Terms { annual: d("24"), per: Per::Month, gain: Gain::End, overdraft: d(overdraft), ..Terms::default() };
        Facts {
            policy: Uuid::from_u128(7),
            year: (1, 1),
            versions: vec![Version { from: day(1, 1), known: day(1, 1), terms }],
            hired: None,
            leaves: None,
            spans: vec![(day(1, 1), None)],
            fte: vec![],
        }
    }

    fn days(from: Day, to: Day) -> Vec<DayCost> {
        cost(&Span::whole(from, to), Unit::Days, &week(), &Holidays::new()).expect("a cost").days
    }

    #[test]
    fn what_accrues_until_then_covers_a_request_and_what_waits_reserves_its_part() {
        let june = days(day(6, 1), day(6, 12));
        // Two a month, five months: ten days are there by June.
        let fine = afford(&[facts("0")], &[], &[], &june);
        assert_eq!((fine.short, fine.before, fine.after), (None, d("10"), d("0")));
        // What waits for May takes a part of it.
        let waiting = days(day(5, 11), day(5, 12));
        let short = afford(&[facts("0")], &[], &waiting, &june).short.expect("it is not covered");
        assert_eq!((short.day, short.has, short.takes), (day(6, 11), d("8"), d("9")));
        assert!(short.words(Unit::Days).contains("−1 day would be left"), "{}", short.words(Unit::Days));
        assert_eq!(afford(&[facts("2")], &[], &waiting, &june).short, None, "a negative balance is allowed");
        // And what is given later stays covered.
        let given: Vec<_> = june
            .iter()
            .map(|d| Entry::new(Uuid::from_u128(d.day.0.to_epoch_days() as u128), d.day, Kind::Use, -d.amount))
            .collect();
        let short = afford(&[facts("0")], &given, &[], &days(day(5, 11), day(5, 12))).short.expect("June is given");
        assert_eq!(short.day, day(6, 11));
    }

    #[test]
    fn spans_are_told_in_words() {
        let one = Span::whole(day(8, 3), day(8, 3));
        assert_eq!(one.words(), "3 Aug 2026");
        assert_eq!(Span { to_midday: true, ..one }.words(), "3 Aug 2026, morning");
        assert_eq!(Span { minutes: Some(60), ..one }.words(), "1 hour on 3 Aug 2026");
        assert_eq!(
            Span { from_midday: true, ..Span::whole(day(8, 3), day(8, 7)) }.words(),
            "3 Aug 2026, from midday – 7 Aug 2026"
        );
    }
}
