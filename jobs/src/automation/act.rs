//! What each kind of step does.

mod records;

use self::records::{create_record, give, subject, update};
use super::{runner::inside, ticks::morning};
use crate::mail::id_of;
use chrono::{DateTime, Duration, Utc};
use domain::{
    Day, NoteId, TaskId,
    access::Actor,
    automation::{
        fields::{Facts, RecordKind},
        merge,
        people::Person,
        runs::{Run, StepLog},
        steps::{Action, Approval, Late, Length, NewTask, Step, Wait},
        workflows::Definition,
    },
    jobs::{CallWebhook, SendWorkflowMail},
    notes as note,
    notifications::{Kind, Notice},
    paths, tasks as task,
    workspace::Workspace,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    Error, Result, TenantTx,
    automation::{
        approvals,
        people::{self, About},
    },
    notes, notifications, queue, tags, tasks,
};
use uuid::Uuid;

/// After so long without word of a posting, its run looks whether somebody is still at it.
const UNHEARD_OF: Duration = Duration::hours(1);

/// Letters of what members are told, and of what they are asked.
const BODY: usize = 2_000;
const QUESTION: usize = 500;

/// What a step works with.
pub(super) struct Scene<'a> {
    pub run: &'a Run,
    pub definition: &'a Definition,
    pub workspace: &'a Workspace,
    /// In whose name.
    pub actor: &'a Actor,
    pub facts: &'a Facts,
}

impl Scene<'_> {
    fn kind(&self) -> Option<RecordKind> {
        // Where what was posted fits no record, the words are those of the records that it could have fitted.
        self.run.record.as_ref().map(|(kind, ..)| *kind).or(self.definition.record)
    }

    fn record(&self) -> Result<(RecordKind, Uuid)> {
        let record = self.run.record.as_ref().map(|(kind, id, _)| (*kind, *id));
        record.ok_or_else(|| Error::refused("", "The run has no record."))
    }

    fn about(&self) -> About {
        About { record: self.run.record.as_ref().map(|(kind, id, _)| (*kind, *id)), publisher: self.actor.member }
    }

    fn fill(&self, words: &str) -> String {
        merge::told(words, self.facts)
    }

    /// That whoever published it may change these fields: one that is left out silently would be told as done.
    fn may_set(&self, kind: RecordKind, set: &BTreeMap<String, String>) -> Result<()> {
        let hand = self.actor.rights.hand_of_all();
        match set.keys().filter_map(|key| kind.field(key)).find(|f| !hand.sees(f.class)) {
            None => Ok(()),
            Some(f) => Err(Error::refused("", format!("{} may not change “{}”.", self.actor.name, f.label))),
        }
    }

    /// What is asked, as long as somebody reads it.
    fn question(&self, approval: &Approval) -> String {
        merge::cut(&self.fill(&approval.question), QUESTION)
    }

    /// The key of what this step leaves behind: the same at each try, another one in another round.
    fn key(&self, step: &Step) -> String {
        format!("{}/{}/{}", self.run.id, self.run.round, step.id)
    }

    /// The id of what this step makes, the same at each try.
    fn id(&self, step: &Step) -> Uuid {
        id_of(self.actor.tenant, &format!("step/{}", self.key(step))).0
    }

    /// The page of its record, or of the run where it has none.
    fn path(&self) -> String {
        let slug = &self.workspace.slug;
        let path = match self.run.record {
            Some((RecordKind::Employee, id, _)) => paths::employee(slug, id),
            Some((RecordKind::Customer, id, _)) => paths::customer(slug, id),
            Some((RecordKind::Contact, id, _)) => paths::contact(slug, id),
            Some((RecordKind::Lead, id, _)) => paths::lead(slug, id),
            Some((RecordKind::Deal, id, _)) => paths::deal(slug, id),
            Some((RecordKind::Ticket, id, _)) => paths::ticket(slug, id),
            Some((RecordKind::Task, id, _)) => paths::task(slug, id),
            None => paths::automation_run(slug, self.run.id),
        };
        inside(self.workspace, &path)
    }
}

/// What a step has done, for the log, and where the run goes from it.
pub(super) struct Did {
    pub input: Value,
    pub output: Value,
    pub then: Then,
}

pub(super) enum Then {
    Next,
    /// Into one of the step's own lists.
    Way(&'static str),
    Stop(Option<String>),
    Wait {
        until: DateTime<Utc>,
        watching: bool,
    },
    Ask {
        due: DateTime<Utc>,
    },
    /// A job does it, and tells when it is done; if it has not by then, the run looks after it.
    Post {
        look_at: DateTime<Utc>,
    },
    /// It waits already, and not long enough.
    Still,
}

impl Did {
    fn next(input: Value, output: Value) -> Result<Self> {
        Ok(Self { input, output, then: Then::Next })
    }

    fn then(then: Then, output: Value) -> Result<Self> {
        Ok(Self { input: json!({}), output, then })
    }
}

/// Does a step, in the transaction of whoever published the workflow.
pub(super) async fn act(tx: &mut TenantTx, scene: &Scene<'_>, step: &Step, receipt: Option<&StepLog>) -> Result<Did> {
    match &step.action {
        Action::Update { set } => update(tx, scene, set).await,
        Action::CreateTask(new) => create_task(tx, scene, step, new).await,
        Action::CreateRecord { record, set } => create_record(tx, scene, step, *record, set).await,
        Action::Assign(assign) => give(tx, scene, step, assign).await,
        Action::Email { to, subject, body } => email(tx, scene, step, to, subject, body).await,
        Action::Notify { to, title, body } => notify(tx, scene, step, to, title, body).await,
        Action::Tag { name, remove } => tag(tx, scene, name, *remove).await,
        Action::Note { text } => {
            let (kind, id) = scene.record()?;
            let text = merge::cut(&scene.fill(text), note::LONGEST);
            notes::add(tx, NoteId(scene.id(step)), subject(kind, id)?, &note::Fields::of(text.clone())).await?;
            Did::next(json!({ "text": text }), json!({}))
        }
        Action::Webhook { url } => webhook(tx, scene, step, url, receipt).await,
        Action::Wait(wait) => wait_for(tx, scene, wait, receipt),
        Action::Branch { when, .. } => Ok(match when.holds(scene.kind(), scene.facts, tx.today()) {
            Ok(()) => Did { input: json!({}), output: json!({ "way": "then" }), then: Then::Way("then") },
            Err(why) => Did {
                input: json!({}),
                output: json!({ "way": "otherwise", "why": why }),
                then: Then::Way("otherwise"),
            },
        }),
        Action::Approval(approval) => ask(tx, scene, step, approval, receipt).await,
        Action::Stop => Did::then(Then::Stop(None), json!({})),
    }
}

/// What the field is called in which a step was refused; none where the message says all.
pub(super) fn label(step: &Step, record: Option<RecordKind>, field: &str) -> Option<&'static str> {
    let kind = match &step.action {
        Action::Update { .. } | Action::Assign(_) => record?,
        Action::CreateRecord { record, .. } => *record,
        Action::CreateTask(_) => RecordKind::Task,
        Action::Tag { .. } => return (field == "name").then_some("Tag"),
        Action::Note { .. } => return (field == "text").then_some("Text"),
        _ => return None,
    };
    kind.field(field).map(|f| f.label)
}

async fn create_task(tx: &mut TenantTx, scene: &Scene<'_>, step: &Step, new: &NewTask) -> Result<Did> {
    // Somebody has to see it: where whoever is meant is nobody, that is whoever published the workflow.
    let found = people::members(tx, std::slice::from_ref(&new.assignee), scene.about()).await?.pop();
    let assignee = found.unwrap_or(scene.actor.member);
    let due = new.due_in_days.map(|days| Day(tx.today().0 + Duration::days(days.into())));
    let about = match scene.run.record {
        Some((kind, id, _)) => subject(kind, id).ok().map(Into::into),
        None => None,
    };
    let details = merge::cut(&scene.fill(&new.details), task::LONGEST);
    let fields = task::Fields {
        title: line(&scene.fill(&new.title), 200),
        details: Some(details).filter(|d| !d.trim().is_empty()),
        due,
        due_time: None,
        remind: None,
        repeat: None,
        priority: task::Priority::parse(&new.priority).unwrap_or_default(),
        assignee: Some(assignee),
        about,
    };
    let id = tasks::add(tx, TaskId(scene.id(step)), &fields).await?;
    Did::next(
        json!({ "title": fields.title, "assignee": assignee, "due": due }),
        json!({ "task": id, "instead": found.is_none() }),
    )
}

/// A line as fields take it.
fn line(text: &str, most: usize) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
}

async fn email(
    tx: &mut TenantTx,
    scene: &Scene<'_>,
    step: &Step,
    to: &Person,
    subject: &str,
    body: &str,
) -> Result<Did> {
    let Some((address, name, member)) = people::address(tx, to, scene.about(), scene.facts).await? else {
        let who = to.label(scene.kind());
        return Err(Error::refused("", format!("There is no address to write to: {who} has none.")));
    };
    let (subject, body) = (line(&scene.fill(subject), 200), scene.fill(body));
    // Whoever wants no mail gets none; the run goes on without.
    if matches!(to, Person::Record | Person::Address(_))
        && let Some(why) = people::objection(tx, &address, scene.about()).await?
    {
        let input = json!({ "to": address.to_string(), "subject": subject, "body": body });
        return Did::next(input, json!({ "left_out": why }));
    }
    let mail = SendWorkflowMail {
        tenant: scene.actor.tenant,
        id: id_of(scene.actor.tenant, &scene.key(step)),
        run: scene.run.id,
        to: address.to_string(),
        name,
        member,
        subject: subject.clone(),
        body: body.clone(),
    };
    queue::push(tx, &mail).await?;
    Did::next(json!({ "to": address.to_string(), "subject": subject, "body": body }), json!({ "mail": mail.id }))
}

async fn notify(
    tx: &mut TenantTx,
    scene: &Scene<'_>,
    step: &Step,
    to: &[Person],
    title: &str,
    body: &str,
) -> Result<Did> {
    let members = people::members(tx, to, scene.about()).await?;
    let (title, body) = (line(&scene.fill(title), 200), merge::cut(&scene.fill(body), BODY));
    let notice = Notice {
        kind: Kind::WorkflowNotice,
        title: title.clone(),
        body: Some(body.clone()).filter(|b| !b.trim().is_empty()),
        path: scene.path(),
        key: scene.key(step),
    };
    notifications::notify(tx, &members, &notice).await?;
    Did::next(json!({ "title": title, "body": body }), json!({ "told": members.len() }))
}

async fn tag(tx: &mut TenantTx, scene: &Scene<'_>, name: &str, remove: bool) -> Result<Did> {
    let (kind, id) = scene.record()?;
    let record = subject(kind, id)?;
    match remove {
        false => tags::add(tx, record, name).await.map(drop)?,
        true => tags::remove(tx, record, name).await.map(drop)?,
    }
    Did::next(json!({ "tag": name, "remove": remove }), json!({}))
}

/// Has the record posted. What goes out is the directory's fields: no class beyond, whatever the publisher sees.
async fn webhook(
    tx: &mut TenantTx,
    scene: &Scene<'_>,
    step: &Step,
    url: &str,
    receipt: Option<&StepLog>,
) -> Result<Did> {
    let look_at = tx.now() + UNHEARD_OF;
    let mut job = CallWebhook {
        tenant: scene.actor.tenant,
        run: scene.run.id,
        round: scene.run.round,
        step: step.id.clone(),
        url: url.to_owned(),
        body: Value::Null,
    };
    if let Some(r) = receipt.filter(|r| r.state == "waiting") {
        // It is on its way; the job that posts it tells on.
        if scene.run.wake_at.is_some_and(|at| at > tx.now()) {
            return Did::then(Then::Still, json!({}));
        }
        if queue::ended(tx, &job).await? {
            return Err(Error::refused("", "The webhook was not called: somebody has discarded it."));
        }
        // Whoever has it keeps it; if it got lost, this is it.
        job.body = r.input.get("body").cloned().unwrap_or_default();
        queue::push(tx, &job).await?;
        return Did::then(Then::Post { look_at }, json!({}));
    }
    let body = json!({
        "workflow": { "id": scene.run.workflow, "name": scene.run.workflow_name },
        "run": scene.run.id,
        "step": step.id,
        "occasion": scene.run.occasion.get("on"),
        "at": tx.now(),
        "record": scene.run.record.as_ref().map(|(kind, id, name)| json!({
            "kind": kind.key(), "id": id, "name": name, "fields": directory(*kind, scene.facts),
        })),
    });
    job.body = body.clone();
    queue::push(tx, &job).await?;
    Ok(Did { input: json!({ "url": url, "body": body }), output: json!({}), then: Then::Post { look_at } })
}

/// The fields of a record that everybody in the workspace may see.
fn directory(kind: RecordKind, facts: &Facts) -> Value {
    let open = kind.fields().iter().filter(|f| f.class == domain::draft::FieldClass::Directory);
    open.filter_map(|f| Some((f.key.to_owned(), json!(facts.get(f.key)?.words()))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn wait_for(tx: &TenantTx, scene: &Scene<'_>, wait: &Wait, receipt: Option<&StepLog>) -> Result<Did> {
    let (now, kind) = (tx.now(), scene.kind());
    let over = |output: Value| -> Result<Did> {
        // DOMAIN: delays re-check the record on waking.
        if wait.recheck
            && let Err(why) = scene.definition.conditions.holds(kind, scene.facts, tx.today())
        {
            return Did::then(Then::Stop(Some(format!("The conditions hold no more: {why}."))), output);
        }
        Did::then(Then::Next, output)
    };
    if receipt.is_some_and(|r| r.state == "waiting") {
        let due = scene.run.wake_at.is_none_or(|at| at <= now);
        return match &wait.length {
            Length::Until { when, .. } => match when.holds(kind, scene.facts, tx.today()) {
                Ok(()) => over(json!({ "held": true })),
                Err(why) if due => over(json!({ "held": false, "why": why })),
                Err(_) => Did::then(Then::Still, json!({})),
            },
            _ if due => over(json!({})),
            _ => Did::then(Then::Still, json!({})),
        };
    }
    let (until, watching) = match &wait.length {
        Length::Minutes(n) => (now + Duration::minutes((*n).into()), false),
        Length::Days(n) => (now + Duration::days((*n).into()), false),
        Length::Date { field, days } => match scene.facts.get(field).and_then(|f| morning(tx, f, *days)) {
            Some(at) => (at, false),
            None => return over(json!({ "why": "the date is empty" })),
        },
        Length::Until { when, days } => {
            if when.holds(kind, scene.facts, tx.today()).is_ok() {
                return over(json!({ "held": true }));
            }
            (now + Duration::days((*days).into()), true)
        }
    };
    if until <= now {
        return over(json!({ "why": "the moment has passed" }));
    }
    Ok(Did { input: json!({ "until": until }), output: json!({}), then: Then::Wait { until, watching } })
}

async fn ask(
    tx: &mut TenantTx,
    scene: &Scene<'_>,
    step: &Step,
    approval: &Approval,
    receipt: Option<&StepLog>,
) -> Result<Did> {
    if receipt.is_some_and(|r| r.state == "waiting") {
        let answers = approvals::answers(tx, scene.run, &step.id).await?;
        let is = |answer: &Option<String>, wanted| answer.as_deref() == Some(wanted);
        let (any_no, any_yes) = (answers.iter().any(|a| is(a, "rejected")), answers.iter().any(|a| is(a, "approved")));
        let decided = match approval.all {
            true if any_no => Some(false),
            true => answers.iter().all(|a| is(a, "approved")).then_some(true),
            false if any_yes || any_no => Some(any_yes),
            false => None,
        };
        let way = |yes| if yes { "approved" } else { "rejected" };
        if let Some(yes) = decided {
            approvals::withdraw(tx, scene.run.id).await?;
            super::tell_asker(tx, scene.run, step, &scene.question(approval), yes).await?;
            return Did::then(Then::Way(way(yes)), json!({ "answer": way(yes) }));
        }
        if scene.run.wake_at.is_none_or(|at| at <= tx.now()) {
            approvals::expire(tx, scene.run.id).await?;
            let yes = approval.late == Late::Approved;
            super::tell_asker(tx, scene.run, step, &scene.question(approval), yes).await?;
            let gone = approvals::gone(tx, scene.run, &step.id).await?;
            let why = match gone.is_empty() {
                true => "nobody answered in time".to_owned(),
                false => format!("nobody answered in time; no member any more: {}", gone.join(", ")),
            };
            return Did::then(Then::Way(way(yes)), json!({ "answer": way(yes), "why": why }));
        }
        return Did::then(Then::Still, json!({}));
    }
    let of = people::members(tx, &approval.from, scene.about()).await?;
    if of.is_empty() {
        return Err(Error::refused("", "None of those whom it asks is an active member."));
    }
    let question = scene.question(approval);
    let due = tx.now() + Duration::days(approval.days.into());
    approvals::ask(tx, scene.run, &step.id, (&of, approval.all && of.len() > 1), &question, due).await?;
    let notice = Notice {
        kind: Kind::ApprovalAsked,
        title: question.clone(),
        body: Some(format!("{} waits for your answer.", scene.run.workflow_name)),
        path: inside(scene.workspace, &paths::approvals(&scene.workspace.slug)),
        key: scene.key(step),
    };
    notifications::notify(tx, &of, &notice).await?;
    let input = json!({ "question": question, "asked": of.len(), "due": due });
    Ok(Did { input, output: json!({}), then: Then::Ask { due } })
}
