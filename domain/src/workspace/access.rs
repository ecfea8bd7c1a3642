//! Effective access: what a member may do with a record, and by which rule.

use crate::{
    ContactId, CustomerId, DealId, EmployeeId, LeadId, TicketId,
    access::{Actor, CATALOGUE, Resource, Right, Scope, of_others},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A record that is asked about, or that a task, a note or a tag belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Subject {
    Employee(EmployeeId),
    Customer(CustomerId),
    Contact(ContactId),
    Deal(DealId),
    Lead(LeadId),
    Ticket(TicketId),
}

impl Subject {
    /// As a URL has it.
    pub fn key(self) -> String {
        match self {
            Self::Employee(id) => format!("employee:{id}"),
            Self::Customer(id) => format!("customer:{id}"),
            Self::Contact(id) => format!("contact:{id}"),
            Self::Deal(id) => format!("deal:{id}"),
            Self::Lead(id) => format!("lead:{id}"),
            Self::Ticket(id) => format!("ticket:{id}"),
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        match key.split_once(':')? {
            ("employee", id) => id.parse().ok().map(Self::Employee),
            ("customer", id) => id.parse().ok().map(Self::Customer),
            ("contact", id) => id.parse().ok().map(Self::Contact),
            ("deal", id) => id.parse().ok().map(Self::Deal),
            ("lead", id) => id.parse().ok().map(Self::Lead),
            ("ticket", id) => id.parse().ok().map(Self::Ticket),
            _ => None,
        }
    }

    pub const fn id(self) -> Uuid {
        match self {
            Self::Employee(id) => id.0,
            Self::Customer(id) => id.0,
            Self::Contact(id) => id.0,
            Self::Deal(id) => id.0,
            Self::Lead(id) => id.0,
            Self::Ticket(id) => id.0,
        }
    }

    pub const fn employee(self) -> Option<Uuid> {
        match self {
            Self::Employee(id) => Some(id.0),
            _ => None,
        }
    }

    pub const fn customer(self) -> Option<Uuid> {
        match self {
            Self::Customer(id) => Some(id.0),
            _ => None,
        }
    }

    pub const fn contact(self) -> Option<Uuid> {
        match self {
            Self::Contact(id) => Some(id.0),
            _ => None,
        }
    }

    pub const fn deal(self) -> Option<Uuid> {
        match self {
            Self::Deal(id) => Some(id.0),
            _ => None,
        }
    }

    pub const fn lead(self) -> Option<Uuid> {
        match self {
            Self::Lead(id) => Some(id.0),
            _ => None,
        }
    }

    pub const fn ticket(self) -> Option<Uuid> {
        match self {
            Self::Ticket(id) => Some(id.0),
            _ => None,
        }
    }

    /// From the columns that such a belonging has.
    pub fn of(
        employee: Option<Uuid>,
        customer: Option<Uuid>,
        contact: Option<Uuid>,
        deal: Option<Uuid>,
        lead: Option<Uuid>,
        ticket: Option<Uuid>,
    ) -> Option<Self> {
        let person = employee.map(|id| Self::Employee(id.into()));
        person
            .or(customer.map(|id| Self::Customer(id.into())))
            .or(contact.map(|id| Self::Contact(id.into())))
            .or(deal.map(|id| Self::Deal(id.into())))
            .or(lead.map(|id| Self::Lead(id.into())))
            .or(ticket.map(|id| Self::Ticket(id.into())))
    }

    pub const fn resource(self) -> Resource {
        match self {
            Self::Employee(_) => Resource::Employees,
            Self::Customer(_) => Resource::Customers,
            Self::Contact(_) => Resource::Contacts,
            Self::Deal(_) => Resource::Deals,
            Self::Lead(_) => Resource::Leads,
            Self::Ticket(_) => Resource::Tickets,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Record {
    pub subject: Subject,
    pub name: String,
    /// The employee who owns it.
    pub owner: Option<Uuid>,
    pub owned_by: Option<String>,
}

/// How near a record is to somebody: the least scope that reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    pub scope: Scope,
    /// The reporting line up to them, by name, from whoever the record is about.
    pub chain: Vec<String>,
}

/// One answer: whether they may, and why.
#[derive(Debug, Clone)]
pub struct Answer {
    pub right: &'static Right,
    pub granted: Option<Scope>,
    pub may: bool,
    pub why: String,
}

/// What a member may do with a record. Asks nothing: it judges by what [`Near`] found.
pub fn answers(actor: &Actor, record: &Record, near: &Near) -> Vec<Answer> {
    let about = |right: &&Right| right.resource == record.subject.resource() && right.scoped;
    CATALOGUE
        .iter()
        .filter(about)
        .map(|right| {
            let granted = actor.rights.scope(right.key);
            if granted == Some(Scope::Team) && near.scope == Scope::Own && of_others(right.key) {
                let why = format!(
                    "The role {} gives it for their team. {} is theirs, and changes of one’s own record are asked for.",
                    actor.role_name, record.name
                );
                return Answer { right, granted, may: false, why };
            }
            let may = granted.is_some_and(|g| g >= near.scope);
            Answer { right, granted, may, why: why(actor, record, near, granted) }
        })
        .collect()
}

fn why(actor: &Actor, record: &Record, near: &Near, granted: Option<Scope>) -> String {
    let role = format!("The role {}", actor.role_name);
    let (person, name) = (&actor.name, &record.name);
    let line = || near.chain.join(" → ");
    match (record.subject, granted, near.scope) {
        (_, None, _) => format!("{role} does not give it."),
        (_, Some(Scope::All), _) => format!("{role} gives it for all."),
        (Subject::Employee(_), Some(_), Scope::Own) => {
            format!("{role} gives it for their own record, and {name} is theirs.")
        }
        (Subject::Ticket(_), Some(_), Scope::Own) => {
            format!("{role} gives it for what is assigned to them, and {name} is.")
        }
        (Subject::Ticket(_), Some(Scope::Team), Scope::Team) => {
            let owner = record.owned_by.as_deref().unwrap_or("its assignee");
            format!("{role} gives it for what their team has, and {owner} reports to {person}: {} → {person}.", line())
        }
        (Subject::Ticket(_), Some(Scope::Team), _) => {
            format!("{role} gives it for what they or their team have, and {} has it.", owner(record))
        }
        (Subject::Ticket(_), Some(Scope::Own), _) => {
            format!("{role} gives it for what is assigned to them alone, and {} has it.", owner(record))
        }
        (Subject::Customer(_) | Subject::Contact(_) | Subject::Deal(_) | Subject::Lead(_), Some(_), Scope::Own) => {
            format!("{role} gives it for what they own, and {name} is theirs.")
        }
        (Subject::Employee(_), Some(Scope::Team), Scope::Team) => {
            format!("{role} gives it for their team, and {} reports to {person}: {} → {person}.", name, line())
        }
        (
            Subject::Customer(_) | Subject::Contact(_) | Subject::Deal(_) | Subject::Lead(_),
            Some(Scope::Team),
            Scope::Team,
        ) => {
            let owner = record.owned_by.as_deref().unwrap_or("its owner");
            format!("{role} gives it for what their team owns, and {owner} reports to {person}: {} → {person}.", line())
        }
        (Subject::Employee(_), Some(Scope::Team), _) => {
            format!("{role} gives it for their team, and {name} does not report to {person}.")
        }
        (Subject::Employee(_), Some(Scope::Own), _) => {
            format!("{role} gives it for their own record alone, and this is {name}’s.")
        }
        (Subject::Customer(_) | Subject::Contact(_) | Subject::Deal(_) | Subject::Lead(_), Some(Scope::Team), _) => {
            format!("{role} gives it for what they or their team own, and {} does.", owner(record))
        }
        (Subject::Customer(_) | Subject::Contact(_) | Subject::Deal(_) | Subject::Lead(_), Some(Scope::Own), _) => {
            format!("{role} gives it for what they own alone, and {} does.", owner(record))
        }
    }
}

fn owner(record: &Record) -> String {
    record.owned_by.clone().unwrap_or_else(|| "nobody".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Role;

    fn actor(role: Role) -> Actor {
        let id = Uuid::from_u128;
        Actor {
            tenant: id(1).into(),
            member: id(2).into(),
            account: id(3).into(),
            name: "Mona".into(),
            role,
            role_name: role.label().into(),
            rights: role.rights(),
            employee: Some(id(4).into()),
        }
    }

    #[test]
    fn the_rule_is_named() {
        let subject = Subject::Employee(Uuid::from_u128(9).into());
        let record = Record { subject, name: "Ada".into(), owner: None, owned_by: None };
        let near = |scope, chain: &[&str]| Near { scope, chain: chain.iter().map(|n| (*n).to_owned()).collect() };
        for (role, near, key, may, why) in [
            (Role::Manager, near(Scope::Team, &["Ada", "Tom"]), "employees.write", true, "Ada → Tom → Mona"),
            (Role::Manager, near(Scope::Team, &["Ada", "Tom"]), "employees.pay", false, "their own record alone"),
            (Role::Manager, near(Scope::All, &[]), "employees.write", false, "does not report to Mona"),
            (Role::Employee, near(Scope::Own, &[]), "employees.pay", true, "is theirs"),
            (Role::Employee, near(Scope::Own, &[]), "employees.pay_write", false, "does not give it"),
            (Role::HrManager, near(Scope::All, &[]), "employees.pay", true, "for all"),
        ] {
            let answers = answers(&actor(role), &record, &near);
            let answer = answers.iter().find(|a| a.right.key == key).expect("it is asked about");
            assert_eq!(answer.may, may, "{role} {key}");
            assert!(answer.why.contains(why), "{}", answer.why);
        }
        assert_eq!(Subject::parse(&subject.key()), Some(subject));
        assert_eq!(Subject::parse("moon:1"), None);
    }
}
