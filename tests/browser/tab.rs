//! A browser, used as a person does: by what is written on things.

use super::house::{House, PASSWORD};
use axum::http::Method;
use fantoccini::{
    Client,
    actions::{InputSource, KeyAction, KeyActions},
    elements::{Element, ElementRef},
    wd::WebDriverCompatibleCommand,
};
use futures::FutureExt;
use serde_json::{Value, json};
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use url::Url;

pub use fantoccini::key::Key;

/// Until when what must come has come. Generous: two cores, and others on them.
const DEADLINE: Duration = Duration::from_secs(20);

/// Finds by what a person sees or hears. Put before each script.
const EYES: &str = include_str!("eyes.js");

pub struct Tab {
    pub client: Client,
    pub house: Arc<House>,
    name: String,
}

/// A signed-up company.
#[derive(Clone)]
pub struct Company {
    pub slug: String,
    pub email: String,
}

impl Company {
    pub fn path(&self, rest: &str) -> String {
        format!("/w/{}{rest}", self.slug)
    }
}

impl Tab {
    /// A browser that knows nobody.
    pub async fn open(house: &Arc<House>, name: &str) -> Self {
        let tab = Self { client: house.browser().await, house: house.clone(), name: name.to_owned() };
        tab.look(WIDE, Light).await;
        tab
    }

    /// Runs the way, looks at what the console says in the end, and gives the browser back; one with which something
    /// went wrong is closed.
    pub async fn watch(&self, way: impl AsyncFnOnce(&Self)) {
        let walked = AssertUnwindSafe(async {
            way(self).await;
            self.assert_quiet().await;
            self.forget().await;
        });
        match walked.catch_unwind().await {
            Ok(()) => self.house.give_back(self.client.clone()),
            Err(panic) => {
                self.picture().await;
                let _closed = self.client.clone().close().await;
                resume_unwind(panic);
            }
        }
    }

    /// As a browser fresh from its box, but for what it has loaded of styles and scripts.
    async fn forget(&self) {
        self.go("about:blank").await;
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
        self.cdp("Network.clearBrowserCookies", json!({})).await;
    }

    /// What it shows, for whoever looks into why a test failed.
    async fn picture(&self) {
        let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/browser");
        let file = directory.join(format!("{}.png", self.name));
        if let Ok(png) = self.client.screenshot().await
            && std::fs::create_dir_all(&directory).and_then(|()| std::fs::write(&file, png)).is_ok()
        {
            eprintln!("{}: its last page is in {}", self.name, file.display());
        }
    }

    // ---- Going

    pub async fn go(&self, path: &str) {
        let url = if path.starts_with('/') { format!("{}{path}", self.house.url) } else { path.to_owned() };
        self.client.goto(&url).await.unwrap_or_else(|e| panic!("{path} does not load: {e}"));
    }

    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        format!("{}{}", url.path(), url.query().map(|q| format!("?{q}")).unwrap_or_default())
    }

    pub async fn arrives(&self, path: &str) {
        self.until(
            &format!("the address is {path}"),
            "return location.pathname + location.search === args[0]",
            json!([path]),
        )
        .await;
    }

    /// The page with this heading is there, and has loaded.
    pub async fn heading(&self, words: &str) {
        let script = "return document.readyState === 'complete' && says($('h1')) === args[0]";
        self.until(&format!("the page is headed {words:?}"), script, json!([words])).await;
    }

    // ---- Looking

    /// What a script gives, with `args` and the functions of `eyes.js` in reach.
    pub async fn ask(&self, script: &str, args: Value) -> Value {
        self.try_ask(script, args).await.unwrap_or_else(|e| panic!("{e}\nin: {script}"))
    }

    async fn try_ask(&self, script: &str, args: Value) -> Result<Value, fantoccini::error::CmdError> {
        self.client.execute(&format!("const args = arguments[0];\n{EYES}\n{script}"), vec![args]).await
    }

    /// Waits until a script gives something true; between two pages there is nobody to ask.
    pub async fn until(&self, what: &str, script: &str, args: Value) -> Value {
        let began = Instant::now();
        // Asking keeps the page from its work: what does not come at once is asked for less often.
        let mut pause = Duration::from_millis(10);
        loop {
            let answer = self.try_ask(script, args.clone()).await;
            if let Ok(value) = &answer
                && !matches!(value, Value::Null | Value::Bool(false))
            {
                return answer.expect("it is one");
            }
            if began.elapsed() > DEADLINE {
                let page = self
                    .try_ask("return location.href + '\\n' + document.body.innerText.slice(0, 1500)", json!([]))
                    .await;
                let page = page.ok().and_then(|p| p.as_str().map(str::to_owned)).unwrap_or_default();
                let last = answer.err().map(|e| e.to_string()).unwrap_or_default();
                panic!("it did not come to this: {what}. {last}\n{page}");
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(80));
        }
    }

    pub async fn sees(&self, words: &str) {
        self.until(&format!("the page says {words:?}"), "return seen().includes(args[0])", json!([words])).await;
    }

    pub async fn sees_no_more(&self, words: &str) {
        self.until(&format!("the page says no more {words:?}"), "return !seen().includes(args[0])", json!([words]))
            .await;
    }

    /// The toast with these words is up.
    pub async fn toast(&self, words: &str) {
        let script = "return $$('.toast').some((t) => says(t).includes(args[0]))";
        self.until(&format!("a toast says {words:?}"), script, json!([words])).await;
    }

    pub async fn text(&self, selector: &str) -> String {
        let text =
            self.until(selector, "const found = $(args[0]); return found && says(found)", json!([selector])).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The texts of all that fit.
    pub async fn texts(&self, selector: &str) -> Vec<String> {
        let texts = self.ask("return $$(args[0]).map(says)", json!([selector])).await;
        serde_json::from_value(texts).expect("texts")
    }

    /// What stands in the field with this label.
    pub async fn value(&self, label: &str) -> String {
        let value = self.until(&format!("a field {label:?}"), "return field(args[0])?.value", json!([label])).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    pub async fn element(&self, what: &str, script: &str, args: Value) -> Element {
        let found = self.until(what, script, args).await;
        let id = found.as_object().and_then(|o| o.values().next()).and_then(Value::as_str);
        let id = id.unwrap_or_else(|| panic!("{what} is no element: {found}"));
        Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned()))
    }

    // ---- Doing

    /// Presses the button or link that says so.
    pub async fn press(&self, words: &str) {
        self.press_in("body", words).await;
    }

    /// As [`press`](Self::press), within a part of the page.
    pub async fn press_in(&self, part: &str, words: &str) {
        let what = format!("{words:?} can be pressed in {part}");
        let element = self.element(&what, "return pressable(args[0], args[1])", json!([part, words])).await;
        element.click().await.unwrap_or_else(|e| panic!("{words:?} does not let itself be pressed: {e}"));
    }

    pub async fn click(&self, selector: &str) {
        let element = self.element(selector, "return $$(args[0]).find(visible)", json!([selector])).await;
        element.click().await.unwrap_or_else(|e| panic!("{selector} does not let itself be clicked: {e}"));
    }

    /// Types into the field with this label, in place of what stood there.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.element(&format!("a field {label:?}"), "return field(args[0])", json!([label])).await;
        field.clear().await.unwrap_or_else(|e| panic!("{label:?} cannot be cleared: {e}"));
        field.send_keys(text).await.unwrap_or_else(|e| panic!("{label:?} cannot be typed into: {e}"));
    }

    pub async fn choose(&self, label: &str, choice: &str) {
        let select = self.element(&format!("a select {label:?}"), "return field(args[0])", json!([label])).await;
        // By typing it: the driver's own way leaves out an event that browsers send.
        select.send_keys(choice).await.unwrap_or_else(|e| panic!("{label:?} takes no keys: {e}"));
        let chosen = "return field(args[0]).selectedOptions[0].text === args[1]";
        self.until(&format!("{label:?} is {choice:?}"), chosen, json!([label, choice])).await;
    }

    /// Strikes keys one after another, wherever the focus is.
    pub async fn strike(&self, keys: impl IntoIterator<Item = impl Into<char>>) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys {
            let value = key.into();
            actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(actions).await.expect("keys can be struck");
    }

    /// Strikes a key while others are held.
    pub async fn chord(&self, held: Key, key: char) {
        let held = char::from(held);
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(actions).await.expect("keys can be struck");
    }

    // ---- The browser itself

    /// A command of the browser's own protocol.
    pub async fn cdp(&self, command: &str, params: Value) -> Value {
        let command = Extra("goog/cdp/execute", json!({ "cmd": command, "params": params }));
        self.client.issue_cmd(command).await.expect("the browser obeys")
    }

    pub async fn look(&self, (width, height): (u32, u32), theme: Theme) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
        let theme = match theme {
            Light => "light",
            Dark => "dark",
        };
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme },
            // Nothing is on its way when it is looked at.
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    pub async fn without_script(&self) {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// What the console has said since it was asked last, but for answers that are meant: a form with errors is 422.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.client.issue_cmd(Extra("se/log", json!({ "type": "browser" }))).await.expect("a log");
        let entries = entries.as_array().cloned().unwrap_or_default();
        let bad = entries.iter().filter(|e| e["level"] == "SEVERE" || e["level"] == "WARNING");
        let words = bad.map(|e| e["message"].as_str().unwrap_or_default().to_owned());
        let meant = |m: &String| {
            ["401", "404", "409", "422"].iter().any(|s| m.contains(&format!("responded with a status of {s}")))
        };
        words.filter(|m| !meant(m)).collect()
    }

    pub async fn assert_quiet(&self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "the console says:\n{}", complaints.join("\n"));
    }

    // ---- What most ways begin with

    /// Signs a company up by the form.
    pub async fn sign_up(&self, company: &str, slug: &str) -> Company {
        let email = format!("owner@{slug}.example");
        self.go("/signup").await;
        self.fill("Company name", company).await;
        self.fill("Workspace address", slug).await;
        self.fill("Your name", "Olga Owner").await;
        self.fill("Work email", &email).await;
        self.fill("Password", PASSWORD).await;
        self.press("Create workspace").await;
        self.arrives(&format!("/w/{slug}/first-steps")).await;
        Company { slug: slug.to_owned(), email }
    }

    /// Proves the owner's address by the link in the mail.
    pub async fn confirm_address(&self, company: &Company) {
        self.follow_mail(&company.email, "Confirm").await;
        self.heading("Confirm your address").await;
        self.press("Confirm").await;
        self.heading("Your address is confirmed").await;
    }

    pub async fn sign_in(&self, email: &str) {
        self.fill("Work email", email).await;
        self.fill("Password", PASSWORD).await;
        self.press("Sign in").await;
    }

    /// Follows the link of the newest mail to somebody about something, once it is there.
    pub async fn follow_mail(&self, to: &str, about: &str) {
        let began = Instant::now();
        let letter = loop {
            self.go("/dev/mailbox").await;
            let script = "const row = $$('tbody tr').find((row) => args.every((words) => says(row).includes(words)));
                return row && $('a', row).getAttribute('href')";
            if let Some(href) = self.ask(script, json!([to, about])).await.as_str() {
                break href.to_owned();
            }
            assert!(began.elapsed() < DEADLINE, "no mail to {to} about {about:?} came");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        self.go(&letter).await;
        let link = self.ask("return $('main p a[href^=\"http\"]').href", json!([])).await;
        self.go(link.as_str().expect("a link")).await;
    }
}

pub const WIDE: (u32, u32) = (1440, 900);
pub const NARROW: (u32, u32) = (390, 844);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

pub use Theme::{Dark, Light};

/// A command beyond the standard's: its path behind the session's, and its body.
#[derive(Debug)]
struct Extra(&'static str, Value);

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}
