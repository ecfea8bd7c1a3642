//! Calls and meetings of the demo company: what its deals went through, what is to come, and tasks that come round.

use super::{Done, History, words};
use chrono::{DateTime, Duration, NaiveTime, Utc};
use domain::{
    ActivityId, Conventions, Day, Email, TaskId,
    activities::{Draft, working_day},
    recurrence::{Ends, Every, Repeat},
    reminders::Remind,
    tasks::Fields as Task,
};
use serde::Deserialize;
use store::{Db, Desk, Who};

#[derive(Deserialize)]
struct Row {
    kind: String,
    subject: String,
    about: String,
    owner: String,
    days: i64,
    time: String,
    minutes: String,
    direction: String,
    outcome: String,
    state: String,
    attendees: String,
    place: String,
    remind: String,
    notes: String,
}

/// Plans and logs them, each in its owner's name; `now` is the moment at which the demo is looked at.
pub async fn bring(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)], now: DateTime<Utc>) -> Done {
    let rows: Vec<Row> = csv::Reader::from_reader(include_str!("activities.csv").as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(words)?;
    let today = Day(now.with_timezone(&owner.zone).date_naive());
    // Nobody meets at the weekend.
    let on = |days: i64| match days > 0 {
        true => working_day(today, days, &[1, 2, 3, 4, 5]),
        false => today.plus(days).unwrap_or(today),
    };
    for row in rows {
        history.go_on(Duration::minutes(2));
        let desk = team.iter().find(|(email, _)| email.as_str() == row.owner).map_or(owner, |(_, desk)| *desk);
        let called = |e: &dyn std::fmt::Display| format!("{}: {e}", row.subject);
        let draft = Draft {
            kind: row.kind.clone(),
            subject: row.subject.clone(),
            about: row.about.clone(),
            day: on(row.days).to_string(),
            time: row.time.clone(),
            minutes: row.minutes.clone(),
            direction: row.direction.clone(),
            outcome: row.outcome.clone(),
            state: row.state.clone(),
            attendees: row.attendees.clone(),
            place: row.place.clone(),
            remind: row.remind.clone(),
            notes: row.notes.clone(),
            ..Draft::default()
        };
        let (fields, errors) = draft.read(&Conventions::default());
        if !errors.is_empty() {
            return Err(called(&format!("{errors:?}")));
        }
        let mut tx = db.begin(desk.told_in(owner.zone)).await.map_err(words)?;
        let id = tx.id::<ActivityId>();
        store::activities::add(&mut tx, id, &fields).await.map_err(|e| called(&format!("{e:?}")))?;
        tx.commit().await.map_err(words)?;
    }
    come_round(db, owner, on(0)).await
}

/// What the owner does over and over.
async fn come_round(db: &Db, owner: Desk, today: Day) -> Done {
    let Who::Member(me) = owner.who else { return Err("an owner is a member".into()) };
    let on = |days: i64| today.plus(days).unwrap_or(today);
    let repeat = |every: Every, ends: Ends| Some(Repeat { every, interval: 1, ends });
    let nine = NaiveTime::from_hms_opt(9, 0, 0);
    for (title, due, due_time, repeat) in [
        ("Go through the pipeline with sales", on(0), nine, repeat(Every::Week(vec![]), Ends::Never)),
        ("Look at the stock of spare parts", on(3), None, repeat(Every::Month(None), Ends::Never)),
        ("Plan the coffee of the week", on(1), None, repeat(Every::Week(vec![1, 4]), Ends::After(12))),
        ("Renew the insurance of the showroom", on(6), None, repeat(Every::Year(11, 30), Ends::Never)),
    ] {
        let mut tx = db.begin(owner).await.map_err(words)?;
        let remind = due_time.map(|_| Remind::Before(15));
        let task = Task { due: Some(due), due_time, remind, repeat, assignee: Some(me), ..Task::titled(title) };
        let id = tx.id::<TaskId>();
        store::tasks::add(&mut tx, id, &task).await.map_err(|e| format!("{title}: {e:?}"))?;
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}
