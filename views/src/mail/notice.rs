//! The mail of whatever happens: notifications, and what workflows send.

use super::{Mail, paper::Paper};
use domain::workspace::Workspace;

/// What one is told of.
pub struct Notice<'a> {
    pub subject: String,
    pub title: String,
    /// Whom it greets; nobody if empty.
    pub hello: &'a str,
    pub paragraphs: Vec<String>,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    /// Its words, and the whole address that it opens.
    pub button: Option<(String, String)>,
    /// Why one gets it: a sentence.
    pub why: String,
    /// The page on which one ends such mail; `jobs::mail::Unsubscribe` tells its address.
    pub unsubscribe_url: Option<&'a str>,
}

pub fn notice(workspace: &Workspace, notice: &Notice<'_>) -> Mail {
    Paper {
        subject: notice.subject.clone(),
        title: notice.title.clone(),
        hello: notice.hello,
        paragraphs: notice.paragraphs.clone(),
        facts: notice.facts.clone(),
        button: notice.button.clone(),
        why: notice.why.clone(),
        unsubscribe: notice.unsubscribe_url,
        ..Paper::of(workspace)
    }
    .write()
}
