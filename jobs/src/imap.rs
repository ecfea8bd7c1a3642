//! A mailbox elsewhere, opened by IMAP: always encrypted, never at a private address unless that is allowed, and within limits
//! of time and memory whatever its server says.

use crate::outside;
use async_imap::{
    Client, Session,
    error::Error as Fault,
    imap_proto::{AttributeValue, MailboxDatum, MessageSection, Response, SectionPath, Status},
};
use chrono::NaiveDate;
use domain::support::inboxes::{Account, After, Security};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{
    collections::BTreeSet,
    fmt, io,
    net::IpAddr,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// How long a connection may take to come about, and an answer.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(30);
/// The same for a message, which may be large.
const MESSAGE: Duration = Duration::from_secs(90);
/// Bytes of one answer: a server that never ends fills no memory.
const LISTED: u64 = 8 * 1024 * 1024;
/// Beyond the message itself.
const AROUND: u64 = 64 * 1024;
/// Bytes of a head that is fetched alone.
const HEAD: u64 = 64 * 1024;

/// Why a mailbox cannot be read, as its page tells it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub String);

fn trouble(words: impl Into<String>) -> Trouble {
    Trouble(words.into())
}

/// Opens mailboxes. Cheap to clone.
#[derive(Clone)]
pub struct Imap(Arc<Inner>);

struct Inner {
    allowed: Vec<IpAddr>,
    authority: Option<PathBuf>,
    tls: OnceLock<Arc<ClientConfig>>,
}

impl Imap {
    /// `allowed`: private addresses that may be connected to; `authority`: a file with certificates that count beside those that
    /// the system knows.
    pub fn new(allowed: &[IpAddr], authority: Option<&Path>) -> Self {
        let authority = authority.map(Path::to_owned);
        Self(Arc::new(Inner { allowed: allowed.to_vec(), authority, tls: OnceLock::new() }))
    }

    fn tls(&self) -> Result<TlsConnector, Trouble> {
        if let Some(tls) = self.0.tls.get() {
            return Ok(tls.clone().into());
        }
        // Another part of the process may have been first; which of them makes no difference.
        let _first = rustls::crypto::ring::default_provider().install_default();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(file) = &self.0.authority {
            let unreadable = |e| trouble(format!("The file OUTBOUND_CA cannot be read: {e}"));
            let all = CertificateDer::pem_file_iter(file).map_err(unreadable)?;
            for certificate in all {
                roots.add_parsable_certificates([certificate.map_err(unreadable)?]);
            }
        }
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(self.0.tls.get_or_init(|| Arc::new(config)).clone().into())
    }

    /// Signs in and opens the folder.
    pub async fn open(&self, account: &Account, password: &str) -> Result<Opened, Trouble> {
        let host = account.host.trim_matches(['[', ']']);
        let name = ServerName::try_from(host.to_owned()).map_err(|_| trouble("This is no name of a server."))?;
        let tls = self.tls()?;
        let plain = timeout(CONNECT, self.connect(host, account.port)).await;
        let plain = plain.map_err(|_| trouble(format!("{host} does not answer at port {}.", account.port)))??;
        let limit = Limit::default();
        let secured = async {
            let plain = match account.security {
                Security::Tls => plain,
                Security::StartTls => upgrade(plain).await?,
            };
            tls.connect(name, plain).await.map_err(|e| trouble(not_secured(host, &e)))
        };
        let stream = timeout(CONNECT, secured).await;
        let stream = stream.map_err(|_| trouble(format!("{host} speaks no TLS at port {}.", account.port)))??;
        let mut client = Client::new(Metered { stream, limit: limit.clone() });
        limit.allow(LISTED);
        if account.security == Security::Tls {
            let greeting = timed(ANSWER, client.read_response()).await?;
            greeting
                .ok()
                .flatten()
                .ok_or_else(|| trouble(format!("{host} is no IMAP server, or takes nobody in now.")))?;
        }
        let signed = timed(ANSWER, client.login(&account.username, password)).await?;
        let session =
            signed.map_err(|(e, _)| trouble(refused(&e, "The server does not take this user and password")))?;
        let mut opened = Opened { session, limit, can_move: false, can_expunge: false, validity: 0, next: None };
        opened.select(&account.folder).await?;
        Ok(opened)
    }

    /// Connects to an address that was looked at; what a name leads to later makes no difference.
    async fn connect(&self, host: &str, port: u16) -> Result<TcpStream, Trouble> {
        let found: Vec<_> = match tokio::net::lookup_host((host, port)).await {
            Ok(found) => found.collect(),
            Err(_) => return Err(trouble(format!("There is no server called {host}."))),
        };
        // One that is private makes all of them suspect.
        if found.iter().any(|a| !outside::may_call(a.ip(), &self.0.allowed)) {
            return Err(trouble(format!("{host} is at a private address, which is not called from here.")));
        }
        TcpStream::connect(&*found).await.map_err(|_| trouble(format!("{host} takes no connection at port {port}.")))
    }

    /// Tries everything that reading it takes, and changes nothing. Gives how many messages are there.
    pub async fn try_out(&self, account: &Account, after: &After, password: &str) -> Result<u32, Trouble> {
        let mut opened = self.open(account, password).await?;
        let many = opened.count(&account.folder).await?;
        if let Some(folder) = after.folder() {
            opened.count(folder).await.map_err(|_| {
                trouble(format!("Signing in works, but there is no folder “{folder}” to move messages to."))
            })?;
            if !(opened.can_move || opened.can_expunge) {
                return Err(trouble(
                    "Signing in works, but this server cannot move messages. Have them marked as read.",
                ));
            }
        }
        opened.close().await;
        Ok(many)
    }
}

/// STARTTLS by hand, so that nothing that was said before it counts after it.
async fn upgrade(stream: TcpStream) -> Result<TcpStream, Trouble> {
    let limit = Limit::default();
    limit.allow(AROUND);
    let mut client = Client::new(Metered { stream, limit });
    let greeting = client.read_response().await.ok().flatten();
    greeting.ok_or_else(|| trouble("This is no IMAP server, or it takes nobody in now."))?;
    let answer = client.run_command_and_check_ok("STARTTLS", None).await;
    answer.map_err(|_| trouble("The server offers no STARTTLS here. Try TLS, usually at port 993."))?;
    Ok(client.into_inner().stream)
}

fn not_secured(host: &str, e: &io::Error) -> String {
    let words = e.to_string();
    if words.contains("certificate") {
        format!(
            "The certificate of {host} is not one that this system trusts, or is for another name: nothing was sent."
        )
    } else {
        format!("{host} speaks no TLS here. Try STARTTLS, usually at port 143.")
    }
}

/// What a server says to us, with its own words where it has some.
fn refused(e: &Fault, what: &str) -> String {
    let said = match e {
        Fault::No(words) | Fault::Bad(words) => {
            words.split("info: Some(").nth(1).map(|w| w.trim_end_matches(')').trim_matches('"'))
        }
        _ => return format!("{what}: {}.", broken(e).0.trim_end_matches('.')),
    };
    match said.filter(|s| !s.is_empty()) {
        Some(said) => format!("{what}: “{}”.", said.chars().filter(|c| !c.is_control()).take(200).collect::<String>()),
        None => format!("{what}."),
    }
}

fn broken(e: &Fault) -> Trouble {
    trouble(match e {
        Fault::ConnectionLost | Fault::Io(_) => "The connection broke off.",
        Fault::Validate(_) => "A name or the password holds a line break.",
        _ => "The server says what is no IMAP.",
    })
}

async fn timed<T>(patience: Duration, what: impl Future<Output = T>) -> Result<T, Trouble> {
    timeout(patience, what).await.map_err(|_| trouble("The server takes too long to answer."))
}

/// A folder that is open.
pub struct Opened {
    session: Session<Metered<TlsStream<TcpStream>>>,
    limit: Limit,
    can_move: bool,
    can_expunge: bool,
    /// As long as this is the same, numbers of messages hold.
    pub validity: u32,
    /// The number that the next message will have, where the server says.
    pub next: Option<u32>,
}

/// A message as a folder tells of it.
pub enum Found {
    /// It is gone meanwhile.
    Gone,
    Whole(Vec<u8>),
    /// Larger than what is taken: its size, and its head.
    TooLarge(u64, Vec<u8>),
}

impl Opened {
    async fn select(&mut self, folder: &str) -> Result<(), Trouble> {
        self.limit.allow(LISTED);
        let able = timed(ANSWER, self.session.capabilities()).await?.map_err(|e| broken(&e))?;
        (self.can_move, self.can_expunge) = (able.has_str("MOVE"), able.has_str("UIDPLUS"));
        let opened = timed(ANSWER, self.session.select(folder_name(folder))).await?;
        let opened = opened.map_err(|e| trouble(refused(&e, &format!("There is no folder “{folder}” to be read"))))?;
        self.validity = opened.uid_validity.ok_or_else(|| trouble("The server does not number its messages."))?;
        self.next = opened.uid_next;
        Ok(())
    }

    async fn count(&mut self, folder: &str) -> Result<u32, Trouble> {
        self.limit.allow(LISTED);
        let status = timed(ANSWER, self.session.status(folder_name(folder), "(MESSAGES)")).await?;
        status.map(|s| s.exists).map_err(|e| trouble(refused(&e, &format!("There is no folder “{folder}”"))))
    }

    /// Numbers behind this one, in order.
    pub async fn behind(&mut self, last: u32) -> Result<BTreeSet<u32>, Trouble> {
        let from = last.saturating_add(1);
        // Where there is nothing behind it, the server gives the last one all the same.
        Ok(self.search(&format!("UID {from}:*")).await?.into_iter().filter(|uid| *uid > last).collect())
    }

    /// Numbers of what came in on that day or later.
    pub async fn since(&mut self, day: NaiveDate) -> Result<BTreeSet<u32>, Trouble> {
        self.search(&format!("SINCE {}", day.format("%-d-%b-%Y"))).await
    }

    async fn search(&mut self, question: &str) -> Result<BTreeSet<u32>, Trouble> {
        self.limit.allow(LISTED);
        let (mut found, command) = (BTreeSet::<u32>::new(), format!("UID SEARCH {question}"));
        let asking = ask(&mut self.session, &command, |line| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = line {
                found.extend(uids);
            }
        });
        let asked = timed(ANSWER, asking).await?;
        asked.map_err(|e| trouble(refused(&e, "The server does not say which messages there are")))?;
        Ok(found)
    }

    /// A message, if it is no larger than that: its size is asked first.
    pub async fn fetch(&mut self, uid: u32, most: u64) -> Result<Found, Trouble> {
        self.limit.allow(LISTED);
        let size = self.one(uid, "(UID RFC822.SIZE)", ANSWER, |said| match said {
            AttributeValue::Rfc822Size(size) => Some(u64::from(*size)),
            _ => None,
        });
        let size = size.await?;
        let Some(size) = size else { return Ok(Found::Gone) };
        if size > most {
            let asked = format!("(UID BODY.PEEK[HEADER]<0.{HEAD}>)");
            let head = self.one(uid, &asked, ANSWER, |said| match said {
                AttributeValue::BodySection {
                    section: Some(SectionPath::Full(MessageSection::Header)),
                    data: Some(head),
                    ..
                }
                | AttributeValue::Rfc822Header(Some(head)) => Some(head.to_vec()),
                _ => None,
            });
            return Ok(head.await?.map_or(Found::Gone, |head| Found::TooLarge(size, head)));
        }
        // A server that has said one size and gives another fills no memory.
        self.limit.allow(most + AROUND);
        let whole = self.one(uid, "(UID BODY.PEEK[])", MESSAGE, |said| match said {
            AttributeValue::BodySection { section: None, data: Some(body), .. }
            | AttributeValue::Rfc822(Some(body)) => Some(body.to_vec()),
            _ => None,
        });
        Ok(whole.await?.map_or(Found::Gone, Found::Whole))
    }

    /// What an answer says of one message; `None`: there is none of this number. Servers tell of others in between as they like.
    async fn one<T: Send>(
        &mut self,
        uid: u32,
        asked: &str,
        patience: Duration,
        take: impl Fn(&AttributeValue<'_>) -> Option<T> + Send + Sync,
    ) -> Result<Option<T>, Trouble> {
        let (mut there, mut found) = (false, None);
        let command = format!("UID FETCH {uid} {asked}");
        let asking = ask(&mut self.session, &command, |line| {
            let Response::Fetch(_, said) = line else { return };
            if said.iter().any(|s| matches!(s, AttributeValue::Uid(of) if *of == uid)) {
                there = true;
                found = said.iter().find_map(&take).or_else(|| found.take());
            }
        });
        let asked = timed(patience, asking).await?;
        asked.map_err(|e| trouble(refused(&e, "The server does not give out a message")))?;
        match there && found.is_none() {
            true => Err(trouble("The server has a message, and does not say what is in it.")),
            false => Ok(found),
        }
    }

    /// Does with a message that was taken in what is to be done.
    pub async fn settle(&mut self, uid: u32, after: &After) -> Result<(), Trouble> {
        self.limit.allow(LISTED);
        let uid = uid.to_string();
        let failed =
            |e: Fault| trouble(refused(&e, "Messages are taken in, but what was to be done with them does not work"));
        match after {
            After::Nothing => Ok(()),
            After::Seen => self.store(&uid, "+FLAGS.SILENT (\\Seen)").await.map_err(failed),
            After::Move(folder) if self.can_move => {
                timed(ANSWER, self.session.uid_mv(&uid, folder_name(folder))).await?.map_err(failed)
            }
            After::Move(folder) if self.can_expunge => {
                timed(ANSWER, self.session.uid_copy(&uid, folder_name(folder))).await?.map_err(failed)?;
                self.store(&uid, "+FLAGS.SILENT (\\Deleted)").await.map_err(failed)?;
                let command = format!("UID EXPUNGE {uid}");
                timed(ANSWER, ask(&mut self.session, &command, |_| ())).await?.map_err(failed)
            }
            After::Move(_) => Err(trouble("Messages are taken in, but this server cannot move them.")),
        }
    }

    async fn store(&mut self, uid: &str, flags: &str) -> Result<(), Fault> {
        let command = format!("UID STORE {uid} {flags}");
        let storing = ask(&mut self.session, &command, |_| ());
        timed(ANSWER, storing).await.map_err(|_| Fault::ConnectionLost)?
    }

    /// Says good-bye; a server that does not care for that is left alone.
    pub async fn close(mut self) {
        let _went_away_already = timeout(Duration::from_secs(2), self.session.logout()).await;
    }
}

/// Names of folders travel in a form of their own (RFC 3501 §5.1.3).
fn folder_name(folder: &str) -> String {
    let mut name = String::with_capacity(folder.len());
    let mut other = String::new();
    let flush = |other: &mut String, name: &mut String| {
        use base64::Engine;
        if !other.is_empty() {
            let bytes: Vec<u8> = other.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let coded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes).replace('/', ",");
            *name += &format!("&{coded}-");
            other.clear();
        }
    };
    for c in folder.chars() {
        match c {
            '&' => {
                flush(&mut other, &mut name);
                name.push_str("&-");
            }
            ' '..='~' => {
                flush(&mut other, &mut name);
                name.push(c);
            }
            _ => other.push(c),
        }
    }
    flush(&mut other, &mut name);
    name
}

/// Asks, and gives each line of the answer to `take`. It is answered where the server says OK at its end: what it refuses, or breaks
/// off, says nothing of what is there. (The streams of async-imap end alike, however it ends.)
async fn ask<S>(
    session: &mut Session<S>,
    command: &str,
    mut take: impl FnMut(&Response<'_>) + Send,
) -> Result<(), Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + fmt::Debug + Send,
{
    let tag = session.run_command(command).await?;
    loop {
        let line = session.read_response().await?.ok_or(Fault::ConnectionLost)?;
        match line.parsed() {
            Response::Done { tag: of, status, outcome } if *of == tag => {
                let words = format!("code: {:?}, info: {:?}", outcome.code, outcome.information.as_deref());
                return match status {
                    Status::Ok => Ok(()),
                    Status::No => Err(Fault::No(words)),
                    _ => Err(Fault::Bad(words)),
                };
            }
            other => take(other),
        }
    }
}

/// How much may still be read until the next question is asked.
#[derive(Debug, Clone, Default)]
struct Limit(Arc<AtomicU64>);

impl Limit {
    fn allow(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// A stream of which no more is read than is allowed.
#[derive(Debug)]
struct Metered<S> {
    stream: S,
    limit: Limit,
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Poll::Ready(Ok(())) = &read {
            let fresh = (buffer.filled().len() - before) as u64;
            let left = self.limit.0.load(Ordering::Relaxed);
            if fresh > left {
                return Poll::Ready(Err(io::Error::other("more than was asked for")));
            }
            self.limit.0.store(left - fresh, Ordering::Relaxed);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};

    #[test]
    fn folders_are_named_as_servers_know_them() {
        for (folder, name) in [
            ("INBOX", "INBOX"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("A & B", "A &- B"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
        ] {
            assert_eq!(folder_name(folder), name);
        }
    }

    /// A session with a server that answers each command with the next of these, and hangs up behind the last.
    async fn session(answers: Vec<&'static str>) -> Session<DuplexStream> {
        let (ours, theirs) = tokio::io::duplex(4096);
        tokio::spawn(async move {
            let mut theirs = BufReader::new(theirs);
            for answer in ["TAG OK come in\r\n"].into_iter().chain(answers) {
                let mut line = String::new();
                theirs.read_line(&mut line).await.expect("a command");
                let tag = line.split(' ').next().unwrap_or_default();
                theirs.write_all(answer.replace("TAG", tag).as_bytes()).await.expect("it is heard");
            }
        });
        Client::new(ours).login("u", "p").await.map_err(|(e, _)| e).expect("it takes us")
    }

    #[tokio::test]
    async fn what_a_server_refuses_or_breaks_off_is_no_answer() {
        let command = "UID FETCH 7 (UID RFC822.SIZE)";
        for (answer, told) in [
            ("* 1 FETCH (UID 7 RFC822.SIZE 9)\r\nTAG OK done\r\n", Some(1)),
            ("TAG OK it is gone\r\n", Some(0)),
            ("TAG NO [LIMIT] throttled\r\n", None),
            ("TAG BAD what?\r\n", None),
            ("* BYE shutting down\r\n", None),
            ("* 1 FETCH (UID 7 RFC822.SIZE 9)\r\n", None),
            ("", None),
        ] {
            let (mut session, mut many) = (session(vec![answer]).await, 0);
            let asked = ask(&mut session, command, |line| many += i32::from(matches!(line, Response::Fetch(..)))).await;
            assert_eq!(asked.is_ok().then_some(many), told, "{answer}: {asked:?}");
        }
        let mut session = session(vec!["TAG NO come back later\r\n"]).await;
        let refusal = ask(&mut session, "UID SEARCH UID 1:*", |_| ()).await.expect_err("it is refused");
        assert_eq!(refused(&refusal, "It does not say"), "It does not say: “come back later”.");
    }

    #[tokio::test]
    async fn what_leads_inside_is_not_connected_to() {
        let imap = Imap::new(&[], None);
        for host in ["127.0.0.1", "localhost", "[::1]", "169.254.169.254"] {
            let account = Account {
                host: host.into(),
                port: 993,
                security: Security::Tls,
                username: "u".into(),
                folder: "INBOX".into(),
            };
            let words = imap.open(&account, "p").await.map(|_| ()).expect_err(host).0;
            assert!(words.contains("private address"), "{host}: {words}");
        }
    }
}
