//! Home and the first steps.

use crate::{
    web::{Allowed, Result, Routes, Screen},
    workspace::activity,
};
use domain::{
    Slug,
    access::{
        AttendanceApprove, AttendanceWrite, CustomersRead, DealsRead, DocumentsWrite, EmployeesImport, EmployeesRead,
        EmployeesWrite, HomeRead, LeaveApprove, Permission, Scope,
    },
    crm::reports::Question,
    hr::{attendance::week, documents::Tab, employees::Filter},
    list::{Total, WAITING, grouped},
    paths,
};
use store::{
    TenantTx,
    activity::{Action, COUNTED, Recent},
    hr::{attendance, change_requests, documents, employees, leave},
    workspace::{self, HOME_CAP},
};
use views::workspace::{
    first_steps::FirstSteps,
    home::{Happened, Home, Today},
};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::HOME, home).get(paths::FIRST_STEPS, first_steps)
}

async fn home(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let counts = workspace::counts(&mut tx).await?;
    let recent = store::activity::recent(&mut tx, 8).await?;
    let steps = workspace::steps(&mut tx).await?;
    let (to_confirm, to_bring) = store::hr::policies::waits(&mut tx).await?;
    // One press of a button, for whoever has days to write down.
    let may_clock = who.actor.employee.is_some() && who.actor.may(AttendanceWrite::KEY);
    let clock = match may_clock {
        true => Some((screen.csrf().to_owned(), store::hr::attendance::running(&mut tx).await?)),
        false => None,
    };
    let hr = match who.actor.rights.scope(EmployeesWrite::KEY) == Some(Scope::All) {
        true => Some(("Today in HR", today(&who, &mut tx).await?)),
        // Whoever leads a team is told of what waits for them, and of nothing where nothing does.
        false => Some(("Waits for your answer", answers(&who, &mut tx).await?))
            .map(|(title, all)| (title, all.into_iter().filter(|t| t.count != Total::Exactly(0)).collect::<Vec<_>>()))
            .filter(|(_, all)| !all.is_empty()),
    };
    let sales = match who.actor.may(DealsRead::KEY) {
        true => {
            let standing = store::crm::reports::standing(&mut tx, who.workspace.currency).await?;
            let (from, to) = (tx.today().first_of_month().to_string(), tx.today().to_string());
            let won = Question { from, to, ..Question::default() }.deals("won", None, None);
            Some((standing, views::list::url(&paths::deals(who.slug()), &won)))
        }
        false => None,
    };
    let left = [steps.employees, steps.customers, steps.colleagues].into_iter().filter(|done| !done).count();
    let others = who.actor.rights.scope(EmployeesRead::KEY) > Some(Scope::Own);
    let words = |n: i64| if n > HOME_CAP { format!("{}+", grouped(HOME_CAP)) } else { grouped(n) };
    let view = Home {
        slug: who.slug().clone(),
        person: who.actor.name.clone(),
        company: who.workspace.name.clone(),
        moment: activity::moment(&who),
        people: others.then(|| (words(counts.employees), words(counts.joined_this_month))),
        customers: who.actor.may(CustomersRead::KEY).then(|| (words(counts.customers), words(counts.prospects))),
        sales,
        to_confirm,
        to_bring,
        hr,
        clock,
        recent: recent.into_iter().map(|r| happened(who.slug(), r)).collect(),
        steps_left: if who.actor.may(EmployeesImport::KEY) { left } else { 0 },
    };
    Ok(screen.show(&who, &view))
}

/// What waits for the reader's answer: each with the list that has just so many.
async fn answers(who: &Allowed<HomeRead>, tx: &mut TenantTx) -> Result<Vec<Today>> {
    let slug = who.slug();
    let may = |key| who.actor.may(key);
    let mut all = vec![];
    let mut add = |count: Total, one: &'static str, many: &'static str, href: String| {
        all.push(Today { count, one, many, href });
    };
    let asked = |waiting: i64| Total::up_to(waiting, WAITING);
    if may(LeaveApprove::KEY) {
        let waiting = leave::requests::waiting(tx).await?;
        add(
            asked(waiting),
            "request for time off to answer",
            "requests for time off to answer",
            paths::leave_approvals(slug),
        );
    }
    if may(EmployeesWrite::KEY) {
        let changes = change_requests::count(tx).await?;
        add(
            Total::capped(changes),
            "change of a record to answer",
            "changes of records to answer",
            paths::change_requests(slug),
        );
    }
    if may(AttendanceApprove::KEY) {
        let weeks = attendance::waiting(tx).await?;
        add(asked(weeks), "timesheet to approve", "timesheets to approve", paths::timesheets(slug));
    }
    Ok(all)
}

/// What waits today for whoever looks after everybody's records.
async fn today(who: &Allowed<HomeRead>, tx: &mut TenantTx) -> Result<Vec<Today>> {
    let slug = who.slug();
    let may = |key| who.actor.may(key);
    let mut all = answers(who, tx).await?;
    let mut add = |count: Total, one: &'static str, many: &'static str, href: String| {
        all.push(Today { count, one, many, href });
    };
    if may(DocumentsWrite::KEY) {
        let [waiting, expiring] = documents::counts(tx, [Tab::Waiting, Tab::Expiring]).await?;
        let on = |tab: Tab| format!("{}?show={}", paths::documents(slug), tab.key());
        add(Total::capped(waiting), "document to look at", "documents to look at", on(Tab::Waiting));
        add(Total::capped(expiring), "document that expires soon", "documents that expire soon", on(Tab::Expiring));
    }
    let monday = week(tx.today());
    let days = |n: i64| n.to_string();
    let questions = [
        Filter { probation_within: days(30), ..Filter::default() },
        Filter {
            started_from: monday.to_string(),
            started_to: monday.plus(6).unwrap_or(monday).to_string(),
            ..Filter::default()
        },
        Filter { birthday_within: days(7), ..Filter::default() },
        Filter { anniversary_within: days(7), ..Filter::default() },
    ];
    let words = [
        ("probation that ends in the next 30 days", "probations that end in the next 30 days"),
        ("first day this week", "first days this week"),
        ("birthday in the next 7 days", "birthdays in the next 7 days"),
        ("anniversary in the next 7 days", "anniversaries in the next 7 days"),
    ];
    let counts = employees::counts(tx, questions.each_ref()).await?;
    for ((question, (one, many)), count) in questions.iter().zip(words).zip(counts) {
        add(Total::capped(count), one, many, views::list::url(&paths::employees(slug), question));
    }
    Ok(all)
}

async fn first_steps(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let steps = workspace::steps(&mut tx).await?;
    let view = FirstSteps {
        slug: who.slug().clone(),
        company: who.workspace.name.clone(),
        person: who.actor.name.clone(),
        employees: steps.employees,
        customers: steps.customers,
        colleagues: steps.colleagues,
    };
    Ok(screen.show(&who, &view))
}

fn happened(slug: &Slug, r: Recent) -> Happened {
    let (one, many) = match r.record.as_str() {
        "customers" => ("customer", "customers"),
        "contacts" => ("contact", "contacts"),
        "deals" => ("deal", "deals"),
        "leads" => ("lead", "leads"),
        "tickets" => ("ticket", "tickets"),
        _ => ("employee", "employees"),
    };
    let imported = r.cause.as_deref().is_some_and(|c| c.starts_with("import:"));
    let undone = r.cause.as_deref().is_some_and(|c| c.starts_with("undo:"));
    let did = match (r.action, r.archived) {
        (Action::Insert, _) if imported => "imported",
        (Action::Insert, _) => "added",
        (Action::Delete, _) if undone => "undid the import of",
        (Action::Delete, _) => "deleted",
        (Action::Update, Some(true)) => "archived",
        (Action::Update, Some(false)) => "restored",
        (Action::Update, None) if imported => "updated",
        (Action::Update, None) => "changed",
    };
    let more = match (r.action, r.archived, r.fields.len()) {
        (Action::Update, None, _) if imported => "by an import".to_owned(),
        (Action::Update, None, 1) if r.count == 1 => field(&r.fields[0]),
        (Action::Update, None, n) if r.count == 1 => format!("({n} fields)"),
        _ => String::new(),
    };
    let (what, href) = match (r.count, r.name) {
        (1, Some(name)) => {
            let path = match one {
                "customer" => paths::customer(slug, r.record_id),
                "contact" => paths::contact(slug, r.record_id),
                "deal" => paths::deal(slug, r.record_id),
                "lead" => paths::lead(slug, r.record_id),
                "ticket" => paths::ticket(slug, r.record_id),
                _ => paths::employee(slug, r.record_id),
            };
            (name, Some(path))
        }
        (1, None) => (if one == "employee" { format!("an {one}") } else { format!("a {one}") }, None),
        (n, _) => {
            let n = if n > COUNTED { format!("{}+", grouped(COUNTED)) } else { grouped(n) };
            // The list cannot be narrowed to just these, and all of them would be something else.
            (format!("{n} {many}"), None)
        }
    };
    Happened { who: r.actor, did: did.into(), what, href, more, when: r.at, by_machine: imported || undone }
}

fn field(column: &str) -> String {
    // One column holds all of a class; which of them it was is not known here.
    if store::custom_fields::COLUMNS.iter().any(|(own, _)| *own == column) {
        return "(own fields)".into();
    }
    // What stands beside the record is not called by its column.
    if column.starts_with("with_") || column == "role_there" {
        return format!("({})", activity::label(column, &[]).to_lowercase());
    }
    format!("({})", column.trim_end_matches("_minor").trim_end_matches("_id").replace('_', " "))
}
