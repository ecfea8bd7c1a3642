//! Two ways out: SMTP, or a mailbox on this machine.

use super::{Outgoing, mailbox::Mailbox};
use crate::{Config, Message};
use domain::MailId;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{Attachment, Mailbox as Address, MultiPart, SinglePart, header},
    transport::smtp::{Error as SmtpError, PoolConfig},
};
use std::{sync::Arc, time::Duration};

#[derive(Clone)]
pub struct Mailer {
    way: Way,
    from: Address,
    /// What stands behind the @ of our Message-IDs.
    domain: Arc<str>,
    /// How long a server may take over each command.
    patience: Duration,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Mailbox(Mailbox),
}

/// Why a letter did not get out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It surely did not; it may later.
    NotYet(String),
    /// It surely did not, and never will.
    Permanent(String),
    /// It may have.
    Unclear(String),
}

impl Mailer {
    /// An error is a setting that cannot be used.
    pub fn new(config: &Config) -> Result<Self, String> {
        let domain = host(&config.public_url);
        let from = config.mail_from.clone().unwrap_or_else(|| format!("People360 <no-reply@{}>", mailable(domain)));
        let from = from.parse().map_err(|e| format!("MAIL_FROM is no address ({e}): {from}"))?;
        let way = match &config.smtp_url {
            Some(url) => Way::Smtp(transport(url, config.mail_patience)?),
            None => Way::Mailbox(Mailbox::new(&config.mailbox)),
        };
        Ok(Self { way, from, domain: domain.into(), patience: config.mail_patience })
    }

    /// Whom our mail is from: what comes from there we have sent ourselves.
    pub fn address(&self) -> &str {
        self.from.email.as_ref()
    }

    pub fn mailbox(&self) -> Option<&Mailbox> {
        match &self.way {
            Way::Mailbox(mailbox) => Some(mailbox),
            Way::Smtp(_) => None,
        }
    }

    /// The same for all tries of a message (RFC 5322 §3.6.4).
    pub(crate) fn message_id(&self, id: MailId) -> String {
        format!("<{id}@{}>", self.domain)
    }

    /// Connecting, TLS and signing in, apart from any letter: whatever goes wrong there, even for good, is about the
    /// server and our settings, and mail waits. The connection is kept for the letter that comes next.
    pub(crate) async fn reach(&self) -> Result<(), String> {
        let Way::Smtp(transport) = &self.way else { return Ok(()) };
        let transport = transport.clone();
        let trying = tokio::spawn(async move { transport.test_connection().await });
        match tokio::time::timeout(self.patience, trying).await {
            Ok(Ok(Ok(true))) => Ok(()),
            Ok(Ok(Ok(false))) | Err(_) => Err("the mail server does not answer".to_owned()),
            Ok(Ok(Err(e))) => Err(words(&e)),
            Ok(Err(e)) => Err(e.to_string()),
        }
    }

    /// Gives the server's answer.
    pub(crate) async fn send(&self, out: Outgoing) -> Result<String, Refusal> {
        match &self.way {
            Way::Smtp(transport) => self.send_out(transport.clone(), &out).await,
            Way::Mailbox(mailbox) => {
                let message = self.message(&out).map_err(Refusal::Permanent)?;
                let message = Message {
                    id: out.letter.id,
                    from: self.sender(&out).to_string(),
                    to: out.letter.to.to_string(),
                    headers: message.headers().to_string().lines().map(str::to_owned).collect(),
                    subject: out.letter.mail.subject,
                    text: out.letter.mail.text,
                    html: out.letter.mail.html,
                    message_id: out.message_id,
                    at: out.at,
                };
                let put = mailbox.put(&message).await;
                put.map(|()| "in the mailbox".to_owned()).map_err(|e| Refusal::NotYet(e.to_string()))
            }
        }
    }

    /// In a task of its own, which ends whether or not anybody still waits for it. A conversation that was dropped in
    /// the middle would give its connection back, and the next letter would be told the answers that this one got.
    async fn send_out(&self, transport: AsyncSmtpTransport<Tokio1Executor>, out: &Outgoing) -> Result<String, Refusal> {
        let message = self.message(out).map_err(Refusal::Permanent)?;
        let talking = tokio::spawn(async move { transport.send(message).await });
        let Ok(ended) = tokio::time::timeout(self.patience * 2, talking).await else {
            return Err(Refusal::Unclear("the mail server took too long over it".to_owned()));
        };
        match ended {
            Ok(Ok(answer)) => Ok(format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" "))),
            Ok(Err(e)) if e.is_permanent() => Err(Refusal::Permanent(words(&e))),
            Ok(Err(e)) if e.is_transient() => Err(Refusal::NotYet(words(&e))),
            Ok(Err(e)) => Err(Refusal::Unclear(words(&e))),
            Err(e) => Err(Refusal::Unclear(e.to_string())),
        }
    }

    /// Nothing here can add a header: addresses are parsed, what names say has one line, and lettre encodes the rest.
    fn message(&self, out: &Outgoing) -> Result<lettre::Message, String> {
        let letter = &out.letter;
        let address = letter.to.as_str().parse().map_err(|e| format!("{e}: {}", letter.to))?;
        let mut builder = lettre::Message::builder()
            .from(self.sender(out))
            .to(Address::new(display(&letter.name), address))
            .subject(one_line(&letter.mail.subject))
            .date(out.at.into())
            .message_id(Some(out.message_id.clone()));
        if !out.thread.personal {
            builder = builder.header(AutoSubmitted);
        }
        if let Some(answers) = &out.thread.answers {
            builder = builder.in_reply_to(angles(answers));
        }
        if !out.thread.refs.is_empty() {
            let refs: Vec<String> = out.thread.refs.iter().map(|id| angles(id)).collect();
            builder = builder.references(refs.join(" "));
        }
        if let Some(reply_to) = &letter.mail.reply_to {
            let address = reply_to.as_str().parse().map_err(|e| format!("{e}: {reply_to}"))?;
            builder = builder.reply_to(Address::new(None, address));
        }
        if let Some(url) = &out.unsubscribe {
            builder = builder.header(ListUnsubscribe(url.clone())).header(ListUnsubscribePost);
        }
        let text = SinglePart::plain(letter.mail.text.clone());
        let html = SinglePart::html(letter.mail.html.clone());
        let body = match &out.logo {
            Some(logo) => {
                let kind = logo.media_type.parse().map_err(|e| format!("{e}: {}", logo.media_type))?;
                let picture = Attachment::new_inline("logo".to_owned()).body(logo.body.clone(), kind);
                MultiPart::alternative()
                    .singlepart(text)
                    .multipart(MultiPart::related().singlepart(html).singlepart(picture))
            }
            None => MultiPart::alternative().singlepart(text).singlepart(html),
        };
        if out.thread.files.is_empty() {
            return builder.multipart(body).map_err(|e| e.to_string());
        }
        let mut mixed = MultiPart::mixed().multipart(body);
        for file in &out.thread.files {
            let kind = file.media_type.parse().map_err(|e| format!("{e}: {}", file.media_type))?;
            mixed = mixed.singlepart(Attachment::new(one_line(&file.name)).body(file.body.clone(), kind));
        }
        builder.multipart(mixed).map_err(|e| e.to_string())
    }

    /// The address is the installation's, for which SPF and DKIM are set up; the name says whose news it is.
    fn sender(&self, out: &Outgoing) -> Address {
        match out.from.as_deref().and_then(display) {
            Some(name) => Address::new(Some(name), self.from.email.clone()),
            None => self.from.clone(),
        }
    }
}

/// A name as it may stand in a header.
fn display(name: &str) -> Option<String> {
    Some(one_line(name)).filter(|n| !n.is_empty())
}

/// A Message-ID as it stands in a header.
fn angles(id: &str) -> String {
    let id: String = id.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>')).collect();
    format!("<{id}>")
}

fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// So that no absence notice answers us (RFC 3834 §5).
#[derive(Clone)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Where a mail program ends such mail (RFC 2369 §3.2).
#[derive(Clone)]
struct ListUnsubscribe(String);

impl header::Header for ListUnsubscribe {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("List-Unsubscribe")
    }
    fn parse(s: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(s.trim_matches(['<', '>']).to_owned()))
    }
    fn display(&self) -> header::HeaderValue {
        // As it is, and never encoded as words are: an address that was taken apart opens nothing.
        let url: String = self.0.chars().filter(|c| c.is_ascii_graphic()).collect();
        header::HeaderValue::dangerous_new_pre_encoded(Self::name(), self.0.clone(), format!("<{url}>"))
    }
}

/// That it does so by one POST, without asking anybody (RFC 8058 §3.1).
#[derive(Clone)]
struct ListUnsubscribePost;

impl header::Header for ListUnsubscribePost {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

/// `smtps://` is TLS from the start. `smtp://` takes STARTTLS where the server offers it, and with a password insists
/// on it, unless the server is this machine; `?tls=required` insists always, `?tls=none` never asks.
fn transport(url: &str, patience: Duration) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let wrong = |e: SmtpError| format!("SMTP_URL cannot be used: {}", words(&e));
    let here = ["localhost", "127.0.0.1", "::1"].contains(&host(url));
    let asked = if url.contains("tls=none") {
        url.replace("?tls=none", "").replace("&tls=none", "")
    } else if url.starts_with("smtp://") && !url.contains("tls=") {
        let tls = if url.contains('@') && !here { "required" } else { "opportunistic" };
        format!("{url}{}tls={tls}", if url.contains('?') { '&' } else { '?' })
    } else {
        url.to_owned()
    };
    let pool = PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(60));
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&asked).map_err(wrong)?;
    Ok(builder.timeout(Some(patience)).pool_config(pool).build())
}

/// An error with its causes, which is where the server's words are.
fn words(e: &SmtpError) -> String {
    let mut words = e.to_string();
    let mut cause = std::error::Error::source(e);
    while let Some(c) = cause {
        let said = c.to_string();
        if !words.contains(&said) {
            words = format!("{words}: {said}");
        }
        cause = c.source();
    }
    words
}

/// The host of a URL, without its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => host.split(':').next().unwrap_or(host),
    }
}

/// An address needs a name behind its @, which a bare IP address is not.
fn mailable(host: &str) -> &str {
    if host.is_empty() || host.parse::<std::net::IpAddr>().is_ok() { "localhost" } else { host }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(message: &lettre::Message) -> Vec<String> {
        let formatted = String::from_utf8(message.formatted()).expect("ASCII");
        let head = formatted.split("\r\n\r\n").next().expect("a head");
        let starts = head.split("\r\n").filter(|l| !l.starts_with([' ', '\t']));
        starts.map(|l| l.split(':').next().expect("a name").to_owned()).collect()
    }

    fn written(subject: &str, name: &str, from: &str, list: &str) -> lettre::Message {
        let config = Config::new("", "secret", "https://people.example.com", "mailbox");
        let mailer = Mailer::new(&config).expect("the settings are right");
        let mail = views::mail::Mail {
            subject: subject.to_owned(),
            text: subject.to_owned(),
            html: subject.to_owned(),
            logo: false,
            reply_to: Some(domain::Email::parse("ann@acme.example").expect("an address")),
        };
        let letter = crate::mail::Letter {
            id: MailId(uuid::Uuid::nil()),
            to: domain::Email::parse("bob@acme.example").expect("an address"),
            name: name.to_owned(),
            mail,
            delivery: crate::mail::Delivery::AtMostOnce,
            unsubscribe: None,
        };
        let out = Outgoing {
            letter,
            message_id: "<1@people.example.com>".to_owned(),
            at: chrono::DateTime::<chrono::Utc>::UNIX_EPOCH,
            unsubscribe: Some(format!("https://people.example.com/unsubscribe/{list}")),
            logo: None,
            from: Some(from.to_owned()),
            thread: crate::mail::Thread {
                answers: Some(list.to_owned()),
                refs: vec![list.to_owned()],
                ..Default::default()
            },
        };
        mailer.message(&out).expect("a message")
    }

    proptest::proptest! {
        /// Whatever people call themselves, their workspace and their records: the head has the lines that we wrote.
        #[test]
        fn nothing_that_is_typed_adds_a_header(
            subject in "\\PC{0,30}[\r\n\0\u{85}\u{2028}]{0,3}(Bcc: a@b.example)?[\r\n]{0,4}.{0,200}",
            name in "(?s).{0,30}[\r\n]{0,3}(Bcc: <a@b.example>)?(?s).{0,90}",
            from in "(?s).{0,30}[\r\n]{0,3}(Cc: \"x\" <a@b.example>)?(?s).{0,90}",
            list in "(?s).{0,30}[\r\n]{0,3}(>\r\nBcc: a@b.example)?",
        ) {
            let expected = names(&written("a", "b", "c", "d"));
            proptest::prop_assert_eq!(names(&written(&subject, &name, &from, &list)), expected);
        }
    }

    #[test]
    fn the_host_of_a_url() {
        for (url, expected) in [
            ("https://people.example.com", "people.example.com"),
            ("http://127.0.0.1:3000/x", "127.0.0.1"),
            ("smtp://me:p%40ss@mail.example.com:587?tls=required", "mail.example.com"),
            ("http://[::1]:3000", "::1"),
        ] {
            assert_eq!(host(url), expected);
        }
    }
}
