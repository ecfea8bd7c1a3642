//! Each built-in role at each route, with what the two committed tables say of it.

use super::access::{Leave, Records, ask, inside, table};
use crate::support::{Checklist, Company, Person, TestApp};
use axum::http::StatusCode;
use domain::{
    AssetId, CustomerId, EmployeeId, MemberId, TaskId, TimesheetId,
    access::{Role, Scope},
};
use people360::web::access::Line;

/// A change of what a role may do shows in the diff. To accept one: `people360 roles > tests/rules/roles.txt`.
#[test]
fn the_built_in_roles_are_the_committed_ones() {
    let (now, committed) = (people360::cli::roles(), include_str!("roles.txt"));
    let new: Vec<_> = now.lines().filter(|l| !committed.lines().any(|n| n == *l)).collect();
    assert!(now == committed, "new: {new:#?}\nthe order counts, too");
}

/// What is expected of each role at each route, from the two committed tables: which permission a route asks for, and
/// how far that reaches for the role. They are printed by the program and read by whoever accepts a change of them.
struct Matrix {
    /// Method, path, permission.
    routes: Vec<(&'static str, &'static str, &'static str)>,
    /// Permission, role, scope.
    rights: Vec<(&'static str, &'static str, Option<Scope>)>,
}

impl Matrix {
    fn committed() -> Self {
        let words = |line: &'static str| line.split_whitespace().collect::<Vec<_>>();
        let route = |line| match words(line)[..] {
            [method, path, permission] => (method, path, permission),
            // "signed in"
            [method, path, ..] => (method, path, ""),
            _ => panic!("no route: {line}"),
        };
        let mut lines = include_str!("roles.txt").lines();
        let roles = words(lines.next().expect("a head"));
        let right = |line: &'static str| {
            let (cells, mut rights) = (words(line), vec![]);
            for (role, cell) in roles.iter().zip(&cells[1..]) {
                assert!(*cell == "-" || Scope::parse(cell).is_some(), "{cell} is no scope");
                rights.push((cells[0], *role, Scope::parse(cell)));
            }
            rights
        };
        let rights = lines.flat_map(right).collect();
        Self { routes: include_str!("routes.txt").lines().map(route).collect(), rights }
    }

    /// What the role is granted of the right that this route asks for. Nobody writes beside a record that they do not see.
    fn scope(&self, line: &Line, role: Role) -> Option<Scope> {
        let granted = self.granted(line, role);
        match line.path {
            p if p.ends_with("/customers/{id}/notes") => granted.min(self.right("customers.read", role)),
            p if p.ends_with("/contacts/{id}/notes") => granted.min(self.right("contacts.read", role)),
            p if p.ends_with("/deals/{id}/notes") => granted.min(self.right("deals.read", role)),
            // Whoever sees that nobody has it may take it.
            p if p.ends_with("/leads/{id}/taking") => granted.and(self.right("leads.read", role)),
            p if p.ends_with("/leads/{id}/notes") => granted.min(self.right("leads.read", role)),
            p if p.ends_with("/employees/{id}/notes") => granted.min(self.right("employees.read", role)),
            _ => granted,
        }
    }

    fn granted(&self, line: &Line, role: Role) -> Option<Scope> {
        self.right(self.permission(line), role)
    }

    fn permission(&self, line: &Line) -> &'static str {
        let route = |(method, path, _): &&(&str, &str, &str)| *method == line.method.as_str() && *path == line.path;
        self.routes.iter().find(route).unwrap_or_else(|| panic!("{} is not in routes.txt", line.path)).2
    }

    fn right(&self, permission: &str, role: Role) -> Option<Scope> {
        let right = |(key, of, _): &&(&str, &str, Option<Scope>)| *key == permission && *of == role.key();
        self.rights.iter().find(right).unwrap_or_else(|| panic!("{permission} of {role} is not in roles.txt")).2
    }
}

/// Records of one workspace, by how near they are to somebody: their own, their team's, and other people's.
async fn near(company: &Company<'_>, person: &Person, round: &str) -> [(Scope, Records); 3] {
    let others = Box::pin(Records::of(company, round)).await;
    let email = company.app.email(&format!("report{round}.{}", company.slug));
    let report = company.join(&format!("Report {round}"), &email, Role::Employee).await;
    let employee = async |name: &str, manager: Option<EmployeeId>| {
        let id = company.employee(&[("last_name", name)]).await;
        if let Some(manager) = manager {
            company.reports(id, manager).await;
        }
        id
    };
    let me = employee(&format!("Own {round}"), None).await;
    let middle = employee(&format!("Between {round}"), Some(me)).await;
    let below = employee(&format!("Below {round}"), Some(middle)).await;
    company.link(person.member, me).await;
    company.link(report.member, below).await;
    // Nobody is given what they may not open: both have had a role that opens it, and have it no more.
    let was: String = company.read(&format!("select role from members where id = '{}'", person.member)).await;
    let role = async |member: MemberId, role: &str| {
        let sql = format!("update members set role = '{role}' where id = '{member}'");
        company.app.trial.admin(&sql).await.expect("it is their role");
    };
    // The last owner stays one, and opens it all the same.
    if was != "owner" {
        role(person.member, "admin").await;
    }
    role(report.member, "admin").await;
    let customer = async |name: String, owner: &str| company.customer(&[("name", &name), ("owner", owner)]).await;
    let mine = customer(format!("Own {round}"), &person.email).await;
    let theirs = customer(format!("Below {round}"), &report.email).await;
    let my_sales = Box::pin(others.sales.owned(company, &person.email, &format!("Own {round}"))).await;
    let my_leads = Box::pin(others.leads.owned(company, &person.email, &format!("Own {round}"))).await;
    let leads_below = Box::pin(others.leads.owned(company, &report.email, &format!("Below {round}"))).await;
    let my_tickets = Box::pin(others.tickets.owned(company, &person.email, &format!("Own {round}"))).await;
    let tickets_below = Box::pin(others.tickets.owned(company, &report.email, &format!("Below {round}"))).await;
    let sales_below = Box::pin(others.sales.owned(company, &report.email, &format!("Below {round}"))).await;
    let own = (person.email.as_str(), &*format!("Own {round}"));
    let my_contacts = Box::pin(others.contacts.owned(company, own, mine, my_sales.deal)).await;
    let below_them = (report.email.as_str(), &*format!("Below {round}"));
    let contacts_below = Box::pin(others.contacts.owned(company, below_them, theirs, sales_below.deal)).await;
    role(person.member, &was).await;
    role(report.member, Role::Employee.key()).await;
    let (own, below_task) = (
        company.task(&format!("Own {round}"), person.member).await,
        company.task(&format!("Below {round}"), report.member).await,
    );
    let (my_talk, talk_below) = (
        company.meeting(&format!("Own {round}"), person.member).await,
        company.meeting(&format!("Below {round}"), report.member).await,
    );
    let olga = company.member(Role::Owner).await.member;
    let elsewhere = employee(&format!("Elsewhere {round}"), None).await;
    let (mine_to_do, about_below) = (
        company.checklist(&format!("own {round}"), elsewhere, person.member).await,
        company.checklist(&format!("below {round}"), below, olga).await,
    );
    let (my_week, week_below) = (company.timesheet(me).await.0, company.timesheet(below).await.0);
    let (my_laptop, laptop_below) = (
        company.asset(&format!("Own {round}"), Some(me)).await,
        company.asset(&format!("Below {round}"), Some(below)).await,
    );
    let (my_job, job_below) = (
        company.posting(&format!("Own {round}"), Some(person.member)).await,
        company.posting(&format!("Below {round}"), Some(report.member)).await,
    );
    let (my_applicant, applicant_below) = (
        company.applied(&format!("Mine {round}"), Some(person.member)).await,
        company.applied(&format!("Below {round}"), Some(report.member)).await,
    );
    let plans = [company.plans(me).await, company.plans(below).await];
    let (own_leave, below_leave) = (others.leave.of(company, me).await, others.leave.of(company, below).await);
    let with = |employee: EmployeeId,
                customer: CustomerId,
                task: TaskId,
                leave: Leave,
                checklist: Checklist,
                asset: AssetId,
                sheet: TimesheetId| {
        let mut records = others.clone();
        records.leave = leave;
        records.sales = if employee == me { my_sales.clone() } else { sales_below.clone() };
        records.contacts = if employee == me { my_contacts.clone() } else { contacts_below.clone() };
        records.leads = if employee == me { my_leads.clone() } else { leads_below.clone() };
        records.tickets = if employee == me { my_tickets.clone() } else { tickets_below.clone() };
        let (job, pay) = if employee == me { &plans[0] } else { &plans[1] };
        (records.job_row, records.pay_row) = (job.to_string(), pay.to_string());
        records.checklist = checklist;
        records.asset = asset.to_string();
        records.sheet = sheet.to_string();
        records.applied = if employee == me { my_applicant.clone() } else { applicant_below.clone() };
        records.posting = if employee == me { my_job } else { job_below }.to_string();
        records.task = task.to_string();
        records.activity = if employee == me { my_talk } else { talk_below }.to_string();
        (records.employees.record, records.customers.record) = (employee.to_string(), customer.to_string());
        records
    };
    [
        (Scope::Own, with(me, mine, own, own_leave, mine_to_do, my_laptop, my_week)),
        (Scope::Team, with(below, theirs, below_task, below_leave, about_below, laptop_below, week_below)),
        (Scope::All, others.clone()),
    ]
}

/// Whether a route names a single record that is somebody's.
fn names_a_record(path: &str) -> bool {
    [
        "/employees/{id}",
        "/customers/{id}",
        "/contacts/{id}",
        "/contacts/points/{id}",
        "/customers/points/{id}",
        "/contacts/merges/{id}",
        "/customers/merges/{id}",
        "/leads/merges/{id}",
        "/deals/{id}",
        "/leads/{id}",
        "/tickets/{id}",
        "/quotes/{id}",
        "/adjustments/{id}",
        "/tasks/{id}",
        "/activities/{id}",
        "/job-rows/{id}",
        "/pay-rows/{id}",
        "/leave/requests/{id}",
        "/leave/answers/{token}",
        "/checklists/{id}",
        "/checklists/items/{id}",
        "/assets/{id}",
        "/hr/jobs/{id}",
        "/hr/candidates/{id}",
        "/hr/applications/{id}",
        "/hr/job-stages/{id}",
        "/sheets/{id}",
    ]
    .iter()
    .any(|record| path.contains(record))
}

/// On a stack of its own: what it makes of every noun is more than that of a test holds.
#[test]
fn each_role_gets_what_it_is_granted_and_no_more() {
    let walk = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(each_role());
    };
    let done = std::thread::Builder::new().stack_size(64 * 1024 * 1024).spawn(walk).expect("a thread").join();
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

async fn each_role() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let matrix = Matrix::committed();
    for (round, role) in Role::BUILT_IN.into_iter().enumerate() {
        let round = round.to_string();
        let person = company.member(role).await;
        let near = Box::pin(near(&company, &person, &round)).await;
        let mut browser = company.signed_in(role).await;
        let token = browser.token().await;
        for line in table().iter().filter(|l| inside(l.path).is_some()) {
            let granted = matrix.scope(line, role);
            let asked: &[_] = if names_a_record(line.path) { &near } else { &near[2..] };
            for (whose, records) in asked {
                let path = records.fill(line.path, "acme");
                let mut fields = records.fields(line.path, &round);
                // Nothing is changed by who only asks whether they may: another state than this one is refused.
                fields
                    .iter_mut()
                    .filter(|(name, _)| matches!(*name, "_version" | "version"))
                    .for_each(|(_, v)| *v = "0".into());
                // Nor given away.
                if line.path.ends_with("/assignee") {
                    fields.iter_mut().for_each(|(_, v)| v.clear());
                }
                // Nor closed: mail of the rounds to come is taken in.
                if line.path.ends_with("/closure") {
                    fields.iter_mut().for_each(|(_, v)| *v = "false".into());
                }
                let page = ask(&mut browser, line, &path, &fields, Some(&token), &[]).await;
                let what = format!("{role}, granted {granted:?}, of {whose:?}: {} {path}: {page}", line.method);
                let expected = match names_a_record(line.path) {
                    // A device or a token of somebody else's is nobody's to end, nor is what was told or asked of them.
                    _ if [
                        "/sessions/{id}",
                        "/tokens/{id}",
                        "/notifications/{id}",
                        "/approvals/{id}",
                        "/entries/{id}",
                        "/support/checklist/{id}",
                        "/my-profile/changes/{id}",
                    ]
                    .iter()
                    .any(|of| line.path.contains(of)) =>
                    {
                        false
                    }
                    // The owner's, which whoever looks after the settings sees as well; whether others see it, the owner says.
                    _ if line.path.ends_with("/crm/mail/{id}/privacy") => role == Role::Owner,
                    _ if line.path.contains("/crm/mail/{id}") => {
                        granted.is_some() && matrix.right("settings.write", role).is_some()
                    }
                    // The form names somebody else.
                    _ if line.path.ends_with("/hr/leave/new") && line.method == axum::http::Method::POST => {
                        granted == Some(Scope::All)
                    }
                    // Whoever is next above with an account is asked, whatever their role: they see it, and may answer.
                    _ if (line.path.contains("/leave/requests/{id}") || line.path.contains("/leave/answers/"))
                        && !line.path.ends_with("/cancellation")
                        && *whose == Scope::Team =>
                    {
                        granted.is_some()
                    }
                    // Nobody answers their own, and others only where they may approve.
                    _ if line.path.ends_with("/requests/{id}/answer") => {
                        *whose != Scope::Own && matrix.right("leave.approve", role) >= Some(*whose)
                    }
                    // Somebody else's, of a kind that is personal.
                    _ if line.path.contains("/documents/{id}") || line.path.contains("/files/{id}") => {
                        let all = |right| matrix.right(right, role) == Some(Scope::All);
                        let brings = line.path.ends_with("/versions");
                        granted == Some(Scope::All)
                            && all("documents.read")
                            && all("employees.personal")
                            // The employee may as well, whose it is not.
                            && (!brings || all("documents.write"))
                    }
                    // What is in one's own book somebody else corrects, where there is anybody: the owner comes first here.
                    _ if ["/time-off/adjustment", "/time-off/policy", "/time-off/pattern"]
                        .iter()
                        .any(|end| line.path.ends_with(end)) =>
                    {
                        granted.is_some_and(|g| g >= *whose) && (*whose != Scope::Own || role == Role::Owner)
                    }
                    // That two are not the same says whoever may change one of them; here both are somebody else's.
                    _ if line.method == axum::http::Method::POST && line.path.contains("/crm/duplicates") => {
                        granted == Some(Scope::All)
                    }
                    // Whoever has it says so, and nobody else.
                    _ if line.path.ends_with("/assets/{id}/receipt") => granted.is_some() && *whose == Scope::Own,
                    // What one has changed of many, nobody else looks at or takes back.
                    _ if line.path.contains("/changes/{id}") => role == Role::Owner,
                    // The owner's, which an administrator may delete.
                    _ if line.path.ends_with("/notes/{id}/edit") => role == Role::Owner,
                    _ if line.path.contains("/notes/{id}") => matches!(role, Role::Owner | Role::Admin),
                    // The owner's, which everybody finds and whoever may share changes.
                    _ if line.path.contains("/views/{id}") && !line.path.ends_with("/opening") => {
                        granted.is_some() && matrix.right("views.share", role).is_some()
                    }
                    // Whoever changes their team's records asks for changes of their own, as everybody does.
                    _ if matrix.permission(line) == "employees.write"
                        && granted == Some(Scope::Team)
                        && *whose == Scope::Own
                        // A tag is no field of the record.
                        && !line.path.contains("/{id}/tags") =>
                    {
                        false
                    }
                    // Of one's own pay and account somebody else decides; before the first role, the owner's, there is nobody.
                    _ if matrix.permission(line) == "employees.pay_write" && *whose == Scope::Own => {
                        role == Role::Owner
                    }
                    true => granted.is_some_and(|g| g >= *whose),
                    false => granted.is_some(),
                };
                if expected {
                    assert!(
                        page.status.is_success()
                            || page.status == StatusCode::SEE_OTHER
                            || page.status == StatusCode::UNPROCESSABLE_ENTITY
                            || page.status == StatusCode::CONFLICT,
                        "{what}"
                    );
                } else {
                    assert_eq!(page.status, StatusCode::NOT_FOUND, "{what}");
                }
            }
        }
        app.run_jobs().await;
    }
    // Mail of what was asked and answered goes out in some minutes.
    app.jobs_may_wait();
}
