//! What is known of somebody beside the record's own row: what they are called, where they live, whom to call, where their
//! pay goes. Each section is of one class, and has a form of its own.

pub(super) mod bank;
mod contacts;

pub use bank::{Bank, MASK, last_four};
pub use contacts::{Contact, MOST_CONTACTS, contacts_words};

use crate::{
    Conventions, Day, Email, Errors,
    access::Sight,
    draft,
    draft::{Field, FieldClass},
    hr::employees::{self, Employee},
    places::Country,
};
use bank::bic;

/// Fields that are shown, seen and changed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What everybody sees of the record, and the end of the probation.
    Basics,
    Personal,
    Emergency,
    Bank,
}

impl Section {
    pub const ALL: [Self; 4] = [Self::Basics, Self::Personal, Self::Emergency, Self::Bank];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Basics => "Name and probation",
            Self::Personal => "Personal details and address",
            Self::Emergency => "Emergency contacts",
            Self::Bank => "Bank account",
        }
    }

    pub const fn class(self) -> FieldClass {
        match self {
            Self::Basics => FieldClass::Directory,
            Self::Personal | Self::Emergency => FieldClass::Personal,
            Self::Bank => FieldClass::Pay,
        }
    }

    /// Whether this field is one of it.
    pub fn has(self, key: &str) -> bool {
        match self {
            Self::Basics => matches!(key, "preferred_name" | "probation_end" | "hides_birthday"),
            Self::Emergency => key == "contacts",
            Self::Bank => matches!(key, "account_holder" | "iban" | "bic"),
            Self::Personal => FIELDS.iter().any(|f| f.key == key) && !Section::others(key),
        }
    }

    /// Its fields as a form asks for them, with what they are called.
    pub fn inputs(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::Basics => vec![("preferred_name", "Preferred name"), ("probation_end", "End of probation")],
            Self::Emergency => contacts::NAMES
                .into_iter()
                .flat_map(|[name, relation, phone]| [(name, "Name"), (relation, "Relation"), (phone, "Phone")])
                .collect(),
            _ => FIELDS.iter().filter(|f| self.has(f.key)).map(|f| (f.key, f.label)).collect(),
        }
    }

    fn others(key: &str) -> bool {
        [Self::Basics, Self::Emergency, Self::Bank].into_iter().any(|s| s.has(key))
    }
}

draft! {
    /// Details as typed into one of their forms, or into a change request.
    Draft {
        first_name, last_name, phone, preferred_name, probation_end, private_email, private_phone, nationality, street,
        street_2, postal_code, city, region, country,
        contact_1_name, contact_1_relation, contact_1_phone, contact_2_name, contact_2_relation, contact_2_phone,
        contact_3_name, contact_3_relation, contact_3_phone, contact_4_name, contact_4_relation, contact_4_phone,
        account_holder, iban, bic,
    }
}

const fn field(key: &'static str, label: &'static str, class: FieldClass) -> Field {
    Field { key, label, class, aliases: &[], required: false }
}

/// Every field, in the order of forms and cards.
pub const FIELDS: &[Field] = &[
    field("preferred_name", "Preferred name", FieldClass::Directory),
    field("probation_end", "End of probation", FieldClass::Terms),
    field("hides_birthday", "Birthday hidden", FieldClass::Directory),
    field("private_email", "Private email", FieldClass::Personal),
    field("private_phone", "Private phone", FieldClass::Personal),
    field("nationality", "Nationality", FieldClass::Personal),
    field("street", "Street", FieldClass::Personal),
    field("street_2", "Street, second line", FieldClass::Personal),
    field("postal_code", "Postal code", FieldClass::Personal),
    field("city", "City", FieldClass::Personal),
    field("region", "Region", FieldClass::Personal),
    field("country", "Country", FieldClass::Personal),
    field("contacts", "Emergency contacts", FieldClass::Personal),
    field("account_holder", "Account holder", FieldClass::Pay),
    field("iban", "IBAN", FieldClass::Pay),
    field("bic", "BIC", FieldClass::Pay),
];

/// What of the record's own row somebody may ask to have changed.
const OF_THE_RECORD: &[(&str, &str)] = &[("first_name", "First name"), ("last_name", "Last name"), ("phone", "Phone")];

/// What of their record somebody may ask to have changed: never job, pay, or days.
pub fn askable() -> impl Iterator<Item = (&'static str, &'static str, FieldClass)> {
    let own = OF_THE_RECORD.iter().map(|(key, label)| (*key, *label, FieldClass::Directory));
    let details = FIELDS.iter().filter(|f| !matches!(f.key, "probation_end" | "hides_birthday"));
    own.chain(details.map(|f| (f.key, f.label, f.class)))
}

/// The same of the record's own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfRecord {
    pub first_name: String,
    pub last_name: String,
    pub phone: Option<String>,
}

impl From<&Employee> for OfRecord {
    fn from(e: &Employee) -> Self {
        Self { first_name: e.first_name.clone(), last_name: e.last_name.clone(), phone: e.phone.clone() }
    }
}

/// Where somebody lives and how they are reached at home.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Private {
    pub email: Option<String>,
    pub phone: Option<String>,
    pub nationality: Option<Country>,
    pub street: Option<String>,
    pub street_2: Option<String>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub country: Option<Country>,
}

impl Private {
    /// The address as it stands on a letter, a line each.
    pub fn address(&self) -> Vec<String> {
        let town: Vec<&str> = [&self.postal_code, &self.city].into_iter().flatten().map(String::as_str).collect();
        let town = (!town.is_empty()).then(|| town.join(" "));
        let country = self.country.map(|c| c.name().to_owned());
        [self.street.clone(), self.street_2.clone(), town, self.region.clone(), country].into_iter().flatten().collect()
    }
}

/// What a form was told. Which of it counts, the section says that it is a form of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pub preferred_name: Option<String>,
    pub probation_end: Option<Day>,
    pub private: Private,
    pub contacts: Vec<Contact>,
    pub account_holder: Option<String>,
    /// Without blanks. Empty: the one that is kept stays.
    pub iban: Option<String>,
    pub bic: Option<String>,
}

/// What is known of somebody, as the reader may see it: what their classes do not open is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// 0: nothing was ever said.
    pub version: i32,
    pub preferred_name: Option<String>,
    pub probation_end: Option<Day>,
    pub hides_birthday: bool,
    pub private: Private,
    pub contacts: Vec<Contact>,
    pub bank: Bank,
    pub sight: Sight,
}

impl Draft {
    /// What could be read of these sections, and what is wrong with them.
    pub fn read(&self, sections: &[Section], c: &Conventions) -> (Fields, Errors) {
        let (mut e, mut f) = (Errors::default(), Fields::default());
        let asked = |section| sections.contains(&section);
        if asked(Section::Basics) {
            f.preferred_name = e.line("preferred_name", &self.preferred_name, 100);
            f.probation_end = e.optional("probation_end", &self.probation_end, |s| Day::parse(s, c.dates));
        }
        if asked(Section::Personal) {
            f.private = self.private(&mut e);
        }
        if asked(Section::Emergency) {
            f.contacts = self.contacts(&mut e);
        }
        if asked(Section::Bank) {
            f.account_holder = e.line("account_holder", &self.account_holder, 140);
            f.iban = e.optional("iban", &self.iban, bank::iban);
            f.bic = e.optional("bic", &self.bic, bic);
            if f.account_holder.is_none() && !(self.iban.trim().is_empty() && self.bic.trim().is_empty()) {
                e.add("account_holder", "Please say whose account it is.");
            }
        }
        (f, e)
    }

    fn private(&self, e: &mut Errors) -> Private {
        Private {
            email: e.optional("private_email", &self.private_email, |s| {
                Email::parse(s).map(|email| email.as_str().to_owned())
            }),
            phone: e.optional("private_phone", &self.private_phone, employees::phone),
            nationality: e.optional("nationality", &self.nationality, Country::parse),
            street: e.line("street", &self.street, 200),
            street_2: e.line("street_2", &self.street_2, 200),
            postal_code: e.line("postal_code", &self.postal_code, 20),
            city: e.line("city", &self.city, 100),
            region: e.line("region", &self.region, 100),
            country: e.optional("country", &self.country, Country::parse),
        }
    }

    /// What of a record's own row is asked to be changed; the names are never empty.
    pub fn read_names(&self, e: &mut Errors) -> [Option<String>; 3] {
        let first = e.required("first_name", &self.first_name, 100);
        let last = e.required("last_name", &self.last_name, 100);
        [Some(first), Some(last), e.optional("phone", &self.phone, employees::phone)]
    }
}

impl Details {
    /// As their form shows them. Of the account's number nothing is told.
    pub fn draft(&self) -> Draft {
        self.fields().draft()
    }

    /// One field as a list and a file show it: of an account's number the end.
    pub fn cell(&self, key: &str) -> Option<String> {
        match key {
            "probation_end" => self.probation_end.map(|d| d.to_string()),
            "iban" => self.bank.masked(),
            key => self.fields().text(key).map(|text| words(key, &text)),
        }
    }

    /// What the form of a section says when nothing is changed in it.
    pub fn fields(&self) -> Fields {
        Fields {
            preferred_name: self.preferred_name.clone(),
            probation_end: self.probation_end,
            private: self.private.clone(),
            contacts: self.contacts.clone(),
            account_holder: self.bank.holder.clone(),
            iban: None,
            bic: self.bank.bic.clone(),
        }
    }

    /// A field as change requests keep it: days and countries by their codes, contacts as JSON, of an account's number
    /// the end.
    pub fn text(&self, own: &OfRecord, key: &str) -> Option<String> {
        match key {
            "first_name" => Some(own.first_name.clone()),
            "last_name" => Some(own.last_name.clone()),
            "phone" => own.phone.clone(),
            "iban" => self.bank.last_four.clone(),
            key => self.fields().text(key),
        }
    }
}

impl Fields {
    /// As a form shows them.
    pub fn draft(&self) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let country = |c: Option<Country>| c.map(|c| c.name().to_owned()).unwrap_or_default();
        let p = &self.private;
        let mut draft = Draft {
            preferred_name: text(&self.preferred_name),
            probation_end: self.probation_end.map(|d| d.to_string()).unwrap_or_default(),
            private_email: text(&p.email),
            private_phone: text(&p.phone),
            nationality: country(p.nationality),
            street: text(&p.street),
            street_2: text(&p.street_2),
            postal_code: text(&p.postal_code),
            city: text(&p.city),
            region: text(&p.region),
            country: country(p.country),
            account_holder: text(&self.account_holder),
            iban: text(&self.iban),
            bic: text(&self.bic),
            ..Draft::default()
        };
        contacts::fill(&mut draft, &self.contacts);
        draft
    }

    /// See [`Details::text`].
    pub fn text(&self, key: &str) -> Option<String> {
        let p = &self.private;
        match key {
            "preferred_name" => self.preferred_name.clone(),
            "private_email" => p.email.clone(),
            "private_phone" => p.phone.clone(),
            "nationality" => p.nationality.map(|c| c.code().to_owned()),
            "street" => p.street.clone(),
            "street_2" => p.street_2.clone(),
            "postal_code" => p.postal_code.clone(),
            "city" => p.city.clone(),
            "region" => p.region.clone(),
            "country" => p.country.map(|c| c.code().to_owned()),
            "contacts" if self.contacts.is_empty() => None,
            "contacts" => Some(serde_json::to_string(&self.contacts).expect("contacts are plain text")),
            "account_holder" => self.account_holder.clone(),
            "iban" => self.iban.as_deref().map(last_four),
            "bic" => self.bic.clone(),
            _ => None,
        }
    }

    /// Takes over a field from what [`text`](Self::text) gave; an account's number is not among them.
    pub fn set(&mut self, key: &str, value: Option<String>) {
        let country = |v: Option<String>| v.and_then(|v| Country::parse(&v).ok());
        let p = &mut self.private;
        match key {
            "preferred_name" => self.preferred_name = value,
            "private_email" => p.email = value,
            "private_phone" => p.phone = value,
            "nationality" => p.nationality = country(value),
            "street" => p.street = value,
            "street_2" => p.street_2 = value,
            "postal_code" => p.postal_code = value,
            "city" => p.city = value,
            "region" => p.region = value,
            "country" => p.country = country(value),
            "contacts" => self.contacts = contacts::parse(value.as_deref()),
            "account_holder" => self.account_holder = value,
            "bic" => self.bic = value,
            _ => {}
        }
    }
}

/// A field as people read it, from what [`Details::text`] gave.
pub fn words(key: &str, text: &str) -> String {
    match key {
        "nationality" | "country" => Country::parse(text).map_or_else(|_| text.to_owned(), |c| c.name().to_owned()),
        "contacts" => contacts_words(&contacts::parse(Some(text))),
        "iban" => format!("{MASK} {text}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_of_one_section_and_of_its_class() {
        for field in FIELDS {
            let of: Vec<_> = Section::ALL.into_iter().filter(|s| s.has(field.key)).collect();
            assert_eq!(of.len(), 1, "{}: {of:?}", field.key);
            // Whoever may change somebody's basics sees their terms, too.
            let class = if field.class == FieldClass::Terms { FieldClass::Directory } else { field.class };
            assert_eq!(of[0].class(), class, "{}", field.key);
        }
    }

    #[test]
    fn nobody_asks_for_another_job_pay_or_day() {
        for (key, ..) in askable() {
            assert!(!["salary", "job_title", "probation_end", "start_date", "end_date"].contains(&key), "{key}");
        }
    }

    #[test]
    fn a_field_survives_as_text() {
        let draft = Draft {
            preferred_name: "Ada".into(),
            private_email: "ada@home.example".into(),
            nationality: "Germany".into(),
            street: "Long Lane 1".into(),
            country: "uk".into(),
            contact_2_name: "Byron".into(),
            contact_2_relation: "Father".into(),
            contact_2_phone: "+44 20 1234".into(),
            account_holder: "Ada Byron".into(),
            bic: "deut de ff".into(),
            ..Draft::default()
        };
        let (fields, errors) = draft.read(&Section::ALL, &Conventions::default());
        assert!(errors.is_empty(), "{errors:?}");
        let mut copy = Fields::default();
        for (key, ..) in askable() {
            copy.set(key, fields.text(key));
        }
        assert_eq!(copy, fields);
        assert_eq!(words("country", "GB"), "United Kingdom");
        assert_eq!(words("contacts", &fields.text("contacts").expect("one")), "Byron (Father), +44 20 1234");
    }

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let draft = Draft {
            private_email: "nope".into(),
            private_phone: "call me".into(),
            country: "Atlantis".into(),
            contact_1_name: "Byron".into(),
            contact_3_phone: "+44 20 1234".into(),
            iban: "DE89 3704 0044 0532 0130 01".into(),
            bic: "1".into(),
            ..Draft::default()
        };
        let (_, errors) = draft.read(&Section::ALL, &Conventions::default());
        let fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        assert_eq!(
            fields,
            [
                "private_email",
                "private_phone",
                "country",
                "contact_1_phone",
                "contact_3_name",
                "iban",
                "bic",
                "account_holder"
            ]
        );
    }
}
