//! Who may do what. A role is a set of permissions; field classes are permissions too.

use crate::{AccountId, MemberId, TenantId, draft::FieldClass};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A right that a handler names with its type: `Allowed<EmployeesRead>`.
pub trait Permission: Send + Sync + 'static {
    const KEY: &'static str;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $key:literal),* $(,)?) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub struct $name; impl Permission for $name { const KEY: &'static str = $key; })*
        /// Every permission there is, in the order of this file.
        pub const ALL: &[&str] = &[$($key),*];
    };
}

permissions! {
    /// To be a member at all: home, search, one's own preferences.
    HomeRead = "home.read",
    EmployeesRead = "employees.read",
    EmployeesWrite = "employees.write",
    EmployeesBulk = "employees.bulk",
    EmployeesExport = "employees.export",
    EmployeesImport = "employees.import",
    /// Field class: birth date.
    EmployeesPersonal = "employees.personal",
    /// Field class: salary.
    EmployeesPay = "employees.pay",
    CustomersRead = "customers.read",
    CustomersWrite = "customers.write",
    CustomersBulk = "customers.bulk",
    CustomersExport = "customers.export",
    CustomersImport = "customers.import",
    MembersRead = "members.read",
    MembersInvite = "members.invite",
}

/// What a member is in a workspace. The finer roles come with their own issue; the shape stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Owner,
    Admin,
    Manager,
    Employee,
}

impl Role {
    pub const ALL: [Role; 4] = [Role::Owner, Role::Admin, Role::Manager, Role::Employee];

    pub const fn key(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Manager => "manager",
            Role::Employee => "employee",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Role::Owner => "Owner",
            Role::Admin => "Admin",
            Role::Manager => "Manager",
            Role::Employee => "Employee",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }

    /// What the role may do; what is not listed is denied. "Reports to me" does not open pay
    /// (DOMAIN: Permissions), so a manager has no field class beyond the directory.
    pub const fn permissions(self) -> &'static [&'static str] {
        match self {
            Role::Owner | Role::Admin => ALL,
            Role::Manager => &[
                HomeRead::KEY,
                EmployeesRead::KEY,
                CustomersRead::KEY,
                CustomersWrite::KEY,
                CustomersBulk::KEY,
                CustomersExport::KEY,
                MembersRead::KEY,
            ],
            Role::Employee => &[HomeRead::KEY, EmployeesRead::KEY, CustomersRead::KEY],
        }
    }

    /// Roles that someone of this role may hand out: never more than one's own.
    pub fn may_grant(self) -> &'static [Role] {
        match self {
            Role::Owner | Role::Admin => &[Role::Admin, Role::Manager, Role::Employee],
            _ => &[],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A person acting in one workspace.
#[derive(Debug, Clone)]
pub struct Actor {
    pub tenant: TenantId,
    pub member: MemberId,
    pub account: AccountId,
    pub name: String,
    pub role: Role,
}

impl Actor {
    pub fn may(&self, key: &str) -> bool {
        self.role.permissions().contains(&key)
    }
}

/// What a transaction may read: asked by every query that touches a classed field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    pub personal: bool,
    pub pay: bool,
}

impl Sight {
    /// For work of the system's own, such as rolling back an import.
    pub const ALL: Self = Self { personal: true, pay: true };
    pub const DIRECTORY: Self = Self { personal: false, pay: false };

    pub fn of(role: Role) -> Self {
        let may = |key| role.permissions().contains(&key);
        Self { personal: may(EmployeesPersonal::KEY), pay: may(EmployeesPay::KEY) }
    }

    pub fn sees(self, class: FieldClass) -> bool {
        match class {
            FieldClass::Directory => true,
            FieldClass::Personal => self.personal,
            FieldClass::Pay => self.pay,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_to_me_does_not_open_pay() {
        assert!(!Sight::of(Role::Manager).pay && !Sight::of(Role::Manager).personal);
        assert!(!Sight::of(Role::Employee).pay);
        assert!(Sight::of(Role::Owner).pay);
    }

    #[test]
    fn nobody_hands_out_more_than_they_have() {
        for role in Role::ALL {
            for granted in role.may_grant() {
                assert!(
                    granted.permissions().iter().all(|p| role.permissions().contains(p)),
                    "{role} grants {granted}"
                );
            }
        }
    }
}
