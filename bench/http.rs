//! As much HTTP as measuring needs.

use crate::Done;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// What htmx sends when it wants the list's rows only.
pub const FRAGMENT: [(&str, &str); 3] =
    [("hx-request", "true"), ("hx-request-type", "partial"), ("hx-target", "div#employees")];

pub struct Client {
    pub port: u16,
}

pub struct Page {
    pub status: u16,
    pub head: String,
    pub body: String,
    /// Bytes that came, head and all.
    pub wire: usize,
}

impl Client {
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Done<Page> {
        self.ask("GET", path, headers, "")
    }

    /// As [`get`](Self::get); anything but 200 is an error.
    pub fn ok(&self, path: &str, headers: &[(&str, &str)]) -> Done<Page> {
        let page = self.get(path, headers)?;
        if page.status == 200 { Ok(page) } else { Err(format!("{path} answers {}", page.status)) }
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Done<Page> {
        let words = |e: std::io::Error| format!("{method} {path}: {e}");
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(words)?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).map_err(words)?;
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n", self.port);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        stream.write_all(request.as_bytes()).map_err(words)?;
        let mut bytes = vec![];
        stream.read_to_end(&mut bytes).map_err(words)?;
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| format!("{method} {path}: no answer"))?;
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or("no status")?;
        Ok(Page { status, head: head.to_owned(), body: body.to_owned(), wire: bytes.len() })
    }

    /// Signs in by the form, and gives the cookies.
    pub fn sign_in(&self, email: &str, password: &str) -> Done<String> {
        let (visitor, page, _) = self.try_sign_in(email, password)?;
        match page.status {
            303 => Ok(format!("{visitor}; {}", page.cookies())),
            other => Err(format!("signing in as {email} answers {other}")),
        }
    }

    /// Sends the sign-in form: the visitor's cookies, the answer, and how long it took.
    pub fn try_sign_in(&self, email: &str, password: &str) -> Done<(String, Page, Duration)> {
        let form = self.ok("/login", &[])?;
        let token = between(&form.body, "name=\"_csrf\" value=\"", "\"").ok_or("the sign-in form has no token")?;
        let visitor = form.cookies();
        let body = format!("_csrf={token}&email={}&password={}", email.replace('@', "%40"), password.replace(' ', "+"));
        let origin = format!("http://127.0.0.1:{}", self.port);
        let headers =
            [("cookie", visitor.as_str()), ("origin", &origin), ("content-type", "application/x-www-form-urlencoded")];
        let began = Instant::now();
        let page = self.ask("POST", "/login", &headers, &body)?;
        Ok((visitor, page, began.elapsed()))
    }
}

impl Page {
    fn cookies(&self) -> String {
        let set =
            self.head.lines().filter_map(|l| l.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case("set-cookie")));
        set.map(|(_, v)| v.split(';').next().unwrap_or_default()).collect::<Vec<_>>().join("; ")
    }

    /// The files of ours that it names.
    pub fn assets(&self) -> Vec<String> {
        let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
        let found = self.body.match_indices("/assets/").map(|(at, _)| &self.body[at..]);
        let mut paths: Vec<_> =
            found.map(|rest| rest[..rest.find(|c| !name(c)).unwrap_or(rest.len())].to_owned()).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// The id in the first link to an employee.
    pub fn first_employee(&self) -> Option<String> {
        let links = self.body.match_indices("/hr/employees/").map(|(at, word)| &self.body[at + word.len()..]);
        let id = |rest: &str| rest.get(..36).filter(|id| id.matches('-').count() == 4).map(str::to_owned);
        links.filter_map(id).next()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}
