//! Who may do what. A role is a set of rights, each with a scope; field classes are rights, too.
//!
//! What no role lists is denied (DOMAIN: Permissions). The built-in roles are in [`crate::workspace::roles`]; a workspace's own are rows of
//! the table of that name, read into the same [`Rights`].

pub use crate::workspace::roles::{Office, Role};

use crate::{AccountId, EmployeeId, MemberId, TenantId, draft::FieldClass};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

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

/// Rights to change employees' records that, given for a team, are over others' alone: what somebody wants changed of their
/// own record they ask for, as everybody does.
pub fn of_others(right: &str) -> bool {
    [
        EmployeesWrite::KEY,
        EmployeesPersonalWrite::KEY,
        EmployeesPayWrite::KEY,
        EmployeesArchive::KEY,
        EmployeesBulk::KEY,
    ]
    .contains(&right)
}

/// What a right is about, as the matrix of a role shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    Workspace,
    Employees,
    Leave,
    Documents,
    Checklists,
    Assets,
    Attendance,
    Recruiting,
    Customers,
    Contacts,
    Deals,
    Leads,
    Tickets,
    Tasks,
    Activities,
    Notes,
    Members,
    Audit,
    Settings,
    Automation,
}

impl Resource {
    pub const ALL: [Self; 20] = [
        Self::Employees,
        Self::Leave,
        Self::Documents,
        Self::Checklists,
        Self::Assets,
        Self::Attendance,
        Self::Recruiting,
        Self::Customers,
        Self::Contacts,
        Self::Deals,
        Self::Leads,
        Self::Tickets,
        Self::Tasks,
        Self::Activities,
        Self::Notes,
        Self::Automation,
        Self::Members,
        Self::Settings,
        Self::Audit,
        Self::Workspace,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Workspace => "Workspace",
            Self::Employees => "Employees",
            Self::Leave => "Time off",
            Self::Documents => "Documents",
            Self::Checklists => "Onboarding and off-boarding",
            Self::Assets => "Equipment",
            Self::Attendance => "Attendance",
            Self::Recruiting => "Recruiting",
            Self::Customers => "Customers",
            Self::Contacts => "Contacts",
            Self::Deals => "Deals",
            Self::Leads => "Leads",
            Self::Tickets => "Tickets",
            Self::Tasks => "Tasks",
            Self::Activities => "Calls and meetings",
            Self::Notes => "Notes and tags",
            Self::Members => "Members and roles",
            Self::Audit => "Audit trail",
            Self::Settings => "Settings",
            Self::Automation => "Automation",
        }
    }
}

/// One right as the catalogue knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// Names, jobs, and how to reach people at work: of everybody who is here, and nothing else.
    DirectoryRead = "directory.read", Employees, "See the directory", false;
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
    /// The tree of departments, their heads, and positions with their headcount.
    OrganisationWrite = "organisation.write", Employees, "Change departments and positions", false;

    /// Balances, requests and the ledger. That somebody is away, everybody may know who sees them.
    LeaveRead = "leave.read", Leave, "View balances and requests", true;
    LeaveRequest = "leave.request", Leave, "Ask for time off", true;
    /// Field class: which kind of leave, and why.
    LeaveKind = "leave.kind", Leave, "See the kind and the reason", true, Health;
    LeaveApprove = "leave.approve", Leave, "Approve and decline", true;
    LeaveAdjust = "leave.adjust", Leave, "Correct balances, policies and working patterns of people", true;
    LeaveSettings = "leave.settings", Leave, "Change kinds, policies and rules", false;

    /// Documents of employees, as far as the classes of their kinds are open.
    DocumentsRead = "documents.read", Documents, "View", true;
    /// Add, ask for, approve, refuse, archive; write letters.
    DocumentsWrite = "documents.write", Documents, "Add, ask for and approve", true;
    /// Kinds of documents, and templates of letters.
    DocumentsSettings = "documents.settings", Documents, "Change kinds and templates", false;
    /// What everybody reads and confirms, and who has.
    PoliciesWrite = "policies.write", Documents, "Publish policies, see who has confirmed", false;

    /// Own: what is one's own to do in them.
    ChecklistsRead = "checklists.read", Checklists, "View", true;
    ChecklistsWrite = "checklists.write", Checklists, "Tick, pass on and skip items", true;
    ChecklistsRun = "checklists.run", Checklists, "Start, add to and call off", true;
    ChecklistsSetUp = "checklists.set_up", Checklists, "Make templates", false;
    /// Tasks, customers and direct reports, whether or not one could change each by oneself.
    ChecklistsHandover = "checklists.handover", Checklists, "Hand over what a leaver holds", false;

    /// Own: what one has.
    AssetsRead = "assets.read", Assets, "View", true;
    /// Of what one has oneself.
    AssetsConfirm = "assets.confirm", Assets, "Confirm receipt of one's own", false;
    AssetsWrite = "assets.write", Assets, "Add, change, hand out and take back", false;
    AssetsValue = "assets.value", Assets, "See and change what it is worth", false;
    AssetsExport = "assets.export", Assets, "Export", true;

    /// Own: one's own days.
    AttendanceRead = "attendance.read", Attendance, "View", true;
    AttendanceWrite = "attendance.write", Attendance, "Clock in and out, fill in one's own weeks", false;
    /// Nobody approves their own.
    AttendanceApprove = "attendance.approve", Attendance, "Approve or return weeks", true;
    AttendanceExport = "attendance.export", Attendance, "Export for payroll", false;
    AttendanceSetUp = "attendance.set_up", Attendance, "Set weekly hours", false;

    /// Own: for which one hires, or has asked.
    PostingsRead = "postings.read", Recruiting, "View jobs", true;
    /// Own: for which one hires, other than by interviews alone.
    PostingsWrite = "postings.write", Recruiting, "Ask for, change and publish jobs", true;
    /// Nobody approves what they have asked for themselves, where there is anybody else.
    PostingsApprove = "postings.approve", Recruiting, "Approve jobs", false;
    PostingsPay = "postings.pay", Recruiting, "See and set salaries of jobs", false;
    PostingsExport = "postings.export", Recruiting, "Export jobs", true;
    /// Own: who has applied for a job for which one hires.
    CandidatesRead = "candidates.read", Recruiting, "View candidates", true;
    /// Own: as above, for which one hires other than by interviews alone.
    CandidatesWrite = "candidates.write", Recruiting, "Move, rate and turn down candidates", true;
    /// With all that they have sent; nothing brings it back.
    CandidatesErase = "candidates.erase", Recruiting, "Remove candidates for good", false;
    /// The careers site, and what applicants are promised there.
    RecruitingSettings = "recruiting.settings", Recruiting, "Change the careers site", false;

    CustomersRead = "customers.read", Customers, "View", true;
    CustomersWrite = "customers.write", Customers, "Add and change", true;
    CustomersArchive = "customers.archive", Customers, "Archive and restore", true;
    CustomersBulk = "customers.bulk", Customers, "Change many at once", true;
    CustomersExport = "customers.export", Customers, "Export", true;
    CustomersImport = "customers.import", Customers, "Import", false;

    /// Own: that one owns.
    ContactsRead = "contacts.read", Contacts, "View", true;
    ContactsWrite = "contacts.write", Contacts, "Add and change", true;
    ContactsArchive = "contacts.archive", Contacts, "Archive and restore", true;
    ContactsBulk = "contacts.bulk", Contacts, "Change many at once", true;
    ContactsExport = "contacts.export", Contacts, "Export", true;
    ContactsImport = "contacts.import", Contacts, "Import", false;

    /// Own: that one owns.
    DealsRead = "deals.read", Deals, "View", true;
    DealsWrite = "deals.write", Deals, "Add, change and move", true;
    DealsArchive = "deals.archive", Deals, "Archive and restore", true;
    DealsBulk = "deals.bulk", Deals, "Change many at once", true;
    DealsExport = "deals.export", Deals, "Export", true;
    DealsImport = "deals.import", Deals, "Import", false;
    /// Stages, what they ask for, and why deals are lost.
    PipelinesWrite = "pipelines.write", Deals, "Change pipelines, products and prices", false;
    /// What is expected of those who sell. Own: of oneself.
    QuotasRead = "quotas.read", Deals, "See quotas", true;
    QuotasWrite = "quotas.write", Deals, "Set quotas", true;
    /// What one thinks of others' forecasts, beside what they say.
    ForecastAdjust = "forecast.adjust", Deals, "Adjust forecasts", true;

    /// Own: that one owns.
    LeadsRead = "leads.read", Leads, "View", true;
    LeadsWrite = "leads.write", Leads, "Add, change and convert", true;
    LeadsArchive = "leads.archive", Leads, "Archive and restore", true;
    LeadsBulk = "leads.bulk", Leads, "Change many at once", true;
    LeadsExport = "leads.export", Leads, "Export", true;
    LeadsImport = "leads.import", Leads, "Import", false;
    /// How they come in, to whom they go, and what they score.
    LeadsSettings = "leads.settings", Leads, "Change forms, assignment and scoring", false;

    /// Own: assigned to oneself.
    TicketsRead = "tickets.read", Tickets, "View", true;
    /// Open, answer, assign and solve.
    TicketsWrite = "tickets.write", Tickets, "Open, answer and change", true;
    TicketsArchive = "tickets.archive", Tickets, "Archive and restore", true;
    TicketsBulk = "tickets.bulk", Tickets, "Change many at once", true;
    TicketsExport = "tickets.export", Tickets, "Export", true;
    /// Queues, calendars, what is promised, canned replies.
    TicketsSettings = "tickets.settings", Tickets, "Change queues, calendars and promises", false;
    /// What customers and the team read for themselves.
    HelpWrite = "help.write", Tickets, "Write and publish help articles", false;

    /// Workflows, their runs and their log.
    AutomationRead = "automation.read", Automation, "View workflows and their log", false;
    /// Build and publish, in one's own name and with one's own rights; pause, and stop all of it.
    AutomationWrite = "automation.write", Automation, "Build, publish and stop workflows", false;
    AutomationRun = "automation.run", Automation, "Start workflows by hand, retry and cancel runs", false;

    /// Own: assigned to or made by oneself.
    TasksRead = "tasks.read", Tasks, "View", true;
    TasksWrite = "tasks.write", Tasks, "Add, change and finish", true;

    /// Own: one's own, made by oneself, or to which one is invited. Those about a person are no further seen than by who takes
    /// part and who may change that record.
    ActivitiesRead = "activities.read", Activities, "View", true;
    /// Own: one's own, or made by oneself.
    ActivitiesWrite = "activities.write", Activities, "Plan, log, change and close", true;
    ActivitiesExport = "activities.export", Activities, "Export", true;

    /// On records that one sees, as far as this reaches.
    NotesWrite = "notes.write", Notes, "Write notes on records that one sees", true;
    NotesModerate = "notes.moderate", Notes, "Delete what others wrote", false;
    /// Whoever may change a record may mark it with the tags that there are.
    TagsWrite = "tags.write", Notes, "Make new tags", false;

    MembersRead = "members.read", Members, "View members", false;
    MembersInvite = "members.invite", Members, "Invite", false;
    /// Another role, another employee, out and in again.
    MembersWrite = "members.write", Members, "Change roles, deactivate", false;
    /// Roles with their rights, and why somebody can see something.
    RolesRead = "roles.read", Members, "View roles and effective access", false;
    RolesWrite = "roles.write", Members, "Make and change roles", false;

    SettingsWrite = "settings.write", Settings, "Change the workspace's settings", false;
    /// What other currencies are worth.
    RatesWrite = "rates.write", Settings, "Change exchange rates", false;
    SecurityWrite = "security.write", Settings, "Change the security policy", false;
    /// Saved views of lists that everybody finds.
    ViewsShare = "views.share", Settings, "Share views of lists with everyone", false;

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

    /// Which field classes are open of others than oneself: those that lists and files have columns for.
    pub fn sight(&self) -> Sight {
        let others = |key| self.scope(key) >= Some(Scope::Team);
        Sight {
            terms: others(EmployeesWrite::KEY) || others(EmployeesPersonal::KEY),
            personal: others(EmployeesPersonal::KEY),
            pay: others(EmployeesPay::KEY),
        }
    }

    /// Which field classes are open whoever's record it is.
    pub fn sight_of_all(&self) -> Sight {
        let all = |key| self.scope(key) == Some(Scope::All);
        Sight {
            terms: all(EmployeesWrite::KEY) || all(EmployeesPersonal::KEY),
            personal: all(EmployeesPersonal::KEY),
            pay: all(EmployeesPay::KEY),
        }
    }

    /// Which field classes may be seen and changed whoever's record it is: what a file may bring in.
    pub fn hand_of_all(&self) -> Sight {
        let all = |see, change| self.scope(see) == Some(Scope::All) && self.scope(change) == Some(Scope::All);
        Sight {
            terms: all(EmployeesWrite::KEY, EmployeesWrite::KEY),
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
    pub terms: bool,
    pub personal: bool,
    pub pay: bool,
}

impl Sight {
    pub const ALL: Self = Self { terms: true, personal: true, pay: true };
    pub const DIRECTORY: Self = Self { terms: false, personal: false, pay: false };

    pub fn sees(self, class: FieldClass) -> bool {
        match class {
            FieldClass::Directory => true,
            FieldClass::Terms => self.terms,
            FieldClass::Personal => self.personal,
            FieldClass::Pay => self.pay,
            // Of leave, not of a record's columns: the scope of `leave.kind` says of whom.
            FieldClass::Health => false,
        }
    }
}
