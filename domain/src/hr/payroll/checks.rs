//! What is looked at before a run is approved (DOMAIN: Payroll: checks before approval), and how it compares with the last.

use super::{
    calculation::{Concern, Outcome, State},
    components::Code,
    schedule::Period,
};
use crate::{Currency, Day, EmployeeId, Money};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// No pay is agreed for days of employment.
    MissingRate,
    /// It could not be calculated for another reason.
    Error,
    NegativeNet,
    /// There is a regular payslip for this period already.
    PaidTwice,
    NoAccount,
    /// Two people, one account.
    SharedAccount,
    PaidAfterLeaving,
    /// Employed in the period, and not in the run.
    JoinedButUnpaid,
    ZeroNet,
    /// Far from what it was the last time.
    Variance,
}

/// One person as the checks see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub employee: EmployeeId,
    pub state: State,
    pub concerns: Vec<Concern>,
    /// Minor units.
    pub net: i64,
    /// Of the last run of this kind, where there was one.
    pub last_net: Option<i64>,
    /// Anything that is the same for the same account, like its sealed number; `None`: there is none.
    pub account: Option<String>,
    pub leaves: Option<Day>,
    /// By another run that is approved or paid.
    pub paid_already: bool,
}

/// Somebody who is employed, whether in the run or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Employed {
    pub employee: EmployeeId,
    pub hired: Option<Day>,
    pub leaves: Option<Day>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    pub check: Check,
    pub employee: EmployeeId,
    pub words: String,
}

/// How somebody's pay compares with the last run. Minor units; `None`: not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub employee: EmployeeId,
    pub now: Option<i64>,
    pub last: Option<i64>,
    /// In percent, to one place; `None` where there is nothing to compare with.
    pub percent: Option<Decimal>,
    /// What of it has changed: code, now, last.
    pub components: Vec<(Code, i64, i64)>,
}

impl Check {
    pub const ALL: [Self; 10] = [
        Self::MissingRate,
        Self::Error,
        Self::NegativeNet,
        Self::PaidTwice,
        Self::NoAccount,
        Self::SharedAccount,
        Self::PaidAfterLeaving,
        Self::JoinedButUnpaid,
        Self::ZeroNet,
        Self::Variance,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Self::MissingRate => "No agreed pay",
            Self::Error => "Could not be calculated",
            Self::NegativeNet => "Net below zero",
            Self::PaidTwice => "Paid for this period already",
            Self::NoAccount => "No bank account",
            Self::SharedAccount => "Shares a bank account",
            Self::PaidAfterLeaving => "Paid after leaving",
            Self::JoinedButUnpaid => "Employed, but not in the run",
            Self::ZeroNet => "Net of zero",
            Self::Variance => "Differs from the last run",
        }
    }

    /// Whether a run cannot be approved with it. Somebody withheld is not paid, and forbids nothing.
    pub const fn blocks(self) -> bool {
        matches!(self, Self::MissingRate | Self::Error | Self::NegativeNet | Self::PaidTwice | Self::NoAccount)
    }
}

/// All there is to look at, the worst first. `variance` is the percentage from which on a difference is told.
pub fn findings(
    people: &[Person],
    employed: &[Employed],
    period: &Period,
    variance: Decimal,
    currency: Currency,
) -> Vec<Finding> {
    let mut all = BTreeSet::new();
    let mut add = |check, employee, words: String| {
        all.insert(Finding { check, employee, words });
    };
    let money = |minor| Money::new(minor, currency);
    let mut accounts: BTreeMap<&str, Vec<EmployeeId>> = BTreeMap::new();
    for p in people {
        if p.state == State::Error {
            let check = match &p.concerns[..] {
                c if c.contains(&Concern::MissingRate) => Check::MissingRate,
                c if c.contains(&Concern::NegativeNet) => Check::NegativeNet,
                _ => Check::Error,
            };
            add(check, p.employee, if check == Check::NegativeNet { money(p.net).to_string() } else { String::new() });
        }
        if p.paid_already {
            add(Check::PaidTwice, p.employee, String::new());
        }
        if p.net > 0 && p.state.is_paid() {
            match &p.account {
                Some(account) => accounts.entry(account).or_default().push(p.employee),
                None => add(Check::NoAccount, p.employee, money(p.net).to_string()),
            }
        }
        if let Some(left) = p.leaves.filter(|left| *left < period.from && p.net > 0) {
            add(Check::PaidAfterLeaving, p.employee, format!("{}, left on {}", money(p.net), left.short()));
        }
        if p.net == 0 && p.state != State::Error {
            add(Check::ZeroNet, p.employee, String::new());
        }
        if let Some(last) = p.last_net.filter(|last| p.state != State::Error && beyond(p.net, *last, variance)) {
            add(Check::Variance, p.employee, format!("{}, last time {}", money(p.net), money(last)));
        }
    }
    for sharing in accounts.values().filter(|sharing| sharing.len() > 1) {
        sharing.iter().for_each(|id| add(Check::SharedAccount, *id, format!("with {} more", sharing.len() - 1)));
    }
    let inside: BTreeSet<EmployeeId> = people.iter().map(|p| p.employee).collect();
    let here = |e: &&Employed| e.hired.is_none_or(|d| d <= period.to) && e.leaves.is_none_or(|d| d >= period.from);
    for e in employed.iter().filter(here).filter(|e| !inside.contains(&e.employee)) {
        let since = e.hired.filter(|d| period.contains(*d)).map(|d| format!("joined on {}", d.short()));
        add(Check::JoinedButUnpaid, e.employee, since.unwrap_or_default());
    }
    all.into_iter().collect()
}

/// Compares a run with the last one, person by person, the largest difference first.
pub fn compare(now: &[Outcome], last: &[Outcome]) -> Vec<Change> {
    let by = |all: &[Outcome]| -> BTreeMap<EmployeeId, (i64, BTreeMap<Code, i64>)> {
        all.iter().map(|o| (o.employee, (o.net, o.by_code()))).collect()
    };
    let (now, last) = (by(now), by(last));
    let people: BTreeSet<EmployeeId> = now.keys().chain(last.keys()).copied().collect();
    let mut changes: Vec<Change> = people
        .into_iter()
        .map(|employee| {
            let (n, l) = (now.get(&employee), last.get(&employee));
            let codes: BTreeSet<&Code> = [n, l].into_iter().flatten().flat_map(|(_, by)| by.keys()).collect();
            let of = |side: Option<&(i64, BTreeMap<Code, i64>)>, code: &Code| {
                side.and_then(|(_, by)| by.get(code).copied()).unwrap_or(0)
            };
            let components = codes.into_iter().map(|c| (c.clone(), of(n, c), of(l, c)));
            let components = components.filter(|(_, now, last)| now != last).collect();
            let (now, last) = (n.map(|(net, _)| *net), l.map(|(net, _)| *net));
            Change { employee, now, last, percent: now.zip(last).and_then(|(n, l)| percent(n, l)), components }
        })
        .collect();
    changes.sort_by_key(|c| std::cmp::Reverse((c.now.unwrap_or(0) - c.last.unwrap_or(0)).abs()));
    changes
}

/// `None` of nothing: there is no telling.
fn percent(now: i64, last: i64) -> Option<Decimal> {
    if last == 0 {
        return None;
    }
    let change = Decimal::from(now).checked_sub(last.into())?.checked_mul(Decimal::ONE_HUNDRED)?;
    let percent = change.checked_div(Decimal::from(last.abs()))?;
    Some(percent.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero).normalize())
}

fn beyond(now: i64, last: i64, variance: Decimal) -> bool {
    let difference = Decimal::from((now - last).abs()) * Decimal::ONE_HUNDRED;
    let limit = variance.checked_mul(last.abs().into());
    now != last && (last == 0 || limit.is_some_and(|limit| difference >= limit))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Schedule,
            samples_tests::{d, day},
        },
        *,
    };
    use uuid::Uuid;

    fn id(n: u128) -> EmployeeId {
        EmployeeId(Uuid::from_u128(n))
    }

    fn person(n: u128, net: i64) -> Person {
        Person {
            employee: id(n),
            state: State::Ok,
            concerns: vec![],
            net,
            last_net: Some(net),
            account: Some(n.to_string()),
            leaves: None,
            paid_already: false,
        }
    }

    #[test]
    fn each_check_finds_its_own() {
        let period = Schedule::monthly().period_of(day("2026-03-01")).expect("a period");
        let broken = |n, concern| Person { state: State::Error, concerns: vec![concern], ..person(n, 0) };
        let people = [
            person(1, 100_000),
            Person { account: None, ..person(2, 100_000) },
            Person { account: Some("same".into()), ..person(3, 100_000) },
            Person { account: Some("same".into()), ..person(4, 100_000) },
            Person { leaves: Some(day("2026-02-28")), ..person(5, 5_000) },
            Person { leaves: Some(day("2026-03-01")), ..person(6, 5_000) },
            person(7, 0),
            Person { last_net: Some(100_000), ..person(8, 110_000) },
            Person { last_net: Some(100_000), ..person(9, 109_999) },
            broken(10, Concern::MissingRate),
            broken(11, Concern::Formula),
            Person { net: -1_200, ..broken(12, Concern::NegativeNet) },
            Person { paid_already: true, ..person(13, 1) },
            // Withheld: it goes nowhere, and needs no account.
            Person { state: State::Withheld, account: None, ..person(14, 1) },
        ];
        let employed = |n, hired: &str, leaves: Option<&str>| Employed {
            employee: id(n),
            hired: Some(day(hired)),
            leaves: leaves.map(day),
        };
        let roster = [
            employed(1, "2020-01-01", None),
            employed(20, "2026-03-15", None),
            employed(21, "2026-04-01", None),
            employed(22, "2020-01-01", Some("2026-02-28")),
        ];
        let found = findings(&people, &roster, &period, d("10"), Currency::EUR);
        let told: Vec<_> = found.iter().map(|f| (f.check, f.employee, f.words.as_str())).collect();
        assert_eq!(
            told,
            [
                (Check::MissingRate, id(10), ""),
                (Check::Error, id(11), ""),
                (Check::NegativeNet, id(12), "−€12.00"),
                (Check::PaidTwice, id(13), ""),
                (Check::NoAccount, id(2), "€1,000.00"),
                (Check::SharedAccount, id(3), "with 1 more"),
                (Check::SharedAccount, id(4), "with 1 more"),
                (Check::PaidAfterLeaving, id(5), "€50.00, left on 28 Feb 2026"),
                (Check::JoinedButUnpaid, id(20), "joined on 15 Mar 2026"),
                (Check::ZeroNet, id(7), ""),
                (Check::Variance, id(8), "€1,100.00, last time €1,000.00"),
            ]
        );
        assert_eq!(found.iter().filter(|f| f.check.blocks()).count(), 5);
        assert_eq!(Check::ALL.len(), 10);
    }

    #[test]
    fn a_run_beside_the_last_one() {
        use super::super::{calculation::calculate, samples_tests::*};
        let of = |n, salary| {
            let mut input = input(month("2026-03-01"));
            input.facts.employee = id(n);
            input.facts.pay = vec![pay("2020-01-01", salary)];
            calculate(&small(), &input)
        };
        // Nets are 95 % of salaries: one has a raise of 10 %, one is as before, one has come and one has gone.
        let changes = compare(
            &[of(1, 330_000), of(2, 200_000), of(3, 100_000)],
            &[of(1, 300_000), of(2, 200_000), of(4, 50_000)],
        );
        let told: Vec<_> = changes.iter().map(|c| (c.employee, c.now, c.last, c.percent)).collect();
        assert_eq!(
            told,
            [
                (id(3), Some(95_000), None, None),
                (id(4), None, Some(47_500), None),
                (id(1), Some(313_500), Some(285_000), Some(d("10"))),
                (id(2), Some(190_000), Some(190_000), Some(d("0"))),
            ]
        );
        assert_eq!(changes[2].components, [(code("basic"), 330_000, 300_000), (code("pension"), 16_500, 15_000)]);
        assert_eq!(changes[3].components, []);
    }

    #[test]
    fn a_difference_is_told_in_percent() {
        for (now, last, wanted) in
            [(110, 100, Some("10")), (0, 100, Some("-100")), (5, 0, None), (1_005, 1_000, Some("0.5"))]
        {
            assert_eq!(percent(now, last), wanted.map(d), "{now} {last}");
        }
    }
}
