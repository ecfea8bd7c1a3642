//! Publishing: seen what it means, the draft becomes what runs.

use super::check;
use crate::{
    web::{Allowed, Error, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid, form::Late},
    workspace::activity,
};
use domain::{
    Errors, WorkflowId,
    access::AutomationWrite,
    automation::{edit, workflows::Trigger},
    draft, paths,
};
use store::automation::workflows;
use views::automation::workflows::Publish;

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WORKFLOW_PUBLICATION, review).post(paths::WORKFLOW_PUBLICATION, publish)
}

draft! {
    /// Nothing is asked but whether it is meant.
    Meant { yes }
}

struct PublishForm;

impl FormPage for PublishForm {
    type Guard = Allowed<AutomationWrite>;
    type Draft = Meant;
    type Fields = ();

    fn parse(_: &Self::Guard, _: &Meant) -> Result<(), Errors> {
        Ok(())
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<Meant>) -> Result {
        let mut tx = who.begin().await?;
        let id = WorkflowId(sheet.id.ok_or(Error::NotFound)?);
        let workflow = workflows::find(&mut tx, id).await?;
        let problems = check(who, &mut tx, &workflow.draft).await?;
        let differences = match workflow.published {
            Some(number) => Some(edit::differences(&workflows::version(&mut tx, id, number).await?.0, &workflow.draft)),
            None => None,
        };
        let mut conflict = None;
        if sheet.late == Some(Late::Stale) {
            conflict = Some(activity::conflict(&mut tx, who, id.0, vec![]).await?);
            sheet.version = workflow.version;
        }
        let view = Publish {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            workflow,
            version: sheet.version,
            was: sheet.was,
            name: who.actor.name.clone(),
            problems,
            differences,
            errors: sheet.errors,
            conflict,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn review(who: Allowed<AutomationWrite>, screen: Screen, Record(id): Record<WorkflowId>) -> Result {
    let mut tx = who.begin().await?;
    let version = workflows::find(&mut tx, id).await?.version;
    drop(tx);
    PublishForm::page(&who, Sheet::filled(screen, who.app(), id.0, version, Meant::default())).await
}

async fn publish(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    form: Valid<PublishForm>,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    if !check(&who, &mut tx, &w.draft).await?.is_empty() {
        drop(tx);
        return form.again(Errors::one("", "Something stands against it.")).await;
    }
    let published = workflows::publish(&mut tx, id, form.version).await;
    let number = form.settle(tx, published).await?;
    let next = match w.draft.trigger {
        Trigger::Manual => "It stands under “Run workflow” on its records.",
        _ => "It runs by itself from now on.",
    };
    let toast = Toast::good(format!("Version {number} is published. {next}"));
    screen.done(paths::workflow(who.slug(), id), toast).await
}
