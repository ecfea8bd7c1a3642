//! Questions that workflows ask of the reader.

use super::known;
use crate::{
    web::{Allowed, Confirmed, Error, Record, Result, Routes, Screen, Toast},
    workspace::activity,
};
use axum::http::StatusCode;
use domain::{
    ApprovalId, MemberId,
    access::{AttendanceApprove, DocumentsWrite, EmployeesWrite, HomeRead, Permission},
    automation::{MOST_OFFERED, runs::Question},
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    automation::{approvals, people},
    notes,
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

/// `wrong`: which question could not be handed over, why, and what was typed.
async fn page(
    who: &Allowed<HomeRead>,
    screen: &Screen,
    status: StatusCode,
    wrong: Option<(String, String, String)>,
) -> Result {
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
        // Whoever is asked need not have the right to be asked.
        time_off: store::hr::leave::requests::waiting(&mut tx).await?,
        change_requests: match who.actor.may(EmployeesWrite::KEY) {
            true => store::hr::change_requests::count(&mut tx).await?,
            false => 0,
        },
        documents: match who.actor.may(DocumentsWrite::KEY) {
            true => store::hr::documents::waiting(&mut tx).await?,
            false => 0,
        },
        weeks: match who.actor.may(AttendanceApprove::KEY) {
            true => store::hr::attendance::waiting(&mut tx).await?,
            false => 0,
        },
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

/// Names that are looked through for the one that was typed.
const ALIKE: i64 = 20;

/// Who is meant by a name, an address, or both as the field offers them; or why it is nobody.
async fn colleague(tx: &mut TenantTx, typed: &str) -> Result<std::result::Result<MemberId, &'static str>> {
    let typed = typed.trim();
    let typed = typed.rsplit_once(" · ").map_or(typed, |(_, email)| email).to_lowercase();
    if typed.is_empty() {
        return Ok(Err("Choose somebody."));
    }
    if let Some((_, member)) = people::members_called(tx, std::slice::from_ref(&typed)).await?.pop() {
        return Ok(Ok(member));
    }
    let mut alike = notes::nameable(tx, &typed, ALIKE).await?;
    if alike.iter().any(|m| m.name.to_lowercase() == typed) {
        alike.retain(|m| m.name.to_lowercase() == typed);
    }
    Ok(match &alike[..] {
        [one] => Ok(one.id),
        [] => Err("No colleague has this name or address."),
        _ => Err("Several are called so: choose one from the list, or type the address."),
    })
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
    let handed = match colleague(&mut tx, &to).await? {
        Ok(member) if member == who.actor.member => {
            Err(store::Error::refused("to", "That is you: choose somebody else."))
        }
        Ok(member) => jobs::automation::hand_over(&mut tx, id, member).await,
        Err(why) => Err(store::Error::refused("to", why)),
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
            page(&who, &screen, StatusCode::UNPROCESSABLE_ENTITY, Some((id.to_string(), words, to))).await
        }
        Err(e) => Err(e.into()),
    }
}
