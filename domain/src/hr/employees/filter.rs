//! What the list of employees is asked, and its order.

use super::Status;
use crate::{
    EmployeeId,
    custom_fields::Asked,
    list::{Cursor, Sort, SortKey},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Name,
    Number,
    JobTitle,
    Department,
    StartDate,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Name, Self::Number, Self::JobTitle, Self::Department, Self::StartDate];

    fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Number => "number",
            Self::JobTitle => "job_title",
            Self::Department => "department",
            Self::StartDate => "start_date",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Status`] key; empty: everyone who is not archived.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub department: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub location: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub employment_type: Vec<String>,
    /// Direct reports of this employee; without those who left, unless they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<EmployeeId>,
    /// The same by what somebody typed: `10567 · Lillian Haddadi`, the number alone, or a name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reports_to: String,
    /// Everybody below, and not only who reports to them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub below: bool,
    /// The first day, from this one on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub started_from: String,
    /// Up to this one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub started_to: String,
    /// The first day is today or within so many days.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub starts_within: String,
    /// Field class: terms.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub probation_from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub probation_to: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub probation_within: String,
    /// Field class: personal. A month by its number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub birthday_month: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub birthday_within: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub anniversary_within: String,
    /// Whole years at work, at least so many.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tenure_from: String,
    /// Fewer than so many.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tenure_below: String,
    /// Those who started this month, up to today: what home counts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub joined_this_month: bool,
    /// Names of tags: those that have one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
    /// What is asked of custom fields.
    #[serde(flatten)]
    pub custom: Asked,
    /// Columns in place of one's own choice: what a saved view shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
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

    pub fn status(&self) -> Option<Status> {
        Status::parse(&self.status)
    }

    /// Whether it asks for a status that there is. A list shows something for any other; what changes records must not.
    pub fn is_clear(&self) -> bool {
        (self.status.is_empty() || self.status().is_some()) && self.days_are_clear()
    }

    /// The manager who was typed, by number or by name.
    pub fn typed_manager(&self) -> Option<&str> {
        Some(self.reports_to.trim()).filter(|typed| !typed.is_empty())
    }

    /// The one word that may be somebody's number or address, to the letter.
    pub fn exact(&self) -> Option<&str> {
        let word = self.q.trim();
        let like = word.contains('@') || word.chars().any(|c| c.is_ascii_digit());
        (like && !word.contains(char::is_whitespace)).then_some(word)
    }

    /// The same question from the top of the list.
    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// What a saved view keeps of it, with the columns that are shown.
    pub fn kept(&self, columns: &[String]) -> Self {
        Self { view: String::new(), columns: columns.to_vec(), ..self.from_top() }
    }

    pub fn narrows(&self) -> bool {
        *self
            != Self {
                columns: self.columns.clone(),
                view: self.view.clone(),
                sort: self.sort.clone(),
                after: self.after.clone(),
                before: self.before.clone(),
                ..Self::default()
            }
    }
}
