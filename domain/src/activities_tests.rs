//! The rules of calls and meetings.

use crate::{
    Conventions, Day,
    activities::{Activity, Direction, Draft, Filter, Kind, LONGEST, Outcome, State, attendees, working_day},
    tasks::Person,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

fn call() -> Draft {
    Draft {
        kind: "call".into(),
        subject: "Ask about the lamps".into(),
        day: "2026-03-03".into(),
        time: "14:00".into(),
        ..Draft::default()
    }
}

#[test]
fn each_wrong_field_has_its_own_error() {
    let wrong = Draft {
        kind: "party".into(),
        minutes: "long".into(),
        direction: "up".into(),
        outcome: "fine".into(),
        state: "lost".into(),
        owner: "Ada".into(),
        remind: "soon".into(),
        notes: "x".repeat(LONGEST + 1),
        ..Draft::default()
    };
    let (_, errors) = wrong.read(&Conventions::default());
    let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
    fields.sort_unstable();
    let expected =
        ["day", "direction", "kind", "minutes", "notes", "outcome", "owner", "remind", "state", "subject", "time"];
    assert_eq!(fields, expected);
}

#[test]
fn what_belongs_to_calls_is_no_part_of_a_meeting() {
    let c = Conventions::default();
    let called = Draft { outcome: "no_answer".into(), direction: "in".into(), ..call() };
    let (f, e) = called.read(&c);
    assert!(e.is_empty(), "{e:?}");
    assert_eq!((f.direction, f.outcome, f.minutes), (Some(Direction::In), Some(Outcome::NoAnswer), 15));
    let (f, _) = Draft { kind: "meeting".into(), ..called }.read(&c);
    assert_eq!((f.direction, f.outcome, f.minutes), (None, None, 60));
}

#[test]
fn everybody_who_takes_part_is_named_once() {
    let named = "Ada Byron, tom@example.com;\nADA BYRON\n , Zoë (zoe@example.com)";
    assert_eq!(attendees(named), ["Ada Byron", "tom@example.com", "Zoë (zoe@example.com)"]);
}

#[test]
fn a_moment_is_told_where_its_reader_is() {
    let person = || Person { id: Uuid::from_u128(1).into(), name: "Ada".into() };
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
    let activity = Activity {
        id: Uuid::from_u128(2).into(),
        version: 1,
        kind: Kind::Meeting,
        subject: "Kick-off".into(),
        starts_at: at("2026-03-28T23:30:00Z"),
        ends_at: at("2026-03-29T02:00:00Z"),
        place: None,
        direction: None,
        outcome: None,
        state: State::Planned,
        notes: None,
        owner: person(),
        created_by: None,
        about: None,
        about_hidden: false,
        attendees: vec![],
        remind: None,
        closed_at: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        zone: "Europe/Berlin".parse().expect("a zone"),
    };
    // Clocks went forward meanwhile: two and a half hours are those of the clock that ticks.
    assert_eq!(activity.when(), "Sunday, 29 March 2026, 00:30–04:00");
    assert_eq!(activity.minutes(), 150);
    let (fields, errors) = activity.draft().read(&Conventions::default());
    assert!(errors.is_empty() && activity.is(&fields), "{errors:?}");
    assert!(activity.is_overdue(at("2026-03-29T03:00:00Z")) && !activity.is_overdue(at("2026-03-29T01:00:00Z")));
}

#[test]
fn the_next_step_is_on_a_working_day() {
    let day = |d| Day::new(2026, 3, d).expect("a day");
    for (from, ahead, next) in [(2, 1, 3), (6, 1, 9), (7, 1, 9), (5, 3, 9)] {
        assert_eq!(working_day(day(from), ahead, &[1, 2, 3, 4, 5]), day(next), "{from} + {ahead}");
    }
    assert_eq!(working_day(day(2), 1, &[]), day(3), "where nobody works, any day");
}

#[test]
fn a_question_is_read_to_the_letter_or_not_clear() {
    assert!(Filter::default().is_clear() && !Filter { state: "gone".into(), ..Filter::default() }.is_clear());
    let planned = Filter::default().order();
    let done = Filter { state: "done".into(), ..Filter::default() }.order();
    assert!(!planned.descending && done.descending, "what was is told from its end");
}
