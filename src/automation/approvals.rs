//! Questions that workflows ask of the reader.

use super::known;
use crate::{
    web::{Allowed, Confirmed, Error, Record, Result, Routes, Screen, Toast},
    workspace::activity,
};
use axum::http::StatusCode;
use domain::{
    ApprovalId,
    access::HomeRead,
    automation::{MOST_OFFERED, runs::Question},
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    automation::{approvals, people},
};
use views::automation::{approvals::Approvals, runs::Known};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::APPROVALS, list).post(paths::APPROVAL_ANSWER, answer).post(paths::APPROVAL_HANDOVER, hand_over)
}

/// Questions that wait, and those answered lately, on one page.
const OPEN: i64 = 100;
const ANSWERED: i64 = 20;

async fn list(who: Allowed<HomeRead>, screen: Screen) -> Result {
    page(&who, &screen, StatusCode::OK, None).await
}

async fn page(who: &Allowed<HomeRead>, screen: &Screen, status: StatusCode, wrong: Option<(String, String)>) -> Result {
    let mut tx = who.begin().await?;
    let me = who.actor.member;
    let open = approvals::of_member(&mut tx, me, true, OPEN).await?;
    let answered = approvals::of_member(&mut tx, me, false, ANSWERED).await?;
    let most = i64::try_from(MOST_OFFERED).unwrap_or(i64::MAX);
    let colleagues = match open.is_empty() {
        true => vec![],
        false => people::colleagues(&mut tx, most).await?,
    };
    let colleagues = colleagues.into_iter().filter(|(id, ..)| *id != me).map(|(_, name, email)| (name, email));
    let view = Approvals {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        moment: activity::moment(who),
        open: with_records(&mut tx, open).await?,
        answered: with_records(&mut tx, answered).await?,
        colleagues: colleagues.collect(),
        wrong,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn with_records(tx: &mut TenantTx, questions: Vec<Question>) -> Result<Vec<(Question, Known)>> {
    let records = known(tx, questions.iter().map(|q| q.record.clone()).collect()).await?;
    Ok(questions.into_iter().zip(records).collect())
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    note: String,
}

async fn answer(
    who: Allowed<HomeRead>,
    screen: Screen,
    Record(id): Record<ApprovalId>,
    Confirmed(Answer { answer, note }): Confirmed<Answer>,
) -> Result {
    let yes = match answer.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::Bad("Approve it, or reject it.".into())),
    };
    let note: String = note.trim().chars().filter(|c| !c.is_control()).take(500).collect();
    let mut tx = who.begin().await?;
    let back = paths::approvals(who.slug());
    match jobs::automation::answer(&mut tx, id, yes, &note).await {
        Ok(_) => {}
        Err(store::Error::Refused(e)) => {
            return screen.done(back, Toast::bad(e.of("").unwrap_or("It is not asked any more."))).await;
        }
        Err(e) => return Err(e.into()),
    }
    tx.commit().await?;
    screen.done(back, Toast::good(if yes { "Approved." } else { "Rejected." })).await
}

#[derive(Deserialize)]
struct Handover {
    #[serde(default)]
    to: String,
}

async fn hand_over(
    who: Allowed<HomeRead>,
    screen: Screen,
    Record(id): Record<ApprovalId>,
    Confirmed(Handover { to }): Confirmed<Handover>,
) -> Result {
    let mut tx = who.begin().await?;
    let mine = approvals::of_member(&mut tx, who.actor.member, true, OPEN).await?;
    if !mine.iter().any(|q| q.id == id) {
        return Err(Error::NotFound);
    }
    let email = to.trim().to_lowercase();
    let found = people::members_called(&mut tx, std::slice::from_ref(&email)).await?.pop();
    let handed = match found {
        Some((_, member)) if member != who.actor.member => jobs::automation::hand_over(&mut tx, id, member).await,
        _ => Err(store::Error::refused("to", "No colleague has this address.")),
    };
    match handed {
        Ok(question) => {
            tx.commit().await?;
            let toast = Toast::good(format!("{} is asked now.", question.member_name));
            screen.done(paths::approvals(who.slug()), toast).await
        }
        Err(store::Error::Refused(e)) => {
            drop(tx);
            let words = e.of("to").unwrap_or("They cannot be asked.").to_owned();
            page(&who, &screen, StatusCode::UNPROCESSABLE_ENTITY, Some((id.to_string(), words))).await
        }
        Err(e) => Err(e.into()),
    }
}
