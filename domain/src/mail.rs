//! What is known of mail: which kinds one may do without, and what a server's answer means.

use chrono::{DateTime, Duration, DurationRound, NaiveTime, Utc};
use serde_json::Value;

/// Mail that a member may do without: one click in it ends it, by their preference `mail.{key}` = false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Imports,
    Notifications,
    Digest,
    Workflows,
}

impl List {
    pub const ALL: [Self; 4] = [Self::Imports, Self::Notifications, Self::Digest, Self::Workflows];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Imports => "imports",
            Self::Notifications => "notifications",
            Self::Digest => "digest",
            Self::Workflows => "workflows",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.key() == key)
    }

    /// What it is about, as an end of "You get no more mail about …".
    pub const fn about(self) -> &'static str {
        match self {
            Self::Imports => "how your imports end",
            Self::Notifications => "what happens to your records",
            Self::Digest => "what waits for you and what has changed (the digest)",
            Self::Workflows => "what workflows have to tell you",
        }
    }

    /// The preference that says whether they want it; without one they do.
    pub const fn preference(self) -> &'static str {
        match self {
            Self::Imports => "mail.imports",
            Self::Notifications => "mail.notifications",
            Self::Digest => "mail.digest",
            Self::Workflows => "mail.workflows",
        }
    }

    pub fn on(self, preferences: &Value) -> bool {
        preferences.get(self.preference()).and_then(Value::as_bool).unwrap_or(true)
    }
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued,
    /// Handed to the server; a worker that dies now leaves this, and nobody knows.
    Sending,
    Sent,
    Failed,
    /// It came back.
    Bounced,
    /// It was not sent, because its address is stopped.
    Suppressed,
    Unclear,
}

impl State {
    pub const ALL: [Self; 7] =
        [Self::Queued, Self::Sending, Self::Sent, Self::Failed, Self::Bounced, Self::Suppressed, Self::Unclear];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Bounced => "bounced",
            Self::Suppressed => "suppressed",
            Self::Unclear => "unclear",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// Why an address gets no more mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There is no such address, its server says.
    Bounce,
    /// Somebody called our mail spam.
    Complaint,
    /// Whoever has it wants no mail that one may do without. What they wait for, they get.
    Unsubscribed,
}

impl Reason {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
            Self::Unsubscribed => "unsubscribed",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Bounce, Self::Complaint, Self::Unsubscribed].into_iter().find(|r| r.key() == key)
    }
}

/// How well a workspace is known, as far as sending mail goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// None of its owners has proved their address.
    Unproven,
    /// Some days old: see [`NEW`].
    New,
    Known,
}

/// For so long a workspace is a newcomer.
pub const NEW: Duration = Duration::days(7);

impl Standing {
    pub fn new(proven: bool, since: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        match proven {
            false => Self::Unproven,
            true if now - since < NEW => Self::New,
            true => Self::Known,
        }
    }

    /// What a workspace may send in an hour and in a day, unless it was given other numbers. Generous to whoever is
    /// known, for whom it is there for the workflow that went mad; not to the newcomer who came to send spam.
    const fn usual(self) -> (i32, i32) {
        match self {
            Self::Unproven => (50, 100),
            Self::New => (1_000, 5_000),
            Self::Known => (5_000, 50_000),
        }
    }
}

/// Turns to send, given out of one hour after the other (UTC), none of which gives more than it may. A message that has
/// got its turn keeps it, so whoever waits is not asked again, and all that wait go on in the order in which they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub per_hour: i32,
    pub per_day: i32,
    /// The hour that turns are given out of.
    pub hour: DateTime<Utc>,
    /// What it has given, and what its day has.
    pub in_hour: i32,
    pub in_day: i32,
}

impl Quota {
    /// `given`: what the workspace was given an hour and a day, in place of what is usual.
    pub fn new(
        standing: Standing,
        given: (Option<i32>, Option<i32>),
        hour: DateTime<Utc>,
        (in_hour, in_day): (i32, i32),
    ) -> Self {
        let (per_hour, per_day) = standing.usual();
        let (per_hour, per_day) = (given.0.unwrap_or(per_hour).max(1), given.1.unwrap_or(per_day).max(1));
        Self { per_hour, per_day, hour: start_of_hour(hour), in_hour, in_day }
    }

    /// Takes the next turn: from when on the message may go.
    pub fn take(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.move_to(start_of_hour(now).max(self.hour));
        if self.in_day >= self.per_day {
            let midnight = self.hour.date_naive().and_time(NaiveTime::MIN).and_utc();
            self.move_to(midnight + Duration::days(1));
        } else if self.in_hour >= self.per_hour {
            self.move_to(self.hour + Duration::hours(1));
        }
        self.in_hour += 1;
        self.in_day += 1;
        self.hour.max(now)
    }

    /// How many turns this hour and this day have given by now.
    pub fn taken(&self, now: DateTime<Utc>) -> (i32, i32) {
        let mut then = *self;
        then.move_to(start_of_hour(now).max(self.hour));
        (then.in_hour, then.in_day)
    }

    fn move_to(&mut self, hour: DateTime<Utc>) {
        if hour > self.hour {
            self.in_hour = 0;
            if hour.date_naive() > self.hour.date_naive() {
                self.in_day = 0;
            }
            self.hour = hour;
        }
    }
}

fn start_of_hour(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(Duration::hours(1)).unwrap_or(at)
}

/// Enhanced status codes (RFC 3463) that say of the recipient's address that it will never take mail: it is unknown, no
/// address, moved away, takes none, or is switched off. Those about the sender's (5.1.7, 5.1.8), about what was in the
/// message and about a full mailbox are no reason to stop it.
const NO_SUCH_ADDRESS: &[&str] = &["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"];

/// What servers without such codes say for it.
const WORDS: &[&str] = &[
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no mailbox",
    "does not exist",
    "doesn't exist",
    "unknown recipient",
    "recipient unknown",
    "mailbox not found",
    "user not found",
    "invalid mailbox",
    "account disabled",
];

/// Whether a server's refusal is about the address, so that no message will ever reach it: `answer` is its words with
/// its codes, as in `550 5.1.1 no such user here`.
pub fn no_such_address(answer: &str) -> bool {
    let answer = answer.to_lowercase();
    let words = || answer.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|w| w.trim_matches('.'));
    let enhanced = |w: &&str| {
        let mut parts = w.split('.');
        let class = parts.next().is_some_and(|c| matches!(c, "2" | "4" | "5"));
        class && parts.clone().count() == 2 && parts.all(|p| (1..=3).contains(&p.len()))
    };
    match words().find(enhanced) {
        Some("5.1.0") => !answer.contains("sender"),
        Some(code) => NO_SUCH_ADDRESS.contains(&code),
        None => words().any(|w| matches!(w, "550" | "551" | "553")) && WORDS.iter().any(|w| answer.contains(w)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_about_the_address_or_about_the_message() {
        for (answer, about) in [
            ("550 5.1.1 no such user here", true),
            ("permanent error (550): 5.1.1 <a@b.example>: Recipient address rejected: User unknown", true),
            ("550-5.1.1 The email account that you tried to reach does not exist", true),
            ("550 5.1.10 null MX", true),
            ("550 5.2.1 mailbox disabled", true),
            ("550 5.1.0 address rejected", true),
            ("550 5.1.0 sender rejected", false),
            ("550 No such user", true),
            ("553 user not found", true),
            ("550 relaying denied", false),
            ("550 5.1.8 sender's domain does not exist", false),
            ("552 5.2.2 mailbox full", false),
            ("554 5.7.1 looks like spam", false),
            ("550 5.7.1 user unknown to our policy", false),
            ("451 4.1.1 no such user yet", false),
            ("", false),
        ] {
            assert_eq!(no_such_address(answer), about, "{answer}");
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_workspace_that_nobody_knows_sends_little() {
        let now: DateTime<Utc> = "2026-03-02T10:20:00Z".parse().expect("a moment");
        let limits = |proven, days| {
            let quota = Quota::new(Standing::new(proven, now - Duration::days(days), now), (None, None), now, (0, 0));
            (quota.per_hour, quota.per_day)
        };
        assert_eq!(limits(false, 400), (50, 100));
        assert_eq!(limits(true, 6), (1_000, 5_000));
        assert_eq!(limits(true, 7), (5_000, 50_000));
    }

    #[test]
    fn turns_are_given_out_in_order_and_no_hour_gives_more_than_it_may() {
        let now = at("2026-03-01T22:20:00Z");
        let mut quota = Quota::new(Standing::Known, (Some(2), Some(5)), now, (0, 0));
        let turns: Vec<_> = (0..8).map(|_| quota.take(now).format("%d %H:%M").to_string()).collect();
        let expected = ["01 22:20", "01 22:20", "01 23:00", "01 23:00", "02 00:00", "02 00:00", "02 01:00", "02 01:00"];
        assert_eq!(turns, expected);
        // The day is full after five: the next turn is the next day's.
        assert_eq!(quota.take(now), at("2026-03-02T02:00:00Z"));
        assert_eq!(quota.take(now), at("2026-03-03T00:00:00Z"));
        assert_eq!(quota.taken(now), (1, 1));
        // Later on, what was given out long ago counts for nothing.
        let later = at("2026-03-04T12:34:00Z");
        assert_eq!(quota.taken(later), (0, 0));
        assert_eq!(quota.take(later), later);
    }
}
