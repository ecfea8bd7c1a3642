//! What is due today is told in the morning of its reader's own zone, once; and what somebody wanted to be reminded of, when
//! its moment comes.

use crate::{
    Context, Failure, Run,
    announce::activities::{at_home, moment},
};
use domain::{
    jobs::{Remind, RemindOfTasks},
    notifications::{Kind, Notice},
    paths::{self, Pages},
    tasks::Due,
};
use store::{
    notifications,
    reminders::{self, Of},
    tasks,
};

/// The hour of the reader's day from which on they are told.
const MORNING: i32 = 8;

/// People told by one job; whoever is left has the next tick.
const MOST: i64 = 500;

impl Run for RemindOfTasks {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "remind_of_tasks").await?;
        let pages = Pages::within(paths::TASKS);
        for due in tasks::due_untold(&mut tx, MORNING, MOST).await? {
            let (title, path) = match due.only {
                Some((task, title)) => (format!("Due today: {title}"), pages.record(task)),
                None => {
                    let path = format!("{}?due={}", pages.list(), Due::Today.key());
                    (format!("{} tasks of yours are due today", due.count), path)
                }
            };
            let notice = Notice { kind: Kind::TaskDue, title, body: None, path, key: due.day.to_string() };
            notifications::notify(&mut tx, &[due.member], &notice).await?;
        }
        Ok(tx.commit().await?)
    }
}

impl Run for Remind {
    /// Taken and told in one transaction: a try that dies has told nobody, and the next one tells them.
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "remind").await?;
        for due in reminders::take(&mut tx, MOST).await? {
            let (path, id) = match due.of {
                Of::Task(id) => (Pages::within(paths::TASKS).record(id), id.0),
                Of::Activity(id) => (Pages::within(paths::ACTIVITIES).record(id), id.0),
            };
            for (member, zone) in at_home(&mut tx, &due.members).await? {
                let notice = Notice {
                    kind: Kind::Reminder,
                    title: format!("Reminder: {}", due.title),
                    body: due.starts_at.map(|at| moment(at, zone)),
                    path: path.clone(),
                    key: format!("{id}:{}", due.at.timestamp()),
                };
                notifications::notify(&mut tx, &[member], &notice).await?;
            }
        }
        Ok(tx.commit().await?)
    }
}
