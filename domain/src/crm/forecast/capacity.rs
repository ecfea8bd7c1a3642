//! A forecast by the days that there are to sell on (DOMAIN: One person, one graph, 6): leave, holidays and a last day take days
//! away, and of why nothing is told.

use crate::{
    Day,
    hr::leave::{
        pattern::{Holidays, Week, portion},
        requests::Span,
    },
};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

/// When somebody is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    pub week: Week,
    pub holidays: Holidays,
    /// Leave that was given.
    pub away: Vec<Span>,
    /// After this day they are gone.
    pub last: Option<Day>,
}

/// Days until the end of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    /// On which there is somebody to sell.
    pub selling: Decimal,
    /// That would be worked, were nothing in the way.
    pub working: Decimal,
}

/// The days from one to another, both among them.
pub fn days(from: Day, to: Day, there: &Presence) -> Days {
    let none = Holidays::new();
    let mut days = Days::default();
    for date in from.0.iter_days().take_while(|date| *date <= to.0) {
        let day = Day(date);
        let works = portion(&there.week, &none, day).days;
        days.working += works;
        if works.is_zero() || there.last.is_some_and(|last| day > last) {
            continue;
        }
        let open = portion(&there.week, &there.holidays, day).days;
        days.selling += open * left(day, &there.away, portion(&there.week, &there.holidays, day).minutes);
    }
    days
}

/// Which part of a day's work leave leaves.
fn left(day: Day, away: &[Span], minutes: i16) -> Decimal {
    let taken = away.iter().filter(|s| s.from <= day && day <= s.to).map(|s| match s.minutes {
        Some(part) if minutes > 0 => Decimal::from(part) / Decimal::from(minutes),
        _ => {
            let half = |is: bool| if is { Decimal::new(5, 1) } else { Decimal::ZERO };
            Decimal::ONE - half(s.from == day && s.from_midday) - half(s.to == day && s.to_midday)
        }
    });
    (Decimal::ONE - taken.sum::<Decimal>()).max(Decimal::ZERO)
}

impl Days {
    /// An amount by the days that there are of those that there would be, rounded half up. No days to work on: nothing.
    pub fn scale(&self, amount: i64) -> i64 {
        let Some(part) = (Decimal::from(amount) * self.selling).checked_div(self.working) else { return 0 };
        part.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64().unwrap_or(amount)
    }

    /// `38.5 of 44`.
    pub fn words(&self) -> String {
        format!("{} of {}", self.selling.round_dp(2).normalize(), self.working.round_dp(2).normalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hr::leave::pattern::{Holiday, Pattern};
    use proptest::prelude::*;

    fn day(d: u32) -> Day {
        Day::new(2026, 3, d).expect("a day")
    }

    fn there() -> Presence {
        let week = Week { usual: Pattern::even(&[1, 2, 3, 4, 5], 480), from: vec![] };
        Presence { week, holidays: Holidays::new(), away: vec![], last: None }
    }

    #[test]
    fn days_to_sell_on_are_those_that_nothing_takes() {
        // The second of March is a Monday; two weeks have ten working days.
        let told = |p: &Presence| {
            let d = days(day(2), day(15), p);
            (d.selling.normalize().to_string(), d.working.to_string(), d.scale(1_000))
        };
        let told = |p: Presence| {
            let (selling, working, scaled) = told(&p);
            (selling, working, scaled)
        };
        let text = |a: &str, b: &str, n: i64| (a.to_owned(), b.to_owned(), n);
        assert_eq!(told(there()), text("10", "10", 1_000));
        let off = |half| Holiday { name: "Off".into(), half };
        assert_eq!(
            told(Presence {
                holidays: Holidays::from([(day(3), off(false)), (day(4), off(true)), (day(7), off(false))]),
                ..there()
            }),
            text("8.5", "10", 850)
        );
        let half = Span { to_midday: true, ..Span::whole(day(5), day(6)) };
        assert_eq!(told(Presence { away: vec![half], ..there() }), text("8.5", "10", 850));
        let hours = Span { minutes: Some(120), ..Span::whole(day(5), day(5)) };
        assert_eq!(told(Presence { away: vec![hours], ..there() }), text("9.75", "10", 975));
        assert_eq!(told(Presence { last: Some(day(6)), ..there() }), text("5", "10", 500));
        assert_eq!(told(Presence { away: vec![Span::whole(day(1), day(31))], ..there() }), text("0", "10", 0));
        let weekend = days(day(14), day(15), &there());
        assert_eq!((weekend.working, weekend.scale(1_000)), (Decimal::ZERO, 0));
    }

    proptest! {
        #[test]
        fn nobody_sells_on_more_days_than_there_are(from in 1u32..15, long in 0u32..15, away in 1u32..20, last in 1u32..31, amount in 0i64..1_000_000_000_000) {
            let there = Presence {
                away: vec![Span::whole(day(away), day(away + 5))],
                last: Some(day(last)),
                ..there()
            };
            let days = days(day(from), day(from + long), &there);
            prop_assert!(days.selling >= Decimal::ZERO && days.selling <= days.working);
            prop_assert!((0..=amount).contains(&days.scale(amount)));
        }
    }
}
