//! The fiscal calendar: months, quarters and years from the day on which a workspace's fiscal year begins. Civil dates only.

use crate::{
    Day,
    hr::leave::policy::{months_later, year_start},
};
use chrono::{Datelike, Duration};
use serde::{Deserialize, Serialize};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    Month,
    #[default]
    Quarter,
    Year,
}

impl Span {
    pub const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];
    /// Those that quotas are set for.
    pub const OF_QUOTAS: [Self; 2] = [Self::Month, Self::Quarter];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Month => "Month",
            Self::Quarter => "Quarter",
            Self::Year => "Year",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    const fn months(self) -> u32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// When the fiscal year begins. A day from 1 to 28, which every month has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fiscal {
    pub month: u32,
    pub day: u32,
}

/// One period, both of its ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub span: Span,
    pub from: Day,
    pub to: Day,
    /// The fiscal year that it is in, called by the calendar year in which that ends.
    pub year: i32,
    /// Which of its kind in that year: 1 is the first.
    pub n: u32,
    fiscal: Fiscal,
}

impl Fiscal {
    /// The period of this kind that has the day in it.
    pub fn period(self, span: Span, of: Day) -> Period {
        let begins = year_start((self.month, self.day), of);
        let mut starts = (0..12 / span.months()).map(|n| (n, months_later(begins, n * span.months())));
        let (n, from) = starts.rfind(|(_, from)| *from <= of).unwrap_or((0, begins));
        let to = Day(months_later(begins, (n + 1) * span.months()).0 - Duration::days(1));
        let year = Day(months_later(begins, 12).0 - Duration::days(1)).year();
        Period { span, from, to, year, n: n + 1, fiscal: self }
    }
}

impl Period {
    pub fn contains(&self, day: Day) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The one behind it.
    pub fn next(&self) -> Self {
        self.fiscal.period(self.span, Day(self.to.0 + Duration::days(1)))
    }

    /// The one before it.
    pub fn previous(&self) -> Self {
        self.fiscal.period(self.span, Day(self.from.0 - Duration::days(1)))
    }

    /// The shorter periods that it is made of, in their order.
    pub fn parts(&self, span: Span) -> Vec<Self> {
        let mut parts = vec![self.fiscal.period(span, self.from)];
        while let Some(last) = parts.last().filter(|p| p.to < self.to) {
            parts.push(last.next());
        }
        parts
    }

    /// `Q2 FY2026`, `FY2026`, `May 2026`; a month that is no calendar month is counted: `M2 FY2026`.
    pub fn name(&self) -> String {
        match self.span {
            Span::Year => format!("FY{}", self.year),
            Span::Quarter => format!("Q{} FY{}", self.n, self.year),
            Span::Month if self.from.0.day() == 1 => self.from.0.format("%B %Y").to_string(),
            Span::Month => format!("M{} FY{}", self.n, self.year),
        }
    }

    /// `1 Apr 2026 – 30 Jun 2026`.
    pub fn days(&self) -> String {
        format!("{} – {}", self.from.short(), self.to.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(y: i32, m: u32, d: u32) -> Day {
        Day::new(y, m, d).expect("a day")
    }

    #[test]
    fn periods_are_called_by_the_year_in_which_they_end() {
        let (calendar, april, odd) =
            (Fiscal { month: 1, day: 1 }, Fiscal { month: 4, day: 1 }, Fiscal { month: 7, day: 15 });
        for (fiscal, span, of, name, days) in [
            (calendar, Span::Quarter, day(2026, 5, 9), "Q2 FY2026", "1 Apr 2026 – 30 Jun 2026"),
            (calendar, Span::Year, day(2026, 12, 31), "FY2026", "1 Jan 2026 – 31 Dec 2026"),
            (calendar, Span::Month, day(2028, 2, 29), "February 2028", "1 Feb 2028 – 29 Feb 2028"),
            (april, Span::Quarter, day(2026, 3, 31), "Q4 FY2026", "1 Jan 2026 – 31 Mar 2026"),
            (april, Span::Year, day(2026, 4, 1), "FY2027", "1 Apr 2026 – 31 Mar 2027"),
            (odd, Span::Month, day(2026, 8, 14), "M1 FY2027", "15 Jul 2026 – 14 Aug 2026"),
            (odd, Span::Quarter, day(2026, 7, 14), "Q4 FY2026", "15 Apr 2026 – 14 Jul 2026"),
        ] {
            let period = fiscal.period(span, of);
            assert_eq!((period.name().as_str(), period.days().as_str()), (name, days), "{fiscal:?} {of}");
        }
    }

    fn fiscal() -> impl Strategy<Value = (Fiscal, Day)> {
        (1u32..=12, 1u32..=28, 0i64..40_000)
            .prop_map(|(month, d, n)| (Fiscal { month, day: d }, Day(day(1990, 1, 1).0 + Duration::days(n))))
    }

    proptest! {
        #[test]
        fn each_day_is_in_one_period_of_each_kind((fiscal, of) in fiscal()) {
            for span in Span::ALL {
                let p = fiscal.period(span, of);
                prop_assert!(p.contains(of));
                prop_assert_eq!(fiscal.period(span, p.from), p);
                prop_assert_eq!(fiscal.period(span, p.to), p);
                prop_assert_eq!(p.next().previous(), p);
                prop_assert_eq!(p.next().from.0, p.to.0 + Duration::days(1));
            }
        }

        #[test]
        fn a_year_is_its_quarters_and_its_months((fiscal, of) in fiscal()) {
            let year = fiscal.period(Span::Year, of);
            for (span, many) in [(Span::Quarter, 4), (Span::Month, 12)] {
                let parts = year.parts(span);
                prop_assert_eq!(parts.len(), many);
                prop_assert_eq!((parts[0].from, parts[many - 1].to), (year.from, year.to));
                let days: i64 = parts.iter().map(|p| (p.to.0 - p.from.0).num_days() + 1).sum();
                prop_assert_eq!(days, (year.to.0 - year.from.0).num_days() + 1);
                prop_assert!(parts.iter().all(|p| p.year == year.year));
            }
        }
    }
}
