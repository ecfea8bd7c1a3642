//! Roles of a workspace's own: made, used, changed by two at once.

use crate::support::{Browser, Company, PASSWORD, TestApp};
use axum::http::StatusCode;
use domain::{CustomerId, EmployeeId, access::Role};

const ROLES: &str = "/w/acme/settings/roles";

/// A company whose site lead is above one person, over another; and one who is beside them all.
pub(super) struct Site<'a> {
    pub company: Company<'a>,
    pub lead: EmployeeId,
    pub middle: EmployeeId,
    pub below: EmployeeId,
    pub beside: EmployeeId,
    /// Owned by the one below, and by nobody.
    pub theirs: CustomerId,
    pub nobodys: CustomerId,
}

impl<'a> Site<'a> {
    pub async fn of(app: &'a TestApp) -> Self {
        let company = app.company("acme").await;
        let person = |number: &'static str, name: &'static str, manager: &'static str| {
            let email = app.email(&name.to_lowercase());
            let pay = [("salary", "91357"), ("birth_date", "1981-07-19"), ("department", "Quarry")];
            (number, name, manager, email, pay)
        };
        let mut ids = vec![];
        for (number, name, manager, email, pay) in
            [person("1", "Lead", ""), person("2", "Middle", "1"), person("3", "Below", "2"), person("4", "Beside", "")]
        {
            let mut fields = vec![("number", number), ("last_name", name), ("manager", manager), ("email", &email)];
            fields.extend(pay);
            ids.push(company.employee(&fields).await);
        }
        let seller = company.join("Below Seller", &app.email("seller"), Role::SalesRep).await;
        company.link(seller.member, ids[2]).await;
        let theirs = company.customer(&[("name", "Theirs"), ("owner", &seller.email)]).await;
        // They sold when they were given it.
        let role = format!("update members set role = 'employee' where id = '{}'", seller.member);
        app.trial.admin(&role).await.expect("it is their role");
        let nobodys = company.customer(&[("name", "Nobodys")]).await;
        Self { company, lead: ids[0], middle: ids[1], below: ids[2], beside: ids[3], theirs, nobodys }
    }

    /// Somebody in a role of these rights, who is the site lead.
    pub async fn in_role(&self, name: &str, grants: &[(&str, &str)]) -> Browser {
        let role = self.company.role(name, grants).await;
        let email = self.company.app.email(&format!("{}.role", name.to_lowercase().replace(' ', ".")));
        let person = self.company.join(name, &email, Role::Custom(role)).await;
        self.company.app.trial.admin("update members set employee_id = null where employee_id in (select id from employees where number = '1')").await.expect("free");
        self.company.link(person.member, self.lead).await;
        let mut browser = self.company.app.browser();
        browser.sign_in(&email, PASSWORD).await;
        browser
    }
}

#[tokio::test]
async fn a_scope_holds_at_every_door() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let grants = [
        ("employees.read", "team"),
        ("employees.write", "team"),
        ("employees.archive", "team"),
        ("employees.bulk", "team"),
        ("employees.export", "team"),
        ("employees.pay", "own"),
        ("employees.personal", "team"),
        ("customers.read", "team"),
    ];
    let mut lead = site.in_role("Site lead", &grants).await;
    let seen = |text: &str| {
        ["Lead", "Middle", "Below", "Beside"]
            .into_iter()
            .filter(|n| text.contains(&format!("Ada {n}")))
            .collect::<Vec<_>>()
    };
    // Lists, whole and in part, searched and filtered.
    for question in ["", "?q=ada", "?department=Quarry", "?sort=-start_date", "?status=active"] {
        let page = lead.get(&format!("/w/acme/hr/employees{question}")).await;
        assert_eq!(seen(&page.text), ["Lead", "Middle", "Below"], "{question}: {page}");
    }
    assert_eq!(seen(&lead.get("/w/acme/search?q=ada").await.text), ["Lead", "Middle", "Below"]);
    let options = lead.get("/w/acme/hr/employees/options?manager=ada").await;
    assert!(!options.text.contains("Beside"), "{options}");
    let home = lead.get("/w/acme").await;
    assert!(!home.text.contains("Beside") && !home.text.contains("Nobodys"), "{home}");
    // Their own pay is open, and nobody else's; birth dates are open for the team.
    let page = lead.get(&format!("/w/acme/hr/employees/{}", site.lead)).await;
    assert!(page.text.contains("91,357") && page.text.contains("1981"), "{page}");
    let page = lead.get(&format!("/w/acme/hr/employees/{}", site.below)).await;
    assert!(!page.text.contains("91,357") && page.text.contains("1981"), "{page}");
    for path in ["", "/edit", "/timeline"] {
        let page = lead.get(&format!("/w/acme/hr/employees/{}{path}", site.beside)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    }
    let file = lead.get("/w/acme/hr/employees/export").await;
    assert_eq!(file.text.lines().count(), 4, "{}", file.text);
    assert!(!file.text.contains("Beside") && !file.text.contains("91357"), "{}", file.text);
    // Customers of the team.
    let page = lead.get("/w/acme/crm/customers").await;
    assert!(page.text.contains("Theirs") && !page.text.contains("Nobodys"), "{page}");
    let status = lead.get(&format!("/w/acme/crm/customers/{}", site.nobodys)).await.status;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(lead.get(&format!("/w/acme/crm/customers/{}", site.theirs)).await.status, StatusCode::OK);
    // What they name and do not reach stays as it is, one by one and all that a question finds.
    let ids = [("ids", site.beside.to_string()), ("ids", site.middle.to_string())];
    let ids: Vec<_> = ids.iter().map(|(n, v)| (*n, v.as_str())).collect();
    lead.post("/w/acme/hr/employees/archivals", &ids).await;
    let status = lead.post(&format!("/w/acme/hr/employees/{}/archival", site.beside), &[]).await.status;
    assert_eq!(status, StatusCode::NOT_FOUND);
    lead.post("/w/acme/hr/employees/archivals", &[("all", "/w/acme/hr/employees?q=ada")]).await;
    app.run_jobs().await;
    let mut owner = site.company.owner().await;
    let left = owner.get("/w/acme/hr/employees").await;
    // Those of their team; they themselves are not theirs to archive.
    assert_eq!(seen(&left.text), ["Lead", "Beside"], "{left}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_adds_to_their_team_adds_to_no_other() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let mut lead = site.in_role("Team builder", &[("employees.read", "all"), ("employees.write", "team")]).await;
    let add = async |lead: &mut Browser, manager: &str| {
        lead.get("/w/acme/hr/employees/new").await;
        lead.fill("Add employee", &[("First name", "Eve"), ("Last name", "New"), ("Manager", manager)]).await
    };
    for wrong in ["", "4"] {
        let page = add(&mut lead, wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.text.contains("You may add people to your own team only"), "{page}");
    }
    let page = add(&mut lead, "3").await;
    assert_eq!(page.h1(), "Eve New", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_role_is_saved_when_it_was_seen_who_gains_and_loses_what() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let mut holder = site.in_role("Reader", &[("employees.read", "all"), ("customers.read", "all")]).await;
    let mut owner = site.company.owner().await;
    let page = owner.get(ROLES).await;
    assert!(page.text.contains("Reader") && page.text.contains("Payroll officer"), "{page}");
    owner.click("Reader").await;
    owner.click("Edit").await;
    let page = owner.fill("Save changes", &[("employees.pay", "all"), ("customers.read", "")]).await;
    assert_eq!(page.h1(), "Change Reader", "{page}");
    for word in ["1 member holds it", "They gain", "See pay", "They lose", "Customers: View"] {
        assert!(page.text.contains(word), "{word}: {page}");
    }
    assert_eq!(holder.get("/w/acme/crm/customers").await.status, StatusCode::OK, "nothing has changed yet");
    // Thinking better of it, one finds what one typed.
    let page = owner.press("Back to the form").await;
    assert_eq!(page.form("Save changes").value("employees.pay"), "all", "{page}");
    owner.press("Save changes").await;
    let page = owner.press("Save role").await;
    assert!(page.text.contains("Changes saved."), "{page}");
    assert_eq!(holder.get("/w/acme/crm/customers").await.status, StatusCode::NOT_FOUND, "with their next request");
    let page = holder.get(&format!("/w/acme/hr/employees/{}", site.below)).await;
    assert!(page.text.contains("91,357"), "{page}");
}

#[tokio::test]
async fn a_role_edited_by_two_shows_both() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let role = company.role("Reader", &[("employees.read", "all")]).await;
    let (mut one, mut other) = (company.owner().await, company.admin().await);
    let edit = format!("{ROLES}/{role}/edit");
    one.get(&edit).await;
    other.get(&edit).await;
    one.fill("Save changes", &[("employees.read", "team"), ("customers.read", "all")]).await;
    let page = other.fill("Save changes", &[("employees.read", "own"), ("Name", "Looker")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.text.contains("Olga Owner changed this"), "{page}");
    let form = page.form("Save changes");
    let kept = ["name", "employees.read", "customers.read"].map(|field| form.value(field).to_owned());
    assert_eq!(kept, ["Looker", "own", "all"], "theirs is taken over where only they changed it");
    let page = other.press("Save changes").await;
    assert!(page.text.contains("Changes saved."), "{page}");
}

#[tokio::test]
async fn nobody_makes_a_role_that_may_more_than_they() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let grants = [("employees.read", "all"), ("members.read", "all"), ("roles.read", "all"), ("roles.write", "all")];
    let mut clerk = site.in_role("Role clerk", &grants).await;
    // What the form does not offer is refused as well.
    let boss = [("name", "Boss"), ("employees.read", "all"), ("employees.pay", "all")];
    let page = clerk.post(&format!("{ROLES}/new"), &boss).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.text.contains("You do not have all of these rights yourself: See pay."), "{page}");
    let strong = site.company.role("Strong", &[("employees.read", "all"), ("employees.pay", "all")]).await;
    let page = clerk.get(&format!("{ROLES}/{strong}/edit")).await;
    let page = clerk.send(page.form("Save changes").set("employees.pay", "")).await;
    assert!(page.text.contains("You do not have all of these rights yourself"), "{page}");
    assert_eq!(clerk.post(&format!("{ROLES}/{strong}/removal"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Begun with a stronger one, a new role has what its maker may give.
    let page = clerk.get(&format!("{ROLES}/new?from=hr_manager")).await;
    let form = page.form("Add role");
    assert_eq!(
        ["employees.read", "employees.pay", "employees.write"].map(|r| form.value(r).to_owned()),
        ["all", "", ""]
    );
}

#[tokio::test]
async fn a_role_that_somebody_holds_is_not_deleted() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    site.in_role("Reader", &[("employees.read", "all")]).await;
    let mut owner = site.company.owner().await;
    owner.get(ROLES).await;
    let page = owner.click("Reader").await;
    assert!(!page.text.contains("Delete role"), "{page}");
    let removal = format!("{}/removal", page.path);
    let page = owner.post(&removal, &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("Somebody still has this role"), "{page}");
    app.trial
        .admin("update members set role = 'employee', role_id = null where role = 'custom'")
        .await
        .expect("another role");
    owner.get(ROLES).await;
    owner.click("Reader").await;
    let page = owner.press("Delete role").await;
    assert!(page.text.contains("The role Reader was deleted."), "{page}");
}
