//! One's own sign-in: what its forms hold, and the devices on which one is signed in.

use crate::{SessionId, draft};
use chrono::{DateTime, Utc};

draft! {
    ChangePassword { current, password }
}

draft! {
    ChangeEmail { email, with_password }
}

draft! {
    /// A code of the second factor.
    Code { code }
}

draft! {
    /// The password, once more, for what must be meant.
    Proof { proof }
}

/// A device on which somebody is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: SessionId,
    pub since: DateTime<Utc>,
    pub seen: DateTime<Utc>,
    pub address: String,
    /// The browser's own words about itself.
    pub agent: String,
}

impl Session {
    /// The device in a few words, as far as its browser tells: `Chrome on Windows`.
    pub fn device(&self) -> String {
        let find = |all: &[(&str, &'static str)]| {
            all.iter().find(|(mark, _)| self.agent.contains(mark)).map(|(_, name)| *name)
        };
        // In this order: each browser also calls itself by the names of those below it.
        let browser = find(&[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser", "Samsung Internet"),
            ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"),
            ("CriOS", "Chrome"),
            ("Chrome", "Chrome"),
            ("Safari", "Safari"),
            ("curl", "curl"),
        ]);
        let system = find(&[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ]);
        match (browser, system) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => "A device that does not say what it is".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_say_what_they_are() {
        for (agent, told) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605 Version/17.5 Mobile Safari/604",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("", "A device that does not say what it is"),
        ] {
            let session = Session {
                id: SessionId(uuid::Uuid::nil()),
                since: DateTime::UNIX_EPOCH,
                seen: DateTime::UNIX_EPOCH,
                address: String::new(),
                agent: agent.into(),
            };
            assert_eq!(session.device(), told, "{agent}");
        }
    }
}
