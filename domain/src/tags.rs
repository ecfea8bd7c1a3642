//! Tags: words of a workspace's own that records are marked with.

use crate::{Errors, TagId};
use serde::{Deserialize, Serialize};

/// Letters that a tag may have.
pub const LONGEST: usize = 40;

/// The palette. A tag always has its word beside its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    #[default]
    Grey,
    Blue,
    Green,
    Amber,
    Red,
    Purple,
    Teal,
    Pink,
}

impl Colour {
    pub const ALL: [Self; 8] =
        [Self::Grey, Self::Blue, Self::Green, Self::Amber, Self::Red, Self::Purple, Self::Teal, Self::Pink];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
            Self::Purple => "purple",
            Self::Teal => "teal",
            Self::Pink => "pink",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }

    /// The colour of a new tag: the same word has the same one in each workspace.
    pub fn of(name: &str) -> Self {
        let sum = name.to_lowercase().bytes().fold(7_usize, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()));
        Self::ALL[sum % Self::ALL.len()]
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub colour: Colour,
}

/// A tag's name as typed, with its blanks made one; the error stands beside the field `tag`.
pub fn name(input: &str) -> Result<String, Errors> {
    let mut e = Errors::default();
    let one = input.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = e.required("tag", &one, LONGEST);
    if name.contains(',') {
        e.add("tag", "Use one tag at a time, without commas.");
    }
    e.or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_short_line() {
        assert_eq!(name("  Key \t account "), Ok("Key account".into()));
        for wrong in ["", "  ", "a, b", &"x".repeat(41)] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_word_keeps_its_colour() {
        assert_eq!(Colour::of("VIP"), Colour::of("vip"));
        for colour in Colour::ALL {
            assert_eq!(Colour::parse(colour.key()), Some(colour));
        }
    }
}
