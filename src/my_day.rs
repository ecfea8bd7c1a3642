//! One's own day, in one page.

use crate::{
    web::{Allowed, Result, Routes, Screen},
    workspace::activity::moment,
};
use chrono::{Datelike, NaiveTime};
use domain::{
    Day,
    access::{ActivitiesWrite, HomeRead, Permission, TasksWrite},
    day::instant,
    paths,
};
use store::{
    activities::{self, Whose},
    crm::deals,
    tasks,
};
use views::my_day::{Closing, MyDay};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::MY_DAY, show)
}

/// What a day shows at most of each.
const MOST: i64 = 200;

async fn show(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let (me, zone) = (who.actor.member, who.zone);
    let today = Day(who.app().now().with_timezone(&zone).date_naive());
    let begin = |day: Day| instant(zone, day.0, NaiveTime::MIN);
    let ahead = |days| today.plus(days).unwrap_or(today);
    let mine = tasks::of_mine(&mut tx, None, ahead(7), MOST).await?;
    let unsaid = activities::unsaid(&mut tx, Whose::Of(me), begin(today), 50).await?;
    let held = activities::between(&mut tx, (begin(today), begin(ahead(8))), Whose::Of(me), MOST).await?;
    let closing = deals::closing(&mut tx, me, today, 20).await?;
    let tickets = crate::support::tickets::my_own(&who, &mut tx).await?;
    let view = MyDay {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        today,
        tomorrow: ahead(1),
        // The Monday behind it.
        next_week: ahead(7 - i64::from(today.0.weekday().num_days_from_monday())),
        moment: moment(&who),
        tasks: mine,
        unsaid,
        activities: held,
        tickets,
        deals: closing
            .into_iter()
            .map(|d| Closing {
                id: d.id,
                name: d.name,
                amount: d.amount,
                customer: d.customer.map(|c| c.name),
                on: d.close_on.unwrap_or(today),
            })
            .collect(),
        may_tasks: who.actor.may(TasksWrite::KEY),
        may_activities: who.actor.may(ActivitiesWrite::KEY),
    };
    Ok(screen.show(&who, &view))
}
