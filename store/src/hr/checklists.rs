//! Queries of checklists: the list, one of them, its items. What one sees is a checklist that one's scope reaches whole,
//! or the items of it that are one's own to do.

pub mod handover;
pub mod running;
pub mod templates;

use crate::{
    Error, Result, TenantTx, Who,
    db::{day, strange},
    list::{self, Key, Plan, Shape, row},
    notifications,
    reach::{self, Kind as Noun},
    tasks,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    ChecklistId, ChecklistItemId, Day, EmployeeId, MemberId, TaskId,
    access::{ChecklistsRead, ChecklistsRun, ChecklistsWrite, Permission, Scope},
    events::Event,
    hr::checklists::{About, Checklist, Filter, Kind, New, Owner, Progress, State, Step},
    list::Slice,
    notifications::{Kind as Notices, Notice},
    paths::{self, Pages},
    tasks::Person,
};
use sqlx::{Postgres, QueryBuilder};
use std::{collections::HashMap, sync::LazyLock};
use uuid::Uuid;

const CHECKLISTS: Noun = Noun::Checklists;

const COLUMNS: &str =
    "e.id, e.kind, e.name, e.employee_id, e.anchor_on, e.keeper_id, e.cancelled_at, e.cancelled_why, e.tenant_id";

const JOINS: &str = " left join employees m on m.tenant_id = p.tenant_id and m.id = p.employee_id \
    left join members k on k.tenant_id = p.tenant_id and k.id = p.keeper_id";

/// Whether all of a checklist is within the scope, as an expression on its row.
const fn whole(scope: Option<Scope>) -> &'static str {
    match scope {
        Some(Scope::All) => "true",
        Some(Scope::Team) => "(p.employee_id in (select house.team()) and p.employee_id is distinct from house.me())",
        _ => "false",
    }
}

static JOINED: LazyLock<[String; 4]> = LazyLock::new(|| {
    [None, Some(Scope::Own), Some(Scope::Team), Some(Scope::All)].map(|scope| {
        format!(
            "m.first_name || ' ' || m.last_name as person, m.number, m.job_title, m.department, m.end_date, k.name as keeper, {} as whole",
            whole(scope)
        )
    })
});

fn shape(tx: &TenantTx) -> Shape {
    let place = tx.scope::<ChecklistsRead>().map_or(0, |s| s as usize + 1);
    Shape { from: "checklists e", columns: COLUMNS, joined: &JOINED[place], joins: JOINS, counted: "e.anchor_on, e.id" }
}

/// One page of the checklists that the reader may see: what runs by its day, what has ended by the latest first.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Checklist>> {
    let (scope, shape) = (tx.scope::<ChecklistsRead>(), shape(tx));
    let key = Key { sql: "e.anchor_on", cast: "date", descending: filter.state() != State::Open };
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, scope);
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key, &filter.cursor(), Plan::Fresh).await?;
    let mut rows: Vec<Checklist> = page.rows.into_iter().map(Row::checklist).collect::<Result<_>>()?;
    count(tx, &mut rows).await?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near: page.near })
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, scope: Option<Scope>) {
    reach::narrow(q, CHECKLISTS, scope);
    match filter.state() {
        State::Open => q.push(" and e.finished_at is null and e.cancelled_at is null"),
        State::Done => q.push(" and e.finished_at is not null and e.cancelled_at is null"),
        State::Cancelled => q.push(" and e.cancelled_at is not null"),
    };
    if let Some(kind) = filter.kind() {
        q.push(" and e.kind = ").push_bind(kind.key());
    }
    for word in filter.q.split_whitespace().take(8) {
        let pattern =
            format!("%{}%", word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        q.push(" and exists (select from employees s where s.tenant_id = e.tenant_id and s.id = e.employee_id");
        q.push(" and lower(s.first_name || ' ' || s.last_name || ' ' || s.number) like ").push_bind(pattern).push(")");
    }
}

/// Puts to each how far it is; to one that is not seen whole, of what is one's own.
async fn count(tx: &mut TenantTx, rows: &mut [Checklist]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|c| c.id.0).collect();
    let whole: Vec<Uuid> = rows.iter().filter(|c| c.whole).map(|c| c.id.0).collect();
    let (me, today) = (me(tx).map(|m| m.0), tx.today().0);
    let counted = sqlx::query!(
        r#"select i.checklist_id, count(*) as "total!", count(t.done_at) as "done!",
             count(*) filter (where t.done_at is null and t.due_on < $3) as "overdue!",
             count(*) filter (where t.done_at is null and i.blocks) as "blocking!"
           from checklist_items i join tasks t on t.tenant_id = i.tenant_id and t.id = i.task_id
           where i.checklist_id = any($1) and (i.checklist_id = any($2) or t.assignee_id = $4)
           group by i.checklist_id"#,
        &ids,
        &whole,
        today,
        me
    )
    .fetch_all(tx.conn())
    .await?;
    let mut counted: HashMap<Uuid, Progress> = counted
        .into_iter()
        .map(|r| (r.checklist_id, Progress { done: r.done, total: r.total, overdue: r.overdue, blocking: r.blocking }))
        .collect();
    for row in rows {
        row.progress = counted.remove(&row.id.0).unwrap_or_default();
    }
    Ok(())
}

fn me(tx: &TenantTx) -> Option<MemberId> {
    match tx.who() {
        Who::Member(me) => Some(me),
        _ => None,
    }
}

/// One checklist, if the reader may see it or has something to do in it.
pub async fn find(tx: &mut TenantTx, id: ChecklistId) -> Result<Checklist> {
    let (shape, scope) = (shape(tx), tx.scope::<ChecklistsRead>());
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS).push(" from checklists e where e.id = ");
    q.push_bind(id.0);
    reach::narrow(&mut q, CHECKLISTS, scope);
    q.push(") p").push(JOINS);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let mut found = [row.ok_or(Error::NotFound)?.checklist()?];
    count(tx, &mut found).await?;
    let [checklist] = found;
    Ok(checklist)
}

/// Those about somebody, for their record; of those that the reader sees whole.
pub async fn about(tx: &mut TenantTx, employee: EmployeeId) -> Result<Vec<Checklist>> {
    let (shape, scope) = (shape(tx), tx.scope::<ChecklistsRead>());
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS).push(" from checklists e where e.employee_id = ");
    q.push_bind(employee.0);
    reach::narrow(&mut q, CHECKLISTS, scope);
    q.push(" and e.cancelled_at is null order by e.anchor_on desc, e.id limit 10) p").push(JOINS);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut rows: Vec<Checklist> = rows.into_iter().map(Row::checklist).collect::<Result<_>>()?;
    if !rows.is_empty() {
        count(tx, &mut rows).await?;
    }
    Ok(rows)
}

/// The items of a checklist that the reader may see, in their order.
pub async fn steps(tx: &mut TenantTx, checklist: &Checklist) -> Result<Vec<Step>> {
    let me = me(tx).map(|m| m.0);
    let rows = sqlx::query!(
        r#"select i.id, i.task_id, i.owner, i.days, i.blocks, i.stands_in, i.skipped_at, i.skipped_why, t.title, t.details, t.due_on,
             t.assignee_id, t.done_at, a.name as "assignee!", d.name as "doer?"
           from checklist_items i join tasks t on t.tenant_id = i.tenant_id and t.id = i.task_id
           join members a on a.tenant_id = t.tenant_id and a.id = t.assignee_id
           left join members d on d.tenant_id = t.tenant_id and d.id = t.done_by
           where i.checklist_id = $1 and ($2 or t.assignee_id = $3)
           order by t.due_on nulls last, i.place, i.id limit 300"#,
        checklist.id.0,
        checklist.whole,
        me
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Step {
                id: ChecklistItemId(r.id),
                task: TaskId(r.task_id),
                title: r.title,
                note: r.details,
                owner: Owner::parse(&r.owner).ok_or_else(|| strange("owner", &r.owner))?,
                days: r.days,
                blocks: r.blocks,
                due: day(r.due_on),
                assignee: Person { id: MemberId(r.assignee_id), name: r.assignee },
                stands_in: r.stands_in,
                done_at: r.done_at,
                done_by: r.doer,
                skipped: r.skipped_why.filter(|_| r.done_at.is_some() && r.done_at == r.skipped_at),
            })
        })
        .collect()
}

/// An item with its checklist and task, if `P` reaches it: the checklist whole, or what is one's own to do.
pub async fn item<P: Permission>(tx: &mut TenantTx, id: ChecklistItemId) -> Result<(ChecklistId, TaskId, String)> {
    let scope = tx.scope::<P>().ok_or(Error::NotFound)?;
    let mut q = QueryBuilder::new(
        "select p.id, i.task_id, t.title from checklist_items i
         join checklists p on p.tenant_id = i.tenant_id and p.id = i.checklist_id
         join tasks t on t.tenant_id = i.tenant_id and t.id = i.task_id where i.id = ",
    );
    q.push_bind(id.0).push(" and (").push(whole(Some(scope))).push(" or t.assignee_id = house.me_member())");
    let found: Option<(Uuid, Uuid, String)> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let (checklist, task, title) = found.ok_or(Error::NotFound)?;
    Ok((ChecklistId(checklist), TaskId(task), title))
}

/// Marks an item done. Gives its checklist and what it is called.
pub async fn complete(tx: &mut TenantTx, id: ChecklistItemId) -> Result<(ChecklistId, String)> {
    let (checklist, task, title) = item::<ChecklistsWrite>(tx, id).await?;
    tasks::finish_held(tx, task).await?;
    Ok((checklist, title))
}

/// Opens an item again, done or skipped.
pub async fn reopen(tx: &mut TenantTx, id: ChecklistItemId) -> Result<(ChecklistId, String)> {
    let (checklist, task, title) = item::<ChecklistsWrite>(tx, id).await?;
    sqlx::query!(
        "update checklist_items set skipped_at = null, skipped_why = null where id = $1 and skipped_at is not null",
        id.0
    )
    .execute(tx.conn())
    .await?;
    tasks::reopen_held(tx, &[task]).await?;
    Ok((checklist, title))
}

/// Ends an item without doing it. One that is done is not skipped any more.
pub async fn skip(tx: &mut TenantTx, id: ChecklistItemId, why: &str) -> Result<(ChecklistId, String)> {
    let (checklist, task, title) = item::<ChecklistsWrite>(tx, id).await?;
    if tasks::finish_held(tx, task).await? {
        sqlx::query!("update checklist_items set skipped_at = $2, skipped_why = $3 where id = $1", id.0, tx.now(), why)
            .execute(tx.conn())
            .await?;
    }
    Ok((checklist, title))
}

/// Gives an item to somebody else, who is told.
pub async fn assign(tx: &mut TenantTx, id: ChecklistItemId, to: MemberId) -> Result<(ChecklistId, String, String)> {
    let (checklist, task, title) = item::<ChecklistsWrite>(tx, id).await?;
    let name = active(tx, to).await?;
    sqlx::query!("update checklist_items set stands_in = false where id = $1 and stands_in", id.0)
        .execute(tx.conn())
        .await?;
    let given = sqlx::query!(
        "update tasks set assignee_id = $2, updated_at = $3, version = version + 1 where id = $1 and assignee_id <> $2",
        task.0,
        to.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if given.rows_affected() > 0 {
        let fields = vec!["assignee".to_owned()];
        crate::events::emit(tx, Event::TaskChanged { task, fields, assignee: Some(to) }).await?;
    }
    Ok((checklist, title, name))
}

async fn active(tx: &mut TenantTx, member: MemberId) -> Result<String> {
    let name = sqlx::query_scalar!("select name from members where id = $1 and deactivated_at is null", member.0);
    name.fetch_optional(tx.conn())
        .await?
        .ok_or_else(|| Error::refused("assignee", "This person is no member any more. Choose somebody else."))
}

/// Adds an item to one checklist alone, under the given id: a form sent twice adds once.
pub async fn add(tx: &mut TenantTx, id: ChecklistItemId, checklist: ChecklistId, new: &New) -> Result<()> {
    reach::hold::<ChecklistsRun>(tx, CHECKLISTS, checklist.0).await?;
    let about = find(tx, checklist).await?;
    if about.cancelled.is_some() {
        return Err(Error::refused("title", "This checklist is called off. Let it go on first."));
    }
    let assignee = new.assignee.unwrap_or(about.keeper.id);
    active(tx, assignee).await?;
    let (now, by, task) = (tx.now(), me(tx).map(|m| m.0), tx.id::<TaskId>());
    let sent = sqlx::query_scalar!(
        r#"select i.checklist_id = $2 and t.title = $3 and t.details is not distinct from $4 and t.due_on is not distinct from $5
             and t.assignee_id = $6 as "same!"
           from checklist_items i join tasks t on t.tenant_id = i.tenant_id and t.id = i.task_id where i.id = $1"#,
        id.0,
        checklist.0,
        new.title,
        new.note,
        new.due.map(|d| d.0),
        assignee.0
    );
    if let Some(same) = sent.fetch_optional(tx.conn()).await? {
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    sqlx::query!(
        "with task as (
           insert into tasks (tenant_id, id, title, details, due_on, assignee_id, created_by, employee_id, created_at, updated_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) returning id
         ), opened as (
           update checklists set finished_at = null, updated_at = $9 where id = $11 and finished_at is not null
         )
         insert into checklist_items (tenant_id, id, checklist_id, task_id, place, owner, blocks)
         select $1, $10, $11, task.id,
           (select coalesce(max(place), 0) + 1 from checklist_items where checklist_id = $11), $6::uuid::text, false
         from task",
        tx.tenant().0,
        task.0,
        new.title,
        new.note,
        new.due.map(|d| d.0),
        assignee.0,
        by,
        about.about.id.0,
        now,
        id.0,
        checklist.0
    )
    .execute(tx.conn())
    .await?;
    let notice = Notice {
        kind: Notices::Assigned,
        title: new.title.clone(),
        body: Some(format!("{} of {}", about.kind.label(), about.about.name)),
        path: Pages::within(paths::CHECKLISTS).record(checklist),
        key: id.to_string(),
    };
    notifications::notify(tx, &[assignee], &notice).await
}

row! {
    struct Row {
        person: Option<String>,
        number: Option<String>,
        job_title: Option<String>,
        department: Option<String>,
        end_date: Option<NaiveDate>,
        keeper: Option<String>,
        whole: bool,
        id: Uuid,
        kind: String,
        name: String,
        employee_id: Uuid,
        anchor_on: NaiveDate,
        keeper_id: Uuid,
        cancelled_at: Option<DateTime<Utc>>,
        cancelled_why: Option<String>,
    }
}

impl Row {
    fn checklist(self) -> Result<Checklist> {
        Ok(Checklist {
            id: ChecklistId(self.id),
            kind: Kind::parse(&self.kind).ok_or_else(|| strange("kind of checklist", &self.kind))?,
            name: self.name,
            about: About {
                id: EmployeeId(self.employee_id),
                name: self.person.unwrap_or_default(),
                number: self.number.unwrap_or_default(),
                job_title: self.job_title,
                department: self.department,
                ends: self.end_date.map(Day),
            },
            anchor: Day(self.anchor_on),
            keeper: Person { id: MemberId(self.keeper_id), name: self.keeper.unwrap_or_default() },
            progress: Progress::default(),
            cancelled: self.cancelled_at.zip(self.cancelled_why),
            whole: self.whole,
        })
    }
}
