//! Time off: kinds, and what everything about leave is read by. Whose it is, is asked as of any record of a person's; which
//! kind it is, by a right of its own (DOMAIN: Permissions: health/leave reason).

pub mod accounts;
pub mod calendar;
pub mod facts;
pub mod feeds;
mod notices;
pub mod patterns;
pub mod policies;
pub mod presence;
pub mod refit;
pub mod requests;
pub mod rules;
pub mod steps;

use crate::{
    Error, Result, TenantTx, Version,
    reach::{self, Kind},
    workspace::roles,
};
use domain::{
    EmployeeId, LeaveTypeId,
    access::{LeaveAdjust, Permission},
    hr::leave::{Colour, Office, Person, Type, Unit, forms::TypeFields},
};
use uuid::Uuid;

/// These people, or everybody.
fn ids(people: Option<&[EmployeeId]>) -> Option<Vec<Uuid>> {
    people.map(|people| people.iter().map(|e| e.0).collect())
}

/// The person, if this right reaches them.
pub async fn hold<P: Permission>(tx: &mut TenantTx, employee: EmployeeId) -> Result<()> {
    reach::hold::<P>(tx, Kind::Employees, employee.0).await?;
    there(tx, employee).await
}

/// Whether this right reaches them.
pub async fn reaches<P: Permission>(tx: &mut TenantTx, employee: EmployeeId) -> Result<bool> {
    Ok(!reach::within::<P>(tx, Kind::Employees, &[employee.0]).await?.is_empty())
}

/// Whether the reader may correct what is in somebody's book: of one's own somebody else does, as long as there is anybody.
pub async fn corrects(tx: &mut TenantTx, employee: EmployeeId) -> Result<bool> {
    let own = tx.employee() == Some(employee);
    let theirs = !own || roles::alone_with(tx, &[LeaveAdjust::KEY]).await?;
    Ok(theirs && reaches::<LeaveAdjust>(tx, employee).await?)
}

/// Whoever's right reaches all is not asked whether there is such a person.
async fn there(tx: &mut TenantTx, employee: EmployeeId) -> Result<()> {
    let there =
        sqlx::query_scalar!("select 1 from employees where id = $1", employee.0).fetch_optional(tx.conn()).await?;
    there.map(|_| ()).ok_or(Error::NotFound)
}

/// Somebody as the pages of leave name them.
pub async fn person(tx: &mut TenantTx, employee: EmployeeId) -> Result<Person> {
    let r = sqlx::query!(
        r#"select first_name || ' ' || last_name as "name!", job_title, department, location from employees where id = $1"#,
        employee.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Person { id: employee, name: r.name, title: r.job_title, department: r.department, location: r.location })
}

pub(super) struct TypeRow {
    pub id: Uuid,
    pub version: i32,
    pub name: String,
    pub unit: String,
    pub paid: bool,
    pub colour: String,
    pub needs_reason: bool,
    pub limited: bool,
    pub steps: Vec<String>,
    pub patience: i32,
    pub archived: bool,
}

impl TypeRow {
    pub fn kind(self) -> Type {
        Type {
            id: LeaveTypeId(self.id),
            version: self.version,
            name: self.name,
            unit: Unit::parse(&self.unit).unwrap_or_default(),
            paid: self.paid,
            colour: Colour::parse(&self.colour).unwrap_or_default(),
            needs_reason: self.needs_reason,
            limited: self.limited,
            steps: self.steps.iter().filter_map(|s| Office::parse(s)).collect(),
            patience: self.patience,
            archived: self.archived,
        }
    }
}

/// All kinds, those that are not used any more last.
pub async fn types(tx: &mut TenantTx) -> Result<Vec<Type>> {
    let rows = sqlx::query_as!(
        TypeRow,
        r#"select id, version, name, unit, paid, colour, needs_reason, limited, steps, patience, archived_at is not null as "archived!"
           from leave_types order by archived_at is not null, not limited, lower(name), id limit 100"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(TypeRow::kind).collect())
}

pub async fn find_type(tx: &mut TenantTx, id: LeaveTypeId) -> Result<Type> {
    let row = sqlx::query_as!(
        TypeRow,
        r#"select id, version, name, unit, paid, colour, needs_reason, limited, steps, patience, archived_at is not null as "archived!"
           from leave_types where id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.ok_or(Error::NotFound)?.kind())
}

/// Those that a company begins with, as far as there is none of the name.
pub async fn add_usual(tx: &mut TenantTx) -> Result<usize> {
    let known = types(tx).await?;
    let mut added = 0;
    for fields in domain::hr::leave::forms::usual() {
        if !known.iter().any(|k| k.name.to_lowercase() == fields.name.to_lowercase()) {
            let id = tx.id();
            add_type(tx, id, &fields).await?;
            added += 1;
        }
    }
    Ok(added)
}

/// Adds a kind under the id that was drawn with its form.
pub async fn add_type(tx: &mut TenantTx, id: LeaveTypeId, f: &TypeFields) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    let added = sqlx::query!(
        "insert into leave_types (tenant_id, id, name, unit, paid, colour, needs_reason, limited, steps, patience, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) on conflict (tenant_id, id) do nothing",
        tenant,
        id.0,
        f.name,
        f.unit.key(),
        f.paid,
        f.colour.key(),
        f.needs_reason,
        f.limited,
        &offices(&f.steps),
        f.patience,
        now
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() == 0 && find_type(tx, id).await?.name != f.name {
        return Err(Error::Sent);
    }
    Ok(())
}

/// The unit of a kind that is in use stays: what is in its ledger would mean something else.
pub async fn change_type(tx: &mut TenantTx, id: LeaveTypeId, version: Version, f: &TypeFields) -> Result<()> {
    let before = find_type(tx, id).await?;
    if before.unit != f.unit {
        let used = sqlx::query_scalar!(
            r#"select exists (select from leave_ledger where type_id = $1) or exists (select from leave_requests where type_id = $1) as "used!""#,
            id.0
        );
        if used.fetch_one(tx.conn()).await? {
            return Err(Error::refused(
                "unit",
                "Some of it was given or asked for already. Make another kind instead.",
            ));
        }
    }
    let now = tx.now();
    let done = sqlx::query!(
        "update leave_types set version = version + 1, updated_at = $3, name = $4, unit = $5, paid = $6, colour = $7,
           needs_reason = $8, limited = $9, steps = $10, patience = $11
         where id = $1 and version = $2",
        id.0,
        version,
        now,
        f.name,
        f.unit.key(),
        f.paid,
        f.colour.key(),
        f.needs_reason,
        f.limited,
        &offices(&f.steps),
        f.patience
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

fn offices(steps: &[Office]) -> Vec<String> {
    steps.iter().map(|s| s.key().to_owned()).collect()
}

/// Nobody asks for it any more, or they do again; what there is of it stays.
pub async fn retire_type(tx: &mut TenantTx, id: LeaveTypeId, retired: bool) -> Result<Type> {
    let now = tx.now();
    let kind = find_type(tx, id).await?;
    sqlx::query!(
        "update leave_types set archived_at = case when $2 then $3::timestamptz end, updated_at = $3 where id = $1",
        id.0,
        retired,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(kind)
}
