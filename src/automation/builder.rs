//! The builder: what starts a workflow, and its conditions. Steps are in [`super::steps`].

use super::{at, check, hook};
use crate::{
    web::{Allowed, Error, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid, form::Late},
    workspace::activity,
};
use axum::http::StatusCode;
use domain::{
    Errors, WorkflowId,
    access::AutomationWrite,
    automation::{
        conditions::Condition,
        fields::RecordKind,
        forms::Start,
        runs::Workflow,
        typed::{Rows, Typed},
        words,
        workflows::{Definition, Problem, Trigger},
    },
    paths,
};
use store::{TenantTx, automation::workflows};
use views::{
    automation::{builder::Builder, conditions, trigger},
    ui::Differs,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WORKFLOW_TRIGGER, trigger)
        .post(paths::WORKFLOW_TRIGGER, save_trigger)
        .get(paths::WORKFLOW_CONDITIONS, conditions)
        .post(paths::WORKFLOW_CONDITIONS, save_conditions)
}

/// A card as it is in the draft, for a form that finds it changed.
pub(super) struct Card {
    pub(super) label: &'static str,
    /// The first control, which a conflict leads to.
    pub(super) field: &'static str,
    /// What it says now, exactly, and in words; and what the form says in words.
    pub(super) now: String,
    pub(super) words: String,
    pub(super) yours: String,
}

/// What the forms of all cards share. A stale one is told who was faster, and the card as it is now.
pub(super) async fn builder(
    who: &Allowed<AutomationWrite>,
    tx: &mut TenantTx,
    sheet: &mut Sheet<Typed>,
    workflow: &Workflow,
    card: Card,
    record: Option<RecordKind>,
) -> Result<Builder> {
    let mut conflict = None;
    if sheet.late == Some(Late::Stale) {
        let mut told = activity::conflict(tx, who, workflow.id.0, vec![]).await?;
        if sheet.was != card.now {
            let Card { field, label, words, yours, .. } = &card;
            told.fields.push(Differs { field, label: (*label).into(), yours: yours.clone(), now: words.clone() });
        }
        conflict = Some(told);
        sheet.version = workflow.version;
        sheet.was = card.now;
    }
    Ok(Builder {
        slug: who.slug().clone(),
        csrf: sheet.screen.csrf().to_owned(),
        id: workflow.id,
        name: workflow.name.clone(),
        version: sheet.version,
        was: std::mem::take(&mut sheet.was),
        record,
        payload: matches!(workflow.draft.trigger, Trigger::Webhook { .. }),
        typed: std::mem::take(&mut sheet.draft),
        errors: std::mem::take(&mut sheet.errors),
        wrong: vec![],
        conflict,
        sight: who.actor.rights.sight_of_all(),
    })
}

/// A form filled from the draft.
pub(super) fn filled(
    who: &Allowed<AutomationWrite>,
    screen: Screen,
    workflow: &Workflow,
    typed: Typed,
    was: String,
) -> Sheet<Typed> {
    Sheet { was, ..Sheet::filled(screen, who.app(), workflow.id.0, workflow.version, typed) }
}

/// What stands against one card, beside its fields.
pub(super) fn wrong_at(problems: Vec<Problem>, place: &str) -> Errors {
    let mut errors = Errors::default();
    for p in problems.into_iter().filter(|p| p.place == place) {
        errors.add(p.field, p.message);
    }
    errors
}

/// Writes the draft with one card changed, if nothing stands against that card.
pub(super) async fn save<F>(
    who: &Allowed<AutomationWrite>,
    form: &Valid<F>,
    id: WorkflowId,
    place: &str,
    change: impl FnOnce(&mut Definition),
) -> Result<()>
where
    F: FormPage<Guard = Allowed<AutomationWrite>>,
{
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    let mut draft = w.draft.clone();
    change(&mut draft);
    let errors = wrong_at(check(who, &mut tx, &draft).await?, place);
    if !errors.is_empty() {
        drop(tx);
        return Err(form.again(errors).await?.into());
    }
    let done = workflows::change(&mut tx, id, form.version, (&w.name, &w.about), &draft).await;
    form.settle(tx, done).await
}

fn exactly<T: serde::Serialize>(card: &T) -> String {
    serde_json::to_string(card).expect("definitions have string keys")
}

// ── what starts it ───────────────────────────────────────────────────────────────────────────────────────────────

struct TriggerForm;

fn start(d: &Definition) -> Start {
    Start { record: d.record, trigger: d.trigger.clone(), again: d.again, cool_down: d.cool_down }
}

impl FormPage for TriggerForm {
    type Guard = Allowed<AutomationWrite>;
    type Draft = Typed;
    /// None: the form is only to be shown anew.
    type Fields = Option<Start>;

    fn parse(_: &Self::Guard, typed: &Typed) -> Result<Self::Fields, Errors> {
        if typed.act().is_empty() { Start::read(typed).map(Some) } else { Ok(None) }
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<Typed>) -> Result {
        let mut tx = who.begin().await?;
        let w = workflows::find(&mut tx, WorkflowId(sheet.id.ok_or(Error::NotFound)?)).await?;
        let typed = &mut sheet.draft;
        for (name, value) in [("days", "7"), ("side", "before"), ("hour", "8"), ("every", "day")] {
            if typed.get(name).is_empty() && !typed.act().is_empty() {
                typed.set(name, value);
            }
        }
        let record = RecordKind::parse(typed.get("record"));
        let yours = Start::read(typed).map_or_else(|_| "…".into(), |s| s.trigger.words(s.record));
        let now = start(&w.draft);
        let card = Card {
            label: "Trigger",
            field: "on",
            now: exactly(&now.typed()),
            words: now.trigger.words(now.record),
            yours,
        };
        let builder = builder(who, &mut tx, &mut sheet, &w, card, record).await?;
        let view = trigger::Edit { builder, hook: hook(who, &w) };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn trigger(who: Allowed<AutomationWrite>, screen: Screen, Record(id): Record<WorkflowId>) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    drop(tx);
    let typed = start(&w.draft).typed();
    let was = exactly(&typed);
    TriggerForm::page(&who, filled(&who, screen, &w, typed, was)).await
}

async fn save_trigger(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    form: Valid<TriggerForm>,
) -> Result {
    let Some(start) = &form.fields else { return form.reopen().await };
    save(&who, &form, id, "trigger", |d| {
        d.record = start.record;
        d.trigger = start.trigger.clone();
        d.again = start.again;
        d.cool_down = start.cool_down;
    })
    .await?;
    screen.done(at(&who, id, "trigger"), Toast::good("Trigger saved.")).await
}

// ── for which records ────────────────────────────────────────────────────────────────────────────────────────────

struct ConditionsForm;

impl FormPage for ConditionsForm {
    type Guard = Allowed<AutomationWrite>;
    type Draft = Typed;
    type Fields = Option<Condition>;

    fn parse(_: &Self::Guard, typed: &Typed) -> Result<Self::Fields, Errors> {
        Ok(typed.act().is_empty().then(|| Rows::read(typed).condition()))
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<Typed>) -> Result {
        let mut tx = who.begin().await?;
        let w = workflows::find(&mut tx, WorkflowId(sheet.id.ok_or(Error::NotFound)?)).await?;
        let record = w.draft.record;
        let mut rows = Rows::read(&sheet.draft);
        if !sheet.draft.act().is_empty() {
            let act = sheet.draft.act().to_owned();
            rows.act(&act);
            rows.groups.iter_mut().flat_map(|g| &mut g.rows).for_each(|r| r.fit(record));
            rows.write(&mut sheet.draft);
        }
        let card = Card {
            label: "Conditions",
            field: "value",
            now: exactly(&w.draft.conditions),
            words: words::condition(&w.draft.conditions, record),
            yours: words::condition(&rows.condition(), record),
        };
        let deep = Rows::of(&w.draft.conditions).is_none();
        let mut builder = builder(who, &mut tx, &mut sheet, &w, card, record).await?;
        if sheet.status == StatusCode::UNPROCESSABLE_ENTITY {
            builder.wrong = rows.wrong(record, builder.sight);
        }
        Ok(sheet.screen.show_as(sheet.status, who, &conditions::Edit { builder, deep }))
    }
}

async fn conditions(who: Allowed<AutomationWrite>, screen: Screen, Record(id): Record<WorkflowId>) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    drop(tx);
    let mut typed = Typed::default();
    let mut rows = Rows::of(&w.draft.conditions).unwrap_or_default();
    if w.draft.conditions.is_empty() {
        rows = Rows::read(&typed);
        rows.act("row:0");
    }
    rows.write(&mut typed);
    let was = exactly(&w.draft.conditions);
    ConditionsForm::page(&who, filled(&who, screen, &w, typed, was)).await
}

async fn save_conditions(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    form: Valid<ConditionsForm>,
) -> Result {
    let Some(condition) = &form.fields else { return form.reopen().await };
    save(&who, &form, id, "conditions", |d| {
        // Those that the form does not show are not its to change.
        if Rows::of(&d.conditions).is_some() {
            d.conditions = condition.clone();
        }
    })
    .await?;
    screen.done(at(&who, id, "conditions"), Toast::good("Conditions saved.")).await
}
