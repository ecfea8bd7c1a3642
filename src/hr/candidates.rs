//! Candidates: the pool, one of them, the board of a job, and how applications go on.

use crate::{
    support::settings::settle,
    web::{Allowed, Confirmed, Error, Query, Record, Result, Routes, Screen, Toast, form::Nothing},
    workspace::activity::moment,
};
use axum::http::StatusCode;
use domain::{
    ApplicationId, CandidateId, Errors, PostingId, PostingStageId,
    access::{CandidatesErase, CandidatesRead, CandidatesWrite, Permission},
    hr::candidates::{Filter, Rejection},
    list::Mark,
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx, Version,
    hr::{
        candidates::{self, applications, arrivals},
        postings,
    },
    reach::{self, Kind},
};
use views::hr::candidates::{ANSWER, Ask, Board, Index, More, Moved, Show};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::CANDIDATES, list)
        .get(paths::CANDIDATE, show)
        .post(paths::CANDIDATE_RATING, rate)
        .get(paths::POSTING_APPLICATIONS, board)
        .get(paths::POSTING_LANE, more)
        .post(paths::APPLICATION_MOVE, go)
        .post(paths::APPLICATION_REJECTION, reject)
        .post(paths::APPLICATION_MAIL, keep_back)
        .post(paths::CANDIDATE_ERASURE, erase)
}

type Reader = Allowed<CandidatesRead>;
type Writer = Allowed<CandidatesWrite>;

async fn list(who: Reader, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let page = candidates::list(&mut tx, &filter).await?;
    Ok(screen.show(&who, &Index { slug: who.slug().clone(), filter, page, moment: moment(&who) }))
}

async fn show(who: Reader, screen: Screen, Record(id): Record<CandidateId>) -> Result {
    page(&who, &screen, id, None).await
}

async fn page<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: CandidateId,
    refused: Option<(ApplicationId, Rejection, Errors)>,
) -> Result {
    let mut tx = who.begin().await?;
    let candidate = candidates::find(&mut tx, id).await?;
    let may_write = who.actor.may(CandidatesWrite::KEY)
        && !reach::within::<CandidatesWrite>(&mut tx, Kind::Candidates, &[id.0]).await?.is_empty();
    let applications = applications::of_candidate(&mut tx, id).await?;
    let ids: Vec<ApplicationId> = applications.iter().map(|a| a.id).collect();
    let mut stages = vec![];
    for a in &applications {
        stages.push(if may_write { postings::stages(&mut tx, a.posting).await? } else { vec![] });
    }
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        steps: applications::steps(&mut tx, &ids).await?,
        files: applications::files(&mut tx, &ids).await?,
        alike: candidates::alike(&mut tx, &candidate).await?,
        moment: moment(who),
        candidate,
        applications,
        stages,
        may_write,
        may_erase: who.actor.may(CandidatesErase::KEY),
        refused,
    };
    let status = if view.refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(screen.show_as(status, who, &view))
}

/// What is sent of one of them, and which version was looked at.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Sent {
    #[serde(rename = "_version")]
    version: Version,
    rating: String,
    stage: String,
    back: String,
    #[serde(flatten)]
    rejection: Rejection,
}

const STALE: &str = "Somebody else was faster. This is how it is now.";

async fn rate(
    who: Writer,
    screen: Screen,
    Record(id): Record<CandidateId>,
    Confirmed(sent): Confirmed<Sent>,
) -> Result {
    let rating = sent.rating.parse().ok().filter(|r| (1..=5).contains(r));
    let mut tx = who.begin().await?;
    let done = candidates::rate(&mut tx, id, sent.version, rating).await;
    let toast = match settle(tx, done).await? {
        Some(_) => Toast::bad(STALE),
        None => Toast::good("The rating is saved."),
    };
    screen.done(paths::candidate(who.slug(), id), toast).await
}

/// With all that they have sent.
async fn erase(
    who: Allowed<CandidatesErase>,
    screen: Screen,
    Record(id): Record<CandidateId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = arrivals::erase(&mut tx, id).await?;
    tx.commit().await?;
    screen
        .done(paths::candidates(who.slug()), Toast::good(format!("{name} is removed, with all that they sent.")))
        .await
}

async fn board(who: Reader, screen: Screen, Record(id): Record<PostingId>) -> Result {
    let mut tx = who.begin().await?;
    let posting = postings::find(&mut tx, id).await?;
    reach::hold::<CandidatesRead>(&mut tx, Kind::PostingsSeen, id.0).await?;
    let lanes = applications::lanes(&mut tx, id).await?;
    let may_write = who.actor.may(CandidatesWrite::KEY)
        && !reach::within::<CandidatesWrite>(&mut tx, Kind::Postings, &[id.0]).await?.is_empty();
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show(&who, &Board { slug, csrf, posting, lanes, may_write, moment: moment(&who) }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct After {
    after: String,
}

async fn more(
    who: Reader,
    screen: Screen,
    Record(stage): Record<PostingStageId>,
    Query(asked): Query<After>,
) -> Result {
    let mut tx = who.begin().await?;
    let posting = applications::posting_of(&mut tx, stage).await?;
    reach::hold::<CandidatesRead>(&mut tx, Kind::PostingsSeen, posting.0).await?;
    let (cards, next) = applications::more(&mut tx, stage, Mark::parse(&asked.after).as_ref()).await?;
    let may_write = who.actor.may(CandidatesWrite::KEY);
    let (slug, moment, part) = (who.slug().clone(), moment(&who), screen.htmx());
    Ok(screen.show(&who, &More { slug, stage, cards, next, may_write, moment, part }))
}

/// The two lanes between which it has moved, for the board.
async fn moved(who: &Writer, screen: &Screen, tx: &mut TenantTx, id: ApplicationId, from: PostingStageId) -> Result {
    let application = applications::find(tx, id).await?;
    let mut lanes = applications::lanes(tx, application.posting).await?;
    lanes.retain(|l| l.stage == from || l.stage == application.stage);
    let view = Moved { slug: who.slug().clone(), application, lanes, moment: moment(who) };
    Ok(screen.show(who, &view))
}

async fn go(
    who: Writer,
    screen: Screen,
    Record(id): Record<ApplicationId>,
    Confirmed(sent): Confirmed<Sent>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<CandidatesWrite>(&mut tx, Kind::Applications, id.0).await?;
    let before = applications::find(&mut tx, id).await?;
    let to = sent.stage.parse::<PostingStageId>().map_err(|_| Error::NotFound)?;
    let done = applications::put(&mut tx, id, sent.version, to).await.map(|_| ());
    let on_board = screen.wants(ANSWER);
    match settle(tx, done).await? {
        None if on_board => moved(&who, &screen, &mut who.begin().await?, id, before.stage).await,
        None => {
            screen
                .done(
                    paths::candidate(who.slug(), before.candidate),
                    Toast::good(format!("{} has moved.", before.name)),
                )
                .await
        }
        // Somebody is turned down for a reason.
        Some(errors) if errors.of("reason").is_some() => {
            let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
            Ok(screen.show_as(StatusCode::UNPROCESSABLE_ENTITY, &who, &Ask { slug, csrf, application: before }))
        }
        // The card goes to where it is by now.
        Some(_) if on_board => moved(&who, &screen, &mut who.begin().await?, id, before.stage).await,
        Some(errors) => {
            let words = errors.of("").unwrap_or(STALE).to_owned();
            screen.done(paths::candidate(who.slug(), before.candidate), Toast::bad(words)).await
        }
    }
}

async fn reject(
    who: Writer,
    screen: Screen,
    Record(id): Record<ApplicationId>,
    Confirmed(sent): Confirmed<Sent>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<CandidatesWrite>(&mut tx, Kind::Applications, id.0).await?;
    let before = applications::find(&mut tx, id).await?;
    let done = match sent.rejection.read() {
        Ok((reason, hours)) => applications::reject(&mut tx, id, sent.version, &reason, hours).await.map(|_| ()),
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => page(&who, &screen, before.candidate, Some((id, sent.rejection, errors))).await,
        None => {
            let back = match sent.back.as_str() {
                "board" => paths::posting_applications(who.slug(), before.posting),
                _ => paths::candidate(who.slug(), before.candidate),
            };
            screen.done(back, Toast::good(format!("{} is turned down.", before.name))).await
        }
    }
}

async fn keep_back(who: Writer, screen: Screen, Record(id): Record<ApplicationId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<CandidatesWrite>(&mut tx, Kind::Applications, id.0).await?;
    let candidate = applications::find(&mut tx, id).await?.candidate;
    let kept = applications::keep_back(&mut tx, id).await?;
    tx.commit().await?;
    let toast = match kept {
        true => Toast::good("No mail goes out."),
        false => Toast::bad("The mail has gone out already, or there was none."),
    };
    screen.done(paths::candidate(who.slug(), candidate), toast).await
}
