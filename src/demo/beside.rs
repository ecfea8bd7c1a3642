//! What the demo company has written beside its records: tasks, notes and tags.

use super::{Done, History, people, words};
use chrono::Duration;
use domain::{
    Day, Email, MemberId, NoteId, TaskId,
    notes::Fields as Note,
    tasks::{About, Fields as Task, Priority},
    workspace::access::Subject,
};
use store::{Db, Desk, TenantTx, Who};

/// Who works at it; the owner has no address here.
struct Team<'a> {
    owner: Desk,
    others: &'a [(Email, Desk)],
}

impl Team<'_> {
    fn desk(&self, email: &str) -> Desk {
        self.others.iter().find(|(known, _)| known.as_str() == email).map_or(self.owner, |(_, desk)| *desk)
    }

    fn member(&self, email: &str) -> Done<MemberId> {
        match self.desk(email).who {
            Who::Member(id) => Ok(id),
            _ => Err("a colleague is a member".into()),
        }
    }
}

pub async fn write(db: &Db, history: &History, owner: Desk, others: &[(Email, Desk)]) -> Done {
    let team = Team { owner, others };
    for (record, tag) in people::TAGS {
        history.go_on(Duration::minutes(7));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let subject = subject(&mut tx, record).await?;
        store::tags::add(&mut tx, subject, tag).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
    }
    for (writer, record, text, private) in people::NOTES {
        history.go_on(Duration::minutes(83));
        let mut tx = db.begin(team.desk(writer)).await.map_err(words)?;
        let subject = subject(&mut tx, record).await?;
        let (id, note) = (tx.id::<NoteId>(), Note { text: (*text).into(), private: *private });
        store::notes::add(&mut tx, id, subject, &note).await.map_err(|e| format!("{record}: {e}"))?;
        tx.commit().await.map_err(words)?;
    }
    for task in people::TASKS {
        history.go_on(Duration::minutes(41));
        let mut tx = db.begin(team.desk(task.from)).await.map_err(words)?;
        let fields = Task {
            due: task.due.map(|days| Day(tx.today().0 + Duration::days(days))),
            priority: Priority::parse(task.priority).unwrap_or_default(),
            assignee: Some(team.member(task.to)?),
            about: Some(task.about).filter(|a| !a.is_empty()).map(|a| About::Words(a.into())),
            ..Task::titled(task.title)
        };
        let id = tx.id::<TaskId>();
        store::tasks::add(&mut tx, id, &fields).await.map_err(|e| format!("{}: {e}", task.title))?;
        tx.commit().await.map_err(words)?;
        if task.done {
            history.go_on(Duration::minutes(29));
            let mut tx = db.begin(team.desk(task.to)).await.map_err(words)?;
            store::tasks::finish(&mut tx, &[id]).await.map_err(words)?;
            tx.commit().await.map_err(words)?;
        }
    }
    Ok(())
}

async fn subject(tx: &mut TenantTx, record: &str) -> Done<Subject> {
    store::records::resolve(tx, record).await.map_err(words)?.ok_or(format!("nothing is called {record}"))
}
