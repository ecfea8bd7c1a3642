//! The roles: twelve that every workspace has, and those of a workspace's own.

mod changes;
mod needs;
#[cfg(test)]
mod roles_tests;
mod typed;

pub use changes::{Change, changes};
pub use typed::{Draft, FIELDS, Fields, WORDS, choosable};

use crate::{RoleId, access::*};
use std::{fmt, sync::LazyLock};
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
    (PostingsRead::KEY, Own),
    (CandidatesRead::KEY, Own),
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
            (PostingsRead::KEY, All),
            (PostingsWrite::KEY, All),
            (PostingsApprove::KEY, All),
            (PostingsPay::KEY, All),
            (PostingsExport::KEY, All),
            (CandidatesRead::KEY, All),
            (CandidatesWrite::KEY, All),
            (CandidatesErase::KEY, All),
            (RecruitingSettings::KEY, All),
            (TasksRead::KEY, Team),
            (TasksWrite::KEY, Team),
            (ActivitiesRead::KEY, Team),
            (ActivitiesWrite::KEY, Team),
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
        "Looks after all jobs and whoever applies; sees the directory.",
        &[
            (PostingsRead::KEY, All),
            (PostingsWrite::KEY, All),
            (PostingsPay::KEY, All),
            (PostingsExport::KEY, All),
            (CandidatesRead::KEY, All),
            (CandidatesWrite::KEY, All),
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
            (ActivitiesRead::KEY, Own),
            (ActivitiesWrite::KEY, Own),
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
            (ActivitiesRead::KEY, Own),
            (ActivitiesWrite::KEY, Own),
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
            (PostingsWrite::KEY, Own),
            (CandidatesWrite::KEY, Own),
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
            (ContactsRead::KEY, All),
            (DealsRead::KEY, Team),
            (QuotasRead::KEY, Team),
            (ForecastAdjust::KEY, Team),
            (LeadsRead::KEY, Team),
            (TicketsRead::KEY, Team),
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
            (ActivitiesRead::KEY, Team),
            (ActivitiesWrite::KEY, Team),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SalesManager,
        "sales_manager",
        "Sales manager",
        "Looks after all customers, contacts, leads and deals.",
        &[
            (PostingsWrite::KEY, Own),
            (CandidatesWrite::KEY, Own),
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (LeaveRead::KEY, Team),
            (LeaveKind::KEY, Team),
            (LeaveApprove::KEY, Team),
            (DocumentsRead::KEY, Team),
            (CustomersRead::KEY, All),
            (ContactsRead::KEY, All),
            (CustomersWrite::KEY, All),
            (ContactsWrite::KEY, All),
            (CustomersArchive::KEY, All),
            (ContactsArchive::KEY, All),
            (CustomersBulk::KEY, All),
            (ContactsBulk::KEY, All),
            (CustomersExport::KEY, All),
            (ContactsExport::KEY, All),
            (CustomersImport::KEY, All),
            (ContactsImport::KEY, All),
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
            (TicketsRead::KEY, All),
            (PipelinesWrite::KEY, All),
            (QuotasRead::KEY, All),
            (QuotasWrite::KEY, All),
            (ForecastAdjust::KEY, All),
            (RatesWrite::KEY, All),
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
            (ActivitiesRead::KEY, All),
            (ActivitiesWrite::KEY, All),
            (ActivitiesExport::KEY, All),
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
        "Sees all customers, contacts, leads and deals, and changes those that are theirs.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (DocumentsRead::KEY, Own),
            (CustomersRead::KEY, All),
            (ContactsRead::KEY, All),
            (CustomersWrite::KEY, Own),
            (ContactsWrite::KEY, Own),
            (CustomersArchive::KEY, Own),
            (ContactsArchive::KEY, Own),
            (CustomersBulk::KEY, Own),
            (ContactsBulk::KEY, Own),
            (CustomersExport::KEY, Own),
            (ContactsExport::KEY, Own),
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
            (QuotasRead::KEY, Own),
            (TicketsRead::KEY, All),
            (ChecklistsRead::KEY, Own),
            (ChecklistsWrite::KEY, Own),
            (AssetsRead::KEY, Own),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Own),
            (AttendanceWrite::KEY, All),
            (TasksRead::KEY, Own),
            (TasksWrite::KEY, Own),
            (ActivitiesRead::KEY, All),
            (ActivitiesWrite::KEY, Own),
            (ActivitiesExport::KEY, Own),
            (NotesWrite::KEY, All),
            (TagsWrite::KEY, All),
            (MembersRead::KEY, All),
        ],
    ),
    (
        Role::SupportManager,
        "support_manager",
        "Support manager",
        "Looks after all tickets, queues and what is promised; changes and exports customers.",
        &[
            (PostingsWrite::KEY, Own),
            (CandidatesWrite::KEY, Own),
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (LeaveRead::KEY, Team),
            (LeaveKind::KEY, Team),
            (LeaveApprove::KEY, Team),
            (DocumentsRead::KEY, Team),
            (CustomersRead::KEY, All),
            (ContactsRead::KEY, All),
            (DealsRead::KEY, All),
            (LeadsRead::KEY, All),
            (CustomersWrite::KEY, All),
            (ContactsWrite::KEY, All),
            (CustomersExport::KEY, All),
            (ContactsExport::KEY, All),
            (TicketsRead::KEY, All),
            (TicketsWrite::KEY, All),
            (TicketsArchive::KEY, All),
            (TicketsBulk::KEY, All),
            (TicketsExport::KEY, All),
            (TicketsSettings::KEY, All),
            (HelpWrite::KEY, All),
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
            (ActivitiesRead::KEY, Team),
            (ActivitiesWrite::KEY, Team),
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
        "Answers all tickets; sees the directory and customers.",
        &[
            (EmployeesRead::KEY, All),
            (EmployeesPersonal::KEY, Own),
            (EmployeesPay::KEY, Own),
            (DocumentsRead::KEY, Own),
            (CustomersRead::KEY, All),
            (ContactsRead::KEY, All),
            (TicketsRead::KEY, All),
            (TicketsWrite::KEY, All),
            (TicketsBulk::KEY, All),
            (HelpWrite::KEY, All),
            (ChecklistsRead::KEY, Own),
            (ChecklistsWrite::KEY, Own),
            (AssetsRead::KEY, Own),
            (AssetsConfirm::KEY, All),
            (AttendanceRead::KEY, Own),
            (AttendanceWrite::KEY, All),
            (TasksRead::KEY, Own),
            (TasksWrite::KEY, Own),
            (ActivitiesRead::KEY, Own),
            (ActivitiesWrite::KEY, Own),
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
            (ActivitiesRead::KEY, Own),
            (ActivitiesWrite::KEY, Own),
            (NotesWrite::KEY, Own),
        ],
    ),
    (
        Role::Auditor,
        "auditor",
        "Auditor",
        "Reads everything but personal details and pay, the audit trail with it, and changes nothing.",
        &[
            (PostingsRead::KEY, All),
            (EmployeesRead::KEY, All),
            (DocumentsRead::KEY, All),
            (CustomersRead::KEY, All),
            (ContactsRead::KEY, All),
            (DealsRead::KEY, All),
            (QuotasRead::KEY, All),
            (LeadsRead::KEY, All),
            (TicketsRead::KEY, All),
            (AutomationRead::KEY, All),
            (ChecklistsRead::KEY, All),
            (AssetsRead::KEY, All),
            (AttendanceRead::KEY, All),
            (TasksRead::KEY, All),
            (ActivitiesRead::KEY, All),
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
