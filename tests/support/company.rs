//! One coherent company, made by the product's own functions.

use super::{Browser, TestApp};
use domain::{
    AccountId, ApprovalId, ArchivalId, AssetId, AttendanceId, ChecklistId, ChecklistItemId, ChecklistTemplateId,
    CustomerId, Email, EmployeeId, ImportId, InvitationId, MemberId, NoteId, RoleId, RunId, Slug, TaskId, TenantId,
    TimesheetId, WorkflowId,
    access::{Role, Sight},
    automation::workflows::Definition,
    crm::customers,
    draft::Answers,
    hr::{employees, employment, positions},
    import::Target,
    notes, tasks,
    workspace::{access::Subject, members::InviteFields, roles, signup},
};
use people360::web::password::Passwords;
use serde_json::json;
use std::collections::HashMap;
use store::{Desk, TenantTx, automation::workflows, identity};
use tokio::sync::{Mutex, OnceCell};

/// Everybody's password.
pub const PASSWORD: &str = "nine lamps under the river";

async fn hash() -> &'static str {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(async || Passwords::default().hash(PASSWORD).await.expect("it can be hashed")).await
}

/// A member, and how they sign in.
#[derive(Debug, Clone)]
pub struct Person {
    pub email: String,
    pub account: AccountId,
    pub member: MemberId,
}

/// What [`Company::checklist`] makes.
#[derive(Debug, Clone, Copy)]
pub struct Checklist {
    pub template: ChecklistTemplateId,
    pub id: ChecklistId,
    pub item: ChecklistItemId,
}

pub struct Company<'a> {
    pub app: &'a TestApp,
    pub tenant: TenantId,
    pub slug: String,
    people: Mutex<HashMap<Role, Person>>,
}

/// What is being made.
pub type Made<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl<'a> Company<'a> {
    pub(super) async fn sign_up(app: &'a TestApp, slug: &str) -> Self {
        let tenant = app.db.id();
        let fields = signup::Fields {
            company: signup::Company {
                name: format!("{}{} Lamps", slug[..1].to_uppercase(), &slug[1..]),
                slug: Slug::parse(slug).expect("a slug"),
                country: None,
                conventions: Default::default(),
                zone: chrono_tz::Tz::UTC,
            },
            name: "Olga Owner".into(),
            email: Email::parse(&app.email(&format!("olga.{slug}"))).expect("an address"),
            password: PASSWORD.into(),
        };
        let mut tx = app.db.identity().await.expect("a transaction");
        let account = identity::sign_up(&mut tx, tenant, &fields, hash().await).await.expect("it signs up");
        identity::verify(&mut tx, account).await.expect("the address is proven");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
        let company = Self { app, tenant, slug: slug.into(), people: Mutex::default() };
        let owner = company.person(fields.email.as_str(), account).await;
        company.people.lock().await.insert(Role::Owner, owner);
        company
    }

    async fn person(&self, email: &str, account: AccountId) -> Person {
        let entry = self.app.db.enter(&self.slug, account).await.expect("the door answers").expect("a member");
        Person { email: email.into(), account, member: entry.actor.member }
    }

    /// The member of this role; they join when they are first asked for.
    pub async fn member(&self, role: Role) -> Person {
        let mut people = self.people.lock().await;
        if let Some(person) = people.get(&role) {
            return person.clone();
        }
        let name = match role {
            Role::Owner => "Olga Owner".to_owned(),
            Role::Admin => "Adam Admin".to_owned(),
            Role::Manager => "Mona Manager".to_owned(),
            Role::Employee => "Emil Employee".to_owned(),
            role => format!("Some {}", role.label()),
        };
        let email = self.app.email(&format!("{}.{}", role.value().replace('_', "-"), self.slug));
        let person = self.join(&name, &email, role).await;
        people.insert(role, person.clone());
        person
    }

    /// One more member.
    pub async fn join(&self, name: &str, email: &str, role: Role) -> Person {
        let address = Email::parse(email).expect("an address");
        let mut tx = self.app.db.identity().await.expect("a transaction");
        let account = match identity::by_email(&mut tx, email).await.expect("accounts can be asked for") {
            Some(account) => account.id,
            None => identity::open_account(&mut tx, &address, name, hash().await, true).await.expect("an account"),
        };
        identity::join(&mut tx, self.tenant, account, name, email, role, true).await.expect("they join");
        tx.commit().await.expect("it is kept");
        self.person(email, account).await
    }

    /// Gives somebody a manager, from today on.
    pub async fn reports(&self, employee: EmployeeId, manager: EmployeeId) {
        let mut tx = self.begin().await;
        let lead = store::hr::employees::find(&mut tx, manager).await.expect("a manager");
        let now = store::hr::employees::find(&mut tx, employee).await.expect("an employee");
        let draft = employees::Draft { manager: lead.number, ..now.draft() };
        let fields = draft.parse(&Default::default()).expect("an employee");
        store::hr::employees::change(&mut tx, employee, now.version, &fields).await.expect("they report");
        tx.commit().await.expect("it is kept");
    }

    /// Plans a change of job and one of pay, for May.
    pub async fn plans(&self, employee: EmployeeId) -> (domain::JobRowId, domain::PayRowId) {
        let mut tx = self.begin().await;
        let (job, pay) = (tx.id(), tx.id());
        let draft =
            employment::JobDraft { from: "2026-05-01".into(), job_title: "Planned".into(), ..Default::default() };
        let fields = draft.parse(&Default::default()).expect("a change of job");
        store::hr::employment::add_job(&mut tx, employee, job, &fields).await.expect("it is planned");
        let draft = employment::PayDraft { from: "2026-05-01".into(), salary: "60000".into(), ..Default::default() };
        let fields = draft.parse(&Default::default()).expect("a change of pay");
        store::hr::employment::add_pay(&mut tx, employee, pay, &fields).await.expect("it is planned");
        tx.commit().await.expect("it is kept");
        (job, pay)
    }

    /// A shared view of the owner's, and no other of this list.
    pub async fn view(&self, noun: Target, name: &str) -> domain::ViewId {
        let gone = format!("delete from saved_views where tenant_id = '{}' and noun = '{}'", self.tenant, noun.key());
        self.app.trial.admin(&gone).await.expect("the others are gone");
        let mut tx = self.begin().await;
        let id = tx.id();
        let fields =
            domain::saved_views::Fields { name: name.into(), shared: true, opens: false, question: "q=a".into() };
        store::saved_views::add(&mut tx, noun, id, &fields).await.expect("a view");
        tx.commit().await.expect("it is kept");
        id
    }

    /// A custom field that holds files.
    pub async fn file_field(&self, noun: Target, name: &str) -> domain::CustomFieldId {
        let mut tx = self.begin().await;
        let draft = domain::custom_fields::Draft {
            noun: noun.key().into(),
            label: format!("Paper {name}"),
            kind: "file".into(),
            ..Default::default()
        };
        let id = tx.id();
        store::custom_fields::add(&mut tx, id, &draft.parse().expect("a field")).await.expect("it is added");
        tx.commit().await.expect("it is kept");
        id
    }

    /// Two custom fields of employees, and no others; the first of them.
    pub async fn custom_field(&self, name: &str) -> domain::CustomFieldId {
        for table in ["custom_files", "custom_fields"] {
            let gone = format!("delete from {table} where tenant_id = '{}'", self.tenant);
            self.app.trial.admin(&gone).await.expect("the others are gone");
        }
        let mut tx = self.begin().await;
        let ids = [tx.id::<domain::CustomFieldId>(), tx.id()];
        for (id, label) in ids.into_iter().zip([format!("First {name}"), format!("Second {name}")]) {
            let draft = domain::custom_fields::Draft {
                noun: "employees".into(),
                label,
                kind: "text".into(),
                ..Default::default()
            };
            let fields = draft.parse().expect("a field");
            store::custom_fields::add(&mut tx, id, &fields).await.expect("it is added");
        }
        tx.commit().await.expect("they are kept");
        ids[0]
    }

    pub async fn position(&self, title: &str) -> domain::PositionId {
        let mut tx = self.begin().await;
        let id = tx.id();
        let draft = positions::Draft { title: title.into(), headcount: "2".into(), ..Default::default() };
        let (fields, errors) = draft.read(&Default::default());
        assert!(errors.is_empty(), "{errors:?}");
        store::hr::positions::add(&mut tx, id, &fields).await.expect("a position");
        tx.commit().await.expect("it is kept");
        id
    }

    /// Makes a role of these rights.
    pub async fn role(&self, name: &str, grants: &[(&str, &str)]) -> RoleId {
        let mut draft = roles::Draft { name: name.into(), ..Default::default() };
        grants.iter().for_each(|(right, scope)| draft.set(right, (*scope).to_owned()));
        let (fields, errors) = draft.read();
        assert!(errors.is_empty(), "{errors:?}");
        let mut tx = self.begin().await;
        let id = tx.id();
        store::workspace::roles::add(&mut tx, id, &fields).await.expect("a role");
        tx.commit().await.expect("it is kept");
        id
    }

    /// A published workflow on employees that somebody starts by hand, whose draft says more; a run of it that failed,
    /// and a question of that run.
    pub async fn workflow(&self, round: &str, asked: MemberId) -> (WorkflowId, RunId, ApprovalId) {
        let steps = |more: bool| {
            let mut steps = vec![serde_json::json!({ "id": "s1", "do": "note", "text": format!("Round {round}") })];
            steps.extend(more.then(|| serde_json::json!({ "id": "s3", "do": "note", "text": "More" })));
            steps.push(serde_json::json!({ "id": "s2", "do": "note", "text": "End" }));
            let whole = serde_json::json!({ "record": "employee", "trigger": { "on": "manual" }, "again": true, "cool_down": 0, "steps": steps });
            Definition::from_json(&whole.to_string()).expect("a definition")
        };
        let (name, mut tx) = (format!("Workflow {round}"), self.begin().await);
        let id = tx.id();
        workflows::add(&mut tx, id, (&name, ""), &steps(false), None).await.expect("it is added");
        workflows::publish(&mut tx, id, 1).await.expect("it is published");
        workflows::change(&mut tx, id, 2, (&name, ""), &steps(true)).await.expect("it is changed");
        let (run, approval) = (tx.id::<RunId>(), tx.id::<ApprovalId>());
        tx.commit().await.expect("it is kept");
        let made = format!(
            "insert into workflow_runs (tenant_id, id, workflow_id, number, once, state, started_at, moved_at, ended_at)
             values ('{0}', '{run}', '{id}', 1, '{run}', 'failed', now(), now(), now());
             insert into workflow_steps (tenant_id, run_id, round, step, place, kind, state, started_at)
             values ('{0}', '{run}', 1, 's1', 1, 'note', 'failed', now());
             insert into workflow_approvals (tenant_id, id, run_id, round, step, member_id, question, asked_at, due_at)
             values ('{0}', '{approval}', '{run}', 1, 's1', '{asked}', 'Really?', now(), now())",
            self.tenant
        );
        self.app.trial.admin(&made).await.expect("a run");
        (id, run, approval)
    }

    /// A holiday calendar with one day; both ids.
    pub async fn calendar(&self, name: &str) -> (uuid::Uuid, uuid::Uuid) {
        use store::workspace::{holidays, places};
        let mut tx = self.begin().await;
        let id: domain::CalendarId = tx.id();
        holidays::add_calendar(&mut tx, id, &format!("Days {name}")).await.expect("a calendar");
        let day = domain::Day::new(2026, 12, 25).expect("a day");
        holidays::add_day(&mut tx, id, day, "Christmas", false).await.expect("a day");
        let days = holidays::days(&mut tx, id, day).await.expect("its days");
        let site: domain::PlaceId = tx.id();
        let location = domain::workspace::places::Kind::Location;
        places::add(&mut tx, location, site.0, &format!("Site {name}")).await.expect("a place");
        for place in ["Old", "Unused"] {
            let place_id: domain::PlaceId = tx.id();
            let name = format!("{place} {name}");
            places::add(&mut tx, domain::workspace::places::Kind::Department, place_id.0, &name)
                .await
                .expect("a place");
        }
        tx.commit().await.expect("it is kept");
        (id.0, days[0].id.0)
    }

    /// A message to this address that came back for good, and the address, which is stopped.
    pub async fn stopped(&self, email: &str) -> (domain::MailId, domain::SuppressionId) {
        let mut tx = self.begin().await;
        let (id, message_id) = (tx.id::<domain::MailId>(), format!("<{}@people.test>", tx.id::<domain::MailId>()));
        let out = store::mails::Outgoing {
            id,
            template: "send_invitation",
            recipient: email,
            subject: "Join us",
            message_id: &message_id,
            once: false,
            account: false,
            optional: false,
        };
        store::mails::begin_try(&mut tx, &out).await.expect("a message");
        let answer = "550 5.1.1 no such user";
        store::mails::bounced(&mut tx, id, Some(store::mails::Reason::Bounce), answer).await.expect("it comes back");
        let stopped = store::mails::stopped(&mut tx, email).await.expect("an answer").expect("it is stopped");
        tx.commit().await.expect("it is kept");
        (id, stopped.id)
    }

    /// The id of the workspace's logo, which is set.
    pub async fn logo(&self) -> String {
        let made = store::workspace::pictures::Picture { digest: "0".into(), media_type: "image/png", body: vec![1] };
        let mut tx = self.begin().await;
        store::workspace::pictures::set_logo(&mut tx, Some(&made)).await.expect("a logo");
        tx.commit().await.expect("it is kept");
        self.tenant.to_string()
    }

    /// The version of the workspace's settings.
    pub async fn settings_version(&self) -> i32 {
        let mut tx = self.begin().await;
        store::workspace::settings::find(&mut tx).await.expect("settings").version
    }

    /// One value of this workspace, as the serving role reads it.
    pub async fn read<T>(&self, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        let mut conn = self.app.app_role().await;
        let begin = format!("begin; set local app.tenant_id = '{}'", self.tenant);
        sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut conn).await.expect("a transaction");
        let row = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(&mut conn).await.expect("a row");
        sqlx::Row::get(&row, 0)
    }

    /// Says which employee a member is.
    pub async fn link(&self, member: MemberId, employee: EmployeeId) {
        let sql = format!("update members set employee_id = '{employee}' where id = '{member}'");
        self.app.trial.admin(&sql).await.expect("they are linked");
    }

    /// A browser in which the member of this role is signed in.
    pub async fn signed_in(&self, role: Role) -> Browser {
        let person = self.member(role).await;
        let mut browser = self.app.browser();
        browser.sign_in(&person.email, PASSWORD).await;
        browser
    }

    pub async fn owner(&self) -> Browser {
        self.signed_in(Role::Owner).await
    }

    pub async fn admin(&self) -> Browser {
        self.signed_in(Role::Admin).await
    }

    pub async fn manager(&self) -> Browser {
        self.signed_in(Role::Manager).await
    }

    pub async fn employee_member(&self) -> Browser {
        self.signed_in(Role::Employee).await
    }

    /// A path in this workspace: `company.at("/hr/employees")`.
    /// Has somebody told of something, by nobody in particular.
    pub async fn told(&self, member: MemberId, title: &str) -> domain::NotificationId {
        let (mut tx, _) = self.app.db.begin_job(self.tenant, "test").await.expect("a transaction");
        let notice = domain::notifications::Notice {
            kind: domain::notifications::Kind::WorkflowNotice,
            title: title.into(),
            body: None,
            path: "/hr/employees".into(),
            key: title.into(),
        };
        store::notifications::notify(&mut tx, &[member], &notice).await.expect("they are told");
        let q = store::notifications::Question { most: 1, ..Default::default() };
        let (told, _) = store::notifications::list(&mut tx, member, q).await.expect("it is there");
        tx.commit().await.expect("it is told");
        told[0].id
    }

    pub fn at(&self, path: &str) -> String {
        format!("/w/{}{path}", self.slug)
    }

    pub async fn desk(&self, role: Role) -> Desk {
        let person = self.member(role).await;
        let entry = self.app.db.enter(&self.slug, person.account).await.expect("the door answers").expect("a member");
        Desk::of_member(&entry.actor, entry.workspace.zone, None)
    }

    /// A transaction in the owner's name.
    pub async fn begin(&self) -> TenantTx {
        self.app.db.begin(self.desk(Role::Owner).await).await.expect("a transaction")
    }

    /// Adds an employee from fields as typed: `&[("first_name", "Ada"), …]`. Names need not be given.
    pub async fn employee(&self, fields: &[(&str, &str)]) -> EmployeeId {
        self.employees([fields.to_vec()]).await[0]
    }

    /// Adds many at once.
    pub async fn employees<'f>(&self, all: impl IntoIterator<Item = Vec<(&'f str, &'f str)>>) -> Vec<EmployeeId> {
        let mut tx = self.begin().await;
        let mut ids = vec![];
        for fields in all {
            let mut draft =
                employees::Draft { first_name: "Ada".into(), last_name: "Lovelace".into(), ..Default::default() };
            fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
            let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
            let id = tx.id();
            ids.push(store::hr::employees::add(&mut tx, id, &fields).await.expect("an employee"));
        }
        tx.commit().await.expect("they are kept");
        self.app.run_jobs().await;
        ids
    }

    /// Adds a customer from fields as typed.
    pub async fn customer(&self, fields: &[(&str, &str)]) -> CustomerId {
        self.customers([fields.to_vec()]).await[0]
    }

    pub async fn customers<'f>(&self, all: impl IntoIterator<Item = Vec<(&'f str, &'f str)>>) -> Vec<CustomerId> {
        let mut tx = self.begin().await;
        let mut ids = vec![];
        for fields in all {
            let mut draft = customers::Draft { name: "Northwind".into(), ..Default::default() };
            fields.iter().for_each(|(name, value)| draft.set(name, (*value).to_owned()));
            let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{draft:?}: {e:?}"));
            let id = tx.id();
            ids.push(store::crm::customers::add(&mut tx, id, &fields).await.expect("a customer"));
        }
        tx.commit().await.expect("they are kept");
        self.app.run_jobs().await;
        ids
    }

    /// Invites somebody; the mail is sent.
    /// A task of the owner's making.
    pub async fn task(&self, title: &str, assignee: MemberId) -> TaskId {
        let mut tx = self.begin().await;
        let fields = tasks::Fields { assignee: Some(assignee), ..tasks::Fields::titled(title) };
        let id = tx.id();
        let id = store::tasks::add(&mut tx, id, &fields).await.expect("a task");
        tx.commit().await.expect("it is kept");
        id
    }

    /// A meeting tomorrow, of the owner's making.
    pub async fn meeting(&self, subject: &str, owner: MemberId) -> domain::ActivityId {
        self.activity(owner, &[("subject", subject)]).await
    }

    /// A call or a meeting with these fields, of the owner's making; tomorrow, unless they say when.
    pub async fn activity(&self, owner: MemberId, fields: &[(&str, &str)]) -> domain::ActivityId {
        let mut draft = domain::activities::Draft {
            subject: "Talk".into(),
            day: "2026-03-03".into(),
            time: "10:00".into(),
            owner: owner.to_string(),
            ..Default::default()
        };
        fields.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
        let (fields, errors) = draft.read(&domain::Conventions::default());
        assert!(errors.is_empty(), "{errors:?}");
        let mut tx = self.begin().await;
        let id = tx.id();
        let id = store::activities::add(&mut tx, id, &fields).await.expect("an activity");
        tx.commit().await.expect("it is kept");
        id
    }

    /// A piece of equipment, which somebody may have.
    pub async fn asset(&self, tag: &str, holder: Option<EmployeeId>) -> AssetId {
        use domain::hr::assets::{Condition, Draft, Handed, Status};
        let typed = Draft {
            name: format!("Laptop {tag}"),
            kind: "Laptop".into(),
            tag: tag.into(),
            value: "1,234.56".into(),
            ..Draft::default()
        };
        let (fields, errors) = typed.read(&Default::default());
        assert!(errors.is_empty(), "{errors:?}");
        let mut tx = self.begin().await;
        let id = tx.id();
        store::hr::assets::add(&mut tx, id, &fields).await.expect("equipment");
        if let Some(holder) = holder {
            let handed = Handed { day: tx.today(), condition: Condition::Good, note: None, then: Status::InStock };
            store::hr::assets::hand_out(&mut tx, id, holder, &handed).await.expect("it goes out");
        }
        tx.commit().await.expect("it is kept");
        id
    }

    /// A draft of a job that somebody hires for, as its hiring manager. In a box made here: the walks that await it have a
    /// stack that is nearly full.
    pub fn posting<'s>(&'s self, title: &str, of: Option<MemberId>) -> Made<'s, domain::PostingId> {
        use domain::hr::postings::{Draft, TeamRole};
        let typed = Draft {
            title: title.into(),
            location: "Harbour".into(),
            description: "# Lamps\n\nYou make **lamps**.".into(),
            salary_from: "1,234.00".into(),
            ..Draft::default()
        };
        let (fields, errors) = typed.read(&Default::default());
        assert!(errors.is_empty(), "{errors:?}");
        Box::pin(async move {
            let mut tx = self.begin().await;
            let id = tx.id();
            store::hr::postings::add(&mut tx, id, &fields).await.expect("a job");
            if let Some(of) = of {
                let team = [(of, TeamRole::HiringManager)];
                store::hr::postings::set_team(&mut tx, id, 1, &team).await.expect("a team");
            }
            tx.commit().await.expect("it is kept");
            id
        })
    }

    /// A job that is open, as though somebody had approved it.
    pub async fn opening(&self, title: &str) -> String {
        let id = self.posting(title, None).await;
        let now =
            "update postings set approval = 'approved', state = 'published', published_at = created_at where id =";
        self.app.trial.admin(&format!("{now} '{id}'")).await.expect("it is open");
        id.to_string()
    }

    /// Somebody who has applied for a job of this member's: the candidate, the application, and a stage in which it is not
    /// yet; and another candidate for the same, to be removed.
    pub fn applied<'s>(&'s self, name: &str, of: Option<MemberId>) -> Made<'s, [String; 4]> {
        let (name, posting) = (name.to_owned(), self.posting(&format!("For {name}"), of));
        Box::pin(async move {
            let posting = posting.await;
            let (candidate, id) = self.application(&name, posting).await;
            let (gone, _) = self.application(&format!("{name} too"), posting).await;
            let stage =
                format!("select id::text from posting_stages where posting_id = '{posting}' and kind = 'screening'");
            [candidate, id, self.read(&stage).await, gone]
        })
    }

    /// The candidate, and their application.
    async fn application(&self, name: &str, posting: domain::PostingId) -> (String, String) {
        use domain::hr::candidates::{Answers, Source, read};
        use store::hr::candidates::arrivals::{Arrival, take};
        let email = format!("{}@applicants.example", name.to_lowercase().replace(' ', "."));
        let typed = [("name", name), ("email", email.as_str()), ("consent", "true")];
        let typed: Answers = typed.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        let sent = read(&typed, &[]).expect("it holds");
        let mut tx = self.begin().await;
        let id = tx.id();
        let arrival = Arrival {
            id,
            posting,
            title: name,
            sent: &sent,
            cv: None,
            files: &[],
            notice: None,
            days: 180,
            source: Source::Careers,
            employee: None,
            mails: false,
        };
        take(&mut tx, &arrival).await.expect("it comes in");
        tx.commit().await.expect("it is kept");
        (self.read(&format!("select candidate_id::text from applications where id = '{id}'")).await, id.to_string())
    }

    /// A week of somebody's that waits for approval; and a stretch of it.
    pub async fn timesheet(&self, of: EmployeeId) -> (TimesheetId, AttendanceId) {
        use domain::hr::attendance::{Fields, week};
        use store::hr::attendance;
        let mut desk = self.desk(Role::Owner).await;
        desk.employee = Some(of);
        let mut tx = self.app.db.begin(desk).await.expect("a transaction");
        let (id, now) = (tx.id(), tx.now());
        let (from, until) = (now - chrono::Duration::hours(96), now - chrono::Duration::hours(90));
        let fields = Fields { from, until, rest: 0, reason: None, replaces: None };
        attendance::write(&mut tx, id, &fields, chrono_tz::Tz::UTC).await.expect("a stretch");
        let monday = week(domain::Day(from.date_naive()));
        attendance::submit(&mut tx, monday).await.expect("it is handed in");
        let sheet = attendance::own(&mut tx, monday).await.expect("an answer").and_then(|s| s.id).expect("a week");
        tx.commit().await.expect("it is kept");
        (sheet, id)
    }

    /// A template that nothing began from yet; and a checklist of another one about this leaver, with an item of the
    /// keeper's to do.
    pub async fn checklist(&self, name: &str, about: EmployeeId, keeper: MemberId) -> Checklist {
        use domain::hr::checklists::{Fields, Item, Kind, Owner};
        use store::hr::checklists::{self, running, templates};
        let fields = |of: &str| Fields {
            name: format!("{of} {name}"),
            kind: Kind::Offboarding,
            titles: vec![],
            departments: vec![],
            types: vec![],
            automatic: false,
            items: vec![Item {
                title: format!("Keys {name}"),
                note: None,
                owner: Owner::Member(keeper),
                days: 0,
                blocks: false,
            }],
        };
        let mut tx = self.begin().await;
        let (used, template) = (tx.id(), tx.id());
        templates::add(&mut tx, used, &fields("Used")).await.expect("a template");
        templates::add(&mut tx, template, &fields("Template")).await.expect("a template");
        // Far off, so that other stories about this person are before it.
        let day = domain::Day::new(2036, 6, 30);
        let id = running::begin(&mut tx, used, about, day).await.expect("a checklist");
        let whole = checklists::find(&mut tx, id).await.expect("it is there");
        let item = checklists::steps(&mut tx, &whole).await.expect("its items")[0].id;
        tx.commit().await.expect("it is kept");
        // It said the last day as well: the forms of other stories know the first version.
        let as_it_was = format!("update employees set version = 1 where id = '{}'", about.0);
        self.app.trial.admin(&as_it_was).await.expect("it is as it was");
        Checklist { template, id, item }
    }

    /// A note of the owner's.
    pub async fn note(&self, record: Subject, text: &str) -> NoteId {
        let mut tx = self.begin().await;
        let id = tx.id();
        let id = store::notes::add(&mut tx, id, record, &notes::Fields::of(text)).await.expect("a note");
        tx.commit().await.expect("it is kept");
        id
    }

    pub async fn invitation(&self, email: &str, role: Role) -> InvitationId {
        let by = self.member(Role::Owner).await.member;
        let fields = InviteFields { email: Email::parse(email).expect("an address"), role };
        let mut tx = self.begin().await;
        let id = tx.id();
        store::workspace::invitations::invite(&mut tx, id, by, &fields).await.expect("an invitation");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        id
    }

    /// Brings a file, which is looked at and not yet imported.
    pub async fn import(&self, target: Target, csv: &str) -> ImportId {
        let by = self.member(Role::Owner).await.member;
        let read = jobs::imports::understand(csv.into(), target, Sight::ALL).await;
        let (body, sheet, mapping) = read.unwrap_or_else(|e| panic!("{csv:?}: {}", e.0));
        let mut tx = self.begin().await;
        let id = tx.id();
        let file = store::imports::File { name: "file.csv", source: &sheet.source, mapping: &mapping, body: &body };
        store::imports::add(&mut tx, id, by, target, &file, &self.app.jobs().seal).await.expect("an import");
        tx.commit().await.expect("it is kept");
        id
    }

    /// Changes a field of one record by a bulk change of the owner's.
    pub async fn bulk_change(&self, target: Target, record: uuid::Uuid, field: &str, value: &str) -> domain::BulkId {
        use store::bulk;
        let by = self.member(Role::Owner).await.member;
        let back = domain::paths::Pages::of(target.list(), &self.slug).list();
        let draft = domain::bulk::Draft { field: field.into(), value: value.into(), ..Default::default() };
        let mut tx = self.begin().await;
        let id = tx.id();
        let asked = bulk::resolve(&mut tx, target, &draft).await.expect("it is understood");
        let whom = bulk::Whom::These(vec![record], vec![1]);
        bulk::start(&mut tx, id, by, &asked, &draft, &whom, &back).await.expect("it begins");
        let outcome = bulk::change(&mut tx, id, &asked, &[(record, None)]).await.expect("it is done");
        bulk::finish(&mut tx, id, &outcome).await.expect("it ends");
        tx.commit().await.expect("it is kept");
        id
    }

    /// Archives all that a search in the noun's list finds.
    pub async fn archival(&self, target: Target, search: &str) -> ArchivalId {
        let by = self.member(Role::Owner).await.member;
        let back = domain::paths::Pages::of(target.list(), &self.slug).list();
        let mut tx = self.begin().await;
        let id = tx.id();
        store::archivals::start(&mut tx, id, by, target, json!({ "q": search }), &back).await.expect("an archiving");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        id
    }
}
