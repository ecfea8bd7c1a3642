//! Where one can go: the sidebar, and what the create menu offers.

use crate::ui::Icon;

pub(super) struct Item {
    pub(super) label: &'static str,
    pub(super) icon: Icon,
    pub(super) path: &'static str,
    pub(super) permission: Option<&'static str>,
    /// Second letter of its `g` shortcut.
    pub(super) key: Option<&'static str>,
}

pub(super) struct Group {
    pub(super) label: Option<&'static str>,
    pub(super) items: &'static [Item],
}

/// The sidebar. A group without items that may be seen isn't there.
pub(super) const GROUPS: &[Group] = &[
    Group {
        label: None,
        items: &[
            Item { label: "Home", icon: Icon::Home, path: "", permission: None, key: Some("h") },
            Item {
                label: "Tasks",
                icon: Icon::CircleCheck,
                path: "/tasks",
                permission: Some("tasks.read"),
                key: Some("t"),
            },
            Item { label: "My day", icon: Icon::Sun, path: "/my-day", permission: Some("home.read"), key: Some("j") },
            Item {
                label: "Calls and meetings",
                icon: Icon::Phone,
                path: "/activities",
                permission: Some("activities.read"),
                key: Some("v"),
            },
            Item {
                label: "Approvals",
                icon: Icon::ThumbUp,
                path: "/approvals",
                permission: Some("home.read"),
                key: Some("a"),
            },
        ],
    },
    Group {
        label: Some("People"),
        items: &[
            Item {
                label: "Directory",
                icon: Icon::LayoutList,
                path: "/hr/directory",
                permission: Some("directory.read"),
                key: Some("r"),
            },
            Item {
                label: "Employees",
                icon: Icon::Users,
                path: "/hr/employees",
                permission: Some("employees.read"),
                key: Some("e"),
            },
            Item {
                label: "Change requests",
                icon: Icon::Pencil,
                path: "/hr/change-requests",
                permission: Some("employees.write"),
                key: Some("u"),
            },
            Item {
                label: "Organisation",
                icon: Icon::Sitemap,
                path: "/hr/organisation",
                permission: Some("employees.read"),
                key: Some("o"),
            },
            Item {
                label: "Time off",
                icon: Icon::CalendarEvent,
                path: "/hr/leave",
                permission: Some("leave.request"),
                key: Some("l"),
            },
            // Whoever looks after them; everybody's own are in the next.
            Item {
                label: "Documents",
                icon: Icon::FileText,
                path: "/hr/documents",
                permission: Some("documents.write"),
                key: Some("d"),
            },
            Item {
                label: "My documents",
                icon: Icon::Paperclip,
                path: "/hr/my-documents",
                permission: Some("home.read"),
                key: Some("y"),
            },
            Item {
                label: "Policies",
                icon: Icon::Certificate,
                path: "/hr/policies",
                permission: Some("home.read"),
                key: Some("p"),
            },
            Item {
                label: "Onboarding",
                icon: Icon::ListCheck,
                path: "/hr/checklists",
                permission: Some("checklists.read"),
                key: Some("b"),
            },
            Item {
                label: "Equipment",
                icon: Icon::DeviceDesktop,
                path: "/hr/assets",
                permission: Some("assets.read"),
                key: Some("q"),
            },
            Item {
                label: "Jobs",
                icon: Icon::Briefcase,
                path: "/hr/jobs",
                permission: Some("postings.read"),
                key: Some("x"),
            },
            Item {
                label: "Candidates",
                icon: Icon::UserPlus,
                path: "/hr/candidates",
                permission: Some("candidates.write"),
                key: None,
            },
            Item {
                label: "Attendance",
                icon: Icon::Clock,
                path: "/hr/attendance",
                permission: Some("attendance.read"),
                key: Some("i"),
            },
        ],
    },
    Group {
        label: Some("Customers"),
        items: &[
            Item {
                label: "Customers",
                icon: Icon::Building,
                path: "/crm/customers",
                permission: Some("customers.read"),
                key: Some("c"),
            },
            Item {
                label: "Contacts",
                icon: Icon::Users,
                path: "/crm/contacts",
                permission: Some("contacts.read"),
                key: Some("n"),
            },
            Item {
                label: "Leads",
                icon: Icon::Filter,
                path: "/crm/leads",
                permission: Some("leads.read"),
                key: Some("f"),
            },
            Item { label: "Mail", icon: Icon::Mail, path: "/crm/mail", permission: Some("contacts.read"), key: None },
            Item {
                label: "Duplicates",
                icon: Icon::Copy,
                path: "/crm/duplicates",
                permission: Some("customers.write"),
                key: None,
            },
            Item {
                label: "Pipeline",
                icon: Icon::Columns3,
                path: "/crm/pipeline",
                permission: Some("deals.read"),
                key: Some("k"),
            },
            Item {
                label: "Deals",
                icon: Icon::Briefcase,
                path: "/crm/deals",
                permission: Some("deals.read"),
                key: Some("z"),
            },
            Item {
                label: "Forecast",
                icon: Icon::TrendingUp,
                path: "/crm/forecast",
                permission: Some("deals.read"),
                key: None,
            },
            Item {
                label: "Products",
                icon: Icon::Tag,
                path: "/crm/products",
                permission: Some("deals.read"),
                key: None,
            },
            Item {
                label: "Sales report",
                icon: Icon::TrendingUp,
                path: "/crm/reports/sales",
                permission: Some("deals.read"),
                key: None,
            },
        ],
    },
    Group {
        label: Some("Support"),
        items: &[
            Item {
                label: "Tickets",
                icon: Icon::Mail,
                path: "/support/tickets",
                permission: Some("tickets.read"),
                key: Some("g"),
            },
            Item {
                label: "Help articles",
                icon: Icon::HelpCircle,
                path: "/support/help",
                permission: Some("tickets.read"),
                key: None,
            },
            Item {
                label: "Support reports",
                icon: Icon::Clock,
                path: "/support/reports/workload",
                permission: Some("tickets.read"),
                key: None,
            },
        ],
    },
    Group {
        label: Some("Automation"),
        items: &[Item {
            label: "Workflows",
            icon: Icon::Bolt,
            path: "/automation",
            permission: Some("automation.read"),
            key: Some("w"),
        }],
    },
    Group {
        label: Some("Workspace"),
        items: &[
            Item {
                label: "Members",
                icon: Icon::UserCheck,
                path: "/settings/members",
                permission: Some("members.read"),
                key: Some("m"),
            },
            Item {
                label: "Settings",
                icon: Icon::Settings,
                path: "/settings",
                permission: Some("profile.write"),
                key: Some("s"),
            },
        ],
    },
];

/// What the create menu offers.
pub(super) const CREATE: &[Item] = &[
    Item {
        label: "New employee",
        icon: Icon::UserPlus,
        path: "/hr/employees/new",
        permission: Some("employees.write"),
        key: None,
    },
    Item {
        label: "New job",
        icon: Icon::Briefcase,
        path: "/hr/jobs/new",
        permission: Some("postings.write"),
        key: None,
    },
    Item {
        label: "New customer",
        icon: Icon::Building,
        path: "/crm/customers/new",
        permission: Some("customers.write"),
        key: None,
    },
    Item { label: "New lead", icon: Icon::Filter, path: "/crm/leads/new", permission: Some("leads.write"), key: None },
    Item {
        label: "New deal",
        icon: Icon::Briefcase,
        path: "/crm/deals/new",
        permission: Some("deals.write"),
        key: None,
    },
    Item {
        label: "New ticket",
        icon: Icon::Mail,
        path: "/support/tickets/new",
        permission: Some("tickets.write"),
        key: None,
    },
    Item {
        label: "Ask for time off",
        icon: Icon::CalendarEvent,
        path: "/hr/leave/new",
        permission: Some("leave.request"),
        key: None,
    },
    Item { label: "New task", icon: Icon::CircleCheck, path: "/tasks/new", permission: Some("tasks.write"), key: None },
    Item {
        label: "New meeting",
        icon: Icon::CalendarEvent,
        path: "/activities/new",
        permission: Some("activities.write"),
        key: None,
    },
    Item {
        label: "New workflow",
        icon: Icon::Bolt,
        path: "/automation/templates",
        permission: Some("automation.write"),
        key: None,
    },
];
