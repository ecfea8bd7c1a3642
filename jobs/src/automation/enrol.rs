//! Who is enrolled, and why who is not: the one gate that every trigger goes through (DOMAIN: Automation).

use super::runner::inside;
use crate::{Context, Failure, Run};
use chrono::{DateTime, Duration, Utc};
use domain::{
    Day, MemberId, RunId, WorkflowId,
    access::{Actor, Scope},
    audit::Action,
    automation::{
        fields::{Facts, RecordKind},
        workflows::{DEEPEST, Trigger},
    },
    jobs::{AdvanceRun, TakeHook},
    notifications::{Kind, Notice},
    paths,
    workspace::Workspace,
};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, hash_map::Entry};
use store::{
    Desk, Error, TenantTx, Who,
    automation::{
        happenings::{self, Enrolment, NotEnrolled},
        records, runs, switch,
        workflows::{self, Active},
    },
    notifications, queue,
    workspace::{members, roles},
};
use uuid::Uuid;

/// A record, or nothing, before a workflow's door.
pub(super) struct Candidate {
    pub workflow: WorkflowId,
    pub number: i32,
    pub first: Option<String>,
    pub record: Option<(RecordKind, Uuid, String)>,
    /// What makes it the same as another.
    pub once: String,
    /// Not within this time after the last.
    pub cool_down: Duration,
    pub occasion: Value,
    pub depth: i16,
    /// Whether the log does without why it was not enrolled: whoever asks all records is not told of each.
    pub quiet: bool,
}

impl Candidate {
    /// `occasion_key` tells one occasion from another, for workflows that a record may go through again.
    pub fn of(
        w: &Active,
        record: Option<(RecordKind, Uuid, String)>,
        occasion_key: &str,
        occasion: Value,
        depth: i16,
    ) -> Self {
        let again = w.definition.again;
        let id = record.as_ref().map(|(_, id, _)| id.to_string());
        let once = match id {
            Some(id) if !again => id,
            Some(id) => format!("{id}/{occasion_key}"),
            None => occasion_key.to_owned(),
        };
        let minutes = if again { w.definition.cool_down } else { 0 };
        Self {
            workflow: w.id,
            number: w.number,
            first: w.definition.steps.first().map(|s| s.id.clone()),
            record,
            once,
            cool_down: Duration::minutes(minutes.into()),
            occasion,
            depth,
            quiet: false,
        }
    }
}

/// Why somebody was not enrolled, for the log.
pub(super) fn not(workflow: WorkflowId, record: Uuid, name: &str, reason: impl Into<String>) -> NotEnrolled {
    NotEnrolled { workflow, record, name: name.to_owned(), reason: reason.into() }
}

/// Those in whose names workflows work, as they are now: a change of their rights holds from the next record on.
#[derive(Default)]
pub(super) struct Publishers(HashMap<MemberId, Option<Actor>>);

impl Publishers {
    /// Whoever published it; or why nothing is done in their name.
    pub async fn of(&mut self, tx: &mut TenantTx, w: &Active) -> store::Result<Result<Actor, String>> {
        if let Entry::Vacant(place) = self.0.entry(w.publisher) {
            place.insert(match roles::actor(tx, w.publisher).await {
                Ok(actor) => Some(actor),
                Err(Error::NotFound) => None,
                Err(e) => return Err(e),
            });
        }
        let Some(actor) = self.0.get(&w.publisher).cloned().flatten() else {
            return Ok(Err("Whoever published it is no member any more".into()));
        };
        Ok(match w.definition.record {
            Some(kind) if !actor.may(kind.read()) => {
                Err(format!("{}, who published it, may not see such records any more", actor.name))
            }
            _ if !w.definition.within(actor.rights.sight_of_all()) => {
                Err(format!("{}, who published it, may not see all of its fields any more", actor.name))
            }
            _ => Ok(actor),
        })
    }
}

/// Facts of these records as a publisher sees them. Who sees all of them is served by what was read for everybody.
pub(super) async fn facts_for(
    tx: &mut TenantTx,
    actor: &Actor,
    kind: RecordKind,
    ids: &[Uuid],
) -> store::Result<HashMap<Uuid, (String, Facts)>> {
    if actor.rights.scope(kind.read()) == Some(Scope::All) {
        return records::facts(tx, kind, ids).await;
    }
    let system = tx.sit(Desk::of_member(actor, tx.zone(), None)).await?;
    let facts = records::facts(tx, kind, ids).await?;
    tx.sit(system).await?;
    Ok(facts)
}

/// Pauses a workflow that nothing can be done for in its publisher's name; whoever may give it another is told, once.
pub(super) async fn orphan(tx: &mut TenantTx, workspace: &Workspace, w: &Orphan<'_>, why: &str) -> store::Result<()> {
    if !workflows::pause(tx, w.id, Some(&format!("{why}."))).await? {
        return Ok(());
    }
    let mut told = members::owners(tx).await?;
    told.push(w.publisher);
    let notice = Notice {
        kind: Kind::WorkflowFailed,
        title: format!("{} has paused itself", w.name),
        body: Some(format!("{why}. It goes on once somebody has published it in their name.")),
        path: inside(workspace, &paths::workflow(&workspace.slug, w.id)),
        key: format!("{}/{}", w.id, tx.now().timestamp_micros()),
    };
    notifications::notify(tx, &told, &notice).await
}

/// A workflow in nobody's name.
pub(super) struct Orphan<'a> {
    pub id: WorkflowId,
    pub name: &'a str,
    pub publisher: MemberId,
}

impl<'a> From<&'a Active> for Orphan<'a> {
    fn from(w: &'a Active) -> Self {
        Self { id: w.id, name: &w.name, publisher: w.publisher }
    }
}

/// Whether a record may pass: the chain is not too long, and it meets the conditions.
pub(super) fn meets(w: &Active, facts: &Facts, today: Day, depth: i16) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!(
            "Workflows that start one another are followed {DEEPEST} deep, and this would be the next"
        ));
    }
    w.definition.takes(facts)?;
    w.definition.conditions.holds(w.definition.record, facts, today)
}

/// Enrols who was not yet and has not been lately, and has their runs begin: at once, or as the bucket fills. `skipped`
/// are those that the caller has refused: the log is written once, in one order, so that two pumps never wait for each
/// other in a circle.
pub(super) async fn admit(
    tx: &mut TenantTx,
    candidates: Vec<Candidate>,
    mut skipped: Vec<NotEnrolled>,
) -> store::Result<Vec<RunId>> {
    let now = tx.now();
    let cooled: Vec<WorkflowId> =
        candidates.iter().filter(|c| c.cool_down > Duration::zero()).map(|c| c.workflow).collect();
    happenings::one_by_one(tx, &cooled).await?;
    let quiet: HashSet<(WorkflowId, String)> =
        candidates.iter().filter(|c| c.quiet).map(|c| (c.workflow, c.once.clone())).collect();
    let pairs: Vec<(WorkflowId, Uuid)> = candidates
        .iter()
        .filter(|c| c.cool_down > Duration::zero())
        .filter_map(|c| Some((c.workflow, c.record.as_ref()?.1)))
        .collect();
    let mut last: HashMap<(WorkflowId, Uuid), DateTime<Utc>> =
        happenings::last(tx, &pairs).await?.into_iter().map(|(w, r, at)| ((w, r), at)).collect();
    let mut enrolments = vec![];
    for c in candidates {
        let (record, name) = c.record.as_ref().map_or((Uuid::nil(), ""), |(_, id, name)| (*id, name.as_str()));
        if c.cool_down > Duration::zero() {
            if let Some(at) = last.get(&(c.workflow, record))
                && now - *at < c.cool_down
            {
                if c.quiet {
                    continue;
                }
                let why = format!("It went through it less than {} minutes before", c.cool_down.num_minutes());
                skipped.push(not(c.workflow, record, name, why));
                continue;
            }
            last.insert((c.workflow, record), now);
        }
        enrolments.push(Enrolment {
            id: tx.id(),
            workflow: c.workflow,
            number: c.number,
            once: c.once,
            record: c.record,
            step: c.first,
            occasion: c.occasion,
            depth: c.depth,
        });
    }
    let by = match tx.who() {
        Who::Member(by) => Some(by.0),
        _ => None,
    };
    let made = happenings::enrol(tx, &enrolments, by).await?;
    let there: HashSet<RunId> = made.iter().copied().collect();
    let refused = |e: &&Enrolment| !there.contains(&e.id) && !quiet.contains(&(e.workflow, e.once.clone()));
    for e in enrolments.iter().filter(refused) {
        let (record, name) = e.record.as_ref().map_or((Uuid::nil(), ""), |(_, id, name)| (*id, name.as_str()));
        skipped.push(not(e.workflow, record, name, "It has gone through it before"));
    }
    happenings::skip(tx, &skipped).await?;
    begin(tx, &made).await?;
    Ok(made)
}

/// Tells the first runs to begin now, and those that the bucket does not hold when it will.
async fn begin(tx: &mut TenantTx, made: &[RunId]) -> store::Result<()> {
    if made.is_empty() {
        return Ok(());
    }
    let (held, per_minute) = switch::take(tx, made.len()).await?;
    let at_once = usize::try_from(held.max(0)).unwrap_or_default().min(made.len());
    let (tenant, turn) = (tx.tenant(), 1);
    let jobs: Vec<AdvanceRun> = made[..at_once].iter().map(|run| AdvanceRun { tenant, run: *run, turn }).collect();
    queue::push_many(tx, &jobs).await?;
    let owed = -held.min(0);
    let mut late = vec![];
    for (i, run) in made[at_once..].iter().enumerate() {
        let place = owed + i64::try_from(i).unwrap_or(i64::MAX) + 1;
        late.push((*run, tx.now() + Duration::milliseconds(place * 60_000 / i64::from(per_minute.max(1)))));
    }
    runs::delay(tx, &late).await?;
    let jobs: Vec<_> = late.into_iter().map(|(run, at)| (AdvanceRun { tenant, run, turn }, at)).collect();
    queue::push_many_at(tx, &jobs).await
}

/// Starts a workflow by hand, on a record that the reader may see. A refusal says why not.
pub async fn start(tx: &mut TenantTx, workflow: WorkflowId, record: Uuid) -> store::Result<RunId> {
    let all = workflows::active(tx, &["manual"]).await?;
    let w = all.iter().find(|w| w.id == workflow).ok_or(Error::NotFound)?;
    let kind = w.definition.record.ok_or(Error::NotFound)?;
    // What somebody may not see, they start nothing on.
    let (name, facts) = records::facts(tx, kind, &[record]).await?.remove(&record).ok_or(Error::NotFound)?;
    if switch::stopped(tx).await? {
        return Err(Error::refused("", "All automation of this workspace is stopped."));
    }
    if let Err(why) = Publishers::default().of(tx, w).await? {
        return Err(Error::refused("", format!("{why}.")));
    }
    if let Err(why) = meets(w, &facts, tx.today(), 0) {
        return Err(Error::refused("", format!("Its conditions do not hold: {why}.")));
    }
    let key = tx.id::<RunId>().to_string();
    let candidate = Candidate::of(w, Some((kind, record, name)), &key, json!({ "on": "manual" }), 0);
    let made = admit(tx, vec![candidate], vec![]).await?;
    let refused = || Error::refused("", "This record has gone through it before, or was in it a moment ago.");
    let run = made.first().copied().ok_or_else(refused)?;
    super::note(tx, run, Action::RunStarted, None).await?;
    Ok(run)
}

/// What was posted to a workflow's address. `None`: it starts nothing, and the log says why. [`Error::NotFound`]: nobody
/// listens there.
async fn hooked(cx: &Context, posted: &TakeHook) -> store::Result<Option<RunId>> {
    let (mut tx, workspace) = cx.db.begin_job(posted.tenant, "webhook").await?;
    let all = workflows::active(&mut tx, &["webhook"]).await?;
    let Some(w) = all.iter().find(|w| w.hook == posted.hook) else { return Err(Error::NotFound) };
    let run = match admit_posted(&mut tx, &workspace, w, posted).await? {
        Ok(run) => run,
        Err(why) => {
            happenings::skip_posted(&mut tx, w.id, &why, &posted.payload).await?;
            None
        }
    };
    tx.commit().await?;
    Ok(run)
}

async fn admit_posted(
    tx: &mut TenantTx,
    workspace: &Workspace,
    w: &Active,
    posted: &TakeHook,
) -> store::Result<Result<Option<RunId>, String>> {
    let TakeHook { payload, key, depth, .. } = posted;
    if switch::stopped(tx).await? {
        return Ok(Err("All automation was stopped".into()));
    }
    let actor = match Publishers::default().of(tx, w).await? {
        Ok(actor) => actor,
        Err(why) => {
            orphan(tx, workspace, &w.into(), &why).await?;
            return Ok(Err(why));
        }
    };
    let (mut facts, mut record) = (Facts::default(), None);
    if let (Trigger::Webhook { find: Some(find) }, Some(kind)) = (&w.definition.trigger, w.definition.record) {
        let mut sent = Facts::default();
        sent.payload(payload);
        let value = sent.words(&find.path);
        let system = tx.sit(Desk::of_member(&actor, tx.zone(), None)).await?;
        let found = match value.is_empty() {
            true => None,
            false => records::by_value(tx, kind, &find.field, &value).await?,
        };
        let read = match found {
            Some(id) => records::facts(tx, kind, &[id]).await?.remove(&id).map(|(name, known)| (id, name, known)),
            None => None,
        };
        tx.sit(system).await?;
        match read {
            Some((id, name, known)) => (facts, record) = (known, Some((kind, id, name))),
            None if found.is_some() => return Ok(Err("The record could not be read".into())),
            None if find.unknown => {}
            None => {
                let noun = kind.label().to_lowercase();
                let label = kind.field(&find.field).map_or(find.field.as_str(), |f| f.label).to_lowercase();
                return Ok(Err(match value.is_empty() {
                    true => format!("It has no {}, by which a {noun} would be found", find.path),
                    false => format!("No single {noun} has “{value}” as its {label}"),
                }));
            }
        }
    }
    facts.payload(payload);
    if let Err(why) = meets(w, &facts, tx.today(), *depth) {
        return Ok(Err(why));
    }
    let occasion = json!({ "on": "webhook", "payload": payload });
    let made = admit(tx, vec![Candidate::of(w, record, key, occasion, *depth)], vec![]).await?;
    Ok(Ok(made.first().copied()))
}

impl Run for TakeHook {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        match hooked(cx, &self).await {
            // The address was drawn anew, or the workflow is paused: nobody listens there.
            Ok(_) | Err(Error::NotFound) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }
}
