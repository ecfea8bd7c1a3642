//! What formulas of one person are told.

use super::{
    super::{
        components::{Code, GROSS, Kind, YEAR_TO_DATE},
        facts::Per,
        formula::Scope,
        slices::Priced,
        structure::Plan,
        tables::Edition,
    },
    Input,
};
use crate::money::exponent;
use chrono::Datelike;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

pub(super) struct Told<'a> {
    pub plan: &'a Plan,
    pub input: &'a Input,
    figures: Vec<(&'static str, Decimal)>,
    /// What components have come to so far, in minor units.
    pub values: BTreeMap<Code, i64>,
}

impl<'a> Told<'a> {
    pub fn new(plan: &'a Plan, input: &'a Input, priced: &Priced) -> Self {
        let last = priced.slices.last();
        let places = exponent(plan.currency());
        let salary = last.filter(|s| s.per != Per::Hour).map_or(Decimal::ZERO, |s| Decimal::new(s.full.minor, places));
        let months = |per| if per == Per::Year { 1 } else { 12 };
        let year = last.filter(|s| s.per != Per::Hour).map_or(0, |s| s.rate.minor.saturating_mul(months(s.per)));
        let minutes: i64 = priced.slices.iter().filter_map(|s| s.minutes).sum();
        let mut figures = vec![
            ("salary", salary),
            ("annual_salary", Decimal::new(year, places)),
            ("fte", last.map_or(Decimal::ZERO, |s| s.fte.decimal())),
            ("share", priced.share.decimal()),
            ("days", priced.whole),
            ("paid_days", priced.counted - priced.unpaid),
            ("unpaid_days", priced.unpaid),
            ("hours", Decimal::from(minutes) / Decimal::from(60)),
            ("periods", Decimal::from(input.period.frequency.a_year())),
            ("year", Decimal::from(input.pay_date.year())),
            ("month", Decimal::from(input.pay_date.0.month())),
        ];
        let service = input.facts.hired.map(|hired| input.period.to.0.years_since(hired.0).unwrap_or(0));
        figures.extend(service.map(|years| ("service_years", Decimal::from(years))));
        Self { plan, input, figures, values: BTreeMap::new() }
    }

    pub fn major(&self, minor: i64) -> Decimal {
        Decimal::new(minor, exponent(self.plan.currency()))
    }

    fn earnings(&self, of: &BTreeMap<Code, i64>) -> i64 {
        let earning = |code: &Code| self.plan.component(code.as_str()).is_some_and(|c| c.kind == Kind::Earning);
        of.iter().filter(|(code, _)| earning(code)).fold(0, |sum: i64, (_, minor)| sum.saturating_add(*minor))
    }
}

impl Scope for Told<'_> {
    fn number(&self, name: &str) -> Option<Decimal> {
        if name == GROSS {
            return Some(self.major(self.earnings(&self.values)));
        }
        if let Some(code) = name.strip_prefix(YEAR_TO_DATE) {
            if code == GROSS {
                return Some(self.major(self.earnings(&self.input.year_to_date)));
            }
            // Nothing was paid this year yet.
            return Some(self.major(self.input.year_to_date.get(code).copied().unwrap_or(0)));
        }
        let figure = self.figures.iter().find(|(figure, _)| *figure == name).map(|(_, number)| *number);
        let value = || self.values.get(name).map(|minor| self.major(*minor));
        figure.or_else(value).or_else(|| self.input.inputs.get(name).copied())
    }

    fn table(&self, code: &str) -> Option<&Edition> {
        self.plan.table(code)?.on(self.input.pay_date)
    }
}
