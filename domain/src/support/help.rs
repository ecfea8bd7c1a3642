//! Help articles: what is asked often, answered once, for whoever may read it.

use crate::{Errors, HelpArticleId, HelpCategoryId, MemberId, draft};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Letters of an article.
pub const LONGEST: usize = 100_000;
/// Categories of a workspace, and articles that a page lists.
pub const CATEGORIES: i64 = 100;
pub const LISTED: i64 = 500;
/// Articles that are suggested.
pub const SUGGESTED: usize = 5;

/// Who may read an article once it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Anybody.
    Public,
    /// Whoever is signed in to the portal.
    Customers,
    /// Whoever works on tickets here.
    Internal,
}

impl Audience {
    pub const ALL: [Self; 3] = [Self::Public, Self::Customers, Self::Internal];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Customers => "customers",
            Self::Internal => "internal",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Public => "Everybody",
            Self::Customers => "Customers who are signed in",
            Self::Internal => "The team",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }

    /// What such a reader may read: their own, and whatever is for more people.
    pub fn opens(self) -> Vec<String> {
        Self::ALL.into_iter().filter(|a| *a <= self).map(|a| a.key().to_owned()).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Published,
    /// Published, with a later version that is not.
    Changed,
    Archived,
}

impl State {
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Published => "Published",
            Self::Changed => "Published, changed since",
            Self::Archived => "Archived",
        }
    }
}

draft! {
    /// An article as typed. `change`: what is different now.
    Draft { title, category, audience, body, change }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub title: String,
    pub category: HelpCategoryId,
    pub audience: Audience,
    pub body: String,
    pub change: Option<String>,
}

impl Draft {
    pub fn read(&self) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let title = e.required("title", &self.title, 200);
        let category = e.take("category", self.category.parse().map_err(|_| "Choose a category."));
        let audience = e.take("audience", Audience::parse(&self.audience).ok_or("Choose who may read it."));
        let body = e.text("body", &self.body, LONGEST).unwrap_or_default();
        if body.is_empty() && e.of("body").is_none() {
            e.add("body", "Please fill this in.");
        }
        let change = e.line("change", &self.change, 200);
        match (category, audience) {
            (Some(category), Some(audience)) => e.or(Fields { title, category, audience, body, change }),
            _ => Err(e),
        }
    }
}

/// One article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub id: HelpArticleId,
    pub version: i32,
    pub category: HelpCategoryId,
    pub audience: Audience,
    pub title: String,
    /// Left out in lists.
    pub body: String,
    pub number: i32,
    pub published: Option<i32>,
    pub published_at: Option<DateTime<Utc>>,
    pub archived: bool,
    pub updated_at: DateTime<Utc>,
    /// Those whom it has helped, and those whom it has not.
    pub helped: i64,
    pub failed: i64,
}

impl Article {
    pub fn state(&self) -> State {
        match self.published {
            _ if self.archived => State::Archived,
            None => State::Draft,
            Some(n) if n < self.number => State::Changed,
            Some(_) => State::Published,
        }
    }

    pub fn draft(&self) -> Draft {
        Draft {
            title: self.title.clone(),
            category: self.category.to_string(),
            audience: self.audience.key().into(),
            body: self.body.clone(),
            change: String::new(),
        }
    }
}

/// What a version was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub number: i32,
    pub title: String,
    pub body: String,
    pub change: Option<String>,
    pub by: Option<(MemberId, String)>,
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub id: HelpCategoryId,
    pub version: i32,
    pub name: String,
}

/// A published article, as its readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub id: HelpArticleId,
    pub category: HelpCategoryId,
    pub audience: Audience,
    pub title: String,
    /// Left out in lists.
    pub body: String,
    pub at: DateTime<Utc>,
}

/// What is asked of a list of articles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// `archived`; empty: all others.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
}

/// Which line of a text is gone, new, or the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    Same(&'a str),
    Gone(&'a str),
    New(&'a str),
}

/// Lines that are compared at most: beyond it one text stands after the other.
const COMPARED: usize = 1_000;

/// What has become of the lines of a text, in order: the longest run of what is the same stays.
pub fn differences<'a>(before: &'a str, after: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    if old.len() > COMPARED || new.len() > COMPARED {
        return old.into_iter().map(Line::Gone).chain(new.into_iter().map(Line::New)).collect();
    }
    let wide = new.len() + 1;
    let mut longest = vec![0_u32; (old.len() + 1) * wide];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * wide + j] = match old[i] == new[j] {
                true => longest[(i + 1) * wide + j + 1] + 1,
                false => longest[(i + 1) * wide + j].max(longest[i * wide + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, vec![]);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j >= new.len() || i < old.len() && longest[(i + 1) * wide + j] >= longest[i * wide + j + 1] {
            lines.push(Line::Gone(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_read_more_may_read_what_is_for_more_people() {
        assert_eq!(Audience::Public.opens(), ["public"]);
        assert_eq!(Audience::Customers.opens(), ["public", "customers"]);
        assert_eq!(Audience::Internal.opens(), ["public", "customers", "internal"]);
    }

    #[test]
    fn what_is_the_same_stays_and_the_rest_is_gone_or_new() {
        let lines = differences("One\nTwo\nThree", "One\nTwo and a half\nThree\nFour");
        assert_eq!(
            lines,
            [Line::Same("One"), Line::Gone("Two"), Line::New("Two and a half"), Line::Same("Three"), Line::New("Four")]
        );
        assert_eq!(differences("", "New"), [Line::New("New")]);
        assert_eq!(differences("Old", ""), [Line::Gone("Old")]);
    }

    #[test]
    fn an_article_has_a_title_a_place_and_readers() {
        let errors = Draft::default().read().expect_err("nothing is said");
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["audience", "body", "category", "title"]);
    }
}
