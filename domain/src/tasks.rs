//! Tasks: the draft, its rules, the fields and the list.

use crate::{
    Conventions, Day, Errors, MemberId, TaskId, draft,
    draft::{Field, FieldClass},
    list::{Cursor, Sort, SortKey},
    recurrence::{self, Ends, Repeat},
    reminders::{self, Remind, clock},
    text::Words,
    workspace::access::Subject,
};
use chrono::{DateTime, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

pub const WORDS: Words = Words { one: "task", many: "tasks" };

/// Letters that details may have.
pub const LONGEST: usize = 5_000;

draft! {
    /// A task as typed into a form, and the page to go back to.
    Draft {
        title, details, due, due_time, priority, assignee, about, remind, remind_day, remind_time, repeat, interval,
        on_mo, on_tu, on_we, on_th, on_fr, on_sa, on_su, until, times, back,
    }
}

/// What a task is told to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    pub title: String,
    pub details: Option<String>,
    /// Until the end of this day.
    pub due: Option<Day>,
    /// At which time of it, where whoever does it is.
    pub due_time: Option<NaiveTime>,
    pub remind: Option<Remind>,
    /// When it is done, the next one is made.
    pub repeat: Option<Repeat>,
    pub priority: Priority,
    /// Nobody in particular is whoever adds it.
    pub assignee: Option<MemberId>,
    /// The record that it is about.
    pub about: Option<About>,
}

impl Fields {
    pub fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }
}

/// A record as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    Record(Subject),
    /// What was typed, to be resolved by the store: `Ada Lovelace (1001)`, `Acme`.
    Words(String),
}

impl From<Subject> for About {
    fn from(subject: Subject) -> Self {
        Self::Record(subject)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    Low,
    #[default]
    Normal,
    High,
}

impl Priority {
    pub const ALL: [Self; 3] = [Self::Low, Self::Normal, Self::High];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::Normal => "Normal",
            Self::High => "High",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }
}

impl Draft {
    /// The rules of a task that need no other record, with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let due = e.optional("due", &self.due, |s| Day::parse(s, c.dates));
        let typed = recurrence::Typed {
            repeat: &self.repeat,
            interval: &self.interval,
            weekdays: recurrence::WEEKDAYS.map(|(field, ..)| self.get(field) == "true"),
            until: &self.until,
            times: &self.times,
        };
        // A day that cannot be read has its error already.
        let repeat = match due.is_none() && !self.due.trim().is_empty() {
            true => None,
            false => recurrence::read(&mut e, &typed, due, c.dates),
        };
        let fields = Fields {
            title: e.required("title", &self.title, 200),
            details: e.text("details", &self.details, LONGEST),
            due,
            repeat,
            due_time: e.optional("due_time", &self.due_time, reminders::time),
            remind: reminders::read(&mut e, &self.remind, &self.remind_day, &self.remind_time, c.dates),
            priority: e
                .optional("priority", &self.priority, |s| Priority::parse(s).ok_or("Choose one of them."))
                .unwrap_or_default(),
            assignee: e.optional("assignee", &self.assignee, |s| {
                s.parse().map(MemberId).map_err(|_| "Choose one of the members.")
            }),
            about: e.line("about", &self.about, 300).map(|s| Subject::parse(&s).map_or(About::Words(s), About::Record)),
        };
        if fields.due.is_none() && self.due.trim().is_empty() {
            if fields.due_time.is_some() {
                e.add("due", "A time needs its day.");
            }
            if fields.remind.is_some_and(|r| r.before().is_some()) {
                e.add("remind", "Say when it is due, or choose a time of its own.");
            }
        }
        (fields, e)
    }
}

/// Somebody with a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: MemberId,
    pub name: String,
}

/// The record that a task is about, as far as the reader may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub subject: Subject,
    pub name: String,
    /// What a form says to mean it: a person's name has their number with it.
    pub words: String,
}

impl Named {
    /// Whether these words, or this record, are it.
    pub fn means(&self, about: &About) -> bool {
        match about {
            About::Record(subject) => *subject == self.subject,
            About::Words(words) => *words == self.words,
        }
    }
}

/// One task.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub id: TaskId,
    pub version: i32,
    pub title: String,
    pub details: Option<String>,
    pub due: Option<Day>,
    pub due_time: Option<NaiveTime>,
    pub remind: Option<Remind>,
    pub repeat: Option<Repeat>,
    pub priority: Priority,
    pub assignee: Person,
    /// `None`: the system's own work made it.
    pub created_by: Option<Person>,
    pub about: Option<Named>,
    /// Whether it is about a record that the reader may not see.
    pub about_hidden: bool,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<Person>,
    pub created_at: DateTime<Utc>,
}

impl Task {
    pub fn is_done(&self) -> bool {
        self.done_at.is_some()
    }

    /// The task as a form shows it.
    pub fn draft(&self) -> Draft {
        let [remind, remind_day, remind_time] = Remind::typed(self.remind);
        let mut draft = Draft {
            title: self.title.clone(),
            details: self.details.clone().unwrap_or_default(),
            due: self.due.map(|d| d.to_string()).unwrap_or_default(),
            due_time: self.due_time.map(clock).unwrap_or_default(),
            remind,
            remind_day,
            remind_time,
            repeat: self.repeat.as_ref().map_or("", Repeat::choice).into(),
            interval: self
                .repeat
                .as_ref()
                .filter(|r| r.interval > 1)
                .map(|r| r.interval.to_string())
                .unwrap_or_default(),
            until: match self.repeat.as_ref().map(|r| r.ends) {
                Some(Ends::On(day)) => day.to_string(),
                _ => String::new(),
            },
            times: match self.repeat.as_ref().map(|r| r.ends) {
                Some(Ends::After(n)) => n.to_string(),
                _ => String::new(),
            },
            priority: self.priority.key().to_owned(),
            assignee: self.assignee.id.to_string(),
            about: self.about.as_ref().map(|a| a.words.clone()).unwrap_or_default(),
            ..Draft::default()
        };
        let days = self.repeat.as_ref().map(Repeat::weekdays).unwrap_or_default();
        for ((field, ..), _) in recurrence::WEEKDAYS.into_iter().zip(days).filter(|(_, on)| *on) {
            draft.set(field, "true".into());
        }
        draft
    }

    /// Whether it is what these fields say; who it is for and what about only where they say so.
    pub fn is(&self, f: &Fields) -> bool {
        (&self.title, &self.details, self.due, self.due_time, self.priority, self.remind)
            == (&f.title, &f.details, f.due, f.due_time, f.priority, f.remind)
            && self.repeat == f.repeat
            && f.assignee.is_none_or(|a| a == self.assignee.id)
            && match &f.about {
                Some(about) => self.about.as_ref().is_none_or(|a| a.means(about)),
                None => true,
            }
    }

    /// How it stands with its day.
    pub fn when(&self, today: Day) -> When {
        match self.due {
            _ if self.is_done() => When::Whenever,
            Some(day) if day < today => When::Overdue,
            Some(day) if day == today => When::Today,
            _ => When::Whenever,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Overdue,
    Today,
    Whenever,
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

/// Every field, in the order of forms.
pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("title", "Task") },
    field("details", "Details"),
    field("due", "Due"),
    field("due_time", "Time"),
    field("repeat", "Repeats"),
    field("interval", "Every"),
    field("on_mo", "On Monday"),
    field("on_tu", "On Tuesday"),
    field("on_we", "On Wednesday"),
    field("on_th", "On Thursday"),
    field("on_fr", "On Friday"),
    field("on_sa", "On Saturday"),
    field("on_su", "On Sunday"),
    field("until", "Until"),
    field("times", "Times"),
    field("remind", "Reminder"),
    field("remind_day", "Day of the reminder"),
    field("remind_time", "Time of the reminder"),
    field("priority", "Priority"),
    field("assignee", "Assigned to"),
    field("about", "About"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Due,
    Title,
    Priority,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Due, Self::Title, Self::Priority];

    fn name(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Title => "title",
            Self::Priority => "priority",
        }
    }
}

/// Whose tasks are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Assigned to me.
    #[default]
    Mine,
    /// Made by me, for somebody else to do.
    Delegated,
    /// All that I may see.
    All,
}

impl Tab {
    pub const ALL: [Self; 3] = [Self::Mine, Self::Delegated, Self::All];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Mine => "",
            Self::Delegated => "delegated",
            Self::All => "all",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Delegated => "Delegated by me",
            Self::All => "All",
        }
    }
}

/// By when they are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Overdue,
    Today,
    /// Today and the six days after it.
    Week,
    Never,
}

impl Due {
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Today, Self::Week, Self::Never];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Week => "week",
            Self::Never => "none",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Week => "within a week",
            Self::Never => "no day",
        }
    }
}

/// Whether they are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Open,
    Done,
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Tab`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// A [`Due`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub due: String,
    /// `done`; empty: what is open.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// Those of this member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<MemberId>,
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

impl Filter {
    pub fn order(&self) -> Sort<Order> {
        Sort::parse(&self.sort)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn tab(&self) -> Tab {
        Tab::ALL.into_iter().find(|t| t.key() == self.of).unwrap_or_default()
    }

    pub fn due(&self) -> Option<Due> {
        Due::ALL.into_iter().find(|d| d.key() == self.due)
    }

    pub fn state(&self) -> State {
        if self.state == "done" { State::Done } else { State::Open }
    }

    pub fn about(&self) -> Option<Subject> {
        Subject::parse(&self.about)
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
    /// Whether it asks for no more than what is about one record.
    pub fn is_of_a_record(&self) -> bool {
        let all = Self { about: String::new(), ..self.clone() };
        !self.about.is_empty() && self.sort.is_empty() && !all.narrows()
    }

    pub fn narrows(&self) -> bool {
        let rest = Self { of: self.of.clone(), sort: self.sort.clone(), view: self.view.clone(), ..Self::default() };
        self.from_top() != rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let wrong = Draft {
            due: "soon".into(),
            priority: "urgent".into(),
            assignee: "Ada".into(),
            details: "x".repeat(LONGEST + 1),
            due_time: "noon".into(),
            remind: "soon".into(),
            ..Draft::default()
        };
        let (_, errors) = wrong.read(&Conventions::default());
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["assignee", "details", "due", "due_time", "priority", "remind", "title"]);
    }

    #[test]
    fn a_record_is_named_by_its_key_or_in_words() {
        let about = |text: &str| Draft { title: "Call".into(), about: text.into(), ..Draft::default() };
        let id = Uuid::from_u128(7);
        let read = |text: &str| about(text).read(&Conventions::default()).0.about;
        assert_eq!(read(&format!("customer:{id}")), Some(Subject::Customer(id.into()).into()));
        assert_eq!(read("Acme: a company"), Some(About::Words("Acme: a company".into())));
        assert_eq!(read(" "), None);
    }

    #[test]
    fn a_task_is_due_until_its_day_is_over() {
        let day = |d| Day::new(2026, 3, d).expect("a day");
        let person = || Person { id: Uuid::from_u128(1).into(), name: "Ada".into() };
        let task = |due, done_at| Task {
            id: Uuid::from_u128(2).into(),
            version: 1,
            title: "Call".into(),
            details: None,
            due,
            due_time: None,
            remind: None,
            repeat: None,
            priority: Priority::Normal,
            assignee: person(),
            created_by: None,
            about: None,
            about_hidden: false,
            done_at,
            done_by: None,
            created_at: DateTime::UNIX_EPOCH,
        };
        for (due, done, when) in [
            (Some(day(9)), None, When::Overdue),
            (Some(day(10)), None, When::Today),
            (Some(day(11)), None, When::Whenever),
            (None, None, When::Whenever),
            (Some(day(9)), Some(DateTime::UNIX_EPOCH), When::Whenever),
        ] {
            assert_eq!(task(due, done).when(day(10)), when, "{due:?}");
        }
    }
}
