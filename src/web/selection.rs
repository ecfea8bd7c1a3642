//! Ticked rows of a list, or all that its question finds, and the list to go back to.

use crate::web::{Error, Result, client::safe_next, query};
use domain::{ArchivalId, ids::Id, list::grouped, text::Words};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

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
    /// The archiving of a whole question to undo.
    #[serde(default)]
    pub archival: Option<ArchivalId>,
    #[serde(default)]
    back: String,
}

impl<I: Id> Selection<I> {
    /// All that this list's question finds.
    pub fn all_of(question: String) -> Self {
        Self { ids: vec![], all: question, batch: String::new(), archival: None, back: String::new() }
    }

    /// The question whose whole answer is meant, instead of single rows. One that cannot be read to the letter must not
    /// pass for another one, least of all for everybody.
    pub fn all<F: DeserializeOwned + Serialize>(&self, list: &str) -> Result<Option<F>> {
        if self.all.is_empty() {
            return Ok(None);
        }
        let (path, question) = self.all.split_once('?').unwrap_or((&self.all, ""));
        if path != list {
            return Err(unclear());
        }
        query::strictly(question).map(Some).ok_or_else(unclear)
    }

    /// The list that it was sent from, or `list`.
    pub fn back(&self, list: String) -> String {
        back(&self.back, list)
    }

    /// The fields of a form that undoes an archiving of this batch and comes back here.
    pub fn undo(&self, batch: String) -> [(&'static str, String); 2] {
        [("batch", batch), ("back", back(&self.back, String::new()))]
    }
}

/// A question that is not all understood.
pub fn unclear() -> Error {
    Error::Bad("It is not clear which records are meant. Load the list again, and choose once more.".into())
}

/// Letters of an address that is come back to; a session keeps it.
const LONGEST: usize = 2_000;

/// A path of ours, or `list`.
pub fn back(path: &str, list: String) -> String {
    if path.len() <= LONGEST && safe_next(path) == path { path.to_owned() } else { list }
}

/// `1 employee was`, `2,000 employees were`.
pub fn were(count: usize, words: Words) -> String {
    match count {
        1 => format!("1 {} was", words.one),
        n => format!("{} {} were", grouped(n.try_into().unwrap_or(i64::MAX)), words.many),
    }
}
