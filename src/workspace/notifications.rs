//! What one is told, how, and when; the digest before it is sent, and one now.

use crate::web::{Allowed, Confirmed, Result, Routes, Screen, Toast, form::Nothing, throttle::Limit};
use axum::http::StatusCode;
use chrono::NaiveTime;
use domain::{
    Day, Errors, MailId,
    access::{HomeRead, ProfileWrite},
    digest::{self, Rhythm, Schedule},
    jobs::SendDigest,
    mail::List,
    notifications::{Channels, Choices, Kind, Quiet},
    paths,
};
use serde_json::Value;
use std::collections::HashMap;
use store::{queue, workspace::members};
use views::workspace::notifications::{Notifications, Preview};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::NOTIFICATIONS, show)
        .post(paths::NOTIFICATIONS, choose)
        .get(paths::DIGEST, preview)
        .post(paths::DIGEST_SENDING, send)
}

async fn show(who: Allowed<ProfileWrite>, screen: Screen) -> Result {
    let choices = Choices::of(&who.preferences);
    let schedule = Schedule::of(&who.preferences, &who.actor.rights);
    let time = |t: Option<NaiveTime>, usual: &str| t.map_or(usual.to_owned(), |t| t.format("%H:%M").to_string());
    let from = time(choices.quiet.map(|q| q.from), "18:00");
    let until = time(choices.quiet.map(|q| q.until), "08:00");
    Ok(screen.show(&who, &page(&who, &screen, choices, schedule, [from, until], Errors::default())))
}

fn page(
    who: &Allowed<ProfileWrite>,
    screen: &Screen,
    choices: Choices,
    schedule: Schedule,
    [quiet_from, quiet_until]: [String; 2],
    errors: Errors,
) -> Notifications {
    Notifications {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        email: who.email.clone(),
        zone: who.zone.name().to_owned(),
        choices,
        schedule,
        quiet_from,
        quiet_until,
        errors,
    }
}

/// A box for each kind and channel, so its fields are not named one by one.
type Fields = HashMap<String, String>;

async fn choose(who: Allowed<ProfileWrite>, screen: Screen, Confirmed(fields): Confirmed<Fields>) -> Result {
    let ticked = |name: &str| fields.get(name).is_some_and(|v| !v.is_empty());
    let typed = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let channels = |kind: &Kind| {
        let on = |channel| ticked(&format!("{}-{channel}", kind.key()));
        Channels { app: on("app"), mail: on("mail"), digest: on("digest") }
    };
    let mut errors = Errors::default();
    let quiet = ticked("quiet").then(|| {
        let mut time = |name| {
            let read = NaiveTime::parse_from_str(typed(name).trim(), "%H:%M");
            errors.take(name, read.map_err(|_| "This is not a time, like 18:00."))
        };
        Some(Quiet { from: time("quiet_from")?, until: time("quiet_until")?, weekends: ticked("quiet_weekends") })
    });
    let quiet = quiet.flatten();
    if quiet.is_some_and(|q| q.from == q.until && !q.weekends) {
        errors.add(
            "quiet_until",
            "From and until are the same: these are no hours. Choose another time, or take the tick away.",
        );
    }
    let number = |name: &str, usual: u8| typed(name).parse().unwrap_or(usual);
    let rhythm = Rhythm::parse(&typed("rhythm")).unwrap_or(Rhythm::Off);
    let schedule = Schedule { rhythm, weekday: number("weekday", 1).clamp(1, 7), hour: number("hour", 8).min(23) };
    let kinds = Kind::ALL.iter().map(|k| (*k, channels(k))).collect();
    let choices = Choices { kinds, quiet, ..Choices::default() };
    if !errors.is_empty() {
        let view = page(&who, &screen, choices, schedule, ["quiet_from", "quiet_until"].map(typed), errors);
        return Ok(screen.show_as(StatusCode::UNPROCESSABLE_ENTITY, &who, &view));
    }
    let mut chosen = choices.to_json();
    chosen[digest::PREFERENCE] = schedule.to_json();
    // The lists that a click in a mail ends are turned on again by wanting their mail.
    let lists = [
        (List::Notifications, ticked("mails")),
        (List::Imports, channels(&Kind::ImportEnded).mail),
        (List::Digest, true),
        (List::Workflows, ticked("workflow_mails")),
    ];
    for (list, on) in lists {
        chosen[list.preference()] = Value::Bool(on);
    }
    let mut tx = who.begin().await?;
    members::prefer_all(&mut tx, who.actor.member, chosen).await?;
    tx.commit().await?;
    screen.done(paths::notifications(who.slug()), Toast::good("Changes saved.")).await
}

async fn preview(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let schedule = Schedule::of(&who.preferences, &who.actor.rights);
    let now = who.app().now();
    let mut period = schedule.period(Day(now.with_timezone(&who.zone).date_naive()), who.zone, None);
    period.at = now;
    let mut tx = who.begin().await?;
    let digest = jobs::digest::write(&mut tx, who.actor.member, period).await?;
    let base = format!("{}{}", who.app().config().public_url, paths::home(who.slug()));
    let mail = views::mail::digest(&who.workspace, &who.actor.name, &digest, &base, None);
    let view = Preview {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        email: who.email.clone(),
        subject: mail.subject,
        digest,
        text: mail.text,
    };
    Ok(screen.show(&who, &view))
}

/// One now, beside those that come by themselves.
async fn send(who: Allowed<HomeRead>, screen: Screen, _: Confirmed<Nothing>) -> Result {
    who.app().throttle().count(Limit::DIGEST, &who.actor.member.to_string()).await?;
    let day = Day(who.app().now().with_timezone(&who.zone).date_naive());
    let mut tx = who.begin().await?;
    let (tenant, member, id) = (tx.tenant(), who.actor.member, tx.id::<MailId>());
    queue::push(&mut tx, &SendDigest { tenant, id, member, day, asked: true, since: None }).await?;
    tx.commit().await?;
    screen.done(paths::digest(who.slug()), Toast::good(format!("It is on its way to {}.", who.email))).await
}
