//! Calls to addresses that somebody has typed in (DESIGN: Calls to the outside): one client for all of them.
//!
//! A name is resolved once, every address it has is looked at, and the connection goes to one that was looked at: a
//! second answer of the name server changes nothing. Redirects are not followed. Answers are untrusted, and no more of
//! them is read than the log shows.

use futures::FutureExt;
use reqwest::{
    Client, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

/// How long one call may take, and getting a connection for it.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// Bytes of an answer that are read.
const READ: usize = 4_096;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// We do not call there, whatever happens.
    Forbidden(String),
    /// It may go better later.
    NotNow(String),
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Its beginning, as text.
    pub body: String,
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Outside {
    client: Client,
    allowed: Arc<[IpAddr]>,
}

impl Outside {
    /// `allowed`: addresses that are called although they are private; for self-hosters, and for tests.
    pub fn new(allowed: &[IpAddr]) -> Self {
        // Another part of the process may have been first; which of them makes no difference.
        let _first = rustls::crypto::ring::default_provider().install_default();
        let allowed: Arc<[IpAddr]> = allowed.into();
        let client = Client::builder()
            .dns_resolver(Arc::new(Checked(allowed.clone())))
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT)
            .user_agent("People360")
            .build()
            .expect("these settings make a client");
        Self { client, allowed }
    }

    /// Posts JSON.
    pub async fn post(
        &self,
        url: &str,
        body: &serde_json::Value,
        headers: &[(&'static str, String)],
    ) -> Result<Answer, Unanswered> {
        let forbidden = |why: &str| Unanswered::Forbidden(why.to_owned());
        let url = callable(url, &self.allowed).map_err(forbidden)?;
        let mut sent = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|_| forbidden("a header cannot be sent"))?;
            sent.insert(HeaderName::from_static(name), value);
        }
        let answer = self.client.post(url).headers(sent).json(body).send().await;
        let mut answer = answer.map_err(|e| unanswered(&e))?;
        let (status, mut read) = (answer.status(), Vec::new());
        while read.len() < READ {
            match answer.chunk().await {
                Ok(Some(chunk)) => read.extend_from_slice(&chunk[..chunk.len().min(READ - read.len())]),
                Ok(None) | Err(_) => break,
            }
        }
        let body = String::from_utf8_lossy(&read).chars().filter(|c| !c.is_control() || *c == '\n').collect();
        Ok(Answer { status: status.as_u16(), body })
    }
}

/// An address, unless its words tell already that it is never called. What a name leads to is looked at when it is.
pub fn callable(url: &str, allowed: &[IpAddr]) -> Result<Url, &'static str> {
    let url = Url::parse(url).map_err(|_| "this is no address")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are called");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address with a password in it is not called");
    }
    // A number is connected to without asking anybody.
    let host = url.host_str().map(|h| h.trim_start_matches('[').trim_end_matches(']'));
    match host.and_then(|h| h.parse().ok()) {
        Some(ip) if !may_call(ip, allowed) => Err(PRIVATE),
        _ => Ok(url),
    }
}

impl Answer {
    pub fn is_success(&self) -> bool {
        StatusCode::from_u16(self.status).is_ok_and(|s| s.is_success())
    }

    /// Whether asking again may help: the server is unwell or asks for patience.
    pub fn is_for_now(&self) -> bool {
        self.status >= 500 || matches!(self.status, 408 | 425 | 429)
    }
}

const PRIVATE: &str = "it leads to a private address, which is not called from here";

fn unanswered(e: &reqwest::Error) -> Unanswered {
    let mut words = e.without_url_words();
    let mut cause = std::error::Error::source(e);
    while let Some(c) = cause {
        if c.is::<Private>() {
            return Unanswered::Forbidden(PRIVATE.into());
        }
        words = c.to_string();
        cause = c.source();
    }
    Unanswered::NotNow(if e.is_timeout() { "no answer within 10 seconds".into() } else { words })
}

trait Words {
    fn without_url_words(&self) -> String;
}

impl Words for reqwest::Error {
    /// What it says, without an address that may hold a secret.
    fn without_url_words(&self) -> String {
        match () {
            () if self.is_connect() => "no connection".into(),
            () if self.is_timeout() => "no answer in time".into(),
            () => "the call failed".into(),
        }
    }
}

/// Resolves names to addresses that may be called, or to none.
struct Checked(Arc<[IpAddr]>);

#[derive(Debug, thiserror::Error)]
#[error("a private address")]
struct Private;

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // One that is private makes all of them suspect.
            if found.iter().any(|a| !may_call(a.ip(), &allowed)) {
                return Err(Private.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        }
        .boxed()
    }
}

/// Whether it is an address of the public internet, or one that is allowed by name.
pub(crate) fn may_call(ip: IpAddr, allowed: &[IpAddr]) -> bool {
    allowed.contains(&ip) || is_public(ip)
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// By the IANA registry of special addresses.
fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        // Shared by providers, protocol assignments, benchmarks, reserved.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    // An older address inside: as itself.
    if let Some(v4) = ip.to_ipv4() {
        return is_public_v4(v4);
    }
    let inner = |hi: u16, lo: u16| {
        let ([a, b], [c, d]) = (hi.to_be_bytes(), lo.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        [0x64, 0xff9b, 0, 0, 0, 0, hi, lo] => inner(hi, lo),
        [0x2002, hi, lo, ..] => inner(hi, lo),
        [0x64, 0xff9b, 1, ..] | [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] => false,
        // Global unicast is 2000::/3, and nothing else.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(ip.parse().expect("an address")), "{ip}");
        }
        for ip in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101", "::ffff:8.8.8.8"] {
            assert!(is_public(ip.parse().expect("an address")), "{ip}");
        }
    }

    #[tokio::test]
    async fn what_leads_inside_is_not_called() {
        let outside = Outside::new(&[]);
        for url in [
            "http://127.0.0.1:1/",
            "http://[::1]:1/",
            "http://localhost:1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://user:pass@example.com/",
            "file:///etc/passwd",
            "nonsense",
        ] {
            let answer = outside.post(url, &serde_json::json!({}), &[]).await;
            assert!(matches!(answer, Err(Unanswered::Forbidden(_))), "{url}: {answer:?}");
        }
    }
}
