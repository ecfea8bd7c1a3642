//! Words of a file that mean something else here, and words that lead nowhere: `GTXPro` is `GTX Pro`, and what has no
//! account belongs to somebody. Told once for a whole column instead of row by row in the file.

use super::Mapping;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Words that one file may have mended.
pub const MOST: usize = 200;

/// One word of a field that is read as another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mend {
    pub field: String,
    /// As the file has it; empty: where it has nothing.
    pub from: String,
    /// Empty: left out.
    pub to: String,
}

/// A word that leads nowhere, and in how many rows it stands; an empty one stands for empty cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    pub field: &'static str,
    pub word: String,
    pub rows: u32,
}

/// Lost words as they are found.
#[derive(Default)]
pub(super) struct Losses {
    all: Vec<Lost>,
    at: std::collections::HashMap<(&'static str, String), usize>,
}

impl Losses {
    pub fn add(&mut self, field: &'static str, word: &str) {
        let word = word.trim();
        let at = *self.at.entry((field, word.to_lowercase())).or_insert(self.all.len());
        match self.all.get_mut(at) {
            Some(lost) => lost.rows += 1,
            None => self.all.push(Lost { field, word: word.to_owned(), rows: 1 }),
        }
    }

    /// Those of most rows first, at most [`MOST`].
    pub fn worst(mut self) -> Vec<Lost> {
        self.all.sort_by_key(|l| std::cmp::Reverse(l.rows));
        self.all.truncate(MOST);
        self.all
    }
}

impl Mapping {
    /// The same with words that are read as others, of the columns that are imported.
    #[must_use]
    pub fn with_mends(mut self, mends: Vec<Mend>) -> Self {
        self.mends = mends.into_iter().filter(|m| self.has(&m.field)).take(MOST).collect();
        self
    }

    pub fn mends(&self) -> &[Mend] {
        &self.mends
    }

    /// What a cell of this field is read as.
    pub(super) fn mended<'c>(&'c self, field: &str, cell: &'c str) -> Cow<'c, str> {
        if self.mends.is_empty() {
            return cell.into();
        }
        let same = |m: &&Mend| m.field == field && m.from.to_lowercase() == cell.to_lowercase();
        self.mends.iter().find(same).map_or(cell, |m| m.to.as_str()).into()
    }
}

/// Which of these names a word is most like, if it is like one: `GTXPro` and `GTX Pro`, `technolgy` and `Technology`.
pub fn likely<'n>(word: &str, names: &'n [String]) -> Option<&'n str> {
    let plain = super::normal;
    let word = plain(word);
    if word.is_empty() {
        return None;
    }
    let like = |name: &String| strsim::jaro_winkler(&plain(name), &word);
    let (best, name) = names.iter().map(|n| (like(n), n)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best >= 0.88).then_some(name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_offered_what_it_is_like() {
        let names: Vec<String> =
            ["GTX Basic", "GTX Pro", "GTX Plus Pro", "MG Special", "GTK 500"].map(String::from).into();
        for (word, offered) in [
            ("GTXPro", Some("GTX Pro")),
            ("gtx-plus pro", Some("GTX Plus Pro")),
            ("MG Speical", Some("MG Special")),
            ("Lamp", None),
            ("", None),
            ("–", None),
        ] {
            assert_eq!(likely(word, &names), offered, "{word}");
        }
    }

    #[test]
    fn lost_words_are_counted_whatever_their_letters_are() {
        let mut losses = Losses::default();
        for word in ["GTXPro", "Lamp", "gtxpro ", "GTXPRO", ""] {
            losses.add("product", word);
        }
        let told: Vec<_> = losses.worst().into_iter().map(|l| (l.word, l.rows)).collect();
        assert_eq!(told, [("GTXPro".into(), 3), ("Lamp".into(), 1), (String::new(), 1)]);
    }
}
