//! What is promised: policies in their order.

use super::{Setter, drawn, frame, pressed, sent, settle, status};
use crate::web::{Confirmed, Record, Result, Routes, Screen, Toast, form::Nothing};
use domain::{Errors, SlaPolicyId, paths, support::policies::Draft};
use serde::Deserialize;
use store::support::{policies, queues};
use views::support::settings::{Policies, PolicyForm};

pub(super) fn routes(r: Routes) -> Routes {
    r.get(paths::SLA_POLICIES, list)
        .get(paths::SLA_POLICY_NEW, new)
        .post(paths::SLA_POLICY_NEW, add)
        .get(paths::SLA_POLICY, edit)
        .post(paths::SLA_POLICY, change)
        .post(paths::SLA_POLICY_MOVE, move_one)
        .post(paths::SLA_POLICY_REMOVAL, remove)
}

async fn list(who: Setter, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let (policies, queues) = (policies::all(&mut tx).await?, queues::all(&mut tx).await?);
    Ok(screen.show(&who, &Policies { frame: frame(&who, &screen, Errors::default()), policies, queues }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    draft: Draft,
    #[serde(rename = "_once")]
    once: String,
    #[serde(rename = "_version")]
    version: String,
}

async fn form(
    who: &Setter,
    screen: &Screen,
    editing: Option<(SlaPolicyId, i32)>,
    typed: Typed,
    errors: Errors,
) -> Result {
    let mut tx = who.begin().await?;
    let once = if typed.once.is_empty() || sent(&errors) { tx.id::<SlaPolicyId>().to_string() } else { typed.once };
    let shown = status(&errors);
    let view = PolicyForm {
        frame: frame(who, screen, errors),
        once,
        editing,
        draft: typed.draft,
        queues: queues::all(&mut tx).await?,
        tags: store::tags::names(&mut tx).await?,
    };
    Ok(screen.show_as(shown, who, &view))
}

async fn new(who: Setter, screen: Screen) -> Result {
    form(&who, &screen, None, Typed::default(), Errors::default()).await
}

async fn add(who: Setter, screen: Screen, Confirmed(typed): Confirmed<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let id = drawn::<SlaPolicyId>(&typed.once, &tx);
    let done = match typed.draft.read() {
        Ok(fields) => policies::add(&mut tx, id, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, None, typed, errors).await,
        None => {
            screen.done(paths::sla_policies(who.slug()), Toast::good("The policy holds for tickets from now on.")).await
        }
    }
}

async fn edit(who: Setter, screen: Screen, Record(id): Record<SlaPolicyId>) -> Result {
    let policy = policies::find(&mut who.begin().await?, id).await?;
    let typed = Typed { draft: policy.draft(), ..Typed::default() };
    form(&who, &screen, Some((id, policy.version)), typed, Errors::default()).await
}

async fn change(
    who: Setter,
    screen: Screen,
    Record(id): Record<SlaPolicyId>,
    Confirmed(typed): Confirmed<Typed>,
) -> Result {
    let mut tx = who.begin().await?;
    let now = policies::find(&mut tx, id).await?;
    let version = typed.version.parse().unwrap_or_default();
    let done = match typed.draft.read() {
        Ok(fields) => policies::change(&mut tx, id, version, &fields).await,
        Err(errors) => Err(store::Error::Refused(errors)),
    };
    match settle(tx, done).await? {
        Some(errors) => form(&who, &screen, Some((id, now.version)), typed, errors).await,
        None => {
            screen
                .done(
                    paths::sla_policies(who.slug()),
                    Toast::good("Changes saved. Tickets keep what they were promised."),
                )
                .await
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Way {
    to: String,
}

async fn move_one(
    who: Setter,
    screen: Screen,
    Record(id): Record<SlaPolicyId>,
    Confirmed(way): Confirmed<Way>,
) -> Result {
    let mut tx = who.begin().await?;
    policies::move_one(&mut tx, id, way.to == "up").await?;
    tx.commit().await?;
    Ok(screen.go(paths::sla_policies(who.slug())))
}

async fn remove(who: Setter, screen: Screen, Record(id): Record<SlaPolicyId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let done = policies::remove(&mut tx, id).await;
    pressed(&screen, paths::sla_policies(who.slug()), tx, done, "was removed.").await
}
