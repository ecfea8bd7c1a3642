//! The count afterwards: a function for each thing that must be so. Whoever builds something new that jobs do adds a
//! line to [`ALL`].

use crate::{
    company::{READERS, reader},
    people::{Ledger, ROWS},
    receiver::Call,
    town::{COMPANIES, FAR_OFF, Town, owner},
};
use futures::future::{BoxFuture, FutureExt};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Mutex,
};

/// Says in words what was found, or what is wrong.
type Check = for<'a> fn(&'a Facts) -> BoxFuture<'a, Result<String, String>>;

pub const ALL: &[(&str, Check)] = &[
    ("nobody saw an error page of ours", |f| no_error_pages(f).boxed()),
    ("no job is stuck or dead", |f| no_job_is_stuck(f).boxed()),
    ("every event was handled, and once", |f| every_event_once(f).boxed()),
    ("whoever was hired is there once", |f| hired_once(f).boxed()),
    ("each change was made once", |f| changed_once(f).boxed()),
    ("each file's rows came in once", |f| imported_once(f).boxed()),
    ("each invitation is open once", |f| invited_once(f).boxed()),
    ("the audit trails are sound", |f| trails_are_sound(f).boxed()),
    ("every mail arrived, or is listed as unclear", |f| mail_arrived(f).boxed()),
    ("each workflow's run came to its end, and did each step once", |f| workflows_ran_once(f).boxed()),
    ("each call of a workflow arrived, and again under its own key only", |f| called_by_one_key(f).boxed()),
    ("each question was answered once, and its run went that way", |f| answered_once(f).boxed()),
    ("digests never twice, and mails of notices neither", |f| digests_once(f).boxed()),
    ("nothing that may be lost was sent twice", |f| at_most_once(f).boxed()),
    ("copies are under one Message-ID, and no more than kills", |f| few_copies(f).boxed()),
];

/// What there is to count, put together when all is over.
pub struct Facts {
    invited: Vec<(&'static str, String)>,
    hired: Vec<(&'static str, String)>,
    changed: Vec<(&'static str, String)>,
    imported: Vec<(&'static str, String)>,
    answered: Vec<(&'static str, String)>,
    promised: Vec<(&'static str, String)>,
    asked: Vec<(&'static str, String)>,
    /// What the server has that workflows call, by key.
    calls: BTreeMap<String, Vec<Call>>,
    wrong: Vec<String>,
    /// Events whose listeners had been told before anybody worked, and now.
    before: Vec<(String, i64)>,
    now: Vec<(String, i64)>,
    kills: usize,
    /// What the sink has: Message-IDs with their recipients, as often as they came.
    arrived: Vec<(String, String)>,
    /// What `people360 audit verify` says, and whether it is content.
    verdict: (bool, String),
    conn: tokio::sync::Mutex<PgConnection>,
}

impl Facts {
    pub async fn gather(town: &Town, ledger: &Ledger, before: Vec<(String, i64)>, kills: usize) -> Self {
        fn all<T: Clone>(of: &Mutex<Vec<T>>) -> Vec<T> {
            of.lock().expect("nobody panics with it").clone()
        }
        let output = town.run(&["audit", "verify"]);
        Self {
            invited: all(&ledger.invited),
            hired: all(&ledger.hired),
            changed: all(&ledger.changed),
            imported: all(&ledger.imported),
            answered: all(&ledger.answered),
            promised: all(&ledger.promised),
            asked: all(&ledger.asked),
            calls: town.receiver.calls(),
            wrong: all(&ledger.wrong),
            before,
            now: town.announced().await,
            kills,
            arrived: maildir(&town.home.join("maildir/new")),
            verdict: (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()),
            conn: tokio::sync::Mutex::new(town.look().await),
        }
    }

    /// The first two columns as text.
    async fn ask(&self, sql: &str) -> Vec<(String, String)> {
        let mut conn = self.conn.lock().await;
        let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(&mut *conn).await;
        let rows = rows.unwrap_or_else(|e| panic!("{sql}: {e}"));
        let text = |r: &sqlx::postgres::PgRow, i: usize| r.try_get::<String, _>(i).unwrap_or_default();
        rows.iter().map(|r| (text(r, 0), text(r, 1))).collect()
    }

    /// That what people did, and what is there, are the same, each once. `sql` gives company and what.
    async fn same(&self, did: &[(&'static str, String)], sql: &str) -> Result<String, String> {
        let did: BTreeSet<(String, String)> = did.iter().map(|(c, w)| ((*c).to_owned(), w.clone())).collect();
        let mut there = BTreeMap::<(String, String), usize>::new();
        self.ask(sql).await.into_iter().for_each(|found| *there.entry(found).or_default() += 1);
        let lost: Vec<_> = did.iter().filter(|d| !there.contains_key(*d)).collect();
        let strange: Vec<_> = there.keys().filter(|t| !did.contains(*t)).collect();
        let twice: Vec<_> = there.iter().filter(|(_, n)| **n > 1).collect();
        match lost.is_empty() && strange.is_empty() && twice.is_empty() {
            true if did.is_empty() => Err("nobody did any".to_owned()),
            true => Ok(format!("{}", did.len())),
            false => Err(format!("lost {lost:?}, more than once {twice:?}, nobody's {strange:?}")),
        }
    }
}

/// Message-ID and recipient of each file in it.
fn maildir(folder: &Path) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder).map(|all| all.filter_map(Result::ok).collect::<Vec<_>>()).unwrap_or_default();
    let read = |file: &std::fs::DirEntry| {
        let text = String::from_utf8_lossy(&std::fs::read(file.path()).expect("a message")).replace("\r\n", "\n");
        let head = text.split("\n\n").next().unwrap_or_default().replace("\n ", " ").replace("\n\t", " ");
        let header = |name: &str| {
            let of = |line: &str| {
                line.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim().to_owned())
            };
            head.lines().find_map(of).unwrap_or_default()
        };
        (header("Message-ID"), header("X-RcptTo"))
    };
    files.iter().map(read).collect()
}

async fn no_error_pages(f: &Facts) -> Result<String, String> {
    match f.wrong.as_slice() {
        [] => Ok("none".to_owned()),
        wrong => Err(format!("{}: {}", wrong.len(), wrong[..wrong.len().min(5)].join("\n"))),
    }
}

async fn no_job_is_stuck(f: &Facts) -> Result<String, String> {
    let stuck = f
        .ask(&format!(
            "select name || ' ' || key, state || ' ' || coalesce(error, '') from job_runs where state <> 'done'
              union all select name || ' ' || key, 'in the outbox' from outbox where not ({FAR_OFF})
              union all select coalesce(idempotency_key, id), status from apalis.jobs"
        ))
        .await;
    let done = f.ask("select count(*)::text, sum(lost)::text from job_runs").await;
    match stuck.is_empty() {
        true => Ok(format!("{} done, {} tries of theirs were cut off", done[0].0, done[0].1)),
        false => Err(format!("{}: {:?}", stuck.len(), &stuck[..stuck.len().min(10)])),
    }
}

/// Each thing that people did for sure is one event, and each event is one run of its announcement.
async fn every_event_once(f: &Facts) -> Result<String, String> {
    let mut expected: BTreeMap<String, i64> = f.before.iter().cloned().collect();
    for did in [&f.invited, &f.hired, &f.changed, &f.imported] {
        did.iter().for_each(|(company, _)| *expected.entry((*company).to_owned()).or_default() += 1);
    }
    // The workflows add two notes, a task and three tags.
    f.hired.iter().for_each(|(company, _)| *expected.entry((*company).to_owned()).or_default() += WORKFLOW_EVENTS);
    let now: BTreeMap<String, i64> = f.now.iter().cloned().collect();
    match now == expected {
        true => Ok(format!("{now:?}")),
        false => Err(format!("{now:?} were handled, and {expected:?} things done")),
    }
}

/// Events of the steps of the workflows of [`crate::company`].
const WORKFLOW_EVENTS: i64 = 6;

async fn workflows_ran_once(f: &Facts) -> Result<String, String> {
    let state = "select r.state, count(*)::text from workflow_runs r group by 1";
    let states = f.ask(state).await;
    if states.iter().any(|(state, _)| state != "done") {
        return Err(format!("runs that are not done: {states:?}"));
    }
    for workflow in ["Welcome", "Tell others", "Ask", "Watch"] {
        let runs = format!(
            "select t.slug, replace(r.record_name, 'Nora ', '') from workflow_runs r join tenants t on t.id = r.tenant_id
             join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id where w.name = '{workflow}'"
        );
        f.same(&f.hired, &runs).await.map_err(|e| format!("runs of {workflow}: {e}"))?;
    }
    for (what, sql) in [
        (
            "notes",
            "select t.slug, replace(n.body, 'Welcome, ', '') from notes n join tenants t on t.id = n.tenant_id
             where n.body like 'Welcome, %'",
        ),
        (
            "notes after calls",
            "select t.slug, replace(n.body, 'Told of ', '') from notes n join tenants t on t.id = n.tenant_id
             where n.body like 'Told of %'",
        ),
        ("tasks", "select t.slug, replace(a.title, 'Meet ', '') from tasks a join tenants t on t.id = a.tenant_id"),
        ("tags after a minute", &tagged("Settled")),
        ("tags after a title", &tagged("Titled")),
        (
            "mails",
            "select t.slug, replace(m.subject, ' is here', '') from mails m join tenants t on t.id = m.tenant_id
                   where m.template = 'send_workflow_mail'",
        ),
    ] {
        f.same(&f.hired, sql).await.map_err(|e| format!("{what}: {e}"))?;
    }
    let steps =
        "select count(*)::text, (select count(*) from workflow_runs)::text from workflow_steps where state = 'done'";
    let (steps, runs) = f.ask(steps).await.remove(0);
    match steps == (STEPS * f.hired.len()).to_string() {
        true => Ok(format!("{runs} runs of {steps} steps")),
        false => Err(format!("{steps} steps are done of {runs} runs, and {} were hired", f.hired.len())),
    }
}

/// Steps that whoever is hired sets off: five, a call and its note, a question and its tag, a wait and its tag.
const STEPS: usize = 11;

/// Who has this tag.
fn tagged(name: &str) -> String {
    format!(
        "select t.slug, e.last_name from record_tags r join tenants t on t.id = r.tenant_id
         join tags g on g.tenant_id = r.tenant_id and g.id = r.tag_id and g.name = '{name}'
         join employees e on e.tenant_id = r.tenant_id and e.id = r.employee_id"
    )
}

/// A worker that dies between the server's answer and our commit calls again, and so does one that was refused or got
/// no answer: the key tells whoever is called that it is the same.
async fn called_by_one_key(f: &Facts) -> Result<String, String> {
    let keys = "select r.id || '-' || r.round || '-call', t.slug || ' ' || replace(r.record_name, 'Nora ', '')
                from workflow_runs r join tenants t on t.id = r.tenant_id
                join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id where w.name = 'Tell others'";
    let keys: BTreeMap<String, String> = f.ask(keys).await.into_iter().collect();
    let missing: Vec<_> = keys.iter().filter(|(key, _)| !f.calls.contains_key(*key)).collect();
    let strange: Vec<_> = f.calls.keys().filter(|key| !keys.contains_key(*key)).collect();
    // Whatever came under one key is the same each time, and about whom the key is.
    let about = |call: &Call| {
        let name = call.body["record"]["name"].as_str().unwrap_or_default().replace("Nora ", "");
        format!("{} {name}", call.workspace)
    };
    let differs = |(key, calls): &(&String, &Vec<Call>)| {
        let first = &calls[0];
        calls.iter().any(|c| c != first) || keys.get(*key) != Some(&about(first))
    };
    let different: Vec<_> = f.calls.iter().filter(differs).collect();
    let more: usize = f.calls.values().map(|calls| calls.len() - 1).sum();
    match missing.is_empty() && strange.is_empty() && different.is_empty() {
        true if keys.len() != f.hired.len() => Err(format!("{} keys, and {} were hired", keys.len(), f.hired.len())),
        true => Ok(format!("{} keys, {more} calls more", keys.len())),
        false => Err(format!("not called {missing:?}, nobody's {strange:?}, different {different:?}")),
    }
}

async fn answered_once(f: &Facts) -> Result<String, String> {
    let answers = "select t.slug, replace(r.record_name, 'Nora ', '') || ' ' || coalesce(a.answer, 'open')
                   from workflow_approvals a join tenants t on t.id = a.tenant_id
                   join workflow_runs r on r.tenant_id = a.tenant_id and r.id = a.run_id";
    let found = f.same(&f.answered, answers).await?;
    for (answer, tag) in [("approved", "Kept"), ("rejected", "Not kept")] {
        let of = |(company, what): &(&'static str, String)| {
            Some((*company, what.strip_suffix(answer)?.trim_end().to_owned()))
        };
        let those: Vec<_> = f.answered.iter().filter_map(of).collect();
        f.same(&those, &tagged(tag)).await.map_err(|e| format!("{answer}: {e}"))?;
    }
    Ok(found)
}

/// Each reader's digest of the day is one message, and so is the mail of what they were told: it arrived once, or its row
/// says that nobody knows. Of those that somebody asked for, each that was promised is one, and there are no more than
/// were asked for.
async fn digests_once(f: &Facts) -> Result<String, String> {
    let rows = "select template || ' ' || recipient, message_id || ' ' || state from mails
                where template in ('send_digest', 'send_notifications')";
    let rows = f.ask(rows).await;
    let came = |id: &str| f.arrived.iter().filter(|(i, _)| i == id).count();
    let (mut unclear, mut asked_for, mut wrong) = (0, 0, vec![]);
    let mut sent = |template: &str, to: &str| {
        let whose = format!("{template} {to}");
        let theirs: Vec<&str> = rows.iter().filter(|(r, _)| *r == whose).map(|(_, row)| row.as_str()).collect();
        for row in &theirs {
            let (id, state) = row.split_once(' ').unwrap_or_default();
            let fine = match state {
                "unclear" => came(id) <= 1,
                _ => state == "sent" && came(id) == 1,
            };
            unclear += usize::from(state == "unclear");
            if !fine {
                wrong.push(format!("{whose}: {row}, {} arrived", came(id)));
            }
        }
        theirs.len()
    };
    let mut miscounted = vec![];
    for company in COMPANIES {
        for n in 0..READERS {
            let to = reader(company, n);
            let (due, told) = (sent("send_digest", &to), sent("send_notifications", &to));
            let arrived = f.arrived.iter().filter(|(_, r)| *r == to).count();
            if (due, told) != (1, 1) || arrived > 2 {
                miscounted.push(format!("{to}: {due} of the day, {told} of notices, {arrived} arrived"));
            }
        }
        let of = |all: &[(&str, String)]| all.iter().filter(|(c, _)| *c == company).count();
        let (promised, asked, got) = (of(&f.promised), of(&f.asked), sent("send_digest", &owner(company)));
        asked_for += got;
        if got < promised || got > asked || promised == 0 {
            miscounted.push(format!("{company}: asked for {asked}, promised {promised}, written {got}"));
        }
    }
    match wrong.is_empty() && miscounted.is_empty() {
        true => {
            Ok(format!("{0} due, {0} of notices, {asked_for} asked for, {unclear} unclear", COMPANIES.len() * READERS))
        }
        false => Err(format!("{wrong:?} {miscounted:?}")),
    }
}

/// Digests, notifications and the mails of workflows are at most once: of those not one copy comes.
async fn at_most_once(f: &Facts) -> Result<String, String> {
    let once = "select message_id, template from mails
                where template in ('send_workflow_mail', 'send_digest', 'send_notifications', 'send_import_report')";
    let once: BTreeMap<String, String> = f.ask(once).await.into_iter().collect();
    let mut came = BTreeMap::<&str, usize>::new();
    f.arrived.iter().filter(|(id, _)| once.contains_key(id)).for_each(|(id, _)| *came.entry(id).or_default() += 1);
    let twice: Vec<_> = came.iter().filter(|(_, n)| **n > 1).map(|(id, _)| &once[*id]).collect();
    match twice.is_empty() {
        true => Ok(format!("{} of {} arrived, each once", came.len(), once.len())),
        false => Err(format!("{twice:?}")),
    }
}

async fn hired_once(f: &Facts) -> Result<String, String> {
    let sql = "select t.slug, e.last_name from employees e join tenants t on t.id = e.tenant_id
               where e.last_name like 'Hired%'";
    f.same(&f.hired, sql).await
}

async fn changed_once(f: &Facts) -> Result<String, String> {
    let sql = "select t.slug, a.changes -> 'job_title' ->> 1 from audit_events a join tenants t on t.id = a.tenant_id
               where a.record = 'employees' and a.action = 'update' and a.changes ? 'job_title'";
    f.same(&f.changed, sql).await
}

async fn imported_once(f: &Facts) -> Result<String, String> {
    let rows: Vec<(&'static str, String)> =
        f.imported.iter().flat_map(|(c, prefix)| (0..ROWS).map(move |row| (*c, format!("{prefix}{row}")))).collect();
    // As the trail has it, too: each was made once.
    let made = "select t.slug, a.changes -> 'number' ->> 1 from audit_events a join tenants t on t.id = a.tenant_id
                where a.record = 'employees' and a.action = 'insert' and a.changes -> 'number' ->> 1 like 'F%x%'";
    f.same(&rows, made).await?;
    let sql =
        "select t.slug, e.number from employees e join tenants t on t.id = e.tenant_id where e.number like 'F%x%'";
    f.same(&rows, sql).await
}

async fn invited_once(f: &Facts) -> Result<String, String> {
    f.same(&f.invited, "select t.slug, i.email from invitations i join tenants t on t.id = i.tenant_id").await
}

async fn trails_are_sound(f: &Facts) -> Result<String, String> {
    let words = f.verdict.1.trim().replace('\n', "; ");
    if f.verdict.0 { Ok(words) } else { Err(words) }
}

async fn mail_arrived(f: &Facts) -> Result<String, String> {
    let arrived: BTreeSet<&str> = f.arrived.iter().map(|(id, _)| id.as_str()).collect();
    let rows = f.ask("select message_id, state from mails").await;
    let known: BTreeSet<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    let missing: Vec<_> =
        rows.iter().filter(|(id, state)| state != "unclear" && !arrived.contains(id.as_str())).collect();
    let undecided: Vec<_> = rows.iter().filter(|(_, state)| !["sent", "unclear"].contains(&state.as_str())).collect();
    let strange: Vec<_> = arrived.iter().filter(|id| !known.contains(**id)).collect();
    // And whoever was invited was written to.
    let recipients: BTreeSet<&str> = f.arrived.iter().map(|(_, to)| to.as_str()).collect();
    let forgotten: Vec<_> = f.invited.iter().filter(|(_, email)| !recipients.contains(email.as_str())).collect();
    let reports = f.ask("select template, state from mails where template = 'send_import_report'").await.len();
    match missing.is_empty() && undecided.is_empty() && strange.is_empty() && forgotten.is_empty() {
        true if reports != f.imported.len() => Err(format!("{reports} reports of {} imports", f.imported.len())),
        true => {
            let unclear = rows.iter().filter(|(_, state)| state == "unclear").count();
            Ok(format!("{} written, {unclear} of them unclear", rows.len()))
        }
        false => Err(format!(
            "did not arrive {missing:?}, neither sent nor unclear {undecided:?}, of no row {strange:?}, not written to {forgotten:?}"
        )),
    }
}

/// A worker that dies between the server's 250 and our commit sends again, and nobody can prevent it.
async fn few_copies(f: &Facts) -> Result<String, String> {
    let mut copies = BTreeMap::<&(String, String), usize>::new();
    f.arrived.iter().for_each(|mail| *copies.entry(mail).or_default() += 1);
    let ids: BTreeSet<&str> = f.arrived.iter().map(|(id, _)| id.as_str()).collect();
    let more: usize = copies.values().map(|n| n - 1).sum();
    match (ids.len() == copies.len() && !ids.contains(""), more <= f.kills) {
        (true, true) => Ok(format!("{more} copies more, {} kills", f.kills)),
        (false, _) => Err("two people's mail goes by one Message-ID, or by none".to_owned()),
        (true, false) => Err(format!("{more} copies more than mails, and {} kills", f.kills)),
    }
}
