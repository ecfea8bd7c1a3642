//! Queries of what people ask to have changed of their own record. A line is answered by whoever may change the field by
//! themselves, and by nobody else; nobody answers their own, unless nobody else could.

use super::{
    details::{self, SealedIban, Standing},
    employees,
};
use crate::{
    Error, Result, TenantTx, Who,
    db::strange,
    notifications,
    reach::{self, Kind},
    workspace::roles,
};
use chrono::{DateTime, Utc};
use domain::{
    Conventions, Currency, Day, EmployeeId, MemberId,
    access::{
        EmployeesPay, EmployeesPayWrite, EmployeesPersonal, EmployeesPersonalWrite, EmployeesWrite, Permission as _,
        Rights, Scope,
    },
    draft::FieldClass,
    hr::{
        change_requests::{Decision, Line, State, Waiting, class, class_key},
        details::{Details, Section},
    },
    list::CAP,
    notifications::{Kind as Notices, Notice},
    paths,
};
use sqlx::{FromRow, Postgres, QueryBuilder};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A field that is to become something else.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub field: &'static str,
    pub was: Option<String>,
    pub wanted: Option<String>,
    /// Of an account's number.
    pub sealed: Option<SealedIban>,
}

/// The rights that somebody needs to answer lines of a class.
fn needed(class: FieldClass) -> &'static [&'static str] {
    match class {
        FieldClass::Directory | FieldClass::Terms => &[EmployeesWrite::KEY],
        FieldClass::Personal => &[EmployeesWrite::KEY, EmployeesPersonal::KEY, EmployeesPersonalWrite::KEY],
        FieldClass::Pay | FieldClass::Health => &[EmployeesWrite::KEY, EmployeesPay::KEY, EmployeesPayWrite::KEY],
    }
}

/// How far somebody answers lines of a class.
fn scope(rights: &Rights, class: FieldClass) -> Option<Scope> {
    needed(class).iter().map(|key| rights.scope(key)).min().flatten()
}

/// Asks for these changes of the reader's own record; what waits for an answer about the same fields gives way.
pub async fn ask(tx: &mut TenantTx, wanted: &[Wanted]) -> Result<()> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    let fields: Vec<String> = wanted.iter().map(|w| w.field.to_owned()).collect();
    sqlx::query!(
        "update change_requests set state = 'replaced', decided_at = $3 where employee_id = $1 and field = any($2) and state = 'open'",
        me.0,
        &fields,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    let old_sealed = match wanted.iter().any(|w| w.field == "iban") {
        true => details::sealed(tx, me).await?,
        false => None,
    };
    let mut classes = vec![];
    for w in wanted {
        let class = class(w.field).ok_or(Error::NotFound)?;
        classes.push(class);
        let id = tx.id::<domain::ChangeRequestId>().0;
        sqlx::query!(
            "insert into change_requests (tenant_id, id, employee_id, field, class, old_value, new_value, old_sealed, new_sealed, asked_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            tx.tenant().0,
            id,
            me.0,
            w.field,
            class_key(class),
            w.was,
            w.wanted,
            old_sealed.as_deref().filter(|_| w.field == "iban"),
            w.sealed.as_ref().map(|s| &s.bytes[..]),
            tx.now()
        )
        .execute(tx.conn())
        .await?;
    }
    tell_of(tx, me, &classes).await
}

/// Tells those who may answer. The words say nothing of the fields: not everybody who is told may know them all.
async fn tell_of(tx: &mut TenantTx, me: EmployeeId, classes: &[FieldClass]) -> Result<()> {
    let mut to = BTreeSet::new();
    for class in [FieldClass::Directory, FieldClass::Personal, FieldClass::Pay] {
        if classes.contains(&class) {
            to.extend(roles::holding(tx, needed(class)).await?);
        }
    }
    let name =
        sqlx::query_scalar!(r#"select first_name || ' ' || last_name as "name!" from employees where id = $1"#, me.0)
            .fetch_one(tx.conn())
            .await?;
    let notice = Notice {
        kind: Notices::ChangeAsked,
        title: format!("{name} asks for changes to their record"),
        body: None,
        path: here(paths::CHANGE_REQUESTS),
        key: format!("{me}/{}", tx.now().timestamp()),
    };
    notifications::notify(tx, &to.into_iter().collect::<Vec<_>>(), &notice).await
}

fn here(path: &str) -> String {
    path.strip_prefix("/w/{slug}").unwrap_or(path).to_owned()
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    employee_id: Uuid,
    name: String,
    field: String,
    old_value: Option<String>,
    new_value: Option<String>,
    new_sealed: Option<Vec<u8>>,
    state: String,
    reason: Option<String>,
    asked_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<String>,
}

const LINES: &str = "select c.id, c.employee_id, e.first_name || ' ' || e.last_name as name, c.field, c.old_value, \
     c.new_value, c.new_sealed, c.state, c.reason, c.asked_at, c.decided_at, m.name as decided_by \
     from change_requests c join employees e on e.tenant_id = c.tenant_id and e.id = c.employee_id \
     left join members m on m.tenant_id = c.tenant_id and m.id = c.decided_by where ";

impl Row {
    fn line(self, tx: &TenantTx) -> Result<Line> {
        Ok(Line {
            id: self.id,
            employee: EmployeeId(self.employee_id),
            name: self.name,
            class: class(&self.field).ok_or_else(|| strange("field of a change request", &self.field))?,
            field: self.field,
            was: self.old_value,
            wanted: self.new_value,
            state: State::parse(&self.state).ok_or_else(|| strange("state of a change request", &self.state))?,
            reason: self.reason,
            asked_at: self.asked_at,
            decided_on: self.decided_at.map(|at| Day(at.with_timezone(&tx.zone()).date_naive())),
            decided_by: self.decided_by,
        })
    }
}

/// What the reader has asked for: what waits, then what was answered lately, as far as their classes open it.
pub async fn own(tx: &mut TenantTx, most: i64) -> Result<Vec<Line>> {
    let Some(me) = tx.employee() else { return Ok(vec![]) };
    let open = |scope: Option<Scope>| scope.is_some();
    let mut q = QueryBuilder::<Postgres>::new(LINES);
    q.push("c.employee_id = ").push_bind(me.0).push(" and c.state <> 'replaced' and c.class = any(");
    q.push_bind(classes(|class| match class {
        FieldClass::Personal => open(tx.scope::<EmployeesPersonal>()),
        FieldClass::Pay => open(tx.scope::<EmployeesPay>()),
        _ => true,
    }));
    q.push(") order by (c.state = 'open') desc, coalesce(c.decided_at, c.asked_at) desc, c.field limit ")
        .push_bind(most);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(|r| r.line(tx)).collect()
}

fn classes(wanted: impl Fn(FieldClass) -> bool) -> Vec<String> {
    const ALL: [FieldClass; 3] = [FieldClass::Directory, FieldClass::Personal, FieldClass::Pay];
    ALL.into_iter().filter(|c| wanted(*c)).map(|c| class_key(c).to_owned()).collect()
}

/// Which classes of their own record the reader answers, because nobody else could.
async fn alone(tx: &mut TenantTx) -> Result<Vec<FieldClass>> {
    let mut found = vec![];
    for class in [FieldClass::Directory, FieldClass::Personal, FieldClass::Pay] {
        if alone_with(tx, class).await? {
            found.push(class);
        }
    }
    Ok(found)
}

/// Whether nobody but the reader answers lines of this class.
async fn alone_with(tx: &mut TenantTx, class: FieldClass) -> Result<bool> {
    Ok(scope(tx.rights(), class) == Some(Scope::All) && roles::alone_with(tx, needed(class)).await?)
}

/// The reader's own record, where somebody else decides about its pay and account; as the member that they are, wherever a
/// job works for them.
pub(crate) async fn of_second_hand(tx: &mut TenantTx) -> Result<Option<Uuid>> {
    let Who::Member(by) = tx.who() else { return Ok(None) };
    let own = sqlx::query_scalar!("select employee_id from members where id = $1", by.0);
    let own = own.fetch_optional(tx.conn()).await?.flatten();
    let alone = own.is_some() && roles::alone_with(tx, needed(FieldClass::Pay)).await?;
    Ok(own.filter(|_| !alone))
}

/// Whether the reader may change fields of this class of this employee with their own hand: of their own pay and account
/// somebody else decides, as long as there is anybody.
pub(super) async fn second_hand(tx: &mut TenantTx, id: EmployeeId, class: FieldClass) -> Result<bool> {
    Ok(class != FieldClass::Pay || tx.employee() != Some(id) || alone_with(tx, class).await?)
}

/// ` and …`: lines that the reader may answer.
async fn answerable(tx: &mut TenantTx, q: &mut QueryBuilder<Postgres>) -> Result<()> {
    let own = match tx.employee() {
        Some(me) if waits_of(tx, me).await? => alone(tx).await?,
        _ => vec![],
    };
    q.push(" and (e.id is distinct from house.me()");
    if !own.is_empty() {
        q.push(" or c.class = any(").push_bind(classes(|c| own.contains(&c))).push(")");
    }
    q.push(")");
    within(tx.rights(), q);
    Ok(())
}

/// ` and …`: lines of a class that the reader's rights change, of whom those reach.
fn within(rights: &Rights, q: &mut QueryBuilder<Postgres>) {
    q.push(" and case c.class");
    for class in [FieldClass::Directory, FieldClass::Personal] {
        q.push(" when '").push(class_key(class)).push("' then ");
        q.push(reach::reaches(Kind::Employees, scope(rights, class)));
    }
    q.push(" else ").push(reach::reaches(Kind::Employees, scope(rights, FieldClass::Pay))).push(" end");
}

async fn waits_of(tx: &mut TenantTx, me: EmployeeId) -> Result<bool> {
    let waits = sqlx::query_scalar!(
        r#"select exists (select from change_requests where employee_id = $1 and state = 'open') as "waits!""#,
        me.0
    );
    Ok(waits.fetch_one(tx.conn()).await?)
}

/// What waits for the reader's answer, the longest first, no more than `most`.
pub async fn waiting(tx: &mut TenantTx, most: i64) -> Result<Vec<Waiting>> {
    let mut q = QueryBuilder::<Postgres>::new(LINES);
    q.push("c.state = 'open' and e.archived_at is null");
    answerable(tx, &mut q).await?;
    q.push(" order by c.asked_at, c.employee_id, c.field limit ").push_bind(most);
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut ids: Vec<Uuid> = rows.iter().map(|r| r.employee_id).collect();
    ids.dedup();
    let people = details::standing(tx, &ids).await?;
    let mut found = vec![];
    for row in rows {
        // Who may change what they cannot see has nothing to answer by.
        let Some(now) = people.get(&row.employee_id) else { continue };
        let (now, mark) = of_field(now, &row.field);
        found.push(Waiting { line: row.line(tx)?, now, mark });
    }
    Ok(found)
}

/// How many lines wait for the reader's answer, counted as lists are.
pub async fn count(tx: &mut TenantTx) -> Result<i64> {
    let mut q = QueryBuilder::<Postgres>::new(
        "select count(*) from (select 1 from change_requests c \
         join employees e on e.tenant_id = c.tenant_id and e.id = c.employee_id where c.state = 'open' and e.archived_at is null",
    );
    answerable(tx, &mut q).await?;
    q.push(format!(" limit {}) n", CAP + 1));
    Ok(q.build_query_scalar().persistent(false).fetch_one(tx.conn()).await?)
}

/// How many lines about somebody wait: of their own all, of another's those that the reader answers.
pub async fn waiting_on(tx: &mut TenantTx, id: EmployeeId) -> Result<i64> {
    let own = tx.employee() == Some(id);
    if !own && scope(tx.rights(), FieldClass::Directory).is_none() {
        return Ok(0);
    }
    let mut q = QueryBuilder::<Postgres>::new(
        "select count(*) from change_requests c join employees e on e.tenant_id = c.tenant_id and e.id = c.employee_id \
         where c.state = 'open' and e.archived_at is null and e.id = ",
    );
    q.push_bind(id.0);
    if !own {
        within(tx.rights(), &mut q);
    }
    Ok(q.build_query_scalar().persistent(false).fetch_one(tx.conn()).await?)
}

/// What a field is now, and the mark of it. Two accounts may end alike: their number is told apart by how it is kept.
fn of_field(now: &Standing, field: &str) -> (Option<String>, String) {
    let value = now.details.text(&now.row, field);
    let mark = match (field, &now.sealed) {
        ("iban", Some(bytes)) => bytes.iter().take(12).map(|b| format!("{b:02x}")).collect(),
        _ => value.clone().unwrap_or_default(),
    };
    (value, mark)
}

/// What is wrong with an answer: the line, and why.
pub type Problems = Vec<(Uuid, String)>;

/// Answers lines, all of these or none: a field that has changed since the reader saw it is asked about anew.
pub async fn decide(
    tx: &mut TenantTx,
    decisions: &[Decision],
) -> Result<std::result::Result<(usize, usize), Problems>> {
    let Who::Member(by) = tx.who() else { return Err(Error::NotFound) };
    let ids: Vec<Uuid> = decisions.iter().map(|d| d.line).collect();
    // One answer at a time, and none while its employee withdraws it.
    sqlx::query!("select id from change_requests where id = any($1) order by id for update", &ids)
        .fetch_all(tx.conn())
        .await?;
    let mut q = QueryBuilder::<Postgres>::new(LINES);
    q.push("e.archived_at is null and c.id = any(").push_bind(ids).push(")");
    answerable(tx, &mut q).await?;
    q.push(" order by c.employee_id, c.id");
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    if rows.len() < decisions.len() {
        return Err(Error::NotFound);
    }
    let (mut problems, mut answered) = (vec![], vec![]);
    let mut by_person: BTreeMap<Uuid, Vec<(Row, &Decision)>> = BTreeMap::new();
    for row in rows {
        let Some(decision) = decisions.iter().find(|d| d.line == row.id) else { continue };
        match row.state == State::Open.key() {
            true => by_person.entry(row.employee_id).or_default().push((row, decision)),
            false => problems.push((row.id, "This was answered or withdrawn meanwhile.".to_owned())),
        }
    }
    for (id, lines) in by_person {
        // Held from here on, so that nothing changes between the look and the change.
        sqlx::query!("select id from employees where id = $1 for update", id).fetch_all(tx.conn()).await?;
        let now = details::standing(tx, &[id]).await?.remove(&id).ok_or(Error::NotFound)?;
        for (row, decision) in &lines {
            let (value, mark) = of_field(&now, &row.field);
            if decision.approve && mark != decision.seen {
                let words = value.map_or_else(|| "not set".to_owned(), |v| domain::hr::details::words(&row.field, &v));
                problems.push((row.id, format!("Changed meanwhile: it is {words} now. Answer again if you mean it.")));
            }
        }
        if problems.is_empty() {
            apply(tx, EmployeeId(id), &now.details, &lines).await?;
            answered.push((id, lines));
        }
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let mut told = (0, 0);
    for (employee, lines) in answered {
        let (approved, rejected) = answer(tx, by, &lines).await?;
        tell(tx, EmployeeId(employee), (approved, rejected), &lines).await?;
        told = (told.0 + approved, told.1 + rejected);
    }
    Ok(Ok(told))
}

/// Writes what was approved, by the functions that the record's own forms use.
async fn apply(tx: &mut TenantTx, id: EmployeeId, now: &Details, lines: &[(Row, &Decision)]) -> Result<()> {
    let approved: Vec<&Row> = lines.iter().filter(|(_, d)| d.approve).map(|(row, _)| row).collect();
    let named = |row: &&&Row| matches!(&*row.field, "first_name" | "last_name" | "phone");
    if approved.iter().any(|row| named(&row)) {
        let employee = employees::find(tx, id).await?;
        let currency = employee.salary.map_or(Currency::USD, |s| s.currency);
        let mut draft = employee.draft();
        approved.iter().filter(named).for_each(|row| draft.set(&row.field, row.new_value.clone().unwrap_or_default()));
        let fields = draft.parse(&Conventions { currency, ..Conventions::default() }).map_err(Error::Refused)?;
        employees::change(tx, id, employee.version, &fields).await?;
    }
    let (mut fields, mut version) = (now.fields(), now.version);
    for section in Section::ALL {
        let of: Vec<&&Row> = approved.iter().filter(|row| section.has(&row.field)).collect();
        if of.is_empty() {
            continue;
        }
        of.iter().for_each(|row| fields.set(&row.field, row.new_value.clone()));
        let number = of.iter().find(|row| row.field == "iban");
        let iban = number
            .and_then(|row| Some(SealedIban { bytes: row.new_sealed.clone()?, last_four: row.new_value.clone()? }));
        let at = if section == Section::Bank { now.bank.version } else { version };
        details::change(tx, id, section, at, &fields, iban.as_ref()).await?;
        if section != Section::Bank {
            version += 1;
        }
    }
    Ok(())
}

async fn answer(tx: &mut TenantTx, by: MemberId, lines: &[(Row, &Decision)]) -> Result<(usize, usize)> {
    let mut told = (0, 0);
    for (row, decision) in lines {
        let (state, reason) = match decision.approve {
            true => (State::Approved, None),
            false => (State::Rejected, Some(decision.reason.as_str())),
        };
        sqlx::query!(
            "update change_requests set state = $2, reason = $3, decided_at = $4, decided_by = $5 where id = $1",
            row.id,
            state.key(),
            reason,
            tx.now(),
            by.0
        )
        .execute(tx.conn())
        .await?;
        if decision.approve { told.0 += 1 } else { told.1 += 1 }
    }
    Ok(told)
}

/// Tells whoever asked what became of it.
async fn tell(
    tx: &mut TenantTx,
    employee: EmployeeId,
    (approved, rejected): (usize, usize),
    lines: &[(Row, &Decision)],
) -> Result<()> {
    let member =
        sqlx::query_scalar!("select id from members where employee_id = $1 and deactivated_at is null", employee.0)
            .fetch_optional(tx.conn())
            .await?;
    let Some(member) = member else { return Ok(()) };
    let title = match (approved, rejected) {
        (n, 0) => format!("What you asked for was approved ({n})"),
        (0, n) => format!("What you asked for was not approved ({n})"),
        (a, r) => format!("Of what you asked for, {a} approved and {r} not"),
    };
    let reason = |(row, d): &(Row, &Decision)| {
        (!d.approve).then(|| format!("{}: {}", domain::hr::change_requests::label(&row.field), d.reason))
    };
    let reasons: Vec<String> = lines.iter().filter_map(reason).collect();
    let first = lines.first().map(|(row, _)| row.id).unwrap_or_default();
    let notice = Notice {
        kind: Notices::ChangeAnswered,
        title,
        body: (!reasons.is_empty()).then(|| reasons.join("; ")),
        path: here(paths::MY_PROFILE),
        key: format!("{first}"),
    };
    notifications::notify(tx, &[MemberId(member)], &notice).await
}

/// Takes back what the reader has asked for and nobody has answered; gives the field's name.
pub async fn withdraw(tx: &mut TenantTx, id: domain::ChangeRequestId) -> Result<String> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    let now = tx.now();
    sqlx::query_scalar!(
        "update change_requests set state = 'withdrawn', decided_at = $3 where id = $1 and employee_id = $2 and state = 'open' returning field",
        id.0,
        me.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)
}
