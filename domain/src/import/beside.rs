//! What a file of employees says of them beside their own row: as [`details`] has it, an account's number in the open
//! while the file is planned, and encrypted wherever it is kept.

use super::normal;
use crate::{
    Conventions, Errors,
    draft::{Field, FieldClass},
    hr::{
        details::{Contact, Draft, Fields as Details, MASK, Section, last_four},
        employees,
    },
};
use std::borrow::Cow;

/// What is known of somebody beside their own row, as a file says it or as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub fields: Details,
    /// The account's number as it is kept, with its end, as long as the file says no other.
    pub kept: Option<(Vec<u8>, String)>,
}

const fn field(key: &'static str, label: &'static str, class: FieldClass, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class, aliases, required: false }
}

/// Fields of a file that are of this.
const OWN: [Field; 20] = {
    use FieldClass::{Directory, Pay, Personal, Terms};
    [
        field("preferred_name", "Preferred name", Directory, &["nickname", "knownas", "calledname"]),
        field(
            "probation_end",
            "End of probation",
            Terms,
            &["probationenddate", "endofprobation", "probationuntil", "probation", "probationperiodend"],
        ),
        field("private_email", "Private email", Personal, &["personalemail", "homeemail", "privateemailaddress"]),
        field(
            "private_phone",
            "Private phone",
            Personal,
            &["personalphone", "homephone", "privatemobile", "personalmobile", "privatephonenumber"],
        ),
        field("nationality", "Nationality", Personal, &["citizenship"]),
        field(
            "street",
            "Home street",
            Personal,
            &["address", "homeaddress", "streetaddress", "addressline1", "address1"],
        ),
        field("street_2", "Home street, second line", Personal, &["addressline2", "address2", "streetaddress2"]),
        field("postal_code", "Home postal code", Personal, &["postcode", "zip", "zipcode", "homepostcode", "homezip"]),
        field("city", "Home city", Personal, &["town", "hometown"]),
        field("region", "Home region", Personal, &["state", "province", "county", "homestate"]),
        field("country", "Home country", Personal, &["countryofresidence"]),
        field(
            "contact_1_name",
            "Emergency contact",
            Personal,
            &["emergencycontactname", "emergencycontact1", "emergencyname", "incaseofemergency"],
        ),
        field(
            "contact_1_relation",
            "Emergency contact, relation",
            Personal,
            &["emergencycontactrelationship", "emergencyrelation", "emergencycontact1relation"],
        ),
        field(
            "contact_1_phone",
            "Emergency contact, phone",
            Personal,
            &["emergencycontactnumber", "emergencyphone", "emergencycontact1phone", "emergencynumber"],
        ),
        field("contact_2_name", "Second emergency contact", Personal, &["emergencycontact2", "emergencycontact2name"]),
        field("contact_2_relation", "Second emergency contact, relation", Personal, &["emergencycontact2relation"]),
        field("contact_2_phone", "Second emergency contact, phone", Personal, &["emergencycontact2phone"]),
        field("account_holder", "Account holder", Pay, &["accountname", "bankaccountholder", "accountowner"]),
        field("iban", "IBAN", Pay, &["bankaccount", "accountnumber", "bankaccountnumber", "accountiban"]),
        field("bic", "BIC", Pay, &["swift", "swiftcode", "bicswift", "swiftbic"]),
    ]
};

const MOST: usize = employees::FIELDS.len() + OWN.len();

/// All that a file of employees may say.
pub(super) const FIELDS: [Field; MOST] = {
    let mut all = [OWN[0]; MOST];
    let mut at = 0;
    while at < MOST {
        let own = employees::FIELDS.len();
        all[at] = if at < own { employees::FIELDS[at] } else { OWN[at - own] };
        at += 1;
    }
    all
};

/// Whether a field is of this.
pub fn is_beside(field: &str) -> bool {
    OWN.iter().any(|f| f.key == field)
}

/// Whether a field is of the account.
pub fn is_bank(field: &str) -> bool {
    Section::Bank.has(field)
}

/// What of a cell is told again, on pages and in findings: of an account's number the end.
pub fn told<'v>(field: &str, value: &'v str) -> Cow<'v, str> {
    if field != "iban" || value.trim().is_empty() {
        return value.into();
    }
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{MASK} {}", last_four(&plain)).into()
}

/// Words over columns of which a home has one, and an office as well: they mean the home beside a street alone.
pub(super) fn is_of_a_home(field: &str, header: &str) -> bool {
    matches!(field, "city" | "region" | "country") && !header.starts_with(&normal("home"))
}

impl Beside {
    /// What a row says, by the rules of the record's own forms. An account that is nobody else's is one's own.
    pub(super) fn read(draft: &Draft, name: &str, c: &Conventions) -> (Self, Errors) {
        let mut draft = draft.clone();
        if draft.account_holder.trim().is_empty() && !draft.iban.trim().is_empty() {
            draft.account_holder = name.trim().to_owned();
        }
        let (fields, mut errors) = draft.read(&Section::ALL, c);
        if fields.account_holder.is_some() && fields.iban.is_none() && errors.of("iban").is_none() {
            errors.add("iban", "Of this account no IBAN is known.");
        }
        (Self { fields, kept: None }, errors)
    }

    /// Takes one field over and says whether it differed.
    pub(super) fn take(&mut self, from: &Self, field: &str) -> bool {
        let (mine, theirs) = (&mut self.fields, &from.fields);
        match field {
            "probation_end" => put(&mut mine.probation_end, &theirs.probation_end),
            "account_holder" => put(&mut mine.account_holder, &theirs.account_holder),
            "bic" => put(&mut mine.bic, &theirs.bic),
            "iban" => {
                let differs = put(&mut mine.iban, &theirs.iban);
                if differs {
                    self.kept = None;
                }
                if mine.account_holder.is_none() {
                    mine.account_holder.clone_from(&theirs.account_holder);
                }
                differs
            }
            contact if contact.starts_with("contact_") => contacts(&mut mine.contacts, &theirs.contacts, contact),
            key => {
                let text = theirs.text(key);
                let differs = mine.text(key) != text;
                if differs {
                    mine.set(key, text);
                }
                differs
            }
        }
    }
}

fn put<T: Clone + PartialEq>(into: &mut T, from: &T) -> bool {
    let differs = into != from;
    if differs {
        into.clone_from(from);
    }
    differs
}

/// `contact_2_phone`: of the second one the number.
fn contacts(mine: &mut Vec<Contact>, theirs: &[Contact], field: &str) -> bool {
    let at = usize::from(field.starts_with("contact_2"));
    match (mine.get_mut(at), theirs.get(at)) {
        (Some(mine), Some(theirs)) if field.ends_with("_name") => put(&mut mine.name, &theirs.name),
        (Some(mine), Some(theirs)) if field.ends_with("_phone") => put(&mut mine.phone, &theirs.phone),
        (Some(mine), Some(theirs)) => put(&mut mine.relation, &theirs.relation),
        _ => {
            let differs = mine.as_slice() != theirs;
            if differs {
                *mine = theirs.to_vec();
            }
            differs
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hr::details;

    #[test]
    fn a_field_of_a_file_is_of_the_class_of_the_record() {
        for f in OWN {
            let section = Section::ALL.into_iter().find(|s| s.inputs().iter().any(|(key, _)| *key == f.key));
            let of = section.expect("a form has it");
            let class = details::FIELDS.iter().find(|d| d.key == f.key).map_or(of.class(), |d| d.class);
            assert_eq!(f.class, class, "{}", f.key);
        }
    }

    #[test]
    fn an_account_is_one_s_own_and_its_number_is_not_told_again() {
        let draft = Draft { iban: "DE89 3704 0044 0532 0130 00".into(), ..Draft::default() };
        let (read, errors) = Beside::read(&draft, "Ada Byron", &Conventions::default());
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(read.fields.account_holder.as_deref(), Some("Ada Byron"));
        assert_eq!(told("iban", &draft.iban), "•••• 3000");
        assert_eq!(told("street", "Long Lane 1"), "Long Lane 1");
        let without = Draft { bic: "DEUTDEFF".into(), account_holder: "Ada".into(), ..Draft::default() };
        let (_, errors) = Beside::read(&without, "Ada Byron", &Conventions::default());
        assert!(errors.of("iban").is_some());
    }

    #[test]
    fn what_is_taken_over_is_told_field_by_field() {
        let contact = |name: &str, phone: &str| Contact { name: name.into(), relation: None, phone: phone.into() };
        let mut mine = Beside::default();
        mine.fields.contacts = vec![contact("Byron", "+44 20 1234")];
        mine.kept = Some((vec![1], "3000".into()));
        let mut theirs = mine.clone();
        theirs.fields.contacts[0].phone = "+44 20 9999".into();
        theirs.fields.iban = Some("GB29NWBK60161331926819".into());
        theirs.fields.private.city = Some("London".into());
        assert!(!mine.take(&theirs, "contact_1_name"));
        for field in ["contact_1_phone", "iban", "city"] {
            assert!(mine.take(&theirs, field), "{field}");
            assert!(!mine.take(&theirs, field), "{field}");
        }
        assert_eq!((mine.kept, mine.fields), (None, theirs.fields));
    }
}
