//! What is known of mail: which kinds one may do without, and what a server's answer means.

/// Mail that a member may do without. The preference is `mail.{key}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    pub key: &'static str,
    /// What it is about, as an end of "You get no more mail about …".
    pub about: &'static str,
}

pub const LISTS: &[List] = &[
    List { key: "imports", about: "how your imports end" },
    List { key: "notifications", about: "what happens to your records" },
    List { key: "digest", about: "what waits for you and what has changed (the digest)" },
    List { key: "workflows", about: "what workflows have to tell you" },
];

pub fn list(key: &str) -> Option<List> {
    LISTS.iter().copied().find(|l| l.key == key)
}

impl List {
    /// The member's preference that says whether they want it; without one they do.
    pub fn preference(self) -> String {
        format!("mail.{}", self.key)
    }
}
