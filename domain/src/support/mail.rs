//! What tickets make of mail: subjects as people read them, the number that leads an answer back, and what whoever writes in is
//! told.

/// How programs begin the subject of an answer, or of what is passed on.
const BEGINS: &[&str] = &[
    "re:", "re :", "aw:", "antw:", "wg:", "fw:", "fwd:", "tr:", "sv:", "vs:", "vb:", "rv:", "res:", "enc:", "rif:",
    "odp:", "回复:", "答复:", "转发:", "返信:",
];

/// Messages of one address an hour that are told that they arrived: two machines that answer each other stop here.
pub const RECEIPTS: i64 = 5;

/// A subject without what programs put before it; what has none is called by that.
pub fn subject(text: &str) -> String {
    let mut rest = text.trim();
    'again: loop {
        let small = rest.to_lowercase();
        for begin in BEGINS {
            // By letters, as small ones may be longer in bytes.
            if small.starts_with(begin) {
                let letters = begin.chars().count();
                rest = rest.char_indices().nth(letters).map_or("", |(at, _)| &rest[at..]).trim_start();
                continue 'again;
            }
        }
        break;
    }
    match rest {
        "" => "(no subject)".to_owned(),
        rest => rest.chars().take(200).collect(),
    }
}

/// The number of a ticket that a subject names, like SUP-1042.
pub fn number(subject: &str) -> Option<String> {
    let apart = |c: char| !(c.is_ascii_alphanumeric() || c == '-');
    let mut words = subject.split(apart).filter_map(|word| {
        let (prefix, count) = word.split_once('-')?;
        let upper = prefix.chars().next().is_some_and(|c| c.is_ascii_uppercase());
        let named = upper && prefix.len() <= 8 && prefix.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let counted = (1..=10).contains(&count.len()) && count.chars().all(|c| c.is_ascii_digit());
        (named && counted).then(|| word.to_owned())
    });
    words.next_back()
}

/// What whoever has written in is told at once.
pub fn receipt(number: &str, subject: &str, workspace: &str) -> String {
    format!(
        "Thank you for writing to {workspace}. Your message “{subject}” has arrived, and we look after it as {number}.\n\nIf there is more to say, just answer this mail."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_subject_is_what_it_is_about() {
        for (text, is) in [
            ("Re: AW: [SUP-1042] A lamp hums", "[SUP-1042] A lamp hums"),
            ("Fwd: RE:  Hello", "Hello"),
            ("WG: Wärme", "Wärme"),
            ("回复:灯", "灯"),
            ("Report", "Report"),
            ("Re:", "(no subject)"),
            ("  ", "(no subject)"),
        ] {
            assert_eq!(subject(text), is, "{text}");
        }
    }

    #[test]
    fn a_subject_may_name_a_ticket() {
        for (text, is) in [
            ("Re: [SUP-1042] A lamp hums", Some("SUP-1042")),
            ("SUP-1042", Some("SUP-1042")),
            ("about X-7 and BILL-1003, please", Some("BILL-1003")),
            ("sup-1042", None),
            ("COVID-19a", None),
            ("a-1", None),
            ("TOOLONGPREFIX-1", None),
            ("SUP-99999999999", None),
        ] {
            assert_eq!(number(text).as_deref(), is, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_subject_is_read(text in "(?s)((Re|RE|aw|İ|ẞ|Fwd):? ?)*.{0,300}") {
            let told = subject(&text);
            prop_assert!(!told.is_empty() && told.chars().count() <= 200);
            let _ = number(&text);
        }
    }
}
