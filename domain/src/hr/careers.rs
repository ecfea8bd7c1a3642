//! The careers site: what anybody may read of the jobs that are open, and what applicants are promised.

use super::postings::{Employment, Salary, Workplace, place};
use crate::{CareerNoticeId, Day, Errors, PostingId, draft};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Jobs that a site shows.
pub const SHOWN: i64 = 500;
/// Locations with a promise of their own.
const MOST: usize = 50;
/// Days that an application is kept, where nobody has said otherwise.
pub const DAYS: i32 = 180;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub version: i32,
    pub open: bool,
    pub intro: Option<String>,
    pub notice: Option<String>,
    pub days: i32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { version: 0, open: false, intro: None, notice: None, days: DAYS }
    }
}

draft! {
    /// As typed.
    Draft { open, intro, notice, days }
}

impl Settings {
    pub fn draft(&self) -> Draft {
        Draft {
            open: if self.open { "true".into() } else { String::new() },
            intro: self.intro.clone().unwrap_or_default(),
            notice: self.notice.clone().unwrap_or_default(),
            days: self.days.to_string(),
        }
    }
}

fn days(typed: &str) -> Result<i32, &'static str> {
    match typed.trim().parse::<i32>() {
        Ok(n) if (1..=3_650).contains(&n) => Ok(n),
        _ => Err("Use a number of days from 1 to 3,650."),
    }
}

impl Draft {
    pub fn read(&self) -> Result<Settings, Errors> {
        let mut e = Errors::default();
        let settings = Settings {
            version: 0,
            open: !self.open.is_empty(),
            intro: e.text("intro", &self.intro, 5_000),
            notice: e.text("notice", &self.notice, 20_000),
            days: e.optional("days", &self.days, days).unwrap_or(DAYS),
        };
        e.or(settings)
    }
}

/// What is promised at one location in place of what is promised elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// None: it is to be made.
    pub id: Option<CareerNoticeId>,
    pub location: String,
    /// None: the words that stand for all.
    pub notice: Option<String>,
    pub days: i32,
}

/// Notices as typed, row by row; a row without a location is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub id: Vec<String>,
    pub location: Vec<String>,
    pub notice: Vec<String>,
    pub days: Vec<String>,
}

impl Typed {
    pub fn of(notices: &[Notice]) -> Self {
        let all = |of: &dyn Fn(&Notice) -> String| notices.iter().map(of).collect::<Vec<_>>();
        Self {
            id: all(&|n| n.id.map(|id| id.to_string()).unwrap_or_default()),
            location: all(&|n| n.location.clone()),
            notice: all(&|n| n.notice.clone().unwrap_or_default()),
            days: all(&|n| n.days.to_string()),
        }
    }

    pub fn read(&self) -> Result<Vec<Notice>, Errors> {
        let mut e = Errors::default();
        let mut notices: Vec<Notice> = vec![];
        for (n, location) in self.location.iter().enumerate().take(2 * MOST) {
            let Some(location) = e.line("notices", location, 100) else { continue };
            let of = |list: &[String]| list.get(n).cloned().unwrap_or_default();
            let days = e.take("notices", days(&of(&self.days)).map_err(|why| format!("{location}: {why}")));
            let notice = e.text("notices", &of(&self.notice), 20_000);
            if notices.iter().any(|known| known.location.to_lowercase() == location.to_lowercase()) {
                e.add("notices", format!("{location} is there twice."));
            }
            notices.push(Notice { id: of(&self.id).parse().ok(), location, notice, days: days.unwrap_or(DAYS) });
        }
        if notices.len() > MOST {
            e.add("notices", "At most 50 locations have a promise of their own.");
        }
        e.or(notices)
    }
}

/// The whole site, as it is at one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub intro: Option<String>,
    pub notice: Option<String>,
    pub days: i32,
    pub notices: Vec<Notice>,
    /// The latest first, whatever their last day is.
    pub openings: Vec<Opening>,
}

/// A job that anybody may apply for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    pub id: PostingId,
    pub handle: String,
    pub title: String,
    pub department: Option<String>,
    pub location: Option<String>,
    pub workplace: Workplace,
    pub employment: Employment,
    pub description: String,
    /// None where it is not shown.
    pub salary: Option<Salary>,
    pub closes_on: Option<Day>,
    pub published_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Opening {
    pub fn place(&self) -> String {
        place(self.location.as_deref(), self.workplace)
    }

    /// Its beginning without form, for lists and for those who show a link to it.
    pub fn brief(&self, letters: usize) -> String {
        let plain: String = self.description.chars().filter(|c| !matches!(c, '#' | '*' | '_' | '`')).collect();
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain.chars().count() <= letters {
            return plain;
        }
        let cut: String = plain.chars().take(letters).collect();
        format!("{}…", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
    }
}

impl Site {
    /// Those whose last day is not past.
    pub fn open(&self, today: Day) -> impl Iterator<Item = &Opening> {
        self.openings.iter().filter(move |o| o.closes_on.is_none_or(|last| last >= today))
    }

    /// What holds at a location: its words, and how many days.
    pub fn promise(&self, location: Option<&str>) -> (Option<&str>, i32) {
        let own = location.and_then(|at| self.notices.iter().find(|n| n.location.to_lowercase() == at.to_lowercase()));
        match own {
            Some(n) => (n.notice.as_deref().or(self.notice.as_deref()), n.days),
            None => (self.notice.as_deref(), self.days),
        }
    }
}

/// What a visitor looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub employment: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub workplace: String,
}

impl Filter {
    pub fn narrows(&self) -> bool {
        self != &Self::default()
    }

    pub fn fits(&self, o: &Opening) -> bool {
        let is = |asked: &str, has: Option<&str>| asked.is_empty() || has == Some(asked);
        is(&self.department, o.department.as_deref())
            && is(&self.location, o.location.as_deref())
            && is(&self.employment, Some(o.employment.key()))
            && is(&self.workplace, Some(o.workplace.key()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(title: &str, closes_on: Option<Day>) -> Opening {
        Opening {
            id: PostingId(uuid::Uuid::from_u128(1)),
            handle: "x".into(),
            title: title.into(),
            department: Some("Design".into()),
            location: Some("Berlin".into()),
            workplace: Workplace::Hybrid,
            employment: Employment::FullTime,
            description: "# Lamps\n\nWe make **lamps**.".into(),
            salary: None,
            closes_on,
            published_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_last_day_counts_and_the_next_does_not() {
        let day = |d| Day::new(2026, 3, d).expect("a day");
        let site = Site {
            intro: None,
            notice: Some("For all.".into()),
            days: 180,
            notices: vec![Notice { id: None, location: "Berlin".into(), notice: None, days: 90 }],
            openings: vec![opening("Until the second", Some(day(2))), opening("Always", None)],
        };
        assert_eq!(site.open(day(2)).count(), 2);
        assert_eq!(site.open(day(3)).count(), 1);
        assert_eq!(site.promise(Some("berlin")), (Some("For all."), 90));
        assert_eq!(site.promise(Some("Oslo")), (Some("For all."), 180));
    }

    #[test]
    fn a_visitor_finds_what_fits() {
        let fits = |f: Filter| f.fits(&opening("x", None));
        assert!(fits(Filter::default()));
        assert!(fits(Filter { department: "Design".into(), workplace: "hybrid".into(), ..Filter::default() }));
        assert!(!fits(Filter { location: "Oslo".into(), ..Filter::default() }));
        assert_eq!(opening("x", None).brief(100), "Lamps We make lamps.");
        assert_eq!(opening("x", None).brief(10), "Lamps We…");
    }

    #[test]
    fn days_are_kept_within_reason() {
        for (typed, fine) in [("30", true), ("0", false), ("soon", false), ("", true)] {
            assert_eq!(Draft { days: typed.into(), ..Draft::default() }.read().is_ok(), fine, "{typed}");
        }
        let twice = Typed {
            location: vec!["Berlin".into(), "berlin".into()],
            days: vec!["9".into(), "9".into()],
            ..Typed::default()
        };
        assert!(twice.read().is_err());
    }
}
