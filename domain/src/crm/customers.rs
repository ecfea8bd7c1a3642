//! Customers: the draft, its rules, the fields and the list.

use crate::{
    Conventions, Currency, CustomerId, Email, Errors, MemberId, Money,
    cell::Cell,
    custom_fields::{Asked, Custom, Kind, Values, text as text_of},
    draft,
    draft::{Field, FieldClass},
    hr::employees::phone,
    list::{Cursor, Sort, SortKey, grouped},
    places::Country,
    tags::Tag,
    text::Words,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const WORDS: Words = Words { one: "customer", many: "customers" };

draft! {
    /// A customer as typed into a form or found in a file.
    Draft { name, domain, industry, size, country, city, owner, parent, status, lifecycle, health, health_because, email,
        phone, revenue } with custom
}

/// What a customer is told to be; owner and parent are still words, resolved by the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    pub name: String,
    /// Host name of the website, in small letters, without `www.`.
    pub domain: Option<String>,
    pub industry: Option<String>,
    /// Number of people who work there.
    pub size: Option<i32>,
    pub country: Option<Country>,
    pub city: Option<String>,
    /// The email of a member.
    pub owner: Option<Email>,
    /// The name of another customer.
    pub parent: Option<String>,
    pub status: Status,
    pub lifecycle: Option<Lifecycle>,
    pub health: Option<Health>,
    /// What is behind it.
    pub health_because: Option<String>,
    pub email: Option<Email>,
    pub phone: Option<String>,
    /// A year's revenue.
    pub revenue: Option<Money>,
    pub custom: Custom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Prospect,
    #[default]
    Active,
    Inactive,
    Archived,
}

impl Status {
    /// The states that a person can choose; archiving is an action of its own.
    pub const CHOICES: [Self; 3] = [Self::Prospect, Self::Active, Self::Inactive];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Prospect => "prospect",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Archived => "archived",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Prospect => "Prospect",
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::Archived => "Archived",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Prospect, Self::Active, Self::Inactive, Self::Archived].into_iter().find(|s| s.key() == key)
    }

    fn chosen(input: &str) -> Result<Self, String> {
        let normal = crate::import::normal(input);
        Self::CHOICES
            .into_iter()
            .find(|s| s.key() == normal)
            .ok_or_else(|| format!("Use one of {}.", Self::CHOICES.map(Self::label).join(", ")))
    }
}

/// How far the relationship has come, in the steps that the field counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    Subscriber,
    Lead,
    Qualified,
    Opportunity,
    Customer,
    Advocate,
    Former,
}

impl Lifecycle {
    pub const ALL: [Self; 7] = [
        Self::Subscriber,
        Self::Lead,
        Self::Qualified,
        Self::Opportunity,
        Self::Customer,
        Self::Advocate,
        Self::Former,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Subscriber => "subscriber",
            Self::Lead => "lead",
            Self::Qualified => "qualified",
            Self::Opportunity => "opportunity",
            Self::Customer => "customer",
            Self::Advocate => "advocate",
            Self::Former => "former",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Subscriber => "Subscriber",
            Self::Lead => "Lead",
            Self::Qualified => "Qualified",
            Self::Opportunity => "Opportunity",
            Self::Customer => "Customer",
            Self::Advocate => "Advocate",
            Self::Former => "Former customer",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.key() == key)
    }

    fn chosen(input: &str) -> Result<Self, String> {
        let normal = crate::import::normal(input);
        let fits = |l: &Self| l.key() == normal || crate::import::normal(l.label()) == normal;
        Self::ALL.into_iter().find(fits).ok_or_else(|| format!("Use one of {}.", Self::ALL.map(Self::label).join(", ")))
    }
}

/// How well the relationship is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Good,
    AtRisk,
    Poor,
}

impl Health {
    pub const ALL: [Self; 3] = [Self::Good, Self::AtRisk, Self::Poor];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::AtRisk => "at_risk",
            Self::Poor => "poor",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Good => "Good",
            Self::AtRisk => "At risk",
            Self::Poor => "Poor",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|h| h.key() == key)
    }

    fn chosen(input: &str) -> Result<Self, String> {
        let normal = crate::import::normal(input);
        let fits = |h: &Self| crate::import::normal(h.key()) == normal || crate::import::normal(h.label()) == normal;
        Self::ALL.into_iter().find(fits).ok_or_else(|| format!("Use one of {}.", Self::ALL.map(Self::label).join(", ")))
    }
}

impl Draft {
    /// The rules of a customer that need no other record.
    pub fn parse(&self, c: &Conventions) -> Result<Fields, Errors> {
        let (fields, errors) = self.read(c);
        errors.or(fields)
    }

    /// As [`parse`](Self::parse), with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let fields = Fields {
            name: e.required("name", &self.name, 200),
            domain: e.optional("domain", &self.domain, host),
            industry: e.line("industry", &self.industry, 100),
            size: e.optional("size", &self.size, people),
            country: e.optional("country", &self.country, Country::parse),
            city: e.line("city", &self.city, 100),
            owner: e.optional("owner", &self.owner, |s| Email::parse(email_in(s))),
            parent: e.line("parent", &self.parent, 200),
            status: e.optional("status", &self.status, Status::chosen).unwrap_or_default(),
            lifecycle: e.optional("lifecycle", &self.lifecycle, Lifecycle::chosen),
            health: e.optional("health", &self.health, Health::chosen),
            health_because: e.line("health_because", &self.health_because, 200),
            email: e.optional("email", &self.email, Email::parse),
            phone: e.optional("phone", &self.phone, phone),
            revenue: e.optional("revenue", &self.revenue, |s| Money::parse(s, c.currency)),
            custom: Custom::said(&self.custom),
        };
        if fields.parent.as_deref().is_some_and(|p| p.to_lowercase() == fields.name.to_lowercase()) {
            e.add("parent", "A company is not its own parent.");
        }
        if fields.health.is_none() && fields.health_because.is_some() && self.health.trim().is_empty() {
            e.add("health", "Say how well it is, too.");
        }
        (fields, e)
    }
}

/// `https://www.Acme.com/about` as `acme.com`.
pub(crate) fn host(input: &str) -> Result<String, &'static str> {
    let lower = input.trim().to_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let label = |l: &str| !l.is_empty() && l.len() <= 63 && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    if host.contains('.') && host.len() <= 253 && host.split('.').all(label) {
        Ok(host.to_owned())
    } else {
        Err("This is not a domain, like acme.com.")
    }
}

pub(crate) fn people(input: &str) -> Result<i32, &'static str> {
    let digits: String = input.chars().filter(|c| !matches!(c, ',' | ' ' | '\'')).collect();
    digits.parse().ok().filter(|n| (0..=10_000_000).contains(n)).ok_or("This is not a number of people, like 250.")
}

/// The address in `Ada Lovelace <ada@acme.com>`, as the owner field suggests it.
pub(crate) fn email_in(input: &str) -> &str {
    input.rsplit_once('<').map_or(input, |(_, rest)| rest.trim_end_matches('>')).trim()
}

/// One customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    pub id: CustomerId,
    pub version: i32,
    pub name: String,
    pub domain: Option<String>,
    pub industry: Option<String>,
    pub size: Option<i32>,
    pub country: Option<Country>,
    pub city: Option<String>,
    pub owner: Option<Owner>,
    pub parent: Option<Parent>,
    pub status: Status,
    /// The status that was chosen, whether or not it is archived.
    pub standing: Status,
    pub lifecycle: Option<Lifecycle>,
    pub health: Option<Health>,
    pub health_because: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub revenue: Option<Money>,
    pub custom: Values,
    /// Where they are shown; the list and the file ask for them.
    pub tags: Vec<Tag>,
    /// The one that it is part of now.
    pub merged_into: Option<CustomerId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub id: MemberId,
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    pub id: CustomerId,
    pub name: String,
}

impl Customer {
    /// The customer as a form shows it.
    pub fn draft(&self) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        Draft {
            name: self.name.clone(),
            domain: text(&self.domain),
            industry: text(&self.industry),
            size: self.size.map(|s| s.to_string()).unwrap_or_default(),
            country: self.country.map(|c| c.name().to_owned()).unwrap_or_default(),
            city: text(&self.city),
            owner: self.owner.as_ref().map(|o| o.email.clone()).unwrap_or_default(),
            parent: self.parent.as_ref().map(|p| p.name.clone()).unwrap_or_default(),
            status: self.standing.key().to_owned(),
            lifecycle: self.lifecycle.map(|l| l.key().to_owned()).unwrap_or_default(),
            health: self.health.map(|h| h.key().to_owned()).unwrap_or_default(),
            health_because: text(&self.health_because),
            email: text(&self.email),
            phone: text(&self.phone),
            revenue: self.revenue.map(|r| r.decimal().to_string()).unwrap_or_default(),
            custom: self.custom.answered(),
        }
    }

    /// Whether it is what these fields say.
    pub fn is(&self, f: &Fields) -> bool {
        let currency = self.revenue.map_or(Currency::USD, |r| r.currency);
        let (now, _) = self.draft().read(&Conventions { currency, ..Conventions::default() });
        let lower = |t: &Option<String>| t.as_ref().map(|t| t.to_lowercase());
        lower(&now.parent) == lower(&f.parent)
            && Fields { parent: f.parent.clone(), custom: f.custom.clone(), ..now } == *f
    }

    /// One field as a file shows it.
    pub fn cell(&self, field: &str) -> Cow<'_, str> {
        fn text(t: &Option<String>) -> Cow<'_, str> {
            t.as_deref().unwrap_or_default().into()
        }
        match field {
            "name" => self.name.as_str().into(),
            "domain" => text(&self.domain),
            "industry" => text(&self.industry),
            "size" => self.size.map(|s| s.to_string()).unwrap_or_default().into(),
            "country" => self.country.map_or("", |c| c.name()).into(),
            "city" => text(&self.city),
            "owner" => self.owner.as_ref().map_or("", |o| &o.email).into(),
            "parent" => self.parent.as_ref().map_or("", |p| &p.name).into(),
            "status" => self.status.label().into(),
            "lifecycle" => self.lifecycle.map_or("", Lifecycle::label).into(),
            "health" => self.health.map_or("", Health::label).into(),
            "health_because" => text(&self.health_because),
            "email" => text(&self.email),
            "phone" => text(&self.phone),
            "revenue" => self.revenue.map(|r| r.decimal().to_string()).unwrap_or_default().into(),
            "tags" => self.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ").into(),
            custom => self.custom.named(custom).map(text_of).unwrap_or_default().into(),
        }
    }

    /// One field as a sheet shows it; `kind` is that of a custom field.
    pub fn typed(&self, field: &str, kind: Option<Kind>) -> Cell<'_> {
        match field {
            "size" => Cell::or_empty(self.size.map(|n| Cell::Number(n.into()))),
            "revenue" => Cell::or_empty(self.revenue.map(Cell::Money)),
            field => match (kind, self.custom.named(field)) {
                (Some(kind), Some(value)) => Cell::custom(kind, value),
                _ => Cell::Text(self.cell(field)),
            },
        }
    }

    /// The size for people: `2,822`.
    pub fn size_text(&self) -> Option<String> {
        self.size.map(|s| grouped(s.into()))
    }
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required: false }
}

/// Every field, in the order of forms, columns and files.
pub const FIELDS: &[Field] = &[
    Field {
        required: true,
        ..field(
            "name",
            "Name",
            &[
                "account",
                "accountname",
                "company",
                "companyname",
                "customer",
                "customername",
                "organisation",
                "organization",
            ],
        )
    },
    field("domain", "Domain", &["website", "url", "web", "homepage", "companydomain"]),
    field("industry", "Industry", &["sector", "vertical", "branch"]),
    field(
        "size",
        "Employees",
        &["employees", "employeecount", "headcount", "numberofemployees", "companysize", "size"],
    ),
    field("country", "Country", &["officelocation", "location", "countrycode", "billingcountry"]),
    field("city", "City", &["town", "billingcity"]),
    field("owner", "Owner", &["accountowner", "owneremail", "salesrep", "accountmanager"]),
    field("parent", "Parent company", &["subsidiaryof", "parentaccount", "parent", "parentcompany", "holding"]),
    field("status", "Status", &["state", "accountstatus"]),
    field("lifecycle", "Lifecycle", &["lifecycle", "lifecyclestage", "stage", "customerstage"]),
    field("health", "Health", &["accounthealth", "healthscore", "customerhealth"]),
    field("health_because", "Reason for the health", &["healthreason", "healthnote", "riskreason"]),
    field("email", "Email", &["mail", "emailaddress"]),
    field("phone", "Phone", &["telephone", "phonenumber"]),
    field("revenue", "Revenue", &["annualrevenue", "turnover", "yearlyrevenue"]),
];

/// Columns of the list beyond the name, in order; `true` are shown unless chosen otherwise.
pub const COLUMNS: &[(&str, &str, bool)] = &[
    ("domain", "Domain", false),
    ("industry", "Industry", true),
    ("size", "Employees", true),
    ("country", "Country", true),
    ("city", "City", false),
    ("owner", "Owner", true),
    ("parent", "Parent company", false),
    ("email", "Email", false),
    ("phone", "Phone", false),
    ("revenue", "Revenue", true),
    ("lifecycle", "Lifecycle", false),
    ("health", "Health", false),
    ("health_because", "Reason for the health", false),
    ("tags", "Tags", true),
    ("status", "Status", true),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Name,
    Industry,
    Country,
    Size,
    Revenue,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Name, Self::Industry, Self::Country, Self::Size, Self::Revenue];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Industry => "industry",
            Self::Country => "country",
            Self::Size => "size",
            Self::Revenue => "revenue",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Status`] key; empty: all that are not archived.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub industry: Vec<String>,
    /// Keys of [`Lifecycle`] and [`Health`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lifecycle: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub health: String,
    /// ISO codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub country: Vec<String>,
    /// `true`: only those that I own.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// Those of this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_is: Option<MemberId>,
    /// Names of tags: those that have one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
    /// What is asked of custom fields.
    #[serde(flatten)]
    pub custom: Asked,
    /// Columns in place of one's own choice: what a saved view shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The saved view that it began with, or [`EVERYTHING`](crate::saved_views::EVERYTHING).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub view: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    pub fn order(&self) -> Sort<Order> {
        Sort::parse(&self.sort)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn status(&self) -> Option<Status> {
        Status::parse(&self.status)
    }

    /// Whether it asks for a status that there is. A list shows something for any other; what changes records must not.
    pub fn is_clear(&self) -> bool {
        (self.status.is_empty() || self.status().is_some())
            && (self.lifecycle.is_empty() || Lifecycle::parse(&self.lifecycle).is_some())
            && (self.health.is_empty() || Health::parse(&self.health).is_some())
    }

    /// The same question from the top of the list.
    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// What a saved view keeps of it, with the columns that are shown.
    pub fn kept(&self, columns: &[String]) -> Self {
        Self { view: String::new(), columns: columns.to_vec(), ..self.from_top() }
    }

    pub fn narrows(&self) -> bool {
        *self
            != Self {
                columns: self.columns.clone(),
                view: self.view.clone(),
                sort: self.sort.clone(),
                after: self.after.clone(),
                before: self.before.clone(),
                ..Self::default()
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_website_is_its_host() {
        for text in ["acme.com", "https://www.Acme.com/about?x=1", "http://acme.com:8080"] {
            assert_eq!(host(text).as_deref(), Ok("acme.com"), "{text}");
        }
        for bad in ["", "acme", "a b.com", "..", "javascript:alert(1)"] {
            assert!(host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let wrong = Draft {
            name: "Acme".into(),
            parent: "ACME".into(),
            size: "many".into(),
            country: "Atlantis".into(),
            status: "archived".into(),
            owner: "Ada".into(),
            ..Draft::default()
        };
        let errors = wrong.parse(&Conventions::default()).expect_err("wrong");
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["country", "owner", "parent", "size", "status"]);
    }
}
