//! The roles: twelve that every workspace has, and those of a workspace's own.

mod changes;
mod needs;
#[cfg(test)]
mod roles_tests;

pub use changes::{Change, changes};

use needs::needs;

use crate::{
    Errors, RoleId,
    access::*,
    draft::{Answers, Field, FieldClass},
    text::Words,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, sync::LazyLock};
use uuid::Uuid;

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
const EVERYONE: &[(&str, Scope)] = &[
    (HomeRead::KEY, All),
    (ProfileWrite::KEY, All),
    (TokensWrite::KEY, All),
    (DirectoryRead::KEY, All),
    (LeaveRead::KEY, Own),
    (LeaveRequest::KEY, Own),
    (LeaveKind::KEY, Own),
];

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
            (OrganisationWrite::KEY, All),
            (LeaveRead::KEY, All),
            (LeaveRequest::KEY, All),
            (LeaveKind::KEY, All),
            (LeaveApprove::KEY, All),
            (LeaveAdjust::KEY, All),
            (LeaveSettings::KEY, All),
            (DocumentsRead::KEY, All),
            (DocumentsWrite::KEY, All),
            (DocumentsSettings::KEY, All),
            (PoliciesWrite::KEY, All),
            (AutomationRead::KEY, All),
            (AutomationWrite::KEY, All),
            (AutomationRun::KEY, All),
            (ChecklistsRead::KEY, All),
            (ChecklistsWrite::KEY, All),
            (ChecklistsRun::KEY, All),
            (ChecklistsSetUp::KEY, All),
            (ChecklistsHandover::KEY, All),
            (AssetsRead::KEY, All),
            (AssetsConfirm::KEY, All),
            (AssetsWrite::KEY, All),
            (AssetsValue::KEY, All),
            (AssetsExport::KEY, All),
            (AttendanceRead::KEY, All),
            (AttendanceWrite::KEY, All),
            (AttendanceApprove::KEY, All),
            (AttendanceExport::KEY, All),
            (AttendanceSetUp::KEY, All),
            (TasksRead::KEY, Team),
            (TasksWrite::KEY, Team),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
            (ViewsShare::KEY, All),
            (MembersRead::KEY, All),
            (MembersInvite::KEY, All),
        ],
    ),
    (
        Role::Recruiter,
        "recruiter",
        "Recruiter",
        "Sees the directory, to hire for it.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (DocumentsRead::KEY, Own),
            (ChecklistsRead::KEY, Own),
            (ChecklistsWrite::KEY, Own),
            (AssetsRead::KEY, Own),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Own),
            (AttendanceWrite::KEY, All),
            (TasksRead::KEY, Own),
            (TasksWrite::KEY, Own),
            (NotesWrite::KEY, All),
            (MembersRead::KEY, All),
        ],
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
            (DocumentsRead::KEY, All),
            (EmployeesPayWrite::KEY, All),
            (ChecklistsRead::KEY, Own),
            (ChecklistsWrite::KEY, Own),
            (AssetsRead::KEY, Own),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, All),
            (AttendanceWrite::KEY, All),
            (AttendanceExport::KEY, All),
            (TasksRead::KEY, Own),
            (TasksWrite::KEY, Own),
            (NotesWrite::KEY, All),
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
            (LeaveRead::KEY, Team),
            (LeaveKind::KEY, Team),
            (LeaveApprove::KEY, Team),
            (DocumentsRead::KEY, Team),
            (CustomersRead::KEY, All),
            (DealsRead::KEY, Team),
            (LeadsRead::KEY, Team),
            (ChecklistsRead::KEY, Team),
            (ChecklistsWrite::KEY, Team),
            (ChecklistsRun::KEY, Team),
            (AssetsRead::KEY, Team),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Team),
            (AttendanceWrite::KEY, All),
            (AttendanceApprove::KEY, Team),
            (TasksRead::KEY, Team),
            (TasksWrite::KEY, Team),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SalesManager,
        "sales_manager",
        "Sales manager",
        "Looks after all customers, leads and deals.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (LeaveRead::KEY, Team),
            (LeaveKind::KEY, Team),
            (LeaveApprove::KEY, Team),
            (DocumentsRead::KEY, Team),
            (CustomersRead::KEY, All),
            (CustomersWrite::KEY, All),
            (CustomersArchive::KEY, All),
            (CustomersBulk::KEY, All),
            (CustomersExport::KEY, All),
            (CustomersImport::KEY, All),
            (DealsRead::KEY, All),
            (LeadsRead::KEY, All),
            (DealsWrite::KEY, All),
            (LeadsWrite::KEY, All),
            (DealsArchive::KEY, All),
            (LeadsArchive::KEY, All),
            (DealsBulk::KEY, All),
            (LeadsBulk::KEY, All),
            (DealsExport::KEY, All),
            (LeadsExport::KEY, All),
            (DealsImport::KEY, All),
            (LeadsImport::KEY, All),
            (PipelinesWrite::KEY, All),
            (LeadsSettings::KEY, All),
            (AutomationRead::KEY, All),
            (AutomationWrite::KEY, All),
            (AutomationRun::KEY, All),
            (ChecklistsRead::KEY, Team),
            (ChecklistsWrite::KEY, Team),
            (AssetsRead::KEY, Team),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Team),
            (AttendanceWrite::KEY, All),
            (AttendanceApprove::KEY, Team),
            (TasksRead::KEY, Team),
            (TasksWrite::KEY, Team),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
            (ViewsShare::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SalesRep,
        "sales_rep",
        "Sales rep",
        "Sees all customers, leads and deals, and changes those that are theirs.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (DocumentsRead::KEY, Own),
            (CustomersRead::KEY, All),
            (CustomersWrite::KEY, Own),
            (CustomersArchive::KEY, Own),
            (CustomersBulk::KEY, Own),
            (CustomersExport::KEY, Own),
            (DealsRead::KEY, All),
            (LeadsRead::KEY, All),
            (DealsWrite::KEY, Own),
            (LeadsWrite::KEY, Own),
            (DealsArchive::KEY, Own),
            (LeadsArchive::KEY, Own),
            (DealsBulk::KEY, Own),
            (LeadsBulk::KEY, Own),
            (DealsExport::KEY, Own),
            (LeadsExport::KEY, Own),
            (ChecklistsRead::KEY, Own),
            (ChecklistsWrite::KEY, Own),
            (AssetsRead::KEY, Own),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Own),
            (AttendanceWrite::KEY, All),
            (TasksRead::KEY, Own),
            (TasksWrite::KEY, Own),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
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
            (LeaveRead::KEY, Team),
            (LeaveKind::KEY, Team),
            (LeaveApprove::KEY, Team),
            (DocumentsRead::KEY, Team),
            (CustomersRead::KEY, All),
            (DealsRead::KEY, All),
            (LeadsRead::KEY, All),
            (CustomersWrite::KEY, All),
            (CustomersExport::KEY, All),
            (AutomationRead::KEY, All),
            (AutomationWrite::KEY, All),
            (AutomationRun::KEY, All),
            (ChecklistsRead::KEY, Team),
            (ChecklistsWrite::KEY, Team),
            (AssetsRead::KEY, Team),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Team),
            (AttendanceWrite::KEY, All),
            (AttendanceApprove::KEY, Team),
            (TasksRead::KEY, Team),
            (TasksWrite::KEY, Team),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
            (ViewsShare::KEY, All),
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
            (DocumentsRead::KEY, Own),
            (CustomersRead::KEY, All),
            (ChecklistsRead::KEY, Own),
            (ChecklistsWrite::KEY, Own),
            (AssetsRead::KEY, Own),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Own),
            (AttendanceWrite::KEY, All),
            (TasksRead::KEY, Own),
            (TasksWrite::KEY, Own),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::Employee,
        "employee",
        "Employee",
        "Sees the directory, and all of their own record.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (DocumentsRead::KEY, Own),
            (ChecklistsRead::KEY, Own),
            (ChecklistsWrite::KEY, Own),
            (AssetsRead::KEY, Own),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Own),
            (AttendanceWrite::KEY, All),
            (TasksRead::KEY, Own),
            (TasksWrite::KEY, Own),
            (NotesWrite::KEY, Own),
        ],
    ),
    (
        Role::Auditor,
        "auditor",
        "Auditor",
        "Reads everything but personal details and pay, the audit trail with it, and changes nothing.",
        &[
            (EmployeesRead::KEY, All),
            (DocumentsRead::KEY, All),
            (CustomersRead::KEY, All),
            (DealsRead::KEY, All),
            (LeadsRead::KEY, All),
            (AutomationRead::KEY, All),
            (ChecklistsRead::KEY, All),
            (AssetsRead::KEY, All),
            (AttendanceRead::KEY, All),
            (TasksRead::KEY, All),
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
            // What everyone may of their own takes nothing away from whoever may it of all.
            rights.grant(key, rights.scope(key).max(Some(*scope)));
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

/// A role as it is typed: its name, what it is for, and a scope's key for each right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub name: String,
    pub description: String,
    /// Somebody has seen who gains and who loses what.
    pub reviewed: String,
    #[serde(flatten)]
    pub grants: BTreeMap<String, String>,
}

/// What a role is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub about: String,
    pub rights: Rights,
}

pub const WORDS: Words = Words { one: "role", many: "roles" };

/// The rights that a workspace's own role may have: what everyone has is not asked about, and what makes an owner is
/// an owner's alone.
pub fn choosable() -> impl Iterator<Item = &'static Right> {
    let fixed = [HomeRead::KEY, ProfileWrite::KEY, WorkspaceOwn::KEY];
    CATALOGUE.iter().filter(move |right| !fixed.contains(&right.key))
}

/// Every field of a role, in the order of its form.
pub const FIELDS: &[Field] = &{
    const fn field(key: &'static str, label: &'static str) -> Field {
        Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
    }
    let mut fields = [field("name", "Name"); CATALOGUE.len() + 2];
    fields[1] = field("description", "What it is for");
    let mut n = 0;
    while n < CATALOGUE.len() {
        fields[n + 2] = field(CATALOGUE[n].key, CATALOGUE[n].label);
        n += 1;
    }
    fields
};

impl Answers for Draft {
    fn get(&self, field: &str) -> &str {
        match field {
            "name" => &self.name,
            "description" => &self.description,
            right => self.grants.get(right).map_or("", String::as_str),
        }
    }

    fn set(&mut self, field: &str, value: String) {
        match field {
            "name" => self.name = value,
            "description" => self.description = value,
            right => drop(self.grants.insert(right.to_owned(), value)),
        }
    }
}

impl Draft {
    /// A form filled from a role.
    pub fn of(office: &Office) -> Self {
        let scope = |right: &'static Right| {
            (right.key.to_owned(), office.rights.scope(right.key).map_or("", Scope::key).to_owned())
        };
        Self {
            name: office.name.clone(),
            description: office.about.clone(),
            reviewed: String::new(),
            grants: choosable().map(scope).collect(),
        }
    }

    /// The rules of a role that need no other one, with what could be read although something is wrong.
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        if Role::BUILT_IN.iter().any(|r| r.label().to_lowercase() == name.to_lowercase()) {
            e.add("name", "A role that every workspace has is called so. Choose another name.");
        }
        let about = e.line("description", &self.description, 200).unwrap_or_default();
        let mut rights = Rights::NONE;
        for (key, scope) in EVERYONE {
            rights.grant(key, Some(*scope));
        }
        for right in choosable() {
            match self.get(right.key).trim() {
                "" => rights.grant(right.key, None),
                scope => rights.grant(right.key, e.take(right.key, Scope::parse(scope).ok_or("Choose one of them."))),
            }
        }
        for right in choosable() {
            if let Some(needed) = needs(right).find(|needed| rights.scope(right.key) > rights.scope(needed.key)) {
                let of = if needed.resource == right.resource { "" } else { needed.resource.label() };
                let name = format!("{of} {}", needed.label);
                e.add(right.key, format!("This reaches further than “{}” does.", name.trim()));
            }
        }
        (Fields { name, about, rights }, e)
    }
}
