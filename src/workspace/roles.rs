//! Roles: what there is, what each may do, and making one's own.

use crate::web::{
    Allowed, Confirmed, Error, FormPage, Noun, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
    form::Nothing,
    noun::{self, Form},
};
use axum::extract::RawPathParams;
use domain::{
    Conventions, Errors, RoleId,
    access::{Permission, Role, RolesRead, RolesWrite},
    draft::Field,
    paths,
    text::Words,
    workspace::roles::{Draft, FIELDS, Fields, WORDS, changes},
};
use serde::Deserialize;
use store::{
    TenantTx, Version,
    workspace::roles::{self, Custom},
};
use views::{
    form::Entry,
    workspace::roles::{Edit, Index, Review, Show},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::ROLES, list)
        .get(paths::ROLE_NEW, new)
        .post(paths::ROLE_NEW, noun::add::<Roles>)
        .get(paths::ROLE, show)
        .get(paths::ROLE_EDIT, noun::edit::<Roles>)
        .post(paths::ROLE_EDIT, change)
        .post(paths::ROLE_REMOVAL, remove)
}

/// Holders of a role that are named.
const NAMED: i64 = 20;

async fn list(who: Allowed<RolesRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let held = roles::counts(&mut tx).await?;
    let offices = roles::offices(&mut tx).await?;
    let count = |role: Role| held.iter().find(|(r, _)| *r == role).map_or(0, |(_, n)| *n);
    let offices = offices.into_iter().map(|o| (count(o.role), o)).map(|(n, o)| (o, n)).collect();
    Ok(screen.show(&who, &Index { slug: who.slug().clone(), rights: who.actor.rights, offices }))
}

/// A built-in role has its key in the path, a workspace's own its id.
async fn show(who: Allowed<RolesRead>, screen: Screen, params: RawPathParams) -> Result {
    let value = params.iter().find(|(name, _)| *name == "id").map(|(_, value)| value);
    let role = value.and_then(Role::parse).ok_or(Error::NotFound)?;
    let mut tx = who.begin().await?;
    let office = roles::office(&mut tx, role).await?;
    let (holders, held) = roles::holders(&mut tx, role, NAMED).await?;
    let may_change =
        matches!(role, Role::Custom(_)) && who.actor.may(RolesWrite::KEY) && who.actor.may_grant(&office.rights);
    let (slug, csrf, rights) = (who.slug().clone(), screen.csrf().to_owned(), who.actor.rights);
    Ok(screen.show(&who, &Show { slug, rights, csrf, office, holders, held, may_change }))
}

/// The role to begin with.
#[derive(Deserialize, Default)]
#[serde(default)]
struct From {
    from: String,
}

async fn new(who: Allowed<RolesWrite>, screen: Screen, Query(From { from }): Query<From>) -> Result {
    let mut draft = Draft::default();
    if let Some(role) = Role::parse(&from) {
        let mut tx = who.begin().await?;
        let mut office = roles::office(&mut tx, role).await?;
        let offered = office.rights;
        // Nobody makes a role that does more than they may.
        for (right, scope) in offered.iter() {
            office.rights.grant(right.key, scope.min(who.actor.rights.scope(right.key)));
        }
        draft = Draft { name: String::new(), ..Draft::of(&office) };
    }
    let sheet = Sheet { draft, ..Sheet::blank(screen, who.app()) };
    Form::<Roles>::page(&who, sheet).await
}

/// Saves a role when it has been seen who gains and loses what; where nobody does, at once.
async fn change(
    who: Allowed<RolesWrite>,
    screen: Screen,
    Record(id): Record<RoleId>,
    form: Valid<Form<Roles>>,
) -> Result {
    match form.draft.reviewed.as_str() {
        "yes" => return noun::change::<Roles>(who, screen, Record(id), form).await,
        "back" => return form.reopen().await,
        _ => {}
    }
    let mut tx = who.begin().await?;
    let before = roles::find(&mut tx, id).await?;
    let changes = changes(&before.office.rights, &form.fields.rights);
    let (holders, held) = roles::holders(&mut tx, Role::Custom(id), NAMED).await?;
    drop(tx);
    if changes.is_empty() || held == 0 || before.version != form.version {
        return noun::change::<Roles>(who, screen, Record(id), form).await;
    }
    let review = Review {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        id: id.to_string(),
        version: form.version,
        once: form.once.to_string(),
        was: form.was().to_owned(),
        draft: form.draft.clone(),
        changes,
        holders,
        held,
    };
    Ok(screen.show(&who, &review))
}

async fn remove(who: Allowed<RolesWrite>, screen: Screen, Record(id): Record<RoleId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = roles::remove(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::roles(who.slug()), Toast::good(format!("The role {name} was deleted."))).await
}

/// A workspace's own roles, to the handlers of all nouns.
pub struct Roles;

impl Noun for Roles {
    type Id = RoleId;
    type Record = Custom;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = RolesRead;
    type Write = RolesWrite;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::ROLES;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, _: &Conventions) -> (Fields, Errors) {
        draft.read()
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(role: &Custom) -> String {
        role.office.name.clone()
    }

    fn version(role: &Custom) -> Version {
        role.version
    }

    fn draft(role: &Custom) -> Draft {
        Draft::of(&role.office)
    }

    async fn find(tx: &mut TenantTx, id: RoleId) -> store::Result<Custom> {
        roles::find(tx, id).await
    }

    async fn add(tx: &mut TenantTx, id: RoleId, fields: &Fields) -> store::Result<RoleId> {
        roles::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: RoleId, version: Version, fields: &Fields) -> store::Result<()> {
        roles::change(tx, id, version, fields).await
    }

    async fn edit(who: &Allowed<RolesWrite>, _: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        Ok(Edit { entry, rights: who.actor.rights })
    }
}
