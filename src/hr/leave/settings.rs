//! What HR sets about time off.

use crate::web::{
    Allowed, Confirmed, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid,
    form::{Late, Nothing},
};
use axum::http::StatusCode;
use domain::{
    Errors, LeavePolicyId, LeaveRuleId, LeaveTypeId,
    access::LeaveSettings,
    hr::leave::forms::{BlackoutDraft, BlackoutFields, CoverDraft, PolicyDraft, PolicyFields, TypeDraft, TypeFields},
    paths,
    workspace::places::Kind,
};
use serde::Deserialize;
use store::{
    hr::{
        employees,
        leave::{self, patterns, policies, rules},
    },
    workspace::places,
};
use uuid::Uuid;
use views::hr::leave::{
    policies::Edit,
    settings::{EditType, Overview, Wrong},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::LEAVE_SETTINGS, overview)
        .get(paths::LEAVE_TYPE_NEW, new_type)
        .post(paths::LEAVE_TYPE_NEW, add_type)
        .post(paths::LEAVE_TYPES_USUAL, add_usual)
        .get(paths::LEAVE_TYPE, edit_type)
        .post(paths::LEAVE_TYPE, change_type)
        .post(paths::LEAVE_TYPE_RETIREMENT, retire_type)
        .get(paths::LEAVE_POLICY_NEW, new_policy)
        .post(paths::LEAVE_POLICY_NEW, add_policy)
        .get(paths::LEAVE_POLICY, edit_policy)
        .post(paths::LEAVE_POLICY, amend_policy)
        .post(paths::LEAVE_BLACKOUTS, add_blackout)
        .post(paths::LEAVE_BLACKOUT_REMOVAL, remove_blackout)
        .post(paths::LEAVE_COVERS, add_cover)
        .post(paths::LEAVE_COVER_REMOVAL, remove_cover)
}

type Hr = Allowed<LeaveSettings>;

async fn overview(who: Hr, screen: Screen) -> Result {
    page(&who, &screen, StatusCode::OK, None, Default::default()).await
}

/// What was typed into one of the page's two forms.
#[derive(Default)]
struct Typed {
    blackout: BlackoutDraft,
    cover: CoverDraft,
    errors: Errors,
    once: Option<Uuid>,
}

async fn page(who: &Hr, screen: &Screen, status: StatusCode, wrong: Option<Wrong>, typed: Typed) -> Result {
    let mut tx = who.begin().await?;
    let today = tx.today();
    let view = Overview {
        slug: who.slug().clone(),
        rights: who.actor.rights,
        csrf: screen.csrf().to_owned(),
        once: typed.once.unwrap_or_else(|| who.app().id::<LeaveRuleId>().0).to_string(),
        types: leave::types(&mut tx).await?,
        policies: policies::list(&mut tx).await?,
        usual: patterns::usual(&mut tx).await?,
        today,
        blackouts: rules::blackouts(&mut tx, today)
            .await?
            .into_iter()
            .map(|b| (b.id, b.name, b.from, b.to, b.department))
            .collect(),
        covers: rules::covers(&mut tx).await?.into_iter().map(|c| (c.id, c.department, c.least, c.people)).collect(),
        departments: employees::departments(&mut tx).await?,
        blackout: typed.blackout,
        cover: typed.cover,
        wrong,
        errors: typed.errors,
    };
    Ok(screen.show_as(status, who, &view))
}

async fn add_usual(who: Hr, screen: Screen, Confirmed(Nothing {}): Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let added = leave::add_usual(&mut tx).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{added} kinds were added. Say next, by a policy, how much of each people have."));
    screen.done(paths::leave_settings(who.slug()), toast).await
}

struct TypeForm;

impl FormPage for TypeForm {
    type Guard = Hr;
    type Draft = TypeDraft;
    type Fields = TypeFields;

    fn parse(_: &Hr, draft: &TypeDraft) -> Result<TypeFields, Errors> {
        draft.read()
    }

    async fn page(who: &Hr, sheet: Sheet<TypeDraft>) -> Result {
        let sheet = sheet.told_if_sent();
        let (mut editing, stale) = (None, sheet.late == Some(Late::Stale));
        if let Some(id) = sheet.id {
            let kind = leave::find_type(&mut who.begin().await?, LeaveTypeId(id)).await?;
            // Having seen theirs, who saves again means it.
            let version = if stale { kind.version } else { sheet.version };
            editing = Some((kind, version));
        }
        let view = EditType {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing,
            draft: sheet.draft,
            errors: sheet.errors,
            stale,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn new_type(who: Hr, screen: Screen) -> Result {
    let draft = TypeDraft {
        unit: "days".into(),
        colour: "blue".into(),
        paid: "on".into(),
        limited: "on".into(),
        steps: "manager".into(),
        patience: "5".into(),
        ..TypeDraft::default()
    };
    TypeForm::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

async fn add_type(who: Hr, screen: Screen, form: Valid<TypeForm>) -> Result {
    let mut tx = who.begin().await?;
    let added = leave::add_type(&mut tx, LeaveTypeId(form.once), &form.fields).await;
    form.settle(tx, added).await?;
    let toast = Toast::good(format!("{} is there.", form.fields.name));
    let toast = match form.fields.limited {
        true => {
            toast.link("Add a policy for it", format!("{}?kind={}", paths::leave_policy_new(who.slug()), form.once))
        }
        false => toast,
    };
    screen.done(paths::leave_settings(who.slug()), toast).await
}

async fn edit_type(who: Hr, screen: Screen, Record(id): Record<LeaveTypeId>) -> Result {
    let kind = leave::find_type(&mut who.begin().await?, id).await?;
    TypeForm::page(&who, Sheet::filled(screen, who.app(), id.0, kind.version, TypeDraft::of(&kind))).await
}

async fn change_type(who: Hr, screen: Screen, Record(id): Record<LeaveTypeId>, form: Valid<TypeForm>) -> Result {
    let mut tx = who.begin().await?;
    let changed = leave::change_type(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(paths::leave_settings(who.slug()), Toast::good("Changes saved.")).await
}

#[derive(Deserialize)]
struct Retired {
    #[serde(default)]
    retired: String,
}

async fn retire_type(
    who: Hr,
    screen: Screen,
    Record(id): Record<LeaveTypeId>,
    Confirmed(form): Confirmed<Retired>,
) -> Result {
    let retired = !form.retired.is_empty();
    let mut tx = who.begin().await?;
    let kind = leave::retire_type(&mut tx, id, retired).await?;
    tx.commit().await?;
    let words = match retired {
        true => format!("Nobody asks for {} any more. What there is of it stays.", kind.name),
        false => format!("{} can be asked for again.", kind.name),
    };
    let fields = [("retired", if retired { String::new() } else { "on".into() })];
    let toast = Toast::good(words).undo(paths::leave_type_retirement(who.slug(), id), &fields);
    screen.done(paths::leave_settings(who.slug()), toast).await
}

struct PolicyForm;

impl FormPage for PolicyForm {
    type Guard = Hr;
    type Draft = PolicyDraft;
    type Fields = PolicyFields;

    fn parse(who: &Hr, draft: &PolicyDraft) -> Result<PolicyFields, Errors> {
        draft.read(who.workspace.dates)
    }

    async fn page(who: &Hr, sheet: Sheet<PolicyDraft>) -> Result {
        let sheet = sheet.told_if_sent();
        let mut tx = who.begin().await?;
        let (mut editing, stale) = (None, sheet.late == Some(Late::Stale));
        if let Some(id) = sheet.id {
            let policy = policies::find(&mut tx, LeavePolicyId(id)).await?;
            let version = if stale { policy.version } else { sheet.version };
            editing = Some((policy, version));
        }
        let view = Edit {
            slug: who.slug().clone(),
            rights: who.actor.rights,
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing,
            types: leave::types(&mut tx).await?,
            locations: places::list(&mut tx, Kind::Location).await?.into_iter().map(|p| p.name).collect(),
            today: tx.today(),
            draft: sheet.draft,
            errors: sheet.errors,
            stale,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Of {
    kind: String,
}

async fn new_policy(who: Hr, screen: Screen, crate::web::Query(of): crate::web::Query<Of>) -> Result {
    let today = who.begin().await?.today();
    let year = domain::Day::new(today.year(), 1, 1).unwrap_or(today);
    let draft = PolicyDraft {
        kind: of.kind,
        year_month: "1".into(),
        year_day: "1".into(),
        audience: "everybody".into(),
        from: year.to_string(),
        annual: "25".into(),
        by_fte: "on".into(),
        carry: "some".into(),
        carry_limit: "5".into(),
        carry_months: "3".into(),
        ..PolicyDraft::default()
    };
    PolicyForm::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

async fn add_policy(who: Hr, screen: Screen, form: Valid<PolicyForm>) -> Result {
    let mut tx = who.begin().await?;
    let added = policies::add(&mut tx, LeavePolicyId(form.once), &form.fields).await;
    form.settle(tx, added).await?;
    let toast = Toast::good(format!("{} is there. What is due of it is written within the hour.", form.fields.name));
    screen.done(paths::leave_settings(who.slug()), toast).await
}

async fn edit_policy(who: Hr, screen: Screen, Record(id): Record<LeavePolicyId>) -> Result {
    let mut tx = who.begin().await?;
    let policy = policies::find(&mut tx, id).await?;
    let last = policy.versions.last().map_or(tx.today(), |v| v.from);
    let draft = PolicyDraft::of(&policy, tx.today().max(last));
    drop(tx);
    PolicyForm::page(&who, Sheet::filled(screen, who.app(), id.0, policy.version, draft)).await
}

async fn amend_policy(who: Hr, screen: Screen, Record(id): Record<LeavePolicyId>, form: Valid<PolicyForm>) -> Result {
    let mut tx = who.begin().await?;
    let amended = policies::amend(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, amended).await?;
    screen.done(paths::leave_policy(who.slug(), id), Toast::good("Saved. What was given before stays as it is.")).await
}

struct BlackoutForm;

impl FormPage for BlackoutForm {
    type Guard = Hr;
    type Draft = BlackoutDraft;
    type Fields = BlackoutFields;

    fn parse(who: &Hr, draft: &BlackoutDraft) -> Result<BlackoutFields, Errors> {
        draft.read(who.workspace.dates)
    }

    async fn page(who: &Hr, sheet: Sheet<BlackoutDraft>) -> Result {
        let sheet = sheet.told_if_sent();
        let typed = Typed { blackout: sheet.draft, errors: sheet.errors, once: Some(sheet.once), ..Typed::default() };
        page(who, &sheet.screen, sheet.status, Some(Wrong::Blackout), typed).await
    }
}

async fn add_blackout(who: Hr, screen: Screen, form: Valid<BlackoutForm>) -> Result {
    let mut tx = who.begin().await?;
    let added = rules::add_blackout(&mut tx, LeaveRuleId(form.once), &form.fields).await;
    form.settle(tx, added).await?;
    screen.done(paths::leave_settings(who.slug()), Toast::good("No leave is given on these days.")).await
}

async fn remove_blackout(who: Hr, screen: Screen, Record(id): Record<LeaveRuleId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let name = rules::remove_blackout(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::leave_settings(who.slug()), Toast::good(format!("{name} is gone."))).await
}

struct CoverForm;

impl FormPage for CoverForm {
    type Guard = Hr;
    type Draft = CoverDraft;
    type Fields = (String, i32);

    fn parse(_: &Hr, draft: &CoverDraft) -> Result<(String, i32), Errors> {
        draft.read()
    }

    async fn page(who: &Hr, sheet: Sheet<CoverDraft>) -> Result {
        let sheet = sheet.told_if_sent();
        let typed = Typed { cover: sheet.draft, errors: sheet.errors, once: Some(sheet.once), ..Typed::default() };
        page(who, &sheet.screen, sheet.status, Some(Wrong::Cover), typed).await
    }
}

async fn add_cover(who: Hr, screen: Screen, form: Valid<CoverForm>) -> Result {
    let (department, least) = &form.fields;
    let mut tx = who.begin().await?;
    let added = rules::add_cover(&mut tx, LeaveRuleId(form.once), (department, *least)).await;
    form.settle(tx, added).await?;
    screen.done(paths::leave_settings(who.slug()), Toast::good(format!("{department} is covered."))).await
}

async fn remove_cover(who: Hr, screen: Screen, Record(id): Record<LeaveRuleId>, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    let department = rules::remove_cover(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::leave_settings(who.slug()), Toast::good(format!("{department} may all be away."))).await
}
