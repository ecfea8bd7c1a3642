//! A raw message as a [`Letter`] and its files. Whatever is wrong with it, what can be read of it is.

use super::clean::clean;
use crate::mail::{
    inbound::{automatic, bulk},
    report,
};
use chrono::DateTime;
use domain::inbound::{Bounce, Letter, Original, Part, Party, TEXT, normal};
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType, decoders::html::html_to_text};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// Parts that are looked at.
const PARTS: usize = 500;
/// People of a message's head.
const PEOPLE: usize = 200;
/// Ids of a conversation.
const REFS: usize = 50;
/// Letters of a subject and of a name.
const LINE: usize = 500;

/// A message, read.
#[derive(Debug, Clone)]
pub struct Read {
    pub letter: Letter,
    pub files: Vec<File>,
}

#[derive(Debug, Clone)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    pub content_id: Option<String>,
}

/// `None`: there is nothing in it that is a message.
pub fn read(raw: &[u8]) -> Option<Read> {
    let message = MessageParser::default().parse(raw)?;
    let people = people(&message);
    let text = bodies(&message);
    if people.is_empty() && message.subject().is_none() && message.date().is_none() {
        return None;
    }
    let from = people.iter().find(|p| p.part == Part::From).map(Party::normal).unwrap_or_default();
    let bounce = report::read(raw).map(|report| Bounce {
        recipient: report.recipient.map(|r| normal(&id(&r))),
        hard: report.kind == report::Kind::Bounce { hard: true },
        answer: report.answer,
        ours: report.candidates,
    });
    let letter = Letter {
        message_id: message.message_id().map(id),
        digest: Sha256::digest(raw).iter().map(|b| format!("{b:02x}")).collect(),
        refs: refs(&message),
        delivered: delivered(&message),
        date: message.date().and_then(|d| DateTime::from_timestamp(d.to_timestamp(), 0)),
        subject: line(message.subject().unwrap_or_default()),
        attached: attached(&message),
        automatic: automatic(&message, &from),
        bulk: bulk(&message, &from),
        unproven: unproven(&message),
        unvouched: unvouched(&message),
        quiet: quiet(&message),
        spam: spam(&message),
        html: message.html_bodies().find_map(|p| match &p.body {
            PartType::Html(html) => clean(html),
            _ => None,
        }),
        text,
        people,
        bounce,
    };
    Some(Read { letter, files: files(&message) })
}

fn id(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_graphic()).take(250).collect()
}

/// One line without what cannot be seen.
fn line(text: &str) -> String {
    let seen: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LINE).collect();
    domain::text::visible(&seen).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn people(message: &Message<'_>) -> Vec<Party> {
    let all = [
        (Part::From, message.from().or(message.sender())),
        (Part::ReplyTo, message.reply_to()),
        (Part::To, message.to()),
        (Part::Cc, message.cc()),
        (Part::Bcc, message.bcc()),
    ];
    let parties = all.into_iter().filter_map(|(part, address)| Some((part, address?)));
    parties.flat_map(|(part, address)| parties_of(part, address)).take(PEOPLE).collect()
}

fn parties_of(part: Part, address: &Address<'_>) -> Vec<Party> {
    let known = address.iter().filter_map(|a| {
        let email: String = a.address()?.chars().filter(|c| !c.is_control() && !c.is_whitespace()).take(254).collect();
        email.contains('@').then(|| Party { part, name: line(a.name().unwrap_or_default()), email })
    });
    known.take(PEOPLE).collect()
}

fn texts(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![id(text)],
        HeaderValue::TextList(all) => all.iter().map(|t| id(t)).collect(),
        _ => vec![],
    }
}

/// References and then In-Reply-To: the nearest last.
fn refs(message: &Message<'_>) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for id in texts(message.references()).into_iter().chain(texts(message.in_reply_to())) {
        if !id.is_empty() && !all.contains(&id) {
            all.push(id);
        }
    }
    // The first and the nearest say most.
    if all.len() > REFS {
        all.drain(1..all.len() - REFS + 1);
    }
    all
}

/// The addresses that servers on the way have noted.
fn delivered(message: &Message<'_>) -> Vec<String> {
    const NAMES: [&str; 5] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To"];
    let raw = message.headers_raw().filter(|(name, _)| NAMES.iter().any(|n| n.eq_ignore_ascii_case(name)));
    let each = raw.flat_map(|(_, value)| value.split(',')).map(|v| normal(id(v).trim_matches(['<', '>'])));
    each.filter(|v| v.contains('@') && v.len() <= 254).take(20).collect()
}

/// What the server that took it in says of its sender (RFC 8601): the topmost word is the nearest one's.
fn unproven(message: &Message<'_>) -> bool {
    let first = message.headers_raw().find(|(name, _)| name.eq_ignore_ascii_case("Authentication-Results"));
    let Some((_, value)) = first else { return false };
    let value = value.to_ascii_lowercase();
    value.contains("dmarc=fail")
        || value.contains("spf=fail") && !value.contains("dkim=pass") && !value.contains("dmarc=pass")
}

/// Whether that server vouches for nobody: it has looked, and found nothing that proves the sender.
fn unvouched(message: &Message<'_>) -> bool {
    let first = message.headers_raw().find(|(name, _)| name.eq_ignore_ascii_case("Authentication-Results"));
    first.is_some_and(|(_, value)| {
        let value = value.to_ascii_lowercase();
        !["dkim=pass", "dmarc=pass", "spf=pass"].iter().any(|word| value.contains(word))
    })
}

/// Whether its sender wants no answer of a machine (RFC 3834 §2; the null return path, and what others have added).
fn quiet(message: &Message<'_>) -> bool {
    message.headers_raw().any(|(name, value)| match name.to_ascii_lowercase().as_str() {
        "return-path" => value.trim() == "<>",
        "x-auto-response-suppress" | "x-autoreply" | "x-autorespond" => true,
        _ => false,
    })
}

/// What the server that took it in thinks of it.
fn spam(message: &Message<'_>) -> bool {
    const NAMES: [&str; 3] = ["X-Spam-Flag", "X-Spam-Status", "X-Spam"];
    let said = message.headers_raw().filter(|(name, _)| NAMES.iter().any(|n| n.eq_ignore_ascii_case(name)));
    said.into_iter().any(|(_, value)| value.trim().to_ascii_lowercase().starts_with("yes"))
}

/// All that is text, the plain one where there is one.
fn bodies(message: &Message<'_>) -> String {
    let mut all = String::new();
    for at in 0..message.text_body_count().min(20) {
        let Some(text) = body(message, at) else { continue };
        if !all.is_empty() {
            all.push_str("\n\n");
        }
        all.push_str(text.trim_end());
        if all.len() > TEXT * 4 {
            break;
        }
    }
    let seen = all.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    seen.take(TEXT).collect::<String>().trim().to_owned()
}

/// One of its texts; of HTML with each item and row on a line of its own.
fn body<'m>(message: &'m Message<'_>, at: usize) -> Option<Cow<'m, str>> {
    let part = message.text_body.get(at).and_then(|id| message.parts.get(usize::try_from(*id).ok()?))?;
    match &part.body {
        PartType::Html(html) => {
            let apart = html.replace("<li", "<br>- <li").replace("</ul>", "</ul><br>").replace("</ol>", "</ol><br>");
            let apart = apart.replace("</tr>", "</tr><br>").replace("</div>", "</div><br>");
            Some(html_to_text(&apart.replace("<hr", "<br><hr").replace("<blockquote", "<br><blockquote")).into())
        }
        _ => message.body_text(at),
    }
}

/// The first message that was attached whole.
fn attached(message: &Message<'_>) -> Option<Original> {
    let inner = message.parts.iter().take(PARTS).find_map(|p| match &p.body {
        PartType::Message(inner) => Some(inner),
        _ => None,
    })?;
    let people = people(inner);
    people.iter().any(|p| p.part == Part::From).then(|| Original {
        people,
        subject: line(inner.subject().unwrap_or_default()),
        text: bodies(inner),
        comment: bodies(message),
    })
}

fn files(message: &Message<'_>) -> Vec<File> {
    let each = message.attachments().take(PARTS).enumerate().filter_map(|(i, part)| {
        let name = line(part.attachment_name().unwrap_or_default());
        let content_id = part.content_id().map(id);
        let (bytes, usual) = match &part.body {
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => (bytes.to_vec(), "file"),
            PartType::Text(text) | PartType::Html(text) => (text.as_bytes().to_vec(), "text.txt"),
            PartType::Message(inner) => (inner.raw_message().to_vec(), "message.eml"),
            PartType::Multipart(_) => return None,
        };
        let name = if name.is_empty() { format!("{} {usual}", i + 1) } else { name };
        (!bytes.is_empty()).then_some(File { name, bytes, content_id })
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(raw: &[u8]) -> Letter {
        read(raw).expect("a message").letter
    }

    #[test]
    fn a_head_is_read_whatever_its_letters() {
        let raw = b"From: =?iso-8859-1?Q?Ren=E9_M=FCller?= <Rene@Lamps.example>\r\nTo: Bob <bob@acme.example>, c@lamps.example\r\n\
            Cc: undisclosed-recipients:;\r\nDelivered-To: acme-abc@in.example.com\r\nSubject: =?utf-8?B?UHJlaXM/?=\r\nMessage-ID: <1@lamps.example>\r\n\
            References: <a@x> <b@x>\r\nIn-Reply-To: <b@x>\r\nDate: Mon, 2 Mar 2026 08:00:00 +0100\r\nContent-Type: text/plain; charset=shift_jis\r\n\r\n\x83\x89\x83\x93\x83v\r\n";
        let l = letter(raw);
        assert_eq!(l.from().map(|p| (p.name.as_str(), p.normal())), Some(("René Müller", "rene@lamps.example".into())));
        assert_eq!((l.subject.as_str(), l.text.as_str()), ("Preis?", "ランプ"));
        assert_eq!(l.refs, ["a@x", "b@x"]);
        assert_eq!(l.delivered, ["acme-abc@in.example.com"]);
        assert_eq!(l.key(), "rene@lamps.example|1@lamps.example");
        assert_eq!(l.date.map(|d| d.to_rfc3339()).as_deref(), Some("2026-03-02T07:00:00+00:00"));
    }

    #[test]
    fn what_a_server_could_not_prove_is_told() {
        let with = |results: &str| {
            letter(
                format!("Authentication-Results: mx; {results}\r\nFrom: a@b.example\r\nSubject: x\r\n\r\ny").as_bytes(),
            )
        };
        assert!(with("spf=pass; dkim=fail; dmarc=fail").unproven);
        assert!(with("spf=fail smtp.mailfrom=x").unproven);
        assert!(!with("spf=fail; dkim=pass; dmarc=pass").unproven);
        assert!(!letter(b"From: a@b.example\r\nSubject: x\r\n\r\ny").unproven);
        assert!(with("spf=none; dkim=none; dmarc=none").unvouched && with("spf=softfail").unvouched);
        assert!(!with("spf=none; dkim=pass").unvouched && !letter(b"From: a@b.example\r\n\r\ny").unvouched);
    }

    #[test]
    fn who_wants_no_answer_of_a_machine_is_known() {
        for head in ["Return-Path: <>", "X-Auto-Response-Suppress: All", "X-Autoreply: yes"] {
            assert!(letter(format!("{head}\r\nFrom: a@b.example\r\n\r\ny").as_bytes()).quiet, "{head}");
        }
        assert!(!letter(b"Return-Path: <a@b.example>\r\nFrom: a@b.example\r\n\r\ny").quiet);
    }

    #[test]
    fn lists_of_a_formatted_text_stay_lists() {
        let l = letter(b"From: a@b.example\r\nContent-Type: text/html\r\n\r\n<p>Two:</p><ul><li>One</li><li>Other</li></ul><p>Can they?</p>");
        let lines: Vec<&str> = l.text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["Two:", "- One", "- Other", "Can they?"]);
    }

    #[test]
    fn what_is_no_message_is_none() {
        for raw in [&b""[..], b"\xff\xfe\x00\x01", b"nothing at all"] {
            assert!(read(raw).is_none(), "{raw:?}");
        }
        // A thousand parts, one in the other.
        let mut bomb = String::from("From: a@b.example\r\nSubject: x\r\n");
        for i in 0..1_000 {
            bomb.push_str(&format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\r\n\r\n--b{i}\r\n"));
        }
        bomb.push_str("\r\nAt last\r\n");
        assert_eq!(letter(bomb.as_bytes()).subject, "x");
    }
}
