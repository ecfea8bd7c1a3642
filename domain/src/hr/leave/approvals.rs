//! Who is asked: the next one up who is there, or whoever answers for them, and why, in words (DOMAIN: Leave: approval in
//! several steps with delegates and time-outs).

use crate::{Day, MemberId};

/// Somebody who could answer, as they stand today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    pub name: String,
    /// None: they have no account here.
    pub member: Option<MemberId>,
    pub active: bool,
    /// The last day on which they are away.
    pub away: Option<Day>,
    /// Who answers while they are away.
    pub delegate: Option<Box<Desk>>,
    /// They had the question, and did not answer in time.
    pub passed: bool,
}

/// Who is asked in the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    One {
        member: MemberId,
        name: String,
        because: Option<String>,
    },
    /// Whoever may approve everybody's.
    People {
        because: Option<String>,
    },
}

impl Desk {
    fn hindered(&self, asker: Option<MemberId>) -> Option<String> {
        let name = &self.name;
        match self {
            Self { member: None, .. } => Some(format!("{name} has no account here")),
            Self { active: false, .. } => Some(format!("{name} is no member any more")),
            Self { member, .. } if *member == asker => Some(format!("{name} asks it themselves")),
            Self { passed: true, .. } => Some(format!("{name} did not answer in time")),
            Self { away: Some(until), .. } => Some(format!("{name} is away until {}", until.short())),
            _ => None,
        }
    }
}

/// Walks up the line until somebody is there. Who is away is stood in for by their delegate, if that one is there.
pub fn ask(line: &[Desk], asker: Option<MemberId>) -> Asked {
    let mut because: Vec<String> = vec![];
    for desk in line {
        let Some(hindered) = desk.hindered(asker) else {
            let Some(member) = desk.member else { continue };
            return Asked::One { member, name: desk.name.clone(), because: sentence(&because, &desk.name, false) };
        };
        because.push(hindered);
        if let Some(delegate) = desk.delegate.as_deref().filter(|_| !desk.passed) {
            match (delegate.hindered(asker), delegate.member) {
                (None, Some(member)) => {
                    let because = sentence(&because, &delegate.name, true);
                    return Asked::One { member, name: delegate.name.clone(), because };
                }
                (Some(hindered), _) => because.push(hindered),
                _ => {}
            }
        }
    }
    Asked::People { because: sentence(&because, "HR", false) }
}

fn sentence(because: &[String], name: &str, stands_in: bool) -> Option<String> {
    let verb = if stands_in { "answers for them" } else { "is asked instead" };
    (!because.is_empty()).then(|| format!("{}, so {name} {verb}.", because.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn desk(n: u128, name: &str) -> Desk {
        let member = Some(MemberId(Uuid::from_u128(n)));
        Desk { name: name.into(), member, active: true, away: None, delegate: None, passed: false }
    }

    fn told(asked: Asked) -> (String, String) {
        match asked {
            Asked::One { name, because, .. } => (name, because.unwrap_or_default()),
            Asked::People { because } => ("HR".into(), because.unwrap_or_default()),
        }
    }

    #[test]
    fn an_approver_who_is_away_or_gone_is_passed_over_in_words() {
        let away = Day::new(2026, 12, 5);
        let (mona, otto, dora) = (desk(1, "Mona"), desk(2, "Otto"), desk(3, "Dora"));
        let out = Desk { away, ..mona.clone() };
        let with = |delegate: &Desk| Desk { delegate: Some(Box::new(delegate.clone())), ..out.clone() };
        let gone = Desk { active: false, ..mona.clone() };
        for (line, name, because) in [
            (vec![mona.clone(), otto.clone()], "Mona", ""),
            (vec![out.clone(), otto.clone()], "Otto", "Mona is away until 5 Dec 2026, so Otto is asked instead."),
            (vec![with(&dora), otto.clone()], "Dora", "Mona is away until 5 Dec 2026, so Dora answers for them."),
            (
                vec![with(&Desk { active: false, ..dora.clone() }), otto.clone()],
                "Otto",
                "Mona is away until 5 Dec 2026; Dora is no member any more, so Otto is asked instead.",
            ),
            (vec![gone.clone(), otto.clone()], "Otto", "Mona is no member any more, so Otto is asked instead."),
            (vec![Desk { passed: true, ..mona.clone() }], "HR", "Mona did not answer in time, so HR is asked instead."),
            (vec![Desk { member: None, ..mona.clone() }], "HR", "Mona has no account here, so HR is asked instead."),
            (vec![], "HR", ""),
        ] {
            assert_eq!(told(ask(&line, None)), (name.into(), because.into()), "{line:?}");
        }
        let asker = otto.member;
        assert_eq!(told(ask(&[out, otto, dora], asker)).0, "Dora", "nobody answers themselves");
    }
}
