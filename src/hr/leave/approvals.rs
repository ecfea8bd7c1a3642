//! Requests that wait for the reader: answered one by one, several at once, or from a mail.

use super::requests;
use crate::{
    web::{Allowed, Confirmed, Error, Record, Result, Routes, Screen, Toast, path::Token},
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{Errors, LeaveRequestId, LeaveStepId, access::LeaveRead, hr::leave::forms::REASON, paths};
use serde::Deserialize;
use store::hr::leave::{
    calendar,
    requests::{self as asked, Which},
    steps,
};
use views::hr::leave::approvals::{Approvals, answered};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LEAVE_APPROVALS, list)
        .post(paths::LEAVE_ANSWERS, answer_many)
        .post(paths::LEAVE_ANSWER, answer)
        .get(paths::LEAVE_MAIL_ANSWER, from_mail)
}

/// Requests on the page.
const MOST: i64 = 50;

async fn list(who: Allowed<LeaveRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let requests = asked::list(&mut tx, &Which::Waiting, MOST).await?;
    let mut away = calendar::with_each(&mut tx, &requests).await?;
    let waiting = requests
        .into_iter()
        .map(|r| {
            let others = away.remove(&r.id).unwrap_or_default();
            (r, others.into_iter().map(|b| format!("{} ({})", b.name, b.when())).collect())
        })
        .collect();
    let (slug, csrf, moment) = (who.slug().clone(), screen.csrf().to_owned(), moment(&who));
    Ok(screen.show(&who, &Approvals { slug, csrf, moment, waiting }))
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    answer: String,
    #[serde(default)]
    note: String,
    /// What was asked when the page was made.
    step: Option<LeaveStepId>,
    /// The same, of several requests.
    #[serde(default = "Vec::new")]
    steps: Vec<LeaveStepId>,
}

impl Answer {
    fn yes(&self) -> Result<bool> {
        match self.answer.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(Error::Bad("Approve it, or decline it.".into())),
        }
    }

    fn note(&self) -> String {
        self.note.trim().chars().filter(|c| !c.is_control()).take(REASON).collect()
    }
}

async fn answer(
    who: Allowed<LeaveRead>,
    screen: Screen,
    Record(id): Record<LeaveRequestId>,
    Confirmed(form): Confirmed<Answer>,
) -> Result {
    let yes = form.yes()?;
    let step = form.step.ok_or_else(|| Error::Bad("It is not clear what is answered. Load the page again.".into()))?;
    let mut tx = who.begin().await?;
    let toast = match steps::answer(&mut tx, step, yes, &form.note()).await {
        Ok((of, _)) if of != id => return Err(Error::NotFound),
        Ok(_) => {
            tx.commit().await?;
            Toast::good(answered(1, yes, 0)).link("Open", paths::leave_request(who.slug(), id))
        }
        // Of two at the same time the second is told who was faster.
        Err(store::Error::Refused(errors)) => {
            drop(tx);
            Toast::bad(errors.of("").unwrap_or("It could not be answered.").to_owned())
        }
        Err(e) => return Err(e.into()),
    };
    screen.done(paths::leave_approvals(who.slug()), toast).await
}

async fn answer_many(who: Allowed<LeaveRead>, screen: Screen, Confirmed(form): Confirmed<Answer>) -> Result {
    let (yes, note) = (form.yes()?, form.note());
    let (mut done, mut already) = (0, 0);
    for step in &form.steps {
        // Each by itself: one that somebody else has answered meanwhile holds up no other.
        let mut tx = who.begin().await?;
        match steps::answer(&mut tx, *step, yes, &note).await {
            Ok(_) => {
                tx.commit().await?;
                done += 1;
            }
            Err(store::Error::Refused(_) | store::Error::NotFound) => already += 1,
            Err(e) => return Err(e.into()),
        }
    }
    let toast = match done {
        0 if form.steps.is_empty() => Toast::bad("Tick the requests that are meant."),
        0 => Toast::bad(answered(0, yes, already)),
        _ => Toast::good(answered(done, yes, already)),
    };
    screen.done(paths::leave_approvals(who.slug()), toast).await
}

/// The link in a mail says yes or no. It changes nothing by itself, because mail scanners look at every link: it opens the
/// request with that answer ready, for whoever is signed in and may give it.
async fn from_mail(who: Allowed<LeaveRead>, screen: Screen, Token(token): Token) -> Result {
    let meant = jobs::leave::read_answer(who.app().seal(), who.workspace.id, &token);
    let (id, yes) = meant.ok_or(Error::NotFound)?;
    requests::page(&who, &screen, StatusCode::OK, id, Some(yes), (Errors::default(), String::new())).await
}
