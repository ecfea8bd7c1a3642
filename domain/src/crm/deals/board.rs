//! The board: lanes with their heads, cards in their order.

use super::{Deal, Filter};
use crate::{
    Currency, Day, Money,
    crm::pipelines::Stage,
    list::{Mark, Total},
};

/// Cards of a lane at once.
pub const CARDS: usize = 25;

#[derive(Debug, Clone)]
pub struct Lane {
    pub stage: Stage,
    pub head: Head,
    pub cards: Vec<Deal>,
    /// Where the next cards begin.
    pub next: Option<Mark>,
}

/// How many, and what they are worth, by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    pub count: i64,
    /// The largest number of deals first; amounts that are too large to be told are left out.
    pub sums: Vec<Money>,
    /// The same in the workspace's currency, where that was asked.
    pub together: Option<Together>,
}

/// What sums of several currencies come to in one, by dated rates. What no rate prices is in no sum, and is told beside it
/// (DOMAIN: Money, time, identity).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    pub sum: Money,
    /// How many deals of which currency are not priced.
    pub unpriced: Vec<(Currency, i64)>,
}

impl Head {
    /// Adds what is counted of one currency; of none, the number alone.
    pub fn add(&mut self, currency: &str, deals: i64, minor: Option<i64>) {
        self.count += deals;
        if let (Some(currency), Some(minor)) = (Currency::from_code(currency), minor.filter(|_| deals > 0)) {
            self.sums.push(Money::new(minor, currency));
        }
    }

    /// As [`add`](Self::add), with what it comes to in `base`, and how many of its deals no rate prices.
    pub fn add_priced(
        &mut self,
        base: Currency,
        (currency, deals, minor): (&str, i64, Option<i64>),
        (priced, unpriced): (Option<i64>, i64),
    ) {
        self.add(currency, deals, minor);
        let Some(currency) = Currency::from_code(currency).filter(|_| deals > 0) else { return };
        let own = Together { sum: Money::new(0, base), unpriced: vec![] };
        let together = self.together.get_or_insert(own);
        together.sum.minor = together.sum.minor.saturating_add(priced.unwrap_or(0));
        if unpriced > 0 {
            together.unpriced.push((currency, unpriced));
        }
    }

    /// What it comes to in the workspace's currency, where its sums do not say so themselves.
    pub fn converted(&self) -> Option<&Together> {
        self.together.as_ref().filter(|t| self.sums.iter().any(|sum| sum.currency != t.sum.currency))
    }

    pub fn total(&self) -> Total {
        Total::capped(self.count)
    }
}

impl Together {
    /// Whether any of it has a price at all.
    pub fn has_any(&self) -> bool {
        self.sum.minor != 0
    }
}

impl Lane {
    /// Whether there are more deals than the stage is meant to hold.
    pub fn over(&self) -> bool {
        self.stage.wip_limit.is_some_and(|most| self.head.count > i64::from(most))
    }
}

/// Open deals that are to close in one month; in none of those that are shown, or on no day.
#[derive(Debug, Clone)]
pub struct Month {
    pub when: When,
    pub head: Head,
    pub cards: Vec<Deal>,
}

/// A stretch of the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// Before this month.
    Overdue,
    /// The month of this first day.
    In(Day),
    /// After the last month that is shown.
    Later,
    Never,
}

/// Months that a timeline shows, from this one on.
pub const MONTHS: u32 = 6;

impl Month {
    pub fn title(&self) -> String {
        match self.when {
            When::Overdue => "Overdue".into(),
            When::In(first) => first.0.format("%B %Y").to_string(),
            When::Later => "Later".into(),
            When::Never => "No date".into(),
        }
    }

    /// The same question for the list of what is in it. Those on no day have no list of their own.
    pub fn asked(&self, filter: &Filter, today: Day) -> Filter {
        let (this, one) = (today.first_of_month().0, chrono::Days::new(1));
        let (from, to) = match self.when {
            When::Overdue => (String::new(), (this - one).to_string()),
            When::In(first) => (first.0.to_string(), (first.0 + chrono::Months::new(1) - one).to_string()),
            When::Later => ((this + chrono::Months::new(MONTHS)).to_string(), String::new()),
            When::Never => (String::new(), String::new()),
        };
        Filter { close_from: from, close_to: to, ..filter.clone() }
    }
}

impl When {
    /// Where a deal that closes on this day stands, seen from today.
    pub fn of(day: Option<Day>, today: Day) -> Self {
        let (this, Some(day)) = (today.first_of_month(), day) else { return Self::Never };
        let last = this.0 + chrono::Months::new(MONTHS);
        match day {
            day if day < this => Self::Overdue,
            day if day.0 >= last => Self::Later,
            day => Self::In(day.first_of_month()),
        }
    }
}

/// `$1.2M`, `$85k`: a sum for a head that has little room; exact on hover.
pub fn brief(money: Money) -> String {
    let exact = money.decimal();
    let whole = exact.trunc();
    let symbol = money.currency.symbol().symbol;
    let sign = if symbol.chars().count() == 1 { symbol } else { format!("{}\u{a0}", money.currency.code()) };
    let tenth = |by: i64| {
        let scaled = exact / rust_decimal::Decimal::from(by);
        scaled.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::ToZero).normalize()
    };
    let thousand = rust_decimal::Decimal::from(1_000);
    match whole {
        w if w >= thousand * thousand => format!("{sign}{}M", tenth(1_000_000)),
        w if w >= thousand * rust_decimal::Decimal::TEN => format!("{sign}{}k", tenth(1_000)),
        _ => money.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_short_and_never_too_large() {
        for (minor, currency, words) in [
            (123_456, Currency::USD, "$1,234.56"),
            (1_249_900, Currency::USD, "$12.4k"),
            (199_999_900, Currency::EUR, "€1.9M"),
            (12_000, Currency::JPY, "¥12k"),
            (50_000_000, Currency::KWD, "KWD\u{a0}50k"),
        ] {
            assert_eq!(brief(Money::new(minor, currency)), words);
        }
    }

    #[test]
    fn each_day_is_in_one_stretch() {
        let day = |y, m, d| Day::new(y, m, d).expect("a day");
        let today = day(2026, 3, 2);
        for (closes, when) in [
            (None, When::Never),
            (Some(day(2026, 2, 28)), When::Overdue),
            (Some(day(2026, 3, 1)), When::In(day(2026, 3, 1))),
            (Some(day(2026, 8, 31)), When::In(day(2026, 8, 1))),
            (Some(day(2026, 9, 1)), When::Later),
        ] {
            assert_eq!(When::of(closes, today), when, "{closes:?}");
        }
    }

    #[test]
    fn a_head_tells_each_currency_for_itself() {
        let mut head = Head::default();
        head.add("USD", 2, Some(300));
        head.add("", 1, Some(0));
        head.add("EUR", 1, None);
        assert_eq!((head.count, head.sums), (4, vec![Money::new(300, Currency::USD)]));
    }

    #[test]
    fn what_no_rate_prices_is_counted_and_in_no_sum() {
        let mut head = Head::default();
        head.add_priced(Currency::USD, ("USD", 2, Some(300)), (Some(300), 0));
        assert_eq!(head.converted(), None, "it says so itself");
        head.add_priced(Currency::USD, ("EUR", 3, Some(1000)), (Some(1100), 1));
        head.add_priced(Currency::USD, ("GBP", 1, Some(50)), (None, 1));
        head.add_priced(Currency::USD, ("", 7, Some(0)), (None, 0));
        let together = head.converted().expect("currencies are mixed");
        assert_eq!(together.sum, Money::new(1400, Currency::USD));
        assert_eq!(together.unpriced, [(Currency::EUR, 1), (Currency::GBP, 1)]);
        assert_eq!(head.count, 13);
    }
}
