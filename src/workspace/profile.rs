//! One's own profile: name, photo, zone.

use crate::web::{
    Allowed, Confirmed, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Upload, Valid,
    form::Nothing,
    picture::{self, Cut},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono_tz::Tz;
use domain::{Errors, PictureId, access::ProfileWrite, audit::Action, draft, language::Language, paths};
use serde_json::json;
use store::{accounts, audit, workspace::pictures};
use views::workspace::profile::Profile;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::PROFILE, show)
        .post(paths::PROFILE, change)
        .post(paths::PHOTO, bring_photo)
        .post(paths::PHOTO_REMOVAL, remove_photo)
        .get(paths::PICTURE, picture)
}

draft! {
    Draft { name, zone, language }
}

struct ProfileForm;

impl FormPage for ProfileForm {
    type Guard = Allowed<ProfileWrite>;
    type Draft = Draft;
    type Fields = (String, Option<Tz>, Language);

    fn parse(_: &Self::Guard, draft: &Draft) -> Result<Self::Fields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &draft.name, 100);
        let zone =
            e.optional("zone", &draft.zone, |z| z.parse::<Tz>().map_err(|_| "Choose a time zone from the list."));
        let language = e.take("language", Language::parse(&draft.language).ok_or("Choose a language from the list."));
        e.or((name, zone, language.unwrap_or(Language::English)))
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let view = Profile {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            member: who.actor.member.to_string(),
            photo: who.photo.clone(),
            own_name: who.actor.name.clone(),
            role: who.actor.role_name.clone(),
            workspace_zone: who.workspace.zone.name(),
            now: who.app().now(),
            name: sheet.draft.name,
            zone: sheet.draft.zone,
            language: sheet.draft.language,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn show(who: Allowed<ProfileWrite>, screen: Screen) -> Result {
    filled(&who, screen, Errors::default()).await
}

/// The form as it stands, and what is wrong with a picture.
async fn filled(who: &Allowed<ProfileWrite>, screen: Screen, errors: Errors) -> Result {
    let mut tx = who.identity().await?;
    let (zone, language) = accounts::tongue(&mut tx, who.actor.account).await?;
    drop(tx);
    let draft = Draft { name: who.actor.name.clone(), zone: zone.unwrap_or_default(), language };
    ProfileForm::page(who, Sheet { draft, ..Sheet::blank(screen, who.app()) }.with(errors)).await
}

async fn change(who: Allowed<ProfileWrite>, screen: Screen, form: Valid<ProfileForm>) -> Result {
    let (name, zone, language) = &form.fields;
    let mut tx = who.identity().await?;
    let (old_zone, old_language) = accounts::tongue(&mut tx, who.actor.account).await?;
    accounts::change_profile(&mut tx, who.actor.account, name, zone.map(|z| z.name()), *language).await?;
    let zone = zone.map(|z| z.name().to_owned());
    let mut changes = serde_json::Map::new();
    if old_zone != zone {
        changes.insert("zone".into(), json!([old_zone, zone]));
    }
    if old_language != language.key() {
        changes.insert("language".into(), json!([old_language, language.key()]));
    }
    if !changes.is_empty() {
        let address = who.caller.address.map(|a| a.to_string()).unwrap_or_default();
        let action = Action::ProfileChanged;
        audit::note_account(&mut tx, who.actor.account, &address, true, action, &changes.into()).await?;
    }
    tx.commit().await?;
    screen.done(paths::profile(who.slug()), Toast::good("Changes saved, in all your workspaces.")).await
}

async fn bring_photo(who: Allowed<ProfileWrite>, screen: Screen, upload: Upload) -> Result {
    let photo = match picture::read(upload, Cut::Square(256)).await {
        Ok(photo) => photo,
        Err(errors) => return filled(&who, screen, errors).await,
    };
    let mut tx = who.identity().await?;
    pictures::set_photo(&mut tx, who.actor.account, Some(&photo)).await?;
    tx.commit().await?;
    screen.done(paths::profile(who.slug()), Toast::good("Your photo is set.")).await
}

async fn remove_photo(who: Allowed<ProfileWrite>, screen: Screen, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.identity().await?;
    pictures::set_photo(&mut tx, who.actor.account, None).await?;
    tx.commit().await?;
    screen.done(paths::profile(who.slug()), Toast::good("Your photo is gone.")).await
}

/// A member's photo, or the workspace's logo; on the page as well that asks for the second factor first. Its address
/// changes with the picture, so it is kept for good.
async fn picture(who: Allowed<ProfileWrite>, Record(id): Record<PictureId>) -> Result<Response> {
    let mut tx = who.begin().await?;
    let (media_type, body) = pictures::find(&mut tx, id.0).await?;
    let media_type = if media_type == "image/png" { "image/png" } else { "image/jpeg" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
    ];
    Ok((headers, body).into_response())
}
