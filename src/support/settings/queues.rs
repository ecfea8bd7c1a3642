//! Queues: the list, the form, and taking one out of use.

use super::{Setter, drawn, frame, pressed, sent, settle, status};
use crate::web::{Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use domain::{
    Errors, QueueId,
    inbound::queue_address,
    paths,
    support::queues::{Draft, Queue},
};
use serde::Deserialize;
use store::{
    support::{calendars, mail, queues},
    workspace::members,
};
use views::support::settings::{QueueForm, Queues};

pub(super) fn routes(r: Routes) -> Routes {
    r.get(paths::SUPPORT_QUEUES, list)
        .get(paths::SUPPORT_QUEUE_NEW, new)
        .post(paths::SUPPORT_QUEUE_NEW, add)
        .get(paths::SUPPORT_QUEUE, edit)
        .post(paths::SUPPORT_QUEUE, change)
        .post(paths::SUPPORT_QUEUE_ARCHIVAL, archive)
        .post(paths::SUPPORT_QUEUE_RESTORAL, restore)
        .post(paths::SUPPORT_QUEUE_ROTATION, rotate)
}

async fn list(who: Setter, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let view = Queues {
        frame: frame(&who, &screen, Errors::default()),
        queues: queues::all(&mut tx).await?,
        calendars: calendars::all(&mut tx).await?,
        members: members::choices(&mut tx).await?,
    };
    Ok(screen.show(&who, &view))
}

/// A queue as typed, its people row by row.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    name: String,
    prefix: String,
    calendar: String,
    how: String,
    reopen_days: String,
    acknowledges: String,
    surveys: String,
    member: Vec<String>,
    most: Vec<String>,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: i32,
}

/// Rows beyond those that are filled in.
const SPARE: usize = 2;

impl Typed {
    fn draft(&self) -> Draft {
        Draft {
            name: self.name.clone(),
            prefix: self.prefix.clone(),
            calendar: self.calendar.clone(),
            how: self.how.clone(),
            reopen_days: self.reopen_days.clone(),
            acknowledges: self.acknowledges.clone(),
            surveys: self.surveys.clone(),
        }
    }

    fn pool(&self) -> Vec<[String; 2]> {
        let at = |of: &[String], n: usize| of.get(n).cloned().unwrap_or_default();
        (0..self.member.len().min(100)).map(|n| [at(&self.member, n), at(&self.most, n)]).collect()
    }

    fn of(queue: &Queue) -> Self {
        let Draft { name, prefix, calendar, how, reopen_days, acknowledges, surveys } = queue.draft();
        Self {
            name,
            prefix,
            calendar,
            how,
            reopen_days,
            acknowledges,
            surveys,
            member: queue.pool.iter().map(|s| s.member.to_string()).collect(),
            most: queue.pool.iter().map(|s| s.most.map(|n| n.to_string()).unwrap_or_default()).collect(),
            once: String::new(),
            version: queue.version,
        }
    }
}

async fn form(who: &Setter, screen: &Screen, editing: Option<&Queue>, typed: Typed, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let mut pool = typed.pool();
    pool.retain(|row| !row[0].is_empty());
    pool.resize((pool.len() + SPARE).max(3), Default::default());
    let once = if typed.once.is_empty() || sent(&errors) { tx.id::<QueueId>().to_string() } else { typed.once.clone() };
    let shown = status(&errors);
    let view = QueueForm {
        frame: frame(who, screen, errors),
        once,
        editing: editing.map(|q| (q.id, typed.version, q.archived)),
        address: editing.and_then(|q| address(who, q)),
        draft: typed.draft(),
        pool,
        calendars: calendars::all(&mut tx).await?,
        members: members::choices(&mut tx).await?,
    };
    Ok(screen.show_as(shown, who, &view))
}

/// Where mail for a queue goes; `None`: mail comes in under no domain.
fn address(who: &Setter, queue: &Queue) -> Option<String> {
    let app = who.app();
    let domain = app.config().inbound_domain.as_deref()?;
    let tag = jobs::inbound::queue_tag(app.seal(), who.workspace.id, queue.id, queue.mail_round);
    Some(queue_address(who.slug(), &queue.prefix, &tag, domain))
}

async fn new(who: Setter, screen: Screen) -> Result {
    let typed = Typed { acknowledges: "true".into(), ..Typed::default() };
    form(&who, &screen, None, typed, Errors::default()).await
}

async fn add(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = drawn::<QueueId>(&typed.once, &tx);
    let done = match typed.draft().read(&typed.pool()) {
        Ok(fields) => queues::add(&mut tx, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors).await,
        None => screen.done(paths::support_queues(who.slug()), Toast::good("The queue is there.")).await,
    }
}

async fn edit(who: Setter, screen: Screen, Record(id): Record<QueueId>) -> Result {
    let queue = queues::find(&mut who.begin().await?, id).await?;
    form(&who, &screen, Some(&queue), Typed::of(&queue), Errors::default()).await
}

async fn change(
    who: Setter,
    screen: Screen,
    Record(id): Record<QueueId>,
    Confirmed(mut typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = queues::find(&mut tx, id).await?;
    let done = match typed.draft().read(&typed.pool()) {
        Ok(fields) => queues::change(&mut tx, id, typed.version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => {
            // Having seen that, who saves again means it.
            typed.version = now.version;
            form(&who, &screen, Some(&now), typed, errors).await
        }
        None => screen.done(paths::support_queues(who.slug()), Toast::good("Changes saved.")).await,
    }
}

async fn archive(who: Setter, screen: Screen, Record(id): Record<QueueId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = queues::archive(&mut tx, id, true).await;
    pressed(&screen, paths::support_queues(who.slug()), tx, done, "is out of use.").await
}

async fn restore(who: Setter, screen: Screen, Record(id): Record<QueueId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = queues::archive(&mut tx, id, false).await;
    pressed(&screen, paths::support_queues(who.slug()), tx, done, "is in use again.").await
}

async fn rotate(who: Setter, screen: Screen, Record(id): Record<QueueId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let queue = mail::rotate(&mut tx, id).await?;
    tx.commit().await?;
    let words = format!("{} has a new address. Mail to the one before is kept aside.", queue.name);
    screen.done(paths::support_queue(who.slug(), id), Toast::good(words)).await
}
