use super::*;
use crate::support::sla::calendar::spans;
use proptest::prelude::*;

fn promise(calendar: Calendar) -> Promise {
    let targets = Targets {
        low: [Some(960), None, None],
        normal: [Some(120), Some(240), Some(480)],
        high: [Some(60), Some(120), Some(240)],
        urgent: [Some(15), Some(30), Some(120)],
    };
    Promise { policy: SlaPolicyId(uuid::Uuid::nil()), name: "Standard".into(), calendar, targets, warn: 75 }
}

/// Nine to five in UTC, Monday to Friday; 2 March 2026 is a Monday.
fn office() -> Promise {
    let week = std::array::from_fn(|n| if n < 5 { spans("9-17").expect("spans") } else { vec![] });
    promise(Calendar { zone: chrono_tz::Tz::UTC, week, days: vec![] })
}

fn at(day: u32, time: &str) -> DateTime<Utc> {
    format!("2026-03-{day:02}T{time}:00Z").parse().expect("a moment")
}

fn told(events: &[(u32, &str, What)]) -> Vec<Event> {
    events.iter().map(|(day, time, what)| Event { at: at(*day, time), what: *what }).collect()
}

fn of(runs: &[Run], clock: Clock) -> Vec<&Run> {
    runs.iter().filter(|r| r.clock == clock).collect()
}

use Status::{Closed, OnHold, Open, Pending, Solved};
use What::{Answered, Asked, Opened, Returned, Unasked, Withdrawn};

#[test]
fn the_first_response_is_due_in_business_time_and_an_answer_ends_it() {
    let opened = (2, "16:00", Opened(Priority::Normal));
    let runs = fold(&office(), &told(&[opened]), at(2, "16:30"));
    let first = of(&runs, Clock::First)[0];
    assert_eq!((first.due, first.warn, first.late), (Some(at(3, "10:00")), Some(at(3, "09:30")), false));
    assert_eq!(first.left(), Duration::minutes(90));
    let runs = fold(&office(), &told(&[opened, (3, "09:59", Answered)]), at(5, "12:00"));
    assert!(of(&runs, Clock::First)[0].met());
    let runs = fold(&office(), &told(&[opened, (3, "10:01", Answered)]), at(5, "12:00"));
    let first = of(&runs, Clock::First)[0];
    assert!(first.late && !first.met() && first.used == Duration::minutes(121));
    // Exactly at the time nobody who answers is late, and who has not answered is.
    assert!(of(&fold(&office(), &told(&[opened, (3, "10:00", Answered)]), at(5, "12:00")), Clock::First)[0].met());
    assert!(of(&fold(&office(), &told(&[opened]), at(3, "10:00")), Clock::First)[0].late);
}

#[test]
fn the_next_response_counts_from_the_oldest_message_without_an_answer() {
    let events = told(&[
        (2, "09:00", Opened(Priority::Normal)),
        (2, "09:05", Asked),
        (2, "09:30", Answered),
        (2, "10:00", Asked),
        (2, "11:00", Asked),
        (2, "12:00", Answered),
        (2, "16:00", Asked),
    ]);
    let runs = fold(&office(), &events, at(2, "16:10"));
    let next = of(&runs, Clock::Next);
    assert_eq!(next.len(), 2, "what was asked before the first answer is the first response's");
    assert_eq!((next[0].began, next[0].used, next[0].met()), (at(2, "10:00"), Duration::hours(2), true));
    assert_eq!((next[1].nth, next[1].due), (2, Some(at(3, "12:00"))));
}

#[test]
fn waiting_holds_all_but_the_first_response() {
    let events = told(&[
        (2, "09:00", Opened(Priority::Normal)),
        (2, "10:00", What::Status(Pending)),
        // Friday before the end of the day until Monday morning: two hours of business time.
        (6, "16:00", What::Status(Open)),
    ]);
    let runs = fold(&office(), &events, at(6, "16:30"));
    let (first, resolution) = (of(&runs, Clock::First)[0], of(&runs, Clock::Resolution)[0]);
    assert_eq!((first.due, first.late, first.paused), (Some(at(2, "11:00")), true, Duration::zero()));
    assert_eq!(resolution.paused, Duration::hours(38));
    assert_eq!((resolution.used, resolution.due), (Duration::minutes(90), Some(at(9, "15:00"))));
    let runs = fold(&office(), &events[..2], at(30, "12:00"));
    let held = of(&runs, Clock::Resolution)[0];
    assert_eq!((held.held, held.due, held.late, held.used), (true, None, false, Duration::hours(1)));
    let on_hold = told(&[
        (2, "09:00", Opened(Priority::Normal)),
        (2, "09:01", Answered),
        (2, "10:00", What::Status(OnHold)),
        (2, "11:00", Asked),
    ]);
    let runs = fold(&office(), &on_hold, at(20, "12:00"));
    assert_eq!(of(&runs, Clock::Next)[0].used, Duration::zero(), "what begins while it is held is held");
}

#[test]
fn another_priority_counts_from_the_start_with_pauses_kept() {
    let events = told(&[
        (2, "09:00", Opened(Priority::Normal)),
        (2, "10:00", What::Status(Pending)),
        (2, "11:00", What::Status(Open)),
        (2, "12:00", What::Priority(Priority::High)),
    ]);
    let runs = fold(&office(), &events, at(2, "12:30"));
    assert_eq!(of(&runs, Clock::First)[0].due, Some(at(2, "10:00")));
    let resolution = of(&runs, Clock::Resolution)[0];
    assert_eq!((resolution.due, resolution.paused), (Some(at(2, "14:00")), Duration::hours(1)));
    // What had ended keeps what it was promised.
    let mut done = events[..3].to_vec();
    done.extend(told(&[(2, "10:45", Answered)]));
    done.sort_by_key(|e| e.at);
    done.extend(told(&[(2, "12:00", What::Priority(Priority::Urgent))]));
    let runs = fold(&office(), &done, at(2, "12:30"));
    assert!(of(&runs, Clock::First)[0].met());
    assert!(of(&runs, Clock::Resolution)[0].due == Some(at(2, "12:00")));
    // No time is promised of this one.
    let low = told(&[(2, "09:00", Opened(Priority::Low))]);
    assert_eq!(fold(&office(), &low, at(3, "09:00")).len(), 1);
}

#[test]
fn opened_again_it_goes_on_and_the_time_between_is_a_pause() {
    let events = told(&[
        (2, "09:00", Opened(Priority::Normal)),
        (2, "10:00", Answered),
        (2, "13:00", What::Status(Solved)),
        (4, "10:00", Asked),
        (4, "10:00", What::Status(Open)),
    ]);
    let solved = fold(&office(), &events[..3], at(20, "09:00"));
    assert!(solved.iter().all(Run::met), "{solved:?}");
    let runs = fold(&office(), &events, at(4, "11:00"));
    let resolution = of(&runs, Clock::Resolution)[0];
    assert_eq!((resolution.ended, resolution.used), (None, Duration::hours(5)));
    assert_eq!(resolution.due, Some(at(4, "14:00")));
    assert_eq!(of(&runs, Clock::Next)[0].due, Some(at(4, "14:00")));
    let mut closed = events;
    closed.extend(told(&[(4, "11:00", What::Status(Solved)), (5, "09:00", What::Status(Closed))]));
    let runs = fold(&office(), &closed, at(20, "09:00"));
    assert_eq!(of(&runs, Clock::Resolution)[0].ended, Some(at(4, "11:00")), "closing what is solved changes nothing");
}

#[test]
fn what_becomes_a_part_of_another_ends_without_a_result_until_that_is_undone() {
    let events = told(&[(2, "09:00", Opened(Priority::Normal)), (2, "10:00", Withdrawn), (2, "12:00", Returned)]);
    let runs = fold(&office(), &events[..2], at(20, "12:00"));
    assert!(runs.iter().all(|r| r.withdrawn && !r.late && !r.met()));
    let runs = fold(&office(), &events, at(2, "12:30"));
    assert_eq!((of(&runs, Clock::First)[0].late, of(&runs, Clock::Resolution)[0].used), (true, Duration::minutes(210)));
    // What its customer writes meanwhile waits in the whole, and here once it is its own again.
    let mut asked = told(&[(2, "09:00", Opened(Priority::Normal)), (2, "09:30", Answered), (2, "10:00", Withdrawn)]);
    asked.extend(told(&[(2, "10:00", What::Status(Closed)), (2, "11:00", Asked)]));
    assert!(of(&fold(&office(), &asked, at(20, "12:00")), Clock::Next).iter().all(|r| r.withdrawn && !r.late));
    asked.extend(told(&[(2, "12:00", Returned), (2, "12:00", What::Status(Open))]));
    let runs = fold(&office(), &asked, at(2, "12:30"));
    let next = of(&runs, Clock::Next)[0];
    assert_eq!((next.began, next.ended, next.used), (at(2, "11:00"), None, Duration::minutes(90)));
    // The whole has the earliest start.
    let merged =
        told(&[(2, "09:00", Opened(Priority::High)), (2, "11:00", Opened(Priority::Low)), (2, "11:05", Asked)]);
    assert_eq!(of(&fold(&office(), &merged, at(2, "11:10")), Clock::First)[0].began, at(2, "09:00"));
}

#[test]
fn a_question_that_left_is_waited_for_no_more_and_the_next_one_is() {
    let opened = [(2, "09:00", Opened(Priority::Normal)), (2, "09:30", Answered)];
    let next = |asked: &[(u32, &str, What)]| {
        let events = told(&[&opened[..], asked].concat());
        let runs = fold(&office(), &events, at(2, "12:00"));
        of(&runs, Clock::Next).iter().map(|r| (r.nth, r.began, r.ended)).collect::<Vec<_>>()
    };
    assert!(next(&[(2, "10:00", Asked), (2, "10:00", Unasked)]).is_empty());
    let both = [(2, "10:00", Asked), (2, "10:00", Unasked), (2, "11:00", Asked)];
    assert_eq!(next(&both), [(1, at(2, "11:00"), None)]);
    let later = [(2, "10:00", Asked), (2, "11:00", Asked), (2, "11:00", Unasked)];
    assert_eq!(next(&later), [(1, at(2, "10:00"), None)], "the first one waits still");
}

fn what() -> impl Strategy<Value = What> {
    let priority = proptest::sample::select(&Priority::ALL[..]);
    prop_oneof![
        Just(Asked),
        Just(Answered),
        proptest::sample::select(&Status::ALL[1..]).prop_map(What::Status),
        priority.prop_map(What::Priority),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn clocks_hold_together(steps in proptest::collection::vec((0i64..100_000, what()), 0..20), after in 0i64..500_000) {
        let promise = office();
        let mut now = at(2, "07:00");
        let mut events = vec![Event { at: now, what: Opened(Priority::Normal) }];
        for (seconds, what) in steps {
            now += Duration::seconds(seconds);
            events.push(Event { at: now, what });
        }
        now += Duration::seconds(after);
        let runs = fold(&promise, &events, now);
        for run in &runs {
            prop_assert!(run.used >= Duration::zero() && run.paused >= Duration::zero());
            let until = run.ended.unwrap_or(now);
            prop_assert!(run.used + run.paused <= promise.calendar.elapsed(run.began, until));
            if run.ended.is_some() || !run.held {
                prop_assert_eq!(run.used + run.paused, promise.calendar.elapsed(run.began, until));
            }
            // Late is who has used more than there was.
            prop_assert!(!run.late || run.used >= run.target);
            prop_assert!(run.late || run.used <= run.target);
            prop_assert!(run.clock != Clock::First || run.paused.is_zero());
        }
        prop_assert!(runs.iter().filter(|r| r.clock == Clock::Next && r.ended.is_none()).count() <= 1);
        prop_assert!(runs.iter().filter(|r| r.clock == Clock::First).count() <= 1);
        // Told again later, what has ended says the same.
        let later = fold(&promise, &events, now + Duration::days(9));
        for (one, other) in runs.iter().zip(&later).filter(|(run, _)| run.ended.is_some()) {
            prop_assert_eq!(one, other);
        }
        // Notes and machines tell no event, so nothing but these events moves a clock.
        prop_assert_eq!(runs.len(), later.len());
    }
}
