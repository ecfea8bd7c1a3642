//! Leads: the draft, its rules, the fields and the list.

pub mod assignment;
pub mod conditions;
pub mod conversion;
pub mod forms;
pub mod scoring;

use crate::{
    Conventions, Email, Errors, LeadId,
    cell::Cell,
    crm::customers::{Owner, email_in, host, people},
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

pub const WORDS: Words = Words { one: "lead", many: "leads" };

draft! {
    /// A lead as typed into a form or found in a file.
    Draft { name, email, phone, company, job_title, website, size, country, source, campaign, utm_source, utm_medium,
        utm_campaign, utm_term, utm_content, owner, status, reason } with custom
}

/// What a lead is told to be; the owner is still words, resolved by the store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    pub name: String,
    pub email: Option<Email>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub job_title: Option<String>,
    /// Its host, in small letters, without `www.`.
    pub website: Option<String>,
    /// Number of people who work at the company.
    pub size: Option<i32>,
    pub country: Option<Country>,
    /// How they heard of us: a form, a fair, a partner.
    pub source: Option<String>,
    pub campaign: Option<String>,
    pub utm_source: Option<String>,
    pub utm_medium: Option<String>,
    pub utm_campaign: Option<String>,
    pub utm_term: Option<String>,
    pub utm_content: Option<String>,
    /// The email of a member.
    pub owner: Option<Email>,
    pub status: Status,
    /// Why they are none; of those that are disqualified alone.
    pub reason: Option<String>,
    pub custom: Custom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    New,
    Working,
    /// Not yet: they are kept warm.
    Nurture,
    Qualified,
    Disqualified,
    /// Became a customer, a contact or a deal.
    Converted,
    Archived,
}

impl Status {
    /// What a record can be, whoever made it so.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Working, Self::Nurture, Self::Qualified, Self::Disqualified, Self::Converted];
    /// The states that a person can choose; converting and archiving are actions of their own.
    pub const CHOICES: [Self; 5] = [Self::New, Self::Working, Self::Nurture, Self::Qualified, Self::Disqualified];
    /// What many can be made at once: whoever is none has a reason of their own.
    pub const MANY: [Self; 4] = [Self::New, Self::Working, Self::Nurture, Self::Qualified];

    pub const fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Working => "working",
            Self::Nurture => "nurture",
            Self::Qualified => "qualified",
            Self::Disqualified => "disqualified",
            Self::Converted => "converted",
            Self::Archived => "archived",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Working => "Working",
            Self::Nurture => "Nurture",
            Self::Qualified => "Qualified",
            Self::Disqualified => "Disqualified",
            Self::Converted => "Converted",
            Self::Archived => "Archived",
        }
    }

    /// Whether somebody still works on it.
    pub const fn open(self) -> bool {
        matches!(self, Self::New | Self::Working | Self::Nurture | Self::Qualified)
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().chain([Self::Archived]).find(|s| s.key() == key)
    }

    fn chosen(input: &str) -> Result<Self, String> {
        let normal = crate::import::normal(input);
        Self::ALL
            .into_iter()
            .find(|s| s.key() == normal)
            .ok_or_else(|| format!("Use one of {}.", Self::CHOICES.map(Self::label).join(", ")))
    }
}

impl Draft {
    /// The rules of a lead that need no other record.
    pub fn parse(&self, c: &Conventions) -> Result<Fields, Errors> {
        let (fields, errors) = self.read(c);
        errors.or(fields)
    }

    /// As [`parse`](Self::parse), with what could be read although something is wrong.
    pub fn read(&self, _: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let mut fields = Fields {
            name: e.required("name", &self.name, 200),
            email: e.optional("email", &self.email, Email::parse),
            phone: e.optional("phone", &self.phone, phone),
            company: e.line("company", &self.company, 200),
            job_title: e.line("job_title", &self.job_title, 100),
            website: e.optional("website", &self.website, host),
            size: e.optional("size", &self.size, people),
            country: e.optional("country", &self.country, Country::parse),
            source: e.line("source", &self.source, 100),
            campaign: e.line("campaign", &self.campaign, 100),
            utm_source: e.line("utm_source", &self.utm_source, 100),
            utm_medium: e.line("utm_medium", &self.utm_medium, 100),
            utm_campaign: e.line("utm_campaign", &self.utm_campaign, 100),
            utm_term: e.line("utm_term", &self.utm_term, 100),
            utm_content: e.line("utm_content", &self.utm_content, 100),
            owner: e.optional("owner", &self.owner, |s| Email::parse(email_in(s))),
            status: e.optional("status", &self.status, Status::chosen).unwrap_or_default(),
            reason: e.line("reason", &self.reason, 200),
            custom: Custom::said(&self.custom),
        };
        if fields.status != Status::Disqualified {
            fields.reason = None;
        } else if fields.reason.is_none() && e.of("reason").is_none() {
            e.add("reason", "Say why they are no lead.");
        }
        (fields, e)
    }
}

/// One lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    pub id: LeadId,
    pub version: i32,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub job_title: Option<String>,
    pub website: Option<String>,
    pub size: Option<i32>,
    pub country: Option<Country>,
    pub source: Option<String>,
    pub campaign: Option<String>,
    /// Source, medium, campaign, term, content.
    pub utm: [Option<String>; 5],
    pub owner: Option<Owner>,
    pub status: Status,
    /// The one that it went into.
    pub merged_into: Option<LeadId>,
    /// The status whether or not it is archived.
    pub standing: Status,
    pub reason: Option<String>,
    /// What they have agreed to, as it was shown, and when.
    pub consent: Option<(String, DateTime<Utc>)>,
    pub fit: i32,
    pub engagement: i32,
    pub converted_at: Option<DateTime<Utc>>,
    pub custom: Values,
    /// Where they are shown; the list and the file ask for them.
    pub tags: Vec<Tag>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Lead {
    /// The lead as a form shows it.
    pub fn draft(&self) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let [utm_source, utm_medium, utm_campaign, utm_term, utm_content] = self.utm.each_ref().map(text);
        Draft {
            name: self.name.clone(),
            email: text(&self.email),
            phone: text(&self.phone),
            company: text(&self.company),
            job_title: text(&self.job_title),
            website: text(&self.website),
            size: self.size.map(|s| s.to_string()).unwrap_or_default(),
            country: self.country.map(|c| c.name().to_owned()).unwrap_or_default(),
            source: text(&self.source),
            campaign: text(&self.campaign),
            utm_source,
            utm_medium,
            utm_campaign,
            utm_term,
            utm_content,
            owner: self.owner.as_ref().map(|o| o.email.clone()).unwrap_or_default(),
            status: self.standing.key().to_owned(),
            reason: text(&self.reason),
            custom: self.custom.answered(),
        }
    }

    /// Whether it is what these fields say.
    pub fn is(&self, f: &Fields) -> bool {
        let (now, _) = self.draft().read(&Conventions::default());
        Fields { custom: f.custom.clone(), ..now } == *f
    }

    /// One field as a file shows it.
    pub fn cell(&self, field: &str) -> Cow<'_, str> {
        fn text(t: &Option<String>) -> Cow<'_, str> {
            t.as_deref().unwrap_or_default().into()
        }
        match field {
            "name" => self.name.as_str().into(),
            "email" => text(&self.email),
            "phone" => text(&self.phone),
            "company" => text(&self.company),
            "job_title" => text(&self.job_title),
            "website" => text(&self.website),
            "size" => self.size.map(|s| s.to_string()).unwrap_or_default().into(),
            "country" => self.country.map_or("", |c| c.name()).into(),
            "source" => text(&self.source),
            "campaign" => text(&self.campaign),
            "utm_source" => text(&self.utm[0]),
            "utm_medium" => text(&self.utm[1]),
            "utm_campaign" => text(&self.utm[2]),
            "utm_term" => text(&self.utm[3]),
            "utm_content" => text(&self.utm[4]),
            "owner" => self.owner.as_ref().map_or("", |o| &o.email).into(),
            "status" => self.status.label().into(),
            "reason" => text(&self.reason),
            "score" => self.score().to_string().into(),
            "created" => self.created_at.format("%Y-%m-%d %H:%M").to_string().into(),
            "tags" => self.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ").into(),
            custom => self.custom.named(custom).map(text_of).unwrap_or_default().into(),
        }
    }

    /// One field as a sheet shows it; `kind` is that of a custom field.
    pub fn typed(&self, field: &str, kind: Option<Kind>) -> Cell<'_> {
        match field {
            "size" => Cell::or_empty(self.size.map(|n| Cell::Number(n.into()))),
            "score" => Cell::Number(self.score().into()),
            field => match (kind, self.custom.named(field)) {
                (Some(kind), Some(value)) => Cell::custom(kind, value),
                _ => Cell::Text(self.cell(field)),
            },
        }
    }

    pub const fn score(&self) -> i32 {
        self.fit + self.engagement
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
    Field { required: true, ..field("name", "Name", &["fullname", "leadname", "contact", "contactname", "person"]) },
    field("email", "Email", &["mail", "emailaddress", "workemail"]),
    field("phone", "Phone", &["telephone", "phonenumber", "mobile"]),
    field("company", "Company", &["account", "accountname", "companyname", "organisation", "organization"]),
    field("job_title", "Job title", &["title", "position", "role", "jobtitle"]),
    field("website", "Website", &["url", "web", "domain", "homepage"]),
    field("size", "Employees", &["employees", "employeecount", "headcount", "companysize", "numberofemployees"]),
    field("country", "Country", &["countrycode", "location"]),
    field("source", "Source", &["leadsource", "origin", "channel"]),
    field("campaign", "Campaign", &["campaignname"]),
    field("utm_source", "UTM source", &["utmsource"]),
    field("utm_medium", "UTM medium", &["utmmedium"]),
    field("utm_campaign", "UTM campaign", &["utmcampaign"]),
    field("utm_term", "UTM term", &["utmterm"]),
    field("utm_content", "UTM content", &["utmcontent"]),
    field("owner", "Owner", &["leadowner", "owneremail", "salesrep"]),
    field("status", "Status", &["state", "leadstatus", "stage"]),
    field("reason", "Disqualified because", &["disqualifiedreason", "lostreason", "disqualifiedbecause"]),
];

/// Columns of the list beyond the name, in order; `true` are shown unless chosen otherwise.
pub const COLUMNS: &[(&str, &str, bool)] = &[
    ("company", "Company", true),
    ("email", "Email", true),
    ("phone", "Phone", false),
    ("job_title", "Job title", false),
    ("website", "Website", false),
    ("size", "Employees", false),
    ("country", "Country", false),
    ("source", "Source", true),
    ("campaign", "Campaign", false),
    ("utm_source", "UTM source", false),
    ("utm_medium", "UTM medium", false),
    ("utm_campaign", "UTM campaign", false),
    ("utm_term", "UTM term", false),
    ("utm_content", "UTM content", false),
    ("owner", "Owner", true),
    ("score", "Score", true),
    ("tags", "Tags", false),
    ("created", "Came in", true),
    ("reason", "Disqualified because", false),
    ("status", "Status", true),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Created,
    Name,
    Company,
    Score,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Created, Self::Name, Self::Company, Self::Score];

    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
            Self::Company => "company",
            Self::Score => "score",
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
    pub source: Vec<String>,
    /// `me`, `nobody`, or a member's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
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
    /// Who came last comes first, unless another order is asked for.
    pub fn order(&self) -> Sort<Order> {
        if self.sort.is_empty() { Sort { key: Order::Created, descending: true } } else { Sort::parse(&self.sort) }
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn status(&self) -> Option<Status> {
        Status::parse(&self.status)
    }

    /// Whether it asks for a status and an owner that there are. A list shows something for any other; what changes records
    /// must not.
    pub fn is_clear(&self) -> bool {
        let owner = self.owner.is_empty()
            || matches!(self.owner.as_str(), "me" | "nobody")
            || self.owner.parse::<uuid::Uuid>().is_ok();
        owner && (self.status.is_empty() || self.status().is_some())
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
    fn each_wrong_field_has_its_own_error() {
        let wrong = Draft {
            email: "nope".into(),
            website: "no site".into(),
            size: "many".into(),
            country: "Atlantis".into(),
            status: "archived".into(),
            owner: "Ada".into(),
            ..Draft::default()
        };
        let errors = wrong.parse(&Conventions::default()).expect_err("wrong");
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["country", "email", "name", "owner", "size", "status", "website"]);
    }

    #[test]
    fn only_who_is_none_has_a_reason() {
        let c = Conventions::default();
        let lead = |status: &str, reason: &str| Draft {
            name: "Ada".into(),
            status: status.into(),
            reason: reason.into(),
            ..Draft::default()
        };
        assert_eq!(lead("working", "No budget").parse(&c).expect("a lead").reason, None);
        assert_eq!(lead("disqualified", "No budget").parse(&c).expect("a lead").reason.as_deref(), Some("No budget"));
        assert!(lead("disqualified", "").parse(&c).expect_err("no reason").of("reason").is_some());
    }

    #[test]
    fn who_came_last_comes_first() {
        assert_eq!(Filter::default().order(), Sort { key: Order::Created, descending: true });
        let by_name = Filter { sort: "name".into(), ..Filter::default() };
        assert_eq!(by_name.order(), Sort { key: Order::Name, descending: false });
    }
}
