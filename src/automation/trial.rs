//! Dry runs: what the draft would do with a record. Nothing is done: the transaction is never committed.

use super::frame;
use crate::web::{Allowed, Query, Record, Result, Routes, Screen};
use domain::{WorkflowId, access::AutomationRead, automation::fields::RecordKind, paths};
use serde::Deserialize;
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
    let (mut record, mut missed, mut options) = (None, None, vec![]);
    if let Some(kind) = draft.record {
        if tx.rights().may(kind.read()) {
            options = offered(&mut tx, kind, &asked.q).await?;
            record = chosen(&mut tx, kind, &asked).await?;
            missed = (record.is_none() && !asked.q.is_empty()).then(|| "Nothing that you see is called so.".to_owned());
        } else {
            missed = Some("You may not see such records.".into());
        }
    }
    let outcome = match (draft.record, &record) {
        (Some(_), None) => None,
        (_, record) => {
            let on = record.as_ref().map(|(kind, id, _)| (*kind, *id));
            let trial = jobs::automation::trial(&mut tx, &draft, on).await?;
            let would = trial.steps.into_iter().map(|s| Would {
                depth: s.depth,
                id: s.id,
                label: s.label,
                words: s.words,
                problem: s.problem,
            });
            Some((trial.enrolled, would.collect()))
        }
    };
    let frame = frame(&who, &screen, &mut tx, workflow).await?;
    Ok(screen.show(&who, &Trial { frame, question: asked.q, missed, options, record, outcome }))
}

/// What can be typed to choose a record.
async fn offered(tx: &mut TenantTx, kind: RecordKind, q: &str) -> Result<Vec<String>> {
    let fits = |name: &String| name.to_lowercase().contains(&q.to_lowercase());
    Ok(match kind {
        RecordKind::Employee => {
            employees::options(tx, q).await?.into_iter().map(|m| format!("{} · {}", m.number, m.name)).collect()
        }
        RecordKind::Customer => customers::options(tx, q).await?.into_iter().map(|c| c.name).collect(),
        RecordKind::Task => {
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
        (None, RecordKind::Task) => {
            let ids = records::newest(tx, kind, 200).await?;
            let named = records::names(tx, kind, &ids).await?;
            named.into_iter().find(|(_, name)| name.to_lowercase().contains(&q.to_lowercase())).map(|(id, _)| id)
        }
    };
    let Some(id) = id else { return Ok(None) };
    let name = records::names(tx, kind, &[id]).await?.remove(&id);
    Ok(name.map(|name| (kind, id, name)))
}
