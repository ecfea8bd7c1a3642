//! What a company is when it begins: its owner, those who get a digest, and its workflows.

use crate::{
    people::PASSWORD,
    town::{COMPANIES, owner},
};
use chrono::{Timelike, Utc};
use domain::{
    AccountId, Email, MemberId, Slug,
    access::Role,
    hr::employees::Draft,
    notifications::{Kind, Notice},
    workspace::signup,
};
use people360::web::password::Passwords;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use std::time::Duration;
use store::{
    Db, Desk, TenantTx, identity, notifications,
    queue::{self, Due},
    workspace::members,
};

/// Those of each company who get a digest every day.
pub const READERS: usize = 25;

/// The address of one of them.
pub fn reader(slug: &str, n: usize) -> String {
    format!("reader{n}@{slug}.example")
}

/// A zone in which it is about noon, so that no day ends while the test runs.
fn where_it_is_noon() -> chrono_tz::Tz {
    let ahead = 12 - i64::from(Utc::now().hour());
    // Their names have it the other way round.
    format!("Etc/GMT{:+}", -ahead).replace("+0", "").parse().expect("a zone")
}

/// The companies sign up, and their owners prove their addresses.
pub async fn settle(db: &Db, receiver: u16) {
    let hash = Passwords::default().hash(PASSWORD).await.expect("it can be hashed");
    for slug in COMPANIES {
        let company = signup::Company {
            name: format!("{slug} Works"),
            slug: Slug::parse(slug).expect("a slug"),
            country: None,
            conventions: Default::default(),
            zone: where_it_is_noon(),
        };
        let email = Email::parse(&owner(slug)).expect("an address");
        let fields = signup::Fields { company, name: "Olga Owner".to_owned(), email, password: PASSWORD.to_owned() };
        let (mut tx, tenant) = (db.identity().await.expect("a transaction"), db.id());
        let account = identity::sign_up(&mut tx, tenant, &fields, &hash).await.expect("a new account");
        identity::verify(&mut tx, account).await.expect("the address is proven");
        let mut readers = vec![];
        for n in 0..READERS {
            let (email, name) = (reader(slug, n), format!("Reader {n}"));
            let address = Email::parse(&email).expect("an address");
            let account = identity::open_account(&mut tx, &address, &name, &hash, true).await.expect("an account");
            let member = identity::join(&mut tx, tenant, account, &name, &email, Role::HrManager, true).await;
            readers.push(member.expect("they join"));
        }
        tx.commit().await.expect("it is kept");
        prefer(db, slug, account, &readers).await;
        for (name, definition) in workflows(slug, receiver) {
            publish(db, slug, account, name, definition).await;
        }
    }
}

async fn inside(db: &Db, slug: &str, account: AccountId) -> (TenantTx, MemberId) {
    let entry = db.enter(slug, account).await.expect("the door answers").expect("an owner");
    let desk = Desk::of_member(&entry.actor, entry.workspace.zone, None);
    (db.begin(desk).await.expect("a transaction"), entry.actor.member)
}

/// The readers have a digest since midnight, and something to read in it; the owner has one when they ask, and no mail of
/// notices, which comes after minutes and would be waited for in the end.
async fn prefer(db: &Db, slug: &str, account: AccountId, readers: &[MemberId]) {
    let (mut tx, owner) = inside(db, slug, account).await;
    let digest = |rhythm: &str| json!({ "rhythm": rhythm, "weekday": 1, "hour": 0 });
    for member in readers {
        let choice = json!({ "digest": digest("daily") });
        members::prefer_all(&mut tx, *member, choice).await.expect("it is chosen");
    }
    let choice = json!({ "digest": digest("off"), "mail.notifications": false });
    members::prefer_all(&mut tx, owner, choice).await.expect("it is chosen");
    let draft = Draft {
        first_name: "Nina".to_owned(),
        last_name: "Newcomer".to_owned(),
        start_date: tx.today().to_string(),
        ..Default::default()
    };
    let (fields, id) = (draft.parse(&Default::default()).expect("right"), tx.id());
    store::hr::employees::add(&mut tx, id, &fields).await.expect("they are added");
    tx.commit().await.expect("it is kept");
}

/// Tells each reader something, which is mailed to them a minute or more later.
pub async fn tell_readers(db: &Db) {
    for slug in COMPANIES {
        let mut tx = db.identity().await.expect("a transaction");
        let account = identity::by_email(&mut tx, &owner(slug)).await.expect("an answer").expect("an account");
        drop(tx);
        let (mut tx, owner) = inside(db, slug, account.id).await;
        let all = members::choices(&mut tx).await.expect("the members");
        let readers: Vec<MemberId> = all.into_iter().map(|m| m.id).filter(|id| *id != owner).collect();
        let notice = Notice {
            kind: Kind::Mentioned,
            title: "Olga Owner has mentioned you".to_owned(),
            body: None,
            path: "/hr/employees".to_owned(),
            key: "faults".to_owned(),
        };
        notifications::notify(&mut tx, &readers, &notice).await.expect("they are told");
        tx.commit().await.expect("it is told");
    }
}

/// Has the readers' digests come due one after the other within this time.
pub async fn spread(conn: &mut PgConnection, length: Duration) {
    let sql = format!(
        "update digests d set since = now() - interval '2 days', last_on = null,
           next_at = now() + r.n * interval '{} milliseconds' / {READERS}
         from (select tenant_id, id, row_number() over (partition by tenant_id order by id) as n
               from members where email like 'reader%') r
         where r.tenant_id = d.tenant_id and r.id = d.member_id",
        length.as_millis()
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.expect("they are put off");
}

/// What the schedule does every five minutes, so that it happens in two.
pub async fn plan_digests(db: &Db) -> store::Result<()> {
    let mut tx = db.relay().await?;
    let job = domain::jobs::PlanDigests { tenant: domain::TenantId(uuid::Uuid::nil()), at: tx.now() };
    queue::push_to_due(&mut tx, Due::Digests, &job).await?;
    tx.commit().await
}

/// Whoever is hired goes through all of these.
fn workflows(slug: &str, receiver: u16) -> [(&'static str, Value); 4] {
    let hired = |steps: Value| {
        json!({
            "record": "employee",
            "trigger": { "on": "created" },
            "conditions": { "all": [{ "field": "last_name", "is": "starts_with", "value": "Hired" }] },
            "steps": steps,
        })
    };
    let welcome = hired(json!([
        { "id": "note", "do": "note", "text": "Welcome, {{last_name}}" },
        { "id": "task", "do": "create_task", "title": "Meet {{last_name}}", "assignee": "publisher" },
        { "id": "mail", "do": "email", "to": format!("address:desk@{slug}.example"), "subject": "{{last_name}} is here", "body": "Say hello." },
        { "id": "wait", "do": "wait", "for": { "minutes": 1 } },
        { "id": "tag", "do": "tag", "name": "Settled" },
    ]));
    let told = hired(json!([
        { "id": "call", "do": "webhook", "url": format!("http://127.0.0.1:{receiver}/hired") },
        { "id": "note", "do": "note", "text": "Told of {{last_name}}" },
    ]));
    let asked = hired(json!([{
        "id": "ask", "do": "approval", "question": "Keep {{last_name}}?", "from": ["publisher"], "days": 2,
        "approved": [{ "id": "yes", "do": "tag", "name": "Kept" }],
        "rejected": [{ "id": "no", "do": "tag", "name": "Not kept" }],
    }]));
    // Their second title, which comes soon: before the wait begins, or while it does, or after.
    let titled = json!({ "all": [{ "field": "job_title", "is": "contains", "value": "-1" }] });
    let watched = hired(json!([
        { "id": "watch", "do": "wait", "for": { "until": { "when": titled, "days": 2 } } },
        { "id": "tag", "do": "tag", "name": "Titled" },
    ]));
    [("Welcome", welcome), ("Tell others", told), ("Ask", asked), ("Watch", watched)]
}

async fn publish(db: &Db, slug: &str, account: AccountId, name: &str, definition: Value) {
    let definition = serde_json::from_value(definition).expect("a definition");
    let (mut tx, _) = inside(db, slug, account).await;
    let problems = jobs::automation::check(&mut tx, &definition).await.expect("it can be checked");
    assert!(problems.is_empty(), "{name}: {problems:?}");
    let id = tx.id();
    store::automation::workflows::add(&mut tx, id, (name, ""), &definition, None).await.expect("it is added");
    store::automation::workflows::publish(&mut tx, id, 1).await.expect("it is published");
    tx.commit().await.expect("it is kept");
}
