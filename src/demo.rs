//! Data to look at and to measure: the demo company, made by the product's own functions, and workspaces of a size.

mod activities;
mod applicants;
mod automation;
mod beside;
mod boarding;
mod bulk;
mod contacts;
mod deals;
mod desk;
mod details;
mod documents;
mod duplicates;
mod fields;
mod forecast;
mod inbound;
mod leads;
mod leave;
mod organisation;
mod people;
mod recruiting;
mod support;
mod support_mail;
mod tickets;

use crate::web::password::Passwords;
use chrono::{DateTime, Datelike, Duration, Utc};
use domain::{
    CustomerId, Day, Email, EmployeeId, InvitationId, MailId, Slug, TenantId, TokenId,
    access::{Role, Sight},
    draft::Answers,
    notifications::{Kind, Notice},
    workspace::{members, roles, settings::General, signup},
};
use std::sync::{Arc, Mutex, PoisonError};
use store::{
    Clock, Db, Desk, Who, notifications,
    workspace::{holidays, settings, tokens},
};

type Done<T = ()> = Result<T, String>;

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Signs a company up, as the sign-up form does; gives the owner's place in it.
async fn sign_up(db: &Db, slug: &str, company: &str, name: &str, email: &str, password: &str) -> Done<Desk> {
    let hash = Passwords::default().hash(password).await.map_err(words)?;
    let fields = signup::Fields {
        company: signup::Company {
            name: company.into(),
            slug: Slug::parse(slug).map_err(words)?,
            country: None,
            conventions: Default::default(),
            zone: chrono_tz::Tz::UTC,
        },
        name: name.into(),
        email: Email::parse(email).map_err(words)?,
        password: password.into(),
    };
    let mut tx = db.identity().await.map_err(words)?;
    let account = store::identity::sign_up(&mut tx, db.id::<TenantId>(), &fields, &hash).await.map_err(words)?;
    store::identity::verify(&mut tx, account).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    desk(db, slug, account).await
}

async fn desk(db: &Db, slug: &str, account: domain::AccountId) -> Done<Desk> {
    let entry = db.enter(slug, account).await.map_err(words)?.ok_or("the workspace is not there")?;
    Ok(Desk::of_member(&entry.actor, entry.workspace.zone, None))
}

/// Makes the demo company, unless it is there.
pub async fn seed(db: &Db, storage: &jobs::Storage, seal: &jobs::Seal, email: &str, password: &str) -> Done {
    let mut tx = db.identity().await.map_err(words)?;
    if !store::identity::slug_is_free(&mut tx, "demo").await.map_err(words)? {
        println!("the demo workspace is there already");
        return Ok(());
    }
    drop(tx);
    // It signed up ten weeks ago, and has been at work since.
    let (today, history) = (Day(db.now().date_naive()), Arc::new(History(Mutex::new(db.now() - Duration::days(70)))));
    let (db, now) = (&db.at(history.clone()), db.now());
    let owner = sign_up(db, "demo", "Northwind Lamps", "Maya Lindqvist", email, password).await?;
    history.go_on(Duration::hours(2));
    company(db, owner).await?;
    let team = colleagues(db, owner, password).await?;
    employees(db, &history, owner, today, email).await?;
    organisation::lay(db, owner).await?;
    own_role(db, owner, password).await?;
    for member in team.iter().map(|(_, desk)| desk).chain([&owner]) {
        let Who::Member(id) = member.who else { continue };
        let mut tx = db.begin(owner).await.map_err(words)?;
        store::workspace::members::link_by_email(&mut tx, id).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
    }
    customers(db, &history, owner, &team).await?;
    fields::fill(db, &history, owner).await?;
    deals::bring(db, &history, owner, &team, now).await?;
    forecast::expect(db, &history, owner, &team, now).await?;
    contacts::bring(db, &history, owner, &team).await?;
    leads::bring(db, &history, owner, &team, now).await?;
    duplicates::bring(db, &history, owner, &team).await?;
    tickets::bring(db, &history, owner, &team, now).await?;
    history.go_to(now - Duration::hours(63));
    let mut tx = db.begin(owner).await.map_err(words)?;
    let Who::Member(by) = owner.who else { return Err("an owner is a member".into()) };
    let invite = members::InviteFields {
        email: Email::parse("tom.becker@northwind-lamps.example").map_err(words)?,
        role: Role::Manager,
    };
    let id = tx.id::<InvitationId>();
    store::workspace::invitations::invite(&mut tx, id, by, &invite).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    history.go_to(now - Duration::hours(62));
    mail(db, &history, owner, &team).await?;
    automation::publish(db, &history, owner).await?;
    lately(db, &history, owner, &team).await?;
    automation::grow(db, &history, owner, people::WON[0].0).await?;
    beside::write(db, &history, owner, &team).await?;
    activities::bring(db, &history, owner_now(db, owner).await?, &team, now).await?;
    organisation::plan(db, owner, today).await?;
    leave::write(db, &history, owner_now(db, owner).await?, &team, today).await?;
    documents::keep(db, &history, storage, owner, &team).await?;
    let rasmus = team.first().map_or(owner, |(_, desk)| *desk);
    boarding::write(db, &history, owner, rasmus).await?;
    details::write(db, &history, seal, owner_now(db, owner).await?).await?;
    // They have looked for people for three weeks.
    let here = history.now();
    history.go_to(now - Duration::days(21));
    recruiting::hire(db, &history, owner, &team).await?;
    applicants::come(db, &history, storage, owner).await?;
    history.go_to(here);
    bulk::change(db, &history, owner).await?;
    inbound::bring(db, &history, storage, owner, now).await?;
    support_mail::bring(db, &history, storage, owner_now(db, owner).await?, now).await?;
    told(db, &history, owner, now).await?;
    forecast::look_back(db, owner_now(db, owner).await?).await?;
    println!("the demo workspace is ready: {email}");
    Ok(())
}

/// The owner's place as it is now: the zone was chosen, and their record linked, after they had signed up.
async fn owner_now(db: &Db, owner: Desk) -> Done<Desk> {
    let Who::Member(member) = owner.who else { return Err("an owner is a member".into()) };
    let mut tx = db.begin(owner).await.map_err(words)?;
    let actor = store::workspace::roles::actor(&mut tx, member).await.map_err(words)?;
    Ok(Desk::of_member(&actor, chrono_tz::Europe::Copenhagen, None))
}

/// Where it is, when it works, and a program that reads for it.
async fn company(db: &Db, owner: Desk) -> Done {
    let Who::Member(by) = owner.who else { return Err("an owner is a member".into()) };
    let mut tx = db.begin(owner).await.map_err(words)?;
    let now = settings::find(&mut tx).await.map_err(words)?;
    let general = General {
        address: people::ADDRESS.into(),
        country: "DK".into(),
        zone: "Europe/Copenhagen".into(),
        ..now.general
    };
    let fields = general.parse().map_err(|e| format!("{e:?}"))?;
    settings::change_general(&mut tx, now.version, &fields).await.map_err(words)?;
    let calendar = tx.id();
    holidays::add_calendar(&mut tx, calendar, "Denmark").await.map_err(words)?;
    let days = crate::workspace::holidays::days(people::HOLIDAYS, tx.today().0.year())?;
    holidays::bring(&mut tx, calendar, &days.days).await.map_err(words)?;
    let (token, expires) = (tx.id::<TokenId>().0, Some(tx.now() + Duration::days(365)));
    let (_, hash) = crate::web::bearer::draw();
    tokens::add(&mut tx, (token, by), "Lobby screen: who is new", &hash, true, expires).await.map_err(words)?;
    tx.commit().await.map_err(words)
}

/// Colleagues with an account of their own; they share the owner's password, which is this installation's.
async fn colleagues(db: &Db, owner: Desk, password: &str) -> Done<Vec<(Email, Desk)>> {
    let hash = Passwords::default().hash(password).await.map_err(words)?;
    let mut team = vec![];
    for (name, email, role) in people::MEMBERS {
        let member = colleague(db, owner, &hash, name, email, *role).await?;
        team.push((Email::parse(email).map_err(words)?, member));
    }
    Ok(team)
}

async fn colleague(db: &Db, owner: Desk, hash: &str, name: &str, email: &str, role: Role) -> Done<Desk> {
    let email = Email::parse(email).map_err(words)?;
    let mut tx = db.identity().await.map_err(words)?;
    let account = store::identity::open_account(&mut tx, &email, name, hash, true).await.map_err(words)?;
    store::identity::join(&mut tx, owner.tenant, account, name, email.as_str(), role, true).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    desk(db, "demo", account).await
}

/// A role that the company has made for itself, and who holds it.
async fn own_role(db: &Db, owner: Desk, password: &str) -> Done {
    let (name, description, grants) = people::ROLE;
    let mut draft = roles::Draft { name: name.into(), description: description.into(), ..Default::default() };
    grants.iter().for_each(|(right, scope)| draft.set(right, (*scope).to_owned()));
    let (fields, errors) = draft.read();
    if !errors.is_empty() {
        return Err(format!("{name}: {errors:?}"));
    }
    let mut tx = db.begin(owner).await.map_err(words)?;
    let id = tx.id();
    let role = store::workspace::roles::add(&mut tx, id, &fields).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    let (name, email) = people::HOLDER;
    let member = colleague(
        db,
        owner,
        &Passwords::default().hash(password).await.map_err(words)?,
        name,
        email,
        Role::Custom(role),
    )
    .await?;
    let Who::Member(id) = member.who else { return Err("a colleague is a member".into()) };
    let mut tx = db.begin(owner).await.map_err(words)?;
    store::workspace::members::link_by_email(&mut tx, id).await.map_err(words)?;
    tx.commit().await.map_err(words)
}

/// The time of what is told to have happened.
struct History(Mutex<DateTime<Utc>>);

impl History {
    fn go_to(&self, at: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    fn go_on(&self, by: Duration) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }
}

impl Clock for History {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds them from the top of the reporting tree down, so that each finds their manager, within two weeks.
async fn employees(db: &Db, history: &History, owner: Desk, today: Day, owner_email: &str) -> Done {
    for draft in people::employees(today, owner_email)? {
        let called = |e: &dyn std::fmt::Display| format!("{} {}: {e}", draft.first_name, draft.last_name);
        let fields = draft.parse(&Default::default()).map_err(|e| called(&format!("{e:?}")))?;
        history.go_on(Duration::minutes(349));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let id = tx.id::<EmployeeId>();
        store::hr::employees::add(&mut tx, id, &fields).await.map_err(|e| called(&e))?;
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

/// Customers are added by whoever owns them, over six weeks.
async fn customers(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)]) -> Done {
    for draft in people::customers()? {
        history.go_on(Duration::minutes(1_931));
        let desk = team.iter().find(|(email, _)| email.as_str() == draft.owner).map_or(owner, |(_, desk)| *desk);
        let mut tx = db.begin(desk).await.map_err(words)?;
        let fields = draft.parse(&Default::default()).map_err(|e| format!("{}: {e:?}", draft.name))?;
        let id = tx.id::<CustomerId>();
        store::crm::customers::add(&mut tx, id, &fields).await.map_err(|e| format!("{}: {e}", draft.name))?;
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

/// What was sent before today, and what became of it: an old invitation came back.
async fn mail(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)]) -> Done {
    use store::mails::{self, Outgoing, Reason, State};
    let to = |at: usize| team.get(at).map(|(email, _)| email.as_str()).ok_or("a demo has colleagues");
    let gone = "550 5.1.1 The email account that you tried to reach does not exist.";
    let told = [
        (
            to(0)?,
            "send_invitation",
            "Maya Lindqvist invites you to Northwind Lamps",
            State::Sent,
            "250 2.0.0 Ok: queued",
        ),
        (
            to(1)?,
            "send_import_report",
            "Imported employees: northwind-people.xlsx",
            State::Sent,
            "250 2.0.0 Ok: queued",
        ),
        ("office@harbourfield.example", "send_message", "Your samples are on their way", State::Bounced, gone),
        (
            to(4)?,
            "send_import_report",
            "Imported customers, 2 rows left out: hotels.csv",
            State::Unclear,
            "the mail server took too long over it",
        ),
        (to(2)?, "send_password_reset", "Choose a new password", State::Sent, "250 2.0.0 Ok: queued"),
    ];
    for (recipient, template, subject, state, answer) in told {
        history.go_on(Duration::minutes(97));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let id = tx.id::<MailId>();
        let message_id = format!("<{id}@northwind-lamps.example>");
        let out = Outgoing {
            id,
            template,
            recipient,
            subject,
            message_id: &message_id,
            once: false,
            account: false,
            optional: false,
        };
        mails::begin_try(&mut tx, &out).await.map_err(words)?;
        match state {
            State::Bounced => mails::bounced(&mut tx, id, Some(Reason::Bounce), answer).await.map_err(words)?,
            _ => mails::end_try(&mut tx, id, state, answer).await.map_err(words)?,
        }
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

/// A few changes, so that timelines have something to tell.
async fn lately(db: &Db, history: &History, owner: Desk, team: &[(Email, Desk)]) -> Done {
    for (number, change) in people::CHANGES {
        history.go_on(Duration::minutes(271));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let filter = domain::hr::employees::Filter { q: (*number).into(), ..Default::default() };
        let found = store::hr::employees::list(&mut tx, &filter, Sight::ALL).await.map_err(words)?.rows;
        let employee =
            found.into_iter().find(|e| e.number == *number).ok_or(format!("nobody has the number {number}"))?;
        let mut draft = employee.draft();
        for (field, value) in *change {
            draft.set(field, (*value).into());
        }
        let fields = draft.parse(&Default::default()).map_err(|e| format!("{number}: {e:?}"))?;
        store::hr::employees::change(&mut tx, employee.id, employee.version, &fields).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
    }
    for (name, status) in people::WON {
        history.go_on(Duration::minutes(223));
        let desk = team.last().map_or(owner, |(_, desk)| *desk);
        let mut tx = db.begin(desk).await.map_err(words)?;
        let filter = domain::crm::customers::Filter { q: (*name).into(), ..Default::default() };
        let found = store::crm::customers::list(&mut tx, &filter).await.map_err(words)?.rows;
        let customer = found.into_iter().find(|c| c.name == *name).ok_or(format!("no customer is called {name}"))?;
        let mut draft = customer.draft();
        draft.status = (*status).into();
        let fields = draft.parse(&Default::default()).map_err(|e| format!("{name}: {e:?}"))?;
        store::crm::customers::change(&mut tx, customer.id, customer.version, &fields).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

/// What the owner was told of it, some of it read.
async fn told(db: &Db, history: &History, owner: Desk, now: DateTime<Utc>) -> Done {
    let Who::Member(member) = owner.who else { return Err("an owner is a member".into()) };
    let system = Desk::of_system(owner.tenant, owner.zone, Who::Job("demo"));
    let mut all = vec![];
    for (name, status) in people::WON {
        let mut tx = db.begin(owner).await.map_err(words)?;
        let filter = domain::crm::customers::Filter { q: (*name).into(), ..Default::default() };
        let found = store::crm::customers::list(&mut tx, &filter).await.map_err(words)?.rows;
        let customer = found.first().ok_or(format!("no customer is called {name}"))?.id;
        all.push((
            Kind::WorkflowNotice,
            format!("{name} is {status} now"),
            format!("/crm/customers/{customer}"),
            false,
        ));
    }
    let joined = |(name, ..): &(&str, &str, Role)| {
        (Kind::MemberJoined, format!("{name} has joined"), "/settings/members".to_owned(), true)
    };
    all.extend(people::MEMBERS.iter().take(3).map(joined));
    // The newest stands first, and is told last.
    for (age, (kind, title, path, read)) in (1..).zip(all).collect::<Vec<_>>().into_iter().rev() {
        history.go_to(now - Duration::hours(age * 5));
        let mut tx = db.begin(system).await.map_err(words)?;
        let notice = Notice { kind, key: title.clone(), title, body: None, path };
        notifications::notify(&mut tx, &[member], &notice).await.map_err(words)?;
        if read {
            notifications::mark_all(&mut tx, member).await.map_err(words)?;
        }
        tx.commit().await.map_err(words)?;
    }
    Ok(())
}

/// The password of the workspaces for measuring, which hold nothing real.
pub const BENCH_PASSWORD: &str = "forty measured lamps";

/// Makes workspaces `bench-<from>`… of `count` employees each.
pub async fn bench(db: &Db, from: u32, tenants: u32, count: i32) -> Done {
    for n in from..from + tenants {
        let slug = format!("bench-{n}");
        let mut tx = db.identity().await.map_err(words)?;
        let free = store::identity::slug_is_free(&mut tx, &slug).await.map_err(words)?;
        drop(tx);
        if !free {
            continue;
        }
        let email = format!("owner@{slug}.example");
        let desk = sign_up(db, &slug, &format!("Bench {n}"), "Bench Owner", &email, BENCH_PASSWORD).await?;
        let mut tx = db.begin(desk).await.map_err(words)?;
        store::bench::employees(&mut tx, count).await.map_err(words)?;
        store::bench::deals(&mut tx, count).await.map_err(words)?;
        store::bench::contacts(&mut tx, count).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
        println!("{slug}: {count} employees, {email}");
    }
    Ok(())
}
