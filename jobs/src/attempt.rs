//! One try of one job: counted before it begins, bounded in time, its panics caught, its end written down.

use crate::{
    Context, Failure,
    dead::Dead,
    run::{Handler, back_off},
};
use chrono::{DateTime, Utc};
use rand::Rng;
use std::{future::Future, time::Duration};
use store::{
    Db, Desk, TenantTx, Who,
    queue::{self, Begun, Held, Parcel, TryEnd},
};
use tokio::task::JoinSet;

/// A job whose tries end without a word so often is taken to kill its worker. Failures are counted apart: mail may
/// fail for a day.
const LOST: i32 = 5;

/// How long a job of a suspended workspace waits before it looks again.
const CLOSED: Duration = Duration::from_secs(60);

/// Letters of an error that are kept.
const ERROR: usize = 1000;

/// Tries a job and settles its delivery, if it has one. Gives when it is to be tried again, if it is. An error is the
/// database's: then nothing is settled, and nothing is known but what the next try will find.
pub(crate) async fn attempt(
    cx: &Context,
    parcel: &Parcel,
    held: Option<Held<'_>>,
    stop: impl Future<Output = ()>,
) -> Result<Option<DateTime<Utc>>, store::Error> {
    let handler = cx.handlers.find(&parcel.name);
    let mut tx = begin(&cx.db, parcel).await?;
    let begun = queue::begin_try(&mut tx, &parcel.queue, &parcel.name, &parcel.key).await?;
    let Begun::Try { attempt, lost } = begun else {
        queue::settle(tx, held, None).await?;
        return Ok(None);
    };
    if lost >= LOST {
        tx.commit().await?;
        give_up(handler, cx, parcel).await?;
        return end(cx, parcel, held, attempt, TryEnd::Dead("its worker died each time", parcel), None).await;
    }
    tx.commit().await?;

    // A job of a later version than this one: somebody else may know it.
    let tries = handler.map_or(5, |h| h.tries);
    let cx = Context { attempt, last: attempt - lost >= tries, ..cx.clone() };
    let result = match handler {
        Some(handler) => guarded(handler, &cx, parcel, stop).await,
        None => Some(Err(Failure::Retry(format!("this version knows no job called {}", parcel.name)))),
    };

    let pause = handler.map_or_else(
        || back_off(Duration::from_secs(5), Duration::from_secs(300), attempt),
        |h| (h.pause)(attempt - lost),
    );
    let (how, again) = match &result {
        None => (TryEnd::BrokenOff, Some(Duration::ZERO)),
        Some(Err(Failure::Closed)) => (TryEnd::BrokenOff, Some(CLOSED)),
        Some(Err(Failure::Later(pause))) => (TryEnd::BrokenOff, Some(jitter_of_turn(*pause))),
        Some(Ok(())) => (TryEnd::Done, None),
        Some(Err(Failure::Retry(why))) if !cx.last => (TryEnd::Waiting(short(why)), Some(jitter(pause))),
        Some(Err(Failure::Retry(why) | Failure::Fail(why))) => (TryEnd::Dead(short(why), parcel), None),
    };
    match how {
        TryEnd::Waiting(why) => {
            tracing::warn!(job = parcel.name, key = parcel.key, tenant = %parcel.tenant, attempt, why, "job failed, will be tried again");
        }
        TryEnd::Dead(..) => give_up(handler, &cx, parcel).await?,
        TryEnd::Done | TryEnd::BrokenOff => {}
    }
    end(&cx, parcel, held, attempt, how, again).await
}

/// Writes a try's end down and settles its delivery, in one transaction. Gives when the job is to be tried again.
async fn end(
    cx: &Context,
    parcel: &Parcel,
    held: Option<Held<'_>>,
    attempt: i32,
    how: TryEnd<'_>,
    again: Option<Duration>,
) -> Result<Option<DateTime<Utc>>, store::Error> {
    let mut tx = begin(&cx.db, parcel).await?;
    let ended = queue::end_try(&mut tx, &parcel.name, &parcel.key, attempt, how).await?;
    if let TryEnd::Dead(why, _) = how
        && ended
    {
        match Dead::new(parcel, attempt, why).tell(&mut tx).await {
            Ok(()) => {}
            Err(e @ store::Error::Unavailable(_)) => return Err(e),
            Err(e) => {
                tracing::error!(job = parcel.name, key = parcel.key, error = %e, "nobody could be told that it is dead");
                // That transaction may be broken.
                tx = begin(&cx.db, parcel).await?;
                queue::end_try(&mut tx, &parcel.name, &parcel.key, attempt, how).await?;
            }
        }
    }
    let run_at = again.map(|pause| tx.now() + pause);
    queue::settle(tx, held, run_at.map(|at| (parcel, at))).await?;
    Ok(run_at)
}

/// Runs the handler in a task of its own, so that a panic stays there. `None` if the worker stopped first.
async fn guarded(
    handler: Handler,
    cx: &Context,
    parcel: &Parcel,
    stop: impl Future<Output = ()>,
) -> Option<Result<(), Failure>> {
    // A set of one: dropped, it ends what it holds, so that no job outlives the worker that answers for it.
    let mut task = JoinSet::new();
    task.spawn((handler.run)(parcel.body.clone(), cx.clone()));
    let result = tokio::select! {
        ended = task.join_next() => match ended.expect("one task was spawned") {
            Ok(result) => result,
            Err(e) => Err(Failure::Retry(match e.try_into_panic() {
                Ok(panic) => format!("panic: {}", said(&*panic)),
                Err(_) => "its task was ended".to_owned(),
            })),
        },
        () = tokio::time::sleep(handler.time_out) => {
            task.shutdown().await;
            Err(Failure::Retry(format!("took longer than {} s", handler.time_out.as_secs_f32())))
        },
        () = stop => {
            task.shutdown().await;
            return None;
        }
    };
    Some(result)
}

/// Has the handler say that nobody will try again. When the database is gone, that is tried again as well; whatever
/// else goes wrong must not keep a dead job alive.
async fn give_up(handler: Option<Handler>, cx: &Context, parcel: &Parcel) -> Result<(), store::Error> {
    let Some(handler) = handler else { return Ok(()) };
    let said = tokio::spawn((handler.given_up)(parcel.body.clone(), cx.clone()));
    let why = match tokio::time::timeout(handler.time_out, said).await {
        Ok(Ok(Ok(()))) => return Ok(()),
        Ok(Ok(Err(e @ store::Error::Unavailable(_)))) => return Err(e),
        Ok(Ok(Err(e))) => e.to_string(),
        Ok(Err(e)) => e.to_string(),
        Err(e) => e.to_string(),
    };
    tracing::error!(job = parcel.name, key = parcel.key, tenant = %parcel.tenant, why, "giving it up could not be told");
    Ok(())
}

async fn begin(db: &Db, parcel: &Parcel) -> Result<TenantTx, store::Error> {
    let desk = Desk::of_system(parcel.tenant, chrono_tz::Tz::UTC, Who::System);
    db.begin(desk).await
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let words = panic.downcast_ref::<&str>().copied();
    words.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

fn short(why: &str) -> &str {
    &why[..why.char_indices().nth(ERROR).map_or(why.len(), |(i, _)| i)]
}

/// A little behind its turn, so that all of a turn do not come at once.
fn jitter_of_turn(pause: Duration) -> Duration {
    pause + Duration::from_secs(5).mul_f64(rand::rng().random_range(0.0..1.0))
}

/// Between the pause and a fifth more, so that what failed together does not come back together.
fn jitter(pause: Duration) -> Duration {
    pause.mul_f64(rand::rng().random_range(1.0..1.2))
}
