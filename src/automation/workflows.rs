//! Workflows: the list of them, one of them, and what is done with it as a whole.

use super::{frame, hook};
use crate::{
    web::{
        Allowed, Confirmed, Error, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::{Late, Nothing, json},
    },
    workspace::activity,
};
use axum::extract::RawPathParams;
use domain::{
    Errors, WorkflowId,
    access::{AutomationRead, AutomationWrite, Permission},
    automation::{runs::State, workflows::Definition},
    draft, paths,
};
use serde::Deserialize;
use store::automation::{switch, workflows};
use views::{
    automation::{
        index::Index,
        workflows::{Name, Show, Versions},
    },
    ui::Differs,
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::AUTOMATION, list)
        .post(paths::AUTOMATION_STANDSTILL, stop)
        .post(paths::AUTOMATION_STANDSTILL_END, go_on)
        .get(paths::WORKFLOW, show)
        .get(paths::WORKFLOW_NAME, name)
        .post(paths::WORKFLOW_NAME, rename)
        .post(paths::WORKFLOW_DISCARD, discard)
        .post(paths::WORKFLOW_PAUSE, pause)
        .post(paths::WORKFLOW_RESUMPTION, resume)
        .post(paths::WORKFLOW_COPY, copy)
        .post(paths::WORKFLOW_REMOVAL, remove)
        .post(paths::WORKFLOW_HOOK, new_hook)
        .get(paths::WORKFLOW_VERSIONS, versions)
        .get(paths::WORKFLOW_VERSION, version)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Only {
    state: String,
}

async fn list(who: Allowed<AutomationRead>, screen: Screen, Query(Only { state }): Query<Only>) -> Result {
    let mut tx = who.begin().await?;
    let workflows = workflows::list(&mut tx).await?;
    let view = Index {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        rights: who.actor.rights,
        moment: activity::moment(&who),
        switch: switch::find(&mut tx).await?,
        workflows,
        only: State::parse(&state),
    };
    Ok(screen.show(&who, &view))
}

#[derive(Deserialize)]
struct Why {
    #[serde(default)]
    why: String,
}

async fn stop(who: Allowed<AutomationWrite>, screen: Screen, Confirmed(Why { why }): Confirmed<Why>) -> Result {
    let mut errors = Errors::default();
    let why = errors.line("why", &why, 200).unwrap_or_default();
    let mut tx = who.begin().await?;
    jobs::automation::stop(&mut tx, true, &why).await?;
    tx.commit().await?;
    screen.done(paths::automation(who.slug()), Toast::good("All automation is stopped.")).await
}

async fn go_on(who: Allowed<AutomationWrite>, screen: Screen, _: Confirmed<Nothing>) -> Result {
    let mut tx = who.begin().await?;
    jobs::automation::stop(&mut tx, false, "").await?;
    tx.commit().await?;
    screen.done(paths::automation(who.slug()), Toast::good("Automation goes on.")).await
}

/// The card that was worked on last.
#[derive(Deserialize, Default)]
#[serde(default)]
struct At {
    at: String,
}

async fn show(
    who: Allowed<AutomationRead>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    Query(At { at }): Query<At>,
) -> Result {
    let mut tx = who.begin().await?;
    let workflow = workflows::find(&mut tx, id).await?;
    let hook = hook(&who, &workflow);
    let frame = frame(&who, &screen, &mut tx, workflow).await?;
    Ok(screen.show(&who, &Show { frame, at, hook }))
}

// ── its name ─────────────────────────────────────────────────────────────────────────────────────────────────────

draft! {
    /// What it is called, and what it is for.
    Called { name, about }
}

struct NameForm;

impl FormPage for NameForm {
    type Guard = Allowed<AutomationWrite>;
    type Draft = Called;
    type Fields = (String, String);

    fn parse(_: &Self::Guard, draft: &Called) -> Result<Self::Fields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &draft.name, 80);
        let about = draft.about.replace("\r\n", " ").replace('\n', " ");
        let about = e.line("about", &about, 300).unwrap_or_default();
        e.or((name, about))
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<Called>) -> Result {
        let mut tx = who.begin().await?;
        let id = WorkflowId(sheet.id.ok_or(Error::NotFound)?);
        let workflow = workflows::find(&mut tx, id).await?;
        let mut conflict = None;
        if sheet.late == Some(Late::Stale) {
            let was: Called = serde_json::from_str(&sheet.was).unwrap_or_default();
            let mut told = activity::conflict(&mut tx, who, id.0, vec![]).await?;
            for (field, label, was, now, yours) in [
                ("name", "Name", &was.name, &workflow.name, &mut sheet.draft.name),
                ("about", "What it is for", &was.about, &workflow.about, &mut sheet.draft.about),
            ] {
                if now != was && yours != was && now != yours {
                    told.fields.push(Differs { field, label: label.into(), yours: yours.clone(), now: now.clone() });
                } else if yours == was {
                    yours.clone_from(now);
                }
            }
            conflict = Some(told);
            sheet.version = workflow.version;
            sheet.was = json(&Called { name: workflow.name.clone(), about: workflow.about.clone() });
        }
        let view = Name {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            workflow,
            version: sheet.version,
            was: sheet.was,
            name: sheet.draft.name,
            about: sheet.draft.about,
            errors: sheet.errors,
            conflict,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn name(who: Allowed<AutomationWrite>, screen: Screen, Record(id): Record<WorkflowId>) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    drop(tx);
    let draft = Called { name: w.name, about: w.about };
    NameForm::page(&who, Sheet::filled(screen, who.app(), id.0, w.version, draft)).await
}

async fn rename(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    form: Valid<NameForm>,
) -> Result {
    let mut tx = who.begin().await?;
    let draft = workflows::find(&mut tx, id).await?.draft;
    let (name, about) = &form.fields;
    let done = workflows::change(&mut tx, id, form.version, (name, about), &draft).await;
    form.settle(tx, done).await?;
    screen.done(paths::workflow(who.slug(), id), Toast::good("Changes saved.")).await
}

// ── as a whole ───────────────────────────────────────────────────────────────────────────────────────────────────

/// The version that was looked at, of a form that is a button.
#[derive(Deserialize)]
pub(super) struct Seen {
    #[serde(default)]
    pub(super) version: i32,
}

/// Puts what is published back into the draft.
async fn discard(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    let page = paths::workflow(who.slug(), id);
    let Some(number) = w.published else {
        return screen.done(page, Toast::bad("It was never published: there is nothing to go back to.")).await;
    };
    let (published, _) = workflows::version(&mut tx, id, number).await?;
    workflows::change(&mut tx, id, seen.version, (&w.name, &w.about), &published).await?;
    tx.commit().await?;
    screen.done(page, Toast::good(format!("The draft is version {number} again."))).await
}

async fn pause(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    workflows::pause(&mut tx, id, None).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} is paused.", w.name)).undo(paths::workflow_resumption(who.slug(), id), &[]);
    screen.done(paths::workflow(who.slug(), id), toast).await
}

async fn resume(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    jobs::automation::resume(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::workflow(who.slug(), id), Toast::good(format!("{} goes on.", w.name))).await
}

async fn copy(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let w = workflows::find(&mut tx, id).await?;
    let stem: String = w.name.chars().take(70).collect();
    let new = tx.id();
    let made = workflows::add(&mut tx, new, (&format!("{stem}, copy"), &w.about), &w.draft, None).await?;
    tx.commit().await?;
    screen.done(paths::workflow(who.slug(), made), Toast::good("This is the copy: a draft that nothing runs of.")).await
}

async fn remove(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    Confirmed(seen): Confirmed<Seen>,
) -> Result {
    let mut tx = who.begin().await?;
    // What goes for good is what was looked at.
    if workflows::find(&mut tx, id).await?.version != seen.version {
        return Err(Error::Stale);
    }
    let said = jobs::automation::remove(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(paths::automation(who.slug()), Toast::good(said)).await
}

async fn new_hook(
    who: Allowed<AutomationWrite>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    workflows::find(&mut tx, id).await?;
    workflows::new_hook(&mut tx, id).await?;
    tx.commit().await?;
    let toast = Toast::good("It has a new address. Whoever posts to the old one posts to nobody.");
    screen.done(paths::workflow_trigger(who.slug(), id), toast).await
}

// ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────

async fn versions(who: Allowed<AutomationRead>, screen: Screen, Record(id): Record<WorkflowId>) -> Result {
    read(&who, &screen, id, None).await
}

async fn version(
    who: Allowed<AutomationRead>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    params: RawPathParams,
) -> Result {
    let number = params.iter().find(|(name, _)| *name == "number").and_then(|(_, n)| n.parse().ok());
    read(&who, &screen, id, Some(number.ok_or(Error::NotFound)?)).await
}

async fn read<P: Permission>(who: &Allowed<P>, screen: &Screen, id: WorkflowId, number: Option<i32>) -> Result {
    let mut tx = who.begin().await?;
    let workflow = workflows::find(&mut tx, id).await?;
    let shown: Option<(i32, Definition)> = match number {
        Some(number) => Some((number, workflows::version(&mut tx, id, number).await?.0)),
        None => None,
    };
    let versions = workflows::versions(&mut tx, id).await?;
    let frame = frame(who, screen, &mut tx, workflow).await?;
    Ok(screen.show(who, &Versions { frame, versions, shown }))
}
