//! What a lead becomes: a customer that there is or a new one, a contact there, and a deal if there is something to sell.

use super::Lead;
use crate::{
    ContactId, Conventions, CustomerId, Day, DealId, Errors, LeadConversionId, MemberId,
    crm::{contacts, customers, deals},
    draft,
};
use chrono::{DateTime, Utc};

draft! {
    /// As typed. `customer`: the id of one that there is, or nothing for a new one; `contact` and `deal`: `true`, if one is made.
    Draft { customer, name, domain, contact, deal, deal_name, amount, close_on }
}

/// The customer that it becomes.
#[derive(Debug, Clone, PartialEq)]
pub enum Firm {
    Known(CustomerId),
    New(Box<customers::Fields>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    pub firm: Firm,
    /// Who it is, as a contact of that customer.
    pub contact: Option<Box<contacts::Fields>>,
    pub deal: Option<Box<deals::Fields>>,
}

impl Draft {
    /// As it is proposed for a lead.
    pub fn of(lead: &Lead) -> Self {
        let firm = lead.company.clone().unwrap_or_else(|| lead.name.clone());
        Self {
            customer: String::new(),
            name: firm.clone(),
            domain: lead.website.clone().unwrap_or_default(),
            contact: "true".into(),
            deal: "true".into(),
            deal_name: firm,
            amount: String::new(),
            close_on: String::new(),
        }
    }

    /// Reads it with what the lead brings along; `owner`: the email of whoever gets what is made.
    pub fn read(&self, lead: &Lead, owner: &str, c: &Conventions) -> Result<Fields, Errors> {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let mut errors = Errors::default();
        let firm = match self.customer.trim() {
            "" => {
                let draft = customers::Draft {
                    name: self.name.clone(),
                    domain: self.domain.clone(),
                    size: lead.size.map(|s| s.to_string()).unwrap_or_default(),
                    country: lead.country.map(|c| c.name().to_owned()).unwrap_or_default(),
                    owner: owner.to_owned(),
                    status: customers::Status::Prospect.key().to_owned(),
                    email: text(&lead.email),
                    phone: text(&lead.phone),
                    ..customers::Draft::default()
                };
                let (fields, wrong) = draft.read(c);
                errors.merge(wrong);
                Firm::New(Box::new(fields))
            }
            id => match id.parse() {
                Ok(id) => Firm::Known(CustomerId(id)),
                Err(_) => return Err(Errors::one("customer", "Choose a customer, or make a new one.")),
            },
        };
        let contact = (self.contact == "true").then(|| {
            let (first, last) = lead.name.rsplit_once(' ').unwrap_or(("", &lead.name));
            let draft = contacts::Draft {
                first_name: first.to_owned(),
                last_name: last.to_owned(),
                job_title: text(&lead.job_title),
                email: text(&lead.email),
                phone: text(&lead.phone),
                owner: owner.to_owned(),
                ..contacts::Draft::default()
            };
            let (fields, wrong) = draft.read();
            // It stands in the lead, and is mended there.
            for (_, message) in wrong.iter() {
                errors.add("contact", message);
            }
            Box::new(fields)
        });
        let deal = (self.deal == "true").then(|| {
            let draft = deals::Draft {
                name: self.deal_name.clone(),
                owner: owner.to_owned(),
                amount: self.amount.clone(),
                close_on: self.close_on.clone(),
                source: text(&lead.source),
                ..deals::Draft::default()
            };
            let (fields, wrong) = draft.read(c);
            // What the deal is called has a field of its own.
            for (field, message) in wrong.iter() {
                errors.add(if field == "name" { "deal_name" } else { field }, message);
            }
            Box::new(fields)
        });
        errors.or(Fields { firm, contact, deal })
    }
}

/// A customer that a lead may be already, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    pub id: CustomerId,
    pub name: String,
    pub why: &'static str,
}

/// What became of a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    pub id: LeadConversionId,
    pub at: DateTime<Utc>,
    pub by: Option<(MemberId, String)>,
    /// As far as the reader sees it.
    pub customer: Option<(CustomerId, String)>,
    pub made_customer: bool,
    pub contact: Option<(ContactId, String)>,
    pub deal: Option<(DealId, String)>,
}

/// The day on which a deal of a lead is expected, unless somebody says otherwise.
pub fn expected(today: Day) -> Day {
    Day(today.0 + chrono::Duration::days(60))
}
