//! Queries of employees. Every read passes through [`narrow`], which leaves out whom the reader may not see, and through
//! [`COLUMNS`], which leaves out what of each the reader's classes do not open.

mod archive;
mod choices;
mod conditions;
mod meant;
mod row;

pub use archive::{archive, matching, restore, restore_batch};
pub(crate) use row::fte;

pub use choices::{departments, known_places, locations, offered, on_position, options, places, unknown_places};
pub(crate) use meant::{by_words, seen};
pub use meant::{meant, named, whose};

use crate::{
    Error, Result, TenantTx, Version, custom_fields, events, exports,
    list::{self, Key, Plan, Shape},
    reach::{self, Kind},
    search, tags,
};
use domain::{
    Day, EmployeeId, Errors,
    access::{
        EmployeesExport, EmployeesPay, EmployeesPayWrite, EmployeesPersonal, EmployeesPersonalWrite, EmployeesRead,
        EmployeesWrite, Permission, Scope, Sight,
    },
    custom_fields::Values,
    draft::FieldClass,
    events::Event,
    hr::{
        details::Section,
        employees::{Employee, Fields, Filter, Manager, Meant, Order, Status, is_beside},
    },
    import::Target,
    list::{CAP, Cursor, Mark, Slice, Sort, Total},
};
use row::Row;
use sqlx::{Postgres, QueryBuilder};
use std::sync::LazyLock;
use uuid::Uuid;

/// What a list reads, before the columns that a class opens: those say of each row whether it does.
const DIRECTORY: &str = "e.id, e.version, e.number, e.first_name, e.last_name, e.email, e.phone, e.department, e.location, \
     e.job_title, e.manager_id, e.employment_type, e.fte, e.start_date, e.end_date, e.photo, e.archived_at, e.created_at, e.updated_at";

/// Without custom fields and with them; by how far the reader sees terms, personal details, then pay: nothing, own, team,
/// all.
static COLUMNS: LazyLock<[[[[String; 4]; 4]; 4]; 2]> = LazyLock::new(|| {
    const SCOPES: [Option<Scope>; 4] = [None, Some(Scope::Own), Some(Scope::Team), Some(Scope::All)];
    [false, true].map(|custom| {
        SCOPES.map(|terms| {
            SCOPES.map(|personal| {
                SCOPES.map(|pay| {
                    let [terms, personal, pay] = [terms, personal, pay].map(|scope| reach::reaches(EMPLOYEES, scope));
                    let custom = match custom {
                        false => "null::jsonb as custom, null::jsonb as custom_personal, null::jsonb as custom_pay"
                            .to_owned(),
                        true => format!(
                            "e.custom, case when {personal} then e.custom_personal end as custom_personal, \
                         case when {pay} then e.custom_pay end as custom_pay"
                        ),
                    };
                    format!(
                        "{DIRECTORY}, {terms} as sees_terms, {personal} as sees_personal, {pay} as sees_pay, \
                     case when {personal} then e.birth_date end as birth_date, \
                     case when {pay} then e.salary_minor end as salary_minor, \
                     case when {pay} then e.salary_currency end as salary_currency, {custom}, e.tenant_id"
                    )
                })
            })
        })
    })
});

const EMPLOYEES: Kind = Kind::Employees;

/// `shown` are the classes that are asked for, and whether custom fields are: what nobody looks at is not read.
fn shape(tx: &TenantTx, shown: Sight, custom: bool) -> Shape {
    let place = |scope: Option<Scope>, shown: bool| scope.filter(|_| shown).map_or(0, |s| s as usize + 1);
    let terms = place(self::terms(tx), shown.terms);
    let personal = place(tx.scope::<EmployeesPersonal>(), shown.personal);
    let pay = place(tx.scope::<EmployeesPay>(), shown.pay);
    Shape {
        from: "employees e",
        columns: &COLUMNS[usize::from(custom)][terms][personal][pay],
        joined: "m.number as manager_number, m.first_name as manager_first, m.last_name as manager_last, \
            a.id as member_id, a.photo as member_photo",
        joins: " left join employees m on m.tenant_id = p.tenant_id and m.id = p.manager_id \
            left join members a on a.tenant_id = p.tenant_id and a.employee_id = p.id and a.photo is not null",
        counted: "e.name_key",
    }
}

/// How far the reader sees the class of terms.
pub(crate) fn terms(tx: &TenantTx) -> Option<Scope> {
    tx.scope::<EmployeesWrite>().max(tx.scope::<EmployeesPersonal>())
}

/// The index's, to the letter.
const START: &str = "case when e.start_date is null then 'infinity' else e.start_date end";

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Name => ("e.name_key", "text collate \"und-x-icu\""),
        Order::Number => ("e.number_key", "text collate \"C\""),
        Order::JobTitle => ("case when e.job_title is null then '' else e.job_title end", "text"),
        Order::Department => ("case when e.department is null then '' else e.department end", "text"),
        Order::StartDate => (START, "date"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of the employees that the reader may see, with the classes that are `shown` and without custom fields.
pub async fn list(tx: &mut TenantTx, filter: &Filter, shown: Sight) -> Result<Slice<Employee>> {
    let asked = asked(tx, filter, false).await?;
    page(tx, filter, asked, shown, false).await
}

/// As [`list`], as people look for somebody: where nobody is exactly so, whoever is close is found. With custom fields of
/// these classes, if they are asked for.
pub async fn list_with(tx: &mut TenantTx, filter: &Filter, shown: Sight, custom: bool) -> Result<Slice<Employee>> {
    let asked = asked(tx, filter, true).await?;
    page(tx, filter, asked, shown, custom).await
}

async fn page(tx: &mut TenantTx, filter: &Filter, asked: Asked, shown: Sight, custom: bool) -> Result<Slice<Employee>> {
    let near = asked.near;
    let (today, scope) = (tx.today(), tx.scope::<EmployeesRead>());
    let plan = plan(filter, &asked.hits, scope);
    let (shape, key, asked) = (shape(tx, shown, custom), key(filter.order()), &asked);
    // Whose number or address the question is to the letter, stands first, whatever the order.
    let exact = filter.exact().map(str::to_owned);
    let mut first = None;
    if let Some(word) = &exact {
        let conditions = move |q: &mut QueryBuilder<Postgres>| {
            narrow(q, filter, asked, today, scope);
            conditions::is(q, word, "");
        };
        first = Some(list::page::<Row>(tx.conn(), &shape, &conditions, &key, &Cursor::Start, plan).await?);
    }
    let exact = exact.as_deref();
    let conditions = move |q: &mut QueryBuilder<Postgres>| {
        narrow(q, filter, asked, today, scope);
        if let Some(word) = exact {
            conditions::is(q, word, " not");
        }
    };
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key, &filter.cursor(), plan).await?;
    let (mut rows, mut total) = (page.rows, page.total);
    if let Some(first) = first {
        total = total.and(first.total);
        if page.previous.is_none() {
            rows = first.rows.into_iter().chain(rows).collect();
        }
    }
    let mut rows: Vec<Employee> = rows.into_iter().map(|r| r.employee(today)).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|e| &mut e.custom)).await?;
    told(tx, &rows);
    Ok(Slice { rows, previous: page.previous, next: page.next, total, near })
}

/// What a question asks that other tables answer.
struct Asked {
    hits: search::Hits,
    /// They are only close.
    near: bool,
    custom: Vec<custom_fields::Condition>,
    typed: conditions::Typed,
    /// How far the reader sees terms, and personal details.
    terms: Option<Scope>,
    personal: Option<Scope>,
}

/// `near`: whether what is only close to the words will do, where nothing is exactly so.
async fn asked(tx: &mut TenantTx, filter: &Filter, near: bool) -> Result<Asked> {
    let custom = custom_fields::conditions(tx, Target::Employees, &filter.custom).await?;
    let (hits, near) = match near {
        true => search::hits_or_near(tx, "employee", &filter.q).await?,
        false => (search::hits(tx, "employee", &filter.q).await?, false),
    };
    let typed = match filter.typed_manager() {
        None => conditions::Typed::Nothing,
        Some(words) => match meant(tx, words).await? {
            Meant::One(manager) => conditions::Typed::Person(manager.id),
            Meant::Several(_) | Meant::Nobody => conditions::Typed::Nobody,
        },
    };
    let (terms, personal) = (terms(tx), tx.scope::<EmployeesPersonal>());
    Ok(Asked { hits, near, custom, typed, terms, personal })
}

/// The usual questions have their index: all, or one department, in some order.
fn plan(filter: &Filter, hits: &search::Hits, scope: Option<Scope>) -> Plan {
    if matches!(hits, search::Hits::These(_)) {
        return Plan::Found;
    }
    let status = matches!(filter.status(), None | Some(Status::Archived));
    let elsewhere = !filter.location.is_empty()
        || !filter.employment_type.is_empty()
        || filter.manager.is_some()
        || filter.typed_manager().is_some()
        || filter.asks().next().is_some()
        || filter.joined_this_month
        || !filter.custom.is_empty()
        || !filter.tag.is_empty();
    let usual = status && !elsewhere && filter.department.len() <= 1 && matches!(hits, search::Hits::All);
    if usual && scope == Some(Scope::All) { Plan::Kept } else { Plan::Fresh }
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, asked: &Asked, today: Day, scope: Option<Scope>) {
    reach::narrow(q, EMPLOYEES, scope);
    match filter.status() {
        Some(Status::Archived) => q.push(" and e.archived_at is not null"),
        None => q.push(" and e.archived_at is null"),
        Some(Status::Left) => q.push(" and e.archived_at is null and e.end_date < ").push_bind(today.0),
        Some(Status::Upcoming) => q
            .push(" and e.archived_at is null and e.start_date > ")
            .push_bind(today.0)
            // Once more, in the words of an index.
            .push(" and ")
            .push(START)
            .push(" > ")
            .push_bind(today.0)
            .push(" and coalesce(e.end_date >= ")
            .push_bind(today.0)
            .push(", true)"),
        Some(Status::Active) => q
            .push(" and e.archived_at is null and coalesce(e.end_date >= ")
            .push_bind(today.0)
            .push(", true) and coalesce(e.start_date <= ")
            .push_bind(today.0)
            .push(", true)"),
    };
    for (column, wanted) in [
        (" and e.department", &filter.department),
        (" and e.location", &filter.location),
        (" and e.employment_type", &filter.employment_type),
    ] {
        match &wanted[..] {
            [] => {}
            // One value reads an index in order; `any` would sort.
            [one] => {
                q.push(column).push(" = ").push_bind(one.clone());
            }
            several => {
                q.push(column).push(" = any(").push_bind(several.to_vec()).push(")");
            }
        }
    }
    conditions::below(q, filter, &asked.typed, today);
    for ask in filter.asks() {
        conditions::narrow(q, ask, today, asked.terms, asked.personal);
    }
    if filter.joined_this_month {
        // In the words of an index, as home counts them.
        let month = today.first_of_month();
        q.push(" and ").push(START).push(" between ").push_bind(month.0).push(" and ").push_bind(today.0);
    }
    tags::narrow(q, &filter.tag);
    asked.custom.iter().for_each(|condition| condition.narrow(q));
    asked.hits.narrow(q);
}

/// How many employees the filter finds, counted no further than one past `most`.
///
/// `P` is what is to be done with them.
pub async fn count<P: Permission>(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    // A file has what the list shows; what changes records takes nobody for somebody else.
    let asked = asked(tx, filter, P::KEY == EmployeesExport::KEY).await?;
    let (today, shape, scope) =
        (tx.today(), shape(tx, Sight::DIRECTORY, false), reach::lower::<P, EmployeesRead>(tx.rights()));
    exports::count(tx, &shape, &|q| narrow(q, filter, &asked, today, scope), most).await
}

/// How many each of these questions finds, counted as its list is, in one statement. None has words to search for.
pub async fn counts<const N: usize>(tx: &mut TenantTx, filters: [&Filter; N]) -> Result<Vec<i64>> {
    let (today, scope) = (tx.today(), tx.scope::<EmployeesRead>());
    let mut q = QueryBuilder::<Postgres>::new("select array[");
    for (at, filter) in filters.into_iter().enumerate() {
        let asked = asked(tx, filter, false).await?;
        q.push(if at == 0 { "" } else { ", " }).push("(select count(*) from (select 1 from employees e where true");
        narrow(&mut q, filter, &asked, today, scope);
        q.push(format!(" limit {}) n)", CAP + 1));
    }
    q.push("]");
    Ok(q.build_query_scalar().persistent(false).fetch_one(tx.conn()).await?)
}

/// The employees of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Employee>, Option<Mark>)> {
    let asked = asked(tx, filter, true).await?;
    let (today, shape, key) = (tx.today(), shape(tx, Sight::ALL, true), key(filter.order()));
    let scope = reach::lower::<EmployeesExport, EmployeesRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, today, scope);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key, after, most).await?;
    let mut rows: Vec<Employee> = rows.into_iter().map(|r| r.employee(today)).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|e| &mut e.custom)).await?;
    tagged(tx, &mut rows).await?;
    Ok((rows, next))
}

/// Puts their tags to records that the reader may see.
pub async fn tagged(tx: &mut TenantTx, rows: &mut [Employee]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let mut found = tags::of(tx, &ids).await?;
    for row in rows {
        row.tags = found.remove(&row.id.0).unwrap_or_default();
    }
    Ok(())
}

/// Puts what is known beside the row to records that the reader may see; of their accounts, where that is asked for.
pub async fn detailed(tx: &mut TenantTx, rows: &mut [Employee], columns: &[String]) -> Result<()> {
    if !columns.iter().any(|c| is_beside(c)) {
        return Ok(());
    }
    let bank = columns.iter().any(|c| Section::Bank.has(c));
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let mut found = super::details::standing_with(tx, &ids, bank).await?;
    for row in rows {
        row.details = found.remove(&row.id.0).map(|s| Box::new(s.details));
    }
    Ok(())
}

/// One employee, if the reader may see them.
pub async fn find(tx: &mut TenantTx, id: EmployeeId) -> Result<Employee> {
    let (shape, scope) = (shape(tx, Sight::ALL, true), tx.scope::<EmployeesRead>());
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined)
        .push(", p.* from (select ")
        .push(shape.columns)
        .push(" from employees e where e.id = ")
        .push_bind(id.0);
    reach::narrow(&mut q, EMPLOYEES, scope);
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let mut employee = row.ok_or(Error::NotFound)?.employee(tx.today())?;
    custom_fields::name_people(tx, [&mut employee.custom]).await?;
    told(tx, std::slice::from_ref(&employee));
    Ok(employee)
}

/// Whose pay was read, for the audit trail.
fn told(tx: &TenantTx, employees: &[Employee]) {
    tx.reads_pay(employees.iter().filter(|e| e.salary.is_some() || !e.custom.pay.is_empty()).map(|e| e.id.0));
}

/// Where counting who reports to somebody stops.
const REPORTS_COUNTED: i64 = 1_000;

/// Who reports to them, by name, at most `most`, and how many there are.
pub async fn reports(tx: &mut TenantTx, id: EmployeeId, most: i64) -> Result<(Vec<Manager>, Total)> {
    let mut q = QueryBuilder::new(
        "select id, number, first_name, last_name, count(*) over () as counted from (
           select e.id, e.number, e.first_name, e.last_name, e.name_key from employees e where e.manager_id = ",
    );
    q.push_bind(id.0).push(" and e.archived_at is null and coalesce(e.end_date >= ").push_bind(tx.today().0);
    q.push(", true)");
    reach::narrow(&mut q, EMPLOYEES, tx.scope::<EmployeesRead>());
    q.push(" order by e.name_key, e.id limit ").push_bind(REPORTS_COUNTED + 1);
    q.push(") r order by name_key, id limit ").push_bind(most);
    let rows: Vec<(Uuid, String, String, String, i64)> = q.build_query_as().fetch_all(tx.conn()).await?;
    let total = match rows.first().map_or(0, |r| r.4) {
        n if n > REPORTS_COUNTED => Total::MoreThan(REPORTS_COUNTED),
        n => Total::Exactly(n),
    };
    let person = |(id, number, first, last, _): (Uuid, String, String, String, i64)| Manager {
        id: EmployeeId(id),
        number,
        name: format!("{first} {last}"),
    };
    Ok((rows.into_iter().map(person).collect(), total))
}

/// Which classed fields of this employee the reader may change. Asks nothing where it is all or nothing.
pub async fn hand(tx: &mut TenantTx, id: EmployeeId) -> Result<Sight> {
    // Whoever changes a record at all changes those.
    let mut hand = Sight { terms: true, ..Sight::DIRECTORY };
    hand.personal = !reach::within::<EmployeesPersonalWrite>(tx, EMPLOYEES, &[id.0]).await?.is_empty();
    hand.pay = !reach::within::<EmployeesPayWrite>(tx, EMPLOYEES, &[id.0]).await?.is_empty()
        && super::change_requests::second_hand(tx, id, FieldClass::Pay).await?;
    Ok(hand)
}

/// What of these fields other people's records stand against, told all at once. `own` is the employee's, old or new.
pub async fn check(tx: &mut TenantTx, own: EmployeeId, f: &Fields) -> Result<Errors> {
    let found = sqlx::query!(
        r#"with recursive above as (
             select id, manager_id, 1 as step from employees where number = $4
             union all
             select e.id, e.manager_id, step + 1 from above a join employees e on e.id = a.manager_id where step < 200
           )
           select exists (select from employees where number = $2 and id <> $1) as "number!",
                  exists (select from employees where lower(email) = lower($3) and archived_at is null and id <> $1)
                    and not exists (select from employees where id = $1 and archived_at is not null) as "email!",
                  exists (select from above) as "manager!",
                  exists (select from above where id = $1) as "circle!""#,
        own.0,
        f.number,
        f.email.as_ref().map(|e| e.as_str()),
        f.manager,
    )
    .fetch_one(tx.conn())
    .await?;
    let mut errors = Errors::default();
    for (broken, constraint) in [
        (found.number, "employees_number_key"),
        (found.email, "employees_email_key"),
        (found.circle, "employees_no_cycle"),
    ] {
        if broken {
            let (field, message) = Error::told(constraint);
            errors.add(field, message);
        }
    }
    if let Some(typed) = f.manager.as_ref().filter(|_| !found.manager) {
        match by_words(tx, Some(typed), "manager").await {
            Err(Error::Refused(why)) => errors.merge(why),
            found => drop(found?),
        }
    }
    errors.merge(custom_fields::check(tx, Target::Employees, own.0, &f.custom.said).await?);
    Ok(errors)
}

/// Which classed fields the reader may fill in of somebody new: whom they may add at all is judged when they are.
pub fn hand_of_new(tx: &TenantTx) -> Sight {
    let may = |scope: Option<Scope>| matches!(scope, Some(Scope::All | Scope::Team));
    Sight {
        terms: true,
        personal: may(tx.scope::<EmployeesPersonalWrite>()),
        pay: may(tx.scope::<EmployeesPayWrite>()),
    }
}

/// Adds an employee under the given id, which was drawn with the form: a form sent twice adds once, and is told apart
/// from one that says something else the second time. The number is the workspace's next when none is given.
pub async fn add(tx: &mut TenantTx, id: EmployeeId, f: &Fields) -> Result<EmployeeId> {
    let manager = by_words(tx, f.manager.as_deref(), "manager").await?;
    let number = match &f.number {
        Some(number) => number.clone(),
        None => next_number(tx).await?,
    };
    let hand = hand_of_new(tx);
    let custom = custom_fields::delta(tx, Target::Employees, &f.custom.said, &Values::default(), hand).await?;
    let salary = f.salary.filter(|_| hand.pay);
    let added = sqlx::query!(
        "insert into employees (tenant_id, id, number, first_name, last_name, email, phone, department, location, job_title,
           manager_id, employment_type, start_date, end_date, birth_date, salary_minor, salary_currency, created_at, updated_at, fte,
           custom, custom_personal, custom_pay)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18, $19, $20, $21, $22)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        number,
        f.first_name,
        f.last_name,
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.department,
        f.location,
        f.job_title,
        manager.as_ref().map(|m| m.id.0),
        f.employment_type.map(|t| t.key()),
        f.start_date.map(|d| d.0),
        f.end_date.map(|d| d.0),
        f.birth_date.filter(|_| hand.personal).map(|d| d.0),
        salary.map(|s| s.minor),
        salary.map(|s| s.currency.code()),
        tx.now(),
        f.fte.decimal(),
        custom.first(FieldClass::Directory),
        custom.first(FieldClass::Personal),
        custom.first(FieldClass::Pay),
    )
    .execute(tx.conn())
    .await?;
    if reach::within::<EmployeesWrite>(tx, EMPLOYEES, &[id.0]).await?.is_empty() {
        return Err(Error::refused(
            "manager",
            "You may add people to your own team only. Choose yourself, or somebody in it.",
        ));
    }
    if added.rows_affected() > 0 {
        events::emit(tx, Event::EmployeeAdded { employee: id }).await?;
    } else {
        let now = find(tx, id).await?;
        let sight = now.sight;
        let f = &Fields { manager: manager.map(|m| m.number), ..f.clone() };
        let same = now
            .is(f, Sight { terms: sight.terms, personal: sight.personal && hand.personal, pay: sight.pay && hand.pay });
        let mut said = custom.set;
        custom_fields::name_people(tx, [&mut said]).await?;
        if !same || said.answered() != now.custom.answered() {
            return Err(Error::Sent);
        }
    }
    Ok(id)
}

/// Changes all fields that the reader may change of this employee; the others stay as they are.
pub async fn change(tx: &mut TenantTx, id: EmployeeId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<EmployeesWrite>(tx, EMPLOYEES, id.0).await?;
    let before = find(tx, id).await?;
    let manager = by_words(tx, f.manager.as_deref(), "manager").await?.map(|m| m.id.0);
    if manager != before.manager.as_ref().map(|m| m.id.0) {
        super::reporting::gives_no_more(tx, id, manager).await?;
    }
    super::departures::shuts_out(tx, id, (before.end_date, f.end_date), "end_date").await?;
    let number = f.number.clone().unwrap_or_else(|| before.number.clone());
    let hand = hand(tx, id).await?;
    let custom = custom_fields::delta(tx, Target::Employees, &f.custom.said, &before.custom, hand).await?;
    let done = sqlx::query!(
        "update employees set version = version + 1, updated_at = $3, number = $4, first_name = $5, last_name = $6, email = $7,
           phone = $8, department = $9, location = $10, job_title = $11, manager_id = $12, employment_type = $13,
           start_date = $14, end_date = $15,
           birth_date = case when $16 then $17 else birth_date end,
           salary_minor = case when $18 then $19 else salary_minor end,
           salary_currency = case when $18 then $20 else salary_currency end,
           fte = $21,
           custom = nullif((coalesce(custom, '{}') || $22) - $23::text[], '{}'),
           custom_personal = nullif((coalesce(custom_personal, '{}') || $24) - $25::text[], '{}'),
           custom_pay = nullif((coalesce(custom_pay, '{}') || $26) - $27::text[], '{}')
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        number,
        f.first_name,
        f.last_name,
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.department,
        f.location,
        f.job_title,
        manager,
        f.employment_type.map(|t| t.key()),
        f.start_date.map(|d| d.0),
        f.end_date.map(|d| d.0),
        hand.personal,
        f.birth_date.map(|d| d.0),
        hand.pay,
        f.salary.map(|s| s.minor),
        f.salary.map(|s| s.currency.code()),
        f.fte.decimal(),
        custom.put(FieldClass::Directory),
        &custom.unset[0],
        custom.put(FieldClass::Personal),
        &custom.unset[1],
        custom.put(FieldClass::Pay),
        &custom.unset[2],
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    if manager.is_some() && manager != before.manager.as_ref().map(|m| m.id.0) {
        // The trigger knows today's tree: a change that is planned may close a circle on its day.
        super::employment::no_circle(tx, id).await?;
    }
    let after = find(tx, id).await?;
    let fields = domain::hr::employees::FIELDS.iter().map(|f| f.key);
    let mut fields: Vec<String> = fields.filter(|f| before.cell(f) != after.cell(f)).map(str::to_owned).collect();
    fields.extend(before.custom.differing(&after.custom));
    if !fields.is_empty() {
        events::emit(tx, Event::EmployeeChanged { employee: id, fields }).await?;
    }
    Ok(())
}

/// The next number that nobody has: one more than the highest number given so far.
async fn next_number(tx: &mut TenantTx) -> Result<String> {
    let tenant = tx.tenant().0;
    let number = sqlx::query_scalar!(
        r#"insert into counters (tenant_id, name, value)
           select $1, 'employee', coalesce(max(number_key)::bigint, 0) + 1
           from employees where number_key ~ '^[0-9]{20}$' and number_key < '00000001000000000000'
           on conflict (tenant_id, name) do update set value = greatest(counters.value + 1, excluded.value)
           returning value"#,
        tenant
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(number.to_string())
}
