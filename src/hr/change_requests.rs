//! What people ask to have changed of their records: all that waits for the reader, and answering it.

use crate::{
    web::{Allowed, Confirmed, Result, Routes, Screen, Toast},
    workspace::activity,
};
use axum::http::StatusCode;
use domain::{
    access::EmployeesWrite,
    hr::change_requests::{Answers, wrong},
    paths,
};
use store::hr::change_requests;
use uuid::Uuid;
use views::hr::change_requests::Queue;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::CHANGE_REQUESTS, show).post(paths::CHANGE_REQUESTS, decide)
}

/// Fields that one page shows.
const MOST: usize = 100;

async fn show(who: Allowed<EmployeesWrite>, screen: Screen) -> Result {
    page(&who, &screen, StatusCode::OK, Answers::default(), vec![]).await
}

async fn page(
    who: &Allowed<EmployeesWrite>,
    screen: &Screen,
    status: StatusCode,
    answers: Answers,
    problems: Vec<(Uuid, String)>,
) -> Result {
    let mut tx = who.begin().await?;
    let mut waiting = change_requests::waiting(&mut tx, MOST as i64 + 1).await?;
    let more = waiting.len() > MOST;
    waiting.truncate(MOST);
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show_as(
        status,
        who,
        &Queue { slug, csrf, moment: activity::moment(who), waiting, more, answers, problems },
    ))
}

async fn decide(who: Allowed<EmployeesWrite>, screen: Screen, Confirmed(answers): Confirmed<Answers>) -> Result {
    let decisions = answers.decisions();
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    if decisions.is_empty() {
        let words = "Choose Approve or Reject for at least one field.".to_owned();
        return page(&who, &screen, refused, answers, vec![(Uuid::nil(), words)]).await;
    }
    let problems: Vec<_> = decisions.iter().filter_map(|d| Some((d.line, wrong(d)?.to_owned()))).collect();
    if !problems.is_empty() {
        return page(&who, &screen, refused, answers, problems).await;
    }
    let mut tx = who.begin().await?;
    let (approved, rejected) = match change_requests::decide(&mut tx, &decisions).await {
        Ok(Ok(told)) => told,
        Ok(Err(problems)) => {
            drop(tx);
            return page(&who, &screen, StatusCode::CONFLICT, answers, problems).await;
        }
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            let words: Vec<_> =
                errors.iter().map(|(field, told)| format!("{}: {told}", views::form::words(field))).collect();
            return page(&who, &screen, refused, answers, vec![(Uuid::nil(), words.join(" "))]).await;
        }
        Err(store::Error::Stale) => {
            drop(tx);
            let words = "Somebody has changed this record meanwhile. Look at it again.".to_owned();
            return page(&who, &screen, StatusCode::CONFLICT, answers, vec![(Uuid::nil(), words)]).await;
        }
        Err(e) => return Err(e.into()),
    };
    tx.commit().await?;
    let words = match (approved, rejected) {
        (n, 0) => format!("{n} approved and written."),
        (0, n) => format!("{n} rejected."),
        (a, r) => format!("{a} approved and written, {r} rejected."),
    };
    screen.done(paths::change_requests(who.slug()), Toast::good(words)).await
}
