//! Contacts: the people one deals with at customers. The draft, its rules, the fields and the list.

use crate::{
    ContactId, Conventions, CustomerId, Email, Errors, MemberId,
    cell::Cell,
    custom_fields::{Asked, Custom, Kind, Values, text as text_of},
    draft,
    draft::{Field, FieldClass},
    hr::employees::phone,
    list::{Cursor, Sort, SortKey},
    tags::Tag,
    text::Words,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const WORDS: Words = Words { one: "contact", many: "contacts" };

draft! {
    /// A contact as typed into a form or found in a file.
    Draft { first_name, last_name, job_title, customer, email, phone, language, owner, do_not_contact } with custom
}

/// What a contact is told to be; company and owner are still words, resolved by the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    pub first_name: String,
    pub last_name: String,
    pub job_title: Option<String>,
    /// The name of the company where they work first of all.
    pub customer: Option<String>,
    pub email: Option<Email>,
    pub phone: Option<String>,
    /// A code of [`LANGUAGES`].
    pub language: Option<&'static str>,
    /// The email of a member.
    pub owner: Option<Email>,
    /// Nobody writes or calls: they have asked for it.
    pub do_not_contact: bool,
    pub custom: Custom,
}

/// Languages to write in: ISO 639-1, in the order of their names.
pub const LANGUAGES: &[(&str, &str)] = &[
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("zh", "Chinese"),
    ("hr", "Croatian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("nl", "Dutch"),
    ("en", "English"),
    ("et", "Estonian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("de", "German"),
    ("el", "Greek"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("id", "Indonesian"),
    ("ga", "Irish"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("lv", "Latvian"),
    ("lt", "Lithuanian"),
    ("lb", "Luxembourgish"),
    ("ms", "Malay"),
    ("mt", "Maltese"),
    ("no", "Norwegian"),
    ("fa", "Persian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sr", "Serbian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("es", "Spanish"),
    ("sw", "Swahili"),
    ("sv", "Swedish"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
];

/// The name of a language; a code that is none stands for itself.
pub fn language(code: &str) -> &str {
    LANGUAGES.iter().find(|(c, _)| *c == code).map_or(code, |(_, name)| *name)
}

/// A language by its code or its name.
pub fn language_of(input: &str) -> Result<&'static str, &'static str> {
    let lower = input.trim().to_lowercase();
    // `de-AT` is German, too.
    let code = lower.split(['-', '_']).next().unwrap_or_default();
    let found = LANGUAGES.iter().find(|(c, name)| *c == code || name.to_lowercase() == lower);
    found.map(|(code, _)| *code).ok_or("This is not a language that we know, like German or de.")
}

fn flag(input: &str) -> Result<bool, &'static str> {
    match input.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "on" | "x" => Ok(true),
        "" | "false" | "no" | "n" | "0" | "off" => Ok(false),
        _ => Err("Answer yes or no."),
    }
}

impl Draft {
    /// The rules of a contact that need no other record.
    pub fn parse(&self, _: &Conventions) -> Result<Fields, Errors> {
        let (fields, errors) = self.read();
        errors.or(fields)
    }

    /// As [`parse`](Self::parse), with what could be read although something is wrong.
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let first = e.line("first_name", &self.first_name, 100).unwrap_or_default();
        let last = e.line("last_name", &self.last_name, 100).unwrap_or_default();
        if first.is_empty() && last.is_empty() && e.is_empty() {
            e.add("last_name", "Write a first or a last name.");
        }
        let owner = |s: &str| Email::parse(super::customers::email_in(s));
        let fields = Fields {
            first_name: first,
            last_name: last,
            job_title: e.line("job_title", &self.job_title, 100),
            customer: e.line("customer", &self.customer, 200),
            email: e.optional("email", &self.email, Email::parse),
            phone: e.optional("phone", &self.phone, phone),
            language: e.optional("language", &self.language, language_of),
            owner: e.optional("owner", &self.owner, owner),
            do_not_contact: e.take("do_not_contact", flag(&self.do_not_contact)).unwrap_or_default(),
            custom: Custom::said(&self.custom),
        };
        (fields, e)
    }
}

impl Fields {
    /// First and last name together.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}

/// One contact.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    pub id: ContactId,
    pub version: i32,
    pub first_name: String,
    pub last_name: String,
    pub name: String,
    pub job_title: Option<String>,
    /// `None` also where the reader may not see it.
    pub customer: Option<Company>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub language: Option<String>,
    pub owner: Option<Owner>,
    pub do_not_contact: bool,
    pub archived: bool,
    pub custom: Values,
    /// Where they are shown; the list and the file ask for them.
    pub tags: Vec<Tag>,
    /// The one that it is part of now.
    pub merged_into: Option<ContactId>,
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
pub struct Company {
    pub id: CustomerId,
    pub name: String,
}

impl Contact {
    /// The contact as a form shows it.
    pub fn draft(&self) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        Draft {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            job_title: text(&self.job_title),
            customer: self.customer.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
            email: text(&self.email),
            phone: text(&self.phone),
            language: text(&self.language),
            owner: self.owner.as_ref().map(|o| o.email.clone()).unwrap_or_default(),
            do_not_contact: if self.do_not_contact { "true".into() } else { String::new() },
            custom: self.custom.answered(),
        }
    }

    /// Whether it is what these fields say.
    pub fn is(&self, f: &Fields) -> bool {
        let (now, _) = self.draft().read();
        let lower = |t: &Option<String>| t.as_ref().map(|t| t.to_lowercase());
        lower(&now.customer) == lower(&f.customer)
            && Fields { customer: f.customer.clone(), custom: f.custom.clone(), ..now } == *f
    }

    /// One field as a file shows it.
    pub fn cell(&self, field: &str) -> Cow<'_, str> {
        fn text(t: &Option<String>) -> Cow<'_, str> {
            t.as_deref().unwrap_or_default().into()
        }
        match field {
            "name" => self.name.as_str().into(),
            "first_name" => self.first_name.as_str().into(),
            "last_name" => self.last_name.as_str().into(),
            "job_title" => text(&self.job_title),
            "customer" => self.customer.as_ref().map_or("", |c| &c.name).into(),
            "email" => text(&self.email),
            "phone" => text(&self.phone),
            "language" => self.language.as_deref().map_or("", language).into(),
            "owner" => self.owner.as_ref().map_or("", |o| &o.email).into(),
            "do_not_contact" => if self.do_not_contact { "yes" } else { "" }.into(),
            "tags" => self.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ").into(),
            custom => self.custom.named(custom).map(text_of).unwrap_or_default().into(),
        }
    }

    /// One field as a sheet shows it; `kind` is that of a custom field.
    pub fn typed(&self, field: &str, kind: Option<Kind>) -> Cell<'_> {
        match (kind, self.custom.named(field)) {
            (Some(kind), Some(value)) => Cell::custom(kind, value),
            _ => Cell::Text(self.cell(field)),
        }
    }
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required: false }
}

/// Every field, in the order of forms, columns and files.
pub const FIELDS: &[Field] = &[
    field("first_name", "First name", &["firstname", "givenname", "forename", "vorname", "prenom"]),
    field(
        "last_name",
        "Last name",
        &["lastname", "surname", "familyname", "name", "fullname", "contactname", "contact", "nachname", "nom"],
    ),
    field("job_title", "Job title", &["jobtitle", "title", "position", "function"]),
    field(
        "customer",
        "Company",
        &["company", "companyname", "account", "accountname", "customer", "organisation", "organization", "firm"],
    ),
    field("email", "Email", &["mail", "emailaddress", "email1", "primaryemail", "workemail"]),
    field("phone", "Phone", &["telephone", "phonenumber", "mobile", "mobilephone", "workphone", "tel"]),
    field("language", "Language", &["preferredlanguage", "locale", "lang"]),
    field("owner", "Owner", &["contactowner", "owneremail", "salesrep", "accountmanager", "assignedto"]),
    field("do_not_contact", "Do not contact", &["donotcontact", "donotcall", "donotmail", "optout", "unsubscribed"]),
];

/// Columns of the list beyond the name, in order; `true` are shown unless chosen otherwise.
pub const COLUMNS: &[(&str, &str, bool)] = &[
    ("job_title", "Job title", true),
    ("customer", "Company", true),
    ("email", "Email", true),
    ("phone", "Phone", true),
    ("language", "Language", false),
    ("owner", "Owner", true),
    ("tags", "Tags", false),
    ("do_not_contact", "Do not contact", false),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Name,
    Title,
    Added,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Name, Self::Title, Self::Added];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Title => "job_title",
            Self::Added => "created_at",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// `archived`, or empty: all that are not.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// The id of a customer: those who work there, first of all or beside something else.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub customer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// `email`, `phone` or `both`: those who can be reached so.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reached: String,
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

pub const ARCHIVED: &str = "archived";

/// How somebody can be reached, as a filter offers it.
pub const REACHED: &[(&str, &str)] = &[("email", "by email"), ("phone", "by phone"), ("nobody", "not at all")];

impl Filter {
    pub fn order(&self) -> Sort<Order> {
        Sort::parse(&self.sort)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn archived(&self) -> bool {
        self.status == ARCHIVED
    }

    /// Whether all of it is understood. A list shows something for any other; what changes records must not.
    pub fn is_clear(&self) -> bool {
        matches!(self.status.as_str(), "" | ARCHIVED)
            && (self.customer.is_empty() || self.customer.parse::<uuid::Uuid>().is_ok())
            && (self.language.is_empty() || LANGUAGES.iter().any(|(code, _)| *code == self.language))
            && (self.reached.is_empty() || REACHED.iter().any(|(key, _)| *key == self.reached))
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
    fn one_name_is_enough_and_none_is_not() {
        let named =
            |first: &str, last: &str| Draft { first_name: first.into(), last_name: last.into(), ..Draft::default() };
        let c = Conventions::default();
        for (first, last, name) in
            [("Ada", "", "Ada"), ("", "Byron", "Byron"), ("محمد", "العلي", "محمد العلي"), ("🦊", "", "🦊")]
        {
            assert_eq!(named(first, last).parse(&c).expect("named").name(), name);
        }
        let errors = named(" ", "\u{200b}").parse(&c).expect_err("nobody");
        assert!(errors.of("last_name").is_some(), "{errors:?}");
    }

    #[test]
    fn a_language_is_known_by_code_and_name() {
        for (typed, code) in [("de", "de"), ("German", "de"), ("de-AT", "de"), ("pt_BR", "pt"), ("ENGLISH", "en")] {
            assert_eq!(language_of(typed), Ok(code), "{typed}");
        }
        assert!(language_of("Klingon").is_err());
        let codes: std::collections::HashSet<_> = LANGUAGES.iter().map(|(c, _)| *c).collect();
        assert_eq!(codes.len(), LANGUAGES.len());
    }

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let wrong = Draft {
            last_name: "Byron".into(),
            email: "nope".into(),
            phone: "x".into(),
            language: "Klingon".into(),
            owner: "Ada".into(),
            do_not_contact: "perhaps".into(),
            ..Draft::default()
        };
        let errors = wrong.parse(&Conventions::default()).expect_err("wrong");
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["do_not_contact", "email", "language", "owner", "phone"]);
    }
}
