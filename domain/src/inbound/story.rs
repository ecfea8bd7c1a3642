//! What a member's message tells: what they wrote to somebody, or what somebody wrote that they have passed on.

use super::{Letter, Original, Part, Party, fold, original};

/// A message as it is filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    pub forwarded: bool,
    /// Whoever wrote it.
    pub author: Option<Party>,
    pub people: Vec<Party>,
    pub subject: String,
    pub body: String,
    pub folded: Option<String>,
    /// What was written above what was passed on.
    pub comment: Option<String>,
    /// The addresses that it is filed by, in small letters.
    pub others: Vec<String>,
}

/// As it came. Of nobody in it is anything known.
pub fn as_it_came(letter: &Letter) -> Story {
    let folded = fold(&letter.text);
    Story {
        forwarded: false,
        author: letter.from().cloned(),
        people: letter.people.clone(),
        subject: letter.subject.clone(),
        body: folded.fresh,
        folded: folded.rest,
        comment: None,
        others: vec![],
    }
}

/// `inside`: whether an address is one of ours, or a member's. None of the people are known otherwise.
pub fn story(letter: &Letter, inside: impl Fn(&str) -> bool) -> Story {
    let outside = |people: &[Party]| {
        let mut all: Vec<String> = vec![];
        for email in people.iter().filter(|p| p.part != Part::ReplyTo).map(Party::normal) {
            if !inside(&email) && !all.contains(&email) {
                all.push(email);
            }
        }
        all
    };
    let others = outside(&letter.people);
    if !others.is_empty() {
        return Story { others, ..as_it_came(letter) };
    }
    let Some(Original { people, subject, text, comment }) = letter.attached.clone().or_else(|| original(&letter.text))
    else {
        return as_it_came(letter);
    };
    let folded = fold(&text);
    let comment = fold(&comment).fresh;
    Story {
        forwarded: true,
        author: people.iter().find(|p| p.part == Part::From).cloned(),
        others: outside(&people),
        people,
        subject: if subject.is_empty() { letter.subject.clone() } else { subject },
        body: folded.fresh,
        folded: folded.rest,
        comment: Some(comment).filter(|c| !c.is_empty()),
    }
}

/// Everybody who may be inside or outside, for whoever asks which it is.
pub fn everybody(letter: &Letter) -> Vec<String> {
    let inner = letter.attached.clone().or_else(|| original(&letter.text)).map(|o| o.people).unwrap_or_default();
    let mut all: Vec<String> = letter.people.iter().chain(&inner).map(Party::normal).collect();
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(part: Part, email: &str) -> Party {
        Party { part, name: String::new(), email: email.into() }
    }

    #[test]
    fn a_copy_is_filed_by_whom_it_was_to_and_what_was_passed_on_by_who_wrote_it() {
        // Ours are the members' addresses and the one for copies.
        let inside = |email: &str| email.ends_with("@acme.example") || email.ends_with("@in.acme.example");
        let from = party(Part::From, "bob@acme.example");
        let sent = Letter {
            people: vec![from.clone(), party(Part::To, "Ada@lamps.example"), party(Part::Cc, "sue@acme.example")],
            text: "Yes\n\n-- \nBob".into(),
            ..Letter::default()
        };
        let told = story(&sent, inside);
        assert_eq!(
            (told.forwarded, told.others.as_slice(), told.body.as_str()),
            (false, &["ada@lamps.example".to_owned()][..], "Yes")
        );
        let passed = Letter {
            people: vec![from, party(Part::To, "acme-x@in.acme.example")],
            subject: "Fwd: Lamps".into(),
            text: "See below\n\n---------- Forwarded message ---------\nFrom: Ada <ada@lamps.example>\nSubject: Lamps\nTo: bob@acme.example\n\nHow much?".into(),
            ..Letter::default()
        };
        let told = story(&passed, inside);
        assert!(told.forwarded);
        assert_eq!(
            (told.others.as_slice(), told.subject.as_str(), told.body.as_str()),
            (&["ada@lamps.example".to_owned()][..], "Lamps", "How much?")
        );
        assert_eq!(told.comment.as_deref(), Some("See below"));
        assert_eq!(told.author.map(|a| a.email).as_deref(), Some("ada@lamps.example"));
        assert!(everybody(&passed).contains(&"ada@lamps.example".to_owned()));
    }
}
