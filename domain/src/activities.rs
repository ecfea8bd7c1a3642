//! Calls and meetings: the draft, its rules, the fields, the list and the calendar's question.

use crate::{
    ActivityId, ContactId, Conventions, Day, Errors, MemberId, draft,
    draft::{Field, FieldClass},
    list::{Cursor, Sort, SortKey},
    reminders::{self, Remind, clock},
    tasks::{About, Named, Person},
    text::Words,
    workspace::access::Subject,
};
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const WORDS: Words = Words { one: "activity", many: "activities" };

/// Letters that notes may have.
pub const LONGEST: usize = 10_000;

/// People whom one may have invited.
pub const MOST: usize = 50;

draft! {
    /// A call or a meeting as typed into a form, and the page to go back to.
    Draft {
        kind, subject, day, time, minutes, place, direction, outcome, state, notes, owner, attendees, attendee, about,
        remind, remind_day, remind_time, back,
    }
}

/// What a call or a meeting is told to be. Day and time are those of a clock where whoever says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub kind: Kind,
    pub subject: String,
    pub day: Day,
    pub time: NaiveTime,
    pub minutes: i32,
    pub place: Option<String>,
    pub direction: Option<Direction>,
    pub outcome: Option<Outcome>,
    pub state: State,
    pub notes: Option<String>,
    /// Nobody in particular is whoever adds it.
    pub owner: Option<MemberId>,
    /// Names or addresses, to be resolved by the store.
    pub attendees: Vec<String>,
    pub about: Option<About>,
    pub remind: Option<Remind>,
}

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $key:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),* }
        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            pub const fn key(self) -> &'static str { match self { $(Self::$variant => $key),* } }
            pub const fn label(self) -> &'static str { match self { $(Self::$variant => $label),* } }
            pub fn parse(key: &str) -> Option<Self> { Self::ALL.iter().copied().find(|c| c.key() == key) }
        }
    };
}

choices! {
    Kind { Call = "call", "Call"; Meeting = "meeting", "Meeting"; }
}
choices! {
    /// Who called whom.
    Direction { Out = "out", "Outgoing"; In = "in", "Incoming"; }
}
choices! {
    /// What came of a call.
    Outcome {
        Connected = "connected", "Connected";
        NoAnswer = "no_answer", "No answer";
        LeftMessage = "left_message", "Left a message";
        Busy = "busy", "Busy";
        WrongNumber = "wrong_number", "Wrong number";
    }
}
choices! {
    State {
        Planned = "planned", "Planned";
        Done = "done", "Done";
        Cancelled = "cancelled", "Cancelled";
        NoShow = "no_show", "No-show";
    }
}

impl Draft {
    /// The rules that need no other record, with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let wrong = "Choose one of them.";
        let kind = e.optional("kind", &self.kind, |s| Kind::parse(s).ok_or(wrong)).unwrap_or(Kind::Meeting);
        let call = kind == Kind::Call;
        let day = e.optional("day", &self.day, |s| Day::parse(s, c.dates));
        let time = e.optional("time", &self.time, reminders::time);
        for (field, typed) in [("day", &self.day), ("time", &self.time)] {
            if typed.trim().is_empty() {
                e.add(field, "Please fill this in.");
            }
        }
        let minutes = e.optional("minutes", &self.minutes, |s| match s.parse() {
            Ok(minutes @ 0..=DAY) => Ok(minutes),
            _ => Err("Say how many minutes, at most a day."),
        });
        let usual = if call { 15 } else { 60 };
        let attendees = attendees(&format!("{}\n{}", self.attendees, self.attendee));
        if attendees.len() > MOST {
            e.add("attendees", format!("Name at most {MOST}."));
        }
        let fields = Fields {
            kind,
            subject: e.required("subject", &self.subject, 200),
            day: day.unwrap_or(Day(chrono::NaiveDate::default())),
            time: time.unwrap_or_default(),
            minutes: minutes.unwrap_or(usual),
            place: e.line("place", &self.place, 500),
            // What is left of a call is no part of a meeting.
            direction: e
                .optional("direction", &self.direction, |s| Direction::parse(s).ok_or(wrong))
                .or(Some(Direction::Out))
                .filter(|_| call),
            outcome: e.optional("outcome", &self.outcome, |s| Outcome::parse(s).ok_or(wrong)).filter(|_| call),
            state: e.optional("state", &self.state, |s| State::parse(s).ok_or(wrong)).unwrap_or(State::Planned),
            notes: e.text("notes", &self.notes, LONGEST),
            owner: e
                .optional("owner", &self.owner, |s| s.parse().map(MemberId).map_err(|_| "Choose one of the members.")),
            attendees,
            about: e.line("about", &self.about, 300).map(|s| Subject::parse(&s).map_or(About::Words(s), About::Record)),
            remind: reminders::read(&mut e, &self.remind, &self.remind_day, &self.remind_time, c.dates),
        };
        (fields, e)
    }
}

const DAY: i32 = 24 * 60;

/// Names and addresses, one on a line or with commas between them, each once.
pub(crate) fn attendees(text: &str) -> Vec<String> {
    let mut named: Vec<String> = vec![];
    for name in text.split([',', ';', '\n']).map(str::trim).filter(|n| !n.is_empty()) {
        if !named.iter().any(|n| n.to_lowercase() == name.to_lowercase()) {
            named.push(name.to_owned());
        }
    }
    named
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    pub who: Attending,
    /// `None`: somebody whom the reader may not see.
    pub name: Option<String>,
    pub email: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attending {
    Member(MemberId),
    Contact(ContactId),
}

impl Attendee {
    /// As a form names them.
    pub fn words(&self) -> Option<String> {
        let name = self.name.as_ref()?.replace([',', ';'], " ");
        Some(self.email.as_ref().map_or_else(|| name.clone(), |email| format!("{name} ({email})")))
    }
}

/// A call or a meeting, as its reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    pub id: ActivityId,
    pub version: i32,
    pub kind: Kind,
    pub subject: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub place: Option<String>,
    pub direction: Option<Direction>,
    pub outcome: Option<Outcome>,
    pub state: State,
    pub notes: Option<String>,
    pub owner: Person,
    pub created_by: Option<Person>,
    pub about: Option<Named>,
    /// Whether it is about a record that the reader may not see.
    pub about_hidden: bool,
    pub attendees: Vec<Attendee>,
    pub remind: Option<Remind>,
    pub closed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Where the reader is.
    pub zone: Tz,
}

impl Activity {
    pub fn starts(&self) -> NaiveDateTime {
        self.starts_at.with_timezone(&self.zone).naive_local()
    }

    pub fn ends(&self) -> NaiveDateTime {
        self.ends_at.with_timezone(&self.zone).naive_local()
    }

    pub fn minutes(&self) -> i64 {
        (self.ends_at - self.starts_at).num_minutes()
    }

    pub fn is_open(&self) -> bool {
        self.state == State::Planned
    }

    /// Planned, and over: somebody has to say how it went.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.is_open() && self.ends_at < now
    }

    /// "Tuesday, 3 March 2026, 14:00–15:00".
    pub fn when(&self) -> String {
        let (from, to) = (self.starts(), self.ends());
        let start = format!("{}, {}", from.format("%A, %-d %B %Y"), clock(from.time()));
        match (from == to, from.date() == to.date()) {
            (true, _) => start,
            (_, true) => format!("{start}–{}", clock(to.time())),
            _ => format!("{start} – {}", to.format("%A, %-d %B %Y, %H:%M")),
        }
    }

    /// As a form shows it. Those whom the reader may not see stay, whatever is said of the others.
    pub fn draft(&self) -> Draft {
        let [remind, remind_day, remind_time] = Remind::typed(self.remind);
        let start = self.starts();
        Draft {
            kind: self.kind.key().into(),
            subject: self.subject.clone(),
            day: Day(start.date()).to_string(),
            time: clock(start.time()),
            minutes: self.minutes().to_string(),
            place: self.place.clone().unwrap_or_default(),
            direction: self.direction.map(|d| d.key().to_owned()).unwrap_or_default(),
            outcome: self.outcome.map(|o| o.key().to_owned()).unwrap_or_default(),
            state: self.state.key().into(),
            notes: self.notes.clone().unwrap_or_default(),
            owner: self.owner.id.to_string(),
            attendees: self.attendees.iter().filter_map(Attendee::words).collect::<Vec<_>>().join("\n"),
            attendee: String::new(),
            about: self.about.as_ref().map(|a| a.words.clone()).unwrap_or_default(),
            remind,
            remind_day,
            remind_time,
            back: String::new(),
        }
    }

    /// Whether it is what these fields say; who has it and what about only where they say so.
    pub fn is(&self, f: &Fields) -> bool {
        let start = self.starts();
        (self.kind, &self.subject, &self.place, self.state, &self.notes)
            == (f.kind, &f.subject, &f.place, f.state, &f.notes)
            && (start.date(), start.time(), self.minutes()) == (f.day.0, f.time, i64::from(f.minutes))
            && (self.direction, self.outcome) == (f.direction, f.outcome)
            && f.owner.is_none_or(|o| o == self.owner.id)
            && f.about.as_ref().is_none_or(|about| self.about.as_ref().is_none_or(|a| a.means(about)))
    }

    /// A column of a file.
    pub fn cell(&self, key: &str) -> Cow<'_, str> {
        let or_none = |text: &Option<String>| Cow::Owned(text.clone().unwrap_or_default());
        match key {
            "kind" => self.kind.label().into(),
            "subject" => Cow::Borrowed(&self.subject),
            "starts" => self.starts().format("%Y-%m-%d %H:%M").to_string().into(),
            "minutes" => self.minutes().to_string().into(),
            "state" => self.state.label().into(),
            "direction" => self.direction.map_or("", Direction::label).into(),
            "outcome" => self.outcome.map_or("", Outcome::label).into(),
            "owner" => Cow::Borrowed(&self.owner.name),
            "about" => self.about.as_ref().map_or("", |a| a.name.as_str()).into(),
            "attendees" => {
                self.attendees.iter().filter_map(|a| a.name.as_deref()).collect::<Vec<_>>().join(", ").into()
            }
            "place" => or_none(&self.place),
            "notes" => or_none(&self.notes),
            _ => Cow::Borrowed(""),
        }
    }
}

/// Columns of a file.
pub const COLUMNS: [(&str, &str); 12] = [
    ("kind", "Kind"),
    ("subject", "Subject"),
    ("starts", "Starts"),
    ("minutes", "Minutes"),
    ("state", "State"),
    ("direction", "Direction"),
    ("outcome", "Outcome"),
    ("owner", "Owner"),
    ("about", "About"),
    ("attendees", "Attendees"),
    ("place", "Place"),
    ("notes", "Notes"),
];

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

/// Every field, in the order of forms.
pub const FIELDS: &[Field] = &[
    field("kind", "Kind"),
    Field { required: true, ..field("subject", "Subject") },
    field("day", "Day"),
    field("time", "Time"),
    field("minutes", "Minutes"),
    field("place", "Place or link"),
    field("direction", "Direction"),
    field("outcome", "Outcome"),
    field("state", "State"),
    field("notes", "Notes"),
    field("owner", "Owner"),
    field("attendees", "Who takes part"),
    field("about", "About"),
    field("remind", "Reminder"),
    field("remind_day", "Day of the reminder"),
    field("remind_time", "Time of the reminder"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Start,
    Subject,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Start, Self::Subject];

    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Subject => "subject",
        }
    }
}

/// When they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Over, and nobody has said how it went.
    Overdue,
    Today,
    /// Today and the six days after it.
    Week,
    Past,
}

impl When {
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Today, Self::Week, Self::Past];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Week => "week",
            Self::Past => "past",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Week => "within a week",
            Self::Past => "before now",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// `all`: of everybody whose the reader may see; empty: in which they take part.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// A [`Kind`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// A [`State`] key, or `all`; empty: what is planned.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// An [`Outcome`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// A [`When`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub when: String,
    /// A member's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// A record's key: those about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// The saved view that it began with, or [`EVERYTHING`](crate::saved_views::EVERYTHING).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub view: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

/// Of everybody's, or in any state.
pub const ALL: &str = "all";

impl Filter {
    /// What is to come, the next first; of the rest, the latest first.
    pub fn order(&self) -> Sort<Order> {
        let latest_first = self.sort.is_empty() && self.state() != Some(State::Planned);
        if latest_first { Sort { key: Order::Start, descending: true } } else { Sort::parse(&self.sort) }
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn everybodys(&self) -> bool {
        self.of == ALL
    }

    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }

    /// `None`: any.
    pub fn state(&self) -> Option<State> {
        if self.state == ALL { None } else { Some(State::parse(&self.state).unwrap_or(State::Planned)) }
    }

    pub fn outcome(&self) -> Option<Outcome> {
        Outcome::parse(&self.outcome)
    }

    pub fn when(&self) -> Option<When> {
        When::ALL.into_iter().find(|w| w.key() == self.when)
    }

    pub fn owner(&self) -> Option<MemberId> {
        self.owner.parse().ok()
    }

    pub fn about(&self) -> Option<Subject> {
        Subject::parse(&self.about)
    }

    /// Whether all of the question is understood.
    pub fn is_clear(&self) -> bool {
        let clear = |text: &str, read: bool| text.is_empty() || read;
        clear(&self.of, self.everybodys())
            && clear(&self.kind, self.kind().is_some())
            && clear(&self.state, self.state == ALL || State::parse(&self.state).is_some())
            && clear(&self.outcome, self.outcome().is_some())
            && clear(&self.when, self.when().is_some())
            && clear(&self.owner, self.owner().is_some())
            && clear(&self.about, self.about().is_some())
    }

    /// What a saved view keeps of it.
    pub fn kept(&self) -> Self {
        Self { view: String::new(), ..self.from_top() }
    }

    /// The same question from the top of the list.
    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// Whether it asks for less than its tab has.
    pub fn narrows(&self) -> bool {
        let rest = Self { of: self.of.clone(), sort: self.sort.clone(), view: self.view.clone(), ..Self::default() };
        self.from_top() != rest
    }
}

/// When something ends that begins at this moment and lasts so many minutes.
pub fn end(start: DateTime<Utc>, minutes: i32) -> DateTime<Utc> {
    start + TimeDelta::minutes(minutes.into())
}

/// The first of these ISO weekdays that is so many days ahead at least.
pub fn working_day(from: Day, ahead: i64, working: &[i16]) -> Day {
    let first = from.plus(ahead).unwrap_or(from);
    let works = |d: &chrono::NaiveDate| {
        let weekday = i16::try_from(chrono::Datelike::weekday(d).number_from_monday()).unwrap_or(1);
        working.contains(&weekday)
    };
    first.0.iter_days().take(7).find(works).map_or(first, Day)
}
