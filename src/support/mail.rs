//! Mail to support that is in no ticket: what waits for somebody to look, what was left alone, and who is blocked.

use crate::{
    web::{Allowed, Confirmed, Query, Record, Result, Routes, Screen, Toast, form::Nothing},
    workspace::activity::moment,
};
use domain::{
    BlockedSenderId, InboundId,
    access::{Permission, TicketsSettings, TicketsWrite},
    list::Mark,
    paths,
};
use store::{inbound, support::mail};
use views::support::mail::{Index, Question};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SUPPORT_MAILS, list)
        .post(paths::SUPPORT_MAIL_ADMISSION, admit)
        .post(paths::SUPPORT_MAIL_BLOCK, block)
        .post(paths::BLOCKED_SENDER_REMOVAL, unblock)
}

type Agent = Allowed<TicketsWrite>;

const PAGE: usize = 50;

async fn list(who: Agent, screen: Screen, Query(question): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let before = Mark::parse(&question.after);
    let mut lines = inbound::of_support(&mut tx, question.left(), before.as_ref(), most + 1).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let older = lines.last().filter(|_| more).map(|l| Mark { value: l.at.to_rfc3339(), id: l.id.0 }.text());
    let blocked = mail::blocked(&mut tx).await?.into_iter().map(|b| (b.id, b.email, b.by, b.at)).collect();
    let view = Index {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        question,
        lines,
        older,
        blocked,
        may_set: who.actor.may(TicketsSettings::KEY),
        moment: moment(&who),
    };
    Ok(screen.show(&who, &view))
}

async fn admit(who: Agent, screen: Screen, Record(id): Record<InboundId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = mail::admit(&mut tx, id).await.map(|()| "The message".to_owned());
    super::settings::pressed(&screen, paths::support_mails(who.slug()), tx, done, "becomes a ticket.").await
}

async fn block(who: Agent, screen: Screen, Record(id): Record<InboundId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = mail::block(&mut tx, id).await;
    super::settings::pressed(&screen, paths::support_mails(who.slug()), tx, done, "is blocked.").await
}

async fn unblock(who: Agent, screen: Screen, Record(id): Record<BlockedSenderId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let email = mail::unblock(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{email} may write in again."));
    screen.done(paths::support_mails(who.slug()), toast).await
}
