//! Ticked rows of a list, or all that its question finds, and the list to go back to.

use crate::web::{client::safe_next, query};
use domain::{ids::Id, list::grouped, text::Words};
use serde::{Deserialize, de::DeserializeOwned};

#[derive(Deserialize)]
pub struct Selection<I> {
    #[serde(default = "Vec::new")]
    pub ids: Vec<I>,
    /// The list's question, when all that it finds are meant.
    #[serde(default)]
    all: String,
    /// The batch of an archiving to undo.
    #[serde(default)]
    pub batch: String,
    #[serde(default)]
    back: String,
}

impl<I: Id> Selection<I> {
    /// The question whose whole answer is meant, instead of single rows.
    pub fn all<F: DeserializeOwned + Default>(&self) -> Option<F> {
        self.all.split_once('?').map(|(_, question)| query::read(question))
    }

    /// The list that it was sent from, or `list`.
    pub fn back(&self, list: String) -> String {
        back(&self.back, list)
    }

    /// The fields of a form that undoes an archiving of this batch and comes back here.
    pub fn undo(&self, batch: String) -> [(&'static str, String); 2] {
        [("batch", batch), ("back", self.back.clone())]
    }
}

/// A path of ours, or `list`.
pub fn back(path: &str, list: String) -> String {
    if safe_next(path) == path { path.to_owned() } else { list }
}

/// `1 employee was`, `2,000 employees were`.
pub fn were(count: usize, words: Words) -> String {
    match count {
        1 => format!("1 {} was", words.one),
        n => format!("{} {} were", grouped(n.try_into().unwrap_or(i64::MAX)), words.many),
    }
}
