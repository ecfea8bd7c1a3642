//! Golden cases of slices, each worked out by hand. March 2026 has 31 days, 22 of them from Monday to Friday: ten up to the
//! 13th, twelve from the 16th on.

use super::{
    facts::{Hours, Pay, Per, Unpaid, Work},
    samples_tests::*,
    schedule::{Frequency, Period},
    slices::{Basis, Means, Terms, Trouble, price},
    *,
};
use crate::{Currency, Money};
use exact::Rounding;

use Basis::{CalendarDays, Fixed30, Hours as ByHours, WorkingDays};

/// What the slices are worth, in minor units.
fn worth(facts: &Facts, period: &Period, terms: Terms, currency: Currency) -> Result<Vec<i64>, Trouble> {
    let priced = price(facts, period, terms, currency, Rounding::default())?;
    let parts: Vec<i64> = priced.slices.iter().map(|s| s.amount.minor).collect();
    assert_eq!(parts.iter().sum::<i64>(), priced.total, "slices add up to the period");
    Ok(parts)
}

fn euros(facts: &Facts, period: &Period, basis: Basis) -> Vec<i64> {
    worth(facts, period, terms(basis), Currency::EUR).expect("a price")
}

#[test]
fn joiner_mid_month() {
    let march = month("2026-03-01");
    let joiner = Facts { hired: Some(day("2026-03-16")), ..facts(&march) };
    for (basis, minor) in [
        (CalendarDays, 154_839), // 3,000.00 × 16/31 = 1,548.387…
        (WorkingDays, 163_636),  // 3,000.00 × 12/22 = 1,636.363…
        (Fixed30, 150_000),      // 3,000.00 × 15/30: the 16th to the 30th, the 31st weighs nothing
        (ByHours, 163_636),      // 3,000.00 × 96/176
    ] {
        assert_eq!(euros(&joiner, &march, basis), [minor], "{basis:?}");
    }
}

#[test]
fn leaver() {
    let march = month("2026-03-01");
    let leaver = Facts { leaves: Some(day("2026-03-13")), ..facts(&march) };
    for (basis, minor) in [
        (CalendarDays, 125_806), // 3,000.00 × 13/31 = 1,258.064…
        (WorkingDays, 136_364),  // 3,000.00 × 10/22 = 1,363.636…
        (Fixed30, 130_000),      // 3,000.00 × 13/30
        (ByHours, 136_364),
    ] {
        assert_eq!(euros(&leaver, &march, basis), [minor], "{basis:?}");
    }
    let gone = Facts { leaves: Some(day("2026-02-28")), ..facts(&march) };
    assert_eq!(euros(&gone, &march, WorkingDays), [0; 0], "who is gone has no slice");
}

#[test]
fn raise_mid_month() {
    let march = month("2026-03-01");
    let raised = Facts { pay: vec![pay("2020-01-01", 300_000), pay("2026-03-16", 330_000)], ..facts(&march) };
    for (basis, parts) in [
        // 3,000.00 × 15/31 = 1,451.612… and 3,300.00 × 16/31 = 1,703.225…: 3,154.838… is 3,154.84, and the cent that two
        // roundings down would lose goes to the larger remainder.
        (CalendarDays, [145_161, 170_323]),
        // 3,000.00 × 10/22 = 1,363.636… and 3,300.00 × 12/22 = 1,800.00
        (WorkingDays, [136_364, 180_000]),
        // 3,000.00 × 15/30 and 3,300.00 × 15/30
        (Fixed30, [150_000, 165_000]),
        (ByHours, [136_364, 180_000]),
    ] {
        assert_eq!(euros(&raised, &march, basis), parts, "{basis:?}");
    }
}

#[test]
fn unpaid_half_day() {
    let march = month("2026-03-01");
    let off = |on, part| Unpaid { day: day(on), part: d(part) };
    let away = |unpaid| Facts { unpaid, ..facts(&march) };
    for (basis, minor) in [
        (CalendarDays, 295_161), // 3,000.00 × 30.5/31 = 2,951.612…
        (WorkingDays, 293_182),  // 3,000.00 × 21.5/22 = 2,931.818…
        (Fixed30, 295_000),      // 3,000.00 × 29.5/30
        (ByHours, 293_182),      // 3,000.00 × 172/176
    ] {
        assert_eq!(euros(&away(vec![off("2026-03-11", "0.5")]), &march, basis), [minor], "{basis:?}");
    }
    // On a Saturday there is nothing to be away from.
    assert_eq!(euros(&away(vec![off("2026-03-14", "1")]), &march, WorkingDays), [300_000]);
    // A whole month away is paid nothing, on each basis.
    let all: Vec<_> = march.days().map(|d| Unpaid { day: d, part: "1".parse().expect("a number") }).collect();
    for basis in Basis::ALL {
        assert_eq!(euros(&away(all.clone()), &march, basis), [0], "{basis:?}");
    }
}

#[test]
fn half_a_holiday_is_half_a_day_of_both_sides() {
    // 24 December is half a holiday, the 25th one: 23 weekdays less 1.5 are 21.5. From the 21st on 21, 22, 23, half of the
    // 24th, and 28 to 31: 7.5.
    let december = month("2026-12-01");
    let off = |half| crate::hr::leave::pattern::Holiday { name: "Off".into(), half };
    let holidays = [(day("2026-12-24"), off(true)), (day("2026-12-25"), off(false))].into();
    let usual = crate::hr::leave::pattern::Pattern::even(&[1, 2, 3, 4, 5], 480);
    let week = crate::hr::leave::pattern::Week { usual, from: vec![] };
    let work = Work::of(&december, &week, &holidays);
    let joiner = Facts { hired: Some(day("2026-12-21")), work, ..facts(&december) };
    // 3,000.00 × 7.5/21.5 = 1,046.511…
    assert_eq!(euros(&joiner, &december, WorkingDays), [104_651]);
}

#[test]
fn leap_february() {
    for (on, joins, basis, minor) in [
        ("2028-02-01", "2028-02-15", CalendarDays, 155_172), // 15 of 29 days: 1,551.724…
        ("2028-02-01", "2028-02-15", WorkingDays, 157_143),  // 11 of 21 days: 1,571.428…
        ("2028-02-01", "2028-02-15", Fixed30, 160_000),      // 14 days, and the 29th for two: 16 of 30
        ("2027-02-01", "2027-02-15", CalendarDays, 150_000), // 14 of 28 days
        ("2027-02-01", "2027-02-15", Fixed30, 160_000),      // 13 days, and the 28th for three: 16 of 30
    ] {
        let february = month(on);
        let joiner = Facts { hired: Some(day(joins)), ..facts(&february) };
        assert_eq!(euros(&joiner, &february, basis), [minor], "{joins} {basis:?}");
    }
    for basis in Basis::ALL {
        let february = month("2028-02-01");
        assert_eq!(euros(&facts(&february), &february, basis), [300_000], "a whole month is a month: {basis:?}");
    }
}

#[test]
fn semi_monthly_of_31_days_is_half_of_the_month() {
    // January has 31 days: 15 and 16 of them, each half of 3,333.33. The odd cent is in the first one.
    let half = |on| period(Frequency::SemiMonthly, on);
    let odd = |period: &Period| Facts { pay: vec![pay("2020-01-01", 333_333)], ..facts(period) };
    for basis in Basis::ALL {
        let (first, second) = (half("2026-01-01"), half("2026-01-16"));
        assert_eq!(second.length(), 16);
        assert_eq!(euros(&odd(&first), &first, basis), [166_667], "{basis:?}");
        assert_eq!(euros(&odd(&second), &second, basis), [166_666], "{basis:?}");
    }
    // Who joins on the 20th.
    let second = half("2026-01-16");
    for (basis, minor) in [
        (CalendarDays, 125_000), // 1,666.66 × 12/16 = 1,249.995: half up
        (WorkingDays, 136_363), // 1,666.66 × 9/11 = 1,363.630…: 16, 19 to 23, 26 to 30 are eleven, from the 20th on nine
        (Fixed30, 122_222),     // 1,666.66 × 11/15 = 1,222.217…: the 20th to the 30th
    ] {
        let joiner = Facts { hired: Some(day("2026-01-20")), ..odd(&second) };
        assert_eq!(euros(&joiner, &second, basis), [minor], "{basis:?}");
    }
}

#[test]
fn fte_change() {
    let march = month("2026-03-01");
    let jobs = vec![job("2020-01-01", "1", None), job("2026-03-16", "0.6", None)];
    let part = Facts { pay: vec![pay("2020-01-01", 400_000)], jobs, ..facts(&march) };
    let with = |means| worth(&part, &march, Terms { basis: WorkingDays, means }, Currency::EUR).expect("a price");
    // 4,000.00 × 10/22 = 1,818.181… and 60 % of 4,000.00, 2,400.00, × 12/22 = 1,309.090…
    assert_eq!(with(Means::FullTime), [181_818, 130_909]);
    // What is agreed is what they get: 1,818.181… and 2,181.818…, together the month.
    assert_eq!(with(Means::AsAgreed), [181_818, 218_182]);
}

#[test]
fn currencies_without_minor_units_and_with_three_decimals() {
    let march = month("2026-03-01");
    let priced = |amount, per, hired: &str, leaves: Option<&str>| {
        let pay = vec![Pay { from: day("2020-01-01"), amount: Some(amount), per }];
        let facts = Facts { pay, hired: Some(day(hired)), leaves: leaves.map(day), ..facts(&march) };
        worth(&facts, &march, terms(WorkingDays), amount.currency).expect("a price")
    };
    let yen = Money::new(5_000_000, Currency::JPY);
    let dinars = Money::new(1_000_000, Currency::KWD);
    // ¥5,000,000 / 12 = 416,666.6…: ¥416,667 a month.
    assert_eq!(priced(yen, Per::Year, "2020-01-01", None), [416_667]);
    // × 12/22 = 227,272.9…: ¥227,273.
    assert_eq!(priced(yen, Per::Year, "2026-03-16", None), [227_273]);
    // KWD 1,000.000 × 10/22 = 454.545 4…: KWD 454.545.
    assert_eq!(priced(dinars, Per::Month, "2020-01-01", Some("2026-03-13")), [454_545]);
}

#[test]
fn weeks_and_two_weeks_are_parts_of_a_year() {
    let yearly = vec![Pay { from: day("2020-01-01"), amount: Some(eur(5_200_000)), per: Per::Year }];
    for (frequency, minor) in
        [(Frequency::Weekly, 100_000), (Frequency::BiWeekly, 200_000), (Frequency::Monthly, 433_333)]
    {
        let period = period(frequency, "2026-03-02");
        let facts = Facts { pay: yearly.clone(), ..facts(&period) };
        assert_eq!(euros(&facts, &period, WorkingDays), [minor], "{frequency:?}");
    }
    let week = period(Frequency::Weekly, "2026-03-02");
    assert_eq!(worth(&facts(&week), &week, terms(Fixed30), Currency::EUR), Err(Trouble::NotOfAMonth));
}

#[test]
fn by_the_hour_what_was_worked_is_paid() {
    let march = month("2026-03-01");
    let hourly = Pay { from: day("2020-01-01"), amount: Some(eur(2_000)), per: Per::Hour };
    let hours = [("2026-03-02", 480), ("2026-03-03", 140)].map(|(on, minutes)| Hours { day: day(on), minutes });
    let unpaid = vec![Unpaid { day: day("2026-03-04"), part: d("1") }];
    let facts = Facts { pay: vec![hourly], hours: hours.into(), unpaid, ..facts(&march) };
    // 10 h 20 min at 20.00 are 206.666…; leave is not worked, and so not paid: it takes nothing off a second time.
    assert_eq!(euros(&facts, &march, WorkingDays), [20_667]);
}

#[test]
fn what_cannot_be_priced_is_told() {
    let march = month("2026-03-01");
    let of = |facts: Facts| worth(&facts, &march, terms(WorkingDays), Currency::EUR).expect_err("no price");
    let late = Facts { pay: vec![pay("2026-03-10", 300_000)], ..facts(&march) };
    assert_eq!(of(late).words(), "No pay is agreed from 1 Mar 2026 to 9 Mar 2026.");
    let none = Facts { pay: vec![Pay { amount: None, ..pay("2020-01-01", 0) }], ..facts(&march) };
    assert_eq!(of(none), Trouble::MissingRate(march.from, march.to));
    let idle = Facts { work: Work::default(), ..facts(&march) };
    assert_eq!(of(idle), Trouble::NothingToCount(WorkingDays));
    let usd = Pay { amount: Some(Money::new(1, Currency::USD)), ..pay("2020-01-01", 0) };
    assert_eq!(of(Facts { pay: vec![usd], ..facts(&march) }).words(), "The pay from 1 Jan 2020 on is in USD.");
}
