//! What people are told of: the kinds, the channels, and what each has chosen (DOMAIN: E-mail digests).

use crate::mail::List;
use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Where a notice shows. All three off: nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Channels {
    /// The bell and its page.
    pub app: bool,
    /// A mail of its own, or with a few others of the same minutes.
    pub mail: bool,
    /// The next digest.
    pub digest: bool,
}

impl Channels {
    pub const OFF: Self = Self { app: false, mail: false, digest: false };
    pub const APP: Self = Self { app: true, ..Self::OFF };
    pub const APP_AND_MAIL: Self = Self { app: true, mail: true, digest: false };
    pub const APP_AND_DIGEST: Self = Self { app: true, mail: false, digest: true };

    fn to_json(self) -> Value {
        json!({ "app": self.app, "mail": self.mail, "digest": self.digest })
    }

    fn from_json(value: &Value) -> Self {
        let on = |key| value.get(key).and_then(Value::as_bool).unwrap_or(false);
        Self { app: on("app"), mail: on("mail"), digest: on("digest") }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $label:literal, $help:literal, $usual:ident $(, $own:ident)?;)*) => {
        /// What a notice is about. A module's own kinds are lines of this list; keys outlive a deploy.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name),* }
        impl Kind {
            /// In the order of the settings page.
            pub const ALL: &[Self] = &[$(Self::$name),*];
            /// As it is kept.
            pub const fn key(self) -> &'static str { match self { $(Self::$name => $key),* } }
            /// "Somebody mentions me".
            pub const fn label(self) -> &'static str { match self { $(Self::$name => $label),* } }
            pub const fn help(self) -> &'static str { match self { $(Self::$name => $help),* } }
            /// For whoever has chosen nothing.
            pub const fn usual(self) -> Channels { match self { $(Self::$name => Channels::$usual),* } }
            /// Whether it answers what one has asked for oneself: then one is told of one's own doing.
            pub const fn own(self) -> bool { match self { $(Self::$name => kinds!(@own $($own)?)),* } }
        }
    };
    (@own) => { false };
    (@own own) => { true };
}

kinds! {
    Mentioned = "mentioned", "Somebody mentions me", "With @ and your name, in a comment.", APP_AND_MAIL;
    /// A task or a customer.
    Assigned = "assigned", "Something is given to me", "A task, a customer or a ticket becomes yours.", APP_AND_MAIL;
    Followed = "followed", "Something that I follow moves", "A note, another stage or another owner of a customer, contact or deal that you follow.", APP;
    QuoteAnswered = "quote_answered", "A quote is answered", "A customer has accepted or declined one, of a deal that is yours or that you follow.", APP_AND_MAIL;
    TicketWritten = "ticket_written", "A customer answers a ticket of mine", "They wrote in a ticket that is yours, or that you follow.", APP;
    TicketBack = "ticket_back", "A ticket that I put off is back", "Its time has come, and nobody has solved it meanwhile.", APP, own;
    SlaAtRisk = "sla_at_risk", "A ticket of mine is late, or soon", "A promised time is nearly over, or has passed.", APP_AND_MAIL, own;
    MailboxDown = "mailbox_down", "A mailbox cannot be read", "One whose mail becomes tickets, and whose server is away for a quarter of an hour.", APP_AND_MAIL, own;
    TaskDue = "task_due", "A task of mine is due", "In the morning of its day; the digest has it anyway.", APP, own;
    Reminder = "reminder", "A reminder of mine", "Of a task, a call or a meeting, when you have asked for it.", APP, own;
    Invited = "invited", "Somebody invites me to a call or meeting", "And when it moves, or is called off.", APP_AND_MAIL;
    ApprovalAsked = "approval_asked", "I am asked to approve", "Somebody waits for your yes or no.", APP_AND_MAIL, own;
    ApprovalAnswered = "approval_answered", "My request is answered", "What a workflow that you have started asked for was approved or rejected.", APP_AND_MAIL;
    LeaveAsked = "leave_asked", "Somebody asks me for time off", "A request waits for your yes or no.", APP_AND_MAIL, own;
    LeaveAnswered = "leave_answered", "My time off is answered", "It was approved, declined or cancelled.", APP_AND_MAIL;
    WorkflowNotice = "workflow_notice", "A workflow tells me", "A step of a workflow that notifies you.", APP, own;
    WorkflowFailed = "workflow_failed", "A workflow of mine fails", "It stopped at a step, or paused itself.", APP_AND_MAIL, own;
    ApplicationArrived = "application_arrived", "Somebody applies for a job of mine", "One for which you hire, other than by interviews alone.", APP, own;
    /// Its mail is [`crate::jobs::SendImportReport`], which knows more than a notice.
    ImportEnded = "import_ended", "An import of mine has ended", "With what was added, changed and left out.", APP_AND_MAIL, own;
    BulkEnded = "bulk_ended", "A bulk change of mine has ended", "Archiving or bringing back many records.", APP, own;
    MemberJoined = "member_joined", "Somebody I invited joins", "They have accepted and signed in.", APP;
    EmployeeLinked = "employee_linked", "I am linked with an employee record", "Which record is yours, and whose team you lead, follows from it.", APP;
    PlanRefused = "plan_refused", "A planned change cannot take effect", "A job or a manager that was planned for today, and that today’s records stand against.", APP_AND_MAIL, own;
    DocumentAsked = "document_asked", "A document is asked of me", "What to bring and by when; and that it is due.", APP_AND_MAIL, own;
    DocumentBrought = "document_brought", "Somebody brings a document", "What you have asked for waits for your approval.", APP_AND_MAIL;
    DocumentAnswered = "document_answered", "A document of mine is approved or refused", "With the reason, where another is needed.", APP_AND_MAIL;
    DocumentExpires = "document_expires", "A document runs out", "Mine, or one of those that I look after, some days before.", APP_AND_DIGEST, own;
    PolicyToRead = "policy_to_read", "A policy is to be read", "A new version for you to confirm, or a reminder of one.", APP_AND_MAIL;
    ChangeAsked = "change_asked", "Somebody asks for changes to their record", "They wait for your yes or no, field by field.", APP_AND_MAIL;
    ChangeAnswered = "change_answered", "Changes that I asked for are answered", "What of them was approved, and what was not and why.", APP_AND_MAIL;
    ProbationEnds = "probation_ends", "A probation in my team ends", "Two weeks before, and three days before.", APP_AND_MAIL, own;
    AccessEnded = "access_ended", "Somebody’s access has ended", "On the day after their last day; or could not end by itself.", APP_AND_DIGEST, own;
    JobDead = "job_dead", "Something of mine was given up", "Work in the background that failed each time it was tried.", APP, own;
}

impl Kind {
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|k| k.key() == key)
    }

    /// Whether its mail is a notification; the other has a list and a job of its own.
    pub const fn mailed_as_notice(self) -> bool {
        !matches!(self, Self::ImportEnded)
    }
}

/// Something to tell members of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub kind: Kind,
    /// One line: "Ada Byron mentioned you".
    pub title: String,
    pub body: Option<String>,
    /// Within the workspace: `/hr/employees/…`.
    pub path: String,
    /// Of one kind, twice the same key for the same member is once.
    pub key: String,
}

/// Letters that a title and a body keep.
pub const TITLE: usize = 200;
pub const BODY: usize = 500;

/// Days after which a notification is dropped.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// Where the bell stops counting.
pub const CAP: i64 = 99;

/// A notification as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    pub id: crate::NotificationId,
    pub kind: Option<Kind>,
    pub title: String,
    pub body: Option<String>,
    pub path: String,
    pub created_at: DateTime<Utc>,
    pub read: bool,
}

/// Hours in which no mail comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: NaiveTime,
    /// Not quiet any more. Before `from`: over midnight. The same: no hours at all.
    pub until: NaiveTime,
    /// Saturdays and Sundays as well, all day.
    pub weekends: bool,
}

impl Quiet {
    /// This moment, or the end of the quiet that it falls into.
    pub fn after(&self, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let mut at = now;
        // The end of a night may lie in a weekend, and the end of that in a night.
        for _ in 0..8 {
            let local = at.with_timezone(&zone);
            let (day, time) = (local.date_naive(), local.time());
            let end = if self.weekends && matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
                day.checked_add_days(Days::new(1)).map(|d| (d, NaiveTime::MIN))
            } else if self.from < self.until && (self.from..self.until).contains(&time) {
                Some((day, self.until))
            } else if self.from > self.until && time >= self.from {
                day.checked_add_days(Days::new(1)).map(|d| (d, self.until))
            } else if self.from > self.until && time < self.until {
                Some((day, self.until))
            } else {
                return at;
            };
            let Some((day, time)) = end else { return at };
            at = crate::day::instant(zone, day, time).max(at + TimeDelta::seconds(1));
        }
        at
    }
}

/// What a member has chosen, out of their preferences. What they have not is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    pub kinds: BTreeMap<Kind, Channels>,
    pub quiet: Option<Quiet>,
    /// Lists that are off.
    pub off: Vec<&'static str>,
}

/// The preference that keeps the choices by kind, and the one of the quiet hours.
pub const KINDS: &str = "notify";
pub const QUIET: &str = "quiet";

impl Choices {
    pub fn of(preferences: &Value) -> Self {
        let chosen = preferences.get(KINDS).and_then(Value::as_object);
        let kinds = chosen.into_iter().flatten().filter_map(|(k, v)| Some((Kind::parse(k)?, Channels::from_json(v))));
        let off = List::ALL.into_iter().filter(|l| !l.on(preferences)).map(List::preference).collect();
        Self { kinds: kinds.collect(), quiet: preferences.get(QUIET).and_then(read_quiet), off }
    }

    /// As it was chosen, or as usual, whether or not the list behind its mail is off.
    pub fn chosen(&self, kind: Kind) -> Channels {
        self.kinds.get(&kind).copied().unwrap_or(kind.usual())
    }

    /// What comes of a notice of this kind.
    pub fn channels(&self, kind: Kind) -> Channels {
        let chosen = self.chosen(kind);
        let list = if kind.mailed_as_notice() { List::Notifications } else { List::Imports };
        Channels { mail: chosen.mail && self.on(list), ..chosen }
    }

    pub fn on(&self, list: List) -> bool {
        !self.off.contains(&list.preference())
    }

    /// When a mail of now goes out.
    pub fn mail_at(&self, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let at = bundled(now);
        self.quiet.map_or(at, |q| q.after(at, zone))
    }

    /// The two preferences that keep them.
    pub fn to_json(&self) -> Value {
        let kinds: serde_json::Map<_, _> = self.kinds.iter().map(|(k, c)| (k.key().to_owned(), c.to_json())).collect();
        let quiet = self.quiet.map(|q| {
            json!({ "from": q.from.format("%H:%M").to_string(), "until": q.until.format("%H:%M").to_string(), "weekends": q.weekends })
        });
        json!({ KINDS: kinds, QUIET: quiet })
    }
}

fn read_quiet(value: &Value) -> Option<Quiet> {
    let time = |key| NaiveTime::parse_from_str(value.get(key)?.as_str()?, "%H:%M").ok();
    Some(Quiet { from: time("from")?, until: time("until")?, weekends: value.get("weekends")?.as_bool()? })
}

/// The end of the minutes whose notices go into one mail: between one and three from now.
fn bundled(now: DateTime<Utc>) -> DateTime<Utc> {
    const WITHIN: u32 = 2;
    let at = now + TimeDelta::minutes(1);
    let into = TimeDelta::minutes(i64::from(at.minute() % WITHIN)) + TimeDelta::seconds(at.second().into());
    let start = at - into - TimeDelta::nanoseconds(at.nanosecond().into());
    start + TimeDelta::minutes(WITHIN.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn quiet(from: u32, until: u32, weekends: bool) -> Quiet {
        let time = |h| NaiveTime::from_hms_opt(h, 0, 0).expect("an hour");
        Quiet { from: time(from), until: time(until), weekends }
    }

    #[test]
    fn keys_differ_and_are_read_again() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.key()), Some(*kind));
        }
    }

    #[test]
    fn mail_waits_for_the_end_of_quiet_hours() {
        let berlin: Tz = "Europe/Berlin".parse().expect("a zone");
        let night = quiet(18, 8, true);
        for (now, then) in [
            // A Wednesday in winter: Berlin is an hour ahead.
            ("2026-01-14T12:00:00Z", "2026-01-14T12:00:00Z"),
            ("2026-01-14T17:00:00Z", "2026-01-15T07:00:00Z"),
            ("2026-01-14T03:00:00Z", "2026-01-14T07:00:00Z"),
            // Friday evening waits for Monday morning.
            ("2026-01-16T19:00:00Z", "2026-01-19T07:00:00Z"),
            // The night in which clocks go forward.
            ("2026-03-28T20:00:00Z", "2026-03-30T06:00:00Z"),
        ] {
            assert_eq!(night.after(at(now), berlin), at(then), "{now}");
        }
        let noon = quiet(12, 13, false);
        assert_eq!(noon.after(at("2026-01-17T11:30:00Z"), berlin), at("2026-01-17T12:00:00Z"));
        assert_eq!(quiet(8, 8, false).after(at("2026-01-17T07:30:00Z"), berlin), at("2026-01-17T07:30:00Z"));
    }

    #[test]
    fn an_end_that_does_not_exist_is_the_first_moment_after() {
        let berlin: Tz = "Europe/Berlin".parse().expect("a zone");
        let night =
            Quiet { from: NaiveTime::MIN, until: NaiveTime::from_hms_opt(2, 30, 0).expect("a time"), weekends: false };
        assert_eq!(night.after(at("2026-03-29T00:10:00Z"), berlin), at("2026-03-29T01:00:00Z"));
    }

    #[test]
    fn notices_of_the_same_minutes_go_into_one_mail() {
        let first = bundled(at("2026-01-14T12:00:10.5Z"));
        assert_eq!(first, at("2026-01-14T12:02:00Z"));
        assert_eq!(bundled(at("2026-01-14T12:00:59Z")), first);
        assert_eq!(bundled(at("2026-01-14T12:01:00Z")), at("2026-01-14T12:04:00Z"));
    }

    #[test]
    fn choices_survive_their_row_and_a_list_that_is_off_is_off() {
        let mut chosen = Choices { quiet: Some(quiet(18, 8, true)), ..Choices::default() };
        chosen.kinds.insert(Kind::Mentioned, Channels { app: true, mail: true, digest: true });
        let mut preferences = chosen.to_json();
        assert_eq!(Choices::of(&preferences), chosen);
        assert!(Choices::of(&preferences).channels(Kind::Mentioned).mail);
        preferences["mail.notifications"] = false.into();
        let off = Choices::of(&preferences);
        assert!(!off.channels(Kind::Mentioned).mail && off.channels(Kind::Mentioned).digest);
        assert!(off.channels(Kind::ImportEnded).mail, "another list");
        assert_eq!(Choices::of(&json!({})).channels(Kind::BulkEnded), Channels::APP);
    }
}
