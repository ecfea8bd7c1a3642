//! Mail that stays on this machine: one file per message, for development, tests and those without a mail server.

use chrono::{DateTime, Utc};
use domain::MailId;
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::fs;

/// A message as it lies in the mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MailId,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub message_id: String,
    /// Its head, a line each, as a server would have got it.
    #[serde(default)]
    pub headers: Vec<String>,
    pub at: DateTime<Utc>,
}

impl Message {
    /// What this header says, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let mut lines = self.headers.iter();
        let first = lines.find_map(|l| {
            l.split_once(':').filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
        })?;
        let folded = lines.take_while(|l| l.starts_with([' ', '\t'])).map(|l| l.trim());
        Some(folded.fold(first, |said, more| format!("{said} {more}")))
    }

    /// The first address of ours in the text: the link that the mail is about.
    pub fn link(&self) -> Option<&str> {
        self.text.split_whitespace().find(|w| w.starts_with("http://") || w.starts_with("https://"))
    }
}

/// A directory of messages. It need not exist before the first one.
#[derive(Debug, Clone)]
pub struct Mailbox {
    directory: Arc<Path>,
}

impl Mailbox {
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into().into() }
    }

    /// Puts a message in, whole or not at all. The same message a second time takes the first one's place.
    pub(crate) async fn put(&self, message: &Message) -> io::Result<()> {
        fs::create_dir_all(&self.directory).await?;
        let (path, draft) = (self.path(message.id), self.directory.join(format!(".{}.draft", message.id)));
        fs::write(&draft, serde_json::to_vec_pretty(message)?).await?;
        fs::rename(draft, path).await
    }

    /// All messages, the newest first.
    pub async fn list(&self) -> io::Result<Vec<Message>> {
        let mut files = match fs::read_dir(&self.directory).await {
            Ok(files) => files,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut messages: Vec<Message> = Vec::new();
        while let Some(file) = files.next_entry().await? {
            if file.path().extension().is_some_and(|e| e == "json") {
                messages.push(serde_json::from_slice(&fs::read(file.path()).await?)?);
            }
        }
        messages.sort_by_key(|m| std::cmp::Reverse((m.at, m.id)));
        Ok(messages)
    }

    pub async fn find(&self, id: MailId) -> io::Result<Option<Message>> {
        match fs::read(self.path(id)).await {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// The newest message to this address.
    pub async fn newest_to(&self, address: &str) -> io::Result<Option<Message>> {
        Ok(self.list().await?.into_iter().find(|m| m.to.eq_ignore_ascii_case(address)))
    }

    fn path(&self, id: MailId) -> PathBuf {
        self.directory.join(format!("{id}.json"))
    }
}
