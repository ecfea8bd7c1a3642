//! A browser without JavaScript: cookies, pages, links and forms as a person meets them.

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode, header, response::Parts},
};
use http_body_util::BodyExt;
use scraper::{ElementRef, Html, Selector};
use std::{collections::BTreeMap, net::SocketAddr, time::Duration};
use tower::ServiceExt;

#[derive(Clone)]
pub struct Browser {
    router: Router,
    caller: SocketAddr,
    origin: String,
    /// Cookies by name.
    pub jar: BTreeMap<String, String>,
    /// What is on the screen.
    pub page: Page,
}

impl Browser {
    pub(crate) fn new(router: Router, caller: SocketAddr, origin: &str) -> Self {
        Self { router, caller, origin: origin.into(), jar: BTreeMap::new(), page: Page::default() }
    }

    /// The same person on another device: no cookies yet.
    pub fn elsewhere(&self) -> Self {
        Self::new(self.router.clone(), self.caller, &self.origin)
    }

    /// One request and its answer, with the cookies; follows nothing.
    pub async fn request(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Page {
        let (parts, mut body) = self.answer(method, path, headers, body).await;
        // A stream has no end: the first that it says is its answer here.
        let streams = parts.headers.get("content-type").is_some_and(|t| t.as_bytes().starts_with(b"text/event-stream"));
        let bytes = match streams {
            true => body.frame().await.and_then(Result::ok).and_then(|f| f.into_data().ok()).unwrap_or_default(),
            false => body.collect().await.expect("a whole answer").to_bytes(),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Page { status: parts.status, headers: parts.headers, path: path.into(), text, bytes }
    }

    /// Begins to listen to what is told there.
    pub async fn listen(&mut self, path: &str) -> Stream {
        let (parts, body) = self.answer(Method::GET, path, &[], vec![]).await;
        assert_eq!(parts.status, StatusCode::OK, "{path}");
        Stream { body, heard: String::new() }
    }

    async fn answer(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> (Parts, Body) {
        let mut request = Request::builder().method(method.clone()).uri(path);
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        let given = |name: &str| headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
        if !given("host") {
            request = request.header(header::HOST, host);
        }
        if method != Method::GET && !given("origin") && !given("sec-fetch-site") {
            request = request.header(header::ORIGIN, &self.origin);
        }
        if !self.jar.is_empty() {
            let cookies: Vec<_> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.extension(ConnectInfo(self.caller)).body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("the router answers everything");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a readable cookie");
            let (name, value) = cookie.split(';').next().and_then(|c| c.split_once('=')).expect("a cookie");
            if value.is_empty() || cookie.contains("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.into(), value.into());
            }
        }
        (parts, body)
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            let Some(to) = page.headers.get(header::LOCATION).filter(|_| page.status.is_redirection()) else { break };
            let to = to.to_str().expect("a readable location").to_owned();
            page = self.request(Method::GET, &to, &[], vec![]).await;
        }
        self.page = page.clone();
        page
    }

    /// Opens a page, wherever that leads.
    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.request(Method::GET, path, &[], vec![]).await;
        self.follow(page).await
    }

    /// What htmx gets for this target (`div#employees`); the page on the screen stays.
    pub async fn htmx(&mut self, path: &str, target: &str) -> Page {
        let headers = [("hx-request", "true"), ("hx-request-type", "partial"), ("hx-target", target)];
        self.request(Method::GET, path, &headers, vec![]).await
    }

    /// Clicks the link with these words.
    pub async fn click(&mut self, words: &str) -> Page {
        let href = self.page.link(words).unwrap_or_else(|| panic!("no link {words:?} in {}", self.page));
        self.get(&href).await
    }

    /// The form with this button, or with this action, on the page on the screen.
    pub fn form(&self, button_or_action: &str) -> Form {
        self.page.form(button_or_action)
    }

    /// Fills in the form of this button, and presses it.
    pub async fn fill(&mut self, button: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = self.form(button);
        for (name, value) in fields {
            form = form.set(name, value);
        }
        self.send(form).await
    }

    /// Presses the button, as the form is.
    pub async fn press(&mut self, button: &str) -> Page {
        self.fill(button, &[]).await
    }

    /// Sends the form, wherever that leads.
    pub async fn send(&mut self, form: Form) -> Page {
        let page = self.send_once(&form, &[]).await;
        self.follow(page).await
    }

    /// Sends the form with more headers, and follows nothing.
    pub async fn send_once(&mut self, form: &Form, headers: &[(&str, &str)]) -> Page {
        let pairs = form.pairs();
        if form.method == Method::GET {
            let query = serde_html_form::to_string(&pairs).expect("pairs can be written");
            let path = form.action.split('?').next().unwrap_or_default();
            return self.request(Method::GET, &format!("{path}?{query}"), headers, vec![]).await;
        }
        let (kind, body) = form.body(&pairs);
        let mut headers = headers.to_vec();
        headers.push(("content-type", &kind));
        self.request(Method::POST, &form.action, &headers, body).await
    }

    /// Posts these pairs with the page's token, as a form that is on no page would.
    pub async fn post(&mut self, path: &str, pairs: &[(&str, &str)]) -> Page {
        let token = self.token().await;
        let mut pairs = pairs.to_vec();
        pairs.push(("_csrf", &token));
        let body = serde_html_form::to_string(&pairs).expect("pairs can be written").into_bytes();
        self.request(Method::POST, path, &[("content-type", "application/x-www-form-urlencoded")], body).await
    }

    /// The token that this visitor's forms carry.
    pub async fn token(&mut self) -> String {
        let page = self.request(Method::GET, "/login", &[], vec![]).await;
        let page = if page.status == StatusCode::OK { page } else { self.page.clone() };
        page.form("Sign in").value("_csrf")
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        self.get("/login").await;
        let page = self.fill("Sign in", &[("Work email", email), ("Password", password)]).await;
        assert_eq!(page.status, StatusCode::OK, "{email} cannot sign in: {page}");
        page
    }

    pub async fn sign_out(&mut self) -> Page {
        self.press("Sign out").await
    }
}

/// What a server tells as it happens.
pub struct Stream {
    body: Body,
    heard: String,
}

impl Stream {
    /// The next event, its name and what it says, however many comments come before; `None`: it has ended.
    pub async fn event(&mut self) -> Option<(String, String)> {
        loop {
            while let Some((event, rest)) = self.heard.split_once("\n\n") {
                let of = |field: &str| event.lines().find_map(|l| l.strip_prefix(field)?.strip_prefix(": "));
                let found = of("event").map(|name| (name.to_owned(), of("data").unwrap_or_default().to_owned()));
                self.heard = rest.to_owned();
                if found.is_some() {
                    return found;
                }
            }
            let frame = tokio::time::timeout(Duration::from_secs(30), self.body.frame()).await;
            let frame = frame.expect("it is told, or ends, within half a minute")?.expect("it is not broken off");
            let bytes = frame.into_data().unwrap_or_default();
            self.heard.push_str(std::str::from_utf8(&bytes).expect("text"));
        }
    }
}

/// An answer, and what a person reads in it.
#[derive(Clone, Default)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub path: String,
    pub text: String,
    /// As they came: a file is no text.
    pub bytes: axum::body::Bytes,
}

impl std::fmt::Display for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: String = self.words().chars().take(1500).collect();
        write!(f, "{} {}: {words}", self.status, self.path)
    }
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap_or_else(|e| panic!("{css}: {e}"))
}

fn words_of(element: ElementRef<'_>) -> String {
    let text: Vec<&str> = element.text().collect();
    text.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Page {
    pub fn html(&self) -> Html {
        // What stands there for those without script is part of this browser's page.
        Html::parse_document(&self.text.replace("</noscript>", "").replace("<noscript>", "<noscript></noscript>"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("a readable header"))
    }

    /// Whether this is a whole page, not a part of one.
    pub fn is_whole(&self) -> bool {
        self.text.contains("<html")
    }

    /// All words of the page, without what stands in its head.
    pub fn words(&self) -> String {
        if !self.header("content-type").starts_with("text/html") {
            return self.text.clone();
        }
        words_of(self.html().select(&select("body")).next().expect("a body"))
    }

    pub fn says(&self, words: &str) -> bool {
        self.words().contains(words)
    }

    /// The words of each element.
    pub fn all(&self, css: &str) -> Vec<String> {
        self.html().select(&select(css)).map(words_of).collect()
    }

    pub fn has(&self, css: &str) -> bool {
        self.html().select(&select(css)).next().is_some()
    }

    pub fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.html().select(&select(css)).find_map(|e| e.attr(name).map(str::to_owned))
    }

    pub fn h1(&self) -> String {
        self.all("h1").join(" | ")
    }

    pub fn toast(&self) -> String {
        self.all(".toast-text").join(" | ")
    }

    /// The address of the first link with exactly these words.
    pub fn link(&self, words: &str) -> Option<String> {
        let html = self.html();
        let found = html.select(&select("a[href]")).find(|a| words_of(*a) == words);
        found.and_then(|a| a.attr("href").map(str::to_owned))
    }

    /// Rows of the page's tables, cell by cell, without tick boxes.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let html = self.html();
        let cells = select("td:not(.table-check), th");
        html.select(&select("tbody tr")).map(|row| row.select(&cells).map(words_of).collect()).collect()
    }

    /// The first cells of the rows; avatars' initials left out.
    pub fn names(&self) -> Vec<String> {
        self.all("tbody th.table-first a")
            .into_iter()
            .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// What is wrong with the field of this name.
    pub fn error(&self, field: &str) -> String {
        self.all(&format!("[id='f-{field}-error'] span")).join(" | ")
    }

    /// What the field of this name holds.
    pub fn value(&self, field: &str) -> String {
        let html = self.html();
        if let Some(input) = html.select(&select(&format!("input[name='{field}']:not([type=hidden])"))).next() {
            return input.attr("value").unwrap_or_default().to_owned();
        }
        let chosen = format!("select[name='{field}'] option[selected]");
        html.select(&select(&chosen)).next().and_then(|o| o.attr("value")).unwrap_or_default().to_owned()
    }

    pub fn form(&self, button_or_action: &str) -> Form {
        Form::find(&self.html(), button_or_action, &self.path)
            .unwrap_or_else(|| panic!("no form {button_or_action:?} in {self}"))
    }

    pub fn has_form(&self, button_or_action: &str) -> bool {
        Form::find(&self.html(), button_or_action, &self.path).is_some()
    }
}

/// A form, as it is filled in.
#[derive(Clone, Debug)]
pub struct Form {
    pub method: Method,
    pub action: String,
    multipart: bool,
    controls: Vec<Control>,
    files: Vec<(String, String, Vec<u8>)>,
}

#[derive(Clone, Debug)]
struct Control {
    name: String,
    /// What a person calls it: its label, its legend, its `aria-label`.
    labels: Vec<String>,
    kind: Kind,
    value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// Sent when ticked.
    Tick(bool),
    /// One of a group.
    Radio(bool),
    /// Values and words.
    Select(Vec<(String, String)>),
    File,
    /// The button that was pressed.
    Pressed,
}

impl Form {
    fn find(html: &Html, wanted: &str, path: &str) -> Option<Self> {
        for form in html.select(&select("form")) {
            let id = form.attr("id");
            let owns = |e: &ElementRef<'_>| match e.attr("form") {
                Some(owner) => Some(owner) == id,
                None => e.ancestors().any(|a| a.id() == form.id()),
            };
            let buttons: Vec<_> =
                html.select(&select("button")).filter(|b| b.attr("type") != Some("button") && owns(b)).collect();
            let action = form.attr("action").filter(|a| !a.is_empty()).unwrap_or(path);
            let pressed = buttons.iter().find(|b| {
                words_of(**b) == wanted || b.attr("aria-label") == Some(wanted) || b.attr("formaction") == Some(wanted)
            });
            if pressed.is_none() && action != wanted {
                continue;
            }
            let mut controls: Vec<Control> =
                html.select(&select("input, select, textarea")).filter(owns).filter_map(|e| control(html, e)).collect();
            if let Some(button) = pressed
                && let Some(name) = button.attr("name")
            {
                let value = button.attr("value").unwrap_or_default().into();
                controls.push(Control { name: name.into(), labels: vec![], kind: Kind::Pressed, value });
            }
            let action = pressed.and_then(|b| b.attr("formaction")).unwrap_or(action);
            let post = form.attr("method").is_some_and(|m| m.eq_ignore_ascii_case("post"));
            return Some(Self {
                method: if post { Method::POST } else { Method::GET },
                action: action.into(),
                multipart: form.attr("enctype") == Some("multipart/form-data"),
                controls,
                files: vec![],
            });
        }
        None
    }

    /// Fills in the control of this label or name. A select takes words or value; a tick box its value, or `""` to
    /// be cleared.
    #[must_use]
    pub fn set(mut self, which: &str, to: &str) -> Self {
        let fits = |c: &Control| c.name == which || c.labels.iter().any(|l| l == which);
        let words: Vec<String> =
            self.controls.iter().flat_map(|c| c.labels.iter().cloned().chain([c.name.clone()])).collect();
        let mut found = false;
        for control in self.controls.iter_mut().filter(|c| fits(c)) {
            match &mut control.kind {
                Kind::Select(options) => {
                    let option = options.iter().find(|(value, words)| value == to || words == to);
                    let (value, _) = option.unwrap_or_else(|| panic!("{which} has no choice {to:?}: {options:?}"));
                    control.value.clone_from(value);
                }
                Kind::Radio(on) => {
                    *on = control.value == to || control.labels.iter().any(|l| l == to);
                    found |= *on;
                    continue;
                }
                Kind::Tick(on) if to.is_empty() => *on = false,
                Kind::Tick(on) if control.value == to || control.labels.iter().any(|l| l == to) => *on = true,
                Kind::Tick(_) => continue,
                _ => to.clone_into(&mut control.value),
            }
            found = true;
        }
        assert!(found, "nothing to set {which:?} to {to:?} with in {words:?}");
        self
    }

    /// Puts a file into the control of this name.
    #[must_use]
    pub fn file(mut self, which: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let there = self
            .controls
            .iter()
            .find(|c| c.kind == Kind::File && (c.name == which || c.labels.iter().any(|l| l == which)));
        let control = there.unwrap_or_else(|| panic!("no file field {which:?} in {:?}", self.controls));
        self.files.push((control.name.clone(), name.into(), bytes.into()));
        self
    }

    /// What would be sent under this name.
    pub fn value(&self, name: &str) -> String {
        self.pairs().into_iter().find(|(n, _)| n == name).map(|(_, v)| v).unwrap_or_default()
    }

    /// The choices of a select: values and words.
    pub fn choices(&self, which: &str) -> Vec<(String, String)> {
        let of = |c: &Control| match &c.kind {
            Kind::Select(options) if c.name == which || c.labels.iter().any(|l| l == which) => Some(options.clone()),
            _ => None,
        };
        self.controls.iter().find_map(of).unwrap_or_default()
    }

    /// The names of what is asked.
    pub fn names(&self) -> Vec<String> {
        self.controls.iter().map(|c| c.name.clone()).collect()
    }

    fn pairs(&self) -> Vec<(String, String)> {
        let sent = |c: &&Control| !matches!(c.kind, Kind::Tick(false) | Kind::Radio(false) | Kind::File);
        self.controls.iter().filter(sent).map(|c| (c.name.clone(), c.value.clone())).collect()
    }

    fn body(&self, pairs: &[(String, String)]) -> (String, Vec<u8>) {
        if !self.multipart {
            let body = serde_html_form::to_string(pairs).expect("pairs can be written");
            return ("application/x-www-form-urlencoded".into(), body.into_bytes());
        }
        const LINE: &str = "a-line-that-is-in-no-file-of-ours";
        let mut body = Vec::new();
        for (name, value) in pairs {
            body.extend(
                format!("--{LINE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, file, bytes) in &self.files {
            let head = format!(
                "--{LINE}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{LINE}--\r\n").bytes());
        (format!("multipart/form-data; boundary={LINE}"), body)
    }
}

fn control(html: &Html, e: ElementRef<'_>) -> Option<Control> {
    let name = e.attr("name").filter(|_| e.attr("disabled").is_none())?;
    let kind = match (e.value().name(), e.attr("type").unwrap_or("text")) {
        ("select", _) => {
            let words = |o: ElementRef<'_>| (o.attr("value").map_or_else(|| words_of(o), str::to_owned), words_of(o));
            Kind::Select(e.select(&select("option")).map(words).collect())
        }
        ("input", "checkbox") => Kind::Tick(e.attr("checked").is_some()),
        ("input", "radio") => Kind::Radio(e.attr("checked").is_some()),
        ("input", "file") => Kind::File,
        ("input", "submit" | "button" | "reset") => return None,
        _ => Kind::Text,
    };
    let value = match &kind {
        Kind::Select(options) => {
            let chosen = e.select(&select("option[selected]")).next().and_then(|o| o.attr("value"));
            chosen.or(options.first().map(|(v, _)| v.as_str())).unwrap_or_default().to_owned()
        }
        Kind::Tick(_) | Kind::Radio(_) => e.attr("value").unwrap_or("on").to_owned(),
        _ if e.value().name() == "textarea" => e.text().collect::<String>().trim_start_matches('\n').to_owned(),
        _ => e.attr("value").unwrap_or_default().to_owned(),
    };
    // A label says more than its words: "optional", an asterisk. The first text is what it is called.
    let first =
        |label: ElementRef<'_>| label.text().map(str::trim).find(|t| !t.is_empty()).unwrap_or_default().to_owned();
    let mut labels: Vec<String> = e.attr("aria-label").map(str::to_owned).into_iter().collect();
    if let Some(id) = e.attr("id") {
        labels.extend(html.select(&select(&format!("label[for='{id}']"))).map(first));
    }
    for around in e.ancestors().filter_map(ElementRef::wrap) {
        match around.value().name() {
            "label" => labels.push(first(around)),
            "fieldset" => labels.extend(around.select(&select("legend")).next().map(first)),
            _ => {}
        }
    }
    // A label around a tick box alone has no words, and is no name.
    labels.retain(|l| !l.is_empty());
    Some(Control { name: name.into(), labels, kind, value })
}
