//! Job and pay over time: a row for each day on which they change (DOMAIN: Payroll, "pay facts are dated rows").

use crate::{
    Conventions, Day, Errors, JobRowId, Money, PayRowId, PositionId, draft,
    hr::employees::{EmploymentType, Fte, Manager},
};

/// What kind of change it was. Others may be written.
pub const REASONS: &[&str] =
    &["Hired", "Promotion", "Transfer", "New manager", "Change of hours", "Reorganisation", "Correction"];
pub const PAY_REASONS: &[&str] =
    &["Hired", "Yearly review", "Promotion", "Change of hours", "Market adjustment", "Correction"];

/// One row of somebody's job: all that holds from its day on.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobRowId,
    pub version: i32,
    pub from: Day,
    /// The last day before the next row's.
    pub to: Option<Day>,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub manager: Option<Manager>,
    pub employment_type: Option<EmploymentType>,
    pub fte: Fte,
    pub position: Option<(PositionId, String)>,
    pub reason: Option<String>,
    /// Its day has come and the rules stood against it: it holds on no day until somebody puts it right.
    pub refused: bool,
}

/// One row of somebody's pay. Field class: pay.
#[derive(Debug, Clone, PartialEq)]
pub struct Pay {
    pub id: PayRowId,
    pub version: i32,
    pub from: Day,
    pub to: Option<Day>,
    /// A year's pay; `None`: none is agreed.
    pub salary: Option<Money>,
    pub reason: Option<String>,
}

impl Job {
    /// "From 1 Mar 2026: Engineer, Product, Berlin, reports to Ada Byron", for who has another row in mind.
    pub fn words(&self) -> String {
        let manager = self.manager.as_ref().map(|m| format!("reports to {}", m.name));
        let position = self.position.as_ref().map(|(_, title)| format!("position {title}"));
        let texts = [&self.job_title, &self.department, &self.location].into_iter().flatten().cloned();
        let kind = self.employment_type.map(|t| t.label().to_owned());
        let all = texts.chain(manager).chain(kind).chain([self.fte.words()]).chain(position).chain(self.reason.clone());
        format!("from {}: {}", self.from.short(), all.collect::<Vec<_>>().join(", "))
    }
}

impl Pay {
    /// "From 1 Mar 2026: 52,000.00 EUR, Raise".
    pub fn words(&self) -> String {
        let salary = self.salary.map_or_else(|| "no pay".to_owned(), |s| s.to_string());
        let all: Vec<String> = [salary].into_iter().chain(self.reason.clone()).collect();
        format!("from {}: {}", self.from.short(), all.join(", "))
    }
}

/// Something that begins on a day and ends before the next one's.
pub trait Dated {
    fn begins(&self) -> Day;

    /// Whether it holds from that day on.
    fn holds(&self) -> bool {
        true
    }
}

impl Dated for Job {
    fn begins(&self) -> Day {
        self.from
    }

    fn holds(&self) -> bool {
        !self.refused
    }
}

impl Dated for Pay {
    fn begins(&self) -> Day {
        self.from
    }
}

/// The row that holds on a day: the last that has begun. `rows` are in the order of their days.
pub fn in_force<T: Dated>(rows: &[T], on: Day) -> Option<&T> {
    rows.iter().rev().find(|r| r.begins() <= on && r.holds())
}

/// What of somebody's jobs is open to whoever may see the record and not change it: nothing that is planned, and no
/// reasons (DOMAIN: Permissions: default deny).
pub fn open_to_all(jobs: Vec<Job>, today: Day) -> Vec<Job> {
    let begun = jobs.into_iter().filter(|j| j.from <= today && j.holds());
    begun.map(|j| Job { to: j.to.filter(|to| *to < today), reason: None, ..j }).collect()
}

draft! {
    /// A change of somebody's job, from a day on.
    JobDraft {
        from, job_title, department, location, manager, employment_type, fte, position, reason,
        new_department, new_location,
    }
}

draft! {
    /// A change of somebody's pay, from a day on.
    PayDraft { from, salary, reason }
}

/// What a change of job says; the manager is still a number or a name, resolved by the store.
#[derive(Debug, Clone, PartialEq)]
pub struct JobFields {
    pub from: Day,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub manager: Option<String>,
    pub employment_type: Option<EmploymentType>,
    pub fte: Fte,
    pub position: Option<PositionId>,
    pub reason: Option<String>,
    /// Names of departments and locations that are not there yet, and are to be.
    pub new_places: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PayFields {
    pub from: Day,
    pub salary: Option<Money>,
    pub reason: Option<String>,
}

/// Days that a change may be dated to: what is further away is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

fn day(e: &mut Errors, input: &str, c: &Conventions) -> Option<Day> {
    if input.trim().is_empty() {
        e.add("from", "Say from which day on it holds.");
        return None;
    }
    let day = e.optional("from", input, |s| Day::parse(s, c.dates))?;
    if YEARS.contains(&chrono::Datelike::year(&day.0)) {
        return Some(day);
    }
    e.add("from", "This day is too far away.");
    None
}

impl JobDraft {
    pub fn parse(&self, c: &Conventions) -> Result<JobFields, Errors> {
        let mut e = Errors::default();
        let from = day(&mut e, &self.from, c);
        let fields = JobFields {
            from: from.unwrap_or(Day(chrono::NaiveDate::MIN)),
            job_title: e.line("job_title", &self.job_title, 100),
            department: e.line("department", &self.department, 100),
            location: e.line("location", &self.location, 100),
            manager: e
                .optional("manager", &self.manager, |s| Ok::<_, String>(crate::hr::employees::number_in(s).to_owned())),
            employment_type: e.optional("employment_type", &self.employment_type, EmploymentType::parse),
            fte: e.optional("fte", &self.fte, Fte::parse).unwrap_or_default(),
            position: e.optional("position", &self.position, |s| {
                s.parse().map_err(|_| "Choose one of the positions.".to_owned())
            }),
            reason: e.line("reason", &self.reason, 60),
            new_places: crate::hr::employees::ticked([&self.new_department, &self.new_location]),
        };
        e.or(fields)
    }

    /// A form for a change on `from` that begins with what holds then.
    pub fn of(job: &Job, from: Day) -> Self {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        Self {
            from: from.to_string(),
            job_title: text(&job.job_title),
            department: text(&job.department),
            location: text(&job.location),
            manager: job.manager.as_ref().map(Manager::words).unwrap_or_default(),
            employment_type: job.employment_type.map(|t| t.key().to_owned()).unwrap_or_default(),
            fte: job.fte.words(),
            position: job.position.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl PayDraft {
    pub fn parse(&self, c: &Conventions) -> Result<PayFields, Errors> {
        let mut e = Errors::default();
        let from = day(&mut e, &self.from, c);
        let salary = e.optional("salary", &self.salary, |s| Money::parse(s, c.currency));
        if salary.is_some_and(|s| s.minor < 0) {
            e.add("salary", "A salary is not negative.");
        }
        let reason = e.line("reason", &self.reason, 60);
        e.or(PayFields { from: from.unwrap_or(Day(chrono::NaiveDate::MIN)), salary, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(s: &str) -> Day {
        Day::parse(s, Default::default()).expect("a day")
    }

    #[test]
    fn the_last_row_that_has_begun_is_in_force() {
        struct At(Day);
        impl Dated for At {
            fn begins(&self) -> Day {
                self.0
            }
        }
        let rows: Vec<At> = ["2020-01-01", "2022-06-15", "2030-01-01"].into_iter().map(|d| At(day(d))).collect();
        for (on, from) in [
            ("2020-01-01", "2020-01-01"),
            ("2022-06-14", "2020-01-01"),
            ("2022-06-15", "2022-06-15"),
            ("2031-01-01", "2030-01-01"),
        ] {
            assert_eq!(in_force(&rows, day(on)).map(At::begins), Some(day(from)), "{on}");
        }
        assert!(in_force(&rows, day("2019-12-31")).is_none());
    }

    #[test]
    fn a_change_has_a_day() {
        let wrong = JobDraft { fte: "3".into(), employment_type: "king".into(), ..Default::default() };
        let errors = wrong.parse(&Conventions::default()).expect_err("wrong");
        assert_eq!(errors.of("from"), Some("Say from which day on it holds."));
        assert!(errors.of("employment_type").is_some());
        assert!(errors.of("fte").is_some(), "3 is neither 3 % nor three jobs");
        let far = PayDraft { from: "0204-01-01".into(), salary: "-1".into(), ..Default::default() };
        let errors = far.parse(&Conventions::default()).expect_err("wrong");
        assert!(errors.of("from").is_some() && errors.of("salary").is_some());
    }
}
