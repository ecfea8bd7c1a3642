//! A walk along every route: who is let in, and who is told that there is nothing.

use super::{contacts::Contacts, leads::Leads, sales::Sales, tickets::Tickets};
use crate::support::{Browser, Checklist, Company, PASSWORD, Page, TestApp};
use axum::http::{Method, StatusCode};
use domain::{
    access::{ALL, Role},
    import::Target,
    workspace::access::Subject,
};
use people360::web::access::Line;
use sqlx::Row;

/// Routes that anybody may ask for.
const PUBLIC: &[&str] = &[
    "/",
    "/healthz",
    "/readyz",
    "/signup",
    "/signup/slug",
    "/login",
    "/login/code",
    "/email/{token}",
    "/logout",
    "/password-reset",
    "/password-reset/{token}",
    "/verify/{token}",
    "/invitations/{token}",
    "/unsubscribe/{token}",
    "/unsubscribe/{token}/reversal",
    "/inbound/bounces/{secret}",
    "/inbound/mail/{secret}",
    "/hooks/{token}",
    "/calendars/{token}",
    "/ticket-ratings/{token}",
    "/help/{slug}",
    "/help/{slug}/articles/{id}",
    "/help/{slug}/articles/{id}/answer",
    "/portal/{slug}",
    "/portal/{slug}/sign-in",
    "/portal/{slug}/sign-out",
    "/portal/{slug}/suggestions",
    "/portal/{slug}/tickets/new",
    "/portal/{slug}/tickets/{id}",
    "/portal/{slug}/tickets/{id}/messages",
    "/portal/{slug}/tickets/{id}/state",
    "/portal/{slug}/tickets/{id}/rating",
    "/portal/{slug}/files/{id}",
    "/portal-links/{token}",
    "/quotes/{token}",
    "/quotes/{token}/pdf",
    "/forms/{slug}/{key}",
    "/form-themes/{accent}",
    "/form-confirmations/{token}",
    "/brand/{slug}/logo",
    "/careers/{slug}",
    "/careers/{slug}/sitemap.xml",
    "/careers/{slug}/jobs.rss",
    "/careers/{slug}/jobs.json",
    "/careers/{slug}/{handle}",
    "/careers/{slug}/{handle}/apply",
    "/applications/{token}",
    "/applications/{token}/withdrawal",
    "/applications/{token}/erasure",
    "/preferences",
    "/password-strength",
    "/dev/gallery",
    "/dev/mailbox",
    "/dev/mailbox/{id}",
    "/dev/mailbox/{id}/html",
];

/// Routes for whoever has an account.
const SIGNED_IN: &[&str] = &["/workspaces", "/workspaces/new"];

/// Routes that change something and leave no audit event, and why.
const LEAVE_NO_TRACE: &[(&str, &str)] = &[
    ("/support/mail/{id}/admission", "a message is its own history"),
    ("/crm/mail/{id}/retry", "a message is its own history"),
    ("/crm/mail/{id}/dismissal", "a message is its own history"),
    ("/crm/mail/{id}/privacy", "a message is its own history"),
    ("/crm/mail/{id}/filing", "a message is its own history"),
    ("/crm/mail/{id}/filing/removal", "a message is its own history"),
    ("/hr/employees/columns", "a preference of one person"),
    ("/crm/customers/columns", "a preference of one person"),
    ("/crm/contacts/columns", "a preference of one person"),
    ("/crm/contacts/views/{id}/opening", "a preference of one person"),
    ("/crm/contacts/changes/new", "asks what would come of it, and changes nothing"),
    ("/crm/customers/{id}/following", "what one person wants to hear of"),
    ("/crm/contacts/{id}/following", "what one person wants to hear of"),
    ("/crm/deals/{id}/following", "what one person wants to hear of"),
    ("/crm/leads/{id}/following", "what one person wants to hear of"),
    ("/crm/deals/columns", "a preference of one person"),
    ("/crm/leads/columns", "a preference of one person"),
    ("/crm/leads/views/{id}/opening", "a preference of one person"),
    ("/settings/lead-rules/run", "asks for a job; each lead that gets somebody tells it"),
    ("/crm/leads/changes/new", "asks what would come of it, and changes nothing"),
    ("/support/tickets/columns", "a preference of one person"),
    ("/support/tickets/views/{id}/opening", "a preference of one person"),
    ("/tasks/views/{id}/opening", "a preference of one person"),
    ("/activities/views/{id}/opening", "a preference of one person"),
    ("/support/tickets/changes/new", "asks what would come of it, and changes nothing"),
    ("/crm/contacts/{id}/portal-sessions/end", "each session that ends tells it by itself; here there is none"),
    ("/support/tickets/macro/new", "asks what would come of it, and changes nothing"),
    ("/support/tickets/{id}/following", "what one person wants to hear of"),
    ("/settings/mailboxes/{id}/look", "asks for a look, which is told on its page"),
    ("/support/tickets/{id}/draft", "what nobody has said yet"),
    ("/crm/deals/views/{id}/opening", "a preference of one person"),
    ("/crm/deals/changes/new", "asks what would come of it, and changes nothing"),
    ("/hr/employees/views/{id}/opening", "a preference of one person"),
    ("/crm/customers/views/{id}/opening", "a preference of one person"),
    ("/hr/employees/changes/new", "asks what would come of it, and changes nothing"),
    ("/crm/customers/changes/new", "asks what would come of it, and changes nothing"),
    ("/settings/notifications", "a preference of one person"),
    ("/settings/notifications/digest/sending", "asks for a mail, which is kept among the mails"),
    ("/notifications/reading", "what one person has read"),
    ("/verification", "asks for a mail, which is kept among the mails"),
    ("/settings/security/email", "asks for a mail, which is kept among the mails; the change leaves one"),
    ("/hr/policies/{id}/reminders", "tells people, and changes nothing"),
    ("/settings/security/second-factor", "draws a secret that nothing asks for yet"),
];

pub(super) fn table() -> Vec<Line> {
    people360::routes(true).finish().1
}

/// The part behind `/w/{slug}`, if the route is a workspace's.
pub(super) fn inside(path: &str) -> Option<&str> {
    path.strip_prefix("/w/{slug}")
}

/// What routes of one noun name.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) record: String,
    /// Looked at, and not yet begun.
    pub(super) import: String,
    /// Of another record than this one.
    pub(super) archival: String,
    /// The owner's, which everybody finds.
    pub(super) view: String,
    /// Of another record, and the owner's alone.
    pub(super) change: String,
}

/// Records of one workspace for the routes to name.
#[derive(Clone)]
pub(super) struct Records {
    pub(super) employees: Named,
    pub(super) customers: Named,
    /// Planned rows of the employee's.
    pub(super) job_row: String,
    pub(super) pay_row: String,
    pub(super) position: String,
    /// Files of rows, looked at.
    pub(super) job_import: String,
    pub(super) pay_import: String,
    pub(super) custom_field: String,
    /// Custom fields that hold files, of employees and of customers.
    pub(super) file_fields: [String; 2],
    /// Of the owner's, and for the owner to do.
    pub(super) task: String,
    pub(super) activity: String,
    /// The owner's, which everybody finds.
    task_view: String,
    activity_view: String,
    /// The owner's, on the employee.
    pub(super) note: String,
    pub(super) invitation: String,
    pub(super) role: String,
    /// Neither the one who asks nor the last owner.
    pub(super) member: String,
    pub(super) calendar: String,
    pub(super) holiday: String,
    /// An address that gets no more mail.
    pub(super) stopped: String,
    /// The workspace's own.
    pub(super) logo: String,
    /// Brought, and waiting for approval; its file, and its kind.
    pub(super) document: String,
    pub(super) file: String,
    pub(super) kind: String,
    pub(super) letter: String,
    /// Published once.
    pub(super) policy: String,
    /// Published, with a draft that says more.
    pub(super) workflow: String,
    pub(super) run: String,
    /// Asked of [`member`](Self::member).
    pub(super) approval: String,
    pub(super) leave: Leave,
    /// About the employee, who leaves and has a task; the item is the owner's to do.
    pub(super) checklist: Checklist,
    /// In stock.
    pub(super) asset: String,
    pub(super) posting: String,
    /// Somebody who has applied for it; their application; a stage in which it is not yet; and
    /// somebody to be removed.
    pub(super) applied: [String; 4],
    /// Open, for colleagues too.
    opening: String,
    /// The employee's, waiting for approval.
    pub(super) sheet: String,
    pub(super) sales: Sales,
    pub(super) contacts: Contacts,
    pub(super) leads: Leads,
    pub(super) tickets: Tickets,
    /// A message of the owner's that waits for somebody to look.
    pub(super) mail: String,
}

/// What routes of time off name.
#[derive(Clone)]
pub(super) struct Leave {
    pub(super) kind: String,
    /// Of which there is so much and no more.
    limited: String,
    pub(super) policy: String,
    /// Of the employee's, and waits for an answer; what is asked about it.
    pub(super) request: String,
    pub(super) step: String,
    /// The link of a mail about it.
    pub(super) token: String,
    pub(super) blackout: String,
    pub(super) cover: String,
}

impl Leave {
    /// A request of this employee's, in the same kind.
    pub(super) async fn of(&self, company: &Company<'_>, employee: domain::EmployeeId) -> Self {
        let day = domain::Day::new(2026, 6, 1).expect("a day");
        let owner = company.member(Role::Owner).await.member;
        let kind = self.kind.parse().expect("an id");
        let request =
            company.leave_request(owner, employee, kind, domain::hr::leave::requests::Span::whole(day, day)).await;
        let token = jobs::leave::answer_token(&company.app.jobs().seal, company.tenant, request, true);
        let step = company.open_step(request).await;
        Self { request: request.to_string(), step, token, ..self.clone() }
    }
}

impl Records {
    pub(super) async fn of(company: &Company<'_>, round: &str) -> Self {
        let (name, retired) = (format!("Round {round}"), format!("Retired{round}."));
        let email = company.app.email(&format!("guest{round}.{}", company.slug));
        company.employee(&[("last_name", &retired)]).await;
        company.customer(&[("name", &retired)]).await;
        let employee = company.employee(&[("last_name", &name)]).await;
        let moved = format!("Moved {round}");
        let moved_person = company.employee(&[("last_name", &moved)]).await.0;
        let moved_firm = company.customer(&[("name", &moved)]).await.0;
        let owner = company.member(Role::Owner).await.member;
        let staff = format!("First name,Last name\nImported,{name}\n");
        let member = company.app.email(&format!("member{round}.{}", company.slug));
        let member = company.join(&format!("Member {round}"), &member, Role::Employee).await.member;
        let (workflow, run, approval) = company.workflow(round, member).await;
        let (job_row, pay_row) = company.plans(employee).await;
        let offices = [domain::hr::leave::Office::Manager];
        let kind = company.leave_type(&crate::support::leave::kind(&format!("Leave {round}"), false, &offices)).await;
        let limited = crate::support::leave::kind(&format!("Vacation {round}"), true, &offices);
        let limited = company.leave_type(&limited).await.to_string();
        let policy = company.leave_policy(&format!("Policy {round}"), kind, Default::default()).await;
        let (blackout, cover) = company.leave_rules(round).await;
        let leave = Leave {
            kind: kind.to_string(),
            limited,
            policy: policy.to_string(),
            request: String::new(),
            step: String::new(),
            token: String::new(),
            blackout: blackout.to_string(),
            cover: cover.to_string(),
        };
        let [document, file, kind, letter, policy] = company.papers(employee, round).await;
        let leaver = company.app.email(&format!("leaver{round}.{}", company.slug));
        let leaver = company.join(&format!("Leaver {round}"), &leaver, Role::Employee).await.member;
        company.link(leaver, employee).await;
        company.task(&format!("Left {round}"), leaver).await;
        let customer = company.customer(&[("name", &name)]).await;
        // Takes all other fields away.
        let custom_field = company.custom_field(round).await.to_string();
        let sales = Sales::of(company, round).await;
        let contacts = Contacts::of(company, round, customer, sales.deal).await;
        Self {
            job_row: job_row.to_string(),
            job_import: company.import(Target::JobHistory, "Number,From,Title\n1,2020-01-01,Smith\n").await.to_string(),
            pay_import: company.import(Target::PayHistory, "Number,From,Salary\n1,2020-01-01,1000\n").await.to_string(),
            pay_row: pay_row.to_string(),
            custom_field,
            file_fields: [
                company.file_field(Target::Employees, round).await.to_string(),
                company.file_field(Target::Customers, round).await.to_string(),
            ],
            position: company.position(&format!("Position {round}")).await.to_string(),
            leave: leave.of(company, employee).await,
            contacts,
            sales,
            leads: Box::pin(Leads::of(company, round)).await,
            tickets: Box::pin(Tickets::of(company, round)).await,
            mail: company.mail_aside(round).await.to_string(),
            document,
            file,
            kind,
            letter,
            policy,
            checklist: company.checklist(round, employee, owner).await,
            sheet: company.timesheet(employee).await.0.to_string(),
            asset: company.asset(&format!("T-{round}"), None).await.to_string(),
            opening: company.opening(&format!("Open {round}")).await,
            applied: company.applied(&format!("Applied {round}"), None).await,
            posting: company.posting(&format!("Job {round}"), None).await.to_string(),
            employees: Named {
                record: employee.to_string(),
                import: company.import(Target::Employees, &staff).await.to_string(),
                archival: company.archival(Target::Employees, &retired).await.to_string(),
                view: company.view(Target::Employees, &name).await.to_string(),
                change: company.bulk_change(Target::Employees, moved_person, "location", round).await.to_string(),
            },
            customers: Named {
                record: customer.to_string(),
                import: company.import(Target::Customers, &format!("Name\nImported {name}\n")).await.to_string(),
                archival: company.archival(Target::Customers, &retired).await.to_string(),
                view: company.view(Target::Customers, &name).await.to_string(),
                change: company.bulk_change(Target::Customers, moved_firm, "status", "prospect").await.to_string(),
            },
            calendar: company.calendar(round).await.0.to_string(),
            holiday: company.calendar(&format!("{round} too")).await.1.to_string(),
            logo: company.logo().await,
            stopped: company.stopped(&format!("gone{round}@guests.example")).await.1.to_string(),
            task: company.task(&format!("Task {round}"), owner).await.to_string(),
            activity: company.meeting(&format!("Meeting {round}"), owner).await.to_string(),
            task_view: company.view(Target::Tasks, &name).await.to_string(),
            activity_view: company.view(Target::Activities, &name).await.to_string(),
            note: company.note(Subject::Employee(employee), &format!("Note {round}")).await.to_string(),
            invitation: company.invitation(&email, Role::Employee).await.to_string(),
            member: member.to_string(),
            workflow: workflow.to_string(),
            run: run.to_string(),
            approval: approval.to_string(),
            role: company.role(&format!("Lead {round}"), &[("employees.read", "team")]).await.to_string(),
        }
    }

    /// The same, each where another noun's belongs.
    fn misplaced(&self) -> Self {
        let (employees, customers) = (self.customers.clone(), self.employees.clone());
        Self {
            employees,
            customers,
            invitation: self.employees.record.clone(),
            role: self.invitation.clone(),
            member: self.employees.record.clone(),
            workflow: self.run.clone(),
            run: self.workflow.clone(),
            approval: self.workflow.clone(),
            leave: Leave {
                kind: self.leave.policy.clone(),
                limited: self.leave.policy.clone(),
                policy: self.leave.kind.clone(),
                request: self.leave.kind.clone(),
                step: self.leave.kind.clone(),
                token: self.leave.kind.clone(),
                blackout: self.leave.cover.clone(),
                cover: self.leave.blackout.clone(),
            },
            sales: self.sales.misplaced(&self.customers),
            contacts: self.contacts.misplaced(&self.customers),
            leads: self.leads.misplaced(&self.customers),
            tickets: self.tickets.misplaced(&self.customers),
            mail: self.task.clone(),
            asset: self.task.clone(),
            posting: self.task.clone(),
            applied: std::array::from_fn(|_| self.task.clone()),
            opening: self.task.clone(),
            sheet: self.task.clone(),
            checklist: Checklist {
                template: self.checklist.id.0.into(),
                id: self.checklist.item.0.into(),
                item: self.checklist.template.0.into(),
            },
            calendar: self.role.clone(),
            holiday: self.role.clone(),
            logo: self.role.clone(),
            stopped: self.role.clone(),
            task: self.employees.record.clone(),
            activity: self.employees.record.clone(),
            task_view: self.activity_view.clone(),
            activity_view: self.task_view.clone(),
            note: self.employees.record.clone(),
            job_import: self.pay_import.clone(),
            pay_import: self.job_import.clone(),
            job_row: self.pay_row.clone(),
            pay_row: self.job_row.clone(),
            position: self.job_row.clone(),
            document: self.employees.record.clone(),
            file: self.document.clone(),
            kind: self.document.clone(),
            letter: self.document.clone(),
            policy: self.document.clone(),
            custom_field: self.role.clone(),
            file_fields: self.file_fields.clone(),
        }
    }

    fn named(&self, path: &str) -> &Named {
        match path {
            p if p.contains("/employees/") => &self.employees,
            p if p.contains("/customers/") => &self.customers,
            p if p.contains("/deals/") => &self.sales.deals,
            p if p.contains("/contacts/") => &self.contacts.contacts,
            p if p.contains("/leads/") => &self.leads.leads,
            p if p.contains("/tickets/") => &self.tickets.tickets,
            p => panic!("whose is {p}?"),
        }
    }

    fn id(&self, path: &str) -> String {
        match path {
            p if p.contains("/checklists/templates/{id}") => self.checklist.template.to_string(),
            p if p.contains("/checklists/items/{id}") => self.checklist.item.to_string(),
            p if p.contains("/checklists/{id}") => self.checklist.id.to_string(),
            p => self.named_id(p).to_owned(),
        }
    }

    fn named_id(&self, path: &str) -> &str {
        if let Some(id) =
            self.contacts.id(path).or_else(|| self.sales.id(path)).or(self.leads.id(path)).or(self.tickets.id(path))
        {
            return id;
        }
        match path {
            p if p.contains("/crm/mail/{id}") => &self.mail,
            p if p.contains("/documents/kinds/{id}") => &self.kind,
            p if p.contains("/documents/{id}") => &self.document,
            p if p.contains("/files/{id}") => &self.file,
            p if p.contains("/letters/{id}") => &self.letter,
            p if p.contains("/leave/policies/{id}") => &self.leave.policy,
            p if p.contains("/policies/{id}") => &self.policy,
            p if p.contains("/workflows/{id}") => &self.workflow,
            p if p.contains("/runs/{id}") => &self.run,
            p if p.contains("/approvals/{id}") => &self.approval,
            p if p.contains("/automation/records/") || p.contains("/organisation/people/") => &self.employees.record,
            p if p.contains("/job-history/imports/{id}") => &self.job_import,
            p if p.contains("/pay-history/imports/{id}") => &self.pay_import,
            p if p.contains("/job-rows/{id}") => &self.job_row,
            p if p.contains("/pay-rows/{id}") => &self.pay_row,
            p if p.contains("/positions/{id}") => &self.position,
            p if p.contains("/leave/requests/{id}") => &self.leave.request,
            p if p.contains("/leave/types/{id}") => &self.leave.kind,
            p if p.contains("/blackouts/{id}") => &self.leave.blackout,
            p if p.contains("/covers/{id}") => &self.leave.cover,
            p if p.contains("/assets/{id}") => &self.asset,
            p if p.contains("/hr/jobs/{id}") => &self.posting,
            p if p.contains("/hr/openings/{id}") => &self.opening,
            p if p.ends_with("/hr/candidates/{id}/erasure") => &self.applied[3],
            p if p.contains("/hr/candidates/{id}") => &self.applied[0],
            p if p.contains("/hr/applications/{id}") => &self.applied[1],
            p if p.contains("/hr/job-stages/{id}") => &self.applied[2],
            p if p.contains("/sheets/{id}") => &self.sheet,
            p if p.contains("/invitations/{id}") => &self.invitation,
            p if p.contains("/roles/{id}") => &self.role,
            p if p.contains("/calendars/{id}") => &self.calendar,
            p if p.contains("/holidays/{id}") => &self.holiday,
            p if p.contains("/pictures/{id}") => &self.logo,
            p if p.contains("/stopped/{id}") => &self.stopped,
            p if p.contains("/members/{id}") => &self.member,
            p if p.contains("/tasks/views/{id}") => &self.task_view,
            p if p.contains("/activities/views/{id}") => &self.activity_view,
            p if p.contains("/tasks/{id}") => &self.task,
            p if p.contains("/activities/{id}") => &self.activity,
            p if p.contains("/notes/{id}") => &self.note,
            // Nobody's here.
            p if [
                "/sessions/{id}",
                "/tokens/{id}",
                "/notifications/{id}",
                "/entries/{id}",
                "/support/checklist/{id}",
                "/my-profile/changes/{id}",
            ]
            .iter()
            .any(|of| p.contains(of)) =>
            {
                &self.invitation
            }
            p if p.contains("/settings/fields/{id}") => &self.custom_field,
            p if p.contains("/views/{id}") => &self.named(p).view,
            p if p.contains("/imports/{id}") => &self.named(p).import,
            p if p.contains("/archivals/{id}") => &self.named(p).archival,
            p if p.contains("/changes/{id}") => &self.named(p).change,
            p => &self.named(p).record,
        }
    }

    pub(super) fn fill(&self, path: &str, slug: &str) -> String {
        let path = path
            .replace("{slug}", slug)
            .replace("{accent}", "2f6fed")
            .replace("{kind}", "employee")
            .replace("{key}", "contact");
        let path = path
            .replace("{step}", "s1")
            .replace("{field}", "job_title")
            .replace("{number}", "1")
            .replace("/answers/{token}", &format!("/answers/{}", self.leave.token));
        if path.contains("{id}") { path.replace("{id}", &self.id(&path)) } else { path }
    }

    /// Jobs, and whoever applies for them.
    fn recruiting(&self, path: &str, round: &str) -> Option<Vec<(&'static str, String)>> {
        match path {
            p if p.contains("/hr/candidates") || p.contains("/hr/applications") => Some(vec![
                ("stage", self.applied[2].clone()),
                ("rating", "3".into()),
                ("reason", "Too far".into()),
                ("mail", "24".into()),
                ("_version", "1".into()),
            ]),
            p if p.contains("/hr/jobs") => Some(vec![
                ("title", format!("Job {} {round}", p.len())),
                ("location", "Harbour".into()),
                ("description", "Lamps.".into()),
                ("to", if p.ends_with("/state") { "closed" } else { "approve" }.into()),
                ("question", format!("Why {round}?")),
                ("name", "In".into()),
                ("name", "Yes".into()),
                ("name", "No".into()),
                ("kind", if p.ends_with("/stages") { "new" } else { "text" }.into()),
                ("kind", "hired".into()),
                ("kind", "rejected".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ]),
            _ => None,
        }
    }

    /// What such a form would hold.
    pub(super) fn fields(&self, path: &str, round: &str) -> Vec<(&'static str, String)> {
        let email = format!("invited.{round}@guests.example");
        if let Some(fields) = self
            .recruiting(path, round)
            .or_else(|| self.contacts.fields(path, round))
            .or_else(|| self.sales.fields(path, round))
            .or_else(|| self.leads.fields(path, round))
            .or_else(|| self.tickets.fields(path, round))
        {
            return fields;
        }
        match path {
            p if p.ends_with("/settings/careers/notices") => {
                vec![("location", format!("Site {round}")), ("days", "90".into())]
            }
            p if p.ends_with("/settings/careers") => {
                vec![("open", "true".into()), ("days", "90".into()), ("_version", "0".into())]
            }
            p if p.ends_with("/mail/{id}/contact") => vec![("email", format!("first{round}@strangers.example"))],
            p if p.ends_with("/mail/{id}/lead") => vec![("email", format!("second{round}@strangers.example"))],
            p if p.contains("/mail/{id}/filing") => {
                vec![("record", format!("contact:{}", self.contacts.contacts.record))]
            }
            p if p.ends_with("/inbound-mail/rotation") => vec![("what", "drop".into())],
            p if p.ends_with("/inbound-mail/closure") => vec![("closed", "true".into())],
            p if p.ends_with("/views/new") || p.ends_with("/views/{id}") => vec![
                ("name", format!("View {} {round}", p.len())),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/views/{id}/question") => vec![("question", format!("q={round}"))],
            p if p.ends_with("/settings/fields/new") || p.ends_with("/settings/fields/{id}") => vec![
                ("noun", "employees".into()),
                ("label", format!("Field {} {round}", p.len())),
                ("kind", "text".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/employees/{id}/account") => vec![("member", self.member.clone())],
            p if p.contains("/employees/{id}/field-files") => vec![("field", self.file_fields[0].clone())],
            p if p.contains("/customers/{id}/field-files") => vec![("field", self.file_fields[1].clone())],
            p if p.ends_with("/settings/fields/{id}/move") => vec![("to", "down".into())],
            p if p.ends_with("/employees/new") || p.ends_with("/employees/{id}/edit") => vec![
                ("first_name", "Grace".into()),
                ("last_name", format!("Hopper {round}")),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/customers/new") || p.ends_with("/customers/{id}/edit") => vec![
                ("name", format!("Company {} {round}", p.len())),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/jobs/new") || p.ends_with("/job-rows/{id}") => vec![
                ("from", format!("2026-0{}-01", 6 + p.len() % 2)),
                ("job_title", format!("Planned {round}")),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/pay/new") || p.ends_with("/pay-rows/{id}") => vec![
                ("from", format!("2026-0{}-01", 6 + p.len() % 2)),
                ("salary", "70000".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if ["/details", "/personal", "/emergency", "/bank"]
                .iter()
                .any(|of| p.ends_with(&format!("/employees/{{id}}{of}"))) =>
            {
                [
                    ("preferred_name", "Round"),
                    ("city", "Turin"),
                    ("contact_1_name", "Somebody"),
                    ("contact_1_phone", "+39 011 1234"),
                    ("account_holder", "Somebody"),
                    ("iban", "DE89370400440532013000"),
                    ("_version", "0"),
                ]
                .map(|(field, value)| (field, value.to_owned()))
                .to_vec()
            }
            p if p.ends_with("/departments/edit") => vec![("name", format!("Department {round}"))],
            p if p.ends_with("/positions/new") || p.ends_with("/positions/{id}/edit") => vec![
                ("title", format!("Seat {} {round}", p.len())),
                ("headcount", "3".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/settings/general") => vec![
                ("name", format!("Acme {round}")),
                ("zone", "Europe/Berlin".into()),
                ("currency", "EUR".into()),
                ("fiscal_month", "4".into()),
                ("fiscal_day", "1".into()),
                ("_version", "0".into()),
            ],
            p if p.ends_with("/settings/calendar") => {
                vec![("mon", "on".into()), ("hours", "7:30".into()), ("_version", "0".into())]
            }
            p if p.ends_with("/settings/policy") => {
                vec![("idle", "480".into()), ("days", "20".into()), ("_version", "0".into())]
            }
            p if p.ends_with("/settings/places") => vec![
                ("kind", "department".into()),
                ("name", format!("Place {round}")),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/places/name") => {
                vec![("kind", "department".into()), ("old", format!("Old {round}")), ("name", format!("New {round}"))]
            }
            p if p.ends_with("/places/removal") => {
                vec![("kind", "department".into()), ("old", format!("Unused {round}"))]
            }
            p if p.ends_with("/calendar/calendars") => vec![("name", format!("Calendar {round}"))],
            p if p.ends_with("/calendars/{id}") => vec![("name", "Day".into()), ("day", "2026-05-01".into())],
            p if p.ends_with("/settings/profile") => {
                vec![("name", format!("Called {round}")), ("language", "en".into())]
            }
            p if p.ends_with("/settings/tokens") => vec![
                ("name", "A program".into()),
                ("expires", "30".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/security/password") => {
                vec![("current", PASSWORD.into()), ("password", "eleven boats above a mountain".into())]
            }
            p if p.ends_with("/security/email") => {
                vec![("email", format!("new.{email}")), ("with_password", PASSWORD.into())]
            }
            p if ["/second-factor", "/second-factor/removal", "/recovery-codes"].iter().any(|end| p.ends_with(end)) => {
                vec![("proof", PASSWORD.into())]
            }
            p if p.ends_with("/settings/members/{id}") => {
                vec![("role", "recruiter".into()), ("reviewed", "yes".into()), ("_version", "1".into())]
            }
            p if p.ends_with("/settings/invitations/list") => {
                vec![("emails", format!("many.{email}")), ("role", "employee".into())]
            }
            p if p.ends_with("/roles/new") || p.ends_with("/roles/{id}/edit") => vec![
                ("name", format!("Role {} {round}", p.len())),
                ("employees.read", "own".into()),
                ("reviewed", "yes".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.contains("/leave") || p.contains("/time-off") => self.time_off(p, round),
            p if p.ends_with("/places/calendar") => {
                vec![("place", format!("Site {round}")), ("calendar", self.calendar.clone())]
            }
            p if ["/documents", "/letters", "/policies"].iter().any(|of| p.contains(of)) => self.papers(p, round),
            p if p.contains("/automation") || p.contains("/approvals") => self.automation(p, round),
            p if p.contains("/checklists") => self.checklists(p, round),
            p if p.ends_with("/attendance/clock") => vec![("to", "work".into())],
            p if p.ends_with("/attendance/hours") => {
                vec![("employee", format!("employee:{}", self.employees.record)), ("hours", "30".into())]
            }
            p if p.ends_with("/sheets/{id}/approval") => vec![("version", "2".into())],
            p if p.ends_with("/sheets/{id}/return") => vec![("comment", "Look again".into()), ("version", "2".into())],
            p if p.ends_with("/entries/{id}/removal") => vec![("why", "Wrong".into())],
            p if p.ends_with("/assets/new") || p.ends_with("/assets/{id}/edit") => vec![
                ("name", format!("Phone {} {round}", p.len())),
                ("kind", "Phone".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/loan") || p.ends_with("/return") => {
                vec![("employee", format!("employee:{}", self.employees.record))]
            }
            p if p.ends_with("/tasks/new") || p.ends_with("/tasks/{id}/edit") => vec![
                ("title", format!("Call {} {round}", p.len())),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/activities/new") || p.ends_with("/activities/{id}/edit") => vec![
                ("subject", format!("Talk {} {round}", p.len())),
                ("day", "2026-03-04".into()),
                ("time", "11:00".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/tasks/{id}/snooze") => vec![("to", "2026-03-09".into())],
            p if p.ends_with("/activities/feeds") => vec![("do", "make".into())],
            p if p.contains("/activities/")
                && ["completions", "cancellations", "reopenings"].iter().any(|of| p.ends_with(of)) =>
            {
                vec![("ids", self.activity.clone())]
            }
            p if p.ends_with("/completions") || p.ends_with("/reopenings") => vec![("ids", self.task.clone())],
            p if p.ends_with("/{id}/notes") || p.ends_with("/notes/{id}/edit") => vec![
                ("text", format!("Words {round}")),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/tags") || p.ends_with("/tags/removal") => {
                vec![("tag", format!("Tag {round}")), ("ids", self.named(p).record.clone())]
            }
            p if p.ends_with("/archivals") || p.ends_with("/restorals") => vec![("ids", self.named(p).record.clone())],
            p if p.ends_with("/cells/{field}") => vec![("value", format!("Yard {round}")), ("_version", "1".into())],
            p if !p.contains("/my-profile/") && (p.ends_with("/changes") || p.ends_with("/changes/new")) => {
                let people = p.contains("/employees/");
                let (field, value) = if people { ("fte", "50") } else { ("status", "inactive") };
                let (ids, once) = (self.named(p).record.clone(), uuid::Uuid::new_v4().to_string());
                vec![
                    ("ids", ids),
                    ("versions", "1".into()),
                    ("once", once),
                    ("field", field.into()),
                    ("shown", field.into()),
                    ("value", value.into()),
                    ("look", "yes".into()),
                ]
            }
            p if p.ends_with("/employees/imports/{id}/mapping") => {
                vec![("column", "first_name".into()), ("column", "last_name".into())]
            }
            p if p.ends_with("/job-history/imports/{id}/mapping") => {
                vec![("column", "number".into()), ("column", "from".into()), ("column", "job_title".into())]
            }
            p if p.ends_with("/pay-history/imports/{id}/mapping") => {
                vec![("column", "number".into()), ("column", "from".into()), ("column", "salary".into())]
            }
            p if p.ends_with("/customers/imports/{id}/mapping") => vec![("column", "name".into())],
            p if p.ends_with("/columns") => vec![("columns", "number".into())],
            p if p.ends_with("/settings/invitations") => {
                vec![("email", email), ("role", "employee".into()), ("_once", uuid::Uuid::new_v4().to_string())]
            }
            _ => vec![],
        }
    }
}

impl Records {
    /// What the forms of time off would hold.
    fn time_off(&self, path: &str, round: &str) -> Vec<(&'static str, String)> {
        let once = || ("_once", uuid::Uuid::new_v4().to_string());
        let kind = || ("kind", self.leave.kind.clone());
        // A Monday: the walk has the workspace work on no other day.
        let day = || "2026-09-07".to_owned();
        match path {
            p if p.ends_with("/leave/new") => {
                vec![("employee", self.employees.record.clone()), kind(), ("from", day()), once()]
            }
            p if p.ends_with("/answer") => vec![("answer", "yes".into()), ("step", self.leave.step.clone())],
            p if p.ends_with("/answers") => vec![("answer", "yes".into()), ("steps", self.leave.step.clone())],
            p if p.ends_with("/delegate") => vec![("to", self.member.clone())],
            p if p.ends_with("/feeds") => vec![("what", "own".into()), ("do", "make".into())],
            p if p.ends_with("/adjustment") => {
                vec![
                    ("kind", self.leave.limited.clone()),
                    ("amount", "1".into()),
                    ("on", day()),
                    ("reason", "Because".into()),
                    once(),
                ]
            }
            p if p.ends_with("/time-off/policy") => vec![("policy", self.leave.policy.clone()), ("from", day())],
            p if p.ends_with("/pattern") => vec![("from", day()), ("mon", "8".into())],
            p if p.contains("/leave/types") => vec![
                ("name", format!("Kind {} {round}", p.len())),
                ("unit", "days".into()),
                ("colour", "blue".into()),
                ("retired", "on".into()),
                ("_version", "1".into()),
                once(),
            ],
            p if p.contains("/leave/policies") => vec![
                ("name", format!("Policy {} {round}", p.len())),
                kind(),
                ("year_month", "1".into()),
                ("year_day", "1".into()),
                ("from", day()),
                ("annual", "25".into()),
                ("per", "year".into()),
                ("gain", "start".into()),
                ("rounding", "hundredth".into()),
                ("_version", "1".into()),
                once(),
            ],
            p if p.ends_with("/blackouts") => {
                vec![
                    ("name", format!("Shut {round}")),
                    ("from", day()),
                    ("to", day()),
                    ("department", "Nobody’s".into()),
                    once(),
                ]
            }
            p if p.ends_with("/covers") => {
                vec![("department", format!("Empty {round}")), ("least", "1".into()), once()]
            }
            _ => vec![],
        }
    }

    /// What the forms of checklists would hold.
    fn checklists(&self, path: &str, round: &str) -> Vec<(&'static str, String)> {
        match path {
            p if p.contains("/templates/new") || p.ends_with("/templates/{id}") => vec![
                ("name", format!("Leaving {} {round}", p.len())),
                ("kind", "offboarding".into()),
                ("title", "Return the keys".into()),
                ("_version", "1".into()),
                ("_once", uuid::Uuid::new_v4().to_string()),
            ],
            p if p.ends_with("/checklists/new") => vec![
                ("employee", format!("employee:{}", self.employees.record)),
                ("template", self.checklist.template.to_string()),
                ("anchor", "2026-05-01".into()),
            ],
            p if p.ends_with("/items") => {
                vec![("title", format!("Parking {round}")), ("_once", uuid::Uuid::new_v4().to_string())]
            }
            p if p.ends_with("/skip") => vec![("why", "Not needed".into())],
            p if p.ends_with("/assignee") => vec![("to", format!("Member {round}"))],
            p if p.ends_with("/handover") => {
                vec![
                    ("to", format!("Member {round}")),
                    ("kinds", "tasks".into()),
                    ("kinds", "reports".into()),
                    ("kinds", "activities".into()),
                ]
            }
            p if p.ends_with("/handover/reversal") => vec![("handover", uuid::Uuid::nil().to_string())],
            _ => vec![],
        }
    }

    /// What the forms of documents, letters and policies would hold.
    fn papers(&self, path: &str, round: &str) -> Vec<(&'static str, String)> {
        let (once, version) = (("_once", uuid::Uuid::new_v4().to_string()), |n: i32| ("_version", n.to_string()));
        let named = format!("{} {round}", path.len());
        match path {
            p if p.contains("/documents/kinds") => {
                vec![("name", format!("Sort {named}")), ("class", "personal".into()), version(1), once]
            }
            p if p.ends_with("/employees/{id}/letters") => {
                vec![("letter", self.letter.clone()), ("title", format!("Letter {named}")), once]
            }
            p if p.contains("/letters") => vec![
                ("name", format!("Letter {named}")),
                ("kind", self.kind.clone()),
                ("body", "Dear {{name}}".into()),
                version(1),
                once,
            ],
            p if p.contains("/policies") => vec![
                ("title", format!("Policy {named}")),
                ("body", "Go by train.".into()),
                ("version", "2".into()),
                ("number", "1".into()),
                version(2),
                once,
            ],
            p if p.ends_with("/documents/{id}/approval") => vec![("version", "1".into())],
            p if p.ends_with("/refusal") => vec![("reason", "It cannot be read.".into()), version(1)],
            _ => vec![("kind", self.kind.clone()), ("title", format!("Paper {named}")), version(1), once],
        }
    }

    /// What the forms of workflows would hold.
    fn automation(&self, path: &str, round: &str) -> Vec<(&'static str, String)> {
        let written = serde_json::json!({ "record": "employee", "trigger": { "on": "manual" }, "steps": [{ "id": "s1", "do": "note", "text": round }] });
        let version = ("_version", "3".to_owned());
        let place = path.rsplit_once("/{id}/").map_or(path, |(_, place)| place);
        match place {
            "name" => vec![("name", format!("Renamed {round}")), version],
            "trigger" => vec![
                ("on", "manual".into()),
                ("record", "employee".into()),
                ("again", "true".into()),
                ("cool_down", "5".into()),
                version,
            ],
            "conditions" => {
                vec![("g0-join", "all".into()), ("g0-r0-field", "name".into()), ("g0-r0-is", "filled".into()), version]
            }
            "new-step" => vec![("kind", "stop".into()), ("place", "last".into()), version],
            "returned-step" => vec![("step", r#"{"id":"s9","do":"stop"}"#.into())],
            "steps/{step}" => {
                vec![("kind", "note".into()), ("step", "s1".into()), ("text", format!("Changed {round}")), version]
            }
            "json" => vec![("json", written.to_string()), version],
            "publication" => vec![version],
            "retry" => vec![("step", "s1".into())],
            p if p.ends_with("/standstill") => vec![("why", format!("Round {round}"))],
            p if p.ends_with("/templates") => vec![("template", "welcome".into())],
            p if p.ends_with("/records/{kind}/{id}") => vec![("workflow", self.workflow.clone())],
            p if p.ends_with("/move") => vec![("version", "3".into()), ("to", "down".into())],
            _ => vec![("version", "3".into()), ("answer", "yes".into()), ("to", "nobody@guests.example".into())],
        }
    }
}

/// Asks for a route as a browser would; with the form's token unless told otherwise.
pub(super) async fn ask(
    browser: &mut Browser,
    line: &Line,
    path: &str,
    fields: &[(&'static str, String)],
    token: Option<&str>,
    headers: &[(&str, &str)],
) -> Page {
    if line.method == Method::GET {
        return browser.request(Method::GET, path, headers, vec![]).await;
    }
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    pairs.extend(token.map(|t| ("_csrf", t)));
    let mut headers = headers.to_vec();
    let ends = [
        "/imports",
        "/logo",
        "/photo",
        "/file",
        "/{id}/files",
        "/apply",
        "/{id}/messages",
        "/field-files",
        "/{id}/documents",
        "/documents/{id}/versions",
    ];
    let brings = ends.iter().any(|end| line.path.ends_with(end)) || path.ends_with("/field-files");
    let body = if brings {
        headers.push(("content-type", "multipart/form-data; boundary=line"));
        let part =
            |(n, v): &(&str, &str)| format!("--line\r\ncontent-disposition: form-data; name=\"{n}\"\r\n\r\n{v}\r\n");
        let fields: String = pairs.iter().rev().map(part).collect();
        let (name, content) = match line.path {
            p if p.contains("/documents") => ("a.pdf", b"%PDF-1.7\n%%EOF".to_vec()),
            p if p.ends_with("/imports") => ("a.csv", b"First name,Last name,Name\r\nA,B,C".to_vec()),
            p if p.ends_with("/file") => ("a.ics", format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:2026{:02}{:02}\r\nSUMMARY:Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", 4 + path.len() % 8, 1 + path.as_bytes()[path.len() - 8] % 27).into_bytes()),
            _ => ("a.png", picture()),
        };
        let file = format!("--line\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        [fields.as_bytes(), file.as_bytes(), &content, b"\r\n--line--\r\n"].concat()
    } else {
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        serde_html_form::to_string(&pairs).expect("pairs can be written").into_bytes()
    };
    browser.request(Method::POST, path, &headers, body).await
}

/// A small picture, each time another one.
pub fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    let colour = uuid::Uuid::new_v4().into_bytes();
    let picture = image::RgbImage::from_pixel(8, 8, image::Rgb([colour[0], colour[1], colour[2]]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// A change of who may do what shows in the diff. To accept one: `people360 routes > tests/rules/routes.txt`.
#[test]
fn the_route_table_is_the_committed_one() {
    let now = people360::cli::routes();
    let committed = include_str!("routes.txt");
    let missing: Vec<_> = committed.lines().filter(|l| !now.lines().any(|n| n == *l)).collect();
    let new: Vec<_> = now.lines().filter(|l| !committed.lines().any(|n| n == *l)).collect();
    assert!(now == committed, "gone: {missing:#?}\nnew: {new:#?}\nthe order counts, too");
}

#[test]
fn every_route_names_a_permission_or_is_on_a_short_list() {
    for Line { method, path, permission } in table() {
        match permission {
            "public" => assert!(PUBLIC.contains(&path), "{method} {path} is open to anybody"),
            "signed in" => assert!(SIGNED_IN.contains(&path), "{method} {path} is open to any account"),
            permission => {
                assert!(ALL.contains(&permission), "{method} {path}: {permission} is no permission");
                assert!(inside(path).is_some(), "{method} {path} asks for {permission} outside of a workspace");
            }
        }
        assert_eq!(inside(path).is_some(), ALL.contains(&permission), "{method} {path}");
    }
    for path in PUBLIC.iter().chain(SIGNED_IN) {
        assert!(table().iter().any(|l| l.path == *path), "{path} is gone: take it off the list");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_asked_to_sign_in() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let records = Records::of(&company, "0").await;
    let mut stranger = app.browser();
    let token = stranger.token().await;
    for line in table().iter().filter(|l| l.permission != "public") {
        let path = records.fill(line.path, "acme");
        let fields = records.fields(line.path, "0");
        let page = ask(&mut stranger, line, &path, &fields, Some(&token), &[]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{} {path}", line.method);
        assert_eq!(page.h1(), "Sign in", "{} {path}: {page}", line.method);
        let htmx = [
            ("hx-request", "true"),
            ("hx-request-type", "partial"),
            ("hx-target", "main#main"),
            ("hx-current-url", "http://people.test/w/acme?q=1"),
        ];
        let page = ask(&mut stranger, line, &path, &fields, Some(&token), &htmx).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{} {path} by htmx", line.method);
        assert_eq!(page.header("hx-redirect"), "/login?next=%2Fw%2Facme%3Fq%3D1", "{} {path} by htmx", line.method);
        assert_eq!(page.text, "", "{} {path} by htmx", line.method);
    }
}

#[tokio::test]
async fn another_workspace_does_not_exist() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.company("acme").await, app.company("globex").await);
    let (own, foreign) = (Records::of(&ours, "0").await, Records::of(&theirs, "0").await);
    let mut owner = ours.owner().await;
    let token = owner.token().await;
    let changes = theirs_changes(&theirs).await;
    for line in table().iter().filter(|l| inside(l.path).is_some()) {
        let fields = foreign.fields(line.path, "1");
        // Their slug, whatever is named in it; and a slug that nobody has, which must look the same.
        for (records, slug) in [(&foreign, "globex"), (&own, "globex"), (&own, "nobody")] {
            let path = records.fill(line.path, slug);
            let page = ask(&mut owner, line, &path, &fields, Some(&token), &[]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{} {path}: {page}", line.method);
            assert_eq!(page.h1(), "There is nothing here", "{} {path}", line.method);
        }
        // Their record under our slug.
        if line.path.contains("{id}") {
            let path = foreign.fill(line.path, "acme");
            let page = ask(&mut owner, line, &path, &fields, Some(&token), &[]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{} {path}: {page}", line.method);
            let path = line.path.replace("{slug}", "acme").replace("{id}", "no-id");
            let page = ask(&mut owner, line, &path, &fields, Some(&token), &[]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{} {path}: {page}", line.method);
            // Our own record where another noun's belongs.
            let path = own.misplaced().fill(line.path, "acme");
            let page = ask(&mut owner, line, &path, &fields, Some(&token), &[]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{} {path}: {page}", line.method);
        }
        // Their records in a form of ours change nothing.
        let many = [
            "/archivals",
            "/restorals",
            "s/changes",
            "/completions",
            "/reopenings",
            "employees/tags",
            "customers/tags",
            "deals/tags",
            "contacts/tags",
            "leads/tags",
            "tickets/tags",
        ];
        let many = many.iter().any(|end| line.path.ends_with(end));
        if many && line.method == Method::POST {
            let path = own.fill(line.path, "acme");
            let page = ask(&mut owner, line, &path, &fields, Some(&token), &[]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{} {path}: {page}", line.method);
        }
        // Nor can their archiving be taken back here, or ours of another noun.
        if line.path.ends_with("/restorals") {
            let path = own.fill(line.path, "acme");
            for records in [&foreign, &own.misplaced()] {
                let fields = [("archival", records.named(line.path).archival.clone())];
                let page = ask(&mut owner, line, &path, &fields, Some(&token), &[]).await;
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{} {path}: {page}", line.method);
            }
        }
    }
    app.run_jobs().await;
    assert_eq!(theirs_changes(&theirs).await, changes, "something of theirs was changed");
}

async fn theirs_changes(company: &Company<'_>) -> i64 {
    let mut conn = company.app.app_role().await;
    let begin = format!("begin; set local app.tenant_id = '{}'", company.tenant);
    sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut conn).await.expect("a transaction");
    let row = sqlx::raw_sql("select count(*) from audit_events").fetch_one(&mut conn).await.expect("a number");
    row.get(0)
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let app = TestApp::with(|s| s.dev = true).await;
    let company = app.company("acme").await;
    let records = Records::of(&company, "0").await;
    let mut owner = company.owner().await;
    let token = owner.token().await;
    let stolen = app.browser().token().await;
    for line in table().iter().filter(|l| l.method == Method::POST) {
        let path = records.fill(&line.path.replace("{token}", "x"), "acme");
        let fields = records.fields(line.path, "0");
        for (why, token, headers) in [
            ("no token", None, &[][..]),
            ("an empty token", Some(""), &[]),
            ("another visitor's token", Some(stolen.as_str()), &[]),
            ("another site", Some(token.as_str()), &[("origin", "https://evil.example")]),
            ("no site", Some(token.as_str()), &[("origin", "null")]),
            ("a fetch across sites", Some(token.as_str()), &[("sec-fetch-site", "cross-site")]),
        ] {
            let page = ask(&mut owner, line, &path, &fields, token, headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{why}: {} {path}: {page}", line.method);
        }
    }
    let page = owner.get(&company.at("")).await;
    assert_eq!(page.status, StatusCode::OK, "nothing of it has signed the owner out");
}

#[tokio::test]
async fn every_change_is_in_the_audit_trail() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let mut round = "0".to_owned();
    let mut records = Records::of(&company, &round).await;
    for (n, line) in table().iter().filter(|l| l.method == Method::POST).enumerate() {
        let Some(place) = inside(line.path) else { continue };
        // What imports change is told in their own stories.
        if place.contains("/imports") {
            continue;
        }
        // Needs a phone; told in its own stories, as is a device of one's own.
        if place.ends_with("/confirmation")
            || place.ends_with("/recovery-codes")
            || place.contains("/sessions/{id}")
            || place.contains("/tokens/{id}")
            || place.contains("/notifications/{id}")
            || place.contains("/approvals/{id}")
            || place.contains("/time/entries/{id}")
            || place.contains("/support/checklist/{id}")
            // By the names of files; told in its own story.
            || ["employees", "customers", "contacts", "deals", "leads", "tickets"]
                .iter()
                .any(|many| place.ends_with(&format!("/{many}/field-files")))
            || place.ends_with("/assets/{id}/receipt")
            // Of whoever has a record, or an account.
            || place.contains("/my-profile")
            // Of a record that is nobody's account yet; told in its own story.
            || place.ends_with("/openings/{id}/apply")
            || place.ends_with("/employees/{id}/account")
            || place.ends_with("/change-requests")
            // Of one that was made; told in its own story.
            || place.ends_with("/handover/reversal")
            // Asks which one is meant, and for what is typed; the next one does it.
            || place.ends_with("/tickets/macro/new")
            || place.ends_with("/bank/revelation")
            || [
                "/attendance/clock",
                "/attendance/entries",
                "/attendance/entries/{id}/removal",
                "/attendance/submission",
                "/attendance/withdrawal",
            ]
            .iter()
            .any(|own| place.ends_with(own))
        {
            continue;
        }
        // What a change before it has used up, it finds in records of its own.
        if told(&mut owner, &company, &records, line, place, &round).await.is_err() {
            round = (n + 1).to_string();
            records = Records::of(&company, &round).await;
            let told = told(&mut owner, &company, &records, line, place, &round).await;
            told.unwrap_or_else(|why| panic!("{}: {why}", line.path));
        }
    }
    app.run_jobs().await;
}

/// Does one change, and looks whether the trail tells of it.
async fn told(
    owner: &mut Browser,
    company: &Company<'_>,
    records: &Records,
    line: &Line,
    place: &str,
    round: &str,
) -> Result<(), String> {
    let slug = &company.slug;
    let token = owner.token().await;
    if place.ends_with("/workflows/{id}/resumption") {
        let path = records.fill(&line.path.replace("resumption", "pause"), slug);
        ask(owner, line, &path, &[], Some(&token), &[]).await;
    }
    if place.ends_with("/reactivation") {
        let path = records.fill(&line.path.replace("reactivation", "deactivation"), slug);
        ask(owner, line, &path, &[], Some(&token), &[]).await;
    }
    // What is undone is done first.
    let first = match place {
        p if (p.starts_with("/notes/") || p.contains("/views/")) && p.ends_with("/restoral") => {
            Some(line.path.replace("restoral", "removal"))
        }
        p if p.ends_with("/restoral") || p.ends_with("/restorals") => Some(line.path.replace("restoral", "archival")),
        p if p.contains("/positions/") && p.ends_with("/reopening") => Some(line.path.replace("reopening", "closing")),
        p if p.ends_with("/reopening") || p.ends_with("/reopenings") => {
            Some(line.path.replace("reopening", "completion"))
        }
        p if p.ends_with("/tickets/{id}/merge/reversal") => Some(line.path.replace("/reversal", "")),
        p if p.ends_with("/links/removal") || p.ends_with("/snooze/removal") => Some(line.path.replace("/removal", "")),
        // What is restored was changed before.
        p if p.ends_with("/support/help/{id}/versions") => Some(line.path.replace("/versions", "/edit")),
        p if p.ends_with("/field-files/removal") => Some(line.path.replace("/removal", "")),
        p if p.ends_with("/tags/removal") => Some(line.path.replace("/removal", "")),
        p if p.ends_with("/applications/{id}/mail/removal") => Some(line.path.replace("/mail/removal", "/rejection")),
        p if p.ends_with("/jobs/{id}/decision") => Some(line.path.replace("decision", "approval")),
        p if p.ends_with("/assets/{id}/return") => Some(line.path.replace("return", "loan")),
        p if p.ends_with("/checklists/{id}/resumption") => Some(line.path.replace("resumption", "cancellation")),
        _ => None,
    };
    if let Some(first) = first {
        let done = records.fill(&first, slug);
        let page = ask(owner, line, &done, &records.fields(line.path, round), Some(&token), &[]).await;
        if page.status != StatusCode::SEE_OTHER {
            return Err(format!("{done}: {page}"));
        }
    }
    let before = theirs_changes(company).await;
    let path = records.fill(line.path, slug);
    let mut fields = records.fields(line.path, round);
    // The settings as they are now.
    if ["/settings/general", "/settings/calendar", "/settings/policy"].contains(&place) {
        let version = company.settings_version().await.to_string();
        fields.iter_mut().filter(|(n, _)| *n == "_version").for_each(|(_, v)| v.clone_from(&version));
    }
    let page = ask(owner, line, &path, &fields, Some(&token), &[]).await;
    let done = page.status == StatusCode::SEE_OTHER
        || (page.status == StatusCode::OK
            && (["/list", "/tokens", "/changes/new"].iter().any(|end| place.ends_with(end))));
    if !done {
        return Err(format!("{path}: {page}"));
    }
    let told = theirs_changes(company).await - before;
    if place.ends_with("/security/password") {
        // The forms after it know the first one.
        let old =
            "update accounts set password_hash = (select min(password_hash) from accounts o where o.id <> accounts.id)";
        company.app.trial.admin(old).await.expect("the password is as before");
    }
    match LEAVE_NO_TRACE.iter().find(|(path, _)| *path == place) {
        Some((_, why)) if told > 0 => Err(format!("{path} leaves an audit event ({why})")),
        None if told == 0 => Err(format!("{path} leaves no audit event")),
        _ => Ok(()),
    }
}

#[tokio::test]
async fn a_suspended_workspace_is_closed_at_one_gate() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let records = Records::of(&company, "0").await;
    let mut owner = company.owner().await;
    let token = owner.token().await;
    app.trial.admin("update tenants set status = 'suspended'").await.expect("it is suspended");
    for line in table().iter().filter(|l| inside(l.path).is_some()) {
        let path = records.fill(line.path, "acme");
        let page = ask(&mut owner, line, &path, &records.fields(line.path, "0"), Some(&token), &[]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{} {path}: {page}", line.method);
        assert_eq!(page.h1(), "This workspace is suspended");
    }
}

#[tokio::test]
async fn what_a_role_loses_is_gone_with_the_next_request() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut manager = company.manager().await;
    let page = manager.get(&company.at("/settings/members")).await;
    assert_eq!(page.status, StatusCode::OK);
    app.trial.admin("update members set role = 'employee' where role = 'manager'").await.expect("the role changes");
    let page = manager.get(&company.at("/settings/members")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "not at the next sign-in");
    app.trial.admin("update members set deactivated_at = now() where role = 'employee'").await.expect("they leave");
    let page = manager.get(&company.at("")).await;
    assert_eq!((page.status, page.h1()), (StatusCode::UNAUTHORIZED, "Sign in".into()), "and they belong nowhere else");
}
