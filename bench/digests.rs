//! Ten thousand managers' digests over 500 workspaces: found, written with each one's rights, and put into the mails.

use crate::{
    Done,
    print::{Figures, Goal},
    system::Cpu,
};
use chrono::{DateTime, Utc};
use domain::{
    Email, Slug, TenantId,
    access::Role,
    jobs::{PlanDigests, SendDigest},
    workspace::signup,
};
use futures::{StreamExt, TryStreamExt, stream};
use jobs::Run;
use std::{path::Path, sync::Arc, time::Instant};
use store::{Clock, Db, queue};

const TENANTS: u32 = 500;
const MANAGERS: u32 = 20;
const EMPLOYEES: i32 = 300;
/// Digests at once: with two cores more of them only wait for one another.
const AT_ONCE: usize = 8;

/// Tuesday morning, when everybody's is due.
struct Morning(DateTime<Utc>);

impl Clock for Morning {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

fn words(e: impl std::fmt::Display) -> String {
    e.to_string()
}

fn at(time: &str) -> Done<Arc<Morning>> {
    Ok(Arc::new(Morning(time.parse().map_err(words)?)))
}

pub fn measure(database_url: &str, home: &Path, databases: &[String; 2], figures: &mut Figures) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(words)?;
    runtime.block_on(async {
        let eve = Db::connect(database_url, 10, at("2026-03-02T12:00:00Z")?).await.map_err(words)?;
        let tenants = seed(&eve).await?;
        // Whoever was measured before is due again.
        stream::iter(&tenants).map(Ok).try_for_each_concurrent(AT_ONCE, |t| again(&eve, *t)).await?;
        let db = eve.at(at("2026-03-03T08:00:30Z")?);
        let mailbox = home.join("digests");
        let config = jobs::Config::new(database_url, &"bench".repeat(10), "http://127.0.0.1", &mailbox);
        let cx = jobs::Context::new(&config, db.clone()).map_err(words)?;

        let cpu = || Cpu::now(std::process::id(), databases);
        let (before, began) = (cpu(), Instant::now());
        let plans = tenants.iter().map(|t| PlanDigests { tenant: *t, at: db.now() });
        stream::iter(plans).map(Ok).try_for_each_concurrent(AT_ONCE, |plan| run(&cx, plan)).await?;
        let found = began.elapsed().as_secs_f64();
        let mut tx = db.relay().await.map_err(words)?;
        let parcels = queue::take_all(&mut tx).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
        let digests = parcels.into_iter().filter(|p| p.name == "send_digest");
        let digests: Vec<SendDigest> =
            digests.map(|p| serde_json::from_value(p.body)).collect::<Result<_, _>>().map_err(words)?;
        let count = digests.len();
        stream::iter(digests).map(Ok).try_for_each_concurrent(AT_ONCE, |digest| run(&cx, digest)).await?;
        let took = began.elapsed().as_secs_f64();
        let written = std::fs::read_dir(&mailbox).map_err(words)?.count();
        std::fs::remove_dir_all(&mailbox).map_err(words)?;
        if count != (TENANTS * MANAGERS) as usize || written < count {
            return Err(format!("{count} digests were due, and {written} written"));
        }
        figures.say("digests/found", found, "s", None);
        figures.say("digests/10,000 of 500 workspaces", took, "s", Some(Goal::AtMost(60.0)));
        if let Some(spent) = cpu().map(|after| after.since(before.as_ref(), count as f64)) {
            figures.say("digests/CPU of program", spent.0, "ms each", None);
            figures.say("digests/CPU of database", spent.1, "ms each", None);
        }
        figures.say("digests/rate", count as f64 / took, "digests/s", None);
        db.close().await;
        Ok(())
    })
}

async fn run(cx: &jobs::Context, job: impl Run) -> Done {
    // Spawned, so that both cores have some of it.
    let cx = cx.clone();
    let done = tokio::spawn(async move { job.run(&cx).await.map_err(|e| format!("{e:?}")) });
    done.await.map_err(words)?
}

/// Once: they stay in the database.
async fn seed(db: &Db) -> Done<Vec<TenantId>> {
    let made = stream::iter(1..=TENANTS).map(|n| workspace(db, n)).buffer_unordered(AT_ONCE);
    made.try_collect().await
}

async fn workspace(db: &Db, n: u32) -> Done<TenantId> {
    let slug = format!("digests-{n}");
    let email = |who: u32| Email::parse(&format!("m{who}@{slug}.example")).map_err(words);
    let mut tx = db.identity().await.map_err(words)?;
    if let Some(known) = store::identity::by_email(&mut tx, email(0)?.as_str()).await.map_err(words)? {
        drop(tx);
        let entry = db.enter(&slug, known.id).await.map_err(words)?.ok_or("the workspace is not there")?;
        return Ok(entry.workspace.id);
    }
    let company = signup::Company {
        name: format!("Digests {n}"),
        slug: Slug::parse(&slug).map_err(words)?,
        country: None,
        conventions: Default::default(),
        zone: chrono_tz::Tz::UTC,
    };
    let fields = signup::Fields { company, name: "Owner".into(), email: email(0)?, password: String::new() };
    let tenant = db.id::<TenantId>();
    store::identity::sign_up(&mut tx, tenant, &fields, "nobody signs in").await.map_err(words)?;
    for who in 1..MANAGERS {
        let (email, name) = (email(who)?, format!("Manager {who}"));
        let account = store::identity::open_account(&mut tx, &email, &name, "nobody signs in", true).await;
        let account = account.map_err(words)?;
        store::identity::join(&mut tx, tenant, account, &name, email.as_str(), Role::Manager, true)
            .await
            .map_err(words)?;
    }
    tx.commit().await.map_err(words)?;
    let (mut tx, _) = db.begin_job(tenant, "bench").await.map_err(words)?;
    store::bench::employees(&mut tx, EMPLOYEES).await.map_err(words)?;
    store::bench::managers(&mut tx).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    Ok(tenant)
}

async fn again(db: &Db, tenant: TenantId) -> Done {
    let (mut tx, _) = db.begin_job(tenant, "bench").await.map_err(words)?;
    store::bench::digests_due(&mut tx).await.map_err(words)?;
    tx.commit().await.map_err(words)
}
