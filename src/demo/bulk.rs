//! What the owner has changed of many at once.

use super::{Done, History, words};
use chrono::Duration;
use domain::{bulk::Draft, hr::employees::Filter, import::Target};
use store::{
    Db, Desk, Who, bulk,
    hr::{employees, leave::patterns},
    workspace::holidays,
};

/// It keeps the holidays of the old one.
const MOVED_TO: &str = "Berlin, Torstraße";

/// The Berlin office is in its new building; a tag that was a mistake was taken back.
pub(super) async fn change(db: &Db, history: &History, owner: Desk) -> Done {
    history.go_on(Duration::minutes(20));
    one(db, owner, "Berlin", ("location", MOVED_TO), false).await?;
    let mut tx = db.begin(owner).await.map_err(words)?;
    let berlin = holidays::calendars(&mut tx).await.map_err(words)?.into_iter().find(|c| c.name.ends_with("Berlin"));
    patterns::choose_calendar(&mut tx, MOVED_TO, berlin.map(|c| c.id)).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    history.go_on(Duration::minutes(10));
    one(db, owner, "London", (domain::bulk::TAG, "Relocating"), true).await
}

async fn one(db: &Db, owner: Desk, at: &str, (field, value): (&str, &str), taken_back: bool) -> Done {
    let Who::Member(by) = owner.who else { return Err("an owner is a member".into()) };
    let mut tx = db.begin(owner).await.map_err(words)?;
    let filter = Filter { location: vec![at.into()], status: "active".into(), ..Filter::default() };
    let ids: Vec<_> = employees::matching(&mut tx, &filter).await.map_err(words)?.into_iter().map(|id| id.0).collect();
    let draft = Draft { field: field.into(), value: value.into(), ..Draft::default() };
    let asked = bulk::resolve(&mut tx, Target::Employees, &draft).await.map_err(words)?;
    let seen = bulk::preview(&mut tx, &asked, &ids, 0).await.map_err(words)?;
    let (ids, versions): (Vec<_>, Vec<_>) = seen.looked_at.into_iter().unzip();
    let records: Vec<_> = ids.iter().copied().zip(versions.iter().copied().map(Some)).collect();
    let id = tx.id();
    let back = domain::paths::employees("demo");
    let whom = bulk::Whom::These(ids.clone(), versions);
    bulk::start(&mut tx, id, by, &asked, &draft, &whom, &back).await.map_err(words)?;
    let outcome = bulk::change(&mut tx, id, &asked, &records).await.map_err(words)?;
    bulk::finish(&mut tx, id, &outcome).await.map_err(words)?;
    if taken_back && let Some(change) = bulk::begin_undo(&mut tx, Target::Employees, id, by).await.map_err(words)? {
        let (given, left) = bulk::undo(&mut tx, &change, &ids).await.map_err(words)?;
        bulk::finish_undo(&mut tx, id, given, left).await.map_err(words)?;
    }
    tx.commit().await.map_err(words)
}
