//! Steps that add and change records, through the noun's own form, with its rules and the publisher's rights.

use super::{Did, Scene};
use domain::{
    ContactId, Conventions, CustomerId, DealId, EmployeeId, LeadId, TaskId, TicketId,
    automation::{
        fields::RecordKind,
        merge,
        steps::{Assign, Choose, Step},
    },
    crm::{contacts as contact, customers as customer, deals as deal, leads as lead},
    draft::Answers,
    hr::employees as employee,
    support::tickets as ticket,
    tasks as task,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    Error, Result, TenantTx,
    automation::{people, workflows},
    crm::{contacts, customers, deals, leads},
    hr::employees,
    support::tickets,
    tasks,
};
use uuid::Uuid;

pub(super) fn subject(kind: RecordKind, id: Uuid) -> Result<domain::workspace::access::Subject> {
    use domain::workspace::access::Subject;
    match kind {
        RecordKind::Employee => Ok(Subject::Employee(EmployeeId(id))),
        RecordKind::Customer => Ok(Subject::Customer(CustomerId(id))),
        RecordKind::Contact => Ok(Subject::Contact(ContactId(id))),
        RecordKind::Lead => Ok(Subject::Lead(LeadId(id))),
        RecordKind::Deal => Ok(Subject::Deal(DealId(id))),
        RecordKind::Ticket => Ok(Subject::Ticket(TicketId(id))),
        RecordKind::Task => Err(Error::refused("", "Tasks have neither tags nor notes.")),
    }
}

/// Sets fields through the noun's own form, with its rules and the publisher's rights.
pub(super) async fn update(tx: &mut TenantTx, scene: &Scene<'_>, set: &BTreeMap<String, String>) -> Result<Did> {
    let (kind, id) = scene.record()?;
    scene.may_set(kind, set)?;
    let conventions = scene.workspace.conventions();
    let values: BTreeMap<&str, String> = set.iter().map(|(k, v)| (k.as_str(), merge::fill(v, scene.facts))).collect();
    let mut before = json!({});
    match kind {
        RecordKind::Employee => {
            // Of one's own pay somebody else decides.
            let hand = employees::hand(tx, EmployeeId(id)).await?;
            if let Some(f) = set.keys().filter_map(|key| kind.field(key)).find(|f| !hand.sees(f.class)) {
                return Err(Error::refused("", format!("{} may not change “{}” here.", scene.actor.name, f.label)));
            }
            let now = employees::find(tx, EmployeeId(id)).await?;
            let mut draft = now.draft();
            fill_in(&mut draft, &values, &mut before);
            let fields = draft.parse(&conventions).map_err(Error::Refused)?;
            employees::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Customer => {
            let now = customers::find(tx, CustomerId(id)).await?;
            let mut draft = now.draft();
            fill_in(&mut draft, &values, &mut before);
            let fields = draft.parse(&conventions).map_err(Error::Refused)?;
            customers::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Contact => {
            let now = contacts::find(tx, ContactId(id)).await?;
            let mut draft = now.draft();
            fill_in(&mut draft, &values, &mut before);
            let fields = draft.parse(&conventions).map_err(Error::Refused)?;
            contacts::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Lead => {
            let now = leads::find(tx, LeadId(id)).await?;
            let mut draft = now.draft();
            fill_in(&mut draft, &values, &mut before);
            let fields = draft.parse(&conventions).map_err(Error::Refused)?;
            leads::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Deal => {
            let now = deals::find(tx, DealId(id)).await?;
            let mut draft = now.draft();
            fill_in(&mut draft, &values, &mut before);
            // The form knows a stage by its id, people by its name.
            if values.contains_key("stage") {
                before["stage"] = json!(now.stage_name);
            }
            let fields = draft.parse(&conventions).map_err(Error::Refused)?;
            deals::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Ticket => {
            let now = tickets::find(tx, TicketId(id)).await?;
            let mut draft = now.draft();
            fill_in(&mut draft, &values, &mut before);
            let fields = draft.parse(&conventions).map_err(Error::Refused)?;
            tickets::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Task => {
            let now = tasks::find(tx, TaskId(id)).await?;
            let mut draft = now.draft();
            fill_in(&mut draft, &values, &mut before);
            // People are named by address here, and by id there.
            if let Some(email) = values.get("assignee") {
                let named = people::members_called(tx, &[email.trim().to_lowercase()]).await?.pop();
                let nobody = || Error::refused("assignee", format!("No member has the address {email}."));
                draft.assignee = named.ok_or_else(nobody)?.1.to_string();
            }
            let fields = read_task(&draft, &conventions)?;
            tasks::change(tx, now.id, now.version, &fields).await?;
        }
    }
    Did::next(json!(values), json!({ "before": before }))
}

fn read_task(draft: &task::Draft, conventions: &Conventions) -> Result<task::Fields> {
    let (fields, errors) = draft.read(conventions);
    errors.or(fields).map_err(Error::Refused)
}

fn fill_in<D: Answers>(draft: &mut D, values: &BTreeMap<&str, String>, before: &mut Value) {
    for (key, value) in values {
        before[*key] = json!(draft.get(key));
        draft.set(key, value.clone());
    }
}

pub(super) async fn create_record(
    tx: &mut TenantTx,
    scene: &Scene<'_>,
    step: &Step,
    kind: RecordKind,
    set: &BTreeMap<String, String>,
) -> Result<Did> {
    scene.may_set(kind, set)?;
    if !scene.actor.may(kind.write()) {
        return Err(Error::refused("", format!("{} may not add any {}s.", scene.actor.name, kind.key())));
    }
    let conventions: Conventions = scene.workspace.conventions();
    let values: BTreeMap<&str, String> = set.iter().map(|(k, v)| (k.as_str(), merge::fill(v, scene.facts))).collect();
    let (id, mut before) = (scene.id(step), json!({}));
    match kind {
        RecordKind::Employee => {
            let mut draft = employee::Draft::default();
            fill_in(&mut draft, &values, &mut before);
            employees::add(tx, EmployeeId(id), &draft.parse(&conventions).map_err(Error::Refused)?).await?;
        }
        RecordKind::Customer => {
            let mut draft = customer::Draft::default();
            fill_in(&mut draft, &values, &mut before);
            customers::add(tx, CustomerId(id), &draft.parse(&conventions).map_err(Error::Refused)?).await?;
        }
        RecordKind::Contact => {
            let mut draft = contact::Draft::default();
            fill_in(&mut draft, &values, &mut before);
            contacts::add(tx, ContactId(id), &draft.parse(&conventions).map_err(Error::Refused)?).await?;
        }
        RecordKind::Lead => {
            let mut draft = lead::Draft::default();
            fill_in(&mut draft, &values, &mut before);
            leads::add(tx, LeadId(id), &draft.parse(&conventions).map_err(Error::Refused)?).await?;
        }
        RecordKind::Deal => {
            let mut draft = deal::Draft::default();
            fill_in(&mut draft, &values, &mut before);
            deals::add(tx, DealId(id), &draft.parse(&conventions).map_err(Error::Refused)?).await?;
        }
        RecordKind::Ticket => {
            let mut draft = ticket::Draft::default();
            fill_in(&mut draft, &values, &mut before);
            tickets::add(tx, TicketId(id), &draft.parse(&conventions).map_err(Error::Refused)?).await?;
        }
        RecordKind::Task => return Err(Error::refused("", "Use the step “Create a task” for it.")),
    }
    Did::next(json!(values), json!({ "record": kind.key(), "id": id }))
}

/// Gives the record to one of several.
pub(super) async fn give(tx: &mut TenantTx, scene: &Scene<'_>, step: &Step, assign: &Assign) -> Result<Did> {
    let (kind, id) = scene.record()?;
    let among = people::members(tx, &assign.among, scene.about()).await?;
    let nobody = || Error::refused("", "None of those whom it could be given to is an active member.");
    let chosen = match assign.by {
        Choose::Person => among.first().copied(),
        Choose::LeastLoaded => people::least_loaded(tx, kind, &among).await?,
        Choose::RoundRobin if among.is_empty() => None,
        Choose::RoundRobin => {
            let turn = usize::try_from(workflows::turn(tx, scene.run.workflow, &step.id).await?).unwrap_or_default();
            Some(among[turn % among.len()])
        }
    };
    let chosen = chosen.ok_or_else(nobody)?;
    let (name, email) = people::called(tx, chosen).await?;
    match kind {
        RecordKind::Customer => {
            let now = customers::find(tx, CustomerId(id)).await?;
            let draft = customer::Draft { owner: email, ..now.draft() };
            let fields = draft.parse(&scene.workspace.conventions()).map_err(Error::Refused)?;
            customers::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Contact => {
            let now = contacts::find(tx, ContactId(id)).await?;
            let draft = contact::Draft { owner: email, ..now.draft() };
            let fields = draft.parse(&scene.workspace.conventions()).map_err(Error::Refused)?;
            contacts::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Lead => {
            let now = leads::find(tx, LeadId(id)).await?;
            let draft = lead::Draft { owner: email, ..now.draft() };
            let fields = draft.parse(&scene.workspace.conventions()).map_err(Error::Refused)?;
            leads::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Deal => {
            let now = deals::find(tx, DealId(id)).await?;
            let draft = deal::Draft { owner: email, ..now.draft() };
            let fields = draft.parse(&scene.workspace.conventions()).map_err(Error::Refused)?;
            deals::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Ticket => drop(tickets::put(tx, TicketId(id), tickets::Put::Assignee(Some(chosen))).await?),
        RecordKind::Task => {
            let now = tasks::find(tx, TaskId(id)).await?;
            let draft = task::Draft { assignee: chosen.to_string(), ..now.draft() };
            let fields = read_task(&draft, &scene.workspace.conventions())?;
            tasks::change(tx, now.id, now.version, &fields).await?;
        }
        RecordKind::Employee => return Err(Error::refused("", "An employee has no owner.")),
    }
    Did::next(json!({ "by": assign.by.key() }), json!({ "to": name }))
}
