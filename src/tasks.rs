//! Tasks: the list, one of them, the form, done and open again.

use crate::{
    saved_views,
    web::{
        Allowed, Confirmed, Error, FormPage, Noun, Query, Record, Result, Routes, Screen, Selection, Sheet, Toast,
        Valid,
        listed::{Sought, Viewed},
        noun::{self, Form},
        selection::{back, were},
    },
    workspace::activity::{self, moment},
};
use domain::{
    Conventions, Day, Errors, TaskId,
    access::{
        ContactsRead, CustomersRead, DealsRead, EmployeesRead, LeadsRead, Permission, Scope, TasksRead, TasksWrite,
    },
    draft::Field,
    import::Target,
    list::Slice,
    paths,
    tasks::{Draft, FIELDS, Fields, Filter, Tab, Task, WORDS},
    text::Words,
    workspace::access::Subject,
};
use serde::Deserialize;
use store::{TenantTx, Version, reach, reach::Kind, records, tasks};
use views::{
    form::Entry,
    tasks::{Edit, Index, OnRecord, Options, Show},
};

pub fn routes(r: Routes) -> Routes {
    type N = Tasks;
    r.get(paths::TASKS, list)
        .get(paths::TASK_NEW, new)
        .post(paths::TASK_NEW, add)
        .get(paths::TASK_OPTIONS, options)
        .post(paths::TASK_COMPLETIONS, finish_many)
        .post(paths::TASK_REOPENINGS, reopen_many)
        .get(paths::TASK, show)
        .get(paths::TASK_EDIT, noun::edit::<N>)
        .post(paths::TASK_EDIT, change)
        .post(paths::TASK_COMPLETION, finish)
        .post(paths::TASK_SNOOZE, snooze)
        .post(paths::TASK_REOPENING, reopen)
}

async fn list(who: Allowed<TasksRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let plain = filter == Filter::default();
    let view = index(&who, &screen, &mut tx, filter).await?;
    if let Some(opening) = saved_views::opens_with(&screen, &view.saved).filter(|_| plain) {
        return Ok(screen.go(opening));
    }
    Ok(screen.show(&who, &view))
}

async fn index<P: Permission>(who: &Allowed<P>, screen: &Screen, tx: &mut TenantTx, filter: Filter) -> Result<Index> {
    let (saved, _) = saved_views::around::<Tasks, _>(who, screen, tx, (filter.view.as_str(), false)).await?;
    let page = tasks::list(tx, &filter).await?;
    let about = match filter.about() {
        Some(subject) => Some(records::words(tx, subject).await?.unwrap_or_else(|| "a record".into())),
        None => None,
    };
    let (slug, csrf, once) = (who.slug().clone(), screen.csrf().to_owned(), tx.id::<TaskId>());
    let (today, may_write) = (tx.today(), who.actor.may(TasksWrite::KEY));
    Ok(Index { slug, csrf, once, filter, page, today, about, may_write, saved })
}

async fn show(who: Allowed<TasksRead>, screen: Screen, Record(id): Record<TaskId>) -> Result {
    let mut tx = who.begin().await?;
    let task = tasks::find(&mut tx, id).await?;
    let may_write = !reach::within::<TasksWrite>(&mut tx, Kind::Tasks, &[id.0]).await?.is_empty();
    // Which records it was about before is told to nobody who may not see all that could be.
    let all = |scope| scope == Some(Scope::All);
    let sees_all = all(tx.scope::<EmployeesRead>())
        && all(tx.scope::<CustomersRead>())
        && all(tx.scope::<ContactsRead>())
        && all(tx.scope::<DealsRead>())
        && all(tx.scope::<LeadsRead>());
    let hidden: &[&str] = match sees_all {
        true => &[],
        false => &["employee_id", "customer_id", "contact_id", "deal_id", "lead_id"],
    };
    let history = activity::history(&mut tx, id.0, FIELDS, hidden).await?;
    let subject = task.about.as_ref().map(|a| (a.subject, a.name.clone()));
    let next = match subject.filter(|_| task.is_done()) {
        Some((subject, name)) => crate::activities::next_step(&who, &mut tx, subject, name).await?,
        None => None,
    };
    let (slug, csrf, today) = (who.slug().clone(), screen.csrf().to_owned(), tx.today());
    let moment = moment(&who);
    Ok(screen.show(&who, &Show { slug, csrf, task, today, history, moment, may_write, next }))
}

/// What a link to the form has filled in already: the record that it is about.
async fn new(who: Allowed<TasksWrite>, screen: Screen, Query(draft): Query<Draft>) -> Result {
    Form::<Tasks>::page(&who, Sheet { draft, ..Sheet::blank(screen, who.app()) }).await
}

async fn add(who: Allowed<TasksWrite>, screen: Screen, form: Valid<Form<Tasks>>) -> Result {
    let mut tx = who.begin().await?;
    let added = tasks::add(&mut tx, TaskId(form.once), &form.fields).await;
    let id = form.settle(tx, added).await?;
    let toast = Toast::good(format!("“{}” was added.", form.fields.title)).link("Open", paths::task(who.slug(), id));
    screen.done(back(&form.draft.back, paths::tasks(who.slug())), toast).await
}

/// Back to the list: who has given a task away may not see it any more.
async fn change(
    who: Allowed<TasksWrite>,
    screen: Screen,
    Record(id): Record<TaskId>,
    form: Valid<Form<Tasks>>,
) -> Result {
    let mut tx = who.begin().await?;
    let changed = tasks::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    let mut tx = who.begin().await?;
    let there = !reach::within::<TasksRead>(&mut tx, Kind::Tasks, &[id.0]).await?.is_empty();
    let path = if there { paths::task(who.slug(), id) } else { paths::tasks(who.slug()) };
    screen.done(path, Toast::good("Changes saved.")).await
}

#[derive(Deserialize)]
struct From {
    #[serde(default)]
    back: String,
}

async fn finish(
    who: Allowed<TasksWrite>,
    screen: Screen,
    Record(id): Record<TaskId>,
    Confirmed(from): Confirmed<From>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<TasksWrite>(&mut tx, Kind::Tasks, id.0).await?;
    let task = tasks::find(&mut tx, id).await?;
    tasks::finish(&mut tx, &[id]).await?;
    tx.commit().await?;
    let to = back(&from.back, paths::tasks(who.slug()));
    let undo = [("back", to.clone())];
    let toast = Toast::good(format!("“{}” is done.", task.title)).undo(paths::task_reopening(who.slug(), id), &undo);
    // With a record of customers there is something to go on with.
    let toast = match &task.about {
        Some(about) if !matches!(about.subject, Subject::Employee(_)) => {
            toast.link("What comes next?", paths::task(who.slug(), id))
        }
        _ => toast,
    };
    again(&who, &screen, task, to, toast).await
}

/// Another day, and the page to go back to.
#[derive(Deserialize)]
struct Later {
    to: String,
    #[serde(default)]
    back: String,
}

async fn snooze(
    who: Allowed<TasksWrite>,
    screen: Screen,
    Record(id): Record<TaskId>,
    Confirmed(later): Confirmed<Later>,
) -> Result {
    let day = Day::parse(&later.to, who.workspace.dates).map_err(|e| Error::Bad(e.into()))?;
    let mut tx = who.begin().await?;
    reach::hold::<TasksWrite>(&mut tx, Kind::Tasks, id.0).await?;
    let task = tasks::find(&mut tx, id).await?;
    tasks::snooze(&mut tx, id, day).await?;
    tx.commit().await?;
    let to = back(&later.back, paths::my_day(who.slug()));
    let toast = Toast::good(format!("“{}” is for {} now.", task.title, day.short()));
    let toast = match task.due.filter(|due| *due != day) {
        Some(due) => toast.undo(paths::task_snooze(who.slug(), id), &[("to", due.to_string()), ("back", to.clone())]),
        None => toast,
    };
    screen.done(to, toast).await
}

async fn reopen(
    who: Allowed<TasksWrite>,
    screen: Screen,
    Record(id): Record<TaskId>,
    Confirmed(from): Confirmed<From>,
) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<TasksWrite>(&mut tx, Kind::Tasks, id.0).await?;
    let task = tasks::find(&mut tx, id).await?;
    tasks::reopen(&mut tx, &[id]).await?;
    tx.commit().await?;
    let to = back(&from.back, paths::tasks(who.slug()));
    let toast = Toast::good(format!("“{}” is open again.", task.title));
    again(&who, &screen, task, to, toast).await
}

/// The list, or the card, that somebody ticked in, as it is now.
async fn again<P: Permission>(who: &Allowed<P>, screen: &Screen, task: Task, to: String, toast: Toast) -> Result {
    let mut tx = who.begin().await?;
    match (screen.htmx(), task.about) {
        (true, Some(about)) if screen.wants(views::tasks::CARD) => {
            let card = on_record(&mut tx, who, screen, about.subject).await?;
            screen.changed(&card, to, toast).await
        }
        (true, _) => {
            let filter = crate::web::query::read(to.split_once('?').map_or("", |(_, asked)| asked));
            let view = index(who, screen, &mut tx, filter).await?;
            screen.changed(&view, to, toast).await
        }
        (false, _) => screen.done(to, toast).await,
    }
}

async fn finish_many(
    who: Allowed<TasksWrite>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<TaskId>>,
) -> Result {
    let to = selected.back(paths::tasks(who.slug()));
    let mut tx = who.begin().await?;
    let done = tasks::finish(&mut tx, &selected.ids).await?;
    tx.commit().await?;
    if done.is_empty() {
        // Sent twice, perhaps: the first notice, with its undo, must be the one that is read.
        return Ok(screen.go(to));
    }
    let mut undo: Vec<_> = done.iter().map(|id| ("ids", id.to_string())).collect();
    undo.push(("back", to.clone()));
    let toast = Toast::good(format!("{} done.", were(done.len(), WORDS).replace("was", "is").replace("were", "are")));
    screen.done(to, toast.undo(paths::task_reopenings(who.slug()), &undo)).await
}

async fn reopen_many(
    who: Allowed<TasksWrite>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<TaskId>>,
) -> Result {
    let mut tx = who.begin().await?;
    let opened = tasks::reopen(&mut tx, &selected.ids).await?;
    tx.commit().await?;
    let toast = Toast::good(format!("{} opened again.", were(opened.len(), WORDS)));
    screen.done(selected.back(paths::tasks(who.slug())), toast).await
}

/// The open tasks about a record, for its page.
pub async fn on_record<P: Permission>(
    tx: &mut TenantTx,
    who: &Allowed<P>,
    screen: &Screen,
    subject: Subject,
) -> Result<OnRecord> {
    Ok(OnRecord {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        once: tx.id::<TaskId>(),
        subject,
        tasks: tasks::about(tx, subject).await?,
        today: tx.today(),
        may_write: who.actor.may(TasksWrite::KEY),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    about: String,
}

async fn options(who: Allowed<TasksWrite>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let found = records::options(&mut tx, &asked.about, 6).await?;
    Ok(screen.show(&who, &Options(found)))
}

/// Tasks, to the handlers of all nouns.
pub struct Tasks;

impl Noun for Tasks {
    type Id = TaskId;
    type Record = Task;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = TasksRead;
    type Write = TasksWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Tasks;
    const LIST: &'static str = paths::TASKS;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        fields.title.clone()
    }

    fn name(task: &Task) -> String {
        task.title.clone()
    }

    fn version(task: &Task) -> Version {
        task.version
    }

    fn draft(task: &Task) -> Draft {
        task.draft()
    }

    async fn find(tx: &mut TenantTx, id: TaskId) -> store::Result<Task> {
        tasks::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: TaskId, fields: &Fields) -> store::Result<Errors> {
        tasks::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: TaskId, fields: &Fields) -> store::Result<TaskId> {
        tasks::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: TaskId, version: Version, fields: &Fields) -> store::Result<()> {
        tasks::change(tx, id, version, fields).await
    }

    async fn edit(who: &Allowed<TasksWrite>, tx: &mut TenantTx, mut entry: Entry<Draft>) -> Result<Edit> {
        let me = who.actor.member;
        if entry.draft.assignee.is_empty() {
            entry.draft.assignee = me.to_string();
        }
        // A link and the field on a record say which record by its id.
        if let Some(subject) = Subject::parse(&entry.draft.about) {
            entry.draft.about = records::words(tx, subject).await?.unwrap_or_default();
        }
        let about_hidden = match entry.editing.as_ref().and_then(|e| e.id.parse().ok()) {
            Some(id) => tasks::find(tx, TaskId(id)).await?.about_hidden,
            None => false,
        };
        Ok(Edit { entry, members: store::workspace::members::choices(tx).await?, me, about_hidden })
    }
}

impl Viewed for Tasks {
    type Question = Filter;

    const VIEWS: Target = Target::Tasks;
}

impl Sought for Tasks {
    const TITLE: &'static str = "Tasks";

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Task>> {
        tasks::list(tx, &Filter { q: question.to_owned(), of: Tab::All.key().to_owned(), ..Filter::default() }).await
    }

    fn id(task: &Task) -> TaskId {
        task.id
    }

    fn details(task: &Task) -> Vec<Option<String>> {
        let about = task.about.as_ref().map(|a| a.name.clone());
        vec![Some(task.assignee.name.clone()), about, task.due.map(|due| format!("due {}", due.short()))]
    }
}
