//! Queries of tasks. Every read passes through [`narrow`], which leaves out those that the reader may not see, and through
//! [`SHAPES`], which name the record of a task to nobody who may not see that.

mod coming;

pub use coming::{of_mine, snooze};

use crate::{
    Error, Result, TenantTx, Version, Who,
    db::{day, strange},
    events,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind},
    records, search,
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use domain::{
    Day, Errors, MemberId, TaskId,
    access::{Scope, TasksRead, TasksWrite},
    events::Event,
    list::{Slice, Sort},
    recurrence::Repeat,
    reminders::Remind,
    tasks::{Due, Fields, Filter, Order, Person, Priority, State, Tab, Task},
    workspace::access::Subject,
};
use sqlx::{Postgres, QueryBuilder};
use std::sync::LazyLock;
use uuid::Uuid;

const TASKS: Kind = Kind::Tasks;

const COLUMNS: &str = "e.id, e.version, e.title, e.details, e.due_on, e.due_time, e.remind_before, e.remind_at, e.repeats, e.priority, e.assignee_id, e.created_by, e.employee_id, \
    e.customer_id, e.contact_id, e.deal_id, e.lead_id, e.ticket_id, e.done_at, e.done_by, e.created_at, e.tenant_id";

const JOINED: &str = "a.name as assignee_name, c.name as creator_name, d.name as doer_name, s.name as employee_name, s.number as employee_number, k.name as customer_name, v.name as contact_name, g.name as deal_name, \
    h.name as lead_name, t.name as ticket_name";

/// The index's, to the letter.
const DUE: &str = "case when e.due_on is null then 'infinity' else e.due_on end";

/// By what the reader sees of records.
static JOINS: LazyLock<records::Kept> = LazyLock::new(records::Kept::default);

fn joins(sight: records::Sight) -> String {
    format!(
        " left join members a on a.tenant_id = p.tenant_id and a.id = p.assignee_id \
          left join members c on c.tenant_id = p.tenant_id and c.id = p.created_by \
          left join members d on d.tenant_id = p.tenant_id and d.id = p.done_by{}{}",
        records::joins(sight),
        records::joins_of_tickets(sight)
    )
}

fn shape(tx: &TenantTx) -> Shape {
    let joins = JOINS.of(records::sight(tx), joins);
    Shape { from: "tasks e", columns: COLUMNS, joined: JOINED, joins, counted: DUE }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Due => (DUE, "date"),
        Order::Title => ("lower(e.title)", "text"),
        // The most important first.
        Order::Priority => ("case e.priority when 'high' then 0 when 'normal' then 1 else 2 end", "int"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// Somebody with tasks that are due today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueToday {
    pub member: MemberId,
    /// Today, where they are.
    pub day: Day,
    pub count: i64,
    /// The task, where it is only one.
    pub only: Option<(TaskId, String)>,
}

/// Whose open tasks are due today, after this hour of their own day, and who has not been told so. Only by the schedule.
pub async fn due_untold(tx: &mut TenantTx, hour: i32, most: i64) -> Result<Vec<DueToday>> {
    let (now, zone) = (tx.now(), tx.zone());
    let rows = sqlx::query!(
        r#"with due as (
             select assignee_id, due_on, min(id::text)::uuid as id, min(title) as title, count(*) as count from tasks
             where done_at is null
               and case when due_on is null then 'infinity' else due_on end
                   between ($1 at time zone 'UTC')::date - 1 and ($1 at time zone 'UTC')::date + 1
             group by assignee_id, due_on
           )
           select d.assignee_id, d.due_on as "due_on!", d.id as "id!", d.title as "title!", d.count as "count!" from due d
           left join house.member_zones((select array_agg(distinct assignee_id) from due)) z on z.member_id = d.assignee_id
           where d.due_on = ($1 at time zone coalesce(z.zone, $2))::date
             and extract(hour from $1 at time zone coalesce(z.zone, $2)) >= $3::int
             and not exists (
               select from notifications n
               where n.member_id = d.assignee_id and n.kind = 'task_due' and n.key = d.due_on::text)
           order by d.assignee_id limit $4"#,
        now,
        zone.name(),
        hour,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| DueToday {
            member: MemberId(r.assignee_id),
            day: Day(r.due_on),
            count: r.count,
            only: (r.count == 1).then_some((TaskId(r.id), r.title)),
        })
        .collect())
}

/// One page of the tasks that the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Task>> {
    let hits = search::hits(tx, "task", &filter.q).await?;
    let (who, today, scope) = (tx.who(), tx.today(), tx.scope::<TasksRead>());
    let plan = match hits {
        search::Hits::These(_) => Plan::Found,
        // Everybody's first page of the day.
        _ if !filter.narrows() && filter.sort.is_empty() && filter.tab() != Tab::All => Plan::Kept,
        // What stands on each record.
        _ if filter.is_of_a_record() => Plan::Kept,
        _ => Plan::Fresh,
    };
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &hits, who, today, scope);
    let (shape, zone) = (shape(tx), tx.told_in());
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), plan).await?;
    let rows = page.rows.into_iter().map(|r| r.task(zone)).collect::<Result<_>>()?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near: page.near })
}

fn narrow(
    q: &mut QueryBuilder<Postgres>,
    filter: &Filter,
    hits: &search::Hits,
    who: Who,
    today: Day,
    scope: Option<Scope>,
) {
    let me = match who {
        Who::Member(me) => me.0,
        _ => Uuid::nil(),
    };
    // What is assigned to somebody, or made by them, is within any reach.
    match filter.tab() {
        _ if scope.is_none() => {
            q.push(" and false");
        }
        Tab::Mine => {
            q.push(" and e.assignee_id = ").push_bind(me);
        }
        Tab::Delegated => {
            q.push(" and e.created_by = ").push_bind(me).push(" and e.assignee_id <> ").push_bind(me);
        }
        Tab::All => reach::narrow(q, TASKS, scope),
    }
    if let Some(member) = filter.assignee {
        q.push(" and e.assignee_id = ").push_bind(member.0);
    }
    match filter.state() {
        State::Open => q.push(" and e.done_at is null"),
        State::Done => q.push(" and e.done_at is not null"),
    };
    match filter.due() {
        None => {}
        // In the words of the index.
        Some(Due::Overdue) => {
            q.push(" and ").push(DUE).push(" < ").push_bind(today.0);
        }
        Some(Due::Today) => {
            q.push(" and ").push(DUE).push(" = ").push_bind(today.0);
        }
        Some(Due::Week) => {
            q.push(" and ").push(DUE).push(" between ").push_bind(today.0);
            q.push(" and ").push_bind(today.0 + chrono::Duration::days(6));
        }
        Some(Due::Never) => {
            q.push(" and e.due_on is null");
        }
    }
    if let Some(subject) = filter.about() {
        q.push(" and e.record_id = ").push_bind(subject.id());
    }
    hits.narrow(q);
}

/// One task, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: TaskId) -> Result<Task> {
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS).push(" from tasks e where e.id = ").push_bind(id.0);
    reach::narrow(&mut q, TASKS, tx.scope::<TasksRead>());
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    row.ok_or(Error::NotFound)?.task(tx.told_in())
}

/// The open tasks about a record, of those that the reader may see, the next due first.
pub async fn about(tx: &mut TenantTx, subject: Subject) -> Result<Slice<Task>> {
    list(tx, &Filter { of: Tab::All.key().into(), about: subject.key(), ..Filter::default() }).await
}

/// What of these fields other records stand against, told all at once. `own` is the task's, old or new.
pub async fn check(tx: &mut TenantTx, own: TaskId, f: &Fields) -> Result<Errors> {
    let mut errors = Errors::default();
    if let Some(assignee) = f.assignee {
        let there = sqlx::query_scalar!(
            r#"select exists (select from members where id = $1 and deactivated_at is null)
                 or exists (select from tasks where id = $2 and assignee_id = $1) as "there!""#,
            assignee.0,
            own.0
        );
        if !there.fetch_one(tx.conn()).await? {
            errors.add("assignee", "This person is no member any more. Choose somebody else.");
        }
    }
    match records::meant(tx, f.about.as_ref()).await {
        Err(Error::Refused(wrong)) => errors.merge(wrong),
        other => drop(other?),
    }
    Ok(errors)
}

/// Adds a task under the given id, which was drawn with the form: a form sent twice adds once.
pub async fn add(tx: &mut TenantTx, id: TaskId, f: &Fields) -> Result<TaskId> {
    if tx.scope::<TasksWrite>().is_none() {
        return Err(Error::NotFound);
    }
    let me = match tx.who() {
        Who::Member(me) => Some(me),
        _ => None,
    };
    let assignee = f.assignee.or(me).ok_or_else(|| Error::refused("assignee", "Say who is to do it."))?;
    refuse(check(tx, id, &Fields { about: None, assignee: Some(assignee), ..f.clone() }).await?)?;
    let subject = records::meant(tx, f.about.as_ref()).await?;
    let zone = tx.told_in();
    let added = sqlx::query!(
        "insert into tasks (tenant_id, id, title, details, due_on, priority, assignee_id, created_by, employee_id, customer_id, contact_id,
           deal_id, lead_id, ticket_id, created_at, updated_at, due_time, remind_before, remind_at, repeats)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $15, $14, $14, $16, $17, $18, $19)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.title,
        f.details,
        f.due.map(|d| d.0),
        f.priority.key(),
        assignee.0,
        me.map(|m| m.0),
        subject.and_then(Subject::employee),
        subject.and_then(Subject::customer),
        subject.and_then(Subject::contact),
        subject.and_then(Subject::deal),
        subject.and_then(Subject::lead),
        tx.now(),
        subject.and_then(Subject::ticket),
        f.due_time,
        f.remind.and_then(Remind::before),
        f.remind.and_then(|r| r.moment(zone)),
        f.repeat.as_ref().map(Repeat::text),
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        events::emit(tx, Event::TaskAdded { task: id, assignee }).await?;
    } else if !find(tx, id).await?.is(f) {
        return Err(Error::Sent);
    }
    Ok(id)
}

/// Changes all fields. Who it is for stays, where nobody is said.
pub async fn change(tx: &mut TenantTx, id: TaskId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<TasksWrite>(tx, TASKS, id.0).await?;
    let before = find(tx, id).await?;
    let assignee = f.assignee.unwrap_or(before.assignee.id);
    refuse(check(tx, id, &Fields { about: None, assignee: Some(assignee), ..f.clone() }).await?)?;
    // What somebody may not see they cannot have taken away.
    let keeps = before.about_hidden && f.about.is_none();
    let subject = match (&f.about, &before.about) {
        (Some(about), Some(now)) if now.means(about) => Some(now.subject),
        _ => records::meant(tx, f.about.as_ref()).await?,
    };
    let zone = tx.told_in();
    let kept = before.repeat.as_ref().filter(|_| before.due == f.due);
    let repeat = f.repeat.clone().map(|r| r.keeping(kept));
    let done = sqlx::query!(
        "update tasks set version = version + 1, updated_at = $3, title = $4, details = $5, due_on = $6, priority = $7,
           assignee_id = $8, employee_id = case when $9 then employee_id else $10 end,
           customer_id = case when $9 then customer_id else $11 end, contact_id = case when $9 then contact_id else $12 end,
           deal_id = case when $9 then deal_id else $13 end,
           lead_id = case when $9 then lead_id else $14 end, ticket_id = case when $9 then ticket_id else $15 end, due_time = $16, remind_before = $17,
           remind_at = $18, repeats = $19
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.title,
        f.details,
        f.due.map(|d| d.0),
        f.priority.key(),
        assignee.0,
        keeps,
        subject.and_then(Subject::employee),
        subject.and_then(Subject::customer),
        subject.and_then(Subject::contact),
        subject.and_then(Subject::deal),
        subject.and_then(Subject::lead),
        subject.and_then(Subject::ticket),
        f.due_time,
        f.remind.and_then(Remind::before),
        f.remind.and_then(|r| r.moment(zone)),
        repeat.as_ref().map(Repeat::text),
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    let other = before.about.as_ref().map(|a| a.subject) != subject && !keeps;
    let fields: Vec<String> = [
        ("title", before.title != f.title),
        ("details", before.details != f.details),
        ("due", (before.due, before.due_time) != (f.due, f.due_time)),
        ("remind", before.remind != f.remind),
        ("repeat", before.repeat != repeat),
        ("priority", before.priority != f.priority),
        ("assignee", before.assignee.id != assignee),
        ("about", other),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.to_owned())
    .collect();
    if !fields.is_empty() {
        let assignee = Some(assignee).filter(|a| *a != before.assignee.id);
        events::emit(tx, Event::TaskChanged { task: id, fields, assignee }).await?;
    }
    Ok(())
}

/// Marks those of `ids` done that the reader may change and that are not done yet. Gives which.
pub async fn finish(tx: &mut TenantTx, ids: &[TaskId]) -> Result<Vec<TaskId>> {
    let ids = within(tx, ids).await?;
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    let done = sqlx::query_scalar!(
        "update tasks set done_at = $2, done_by = $3, updated_at = $2, version = version + 1
         where id = any($1) and done_at is null returning id",
        &ids,
        tx.now(),
        by
    )
    .fetch_all(tx.conn())
    .await?;
    let done: Vec<_> = done.into_iter().map(TaskId).collect();
    for task in &done {
        events::emit(tx, Event::TaskDone { task: *task }).await?;
    }
    coming::next(tx, &done).await?;
    Ok(done)
}

/// Opens those of `ids` again that the reader may change and that are done. Gives which.
pub async fn reopen(tx: &mut TenantTx, ids: &[TaskId]) -> Result<Vec<TaskId>> {
    let ids = within(tx, ids).await?;
    let opened = sqlx::query_scalar!(
        "update tasks set done_at = null, done_by = null, updated_at = $2, version = version + 1
         where id = any($1) and done_at is not null returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let opened: Vec<_> = opened.into_iter().map(TaskId).collect();
    for task in &opened {
        events::emit(tx, Event::TaskReopened { task: *task }).await?;
    }
    coming::take_back(tx, &opened).await?;
    Ok(opened)
}

/// As [`finish`], for whoever holds the right by another noun: an item of a checklist. Gives whether it was open.
pub(crate) async fn finish_held(tx: &mut TenantTx, id: TaskId) -> Result<bool> {
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    let done = sqlx::query!(
        "update tasks set done_at = $2, done_by = $3, updated_at = $2, version = version + 1 where id = $1 and done_at is null",
        id.0,
        tx.now(),
        by
    );
    let done = done.execute(tx.conn()).await?.rows_affected() > 0;
    if done {
        events::emit(tx, Event::TaskDone { task: id }).await?;
        coming::next(tx, &[id]).await?;
    }
    Ok(done)
}

/// As [`reopen`], as above.
pub(crate) async fn reopen_held(tx: &mut TenantTx, ids: &[TaskId]) -> Result<()> {
    for id in ids {
        let opened = sqlx::query!(
            "update tasks set done_at = null, done_by = null, updated_at = $2, version = version + 1
             where id = $1 and done_at is not null",
            id.0,
            tx.now()
        );
        if opened.execute(tx.conn()).await?.rows_affected() > 0 {
            events::emit(tx, Event::TaskReopened { task: *id }).await?;
        }
    }
    Ok(())
}

async fn within(tx: &mut TenantTx, ids: &[TaskId]) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    reach::within::<TasksWrite>(tx, TASKS, &ids).await
}

fn refuse(errors: Errors) -> Result<()> {
    errors.or(()).map_err(Error::Refused)
}

row! {
    struct Row {
        assignee_name: Option<String>,
        creator_name: Option<String>,
        doer_name: Option<String>,
        employee_name: Option<String>,
        employee_number: Option<String>,
        customer_name: Option<String>,
        contact_name: Option<String>,
        deal_name: Option<String>,
        lead_name: Option<String>,
        ticket_name: Option<String>,
        id: Uuid,
        version: i32,
        title: String,
        details: Option<String>,
        due_on: Option<NaiveDate>,
        due_time: Option<NaiveTime>,
        remind_before: Option<i32>,
        remind_at: Option<DateTime<Utc>>,
        repeats: Option<String>,
        priority: String,
        assignee_id: Uuid,
        created_by: Option<Uuid>,
        employee_id: Option<Uuid>,
        customer_id: Option<Uuid>,
        contact_id: Option<Uuid>,
        deal_id: Option<Uuid>,
        lead_id: Option<Uuid>,
        ticket_id: Option<Uuid>,
        done_at: Option<DateTime<Utc>>,
        done_by: Option<Uuid>,
        created_at: DateTime<Utc>,
    }
}

impl Row {
    fn task(self, zone: Tz) -> Result<Task> {
        let priority = Priority::parse(&self.priority).ok_or_else(|| strange("priority", &self.priority))?;
        let subject = Subject::of(
            self.employee_id,
            self.customer_id,
            self.contact_id,
            self.deal_id,
            self.lead_id,
            self.ticket_id,
        );
        let sold = [self.customer_name, self.contact_name, self.deal_name, self.lead_name, self.ticket_name];
        let names = [self.employee_name].into_iter().chain(sold);
        let about = records::named(subject, self.employee_number, names);
        let person =
            |id: Option<Uuid>, name: Option<String>| id.map(MemberId).zip(name).map(|(id, name)| Person { id, name });
        Ok(Task {
            id: TaskId(self.id),
            version: self.version,
            title: self.title,
            details: self.details,
            due: day(self.due_on),
            due_time: self.due_time,
            remind: Remind::of(self.remind_before, self.remind_at, zone),
            repeat: self.repeats.as_deref().and_then(Repeat::parse),
            priority,
            assignee: Person { id: MemberId(self.assignee_id), name: self.assignee_name.unwrap_or_default() },
            created_by: person(self.created_by, self.creator_name),
            about_hidden: subject.is_some() && about.is_none(),
            about,
            done_at: self.done_at,
            done_by: person(self.done_by, self.doer_name),
            created_at: self.created_at,
        })
    }
}
