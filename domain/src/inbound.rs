//! Mail that comes in: what of a message is known, what was done with it and why, and what its addresses mean.

mod address;
mod fold;
mod forwarded;
mod story;

pub use address::{
    MARK, Meant, answered, deal_address, drop_address, form_address, id_tag, meant, queue_address, reply_address,
    signed_address,
};
pub use fold::{Folded, fold};
pub use forwarded::{Original, original};
pub use story::{Story, as_it_came, everybody, story};

use crate::{ContactId, CustomerId, DealId, FileId, InboundId, LeadId, MailId, TicketId, workspace::access::Subject};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Bytes of a message that are kept; of a larger one no more than who sent it is.
pub const MOST: u64 = 40 * 1024 * 1024;
/// Before the address of a picture from elsewhere, in cleaned HTML: nothing is fetched.
pub const BLOCKED: &str = "blocked:";
/// Letters of a text that are kept.
pub const TEXT: usize = 200_000;
/// Messages of one sender an hour that are filed; more than that is a loop, or a flood.
pub const AN_HOUR: i64 = 60;
/// The same of a member.
pub const AN_HOUR_OF_A_MEMBER: i64 = 300;

/// Somebody in a message's head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub part: Part,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// As written; see [`normal`](Self::normal).
    pub email: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    From,
    To,
    Cc,
    Bcc,
    ReplyTo,
}

impl Party {
    /// As the database compares addresses.
    pub fn normal(&self) -> String {
        normal(&self.email)
    }

    /// The name, or else the address.
    pub fn words(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

pub fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

/// An address without what stands behind its plus: whose it is.
pub fn unplussed(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, at)) => format!("{}@{at}", local.split('+').next().unwrap_or_default()),
        None => email.to_owned(),
    }
}

/// Whether two addresses belong together by themselves: to one mailbox, or to one company. What millions have says nothing.
pub fn at_one_company(a: &str, b: &str) -> bool {
    let domain = |email: &str| email.rsplit_once('@').map(|(_, at)| at.to_owned());
    let free = |at: &str| crate::crm::leads::conditions::FREE_MAIL.contains(&at);
    unplussed(a) == unplussed(b) || domain(a) == domain(b) && domain(a).is_some_and(|at| !free(&at))
}

/// What was read from a message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Letter {
    pub message_id: Option<String>,
    /// The digest of all of it, where it has no id.
    pub digest: String,
    /// In-Reply-To and References, the nearest last.
    pub refs: Vec<String>,
    pub people: Vec<Party>,
    /// To whom servers on the way say that they bring it.
    pub delivered: Vec<String>,
    pub date: Option<DateTime<Utc>>,
    pub subject: String,
    pub text: String,
    /// Cleaned: nothing in it runs, and nothing is fetched.
    pub html: Option<String>,
    /// A message that was attached whole.
    pub attached: Option<Original>,
    /// A program has written it (RFC 3834).
    pub automatic: bool,
    /// It went to many, as through a mailing list, or its sender takes no answers.
    pub bulk: bool,
    /// The server that took it says that its sender is not who it claims to be.
    pub unproven: bool,
    /// That server has found nothing that proves the sender: nobody's name is taken from it.
    pub unvouched: bool,
    /// Its sender wants no answer of a machine.
    pub quiet: bool,
    /// That server takes it for one that nobody has asked for.
    pub spam: bool,
    pub bounce: Option<Bounce>,
}

impl Letter {
    pub fn from(&self) -> Option<&Party> {
        self.people.iter().find(|p| p.part == Part::From)
    }

    /// The sender's address as it is compared; empty: there is none.
    pub fn sender(&self) -> String {
        self.from().map(Party::normal).unwrap_or_default()
    }

    /// Where its sender wants answers, if that is one address, and another than their own.
    pub fn answers_elsewhere(&self) -> Option<String> {
        let mut all = self.people.iter().filter(|p| p.part == Part::ReplyTo).map(Party::normal);
        let one = all.next().filter(|to| *to != self.sender());
        one.filter(|_| all.next().is_none())
    }

    /// By which twice the same is once: nobody else's message stands in its way.
    pub fn key(&self) -> String {
        match &self.message_id {
            Some(id) => format!("{}|{id}", self.sender()),
            None => format!("sha256:{}", self.digest),
        }
    }
}

/// A server says that a message did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    pub recipient: Option<String>,
    /// To that address none ever will.
    pub hard: bool,
    pub answer: String,
    /// What may be the ids of messages of ours that it speaks of.
    pub ours: Vec<MailId>,
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Here, and not looked at yet.
    Received,
    Filed,
    /// For somebody to look at.
    Aside,
    /// Nothing is to be done with it.
    Ignored,
    /// It could not be read.
    Failed,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Received, Self::Filed, Self::Aside, Self::Ignored, Self::Failed];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Filed => "filed",
            Self::Aside => "aside",
            Self::Ignored => "ignored",
            Self::Failed => "failed",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Received => "Waiting",
            Self::Filed => "Filed",
            Self::Aside => "To look at",
            Self::Ignored => "Left alone",
            Self::Failed => "Unreadable",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Whether somebody has to look.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Aside | Self::Failed)
    }
}

macro_rules! whys {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $label:literal;)*) => {
        /// Why a message is where it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Why { $($(#[$doc])* $name),* }
        impl Why {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            pub const fn key(self) -> &'static str { match self { $(Self::$name => $key),* } }
            pub const fn label(self) -> &'static str { match self { $(Self::$name => $label),* } }
        }
    };
}

whys! {
    Lead = "lead", "A lead was made of it, or it came to one that was open.";
    Ticket = "ticket", "It is in a ticket.";
    Bounce = "bounce", "A server says that an address takes no mail: it is marked invalid.";
    ByHand = "by_hand", "Somebody filed it by hand.";
    Stranger = "stranger", "It comes from somebody who is no member here. Nothing is filed in anybody’s name by an address alone.";
    Unproven = "unproven", "The mail server could not prove that it comes from whom it says.";
    Unknown = "unknown", "Nobody here has any of its addresses.";
    Nobody = "nobody", "It is to nobody but us, and no forwarded message was found in it.";
    TooMany = "too_many", "Its sender has sent more in an hour than people do.";
    WrongAddress = "wrong_address", "It was sent to an address of ours that does not hold any more.";
    Closed = "closed", "The secret address is closed.";
    Spam = "spam", "The mail server takes it for spam.";
    Blocked = "blocked", "Its sender is blocked.";
    NoSender = "no_sender", "It does not say who has sent it.";
    NoForm = "no_form", "No form for leads has this address, or it is closed.";
    NoLead = "no_lead", "A lead needs a name and an email address, which it does not have.";
    TooLarge = "too_large", "It is larger than what is kept.";
    NotGiven = "not_given", "The server of its mailbox does not give it out. It is still there: look at it in the mailbox.";
    Unreadable = "unreadable", "It could not be read as a message.";
    Broken = "broken", "Reading it went wrong. It can be tried again.";
    Automatic = "automatic", "A program wrote it.";
    SoftBounce = "soft_bounce", "A server says that a message did not arrive this time.";
    Own = "own", "We sent it ourselves.";
    Duplicate = "duplicate", "It came in before.";
    Dismissed = "dismissed", "Somebody looked at it and left it.";
}

impl Why {
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|w| w.key() == key)
    }
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: FileId,
    pub name: String,
    pub size: i64,
    pub content_id: Option<String>,
}

/// A file that is not kept, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub name: String,
    pub why: String,
}

/// A message as a list has it.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: InboundId,
    pub at: DateTime<Utc>,
    pub state: State,
    pub why: Option<Why>,
    pub subject: String,
    pub author: String,
    pub size: i64,
    pub attachments: i64,
}

/// A message as its own page has it.
#[derive(Debug, Clone)]
pub struct Mail {
    pub id: InboundId,
    pub version: i32,
    pub at: DateTime<Utc>,
    pub state: State,
    pub why: Option<Why>,
    pub note: Option<String>,
    pub raw: Option<FileId>,
    pub size: i64,
    pub sender: Option<String>,
    /// The member who wrote or passed it on; whether that is the reader.
    pub member: Option<String>,
    pub own: bool,
    pub forwarded: bool,
    pub comment: Option<String>,
    pub people: Vec<Party>,
    pub sent_at: Option<DateTime<Utc>>,
    pub subject: String,
    pub body: String,
    pub folded: Option<String>,
    pub html: Option<String>,
    pub private: bool,
    pub unknown: Vec<String>,
    pub left_out: Vec<LeftOut>,
    pub attachments: Vec<Attachment>,
    /// It was sent to support: whoever answers tickets looks after it.
    pub support: bool,
    /// The ticket that it is in, where the reader sees it.
    pub ticket: Option<(TicketId, String)>,
    /// Those that the reader sees, with their names.
    pub records: Vec<(Subject, String)>,
    /// Others of its conversation that the reader may open: id, moment, whose words.
    pub thread: Vec<(InboundId, DateTime<Utc>, String)>,
}

/// A message on a record's timeline.
#[derive(Debug, Clone)]
pub struct Mailed {
    pub id: InboundId,
    pub at: DateTime<Utc>,
    pub author: String,
    pub to: Vec<String>,
    /// The member who passed it on.
    pub through: Option<String>,
    pub subject: String,
    pub body: String,
    pub folded: Option<String>,
    pub private: bool,
    pub bounce: bool,
    pub attachments: Vec<(FileId, String)>,
}

/// Records that a message is filed on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    pub contacts: Vec<ContactId>,
    pub customers: Vec<CustomerId>,
    pub deals: Vec<DealId>,
    pub leads: Vec<LeadId>,
    /// Addresses that nobody here has.
    pub unknown: Vec<String>,
}

impl Found {
    pub fn subjects(&self) -> Vec<Subject> {
        let contacts = self.contacts.iter().map(|id| Subject::Contact(*id));
        let customers = self.customers.iter().map(|id| Subject::Customer(*id));
        let deals = self.deals.iter().map(|id| Subject::Deal(*id));
        contacts.chain(customers).chain(deals).chain(self.leads.iter().map(|id| Subject::Lead(*id))).collect()
    }
}
