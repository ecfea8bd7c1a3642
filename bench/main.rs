//! Measures a running installation and prints what it finds. `bin/bench` prepares everything and calls this; what each
//! line means is in bench/README.md.

mod automation;
mod digests;
mod http;
mod load;
mod print;
mod system;

use http::{Client, Page};
use load::Load;
use print::{Figures, Goal};
use std::time::{Duration, Instant};
use system::{Cpu, Server};

type Done<T = ()> = Result<T, String>;

/// From the environment, which bin/bench sets.
#[expect(clippy::disallowed_methods, reason = "the settings of this program are the environment of bin/bench")]
fn setting(name: &str) -> Done<String> {
    std::env::var(name).map_err(|_| format!("{name} is missing: run bin/bench"))
}

/// The workspaces: how they are called here, their slugs.
const TENANTS: [(&str, &str); 2] = [("1k", "bench-1"), ("100k", "bench-101")];

/// A request that is measured.
struct Question {
    name: &'static str,
    /// Below the workspace; `{employee}` is one of its employees.
    path: &'static str,
    kind: Kind,
    connections: &'static [usize],
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The list's table alone, as htmx asks for it.
    Fragment,
    Page,
    /// A page, compressed as browsers ask for it.
    Compressed,
}

const ALL: &[usize] = &[1, 8, 32];
const USUAL: &[usize] = &[8];
const SALES: &str = "/hr/employees?department=Sales&sort=start_date";
const QUESTIONS: &[Question] = &[
    Question { name: "sales-by-start/fragment", path: SALES, kind: Kind::Fragment, connections: ALL },
    Question { name: "sales-by-start/page", path: SALES, kind: Kind::Page, connections: ALL },
    Question { name: "sales-by-start/page-br", path: SALES, kind: Kind::Compressed, connections: USUAL },
    Question { name: "all-by-name/fragment", path: "/hr/employees", kind: Kind::Fragment, connections: ALL },
    // Somebody whom both workspaces have once: what the size itself costs.
    Question {
        name: "search-one/fragment",
        path: "/hr/employees?q=person123%40bench",
        kind: Kind::Fragment,
        connections: ALL,
    },
    Question {
        name: "search-narrow/fragment",
        path: "/hr/employees?q=person123",
        kind: Kind::Fragment,
        connections: ALL,
    },
    Question {
        name: "search-broad/fragment",
        path: "/hr/employees?q=lovelace",
        kind: Kind::Fragment,
        connections: USUAL,
    },
    Question { name: "record/page", path: "/hr/employees/{employee}", kind: Kind::Page, connections: USUAL },
    // As many deals as employees.
    Question { name: "board/page", path: "/crm/pipeline", kind: Kind::Page, connections: USUAL },
    // As many contacts, two in a hundred of whom may be one.
    Question { name: "duplicates/page", path: "/crm/duplicates/contacts", kind: Kind::Page, connections: USUAL },
    Question { name: "home/page", path: "", kind: Kind::Page, connections: USUAL },
];

fn main() {
    if let Err(words) = run() {
        eprintln!("bench: {words}");
        std::process::exit(1);
    }
}

fn run() -> Done {
    let json = std::env::args().any(|a| a == "--json");
    let mut figures = Figures::new(json);
    let seconds = setting("BENCH_SECONDS")?.parse().map_err(|_| "BENCH_SECONDS is no number")?;

    let home = setting("PEOPLE360_HOME")?;
    let pids = [setting("BENCH_POSTGRES_PID")?, setting("BENCH_REDIS_PID")?];
    let alone = |what| std::env::args().any(|a| a == what);
    if !alone("--automation") {
        digests::measure(&setting("DATABASE_URL")?, home.as_ref(), &pids, &mut figures)?;
    }
    if !alone("--digests") {
        automation::measure(&setting("DATABASE_URL")?, &mut figures)?;
    }
    if alone("--digests") || alone("--automation") {
        figures.end();
        return Ok(());
    }
    let began = Instant::now();
    let server = Server::start(&setting("BENCH_SERVER")?)?;
    let client = Client { port: setting("PORT")?.parse().map_err(|_| "PORT is no number")? };
    while client.get("/readyz", &[]).map_or(true, |r| r.status != 200) {
        if began.elapsed() > Duration::from_secs(30) {
            return Err("the server does not get ready".into());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    figures.say("start/ready", began.elapsed().as_secs_f64() * 1e3, "ms", None);
    std::thread::sleep(Duration::from_secs(1));
    let idle = server.megabytes();

    let password = setting("BENCH_PASSWORD")?;
    let mut signed_in = vec![];
    for (size, slug) in TENANTS {
        let cookies = client.sign_in(&format!("owner@{slug}.example"), &password)?;
        let list = client.ok(&format!("/w/{slug}/hr/employees"), &[("cookie", &cookies)])?;
        let employee = list.first_employee().ok_or("the list shows no employee")?;
        signed_in.push((size, slug, cookies, employee));
    }
    first_view(&client, &signed_in[0].2, &mut figures)?;
    sign_in(&client, &mut figures)?;

    let load = Load {
        url: format!("http://127.0.0.1:{}", client.port),
        report: setting("BENCH_REPORT")?,
        pgbench: setting("BENCH_PGBENCH")?,
        database: setting("DATABASE_URL")?,
        seconds,
    };
    let log = system::StatementLog::new(setting("BENCH_PSQL")?, setting("ADMIN_URL")?, setting("BENCH_PG_LOG")?);
    let cpu = || Cpu::now(server.pid(), &pids);

    let mut hello = vec![];
    for &connections in ALL {
        let rate = load.requests("/healthz", &[], connections)?;
        figures.say(&format!("hello/c{connections}/rate"), rate.per_second, "req/s", None);
        hello.push((connections, rate.per_second));
    }

    for question in QUESTIONS {
        let mut rates = vec![];
        for (size, slug, cookies, employee) in &signed_in {
            let path = format!("/w/{slug}{}", question.path.replace("{employee}", employee));
            let mut headers = vec![("cookie", cookies.as_str())];
            match question.kind {
                Kind::Fragment => headers.extend(http::FRAGMENT),
                Kind::Page => {}
                Kind::Compressed => headers.push(("accept-encoding", "br")),
            }
            client.ok(&path, &headers)?;
            let sql = log.during(|| client.ok(&path, &headers).map(drop))?;
            let name = format!("list/{}/{size}", question.name)
                .replace("list/home", "home")
                .replace("list/record", "record")
                .replace("list/duplicates", "duplicates")
                .replace("list/board", "board");
            for &connections in question.connections {
                let name = format!("{name}/c{connections}");
                let reference = load.sql(&sql, connections)?;
                load.warm_up(&path, &headers, connections)?;
                let before = cpu();
                let rate = load.requests(&path, &headers, connections)?;
                let spent = cpu().map(|after| after.since(before.as_ref(), rate.requests));
                figures.rate(&name, &rate, reference, spent, hello.iter().find(|h| h.0 == connections).map(|h| h.1));
                rates.push((*size, connections, rate.per_second));
            }
        }
        for &connections in question.connections {
            let of = |wanted| rates.iter().find(|(size, c, _)| *size == wanted && *c == connections).map(|r| r.2);
            if let (Some(small), Some(large)) = (of("1k"), of("100k")) {
                // No slower than 1.5 times: two thirds of the rate.
                let name = format!("large-by-small/{}/c{connections}", question.name);
                figures.compare(&name, large, small, "req/s", Goal::AtLeast(1.0 / 1.5));
            }
        }
    }
    figures.say("memory/idle", idle, "MB", None);
    figures.say("memory/loaded", server.megabytes(), "MB", None);
    figures.end();
    Ok(())
}

/// Pairs of tries at signing in. Together fewer than slow a caller down.
const PAIRS: u32 = 24;

/// A wrong password for addresses that somebody has and that nobody has, in turns: how long the answer takes must not
/// tell one from the other.
fn sign_in(client: &Client, figures: &mut Figures) -> Done {
    let (mut known, mut unknown) = (vec![], vec![]);
    for n in 2..2 + PAIRS {
        let mut tries = [("owner", &mut known), ("nobody", &mut unknown)];
        // Whoever comes first must not always be the same.
        tries.rotate_left(n as usize % 2);
        for (who, times) in tries {
            let (_, page, took) = client.try_sign_in(&format!("{who}@bench-{n}.example"), "not the password at all")?;
            if page.status != 422 {
                return Err(format!("a wrong password answers {}", page.status));
            }
            times.push(took.as_secs_f64() * 1e3);
        }
    }
    for (name, times) in [("known", &mut known), ("unknown", &mut unknown)] {
        times.sort_by(f64::total_cmp);
        for (which, share) in [("p10", 0.1), ("p50", 0.5), ("p90", 0.9)] {
            let at = (times.len() as f64 * share) as usize;
            figures.say(&format!("sign-in/{name}/{which}"), times[at], "ms", None);
        }
    }
    let (known, unknown) = (known[known.len() / 2], unknown[unknown.len() / 2]);
    figures.compare("sign-in/slower-by-faster", known.max(unknown), known.min(unknown), "ms", Goal::AtMost(1.1));
    Ok(())
}

/// What a browser that was never here fetches: the page, and everything it names, compressed.
fn first_view(client: &Client, cookies: &str, figures: &mut Figures) -> Done {
    let list = format!("/w/{}{SALES}", TENANTS[0].1);
    for (name, path, cookie) in [("landing", "/", ""), ("sign-in", "/login", ""), ("list", &*list, cookies)] {
        let mut paths = client.ok(path, &[("cookie", cookie)])?.assets();
        for style in paths.clone().iter().filter(|p| p.ends_with(".css")) {
            paths.extend(client.ok(style, &[])?.assets());
        }
        paths.sort();
        paths.dedup();
        paths.insert(0, path.to_owned());
        let mut bytes = 0;
        for path in &paths {
            let Page { wire, .. } = client.ok(path, &[("cookie", cookie), ("accept-encoding", "br")])?;
            bytes += wire;
        }
        figures.say(&format!("first-view/{name}/bytes"), bytes as f64 / 1e3, "kB", Some(Goal::AtMost(100.0)));
        figures.say(&format!("first-view/{name}/requests"), paths.len() as f64, "requests", Some(Goal::AtMost(10.0)));
    }
    Ok(())
}
