//! An employee as statements give them.

use crate::{
    Result,
    db::{day, strange},
    list::row,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Currency, Day, EmployeeId, Money,
    access::Sight,
    custom_fields::Values,
    hr::employees::{Employee, EmploymentType, Fte, Manager, Photo, Status},
};
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

/// As the column holds it.
pub(crate) fn fte(part: Decimal) -> Result<Fte> {
    Fte::from_decimal(part).ok_or_else(|| strange("FTE", &part.to_string()))
}

row! {
    pub(super) struct Row {
        manager_number: Option<String>,
        manager_first: Option<String>,
        manager_last: Option<String>,
        member_id: Option<Uuid>,
        member_photo: Option<String>,
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
        start_date: Option<NaiveDate>,
        end_date: Option<NaiveDate>,
        photo: Option<String>,
        archived_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        sees_terms: Option<bool>,
        sees_personal: Option<bool>,
        sees_pay: Option<bool>,
        birth_date: Option<NaiveDate>,
        salary_minor: Option<i64>,
        salary_currency: Option<String>,
        custom: Option<Value>,
        custom_personal: Option<Value>,
        custom_pay: Option<Value>,
    }
}

impl Row {
    pub(super) fn employee(self, today: Day) -> Result<Employee> {
        let manager = match (self.manager_id, self.manager_number, self.manager_first, self.manager_last) {
            (Some(id), Some(number), Some(first), Some(last)) => {
                Some(Manager { id: EmployeeId(id), number, name: format!("{first} {last}") })
            }
            _ => None,
        };
        let employment_type =
            self.employment_type.map(|t| EmploymentType::parse(&t).map_err(|_| strange("employment type", &t)));
        let salary = match (self.salary_minor, self.salary_currency) {
            (Some(minor), Some(code)) => {
                Some(Money::new(minor, Currency::from_code(&code).ok_or_else(|| strange("currency", &code))?))
            }
            _ => None,
        };
        let (start_date, end_date) = (day(self.start_date), day(self.end_date));
        let sight = Sight {
            terms: self.sees_terms.unwrap_or(false),
            personal: self.sees_personal.unwrap_or(false),
            pay: self.sees_pay.unwrap_or(false),
        };
        let photo = self.photo.map(|digest| (self.id, digest)).or(self.member_id.zip(self.member_photo));
        Ok(Employee {
            photo: photo.map(|(of, digest)| Photo { of, digest }),
            id: EmployeeId(self.id),
            version: self.version,
            number: self.number,
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phone: self.phone,
            department: self.department,
            location: self.location,
            job_title: self.job_title,
            manager,
            employment_type: employment_type.transpose()?,
            fte: fte(self.fte)?,
            start_date,
            // What somebody is by it everybody sees; the day itself is of a class.
            end_date: end_date.filter(|_| sight.terms),
            birth_date: day(self.birth_date),
            salary,
            custom: Values::of(self.custom, self.custom_personal, self.custom_pay),
            sight,
            status: Status::on(today, start_date, end_date, self.archived_at.is_some()),
            tags: vec![],
            details: None,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
