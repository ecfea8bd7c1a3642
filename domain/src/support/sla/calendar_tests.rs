use super::*;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn office(zone: Tz) -> Calendar {
    let day = spans("9-12:30, 13:00-17:30").expect("spans");
    let week = std::array::from_fn(|n| if n < 5 { day.clone() } else { vec![] });
    let special = |on: &str, open: &str| Special {
        on: Day(on.parse().expect("a day")),
        name: on.into(),
        open: spans(open).expect("spans"),
    };
    Calendar { zone, week, days: vec![special("2026-12-24", "9-13"), special("2026-12-25", "")] }
}

#[test]
fn golden_cases() {
    use chrono_tz::{America, Asia, Australia, Europe, Pacific};
    let always = Calendar::always;
    for (calendar, from, minutes, to) in [
        // Over lunch, over night, over the weekend.
        (office(Europe::Berlin), "2026-03-02T11:00:00Z", 60, "2026-03-02T12:30:00Z"),
        (office(Europe::Berlin), "2026-03-02T16:00:00Z", 60, "2026-03-03T08:30:00Z"),
        (office(Europe::Berlin), "2026-03-06T16:00:00Z", 60, "2026-03-09T08:30:00Z"),
        // A ticket that comes at night begins with the morning.
        (office(Europe::Berlin), "2026-03-02T22:00:00Z", 1, "2026-03-03T08:01:00Z"),
        // Exactly the end of a span is that end, not the next beginning.
        (office(Europe::Berlin), "2026-03-02T08:00:00Z", 210, "2026-03-02T11:30:00Z"),
        // Half of Christmas Eve, none of Christmas, then a weekend.
        (office(Europe::Berlin), "2026-12-24T11:00:00Z", 90, "2026-12-28T08:30:00Z"),
        // Around the clock: an hour is an hour, when clocks go forward and back, and over midnight.
        (always(Europe::Berlin), "2026-03-29T00:30:00Z", 60, "2026-03-29T01:30:00Z"),
        (always(Europe::Berlin), "2026-10-25T00:30:00Z", 120, "2026-10-25T02:30:00Z"),
        (always(Australia::Lord_Howe), "2026-04-04T14:30:00Z", 90, "2026-04-04T16:00:00Z"),
        (always(Asia::Kathmandu), "2026-03-02T18:10:00Z", 10, "2026-03-02T18:20:00Z"),
        // Midnight itself was left out there.
        (always(America::Sao_Paulo), "2018-11-04T02:59:00Z", 2, "2018-11-04T03:01:00Z"),
        // A whole day was.
        (always(Pacific::Apia), "2011-12-30T09:59:00Z", 2, "2011-12-30T10:01:00Z"),
    ] {
        let (from, to, time) = (at(from), at(to), Duration::minutes(minutes));
        assert_eq!(calendar.add(from, time), Some(to), "{} {from} + {minutes}", calendar.zone);
        assert_eq!(calendar.elapsed(from, to), time, "{} {from} to {to}", calendar.zone);
    }
}

#[test]
fn an_hour_that_comes_twice_is_worked_twice_and_one_left_out_is_not() {
    let night =
        |zone| Calendar { week: std::array::from_fn(|_| spans("1-4").expect("spans")), ..Calendar::always(zone) };
    let berlin = night(chrono_tz::Europe::Berlin);
    let of = |day: &str| {
        berlin.elapsed(at(&format!("{day}T22:00:00Z")), at(&format!("{day}T22:00:00Z")) + Duration::hours(12))
    };
    assert_eq!(of("2026-03-28"), Duration::hours(2));
    assert_eq!(of("2026-10-24"), Duration::hours(4));
    assert_eq!(of("2026-06-01"), Duration::hours(3));
}

#[test]
fn who_never_opens_promises_nothing() {
    let closed = Calendar { week: std::array::from_fn(|_| vec![]), ..Calendar::always(Tz::UTC) };
    assert_eq!(closed.add(at("2026-03-02T09:00:00Z"), Duration::minutes(1)), None);
    assert_eq!(closed.elapsed(at("2026-03-02T09:00:00Z"), at("2027-03-02T09:00:00Z")), Duration::zero());
}

#[test]
fn spans_are_read_or_refused() {
    assert_eq!(words(&spans("13-17:30, 9:00-12").expect("spans")), "09:00–12:00, 13:00–17:30");
    assert_eq!(words(&spans("0-24").expect("spans")), "00:00–24:00");
    assert_eq!(spans("closed"), Ok(vec![]));
    for (typed, why) in [
        ("9-25", "no span"),
        ("9", "no span"),
        ("9:75-10", "no span"),
        ("17-9", "ends before it begins"),
        ("9-9", "ends before it begins"),
        ("9-13, 12-17", "overlap"),
    ] {
        assert!(spans(typed).expect_err(typed).contains(why), "{typed}");
    }
    let calendar = office(chrono_tz::Africa::Casablanca);
    let json = serde_json::to_string(&calendar).expect("it serialises");
    assert_eq!(serde_json::from_str::<Calendar>(&json).expect("it reads"), calendar);
}

/// Zones whose clocks change in all manners: by an hour and by half of one, at midnight, backwards for Ramadan, never.
const ZONES: [Tz; 10] = [
    chrono_tz::Europe::Berlin,
    chrono_tz::America::New_York,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::America::Sao_Paulo,
    chrono_tz::America::Asuncion,
    chrono_tz::Asia::Kathmandu,
    chrono_tz::Pacific::Auckland,
    chrono_tz::Africa::Casablanca,
    chrono_tz::America::Havana,
    chrono_tz::Pacific::Apia,
];

fn day() -> impl Strategy<Value = Vec<Span>> {
    prop_oneof![
        Just(vec![]),
        Just(vec![Span { from: 0, to: DAY }]),
        proptest::collection::btree_set(0..=DAY, 2..=6).prop_map(|minutes| {
            let minutes: Vec<u16> = minutes.into_iter().collect();
            minutes.chunks_exact(2).map(|pair| Span { from: pair[0], to: pair[1] }).collect()
        }),
        // Spans that touch.
        (1..DAY).prop_map(|m| vec![Span { from: 0, to: m }, Span { from: m, to: DAY }]),
    ]
}

prop_compose! {
    fn calendar()(zone in proptest::sample::select(&ZONES[..]), week in proptest::array::uniform7(day()),
        days in proptest::collection::vec((0u64..4_000, day()), 0..4)) -> Calendar {
        let first: NaiveDate = "2016-01-01".parse().expect("a day");
        let special = |(n, open)| Special { on: Day(first + Days::new(n)), name: String::new(), open };
        Calendar { zone, week, days: days.into_iter().map(special).collect() }
    }
}

/// A moment of ten years, as often as not around a change of clocks.
fn moment(zone: Tz, n: i64, near: bool) -> DateTime<Utc> {
    let first = at("2016-01-01T00:00:00Z");
    let any = first + Duration::seconds(n.rem_euclid(10 * 366 * 86_400));
    if !near {
        return any;
    }
    let offset = |at: DateTime<Utc>| at.with_timezone(&zone).offset().fix();
    let mut day = any;
    for _ in 0..400 {
        if offset(day) != offset(day + Duration::days(1)) {
            return day + Duration::seconds(n.rem_euclid(86_400));
        }
        day += Duration::days(1);
    }
    any
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_is_added_has_elapsed(calendar in calendar(), n in any::<i64>(), near in any::<bool>(), seconds in 0i64..400_000) {
        let (from, time) = (moment(calendar.zone, n, near), Duration::seconds(seconds));
        if let Some(to) = calendar.add(from, time) {
            prop_assert_eq!(calendar.elapsed(from, to), time);
            // It is the first such moment.
            if to > from {
                prop_assert!(calendar.elapsed(from, to - Duration::seconds(1)) < time || time.is_zero());
            }
        }
    }

    #[test]
    fn what_has_elapsed_leads_back(calendar in calendar(), n in any::<i64>(), near in any::<bool>(), seconds in 0i64..2_000_000) {
        let from = moment(calendar.zone, n, near);
        let to = from + Duration::seconds(seconds);
        let time = calendar.elapsed(from, to);
        prop_assert!(time >= Duration::zero() && time <= to - from);
        let back = calendar.add(from, time).expect("it has gone by once");
        prop_assert!(back <= to);
        prop_assert_eq!(calendar.elapsed(from, back), time);
    }

    #[test]
    fn parts_make_the_whole(calendar in calendar(), n in any::<i64>(), near in any::<bool>(), a in 0i64..500_000, b in 0i64..500_000) {
        let from = moment(calendar.zone, n, near);
        let (middle, to) = (from + Duration::seconds(a), from + Duration::seconds(a + b));
        prop_assert_eq!(calendar.elapsed(from, middle) + calendar.elapsed(middle, to), calendar.elapsed(from, to));
    }

    #[test]
    fn around_the_clock_time_is_time(zone in proptest::sample::select(&ZONES[..]), n in any::<i64>(), near in any::<bool>(), seconds in 0i64..900_000) {
        let (from, time) = (moment(zone, n, near), Duration::seconds(seconds));
        let always = Calendar::always(zone);
        prop_assert_eq!(always.add(from, time), Some(from + time));
        prop_assert_eq!(always.elapsed(from, from + time), time);
    }
}
