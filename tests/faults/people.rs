//! People at work: they invite, hire, change, import, answer and ask, and do again what they got no answer to.

use crate::{
    browser::{Browser, Form, Page},
    company, door,
    town::{COMPANIES, Town, owner},
};
use hyper::StatusCode;
use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::Db;
use tokio::task::JoinHandle;

pub const PASSWORD: &str = "nine lamps under the river";

/// Rows of each file that is imported.
pub const ROWS: usize = 120;

/// What people have done for sure, each with its company.
#[derive(Default)]
pub struct Ledger {
    pub stop: AtomicBool,
    /// Addresses.
    pub invited: Mutex<Vec<(&'static str, String)>>,
    /// Last names, which nobody else has.
    pub hired: Mutex<Vec<(&'static str, String)>>,
    /// Job titles, each given once.
    pub changed: Mutex<Vec<(&'static str, String)>>,
    /// What the numbers of a file begin with.
    pub imported: Mutex<Vec<(&'static str, String)>>,
    /// Questions of workflows: last names with `approved` or `rejected`.
    pub answered: Mutex<Vec<(&'static str, String)>>,
    /// Digests that somebody has asked for and was promised.
    pub promised: Mutex<Vec<(&'static str, String)>>,
    /// As often as somebody has asked for one, whether or not there was an answer.
    pub asked: Mutex<Vec<(&'static str, String)>>,
    /// Companies in which nobody is hired any more.
    full: Mutex<Vec<&'static str>>,
    /// Pages that nobody should have seen.
    pub wrong: Mutex<Vec<String>>,
    /// Answers that did not come, and "one moment, please".
    pub waits: Mutex<usize>,
}

fn len<T>(of: &Mutex<Vec<T>>) -> usize {
    of.lock().expect("nobody panics with it").len()
}

fn add<T>(to: &Mutex<Vec<T>>, what: T) {
    to.lock().expect("nobody panics with it").push(what);
}

impl Ledger {
    pub fn nothing_wrong_yet(&self) {
        assert_eq!(len(&self.wrong), 0);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    fn is_full(&self, company: &str) -> bool {
        self.full.lock().expect("nobody panics with it").contains(&company)
    }

    fn hired_by(&self, company: &str) -> usize {
        let hired = self.hired.lock().expect("nobody panics with it");
        hired.iter().filter(|(c, _)| *c == company).count()
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} invited, {} hired, {} changes, {} files of {ROWS} rows, {} questions answered, {} digests promised; {} times there was no answer",
            len(&self.invited),
            len(&self.hired),
            len(&self.changed),
            len(&self.imported),
            len(&self.answered),
            len(&self.promised),
            *self.waits.lock().expect("nobody panics with it"),
        )
    }
}

/// Five people of each company begin, and a clock.
pub async fn at_work(town: &Town, ledger: &Arc<Ledger>) -> Vec<JoinHandle<()>> {
    let mut people = Vec::new();
    for company in COMPANIES {
        let person = |address| Person::new(town.web_port, address, company, ledger.clone());
        people.push(tokio::spawn(person("10.1.0.1").invites()));
        people.push(tokio::spawn(person("10.1.0.2").hires()));
        people.push(tokio::spawn(person("10.1.0.3").imports()));
        people.push(tokio::spawn(person("10.1.0.4").answers()));
        people.push(tokio::spawn(person("10.1.0.5").asks()));
    }
    people.push(tokio::spawn(plans(town.db(), ledger.clone())));
    people
}

/// Looks whose digest is due, as often as it can, and once more when everybody is back.
async fn plans(db: Db, ledger: Arc<Ledger>) {
    loop {
        let last = ledger.stopped();
        let planned = company::plan_digests(&db).await;
        if last && planned.is_ok() {
            return;
        }
        // The rhythm of the schedule, made short.
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

struct Person {
    browser: Browser,
    company: &'static str,
    ledger: Arc<Ledger>,
}

impl Person {
    fn new(port: u16, address: &'static str, company: &'static str, ledger: Arc<Ledger>) -> Self {
        let origin = format!("http://127.0.0.1:{port}");
        let browser = Browser::new(door::to(port, address), ([10, 0, 0, 1], 1).into(), &origin);
        Self { browser, company, ledger }
    }

    fn at(&self, path: &str) -> String {
        format!("/w/{}{path}", self.company)
    }

    /// Whether to try again, after a moment: nobody answered, or something is gone for now.
    async fn again(&mut self, page: &Page) -> bool {
        match page.status {
            door::GONE | StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS | StatusCode::CONFLICT => {}
            status if status.is_server_error() => add(&self.ledger.wrong, page.to_string()),
            StatusCode::UNAUTHORIZED => {
                self.sign_in().await;
                return true;
            }
            _ => return false,
        }
        *self.ledger.waits.lock().expect("nobody panics with it") += 1;
        // As long as somebody waits before they try again.
        tokio::time::sleep(Duration::from_millis(300)).await;
        true
    }

    async fn sign_in(&mut self) {
        loop {
            self.browser.jar.clear();
            let page = self.browser.get("/login").await;
            if page.has_form("Sign in") {
                let fields = [("Work email", owner(self.company)), ("Password", PASSWORD.to_owned())];
                let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
                let page = self.browser.fill("Sign in", &fields).await;
                if page.status == StatusCode::OK && !page.has_form("Sign in") {
                    return;
                }
            }
            *self.ledger.waits.lock().expect("nobody panics with it") += 1;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Opens a page, however often that takes.
    async fn open(&mut self, path: &str) -> Page {
        loop {
            let page = self.browser.get(path).await;
            if !self.again(&page).await {
                return page;
            }
        }
    }

    /// Sends a form until there is an answer. Its token may have become another visitor's, if one had to sign in anew:
    /// then the page is opened again, and the form with the same id is sent.
    async fn send(&mut self, form: &Form, at: &str, button: &str) -> Page {
        let mut form = form.clone();
        loop {
            let page = self.browser.send(form.clone()).await;
            if page.status == StatusCode::FORBIDDEN {
                let token = self.open(at).await.form(button).value("_csrf");
                form = form.set("_csrf", &token);
                continue;
            }
            if !self.again(&page).await {
                return page;
            }
        }
    }

    fn strange(&self, what: &str, page: &Page) {
        add(&self.ledger.wrong, format!("{what}: {page}"));
    }

    async fn invites(mut self) {
        self.sign_in().await;
        for n in 0.. {
            if self.ledger.stopped() {
                return;
            }
            let (path, button) = (self.at("/settings/members"), "Send invitation");
            let email = format!("guest{n}@{}.example", self.company);
            let page = self.open(&path).await;
            let form = page.form(button).set("Work email", &email).set("Role", "Employee");
            let page = self.send(&form, &path, button).await;
            // Asked twice because nobody answered the first time: there is one already.
            match page.status {
                StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY
                    if page.says(&email) || page.text.contains(&email) =>
                {
                    add(&self.ledger.invited, (self.company, email));
                }
                _ => self.strange("inviting", &page),
            }
        }
    }

    async fn hires(mut self) {
        self.sign_in().await;
        for n in 0.. {
            if self.ledger.stopped() {
                add(&self.ledger.full, self.company);
                return;
            }
            let (path, button) = (self.at("/hr/employees/new"), "Add employee");
            let name = format!("Hired{n}x");
            let page = self.open(&path).await;
            let form = page.form(button).set("First name", "Nora").set("Last name", &name);
            let page = self.send(&form, &path, button).await;
            if page.status != StatusCode::OK || !page.h1().contains(&name) {
                self.strange("hiring", &page);
                continue;
            }
            add(&self.ledger.hired, (self.company, name));
            let record = page.path.clone();
            for step in 0..2 {
                self.promotes(&record, &format!("Title {n}-{step}")).await;
            }
        }
    }

    /// Gives a job title, and looks whether it is there where nobody answered.
    async fn promotes(&mut self, record: &str, title: &str) {
        let (path, button) = (format!("{record}/edit"), "Save changes");
        loop {
            let page = self.open(&path).await;
            if !page.has_form(button) {
                self.strange("changing", &page);
                return;
            }
            let form = page.form(button);
            if form.value("job_title") == title {
                add(&self.ledger.changed, (self.company, title.to_owned()));
                return;
            }
            let page = self.browser.send(form.set("Job title", title)).await;
            if !self.again(&page).await && !matches!(page.status, StatusCode::OK | StatusCode::FORBIDDEN) {
                self.strange("changing", &page);
                return;
            }
        }
    }

    async fn imports(mut self) {
        self.sign_in().await;
        for n in 0.. {
            if self.ledger.stopped() {
                return;
            }
            let prefix = format!("F{n}x");
            let mut csv = String::from("Number,First name,Last name,Start date\n");
            for row in 0..ROWS {
                csv.push_str(&format!("{prefix}{row},Ivo,Imported{n},2026-01-05\n"));
            }
            let (path, button) = (self.at("/hr/employees/imports"), "Check the file");
            let page = self.open(&path).await;
            let form = page.form(button).file("File", "people.csv", csv);
            let page = self.send(&form, &path, button).await;
            let (record, button) = (page.path.clone(), format!("Import {ROWS} rows"));
            // It is done when the page has neither the button nor a bar that moves.
            loop {
                let page = self.open(&record).await;
                if page.has_form(&button) {
                    let page = self.browser.press(&button).await;
                    self.again(&page).await;
                } else if page.link("Undo this import").is_some() {
                    add(&self.ledger.imported, (self.company, prefix));
                    break;
                } else if page.has("progress") {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                } else {
                    self.strange("importing", &page);
                    break;
                }
            }
        }
    }

    /// Says yes or no to each who was hired, until all have been.
    async fn answers(mut self) {
        self.sign_in().await;
        let (path, mut tried, mut answered) = (self.at("/approvals"), BTreeMap::new(), 0);
        loop {
            let ended = self.ledger.is_full(self.company);
            let page = self.open(&path).await;
            let asked = page.all(".approval h2");
            // What was tried and is not asked any more is answered: nobody else does.
            let done: Vec<String> = tried.keys().filter(|q| !asked.contains(q)).cloned().collect();
            for question in done {
                let answer = tried.remove(&question).expect("it was tried");
                let name = question.trim_start_matches("Keep ").trim_end_matches('?').to_owned();
                add(&self.ledger.answered, (self.company, format!("{name} {answer}")));
                answered += 1;
            }
            if ended && answered == self.ledger.hired_by(self.company) {
                return;
            }
            for question in &asked {
                let no = question.contains("3x") || question.contains("6x");
                let (button, answer) = if no { ("Reject", "rejected") } else { ("Approve", "approved") };
                tried.insert(question.clone(), answer);
                let page = self.browser.send(page.form(&format!("{button}: {question}"))).await;
                if self.again(&page).await || page.status == StatusCode::FORBIDDEN {
                    break;
                }
                if page.status != StatusCode::OK {
                    self.strange("answering", &page);
                }
            }
            // As long as somebody does something else meanwhile.
            tokio::time::sleep(Duration::from_millis(if asked.is_empty() { 500 } else { 50 })).await;
        }
    }

    /// Wants a digest at once, now and then.
    async fn asks(mut self) {
        self.sign_in().await;
        let (path, button) = (self.at("/settings/notifications/digest"), "Send me one now");
        for n in 0.. {
            if self.ledger.stopped() {
                return;
            }
            let page = self.open(&path).await;
            if !page.has_form(button) {
                self.strange("asking for a digest", &page);
                return;
            }
            add(&self.ledger.asked, (self.company, n.to_string()));
            let page = self.browser.send(page.form(button)).await;
            // Its session may be gone before it says so, and then nobody knows.
            match page.status {
                StatusCode::OK if page.toast().contains("on its way") => {
                    add(&self.ledger.promised, (self.company, n.to_string()));
                }
                StatusCode::OK | StatusCode::FORBIDDEN => {}
                _ if self.again(&page).await => {}
                _ => self.strange("asking for a digest", &page),
            }
            // As long as somebody reads it.
            tokio::time::sleep(Duration::from_millis(1_500)).await;
        }
    }
}
