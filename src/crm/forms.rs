//! Public forms by which leads come in: their settings. What anybody may do with one is in [`public`].

mod gate;
mod program;
mod public;

use crate::web::{Allowed, Confirmed, Noun, Record, Result, Routes, Screen, Toast, form::Nothing, noun};
use domain::{
    Conventions, Errors, LeadFormId,
    access::LeadsSettings,
    crm::leads::forms::{Draft, FIELDS, Fields, Form, WORDS},
    draft::Field,
    paths,
    text::Words,
};
use store::{TenantTx, Version, crm::leads::forms, workspace::members};
use views::{
    crm::forms::{Edit, Index, Part, Show},
    form::Entry,
};

pub fn routes(r: Routes) -> Routes {
    type N = Forms;
    let r = public::routes(r);
    r.get(paths::LEAD_FORMS, list)
        .get(paths::LEAD_FORM_NEW, noun::new::<N>)
        .post(paths::LEAD_FORM_NEW, noun::add::<N>)
        .get(paths::LEAD_FORM, show)
        .get(paths::LEAD_FORM_LOG, log)
        .get(paths::LEAD_FORM_EDIT, noun::edit::<N>)
        .post(paths::LEAD_FORM_EDIT, noun::change::<N>)
        .post(paths::LEAD_FORM_KEY, renew_key)
        .post(paths::LEAD_FORM_ARCHIVAL, archive)
        .post(paths::LEAD_FORM_RESTORAL, restore)
}

type Setter = Allowed<LeadsSettings>;

/// Sendings and counts that a log shows.
const LOGGED: i64 = 100;

async fn list(who: Setter, screen: Screen) -> Result {
    let forms = forms::list(&mut who.begin().await?).await?;
    Ok(screen.show(&who, &Index { slug: who.slug().clone(), rights: who.actor.rights, forms }))
}

async fn show(who: Setter, screen: Screen, Record(id): Record<LeadFormId>) -> Result {
    let mut tx = who.begin().await?;
    let form = forms::find(&mut tx, id).await?;
    page(&who, &screen, &mut tx, form, Part::Overview).await
}

async fn log(who: Setter, screen: Screen, Record(id): Record<LeadFormId>) -> Result {
    let mut tx = who.begin().await?;
    let form = forms::find(&mut tx, id).await?;
    let captures = forms::of_form(&mut tx, id, LOGGED).await?;
    let mut dropped = forms::dropped(&mut tx, id, LOGGED).await?;
    let waiting = gate::Gate::of(who.app(), who.slug(), &form.fields.key).waiting().await;
    let incomplete = waiting.is_err();
    gate::add(&mut dropped, waiting.unwrap_or_default(), tx.now());
    page(&who, &screen, &mut tx, form, Part::Log { captures, dropped, incomplete }).await
}

async fn page(who: &Setter, screen: &Screen, tx: &mut TenantTx, form: Form, part: Part) -> Result {
    let members = members::choices(tx).await?;
    let owner = members.into_iter().find(|m| form.fields.owner == Some(m.id)).map(|m| m.name);
    let view = Show {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        key: (form.round > 0).then(|| program::token(who.app().seal(), who.actor.tenant, &form)),
        url: format!("{}{}", who.app().config().public_url, paths::public_form(who.slug(), &form.fields.key)),
        form,
        owner,
        part,
        now: tx.now(),
        zone: who.zone,
    };
    Ok(screen.show(who, &view))
}

async fn renew_key(who: Setter, screen: Screen, Record(id): Record<LeadFormId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    forms::renew_key(&mut tx, id).await?;
    tx.commit().await?;
    screen
        .done(paths::lead_form(who.slug(), id), Toast::good("This is the key; one before it opens nothing now."))
        .await
}

async fn archive(who: Setter, screen: Screen, Record(id): Record<LeadFormId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = forms::set_archived(&mut tx, id, true).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{name} is closed.")).undo(paths::lead_form_restoral(who.slug(), id), &[]);
    screen.done(paths::lead_form(who.slug(), id), toast).await
}

async fn restore(who: Setter, screen: Screen, Record(id): Record<LeadFormId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = forms::set_archived(&mut tx, id, false).await?;
    tx.commit().await?;
    screen.done(paths::lead_form(who.slug(), id), Toast::good(format!("{name} is open."))).await
}

/// Forms, to the handlers of all nouns.
pub struct Forms;

impl Noun for Forms {
    type Id = LeadFormId;
    type Record = Form;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = LeadsSettings;
    type Write = LeadsSettings;

    const WORDS: Words = WORDS;
    const LIST: &'static str = paths::LEAD_FORMS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, _: &Conventions) -> (Fields, Errors) {
        draft.read()
    }

    fn called(fields: &Fields) -> String {
        fields.name.clone()
    }

    fn name(form: &Form) -> String {
        form.fields.name.clone()
    }

    fn version(form: &Form) -> Version {
        form.version
    }

    fn draft(form: &Form) -> Draft {
        Draft::of(&form.fields)
    }

    async fn find(tx: &mut TenantTx, id: LeadFormId) -> store::Result<Form> {
        forms::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: LeadFormId, fields: &Fields) -> store::Result<Errors> {
        forms::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: LeadFormId, fields: &Fields) -> store::Result<LeadFormId> {
        forms::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: LeadFormId, version: Version, fields: &Fields) -> store::Result<()> {
        forms::change(tx, id, version, fields).await
    }

    async fn edit(who: &Setter, tx: &mut TenantTx, mut entry: Entry<Draft>) -> Result<Edit> {
        if entry.editing.is_none() && entry.errors.is_empty() && entry.draft == Draft::default() {
            entry.draft = Draft::usual();
        }
        Ok(Edit { entry, members: members::choices(tx).await?, base: paths::public_form(who.slug(), "") })
    }
}
