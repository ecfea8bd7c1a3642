//! What comes back: delivery status notifications (RFC 3464) and complaints (ARF, RFC 5965), read from the raw message.
//!
//! Whoever sends us such a message has written all of it. It names one of our messages by its id, which nobody draws by
//! chance, and the worst that it can say is that this message's recipient gets no more. Without an id it says no more
//! than that a message came back.

use domain::{MailId, mail::no_such_address};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use uuid::Uuid;

/// What a message from a mail server says about one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What may be the id of our message, in the order in which it is likely.
    pub candidates: Vec<MailId>,
    /// Whom our message was to, as far as the server tells.
    pub recipient: Option<String>,
    pub kind: Kind,
    /// What the server said, or who complained.
    pub answer: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It did not arrive; `hard`: and to that address none ever will.
    Bounce {
        hard: bool,
    },
    Complaint,
}

/// Ids of which one is ours: of more than that, no server speaks at once.
const CANDIDATES: usize = 20;

/// Letters of an answer that are kept.
const ANSWER: usize = 500;

/// Reads a raw message; `None` if it reports nothing that is the end of a message of ours: a delay, a success, an answer
/// of somebody who is away.
pub fn read(raw: &[u8]) -> Option<Report> {
    let message = MessageParser::default().parse(raw)?;
    let mut reading = Reading::default();
    reading.walk(&message, 0);
    let (kind, recipient, answer) = reading.found?;
    let mut candidates = reading.returned;
    candidates.extend(ids(raw));
    candidates.dedup();
    candidates.truncate(CANDIDATES);
    Some(Report { candidates, recipient, kind, answer: short(&answer) })
}

#[derive(Default)]
struct Reading {
    found: Option<(Kind, Option<String>, String)>,
    /// Ids in the message that was sent back: better than those in its envelope.
    returned: Vec<MailId>,
}

impl Reading {
    fn walk(&mut self, message: &Message<'_>, depth: usize) {
        for part in &message.parts {
            if part.is_content_type("message", "delivery-status") {
                self.keep(status(&text(&part.body)));
            } else if part.is_content_type("message", "feedback-report") {
                self.keep(feedback(&text(&part.body)));
            } else if part.is_content_type("text", "rfc822-headers") {
                self.returned.extend(ids(text(&part.body).as_bytes()));
            } else if let PartType::Message(inner) = &part.body
                && depth < 3
            {
                self.returned.extend(ids(inner.raw_message()));
                self.walk(inner, depth + 1);
            }
        }
    }

    fn keep(&mut self, found: Option<(Kind, Option<String>, String)>) {
        if self.found.is_none() {
            self.found = found;
        }
    }
}

fn text(body: &PartType<'_>) -> String {
    match body {
        PartType::Text(text) | PartType::Html(text) => text.to_string(),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        PartType::Message(message) => String::from_utf8_lossy(message.raw_message()).into_owned(),
        PartType::Multipart(_) => String::new(),
    }
}

/// The first recipient of a delivery status that failed for good (RFC 3464 §2.3).
fn status(text: &str) -> Option<(Kind, Option<String>, String)> {
    groups(text).into_iter().find_map(|fields| {
        let of = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        if !of("action")?.eq_ignore_ascii_case("failed") {
            return None;
        }
        let code = of("status").unwrap_or_default().split([' ', '(']).next().unwrap_or_default();
        let diagnostic = of("diagnostic-code").map(after_type).unwrap_or_default();
        let answer = if diagnostic.is_empty() { code.to_owned() } else { format!("{code} {diagnostic}") };
        let recipient = of("original-recipient").or(of("final-recipient")).map(after_type).map(str::to_owned);
        // A status that says nothing (5.0.0) leaves the word to the server's own.
        let hard = code.starts_with('5') && no_such_address(if code == "5.0.0" { diagnostic } else { &answer });
        Some((Kind::Bounce { hard }, recipient, answer.trim().to_owned()))
    })
}

/// A complaint (RFC 5965 §3).
fn feedback(text: &str) -> Option<(Kind, Option<String>, String)> {
    let fields: Vec<_> = groups(text).into_iter().flatten().collect();
    let of = |name: &str| fields.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let kind = of("feedback-type")?.to_ascii_lowercase();
    // The other kinds say that it is no spam, or are about signatures.
    if !matches!(kind.as_str(), "abuse" | "fraud" | "virus" | "opt-out" | "opt-out-list" | "other") {
        return None;
    }
    let recipient = of("original-rcpt-to").map(|r| r.trim_matches(['<', '>']).to_owned());
    let who = of("user-agent").map(|by| format!(", told by {by}")).unwrap_or_default();
    Some((Kind::Complaint, recipient, format!("reported as {kind}{who}")))
}

/// `rfc822; a@b.example` without its type.
fn after_type(value: &str) -> &str {
    value.split_once(';').map_or(value, |(_, rest)| rest).trim()
}

/// Groups of fields, parted by empty lines; names in lower case, values unfolded.
fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    let mut all: Vec<Vec<(String, String)>> = vec![vec![]];
    for line in text.lines() {
        if line.trim().is_empty() {
            all.push(vec![]);
            continue;
        }
        let Some(group) = all.last_mut() else { continue };
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    all
}

/// What stands as `<id@`, as in our Message-IDs, in the order in which it stands.
fn ids(raw: &[u8]) -> Vec<MailId> {
    let mut found = vec![];
    for at in raw.iter().enumerate().filter(|(_, b)| **b == b'<').map(|(at, _)| at) {
        let Some(id) = raw.get(at + 1..at + 37).filter(|_| raw.get(at + 37) == Some(&b'@')) else { continue };
        let Some(id) = std::str::from_utf8(id).ok().and_then(|id| Uuid::try_parse(id).ok()) else { continue };
        if !found.contains(&MailId(id)) {
            found.push(MailId(id));
        }
        if found.len() == CANDIDATES {
            break;
        }
    }
    found
}

fn short(answer: &str) -> String {
    let line: String = answer.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ANSWER).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198f0a0-0000-7000-8000-000000000007";

    fn dsn(status: &str, returned: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: no-reply@people.example\r\nSubject: Undelivered\r\nMessage-ID: <1@mx.example>\r\n\
             MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nIt did not work.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{status}\r\n\
             --b\r\n{returned}\r\n--b--\r\n"
        )
    }

    fn returned(kind: &str) -> String {
        format!(
            "Content-Type: {kind}\r\n\r\nFrom: us@people.example\r\nMessage-ID: <{ID}@people.example>\r\nSubject: Hello\r\n\r\nText"
        )
    }

    fn id() -> MailId {
        ID.parse().expect("an id")
    }

    #[test]
    fn a_status_tells_which_message_failed_and_whether_for_good() {
        let gone = "Original-Recipient: rfc822; Bob@Acme.example\r\nFinal-Recipient: rfc822; b@elsewhere.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such\r\n user";
        for kind in ["message/rfc822", "text/rfc822-headers"] {
            let report = read(dsn(gone, &returned(kind)).as_bytes()).expect("a report");
            assert_eq!(report.candidates, [id()], "{kind}");
            assert_eq!(report.recipient.as_deref(), Some("Bob@Acme.example"));
            assert_eq!(report.kind, Kind::Bounce { hard: true });
            assert_eq!(report.answer, "5.1.1 550 5.1.1 no such user");
        }
        for (status, hard) in [
            ("Action: failed\r\nStatus: 5.2.2", false),
            ("Action: failed\r\nStatus: 4.4.7", false),
            ("Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 spam", false),
            ("Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 user unknown", true),
        ] {
            let report = read(dsn(status, &returned("message/rfc822")).as_bytes()).expect("a report");
            assert_eq!(report.kind, Kind::Bounce { hard }, "{status}");
        }
    }

    #[test]
    fn a_complaint_names_the_message() {
        let raw = format!(
            "From: fbl@mx.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n\
             --b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Loop/1.0\r\nOriginal-Rcpt-To: <bob@acme.example>\r\n\r\n\
             --b\r\n{}\r\n--b--\r\n",
            returned("message/rfc822")
        );
        let report = read(raw.as_bytes()).expect("a report");
        assert_eq!((report.kind, &report.candidates[..]), (Kind::Complaint, &[id()][..]));
        assert_eq!(report.recipient.as_deref(), Some("bob@acme.example"));
        assert_eq!(report.answer, "reported as abuse, told by Loop/1.0");
        assert_eq!(read(raw.replace("abuse", "not-spam").as_bytes()), None);
    }

    #[test]
    fn what_is_no_end_is_no_report() {
        let delayed = "Action: delayed\r\nStatus: 4.4.1";
        assert_eq!(read(dsn(delayed, &returned("message/rfc822")).as_bytes()), None);
        let away = format!(
            "From: bob@acme.example\r\nIn-Reply-To: <{ID}@people.example>\r\nSubject: Away\r\n\r\nBack on Monday"
        );
        for raw in
            [away.as_bytes(), b"", b"\xff\xfe\x00", b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n--b"]
        {
            assert_eq!(read(raw), None);
        }
    }
}
