//! How checklists begin, follow the dates of whom they are about, and are called off.

use super::{CHECKLISTS, me};
use crate::{
    Error, Result, TenantTx, events, notifications,
    reach::{self, Kind as Noun},
    tasks,
    workspace::{members, roles},
};
use domain::{
    ChecklistId, ChecklistItemId, ChecklistTemplateId, Day, EmployeeId, MemberId, TaskId,
    access::{ChecklistsRun, ChecklistsSetUp, EmployeesRead, EmployeesWrite, Permission as _, Scope},
    events::Event,
    hr::checklists::{About, Kind, Owner, Place, Template, due, fits},
    notifications::{Kind as Notices, Notice},
    paths::{self, Pages},
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What of somebody's record decides about their checklists.
struct Dates {
    name: String,
    department: Option<String>,
    job_title: Option<String>,
    employment_type: Option<String>,
    start: Option<Day>,
    end: Option<Day>,
    archived: bool,
    /// The members that they and their manager are.
    person: Option<MemberId>,
    manager: Option<MemberId>,
}

impl Dates {
    fn anchor(&self, kind: Kind) -> Option<Day> {
        match kind {
            Kind::Onboarding => self.start,
            Kind::Offboarding => self.end,
        }
    }
}

async fn dates(tx: &mut TenantTx, employee: EmployeeId) -> Result<Dates> {
    let r = sqlx::query!(
        r#"select e.first_name || ' ' || e.last_name as "name!", e.department, e.job_title, e.employment_type, e.start_date, e.end_date,
             e.archived_at is not null as "archived!",
             (select m.id from members m where m.employee_id = e.id and m.deactivated_at is null) as person,
             (select m.id from members m where m.employee_id = e.manager_id and m.deactivated_at is null) as manager
           from employees e where e.id = $1"#,
        employee.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Dates {
        name: r.name,
        department: r.department,
        job_title: r.job_title,
        employment_type: r.employment_type,
        start: r.start_date.map(Day),
        end: r.end_date.map(Day),
        archived: r.archived,
        person: r.person.map(MemberId),
        manager: r.manager.map(MemberId),
    })
}

/// Begins a checklist by hand: from their first or last day, or from this one where that is not known.
pub async fn begin(
    tx: &mut TenantTx,
    template: ChecklistTemplateId,
    employee: EmployeeId,
    anchor: Option<Day>,
) -> Result<ChecklistId> {
    // Whoever runs checklists for their team alone runs none for themselves.
    let own = tx.scope::<ChecklistsRun>() < Some(Scope::All) && tx.employee() == Some(employee);
    if own || reach::within::<ChecklistsRun>(tx, Noun::Employees, &[employee.0]).await?.is_empty() {
        return Err(Error::refused("employee", "There is no such person among those whose checklists you run."));
    }
    let template = super::templates::find(tx, template)
        .await
        .map_err(|_| Error::refused("template", "This template was just removed. Choose another one."))?;
    let who = dates(tx, employee).await?;
    let Some(anchor) = anchor.or(who.anchor(template.fields.kind)) else {
        let words = format!("{} has no {} yet. Say which day it is.", who.name, template.fields.kind.anchor());
        return Err(Error::refused("anchor", words));
    };
    let keeper = match me(tx) {
        Some(me) => me,
        None => usual_keeper(tx).await?,
    };
    let begun = start(tx, &template, (employee, &who), anchor, keeper).await?;
    let begun = begun.ok_or_else(|| Error::refused("template", format!("{} has this checklist already.", who.name)))?;
    if who.anchor(template.fields.kind) != Some(anchor) {
        say_day(tx, employee, &who, template.fields.kind, anchor).await?;
    }
    Ok(begun)
}

/// Whoever says when somebody starts or leaves has said it of the record: a list follows the day that stands there, and
/// access ends by it. A first day that is known stays: job, pay and leave began with it.
async fn say_day(tx: &mut TenantTx, employee: EmployeeId, who: &Dates, kind: Kind, day: Day) -> Result<()> {
    if let (Kind::Onboarding, Some(start)) = (kind, who.start) {
        let words = format!("The first day of {} is {}. Change it on the record first.", who.name, start.short());
        return Err(Error::refused("anchor", words));
    }
    if reach::within::<EmployeesWrite>(tx, Noun::Employees, &[employee.0]).await?.is_empty() {
        let words = format!(
            "Ask somebody who may change the record of {} to say their {} there first.",
            who.name,
            kind.anchor()
        );
        return Err(Error::refused("anchor", words));
    }
    let now = tx.now();
    let (done, field) = match kind {
        Kind::Onboarding => {
            let said = sqlx::query!(
                "update employees set start_date = $2, version = version + 1, updated_at = $3
                 where id = $1 and archived_at is null and (end_date is null or end_date >= $2)",
                employee.0,
                day.0,
                now
            );
            (said.execute(tx.conn()).await?, "start_date")
        }
        Kind::Offboarding => {
            super::super::departures::shuts_out(tx, employee, (who.end, Some(day)), "anchor").await?;
            let said = sqlx::query!(
                "update employees set end_date = $2, version = version + 1, updated_at = $3
                 where id = $1 and archived_at is null and (start_date is null or start_date <= $2)",
                employee.0,
                day.0,
                now
            );
            (said.execute(tx.conn()).await?, "end_date")
        }
    };
    if done.rows_affected() == 0 {
        let words = match kind {
            Kind::Onboarding => "This is after their last day, or their record is archived.",
            Kind::Offboarding => "This is before their first day, or their record is archived.",
        };
        return Err(Error::refused("anchor", words));
    }
    events::emit(tx, Event::EmployeeChanged { employee, fields: vec![field.into()] }).await
}

/// Who looks after what begins by itself: whoever of HR joined first, else an owner.
async fn usual_keeper(tx: &mut TenantTx) -> Result<MemberId> {
    match roles::keepers(tx, &[ChecklistsSetUp::KEY]).await?.first() {
        Some(id) => Ok(*id),
        None => members::first_owner(tx).await,
    }
}

/// Makes the checklist with its tasks, and tells each who has some. `None`: they have it already.
async fn start(
    tx: &mut TenantTx,
    template: &Template,
    (employee, who): (EmployeeId, &Dates),
    anchor: Day,
    keeper: MemberId,
) -> Result<Option<ChecklistId>> {
    let (id, now, by, f) = (tx.id::<ChecklistId>(), tx.now(), me(tx).map(|m| m.0), &template.fields);
    let begun = sqlx::query!(
        "insert into checklists (tenant_id, id, template_id, kind, name, employee_id, anchor_on, keeper_id, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict on constraint checklists_once do nothing",
        tx.tenant().0,
        id.0,
        template.id.0,
        f.kind.key(),
        f.name,
        employee.0,
        anchor.0,
        keeper.0,
        by,
        now
    )
    .execute(tx.conn())
    .await?;
    if begun.rows_affected() == 0 {
        return Ok(None);
    }
    let named: Vec<Uuid> = f
        .items
        .iter()
        .filter_map(|i| match i.owner {
            Owner::Member(id) => Some(id.0),
            _ => None,
        })
        .collect();
    let there = sqlx::query_scalar!("select id from members where id = any($1) and deactivated_at is null", &named)
        .fetch_all(tx.conn())
        .await?;
    let whose = |owner: Owner| match owner {
        Owner::Hr => Some(keeper),
        Owner::Manager => who.manager,
        Owner::Person => who.person,
        Owner::Member(id) => Some(id).filter(|id| there.contains(&id.0)),
    };
    let tasks: Vec<Uuid> = f.items.iter().map(|_| tx.id::<TaskId>().0).collect();
    let ids: Vec<Uuid> = f.items.iter().map(|_| tx.id::<ChecklistItemId>().0).collect();
    let titles: Vec<String> = f.items.iter().map(|i| i.title.clone()).collect();
    let notes: Vec<Option<String>> = f.items.iter().map(|i| i.note.clone()).collect();
    let days: Vec<i32> = f.items.iter().map(|i| i.days).collect();
    let dues: Vec<chrono::NaiveDate> = f.items.iter().map(|i| due(anchor, i.days).0).collect();
    let owners: Vec<String> = f.items.iter().map(|i| i.owner.key()).collect();
    let blocks: Vec<bool> = f.items.iter().map(|i| i.blocks).collect();
    let stands_in: Vec<bool> = f.items.iter().map(|i| whose(i.owner).is_none()).collect();
    let assignees: Vec<Uuid> = f.items.iter().map(|i| whose(i.owner).unwrap_or(keeper).0).collect();
    sqlx::query!(
        "insert into tasks (tenant_id, id, title, details, due_on, priority, assignee_id, created_by, employee_id, created_at, updated_at)
         select $1, n.id, n.title, n.note, n.due, case when n.blocks then 'high' else 'normal' end, n.assignee, $2, $3, $4, $4
         from unnest($5::uuid[], $6::text[], $7::text[], $8::date[], $9::uuid[], $10::bool[]) as n (id, title, note, due, assignee, blocks)",
        tx.tenant().0,
        by,
        employee.0,
        now,
        &tasks,
        &titles,
        &notes as &[Option<String>],
        &dues,
        &assignees,
        &blocks
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into checklist_items (tenant_id, id, checklist_id, task_id, place, owner, days, blocks, stands_in)
         select $1, n.id, $2, n.task, n.place, n.owner, n.days, n.blocks, n.stands_in
         from unnest($3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::bool[], $8::bool[]) with ordinality
           as n (id, task, owner, days, blocks, stands_in, place)",
        tx.tenant().0,
        id.0,
        &ids,
        &tasks,
        &owners,
        &days,
        &blocks,
        &stands_in
    )
    .execute(tx.conn())
    .await?;
    // One notice each, however many items there are.
    let mut counts: BTreeMap<Uuid, usize> = BTreeMap::new();
    assignees.iter().for_each(|a| *counts.entry(*a).or_default() += 1);
    for (member, count) in counts {
        let things = if count == 1 { "1 thing".to_owned() } else { format!("{count} things") };
        let notice = Notice {
            kind: Notices::Assigned,
            title: format!("{} of {}: {things} for you to do", f.kind.label(), who.name),
            body: Some(format!("Their {} is {}.", f.kind.anchor(), anchor.long())),
            path: Pages::within(paths::CHECKLISTS).record(id),
            key: id.to_string(),
        };
        notifications::notify(tx, &[MemberId(member)], &notice).await?;
    }
    Ok(Some(id))
}

/// Begins, moves and calls off what follows from somebody's dates, and gives them and their manager what was kept for
/// them. Doing it again changes nothing. Only by work of the system's own.
pub async fn follow(tx: &mut TenantTx, employee: EmployeeId) -> Result<()> {
    let templates = super::templates::list(tx).await?;
    follow_by(tx, &templates, employee).await
}

/// As [`follow`], for those of these who have a checklist: whoever is archived does not come any more.
pub async fn follow_many(tx: &mut TenantTx, employees: &[EmployeeId]) -> Result<()> {
    let ids: Vec<Uuid> = employees.iter().map(|e| e.0).collect();
    let ids = sqlx::query_scalar!("select distinct employee_id from checklists where employee_id = any($1)", &ids)
        .fetch_all(tx.conn())
        .await?;
    if ids.is_empty() {
        return Ok(());
    }
    let templates = super::templates::list(tx).await?;
    for id in ids {
        follow_by(tx, &templates, EmployeeId(id)).await?;
    }
    Ok(())
}

async fn follow_by(tx: &mut TenantTx, templates: &[Template], employee: EmployeeId) -> Result<()> {
    let who = match dates(tx, employee).await {
        // Gone meanwhile.
        Err(Error::NotFound) => return Ok(()),
        other => other?,
    };
    let today = tx.today();
    let there = sqlx::query!(
        "select id, kind, anchor_on, cancelled_at, cancelled_why from checklists where employee_id = $1 for update",
        employee.0
    )
    .fetch_all(tx.conn())
    .await?;
    for c in there {
        let kind = Kind::parse(&c.kind).ok_or_else(|| crate::db::strange("kind of checklist", &c.kind))?;
        let id = ChecklistId(c.id);
        match who.anchor(kind).filter(|_| !who.archived) {
            // Taken back: they stay, or do not come.
            None if c.cancelled_at.is_none() => end(tx, id, NO_DAY).await?,
            Some(day) => {
                if c.cancelled_why.as_deref() == Some(NO_DAY) {
                    go_on(tx, id).await?;
                }
                if day.0 != c.anchor_on {
                    shift(tx, id, Day(c.anchor_on), day).await?;
                }
            }
            None => {}
        }
    }
    if !who.archived {
        // Whoever has started already needs none that begins by itself, and whoever left long ago; somebody who went these
        // days still has things to hand back.
        let lately = today.plus(-LATELY).unwrap_or(today);
        for template in templates.iter().filter(|t| t.fields.automatic) {
            let f = &template.fields;
            let coming = match f.kind {
                Kind::Onboarding => who.start.filter(|day| *day >= today),
                Kind::Offboarding => who.end.filter(|day| *day >= lately),
            };
            let place = Place {
                department: who.department.as_deref(),
                job_title: who.job_title.as_deref(),
                employment_type: who.employment_type.as_deref(),
            };
            let fits = fits(f, place);
            if let (Some(day), true) = (coming, fits) {
                let keeper = usual_keeper(tx).await?;
                start(tx, template, (employee, &who), day, keeper).await?;
            }
        }
    }
    seat(tx, employee, &who).await
}

/// Days after the last one in which a list of leaving still begins by itself.
const LATELY: i64 = 7;

/// Why a checklist is called off by itself; when the day is known again, it goes on.
const NO_DAY: &str = "There is no such day any more.";

/// As [`follow`], for so many of those whose first or last day is to come or whose list is under way, by id behind `after`.
/// Gives the last one, if there may be more.
pub async fn follow_next(tx: &mut TenantTx, after: Option<EmployeeId>, most: i64) -> Result<Option<EmployeeId>> {
    let templates = super::templates::list(tx).await?;
    let today = tx.today().0;
    let coming = sqlx::query_scalar!(
        r#"select id as "id!" from (
             select id from employees where archived_at is null and start_date >= $1
             union select d.employee_id from departures d where d.ends_on >= $1
             union select c.employee_id from checklists c where c.finished_at is null and c.cancelled_at is null) c
           where $2::uuid is null or id > $2 order by id limit $3"#,
        today,
        after.map(|id| id.0),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    for id in &coming {
        follow_by(tx, &templates, EmployeeId(*id)).await?;
    }
    let full = i64::try_from(coming.len()).is_ok_and(|n| n == most);
    Ok(coming.last().filter(|_| full).map(|id| EmployeeId(*id)))
}

/// What was kept for somebody who is there now becomes theirs.
async fn seat(tx: &mut TenantTx, employee: EmployeeId, who: &Dates) -> Result<()> {
    let seated = sqlx::query!(
        r#"with theirs as (
             update checklist_items i set stands_in = false from checklists c
             where c.id = i.checklist_id and c.employee_id = $1 and i.stands_in
               and case i.owner when 'person' then $2::uuid when 'manager' then $3::uuid end is not null
             returning i.task_id, i.checklist_id, case i.owner when 'person' then $2::uuid else $3::uuid end as member_id
           ), given as (
             update tasks t set assignee_id = s.member_id, updated_at = $4, version = version + 1
             from theirs s where t.id = s.task_id and t.done_at is null and t.assignee_id <> s.member_id
             returning s.checklist_id, s.member_id
           )
           select checklist_id as "checklist_id!", member_id as "member_id!", count(*) as "count!" from given group by 1, 2 order by 1, 2"#,
        employee.0,
        who.person.map(|m| m.0),
        who.manager.map(|m| m.0),
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    for s in seated {
        let things = if s.count == 1 { "1 thing".to_owned() } else { format!("{} things", s.count) };
        let notice = Notice {
            kind: Notices::Assigned,
            title: format!("{}: {things} for you to do", who.name),
            body: None,
            path: Pages::within(paths::CHECKLISTS).record(s.checklist_id),
            key: format!("{}/seated", s.checklist_id),
        };
        notifications::notify(tx, &[MemberId(s.member_id)], &notice).await?;
    }
    Ok(())
}

/// Another first or last day: what is not done is due as much earlier or later, wherever somebody has put it.
async fn shift(tx: &mut TenantTx, id: ChecklistId, from: Day, to: Day) -> Result<()> {
    sqlx::query!(
        "with moved as (
           update checklists set anchor_on = $2, version = version + 1, updated_at = $4 where id = $1
         )
         update tasks t set due_on = t.due_on + $3::int, updated_at = $4, version = t.version + 1
         from checklist_items i where i.task_id = t.id and i.checklist_id = $1 and t.done_at is null and t.due_on is not null",
        id.0,
        to.0,
        i32::try_from((to.0 - from.0).num_days()).unwrap_or_default(),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Calls a checklist off: what is open in it is nobody's to do any more.
pub async fn cancel(tx: &mut TenantTx, id: ChecklistId, why: &str) -> Result<()> {
    held(tx, id).await?;
    end(tx, id, why).await
}

/// The checklist, if the reader may see it and runs it.
async fn held(tx: &mut TenantTx, id: ChecklistId) -> Result<()> {
    reach::hold::<ChecklistsRun>(tx, CHECKLISTS, id.0).await?;
    super::find(tx, id).await.map(drop)
}

async fn end(tx: &mut TenantTx, id: ChecklistId, why: &str) -> Result<()> {
    let now = tx.now();
    let ended = sqlx::query!(
        "update checklists set cancelled_at = $2, cancelled_why = $3, version = version + 1, updated_at = $2
         where id = $1 and cancelled_at is null",
        id.0,
        now,
        why
    )
    .execute(tx.conn())
    .await?;
    if ended.rows_affected() == 0 {
        return Ok(());
    }
    let open = sqlx::query_scalar!(
        "update checklist_items i set skipped_at = $2, skipped_why = $3 from tasks t
         where t.tenant_id = i.tenant_id and t.id = i.task_id and i.checklist_id = $1 and t.done_at is null returning i.task_id",
        id.0,
        now,
        why
    )
    .fetch_all(tx.conn())
    .await?;
    for task in open {
        tasks::finish_held(tx, TaskId(task)).await?;
    }
    Ok(())
}

/// Lets a checklist that was called off go on, as it was.
pub async fn resume(tx: &mut TenantTx, id: ChecklistId) -> Result<()> {
    held(tx, id).await?;
    go_on(tx, id).await
}

async fn go_on(tx: &mut TenantTx, id: ChecklistId) -> Result<()> {
    let Some(at) = sqlx::query_scalar!("select cancelled_at from checklists where id = $1 for update", id.0)
        .fetch_optional(tx.conn())
        .await?
        .flatten()
    else {
        return Ok(());
    };
    let skipped = sqlx::query_scalar!(
        "update checklist_items set skipped_at = null, skipped_why = null where checklist_id = $1 and skipped_at = $2 returning task_id",
        id.0,
        at
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query!(
        "update checklists set cancelled_at = null, cancelled_why = null, version = version + 1, updated_at = $2 where id = $1",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    let tasks: Vec<_> = skipped.into_iter().map(TaskId).collect();
    tasks::reopen_held(tx, &tasks).await
}

/// Who has a first or last day to come and nothing that runs for it, of those for whom the reader may start one.
pub async fn without(tx: &mut TenantTx, most: i64) -> Result<Vec<(Kind, About, Day)>> {
    let today = tx.today().0;
    let mut q = sqlx::QueryBuilder::<sqlx::Postgres>::new("");
    let scope = tx.scope::<ChecklistsRun>().min(tx.scope::<EmployeesRead>());
    for (kind, column, than) in [(Kind::Onboarding, "e.start_date", " >= "), (Kind::Offboarding, "e.end_date", " >= ")]
    {
        q.push(if kind == Kind::Onboarding { "select * from ((" } else { ") union all (" });
        q.push("select ")
            .push_bind(kind.key())
            .push(" as kind, e.id, e.first_name || ' ' || e.last_name as name, e.number, ");
        q.push(column).push(" as day from employees e where e.archived_at is null and ").push(column).push(than);
        q.push_bind(today);
        if kind == Kind::Onboarding {
            // In the words of an index.
            q.push(" and case when e.start_date is null then 'infinity' else e.start_date end >= ").push_bind(today);
        } else {
            q.push(" and e.id in (select d.employee_id from departures d where d.ends_on >= ")
                .push_bind(today)
                .push(")");
        }
        reach::narrow(&mut q, Noun::Employees, scope);
        if scope < Some(Scope::All) {
            q.push(" and e.id is distinct from house.me()");
        }
        q.push(" and not exists (select from checklists c where c.tenant_id = e.tenant_id and c.employee_id = e.id and c.kind = ");
        q.push_bind(kind.key()).push(") order by day limit ").push_bind(most);
    }
    q.push(")) w order by day, id limit ").push_bind(most);
    let rows: Vec<(String, Uuid, String, String, chrono::NaiveDate)> =
        q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let row = |(kind, id, name, number, day): (String, _, _, _, _)| {
        let about = About { id: EmployeeId(id), name, number, job_title: None, department: None, ends: None };
        (Kind::parse(&kind).unwrap_or_default(), about, Day(day))
    };
    Ok(rows.into_iter().map(row).collect())
}
