//! Mail that comes in for a workflow: what of a raw message it can work with.

use mail_parser::{HeaderName, Message, MessageParser};
use serde_json::{Value, json};

/// Letters of a message's text that are kept.
const TEXT: usize = 20_000;

/// A message as a workflow knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// `email`, `name`, `subject`, `message` (its text) and `to`, called as the fields of a form would be.
    pub payload: Value,
    /// Its Message-ID, by which twice the same is once.
    pub id: Option<String>,
    /// A program has written it (RFC 3834): whoever answered it would start a conversation of machines.
    pub automatic: bool,
}

/// `None`: it is no message, or nobody has sent it.
pub fn read(raw: &[u8]) -> Option<Inbound> {
    let message = MessageParser::default().parse(raw)?;
    let from = message.from()?.first()?;
    let email = from.address()?;
    let to = message.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or_default();
    let text = message.body_text(0).unwrap_or_default();
    let text: String = text.trim().chars().take(TEXT).collect();
    let payload = json!({
        "email": email,
        "name": from.name().unwrap_or_default(),
        "subject": message.subject().unwrap_or_default(),
        "message": text,
        "to": to,
    });
    let automatic = automatic(&message, email) || bulk(&message, email);
    Some(Inbound { payload, id: message.message_id().map(str::to_owned), automatic })
}

/// Whether a program says that it has written it.
pub(crate) fn automatic(message: &Message<'_>, email: &str) -> bool {
    let submitted = header(message, "Auto-Submitted");
    !(submitted.is_empty() || submitted == "no")
        || header(message, "Precedence") == "junk"
        || matches!(local(email).as_str(), "mailer-daemon" | "postmaster")
}

/// Whether it went to many, or takes no answers. A person may have written it all the same: what comes through a group has its
/// List-Id, whoever it is from.
pub(crate) fn bulk(message: &Message<'_>, email: &str) -> bool {
    matches!(header(message, "Precedence").as_str(), "bulk" | "list")
        || message.header(HeaderName::ListId).is_some()
        || matches!(local(email).as_str(), "no-reply" | "noreply")
}

fn header(message: &Message<'_>, name: &str) -> String {
    let raw = message.headers_raw().find(|(n, _)| n.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value);
    raw.split(';').next().unwrap_or_default().trim().to_lowercase()
}

fn local(email: &str) -> String {
    email.split('@').next().unwrap_or_default().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(head: &str) -> Inbound {
        let raw = format!(
            "From: Ada Byron <ada@example.com>\r\nTo: help@acme.example\r\nMessage-ID: <1@example.com>\r\n\
             Subject: =?utf-8?q?It_doesn=E2=80=99t_light?=\r\n{head}\r\nIt stays dark.\r\n"
        );
        read(raw.as_bytes()).expect("a message")
    }

    #[test]
    fn a_message_is_read_as_a_form_would_be() {
        let read = mail("");
        let payload = json!({
            "email": "ada@example.com", "name": "Ada Byron", "subject": "It doesn’t light",
            "message": "It stays dark.", "to": "help@acme.example",
        });
        assert_eq!(read, Inbound { payload, id: Some("1@example.com".into()), automatic: false });
        assert_eq!(super::read(b"nothing"), None);
    }

    #[test]
    fn what_programs_write_is_known() {
        for head in ["Auto-Submitted: auto-replied\r\n", "Precedence: bulk\r\n", "List-Id: <news.example.com>\r\n"] {
            assert!(mail(head).automatic, "{head}");
        }
        assert!(!mail("Auto-Submitted: no\r\n").automatic);
    }
}
