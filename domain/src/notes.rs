//! Notes: what people write beside a record, and whom they name in it.
//!
//! A member is named by `@` and their name or address. It is kept as `@[their id]`, so that a new name shows in old
//! notes.

use crate::{Errors, MemberId, NoteId, RunId, draft, workspace::access::Subject};
use chrono::{DateTime, Utc};
use std::fmt::Write;

/// Letters that a note may have.
pub const LONGEST: usize = 5_000;
/// Members that one note may name.
pub const MOST: usize = 20;

draft! {
    /// A note as typed.
    Draft { text, private }
}

/// What a note is told to be. Whom it names are still words, resolved by the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    pub text: String,
    /// Only for whoever may change the record, and never for whom it is about.
    pub private: bool,
}

impl Fields {
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), private: false }
    }
}

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let text = e.text("text", &self.text, LONGEST).unwrap_or_default();
        if text.is_empty() && e.is_empty() {
            e.add("text", "Write something first.");
        }
        (Fields { text, private: self.private == "true" }, e)
    }
}

/// A member who is, or could be, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: MemberId,
    pub name: String,
    pub email: String,
}

/// A piece of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Mention(Named),
}

/// One note, as far as its reader may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub id: NoteId,
    pub version: i32,
    pub subject: Subject,
    pub pieces: Vec<Piece>,
    pub private: bool,
    /// `None`: the system's own work wrote it.
    pub author: Option<MemberId>,
    pub author_name: String,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    /// Whether it is the reader's own.
    pub own: bool,
    /// The run of a workflow that wrote it in the author's name, and what that workflow is called as long as it is known.
    pub run: Option<(RunId, Option<String>)>,
}

impl Note {
    /// Whom it names.
    pub fn mentions(&self) -> Vec<MemberId> {
        let named = |piece: &Piece| match piece {
            Piece::Mention(named) => Some(named.id),
            Piece::Text(_) => None,
        };
        self.pieces.iter().filter_map(named).collect()
    }

    /// The note as a form shows it: members by their address, which tells each from their namesakes.
    pub fn draft(&self) -> Draft {
        let text = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Mention(named) => format!("@{}", named.email),
        });
        Draft { text: text.collect(), private: if self.private { "true" } else { "" }.into() }
    }
}

/// What stands behind each `@` that could name somebody, at most a name's length, in small letters. The store looks for
/// members whose name or address one of these begins with.
pub fn candidates(text: &str) -> Vec<String> {
    let mut found: Vec<String> =
        marks(text).map(|at| text[at + 1..].chars().take(120).collect::<String>().to_lowercase()).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Places of `@` that begin a word: not those inside of addresses.
fn marks(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('@').map(|(at, _)| at).filter(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '+'))
            && after.is_some_and(|c| c.is_alphanumeric())
    })
}

/// The note as it is kept, and whom it names, each once. An `@` that nobody is called by stays what it is; one that fits
/// several people is refused, because it would tell somebody who is not meant.
pub fn keep(text: &str, members: &[Named]) -> Result<(String, Vec<MemberId>), Errors> {
    let mut kept = String::with_capacity(text.len());
    let mut named = vec![];
    let mut done = 0;
    // What looks like ours, and was typed, is no mention.
    let plain = |part: &str| part.replace("@[", "@ [");
    for at in marks(text) {
        if at < done {
            continue;
        }
        let rest = &text[at + 1..];
        let fits = |name: &str| {
            let end = length_of(rest, name)?;
            // Somebody called Ann is not meant by @Anna; a sentence may end behind a name.
            let follows = rest[end..].chars().next().is_some_and(char::is_alphanumeric);
            (!follows).then_some(end)
        };
        let best = members.iter().flat_map(|m| [fits(&m.email), fits(&m.name)]).flatten().max();
        let Some(end) = best else { continue };
        let meant: Vec<&Named> =
            members.iter().filter(|m| fits(&m.email) == Some(end) || fits(&m.name) == Some(end)).collect();
        let [one] = meant[..] else {
            let addresses: Vec<_> = meant.iter().map(|m| format!("@{}", m.email)).collect();
            return Err(Errors::one(
                "text",
                format!("{} people are called {}. Write {}.", meant.len(), &rest[..end], addresses.join(" or ")),
            ));
        };
        kept.push_str(&plain(&text[done..at]));
        // Writing to a String does not fail.
        let _never = write!(kept, "@[{}]", one.id);
        if !named.contains(&one.id) {
            named.push(one.id);
        }
        done = at + 1 + end;
    }
    kept.push_str(&plain(&text[done..]));
    if named.len() > MOST {
        return Err(Errors::one("text", format!("Name at most {MOST} people in one note.")));
    }
    Ok((kept, named))
}

/// How many bytes of `text` are this name, whatever its case.
fn length_of(text: &str, name: &str) -> Option<usize> {
    let mut rest = text.char_indices();
    for expected in name.chars() {
        let (_, c) = rest.next()?;
        if !c.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    (!name.is_empty()).then(|| rest.next().map_or(text.len(), |(at, _)| at))
}

/// The ids that a kept note names.
pub fn ids(kept: &str) -> Vec<MemberId> {
    split(kept).filter_map(|(_, id)| id).collect()
}

/// A kept note in pieces. Who is not among `members` has left no name.
pub fn pieces(kept: &str, members: &[Named]) -> Vec<Piece> {
    let mut pieces = vec![];
    for (text, id) in split(kept) {
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        if let Some(id) = id {
            let unknown = || Named { id, name: "a former member".into(), email: "a former member".into() };
            pieces.push(Piece::Mention(members.iter().find(|m| m.id == id).cloned().unwrap_or_else(unknown)));
        }
    }
    pieces
}

/// Text, and the mention behind it.
fn split(kept: &str) -> impl Iterator<Item = (&str, Option<MemberId>)> {
    let mut rest = Some(kept);
    std::iter::from_fn(move || {
        let text = rest?;
        let mention = text.match_indices("@[").find_map(|(at, _)| {
            let inside = text[at + 2..].split_once(']')?.0;
            Some((at, inside.len(), inside.parse().ok()?))
        });
        match mention {
            Some((at, length, id)) => {
                rest = Some(&text[at + 2 + length + 1..]);
                Some((&text[..at], Some(id)))
            }
            None => {
                rest = None;
                Some((text, None))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn members() -> Vec<Named> {
        let named = |n, name: &str, email: &str| Named {
            id: Uuid::from_u128(n).into(),
            name: name.into(),
            email: email.into(),
        };
        vec![
            named(1, "Ann", "ann@lamps.example"),
            named(2, "Ann Lee", "lee@lamps.example"),
            named(3, "Jürgen Weiß", "jw@lamps.example"),
            named(4, "Sam Roe", "sam@lamps.example"),
            named(5, "Sam Roe", "roe@lamps.example"),
        ]
    }

    #[test]
    fn whom_a_note_names() {
        let members = members();
        for (text, expected) in [
            ("Ask @Ann Lee, please", &[2][..]),
            ("Ask @ann.", &[1]),
            ("@Anna is not meant", &[]),
            ("@JÜRGEN weiß: see @Ann", &[3, 1]),
            ("mail ann@lamps.example", &[]),
            ("(@ann@lamps.example)", &[1]),
            ("@roe@lamps.example and @sam@lamps.example and @roe@lamps.example", &[5, 4]),
            ("at 5 @ noon, @nobody", &[]),
        ] {
            let (kept, named) = keep(text, &members).expect("it can be kept");
            let expected: Vec<MemberId> = expected.iter().map(|n| Uuid::from_u128(*n).into()).collect();
            assert_eq!(named, expected, "{text}");
            let mut told = ids(&kept);
            told.dedup();
            assert!(expected.iter().all(|id| told.contains(id)), "{kept}");
        }
    }

    #[test]
    fn namesakes_are_told_apart_by_their_address() {
        let refused = keep("Thanks @Sam Roe!", &members()).expect_err("two are called so");
        assert_eq!(
            refused.of("text"),
            Some("2 people are called Sam Roe. Write @sam@lamps.example or @roe@lamps.example.")
        );
    }

    #[test]
    fn a_new_name_shows_in_an_old_note() {
        let (kept, _) = keep("Hello @Ann Lee\nand all", &members()).expect("it can be kept");
        let renamed =
            [Named { id: Uuid::from_u128(2).into(), name: "Ann Roe".into(), email: "lee@lamps.example".into() }];
        let told: String = pieces(&kept, &renamed)
            .iter()
            .map(|p| match p {
                Piece::Text(text) => text.clone(),
                Piece::Mention(named) => format!("<{}>", named.name),
            })
            .collect();
        assert_eq!(told, "Hello <Ann Roe>\nand all");
    }

    #[test]
    fn what_only_looks_like_a_mention_is_text() {
        let id = Uuid::from_u128(2);
        let (kept, named) = keep(&format!("see @[{id}] and @[x"), &members()).expect("it can be kept");
        assert_eq!((ids(&kept), named), (vec![], vec![]));
        assert_eq!(pieces("@[x] @[", &[]), [Piece::Text("@[x] @[".into())]);
    }
}
