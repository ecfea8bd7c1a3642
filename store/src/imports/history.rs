//! Job and pay over time in bulk. After each thousand rows the records of whom they are about say what holds today.

use super::ledger::{Ledger, plan_anew};
use crate::{
    Error, Result, TenantTx,
    custom_fields::by_number,
    db::strange,
    hr::{
        change_requests,
        employees::fte,
        employment::{number, take_effect},
    },
};
use chrono::NaiveDate;
use domain::{
    Currency, Day, EmployeeId, ImportId, Money,
    hr::employees::EmploymentType,
    import::{Change, JobFields, JobHistory, Known, New, PayFields, PayHistory, Record, Standing, Wanted},
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Whom rows are about, each once.
fn people<'a, F: 'a>(rows: impl Iterator<Item = &'a Standing<F>>) -> Vec<EmployeeId> {
    let mut people: Vec<EmployeeId> = rows.filter_map(|s| s.owner.map(EmployeeId)).collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// In the order of their days, so that each goes on from the one before.
fn in_order<F>(rows: &mut [New<F>], from: impl Fn(&F) -> Day) {
    rows.sort_by_key(|r| (r.now.owner, from(&r.now.fields)));
}

impl Ledger for JobHistory {
    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<JobFields>> {
        plan_anew(tx).await?;
        let people = by_number(tx, &wanted.people).await?;
        let ids: Vec<Uuid> = people.values().copied().collect();
        let rows = sqlx::query!(
            r#"select j.id, j.version, j.employee_id, e.number, j.from_date, j.job_title, j.department, j.location, j.employment_type, j.fte, j.reason
               from employee_jobs j join employees e on e.tenant_id = j.tenant_id and e.id = j.employee_id
               where j.employee_id = any($1)"#,
            &ids
        )
        .fetch_all(tx.conn())
        .await?;
        let mut known = Known { people, ..Known::default() };
        for r in rows {
            let kind = |t: String| EmploymentType::parse(&t).map_err(|_| strange("employment type", &t));
            let fields = JobFields {
                number: r.number,
                from: Day(r.from_date),
                job_title: r.job_title,
                department: r.department,
                location: r.location,
                employment_type: r.employment_type.map(kind).transpose()?,
                fte: Some(fte(r.fte)?),
                reason: r.reason,
                custom: Default::default(),
            };
            let now = Standing { fields, above: None, owner: Some(r.employee_id) };
            known.records.push(Record { id: r.id, version: r.version, archived: false, now });
        }
        Ok(known)
    }

    async fn prepare(_: &mut TenantTx, rows: &mut [New<JobFields>]) -> Result<()> {
        in_order(rows, |f| f.from);
        Ok(())
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<JobFields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let employees: Vec<Option<Uuid>> = rows.iter().map(|r| r.now.owner).collect();
        let from: Vec<NaiveDate> = rows.iter().map(|r| r.now.fields.from.0).collect();
        let says: Vec<Value> = rows.iter().map(|r| says(&r.now.fields)).collect();
        sqlx::query!("select house.bring_jobs($1, $2, $3, $4)", &ids, &employees as &[Option<Uuid>], &from, &says)
            .execute(tx.conn())
            .await?;
        take_effect(tx, &people(rows.iter().map(|r| &r.now))).await?;
        Ok(())
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<JobFields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let text = |of: fn(&JobFields) -> Option<&str>| rows.iter().map(|r| of(&r.after.fields)).collect::<Vec<_>>();
        let (titles, departments, locations, types, reasons) = (
            text(|f| f.job_title.as_deref()),
            text(|f| f.department.as_deref()),
            text(|f| f.location.as_deref()),
            text(|f| f.employment_type.map(EmploymentType::key)),
            text(|f| f.reason.as_deref()),
        );
        let parts: Vec<_> = rows.iter().map(|r| r.after.fields.fte.unwrap_or_default().decimal()).collect();
        let done = sqlx::query!(
            "update employee_jobs j set version = j.version + 1, job_title = u.job_title, department = u.department, location = u.location,
               employment_type = u.employment_type, fte = u.fte, reason = u.reason
             from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[], $8::text[])
               as u (id, version, job_title, department, location, employment_type, fte, reason)
             where j.id = u.id and j.version = u.version",
            &ids,
            &versions,
            &titles as &[Option<&str>],
            &departments as &[Option<&str>],
            &locations as &[Option<&str>],
            &types as &[Option<&str>],
            &parts,
            &reasons as &[Option<&str>]
        )
        .execute(tx.conn())
        .await?;
        if done.rows_affected() != rows.len() as u64 {
            return Err(Error::Stale);
        }
        take_effect(tx, &people(rows.iter().map(|r| &r.after))).await?;
        Ok(())
    }

    fn columns(s: &Standing<JobFields>) -> Map<String, Value> {
        let f = &s.fields;
        let Value::Object(columns) = json!({
            "job_title": f.job_title,
            "department": f.department,
            "location": f.location,
            "employment_type": f.employment_type.map(|t| t.key()),
            "fte": number(f.fte.unwrap_or_default()),
            "reason": f.reason,
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn called(_: &mut TenantTx, _: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        Ok(HashMap::new())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows = sqlx::query!("select id, version from employee_jobs where id = any($1)", records)
            .fetch_all(tx.conn())
            .await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    const TABLE: &'static str = "employee_jobs";

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let rows = sqlx::query_scalar!("delete from employee_jobs where id = any($1) returning employee_id", records)
            .fetch_all(tx.conn())
            .await?;
        settle(tx, &rows).await?;
        Ok(rows.len() as u64)
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let rows = sqlx::query_scalar!(
            "with old as materialized (
               select r.* from import_changes c
               join employee_jobs e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(e) -> b.key = c.after -> b.key
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update employee_jobs e set version = e.version + 1, job_title = o.job_title, department = o.department,
               location = o.location, employment_type = o.employment_type, fte = o.fte, reason = o.reason
             from old o where e.tenant_id = o.tenant_id and e.id = o.id returning e.employee_id",
            id.0,
            records
        )
        .fetch_all(tx.conn())
        .await?;
        settle(tx, &rows).await?;
        Ok(rows.len() as u64)
    }
}

/// What a file says of a job, as columns.
fn says(f: &JobFields) -> Value {
    let mut says = Map::new();
    let mut say = |column: &str, value: Option<Value>| value.map(|v| says.insert(column.to_owned(), v));
    say("job_title", f.job_title.as_deref().map(Value::from));
    say("department", f.department.as_deref().map(Value::from));
    say("location", f.location.as_deref().map(Value::from));
    say("employment_type", f.employment_type.map(|t| Value::from(t.key())));
    say("fte", f.fte.map(|f| Value::Number(number(f))));
    Value::Object({
        say("reason", Some(f.reason.as_deref().map_or(Value::Null, Value::from)));
        says
    })
}

async fn settle(tx: &mut TenantTx, people: &[Uuid]) -> Result<()> {
    let mut people: Vec<EmployeeId> = people.iter().copied().map(EmployeeId).collect();
    people.sort_unstable();
    people.dedup();
    take_effect(tx, &people).await?;
    Ok(())
}

impl Ledger for PayHistory {
    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<PayFields>> {
        plan_anew(tx).await?;
        let people = by_number(tx, &wanted.people).await?;
        let ids: Vec<Uuid> = people.values().copied().collect();
        let rows = sqlx::query!(
            r#"select p.id, p.version, p.employee_id, e.number, p.from_date, p.salary_minor, p.salary_currency, p.reason
               from employee_pay p join employees e on e.tenant_id = p.tenant_id and e.id = p.employee_id
               where p.employee_id = any($1)"#,
            &ids
        )
        .fetch_all(tx.conn())
        .await?;
        if tx.sight().pay {
            tx.reads_pay(rows.iter().map(|r| r.employee_id));
        }
        let own = change_requests::of_second_hand(tx).await?;
        let mut known = Known { people, own, ..Known::default() };
        for r in rows {
            let code = |c: String| Currency::from_code(&c).ok_or_else(|| strange("currency", &c));
            let currency = r.salary_currency.map(code).transpose()?;
            let salary = r.salary_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency));
            let fields = PayFields {
                number: r.number,
                from: Day(r.from_date),
                salary,
                reason: r.reason,
                custom: Default::default(),
            };
            let now = Standing { fields, above: None, owner: Some(r.employee_id) };
            known.records.push(Record { id: r.id, version: r.version, archived: false, now });
        }
        Ok(known)
    }

    async fn prepare(_: &mut TenantTx, rows: &mut [New<PayFields>]) -> Result<()> {
        in_order(rows, |f| f.from);
        Ok(())
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<PayFields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let employees: Vec<Option<Uuid>> = rows.iter().map(|r| r.now.owner).collect();
        let from: Vec<NaiveDate> = rows.iter().map(|r| r.now.fields.from.0).collect();
        let minor: Vec<Option<i64>> = rows.iter().map(|r| r.now.fields.salary.map(|s| s.minor)).collect();
        let code: Vec<Option<&str>> = rows.iter().map(|r| r.now.fields.salary.map(|s| s.currency.code())).collect();
        let reason: Vec<Option<&str>> = rows.iter().map(|r| r.now.fields.reason.as_deref()).collect();
        sqlx::query!(
            "insert into employee_pay (tenant_id, id, employee_id, from_date, salary_minor, salary_currency, reason)
             select $1, * from unnest($2::uuid[], $3::uuid[], $4::date[], $5::bigint[], $6::text[], $7::text[])",
            tx.tenant().0,
            &ids,
            &employees as &[Option<Uuid>],
            &from,
            &minor as &[Option<i64>],
            &code as &[Option<&str>],
            &reason as &[Option<&str>]
        )
        .execute(tx.conn())
        .await?;
        take_effect(tx, &people(rows.iter().map(|r| &r.now))).await?;
        Ok(())
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<PayFields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let minor: Vec<Option<i64>> = rows.iter().map(|r| r.after.fields.salary.map(|s| s.minor)).collect();
        let code: Vec<Option<&str>> = rows.iter().map(|r| r.after.fields.salary.map(|s| s.currency.code())).collect();
        let reason: Vec<Option<&str>> = rows.iter().map(|r| r.after.fields.reason.as_deref()).collect();
        let done = sqlx::query!(
            "update employee_pay p set version = p.version + 1, salary_minor = u.minor, salary_currency = u.code, reason = u.reason
             from unnest($1::uuid[], $2::int[], $3::bigint[], $4::text[], $5::text[]) as u (id, version, minor, code, reason)
             where p.id = u.id and p.version = u.version",
            &ids,
            &versions,
            &minor as &[Option<i64>],
            &code as &[Option<&str>],
            &reason as &[Option<&str>]
        )
        .execute(tx.conn())
        .await?;
        if done.rows_affected() != rows.len() as u64 {
            return Err(Error::Stale);
        }
        take_effect(tx, &people(rows.iter().map(|r| &r.after))).await?;
        Ok(())
    }

    fn columns(s: &Standing<PayFields>) -> Map<String, Value> {
        let f = &s.fields;
        let Value::Object(columns) = json!({
            "salary_minor": f.salary.map(|s| s.minor),
            "salary_currency": f.salary.map(|s| s.currency.code()),
            "reason": f.reason,
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn called(_: &mut TenantTx, _: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        Ok(HashMap::new())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows = sqlx::query!("select id, version from employee_pay where id = any($1)", records)
            .fetch_all(tx.conn())
            .await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    const TABLE: &'static str = "employee_pay";

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let rows = sqlx::query_scalar!("delete from employee_pay where id = any($1) returning employee_id", records)
            .fetch_all(tx.conn())
            .await?;
        settle(tx, &rows).await?;
        Ok(rows.len() as u64)
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let rows = sqlx::query_scalar!(
            "with old as materialized (
               select r.* from import_changes c
               join employee_pay e on e.tenant_id = c.tenant_id and e.id = c.record_id
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
             update employee_pay e set version = e.version + 1, salary_minor = o.salary_minor, salary_currency = o.salary_currency,
               reason = o.reason
             from old o where e.tenant_id = o.tenant_id and e.id = o.id returning e.employee_id",
            id.0,
            records
        )
        .fetch_all(tx.conn())
        .await?;
        settle(tx, &rows).await?;
        Ok(rows.len() as u64)
    }
}
