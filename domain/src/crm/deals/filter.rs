//! What a list or a board of deals is asked, as its address says it.

use super::super::pipelines::{Category, State};
use crate::{
    Day,
    custom_fields::Asked,
    list::{Cursor, Sort, SortKey},
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Close,
    Name,
    Amount,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Close, Self::Name, Self::Amount];

    fn name(self) -> &'static str {
        match self {
            Self::Close => "close_on",
            Self::Name => "name",
            Self::Amount => "amount",
        }
    }
}

/// Which deals a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Of(State),
    All,
    Archived,
}

impl Status {
    pub const ALL: [Self; 5] =
        [Self::Of(State::Open), Self::Of(State::Won), Self::Of(State::Lost), Self::All, Self::Archived];

    /// As an address has it; what is open is what one looks at.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Of(State::Open) => "",
            Self::Of(state) => state.key(),
            Self::All => "all",
            Self::Archived => "archived",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Of(state) => state.label(),
            Self::All => "All",
            Self::Archived => "Archived",
        }
    }
}

/// What [`Filter::priced`] may say.
pub const UNPRICED: &str = "no";

/// The list's and the board's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Status`] key; empty: all that are open.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// The id of a pipeline.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pipeline: String,
    /// The id of a stage.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stage: String,
    /// The id of a member, or `me`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// The id of a customer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub customer: String,
    /// Keys of [`Category`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// [`UNPRICED`]: those that are in no sum, because no exchange rate prices them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub priced: String,
    /// Days, both of them among it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub close_from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub close_to: String,
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
        Status::ALL.into_iter().find(|s| s.key() == self.status)
    }

    pub fn category(&self) -> Option<Category> {
        Category::parse(&self.category)
    }

    /// Whether it asks for those alone that no rate prices.
    pub fn is_of_unpriced(&self) -> bool {
        self.priced == UNPRICED
    }

    /// The same question of those alone that no rate prices.
    pub fn unpriced(&self) -> Self {
        Self { priced: UNPRICED.to_owned(), ..self.from_top() }
    }

    /// Days of an address are in the ISO form.
    pub fn closes(&self) -> (Option<Day>, Option<Day>) {
        let day = |text: &str| text.parse().ok().map(Day);
        (day(&self.close_from), day(&self.close_to))
    }

    /// Whether all of it is understood. A list shows something for any other; what changes records must not.
    pub fn is_clear(&self) -> bool {
        let (from, to) = self.closes();
        let id = |text: &str| text.is_empty() || text.parse::<uuid::Uuid>().is_ok();
        self.status().is_some()
            && (self.category.is_empty() || self.category().is_some())
            && (self.priced.is_empty() || self.is_of_unpriced())
            && (self.close_from.is_empty() || from.is_some())
            && (self.close_to.is_empty() || to.is_some())
            && (self.owner == "me" || id(&self.owner))
            && [&self.pipeline, &self.stage, &self.customer].into_iter().all(|text| id(text))
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

    /// Whether more is asked than which pipeline and whose: then lanes are counted by looking, not from what is kept.
    pub fn narrows_a_board(&self) -> bool {
        Self {
            pipeline: String::new(),
            stage: String::new(),
            status: String::new(),
            owner: String::new(),
            ..self.clone()
        }
        .narrows()
    }
}
