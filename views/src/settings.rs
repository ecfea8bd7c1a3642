//! The frame of every settings page: which subjects there are, and who finds them.

use crate::ui::{PageHead, Subjects, settings_page};
use domain::{
    Slug,
    access::{
        AuditRead, LeadsSettings, LeaveSettings, MembersRead, Permission, PipelinesWrite, ProfileWrite, RatesWrite,
        RecruitingSettings, Rights, RolesRead, SecurityWrite, SettingsWrite, TicketsSettings, TicketsWrite,
        TokensWrite, WorkspaceOwn,
    },
    paths,
};
use maud::Markup;

/// Heading, then label, permission and path of each subject; in the order of the side list.
type Group = (&'static str, &'static [(&'static str, &'static str, &'static str)]);

const GROUPS: &[Group] = &[
    (
        "You",
        &[
            ("Profile", ProfileWrite::KEY, paths::PROFILE),
            ("Password and sign-in", ProfileWrite::KEY, paths::SECURITY),
            ("Notifications", ProfileWrite::KEY, paths::NOTIFICATIONS),
            ("API tokens", TokensWrite::KEY, paths::TOKENS),
        ],
    ),
    (
        "Workspace",
        &[
            ("General", SettingsWrite::KEY, paths::GENERAL),
            ("Members", MembersRead::KEY, paths::MEMBERS),
            ("Roles", RolesRead::KEY, paths::ROLES),
            ("Effective access", RolesRead::KEY, paths::ACCESS),
            ("Departments and locations", SettingsWrite::KEY, paths::PLACES),
            ("Custom fields", SettingsWrite::KEY, paths::CUSTOM_FIELDS),
            ("Pipelines", PipelinesWrite::KEY, paths::PIPELINES),
            ("Exchange rates", RatesWrite::KEY, paths::EXCHANGE_RATES),
            ("Forms for leads", LeadsSettings::KEY, paths::LEAD_FORMS),
            ("Assignment of leads", LeadsSettings::KEY, paths::LEAD_RULES),
            ("Scoring of leads", LeadsSettings::KEY, paths::LEAD_SCORING),
            ("Queues", TicketsSettings::KEY, paths::SUPPORT_QUEUES),
            ("Mailboxes", TicketsSettings::KEY, paths::INBOXES),
            ("Routing", TicketsSettings::KEY, paths::ROUTING_RULES),
            ("Support hours", TicketsSettings::KEY, paths::SUPPORT_CALENDARS),
            ("Promised times", TicketsSettings::KEY, paths::SLA_POLICIES),
            ("Canned replies", TicketsSettings::KEY, paths::CANNED_REPLIES),
            ("Customer portal", TicketsSettings::KEY, paths::PORTAL_SETTINGS),
            ("Macros", TicketsWrite::KEY, paths::MACROS),
            ("Working time and holidays", SettingsWrite::KEY, paths::CALENDAR),
            ("Time off", LeaveSettings::KEY, paths::LEAVE_SETTINGS),
            ("Careers site", RecruitingSettings::KEY, paths::CAREER_SETTINGS),
            ("Security policy", SecurityWrite::KEY, paths::POLICY),
            ("Mail", SettingsWrite::KEY, paths::MAIL_LOG),
            ("Mail that comes in", SettingsWrite::KEY, paths::MAIL_DOOR),
            ("Audit trail", AuditRead::KEY, paths::AUDIT),
            ("Danger zone", WorkspaceOwn::KEY, paths::DANGER),
        ],
    ),
];

/// A subject's page. `current` is the path of its place in the side list.
pub fn page(slug: &Slug, rights: &Rights, current: &str, head: &PageHead, body: Markup) -> Markup {
    let subjects: Vec<Subjects> = GROUPS
        .iter()
        .map(|(heading, subjects)| {
            let mine = subjects.iter().filter(|(_, permission, _)| rights.may(permission));
            let link = |(label, _, path): &(&'static str, &str, &str)| {
                let href = path.replace("{slug}", slug.as_str());
                let here = href == current;
                (*label, href, here)
            };
            (*heading, mine.map(link).collect())
        })
        .collect();
    settings_page(head, &subjects, body)
}
