//! What the environment decides. Everything is read and checked at start, and all errors are told at once.

use axum::http::Uri;
use domain::jobs::Queue;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

/// More at once than any machine has a use for.
const MOST_PLACES: usize = 1000;

const MEGABYTE: u64 = 1024 * 1024;
/// As much as one upload may have in all; see `PATIENCE` in `web/upload.rs`.
const MOST_MEGABYTES: u64 = 500;

/// The environment, read and checked. Nothing prints it: it holds secrets.
#[derive(Clone)]
pub struct Config {
    pub bind: SocketAddr,
    /// Where people reach us, as a browser writes an Origin: scheme, host, and the port if it is not the usual one.
    pub public_url: String,
    pub database_url: String,
    pub redis_url: String,
    pub secret_key: String,
    /// SMTP server; without it mail lands in the local mailbox.
    pub smtp_url: Option<String>,
    /// Whom mail is from: `People360 <people360@acme.com>`; made from PUBLIC_URL if not given.
    pub mail_from: Option<String>,
    /// The domain of the addresses by which mail comes in: `in.example.com`; without it there are none.
    pub inbound_domain: Option<String>,
    /// Directory for what the process keeps itself: the local mailbox.
    pub home: PathBuf,
    /// Connections to PostgreSQL that one process takes at most.
    pub database_connections: u32,
    /// Reverse proxies in front whose `X-Forwarded-For` is believed.
    pub trusted_proxies: usize,
    pub dev: bool,
    /// Where the content of files is kept.
    pub storage: jobs::storage::Place,
    /// Bytes that one file may have.
    pub file_bytes: u64,
    /// Private addresses that webhooks may call all the same.
    pub outbound_allow: Vec<IpAddr>,
    /// Certificates that count beside those that the system knows, for mailboxes that are read.
    pub outbound_ca: Option<PathBuf>,
    /// Jobs of each queue that one process runs at once.
    pub places: jobs::Places,
}

impl Config {
    /// Reads by `look`, which is `std::env::var` in life and a map in tests.
    pub fn read(look: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut errors = vec![];
        let given = |name: &str| look(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        let mut need = |name: &str, what: &str| {
            given(name).unwrap_or_else(|| {
                errors.push(format!("{name} is missing: {what}."));
                String::new()
            })
        };
        let database_url = need("DATABASE_URL", "a PostgreSQL URL in the role people360_app");
        let redis_url = need("REDIS_URL", "a Redis URL, for sessions");
        let secret_key = need("SECRET_KEY", "32 random characters or more, kept for good");
        if !secret_key.is_empty() && secret_key.len() < 32 {
            errors.push("SECRET_KEY is too short: 32 characters or more.".into());
        }
        let port = number(&given, &mut errors, "PORT", 3000_u16);
        let bind = given("BIND").unwrap_or_else(|| "127.0.0.1".into());
        let bind = match format!("{bind}:{port}").parse().or_else(|_| bind.parse()) {
            Ok(address) => address,
            Err(_) => {
                errors.push(format!("BIND is no address: {bind:?}. Use 127.0.0.1, 0.0.0.0 or [::]."));
                SocketAddr::from(([127, 0, 0, 1], port))
            }
        };
        let public_url = given("PUBLIC_URL").unwrap_or_else(|| format!("http://127.0.0.1:{}", bind.port()));
        let public_url = origin(&public_url).unwrap_or_else(|| {
            errors.push(format!(
                "PUBLIC_URL must begin with https:// or http:// and end with the host, like https://people.example.com, not {public_url:?}."
            ));
            String::new()
        });
        if let Some(smtp) = given("SMTP_URL")
            && !smtp.starts_with("smtp://")
            && !smtp.starts_with("smtps://")
        {
            errors.push("SMTP_URL must begin with smtp:// or smtps://.".into());
        }
        let inbound_domain = given("INBOUND_MAIL_DOMAIN").map(|d| d.trim_start_matches('@').to_lowercase());
        if let Some(domain) = &inbound_domain
            && !(domain.split('.').count() > 1 && domain.split('.').all(is_label))
        {
            errors.push(format!("INBOUND_MAIL_DOMAIN is no domain: {domain:?}. Use one like in.example.com."));
        }
        let mut outbound_allow = vec![];
        for address in given("OUTBOUND_ALLOW").unwrap_or_default().split(',').map(str::trim).filter(|a| !a.is_empty()) {
            match address.parse() {
                Ok(address) => outbound_allow.push(address),
                Err(_) => {
                    errors.push(format!("OUTBOUND_ALLOW holds {address:?}: use IP addresses, separated by commas."))
                }
            }
        }
        let mut places = jobs::Places::default();
        for queue in Queue::ALL {
            let name = match queue {
                Queue::Events => "JOBS_EVENTS",
                Queue::Mail => "JOBS_MAIL",
                Queue::Automation => "JOBS_AUTOMATION",
                Queue::Outside => "JOBS_OUTSIDE",
                Queue::Imports => "JOBS_IMPORTS",
                Queue::Schedules => "JOBS_SCHEDULES",
                Queue::Insight => "JOBS_INSIGHT",
            };
            places = places.with(queue, number(&given, &mut errors, name, places.of(queue)).min(MOST_PLACES));
        }
        let home: PathBuf = given("PEOPLE360_HOME").unwrap_or_else(|| ".people360".into()).into();
        let storage = match given("STORAGE_URL") {
            None => jobs::storage::Place::Folder(home.join("files")),
            Some(url) => jobs::storage::Place::parse(&url, given).unwrap_or_else(|e| {
                errors.push(e);
                jobs::storage::Place::Folder(home.join("files"))
            }),
        };
        let file_megabytes = number(&given, &mut errors, "FILE_MEGABYTES", domain::files::MOST / MEGABYTE);
        if !(1..=MOST_MEGABYTES).contains(&file_megabytes) {
            errors.push(format!("FILE_MEGABYTES must be between 1 and {MOST_MEGABYTES}."));
        }
        let config = Self {
            bind,
            public_url,
            database_url,
            redis_url,
            secret_key,
            smtp_url: given("SMTP_URL"),
            mail_from: given("MAIL_FROM"),
            inbound_domain,
            home,
            storage,
            file_bytes: file_megabytes.saturating_mul(MEGABYTE),
            database_connections: number(&given, &mut errors, "DATABASE_CONNECTIONS", 16),
            trusted_proxies: number(&given, &mut errors, "TRUSTED_PROXIES", 0),
            dev: given("PEOPLE360_DEV").is_some_and(|v| v == "1"),
            outbound_allow,
            outbound_ca: given("OUTBOUND_CA").map(PathBuf::from),
            places,
        };
        if config.dev && config.secure() {
            errors.push("PEOPLE360_DEV=1 shows all mail to anyone: never with an https PUBLIC_URL.".into());
        }
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    /// From the process's environment.
    #[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
    pub fn from_env() -> Result<Self, Vec<String>> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Whether we are reached over TLS, so that cookies may be `__Host-`.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Whether `/dev/gallery` and `/dev/mailbox` exist.
    pub fn development(&self) -> bool {
        self.dev
    }

    /// What the worker needs of it.
    pub fn jobs(&self) -> jobs::Config {
        let mut jobs =
            jobs::Config::new(&self.database_url, &self.secret_key, &self.public_url, self.home.join("mailbox"));
        jobs.redis_url = Some(self.redis_url.clone());
        jobs.smtp_url.clone_from(&self.smtp_url);
        jobs.mail_from.clone_from(&self.mail_from);
        jobs.inbound_domain.clone_from(&self.inbound_domain);
        jobs.outbound_allow.clone_from(&self.outbound_allow);
        jobs.outbound_ca.clone_from(&self.outbound_ca);
        jobs.places = self.places;
        jobs.storage.clone_from(&self.storage);
        jobs
    }
}

/// A part of a domain's name, between its dots.
fn is_label(part: &str) -> bool {
    (1..=63).contains(&part.len())
        && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !part.starts_with('-')
        && !part.ends_with('-')
}

/// The URL as a browser writes an Origin (RFC 6454 §6.2); none if it is more than that.
fn origin(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let (scheme, authority) = (url.scheme_str()?, url.authority()?);
    let usual = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || authority.as_str().contains('@') {
        return None;
    }
    let port = authority.port_u16().filter(|p| *p != usual).map(|p| format!(":{p}")).unwrap_or_default();
    Some(format!("{scheme}://{}{port}", authority.host().to_lowercase()))
}

fn number<N: std::str::FromStr>(
    given: &impl Fn(&str) -> Option<String>,
    errors: &mut Vec<String>,
    name: &str,
    default: N,
) -> N {
    match given(name).map(|v| v.parse().map_err(|_| v)) {
        None => default,
        Some(Ok(n)) => n,
        Some(Err(v)) => {
            errors.push(format!("{name} is no number: {v:?}."));
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_errors_are_told_at_once() {
        let errors = Config::read(|name| (name == "PORT").then(|| "x".into())).err().expect("nothing is set");
        for name in ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORT"] {
            assert!(errors.iter().any(|e| e.starts_with(name)), "{name}: {errors:?}");
        }
    }

    #[test]
    fn each_queue_may_have_its_own_places() {
        let given = |name: &str| match name {
            "JOBS_MAIL" => Some("12".to_owned()),
            "JOBS_IMPORTS" => Some("0".to_owned()),
            "DATABASE_URL" | "REDIS_URL" => Some("x".to_owned()),
            "SECRET_KEY" => Some("a secret of tests, forty letters or longer".to_owned()),
            _ => None,
        };
        let places = Config::read(given).expect("the settings are right").places;
        assert_eq!([Queue::Mail, Queue::Imports, Queue::Events].map(|q| places.of(q)), [12, 0, 4]);
    }

    #[test]
    fn the_public_url_is_what_browsers_write() {
        for (given, is) in [
            ("https://People.Example.com/", "https://people.example.com"),
            ("https://people.example.com:443", "https://people.example.com"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(origin(given).as_deref(), Some(is), "{given}");
        }
        for no in ["people.example.com", "ftp://a.b", "https://", "https://a.b/hr", "https://a.b?x", "https://u:p@a.b"]
        {
            assert_eq!(origin(no), None, "{no}");
        }
    }
}
