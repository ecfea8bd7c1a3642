//! The calendar of calls and meetings, and the one that other programs read.

use super::event;
use crate::{
    web::{Allowed, Confirmed, Query, Result, Routes, Screen, Toast, access::Subscriber},
    workspace::activity::moment,
};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{NaiveTime, TimeDelta};
use domain::{
    Day, FeedId,
    access::{ActivitiesRead, ActivitiesWrite, Permission, Scope, TasksRead},
    calendar::Filter,
    day::instant,
    paths,
};
use icalendar::{Calendar, Component, Event, EventLike};
use serde::Deserialize;
use store::{
    activities::{self, Whose},
    hr::leave::{
        feeds::{self, What},
        patterns,
    },
    tasks,
};
use views::activities::Calendar as Page;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::ACTIVITY_CALENDAR, show).post(paths::ACTIVITY_FEEDS, feed_address)
}

/// What one page shows at most.
const MOST: i64 = 1_000;

async fn show(who: Allowed<ActivitiesRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let zone = who.zone;
    let today = Day(who.app().now().with_timezone(&zone).date_naive());
    let week_start = patterns::week_start(&mut tx).await?;
    let (from, to) = filter.range(today, week_start);
    let begin = |day: Day| instant(zone, day.0, NaiveTime::MIN);
    let team = who.actor.rights.scope(ActivitiesRead::KEY) > Some(Scope::Own);
    let whose = if team && filter.everybodys() { Whose::Everybody } else { Whose::Of(who.actor.member) };
    let after = to.plus(1).unwrap_or(to);
    let found = activities::between(&mut tx, (begin(from), begin(after)), whose, MOST).await?;
    let due = match who.actor.may(TasksRead::KEY) {
        true => tasks::of_mine(&mut tx, Some(from), to, MOST).await?,
        false => vec![],
    };
    let own = screen.for_page(feeds::of_member(&mut tx, who.actor.member)).await?;
    let feed = own.into_iter().find(|(_, what)| *what == What::Activities).map(|(id, _)| {
        let path = jobs::leave::feed_path(who.app().seal(), who.workspace.id, id);
        format!("{}{path}", who.app().config().public_url)
    });
    let full = i64::try_from(found.len()).is_ok_and(|n| n >= MOST);
    let view = Page {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        filter,
        today,
        from,
        to,
        week_start,
        activities: found,
        tasks: due,
        full,
        feed,
        team,
        may_write: who.actor.may(ActivitiesWrite::KEY),
        moment: moment(&who),
    };
    Ok(screen.show(&who, &view))
}

#[derive(Deserialize)]
struct Address {
    #[serde(default, rename = "do")]
    action: String,
}

async fn feed_address(who: Allowed<ActivitiesRead>, screen: Screen, Confirmed(form): Confirmed<Address>) -> Result {
    let mut tx = who.begin().await?;
    let words = match form.action.as_str() {
        "revoke" => {
            feeds::revoke(&mut tx, who.actor.member, What::Activities).await?;
            "The address is taken back: nobody reads it any more."
        }
        _ => {
            let id = tx.id::<FeedId>();
            feeds::make(&mut tx, id, who.actor.member, What::Activities).await?;
            "Add the address to your calendar program."
        }
    };
    tx.commit().await?;
    screen.done(format!("{}#feed", paths::activity_calendar(who.slug())), Toast::good(words)).await
}

/// Days behind and ahead that a feed has.
const BEHIND: i64 = 90;
const AHEAD: i64 = 400;

/// One's own calls and meetings, and what is due, as their owner may see them now.
pub async fn feed(mut who: Subscriber, public_url: &str) -> Result<Response> {
    let now = who.tx.now();
    let whose = match who.tx.who() {
        store::Who::Member(me) => Whose::Of(me),
        _ => return Err(crate::web::Error::NotFound),
    };
    let range = (now - TimeDelta::days(BEHIND), now + TimeDelta::days(AHEAD));
    let found = activities::between(&mut who.tx, range, whose, MOST).await?;
    let today = who.tx.today();
    let due = match who.tx.scope::<TasksRead>() {
        Some(_) => tasks::of_mine(&mut who.tx, None, today.plus(AHEAD).unwrap_or(today), MOST).await?,
        None => vec![],
    };
    let zone = match whose {
        Whose::Of(me) => activities::zones(&mut who.tx, &[me]).await?.first().map(|(_, zone)| *zone),
        Whose::Everybody => None,
    };
    let zone = zone.unwrap_or(who.workspace.zone);
    let slug = &who.workspace.slug;
    let mut calendar = Calendar::new().name(&format!("My calendar, {}", who.workspace.name)).done();
    for activity in &found {
        calendar.push(event(activity, &format!("{public_url}{}", paths::activity(slug, activity.id))));
    }
    for task in due.iter().filter_map(|t| Some((t, t.due?))) {
        let (task, day) = task;
        let mut event = Event::new();
        event
            .uid(&task.id.to_string())
            .timestamp(now)
            .summary(&format!("Due: {}", task.title))
            .url(&format!("{public_url}{}", paths::task(slug, task.id)));
        match task.due_time {
            Some(time) => {
                let at = instant(zone, day.0, time);
                event.starts(at).ends(at + TimeDelta::minutes(30));
            }
            // DTEND is the day behind the last one (RFC 5545 §3.6.1).
            None => {
                event.starts(day.0).ends(day.plus(1).unwrap_or(day).0);
            }
        }
        calendar.push(event.done());
    }
    let headers =
        [(header::CONTENT_TYPE, "text/calendar; charset=utf-8"), (header::CACHE_CONTROL, "private, no-store")];
    Ok((headers, calendar.to_string()).into_response())
}
