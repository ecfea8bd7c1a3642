//! A field of a bulk change: who may change it, where it stands in the database, and what a value means there.

use crate::{Error, Result, TenantTx, activity, custom_fields, hr::employees, reach::Kind, tags, workspace::keepers};
use domain::{
    Errors, TagId,
    access::{
        ContactsRead, CustomersRead, DealsRead, EmployeesPay, EmployeesPayWrite, EmployeesPersonal,
        EmployeesPersonalWrite, LeadsRead, Permission, TagsWrite, TicketsRead,
    },
    bulk::{Ask, Draft, Field, NO_TAG, TAG, Wanted, shown},
    custom_fields::{CustomField, PREFIX},
    draft::FieldClass,
    hr::employees::{Manager, Meant},
    import::Target,
};
use serde_json::{Value as Json, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Where it is in the database.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A column of `employee_jobs`.
    Job(&'static str),
    /// A column of the noun's own.
    Own(&'static str),
    /// A key of one of the columns that hold custom fields.
    Custom(&'static str, String),
    /// `true`: records are to have it. `None`: there is no such tag yet.
    Tag(bool, Option<TagId>),
}

/// What is to be changed, and to what.
#[derive(Debug, Clone)]
pub struct Asked {
    pub target: Target,
    pub wanted: Wanted,
    pub(super) place: Place,
    /// As the column has it.
    pub(super) value: Json,
}

/// The noun's reach.
pub(super) const fn kind(target: Target) -> Kind {
    match target {
        Target::Customers => Kind::Customers,
        Target::Contacts => Kind::Contacts,
        Target::Deals => Kind::Deals,
        Target::Leads => Kind::Leads,
        Target::Tickets => Kind::Tickets,
        _ => Kind::Employees,
    }
}

/// The fields that the reader may change of anybody at all.
pub async fn fields(tx: &mut TenantTx, noun: Target) -> Result<Vec<Field>> {
    let (added, _) = custom_fields::definitions(tx, noun).await?;
    Ok(open(tx, noun, &added))
}

fn open(tx: &TenantTx, noun: Target, added: &[CustomField]) -> Vec<Field> {
    let may = |class| match class {
        FieldClass::Directory | FieldClass::Terms => true,
        FieldClass::Personal => {
            tx.scope::<EmployeesPersonalWrite>().is_some() && tx.scope::<EmployeesPersonal>().is_some()
        }
        FieldClass::Pay => tx.scope::<EmployeesPayWrite>().is_some() && tx.scope::<EmployeesPay>().is_some(),
        FieldClass::Health => false,
    };
    domain::bulk::fields(noun, added).into_iter().filter(|f| may(f.class)).collect()
}

/// What was typed, and what it means here; what is wrong with it stands beside its field.
pub async fn resolve(tx: &mut TenantTx, noun: Target, draft: &Draft) -> Result<Asked> {
    let (added, conventions) = custom_fields::definitions(tx, noun).await?;
    let fields = open(tx, noun, &added);
    let mut wanted = draft.read(noun, &fields, &added, tx.today(), &conventions).map_err(Error::Refused)?;
    let mut value = wanted.value.clone();
    let refused = |why: String| Error::Refused(Errors::one("value", why));
    let key = wanted.field.key;
    let place = match (noun, key) {
        (_, TAG | NO_TAG) => {
            let add = key == TAG;
            let tag = tags::named(tx, &wanted.words).await?;
            if add && tag.is_none() && tx.scope::<TagsWrite>().is_none() {
                return Err(refused(format!(
                    "There is no tag called {}, and you may not make new ones.",
                    wanted.words
                )));
            }
            if !add && tag.is_none() {
                return Err(refused(format!("There is no tag called {}.", wanted.words)));
            }
            value = json!(add);
            Place::Tag(add, tag)
        }
        (_, key) if key.starts_with(PREFIX) => {
            let (column, _) = custom_fields::COLUMNS
                .into_iter()
                .find(|(_, class)| *class == wanted.field.class)
                .ok_or(Error::NotFound)?;
            Place::Custom(column, key.trim_start_matches(PREFIX).to_owned())
        }
        (Target::Customers | Target::Contacts | Target::Deals | Target::Leads, "owner")
        | (Target::Tickets, "assignee") => {
            if let Some(email) = wanted.value.as_str() {
                let (id, name) = keepers::by_address(tx, "value", email, opens(noun)).await?;
                (value, wanted.words) = (json!(id), name);
            }
            Place::Own(if noun == Target::Tickets { "assignee_id" } else { "owner_id" })
        }
        (Target::Customers | Target::Contacts | Target::Deals | Target::Leads | Target::Tickets, key) => {
            Place::Own(key)
        }
        (_, "manager") => {
            if let Some(typed) = wanted.value.as_str() {
                let person = person(tx, typed).await?;
                (value, wanted.words) = (json!(person.id), person.words());
            }
            Place::Job("manager_id")
        }
        (_, key) => Place::Job(key),
    };
    Ok(Asked { target: noun, wanted, place, value })
}

/// Refuses a department or location that is not there yet, unless it is this one that is meant to be made.
pub async fn known_place(tx: &mut TenantTx, asked: &Asked, meant: &str) -> Result<()> {
    let Some(name) = asked.wanted.value.as_str() else { return Ok(()) };
    let (department, location) = match asked.wanted.field.ask {
        Ask::Department => (Some(name), None),
        Ask::Location => (None, Some(name)),
        _ => return Ok(()),
    };
    let errors = employees::unknown_places(tx, department, location, &[meant.trim().to_owned()]).await?;
    match errors.iter().next() {
        Some((_, why)) => Err(Error::refused("value", why.to_owned())),
        None => Ok(()),
    }
}

/// The right that opens records of this kind.
fn opens(noun: Target) -> &'static str {
    match noun {
        Target::Customers => CustomersRead::KEY,
        Target::Contacts => ContactsRead::KEY,
        Target::Deals => DealsRead::KEY,
        Target::Leads => LeadsRead::KEY,
        _ => TicketsRead::KEY,
    }
}

/// Somebody whom the reader may see, by number or by name.
async fn person(tx: &mut TenantTx, typed: &str) -> Result<Manager> {
    match employees::meant(tx, typed).await? {
        Meant::One(person) if employees::seen(tx, person.id).await? => Ok(person),
        Meant::One(_) => Err(Error::refused("value", Meant::Nobody.why_not(typed).unwrap_or_default())),
        other => Err(Error::refused("value", other.why_not(typed).unwrap_or_default())),
    }
}

/// A field of a change that was made, which may be gone by now.
pub(super) struct KnownField {
    /// `None`: nobody knows any more whose it is.
    pub class: Option<FieldClass>,
    field: Option<Field>,
    custom: Option<CustomField>,
}

pub(super) async fn known(tx: &mut TenantTx, noun: Target, key: &str) -> Result<KnownField> {
    let added = if key.starts_with(PREFIX) { custom_fields::all(tx, noun).await? } else { vec![] };
    let field = domain::bulk::fields(noun, &added).into_iter().find(|f| f.key == key);
    let custom = added.into_iter().find(|f| f.name == key);
    Ok(KnownField { class: field.as_ref().map(|f| f.class), field, custom })
}

impl KnownField {
    /// How its values read; people and members by their names.
    pub async fn words<'s>(
        &'s self,
        tx: &mut TenantTx,
        values: Vec<&Json>,
    ) -> Result<impl Fn(&Json) -> String + use<'s>> {
        let named = self.field.as_ref().is_some_and(|f| matches!(f.ask, Ask::Person | Ask::Member));
        let ids = values.into_iter().filter_map(|v| v.as_str()?.parse::<Uuid>().ok());
        let names: HashMap<String, String> = match named {
            true => activity::names(tx, &ids.collect::<Vec<_>>()).await?,
            false => HashMap::new(),
        };
        Ok(move |value: &Json| match (&self.field, value.as_str().and_then(|id| names.get(id))) {
            (_, Some(name)) => name.clone(),
            (Some(field), None) => shown(field, self.custom.as_ref(), value),
            (None, None) => String::new(),
        })
    }
}

impl Asked {
    /// One that was made before, for its undoing: only where the value stands.
    pub(super) async fn place_of(tx: &mut TenantTx, noun: Target, draft: &Draft) -> Result<(Place, Field)> {
        let known = known(tx, noun, &draft.field).await?;
        let field = known.field.ok_or_else(|| Error::refused("", "This field is there no more."))?;
        let place = match (noun, field.key) {
            (_, TAG | NO_TAG) => Place::Tag(field.key == TAG, tags::named(tx, &draft.value).await?),
            (_, key) if key.starts_with(PREFIX) => {
                let column = custom_fields::COLUMNS.into_iter().find(|(_, class)| *class == field.class);
                Place::Custom(column.ok_or(Error::NotFound)?.0, key.trim_start_matches(PREFIX).to_owned())
            }
            (Target::Customers | Target::Contacts | Target::Deals | Target::Leads, "owner") => Place::Own("owner_id"),
            (Target::Tickets, "assignee") => Place::Own("assignee_id"),
            (Target::Customers | Target::Contacts | Target::Deals | Target::Leads | Target::Tickets, key) => {
                Place::Own(key)
            }
            (_, "manager") => Place::Job("manager_id"),
            (_, key) => Place::Job(key),
        };
        Ok((place, field))
    }
}
