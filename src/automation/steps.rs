//! Steps: added, edited, moved, copied, taken out and put back.

use super::{
    at,
    builder::{Card, builder, filled, save},
    workflows::Seen,
};
use crate::web::{Allowed, Confirmed, Error, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid};
use axum::{extract::RawPathParams, http::StatusCode};
use domain::{
    Errors, WorkflowId,
    access::AutomationWrite,
    automation::{
        MOST_OFFERED,
        edit::{self, Place},
        forms,
        steps::{Action, Step, find},
        typed::{Rows, Typed},
    },
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    automation::{people, workflows},
};
use views::automation::steps::{Edit, Kinds};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WORKFLOW_STEP_NEW, new)
        .post(paths::WORKFLOW_STEP_NEW, add)
        .post(paths::WORKFLOW_STEP_RETURN, put_back)
        .get(paths::WORKFLOW_STEP, edit)
        .post(paths::WORKFLOW_STEP, change)
        .post(paths::WORKFLOW_STEP_MOVE, shift)
        .post(paths::WORKFLOW_STEP_COPY, copy)
        .post(paths::WORKFLOW_STEP_REMOVAL, remove)
}

struct StepForm;

impl FormPage for StepForm {
    type Guard = Allowed<AutomationWrite>;
    type Draft = Typed;
    /// None: the form is only to be shown anew.
    type Fields = Option<Action>;

    fn parse(_: &Self::Guard, typed: &Typed) -> Result<Self::Fields, Errors> {
        if typed.act().is_empty() { forms::read(typed).map(Some) } else { Ok(None) }
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<Typed>) -> Result {
        let mut tx = who.begin().await?;
        let w = workflows::find(&mut tx, WorkflowId(sheet.id.ok_or(Error::NotFound)?)).await?;
        let record = w.draft.record;
        if !Action::KINDS.iter().any(|(key, ..)| *key == sheet.draft.get("kind")) {
            return Err(Error::NotFound);
        }
        if !sheet.draft.act().is_empty() {
            forms::act(&mut sheet.draft, record);
        }
        let asked = Some(sheet.draft.get("step").to_owned()).filter(|s| !s.is_empty());
        let known = asked.as_ref().and_then(|id| find(&w.draft.steps, id));
        if asked.is_some() && known.is_none() {
            sheet.errors.add("", "This step was taken out by somebody else. Saved now, it is added anew, at the end.");
            (sheet.version, sheet.status) = (w.version, StatusCode::CONFLICT);
        }
        let said = |a: &Action| a.words(record).join(" ");
        let card = Card {
            label: "Step",
            field: "kind",
            now: known.map(exactly).unwrap_or_default(),
            words: known.map(|s| said(&s.action)).unwrap_or_default(),
            yours: forms::read(&sheet.draft).map_or_else(|_| "…".into(), |a| said(&a)),
        };
        let deep = known.and_then(|s| s.action.condition()).is_some_and(|c| Rows::of(c).is_none());
        let step = known.map(|s| s.id.clone());
        let mut builder = builder(who, &mut tx, &mut sheet, &w, card, record).await?;
        if sheet.status == StatusCode::UNPROCESSABLE_ENTITY {
            builder.wrong = Rows::read(&builder.typed).wrong(record, builder.sight);
        }
        let most = i64::try_from(MOST_OFFERED).unwrap_or(i64::MAX);
        let colleagues = people::colleagues(&mut tx, most).await?.into_iter().map(|(_, name, email)| (name, email));
        let view = Edit { builder, step, colleagues: colleagues.collect(), deep };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

fn exactly(step: &Step) -> String {
    serde_json::to_string(step).expect("steps have string keys")
}

/// Where a new step goes, and what it does.
#[derive(Deserialize, Default)]
#[serde(default)]
struct New {
    place: String,
    kind: String,
}

async fn new(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    Query(New { place, kind }): Query<New>,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    drop(tx);
    if kind.is_empty() {
        return Ok(screen.show(&who, &Kinds { slug: who.slug().clone(), id, name: w.name, place }));
    }
    let typed = forms::blank(&kind, w.draft.record).with("place", place);
    StepForm::page(&who, filled(&who, screen, &w, typed, String::new())).await
}

async fn add(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    form: Valid<StepForm>,
) -> Result {
    let Some(action) = &form.fields else { return form.reopen().await };
    let mut tx = who.begin().await?;
    let fresh = edit::fresh(&workflows::find(&mut tx, id).await?.draft.steps, action.clone());
    drop(tx);
    let (place, added) = (Place::parse(form.draft.get("place")), fresh.id.clone());
    save(&who, &form, id, &added, |d| {
        let step = edit::settled(&d.steps, fresh);
        edit::put(&mut d.steps, &place, step);
    })
    .await?;
    screen.done(at(&who, id, &added), Toast::good("Step added.")).await
}

/// The `{step}` of the path.
fn named(params: &RawPathParams) -> Result<String> {
    params.iter().find(|(name, _)| *name == "step").map(|(_, v)| v.to_owned()).ok_or(Error::NotFound)
}

async fn edit(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    params: RawPathParams,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    drop(tx);
    let step = find(&w.draft.steps, &named(&params)?).ok_or(Error::NotFound)?;
    let typed = forms::typed(&step.action).with("step", &step.id);
    let was = exactly(step);
    StepForm::page(&who, filled(&who, screen, &w, typed, was)).await
}

async fn change(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    form: Valid<StepForm>,
) -> Result {
    let Some(action) = &form.fields else { return form.reopen().await };
    let step = form.draft.get("step").to_owned();
    let mut tx = who.begin().await?;
    let there = find(&workflows::find(&mut tx, id).await?.draft.steps, &step).is_some();
    drop(tx);
    if !there {
        return form.reopen().await;
    }
    save(&who, &form, id, &step, |d| {
        if let Some((list, place)) = domain::automation::steps::list_of(&mut d.steps, &step) {
            let kept = forms::keep_inside(action.clone(), &list[place].action);
            list[place].action = kept;
        }
    })
    .await?;
    screen.done(at(&who, id, &step), Toast::good("Step saved.")).await
}

/// Changes the tree of steps as it was seen; the step has to be in it.
async fn rearrange<T>(
    who: &Allowed<AutomationWrite>,
    id: WorkflowId,
    version: i32,
    change: impl FnOnce(&mut Vec<Step>) -> Option<T>,
) -> Result<T> {
    let mut tx = who.begin().await?;
    let done = write(&mut tx, id, version, change).await?;
    tx.commit().await?;
    Ok(done)
}

async fn write<T>(
    tx: &mut TenantTx,
    id: WorkflowId,
    version: i32,
    change: impl FnOnce(&mut Vec<Step>) -> Option<T>,
) -> Result<T> {
    let w = workflows::find(tx, id).await?;
    let mut draft = w.draft.clone();
    let done = change(&mut draft.steps).ok_or(Error::NotFound)?;
    workflows::change(tx, id, version, (&w.name, &w.about), &draft).await?;
    Ok(done)
}

#[derive(Deserialize)]
struct Shift {
    #[serde(default)]
    version: i32,
    #[serde(default)]
    to: String,
}

async fn shift(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    params: RawPathParams,
    Confirmed(Shift { version, to }): Confirmed<Shift>,
) -> Result {
    let step = named(&params)?;
    rearrange(&who, id, version, |steps| {
        find(steps, &step)?;
        edit::shift(steps, &step, to == "up");
        Some(())
    })
    .await?;
    screen.done(at(&who, id, &step), Toast::good("Step moved.")).await
}

async fn copy(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    params: RawPathParams,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let step = named(&params)?;
    let copied = rearrange(&who, id, seen.version, |steps| edit::copy(steps, &step)).await?;
    screen.done(at(&who, id, &copied), Toast::good("This is the copy.")).await
}

async fn remove(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    params: RawPathParams,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let step = named(&params)?;
    let (place, taken) = rearrange(&who, id, seen.version, |steps| {
        let place = edit::place_of(steps, &step)?;
        Some((place, edit::take(steps, &step)?))
    })
    .await?;
    let before = match &place {
        Place::After(id) | Place::Into(id, _) => id.clone(),
        Place::First | Place::Last => "conditions".into(),
    };
    let words = format!("“{}” was taken out.", taken.action.label());
    let back = [("place", place.to_string()), ("step", exactly(&taken))];
    let toast = Toast::good(words).undo(paths::workflow_step_return(who.slug(), id), &back);
    screen.done(at(&who, id, &before), toast).await
}

#[derive(Deserialize)]
struct Taken {
    #[serde(default)]
    place: String,
    #[serde(default)]
    step: String,
}

/// Puts back what was taken out, where it was, if that is still there.
async fn put_back(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    Confirmed(Taken { place, step }): Confirmed<Taken>,
) -> Result {
    let mut tx = who.begin().await?;
    let version = workflows::find(&mut tx, id).await?.version;
    let step: Step = serde_json::from_str(&step).map_err(|_| Error::Bad("This is no step of ours.".into()))?;
    let back = write(&mut tx, id, version, |steps| {
        let step = edit::settled(steps, step);
        let id = step.id.clone();
        edit::put(steps, &Place::parse(&place), step);
        Some(id)
    })
    .await?;
    tx.commit().await?;
    screen.done(at(&who, id, &back), Toast::good("It is back.")).await
}
