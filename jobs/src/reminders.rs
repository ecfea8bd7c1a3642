//! What is due today is told in the morning of its reader's own zone, once.

use crate::{Context, Failure, Run};
use domain::{
    jobs::RemindOfTasks,
    notifications::{Kind, Notice},
    paths::{self, Pages},
    tasks::Due,
};
use store::{notifications, tasks};

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
