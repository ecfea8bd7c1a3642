//! Settings of custom fields: added, changed, put in order, archived and brought back.

use crate::web::{
    Allowed, Confirmed, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
    form::{Late, Nothing},
};
use domain::{
    CustomFieldId, Errors,
    access::SettingsWrite,
    custom_fields::{CustomField, Draft, Fields, Kind},
    import::Target,
    paths,
};
use serde::Deserialize;
use store::custom_fields;
use views::custom_fields::settings::{Edit, Index};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::CUSTOM_FIELDS, list)
        .get(paths::CUSTOM_FIELD_NEW, new)
        .post(paths::CUSTOM_FIELD_NEW, add)
        .get(paths::CUSTOM_FIELD, edit)
        .post(paths::CUSTOM_FIELD, change)
        .post(paths::CUSTOM_FIELD_MOVE, shift)
        .post(paths::CUSTOM_FIELD_ARCHIVAL, archive)
        .post(paths::CUSTOM_FIELD_RESTORAL, restore)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Of {
    noun: String,
}

async fn list(who: Allowed<SettingsWrite>, screen: Screen, Query(of): Query<Of>) -> Result {
    let noun = Target::parse(&of.noun).unwrap_or(Target::Employees);
    let fields = custom_fields::all(&mut who.begin().await?, noun).await?;
    let (slug, rights, csrf) = (who.slug().clone(), who.actor.rights, screen.csrf().to_owned());
    Ok(screen.show(&who, &Index { slug, rights, csrf, noun, fields }))
}

struct FieldForm;

impl FormPage for FieldForm {
    type Guard = Allowed<SettingsWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse()
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let stale = sheet.late == Some(Late::Stale);
        let sheet = sheet.told_if_sent();
        let editing = match sheet.id {
            Some(id) => {
                let field = custom_fields::find(&mut who.begin().await?, CustomFieldId(id)).await?;
                let version = if stale { field.version } else { sheet.version };
                Some((field, version))
            }
            None => None,
        };
        let view = Edit {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing,
            stale,
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn new(who: Allowed<SettingsWrite>, screen: Screen, Query(of): Query<Of>) -> Result {
    let draft = Draft { noun: of.noun, ..Draft::default() };
    FieldForm::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

async fn add(who: Allowed<SettingsWrite>, screen: Screen, form: Valid<FieldForm>) -> Result {
    let mut tx = who.begin().await?;
    let added = custom_fields::add(&mut tx, CustomFieldId(form.once), &form.fields).await;
    form.settle(tx, added).await?;
    let f = &form.fields;
    let many = f.noun.words().1;
    let stands = match f.kind {
        Kind::File => "Files are brought to it on the record",
        _ => "It stands in their form",
    };
    let toast = Toast::good(format!("{} is a field of {many}. {stands}, and among the columns of the list.", f.label));
    screen.done(back(&who, f.noun), toast).await
}

async fn edit(who: Allowed<SettingsWrite>, screen: Screen, Record(id): Record<CustomFieldId>) -> Result {
    let field = custom_fields::find(&mut who.begin().await?, id).await?;
    FieldForm::page(&who, Sheet::filled(screen, who.app(), id.0, field.version, Draft::of(&field))).await
}

async fn change(
    who: Allowed<SettingsWrite>,
    screen: Screen,
    Record(id): Record<CustomFieldId>,
    form: Valid<FieldForm>,
) -> Result {
    let mut tx = who.begin().await?;
    let changed = custom_fields::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(back(&who, form.fields.noun), Toast::good("Changes saved.")).await
}

#[derive(Deserialize)]
struct Moved {
    #[serde(default)]
    to: String,
}

async fn shift(
    who: Allowed<SettingsWrite>,
    screen: Screen,
    Record(id): Record<CustomFieldId>,
    Confirmed(moved): Confirmed<Moved>,
) -> Result {
    let mut tx = who.begin().await?;
    let field = custom_fields::shift(&mut tx, id, moved.to == "up").await?;
    tx.commit().await?;
    Ok(screen.go(back(&who, field.noun)))
}

async fn archive(
    who: Allowed<SettingsWrite>,
    screen: Screen,
    Record(id): Record<CustomFieldId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let CustomField { label, noun, .. } = custom_fields::archive(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{label} is archived. What records hold in it is kept."));
    screen.done(back(&who, noun), toast.undo(paths::custom_field_restoral(who.slug(), id), &[])).await
}

async fn restore(
    who: Allowed<SettingsWrite>,
    screen: Screen,
    Record(id): Record<CustomFieldId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let field = match custom_fields::restore(&mut tx, id).await {
        Ok(field) => field,
        Err(store::Error::Refused(errors)) => {
            let words: Vec<_> = errors.iter().map(|(_, words)| words).collect();
            return screen.done(paths::custom_fields(who.slug()), Toast::bad(words.join(" "))).await;
        }
        Err(e) => return Err(e.into()),
    };
    tx.commit().await?;
    screen.done(back(&who, field.noun), Toast::good(format!("{} is back, with all that it held.", field.label))).await
}

fn back(who: &Allowed<SettingsWrite>, noun: Target) -> String {
    format!("{}?noun={}", paths::custom_fields(who.slug()), noun.key())
}
