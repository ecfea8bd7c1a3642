//! A mail server that does as it is told.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Accept,
    /// Takes the message and hangs up without a word.
    HangUp,
    /// Takes the message, and a second and a half to say so.
    Slow,
    /// Not now.
    Busy,
    /// There is no such person.
    NoSuchUser,
    /// Does not like what it reads.
    Spam,
    /// Takes the call and says nothing.
    Mute,
    /// Takes the message and says nothing.
    HangAtEnd,
}

pub struct Server {
    pub port: u16,
    manner: Arc<Mutex<Manner>>,
    messages: Arc<Mutex<Vec<String>>>,
    commands: Arc<Mutex<Vec<String>>>,
    listening: JoinHandle<()>,
}

impl Server {
    pub async fn start(port: u16, manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let (manner, messages) = (Arc::new(Mutex::new(manner)), Arc::<Mutex<Vec<String>>>::default());
        let commands = Arc::<Mutex<Vec<String>>>::default();
        let (how, kept, heard) = (manner.clone(), messages.clone(), commands.clone());
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (how, kept, heard) = (how.clone(), kept.clone(), heard.clone());
                tokio::spawn(async move {
                    // Whoever hangs up has had enough.
                    let _ended = converse(stream, &how, &kept, &heard).await;
                });
            }
        });
        Self { port, manner, messages, commands, listening }
    }

    pub fn become_one_who(&self, manner: Manner) {
        *self.manner.lock().expect("nobody panics with it") = manner;
    }

    /// What it was told outside of messages.
    pub fn commands(&self) -> Vec<String> {
        self.commands.lock().expect("nobody panics with it").clone()
    }

    pub fn messages(&self) -> Vec<String> {
        self.messages.lock().expect("nobody panics with it").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn converse(
    stream: TcpStream,
    how: &Mutex<Manner>,
    kept: &Mutex<Vec<String>>,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    if *how.lock().expect("nobody panics with it") == Manner::Mute {
        // Until the other side hangs up.
        while lines.next_line().await?.is_some() {}
        return Ok(());
    }
    write.write_all(b"220 trial\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let manner = *how.lock().expect("nobody panics with it");
        heard.lock().expect("nobody panics with it").push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" | "HELO" | "RSET" | "NOOP" | "MAIL" => "250 fine",
            "RCPT" if manner == Manner::NoSuchUser => "550 5.1.1 no such user here",
            "RCPT" if manner == Manner::Busy => "451 4.3.2 come back later",
            "RCPT" => "250 fine",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|l| l != ".") {
                    message.push_str(&line);
                    message.push('\n');
                }
                kept.lock().expect("nobody panics with it").push(message);
                if manner == Manner::HangUp {
                    return Ok(());
                }
                if manner == Manner::HangAtEnd {
                    while lines.next_line().await?.is_some() {}
                    return Ok(());
                }
                if manner == Manner::Slow {
                    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
                }
                if manner == Manner::Spam { "554 5.7.1 this looks like spam" } else { "250 kept" }
            }
            "QUIT" => "221 bye",
            _ => "502 what?",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// The headers of this name, unfolded.
pub fn headers(message: &str, name: &str) -> Vec<String> {
    let head = message.split("\n\n").next().unwrap_or(message).replace("\n ", " ").replace("\n\t", " ");
    let of = |l: &str| {
        let (n, value) = l.split_once(':')?;
        n.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    };
    head.lines().filter_map(of).collect()
}
