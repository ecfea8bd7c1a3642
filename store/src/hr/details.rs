//! Queries of what is known of somebody beside the record's own row. Each read is of an employee whom the reader has found,
//! and leaves out what their classes do not open of this one.

use crate::{
    Error, Result, TenantTx, audit,
    db::{day, strange},
    reach::{self, Kind},
};
use chrono::NaiveDate;
use domain::{
    EmployeeId,
    access::{
        EmployeesPay, EmployeesPayWrite, EmployeesPersonal, EmployeesPersonalWrite, EmployeesRead, EmployeesWrite,
        Sight,
    },
    audit::Action,
    hr::details::{Bank, Contact, Details, Fields, OfRecord, Private, Section},
    places::Country,
};
use serde_json::{Value, json};
use sqlx::{FromRow, Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// An account's number as it is kept: encrypted by whoever has the key, and its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedIban {
    pub bytes: Vec<u8>,
    pub last_four: String,
}

pub(crate) fn country(code: Option<String>) -> Result<Option<Country>> {
    code.map(|c| Country::parse(&c).map_err(|_| strange("country", &c))).transpose()
}

pub(crate) fn contacts(value: Option<Value>) -> Result<Vec<Contact>> {
    match value {
        None => Ok(vec![]),
        Some(value) => serde_json::from_value(value).map_err(|e| strange("emergency contacts", &e.to_string())),
    }
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    first_name: String,
    last_name: String,
    phone: Option<String>,
    sees_personal: bool,
    sees_pay: bool,
    version: i32,
    preferred_name: Option<String>,
    sees_terms: bool,
    probation_end: Option<NaiveDate>,
    hides_birthday: bool,
    private_email: Option<String>,
    private_phone: Option<String>,
    nationality: Option<String>,
    street: Option<String>,
    street_2: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    region: Option<String>,
    country: Option<String>,
    contacts: Option<Value>,
    bank_version: i32,
    account_holder: Option<String>,
    iban: Option<String>,
    bic: Option<String>,
    iban_sealed: Option<Vec<u8>>,
}

/// Columns of a class, each only where it is open.
const PERSONAL: [&str; 10] = [
    "private_email",
    "private_phone",
    "nationality",
    "street",
    "street_2",
    "postal_code",
    "city",
    "region",
    "country",
    "contacts",
];
const PAY: [&str; 4] = ["account_holder", "iban", "bic", "iban_sealed"];

/// How somebody stands: of the record's own row, beside it, and the account's number as it is kept.
pub(super) struct Standing {
    pub row: OfRecord,
    pub details: Details,
    pub sealed: Option<Vec<u8>>,
}

/// What is known of those whom the reader may see.
pub(super) async fn standing(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, Standing>> {
    standing_with(tx, ids, true).await
}

/// The same; without the account, where nobody looks at it.
pub(super) async fn standing_with(tx: &mut TenantTx, ids: &[Uuid], bank: bool) -> Result<HashMap<Uuid, Standing>> {
    let reaches = |scope| reach::reaches(Kind::Employees, scope);
    let pay = tx.scope::<EmployeesPay>().filter(|_| bank);
    let (personal, pay) = (reaches(tx.scope::<EmployeesPersonal>()), reaches(pay));
    let mut q = QueryBuilder::<Postgres>::new("select e.id, e.first_name, e.last_name, e.phone, ");
    // Of whoever has no record of their own, nothing is their own.
    q.push("coalesce(")
        .push(personal)
        .push(", false) as sees_personal, coalesce(")
        .push(pay)
        .push(", false) as sees_pay, ");
    q.push("coalesce(d.version, 0) as version, ");
    let terms = reaches(super::employees::terms(tx));
    q.push("coalesce(")
        .push(terms)
        .push(", false) as sees_terms, case when ")
        .push(terms)
        .push(" then d.probation_end end as probation_end, ");
    q.push("d.preferred_name, coalesce(d.hides_birthday, false) as hides_birthday");
    for (table, open, columns) in [("d", personal, &PERSONAL[..]), ("b", pay, &PAY[..])] {
        for column in columns {
            q.push(format!(", case when {open} then {table}.{column} end as {column}"));
        }
    }
    q.push(format!(", case when {pay} then coalesce(b.version, 0) else 0 end as bank_version from employees e"));
    q.push(" left join employee_details d on d.tenant_id = e.tenant_id and d.id = e.id");
    q.push(" left join bank_accounts b on b.tenant_id = e.tenant_id and b.id = e.id where e.id = any(");
    q.push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, Kind::Employees, tx.scope::<EmployeesRead>());
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    tx.reads_pay(rows.iter().filter(|r| r.account_holder.is_some()).map(|r| r.id));
    rows.into_iter().map(|r| Ok((r.id, r.standing()?))).collect()
}

impl Row {
    fn standing(self) -> Result<Standing> {
        let details = Details {
            version: self.version,
            preferred_name: self.preferred_name,
            probation_end: day(self.probation_end),
            hides_birthday: self.hides_birthday,
            private: Private {
                email: self.private_email,
                phone: self.private_phone,
                nationality: country(self.nationality)?,
                street: self.street,
                street_2: self.street_2,
                postal_code: self.postal_code,
                city: self.city,
                region: self.region,
                country: country(self.country)?,
            },
            contacts: contacts(self.contacts)?,
            bank: Bank { version: self.bank_version, holder: self.account_holder, last_four: self.iban, bic: self.bic },
            sight: Sight { terms: self.sees_terms, personal: self.sees_personal, pay: self.sees_pay },
        };
        let row = OfRecord { first_name: self.first_name, last_name: self.last_name, phone: self.phone };
        Ok(Standing { row, details, sealed: self.iban_sealed })
    }
}

/// What is known of somebody whom the reader may see.
pub async fn of(tx: &mut TenantTx, id: EmployeeId) -> Result<Details> {
    let found = standing(tx, &[id.0]).await?.remove(&id.0);
    Ok(found.ok_or(Error::NotFound)?.details)
}

/// Holds somebody whose section the reader may see and change; else there is nobody.
pub async fn hold(tx: &mut TenantTx, id: EmployeeId, section: Section) -> Result<()> {
    const PEOPLE: Kind = Kind::Employees;
    match section {
        Section::Basics => reach::hold::<EmployeesWrite>(tx, PEOPLE, id.0).await,
        Section::Personal | Section::Emergency => {
            reach::hold::<EmployeesPersonalWrite>(tx, PEOPLE, id.0).await?;
            reach::hold::<EmployeesPersonal>(tx, PEOPLE, id.0).await
        }
        Section::Bank => {
            reach::hold::<EmployeesPayWrite>(tx, PEOPLE, id.0).await?;
            reach::hold::<EmployeesPay>(tx, PEOPLE, id.0).await?;
            // Where one's own pay goes, one asks for.
            match super::change_requests::second_hand(tx, id, section.class()).await? {
                true => Ok(()),
                false => Err(Error::NotFound),
            }
        }
    }
}

/// Those of somebody's sections that the reader may change.
pub async fn editable(tx: &mut TenantTx, id: EmployeeId) -> Result<Vec<Section>> {
    let mut found = vec![];
    for section in [Section::Basics, Section::Personal, Section::Bank] {
        match hold(tx, id, section).await {
            Ok(()) if section == Section::Personal => found.extend([Section::Personal, Section::Emergency]),
            Ok(()) => found.push(section),
            Err(Error::NotFound) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(found)
}

/// Changes a section as a whole. `version` is that of the details, or of the account; 0: there was nothing yet.
pub async fn change(
    tx: &mut TenantTx,
    id: EmployeeId,
    section: Section,
    version: i32,
    f: &Fields,
    iban: Option<&SealedIban>,
) -> Result<()> {
    hold(tx, id, section).await?;
    match section {
        Section::Bank => bank(tx, id, version, f, iban).await,
        _ => details(tx, id, section, version, f).await,
    }
}

async fn details(tx: &mut TenantTx, id: EmployeeId, section: Section, version: i32, f: &Fields) -> Result<()> {
    let asked = |one| section == one;
    let (basics, personal, emergency) = (asked(Section::Basics), asked(Section::Personal), asked(Section::Emergency));
    let p = &f.private;
    let called = f.preferred_name.as_ref().filter(|_| basics);
    let personally = |t: &Option<String>| t.clone().filter(|_| personal);
    let code = |c: Option<Country>| c.filter(|_| personal).map(|c| c.code().to_owned());
    let contacts = (emergency && !f.contacts.is_empty()).then(|| json!(f.contacts));
    let done = sqlx::query!(
        "insert into employee_details as d (tenant_id, id, preferred_name, probation_end, private_email, private_phone,
           nationality, street, street_2, postal_code, city, region, country, contacts, created_at, updated_at)
         values ($1, $2, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $3, $3)
         on conflict (tenant_id, id) do update set version = d.version + 1, updated_at = $3,
           preferred_name = case when $5 then excluded.preferred_name else d.preferred_name end,
           probation_end = case when $5 then excluded.probation_end else d.probation_end end,
           private_email = case when $6 then excluded.private_email else d.private_email end,
           private_phone = case when $6 then excluded.private_phone else d.private_phone end,
           nationality = case when $6 then excluded.nationality else d.nationality end,
           street = case when $6 then excluded.street else d.street end,
           street_2 = case when $6 then excluded.street_2 else d.street_2 end,
           postal_code = case when $6 then excluded.postal_code else d.postal_code end,
           city = case when $6 then excluded.city else d.city end,
           region = case when $6 then excluded.region else d.region end,
           country = case when $6 then excluded.country else d.country end,
           contacts = case when $19 then excluded.contacts else d.contacts end
         where d.version = $4",
        tx.tenant().0,
        id.0,
        tx.now(),
        version,
        basics,
        personal,
        called,
        f.probation_end.filter(|_| basics).map(|d| d.0),
        personally(&p.email),
        personally(&p.phone),
        code(p.nationality),
        personally(&p.street),
        personally(&p.street_2),
        personally(&p.postal_code),
        personally(&p.city),
        personally(&p.region),
        code(p.country),
        contacts,
        emergency
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// An account without a holder is none. Without a number the one that is kept stays.
async fn bank(tx: &mut TenantTx, id: EmployeeId, version: i32, f: &Fields, iban: Option<&SealedIban>) -> Result<()> {
    let (bytes, last) = (iban.map(|i| &i.bytes[..]), iban.map(|i| &i.last_four));
    let done = match (&f.account_holder, version) {
        (None, 0) if iban.is_none() && f.bic.is_none() => return Ok(()),
        (None, 0) => return Err(Error::refused("account_holder", "Please say whose account it is.")),
        (None, _) => {
            sqlx::query!("delete from bank_accounts where id = $1 and version = $2", id.0, version)
                .execute(tx.conn())
                .await?
        }
        (Some(_), 0) if iban.is_none() => return Err(Error::refused("iban", "Please fill this in.")),
        (Some(holder), 0) => {
            sqlx::query!(
            "insert into bank_accounts (tenant_id, id, account_holder, iban_sealed, iban, bic, created_at, updated_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (tenant_id, id) do nothing",
            tx.tenant().0,
            id.0,
            holder,
            bytes,
            last,
            f.bic,
            tx.now()
        )
            .execute(tx.conn())
            .await?
        }
        (Some(holder), version) => {
            sqlx::query!(
                "update bank_accounts set version = version + 1, updated_at = $3, account_holder = $4,
                   iban_sealed = coalesce($5, iban_sealed), iban = coalesce($6, iban), bic = $7
                 where id = $1 and version = $2",
                id.0,
                version,
                tx.now(),
                holder,
                bytes,
                last,
                f.bic
            )
            .execute(tx.conn())
            .await?
        }
    };
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// An account's number as it is kept, for whoever sees the pay of this employee.
pub(super) async fn sealed(tx: &mut TenantTx, id: EmployeeId) -> Result<Option<Vec<u8>>> {
    let kept = sqlx::query_scalar!("select iban_sealed from bank_accounts where id = $1", id.0);
    Ok(kept.fetch_optional(tx.conn()).await?)
}

/// The whole number, still encrypted, for one look that the trail tells of. One's own is no news.
pub async fn reveal(tx: &mut TenantTx, id: EmployeeId) -> Result<Option<Vec<u8>>> {
    reach::hold::<EmployeesPay>(tx, Kind::Employees, id.0).await?;
    let kept = sealed(tx, id).await?;
    if kept.is_some() && tx.employee() != Some(id) {
        audit::note(tx, "bank_accounts", id.0, Action::Revealed, &json!({})).await?;
    }
    Ok(kept)
}

/// One's own number, still encrypted, to compare with another one.
pub async fn own_sealed(tx: &mut TenantTx) -> Result<Option<Vec<u8>>> {
    match tx.employee().filter(|_| tx.scope::<EmployeesPay>().is_some()) {
        Some(me) => sealed(tx, me).await,
        None => Ok(None),
    }
}

/// Whether colleagues see the reader's own birthday, day and month.
pub async fn hide_birthday(tx: &mut TenantTx, hidden: bool) -> Result<()> {
    let me = tx.employee().ok_or(Error::NotFound)?;
    sqlx::query!(
        "insert into employee_details as d (tenant_id, id, hides_birthday, created_at, updated_at) values ($1, $2, $3, $4, $4)
         on conflict (tenant_id, id) do update set version = d.version + 1, updated_at = $4, hides_birthday = $3
         where d.hides_birthday <> $3",
        tx.tenant().0,
        me.0,
        hidden,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
