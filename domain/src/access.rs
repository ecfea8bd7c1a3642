//! Who may do what. A role is a set of rights, each with a scope; field classes are rights, too.
//!
//! What no role lists is denied (DOMAIN: Permissions). The built-in roles are here; a workspace's own are rows of
//! `roles`, read into the same [`Rights`].

use crate::{AccountId, EmployeeId, MemberId, RoleId, TenantId, draft::FieldClass};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, sync::LazyLock};
use uuid::Uuid;

/// A right that a handler names with its type: `Allowed<EmployeesRead>`.
pub trait Permission: Send + Sync + 'static {
    const KEY: &'static str;
}

/// How far a right reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One's own record, or what one owns.
    Own,
    /// As own, and everyone below in the reporting tree, or what they own.
    Team,
    All,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Own, Self::Team, Self::All];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::All => "all",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Own => "Own",
            Self::Team => "Team",
            Self::All => "All",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// What a right is about, as the matrix of a role shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    Workspace,
    Employees,
    Customers,
    Members,
    Audit,
    Settings,
}

impl Resource {
    pub const ALL: [Self; 6] =
        [Self::Employees, Self::Customers, Self::Members, Self::Settings, Self::Audit, Self::Workspace];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Workspace => "Workspace",
            Self::Employees => "Employees",
            Self::Customers => "Customers",
            Self::Members => "Members and roles",
            Self::Audit => "Audit trail",
            Self::Settings => "Settings",
        }
    }
}

/// One right as the catalogue knows it.
#[derive(Debug, Clone, Copy)]
pub struct Right {
    pub key: &'static str,
    pub resource: Resource,
    /// What somebody with it does: "View", "Change pay".
    pub label: &'static str,
    /// Whether it may be given for one's own or one's team's records alone; otherwise it is all or nothing.
    pub scoped: bool,
    /// The field class that it opens, for reading or for changing.
    pub class: Option<FieldClass>,
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $resource:ident, $label:literal, $scoped:literal $(, $class:ident)?;)*) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub struct $name; impl Permission for $name { const KEY: &'static str = $key; })*
        /// Every right there is, in the order of this file.
        pub const CATALOGUE: &[Right] = &[$(Right {
            key: $key, resource: Resource::$resource, label: $label, scoped: $scoped, class: class!($($class)?),
        }),*];
        /// Every permission's key, in the same order.
        pub const ALL: &[&str] = &[$($key),*];
        const COUNT: usize = ALL.len();
    };
}

macro_rules! class {
    () => {
        None
    };
    ($class:ident) => {
        Some(FieldClass::$class)
    };
}

permissions! {
    /// To be a member at all: home, search, preferences.
    HomeRead = "home.read", Workspace, "Enter", false;
    /// One's own profile, password, second factor, sessions: open before the second factor that a workspace demands.
    ProfileWrite = "profile.write", Workspace, "Look after one's own profile and password", false;
    /// Programs that act in one's own name, with no more rights than one's own.
    TokensWrite = "tokens.write", Workspace, "Make personal API tokens", false;
    /// The workspace is theirs: transfer, delete, make owners.
    WorkspaceOwn = "workspace.own", Workspace, "Own it: transfer, delete, make owners", false;

    EmployeesRead = "employees.read", Employees, "View", true;
    EmployeesWrite = "employees.write", Employees, "Add and change", true;
    EmployeesArchive = "employees.archive", Employees, "Archive and restore", true;
    EmployeesBulk = "employees.bulk", Employees, "Change many at once", true;
    EmployeesExport = "employees.export", Employees, "Export", true;
    EmployeesImport = "employees.import", Employees, "Import", false;
    /// Field class: birth date.
    EmployeesPersonal = "employees.personal", Employees, "See personal details", true, Personal;
    EmployeesPersonalWrite = "employees.personal_write", Employees, "Change personal details", true, Personal;
    /// Field class: salary.
    EmployeesPay = "employees.pay", Employees, "See pay", true, Pay;
    EmployeesPayWrite = "employees.pay_write", Employees, "Change pay", true, Pay;

    CustomersRead = "customers.read", Customers, "View", true;
    CustomersWrite = "customers.write", Customers, "Add and change", true;
    CustomersArchive = "customers.archive", Customers, "Archive and restore", true;
    CustomersBulk = "customers.bulk", Customers, "Change many at once", true;
    CustomersExport = "customers.export", Customers, "Export", true;
    CustomersImport = "customers.import", Customers, "Import", false;

    MembersRead = "members.read", Members, "View members", false;
    MembersInvite = "members.invite", Members, "Invite", false;
    /// Another role, another employee, out and in again.
    MembersWrite = "members.write", Members, "Change roles, deactivate", false;
    /// Roles with their rights, and why somebody can see something.
    RolesRead = "roles.read", Members, "View roles and effective access", false;
    RolesWrite = "roles.write", Members, "Make and change roles", false;

    SettingsWrite = "settings.write", Settings, "Change the workspace's settings", false;
    SecurityWrite = "security.write", Settings, "Change the security policy", false;

    AuditRead = "audit.read", Audit, "View", false;
    AuditExport = "audit.export", Audit, "Export", false;
}

/// What somebody may do, and how far each right reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Rights([Option<Scope>; COUNT]);

impl Rights {
    pub const NONE: Self = Self([None; COUNT]);
    /// For work of the system's own, such as rolling back an import.
    pub const ALL: Self = Self([Some(Scope::All); COUNT]);

    pub fn scope(&self, key: &str) -> Option<Scope> {
        self.0.get(position(key)?).copied().flatten()
    }

    pub fn may(&self, key: &str) -> bool {
        self.scope(key).is_some()
    }

    /// Gives a right. What is no right is not given; one that has no scopes is given for all or not at all.
    pub fn grant(&mut self, key: &str, scope: Option<Scope>) {
        if let Some(right) = position(key) {
            let scope = scope.map(|s| if CATALOGUE[right].scoped { s } else { Scope::All });
            self.0[right] = scope;
        }
    }

    /// Each right that there is, with its scope.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Right, Option<Scope>)> {
        CATALOGUE.iter().zip(self.0)
    }

    /// The keys of what may be done.
    pub fn keys(&self) -> Vec<&'static str> {
        self.iter().filter(|(_, scope)| scope.is_some()).map(|(right, _)| right.key).collect()
    }

    /// Whether all of `other` is among these: nobody hands out more than they have.
    pub fn cover(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(mine, theirs)| *mine >= theirs)
    }

    /// As a row of `roles` keeps them: what is not granted is not there.
    pub fn to_map(&self) -> BTreeMap<&'static str, Scope> {
        self.iter().filter_map(|(right, scope)| Some((right.key, scope?))).collect()
    }

    /// From a row of `roles`. A right that this version does not know is none.
    pub fn from_json(grants: &serde_json::Value) -> Self {
        let mut rights = Self::NONE;
        for (key, scope) in grants.as_object().into_iter().flatten() {
            rights.grant(key, scope.as_str().and_then(Scope::parse));
        }
        rights
    }

    /// Which field classes are open at all, be it for one's own record alone.
    pub fn sight(&self) -> Sight {
        Sight { personal: self.may(EmployeesPersonal::KEY), pay: self.may(EmployeesPay::KEY) }
    }

    /// Which field classes are open whoever's record it is.
    pub fn sight_of_all(&self) -> Sight {
        let all = |key| self.scope(key) == Some(Scope::All);
        Sight { personal: all(EmployeesPersonal::KEY), pay: all(EmployeesPay::KEY) }
    }

    /// Which field classes may be seen and changed whoever's record it is: what a file may bring in.
    pub fn hand_of_all(&self) -> Sight {
        let all = |see, change| self.scope(see) == Some(Scope::All) && self.scope(change) == Some(Scope::All);
        Sight {
            personal: all(EmployeesPersonal::KEY, EmployeesPersonalWrite::KEY),
            pay: all(EmployeesPay::KEY, EmployeesPayWrite::KEY),
        }
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.to_map()).finish()
    }
}

impl Default for Rights {
    fn default() -> Self {
        Self::NONE
    }
}

fn position(key: &str) -> Option<usize> {
    ALL.iter().position(|k| *k == key)
}

/// What a member is in a workspace: one of the built-in roles, or one that the workspace has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    Owner,
    Admin,
    HrManager,
    Recruiter,
    PayrollOfficer,
    Manager,
    SalesManager,
    SalesRep,
    SupportManager,
    SupportAgent,
    Employee,
    Auditor,
    Custom(RoleId),
}

use Scope::{All, Own, Team};

/// Key, label, what it is for, and what it may do; of every built-in role but Owner and Admin, who are told by rule.
type BuiltIn = (Role, &'static str, &'static str, &'static str, &'static [(&'static str, Scope)]);

/// What everyone may, whatever they are.
const EVERYONE: &[(&str, Scope)] = &[(HomeRead::KEY, All), (ProfileWrite::KEY, All), (TokensWrite::KEY, All)];

/// The built-in roles. "Reports to me" does not open pay (DOMAIN: Permissions), so a manager has no field class beyond
/// the directory but their own.
const BUILT_IN: &[BuiltIn] = &[
    (Role::Owner, "owner", "Owner", "Does everything, and the workspace is theirs.", &[]),
    (Role::Admin, "admin", "Admin", "Does everything here but what only an owner may.", &[]),
    (
        Role::HrManager,
        "hr_manager",
        "HR manager",
        "Looks after everybody's record, with personal details and pay; invites people.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesWrite::KEY, All),
            (EmployeesArchive::KEY, All),
            (EmployeesBulk::KEY, All),
            (EmployeesExport::KEY, All),
            (EmployeesImport::KEY, All),
            (EmployeesPersonal::KEY, All),
            (EmployeesPersonalWrite::KEY, All),
            (EmployeesPay::KEY, All),
            (EmployeesPayWrite::KEY, All),
            (MembersRead::KEY, All),
            (MembersInvite::KEY, All),
        ],
    ),
    (
        Role::Recruiter,
        "recruiter",
        "Recruiter",
        "Sees the directory, to hire for it.",
        &[(EmployeesRead::KEY, All), (EmployeesPersonal::KEY, Own), (EmployeesPay::KEY, Own), (MembersRead::KEY, All)],
    ),
    (
        Role::PayrollOfficer,
        "payroll_officer",
        "Payroll officer",
        "Sees and changes everybody's pay and personal details.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesWrite::KEY, All),
            (EmployeesExport::KEY, All),
            (EmployeesPersonal::KEY, All),
            (EmployeesPersonalWrite::KEY, All),
            (EmployeesPay::KEY, All),
            (EmployeesPayWrite::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::Manager,
        "manager",
        "Manager",
        "Sees the directory and customers; changes the records of their team, without pay.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesWrite::KEY, Team),
            (EmployeesExport::KEY, Team),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (CustomersRead::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SalesManager,
        "sales_manager",
        "Sales manager",
        "Looks after all customers.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (CustomersRead::KEY, All),
            (CustomersWrite::KEY, All),
            (CustomersArchive::KEY, All),
            (CustomersBulk::KEY, All),
            (CustomersExport::KEY, All),
            (CustomersImport::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SalesRep,
        "sales_rep",
        "Sales rep",
        "Sees all customers, and changes those that are theirs.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (CustomersRead::KEY, All),
            (CustomersWrite::KEY, Own),
            (CustomersArchive::KEY, Own),
            (CustomersBulk::KEY, Own),
            (CustomersExport::KEY, Own),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SupportManager,
        "support_manager",
        "Support manager",
        "Sees the directory, and changes and exports customers.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (CustomersRead::KEY, All),
            (CustomersWrite::KEY, All),
            (CustomersExport::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SupportAgent,
        "support_agent",
        "Support agent",
        "Sees the directory and customers.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (CustomersRead::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::Employee,
        "employee",
        "Employee",
        "Sees the directory, and all of their own record.",
        &[(EmployeesRead::KEY, All), (EmployeesPersonal::KEY, Own), (EmployeesPay::KEY, Own)],
    ),
    (
        Role::Auditor,
        "auditor",
        "Auditor",
        "Reads everything but personal details and pay, the audit trail with it, and changes nothing.",
        &[
            (EmployeesRead::KEY, All),
            (CustomersRead::KEY, All),
            (MembersRead::KEY, All),
            (RolesRead::KEY, All),
            (AuditRead::KEY, All),
            (AuditExport::KEY, All),
        ],
    ),
];

/// The rights of the built-in roles, in the order of [`Role::BUILT_IN`].
static RIGHTS: LazyLock<Vec<Rights>> = LazyLock::new(|| {
    let rights = |(role, .., grants): &BuiltIn| {
        let mut rights = if *role == Role::Owner || *role == Role::Admin { Rights::ALL } else { Rights::NONE };
        for (key, scope) in EVERYONE.iter().chain(*grants) {
            rights.grant(key, Some(*scope));
        }
        if *role == Role::Admin {
            rights.grant(WorkspaceOwn::KEY, None);
        }
        rights
    };
    BUILT_IN.iter().map(rights).collect()
});

impl Role {
    /// The roles that every workspace has.
    pub const BUILT_IN: [Self; 12] = [
        Self::Owner,
        Self::Admin,
        Self::HrManager,
        Self::Recruiter,
        Self::PayrollOfficer,
        Self::Manager,
        Self::SalesManager,
        Self::SalesRep,
        Self::SupportManager,
        Self::SupportAgent,
        Self::Employee,
        Self::Auditor,
    ];

    fn built_in(self) -> Option<&'static BuiltIn> {
        BUILT_IN.iter().find(|(role, ..)| *role == self)
    }

    /// As the column `role` has it: `custom` for a workspace's own, whose id is beside it.
    pub fn key(self) -> &'static str {
        self.built_in().map_or("custom", |(_, key, ..)| key)
    }

    /// The id beside the key.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Custom(RoleId(id)) => Some(id),
            _ => None,
        }
    }

    /// What a form sends: the key, or the id of a workspace's own.
    pub fn value(self) -> String {
        match self {
            Self::Custom(id) => id.to_string(),
            role => role.key().to_owned(),
        }
    }

    /// Reads what a form sent. Whether a workspace's own is there is for the workspace to say.
    pub fn parse(value: &str) -> Option<Self> {
        let known = BUILT_IN.iter().find(|(_, key, ..)| *key == value).map(|(role, ..)| *role);
        known.or_else(|| value.parse().ok().map(Self::Custom))
    }

    /// Reads the two columns.
    pub fn from_row(key: &str, id: Option<Uuid>) -> Option<Self> {
        match id {
            Some(id) => Some(Self::Custom(RoleId(id))).filter(|_| key == "custom"),
            None => BUILT_IN.iter().find(|(_, k, ..)| *k == key).map(|(role, ..)| *role),
        }
    }

    /// The name of a built-in role; a workspace's own has its name in its row.
    pub fn label(self) -> &'static str {
        self.built_in().map_or("Custom role", |(_, _, label, ..)| label)
    }

    /// What a built-in role is for, in a sentence.
    pub fn about(self) -> &'static str {
        self.built_in().map_or("", |(_, _, _, about, _)| about)
    }

    /// What a built-in role may do; those of a workspace's own are in its row.
    pub fn rights(self) -> Rights {
        let place = BUILT_IN.iter().position(|(role, ..)| *role == self);
        place.map_or(Rights::NONE, |n| RIGHTS[n])
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A role with what it is called and may do, wherever it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub role: Role,
    pub name: String,
    pub about: String,
    pub rights: Rights,
}

impl Office {
    pub fn built_in(role: Role) -> Self {
        Self { role, name: role.label().into(), about: role.about().into(), rights: role.rights() }
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
    pub role_name: String,
    pub rights: Rights,
    /// Their own employee record.
    pub employee: Option<EmployeeId>,
}

impl Actor {
    pub fn may(&self, key: &str) -> bool {
        self.rights.may(key)
    }

    /// Whether they may give this role to somebody, or take it away: never more than one's own.
    pub fn may_grant(&self, rights: &Rights) -> bool {
        self.rights.cover(rights)
    }
}

/// Which field classes of a record are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    pub personal: bool,
    pub pay: bool,
}

impl Sight {
    pub const ALL: Self = Self { personal: true, pay: true };
    pub const DIRECTORY: Self = Self { personal: false, pay: false };

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
        for role in Role::BUILT_IN {
            let (pay, personal) = (role.rights().scope(EmployeesPay::KEY), role.rights().scope(EmployeesPersonal::KEY));
            assert!(pay != Some(Scope::Team) && personal != Some(Scope::Team), "{role}");
        }
        assert_eq!(Role::Manager.rights().scope(EmployeesPay::KEY), Some(Scope::Own));
        assert_eq!(Role::Owner.rights().scope(EmployeesPay::KEY), Some(Scope::All));
    }

    #[test]
    fn nobody_changes_their_own_pay_but_who_changes_everybodys() {
        for role in Role::BUILT_IN {
            assert!(
                matches!(role.rights().scope(EmployeesPayWrite::KEY), None | Some(Scope::All)),
                "{role} could raise themselves"
            );
        }
    }

    #[test]
    fn only_an_owner_covers_an_owner() {
        let owner = Role::Owner.rights();
        for role in Role::BUILT_IN {
            assert!(owner.cover(&role.rights()), "{role}");
            assert_eq!(role.rights().cover(&owner), role == Role::Owner, "{role}");
        }
        assert!(!Role::SalesRep.rights().cover(&Role::SalesManager.rights()), "own is less than all");
    }

    #[test]
    fn the_auditor_changes_nothing() {
        let rights = Role::Auditor.rights();
        let writes =
            rights.keys().into_iter().filter(|k| k.contains("write") || k.contains("import") || k.contains("archive"));
        assert_eq!(writes.collect::<Vec<_>>(), ["profile.write", "tokens.write"]);
    }

    #[test]
    fn rights_survive_their_row() {
        for role in Role::BUILT_IN {
            let row = serde_json::to_value(role.rights().to_map()).expect("rights serialise");
            assert_eq!(Rights::from_json(&row), role.rights(), "{role}");
        }
        let strange = serde_json::json!({ "employees.read": "team", "moon.read": "all", "audit.read": "own", "customers.read": 7 });
        let rights = Rights::from_json(&strange);
        assert_eq!(rights.keys(), ["employees.read", "audit.read"]);
        assert_eq!(rights.scope("audit.read"), Some(Scope::All), "a right without scopes is whole");
    }

    #[test]
    fn a_role_survives_its_two_columns() {
        for role in Role::BUILT_IN.into_iter().chain([Role::Custom(RoleId(Uuid::from_u128(7)))]) {
            assert_eq!(Role::from_row(role.key(), role.id()), Some(role));
            assert_eq!(Role::parse(&role.value()), Some(role));
        }
        assert_eq!(Role::from_row("custom", None), None);
        assert_eq!(Role::parse("emperor"), None);
    }
}
