//! Policies: to read and to confirm, and for whoever looks after them to write, to publish and to remind.

use crate::{
    web::{Allowed, Confirmed, Error, Noun, Record, Result, Routes, Screen, Toast, form::Nothing, noun},
    workspace::activity::moment,
};
use domain::{
    Conventions, Errors, PolicyId,
    access::{HomeRead, Permission, PoliciesWrite},
    draft::Field,
    hr::policies::{Draft, FIELDS, Fields, Standing, WORDS},
    paths,
    text::Words,
    workspace::places::Kind as Place,
};
use serde::Deserialize;
use store::{TenantTx, Version, hr::policies, notifications, workspace::places};
use views::{
    form::Entry,
    hr::policies::{Edit, Index, Keeper, Show},
    prose,
};

pub fn routes(r: Routes) -> Routes {
    type N = Policies;
    r.get(paths::POLICIES, list)
        .get(paths::POLICY_NEW, noun::new::<N>)
        .post(paths::POLICY_NEW, noun::add::<N>)
        .get(paths::READING, show)
        .get(paths::POLICY_EDIT, noun::edit::<N>)
        .post(paths::POLICY_EDIT, noun::change::<N>)
        .post(paths::POLICY_PUBLICATION, publish)
        .post(paths::POLICY_CONFIRMATION, confirm)
        .post(paths::POLICY_REMINDERS, remind)
        .post(paths::POLICY_ARCHIVAL, archive)
        .post(paths::POLICY_RESTORAL, restore)
}

async fn list(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let mine = policies::mine(&mut tx).await?;
    let (all, archived) = match who.actor.may(PoliciesWrite::KEY) {
        true => (Some(policies::list(&mut tx, false).await?), policies::list(&mut tx, true).await?),
        false => (None, vec![]),
    };
    let (slug, today) = (who.slug().clone(), tx.today());
    Ok(screen.show(&who, &Index { slug, today, mine, all, archived }))
}

/// What is published, for whom it is for; for whoever looks after it also the draft, and who has confirmed.
async fn show(who: Allowed<HomeRead>, screen: Screen, Record(id): Record<PolicyId>) -> Result {
    let mut tx = who.begin().await?;
    let reading = match policies::reading(&mut tx, id).await {
        Ok(reading) => Some(reading),
        Err(store::Error::NotFound) => None,
        Err(e) => return Err(e.into()),
    };
    let keeper = match who.actor.may(PoliciesWrite::KEY) {
        true => Some(Keeper {
            standing: policies::find(&mut tx, id).await?,
            readers: policies::readers(&mut tx, id).await?,
            without_account: policies::without_account(&mut tx, id).await?,
        }),
        false => None,
    };
    let body = match (&keeper, &reading) {
        (Some(k), _) => &k.standing.policy.fields.body,
        (None, Some(r)) => &r.body,
        (None, None) => return Err(Error::NotFound),
    };
    let view = Show {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        today: tx.today(),
        moment: moment(&who),
        blocks: prose::read(body, str::to_owned),
        reading,
        keeper,
    };
    Ok(screen.show(&who, &view))
}

/// The version of the record that somebody looked at when they pressed the button.
#[derive(Deserialize)]
struct Seen {
    version: Version,
}

async fn publish(
    who: Allowed<PoliciesWrite>,
    screen: Screen,
    Record(id): Record<PolicyId>,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let mut tx = who.begin().await?;
    let number = policies::publish(&mut tx, id, seen.version).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("Version {number} is published. Whoever it is for is told now."));
    screen.done(paths::reading(who.slug(), id), toast).await
}

#[derive(Deserialize)]
struct Read {
    number: i32,
}

async fn confirm(
    who: Allowed<HomeRead>,
    screen: Screen,
    Record(id): Record<PolicyId>,
    Confirmed(read): Confirmed<Read>,
) -> Result {
    let mut tx = who.begin().await?;
    let reading = policies::confirm(&mut tx, id, read.number).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("You have confirmed “{}”.", reading.title));
    screen.done(paths::policies(who.slug()), toast).await
}

/// Tells those who have not confirmed yet, once a day at most.
async fn remind(
    who: Allowed<PoliciesWrite>,
    screen: Screen,
    Record(id): Record<PolicyId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let standing = policies::find(&mut tx, id).await?;
    let number = standing.policy.published.filter(|_| !standing.policy.archived).ok_or(Error::NotFound)?;
    let waiting = policies::waiting(&mut tx, id).await?;
    let key = format!("{id}/{number}/{}", tx.today());
    notifications::notify(&mut tx, &waiting, &jobs::announce::to_read(&standing.policy, key)).await?;
    tx.commit().await?;
    let toast = match waiting.len() {
        0 => "Everybody has confirmed it.".to_owned(),
        1 => "1 person was reminded.".to_owned(),
        n => format!("{n} people were reminded."),
    };
    screen.done(paths::reading(who.slug(), id), Toast::good(toast)).await
}

async fn archive(
    who: Allowed<PoliciesWrite>,
    screen: Screen,
    Record(id): Record<PolicyId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let title = policies::set_archived(&mut tx, id, true).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("“{title}” was archived.")).undo(paths::policy_restoral(who.slug(), id), &[]);
    screen.done(paths::policies(who.slug()), toast).await
}

async fn restore(
    who: Allowed<PoliciesWrite>,
    screen: Screen,
    Record(id): Record<PolicyId>,
    Confirmed(Nothing {}): Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let title = policies::set_archived(&mut tx, id, false).await?;
    tx.commit().await?;
    screen.done(paths::reading(who.slug(), id), Toast::good(format!("“{title}” is back."))).await
}

/// Policies, to the handlers of all nouns.
pub struct Policies;

impl Noun for Policies {
    type Id = PolicyId;
    type Record = Standing;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = PoliciesWrite;
    type Write = PoliciesWrite;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::POLICIES;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.title.clone()
    }

    fn name(standing: &Standing) -> String {
        standing.policy.fields.title.clone()
    }

    fn version(standing: &Standing) -> Version {
        standing.policy.version
    }

    fn draft(standing: &Standing) -> Draft {
        Draft::of(&standing.policy.fields)
    }

    async fn find(tx: &mut TenantTx, id: PolicyId) -> store::Result<Standing> {
        policies::find(tx, id).await
    }

    async fn add(tx: &mut TenantTx, id: PolicyId, fields: &Fields) -> store::Result<PolicyId> {
        policies::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: PolicyId, version: Version, fields: &Fields) -> store::Result<()> {
        policies::change(tx, id, version, fields).await
    }

    async fn edit(_: &Allowed<PoliciesWrite>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        let departments = places::list(tx, Place::Department).await?.into_iter().map(|p| p.name).collect();
        let locations = places::list(tx, Place::Location).await?.into_iter().map(|p| p.name).collect();
        Ok(Edit { entry, departments, locations })
    }
}
