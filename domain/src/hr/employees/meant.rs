//! Whom somebody means who types a number or a name where a person is asked for.

use super::{Manager, number_in};

/// Whom the words mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    One(Manager),
    /// People of one name.
    Several(Vec<Namesake>),
    Nobody,
}

/// One of several people of one name, and what tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesake {
    pub person: Manager,
    /// What they do, and where.
    pub does: String,
}

/// Namesakes that are told one by one.
pub const NAMESAKES: usize = 8;

impl Meant {
    /// Why nobody alone is meant, for beside the field.
    pub fn why_not(&self, typed: &str) -> Option<String> {
        let typed = typed.trim();
        Some(match self {
            Self::One(_) => return None,
            Self::Nobody if typed.chars().any(|c| c.is_ascii_digit()) => {
                format!("No employee has the number {}.", number_in(typed))
            }
            Self::Nobody => format!("Nobody is called “{typed}”. Choose somebody from the list, or type their number."),
            Self::Several(people) => {
                let told: Vec<String> = people.iter().take(NAMESAKES).map(Namesake::words).collect();
                let more = if people.len() > NAMESAKES { ", and more" } else { "" };
                let who = told.join(", ");
                format!("More than one is called “{typed}”: {who}{more}. Type the number of whom you mean.")
            }
        })
    }
}

impl Namesake {
    /// `10567 (Engineer, Berlin)`
    pub fn words(&self) -> String {
        match self.does.is_empty() {
            true => self.person.number.clone(),
            false => format!("{} ({})", self.person.number, self.does),
        }
    }
}

/// The name as it is kept for sorting, last name first and in small letters, by each way to read it: `Ada King Byron`
/// may be Ada, King Byron or Ada King, Byron, and `Byron, Ada` is turned round already.
pub fn name_keys(typed: &str) -> Vec<String> {
    let lower = typed.to_lowercase();
    if let Some((last, first)) = lower.split_once(',') {
        let words = |part: &str| part.split_whitespace().collect::<Vec<_>>().join(" ");
        return vec![format!("{} {}", words(last), words(first))];
    }
    let words: Vec<&str> = lower.split_whitespace().take(8).collect();
    let turned = (1..words.len()).map(|at| [&words[at..], &words[..at]].concat().join(" "));
    let as_typed = (words.len() > 1).then(|| words.join(" "));
    turned.chain(as_typed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EmployeeId;

    #[test]
    fn a_name_is_read_each_way_that_it_may_be_meant() {
        for (typed, keys) in [
            ("Ada Byron", vec!["byron ada", "ada byron"]),
            (" Ada  King Byron", vec!["king byron ada", "byron ada king", "ada king byron"]),
            ("Byron,  Ada King", vec!["byron ada king"]),
            ("Ada", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(name_keys(typed), keys, "{typed}");
        }
    }

    #[test]
    fn it_is_told_why_nobody_alone_is_meant() {
        let person = |number: &str| Manager {
            id: EmployeeId(uuid::Uuid::nil()),
            number: number.into(),
            name: "Ada Byron".into(),
        };
        let of = |number: &str, does: &str| Namesake { person: person(number), does: does.into() };
        for (meant, typed, why) in [
            (Meant::One(person("1")), "1", None),
            (Meant::Nobody, "99 · Ada Byron", Some("No employee has the number 99.")),
            (
                Meant::Nobody,
                "Ada",
                Some("Nobody is called “Ada”. Choose somebody from the list, or type their number."),
            ),
            (
                Meant::Several(vec![of("1", "Engineer, Berlin"), of("2", "")]),
                "Ada Byron",
                Some("More than one is called “Ada Byron”: 1 (Engineer, Berlin), 2. Type the number of whom you mean."),
            ),
        ] {
            assert_eq!(meant.why_not(typed).as_deref(), why, "{typed}");
        }
    }
}
