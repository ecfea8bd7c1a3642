//! What the workspace has sent, what became of it, and the addresses that get no more.

use crate::{
    web::{Allowed, Confirmed, Query, Record, Result, Routes, Screen, Toast, form::Nothing},
    workspace::activity::moment,
};
use chrono::{DateTime, Utc};
use domain::{
    SuppressionId,
    access::{Permission, SettingsWrite},
    mail::State,
    paths,
};
use store::{
    TenantTx,
    mails::{self, Asked, Cursor},
};
use views::workspace::mail::{Limits, Line, Log, Question, Stopped, StoppedLine, StoppedNotice};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::MAIL_LOG, log).get(paths::MAIL_STOPPED, stopped).post(paths::MAIL_LIFTING, lift)
}

const PAGE: usize = 50;

async fn log(who: Allowed<SettingsWrite>, screen: Screen, Query(question): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let asked = Asked {
        state: State::parse(&question.state),
        recipient: question.to.trim().to_owned(),
        after: cursor(&question.after),
    };
    let page = mails::log(&mut tx, &asked, PAGE).await?;
    let limits = mails::limits(&mut tx).await?;
    let lines = page.rows.into_iter().map(|m| Line {
        id: m.id,
        template: m.template,
        recipient: m.recipient,
        subject: m.subject,
        state: m.state,
        tries: m.tries,
        answer: m.answer,
        at: m.at,
        last_at: m.last_at,
        not_before: m.not_before.filter(|at| *at > who.app().now()),
    });
    let view = Log {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        moment: moment(&who),
        lines: lines.collect(),
        older: page.older.map(place),
        limits: shown(limits),
        question,
    };
    Ok(screen.show(&who, &view))
}

async fn stopped(who: Allowed<SettingsWrite>, screen: Screen, Query(question): Query<Question>) -> Result {
    let mut tx = who.begin().await?;
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let mut rows = mails::stopped_list(&mut tx, question.to.trim(), cursor(&question.after), most + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let view = Stopped {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        moment: moment(&who),
        older: rows.last().filter(|_| more).map(|s| place((s.at, s.id.0))),
        lines: rows
            .into_iter()
            .map(|s| StoppedLine { id: s.id, email: s.email, reason: s.reason, answer: s.answer, at: s.at })
            .collect(),
        question,
    };
    Ok(screen.show(&who, &view))
}

async fn lift(
    who: Allowed<SettingsWrite>,
    screen: Screen,
    Record(id): Record<SuppressionId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let email = mails::lift(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::mail_stopped(who.slug()), Toast::good(format!("{email} gets mail again."))).await
}

/// What a record's page says of its address, where mail to it is stopped.
pub async fn notice<P: Permission>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    email: Option<&str>,
) -> Result<Option<StoppedNotice>, store::Error> {
    let Some(email) = email.filter(|e| !e.is_empty()) else { return Ok(None) };
    let Some(stopped) = mails::stopped(tx, email).await? else { return Ok(None) };
    let href =
        who.actor.may(SettingsWrite::KEY).then(|| paths::mail_stopped(who.slug()) + "?to=" + &views::encode(email));
    Ok(Some(StoppedNotice { email: stopped.email, reason: stopped.reason, at: stopped.at, moment: moment(who), href }))
}

fn shown(limits: mails::Limits) -> Limits {
    let mails::Limits { per_hour, per_day, this_hour, today, until, stopped } = limits;
    Limits { per_hour, per_day, this_hour, today, until, stopped }
}

/// A place in a list as its address has it: microseconds and id.
fn place((at, id): Cursor) -> String {
    format!("{}.{id}", at.timestamp_micros())
}

fn cursor(text: &str) -> Option<Cursor> {
    let (at, id) = text.split_once('.')?;
    Some((DateTime::<Utc>::from_timestamp_micros(at.parse().ok()?)?, id.parse().ok()?))
}
