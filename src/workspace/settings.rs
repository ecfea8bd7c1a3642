//! A workspace's settings: general, working time, security policy, and the danger zone.

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Result, Routes, Screen, Sheet, Toast, Upload, Valid,
        form::{Late, Nothing, json},
        picture::{self, Cut},
    },
    workspace::activity,
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    CalendarId, Errors,
    access::{Permission, ProfileWrite, SecurityWrite, SettingsWrite, WorkspaceOwn},
    colour::Colour,
    draft,
    draft::{Answers, Field, merge},
    paths,
    workspace::settings::{
        DAYS, GENERAL_FIELDS, General, GeneralFields, POLICY_FIELDS, Policy, PolicyFields, WORKING_TIME_FIELDS,
        WorkingTime, WorkingTimeFields,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use store::{
    TenantTx, Version,
    workspace::{holidays, members, pictures, settings},
};
use views::{
    ui::Conflict,
    workspace::settings::{Calendar, Danger, General as GeneralView, Policy as PolicyView},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::SETTINGS, first)
        .get(paths::GENERAL, general)
        .post(paths::GENERAL, change_general)
        .post(paths::LOGO, bring_logo)
        .post(paths::LOGO_REMOVAL, remove_logo)
        .get(paths::THEME, theme)
        .get(paths::CALENDAR, calendar)
        .post(paths::CALENDAR, change_working_time)
        .post(paths::HOLIDAY_CALENDARS, add_calendar)
        .get(paths::POLICY, policy)
        .post(paths::POLICY, change_policy)
        .get(paths::DANGER, danger)
}

/// To the first subject, which is everybody's.
async fn first(who: Allowed<ProfileWrite>, screen: Screen) -> Result {
    Ok(screen.go(paths::profile(who.slug())))
}

// ── general ──────────────────────────────────────────────────────────────────────────────────────────────────────

struct GeneralForm;

impl FormPage for GeneralForm {
    type Guard = Allowed<SettingsWrite>;
    type Draft = General;
    type Fields = GeneralFields;

    fn parse(_: &Self::Guard, draft: &General) -> Result<GeneralFields, Errors> {
        draft.parse()
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<General>) -> Result {
        let mut tx = who.begin().await?;
        let now = settings::find(&mut tx).await?;
        let conflict = stale(&mut tx, who, &mut sheet, GENERAL_FIELDS, now.version, &now.general).await?;
        let view = GeneralView {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            version: sheet.version,
            was: sheet.was,
            logo: now.logo,
            tenant: who.actor.tenant.to_string(),
            draft: sheet.draft,
            errors: sheet.errors,
            conflict,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn general(who: Allowed<SettingsWrite>, screen: Screen) -> Result {
    filled(&who, screen, Errors::default()).await
}

/// The form as it stands, and what is wrong with a picture.
async fn filled(who: &Allowed<SettingsWrite>, screen: Screen, errors: Errors) -> Result {
    let mut tx = who.begin().await?;
    let now = settings::find(&mut tx).await?;
    drop(tx);
    let sheet = Sheet::filled(screen, who.app(), who.actor.tenant.0, now.version, now.general);
    GeneralForm::page(who, sheet.with(errors)).await
}

async fn change_general(who: Allowed<SettingsWrite>, screen: Screen, form: Valid<GeneralForm>) -> Result {
    let mut tx = who.begin().await?;
    let changed = settings::change_general(&mut tx, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    let toast = match form.fields.accent.filter(|c| c.is_corrected()) {
        Some(_) => "Changes saved. The colour is too light for white words: a darker shade of it is used.",
        None => "Changes saved.",
    };
    screen.done(paths::general(who.slug()), Toast::good(toast)).await
}

async fn bring_logo(who: Allowed<SettingsWrite>, screen: Screen, upload: Upload) -> Result {
    let logo = match picture::read(upload, Cut::Whole(256)).await {
        Ok(logo) => logo,
        Err(errors) => return filled(&who, screen, errors).await,
    };
    let mut tx = who.begin().await?;
    pictures::set_logo(&mut tx, Some(&logo)).await?;
    tx.commit().await?;
    screen.done(paths::general(who.slug()), Toast::good("The logo is set.")).await
}

async fn remove_logo(who: Allowed<SettingsWrite>, screen: Screen, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    pictures::set_logo(&mut tx, None).await?;
    tx.commit().await?;
    screen.done(paths::general(who.slug()), Toast::good("The logo is gone.")).await
}

/// The workspace's colours. Its address changes with the colour, so it is kept for good.
async fn theme(who: Allowed<ProfileWrite>) -> Result<Response> {
    let css = who.workspace.accent.as_deref().and_then(|a| Colour::parse(a).ok()).map(Colour::stylesheet);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
    ];
    Ok((headers, css.unwrap_or_default()).into_response())
}

/// Of a form that came too late: takes over what only somebody else has changed meanwhile, and gives what both did, with
/// both versions. The settings have one version, whatever page of them was changed.
async fn stale<P: Permission, D: Answers + Serialize + DeserializeOwned>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    sheet: &mut Sheet<D>,
    fields: &'static [Field],
    version: Version,
    now: &D,
) -> Result<Option<Conflict>> {
    if sheet.late != Some(Late::Stale) {
        return Ok(None);
    }
    let was = serde_json::from_str::<D>(&sheet.was).ok();
    let mut clashes = merge(fields, was.as_ref(), &mut sheet.draft, now);
    // What is ticked or not, in words.
    for clash in clashes.iter_mut().filter(|c| c.key == "second_factor" || DAYS.iter().any(|(d, _)| *d == c.key)) {
        for side in [&mut clash.yours, &mut clash.theirs] {
            *side = if side.is_empty() { "no" } else { "yes" }.into();
        }
    }
    let told = activity::conflict(tx, who, who.actor.tenant.0, clashes).await?;
    for differs in &told.fields {
        sheet.errors.add(differs.field, told.beside(differs));
    }
    (sheet.version, sheet.was) = (version, json(now));
    Ok(Some(told))
}

// ── working time ─────────────────────────────────────────────────────────────────────────────────────────────────

struct WorkingTimeForm;

impl FormPage for WorkingTimeForm {
    type Guard = Allowed<SettingsWrite>;
    type Draft = WorkingTime;
    type Fields = WorkingTimeFields;

    fn parse(_: &Self::Guard, draft: &WorkingTime) -> Result<WorkingTimeFields, Errors> {
        draft.parse()
    }

    async fn page(who: &Self::Guard, sheet: Sheet<WorkingTime>) -> Result {
        calendar_page(who, sheet, String::new(), Errors::default()).await
    }
}

/// The page of the working time and of the calendars, the name of a new one among them.
async fn calendar_page(
    who: &Allowed<SettingsWrite>,
    mut sheet: Sheet<WorkingTime>,
    name: String,
    name_errors: Errors,
) -> Result {
    let mut tx = who.begin().await?;
    let conflict = match sheet.late {
        Some(Late::Stale) => {
            let now = settings::find(&mut tx).await?;
            stale(&mut tx, who, &mut sheet, WORKING_TIME_FIELDS, now.version, &now.working_time).await?
        }
        _ => None,
    };
    let view = Calendar {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: sheet.screen.csrf().to_owned(),
        version: sheet.version,
        was: sheet.was,
        conflict,
        calendars: holidays::calendars(&mut tx).await?,
        draft: sheet.draft,
        errors: sheet.errors,
        once: sheet.once.to_string(),
        name,
        name_errors,
    };
    Ok(sheet.screen.show_as(sheet.status, who, &view))
}

/// As it stands, whatever form on it is asked for.
async fn calendar_now(who: &Allowed<SettingsWrite>, screen: Screen) -> Result<Sheet<WorkingTime>> {
    let mut tx = who.begin().await?;
    let now = settings::find(&mut tx).await?;
    Ok(Sheet::filled(screen, who.app(), who.actor.tenant.0, now.version, now.working_time))
}

async fn calendar(who: Allowed<SettingsWrite>, screen: Screen) -> Result {
    let sheet = calendar_now(&who, screen).await?;
    WorkingTimeForm::page(&who, sheet).await
}

draft! {
    NewCalendar { name }
}

struct CalendarForm;

impl FormPage for CalendarForm {
    type Guard = Allowed<SettingsWrite>;
    type Draft = NewCalendar;
    type Fields = String;

    fn parse(_: &Self::Guard, draft: &NewCalendar) -> Result<String, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &draft.name, 60);
        e.or(name)
    }

    async fn page(who: &Self::Guard, sheet: Sheet<NewCalendar>) -> Result {
        let sheet = sheet.told_if_sent();
        let now = calendar_now(who, sheet.screen).await?;
        let now = Sheet { status: sheet.status, once: sheet.once, ..now };
        calendar_page(who, now, sheet.draft.name, sheet.errors).await
    }
}

async fn add_calendar(who: Allowed<SettingsWrite>, screen: Screen, form: Valid<CalendarForm>) -> Result {
    let id = CalendarId(form.once);
    let mut tx = who.begin().await?;
    let added = holidays::add_calendar(&mut tx, id, &form.fields).await;
    form.settle(tx, added).await?;
    let toast = Toast::good(format!("The calendar {} is there. Now its days.", form.fields));
    screen.done(paths::holiday_calendar(who.slug(), id), toast).await
}

async fn change_working_time(who: Allowed<SettingsWrite>, screen: Screen, form: Valid<WorkingTimeForm>) -> Result {
    let mut tx = who.begin().await?;
    let changed = settings::change_working_time(&mut tx, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(paths::calendar(who.slug()), Toast::good("Changes saved.")).await
}

// ── policy and danger ────────────────────────────────────────────────────────────────────────────────────────────

struct PolicyForm;

impl FormPage for PolicyForm {
    type Guard = Allowed<SecurityWrite>;
    type Draft = Policy;
    type Fields = PolicyFields;

    fn parse(who: &Self::Guard, draft: &Policy) -> Result<PolicyFields, Errors> {
        let fields = draft.parse()?;
        if fields.second_factor && !who.second_factor {
            return Err(Errors::one("second_factor", "Set up your own second factor first, or you lock yourself out."));
        }
        Ok(fields)
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<Policy>) -> Result {
        let mut tx = who.begin().await?;
        let conflict = match sheet.late {
            Some(Late::Stale) => {
                let now = settings::find(&mut tx).await?;
                stale(&mut tx, who, &mut sheet, POLICY_FIELDS, now.version, &now.policy).await?
            }
            _ => None,
        };
        let view = PolicyView {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            version: sheet.version,
            was: sheet.was,
            conflict,
            own_factor: who.second_factor,
            members: members::count(&mut tx).await?,
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn policy(who: Allowed<SecurityWrite>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let now = settings::find(&mut tx).await?;
    drop(tx);
    PolicyForm::page(&who, Sheet::filled(screen, who.app(), who.actor.tenant.0, now.version, now.policy)).await
}

async fn change_policy(who: Allowed<SecurityWrite>, screen: Screen, form: Valid<PolicyForm>) -> Result {
    let mut tx = who.begin().await?;
    let changed = settings::change_policy(&mut tx, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen
        .done(paths::policy(who.slug()), Toast::good("The policy holds from now on, for everybody who is signed in."))
        .await
}

async fn danger(who: Allowed<WorkspaceOwn>, screen: Screen) -> Result {
    let view = Danger { slug: who.slug().clone(), rights: who.actor.rights, company: who.workspace.name.clone() };
    Ok(screen.show(&who, &view))
}
