//! Dry runs: what the draft would do with a record. Nothing is done: the transaction is never committed.

use super::frame;
use crate::web::{Allowed, Query, Record, Result, Routes, Screen};
use domain::{
    WorkflowId,
    access::AutomationRead,
    automation::{
        fields::{Facts, RecordKind},
        merge, steps,
        workflows::{Definition, Trigger},
    },
    paths,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::{
    TenantTx,
    automation::{records, workflows},
    crm::customers,
    hr::employees,
};
use uuid::Uuid;
use views::automation::trial::{Trial, Would};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::WORKFLOW_TRIAL, show)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    q: String,
    record: Option<Uuid>,
    /// What would be posted, as typed.
    payload: String,
}

/// Records that are offered while one types.
const OFFERED: i64 = 20;

async fn show(
    who: Allowed<AutomationRead>,
    screen: Screen,
    Record(id): Record<WorkflowId>,
    Query(asked): Query<Asked>,
) -> Result {
    let mut tx = who.begin().await?;
    let workflow = workflows::find(&mut tx, id).await?;
    let draft = workflow.draft.clone();
    let mut view = Trial {
        posting: matches!(draft.trigger, Trigger::Webhook { .. }),
        payload: asked.payload.clone(),
        question: asked.q.clone(),
        missed: None,
        options: vec![],
        record: None,
        outcome: None,
        frame: frame(&who, &screen, &mut tx, workflow).await?,
    };
    let fits = match view.posting {
        true => posted(&mut tx, &draft, &mut view).await?,
        false => record(&mut tx, &draft, &asked, &mut view).await?,
    };
    if let Some((payload, fits)) = fits {
        let on = view.record.as_ref().map(|(kind, id, _)| (*kind, *id));
        let trial = jobs::automation::trial(&mut tx, &draft, on, payload.as_ref()).await?;
        let would = trial.steps.into_iter().map(|s| Would {
            depth: s.depth,
            id: s.id,
            label: s.label,
            words: s.words,
            problem: s.problem,
            fails: s.fails,
        });
        view.outcome = Some((fits.and(trial.enrolled), would.collect()));
    }
    Ok(screen.show(&who, &view))
}

/// What it is tried with: what would be posted, and whether a record fits that. None: nothing to try it with.
type With = Option<(Option<Value>, std::result::Result<(), String>)>;

/// The record that is chosen, or the newest.
async fn record(tx: &mut TenantTx, draft: &Definition, asked: &Asked, view: &mut Trial) -> Result<With> {
    let Some(kind) = draft.record else { return Ok(Some((None, Ok(())))) };
    if !tx.rights().may(kind.read()) {
        view.missed = Some("You may not see such records.".into());
        return Ok(None);
    }
    view.options = offered(tx, kind, &asked.q).await?;
    view.record = chosen(tx, kind, asked).await?;
    match &view.record {
        // Which one it is stands in the field, too.
        Some((.., name)) if view.question.is_empty() => view.question.clone_from(name),
        None if !asked.q.is_empty() => view.missed = Some("Nothing that you see is called so.".into()),
        _ => {}
    }
    Ok(view.record.is_some().then_some((None, Ok(()))))
}

/// What would be posted, and the record that it fits, as the door itself would find it.
async fn posted(tx: &mut TenantTx, draft: &Definition, view: &mut Trial) -> Result<With> {
    if view.payload.trim().is_empty() {
        view.payload = sample(draft);
        return Ok(None);
    }
    let payload = match read(&view.payload) {
        Ok(payload) => payload,
        Err(why) => {
            view.missed = Some(why);
            return Ok(None);
        }
    };
    let mut fits = Ok(());
    if let (Trigger::Webhook { find: Some(find) }, Some(kind)) = (&draft.trigger, draft.record) {
        let mut sent = Facts::default();
        sent.payload(&payload);
        let value = sent.words(&find.path);
        let found = match value.is_empty() || !tx.rights().may(kind.read()) {
            true => None,
            false => records::by_value(tx, kind, &find.field, &value).await?,
        };
        match found {
            Some(id) => {
                view.record = records::names(tx, kind, &[id]).await?.remove(&id).map(|name| (kind, id, name));
            }
            None if find.unknown => {}
            None => {
                let label = kind.field(&find.field).map_or(find.field.as_str(), |f| f.label).to_lowercase();
                fits = Err(format!("No single {} has “{value}” as its {label}", kind.label().to_lowercase()));
            }
        }
    }
    Ok(Some((Some(payload), fits)))
}

/// JSON, or a line for each field as `name=value`.
fn read(typed: &str) -> std::result::Result<Value, String> {
    let typed = typed.trim();
    if typed.starts_with(['{', '[']) {
        let wrong =
            |e: serde_json::Error| format!("This is no JSON: look at line {}, column {}.", e.line(), e.column());
        return serde_json::from_str(typed).map_err(wrong);
    }
    let mut fields = Map::new();
    for line in typed.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let pair = line.split_once('=').or_else(|| line.split_once(':'));
        let (name, value) = pair.ok_or(format!("“{line}” is no line like email=ada@example.com."))?;
        fields.insert(name.trim().to_owned(), Value::String(value.trim().to_owned()));
    }
    Ok(fields.into())
}

/// The fields that the workflow asks for, to be filled in.
fn sample(draft: &Definition) -> String {
    let mut names: Vec<String> = vec![];
    let mut put = |place: &str| {
        // Who asks for all of it has more in mind than an address.
        let name = if place == "payload" { Some("message") } else { place.strip_prefix("payload.") };
        if let Some(name) = name.map(str::to_owned)
            && !names.contains(&name)
        {
            names.push(name);
        }
    };
    if let Trigger::Webhook { find: Some(find) } = &draft.trigger {
        put(&find.path);
    }
    draft.conditions.tests().iter().for_each(|t| put(&t.field));
    for (_, step) in steps::all(&draft.steps) {
        step.action.texts().iter().flat_map(|(_, text)| merge::places(text)).for_each(&mut put);
        step.action.condition().iter().flat_map(|c| c.tests()).for_each(|t| put(&t.field));
    }
    names.iter().map(|name| format!("{name}=\n")).collect()
}

/// What can be typed to choose a record.
async fn offered(tx: &mut TenantTx, kind: RecordKind, q: &str) -> Result<Vec<String>> {
    let fits = |name: &String| name.to_lowercase().contains(&q.to_lowercase());
    Ok(match kind {
        RecordKind::Employee => {
            employees::options(tx, q).await?.into_iter().map(|m| format!("{} · {}", m.number, m.name)).collect()
        }
        RecordKind::Customer => customers::options(tx, q).await?.into_iter().map(|c| c.name).collect(),
        RecordKind::Contact | RecordKind::Lead | RecordKind::Deal | RecordKind::Ticket | RecordKind::Task => {
            let ids = records::newest(tx, kind, OFFERED).await?;
            records::names(tx, kind, &ids).await?.into_values().filter(fits).collect()
        }
    })
}

/// The record that is meant; without words, the newest.
async fn chosen(tx: &mut TenantTx, kind: RecordKind, asked: &Asked) -> Result<Option<(RecordKind, Uuid, String)>> {
    let q = asked.q.trim();
    let id = match (asked.record, kind) {
        (Some(id), _) => Some(id),
        (None, _) if q.is_empty() => records::newest(tx, kind, 1).await?.pop(),
        (None, RecordKind::Employee) => {
            let number = q.split_once(" · ").map_or(q, |(number, _)| number);
            match records::by_value(tx, kind, "number", number).await? {
                Some(id) => Some(id),
                None => employees::options(tx, q).await?.first().map(|m| m.id.0),
            }
        }
        (None, RecordKind::Customer) => match records::by_value(tx, kind, "name", q).await? {
            Some(id) => Some(id),
            None => customers::options(tx, q).await?.first().map(|c| c.id.0),
        },
        (None, RecordKind::Contact | RecordKind::Lead | RecordKind::Deal | RecordKind::Ticket | RecordKind::Task) => {
            let ids = records::newest(tx, kind, 200).await?;
            let named = records::names(tx, kind, &ids).await?;
            named.into_iter().find(|(_, name)| name.to_lowercase().contains(&q.to_lowercase())).map(|(id, _)| id)
        }
    };
    let Some(id) = id else { return Ok(None) };
    let name = records::names(tx, kind, &[id]).await?.remove(&id);
    Ok(name.map(|name| (kind, id, name)))
}
