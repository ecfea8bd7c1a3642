//! Employees in bulk.

use super::{
    attached::Follows,
    beside,
    ledger::{Ledger, Vault, filled, plan_anew},
};
use crate::{
    Result, TenantTx,
    custom_fields::by_number_or_name,
    db::{day, strange},
    hr::{change_requests, employees::fte},
};
use domain::{
    Currency, Email, ImportId, Money,
    custom_fields::{Custom, Values},
    hr::employees::{EmploymentType, Fields},
    import::{Change, Employees, Known, New, Noun, Person, Record, Standing, Wanted, is_bank},
};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Ledger for Employees {
    fn opened(person: &mut Person, id: Uuid, vault: &dyn Vault) {
        beside::open(person, id, vault);
    }

    fn closed(person: &mut Person, id: Uuid, vault: &dyn Vault) {
        beside::close(person, id, vault);
    }

    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<Person>> {
        let [numbers, emails] = &wanted.keys;
        plan_anew(tx).await?;
        let rows = sqlx::query_as!(
            Row,
            r#"select id, version, number, first_name, last_name, email, phone, department, location, job_title, manager_id,
                 employment_type, fte, start_date, end_date, birth_date, salary_minor, salary_currency, custom, custom_personal,
                 custom_pay, archived_at is not null as "archived!"
               from employees where number = any($1)"#,
            numbers
        )
        .fetch_all(tx.conn())
        .await?;
        let by_email = sqlx::query_as!(
            Row,
            r#"select id, version, number, first_name, last_name, email, phone, department, location, job_title, manager_id,
                 employment_type, fte, start_date, end_date, birth_date, salary_minor, salary_currency, custom, custom_personal,
                 custom_pay, archived_at is not null as "archived!"
               from employees where lower(email) = any($1) and not number = any($2)"#,
            emails,
            numbers
        )
        .fetch_all(tx.conn())
        .await?;
        // The preview shows what it would change, pay as well to whoever may see it.
        if tx.sight().pay {
            tx.reads_pay(rows.iter().chain(&by_email).filter(|r| r.salary_minor.is_some()).map(|r| r.id));
        }
        let ids: Vec<Uuid> = rows.iter().chain(&by_email).map(|r| r.id).collect();
        let mut besides = beside::known(tx, &ids, &wanted.fields).await?;
        if tx.sight().pay && wanted.fields.iter().any(|f| is_bank(f)) {
            tx.reads_pay(besides.iter().filter(|(_, b)| b.kept.is_some()).map(|(id, _)| *id));
        }
        let mut known = Known { people: by_number_or_name(tx, &wanted.people).await?, ..Known::default() };
        if wanted.fields.iter().any(|f| Self::SECOND_HAND.contains(f)) {
            known.own = change_requests::of_second_hand(tx).await?;
        }
        known.records.reserve(rows.len() + by_email.len());
        for r in rows.into_iter().chain(by_email) {
            let kind = |t: String| EmploymentType::parse(&t).map_err(|_| strange("employment type", &t));
            let code = |c: &String| Currency::from_code(c).ok_or_else(|| strange("currency", c));
            let email = |e: String| Email::parse(&e).map_err(|_| strange("email", &e));
            let currency = r.salary_currency.as_ref().map(code).transpose()?;
            let fields = Fields {
                number: Some(r.number),
                first_name: r.first_name,
                last_name: r.last_name,
                email: r.email.map(email).transpose()?,
                phone: r.phone,
                department: r.department,
                location: r.location,
                job_title: r.job_title,
                manager: None,
                employment_type: r.employment_type.map(kind).transpose()?,
                fte: fte(r.fte)?,
                start_date: day(r.start_date),
                end_date: day(r.end_date),
                birth_date: day(r.birth_date),
                salary: r.salary_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
                custom: Custom::known(Values::of(r.custom, r.custom_personal, r.custom_pay)),
                new_places: vec![],
            };
            let fields = Person { own: fields, beside: besides.remove(&r.id).map(Box::new) };
            let now = Standing { fields, above: r.manager_id, owner: None };
            known.records.push(Record { id: r.id, version: r.version, archived: r.archived, now });
        }
        if !wanted.named.is_empty() {
            let named = sqlx::query!(
                r#"select id, name_key::text as "name!" from employees where archived_at is null and name_key = any($1)"#,
                &wanted.named
            );
            for r in named.fetch_all(tx.conn()).await? {
                known.named.entry(r.name).or_default().push(r.id);
            }
        }
        if wanted.lines {
            let lines =
                sqlx::query!(r#"select id, manager_id as "manager!" from employees where manager_id is not null"#)
                    .fetch_all(tx.conn())
                    .await?;
            known.lines = lines.into_iter().map(|r| (r.id, r.manager)).collect();
        }
        Ok(known)
    }

    async fn names(tx: &mut TenantTx, field: &'static str) -> Result<Vec<String>> {
        match field {
            "department" | "location" => crate::hr::employees::places(tx, field).await,
            _ => Ok(vec![]),
        }
    }

    /// Rows without a number get the next ones, behind those of the file.
    async fn prepare(tx: &mut TenantTx, rows: &mut [New<Person>]) -> Result<()> {
        let without = rows.iter().filter(|r| r.now.fields.own.number.is_none()).count();
        if without == 0 {
            return Ok(());
        }
        let highest = rows.iter().filter_map(|r| r.now.fields.own.number.as_deref()).filter_map(counted).max();
        let last = advance(tx, highest.unwrap_or(0), i64::try_from(without).unwrap_or(0)).await?;
        let mut next = last - i64::try_from(without).unwrap_or(0);
        // In the file's order, whatever order they are written in.
        let mut open: Vec<&mut New<Person>> = rows.iter_mut().filter(|r| r.now.fields.own.number.is_none()).collect();
        open.sort_by_key(|r| r.line);
        for row in open {
            next += 1;
            row.now.fields.own.number = Some(next.to_string());
        }
        Ok(())
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<Person>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let c = Columns::of(rows.iter().map(|r| &r.now));
        sqlx::query!(
            "insert into employees (tenant_id, id, created_at, updated_at, number, first_name, last_name, email, phone, department,
               location, job_title, manager_id, employment_type, start_date, end_date, birth_date, salary_minor, salary_currency, fte,
               custom, custom_personal, custom_pay)
             select $1, u.id, $2, $2, u.number, u.first_name, u.last_name, u.email, u.phone, u.department, u.location, u.job_title,
               u.manager_id, u.employment_type, u.start_date, u.end_date, u.birth_date, u.salary_minor, u.salary_currency, u.fte,
               u.custom, u.custom_personal, u.custom_pay
             from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
               $11::text[], $12::uuid[], $13::text[], $14::date[], $15::date[], $16::date[], $17::bigint[], $18::text[], $19::numeric[],
               $20::jsonb[], $21::jsonb[], $22::jsonb[])
               as u (id, number, first_name, last_name, email, phone, department, location, job_title, manager_id,
                     employment_type, start_date, end_date, birth_date, salary_minor, salary_currency, fte,
                     custom, custom_personal, custom_pay)",
            tx.tenant().0,
            tx.now(),
            &ids,
            &c.number as &[Option<&str>],
            &c.first_name as &[&str],
            &c.last_name as &[&str],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.department as &[Option<&str>],
            &c.location as &[Option<&str>],
            &c.job_title as &[Option<&str>],
            &c.manager as &[Option<Uuid>],
            &c.employment_type as &[Option<&str>],
            &c.start_date as &[Option<chrono::NaiveDate>],
            &c.end_date as &[Option<chrono::NaiveDate>],
            &c.birth_date as &[Option<chrono::NaiveDate>],
            &c.salary_minor as &[Option<i64>],
            &c.salary_currency as &[Option<&str>],
            &c.fte,
            &c.custom as &[Option<Value>],
            &c.custom_personal as &[Option<Value>],
            &c.custom_pay as &[Option<Value>]
        )
        .execute(tx.conn())
        .await?;
        beside::write(tx, rows.iter().map(|r| (r.id, &r.now.fields))).await
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<Person>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let c = Columns::of(rows.iter().map(|r| &r.after));
        let done = sqlx::query!(
            "update employees e set version = e.version + 1, updated_at = $1, number = u.number, first_name = u.first_name,
               last_name = u.last_name, email = u.email, phone = u.phone, department = u.department, location = u.location,
               job_title = u.job_title, manager_id = u.manager_id, employment_type = u.employment_type,
               start_date = u.start_date, end_date = u.end_date, birth_date = u.birth_date,
               salary_minor = u.salary_minor, salary_currency = u.salary_currency, fte = u.fte,
               custom = u.custom, custom_personal = u.custom_personal, custom_pay = u.custom_pay
             from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
               $10::text[], $11::uuid[], $12::text[], $13::date[], $14::date[], $15::date[], $16::bigint[], $17::text[], $18::int[], $19::numeric[],
               $20::jsonb[], $21::jsonb[], $22::jsonb[])
               as u (id, number, first_name, last_name, email, phone, department, location, job_title, manager_id,
                     employment_type, start_date, end_date, birth_date, salary_minor, salary_currency, version, fte,
                     custom, custom_personal, custom_pay)
             where e.id = u.id and e.version = u.version",
            tx.now(),
            &ids,
            &c.number as &[Option<&str>],
            &c.first_name as &[&str],
            &c.last_name as &[&str],
            &c.email as &[Option<&str>],
            &c.phone as &[Option<&str>],
            &c.department as &[Option<&str>],
            &c.location as &[Option<&str>],
            &c.job_title as &[Option<&str>],
            &c.manager as &[Option<Uuid>],
            &c.employment_type as &[Option<&str>],
            &c.start_date as &[Option<chrono::NaiveDate>],
            &c.end_date as &[Option<chrono::NaiveDate>],
            &c.birth_date as &[Option<chrono::NaiveDate>],
            &c.salary_minor as &[Option<i64>],
            &c.salary_currency as &[Option<&str>],
            &versions,
            &c.fte,
            &c.custom as &[Option<Value>],
            &c.custom_personal as &[Option<Value>],
            &c.custom_pay as &[Option<Value>]
        )
        .execute(tx.conn())
        .await?;
        // Somebody has changed one of them since the plan was made: nothing of theirs is written over.
        if done.rows_affected() != rows.len() as u64 {
            return Err(crate::Error::Stale);
        }
        let changed = rows.iter().filter(|r| r.before.fields.beside != r.after.fields.beside);
        beside::write(tx, changed.map(|r| (r.id, &r.after.fields))).await
    }

    /// Numbers that came in count as given out, also when the import is undone later.
    async fn conclude(tx: &mut TenantTx) -> Result<()> {
        advance(tx, 0, 0).await.map(drop)
    }

    fn columns(s: &Standing<Person>) -> Map<String, Value> {
        let f = &s.fields.own;
        let Value::Object(mut columns) = json!({
            "number": f.number,
            "first_name": f.first_name,
            "last_name": f.last_name,
            "email": f.email,
            "phone": f.phone,
            "department": f.department,
            "location": f.location,
            "job_title": f.job_title,
            "manager_id": s.above,
            "employment_type": f.employment_type.map(|t| t.key()),
            "fte": crate::hr::employment::number(f.fte),
            "start_date": f.start_date,
            "end_date": f.end_date,
            "birth_date": f.birth_date,
            "salary_minor": f.salary.map(|s| s.minor),
            "salary_currency": f.salary.map(|s| s.currency.code()),
            "custom": filled(&f.custom.values.directory),
            "custom_personal": filled(&f.custom.values.personal),
            "custom_pay": filled(&f.custom.values.pay),
        }) else {
            unreachable!("an object was written")
        };
        columns.extend(beside::columns(s.fields.beside.as_deref()));
        columns
    }

    async fn called(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows =
            sqlx::query!("select id, number from employees where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.number)).collect())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows =
            sqlx::query!("select id, version from employees where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    const TABLE: &'static str = "employees";
    const FOLLOWS: &'static [Follows] = &[
        ("employee_jobs", "employee_id", Some(BY_HAND)),
        // Whoever reports to somebody who goes, and does not go as well, would be without a manager.
        ("employee_jobs", "manager_id", Some(GIVEN_BY_HAND)),
        ("employee_pay", "employee_id", Some(BY_HAND)),
        ("employee_details", "id", Some(SAID_BY_HAND)),
        ("bank_accounts", "id", Some(SAID_BY_HAND)),
        ("leave_accounts", "employee_id", None),
        ("leave_enrolments", "employee_id", Some("x.by_hand")),
        ("leave_ledger", "employee_id", Some("x.kind in ('adjustment', 'encashment')")),
        ("departures", "employee_id", None),
        // Those begin by themselves, with their tasks.
        ("checklists", "employee_id", None),
        ("tasks", "employee_id", Some("not exists (select from checklist_items i where i.task_id = x.id)")),
    ];

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!("delete from employees where id = any($1)", records).execute(tx.conn()).await?;
        Ok(done.rows_affected())
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let mut restored: HashSet<Uuid> = beside::restore(tx, id, records).await?;
        let done = sqlx::query_scalar!(
            "with old as materialized (
               select r.* from import_changes c
               join employees e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(e) -> b.key = c.after -> b.key
                   and (b.key not in ('salary_minor', 'salary_currency')
                        or (to_jsonb(e) -> 'salary_minor' = c.after -> 'salary_minor'
                            and to_jsonb(e) -> 'salary_currency' = c.after -> 'salary_currency'))
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update employees e set version = e.version + 1, updated_at = $3, number = o.number, first_name = o.first_name,
               last_name = o.last_name, email = o.email, phone = o.phone, department = o.department, location = o.location,
               job_title = o.job_title, manager_id = o.manager_id, employment_type = o.employment_type,
               start_date = o.start_date, end_date = o.end_date, birth_date = o.birth_date,
               salary_minor = o.salary_minor, salary_currency = o.salary_currency, fte = o.fte,
               custom = o.custom, custom_personal = o.custom_personal, custom_pay = o.custom_pay
             from old o where e.tenant_id = o.tenant_id and e.id = o.id returning e.id",
            id.0,
            records,
            tx.now()
        )
        .fetch_all(tx.conn())
        .await?;
        restored.extend(done);
        Ok(restored.len() as u64)
    }
}

/// Details that somebody has written, or changed, since they came in.
const SAID_BY_HAND: &str = "exists (select from audit_events a where a.record_id = x.id \
    and a.record in ('employee_details', 'bank_accounts') and a.cause is null and a.actor like 'member:%')";

/// A dated row that somebody has written, or changed: what imports bring and worker's ticks do is no such thing.
const BY_HAND: &str = "exists (select from audit_events a where a.record_id = x.id and a.record in ('employee_jobs', 'employee_pay') \
    and a.cause is null and a.actor like 'member:%')";

/// As above, of people who do not go themselves.
const GIVEN_BY_HAND: &str = "not exists (select from unnest($1) u where u = x.employee_id) \
    and exists (select from audit_events a where a.record_id = x.id and a.record = 'employee_jobs' \
    and a.cause is null and a.actor like 'member:%')";

/// Moves the counter behind every number that is given out and behind `least`, and takes `more` numbers from it.
/// Gives the last of them.
async fn advance(tx: &mut TenantTx, least: i64, more: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"insert into counters (tenant_id, name, value)
           select $1, 'employee', greatest(coalesce(max(number_key)::bigint, 0), $2) + $3
           from employees where number_key ~ '^[0-9]{20}$' and number_key < '00000001000000000000'
           on conflict (tenant_id, name) do update set value = greatest(counters.value + $3, excluded.value)
           returning value"#,
        tx.tenant().0,
        least,
        more
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The number, if it is one that the counter minds.
fn counted(number: &str) -> Option<i64> {
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    number.parse().ok().filter(|n| digits && *n < 1_000_000_000_000)
}

struct Row {
    id: Uuid,
    version: i32,
    number: String,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    department: Option<String>,
    location: Option<String>,
    job_title: Option<String>,
    manager_id: Option<Uuid>,
    employment_type: Option<String>,
    fte: Decimal,
    start_date: Option<chrono::NaiveDate>,
    end_date: Option<chrono::NaiveDate>,
    birth_date: Option<chrono::NaiveDate>,
    salary_minor: Option<i64>,
    salary_currency: Option<String>,
    custom: Option<Value>,
    custom_personal: Option<Value>,
    custom_pay: Option<Value>,
    archived: bool,
}

/// Rows turned into columns, for UNNEST.
#[derive(Default)]
struct Columns<'a> {
    number: Vec<Option<&'a str>>,
    first_name: Vec<&'a str>,
    last_name: Vec<&'a str>,
    email: Vec<Option<&'a str>>,
    phone: Vec<Option<&'a str>>,
    department: Vec<Option<&'a str>>,
    location: Vec<Option<&'a str>>,
    job_title: Vec<Option<&'a str>>,
    manager: Vec<Option<Uuid>>,
    employment_type: Vec<Option<&'a str>>,
    fte: Vec<Decimal>,
    start_date: Vec<Option<chrono::NaiveDate>>,
    end_date: Vec<Option<chrono::NaiveDate>>,
    birth_date: Vec<Option<chrono::NaiveDate>>,
    salary_minor: Vec<Option<i64>>,
    salary_currency: Vec<Option<&'a str>>,
    custom: Vec<Option<Value>>,
    custom_personal: Vec<Option<Value>>,
    custom_pay: Vec<Option<Value>>,
}

impl<'a> Columns<'a> {
    fn of(rows: impl Iterator<Item = &'a Standing<Person>>) -> Self {
        let mut c = Self::default();
        for Standing { fields: Person { own: f, .. }, above, .. } in rows {
            c.number.push(f.number.as_deref());
            c.first_name.push(&f.first_name);
            c.last_name.push(&f.last_name);
            c.email.push(f.email.as_ref().map(Email::as_str));
            c.phone.push(f.phone.as_deref());
            c.department.push(f.department.as_deref());
            c.location.push(f.location.as_deref());
            c.job_title.push(f.job_title.as_deref());
            c.manager.push(*above);
            c.employment_type.push(f.employment_type.map(|t| t.key()));
            c.fte.push(f.fte.decimal());
            c.start_date.push(f.start_date.map(|d| d.0));
            c.end_date.push(f.end_date.map(|d| d.0));
            c.birth_date.push(f.birth_date.map(|d| d.0));
            c.salary_minor.push(f.salary.map(|s| s.minor));
            c.salary_currency.push(f.salary.map(|s| s.currency.code()));
            c.custom.push(filled(&f.custom.values.directory));
            c.custom_personal.push(filled(&f.custom.values.personal));
            c.custom_pay.push(filled(&f.custom.values.pay));
        }
        c
    }
}
