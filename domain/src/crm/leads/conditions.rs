//! What rules of scoring and of assignment ask of a lead: one field, one test, no code.

use super::Lead;
use crate::places::Country;
use serde::{Deserialize, Serialize};

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    Source,
    Campaign,
    Country,
    Size,
    JobTitle,
    Company,
    Email,
    Phone,
    Website,
    /// Fit and engagement together.
    Score,
}

impl On {
    pub const ALL: [Self; 10] = [
        Self::Source,
        Self::Campaign,
        Self::Country,
        Self::Size,
        Self::JobTitle,
        Self::Company,
        Self::Email,
        Self::Phone,
        Self::Website,
        Self::Score,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Campaign => "campaign",
            Self::Country => "country",
            Self::Size => "size",
            Self::JobTitle => "job_title",
            Self::Company => "company",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Website => "website",
            Self::Score => "score",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Source => "Source",
            Self::Campaign => "Campaign",
            Self::Country => "Country",
            Self::Size => "Employees",
            Self::JobTitle => "Job title",
            Self::Company => "Company",
            Self::Email => "Email",
            Self::Phone => "Phone",
            Self::Website => "Website",
            Self::Score => "Score",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|on| on.key() == key)
    }

    const fn is_number(self) -> bool {
        matches!(self, Self::Size | Self::Score)
    }
}

/// What it has to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// It is filled in.
    Known,
    /// It is empty.
    Unknown,
    /// One of these words stands in it, as a word of its own, in small letters. A country is meant by name or code.
    OneOf(Vec<String>),
    AtLeast(i32),
    AtMost(i32),
    /// An email at a company's own domain.
    Business,
    /// An email at one of those that everybody can have.
    Free,
}

impl Test {
    /// Key and words of each kind.
    pub const KINDS: [(&'static str, &'static str); 7] = [
        ("one_of", "is one of"),
        ("known", "is filled in"),
        ("unknown", "is empty"),
        ("at_least", "is at least"),
        ("at_most", "is at most"),
        ("business", "is of a company"),
        ("free", "is of a free mail service"),
    ];

    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::OneOf(_) => "one_of",
            Self::AtLeast(_) => "at_least",
            Self::AtMost(_) => "at_most",
            Self::Business => "business",
            Self::Free => "free",
        }
    }

    /// What stands in the field beside it.
    pub fn value(&self) -> String {
        match self {
            Self::OneOf(words) => words.join(", "),
            Self::AtLeast(n) | Self::AtMost(n) => n.to_string(),
            _ => String::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub on: On,
    pub test: Test,
}

/// Domains of mail that everybody can have.
pub const FREE_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "yahoo.co.uk",
    "yahoo.de",
    "yahoo.fr",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "web.de",
    "t-online.de",
    "proton.me",
    "protonmail.com",
    "mail.ru",
    "yandex.ru",
    "qq.com",
    "163.com",
    "126.com",
    "orange.fr",
    "free.fr",
    "libero.it",
    "zoho.com",
    "mail.com",
];

/// What is known of a lead, as far as rules ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub source: Option<String>,
    pub campaign: Option<String>,
    pub country: Option<Country>,
    pub size: Option<i32>,
    pub job_title: Option<String>,
    pub company: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub score: i32,
}

impl Facts {
    pub fn of(lead: &Lead) -> Self {
        Self {
            source: lead.source.clone(),
            campaign: lead.campaign.clone(),
            country: lead.country,
            size: lead.size,
            job_title: lead.job_title.clone(),
            company: lead.company.clone(),
            email: lead.email.clone(),
            phone: lead.phone.clone(),
            website: lead.website.clone(),
            score: lead.score(),
        }
    }

    fn text(&self, on: On) -> Option<&str> {
        match on {
            On::Source => self.source.as_deref(),
            On::Campaign => self.campaign.as_deref(),
            On::Country => self.country.map(|c| c.name()),
            On::JobTitle => self.job_title.as_deref(),
            On::Company => self.company.as_deref(),
            On::Email => self.email.as_deref(),
            On::Phone => self.phone.as_deref(),
            On::Website => self.website.as_deref(),
            On::Size | On::Score => None,
        }
    }

    const fn number(&self, on: On) -> Option<i32> {
        match on {
            On::Size => self.size,
            On::Score => Some(self.score),
            _ => None,
        }
    }
}

impl Condition {
    /// From what was typed: what to look at, the kind of test, and what stands beside it.
    pub fn read(on: &str, kind: &str, value: &str) -> Result<Self, &'static str> {
        let on = On::parse(on).ok_or("Choose what to look at.")?;
        let number = || value.trim().parse().map_err(|_| "Write a whole number, like 50.");
        let test = match kind {
            "known" => Test::Known,
            "unknown" => Test::Unknown,
            "business" | "free" if on != On::Email => {
                return Err("Only an email is of a company or of a free service.");
            }
            "business" => Test::Business,
            "free" => Test::Free,
            "at_least" | "at_most" if !on.is_number() => return Err("Only employees and score are numbers."),
            "at_least" => Test::AtLeast(number()?),
            "at_most" => Test::AtMost(number()?),
            "one_of" if on.is_number() => return Err("Ask for at least, or at most."),
            "one_of" => {
                let words = value.split(',').map(|w| w.trim().to_lowercase()).filter(|w| !w.is_empty());
                let words: Vec<String> = words.map(|w| w.chars().take(60).collect()).take(30).collect();
                if words.is_empty() {
                    return Err("Write one or more words, with commas between them.");
                }
                Test::OneOf(words)
            }
            _ => return Err("Choose how to look at it."),
        };
        Ok(Self { on, test })
    }

    pub fn holds(&self, facts: &Facts) -> bool {
        let (text, number) = (facts.text(self.on), facts.number(self.on));
        match &self.test {
            Test::Known => text.is_some() || number.is_some(),
            Test::Unknown => text.is_none() && number.is_none(),
            Test::AtLeast(n) => number.is_some_and(|is| is >= *n),
            Test::AtMost(n) => number.is_some_and(|is| is <= *n),
            Test::Business => text.is_some_and(|email| !is_free(email)),
            Test::Free => text.is_some_and(is_free),
            Test::OneOf(words) => {
                let code = facts.country.filter(|_| self.on == On::Country).map(|c| c.code().to_lowercase());
                let lower = text.unwrap_or_default().to_lowercase();
                words.iter().any(|word| code.as_deref() == Some(word) || contains(&lower, word))
            }
        }
    }

    /// `Employees is at least 50`
    pub fn words(&self) -> String {
        let kind = Test::KINDS.iter().find(|(key, _)| *key == self.test.kind()).map_or("", |(_, words)| *words);
        format!("{} {kind} {}", self.on.label(), self.test.value()).trim_end().to_owned()
    }
}

/// Whether the word stands in the text, between what are no letters.
fn contains(text: &str, word: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word)
        .any(|(at, found)| edge(text[..at].chars().next_back()) && edge(text[at + found.len()..].chars().next()))
}

fn is_free(email: &str) -> bool {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
    FREE_MAIL.contains(&domain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_what_was_typed_and_says_so() {
        for (on, kind, value, words) in [
            ("size", "at_least", "50", "Employees is at least 50"),
            ("source", "one_of", "Fair, Referral", "Source is one of fair, referral"),
            ("email", "business", "", "Email is of a company"),
            ("phone", "known", "x", "Phone is filled in"),
        ] {
            assert_eq!(Condition::read(on, kind, value).expect("a condition").words(), words);
        }
        for (on, kind, value) in [
            ("size", "one_of", "50"),
            ("size", "at_least", "many"),
            ("source", "at_least", "5"),
            ("phone", "business", ""),
            ("source", "one_of", " , "),
            ("owner", "known", ""),
            ("source", "like", "x"),
        ] {
            assert!(Condition::read(on, kind, value).is_err(), "{on} {kind} {value}");
        }
    }

    #[test]
    fn words_are_found_whole_in_whatever_letters() {
        let facts = Facts {
            job_title: Some("Overhead Crane Operator; Head of IT".into()),
            country: Some(Country::parse("Germany").expect("a country")),
            email: Some("Ada@GMAIL.com".into()),
            ..Facts::default()
        };
        for (on, kind, value, holds) in [
            ("job_title", "one_of", "HEAD", true),
            ("job_title", "one_of", "over", false),
            ("job_title", "one_of", "head of", true),
            ("country", "one_of", "de, at", true),
            ("country", "one_of", "germany", true),
            ("country", "one_of", "fr", false),
            ("email", "free", "", true),
            ("email", "business", "", false),
            ("phone", "unknown", "", true),
            ("size", "known", "", false),
            ("size", "at_most", "10", false),
        ] {
            assert_eq!(
                Condition::read(on, kind, value).expect("a condition").holds(&facts),
                holds,
                "{on} {kind} {value}"
            );
        }
    }
}
