//! A workflow as JSON, for those who would rather write it.

use super::{check, frame};
use crate::{
    web::{Allowed, Error, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid, form::Late},
    workspace::activity,
};
use axum::http::StatusCode;
use domain::{
    Errors, WorkflowId,
    access::{AutomationRead, AutomationWrite, Permission},
    automation::workflows::Definition,
    draft, paths,
};
use store::automation::workflows;
use views::{automation::json::Json, ui::Differs};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WORKFLOW_JSON, show).post(paths::WORKFLOW_JSON, save)
}

draft! {
    /// The definition as it was written.
    Written { json }
}

/// As people read it.
fn pretty(d: &Definition) -> String {
    serde_json::to_string_pretty(d).expect("definitions have string keys")
}

struct JsonForm;

impl FormPage for JsonForm {
    type Guard = Allowed<AutomationWrite>;
    type Draft = Written;
    type Fields = Definition;

    fn parse(_: &Self::Guard, draft: &Written) -> Result<Definition, Errors> {
        Definition::from_json(&draft.json).map_err(|message| Errors::one("json", message))
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Written>) -> Result {
        page(who, sheet).await
    }
}

async fn page<P: Permission>(who: &Allowed<P>, mut sheet: Sheet<Written>) -> Result {
    let mut tx = who.begin().await?;
    let id = WorkflowId(sheet.id.ok_or(Error::NotFound)?);
    let w = workflows::find(&mut tx, id).await?;
    let mut problems = vec![];
    if sheet.status == StatusCode::UNPROCESSABLE_ENTITY
        && let Ok(typed) = Definition::from_json(&sheet.draft.json)
    {
        problems = check(who, &mut tx, &typed).await?;
        // They are listed one by one.
        sheet.errors = Errors::default();
    }
    let mut conflict = None;
    if sheet.late == Some(Late::Stale) {
        let now = pretty(&w.draft);
        let mut told = activity::conflict(&mut tx, who, id.0, vec![]).await?;
        if now != sheet.was {
            let yours = "What stands in the field below".to_owned();
            told.fields.push(Differs { field: "json", label: "Definition".into(), yours, now: now.clone() });
        }
        conflict = Some(told);
        (sheet.version, sheet.was) = (w.version, now);
    }
    let view = Json {
        frame: frame(who, &sheet.screen, &mut tx, w).await?,
        version: sheet.version,
        was: sheet.was,
        text: sheet.draft.json,
        errors: sheet.errors,
        problems,
        conflict,
    };
    Ok(sheet.screen.show_as(sheet.status, who, &view))
}

async fn show(who: Allowed<AutomationRead>, screen: Screen, Record(id): Record<WorkflowId>) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    drop(tx);
    let json = pretty(&w.draft);
    let sheet = Sheet::filled(screen, who.app(), id.0, w.version, Written { json: json.clone() });
    page(&who, Sheet { was: json, ..sheet }).await
}

async fn save(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    form: Valid<JsonForm>,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    if !check(&who, &mut tx, &form.fields).await?.is_empty() {
        drop(tx);
        return form.again(Errors::one("json", "It could not run.")).await;
    }
    let done = workflows::change(&mut tx, id, form.version, (&w.name, &w.about), &form.fields).await;
    form.settle(tx, done).await?;
    screen.done(paths::workflow(who.slug(), id), Toast::good("The definition was saved.")).await
}
