//! Candidates and their applications: who applies, for what, and how far they are.

use super::postings::{Question, QuestionKind, StageKind, YesNo, choices};
use crate::{
    ApplicationId, CandidateId, Email, EmployeeId, Errors, FileId, PostingId, PostingStageId, draft,
    list::{Cursor, Sort, SortKey},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bytes of a CV.
pub const CV_BYTES: u64 = 10 * 1024 * 1024;
/// Letters of a CV that are kept to be searched.
pub const CV_LETTERS: usize = 100_000;
/// Cards that a lane shows at first.
pub const CARDS: i64 = 50;

choices! {
    /// How somebody came.
    Source {
        Careers = "careers", "Careers site";
        Internal = "internal", "Colleague";
        Referral = "referral", "Referral";
        Added = "added", "Added by hand";
    }
}

/// An address as everybody writes it who means the same one: small letters, and nothing behind a plus.
pub fn same_address(email: &Email) -> String {
    let normal = email.normal();
    match normal.rsplit_once('@') {
        Some((own, host)) => format!("{}@{host}", own.split_once('+').map_or(own, |(before, _)| before)),
        None => normal,
    }
}

/// What a form of an application says, by its fields; answers by `q-` and the question's id.
pub type Answers = BTreeMap<String, String>;

/// A question and what was answered, in the words of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub question: String,
    pub answer: String,
    /// Whether it suggests that this is not who is looked for.
    #[serde(default)]
    pub out: bool,
}

/// An application as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub name: String,
    pub email: Email,
    pub phone: Option<String>,
    pub letter: Option<String>,
    pub answers: Vec<Answered>,
}

impl Sent {
    pub fn knocked_out(&self) -> bool {
        self.answers.iter().any(|a| a.out)
    }
}

/// The field of a question's answer.
pub fn field(q: &Question) -> String {
    format!("q-{}", q.id.map(|id| id.to_string()).unwrap_or_default())
}

/// Reads what was typed; errors by field, whose names are those of the form.
pub fn read(typed: &Answers, questions: &[Question]) -> Result<Sent, BTreeMap<String, String>> {
    let said = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let mut e = Errors::default();
    let name = e.required("name", said("name"), 120);
    let email = e.take("email", Email::parse(said("email")));
    let phone = e.line("phone", said("phone"), 40);
    let letter = e.text("letter", said("letter"), 10_000);
    if said("consent").is_empty() {
        e.add("consent", "Please agree, or do not send it.");
    }
    let mut wrong: BTreeMap<String, String> = e.iter().map(|(f, w)| (f.to_owned(), w.to_owned())).collect();
    let mut answers = vec![];
    for q in questions.iter().filter(|q| q.kind != QuestionKind::File) {
        let field = field(q);
        let mut e = Errors::default();
        let answer = e.text("answer", said(&field), 5_000);
        let fits = match (q.kind, answer.as_deref()) {
            (_, None) => true,
            (QuestionKind::Choice, Some(a)) => q.options.iter().any(|o| o == a),
            (QuestionKind::YesNo, Some(a)) => YesNo::parse(a).is_some(),
            (_, Some(_)) => true,
        };
        match answer {
            _ if e.of("answer").is_some() => {
                wrong.insert(field, e.of("answer").unwrap_or_default().to_owned());
            }
            None if q.required => {
                wrong.insert(field, "Please answer this.".into());
            }
            None => {}
            Some(_) if !fits => {
                wrong.insert(field, "Choose one of them.".into());
            }
            Some(answer) => {
                let chosen = YesNo::parse(&answer).filter(|_| q.kind == QuestionKind::YesNo);
                let out = chosen.is_some() && chosen == q.knock_out;
                let answer = chosen.map_or(answer, |c| c.label().to_owned());
                answers.push(Answered { question: q.question.clone(), answer, out });
            }
        }
    }
    match email {
        Some(email) if wrong.is_empty() => Ok(Sent { name, email, phone, letter, answers }),
        _ => Err(wrong),
    }
}

/// When a page was made, for telling people from machines; and the id of what it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub at: DateTime<Utc>,
    pub once: ApplicationId,
}

impl Stamp {
    /// Sooner than anybody types.
    pub fn quick(&self, now: DateTime<Utc>) -> bool {
        now - self.at < Duration::seconds(2)
    }

    /// From a page that stood open for days.
    pub fn old(&self, now: DateTime<Utc>) -> bool {
        now - self.at > Duration::hours(48)
    }
}

/// How an application stands, as whoever sent it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Arrived,
    Looked,
    Interview,
    Offer,
    Hired,
    Declined,
    Withdrawn,
}

impl Told {
    /// That somebody was turned down is told once the mail about it has gone out, and not by accident before.
    pub fn of(kind: StageKind, withdrawn: bool, mailed: bool) -> Self {
        match kind {
            _ if withdrawn => Self::Withdrawn,
            StageKind::New => Self::Arrived,
            StageKind::Screening => Self::Looked,
            StageKind::Interview => Self::Interview,
            StageKind::Offer => Self::Offer,
            StageKind::Hired => Self::Hired,
            StageKind::Rejected if mailed => Self::Declined,
            StageKind::Rejected => Self::Looked,
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Arrived => "It has arrived, and waits for somebody to read it.",
            Self::Looked => "Somebody is looking at it.",
            Self::Interview => "We want to get to know you. You hear from us about a date.",
            Self::Offer => "We are writing you an offer.",
            Self::Hired => "You are hired. Welcome!",
            Self::Declined => "We have decided for somebody else. Thank you for your time.",
            Self::Withdrawn => "You have withdrawn it.",
        }
    }

    pub const fn ended(self) -> bool {
        matches!(self, Self::Hired | Self::Declined | Self::Withdrawn)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: CandidateId,
    pub version: i32,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub employee: Option<EmployeeId>,
    pub source: Source,
    pub rating: Option<i32>,
    pub days: i32,
    pub consented_at: Option<DateTime<Utc>>,
    pub erasure_asked_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// How many applications the reader sees of them; and of the latest, for what and how far.
    pub applications: i64,
    pub latest: Option<(PostingId, String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub id: ApplicationId,
    pub version: i32,
    pub candidate: CandidateId,
    pub name: String,
    pub rating: Option<i32>,
    pub posting: PostingId,
    pub title: String,
    pub stage: PostingStageId,
    pub stage_name: String,
    pub kind: StageKind,
    pub entered_at: DateTime<Utc>,
    pub source: Source,
    pub letter: Option<String>,
    pub answers: Vec<Answered>,
    pub knocked_out: bool,
    pub cv: Option<(FileId, String)>,
    pub reason: Option<String>,
    pub mail_at: Option<DateTime<Utc>>,
    pub mailed_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Application {
    pub fn told(&self) -> Told {
        Told::of(self.kind, self.withdrawn_at.is_some(), self.mailed_at.is_some())
    }
}

/// A step of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub application: ApplicationId,
    pub stage: String,
    pub by: Option<String>,
    pub at: DateTime<Utc>,
}

/// A stage with the first of its cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub stage: PostingStageId,
    pub name: String,
    pub kind: StageKind,
    pub count: i64,
    pub cards: Vec<Application>,
}

draft! {
    /// Turning somebody down: why, and what becomes of a mail about it: `now`, hours, or nothing.
    Rejection { reason, mail }
}

/// Hours that a mail waits, as forms offer it.
pub const DELAYS: [(i64, &str); 4] = [(0, "At once"), (24, "In a day"), (72, "In three days"), (168, "In a week")];

impl Rejection {
    /// Why, and after how many hours the mail goes out.
    pub fn read(&self) -> Result<(String, Option<i64>), Errors> {
        let mut e = Errors::default();
        let reason = e.required("reason", &self.reason, 200);
        let hours = e.optional("mail", &self.mail, |s| {
            let hours = s.parse::<i64>().ok().filter(|h| DELAYS.iter().any(|(d, _)| d == h));
            hours.ok_or("Choose when the mail goes out.")
        });
        e.or((reason, hours))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Created,
    Name,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Created, Self::Name];

    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Name => "name",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Source`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// At least so many stars.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rating: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    pub fn source(&self) -> Option<Source> {
        Source::parse(&self.source)
    }

    pub fn rating(&self) -> Option<i32> {
        self.rating.parse().ok().filter(|r| (1..=5).contains(r))
    }

    /// The latest first, where nothing else is asked.
    pub fn order(&self) -> Sort<Order> {
        if self.sort.is_empty() { Sort { key: Order::Created, descending: true } } else { Sort::parse(&self.sort) }
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    pub fn narrows(&self) -> bool {
        !self.q.trim().is_empty() || !self.source.is_empty() || !self.rating.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PostingQuestionId;

    fn question(n: u128, kind: QuestionKind, required: bool) -> Question {
        let id = Some(PostingQuestionId(uuid::Uuid::from_u128(n)));
        let options = if kind == QuestionKind::Choice { vec!["Now".into(), "Later".into()] } else { vec![] };
        let knock_out = (kind == QuestionKind::YesNo).then_some(YesNo::No);
        Question { id, kind, question: format!("Question {n}"), options, required, knock_out }
    }

    fn typed(more: &[(&str, &str)]) -> Answers {
        let usual = [("name", "Ada"), ("email", "Ada+jobs@Example.com"), ("consent", "yes")];
        usual.iter().chain(more).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn one_person_has_one_address_however_it_is_written() {
        let same = |email: &str| same_address(&Email::parse(email).expect("an address"));
        assert_eq!(same("Ada+jobs@Example.com"), "ada@example.com");
        assert_eq!(same("ada@example.com"), same("ADA+x+y@EXAMPLE.com"));
        assert_ne!(same("ada@example.com"), same("a.da@example.com"));
    }

    #[test]
    fn answers_hold_or_are_told_beside_their_questions() {
        let all = [question(1, QuestionKind::YesNo, true), question(2, QuestionKind::Choice, false)];
        let (one, two) = (field(&all[0]), field(&all[1]));
        let wrong = read(&typed(&[]), &all).expect_err("one is required");
        assert_eq!(wrong.keys().collect::<Vec<_>>(), [&one]);
        let wrong = read(&typed(&[(&one, "maybe"), (&two, "Never")]), &all).expect_err("neither is offered");
        assert_eq!(wrong.len(), 2);
        let sent = read(&typed(&[(&one, "no"), (&two, "Later")]), &all).expect("it holds");
        assert!(sent.knocked_out() && sent.answers[0].answer == "No", "{sent:?}");
        assert!(!read(&typed(&[(&one, "yes")]), &all).expect("it holds").knocked_out());
        let mut silent = typed(&[(&one, "yes")]);
        silent.remove("consent");
        assert!(read(&silent, &all).expect_err("nobody has agreed").contains_key("consent"));
    }

    #[test]
    fn nobody_is_told_that_they_are_out_before_the_mail_is() {
        assert_eq!(Told::of(StageKind::Rejected, false, false), Told::Looked);
        assert_eq!(Told::of(StageKind::Rejected, false, true), Told::Declined);
        assert_eq!(Told::of(StageKind::Offer, true, false), Told::Withdrawn);
    }

    #[test]
    fn who_is_turned_down_is_for_a_reason() {
        let read = |reason: &str, mail: &str| Rejection { reason: reason.into(), mail: mail.into() }.read();
        assert_eq!(read("Somebody else", "24"), Ok(("Somebody else".into(), Some(24))));
        assert_eq!(read("Somebody else", ""), Ok(("Somebody else".into(), None)));
        assert!(read("", "24").is_err() && read("x", "25").is_err());
    }
}
